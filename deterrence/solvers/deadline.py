"""A moment after which a search stops and hands over what it has.

>>> Deadline(None).expired()
False
>>> Deadline(60).remaining() > 59
True
"""

from __future__ import annotations

import math
import time


class Deadline:
    """``seconds`` from now on a clock that never jumps; ``None`` means never."""

    __slots__ = ("_end", "seconds")

    def __init__(self, seconds: float | None = None) -> None:
        """Start the clock."""
        self.seconds = seconds
        self._end = math.inf if seconds is None else time.monotonic() + seconds

    def remaining(self) -> float:
        """Return the seconds that are left, at least 0; infinite if there is no limit."""
        return max(0.0, self._end - time.monotonic())

    def expired(self) -> bool:
        """Return whether the time is up."""
        return time.monotonic() >= self._end

    def within(self, seconds: float) -> Deadline:
        """Return a deadline ``seconds`` from now, or this one's end if that comes first."""
        return Deadline(min(seconds, self.remaining()))

    def grace(self, seconds: float) -> Deadline:
        """Return a deadline that leaves at least ``seconds`` from now."""
        return Deadline(None if self.seconds is None else max(seconds, self.remaining()))
