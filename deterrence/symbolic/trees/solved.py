"""A game tree solved symbolically: the parts behind its analysis."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from deterrence.algebra.expressions import Expression
from deterrence.symbolic.quotients import Surd
from deterrence.symbolic.solved import SolvedGame
from deterrence.symbolic.trees.chance_ends import end_messages
from deterrence.symbolic.trees.closed_forms import Assessment, TreeClosedForms
from deterrence.symbolic.trees.problem import TreeProblem
from deterrence.symbolic.trees.search import TreeSearch


@dataclass(kw_only=True)
class SolvedTree(SolvedGame[Assessment]):
    """The problem of a tree, its search over patterns of behaviour, and their closed forms."""

    problem: TreeProblem
    search: TreeSearch
    closed: TreeClosedForms
    #: Equations of chances that the model allows to be 0, left out, and the analyses at such ends.
    opened: Sequence[Expression] = ()
    ends: list[tuple[Mapping[str, Fraction], Any]] = field(default_factory=list)

    def exclusions(self) -> list[str]:
        """Say which parameter values are left out that the model's assumptions allow, and why."""
        return [*end_messages(self.opened), *super().exclusions()]

    def forms_of(self, found: Assessment) -> TreeClosedForms:
        """Return what gives an equilibrium's closed forms, with square roots where it has any."""
        return self.closed.with_roots(found)

    def surd(self, found: Assessment, e: Expression) -> Surd | None:
        """Return an expression with queries where one square root occurs in it, else None."""
        forms = self.forms_of(found)
        form = None if forms.roots is None else forms.form(found, e)
        return None if form is None or forms.roots is None else forms.roots.surd(form)

    @property
    def all_listed(self) -> bool:
        """Whether equilibria that differ off the path only are listed, too."""
        return not self.search.patterns.skipped

    @property
    def concept(self) -> str:
        """``spe`` under perfect information, else ``pbe``; ``nash`` where the tree is a table."""
        if self.problem.is_table:
            return "nash"
        return "spe" if self.problem.game.is_perfect_information else "pbe"
