"""Inverse questions and preferences known in part, against all orders and all sets of states."""

from __future__ import annotations

import itertools
import math
import random
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import stability_witness as witness
from conflict_samples import engine, random_conflict
from symbolic_samples import STYLES, at_point, model, points, value

from deterrence import Model
from deterrence.graph_model.conflict import conflict_of
from deterrence.graph_model.fuzzy import fuzzy, graded
from deterrence.graph_model.inverse import admissible, alternatives, clauses
from deterrence.graph_model.payoff_signs import PayoffSigns
from deterrence.graph_model.tables import stable_in
from deterrence.graph_model.unknown import VARIANTS, Partial, attitude, in_completions

BLOCKS = [0, *(pytest.param(n, marks=pytest.mark.everything) for n in range(1, 21))]
WEAK = {n: witness.weak_orders(n) for n in range(1, 5)}


@pytest.mark.parametrize("block", BLOCKS)
def test_orders_one_by_one(block: int) -> None:
    """Up to five states: the orders that make a state stable, with ties and without."""
    rng = random.Random(f"orders {block}")
    for _ in range(20):
        game = random_conflict(rng, rng.choice([2, 2, 3, 4]), 5)
        graph, ranks = engine(game)
        size = len(game.states)
        i, s = rng.choice(list(game.players)), rng.choice(list(game.states))
        for concept in witness.CONCEPTS:
            found = admissible(graph, concept, i, s, ranks)
            want = witness.admissible_orders(game, concept, i, s)
            assert found.orders == len(want)
            assert found.share == Fraction(len(want), math.factorial(size))
            for order in itertools.permutations(game.states):
                better = {t for t in game.states if order[t] > order[s]}
                assert found.holds(better) == (order in want)
            if size <= 4:
                tied = [
                    witness.stable(witness.with_worth(game, i, r), concept, i, s)
                    for r in WEAK[size]
                ]
                assert found.share_with_ties == Fraction(sum(tied), len(tied))


@pytest.mark.parametrize("block", BLOCKS)
def test_the_largest_sets(block: int) -> None:
    rng = random.Random(f"sets {block}")
    for _ in range(40):
        game = random_conflict(rng, rng.choice([2, 2, 3, 4]), 8)
        graph, ranks = engine(game)
        for concept in witness.CONCEPTS:
            i, s = rng.choice(list(game.players)), rng.choice(list(game.states))
            found = admissible(graph, concept, i, s, ranks)
            want = witness.admissible_sets(game, concept, i, s)
            assert found.largest is not None
            assert set(found.largest) == want
            assert len(found.largest) == len(want) == found.count


@pytest.mark.parametrize("block", BLOCKS)
def test_many_tables_at_once(block: int) -> None:
    rng = random.Random(f"tables {block}")
    for _ in range(10):
        game = random_conflict(rng, rng.choice([2, 3]), 6)
        graph, _ = engine(game)
        tables = np.array(
            [[rng.choices(range(6), k=graph.size) for _ in game.players] for _ in range(3)]
        )
        for concept in witness.CONCEPTS:
            found = stable_in(graph, tables, concept)
            for table, told in zip(tables, found, strict=True):
                one = witness.Conflict(game.moves, tuple(map(tuple, table.tolist())))
                for i, s in itertools.product(game.players, game.states):
                    assert told[i][s] == witness.stable(one, concept, i, s)


def random_chains(rng: random.Random, size: int) -> list[Any]:
    """Return one to three chains that some order keeps: parts of it, with its ties."""
    order = rng.choice(WEAK[size])
    chains = []
    for _ in range(rng.randint(0, 3)):
        some = rng.sample(range(size), rng.randint(2, min(3, size)))
        chains.append(
            [
                [s for s in some if order[s] == r]
                for r in sorted({order[s] for s in some}, reverse=True)
            ]
        )
    return chains


@pytest.mark.parametrize("block", BLOCKS)
def test_preferences_known_in_part(block: int) -> None:
    rng = random.Random(f"known {block}")
    for _ in range(20):
        game = random_conflict(rng, rng.choice([2, 2, 3]), 4)
        graph, _ = engine(game)
        size = len(game.states)
        chains = [random_chains(rng, size) for _ in game.players]
        known = witness.Known.of(chains, size)
        partial = Partial.joined([Partial.of_chains(own, size) for own in chains])
        for i, s, x in itertools.product(game.players, game.states, game.states):
            assert partial.better[i, s, x] == known.surely(i, x, s)
            assert partial.no_better[i, s, x] == (not known.possibly(i, x, s))
        for concept, variant in itertools.product(witness.CONCEPTS, VARIANTS):
            found = attitude(graph, concept, partial, variant)
            for i, s in itertools.product(game.players, game.states):
                want = witness.attitude(game, concept, known, variant, i, s)
                assert found[i][s] == want, (concept, variant, i, s)


