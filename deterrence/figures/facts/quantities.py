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
from deterrence.errors import ExpressionError, UsageError, did_you_mean
from deterrence.figures.drawing.words import measure_label, safe
from deterrence.game.measures import Measure

if TYPE_CHECKING:
    from deterrence.modelfile.model import SymbolicModel


@dataclass(frozen=True)
class Question:
    """What is asked, as a measure; ``label`` is that of an axis, ``chance`` means 0 to 1."""

    text: str
    measure: Measure
    label: str
    chance: bool


def ask(model: SymbolicModel, text: str) -> Question:
    """Return a question by the name of a measure, or as an expression of queries.

    Queries are ``payoff(PLAYER)``, ``prob(PLAYER, ACTION)`` and ``P(OUTCOME)``.  Raises
    :class:`UsageError` for what cannot be read and for unknown names.
    """
    known = {m.name: m for m in model.measures}
    if text in known:
        m = known[text]
        return Question(text, m, measure_label(m), _is_chance(m.expression))
    try:
        e = Expression.parse(text, names=None, queries=True)
    except ExpressionError as error:
        raise UsageError(f"{text[:60]!r} cannot be asked: {error}") from None
    if e.is_boolean:
        raise UsageError(
            f"{text[:60]!r} is true or false, no number", remedy="leave the comparison out"
        )
    _check(model, text, e, known)
    e = e.substitute({name: m.expression for name, m in known.items()})
    return Question(text, Measure(text, e), _label(model, text, e), _is_chance(e))


def _check(model: SymbolicModel, text: str, e: Expression, known: dict[str, Measure]) -> None:
    for name in sorted(e.names):
        if name not in known and name not in model.parameters:
            raise UsageError(
                f"{model.name} has no measure or parameter {name[:60]!r}",
                remedy=did_you_mean(name, [*known, *model.parameters])
                or f"measures: {', '.join(known) or 'none'}; or ask payoff(PLAYER)",
            )
    for node in e.walk():
        if node.op != "query":
            continue
        kind, first, *rest = node.args
        names = outcome_names(model) if kind == "P" else model.players
        if first not in names:
            what = "outcome" if kind == "P" else "player"
            raise UsageError(
                f"{model.name} has no {what} {first[:60]!r}",
                remedy=did_you_mean(first, names) or f"{what}s: {', '.join(names)}",
            )
        if rest:
            actions = actions_of(model, first)
            if rest[0] not in actions:
                raise UsageError(
                    f"{first} has no action {rest[0][:60]!r}",
                    remedy=did_you_mean(rest[0], actions) or f"actions: {', '.join(actions)}",
                )


def _outcome_title(model: SymbolicModel, name: str) -> str:
    groups = {} if model.tree is None else model.tree.groups
    return next((o.title for k, o in model.outcomes.items() if groups.get(k, k) == name), "")


def outcome_names(model: SymbolicModel) -> tuple[str, ...]:
    """Return what `P` may ask for: the outcomes, in trees by the names of their groups."""
    groups = {} if model.tree is None else model.tree.groups
    return tuple(dict.fromkeys(groups.get(o, o) for o in model.outcomes))


def actions_of(model: SymbolicModel, player: str) -> tuple[str, ...]:
    """Return a player's actions, in trees those of all information sets."""
    if model.tree is None:
        return model.actions[model.players.index(player)]
    return tuple(dict.fromkeys(a for s in model.tree.sets if s.player == player for a in s.actions))


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
    if e.op == "query":
        return bool(e.args[0] != "payoff")
    return e.op == "add" and all(
        a.op in ("add", "query") and _is_chance(a) and not _asks_action(a) for a in e.children
    )


def _asks_action(e: Expression) -> bool:
    return any(n.op == "query" and n.args[0] == "prob" for n in e.walk())
