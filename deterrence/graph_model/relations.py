"""Stability where preferences are no order: whom a state tempts and holds back, pair by pair.

Where it is not known, or a matter of degree, whether one state is better than another, the
notions ask two questions in the place of one: would a player *leave* ``s`` for ``x``, and does
``y`` *hold her back* from leaving ``s``?  Of an order both are its better and no better.

>>> import numpy as np
>>> from deterrence.graph_model.concepts import stable
>>> graph = MoveGraph.of_table(("A", "B"), (2, 2))
>>> ranks = np.array([[3, 2, 4, 1], [3, 4, 2, 1]])
>>> better = ranks[:, None, :] > ranks[:, :, None]  # [player, here, there]
>>> found = stable_by(graph, "smr", better, ~better, better)
>>> bool((found == stable(graph, ranks, "smr")).all())
True
"""

from __future__ import annotations

from typing import Any

import numpy as np

from deterrence.errors import IncompleteError
from deterrence.graph_model.concepts import CREDIBLE, SYMMETRIC
from deterrence.graph_model.graph import MoveGraph
from deterrence.graph_model.reach import least

#: States beyond which pairs of them are not looked at: memory grows with their square.
MOST_STATES = 1_000


def stable_by(graph: MoveGraph, concept: str, leaves: Any, holds: Any, credible: Any) -> Any:
    """Return whether each state (columns) is stable for each player (rows).

    ``leaves[i, s, x]``: player i would leave s for x, could she stay there; ``holds[i, s, y]``: y
    is bad enough to hold her back at s; ``credible[j, s, t]``: player j may be expected to move
    from s to t as part of a sanction, which counts for SEQ and SSEQ.
    """
    check_size(graph)
    answers = moves_where(graph, credible) if concept in CREDIBLE else graph
    found = np.ones((len(graph.players), graph.size), dtype=bool)
    for i, arcs in enumerate(graph.arcs):
        here, there = arcs.origins, arcs.ends
        tempts = leaves[i][here, there]
        if concept != "nash":
            deters = holds[i]
            if concept in SYMMETRIC:
                deters = deters & arcs.gather(deters, np.logical_and, True)
            worst = least(answers, graph.others(i), (~deters).astype(np.int64))
            tempts = tempts & (worst[here, there] != 0)
        found[i, here[tempts]] = False
    return found


def moves_where(graph: MoveGraph, kept: Any) -> MoveGraph:
    """Return the moves alone from ``s`` to ``t`` with ``kept[mover, s, t]``."""
    arcs = tuple(a.where(kept[j][a.origins, a.ends]) for j, a in enumerate(graph.arcs))
    return MoveGraph(graph.players, graph.size, arcs)


def check_size(graph: MoveGraph) -> None:
    """Raise :class:`IncompleteError` where there are too many pairs of states."""
    if graph.size > MOST_STATES:
        raise IncompleteError(
            f"there are {graph.size:,} states: preferences between all pairs of more than "
            f"{MOST_STATES:,} are not looked at",
            remedy="make the model smaller",
        )
