"""A game tree solved symbolically: the parts behind its analysis."""

from __future__ import annotations

from dataclasses import dataclass

from deterrence.symbolic.solved import SolvedGame
from deterrence.symbolic.trees.closed_forms import Assessment, TreeClosedForms
from deterrence.symbolic.trees.problem import TreeProblem
from deterrence.symbolic.trees.search import TreeSearch


@dataclass(kw_only=True)
class SolvedTree(SolvedGame[Assessment]):
    """The problem of a tree, its search over patterns of behaviour, and their closed forms."""

    problem: TreeProblem
    search: TreeSearch
    closed: TreeClosedForms

    @property
    def concept(self) -> str:
        """What counts as an equilibrium: ``spe`` under perfect information, else ``pbe``."""
        return "spe" if self.problem.game.is_perfect_information else "pbe"
