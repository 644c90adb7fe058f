"""A two-player game in matrix form restricted to the equilibria that pass a refinement."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace

from deterrence.algebra.literals import Literal
from deterrence.symbolic.matrices.refined_conditions import PairFormulas
from deterrence.symbolic.matrices.regime_analysis import MatrixAnalysis
from deterrence.symbolic.matrices.search import VertexPair
from deterrence.symbolic.matrices.undominated import TOO_MANY
from deterrence.symbolic.matrices.writer import MatrixWriter
from deterrence.symbolic.passing import PassingTerms
from deterrence.symbolic.refinements import Refinements
from deterrence.symbolic.refining import Refining, condition_of, refinements_of


def matrix_refinements(analysis: MatrixAnalysis, names: tuple[str, ...]) -> Refinements:
    """Return when each equilibrium of a matrix passes these refinements."""
    return refinements_of(analysis, _Conditions(analysis), names)


def refined_matrix(analysis: MatrixAnalysis, name: str, isolate: str = "") -> MatrixAnalysis:
    """Return the analysis of the equilibria that pass a refinement, wherever they do."""
    began, work = time.monotonic(), Refining(analysis, _Conditions(analysis), name)
    internal = analysis.internal.restricted(work.families, [*work.thin, *work.doubtful], name)
    return work.written(MatrixWriter(internal, isolate), MatrixAnalysis, began, {})


#: The refinements that are about weak dominance.
WEAK = {"undominated", "perfect"}


class _Conditions:
    """Where the equilibria of one analysis pass refinements."""

    def __init__(self, analysis: MatrixAnalysis) -> None:
        self.analysis, self.internal = analysis, analysis.internal
        self.formulas = PairFormulas(self.internal)

    @property
    def all_listed(self) -> bool:
        """Whether no equilibrium is left out because another one has the same result."""
        return self.internal.all_listed

    def passing(self, name: str, pair: VertexPair) -> PassingTerms:
        """Return where a pair passes, given that it exists."""
        if name == "risk-dominant":
            where = condition_of(self.internal, pair, self.formulas.formula(name, pair), ties=True)
            for lit in (lit for term in where.terms for lit in term):
                compared = self.formulas.losses_compared(pair, lit)
                if compared is not None:
                    self.internal.simplifier.write_as(lit, compared)
            return where
        if name != "payoff-dominant":
            where = condition_of(self.internal, pair, self.formulas.formula(name, pair), ties=True)
            sure = name not in WEAK or not self.formulas.is_too_large or () in where.terms
            return where if sure else replace(where, proven=False)
        if self.analysis.cover != "proven":
            return PassingTerms((), exact=False, proven=False)
        formula, ties = self.formulas.formula(name, pair), self._compared_on_ties
        return condition_of(self.internal, pair, formula, ties)

    def with_terms(self, pair: VertexPair, terms: Sequence[tuple[Literal, ...]]) -> VertexPair:
        """Return the pair itself, whose branches say it all."""
        return pair

    def messages(self, names: Sequence[str]) -> tuple[str, ...]:
        """Return what readers have to know of what is said."""
        if WEAK & set(names) and self.formulas.is_too_large:
            return (f"a player has {TOO_MANY}",)
        if "payoff-dominant" in names and self.analysis.cover != "proven":
            return (
                "payoff dominance compares all equilibria, which are not proven to be complete",
            )
        return ()

    @property
    def _compared_on_ties(self) -> bool:
        """Whether all equilibria of boundaries are known, and compared."""
        asked = self.analysis.asked
        listed = not any("boundaries" in m for m in self.analysis.messages)
        return listed and (asked is None or asked.boundaries) and self.formulas.compares_on_ties
