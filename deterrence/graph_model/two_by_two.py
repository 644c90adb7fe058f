"""Looking further in tables of two by two: the theory of moves, and Brams and Wittman's equilibria.

Both start at a cell and let the players take turns: one moves, then the other, and so on until
somebody stays.  After four moves play is back where it began, and ends.  Both are worked out
backwards from there, and who is indifferent stays (a convention: the authors rank four cells
strictly).  They are other notions than non-myopic stability
(:mod:`deterrence.graph_model.look_ahead`), and are said of two players with two actions alone.

**Theory of moves** (Brams 1994).  Either player may begin.  Neither moves where that comes to
nothing better, nor where play would come back to the same cell.  Moving takes precedence: if one
would move and the other would stay, the move is made; if both would, who is first decides, and
the outcome may be either's.  The *nonmyopic equilibria* are the outcomes that play comes to from
some cell; so every game has one.  With the *two-sidedness convention* a player who would stay
also asks what the other one's move would come to: if her own move comes to something better than
that, she would move after all: she is let first where this is no worse for the other one, and
else who is first decides.

The rules were read in reviews and abstracts, not in the book.  Of what those say, this agrees
with: in the Prisoner's Dilemma play comes to mutual defection from all cells but mutual
cooperation, with two-sidedness to mutual cooperation from all but mutual defection (Rationality
and Society 12(1), 2000, abstract); a cell that both rank first or second exists in 45 of the 57
games of conflict, and is an equilibrium in all but one (Brams and Ismail 2021, Theory and
Decision, introduction).  Were an equilibrium a cell at which both stay, 72 of the 78 games would
have one, not 78.

**Brams and Wittman** (1981).  A cell is stable for a player if the turns that she would begin
come to nothing better, *and* are sure to end: before play is back, somebody is to move at a cell
that is best for him, and stays.  The definition is a reading of later papers; of those tried,
which left out that turns end, or the first cell as one where they may, or asked it of one player
alone, only this one gives the 37 of the 78 games with an equilibrium that are reported.

>>> dilemma = [[3, 1, 4, 2], [3, 4, 1, 2]]
>>> theory_of_moves(dilemma).outcomes
((0,), (0,), (0,), (3,))
>>> theory_of_moves(dilemma, two_sided=False).outcomes
((0,), (3,), (3,), (3,))
>>> brams_wittman(dilemma).stable.all(axis=0).tolist()
[True, False, False, True]
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from deterrence.errors import UsageError
from deterrence.graph_model.graph import MoveGraph, whole
from deterrence.graph_model.reach import Move

#: Per player and cell, where she can move.
_Ends = tuple[tuple[int, ...], tuple[int, ...]]


@dataclass(frozen=True)
class TheoryOfMoves:
    """Where play comes to from each cell: one outcome, or two where who is first decides.

    ``lines`` are, per cell and outcome, the moves that lead there.
    """

    outcomes: tuple[tuple[int, ...], ...]
    lines: tuple[tuple[tuple[Move, ...], ...], ...]

    @property
    def equilibria(self) -> Any:
        """Which cells are nonmyopic equilibria: outcomes of play from some cell."""
        return np.isin(np.arange(4), [end for ends in self.outcomes for end in ends])

    @property
    def kept(self) -> Any:
        """Which cells are left by nobody."""
        return np.array([ends == (cell,) for cell, ends in enumerate(self.outcomes)])


@dataclass(frozen=True, eq=False)
class BramsWittman:
    """Whether each cell (columns) is stable for each player (rows), and what a player foresees.

    ``foreseen`` has the cell at which the turns that a player would begin come to an end, None
    where nothing is sure to end them.
    """

    stable: Any
    foreseen: tuple[tuple[int | None, ...], tuple[int | None, ...]]


def theory_of_moves(
    ranks: Any, *, two_sided: bool = True, graph: MoveGraph | None = None
) -> TheoryOfMoves:
    """Return where play comes to by the theory of moves, from each cell.

    ``ranks`` has a row per player and a column per cell; more is better.  The cells are those of
    a table, row by row, or the states of a graph that has the moves of one.
    """
    ranks, ends = _table(ranks, graph)
    outcomes, lines = [], []
    for cell in range(4):
        found = [_begun(ranks, ends, cell, player) for player in (0, 1)]
        would = [
            player
            for player, line in enumerate(found)
            if ranks[player][_end(line)] > ranks[player][cell]
        ]
        if two_sided and len(would) == 1:
            (mover,), other = would, 1 - would[0]
            own, his = _end(found[other]), _end(found[mover])
            if own != cell and ranks[other][own] > ranks[other][his]:
                would = [other] if ranks[mover][own] >= ranks[mover][his] else [0, 1]
        made = {_end(found[player]): tuple(found[player]) for player in would} or {cell: ()}
        outcomes.append(tuple(sorted(made)))
        lines.append(tuple(made[end] for end in sorted(made)))
    return TheoryOfMoves(tuple(outcomes), tuple(lines))


def brams_wittman(ranks: Any, *, graph: MoveGraph | None = None) -> BramsWittman:
    """Return whether each cell is stable for each player as Brams and Wittman have it."""
    ranks, ends = _table(ranks, graph)
    foreseen = tuple(tuple(_sure_end(ranks, ends, cell, p) for cell in range(4)) for p in (0, 1))
    stable = np.array([[end == cell for cell, end in enumerate(row)] for row in foreseen])
    return BramsWittman(stable, (foreseen[0], foreseen[1]))


def _turns(ends: _Ends, cell: int, player: int) -> list[Move]:
    """Return who is to move where, from a cell round the table."""
    turns = []
    for _ in range(4):
        turns.append((player, cell))
        cell, player = ends[player][cell], 1 - player
    return turns


def _begun(ranks: Any, ends: _Ends, cell: int, player: int) -> list[Move]:
    """Return the moves that follow if a player moves from a cell, up to where somebody stays."""
    turns = _turns(ends, cell, player)
    moves: list[Move] = []
    final = cell
    for mover, here in reversed(turns):
        if (mover, here) == turns[0] or ranks[mover][final] > ranks[mover][here]:
            moves.insert(0, (mover, ends[mover][here]))
        else:
            final, moves = here, []
    return moves


def _sure_end(ranks: Any, ends: _Ends, cell: int, player: int) -> int | None:
    """Return where turns come to that end before play is back, if they are sure to."""
    turns = _turns(ends, cell, player)
    best = [k for k, (mover, here) in enumerate(turns) if ranks[mover][here] == max(ranks[mover])]
    if not best:
        return None
    final = turns[best[0]][1]
    for mover, here in reversed(turns[: best[0]]):
        if ranks[mover][final] <= ranks[mover][here]:
            final = here
    return final


def _end(moves: Sequence[Move]) -> int:
    return moves[-1][1]


def _table(ranks: Any, graph: MoveGraph | None) -> tuple[Any, _Ends]:
    """Return the ranks, and where each player can move; refuse all but two by two."""
    found = whole(ranks)
    if graph is None and found.shape == (2, 4):
        graph = MoveGraph.of_table(("", ""), (2, 2))
    ends: list[tuple[int, ...]] = []
    if graph is not None and len(graph.players) == 2 and graph.size == 4:
        rows = [[graph.moves(p, s).tolist() for s in range(4)] for p in (0, 1)]
        if all(len(row) == 1 for own in rows for row in own):
            ends = [tuple(row[0] for row in own) for own in rows]
    if not ends or not _square(ends[0], ends[1]):
        raise UsageError(
            "the theory of moves and the equilibria of Brams and Wittman are said of two players "
            "with two actions each, and this is something else",
            remedy="ask for nm (non-myopic), or for l2, l3 and so on, which look further anywhere",
        )
    return found, (ends[0], ends[1])


def _square(first: tuple[int, ...], second: tuple[int, ...]) -> bool:
    """Return whether moves there and back go round a square."""
    return all(
        first[first[s]] == s
        and second[second[s]] == s
        and first[second[s]] == second[first[s]]
        and len({s, first[s], second[s], first[second[s]]}) == 4
        for s in range(4)
    )
