"""Who can move from which state to which: the graph of moves, as arrays.

A *state* is a number from 0; the moves of each player are lists of states, one per state, held in
compressed rows (``ends[starts[s]:starts[s + 1]]`` are those from ``s``).  A *legal sequence* of
moves by some players is one in which nobody moves twice in a row (Fang, Hipel and Kilgour 1993);
where two players can both make a move, each may be the one who has made it.

>>> graph = MoveGraph.of_table(("A", "B"), (2, 2))
>>> [graph.moves(0, s).tolist() for s in range(4)], graph.moves(1, 0).tolist()
([[2], [3], [0], [1]], [1])
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from deterrence.errors import IncompleteError, UsageError

#: Moves in all beyond which none are written down: memory and time grow with them.
MAX_MOVES = 40_000_000


@dataclass(frozen=True, eq=False)
class Arcs:
    """Moves from every state, in compressed rows: ``starts`` (states + 1), ``ends`` (moves)."""

    starts: Any
    ends: Any

    @classmethod
    def of(cls, rows: Sequence[Iterable[int]]) -> Arcs:
        """Return the moves in lists of states; a move to where one is already is none.

        >>> Arcs.of([[1, 0, 1], []]).ends.tolist()
        [1]
        """
        kept = [sorted({int(t) for t in row} - {s}) for s, row in enumerate(rows)]
        starts = np.zeros(len(kept) + 1, dtype=np.int64)
        np.cumsum([len(row) for row in kept], out=starts[1:])
        return cls(starts, np.array([*itertools.chain(*kept)], dtype=np.int64))

    @classmethod
    def between(cls, size: int, origins: Any, ends: Any) -> Arcs:
        """Return the moves from ``origins[k]`` to ``ends[k]``, each once, without standing still.

        >>> Arcs.between(2, [1, 0, 0], [0, 0, 1]).starts.tolist()
        [0, 1, 2]
        """
        code = np.asarray(origins, dtype=np.int64) * size + np.asarray(ends, dtype=np.int64)
        code = np.unique(code)
        first, second = np.divmod(code, size)
        apart = first != second
        first, second = first[apart], second[apart]
        starts = np.zeros(size + 1, dtype=np.int64)
        np.cumsum(np.bincount(first, minlength=size), out=starts[1:])
        return cls(starts, second)

    @classmethod
    def of_mask(cls, mask: Any) -> Arcs:
        """Return the moves at which a square mask is true, from rows to columns.

        >>> Arcs.of_mask(np.array([[False, True], [False, False]])).starts.tolist()
        [0, 1, 1]
        """
        starts = np.zeros(len(mask) + 1, dtype=np.int64)
        np.cumsum(mask.sum(axis=1), out=starts[1:])
        return cls(starts, np.nonzero(mask)[1])

    @property
    def size(self) -> int:
        """The number of states."""
        return len(self.starts) - 1

    @cached_property
    def origins(self) -> Any:
        """Where each move starts."""
        return np.repeat(np.arange(self.size), np.diff(self.starts))

    @cached_property
    def filled(self) -> Any:
        """The states from which there is a move."""
        return np.flatnonzero(np.diff(self.starts))

    def row(self, state: int) -> Any:
        """Return the states that can be reached from one in a move."""
        return self.ends[self.starts[state] : self.starts[state + 1]]

    def where(self, kept: Any) -> Arcs:
        """Return some of the moves: those at which a mask is true."""
        starts = np.zeros(self.size + 1, dtype=np.int64)
        np.cumsum(np.bincount(self.origins[kept], minlength=self.size), out=starts[1:])
        return Arcs(starts, self.ends[kept])

    def gather(self, values: Any, join: Any, empty: Any, allowed: Any = None) -> Any:
        """Return ``join`` (such as ``np.minimum``) of the values at the ends of each row's moves.

        ``values`` has what moves end at along its last axis, the answer the states from which they
        start; ``empty`` stands where there is no move, and at moves where a mask ``allowed``, the
        moves along its last axis, is false.
        """
        found = np.full((*values.shape[:-1], self.size), empty, dtype=values.dtype)
        if len(self.filled):
            first, ends = self.starts[self.filled], values[..., self.ends]
            if allowed is not None:
                ends = np.where(allowed, ends, empty)
            found[..., self.filled] = join.reduceat(ends, first, axis=-1)
        return found


@dataclass(frozen=True, eq=False)
class MoveGraph:
    """The moves of all players between ``size`` states, one :class:`Arcs` per player."""

    players: tuple[str, ...]
    size: int
    arcs: tuple[Arcs, ...]

    @classmethod
    def of_lists(
        cls, players: Sequence[str], moves: Sequence[Sequence[Iterable[int]]]
    ) -> MoveGraph:
        """Return the graph with ``moves[player][state]`` as lists of states.

        >>> MoveGraph.of_lists(["A"], [[[1], [0]]]).moves(0, 1).tolist()
        [0]
        """
        sizes = {len(rows) for rows in moves}
        if len(moves) != len(players) or len(sizes) != 1:
            raise UsageError("a graph of moves needs, per player, one list of moves per state")
        size = sizes.pop()
        for rows in moves:
            for row in rows:
                if any(not 0 <= t < size for t in row):
                    raise UsageError(f"a move leads to no state: there are {size}")
        return cls(tuple(players), size, tuple(Arcs.of(rows) for rows in moves))

    @classmethod
    def of_table(cls, players: Sequence[str], shape: Sequence[int]) -> MoveGraph:
        """Return the graph of a table: whoever moves changes her own action.

        States are cells, the last player's action varying fastest.
        """
        size = math.prod(shape)
        if size * sum(n - 1 for n in shape) > MAX_MOVES:
            raise too_many(size * sum(n - 1 for n in shape))
        cells = np.arange(size).reshape(shape)
        arcs = []
        for axis, n in enumerate(shape):
            lines = np.moveaxis(cells, axis, -1).reshape(-1, n)
            origins = np.repeat(lines, n, axis=1).ravel()
            arcs.append(Arcs.between(size, origins, np.tile(lines, (1, n)).ravel()))
        return cls(tuple(players), size, tuple(arcs))

    def moves(self, player: int, state: int) -> Any:
        """Return the states that a player reaches from a state in one move."""
        return self.arcs[player].row(state)

    def others(self, *players: int) -> list[int]:
        """Return all players but some."""
        return [j for j in range(len(self.players)) if j not in players]

    def improving(self, ranks: Any) -> MoveGraph:
        """Return the graph of the moves alone that make the mover better off.

        ``ranks`` has a row per player and a column per state; more is better.
        """
        ranks = np.asarray(ranks)
        arcs = tuple(
            a.where(ranks[j][a.ends] > ranks[j][a.origins]) for j, a in enumerate(self.arcs)
        )
        return MoveGraph(self.players, self.size, arcs)


def whole(ranks: Any) -> Any:
    """Return ranks as an array of whole numbers; :class:`UsageError` for others.

    Cut to whole numbers, payoffs such as 0.2 and 0.7 would be tied unsaid.

    >>> whole([[2, 1]]).tolist()
    [[2, 1]]
    """
    given = np.asarray(ranks)
    found = given.astype(np.int64)
    if given.dtype.kind not in "iub" and (found != given).any():
        raise UsageError(
            "ranks are whole numbers, and these are not",
            remedy="number the payoffs from the worst to the best, with one number for ties",
        )
    return found


def too_many(count: int) -> IncompleteError:
    """Return the error for more moves than are written down."""
    return IncompleteError(
        f"there are {count:,} moves, more than the {MAX_MOVES:,} that are written down",
        remedy="ask for the stability of a state by name (--state), or make the model smaller",
    )


#: What joins the values of moves, as ``np.minimum`` does.
Join = Callable[[Any, Any], Any]
