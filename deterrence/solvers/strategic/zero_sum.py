r"""Zero-sum games: the value, and all optimal strategies of both players.

The first player's security level :math:`v = \max_x \min_j (x A)_j` is a linear
programme; its dual is the second player's (von Neumann 1928; Dantzig 1951).
Optimal strategies form a polytope on each side, and the equilibria are the
pairs of them: one component, whose corners are the pairs of corners.

From one optimal pair :math:`(x^*, y^*)`, complementary slackness cuts the
polytope down before its corners are enumerated: every optimal :math:`x` avoids
the rows that are worse than :math:`v` against :math:`y^*`, and holds the columns
of :math:`y^*` to exactly :math:`v`.

>>> from deterrence.game.strategic import StrategicGame
>>> from deterrence.solvers import solve
>>> pennies = StrategicGame.from_matrices([[1, -1], [-1, 1]], [[-1, 1], [1, -1]])
>>> solve(pennies, concept="zero-sum").value
Fraction(0, 1)
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from deterrence.algebra.linear_programmes import maximise_certified
from deterrence.algebra.numbers import format_exact
from deterrence.algebra.polytopes import vertices
from deterrence.errors import IncompleteError, UsageError
from deterrence.limits.alarm import by_hand
from deterrence.limits.deadline import Deadline
from deterrence.solvers.task import Draft, Mix, PayoffMatrix, Task, spread

#: Pairs of corners that are listed; a game may have more than fit in memory.
MAX_PAIRS = 10_000
#: Pairs of rays that each player's list of optimal strategies may cost.
MAX_WORK = 5_000_000


def solve_zero_sum(task: Task) -> Draft:
    """Return the value and all extreme equilibria of a zero-sum or constant-sum game.

    Raises :class:`UsageError` for any other game, naming a cell.
    """
    a, _ = task.matrices()
    constant = _constant_sum(task)
    draft = Draft()
    if constant:
        draft.messages.append(_constant_words(constant, task))
    draft.value = _add_optimal(draft, a, task, task.solver, MAX_PAIRS)
    return draft


def add_if_zero_sum(draft: Draft, task: Task, most: int) -> bool:
    """Add the equilibria of a game that is zero-sum, perhaps in other units; say if it is.

    Not more than ``most`` are listed.
    """
    a, b = task.matrices()
    found = equivalent(a, b)
    if found is None:
        return False
    payoffs, constant = found
    if constant is None:
        draft.messages.append(
            "the game is zero-sum in other units (strategically zero-sum), and solved as such"
        )
    elif constant:
        draft.messages.append(_constant_words(constant, task))
    value = _add_optimal(draft, payoffs, task, "zero-sum-lp", most)
    if constant is not None:
        draft.value = value
    return True


def equivalent(a: PayoffMatrix, b: PayoffMatrix) -> tuple[PayoffMatrix, Fraction | None] | None:
    r"""Return the first player's payoffs in a zero-sum game with the same equilibria.

    Beside them what the payoffs sum to in every cell, ``None`` if not always the same.
    ``None`` for other games than those with :math:`a_{ij} + \lambda b_{ij} = r_i + c_j` for
    some :math:`\lambda > 0`: what a player gets for the other one's choice alone is of no
    consequence for the choices (Moulin and Vial 1978, International Journal of Game Theory 7).

    >>> print(*map(str, equivalent([[3, 0], [1, 4]], [[-1, 1], [2, 0]])[0][1]))
    -1/2 5/2
    """
    total = a[0][0] + b[0][0]
    if all(u + w == total for p, q in zip(a, b, strict=True) for u, w in zip(p, q, strict=True)):
        return a, Fraction(total)

    def bend(m: PayoffMatrix) -> list[Fraction]:
        first = m[0]
        return [u - row[0] - w + first[0] for row in m for u, w in zip(row, first, strict=True)]

    bent, other = bend(a), bend(b)
    at = next((k for k, u in enumerate(other) if u), None)
    factor = Fraction(1) if at is None else Fraction(-bent[at]) / other[at]
    if factor <= 0 or any(u != -factor * w for u, w in zip(bent, other, strict=True)):
        return None
    column = [u + factor * w for u, w in zip(a[0], b[0], strict=True)]
    return [[u - c for u, c in zip(row, column, strict=True)] for row in a], None


def _constant_words(constant: Fraction, task: Task) -> str:
    return (
        f"the payoffs sum to {format_exact(constant)} in every cell, not to 0; "
        f"the value is {task.game.players[0]}'s"
    )


def _add_optimal(
    draft: Draft, a: PayoffMatrix, task: Task, solver: str, most: int
) -> Fraction | None:
    """Add the pairs of extreme optimal strategies, at least one; return the value."""
    try:
        value, x, y = optimal_pair(a, task.deadline)
    except (IncompleteError, KeyboardInterrupt) as stop:
        draft.interrupted = by_hand(stop)
        draft.messages.append(
            "interrupted before the value was found"
            if draft.interrupted
            else "the limit was reached before the value was found"
        )
        return None
    draft.add([(x, y)], solver)
    try:
        rows = optimal_strategies(a, value, x, y, task.deadline)
        transposed = [[-u for u in column] for column in zip(*a, strict=True)]
        columns = rows and optimal_strategies(transposed, -value, y, x, task.deadline)
    except KeyboardInterrupt as stop:
        draft.interrupted = by_hand(stop)
        why = "interrupted" if draft.interrupted else "the limit was reached"
        draft.messages.append(f"{why} before all optimal strategies were found")
        return value
    if rows is None or columns is None:
        draft.interrupted = task.deadline.interrupted
        draft.messages.append("the value is proven; not all optimal strategies could be listed")
        return value
    first, second = task.game.players
    counts = f"extreme optimal strategies: {first} {len(rows)}, {second} {len(columns)}"
    pairs = [(r, c) for r in rows[:most] for c in columns[: most // len(rows) + 1]]
    draft.complete = len(pairs) >= len(rows) * len(columns)
    if not draft.complete:
        pairs = pairs[:most]
        draft.messages.append(f"only {most} of their pairs are listed")
    draft.messages.insert(0, f"{counts}; every pair of optimal strategies is an equilibrium")
    if (x, y) not in set(pairs):
        pairs.append((x, y))
    draft.add(pairs, solver)
    return value


def optimal_pair(a: PayoffMatrix, deadline: Deadline) -> tuple[Fraction, Mix, Mix]:
    """Return the value and one optimal strategy of each player, certified by duality."""
    low = min(u for row in a for u in row)
    width = max(u for row in a for u in row) - low or Fraction(1)
    payoffs = [[1 + (u - low) / width for u in row] for row in a]
    m = len(a)
    # Variables: x, then the level v, which is positive because all payoffs are.
    rows: list[list[Any]] = [[*(-row[j] for row in payoffs), 1] for j in range(len(a[0]))]
    best = maximise_certified([0] * m + [1], rows, [0] * len(rows), [[1] * m + [0]], [1], deadline)
    return low + (best.value - 1) * width, best.x[:m], best.dual[: len(rows)]


def optimal_strategies(
    a: Sequence[Sequence[Any]],
    value: Fraction,
    x: Mix,
    y: Mix,
    deadline: Deadline,
) -> list[Mix] | None:
    """Return the first player's extreme optimal strategies; ``None`` if they are too many.

    ``x`` and ``y`` are one optimal strategy of each player.
    """
    against = [sum(u * q for u, q in zip(row, y, strict=True) if q) for row in a]
    usable = [i for i, u in enumerate(against) if u == value]
    width = len(a[0])
    exact = [j for j in range(width) if y[j]]
    loose = [j for j in range(width) if not y[j]]
    corners = vertices(
        [[1] * len(usable), *([a[i][j] for i in usable] for j in exact)],
        [1] + [value] * len(exact),
        [[-a[i][j] for i in usable] for j in loose],
        [-value] * len(loose),
        deadline,
        MAX_WORK,
    )
    return None if corners is None else [spread(corner, usable, len(a)) for corner in corners]


def _constant_sum(task: Task) -> Fraction:
    """Return what the payoffs sum to in every cell."""
    game = task.game
    sums = [u + w for u, w in zip(*game.payoffs, strict=True)]
    for cell, total in zip(game.cells(), sums, strict=True):
        if total != sums[0]:
            raise UsageError(
                f"{game.name} is not zero-sum: the payoffs sum to {format_exact(total)} in "
                f"({game.cell_name(cell)}) but to {format_exact(sums[0])} in the first cell",
                remedy="solve it for its Nash equilibria: concept 'nash'",
            )
    return Fraction(sums[0])
