"""Solvers: from a game with numbers to its equilibria, each with its certificate.

One verb for strategic games, :func:`solve`, one for trees, :func:`solve_tree`; one
visible list of solvers of strategic games, :data:`SOLVERS`.  What a
solver can do is declared there, and asking for more is an error that names one
that can.

>>> from deterrence.game.strategic import StrategicGame
>>> chicken = StrategicGame.from_matrices([[0, -1], [1, -10]], [[0, 1], [-1, -10]])
>>> solution = solve(chicken, solver="exact")
>>> solution.status
'complete'
>>> for equilibrium in solution:
...     print(equilibrium.profile)
Row: r1; Column: c2
Row: r2; Column: c1
Row: r1 9/10 (0.9), r2 1/10 (0.1); Column: c1 9/10 (0.9), c2 1/10 (0.1)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import deterrence.solvers.display  # noqa: F401  (how solutions show themselves)
from deterrence.solvers.solution import Component, Concept, Equilibrium, Solution, Status
from deterrence.solvers.strategic.registry import CONCEPTS, SOLVERS, ConceptInfo, SolverInfo
from deterrence.solvers.strategic.solve import solve, usual

if TYPE_CHECKING:
    from deterrence.solvers.trees.solve import solve_game_tree, solve_tree

__all__ = [
    "CONCEPTS",
    "SOLVERS",
    "Component",
    "Concept",
    "ConceptInfo",
    "Equilibrium",
    "Solution",
    "SolverInfo",
    "Status",
    "solve",
    "solve_game_tree",
    "solve_tree",
    "usual",
]


def __getattr__(name: str) -> Any:
    """Load the solvers of trees when they are first asked for."""
    if name in ("solve_tree", "solve_game_tree"):
        from deterrence.solvers.trees import solve as trees

        return getattr(trees, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
