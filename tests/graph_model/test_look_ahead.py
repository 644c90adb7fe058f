"""Looking ahead: against every choice among equals; the flagship's table; the 78 games."""

from __future__ import annotations

import itertools
from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from random_conflicts import Conflict, conflicts, tables

from deterrence.errors import IncompleteError, UsageError
from deterrence.game.ordinal_games import CELLS, OrdinalGame, everything
from deterrence.graph_model import concepts, look_ahead
from deterrence.graph_model.graph import MoveGraph
from deterrence.graph_model.look_ahead import LookAhead, limited, non_myopic, read_sides, results

TWO = conflicts(players=2, fewest=2, states=4)


def every_end(graph: MoveGraph, ranks: Any, groups: Any, horizon: int) -> list[list[set[int]]]:
    """Return what may come of each state: all choices among equals gone through one by one."""

    @cache
    def moves(side: int, state: int) -> list[int]:
        found, todo = set(), [(state, -1)]
        while todo:
            here, last = todo.pop()
            for j in groups[side]:
                for there in graph.moves(j, here).tolist() if j != last else ():
                    if (there, j) not in found:
                        found.add((there, j))
                        todo.append((there, j))
        return sorted({there for there, _ in found} - {state})

    def better(side: int, a: int, b: int) -> bool:
        return all(ranks[i][a] > ranks[i][b] for i in groups[side])

    @cache
    def ends(h: int, side: int, state: int) -> frozenset[int]:
        if h == 0:
            return frozenset([state])
        found = set()
        options = [sorted(ends(h - 1, 1 - side, x)) for x in moves(side, state)]
        for chosen in itertools.product(*options):
            best = [v for v in chosen if better(side, v, state)]
            best = [v for v in best if not any(better(side, w, v) for w in best)]
            found |= set(best or [state])
        return frozenset(found)

    return [[set(ends(horizon, side, s)) for s in range(graph.size)] for side in (0, 1)]


@settings(max_examples=100)
@given(TWO)
def test_every_choice_among_equals(conflict: Conflict) -> None:
    graph, ranks = conflict
    kept = LookAhead.of(graph, ranks)
    for h in range(5):
        expected = every_end(graph, ranks, [[0], [1]], h)
        found = results(graph, ranks, h)
        always, sometimes = kept.limited(h)
        for side, s in itertools.product((0, 1), range(graph.size)):
            assert set(found[side].row(s).tolist()) == expected[side][s]
            assert always[side][s] == (expected[side][s] == {s})
            assert sometimes[side][s] == (s in expected[side][s])


@settings(max_examples=80)
@given(conflicts(players=4, fewest=3, states=4), st.data())
def test_sides_choose_what_is_better_for_all_members(
    conflict: Conflict, data: st.DataObject
) -> None:
    graph, ranks = conflict
    n = len(graph.players)
    first = data.draw(st.sets(st.integers(0, n - 1), min_size=1, max_size=n - 1))
    groups = [sorted(first), graph.others(*first)]
    pair = LookAhead.of(graph, ranks, groups)
    for h in (1, 2, 3):
        expected = every_end(graph, ranks, groups, h)
        always, sometimes = pair.limited(h)
        found = LookAhead.of(graph, ranks, groups, apart=True).table(h)
        for side, s in itertools.product((0, 1), range(graph.size)):
            assert set(found[side].row(s).tolist()) == expected[side][s]
            assert always[side][s] == (expected[side][s] == {s})
            assert sometimes[side][s] == (s in expected[side][s])


@given(TWO)
def test_lines_are_moves_that_end_where_they_should(conflict: Conflict) -> None:
    graph, ranks = conflict
    kept = LookAhead.of(graph, ranks)
    for h, side, s in itertools.product((1, 2, 3), (0, 1), range(graph.size)):
        for kind in kept.table(h)[side].row(s).tolist():
            line = kept.line(h, side, s, kind)
            here, mover = s, side
            for who, there in line:
                assert who == mover
                assert there in graph.moves(who, here)
                here, mover = there, 1 - mover
            assert kept.kinds[here] == kind
            assert len(line) <= h
        if kept.limited(h)[1][side][s]:
            assert kept.line(h, side, s) == []


@given(st.one_of(TWO, tables()))
def test_theorems(conflict: Conflict) -> None:
    """Nash is L_1; L_h implies GMR for h >= 2, L_2 SEQ, L_3 SMR; NM implies GMR; with ties too."""
    graph, ranks = conflict
    found = {c: concepts.stable(graph, ranks, c) for c in concepts.CONCEPTS}
    seen = {h: limited(graph, ranks, h) for h in (1, 2, 3, 4, 5)}
    assert (seen[1][0] == found["nash"]).all()
    assert (seen[1][1] == found["nash"]).all()
    for h, (always, sometimes) in seen.items():
        assert (always <= sometimes).all()
        assert h == 1 or (sometimes <= found["gmr"]).all()
    assert (seen[2][1] <= found["seq"]).all()
    assert (seen[3][1] <= found["smr"]).all()
    deep = non_myopic(graph, ranks)
    assert (deep.always <= deep.sometimes).all()
    assert (deep.sometimes <= found["gmr"]).all()
    after = limited(graph, ranks, deep.start + 3 * deep.period)  # what recurs, recurs
    assert (deep.always <= after[0]).all()


@settings(max_examples=40)
@given(tables(strict=True))
def test_without_ties_there_is_one_answer_and_only_the_order_counts(conflict: Conflict) -> None:
    graph, ranks = conflict
    other = MoveGraph(graph.players[::-1], graph.size, graph.arcs[::-1])
    for h in (1, 2, 3, 4):
        always, sometimes = limited(graph, ranks, h)
        assert (always == sometimes).all()
        assert (always == limited(graph, ranks**2 * 5 - 9, h)[0]).all()
        assert (always == limited(other, ranks[::-1], h)[0][::-1]).all()


