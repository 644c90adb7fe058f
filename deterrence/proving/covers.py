"""Boolean combinations of signs, written as few short conjunctions that are proven.

A :class:`SignFormula` says something about the strict signs of polynomials.
:func:`cover` writes it as a disjunction of conjunctions (*terms*) under the
model's assumptions: a term starts from all signs at one point and loses every
literal that is proven unnecessary; terms are added until it is proven that
nothing is left out, and terms that the others cover are dropped.  This is the
expansion and irredundancy of two-level logic minimisation (Brayton, Hachtel,
McMullen and Sangiovanni-Vincentelli 1984), with the real numbers as "don't care".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any
from typing import Literal as Choice

from deterrence.algebra.expressions import Expression
from deterrence.algebra.literals import Literal
from deterrence.algebra.rings import RingElement
from deterrence.proving.conditions import Simplifier
from deterrence.proving.prover import SignDecision
from deterrence.proving.sign_patterns import SignTheory
from deterrence.proving.solver_language import Z3

#: A disjunction of conjunctions of conditions; ``()`` is never, ``((),)`` always.
Alternatives = tuple[tuple[Expression, ...], ...]

_MOST_TERMS = 24


@dataclass(frozen=True)
class SignFormula:
    """A combination of strict literals by ``and`` and ``or``; no parts: true, or false."""

    op: Choice["literal", "and", "or"]
    parts: tuple[Any, ...]

    @classmethod
    def literal(cls, literal: Literal) -> SignFormula:
        """Return a literal's strict part as a formula."""
        return cls("literal", (literal.strict(),))

    @classmethod
    def all_of(cls, parts: Iterable[SignFormula]) -> SignFormula:
        """Return the conjunction."""
        return cls("and", tuple(parts))

    @classmethod
    def any_of(cls, parts: Iterable[SignFormula]) -> SignFormula:
        """Return the disjunction."""
        return cls("or", tuple(parts))

    @classmethod
    def region(cls, region: Iterable[Iterable[Literal]]) -> SignFormula:
        """Return a disjunction of conjunctions of literals as a formula."""
        return cls.any_of(cls.all_of(map(cls.literal, term)) for term in region)

    def negated(self) -> SignFormula:
        """Return the formula that holds, off the boundaries, exactly where this one does not."""
        if self.op == "literal":
            return SignFormula("literal", (self.parts[0].opposite(),))
        return SignFormula(
            "or" if self.op == "and" else "and", tuple(part.negated() for part in self.parts)
        )

    def polys(self) -> Iterator[RingElement]:
        """Yield the polynomials that occur."""
        if self.op == "literal":
            yield self.parts[0].poly
        else:
            for part in self.parts:
                yield from part.polys()

    def boolean(self, theory: SignTheory) -> Z3:
        """Return the formula in the theory's own language."""
        if self.op == "literal":
            return theory.boolean(self.parts[0])
        join = theory.all_of if self.op == "and" else theory.any_of
        return join([part.boolean(theory) for part in self.parts])

    def mask(self, theory: SignTheory) -> Any:
        """Return the samples off the boundaries at which the formula holds."""
        import numpy as np

        if self.op == "literal":
            return theory.mask(self.parts)
        theory.sync()
        good = theory.inner.copy()
        if self.op == "and":
            return np.logical_and.reduce([good, *(p.mask(theory) for p in self.parts)])
        return good & np.logical_or.reduce([~good, *(p.mask(theory) for p in self.parts)])


TRUE = SignFormula("and", ())
FALSE = SignFormula("or", ())


def constant(value: bool) -> SignFormula:
    """Return the formula that is always, or never, true."""
    return TRUE if value else FALSE


def decide(theory: SignTheory, *formulas: SignFormula) -> SignDecision:
    """Decide whether the formulas can hold together off the boundaries."""
    together = SignFormula.all_of(formulas)
    mask = together.mask(theory)
    if mask.any():
        witness = theory.prover.exact_witness([], mask)
        if witness is not None:
            return SignDecision("possible", witness)
    return theory.decide([f.boolean(theory) for f in formulas])


