"""The verb ``stability``: which states are stable, by which notion, for whom, and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Literal

from deterrence.errors import UsageError, did_you_mean
from deterrence.face.given import Given
from deterrence.game.strategic import StrategicGame
from deterrence.modelfile.model import SymbolicModel
from deterrence.modelfile.parameter_values import Value, read_value

if TYPE_CHECKING:
    from deterrence.graph_model.results import Stability


def stability(
    model: SymbolicModel | StrategicGame,
    /,
    *,
    concepts: str | Sequence[str] = (),
    states: str | int | Sequence[str | int] = (),
    players: str | Sequence[str] = (),
    look_ahead: int | None = None,
    sides: str = "",
    coalitions: str | Sequence[str | Sequence[str]] = (),
    improvement: Literal["joint", "pareto"] = "joint",
    sanctions: Literal["individual", "joint"] = "individual",
    start: str | int | None = None,
    goals: str | Sequence[str] = (),
    inverse: bool = False,
    conditions: bool = True,
    regimes: bool = False,
    uncertain: bool = False,
    unknown: bool = False,
    much_worse: Value | None = None,
    fuzzy: float | Sequence[float] = (),
    time_limit: float | None = None,
    scenario: str | None = None,
    values: Mapping[str, Value] | None = None,
    **overrides: Value,
) -> Stability:
    """Return which states of a conflict are stable, by which notion, for whom, and why.

    ``model`` is a model, or a game with numbers in strategic form.  States are the cells of a
    table, or the feasible combinations of options, named by number, label or title; players move
    between them one at a time, in any order (Fang, Hipel and Kilgour 1993).

    ``concepts`` are the notions, by default those that fit; ``states`` those in question, by
    default where the conflict stands or what the model wants; ``players`` those whose reasons
    are told.  ``look_ahead`` asks about every number of moves up to it; where there are not two
    players, ``sides`` such as ``"A+B:C"`` look ahead.  ``coalitions`` such as ``"A+B"``, or
    ``"all"``, are asked, too, which improve for every member (``joint``) or for some and to the
    loss of none (``pareto``), and are answered by moves of single players, or by joint
    ``sanctions``.  From the state ``start`` it is told where the conflict can go; ``goals`` are
    what somebody would like to see.  ``inverse`` says
    which preferences would make the states in question stable, ``conditions`` for which
    parameters they are, ``regimes`` which states are stable for which parameters, all notions
    together; ``uncertain`` how likely states are stable by the distributions of parameters, and
    ``unknown`` what is stable as far as the assumptions settle who prefers what.
    With ``much_worse`` it is told what is strongly stable, by sanctions that are worse by that
    much; with ``fuzzy``, a threshold from 0 to 1, or one for each
    player, what is fuzzy stable.  Values are the
    defaults, changed by ``scenario``, ``values`` and keywords; in the conditions only values and
    keywords are put in.

    Raises :class:`UsageError` for names and values that do not fit, and
    :class:`UnsupportedError` for game trees.

    >>> from deterrence import load_model, stability
    >>> found = stability(load_model("asymmetric-bipolarity"), scenario="brink")
    >>> found.equilibria("nash"), found.equilibria("gmr")
    ((2, 3), (1, 2, 3))
    """
    from deterrence.game.stability_notions import read_notion
    from deterrence.graph_model.analyse import EFFORT, Questions, analyse
    from deterrence.graph_model.games_with_numbers import as_model
    from deterrence.limits.alarm import kept_limit

    if isinstance(model, StrategicGame):
        Given(stability, scenario, values, overrides).refuse("a game with numbers has none")
        model = as_model(model)
    own = Given(stability, scenario, values, overrides, any_form=True).numbers(model)
    for given, known in ((improvement, ("joint", "pareto")), (sanctions, ("individual", "joint"))):
        if given not in known:
            raise UsageError(
                f"{given!r} is none of {', '.join(known)}", remedy=did_you_mean(str(given), known)
            )
    if look_ahead is not None:
        if type(look_ahead) is not int:
            raise UsageError(f"look_ahead={look_ahead!r} is no number of moves", remedy="give one")
        read_notion(f"l{look_ahead}")
    margin = None if much_worse is None else Fraction(read_value("much_worse", much_worse))
    if margin is not None and margin <= 0:
        raise UsageError("what is much worse is worse by more than 0", remedy="give such a number")
    asked_groups = (coalitions,) if isinstance(coalitions, str) else coalitions
    groups = [_members(c) for c in asked_groups]
    asked = Questions(
        concepts=[read_notion(text) for text in _texts("concepts", concepts)],
        states=_texts("states", states, numbers=True),
        players=_texts("players", players),
        look_ahead=look_ahead,
        sides=":".join(_texts("sides", sides or ())),
        coalitions=[g for g in groups if g != ("all",)],
        every_coalition=("all",) in groups,
        improvement=improvement,
        sanctions=sanctions,
        start=None if start is None else str(start),
        goals=_texts("goals", goals),
        inverse=inverse,
        conditions=conditions,
        regimes=regimes,
        uncertain=uncertain,
        unknown=unknown,
        much_worse=margin,
        fuzzy=_thresholds(fuzzy),
    )
    with kept_limit(time_limit):
        effort = EFFORT if time_limit is None else time_limit
        return analyse(model, asked, scenario=scenario, values=own, effort=effort)


def _texts(option: str, given: Any, *, numbers: bool = False) -> tuple[str, ...]:
    """Return what is given as texts: one, or several; numbers of states count as such."""
    kinds = (str, int) if numbers else (str,)
    several = (given,) if isinstance(given, str | int) else given
    if isinstance(several, Iterable) and not isinstance(several, Mapping):
        told = [*several]
        if all(isinstance(x, kinds) and not isinstance(x, bool) for x in told):
            return tuple(map(str, told))
    raise UsageError(
        f"{option}={given!r} is not understood",
        remedy=f"give a text{', a number' if numbers else ''} or a list of them",
    )


def _thresholds(given: Any) -> tuple[float, ...]:
    several = given if isinstance(given, Sequence) and not isinstance(given, str) else (given,)
    return tuple(float(Fraction(read_value("fuzzy", x))) for x in several)


def _members(coalition: str | Sequence[str]) -> tuple[str, ...]:
    """Return the names of a coalition, which may be written as ``A+B``."""
    names = coalition.split("+") if isinstance(coalition, str) else coalition
    return tuple(n.strip() for n in _texts("coalitions", names))
