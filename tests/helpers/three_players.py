"""All equilibria of 2x2x2 games with rational payoffs, exactly, by a few lines of their own.

Numbers are ``(x, y, d)`` for ``x + y*sqrt(d)`` of fractions; shares nothing with the package.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

#: ``payoffs[a, b, c]`` is what the three players get.
Table = dict[tuple[int, ...], tuple[Fraction, ...]]
#: Per player the gain by the first action, see :func:`gains`.
Rows = list[tuple[Fraction, Fraction, Fraction, Fraction]]


class Degenerate(Exception):
    """A support whose equations have no single solution, or one that ties with another."""


@dataclass(frozen=True)
class Surd:
    """``x + y*sqrt(d)``, ``d`` positive and no square; ``y`` and ``d`` are 0 for fractions."""

    x: Fraction
    y: Fraction = Fraction(0)
    d: Fraction = Fraction(0)

    @classmethod
    def of(cls, x: Any) -> Surd:
        return x if isinstance(x, Surd) else cls(Fraction(x))

    def _like(self, other: Any) -> Surd:
        """Return another number with the same root as this one."""
        o = Surd.of(other)
        if not self.d or not o.d or self.d == o.d:
            return o
        ratio = square_root(self.d * o.d)
        assert not ratio.d
        return Surd(o.x, o.y * ratio.x / self.d, self.d)

    def _with(self, x: Fraction, y: Fraction, other: Surd) -> Surd:
        return Surd(x, y, (self.d or other.d) if y else Fraction(0))

    def __add__(self, other: Any) -> Surd:
        o = self._like(other)
        return self._with(self.x + o.x, self.y + o.y, o)

    def __sub__(self, other: Any) -> Surd:
        return self + Surd.of(other) * -1

    def __mul__(self, other: Any) -> Surd:
        o = self._like(other)
        d = self.d or o.d
        return self._with(self.x * o.x + self.y * o.y * d, self.x * o.y + self.y * o.x, o)

    def __truediv__(self, other: Any) -> Surd:
        o = Surd.of(other)
        norm = o.x**2 - o.y**2 * o.d
        return self * Surd(o.x / norm, -o.y / norm, o.d)

    def sign(self) -> int:
        x, y = _sign(self.x), _sign(self.y)
        if x * y >= 0:
            return x or y
        return x * _sign(self.x**2 - self.y**2 * self.d)

    def __float__(self) -> float:
        return float(self.x) + float(self.y) * math.sqrt(self.d)


def _sign(x: Fraction) -> int:
    return (x > 0) - (x < 0)


def sign(x: Any) -> int:
    """Return the sign of a number of either kind."""
    return x.sign() if isinstance(x, Surd) else _sign(x)


def square_root(x: Fraction) -> Surd:
    """Return the root of a number that is not negative."""
    top, bottom = math.isqrt(x.numerator), math.isqrt(x.denominator)
    if top**2 == x.numerator and bottom**2 == x.denominator:
        return Surd(Fraction(top, bottom))
    return Surd(Fraction(0), Fraction(1), x)


def gains(table: Table) -> Rows:
    """Return per player what the first action is better than the second.

    It is ``a + b*y + c*z + d*y*z`` where the others' first actions are ``y`` and ``z`` likely.
    """
    rows = []
    for player in range(3):
        corner = {}
        for y, z in itertools.product((0, 1), repeat=2):
            others = [1 - y, 1 - z]
            first, second = ((*others[:player], k, *others[player:]) for k in (0, 1))
            corner[y, z] = table[first][player] - table[second][player]
        a = corner[0, 0]
        b, c = corner[1, 0] - a, corner[0, 1] - a
        rows.append((a, b, c, corner[1, 1] - a - b - c))
    return rows


def gain(rows: Rows, player: int, mixes: Sequence[Any]) -> Any:
    """Return a player's gain by the first action."""
    a, b, c, d = rows[player]
    y, z = (m for k, m in enumerate(mixes) if k != player)
    return y * b + z * c + y * z * d + a


def is_equilibrium(rows: Rows, mixes: Sequence[Any]) -> bool:
    """Say whether first actions with these probabilities are an equilibrium."""
    for player, p in enumerate(mixes):
        if sign(p) < 0 or sign(p - 1) > 0:
            return False
        better = sign(gain(rows, player, mixes))
        if (better > 0 and sign(p - 1)) or (better < 0 and sign(p)):
            return False
    return True


