"""Two models, or one model in several cases, side by side: results, measures, regimes, flips.

>>> from deterrence.modelfile.catalogue import load_model
>>> found = compare(load_model("chicken"), against={"T_A": 0})
>>> [(c.label, c.equilibria, c.flip.size is not None) for c in found.cases]
[('defaults', 3, True), ('T_A = 0', 3, True)]
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from deterrence.algebra.numbers import exact
from deterrence.analysis.comparing.cases import (
    DEFAULTS,
    AnyGame,
    CaseAsked,
    ComparedCase,
    Comparison,
    FirstFlip,
    scenario_cases,
    solved_case,
    together,
)
from deterrence.errors import DeterrenceError, UsageError
from deterrence.limits import work
from deterrence.limits.alarm import kept_limit
from deterrence.modelfile.model import SymbolicModel
from deterrence.report.flips import Flips, find_flips, main_measures
from deterrence.statements import phrase_of, read_statement

#: Shares of the time: for solving, and for regimes.
_SOLVING, _REGIMES = 0.3, 0.2
#: A matrix with more actions than this in all is not analysed for all values.
_MAX_ACTIONS = 8
#: Work seconds of a comparison.
EFFORT = 60.0


def compare(
    game: AnyGame,
    other: AnyGame | None = None,
    *,
    scenarios: Sequence[str] | None = None,
    scenario: str | None = None,
    values: Mapping[str, Any] | None = None,
    against: Mapping[str, Any] | None = None,
    time_limit: float | None = None,
) -> Comparison:
    """Return a model's scenarios side by side, or two games, or one at two sets of values.

    With ``other`` the two are compared; else, with ``against``, the game at its values and at
    those with ``against`` put in; else the defaults and the ``scenarios`` (None: all).
    ``scenario`` is where the first game starts, and the second case of one game, too; where
    scenarios are compared it stands for ``scenarios``.  ``values`` hold in all cases that have
    the parameter, ``against`` in the second one.
    All of it has :data:`EFFORT` work seconds (:mod:`deterrence.limits.work`), or as many
    as ``time_limit`` says, which is a hard stop in seconds of the wall, too; what does not
    fit is left open.

    Raises :class:`UsageError` for names and values that do not fit, and where there is
    nothing to compare with.
    """
    started = time.monotonic()
    for one in (game, other):
        if isinstance(one, SymbolicModel):
            one.need_game()
    own, theirs = dict(values or {}), dict(against or {})
    if scenarios is not None and (other is not None or theirs):
        raise UsageError(
            "scenarios are compared with the defaults of one model, at the same values",
            remedy="leave the scenarios out, or the second game and its values",
        )
    if other is not None:
        asked = _two_games(game, other, scenario, own, theirs)
    else:
        asked = _one_game(game, scenarios, scenario, own, theirs)
    with kept_limit(time_limit):
        return _compared(asked, EFFORT if time_limit is None else time_limit, started)


def _compared(asked: Sequence[CaseAsked], effort: float, started: float) -> Comparison:
    end = work.now() + effort
    each = _SOLVING * effort / len(asked)
    cases = [solved_case(one, each) for one in asked]
    regimes = _Regimes(_REGIMES * effort)
    told = [replace(c, regime=regimes.of(a, c)) for a, c in zip(asked, cases, strict=True)]
    found = []
    for k, (one, case) in enumerate(zip(asked, told, strict=True)):
        left = work.left(end)
        found.append(replace(case, flip=_flip(one, left / (len(asked) - k))))
    return together(_title(asked), asked, found, started)


def _title(asked: Sequence[CaseAsked]) -> str:
    names = list(dict.fromkeys(_named(a.game) for a in asked))
    if len(names) > 1:
        return f"{names[0]} and {names[1]} compared"
    what = "scenarios" if any(a.scenario for a in asked) else "cases"
    return f"{names[0]}: {what} compared"


def _named(game: AnyGame) -> str:
    return str(game.title or game.name)


def _two_games(
    game: AnyGame,
    other: AnyGame,
    scenario: str | None,
    values: Mapping[str, Any],
    against: Mapping[str, Any],
) -> list[CaseAsked]:
    strange = [n for n in values if not (_has(game, n) or _has(other, n))]
    if strange:
        raise UsageError(f"neither {game.name} nor {other.name} has a parameter {strange[0]!r}")
    mine = {n: v for n, v in values.items() if _has(game, n)}
    theirs = {n: v for n, v in values.items() if _has(other, n)} | dict(against)
    labels = [game.name, other.name]
    if labels[0] == labels[1]:
        labels = ["the first", "the second"]
    return [_case(labels[0], game, scenario, mine), _case(labels[1], other, None, theirs)]


def _one_game(
    game: AnyGame,
    scenarios: Sequence[str] | None,
    scenario: str | None,
    values: Mapping[str, Any],
    against: Mapping[str, Any],
) -> list[CaseAsked]:
    if not isinstance(game, SymbolicModel):
        raise UsageError(f"{game.name} has numbers, no scenarios", remedy="name a second game")
    if against:
        first = _words(values) or scenario or DEFAULTS
        return [
            CaseAsked(first, game, "", scenario, values),
            CaseAsked(_words(against), game, "", scenario, {**values, **against}),
        ]
    if not game.scenarios:
        raise UsageError(
            f"{game.name} has no scenarios to compare",
            remedy="name a second model, or other values for this one",
        )
    if scenarios is None and scenario is not None:
        scenarios = (scenario,)
    return scenario_cases(game, scenarios, values)


def _has(game: AnyGame, name: str) -> bool:
    return isinstance(game, SymbolicModel) and name in game.parameters


def _case(label: str, game: AnyGame, scenario: str | None, given: Mapping[str, Any]) -> CaseAsked:
    words = _words(given)
    told = ", ".join(filter(None, (_named(game), scenario, words)))
    return CaseAsked(label, game, told, scenario, given)


def _words(values: Mapping[str, Any]) -> str:
    return ", ".join(f"{n} = {v}" for n, v in values.items())


# ---- regimes ---------------------------------------------------------------------------
class _Regimes:
    """Says in which regime a case lies; a model is analysed once, if it has to be."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._known: dict[SymbolicModel, Any] = {}

    def of(self, asked: CaseAsked, case: ComparedCase) -> str:
        """Return the name of the regime, or its number; ``""`` where that is not known."""
        model = asked.game
        if not isinstance(model, SymbolicModel):
            return ""
        for regime in model.named_regimes:
            if all(c.evaluate(case.values) for c in regime.when):
                return regime.name
        if model.tree is None and sum(map(len, model.actions)) > _MAX_ACTIONS:
            return ""
        try:
            values = {n: exact(v) for n, v in case.values.items()}
            analysis = self._analysis(model)
            if analysis is None:
                return ""
            found = analysis.regime_at(values)
        except DeterrenceError:
            return ""
        if found is None:
            return "on a boundary"
        return str(found.name or f"regime {found.id}")

    def _analysis(self, model: SymbolicModel) -> Any:
        if model not in self._known:
            from deterrence import symbolic

            self._known[model] = None
            self._known[model] = symbolic.regimes(model, effort=self.seconds, boundaries=False)
        return self._known[model]


