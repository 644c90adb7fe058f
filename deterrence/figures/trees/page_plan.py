"""How a game tree is fitted on a page: direction, manner of writing, columns, and air.

Of the ways that fit, the plainest one that suits a page is taken; what does not fit at all
is refused, with what would.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from deterrence.errors import UsageError
from deterrence.figures.drawing.page import COLUMN, EDGE, HIGHEST, WIDEST, Page
from deterrence.figures.trees.shown_equilibrium import ShownEquilibrium
from deterrence.figures.trees.tree_content import MANNERS, Content, DrawnTree
from deterrence.game.tree.drawing.layout import TreeLayout
from deterrence.game.tree.drawing.links import Link, linked
from deterrence.game.tree.drawing.view import View, view

#: Nodes that are drawn at most, and the room for them on a usual page (mm).
MAX_NODES = 3_000
PAGE = (183.0, 240.0)
#: A large sheet, its longer side first (mm).
A3 = (420.0, 297.0)
#: Gaps between neighbours, the widest first (mm).
_GAPS = {"down": (7.0, 5.0, 3.5, 2.0), "right": (3.0, 2.0, 1.0)}
#: Ends from which no layout can fit the largest figure: each has a row of its own, or a column.
_MOST_ENDS, _MOST_DOWN = 360, 250
#: Columns of a long chain, and the distance between them (mm).
_COLUMNS, GUTTER = 8, 7.0
#: Least distance of the table of payoffs from the tree (mm).
TABLE = 3.0


@dataclass(frozen=True)
class LaidOutTree:
    """A tree laid out, or one column of it."""

    content: Content
    layout: TreeLayout
    links: tuple[Link, ...]


@dataclass(frozen=True)
class PagePlan:
    """A tree laid out in one direction and manner, with its size (mm).

    A long chain may be in several ``parts``, one column beside the other.
    """

    shown: View
    parts: tuple[LaidOutTree, ...]
    width: float
    height: float

    @property
    def content(self) -> Content:
        """What is written, in the first part."""
        return self.parts[0].content

    @property
    def strain(self) -> float:
        """How far this is from fitting a page: 1 or less fits."""
        return max(self.width / PAGE[0], self.height / PAGE[1])


def plan_tree(
    it: DrawnTree,
    answer: ShownEquilibrium | None,
    direction: str,
    depth: int | None,
    width: float | None,
) -> PagePlan:
    """Return the best of the plans that fit."""
    room = WIDEST if width is None else Page(width).width
    shown = view(it.written, depth)
    ways = ("down", "right") if direction == "auto" else (direction,)
    known: list[PagePlan] = []
    if len(shown.nodes) <= MAX_NODES:
        for step in range(len(MANNERS["down"])):
            known += [p for way in ways for p in _laid_out(it, shown, answer, way, step)]
            fitting = [p for p in known if _fits(p, room)]
            # Texts are broken more closely where that brings a large tree on a sheet of A3.
            if any(_is_handy(p) for p in fitting) or (fitting and step == len(MANNERS["down"]) - 2):
                break
        if fitting:
            # Of those that fit a page the first one, which is the plainest.
            handy = [p for p in fitting if _is_handy(p)]
            best = min(handy or fitting, key=lambda p: max(p.strain, 1.0))
            return _airy(best, PAGE[0] if width is None else width)
    raise _too_large(it, shown, answer, ways, room, known)


def _fits(plan: PagePlan, room: float) -> bool:
    return plan.width <= room and plan.height <= HIGHEST - 100


def _is_handy(plan: PagePlan) -> bool:
    long, short = sorted((plan.width, plan.height), reverse=True)
    return long <= A3[0] and short <= A3[1]


def _too_large(
    it: DrawnTree,
    shown: View,
    answer: ShownEquilibrium | None,
    ways: tuple[str, ...],
    room: float,
    known: list[PagePlan],
) -> UsageError:
    """Return the error for a tree that does not fit, with what does."""
    remedies = []
    wide = [p.width for p in known if _fits(p, WIDEST)]
    if wide:
        remedies.append(f"give a width of {min(wide) + 1:.0f} mm or more")
    low, high = 0, max(shown.levels.values())
    while low < high - 1:
        middle = (low + high) // 2
        part = view(it.written, middle)
        fits = len(part.nodes) <= MAX_NODES and any(
            _fits(p, room) for way in ways for p in _laid_out(it, part, answer, way, 2)
        )
        low, high = (middle, high) if fits else (low, middle)
    if low:
        remedies.append(f"draw the first moves only, --depth {low}")
    return UsageError(
        f"the tree of {it.written.name} ({len(shown.nodes):,} nodes) does not fit {room:g} mm",
        remedy=", or ".join(remedies) or "`deterrence show` writes it as text",
    )


def _laid_out(
    it: DrawnTree, shown: View, answer: ShownEquilibrium | None, way: str, step: int
) -> Iterator[PagePlan]:
    """Lay a tree out in one direction; a long chain that grows down also in columns."""
    down = way == "down"
    ends = sum(map(shown.is_end, shown.nodes))
    if ends > (_MOST_DOWN if down and not shown.straight else _MOST_ENDS):
        return
    ruler = Page(WIDEST)

    def plan(views: tuple[View, ...]) -> PagePlan:
        parts = []
        for part in views:
            content = Content(ruler, it, part, answer, MANNERS[way][step], down)
            parts.append(_part(content, _GAPS[way][-1]))
        return _measured(shown, tuple(parts))

    whole = plan((shown,))
    yield whole
    if down and shown.straight and whole.height > PAGE[1]:
        for count in range(2, _COLUMNS + 1):
            views = shown.columns(count)
            if len(views) == count:
                columns = plan(views)
                yield columns
                if columns.strain <= 1:
                    return


def _part(content: Content, gap: float) -> LaidOutTree:
    layout, found = linked(content.shown, lambda corridors: content.sizes(corridors, gap))
    return LaidOutTree(content, layout, tuple(found))


def _measured(shown: View, parts: tuple[LaidOutTree, ...]) -> PagePlan:
    first = parts[0]
    if first.content.down:
        wide = sum(p.layout.breadth for p in parts) + GUTTER * (len(parts) - 1)
        tall = max(p.layout.length for p in parts)
    else:
        wide = first.layout.length + TABLE + sum(first.content.columns())
        tall = first.layout.breadth
    return PagePlan(shown, parts, wide + 2 * EDGE + 2.0, tall)


def _airy(plan: PagePlan, room: float) -> PagePlan:
    """Return the plan with as much air between the nodes as a page has to give."""
    down = plan.content.down
    for page in (COLUMN, room):
        for gap in _GAPS["down" if down else "right"]:
            parts = tuple(_part(p.content, gap) for p in plan.parts)
            airy = _measured(plan.shown, parts)
            if airy.width <= page and airy.height <= max(1.1 * plan.height, 0.8 * page):
                return airy
    return plan
