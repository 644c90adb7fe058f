r"""Linear programmes with exact answers, at the speed of a float solver.

SciPy's HiGHS solves :math:`\max c x,\ A_{ub} x \le b_{ub},\ A_{eq} x = b_{eq},\ x \ge 0`
in floats.  Its answer only tells which variables are positive and which rows
are tight.  From that the primal and the dual solution are recomputed over the
rationals and checked: both feasible, and :math:`c x = b y`, which by weak
duality proves both optimal.  If the check fails, the exact simplex method of
:mod:`deterrence.algebra.linear` takes over.

>>> best = maximise_certified([1, 1], [[1, 2], [3, 1]], [4, 6])
>>> best.value, best.x, best.dual
(Fraction(14, 5), (Fraction(8, 5), Fraction(6, 5)), (Fraction(2, 5), Fraction(1, 5)))
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from deterrence.algebra.large_systems import solve_large
from deterrence.algebra.linear import (
    LinearResult,
    RationalNumber,
    RationalVector,
    integer_row,
    maximise,
    solve_linear,
)
from deterrence.errors import IncompleteError
from deterrence.limits import work
from deterrence.limits.bounded import collect
from deterrence.limits.deadline import Deadline

#: A row of a programme: all its entries, or those that are not 0 by column.
LinearRow = RationalVector | Mapping[int, RationalNumber]

#: Primal and dual tolerances that are tried when float answers are read.
_TOLERANCES = (1e-9, 1e-7, 1e-11)
#: Work seconds per entry of a programme for the solver in floats, and per entry looked at
#: over the rationals.
_FLOAT, _EXACT = 2e-6, 1e-7
#: Unknowns from which on FLINT solves systems.
_LARGE = 24


def maximise_certified(
    c: RationalVector,
    a_ub: Sequence[LinearRow] = (),
    b_ub: RationalVector = (),
    a_eq: Sequence[LinearRow] = (),
    b_eq: RationalVector = (),
    deadline: Deadline | None = None,
) -> LinearResult:
    """Return an optimal vertex, its exact value and a dual certificate.

    Takes what :func:`deterrence.algebra.linear.maximise` takes and answers alike; rows may
    be mappings from columns to what is not 0 there.
    Raises :class:`IncompleteError` if the deadline comes and
    ``KeyboardInterrupt`` at Ctrl-C.
    """
    # Here, not in the worker: an import that is broken off half-way cannot be repeated.
    import scipy.optimize  # noqa: F401

    collected = collect(lambda: iter([_solve(c, a_ub, b_ub, a_eq, b_eq)]), deadline or Deadline())
    if collected.interrupted:
        raise KeyboardInterrupt
    if collected.error is not None:
        raise collected.error
    if not collected.items:
        raise IncompleteError(
            "the limit was reached before a linear programme was solved",
            remedy="allow more time with a larger time limit",
        )
    return collected.items[0]


def _solve(
    c: RationalVector,
    a_ub: Sequence[LinearRow],
    b_ub: RationalVector,
    a_eq: Sequence[LinearRow],
    b_eq: RationalVector,
) -> LinearResult:
    """Solve in whole numbers, which keep the exact systems small; scale back at the end."""
    both = [*zip(a_ub, b_ub, strict=True), *zip(a_eq, b_eq, strict=True)]
    sparse = [(_sparse(row), b) for row, b in both]
    whole = [integer_row([*row.values(), b]) for row, b in sparse]
    goal, size = integer_row(c)
    program = _WholeProgramme(
        goal,
        [dict(zip(row, x, strict=False)) for (row, _), (x, _) in zip(sparse, whole, strict=True)],
        [row[-1] for row, _ in whole],
        len(a_ub),
    )
    try:
        for x, dual in _floats(program):
            for tolerance in _TOLERANCES:
                found = _polished(program, x, dual, tolerance)
                if found is not None:
                    factors = [Fraction(scale, size) for _, scale in whole]
                    weights = tuple(y * f for y, f in zip(found.dual, factors, strict=True))
                    return LinearResult("optimal", found.x, found.value / size, weights)
    except OverflowError:
        pass  # numbers beyond floats: the exact method does not mind
    dense = [[row.get(k, 0) for k in range(len(c))] for row, _ in sparse]
    return maximise(c, dense[: len(a_ub)], b_ub, dense[len(a_ub) :], b_eq)


def _sparse(row: LinearRow) -> dict[int, RationalNumber]:
    pairs = row.items() if isinstance(row, Mapping) else enumerate(row)
    return {k: x for k, x in pairs if x}


@dataclass(frozen=True)
class _WholeProgramme:
    """``max c x`` with ``rows x <= rhs`` for the first ``loose`` rows and ``=`` for the others."""

    c: list[int]
    rows: list[dict[int, int]]
    rhs: list[int]
    loose: int

    @cached_property
    def floats(self) -> tuple[list[float], list[dict[int, float]], list[float]]:
        """The same in floats, the objective and each row scaled to a largest entry of 1."""
        sizes = [max(map(abs, row.values()), default=1) for row in self.rows]
        size = max(map(abs, self.c), default=0) or 1
        return (
            [x / size for x in self.c],
            [{k: x / s for k, x in row.items()} for row, s in zip(self.rows, sizes, strict=True)],
            [x / s for x, s in zip(self.rhs, sizes, strict=True)],
        )


def _floats(program: _WholeProgramme) -> Iterable[tuple[list[float], list[float]]]:
    """Yield HiGHS's primal and dual solution, with and without presolve; nothing if it fails."""
    import numpy as np
    from scipy.optimize import linprog

    near_c, near_rows, near_rhs = program.floats
    c, rhs = np.array(near_c), np.array(near_rhs)
    rows = np.zeros((len(rhs), len(c)))
    for r, row in enumerate(near_rows):
        rows[r, list(row)] = list(row.values())
    k = program.loose
    for presolve in (True, False):
        work.spend(_FLOAT * (1 + len(rows)) * (1 + len(c)))
        result = linprog(
            -c,
            A_ub=rows[:k] if k else None,
            b_ub=rhs[:k] if k else None,
            A_eq=rows[k:] if k < len(rows) else None,
            b_eq=rhs[k:] if k < len(rows) else None,
            method="highs-ds",
            options={"presolve": presolve},
        )
        if result.status != 0 or result.x is None:
            return
        marginals = [*result.ineqlin.marginals, *result.eqlin.marginals]
        yield [float(p) for p in result.x], [-float(y) for y in marginals]


