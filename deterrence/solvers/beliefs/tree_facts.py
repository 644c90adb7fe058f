r"""What can be said about a tree before any equilibrium is known.

Where an information set's belief comes from, which sets come before it, and which
actions are *locally dominated*: another action is strictly better at every node of the
set, whatever survives of everything that follows.  No belief makes such an action a
best reply, so it goes, and so does what rests on it (iterated; sound for every concept
with sequential rationality at every information set).

>>> from deterrence.game.tree.extensive import ExtensiveGame
>>> from deterrence.game.tree.nodes import Decision, Leaf
>>> facts = TreeFacts(ExtensiveGame.from_tree(("A", "B"), Decision("A", "entry", {
...     "out": Leaf("quiet"), "in": Decision("B", "reply", {
...         "fight": Leaf("war"), "yield": Leaf("loss")})}),
...     {"quiet": (0, 2), "war": (-1, -1), "loss": (1, 0)}))
>>> facts.allowed
{0: (1,), 1: (1,)}
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from typing import Any

from deterrence.game.tree.extensive import ExtensiveGame

#: An own move: (information set, position of the action).
OwnMove = tuple[int, int]

_ZERO, _ONE = Fraction(0), Fraction(1)


class TreeFacts:
    """A tree with numbers, exact, and what is known of it from the start."""

    def __init__(self, game: ExtensiveGame) -> None:
        self.game = game
        self.decisions = [k for k, s in enumerate(game.sets) if not s.is_chance and s.nodes]
        self.mover = {
            h: game.players.index(game.sets[h].player or game.players[0]) for h in self.decisions
        }
        histories = [game.own_histories(p) for p in game.players]
        #: The last own move of each player before each node; ``None`` before the first.
        self.last: list[list[OwnMove | None]] = [
            [own.moves[own.at[k]] if own.at[k] else None for k in range(len(game.nodes))]
            for own in histories
        ]
        #: The own move just before an information set.
        self.parent: dict[int, OwnMove | None] = {
            h: self.last[self.mover[h]][game.sets[h].nodes[0]] for h in self.decisions
        }
        self.root = {h: self._root_of(h) for h in self.decisions}
        self.allowed: dict[int, tuple[int, ...]] = {
            h: tuple(range(len(game.sets[h].actions))) for h in self.decisions
        }
        self.worth: list[list[tuple[Fraction, Fraction]]] = []
        before: dict[int, tuple[int, ...]] = {}
        while before != self.allowed:
            before = dict(self.allowed)
            self._sweep()

    def _root_of(self, h: int) -> int:
        game = self.game
        first, last = game.sets[h].nodes[0], game.sets[h].nodes[-1]
        # Roots are in prefix order, so the last one that fits is the smallest subgame's.
        return max(r for r in game.subgame_roots if r <= first and last < r + game.sizes[r])

    @cached_property
    def in_tree_order(self) -> list[int]:
        """The information sets by their first nodes."""
        return sorted(self.decisions, key=lambda h: self.game.sets[h].nodes[0])

    def realised(
        self, supports: Mapping[int, Sequence[int]], moves: Mapping[int, Sequence[Any]]
    ) -> dict[OwnMove, Any]:
        """Return the realisation weights of the actions in the supports."""
        weights: dict[OwnMove, Any] = {}
        for h in self.in_tree_order:
            above = self.parent[h]
            base: Any = _ONE
            if above is not None and above[1] in supports[above[0]]:
                base = weights[above]
            for a in supports[h]:
                weights[h, a] = base * moves[h][a]
        return weights

    def worth_under(self, moves: Mapping[int, Sequence[Any]]) -> list[list[Any]]:
        """Return what every node is worth to everybody under a profile."""
        game = self.game
        worth: list[list[Any]] = [[] for _ in game.nodes]
        for k in range(len(game.nodes) - 1, -1, -1):
            node = game.nodes[k]
            total = list(game.paid(k))
            if node.set >= 0:
                s = game.sets[node.set]
                mix = s.chances if s.is_chance else moves[node.set]
                for p, child in zip(mix, node.children, strict=True):
                    if p != 0:
                        total = [t + p * u for t, u in zip(total, worth[child], strict=True)]
            worth[k] = total
        return worth

    @cached_property
    def ancestors(self) -> dict[int, frozenset[int]]:
        """The information sets with a node on a path to each set or to its player's before it."""
        game = self.game
        result: dict[int, frozenset[int]] = {}
        for h in self.in_tree_order:
            found = set()
            for x in game.sets[h].nodes:
                k = game.nodes[x].parent
                while k >= 0:
                    s = game.nodes[k].set
                    if not game.sets[s].is_chance:
                        found.add(s)
                    k = game.nodes[k].parent
            before = self.parent[h]
            result[h] = frozenset(found) | (result[before[0]] if before else frozenset())
        return result

    @cached_property
    def order(self) -> list[int]:
        """All information sets, those that lie before others first as far as that goes."""
        left = list(self.in_tree_order)
        done: list[int] = []
        known: set[int] = set()

        def missing(h: int) -> int:
            return len(self.ancestors[h] - known - {h})

        while left:
            best = next((h for h in left if not missing(h)), None)
            if best is None:  # sets that cross: the one that waits for the fewest others
                best = min(left, key=missing)
            left.remove(best)
            done.append(best)
            known.add(best)
        return done

    @cached_property
    def common(self) -> dict[int, frozenset[OwnMove]]:
        """Others' moves on the way to every node of a set, from its smallest subgame on.

        Whoever made such a move at one information set could not tell the nodes apart.
        """
        game = self.game
        result = {}
        for h in self.decisions:
            found: set[OwnMove] | None = None
            for x in game.sets[h].nodes:
                moves = set()
                k = x
                while k != self.root[h]:
                    node = game.nodes[k]
                    s = game.nodes[node.parent].set
                    if not game.sets[s].is_chance and self.mover[s] != self.mover[h]:
                        moves.add((s, node.move))
                    k = node.parent
                found = moves if found is None else found & moves
            result[h] = frozenset(found or ())
        return result

    @cached_property
    def relevant(self) -> frozenset[int]:
        """Sets where a choice is left, and those before them of the same player."""
        found: set[int] = set()
        for h in self.decisions:
            if len(self.allowed[h]) > 1:
                step: OwnMove | None = (h, 0)
                while step is not None and step[0] not in found:
                    found.add(step[0])
                    step = self.parent[step[0]]
        return frozenset(found)

    # ---- names ------------------------------------------------------------
    def path(self, key: OwnMove, supports: Mapping[int, Sequence[int]]) -> list[OwnMove]:
        """Return the moves whose probabilities make up a realisation weight."""
        kept = [key]
        step = self.parent[key[0]]
        while step is not None and step[1] in supports[step[0]]:
            if len(supports[step[0]]) > 1:
                kept.append(step)
            step = self.parent[step[0]]
        return kept[::-1]

    def weight_name(
        self, key: OwnMove, supports: Mapping[int, Sequence[int]], sign: str = " "
    ) -> str:
        """Return a realisation weight as a product of probabilities of moves."""
        return self.moves_name(self.path(key, supports), sign)

    def moves_name(self, steps: Sequence[OwnMove], sign: str = " ") -> str:
        """Return the probability that some moves are made, as a product."""
        sets = self.game.sets
        return sign.join(f"P({sets[h].actions[a]} at {sets[h].label})" for h, a in steps)

    # ---- payoffs that are possible ---------------------------------------
    def _sweep(self) -> None:
        """Work out, by node and player, the least and the most that it may be worth from there.

        From the last node to the first: at the first node of a set all that follows the
        set is known, and locally dominated actions go.
        """
        game = self.game
        count = len(game.players)
        worth: list[list[tuple[Fraction, Fraction]]] = [[] for _ in game.nodes]
        self.worth = worth
        for k in range(len(game.nodes) - 1, -1, -1):
            node = game.nodes[k]
            paid = game.paid(k)
            if node.set < 0:
                worth[k] = [(u, u) for u in paid]
                continue
            s = game.sets[node.set]
            if not s.is_chance and k == s.nodes[0]:
                self.allowed[node.set] = self._undominated(node.set)
            here = []
            for i in range(count):
                if s.is_chance:
                    pairs = [
                        (p, worth[c][i]) for p, c in zip(s.chances, node.children, strict=True) if p
                    ]
                    low = sum((p * v[0] for p, v in pairs), _ZERO)
                    high = sum((p * v[1] for p, v in pairs), _ZERO)
                else:
                    below = [worth[node.children[a]][i] for a in self.allowed[node.set]]
                    low, high = min(v[0] for v in below), max(v[1] for v in below)
                here.append((paid[i] + low, paid[i] + high))
            worth[k] = here

    def _undominated(self, h: int) -> tuple[int, ...]:
        game, i = self.game, self.mover[h]
        children = [game.nodes[x].children for x in game.sets[h].nodes]

        def beaten(a: int, b: int) -> bool:
            return all(self.worth[c[a]][i][1] < self.worth[c[b]][i][0] for c in children)

        actions = self.allowed[h]
        return tuple(a for a in actions if not any(beaten(a, b) for b in actions if b != a))
