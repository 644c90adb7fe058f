"""A hard limit is kept by what never looks at a clock, and keeps what was found."""

from __future__ import annotations

import threading
import time

import pytest

from deterrence.errors import IncompleteError
from deterrence.limits import work
from deterrence.limits.alarm import OutOfTimeError, by_hand, kept_limit


def _endless() -> None:
    with kept_limit(0.05, slack=0.1):
        while True:
            pass


def test_what_never_looks_is_broken_off() -> None:
    with pytest.raises(IncompleteError, match=r"time limit of 0\.05 s is over"):
        _endless()
    assert work.wall_end() == float("inf")


def test_whoever_keeps_what_was_found_at_ctrl_c_keeps_it() -> None:
    found = []
    stopped: list[KeyboardInterrupt] = []
    with kept_limit(0.05, slack=0.1):
        try:
            while True:
                found.append(len(found))
        except KeyboardInterrupt as stop:
            stopped.append(stop)
    assert found == list(range(len(found)))
    assert [by_hand(s) for s in stopped] == [False]


def test_who_ends_in_time_sees_nothing_of_it() -> None:
    with kept_limit(0.02, slack=0.05):
        end = work.now() + 1
        while not work.over(end):
            pass
    time.sleep(0.2)  # the alarm would have come by now
    assert [t for t in threading.enumerate() if t.name == "deterrence-limit"] == []


def test_within_an_earlier_limit_a_later_one_is_none() -> None:
    with kept_limit(100):
        end = work.wall_end()
        with kept_limit(200):
            assert work.wall_end() == end
        with kept_limit(50):
            assert work.wall_end() < end
    with kept_limit(None):
        assert work.wall_left() == float("inf")


def test_ctrl_c_is_told_apart() -> None:
    assert by_hand(KeyboardInterrupt())
    assert not by_hand(OutOfTimeError())


def _interrupted(found: list[int]) -> None:
    with kept_limit(100):
        found.append(1)
        work.spend(0.5)
        raise KeyboardInterrupt


def test_after_ctrl_c_the_clock_goes_on_without_a_limit() -> None:
    found: list[int] = []
    before = work.now()
    with pytest.raises(KeyboardInterrupt):
        _interrupted(found)
    assert found == [1]
    assert work.wall_left() == float("inf")
    assert 0.5 <= work.now() - before < 0.6
