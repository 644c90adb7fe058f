"""The worst that a group of players can bring about, and by which moves.

What every notion of stability with sanctions asks is: of the states at the end of legal sequences
of moves by the others, which is the worst?  The answer for all states at once is the least fixed
point of one equation per player on (state, who moves next); nobody moves twice in a row.  From
one state, a search finds the shortest such sequence.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from deterrence.graph_model.graph import MAX_MOVES, Arcs, Join, MoveGraph, too_many

#: The value where nothing can be reached: more than all ranks.
FAR = np.iinfo(np.int64).max

#: A move: who makes it, and the state that it leads to.
Move = tuple[int, int]


def least(graph: MoveGraph, movers: Sequence[int], keys: Any) -> Any:
    """Return, for every state, the least key among the ends of legal sequences by ``movers``.

    ``keys`` are whole numbers, an array whose last axis is the states; so is the answer, with
    :data:`FAR` where no move can be made.

    >>> graph = MoveGraph.of_table(("A", "B"), (2, 2))
    >>> least(graph, [1], np.array([5, 1, 2, 3])).tolist()
    [1, 5, 3, 2]
    """
    return joined(graph, movers, keys, np.minimum, FAR)


def joined(
    graph: MoveGraph,
    movers: Sequence[int],
    values: Any,
    join: Join,
    empty: int,
    allowed: Sequence[Any] | None = None,
) -> Any:
    """Return, for every state, the join of the values at the ends of legal sequences.

    ``join`` is ``np.minimum``, or ``np.bitwise_or`` for sets of states as the bits of numbers;
    ``empty`` stands where no move can be made.  ``allowed`` has a mask of the moves of each
    player, where not all may be made.
    """
    after = {j: np.full_like(values, empty) for j in movers}  # by who begins
    changed = True
    while changed:
        changed = False
        for j in movers:
            arrived = values
            for k in movers:
                if k != j:
                    arrived = join(arrived, after[k])
            mask = None if allowed is None else allowed[j]
            found = graph.arcs[j].gather(arrived, join, empty, mask)
            if not np.array_equal(found, after[j]):
                after[j], changed = found, True
        if len(movers) == 1:
            break
    whole = np.full_like(values, empty)
    for j in movers:
        whole = join(whole, after[j])
    return whole


def reachable(graph: MoveGraph, movers: Sequence[int]) -> Any:
    """Return where (columns) legal sequences by ``movers`` lead from where (rows), as a mask.

    >>> graph = MoveGraph.of_table(("A", "B"), (2, 2))
    >>> reachable(graph, [0]).astype(int).tolist()[0], bool(reachable(graph, [0, 1]).all())
    ([0, 0, 1, 0], True)
    """
    ends = packed(np.eye(graph.size, dtype=bool))
    return unpacked(joined(graph, movers, ends, np.bitwise_or, 0), graph.size).T


def closure(graph: MoveGraph, movers: Sequence[int]) -> Arcs:
    """Return where legal sequences of one move or more by some players lead, R_H.

    Unlike a move, a sequence may end where it began.  Raises :class:`IncompleteError` where there
    are too many pairs of states.

    >>> graph = MoveGraph.of_table(("A", "B"), (2, 2))
    >>> closure(graph, [0, 1]).row(0).tolist()
    [0, 1, 2, 3]
    """
    if len(movers) == 1:
        return graph.arcs[movers[0]]
    if graph.size**2 > MAX_MOVES:
        raise too_many(graph.size**2)
    return Arcs.of_mask(reachable(graph, movers))


def packed(mask: Any) -> Any:
    """Return the columns of a mask as numbers of 64 bits, a column each."""
    rows = -len(mask) % 64
    eighths = np.packbits(np.pad(mask, ((0, rows), (0, 0))), axis=0)
    return np.ascontiguousarray(eighths.T).view(np.uint64).T.copy()


def unpacked(bits: Any, size: int) -> Any:
    """Return the mask of :func:`packed`, of so many rows.

    >>> mask = np.arange(12).reshape(3, 4) % 5 == 0
    >>> bool((unpacked(packed(mask), 3) == mask).all())
    True
    """
    eighths = np.ascontiguousarray(bits.T).view(np.uint8).T
    return np.unpackbits(eighths, axis=0, count=size).astype(bool)


def path(graph: MoveGraph, movers: Sequence[int], start: int, good: Any) -> list[Move]:
    """Return a shortest legal sequence from a state to one where a mask is true, ``[]`` if none.

    Of several the first by players and states.

    >>> graph = MoveGraph.of_table(("A", "B"), (2, 2))
    >>> path(graph, [0, 1], 0, np.array([False, False, False, True]))
    [(0, 2), (1, 3)]
    """
    found = ways(graph, movers, start, good)
    return [] if found.hit is None else found.back(found.hit)


@dataclass(frozen=True, eq=False)
class Ways:
    """Shortest legal sequences of moves from a state.

    ``count`` has the number of moves of a shortest sequence by its last move, ``before`` the move
    that comes before that one.  ``hit`` is the move with which a search has ended.
    """

    start: int
    count: Mapping[Move, int]
    before: Mapping[Move, Move | None]
    hit: Move | None = None

    def back(self, end: Move) -> list[Move]:
        """Return the sequence that ends with a move."""
        steps: list[Move] = []
        here: Move | None = end
        while here is not None:
            steps.append(here)
            here = self.before[here]
        return steps[::-1]

    @cached_property
    def last(self) -> dict[int, tuple[int, ...]]:
        """Who may have made the last move of a shortest sequence, for every state reached.

        The state where all begins is in it only if one can come back to it.
        """
        found: dict[int, list[int]] = {}
        for (mover, state), count in self.count.items():
            movers = found.setdefault(state, [])
            if not movers or count == self.count[movers[0], state]:
                movers.append(mover)
        return {state: tuple(movers) for state, movers in found.items()}

    def fewest(self, state: int) -> int | None:
        """Return the fewest moves to a state: 0 for the first, None where none lead there."""
        return 0 if state == self.start else len(self.to(state)) or None

    def to(self, state: int) -> list[Move]:
        """Return a shortest sequence to a state, ``[]`` if there is none."""
        return self.back((self.last[state][0], state)) if state in self.last else []


def ways(graph: MoveGraph, movers: Sequence[int], start: int, until: Any = None) -> Ways:
    """Return shortest legal sequences by ``movers`` from a state to all that they can reach.

    Kept by state and last mover, for nobody moves twice in a row; where two players can make the
    same move, each may have made it.  The search ends where the mask ``until`` is true.

    >>> graph = MoveGraph.of_table(("A", "B"), (2, 2))
    >>> ways(graph, [0, 1], 0).to(3), ways(graph, [0], 0).to(3)
    ([(0, 2), (1, 3)], [])
    """
    count: dict[Move, int] = {}
    before: dict[Move, Move | None] = {}
    layer: list[Move | None] = [None]
    length = 0
    while layer:
        reached: list[Move | None] = []
        length += 1
        for last in layer:
            mover, here = (-1, start) if last is None else last
            for j in movers:
                for state in graph.moves(j, here).tolist() if j != mover else ():
                    step = (j, state)
                    if step in before:
                        continue
                    count[step], before[step] = length, last
                    if until is not None and until[state]:
                        return Ways(start, count, before, step)
                    reached.append(step)
        layer = reached
    return Ways(start, count, before)
