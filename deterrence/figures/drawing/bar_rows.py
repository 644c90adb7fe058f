"""Rows of horizontal bars with their names to the left: tornado, Sobol' indices, robustness."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from deterrence.figures.drawing.key_samples import filled
from deterrence.figures.drawing.on_axes import round_ticks
from deterrence.figures.drawing.page import EDGE, KeySample, Page
from deterrence.figures.drawing.style import FAINT, INK, FillStyle
from deterrence.figures.texts import safe, symbol_of
from deterrence.words.sentences import capital

#: Least height of a row, and the share of the width that names may take.
_ROW, _NAMES = 5.4, 0.42
#: Rows that are drawn; the rest are the smallest, and are told in a note.
MOST = 20


@dataclass(frozen=True)
class BarRow:
    """The name of a row and a line under it in the same size."""

    name: str
    under: str = ""


class BarRows:
    """Axes with one row per bar, the first on top.

    ``place(k)`` is the middle of row ``k`` on the y axis, whose unit is one row.
    """

    def __init__(self, page: Page, rows: Sequence[BarRow], *, least: float = _ROW) -> None:
        """Make the axes below what is on the page."""
        self.page, self.rows = page, rows
        room = page.width - 2 * EDGE
        step = page.height_of(1)
        longest = max(page.size_of(t)[0] for r in rows for t in (r.name, r.under) if t) + 1.5
        self.width = min(longest, room * _NAMES)
        self.lines = [
            [*page.wrap(r.name, self.width - 1.5), *page.wrap(r.under, self.width - 1.5)]
            for r in rows
        ]
        height = max(least, *(len(lines) * step + 1.4 for lines in self.lines))
        self.ax = page.axes(height * len(rows), above=0.4)
        self.ax.set_ylim(len(rows) - 0.5, -0.5)
        self.ax.set_yticks([])
        for side in ("top", "right", "left"):
            self.ax.spines[side].set_visible(False)
        for k in range(len(rows)):
            if k % 2 == 0:
                self.ax.axhspan(k - 0.5, k + 0.5, facecolor="#f4f4f4", lw=0, zorder=0)

    def settle(self, xlabel: str) -> None:
        """Settle the axes and write the names."""
        round_ticks(self.ax.xaxis)
        page = self.page
        page.settle(self.ax, xlabel, left=self.width, right=2.5)
        x, top, _, h = page.rectangle_of(self.ax)
        height = h / len(self.rows)
        step = page.height_of(1)
        for k, lines in enumerate(self.lines):
            middle = top + (k + 0.5) * height
            page.lines(lines, x - 1.5, middle - len(lines) * step / 2, align="right", colour=INK)

    def bar(
        self, y: float, end: float, height: float, style: FillStyle, gid: str, begin: float = 0.0
    ) -> None:
        """Draw a bar from ``begin`` to ``end``."""
        width = end - begin
        box = {"left": begin, "height": height}
        self.ax.barh(y, width, **box, **style.patch, lw=0.6, zorder=2, gid=gid)

    def zero(self) -> None:
        """Draw the line from which bars begin."""
        self.ax.axvline(0.0, color=INK, lw=0.9, zorder=3)

    def grid(self) -> None:
        """Draw faint lines at the ticks."""
        self.ax.grid(axis="x", color=FAINT, lw=0.3, alpha=0.6)
        self.ax.set_axisbelow(True)


def bar_sample(style: FillStyle, share: float = 0.8, more: float = 0.0) -> KeySample:
    """Return the sample of a bar in a key."""
    return filled(0.5, share, more=more, **style.patch, lw=0.6)


def parameter_row(title: str, name: str, sign: str, told: str) -> BarRow:
    """Return the row of a parameter: its title, and below what is told beside its symbol."""
    mark = symbol_of(name, sign)
    return BarRow(safe(capital(title)), f"{mark}: {told}") if title else BarRow(mark, told)


def group_name(group: str, inputs: Mapping[str, Any]) -> str:
    """Return the name of a group of inputs: its titles, or the symbols of several."""
    names = group.split(" + ")
    if len(names) == 1 and names[0] in inputs:
        i = inputs[names[0]]
        mark = symbol_of(i.name, i.symbol)
        return f"{safe(capital(i.title))}, {mark}" if i.title else mark
    return " + ".join(symbol_of(n, inputs[n].symbol if n in inputs else "") for n in names)
