r"""Polynomials in one variable: sequences of coefficients, the highest power first.

:math:`x^2 - 2` is ``(1, 0, -2)``; the zero polynomial is ``()``.  Coefficients are whole
numbers or fractions; polynomials whose roots matter are *primitive*: whole, without a
common divisor (:data:`Coefficients`).

>>> product((1, -1), (1, 1)), value((1, 0, -2), Fraction(3, 2))
([1, 0, -1], Fraction(1, 4))
>>> irreducible((2, 0, -4, 0, 2))
[(1, -1), (1, 1)]
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Any

from deterrence.algebra.linear import RationalNumber, integer_row, primitive

#: Any polynomial, highest power first.
Univariate = Sequence[RationalNumber]
#: Coefficients of a primitive integer polynomial, highest power first.
Coefficients = tuple[int, ...]


def sign(x: Any) -> int:
    """Return -1, 0 or 1."""
    return int(x > 0) - int(x < 0)


def value(p: Iterable[RationalNumber], x: Any) -> Any:
    """Return a polynomial's value at any number (Horner's rule)."""
    total: Any = Fraction(0)
    for c in p:
        total = total * x + c
    return total


def bounds(p: Iterable[RationalNumber], low: Fraction, high: Fraction) -> tuple[Fraction, Fraction]:
    """Return bounds on the values over an interval (Horner's rule on intervals).

    >>> bounds((1, 0, -2), Fraction(1), Fraction(2))
    (Fraction(-1, 1), Fraction(2, 1))
    """
    a = b = Fraction(0)
    for c in p:
        corners = (a * low, a * high, b * low, b * high)
        a, b = min(corners) + c, max(corners) + c
    return a, b


def product(p: Univariate, q: Univariate) -> list[Any]:
    """Return the product."""
    if not p or not q:
        return []
    result = [0 * p[0] * q[0]] * (len(p) + len(q) - 1)
    for i, a in enumerate(p):
        if a:
            for j, b in enumerate(q):
                result[i + j] += a * b
    return result


def divided(p: Univariate, q: Univariate) -> tuple[list[Fraction], list[Fraction]]:
    """Return quotient and remainder; the first coefficient of ``q`` is not 0.

    >>> [[*map(str, part)] for part in divided((2, 0, 1), (1, 1))]
    [['2', '-2'], ['3']]
    """
    rest = [Fraction(c) for c in p]
    quotient = []
    for k in range(len(p) - len(q) + 1):
        factor = rest[k] / q[0]
        quotient.append(factor)
        if factor:
            for j, c in enumerate(q):
                rest[k + j] -= factor * c
    return quotient, _trimmed(rest[len(quotient) :])


def gcd(p: Univariate, q: Univariate) -> Coefficients:
    """Return the greatest common divisor, primitive up to its sign.

    >>> gcd((1, 0, -1), (2, -2))
    (1, -1)
    """
    while q:
        p, q = q, divided(p, q)[1]
    return whole(p)


def inverse(p: Univariate, modulus: Univariate) -> list[Fraction]:
    """Return the polynomial that times ``p`` is 1 modulo an irreducible one (extended Euclid).

    >>> [str(c) for c in inverse((1, 1), (1, 0, -2))]  # 1/(sqrt(2) + 1)
    ['1', '-1']
    """
    old, new = list(modulus), list(p)
    s_old: list[Fraction] = []
    s_new: list[Fraction] = [Fraction(1)]
    while len(new) > 1:
        quotient, rest = divided(old, new)
        old, new = new, list(rest)
        times = product(quotient, s_new)
        width = max(len(s_old), len(times))
        padded = [[Fraction(0)] * (width - len(s)) + list(s) for s in (s_old, times)]
        s_old, s_new = s_new, _trimmed([a - b for a, b in zip(*padded, strict=True)])
    return [c / new[0] for c in s_new]


def derivative(p: Univariate) -> list[RationalNumber]:
    """Return the derivative."""
    return [(len(p) - 1 - k) * c for k, c in enumerate(p[:-1])]


def composed(p: Univariate, scale: Fraction, shift: Fraction) -> list[RationalNumber]:
    """Return the polynomial of ``x -> p(scale * x + shift)``.

    >>> [str(c) for c in composed((1, 0, -2), Fraction(2), Fraction(1))]
    ['4', '4', '-1']
    """
    result: list[Any] = []
    for c in p:  # Horner's rule on polynomials
        result = [*product(result, (scale, shift))] or [Fraction(0)]
        result[-1] += c
    return result


def whole(p: Univariate) -> Coefficients:
    """Return a positive multiple that is primitive, without zeros in front.

    >>> whole((0, Fraction(-1, 2), Fraction(3, 4)))
    (-2, 3)
    """
    return tuple(primitive(integer_row(_trimmed(list(p)))[0]))


def _trimmed(p: list[Any]) -> list[Any]:
    return list(itertools.dropwhile(lambda c: not c, p))


def irreducible(p: Univariate) -> list[Coefficients]:
    """Return the distinct irreducible factors over the rationals, each with a positive lead."""
    coefficients = whole(p)
    if len(coefficients) < 2:
        return []
    if len(coefficients) == 2:
        return [coefficients if coefficients[0] > 0 else tuple(-c for c in coefficients)]
    import sympy

    factors = sympy.Poly(coefficients, sympy.Symbol("x")).factor_list()[1]
    return [tuple(int(c) for c in f.all_coeffs()) for f, _ in factors]


def count_roots(p: Univariate, low: Fraction | None = None, high: Fraction | None = None) -> int:
    """Return the number of different real roots from ``low`` to ``high`` (None: infinite).

    >>> count_roots((1, 0, -2)), count_roots((1, 0, -2), Fraction(0), Fraction(2))
    (2, 1)
    """
    import sympy

    ends = (None if x is None else sympy.Rational(x.numerator, x.denominator) for x in (low, high))
    return int(sympy.Poly(p, sympy.Symbol("x")).count_roots(*ends))


def isolating_intervals(p: Coefficients) -> list[tuple[Fraction, Fraction]]:
    """Return disjoint intervals, each with one real root, in order.

    >>> [(low < -1, high < 0) for low, high in isolating_intervals((1, 0, -2))]
    [(True, True), (False, False)]
    """
    import sympy

    found = sympy.Poly(p, sympy.Symbol("x")).intervals()
    return [(Fraction(int(a.p), int(a.q)), Fraction(int(b.p), int(b.q))) for (a, b), _ in found]
