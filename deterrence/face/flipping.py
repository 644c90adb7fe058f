"""The verbs about what flips an answer: ``robustness`` and ``levers``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Literal

from deterrence.errors import UsageError
from deterrence.face.given import Given
from deterrence.face.keeping import keeps
from deterrence.game.strategic import StrategicGame
from deterrence.modelfile.model import SymbolicModel
from deterrence.modelfile.parameter_values import Value
from deterrence.statements import which

if TYPE_CHECKING:
    from deterrence.algebra.expressions import Expression
    from deterrence.analysis.robust.results import Levers, Norm, Quantifier, Robustness

Units = Literal["range", "sd", "payoff"]


@keeps
def robustness(
    model: SymbolicModel | StrategicGame,
    /,
    conclusion: str | Expression | None = None,
    *,
    quantifier: Quantifier | None = None,
    payoffs: bool = False,
    units: Units | None = None,
    unit: Mapping[str, Value] | None = None,
    norm: Norm = "max",
    over: Sequence[str] = (),
    within_bounds: bool = True,
    time_limit: float | None = None,
    scenario: str | None = None,
    values: Mapping[str, Value] | None = None,
    **overrides: Value,
) -> Robustness:
    """Return the smallest change of the parameters that flips a conclusion's status.

    The status is whether the ``conclusion`` (a comparison of measures, queries and
    parameters, such as ``war == 0``) holds in every, or in some, extreme equilibrium at the
    base point: the defaults, changed by ``scenario``, ``values`` and keywords.
    ``quantifier`` (``every`` or ``some``) asks for one of the two only.  ``over`` names the
    parameters that move; by default all that have no value in ``values`` or as a keyword
    and do not follow from others.

    Changes are measured in ``units`` of the ``range`` (upper minus lower bound; the
    default) or ``sd`` (standard deviation of the distribution; bounds count as uniform), or
    as ``unit`` says per parameter.  ``norm`` is ``max`` (all guesses wrong by up to so much
    at once) or ``sum`` (total change).  Parameters stay within their bounds unless
    ``within_bounds`` is false; the model's assumptions hold throughout.  Where
    the budget of work, the same on every machine, or the ``time_limit`` (seconds) is not
    enough, the answer is bounds.

    With ``payoffs``, and for a game without parameters, every payoff of the matrix moves on
    its own, in ``units`` of ``payoff`` (the default) or of each player's ``range`` of
    payoffs; the conclusion is then by default that the same combinations of supports are
    equilibria.

    Raises :class:`UsageError` for names and values that do not fit and for parameters without
    a unit, :class:`UnsupportedError` for payoffs or statements that are no quotients of
    polynomials and for other than two players.  Method and certificates: see
    :mod:`deterrence.analysis.robust`.

    >>> from deterrence import load_model, robustness
    >>> answer = robustness(load_model("chicken"), "war == 0", quantifier="every")
    >>> print(answer.every.lower, answer.every.certainty)
    1/10 proven
    """
    from deterrence.analysis import robust
    from deterrence.analysis.robust.results import SAME

    given = Given(robustness, scenario, values, overrides)
    own = {}
    if isinstance(model, StrategicGame):
        given.refuse(f"{model.name} has numbers and no parameters")
    else:
        own = given.numbers(model)
    if payoffs or isinstance(model, StrategicGame):
        if units == "sd" or unit:
            raise UsageError(
                "payoffs have no standard deviations or units of their own",
                remedy="units='payoff', or units='range' for each player's range",
            )
        return robust.payoff_robustness(
            model,
            SAME if conclusion is None else conclusion,
            quantifier=quantifier,
            relative=units == "range",
            norm=norm,
            values=own,
            scenario=scenario,
            over=over,
            time_limit=time_limit,
        )
    if conclusion is None:
        other = "" if model.tree is not None else "; or payoffs=True"
        raise UsageError("which conclusion?", remedy=which(model) + other)
    if units == "payoff":
        raise UsageError("the unit 'payoff' measures payoffs", remedy="add payoffs=True")
    return robust.robustness(
        model,
        conclusion,
        quantifier=quantifier,
        units=units or "range",
        norm=norm,
        values=own,
        scenario=scenario,
        over=over,
        within_bounds=within_bounds,
        unit=unit,
        time_limit=time_limit,
    )


@keeps
def levers(
    model: SymbolicModel,
    /,
    player: str,
    want: str | Expression,
    *,
    quantifier: Quantifier = "every",
    norm: Norm = "sum",
    cost: Mapping[str, Value] | None = None,
    over: Sequence[str] = (),
    within_bounds: bool = True,
    time_limit: float | None = None,
    scenario: str | None = None,
    values: Mapping[str, Value] | None = None,
    **overrides: Value,
) -> Levers:
    """Return the cheapest change by which a player brings a conclusion about.

    The ``player`` moves the parameters that name it as ``controlled_by`` (and are given no
    value in ``values`` or as a keyword), or those of them in ``over``.  Moving a parameter
    by its whole range costs 1, or what ``cost`` says; a change costs the ``sum``, or the
    ``max``, of its parts (``norm``).  ``want``, such as ``"war == 0"``, is to hold in
    ``every`` equilibrium, or in ``some`` (``quantifier``).  ``within_bounds`` and
    ``time_limit`` (seconds) are those of :func:`robustness`.

    Raises :class:`UsageError` where the player controls nothing, and as :func:`robustness`
    does.

    >>> from deterrence import levers, load_model
    >>> answer = levers(load_model("asymmetric-bipolarity"), "NATO", "deterrence == 1")
    >>> print(answer.answer.lower, [move.parameter for move in answer.answer.moves])
    3/20 ['c_R']
    """
    from deterrence.analysis import robust

    return robust.levers(
        model,
        player,
        want,
        quantifier=quantifier,
        norm=norm,
        cost=cost,
        values=Given(levers, scenario, values, overrides).numbers(model),
        scenario=scenario,
        over=over,
        within_bounds=within_bounds,
        time_limit=time_limit,
    )
