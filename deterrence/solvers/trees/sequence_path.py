r"""One equilibrium of a two-player tree: Lemke's path in the sequence form.

Realisation plans :math:`x, y` (:mod:`.sequence_form`) are an equilibrium if there are
levels :math:`p, q` of the information sets with

.. math:: Ex = e,\quad E^\top p - Ay \ge 0,\quad x^\top (E^\top p - Ay) = 0

and the same for the other player: a linear complementarity problem of the size of the
tree.  Where all payoffs are negative, Lemke's algorithm with lexicographic pivots ends
at a solution (Koller, Megiddo and von Stengel 1996, Games and Economic Behavior 14,
theorem 4.6).  As in :mod:`deterrence.solvers.strategic.lemke_howson`, floats find the
basis in all but small trees, and fractions take it from there.

>>> from deterrence.game.tree.extensive import ExtensiveGame
>>> from deterrence.game.tree.nodes import Decision, Leaf
>>> pennies = {a: Decision("B", "b", {b: Leaf(f"{a}{b}") for b in "ht"}) for a in "ht"}
>>> game = ExtensiveGame.from_tree(("A", "B"), Decision("A", "a", pennies),
...     {"hh": (3, 0), "tt": (1, 0), "ht": (0, 1), "th": (0, 2)})
>>> plans = path_end(game, ("A", "B"), Deadline())
>>> {s: [str(p) for p in mix] for s, mix in plans["A"][0].items()}
{'a': ['2/3', '1/3']}
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from deterrence.algebra.dictionaries import Dictionary, FloatDictionary, Place, follow
from deterrence.algebra.large_systems import solve_large
from deterrence.algebra.linear import integer_row
from deterrence.game.tree.extensive import ExtensiveGame
from deterrence.game.tree.plans import path_payoffs
from deterrence.limits.deadline import Deadline
from deterrence.limits.work import spend
from deterrence.solvers.trees.sequence_form import (
    OptimalPlan,
    behaviour_of,
    constraints,
    sequence_payoffs,
)

#: Variables up to which whole numbers are pivoted at once.
EXACT_SIZE = 40
#: Entries of tableaux that a path may compute, in floats and in whole numbers.
FLOAT_WORK, EXACT_WORK = 2_000_000_000, 60_000_000
#: Work seconds of an entry.
_FLOAT, _WHOLE = 3e-9, 3.5e-7


def path_end(
    game: ExtensiveGame, movers: Sequence[str], deadline: Deadline
) -> dict[str, OptimalPlan] | None:
    """Return the behaviour of the two players who move; ``None`` if the path is too long."""
    problem = _Complementarity(game, movers)
    for floats in (True, False):
        if floats and problem.size <= EXACT_SIZE:
            continue
        z = problem.followed(deadline, floats=floats)
        if z is not None:
            own = [game.own_histories(player) for player in movers]
            first = len(own[0].before)
            plans = z[:first], z[first : first + len(own[1].before)]
            return {
                player: behaviour_of(game, player, histories, plan)
                for player, histories, plan in zip(movers, own, plans, strict=True)
            }
    return None


class _Complementarity:
    """``w = b + M z >= 0``, ``z >= 0``, ``w z = 0`` with ``z`` both plans and split levels."""

    def __init__(self, game: ExtensiveGame, movers: Sequence[str]) -> None:
        own = [game.own_histories(player) for player in movers]
        flows = [constraints(histories) for histories in own]
        first, second = (len(histories.before) for histories in own)
        offsets = [0, first]
        start = first + second  # of the levels: a part above 0 and one below, per player
        sizes = [len(rows) for rows in flows]
        self.size = start + 2 * sum(sizes)
        self.rows: list[dict[int, int]] = [{} for _ in range(self.size)]
        self.right = [0] * self.size
        #: Where each player's sequences end, and the largest size of a payoff.
        self.scales: list[tuple[int, int]] = []
        totals = path_payoffs(game)
        for k, (flow, offset) in enumerate(zip(flows, offsets, strict=True)):
            above = start + 2 * sum(sizes[:k])
            below = above + sizes[k]
            self.right[above], self.right[below] = 1, -1
            for r, row in enumerate(flow):
                for j, u in row.items():
                    self.rows[offset + j][above + r] = u
                    self.rows[offset + j][below + r] = -u
                    self.rows[above + r][offset + j] = -u
                    self.rows[below + r][offset + j] = u
            me = game.player_index(movers[k])
            above_all = 1 + math.ceil(max(totals[leaf][me] for leaf in game.leaves))
            pays = sequence_payoffs(game, movers[k], own[k], own[1 - k], above_all)
            whole, _ = integer_row([-u for u in pays.values()])
            self.scales.append((offset + len(own[k].before), max(*whole, 1)))
            other = offsets[1 - k]
            for (i, j), u in zip(pays, whole, strict=True):
                self.rows[offset + i][other + j] = u

    def followed(self, deadline: Deadline, *, floats: bool) -> list[Fraction] | None:
        """Return the solution where the path ends, with whatever floats erred checked."""
        n = self.size
        # The artificial variable z_n is added to all rows and enters where b is least.
        first = max(r for r in range(n) if self.right[r] == min(self.right))
        inside = [n if r == first else n + 1 + r for r in range(n)]
        outside = [*range(n), n + 1 + first]
        bases: list[Any] = [self._start(first, inside, outside, floats=floats)]

        def twin(place: Place) -> Place:
            v = place[1]
            return 0, v + n + 1 if v < n else v - n - 1

        left = FLOAT_WORK if floats else EXACT_WORK

        def may_go_on() -> bool:
            nonlocal left
            left -= n * (n + 1)
            spend((_FLOAT if floats else _WHOLE) * n * (n + 1))
            return left > 0 and not deadline.expired()

        if not follow(bases, (0, first), twin, {(0, n)}, may_go_on):
            return None
        return self._point(bases[0])

    def _start(
        self, first: int, inside: list[int], outside: list[int], *, floats: bool
    ) -> Dictionary | FloatDictionary:
        n = self.size
        rows: list[dict[int, Any]] = [dict(row) for row in self.rows]
        if floats:  # levels and payoffs in units of the largest payoff
            start = self.scales[-1][0]
            for r in range(start):
                scale = next(scale for end, scale in self.scales if r < end)
                rows[r] = {k: u / scale if k < start else u for k, u in rows[r].items()}
        table = []
        for r, row in enumerate(rows):
            full: list[Any] = [0] * (n + 2)
            full[n] = -1
            for k, u in rows[first].items():
                full[k] = u
            if r == first:
                full[n + 1] = -self.right[first]
            else:
                for k, u in row.items():
                    full[k] -= u
                full[n + 1] = self.right[r] - self.right[first]
            table.append(full)
        if not floats:
            return Dictionary(table, 1, inside, outside)
        import numpy as np

        return FloatDictionary(np.array(table, dtype=float), inside, outside)

    def _point(self, base: Dictionary | FloatDictionary) -> list[Fraction] | None:
        """Return the solution at the basis, exactly; ``None`` if it is none."""
        n = self.size
        z = [Fraction(0)] * n
        if isinstance(base, Dictionary):
            for row, v in zip(base.rows, base.inside, strict=True):
                if v < n:
                    z[v] = Fraction(row[-1], base.denominator)
            return z
        support = [v for v in base.inside if v < n]
        tight = [v - n - 1 for v in base.outside if v > n]
        rows = [[self.rows[r].get(v, 0) for v in support] for r in tight]
        found = solve_large(rows, [-self.right[r] for r in tight])
        if found is None:
            return None
        for v, p in zip(support, found, strict=True):
            z[v] = p
        slack = (
            b + sum((u * z[k] for k, u in row.items() if z[k]), Fraction(0))
            for row, b in zip(self.rows, self.right, strict=True)
        )
        return z if min(z) >= 0 and all(w >= 0 for w in slack) else None
