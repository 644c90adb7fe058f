r"""One input redrawn while the others stay: its distribution given them and the assumptions.

This is what dependent inputs have in place of "moving one alone".  Given the others, an
assumption that is linear in an input bounds it from one side, so that its distribution is that
which it has given the others, cut off there; through a Gaussian copula the latter is normal
again.  Assumptions of other forms are kept by rejection.

>>> import numpy as np
>>> from deterrence.modelfile.catalogue import load_model
>>> from deterrence.analysis.uncertainty.inputs import Uncertainty
>>> found = GivenOthers(Uncertainty(load_model("chicken"), over=["T_A", "R_A"]))
>>> low, high = found.ends(np.array([[4.0, 1.0]]), 0)  # T_A >= R_A, which is 1
>>> low.tolist(), high.tolist()
([1.0], [5.0])
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Any

from deterrence.analysis.uncertainty.dependent_inputs import (
    bound_inputs,
    columns_of,
    truth_on,
    value_on,
)
from deterrence.analysis.uncertainty.inputs import copula_matrix

if TYPE_CHECKING:
    from deterrence.algebra.expressions import Expression
    from deterrence.analysis.uncertainty.inputs import Uncertainty

#: Shares of a range between which a straight line is looked for.
_PLACES = (2.0**-40, 0.5, 1 - 2.0**-40)
#: Draws of an input for one that keeps the assumptions that are not linear in it.
_TRIES = 400
#: Keeps shares off 0 and 1, where some quantiles are infinite.
_EDGE = 2.0**-40


class GivenOthers:
    """Redraws one uncertain input at a time, at points that keep the assumptions."""

    def __init__(self, uncertainty: Uncertainty) -> None:
        self.uncertainty = uncertainty
        self._bound = [bound_inputs(uncertainty, a) for a in uncertainty.model.assumptions]

    def is_free(self, k: int) -> bool:
        """Return whether no assumption and no correlation names input ``k``."""
        name = self.uncertainty.names[k]
        return k not in self._regressions and not any(name in names for names in self._bound)

    def ends(self, points: Any, k: int) -> tuple[Any, Any]:
        """Return between which values input ``k`` may move at each point (n, n)."""
        low, high, _ = self._ends(points, k)
        return low, high

    def redraw(self, points: Any, k: int, share: Any, rng: Any) -> tuple[Any, Any]:
        """Return the points (n x d) with input ``k`` redrawn, and where that succeeded (n).

        ``share`` (n) are numbers from 0 to 1: the quantiles at which it is drawn.
        """
        import numpy as np

        low, high, crooked = self._ends(points, k)
        moved = points.copy()
        moved[:, k] = self._at(points, k, low, high, share)
        fine = np.ones(len(points), dtype=bool)
        for _ in range(_TRIES if crooked else 0):
            columns = columns_of(self.uncertainty, moved)
            for a in crooked:
                fine &= truth_on(a, columns)
            if fine.all():
                break
            (again,) = np.nonzero(~fine)
            moved[again, k] = self._at(
                points[again], k, low[again], high[again], rng.random(len(again))
            )
            fine[:] = True
        else:
            columns = columns_of(self.uncertainty, moved)
            for a in crooked:
                fine &= truth_on(a, columns)
        return moved, fine

    def share(self, points: Any, k: int) -> Any:
        """Return which quantile input ``k`` stands at, given the others (n)."""
        import numpy as np

        low, high, _ = self._ends(points, k)
        x, a, b = (self._to_share(points, k, v) for v in (points[:, k], low, high))
        return np.clip((x - a) / np.maximum(b - a, _EDGE), 0.0, 1.0)

    # ---- between the ends ---------------------------------------------
    def _at(self, points: Any, k: int, low: Any, high: Any, share: Any) -> Any:
        import numpy as np

        a, b = (self._to_share(points, k, v) for v in (low, high))
        name = self.uncertainty.names[k]
        inner = np.clip(a + share * (b - a), _EDGE, 1 - _EDGE)
        mean_scale = self._normal(points, k)
        if mean_scale is not None:
            from scipy.special import ndtr, ndtri

            mean, scale = mean_scale
            inner = np.clip(ndtr(mean + scale * ndtri(inner)), _EDGE, 1 - _EDGE)
        return np.clip(self.uncertainty.quantile(name, inner), low, high)

    def _to_share(self, points: Any, k: int, values: Any) -> Any:
        """Return the probability that input ``k`` lies below values, given the others (n)."""
        import numpy as np

        share = self.uncertainty.share_below(self.uncertainty.names[k], values)
        mean_scale = self._normal(points, k)
        if mean_scale is None:
            return share
        from scipy.special import ndtr, ndtri

        mean, scale = mean_scale
        if scale == 0:  # it follows from the others
            return np.clip(share, _EDGE, 1 - _EDGE)
        return ndtr((ndtri(np.clip(share, _EDGE / 2, 1 - _EDGE / 2)) - mean) / scale)

    def _normal(self, points: Any, k: int) -> tuple[Any, float] | None:
        """Return mean (n) and deviation of the normal variable of ``k`` given the others'."""
        import numpy as np
        from scipy.special import ndtri

        if k not in self._regressions:
            return None
        names = self.uncertainty.names
        weights, scale = self._regressions[k]
        mean = np.zeros(len(points))
        for j, weight in weights.items():
            share = np.clip(self.uncertainty.share_below(names[j], points[:, j]), _EDGE, 1 - _EDGE)
            mean += weight * ndtri(share)
        return mean, scale

    @cached_property
    def _regressions(self) -> dict[int, tuple[dict[int, float], float]]:
        """Weights of the other normal variables, and the deviation that remains, by input."""
        import numpy as np

        u = self.uncertainty
        if not u.correlations:
            return {}
        matrix = copula_matrix(u.names, u.correlations)
        tied = [k for k, n in enumerate(u.names) if any(n in c.between for c in u.correlations)]
        found = {}
        for k in tied:
            rest = [j for j in tied if j != k]
            weights = np.linalg.pinv(matrix[np.ix_(rest, rest)], hermitian=True) @ matrix[rest, k]
            left = max(0.0, float(1 - weights @ matrix[rest, k]))
            scale = left**0.5 if left > 1e-10 else 0.0
            found[k] = dict(zip(rest, map(float, weights), strict=True)), scale
        return found

    # ---- what the assumptions leave -----------------------------------
    def _ends(self, points: Any, k: int) -> tuple[Any, Any, list[Expression]]:
        """Return the ends of input ``k``, and the assumptions that give none."""
        import numpy as np

        u = self.uncertainty
        name = u.names[k]
        places = [u.quantile(name, np.full(len(points), s)) for s in _PLACES]
        if u.input(name).kind == "uniform":
            places[0] = np.full(len(points), float(u.input(name).low or 0))
            places[2] = np.full(len(points), float(u.input(name).high or 0))
            places[1] = (places[0] + places[2]) / 2
        low, high = places[0].copy(), places[2].copy()
        concerned = [
            a
            for a, names in zip(u.model.assumptions, self._bound, strict=True)
            if name in names
        ]  # fmt: skip
        if not concerned:
            return low, high, []
        columns = []
        for place in places:
            there = points.copy()
            there[:, k] = place
            columns.append(columns_of(u, there))
        crooked = []
        for assumption in concerned:
            for link in _links(assumption):
                bounds = None if link is None else _bounds(link, columns, places)
                if bounds is None:
                    crooked.append(assumption)
                    break
                low, high = np.maximum(low, bounds[0]), np.minimum(high, bounds[1])
        low = np.minimum(low, points[:, k])  # rounding never excludes where a point stands
        return low, np.maximum(high, points[:, k]), crooked


