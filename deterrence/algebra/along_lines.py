"""Signs of polynomials along a line through parameter space, exactly.

On the line :math:`p_i(t) = a_i + c_i t` every polynomial in the parameters is one in
:math:`t`.  The real roots of all of them cut the line into cells in which no sign
changes; a *place* is a cell, known by a rational in it, or a root.

>>> from deterrence.algebra.polynomials import Algebra
>>> x, y = Algebra(["x", "y"]).ring.gens
>>> line = Line(["x", "y"], {"x": (Fraction(0), Fraction(1)), "y": (Fraction(2), Fraction(0))})
>>> line.coefficients(x**2 - y)
(1, 0, -2)
>>> [str(p.root or p.point) for p in line.places([x**2 - y], None, None)]
['-3', 'CRootOf(x**2 - 2, 0)', '0', 'CRootOf(x**2 - 2, 1)', '3']
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from deterrence.algebra.distances import compare
from deterrence.algebra.roots import Coefficients, Root, isolate, sign, simplest_between, value
from deterrence.algebra.sign_formulas import Memo, Possible

#: Relative allowance for rounding when ranges are bounded in floats: far above any error.
MARGIN = 1e-9


@dataclass(frozen=True, eq=False)
class Place:
    """A root, or (``root`` is None) an open cell between ``low`` and ``high``.

    ``point`` is a rational in the cell; at a root it is the root where that is rational.
    """

    root: Root | None
    point: Fraction
    low: Root | None = None
    high: Root | None = None


class Line:
    """Polynomials restricted to a line; ``points[name]`` is (value at 0, slope)."""

    def __init__(
        self, names: Sequence[str], points: Mapping[str, tuple[Fraction, Fraction]]
    ) -> None:
        ends = [points[n] for n in names]
        self._common = math.lcm(*(x.denominator for pair in ends for x in pair), 1)
        self._forms = [
            (int(a * self._common), int(c * self._common)) for a, c in ends
        ]  # p_i = (A + C t) / common
        self._powers: dict[tuple[int, int], list[int]] = {}
        #: The primitive integer coefficients of a polynomial in ``t``, highest power first;
        #: the sign is kept, and the zero polynomial is ``(0,)``.
        self.coefficients = Memo(self._restricted)
        self._factors: dict[Coefficients, tuple[Coefficients, ...]] = {}
        self._possible: dict[tuple[Fraction, Fraction], Possible] = {}

    def _restricted(self, poly: Any) -> Coefficients:
        terms = list(poly.terms())
        degree = max((sum(powers) for powers, _ in terms), default=0)
        total = [0] * (degree + 1)
        for powers, coefficient in terms:
            product = [int(coefficient) * self._common ** (degree - sum(powers))]
            for k, e in enumerate(powers):
                if e:
                    product = _times(product, self._power(k, int(e)))
            for k, c in enumerate(product):
                total[k] += c
        while len(total) > 1 and not total[-1]:
            total.pop()
        divisor = math.gcd(*total) or 1
        return tuple(c // divisor for c in reversed(total))

    def _power(self, k: int, e: int) -> list[int]:
        if (k, e) not in self._powers:
            a, c = self._forms[k]
            base = [a, c] if c else [a]
            self._powers[k, e] = base if e == 1 else _times(self._power(k, e - 1), base)
        return self._powers[k, e]

    # ---- roots and places ----------------------------------------------------------
    def roots(self, polys: Iterable[Any]) -> list[Root]:
        """Return the real roots of the polynomials that are not zero everywhere, in order."""
        factors: dict[Coefficients, None] = {}
        for poly in polys:
            factors.update(dict.fromkeys(self._irreducible(self.coefficients(poly))))
        return isolate(factors)

    def _irreducible(self, coefficients: Coefficients) -> tuple[Coefficients, ...]:
        if len(coefficients) == 1:
            return ()
        if coefficients[0] < 0:
            coefficients = tuple(-c for c in coefficients)
        if len(coefficients) == 2:
            return (coefficients,)
        if coefficients not in self._factors:
            import sympy

            parts = sympy.Poly(coefficients, sympy.Symbol("x")).factor_list()[1]
            self._factors[coefficients] = tuple(
                tuple(int(c) for c in f.all_coeffs()) for f, _ in parts
            )
        return self._factors[coefficients]

    def places(self, polys: Iterable[Any], low: Root | None, high: Root | None) -> list[Place]:
        """Return the cells and roots strictly between ``low`` and ``high`` (None: infinite)."""
        inner = [
            r
            for r in self.roots(polys)
            if (low is None or compare(low, r) < 0) and (high is None or compare(r, high) < 0)
        ]
        found = []
        ends: list[Root | None] = [low, *inner, high]
        for a, b in itertools.pairwise(ends):
            found.append(Place(None, inside(a, b), a, b))
            if b is not None and b is not high:
                found.append(Place(b, b.low))
        return found

    def possible(self, low: Fraction, high: Fraction) -> Possible:
        """Return the signs that polynomials can have between two points; never too few."""
        key = low, high
        if key not in self._possible:
            ends = float(low), float(high)
            self._possible = {key: Memo(lambda p: _signs(self.coefficients(p), *ends))}
        return self._possible[key]

    def sign(self, poly: Any, place: Place) -> int:
        """Return the sign of a polynomial at a place, exactly."""
        coefficients = self.coefficients(poly)
        if place.root is None or place.root.rational is not None or len(coefficients) == 1:
            return sign(value(coefficients, place.point))
        return sign_at(coefficients, place.root)


def _signs(coefficients: Coefficients, low: float, high: float) -> frozenset[int]:
    """Bound a polynomial's values by Horner's rule on intervals, with room for rounding."""
    if len(coefficients) == 1:
        return frozenset({sign(coefficients[0])})
    scale = max(map(abs, coefficients))
    a = b = size = 0.0
    reach = max(abs(low), abs(high))
    for c in coefficients:
        corners = (a * low, a * high, b * low, b * high)
        a, b = min(corners) + c / scale, max(corners) + c / scale
        size = size * reach + abs(c) / scale
    margin = MARGIN * size
    found = {0} if a - margin <= 0 <= b + margin else set()
    if b + margin > 0:
        found.add(1)
    if a - margin < 0:
        found.add(-1)
    return frozenset(found)


def sign_at(coefficients: Coefficients, root: Root) -> int:
    """Return the sign of a univariate polynomial at an irrational root, exactly."""
    if _divides(root.polynomial, coefficients):
        return 0
    while True:
        low, high = _range(coefficients, root.low, root.high)
        if low > 0 or high < 0:
            return 1 if low > 0 else -1
        root = root.refined()


def _range(coefficients: Coefficients, low: Fraction, high: Fraction) -> tuple[Fraction, Fraction]:
    """Return bounds on a polynomial's values over an interval (Horner's rule on intervals)."""
    a = b = Fraction(0)
    for c in coefficients:
        corners = (a * low, a * high, b * low, b * high)
        a, b = min(corners) + c, max(corners) + c
    return a, b


def _divides(divisor: Coefficients, coefficients: Coefficients) -> bool:
    rest = [Fraction(c) for c in coefficients]
    while len(rest) >= len(divisor):
        scale = rest[0] / divisor[0]
        for k, c in enumerate(divisor):
            rest[k] -= scale * c
        rest.pop(0)
    return not any(rest)


def inside(low: Root | None, high: Root | None) -> Fraction:
    """Return a simple rational strictly between two numbers."""
    while low is not None and high is not None and low.high >= high.low:
        if low.low == low.high and high.low == high.high:
            raise ValueError("an empty interval has no point inside")
        low, high = low.refined(), high.refined()
    return simplest_between(None if low is None else low.high, None if high is None else high.low)


def _times(a: list[int], b: list[int]) -> list[int]:
    result = [0] * (len(a) + len(b) - 1)
    for i, x in enumerate(a):
        if x:
            for j, y in enumerate(b):
                result[i + j] += x * y
    return result
