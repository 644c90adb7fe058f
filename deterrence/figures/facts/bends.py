"""Where broken lines bend.

>>> bends([0, 1, 2, 3], [[0], [1], [2], [0]], [2])
[0, 2, 3]
"""

from __future__ import annotations

from collections.abc import Sequence


def bends(
    xs: Sequence[float], rows: Sequence[Sequence[float]], scales: Sequence[float]
) -> list[int]:
    """Return which points lines over ``xs`` need: the rest is straight between neighbours.

    ``rows`` are the values of all lines at each x; ``scales`` say how large each line is.
    """
    kept = [0]
    for k in range(1, len(xs) - 1):
        i, j = kept[-1], k + 1
        t = (xs[k] - xs[i]) / (xs[j] - xs[i])
        if any(
            abs(p + t * (q - p) - h) > 1e-9 * s
            for p, q, h, s in zip(rows[i], rows[j], rows[k], scales, strict=True)
        ):
            kept.append(k)
    return [*kept, len(xs) - 1]
