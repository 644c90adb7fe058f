r"""All extreme equilibria of a two-player game, over the rationals.

For payoff matrices :math:`A, B > 0` the best-response polytopes are
:math:`P = \{x \ge 0 : B^\top x \le 1\}` and :math:`Q = \{y \ge 0 : A y \le 1\}`.
Give every inequality a label: row :math:`i` for :math:`x_i \ge 0` and
:math:`(Ay)_i \le 1`, column :math:`j` for :math:`y_j \ge 0` and
:math:`(B^\top x)_j \le 1`.  The extreme equilibria are exactly the pairs of
vertices, other than the origin pair, in which every label is tight on one side
at least; all equilibria are convex combinations of them (Mangasarian 1964;
Avis, Rosenberg, Savani and von Stengel 2010, Economic Theory 42, Prop. 3).

The vertices are visited by lexicographic pivoting: the right-hand sides are
relaxed by infinitesimals, which makes both polytopes simple, so their graphs
are connected and every vertex of a degenerate polytope keeps at least one
basis.  Tableaux hold integers over a common denominator, one column per
non-basic variable (Edmonds 1967), so nothing is ever rounded.

>>> found = enumerate_extreme([[0, -3], [2, -8]], [[0, 2], [-3, -8]])
>>> len(found.pairs), found.complete
(3, True)
>>> i, j = next((i, j) for i, j in found.pairs if all(found.rows[i]))
>>> [str(p) for p in found.rows[i]], [str(p) for p in found.columns[j]]
(['5/7', '2/7'], ['5/7', '2/7'])
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from deterrence.algebra.dictionaries import Dictionary
from deterrence.limits import work
from deterrence.limits.alarm import by_hand
from deterrence.limits.deadline import Deadline
from deterrence.solvers.task import Draft, Task, smallest_integers, spread

_CHECK_EVERY = 32  # vertices between two looks at the clock
_BASES = 64  # bases of one degenerate vertex between two looks at the clock
#: Work seconds of a basis per entry of its tableau.
_ENTRY = 8e-7

#: What a walk yields to let the caller look at the clock.
_NO_VERTEX = -1

#: Extreme equilibria after which the search stops, incomplete: memory is finite.
MAX_PAIRS = 20_000
#: Vertices of one polytope that a certificate lists.
MAX_VERTICES = 20_000


@dataclass
class Enumeration:
    """Extreme equilibria ``pairs`` as indices into the strategies of both players.

    ``complete`` says that both polytopes were visited to the end, which proves
    that no extreme equilibrium is missing.
    """

    rows: list[tuple[Fraction, ...]] = field(default_factory=list)
    columns: list[tuple[Fraction, ...]] = field(default_factory=list)
    pairs: list[tuple[int, int]] = field(default_factory=list)
    complete: bool = False
    interrupted: bool = False


def solve_exact(task: Task) -> Draft:
    """Enumerate all extreme equilibria; partial at the deadline or Ctrl-C."""
    draft = Draft()
    enumerate_into(draft, task)
    return draft


def enumerate_into(draft: Draft, task: Task, budget: int | None = None) -> None:
    """Add what the exact enumeration finds before ``budget`` entries of tableaux are computed."""
    a, b = task.matrices()
    limit = task.deadline
    found = enumerate_extreme(a, b, limit, budget)
    draft.add(((found.rows[i], found.columns[j]) for i, j in found.pairs), "exact")
    draft.complete = found.complete
    interrupted = found.interrupted or (limit.interrupted and not found.complete)
    draft.interrupted = draft.interrupted or interrupted
    if not found.complete:
        why = "was interrupted" if interrupted else "reached its limit"
        if len(found.pairs) >= MAX_PAIRS:
            why = f"stopped at {MAX_PAIRS} equilibria"
        elif not (interrupted or limit.expired()):
            why = "is too long for a game of this size"
        draft.messages.append(f"exact enumeration {why}: there may be more equilibria")


def most_work(m: int, n: int) -> int:
    """Return how many entries the enumeration of an m x n game computes at most.

    Ties broken, every vertex has one basis.

    >>> most_work(2, 2), most_work(12, 12)
    (48, 7722624)
    """
    return (most_vertices(m, n) + most_vertices(n, m)) * _entries(m, n)


def most_vertices(dimension: int, constraints: int) -> int:
    """Return how many vertices a player's polytope can have (McMullen's upper bound).

    >>> [most_vertices(n, n) for n in (2, 3, 4, 5)]
    [4, 8, 20, 42]
    """
    facets, half = dimension + constraints, dimension // 2
    other = (dimension - 1) // 2
    return math.comb(facets - dimension + half, half) + math.comb(facets - dimension + other, other)


def _entries(m: int, n: int) -> int:
    """Return the size of the larger tableau."""
    return m * n + max(m, n)


def enumerate_extreme(
    a: Sequence[Sequence[Any]],
    b: Sequence[Sequence[Any]],
    deadline: Deadline | None = None,
    budget: int | None = None,
) -> Enumeration:
    """Return all extreme equilibria of the game with payoff matrices ``a`` and ``b``.

    Both are rows x columns, of rationals (floats count as the binary fractions
    they are).  If ``deadline`` expires, ``budget`` entries of tableaux were computed, or
    Ctrl-C comes, what was found until then is returned with ``complete=False``.
    """
    m, n = len(a), len(a[0])
    rows, columns = list(range(m)), list(range(n))
    p, q = _polytopes(a, b, rows, columns)
    result = Enumeration()
    every_label = (1 << (len(rows) + len(columns))) - 1
    most = math.inf if budget is None else budget / _entries(len(rows), len(columns))
    kept_p: dict[int, int] = {}
    kept_q: dict[int, int] = {}
    try:
        result.complete = _match(p, q, every_label, deadline, most, result.pairs)
    except KeyboardInterrupt as stop:
        result.interrupted = by_hand(stop)
    # Keep only the vertices that take part, in the order in which they came.
    for i, j in result.pairs:
        kept_p.setdefault(i, len(kept_p))
        kept_q.setdefault(j, len(kept_q))
    result.pairs = [(kept_p[i], kept_q[j]) for i, j in result.pairs]
    result.rows = [_strategy(p.points[i], rows, m) for i in kept_p]
    result.columns = [_strategy(q.points[j], columns, n) for j in kept_q]
    return result


@dataclass(frozen=True)
class AllVertices:
    """The vertices of both best-response polytopes as mixed strategies, the origins left out.

    ``small`` says that both sides have few actions left, and nothing is listed; None, that
    there are too many, or the time was up.
    """

    small: bool
    rows: list[tuple[Fraction, ...]] | None = None
    columns: list[tuple[Fraction, ...]] | None = None


def every_vertex(
    a: Sequence[Sequence[Any]], b: Sequence[Sequence[Any]], few: int, deadline: Deadline
) -> AllVertices:
    """Return all vertices of what strict dominance leaves, unless that is ``few`` actions."""
    m, n = len(a), len(a[0])
    rows, columns = list(range(m)), list(range(n))
    p, q = _polytopes(a, b, rows, columns)
    if max(len(rows), len(columns)) <= few:
        return AllVertices(small=True)
    lists = []
    for polytope, kept, size in ((p, rows, m), (q, columns, n)):
        for k, _ in enumerate(polytope.walk()):
            if len(polytope.points) > MAX_VERTICES or (
                k % _CHECK_EVERY == 0 and deadline.expired()
            ):
                return AllVertices(small=False)
        lists.append([_strategy(point, kept, size) for point in polytope.points])
    return AllVertices(small=False, rows=lists[0], columns=lists[1])


def _polytopes(
    a: Sequence[Sequence[Any]], b: Sequence[Sequence[Any]], rows: list[int], columns: list[int]
) -> tuple[_ResponsePolytope, _ResponsePolytope]:
    """Return both polytopes; dominated actions leave the lists ``rows`` and ``columns``."""
    left, right = positive_integers(a), positive_integers(b)
    rows[:], columns[:] = dominated_out(left, right)
    left = [[left[i][j] for j in columns] for i in rows]
    right_by_column = [[right[i][j] for i in rows] for j in columns]
    return (
        _ResponsePolytope(len(rows), len(columns), right_by_column, own_first=True),
        _ResponsePolytope(len(columns), len(rows), left, own_first=False),
    )


def _match(
    p: _ResponsePolytope,
    q: _ResponsePolytope,
    every_label: int,
    deadline: Deadline | None,
    most: float,
    pairs: list[tuple[int, int]],
) -> bool:
    """Walk both polytopes in turn, matching each new vertex with those of the other side.

    False at the deadline and after ``most`` pivots.
    """
    walks = {True: p.walk(), False: q.walk()}
    count = 0
    turn = True
    while walks:
        if turn not in walks:
            turn = not turn
        found = next(walks[turn], None)
        if p.pivots + q.pivots > most and found is not None:
            return False
        if found == _NO_VERTEX:
            if deadline is not None and deadline.expired():
                return False
            continue
        if found is None:
            del walks[turn]
        elif turn:
            pairs.extend((found, j) for j in q.partners(every_label & ~p.masks[found]))
        else:
            pairs.extend((i, found) for i in p.partners(every_label & ~q.masks[found]))
        count += 1
        if walks and len(pairs) >= MAX_PAIRS:
            return False
        if deadline is not None and count % _CHECK_EVERY == 0 and walks and deadline.expired():
            return False
        turn = not turn
    return True


class _ResponsePolytope:
    """The vertices of one best-response polytope, with their labels.

    Own actions are variables ``0..d-1``, the constraints' slacks ``d..d+k-1``.
    ``masks[v]`` holds the labels of vertex ``v`` in the common numbering (rows
    first, then columns), ``points[v]`` its coordinates up to a positive factor.
    """

    def __init__(self, d: int, k: int, constraints: list[list[int]], own_first: bool) -> None:
        self.d, self.k, self.constraints = d, k, constraints
        # Bit of each variable in the common label numbering.
        own = range(d) if own_first else range(k, k + d)
        slack = range(d, d + k) if own_first else range(k)
        self.bit = [1 << label for label in (*own, *slack)]
        self.pivots = 0
        self.masks: list[int] = []
        self.points: list[list[int]] = []
        self.having = dict.fromkeys(self.bit, 0)  # label -> bitset of the vertices that have it

    def partners(self, needed: int) -> Iterator[int]:
        """Yield the vertices that have every label in ``needed``."""
        chosen = (1 << len(self.masks)) - 1
        while needed and chosen:
            bit = needed & -needed
            chosen &= self.having[bit]
            needed ^= bit
        while chosen:
            low = chosen & -chosen
            yield low.bit_length() - 1
            chosen ^= low

    def _add(self, mask: int, point: list[int]) -> int:
        here = 1 << len(self.masks)
        self.masks.append(mask)
        self.points.append(point)
        while mask:
            bit = mask & -mask
            self.having[bit] |= here
            mask ^= bit
        return len(self.masks) - 1

    def walk(self) -> Iterator[int]:
        """Visit every vertex but the origin once, yielding its number.

        Between two vertices there may be any number of bases; from time to time
        :data:`_NO_VERTEX` is yielded then.
        """
        d, k, bit = self.d, self.k, self.bit
        start = Dictionary(
            [[*row, 1] for row in self.constraints], 1, list(range(d, d + k)), list(range(d))
        )
        key = sum(bit[v] for v in start.outside)
        seen_bases = {key}
        seen_vertices = {key}  # the origin's labels: never reported
        stack = [(start, -1, -1, key)]
        idle = 0
        cost = _ENTRY * k * (d + 1)
        while stack:
            work.spend(cost)
            idle += 1
            if idle == _BASES:
                idle = 0
                yield _NO_VERTEX
            self.pivots += 1
            parent, r, s, key = stack.pop()
            here = parent.pivot(r, s) if r >= 0 else parent
            mask = key
            for row, variable in zip(here.rows, here.inside, strict=True):
                if row[d] == 0:
                    mask |= bit[variable]
            if mask not in seen_vertices:
                seen_vertices.add(mask)
                point = [0] * d
                for row, variable in zip(here.rows, here.inside, strict=True):
                    if variable < d:
                        point[variable] = row[d]
                idle = 0
                yield self._add(mask, point)
            for s in range(d):
                r = here.leaving_row(s)
                neighbour = key ^ bit[here.outside[s]] ^ bit[here.inside[r]]
                if neighbour not in seen_bases:
                    seen_bases.add(neighbour)
                    stack.append((here, r, s, neighbour))


def positive_integers(matrix: Sequence[Sequence[Any]]) -> list[list[int]]:
    """Scale and shift a matrix to positive integers: the same preferences, the same equilibria."""
    width = len(matrix[0])
    flat = [x + 1 for x in smallest_integers([x for row in matrix for x in row])]
    return [flat[i : i + width] for i in range(0, len(flat), width)]


def dominated_out(
    left: Sequence[Sequence[Any]], right: Sequence[Sequence[Any]]
) -> tuple[list[int], list[int]]:
    """Return what is left when pure actions that another one strictly beats go, again and again.

    No equilibrium uses such an action, so none is lost and none is gained.
    """
    rows, columns = list(range(len(left))), list(range(len(left[0])))
    transposed = list(zip(*right, strict=True))
    changed = True
    while changed:
        changed = False
        for mine, theirs, payoff in ((rows, columns, left), (columns, rows, transposed)):
            for action in list(mine):
                own = [payoff[action][other] for other in theirs]
                if any(
                    all(payoff[rival][k] > u for k, u in zip(theirs, own, strict=True))
                    for rival in mine
                    if rival != action
                ):
                    mine.remove(action)
                    changed = True
    return rows, columns


def _strategy(point: list[int], kept: list[int], size: int) -> tuple[Fraction, ...]:
    """Return the mixed strategy at a vertex, with zeros for the actions that were dropped."""
    total = sum(point)
    return spread((Fraction(weight, total) for weight in point), kept, size)
