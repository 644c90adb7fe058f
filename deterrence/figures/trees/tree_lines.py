"""Lines of the game tree figure: moves, nodes, and the dashes that join information sets."""

from __future__ import annotations

from typing import Any

from deterrence.figures.drawing.page import Page
from deterrence.figures.drawing.style import FAINT, INK, PAPER, Look
from deterrence.figures.trees.page_plan import LaidOutTree
from deterrence.figures.trees.shown_equilibrium import ShownEquilibrium
from deterrence.figures.trees.text_blocks import TextBlock, draw
from deterrence.figures.trees.tree_content import DOT, PAD, player_colour
from deterrence.game.tree.drawing.links import Link, track_at
from deterrence.game.tree.extensive import ExtensiveGame

#: Widths of lines (points): played, played if it came to that, not played, without equilibrium.
PLAYED, READY, IDLE, PLAIN = 2.4, 1.3, 0.6, 0.8
_DASHES = (0, (2.6, 1.5))


class Drawing:
    """A tree on its page; ``left`` and ``top`` are the corner of its layout (mm)."""

    def __init__(self, page: Page, part: LaidOutTree, left: float, top: float) -> None:
        self.page, self.content, self.it, self.links = page, part.content, part.layout, part.links
        self.left, self.top, self.down = left, top, part.content.down
        self.game, self.answer = part.content.game, part.content.answer

    def at(self, along: float, across: float) -> tuple[float, float]:
        """Return the place on the page of a place in the layout."""
        if self.down:
            return self.left + across, self.top + along
        return self.left + along, self.top + across

    def draw(self) -> None:
        """Draw everything."""
        for k in self.it.view.nodes:
            if k != self.it.view.root:
                self._move(k)
                self._label(k)
            if k in self.it.view.turns:
                continue
            if self.it.view.is_end(k):
                self._end(k)
            else:
                self._mover(k)
        for link in self.links:
            self._link(link)

    # ---- moves -------------------------------------------------------------------
    def style(self, k: int) -> tuple[str, float, str]:
        """Return colour, width and name of the line of the move to a node."""
        return move_style(self.answer, self.game, k)

    def _move(self, k: int) -> None:
        it, parent = self.it, self.it.view.parent(k)
        level = it.view.levels[parent]
        begin = it.starts[level] + it.sizes.nodes[parent][0]
        here, above = it.across[k], it.across[parent]
        corners = [(begin, above), (it.ends[level], above)]
        corners += [(it.label_start(k), here), (it.start(k), here)]
        xs, ys = zip(*(self.at(*corner) for corner in corners), strict=True)
        colour, width, name = self.style(k)
        style: Look = {"color": colour, "lw": width, "zorder": 2.5 if width > READY else 2.0}
        ends: Look = {"solid_joinstyle": "round", "solid_capstyle": "butt"}
        self.page.line(xs, ys, **style, **ends, gid=f"{name}-{k}")

    def _label(self, k: int) -> None:
        x, y = self.at(self.it.label_start(k), self.it.across[k])
        more = 0.0 if self.down else 1.2
        self._write(self.content.labels[k], x + more, y, f"label-{k}", background=True)

    def _write(self, b: TextBlock, x: float, y: float, gid: str, *, background: bool) -> None:
        """Write a block below a place, or to the right of it, as the tree grows."""
        if self.down:
            draw(self.page, b, x, y, background=background, gid=gid)
        else:
            top = y - b.height / 2
            draw(self.page, b, x, top, align="left", background=background, gid=gid)

    # ---- nodes -------------------------------------------------------------------
    def _mover(self, k: int) -> None:
        from matplotlib.patches import FancyBboxPatch

        b = self.content.nodes[k]
        along, across = self.it.sizes.nodes[k]
        x, y = self.at(self.it.start(k), self.it.across[k] - across / 2)
        w, h = (across, along) if self.down else (along, across)
        s = self.game.sets[self.game.nodes[k].set]
        colour = player_colour(self.game, s.player)
        style: Look = {"edgecolor": colour, "zorder": 3}
        if s.player is None:
            self.page.add(hexagon(x, y, w, h, min(1.6, h / 2), gid=f"chance-{k}", **style))
        else:
            r = min(1.4, h / 2 - 0.01)
            style |= {"boxstyle": f"round,pad={r}", "facecolor": tint(colour), "lw": 1.0}
            style |= {"linestyle": _DASHES if len(s.nodes) > 1 else "-", "gid": f"player-{k}"}
            self.page.add(FancyBboxPatch((x + r, y + r), w - 2 * r, h - 2 * r, **style))
        draw(self.page, b, x + w / 2, y + PAD[1], gid=f"node-{k}")

    def _end(self, k: int) -> None:
        start, across = self.it.start(k), self.it.across[k]
        colour = FAINT if self.answer is not None and not self.answer.is_reached(k) else INK
        style: Look = {"marker": "o", "ms": 3.0, "mfc": colour}
        if k in self.it.view.folded:
            style = {"marker": (3, 0, 0 if self.down else 90), "ms": 5.0, "mfc": PAPER}
        x, y = self.at(start + 0.7, across)
        self.page.line([x], [y], **style, mec=colour, mew=0.8, ls="", zorder=3, gid=f"end-{k}")
        x, y = self.at(start + DOT, across)
        self._write(self.content.nodes[k], x, y, f"node-{k}", background=False)

    # ---- information sets ------------------------------------------------------
    def _link(self, link: Link) -> None:
        from matplotlib.patches import PathPatch
        from matplotlib.path import Path

        it = self.it
        a, b = sorted((link.first, link.second), key=lambda k: it.across[k])
        s = self.game.sets[self.game.nodes[a].set]
        colour = player_colour(self.game, s.player)
        half_a, half_b = it.sizes.nodes[a][1] / 2, it.sizes.nodes[b][1] / 2
        if link.track is None and it.view.levels[a] == it.view.levels[b]:
            spot = it.start(a) + min(it.sizes.nodes[a][0], it.sizes.nodes[b][0]) / 2
            places = [(spot, it.across[a] + half_a), (spot, it.across[b] - half_b)]
            codes = [Path.MOVETO, Path.LINETO]
        elif link.track is None:
            # Levels differ: a curve from side to side.
            from_, to = (it.start(k) + it.sizes.nodes[k][0] / 2 for k in (a, b))
            begin, end = it.across[a] + half_a, it.across[b] - half_b
            bend = (begin + end) / 2
            if begin > end:  # one before the other
                end = it.across[b] + half_b
                bend = max(begin, end) + 4.0
            places = [(from_, begin), (from_, bend), (to, bend), (to, end)]
            codes = [Path.MOVETO, *[Path.CURVE4] * 3]
        else:
            track = track_at(it, link)
            inset_a, inset_b = min(half_a * 0.6, 3.0), min(half_b * 0.6, 3.0)
            left, right = it.across[a] + inset_a, it.across[b] - inset_b
            turn = min(1.2, (right - left) / 2)
            places = [(it.start(a), left), (track, left), (track, left + turn)]
            places += [(track, right - turn), (track, right), (it.start(b), right)]
            curve = [Path.CURVE3, Path.CURVE3]
            codes = [Path.MOVETO, *curve, Path.LINETO, *curve]
        path = Path([self.at(*p) for p in places], codes)
        style: Look = {"facecolor": "none", "edgecolor": colour, "lw": 1.0, "linestyle": _DASHES}
        self.page.add(PathPatch(path, **style, zorder=2.7, gid=f"information-set-{a}-{b}"))


