"""The vertices of one side as arrays, and which of them matter where signs are open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, TypeAlias

from deterrence.analysis.points.kernel import numpy_loops as plain
from deterrence.analysis.points.kernel.structure import StructuralVertex

if TYPE_CHECKING:
    from deterrence.analysis.points.arrays import Integers, Truths

    #: Which vertices surely exist, which perhaps do, and possible best replies as bits.
    Settled: TypeAlias = tuple[Truths, Truths, Integers]


class VertexTable:
    """The vertices of one side as arrays."""

    def __init__(
        self,
        vertices: Sequence[StructuralVertex],
        position: Mapping[int, int],
        where: Mapping[int, tuple[int, int]],
        numbers: Mapping[int, int],
    ) -> None:
        import numpy as np

        self.vertices = vertices
        per_vertex = [[2 * position[n] + (sign < 0) for n, sign in v.literals] for v in vertices]
        starts = np.cumsum([0, *map(len, per_vertex)]).astype(np.int64)
        literals = np.array([x for xs in per_vertex for x in xs], dtype=np.int64)
        may = np.array([v.may for v in vertices], dtype=np.uint8)
        self.literal_tables = (starts, literals, may)
        self.supports = np.array([_mask(v.support) for v in vertices], dtype=np.int64)
        self.closures = np.array([_mask(v.closure) for v in vertices], dtype=np.int64)
        self.gaps = [[(j, position[n]) for j, n in v.gaps if n in position] for v in vertices]
        self.starts_of_weights = np.cumsum([0, *(len(v.weights) for v in vertices)]).astype(
            np.int64
        )
        rows = [where[w] for v in vertices for w in v.weights]
        self.weights = np.array([row for row, _ in rows], dtype=np.int64)
        self.limits = np.array([limit for _, limit in rows], dtype=np.int64)
        flat = [numbers[w] for v in vertices for w in v.weights]
        self.numbers = np.array(flat, dtype=np.int64)
        self.actions = np.array([a for v in vertices for a in v.support], dtype=np.int64)
        self.strategy_tables = (self.starts_of_weights, self.weights, self.limits, self.actions)
        self.sizes = np.diff(self.starts_of_weights)

    def settle(self, up: Truths, down: Truths) -> Settled:
        """Return which vertices surely exist, which perhaps do, and their possible best replies."""
        import numpy as np

        shape = (len(self.vertices), up.shape[1])
        sure, perhaps = np.zeros(shape, dtype=bool), np.zeros(shape, dtype=bool)
        spare = np.empty(shape[1], dtype=bool)
        plain.match(up, down, self.literal_tables, sure, spare)
        plain.match(~down, ~up, self.literal_tables, perhaps, spare)
        replies = np.repeat(self.closures[:, None], up.shape[1], axis=1)
        for v, gaps in enumerate(self.gaps):
            for j, t in gaps:
                replies[v] |= np.where(up[t] | down[t], 0, 1 << j)
        return sure, perhaps, replies


def matters(first: Settled, second: Settled, rows: Integers, columns: Integers) -> Truths:
    """Return the lanes where a pair with an open vertex may be an equilibrium."""
    import numpy as np

    (sure1, perhaps1, replies1), (sure2, perhaps2, replies2) = first, second
    open2 = perhaps2 & ~sure2
    result = np.zeros(sure1.shape[1], dtype=bool)
    for v in np.flatnonzero(perhaps1.any(axis=1)):
        fits = perhaps2 & ((columns[:, None] & ~replies1[v]) == 0)
        fits &= (rows[v] & ~replies2) == 0
        here = perhaps1[v] & (~sure1[v] | open2)
        result |= (fits & here).any(axis=0)
    return result


def _mask(bits: Sequence[int]) -> int:
    return sum(1 << b for b in bits)
