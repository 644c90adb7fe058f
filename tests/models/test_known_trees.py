"""Every shipped game tree says what its sources say, at the defaults and at random points."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from functools import cache

import pytest
from known_points import points_of, wrong_numbers

from deterrence.algebra.expressions import Expression
from deterrence.game.parameters import KnownResult
from deterrence.modelfile.catalogue import load_model, model_names
from deterrence.modelfile.model import SymbolicModel
from deterrence.solvers import solve_tree

MODELS = {n: m for n in model_names() if (m := load_model(n)).tree is not None}
CASES = [(name, k) for name, model in MODELS.items() for k in range(len(model.known_results))]
AT_A_POINT = [(n, k) for n, k in CASES if MODELS[n].known_results[k].exists is None]
EVERYWHERE = [(n, k) for n, k in CASES if MODELS[n].known_results[k].exists is not None]
#: Random points at which a claim about all parameter values is tried; slow trees get fewer.
POINTS = {"asymmetric-escalation": 3, "reassurance": 8, "reputation-three": 8}


def title_of(case: tuple[str, int]) -> str:
    return f"{case[0]}-{case[1] + 1}"


def claimed(profile, values):
    """A behaviour of a known result with its probabilities worked out: (player, set) -> mixture."""
    found = {}
    for player, strategies in profile.items():
        for label, strategy in strategies.items():
            chances = {a: e.evaluate(values) for a, e in strategy.items()}
            found[player, label] = {a: p for a, p in chances.items() if p != 0}
    return found


def is_mixture(behaviour) -> bool:
    return all(
        sum(mix.values()) == 1 and all(p > 0 for p in mix.values()) for mix in behaviour.values()
    )


def behaves(equilibrium, behaviour) -> bool:
    """Say whether an equilibrium does what is claimed at the information sets that are named."""
    return all(
        {a: p for a, p in equilibrium.profile[player][label].items() if p} == mix
        for (player, label), mix in behaviour.items()
    )


@cache
def solved(name: str, concept: str, point: tuple[tuple[str, Fraction], ...]):
    return solve_tree(MODELS[name].at(**dict(point)), concept)


def complaints(model: SymbolicModel, result: KnownResult) -> Iterator[str]:
    """Solve at one point, and say where the solution and the known result differ."""
    values = model.values(result.scenario or None, **dict(result.values))
    free = {n: v for n, v in values.items() if model.parameters[n].formula is None}
    solution = solved(model.name, result.concept, tuple(free.items()))
    if solution.status != "complete":
        yield f"status {solution.status}"
    if not solution.equilibria:
        yield "no equilibrium"
    if result.behaviour is not None:
        listed = [claimed(profile, values) for profile in result.behaviour]
        assert all(map(is_mixture, listed))
        for behaviour in listed:
            if not any(behaves(e, behaviour) for e in solution.equilibria):
                yield f"not found: {behaviour}"
        for e in solution.equilibria:
            if not any(behaves(e, behaviour) for behaviour in listed):
                yield f"not known: {e.profile}"
    if result.count is not None and len(solution.equilibria) != result.count:
        yield f"found {len(solution.equilibria)}, known count {result.count}"
    if result.families is not None and len(solution.families) != result.families:
        yield f"found {len(solution.families)} families, known {result.families}"
    for e in solution.equilibria:
        yield from wrong_numbers(result, e, values)


@pytest.mark.parametrize("case", AT_A_POINT, ids=title_of)
def test_the_solver_finds_what_is_known(case: tuple[str, int]) -> None:
    model = MODELS[case[0]]
    assert list(complaints(model, model.known_results[case[1]])) == []


# ---- claims about all parameter values -----------------------------------------------
@pytest.mark.parametrize("case", EVERYWHERE, ids=title_of)
def test_equilibria_exist_where_the_source_says_and_nowhere_else(case: tuple[str, int]) -> None:
    model = MODELS[case[0]]
    result = model.known_results[case[1]]
    assert result.behaviour
    seen = set()
    for point in points_of(model, POINTS.get(case[0], 24)):
        values = model.values(**point)
        should = all(c.evaluate(values) for c in result.exists)
        solution = solved(model.name, result.concept, tuple(point.items()))
        assert solution.status == "complete"
        hits = [
            e
            for e in solution.equilibria
            if any(behaves(e, claimed(profile, values)) for profile in result.behaviour)
        ]
        assert bool(hits) == should, point
        seen.add(should)
        for e in hits:
            assert list(wrong_numbers(result, e, values)) == [], point
            # The certificate shares no code with the solver.
            game = model.at(**point)
            assert set(game.regret(e.profile).values()) == {0}
    # A claim is tried on both sides of its boundary, unless it has none.
    assert seen == ({True, False} if result.exists else {True})


def test_a_wrong_known_result_does_not_pass() -> None:
    """Each claim, falsified by itself, is noticed."""
    model = MODELS["brinkmanship-threat"]
    true = model.known_results[3]
    assert list(complaints(model, true)) == []
    number = Expression.number
    other = {
        **true.behaviour[0],
        "Challenger": {"answer (soft)": {"defy": number(1)}},
    }
    for wrong in (
        replace(true, behaviour=(other,)),
        replace(true, behaviour=(*true.behaviour, other)),
        replace(true, behaviour=()),
        replace(true, count=2),
        replace(true, families=2),
        replace(true, measures={"war": number(0)}),
        replace(true, payoffs={"Defender": number(1)}),
        replace(true, outcomes={"war": number(0)}),
        replace(true, scenario="small-risk"),
    ):
        assert list(complaints(model, wrong))


@pytest.mark.parametrize(
    ("name", "scenario"), [(n, s) for n, m in MODELS.items() for s in m.scenarios]
)
def test_a_scenario_has_an_equilibrium(name: str, scenario: str) -> None:
    model = MODELS[name]
    concept = "spe" if model.tree.is_perfect_information else "nash"
    if len(model.players) > 2 and concept == "nash":
        concept = "pbe"  # many Nash equilibria of many players rest on empty threats
    if name != "asymmetric-escalation":  # its pure and mixed Nash equilibria are very many
        solution = solve_tree(model.at(scenario), concept)
        assert solution.status == "complete"
        assert solution.equilibria


@pytest.mark.parametrize("name", MODELS)
def test_a_tree_is_titled_and_remembers(name: str) -> None:
    model = MODELS[name]
    assert model.tree.is_perfect_recall
    for s in model.tree.sets:
        if s.player is not None:
            assert model.set_titles.get(s.label)
            assert all(model.action_titles[s.player].get(a) for a in s.actions)
    for player, types in model.types.items():
        assert model.type_titles[player].keys() == types.keys()
    assert {s.label for s in model.at().sets} == {s.label for s in model.tree.sets}