def equilibria(table: Table) -> list[list[Any]]:
    """Return all equilibria; raises :class:`Degenerate` where something ties."""
    rows, found = gains(table), []
    for support in itertools.product((1, 0, None), repeat=3):
        for mixes in _solutions(rows, support):
            if is_equilibrium(rows, mixes):
                pure = (k for k, s in enumerate(support) if s is not None)
                if not all(sign(gain(rows, k, mixes)) for k in pure):
                    raise Degenerate
                found.append(mixes)
    return found


def _solutions(rows: Rows, support: Sequence[int | None]) -> list[list[Any]]:
    """Return what makes the mixing players indifferent, inside."""
    mixing = [k for k, s in enumerate(support) if s is None]
    fixed: list[Any] = [Fraction(s or 0) for s in support]
    if not mixing:
        return [fixed]
    if len(mixing) == 1:
        if not gain(rows, mixing[0], fixed) and _somewhere(rows, mixing[0], fixed):
            raise Degenerate
        return []
    if len(mixing) == 2:
        solved = [*fixed]
        for me, other in (mixing, mixing[::-1]):
            ends = []
            for end in (0, 1):
                fixed[other] = Fraction(end)
                ends.append(gain(rows, me, fixed))
            fixed[other] = Fraction(0)
            if not any(ends):
                raise Degenerate
            if ends[0] == ends[1]:
                return []
            solved[other] = ends[0] / (ends[0] - ends[1])
        return [solved] if all(_inside(solved[k]) for k in mixing) else []
    return [m for m in _three(rows) if all(map(_inside, m))]


def _somewhere(rows: Rows, mixing: int, fixed: Sequence[Any]) -> bool:
    """Say whether some mixture of one player, who is indifferent, makes an equilibrium."""
    others = [k for k in range(3) if k != mixing]
    points = {Fraction(0), Fraction(1)}
    for k in others:
        ends = [gain(rows, k, [*fixed[:mixing], Fraction(p), *fixed[mixing + 1 :]]) for p in (0, 1)]
        if ends[0] != ends[1] and 0 < ends[0] / (ends[0] - ends[1]) < 1:
            points.add(ends[0] / (ends[0] - ends[1]))
    order = sorted(points)
    order += [(p + q) / 2 for p, q in itertools.pairwise(order)]
    return any(is_equilibrium(rows, [*fixed[:mixing], p, *fixed[mixing + 1 :]]) for p in order)


def _inside(p: Any) -> bool:
    return sign(p) > 0 and sign(p - 1) < 0


def _three(rows: Rows) -> list[list[Any]]:
    """Return what makes everybody indifferent."""
    (a1, b1, c1, d1), (a2, b2, c2, d2), (a3, b3, c3, d3) = rows
    # y = -(a1 + c1 z)/(b1 + d1 z), x = -(a2 + c2 z)/(b2 + d2 z), and both in the third.
    top_y, below_y = (-a1, -c1), (b1, d1)
    top_x, below_x = (-a2, -c2), (b2, d2)

    def times(p: tuple[Fraction, Fraction], q: tuple[Fraction, Fraction]) -> list[Fraction]:
        return [p[0] * q[0], p[0] * q[1] + p[1] * q[0], p[1] * q[1]]

    parts = [
        (a3, times(below_x, below_y)),
        (b3, times(top_x, below_y)),
        (c3, times(below_x, top_y)),
        (d3, times(top_x, top_y)),
    ]
    c, b, a = (sum(k * p[n] for k, p in parts) for n in range(3))
    roots: list[Any] = []
    if a == 0 and b == 0:
        if c == 0:
            raise Degenerate
    elif a == 0:
        roots = [-c / b]
    elif b * b - 4 * a * c == 0:
        raise Degenerate
    elif b * b - 4 * a * c > 0:
        s = square_root(b * b - 4 * a * c)
        roots = [(s * turn - b) / (2 * a) for turn in (1, -1)]
    # Where a divisor vanishes for all, or on a root, there may be more.
    for top, below in ((top_y, below_y), (top_x, below_x)):
        if top[0] * below[1] == top[1] * below[0]:
            raise Degenerate
    found = []
    for z in roots:
        below = [z * p[1] + p[0] for p in (below_x, below_y)]
        if not all(map(sign, below)):
            continue  # top and bottom have no common root, so this is no solution
        x = (z * top_x[1] + top_x[0]) / below[0]
        y = (z * top_y[1] + top_y[0]) / below[1]
        found.append([x, y, z])
    return found
