r"""How likely every outcome and conclusion is, with an interval that can be trusted.

The points are :data:`REPLICATES` independently scrambled Sobol' nets (Owen 1997,
SIAM Journal on Numerical Analysis 34).  Each net gives an unbiased mean, more
exact than that of as many random points; the spread between the nets gives the
interval, from Student's t with ``REPLICATES - 1`` degrees of freedom.  Points that
break an assumption are left out, which conditions on the assumptions: the mean is
then a ratio, whose error is linearised as usual (Cochran 1977, section 6.4).

>>> str(ratio_estimate([40, 50, 45, 55], [100, 100, 100, 100], 0.95))
'0.475 (0.372 to 0.578)'
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from deterrence.analysis.uncertainty.dependent_inputs import bound_inputs, columns_of, truth_on
from deterrence.analysis.uncertainty.estimates import Estimate, Quantity
from deterrence.analysis.uncertainty.results import Expectation, Probabilities
from deterrence.errors import UsageError

if TYPE_CHECKING:
    from deterrence.algebra.expressions import Expression
    from deterrence.analysis.uncertainty.evaluator import Evaluator, Outputs
    from deterrence.analysis.uncertainty.inputs import Uncertainty

REPLICATES = 16
#: Points of either kind below which the spread between nets says too little.
FEW = 50
#: Points drawn for one that is wanted, at most, where few keep the assumptions.
MOST_DRAWN = 64


@dataclass(frozen=True, eq=False)
class Nets:
    """The points (n x d) of all nets that keep the assumptions.

    ``net`` and ``place`` (n) say of which net a point is, and which point of it;
    ``drawn`` is the number of all points, ``broken`` how many of them break each
    assumption that some break, ``ordered`` the share of the box that they were drawn from.
    """

    points: Any
    net: Any
    place: Any
    drawn: int
    broken: tuple[tuple[Expression, int], ...]
    ordered: float = 1.0

    @property
    def kept(self) -> float:
        """The share of the declared ranges and distributions that the assumptions leave."""
        return self.ordered * len(self.points) / self.drawn


@dataclass(frozen=True, eq=False)
class SampledNets(Nets):
    """Points with what holds there."""

    outputs: Outputs = field(kw_only=True)


def draw_sample(evaluator: Evaluator, samples: int, seed: int) -> SampledNets:
    """Return the evaluated points of all nets, as :func:`draw_nets` draws them."""
    nets = draw_nets(evaluator.uncertainty, samples, seed)
    outputs = evaluator.at(nets.points)
    # Exact arithmetic has the last word on points within rounding of an assumption.
    fine = outputs.valid
    return SampledNets(
        nets.points[fine],
        nets.net[fine],
        nets.place[fine],
        nets.drawn,
        nets.broken,
        nets.ordered,
        outputs=outputs.only(fine),
    )


def draw_nets(uncertainty: Uncertainty, samples: int, seed: int) -> Nets:
    """Return the points of all nets that keep the assumptions.

    Where fewer than half of the points keep the assumptions, the nets are extended
    until about ``samples`` do, or :data:`MOST_DRAWN` times as many are drawn.
    """
    import numpy as np
    from scipy.stats import qmc

    engines = [
        qmc.Sobol(
            len(uncertainty.names), scramble=True, bits=64, seed=np.random.default_rng([seed, 1, r])
        )
        for r in range(REPLICATES)
    ]
    size = samples // REPLICATES
    sieve = _Sieve(uncertainty)
    for net, engine in enumerate(engines):
        sieve.pour(engine.random(size), net, 0)
    factor = 1
    while sieve.kept and 2 * factor * sieve.share <= 1 and factor < MOST_DRAWN:
        factor *= 2
    for net, engine in enumerate(engines):
        for block in range(1, factor):
            sieve.pour(engine.random(size), net, block * size)
    return Nets(
        sieve.points(),
        np.concatenate(sieve.nets),
        np.concatenate(sieve.places),
        sieve.drawn,
        tuple((a, k) for a, k in sieve.broken.items() if k),
        1.0 if uncertainty.ordered is None else uncertainty.ordered.share,
    )


def need_points(uncertainty: Uncertainty, nets: Nets) -> None:
    """Raise :class:`UsageError` where no point keeps the assumptions."""
    if len(nets.points):
        return
    broken = max(nets.broken, key=lambda b: b[1])[0]
    bound = ", ".join(sorted(bound_inputs(uncertainty, broken)))
    raise UsageError(
        f"none of {nets.drawn} samples keeps the assumptions of "
        f"{uncertainty.model.name}; most break '{broken}'",
        remedy=f"change the bounds of {bound}" if bound else "change the values set",
    )


class _Sieve:
    """Lets through the points that keep the assumptions, and counts the others."""

    def __init__(self, uncertainty: Uncertainty) -> None:
        self.uncertainty = uncertainty
        self.broken = dict.fromkeys(uncertainty.model.assumptions, 0)
        self.drawn = self.kept = 0
        self.share = 0.0
        self.nets: list[Any] = []
        self.places: list[Any] = []
        self._points: list[Any] = []

    def pour(self, cube: Any, net: int, start: int) -> None:
        """Take the points of a net (n x d) from its point number ``start`` on."""
        import numpy as np

        points = self.uncertainty.values(cube)
        columns = columns_of(self.uncertainty, points)
        fine = np.ones(len(points), dtype=bool)
        for assumption in self.broken:
            holds = np.broadcast_to(truth_on(assumption, columns), fine.shape)
            self.broken[assumption] += int((~holds).sum())
            fine &= holds
        (where,) = np.nonzero(fine)
        self._points.append(points[where])
        self.nets.append(np.full(len(where), net))
        self.places.append(start + where)
        self.drawn += len(points)
        self.kept += len(where)
        self.share = self.kept / self.drawn

    def points(self) -> Any:
        """Return all points that were let through (n x d)."""
        import numpy as np

        return np.concatenate(self._points)


def probabilities(
    quantities: Sequence[Quantity], sample: SampledNets, level: float
) -> Probabilities:
    """Return the means of all quantities over a sample."""
    each = sample.drawn // REPLICATES
    valid = len(sample.points)
    history = tuple(
        (part * REPLICATES, _expectations(quantities, sample, part, level))
        for part in (each // 4, each // 2)
        if part
    )
    return Probabilities(
        samples=sample.drawn,
        replicates=REPLICATES,
        valid=valid,
        several=float((sample.outputs.count > 1).mean()) if valid else 0.0,
        continuum=float(sample.outputs.continuum.mean()) if valid else 0.0,
        entries=_expectations(quantities, sample, each, level),
        broken={str(a): k for a, k in sample.broken},
        history=history,
        kept=sample.kept,
    )


def _expectations(
    quantities: Sequence[Quantity], sample: SampledNets, part: int, level: float
) -> tuple[Expectation, ...]:
    """Return the means over the first ``part`` points of every net, which are nets too."""
    import numpy as np

    early = sample.place < part
    net = sample.net[early]
    sizes = np.bincount(net, minlength=REPLICATES)
    result = []
    for k, quantity in enumerate(quantities):
        low, high = (
            ratio_estimate(
                np.bincount(net, bound[early, k], minlength=REPLICATES),
                sizes,
                level,
                chance=quantity.chance,
                truth=quantity.kind == "conclusion",
            )
            for bound in (sample.outputs.lower, sample.outputs.upper)
        )
        result.append(Expectation(quantity, low, high))
    return tuple(result)


def ratio_estimate(
    sums: Any, sizes: Any, level: float, *, chance: bool = False, truth: bool = False
) -> Estimate:
    """Return the mean whose ``sums`` over ``sizes`` points are given net by net.

    For a ``chance`` the interval stays within 0 and 1.  Where all values are 0 (or
    all 1), and for a ``truth`` (each value 0 or 1) that is one or the other at fewer
    than :data:`FEW` points, it is the exact binomial one (Clopper and Pearson 1934):
    no spread between the nets is no proof of certainty.
    """
    import math

    import numpy as np
    from scipy.special import betaincinv

    sums, sizes = np.asarray(sums, dtype=float), np.asarray(sizes)
    n = int(sizes.sum())
    if not n:
        return Estimate(math.nan, math.nan, math.nan)
    mean = float(sums.sum() / n)
    if chance or truth:
        mean = min(1.0, max(0.0, mean))
        few = min(mean, 1 - mean) * n
        if few == 0 or (truth and few < FEW):
            yes, tail = round(mean * n), (1 - level) / 2
            low = float(betaincinv(yes, n - yes + 1, tail)) if yes else 0.0
            high = float(betaincinv(yes + 1, n - yes, 1 - tail)) if yes < n else 1.0
            return Estimate(mean, low, high)
    _, half = ratio(sums, sizes, level)
    low, high = mean - half, mean + half
    if chance or truth:
        low, high = max(0.0, low), min(1.0, high)
    return Estimate(mean, low, high)


def ratio(sums: Any, sizes: Any, level: float) -> tuple[float, float]:
    """Return a ratio of sums over independent parts, and half the width of its interval.

    The error is linearised; the interval is Student's, with one degree of freedom for each part
    but one.
    """
    import math

    from scipy.special import stdtrit

    parts = len(sums)
    value = float(sums.sum() / sizes.sum())
    off = (sums - value * sizes) / (sizes.sum() / parts)
    error = math.sqrt(float((off**2).sum()) / (parts * (parts - 1)))
    return value, float(stdtrit(parts - 1, (1 + level) / 2)) * error
