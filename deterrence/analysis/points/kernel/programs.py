"""A model's programs: its game at a chunk of points, and what is asked of each equilibrium."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from deterrence.algebra.expressions import Expression, total
from deterrence.analysis.points.kernel.facts import Facts
from deterrence.analysis.points.kernel.field import Field
from deterrence.analysis.points.kernel.formulas import Formulas, Polynomial
from deterrence.analysis.points.kernel.game import Game
from deterrence.analysis.points.kernel.graph import Graph
from deterrence.analysis.points.kernel.questions import Questions
from deterrence.analysis.points.kernel.structure import sides_of

if TYPE_CHECKING:
    from deterrence.analysis.points.solver import PointSolver


class Batch:
    """A point solver's programs.

    Raises :class:`~.field.SingularError`, :class:`~.structure.TooLargeError` or
    :class:`~deterrence.errors.ExpressionError` where a model does not fit.
    """

    def __init__(self, solver: PointSolver, *, compiled: bool) -> None:
        model = solver.model
        graph = Graph()
        formulas = formulas_of(solver, graph)
        width = len(model.actions[1])
        payoffs: list[list[list[Polynomial]]] = []
        for flat in model.payoff_expressions():
            row = [formulas.polynomial(e) for e in flat]
            payoffs.append([row[i : i + width] for i in range(0, len(row), width)])
        assumptions = [formulas.node(e) for a in model.assumptions for e in parts_of(a)]
        checks = _lottery_checks(solver, formulas)
        facts = Facts(formulas, model.assumptions)
        sides = sides_of(formulas, payoffs[0], payoffs[1], sign=facts.sign)
        self.questions = Questions(solver, graph, formulas, payoffs)
        self.game = Game(
            graph, sides, assumptions, checks, self.questions.cell_nodes, compiled=compiled
        )
        self.questions.prepare(self.game)


def parts_of(e: Expression) -> Iterator[Expression]:
    """Yield the comparisons that must all hold for a condition to hold."""
    if e.op == "and":
        for part in e.children:
            yield from parts_of(part)
    elif e.op == "compare":
        signs, *operands = e.args
        for sign, left, right in zip(signs, operands, operands[1:], strict=False):
            yield Expression("compare", (sign,), left, right)
    else:
        yield e


def formulas_of(solver: PointSolver, graph: Graph, kind: type[Formulas] = Formulas) -> Any:
    """Return the reader of a model's expressions at the points of a solver."""
    model = solver.model
    given = {*solver.varying, *solver.fixed}
    if solver.scenario:
        given |= set(model.scenario(solver.scenario).values)
    open_names = set(solver.varying)
    formulas: dict[str, Expression] = {}
    for name in model.derived:
        formula = model.parameters[name].formula
        if name not in given and formula is not None and formula.names & open_names:
            formulas[name] = formula
            open_names.add(name)
    constants = {name: v for name, v in solver.base.items() if name not in open_names}
    inputs = {name: graph.input(name) for name in solver.varying}
    return kind(graph, constants, inputs, formulas)


def _lottery_checks(solver: PointSolver, formulas: Formulas) -> list[int]:
    """Return truth nodes: the chances in every cell are a distribution."""
    graph = formulas.graph
    zero, one = Expression.number(0), Expression.number(1)
    checks = []
    for lottery in dict.fromkeys(cell.lottery for cell in solver.model.cells if cell.lottery):
        for _, chance in lottery:
            checks.append(formulas.node(Expression("compare", (">=",), chance, zero)))
        rest = formulas.polynomial(total(c for _, c in lottery) - one)
        if rest and Field(graph).value(formulas.emit(rest)) != (0, 0):
            checks.append(graph.zero)  # no distribution, so far as can be seen
    return [c for c in checks if c != graph.one]
