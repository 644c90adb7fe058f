r"""The space of changes: what may move, how far, and how the size of a change is measured.

A change :math:`z` moves parameter :math:`i` to :math:`p_i = b_i + s_i z_i`; its size is
:math:`\max |z_i|` or :math:`\sum |z_i|`.  Polynomials in the parameters become polynomials
in the changes; their range over a box of changes is bounded from that expansion
around the base (Taylor form, Moore 1966), which is sharp where the box is small.

>>> from deterrence.analysis.robust.results import MovingParameter
>>> from deterrence.algebra.polynomials import Algebra
>>> algebra = Algebra(["a", "b"])
>>> a, b = algebra.ring.gens
>>> axes = [MovingParameter(n, Fraction(x), Fraction(s)) for n, x, s in ["a32", "b11"]]
>>> space = ChangeSpace(algebra, axes, "max")
>>> sorted(space.taylor(a - b).items())
[((0, 0), 2), ((0, 1), -1), ((1, 0), 2)]
>>> space.signs(space.box(Fraction(1, 2)))(a - b)
frozenset({1})
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from deterrence.algebra.along_lines import MARGIN
from deterrence.algebra.polynomials import Algebra
from deterrence.algebra.roots import Root, compare, exact_number
from deterrence.algebra.sign_formulas import Memo, Possible
from deterrence.analysis.robust.results import MovingParameter, Norm

#: Per axis the least and the largest change; infinite ones are floats.
Box = list[tuple[Any, Any]]
_ALL = frozenset({-1, 0, 1})


class ChangeSpace:
    """The axes in the order of an algebra's parameters, and a norm."""

    def __init__(self, algebra: Algebra, axes: Sequence[MovingParameter], norm: Norm) -> None:
        by_name = {a.name: a for a in axes}
        self.algebra, self.norm = algebra, norm
        self.axes = [by_name[n] for n in algebra.parameters]
        self.names = [a.name for a in self.axes]
        #: A positive multiple of a polynomial in the changes: powers to coefficient.
        self.taylor = Memo(self._expanded)
        common = math.lcm(*(x.denominator for a in self.axes for x in (a.base, a.step)), 1)
        self._common = common
        self._forms = [(int(a.base * common), int(a.step * common)) for a in self.axes]

    # ---- points ----------------------------------------------------------------------
    def point(self, change: Sequence[Fraction]) -> dict[str, Fraction]:
        """Return the parameter values after a change."""
        return {a.name: a.base + a.step * z for a, z in zip(self.axes, change, strict=True)}

    def value(self, poly: Any, change: Sequence[Fraction]) -> Any:
        """Return a polynomial in the parameters after a change."""
        none = dict.fromkeys(self.algebra.names, Fraction(0))
        return self.algebra.evaluate(poly, {**none, **self.point(change)})

    def change(self, point: Mapping[str, Fraction]) -> list[Fraction]:
        """Return the change that leads to a point."""
        return [(point[a.name] - a.base) / a.step for a in self.axes]

    def size(self, change: Sequence[Fraction]) -> Fraction:
        """Return the size of a change."""
        sizes = [abs(z) for z in change]
        if self.norm == "max":
            return max(sizes, default=Fraction(0))
        return sum(sizes, Fraction(0))

    def room(self, k: int) -> tuple[Fraction | None, Fraction | None]:
        """Return the least and the largest change of an axis that its limits allow."""
        axis = self.axes[k]
        low, high = axis.room(-1), axis.room(1)
        return (None if low is None else -low), high

    def allows(self, change: Sequence[Fraction]) -> bool:
        """Say whether a change keeps within the limits."""
        for k, z in enumerate(change):
            low, high = self.room(k)
            if (low is not None and z < low) or (high is not None and z > high):
                return False
        return True

    def line(
        self, origin: Sequence[Fraction], slope: Sequence[Fraction]
    ) -> dict[str, tuple[Fraction, Fraction]]:
        """Return the parameters along the line of changes ``origin + slope * t``."""
        return {
            a.name: (a.base + a.step * o, a.step * s)
            for a, o, s in zip(self.axes, origin, slope, strict=True)
        }

    def size_on_line(self, origin: Sequence[Fraction], slope: Sequence[Fraction], t: Root) -> Root:
        """Return the size of the change ``origin + slope * t``, exactly."""
        parts = [along(o, s, t) for o, s in zip(origin, slope, strict=True)]
        zero = exact_number(0)
        signs = [compare(p, zero) for p in parts]
        if self.norm == "sum":
            total = sum((s * o for s, o in zip(signs, origin, strict=True)), Fraction(0))
            rate = sum((s * c for s, c in zip(signs, slope, strict=True)), Fraction(0))
            return along(total, rate, t)
        best = zero
        for o, c, s in zip(origin, slope, signs, strict=True):
            here = along(s * o, s * c, t)
            best = here if compare(here, best) > 0 else best
        return best

    # ---- boxes and ranges --------------------------------------------------------------
    def box(self, radius: Fraction | None) -> Box:
        """Return the smallest box of all changes up to a size, within the limits."""
        found: Box = []
        for k in range(len(self.axes)):
            low, high = self.room(k)
            ends = [-math.inf if low is None else low, math.inf if high is None else high]
            if radius is not None:
                ends = [max(ends[0], -radius), min(ends[1], radius)]
            found.append((ends[0], ends[1]))
        return found

    def distance(self, box: Box) -> Fraction:
        """Return the smallest size of a change in a bounded box."""
        nearest = [max(low, -high, Fraction(0)) for low, high in box]
        if self.norm == "max":
            return max(nearest, default=Fraction(0))
        return sum(nearest, Fraction(0))

    def _expanded(self, poly: Any) -> dict[tuple[int, ...], int]:
        size = len(self.axes)
        terms = [(tuple(int(e) for e in m), int(c)) for m, c in poly.terms()]
        degree = max((sum(m) for m, _ in terms), default=0)
        result: dict[tuple[int, ...], int] = {}
        for powers, coefficient in terms:
            scale = coefficient * self._common ** (degree - sum(powers))
            partial: dict[tuple[int, ...], int] = {(0,) * size: scale}
            for k, e in enumerate(powers[:size]):
                if not e:
                    continue
                base, step = self._forms[k]
                binomial = [math.comb(e, j) * base ** (e - j) * step**j for j in range(e + 1)]
                grown: dict[tuple[int, ...], int] = {}
                for m, c in partial.items():
                    for j, b in enumerate(binomial):
                        if b:
                            key = (*m[:k], j, *m[k + 1 :])
                            grown[key] = grown.get(key, 0) + c * b
                partial = grown
            for m, c in partial.items():
                result[m] = result.get(m, 0) + c
        result = {m: c for m, c in result.items() if c}
        divisor = math.gcd(*result.values()) if result else 1
        return {m: c // divisor for m, c in result.items()}

    def degree(self, poly: Any) -> int:
        """Return the degree of a polynomial in the changes."""
        return max((sum(m) for m in self.taylor(poly)), default=0)

    def signs(self, box: Box) -> Possible:
        """Return the signs that polynomials can have in a box; too many, never too few."""
        ends = [(float(a), float(b)) for a, b in box]

        def possible(poly: Any) -> frozenset[int]:
            return _signs(self.taylor(poly), ends)

        return Memo(possible)


def along(origin: Fraction, slope: Fraction, t: Root) -> Root:
    """Return ``origin + slope * t``."""
    from deterrence.algebra.roots import affine

    return affine(t, slope, origin) if slope else exact_number(origin)


def _signs(
    terms: Mapping[tuple[int, ...], int], ends: Sequence[tuple[float, float]]
) -> frozenset[int]:
    if not terms:
        return frozenset({0})
    if len(terms) == 1 and not any(next(iter(terms))):
        return frozenset({1 if next(iter(terms.values())) > 0 else -1})
    low = high = size = 0.0
    scale = max(abs(c) for c in terms.values())
    for powers, coefficient in terms.items():
        a = b = coefficient / scale  # true division of integers is rounded correctly
        for (x, y), e in zip(ends, powers, strict=True):
            if e:
                c, d = _power(x, y, e)
                corners = [_product(p, q) for p in (a, b) for q in (c, d)]
                a, b = min(corners), max(corners)
        low, high = low + a, high + b
        size += max(abs(a), abs(b))
    if not math.isfinite(size):
        return _ALL  # a ball without an end
    margin = MARGIN * size
    found = set()
    if high + margin >= 0 and low - margin <= 0:
        found.add(0)
    if high + margin > 0:
        found.add(1)
    if low - margin < 0:
        found.add(-1)
    return frozenset(found)


def _power(x: float, y: float, e: int) -> tuple[float, float]:
    if e % 2:
        return x**e, y**e
    top = max(abs(x), abs(y)) ** e
    return (0.0 if x <= 0 <= y else min(abs(x), abs(y)) ** e), top


def _product(p: float, q: float) -> float:
    return 0.0 if p == 0 or q == 0 else p * q
