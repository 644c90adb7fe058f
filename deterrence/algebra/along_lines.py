"""Signs of polynomials along a line through parameter space, exactly.

On the line :math:`p_i(t) = a_i + c_i t` every polynomial in the parameters is one in
:math:`t`.  The real roots of all of them cut the line into cells in which no sign
changes; a *place* is a cell, known by a rational in it, or a root.

>>> from deterrence.algebra.polynomials import Algebra
>>> x, y = Algebra(["x", "y"]).ring.gens
>>> points = {"x": (Fraction(0), Fraction(1)), "y": (Fraction(2), Fraction(0))}
>>> line = StraightLine(["x", "y"], points)
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
from functools import lru_cache

from deterrence.algebra.linear import primitive
from deterrence.algebra.rings import RingElement
from deterrence.algebra.roots import Root, compare, isolate, sign_at, simplest_between
from deterrence.algebra.sign_formulas import Memo, Possible
from deterrence.algebra.univariate import Coefficients, irreducible, product, sign, value

#: Relative allowance for rounding when ranges are bounded in floats: far above any error.
MARGIN = 1e-9


@dataclass(frozen=True, eq=False)
class LinePlace:
    """A root, or (``root`` is None) an open cell between ``low`` and ``high``.

    ``point`` is a rational in the cell; at a root it is the root where that is rational.
    """

    root: Root | None
    point: Fraction
    low: Root | None = None
    high: Root | None = None


class StraightLine:
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
        self._factors = lru_cache(maxsize=None)(irreducible)
        self._possible: dict[tuple[Fraction, Fraction], Possible] = {}

    def _restricted(self, poly: RingElement) -> Coefficients:
        terms = list(poly.terms())
        degree = max((sum(powers) for powers, _ in terms), default=0)
        total = [0] * (degree + 1)
        for powers, coefficient in terms:
            term = [int(coefficient) * self._common ** (degree - sum(powers))]
            for k, e in enumerate(powers):
                if e:
                    term = product(term, self._power(k, int(e)))
            for k, c in enumerate(term, start=len(total) - len(term)):
                total[k] += c
        first = next((k for k, c in enumerate(total) if c), degree)
        return tuple(primitive(total[first:]))

    def _power(self, k: int, e: int) -> list[int]:
        if (k, e) not in self._powers:
            a, c = self._forms[k]
            base = [c, a] if c else [a]
            self._powers[k, e] = base if e == 1 else product(self._power(k, e - 1), base)
        return self._powers[k, e]

    # ---- roots and places ----------------------------------------------------------
    def roots(self, polys: Iterable[RingElement]) -> list[Root]:
        """Return the real roots of the polynomials that are not zero everywhere, in order."""
        factors: dict[Coefficients, None] = {}
        for poly in polys:
            factors.update(dict.fromkeys(self._factors(self.coefficients(poly))))
        return isolate(factors)

    def places(
        self, polys: Iterable[RingElement], low: Root | None, high: Root | None
    ) -> list[LinePlace]:
        """Return the cells and roots strictly between ``low`` and ``high`` (None: infinite)."""
        inner = [
            r
            for r in self.roots(polys)
            if (low is None or compare(low, r) < 0) and (high is None or compare(r, high) < 0)
        ]
        found = []
        ends: list[Root | None] = [low, *inner, high]
        for a, b in itertools.pairwise(ends):
            found.append(LinePlace(None, inside(a, b), a, b))
            if b is not None and b is not high:
                found.append(LinePlace(b, b.low))
        return found

    def possible(self, low: Fraction, high: Fraction) -> Possible:
        """Return the signs that polynomials can have between two points; never too few."""
        key = low, high
        if key not in self._possible:
            ends = float(low), float(high)
            self._possible = {key: Memo(lambda p: _signs(self.coefficients(p), *ends))}
        return self._possible[key]

    def sign(self, poly: RingElement, place: LinePlace) -> int:
        """Return the sign of a polynomial at a place, exactly."""
        coefficients = self.coefficients(poly)
        if place.root is None or len(coefficients) == 1:
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


def inside(low: Root | None, high: Root | None) -> Fraction:
    """Return a simple rational strictly between two numbers."""
    while low is not None and high is not None and low.high >= high.low:
        if low.low == low.high and high.low == high.high:
            raise ValueError("an empty interval has no point inside")
        low, high = low.refined(), high.refined()
    return simplest_between(None if low is None else low.high, None if high is None else high.low)
