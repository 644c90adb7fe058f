"""What answers questions about a game tree at many points, and which of them does.

>>> TreeAnswers.__doc__.splitlines()[0]
'Finds the equilibria of a tree at the points of a block.'
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from deterrence.analysis.points.solver import Block, ExactPoint, PointSolver


class TreeAnswers(Protocol):
    """Finds the equilibria of a tree at the points of a block.

    ``solve`` is :meth:`deterrence.analysis.points.solver.PointSolver.solve` with the number of
    points; whatever floats cannot tell is for the exact solver
    (:mod:`deterrence.analysis.points.trees.exact`).
    """

    def solve(self, columns: Mapping[str, Any], exact: ExactPoint | None, n: int) -> Block:
        """Return the equilibria at ``n`` points."""


def answers_for(solver: PointSolver, *, compiled: bool) -> TreeAnswers:
    """Return the quickest way to answer a solver's questions."""
    from deterrence.analysis.points.trees.exact import ExactAnswers

    assert solver.model.tree is not None
    if solver.concept == "spe" and solver.model.tree.is_perfect_information:
        from deterrence.analysis.points.kernel.field import SingularError
        from deterrence.analysis.points.trees.induction import InductionAnswers
        from deterrence.errors import ExpressionError

        try:
            return InductionAnswers(solver, compiled=compiled)
        except (SingularError, ExpressionError):
            return ExactAnswers(solver)
    if solver.concept == "pbe" and solver.varying and not solver.behaviour:
        from deterrence.analysis.points.trees.symbolic import OpenError, SymbolicAnswers

        try:
            return SymbolicAnswers(solver, compiled=compiled)
        except OpenError:
            pass
    return ExactAnswers(solver)
