"""Equilibria as searches find them, and the branches of conditions on which they exist.

Pairs of vertices (:mod:`deterrence.symbolic.matrices.search`) and assessments of trees
(:mod:`deterrence.symbolic.trees.closed_forms`) are the two kinds; families, the map of regimes
and everything that goes on from there know no more of them than this.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from deterrence.algebra.literals import Literal
from deterrence.algebra.rings import RingElement
from deterrence.proving.conditions import Clause
from deterrence.proving.prover import SignDecision


@dataclass(frozen=True, eq=False)
class ExistenceBranch:
    """One way for an equilibrium to exist: all conditions hold.

    ``decision`` says whether they can, with an exact witness where one is known.
    """

    conditions: tuple[Clause, ...]
    decision: SignDecision

    @property
    def open_literals(self) -> tuple[Literal, ...]:
        """The conditions off all boundaries, as strict literals."""
        return tuple(c[-1].strict() for c in self.conditions if c[-1].sign != "!=")


@dataclass(frozen=True, eq=False, kw_only=True)
class FoundEquilibrium:
    """An equilibrium exists where one of its ``branches`` holds.

    ``equations`` is empty for equilibria of open sets of parameters; otherwise these
    polynomials have to vanish.
    """

    branches: tuple[ExistenceBranch, ...] = ()
    equations: tuple[RingElement, ...] = ()
    #: Further ways to exist that need an equation between parameters.
    extra: list[ExistenceBranch] = field(default_factory=list)
