"""The moves of two players in their table: the states in place, arrows between them.

Of two by two states every move has its arrow.  In larger tables an arrow leads from the states
of a row or a column to the best of them, for the player who chooses among them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from deterrence.figures.drawing.arrows import ArrowStyle, Point, arrow
from deterrence.figures.drawing.page import EDGE, Page
from deterrence.figures.drawing.style import FAINT, INK, PALE, PAPER, SMALL, Look
from deterrence.figures.facts.move_map import MoveMap
from deterrence.figures.texts import safe
from deterrence.game.stability_notions import notion

#: Lanes of arrows between cells, and the widest cell (mm).
_LANE, _NARROW, _WIDE, _WIDEST = 4.6, 3.6, 10.0, 38.0
#: Lines that the name of a state may take.
_LINES = 3


@dataclass(frozen=True)
class _Manner:
    """What is written into the cells: titles, and all notions or the strongest.

    A narrow table calls actions by their labels, upright over its columns.
    """

    titles: bool
    notions: bool
    narrow: bool = False

    @property
    def big(self) -> float:
        """Size of ranks (points)."""
        return SMALL if self.narrow else 8.0

    @property
    def pad(self) -> float:
        """Blank around what stands in a cell (mm)."""
        return 0.6 if self.narrow else 1.2


_MANNERS = (
    _Manner(True, True), _Manner(True, False), _Manner(False, True), _Manner(False, False),
    _Manner(False, False, narrow=True),
)  # fmt: skip


def table_of(page: Page, it: MoveMap) -> MoveTable | None:
    """Return the table as full as the width allows, None where it does not fit."""
    if len(it.shape) != 2:
        return None
    for manner in _MANNERS:
        table = MoveTable(page, it, manner)
        if table.fits:
            return table
    return None


class MoveTable:
    """Columns and rows of the table, in mm."""

    def __init__(self, page: Page, it: MoveMap, manner: _Manner) -> None:
        """Measure what stands in the cells."""
        self.page, self.it, self.manner = page, it, manner
        self.rows, self.columns = it.shape
        #: Whether all arrows fit between neighbours.
        self.small = it.shape == (2, 2)
        self.actions = [[safe(a) for a in own] for own in it.actions(titles=not manner.narrow)]
        self.lane = _WIDE if self.small else _NARROW if manner.narrow else _LANE
        self.names = [
            safe(it.short(k)) if manner.titles else f"#{s.number}"
            for k, s in enumerate(it.conflict.states)
        ]
        self.ranks = [f"{int(a) + 1}, {int(b) + 1}" for a, b in zip(*it.ranks, strict=True)]
        self.notions = [
            " ".join(notion(c).name for c in (it.notions if manner.notions else it.strongest)(k))
            for k in range(len(self.names))
        ]
        room = page.width - 2 * EDGE
        self.side = page.height_of(1) + 1.0  # the row player's name, upright
        self.heads = min(
            max(page.size_of(a)[0] for a in self.actions[0]) + manner.pad,
            max(room * 0.22, self._word(self.actions[0]) + manner.pad),
        )
        lanes = self.lane * (1 if self.small else self.columns)
        self.cell = min((room - self.side - self.heads - lanes) / self.columns, _WIDEST)
        heads = [] if manner.narrow else self.actions[1]
        words = self._word([*self.names, *self.notions, *heads])
        least = max(words, *(page.size_of(r, manner.big)[0] for r in self.ranks))
        self.fits = self.cell >= least + 2 * manner.pad and all(
            len(self._wrapped(name)) <= _LINES for name in (*self.names, *heads)
        )

    def _word(self, texts: Sequence[str]) -> float:
        """Return the width of the longest part that stays whole."""
        parts = " ".join(texts).replace("_", "_ ").replace("-", "- ").split()
        return max(self.page.size_of(p)[0] for p in parts or [""])

    def _wrapped(self, text: str) -> list[str]:
        return self.page.wrap(text, self.cell - 2 * self.manner.pad)

    # ---- cells ---------------------------------------------------------------------------
    def draw(self) -> None:
        """Draw the table below what is there."""
        page, step, pad = self.page, self.page.height_of(1), self.manner.pad
        left = EDGE + self.side + self.heads
        between = 0.0 if self.small else self.lane
        self.xs = [left + between + j * (self.cell + self.lane) for j in range(self.columns)]
        middle = (self.xs[0] + self.xs[-1] + self.cell) / 2
        players = [safe(p) for p in self.it.players]
        page.y = page.lines([players[1]], middle, page.y, align="center", weight="bold")
        top = page.y = self._column_heads() + 0.8
        broken = [
            (self._wrapped(n), page.wrap(c, self.cell - 2 * pad, weight="bold"))
            for n, c in zip(self.names, self.notions, strict=True)
        ]
        most = [max(len(lines[part]) for lines in broken) for part in (0, 1)]
        self.height = 2 * pad + sum(most) * step + page.height_of(1, self.manner.big) + 0.6
        first = page.y + between
        self.ys = [first + i * (self.height + self.lane) for i in range(self.rows)]
        for k, (name, notions) in enumerate(broken):
            self._cell(k, name, notions, most[0])
        for y, action in zip(self.ys, self.actions[0], strict=True):
            lines = page.wrap(action, self.heads - pad)
            page.lines(lines, left - pad, y + (self.height - len(lines) * step) / 2, align="right")
        bottom = self.ys[-1] + self.height
        upright: Look = {"align": "center", "valign": "center", "rotation": 90}
        page.text(players[0], EDGE + self.side / 2, (top + bottom) / 2, weight="bold", **upright)
        self._arrows()
        page.y = bottom + 2.2

    def _column_heads(self) -> float:
        """Write the column player's actions; return where they end."""
        page, labels, step = self.page, self.actions[1], self.page.height_of(1)
        if self.manner.narrow:
            high = max(page.size_of(a)[0] for a in labels)
            upright: Look = {"align": "center", "valign": "bottom", "rotation": 90}
            for x, a in zip(self.xs, labels, strict=True):
                page.text(a, x + self.cell / 2, page.y + high + 1.0, **upright)
            return page.y + high + 1.0
        heads = [self._wrapped(a) for a in labels]
        tall = max(map(len, heads))
        for x, lines in zip(self.xs, heads, strict=True):
            top = page.y + (tall - len(lines)) * step
            page.lines(lines, x + self.cell / 2, top, align="center")
        return page.y + tall * step

    def _cell(self, k: int, name: list[str], notions: list[str], most: int) -> None:
        """Draw a state; names take ``most`` lines."""
        page, step, size = self.page, self.page.height_of(1), self.manner.big
        i, j = divmod(k, self.columns)
        x, y, middle = self.xs[j], self.ys[i], self.xs[j] + self.cell / 2
        frame(page, x, y, self.cell, self.height, self.it, k)
        top = y + self.manner.pad
        page.lines(name, middle, top + (most - len(name)) * step / 2, align="center")
        top = page.lines([self.ranks[k]], middle, top + most * step, size=size, align="center",
                         gid="ranks")  # fmt: skip
        page.lines(notions, middle, top + 0.4, align="center", weight="bold", gid="notions")

    # ---- arrows --------------------------------------------------------------------------
    def _arrows(self) -> None:
        draw = self._between if self.small else self._lane
        for j in range(self.columns):
            draw(0, [i * self.columns + j for i in range(self.rows)])
        for i in range(self.rows):
            draw(1, [i * self.columns + j for j in range(self.columns)])

    def _between(self, player: int, cells: Sequence[int]) -> None:
        """Draw the arrow between two neighbours, towards the better one."""
        a, b = cells
        gains = int(self.it.ranks[player][b]) - int(self.it.ranks[player][a])
        style = ArrowStyle.of_player(player, strong=gains != 0)
        (i, j), gap = divmod(a, self.columns), 0.7
        x, y = self.xs[j] + self.cell / 2, self.ys[i] + self.height / 2
        points: list[Point]
        if player == 0:
            y = self.ys[i] + self.height
            points = [(x, y + gap), (x, y + self.lane - gap)]
        else:
            x = self.xs[j] + self.cell
            points = [(x + gap, y), (x + self.lane - gap, y)]
        begin, end = (style if gains <= 0 else None), (style if gains >= 0 else None)
        name = f"move-{player}-{'improves' if gains else 'equal'}"
        arrow(self.page, points, style, begin=begin, end=end, gid=name)

    def _lane(self, player: int, cells: Sequence[int]) -> None:
        """Draw the way from all cells of a line to the best of them."""
        ranks = [int(self.it.ranks[player][k]) for k in cells]
        best = [k for k, r in zip(cells, ranks, strict=True) if r == max(ranks)]
        rest = [k for k in cells if k not in best]
        if not rest:
            return
        style = ArrowStyle.of_player(player)

        def stub(k: int) -> list[Point]:
            """Return the way from the lane to a cell."""
            i, j = divmod(k, self.columns)
            if player == 0:
                y = self.ys[i] + self.height / 2
                return [(self.xs[j] - self.lane / 2, y), (self.xs[j], y)]
            x = self.xs[j] + self.cell / 2
            return [(x, self.ys[i] - self.lane / 2), (x, self.ys[i])]

        ends = [stub(k)[0] for k in cells]
        arrow(self.page, [min(ends), max(ends)], style, gid=f"move-{player}-improves")
        for k in rest:
            arrow(self.page, stub(k), style, gid=f"move-{player}-from")
        for k in best:
            arrow(self.page, stub(k), style, end=style, gid=f"move-{player}-best")


def frame(page: Page, x: float, y: float, w: float, h: float, it: MoveMap, k: int) -> None:
    """Draw the frame of a state: heavy for an equilibrium, a corner for the one in question."""
    held = it.is_equilibrium(k)
    fill: Look = {"facecolor": PALE if held else PAPER, "zorder": 0.5, "joinstyle": "miter"}
    line: Look = {"edgecolor": INK, "lw": 1.9} if held else {"edgecolor": FAINT, "lw": 0.7}
    page.rectangle(x, y, w, h, **fill, **line, gid="equilibrium" if held else "state")
    if k == it.start:
        corner(page, x, y, gid="start")


def corner(page: Page, x: float, y: float, **more: Any) -> None:
    """Draw the black corner of the state in question."""
    from matplotlib.patches import Polygon

    page.add(Polygon([(x, y), (x + 2.6, y), (x, y + 2.6)], facecolor=INK, lw=0, **more))
