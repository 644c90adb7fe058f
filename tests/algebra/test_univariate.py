"""Polynomials in one variable and their real roots, against sympy's."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction

import sympy
from hypothesis import assume, given
from hypothesis import strategies as st

from deterrence.algebra.roots import affine, compare, exact_number, isolate, sign_at
from deterrence.algebra.univariate import (
    bounds,
    composed,
    count_roots,
    derivative,
    divided,
    gcd,
    inverse,
    irreducible,
    product,
    sign,
    value,
    whole,
)

X = sympy.Symbol("x")
numbers = st.builds(Fraction, st.integers(-9, 9), st.integers(1, 4))
polynomials = st.lists(st.integers(-6, 6), min_size=1, max_size=6).filter(lambda p: p[0] != 0)
rational = st.lists(numbers, min_size=1, max_size=5).filter(lambda p: p[0] != 0)


def poly(p: object) -> sympy.Poly:
    return sympy.Poly([sympy.Rational(*Fraction(c).as_integer_ratio()) for c in p], X)


def coefficients(p: sympy.Poly) -> list[Fraction]:
    found = [Fraction(int(c.p), int(c.q)) for c in p.all_coeffs()]
    return [] if found == [0] else found


@given(rational, numbers)
def test_values(p: list[Fraction], x: Fraction) -> None:
    assert value(p, x) == sum(c * x**k for k, c in enumerate(reversed(p)))
    assert value((), x) == 0


@given(rational, rational)
def test_product_division_and_gcd(p: list[Fraction], q: list[Fraction]) -> None:
    assert product(p, q) == coefficients(poly(p) * poly(q))
    assert product(p, []) == product([], q) == []
    quotient, rest = divided(p, q)
    expected = sympy.div(poly(p), poly(q))
    assert quotient == coefficients(expected[0])
    assert rest == coefficients(expected[1])
    shared = coefficients(sympy.gcd(poly(product(p, q)), poly(product(q, q))))
    found = gcd(product(p, q), product(q, q))
    assert [Fraction(c, found[0]) for c in found] == [c / shared[0] for c in shared]


@given(rational)
def test_derivative_and_primitive_form(p: list[Fraction]) -> None:
    assert list(derivative(p)) == coefficients(poly(p).diff())
    kept = whole([0, *p])
    assert math.gcd(*kept) == 1
    assert kept[0] * p[0] > 0
    assert all(c * p[0] == d * kept[0] for c, d in zip(kept, p, strict=True))


@given(rational, numbers.filter(bool), numbers)
def test_composition(p: list[Fraction], scale: Fraction, shift: Fraction) -> None:
    assert list(composed(p, scale, shift)) == coefficients(
        sympy.compose(poly(p), poly([scale, shift]))
    )


@given(polynomials)
def test_irreducible_factors(p: list[int]) -> None:
    found = irreducible(p)
    expected = sympy.factor_list(poly(p))[1]
    assert found == [tuple(int(c) for c in f.primitive()[1].all_coeffs()) for f, _ in expected]


@given(rational)
def test_inverse_in_a_number_field(p: list[Fraction]) -> None:
    modulus = (1, 0, 0, -1, 3)  # irreducible: x^4 - x + 3
    assert irreducible(modulus) == [modulus]
    assume(len(p) <= 4)
    one = divided(product(p, inverse(p, modulus)), modulus)[1]
    assert one == [1]


@given(polynomials, numbers, numbers)
def test_bounds_hold_every_value(p: list[int], a: Fraction, b: Fraction) -> None:
    low, high = min(a, b), max(a, b)
    least, most = bounds(p, low, high)
    for k in range(5):
        assert least <= value(p, low + (high - low) * k / 4) <= most


@given(polynomials, polynomials)
def test_roots_are_sympys_in_order_and_apart(p: list[int], q: list[int]) -> None:
    factors = dict.fromkeys([*irreducible(p), *irreducible(q)])
    found = isolate(factors)
    both = sympy.Poly(1, X)
    for f in factors:
        both *= poly(f)
    assert len(found) == (both.count_roots() if factors else 0)
    exact = sorted(both.real_roots(multiple=False), key=lambda r: r[0].evalf(40)) if factors else []
    for root, (theirs, _) in zip(found, exact, strict=True):
        assert root.low <= root.high
        near = Fraction(str(theirs.evalf(40)))
        if root.rational is None:
            assert root.low - Fraction(1, 10**30) < near < root.high + Fraction(1, 10**30)
        else:
            assert abs(root.rational - near) < Fraction(1, 10**30)
        for other in (p, q):
            here = value(other, near)
            assert sign_at(other, root) == (sign(here) if abs(here) > Fraction(1, 10**20) else 0)
    for a, b in itertools.pairwise(found):
        assert a.high < b.low
        assert compare(a, b) == -1
        assert compare(b, a) == 1
        assert compare(a, a) == 0
    for root in found:
        assert count_roots(root.polynomial, root.low, root.high) == 1


@given(polynomials, numbers.filter(bool), numbers)
def test_roots_moved_and_scaled(p: list[int], scale: Fraction, shift: Fraction) -> None:
    roots = isolate(irreducible(p))
    moved = [affine(r, scale, shift) for r in roots]
    for before, after in zip(roots, moved, strict=True):
        assert math.isclose(
            after.decimal, float(scale) * before.decimal + float(shift), abs_tol=1e-9
        )
        assert math.isclose(float(after.to_sympy()), after.decimal, abs_tol=1e-9)
        back = affine(after, 1 / scale, -shift / scale)
        assert compare(back, before) == 0
        assert compare(exact_number(before.low - 1), before) == -1


def test_a_multiple_of_the_roots_polynomial_is_zero_there() -> None:
    (_, root) = isolate([(1, 0, -2)])
    assert sign_at(product((1, 0, -2), (3, 5, 7)), root) == 0
    assert sign_at((1, 0, Fraction(-19999999999, 10**10)), root) == 1
    assert sign_at((), root) == 0