@pytest.mark.parametrize("block", BLOCKS)
def test_completions_one_by_one(block: int) -> None:
    rng = random.Random(f"completions {block}")
    for ties in (False, True) * 4:
        game = random_conflict(rng, 2, 4)
        graph, _ = engine(game)
        size = len(game.states)
        chains = [random_chains(rng, size) for _ in game.players]
        known = witness.Known.of(chains, size)
        partial = Partial.joined([Partial.of_chains(own, size) for own in chains])
        orders = [known.orders[i] if ties else known.strict(i) for i in game.players]
        if math.prod(map(len, orders)) > 600:
            continue
        every = [witness.Conflict(game.moves, rows) for rows in itertools.product(*orders)]
        for concept in witness.CONCEPTS:
            found = in_completions(graph, concept, partial, ties=ties)
            assert found.exact
            assert found.total == len(every)
            for s in game.states:
                told = [[witness.stable(g, concept, i, s) for g in every] for i in game.players]
                both = [all(column) for column in zip(*told, strict=True)]
                for i in game.players:
                    assert found.shares[i][s] == Fraction(sum(told[i]), len(every))
                    assert found.every[i][s] == all(told[i])
                    assert found.some[i][s] == any(told[i])
                assert found.equilibrium[s] == Fraction(sum(both), len(every))
                assert found.every_equilibrium[s] == all(both)
                assert found.some_equilibrium[s] == any(both)


@pytest.mark.parametrize("block", BLOCKS)
def test_fuzzy_preferences(block: int) -> None:
    """A move needs a strength of the mover's threshold; what falls short of it sanctions."""
    rng = random.Random(f"fuzzy {block}")
    for _ in range(15):
        check_fuzzy(rng)


def check_fuzzy(rng: random.Random) -> None:
    game = random_conflict(rng, rng.choice([2, 2, 3]), 5)
    graph, _ = engine(game)
    size, tenths = graph.size, {}
    for i, x, y in itertools.product(game.players, game.states, game.states):
        if x < y:
            tenths[i, x, y] = rng.choice([0, 2, 3, 5, 5, 6, 10])
            tenths[i, y, x] = 10 - tenths[i, x, y]
    degrees = np.full((len(game.players), size, size), 0.5)
    for place, number in tenths.items():
        degrees[place] = number / 10
    gammas = [rng.choice([1, 2, 4, 6, 10]) for _ in game.players]

    def improves(i: int, new: int, old: int) -> bool:
        return new != old and tenths[i, new, old] - tenths[i, old, new] >= gammas[i]

    for concept in witness.CONCEPTS:
        found = fuzzy(graph, degrees, [g / 10 for g in gammas], concept)
        for i, s in itertools.product(game.players, game.states):
            want = witness.stable_by(
                game, concept, i, s, improves, lambda *a: not improves(*a), improves
            )
            assert found.stable[i][s] == want, (concept, i, s)


@pytest.mark.parametrize("block", BLOCKS)
def test_much_worse_sanctions(block: int) -> None:
    rng = random.Random(f"graded {block}")
    for _ in range(15):
        check_graded(rng)


def check_graded(rng: random.Random) -> None:
    game = random_conflict(rng, rng.choice([2, 2, 3]), 6)
    graph, ranks = engine(game)
    step = rng.choice([1, 2, 3, 8])
    much = ranks[:, :, None] - ranks[:, None, :] >= step

    def better(i: int, new: int, old: int) -> bool:
        return game.better(i, new, old)

    def far_below(i: int, new: int, old: int) -> bool:
        return game.worth[i][old] - game.worth[i][new] >= step

    for concept in witness.CONCEPTS:
        found = graded(graph, ranks, much, concept)
        for i, s in itertools.product(game.players, game.states):
            assert found.stable[i][s] == witness.stable(game, concept, i, s)
            strong = witness.stable_by(game, concept, i, s, better, far_below, better)
            assert found.strong[i][s] == strong, (concept, i, s)


@pytest.mark.parametrize("block", BLOCKS)
def test_conditions_of_the_inverse(block: int) -> None:
    """What is printed holds exactly where the state is stable; what assumptions settle is so."""
    rng = random.Random(f"printed {block}")
    shape = rng.choice([(2, 2), (2, 2), (2, 3), (2, 2, 2)])
    data, rows = model(rng, shape, STYLES[block % len(STYLES)])
    conflict = conflict_of(Model.from_dict(data))
    signs, ranks = PayoffSigns(conflict), conflict.ranks()
    size, players = conflict.graph.size, range(len(shape))
    known = Partial.of_signs(signs, len(shape), size)
    told: dict[Any, Any] = {}
    for concept, i, s in itertools.product(("nash", "gmr", "smr"), players, range(size)):
        found = admissible(conflict.graph, concept, i, s, ranks)
        every = [[[str(c) for c in term] for term in clause] for clause in clauses(found, signs)]
        other = alternatives(found, signs)
        told[concept, i, s] = (
            every,
            None if other is None else [[str(c) for c in term] for term in other],
        )
    for at in points(rng, data["assumptions"], sorted(data["parameters"]), rows, 20):
        game = at_point(shape, rows, at)
        for (concept, i, s), (every, other) in told.items():
            want = witness.stable(game, concept, i, s)
            held = all(any(all(value(c, at) for c in t) for t in clause) for clause in every)
            assert held == want, (concept, i, s, at, data)
            if other is not None:
                assert any(all(value(c, at) for c in term) for term in other) == want
        for i, s, x in itertools.product(players, range(size), range(size)):
            assert not known.better[i, s, x] or game.better(i, x, s)
            assert not known.no_better[i, s, x] or not game.better(i, x, s)
