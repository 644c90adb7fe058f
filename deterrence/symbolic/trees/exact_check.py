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
from deterrence.symbolic.trees.roots import exactly
from deterrence.symbolic.trees.solved import SolvedTree


def game_at(problem: TreeProblem, values: Mapping[str, Any]) -> ExtensiveGame:
    """Return the game at values of the problem's symbols."""
    known = {n: Expression.of(e).evaluate(values) for n, e in problem.replaced.items()}
    return problem.game.replace(measures=()).at({**known, **values})


def solution_at(internal: SolvedTree, values: Mapping[str, Any]) -> TreeSolution:
    """Return the exact solution at values of the problem's symbols.

    In a table, where nothing is seen, every Nash equilibrium is perfect Bayesian; as such its
    families are convex, so that they have a dimension.
    """
    concept = "pbe" if internal.problem.is_table else internal.concept
    return solve_tree(game_at(internal.problem, values), concept)


def same_outcomes(
    solution: TreeSolution, here: Sequence[SymbolicEquilibrium], values: Mapping[str, Fraction]
) -> bool:
    """Say whether a solution has exactly the outcomes of these equilibria, corners included."""
    if solution.status != "complete" or any(e.is_open for e in here):
        return False
    actual = {_distribution(e.outcomes) for e in solution.equilibria}
    expected = {
        _distribution({o: exactly(form, values) for o, form in e.outcomes.items()}) for e in here
    }
    return expected == actual


def _distribution(outcomes: Mapping[str, Any]) -> frozenset[tuple[str, Fraction]]:
    return frozenset((o, p) for o, p in outcomes.items() if p)


def set_dimensions(solution: TreeSolution) -> tuple[int, ...]:
    """Return the dimension of every connected set; families that share a corner hang together."""
    sets: list[tuple[set[int], int]] = []
    for family in solution.families:
        points = [
            [
                p
                for own in solution.equilibria[k].profile.values()
                for mix in own.values()
                for p in mix.values()
            ]
            for k in family.members
        ]
        joined, size = set(family.members), affine_dimension(points)
        apart = []
        for members, dimension in sets:
            if members & joined:
                joined, size = joined | members, max(size, dimension)
            else:
                apart.append((members, dimension))
        sets = [*apart, (joined, size)]
    return tuple(size for _, size in sets)
