"""The entry ``known_results``: do its players, actions, measures and values exist?

Whether the results are true is for the test suite, which solves the games.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Set

from deterrence.algebra.expressions import Expression
from deterrence.errors import shorten
from deterrence.game.parameters import KnownResult
from deterrence.modelfile.file_context import FileContext, Labels, kept
from deterrence.modelfile.schema.known_results import KnownResultSpec
from deterrence.modelfile.schema.model_file import ExerciseSpec
from deterrence.modelfile.value_checks import ValueChecks
from deterrence.modelfile.yaml.entries import EntryPath

#: In a strategy: the probability that the other actions leave.
REST = "rest"
#: Concepts by the forms that they do not fit.
_UNFIT = {
    True: ("correlated",),
    False: ("spe", "weak-pbe", "pbe", "sequential"),
}


def read_results(
    context: FileContext, labels: Labels, measures: Set[str], trial: ValueChecks
) -> tuple[KnownResult, ...]:
    """Return the known results; ``labels`` say what they may refer to."""
    results = []
    for index, spec in kept(context.spec.known_results):
        path: EntryPath = ("known_results", index)
        check_where(context, path, spec, trial)
        results.append(_ResultReader(context, path, labels).read(spec, measures))
    return tuple(results)


def check_where(
    context: FileContext, path: EntryPath, spec: KnownResultSpec | ExerciseSpec, trial: ValueChecks
) -> None:
    """Add faults for the scenario and the values at which something is said to hold."""
    scenario = context.spec.scenarios.get(spec.scenario)
    if spec.scenario and spec.scenario not in context.raw("scenarios"):
        where = (*path, "scenario")
        context.faults.unknown(where, "scenario", spec.scenario, context.raw("scenarios"))
    if spec.values and context.check_values((*path, "values"), spec.values):
        given = {**(scenario.values if scenario else {}), **spec.values}
        if context.spec.parameters.keys() >= given.keys():
            trial.check((*path, "values"), given)


class _ResultReader:
    """One known result while it is read."""

    def __init__(self, context: FileContext, path: EntryPath, labels: Labels) -> None:
        self.context, self.faults = context, context.faults
        self.path, self.labels = path, labels
        self.is_tree = context.spec.form == "extensive" or labels.sets is not None

    def read(self, spec: KnownResultSpec, measures: Set[str]) -> KnownResult:
        path, context = self.path, self.context
        self._check_form(spec)
        equilibria = behaviour = exists = None
        if spec.equilibria is not None and not self.is_tree:
            equilibria = tuple(
                self._equilibrium((*path, "equilibria", k), profile)
                for k, profile in kept(spec.equilibria)
            )
        if spec.behaviour is not None and self.is_tree:
            behaviour = tuple(
                self._behaviour((*path, "behaviour", k), profile)
                for k, profile in kept(spec.behaviour)
            )
        if spec.exists is not None:
            read = [context.condition((*path, "exists", k), c) for k, c in enumerate(spec.exists)]
            exists = tuple(e for e in read if e is not None)
        outcomes = self.labels.outcomes
        return KnownResult(
            title=spec.title,
            source=spec.source,
            scenario=spec.scenario,
            values=spec.values,
            concept=spec.concept,
            equilibria=equilibria,
            count=None if spec.count is None else int(spec.count),
            payoffs=self._claims("payoffs", spec.payoffs, "player", context.players),
            measures=self._claims("measures", spec.measures, "measure", measures),
            objective=spec.objective,
            value=None if spec.value is None else context.claim((*path, "value"), spec.value),
            outcomes=self._claims("outcomes", spec.outcomes, "outcome", outcomes),
            behaviour=behaviour,
            families=None if spec.families is None else int(spec.families),
            exists=exists,
            lesson=spec.lesson,
            stability={notion: tuple(states) for notion, states in spec.stability.items()},
        )

    def _check_form(self, spec: KnownResultSpec) -> None:
        """Add faults for what belongs to matrices in a tree, and the reverse."""
        if spec.concept in _UNFIT[self.is_tree]:
            form = "game trees" if self.is_tree else "matrices"
            what = f"the concept {spec.concept} is not for {form}"
            self.faults.add((*self.path, "concept"), what, shift=0)
        other, right = ("equilibria", "behaviour") if self.is_tree else ("behaviour", "equilibria")
        if getattr(spec, other) is not None:
            shape = (
                "behaviour: [{player: {information set: action}}]"
                if self.is_tree
                else "equilibria: [{player: action}]"
            )
            what = f"{other} does not belong to the form {self.context.spec.form}"
            self.faults.add((*self.path, other), what, shape, f"use {right}", key=True)
        if spec.families is not None and not self.is_tree:
            self.faults.add((*self.path, "families"), "families belongs to game trees", key=True)
        if spec.stability and self.is_tree:
            what = "stability does not belong to the form extensive"
            self.faults.add((*self.path, "stability"), what, "behaviour: ...", key=True)
        if spec.exists is not None and not self.is_tree and spec.concept != "nash":
            what = f"conditions of existence are about Nash equilibria, not {spec.concept} ones"
            self.faults.add((*self.path, "exists"), what, "concept: nash", key=True)

    def _claims(
        self, key: str, entries: Mapping[str, str], what: str, known: Collection[str] | None
    ) -> dict[str, Expression]:
        claims = {}
        for label, text in entries.items():
            where = (*self.path, key, label)
            if known is not None and label not in known:
                self.faults.unknown(where, what, label, known, key=True)
            elif (e := self.context.claim(where, text)) is not None:
                claims[label] = e
        return claims

    def _equilibrium(
        self, path: EntryPath, profile: Mapping[str, Mapping[str, str]]
    ) -> dict[str, dict[str, Expression]]:
        self.context.check_players(path, profile)
        actions = self.labels.actions
        return {
            player: self._strategy(
                (*path, player), strategy, player, None if actions is None else actions[player]
            )
            for player, strategy in profile.items()
            if player in self.context.players
        }

    def _behaviour(
        self, path: EntryPath, profile: Mapping[str, Mapping[str, Mapping[str, str]]]
    ) -> dict[str, dict[str, dict[str, Expression]]]:
        """Return behaviour in a tree; information sets that are not named may do anything."""
        sets = self.labels.sets
        result: dict[str, dict[str, dict[str, Expression]]] = {}
        for player, strategies in profile.items():
            if player not in self.context.players:
                where = (*path, player)
                self.faults.unknown(where, "player", player, self.context.players, key=True)
                continue
            result[player] = {}
            for label, strategy in strategies.items():
                where = (*path, player, label)
                actions = None
                if sets is not None:
                    actions = sets[player].get(label)
                    if actions is None:
                        self._unknown_set(where, player, label, sets)
                        continue
                what = f"{player} at {shorten(label)}"
                result[player][label] = self._strategy(where, strategy, what, actions)
        return result

    def _unknown_set(
        self, path: EntryPath, player: str, label: str, sets: Mapping[str, Mapping[str, object]]
    ) -> None:
        owner = next((p for p, own in sets.items() if label in own), None)
        if owner is not None:
            what = f"{owner} moves at {shorten(label)!r}, not {player}"
            self.faults.add(path, what, key=True)
        else:
            what = f"information set of {player}"
            self.faults.unknown(path, what, label, sets[player], key=True)

    def _strategy(
        self,
        path: EntryPath,
        strategy: Mapping[str, str],
        who: str,
        actions: Collection[str] | None,
    ) -> dict[str, Expression]:
        for action in strategy:
            if actions is not None and action not in actions:
                place = (*path, action)
                self.faults.unknown(place, f"action of {who}", action, actions, key=True)
        rests = [action for action, text in strategy.items() if text.strip() == REST]
        if len(rests) > 1:
            self.faults.add(path, "two actions get the rest", "at most one", key=True)
            return {}
        chances = {
            action: e
            for action, text in strategy.items()
            if action not in rests and (e := self.context.claim((*path, action), text)) is not None
        }
        if rests and len(chances) == len(strategy) - 1:
            left = Expression.number(1)
            for e in chances.values():
                left = left - e
            chances[rests[0]] = left
        return chances
