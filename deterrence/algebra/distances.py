"""Exact distances: rationals and algebraic numbers, moved and scaled.

A distance is a :class:`~deterrence.algebra.roots.Root`: a rational, or the only root
of an irreducible polynomial in an interval.

>>> half = exact_number(Fraction(1, 2))
>>> str(half), str(affine(half, Fraction(4), Fraction(1)))
('1/2', '3')
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from deterrence.algebra.roots import Coefficients, Root


def exact_number(x: Fraction | int) -> Root:
    """Return a rational as an exact number."""
    x = Fraction(x)
    return Root((x.denominator, -x.numerator), x, x)


def affine(root: Root, scale: Fraction, shift: Fraction) -> Root:
    """Return ``scale * root + shift``; ``scale`` is not 0."""
    if root.rational is not None:
        return exact_number(scale * root.rational + shift)
    ends = sorted((scale * root.low + shift, scale * root.high + shift))
    # The root's place among the real roots is kept, or mirrored.
    polynomial = _composed(root.polynomial, 1 / scale, -shift / scale)
    number = root.number if scale > 0 else _count(polynomial) - 1 - root.number
    return Root(polynomial, ends[0], ends[1], number)


def _composed(polynomial: Sequence[int], scale: Fraction, shift: Fraction) -> Coefficients:
    """Return the primitive polynomial of ``x -> polynomial(scale * x + shift)``."""
    result: list[Fraction] = []
    for c in polynomial:  # Horner's rule on polynomials, lowest power first
        grown = [Fraction(0)] * (len(result) + 1)
        for k, r in enumerate(result):
            grown[k] += r * shift
            grown[k + 1] += r * scale
        if not grown:
            grown = [Fraction(0)]
        grown[0] += c
        result = grown
    while len(result) > 1 and not result[-1]:
        result.pop()
    common = math.lcm(*(r.denominator for r in result))
    whole = [int(r * common) for r in reversed(result)]
    divisor = math.gcd(*whole) * (1 if whole[0] > 0 else -1)
    return tuple(w // divisor for w in whole)


def _count(polynomial: Sequence[int]) -> int:
    """Return the number of real roots."""
    import sympy

    return int(sympy.Poly(polynomial, sympy.Symbol("x")).count_roots())


def less(a: Root, b: Root) -> bool:
    """Say whether ``a < b``, exactly."""
    return compare(a, b) < 0


def compare(a: Root, b: Root) -> int:
    """Return -1, 0 or 1 as ``a`` is smaller than, equal to or larger than ``b``."""
    while a.high >= b.low and b.high >= a.low:
        if a.rational is not None and b.rational is not None:
            return (a.rational > b.rational) - (a.rational < b.rational)
        if a.polynomial == b.polynomial and _same(a, b):
            return 0
        # Roots of different irreducible polynomials differ, so this ends.
        a, b = a.refined(), b.refined()
    return -1 if a.high < b.low else 1


def _same(a: Root, b: Root) -> bool:
    """Say whether two roots of one irreducible polynomial are the same."""
    import sympy

    low, high = min(a.low, b.low), max(a.high, b.high)
    poly = sympy.Poly(a.polynomial, sympy.Symbol("x"))
    ends = (sympy.Rational(x.numerator, x.denominator) for x in (low, high))
    return bool(poly.count_roots(*ends) == 1)


def number_dict(root: Root | None) -> dict[str, Any] | None:
    """Return an exact number as plain data: exact text, decimal, and where it is if irrational."""
    if root is None:
        return None
    known: dict[str, Any] = {"exact": str(root), "decimal": root.decimal}
    if root.rational is None:
        narrow = root.narrowed(Fraction(1, 10**12))
        known["polynomial"] = list(root.polynomial)
        known["interval"] = [str(narrow.low), str(narrow.high)]
    return known
