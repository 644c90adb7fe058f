"""Trees solved point by point over the rationals: slow, and right where floats cannot tell.

The corners of every family of equilibria are listed, so that whatever is affine in
the outcomes takes its bounds among them.  Where a family has more corners than are
listed, or the solver's answer is partial, the point is not ``complete``.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from deterrence.analysis.exactly import Equilibria, PointAnswer, answers_at, measured, padded
from deterrence.game.tree_play import action_chance
from deterrence.solvers.backward import solve_tree

if TYPE_CHECKING:
    from deterrence.analysis.points import Block, ExactPoint, PointSolver
    from deterrence.solvers.tree_solution import TreeSolution


class ExactAnswers:
    """Solves every point exactly; see :class:`~deterrence.analysis.trees.answers.TreeAnswers`."""

    def __init__(self, solver: PointSolver) -> None:
        self.solver = solver

    def solve(self, columns: Mapping[str, Any], exact: ExactPoint | None, n: int) -> Block:
        """Return the equilibria at ``n`` points."""
        return settled(self.solver, columns, exact, range(n))


def settled(
    solver: PointSolver, columns: Mapping[str, Any], exact: ExactPoint | None, points: Any
) -> Block:
    """Return the exact answers at some points of a block."""
    tree = solver.model.tree
    assert tree is not None
    sets = [s for s in tree.sets if not s.is_chance] if solver.behaviour else []
    names = {
        "payoffs": solver.model.players,
        "outcomes": solver.outcomes,
        "measures": [m.name for m in solver.measures],
        "truths": [text for text, _ in solver.statements],
    }
    answers = answers_at(solver, columns, exact, points)
    found = [None if a is None else (a.equilibria, a.answers) for a in answers]
    return padded(found, [s.label for s in sets], [len(s.actions) for s in sets], names)


def tree_answer_at(solver: PointSolver, point: Mapping[str, Any]) -> PointAnswer | None:
    """Return the exact answer at a point, or None where an assumption does not hold."""
    values = solver.values_at(point)
    if not all(a.evaluate(values) for a in solver.model.assumptions):
        return None
    game: Any = solver.model.at(check=False, **values)
    game = game.replace(measures=())
    solution = solve_tree(game, solver.concept)
    if solution.interrupted:  # one of many games: the whole analysis is to stop
        raise KeyboardInterrupt
    payoffs: dict[str, list[Any]] = {p: [] for p in game.players}
    outcomes: dict[str, list[Any]] = {o: [] for o in solver.outcomes}
    measures: dict[str, list[Any]] = {m.name: [] for m in solver.measures}
    truths: dict[str, list[bool]] = {text: [] for text, _ in solver.statements}
    profiles = []
    for e in solution.equilibria:

        def ask(kind: str, *labels: str, e: Any = e) -> Any:
            if kind == "P":
                return e.outcomes.get(labels[0], Fraction(0))
            if kind == "payoff":
                return e.payoffs[labels[0]]
            return action_chance(game, e.profile, *labels)

        profiles.append(
            tuple(
                tuple(e.profile[s.player][s.label].get(a, Fraction(0)) for a in s.actions)
                for s in game.sets
                if not s.is_chance
            )
        )
        for player in game.players:
            payoffs[player].append(e.payoffs[player])
        for label in solver.outcomes:
            outcomes[label].append(e.outcomes.get(label, Fraction(0)))
        for m in solver.measures:
            measures[m.name].append(measured(m.expression, values, ask))
        for text, statement in solver.statements:
            truths[text].append(bool(statement.evaluate(values, ask)))
    listed = all(f.corners == len(f.members) for f in solution.families)
    return PointAnswer(
        Equilibria(
            tuple(profiles), _components(solution), listed and solution.status == "complete"
        ),
        {"payoffs": payoffs, "outcomes": outcomes, "measures": measures, "truths": truths},
    )


def _components(solution: TreeSolution) -> tuple[int, ...]:
    """Number the sets of equilibria: families that share a corner hang together."""
    group = list(range(len(solution.equilibria)))

    def top(k: int) -> int:
        while group[k] != k:
            k = group[k]
        return k

    for family in solution.families:
        first, *others = map(top, family.members)
        for k in others:
            group[top(k)] = top(first)
    order: dict[int, int] = {}
    return tuple(order.setdefault(top(k), len(order)) for k in range(len(group)))
