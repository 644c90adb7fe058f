"""Which equilibria a refinement singles out, decided exactly.

``strict``
    everybody's reply is the only best one (so the profile is pure).
``quasi-strict``
    everybody plays every best reply with positive probability (Harsanyi 1973).
``undominated``
    nobody's strategy is weakly dominated, by mixed strategies either.  With two
    players these are the normal-form perfect equilibria (van Damme 1991,
    Stability and Perfection of Nash Equilibria, Theorem 3.2.2).
``payoff-dominant``
    every player likes it at least as much as every other equilibrium, and
    somebody likes it more than that one (Harsanyi and Selten 1988).
``risk-dominant``
    of the two strict equilibria of a 2x2 game, the one with the larger product
    of losses from a deviation (Harsanyi and Selten 1988, section 3.9).
``pareto-efficient``
    no lottery over the cells gives everybody at least as much and somebody more.

>>> from deterrence.game.strategic import StrategicGame
>>> hunt = StrategicGame.from_matrices([[4, 0], [3, 3]], [[4, 3], [0, 3]])
>>> risk_dominant_cell(hunt)
(1, 1)
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from deterrence.algebra.linear import maximise
from deterrence.game.strategic import StrategicGame
from deterrence.solvers.task import Strategies

#: In the order in which they are listed.
REFINEMENTS = (
    "strict",
    "quasi-strict",
    "undominated",
    "payoff-dominant",
    "risk-dominant",
    "pareto-efficient",
)
#: This one can be judged only against all equilibria of the game.
NEEDS_ALL = "payoff-dominant"


class Judge:
    """Decides the refinements of the equilibria of one game with exact payoffs.

    Keeps what it has worked out about supports and replies, which many equilibria share.
    """

    def __init__(self, game: StrategicGame) -> None:
        """Prepare for judging the equilibria of ``game``."""
        self.game = game
        self._dominated: dict[tuple[int, tuple[int, ...]], bool] = {}
        self._replies: dict[tuple[int, Strategies], int] = {}
        self._payoffs_by_own = [_by_own_action(game, i) for i in range(len(game.players))]
        self._risk_dominant = risk_dominant_cell(game)

    def passed(self, strategies: Strategies, payoffs: Mapping[str, Any]) -> list[str]:
        """Return the refinements that this equilibrium passes on its own."""
        game = self.game
        profile = game.by_label(strategies)
        supports = [tuple(k for k, p in enumerate(s) if p) for s in strategies]
        replies = [
            self._count_replies(i, player, strategies, profile)
            for i, player in enumerate(game.players)
        ]
        result = []
        if all(n == 1 for n in replies):
            result.append("strict")
        if all(n == len(s) for n, s in zip(replies, supports, strict=True)):
            result.append("quasi-strict")
        if not any(self.is_dominated(i, support) for i, support in enumerate(supports)):
            result.append("undominated")
        if self._risk_dominant and supports == [(k,) for k in self._risk_dominant]:
            result.append("risk-dominant")
        if self.is_pareto_efficient(payoffs, supports):
            result.append("pareto-efficient")
        return result

    def _count_replies(
        self, i: int, player: str, strategies: Strategies, profile: Mapping[str, Mapping[str, Any]]
    ) -> int:
        key = i, strategies[:i] + strategies[i + 1 :]
        if key not in self._replies:
            self._replies[key] = len(self.game.best_responses(player, profile))
        return self._replies[key]

    def is_dominated(self, player: int, support: tuple[int, ...]) -> bool:
        """Return whether a strategy with this support is weakly dominated.

        Whether it is depends on the support alone: a strategy is undominated if
        and only if it is a best reply to some belief that rules nothing out.
        """
        key = (player, support)
        if key not in self._dominated:
            self._dominated[key] = self._find_dominated(player, support)
        return self._dominated[key]

    def _find_dominated(self, player: int, support: tuple[int, ...]) -> bool:
        table = self._payoffs_by_own[player]
        if len(table) == 1:
            return False
        weight = Fraction(1, len(support))
        own = [sum(table[k][c] for k in support) * weight for c in range(len(table[0]))]
        # A rival loses nowhere (rows) and gains as much as it can in the sum (objective).
        gains = {tuple(row[c] - own[c] for row in table) for c in range(len(own))}
        total = [sum(row) - sum(own) for row in table]
        rows = [[-g for g in column] for column in sorted(gains)]
        result = maximise(total, rows, [0] * len(rows), [[1] * len(table)], [1])
        return result.value > 0

    def is_pareto_efficient(
        self, payoffs: Mapping[str, Any], supports: Sequence[Sequence[int]] = ()
    ) -> bool:
        """Return whether no lottery over cells is better for somebody and worse for nobody.

        Irrational payoffs are judged by the cells that can happen, which ``supports`` name.
        """
        reached = [payoffs[player] for player in self.game.players]
        cells = sorted(set(zip(*self.game.payoffs, strict=True)))
        if any(_dominates(cell, reached) for cell in cells):
            return False
        if len(reached) == 1:
            return True
        if not all(isinstance(u, Fraction) for u in reached):
            return self._on_the_frontier(cells, supports)
        rows = [[-cell[i] for cell in cells] for i in range(len(reached))]
        total = [sum(cell) for cell in cells]
        result = maximise(total, rows, [-u for u in reached], [[1] * len(cells)], [1])
        return bool(result.value == sum(reached))

    def _on_the_frontier(
        self, cells: Sequence[Sequence[Any]], supports: Sequence[Sequence[int]]
    ) -> bool:
        """Return whether weights above 0 make every cell that can happen a best one.

        That is what efficiency of any lottery over exactly these cells means.
        """
        payoffs = self.game.payoffs
        happen = [
            [u[self.game.cell_number(choice)] for u in payoffs]
            for choice in itertools.product(*supports)
        ]
        # Weights are 1 + w, w >= 0: no cell beats the first that can happen, all of those equal it.
        first = happen[0]

        def row(cell: Sequence[Any]) -> tuple[list[Any], Any]:
            gain = [a - b for a, b in zip(cell, first, strict=True)]
            return gain, -sum(gain)

        above = [row(cell) for cell in cells]
        same = [row(cell) for cell in happen[1:]] or [([0] * len(first), 0)]
        result = maximise(
            [0] * len(first),
            [r for r, _ in above],
            [b for _, b in above],
            [r for r, _ in same],
            [b for _, b in same],
        )
        return result.status == "optimal"

    def better_cell(self, payoffs: Mapping[str, Any]) -> str:
        """Return a cell that Pareto-dominates the payoffs, as ``(C, C)``, or ``""``.

        The first that no other cell dominates in turn: players' payoffs are not
        comparable, so there is no best one.
        """
        reached = [payoffs[player] for player in self.game.players]
        values = zip(*self.game.payoffs, strict=True)
        better = [
            (cell, us)
            for cell, us in zip(self.game.cells(), values, strict=True)
            if _dominates(us, reached)
        ]
        for cell, us in better:
            if not any(_dominates(others, us) for _, others in better):
                return f"({self.game.cell_name(cell)})"
        return ""


def payoff_dominant(payoffs: Sequence[Mapping[str, Any]]) -> int | None:
    """Return which of all equilibria payoff-dominates the others, if one does.

    Extreme equilibria suffice: payoffs are bilinear on a maximal Nash subset, so
    what is nowhere better at its corners is nowhere better inside.
    """
    if len(payoffs) < 2:
        return None
    best = max(range(len(payoffs)), key=lambda k: sum(payoffs[k].values()))
    mine = list(payoffs[best].values())
    if all(_dominates(mine, list(p.values())) for k, p in enumerate(payoffs) if k != best):
        return best
    return None


def risk_dominant_cell(game: StrategicGame) -> tuple[int, int] | None:
    """Return the risk-dominant equilibrium of a 2x2 game with two strict ones; None at a tie."""
    if game.shape != (2, 2):
        return None
    losses = {}
    for i, j in ((0, 0), (1, 1), (0, 1), (1, 0)):
        first, second = game.payoffs
        loss = (
            first[game.cell_number((i, j))] - first[game.cell_number((1 - i, j))],
            second[game.cell_number((i, j))] - second[game.cell_number((i, 1 - j))],
        )
        if min(loss) > 0:
            losses[i, j] = loss[0] * loss[1]
    if len(losses) != 2:
        return None
    (one, a), (other, b) = losses.items()
    return None if a == b else one if a > b else other


def _dominates(a: Iterable[Any], b: Iterable[Any]) -> bool:
    pairs = list(zip(a, b, strict=True))
    return all(x >= y for x, y in pairs) and any(x > y for x, y in pairs)


def _by_own_action(game: StrategicGame, player: int) -> list[list[Any]]:
    """Return a player's payoffs as own actions x cells of the others."""
    table: list[list[Any]] = [[] for _ in game.actions[player]]
    for cell, payoff in zip(game.cells(), game.payoffs[player], strict=True):
        table[cell[player]].append(payoff)
    return table
