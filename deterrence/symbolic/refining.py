"""An analysis restricted to the equilibria that pass a refinement, of a matrix or a tree.

Each equilibrium exists where it did, and passes; families, results, regimes and all that goes
on from there are then made as they are of all equilibria.

The equilibria of a maximal Nash subset that are undominated are unions of its faces: a mixture
is undominated only if all that it mixes is (a smaller support of an undominated strategy is
undominated).  So the extreme equilibria that pass say of all that pass what extreme equilibria
say of all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Generic, Protocol, TypeVar

from deterrence.algebra.literals import Literal
from deterrence.algebra.sign_formulas import SignFormula
from deterrence.proving.conditions import Clause
from deterrence.proving.prover import SignDecision
from deterrence.symbolic.families import FoundFamily, family_of
from deterrence.symbolic.found import ExistenceBranch, FoundEquilibrium
from deterrence.symbolic.passing import PassingTerms, passing_terms
from deterrence.symbolic.refinements import RefinementCondition, Refinements
from deterrence.symbolic.regime_analysis import RegimeAnalysis
from deterrence.symbolic.results import ProofStatus
from deterrence.symbolic.solved import SolvedGame
from deterrence.symbolic.writer import Writer

E = TypeVar("E", bound=FoundEquilibrium)
A = TypeVar("A", bound=RegimeAnalysis)


class RefinementFormulas(Protocol[E]):
    """Where equilibria pass refinements, given that they exist."""

    @property
    def all_listed(self) -> bool:
        """Whether no equilibrium is left out because another one has the same result."""

    def passing(self, name: str, found: E, /) -> PassingTerms:
        """Return where an equilibrium passes."""

    def with_terms(self, found: E, terms: Sequence[tuple[Literal, ...]], /) -> E:
        """Return an equilibrium whose other ways to be told have these terms, too."""

    def messages(self, names: Sequence[str], /) -> tuple[str, ...]:
        """Return what readers have to know of what is said."""


def condition_of(
    internal: SolvedGame[Any], found: FoundEquilibrium, formula: SignFormula | None, ties: bool
) -> PassingTerms:
    """Return where a formula holds, nothing decided where the budget is spent."""
    undecided = formula is None or formula.constant is None
    if undecided and internal.prover.expired:
        return PassingTerms((), exact=False, proven=False)
    return passing_terms(internal, found, formula, ties=ties)


def refinements_of(
    analysis: RegimeAnalysis, formulas: RefinementFormulas[Any], names: tuple[str, ...]
) -> Refinements:
    """Return when each equilibrium of an analysis passes these refinements."""
    isolate = analysis.asked.isolate if analysis.asked is not None else ""
    conditions, write = [], analysis.internal.simplifier.literal
    for e in analysis.equilibria:
        found = analysis.internal.found(e.id)
        for name in names:
            where = formulas.passing(name, found)
            terms = tuple(tuple(write(lit, isolate) for lit in term) for term in where.terms)
            proof: ProofStatus = "proven" if where.proven else "unknown"
            conditions.append(RefinementCondition(e.id, name, terms, where.exact, proof))
    return Refinements(
        analysis.model,
        tuple(conditions),
        formulas.messages(names),
        {e.id: e.called for e in analysis.equilibria},
        tuple(e.id for e in analysis.equilibria if e.boundary),
    )


class Refining(Generic[E]):
    """The equilibria of an analysis that pass a refinement.

    ``families`` exist on open sets, ``thin`` ones on boundaries, of ``doubtful`` ones it is not
    decided; ``exact`` says that conditions are right on ties, too, ``always`` that all pass
    wherever they exist.
    """

    def __init__(self, analysis: RegimeAnalysis, formulas: RefinementFormulas[E], name: str):
        self.analysis, self.formulas, self.name = analysis, formulas, name
        self.internal: SolvedGame[E] = analysis.internal
        self.families: list[FoundFamily[E]] = []
        self.thin: list[E] = []
        self.doubtful: list[E] = []
        self.exact = self.always = True
        for family in self.internal.families:
            kept = [e for e in (self._left(e, thin=False) for e in family.pairs) if e is not None]
            open_ones = [e for e in kept if e.branches]
            self.thin += [
                replace(e, branches=tuple(e.extra), extra=[]) for e in kept if not e.branches
            ]
            if open_ones:
                self.families.append(family_of(open_ones, self.internal.simplifier))
        for e in analysis.equilibria:
            if e.boundary:
                left = self._left(self.internal.found(e.id), thin=True)
                if left is not None:
                    self.thin.append(replace(left, branches=tuple(left.extra), extra=[]))
            elif e.family < 0:
                self.doubtful.append(self.internal.found(e.id))

    @property
    def messages(self) -> tuple[str, ...]:
        """What readers have to know."""
        found = list(self.formulas.messages((self.name,)))
        if self.doubtful:
            found.append(
                f"whether {len(self.doubtful)} equilibria are {self.name} is not decided; they "
                "are listed as open"
            )
        if not self.exact:
            found.append(f"on ties, which equilibria are {self.name} is not told by conditions")
        return (*self.analysis.messages, *found)

    def written(self, writer: Writer[E], kind: type[A], began: float, more: Mapping[str, Any]) -> A:
        """Return the analysis that a writer of the restricted game makes."""
        analysis, internal = self.analysis, writer.internal
        equilibria = [writer.equilibrium(k, e) for k, e in enumerate(internal.pairs)]
        for e in internal.others:
            place = len(equilibria)
            open_one = any(e is d for d in self.doubtful)
            equilibria.append(writer.equilibrium(place, e, boundary=not open_one, outside=open_one))
        regimes = writer.regimes()
        complete = analysis.cover == "proven" and not self.doubtful and not internal.map.unknown
        # Where one that is not listed has the same result, it may pass where this one fails.
        complete &= self.formulas.all_listed or self.always
        made = writer.analysis(
            kind,
            began - analysis.seconds,
            equilibria,
            regimes,
            analysis.dominated,
            self.messages,
            complete=complete,
            refinement=self.name,
            **more,
        )
        if self.exact:
            return made
        return replace(made, results=tuple(replace(r, boundaries=False) for r in made.results))

    # ---- branches ------------------------------------------------------------------------
    def _left(self, found: E, *, thin: bool) -> E | None:
        """Return an equilibrium where it exists and passes, None if that is nowhere.

        What takes an equation between parameters is ``extra``.
        """
        where = self.formulas.passing(self.name, found)
        if not where.proven:
            self.exact = False
            if not thin:
                self.doubtful.append(found)
            return None
        self.exact &= where.exact
        self.always &= () in where.terms
        if () in where.terms:
            everything = [*found.branches, *found.extra]
            return replace(found, branches=(), extra=everything) if thin else found
        open_ones: list[ExistenceBranch] = []
        extra: list[ExistenceBranch] = []
        for branch in (*found.branches, *found.extra):
            for term in where.terms:
                conditions = dict.fromkeys([*branch.conditions, *((lit,) for lit in term)])
                tidy = self.internal.simplifier.irredundant(list(conditions))
                new = self._decided(tidy, thin=thin or branch in found.extra)
                if new is not None:
                    (extra if new[1] else open_ones).append(new[0])
        definitions = self.internal.definitions
        if definitions is not None:
            open_ones = definitions.reached(open_ones)
            extra = definitions.reached(extra, strict=False)
        if not open_ones and not extra:
            return None
        left = replace(found, branches=tuple(open_ones), extra=extra)
        return self.formulas.with_terms(left, where.terms)

    def _decided(
        self, conditions: list[Clause], *, thin: bool
    ) -> tuple[ExistenceBranch, bool] | None:
        """Return conditions as a branch, and whether they take an equation; None if impossible."""
        prover = self.internal.prover
        mains = [c[-1] for c in conditions]
        if not thin and all(lit.sign != "==" for lit in mains):
            decision = prover.decide([lit.strict() for lit in mains])
            if decision.verdict != "impossible":
                return ExistenceBranch(tuple(conditions), decision), False
        decision = self._with_boundaries(conditions)
        if decision.verdict == "impossible":
            return None
        return ExistenceBranch(tuple(conditions), decision), True

    def _with_boundaries(self, conditions: list[Clause]) -> SignDecision:
        prover = self.internal.prover
        literals = [c[0] for c in conditions if len(c) == 1]
        others = [c for c in conditions if len(c) > 1]
        decision = prover.decide(literals)
        if not others or decision.verdict == "impossible":
            return decision
        if decision.witness is not None and prover.satisfies_all(decision.witness, others):
            return decision
        return prover.decide(literals, [prover.language.disjunction(c) for c in others])
