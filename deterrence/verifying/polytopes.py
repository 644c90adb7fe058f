r"""All extreme equilibria of a two-player game, by the vertices of both best-reply polytopes.

For a player with :math:`d` actions whose opponent earns :math:`M_{jk} > 0` with reply
:math:`j` against action :math:`k`, the polytope is :math:`\{x \ge 0 : M x \le 1\}`.  Adding a
constant to all payoffs of the opponent makes them positive and changes no equilibrium.  Label
:math:`k` stands for :math:`x_k \ge 0`, label :math:`d + j` for reply :math:`j`.  Extreme
equilibria are the pairs of vertices, other than the two origins, in which every action of
both players is tight somewhere: not played, or a best reply (Mangasarian 1964).

Two ways to all vertices: every basis is tried (:func:`every_vertex`); or a list is taken on
trust and shown to be closed (:func:`missing_neighbour`): each edge of each listed vertex ends
in a listed vertex.  The vertices and edges of a polytope form a connected graph (Balinski
1961), so a closed list that holds the origin holds all.

Points are whole numbers: ``(q, p_1, ..., p_d)`` stands for the point ``p/q``.

>>> m = whole_rows([[Fraction(0), Fraction(-3)], [Fraction(2), Fraction(-8)]])  # chicken
>>> points = every_vertex(m, Budget(1000))
>>> [strategy(p) for p in points if p[1] and p[2]]
[[Fraction(5, 7), Fraction(2, 7)]]
>>> missing_neighbour(m, points, Budget(1000)), missing_neighbour(m, points[:-1], Budget(1000))
(None, (57, 5, 2))
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from fractions import Fraction

from deterrence.verifying.verdict import Budget

Point = tuple[int, ...]
Rows = list[list[int]]


def whole_rows(payoffs: Sequence[Sequence[Fraction]]) -> Rows:
    """Return payoffs (reply x action) as positive whole numbers, the same up to scale and shift."""
    scale = math.lcm(*(u.denominator for row in payoffs for u in row))
    whole = [[int(u * scale) for u in row] for row in payoffs]
    least = min(u for row in whole for u in row)
    return [[u - least + 1 for u in row] for row in whole]


def strategy(point: Point) -> list[Fraction]:
    """Return the mixed strategy at a point that is not the origin."""
    total = sum(point[1:])
    return [Fraction(p, total) for p in point[1:]]


def point_of(m: Rows, mix: Sequence[Fraction]) -> Point:
    """Return the point of the polytope at which the strategy's best replies are tight."""
    scale = math.lcm(*(p.denominator for p in mix))
    weights = [int(p * scale) for p in mix]
    level = max(sum(a * w for a, w in zip(row, weights, strict=True)) for row in m)
    return _primitive((level, *weights))


def slacks(m: Rows, point: Point) -> list[int]:
    """Return how far a point is from every constraint, in label order, times its denominator."""
    q, *p = point
    return [*p, *(q - sum(a * x for a, x in zip(row, p, strict=True)) for row in m)]


def tight(m: Rows, point: Point) -> int:
    """Return the labels of the constraints that are tight, as bits."""
    return sum(1 << k for k, s in enumerate(slacks(m, point)) if not s)


