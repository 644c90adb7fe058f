"""The moves of any conflict as a graph: states in layers, by the number of moves to them.

The state in question is uppermost.  Lines bend around states that are in their way; below, a
table says what the numbers stand for and under which notions each state is stable.
"""

from __future__ import annotations

import itertools
import math

from deterrence.figures.drawing.arrows import ArrowStyle, Point, arrow
from deterrence.figures.drawing.page import EDGE, Page
from deterrence.figures.drawing.style import FAINT, GREY, INK, PALE, PAPER, SMALL, Look
from deterrence.figures.facts.move_map import MoveLine, MoveMap, layers
from deterrence.figures.texts import safe
from deterrence.game.stability_notions import notion

#: Radius of a state, least distance of two in a row, and distance of rows (mm).
_RADIUS, _NEAREST, _DOWN = 2.7, 9.0, 17.0
#: Lines from which on only improvements are drawn.
_LINES = 60
#: Ways to bend a line, as parts of its length; the first that goes well is taken.
_BENDS = (0.0, 0.12, -0.12, 0.22, -0.22, 0.34, -0.34, 0.48, -0.48)
#: Points of a line at which it is measured, and blank around it (mm).
_POINTS, _BLANK = 17, 1.3


class MoveLayers:
    """The states in their places, in mm, and the lines between them."""

    def __init__(self, page: Page, it: MoveMap) -> None:
        """Find a place for every state."""
        self.page, self.it = page, it
        room = page.width - 2 * EDGE - 2.0
        most = max(1, int(room // _NEAREST))
        self.at: dict[int, Point] = {}
        y = page.y + _RADIUS + 1.0
        for row in layers(it):
            # A row that is too long stands on two levels, alternately.
            parts = math.ceil(len(row) / most)
            step = room / len(row)
            for k, state in enumerate(row):
                self.at[state] = (EDGE + 1.0 + (k + 0.5) * step, y + k % parts * 2.6 * _RADIUS)
            y += (parts - 1) * 2.6 * _RADIUS + _DOWN
        self.bottom = y - _DOWN + _RADIUS
        #: Whether moves without a gain are left out.
        self.crowded = len(it.lines) > _LINES
        self.drawn = [n for n in it.lines if n.improves or not self.crowded]
        self._samples: list[list[Point]] = []

    def draw(self) -> None:
        """Draw states, lines and the table below what is there."""
        for line in sorted(self.drawn, key=self._length):
            self._line(line)
        for k in self.it.shown:
            self._state(k)
        taken: list[tuple[float, float, float, float]] = []
        for k in self.it.shown:
            self._label(k, taken)
        lowest = [y for points in self._samples for _, y in points]
        self.page.y = max([self.bottom + 1.5, *lowest]) + 2.0
        self._table()

    def _length(self, line: MoveLine) -> tuple[float, int, int, int]:
        length = math.dist(self.at[line.a], self.at[line.b])
        return round(length, 3), line.a, line.b, line.player

    # ---- lines ---------------------------------------------------------------------------
    def _line(self, line: MoveLine) -> None:
        a, b = self.at[line.a], self.at[line.b]
        best = min(_BENDS, key=lambda bend: self._cost(a, b, bend, line))
        middle = _bent(a, b, best)
        self._samples.append(_points(a, middle, b))
        strong = ArrowStyle.of_player(line.player)
        weak = ArrowStyle.of_player(line.player, strong=False)
        style = strong if line.improves else weak
        begin = (strong if line.gains < 0 else weak) if line.back else None
        end = (strong if line.gains > 0 else weak) if line.forth else None
        away = _RADIUS + 0.35
        ends = [_towards(a, middle, away), middle, _towards(b, middle, away)]
        name = f"move-{line.player}-{'improves' if line.improves else 'other'}"
        order = 2.5 if line.improves else 2.0
        arrow(self.page, ends, style, begin=begin, end=end, curved=True, gid=name, zorder=order)

    def _cost(self, a: Point, b: Point, bend: float, line: MoveLine) -> float:
        points = _points(a, _bent(a, b, bend), b)
        cost = abs(bend)
        for state, place in self.at.items():
            if state not in (line.a, line.b):
                near = min(math.dist(place, p) for p in points)
                cost += 20.0 * max(0.0, _RADIUS + _BLANK - near)
        inner = points[2:-2]
        for other in self._samples:
            near = sum(1 for p in inner if min(math.dist(p, q) for q in other) < 0.8)
            cost += 0.08 * near if near < len(inner) / 3 else 4.0
        low, high = EDGE, self.page.width - EDGE
        cost += sum(10.0 for x, _ in points if not low <= x <= high)
        return cost + sum(10.0 for _, y in points if y < self.page.y)

    # ---- states --------------------------------------------------------------------------
    def _state(self, k: int) -> None:
        from matplotlib.patches import Circle, Polygon

        held, (x, y) = self.it.is_equilibrium(k), self.at[k]
        look: Look = {"facecolor": PALE if held else PAPER, "edgecolor": INK if held else GREY}
        self.page.add(
            Circle((x, y), _RADIUS, lw=1.9 if held else 0.8, zorder=4, **look,
                   gid="equilibrium" if held else "state")
        )  # fmt: skip
        number = str(self.it.conflict.states[k].number)
        self.page.text(number, x, self.page.baseline(y), align="center", zorder=6,
                       weight="bold" if held else "normal")  # fmt: skip
        if k == self.it.start:
            left, r = x - _RADIUS - 0.4, 1.3
            corners = [(left, y), (left - 2.2, y - r), (left - 2.2, y + r)]
            self.page.add(Polygon(corners, facecolor=INK, lw=0, zorder=4, gid="start"))

    def _label(self, k: int, taken: list[tuple[float, float, float, float]]) -> None:
        """Write the strongest notions beside a state, where there is room."""
        text = " ".join(notion(c).name for c in self.it.strongest(k))
        if not text:
            return
        (x, y), step = self.at[k], self.page.height_of(1)
        wide = self.page.size_of(text, SMALL, "bold")[0] + 0.6
        off = _RADIUS + 0.7
        spots = [(x + off, y - step / 2), (x - off - wide, y - step / 2)]
        spots += [(x - wide / 2, y + off), (x - wide / 2, y - off - step)]
        spots += [(x + 0.7 * off, y + 0.7 * off), (x - 0.7 * off - wide, y + 0.7 * off)]
        spots += [(x + 0.7 * off, y - 0.7 * off - step)]
        spots += [(x - 0.7 * off - wide, y - 0.7 * off - step)]

        def cost(spot: Point) -> float:
            left, top = spot
            found = sum(
                1.0
                for px, py in itertools.chain(*self._samples)
                if left - 0.4 < px < left + wide + 0.4 and top - 0.3 < py < top + step + 0.3
            )
            for other, (cx, cy) in self.at.items():
                dx = max(left - cx, 0.0, cx - left - wide)
                dy = max(top - cy, 0.0, cy - top - step)
                found += 100.0 * (other != k and math.hypot(dx, dy) < _RADIUS + 0.4)
            found += sum(
                100.0
                for l2, t2, w2, h2 in taken
                if left < l2 + w2 and l2 < left + wide and top < t2 + h2 and t2 < top + step
            )
            return found + 100.0 * (left < EDGE or left + wide > self.page.width - EDGE)

        best = min(spots, key=cost)
        if cost(best) >= 100.0:
            return
        taken.append((*best, wide, step))
        self.page.rectangle(*best, wide, step, facecolor=PAPER, lw=0, zorder=3.0)
        place = (best[0] + wide / 2, best[1] + 0.8 * step)
        self.page.text(text, *place, weight="bold", align="center", gid="notions")

    # ---- table ---------------------------------------------------------------------------
    def _table(self) -> None:
        """Say what the numbers stand for, and under which notions each state is stable."""
        page, it, step = self.page, self.it, self.page.height_of(1)
        heads = [notion(c).name for c in it.stable]
        widths = [page.size_of(h)[0] + 1.8 for h in heads]
        numbers = [f"#{it.conflict.states[k].number}" for k in it.shown]
        left = EDGE + max(page.size_of(n)[0] for n in numbers) + 1.5
        right = x = page.width - EDGE - sum(widths)
        grey: Look = {"y": page.y + 0.8 * step, "colour": GREY}
        page.text("stable for all under", right - 1.0, align="right", **grey)
        for head, wide in zip(heads, widths, strict=True):
            page.text(head, x + wide / 2, align="center", **grey)
            x += wide
        page.y += step + 0.6
        for k in it.shown:
            state = it.conflict.states[k]
            page.line([EDGE, page.width - EDGE], [page.y - 0.2] * 2, color=FAINT, lw=0.3)
            lines = page.wrap(safe(it.title(k)), right - left - 1.0)
            page.lines([f"#{state.number}"], EDGE, page.y)
            x = right
            for concept, wide in zip(it.stable, widths, strict=True):
                if it.stable[concept][k]:
                    page.line([x + wide / 2], [page.y + 0.52 * step], marker="o", ms=3.4, mew=0,
                              mfc=INK, ls="", gid=f"stable-{concept}")  # fmt: skip
                x += wide
            page.y = page.lines(lines, left, page.y) + 0.4
        page.y += 1.6


def _bent(a: Point, b: Point, bend: float) -> Point:
    """Return the point in the middle of a quadratic curve that bends by a part of its length."""
    (ax, ay), (bx, by) = a, b
    return (ax + bx) / 2 - 2 * bend * (by - ay), (ay + by) / 2 + 2 * bend * (bx - ax)


def _points(a: Point, middle: Point, b: Point) -> list[Point]:
    found = []
    for k in range(_POINTS):
        t = k / (_POINTS - 1)
        u, v, w = (1 - t) ** 2, 2 * t * (1 - t), t * t
        found.append((u * a[0] + v * middle[0] + w * b[0], u * a[1] + v * middle[1] + w * b[1]))
    return found


def _towards(a: Point, b: Point, length: float) -> Point:
    whole = math.dist(a, b) or 1.0
    return a[0] + (b[0] - a[0]) / whole * length, a[1] + (b[1] - a[1]) / whole * length
