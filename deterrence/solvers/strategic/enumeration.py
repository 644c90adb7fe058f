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

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

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


def enumerate_into(draft: Draft, task: Task, share: float = 1.0) -> None:
    """Add what the exact enumeration finds in ``share`` of the work that is left."""
    a, b = task.matrices()
    limit = task.deadline.part(share)
    found = enumerate_extreme(a, b, limit)
    draft.add(((found.rows[i], found.columns[j]) for i, j in found.pairs), "exact")
    draft.complete = found.complete
    interrupted = found.interrupted or (limit.interrupted and not found.complete)
    draft.interrupted = draft.interrupted or interrupted
    if not found.complete:
        why = "was interrupted" if interrupted else "reached its limit"
        if len(found.pairs) >= MAX_PAIRS:
            why = f"stopped at {MAX_PAIRS} equilibria"
        draft.messages.append(f"exact enumeration {why}: there may be more equilibria")


def enumerate_extreme(
    a: Sequence[Sequence[Any]], b: Sequence[Sequence[Any]], deadline: Deadline | None = None
) -> Enumeration:
    """Return all extreme equilibria of the game with payoff matrices ``a`` and ``b``.

    Both are rows x columns, of rationals (floats count as the binary fractions
    they are).  If ``deadline`` expires, or Ctrl-C comes, what was found until
    then is returned with ``complete=False``.
    """
    m, n = len(a), len(a[0])
    rows, columns = list(range(m)), list(range(n))
    p, q = _polytopes(a, b, rows, columns)
    result = Enumeration()
    every_label = (1 << (len(rows) + len(columns))) - 1
    kept_p: dict[int, int] = {}
    kept_q: dict[int, int] = {}
    try:
        result.complete = _match(p, q, every_label, deadline, result.pairs)
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
    left, right = _positive_integers(a), _positive_integers(b)
    _drop_dominated(left, right, rows, columns)
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
    pairs: list[tuple[int, int]],
) -> bool:
    """Walk both polytopes in turn, matching each new vertex with those of the other side."""
    walks = {True: p.walk(), False: q.walk()}
    count = 0
    turn = True
    while walks:
        if turn not in walks:
            turn = not turn
        found = next(walks[turn], None)
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
        start = _Dictionary(
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


class _Dictionary:
    """One basis: ``inside`` variables expressed by the ``outside`` ones that are zero.

    Row ``i`` says ``denominator * inside[i] = rows[i][-1] - sum rows[i][j] * outside[j]``.
    """

    __slots__ = ("denominator", "inside", "outside", "rows")

    def __init__(
        self, rows: list[list[int]], denominator: int, inside: list[int], outside: list[int]
    ) -> None:
        self.rows, self.denominator = rows, denominator
        self.inside, self.outside = inside, outside

    def leaving_row(self, s: int) -> int:
        """Return the row that limits the growth of outside variable ``s``, ties broken.

        The polytopes are bounded, so there always is one.
        """
        best, best_a, best_b, tied = -1, 0, 0, None
        for i, row in enumerate(self.rows):
            a = row[s]
            if a > 0:
                b = row[-1]
                if best < 0:
                    best, best_a, best_b = i, a, b
                    continue
                difference = b * best_a - best_b * a
                if difference < 0:
                    best, best_a, best_b, tied = i, a, b, None
                elif difference == 0:
                    if tied is None:
                        tied = [best]
                    tied.append(i)
        return best if tied is None else self._lexicographic(tied, s)

    def _lexicographic(self, tied: list[int], s: int) -> int:
        """Break ties as if constraint ``i`` had the right-hand side ``1 + epsilon**(i+1)``."""
        d = len(self.outside)
        place = {variable: j for j, variable in enumerate(self.outside)}
        inside = {variable: i for i, variable in enumerate(self.inside)}
        for slack in range(d, d + len(self.rows)):
            j = place.get(slack)

            def entry(i: int, j: int | None = j, slack: int = slack) -> int:
                if j is not None:
                    return self.rows[i][j]
                return self.denominator if inside[slack] == i else 0

            least = [tied[0]]
            for i in tied[1:]:
                first = least[0]
                difference = entry(i) * self.rows[first][s] - entry(first) * self.rows[i][s]
                if difference < 0:
                    least = [i]
                elif difference == 0:
                    least.append(i)
            tied = least
            if len(tied) == 1:
                return tied[0]
        return tied[0]

    def pivot(self, r: int, s: int) -> _Dictionary:
        """Return the basis with inside variable ``r`` and outside variable ``s`` exchanged."""
        den = self.denominator
        pivot_row = self.rows[r]
        pivot = pivot_row[s]
        rows = []
        for i, row in enumerate(self.rows):
            if i == r:
                new = list(row)
                new[s] = den
            else:
                factor = row[s]
                if factor:
                    new = [
                        (x * pivot - factor * y) // den for x, y in zip(row, pivot_row, strict=True)
                    ]
                    new[s] = -factor
                else:
                    new = [x * pivot // den for x in row]
                    new[s] = 0
            rows.append(new)
        inside, outside = list(self.inside), list(self.outside)
        inside[r], outside[s] = outside[s], inside[r]
        return _Dictionary(rows, pivot, inside, outside)


def _positive_integers(matrix: Sequence[Sequence[Any]]) -> list[list[int]]:
    """Scale and shift a matrix to positive integers: the same preferences, the same equilibria."""
    width = len(matrix[0])
    flat = [x + 1 for x in smallest_integers([x for row in matrix for x in row])]
    return [flat[i : i + width] for i in range(0, len(flat), width)]


def _drop_dominated(
    left: list[list[int]], right: list[list[int]], rows: list[int], columns: list[int]
) -> None:
    """Drop pure actions that another pure action strictly beats, again and again.

    No equilibrium uses such an action, so none is lost and none is gained.
    """
    changed = True
    while changed:
        changed = False
        for mine, theirs, payoff in (
            (rows, columns, lambda i, j: left[i][j]),
            (columns, rows, lambda j, i: right[i][j]),
        ):
            for action in list(mine):
                own = [payoff(action, other) for other in theirs]
                if any(
                    all(payoff(rival, other) > u for other, u in zip(theirs, own, strict=True))
                    for rival in mine
                    if rival != action
                ):
                    mine.remove(action)
                    changed = True


def _strategy(point: list[int], kept: list[int], size: int) -> tuple[Fraction, ...]:
    """Return the mixed strategy at a vertex, with zeros for the actions that were dropped."""
    total = sum(point)
    return spread((Fraction(weight, total) for weight in point), kept, size)
