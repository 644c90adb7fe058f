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

import itertools
import math
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

from deterrence.algebra.algebraic_numbers import element
from deterrence.algebra.number_fields import Field
from deterrence.algebra.roots import isolate

#: sympy's name of the order of monomials.
ORDER = "grevlex"
#: Largest number of complex solutions, with multiplicity, that is worked with.
MAX_SOLUTIONS = 200

_ZERO, _ONE = Fraction(0), Fraction(1)

Vector = list[Fraction]


class TooManySolutions(Exception):
    """More complex solutions than are worked with."""


def fraction(number: Any) -> Fraction:
    """Return a rational of sympy's ground domain as a ``Fraction``."""
    return Fraction(int(number.numerator), int(number.denominator))


def basis(equations: Sequence[Any], ring: Any) -> list[Any]:
    """Return the reduced Groebner basis of ring elements over the rationals."""
    from sympy.polys.groebnertools import groebner

    kept = [p for p in equations if p]
    return list(groebner(kept, ring)) if kept else []


def free_unknowns(groebner_basis: Sequence[Any], unknowns: Sequence[int]) -> tuple[int, ...]:
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
    groebner_basis: Sequence[Any], ring: Any, unknowns: Sequence[int]
) -> Iterator[dict[int, Any]]:
    """Yield the real solutions of a system with finitely many complex ones.

    ``unknowns`` are the positions of those that the basis is about.  Raises
    :class:`TooManySolutions`.
    """
    if any(not any(p.LM) for p in groebner_basis):  # 1 is in the ideal
        return
    algebra = _Algebra(list(groebner_basis), ring, unknowns)
    polynomial, formulas = algebra.univariate()
    for factor in _factors(polynomial):
        for root in isolate([factor]):
            if root.rational is not None:
                yield {k: _value(f, root.rational) for k, f in formulas.items()}
            else:
                field = Field(root)
                yield {k: element(field, f) for k, f in formulas.items()}


class _Algebra:
    """The quotient of the polynomials by a zero-dimensional ideal."""

    def __init__(self, groebner_basis: list[Any], ring: Any, unknowns: Sequence[int]) -> None:
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
        self.columns: dict[int, list[Vector]] = {k: self._multiplication(k) for k in self.unknowns}

    def _multiplication(self, k: int) -> list[Vector]:
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

    def times(self, form: dict[int, int], vector: Vector) -> Vector:
        """Return the product of an element with a linear form."""
        result = [_ZERO] * self.dimension
        for k, weight in form.items():
            for c, column in zip(vector, self.columns[k], strict=True):
                if c:
                    factor = c * weight
                    for i, entry in enumerate(column):
                        if entry:
                            result[i] += factor * entry
        return result

    def powers(self, form: dict[int, int]) -> tuple[Vector, _Echelon]:
        """Return a form's minimal polynomial, lowest power first, and its powers, reduced."""
        vector = [_ONE, *[_ZERO] * (self.dimension - 1)]
        echelon = _Echelon()
        while True:
            relation = echelon.add(vector)
            if relation is not None:
                return relation, echelon
            vector = self.times(form, vector)

    def univariate(self) -> tuple[Vector, dict[int, Vector]]:
        """Return a polynomial and every unknown as a polynomial in its roots."""
        for form in self._forms():
            polynomial, echelon = self.powers(form)
            if len(polynomial) - 1 == self.dimension:
                formulas = {}
                for k in self.unknowns:
                    formulas[k] = echelon.combination(self.columns[k][0])
                return polynomial, formulas
        radical = self._radical()
        return radical.univariate()

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
            _gcd_degree(p, _derivative(p)) == 0
            for p in (self.powers({k: 1})[0] for k in self.unknowns)
        )

    def _radical(self) -> _Algebra:
        extra = []
        for k in self.unknowns:
            polynomial, _ = self.powers({k: 1})
            x = self.ring.gens[k]
            squarefree = self.ring.one
            for factor in _factors(polynomial):
                value = self.ring.zero
                for c in factor:
                    value = value * x + c
                squarefree *= value
            extra.append(squarefree)
        return _Algebra(basis([*self.basis, *extra], self.ring), self.ring, self.unknowns)


class _Echelon:
    """Vectors in reduced form, each with the combination of added vectors that makes it."""

    def __init__(self) -> None:
        self.rows: list[tuple[int, Vector, Vector]] = []

    def _reduce(self, vector: Vector, combination: Vector) -> tuple[Vector, Vector]:
        for lead, row, made_of in self.rows:
            if vector[lead]:
                factor = vector[lead]
                vector = [a - factor * b if b else a for a, b in zip(vector, row, strict=True)]
                for i, c in enumerate(made_of):
                    if c:
                        combination[i] -= factor * c
        return vector, combination

    def add(self, vector: Vector) -> Vector | None:
        """Add a vector; return the relation, its last coefficient 1, if there is one."""
        count = len(self.rows)
        reduced, combination = self._reduce(vector, [_ZERO] * count + [_ONE])
        lead = next((i for i, c in enumerate(reduced) if c), None)
        if lead is None:
            return combination
        scale = reduced[lead]
        self.rows.append((lead, [c / scale for c in reduced], [c / scale for c in combination]))
        return None

    def combination(self, vector: Vector) -> Vector:
        """Return the weights of the added vectors that make up ``vector``."""
        rest, combination = self._reduce(vector, [_ZERO] * len(self.rows))
        assert not any(rest)
        return [-c for c in combination]


def _factors(polynomial: Sequence[Fraction]) -> list[tuple[int, ...]]:
    """Return the irreducible factors, highest power first, of a polynomial, lowest first."""
    import sympy

    scale = math.lcm(*(c.denominator for c in polynomial))
    whole = [int(c * scale) for c in reversed(polynomial)]
    _, factors = sympy.Poly(whole, sympy.Symbol("x")).factor_list()
    found = []
    for factor, _ in factors:
        coefficients = tuple(int(c) for c in factor.all_coeffs())
        found.append(coefficients)
    return found


def _value(polynomial: Sequence[Fraction], x: Fraction) -> Fraction:
    total = _ZERO
    for c in reversed(polynomial):
        total = total * x + c
    return total


def _derivative(polynomial: Sequence[Fraction]) -> Vector:
    return [k * c for k, c in enumerate(polynomial)][1:]


def _gcd_degree(p: Sequence[Fraction], q: Sequence[Fraction]) -> int:
    a, b = list(p), list(q)
    while b:
        while len(a) >= len(b):
            factor = a[-1] / b[-1]
            shift = len(a) - len(b)
            for k, c in enumerate(b):
                a[shift + k] -= factor * c
            a.pop()
            while a and not a[-1]:
                a.pop()
        a, b = b, a
    return len(a) - 1