def cover(
    theory: SignTheory, simplifier: Simplifier, formula: SignFormula, within: SignFormula = TRUE
) -> tuple[list[tuple[Literal, ...]], bool]:
    """Return terms that lie in the formula, and whether it is proven that they are all of it.

    Only points where ``within`` holds count; the terms may say anything elsewhere.
    """
    bad = SignFormula.all_of([formula.negated(), within])
    terms: list[tuple[Literal, ...]] = []
    while len(terms) < _MOST_TERMS and not theory.prover.expired:
        left = SignFormula.all_of(
            [formula, within, *(SignFormula.region([t]).negated() for t in terms)]
        )
        decision = decide(theory, left)
        if decision.verdict == "impossible":
            kept = _irredundant(theory, simplifier, terms, within)
            order = {t: (len(t), [_reading(theory, literal) for literal in t]) for t in kept}
            return sorted(kept, key=lambda t: order[t]), True
        if decision.witness is None:
            break
        literals = _signs_at(theory, simplifier, decision.witness)
        terms.append(_expanded(theory, simplifier, literals, bad))
    return terms, False


def _signs_at(
    theory: SignTheory, simplifier: Simplifier, point: Mapping[str, Fraction]
) -> list[Literal]:
    algebra = theory.prover.algebra
    full = algebra.complete(point)
    values = [(p, algebra.evaluate(p, full)) for p in theory.polys]
    return [Literal(p, ">" if v > 0 else "<") for p, v in values if simplifier.sign(p) is None]


def _excluded(theory: SignTheory, literals: Sequence[Literal], bad: SignFormula) -> bool:
    term = SignFormula.all_of(map(SignFormula.literal, literals))
    return decide(theory, term, bad).verdict == "impossible"


def _reading(theory: SignTheory, literal: Literal) -> tuple[Any, ...]:
    """Order literals for a reader: short ones first, then in the order of the parameters."""
    poly = literal.poly
    used = [k for k in range(len(theory.prover.algebra.names)) if any(m[k] for m in poly.monoms())]
    return len(poly), max(sum(m) for m in poly.monoms()), used, literal.sign


def _expanded(
    theory: SignTheory, simplifier: Simplifier, literals: list[Literal], bad: SignFormula
) -> tuple[Literal, ...]:
    """Drop every literal that is not needed to stay clear of ``bad``; complicated ones first."""

    def weight(literal: Literal) -> tuple[int, int, str]:
        return simplifier.complexity((literal,))

    kept = list(literals)
    for literal in sorted(literals, key=weight, reverse=True):
        rest = [other for other in kept if other != literal]
        if theory.prover.expired:
            break
        if _excluded(theory, rest, bad):
            kept = rest
    return tuple(sorted(kept, key=lambda literal: _reading(theory, literal)))


def _irredundant(
    theory: SignTheory,
    simplifier: Simplifier,
    terms: list[tuple[Literal, ...]],
    within: SignFormula,
) -> list[tuple[Literal, ...]]:
    kept = list(terms)
    for term in (
        sorted(terms, key=lambda t: (len(t), simplifier.complexity(t or ())), reverse=True)
        if len(terms) > 1
        else ()
    ):
        rest = [t for t in kept if t != term]
        others = SignFormula.region(rest).negated()
        if (
            rest
            and decide(theory, SignFormula.region([term]), others, within).verdict == "impossible"
        ):
            kept = rest
    return kept


def written(
    simplifier: Simplifier, terms: Iterable[Sequence[Literal]], isolate: str = ""
) -> Alternatives:
    """Write terms in the syntax of model files."""
    return tuple(tuple(simplifier.literal(literal, isolate) for literal in term) for term in terms)


def in_words(terms: Alternatives) -> str:
    """Return terms as one line: ``always``, ``never``, or ``a > b and c > d or ...``."""
    if not terms:
        return "never"
    if not all(terms):
        return "always"
    return " or ".join(
        " and ".join(f"({c})" if c.op == "or" else str(c) for c in term) for term in terms
    )
