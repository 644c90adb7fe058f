r"""Polytopes by their corners: what they contain, and which inequalities describe them.

>>> square = [{"x": Fraction(i), "y": Fraction(j)} for i in (0, 1) for j in (0, 2)]
>>> contains(square, {"x": Fraction(1, 2), "y": Fraction(1)})
True
>>> equations, rows = describe(square)
>>> equations, len(rows)
([], 4)
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from deterrence.algebra.linear import maximise, reduced
from deterrence.algebra.polytopes import vertices

#: Corners and dimensions above which no inequalities are worked out.
MAX_CORNERS = 40

_ZERO, _ONE = Fraction(0), Fraction(1)

#: ``sum of weights * coordinates >= bound`` (or ``= bound``).
Halfspace = tuple[dict[Any, Fraction], Fraction]


def contains(corners: Sequence[Mapping[Any, Any]], point: Mapping[Any, Any]) -> bool:
    """Say whether a point is a mixture of corners that name the same coordinates."""
    keys = list(corners[0])
    if any(all(c[k] == point[k] for k in keys) for c in corners):
        return True
    values = [point[k] for k in keys] + [c[k] for c in corners for k in keys]
    if len(corners) == 1 or not all(isinstance(v, Fraction) for v in values):
        return False
    for k in keys:  # outside the smallest box is outside
        column = [c[k] for c in corners]
        if not min(column) <= point[k] <= max(column):
            return False
    rows = [[c[k] for c in corners] for k in keys]
    rows.append([_ONE] * len(corners))
    target = [*(point[k] for k in keys), _ONE]
    return maximise([_ZERO] * len(corners), (), (), rows, target).status == "optimal"


def describe(
    corners: Sequence[Mapping[Any, Fraction]],
) -> tuple[list[Halfspace], list[Halfspace]] | None:
    """Return the equations and the inequalities (``>=``) of a polytope, none of them idle.

    ``None`` for polytopes too large for that, and where numbers are irrational.
    """
    keys: list[Hashable] = list(corners[0])
    if len(corners) > MAX_CORNERS or not all(
        isinstance(c[k], Fraction) for c in corners for k in keys
    ):
        return None
    first = corners[0]
    rows, pivots = reduced([[c[k] - first[k] for k in keys] for c in corners[1:]])
    equations = []
    for n, key in enumerate(keys):
        if n in pivots:
            continue
        # x_n is the same combination of the pivots' coordinates everywhere.
        row = {key: _ONE}
        for r, p in zip(rows, pivots, strict=False):
            if r[n]:
                row[keys[p]] = Fraction(-r[n], r[p])
        equations.append((row, sum((c * first[k] for k, c in row.items()), _ZERO)))
    if not pivots:
        return equations, []
    # Facets: corners of the polar of the polytope about an inner point.
    count = len(corners)
    centre = [sum((c[keys[p]] for c in corners), _ZERO) / count for p in pivots]
    arms = [[c[keys[p]] - m for p, m in zip(pivots, centre, strict=True)] for c in corners]
    # Polar {a: a . arm <= 1}, in coordinates that are at least 0: a = u - shift.
    shift = [_polar_bound(arms, k) for k in range(len(pivots))]
    lifted = [_ONE + sum((s * x for s, x in zip(shift, arm, strict=True)), _ZERO) for arm in arms]
    width = len(pivots)
    found = vertices([[_ZERO] * width + [_ONE]], [_ZERO], [[*arm, _ZERO] for arm in arms], lifted)
    facets = []
    for u in found or []:
        a = [x - s for x, s in zip(u[:width], shift, strict=True)]
        weights = {keys[p]: -x for p, x in zip(pivots, a, strict=True) if x}
        if weights:
            bound = -_ONE - sum((x * m for x, m in zip(a, centre, strict=True)), _ZERO)
            facets.append((weights, bound))
    return equations, facets


def _polar_bound(arms: Sequence[Sequence[Fraction]], k: int) -> Fraction:
    """Return how far the polar reaches below 0 in a coordinate (rounded up)."""
    size = len(arms[0])
    # max -a_k over a . arm <= 1, with a = p - q.
    goal = [_ZERO] * (2 * size)
    goal[k], goal[size + k] = -_ONE, _ONE
    rows = [[*arm, *(-x for x in arm)] for arm in arms]
    return maximise(goal, rows, [_ONE] * len(rows)).value
