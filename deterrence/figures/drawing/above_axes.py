"""What stands above the axes of a sweep: values of thresholds, and names of regimes.

Labels stand in one row, as near to their thresholds as they can without touching each
other (isotonic regression, pool-adjacent-violators; Barlow and others 1972).

>>> spread([10.0, 11.0], [4.0, 4.0], 0.0, 40.0, gap=1.0)
[8.0, 13.0]
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

from deterrence.figures.drawing.key_samples import filled, together, written
from deterrence.figures.drawing.page import EDGE, KeyEntry, Page
from deterrence.figures.drawing.style import FAINT, GREY, PALE, SMALL, Look, numeral
from deterrence.figures.facts.axis_ranges import scale_of
from deterrence.figures.facts.equilibrium_curves import Trace
from deterrence.figures.facts.named_stretches import NamedStretch
from deterrence.figures.texts import equation, exact_or_near, safe, symbol

#: Room for the lines that lead from labels to thresholds (mm).
_LEAD = 2.4
_PALER = "#f4f4f4"
#: Lines that the name of a regime may take.
_LINES = 3


def spread(
    centres: Sequence[float], widths: Sequence[float], low: float, high: float, *, gap: float
) -> list[float]:
    """Return where boxes have their centres when they are moved apart as little as possible."""
    offsets = [0.0]
    for a, b in itertools.pairwise(widths):
        offsets.append(offsets[-1] + (a + b) / 2 + gap)
    blocks: list[list[float]] = []  # mean and size
    for c, o in zip(centres, offsets, strict=True):
        blocks.append([c - o, 1.0])
        while len(blocks) > 1 and blocks[-2][0] > blocks[-1][0]:
            mean, size = blocks.pop()
            total = blocks[-1][1] + size
            blocks[-1] = [(blocks[-1][0] * blocks[-1][1] + mean * size) / total, total]
    moved = [mean for mean, size in blocks for _ in range(int(size))]
    if not moved:
        return []
    least, most = low + widths[0] / 2, high - offsets[-1] - widths[-1] / 2
    return [min(max(m, least), max(most, least)) + o for m, o in zip(moved, offsets, strict=True)]


class AboveAxes:
    """The labels above one pair of axes; made before the axes, as they need room."""

    def __init__(self, page: Page, line: Trace) -> None:
        """Choose what can be written in the page's width."""
        self.page, self.line = page, line
        room = page.width - 2 * EDGE - 14.0
        self.names = [s for s in line.stages if s.name]
        self.labels = self._labels()
        sizes = [page.size_of(text)[0] for _, text in self.labels]
        #: Whether the thresholds are too many to be written above the axes.
        self.crowded = sum(sizes) + 2.0 * len(sizes) > room + 6.0
        if self.crowded:
            self.labels = []
        self.fits = self._fit(room)
        rows = max([1, *(len(self._name(s, room)) for s in self.names)]) if self.fits else 1
        self.strip = page.height_of(rows) + 1.0 if self.names else 0.0
        labels = page.height_of(1) + _LEAD if self.labels else 0.0
        #: Height of it all (mm).
        self.height = labels + self.strip + (0.4 if self.names else 0.0)

    def _labels(self) -> list[tuple[float, str]]:
        line = self.line
        labels = []
        for mark in line.thresholds:
            text = exact_or_near(mark.value, mark.decimal)
            if len(line.thresholds) <= 3:
                text = equation(symbol(line.parameter), text)
            labels.append((mark.decimal, text))
        return labels

    def _room(self, stage: NamedStretch, width: float) -> float:
        return (self._share(stage.high) - self._share(stage.low)) * width - 1.5

    def _share(self, x: float) -> float:
        """Return which part of the axis lies to the left of a value."""
        place = scale_of(self.line.log)
        low, high = place(float(self.line.low)), place(float(self.line.high))
        return (place(x) - low) / (high - low)

    def _name(self, stage: NamedStretch, width: float) -> list[str]:
        """Break the name of a stretch to the room that it has."""
        return self.page.wrap(safe(stage.name), max(self._room(stage, width), 1.0))

    def _fit(self, width: float) -> bool:
        """Say whether every name can be written in its stretch in few lines, words whole."""
        for stage in self.names:
            lines, room = self._name(stage, width), self._room(stage, width)
            if len(lines) > _LINES or " ".join(lines) != " ".join(safe(stage.name).split()):
                return False
            if any(self.page.size_of(x)[0] > room for x in lines):
                return False
        return True

    def write(self, ax: Any) -> None:
        """Write everything above the axes, whose place is settled."""
        page = self.page
        x0, y0, w, _ = page.rectangle_of(ax)

        def at(x: float) -> float:
            return x0 + self._share(x) * w

        top = y0 - self.strip - (0.4 if self.names else 0.0)
        for k, stage in enumerate(self.names):
            a, b = at(stage.low), at(stage.high)
            page.rectangle(a, top, b - a, self.strip, **_shade(k), zorder=0)
            lines = page.wrap(safe(stage.name), b - a - 1.0) if self.fits else [numeral(k)]
            if page.size_of(lines[0])[0] > b - a:
                continue  # not even the numeral; the key has it all the same
            height = page.height_of(len(lines))
            page.lines(lines, (a + b) / 2, top + (self.strip - height) / 2, align="center")
        if not self.labels:
            return
        places = [at(x) for x, _ in self.labels]
        sizes = [page.size_of(text)[0] for _, text in self.labels]
        centres = spread(places, sizes, EDGE, page.width - EDGE, gap=2.0)
        base = top - _LEAD
        for (_, text), place, centre in zip(self.labels, places, centres, strict=True):
            page.text(text, centre, base, align="center", colour=GREY, size=SMALL)
            ys = [base + 0.7, top - 0.2, y0]
            page.line([centre, place, place], ys, color=FAINT, lw=0.6, zorder=1)

    def key(self) -> list[KeyEntry]:
        """Return what the numerals stand for, where names did not fit."""
        if self.fits:
            return []
        return [
            KeyEntry(together(filled(**_shade(k)), written(numeral(k))), safe(stage.name))
            for k, stage in enumerate(self.names)
        ]


def _shade(k: int) -> Look:
    """Return the background of the name of regime ``k``."""
    return {"facecolor": (PALE, _PALER)[k % 2], "edgecolor": "none"}
