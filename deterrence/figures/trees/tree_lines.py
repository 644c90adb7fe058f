"""Lines of the game tree figure: moves, nodes, and the dashes that join information sets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from deterrence.figures.drawing.page import Page
from deterrence.figures.drawing.style import FAINT, INK, PAPER
from deterrence.figures.trees.shown_equilibrium import ShownEquilibrium
from deterrence.figures.trees.text_blocks import draw
from deterrence.figures.trees.tree_content import DOT, PAD, Content, player_colour
from deterrence.game.tree.drawing.layout import TreeLayout
from deterrence.game.tree.drawing.links import Link, track_at
from deterrence.game.tree.extensive import ExtensiveGame

#: Widths of lines (points): played, played if it came to that, not played, without equilibrium.
PLAYED, READY, IDLE, PLAIN = 2.4, 1.3, 0.6, 0.8
_DASHES = (0, (2.6, 1.5))


class Drawing:
    """A tree on its page; ``left`` and ``top`` are the corner of its layout (mm)."""

    def __init__(
        self,
        page: Page,
        content: Content,
        it: TreeLayout,
        found: Sequence[Link],
        left: float,
        top: float,
    ) -> None:
        self.page, self.content, self.it, self.links = page, content, it, found
        self.left, self.top, self.down = left, top, content.down
        self.game: ExtensiveGame = content.game
        self.answer: ShownEquilibrium | None = content.answer

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
        places = [
            self.at(begin, above), self.at(it.ends[level], above),
            self.at(it.label_start(k), here), self.at(it.start(k), here),
        ]  # fmt: skip
        colour, width, name = self.style(k)
        self.page.line(
            [x for x, _ in places], [y for _, y in places], color=colour, lw=width,
            gid=f"{name}-{k}", solid_joinstyle="round", solid_capstyle="butt",
            zorder=2.5 if width > READY else 2.0,
        )  # fmt: skip

    def _label(self, k: int) -> None:
        b = self.content.labels[k]
        x, y = self.at(self.it.label_start(k), self.it.across[k])
        if self.down:
            draw(self.page, b, x, y, background=True, gid=f"label-{k}")
        else:
            draw(
                self.page, b, x + 1.2, y - b.height / 2, align="left", background=True,
                gid=f"label-{k}",
            )  # fmt: skip

    # ---- nodes -------------------------------------------------------------------
    def _mover(self, k: int) -> None:
        from matplotlib.patches import FancyBboxPatch, Polygon

        b = self.content.nodes[k]
        along, across = self.it.sizes.nodes[k]
        x, y = self.at(self.it.start(k), self.it.across[k] - across / 2)
        w, h = (across, along) if self.down else (along, across)
        s = self.game.sets[self.game.nodes[k].set]
        colour = player_colour(self.game, s.player)
        style: dict[str, Any] = {"edgecolor": colour, "zorder": 3}
        if s.player is None:
            tip = min(1.6, h / 2)
            self.page.add(Polygon(
                [(x, y + h / 2), (x + tip, y), (x + w - tip, y), (x + w, y + h / 2),
                 (x + w - tip, y + h), (x + tip, y + h)],
                facecolor="#f0f0f0", lw=0.8, gid=f"chance-{k}", **style,
            ))  # fmt: skip
        else:
            many = len(s.nodes) > 1
            r = min(1.4, h / 2 - 0.01)
            self.page.add(FancyBboxPatch(
                (x + r, y + r), w - 2 * r, h - 2 * r, boxstyle=f"round,pad={r}",
                facecolor=tint(colour), lw=1.0, linestyle=_DASHES if many else "-",
                gid=f"player-{k}", **style,
            ))  # fmt: skip
        draw(self.page, b, x + w / 2, y + PAD[1], gid=f"node-{k}")

    def _end(self, k: int) -> None:
        b = self.content.nodes[k]
        x, y = self.at(self.it.start(k), self.it.across[k])
        folded = k in self.it.view.folded
        colour = FAINT if self.answer is not None and not self.answer.is_reached(k) else INK
        dx, dy = (0.0, 0.7) if self.down else (0.7, 0.0)
        self.page.line(
            [x + dx], [y + dy], marker=(3, 0, 0 if self.down else 90) if folded else "o",
            ms=5.0 if folded else 3.0, mfc=PAPER if folded else colour, mec=colour, mew=0.8,
            ls="", zorder=3, gid=f"end-{k}",
        )  # fmt: skip
        if self.down:
            draw(self.page, b, x, y + DOT, gid=f"node-{k}")
        else:
            draw(self.page, b, x + DOT, y - b.height / 2, align="left", gid=f"node-{k}")

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
            one, two = (
                (it.start(k) + it.sizes.nodes[k][0] / 2, it.across[k] + side)
                for k, side in ((a, half_a), (b, -half_b))
            )
            if it.across[a] + half_a > it.across[b] - half_b:  # one before the other
                one, two = (one[0], it.across[a] + half_a), (two[0], it.across[b] + half_b)
                far = max(one[1], two[1]) + 4.0
                places = [one, (one[0], far), (two[0], far), two]
            else:
                middle = (one[1] + two[1]) / 2
                places = [one, (one[0], middle), (two[0], middle), two]
            codes = [Path.MOVETO, Path.CURVE4, Path.CURVE4, Path.CURVE4]
        else:
            track = track_at(it, link)
            inset_a, inset_b = min(half_a * 0.6, 3.0), min(half_b * 0.6, 3.0)
            left, right = it.across[a] + inset_a, it.across[b] - inset_b
            turn = min(1.2, (right - left) / 2)
            places = [
                (it.start(a), left), (track, left), (track, left + turn),
                (track, right - turn), (track, right), (it.start(b), right),
            ]  # fmt: skip
            codes = [
                Path.MOVETO, Path.CURVE3, Path.CURVE3, Path.LINETO, Path.CURVE3, Path.CURVE3,
            ]  # fmt: skip
        self.page.add(PathPatch(
            Path([self.at(*p) for p in places], codes), facecolor="none", edgecolor=colour,
            lw=1.0, linestyle=_DASHES, zorder=2.7, gid=f"information-set-{a}-{b}",
        ))  # fmt: skip


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
