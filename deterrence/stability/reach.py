"""The worst that a group of players can bring about, and by which moves.

What every notion of stability with sanctions asks is: of the states at the end of legal sequences
of moves by the others, which is the worst?  The answer for all states at once is the least fixed
point of one equation per player on (state, who moves next); nobody moves twice in a row.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from deterrence.stability.graph import MoveGraph

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
    after = {j: np.full(keys.shape, FAR) for j in movers}  # by who begins
    changed = True
    while changed:
        changed = False
        for j in movers:
            arrived = keys
            for k in movers:
                if k != j:
                    arrived = np.minimum(arrived, after[k])
            found = graph.arcs[j].gather(arrived, np.minimum, FAR)
            if not np.array_equal(found, after[j]):
                after[j], changed = found, True
        if len(movers) == 1:
            break
    whole = np.full(keys.shape, FAR)
    for j in movers:
        whole = np.minimum(whole, after[j])
    return whole


def path(graph: MoveGraph, movers: Sequence[int], start: int, good: Any) -> list[Move]:
    """Return a shortest legal sequence from a state to one where a mask is true, ``[]`` if none.

    Of several the first by players and states.

    >>> graph = MoveGraph.of_table(("A", "B"), (2, 2))
    >>> path(graph, [0, 1], 0, np.array([False, False, False, True]))
    [(0, 2), (1, 3)]
    """
    before: dict[Move, Move | None] = {}
    layer: list[Move | None] = [None]
    while layer:
        reached: list[Move | None] = []
        for last in layer:
            here, mover = (start, -1) if last is None else (last[1], last[0])
            for j in movers:
                for state in graph.moves(j, here).tolist() if j != mover else ():
                    step = (j, state)
                    if step in before:
                        continue
                    before[step] = last
                    if good[state]:
                        return _back(before, step)
                    reached.append(step)
        layer = reached
    return []


def _back(before: dict[Move, Move | None], end: Move) -> list[Move]:
    steps: list[Move] = []
    here: Move | None = end
    while here is not None:
        steps.append(here)
        here = before[here]
    return steps[::-1]
