"""What a figure's axis shows: a measure, a payoff, the probability of an action or an outcome.

>>> from deterrence import load_model
>>> model = load_model("asymmetric-bipolarity")
>>> [ask(model, text).label for text in ("war", "payoff(NATO)", "prob(NATO, escalate)")]
['Probability of direct war', 'Payoff of NATO', 'Probability that NATO plays escalate']
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from deterrence.algebra.expressions import Expression
from deterrence.figures.texts import measure_label, safe
from deterrence.game.measures import Measure
from deterrence.statements import is_chance, read_quantity

if TYPE_CHECKING:
    from deterrence.modelfile.model import SymbolicModel


@dataclass(frozen=True)
class PlottedQuantity:
    """What is asked, as a measure; ``label`` is that of an axis, ``chance`` means 0 to 1."""

    text: str
    measure: Measure
    label: str
    chance: bool


def ask(model: SymbolicModel, text: str) -> PlottedQuantity:
    """Return a question by the name of a measure, or as an expression of queries.

    Queries are ``payoff(PLAYER)``, ``prob(PLAYER, ACTION)`` and ``P(OUTCOME)``.  Raises
    as :func:`deterrence.statements.read_quantity` does.
    """
    m = next((m for m in model.measures if m.name == text), None)
    if m is not None:
        return PlottedQuantity(text, m, measure_label(m), _is_chance(m.expression))
    e = read_quantity(model, text)
    return PlottedQuantity(text, Measure(text, e), _label(model, text, e), _is_chance(e))


def _outcome_title(model: SymbolicModel, name: str) -> str:
    groups = {} if model.tree is None else model.tree.groups
    return next((o.title for k, o in model.outcomes.items() if groups.get(k, k) == name), "")


def _label(model: SymbolicModel, text: str, e: Expression) -> str:
    if e.op != "query":
        return safe(text)
    kind, first, *rest = e.args
    if kind == "P":
        return f"Probability of {safe(_outcome_title(model, first) or first)}"
    if kind == "payoff":
        return f"Payoff of {safe(first)}"
    return f"Probability that {safe(first)} plays {safe(rest[0])}"


def _is_chance(e: Expression) -> bool:
    """Say whether the value is surely a probability: a query for one, or a plain sum of P(...)."""
    return is_chance(e) or (e.op == "query" and e.args[0] == "prob")
