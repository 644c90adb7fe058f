"""The whole answer of a symbolic analysis, of a matrix or a tree.

What it is asked at a point is answered by the two kinds, see
:mod:`deterrence.symbolic.matrices.regime_analysis` and
:mod:`deterrence.symbolic.trees.regime_analysis`.  How it shows itself, and how it explains an
equilibrium, is registered from above: by :mod:`deterrence.symbolic.display` and
:mod:`deterrence.symbolic.board`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from deterrence.algebra.expressions import Expression
from deterrence.symbolic.derivations import Explanation
from deterrence.symbolic.results import (
    DominanceStep,
    EquilibriumFamily,
    ProofStatus,
    Regime,
    SymbolicEquilibrium,
    as_data,
)
from deterrence.symbolic.results_anywhere import PossibleResult
from deterrence.symbolic.solved import SolvedGame
from deterrence.words.shown import Shown


@dataclass(frozen=True)
class ExplainRequest:
    """What is to be derived: a pattern's number, or a name; else one equilibrium per result.

    ``place`` says in words at which values; without ``everything`` one equilibrium is enough.
    """

    equilibrium: int | None = None
    result: str | None = None
    place: str = ""
    everything: bool = True


#: Derives the equilibria of an analysis, at values.
Explainer = Callable[[Any, ExplainRequest, Mapping[str, Any] | None], Explanation]
#: What derives the equilibria of an analysis, by its class.
_EXPLAINERS: dict[type, Explainer] = {}

#: What the JSON contract tells first, field by field.
_TOLD = ("assumptions", "dominated", "results", "equilibria", "families", "regimes")


def explains(kind: type[RegimeAnalysis], write: Explainer) -> None:
    """Register what derives the equilibria of one kind of analysis."""
    _EXPLAINERS[kind] = write


@dataclass(frozen=True, eq=False, repr=False)
class RegimeAnalysis(Shown):
    """The whole answer; see :meth:`to_dict` for the JSON contract.

    ``results`` come first: what can happen, each with one condition.
    ``cover`` says whether it is proven that the regimes leave no open part of
    the assumed parameter space out; ``disjoint`` that no two overlap.
    """

    model: str
    title: str
    players: tuple[str, ...]
    symbols: tuple[str, ...]
    assumptions: tuple[Expression, ...]
    equilibria: tuple[SymbolicEquilibrium, ...]
    families: tuple[EquilibriumFamily, ...]
    regimes: tuple[Regime, ...]
    cover: ProofStatus
    disjoint: ProofStatus
    dominated: tuple[DominanceStep, ...] = ()
    messages: tuple[str, ...] = ()
    seconds: float = 0.0
    results: tuple[PossibleResult, ...] = ()
    #: What the package needs to go on from here; not part of the contract.
    internal: SolvedGame[Any] = field(kw_only=True, repr=False)

    def at(self, values: Mapping[str, Any]) -> list[Any]:
        """Return the equilibria at a point, exactly: the behaviour of every player.

        ``values`` gives every symbol of the analysis (text such as ``"1/3"``, whole numbers,
        fractions; floats count as the binary fractions they are); further parameters of the
        model may be given, too.  Raises :class:`UsageError` for missing or unknown names and
        for values that break an assumption.
        """
        raise NotImplementedError

    def regime_at(self, values: Mapping[str, Any]) -> Regime | None:
        """Return the regime in which a point lies, None on a boundary; errors as :meth:`at`."""
        raise NotImplementedError

    def solved_at(
        self, here: Sequence[SymbolicEquilibrium], values: Mapping[str, Fraction]
    ) -> tuple[tuple[int, ...], bool]:
        """Return the dimensions of the sets of equilibria at a point, by the exact solver.

        Also, whether it finds the symbolic equilibria that exist there (``here``) and no
        others; of trees, whose equilibria leave much open, the outcomes are compared.
        """
        raise NotImplementedError

    def explain(
        self,
        equilibrium: int | None = None,
        values: Mapping[str, Any] | None = None,
        *,
        result: str | None = None,
    ) -> Explanation:
        """Return derivations: see :func:`deterrence.symbolic.board.explain.explain`."""
        return self.explain_as(ExplainRequest(equilibrium, result), values)

    def explain_as(self, asked: ExplainRequest, values: Mapping[str, Any] | None) -> Explanation:
        """Return what was asked for; see :meth:`explain`."""
        return _EXPLAINERS[type(self)](self, asked, values)

    def _named(self, members: frozenset[int]) -> Regime | None:
        return next((r for r in self.regimes if frozenset(r.families) == members), None)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON contract (schema 1)."""
        return {
            "schema": 1,
            "model": self.model,
            **{name: as_data(getattr(self, name)) for name in _TOLD},
            "cover": self.cover,
            "disjoint": self.disjoint,
            "messages": list(self.messages),
            "seconds": round(self.seconds, 4),
        }
