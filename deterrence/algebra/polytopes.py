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
from fractions import Fraction

from deterrence.algebra.linear import (
    RationalMatrix,
    RationalVector,
    independent_columns,
    integer_row,
    primitive,
    solutions,
    solve_columns,
)
from deterrence.limits import work
from deterrence.limits.deadline import Deadline

Ray = list[int]

#: More rays than this are given up, for the sake of the memory.
MAX_RAYS = 100_000
#: Work seconds per pair of rays that is looked at.
_PAIR = 5e-7


def vertices(
    a_eq: RationalMatrix,
    b_eq: RationalVector,
    a_ub: RationalMatrix = (),
    b_ub: RationalVector = (),
    deadline: Deadline | None = None,
    most: int | None = None,
) -> list[tuple[Fraction, ...]] | None:
    """Return the vertices of a bounded polytope in lexicographic order.

    ``None`` says that the deadline, :data:`MAX_RAYS` or ``most`` (pairs of rays looked at;
    a million takes about a second) was reached, not that there are none.  ``a_eq`` needs
    at least one row.
    """
    space = solutions(a_eq, b_eq)
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
    whole = [primitive(integer_row(row)[0]) for row in cone]
    rays = _extreme_rays(whole, deadline or Deadline(), math.inf if most is None else most)
    if rays is None:
        return None
    found = set()
    for ray in rays:
        if ray[0] <= 0:
            continue  # the tip of an empty polytope's cone
        integers = [sum(u * r for u, r in zip(row, ray, strict=True)) for row in columns]
        found.add(tuple(Fraction(x) / ray[0] for x in integers))
    return sorted(found)


def _extreme_rays(cone: list[list[int]], deadline: Deadline, most: float) -> list[Ray] | None:
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
                work.spend(_PAIR * len(negative))
                most -= len(negative)
                if most < 0 or deadline.expired() or len(new_rays) + len(rays) > MAX_RAYS:
                    return None
                for q in negative:
                    common = masks[p] & masks[q]
                    if common.bit_count() < size - 2 or not _adjacent(common, p, q, having):
                        continue
                    a, b = values[p], -values[q]
                    mixed = [a * y + b * x for x, y in zip(rays[p], rays[q], strict=True)]
                    new_rays.append(primitive(mixed))
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

    The columns of the inverse are the rays, each tight on all chosen inequalities but
    its own.
    """
    # A bounded polytope's cone is pointed, so there always are `size` of them.
    chosen = independent_columns(list(zip(*constraints, strict=True)))
    identity = [[int(j == k) for j in range(size)] for k in range(size)]
    inverse = solve_columns([constraints[c] for c in chosen], identity)
    assert inverse is not None
    return chosen, [primitive(integer_row(ray)[0]) for ray in inverse]
