"""Colours, hatches, line styles and sizes that all figures share.

The hues are those of Okabe and Ito 2008 (*Color Universal Design*; Wong 2011, Nature
Methods 8:441), which the common forms of colour blindness keep apart.  Lines are
drawn in them, the light ones darkened until they stand out from white at 3:1
(WCAG 2.1, 1.4.11); areas in tints of them, on which black text has more than 7:1.
Colour never says anything alone: lines differ in their dashes and carry letters,
areas in their hatching and carry names.

>>> round(contrast("#000000", "#ffffff"), 1)
21.0
>>> all(contrast(line.colour, "#ffffff") >= 3 for line in LINES)
True
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

INK = "#000000"
#: Lesser text, which still reads at 7:1.
GREY = "#555555"
#: Rules, grids, frames.
FAINT = "#8c8c8c"
PALE = "#e6e6e6"
PAPER = "#ffffff"

#: Text sizes in points; nothing is smaller than SMALL.
SMALL, TITLE = 7.0, 8.5

Dashes = tuple[float, tuple[float, ...]] | str
#: Options of a matplotlib artist, by name.
Look = dict[str, Any]


@dataclass(frozen=True)
class LineStyle:
    """How one line is drawn; ``dashes`` is matplotlib's line style."""

    colour: str
    dashes: Dashes


@dataclass(frozen=True)
class FillStyle:
    """How one area is filled: a tint, and a hatch in a stronger one."""

    tint: str
    hatch: str
    ink: str

    @property
    def patch(self) -> Look:
        """The style in matplotlib's words."""
        return {"facecolor": self.tint, "edgecolor": self.ink, "hatch": self.hatch}


LINES: tuple[LineStyle, ...] = (
    LineStyle("#0072B2", "-"),
    LineStyle("#D55E00", (0, (5, 1.5))),
    LineStyle("#007A59", (0, (1.2, 1.2))),
    LineStyle("#A3447C", (0, (6, 1.5, 1.2, 1.5))),
    LineStyle("#000000", (0, (2.8, 1.6))),
    LineStyle("#8A6200", (0, (6, 1.4, 1.2, 1.4, 1.2, 1.4))),
    LineStyle("#2B7FA8", (0, (9, 2))),
    LineStyle("#6B6B6B", (0, (1.2, 2.6))),
)

FILLS: tuple[FillStyle, ...] = (
    FillStyle("#d3e8f6", "", "#7fb4d6"),
    FillStyle("#fbe3cf", "////", "#dd9c66"),
    FillStyle("#cdeee2", "....", "#4f9f86"),
    FillStyle("#f4e0ec", "\\\\\\\\", "#c48aac"),
    FillStyle("#f8f4c4", "----", "#b3a94a"),
    FillStyle("#e3e3e3", "xxxx", "#a3a3a3"),
    FillStyle("#fdf0d5", "||||", "#cfa24d"),
    FillStyle("#dfe6ee", "oo", "#8296ad"),
    FillStyle("#eaf5d9", "++++", "#94b06a"),
    FillStyle("#f0e6fa", "//", "#a98cc4"),
    FillStyle("#ffe9e4", "\\\\", "#cf8f7f"),
    FillStyle("#e2f4f4", "--", "#7eb0b0"),
)
#: What no model value may reach.
OUTSIDE = FillStyle("#ffffff", "//////", "#bdbdbd")

#: Settings of matplotlib under which every figure is made and written.
SETTINGS: dict[str, Any] = {
    "font.family": ["DejaVu Sans"],
    "font.size": SMALL,
    "mathtext.fontset": "dejavusans",
    # Hinted letters are wider at few dots per inch; texts would not be where they were measured.
    "text.hinting": "none",
    "axes.labelsize": SMALL,
    "axes.linewidth": 0.6,
    "axes.unicode_minus": True,
    "axes.formatter.use_mathtext": True,
    "xtick.labelsize": SMALL,
    "ytick.labelsize": SMALL,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "xtick.major.size": 2.5,
    "ytick.major.size": 2.5,
    "xtick.major.pad": 2.0,
    "ytick.major.pad": 2.0,
    "hatch.linewidth": 0.5,
    "lines.solid_capstyle": "butt",
    "path.simplify": False,
    "pdf.fonttype": 42,
    "svg.fonttype": "path",
    "svg.hashsalt": "deterrence",
}


def contrast(first: str, second: str) -> float:
    """Return the contrast ratio of two colours, 1 to 21 (WCAG 2.1)."""
    a, b = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (a + 0.05) / (b + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def nth(styles: Sequence[Any], k: int) -> Any:
    """Return the style number ``k``, from the beginning again after the last."""
    return styles[k % len(styles)]


def numeral(k: int) -> str:
    """Return the small Roman numeral of the thing number ``k``, from 0, in brackets.

    >>> numeral(0), numeral(8)
    ('(i)', '(ix)')
    """
    number, text = k + 1, ""
    for value, sign in ((50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")):
        while number >= value:
            text, number = text + sign, number - value
    return f"({text})"
