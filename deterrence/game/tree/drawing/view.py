"""Which part of a tree is drawn, and on which level each node stands.

Trees may be folded up after some moves, and long chains, as in a ladder of many rungs,
cut into columns.

>>> from deterrence.game.tree.extensive import ExtensiveGame
>>> from deterrence.game.tree.nodes import Decision, Leaf
>>> later = Decision("B", "reply", {"fight": Leaf(), "yield": Leaf()})
>>> tree = Decision("A", "entry", {"out": Leaf(), "in": later})
>>> game = ExtensiveGame.from_tree(("A", "B"), tree, {})
>>> view(game).nodes, view(game, depth=1).folded
((0, 1, 2, 3, 4), {2: 2})
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from deterrence.errors import UsageError
from deterrence.game.tree.extensive import ExtensiveGame

#: Chains of at least so many moves, each with a single move that goes on, run straight.
STRAIGHT = 5
#: Turns to bring the nodes of information sets to one level.
_TURNS = 40


@dataclass(frozen=True)
class View:
    """The nodes of a game that are drawn.

    The first of the ``nodes`` is the root.  ``children`` of a node that is folded up are
    empty; ``folded`` says how many ends there are behind it.  ``levels`` count from the root.
    At ``turns`` a column ends, and the tree goes on in the next one; ``chains`` are the nodes
    that run straight where the whole tree has settled that.
    """

    game: ExtensiveGame
    nodes: tuple[int, ...]
    children: Mapping[int, tuple[int, ...]]
    levels: Mapping[int, int]
    folded: Mapping[int, int]
    turns: frozenset[int] = frozenset()
    chains: frozenset[int] | None = None

    @property
    def root(self) -> int:
        """The node with which the drawing begins."""
        return self.nodes[0]

    def parent(self, node: int) -> int:
        """Return the node before, -1 at the root."""
        return self.game.nodes[node].parent

    def is_end(self, node: int) -> bool:
        """Whether the drawing ends here: a leaf, or a node that is folded up."""
        return not self.children[node]

    def is_open(self, node: int) -> bool:
        """Whether the tree goes on at a node, here or in the next column."""
        return not self.is_end(node) or node in self.turns

    @cached_property
    def straight(self) -> frozenset[int]:
        """The nodes of long chains: a single child of each has children of its own."""
        if self.chains is not None:
            return self.chains
        going = {k: [c for c in self.children[k] if not self.is_end(c)] for k in self.nodes}
        found: set[int] = set()
        run: dict[int, int] = {}
        for k in reversed(self.nodes):
            run[k] = 1 + run[going[k][0]] if len(going[k]) == 1 else 0
        for k in self.nodes:
            above = self.parent(k)
            if run[k] >= STRAIGHT or (run[k] and above in found and len(going[above]) == 1):
                found.add(k)
        return frozenset(found)

    def columns(self, count: int) -> tuple[View, ...]:
        """Return the tree in columns: its longest chain is cut into parts of equal length.

        There are fewer columns where the chain is too short for so many.
        """
        spine: list[int] = []
        for k in self.nodes:
            if k in self.straight and (k == self.root or self.parent(k) not in self.straight):
                chain = [k]
                while going := [c for c in self.children[chain[-1]] if c in self.straight]:
                    chain.append(going[0])
                spine = max(spine, chain, key=len)
        each = -(-len(spine) // count)
        if each < 2:
            return (self,)
        starts = [self.root, *spine[each::each]]
        return tuple(
            self._part(first, after)
            for first, after in zip(starts, [*starts[1:], None], strict=True)
        )

    def _part(self, first: int, after: int | None) -> View:
        """Return the part of the tree that begins at one node and breaks off at another."""
        sizes = self.game.sizes
        nodes = tuple(
            k
            for k in self.nodes
            if first <= k < first + sizes[first]
            and (after is None or k <= after or k >= after + sizes[after])
        )
        children = {k: () if k == after else self.children[k] for k in nodes}
        top = self.levels[first]
        return View(
            self.game,
            nodes,
            children,
            {k: self.levels[k] - top for k in nodes},
            {k: n for k, n in self.folded.items() if k in children},
            frozenset(() if after is None else (after,)),
            self.straight.intersection(nodes),
        )


def view(game: ExtensiveGame, depth: int | None = None) -> View:
    """Return what is drawn of a tree: all of it, or ``depth`` moves from the root.

    Raises :class:`UsageError` for a depth below 1.
    """
    if depth is not None and depth < 1:
        raise UsageError(f"a tree of depth {depth}", remedy="give a depth of 1 or more")
    deep = [0] * len(game.nodes)
    nodes: list[int] = []
    children: dict[int, tuple[int, ...]] = {}
    folded: dict[int, int] = {}
    for k, node in enumerate(game.nodes):
        if k:
            deep[k] = deep[node.parent] + 1
        if depth is not None and deep[k] > depth:
            continue
        nodes.append(k)
        children[k] = node.children
        if depth is not None and deep[k] == depth and node.children:
            children[k] = ()
            inside = range(k, k + game.sizes[k])
            folded[k] = sum(game.nodes[j].set < 0 for j in inside)
    return View(game, tuple(nodes), children, _levels(game, nodes, deep), folded)


def _levels(game: ExtensiveGame, nodes: Sequence[int], deep: Sequence[int]) -> dict[int, int]:
    """Return levels on which the nodes of an information set stand side by side.

    Where sets cannot all do so (a node of one before a node of the other, and the other
    way round), every node stands at its depth.
    """
    shared = {s for s, it in enumerate(game.sets) if it.player is not None and len(it.nodes) > 1}
    levels = dict.fromkeys(nodes, 0)
    lowest: dict[int, int] = {}
    for _ in range(_TURNS):
        changed = False
        for k in nodes:
            node = game.nodes[k]
            level = levels[node.parent] + 1 if k else 0
            if node.set in shared:
                level = max(level, lowest.get(node.set, 0))
                lowest[node.set] = level
            changed |= level != levels[k]
            levels[k] = level
        if not changed:
            return levels
    return {k: deep[k] for k in nodes}