def hexagon(x: float, y: float, w: float, h: float, tip: float, **style: Any) -> Any:
    """Return a move of chance: a hexagon in a box, whose left and right ends are pointed."""
    from matplotlib.patches import Polygon

    left, right, middle = x + tip, x + w - tip, y + h / 2
    corners = [(x, middle), (left, y), (right, y), (x + w, middle), (right, y + h), (left, y + h)]
    return Polygon(corners, facecolor="#f0f0f0", lw=0.8, **style)


def move_style(
    answer: ShownEquilibrium | None, game: ExtensiveGame, k: int
) -> tuple[str, float, str]:
    """Return colour, width and name of the line of the move to a node."""
    if answer is None:
        return INK, PLAIN, "move"
    p = answer.chance(k)
    if p is None or p == 0:
        return FAINT, IDLE, "move-idle"
    s = game.sets[game.nodes[game.nodes[k].parent].set]
    colour = INK if s.player is None else player_colour(game, s.player)
    if answer.is_reached(k):
        return colour, PLAYED, "move-played"
    return colour, READY if s.player else PLAIN, "move-ready" if s.player else "move"


def tint(colour: str) -> str:
    """Return a very light tone of a colour, on which text in it can be read.

    >>> tint("#0072B2")
    '#ebf4f9'
    """
    parts = [int(colour[k : k + 2], 16) for k in (1, 3, 5)]
    return "#" + "".join(f"{round(255 - 0.08 * (255 - p)):02x}" for p in parts)
