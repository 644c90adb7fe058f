"""Code that may never end: what it yielded is kept, the deadline and Ctrl-C end it."""

from __future__ import annotations

import itertools
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from deterrence.limits import deadline as deadline_module
from deterrence.limits import work
from deterrence.limits.bounded import collect
from deterrence.limits.deadline import GRACE, Deadline, interruptible


def endless() -> Iterator[int]:
    for k in itertools.count():
        yield k
        time.sleep(0.001)


def spinning() -> Iterator[str]:
    yield "first"
    while True:
        pass


def stubborn() -> Iterator[str]:
    """Swallows ordinary exceptions, as foreign code does."""
    yield "first"
    while True:
        try:
            time.sleep(0.001)
        except Exception:
            continue


def workers() -> list[threading.Thread]:
    """The workers that still run, after a moment for those that are just ending."""
    named = [t for t in threading.enumerate() if t.name == "deterrence-bounded"]
    for worker in named:
        worker.join(0.5)
    return [t for t in named if t.is_alive()]


@pytest.mark.parametrize("job", [endless, spinning, stubborn])
def test_a_hard_limit_ends_the_job_and_its_thread(job: object) -> None:
    start = time.monotonic()
    with work.hard_limit(0.2):
        found = collect(job, Deadline(60))  # type: ignore[arg-type]
    assert time.monotonic() - start < 2
    assert found.items
    assert not found.finished
    assert not found.interrupted
    assert found.error is None
    assert workers() == []


def counting() -> Iterator[int]:
    for k in itertools.count():
        yield k
        work.spend(0.26)


def test_work_ends_the_job_at_the_same_step_every_time() -> None:
    for _ in range(3):
        found = collect(counting, Deadline(2))
        assert (len(found.items), found.finished, found.error) == (8, False, None)
    assert workers() == []
    work.spend(1)  # outside of a worker nothing is broken off


def test_a_job_that_ends_is_finished() -> None:
    found = collect(lambda: iter("abc"), Deadline())
    assert found.items == ["a", "b", "c"]
    assert found.finished


def test_an_error_is_handed_over_with_what_came_before() -> None:
    def job() -> Iterator[int]:
        yield 1
        raise ZeroDivisionError("on purpose")

    found = collect(job, Deadline(5))
    assert found.items == [1]
    assert isinstance(found.error, ZeroDivisionError)
    assert not found.finished


@pytest.mark.skipif(os.name == "nt", reason="needs POSIX signals")
def test_ctrl_c_keeps_what_was_found() -> None:
    def job() -> Iterator[int]:
        yield 0
        os.kill(os.getpid(), signal.SIGINT)  # the first item has been taken
        yield from endless()

    found = collect(job, Deadline(20))
    assert found.interrupted
    assert found.items
    assert workers() == []


def test_works_outside_the_main_thread() -> None:
    results = []
    with work.hard_limit(0.2):
        thread = threading.Thread(target=lambda: results.append(collect(spinning, Deadline())))
        thread.start()
        thread.join(5)
    assert results[0].items == ["first"]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[float], None]]:
    """A clock that stands still until the test moves it on."""
    now = [100.0]
    monkeypatch.setattr(deadline_module.time, "monotonic", lambda: now[0])

    def pass_(seconds: float) -> None:
        now[0] += seconds

    yield pass_
    monkeypatch.undo()


def test_a_deadline_counts_down() -> None:
    deadline = Deadline(0.5)
    assert not deadline.expired()
    assert deadline.remaining() == pytest.approx(0.5)
    assert deadline.within(10).remaining() == pytest.approx(0.5)
    assert deadline.within(0.25).remaining() == pytest.approx(0.25)
    assert deadline.grace(10).remaining() == pytest.approx(10)
    assert deadline.grace().remaining() == pytest.approx(GRACE)
    work.spend(0.5001)
    assert deadline.expired()
    assert not deadline.stopped()
    assert deadline.remaining() == 0
    assert Deadline().remaining() == float("inf")
    assert not Deadline().grace(1).expired()


def test_a_hard_limit_leaves_time_for_what_was_found(clock: Callable[[float], None]) -> None:
    with work.hard_limit(4):
        deadline = Deadline()
        grace = deadline.grace()
        clock(4)
        assert deadline.stopped()
        assert deadline.expired()
        assert not grace.expired()
        clock(1)
        assert grace.expired()
    assert not deadline.expired()


def test_an_interrupt_reaches_every_deadline_made_from_one(clock: Callable[[float], None]) -> None:
    deadline = Deadline(60)
    within, grace = deadline.within(30), deadline.grace(0.125)
    deadline.interrupt()
    assert deadline.expired()
    assert within.expired()
    assert within.interrupted
    assert not grace.expired()
    clock(0.125)
    assert grace.expired()
    late = deadline.grace(0.0625)
    assert not late.expired()
    clock(0.0625)
    assert late.expired()


@pytest.mark.skipif(os.name == "nt", reason="needs POSIX signals")
def test_the_first_ctrl_c_expires_and_the_second_raises() -> None:
    deadline = Deadline()
    before = signal.getsignal(signal.SIGINT)
    with interruptible(deadline):
        signal.raise_signal(signal.SIGINT)
        assert deadline.expired()
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is before


@pytest.mark.skipif(os.name == "nt", reason="needs POSIX signals")
def test_a_callers_own_signal_handler_is_left_alone() -> None:
    caught = []
    before = signal.signal(signal.SIGINT, lambda *_: caught.append(1))
    try:
        with interruptible(Deadline()):
            signal.raise_signal(signal.SIGINT)
    finally:
        signal.signal(signal.SIGINT, before)
    assert caught == [1]
