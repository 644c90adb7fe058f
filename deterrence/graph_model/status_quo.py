"""From the status quo: where a conflict can go from a state, and by whose moves.

Li, Kilgour and Hipel (2005): the shortest legal sequences of moves (nobody twice in a row) from a
state to every other, with any moves and with improvements only.  What is stable but cannot be
reached is no way out from here; what improvements alone lead to asks nobody to give way.

>>> graph = MoveGraph.of_table(("A", "B"), (2, 2))
>>> chicken = [[2, 1, 3, 0], [2, 3, 1, 0]]
>>> found = analysis(graph, 0, chicken)
>>> found.moves.fewest(3), found.moves.to(3)
(2, [(0, 2), (1, 3)])
>>> found.improvements.fewest(3), found.improvements.fewest(2), found.improvements.fewest(0)
(None, 1, 0)
>>> found.reached([False, True, True, False], improvements=True)
{1: [(1, 1)], 2: [(0, 2)]}
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from deterrence.graph_model.graph import MoveGraph
from deterrence.graph_model.reach import Move, Ways, ways


@dataclass(frozen=True)
class StatusQuo:
    """Where one can go from a state: by any moves, and by improvements alone (if ranks are given).

    >>> found = analysis(MoveGraph.of_table(("A", "B"), (2, 2)), 0)
    >>> found.moves.last[3]  # either may have made the last move
    (1, 0)
    """

    start: int
    moves: Ways
    improvements: Ways | None = None

    def reached(
        self, stable: Sequence[bool] | Any, *, improvements: bool = False
    ) -> dict[int, list[Move]]:
        """Return the states of a mask that are reached, each with a shortest sequence.

        The status quo itself, if it is one of them, with no move.  By the number of moves.
        """
        found = self.improvements if improvements else self.moves
        if found is None:
            return {}
        listed = {s: found.to(s) for s in [self.start, *found.last] if stable[s]}
        if self.start in listed:
            listed[self.start] = []
        return dict(sorted(listed.items(), key=lambda item: (len(item[1]), item[0])))


def analysis(graph: MoveGraph, start: int, ranks: Any = None) -> StatusQuo:
    """Return the shortest legal sequences from a state to every state that can be reached.

    With ``ranks`` (a row per player, a column per state; more is better) also those in which
    every move makes its mover better off, judged from where that move starts.
    """
    movers = range(len(graph.players))
    better = None if ranks is None else ways(graph.improving(np.asarray(ranks)), movers, start)
    return StatusQuo(start, ways(graph, movers, start), better)
