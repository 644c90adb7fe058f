r"""Finite systems: every complex solution, the real ones as exact numbers.

A reduced Groebner basis (graded reverse lexicographic, sympy's) says whether the
equations have finitely many complex solutions, and gives a basis of the quotient algebra
:math:`A = \mathbb{Q}[x]/I` (Cox, Little & O'Shea, Using Algebraic Geometry, ch. 2).  If
the powers :math:`1, t, t^2, \dots` of a linear form span :math:`A`, every unknown is a
polynomial in :math:`t`, and the solutions are the roots of the minimal polynomial of
:math:`t`: a rational univariate representation (Rouillier 1999, AAECC 9).  Where no form
does, the ideal is made radical first, by Seidenberg's lemma 92: it gets the squarefree
part of each unknown's minimal polynomial.

>>> from sympy import QQ, ring
>>> R, x, y = ring("x, y", QQ, order=ORDER)
>>> [[str(v) for v in p.values()] for p in real_points(basis([x*y - 1, x - 2*y], R), R, (0, 1))]
[['-sqrt(2)', '-sqrt(2)/2'], ['sqrt(2)', 'sqrt(2)/2']]
"""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

from deterrence.algebra.algebraic_numbers import element
from deterrence.algebra.linear import first_relation, solve_columns
from deterrence.algebra.number_fields import Field
from deterrence.algebra.rings import Ring, RingElement
from deterrence.algebra.roots import isolate
from deterrence.algebra.univariate import derivative, gcd, irreducible, value
from deterrence.limits import work

#: sympy's name of the order of monomials.
ORDER = "grevlex"
#: Largest number of complex solutions, with multiplicity, that is worked with.
MAX_SOLUTIONS = 200
#: Work seconds of a product of terms, and the bits of a fraction from which it takes longer.
_PRODUCT, _LONG = 4e-6, 500
#: ... and per entry of a matrix of fractions.
_ENTRY = 1e-6

_ZERO, _ONE = Fraction(0), Fraction(1)


class TooManySolutions(Exception):
    """More complex solutions than are worked with."""


def fraction(number: Any) -> Fraction:
    """Return a rational of sympy's ground domain as a ``Fraction``."""
    return Fraction(int(number.numerator), int(number.denominator))


def basis(equations: Sequence[RingElement], ring: Ring) -> list[RingElement]:
    """Return the reduced Groebner basis of ring elements over the rationals."""
    from sympy.polys.groebnertools import groebner

    kept = [p for p in equations if p]
    with _counted(ring):
        return list(groebner(kept, ring)) if kept else []


@contextlib.contextmanager
def _counted(ring: Ring) -> Iterator[None]:
    """Count the work of what is done in a ring: products of terms, by the size of their factor.

    What the algorithm does is to divide terms by terms, and to multiply others by the quotient.
    """
    from sympy import QQ

    cost = _PRODUCT
    domain, multiply = ring.domain, ring.monomial_mul

    class Counted(type(QQ)):  # type: ignore[misc]
        def quo(self, a: Any, b: Any) -> Any:
            nonlocal cost
            found = super().quo(a, b)
            bits = int(found.numerator).bit_length() + int(found.denominator).bit_length()
            cost = _PRODUCT * (1 + (bits / _LONG) ** 2)
            return found

    def multiplied(a: Any, b: Any) -> Any:
        work.spend(cost)
        return multiply(a, b)

    ring.domain, ring.monomial_mul = Counted(), multiplied
    try:
        yield
    finally:
        ring.domain, ring.monomial_mul = domain, multiply


def free_unknowns(
    groebner_basis: Sequence[RingElement], unknowns: Sequence[int]
) -> tuple[int, ...]:
    """Return a largest set of unknowns that the basis leaves free; empty: finitely many."""
    leading = [{k for k, e in enumerate(p.LM) if e} for p in groebner_basis]
    if any(not m for m in leading):
        return ()
    for size in range(len(unknowns), 0, -1):
        for chosen in itertools.combinations(unknowns, size):
            if not any(m <= set(chosen) for m in leading):
                return chosen
    return ()


def real_points(
    groebner_basis: Sequence[RingElement], ring: Ring, unknowns: Sequence[int]
) -> Iterator[dict[int, Any]]:
    """Yield the real solutions of a system with finitely many complex ones.

    ``unknowns`` are the positions of those that the basis is about.  Raises
    :class:`TooManySolutions`.
    """
    if any(not any(p.LM) for p in groebner_basis):  # 1 is in the ideal
        return
    algebra = _QuotientRing(list(groebner_basis), ring, unknowns)
    polynomial, formulas = algebra.univariate()
    for factor in irreducible(polynomial):
        for root in isolate([factor]):
            if root.rational is not None:
                yield {k: value(reversed(f), root.rational) for k, f in formulas.items()}
            else:
                field = Field(root)
                yield {k: element(field, f) for k, f in formulas.items()}


