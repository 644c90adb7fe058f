"""Exact shares of regimes in the box of bounds, in rational arithmetic.

The walls between regimes and the edges of the assumptions are polynomials.
Symbols that occur in one wall or assumption together form a *group*; volumes
are products over groups.  A group of one symbol is cut at roots; a group of two
with linear walls is cut into convex polygons (by half-planes, one line after the
other; area by the shoelace formula).  In every piece all signs are constant, so
one interior point tells the regime.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from deterrence.algebra.cases import CaseTable
from deterrence.algebra.derivatives import derivative
from deterrence.algebra.expressions import Expression
from deterrence.algebra.partitions import Partition
from deterrence.algebra.polynomials import Algebra
from deterrence.algebra.rings import RingElement, dense
from deterrence.algebra.roots import isolate, simplest_between
from deterrence.errors import ExpressionError
from deterrence.proving.prover import Prover
from deterrence.proving.samples import comparisons
from deterrence.symbolic.regime_map import RegimeCell, RegimeMap

#: Combinations of pieces up to which shares are worked out exactly.
_MOST = 20_000
#: Interval that an irrational end of a piece is narrowed to.
_WIDTH = Fraction(1, 2**80)

PlanePoint = tuple[Fraction, ...]


@dataclass(frozen=True)
class _Piece:
    """A part of a group's box in which no sign changes: its size and a point inside."""

    size: Fraction
    point: Mapping[str, Fraction]


def exact_shares(
    prover: Prover,
    bounds: Mapping[str, tuple[Any, Any]],
    regime_map: RegimeMap,
    cells: Sequence[RegimeCell],
) -> list[Fraction] | None:
    """Return the share of every cell, None where it cannot be worked out exactly.

    Irrational ends of intervals are replaced by rationals within ``2**-80``.
    """
    algebra = prover.algebra
    table = CaseTable(algebra)
    if not table.complete or regime_map.unknown:
        return None
    walls = [e for f in regime_map.walls() for e in _plain(table, f)]
    if not walls:
        return [Fraction(1)] if len(cells) == 1 else None
    edges = [algebra.fraction(x - y) for a in prover.assumptions for x, y in _pairs(a)]
    if not all(bottom.is_ground for _, bottom in edges):
        return None
    lines = [*walls, *(e for top, _ in edges for e in _plain(table, top))]
    pieces = []
    for group in _groups(lines):
        if not any(set(w.names) <= group for w in walls if w.names):
            continue  # independent of every regime: its volume cancels out
        mine = [e for e in lines if e.names <= group]
        given = [a for a in prover.assumptions if a.names and a.names <= group]
        found = _pieces(algebra, sorted(group), mine, given, bounds)
        if found is None:
            return None
        pieces.append(found)
    return _combined(prover, regime_map, cells, pieces)


def _pairs(a: Expression) -> list[tuple[Expression, Expression]]:
    if a.op == "compare":
        return [(left, right) for left, _, right in comparisons([a])]
    return [pair for child in a.children for pair in _pairs(child)]


def _plain(table: CaseTable, poly: RingElement) -> list[Expression]:
    """Return the irreducible polynomials in parameters alone on which a sign depends."""
    algebra = table.algebra
    factors = [f for p in table.polys(poly) if p for f, _ in algebra.factors(p)[1]]
    return [algebra.expression(f) for f in dict.fromkeys(factors)]


def _groups(lines: Sequence[Expression]) -> list[set[str]]:
    """Return the sets of symbols that are tied together by the lines."""
    groups = Partition(sorted({n for line in lines for n in line.names}))
    for line in lines:
        groups.join(*line.names)
    return list(map(set, groups.classes()))


def _pieces(
    algebra: Algebra,
    names: Sequence[str],
    lines: Sequence[Expression],
    assumptions: Sequence[Expression],
    bounds: Mapping[str, tuple[Any, Any]],
) -> list[_Piece] | None:
    """Return the pieces of one group's box in which its assumptions hold."""
    if len(names) > 2 or any(None in bounds.get(n, (None, None)) for n in names):
        return None
    box = [(Fraction(bounds[n][0]), Fraction(bounds[n][1])) for n in names]
    if any(low >= high for low, high in box):
        return None
    if len(names) == 1:
        found = _intervals(algebra, names[0], lines, box[0])
    else:
        found = _polygons(names, lines, box)
    if found is None:
        return None
    return [p for p in found if all(a.evaluate(p.point) for a in assumptions)]


def _intervals(
    algebra: Algebra, name: str, lines: Sequence[Expression], box: tuple[Fraction, Fraction]
) -> list[_Piece] | None:
    if name not in algebra.names:
        return None
    k = algebra.names.index(name)
    tables = []
    for line in lines:
        for factor, _ in algebra.factors(algebra.fraction(line)[0])[1]:
            tables.append(dense({monomial[k]: int(c) for monomial, c in factor.terms()}))
    low, high = box
    cuts = [low]
    for root in isolate(tables):
        middle = root.narrowed(_WIDTH)
        x = (middle.low + middle.high) / 2
        if low < x < high:
            cuts.append(x)
    cuts.append(high)
    return [
        _Piece(b - a, {name: simplest_between(a, b)}) for a, b in itertools.pairwise(cuts) if a < b
    ]


