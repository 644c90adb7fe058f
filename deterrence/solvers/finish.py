"""From bare exact strategies to labelled, certified equilibria.

Everything that is reported is recomputed here from the game's payoffs: what a
solver claims about payoffs or regret is never used.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from deterrence.algebra.algebraic_numbers import Algebraic
from deterrence.algebra.enclosures import Enclosure
from deterrence.errors import ExpressionError
from deterrence.game.profile import Profile
from deterrence.game.strategic import StrategicGame
from deterrence.limits import work
from deterrence.limits.alarm import by_hand
from deterrence.limits.deadline import Deadline
from deterrence.solvers.components import components_of
from deterrence.solvers.refinements import NEEDS_ALL, REFINEMENTS, Judge, payoff_dominant
from deterrence.solvers.solution import Component, Equilibrium, Solution, status_of
from deterrence.solvers.task import Advice, Draft, Strategies, Task

#: Work seconds that the label, the certificate and the refinements of one equilibrium take, per
#: cell of the game.
_CELL = 1e-5


def finish(task: Task, draft: Draft) -> Solution:
    """Return the solution that the draft stands for, sorted, certified and judged.

    At Ctrl-C, or well past the deadline, what is ready is returned as partial.
    """
    if task.concept == "correlated":
        return _finish_advice(task, draft)
    profiles = sorted(draft.found, key=reading_order)
    messages = list(draft.messages)
    if draft.interrupted:  # whoever pressed Ctrl-C does not want to wait for the rest either
        task.deadline.interrupt()
    limit = task.deadline.grace()
    kept: list[Strategies] = []
    equilibria: list[Equilibrium] = []
    interrupted = draft.interrupted
    try:
        for strategies in profiles:
            if limit.expired():
                break
            work.spend(_CELL * len(task.game.payoffs[0]))
            found_by = draft.found[strategies]
            equilibria.append(_equilibrium(task.game, strategies, found_by, messages))
            kept.append(strategies)
        groups = _components(task.game, kept, draft)
    except KeyboardInterrupt as stop:
        interrupted, groups = by_hand(stop), None
    if groups is None:  # interrupted: what is there must be consistent
        count = min(len(kept), len(equilibria))
        kept, equilibria = kept[:count], equilibria[:count]
        groups = _components(task.game, kept, draft)
    complete = draft.complete and len(kept) == len(profiles)
    if len(kept) < len(profiles):
        messages.append(
            f"stopped after {len(kept)} of the {len(profiles)} equilibria that were found"
        )
    equilibria = [
        e.with_(component=number)
        for e, number in zip(equilibria, _numbers(groups, len(kept)), strict=True)
    ]
    judged, note = _judge(task.game, kept, equilibria, complete, limit)
    if not (complete or note or len(judged) < 2 or task.concept == "zero-sum"):
        note = f"the list is not proven complete, so {NEEDS_ALL} is not decided"
    interrupted = interrupted or note == _INTERRUPTED or task.deadline.interrupted
    if note:
        messages.append(note)
    return Solution(
        game=task.game,
        solver=task.solver,
        status=status_of(complete, judged),
        equilibria=tuple(judged),
        components=tuple(groups),
        messages=tuple(dict.fromkeys(messages)),
        concept=task.concept,
        value=draft.value,
        interrupted=interrupted,
    )


def _finish_advice(task: Task, draft: Draft) -> Solution:
    messages = list(draft.messages)
    equilibria = tuple(_advised(task, advice, messages) for advice in draft.advice)
    return Solution(
        game=task.game,
        solver=task.solver,
        status=status_of(draft.complete, equilibria),
        equilibria=equilibria,
        messages=tuple(dict.fromkeys(messages)),
        concept=task.concept,
        interrupted=draft.interrupted,
    )


def reading_order(strategies: Strategies) -> tuple[Any, ...]:
    """Sort key: pure ones first, then small supports, then the order of the actions."""
    supports = tuple(tuple(k for k, p in enumerate(s) if p) for s in strategies)
    mixed = any(len(s) > 1 for s in supports)
    weights = tuple(-p for s in strategies for p in s)
    return mixed, sum(map(len, supports)), supports, weights


def labelled(game: StrategicGame, strategies: Strategies) -> Profile:
    """Return the strategies as a profile by label."""
    return Profile(game.by_label(strategies))


def measures_of(
    game: StrategicGame,
    chances: Sequence[Any],
    profile: Mapping[str, Mapping[str, Any]] | None,
    messages: list[str],
) -> dict[str, Any]:
    """Return the measures that are defined here; say in ``messages`` which are not."""
    if not game.measures:
        return {}
    try:
        return game.measure_values(chances, profile)
    except ExpressionError:
        pass
    values: dict[str, Any] = {}
    for measure in game.measures:
        try:
            values |= game.replace(measures=(measure,)).measure_values(chances, profile)
        except ExpressionError as error:
            messages.append(
                f"the measure {measure.name!r} is undefined at an equilibrium and left out "
                f"there: {error.what}"
            )
    return values


def _equilibrium(
    game: StrategicGame, strategies: Strategies, found_by: tuple[str, ...], messages: list[str]
) -> Equilibrium:
    profile = labelled(game, strategies)
    chances = game.cell_probabilities(profile)
    return Equilibrium(
        profile=profile,
        payoffs=game.expected_payoffs(profile),
        outcomes=game.outcome_distribution(chances),
        measures=measures_of(game, chances, profile, messages),
        regret=max(game.regret(profile).values()),
        found_by=found_by,
    )


def _advised(task: Task, advice: Advice, messages: list[str]) -> Equilibrium:
    """Return a correlated equilibrium: what everybody is told, and the marginals of that."""
    game, chances = task.game, advice.chances
    cells = list(game.cells())
    joint: dict[str, Fraction] = {}
    labels_of = dict(zip(game.players, game.actions, strict=True))
    marginals = {player: dict.fromkeys(a, Fraction(0)) for player, a in labels_of.items()}
    for cell, p in zip(cells, chances, strict=True):
        if p:
            labels = [a[k] for a, k in zip(game.actions, cell, strict=True)]
            joint[", ".join(labels)] = p
            for player, label in zip(game.players, labels, strict=True):
                marginals[player][label] += p
    return Equilibrium(
        profile=Profile(marginals),
        payoffs={
            player: sum((p * u for p, u in zip(chances, payoffs, strict=True) if p), Fraction(0))
            for player, payoffs in zip(game.players, game.payoffs, strict=True)
        },
        outcomes=game.outcome_distribution(chances),
        measures=measures_of(game, chances, None, messages),
        regret=largest_gain(game, chances),
        found_by=(task.solver,),
        cells=joint,
        label=advice.label,
    )


def largest_gain(game: StrategicGame, chances: Sequence[Any]) -> Any:
    """Return the most that anybody gains by a single rule "told this, do that"; at least 0."""
    worst = Fraction(0)
    cells = list(game.cells())
    for i, payoffs in enumerate(game.payoffs):
        gains: dict[tuple[int, int], Any] = {}
        for number, (cell, p) in enumerate(zip(cells, chances, strict=True)):
            if p:
                for done in range(game.shape[i]):
                    other = game.cell_number((*cell[:i], done, *cell[i + 1 :]))
                    key = cell[i], done
                    gain = p * (payoffs[other] - payoffs[number])
                    gains[key] = gains.get(key, Fraction(0)) + gain
        worst = max(worst, *gains.values())
    return worst


#: Cells of a game up to which refinements are judged: each takes linear programmes.
MAX_JUDGED = 1_000
_UNDECIDED = "the limit was reached before the refinements were decided; none is reported"
_INTERRUPTED = "interrupted before every refinement was decided; none is reported"


def _judge(
    game: StrategicGame,
    profiles: Sequence[Strategies],
    equilibria: Sequence[Equilibrium],
    complete: bool,
    limit: Deadline,
) -> tuple[list[Equilibrium], str]:
    """Return the equilibria with their refinements, or as they are and why."""
    if len(game.payoffs[0]) > MAX_JUDGED:
        return list(equilibria), f"refinements are not judged above {MAX_JUDGED:,} cells"
    judge = Judge(game)
    result = []
    dominant = payoff_dominant([e.payoffs for e in equilibria]) if complete else None
    try:
        for k, (strategies, e) in enumerate(zip(profiles, equilibria, strict=True)):
            if limit.expired():
                if limit.interrupted:
                    return list(equilibria), _INTERRUPTED
                return list(equilibria), _UNDECIDED
            work.spend(_CELL * len(game.payoffs[0]))
            passed = judge.passed(strategies, e.payoffs)
            if k == dominant:
                passed.append("payoff-dominant")
            better = judge.better_cell(e.payoffs)
            result.append(
                e.with_(
                    refinements=tuple(r for r in REFINEMENTS if r in passed),
                    notes=(*e.notes, f"Pareto-dominated by {better}") if better else e.notes,
                )
            )
    except KeyboardInterrupt as stop:
        return list(equilibria), _INTERRUPTED if by_hand(stop) else _UNDECIDED
    return result, ""


def _components(
    game: StrategicGame, profiles: Sequence[Strategies], draft: Draft
) -> list[Component]:
    """Return the connected components of a two-player game's equilibria.

    With more players: of the infinite sets that were found, nothing if there are none.
    """
    if draft.infinite is not None:
        return draft.infinite.components(game, profiles)
    return components_of(game, profiles) if len(game.players) == 2 else []


def _numbers(components: Sequence[Component], count: int) -> Iterable[int]:
    """Return the component of each equilibrium; each its own where there are none."""
    if not components:
        return range(count)
    numbers = [0] * count
    for number, component in enumerate(components):
        for member in component.members:
            numbers[member] = number
    return numbers


def as_floats(solution: Solution, game: StrategicGame) -> Solution:
    """Return the solution of a game with float payoffs, its rationals turned into floats."""
    equilibria = tuple(
        e.with_(
            profile=Profile(_floats(e.profile)),
            payoffs=_floats(e.payoffs),
            outcomes=_floats(e.outcomes),
            measures=_floats(e.measures),
            regret=_floats(e.regret),
            cells=_floats(e.cells),
        )
        for e in solution.equilibria
    )
    components = tuple(
        replace(c, extreme_points=_floats(c.extreme_points)) for c in solution.components
    )
    message = (
        "the payoffs are floats; the game was solved exactly as the binary fractions that they "
        "are, and the results are rounded to floats"
    )
    return replace(
        solution,
        game=game,
        equilibria=equilibria,
        components=components,
        messages=(*solution.messages, message),
        value=_floats(solution.value),
    )


def _floats(value: Any) -> Any:
    if isinstance(value, Fraction):
        try:
            return float(value)
        except OverflowError:  # a sum of payoffs near the largest float
            return float("inf") if value > 0 else float("-inf")
    if isinstance(value, Algebraic | Enclosure):
        return float(value)
    if isinstance(value, Mapping):
        return {key: _floats(v) for key, v in value.items()}
    if isinstance(value, tuple):
        return tuple(_floats(v) for v in value)
    return value
