r"""A guess at who plays what in a sequential equilibrium, to be looked at first.

Everybody is given to mistakes: each action's odds grow exponentially with what it is worth
there, all beliefs following from Bayes' rule, as everything happens (agent quantal response
equilibrium: McKelvey and Palfrey 1998, Experimental Economics 1).  As mistakes become rare,
from equal odds on, the one solution is followed in steps; where it tends to is a sequential
equilibrium.  Floats only: it settles in which order patterns are tried, and nothing else.

>>> from deterrence.game.tree.extensive import ExtensiveGame
>>> from deterrence.game.tree.nodes import Decision, Leaf
>>> likely_supports(ExtensiveGame.from_tree(("A", "B"), Decision("A", "entry", {
...     "out": Leaf("quiet"), "in": Decision("B", "reply", {
...         "fight": Leaf("war"), "yield": Leaf("loss")})}),
...     {"quiet": (0, 2), "war": (-1, -1), "loss": (1, 0)}))
{0: (1,), 1: (1,)}
"""

from __future__ import annotations

import math
from typing import Any

from deterrence.game.tree.extensive import ExtensiveGame

#: How rare mistakes become (payoffs span 1), in how many steps at most, and what is played then.
_LAST, _STEPS, _PLAYED = 3_000.0, 400, 1e-3
#: Unknowns (actions beside the first of each set) up to which a guess is made.
_MAX_UNKNOWNS = 400


def likely_supports(game: ExtensiveGame) -> dict[int, tuple[int, ...]]:
    """Return supports by information set; empty where the tree is too large for a guess."""
    logit = _Logit(game)
    if not 0 < logit.unknowns <= _MAX_UNKNOWNS:
        return {}
    return logit.supports(logit.followed())


