"""What every test gets: fixed randomness, in Hypothesis and in the random modules.

A test that fails once fails always.  To hunt with fresh examples instead, set
the environment variable ``HYPOTHESIS_PROFILE=explore``.
"""

from __future__ import annotations

import os
import random
import signal
import sys
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
