"""Trees with perfect information at many points: backward induction, then exact where it is near.

A point at which the best two moves of some player are nearer to each other than the
bound on their rounding errors, or a statement is nearer to its limit, goes to
:mod:`~deterrence.analysis.points.exact`, whose answer has every corner of every family of
equilibria.  Elsewhere the subgame-perfect equilibrium is unique and pure.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from deterrence.algebra.expressions import Expression
from deterrence.analysis.points.block import COMPILED, OUTSIDE, filler
from deterrence.analysis.points.kernel.bounds import bits_of
from deterrence.analysis.points.kernel.chunked import ChunkedAnswers
from deterrence.analysis.points.kernel.conditions import Conditions
from deterrence.analysis.points.kernel.formulas import FormulaReader
from deterrence.analysis.points.kernel.graph import Graph, guards
from deterrence.analysis.points.kernel.induction import Induction
from deterrence.analysis.points.kernel.loops import loops
from deterrence.analysis.points.kernel.reading import assumptions_of, distributions, reader_of
from deterrence.analysis.points.kernel.table import BlockTable
from deterrence.analysis.points.question import PointQuestion
from deterrence.analysis.points.trees.questions import TreeQuestions

if TYPE_CHECKING:
    from deterrence.analysis.points.arrays import Columns, Truths


class InductionAnswers(ChunkedAnswers):
    """Backward induction; see :class:`~deterrence.analysis.points.solver.Answers`.

    Raises :class:`~deterrence.errors.ExpressionError` and
    :class:`~deterrence.analysis.points.kernel.field.SingularError` for formulas that divide
    by what is always 0.
    """

    def __init__(self, question: PointQuestion, *, compiled: bool) -> None:
        game = question.model.tree
        assert game is not None
        self.question, self.game, self.loops = question, game, loops(compiled)
        graph = Graph()
        formulas = reader_of(question, graph, FormulaReader)
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
        assumed = assumptions_of(question, formulas)
        checks = distributions(
            formulas, ([Expression.of(p) for p in s.chances] for s in game.sets if s.is_chance)
        )
        self.conditions = Conditions(graph, assumed, [*checks, *guards(graph)])
        self.questions = TreeQuestions(question, graph, compiled=compiled)
        self.induction = Induction(
            graph,
            game,
            [*(list(column) for column in zip(*paid, strict=True)), *self.questions.columns],
            chances,
            self.conditions.wanted,
            compiled=compiled,
            choices=question.behaviour,
        )
        numbers = [x for us in game.outcomes.values() for x in us]
        numbers += [p for s in game.sets for p in s.chances]
        order = max((_degree(Expression.of(x), formulas.formulas) for x in numbers), default=1)
        self.conditions.place(self.induction.program, bits_of(order))
        #: Where somebody moves, in the order of the information sets.
        self.places = [(s.nodes[0], s) for s in game.sets if not s.is_chance and s.nodes]

        sets = [s for _, s in self.places] if question.behaviour else []
        self.movers = {s.label: len(s.actions) for s in sets}
        self.lanes = self.induction.lanes

    def _chunk(self, table: BlockTable, start: int, count: int, inputs: Columns) -> Truths:
        import numpy as np

        table.widen(1, start)
        induction = self.induction
        induction.run(inputs, count)
        outside, near = self.conditions.judge(self.loops, induction.registers, count)
        near = near | induction.near(count)
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
        for (node, s), target in zip(self.places, table.probabilities.values(), strict=False):
            if len(s.actions) == 1:
                target[here, 0, 0] = 1.0
                continue
            choice = induction.choice(node, count)
            for a in range(len(s.actions)):
                target[here, 0, a] = choice == a
        if some:
            for target in table.probabilities.values():
                target[here][outside] = np.nan
            for kind, arrays in table.kinds.items():
                for target in arrays.values():
                    target[here][outside] = filler(kind)
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
