"""The algorithms of nashpy, kept from passing their faults on.

nashpy (Knight and Campbell 2018, Journal of Open Source Software 3) works in
floats.  Known faults and what is done about each:

* support enumeration decides best replies, and which probabilities are 0, by
  exact float equality and so loses mixed equilibria: here nashpy enumerates the
  supports and solves the indifference equations, the rest is decided exactly;
* vertex enumeration needs positive payoffs of one size: they are mapped to [1, 2];
* both fail if a player has one action: a dominated one is added for them;
* answers of the wrong shape, ``nan`` and non-equilibria: everything is polished
  to an exact equilibrium or dropped, with a message.

None can prove that it found all, so the status is never ``complete``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from deterrence.limits import work
from deterrence.limits.alarm import by_hand
from deterrence.limits.bounded import collect
from deterrence.limits.deadline import Deadline
from deterrence.solvers.strategic.enumeration import most_vertices
from deterrence.solvers.strategic.polish import polish
from deterrence.solvers.task import Draft, PayoffMatrix, Strategies, Task, smallest_integers, spread

#: Work seconds of one step: a pair of supports, a pair of vertices, a pivot.
_STEP = 1e-4
#: Pairs of vertices up to which nashpy is let at them: it cannot be stopped at a step.
MAX_VERTEX_PAIRS = 4_000_000
#: Integers up to this size stay exact through the first steps in floats.
_EXACT_FLOATS = 2**20

FloatMatrix = list[list[float]]
FloatPair = tuple[tuple[float, ...], tuple[float, ...]]


@dataclass
class Searched:
    """Certified equilibria that one algorithm found, and what there is to say about it."""

    profiles: list[Strategies] = field(default_factory=list)
    messages: list[str] = field(default_factory=list)
    finished: bool = False
    interrupted: bool = False


def search(name: str, a: PayoffMatrix, b: PayoffMatrix, deadline: Deadline) -> Searched:
    """Return what nashpy's algorithm ``name`` finds in the bimatrix game, certified.

    ``name`` is a key of :data:`ALGORITHMS`.  Never raises for what nashpy does.
    """
    # Here, not in the worker: an import that is broken off half-way cannot be repeated.
    import nashpy.algorithms  # noqa: F401
    import numpy as np

    algorithm = ALGORITHMS[name]
    notes: list[str] = []
    m, n = len(a), len(a[0])

    def job() -> Iterator[FloatPair]:
        with np.errstate(all="ignore"):
            seen = set()
            for x, y in algorithm(np.array, a, b, notes):
                pair = _vector(x, m), _vector(y, n)
                if pair not in seen:
                    seen.add(pair)
                    yield pair

    collected = collect(job, deadline)
    result = Searched(finished=collected.finished, interrupted=collected.interrupted)
    result.messages += [f"{name}: {note}" for note in notes]
    found: dict[Strategies, None] = {}
    dropped = 0
    limit = deadline.grace()
    try:
        for x, y in collected.items:
            if limit.expired():
                result.finished = False
                break
            profile = polish(a, b, x, y)
            if profile is None:
                dropped += 1
            else:
                found[profile] = None
    except KeyboardInterrupt as stop:
        result.interrupted = by_hand(stop)
    result.profiles = list(found)
    if dropped:
        result.messages.append(
            f"{name}: {dropped} answer{'s' if dropped > 1 else ''} dropped: no exact "
            f"equilibrium there"
        )
    if collected.error is not None:
        text = str(collected.error).splitlines() or [""]
        result.messages.append(f"{name} failed: {type(collected.error).__name__} {text[0][:80]}")
    elif result.interrupted:
        result.messages.append(f"{name} was interrupted; what it had found is kept")
    elif not result.finished:
        result.messages.append(f"{name} reached its limit; what it had found is kept")
    return result


def solve_nashpy(task: Task) -> Draft:
    """Solve with the algorithm that ``task.solver`` names."""
    a, b = task.matrices()
    draft = Draft()
    searched = search(task.solver, a, b, task.deadline)
    draft.add(searched.profiles, task.solver)
    draft.interrupted = searched.interrupted
    draft.messages = [
        *searched.messages,
        f"{task.solver} works in floats and cannot prove that it found all; solver 'exact' can",
    ]
    return draft


# ---- payoffs as nashpy needs them ---------------------------------------------------------------
def _unit(matrix: PayoffMatrix) -> list[list[float]]:
    """Map payoffs to [1, 2]: positive, and of one size."""
    low = min(u for row in matrix for u in row)
    width = max(u for row in matrix for u in row) - low or Fraction(1)
    return [[float(1 + (u - low) / width) for u in row] for row in matrix]


def _small_integers(matrix: PayoffMatrix) -> list[list[float]]:
    """Map payoffs to small positive integers if that can be done, else to [1, 2]."""
    flat = smallest_integers([u for row in matrix for u in row])
    if max(flat) > _EXACT_FLOATS:
        return _unit(matrix)
    values = iter(flat)
    return [[float(next(values) + 1) for _ in row] for row in matrix]


def _padded(a: FloatMatrix, b: FloatMatrix) -> tuple[FloatMatrix, FloatMatrix]:
    """Add a strictly dominated action for a player who has only one; all payoffs are >= 1."""
    if len(a) == 1:
        a, b = [*a, [0.5] * len(a[0])], [*b, [1.0] * len(b[0])]
    if len(a[0]) == 1:
        a, b = [[*row, 1.0] for row in a], [[*row, 0.5] for row in b]
    return a, b


def _vector(strategy: Any, length: int) -> tuple[float, ...]:
    """Return a strategy without padding; anything but a vector becomes one that is dropped."""
    try:
        values = tuple(float(p) for p in strategy)
    except (TypeError, ValueError):
        return ()
    return values[:length] if length == 1 and len(values) == 2 else values


# ---- the two algorithms -------------------------------------------------------------------------
Algorithm = Callable[[Any, PayoffMatrix, PayoffMatrix, list[str]], Iterator[tuple[Any, Any]]]


def _support(
    array: Any, a: PayoffMatrix, b: PayoffMatrix, notes: list[str]
) -> Iterator[tuple[Any, Any]]:
    from nashpy.algorithms.support_enumeration import potential_support_pairs, solve_indifference

    left, right = map(array, _padded(_small_integers(a), _small_integers(b)))
    slack = 1e-6 * (left.max() - left.min()), 1e-6 * (right.max() - right.min())
    # Only square systems have one solution, so supports of equal size are all there is to try.
    for rows, columns in potential_support_pairs(left, right, non_degenerate=True):
        if not rows:
            continue
        work.spend(_STEP)
        everything = range(len(rows))
        # The matrices are cut to the support: nashpy's own zero rows come out as -1e-18.
        x = solve_indifference(right[list(rows)].T, columns, everything)
        if x is False:
            continue
        y = solve_indifference(left[:, list(columns)], rows, everything)
        if y is False:
            continue
        row_payoffs, column_payoffs = left[:, list(columns)] @ y, x @ right[list(rows)]
        if (
            row_payoffs.max() - row_payoffs[list(rows)].min() <= slack[0]
            and column_payoffs.max() - column_payoffs[list(columns)].min() <= slack[1]
        ):
            yield spread(x, rows, len(left)), spread(y, columns, len(left[0]))


def _vertex(
    array: Any, a: PayoffMatrix, b: PayoffMatrix, notes: list[str]
) -> Iterator[tuple[Any, Any]]:
    from nashpy.algorithms.vertex_enumeration import vertex_enumeration

    left, right = _padded(_unit(a), _unit(b))
    most = most_vertices(len(left), len(left[0])) * most_vertices(len(left[0]), len(left))
    if most > MAX_VERTEX_PAIRS:
        notes.append("the best-response polytopes may have too many vertices for it")
        return
    for pair in vertex_enumeration(array(left), array(right)):
        work.spend(_STEP)
        yield pair


#: Each algorithm by the name of its solver.
ALGORITHMS: dict[str, Algorithm] = {
    "nashpy-support": _support,
    "nashpy-vertex": _vertex,
}
