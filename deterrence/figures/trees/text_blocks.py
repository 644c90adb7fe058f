"""Texts of the game tree figure: small blocks of coloured lines that know how large they are.

A block is measured before anything is drawn, as the layout of a tree follows from its
texts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from deterrence.algebra.expressions import Expression
from deterrence.figures.drawing.page import Page
from deterrence.figures.drawing.style import INK, PAPER, SMALL, Look
from deterrence.figures.texts import figure_number, mathtext, safe
from deterrence.game.tree.text import as_formula

#: Blank between the parts of a line (mm).
_BLANK = 0.9


@dataclass(frozen=True)
class Run:
    """A piece of text in one colour and weight."""

    text: str
    colour: str = INK
    weight: str = "normal"


TextLine = tuple[Run, ...]


@dataclass(frozen=True)
class TextBlock:
    """Lines of text, with the width and height of each, and of the whole (mm)."""

    lines: tuple[TextLine, ...]
    widths: tuple[float, ...]
    heights: tuple[float, ...]

    @property
    def width(self) -> float:
        """Width of the widest line."""
        return max(self.widths, default=0.0)

    @property
    def height(self) -> float:
        """Height of all lines."""
        return sum(self.heights)


def block(page: Page, lines: Sequence[TextLine]) -> TextBlock:
    """Measure lines of text."""
    step = page.height_of(1)
    widths, heights = [], []
    for line in lines:
        sizes = [page.size_of(run.text, SMALL, run.weight) for run in line]
        widths.append(sum(w for w, _ in sizes) + _BLANK * max(0, len(line) - 1))
        # Lines with fractions are taller than others.
        tall = [h for (_, h), r in zip(sizes, line, strict=True) if "$" in r.text and h > step]
        heights.append(max(tall) + 1.0 if tall else step)
    return TextBlock(tuple(lines), tuple(widths), tuple(heights))


def wrapped(
    page: Page, text: str, width: float, colour: str = INK, weight: str = "normal"
) -> list[TextLine]:
    """Break a text into lines of one run each."""
    return [(Run(line, colour, weight),) for line in page.wrap(text, width, SMALL, weight)]


def draw(
    page: Page,
    it: TextBlock,
    x: float,
    top: float,
    *,
    align: str = "center",
    background: bool = False,
    gid: str = "",
) -> None:
    """Write a block; ``x`` is its middle, its left or its right end, as ``align`` says."""
    for box, line, width, y, height in placed(it, x, top, align):
        if background:
            page.rectangle(
                box - 0.4, y, width + 0.8, height, facecolor=PAPER, edgecolor="none", zorder=3
            )
        for run in line:
            # Mathematics stands on the middle of its line, words on the base line.
            tall = height > page.height_of(1)
            base = y + height / 2 if tall else y + 0.8 * height
            look: Look = {"colour": run.colour, "weight": run.weight}
            valign = "center" if tall else "baseline"
            page.text(run.text, box, base, **look, valign=valign, gid=gid or None)
            box += page.size_of(run.text, SMALL, run.weight)[0] + _BLANK


def placed(
    it: TextBlock, x: float, top: float, align: str = "center"
) -> Iterator[tuple[float, TextLine, float, float, float]]:
    """Yield for every line its left end, its runs, its width, its top and its height."""
    share = {"left": 0.0, "center": 0.5, "right": 1.0}[align]
    for line, width, height in zip(it.lines, it.widths, it.heights, strict=True):
        yield x - share * width, line, width, top, height
        top += height


def value_text(value: Any, symbols: Mapping[str, str]) -> str:
    """Write a payoff or a probability: exact where that is short, formulas with their symbols.

    >>> from fractions import Fraction
    >>> value_text(Fraction(3, 7), {}), value_text(0.1 + 0.2, {})
    ('0.4286', '0.3')
    """
    value = as_formula(value)
    if isinstance(value, Expression):
        number = value.args[0] if value.op == "number" else None
        if not value.names:
            return figure_number(value.evaluate({}) if number is None else number)
        # Quotients as large as what stands beside them: the smaller ones of running text
        # are hard to read at this size.
        return mathtext(value, symbols).replace(r"\frac", r"\dfrac")
    return safe(figure_number(value))
