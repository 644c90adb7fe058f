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

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from deterrence.analysis.kernel.formulas import Polynomial
from deterrence.analysis.kernel.graph import Graph, slack
from deterrence.analysis.kernel.program import Machine, Program
from deterrence.analysis.kernel.structure import Limit, Side, Vertex, pairs_of

#: Underflow errs by 2**-1075; with inputs and orders bounded, never by more than this.
FLOOR = 2.0**-340

#: Bits of magnitude of inputs, times the degree in them, that keep clear of over- and underflow.
BITS = 700


@dataclass(eq=False)
class Chunk:
    """Equilibria at some points: entry ``e`` is pair ``pair[e]`` at lane ``lane[e]``.

    ``slot`` numbers the entries of a lane.  ``strategies`` hold, per side,
    probabilities of shape (actions, entries).  ``outside`` are lanes where an
    assumption is broken; ``flagged`` ones need exact arithmetic and have no entries.
    """

    outside: Any
    flagged: Any
    counts: Any
    lane: Any
    pair: Any
    slot: Any
    strategies: tuple[Any, Any]


class Game:
    """Programs and tables for one game.

    ``sides`` are the vertices of both players.  ``assumptions`` are truth nodes;
    ``checks`` are truth nodes that must hold for the game to be one at all.
    """

    def __init__(
        self,
        graph: Graph,
        sides: tuple[Side, Side],
        assumptions: Sequence[int] = (),
        checks: Sequence[int] = (),
        *,
        compiled: bool,
    ) -> None:
        import numpy as np

        self.graph, self.sides, self.compiled = graph, sides, compiled
        self.vertices = (sides[0].vertices, sides[1].vertices)
        self.pairs = pairs_of(*self.vertices)
        self.sizes = (sides[0].actions, sides[1].actions)
        self.first = np.array([i for i, _ in self.pairs], dtype=np.int64)
        self.second = np.array([j for _, j in self.pairs], dtype=np.int64)
        self.assumptions = list(dict.fromkeys(assumptions))
        self.bits = _bits(sides)
        self.checks = list(dict.fromkeys((*checks, *guards(graph))))
        self.tests, limits = self._tests()
        weights = [w for vs in self.vertices for v in vs for w in v.weights]
        outputs = [*self.tests, *limits, *weights, *self.assumptions, *self.checks]
        self.program = Program(graph, outputs)
        rows = self.program.rows
        self.tested = np.array([rows[n] for n in self.tests], dtype=np.int64)
        self.limits = np.array([rows[n] for n in limits], dtype=np.int64)
        position = {n: t for t, n in enumerate(self.tests)}
        self.tables = tuple(_Table(vs, position, rows) for vs in self.vertices)
        bounds = [graph.bound(n) for n in self.tests]
        self._fine_limits = [
            graph.add(graph.mul(graph.constant(slack(k)), m), graph.constant(FLOOR))
            for m, k in bounds
        ]
        self._fine: Machine | None = None
        size = 2_000_000 if compiled else 8_000_000
        lanes = max(64, min(2048 if compiled else 8192, size // (8 * self.program.size)))
        self.lanes = lanes // 64 * 64
        self.machine = Machine(self.program, self.lanes, compiled=compiled)
        t, n = len(self.tests), self.lanes
        self._positive = np.zeros((t, n), dtype=np.uint8)
        self._doubtful = np.zeros(n, dtype=np.uint8)
        self._spare = np.zeros((1, n), dtype=np.uint8)
        self._valid = tuple(np.zeros((len(vs), n), dtype=np.uint8) for vs in self.vertices)

    def _tests(self) -> tuple[list[int], list[int]]:
        """Return the nodes whose signs decide, and for each the node of its coarse bound."""
        graph = self.graph
        limit_of: dict[int, int] = {}
        for side in self.sides:
            scale = side.scale()
            order = max((o for limit in side.limits.values() for o, _ in limit.terms), default=1)
            room = graph.sub(graph.constant(Fraction(2) ** (BITS // order)), scale)
            self.checks.append(graph.host("truth", room, graph.zero, data=">"))
            nodes = dict.fromkeys(n for v in side.vertices for n, _ in v.literals)
            most: dict[tuple[tuple[int, int], ...], int] = {}
            for n in nodes:
                limit = side.limits[n]
                most[limit.terms] = max(limit.k, most.get(limit.terms, 0))
            for n in nodes:
                terms = side.limits[n].terms
                mine = _limit_node(graph, scale, Limit(most[terms], terms))
                limit_of[n] = graph.larger(mine, limit_of.get(n, graph.zero))
        return list(limit_of), list(limit_of.values())

    # ---- one chunk ----------------------------------------------------
    def solve(self, inputs: Mapping[str, Any], count: int) -> Chunk:
        """Return the equilibria at ``count`` points, not more than :attr:`lanes`."""
        import numpy as np

        rows = dict(zip(self.program.rows, self.machine.run(inputs, count), strict=True))
        wild = self._wild(inputs, count)
        flagged = np.zeros(count, dtype=bool) if wild is None else wild
        outside = np.zeros(count, dtype=bool)
        for node in self.assumptions:
            truth = rows[node]
            if not (truth == 1.0).all():
                outside |= truth == 0.0
                flagged |= np.isnan(truth)
        for node in self.checks:
            if not (rows[node] == 1.0).all():
                flagged |= rows[node] != 1.0
        # Out of range, even "certainly false" is not to be believed.
        outside &= True if wild is None else ~wild
        flagged &= ~outside
        doubtful = self._exist(count)
        dead = outside | flagged
        if dead.any():
            for valid in self._valid:
                valid[:, :count][:, dead] = 0
        doubt = np.flatnonzero(doubtful & ~dead)
        if len(doubt):
            self._resolve(inputs, doubt, flagged)
        chunk = self._list(count, outside, flagged)
        # Every game has an equilibrium: where none was found, something was wrong.
        lost = (chunk.counts == 0) & ~outside
        flagged |= lost
        return chunk

    def _wild(self, inputs: Mapping[str, Any], count: int) -> Any:
        """Return the lanes with inputs so large or small that bounds may not hold, or None."""
        import numpy as np

        high, low = 2.0**self.bits, 2.0**-self.bits
        result = None
        for name in self.program.inputs:
            size = np.abs(inputs[name])
            if not (size.max() <= high and size.min() >= low):
                bad = ~(size <= high) | ((size < low) & (size != 0))
                if bad.any():
                    bad = np.broadcast_to(bad, (count,))
                    result = bad.copy() if result is None else result | bad
        return result

    def _exist(self, count: int) -> Any:
        """Set which vertices exist, by the signs alone; return the lanes with an open sign."""
        import numpy as np

        registers, positive = self.machine.registers, self._positive
        width = min(self.lanes, -(-count // 8) * 8)
        if self.compiled:
            from deterrence.analysis.kernel import compiled as fast

            fast.find_signs(
                registers, self.tested, self.limits, width, positive, self._doubtful
            )
            for valid, table in zip(self._valid, self.tables, strict=True):
                fast.match_literals(
                    positive, table.starts, table.literals, table.may, width, valid, self._spare
                )
        else:
            doubtful = np.zeros(width, dtype=bool)
            for t, (row, limit) in enumerate(zip(self.tested, self.limits, strict=True)):
                np.greater(registers[row, :width], 0.0, out=positive[t, :width].view(bool))
                doubtful |= ~(np.abs(registers[row, :width]) > registers[limit, :width])
            self._doubtful[:width] = doubtful
            yes = positive[:, :width].view(bool)
            for valid, table in zip(self._valid, self.tables, strict=True):
                table.match(yes, ~yes, valid[:, :width].view(bool))
        for valid in self._valid:
            valid[:, count:width] = 0
        return self._doubtful[:count].view(bool)

    def _resolve(self, inputs: Mapping[str, Any], doubt: Any, flagged: Any) -> None:
        """Look again at the doubtful lanes: settle them, or flag them."""
        import numpy as np

        if self._fine is None:
            program = Program(self.graph, [*self.tests, *self._fine_limits])
            self._fine = Machine(program, min(self.lanes, 256), compiled=self.compiled)
        for start in range(0, len(doubt), self._fine.lanes):
            lanes = doubt[start : start + self._fine.lanes]
            some = {n: np.asarray(inputs[n])[lanes] for n in self._fine.program.inputs}
            self._fine.run(some, len(lanes))
            register, rows = self._fine.registers, self._fine.program.rows
            n = len(lanes)
            value = register[[rows[t] for t in self.tests], :n]
            limit = register[[rows[t] for t in self._fine_limits], :n]
            up, down = value > limit, value < -limit
            found = [table.settle(up, down) for table in self.tables]
            unsure = _matters(*found, self.tables[0].supports, self.tables[1].supports)
            flagged[lanes[unsure]] = True
            for valid, (sure, _, _) in zip(self._valid, found, strict=True):
                valid[:, lanes] = sure & ~unsure

    def _list(self, count: int, outside: Any, flagged: Any) -> Chunk:
        import numpy as np

        width = min(self.lanes, -(-count // 8) * 8)
        registers = self.machine.registers
        if self.compiled:
            from deterrence.analysis.kernel import compiled as fast

            rows, columns = (v.view(np.uint64) for v in self._valid)
            total = fast.count_pairs(rows, columns, self.first, self.second, width // 8)
            lane, pair, slot = (np.empty(total, dtype=np.int32) for _ in range(3))
            counts = np.zeros(width, dtype=np.int32)
            fast.list_pairs(
                rows, columns, self.first, self.second, width // 8, counts, lane, pair, slot
            )
            counts = counts[:count]
        else:
            exist = self._valid[0][self.first, :count] & self._valid[1][self.second, :count]
            pair, lane = (a.astype(np.int32) for a in np.nonzero(exist))
            running = np.cumsum(exist, axis=0, dtype=np.int32)
            slot = running[pair, lane] - 1
            counts = running[-1].copy() if len(running) else np.zeros(count, dtype=np.int32)
        strategies = []
        for table, vertex, size in zip(
            self.tables, (self.first, self.second), self.sizes, strict=True
        ):
            result = np.zeros((size, len(lane)))
            if self.compiled:
                fast.probabilities(
                    registers, lane, pair, vertex, table.weight_starts, table.weights,
                    table.actions, result,
                )
            else:
                table.probabilities(registers, lane, vertex[pair], result)
            strategies.append(result)
        return Chunk(outside, flagged, counts, lane, pair, slot, (strategies[0], strategies[1]))


class _Table:
    """The vertices of one side as arrays."""

    def __init__(
        self, vertices: Sequence[Vertex], position: Mapping[int, int], rows: Mapping[int, int]
    ) -> None:
        import numpy as np

        self.vertices = vertices
        per_vertex = [
            [2 * position[n] + (sign < 0) for n, sign in v.literals] for v in vertices
        ]
        self.starts = np.cumsum([0, *map(len, per_vertex)]).astype(np.int64)
        self.literals = np.array([x for xs in per_vertex for x in xs], dtype=np.int64)
        self.may = np.array([v.may for v in vertices], dtype=np.uint8)
        self.supports = np.array([_mask(v.support) for v in vertices], dtype=np.int64)
        self.closures = np.array([_mask(v.closure) for v in vertices], dtype=np.int64)
        self.gaps = [[(j, position[n]) for j, n in v.gaps if n in position] for v in vertices]
        self.weight_starts = np.cumsum([0, *(len(v.weights) for v in vertices)]).astype(np.int64)
        self.weights = np.array([rows[w] for v in vertices for w in v.weights], dtype=np.int64)
        self.actions = np.array([a for v in vertices for a in v.support], dtype=np.int64)

    def match(self, up: Any, down: Any, result: Any) -> None:
        """Set ``result[v]`` to whether all of a vertex's literals are up, or all are down."""
        import numpy as np

        tables = (up, down)
        other = np.empty(result.shape[1], dtype=bool)
        for v in range(len(self.vertices)):
            literals = self.literals[self.starts[v] : self.starts[v + 1]].tolist()
            result[v] = self.may[v] & 1
            if self.may[v] & 1:
                for x in literals:
                    np.logical_and(result[v], tables[x & 1][x >> 1], out=result[v])
            if self.may[v] & 2:
                other[:] = True
                for x in literals:
                    np.logical_and(other, tables[1 - (x & 1)][x >> 1], out=other)
                np.logical_or(result[v], other, out=result[v])

    def settle(self, up: Any, down: Any) -> tuple[Any, Any, Any]:
        """Return which vertices surely exist, which perhaps do, and their possible best replies."""
        import numpy as np

        shape = (len(self.vertices), up.shape[1])
        sure, perhaps = np.zeros(shape, dtype=bool), np.zeros(shape, dtype=bool)
        self.match(up, down, sure)
        self.match(~down, ~up, perhaps)
        replies = np.repeat(self.closures[:, None], up.shape[1], axis=1)
        for v, gaps in enumerate(self.gaps):
            for j, t in gaps:
                replies[v] |= np.where(up[t] | down[t], 0, 1 << j)
        return sure, perhaps, replies

    def probabilities(self, registers: Any, lane: Any, vertex: Any, result: Any) -> None:
        """Fill ``result[action, entry]``; entries with the same vertex lie together."""
        import numpy as np

        edges = np.flatnonzero(np.diff(vertex)) + 1
        for start, end in zip([0, *edges.tolist()], [*edges.tolist(), len(vertex)], strict=True):
            if start == end:
                continue
            v = int(vertex[start])
            places = range(self.weight_starts[v], self.weight_starts[v + 1])
            here = lane[start:end]
            weights = [np.abs(registers[self.weights[k], here]) for k in places]
            total = np.zeros(end - start)
            for w in weights:
                total = total + w
            for k, w in zip(places, weights, strict=True):
                result[self.actions[k], start:end] = w / total


def _matters(first: Any, second: Any, rows: Any, columns: Any) -> Any:
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


def guards(graph: Graph) -> list[int]:
    """Return truth nodes: divisors are not zero, arguments of logarithms are positive.

    They must be so with a margin, which the error bounds of quotients rely on.
    """
    result = []
    for nodes, sign in ((graph.nonzero, "!="), (graph.positive, ">")):
        for n in dict.fromkeys(nodes):
            magnitude, k = graph.bound(n)
            limit = graph.mul(graph.constant(1024 * slack(k)), magnitude)
            result.append(graph.host("truth", n, limit, data=sign))
    return result


def _bits(sides: Sequence[Side]) -> int:
    """Return how many bits inputs may have, up and down, so that nothing over- or underflows."""
    most = 1
    for side in sides:
        order = max((o for limit in side.limits.values() for o, _ in limit.terms), default=1)
        most = max(most, order * max(1, side.degree))
    return max(10, min(60, BITS // most))


def _limit_node(graph: Graph, scale: int, limit: Limit) -> int:
    total = graph.constant(FLOOR)
    for order, count in limit.terms:
        factor = graph.constant(slack(limit.k) * count)
        total = graph.add(total, graph.mul(factor, graph.power(scale, order)))
    return total


def _mask(bits: Sequence[int]) -> int:
    return sum(1 << b for b in bits)


def sides_of(
    formulas: Any, row: Sequence[Sequence[Polynomial]], column: Sequence[Sequence[Polynomial]],
    **options: Any,
) -> tuple[Side, Side]:
    """Return both sides of a game with payoffs ``row[i][j]`` and ``column[i][j]``."""
    turned = [list(replies) for replies in zip(*row, strict=True)]
    return Side(formulas, column, **options), Side(formulas, turned, **options)
