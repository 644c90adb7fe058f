"""How drawn trees join the nodes that a player cannot tell apart: dashed lines past all texts.

>>> corridors([Link(3, 7, 2, 0), Link(4, 8, 2, 1), Link(9, 10, 3, None)])
{2: 3.6}
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from deterrence.game.tree.drawing.layout import Sizes, TreeLayout, tidy
from deterrence.game.tree.drawing.view import View

#: Room of one dashed line beside another (mm).
TRACK = 1.5


@dataclass(frozen=True)
class Link:
    """A dashed line between two nodes that their player cannot tell apart.

    ``track`` is its place in the corridor before the nodes of the ``level``; ``None`` for a
    straight line.
    """

    first: int
    second: int
    level: int
    track: int | None


def _pairs(shown: View) -> list[tuple[int, int]]:
    """Return the nodes to join: neighbours in every information set of several nodes."""
    found = []
    for s in shown.game.sets:
        if s.player is not None:
            there = [k for k in s.nodes if k in shown.levels]
            found += list(itertools.pairwise(there))
    return found


def links(it: TreeLayout) -> list[Link]:
    """Return how the nodes of information sets are joined.

    A straight line where nothing stands between them; else a line in the corridor, where
    it crosses lines but no text.  Lines that would lie on one another have tracks of their
    own.
    """
    boxes = {k: it.box(k) for k in it.view.nodes}
    taken: dict[int, list[tuple[float, float, int]]] = {}
    found = []
    for first, second in _pairs(it.view):
        a, b = sorted((first, second), key=lambda k: it.across[k])
        low, high = it.across[a], it.across[b]
        level = it.view.levels[first]
        if level != it.view.levels[second]:
            found.append(Link(first, second, level, None))
            continue
        start, between = it.starts[level], (low + 0.1, high - 0.1)
        spot = start + min(it.sizes.nodes[first][0], it.sizes.nodes[second][0]) / 2
        crossed = any(
            k not in (a, b)
            and box[0] <= spot <= box[1]
            and box[2] < between[1]
            and box[3] > between[0]
            for k, box in boxes.items()
        ) or any(
            it.view.levels[k] > level and it.label_level(k) <= level and low < it.across[k] < high
            for k in it.view.nodes[1:]
        )
        if not crossed:
            found.append(Link(first, second, level, None))
            continue
        busy = taken.setdefault(level, [])
        track = next(
            t
            for t in itertools.count()
            if all(t != other or high < x0 - 1 or low > x1 + 1 for x0, x1, other in busy)
        )
        busy.append((low, high, track))
        found.append(Link(first, second, level, track))
    return found


def corridors(found: Sequence[Link]) -> dict[int, float]:
    """Return the room that dashed lines need before the nodes of each level (mm)."""
    need: dict[int, float] = {}
    for link in found:
        if link.track is not None:
            need[link.level] = max(need.get(link.level, 0.0), (link.track + 1) * TRACK + 0.6)
    return need


def linked(
    shown: View, sizes: Callable[[Mapping[int, float]], Sizes]
) -> tuple[TreeLayout, list[Link]]:
    """Lay a tree out with its dashed lines, which get the room that they turn out to need.

    ``sizes`` returns all sizes for the corridors that it is given, by level.
    """
    need: dict[int, float] = {}
    for turn in range(4):
        layout = tidy(shown, sizes(need))
        found = links(layout)
        more = corridors(found)
        if turn == 3 or all(need.get(level, 0.0) >= room for level, room in more.items()):
            break
        need = {k: max(need.get(k, 0.0), more.get(k, 0.0)) for k in {*need, *more}}
    return layout, found


def track_at(it: TreeLayout, link: Link) -> float:
    """Return where the line of a link with a track runs, along the tree (mm)."""
    return it.start(link.first) - 0.6 - ((link.track or 0) + 0.5) * TRACK
