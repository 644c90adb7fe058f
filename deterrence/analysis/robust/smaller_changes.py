"""From a change that does it to a smaller one, exact wherever that is possible.

Around the given change a cell of sign conditions guarantees the status.  Where the
conditions are linear, the smallest change in the cell's closure is an exact linear
programme.  Elsewhere a local optimiser finds it in floats; the parameters that go
to the limit of the size, or of their own limits, define a line, and walking along
that line gives the exact number, algebraic if need be.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from deterrence.algebra.linear import maximise
from deterrence.algebra.literals import Literal
from deterrence.algebra.roots import less
from deterrence.analysis.robust.change_space import ChangeSpace
from deterrence.analysis.robust.line_walks import Flip, LineWalker

_CLOSE = 1e-7  # how near floats must be to a limit to count as at it
_DIGITS = 10**9
_STEPS = 60
_TINY = 1e-13

Change = Sequence[Fraction]


def descend(walker: LineWalker, cell: Sequence[Literal], change: Change) -> Flip | None:
    """Return the smallest change found that starts from a change in a cell of literals."""
    space = walker.space
    best: Flip | None = None
    # Not equal to zero, here: on one side of it.
    signed = [_sided(space, lit, change) for lit in cell]
    lines: Iterator[tuple[list[Fraction], list[Fraction], Fraction | None]]
    if all(space.degree(lit.poly) <= 1 for lit in signed):
        corner = smallest_in(space, signed)
        lines = iter([] if corner is None else [(corner, _minus(change, corner), Fraction(1))])
    else:
        lines = _lines(space, signed, change)
    for origin, slope, end in lines:
        found = walker.first(origin, slope, Fraction(0), end)
        if found is not None and (best is None or less(found.size, best.size)):
            best = found
    straight = walker.first([Fraction(0)] * len(change), change, Fraction(0), Fraction(1))
    if straight is not None and (best is None or less(straight.size, best.size)):
        best = straight
    return best


def _sided(space: ChangeSpace, lit: Literal, change: Change) -> Literal:
    if lit.sign != "!=":
        return lit
    value = space.value(lit.poly, change)
    return Literal(lit.poly, ">" if value > 0 else "<")


def _minus(a: Change, b: Change) -> list[Fraction]:
    return [x - y for x, y in zip(a, b, strict=True)]


# ---- linear cells ------------------------------------------------------------------
def smallest_in(space: ChangeSpace, cell: Sequence[Literal]) -> list[Fraction] | None:
    """Return the smallest change in the closure of a polyhedral cell, by exact simplex.

    Unknowns are the positive and negative parts of every change and, for the
    norm ``max``, the size.
    """
    n = len(space.axes)
    width = 2 * n + (space.norm == "max")
    a_ub: list[list[int | Fraction]] = []
    b_ub: list[int | Fraction] = []
    a_eq: list[list[int | Fraction]] = []
    b_eq: list[int | Fraction] = []

    def row(entries: Mapping[int, int | Fraction]) -> list[int | Fraction]:
        result: list[int | Fraction] = [0] * width
        for k, c in entries.items():
            result[k] += c
            result[n + k] -= c
        return result

    for lit in cell:
        terms = space.taylor(lit.poly)
        slopes = {m.index(1): c for m, c in terms.items() if any(m)}
        constant = terms.get((0,) * n, 0)
        if lit.sign == "==":
            a_eq.append(row(slopes))
            b_eq.append(-constant)
            continue
        flip = -1 if lit.sign in (">", ">=") else 1
        a_ub.append(row({k: flip * c for k, c in slopes.items()}))
        b_ub.append(-flip * constant)
    for k in range(n):
        low, high = space.room(k)
        for end, direction in ((low, -1), (high, 1)):
            if end is not None:
                a_ub.append(row({k: direction}))
                b_ub.append(direction * end)
            if space.norm == "max":
                reach = row({k: direction})
                reach[-1] = -1
                a_ub.append(reach)
                b_ub.append(0)
    cost = [0] * (2 * n) + [-1] if space.norm == "max" else [-1] * (2 * n)
    found = maximise(cost, a_ub, b_ub, a_eq, b_eq)
    if found.status != "optimal":
        return None
    return [found.x[k] - found.x[n + k] for k in range(n)]


# ---- curved cells ------------------------------------------------------------------
def _lines(
    space: ChangeSpace, cell: Sequence[Literal], change: Change
) -> Iterator[tuple[list[Fraction], list[Fraction], Fraction | None]]:
    """Yield lines (origin, slope, end) along which the smallest change may be met."""
    best = smallest_nearby(space, cell, change)
    if best is None:
        return
    size = max(map(abs, best), default=0.0) if space.norm == "max" else sum(map(abs, best))
    close = _CLOSE * max(1.0, size)
    short = [Fraction(z).limit_denominator(_DIGITS) for z in best]
    zero = Fraction(0)
    origin, slope = [zero] * len(best), [zero] * len(best)
    loose = []
    for k, z in enumerate(best):
        low, high = space.room(k)
        end = high if z > 0 else low
        if end is not None and abs(z - float(end)) <= close:
            origin[k] = end
        elif space.norm == "max" and abs(abs(z) - size) <= close:
            slope[k] = Fraction(1 if z > 0 else -1)
        elif abs(z) > close:
            origin[k] = short[k]
            loose.append(k)
    if space.norm == "max" and any(slope):
        yield origin, slope, _end(space, slope)
    if space.norm == "sum":
        # One parameter at a time may go on from where the others are.
        for k in range(len(best)):
            if abs(best[k]) > close:
                alone = [zero if i == k else x for i, x in enumerate(origin)]
                direction = [zero] * len(best)
                direction[k] = Fraction(1 if best[k] > 0 else -1)
                yield alone, direction, _end(space, direction)
    # From the optimum, rounded, towards the given change: the status is met at once.
    start = [o if o else s for o, s in zip(origin, short, strict=True)]
    yield start, _minus(change, start), Fraction(1)


def _end(space: ChangeSpace, slope: Change) -> Fraction | None:
    """Return how far a line may go until a parameter meets its limit."""
    ends = []
    for k, s in enumerate(slope):
        low, high = space.room(k)
        end = high if s > 0 else low
        if s and end is not None:
            ends.append(abs(end))
    return min(ends, default=None)


def smallest_nearby(
    space: ChangeSpace, cell: Sequence[Literal], change: Change
) -> list[float] | None:
    """Return a local minimum of the size in the closure of a cell, in floats.

    Sequential linear programming with a trust region (Griffith and Stewart 1961): the
    conditions are linearised, the size is linear anyway, and a step that breaks a
    condition by more than it gains is taken again at half the length.
    """
    import numpy as np
    from scipy.optimize import linprog

    n = len(change)
    tables = [_table(space, lit) for lit in cell if space.degree(lit.poly) > 0]
    many = 1 if space.norm == "max" else n
    expand = np.ones((n, 1)) if many == 1 else np.eye(n)
    reach = np.vstack([np.hstack([np.eye(n), -expand]), np.hstack([-np.eye(n), -expand])])
    weight = np.concatenate([np.zeros(n), np.ones(many)])
    rooms = [space.room(k) for k in range(n)]
    low = np.array([-np.inf if a is None else float(a) for a, _ in rooms])
    high = np.array([np.inf if b is None else float(b) for _, b in rooms])

    def size(z: Any) -> float:
        return float(abs(z).max() if many == 1 else abs(z).sum())

    def breach(values: Any) -> float:
        """Return how much conditions are broken, relative to their terms."""
        return float(max((max(-v * s, 0.0) if s else abs(v) for v, s in values), default=0.0))

    z = np.array([float(x) for x in change])
    trust = max(size(z) / 2, 1e-3)
    here = [_evaluated(t, z) for t in tables]
    for _ in range(_STEPS):
        a_ub, b_ub, a_eq, b_eq = [], [], [], []
        for (value, slope), (_, _, s) in zip(here, tables, strict=True):
            row = np.concatenate([slope, np.zeros(many)])
            if s == 0:
                a_eq.append(row)
                b_eq.append(slope @ z - value)
            else:
                a_ub.append(-s * row)
                b_ub.append(s * (value - slope @ z))
        found = linprog(
            weight,
            A_ub=np.vstack([reach, *a_ub]),
            b_ub=np.concatenate([np.zeros(2 * n), b_ub]),
            A_eq=np.array(a_eq) if a_eq else None,
            b_eq=np.array(b_eq) if a_eq else None,
            bounds=[
                *zip(np.maximum(low, z - trust), np.minimum(high, z + trust), strict=True),
                *[(0, None)] * many,
            ],
        )
        if found.status != 0:
            trust /= 4
        else:
            new = found.x[:n]
            there = [_evaluated(t, new) for t in tables]
            signs = [s for _, _, s in tables]
            broken = breach([(v, s) for (v, _), s in zip(there, signs, strict=True)])
            before = breach([(v, s) for (v, _), s in zip(here, signs, strict=True)])
            gain = size(z) - size(new)
            step = float(abs(new - z).max())
            if gain + 10 * (before - broken) > 0:
                z, here = new, there
                trust *= 1.5 if broken < 1e-3 * trust else 1.0
            else:
                trust /= 4
            if step < _TINY:
                break
        if trust < _TINY:
            break
    return [float(x) for x in z]


def _evaluated(table: tuple[Any, Any, int], z: Any) -> tuple[float, Any]:
    """Return a polynomial's value and gradient."""
    import numpy as np

    coefficients, powers, _ = table
    value = float(coefficients @ np.prod(z[None, :] ** powers, axis=1))
    slope = np.zeros(len(z))
    for k in np.flatnonzero(powers.any(axis=0)):
        chosen = powers[:, k] > 0
        lowered = powers[chosen].copy()
        factor = lowered[:, k].astype(float)
        lowered[:, k] -= 1
        slope[k] = (coefficients[chosen] * factor) @ np.prod(z[None, :] ** lowered, axis=1)
    return value, slope


def _table(space: ChangeSpace, lit: Literal) -> tuple[Any, Any, int]:
    import numpy as np

    terms = space.taylor(lit.poly)
    scale = max(map(abs, terms.values()))
    coefficients = np.array([c / scale for c in terms.values()])
    powers = np.array(list(terms), dtype=int)
    return coefficients, powers, {">": 1, ">=": 1, "<": -1, "<=": -1, "==": 0}[lit.sign]