def _polished(
    program: _WholeProgramme, x: list[float], dual: list[float], tolerance: float
) -> LinearResult | None:
    """Return the exact solution with the float solution's tight sets, if it is one."""
    rows, rhs, loose, c = program.rows, program.rhs, program.loose, program.c
    near_c, near_rows, near_rhs = program.floats
    work.spend(_EXACT * (1 + len(rows)) * (1 + len(c)))
    reach = max(map(abs, x), default=0.0) or 1.0
    support = [k for k, p in enumerate(x) if p > tolerance * reach]
    slack = [
        b - sum(u * x[k] for k, u in row.items())
        for row, b in zip(near_rows, near_rhs, strict=True)
    ]
    tight = [r for r, s in enumerate(slack) if r >= loose or s <= tolerance * max(reach, 1.0)]
    part = _solved([[rows[r].get(k, 0) for k in support] for r in tight], [rhs[r] for r in tight])
    if part is None:
        return None
    exact_x = [Fraction(0)] * len(c)
    for k, p in zip(support, part, strict=True):
        exact_x[k] = p

    # Dual: weights only on tight rows, reduced costs of 0 wherever x may be positive.
    largest = max(map(abs, dual), default=0.0) or 1.0
    used = [r for r, y in enumerate(dual) if r >= loose or abs(y) > tolerance * largest]
    reduced = [-u for u in near_c]
    for r in used:
        for k, u in near_rows[r].items():
            reduced[k] += u * dual[r]
    zero = [k for k, d in enumerate(reduced) if abs(d) <= tolerance * largest]
    weights = _solved([[rows[r].get(k, 0) for r in used] for k in zero], [c[k] for k in zero])
    if weights is None:
        return None
    exact_y = [Fraction(0)] * len(rows)
    for r, w in zip(used, weights, strict=True):
        exact_y[r] = w
    return _checked(program, exact_x, exact_y)


def _solved(a: list[list[int]], b: list[int]) -> tuple[Fraction, ...] | None:
    """Return the one solution of a system, by FLINT where elimination would be slow."""
    return (solve_linear if not a or len(a[0]) < _LARGE else solve_large)(a, b)


def _checked(program: _WholeProgramme, x: list[Fraction], y: list[Fraction]) -> LinearResult | None:
    """Return the pair as a result if it proves itself optimal."""
    rows, rhs, loose, c = program.rows, program.rhs, program.loose, program.c
    if min(x, default=Fraction(0)) < 0 or any(w < 0 for w in y[:loose]):
        return None
    for r, (row, b) in enumerate(zip(rows, rhs, strict=True)):
        reached = sum((u * x[k] for k, u in row.items() if x[k]), Fraction(0))
        if reached > b or (r >= loose and reached != b):
            return None
    carried = [Fraction(0)] * len(c)
    for row, w in zip(rows, y, strict=True):
        if w:
            for k, u in row.items():
                carried[k] += u * w
    if any(u < gain for u, gain in zip(carried, c, strict=True)):
        return None
    value = sum((u * p for u, p in zip(c, x, strict=True) if p), Fraction(0))
    if value != sum((b * w for b, w in zip(rhs, y, strict=True) if w), Fraction(0)):
        return None
    return LinearResult("optimal", tuple(x), value, tuple(y))
