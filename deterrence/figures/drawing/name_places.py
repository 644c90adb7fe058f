"""Where to write names into areas: the place with the most room around it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from deterrence.figures.drawing.page import Page
from deterrence.figures.drawing.style import SMALL

#: Squares per millimetre in which the room is measured.
FINE = 2.0


class Room:
    """What is free, square by square; names are put in one after the other.

    ``labels`` is an array (up x right) of whole numbers, one per area.
    """

    def __init__(self, labels: Any, width: float, height: float) -> None:
        """Begin with areas only; the sizes are in mm."""
        self.labels = labels
        self.up, self.right = labels.shape[0] / height, labels.shape[1] / width
        self.taken = labels < 0

    def block(self, x: float, y: float, w: float, h: float) -> None:
        """Take a box away, by its middle and its sizes (mm, from the lower left corner)."""
        j0, j1 = int((x - w / 2) * self.right), int((x + w / 2) * self.right) + 1
        i0, i1 = int((y - h / 2) * self.up), int((y + h / 2) * self.up) + 1
        self.taken[max(i0, 0) : max(i1, 0), max(j0, 0) : max(j1, 0)] = True

    def place(self, area: int, w: float, h: float) -> tuple[float, float] | None:
        """Return the middle of the roomiest box of a size inside an area, None if none fits."""
        import numpy as np
        from scipy.ndimage import distance_transform_edt

        free = (self.labels == area) & ~self.taken
        rows, columns = int(np.ceil(h * self.up)), int(np.ceil(w * self.right))
        if rows > free.shape[0] or columns > free.shape[1]:
            return None
        sums = np.zeros((free.shape[0] + 1, free.shape[1] + 1), dtype=np.int64)
        sums[1:, 1:] = free.cumsum(axis=0).cumsum(axis=1)
        strips = sums[rows:] - sums[:-rows]
        fits = strips[:, columns:] - strips[:, :-columns] == rows * columns
        if not fits.any():
            return None
        padded = np.pad(fits, 1)
        depth = distance_transform_edt(padded)[1:-1, 1:-1]
        # Among places with about as much room, the one nearest to the middle of them all.
        rows_of, columns_of = np.nonzero(fits)
        away = np.hypot(
            np.arange(fits.shape[0])[:, None] - rows_of.mean(),
            np.arange(fits.shape[1])[None, :] - columns_of.mean(),
        )
        score = np.where(fits, np.minimum(depth, 8.0 * FINE) - 0.2 * away, -np.inf)
        i, j = np.unravel_index(int(np.argmax(score)), fits.shape)
        return (int(j) + columns / 2) / self.right, (int(i) + rows / 2) / self.up


def fits_of(
    page: Page, text: str, widths: Sequence[float], weight: str = "normal"
) -> list[list[str]]:
    """Return ways to break a text, each one whose words stay whole, widest first."""
    found: list[list[str]] = []
    words = " ".join(text.split())
    for width in widths:
        lines = page.wrap(text, width, SMALL, weight)
        if " ".join(lines) == words and lines not in found:
            found.append(lines)
    return found
