"""What the symbolic analysis of a tree answers: behaviour, beliefs, conditions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from deterrence.algebra.expressions import Expression
from deterrence.symbolic.results import Regime, RegimeAnalysis, SymbolicEquilibrium
from deterrence.symbolic.trees.known_results import Published

if TYPE_CHECKING:
    from deterrence.symbolic.trees.evaluation import AssessmentAt


@dataclass(frozen=True, eq=False)
class Freedom:
    """Something that an equilibrium leaves open: a symbol for it, and the range that it has.

    ``meaning`` says what the symbol stands for.  It is at least every expression in
    ``lower`` and at most every one in ``upper``; ends may name other open symbols.
    ``where`` are conditions under which this is so, where there are several cases.
    """

    symbol: str
    meaning: str
    lower: tuple[Expression, ...]
    upper: tuple[Expression, ...]
    where: tuple[Expression, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return the freedom as plain data."""
        return {
            "symbol": self.symbol,
            "meaning": self.meaning,
            "lower": [str(e) for e in self.lower],
            "upper": [str(e) for e in self.upper],
            "where": [str(e) for e in self.where],
        }


@dataclass(frozen=True, eq=False)
class SymbolicAssessment(SymbolicEquilibrium):
    """An equilibrium of a tree in closed form: behaviour and beliefs, and when it exists.

    ``support`` and ``profile`` have one entry per player and information set:
    ``{player: {information set: ...}}``.  ``beliefs`` are ``{information set: {node
    path: probability}}`` wherever more than one node is possible and the belief
    matters; what is open is a symbol of ``freedoms``, with its range.
    """

    beliefs: Mapping[str, Mapping[str, Expression]] = field(default_factory=dict)
    freedoms: tuple[Freedom, ...] = ()

    def __str__(self) -> str:
        from deterrence.symbolic.display.tree_report import assessment_text

        return assessment_text(self)

    def _repr_html_(self) -> str:
        from deterrence.symbolic.display.tree_report import assessment_html

        return assessment_html(self)

    def _repr_latex_(self) -> str:
        from deterrence.symbolic.display.tree_report import assessment_latex

        return assessment_latex(self)

    def to_dict(self) -> dict[str, Any]:
        """Return the equilibrium in the JSON contract's form."""
        plain = {
            "id": self.id,
            "support": {
                p: {s: list(a) for s, a in own.items()}  # type: ignore[attr-defined]
                for p, own in self.support.items()
            },
            "profile": {
                p: {s: {a: str(e) for a, e in mix.items()} for s, mix in own.items()}  # type: ignore[attr-defined]
                for p, own in self.profile.items()
            },
            "beliefs": {
                s: {node: self._belief(e) for node, e in own.items()}
                for s, own in self.beliefs.items()
            },
            "open": [f.to_dict() for f in self.freedoms],
            "payoffs": {p: str(e) for p, e in self.payoffs.items()},
            "outcomes": {o: str(e) for o, e in self.outcomes.items()},
            "measures": {m: None if e is None else str(e) for m, e in self.measures.items()},
            "conditions": [str(c) for c in self.conditions],
            "proof": self.proof,
            "witness": None
            if self.witness is None
            else {n: str(v) for n, v in self.witness.items()},
            "family": self.family,
            "boundary": self.boundary,
        }
        return plain

    def _belief(self, e: Expression) -> str | list[str]:
        """Return a belief as text, or as a pair of ends where it is open."""
        if e.op == "name":
            for f in self.freedoms:
                plain = len(f.lower) == len(f.upper) == 1 and not f.where
                if f.symbol == e.args[0] and plain:
                    return [str(f.lower[0]), str(f.upper[0])]
        return str(e)


@dataclass(frozen=True, eq=False)
class TreeAnalysis(RegimeAnalysis):
    """The symbolic analysis of a game tree; ``concept`` is what counts as an equilibrium.

    ``published`` holds the model's known results against what was derived.
    """

    concept: str = "pbe"
    published: tuple[Published, ...] = ()

    def assessments_at(self, values: Mapping[str, Any]) -> list[AssessmentAt]:
        """Return the equilibria that exist at a point, see :mod:`.evaluation`."""
        from deterrence.symbolic.trees.evaluation import assessments_at

        return assessments_at(self, values)

    def at(self, values: Mapping[str, Any]) -> list[Any]:
        """Return the behaviour profiles of the equilibria that exist at a point."""
        return [found.profile for found in self.assessments_at(values)]

    def regime_at(self, values: Mapping[str, Any]) -> Regime | None:
        """Return the regime in which a point lies, None on a boundary."""
        from deterrence.symbolic.trees.evaluation import regime_at

        return regime_at(self, values)

    def _repr_html_(self) -> str:
        from deterrence.symbolic.display.tree_report import tree_regimes_html

        return tree_regimes_html(self)

    def _repr_latex_(self) -> str:
        from deterrence.symbolic.display.tree_report import tree_regimes_latex

        return tree_regimes_latex(self)

    def __str__(self) -> str:
        from deterrence.symbolic.display.tree_report import tree_regimes_text

        return tree_regimes_text(self)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON contract (schema 1)."""
        return {
            **super().to_dict(),
            "form": "extensive",
            "concept": self.concept,
            "published": [p.to_dict() for p in self.published],
        }
