r"""Bases of systems of inequalities, and pivoting from one to the next, ties broken.

A dictionary (Chvatal 1983) expresses the variables inside a basis by those outside.
:class:`Dictionary` holds whole numbers over a common denominator (Edmonds 1967), so
that nothing is ever rounded; :class:`FloatDictionary` holds floats, is a hundred times
faster on large systems, and is to be believed by nobody.  Ties are broken in both as if
each right-hand side were larger by an infinitesimal of its own, so that no sequence of
pivots that keeps the right-hand sides non-negative comes back to a basis in a circle.

>>> from fractions import Fraction
>>> start = Dictionary([[1, 2, 4], [3, 1, 6]], 1, [2, 3], [0, 1])  # x + 2 y <= 4, 3 x + y <= 6
>>> there = start.pivot(start.leaving_row(0), 0)
>>> there.inside, [Fraction(row[-1], there.denominator) for row in there.rows]
([2, 0], [Fraction(2, 1), Fraction(2, 1)])
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any, Protocol

#: What counts as 0 in floats, of entries and, relative to 1, of ratios.
_TINY = 1e-9

#: One of several dictionaries, by its number, and a variable of it.
Place = tuple[int, int]


class Basis(Protocol):
    """What following a path takes."""

    inside: list[int]
    outside: list[int]

    def leaving_row(self, s: int) -> int:
        """Return the row that limits the growth of outside variable ``s``; -1: none."""

    def pivot(self, r: int, s: int) -> Basis:
        """Return the basis with inside variable ``r`` and outside variable ``s`` exchanged."""


def follow(
    bases: list[Any],
    enter: Place,
    twin: Callable[[Place], Place],
    ends: Collection[Place],
    may_go_on: Callable[[], bool],
) -> bool:
    """Pivot complementarily until a variable in ``ends`` leaves; change ``bases`` accordingly.

    The ``twin`` of what left enters next.  False where nothing leaves, or where
    ``may_go_on``, asked before each pivot, says no.
    """
    while may_go_on():
        k, variable = enter
        here: Basis = bases[k]
        s = here.outside.index(variable)
        r = here.leaving_row(s)
        if r < 0:
            return False
        left = k, here.inside[r]
        bases[k] = here.pivot(r, s)
        if left in ends:
            return True
        enter = twin(left)
    return False


class Dictionary:
    """One basis: ``inside`` variables expressed by the ``outside`` ones that are zero.

    With ``d`` of the latter, variables ``d``, ``d + 1``, ... are the constraints' slacks.

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

        -1 if nothing limits it, which does not happen in a bounded polytope.
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

    def pivot(self, r: int, s: int) -> Dictionary:
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
        return Dictionary(rows, pivot, inside, outside)


class FloatDictionary:
    """A :class:`Dictionary` in floats, with denominator 1; pivots change it in place."""

    __slots__ = ("inside", "outside", "table")

    def __init__(self, table: Any, inside: list[int], outside: list[int]) -> None:
        """Take the rows, right-hand sides last, as a ``numpy`` array (rows x columns + 1)."""
        self.table, self.inside, self.outside = table, inside, outside

    def leaving_row(self, s: int) -> int:
        """Return the row that limits the growth of outside variable ``s``; -1: none."""
        import numpy as np

        column = self.table[:, s]
        rows = np.flatnonzero(column > _TINY)
        if not len(rows):
            return -1
        ratios = self.table[rows, -1] / column[rows]
        least = ratios.min()
        tied = rows[ratios <= least + _TINY * (1 + abs(least))]
        return int(tied[0]) if len(tied) == 1 else self._lexicographic(tied, s)

    def _lexicographic(self, tied: Any, s: int) -> int:
        import numpy as np

        d = len(self.outside)
        place = {variable: j for j, variable in enumerate(self.outside)}
        inside = {variable: i for i, variable in enumerate(self.inside)}
        for slack in range(d, d + len(self.inside)):
            j = place.get(slack)
            entries = (tied == inside[slack]) * 1.0 if j is None else self.table[tied, j]
            ratios = entries / self.table[tied, s]
            least = ratios.min()
            tied = tied[np.flatnonzero(ratios <= least + _TINY * (1 + abs(least)))]
            if len(tied) == 1:
                break
        return int(tied[0])

    def pivot(self, r: int, s: int) -> FloatDictionary:
        """Exchange inside variable ``r`` and outside variable ``s``; return this dictionary."""
        import numpy as np

        table = self.table
        pivot = table[r, s]
        row = table[r] / pivot
        row[s] = 1 / pivot
        column = table[:, s].copy()
        column[r] = 0
        used = np.flatnonzero(column)
        table[used, s] = 0
        table[used] -= column[used, None] * row
        table[r] = row
        table[np.abs(table[:, -1]) < _TINY * _TINY, -1] = 0
        self.inside[r], self.outside[s] = self.outside[s], self.inside[r]
        return self
