"""Pressure and assistance: one structure for either side, and what moves the answer."""

from __future__ import annotations

import re
from fractions import Fraction

import pytest

from deterrence import load_model, solve

BASE = "pressure-and-assistance"
FILES = [BASE, *(f"{BASE}-{kind}" for kind in ("two-sided", "third-party", "levels"))]
MODEL = load_model(BASE)


def exchanged(text: str) -> str:
    """Return the text with the names of the two sides exchanged."""
    other = {"Russia": "NATO", "NATO": "Russia", "russia": "nato", "nato": "russia"}
    return re.sub(r"Russia|NATO|russia|nato", lambda found: other[found[0]], text)


@pytest.mark.parametrize("name", FILES)
def test_whatever_one_side_does_in_a_scenario_the_other_does_in_its_mirror(name: str) -> None:
    scenarios = load_model(name).scenarios
    named = [s for s in scenarios if exchanged(s) != s]
    assert {"russia-presses", "nato-presses"} <= set(named)
    for label in named:
        one, other = scenarios[label], scenarios[exchanged(label)]
        assert exchanged(one.title) == other.title
        assert exchanged(one.story) == other.story
        assert (one.values, one.source) == (other.values, other.source)


@pytest.mark.parametrize("name", FILES)
def test_the_game_itself_names_neither_side(name: str) -> None:
    model = load_model(name)
    told = (model.title, model.summary, model.insight, *model.players, *model.titles.values())
    assert not any(word in text for text in told for word in ("Russia", "NATO"))


def at(**values: Fraction | int) -> dict[str, object]:
    """Return the measures of the only equilibrium."""
    [only] = solve(MODEL, values=values).equilibria
    return dict(only.measures)


def test_direct_war_is_as_likely_whatever_the_nuclear_risk_up_to_the_threshold() -> None:
    threshold = Fraction(11, 180)
    below = [at(rho=threshold * k / 8) for k in range(1, 8)]
    assert {m["direct"] for m in below} == {Fraction(9, 200)}
    helps = [m["help"] for m in below]
    assert helps == sorted(set(helps))
    assert [m["nuclear"] for m in below] == [
        threshold * k / 8 * Fraction(9, 200) for k in range(1, 8)
    ]
    above = at(rho=threshold + Fraction(1, 1000))
    assert (above["direct"], above["help"], above["proxy"]) == (0, 1, 1)


def test_each_named_regime_is_reached_by_a_scenario() -> None:
    for regime in MODEL.named_regimes:
        assert any(
            all(c.evaluate(MODEL.values(s)) for c in regime.when) for s in MODEL.scenarios
        ), regime.name


@pytest.mark.parametrize("name", FILES)
def test_what_direct_war_is_like_is_no_lever(name: str) -> None:
    """Nobody is advised to make war cheaper, or less likely to turn nuclear."""
    owners = {n: p.controlled_by for n, p in load_model(name).parameters.items()}
    assert (owners["w"], owners["rho"]) == ("", "")
    assert {owners["q"], owners["s"], owners["b"]} == {"Responder"}
    assert owners["l"] == "Initiator"
