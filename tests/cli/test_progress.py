"""The progress line: what it says, that it is for terminals only, and that it goes away."""

from __future__ import annotations

import sys

import pytest

from deterrence.cli import progress
from deterrence.cli.progress import Progress


class Screen:
    """Standard error that is a terminal, or not."""

    def __init__(self, terminal: bool) -> None:
        self.terminal, self.text = terminal, ""

    def isatty(self) -> bool:
        return self.terminal

    def write(self, text: str) -> int:
        self.text += text
        return len(text)

    def flush(self) -> None:
        pass


def watched(monkeypatch: pytest.MonkeyPatch, terminal: bool) -> Screen:
    """Put a screen in place, in the test itself: pytest has standard error before."""
    found = Screen(terminal)
    monkeypatch.setattr(sys, "stderr", found)
    clock = iter(range(0, 10_000, 20))  # every look at the clock takes 20 seconds
    monkeypatch.setattr(progress.time, "monotonic", lambda: next(clock))
    return found


@pytest.mark.parametrize("terminal", [True, False])
@pytest.mark.parametrize("quiet", [True, False])
def test_work_that_is_counted_says_how_much_is_left(
    terminal: bool, quiet: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    screen = watched(monkeypatch, terminal)
    with Progress(quiet) as line:
        for done in (100, 200, 300):
            line("solving", done, 1000)
    if quiet or not terminal:
        assert screen.text == ""
        return
    # 100 points were there at first; 100 a step since, so 700 are 140 s.
    assert "solving: 300 of 1,000 points (30%), 2 min 20 s left" in screen.text
    assert screen.text.endswith(" \r")


def test_a_new_stage_is_timed_from_its_own_beginning(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = watched(monkeypatch, True)
    with Progress(False, what="games") as line:
        line("solving", 100, 100)
        line("writing", 0, 100)
        line("writing", 50, 100)
    assert "writing: 50 of 100 games (50%), 20 s left" in screen.text


def test_work_that_is_not_counted_says_how_much_of_the_limit_is_left() -> None:
    line = Progress(False, limit=60, stage="proving")
    assert line.waited(12.3) == "proving: 12 s, at most 48 s left"
    assert line.waited(61) == "proving: 1 min 1 s, about to stop"


def test_the_clock_ends_with_the_work(monkeypatch: pytest.MonkeyPatch) -> None:
    import threading

    screen = Screen(True)
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setattr(Progress, "waits", 0.001)
    told = threading.Event()
    write = Progress._write

    def announced(self: Progress, text: str) -> None:
        write(self, text)
        told.set()

    monkeypatch.setattr(Progress, "_write", announced)
    before = threading.active_count()
    with Progress(False, limit=60, stage="proving"):
        assert told.wait(30)
    assert threading.active_count() == before
    assert "proving: 1 s, at most" in screen.text
    assert screen.text.endswith(" \r")
