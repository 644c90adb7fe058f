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
from typing import TYPE_CHECKING, Any, Self

from deterrence.algebra.expressions import Expression
from deterrence.errors import DeterrenceError, UsageError
from deterrence.game.lookup import Equilibria, called
from deterrence.modelfile.model import SymbolicModel
from deterrence.symbolic.derivations import Explanation
from deterrence.symbolic.parameter_space import EFFORT
from deterrence.symbolic.results import (
    DeclaredRegime,
    DominanceStep,
    EquilibriumFamily,
    ProofStatus,
    Published,
    Regime,
    SymbolicEquilibrium,
    as_data,
)
from deterrence.symbolic.results_anywhere import PossibleResult
from deterrence.symbolic.solved import SolvedGame
from deterrence.words.frames import Framed, Rows, alternatives, columns, equilibrium_columns, filled
from deterrence.words.saved import UNSAVED, Saved, made, restorable
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
#: What analyses a model.
_ANALYSERS: list[Callable[..., RegimeAnalysis]] = []


@dataclass(frozen=True)
class RegimeQuestion(Saved):
    """What an analysis was asked: the model, and the options of ``regimes`` that matter."""

    model: SymbolicModel
    expand: bool = False
    fixed: Mapping[str, Any] = field(default_factory=dict)
    isolate: str = ""
    boundaries: bool = True
    refine: str = ""


def answers(analyse: Callable[..., RegimeAnalysis]) -> None:
    """Register what analyses a model, with the options of a question as keywords."""
    _ANALYSERS.append(analyse)


def explains(kind: type[RegimeAnalysis], write: Explainer) -> None:
    """Register what derives the equilibria of one kind of analysis."""
    _EXPLAINERS[kind] = write


