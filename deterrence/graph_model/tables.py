"""Stability under many tables of preferences at once.

>>> graph = MoveGraph.of_table(("A", "B"), (2, 2))
>>> chicken, deadlock = [[2, 1, 3, 0], [2, 3, 1, 0]], [[1, 0, 3, 2], [1, 3, 0, 2]]
>>> stable_in(graph, np.array([chicken, deadlock]), "nash").all(axis=1).tolist()
[[False, True, True, False], [False, False, False, True]]
"""

from __future__ import annotations

from typing import Any

import numpy as np

from deterrence.graph_model.concepts import CREDIBLE, as_sanctions
from deterrence.graph_model.graph import MoveGraph
from deterrence.graph_model.reach import FAR, joined

#: Numbers held at a time: tables are looked at in blocks.
_BLOCK = 1 << 22


def stable_in(graph: MoveGraph, tables: Any, concept: str) -> Any:
    """Return whether states are stable, an array (tables x players x states).

    ``tables`` are whole numbers (tables x players x states), more is better: what
    :func:`deterrence.graph_model.concepts.stable` says of each of them.
    """
    widest = max([graph.size, *(len(a.ends) for a in graph.arcs)])
    step = max(1, _BLOCK // widest)
    blocks = [
        _block(graph, tables[k : k + step].astype(np.int64), concept)
        for k in range(0, len(tables), step)
    ]
    return np.concatenate(blocks) if blocks else np.zeros(tables.shape, dtype=bool)


def _block(graph: MoveGraph, tables: Any, concept: str) -> Any:
    found = np.ones(tables.shape, dtype=bool)
    better = [tables[:, j, a.ends] > tables[:, j, a.origins] for j, a in enumerate(graph.arcs)]
    for i, arcs in enumerate(graph.arcs):
        own = tables[:, i]
        worst = np.full(own.shape, FAR)
        if concept != "nash":
            keys = as_sanctions(arcs, own, concept)
            allowed = better if concept in CREDIBLE else None
            worst = joined(graph, graph.others(i), keys, np.minimum, FAR, allowed)
        tempts = better[i] & (worst[:, arcs.ends] > own[:, arcs.origins])
        table, move = np.nonzero(tempts)
        found[table, i, arcs.origins[move]] = False
    return found
