"""Real algebraic numbers: roots of integer polynomials, isolated and in order.

A root is kept as its irreducible polynomial with an interval of rationals that
holds it and no other root; rational roots are kept as they are.  Signs of other
polynomials at a root are read off at the ends of its interval.

>>> for root in isolate([(1, 0, -2), (1, -1)]):
...     print(root, round(root.decimal, 6))
CRootOf(x**2 - 2, 0) -1.414214
1 1.0
CRootOf(x**2 - 2, 1) 1.414214
>>> half = exact_number(Fraction(1, 2))
>>> str(half), str(affine(half, Fraction(4), Fraction(1)))
('1/2', '3')
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from deterrence.algebra.univariate import (
    Coefficients,
    Univariate,
    bounds,
    composed,
    count_roots,
    divided,
    isolating_intervals,
    sign,
    value,
    whole,
)

if TYPE_CHECKING:
    import sympy


@dataclass(frozen=True)
class Root:
    """The only root of ``polynomial`` between ``low`` and ``high``, its ``number``-th real one.

    ``low == high`` where the root is rational.  Roots are equal whatever their intervals; the
    polynomial is irreducible, without a common divisor, its first coefficient positive.
    """

    polynomial: Coefficients
    low: Fraction = field(compare=False)
    high: Fraction = field(compare=False)
    number: int = 0

    @property
    def rational(self) -> Fraction | None:
        """The root itself where it is rational."""
        return self.low if self.low == self.high else None

    def refined(self) -> Root:
        """Return the root with half the interval (at most)."""
        if self.low == self.high:
            return self
        middle = (self.low + self.high) / 2
        left = sign(value(self.polynomial, self.low))
        if sign(value(self.polynomial, middle)) == left:
            return replace(self, low=middle)
        return replace(self, high=middle)

    def narrowed(self, width: Fraction) -> Root:
        """Return the root with an interval of at most the given width."""
        root = self
        while root.high - root.low > width:
            root = root.refined()
        return root

    @property
    def decimal(self) -> float:
        """The root as the nearest float (to one part in 2**60)."""
        size = max(abs(self.low), abs(self.high), Fraction(1, 10**6))
        root = self.narrowed(size / 2**60)
        return float((root.low + root.high) / 2)

    def to_sympy(self) -> sympy.Expr:
        """Return the root as a sympy number (``CRootOf`` where it is irrational)."""
        import sympy

        if self.rational is not None:
            return sympy.Rational(self.low.numerator, self.low.denominator)
        x = sympy.Symbol("x")
        return sympy.CRootOf(sympy.Poly(self.polynomial, x), self.number, radicals=False)

    def __str__(self) -> str:
        return str(self.low if self.low == self.high else self.to_sympy())


def isolate(polynomials: Iterable[Coefficients]) -> list[Root]:
    """Return the real roots of irreducible polynomials in order, with disjoint intervals."""
    roots: list[Root] = []
    for polynomial in dict.fromkeys(polynomials):
        if len(polynomial) == 2:
            x = Fraction(-polynomial[1], polynomial[0])
            roots.append(Root(polynomial, x, x))
        elif len(polynomial) > 2:
            roots += [
                Root(polynomial, low, high, k)
                for k, (low, high) in enumerate(isolating_intervals(polynomial))
            ]
    roots.sort(key=lambda r: (r.low, r.high))
    while True:
        clashes = [k for k in range(len(roots) - 1) if roots[k].high >= roots[k + 1].low]
        if not clashes:
            return roots
        # Different irreducible polynomials have no common root, so this ends.
        for k in clashes:
            roots[k], roots[k + 1] = roots[k].refined(), roots[k + 1].refined()
        roots.sort(key=lambda r: (r.low, r.high))


def sign_at(p: Univariate, root: Root) -> int:
    """Return the sign of a polynomial at a root, exactly.

    >>> sign_at((1, -1), isolate([(1, 0, -2)])[1])
    1
    """
    if root.rational is not None:
        return sign(value(p, root.rational))
    if not divided(p, root.polynomial)[1]:
        return 0
    while True:
        low, high = bounds(p, root.low, root.high)
        if low > 0 or high < 0:
            return 1 if low > 0 else -1
        root = root.refined()


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
    polynomial = whole(composed(root.polynomial, 1 / scale, -shift / scale))
    if polynomial[0] < 0:
        polynomial = tuple(-c for c in polynomial)
    number = root.number if scale > 0 else count_roots(polynomial) - 1 - root.number
    return Root(polynomial, ends[0], ends[1], number)


def less(a: Root, b: Root) -> bool:
    """Say whether ``a < b``, exactly."""
    return compare(a, b) < 0


def compare(a: Root, b: Root) -> int:
    """Return -1, 0 or 1 as ``a`` is smaller than, equal to or larger than ``b``."""
    while a.high >= b.low and b.high >= a.low:
        if a.rational is not None and b.rational is not None:
            return (a.rational > b.rational) - (a.rational < b.rational)
        if a.polynomial == b.polynomial and (
            count_roots(a.polynomial, min(a.low, b.low), max(a.high, b.high)) == 1
        ):
            return 0
        # Roots of different irreducible polynomials differ, so this ends.
        a, b = a.refined(), b.refined()
    return -1 if a.high < b.low else 1


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


def simplest_between(low: Fraction | None, high: Fraction | None) -> Fraction:
    """Return the fraction with the smallest denominator strictly between (None: infinite).

    >>> simplest_between(Fraction(1, 3), Fraction(1, 2))
    Fraction(2, 5)
    """
    if low is None and high is None:
        return Fraction(0)
    if low is None or high is None:
        if low is None:
            return Fraction(0) if high > 0 else Fraction(math.ceil(high) - 1)  # type: ignore[arg-type,operator]
        return Fraction(0) if low < 0 else Fraction(math.floor(low) + 1)
    if low < 0 < high:
        return Fraction(0)
    if high <= 0:
        return -_simplest(-high, -low)
    return _simplest(low, high)


def _simplest(low: Fraction, high: Fraction) -> Fraction:
    """Walk down the Stern-Brocot tree; ``0 <= low < high``."""
    whole = math.floor(low)
    if whole + 1 < high:
        return Fraction(whole + 1)
    low, high = low - whole, high - whole
    if low == 0:
        return whole + Fraction(1, math.floor(1 / high) + 1)
    # 1/x runs over (1/high, 1/low).
    inner = _simplest(1 / high, 1 / low)
    return whole + 1 / inner