def _primitive(point: Sequence[int]) -> Point:
    divisor = math.gcd(*point)
    return tuple(x // divisor for x in point)


def every_vertex(m: Rows, budget: Budget) -> list[Point]:
    """Return all vertices, by trying every basis."""
    d, k = len(m[0]), len(m)
    found = {(1, *[0] * d)}
    for size in range(1, min(d, k) + 1):
        for replies in itertools.combinations(range(k), size):
            for support in itertools.combinations(range(d), size):
                budget.spend(size**3 + d * k)
                square = [[m[j][i] for i in support] for j in replies]
                solved = _inverse(square)
                if solved is None:
                    continue
                q, rows = solved
                at = dict(zip(support, map(sum, rows), strict=True))  # all right-hand sides are 1
                point = (abs(q), *((x if q > 0 else -x) for x in (at.get(i, 0) for i in range(d))))
                if all(s >= 0 for s in slacks(m, point)):
                    found.add(_primitive(point))
    return sorted(found)


def missing_neighbour(m: Rows, points: Sequence[Point], budget: Budget) -> Point | None:
    """Return a vertex that is joined to a listed one by an edge and is not listed; None if none.

    Raises :class:`ValueError` for a listed point that is no vertex.
    """
    known = set(points)
    origin = (1, *[0] * len(m[0]))
    if origin not in known:
        return origin
    for point in points:
        for other in _neighbours(m, point, budget):
            if other not in known:
                return other
    return None


def _neighbours(m: Rows, point: Point, budget: Budget) -> Iterator[Point]:
    """Yield the other ends of a vertex's edges."""
    d = len(m[0])
    normals = [[int(i == k) for i in range(d)] for k in range(d)] + [[-a for a in row] for row in m]
    gaps = slacks(m, point)
    if any(s < 0 for s in gaps):
        raise ValueError("a listed point is outside of the polytope")
    touching = [k for k, s in enumerate(gaps) if not s]
    for ray in _edges([normals[k] for k in touching], d, budget):
        budget.spend(len(normals) * d)
        # The first constraint that the ray meets: the least gap/(-slope).
        first: tuple[int, int] | None = None
        for gap, normal in zip(gaps, normals, strict=True):
            slope = -sum(a * r for a, r in zip(normal, ray, strict=True))
            if slope > 0 and (first is None or gap * first[1] < first[0] * slope):
                first = gap, slope
        if first is None:
            raise ValueError("the polytope has no bounds")
        gap, slope = first
        q, *p = point
        # p/q + (gap/q)/slope * ray
        yield _primitive((q * slope, *(x * slope + gap * r for x, r in zip(p, ray, strict=True))))


def _edges(normals: Rows, d: int, budget: Budget) -> Iterator[list[int]]:
    """Yield the directions of the edges at a point with these tight constraints."""
    if len(normals) <= d:
        budget.spend(d**3)
        solved = _inverse(normals) if len(normals) == d else None
        if solved is None:
            raise ValueError("a listed point is no vertex")
        q, rows = solved
        for column in zip(*rows, strict=True):
            yield [x if q > 0 else -x for x in column]
        return
    budget.spend(d**2 * len(normals))
    if _rank(normals) < d:
        raise ValueError("a listed point is no vertex")
    # A degenerate vertex: an edge is where d - 1 independent constraints stay tight.
    seen = set()
    for chosen in itertools.combinations(range(len(normals)), d - 1):
        budget.spend(d**3)
        line = _line([normals[k] for k in chosen], d)
        if line is None:
            continue
        for ray in (line, tuple(-x for x in line)):
            budget.spend(len(normals) * d)
            if ray not in seen and all(
                sum(a * r for a, r in zip(normal, ray, strict=True)) >= 0 for normal in normals
            ):
                seen.add(ray)
                yield list(ray)


def _inverse(matrix: Rows) -> tuple[int, Rows] | None:
    """Return ``(q, rows)``, the inverse being ``rows/q``; None for a singular matrix.

    Fraction-free elimination (Bareiss 1968): all divisions are exact.
    """
    n = len(matrix)
    table = [[*row, *(int(i == k) for i in range(n))] for k, row in enumerate(matrix)]
    return None if (q := _eliminate(table, n)) is None else (q, [row[n:] for row in table])


def _eliminate(table: Rows, n: int) -> int | None:
    before = 1
    for c in range(n):
        r = next((k for k in range(c, n) if table[k][c]), None)
        if r is None:
            return None
        table[c], table[r] = table[r], table[c]
        row, pivot = table[c], table[c][c]
        for k in range(n):
            if k != c:
                factor = table[k][c]
                table[k] = [
                    (pivot * x - factor * y) // before for x, y in zip(table[k], row, strict=True)
                ]
        before = pivot
    return before


def _rank(rows: Rows) -> int:
    left = [list(map(Fraction, row)) for row in rows]
    rank = 0
    for c in range(len(rows[0])):
        r = next((k for k in range(rank, len(left)) if left[k][c]), None)
        if r is None:
            continue
        left[rank], left[r] = left[r], left[rank]
        for k in range(rank + 1, len(left)):
            factor = left[k][c] / left[rank][c]
            left[k] = [x - factor * y for x, y in zip(left[k], left[rank], strict=True)]
        rank += 1
    return rank


def _line(rows: Rows, d: int) -> Point | None:
    """Return the direction that is orthogonal to d - 1 independent rows."""
    left = [list(map(Fraction, row)) for row in rows]
    pivots: list[int] = []
    for c in range(d):
        done = len(pivots)
        r = next((k for k in range(done, len(left)) if left[k][c]), None)
        if r is None:
            continue
        left[done], left[r] = left[r], left[done]
        top = left[done][c]
        left[done] = [x / top for x in left[done]]
        for k in range(len(left)):
            if k != done and left[k][c]:
                factor = left[k][c]
                left[k] = [x - factor * y for x, y in zip(left[k], left[done], strict=True)]
        pivots.append(c)
    if len(pivots) != d - 1:
        return None
    free = next(c for c in range(d) if c not in pivots)
    line = [Fraction(0)] * d
    line[free] = Fraction(1)
    for row, c in zip(left, pivots, strict=True):
        line[c] = -row[free]
    scale = math.lcm(*(x.denominator for x in line))
    return _primitive([int(x * scale) for x in line])


def extreme_pairs(
    first: Sequence[tuple[Point, int]], second: Sequence[tuple[Point, int]], every: int
) -> Iterator[tuple[int, int]]:
    """Yield the pairs of points (by number) that have every label between them.

    Points come with their labels in one common numbering, the origins left out.
    """
    having = [0] * every.bit_length()
    for j, (_, labels) in enumerate(second):
        for k in range(every.bit_length()):
            if labels >> k & 1:
                having[k] |= 1 << j
    for i, (_, labels) in enumerate(first):
        chosen = (1 << len(second)) - 1
        lacking = every & ~labels
        while lacking and chosen:
            low = lacking & -lacking
            chosen &= having[low.bit_length() - 1]
            lacking ^= low
        while chosen:
            low = chosen & -chosen
            yield i, low.bit_length() - 1
            chosen ^= low
