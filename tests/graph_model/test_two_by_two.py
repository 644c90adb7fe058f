"""Theory of moves, Brams and Wittman: counts of the 78 games, and games by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from deterrence.errors import UsageError
from deterrence.game.ordinal_games import CELLS, OrdinalGame, everything, named
from deterrence.graph_model.graph import MoveGraph
from deterrence.graph_model.two_by_two import brams_wittman, theory_of_moves

GAMES = sorted({game.turned for game in everything()}, key=lambda g: (g.row, g.column))
TABLE = MoveGraph.of_table(("A", "B"), (2, 2))
RANKS = st.lists(st.lists(st.integers(0, 3), min_size=4, max_size=4), min_size=2, max_size=2)


def ranks_of(game: OrdinalGame) -> Any:
    return np.array([[game.rank(side, cell) for cell in CELLS] for side in (0, 1)])


@pytest.mark.parametrize("two_sided", [True, False])
def test_every_one_of_the_78_games_has_an_equilibrium_by_the_theory_of_moves(
    two_sided: bool,
) -> None:
    found = [theory_of_moves(ranks_of(game), two_sided=two_sided) for game in GAMES]
    assert len(found) == 78
    assert all(f.equilibria.any() for f in found)
    assert sum(bool(f.kept.any()) for f in found) == 72


def test_37_of_the_78_games_have_an_equilibrium_of_brams_and_wittman() -> None:
    found = [brams_wittman(ranks_of(game)) for game in GAMES]
    assert sum(bool(f.stable.all(axis=0).any()) for f in found) == 37


@pytest.mark.parametrize("two_sided", [True, False])
def test_cooperative_outcomes(two_sided: bool) -> None:
    """In 45 of the 57 games of conflict both rank a cell first or second; in all but one an NME."""
    there = missed = 0
    for game in GAMES:
        ranks = ranks_of(game)
        good = (ranks >= 3).all(axis=0)
        if game.no_conflict or not good.any():
            continue
        there += 1
        missed += not theory_of_moves(ranks, two_sided=two_sided).equilibria[good].any()
    assert (there, missed) == (45, 1)


def test_chicken() -> None:
    """Who is ahead (cells 1 and 2) is pushed round the table, or goes back to the compromise."""
    ranks = ranks_of(named("chicken"))
    found = theory_of_moves(ranks, two_sided=False)
    assert found.outcomes == ((0,), (2,), (1,), (1, 2))
    assert found.lines[1] == (((0, 3), (1, 2)),)
    assert theory_of_moves(ranks).outcomes == ((0,), (0, 2), (0, 1), (1, 2))
    assert brams_wittman(ranks).stable.all(axis=0).tolist() == [True, False, False, False]


def test_a_cycle_has_no_end_for_brams_and_wittman() -> None:
    """Both run after each other: nobody is ever to move at a cell that is best for him."""
    ranks = [[4, 1, 2, 3], [1, 4, 3, 2]]
    found = brams_wittman(ranks)
    assert None in found.foreseen[0] + found.foreseen[1]
    assert not found.stable.all(axis=0).any()
    assert theory_of_moves(ranks).equilibria.any()


@given(RANKS, st.booleans())
def test_names_do_not_matter_and_lines_are_moves(ranks: list[list[int]], two_sided: bool) -> None:
    plain = theory_of_moves(ranks, two_sided=two_sided)
    order = [3, 1, 2, 0]  # the same table with both players' actions, and the players, exchanged
    other = [[ranks[1][s] for s in order], [ranks[0][s] for s in order]]
    turned = theory_of_moves(other, two_sided=two_sided)
    assert [{order[e] for e in turned.outcomes[order[s]]} for s in range(4)] == [
        set(e) for e in plain.outcomes
    ]
    for cell in range(4):
        for end, line in zip(plain.outcomes[cell], plain.lines[cell], strict=True):
            here = cell
            for k, (mover, there) in enumerate(line):
                assert there in TABLE.moves(mover, here)
                assert k == 0 or mover != line[k - 1][0]
                here = there
            assert here == end
    bw = brams_wittman(ranks).stable
    assert (bw == brams_wittman(other).stable[::-1][:, order]).all()


def test_states_in_another_order() -> None:
    """Options list states with the first player's option varying fastest."""
    ranks = ranks_of(named("deadlock x chicken"))
    graph = MoveGraph.of_lists(["A", "B"], [[[1], [0], [3], [2]], [[2], [3], [0], [1]]])
    order = [0, 2, 1, 3]
    found = theory_of_moves(ranks[:, order], graph=graph)
    expected = theory_of_moves(ranks)
    assert [{order[e] for e in found.outcomes[k]} for k in range(4)] == [
        set(expected.outcomes[s]) for s in order
    ]


@pytest.mark.parametrize(
    "graph",
    [
        MoveGraph.of_table(("A", "B"), (2, 3)),
        MoveGraph.of_table(("A", "B", "C"), (2, 2, 2)),
        MoveGraph.of_table(("A", "B"), (4, 1)),
        MoveGraph.of_lists(["A", "B"], [[[1], [], [3], [2]], [[2], [3], [0], [1]]]),
        MoveGraph.of_lists(["A", "B"], [[[1], [0], [3], [2]], [[1], [0], [3], [2]]]),
    ],
)
def test_anything_else_is_refused(graph: MoveGraph) -> None:
    ranks = np.zeros((len(graph.players), graph.size), dtype=int)
    for asked in (theory_of_moves, brams_wittman):
        with pytest.raises(UsageError, match="two actions each"):
            asked(ranks, graph=graph)
