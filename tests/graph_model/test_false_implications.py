"""What must not be assumed: for each implication that fails, a conflict in which it does.

The conflicts were found by search; engine and brute force both show that what stands first holds
of the state, and what stands second does not.
"""

from __future__ import annotations

import itertools
from collections import Counter
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import stability_witness as witness
from conflict_samples import engine
from stability_witness import Conflict

from deterrence.errors import UsageError
from deterrence.graph_model import coalitions as together
from deterrence.graph_model import look_ahead, two_by_two
from deterrence.graph_model.concepts import stable
from deterrence.graph_model.graph import MoveGraph

Moves = list[list[list[int]]]


def graph_of(moves: Moves, *worth: tuple[int, ...]) -> Conflict:
    return Conflict(tuple(tuple(map(frozenset, own)) for own in moves), worth)


def table(*worth: tuple[int, ...]) -> Conflict:
    """Two by two: the row player moves between 0 and 2, 1 and 3; the other 0 and 1, 2 and 3."""
    return graph_of([[[2], [3], [0], [1]], [[1], [0], [3], [2]]], *worth)


def by_engine(game: Conflict, concept: str) -> Any:
    graph, ranks = engine(game)
    if concept == "nm":
        return look_ahead.non_myopic(graph, ranks).always
    if concept.startswith("l"):
        return look_ahead.limited(graph, ranks, int(concept[1:]))[0]
    return stable(graph, ranks, concept)


def by_hand(game: Conflict, concept: str, player: int, state: int) -> bool:
    if concept == "nm":
        return witness.non_myopic(game)[0][player][state]
    if concept.startswith("l"):
        return witness.limited(game, int(concept[1:]), player, state)[0]
    return witness.stable(game, concept, player, state)


@dataclass(frozen=True)
class Case:
    first: str
    second: str
    game: Conflict
    player: int
    state: int

    def __str__(self) -> str:
        return f"{self.first} not {self.second}".replace(" ", "-")


