"""A moment after which a search stops and hands over what it has; Ctrl-C brings it forward.

The moment is one of the clock that counts work (:mod:`deterrence.limits.work`), so that a search
ends at the same step however busy the machine is.

>>> from deterrence.limits import work
>>> Deadline(None).expired()
False
>>> limit = Deadline(60)
>>> work.spend(2)
>>> round(limit.remaining()), limit.expired()
(58, False)
"""

from __future__ import annotations

import contextlib
import math
import signal
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass

from deterrence.limits import work

#: Work seconds past the deadline, and seconds past Ctrl-C, in which what was found is still
#: labelled and judged.
GRACE = 1.0
#: The same past a hard limit, in seconds.
_WALL_GRACE = 0.6


@dataclass
class _Interrupt:
    """When Ctrl-C came, if it did; shared by all deadlines made from one."""

    at: float = math.inf


class Deadline:
    """``seconds`` of work from now on; ``None`` means never.

    It is over, too, where the wall's hard limit is, and at Ctrl-C.
    """

    __slots__ = ("_interrupt", "_slack", "_wall", "_wall_slack", "end")

    def __init__(self, seconds: float | None = None) -> None:
        """Start to count."""
        #: The moment, of the clock that counts work.
        self.end = math.inf if seconds is None else work.now() + seconds
        self._interrupt = _Interrupt()
        self._slack = self._wall_slack = 0.0
        #: The moment, in seconds of the wall, of a share of a hard limit.
        self._wall = math.inf

    def remaining(self) -> float:
        """Return the work seconds that are left, at least 0; infinite if there is no limit."""
        return 0.0 if self.stopped() else max(0.0, self.end - work.now())

    def expired(self) -> bool:
        """Return whether the work is spent, the hard limit over, or Ctrl-C came."""
        return self.remaining() == 0

    def stopped(self) -> bool:
        """Return whether the hard limit is over or Ctrl-C came, whatever is left of the work."""
        wall = min(work.wall_end() + self._wall_slack, self._wall)
        return time.monotonic() >= min(wall, self._interrupt.at + self._slack)

    @property
    def interrupted(self) -> bool:
        """Whether Ctrl-C came."""
        return self._interrupt.at < math.inf

    def interrupt(self) -> None:
        """Let the time be up now."""
        self._interrupt.at = min(self._interrupt.at, time.monotonic())

    def within(self, seconds: float) -> Deadline:
        """Return a deadline ``seconds`` of work from now, or this one if that comes first."""
        result = self._derived(min(work.now() + seconds, self.end), self._slack, self._wall_slack)
        result._wall = self._wall
        return result

    def part(self, share: float) -> Deadline:
        """Return a deadline for a share of what is left, also of what is left to a hard limit."""
        result = self.within(share * self.remaining())
        result._wall = min(self._wall, time.monotonic() + share * work.wall_left())
        return result

    def grace(self, seconds: float = GRACE) -> Deadline:
        """Return a deadline that leaves ``seconds``, from now and from a later Ctrl-C on."""
        since = time.monotonic() - self._interrupt.at if self.interrupted else 0.0
        end = max(work.now() + seconds, self.end)
        return self._derived(end, since + seconds, min(seconds, _WALL_GRACE))

    def _derived(self, end: float, slack: float, wall_slack: float) -> Deadline:
        result = Deadline()
        result.end, result._interrupt = end, self._interrupt
        result._slack, result._wall_slack = slack, wall_slack
        return result


@contextlib.contextmanager
def interruptible(deadline: Deadline) -> Iterator[None]:
    """Let the first Ctrl-C expire ``deadline`` instead of raising; a second one raises.

    An exception could come anywhere, also between two steps that belong
    together.  Only Python's own handler is replaced, and only in the main
    thread, where signals arrive.
    """

    def handler(number: int, frame: object) -> None:
        if deadline.interrupted:
            raise KeyboardInterrupt
        deadline.interrupt()

    ours = (
        threading.current_thread() is threading.main_thread()
        and signal.getsignal(signal.SIGINT) is signal.default_int_handler
    )
    if not ours:
        yield
        return
    before = signal.signal(signal.SIGINT, handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
