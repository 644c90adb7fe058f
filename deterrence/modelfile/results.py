"""The entry ``known_results``: do its players, actions, measures and values exist?

Whether the results are true is for the test suite, which solves the games.
"""

from __future__ import annotations

from collections.abc import Mapping, Set

from deterrence.game.expressions import Expression
from deterrence.game.parameters import KnownResult
from deterrence.modelfile.context import Context, kept
from deterrence.modelfile.schema import KnownResultSpec
from deterrence.modelfile.trial import Trial
from deterrence.modelfile.yamltree import Path

#: In a strategy: the probability that the other actions leave.
REST = "rest"


def read_results(
    context: Context,
    actions: Mapping[str, tuple[str, ...]] | None,
    measures: Set[str],
    trial: Trial,
) -> tuple[KnownResult, ...]:
    """Return the known results; ``actions`` is ``None`` where the game has faults."""
    results = []
    for index, spec in kept(context.spec.known_results):
        path: Path = ("known_results", index)
        scenario = context.spec.scenarios.get(spec.scenario)
        if spec.scenario and spec.scenario not in context.raw("scenarios"):
            where = (*path, "scenario")
            context.faults.unknown(where, "scenario", spec.scenario, context.raw("scenarios"))
        if spec.values and context.check_values((*path, "values"), spec.values):
            given = {**(scenario.values if scenario else {}), **spec.values}
            if context.spec.parameters.keys() >= given.keys():
                trial.check((*path, "values"), given)
        results.append(_result(context, path, spec, actions, measures))
    return tuple(results)


def _result(
    context: Context,
    path: Path,
    spec: KnownResultSpec,
    actions: Mapping[str, tuple[str, ...]] | None,
    measures: Set[str],
) -> KnownResult:
    equilibria = None
    if spec.equilibria is not None:
        equilibria = tuple(
            _equilibrium(context, (*path, "equilibria", k), profile, actions)
            for k, profile in kept(spec.equilibria)
        )
    payoffs = {}
    for player, text in spec.payoffs.items():
        where = (*path, "payoffs", player)
        if player not in context.players:
            context.faults.unknown(where, "player", player, context.players, key=True)
        elif (e := _claim(context, where, text)) is not None:
            payoffs[player] = e
    claims = {}
    for measure, text in spec.measures.items():
        where = (*path, "measures", measure)
        if measure not in measures:
            context.faults.unknown(where, "measure", measure, measures, key=True)
        elif (e := _claim(context, where, text)) is not None:
            claims[measure] = e
    return KnownResult(
        title=spec.title,
        source=spec.source,
        scenario=spec.scenario,
        values=spec.values,
        concept=spec.concept,
        equilibria=equilibria,
        count=None if spec.count is None else int(spec.count),
        payoffs=payoffs,
        measures=claims,
        objective=spec.objective,
        value=None if spec.value is None else _claim(context, (*path, "value"), spec.value),
    )


def _claim(context: Context, path: Path, text: str) -> Expression | None:
    # A name that only a known result uses is not used in the game.
    return context.faults.formula(path, text, context.names)


def _equilibrium(
    context: Context,
    path: Path,
    profile: Mapping[str, Mapping[str, str]],
    actions: Mapping[str, tuple[str, ...]] | None,
) -> dict[str, dict[str, Expression]]:
    context.check_players(path, profile)
    result: dict[str, dict[str, Expression]] = {}
    for player, strategy in profile.items():
        where = (*path, player)
        if player not in context.players:
            continue
        for action in strategy:
            if actions is not None and action not in actions[player]:
                place = (*where, action)
                what = f"action of {player}"
                context.faults.unknown(place, what, action, actions[player], key=True)
        rests = [action for action, text in strategy.items() if text.strip() == REST]
        if len(rests) > 1:
            context.faults.add(where, "two actions get the rest", "at most one", key=True)
            continue
        chances = {
            action: e
            for action, text in strategy.items()
            if action not in rests and (e := _claim(context, (*where, action), text)) is not None
        }
        if rests and len(chances) == len(strategy) - 1:
            left = Expression.number(1)
            for e in chances.values():
                left = left - e
            chances[rests[0]] = left
        result[player] = chances
    return result
