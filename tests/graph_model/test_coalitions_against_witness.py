"""Coalitions against brute force: each coalition, both improvements, both forms of CSEQ."""

from __future__ import annotations

import itertools
import random

import pytest
import stability_witness as witness
from conflict_samples import coalitions, engine, random_conflict

from deterrence.graph_model.coalitions import gains, stable

BLOCKS = [0, *(pytest.param(n, marks=pytest.mark.everything) for n in range(1, 41))]
#: (players, most states, graphs in a block).
SIZES = [(2, 7, 8), (3, 6, 8), (4, 5, 3), (5, 4, 1), (6, 3, 1)]
FORMS = [*itertools.product(("joint", "pareto"), ("individual", "joint"))]


@pytest.mark.parametrize("block", BLOCKS)
@pytest.mark.parametrize(("players", "most", "count"), SIZES)
def test_coalitions(block: int, players: int, most: int, count: int) -> None:
    rng = random.Random(f"coalitions {block} {players}")
    for _ in range(count):
        game = random_conflict(rng, players, most)
        graph, ranks = engine(game)
        for group, (improvement, sanctions) in itertools.product(coalitions(game), FORMS):
            for concept in witness.COALITION_CONCEPTS:
                if sanctions == "joint" and concept != "cseq":
                    continue
                want = [
                    witness.coalition_stable(game, concept, group, s, improvement, sanctions)
                    for s in game.states
                ]
                found = stable(
                    graph,
                    ranks,
                    concept,
                    sorted(group),
                    improvement=improvement,
                    sanctions=sanctions,
                )
                assert found.tolist() == want, (concept, group, improvement, sanctions, game)


@pytest.mark.parametrize("block", BLOCKS)
def test_what_is_told_of_a_coalition(block: int) -> None:
    """Its improvements are all there; ways and answers are legal, and end where they say."""
    rng = random.Random(f"gains {block}")
    for _ in range(4):
        game = random_conflict(rng, rng.choice([3, 4]), 5)
        graph, ranks = engine(game)
        for group, (improvement, sanctions) in itertools.product(coalitions(game), FORMS):
            for concept, s in itertools.product(witness.COALITION_CONCEPTS, game.states):
                listed = gains(
                    graph,
                    ranks,
                    concept,
                    sorted(group),
                    s,
                    improvement=improvement,
                    sanctions=sanctions,
                )
                want = witness.coalition_improvements(game, group, s, improvement)
                assert [g.to for g in listed] == sorted(want)
                holds = witness.coalition_stable(game, concept, group, s, improvement, sanctions)
                assert all(g.deterred for g in listed) == holds
                for g in listed:
                    assert walked(game, group, s, g.way) == g.to
                    if not g.answer:
                        continue
                    end = g.turns[-1][1]
                    assert end == g.answer[-1][1]
                    assert not witness.prefers(game, group, end, s, improvement)
                    if concept != "cseq":
                        assert walked(game, game.others(group), g.to, g.answer) == end
                        continue
                    here, last = g.to, None
                    for turn, there in g.turns:
                        assert set(turn) <= game.others(group)
                        assert turn != last
                        assert there in witness.coalition_improvements(
                            game, frozenset(turn), here, improvement
                        )
                        here, last = there, turn


def walked(
    game: witness.Conflict, movers: object, here: int, way: tuple[tuple[int, int], ...]
) -> int:
    last = None
    for mover, there in way:
        assert mover in movers  # type: ignore[operator]
        assert mover != last
        assert there in game.moves[mover][here]
        here, last = there, mover
    return here
