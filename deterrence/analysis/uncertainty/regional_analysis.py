r"""Which inputs separate the points where a conclusion holds from those where it does not.

Regional sensitivity analysis (Spear and Hornberger 1980, Water Research 14): split
the sample by the conclusion, and compare each input's distribution on both sides
by the largest distance of the two distribution functions (Kolmogorov-Smirnov).
A distance of 0 separates nothing, 1 everything.  The p-values take the points as
independent; those of a quasi-random net are more even, so that they err on the
side of caution.  Unlike Sobol' indices it needs neither independent inputs nor a
box.

>>> import numpy as np
>>> x = np.linspace(0, 1, 100)
>>> float(distance(x, x > 0.5)[0])
1.0
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from deterrence.analysis.uncertainty.estimates import BOUNDS
from deterrence.analysis.uncertainty.results import Regional, RegionalTest

if TYPE_CHECKING:
    from deterrence.analysis.uncertainty.evaluator import Evaluator
    from deterrence.analysis.uncertainty.probabilities import SampledNets

#: Points on either side of a conclusion below which nothing is compared.
FEWEST = 20


def regional(evaluator: Evaluator, sample: SampledNets) -> tuple[Regional, ...]:
    """Return the tests of every conclusion, in every and in some equilibrium."""
    import numpy as np

    names = evaluator.uncertainty.names
    outputs = sample.outputs
    points = sample.points
    asked = [
        (k, q, bound)
        for k, q in enumerate(evaluator.quantities)
        if q.kind == "conclusion"
        for bound in BOUNDS
    ]
    result = []
    for k, quantity, bound in asked:
        holds = getattr(outputs, bound)[:, k] > 0.5
        yes = int(holds.sum())
        no = len(holds) - yes
        tests = []
        if min(yes, no) >= FEWEST:
            for j, name in enumerate(names):
                apart, p = distance(points[:, j], holds)
                tests.append(
                    RegionalTest(
                        name,
                        apart,
                        p,
                        min(1.0, p * len(names) * len(asked)),
                        float(np.median(points[holds, j])),
                        float(np.median(points[~holds, j])),
                    )
                )
            tests.sort(key=lambda t: -t.distance)
        result.append(Regional(quantity, bound, yes, no, tuple(tests)))
    return tuple(result)


def distance(values: Any, holds: Any) -> tuple[float, float]:
    """Return the Kolmogorov-Smirnov distance of ``values`` where true and false, and its p."""
    from scipy.stats import ks_2samp

    found = ks_2samp(values[holds], values[~holds], method="asymp")
    return float(found.statistic), float(found.pvalue)
