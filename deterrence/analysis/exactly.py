"""Points solved one by one over the rationals: slow, and right where floats cannot tell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from deterrence.analysis.points import EXACT, OUTSIDE, Block, ExactPoint
from deterrence.errors import ExpressionError
from deterrence.game.expressions import Expression
from deterrence.solvers.components import group_pairs
from deterrence.solvers.exact import enumerate_extreme

if TYPE_CHECKING:
    from deterrence.analysis.points import PointSolver

Strategy = tuple[Fraction, ...]


@dataclass(frozen=True)
class PointAnswer:
    """All extreme equilibria at one point; entries of the lists belong together."""

    profiles: tuple[tuple[Strategy, Strategy], ...]
    components: tuple[int, ...]
    complete: bool
    payoffs: Mapping[str, Sequence[Any]]
    outcomes: Mapping[str, Sequence[Any]]
    measures: Mapping[str, Sequence[Any]]
    truths: Mapping[str, Sequence[bool]]


def answer_at(solver: PointSolver, point: Mapping[str, Any]) -> PointAnswer | None:
    """Return the exact answer at a point, or None where an assumption does not hold.

    Equilibria come sorted by the number of actions they use, then by the row
    player's and the column player's actions in use, then by the replies that are
    best against them.  No probability decides, so the order does not change
    where one overtakes another.
    """
    values = solver.values_at(point)
    if not all(a.evaluate(values) for a in solver.model.assumptions):
        return None
    game = solver.model.at(check=False, **values)
    first, second = game.players
    rows, columns = game.matrix(first), game.matrix(second)
    found = enumerate_extreme(rows, columns)
    ties = (
        [_best(columns, x) for x in found.rows],
        [_best([list(u) for u in zip(*rows, strict=True)], y) for y in found.columns],
    )
    number = {pair: k for k, group in enumerate(group_pairs(found.pairs)) for pair in group.pairs}
    entries = sorted(
        (
            (*map(_used, (found.rows[i], found.columns[j])), ties[0][i], ties[1][j], i, j)
            for i, j in found.pairs
        ),
        key=lambda e: (len(e[0]) + len(e[1]), *e[:4]),
    )
    numbers = [number[i, j] for *_, i, j in entries]
    order = {k: n for n, k in enumerate(dict.fromkeys(numbers))}
    profiles = tuple((found.rows[i], found.columns[j]) for *_, i, j in entries)
    payoffs: dict[str, list[Any]] = {p: [] for p in game.players}
    outcomes: dict[str, list[Any]] = {o: [] for o in solver.outcomes}
    measures: dict[str, list[Any]] = {m.name: [] for m in solver.measures}
    truths: dict[str, list[bool]] = {text: [] for text, _ in solver.statements}
    for x, y in profiles:
        profile = {
            player: dict(zip(actions, strategy, strict=True))
            for player, actions, strategy in zip(game.players, game.actions, (x, y), strict=True)
        }
        chances = [p * q for p in x for q in y]
        expected = game.expected_payoffs(profile)
        reached = game.outcome_distribution(chances)

        def ask(
            kind: str,
            *labels: str,
            reached: Mapping[str, Any] = reached,
            expected: Mapping[str, Any] = expected,
            profile: Mapping[str, Mapping[str, Any]] = profile,
        ) -> Any:
            if kind == "P":
                return reached.get(labels[0], Fraction(0))
            if kind == "payoff":
                return expected[labels[0]]
            return profile[labels[0]][labels[1]]

        for player in game.players:
            payoffs[player].append(expected[player])
        for label in solver.outcomes:
            outcomes[label].append(reached.get(label, Fraction(0)))
        for m in solver.measures:
            measures[m.name].append(_measured(m.expression, values, ask))
        for text, statement in solver.statements:
            truths[text].append(bool(statement.evaluate(values, ask)))
    return PointAnswer(
        profiles,
        tuple(order[k] for k in numbers),
        found.complete,
        payoffs,
        outcomes,
        measures,
        truths,
    )


def _measured(expression: Expression, values: Mapping[str, Any], ask: Any) -> Any:
    """Return a measure's value, nan where it has none: a share of what never happens, say."""
    try:
        return expression.evaluate(values, ask)
    except ExpressionError:
        return float("nan")


