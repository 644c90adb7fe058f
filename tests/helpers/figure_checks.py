"""What can be checked of any figure: that texts keep apart, stay inside, and can be read."""

from __future__ import annotations

import itertools
from typing import Any

from deterrence.figures.drawing.files import settings

#: Overlap that cannot be seen (pixels at 300 dots per inch, an eighth of a millimetre).
SLACK = 1.5
MM = 25.4


def texts_of(figure: Any) -> list[tuple[Any, Any]]:
    """Return all texts that are drawn, with their boxes in pixels."""
    from matplotlib.text import Text

    with settings():
        figure.canvas.draw()
        renderer = figure.canvas.get_renderer()
        never = undrawn_ticks(figure)
        found = []
        for text in figure.findobj(Text):
            if id(text) not in never and text.get_visible() and text.get_text().strip():
                box = text.get_window_extent(renderer)
                if box.width > 0:
                    found.append((text, box))
    return found


def undrawn_ticks(figure: Any) -> set[int]:
    """Return the labels of ticks beyond the limits, which exist and are never drawn."""
    never = set()
    for ax in figure.axes:
        for axis in (ax.xaxis, ax.yaxis):
            low, high = sorted(axis.get_view_interval())
            slack = 1e-9 * (high - low)
            for tick in (*axis.get_major_ticks(), *axis.get_minor_ticks()):
                if not low - slack <= tick.get_loc() <= high + slack:
                    never |= {id(tick.label1), id(tick.label2)}
    return never


def overlaps(figure: Any) -> list[str]:
    """Return every pair of texts that overlap."""
    found = []
    for (a, box), (b, other) in itertools.combinations(texts_of(figure), 2):
        wide = min(box.x1, other.x1) - max(box.x0, other.x0)
        tall = min(box.y1, other.y1) - max(box.y0, other.y0)
        # Boxes of lines of text reach above and below what is seen of them.
        if wide > SLACK and tall > 0.25 * min(box.height, other.height):
            found.append(f"{a.get_text()!r} and {b.get_text()!r}")
    return found


def outside(figure: Any) -> list[str]:
    """Return every text that leaves the figure."""
    width, height = figure.bbox.width, figure.bbox.height
    return [
        text.get_text()
        for text, box in texts_of(figure)
        if box.x0 < -SLACK or box.y0 < -SLACK or box.x1 > width + SLACK or box.y1 > height + SLACK
    ]


def too_small(figure: Any, least: float = 7.0) -> list[str]:
    """Return every text that is smaller than ``least`` points."""
    return [t.get_text() for t, _ in texts_of(figure) if t.get_fontsize() < least]


def assert_legible(figure: Any) -> None:
    """Fail where texts overlap, leave the figure or are too small."""
    assert not overlaps(figure)
    assert not outside(figure)
    assert not too_small(figure)


def by_gid(figure: Any, gid: str) -> list[Any]:
    """Return the artists with a name, in the order in which they are drawn."""
    return figure.findobj(lambda artist: artist.get_gid() == gid)


def words_in(figure: Any) -> str:
    """Return all texts of a figure in one string."""
    return " ".join(" ".join(t.get_text().split()) for t, _ in texts_of(figure))
