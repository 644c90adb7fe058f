"""Stability with symbols: conditions checked by hand, and at points with ties."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from stability_tables import PLAIN, POOL, points, table

from deterrence import Model, load_model
from deterrence.errors import UnsupportedError
from deterrence.graph_model import coalitions
from deterrence.graph_model.concepts import CONCEPTS, stable
from deterrence.graph_model.conflict import Conflict, conflict_of
from deterrence.graph_model.symbolic.conditions import (
    OF_COALITIONS,
    Conditions,
    StabilityConditions,
    conditions,
)

BRINK = {"r_R": 0, "r_N": 0}


def two_moves(conflict: Conflict, ranks: Any, *, certain: bool) -> Any:
    """Return who stays where with a look ahead of two moves, by brute force."""
    graph = conflict.graph
    found = np.ones(ranks.shape, dtype=bool)
    for i, s in itertools.product(range(2), range(graph.size)):
        j = 1 - i
        for x in graph.moves(i, s).tolist():
            ends = [y for y in graph.moves(j, x).tolist() if ranks[j][y] > ranks[j][x]]
            best = max((ranks[j][y] for y in ends), default=0)
            comes_to = [y for y in ends if ranks[j][y] == best] or [x]
            worths = [ranks[i][y] for y in comes_to]
            found[i, s] &= (max(worths) if certain else min(worths)) <= ranks[i][s]
    return found


def agrees(
    conflict: Conflict, found: Conditions, concept: str, at: Mapping[str, Any], ranks: Any
) -> None:
    """Compare the conditions of a notion with the engine of values at a point."""
    if concept == "l2":
        want = two_moves(conflict, ranks, certain=True)
        sometimes = two_moves(conflict, ranks, certain=False)
    else:
        want = sometimes = stable(conflict.graph, ranks, concept)
    for s in range(conflict.graph.size):
        for i, name in enumerate(conflict.players):
            assert found.of(concept, s, name).holds(at) == want[i, s], (concept, s, name, at)
            assert found.sometimes_of(concept, s, name).holds(at) == sometimes[i, s]
        assert found.of(concept, s).holds(at) == want[:, s].all(), (concept, s, at)
        assert found.sometimes_of(concept, s).holds(at) == sometimes[:, s].all()


@pytest.mark.parametrize(
    ("shape", "seed"), [((2, 2), 1), ((2, 3), 3), ((3, 3), 4), ((2, 2, 2), 5)], ids=str
)
def test_conditions_say_what_the_engine_says_at_ties(shape: tuple[int, ...], seed: int) -> None:
    small = len(shape) == 2 and sum(shape) < 6
    conflict = table(shape, POOL if small else PLAIN, seed)
    concepts = ("seq", "smr", "l2") if len(shape) == 2 else ("sseq", "seq", "gmr")
    concepts = (*CONCEPTS, "l2") if small else concepts
    found = conditions(conflict, concepts)
    assert found.proven
    for at in points(seed, 30):
        ranks = conflict.ranks(at)
        for concept in concepts:
            agrees(conflict, found, concept, at, ranks)


def test_random_payoffs_with_distinctions() -> None:
    pool = ("max(a, b)", "min(a, b, 1)", "abs(c)", "a if a > c else b", "b", "1")
    conflict = table((2, 2), pool, 6)
    found = conditions(conflict, [*CONCEPTS, "l2"])
    assert found.proven
    for at in points(6, 40):
        for concept in (*CONCEPTS, "l2"):
            agrees(conflict, found, concept, at, conflict.ranks(at))


def texts(name: str, *concepts: str, **values: Any) -> dict[str, list[str]]:
    """Return where each state is stable for all, by notion."""
    conflict = conflict_of(load_model(name))
    found = conditions(conflict, concepts, values=values)
    assert found.proven
    states = range(conflict.graph.size)
    return {concept: [found.of(concept, s).text for s in states] for concept in concepts}


def test_the_flagship_at_the_brink() -> None:
    """The states are the divide, Russia yields, NATO yields, war."""
    found = texts("asymmetric-bipolarity", "nash", "seq", "gmr", "smr", "l2", **BRINK)
    yields, war = ["k_R >= l_R", "k_N >= l_N"], "k_R <= l_R and k_N <= l_N"
    assert found == {
        "nash": ["never", *yields, war],
        "seq": ["k_R < l_R and k_N < l_N", *yields, war],
        "gmr": ["always", *yields, war],
        "smr": ["always", *yields, war],
        "l2": [
            "k_R < l_R and k_N < l_N",
            "k_R >= l_R and k_N <= l_N",
            "k_R <= l_R and k_N >= l_N",
            war,
        ],
    }


def test_the_flagship_with_answers_counts_expected_payoffs() -> None:
    found = texts("asymmetric-bipolarity", "nash")
    assert found["nash"][0] == "r_N >= g_R/(g_R + k_R) and r_R >= g_N/(g_N + k_N)"


def test_the_dilemma_and_chicken() -> None:
    """T >= R > P >= S in the dilemma, T >= R > S >= P in Chicken."""
    alone = ["P_A == S_A", "P_B == S_B", "always"]
    both = "(T_A == R_A or P_B > S_B) and (P_A > S_A or T_B == R_B)"
    assert texts("prisoners-dilemma", "nash", "seq", "sseq", "l2", "gmr") == {
        "nash": ["T_A == R_A and T_B == R_B", *alone],
        **{key: [both, *alone] for key in ("seq", "sseq", "l2")},
        "gmr": ["always", *alone],
    }
    ties = ["T_A == R_A and T_B == R_B", "always", "always", "S_A == P_A and S_B == P_B"]
    assert texts("chicken", "nash", "seq", "smr", "l2") == {
        "nash": ties,
        "seq": ties,
        "smr": ["always", *ties[1:]],
        "l2": [ties[0], "S_B == P_B", "S_A == P_A", ties[3]],
    }


def test_ordinal_models_are_decided_by_their_order() -> None:
    found = texts("ordinal-crisis", "smr")
    assert found["smr"] == ["always", "always", "always", "never"]


def test_parameters_may_be_solved_for() -> None:
    conflict = conflict_of(load_model("asymmetric-bipolarity"))
    found = conditions(conflict, ["seq"], values=BRINK, isolate="l_R", states=[0])
    assert found.of("seq", 0).text == "l_R > k_R and k_N < l_N"
    assert list(found.table) == [("seq", 0, who) for who in ("Russia", "NATO", None)]


def test_what_has_no_condition_says_so() -> None:
    derived = StabilityConditions(table((2, 2, 2), PLAIN, 1))
    with pytest.raises(UnsupportedError, match="no condition in closed form"):
        derived.of("l3", 0)
    with pytest.raises(UnsupportedError, match="two players"):
        derived.of("l2", 0)


def test_coalitions_and_what_they_say_at_ties() -> None:
    """Joint improvements, with sanctions by moves that each of the others wants."""
    conflict = table((2, 2, 2), PLAIN, 9)
    groups = [("A", "B"), ("A", "B", "C"), ("C",)]
    found = conditions(conflict, [*OF_COALITIONS], coalitions=groups)
    assert found.proven
    for at in points(9, 15):
        ranks = conflict.ranks(at)
        for concept, group in itertools.product(OF_COALITIONS, groups):
            members = [conflict.player(name) for name in group]
            want = coalitions.stable(conflict.graph, ranks, concept, members)
            for s in range(8):
                assert found.of(concept, s, group).holds(at) == want[s], (concept, s, group, at)


def test_payoffs_that_are_numbers_take_no_formulas() -> None:
    numbers = table((2, 3), ("1", "2", "3", "0"), 3)
    found = conditions(numbers, [*CONCEPTS, "l2", "cgmr"], coalitions=[("A", "B")])
    for concept in (*CONCEPTS, "l2"):
        agrees(numbers, found, concept, {}, numbers.ranks({}))
    joint = coalitions.stable(numbers.graph, numbers.ranks({}), "cgmr", [0, 1])
    for s in range(6):
        assert found.of("cgmr", s, ("A", "B")).holds({}) == joint[s]


def test_derived_parameters_are_symbols_with_their_values() -> None:
    """At ties, too: k_R = c_R + rho*N_R is l_R, r_N = v*a_N is g_R/(g_R + k_R)."""
    model = load_model("asymmetric-bipolarity")
    conflict = conflict_of(model)
    found = conditions(conflict, [*CONCEPTS, "l2"])
    assert "k_R" in found.symbols
    ends = {"l_R": (9, 8), "l_N": (8, 10), "v": (0, Fraction(1, 2), 1), "a_N": (1, Fraction(4, 13))}
    for choice in itertools.product(*ends.values()):
        chosen = dict(zip(ends, choice, strict=True))
        at = model.values(check=False, **chosen)
        for concept in (*CONCEPTS, "l2"):
            agrees(conflict, found, concept, at, conflict.ranks(chosen))


OPTIONS = """
title: Three with options
form: options
players: [A, B, C]
parameters: {v: {default: 1}, c: {default: 1/2}, w: {formula: 2*c}}
assumptions: [c >= 0]
options: {A: {press: {irreversible: yes}}, B: [answer, concede], C: [mediate]}
infeasible: [answer and concede]
preferences:
  A: {payoff: "v*concede - c*press*answer + w*mediate - v*mediate*press"}
  B: {payoff: "c*answer*press - v*press - concede"}
  C: {statements: [not answer, mediate iff press, not press]}
"""


def test_option_forms_with_formulas() -> None:
    conflict = conflict_of(Model.from_text(OPTIONS))
    found = conditions(conflict, CONCEPTS)
    assert found.proven
    assert found.symbols == ("v", "c", "w")
    for v, c in itertools.product((-1, 0, Fraction(1, 2), 1, 2), (0, Fraction(1, 2), 1)):
        ranks = conflict.ranks({"v": v, "c": c})
        for concept in CONCEPTS:
            agrees(conflict, found, concept, {"v": v, "c": c, "w": 2 * c}, ranks)
