r"""From a float answer to an exact equilibrium, or to nothing.

A float profile :math:`(x, y)` only serves to guess which labels are tight: the
supports, and the best replies within a tolerance.  Then, player by player, the
indifference system of the tight labels is solved over the rationals,

.. math:: \sum_{i \in I} x_i b_{ij} = v \ (j \in J), \quad \sum_{i \in I} x_i = 1,

and the result is accepted only if it is non-negative and nobody's regret
exceeds 0, exactly.  Where the system leaves freedom (the float solver stopped
inside a continuum), a vertex of that face is taken: an extreme equilibrium of
the same component.

>>> chicken = [[0, -1], [1, -10]], [[0, 1], [-1, -10]]
>>> polish(*chicken, (0.9000001, 0.0999999), (0.9, 0.1))
((Fraction(9, 10), Fraction(1, 10)), (Fraction(9, 10), Fraction(1, 10)))
>>> polish(*chicken, (0.5, 0.5), (0.5, 0.5)) is None
True
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from deterrence.algebra.linear import maximise, solve_linear
from deterrence.solvers.task import Mix, spread

#: What counts as zero: in probabilities, and in payoffs relative to their range.
TOLERANCES = (1e-9, 1e-6, 1e-12, 1e-4)

Rational = Sequence[Sequence[Any]]
Floats = Sequence[float]


def polish(a: Rational, b: Rational, x: Floats, y: Floats) -> tuple[Mix, Mix] | None:
    """Return the exact equilibrium near the float profile, or ``None`` if none is certified.

    ``a`` and ``b`` are rational payoff matrices, rows x columns.
    """
    if len(x) != len(a) or len(y) != len(a[0]):
        return None
    if not all(math.isfinite(p) for p in (*x, *y)):
        return None
    b_by_row = b
    a_by_column = list(zip(*a, strict=True))
    guesses: dict[tuple[tuple[int, ...], ...], None] = {}
    for tolerance in TOLERANCES:
        rows, columns = _support(x, tolerance), _support(y, tolerance)
        row_replies = _replies(a_by_column, y, tolerance)
        column_replies = _replies(b_by_row, x, tolerance)
        # No equilibrium lies on this face unless everything that is played is a best reply.
        if set(rows) <= set(row_replies) and set(columns) <= set(column_replies):
            guesses[rows, columns, row_replies, column_replies] = None
    # Last, that the ties beyond the supports were an illusion of the floats.
    guesses |= {(rows, columns, rows, columns): None for rows, columns, _, _ in guesses}
    for rows, columns, row_replies, column_replies in guesses:
        exact_x = _on_face(b_by_row, rows, column_replies)
        exact_y = _on_face(a_by_column, columns, row_replies)
        if exact_x and exact_y and is_equilibrium(a, b, exact_x, exact_y):
            return exact_x, exact_y
    return None


def is_equilibrium(a: Rational, b: Rational, x: Mix, y: Mix) -> bool:
    """Return whether nobody can gain by deviating, exactly."""
    if min(x) < 0 or min(y) < 0 or sum(x) != 1 or sum(y) != 1:
        return False
    row_payoffs = [sum(u * q for u, q in zip(row, y, strict=True) if q) for row in a]
    column_payoffs = [
        sum(column[i] * p for i, p in enumerate(x) if p) for column in zip(*b, strict=True)
    ]
    best_row, best_column = max(row_payoffs), max(column_payoffs)
    return all(u == best_row for u, p in zip(row_payoffs, x, strict=True) if p) and all(
        u == best_column for u, p in zip(column_payoffs, y, strict=True) if p
    )


def _support(x: Floats, tolerance: float) -> tuple[int, ...]:
    return tuple(i for i, p in enumerate(x) if p > tolerance)


def _replies(payoff: Rational, x: Floats, tolerance: float) -> tuple[int, ...]:
    """Return the nearly best replies to ``x``; ``payoff[i][j]``: what ``j`` earns against ``i``."""
    low = min(u for row in payoff for u in row)
    width = max(u for row in payoff for u in row) - low or 1
    earned = [0.0] * len(payoff[0])
    for row, p in zip(payoff, x, strict=True):
        if p:
            for j, u in enumerate(row):
                earned[j] += p * float(Fraction(u - low) / width)
    best = max(earned)
    return tuple(j for j, u in enumerate(earned) if u >= best - tolerance)


def _on_face(payoff: Rational, support: Sequence[int], replies: Sequence[int]) -> Mix | None:
    """Return the vertex (or one of them) with this support and these best replies."""
    if not support or not replies:
        return None
    first = replies[0]
    rows = [[payoff[i][j] - payoff[i][first] for i in support] for j in replies[1:]]
    rows.append([1] * len(support))
    rhs = [0] * (len(rows) - 1) + [1]
    solution = solve_linear(rows, rhs)
    if solution is None:
        others = [j for j in range(len(payoff[0])) if j not in set(replies)]
        worse = [[payoff[i][j] - payoff[i][first] for i in support] for j in others]
        result = maximise([0] * len(support), worse, [0] * len(worse), rows, rhs)
        if result.status != "optimal":
            return None
        solution = result.x
    return spread(solution, support, len(payoff))
