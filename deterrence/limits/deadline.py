"""A moment after which a search stops and hands over what it has; Ctrl-C brings it forward.

>>> Deadline(None).expired()
False
>>> Deadline(60).remaining() > 59
True
"""

from __future__ import annotations

import contextlib
import math
import signal
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass

#: Seconds past the deadline, or past Ctrl-C, in which what was found is still labelled and judged.
GRACE = 1.0


@dataclass
class _Interrupt:
    """When Ctrl-C came, if it did; shared by all deadlines made from one."""

    at: float = math.inf


class Deadline:
    """``seconds`` from now on a clock that never jumps; ``None`` means never."""

    __slots__ = ("_end", "_interrupt", "_slack", "seconds")

    def __init__(self, seconds: float | None = None) -> None:
        """Start the clock."""
        self.seconds = seconds
        self._end = math.inf if seconds is None else time.monotonic() + seconds
        self._interrupt = _Interrupt()
        self._slack = 0.0

    def remaining(self) -> float:
        """Return the seconds that are left, at least 0; infinite if there is no limit."""
        end = min(self._end, self._interrupt.at + self._slack)
        return max(0.0, end - time.monotonic())

    def expired(self) -> bool:
        """Return whether the time is up, or Ctrl-C came."""
        return self.remaining() == 0

    @property
    def interrupted(self) -> bool:
        """Whether Ctrl-C came."""
        return self._interrupt.at < math.inf

    def interrupt(self) -> None:
        """Let the time be up now."""
        self._interrupt.at = min(self._interrupt.at, time.monotonic())

    def within(self, seconds: float) -> Deadline:
        """Return a deadline ``seconds`` from now, or this one's end if that comes first."""
        return self._derived(min(seconds, self.remaining()), self._slack)

    def grace(self, seconds: float = GRACE) -> Deadline:
        """Return a deadline that leaves ``seconds``, from now and from a later Ctrl-C on."""
        now = time.monotonic()
        since = now - self._interrupt.at if self.interrupted else 0.0
        return self._derived(max(seconds, self._end - now), since + seconds)

    def _derived(self, seconds: float, slack: float) -> Deadline:
        result = Deadline(None if seconds == math.inf else seconds)
        result._interrupt, result._slack = self._interrupt, slack
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
