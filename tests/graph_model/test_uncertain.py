"""How likely states are stable: against single points, exact probabilities, and correlations."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from deterrence import load_model
from deterrence.errors import UsageError
from deterrence.graph_model import uncertain
from deterrence.graph_model.concepts import CONCEPTS, stable
from deterrence.graph_model.conflict import Conflict, conflict_of
from deterrence.graph_model.graph import MoveGraph
from deterrence.graph_model.tables import stable_in
from deterrence.modelfile.loader import read_model

#: Both may push; each gains x or y by it, from 0 for staying, and both lose if both push.
PUSH = """
title: Pushing
form: strategic
players: [A, B]
actions: {{A: [stay, push], B: [stay, push]}}
parameters:
  x: {{default: {x}, bounds: [-1, 3], title: "gain of A"}}
  y: {{default: {y}, bounds: [-1, 1], title: "gain of B"}}
{more}
outcomes:
  both_stay: {{title: Both stay, payoffs: {{A: 0, B: 0}}}}
  b_pushes: {{title: B pushes, payoffs: {{A: -2, B: y}}}}
  a_pushes: {{title: A pushes, payoffs: {{A: x, B: -2}}}}
  both_push: {{title: Both push, payoffs: {{A: -5, B: -5}}}}
game: [[both_stay, b_pushes], [a_pushes, both_push]]
"""


def pushing(more: str = "", x: int = 0, y: int = 0) -> Conflict:
    return conflict_of(read_model(PUSH.format(more=more, x=x, y=y)))


@pytest.mark.parametrize("players", [1, 2, 3])
def test_many_tables_at_once_are_each_of_them(players: int) -> None:
    rng = np.random.default_rng(players)
    size = 6
    moves = [
        [[t for t in range(size) if rng.random() < 0.4] for _ in range(size)]
        for _ in range(players)
    ]
    graph = MoveGraph.of_lists([f"p{j}" for j in range(players)], moves)
    tables = rng.integers(0, 5, (60, players, size))
    for concept in CONCEPTS:
        each = np.array([stable(graph, table, concept) for table in tables])
        assert (stable_in(graph, tables, concept) == each).all()


@pytest.mark.parametrize("name", ["asymmetric-bipolarity", "chicken"])
def test_every_point_by_itself(name: str) -> None:
    """The share of 64 points, each solved exactly, is the estimate."""
    conflict = conflict_of(load_model(name))
    drawn = uncertain.draw(conflict, samples=64, seed=4)
    found = uncertain.probabilities(conflict, samples=64, seed=4)
    assert found == uncertain.probabilities(conflict, samples=64, seed=4)
    names = drawn.uncertainty.names
    counts = {c: np.zeros((3, 4)) for c in CONCEPTS}
    for point in drawn.nets.points:
        values = {n: Fraction(float(v)) for n, v in zip(names, point, strict=True)}
        ranks = conflict.ranks(values)
        for concept, count in counts.items():
            table = stable(conflict.graph, ranks, concept)
            count += np.vstack([table, table.all(axis=0)])
    for concept, count in counts.items():
        for k in range(4):
            chance = found.of(concept, k)
            told = [*(e.value for e in chance.players), chance.equilibrium.value]
            assert np.allclose(told, count[:, k] / len(drawn.nets.points))


def test_probabilities_by_hand() -> None:
    """Staying is Nash for A iff x <= 0, 1 time in 4; for B 1 in 2; for both 1 in 8."""
    found = uncertain.probabilities(pushing(), samples=1024)
    chance = found.of("nash", 0)
    for estimate, exact in zip(
        (*chance.players, chance.equilibrium), (0.25, 0.5, 0.125), strict=True
    ):
        assert estimate.low <= exact <= estimate.high
        assert estimate.width < 0.02
    gmr = found.of("gmr", 0)
    # B's push in reply leaves A with -5: a sanction, whatever x is.
    assert gmr.equilibrium.value == 1
    assert 0.99 < gmr.equilibrium.low < 1
    # B does not want it: -5 is less than -2.
    assert found.of("seq", 0) == chance
    assert [i.name for i in found.varying] == ["x", "y"]
    assert found.to_dict()["notions"][0]["states"][0]["state"] == 0


def test_correlations_and_assumptions_count() -> None:
    apart = uncertain.probabilities(pushing(), ["nash"], samples=1024)
    tied = pushing("correlations:\n  - {between: [x, y], value: 0.9}\n")
    found = uncertain.probabilities(tied, ["nash"], samples=1024)
    # The same for each, but more often both at once.
    for i in range(2):
        assert abs(found.of("nash", 0).players[i].value - (0.25, 0.5)[i]) < 0.02
    joint = found.of("nash", 0).equilibrium
    assert joint.low > apart.of("nash", 0).equilibrium.high + 0.05
    assert any("correlation" in note for note in found.notes)
    sure = uncertain.probabilities(pushing("assumptions: [x - y > 1]\n", 2), ["nash"], samples=256)
    assert sure.of("nash", 0).players[0].value == 0
    assert sure.of("nash", 0).players[0].high > 0
    assert sure.notes
    fixed = uncertain.probabilities(pushing(), ["nash"], samples=256, fixed={"x": -1})
    assert fixed.of("nash", 0).players[0].value == 1


def test_ties_are_ties_in_floats_too() -> None:
    rows = np.array([[0.1 + 0.2, 0.3, 1e-14 + 1.0, 1.0], [0.0, 0.0, 0.0, 0.0]])
    assert uncertain.ranked_rows(rows).tolist() == [[0, 0, 1, 1], [0, 0, 0, 0]]


def test_errors_say_what_is_missing() -> None:
    with pytest.raises(UsageError, match="has orders and no numbers, which the probability"):
        uncertain.probabilities(conflict_of(load_model("ordinal-crisis")))
    with pytest.raises(UsageError, match="100 samples"):
        uncertain.probabilities(pushing(), samples=100)
    with pytest.raises(UsageError, match="level"):
        uncertain.probabilities(pushing(), level=2)
    with pytest.raises(UsageError, match="is uncertain"):
        uncertain.probabilities(pushing(), fixed={"x": 1, "y": 1})
    with pytest.raises(UsageError, match="keeps the assumptions"):
        uncertain.probabilities(pushing("assumptions: [x + y <= -2]\n", -1, -1), samples=64)
