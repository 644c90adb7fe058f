"""What every test gets: fixed randomness, in Hypothesis and in the random modules.

A test that fails once fails always.  To hunt with fresh examples instead, set
the environment variable ``HYPOTHESIS_PROFILE=explore``.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import sys
import tempfile
import threading
import time

import pytest
from hypothesis import settings

settings.register_profile("ci", derandomize=True, deadline=None, database=None, print_blob=True)
settings.register_profile("explore", deadline=None, max_examples=1000, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))

# Started in the background of a script, a process and its children ignore Ctrl-C, which
# some tests are about.
if threading.current_thread() is threading.main_thread():
    signal.signal(signal.SIGINT, signal.default_int_handler)

# No test sees what the user keeps, and none keeps anything; those with the fixture
# `kept_answers` share one folder, workers included.
os.environ["DETERRENCE_CACHE"] = "off"
SHARED = os.environ.setdefault("DETERRENCE_TEST_CACHE", "") or tempfile.mkdtemp(prefix="kept-")
os.environ["DETERRENCE_TEST_CACHE"] = SHARED

SEED = 1962

# Not test modules: --doctest-modules would import them again, all under one name.
collect_ignore_glob = ["conftest.py", "*/conftest.py"]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out slow verbs on all models, unless everything is asked for (`make check-all`)."""
    if os.environ.get("CHECK_ALL") or "everything" in config.getoption("markexpr"):
        return
    left_out = [item for item in items if item.get_closest_marker("everything")]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in set(left_out)]


def pytest_unconfigure(config: pytest.Config) -> None:
    """Remove what tests kept for each other."""
    if not hasattr(config, "workerinput"):
        shutil.rmtree(SHARED, ignore_errors=True)


@pytest.fixture
def kept_answers(monkeypatch: pytest.MonkeyPatch) -> str:
    """Let commands share finished answers: for tests about what is said, not how it is found."""
    monkeypatch.setenv("DETERRENCE_CACHE", SHARED)
    return SHARED


@pytest.fixture(autouse=True)
def _fixed_randomness() -> None:
    random.seed(SEED)
    numpy = sys.modules.get("numpy")
    if numpy is not None:
        numpy.random.seed(SEED)


@pytest.fixture
def cpu_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let limits of time count this process's own CPU time: a busy machine changes nothing."""
    monkeypatch.setattr(time, "monotonic", time.process_time)
