"""What searches found, written as results in the words of the model.

Conditions, families and regimes are written alike for matrices and trees; the equilibria
themselves each in their own way.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any, Generic, TypeVar

from deterrence.algebra.expressions import Expression, joined
from deterrence.algebra.literals import Literal
from deterrence.algebra.rings import RingElement
from deterrence.proving.conditions import Simplifier
from deterrence.symbolic.declared_regimes import declared_regimes
from deterrence.symbolic.families import FoundFamily
from deterrence.symbolic.found import ExistenceBranch, FoundEquilibrium
from deterrence.symbolic.parameter_space import put_in
from deterrence.symbolic.quotients import Quotient
from deterrence.symbolic.regime_analysis import RegimeAnalysis
from deterrence.symbolic.regime_map import RegimeCell, RegimeMap
from deterrence.symbolic.regime_volumes import shares
from deterrence.symbolic.results import (
    DominanceStep,
    EquilibriumFamily,
    ProofStatus,
    Regime,
    SymbolicEquilibrium,
)
from deterrence.symbolic.results_anywhere import possible_results
from deterrence.symbolic.solved import ClosedForms, SolvedGame

E = TypeVar("E", bound=FoundEquilibrium)
A = TypeVar("A", bound=RegimeAnalysis)


class Writer(Generic[E]):
    """Writes one solved game; ``isolate`` names a parameter that conditions are solved for."""

    internal: SolvedGame[E]

    def __init__(self, internal: SolvedGame[E], isolate: str) -> None:
        self.internal, self.isolate = internal, isolate
        self.position = {id(pair): k for k, pair in enumerate(internal.pairs)}
        self.family_of = {id(pair): k for k, f in enumerate(internal.families) for pair in f.pairs}

    #: The class of the equilibria that are written.
    kind: type[SymbolicEquilibrium] = SymbolicEquilibrium

    def equilibrium(
        self, number: int, found: E, *, boundary: bool = False, outside: bool = False
    ) -> SymbolicEquilibrium:
        """Return an equilibrium with its closed forms.

        Those of a ``boundary``, and those that may not exist (``outside``), have no family.
        """
        branches = (*found.branches, *found.extra)
        witness = self._witness(branches)
        decided = any(b.decision.verdict == "possible" for b in found.branches)
        behaviour = self.behaviour(found, witness)
        payoffs, outcomes, measures = self.forms(found, witness, behaviour["profile"])
        names = self.internal.model.names
        pattern = names.pattern(behaviour["support"])
        return self.kind(
            id=number,
            number=names.number(pattern),
            name=names.name(pattern),
            payoffs=payoffs,
            outcomes=outcomes,
            measures=measures,
            conditions=self.branches(branches),
            proof=self.proof(decided),
            witness=witness,
            family=-1 if boundary or outside else self.family_of[id(found)],
            boundary=boundary,
            **behaviour,
        )

    def _witness(self, branches: Sequence[ExistenceBranch]) -> Mapping[str, Fraction] | None:
        """Return a point at which a branch holds, in the declared ranges where that is known."""
        known = [b.decision.witness for b in branches if b.decision.witness]
        if self.internal.definitions is not None:
            return next(iter(known), None)
        inside = (w for w in known if self.internal.prover.is_within(w))
        first = next(inside, known[0] if known else None)
        if first is None or self.internal.prover.is_within(first):
            return first
        single = [tuple(c[0] for c in b.conditions if len(c) == 1) for b in branches]
        found = self.internal.prover.witness_within(single)
        fits = found is not None and any(
            self.internal.prover.satisfies_all(found, b.conditions) for b in branches
        )
        return found if fits else first

    def behaviour(self, found: E, witness: Mapping[str, Fraction] | None) -> dict[str, Any]:
        """Return the fields on what is played: ``support``, ``profile``, and more of trees."""
        raise NotImplementedError

    def analysis(
        self,
        kind: type[A],
        start: float,
        equilibria: Sequence[SymbolicEquilibrium],
        regimes: Sequence[Regime],
        dominated: Sequence[DominanceStep],
        messages: Sequence[str],
        *,
        complete: bool,
        **more: Any,
    ) -> A:
        """Return the whole answer; ``more`` are the fields of its kind alone."""
        problem, found = self.internal.problem, self.internal.families
        return kind(
            model=problem.name,
            title=problem.title,
            players=problem.players,
            symbols=problem.symbols,
            assumptions=(*problem.equations, *problem.assumptions),
            equilibria=tuple(equilibria),
            families=tuple(self.family(k, f) for k, f in enumerate(found)),
            regimes=tuple(regimes),
            cover="proven" if complete else "unknown",
            disjoint="proven" if all(r.proof == "proven" for r in regimes) else "unknown",
            dominated=tuple(dominated),
            messages=tuple(messages),
            exclusions=tuple(self.internal.exclusions()),
            seconds=time.monotonic() - start,
            results=possible_results(self.internal, equilibria, regimes, self.isolate),
            declared=declared_regimes(self.internal, regimes),
            internal=self.internal,
            **more,
        )

    def text(
        self, q: Quotient, point: Mapping[str, Any] | None, forms: ClosedForms[E] | None = None
    ) -> Expression:
        """Return a quotient of closed forms as an expression, its factors positive at a point."""
        return (forms or self.internal.closed).quotients.expression(q, point)

    def forms(
        self, found: E, witness: Mapping[str, Fraction] | None, profile: Mapping[str, Any]
    ) -> tuple[dict[str, Expression], dict[str, Expression], dict[str, Expression | None]]:
        """Return the payoffs, outcomes and measures of an equilibrium as formulas."""
        closed, players = self.internal.forms_of(found), self.internal.problem.players
        chances = closed.outcomes(found)
        measures = closed.measures(found, chances)

        def text(q: Quotient) -> Expression:
            return self.text(q, witness, closed)

        return (
            {p: text(closed.payoff(found, k)) for k, p in enumerate(players)},
            {o: text(q) for o, q in chances.items() if q[0]},
            {m: None if q is None else text(q) for m, q in measures.items()},
        )

    def proof(self, decided: bool) -> ProofStatus:
        """Say how far it is certain that an equilibrium exists somewhere."""
        if not decided:
            return "unknown"
        return "proven" if self.internal.problem.algebra.is_exact else "sampled"

    def branches(self, branches: Sequence[ExistenceBranch]) -> tuple[Expression, ...]:
        """Write branches as a list of conditions that hold together."""
        simplifier = self.internal.simplifier
        terms = [tuple(simplifier.written(c, self.isolate) for c in b.conditions) for b in branches]
        if len(terms) == 1:
            return terms[0]
        if any(not t for t in terms):
            return ()
        shared = [c for c in terms[0] if all(c in t for t in terms)]
        rest = [[c for c in t if c not in shared] for t in terms]
        if any(not t for t in rest):
            return tuple(shared)
        parts = [joined("and", t) for t in rest]
        return (*shared, Expression("or", *parts))

    def terms(self, region: Iterable[Sequence[Literal]]) -> tuple[tuple[Expression, ...], ...]:
        """Write a region as a disjunction of conjunctions."""
        simplifier = self.internal.simplifier
        return tuple(
            tuple(simplifier.literal(lit, self.isolate) for lit in term) for term in region
        )

    def family(self, number: int, family: FoundFamily[E]) -> EquilibriumFamily:
        """Return a family in the words of the model."""
        return EquilibriumFamily(
            number,
            tuple(self.position[id(p)] for p in family.pairs),
            tuple(self.position[id(p)] for p in family.essential),
            self.terms(family.region),
        )

    def regimes(self) -> list[Regime]:
        """Make the map of the families, and return its cells as regimes."""
        internal, problem = self.internal, self.internal.problem
        prover, simplifier, found = internal.prover, internal.simplifier, internal.families
        regime_map = RegimeMap(prover, simplifier, [f.region for f in found]).run()
        internal.map = regime_map
        cells = sorted(regime_map.cells.values(), key=lambda c: (len(c.members), sorted(c.members)))
        for cell in cells:
            regime_map.describe(cell)
            regime_map.place(cell)
            regime_map.exclude(cell, inner_ties(cell, found, simplifier))
        reached = [cell for cell in cells if self._reached(cell)]
        unbounded = any(None in problem.bounds[n] for n in problem.symbols)
        inside = internal.definitions if unbounded or len(reached) < len(cells) else None
        cells = reached
        parts = shares(prover, problem.bounds, problem.symbols, regime_map, cells, inside)
        return [
            self.regime(k, cell, part)
            for k, (cell, part) in enumerate(zip(cells, parts, strict=True))
        ]

    def _reached(self, cell: RegimeCell) -> bool:
        """Say whether ingredients of derived parameters may lead to a cell; take their values."""
        definitions = self.internal.definitions
        if definitions is None or not cell.simplified:
            return True
        answers = [definitions.decide([(lit,) for lit in term]) for term in cell.conditions]
        witness = next((a.witness for a in answers if a.witness is not None), None)
        if witness is not None:
            cell.witness = dict(witness)
        return any(a.verdict != "impossible" for a in answers)

    def regime(
        self, number: int, cell: RegimeCell, share: tuple[float | None, float | None]
    ) -> Regime:
        """Return a cell of the map as a regime."""
        internal = self.internal
        members = sorted(cell.members)
        name, description = self._named(cell)
        return Regime(
            id=number,
            name=name,
            terms=self.terms(cell.conditions),
            families=tuple(members),
            equilibria=tuple(
                self.position[id(p)] for k in members for p in internal.families[k].pairs
            ),
            witness=cell.witness,
            share=share[0],
            share_error=share[1],
            proof="proven",
            description=description,
            definition=() if cell.simplified else self._definition(cell),
        )

    def _definition(self, cell: RegimeCell) -> tuple[Expression, ...]:
        """Write a regime as what it is: some families exist, the others do not (off ties)."""
        simplifier, found = self.internal.simplifier, []
        for k, family in enumerate(self.internal.families):
            if k in cell.members:
                terms = [
                    [simplifier.literal(part, self.isolate) for part in t] for t in family.region
                ]
                if all(terms):
                    found.append(joined("or", [joined("and", t) for t in terms]))
                continue
            for term in family.region:
                parts = [simplifier.literal(part.opposite(), self.isolate) for part in term]
                found.append(joined("or", parts))
        return tuple(dict.fromkeys(found))

    def _named(self, cell: RegimeCell) -> tuple[str | None, str]:
        """Return the model's name for a regime: one whose conditions hold all over it, off ties."""
        prover = self.internal.prover
        for regime in self.internal.model.named_regimes:
            when = put_in(regime.when, self.internal.problem.replaced)
            if when is None or not all(c.names <= set(self.internal.problem.symbols) for c in when):
                continue
            if not all(c.evaluate(cell.witness) for c in when):
                continue
            when = [c for c in when if c.names]
            if not when:
                return regime.name, regime.description
            other = prover.language.opposite(Expression("and", *when))
            if cell.conditions and all(
                prover.decide(term, [other]).verdict == "impossible" for term in cell.conditions
            ):
                return regime.name, regime.description
        return None, ""


def inner_ties(
    cell: RegimeCell, found: Sequence[FoundFamily[Any]], simplifier: Simplifier
) -> list[RingElement]:
    """Return the polynomials without a fixed sign that must not vanish for a cell's families."""
    literals = [
        literal
        for k in cell.members
        for pair in found[k].essential
        for branch in pair.branches
        for condition in branch.conditions
        for literal in condition
    ]
    return [
        literal.poly
        for literal in dict.fromkeys(literals)
        if literal.sign == "!=" and simplifier.sign(literal.poly) is None
    ]
