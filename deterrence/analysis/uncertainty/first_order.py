r"""First-order indices of dependent inputs, from a sample that is there anyway.

:math:`S_k = \mathrm{Var}(E[Y | X_k]) / \mathrm{Var}(Y)` is defined for inputs of any
dependence: the share of the variance that would go, on average, if ``X_k`` were known, what it
tells of the others included.  Two values ``Y`` and ``Y'`` at the same ``X_k``, the rest drawn
apart, have the covariance :math:`\mathrm{Var}(E[Y | X_k])`; here the other is read off the
points of another net, drawn independently, whose ``X_k`` are nearest (the idea of estimators
from ranks: Chatterjee 2021, Journal of the American Statistical Association 116; Gamboa,
Gremaud, Klein and Lagnoux 2022, Bernoulli 28).  Neighbours from one and the same net would not
do, for its points are spread on purpose; nor would a single neighbour, as both nets alternate:
a straight line through :data:`NEIGHBOURS` of them is taken.  Pairs of nets give independent
estimates, and their spread the interval, which is widened by what the line may smooth away.

>>> import numpy as np
>>> rng = np.random.default_rng(0)
>>> x, noise = rng.random(8192), rng.random(8192)
>>> net = np.arange(8192) % 16
>>> found = first_order(x, (x + noise)[:, None], net, 0.95)[0]
>>> found.low < 0.5 < found.high, round(found.value, 1)
(True, 0.5)
"""

from __future__ import annotations

from typing import Any

from deterrence.analysis.uncertainty.estimates import Estimate
from deterrence.analysis.uncertainty.probabilities import REPLICATES, ratio

#: Points of the other net that a value is read off.
NEIGHBOURS = 8
#: Share of an index that a jump of ``Y`` loses, times the points of a net, per neighbour.
_SMOOTHED = 0.6


def first_order(inputs: Any, outputs: Any, net: Any, level: float) -> list[Estimate]:
    """Return the index of one input (n) for each output (n x outputs), the nets given by ``net``.

    ``nan`` for an output that does not vary.
    """
    import math

    import numpy as np

    off = outputs - outputs.mean(axis=0)
    pairs = REPLICATES // 2
    covariance, variance = np.zeros((2, pairs, outputs.shape[1]))
    for pair in range(pairs):
        one, other = (np.nonzero(net == r)[0] for r in (2 * pair, 2 * pair + 1))
        if not len(one) or not len(other):
            continue
        for mine, theirs in ((one, other), (other, one)):
            near = _read_off(inputs[mine], inputs[theirs], off[theirs])
            covariance[pair] += (off[mine] * near).sum(axis=0)
            variance[pair] += (off[mine] ** 2).sum(axis=0)
    result = []
    for k in range(outputs.shape[1]):
        if variance[:, k].sum() <= 1e-14 * max(1.0, float((outputs[:, k] ** 2).sum())):
            result.append(Estimate(math.nan, math.nan, math.nan))
            continue
        value, half = ratio(covariance[:, k], variance[:, k], level)
        half += abs(value) * _SMOOTHED * NEIGHBOURS * REPLICATES / len(net)
        result.append(Estimate(value, value - half, value + half))
    return result


def _read_off(wanted: Any, given: Any, outputs: Any) -> Any:
    """Return the outputs at each wanted input, on lines through the nearest (n x outputs)."""
    import numpy as np

    order = np.argsort(given, kind="stable")
    ranks = np.arange(len(order))[:, None]
    width = min(NEIGHBOURS, len(order))
    sums, moments = np.zeros((2, len(order) + 1, outputs.shape[1]))
    np.cumsum(outputs[order], axis=0, out=sums[1:])
    np.cumsum(ranks * outputs[order], axis=0, out=moments[1:])
    place = np.searchsorted(given[order], wanted)
    start = np.clip(place - width // 2, 0, len(order) - width)
    total = sums[start + width] - sums[start]
    if width < 3:
        return total / width
    centre = (start + (width - 1) / 2)[:, None]
    tilt = moments[start + width] - moments[start] - centre * total
    slope = tilt / (width * (width**2 - 1) / 12)
    return total / width + slope * (place[:, None] - 0.5 - centre)
