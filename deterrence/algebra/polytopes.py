r"""All vertices of a bounded polytope, over the integers: the double description method.

The polytope :math:`\{x \ge 0 : A_{eq} x = b_{eq},\ A_{ub} x \le b_{ub}\}` is cut
down to its affine hull's coordinates and lifted to a cone.  The cone's extreme
rays are kept while its inequalities are added one at a time: rays on the wrong
side go, and each pair of adjacent rays on either side makes a new one where the
edge between them meets the new facet.  Two rays are adjacent if no third ray
has all the tight inequalities that both have (Motzkin, Raiffa, Thompson and
Thrall 1953; Fukuda and Prodon 1996).

>>> for vertex in vertices([[1, 1, 1]], [1], [[1, 0, 0]], ["1/2"]):
...     print(*vertex)
0 0 1
0 1 0
1/2 0 1/2
1/2 1/2 0
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from deterrence.algebra.linear import integer_row
from deterrence.limits.deadline import Deadline

Matrix = Sequence[Sequence[Any]]
Vector = Sequence[Any]
Ray = list[int]

#: More rays than this are given up, for the sake of the memory.
MAX_RAYS = 100_000


def vertices(
    a_eq: Matrix,
    b_eq: Vector,
    a_ub: Matrix = (),
    b_ub: Vector = (),
    deadline: Deadline | None = None,
) -> list[tuple[Fraction, ...]] | None:
    """Return the vertices of a bounded polytope in lexicographic order.

    ``None`` says that the time or :data:`MAX_RAYS` was reached, not that there
    are none.  ``a_eq`` needs at least one row.
    """
    count = len(a_eq[0])
    space = _solutions(
        [[Fraction(x) for x in (*row, b)] for row, b in zip(a_eq, b_eq, strict=True)]
    )
    if space is None:
        return []
    # Coordinates: x = origin + sum of t_k * direction_k; the cone adds a scale in front.
    columns = list(zip(*space, strict=True))
    cone = [list(row) for row in columns]
    for row, bound in zip(a_ub, b_ub, strict=True):
        lifted = [-sum(Fraction(u) * q for u, q in zip(row, v, strict=True)) for v in space]
        lifted[0] += Fraction(bound)
        cone.append(lifted)
    cone.append([Fraction(1)] + [Fraction(0)] * (len(space) - 1))
    rays = _extreme_rays([_primitive(integer_row(row)[0]) for row in cone], deadline or Deadline())
    if rays is None:
        return None
    found = set()
    for ray in rays:
        if ray[0] <= 0:
            continue  # the tip of an empty polytope's cone
        integers = [sum(u * r for u, r in zip(row, ray, strict=True)) for row in columns]
        found.add(tuple(Fraction(x) / ray[0] for x in integers))
    assert all(len(v) == count for v in found)
    return sorted(found)


def echelon(rows: list[list[Fraction]], width: int) -> list[int]:
    """Bring rows into reduced echelon form, in place; return the pivots among ``width`` columns.

    >>> rows = [[Fraction(2), Fraction(4)], [Fraction(1), Fraction(2)]]
    >>> echelon(rows, 2), [list(map(int, row)) for row in rows]
    ([0], [[1, 2], [0, 0]])
    """
    pivots: list[int] = []
    for column in range(width):
        rank = len(pivots)
        found = next((r for r in range(rank, len(rows)) if rows[r][column]), None)
        if found is None:
            continue
        rows[rank], rows[found] = rows[found], rows[rank]
        pivot = rows[rank][column]
        rows[rank] = [x / pivot for x in rows[rank]]
        for r, row in enumerate(rows):
            if r != rank and row[column]:
                factor = row[column]
                rows[r] = [x - factor * y for x, y in zip(row, rows[rank], strict=True)]
        pivots.append(column)
    return pivots


def _solutions(rows: list[list[Fraction]]) -> list[list[Fraction]] | None:
    """Return one solution of the equations ``[A | b]``, then a basis of the null space."""
    width = len(rows[0]) - 1
    pivots = echelon(rows, width)
    if any(row[width] for row in rows[len(pivots) :]):
        return None
    origin = [Fraction(0)] * width
    for r, column in enumerate(pivots):
        origin[column] = rows[r][width]
    space = [origin]
    for free in (k for k in range(width) if k not in pivots):
        direction = [Fraction(0)] * width
        direction[free] = Fraction(1)
        for r, column in enumerate(pivots):
            direction[column] = -rows[r][free]
        space.append(direction)
    return space


def _primitive(row: list[int]) -> list[int]:
    divisor = math.gcd(*row) or 1
    return [x // divisor for x in row]


def _extreme_rays(cone: list[list[int]], deadline: Deadline) -> list[Ray] | None:
    """Return the extreme rays of the pointed cone ``{t : row . t >= 0 for all rows}``."""
    size = len(cone[0])
    constraints = sorted({tuple(row) for row in cone if any(row)}, reverse=True)
    start, rays = _simplicial(constraints, size)
    masks = [sum(1 << c for j, c in enumerate(start) if j != k) for k in range(size)]
    for c in (c for c in range(len(constraints)) if c not in start):
        row = constraints[c]
        values = [sum(u * r for u, r in zip(row, ray, strict=True)) for ray in rays]
        positive = [k for k, v in enumerate(values) if v > 0]
        negative = [k for k, v in enumerate(values) if v < 0]
        new_rays: list[Ray] = []
        new_masks: list[int] = []
        if positive and negative:
            having = _having(masks, len(constraints))
            for p in positive:
                if deadline.expired() or len(new_rays) + len(rays) > MAX_RAYS:
                    return None
                for q in negative:
                    common = masks[p] & masks[q]
                    if common.bit_count() < size - 2 or not _adjacent(common, p, q, having):
                        continue
                    a, b = values[p], -values[q]
                    mixed = [a * y + b * x for x, y in zip(rays[p], rays[q], strict=True)]
                    new_rays.append(_primitive(mixed))
                    new_masks.append(common | 1 << c)
        bit = 1 << c
        kept = [k for k, v in enumerate(values) if v >= 0]
        masks = [masks[k] | (bit if values[k] == 0 else 0) for k in kept] + new_masks
        rays = [rays[k] for k in kept] + new_rays
    return rays


def _having(masks: list[int], count: int) -> list[int]:
    """Return for each inequality the bitset of the rays on which it is tight."""
    having = [0] * count
    for k, mask in enumerate(masks):
        here = 1 << k
        while mask:
            low = mask & -mask
            having[low.bit_length() - 1] |= here
            mask ^= low
    return having


def _adjacent(common: int, p: int, q: int, having: list[int]) -> bool:
    if not common:
        return True  # only in two dimensions, where there are but two rays
    both = 1 << p | 1 << q
    rays = -1
    while common:
        low = common & -common
        rays &= having[low.bit_length() - 1]
        if rays == both:
            return True
        common ^= low
    return False


def _simplicial(constraints: list[tuple[int, ...]], size: int) -> tuple[list[int], list[Ray]]:
    """Choose independent inequalities and return them with the rays of their cone.

    Gauss-Jordan on ``[rows | identity]``: the columns of the inverse are the
    rays, each tight on all chosen inequalities but its own.
    """
    chosen: list[int] = []
    reduced: list[list[Fraction]] = []  # rows in echelon form, to test independence
    for c, row in enumerate(constraints):
        rest = [Fraction(x) for x in row]
        for done in reduced:
            lead = next(k for k, x in enumerate(done) if x)
            if rest[lead]:
                factor = rest[lead] / done[lead]
                rest = [x - factor * y for x, y in zip(rest, done, strict=True)]
        if any(rest):
            reduced.append(rest)
            chosen.append(c)
            if len(chosen) == size:
                break
    # A bounded polytope's cone is pointed, so there always are `size` of them.
    work = [
        [*map(Fraction, constraints[c]), *(Fraction(int(j == k)) for j in range(size))]
        for k, c in enumerate(chosen)
    ]
    for column in range(size):
        found = next(r for r in range(column, size) if work[r][column])
        work[column], work[found] = work[found], work[column]
        pivot = work[column][column]
        work[column] = [x / pivot for x in work[column]]
        for r in range(size):
            if r != column and work[r][column]:
                factor = work[r][column]
                work[r] = [x - factor * y for x, y in zip(work[r], work[column], strict=True)]
    inverse = [row[size:] for row in work]
    rays = [_primitive(integer_row([row[k] for row in inverse])[0]) for k in range(size)]
    return chosen, rays
