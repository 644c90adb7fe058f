r"""Correlated equilibria: what a mediator with private advice can achieve.

A distribution :math:`p` over cells is a correlated equilibrium if nobody who is
told their part gains by disobeying (Aumann 1974, Journal of Mathematical
Economics 1):

.. math:: \sum_{a_{-i}} p(a)\,[u_i(a) - u_i(a_i', a_{-i})] \ge 0
          \quad\text{for all players } i \text{ and actions } a_i, a_i'.

These are linear in :math:`p`, so the best and the worst correlated equilibrium
for any affine measure are linear programmes, solved here exactly.

>>> from deterrence.game.strategic import StrategicGame
>>> from deterrence.solvers import solve
>>> chicken = StrategicGame.from_matrices([[6, 2], [7, 0]], [[6, 7], [2, 0]],
...     actions=(("C", "D"), ("C", "D")))
>>> best = solve(chicken, concept="correlated", objective="max welfare").equilibria[0]
>>> best.payoffs["Row"], {cell: str(p) for cell, p in best.cells.items()}
(Fraction(21, 4), {'C, C': '1/2', 'C, D': '1/4', 'D, C': '1/4'})
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from deterrence.algebra.expressions import Expression
from deterrence.algebra.linear_programmes import maximise_certified
from deterrence.algebra.numbers import exact
from deterrence.errors import (
    DeterrenceError,
    ExpressionError,
    IncompleteError,
    UsageError,
    did_you_mean,
    nearest_of,
)
from deterrence.game.measures import Measure
from deterrence.game.strategic import StrategicGame
from deterrence.limits.alarm import by_hand
from deterrence.solvers.task import Advice, Draft, Task

WELFARE = "welfare"


@dataclass(frozen=True)
class Goal:
    """``max`` or ``min`` of a number attached to each cell."""

    label: str
    sign: int
    worth: tuple[Any, ...]


def solve_correlated(task: Task) -> Draft:
    """Return the correlated equilibrium that is best for the objective.

    Without an objective: the best for welfare (the sum of payoffs), then the
    best and the worst for every affine measure.  Any number of players.
    """
    game = task.game
    messages: list[str] = []
    goals = (
        [read_objective(game, task.objective)]
        if task.objective is not None
        else _default_goals(game, messages)
    )
    rows = obedience(game)
    bounds = [0] * len(rows)
    cells = len(game.payoffs[0])
    draft = Draft(messages=messages)
    try:
        for goal in goals:
            best = maximise_certified(
                [goal.sign * w for w in goal.worth], rows, bounds, [[1] * cells], [1], task.deadline
            )
            draft.advice.append(Advice(goal.label, best.x))
    except KeyboardInterrupt as stop:
        draft.interrupted = by_hand(stop)
    except IncompleteError:
        pass
    draft.complete = len(draft.advice) == len(goals)
    if not draft.complete:
        left = ", ".join(goal.label for goal in goals[len(draft.advice) :])
        why = "interrupted" if draft.interrupted else "the limit was reached"
        messages.append(f"{why} before: {left}")
    return draft


def obedience(game: StrategicGame) -> list[list[Any]]:
    """Return the rows ``g`` of the conditions ``g p <= 0``: the gains from each disobedience."""
    rows = []
    cells = list(game.cells())
    for i, payoffs in enumerate(game.payoffs):
        for told, done in _pairs(game.shape[i]):
            row = [Fraction(0)] * len(cells)
            for number, cell in enumerate(cells):
                if cell[i] == told:
                    other = game.cell_number((*cell[:i], done, *cell[i + 1 :]))
                    row[number] = payoffs[other] - payoffs[number]
            if any(g > 0 for g in row):  # otherwise obeying is never worse
                rows.append(row)
    return rows


def _pairs(size: int) -> Iterator[tuple[int, int]]:
    return ((told, done) for told in range(size) for done in range(size) if told != done)


# ---- objectives -----------------------------------------------------------------------------
def _default_goals(game: StrategicGame, messages: list[str]) -> list[Goal]:
    goals = [read_objective(game, f"max {WELFARE}")]
    for measure in game.measures:
        if not measure.is_affine:
            messages.append(
                f"the measure {measure.name!r} is not affine in the probabilities of outcomes, "
                f"so its best and worst are not linear programmes; left out"
            )
            continue
        try:
            worth = _cell_values(game, measure)
        except DeterrenceError as error:
            messages.append(f"the measure {measure.name!r} is left out: {error.what}")
            continue
        goals += [
            Goal(f"max {measure.name}", 1, worth),
            Goal(f"min {measure.name}", -1, worth),
        ]
    return goals


def read_objective(game: StrategicGame, text: str) -> Goal:
    """Read ``max welfare``, ``min war`` (a measure), ``max payoff(NATO)`` or ``min P(war) + ...``.

    Raises :class:`UsageError` for what is not known or not affine.
    """
    known = [WELFARE, *(m.name for m in game.measures), *(f"payoff({p})" for p in game.players)]
    direction, _, what = text.strip().partition(" ")
    what = what.strip()
    if direction not in ("max", "min") or not what:
        raise UsageError(
            f"the objective {text[:60]!r} cannot be read",
            remedy=f"write 'max' or 'min' and what: one of {', '.join(known)}",
        )
    label, sign = f"{direction} {what}", 1 if direction == "max" else -1
    measure = next((m for m in game.measures if m.name == what), None)
    if measure is None and what == WELFARE:
        return Goal(label, sign, tuple(sum(column) for column in zip(*game.payoffs, strict=True)))
    if measure is None:
        payoff = re.fullmatch(r"payoff\((.*)\)", what)
        if payoff and payoff[1].strip() in game.players:
            return Goal(label, sign, game.payoffs[game.players.index(payoff[1].strip())])
        measure = _formula(game, what, known)
    if not measure.is_affine:
        raise UsageError(
            f"{what!r} is not affine in the probabilities of outcomes, so its best value is not "
            f"a linear programme",
            remedy="take an objective made of sums of P(outcome) and payoff(player)",
        )
    try:
        return Goal(label, sign, _cell_values(game, measure))
    except ExpressionError as error:
        raise UsageError(f"the objective {what!r} has no value: {error}") from None


def _formula(game: StrategicGame, what: str, known: Sequence[str]) -> Measure:
    remedy = nearest_of(what, known)
    try:
        expression = Expression.parse(what, game.values, queries=True)
    except ExpressionError as error:
        raise UsageError(f"no objective {what[:60]!r}: {error.what}", remedy=remedy) from None
    outcomes = {label for lottery in game.cell_outcomes() for label, _ in lottery}
    for part in expression.walk():
        if part.op == "query" and part.args[0] in ("P", "payoff"):
            label = part.args[1]
            labels = outcomes if part.args[0] == "P" else set(game.players)
            if label not in labels:
                kind = "outcome" if part.args[0] == "P" else "player"
                raise UsageError(
                    f"no {kind} called {label!r} in {game.name}",
                    remedy=did_you_mean(label, labels) or f"one of {', '.join(sorted(labels))}",
                )
    return Measure(what, expression)


def _cell_values(game: StrategicGame, measure: Measure) -> tuple[Fraction, ...]:
    """Return an affine measure's value in each cell; its mean is its value under a lottery."""
    values = []
    for number, lottery in enumerate(game.cell_outcomes()):
        answer = _in_cell(game, number, _summed(lottery))
        values.append(exact(measure.expression.evaluate(game.values, answer)))
    return tuple(values)


def _in_cell(game: StrategicGame, number: int, chances: dict[str, Any]) -> Callable[..., Any]:
    def answer(kind: str, *labels: str) -> Any:
        if kind == "P":
            return chances.get(labels[0], Fraction(0))
        return game.payoffs[game.player_index(labels[0])][number]

    return answer


def _summed(lottery: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    chances: dict[str, Any] = {}
    for label, p in lottery:
        chances[label] = chances.get(label, Fraction(0)) + p
    return chances
