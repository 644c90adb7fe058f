"""Looking ahead against the whole tree of moves, every tie broken in every way."""

from __future__ import annotations

import random

import pytest
import stability_witness as witness
from conflict_samples import engine, random_conflict

from deterrence.graph_model.look_ahead import LookAhead, limited, non_myopic, results

BLOCKS = [0, *(pytest.param(n, marks=pytest.mark.everything) for n in range(1, 41))]


@pytest.mark.parametrize("block", BLOCKS)
def test_horizons(block: int) -> None:
    rng = random.Random(f"horizons {block}")
    for _ in range(100):
        game = random_conflict(rng, 2, 5)
        graph, ranks = engine(game)
        for h in range(5):
            tables = results(graph, ranks, h)
            want = [[witness.look_ahead(game, h, i, s) for s in game.states] for i in (0, 1)]
            found = [[set(t.row(s).tolist()) for s in game.states] for t in tables]
            assert found == want, (h, game)
            stays = [[witness.limited(game, h, i, s) for s in game.states] for i in (0, 1)]
            for k, part in enumerate(limited(graph, ranks, h)):
                assert part.tolist() == [[pair[k] for pair in row] for row in stays], (h, game)


@pytest.mark.parametrize("block", BLOCKS)
def test_far_horizons_and_non_myopic(block: int) -> None:
    rng = random.Random(f"far {block}")
    for _ in range(100):
        game = random_conflict(rng, 2, 8, kind=rng.choice(["table", "sparse", "one way"]))
        check_non_myopic(game, LookAhead.of(*engine(game)))
        apart = LookAhead.of(*engine(game), apart=True).non_myopic()
        assert (apart.start, apart.period) == witness.non_myopic(game)[2:]
        assert non_myopic(*engine(game)).always.tolist() == apart.always.tolist()


@pytest.mark.parametrize("block", BLOCKS)
def test_sides(block: int) -> None:
    """Two sides of several players, each of whom must be better off."""
    rng = random.Random(f"sides {block}")
    for _ in range(40):
        players = rng.choice([3, 3, 4])
        game = random_conflict(rng, players, 5, kind=rng.choice(["sparse", "one way", "common"]))
        order = rng.sample(range(players), players)
        cut = rng.randrange(1, players)
        groups = [sorted(order[:cut]), sorted(order[cut:])]
        graph, ranks = engine(game)
        sides = LookAhead.of(graph, ranks, groups, apart=True)
        pair = witness.two_sides(game, groups)
        for h in range(5):
            want = [[witness.look_ahead(pair, h, i, s) for s in pair.states] for i in (0, 1)]
            found = [[set(t.row(s).tolist()) for s in pair.states] for t in sides.table(h)]
            assert found == want, (h, groups, game)
        check_non_myopic(pair, LookAhead.of(graph, ranks, groups))


def check_non_myopic(game: witness.Conflict, ahead: LookAhead) -> None:
    """The tables of worth may repeat earlier, and more often, than those of states."""
    always, sometimes, start, period = witness.non_myopic(game)
    found = ahead.non_myopic()
    assert found.always.tolist() == always
    assert found.sometimes.tolist() == sometimes
    assert found.start <= start
    assert period % found.period == 0


@pytest.mark.parametrize("block", BLOCKS)
def test_a_line_is_foreseen(block: int) -> None:
    """It alternates, each step is a move, and its end may come of every state on the way."""
    rng = random.Random(f"lines {block}")
    for _ in range(10):
        game = random_conflict(rng, 2, 6, kind=rng.choice(["table", "sparse", "one way"]))
        ahead = LookAhead.of(*engine(game), apart=True)
        for h in (1, 2, 3):
            for i in (0, 1):
                for s in game.states:
                    for end in witness.look_ahead(game, h, i, s):
                        here, who, left = s, i, h
                        for mover, there in ahead.line(h, i, s, end):
                            assert mover == who
                            assert there in game.moves[who][here]
                            assert game.better(who, end, here)
                            here, who, left = there, 1 - who, left - 1
                            assert end in witness.look_ahead(game, left, who, here)
                        assert here == end
