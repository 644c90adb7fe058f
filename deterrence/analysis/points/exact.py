"""Points solved one by one over the rationals: slow, and right where floats cannot tell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from deterrence.algebra.expressions import Expression
from deterrence.analysis.points.solver import EXACT, OUTSIDE, Block, ExactPoint
from deterrence.errors import ExpressionError
from deterrence.solvers.components import group_pairs
from deterrence.solvers.strategic.enumeration import enumerate_extreme

if TYPE_CHECKING:
    from deterrence.analysis.points.solver import PointSolver

Strategy = tuple[Fraction, ...]


@dataclass(frozen=True)
class Equilibria:
    """All extreme equilibria of a game, in order, with the number of each one's component.

    A profile has one strategy per player; in a tree, one per information set.
    ``continuum``: there are infinitely many, even if few of them are listed.
    """

    profiles: tuple[tuple[Strategy, ...], ...]
    components: tuple[int, ...]
    complete: bool
    continuum: bool = False


@dataclass(frozen=True)
class PointAnswer:
    """The equilibria at one point, and what was asked of each: kind -> name -> values."""

    equilibria: Equilibria
    answers: Mapping[str, Mapping[str, Sequence[Any]]]

    @property
    def profiles(self) -> tuple[tuple[Strategy, ...], ...]:
        """The strategies in each equilibrium."""
        return self.equilibria.profiles

    @property
    def components(self) -> tuple[int, ...]:
        """The number of the connected set that each equilibrium belongs to."""
        return self.equilibria.components

    @property
    def complete(self) -> bool:
        """Whether no equilibrium is missing."""
        return self.equilibria.complete

    @property
    def payoffs(self) -> Mapping[str, Sequence[Any]]:
        """The payoffs by player."""
        return self.answers["payoffs"]

    @property
    def outcomes(self) -> Mapping[str, Sequence[Any]]:
        """The probabilities of the outcomes asked for."""
        return self.answers["outcomes"]

    @property
    def measures(self) -> Mapping[str, Sequence[Any]]:
        """The measures asked for; nan where one has no value."""
        return self.answers["measures"]

    @property
    def truths(self) -> Mapping[str, Sequence[bool]]:
        """Which statements hold."""
        return self.answers["truths"]


def ordered_equilibria(
    rows: Sequence[Sequence[Fraction]], columns: Sequence[Sequence[Fraction]]
) -> Equilibria:
    """Return all extreme equilibria of the game with these payoffs, both rows x columns.

    They come sorted by the number of actions they use, then by the row player's
    and the column player's actions in use, then by the replies that are best
    against them.  No probability decides, so the order does not change where one
    overtakes another.

    >>> from fractions import Fraction
    >>> found = ordered_equilibria([[1, 0], [0, 1]], [[2, 0], [0, 1]])
    >>> [[list(map(str, s)) for s in profile] for profile in found.profiles]
    [[['1', '0'], ['1', '0']], [['0', '1'], ['0', '1']], [['1/3', '2/3'], ['1/2', '1/2']]]
    """
    found = enumerate_extreme(rows, columns)
    if found.interrupted:  # one of many games: the whole analysis is to stop
        raise KeyboardInterrupt
    ties = (
        [_best(columns, x) for x in found.rows],
        [_best([list(u) for u in zip(*rows, strict=True)], y) for y in found.columns],
    )
    number = {pair: k for k, group in enumerate(group_pairs(found.pairs)) for pair in group.pairs}

    def key(pair: tuple[int, int]) -> tuple[Any, ...]:
        i, j = pair
        used = _used(found.rows[i]), _used(found.columns[j])
        return (len(used[0]) + len(used[1]), *used, ties[0][i], ties[1][j])

    pairs = sorted(found.pairs, key=key)
    order = {k: n for n, k in enumerate(dict.fromkeys(number[pair] for pair in pairs))}
    return Equilibria(
        tuple((found.rows[i], found.columns[j]) for i, j in pairs),
        tuple(order[number[pair]] for pair in pairs),
        found.complete,
    )


def answer_at(solver: PointSolver, point: Mapping[str, Any]) -> PointAnswer | None:
    """Return the exact answer at a point, or None where an assumption does not hold."""
    if solver.model.tree is not None:
        from deterrence.analysis.points.trees.exact import tree_answer_at

        return tree_answer_at(solver, point)
    values = solver.values_at(point)
    if not all(a.evaluate(values) for a in solver.model.assumptions):
        return None
    game = solver.model.strategic_at(check=False, **values)
    first, second = game.players
    found = ordered_equilibria(game.matrix(first), game.matrix(second))
    payoffs: dict[str, list[Any]] = {p: [] for p in game.players}
    outcomes: dict[str, list[Any]] = {o: [] for o in solver.outcomes}
    measures: dict[str, list[Any]] = {m.name: [] for m in solver.measures}
    truths: dict[str, list[bool]] = {text: [] for text, _ in solver.statements}
    for x, y in found.profiles:
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
            measures[m.name].append(measured(m.expression, values, ask))
        for text, statement in solver.statements:
            truths[text].append(bool(statement.evaluate(values, ask)))
    return PointAnswer(
        found, {"payoffs": payoffs, "outcomes": outcomes, "measures": measures, "truths": truths}
    )


def measured(expression: Expression, values: Mapping[str, Any], ask: Any) -> Any:
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
    if solver.model.tree is not None:
        from deterrence.analysis.points.trees.exact import settled

        return settled(solver, columns, exact, range(n))
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
    names = {
        "payoffs": solver.model.players,
        "outcomes": solver.outcomes,
        "measures": [m.name for m in solver.measures],
        "truths": [text for text, _ in solver.statements],
    }
    sizes = [len(actions) for actions in solver.model.actions]
    found = [None if a is None else (a.equilibria, a.answers) for a in answers]
    return padded(found, solver.model.players, sizes, names)


def padded(
    found: Sequence[tuple[Equilibria, Mapping[str, Mapping[str, Sequence[Any]]]] | None],
    players: Sequence[str],
    sizes: Sequence[int],
    names: Mapping[str, Sequence[str]],
) -> Block:
    """Return equilibria and the answers asked of them as a block; None is a point outside.

    ``players`` (for trees: information sets) may be left out from the end on.
    """
    import numpy as np

    n = len(found)
    count = np.array([len(f[0].profiles) if f else 0 for f in found], dtype=np.int32)
    w = int(count.max(initial=0))
    component = np.full((n, w), -1, dtype=np.int32)
    chances = [np.full((n, w, size), np.nan) for size in sizes]
    kinds: dict[str, dict[str, Any]] = {
        kind: {
            name: np.full((n, w), False if kind == "truths" else np.nan)
            for name in names.get(kind, ())
        }
        for kind in ("payoffs", "outcomes", "measures", "truths")
    }
    continuum = np.zeros(n, dtype=bool)
    for i, entry in enumerate(found):
        if entry is None:
            continue
        equilibria, answers = entry
        k = len(equilibria.profiles)
        component[i, :k] = equilibria.components
        continuum[i] = equilibria.continuum or len(set(equilibria.components)) < k
        for e, profile in enumerate(equilibria.profiles):
            for target, strategy in zip(chances, profile, strict=False):
                target[i, e] = [float(p) for p in strategy]
        for kind, columns in answers.items():
            for name, column in columns.items():
                kinds[kind][name][i, :k] = [float(v) for v in column]
    valid = np.array([f is not None for f in found], dtype=bool)
    return Block(
        valid=valid,
        count=count,
        complete=np.array([f is None or f[0].complete for f in found], dtype=bool),
        engine=np.where(valid, EXACT, OUTSIDE).astype(np.uint8),
        component=component,
        continuum=continuum,
        probabilities=dict(zip(players, chances, strict=True)),
        **kinds,
    )
