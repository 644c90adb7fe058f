"""Disjunctions of conjunctions made as short as can be proven, exact on all boundaries.

>>> from deterrence.algebra.expressions import Expression
>>> from deterrence.algebra.polynomials import Algebra
>>> from deterrence.proving.prover import Prover
>>> prover = Prover(Algebra(["a", "b"]), [Expression.parse("a > 0")])
>>> a, b = prover.algebra.ring.gens
>>> above, below = Literal(b - a, ">="), Literal(b - a, "<=")
>>> shorter(prover, [(above,), (below, Literal(b, ">="))]) == [(Literal(b, ">="),)]
True
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence

from deterrence.algebra.literals import Literal
from deterrence.proving.conditions import Clause
from deterrence.proving.prover import Prover

#: Conditions that hold together.
LiteralTerm = tuple[Literal, ...]

#: Terms and literals in all beyond which nothing is tried.
MOST_TERMS, MOST_LITERALS = 24, 90
#: Questions to the solver that may stay open before the rest is left as it is.
_PATIENCE = 6


def terms_of(branches: Iterable[Sequence[Clause]], most: int = MOST_TERMS) -> list[LiteralTerm]:
    """Return conjunctions of clauses as one disjunction; empty where there would be too many."""
    found: dict[LiteralTerm, None] = {}
    for clauses in branches:
        for choice in itertools.product(*clauses):
            found[tuple(dict.fromkeys(choice))] = None
            if len(found) > most:
                return []
    return list(found)


def shorter(
    prover: Prover, terms: Sequence[LiteralTerm], within: Sequence[LiteralTerm] = ((),)
) -> list[LiteralTerm]:
    """Return an equivalent disjunction: what is proven superfluous is left out.

    First whole terms that lie in the others, the most complicated first; then ties where the
    whole holds anyway; then single literals without which a term still lies in the whole; and
    after each of these whole terms again.  What is not
    decided stays, so the answer is exact however little time there is.  It is only equivalent
    where one of the conjunctions ``within`` holds.
    """
    everywhere = not all(within)
    if (len(terms) < 2 and everywhere) or sum(map(len, terms)) > MOST_LITERALS:
        return list(terms)
    work = _Shortening(prover, list(terms), ((),) if everywhere else tuple(within))
    work.drop_terms()
    work.weaken()
    work.drop_terms()
    work.drop_literals()
    work.drop_terms()
    return sorted(work.terms, key=lambda t: (len(t), _size(t)))


def implied(
    prover: Prover, terms: Sequence[LiteralTerm], within: Sequence[LiteralTerm] = ((),)
) -> bool:
    """Say whether it is proven that one of the terms holds wherever one of ``within`` does."""
    return _Shortening(prover, [], within).lies_in((), terms)


class _Shortening:
    """One disjunction while it is shortened."""

    def __init__(
        self, prover: Prover, terms: list[LiteralTerm], within: Sequence[LiteralTerm] = ((),)
    ) -> None:
        self.prover, self.terms, self.within = prover, terms, within
        self.open = 0

    def drop_terms(self) -> None:
        for term in sorted(self.terms, key=lambda t: (len(t), _size(t)), reverse=True):
            rest = [t for t in self.terms if t is not term]
            if rest and self.lies_in(term, rest):
                self.terms = rest

    def weaken(self) -> None:
        """Let strict comparisons hold with equality, too, where the whole does."""
        for k, whole in enumerate(list(self.terms)):
            for j, literal in enumerate(whole):
                if literal.sign not in ("<", ">"):
                    continue
                term = self.terms[k]
                tie = (*term[:j], Literal(literal.poly, "=="), *term[j + 1 :])
                others = self.terms[:k] + self.terms[k + 1 :]
                if self.lies_in(tie, others):
                    weak = Literal(literal.poly, f"{literal.sign}=")
                    self.terms[k] = (*term[:j], weak, *term[j + 1 :])

    def drop_literals(self) -> None:
        for k, whole in enumerate(list(self.terms)):
            others = self.terms[:k] + self.terms[k + 1 :]
            kept = list(whole)
            for literal in sorted(whole, key=lambda lit: _size((lit,)), reverse=True):
                rest = [lit for lit in kept if lit != literal]
                if self.lies_in((*rest, literal.negated()), others):
                    kept = rest
            self.terms[k] = tuple(kept)

    def lies_in(self, term: LiteralTerm, others: Sequence[LiteralTerm]) -> bool:
        """Say whether it is proven that the term implies the disjunction of others."""
        return all(self._lies_in((*here, *term), others) for here in self.within)

    def _lies_in(self, term: LiteralTerm, others: Sequence[LiteralTerm]) -> bool:
        if any(set(other) <= set(term) for other in others):
            return True
        if self.open >= _PATIENCE or self.prover.expired or not all(others):
            return not all(others)
        mask = self.prover.samples_where(term)
        for other in others:
            mask = mask & ~self.prover.samples_where(other)
        if mask.any():
            return False
        if not others:
            verdict = self.prover.decide(term, quick=True).verdict
        else:
            language = self.prover.language
            outside = [language.disjunction([lit.negated() for lit in t]) for t in others]
            verdict = self.prover.decide(term, outside, quick=True).verdict
        self.open += verdict == "unknown"
        return bool(verdict == "impossible")


def _size(term: LiteralTerm) -> int:
    return sum(len(lit.poly) * max(map(sum, lit.poly.monoms()), default=1) for lit in term)