ALIKE = table((0, 1, 2, 3), (0, 1, 2, 3))
CASES = [
    Case("seq", "smr", table((0, 1, 2, 3), (1, 2, 3, 0)), 1, 0),
    Case("smr", "seq", ALIKE, 1, 2),
    Case(
        "seq smr", "sseq",
        graph_of([[[], [], [0, 1]], [[], [2], []]], (0, 2, 1), (0, 1, 2)), 1, 1,
    ),
    Case("gmr", "seq", ALIKE, 1, 2),
    Case("nash", "l2", ALIKE, 1, 1),
    Case("nash", "l3", ALIKE, 0, 2),
    Case("nash", "nm", ALIKE, 0, 2),
    Case("sseq", "l2", ALIKE, 1, 1),
    Case("seq", "l2", ALIKE, 1, 1),
    Case("l2", "smr", table((0, 1, 2, 3), (1, 2, 3, 0)), 1, 0),
    Case("l2", "l3", ALIKE, 0, 2),
    Case("l3", "l2", table((0, 2, 1, 3), (0, 1, 3, 2)), 1, 3),
    Case("l3", "seq", table((0, 2, 1, 3), (0, 1, 3, 2)), 1, 3),
    Case("l4", "smr", table((0, 1, 2, 3), (0, 2, 3, 1)), 1, 3),
    Case("nm", "seq", table((0, 2, 1, 3), (0, 1, 3, 2)), 1, 3),
    Case(
        "nm", "smr",
        graph_of(
            [[[2, 3], [], [], [4], [0, 1]], [[], [], [1], [], [0]]],
            (0, 1, 3, 2, 4), (3, 2, 1, 4, 0),
        ),
        0, 3,
    ),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_implication_fails(case: Case) -> None:
    place = case.player, case.state
    for held in case.first.split():
        assert by_engine(case.game, held)[place]
        assert by_hand(case.game, held, *place)
    assert not by_engine(case.game, case.second)[place]
    assert not by_hand(case.game, case.second, *place)


# Existence -------------------------------------------------------------------------------
def ordinal_games() -> list[Conflict]:
    """Return the 78 strict ordinal games of two by two, up to the names of moves and players."""

    def same(a: tuple[int, ...], b: tuple[int, ...]) -> tuple[Any, Any]:
        forms = []
        for rows, columns in itertools.product((0, 2), (0, 1)):
            one, two = (tuple(m[s ^ rows ^ columns] for s in range(4)) for m in (a, b))
            turned = [tuple(m[s] for s in (0, 2, 1, 3)) for m in (two, one)]
            forms += [(one, two), (turned[0], turned[1])]
        return min(forms)

    orders = [*itertools.permutations(range(4))]
    return [table(a, b) for a, b in sorted({same(a, b) for a in orders for b in orders})]


#: Of the 78 games, those with an equilibrium of each kind.
COUNTS = {
    "nash": 69, "sseq": 74, "seq": 78, "smr": 74, "gmr": 78,
    "l1": 69, "l2": 69, "l3": 57, "l4": 72, "nm": 55,
}  # fmt: skip


def test_equilibria_need_not_exist() -> None:
    """4 of the 78 ordinal games have none in the sense of SMR or SSEQ, 23 no non-myopic one."""
    games = ordinal_games()
    assert len(games) == 78
    no_state_best_for_both = [
        g for g in games if all((g.worth[0][s], g.worth[1][s]) != (3, 3) for s in range(4))
    ]
    assert len(no_state_best_for_both) == 57
    found = Counter(
        concept
        for game in games
        for concept in COUNTS
        if by_engine(game, concept).all(axis=0).any()
    )
    assert found == COUNTS
    assert all(two_by_two.theory_of_moves(g.worth).equilibria.any() for g in games)
    assert sum(two_by_two.brams_wittman(g.worth).stable.all(axis=0).any() for g in games) == 37
    without = [g for g in games if not by_engine(g, "smr").all(axis=0).any()]
    for game in without:
        for s in game.states:
            assert not all(witness.stable(game, "smr", i, s) for i in (0, 1))


def test_the_smallest_conflict_without_equilibria() -> None:
    """One runs from 0 to 1, the other back, for ever: only SEQ and GMR hold anything."""
    game = graph_of([[[1], []], [[], [0]]], (1, 2), (2, 0))
    for concept in ("nash", "sseq", "smr", "l3", "nm"):
        assert not by_engine(game, concept).all(axis=0).any(), concept
    for concept in ("seq", "gmr"):
        assert by_engine(game, concept).all(axis=0).tolist() == [True, True]


def test_without_end_horizons_need_not_settle() -> None:
    """The tables of what comes of h moves repeat with periods of 1, 2, 4 and 6."""
    conflicts = {
        1: table((2, 1, 3, 0), (2, 3, 1, 0)),
        2: graph_of([[[1], []], [[], [0]]], (0, 1), (1, 0)),
        4: table((0, 1, 2, 3), (0, 1, 3, 2)),
        6: graph_of(
            [[[4], [0], [1], [1], [0, 2, 5], [1]], [[4], [4], [0], [], [5], []]],
            (0, 4, 5, 2, 1, 3), (4, 1, 2, 3, 0, 5),
        ),
    }  # fmt: skip
    for period, game in conflicts.items():
        assert look_ahead.non_myopic(*engine(game)).period == period
        assert witness.non_myopic(game)[3] == period


# Coalitions ------------------------------------------------------------------------------
def both(game: Conflict, concept: str, group: list[int], state: int, **kind: Any) -> bool:
    """What the engine says of a coalition, once brute force has said the same."""
    found = together.stable(*engine(game), concept, group, **kind)[state]
    assert found == witness.coalition_stable(game, concept, group, state, **kind)
    return bool(found)


def test_joint_sanctions_are_no_moves_of_the_others() -> None:
    """CSEQ with joint sanctions holds, CGMR and CSEQ with single ones do not.

    A's move from 0 to 1 helps C at once; C and A together then take 1 to 0 and on to 2.
    """
    game = graph_of([[[], [], []], [[], [2], []], [[1], [], [0]]], (0, 2, 1), (1, 0, 2), (1, 2, 0))
    assert both(game, "cseq", [1], 1, sanctions="joint")
    assert not both(game, "cgmr", [1], 1)
    assert not both(game, "cseq", [1], 1, sanctions="individual")


def test_what_holds_for_members_need_not_hold_for_their_coalition() -> None:
    """Each of two is at Nash; together they have a way out.  And the other way round."""
    game = graph_of([[[1], [], []], [[], [2], []]], (1, 0, 2), (1, 0, 2))
    assert [stable(*engine(game), "nash")[i][0] for i in (0, 1)] == [True, True]
    assert not both(game, "cnash", [0, 1], 0)
    other = graph_of([[[], [], []], [[2], [], []], [[1], [], []]], (2, 1, 0), (1, 0, 2), (1, 2, 0))
    assert both(other, "cnash", [1, 2], 0)
    assert not any(stable(*engine(other), "gmr")[i][0] for i in (1, 2))


def test_joint_and_pareto_improvements_are_two_notions() -> None:
    """A move that helps one and leaves the other as she was is no joint improvement."""
    game = graph_of([[[], []], [[1], []]], (1, 1), (0, 1))
    assert both(game, "cnash", [0, 1], 0)
    assert not both(game, "cnash", [0, 1], 0, improvement="pareto")


# Conventions that change tables ----------------------------------------------------------
def test_a_tie_sanctions() -> None:
    """After B's answer A is where she is no better off than she was: that deters."""
    game = graph_of([[[1], [], []], [[], [2], []]], (0, 1, 0), (0, 0, 1))
    assert by_engine(game, "seq")[0][0]
    assert not by_engine(game, "nash")[0][0]


def test_the_others_may_answer_with_several_moves() -> None:
    """B moves, and then C: one countermove alone would deter nobody."""
    game = graph_of(
        [[[1], [], [], []], [[], [2], [], []], [[], [], [3], []]],
        (1, 2, 3, 0), (0, 0, 1, 0), (0, 0, 0, 1),
    )  # fmt: skip
    assert by_engine(game, "seq")[0][0]
    assert all(game.better(0, y, 0) for y in game.moves[1][1] | game.moves[2][1])


def test_nobody_moves_twice_in_a_row() -> None:
    """B alone could reach the sanction in two moves, but somebody else would have to move."""
    game = graph_of([[[1], [], [], []], [[], [2], [3], []]], (1, 2, 3, 0), (0, 0, 1, 2))
    assert not by_engine(game, "gmr")[0][0]
    third = graph_of(
        [[[1], [], [], []], [[], [2], [3], []], [[], [], [1], []]],
        (1, 2, 3, 0), (0, 0, 1, 2), (0, 1, 0, 0),
    )  # fmt: skip
    assert not by_engine(third, "gmr")[0][0]


def test_a_sanction_improves_on_the_state_where_it_starts() -> None:
    """B's answer from 1 to 2 makes B better off than at 1, though worse than at 0."""
    game = graph_of([[[1], [], []], [[], [2], []]], (1, 2, 0), (5, 0, 1))
    assert by_engine(game, "seq")[0][0]
    assert np.array_equal(by_engine(game, "sseq"), by_engine(game, "seq"))


def test_a_sanction_need_not_be_stable() -> None:
    """B answers though A would go on: SEQ holds, SSEQ and SMR do not."""
    game = graph_of([[[1], [], [3], []], [[], [2], [], []]], (1, 2, 0, 3), (0, 0, 1, 0))
    assert by_engine(game, "seq")[0][0]
    assert not by_engine(game, "smr")[0][0]
    assert not by_engine(game, "sseq")[0][0]


def test_payoffs_that_are_no_ranks_are_refused() -> None:
    """Cut to whole numbers, 0.2 and 0.7 would be tied, and nobody told."""
    graph = MoveGraph.of_table(("A", "B"), (2, 2))
    payoffs = [[0.2, 0.7, 0.1, 0.4], [1.0, 2.0, 3.0, 4.0]]
    for ask in (
        lambda: stable(graph, payoffs, "seq"),
        lambda: together.stable(graph, payoffs, "cseq", [0, 1]),
        lambda: look_ahead.limited(graph, payoffs, 2),
        lambda: two_by_two.theory_of_moves(payoffs),
    ):
        with pytest.raises(UsageError, match="whole numbers"):
            ask()
    fractions = [[Fraction(4, 2), 0, 3, 1], [2.0, 3.0, 0.0, 1.0]]
    assert stable(graph, fractions, "nash").all(axis=0).tolist() == [False, False, False, True]
