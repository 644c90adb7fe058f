"""A game tree that was read from a certificate, and found to be one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from deterrence.verifying.numbers import Number, largest, sign
from deterrence.verifying.reading import Entry
from deterrence.verifying.verdict import Budget

#: Bound on the nodes of a tree that is read.
MAX_NODES = 200_000

_ZERO, _ONE = Fraction(0), Fraction(1)

#: Probabilities of the actions, by information set.
Moves = Sequence[Sequence[Number]]


@dataclass(frozen=True)
class _Set:
    label: str
    player: str | None
    actions: list[str]
    chances: tuple[Fraction, ...]


class Tree:
    """A tree that was read and found to be one."""

    def __init__(self, told: Entry) -> None:
        self.players = told["players"].labels()
        self.sets = [self._set(s) for s in told["sets"]]
        nodes = list(told["nodes"])
        if not 0 < len(nodes) <= MAX_NODES:
            raise told["nodes"].fault(f"1 to {MAX_NODES} nodes were expected")
        count = len(nodes)
        self.set_of = [-1] * count
        self.children: list[tuple[int, ...]] = [()] * count
        self.parent, self.move = [-1] * count, [-1] * count
        self.pays: list[tuple[Fraction, ...] | None] = [None] * count
        for k, node in enumerate(nodes):
            if (pays := node.get("pays")) is not None:
                self.pays[k] = pays.fractions()
                if len(self.pays[k] or ()) != len(self.players):
                    raise pays.fault(f"{len(self.players)} payoffs were expected")
            if (children := node.get("children")) is None:
                continue
            self.set_of[k] = node["set"].whole(len(self.sets))
            self.children[k] = tuple(c.whole(count) for c in children)
            if len(self.children[k]) != len(self.sets[self.set_of[k]].actions):
                raise children.fault("as many moves as the set has actions were expected")
            for move, child in enumerate(self.children[k]):
                if child <= k or self.parent[child] >= 0:
                    raise children.fault("each node stands after the only node that leads to it")
                self.parent[child], self.move[child] = k, move
        if any(p < 0 for p in self.parent[1:]):
            raise told["nodes"].fault("a node is not reached from the first")
        self.members: list[list[int]] = [[] for _ in self.sets]
        for k, s in enumerate(self.set_of):
            if s >= 0:
                self.members[s].append(k)
        #: How many moves a player made before each node.
        self.length = {p: self._own_moves(p, told) for p in self.players}

    def _set(self, told: Entry) -> _Set:
        actions = told["actions"].labels()
        player = told.get("player")
        chances: tuple[Fraction, ...] = ()
        if player is None:
            chances = told["chances"].fractions()
            if len(chances) != len(actions) or sum(chances) != 1 or any(p < 0 for p in chances):
                raise told["chances"].fault("probabilities of the moves were expected")
        elif player.text() not in self.players:
            raise player.fault("no such player")
        return _Set(
            told["label"].text(), None if player is None else player.text(), actions, chances
        )

    def _own_moves(self, player: str, told: Entry) -> list[int]:
        """Return how many moves a player made before each node; all must be recalled."""
        numbers: dict[tuple[int, int, int], int] = {}
        at = [0] * len(self.parent)  # the number of the player's own history
        lengths = [0]
        for k in range(1, len(at)):
            above = self.parent[k]
            s = self.set_of[above]
            at[k] = at[above]
            if self.sets[s].player == player:
                key = (at[above], s, self.move[k])
                if key not in numbers:
                    numbers[key] = len(lengths)
                    lengths.append(lengths[at[above]] + 1)
                at[k] = numbers[key]
        for s, info in enumerate(self.sets):
            if info.player == player and len({at[k] for k in self.members[s]}) > 1:
                raise told["sets"][s].fault(f"{player} forgets there what he knew or did")
        return [lengths[h] for h in at]

    def name(self, node: int) -> str:
        """Return the moves that lead to a node."""
        moves = []
        while node > 0:
            above = self.parent[node]
            moves.append(self.sets[self.set_of[above]].actions[self.move[node]])
            node = above
        return ", ".join(reversed(moves)) or "the start"

    def spread(
        self,
        start: Mapping[int, Number],
        moves: Moves,
        budget: Budget,
        but: str | None = None,
        certain: frozenset[tuple[int, int]] = frozenset(),
    ) -> dict[int, Number]:
        """Return the weight of the nodes below ``start``; moves of ``but`` and some count as 1."""
        weight = dict(start)
        budget.spend(len(self.parent))
        for k in range(min(start), len(self.parent)):
            if k not in weight or self.set_of[k] < 0:
                continue
            s = self.set_of[k]
            for move, child in enumerate(self.children[k]):
                free = self.sets[s].player == but is not None or (s, move) in certain
                p = _ONE if free else moves[s][move]
                if not (isinstance(p, Fraction) and not p):
                    weight[child] = weight[k] * p
        return weight

    def worth(self, weight: Mapping[int, Number], me: int) -> Number:
        """Return the sum of a player's payments, weighted."""
        total: Number = _ZERO
        for k, w in weight.items():
            pays = self.pays[k]
            if pays is not None and pays[me]:
                total = total + w * pays[me]
        return total

    def best(self, start: Mapping[int, Number], moves: Moves, me: int, budget: Budget) -> Number:
        """Return the most that a player can get below ``start`` against the others' moves."""
        player = self.players[me]
        weight = self.spread(start, moves, budget, but=player)
        value: dict[int, Number] = {}
        length = self.length[player]
        levels: dict[int, list[int]] = {}
        for k in weight:
            levels.setdefault(length[k], []).append(k)
        for level in sorted(levels, reverse=True):
            chosen: dict[int, int] = {}
            for k in levels[level]:
                s = self.set_of[k]
                if s >= 0 and self.sets[s].player == player and s not in chosen:
                    here = [x for x in self.members[s] if x in weight]
                    sums = [
                        sum((value[self.children[x][a]] for x in here), _ZERO)
                        for a in range(len(self.sets[s].actions))
                    ]
                    top = largest(sums)
                    chosen[s] = next(a for a, u in enumerate(sums) if not sign(u - top))
            for k in sorted(levels[level], reverse=True):
                pays = self.pays[k]
                here_paid: Number = weight[k] * pays[me] if pays is not None else _ZERO
                s = self.set_of[k]
                if s in chosen:
                    value[k] = here_paid + value[self.children[k][chosen[s]]]
                else:
                    value[k] = here_paid + sum(
                        (value[c] for c in self.children[k] if c in weight), _ZERO
                    )
        return sum((value[k] for k in start), _ZERO)

    def subgame_roots(self, budget: Budget) -> list[int]:
        """Return the nodes at which subgames begin, leaves left out."""
        roots = []
        for k in range(len(self.parent)):
            if self.set_of[k] < 0:
                continue
            below = self.below(k)
            budget.spend(len(below))
            inside = {self.set_of[x] for x in below if self.set_of[x] >= 0}
            if all(
                self.sets[s].player is None or below.issuperset(self.members[s]) for s in inside
            ):
                roots.append(k)
        return roots

    def below(self, root: int) -> set[int]:
        """Return a node and all nodes after it."""
        found, stack = set(), [root]
        while stack:
            k = stack.pop()
            found.add(k)
            stack.extend(self.children[k])
        return found

    def on_every_way(self, nodes: Iterable[int], root: int) -> frozenset[tuple[int, int]]:
        """Return the players' moves on the way from a root to every one of some nodes."""
        ways = []
        for x in nodes:
            way = set()
            while x != root:
                above = self.parent[x]
                s = self.set_of[above]
                if self.sets[s].player is not None:
                    way.add((s, self.move[x]))
                x = above
            ways.append(way)
        return frozenset(set.intersection(*ways))

    def before(self, h: int) -> int | None:
        """Return the player's own information set just before a set."""
        player, x = self.sets[h].player, self.parent[self.members[h][0]]
        while x >= 0:
            if self.sets[self.set_of[x]].player == player:
                return self.set_of[x]
            x = self.parent[x]
        return None
