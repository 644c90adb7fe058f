"""Which preferences make a state stable: against every order, with and without ties, one by one."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction

import numpy as np
import pytest

from deterrence import load_model
from deterrence.graph_model import inverse, monotone
from deterrence.graph_model.concepts import CONCEPTS, stable
from deterrence.graph_model.conflict import conflict_of
from deterrence.graph_model.graph import MoveGraph
from deterrence.graph_model.payoff_signs import PayoffSigns
from deterrence.modelfile.loader import read_model
from deterrence.proving.covers import in_words


def weak_orders(size: int) -> list[tuple[int, ...]]:
    """Return the ranks of every order with ties."""
    every = itertools.product(range(size), repeat=size)
    return [r for r in every if set(r) == set(range(max(r) + 1))]


def random_graph(rng: np.random.Generator, players: int, size: int) -> MoveGraph:
    moves = [
        [[t for t in range(size) if rng.random() < 0.5] for _ in range(size)]
        for _ in range(players)
    ]
    return MoveGraph.of_lists([f"p{j}" for j in range(players)], moves)


def better(ranks: tuple[int, ...], state: int) -> frozenset[int]:
    return frozenset(k for k, r in enumerate(ranks) if r > ranks[state])


@pytest.mark.parametrize(("players", "size", "seed"), [(1, 4, 0), (2, 4, 1), (3, 4, 2), (3, 5, 3)])
def test_against_every_order(players: int, size: int, seed: int) -> None:
    rng = np.random.default_rng([15, seed])
    orders = weak_orders(size)
    strict = [r for r in orders if len(set(r)) == size]
    for _ in range(2):
        graph = random_graph(rng, players, size)
        ranks = rng.integers(0, size, (players, size))
        i = int(rng.integers(players))
        for concept in CONCEPTS:
            table = {}
            for order in orders:
                ranks[i] = order
                table[order] = stable(graph, ranks, concept)[i]
            for s in range(size):
                found = inverse.admissible(graph, concept, i, s, ranks)
                fine = {better(r, s) for r in orders if table[r][s]}
                bad = {better(r, s) for r in orders if not table[r][s]}
                assert fine.isdisjoint(bad)
                assert {b for b in fine if not any(b < c for c in fine)} == set(found.largest or ())
                assert len(found.largest or ()) == found.count
                assert all(found.holds(b) for b in fine)
                assert not any(map(found.holds, bad))
                assert found.orders == sum(bool(table[r][s]) for r in strict)
                assert found.share == Fraction(found.orders, math.factorial(size))
                with_ties = sum(bool(table[r][s]) for r in orders)
                assert found.share_with_ties == Fraction(with_ties, len(orders))


@pytest.mark.parametrize("concept", ["nash", "smr", "gmr"])
def test_equilibria_of_two_by_two_over_all_pairs_of_orders(concept: str) -> None:
    graph = MoveGraph.of_table(("A", "B"), (2, 2))
    orders = [*itertools.permutations(range(4))]
    count = [0] * 4
    for a, b in itertools.product(orders, orders):
        for s in stable(graph, [a, b], concept).all(axis=0).nonzero()[0]:
            count[s] += 1
    for s in range(4):
        found = inverse.equilibrium(graph, concept, s, np.zeros((2, 4), dtype=int))
        assert found.share == Fraction(count[s], 576)
        assert not found.given
    assert inverse.equilibrium(graph, "seq", 0, np.zeros((2, 4), dtype=int)).share is None


def test_the_sum_over_admissible_sets() -> None:
    """The share is the sum of |B|! (m - 1 - |B|)! / m! over all sets that contain no large one."""
    rng = np.random.default_rng(4)
    graph = random_graph(rng, 3, 7)
    ranks = rng.integers(0, 7, (3, 7))
    for concept in CONCEPTS:
        found = inverse.admissible(graph, concept, 0, 2, ranks)
        rest = [k for k in range(7) if k != 2]
        total = sum(
            math.factorial(n) * math.factorial(6 - n)
            for n in range(7)
            for b in itertools.combinations(rest, n)
            if any(set(b) <= large for large in found.largest or ())
        )
        assert found.orders == total


@pytest.mark.parametrize("seed", range(30))
def test_chances_and_smallest_sets_of_random_demands(seed: int) -> None:
    rng = np.random.default_rng([7, seed])
    size = 8
    demands = [
        monotone.minimal(
            frozenset(map(int, rng.choice(size, int(rng.integers(1, 4)), replace=False)))
            for _ in range(int(rng.integers(1, 5)))
        )
        for _ in range(int(rng.integers(1, 5)))
    ]
    subsets = [
        frozenset(s) for n in range(size + 1) for s in itertools.combinations(range(size), n)
    ]
    meets = {s for s in subsets if all(any(way <= s for way in d) for d in demands)}
    whole = {s for s in meets if not any(other < s for other in meets)}
    parts = monotone.smallest(demands)
    assert parts is not None
    assert {frozenset().union(*choice) for choice in itertools.product(*parts)} == whole
    chances = monotone.chance(demands)
    assert chances is not None
    by_size = monotone.coefficients_by_size(chances, size)
    assert by_size == [sum(len(s) == size - n for s in meets) for n in range(size + 1)]


def test_nothing_demanded_and_nothing_that_helps() -> None:
    assert monotone.smallest([]) == []
    assert monotone.chance([]) == [1]
    assert monotone.chance([frozenset()]) == [0]
    alone = MoveGraph.of_lists(["A", "B"], [[[], []], [[1], [0]]])
    found = inverse.admissible(alone, "nash", 0, 0, [[0, 0], [0, 0]])
    assert found.always
    assert found.share == 1
    assert found.largest == (frozenset({1}),)
    assert found.share_with_ties == 1


def test_limits_refuse_and_say_so() -> None:
    """A table of 2 players and 40 actions: 40^39 largest sets are counted, not listed."""
    graph = MoveGraph.of_table(("A", "B"), (12, 12))
    found = inverse.admissible(graph, "gmr", 0, 0, np.zeros((2, 144), dtype=int))
    assert found.count == 12**11
    assert found.largest is None
    assert found.smallest is None
    assert found.share is not None
    assert 0 < found.share < 1
    big = MoveGraph.of_table(("A", "B"), (40, 40))
    found = inverse.admissible(big, "gmr", 0, 0, np.zeros((2, 1600), dtype=int))
    assert found.share is None
    assert not found.complete
    assert found.orders is None
    assert found.holds(range(1, 40))


def test_three_options_of_four_players_take_no_time() -> None:
    graph = MoveGraph.of_table(("A", "B", "C", "D"), (4, 4, 4, 4))
    ranks = np.random.default_rng(0).integers(0, 256, (4, 256))
    for concept in CONCEPTS:
        found = inverse.admissible(graph, concept, 0, 5, ranks)
        assert found.complete, concept


def test_the_divide_in_symbols_and_words() -> None:
    """By hand: the divide is Nash iff Russia dares not push; war is the sanction."""
    conflict = conflict_of(load_model("asymmetric-bipolarity"))
    ranks = conflict.ranks()
    signs = PayoffSigns(conflict)
    nash = inverse.admissible(conflict.graph, "nash", 0, 0, ranks)
    assert in_words(inverse.alternatives(nash, signs) or ()) == "r_N >= g_R/(g_R + k_R)"
    text = inverse.sentence(nash, conflict)
    assert text.endswith("iff #3 Russia: Escalate; NATO: Restrain is no better for Russia."), text
    gmr = inverse.admissible(conflict.graph, "gmr", 0, 0, ranks)
    assert inverse.alternatives(gmr, signs) == ((),)  # war is never better than the divide
    assert gmr.share == Fraction(2, 3)
    smr = inverse.admissible(conflict.graph, "smr", 0, 0, ranks)
    # War is a sanction only if Russia has no better way out of it: to yield.
    assert set(smr.smallest or ()) == {frozenset({2}), frozenset({1, 3})}
    assert inverse.sentence(smr, conflict).endswith(
        "iff #3 Russia: Escalate; NATO: Restrain is no better for Russia, or none of "
        "#2 Russia: Restrain; NATO: Escalate and #4 Direct war is better for Russia."
    )
    assert smr.to_dict()["parts"] == [[[2], [1, 3]]]


@pytest.mark.parametrize("name", ["asymmetric-bipolarity", "chicken", "prisoners-dilemma"])
def test_every_condition_agrees_with_stability_at_values(name: str) -> None:
    """At many points, also where payoffs tie."""
    model = load_model(name)
    conflict = conflict_of(model)
    signs = PayoffSigns(conflict)
    rng = np.random.default_rng(3)
    for _ in range(40):
        values = model.values()
        drawn = {n: int(rng.integers(1, 4)) for n, p in model.parameters.items() if not p.formula}
        drawn |= {n: Fraction(int(rng.integers(5)), 4) for n in drawn if n[0] in "ravp"}
        values = model.values(check=False, **drawn)
        if not all(a.evaluate(values) for a in model.assumptions):
            continue
        ranks = conflict.ranks(drawn)
        for concept in CONCEPTS:
            table = stable(conflict.graph, ranks, concept)
            for i, s in itertools.product(range(2), range(4)):
                found = inverse.admissible(conflict.graph, concept, i, s, ranks)
                terms = inverse.alternatives(found, signs)
                assert terms is not None
                assert table[i][s] == any(all(c.evaluate(values) for c in term) for term in terms)


def test_alternatives_without_those_that_others_imply() -> None:
    """B may answer A's move by three states; the assumption makes two of them one question."""
    model = read_model("""
title: A question
form: strategic
players: [A, B]
actions: {A: [stay, move], B: [p, q, r]}
parameters: {m: {default: 1}, g: {default: 1}, s: {default: 1}}
assumptions: [g > 0]
outcomes:
  here: {title: Here, payoffs: {A: m, B: 0}}
  one: {title: One, payoffs: {A: s, B: 1}}
  two: {title: Two, payoffs: {A: g + s, B: 2}}
  far: {title: Far, payoffs: {A: 5, B: 3}}
game: [[here, far, far], [one, two, one]]
""")
    conflict = conflict_of(model)
    found = inverse.admissible(conflict.graph, "gmr", 0, 0, conflict.ranks())
    assert found.count == 3
    assert in_words(inverse.alternatives(found, PayoffSigns(conflict)) or ()) == "m >= s"
