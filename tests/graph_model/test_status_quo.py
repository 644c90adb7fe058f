"""From the status quo: shortest legal sequences, against a search over all sequences."""

from __future__ import annotations

import itertools

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from random_conflicts import Conflict, conflicts

from deterrence.graph_model.graph import MoveGraph
from deterrence.graph_model.reach import Ways
from deterrence.graph_model.status_quo import analysis


def lengths(graph: MoveGraph, start: int, ranks: np.ndarray | None) -> dict[int, int]:
    """Return the fewest moves to each state: all legal sequences, longer and longer."""
    found = {start: 0}
    n = len(graph.players)
    ends = {(start, -1)}
    for length in range(1, n * graph.size + 1):
        ends = {
            (there, j)
            for here, last in ends
            for j in range(n)
            if j != last
            for there in graph.moves(j, here).tolist()
            if ranks is None or ranks[j][there] > ranks[j][here]
        }
        for there, _ in ends:
            found.setdefault(there, length)
    return found


@settings(max_examples=80)
@given(conflicts(players=4), st.integers(0, 1))
def test_fewest_moves_and_how(conflict: Conflict, start: int) -> None:
    graph, ranks = conflict
    found = analysis(graph, start, ranks)
    assert found.improvements is not None
    cases: list[tuple[Ways, np.ndarray | None]] = [
        (found.moves, None),
        (found.improvements, ranks),
    ]
    for ways, given_ranks in cases:
        expected = lengths(graph, start, given_ranks)
        for state in range(graph.size):
            assert ways.fewest(state) == expected.get(state)
            here, last = start, -1
            path = ways.to(state)
            for mover, there in path:
                assert mover != last
                assert there in graph.moves(mover, here)
                assert given_ranks is None or given_ranks[mover][there] > given_ranks[mover][here]
                here, last = there, mover
            assert not path or here == state


def test_nobody_moves_twice_in_a_row() -> None:
    """A can go 0-1-2 only with B's help: B has to go somewhere and come back."""
    alone = MoveGraph.of_lists(["A"], [[[1], [2], []]])
    assert analysis(alone, 0).moves.fewest(2) is None
    helped = MoveGraph.of_lists(["A", "B"], [[[1], [2], [], [1]], [[], [3], [], []]])
    assert analysis(helped, 0).moves.fewest(2) is None  # 0 A 1 B 3 A 1, and A would move again
    helped = MoveGraph.of_lists(["A", "B"], [[[1], [2], [], [2]], [[], [3], [], []]])
    assert analysis(helped, 0).moves.to(2) == [(0, 1), (1, 3), (0, 2)]


def test_a_common_move_may_be_by_either_owner() -> None:
    """Both can go 0-1; only A can go 1-2: if B goes first, two moves are enough."""
    graph = MoveGraph.of_lists(["A", "B"], [[[1], [2], []], [[1], [], []]])
    found = analysis(graph, 0).moves
    assert found.to(2) == [(1, 1), (0, 2)]
    assert sorted(found.last[1]) == [0, 1]
    assert found.last[2] == (0,)


def test_which_stable_states_are_reached() -> None:
    graph = MoveGraph.of_table(("A", "B"), (2, 2))
    found = analysis(graph, 3, [[2, 0, 3, 1], [2, 3, 0, 1]])  # the dilemma, from mutual defection
    stable = [True, False, False, True]
    assert found.reached(stable) == {3: [], 0: [(0, 1), (1, 0)]}
    assert found.reached(stable, improvements=True) == {3: []}
    assert analysis(graph, 3).reached(stable, improvements=True) == {}
    for s, t in itertools.product(range(4), repeat=2):
        assert analysis(graph, s).moves.fewest(t) == (s != t) + (s + t == 3)
