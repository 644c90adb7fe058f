"""What a figure's axis shows: a measure, a payoff, the probability of an action or an outcome.

>>> from deterrence import load_model
>>> model = load_model("asymmetric-bipolarity")
>>> [ask(model, text).label for text in ("war", "payoff(NATO)", "P(direct_war)")]
['Probability of direct war', 'Payoff of NATO', 'Probability of Direct war']
>>> ask(model, "prob(NATO, escalate)").label
'Probability of “Escalate” by NATO'
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from deterrence.algebra.expressions import Expression
from deterrence.figures.texts import measure_label, safe
from deterrence.game.measures import Measure
from deterrence.statements import is_chance, read_quantity
from deterrence.words.markup import plain

if TYPE_CHECKING:
    from deterrence.modelfile.model import SymbolicModel


@dataclass(frozen=True)
class PlottedQuantity:
    """What is asked, as a measure; ``chance`` means 0 to 1.

    ``label`` is that of an axis, ``words`` are those of a sentence.
    """

    text: str
    measure: Measure
    label: str
    words: str
    chance: bool


def ask(model: SymbolicModel, text: str) -> PlottedQuantity:
    """Return a question by the name of a measure, or as an expression of queries.

    Queries are ``payoff(PLAYER)``, ``prob(PLAYER, ACTION)`` and ``P(OUTCOME)``.  Raises
    as :func:`deterrence.statements.read_quantity` does.
    """
    m = next((m for m in model.measures if m.name == text), None)
    if m is not None:
        words = plain(m.title or m.name)
        return PlottedQuantity(text, m, measure_label(m), words, _is_chance(m.expression))
    e = read_quantity(model, text)
    told = _words(model, text, e)
    return PlottedQuantity(text, Measure(text, e), safe(told), _lower(told), _is_chance(e))


def _outcome_title(model: SymbolicModel, name: str) -> str:
    groups = {} if model.tree is None else model.tree.groups
    return next((o.title for k, o in model.outcomes.items() if groups.get(k, k) == name), "")


def _words(model: SymbolicModel, text: str, e: Expression) -> str:
    if e.op != "query":
        return text
    kind, first, *rest = e.args
    if kind == "P":
        return f"Probability of {_outcome_title(model, first) or first}"
    if kind == "payoff":
        return f"Payoff of {first}"
    return f"Probability of “{model.naming.action(first, rest[0])}” by {first}"


def _lower(text: str) -> str:
    """Return words without the capital that a label begins with."""
    begins = text.startswith(("Probability ", "Payoff "))
    return text[:1].lower() + text[1:] if begins else text


def _is_chance(e: Expression) -> bool:
    """Say whether the value is surely a probability: a query for one, or a plain sum of P(...)."""
    return is_chance(e) or (e.op == "query" and e.args[0] == "prob")
