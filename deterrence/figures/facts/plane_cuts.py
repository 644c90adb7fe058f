r"""Two parameters: the plane cut into cells by exact curves, each cell with one answer.

The walls are polynomials :math:`f(x, y)` with integer coefficients.  In a column
:math:`x` their real roots :math:`y` are solved for; between two roots nothing changes.
Columns that have the same answers in the same order, parted by the same walls, belong
to one *slab*.  Where two neighbouring columns differ, the place is found by bisection to
the last digits of a float (a cylindrical decomposition, Collins 1975, by columns instead of
resultants).  A cell too narrow for any column to meet it is not seen: columns stand
closer than a figure's pixels.

>>> from sympy.polys.domains import ZZ
>>> from sympy.polys.rings import ring
>>> R, x, y = ring("x,y", ZZ)
>>> mosaic = cut([x * y - 1], (0.5, 2.0), (0.5, 2.0), lambda xs, ys: ys * xs > 1, columns=9)
>>> len(mosaic.slabs), [piece.wall for piece in mosaic.boundaries()]
(1, [0])
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from deterrence.figures.facts.axis_ranges import AxisScale, spaced
from deterrence.figures.facts.bends import bends

#: Columns of the plane before bisection, and halvings until a float has no digits left.
COLUMNS, HALVINGS = 384, 60
#: Two roots closer than this part of the plane's height are one.
_SAME = 1e-11

#: Answers at many points: arrays of x and y to a list of labels.
Classify = Callable[[Any, Any], Sequence[Hashable]]


@dataclass(frozen=True)
class PlaneColumn:
    """What is met going up at one x: ``labels[k]`` between ``heights[k]`` and ``heights[k+1]``.

    ``walls[k]`` is the number of the polynomial that is zero at ``heights[k + 1]``.
    """

    x: float
    heights: tuple[float, ...]
    labels: tuple[Hashable, ...]
    walls: tuple[int, ...]

    @property
    def pattern(self) -> tuple[Any, ...]:
        """What is the same for all columns of a slab."""
        return self.labels, self.walls


@dataclass(frozen=True)
class Slab:
    """Neighbouring columns with one pattern."""

    columns: tuple[PlaneColumn, ...]

    @property
    def labels(self) -> tuple[Hashable, ...]:
        """The answers from bottom to top."""
        return self.columns[0].labels

    def outline(self, k: int) -> list[tuple[float, float]]:
        """Return the corners of cell ``k``: along its lower edge, and back along its upper one."""
        lower = [(c.x, c.heights[k]) for c in self.columns]
        upper = [(c.x, c.heights[k + 1]) for c in self.columns]
        return lower + upper[::-1]

    def inside(self, k: int) -> tuple[float, float]:
        """Return a point in the middle of cell ``k``: between the columns farthest apart."""
        pairs = list(itertools.pairwise(self.columns))
        a, b = max(pairs, key=lambda pair: pair[1].x - pair[0].x)
        heights = (a.heights[k], a.heights[k + 1], b.heights[k], b.heights[k + 1])
        return (a.x + b.x) / 2, sum(heights) / 4

    def extent(self, k: int) -> float:
        """Return the area of cell ``k`` (trapezia between its columns)."""
        return sum(
            (b.x - a.x) * (a.heights[k + 1] - a.heights[k] + b.heights[k + 1] - b.heights[k]) / 2
            for a, b in itertools.pairwise(self.columns)
        )


@dataclass(frozen=True)
class WallPiece:
    """A piece of curve between two answers, ``wall`` the polynomial that is zero on it."""

    wall: int
    between: tuple[Hashable, Hashable]
    xs: tuple[float, ...]
    ys: tuple[float, ...]


@dataclass(frozen=True)
class Mosaic:
    """The plane as slabs side by side; ``height`` is the length of its y range."""

    slabs: tuple[Slab, ...]
    height: float

    def _cells(self) -> Iterator[tuple[Hashable, Slab, int]]:
        for slab in self.slabs:
            for k, label in enumerate(slab.labels):
                yield label, slab, k

    def sizes(self) -> dict[Hashable, float]:
        """Return the area of all cells of every label."""
        found: dict[Hashable, float] = {}
        for label, slab, k in self._cells():
            found[label] = found.get(label, 0.0) + slab.extent(k)
        return found

    def areas(self) -> dict[Hashable, list[list[tuple[float, float]]]]:
        """Return the outlines of all cells by label."""
        found: dict[Hashable, list[list[tuple[float, float]]]] = {}
        for label, slab, k in self._cells():
            found.setdefault(label, []).append(slab.outline(k))
        return found

    def boundaries(self) -> list[WallPiece]:
        """Return the curves between cells of one slab with different labels."""
        return [
            WallPiece(
                wall,
                (slab.labels[k], slab.labels[k + 1]),
                tuple(c.x for c in slab.columns),
                tuple(c.heights[k + 1] for c in slab.columns),
            )
            for slab in self.slabs
            for k, wall in enumerate(slab.columns[0].walls)
        ]

    def upright(self) -> list[WallPiece]:
        """Return the pieces of upright lines between neighbouring slabs; their wall is -1."""
        result = []
        least = self.height * 1e-6
        for left, right in itertools.pairwise(self.slabs):
            a, b = left.columns[-1], right.columns[0]
            for i, first in enumerate(a.labels):
                for j, second in enumerate(b.labels):
                    low = max(a.heights[i], b.heights[j])
                    high = min(a.heights[i + 1], b.heights[j + 1])
                    if first != second and high - low > least:
                        result.append(WallPiece(-1, (first, second), (b.x, b.x), (low, high)))
        return result


def cut(
    polynomials: Sequence[Any],
    xrange: tuple[float, float],
    yrange: tuple[float, float],
    classify: Classify,
    *,
    columns: int = COLUMNS,
    known: Sequence[float] = (),
    scales: tuple[AxisScale, AxisScale] = (float, float),
) -> Mosaic:
    """Return the decomposition of a plane by walls.

    ``polynomials`` are elements of a sympy ring in x and y, in this order; ``classify`` tells
    what holds at points off the walls.  Ranges are ``(low, high)``; ``known`` are places on
    the x axis that matter besides.  ``scales`` say where values stand on the axes: columns are
    equally far apart there, and what is straight there needs no points in between.
    """
    cutter = _Cutter(polynomials, xrange, yrange, classify, scales)
    return Mosaic(tuple(cutter.slabs(columns, known)), yrange[1] - yrange[0])


class _Cutter:
    """One plane being cut."""

    def __init__(
        self,
        polynomials: Sequence[Any],
        xrange: tuple[float, float],
        yrange: tuple[float, float],
        classify: Classify,
        scales: tuple[AxisScale, AxisScale],
    ) -> None:
        self.xrange, self.yrange, self.classify = xrange, yrange, classify
        self.scales = scales
        self._tables = [_table(p) for p in polynomials]
        self._size = yrange[1] - yrange[0]

    def slabs(self, columns: int, known: Sequence[float]) -> list[Slab]:
        """Return the slabs from left to right."""
        a, b = self.xrange
        tiny = (b - a) * 1e-9
        ends = [a, *sorted(x for x in (*known, *self._upright()) if a < x < b), b]
        xs: list[float] = []
        for left, right in itertools.pairwise(ends):
            if right - left <= 4 * tiny:
                continue
            place = self.scales[0]
            share = (place(right) - place(left)) / (place(b) - place(a))
            count = max(3, round(columns * share))
            xs += spaced(left + tiny, right - tiny, count, place is not float)
        return self._slabs(self._refined(self._at(xs)))

    def _upright(self) -> list[float]:
        """Return where walls stand upright: the roots of polynomials without y."""
        import numpy as np

        found = []
        for table in self._tables:
            if len(table) == 1 and len(table[0]) > 1:
                roots = np.roots(table[0])
                found += [float(r.real) for r in roots if abs(r.imag) <= 1e-9 * max(1, abs(r))]
        return found

    # ---- columns ---------------------------------------------------------------------
    def _at(self, xs: Sequence[float]) -> list[PlaneColumn]:
        """Return the columns at some x, all points classified in one call."""
        import numpy as np

        low, high = self.yrange
        rows = []
        for x in xs:
            roots = sorted(
                (y, k)
                for k, table in enumerate(self._tables)
                if len(table) > 1
                for y in _roots(table, x, low, high)
            )
            heights, walls = [low], []
            for y, k in roots:
                if y - heights[-1] > _SAME * self._size and high - y > _SAME * self._size:
                    heights.append(y)
                    walls.append(k)
            rows.append((x, [*heights, high], walls))
        px = np.array([x for x, heights, _ in rows for _ in heights[1:]])
        py = np.array(
            [(a + b) / 2 for _, heights, _ in rows for a, b in itertools.pairwise(heights)]
        )
        labels = iter(self.classify(px, py))
        return [self._joined(x, heights, walls, labels) for x, heights, walls in rows]

    def _joined(self, x: float, heights: list[float], walls: list[int], labels: Any) -> PlaneColumn:
        """Return a column without the walls that part nothing."""
        kept_heights, kept_labels, kept_walls = [heights[0]], [next(labels)], []
        for k, wall in enumerate(walls):
            label = next(labels)
            if label != kept_labels[-1]:
                kept_heights.append(heights[k + 1])
                kept_labels.append(label)
                kept_walls.append(wall)
        return PlaneColumn(x, (*kept_heights, heights[-1]), tuple(kept_labels), tuple(kept_walls))

    def _refined(self, columns: list[PlaneColumn]) -> list[PlaneColumn]:
        """Add columns until neighbours with different patterns are as near as floats can be."""
        pairs = [(a, b) for a, b in itertools.pairwise(columns) if a.pattern != b.pattern]
        extra: list[PlaneColumn] = []
        least = (self.xrange[1] - self.xrange[0]) * 1e-12
        for _ in range(HALVINGS):
            pairs = [(a, b) for a, b in pairs if b.x - a.x > least]
            if not pairs:
                break
            middles = self._at([(a.x + b.x) / 2 for a, b in pairs])
            extra += middles
            halves = [h for (a, b), m in zip(pairs, middles, strict=True) for h in ((a, m), (m, b))]
            pairs = [(a, b) for a, b in halves if a.pattern != b.pattern]
        return sorted({c.x: c for c in (*columns, *extra)}.values(), key=lambda c: c.x)

    def _slabs(self, columns: Sequence[PlaneColumn]) -> list[Slab]:
        groups = [list(g) for _, g in itertools.groupby(columns, lambda c: c.pattern)]
        least = (self.xrange[1] - self.xrange[0]) * 1e-7
        wide = [g for g in groups if g[-1].x - g[0].x > least]
        # The ends of slabs meet: what lies between is narrower than can be drawn.
        slabs = []
        for k, group in enumerate(wide):
            a = self.xrange[0] if k == 0 else (wide[k - 1][-1].x + group[0].x) / 2
            b = self.xrange[1] if k == len(wide) - 1 else (group[-1].x + wide[k + 1][0].x) / 2
            # The ends are a hair's breadth beside where they were.
            moved = [replace(group[0], x=a), *group[1:-1], replace(group[-1], x=b)]
            slabs.append(Slab(tuple(_thinned(moved, self.scales))))
        return slabs


def _thinned(
    columns: Sequence[PlaneColumn], scales: tuple[AxisScale, AxisScale]
) -> list[PlaneColumn]:
    """Drop columns where every edge is straight between the neighbours."""
    right, up = scales
    heights = [list(map(up, c.heights)) for c in columns]
    size = max(1e-300, *map(abs, heights[0]))
    kept = bends([right(c.x) for c in columns], heights, [size] * len(heights[0]))
    return [columns[k] for k in kept]


def _table(p: Any) -> list[list[float]]:
    """Return the coefficients in x (highest first) of every power of y (highest first)."""
    rows: dict[int, dict[int, float]] = {}
    for (i, j), c in p.terms():
        rows.setdefault(j, {})[i] = float(c)
    top = max(rows, default=0)
    result = []
    for j in range(top, -1, -1):
        row = rows.get(j, {0: 0.0})
        result.append([row.get(i, 0.0) for i in range(max(row), -1, -1)])
    return result


def _roots(table: Sequence[Sequence[float]], x: float, low: float, high: float) -> list[float]:
    """Return the real roots y of a wall at x, between low and high."""
    import numpy as np

    coefficients = [_horner(row, x) for row in table]
    while len(coefficients) > 1 and coefficients[0] == 0:
        coefficients.pop(0)
    if len(coefficients) == 1:
        return []
    if len(coefficients) == 2:
        found = [-coefficients[1] / coefficients[0]]
    else:
        roots = np.roots(coefficients)
        found = [float(r.real) for r in roots if abs(r.imag) <= 1e-7 * max(1e-9, abs(r))]
        found = [_polished(coefficients, y) for y in found]
    return [y for y in found if low < y < high]


def _horner(row: Sequence[float], x: float) -> float:
    total = 0.0
    for c in row:
        total = total * x + c
    return total


def _polished(coefficients: Sequence[float], y: float) -> float:
    """Return a root after two steps of Newton's method."""
    n = len(coefficients) - 1
    slope = [c * (n - k) for k, c in enumerate(coefficients[:-1])]
    for _ in range(2):
        d = _horner(slope, y)
        if d == 0:
            break
        y -= _horner(coefficients, y) / d
    return y