@dataclass(frozen=True, eq=False, repr=False)
class RegimeAnalysis(Equilibria[SymbolicEquilibrium], Framed, Shown, Saved):
    """The whole answer; see :meth:`to_dict` for the JSON contract.

    ``results`` come first: what can happen, each with one condition.
    ``published`` holds the model's known results with conditions against what was derived.
    ``cover`` says whether it is proven that the regimes leave no open part of
    the assumed parameter space out; ``disjoint`` that no two overlap.  ``exclusions`` say
    which parameter values are left out although the model's assumptions allow them.

    >>> from deterrence import load_model
    >>> analysis = load_model("asymmetric-bipolarity").regimes()
    >>> len(analysis), analysis.cover, analysis.disjoint
    (9, 'proven', 'proven')
    >>> print(*analysis["#1"].conditions, sep="; ")
    r_R >= g_N/(g_N + k_N); r_N >= g_R/(g_R + k_R)
    >>> values = load_model("asymmetric-bipolarity").values()
    >>> analysis.regime_at(values).name
    'Divide or war'
    >>> list(analysis.to_frame("regimes").name)[0]
    'The divide holds'
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
    seconds: float = field(default=0.0, compare=False)
    results: tuple[PossibleResult, ...] = ()
    published: tuple[Published, ...] = field(default=(), kw_only=True)
    #: Regimes of the model's file that no derived one is called by.
    declared: tuple[DeclaredRegime, ...] = field(default=(), kw_only=True)
    #: What the equilibria had to pass; empty where they are all there are.
    refinement: str = field(default="", kw_only=True)
    exclusions: tuple[str, ...] = ()
    #: What was asked, None where the model is not known any more.
    asked: RegimeQuestion | None = field(default=None, kw_only=True, repr=False, compare=False)
    #: What the package needs to go on from here; not part of the contract, and worked out again
    #: for an analysis that was saved or pickled.
    internal: SolvedGame[Any] = field(kw_only=True, repr=False, compare=False, metadata=UNSAVED)

    def __post_init__(self) -> None:
        """Tell the equilibria what is assumed of their symbols, all of the model's assumptions."""
        assumed = self.assumptions if self.asked is None else self.asked.model.assumptions
        for equilibrium in self.equilibria:
            object.__setattr__(equilibrium, "assumptions", assumed)

    if not TYPE_CHECKING:  # a checker that saw this would let every misspelt name pass

        def __getattr__(self, name: str) -> Any:
            """Solve the game again where the analysis came back without it."""
            if name != "internal":
                raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
            object.__setattr__(self, "internal", self._solved_again())
            return self.internal

    def __copy__(self) -> Self:
        return made(type(self), vars(self))

    def __getstate__(self) -> dict[str, Any]:
        return {k: v for k, v in vars(self).items() if k != "internal"}

    @property
    def kind(self) -> str:
        """What one of the equilibria is called: ``equilibrium``, ``undominated equilibrium``."""
        return f"{self.refinement} equilibrium".strip()

    def only_refined(self, what: str) -> None:
        """Raise :class:`UsageError` where the equilibria are not all there are."""
        if self.refinement:
            raise UsageError(
                f"this analysis is of the {self.refinement} equilibria of {self.model} alone, and "
                f"{what} all of them",
                remedy="analyse the model without a refinement",
            )

    def _tables(self) -> Mapping[str, Callable[[], Rows]]:
        return {"equilibria": self._rows, "regimes": self._regime_rows}

    def _rows(self) -> Rows:
        chances = filled([e.outcomes for e in self.equilibria], Expression.number(0))
        for e, outcomes in zip(self.equilibria, chances, strict=True):
            yield {
                "equilibrium": e.id,
                **self._title(e),
                "conditions": alternatives((e.conditions,)),
                **equilibrium_columns(e.profile, e.payoffs, outcomes, e.measures),
                **columns(e, "proof", "family", "boundary"),
            }

    def _title(self, e: SymbolicEquilibrium) -> dict[str, Any]:
        """Return number and name of an equilibrium, as far as the model is known."""
        if self.asked is None:
            return {}
        names = self.asked.model.names
        pattern = names.pattern(e.support)
        number = names.number(pattern)
        return {"number": "" if number is None else f"#{number}", "name": names.name(pattern)}

    def _regime_rows(self) -> Rows:
        for r in self.regimes:
            yield {
                "regime": r.id,
                "name": r.name,
                "conditions": alternatives((r.conditions,)),
                **columns(r, "families", "equilibria", "share", "share_error", "proof"),
            }

    def _called(self) -> Sequence[frozenset[str]]:
        names = self._question().model.names
        found = called(names, [names.pattern(e.support) for e in self.equilibria])
        own = ({e.name} - {""} for e in self.equilibria)
        return [both | one for both, one in zip(found, own, strict=True)]

    def _question(self) -> RegimeQuestion:
        """Return what was asked; :class:`UsageError` where the model is not known any more."""
        if self.asked is None:
            raise UsageError(
                f"this analysis of {self.model} does not hold its model, so nothing more can be "
                "said of it",
                remedy="analyse the model again",
            )
        return self.asked

    def _solved_again(self) -> SolvedGame[Any]:
        """Return the solved game behind an analysis that came back without it."""
        asked = vars(self._question())
        again = _ANALYSERS[-1](**asked, effort=4 * EFFORT)
        found, mine = (
            [(e.support, e.profile, e.conditions) for e in a.equilibria] for a in (again, self)
        )
        if found != mine:
            raise DeterrenceError(
                f"the equilibria of {self.model} are found in another order or in part only now",
                remedy="analyse the model again, with more time",
            )
        return again.internal

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
        families = self.families_at(values)
        return None if families is None else self.of_families(families)

    def families_at(self, values: Mapping[str, Any]) -> frozenset[int] | None:
        """Return the families that exist at a point, None on a boundary; errors as :meth:`at`."""
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
        self.only_refined("a derivation is about")
        return _EXPLAINERS[type(self)](self, asked, values)

    def of_families(self, members: frozenset[int]) -> Regime | None:
        """Return the regime in which these families exist and no others, if it is told."""
        return next((r for r in self.regimes if frozenset(r.families) == members), None)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON contract (schema 1)."""
        return restorable(self, self._told())

    def _told(self) -> dict[str, Any]:
        return {
            "model": self.model,
            **({"refinement": self.refinement} if self.refinement else {}),
            **{name: as_data(getattr(self, name)) for name in _TOLD},
            "cover": self.cover,
            "disjoint": self.disjoint,
            "published": as_data(self.published),
            "declared": as_data(self.declared),
            "messages": list(self.messages),
            "exclusions": list(self.exclusions),
            "seconds": round(self.seconds, 4),
        }
