r"""The algorithm of Lemke and Howson: one equilibrium of a two-player game for sure.

From the origin of the two best-response polytopes (:mod:`.enumeration`) one label is
dropped; what becomes tight is let go on the other side, and so on, until the missing
label comes back (Lemke and Howson 1964, SIAM Journal 12).  Ties are broken
lexicographically, so that the path never comes back to where it was and always ends at
an equilibrium; there are as many paths as labels, and several may lead to one.

Small games are pivoted in whole numbers.  In large ones floats find the basis in which
the path ends, and the equilibrium is computed from that basis in fractions and checked;
if the check fails, whole numbers do the work.  Limits count pivots, not seconds.

>>> from fractions import Fraction
>>> found = paths([[0, -3], [2, -8]], [[0, 2], [-3, -8]], MAX_WORK)
>>> [[[str(p) for p in mix] for mix in profile] for profile in found.profiles]
[[['1', '0'], ['0', '1']], [['0', '1'], ['1', '0']]]
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from deterrence.algebra.dictionaries import Dictionary, FloatDictionary, Place, follow
from deterrence.algebra.large_systems import solve_large
from deterrence.limits.deadline import Deadline
from deterrence.limits.work import spend
from deterrence.solvers.strategic.polish import is_equilibrium
from deterrence.solvers.task import Draft, Mix, Strategies, Task, smallest_integers

#: Cells up to which whole numbers are pivoted at once.
EXACT_CELLS = 900
#: Work is counted in whole numbers computed: what all paths together may cost ...
MAX_WORK = 20_000_000
#: ... and one path: some are very long, so that others are tried before one is gone on with.
PATH_WORK = (3_000_000, 30_000_000, 300_000_000)
#: Paths that are tried at each of these limits while none has ended.
_TRIES = 8
#: What floats cost: a pivot, and how many entries are as dear as one whole number.
_FLOAT_PIVOT, _FLOATS = 150, 100
#: Work seconds of a whole number.
_SECONDS = 3.5e-7
#: What a cell costs in the check.
_CHECK = 20


@dataclass
class Paths:
    """Equilibria that paths lead to, in the order of the labels dropped.

    ``ended`` of the ``labels`` paths were followed to their ends.
    """

    labels: int
    ended: int = 0
    profiles: list[Strategies] = field(default_factory=list)


def solve_lemke_howson(task: Task) -> Draft:
    """Follow the paths from all labels."""
    a, b = task.matrices()
    draft = Draft()
    add_paths(draft, a, b, MAX_WORK, task.deadline)
    return draft


def add_paths(
    draft: Draft,
    a: Sequence[Sequence[Any]],
    b: Sequence[Sequence[Any]],
    work: int,
    deadline: Deadline,
) -> None:
    """Add what the paths lead to, and say how many there are."""
    found = paths(a, b, work, deadline)
    draft.add(found.profiles, "lemke-howson")
    draft.interrupted = draft.interrupted or deadline.interrupted
    count = len(found.profiles)
    draft.messages.append(
        f"lemke-howson followed {found.ended} of {found.labels} paths, to {count} "
        f"equilibri{'um' if count == 1 else 'a'}"
    )


def paths(
    a: Sequence[Sequence[Any]],
    b: Sequence[Sequence[Any]],
    work: int,
    deadline: Deadline | None = None,
) -> Paths:
    """Follow paths until ``work`` entries of tableaux were computed, at least one to its end.

    ``a`` and ``b`` are rational payoffs, rows x columns.
    """
    game = _Game(a, b, deadline or Deadline())
    found = Paths(game.m + game.n)
    large = game.m * game.n > EXACT_CELLS
    for limit in PATH_WORK:
        for label in range(found.labels):
            if game.work >= work if found.ended else label >= _TRIES:
                break
            _walk(game, found, label, limit, floats=large)
        if found.ended or game.deadline.expired():
            return found
    if large:  # floats fail here: one path in whole numbers
        _walk(game, found, 0, PATH_WORK[-1], floats=False)
    return found


def _walk(game: _Game, found: Paths, label: int, limit: int, *, floats: bool) -> None:
    """Follow one path, unless the time is up, and record where it ends."""
    end = None if game.deadline.expired() else game.path(label, limit, floats=floats)
    if end is not None:
        found.ended += 1
        if end not in found.profiles:
            found.profiles.append(end)


class _Game:
    """The two tableaux of a game; counts the entries that were computed.

    Variables of the first: rows ``0..m-1``, slacks of columns ``m..m+n-1``; of the second:
    columns ``0..n-1``, slacks of rows ``n..n+m-1``.
    """

    def __init__(
        self, a: Sequence[Sequence[Any]], b: Sequence[Sequence[Any]], deadline: Deadline
    ) -> None:
        self.a, self.b, self.deadline = a, b, deadline
        self.m, self.n = len(a), len(a[0])
        self.work = 0
        left = [x + 1 for x in smallest_integers([x for row in a for x in row])]
        right = [x + 1 for x in smallest_integers([x for row in b for x in row])]
        #: Constraints of the second tableau (one per row), and of the first (one per column).
        by_row = [left[i * self.n : (i + 1) * self.n] for i in range(self.m)]
        by_column = [right[j :: self.n] for j in range(self.n)]
        self.constraints = by_column, by_row
        self.sizes = max(right), max(left)

    def path(self, label: int, work: int, *, floats: bool) -> Strategies | None:
        """Return where a label's path ends; ``None`` if that takes more work, or floats err."""
        found = self._followed(label, self.work + work, floats=floats)
        if found is None or is_equilibrium(self.a, self.b, *found):
            return found
        if not floats:
            raise AssertionError("a path in whole numbers ended beside an equilibrium")
        return None

    def _followed(self, label: int, limit: int, *, floats: bool) -> tuple[Mix, Mix] | None:
        bases: list[Any] = [self._float_start(k) if floats else self._start(k) for k in (0, 1)]
        m, n = self.m, self.n
        own = (0, label) if label < m else (1, label - m)
        cost = _FLOAT_PIVOT + m * n // _FLOATS if floats else m * n + max(m, n)

        def twin(place: Place) -> Place:
            k, v = place
            size = (m, n)[k]
            return 1 - k, v + (n, m)[k] if v < size else v - size

        def may_go_on() -> bool:
            self.work += cost
            spend(_SECONDS * cost)
            return self.work < limit and not self.deadline.expired()

        if not follow(bases, own, twin, {own, twin(own)}, may_go_on):
            return None
        self.work += _CHECK * m * n
        points = [self._point(k, base) for k, base in enumerate(bases)]
        if any(p is None or min(p) < 0 or not sum(p) for p in points):
            return None
        x, y = (tuple(w / sum(p) for w in p) for p in points if p is not None)
        return x, y

    def _start(self, k: int) -> Dictionary:
        d, rows = (self.m, self.n)[k], self.constraints[k]
        slacks = list(range(d, d + len(rows)))
        return Dictionary([[*row, 1] for row in rows], 1, slacks, list(range(d)))

    def _float_start(self, k: int) -> FloatDictionary:
        import numpy as np

        d, rows, size = (self.m, self.n)[k], self.constraints[k], self.sizes[k]
        # Integers of any size, the largest mapped to 1; to [1, 2], so that all are positive.
        table = np.ones((len(rows), d + 1))
        table[:, :d] = [[1 + x / size for x in row] for row in rows]
        return FloatDictionary(table, list(range(d, d + len(rows))), list(range(d)))

    def _point(self, k: int, base: Dictionary | FloatDictionary) -> list[Fraction] | None:
        """Return the corner of a polytope, up to a factor, exactly."""
        d = (self.m, self.n)[k]
        point = [Fraction(0)] * d
        if isinstance(base, Dictionary):
            for row, v in zip(base.rows, base.inside, strict=True):
                if v < d:
                    point[v] = Fraction(row[-1])
            return point
        support = [v for v in base.inside if v < d]
        tight = [v - d for v in base.outside if v >= d]
        rows = [[self.constraints[k][c][v] for v in support] for c in tight]
        found = solve_large(rows, [1] * len(rows))
        if found is None:
            return None
        for v, p in zip(support, found, strict=True):
            point[v] = p
        return point
