"""How far a command is, and how long it will take: one line on a terminal, nothing elsewhere."""

from __future__ import annotations

import sys
import threading
import time
from types import TracebackType

import click


class Progress:
    """Writes one line over and over on standard error, if that is a terminal.

    ``with Progress(quiet) as progress`` and then ``progress(stage, done, total)`` for work
    that is counted; or ``with Progress(quiet, limit=60, stage="proving")`` for work that is
    not: the line then says how long it has taken, and how much of a time limit is left.
    """

    #: Seconds between two looks at work that is counted, and at the clock.
    every, waits = 0.2, 1.0

    def __init__(
        self, quiet: bool, *, what: str = "points", limit: float | None = None, stage: str = ""
    ) -> None:
        self.shown = not quiet and bool(sys.stderr and sys.stderr.isatty())
        self.what, self.limit, self.stage = what, limit, stage
        self.waits_only = bool(stage)
        self.start = self.told = time.monotonic()
        self.before = 0
        self.width = 0
        self._over = threading.Event()
        self._clock: threading.Thread | None = None

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Tell, if it is time to, that ``done`` of ``total`` are done."""
        now = time.monotonic()
        if stage != self.stage:
            self.stage, self.start, self.before = stage, now, done
        if not self.shown or now - self.told < self.every:
            return
        self.told = now
        text = f"{stage}: {done:,} of {total:,} {self.what} ({100 * done / total:.0f}%)"
        if done > self.before and done < total:
            left = (now - self.start) * (total - done) / (done - self.before)
            text += f", {duration(left)} left"
        self._write(text)

    def counted(self, done: int, total: int) -> None:
        """Tell of work that has one stage."""
        self(self.stage or "solving", done, total)

    def waited(self, seconds: float) -> str:
        """Return what is said after so many seconds of work that is not counted."""
        if self.limit is None:
            return f"{self.stage}: {duration(seconds)}"
        left = self.limit - seconds
        rest = f"at most {duration(left)} left" if left > 0 else "about to stop"
        return f"{self.stage}: {duration(seconds)}, {rest}"

    def __enter__(self) -> Progress:
        """Begin; where nothing is counted, a clock writes the line."""
        if self.shown and self.waits_only:
            self._clock = threading.Thread(target=self._tick, daemon=True)
            self._clock.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        """Clear the line."""
        self.end()

    def end(self) -> None:
        """Clear the line."""
        self._over.set()
        if self._clock is not None:
            self._clock.join()
            self._clock = None
        if self.width:
            click.echo(f"\r{' ' * self.width}\r", nl=False, err=True)
            self.width = 0

    def _tick(self) -> None:
        while not self._over.wait(self.waits):
            self._write(self.waited(time.monotonic() - self.start))

    def _write(self, text: str) -> None:
        click.echo(f"\r{text.ljust(self.width)}", nl=False, err=True)
        self.width = max(self.width, len(text))


def duration(seconds: float) -> str:
    """Return a time for people.

    >>> [duration(s) for s in (0.3, 75, 4000, 200000)]
    ['1 s', '1 min 15 s', '1 h 6 min', '2 d 8 h']
    """
    whole = max(1, round(seconds))
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    if whole < 86400:
        return f"{whole // 3600} h {whole % 3600 // 60} min"
    return f"{whole // 86400} d {round(whole % 86400 / 3600)} h"
