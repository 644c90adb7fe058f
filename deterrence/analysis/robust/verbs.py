"""The verbs: how robust a conclusion is, and which levers bring one about.

>>> from deterrence import load_model
>>> answer = load_model("chicken").robustness("war == 0", quantifier="every")
>>> print(answer.every.lower, answer.every.certainty, [m.parameter for m in answer.every.moves])
1/10 proven ['T_A', 'R_A']
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any, cast

from deterrence.algebra.expressions import Expression
from deterrence.analysis.robust.change_space import ChangeSpace
from deterrence.analysis.robust.moving_parameters import axes_of, movable, positive
from deterrence.analysis.robust.question import Question
from deterrence.analysis.robust.questions import question_about
from deterrence.analysis.robust.results import (
    SAME,
    Levers,
    MovingParameter,
    Norm,
    Quantifier,
    Robustness,
    SmallestChange,
)
from deterrence.analysis.robust.smallest_change import SmallestChangeSearch
from deterrence.analysis.robust.sought import SoughtStatus
from deterrence.analysis.robust.verified_answers import Teller, already, answer_of
from deterrence.analysis.robust.words import said
from deterrence.errors import UsageError, did_you_mean
from deterrence.game.strategic import StrategicGame
from deterrence.limits import work
from deterrence.limits.alarm import kept_limit
from deterrence.modelfile.model import SymbolicModel
from deterrence.statements import remedy

#: Work seconds of a search.
EFFORT = 60.0
#: Work seconds for the formulas of the strategies in any case: without them there is no answer.
_FORMING = 3.0


def robustness(
    model: SymbolicModel,
    conclusion: str | Expression,
    *,
    quantifier: Quantifier | None = None,
    units: str = "range",
    norm: Norm = "max",
    values: Mapping[str, Any] | None = None,
    scenario: str | None = None,
    over: Sequence[str] = (),
    within_bounds: bool = True,
    unit: Mapping[str, Any] | None = None,
    time_limit: float | None = None,
    effort: float = EFFORT,
) -> Robustness:
    """Return the smallest change of the parameters that flips a conclusion's status.

    The status is whether the ``conclusion`` (a comparison of measures, queries and
    parameters, such as ``war == 0``) holds in every, or in some, extreme
    equilibrium at the base point: the defaults, changed by ``scenario`` and
    ``values``.  ``quantifier`` asks for one of the two only.

    ``over`` names the parameters that move; by default all that have no
    value in ``values`` and do not follow from others.  Changes are measured in ``units`` of
    the ``range`` (upper minus lower bound) or ``sd`` (standard deviation of the
    distribution; bounds count as uniform), or as ``unit`` says per parameter.
    ``norm`` is ``max`` (all guesses wrong by up to so much at once) or ``sum``
    (total change).  Parameters stay within their bounds unless ``within_bounds``
    is false; the model's assumptions hold throughout.  When ``effort``
    (work seconds, see :mod:`deterrence.limits.work`) is spent, and after ``time_limit``
    seconds of the wall, the answer is bounds.

    Raises :class:`UsageError` for names and values that do not fit and for
    parameters without a unit, :class:`UnsupportedError` for payoffs or statements
    that are no quotients of polynomials and for other than two players.
    """
    with kept_limit(time_limit):
        return _robustness(
            model, conclusion, quantifier, units, norm, values, scenario, over, within_bounds,
            unit, _effort(effort, time_limit),
        )  # fmt: skip


def _robustness(
    model: SymbolicModel,
    conclusion: str | Expression,
    quantifier: Quantifier | None,
    units: str,
    norm: Norm,
    values: Mapping[str, Any] | None,
    scenario: str | None,
    over: Sequence[str],
    within_bounds: bool,
    unit: Mapping[str, Any] | None,
    effort: float,
) -> Robustness:
    model.need_numbers("robustness", values, scenario)
    started = time.monotonic()
    end = work.now() + effort
    names = movable(model, over, values or {})
    question = question_about(
        model, conclusion, names, values or {}, scenario, work.now() + max(effort, _FORMING)
    )
    axes = axes_of(
        model,
        _known(question, names),
        question.base,
        units=units,
        own=unit,
        within_bounds=within_bounds,
    )
    wanted = [quantifier] if quantifier else ["every", "some"]
    if question.same is not None:
        wanted = ["every"]
    found = _answers(question, axes, norm, wanted, None, end)
    measured = "own" if unit else units
    answers = tuple(_measured(a, question, norm, measured, within_bounds) for a in found)
    return Robustness(
        model=model.name,
        title=model.title,
        statement=str(question.shown),
        norm=norm,
        units=units,
        within_bounds=within_bounds,
        base=question.base,
        axes=tuple(axes),
        answers=answers,
        messages=_left_out(question, names),
        seconds=time.monotonic() - started,
        over=tuple(over),
    )


def payoff_robustness(
    game: SymbolicModel | StrategicGame,
    conclusion: str | Expression = SAME,
    *,
    quantifier: Quantifier | None = None,
    relative: bool = False,
    norm: Norm = "max",
    values: Mapping[str, Any] | None = None,
    scenario: str | None = None,
    over: Sequence[str] = (),
    time_limit: float | None = None,
    effort: float = EFFORT,
) -> Robustness:
    """Return how wrong the payoffs of a game may be before a conclusion's status changes.

    Every payoff is a parameter of its own (see
    :mod:`deterrence.analysis.robust.payoffs_as_parameters`); changes are measured in
    units of payoff, or, where ``relative``, of the range
    of the player's payoffs.  The default conclusion is :data:`SAME`: the same
    combinations of supports are equilibria.  Otherwise as :func:`robustness`.

    >>> from deterrence.game.strategic import StrategicGame
    >>> hunt = StrategicGame.from_matrices([[3, 0], [1, 1]], [[3, 1], [0, 1]])
    >>> stays = "prob(Row, r1) == 1 and prob(Column, c1) == 1"
    >>> print(payoff_robustness(hunt, stays, quantifier="some").some.upper)
    1
    """
    from deterrence.analysis.robust.payoffs_as_parameters import (
        payoff_ranges,
        payoffs_of_game,
        payoffs_of_model,
    )

    if isinstance(game, SymbolicModel):
        game.need_numbers("robustness", values, scenario)
    if isinstance(game, SymbolicModel) and game.tree is not None:
        raise UsageError(
            f"{game.name} is a game tree: its payoffs move with its parameters only",
            remedy="ask for the robustness of a conclusion: how wrong the parameters may be",
        )
    if isinstance(game, StrategicGame):
        model = payoffs_of_game(game)
    else:
        model = payoffs_of_model(game, values, scenario)
    unit = payoff_ranges(model) if relative else dict.fromkeys(model.parameters, Fraction(1))
    answer = robustness(
        model, conclusion, quantifier=quantifier, norm=norm, over=over, within_bounds=False,
        unit=unit, time_limit=time_limit, effort=effort,
    )  # fmt: skip
    units = "payoff range" if relative else "payoff"
    answers = tuple(replace(a, units=units) for a in answer.answers)
    return replace(answer, units=units, answers=answers)


def levers(
    model: SymbolicModel,
    player: str,
    want: str | Expression,
    *,
    quantifier: Quantifier = "every",
    norm: Norm = "sum",
    cost: Mapping[str, Any] | None = None,
    values: Mapping[str, Any] | None = None,
    scenario: str | None = None,
    over: Sequence[str] = (),
    within_bounds: bool = True,
    time_limit: float | None = None,
    effort: float = EFFORT,
) -> Levers:
    """Return the cheapest change by which a player brings a conclusion about.

    The player moves the parameters that name it as ``controlled_by`` (and have no
    value in ``values``), or those of them in ``over``.  Moving a parameter by its whole
    range costs 1, or what ``cost`` says; a change costs the ``sum``, or the ``max``,
    of its parts.  ``want`` is to hold in ``every`` equilibrium, or in ``some``.
    Raises :class:`UsageError` where the player controls nothing, and as
    :func:`robustness` does.
    """
    with kept_limit(time_limit):
        return _levers(
            model, player, want, quantifier, norm, cost, values, scenario, over, within_bounds,
            _effort(effort, time_limit),
        )  # fmt: skip


def _levers(
    model: SymbolicModel,
    player: str,
    want: str | Expression,
    quantifier: Quantifier,
    norm: Norm,
    cost: Mapping[str, Any] | None,
    values: Mapping[str, Any] | None,
    scenario: str | None,
    over: Sequence[str],
    within_bounds: bool,
    effort: float,
) -> Levers:
    started = time.monotonic()
    end = work.now() + effort
    given = dict(values or {})
    names = _controlled(model, player, over, given)
    forming = work.now() + max(effort, _FORMING)
    question = question_about(model, want, names, given, scenario, forming)
    prices = {n: positive(n, v) for n, v in (cost or {}).items()}
    for name in prices:
        if name not in names:
            raise UsageError(
                f"a cost for {name[:60]!r}, which {player} does not move",
                remedy=did_you_mean(name, names) or f"{player} moves: {', '.join(names)}",
            )
    axes = [
        replace(a, step=a.step / prices.get(a.name, Fraction(1)))
        for a in axes_of(model, _known(question, names), question.base, within_bounds=within_bounds)
    ]
    (answer,) = _answers(question, axes, norm, [quantifier], True, end)
    return Levers(
        model=model.name,
        title=model.title,
        player=player,
        statement=str(question.shown),
        norm=norm,
        within_bounds=within_bounds,
        base=question.base,
        costs={n: prices.get(n, Fraction(1)) for n in names},
        axes=tuple(axes),
        answer=_measured(answer, question, norm, "cost", within_bounds),
        messages=_left_out(question, names),
        seconds=time.monotonic() - started,
    )


def _effort(effort: float, time_limit: float | None) -> float:
    """Return the work seconds of a search: whoever allows more time allows more work."""
    return effort if time_limit is None else time_limit


def _controlled(
    model: SymbolicModel, player: str, over: Sequence[str], given: Mapping[str, Any]
) -> tuple[str, ...]:
    if player not in model.players:
        raise UsageError(
            f"{model.name} has no player {player[:60]!r}",
            remedy=remedy(player, model.players, "players"),
        )
    mine = [n for n, p in model.parameters.items() if p.controlled_by == player]
    if not mine:
        if player in model.no_levers:
            raise UsageError(
                f"{player} controls no parameter of {model.name}: {model.no_levers[player]}",
                remedy="ask for another player, or for robustness, which moves all parameters",
            )
        others = sorted({p.controlled_by for p in model.parameters.values()} - {""})
        hint = f"; {', '.join(others)} controls some" if others else ""
        raise UsageError(
            f"{player} controls no parameter of {model.name}{hint}",
            remedy=f"write 'controlled_by: {player}' under the parameters that it can change",
        )
    movable(model, over, given)
    for name in over:
        if name not in mine:
            raise UsageError(
                f"{player} does not control {name[:60]!r}",
                remedy=f"{player} controls {', '.join(mine)}",
            )
    left = [n for n in mine if (n in over if over else n not in given)]
    if not left:
        raise UsageError(
            f"all that {player} controls has a value: {', '.join(mine)}",
            remedy=f"leave one of them free, or name it with --over {mine[0]}",
        )
    return tuple(left)


def _measured(
    answer: SmallestChange, question: Question[Any], norm: Norm, units: str, within_bounds: bool
) -> SmallestChange:
    """Return an answer that knows its statement in words, and what its sizes mean."""
    return replace(
        answer,
        phrase=said(question.shown, question.original.measures),
        norm=norm,
        units=units,
        within_bounds=within_bounds,
    )


def _known(question: Question[Any], names: Sequence[str]) -> list[str]:
    return [n for n in names if n in question.symbols]


def _left_out(question: Question[Any], names: Sequence[str]) -> tuple[str, ...]:
    follows = question.follows
    idle = [n for n in names if n not in question.symbols and n not in follows]
    found = list(question.messages)
    if follows:
        found.append(f"an assumption ties to the others, at no cost: {', '.join(follows)}")
    if idle:
        found.append(f"changes nothing here: {', '.join(idle)}")
    return tuple(found)


def _answers(
    question: Question[Any],
    axes: Sequence[MovingParameter],
    norm: Norm,
    quantifiers: Sequence[str],
    wanted: bool | None,
    end: float,
) -> tuple[SmallestChange, ...]:
    """Return the answer per quantifier; ``wanted`` None asks for the other status."""
    if norm not in ("max", "sum"):
        raise UsageError(f"unknown norm {norm!r}", remedy="one of max, sum")
    space = ChangeSpace(question.algebra, axes, norm)
    teller = Teller(question, (*(a.name for a in axes), *question.follows))
    answers = []
    for k, which in enumerate(quantifiers):
        if which not in ("every", "some"):
            raise UsageError(f"unknown quantifier {which!r}", remedy="one of every, some")
        quantifier = cast("Quantifier", which)
        now = work.now()
        deadline = now + max(0.1, (end - now) / (len(quantifiers) - k))
        target = True if wanted is None else wanted
        search = SmallestChangeSearch(SoughtStatus(question, space, quantifier, target), deadline)
        if search.sought.at([Fraction(0)] * len(axes)):
            if wanted is not None:
                answers.append(already(search))
                continue
            other = SoughtStatus(question, space, quantifier, not target)
            search = SmallestChangeSearch(other, deadline)
        answers.append(answer_of(search.run(), teller))
    return tuple(answers)
