"""From a change that does it to a smaller one, exact wherever that is possible.

Around the given change a cell of sign conditions guarantees the status.  Where the
conditions are linear, the smallest change in the cell's closure is an exact linear
programme.  Elsewhere a local optimiser finds it in floats; the parameters that go
to the limit of the size, or of their own limits, define a line, and walking along
that line gives the exact number, algebraic if need be.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

from deterrence.analysis.robust.distances import less
from deterrence.analysis.robust.flips import Flip, Walker
from deterrence.analysis.robust.space import Space
from deterrence.game.linear import maximise
from deterrence.regimes.proofs import Literal

_CLOSE = 1e-7  # how near floats must be to a limit to count as at it
_DIGITS = 10**9
_STEPS = 200

Change = Sequence[Fraction]


def descend(walker: Walker, cell: Sequence[Literal], change: Change) -> Flip | None:
    """Return the smallest change found that starts from a change in a cell of literals."""
    space = walker.space
    best: Flip | None = None
    # Not equal to zero, here: on one side of it.
    signed = [_sided(space, lit, change) for lit in cell]
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


def _sided(space: Space, lit: Literal, change: Change) -> Literal:
    if lit.sign != "!=":
        return lit
    value = space.algebra.evaluate(lit.poly, space.point(change))
    return Literal(lit.poly, ">" if value > 0 else "<")


def _minus(a: Change, b: Change) -> list[Fraction]:
    return [x - y for x, y in zip(a, b, strict=True)]


# ---- linear cells ------------------------------------------------------------------
def smallest_in(space: Space, cell: Sequence[Literal]) -> list[Fraction] | None:
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

    def row(entries: dict[int, int | Fraction]) -> list[int | Fraction]:
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
    space: Space, cell: Sequence[Literal], change: Change
) -> Iterator[tuple[list[Fraction], list[Fraction], Fraction | None]]:
    """Yield lines (origin, slope, end) along which the smallest change may be met."""
    best = smallest_nearby(space, cell, change)
    if best is None:
        return
    size = max(map(abs, best), default=0.0) if space.norm == "max" else sum(map(abs, best))
    active = _active(space, cell, best)
    matter = {k for poly in active for m in space.taylor(poly) for k, e in enumerate(m) if e}
    origin, slope = [Fraction(0)] * len(best), [Fraction(0)] * len(best)
    free = []
    for k, z in enumerate(best):
        low, high = space.room(k)
        end = high if z > 0 else low
        if k not in matter or abs(z) <= _CLOSE:
            continue
        if space.norm == "max" and abs(abs(z) - size) <= _CLOSE * max(1.0, size):
            slope[k] = Fraction(1 if z > 0 else -1)
        elif end is not None and abs(z - float(end)) <= _CLOSE:
            origin[k] = end
        else:
            free.append(k)
    short = [Fraction(z).limit_denominator(_DIGITS) for z in best]
    for k in free:
        origin[k] = short[k]
    if space.norm == "max":
        if any(slope):
            yield origin, slope, _end(space, slope)
    else:
        for k in free:
            alone = list(origin)
            alone[k] = Fraction(0)
            direction = [Fraction(0)] * len(best)
            direction[k] = Fraction(1 if best[k] > 0 else -1)
            yield alone, direction, _end(space, direction)
    if free:
        # No single line is known to hold the optimum: go from it towards the given change.
        yield short, _minus(change, short), Fraction(1)


def _end(space: Space, slope: Change) -> Fraction | None:
    """Return how far a line may go until a parameter meets its limit."""
    ends = []
    for k, s in enumerate(slope):
        low, high = space.room(k)
        end = high if s > 0 else low
        if s and end is not None:
            ends.append(abs(end))
    return min(ends, default=None)


def _active(space: Space, cell: Sequence[Literal], best: Sequence[float]) -> list[Any]:
    """Return the polynomials of a cell that (nearly) vanish at a change."""
    found = []
    for lit in cell:
        terms = space.taylor(lit.poly)
        total = size = 0.0
        scale = max(map(abs, terms.values()), default=1)
        for m, c in terms.items():
            term = c / scale
            for z, e in zip(best, m, strict=True):
                term *= z**e
            total += term
            size += abs(term)
        if abs(total) <= 1e-6 * size:
            found.append(lit.poly)
    return found


def smallest_nearby(
    space: Space, cell: Sequence[Literal], change: Change
) -> list[float] | None:
    """Return a local minimum of the size in the closure of a cell, in floats.

    Sequential quadratic programming (Kraft 1988) over the changes and the size.
    """
    import numpy as np
    from scipy.optimize import minimize

    n = len(change)
    tables = [_table(space, lit) for lit in cell if space.degree(lit.poly) > 0]

    def rows(z: Any) -> tuple[Any, Any]:
        values, slopes = [], []
        for coefficients, powers, _ in tables:
            with np.errstate(all="ignore"):
                monomials = np.prod(z[None, :] ** powers, axis=1)
            values.append(coefficients @ monomials)
            slope = np.zeros(n)
            for k in range(n):
                chosen = powers[:, k] > 0
                if chosen.any():
                    lowered = powers[chosen].copy()
                    factor = lowered[:, k].astype(float)
                    lowered[:, k] -= 1
                    inner = np.prod(z[None, :] ** lowered, axis=1)
                    slope[k] = (coefficients[chosen] * factor) @ inner
            slopes.append(slope)
        return np.array(values), np.array(slopes).reshape(-1, n)

    # Unknowns: z = x[:n] and reach = x[n:], one per axis (sum) or one for all (max).
    many = 1 if space.norm == "max" else n
    expand = np.ones((n, 1)) if many == 1 else np.eye(n)
    start_z = np.array([float(z) for z in change])
    start = np.concatenate([start_z, [abs(start_z).max()] if many == 1 else abs(start_z)])
    above = np.hstack([-np.eye(n), expand])
    below = np.hstack([np.eye(n), expand])
    ends: list[tuple[float | None, float | None]] = []
    for k in range(n):
        low, high = space.room(k)
        ends.append((None if low is None else float(low), None if high is None else float(high)))
    ends += [(0.0, None)] * many
    equal = np.array([sign == 0 for _, _, sign in tables], dtype=bool)
    turn = np.array([1.0 if sign >= 0 else -1.0 for _, _, sign in tables])

    def of(x: Any, mask: Any) -> Any:
        return (rows(x[:n])[0] * turn)[mask]

    def slopes_of(x: Any, mask: Any) -> Any:
        table = (rows(x[:n])[1] * turn[:, None])[mask]
        return np.hstack([table, np.zeros((len(table), many))])

    constraints: list[dict[str, Any]] = [
        {"type": "ineq", "fun": lambda x: above @ x, "jac": lambda x: above},
        {"type": "ineq", "fun": lambda x: below @ x, "jac": lambda x: below},
    ]
    for kind, mask in (("ineq", ~equal), ("eq", equal)):
        if mask.any():
            constraints.append(
                {
                    "type": kind,
                    "fun": lambda x, m=mask: of(x, m),
                    "jac": lambda x, m=mask: slopes_of(x, m),
                }
            )
    weight = np.concatenate([np.zeros(n), np.ones(many)])
    import warnings

    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        found = minimize(
            lambda x: weight @ x, start, jac=lambda x: weight, bounds=ends,
            constraints=constraints, method="SLSQP",
            options={"maxiter": _STEPS, "ftol": 1e-15},
        )  # fmt: skip
    if not np.isfinite(found.x).all():
        return None
    return [float(z) for z in found.x[:n]]


def _table(space: Space, lit: Literal) -> tuple[Any, Any, int]:
    import numpy as np

    terms = space.taylor(lit.poly)
    scale = max(map(abs, terms.values()))
    coefficients = np.array([c / scale for c in terms.values()])
    powers = np.array(list(terms), dtype=int)
    return coefficients, powers, {">": 1, ">=": 1, "<": -1, "<=": -1, "==": 0}[lit.sign]
