"""Levers: the cheapest change of what a player controls, by hand and by search."""

from __future__ import annotations

import itertools
from fractions import Fraction

import pytest

from deterrence import read_model
from deterrence.errors import UsageError
from deterrence.modelfile.model import SymbolicModel

F = Fraction

STAND_OFF = """
title: A stand-off with three levers
form: strategic
source: made for a test
players: {Red: one side, Blue: the other}
actions:
  Red: {wait: Wait, strike: Strike}
  Blue: {wait: Wait, strike: Strike}
parameters:
  g: {title: gain from striking alone, default: 3, bounds: [0, 10], source: test}
  d: {title: Blue's defences, default: 1, bounds: [0, 5], source: test, controlled_by: Blue}
  s: {title: Blue's sanctions, default: 0, bounds: [0, 4], source: test, controlled_by: Blue}
  k: {title: cost of war, default: 5, bounds: [0, 20], source: test}
  h: {title: Red's hesitation, default: 0, bounds: [0, 1], source: test, controlled_by: Red}
game:
  wait: {wait: peace, strike: blue_strikes}
  strike: {wait: red_strikes, strike: war}
outcomes:
  peace: {title: Peace, payoffs: {Red: 0, Blue: 2}}
  red_strikes: {title: Red strikes, payoffs: {Red: g - d - 2*s, Blue: -4}}
  blue_strikes: {title: Blue strikes, payoffs: {Red: -4, Blue: 0}}
  war: {title: War, payoffs: {Red: -k - 5, Blue: -5}}
measures:
  attack: {title: chance that Red strikes, outcomes: [red_strikes, war]}
"""


@pytest.fixture(scope="module")
def model() -> SymbolicModel:
    """Return a model in which Red strikes unless ``g - d - 2 s <= 0`` (Blue waits always)."""
    return read_model(STAND_OFF.encode(), "test")


def test_the_cheapest_mixture_of_levers(model: SymbolicModel) -> None:
    """To take g - d - 2s from 2 to 0: a range of d is worth 5, one of s 8: s alone, at 1/4."""
    answer = model.levers("Blue", "attack == 0")
    assert answer.complete
    assert str(answer.answer.upper) == "1/4"
    assert answer.answer.attained is False  # at a tie Red may strike, too
    assert [m.parameter for m in answer.answer.moves] == ["s"]
    assert answer.answer.witness is not None
    assert answer.answer.witness["s"] > 1
    (there,) = answer.answer.results
    assert there.name == "Peace"
    assert there.equilibria == ((1, "Red: Wait; Blue: Wait"),)
    assert there.holds is True
    assert answer.costs == {"d": 1, "s": 1}


def test_in_some_equilibrium_the_tie_is_enough(model: SymbolicModel) -> None:
    answer = model.levers("Blue", "attack == 0", quantifier="some").answer
    assert str(answer.upper) == "1/4"
    assert answer.attained is True
    assert answer.witness is not None
    assert answer.witness["s"] == 1


def test_prices_decide_which_lever_is_used(model: SymbolicModel) -> None:
    """At a price of 2 a range of s is worth 4 per unit of cost, less than the 5 of d."""
    answer = model.levers("Blue", "attack == 0", cost={"s": 2}).answer
    assert str(answer.upper) == "2/5"
    assert [m.parameter for m in answer.moves] == ["d"]
    alone = {a.parameter: a for a in answer.alone if a.distance}
    assert str(alone["s"].distance) == "1/2"
    assert str(alone["s"].threshold) == "1"
    assert str(alone["d"].threshold) == "3"


def test_the_largest_part_as_the_cost(model: SymbolicModel) -> None:
    """Both move by r: 5r + 8r = 2."""
    answer = model.levers("Blue", "attack == 0", norm="max").answer
    assert str(answer.upper) == "2/13"


def test_no_cheaper_change_on_a_grid_does_it(model: SymbolicModel) -> None:
    answer = model.levers("Blue", "attack == 0", cost={"s": "3/2"}).answer
    assert answer.lower is not None
    cheapest = min(
        a + F(3, 2) * b
        for a, b in itertools.product([F(k, 40) for k in range(33)], repeat=2)
        if 3 - (1 + 5 * a) - 2 * 4 * b < 0
    )
    assert answer.lower.decimal <= cheapest
    assert cheapest <= answer.lower.decimal + 1 / 40


def test_what_cannot_be_had_is_proven_impossible(model: SymbolicModel) -> None:
    answer = model.levers("Red", "attack == 0")
    assert answer.answer.impossible
    assert answer.complete
    assert answer.messages == ("changes nothing here: h",)
    told = " ".join(str(answer).split())
    assert (
        "Nothing that Red can change within the declared ranges brings it about. [proven]" in told
    )


def test_what_holds_already_costs_nothing(model: SymbolicModel) -> None:
    answer = model.levers("Blue", "attack == 0", values={"g": 0})
    assert str(answer.answer.upper) == "0"
    assert answer.answer.before is answer.answer.after is True
    assert "nothing has to change" in " ".join(str(answer).split())


def test_limits_can_be_left(model: SymbolicModel) -> None:
    values = {"g": 30}
    assert model.levers("Blue", "attack == 0", values=values).answer.impossible
    free = model.levers("Blue", "attack == 0", values=values, within_bounds=False).answer
    assert str(free.upper) == "29/8"


def test_faults(model: SymbolicModel) -> None:
    with pytest.raises(UsageError, match="controls no parameter") as caught:
        read_model(STAND_OFF.replace("controlled_by: Red", "unit: none")).levers(
            "Red", "attack == 0"
        )
    assert "controlled_by: Red" in str(caught.value)
    with pytest.raises(UsageError, match="no player"):
        model.levers("Blu", "attack == 0")
    with pytest.raises(UsageError, match="does not control"):
        model.levers("Blue", "attack == 0", over=["g"])
    with pytest.raises(UsageError, match="has a value"):
        model.levers("Blue", "attack == 0", values={"d": 1, "s": 1})
    with pytest.raises(UsageError, match="does not move"):
        model.levers("Blue", "attack == 0", cost={"g": 1})


def test_plain_data(model: SymbolicModel) -> None:
    data = model.levers("Blue", "attack == 0").to_dict()
    assert data["schema"] == 1
    assert data["player"] == "Blue"
    assert data["answer"]["upper"]["exact"] == "1/4"
    assert data["answer"]["certificate"]["checked"] is True