def _links(e: Expression) -> Iterator[tuple[Expression, str, Expression] | None]:
    """Yield an assumption's comparisons, ``None`` for what is none."""
    if e.op == "and":
        for child in e.children:
            yield from _links(child)
    elif e.op == "compare" and "==" not in e.args[0]:
        for sign, left, right in zip(e.args[0], e.children, e.children[1:], strict=False):
            if sign != "!=":
                yield left, sign, right
    else:
        yield None


def _bounds(
    link: tuple[Expression, str, Expression], columns: list[dict[str, Any]], places: list[Any]
) -> tuple[Any, Any] | None:
    """Return where a comparison holds on a straight line (n, n); ``None`` where it is bent."""
    import numpy as np

    left, sign, right = link
    first, middle, last = (
        np.broadcast_to(value_on(left, c) - value_on(right, c), places[0].shape) for c in columns
    )
    if sign in (">", ">="):
        first, middle, last = -first, -middle, -last
    size = np.abs(first) + np.abs(last)
    with np.errstate(all="ignore"):
        straight = np.abs(first + last - 2 * middle) <= 1e-9 * size + 1e-300
        if not straight.all():
            return None
        slope = (last - first) / (places[2] - places[0])
        root = places[0] - first / slope
    flat = np.abs(last - first) <= 1e-12 * size
    low = np.where(flat | (slope > 0), -np.inf, root)
    high = np.where(flat | (slope < 0), np.inf, root)
    return low, high