def _polygons(
    names: Sequence[str], lines: Sequence[Expression], box: Sequence[tuple[Fraction, Fraction]]
) -> list[_Piece] | None:
    (a, b), (c, d) = box
    polygons: list[list[PlanePoint]] = [[(a, c), (b, c), (b, d), (a, d)]]
    for line in dict.fromkeys(lines):
        form = _linear(line, names)
        if form is None:
            return None
        polygons = [half for p in polygons for half in _cut(p, form)]
        if len(polygons) > _MOST:
            return None
    return [
        _Piece(_area(p), dict(zip(names, _centre(p), strict=True))) for p in polygons if _area(p)
    ]


def _linear(line: Expression, names: Sequence[str]) -> PlanePoint | None:
    """Return ``(p, q, r)`` of ``p*x + q*y + r``, None where the expression is not linear."""
    slopes = []
    origin = dict.fromkeys(names, Fraction(0))
    corner = dict.fromkeys(names, Fraction(1))
    try:
        for name in names:
            slope = derivative(line, name)
            if slope is None:
                return None
            for other in names:
                curve = derivative(slope, other)
                # Sums of products can hide that they are linear; what is not seen is not used.
                if curve is None or curve.names or curve.evaluate({}):
                    return None
            slopes.append(slope.evaluate(origin))
        rest = line.evaluate(origin)
        if line.evaluate(corner) != sum(slopes) + rest:
            return None
    except ExpressionError:
        return None
    return slopes[0], slopes[1], rest


def _cut(polygon: list[PlanePoint], form: PlanePoint) -> list[list[PlanePoint]]:
    """Cut a convex polygon by a line; pieces without area may come out, too."""
    p, q, r = form
    values = [p * x + q * y + r for x, y in polygon]
    if all(v >= 0 for v in values) or all(v <= 0 for v in values):
        return [polygon]
    halves: list[list[PlanePoint]] = [[], []]
    count = len(polygon)
    for k in range(count):
        here, there = polygon[k], polygon[(k + 1) % count]
        v, w = values[k], values[(k + 1) % count]
        if v >= 0:
            halves[0].append(here)
        if v <= 0:
            halves[1].append(here)
        if v * w < 0:
            t = v / (v - w)
            crossing = (here[0] + t * (there[0] - here[0]), here[1] + t * (there[1] - here[1]))
            halves[0].append(crossing)
            halves[1].append(crossing)
    return halves


def _area(polygon: Sequence[PlanePoint]) -> Fraction:
    """Return the area of a polygon by the shoelace formula."""
    total = Fraction(0)
    for (x, y), (u, v) in zip(polygon, [*polygon[1:], polygon[0]], strict=True):
        total += x * v - u * y
    return abs(total) / 2


def _centre(polygon: Sequence[PlanePoint]) -> PlanePoint:
    """Return the mean of the corners, which lies inside a convex polygon with an area."""
    n = len(polygon)
    return sum((x for x, _ in polygon), Fraction(0)) / n, sum(
        (y for _, y in polygon), Fraction(0)
    ) / n


def _combined(
    prover: Prover,
    regime_map: RegimeMap,
    cells: Sequence[RegimeCell],
    pieces: Sequence[Sequence[_Piece]],
) -> list[Fraction] | None:
    """Return the shares from the pieces of all groups."""
    merged = [_merged(prover, regime_map, group) for group in pieces]
    count = 1
    for group in merged:
        count *= len(group)
    if not count or count > _MOST:
        return None
    somewhere = dict(cells[0].witness)
    number = {cell.members: k for k, cell in enumerate(cells)}
    sizes = [Fraction(0)] * len(cells)
    for choice in itertools.product(*merged):
        point, size = dict(somewhere), Fraction(1)
        for piece in choice:
            point.update(piece.point)
            size *= piece.size
        members = regime_map.members_at(point)
        if members not in number:
            return None
        sizes[number[members]] += size
    total = sum(sizes)
    return [size / total for size in sizes] if total else None


def _merged(prover: Prover, regime_map: RegimeMap, group: Sequence[_Piece]) -> list[_Piece]:
    """Join pieces in which every wall of the group has the same sign."""
    if not group:
        return []
    algebra = prover.algebra
    names = set(group[0].point)
    factors = dict.fromkeys(f for p in regime_map.polys for f, _ in algebra.factors(p)[1])
    walls = [e for e in map(algebra.expression, factors) if e.names <= names]
    joined: dict[tuple[bool, ...], _Piece] = {}
    for piece in group:
        key = tuple(wall.evaluate(piece.point) > 0 for wall in walls)
        old = joined.get(key)
        joined[key] = _Piece(piece.size + (old.size if old else 0), piece.point)
    return list(joined.values())
