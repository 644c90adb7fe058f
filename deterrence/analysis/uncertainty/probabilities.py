r"""How likely every outcome and conclusion is, with an interval that can be trusted.

The points are :data:`REPLICATES` independently scrambled Sobol' nets (Owen 1997,
SIAM Journal on Numerical Analysis 34).  Each net gives an unbiased mean, more
exact than that of as many random points; the spread between the nets gives the
interval, from Student's t with ``REPLICATES - 1`` degrees of freedom.  Points that
break an assumption are left out, which conditions on the assumptions: the mean is
then a ratio, whose error is linearised as usual (Cochran 1977, section 6.4).

>>> import numpy as np
>>> nets = np.repeat([[0.0, 1.0]], 16, axis=0) + np.linspace(-0.1, 0.1, 16)[:, None]
>>> str(ratio_estimate(nets, np.ones_like(nets, dtype=bool), 0.95))
'0.5 (0.466 to 0.534)'
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from deterrence.analysis.uncertainty.groups import columns_of, truth_on
from deterrence.analysis.uncertainty.results import (
    Estimate,
    Expectation,
    Probabilities,
    Quantity,
)

if TYPE_CHECKING:
    from deterrence.analysis.uncertainty.evaluate import Evaluator, Outputs
    from deterrence.analysis.uncertainty.inputs import Uncertainty
    from deterrence.game.expressions import Expression

REPLICATES = 16


@dataclass(frozen=True, eq=False)
class Sample:
    """The points (n x d), net by net, and what holds there."""

    points: Any
    outputs: Outputs


def draw_sample(evaluator: Evaluator, samples: int, seed: int) -> Sample:
    """Return the evaluated points of all nets."""
    import numpy as np
    from scipy.stats import qmc

    uncertainty = evaluator.uncertainty
    nets = [
        qmc.Sobol(
            len(uncertainty.names), scramble=True, bits=64, seed=np.random.default_rng([seed, 1, r])
        ).random(samples // REPLICATES)
        for r in range(REPLICATES)
    ]
    points = uncertainty.values(np.concatenate(nets))
    return Sample(points, evaluator.at(points))


def broken_assumptions(
    uncertainty: Uncertainty, sample: Sample
) -> tuple[tuple[Expression, int], ...]:
    """Return the assumptions that some points break, each with their number."""
    import numpy as np

    outside = sample.points[~sample.outputs.valid]
    if not len(outside):
        return ()
    columns = columns_of(uncertainty, outside)
    found = []
    for assumption in uncertainty.model.assumptions:
        holds = np.broadcast_to(truth_on(assumption, columns), (len(outside),))
        if not holds.all():
            found.append((assumption, int((~holds).sum())))
    return tuple(found)


def probabilities(
    quantities: Sequence[Quantity],
    sample: Sample,
    broken: Sequence[tuple[Expression, int]],
    level: float,
) -> Probabilities:
    """Return the means of all quantities over a sample."""
    outputs = sample.outputs
    n = len(sample.points)
    each = n // REPLICATES
    valid = int(outputs.valid.sum())
    history = tuple(
        (part * REPLICATES, _expectations(quantities, outputs, part, level))
        for part in (each // 4, each // 2)
        if part
    )
    return Probabilities(
        samples=n,
        replicates=REPLICATES,
        valid=valid,
        several=float((outputs.count > 1).sum() / valid) if valid else 0.0,
        entries=_expectations(quantities, outputs, each, level),
        broken={str(a): k for a, k in broken},
        history=history,
    )


def _expectations(
    quantities: Sequence[Quantity], outputs: Outputs, part: int, level: float
) -> tuple[Expectation, ...]:
    """Return the means over the first ``part`` points of every net, which are nets too."""
    valid = outputs.valid.reshape(REPLICATES, -1)[:, :part]
    result = []
    for k, quantity in enumerate(quantities):
        low, high = (
            ratio_estimate(
                bound[:, k].reshape(REPLICATES, -1)[:, :part], valid, level, quantity.chance
            )
            for bound in (outputs.lower, outputs.upper)
        )
        result.append(Expectation(quantity, low, high))
    return tuple(result)


def ratio_estimate(values: Any, valid: Any, level: float, chance: bool = False) -> Estimate:
    """Return the mean of ``values`` (nets x points) over the ``valid`` ones.

    For a ``chance`` the interval stays within 0 and 1; where all values are 0 (or
    all 1) it is the exact binomial one (Clopper and Pearson 1934), for no spread
    between the nets is no proof of certainty.
    """
    import math

    import numpy as np
    from scipy.special import stdtrit

    nets = len(values)
    sums = np.where(valid, values, 0.0).sum(axis=1)
    sizes = valid.sum(axis=1)
    n = int(sizes.sum())
    if not n:
        return Estimate(math.nan, math.nan, math.nan)
    mean = float(sums.sum() / n)
    if chance:
        mean = min(1.0, max(0.0, mean))
        far = 1 - ((1 - level) / 2) ** (1 / n)
        if mean == 0:
            return Estimate(0.0, 0.0, far)
        if mean == 1:
            return Estimate(1.0, 1.0 - far, 1.0)
    off = (sums - mean * sizes) / (n / nets)
    error = math.sqrt(float((off**2).sum()) / (nets * (nets - 1)))
    half = float(stdtrit(nets - 1, (1 + level) / 2)) * error
    low, high = mean - half, mean + half
    if chance:
        low, high = max(0.0, low), min(1.0, high)
    return Estimate(mean, low, high)
