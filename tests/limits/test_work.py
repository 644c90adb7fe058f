"""The clock that counts work."""

from __future__ import annotations

import math
import time

import pytest

from deterrence import load_model
from deterrence.limits import work


def test_the_clock_goes_by_what_is_counted_and_not_by_the_wall() -> None:
    deadline = work.now() + 1
    time.sleep(0.05)
    assert work.left(deadline) == 1
    work.spend(0.75)
    assert (work.left(deadline), work.over(deadline)) == (0.25, False)
    work.spend(0.25)
    assert work.over(deadline)


def test_a_hard_limit_ends_every_deadline_and_the_earlier_one_holds() -> None:
    deadline = work.now() + 1
    with work.hard_limit(None):
        assert work.wall_left() == math.inf
    with work.hard_limit(1000):
        with work.hard_limit(0):
            assert work.over(deadline)
            assert work.over(work.now() + 1e9)
            with work.hard_limit(1000):
                assert work.over(deadline)
        assert not work.over(deadline)
        assert 0 < work.wall_left() <= 1000
    assert not work.over(deadline)


@pytest.mark.parametrize("name", ["unilateral-deterrence", "chicken"])
def test_the_same_analysis_is_the_same_work(name: str) -> None:
    model = load_model(name)
    spent = []
    for _ in range(2):
        before = work.now()
        answer = model.regimes()
        assert answer.cover == "proven"
        spent.append(work.now() - before)
    assert spent[0] == pytest.approx(spent[1], rel=1e-9)
    assert spent[0] > 0


def test_without_work_nothing_is_decided_and_that_is_said() -> None:
    from deterrence import symbolic

    answer = symbolic.regimes(load_model("unilateral-deterrence"), effort=0.0)
    assert answer.cover == "unknown"
    assert answer.messages
