r"""Inputs moved one at a time: the tornado around the base case, and Morris screening.

The *tornado* moves each input from one end of its range to the other, all else at
the base case, and tells the change in the quantity's own unit.  Points on the way
are looked at too, for a threshold may lie between two ends that look alike.

*Morris screening* does the same from many random places (Morris 1991,
Technometrics 33): a trajectory changes one input after the other by half its
range, in random order.  The mean size of the changes, per full range, is
:math:`\mu^*` (Campolongo, Cariboni and Saltelli 2007, Environmental Modelling and
Software 22); their standard deviation :math:`\sigma` shows interactions and
bends.  It takes ``d + 1`` points per trajectory, so it suits many parameters.

Both ignore correlations: an input moves and nothing follows.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from deterrence.analysis.uncertainty.estimates import BOUNDS, Estimate, Quantity
from deterrence.analysis.uncertainty.results import (
    MorrisEffect,
    MorrisScreening,
    Tornado,
    TornadoBar,
)

if TYPE_CHECKING:
    from deterrence.analysis.uncertainty.evaluator import Evaluator

#: Points on the way from one end of a range to the other, both included.
STEPS = 33
#: Levels of an input in Morris screening, the middles of as many equal parts.
LEVELS = 8


# ---- tornado ------------------------------------------------------------------------
def tornado(evaluator: Evaluator) -> tuple[Tornado, ...]:
    """Return the tornado of both bounds of every quantity, evaluated at exact points.

    Empty where the base case breaks an assumption.
    """
    import numpy as np

    inputs = evaluator.uncertainty.varying
    base = {i.name: Fraction(i.base) for i in inputs}
    rows = [base]
    for i in inputs:
        low, high = Fraction(i.low or 0), Fraction(i.high or 0)
        rows += [{**base, i.name: low + (high - low) * k / (STEPS - 1)} for k in range(STEPS)]
    points = np.array([[float(row[name]) for name in base] for row in rows])
    found = evaluator.at(points, rows.__getitem__)
    if not found.valid[0]:
        return ()
    result = []
    for k, quantity in enumerate(evaluator.quantities):
        for bound in BOUNDS:
            values = getattr(found, bound)[:, k]
            bars = []
            for j, i in enumerate(inputs):
                part = slice(1 + j * STEPS, 1 + (j + 1) * STEPS)
                bars.append(
                    _bar(i.name, (i.low, i.high), values[part], found.valid[part], values[0])
                )
            bars.sort(key=lambda bar: -bar.swing)
            result.append(Tornado(quantity, bound, float(values[0]), tuple(bars)))
    return tuple(result)


def _bar(name: str, ends: tuple[Any, Any], values: Any, valid: Any, base: float) -> TornadoBar:
    first, last = (float(values[k]) if valid[k] else None for k in (0, -1))
    kept = values[valid] if valid.any() else [base]
    return TornadoBar(name, *ends, first, last, float(min(kept)), float(max(kept)))


# ---- Morris screening ---------------------------------------------------------------
def morris(evaluator: Evaluator, trajectories: int, level: float, seed: int) -> tuple[
    MorrisScreening, ...
]:  # fmt: skip
    """Return the elementary effects on both bounds of every quantity."""
    import numpy as np

    uncertainty = evaluator.uncertainty
    cube, order, steps = morris_design(len(uncertainty.names), trajectories, seed)
    flat = cube.reshape(-1, cube.shape[2])
    found = evaluator.at(uncertainty.values(flat, alone=True))
    result = []
    for k, quantity in enumerate(evaluator.quantities):
        for bound in BOUNDS:
            values = np.where(found.valid, getattr(found, bound)[:, k], np.nan)
            effects = elementary_effects(values.reshape(cube.shape[:2]), order, steps)
            result.append(_screening(quantity, bound, uncertainty.names, effects, level))
    return tuple(result)


def morris_design(dimension: int, trajectories: int, seed: int) -> tuple[Any, Any, Any]:
    """Return trajectories, the order in which inputs move, and their steps.

    Shapes: (trajectories, d + 1, d), (trajectories, d), (trajectories, d).  Step
    ``t`` of a trajectory moves input ``order[t]`` by ``steps[t]``, which is a half
    or minus a half.

    >>> cube, order, steps = morris_design(3, 2, seed=1)
    >>> cube.shape, float(abs(cube[0, 1] - cube[0, 0]).sum())
    ((2, 4, 3), 0.5)
    """
    import numpy as np

    rng = np.random.default_rng([seed, 4])
    half = LEVELS // 2
    low = (rng.integers(0, half, (trajectories, dimension)) + 0.5) / LEVELS
    up = rng.integers(0, 2, (trajectories, dimension))
    order = rng.permuted(np.tile(np.arange(dimension), (trajectories, 1)), axis=1)
    cube = np.empty((trajectories, dimension + 1, dimension))
    cube[:, 0] = low + up / 2
    rows = np.arange(trajectories)
    steps = np.empty((trajectories, dimension))
    for t in range(dimension):
        cube[:, t + 1] = cube[:, t]
        steps[:, t] = np.where(up[rows, order[:, t]], -0.5, 0.5)
        cube[rows, t + 1, order[:, t]] += steps[:, t]
    return cube, order, steps


def elementary_effects(values: Any, order: Any, steps: Any) -> Any:
    """Return the effects (trajectories x d), column ``i`` those of input ``i``.

    ``values`` (trajectories x d + 1) may be ``nan`` where an assumption is broken;
    the effects beside such a point are ``nan``.
    """
    import numpy as np

    effects = np.empty(order.shape)
    np.put_along_axis(effects, order, np.diff(values, axis=1) / steps, axis=1)
    return effects


def _screening(
    quantity: Quantity, bound: Any, names: Sequence[str], effects: Any, level: float
) -> MorrisScreening:
    import math

    import numpy as np
    from scipy.special import stdtrit

    found = []
    for k, name in enumerate(names):
        used = effects[:, k][~np.isnan(effects[:, k])]
        if len(used) < 2:
            none = Estimate(math.nan, math.nan, math.nan)
            found.append(MorrisEffect(name, math.nan, none, math.nan, len(used)))
            continue
        sizes = np.abs(used)
        mean = float(sizes.mean())
        half = float(stdtrit(len(used) - 1, (1 + level) / 2) * sizes.std(ddof=1))
        half /= math.sqrt(len(used))
        star = Estimate(mean, max(0.0, mean - half), mean + half)
        found.append(
            MorrisEffect(name, float(used.mean()), star, float(used.std(ddof=1)), len(used))
        )
    found.sort(key=lambda e: (math.isnan(e.mu_star.value), -e.mu_star.value))
    return MorrisScreening(quantity, bound, tuple(found))
