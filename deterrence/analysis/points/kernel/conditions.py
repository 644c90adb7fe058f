"""Where a model's answer counts: its assumptions hold, and floats are to be believed.

>>> from deterrence.analysis.points.kernel.graph import Graph
>>> g = Graph()
>>> conditions = Conditions(g, [g.compare(">", g.input("a"))], [])
>>> [g.ops[n] for n in conditions.wanted]
['input', 'mul']
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from deterrence.analysis.points.kernel.bounds import comparison
from deterrence.analysis.points.kernel.graph import Graph
from deterrence.analysis.points.kernel.loops import Loops
from deterrence.analysis.points.kernel.program import GraphProgram

if TYPE_CHECKING:
    from deterrence.analysis.points.arrays import Floats, Truths


class Conditions:
    """Truth nodes of a graph: ``assumptions`` of a model, and ``checks`` that must hold.

    The ``wanted`` nodes belong into the program; :meth:`place` is to be called with it.
    """

    def __init__(self, graph: Graph, assumptions: Sequence[int], checks: Sequence[int]) -> None:
        self._compared = [comparison(graph, n) for n in (*assumptions, *checks)]
        self._assumptions = len(assumptions)
        self.wanted = [n for value, limit, _ in self._compared for n in (value, limit)]

    def place(self, program: GraphProgram, bits: int) -> None:
        """Find the nodes in a program; ``bits`` says how large or small its inputs may be."""
        import numpy as np

        rows = program.rows
        table = [(rows[x], rows[limit], true) for x, limit, true in self._compared]
        judged = np.array(table, dtype=np.int64).reshape(-1, 3)
        self._assumed, self._checked = judged[: self._assumptions], judged[self._assumptions :]
        self._inputs = np.array(list(program.inputs.values()), dtype=np.int64)
        self._low, self._high = 2.0**-bits, 2.0**bits

    def judge(self, loops: Loops, registers: Floats, count: int) -> tuple[Truths, Truths]:
        """Return which of ``count`` lanes are outside the assumptions, and which are open.

        Those need exact arithmetic: a comparison is too near to its limit, an input too
        large or too small for the bounds, or a check fails.
        """
        import numpy as np

        width = -(-count // 8) * 8
        no, unknown, wild, missing = (np.zeros(width, dtype=bool) for _ in range(4))
        loops.check_range(registers, self._inputs, width, self._low, self._high, wild)
        loops.judge(registers, self._assumed, width, no, unknown)
        loops.judge(registers, self._checked, width, missing, missing)
        # Out of range, even "certainly false" is not to be believed.
        outside = (no & ~wild)[:count]
        return outside, (wild | unknown | missing)[:count] & ~outside
