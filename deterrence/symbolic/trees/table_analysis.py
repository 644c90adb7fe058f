"""The whole answer for a game of three players or more in strategic form, solved as a tree.

See :mod:`deterrence.symbolic.trees.simultaneous`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from deterrence.symbolic.parameter_points import ParameterPoint
from deterrence.symbolic.regime_analysis import RegimeAnalysis
from deterrence.symbolic.results import SymbolicEquilibrium
from deterrence.symbolic.trees.evaluation import assessments_at
from deterrence.symbolic.trees.exact_check import same_outcomes, set_dimensions, solution_at
from deterrence.symbolic.trees.results import SymbolicMixture
from deterrence.symbolic.trees.solved import SolvedTree
from deterrence.words.saved import UNSAVED


@dataclass(frozen=True, eq=False, repr=False)
class TableAnalysis(RegimeAnalysis):
    """The symbolic analysis of a game in strategic form with three players or more."""

    equilibria: tuple[SymbolicMixture, ...]
    internal: SolvedTree = field(kw_only=True, repr=False, compare=False, metadata=UNSAVED)

    def at(self, values: Mapping[str, Any]) -> list[Any]:
        """Return the equilibria at a point, exactly, with every action's probability.

        Where a set of equilibria is open, one in its middle stands for it; those of boundaries
        only where listed.  Errors as :meth:`RegimeAnalysis.at`.
        """
        found = assessments_at(self.internal, ParameterPoint(self.internal, values))
        return [{p: dict(own[p]) for p, own in a.profile.items()} for a in found]

    def families_at(self, values: Mapping[str, Any]) -> frozenset[int] | None:
        """Return the families that exist at a point, None on a boundary; errors as :meth:`at`."""
        point = ParameterPoint(self.internal, values)
        return None if point.is_on_wall() else point.families()

    def solved_at(
        self, here: Sequence[SymbolicEquilibrium], values: Mapping[str, Fraction]
    ) -> tuple[tuple[int, ...], bool]:
        """Return the dimensions of the connected sets of equilibria; see the base class."""
        solution = solution_at(self.internal, values)
        return set_dimensions(solution), same_outcomes(solution, here, values)
