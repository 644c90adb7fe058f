"""Points solved one by one over the rationals: slow, and right where floats cannot tell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from deterrence.analysis.points.answer import (
    Equilibria,
    ExactStrategy,
    PointAnswer,
    block_of,
    by_kind,
    told,
)
from deterrence.analysis.points.question import PointQuestion
from deterrence.solvers.components import group_pairs
from deterrence.solvers.strategic.enumeration import enumerate_extreme

if TYPE_CHECKING:
    from deterrence.analysis.points.arrays import Columns
    from deterrence.analysis.points.block import ExactPoint, PointBlock
    from deterrence.game.strategic import StrategicGame


class ExactAnswers:
    """Solves every point exactly; one of :class:`~deterrence.analysis.points.solver.Answers`."""

    def __init__(self, question: PointQuestion) -> None:
        self.question = question

    def solve(self, columns: Columns, exact: ExactPoint | None, n: int) -> PointBlock:
        """Return the equilibria at ``n`` points."""
        return settled(self.question, columns, exact, range(n))


def answer_at(question: PointQuestion, point: Mapping[str, Any]) -> PointAnswer | None:
    """Return the exact answer at a point, or None where an assumption does not hold."""
    values = question.values_at(point)
    if not all(a.evaluate(values) for a in question.model.assumptions):
        return None
    if question.model.tree is not None:
        from deterrence.analysis.points.exact_trees import tree_answer_at

        return tree_answer_at(question, values)
    return _matrix_answer(question, values)


def settled(
    question: PointQuestion, columns: Columns, exact: ExactPoint | None, points: Iterable[int]
) -> PointBlock:
    """Return the exact answers at some points of a block, equal points solved once."""
    known: dict[tuple[Any, ...], PointAnswer | None] = {}
    answers = []
    for i in points:
        if exact is not None:
            given = exact(i)
            point = {name: given[name] for name in question.varying}
        else:
            point = {name: Fraction(float(columns[name][i])) for name in question.varying}
        key = tuple(point.values())
        if key not in known:
            known[key] = answer_at(question, point)
        answers.append(known[key])
    return block_of(answers, question.movers, question.names)


# ---- matrices ---------------------------------------------------------------------------
def _matrix_answer(question: PointQuestion, values: Mapping[str, Any]) -> PointAnswer:
    """Return the exact answer where all parameters have these values."""
    game = question.model.strategic_at(check=False, **values)
    first, second = game.players
    found = ordered_equilibria(game.matrix(first), game.matrix(second))
    asked = question.asked
    results = []
    for x, y in found.profiles:
        profile = profile_of(game, (x, y))
        expected = game.expected_payoffs(profile)
        reached = game.outcome_distribution([p * q for p in x for q in y])

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

        payoffs = {("payoffs", player): u for player, u in expected.items()}
        results.append(payoffs | told(asked, values, ask))
    return PointAnswer(found, **by_kind(results, question.names))


def profile_of(
    game: StrategicGame, strategies: Sequence[ExactStrategy]
) -> dict[str, dict[str, Fraction]]:
    """Return the probability of every action, by player."""
    return {
        player: dict(zip(actions, strategy, strict=True))
        for player, actions, strategy in zip(game.players, game.actions, strategies, strict=True)
    }


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


def _used(strategy: ExactStrategy) -> tuple[int, ...]:
    """Return the actions that a strategy uses."""
    return tuple(k for k, p in enumerate(strategy) if p)


def _best(payoffs: Sequence[Sequence[Any]], strategy: ExactStrategy) -> tuple[int, ...]:
    """Return the replies that are best; ``payoffs[i][j]`` is reply ``j``'s against action ``i``."""
    used = [(p, payoffs[i]) for i, p in enumerate(strategy) if p]
    worth = [sum(p * Fraction(u[j]) for p, u in used) for j in range(len(payoffs[0]))]
    most = max(worth)
    return tuple(j for j, w in enumerate(worth) if w == most)