class _QuotientRing:
    """The quotient of the polynomials by a zero-dimensional ideal."""

    def __init__(
        self, groebner_basis: list[RingElement], ring: Ring, unknowns: Sequence[int]
    ) -> None:
        self.basis, self.ring, self.unknowns = groebner_basis, ring, list(unknowns)
        leading = [p.LM for p in groebner_basis]
        start = (0,) * ring.ngens
        self.monomials: list[tuple[int, ...]] = [start]
        self.place = {start: 0}
        for monomial in self.monomials:  # grows while it is walked through
            for k in self.unknowns:
                new = (*monomial[:k], monomial[k] + 1, *monomial[k + 1 :])
                if new in self.place or any(
                    all(a <= b for a, b in zip(m, new, strict=True)) for m in leading
                ):
                    continue
                self.place[new] = len(self.monomials)
                self.monomials.append(new)
                if len(self.monomials) > MAX_SOLUTIONS:
                    raise TooManySolutions
        self.dimension = len(self.monomials)
        self.columns: dict[int, list[list[Fraction]]] = {
            k: self._multiplication(k) for k in self.unknowns
        }

    def _multiplication(self, k: int) -> list[list[Fraction]]:
        """Return, for each basis monomial, its product with unknown ``k``."""
        x = self.ring.gens[k]
        result = []
        for monomial in self.monomials:
            new = (*monomial[:k], monomial[k] + 1, *monomial[k + 1 :])
            vector = [_ZERO] * self.dimension
            if new in self.place:
                vector[self.place[new]] = _ONE
            else:
                product = self.ring({monomial: self.ring.domain.one}) * x
                for m, c in product.rem(self.basis).terms():
                    vector[self.place[m]] = fraction(c)
            result.append(vector)
        return result

    def times(self, form: dict[int, int], vector: list[Fraction]) -> list[Fraction]:
        """Return the product of an element with a linear form."""
        work.spend(_ENTRY * self.dimension**2)
        result = [_ZERO] * self.dimension
        for k, weight in form.items():
            for c, column in zip(vector, self.columns[k], strict=True):
                if c:
                    factor = c * weight
                    for i, entry in enumerate(column):
                        if entry:
                            result[i] += factor * entry
        return result

    def powers(self, form: dict[int, int]) -> list[list[Fraction]]:
        """Return the powers of a linear form, up to the first that surely depends on others."""
        result = [[_ONE, *[_ZERO] * (self.dimension - 1)]]
        for _ in range(self.dimension):
            result.append(self.times(form, result[-1]))
        return result

    def minimal_polynomial(self, k: int) -> list[Fraction]:
        """Return the minimal polynomial of an unknown."""
        relation = first_relation(self.powers({k: 1}))
        assert relation is not None
        return relation[::-1]

    def univariate(self) -> tuple[list[Fraction], dict[int, list[Fraction]]]:
        """Return a polynomial and every unknown in powers of its roots, lowest first."""
        for form in self._forms():
            *powers, last = self.powers(form)
            targets = [last, *(self.columns[k][0] for k in self.unknowns)]
            found = solve_columns(list(zip(*powers, strict=True)), targets)
            if found is not None:
                relation, *formulas = found
                polynomial = [_ONE, *(-c for c in reversed(relation))]
                return polynomial, dict(zip(self.unknowns, map(list, formulas), strict=True))
        return self._radical().univariate()

    def _forms(self) -> Iterator[dict[int, int]]:
        for k in self.unknowns:
            yield {k: 1}
        if len(self.unknowns) > 1:
            # Of a radical ideal, one of these separates: it fails on finitely many lines only.
            tries = 3 if not self._is_radical() else 100 * self.dimension**2
            for number in range(1, tries + 1):
                yield {k: (number**e if e else 1) for e, k in enumerate(self.unknowns)}

    def _is_radical(self) -> bool:
        return all(
            len(gcd(p, derivative(p))) == 1 for p in map(self.minimal_polynomial, self.unknowns)
        )

    def _radical(self) -> _QuotientRing:
        extra = []
        for k in self.unknowns:
            x = self.ring.gens[k]
            squarefree = self.ring.one
            for factor in irreducible(self.minimal_polynomial(k)):
                squarefree *= value(map(self.ring, factor), x)
            extra.append(squarefree)
        return _QuotientRing(basis([*self.basis, *extra], self.ring), self.ring, self.unknowns)
