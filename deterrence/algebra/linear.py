r"""Exact linear algebra and linear programming over the rationals.

Small problems only: games have tens of actions, not thousands.  Everything is
pivoting on whole numbers, so that no rounding can decide what is an equilibrium:
rows without common divisors in the reduction, one common denominator in the simplex
tableau (Edmonds 1967; Bareiss 1968, Mathematics of Computation 22).

>>> from fractions import Fraction
>>> solve_linear([[2, 1], [1, -1]], [3, 0])
(Fraction(1, 1), Fraction(1, 1))
>>> best = maximise([1, 1], a_ub=[[1, 2], [3, 1]], b_ub=[4, 6])
>>> best.status, best.value, best.x
('optimal', Fraction(14, 5), (Fraction(8, 5), Fraction(6, 5)))
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from deterrence.limits import work

#: What an entry may be; results are always ``Fraction``.
RationalNumber = int | Fraction
RationalVector = Sequence[RationalNumber]
#: Rows of equal length.
RationalMatrix = Sequence[RationalVector]

#: Pivots with the steepest-gain rule before Bland's rule, which cannot cycle, takes over.
_STEEPEST = 200
#: Work seconds per entry that a pivot changes.
_ENTRY = 2e-7


def integer_row(row: RationalVector) -> tuple[list[int], int]:
    """Return ``row`` times the least common denominator, and that denominator."""
    fractions = [Fraction(x) for x in row]
    scale = math.lcm(*(f.denominator for f in fractions)) if fractions else 1
    return [f.numerator * (scale // f.denominator) for f in fractions], scale


def primitive(row: Sequence[int]) -> list[int]:
    """Return whole numbers divided by their greatest common divisor.

    >>> primitive([4, -6, 0])
    [2, -3, 0]
    """
    divisor = math.gcd(*row)
    return [x // divisor for x in row] if divisor > 1 else list(row)


def reduced(
    matrix: RationalMatrix, columns: int | None = None
) -> tuple[list[list[int]], list[int]]:
    """Return the reduced echelon form, each row times a whole number, and the pivot columns.

    Pivots are looked for in the first ``columns`` (default: all).  Row ``i`` divided by its
    entry in column ``pivots[i]`` is the row of the reduced echelon form; the rows below
    the pivots' are 0 in these columns.

    >>> reduced([[2, 4, 1], [1, 2, 1]])
    ([[1, 2, 0], [0, 0, 1]], [0, 2])
    """
    rows = [integer_row(row)[0] for row in matrix]
    pivots: list[int] = []
    for column in range(len(rows[0]) if rows and columns is None else columns or 0):
        rank = len(pivots)
        if rank == len(rows):
            break
        found = next((r for r in range(rank, len(rows)) if rows[r][column]), None)
        if found is None:
            continue
        rows[rank], rows[found] = rows[found], rows[rank]
        pivot_row = rows[rank]
        work.spend(_ENTRY * len(rows) * len(pivot_row))
        for r, row in enumerate(rows):
            if row[column] and r != rank:
                common = math.gcd(pivot_row[column], row[column])
                up, down = pivot_row[column] // common, row[column] // common
                rows[r] = primitive(
                    [up * a - down * b for a, b in zip(row, pivot_row, strict=True)]
                )
        pivots.append(column)
    return rows, pivots


def independent_columns(matrix: RationalMatrix) -> list[int]:
    """Return the columns that are no combination of those to their left.

    >>> independent_columns([[1, 2, 0], [2, 4, 1]])
    [0, 2]
    """
    return reduced(matrix)[1]


def rank(matrix: RationalMatrix) -> int:
    """Return the rank of a rational matrix, exactly.

    >>> rank([[1, 2], [2, 4], [0, 0]])
    1
    """
    return len(reduced(matrix)[1])


def affine_dimension(points: RationalMatrix) -> int:
    """Return the dimension of the smallest affine space through the points (-1 for none).

    >>> affine_dimension([(1, 0, 0), (0, 1, 0), (0, 0, 1)])
    2
    """
    if not points:
        return -1
    first = points[0]
    return rank([[a - b for a, b in zip(p, first, strict=True)] for p in points[1:]])


def solve_linear(a: RationalMatrix, b: RationalVector) -> tuple[Fraction, ...] | None:
    """Return the one solution of ``a x = b``, or ``None`` if there is none or more than one.

    ``a`` is rows x columns and may have more rows than columns.
    """
    solutions = solve_columns(a, [b])
    return None if solutions is None else solutions[0]


def solve_columns(
    a: RationalMatrix, rights: Sequence[RationalVector]
) -> list[tuple[Fraction, ...]] | None:
    """Return the one solution of ``a x = b`` for each ``b``, or ``None`` if one has not just one.

    >>> solve_columns([[2, 0], [0, 1], [2, 1]], [[1, 1, 2], [0, 1, 1]])
    [(Fraction(1, 2), Fraction(1, 1)), (Fraction(0, 1), Fraction(1, 1))]
    """
    if not a:
        return None
    columns = len(a[0])
    rows, pivots = reduced([[*row, *more] for row, *more in zip(a, *rights, strict=True)], columns)
    if len(pivots) < columns or any(any(row[columns:]) for row in rows[columns:]):
        return None
    return [
        tuple(Fraction(rows[i][columns + k], rows[i][i]) for i in range(columns))
        for k in range(len(rights))
    ]


def solutions(a: RationalMatrix, b: RationalVector) -> list[list[Fraction]] | None:
    """Return one solution of ``a x = b``, then a basis of the null space; ``None``: no solution.

    >>> [list(map(str, x)) for x in solutions([[1, 1, 2]], [3])]
    [['3', '0', '0'], ['-1', '1', '0'], ['-2', '0', '1']]
    """
    columns = len(a[0])
    rows, pivots = reduced([[*row, x] for row, x in zip(a, b, strict=True)], columns)
    if any(row[columns] for row in rows[len(pivots) :]):
        return None
    free = [k for k in range(columns) if k not in pivots]
    found = [[Fraction(int(k == at)) for k in range(columns)] for at in (None, *free)]
    for row, pivot in zip(rows, pivots, strict=False):
        found[0][pivot] = Fraction(row[columns], row[pivot])
        for direction, k in zip(found[1:], free, strict=True):
            direction[pivot] = Fraction(-row[k], row[pivot])
    return found


def first_relation(vectors: RationalMatrix) -> list[Fraction] | None:
    """Return weights, the last one 1, with which the first vectors that are dependent sum to 0.

    >>> first_relation([(1, 0), (2, 4), (0, 2), (1, 1)])
    [Fraction(1, 1), Fraction(-1, 2), Fraction(1, 1)]
    """
    rows, pivots = reduced(list(zip(*vectors, strict=True)))
    last = next((k for k in range(len(vectors)) if k >= len(pivots) or pivots[k] != k), None)
    if last is None:
        return None
    return [*(Fraction(-rows[k][last], rows[k][k]) for k in range(last)), Fraction(1)]


def is_semidefinite(matrix: RationalMatrix) -> bool:
    """Say whether a symmetric rational matrix is positive semidefinite, exactly.

    Symmetric elimination without row changes: no pivot may be negative, and where
    one is 0 the rest of its row must be 0 too.

    >>> is_semidefinite([[1, 1], [1, 1]]), is_semidefinite([[1, 2], [2, 1]])
    (True, False)
    """
    scale = math.lcm(*(Fraction(x).denominator for row in matrix for x in row), 1)
    rows = [[int(Fraction(x) * scale) for x in row] for row in matrix]
    previous = 1
    while rows:
        (pivot, *first), *below = rows
        if pivot < 0 or (pivot == 0 and any(first)):
            return False
        if pivot == 0:
            rows = [row[1:] for row in below]
            continue
        rows = [
            [(pivot * a - row[0] * b) // previous for a, b in zip(row[1:], first, strict=True)]
            for row in below
        ]
        previous = pivot
    return True


@dataclass(frozen=True)
class LinearResult:
    """The answer of :func:`maximise`.

    ``dual`` has one multiplier per row, inequalities first, with
    ``value == dual . b`` and ``dual . a >= c`` at an optimum: a certificate
    that anyone can check by multiplying.
    """

    status: Literal["optimal", "infeasible", "unbounded"]
    x: tuple[Fraction, ...] = ()
    value: Fraction = Fraction(0)
    dual: tuple[Fraction, ...] = ()


class _Tableau:
    """A dense simplex tableau in integers over one common denominator."""

    def __init__(self, rows: list[list[int]], basis: list[int]) -> None:
        self.rows, self.basis, self.denominator = rows, basis, 1

    def pivot(self, r: int, s: int) -> None:
        pivot_row = self.rows[r]
        work.spend(_ENTRY * len(self.rows) * len(pivot_row))
        if pivot_row[s] < 0:  # only with a right-hand side of 0, see `drive_out`
            pivot_row = self.rows[r] = [-x for x in pivot_row]
        pivot, den = pivot_row[s], self.denominator
        for i, row in enumerate(self.rows):
            if i != r:
                factor = row[s]
                self.rows[i] = [
                    (pivot * a - factor * b) // den for a, b in zip(row, pivot_row, strict=True)
                ]
        self.denominator = pivot
        self.basis[r] = s

    def run(self, objective: int, allowed: int) -> bool:
        """Maximise with the given objective row; return False if unbounded."""
        m = len(self.basis)
        step = 0
        while True:
            costs = self.rows[objective]
            candidates = [j for j in range(allowed) if costs[j] < 0]
            if not candidates:
                return True
            s = min(candidates, key=lambda j: costs[j]) if step < _STEEPEST else candidates[0]
            best = -1
            for r in range(m):
                a = self.rows[r][s]
                if a > 0:
                    if best < 0:
                        best = r
                        continue
                    left = self.rows[r][-1] * self.rows[best][s]
                    right = self.rows[best][-1] * a
                    if left < right or (left == right and self.basis[r] < self.basis[best]):
                        best = r
            if best < 0:
                return False
            self.pivot(best, s)
            step += 1


def maximise(
    c: RationalVector,
    a_ub: RationalMatrix = (),
    b_ub: RationalVector = (),
    a_eq: RationalMatrix = (),
    b_eq: RationalVector = (),
) -> LinearResult:
    """Maximise ``c x`` subject to ``a_ub x <= b_ub``, ``a_eq x = b_eq``, ``x >= 0``, exactly.

    Two-phase primal simplex on an integer tableau; Bland's rule (1977,
    Mathematics of Operations Research 2) after a while, so it always ends.
    All numbers are taken as exact rationals.
    """
    n, m_ub = len(c), len(a_ub)
    constraints = [*zip(a_ub, b_ub, strict=True), *zip(a_eq, b_eq, strict=True)]
    m = len(constraints)
    scaled = [integer_row([*row, rhs]) for row, rhs in constraints]
    flips = [-1 if row[-1] < 0 else 1 for row, _ in scaled]
    needs_artificial = [i for i in range(m) if i >= m_ub or flips[i] < 0]
    first_artificial = n + m_ub
    width = first_artificial + len(needs_artificial)
    artificial = {i: first_artificial + k for k, i in enumerate(needs_artificial)}
    cost_row, cost_scale = integer_row(c)

    rows: list[list[int]] = []
    unit_column: list[int] = []
    for i, (row, _) in enumerate(scaled):
        full = [flips[i] * x for x in row[:-1]] + [0] * (width - n) + [flips[i] * row[-1]]
        if i < m_ub:
            full[n + i] = flips[i]
        if i in artificial:
            full[artificial[i]] = 1
        unit_column.append(artificial.get(i, n + i))
        rows.append(full)
    phase_one = [0] * (width + 1)
    for i in needs_artificial:
        phase_one = [a - b for a, b in zip(phase_one, rows[i], strict=True)]
    for j in artificial.values():
        phase_one[j] = 0
    costs = [-x for x in cost_row] + [0] * (width - n + 1)
    table = _Tableau([*rows, costs, phase_one], list(unit_column))

    if needs_artificial:
        table.run(m + 1, first_artificial)
        if table.rows[m + 1][-1] != 0:
            return LinearResult("infeasible")
        for r in range(m):  # drive zero artificials out of the basis where a column allows it
            if table.basis[r] >= first_artificial:
                s = next((j for j in range(first_artificial) if table.rows[r][j]), None)
                if s is not None:
                    table.pivot(r, s)
    table.rows.pop()
    if not table.run(m, first_artificial):
        return LinearResult("unbounded")

    den = table.denominator
    x = [Fraction(0)] * n
    for r, j in enumerate(table.basis):
        if j < n:
            x[j] = Fraction(table.rows[r][-1], den)
    final = table.rows[m]
    dual = tuple(
        Fraction(final[unit_column[i]] * flips[i] * scaled[i][1], den * cost_scale)
        for i in range(m)
    )
    return LinearResult("optimal", tuple(x), Fraction(final[-1], den * cost_scale), dual)
