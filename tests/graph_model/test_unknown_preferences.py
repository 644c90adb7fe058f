"""Preferences known in part: the four published variants, and every completion one by one."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction

import numpy as np
import pytest

from deterrence import load_model
from deterrence.errors import IncompleteError, UsageError
from deterrence.graph_model import unknown
from deterrence.graph_model.concepts import CONCEPTS, stable
from deterrence.graph_model.conflict import conflict_of
from deterrence.graph_model.graph import MoveGraph
from deterrence.graph_model.payoff_signs import PayoffSigns
from deterrence.graph_model.unknown import Orders, Partial, attitude, in_completions

SIZE = 4
WEAK = [r for r in itertools.product(range(SIZE), repeat=SIZE) if set(r) == set(range(max(r) + 1))]


def random_partial(rng: np.random.Generator, share: float) -> Partial:
    """Return what a random order says of some pairs, and what follows from it."""
    ranks = rng.integers(0, SIZE, SIZE)
    chains = []
    for s, x in itertools.combinations(range(SIZE), 2):
        if rng.random() < share:
            up, down = (s, x) if ranks[s] > ranks[x] else (x, s)
            chains.append([[s, x]] if ranks[s] == ranks[x] else [[up], [down]])
    return Partial.of_chains(chains, SIZE)


def random_case(seed: int, players: int, share: float = 0.5) -> tuple[MoveGraph, Partial]:
    rng = np.random.default_rng([16, seed])
    moves = [
        [[t for t in range(SIZE) if rng.random() < 0.6] for _ in range(SIZE)]
        for _ in range(players)
    ]
    graph = MoveGraph.of_lists([f"p{j}" for j in range(players)], moves)
    return graph, Partial.joined([random_partial(rng, share) for _ in range(players)])


def fits(row: tuple[int, ...], known: Partial, i: int, *, ties: bool) -> bool:
    for s, x in itertools.permutations(range(SIZE), 2):
        if known.better[i, s, x] and row[x] <= row[s]:
            return False
        if known.no_better[i, s, x] and row[x] > row[s]:
            return False
        tied = known.no_better[i, s, x] and known.no_better[i, x, s]
        if not ties and not tied and row[x] == row[s]:
            return False
    return True


@pytest.mark.parametrize("ties", [False, True])
@pytest.mark.parametrize(("seed", "players"), [(0, 2), (1, 2), (2, 3)])
def test_against_every_completion(seed: int, players: int, ties: bool) -> None:
    graph, known = random_case(seed, players, 0.85 if players == 3 or ties else 0.6)
    rows = [[r for r in WEAK if fits(r, known, i, ties=ties)] for i in range(players)]
    for i in range(players):
        orders = Orders(known, i, ties=ties)
        assert orders.count == len(rows[i])
        assert sorted(tuple(r.tolist()) for r in orders) == sorted(rows[i])
    for concept in CONCEPTS:
        found = in_completions(graph, concept, known, ties=ties)
        assert found.exact
        assert found.total == math.prod(map(len, rows))
        tables = [stable(graph, table, concept) for table in itertools.product(*rows)]
        for i, s in itertools.product(range(players), range(SIZE)):
            each = [bool(t[i, s]) for t in tables]
            assert found.shares[i][s] == Fraction(sum(each), len(each))
            assert found.every[i][s] == all(each)
            assert found.some[i][s] == any(each)
        for s in range(SIZE):
            each = [bool(t[:, s].all()) for t in tables]
            assert found.equilibrium[s] == Fraction(sum(each), len(each))
            assert found.every_equilibrium[s] == all(each)
            assert found.some_equilibrium[s] == any(each)


def by_definition(graph: MoveGraph, concept: str, known: Partial, variant: str) -> np.ndarray:
    """Li, Hipel, Kilgour and Fang (2004), state by state, for two players."""
    found = np.zeros((2, SIZE), dtype=bool)

    def unsure(i: int, s: int, x: int) -> bool:
        return not known.better[i, s, x] and not known.no_better[i, s, x]

    for i, s in itertools.product(range(2), range(SIZE)):

        def leaves(x: int, i: int = i, s: int = s) -> bool:
            return known.better[i, s, x] or (variant in "ac" and unsure(i, s, x))

        def holds(y: int, i: int = i, s: int = s) -> bool:
            return known.no_better[i, s, y] or (variant in "cd" and unsure(i, s, y))

        def deterred(x: int, i: int = i) -> bool:
            for y in graph.moves(1 - i, x).tolist():
                wanted = known.better[1 - i, x, y] or unsure(1 - i, x, y)
                if concept == "seq" and not wanted:
                    continue
                out = graph.moves(i, y).tolist() if concept == "smr" else ()
                if holds(y) and all(map(holds, out)):
                    return True
            return False

        tempting = [x for x in graph.moves(i, s).tolist() if leaves(x)]
        found[i, s] = not tempting if concept == "nash" else all(map(deterred, tempting))
    return found


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("concept", unknown.PUBLISHED)
def test_the_four_variants_by_definition(concept: str, seed: int) -> None:
    graph, known = random_case(seed, 2, 0.35)
    found = {v: attitude(graph, concept, known, v) for v in unknown.VARIANTS}
    for variant, table in found.items():
        assert (table == by_definition(graph, concept, known, variant)).all()
    # Whoever is held back by less, or leaves for less, is stable at fewer states.
    for more, less in ("ab", "ac", "bd", "cd"):
        assert (found[more] <= found[less]).all()
    if concept == "nash":
        assert (found["a"] == found["c"]).all()


@pytest.mark.parametrize("concept", CONCEPTS)
def test_nothing_unknown_is_the_usual_stability(concept: str) -> None:
    rng = np.random.default_rng(5)
    graph, _ = random_case(3, 3)
    ranks = rng.integers(0, 3, (3, SIZE))
    known = Partial.of_ranks(ranks)
    table = stable(graph, ranks, concept)
    assert not known.open_pairs(0)
    for variant in unknown.VARIANTS:
        assert (attitude(graph, concept, known, variant) == table).all()
    found = in_completions(graph, concept, known)
    assert found.total == 1
    assert [list(map(bool, row)) for row in found.shares] == table.tolist()


@pytest.mark.parametrize("concept", ["smr", "seq"])
def test_a_sample_says_so_and_comes_near(concept: str, monkeypatch: pytest.MonkeyPatch) -> None:
    graph, known = random_case(1, 2, 0.3)
    exact = in_completions(graph, concept, known)
    monkeypatch.setattr(unknown, "MOST_COMPLETIONS", 1)
    monkeypatch.setattr(unknown, "DRAWN", 500)
    found = in_completions(graph, concept, known, seed=2)
    assert (found.exact, found.drawn, found.total) == (False, 500, exact.total)
    assert 0.04 < found.margin < 0.05
    for i, s in itertools.product(range(2), range(SIZE)):
        assert abs(found.shares[i][s] - exact.shares[i][s]) < 0.07
        assert found.every[i][s] in (exact.every[i][s], None)
        assert found.some[i][s] in (exact.some[i][s], None)
    assert found == in_completions(graph, concept, known, seed=2)


def test_long_and_open_orders() -> None:
    """A long chain is one order; an order of which nothing is known is counted, up to a limit."""
    chain = Partial.of_chains([[[k] for k in range(300)]], 300)
    assert Orders(chain, 0).count == 1
    assert next(iter(Orders(chain, 0))).tolist() == list(range(299, -1, -1))
    assert Orders(Partial.of_chains([], 12), 0).count == math.factorial(12)
    assert len(set(Orders(Partial.of_chains([], 12), 0).draw(np.random.default_rng(0)))) == 12
    with pytest.raises(IncompleteError, match="too many"):
        _ = Orders(Partial.of_chains([], 40), 0).count
    with pytest.raises(UsageError, match="better and no better"):
        Partial.of_chains([[[0], [1]], [[1], [0]]], 2)


def test_from_the_assumptions_of_a_model() -> None:
    """At the divide's two sides only victory against the divide is open, by hand."""
    conflict = conflict_of(load_model("asymmetric-bipolarity"))
    known = Partial.of_signs(PayoffSigns(conflict, expand=True), 2, 4)
    assert (0, 2) in known.open_pairs(0)
    assert (0, 1) not in known.open_pairs(0)
    found = in_completions(conflict.graph, "gmr", known)
    assert found.every_equilibrium[0]
    assert found.to_dict()["drawn"] is None
    nash = in_completions(conflict.graph, "nash", known)
    assert nash.some_equilibrium[0]
    assert not nash.every_equilibrium[0]
    full = conflict_of(load_model("ordinal-crisis"))
    settled = Partial.of_signs(PayoffSigns(full), 2, 4)
    assert not settled.open_pairs(0)
    assert not settled.open_pairs(1)
