"""Trees solved point by point over the rationals: slow, and right where floats cannot tell.

The corners of every family of equilibria are looked at, so that whatever is affine in
the outcomes takes its bounds among them.  Those that lead to the same outcomes, with the
same answers to all that is asked, count as one: they differ in what is done where
the play does not come.  Where a family has more corners than are
listed, and its ties may show in the outcomes, or the solver's answer is partial, the
point is not ``complete``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from deterrence.analysis.points.exact import Equilibria, PointAnswer, answers_at, measured, padded
from deterrence.game.tree.play import action_chance, moves_of, reach
from deterrence.solvers import solve_tree

if TYPE_CHECKING:
    from deterrence.analysis.points.solver import Block, ExactPoint, PointSolver
    from deterrence.game.tree.extensive import ExtensiveGame
    from deterrence.solvers.tree_solution import TreeEquilibrium, TreeFamily, TreeSolution


class ExactAnswers:
    """Solves every point exactly; one of :mod:`~deterrence.analysis.points.trees.answers`."""

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
    found: dict[Any, _Result] = {}
    components = _components(solution)
    for e, component in zip(solution.equilibria, components, strict=True):
        answers = _answers(solver, game, values, e)
        key = frozenset(e.outcomes.items()), tuple(str(x) for x in answers.values())
        profile = tuple(
            tuple(e.profile[s.player][s.label].get(a, Fraction(0)) for a in s.actions)
            for s in game.sets
            if not s.is_chance
        )
        if key in found:
            found[key].join(profile)
        else:
            found[key] = _Result(answers, component, profile)
    results = list(found.values())
    kinds: dict[str, dict[str, list[Any]]] = {}
    for kind, name in _answers_asked(solver):
        kinds.setdefault(kind, {})[name] = [r.answers[kind, name] for r in results]
    for kind in ("payoffs", "outcomes", "measures", "truths"):
        kinds.setdefault(kind, {})
    listed = all(
        f.corners == len(f.members) or _is_one_result(game, solution, f) for f in solution.families
    )
    return PointAnswer(
        Equilibria(
            tuple(r.profile for r in results),
            tuple(r.component for r in results),
            listed and solution.status == "complete",
            continuum=any(f.is_continuum for f in solution.families),
        ),
        kinds,
    )


def _is_one_result(game: ExtensiveGame, solution: TreeSolution, family: TreeFamily) -> bool:
    """Say whether no tie of a family is ever on the path: then all of it has one result."""
    if not family.members or not family.ties:
        return False
    profile = solution.equilibria[family.members[0]].profile
    chance = reach(game, moves_of(game, profile))
    tied = {label for own in family.ties.values() for label in own}
    return not any(chance[k] for s in game.sets if s.label in tied for k in s.nodes)


@dataclass
class _Result:
    """Equilibria with the same outcomes; ``profile`` is ``nan`` where they differ."""

    answers: dict[tuple[str, str], Any]
    component: int
    profile: tuple[tuple[Any, ...], ...]

    def join(self, other: tuple[tuple[Any, ...], ...]) -> None:
        """Take in one more."""
        self.profile = tuple(
            mine if mine == theirs else (float("nan"),) * len(mine)
            for mine, theirs in zip(self.profile, other, strict=True)
        )


def _answers_asked(solver: PointSolver) -> list[tuple[str, str]]:
    return [
        *(("payoffs", p) for p in solver.model.players),
        *(("outcomes", o) for o in solver.outcomes),
        *(("measures", m.name) for m in solver.measures),
        *(("truths", text) for text, _ in solver.statements),
    ]


def _answers(
    solver: PointSolver, game: ExtensiveGame, values: Mapping[str, Any], e: TreeEquilibrium
) -> dict[tuple[str, str], Any]:
    """Return everything that is asked of an equilibrium."""

    def ask(kind: str, *labels: str) -> Any:
        if kind == "P":
            return e.outcomes.get(labels[0], Fraction(0))
        if kind == "payoff":
            return e.payoffs[labels[0]]
        return action_chance(game, e.profile, labels[0], labels[1])

    found: dict[tuple[str, str], Any] = {("payoffs", p): u for p, u in e.payoffs.items()}
    found |= {("outcomes", o): ask("P", o) for o in solver.outcomes}
    found |= {("measures", m.name): measured(m.expression, values, ask) for m in solver.measures}
    found |= {("truths", t): bool(x.evaluate(values, ask)) for t, x in solver.statements}
    return found


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
