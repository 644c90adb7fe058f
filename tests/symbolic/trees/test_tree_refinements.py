"""Undominated equilibria of trees, against the reduced strategic form at points with ties."""

from __future__ import annotations

import random
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from dominance_witness import is_dominated

from deterrence import load_model
from deterrence.errors import DeterrenceError, UnsupportedError
from deterrence.game.tree.plans import strategic, to_mixed
from deterrence.symbolic.analysis import refined, refinements, regimes


def points(model: Any, answer: Any, count: int) -> list[dict[str, Fraction]]:
    """Return points that keep the assumptions, many of them with ties, or near a witness."""
    rng = random.Random(model.name)
    names = [n for n in model.parameters if model.parameters[n].formula is None]
    found: list[dict[str, Fraction]] = []
    for _ in range(4000):
        if len(found) == count:
            break
        point = dict(rng.choice(answer.equilibria).witness or {})
        for n in names if len(found) % 2 else rng.sample(names, 2):
            low, high = model.parameters[n].lower, model.parameters[n].upper
            if (low, high) == (0, 1):
                point[n] = Fraction(rng.randint(1, 7), 8)
            else:
                point[n] = rng.choice([Fraction(rng.randint(-4, 4)), *point.values()])
        try:
            model.at(**point)
        except DeterrenceError:
            continue
        found.append(point)
    return found


def is_undominated(game: Any, profile: Any) -> bool:
    """Say whether nobody's strategy is weakly dominated in the reduced strategic form."""
    form = strategic(game)
    for i, player in enumerate(game.players):
        rows: list[list[Fraction]] = [[] for _ in form.actions[i]]
        for cell, payoff in zip(form.cells(), form.payoffs[i], strict=True):
            rows[cell[i]].append(Fraction(payoff))
        mine = tuple(map(Fraction, to_mixed(game, player, profile[player])))
        if is_dominated(rows, mine):
            return False
    return True


def mixes_openly(e: Any) -> bool:
    """Say whether more than beliefs is left open."""
    return any("belief" not in f.meaning for f in e.freedoms)


@pytest.mark.parametrize("name", ["rudimentary-deterrence", "tripwire"])
def test_conditions_are_those_of_the_strategic_form(name: str) -> None:
    compare(name, 25)


@pytest.mark.everything
@pytest.mark.parametrize("name", ["brinkmanship", "unilateral-deterrence"])
def test_longer_trees_too(name: str) -> None:
    compare(name, 60)


def compare(name: str, count: int) -> None:
    model = load_model(name)
    answer = regimes(model)
    told, left = refinements(answer, ("undominated",)), refined(answer, "undominated")
    seen = set()
    for point in points(model, answer, count):
        game = model.at(**point)
        passing = set()
        for found in answer.assessments_at(point):  # type: ignore[attr-defined]
            e, c = answer.equilibria[found.id], told.of(found.id, "undominated")
            if mixes_openly(e) or not (c.boundaries and c.proof == "proven"):
                continue
            truth = is_undominated(game, found.profile)
            holds = any(all(x.evaluate(point) for x in term) for term in c.terms)
            assert holds == truth, (point, e.name, c.text)
            seen.add(truth)
            if truth:
                passing.add(str(found.profile))
        there = {
            str(found.profile)
            for found in left.assessments_at(point)  # type: ignore[attr-defined]
            if not mixes_openly(left.equilibria[found.id])
        }
        assert there == passing, point
    assert seen


def test_what_is_said_of_a_tree() -> None:
    told = refinements(regimes(load_model("rudimentary-deterrence")))
    assert {c.refinement for c in told.conditions} == {"undominated"}
    assert any("reduced strategic form" in m for m in told.messages)


def test_what_is_refused() -> None:
    answer = regimes(load_model("tripwire"))
    with pytest.raises(UnsupportedError, match="reduced strategic form"):
        refined(answer, "strict")


# ---- what a restricted game keeps --------------------------------------------------------
CASES = Path(__file__).parents[2] / "cases"


def test_a_restricted_tree_keeps_what_was_left_out_and_its_ends() -> None:
    answer = regimes(load_model(str(CASES / "b08-chance-closed.yaml")))
    left = refined(answer, "undominated")
    assert answer.exclusions
    assert left.exclusions == answer.exclusions
    assert [e.conditions for e in left.ends] == [e.conditions for e in answer.ends]
    assert len(left.internal.ends) == len(answer.internal.ends) > 0
    assert left.internal.opened == answer.internal.opened
    model = answer.internal.model
    for e in ("0", "1"):
        values = model.values(e=e, m="1/7", g="3/2", r="5/2", c="2/3")
        game, here = model.at(**values), left.at(values)
        kept = [p for p in answer.at(values) if is_undominated(game, p)]
        assert all(is_undominated(game, p) for p in here)
        assert len(here) == len(kept)


def test_a_restricted_matrix_keeps_the_ingredients_of_derived_parameters() -> None:
    """V is s*p*(1 - p) with s at most 4, so at most 1: no ingredients lead to V > 1."""
    answer = regimes(load_model(str(CASES / "derived.yaml")))
    left = refined(answer, "undominated")
    assert left.internal.definitions is answer.internal.definitions is not None
    assert left.equilibria
    for e in left.equilibria:
        assert e.witness is not None
        assert {"s", "p"} <= e.witness.keys()
        assert e.witness["V"] == e.witness["s"] * e.witness["p"] * (1 - e.witness["p"])
    for regime in left.regimes:
        assert regime.witness["V"] <= 1
