r"""Inputs moved one at a time: the tornado around the base case, and Morris screening.

The *tornado* moves each input from one end of its range to the other, all else at
the base case, and tells the change in the quantity's own unit.  The range is the declared one,
as far as the assumptions leave it: ``a`` in ``a > b`` ends at the base value of ``b``.  An end
that itself breaks an assumption is looked at just inside (:data:`INSIDE`).  Points on the way
are looked at too, for a threshold may lie between two ends that look alike.

*Morris screening* does the same from many random places (Morris 1991,
Technometrics 33): a trajectory changes one input after the other by half its
range, in random order; half of the range that the others leave, for an input that an assumption
or a correlation ties to them.  The mean size of the changes, per full range, is
:math:`\mu^*` (Campolongo, Cariboni and Saltelli 2007, Environmental Modelling and
Software 22); their standard deviation :math:`\sigma` shows interactions and
bends.  It takes ``d + 1`` points per trajectory, so it suits many parameters.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from deterrence.analysis.uncertainty.dependent_inputs import columns_of, truth_on
from deterrence.analysis.uncertainty.estimates import BOUNDS, Estimate, Quantity
from deterrence.analysis.uncertainty.given_others import GivenOthers
from deterrence.analysis.uncertainty.results import (
    MorrisEffect,
    MorrisScreening,
    Tornado,
    TornadoBar,
)

if TYPE_CHECKING:
    from deterrence.analysis.uncertainty.evaluator import Evaluator
    from deterrence.analysis.uncertainty.inputs import Uncertainty

#: Points on the way from one end of a range to the other, both included.
STEPS = 33
#: Levels of an input in Morris screening, the middles of as many equal parts.
LEVELS = 8
#: Share of a range that an open end is kept off.
INSIDE = Fraction(1, 10**6)
#: Times that the first point of a trajectory is drawn.
_TRIES = 200


# ---- tornado ------------------------------------------------------------------------
def tornado(evaluator: Evaluator) -> tuple[Tornado, ...]:
    """Return the tornado of both bounds of every quantity, evaluated at exact points.

    Empty where the base case breaks an assumption.
    """
    import numpy as np

    uncertainty = evaluator.uncertainty
    inputs = uncertainty.varying
    base = {i.name: Fraction(i.base) for i in inputs}
    if not uncertainty.base_keeps:
        base = _inside(uncertainty, base)
    ways = [_way(uncertainty, base, k) for k in range(len(inputs))]
    rows = [base]
    for i, way in zip(inputs, ways, strict=True):
        low, high = way.first, way.last
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
                bars.append(_bar(i.name, ways[j], values[part], found.valid[part], values[0]))
            bars.sort(key=lambda bar: -bar.swing)
            result.append(Tornado(quantity, bound, float(values[0]), tuple(bars)))
    return tuple(result)


@dataclass(frozen=True)
class _Way:
    """How far an input may move: its ends, and the values next to these that may be looked at."""

    low: Fraction
    high: Fraction
    first: Fraction
    last: Fraction


def _way(uncertainty: Uncertainty, base: dict[str, Fraction], k: int) -> _Way:
    """Return how far an input may move from the base case while all else stays."""
    import numpy as np

    name = uncertainty.names[k]
    i = uncertainty.varying[k]
    point = np.array([[float(base[n]) for n in uncertainty.names]])
    ends = [Fraction(i.low or 0), Fraction(i.high or 0)]
    width = ends[1] - ends[0]
    for side, limit in enumerate(GivenOthers(uncertainty).ends(point, k)):
        inner = Fraction(float(limit[0]))
        if (1, -1)[side] * (inner - ends[side]) > width * Fraction(1, 10**9):
            ends[side] = inner.limit_denominator(10**6)
    low, high = ends
    step = (high - low) * INSIDE
    keeps = [uncertainty.keeps({**base, name: end}) for end in ends]
    return _Way(low, high, low if keeps[0] else low + step, high if keeps[1] else high - step)


def _inside(uncertainty: Uncertainty, base: dict[str, Fraction]) -> dict[str, Fraction]:
    """Return the base case with what stands at an end of its range moved just inside."""
    moved = dict(base)
    for i in uncertainty.varying:
        low, high = Fraction(i.low or 0), Fraction(i.high or 0)
        step = (high - low) * INSIDE
        moved[i.name] = min(max(base[i.name], low + step), high - step)
    return moved if uncertainty.keeps(moved) else base


def _bar(name: str, way: _Way, values: Any, valid: Any, base: float) -> TornadoBar:
    first, last = (float(values[k]) if valid[k] else None for k in (0, -1))
    kept = values[valid] if valid.any() else [base]
    return TornadoBar(
        name, way.low, way.high, first, last, float(min(kept)), float(max(kept)),
        way.first != way.low, way.last != way.high,
    )  # fmt: skip


# ---- Morris screening ---------------------------------------------------------------
def morris(evaluator: Evaluator, trajectories: int, level: float, seed: int) -> tuple[
    MorrisScreening, ...
]:  # fmt: skip
    """Return the elementary effects on both bounds of every quantity."""
    import numpy as np

    uncertainty = evaluator.uncertainty
    points, order, steps = _trajectories(uncertainty, trajectories, seed)
    found = evaluator.at(points.reshape(-1, points.shape[2]))
    result = []
    for k, quantity in enumerate(evaluator.quantities):
        for bound in BOUNDS:
            values = np.where(found.valid, getattr(found, bound)[:, k], np.nan)
            effects = elementary_effects(values.reshape(points.shape[:2]), order, steps)
            result.append(_screening(quantity, bound, uncertainty.names, effects, level))
    return tuple(result)


def _trajectories(uncertainty: Uncertainty, count: int, seed: int) -> tuple[Any, Any, Any]:
    """Return the points of trajectories, the order of the inputs and their steps, in quantiles.

    Shapes as in :func:`morris_design`.
    """
    import numpy as np

    cube, order, steps = morris_design(len(uncertainty.names), count, seed)
    given = GivenOthers(uncertainty)
    rng = np.random.default_rng([seed, 7])
    points = np.empty_like(cube)
    points[:, 0] = _starts(uncertainty, cube[:, 0], rng)
    for t in range(order.shape[1]):
        points[:, t + 1] = points[:, t]
        for k in range(order.shape[1]):
            (rows,) = np.nonzero(order[:, t] == k)
            here = points[rows, t]
            if given.is_free(k):
                share = cube[rows, t + 1, k]
                points[rows, t + 1, k] = uncertainty.quantile(uncertainty.names[k], share)
                continue
            share = given.share(here, k)
            steps[rows, t] = np.where(share < 0.5, 0.5, -0.5)
            moved, fine = given.redraw(here, k, share + steps[rows, t], rng)
            points[rows, t + 1] = np.where(fine[:, None], moved, here)
    return points, order, steps


def _starts(uncertainty: Uncertainty, cube: Any, rng: Any) -> Any:
    """Return the first points of trajectories, drawn again where they break an assumption."""
    import numpy as np

    points = uncertainty.values(cube)
    for _ in range(_TRIES):
        columns = columns_of(uncertainty, points)
        fine = np.ones(len(points), dtype=bool)
        for assumption in uncertainty.model.assumptions:
            fine &= truth_on(assumption, columns)
        if fine.all():
            break
        levels = rng.integers(0, LEVELS, (int((~fine).sum()), cube.shape[1]))
        points[~fine] = uncertainty.values((levels + 0.5) / LEVELS)
    return points


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

    changes = np.diff(values, axis=1)
    size = np.maximum(1.0, np.abs(values[:, 1:]))
    changes[np.abs(changes) <= 1e-12 * size] = 0.0  # what rounding leaves
    effects = np.empty(order.shape)
    np.put_along_axis(effects, order, changes / steps, axis=1)
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
