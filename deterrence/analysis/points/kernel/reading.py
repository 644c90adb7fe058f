"""A model's formulas as nodes of a graph, at the points where a question asks for them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

from deterrence.algebra.expressions import Expression, total
from deterrence.analysis.points.kernel.field import ResidueField
from deterrence.analysis.points.kernel.formulas import FormulaReader
from deterrence.analysis.points.kernel.graph import Graph
from deterrence.analysis.points.question import PointQuestion

R = TypeVar("R", bound=FormulaReader)


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


def reader_of(question: PointQuestion, graph: Graph, kind: type[R]) -> R:
    """Return the reader of a model's expressions at the points of a question."""
    model = question.model
    given = {*question.varying, *question.fixed}
    if question.scenario:
        given |= set(model.scenario(question.scenario).values)
    open_names = set(question.varying)
    formulas: dict[str, Expression] = {}
    for name in model.derived:
        formula = model.parameters[name].formula
        if name not in given and formula is not None and formula.names & open_names:
            formulas[name] = formula
            open_names.add(name)
    constants = {name: v for name, v in question.base.items() if name not in open_names}
    inputs = {name: graph.input(name) for name in question.varying}
    return kind(graph, constants, inputs, formulas)


def assumptions_of(question: PointQuestion, reader: FormulaReader) -> list[int]:
    """Return a truth node per comparison among a model's assumptions."""
    return [reader.node(e) for a in question.model.assumptions for e in parts_of(a)]


def distributions(reader: FormulaReader, chances: Iterable[Sequence[Expression]]) -> list[int]:
    """Return truth nodes that hold where the chances, several at a time, are distributions."""
    graph, found = reader.graph, []
    zero, one = Expression.number(0), Expression.number(1)
    for together in chances:
        for p in together:
            found.append(reader.node(Expression("compare", (">=",), p, zero)))
        rest = reader.polynomial(total(together) - one)
        if rest and ResidueField(graph).value(reader.emit(rest)) != (0, 0):
            found.append(graph.zero)  # no distribution, so far as can be seen
    return [n for n in dict.fromkeys(found) if n != graph.one]
