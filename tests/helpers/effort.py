"""Limits to the work of a test that do not depend on how busy the machine is."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator


@contextlib.contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Fail where the block takes more seconds of this process's own CPU time."""
    start = time.process_time()
    yield
    used = time.process_time() - start
    assert used < seconds, f"{used:.1f} s of CPU time, more than {seconds:g}"
