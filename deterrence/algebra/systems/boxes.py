r"""Multilinear systems on a box: every zero isolated, with proof, by subdivision.

A polynomial of degree 1 in each unknown takes its extremes over a box at the corners, so
its range is exact and cheap: halving a box only averages corner values.  With the system
multiplied by the inverse of its Jacobian at the centre (Krawczyk 1969; Neumaier, Interval
Methods for Systems of Equations, 1990, ch. 5):

* a box on which an equation, or one of the combinations, has one sign holds no zero;
* where the Jacobian's range is strictly diagonally dominant there is one zero at most;
* where each combination changes sign between opposite sides there is one at least
  (Miranda 1940, Boll. UMI 3).

Floats only decide where their rounding errors cannot matter; the proof that a zero exists
and is alone is repeated over the rationals.  Zeros at which the Jacobian is singular,
and infinite sets of zeros, are never isolated: the search gives up.

>>> from deterrence.algebra.systems.ring import make_ring
>>> ring = make_ring(2)
>>> x, y = ring.gens
>>> found = zeros([3*x*y - 1, x - y], [1 - x], ring, (0, 1))
>>> [[round(float(v.middle), 6) for v in box] for box in found]
[[0.57735, 0.57735]]
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from deterrence.algebra.enclosures import Enclosure
from deterrence.algebra.linear import solve_columns, solve_linear
from deterrence.algebra.rings import Ring, RingElement
from deterrence.algebra.systems.ideal import fraction
from deterrence.limits import work
from deterrence.limits.deadline import Deadline

#: Unknowns, and boxes looked at, before the search gives up.
MAX_UNKNOWNS = 9
MAX_BOXES = 20_000
#: Decimal places to which zeros are enclosed.
PLACES = 50
#: Rounding errors relative to the coefficients, with a wide margin.
MARGIN = 1e-10

_ZERO, _ONE = Fraction(0), Fraction(1)

#: Coefficients by the set of unknowns that occur, as a tuple of 0 and 1.
Multilinear = dict[tuple[int, ...], Fraction]
RationalRange = tuple[Fraction, Fraction]

#: Work seconds of one box.
_BOX = 2e-4


def zeros(
    equations: Sequence[RingElement],
    conditions: Sequence[RingElement],
    ring: Ring,
    unknowns: Sequence[int],
    deadline: Deadline | None = None,
) -> list[list[Enclosure]] | None:
    """Return boxes around all zeros in the unit box at which no condition is negative.

    As many equations as unknowns, all multilinear; ``None`` where the search gives up.
    Each box holds exactly one zero; conditions are above 0 throughout.
    """
    count = len(unknowns)
    if not 0 < count == len(equations) <= MAX_UNKNOWNS:
        return None
    system = [_multilinear(p, unknowns) for p in equations]
    sides = [_multilinear(q, unknowns) for q in conditions]
    if any(p is None for p in (*system, *sides)):
        return None
    search = _BoxSearch([p for p in system if p], [q for q in sides if q], count)
    return search.run(deadline or Deadline(None))


def _multilinear(p: RingElement, unknowns: Sequence[int]) -> Multilinear | None:
    terms: Multilinear = {}
    for m, c in p.terms():
        powers = tuple(m[k] for k in unknowns)
        if max(powers, default=0) > 1 or sum(powers) != sum(m):
            return None
        terms[powers] = fraction(c)
    return terms


class _BoxSearch:
    """Subdivision of the unit box."""

    def __init__(self, system: list[Multilinear], sides: list[Multilinear], count: int) -> None:
        import numpy as np

        self.np, self.count = np, count
        self.system = [_scaled(p) for p in system]
        self.sides = [_scaled(q) for q in sides]
        self.found: list[list[Enclosure]] = []

    def corners(self, polynomials: Sequence[Multilinear]) -> Any:
        """Return the values at the corners of the unit box, one block per polynomial."""
        np = self.np
        blocks = np.zeros((len(polynomials), *[2] * self.count))
        for k, p in enumerate(polynomials):
            for powers, c in p.items():
                blocks[(k, *powers)] = float(c)
        for axis in range(1, self.count + 1):
            blocks = np.cumsum(blocks, axis=axis)  # (constant, constant + slope)
        return blocks

    def run(self, deadline: Deadline) -> list[list[Enclosure]] | None:
        np = self.np
        low, high = np.zeros(self.count), np.ones(self.count)
        stack = [(low, high, self.corners(self.system), self.corners(self.sides))]
        axes = tuple(range(1, self.count + 1))
        seen = 0
        while stack:
            seen += 1
            if seen > MAX_BOXES or (seen % 64 == 0 and deadline.expired()):
                return None
            work.spend(_BOX)
            low, high, values, sides = stack.pop()
            if (values.min(axis=axes) > MARGIN).any() or (values.max(axis=axes) < -MARGIN).any():
                continue
            if len(sides) and (sides.max(axis=axes) < -MARGIN).any():
                continue
            slopes = self.slopes(values)  # per equation and unknown, at the corners
            centre = slopes.mean(axis=tuple(range(2, self.count + 2)))
            try:
                inverse = np.linalg.inv(centre)
            except np.linalg.LinAlgError:
                inverse = None
            if inverse is not None and np.isfinite(inverse).all():
                margin = MARGIN * np.abs(inverse).sum(axis=1)
                combined = np.tensordot(inverse, values, axes=(1, 0))
                if (combined.min(axis=axes) > margin).any():
                    continue
                if (combined.max(axis=axes) < -margin).any():
                    continue
                if self.alone(np.tensordot(inverse, slopes, axes=(1, 0)), margin):
                    answer = self.settle(low, high)
                    if answer:
                        continue
            if (high - low).max() < 1e-7:
                return None
            axis = int(np.argmax(np.abs(slopes).sum(axis=(0, *range(2, self.count + 2)))))
            if high[axis] - low[axis] < 1e-9:
                axis = int(np.argmax(high - low))
            stack += self.halves(low, high, values, sides, axis)
        return self.checked()

    def slopes(self, values: Any) -> Any:
        """Return the change across the box along each axis, at the corners."""
        np = self.np
        parts = []
        for axis in range(1, self.count + 1):
            change = np.diff(values, axis=axis)
            parts.append(np.repeat(change, 2, axis=axis))
        return np.stack(parts, axis=1)

    def alone(self, jacobian: Any, margin: Any) -> bool:
        """Whether the combined Jacobian is strictly diagonally dominant over the box."""
        np = self.np
        axes = tuple(range(2, self.count + 2))
        small = np.minimum(np.abs(jacobian.min(axis=axes)), np.abs(jacobian.max(axis=axes)))
        one_sign = (jacobian.min(axis=axes) > 0) | (jacobian.max(axis=axes) < 0)
        large = np.maximum(np.abs(jacobian.min(axis=axes)), np.abs(jacobian.max(axis=axes)))
        diagonal = np.where(np.diag(one_sign), np.diag(small), 0.0)
        rest = large.sum(axis=1) - np.diag(large)
        return bool((diagonal > rest + 4 * margin * self.count).all())

    def halves(self, low: Any, high: Any, values: Any, sides: Any, axis: int) -> list[Any]:
        """Return both halves of a box along an axis."""
        np = self.np
        middle = (low[axis] + high[axis]) / 2
        result = []
        for upper in (False, True):
            parts = []
            for block in (values, sides):
                first = np.take(block, [0], axis=axis + 1)
                last = np.take(block, [1], axis=axis + 1)
                mean = (first + last) / 2
                pair = (mean, last) if upper else (first, mean)
                parts.append(np.concatenate(pair, axis=axis + 1))
            a, b = low.copy(), high.copy()
            (a if upper else b)[axis] = middle
            result.append((a, b, *parts))
        return result

    # ---- over the rationals ----------------------------------------------------
    def settle(self, low: Any, high: Any) -> bool:
        """Enclose the only zero near a box, and prove that the box has no other."""
        start = [Fraction(float(a + b) / 2) for a, b in zip(low, high, strict=True)]
        point = start
        digits = 8
        while digits < 4 * PLACES:
            jacobian, values = self.linear_part(point)
            step = solve_linear(jacobian, values)
            if step is None:
                return False
            digits = min(4 * PLACES, 2 * digits)
            point = [_rounded(x - d, max(digits, 30)) for x, d in zip(point, step, strict=True)]
            if max(abs(x - y) for x, y in zip(point, start, strict=True)) > 2:
                return False
        radius = Fraction(1, 10**PLACES)
        box = [(x - radius, x + radius) for x in point]
        if not self.proven(box, point, existence=True):
            return False
        hull = [
            (min(a, Fraction(float(u))), max(b, Fraction(float(v))))
            for (a, b), u, v in zip(box, low, high, strict=True)
        ]
        if not self.proven(hull, point, existence=False):
            return False
        enclosed = [Enclosure(a, b) for a, b in box]
        if not any(_overlap(enclosed, other) for other in self.found):
            self.found.append(enclosed)
        return True

    def linear_part(self, point: Sequence[Fraction]) -> tuple[list[list[Fraction]], list[Fraction]]:
        jacobian = [[_at(_derivative(p, k), point) for k in range(self.count)] for p in self.system]
        return jacobian, [_at(p, point) for p in self.system]

    def proven(
        self, box: Sequence[RationalRange], point: Sequence[Fraction], *, existence: bool
    ) -> bool:
        """Prove over the rationals that a box has one zero at most, or one exactly."""
        jacobian, _ = self.linear_part(point)
        identity = [[int(r == k) for r in range(self.count)] for k in range(self.count)]
        columns = solve_columns(jacobian, identity)
        if columns is None:
            return False
        inverse = [[_rounded(x, 30 + PLACES) for x in row] for row in zip(*columns, strict=True)]
        combined = [
            _sum([(w, p) for w, p in zip(row, self.system, strict=True)]) for row in inverse
        ]
        for k, g in enumerate(combined):
            ranges = [_range(_derivative(g, j), box) for j in range(self.count)]
            a, b = ranges[k]
            if a <= 0 <= b:
                return False
            rest = sum(max(abs(u), abs(v)) for j, (u, v) in enumerate(ranges) if j != k)
            if min(abs(a), abs(b)) <= rest:
                return False
            if existence:
                below = [*box[:k], (box[k][0], box[k][0]), *box[k + 1 :]]
                above = [*box[:k], (box[k][1], box[k][1]), *box[k + 1 :]]
                (u, v), (w, z) = _range(g, below), _range(g, above)
                if not (v < 0 < w or z < 0 < u):
                    return False
        return True

    def checked(self) -> list[list[Enclosure]] | None:
        """Return the zeros in the unit box that satisfy the conditions; ``None``: undecided."""
        kept = []
        for enclosed in self.found:
            box = [(e.low, e.high) for e in enclosed]
            inside = True
            for q in [*self.sides, *_unit(self.count)]:
                a, b = _range(q, box)
                if b < 0:
                    inside = False
                    break
                if a <= 0:
                    return None
            if inside:
                kept.append(enclosed)
        return kept


def _unit(count: int) -> list[Multilinear]:
    zero = (0,) * count
    result: list[Multilinear] = []
    for k in range(count):
        one = (*zero[:k], 1, *zero[k + 1 :])
        result += [{one: _ONE}, {zero: _ONE, one: -_ONE}]
    return result


def _scaled(p: Multilinear) -> Multilinear:
    size = sum(abs(c) for c in p.values())
    return {k: c / size for k, c in p.items()}


def _derivative(p: Multilinear, k: int) -> Multilinear:
    return {(*m[:k], 0, *m[k + 1 :]): c for m, c in p.items() if m[k]}


def _at(p: Multilinear, point: Sequence[Fraction]) -> Fraction:
    total = _ZERO
    for m, c in p.items():
        for k, e in enumerate(m):
            if e:
                c *= point[k]
        total += c
    return total


def _range(p: Multilinear, box: Sequence[RationalRange]) -> RationalRange:
    """Return the exact range over a box, from the values at its corners."""
    if not p:
        return _ZERO, _ZERO
    used = [any(m[k] for m in p) for k in range(len(box))]
    ends = [s if u and s[0] != s[1] else s[:1] for s, u in zip(box, used, strict=True)]
    values = [_at(p, corner) for corner in itertools.product(*ends)]
    return min(values), max(values)


def _sum(weighted: Sequence[tuple[Fraction, Multilinear]]) -> Multilinear:
    total: Multilinear = {}
    for w, p in weighted:
        for m, c in p.items():
            total[m] = total.get(m, _ZERO) + w * c
    return total


def _rounded(x: Fraction, places: int) -> Fraction:
    scale = 10**places
    return Fraction(round(x * scale), scale)


def _overlap(one: Sequence[Enclosure], two: Sequence[Enclosure]) -> bool:
    return all(a.low <= b.high and b.low <= a.high for a, b in zip(one, two, strict=True))
