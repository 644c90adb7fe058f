"""A tree at one point of its parameters: solved exactly, next to the symbolic equilibria."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from deterrence.algebra.expressions import Expression
from deterrence.algebra.linear import affine_dimension
from deterrence.game.tree.extensive import ExtensiveGame
from deterrence.solvers import solve_tree
from deterrence.solvers.tree_solution import TreeSolution
from deterrence.symbolic.results import SymbolicEquilibrium
from deterrence.symbolic.trees.problem import TreeProblem
from deterrence.symbolic.trees.results import TreeAnalysis


def game_at(problem: TreeProblem, values: Mapping[str, Any]) -> ExtensiveGame:
    """Return the game at values of the problem's symbols."""
    known = {n: Expression.of(e).evaluate(values) for n, e in problem.replaced.items()}
    return problem.game.replace(measures=()).at({**known, **values})


def solved_tree(
    analysis: TreeAnalysis, here: Sequence[SymbolicEquilibrium], values: Mapping[str, Fraction]
) -> tuple[tuple[int, ...], bool]:
    """Return the dimensions of the connected sets of equilibria at a point.

    Also, whether the symbolic equilibria that exist there (``here``) lead to exactly the
    outcomes that the exact solver finds, corners of sets included.
    """
    solution = solve_tree(game_at(analysis.internal.problem, values), analysis.concept)
    return _dimensions(solution), _same(solution, here, values)


def same_results(
    analysis: TreeAnalysis, here: Sequence[SymbolicEquilibrium], values: Mapping[str, Fraction]
) -> bool:
    """Say whether the exact solver finds the outcomes of these equilibria, and no others."""
    solution = solve_tree(game_at(analysis.internal.problem, values), analysis.concept)
    return _same(solution, here, values)


def _same(
    solution: TreeSolution, here: Sequence[SymbolicEquilibrium], values: Mapping[str, Fraction]
) -> bool:
    actual = {_distribution(e.outcomes) for e in solution.equilibria}
    expected = {
        _distribution({o: form.evaluate(values) for o, form in e.outcomes.items()}) for e in here
    }
    sure = solution.status == "complete" and all(e.outcomes for e in here)
    return sure and expected == actual


def _distribution(outcomes: Mapping[str, Any]) -> frozenset[tuple[str, Fraction]]:
    return frozenset((o, p) for o, p in outcomes.items() if p)


def _dimensions(solution: TreeSolution) -> tuple[int, ...]:
    """Return the dimension of every connected set; families that share a corner hang together."""
    sets: list[tuple[set[int], int]] = []
    for family in solution.families:
        points = [
            [p for own in solution.equilibria[k].profile.values() for mix in own.values()
             for p in mix.values()]
            for k in family.members
        ]  # fmt: skip
        joined, size = set(family.members), affine_dimension(points)
        apart = []
        for members, dimension in sets:
            if members & joined:
                joined, size = joined | members, max(size, dimension)
            else:
                apart.append((members, dimension))
        sets = [*apart, (joined, size)]
    return tuple(size for _, size in sets)
