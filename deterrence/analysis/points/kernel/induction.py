r"""Backward induction in a tree of perfect information, at many parameter points at once.

A player at the end of the game takes the best of what is left; knowing that, the
player before does the same, and so on to the root (Zermelo 1913; Kuhn 1953).  The
tree is one program over points: what a node is worth is a *column* of numbers
(one per player, and one for every probability that is asked for), each with a
bound on its rounding error, and moves are comparisons and selections of columns.

With chance moves a value is :math:`v = \sum_c p_c v_c`; its error is at most
:math:`\sum_c (|p_c| e_c + d_c (|v_c| + e_c))` and a rounding per operation, where
:math:`e_c` and :math:`d_c` are the errors of :math:`v_c` and :math:`p_c` (running
error analysis, Higham 2002, section 3.3).  Where the best two moves of a node, on the
path of play or off it, are nearer to each other than their errors, the point is
*near* a tie: exact arithmetic has the word there.

>>> import numpy as np
>>> from deterrence.analysis.points.kernel.graph import Graph
>>> from deterrence.game.tree.extensive import ExtensiveGame
>>> from deterrence.game.tree.nodes import Decision, Leaf
>>> tree = Decision("A", "entry", {"out": Leaf("peace"), "in": Decision(
...     "B", "reply", {"fight": Leaf("war"), "yield": Leaf("gain")})})
>>> game = ExtensiveGame.from_tree("AB", tree, {"peace": (0, 0), "war": (0, 0), "gain": (0, 0)})
>>> g = Graph()
>>> k = g.input("k")
>>> worth = {"peace": (0, 0), "war": (g.neg(k), g.neg(k)), "gain": (g.one, g.neg(g.one))}
>>> columns = [[g.zero if n.outcome is None else worth[n.outcome][i] or g.zero
...             for n in game.nodes] for i in range(2)]
>>> induction = Induction(g, game, columns, {}, compiled=False)
>>> induction.run({"k": np.array([0.5, 1.0, 2.0])}, 3)
>>> induction.value(0, 3).tolist(), induction.near(3).tolist()
([0.0, 0.0, 1.0], [False, True, False])
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from deterrence.analysis.points.kernel.graph import Graph, slack
from deterrence.analysis.points.kernel.loops import loops
from deterrence.analysis.points.kernel.program import GraphProgram, Machine, lanes_for
from deterrence.game.tree.extensive import ExtensiveGame

if TYPE_CHECKING:
    from deterrence.analysis.points.arrays import Columns, Floats, Truths

#: Instructions ``(code, operands)``; operands are registers unless they are numbers of moves.
#: Values come in pairs with their error bounds: ``v, e``.
CODES = {
    "add": 0,  # out v, e; a v, e; b v, e
    "draw": 1,  # out v, e; chance v, e; value v, e: the product
    "draw_more": 2,  # the same, added to what is there
    "compare": 3,  # choice; a v, e; b v, e: 1 where b is better
    "select": 4,  # choice; out; a; b: b where the choice is 1
    "begin": 5,  # choice; best v, e; v, e: the first of several moves
    "better": 6,  # choice; number; best v, e; v, e: take it where it is better
    "rival": 7,  # choice; number; best v, e; v, e: near where it is not the best but might be
    "pick": 8,  # choice; number; out; value: take it where it is the choice
}
#: Operands of an instruction.
WIDTH = 7

#: The registers of a value and of its error bound.
ValueRows = tuple[int, int]


class Induction:
    """The program of a tree.

    ``columns[c][k]`` is the node of the graph for what column ``c`` gains at node ``k`` of
    the tree, on the way or at the end; the first columns are the players' payoffs.
    ``chances`` are the graph's nodes for the probabilities of every chance set.
    ``wanted`` nodes of the graph are computed as well; ``choices`` are remembered if asked for.
    """

    def __init__(
        self,
        graph: Graph,
        game: ExtensiveGame,
        columns: Sequence[Sequence[int]],
        chances: Mapping[int, Sequence[int]],
        wanted: Sequence[int] = (),
        *,
        compiled: bool,
        choices: bool = False,
    ) -> None:
        import numpy as np

        self.graph, self.game = graph, game
        self.errors: dict[int, int] = {}
        inputs = dict.fromkeys([*(n for c in columns for n in c), graph.zero])
        inputs |= dict.fromkeys(n for ps in chances.values() for n in ps)
        for n in inputs:
            self.errors[n] = _error(graph, n)
        nodes = [*inputs, *self.errors.values(), *wanted]
        self.program = GraphProgram(graph, nodes)
        self._next = self.program.size
        self._free: list[int] = []
        self._uses: Counter[int] = Counter()
        self._code: list[tuple[int, ...]] = []
        #: The register of what is chosen at every node where somebody has a choice.
        self.choices: dict[int, int] | None = {} if choices else None
        self._near = self._new()
        self._zero = self.program.rows[graph.zero]
        self.roots = self._induce(columns, chances)
        self.code = np.array(self._code, dtype=np.int32).reshape(-1, 1 + WIDTH)
        self.lanes = lanes_for(self._next, 32_000_000, 4096 if compiled else 8192)
        self.machine = Machine(
            self.program, self.lanes, compiled=compiled, extra=self._next - self.program.size
        )
        self.registers = self.machine.registers
        self._loops = loops(compiled)

    # ---- the program ----------------------------------------------------
    def _new(self) -> int:
        """Return a register that nobody uses."""
        if self._free:
            return self._free.pop()
        self._next += 1
        return self._next - 1

    def _emit(self, op: str, *operands: int) -> None:
        self._code.append((CODES[op], *operands, *(0,) * (WIDTH - len(operands))))

    def _pair(self, n: int) -> ValueRows:
        rows = self.program.rows
        return rows[n], rows[self.errors[n]]

    def _induce(
        self, columns: Sequence[Sequence[int]], chances: Mapping[int, Sequence[int]]
    ) -> list[ValueRows]:
        game = self.game
        worth: dict[int, list[ValueRows]] = {}
        for k in reversed(range(len(game.nodes))):
            node = game.nodes[k]
            paid = [self._pair(column[k]) for column in columns]
            if node.set < 0:
                worth[k] = paid
                continue
            below = [worth.pop(c) for c in node.children]
            s = game.sets[node.set]
            if len(below) == 1:
                found = below[0]
            elif s.is_chance:
                drawn = [self._pair(n) for n in chances[node.set]]
                found = [self._drawn(drawn, [b[c] for b in below]) for c in range(len(paid))]
            else:
                found = self._chosen(k, game.player_index(str(s.player)), below)
            self._exchange(found, below)
            worth[k] = [self._sum(u, v) for u, v in zip(paid, found, strict=True)]
            self._exchange(worth[k], [found])
        return worth[0]

    def _exchange(self, kept: Sequence[ValueRows], gone: Sequence[Sequence[ValueRows]]) -> None:
        """Keep the registers of some values and give back those that nobody needs any more."""
        for row in itertools.chain.from_iterable(kept):
            self._uses[row] += 1
        for row in itertools.chain.from_iterable(pair for pairs in gone for pair in pairs):
            self._uses[row] -= 1
            if not self._uses[row] and row >= self.program.size:
                self._free.append(row)

    def _sum(self, a: ValueRows, b: ValueRows) -> ValueRows:
        if a[0] == self._zero:
            return b
        if b[0] == self._zero:
            return a
        out = self._new(), self._new()
        self._emit("add", *out, *a, *b)
        return out

    def _drawn(self, chances: Sequence[ValueRows], values: Sequence[ValueRows]) -> ValueRows:
        """Return the mean of a column after a move of chance."""
        if all(v == (self._zero, self._zero) for v in values):
            return values[0]
        out = self._new(), self._new()
        op = "draw"
        for p, v in zip(chances, values, strict=True):
            if v != (self._zero, self._zero):
                self._emit(op, *out, *p, *v)
                op = "draw_more"
        return out

    def _chosen(self, k: int, me: int, below: Sequence[Sequence[ValueRows]]) -> list[ValueRows]:
        """Return what a decision is worth: the columns of the best move."""
        choice = self._new()
        mine = [b[me] for b in below]
        two = len(below) == 2
        if two:
            self._emit("compare", choice, *mine[0], *mine[1])
        else:
            best = self._new(), self._new()
            self._emit("begin", choice, *best, *mine[0])
            for number, pair in enumerate(mine[1:], start=1):
                self._emit("better", choice, number, *best, *pair)
            for number, pair in enumerate(mine):
                self._emit("rival", choice, number, *best, *pair)
            self._free += best
        found: list[ValueRows] = []
        for c in range(len(below[0])):
            rows = tuple(
                self._selected(choice, [b[c][part] for b in below], two) for part in (0, 1)
            )
            found.append((rows[0], rows[1]))
        if self.choices is None:
            self._free.append(choice)
        else:
            self.choices[k] = choice
        return found

    def _selected(self, choice: int, rows: Sequence[int], two: bool) -> int:
        if all(row == rows[0] for row in rows):
            return rows[0]
        out = self._new()
        if two:
            self._emit("select", choice, out, *rows)
        else:
            for number, row in enumerate(rows):
                self._emit("pick", choice, number, out, row)
        return out

    # ---- points ---------------------------------------------------------
    def run(self, inputs: Columns, count: int) -> None:
        """Run on ``count`` points, not more than :attr:`lanes`; the registers hold the results."""
        import numpy as np

        machine, registers = self.machine, self.registers
        width = -(-count // 8) * 8
        with np.errstate(all="ignore"):
            if machine.code is not None:
                machine.load(inputs, count)
            else:
                machine.run(inputs, count)
            registers[self._near, :width] = 0.0
            for start in range(0, width, machine.block):
                stop = min(start + machine.block, width)
                if machine.code is not None:
                    self._loops.interpret(machine.code, registers, start, stop)
                self._loops.induce(self.code, registers, self._near, start, stop)

    def value(self, column: int, count: int) -> Floats:
        """Return a column at the root, a view: the next run overwrites it."""
        return self.registers[self.roots[column][0], :count]

    def error(self, column: int, count: int) -> Floats:
        """Return the bound on the error of a column at the root."""
        return self.registers[self.roots[column][1], :count]

    def near(self, count: int) -> Truths:
        """Return which points are near a tie."""
        near: Truths = self.registers[self._near, :count] != 0.0
        return near

    def choice(self, node: int, count: int) -> Floats:
        """Return the number of the move that is best at a node, as floats."""
        return self.registers[(self.choices or {})[node], :count]


def _error(graph: Graph, n: int) -> int:
    """Return the graph's node for a bound on the rounding error of a node."""
    magnitude, k = graph.bound(n)
    if not k:
        return graph.zero
    return graph.mul(graph.constant(Fraction(slack(k))), magnitude)
