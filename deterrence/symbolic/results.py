"""What a symbolic analysis finds: equilibria, families, regimes, and how far each is proven.

Conditions and closed forms are expressions in the syntax of model files.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal

from deterrence.algebra.expressions import Expression
from deterrence.words.shown import Shown

#: How far something is certain.
ProofStatus = Literal["proven", "unknown", "sampled"]


def as_data(part: object) -> Any:
    """Return a part of a result as plain data: names are kept, formulas and numbers are text."""
    if isinstance(part, Mapping):
        return {name: as_data(inner) for name, inner in part.items()}
    if isinstance(part, tuple):
        return [as_data(inner) for inner in part]
    return None if part is None else str(part)


@dataclass(frozen=True, eq=False)
class SymbolicEquilibrium(Shown):
    """One extreme equilibrium in closed form.

    ``conditions`` all hold where it exists, boundaries included; ``boundary``
    says that this takes an equation between parameters.  ``proof`` is
    ``proven`` where an exact witness shows that the conditions can hold (and
    they are exact by construction), ``unknown`` where neither a witness nor a
    refutation was found.  ``family`` groups equilibria with the same result.
    """

    id: int
    support: Mapping[str, tuple[str, ...]]
    profile: Mapping[str, Mapping[str, Expression]]
    payoffs: Mapping[str, Expression]
    outcomes: Mapping[str, Expression]
    measures: Mapping[str, Expression | None]
    conditions: tuple[Expression, ...]
    proof: ProofStatus
    witness: Mapping[str, Fraction] | None
    family: int
    boundary: bool = False

    def to_dict(self) -> dict[str, Any]:
        """Return the equilibrium in the JSON contract's form."""
        return {
            "id": self.id,
            "support": as_data(self.support),
            "profile": as_data(self.profile),
            "payoffs": as_data(self.payoffs),
            "outcomes": as_data(self.outcomes),
            "measures": as_data(self.measures),
            "conditions": [str(c) for c in self.conditions],
            "proof": self.proof,
            "witness": as_data(self.witness),
            "family": self.family,
            "boundary": self.boundary,
        }


@dataclass(frozen=True, eq=False)
class EquilibriumFamily:
    """Equilibria with the same distribution of results; most families are one equilibrium.

    ``conditions`` is a disjunction (outer) of conjunctions (inner) that says
    where a member exists, off the boundaries.
    """

    id: int
    members: tuple[int, ...]
    essential: tuple[int, ...]
    conditions: tuple[tuple[Expression, ...], ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the family in the JSON contract's form."""
        return {
            "id": self.id,
            "members": list(self.members),
            "essential": list(self.essential),
            "conditions": [[str(c) for c in term] for term in self.conditions],
        }


@dataclass(frozen=True, eq=False)
class Regime:
    """A part of parameter space with one constant set of results.

    ``terms`` is a disjunction of conjunctions; ``families`` exist throughout,
    no others do.  ``equilibria`` are all members of these families; each exists
    where its own conditions hold.  ``share`` is the part of the box of bounds
    (within the assumptions) that the regime takes, ``share_error`` its standard
    error (0 where exact).  ``proof`` says whether ``terms`` is proven to be it.
    """

    id: int
    name: str | None
    terms: tuple[tuple[Expression, ...], ...]
    families: tuple[int, ...]
    equilibria: tuple[int, ...]
    witness: Mapping[str, Fraction]
    share: float | None = None
    share_error: float | None = None
    proof: ProofStatus = "proven"
    description: str = ""
    #: Where no short description was found in time: which families exist, and which do not.
    definition: tuple[Expression, ...] = ()

    @property
    def conditions(self) -> tuple[Expression, ...]:
        """The conditions as a list that holds together; several terms become one ``or``."""
        if self.definition:
            return self.definition
        if len(self.terms) == 1:
            return self.terms[0]
        parts = [t[0] if len(t) == 1 else Expression("and", *t) for t in self.terms if t]
        return (Expression("or", *parts),) if parts else ()

    def to_dict(self) -> dict[str, Any]:
        """Return the regime in the JSON contract's form."""
        return {
            "id": self.id,
            "name": self.name,
            "conditions": [str(c) for c in self.conditions],
            "families": list(self.families),
            "equilibria": list(self.equilibria),
            "witness": as_data(self.witness),
            "share": self.share,
            "share_error": self.share_error,
            "proof": self.proof,
        }


@dataclass(frozen=True)
class DominanceStep:
    """An action that another beats for all assumed values, given the earlier steps."""

    player: str
    action: str
    by: str

    def __str__(self) -> str:
        return f"{self.player}: {self.action} is strictly dominated by {self.by}"