# ---- flips -----------------------------------------------------------------------------
def _flip(asked: CaseAsked, seconds: float) -> FirstFlip | None:
    """Return what flips the main statement about a case first."""
    model = asked.game
    if not isinstance(model, SymbolicModel):
        return None
    measures = main_measures(model)[:1]
    if not measures or seconds <= 0:
        return None
    found = find_flips(model, measures, asked.given, asked.scenario, seconds)
    return None if found is None else _told(model, found)


def _told(model: SymbolicModel, flips: Flips) -> FirstFlip:
    statement = f"{flips.measure.name} == {flips.level}"
    phrase = phrase_of(read_statement(model, statement).shown, model.measures)
    if flips.robustness is None:
        return FirstFlip(statement, phrase, reason=flips.reason)
    status = {a.quantifier: a.before for a in flips.robustness.answers}
    changes, alone = flips.changes(), flips.alone()
    first = alone[0][1] if alone else None
    answers = flips.robustness.answers
    return FirstFlip(
        statement=statement,
        phrase=phrase,
        every=status.get("every"),
        some=status.get("some"),
        size=changes[0].upper if changes else None,
        proven=all(a.certainty == "proven" for a in answers),
        parameter=None if first is None else first.parameter,
        title="" if first is None else first.title,
        base=None if first is None else first.base,
        threshold=None if first is None else first.threshold,
        direction=0 if first is None else first.direction,
        attained=first is not None and first.attained,
    )
