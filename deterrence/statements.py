"""Statements about equilibria: read, checked, and taken apart into comparisons.

>>> from deterrence.modelfile.catalogue import load_model
>>> print(read_statement(load_model("chicken"), "war"))
war == 0
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from deterrence.algebra.expressions import Expression
from deterrence.analysis.points.solver import actions_of, outcomes_of
from deterrence.errors import UsageError, did_you_mean
from deterrence.game.measures import Measure
from deterrence.modelfile.model import SymbolicModel

#: The statement that the same combinations of supports are equilibria as at the base.
SAME = "same supports"
Comparison = tuple[Expression, str, Expression]


def read_statement(model: SymbolicModel, text: str | Expression) -> Expression:
    """Return a statement as an expression, still in terms of measures.

    A measure alone stands for it being 0.  Raises :class:`UsageError` for names
    and labels that the model does not have, and
    :class:`~deterrence.errors.ExpressionError` for text that is no statement.
    """
    e = Expression.parse(text, queries=True) if isinstance(text, str) else text
    measures = [m.name for m in model.measures]
    known = {*measures, *model.parameters}
    for name in sorted(e.names - known):
        raise UsageError(
            f"{model.name} has no measure or parameter {name[:60]!r}",
            remedy=did_you_mean(name, known)
            or f"measures: {', '.join(measures) or 'the model has none'}",
        )
    for node in e.walk():
        if node.op == "query":
            _check_query(model, node)
    if not e.is_boolean:
        e = Expression("compare", ("==",), e, Expression.number(0))
    asks = e.names & {*measures} or any(n.op == "query" for n in e.walk())
    if not asks:
        raise UsageError(
            f"'{e}' says nothing about equilibria",
            remedy="name a measure, or ask P(outcome), payoff(player) or prob(player, action)",
        )
    return e


def _check_query(model: SymbolicModel, node: Expression) -> None:
    kind, *labels = node.args
    known: Iterable[str] = model.players
    if kind == "P":
        direct = model.tree is None and all(cell.payoffs is not None for cell in model.cells)
        known = model.cell_names() if direct else outcomes_of(model)
    if kind == "prob" and labels[0] in model.players:
        known = actions_of(model, labels[0])
        labels = labels[1:]
    if labels[0] not in known:
        raise UsageError(
            f"{node} asks for {labels[0][:60]!r}, which {model.name} does not have",
            remedy=did_you_mean(labels[0], known) or "known: " + ", ".join(sorted(known)),
        )


def comparisons(e: Expression) -> Iterator[Comparison]:
    """Yield every comparison of two sides in a statement, in reading order."""
    if e.op == "compare":
        yield from zip(e.args[1:], e.args[0], e.args[2:], strict=False)
        return
    for child in e.children:
        yield from comparisons(child)


def with_statement(model: SymbolicModel, statement: Expression) -> SymbolicModel:
    """Return the model whose measures are the statement's differences, one per comparison.

    So the symbols of its problem are those that matter to payoffs, chances and
    the statement, and no others.
    """
    formulas = {m.name: m.expression for m in model.measures}
    measures = tuple(
        Measure(f"_{k}", (left - right).substitute(formulas))
        for k, (left, _, right) in enumerate(comparisons(statement))
    )
    return model.replace(measures=measures, known_results=())
