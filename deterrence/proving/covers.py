"""Boolean combinations of signs, written as few short conjunctions that are proven.

A :class:`~deterrence.algebra.sign_formulas.SignFormula` says something about the signs of
polynomials; here all formulas are strict, and only points off the boundaries count.
:func:`cover` writes it as a disjunction of conjunctions (*terms*) under the
model's assumptions: a term starts from all signs at one point and loses every
literal that is proven unnecessary; terms are added until it is proven that
nothing is left out, and terms that the others cover are dropped.  This is the
expansion and irredundancy of two-level logic minimisation (Brayton, Hachtel,
McMullen and Sangiovanni-Vincentelli 1984), with the real numbers as "don't care".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from deterrence.algebra.expressions import Expression
from deterrence.algebra.literals import Literal
from deterrence.algebra.sign_formulas import TRUE, SignFormula, all_of, of_literal, of_region
from deterrence.proving.conditions import Simplifier
from deterrence.proving.prover import SignDecision
from deterrence.proving.sign_patterns import SignTheory
from deterrence.proving.solver_language import Z3

#: A disjunction of conjunctions of conditions; ``()`` is never, ``((),)`` always.
Alternatives = tuple[tuple[Expression, ...], ...]

_MOST_TERMS = 24


def boolean(formula: SignFormula, theory: SignTheory) -> Z3:
    """Return a strict formula in the theory's own language."""
    if formula.op == "literal":
        return theory.boolean(formula.parts[0])
    join = theory.all_of if formula.op == "and" else theory.any_of
    return join([boolean(part, theory) for part in formula.parts])


def mask(formula: SignFormula, theory: SignTheory) -> Any:
    """Return the samples off the boundaries at which a strict formula holds."""
    import numpy as np

    if formula.op == "literal":
        return theory.mask(formula.parts)
    theory.sync()
    good = theory.inner.copy()
    parts = [mask(part, theory) for part in formula.parts]
    if formula.op == "and":
        return np.logical_and.reduce([good, *parts])
    return good & np.logical_or.reduce([~good, *parts])


def decide(theory: SignTheory, *formulas: SignFormula) -> SignDecision:
    """Decide whether the formulas can hold together off the boundaries."""
    samples = mask(all_of(formulas), theory)
    if samples.any():
        witness = theory.prover.exact_witness([], samples)
        if witness is not None:
            return SignDecision("possible", witness)
    return theory.decide([boolean(f, theory) for f in formulas])


def cover(
    theory: SignTheory, simplifier: Simplifier, formula: SignFormula, within: SignFormula = TRUE
) -> tuple[list[tuple[Literal, ...]], bool]:
    """Return terms that lie in the formula, and whether it is proven that they are all of it.

    Only points where ``within`` holds count; the terms may say anything elsewhere.
    """
    bad = all_of([formula.opposite(), within])
    terms: list[tuple[Literal, ...]] = []
    while len(terms) < _MOST_TERMS and not theory.prover.expired:
        left = all_of([formula, within, *(of_region([t]).opposite() for t in terms)])
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
    term = all_of(map(of_literal, literals))
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
        others = of_region(rest).opposite()
        if rest and decide(theory, of_region([term]), others, within).verdict == "impossible":
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
