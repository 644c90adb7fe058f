r"""All equilibria of one game with symbolic payoffs, at a chunk of points.

Signs of minors are computed in floats and believed only beyond a bound on their
error.  The bound is first a cheap one: all payoff differences of a side are at most
:math:`G` in magnitude, so a minor of order :math:`k` is off by at most
:math:`c_k u\,G^k`.  Points where that leaves a sign open are computed again with a
bound of each minor's own, and there it is asked whether the open signs matter for any
equilibrium.  Only where they do, the point is *flagged*, for exact arithmetic.

An exact vertex at a point is never overlooked: one of its structural vertices has
no weight and no shortfall of the wrong sign, so it is existing or open, and replies
that tie by accident are open shortfalls.  So if no pair with an open vertex could be
an equilibrium, the pairs of existing vertices are all there is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from deterrence.analysis.points.kernel.bounds import (
    BITS,
    FLOOR,
    bits,
    fine_limit,
    limit_node,
)
from deterrence.analysis.points.kernel.conditions import Conditions
from deterrence.analysis.points.kernel.graph import Graph, guards
from deterrence.analysis.points.kernel.loops import loops
from deterrence.analysis.points.kernel.program import GraphProgram, Machine, lanes_for, row_length
from deterrence.analysis.points.kernel.structure import Limit, StructuralSide, pairs_of
from deterrence.analysis.points.kernel.vertex_table import VertexTable, matters

if TYPE_CHECKING:
    from deterrence.analysis.points.arrays import Columns, Floats, Integers, Truths

#: Largest error of a probability that is let pass.
ACCURACY = 1e-9


@dataclass(eq=False)
class Chunk:
    """Equilibria at some points, pair by pair: those of pair ``p`` start at ``starts[p]``.

    Entry ``e`` is the equilibrium number ``slot[e]`` at lane ``lane[e]``, which has
    ``counts[lane]`` of them.  ``outside`` are lanes where an assumption is broken;
    ``flagged`` ones need exact arithmetic.
    """

    outside: Truths
    flagged: Truths
    counts: Integers
    starts: Integers
    lane: Integers
    slot: Integers

    def places(self, width: int) -> Integers:
        """Return where the entries stand in a flat table with ``width`` entries per lane."""
        import numpy as np

        return self.lane.astype(np.int64) * width + self.slot

    @property
    def pair(self) -> Integers:
        """The pair of every entry."""
        import numpy as np

        return np.repeat(np.arange(len(self.starts) - 1), np.diff(self.starts))


@dataclass(eq=False)
class PerCell:
    """A quantity given per cell: its nodes, their ``registers`` of the game's shape.

    ``known`` is its value at each pair where that is the same at all points, -1
    where it is not.
    """

    nodes: Sequence[int]
    registers: Integers | None = None
    known: Floats | None = None


class Game:
    """Programs and tables for one game.

    ``sides`` are the vertices of both players.  ``assumptions`` are truth nodes;
    ``checks`` are truth nodes that must hold for the game to be one at all.  The
    ``wanted`` nodes are computed as well (:meth:`rows_of`).
    """

    def __init__(
        self,
        graph: Graph,
        sides: tuple[StructuralSide, StructuralSide],
        assumptions: Sequence[int] = (),
        checks: Sequence[int] = (),
        wanted: Sequence[int] = (),
        *,
        compiled: bool,
    ) -> None:
        import numpy as np

        self.graph, self.sides, self.compiled = graph, sides, compiled
        self.loops = loops(compiled)
        self.vertices = (sides[0].vertices, sides[1].vertices)
        self.pairs = pairs_of(*self.vertices)
        self.sizes = (sides[0].actions, sides[1].actions)
        self.first = np.array([i for i, _ in self.pairs], dtype=np.int64)
        self.second = np.array([j for _, j in self.pairs], dtype=np.int64)
        #: No two pairs ever share a strategy: all equilibria are isolated.
        self.isolated = len(set(self.first)) == len(set(self.second)) == len(self.pairs)
        self.assumptions = list(dict.fromkeys(assumptions))
        self.bits = bits(sides)
        self.checks = list(dict.fromkeys((*checks, *guards(graph))))
        self.tests, limit_of = self._tests()
        weights = [w for vs in self.vertices for v in vs for w in v.weights]
        outputs = [*self.tests, *limit_of.values(), *weights]
        self._conditions = Conditions(graph, self.assumptions, self.checks)
        outputs += self._conditions.wanted
        self.program = GraphProgram(graph, [*outputs, *wanted])
        rows = self.program.rows
        self._conditions.place(self.program, self.bits)
        self.tested = np.array([rows[n] for n in self.tests], dtype=np.int64)
        self.limits = np.array([rows[limit_of[n]] for n in self.tests], dtype=np.int64)
        position = {n: t for t, n in enumerate(self.tests)}
        where = {n: (rows[n], rows[limit]) for n, limit in limit_of.items()}
        self.weights = list(dict.fromkeys(weights))
        numbers = {w: k for k, w in enumerate(self.weights)}
        first, second = self.vertices
        self.tables = (
            VertexTable(first, position, where, numbers),
            VertexTable(second, position, where, numbers),
        )
        self.lookup = self._lookup()
        self._fine_limits = {n: fine_limit(graph, n) for n in (*self.tests, *self.weights)}
        self._fine: Machine | None = None
        memory, most = (16_000_000, 4096) if compiled else (32_000_000, 8192)
        self.lanes = lanes_for(self.program.size, memory, most)
        self.machine = Machine(self.program, self.lanes, compiled=compiled)
        self.registers = self.machine.registers
        length = row_length(self.lanes)
        self._positive = np.zeros((len(self.tests), length), dtype=np.uint8)
        self._doubtful = np.zeros(length, dtype=np.uint8)
        self._spare = np.zeros(length, dtype=np.uint8)
        self._valid = tuple(np.zeros((len(vs), length), dtype=np.uint8) for vs in self.vertices)

    def _tests(self) -> tuple[list[int], dict[int, int]]:
        """Return the nodes whose signs decide, and the nodes of the minors' coarse bounds."""
        graph = self.graph
        tests: dict[int, None] = {}
        limit_of: dict[int, int] = {}
        for side in self.sides:
            scale = side.scale()
            order = max((o for limit in side.limits.values() for o, _ in limit.terms), default=1)
            room = graph.sub(graph.constant(Fraction(2) ** (BITS // order)), scale)
            self.checks.append(graph.host("truth", room, graph.zero, data=">"))
            mine = dict.fromkeys(n for v in side.vertices for n, _ in v.literals)
            tests |= mine
            mine |= dict.fromkeys(w for v in side.vertices for w in v.weights if w in side.limits)
            most: dict[tuple[tuple[int, int], ...], int] = {}
            for n in mine:
                limit = side.limits[n]
                most[limit.terms] = max(limit.k, most.get(limit.terms, 0))
            for n in mine:
                terms = side.limits[n].terms
                bound = limit_node(graph, scale, Limit(most[terms], terms))
                limit_of[n] = graph.larger(bound, limit_of.get(n, graph.zero))
        # The weight of the only action in use is exactly 1.
        limit_of.setdefault(graph.one, graph.constant(FLOOR))
        return list(tests), limit_of

    # ---- one chunk ----------------------------------------------------
    def solve(self, inputs: Columns, count: int) -> Chunk:
        """Return the equilibria at ``count`` points, not more than :attr:`lanes`."""
        import numpy as np

        doubtful = self._exist(inputs, count)
        outside, flagged = self._conditions.judge(self.loops, self.registers, count)
        dead = outside | flagged
        if dead.any():
            for valid in self._valid:
                valid[:, :count][:, dead] = 0
        doubtful &= ~dead
        if doubtful.any():
            self._resolve(inputs, np.flatnonzero(doubtful), flagged)
        chunk = self._list(count, outside, flagged)
        # Every game has an equilibrium: where none was found, something was wrong.
        flagged |= (chunk.counts == 0) & ~outside
        return chunk

    def rows_of(self, nodes: Sequence[int]) -> Integers:
        """Return the registers of wanted nodes, one per cell, in the game's shape."""
        import numpy as np

        rows = np.array([self.program.rows[n] for n in nodes], dtype=np.int64)
        return rows.reshape(self.sizes)

    def _width(self, count: int) -> int:
        """Return the number of lanes to work on, a multiple of 8."""
        return -(-count // 8) * 8

    def _exist(self, inputs: Columns, count: int) -> Truths:
        """Run the program; set which vertices exist, by the signs alone.

        Returns the lanes with a sign that is not beyond its bound.
        """
        import numpy as np

        machine, width = self.machine, self._width(count)
        code = machine.code
        if code is not None:
            machine.load(inputs, count)
        else:
            machine.run(inputs, count)
            code = np.zeros((0, 6), dtype=np.int32)
        with np.errstate(all="ignore"):
            self.loops.evaluate(
                code,
                self.registers,
                width,
                machine.block,
                (self.tested, self.limits),
                self._positive,
                self._doubtful,
                tuple(table.literal_tables for table in self.tables),
                self._valid,
                self._spare,
            )
        for valid in self._valid:
            valid[:, count:width] = 0
        return self._doubtful[:count].view(bool)

    def _resolve(self, inputs: Columns, doubt: Integers, flagged: Truths) -> None:
        """Look again at the doubtful lanes: settle them, or flag them."""
        for lanes, value, limit in self._finely(inputs, doubt, self.tests):
            up, down = value > limit, value < -limit
            found = [table.settle(up, down) for table in self.tables]
            supports = self.tables[0].supports, self.tables[1].supports
            unsure = matters(found[0], found[1], *supports)
            flagged[lanes[unsure]] = True
            for valid, (sure, _, _) in zip(self._valid, found, strict=True):
                valid[:, lanes] = sure & ~unsure

    def _finely(
        self, inputs: Columns, doubt: Integers, nodes: Sequence[int]
    ) -> Iterator[tuple[Integers, Floats, Floats]]:
        """Yield lanes, values of nodes and their own error bounds, some lanes at a time."""
        import numpy as np

        if self._fine is None:
            fine = [*self._fine_limits, *self._fine_limits.values()]
            program = GraphProgram(self.graph, fine)
            self._fine = Machine(program, min(self.lanes, 256), compiled=self.compiled)
        program, registers = self._fine.program, self._fine.registers
        for start in range(0, len(doubt), self._fine.lanes):
            lanes = doubt[start : start + self._fine.lanes]
            some = {n: np.asarray(inputs[n])[lanes] for n in program.inputs}
            self._fine.run(some, len(lanes))
            value = registers[[program.rows[n] for n in nodes], : len(lanes)]
            limit = registers[[program.rows[self._fine_limits[n]] for n in nodes], : len(lanes)]
            yield lanes, value, limit

    def check_accuracy(self, inputs: Columns, chunk: Chunk, loose: Floats) -> None:
        """Flag lanes whose probabilities may be off by more than :data:`ACCURACY`.

        ``loose`` are coarse bounds on their errors; each minor's own bound has the last word.
        """
        import numpy as np

        doubtful = ~(loose <= ACCURACY) & (chunk.counts > 0)
        if not doubtful.any():
            return
        entries = np.flatnonzero(doubtful[chunk.lane])
        lane, pair = chunk.lane[entries], chunk.pair[entries]
        for error in self.fine_errors(inputs, lane, pair):
            chunk.flagged[lane[~(error.max(axis=0) <= ACCURACY)]] = True

    def errors(self, lane: Integers, pair: Integers) -> tuple[Floats, Floats]:
        """Return bounds as :meth:`fine_errors` does, from the sides' common bounds."""
        import numpy as np

        errors = []
        for t, vertex, size in zip(self.tables, (self.first, self.second), self.sizes, strict=True):
            error = np.zeros((size, len(lane)))
            self.loops.errors(lane, vertex[pair], self.registers, t.strategy_tables, error)
            errors.append(error)
        return errors[0], errors[1]

    def fine_errors(self, inputs: Columns, lane: Integers, pair: Integers) -> tuple[Floats, Floats]:
        """Return bounds on the errors of both sides' probabilities, from each minor's own bound.

        Shapes are (actions, entries); pure strategies have no error.
        """
        import numpy as np

        lanes, place = np.unique(lane, return_inverse=True)
        count, done = len(self.weights), 0
        errors = tuple(np.zeros((size, len(lane))) for size in self.sizes)
        for some, value, limit in self._finely(inputs, lanes, self.weights):
            registers = np.concatenate((value, limit))
            here = np.flatnonzero((place >= done) & (place < done + len(some)))
            for t, vertex, error in zip(
                self.tables, (self.first, self.second), errors, strict=True
            ):
                ends = vertex[pair[here]]
                found = np.zeros((len(error), len(here)))
                numbers = (t.starts_of_weights, t.numbers, t.numbers + count, t.actions)
                self.loops.errors(place[here] - done, ends, registers, numbers, found)
                error[:, here] = np.where(t.sizes[ends] > 1, found, 0.0)
            done += len(some)
        return errors[0], errors[1]

    def _list(self, count: int, outside: Truths, flagged: Truths) -> Chunk:
        import numpy as np

        width = self._width(count)
        counts = np.empty(width, dtype=np.int32)
        starts = np.empty(len(self.pairs) + 1, dtype=np.int64)
        lane, slot = self.loops.list_pairs(
            self._valid[0], self._valid[1], self.first, self.second, width, counts, starts
        )
        return Chunk(outside, flagged, counts[:count], starts, lane, slot)

    def _lookup(self) -> tuple[Integers, ...]:
        """Return tables about pairs, for expected values.

        They are: the cell of a pair of pure strategies (-1 for others), the pair's
        vertices, and the actions that either side's vertices use.
        """
        import numpy as np

        rows, columns = self.tables
        first, second = self.vertices
        cells = [
            first[i].support[0] * self.sizes[1] + second[j].support[0]
            if len(first[i].support) == len(second[j].support) == 1
            else -1
            for i, j in self.pairs
        ]
        return (
            np.array(cells, dtype=np.int64),
            self.first,
            self.second,
            rows.starts_of_weights,
            rows.actions,
            columns.starts_of_weights,
            columns.actions,
        )

    def components(
        self, chunk: Chunk, place: Integers, target: Integers, continuum: Truths
    ) -> None:
        """Write the component of every entry, and per lane whether one holds several."""
        import numpy as np

        if self.isolated:
            target[:] = -1
            self.loops.write(target.reshape(-1), place, chunk.slot)
            continuum[:] = False
            return
        table = np.full(target.shape, -1, dtype=np.int32)
        self.loops.write_pairs(table.reshape(-1), place, chunk.starts)
        rows, columns = map(len, self.vertices)
        self.loops.components(target, table, self.first, self.second, rows, columns, continuum)
