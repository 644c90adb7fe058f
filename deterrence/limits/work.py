"""A clock that counts work: it does not run on while the machine is busy with something else.

What searches do is counted as it is done (queries of the solver by the resources that these
took, polynomials factored, samples evaluated) and adds up to *work seconds*, each about a
second of an idle machine of 2025.  Deadlines that are moments of this clock end a search at the
same step on every machine, so that an answer does not depend on how busy one is.  A hard limit
in seconds of the wall comes beside it where somebody asks for one: once that is over, every
deadline is.

>>> deadline = now() + 4
>>> spend(2.5)
>>> left(deadline), over(deadline)
(1.5, False)
>>> with hard_limit(0.0):
...     left(deadline), over(deadline)
(0.0, True)
>>> left(deadline)
1.5
"""

from __future__ import annotations

import contextlib
import math
import threading
import time
from collections.abc import Iterator

#: Resources that z3 counts (its ``rlimit``), per work second.
Z3_UNITS = 3_000_000


class _Clock:
    """The state of the clock: what was spent, and when the wall's limit is over."""

    __slots__ = ("end", "spent")

    def __init__(self) -> None:
        self.spent = 0.0
        self.end = math.inf


_CLOCK = _Clock()


class OutOfWorkError(BaseException):
    """A worker has spent its budget; not an ``Exception``, so that foreign code lets it pass."""


class _Budget(threading.local):
    """The moment at which what a thread spends breaks it off."""

    end = math.inf


_BUDGET = _Budget()


def now() -> float:
    """Return the work seconds that were spent so far."""
    return _CLOCK.spent


def left(deadline: float) -> float:
    """Return the work seconds until a deadline, 0 where it is over."""
    return 0.0 if time.monotonic() >= _CLOCK.end else max(0.0, deadline - _CLOCK.spent)


def over(deadline: float) -> bool:
    """Say whether a deadline is over, or the hard limit is."""
    return left(deadline) <= 0


def spend(seconds: float) -> None:
    """Count work of about so many seconds.

    Raises :class:`OutOfWorkError` in a thread whose budget is spent.
    """
    _CLOCK.spent += seconds
    if _CLOCK.spent >= _BUDGET.end:
        raise OutOfWorkError


def break_off_at(deadline: float) -> None:
    """Let :func:`spend` break off this thread, a worker's, at a moment of this clock."""
    _BUDGET.end = deadline


def wall_end() -> float:
    """Return the moment (``time.monotonic``) at which the hard limit is over."""
    return _CLOCK.end


def wall_left() -> float:
    """Return the seconds until the hard limit is over; infinity without one."""
    return max(0.0, _CLOCK.end - time.monotonic())


@contextlib.contextmanager
def hard_limit(seconds: float | None) -> Iterator[None]:
    """Let every deadline be over after so many seconds of the wall; None is no limit.

    Within another hard limit, the earlier one holds.
    """
    before = _CLOCK.end
    if seconds is not None:
        _CLOCK.end = min(before, time.monotonic() + seconds)
    try:
        yield
    finally:
        _CLOCK.end = before
