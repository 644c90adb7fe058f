"""A hard limit that is kept also by steps that never look at a clock.

Deadlines are over a little before the limit is (:func:`deterrence.limits.work.hard_limit`).
What has not ended a little after it is broken off by an exception raised inside it, as by
Ctrl-C, so that whoever keeps what was found at Ctrl-C keeps it here, too; for the rest the
answer is an :class:`~deterrence.errors.IncompleteError`.

>>> from deterrence.errors import IncompleteError
>>> try:
...     with kept_limit(0.01, slack=0.05):
...         while True:
...             pass
... except IncompleteError as error:
...     print(error.what)
the time limit of 0.01 s is over, and nothing that was found until then can be shown
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import sys
import threading
import time
from collections.abc import Iterator

from deterrence.errors import IncompleteError
from deterrence.limits import work
from deterrence.surroundings import is_our_process

#: A limit is kept within a share of it and some seconds: when code is broken off the first
#: time, the second time (what was found is being put together), and the process ended.
_MOMENTS = ((0.04, 0.9), (0.07, 1.4), (0.09, 1.8))


#: Searches end when this share of a limit is over, or so many seconds before its end: the rest
#: is for what was found.
_SEARCH, _REST = 0.85, 2.0


class OutOfTimeError(KeyboardInterrupt):
    """The hard limit is over; raised anywhere, as at Ctrl-C."""


def by_hand(stop: BaseException) -> bool:
    """Whether an exception is an interruption by Ctrl-C, not by the limit."""
    return isinstance(stop, KeyboardInterrupt) and not isinstance(stop, OutOfTimeError)


@contextlib.contextmanager
def kept_limit(seconds: float | None, slack: float | None = None) -> Iterator[None]:
    """Let every deadline be over a little before so many seconds, and see that they are kept.

    ``None`` is no limit.  ``slack`` replaces the time that code has to end by itself.
    Raises :class:`IncompleteError` where the limit had to break off the block.
    """
    if seconds is None or work.wall_left() <= seconds:
        yield
        return
    moments = [share * seconds + rest for share, rest in _MOMENTS]
    if slack is not None:
        moments[0] = slack
    alarm = _Alarm([seconds + m for m in moments], seconds)
    try:
        try:
            with work.hard_limit(max(_SEARCH * seconds, seconds - _REST)):
                alarm.start()
                yield
        finally:
            alarm.disarm()
    except OutOfTimeError:
        alarm.disarm()  # it may have come while that was done
        raise IncompleteError(_told(seconds), remedy=_REMEDY) from None


_REMEDY = "allow more time with a larger time limit"


def _told(seconds: float) -> str:
    return (
        f"the time limit of {seconds:g} s is over, and nothing that was found until then can be "
        "shown"
    )


class _Alarm(threading.Thread):
    """Raises :class:`OutOfTimeError` in the thread that made it, at given moments."""

    def __init__(self, moments: list[float], seconds: float) -> None:
        super().__init__(daemon=True, name="deterrence-limit")
        self.moments, self.seconds = moments, seconds
        self.target = threading.get_ident()
        self.over = threading.Event()
        self.lock = threading.Lock()

    def run(self) -> None:
        """Wait, and break off."""
        start = time.monotonic()
        for k, moment in enumerate(self.moments):
            while (left := start + moment - time.monotonic()) > 0:
                if self.over.wait(left):
                    return
            with self.lock:
                if self.over.is_set():
                    return
                if k == len(self.moments) - 1:
                    self.end_process()
                else:
                    _raise_in(self.target)

    def end_process(self) -> None:
        if is_our_process():
            sys.stderr.write(f"Error: {_told(self.seconds)}\nHint: {_REMEDY}\n")
            sys.stderr.flush()
            os._exit(IncompleteError.exit_code)

    def disarm(self) -> None:
        """Raise nothing from here on."""
        with self.lock:
            self.over.set()


def _raise_in(thread: int) -> None:
    ctypes.pythonapi.PyThreadState_SetAsyncExc(
        ctypes.c_ulong(thread), ctypes.py_object(OutOfTimeError)
    )
