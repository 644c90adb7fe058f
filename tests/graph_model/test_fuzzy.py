"""Fuzzy and graded preferences: by definition, and as the usual stability where they are sharp."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from deterrence import load_model
from deterrence.errors import UsageError
from deterrence.graph_model.concepts import CONCEPTS, stable
from deterrence.graph_model.conflict import conflict_of
from deterrence.graph_model.fuzzy import (
    degrees_of_ranks,
    degrees_of_sample,
    fuzzy,
    graded,
    much_worse_by,
    strength,
)
from deterrence.graph_model.graph import MoveGraph
from deterrence.graph_model.relations import stable_by
from deterrence.graph_model.uncertain import draw, probabilities

SIZE = 5
#: Half strokes of tenths, where floats round: 0.7 - 0.3 is less than 0.4.
STEPS = np.arange(11) / 10


def random_graph(rng: np.random.Generator, players: int) -> MoveGraph:
    moves = [
        [[t for t in range(SIZE) if rng.random() < 0.5] for _ in range(SIZE)]
        for _ in range(players)
    ]
    return MoveGraph.of_lists([f"p{j}" for j in range(players)], moves)


def random_degrees(rng: np.random.Generator, players: int) -> np.ndarray:
    found = np.full((players, SIZE, SIZE), 0.5)
    for i, (x, y) in itertools.product(range(players), itertools.combinations(range(SIZE), 2)):
        found[i, x, y] = rng.choice(STEPS)
        found[i, y, x] = 1 - found[i, x, y]
    return found


@pytest.mark.parametrize("players", [1, 2, 3])
@pytest.mark.parametrize("concept", CONCEPTS)
def test_stable_by_definition_and_above_the_critical_threshold(concept: str, players: int) -> None:
    rng = np.random.default_rng([3, players])
    for _ in range(8):
        graph, degrees = random_graph(rng, players), random_degrees(rng, players)
        thresholds = rng.choice(STEPS[1:], players)
        shifts = strength(degrees)
        leaves = shifts >= thresholds[:, None, None] - 1e-9
        expected = stable_by(graph, concept, leaves, ~leaves, leaves)
        found = fuzzy(graph, degrees, thresholds.tolist(), concept)
        assert (np.array(found.stable) == expected).all()
        assert found.equilibria == tuple(np.flatnonzero(expected.all(axis=0)))
        for i, s in itertools.product(range(players), range(SIZE)):
            critical = found.critical[i][s]
            for own in STEPS[1:]:
                changed = thresholds.copy()
                changed[i] = own
                again = fuzzy(graph, degrees, changed.tolist(), concept).stable[i][s]
                assert again == (own > critical + 1e-9)


def by_definition(graph: MoveGraph, degrees: np.ndarray, gamma: list[float], concept: str) -> list:
    """Two players, as in Bashar, Kilgour and Hipel: no arrays of arrays."""

    def tempts(i: int, s: int, x: int) -> bool:
        return round(degrees[i, x, s] - degrees[i, s, x], 9) >= gamma[i]

    found = []
    for i in range(2):
        row = []
        for s in range(SIZE):
            good = True
            for x in graph.moves(i, s).tolist():
                if not tempts(i, s, x):
                    continue
                replies = graph.moves(1 - i, x).tolist() if concept != "nash" else []
                if concept == "seq":
                    replies = [y for y in replies if tempts(1 - i, x, y)]
                held = [y for y in replies if not tempts(i, s, y)]
                if concept == "smr":
                    held = [y for y in held if not any(tempts(i, s, z) for z in graph.moves(i, y))]
                good = good and bool(held)
            row.append(good)
        found.append(tuple(row))
    return found


@pytest.mark.parametrize("concept", ["nash", "gmr", "smr", "seq"])
def test_two_players_by_definition(concept: str) -> None:
    rng = np.random.default_rng(9)
    for _ in range(20):
        graph, degrees = random_graph(rng, 2), random_degrees(rng, 2)
        gamma = rng.choice(STEPS[1:], 2).tolist()
        assert list(fuzzy(graph, degrees, gamma, concept).stable) == by_definition(
            graph, degrees, gamma, concept
        )


@pytest.mark.parametrize("concept", CONCEPTS)
def test_sharp_preferences_are_the_usual_ones(concept: str) -> None:
    rng = np.random.default_rng(11)
    for gamma in (0.1, 1.0):
        graph = random_graph(rng, 3)
        ranks = rng.integers(0, 4, (3, SIZE))
        found = fuzzy(graph, degrees_of_ranks(ranks), [gamma] * 3, concept)
        assert (np.array(found.stable) == stable(graph, ranks, concept)).all()


def test_a_threshold_that_is_met_exactly_tempts() -> None:
    """0.7 - 0.3 is 0.4, although floats have it a little less."""
    graph = MoveGraph.of_lists(["A"], [[[1], []]])
    degrees = np.array([[[0.5, 0.3], [0.7, 0.5]]])
    assert not fuzzy(graph, degrees, [0.4], "nash").stable[0][0]
    assert fuzzy(graph, degrees, [0.5], "nash").stable[0][0]
    assert fuzzy(graph, degrees, [0.4], "nash").to_dict()["critical"] == [[0.4, -1.0]]


def test_degrees_from_distributions() -> None:
    """Nash at the divide: the degree is the probability, so that thresholds speak of it."""
    conflict = conflict_of(load_model("asymmetric-bipolarity"))
    drawn = draw(conflict, samples=512, seed=1)
    degrees = degrees_of_sample(drawn)
    assert np.allclose(degrees + degrees.swapaxes(1, 2), 1)
    chance = probabilities(conflict, ["nash"], samples=512, seed=1).of("nash", 0)
    for i, there in ((0, 2), (1, 1)):
        # No ties at random points.
        assert degrees[i, there, 0] == pytest.approx(1 - chance.players[i].value)
    found = fuzzy(conflict.graph, degrees, [0.5, 0.5], "gmr")
    assert 0 in found.equilibria


@pytest.mark.parametrize("concept", CONCEPTS)
def test_strong_is_stable_and_any_worse_state_may_be_much_worse(concept: str) -> None:
    rng = np.random.default_rng(13)
    graph = random_graph(rng, 3)
    values = rng.integers(0, 6, (3, SIZE))
    table = stable(graph, values, concept)
    before = table
    for margin in (1, 2, 4, 100):
        found = graded(graph, values, much_worse_by(values, margin), concept)
        assert (np.array(found.stable) == table).all()
        strong = np.array(found.strong)
        assert (strong <= before).all()
        before = strong
    # With nothing much worse only what has no improvement is strongly stable.
    assert (before == stable(graph, values, "nash")).all()


def test_graded_by_hand() -> None:
    """A collision deters strongly only where it is much worse than the status quo."""
    graph = MoveGraph.of_table(("A", "B"), (2, 2))
    values = np.array([[3, 2, 4, 1], [3, 4, 2, 1]])
    assert graded(graph, values, much_worse_by(values, 2), "gmr").strong[0][0]
    weak = graded(graph, values, much_worse_by(values, 3), "gmr")
    assert weak.stable[0][0]
    assert not weak.strong[0][0]
    # The way out of the collision, to yield, is worse by 1 only.
    assert not graded(graph, values, much_worse_by(values, 2), "smr").strong[0][0]


def test_errors() -> None:
    graph = MoveGraph.of_table(("A", "B"), (2, 2))
    degrees = degrees_of_ranks([[0, 1, 2, 3], [0, 0, 0, 0]])
    with pytest.raises(UsageError, match="thresholds 0, 1"):
        fuzzy(graph, degrees, [0, 1], "nash")
    with pytest.raises(UsageError, match="thresholds"):
        fuzzy(graph, degrees, [0.5], "nash")
    with pytest.raises(UsageError, match="add up to 1"):
        fuzzy(graph, degrees * 0.9, [0.5, 0.5], "nash")
    with pytest.raises(UsageError, match="outside"):
        fuzzy(graph, degrees - 0.5, [0.5, 0.5], "nash")
    with pytest.raises(UsageError, match="much worse"):
        graded(graph, [[0, 0, 0, 0]] * 2, np.ones((2, 4, 4), dtype=bool), "nash")
