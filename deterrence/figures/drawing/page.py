"""A figure that is filled from top to bottom, measured in millimetres.

Texts are broken to the width that they really take, axes get the margins that their
labels need, and the figure becomes as high as what is in it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from deterrence.errors import UsageError
from deterrence.figures.drawing.files import DPI, figure_class
from deterrence.figures.drawing.headings import Heading
from deterrence.figures.drawing.style import FAINT, GREY, INK, SMALL, TITLE
from deterrence.figures.options import Figure
from deterrence.figures.texts import safe

INCH = 25.4
#: Width of a column in a journal, and the limits to what can be asked for (mm).
COLUMN, NARROWEST, WIDEST = 89.0, 60.0, 500.0
#: Highest figure, and the limits to the height that can be asked for of axes (mm).
HIGHEST = 1500.0
LOWEST_AXES, HIGHEST_AXES = 15.0, 500.0
#: Shape of a slide, its blank edge (mm), and the sizes (mm) at which type on one is large: 7
#: points are then 15 to 20 on a sheet 13.3 inches wide.
SLIDE, SLIDE_EDGE = 16 / 9, 3.0
LARGE = {"width": 114.0, "height": 30.0}
#: Blank edge around everything, and the gap between parts (mm).
EDGE, GAP = 1.0, 1.8
#: Least width of a column of a key (mm).
_KEY_COLUMN = 42.0
#: Width of a sample in a key (mm).
_SAMPLE = 8.0
#: Distance of two lines of text, in units of the size.
_LEADING = 1.22

_TOKEN = re.compile(r"(?:\\\$|\$[^$]*\$|[^\s$])+")

#: Draws a sample of something into a box: page, left, middle, width, height (mm).
KeySample = Callable[["Page", float, float, float, float], None]


def axes_height(asked: float | None, usual: float) -> float:
    """Return the height of axes; one out of bounds raises :class:`UsageError`."""
    if asked is None:
        return usual
    if not LOWEST_AXES <= asked <= HIGHEST_AXES:
        raise UsageError(
            f"axes {asked:g} mm high",
            remedy=f"choose a height of {LOWEST_AXES:g} to {HIGHEST_AXES:g} mm",
        )
    return asked


@dataclass(frozen=True)
class KeyEntry:
    """One line of a key: how a thing looks, and what it is."""

    sample: KeySample
    text: str


class Page:
    """The figure being made; ``y`` is how far it is filled, from the top."""

    def __init__(self, width: float = COLUMN) -> None:
        """Begin an empty figure; a width out of bounds raises :class:`UsageError`."""
        if not NARROWEST <= width <= WIDEST:
            raise UsageError(
                f"a figure {width:g} mm wide",
                remedy=f"choose a width of {NARROWEST:g} to {WIDEST:g} mm",
            )
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.text import Text
        from matplotlib.transforms import Affine2D

        self.width = width
        self.y = EDGE
        self.title = ""
        #: Height of all keys (mm).
        self.key_height = 0.0
        # Texts are measured at the resolution of the file; the height is not known yet.
        self.figure = figure_class()(figsize=(width / INCH, HIGHEST / 10 / INCH), dpi=DPI)
        self.figure.set_facecolor("white")
        FigureCanvasAgg(self.figure)
        self.renderer = self.figure.canvas.get_renderer()
        self._shift = Affine2D().translate(0, HIGHEST / 10 / INCH)
        flip = Affine2D().scale(1 / INCH, -1 / INCH)
        #: From millimetres, down from the top left corner, to pixels.
        self.mm = flip + self._shift + self.figure.dpi_scale_trans
        self._rectangles: dict[Any, tuple[float, float, float, float]] = {}
        #: Where the upper left corner lies on the sheet (mm).
        self._corner = (0.0, 0.0)
        self._ruler = Text(figure=self.figure)
        self._known: dict[tuple[str, float, str], tuple[float, float]] = {}

    # ---- texts ---------------------------------------------------------------
    def size_of(
        self, text: str, size: float = SMALL, weight: str = "normal"
    ) -> tuple[float, float]:
        """Return width and height of a text (mm)."""
        key = (text, size, weight)
        if key not in self._known:
            self._ruler.set_text(text)
            self._ruler.set_fontsize(size)
            self._ruler.set_fontweight(weight)
            box = self._ruler.get_window_extent(self.renderer)
            self._known[key] = box.width * INCH / DPI, box.height * INCH / DPI
        return self._known[key]

    def wrap(
        self, text: str, width: float, size: float = SMALL, weight: str = "normal"
    ) -> list[str]:
        """Break a text into lines of at most ``width`` mm; formulas stay whole.

        A word that is too long by itself is broken where it has to be.
        """
        lines: list[str] = []
        line = ""

        def fits(text: str) -> bool:
            return self.size_of(text, size, weight)[0] <= width

        for word in (p for token in _TOKEN.findall(text) for p in _pieces(token, fits)):
            longer = f"{line} {word}" if line else word
            if line and not fits(longer):
                lines.append(line)
                line = word
            else:
                line = longer
        lines = [*lines, line] if line else lines
        # A symbol does not stand alone on the last line if it can have company.
        if len(lines) > 1 and re.fullmatch(r"\$[^$]*\$", lines[-1]) and " " in lines[-2]:
            rest, _, last = lines[-2].rpartition(" ")
            lines[-2:] = [rest, f"{last} {lines[-1]}"]
        return lines

    def text(
        self,
        text: str,
        x: float,
        y: float,
        *,
        size: float = SMALL,
        weight: str = "normal",
        colour: str = INK,
        align: str = "left",
        valign: str = "baseline",
        zorder: float = 5,
        **more: Any,
    ) -> Any:
        """Write a text at a place (mm from the left and from the top)."""
        artist = self.figure.text(
            x,
            y,
            text,
            transform=self.mm,
            fontsize=size,
            fontweight=weight,
            color=colour,
            ha=align,
            va=valign,
            linespacing=_LEADING,
            zorder=zorder,
            **more,
        )
        return artist

    def height_of(self, lines: int, size: float = SMALL) -> float:
        """Return the height of some lines of text (mm)."""
        return lines * size * _LEADING / 72 * INCH

    def lines(
        self,
        lines: Sequence[str],
        x: float,
        top: float,
        *,
        size: float = SMALL,
        align: str = "left",
        **more: Any,
    ) -> float:
        """Write lines of text one under the other from ``top``; return where they end (mm)."""
        step = self.height_of(1, size)
        for k, line in enumerate(lines):
            # Baselines, as the heights of lines differ with what is in them.
            self.text(line, x, top + (k + 0.8) * step, size=size, align=align, **more)
        return top + len(lines) * step

    def block(self, text: str, *, gap: float = GAP, size: float = SMALL, **more: Any) -> None:
        """Add a paragraph below what is there."""
        weight = more.get("weight", "normal")
        lines = self.wrap(text, self.width - 2 * EDGE, size, weight)
        if lines:
            self.y = self.lines(lines, EDGE, self.y, size=size, **more) + gap

    def heading(self, title: Heading, subtitle: str = "") -> None:
        """Add title and subtitle."""
        self.title = title.words
        self.block(title.drawn, size=TITLE, weight="bold", gap=0.3 if subtitle else GAP)
        if subtitle:
            self.block(safe(subtitle), colour=GREY)

    def note(self, text: str) -> None:
        """Add a remark in grey."""
        self.block(text, colour=GREY, gap=0.8)

    def baseline(self, middle: float, size: float = SMALL) -> float:
        """Return the baseline of a line of text that a sample's middle goes with (mm)."""
        return middle + 0.28 * self.height_of(1, size)

    # ---- other artists -------------------------------------------------------
    def add(self, artist: Any) -> Any:
        """Add an artist whose coordinates are millimetres."""
        artist.set_transform(self.mm)
        return self.figure.add_artist(artist)

    def rectangle(self, x: float, y: float, width: float, height: float, **style: Any) -> Any:
        """Add a rectangle whose upper left corner is at ``x``, ``y``."""
        from matplotlib.patches import Rectangle

        return self.add(Rectangle((x, y), width, height, **style))

    def line(self, xs: Sequence[float], ys: Sequence[float], **style: Any) -> Any:
        """Add a broken line."""
        from matplotlib.lines import Line2D

        return self.add(Line2D(list(xs), list(ys), **style))

    def key(
        self, entries: Sequence[KeyEntry], *, sample: float = _SAMPLE, gap: float = GAP
    ) -> None:
        """Add a key below: in as many columns as the texts allow."""
        if not entries:
            return
        placed, height = self._key_places(entries, sample)
        for entry, lines, right, down in placed:
            x, y = EDGE + right, self.y + down
            entry.sample(self, x, y + self.height_of(1) * 0.52, sample, self.height_of(1) * 0.8)
            self.lines(lines, x + sample + 1.5, y)
        self.key_height += height
        self.y += height + gap

    def key_size(self, entries: Sequence[KeyEntry], *, sample: float = _SAMPLE) -> float:
        """Return how high a key would be (mm)."""
        return self._key_places(entries, sample)[1]

    def _key_places(
        self, entries: Sequence[KeyEntry], sample: float
    ) -> tuple[list[tuple[KeyEntry, list[str], float, float]], float]:
        """Return the lines of every entry with its place (right and down), and the height."""
        room = self.width - 2 * EDGE
        columns = max(1, int(room // _KEY_COLUMN))
        column = room / columns
        indent = sample + 1.5
        placed = []
        used, down, below = 0, 0.0, 0.0  # columns of the row that are taken, and where it ends
        for entry in entries:
            wide = self.size_of(entry.text)[0] + indent + 1.0
            span = min(columns, max(1, -(-int(wide * 100) // int(column * 100))))
            if used + span > columns:
                used, down = 0, below
            lines = self.wrap(entry.text, span * column - indent)
            placed.append((entry, lines, used * column, down))
            below = max(below, down + self.height_of(len(lines)) + 0.5)
            used += span
        return placed, below

    # ---- axes ------------------------------------------------------------------
    def axes(self, height: float, *, above: float = 0.0) -> Any:
        """Add axes ``height`` mm high, their margins not settled yet: see :meth:`settle`."""
        ax = self.figure.add_axes((0, 0, 1, 1))
        self._place(ax, (12.0, self.y + above, self.width - 12.0 - EDGE, height))
        ax.tick_params(labelcolor=INK)
        for spine in ax.spines.values():
            spine.set_color(FAINT)
        return ax

    def _place(self, ax: Any, rectangle: tuple[float, float, float, float]) -> None:
        self._rectangles[ax] = rectangle
        width, height = self.figure.get_size_inches() * INCH
        x, y, w, h = rectangle
        x, y = x + self._corner[0], y + self._corner[1]
        ax.set_position((x / width, 1 - (y + h) / height, w / width, h / height))

    def move(self, ax: Any, rectangle: tuple[float, float, float, float]) -> None:
        """Put axes at left, top, width and height (mm)."""
        self._place(ax, rectangle)

    def rectangle_of(self, ax: Any) -> tuple[float, float, float, float]:
        """Return left, top, width and height of axes (mm)."""
        return self._rectangles[ax]

    def settle(
        self,
        ax: Any,
        xlabel: str = "",
        ylabel: str = "",
        *,
        right: float = 0.0,
        left: float = 0.0,
        gap: float = GAP,
    ) -> None:
        """Give axes the margins that ticks and labels need, and go on below them.

        ``right`` and ``left`` are margins to keep in any case (mm).
        """
        for _ in range(3):
            x, y, w, h = self._rectangles[ax]
            ax.set_xlabel("\n".join(self.wrap(xlabel, w + min(x, 6.0))), linespacing=_LEADING)
            ax.set_ylabel("\n".join(self.wrap(ylabel, h)), linespacing=_LEADING)
            ax.xaxis.labelpad = ax.yaxis.labelpad = 2.0
            inner = ax.get_window_extent(self.renderer)
            outer = ax.get_tightbbox(self.renderer)
            a = max((inner.x0 - outer.x0) * INCH / DPI, left)
            b = max((outer.x1 - inner.x1) * INCH / DPI, right)
            self._place(ax, (EDGE + a, y, self.width - 2 * EDGE - a - b, h))
        inner, outer = ax.get_window_extent(self.renderer), ax.get_tightbbox(self.renderer)
        below = (inner.y0 - outer.y0) * INCH / DPI
        x, y, w, h = self._rectangles[ax]
        self.y = y + h + below + gap

    def place(self, ax: Any, x: float, y: float) -> tuple[float, float]:
        """Return where a point of the axes lies (mm from their lower left corner)."""
        ((right,), (up,)) = self.places(ax, [x], [y])
        return right, up

    def places(self, ax: Any, xs: Sequence[float], ys: Sequence[float]) -> list[list[float]]:
        """Return how far to the right and how far up points of the axes lie, as two lists."""
        _, _, w, h = self._rectangles[ax]
        inside = (ax.transData - ax.transAxes).transform(list(zip(xs, ys, strict=True)))
        return [(inside[:, 0] * w).tolist(), (inside[:, 1] * h).tolist()]

    def value(self, ax: Any, right: float, up: float) -> tuple[float, float]:
        """Return which point of the axes lies at a place (mm from their lower left corner)."""
        _, _, w, h = self._rectangles[ax]
        found = (ax.transAxes - ax.transData).transform((right / w, up / h))
        return float(found[0]), float(found[1])

    def data_scale(self, ax: Any) -> tuple[float, float]:
        """Return how many units of the axes make one millimetre, along x and along y."""
        _, _, w, h = self._rectangles[ax]
        (x0, x1), (y0, y1) = ax.get_xlim(), ax.get_ylim()
        return abs(x1 - x0) / w, abs(y1 - y0) / h

    # ---- the end -----------------------------------------------------------------
    def finish(self, description: str, *, incomplete: bool = False) -> Figure:
        """Return the figure, as high as what is in it."""
        height = self.y - GAP + EDGE + 1.0
        if height > HIGHEST:
            raise UsageError(
                f"the figure would be {height:.0f} mm high", remedy="show less in one figure"
            )
        self._lay(self.width, height)
        figure: Figure = self.figure
        figure.for_slide = partial(self._for_slide, height)
        figure.heading, figure.description = self.title, description
        figure.incomplete = incomplete
        figure.key_share = self.key_height / height
        return figure

    def _lay(self, width: float, height: float, right: float = 0.0, down: float = 0.0) -> None:
        """Make the sheet, with everything moved to the right and down on it (mm)."""
        self.figure.set_size_inches(width / INCH, height / INCH)
        self._corner = (right, down)
        self._shift.clear().translate(right / INCH, (height - down) / INCH)
        for ax, rectangle in list(self._rectangles.items()):
            self._place(ax, rectangle)

    def _for_slide(self, height: float) -> None:
        """Put what is drawn in the middle of the smallest sheet with the shape of a slide."""
        least = height + 2 * SLIDE_EDGE
        width = max(self.width + 2 * SLIDE_EDGE, least * SLIDE)
        self._lay(width, width / SLIDE, (width - self.width) / 2, (width / SLIDE - height) / 2)


def _pieces(word: str, fits: Callable[[str], bool]) -> list[str]:
    """Return a word, or where it does not fit its parts, which are broken where they have to be."""
    if "$" in word or fits(word):
        return [word]
    parts = [p for p in re.split(r"(?<=[-_/])", word) if p]
    if len(parts) > 1:
        return _packed(parts, fits)
    pieces, piece = [], ""
    for c in word:
        if piece and not fits(piece + c + "-"):
            pieces.append(piece + "-")
            piece = c
        else:
            piece += c
    return [*pieces, piece]


def _packed(parts: Sequence[str], fits: Callable[[str], bool]) -> list[str]:
    """Join the parts of a word again as far as they fit, and break what is too long even so."""
    joined = [parts[0]]
    for part in parts[1:]:
        if fits(joined[-1] + part):
            joined[-1] += part
        else:
            joined.append(part)
    if len(joined) == 1:
        return joined
    return [x for p in joined for x in (_pieces(p, fits) if p.rstrip("-_/") else [p])]
