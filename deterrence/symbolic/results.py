"""What the symbolic analysis answers: equilibria, families, regimes, and how far each is proven.

Conditions and closed forms are expressions in the syntax of model files.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Literal

from deterrence.algebra.expressions import Expression

if TYPE_CHECKING:
    from deterrence.symbolic.board.explain import Explanation

Proof = Literal["proven", "unknown", "sampled"]


@dataclass(frozen=True, eq=False)
class SymbolicEquilibrium:
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
    proof: Proof
    witness: Mapping[str, Fraction] | None
    family: int
    boundary: bool = False

    def __str__(self) -> str:
        from deterrence.symbolic.display.report import equilibrium_text

        return equilibrium_text(self)

    def _repr_html_(self) -> str:
        from deterrence.symbolic.display.report import equilibrium_html

        return equilibrium_html(self)

    def _repr_latex_(self) -> str:
        from deterrence.symbolic.display.report import equilibrium_latex

        return equilibrium_latex(self)

    def to_dict(self) -> dict[str, Any]:
        """Return the equilibrium in the JSON contract's form."""
        return {
            "id": self.id,
            "support": {p: list(a) for p, a in self.support.items()},
            "profile": {p: {a: str(e) for a, e in s.items()} for p, s in self.profile.items()},
            "payoffs": {p: str(e) for p, e in self.payoffs.items()},
            "outcomes": {o: str(e) for o, e in self.outcomes.items()},
            "measures": {m: None if e is None else str(e) for m, e in self.measures.items()},
            "conditions": [str(c) for c in self.conditions],
            "proof": self.proof,
            "witness": _values(self.witness),
            "family": self.family,
            "boundary": self.boundary,
        }


@dataclass(frozen=True, eq=False)
class Family:
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
    proof: Proof = "proven"
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
            "witness": _values(self.witness),
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


@dataclass(frozen=True, eq=False)
class RegimeAnalysis:
    """The whole answer; see :meth:`to_dict` for the JSON contract.

    ``cover`` says whether it is proven that the regimes leave no open part of
    the assumed parameter space out; ``disjoint`` that no two overlap.
    """

    model: str
    title: str
    players: tuple[str, str]
    symbols: tuple[str, ...]
    assumptions: tuple[Expression, ...]
    equilibria: tuple[SymbolicEquilibrium, ...]
    families: tuple[Family, ...]
    regimes: tuple[Regime, ...]
    cover: Proof
    disjoint: Proof
    dominated: tuple[DominanceStep, ...] = ()
    messages: tuple[str, ...] = ()
    seconds: float = 0.0
    #: What the package needs to go on from here (the search, the map); not part of the contract.
    internal: Any = field(default=None, repr=False)

    def at(self, values: Mapping[str, Any]) -> list[dict[str, dict[str, Fraction]]]:
        """Return all extreme equilibria at a point: see :mod:`deterrence.symbolic.evaluation`."""
        from deterrence.symbolic.evaluation import profiles_at

        return profiles_at(self, values)

    def regime_at(self, values: Mapping[str, Any]) -> Regime | None:
        """Return the regime in which a point lies, None on a boundary."""
        from deterrence.symbolic.evaluation import regime_at

        return regime_at(self, values)

    def __str__(self) -> str:
        from deterrence.symbolic.display.report import regimes_text

        return regimes_text(self)

    def _repr_html_(self) -> str:
        from deterrence.symbolic.display.report import regimes_html

        return regimes_html(self)

    def _repr_latex_(self) -> str:
        from deterrence.symbolic.display.report import regimes_latex

        return regimes_latex(self)

    def explain(
        self, equilibrium: int | None = None, values: Mapping[str, Any] | None = None
    ) -> Explanation:
        """Return derivations: see :mod:`deterrence.symbolic.board.explain`."""
        from deterrence.symbolic.board.explain import explain

        return explain(self, equilibrium, values)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON contract (schema 1)."""
        return {
            "schema": 1,
            "model": self.model,
            "assumptions": [str(a) for a in self.assumptions],
            "dominated": [vars(step) for step in self.dominated],
            "equilibria": [e.to_dict() for e in self.equilibria],
            "families": [f.to_dict() for f in self.families],
            "regimes": [r.to_dict() for r in self.regimes],
            "cover": self.cover,
            "disjoint": self.disjoint,
            "messages": list(self.messages),
            "seconds": round(self.seconds, 4),
        }


def _values(values: Mapping[str, Fraction] | None) -> dict[str, str] | None:
    return None if values is None else {n: str(v) for n, v in values.items()}