def _used(strategy: Strategy) -> tuple[int, ...]:
    """Return the actions that a strategy uses."""
    return tuple(k for k, p in enumerate(strategy) if p)


def _best(payoffs: Sequence[Sequence[Any]], strategy: Strategy) -> tuple[int, ...]:
    """Return the replies that are best; ``payoffs[i][j]`` is reply ``j``'s against action ``i``."""
    used = [(p, payoffs[i]) for i, p in enumerate(strategy) if p]
    worth = [sum(p * Fraction(u[j]) for p, u in used) for j in range(len(payoffs[0]))]
    most = max(worth)
    return tuple(j for j, w in enumerate(worth) if w == most)


def solve_exactly(
    solver: PointSolver, columns: Mapping[str, Any], exact: ExactPoint | None
) -> Block:
    """Solve every point exactly; see :meth:`PointSolver.solve`."""
    import numpy as np

    arrays = [np.asarray(columns[name], dtype=float) for name in solver.varying]
    n = len(arrays[0]) if arrays else 1
    return gather(solver, answers_at(solver, columns, exact, range(n)))


def answers_at(
    solver: PointSolver,
    columns: Mapping[str, Any],
    exact: ExactPoint | None,
    numbers: Iterable[int],
) -> list[PointAnswer | None]:
    """Return the exact answers at some points of a block, equal points solved once."""
    known: dict[tuple[Any, ...], PointAnswer | None] = {}
    answers = []
    for i in numbers:
        if exact is not None:
            given = exact(i)
            point = {name: given[name] for name in solver.varying}
        else:
            point = {name: Fraction(float(columns[name][i])) for name in solver.varying}
        key = tuple(point.values())
        if key not in known:
            known[key] = answer_at(solver, point)
        answers.append(known[key])
    return answers


def gather(solver: PointSolver, answers: Sequence[PointAnswer | None]) -> Block:
    """Return the answers at some points as one block of floats."""
    import numpy as np

    n = len(answers)
    count = np.array([len(a.profiles) if a else 0 for a in answers], dtype=np.int32)
    w = int(count.max(initial=0))

    def filled(value: float, *more: int) -> Any:
        return np.full((n, w, *more), value)

    component = np.full((n, w), -1, dtype=np.int32)
    sizes = [len(actions) for actions in solver.model.actions]
    chances = [filled(np.nan, size) for size in sizes]
    players = solver.model.players
    payoffs = {p: filled(np.nan) for p in players}
    outcomes = {o: filled(np.nan) for o in solver.outcomes}
    measures = {m.name: filled(np.nan) for m in solver.measures}
    truths = {text: np.zeros((n, w), dtype=bool) for text, _ in solver.statements}
    continuum = np.zeros(n, dtype=bool)
    for i, answer in enumerate(answers):
        if answer is None:
            continue
        k = len(answer.profiles)
        component[i, :k] = answer.components
        continuum[i] = len(set(answer.components)) < k
        for side in (0, 1):
            for e, profile in enumerate(answer.profiles):
                chances[side][i, e] = [float(p) for p in profile[side]]
        for target, source in (
            (payoffs, answer.payoffs),
            (outcomes, answer.outcomes),
            (measures, answer.measures),
        ):
            for name, column in source.items():
                target[name][i, :k] = [float(v) for v in column]
        for text, column in answer.truths.items():
            truths[text][i, :k] = column
    valid = np.array([a is not None for a in answers], dtype=bool)
    return Block(
        valid=valid,
        count=count,
        complete=np.array([a is None or a.complete for a in answers], dtype=bool),
        engine=np.where(valid, EXACT, OUTSIDE).astype(np.uint8),
        component=component,
        continuum=continuum,
        probabilities=dict(zip(players, chances, strict=True)),
        payoffs=payoffs,
        outcomes=outcomes,
        measures=measures,
        truths=truths,
    )
