"""The whole answer for a game tree: what a symbolic analysis says, and says at a point."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from deterrence.algebra.numbers import exact
from deterrence.symbolic.parameter_points import ParameterPoint
from deterrence.symbolic.regime_analysis import RegimeAnalysis
from deterrence.symbolic.results import SymbolicEquilibrium, as_data
from deterrence.symbolic.trees.evaluation import assessments_at
from deterrence.symbolic.trees.exact_check import same_outcomes, set_dimensions, solution_at
from deterrence.symbolic.trees.results import AssessmentAt, ClosedEnd, SymbolicAssessment
from deterrence.symbolic.trees.solved import SolvedTree
from deterrence.words.saved import UNSAVED


@dataclass(frozen=True, eq=False, repr=False)
class TreeAnalysis(RegimeAnalysis):
    """The symbolic analysis of a game tree; ``concept`` is what counts as an equilibrium.

    ``ends`` are cases of their own, where probabilities of chance are 0 (see ``exclusions``).

    >>> from deterrence import load_model
    >>> analysis = load_model("rudimentary-deterrence").regimes()
    >>> analysis.concept, [regime.name for regime in analysis.regimes]
    ('pbe', ['Deterrence holds', 'Deterrence fails'])
    """

    equilibria: tuple[SymbolicAssessment, ...]
    internal: SolvedTree = field(kw_only=True, repr=False, compare=False, metadata=UNSAVED)
    concept: str = "pbe"
    ends: tuple[ClosedEnd, ...] = ()

    def assessments_at(self, values: Mapping[str, Any]) -> list[AssessmentAt]:
        """Return the equilibria that exist at a point; those of boundaries only where listed.

        Errors as :meth:`at`.
        """
        here = self._end_at(values)
        if here is not self:
            return here.assessments_at(values)
        return assessments_at(self.internal, ParameterPoint(self.internal, values))

    def _end_at(self, values: Mapping[str, Any]) -> TreeAnalysis:
        """Return the analysis of the end at which values lie, this one where they lie at none."""
        at = [
            (len(point), inner)
            for point, inner in self.internal.ends
            if all(name in values and exact(values[name]) == end for name, end in point.items())
        ]
        found: TreeAnalysis = max(at, key=lambda end: end[0])[1] if at else self
        return found

    def at(self, values: Mapping[str, Any]) -> list[Any]:
        """Return the behaviour profiles of the equilibria that exist at a point."""
        return [found.profile for found in self.assessments_at(values)]

    def families_at(self, values: Mapping[str, Any]) -> frozenset[int] | None:
        """Return the families that exist at a point, None on a boundary; errors as :meth:`at`."""
        if self._end_at(values) is not self:
            return None
        point = ParameterPoint(self.internal, values)
        return None if point.is_on_wall() else point.families()

    def solved_at(
        self, here: Sequence[SymbolicEquilibrium], values: Mapping[str, Fraction]
    ) -> tuple[tuple[int, ...], bool]:
        """Return the dimensions of the connected sets of equilibria; see the base class."""
        solution = solution_at(self.internal, values)
        return set_dimensions(solution), same_outcomes(solution, here, values)

    def _told(self) -> dict[str, Any]:
        return {
            **super()._told(),
            "form": "extensive",
            "concept": self.concept,
            "ends": as_data(self.ends),
        }