# ---- the bipolarity of two by two -------------------------------------------------------------
FD, RY, NY, DW = range(4)
PAIR = MoveGraph.of_table(("Russia", "NATO"), (2, 2))


@pytest.mark.parametrize(
    ("war_worse", "nash", "seq", "gmr", "two", "further"),
    [
        ((False, False), {DW}, {FD, DW}, {FD, DW}, {FD, DW}, {FD, DW}),
        ((False, True), {NY}, {NY}, {FD, NY}, {NY}, {NY}),
        ((True, False), {RY}, {RY}, {FD, RY}, {RY}, {RY}),
        ((True, True), {RY, NY}, {RY, NY}, {FD, RY, NY}, set(), {FD}),
    ],
)
def test_the_divide_by_look_ahead(
    war_worse: tuple[bool, bool],
    nash: set[int],
    seq: set[int],
    gmr: set[int],
    two: set[int],
    further: set[int],
) -> None:
    """Gain 1, loss from yielding 2, cost of war 3 where it is worse than yielding, else 1."""
    k_r, k_n = (3 if worse else 1 for worse in war_worse)
    ranks = np.array([[0, -2, 1, -k_r], [0, 1, -2, -k_n]])

    def both(mask: Any) -> set[int]:
        return set(np.flatnonzero(mask.all(axis=0)).tolist())

    for concept, expected in zip(("nash", "seq", "gmr", "smr"), (nash, seq, gmr, gmr), strict=True):
        assert both(concepts.stable(PAIR, ranks, concept)) == expected
    assert both(limited(PAIR, ranks, 2)[0]) == two
    for h in (3, 4, 5, 6, 7):
        assert both(limited(PAIR, ranks, h)[0]) == further
    assert both(non_myopic(PAIR, ranks).always) == further


# ---- the 78 games, and how tables repeat ------------------------------------------------------
def ranks_of(game: OrdinalGame) -> Any:
    return np.array([[game.rank(side, cell) for cell in CELLS] for side in (0, 1)])


def test_55_of_the_78_games_have_a_non_myopic_equilibrium() -> None:
    graph = MoveGraph.of_table(("A", "B"), (2, 2))
    games = {game.turned for game in everything()}
    found = [non_myopic(graph, ranks_of(game)) for game in games]
    assert sum(bool(f.always.all(axis=0).any()) for f in found) == 55
    assert {f.period for f in found} == {1, 2, 4}


def test_a_table_that_never_settles() -> None:
    """A moves 0-1 and gains, B moves 1-0 and gains: who has the last move is content."""
    graph = MoveGraph.of_lists(["A", "B"], [[[1], []], [[], [0]]])
    ranks = [[0, 1], [1, 0]]
    assert [limited(graph, ranks, h)[0][0][0] for h in (1, 2, 3, 4)] == [False, True, False, True]
    found = non_myopic(graph, ranks)
    assert (found.start, found.period) == (0, 2)
    assert found.sometimes.tolist() == [[False, True], [True, False]]


def test_ties_make_always_and_sometimes_differ() -> None:
    """B would go on to either of two states, of which A likes one more and one less than 0."""
    graph = MoveGraph.of_lists(["A", "B"], [[[1], [], [], []], [[], [2, 3], [], []]])
    ranks = [[1, 2, 0, 3], [0, 0, 1, 1]]
    always, sometimes = limited(graph, ranks, 2)
    assert not always[0][0]
    assert sometimes[0][0]
    assert results(graph, ranks, 2)[0].row(0).tolist() == [0, 3]
    kept = LookAhead.of(graph, ranks, apart=True)
    assert kept.line(2, 0, 0) == []
    assert kept.line(2, 0, 0, 3) == [(0, 1), (1, 3)]
    with pytest.raises(UsageError, match="does not come"):
        kept.line(2, 0, 0, 2)


# ---- sides, and what is refused ---------------------------------------------------------------
def test_sides_of_one_are_the_players() -> None:
    graph = MoveGraph.of_table(("A", "B"), (3, 3))
    ranks = np.random.default_rng(5).integers(0, 5, (2, 9))
    turned = LookAhead.of(graph, ranks, [[1], [0]])
    for h in (1, 2, 3):
        assert (turned.limited(h)[0] == limited(graph, ranks, h)[0][::-1]).all()


def test_what_are_no_two_sides() -> None:
    players = ["A", "B", "C"]
    three = MoveGraph.of_table(players, (2, 2, 2))
    with pytest.raises(UsageError, match=r"3 players .*--sides 'A\+B:C'"):
        limited(three, np.zeros((3, 8), dtype=int), 2)
    for text in ("A:B", "A+B+C", "A+B:B+C", "A:B:C", ":A+B+C", "A+B:D", ""):
        with pytest.raises(UsageError, match="side"):
            read_sides(text, players)


def test_work_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(look_ahead, "MAX_WORK", 100)
    with pytest.raises(IncompleteError, match="more than 100 looks"):
        non_myopic(MoveGraph.of_table(("A", "B"), (5, 5)), np.zeros((2, 25), dtype=int))


def test_large_tables_in_small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    graph = MoveGraph.of_table(("A", "B"), (6, 7))
    ranks = np.random.default_rng(3).integers(0, 9, (2, 42))
    whole = [limited(graph, ranks, h) for h in (1, 2, 3)]
    monkeypatch.setattr(look_ahead, "CHUNK", 7)
    for h, expected in zip((1, 2, 3), whole, strict=True):
        found = limited(graph, ranks, h)
        assert (found[0] == expected[0]).all()
        assert (found[1] == expected[1]).all()
