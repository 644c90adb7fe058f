"""Run code that may never end, and keep what it yielded.

Foreign solvers can loop for ever.  They run in a worker thread.  A worker whose work is
spent breaks off at the step that spends it, the same one on every machine; when a hard limit
is over, or at Ctrl-C, an exception is raised inside the worker (CPython's
``PyThreadState_SetAsyncExc``).  A worker that is stuck in compiled code cannot
be reached; it is left behind as a daemon, which does not keep the process alive.

>>> import itertools
>>> from deterrence.limits import work
>>> from deterrence.limits.deadline import Deadline
>>> found = collect(lambda: iter([1, 2, 3]), Deadline(10))
>>> found.items, found.finished
([1, 2, 3], True)
>>> def stuck():
...     yield "something"
...     while True:
...         work.spend(0.01)
>>> found = collect(stuck, Deadline(0.1))
>>> found.items, found.finished
(['something'], False)
"""

from __future__ import annotations

import contextlib
import ctypes
import sys
import threading
import warnings
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from deterrence.limits import work
from deterrence.limits.alarm import by_hand
from deterrence.limits.deadline import Deadline

T = TypeVar("T")

#: Seconds between two looks at the keyboard; on Windows a wait cannot be interrupted.
_SLICE = 0.1
#: Seconds that a worker gets to end after it was told to.
_GRACE = 1.0


class _StopWorkerError(BaseException):
    """Raised inside the worker; not an ``Exception``, so that foreign code does not catch it."""


@dataclass
class Collected(Generic[T]):
    """What the job yielded, whether it came to its end, and what stopped it otherwise."""

    items: list[T] = field(default_factory=list)
    finished: bool = False
    interrupted: bool = False
    error: Exception | None = None


class _Worker(threading.Thread, Generic[T]):
    def __init__(self, job: Callable[[], Iterable[T]], items: list[T], end: float) -> None:
        super().__init__(daemon=True, name="deterrence-bounded")
        self.job, self.items, self.end = job, items, end
        self.lock = threading.Lock()
        self.finished = False
        self.over = threading.Event()
        self.error: Exception | None = None

    def run(self) -> None:
        try:
            work.break_off_at(self.end)
            try:
                for item in self.job():
                    self.items.append(item)
                self.finished = True
            except Exception as error:
                self.error = error
            with self.lock:  # from here on nobody may raise anything in this thread
                self.over.set()
        except (_StopWorkerError, work.OutOfWorkError):
            self.over.set()

    def stop(self) -> None:
        """Raise inside the worker, again and again for a while, until it ends."""
        with _unnoticed():
            for _ in range(round(_GRACE / _SLICE)):
                with self.lock:
                    if self.over.is_set() or self.ident is None:
                        return
                    ctypes.pythonapi.PyThreadState_SetAsyncExc(
                        ctypes.c_ulong(self.ident), ctypes.py_object(_StopWorkerError)
                    )
                # Not join(): in CPython 3.11 a Ctrl-C inside it declares a live thread dead.
                self.over.wait(_SLICE)


@contextlib.contextmanager
def _unnoticed() -> Iterator[None]:
    """Say nothing where the exception hits a callback of the garbage collector and is lost."""
    before = sys.unraisablehook

    def hook(lost: Any) -> None:
        if not issubclass(lost.exc_type, _StopWorkerError):
            before(lost)

    sys.unraisablehook = hook
    try:
        yield
    finally:
        sys.unraisablehook = before


def collect(job: Callable[[], Iterable[T]], deadline: Deadline) -> Collected[T]:
    """Run ``job`` until it ends or the deadline does; return what it yielded.

    Warnings are silenced meanwhile.  An ``Exception`` of the job is returned as
    ``error``, not raised.
    """
    result: Collected[T] = Collected()
    worker = _Worker(job, result.items, deadline.end)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            if not deadline.expired():
                worker.start()
                while not (worker.over.is_set() or deadline.stopped()):
                    worker.over.wait(_SLICE)
            result.interrupted = deadline.interrupted and not worker.over.is_set()
            worker.stop()
        except KeyboardInterrupt as stop:
            result.interrupted = by_hand(stop)
            worker.stop()
    # A worker that could not be stopped must not change what the caller holds.
    result.items = list(result.items)
    result.finished, result.error = worker.finished, worker.error
    return result
