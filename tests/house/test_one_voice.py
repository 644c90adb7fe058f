"""What `brief`, `solve`, `regimes`, `explain` and thresholds say of a game is the same.

Name by name and number by number, at values that the file has and at others.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import pytest
from games_that_ship import GAMES

from deterrence import Model, load_model
from deterrence.errors import DeterrenceError

#: Games with one result or several, with lotteries, published names, ties, and ladders.
PAIRS: list[tuple[str, dict[str, str]]] = [
    ("asymmetric-bipolarity", {}),
    ("asymmetric-bipolarity", {"c_R": "1/2"}),
    ("asymmetric-bipolarity", {"l_R": "12", "l_N": "9"}),
    ("unilateral-deterrence", {}),
    ("unilateral-deterrence", {"p_Def": "3/4"}),
    ("unilateral-deterrence", {"p_Def": "3/5"}),
    ("rudimentary-deterrence", {}),
    ("brinkmanship", {}),
    ("chicken", {}),
    ("inspection", {}),
    ("crisis-bargaining", {}),
]
#: Models whose map takes minutes.
SLOW = {"asymmetric-escalation", "escalation-ladder", "reassurance", "reputation-three"}
OTHERS = sorted({*GAMES} - {name for name, _ in PAIRS} - SLOW)

Named = tuple[int | None, str]


def distribution(outcomes: Mapping[str, Any]) -> frozenset[tuple[str, Fraction]]:
    return frozenset((o, Fraction(p)) for o, p in outcomes.items() if Fraction(p) != 0)


def agree(name: str, values: Mapping[str, str]) -> None:
    model = load_model(name)
    solved = model.solve(values=values).to_dict()
    page = model.brief(values=values)
    analysis = model.regimes(boundaries=False)
    told = model.explain(values=values, general=False).to_dict()
    numbers = model.values(values=values)

    here = {r["name"]: distribution(r["outcomes"]) for r in solved["results"]}
    behind: dict[str, set[Named]] = {}
    for e in solved["equilibria"]:
        behind.setdefault(e["result"], set()).add((e["number"], e["name"]))
        assert (e["number"], e["name"]) == _of_pattern(model, e)

    # The brief.
    assert {r.name: distribution(r.chances) for r in page.here.results} == here
    assert {r.name: set(r.patterns) for r in page.here.results} == behind

    # The map: what it says is possible here is what the solver finds here.
    if analysis.cover == "proven":
        possible = [r for r in analysis.results if _holds(r.terms, numbers)]
        assert {r.name for r in possible} == {*here}
        for r in possible:
            found = r.chances_at(numbers)
            assert found is None or distribution(found) == here[r.name]
            # Off the path of play a solver may name another behaviour with the same play.
            shared = set(r.patterns) & behind[r.name]
            assert shared if model.tree is not None else behind[r.name] <= set(r.patterns)
    known = {(e.number, e.name) for e in analysis.equilibria}

    # The derivation: of an equilibrium that exists here, called as everywhere.
    first = told["derivations"][0]
    assert first["exists"] is True
    assert first["result"] in here
    assert (first["number"], first["name"]) in known
    assert {r["name"] for r in told["results"] if r["exists"]} == {*here}


def _of_pattern(model: Model, e: Mapping[str, Any]) -> Named:
    support = {p: _played(own) for p, own in e["profile"].items()}
    pattern = model.names.pattern(support)
    return model.names.number(pattern), model.names.name(pattern)


def _played(own: Mapping[str, Any]) -> Any:
    if any(isinstance(mix, Mapping) for mix in own.values()):
        return {where: _played(mix) for where, mix in own.items()}
    return [action for action, p in own.items() if str(p) != "0"]


def _holds(terms: Any, values: Mapping[str, Any]) -> bool:
    return any(all(bool(c.evaluate(values)) for c in term) for term in terms)


@pytest.mark.parametrize(("name", "values"), PAIRS, ids=str)
def test_all_commands_agree(name: str, values: dict[str, str]) -> None:
    agree(name, values)


@pytest.mark.everything
@pytest.mark.parametrize("name", OTHERS)
def test_all_commands_agree_on_every_model(name: str) -> None:
    agree(name, {})


@pytest.mark.parametrize(
    ("name", "parameter"), [("asymmetric-bipolarity", "c_R"), ("chicken", "P_A")]
)
def test_thresholds_call_equilibria_as_the_map_does(name: str, parameter: str) -> None:
    model = load_model(name)
    found = model.thresholds(parameter)
    for stretch in found.stretches:
        if stretch is None:
            continue
        try:
            solution = model.solve(values={parameter: stretch.witness})
        except DeterrenceError:
            continue  # outside the declared assumptions
        listed = {(e.number, e.name) for e in found.equilibria if e.id in stretch.equilibria}
        assert listed == {(i.number, i.name) for i in solution.identities}
