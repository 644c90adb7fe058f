"""Derived parameters: symbols of their own in conditions, but never without what they are made of.

A condition reads ``V > c`` and is proven with ``V`` as a free symbol, which shows more than is
needed.  Whether values of the ingredients lead there is asked where the formulas are put in:
what no ingredients reach is not listed, and a witness has values of them.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from typing import Any

from deterrence.algebra.expressions import Expression
from deterrence.algebra.literals import Literal
from deterrence.algebra.polynomials import Algebra
from deterrence.algebra.rings import RingElement, without_divisor
from deterrence.modelfile.model import SymbolicModel
from deterrence.proving.conditions import Clause
from deterrence.proving.prover import Prover, SignDecision
from deterrence.symbolic.found import ExistenceBranch
from deterrence.symbolic.parameter_space import (
    QUERY_EFFORT,
    GameProblem,
    closure,
    default_values,
    divisors,
    known_values,
    plainly_true,
    put_in,
)

#: Ways to choose one of each disjunction, in which a point in the ranges is looked for.
_CHOICES = 16


class Definitions:
    """The formulas of derived parameters that are symbols of a problem, and a prover with them."""

    def __init__(
        self,
        problem: GameProblem,
        model: SymbolicModel,
        fixed: Mapping[str, Any] | None,
        deadline: float,
    ) -> None:
        self.algebra = problem.algebra
        known, _ = known_values(model, expand=True, fixed=fixed)
        #: What is put in for symbols: formulas of derived parameters, and what equations determine.
        self.formulas = {n: known[n] for n in problem.symbols if n in known}
        used = {n for n in problem.symbols if n not in known}
        used |= {n for e in self.formulas.values() for n in e.names}
        assumed = [a.substitute(known) for a in model.assumptions]
        assumed += [a.substitute(known) for a in problem.assumptions]
        assumed = [a for a in dict.fromkeys(assumed) if not plainly_true(a) and a.names]
        used, kept = closure(used, assumed)
        names = [n for n in model.parameters if n in used]
        self.order = [n for n in model.parameters if n in used or n in self.formulas]
        formulas = list(self.formulas.values())
        self.inside = Algebra(names, [*problem.algebra.atoms, *formulas, *kept])
        seed = default_values(model, fixed)
        self.prover = Prover(
            self.inside,
            kept,
            {n: (model.parameters[n].lower, model.parameters[n].upper) for n in names},
            effort=QUERY_EFFORT,
            deadline=deadline,
            seeds=[seed] if set(seed) >= set(names) else (),
            nonzero=divisors(self.inside, formulas),
        )
        self.ranges = {n: (p.lower, p.upper) for n, p in model.parameters.items()}
        self._put: dict[RingElement, RingElement] = {}

    def put_in(self, poly: RingElement) -> RingElement:
        """Return a polynomial in the ingredients that has the sign of one in the symbols."""
        if poly not in self._put:
            written = self.algebra.expression(poly).substitute(self.formulas)
            top, bottom = self.inside.fraction(written)
            self._put[poly] = without_divisor(top * (bottom if not bottom.is_ground else 1))
        return self._put[poly]

    def decide(self, conditions: Iterable[Clause]) -> SignDecision:
        """Decide whether values of the ingredients lead to where conditions hold.

        A witness has values of the ingredients and of the symbols, in the declared ranges where
        that can be.
        """
        clauses = [tuple(Literal(self.put_in(c.poly), c.sign) for c in one) for one in conditions]
        plain = [c[0] for c in clauses if len(c) == 1]
        language = self.prover.language
        rest = [language.disjunction(c) for c in clauses if len(c) > 1]
        decision = self.prover.decide(plain, rest)
        if decision.witness is None:
            return decision
        witness = self.completed(decision.witness)
        if not self._is_within(witness):
            terms = list(itertools.islice(itertools.product(*clauses), _CHOICES))
            for more in (self._bounds, ()):
                inside = self.prover.witness_within([(*term, *more) for term in terms])
                if inside is not None:
                    witness = self.completed(inside)
                    break
        return SignDecision(decision.verdict, witness)

    def _is_within(self, point: Mapping[str, Fraction]) -> bool:
        """Say whether ingredients, and what is made of them, lie in their sensible ranges."""
        ends = [(v, *self.ranges[n]) for n, v in point.items()]
        return all((a is None or v >= a) and (b is None or v <= b) for v, a, b in ends)

    @cached_property
    def _bounds(self) -> tuple[Literal, ...]:
        """That derived parameters lie in their sensible ranges, as conditions on ingredients."""
        found = []
        for name in self.formulas:
            for end, sign in zip(self.ranges[name], (">=", "<="), strict=True):
                if end is not None:
                    gap = Expression.name(name) - Expression.of(end)
                    found.append(Literal(self.put_in(self.algebra.fraction(gap)[0]), sign))
        return tuple(found)

    def completed(self, point: Mapping[str, Fraction]) -> dict[str, Fraction]:
        """Return values of ingredients with those of the symbols made of them (floats nearby)."""
        made = {n: e.evaluate(point) for n, e in self.formulas.items()}
        values = {**point, **{n: Fraction(v) for n, v in made.items()}}
        return {n: values[n] for n in self.order}

    def reached(
        self, branches: Sequence[ExistenceBranch], *, strict: bool = True
    ) -> list[ExistenceBranch]:
        """Return the branches that ingredients may reach, with witnesses of them.

        ``strict`` asks off the boundaries.
        """
        found = []
        for branch in branches:
            asked = [(lit,) for lit in branch.open_literals] if strict else branch.conditions
            decision = self.decide(asked)
            if decision.verdict != "impossible":
                found.append(ExistenceBranch(branch.conditions, decision))
        return found


def defined(problem: GameProblem, model: SymbolicModel) -> list[Expression]:
    """Return the formulas that the model's file gives a name, in the symbols of a problem.

    Those without a value at what is fixed are left out.
    """
    return [f for e in model.definitions.values() for f in put_in([e], problem.replaced) or ()]


def definitions_of(
    problem: GameProblem,
    model: SymbolicModel,
    fixed: Mapping[str, Any] | None,
    deadline: float,
) -> Definitions | None:
    """Return the definitions of a problem, None where no symbol is derived from others."""
    derived = [
        n
        for n in problem.symbols
        if n not in problem.replaced and (model.parameters[n].formula or Expression.number(0)).names
    ]
    return Definitions(problem, model, fixed, deadline) if derived else None
