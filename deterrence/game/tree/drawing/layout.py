r"""Where the nodes of a drawn tree go: tidy, with room for every text, in a few milliseconds.

A drawing has two directions: *along* the tree, from the root to the ends, and *across*.
Nodes stand on levels along the tree; nodes that a player cannot tell apart share one where
that can be.  Across, the principles of Wetherell and Shannon (1979) and of Reingold and
Tilford (1981, IEEE Transactions on Software Engineering 7:223) hold: nothing overlaps, the
order of the moves is kept, a parent stands in the middle over its children, and a tree and
its mirror image are drawn as mirror images.  For the last one subtrees are packed once from
each end and put halfway between: with :math:`d_{ij}` the least distance of the children
:math:`i < j`, whatever satisfies :math:`x_j - x_i \ge d_{ij}` in both packings does so
halfway, and small subtrees between large ones are spread evenly (what Walker 1990 and
Buchheim, Jünger and Leipert 2002 do by a traversal).  Contours follow the real extents of
texts, so levels need not be alike (van der Ploeg 2014).

Only long chains, as in a ladder of many rungs, depart from this: they run straight, with
what leaves them at their side, as otherwise they would drift off the page.

>>> from deterrence.game.tree.extensive import ExtensiveGame
>>> from deterrence.game.tree.nodes import Decision, Leaf
>>> from deterrence.game.tree.drawing.view import view
>>> tree = Decision("A", "entry", {"out": Leaf(), "in": Leaf()})
>>> shown = view(ExtensiveGame.from_tree(("A",), tree, {}))
>>> it = tidy(shown, Sizes({k: (4.0, 10.0) for k in (0, 1, 2)}, {1: (3.0, 8.0), 2: (3.0, 6.0)}))
>>> it.across[0] == (it.across[1] + it.across[2]) / 2
True
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from deterrence.game.tree.drawing.view import View

#: Contours are kept in steps of so many millimetres along the tree.
_STEP = 0.5


@dataclass(frozen=True)
class Sizes:
    """How large things are, in millimetres: along the tree, and across.

    ``nodes`` are the blocks at the nodes, ``labels`` those on the lines that lead to them.
    ``endless`` gives every end of a play the whole rest of its row.  ``corridors`` is room
    before the nodes of a level, for the lines of information sets.  ``slants`` are the least
    and the greatest length of the slanted part of a line, and its share of how far the moves
    fan out.
    """

    nodes: Mapping[int, tuple[float, float]]
    labels: Mapping[int, tuple[float, float]]
    gap: float = 2.0
    lead: float = 1.2
    slants: tuple[float, float, float] = (4.5, 12.0, 0.2)
    endless: bool = False
    corridors: Mapping[int, float] = field(default_factory=dict)


@dataclass(frozen=True)
class TreeLayout:
    """Positions in millimetres, along the tree and across it.

    By level: where the ``slants`` of the lines begin, where ``labels`` begin and where
    ``starts`` of nodes are; ``ends`` is where the nodes of a level end.
    """

    view: View
    sizes: Sizes
    across: Mapping[int, float]
    slants: tuple[float, ...]
    labels: tuple[float, ...]
    starts: tuple[float, ...]
    ends: tuple[float, ...]
    length: float
    breadth: float

    def start(self, node: int) -> float:
        """Return where a node's block begins, along the tree."""
        return self.starts[self.view.levels[node]]

    def label_level(self, node: int) -> int:
        """Return the level with the label of the line to a node: the one below its parent's."""
        return self.view.levels[self.view.parent(node)] + 1

    def label_start(self, node: int) -> float:
        """Return where the label of the line to a node begins, along the tree."""
        return self.labels[self.label_level(node)]

    def box(self, node: int) -> tuple[float, float, float, float]:
        """Return the box of a node: from and to along the tree, from and to across."""
        along, across = self.sizes.nodes[node]
        first, low = self.start(node), self.across[node] - across / 2
        return first, first + along, low, low + across


class _Contour:
    """How far a subtree reaches to both sides of its root, in steps along the tree."""

    __slots__ = ("first", "high", "low")

    def __init__(self, first: int) -> None:
        self.first = first
        self.low: list[float] = []
        self.high: list[float] = []

    def add(self, start: float, end: float, low: float, high: float) -> None:
        """Take a box in, from ``start`` to ``end`` along the tree."""
        a, b = int(start / _STEP + 1e-9), max(math.ceil(end / _STEP - 1e-9), 0)
        a = min(a, b - 1)
        self._widen(a, b)
        for k in range(a - self.first, b - self.first):
            if low < self.low[k]:
                self.low[k] = low
            if high > self.high[k]:
                self.high[k] = high

    def _widen(self, first: int, end: int) -> None:
        """Make room for steps from ``first`` up to ``end``."""
        before, after = self.first - first, end - self.first - len(self.low)
        if before > 0:
            self.low[:0], self.high[:0] = [math.inf] * before, [-math.inf] * before
            self.first = first
        if after > 0:
            self.low += [math.inf] * after
            self.high += [-math.inf] * after

    def merge(self, other: _Contour, shift: float) -> None:
        """Take another subtree's contour in, moved across."""
        if not self.low:
            self.first = other.first
        self._widen(other.first, other.first + len(other.low))
        offset = other.first - self.first
        low, high = self.low, self.high
        for k, (a, b) in enumerate(zip(other.low, other.high, strict=True), offset):
            if a + shift < low[k]:
                low[k] = a + shift
            if b + shift > high[k]:
                high[k] = b + shift

    def distance(self, after: _Contour) -> float:
        """Return how far apart the roots have to be for the subtrees to touch."""
        first = max(self.first, after.first)
        last = min(self.first + len(self.low), after.first + len(after.low))
        mine = self.high[first - self.first : max(last - self.first, 0)]
        other = after.low[first - after.first : max(last - after.first, 0)]
        return max((a - b for a, b in zip(mine, other, strict=True)), default=-math.inf)