class _Logit:
    """The equations of the quantal response equilibrium of a tree, many points at once."""

    def __init__(self, game: ExtensiveGame) -> None:
        import numpy as np

        self.np, self.game = np, game
        self.sets = [h for h, s in enumerate(game.sets) if not s.is_chance and s.nodes]
        #: Edges: one column per action of each set, chance's too.
        self.first: dict[int, int] = {}
        count = 0
        for h, s in enumerate(game.sets):
            self.first[h] = count
            count += len(s.actions)
        self.columns = count
        self.chances = np.zeros(count)  # logarithms
        for h, s in enumerate(game.sets):
            if s.is_chance:
                start = self.first[h]
                self.chances[start : start + len(s.actions)] = [
                    math.log(p) if p else -1e6 for p in s.chances
                ]
        depth = [0] * len(game.nodes)
        for k, node in enumerate(game.nodes[1:], 1):
            depth[k] = depth[node.parent] + 1
        # Nodes by depth and move, so that no two of one group have one parent.
        groups: dict[tuple[int, int], list[int]] = {}
        for k, node in enumerate(game.nodes[1:], 1):
            groups.setdefault((depth[k], node.move), []).append(k)
        self.levels = [
            (
                np.array(level),
                np.array([game.nodes[k].parent for k in level]),
                np.array([self._edge(k) for k in level]),
            )
            for _, level in sorted(groups.items())
        ]
        paid = np.array([[float(u) for u in game.paid(k)] for k in range(len(game.nodes))])
        span = np.ptp(paid, axis=0) if len(paid) else 1.0
        self.paid = paid / np.where(span > 0, span, 1.0)
        #: (unknown, node, child by the action, child by the first action, player, set)
        self.unknowns = sum(len(game.sets[h].actions) - 1 for h in self.sets)
        rows = []
        number = 0
        for h in self.sets:
            s = game.sets[h]
            me = game.player_index(s.player or "")
            for a in range(1, len(s.actions)):
                rows += [
                    (number, k, game.nodes[k].children[a], game.nodes[k].children[0], me)
                    for k in s.nodes
                ]
                number += 1
        self.rows = np.array(rows, dtype=int).reshape(-1, 5).T

    def _edge(self, k: int) -> int:
        node = self.game.nodes[k]
        return self.first[self.game.nodes[node.parent].set] + node.move

    def probabilities(self, odds: Any) -> Any:
        """Return what each action is played with; ``odds`` is points x unknowns, logarithms."""
        return self.np.exp(self.logs(odds))

    def logs(self, odds: Any) -> Any:
        """Return the logarithms of the probabilities."""
        np = self.np
        result = np.tile(self.chances, (len(odds), 1))
        k = 0
        for h in self.sets:
            size = len(self.game.sets[h].actions)
            own = np.concatenate([np.zeros((len(odds), 1)), odds[:, k : k + size - 1]], axis=1)
            own = own - own.max(axis=1, keepdims=True)
            own = own - np.log(np.exp(own).sum(axis=1, keepdims=True))
            start = self.first[h]
            result[:, start : start + size] = own
            k += size - 1
        return result

    def gains(self, odds: Any) -> Any:
        """Return what each action is worth more than the first of its set, given beliefs."""
        np = self.np
        points = len(odds)
        # Logarithms: how often a set is reached may be smaller than any float above 0.
        logs = self.logs(odds)
        p = np.exp(logs)
        reach = np.zeros((points, len(self.game.nodes)))
        for level, parents, edges in self.levels:
            reach[:, level] = reach[:, parents] + logs[:, edges]
        worth = np.tile(self.paid, (points, 1, 1))
        for level, parents, edges in reversed(self.levels):
            worth[:, parents] += worth[:, level] * p[:, edges, None]
        number, node, child, base, me = self.rows
        starts = np.flatnonzero(np.diff(number, prepend=-1))
        seen = reach[:, node]
        weight = np.exp(seen - np.maximum.reduceat(seen, starts, axis=1)[:, number])
        gain = weight * (worth[:, child, me] - worth[:, base, me])
        total = np.add.reduceat(gain, starts, axis=1)
        return total / np.add.reduceat(weight, starts, axis=1)

    def followed(self) -> Any:
        """Return the odds at the end of the path, or as far as it could be followed."""
        np = self.np
        odds = np.zeros(self.unknowns)
        rate, step = 0.05, 1.3
        for _ in range(_STEPS):
            if rate >= _LAST or step < 1.0005:
                break
            found = self._newton(odds * step, rate * step)
            if found is None:
                step = 1 + (step - 1) / 2
                continue
            odds, rate, step = found, rate * step, min(1.5, 1 + (step - 1) * 1.3)
        return odds

    def _newton(self, odds: Any, rate: float) -> Any:
        """Return the solution at a rate, from odds near it; ``None`` if that is not enough."""
        np = self.np
        n = self.unknowns
        slope = None
        before = math.inf
        for _ in range(16):
            error = odds - rate * self.gains(odds[None])[0]
            size = np.abs(error).max()
            if not np.isfinite(size):
                return None
            if size < 1e-6 * (1 + np.abs(odds).max()):
                return odds
            if slope is None or size > before / 4:  # the last slope does not serve any more
                moved = self.gains(np.vstack([odds, odds + 1e-6 * np.eye(n)]))
                slope = np.eye(n) - rate * ((moved[1:] - moved[0]) / 1e-6).T
            before = size
            try:
                change = np.linalg.solve(slope, error)
            except np.linalg.LinAlgError:
                return None
            odds = odds - change * min(1.0, 20.0 / max(np.abs(change).max(), 1e-12))
        return None

    def supports(self, odds: Any) -> dict[int, tuple[int, ...]]:
        """Return the actions that are played, set by set."""
        p = self.probabilities(odds[None])[0]
        result = {}
        for h in self.sets:
            own = p[self.first[h] : self.first[h] + len(self.game.sets[h].actions)]
            result[h] = tuple(a for a, q in enumerate(own) if q > _PLAYED)
        return result
