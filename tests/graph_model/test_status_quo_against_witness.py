"""Shortest legal sequences from a status quo, against sequences followed layer by layer."""

from __future__ import annotations

import random

import pytest
import stability_witness as witness
from conflict_samples import engine, random_conflict

from deterrence.graph_model.status_quo import analysis

BLOCKS = [0, *(pytest.param(n, marks=pytest.mark.everything) for n in range(1, 21))]


@pytest.mark.parametrize("block", BLOCKS)
def test_fewest_moves(block: int) -> None:
    rng = random.Random(f"status quo {block}")
    for _ in range(40):
        game = random_conflict(rng, rng.choice([2, 3, 4]), 9)
        graph, ranks = engine(game)
        for start in game.states:
            found = analysis(graph, start, ranks)
            assert found.improvements is not None
            for ways, improving in ((found.moves, False), (found.improvements, True)):
                want = witness.fewest_moves(game, start, improving=improving)
                for end in game.states:
                    assert ways.fewest(end) == want.get(end), (start, end, improving, game)
                    if end != start and end in want:
                        assert len(ways.to(end)) == want[end]
                        check_sequence(game, start, ways.to(end), end, improving=improving)


def check_sequence(
    game: witness.Conflict,
    here: int,
    steps: list[tuple[int, int]],
    end: int,
    *,
    improving: bool,
) -> None:
    last = None
    for mover, there in steps:
        assert mover != last
        assert there in game.moves[mover][here]
        assert not improving or game.better(mover, there, here)
        here, last = there, mover
    assert here == end


@pytest.mark.parametrize("block", BLOCKS)
def test_who_may_have_moved_last(block: int) -> None:
    """Of shortest sequences, every player who can make the last move is told."""
    rng = random.Random(f"last {block}")
    for _ in range(20):
        game = random_conflict(rng, 3, 6)
        graph, _ = engine(game)
        start = rng.choice(list(game.states))
        found = analysis(graph, start).moves
        layer: set[tuple[int, int | None]] = {(start, None)}
        told: dict[int, set[int]] = {}
        seen = {start}
        for _ in range(2 * len(game.states)):
            layer = {
                (x, i) for s, last in layer for i in game.players if i != last
                for x in game.moves[i][s]
            }  # fmt: skip
            new = {x for x, _ in layer} - seen
            for x in new:
                told[x] = {i for y, i in layer if y == x}  # type: ignore[misc]
            seen |= new
        for state, movers in told.items():
            assert set(found.last[state]) == movers