def tidy(shown: View, sizes: Sizes) -> TreeLayout:
    """Return where everything goes.

    The slanted parts of the lines are the longer the wider the moves fan out; so the
    levels are set twice, the second time with what the first one found.
    """
    wide = dict.fromkeys(range(1 + max(shown.levels.values())), 0.0)
    it = _once(shown, sizes, wide)
    for k in shown.nodes:
        if shown.children[k]:
            reach = max(abs(it.across[c] - it.across[k]) for c in shown.children[k])
            level = shown.levels[k] + 1
            wide[level] = max(wide[level], reach)
    return _once(shown, sizes, wide)


def _once(shown: View, sizes: Sizes, wide: Mapping[int, float]) -> TreeLayout:
    count = 1 + max(shown.levels.values())
    label, block = [0.0] * (count + 1), [0.0] * count
    for k in shown.nodes:
        level = shown.levels[k]
        # Beside a chain the next lines begin below the text of an end, not around it.
        beside = k != shown.root and shown.parent(k) in shown.straight
        if not shown.is_end(k) or k == shown.root or (beside and not sizes.endless):
            block[level] = max(block[level], sizes.nodes[k][0])
        if k != shown.root:
            above = shown.levels[shown.parent(k)] + 1
            label[above] = max(label[above], sizes.labels[k][0])
    slants, labels, starts, ends = [0.0], [0.0], [0.0], [block[0]]
    least, most, slope = sizes.slants
    for level in range(1, count):
        slants.append(ends[-1])
        slant = min(max(least, slope * wide[level]), most)
        labels.append(slants[-1] + slant)
        after = labels[-1] + label[level] + sizes.lead + sizes.corridors.get(level, 0.0)
        starts.append(after)
        ends.append(after + block[level])
    length = max(starts[shown.levels[k]] + sizes.nodes[k][0] for k in shown.nodes)
    rows = (tuple(slants), tuple(labels), tuple(starts), tuple(ends))
    it = TreeLayout(shown, sizes, {}, *rows, length, 0.0)
    offsets, contour = _packed(it)
    across = {shown.root: 0.0}
    for k in shown.nodes[1:]:
        across[k] = across[shown.parent(k)] + offsets[k]
    low, high = min(contour.low), max(contour.high)
    return replace(it, across={k: x - low for k, x in across.items()}, breadth=high - low)


def _packed(it: TreeLayout) -> tuple[dict[int, float], _Contour]:
    """Return how far every node is from its parent, and the contour of the whole."""
    shown, sizes, labels, starts = it.view, it.sizes, it.labels, it.starts
    offsets: dict[int, float] = {}
    contours: dict[int, _Contour] = {}
    for k in reversed(shown.nodes):
        level = shown.levels[k]
        along, across = sizes.nodes[k]
        own = _Contour(int(starts[level] / _STEP))
        children = shown.children[k]
        if children:
            below = [contours.pop(c) for c in children]
            places = _places(below, sizes)
            middle = (places[0] + places[-1]) / 2
            if k in shown.straight:
                middle = next(x for x, c in zip(places, children, strict=True) if shown.is_open(c))
            for c, x, contour in zip(children, places, below, strict=True):
                offsets[c] = x - middle
                own.merge(contour, x - middle)
            # The lines fan out from the parent; what lies beside them keeps off.
            first, last = places[0] - middle, places[-1] - middle
            begin, end = it.slants[level + 1], labels[level + 1]
            for step in range(4):
                part = (step + 1) / 4
                own.add(
                    begin + step / 4 * (end - begin),
                    begin + part * (end - begin),
                    min(first * part, 0.0) - 0.6,
                    max(last * part, 0.0) + 0.6,
                )
            own.add(starts[level], it.ends[level], -0.6, 0.6)
        stop = it.length if sizes.endless and not children else starts[level] + along
        own.add(starts[level], max(stop, starts[level] + _STEP), -across / 2, across / 2)
        if k != shown.root:
            at = shown.levels[shown.parent(k)] + 1
            along, across = sizes.labels[k]
            own.add(labels[at], labels[at] + max(along, _STEP), -across / 2, across / 2)
            own.add(labels[at], starts[level], -0.6, 0.6)
        contours[k] = own
    return offsets, contours[shown.root]


def _places(below: Sequence[_Contour], sizes: Sizes) -> list[float]:
    """Return where the children stand, the first one at 0."""
    count = len(below)
    apart = {
        (i, j): below[i].distance(below[j]) + sizes.gap for j in range(count) for i in range(j)
    }
    left = [0.0] * count
    for j in range(1, count):
        left[j] = max(left[i] + apart[i, j] for i in range(j))
    right = [left[-1]] * count
    for i in range(count - 2, -1, -1):
        right[i] = min(right[j] - apart[i, j] for j in range(i + 1, count))
    first = (left[0] + right[0]) / 2
    return [(a + b) / 2 - first for a, b in zip(left, right, strict=True)]
