"""Points of parameter space that satisfy a model's assumptions.

Samples never prove anything.  They refute false guesses at once (so that the
prover is asked only what is likely to be true), and they provide witnesses,
which are checked exactly afterwards.  Coordinates are dyadic rationals of few
bits, so that floats evaluate low-degree polynomials without rounding.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from deterrence.algebra.expressions import Expression
from deterrence.algebra.literals import TURNED
from deterrence.algebra.partitions import Partition

_SEED = 20_261_124


def single_bounds(
    assumptions: Sequence[Expression],
) -> dict[str, tuple[float | None, float | None]]:
    """Return the bounds that assumptions such as ``0 <= rho < 1`` put on one name."""
    bounds: dict[str, tuple[float | None, float | None]] = {}
    for left, sign, right in comparisons(assumptions):
        if left.op == "name" and not right.names:
            name, value = left.args[0], float(right.evaluate({}))
        elif right.op == "name" and not left.names:
            name, value = right.args[0], float(left.evaluate({}))
            sign = TURNED[sign]
        else:
            continue
        low, high = bounds.get(name, (None, None))
        if sign in (">", ">=", "=="):
            low = value if low is None else max(low, value)
        if sign in ("<", "<=", "=="):
            high = value if high is None else min(high, value)
        bounds[name] = (low, high)
    return bounds


def comparisons(assumptions: Sequence[Expression]) -> list[tuple[Expression, str, Expression]]:
    """Return the pairwise comparisons in a list of conditions that all hold."""
    result = []
    for a in assumptions:
        if a.op == "and":
            result += comparisons(a.children)
        elif a.op == "compare":
            result += zip(a.args[1:], a.args[0], a.args[2:], strict=False)
    return result


def _order(names: Sequence[str], assumptions: Sequence[Expression]) -> list[tuple[str, str]]:
    """Return (smaller, larger) pairs of names from assumptions that only compare names."""
    pairs = []
    for left, sign, right in comparisons(assumptions):
        if left.op == right.op == "name":
            if sign in ("<", "<="):
                pairs.append((left.args[0], right.args[0]))
            elif sign in (">", ">="):
                pairs.append((right.args[0], left.args[0]))
    return [(a, b) for a, b in pairs if a in names and b in names]


def draw(
    names: Sequence[str],
    assumptions: Sequence[Expression],
    ranges: Mapping[str, tuple[Any, Any]],
    count: int,
    round_number: int = 0,
) -> Any:
    """Return ``count`` random points (names x count); orders of names hold, the rest may not.

    ``ranges`` gives sensible bounds (``None`` where open).  A third of the
    points is uniform in the ranges, a third log-uniform, a third near-ties on a
    coarse grid.  Deterministic for a given ``round_number``.
    """
    import numpy as np

    rng = np.random.default_rng([_SEED, round_number])
    limits = single_bounds(assumptions)
    points = np.empty((len(names), count))
    kind = rng.integers(0, 3, size=count)
    for row, name in enumerate(names):
        low, high = limits.get(name, (None, None))
        default_low, default_high = ranges.get(name, (None, None))
        a = low if low is not None else float(default_low) if default_low is not None else -8.0
        b = (
            high
            if high is not None
            else float(default_high)
            if default_high is not None
            else a + 16
        )
        soft_a = max(a, float(default_low)) if default_low is not None else a
        soft_b = min(b, float(default_high)) if default_high is not None else b
        uniform = rng.uniform(soft_a, max(soft_b, soft_a), count)
        if high is not None and low is not None:
            wide = low + (high - low) * rng.beta(0.4, 0.4, count)
        else:
            size = np.exp2(rng.uniform(-5, 8, count))
            if low is None and high is None:
                wide = size * rng.choice([-1.0, 1.0], count)
            else:
                wide = low + size if low is not None else high - size
        coarse = a + rng.integers(0, 9, count) * ((b - a) / 8 if high is not None else 1.0)
        coarse = coarse + rng.choice([0.0, 1 / 16, -1 / 16], count)
        points[row] = np.select([kind == 0, kind == 1], [uniform, wide], coarse)
    points = np.round(points * 64) / 64
    _sort_orders(points, list(names), _order(names, assumptions), rng)
    return points


def draw_far(names: Sequence[str], assumptions: Sequence[Expression], count: int) -> Any:
    """Return ``count`` random points (names x count) of all orders of magnitude.

    Distances from a bound, and in half of the points from a smaller name, are log-uniform over
    2**-10 to 2**10.  Ten bits a coordinate; deterministic.
    """
    import numpy as np

    rng = np.random.default_rng([_SEED, count])
    limits = single_bounds(assumptions)

    def size() -> Any:
        return np.exp2(rng.uniform(-10, 10, count))

    points = np.empty((len(names), count))
    for row, name in enumerate(names):
        low, high = limits.get(name, (None, None))
        if low is not None and high is not None:
            share = np.exp2(-rng.uniform(0, 12, count))
            ends = [low + (high - low) * share, high - (high - low) * share]
            points[row] = np.where(rng.random(count) < 1 / 2, *ends)
        elif low is None and high is None:
            points[row] = size() * rng.choice([-1.0, 1.0], count)
        else:
            points[row] = low + size() if low is not None else high - size()
    pairs = _order(names, assumptions)
    _sort_orders(points, list(names), pairs, rng)
    beside = rng.random(count) < 1 / 2
    for small, large in pairs:
        if limits.get(large, (None, None))[1] is None:
            below = points[names.index(small)]
            row = points[names.index(large)]
            row[beside] = (below + size())[beside]
    mantissa, power = np.frexp(points)
    return np.ldexp(np.round(mantissa * 1024) / 1024, power)


def _sort_orders(points: Any, names: list[str], pairs: list[tuple[str, str]], rng: Any) -> None:
    """Rearrange coordinates within each group of ordered names so that the order holds."""
    import numpy as np

    # In order: sets of names have another one in every process.
    groups = Partition(sorted({n for pair in pairs for n in pair}))
    for pair in pairs:
        groups.join(*pair)
    for group in groups.classes():
        # Several linear extensions, each for a share of the points.
        blocks = np.array_split(np.arange(points.shape[1]), 6)
        for block in blocks:
            order: list[str] = []
            rest = sorted(group)
            rng.shuffle(rest)
            while rest:
                free = [n for n in rest if not any(b == n and a in rest for a, b in pairs)]
                if not free:
                    break  # contradictory orders: rejection will leave nothing
                order.append(free[0])
                rest.remove(free[0])
            if rest:
                continue
            rows = [names.index(n) for n in order]
            where: Any = np.ix_(np.array(rows), block)
            points[where] = np.sort(points[where], axis=0)


def rational(point: Any) -> list[Fraction]:
    """Return a float point as the exact rationals that it holds."""
    return [Fraction(float(x)) for x in point]
