"""Trees with perfect information at many points: backward induction, then exact where it is near.

A point at which the best two moves of some player are nearer to each other than the
bound on their rounding errors, or a statement is nearer to its limit, goes to
:mod:`.exact`, whose answer has every corner of every family of equilibria.  Elsewhere
the subgame-perfect equilibrium is unique and pure.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from deterrence.algebra.expressions import Expression, total
from deterrence.analysis.points.kernel.bounds import BITS, comparison
from deterrence.analysis.points.kernel.field import Field
from deterrence.analysis.points.kernel.graph import Graph, guards
from deterrence.analysis.points.kernel.induction import Induction
from deterrence.analysis.points.kernel.program import loops
from deterrence.analysis.points.kernel.programs import formulas_of, parts_of
from deterrence.analysis.points.kernel.table import Table
from deterrence.analysis.points.trees.exact import settled
from deterrence.analysis.points.trees.questions import Questions

if TYPE_CHECKING:
    from deterrence.analysis.points.kernel.formulas import Formulas
    from deterrence.analysis.points.solver import Block, ExactPoint, PointSolver


class InductionAnswers:
    """Backward induction; see :class:`~deterrence.analysis.points.trees.answers.TreeAnswers`.

    Raises :class:`~deterrence.errors.ExpressionError` and
    :class:`~deterrence.analysis.points.kernel.field.SingularError` for formulas that divide
    by what is always 0.
    """

    def __init__(self, solver: PointSolver, *, compiled: bool) -> None:
        import numpy as np

        game = solver.model.tree
        assert game is not None
        self.solver, self.game, self.loops = solver, game, loops(compiled)
        graph = Graph()
        formulas: Formulas = formulas_of(solver, graph)
        used = dict.fromkeys(n.outcome for n in game.nodes if n.outcome is not None)
        worth = {
            label: [formulas.node(Expression.of(u)) for u in game.outcomes[label]] for label in used
        }
        nobody = [graph.zero] * len(game.players)
        paid = [worth.get(n.outcome or "", nobody) for n in game.nodes]
        chances = {
            k: [formulas.node(Expression.of(p)) for p in s.chances]
            for k, s in enumerate(game.sets)
            if s.is_chance
        }
        assumed = [formulas.node(e) for a in solver.model.assumptions for e in parts_of(a)]
        checks = [*self._distributions(formulas), *guards(graph)]
        compared = [comparison(graph, n) for n in (*assumed, *checks)]
        self.questions = Questions(solver, graph, compiled=compiled)
        self.induction = Induction(
            graph,
            game,
            [*(list(column) for column in zip(*paid, strict=True)), *self.questions.columns],
            chances,
            [n for value, limit, _ in compared for n in (value, limit)],
            compiled=compiled,
            choices=solver.behaviour,
        )
        program = self.induction.program
        table = [(program.rows[x], program.rows[limit], true) for x, limit, true in compared]
        judged = np.array(table, dtype=np.int64).reshape(-1, 3)
        self._assumed, self._checked = judged[: len(assumed)], judged[len(assumed) :]
        self._inputs = np.array(list(program.inputs.values()), dtype=np.int64)
        numbers = [x for us in game.outcomes.values() for x in us]
        numbers += [p for s in game.sets for p in s.chances]
        order = max((_degree(Expression.of(x), formulas.formulas) for x in numbers), default=1)
        self.bits = max(10, min(60, BITS // max(1, order)))
        #: Where somebody moves, in the order of the information sets.
        self.places = [(s.nodes[0], s) for s in game.sets if not s.is_chance and s.nodes]

    def _distributions(self, formulas: Formulas) -> list[int]:
        """Return truth nodes: the probabilities of every move of chance are a distribution."""
        graph, found = formulas.graph, []
        zero, one = Expression.number(0), Expression.number(1)
        for s in self.game.sets:
            if not s.is_chance:
                continue
            chances = [Expression.of(p) for p in s.chances]
            for p in chances:
                found.append(formulas.node(Expression("compare", (">=",), p, zero)))
            rest = formulas.polynomial(total(chances) - one)
            if rest and Field(graph).value(formulas.emit(rest)) != (0, 0):
                found.append(graph.zero)  # no distribution, so far as can be seen
        return [n for n in dict.fromkeys(found) if n != graph.one]

    def solve(self, columns: Mapping[str, Any], exact: ExactPoint | None, n: int) -> Block:
        """Return the equilibria at ``n`` points."""
        import numpy as np

        solver = self.solver
        kept = self.places if solver.behaviour else []
        names = {
            "payoffs": self.game.players,
            "outcomes": solver.outcomes,
            "measures": [m.name for m in solver.measures],
            "truths": [text for text, _ in solver.statements],
        }
        sets = [s for _, s in kept]
        table = Table(n, [s.label for s in sets], [len(s.actions) for s in sets], names)
        table.widen(1, 0)
        flagged = [np.zeros(0, dtype=np.int64)]
        for start in range(0, n, self.induction.lanes):
            count = min(self.induction.lanes, n - start)
            inputs = {name: columns[name][start : start + count] for name in solver.varying}
            near = self._chunk(table, start, count, inputs)
            flagged.append(start + np.flatnonzero(near))
        points = np.concatenate(flagged)
        if len(points):
            table.put(points, settled(solver, columns, exact, points.tolist()))
        return table.block()

    def _chunk(self, table: Table, start: int, count: int, inputs: Mapping[str, Any]) -> Any:
        """Solve a chunk, write it down, and return which points need exact arithmetic."""
        import numpy as np

        from deterrence.analysis.points.solver import COMPILED, OUTSIDE

        induction, registers = self.induction, self.induction.registers
        induction.run(inputs, count)
        width = -(-count // 8) * 8
        no, unknown, wild, missing = (np.zeros(width, dtype=bool) for _ in range(4))
        self.loops.check_range(
            registers, self._inputs, width, 2.0**-self.bits, 2.0**self.bits, wild
        )
        self.loops.judge(registers, self._assumed, width, no, unknown)
        self.loops.judge(registers, self._checked, width, missing, missing)
        # Out of range, even "certainly false" is not to be believed.
        outside = (no & ~wild)[:count]
        near = induction.near(count) | (unknown | wild | missing)[:count]
        here = slice(start, start + count)
        table.valid[here] = ~outside
        table.count[here] = table.valid[here]
        table.continuum[here] = False
        table.engine[here] = np.where(outside, OUTSIDE, COMPILED)
        table.component[here, 0] = np.where(outside, -1, 0)
        some = outside.any()
        for k, player in enumerate(self.game.players):
            table.kinds["payoffs"][player][here, 0] = induction.value(k, count)
        for kind, name, values, open_ in self.questions.ask(induction, inputs, count):
            near = near | open_
            table.kinds[kind][name][here, 0] = values
        for (node, s), target in zip(self.places, table.probabilities, strict=False):
            if len(s.actions) == 1:
                target[here, 0, 0] = 1.0
                continue
            choice = induction.choice(node, count)
            for a in range(len(s.actions)):
                target[here, 0, a] = choice == a
        if some:
            for target in table.probabilities:
                target[here][outside] = np.nan
            for kind, arrays in table.kinds.items():
                for target in arrays.values():
                    target[here][outside] = False if kind == "truths" else np.nan
        return near & ~outside


def _degree(e: Expression, formulas: Mapping[str, Expression]) -> int:
    """Return a bound on how fast a formula grows or shrinks with its inputs."""
    if e.op == "number":
        return 0
    if e.op == "name":
        return _degree(formulas[e.args[0]], formulas) if e.args[0] in formulas else 1
    degrees = [_degree(child, formulas) for child in e.children]
    if e.op in ("mul", "div"):
        return sum(degrees)
    if e.op == "pow":
        power = e.args[1]
        times = abs(power.args[0]) if power.op == "number" else 8
        return int(degrees[0] * max(1, times)) + 1
    return max(degrees, default=0)
