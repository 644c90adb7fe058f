"""Arrows in millimetres: a shaft with dashes, and heads without any."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from deterrence.figures.drawing.page import Page
from deterrence.figures.drawing.style import LINES, Dashes, nth

Point = tuple[float, float]


@dataclass(frozen=True)
class ArrowStyle:
    """How an arrow is drawn: ``head`` is the length of its head (mm)."""

    colour: str
    dashes: Dashes
    lw: float
    head: float

    @classmethod
    def of_player(cls, player: int, *, strong: bool = True) -> ArrowStyle:
        """Return how a player's moves are drawn: strongly where they are improvements."""
        style = nth(LINES, player)
        return cls(style.colour, style.dashes, *((1.5, 2.1) if strong else (0.55, 1.3)))


def arrow(
    page: Page,
    points: Sequence[Point],
    style: ArrowStyle,
    *,
    begin: ArrowStyle | None = None,
    end: ArrowStyle | None = None,
    curved: bool = False,
    gid: str = "",
    zorder: float = 2.0,
) -> None:
    """Draw a line through points, with a head at either end where a style is given for it.

    ``curved``: of three points the one in the middle is that of a quadratic curve.
    """
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    places = list(points)
    for tip, beside, head in ((0, 1, begin), (-1, -2, end)):
        if head is not None:
            places[tip] = _drawn_in(places[tip], places[beside], 0.7 * head.head)
    codes: list[Any] = [Path.MOVETO, *[Path.LINETO] * (len(places) - 1)]
    if curved:
        codes = [Path.MOVETO, Path.CURVE3, Path.CURVE3]
    page.add(
        PathPatch(
            Path(places, codes), facecolor="none", edgecolor=style.colour, lw=style.lw,
            linestyle=style.dashes, capstyle="butt", joinstyle="round", zorder=zorder,
            gid=gid or None,
        )
    )  # fmt: skip
    for tip, beside, head in ((0, 1, begin), (-1, -2, end)):
        if head is not None:
            _head(page, points[tip], points[beside], head, zorder + 0.1)


def _drawn_in(tip: Point, beside: Point, length: float) -> Point:
    """Return the point of a line that lies ``length`` before its tip."""
    dx, dy = beside[0] - tip[0], beside[1] - tip[1]
    whole = math.hypot(dx, dy) or 1.0
    return tip[0] + dx / whole * length, tip[1] + dy / whole * length


def _head(page: Page, tip: Point, beside: Point, style: ArrowStyle, zorder: float) -> None:
    from matplotlib.patches import Polygon

    x, y = _drawn_in(tip, beside, style.head)
    half = 0.42 * style.head
    ux, uy = (tip[0] - x) / style.head, (tip[1] - y) / style.head
    corners = [tip, (x - uy * half, y + ux * half), (x + uy * half, y - ux * half)]
    page.add(Polygon(corners, closed=True, facecolor=style.colour, lw=0, zorder=zorder))
