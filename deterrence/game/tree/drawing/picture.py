"""One ``istgame`` picture: a tree, or a column of it, with the places of everything worked out.

The package istgame draws a root with its branches at a time; each is told here where its
ends are, so that the picture is as tidy as the figures
(:mod:`deterrence.game.tree.drawing.layout`).

>>> room([("war", 3.0), ("$-1$", 2.0)])
(4.65, 6.8)
"""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

from deterrence.algebra.expressions import Expression
from deterrence.game.tree.drawing.layout import Sizes, TreeLayout
from deterrence.game.tree.drawing.links import Link, linked, track_at
from deterrence.game.tree.drawing.view import View
from deterrence.game.tree.extensive import ExtensiveGame
from deterrence.game.tree.play import history_text, leaf_name, moves_of, reach
from deterrence.game.tree.text import (
    as_formula,
    probability_text,
    says_something,
    short_number,
)
from deterrence.words.markup import latex_number, latex_symbol, latex_text, plain, text_width
from deterrence.words.typeset import expression_latex

#: About how wide a letter, and how high a line of ``\\footnotesize`` is (mm).
_LETTER, _LINE = 1.55, 3.4
#: Letters in a line of a label, at a node and at an end.
_LABEL, _NODE, _END = 14, 16, 16
#: A page of an article: what a picture fills without being scaled (mm).
PAGE = (120.0, 185.0)
#: Gaps between neighbours, the widest first that keeps to the page (mm).
_GAPS = (8.0, 6.0, 4.5, 3.0, 2.0)


class Texts:
    """What is written where, as LaTeX, line by line; and about how much room it takes."""

    def __init__(
        self,
        shown: View,
        symbols: Mapping[str, str],
        titles: Mapping[str, str],
        profile: Mapping[str, Any] | None,
        beliefs: Mapping[str, Mapping[str, Any]],
    ) -> None:
        self.shown, self.game = shown, shown.game
        self.symbols, self.titles, self.beliefs = symbols, titles, beliefs
        self.moves = None if profile is None else moves_of(self.game, profile)
        self.reached = None if self.moves is None else reach(self.game, self.moves)

    def number(self, value: Any, chance: bool = False) -> tuple[str, float]:
        """Return a number or a formula in math mode, and its width in letters."""
        value = as_formula(value)
        if isinstance(value, Expression):
            names = {n: latex_symbol(n, self.symbols.get(n, "")) for n in value.names}
            return f"${expression_latex(value, names)}$", len(str(value))
        text = probability_text(value) if chance else short_number(value)
        return f"${latex_number(text)}$", len(text)

    def mover(self, k: int) -> list[tuple[str, float]]:
        """Return the lines at a node where somebody moves."""
        node = self.game.nodes[k]
        s = self.game.sets[node.set]
        lines = []
        if s.player is not None:
            for part in _wrapped(s.player, _NODE):
                lines.append((rf"\textbf{{{latex_text(part)}}}", 1.15 * text_width(part)))
        else:
            lines.append(("chance", 6.0))
        if says_something(s.label, s.player):
            lines = [] if s.player is None else lines
            lines += [(latex_text(part), text_width(part)) for part in _wrapped(s.label, _NODE)]
        belief = self.beliefs.get(s.label, {}).get(history_text(self.game, k))
        if belief is not None and len(s.nodes) > 1:
            ends = belief if isinstance(belief, tuple | list) else (belief,)
            numbers = [self.number(p, True) for p in ends]
            text = " to ".join(n for n, _ in numbers)
            lines.append((f"belief {text}", 7 + sum(w for _, w in numbers) + 4 * (len(ends) - 1)))
        if node.outcome is not None:
            text, wide = self.payoffs(k)
            lines.append((f"pays {text}", 5 + wide))
        return lines

    def payoffs(self, k: int) -> tuple[str, float]:
        """Return the payoffs at a node in one line, in the players' colours."""
        numbers = [self.number(u) for u in self.game.paid(k)]
        text = ", ".join(_coloured(i, n) for i, (n, _) in enumerate(numbers))
        return text, sum(w for _, w in numbers) + 2 * (len(numbers) - 1)

    def end(self, k: int, stacked: bool) -> list[tuple[str, float]]:
        """Return the lines at an end: its outcome, and the payoffs."""
        game = self.game
        if k in self.shown.turns:
            parts = _wrapped(f"to {game.sets[game.nodes[k].set].label}", _END)
            return [(rf"\textit{{{latex_text(part)}}}", text_width(part)) for part in parts]
        if k in self.shown.folded:
            return [(rf"\dots\ {self.shown.folded[k]:,} ends", 12)]
        outcome = game.nodes[k].outcome
        name = "" if outcome is None else leaf_name(game, k)
        name = self.titles.get(outcome or "", "") or self.titles.get(name, "") or name
        lines = [(latex_text(part), float(text_width(part))) for part in _wrapped(name, _END)]
        if not stacked:
            text, wide = self.payoffs(k)
            if len(lines) == 1 and lines[0][1] + wide < 2 * _END:
                return [(f"{lines[0][0]} ({text})", lines[0][1] + wide + 3)]
            return [*lines, (text, wide)]
        if self.shown.parent(k) in self.shown.straight:
            return [*lines, self.payoffs(k)]
        for i, u in enumerate(game.paid(k)):
            number, wide = self.number(u)
            lines.append((_coloured(i, number), wide))
        return lines

    def label(self, k: int, stacked: bool) -> list[tuple[str, float]]:
        """Return the lines on the line to a node: the action, and its probability if mixed."""
        above = self.game.nodes[self.game.nodes[k].parent].set
        s = self.game.sets[above]
        move = self.game.nodes[k].move
        lines = [
            (latex_text(part), float(text_width(part)))
            for part in _wrapped(s.actions[move], _LABEL)
        ]
        p = s.chances[move] if s.is_chance else self.chance(k)
        if p is not None and (s.is_chance or (p != 0 and p != 1)):
            number, wide = self.number(p, True)
            if stacked or not lines:
                lines.append((number, wide))
            else:
                text, before = lines[-1]
                lines[-1] = (f"{text} {number}", before + 1 + wide)
        return lines

    def chance(self, k: int) -> Any:
        """Return the probability of the move that leads to a node, if there is a profile."""
        node = self.game.nodes[k]
        mix = None if self.moves is None else self.moves[self.game.nodes[node.parent].set]
        return None if mix is None else mix[node.move]

    def line(self, k: int) -> str:
        """Return the style of the line to a node."""
        if self.reached is None:
            return "tree line"
        p = self.chance(k)
        if p is None or p == 0:
            return "tree idle"
        s = self.game.sets[self.game.nodes[self.shown.parent(k)].set]
        colour = "black" if s.player is None else f"treeplayer{_number(self.game, s.player)}"
        return f"{'tree played' if self.reached[k] != 0 else 'tree ready'},draw={colour}"


class Picture:
    """A tree laid out in one direction."""

    def __init__(self, texts: Texts, down: bool) -> None:
        self.texts, self.down = texts, down
        shown = texts.shown
        self.blocks = {
            k: texts.end(k, down) if shown.is_end(k) else texts.mover(k) for k in shown.nodes
        }
        self.labels = {k: texts.label(k, down) for k in shown.nodes[1:]}
        page = PAGE[0 if down else 1]
        for gap in _GAPS if down else (3.0, 2.0, 1.2):
            self.gap = gap
            self.layout, self.links = linked(shown, self._sizes)
            if self.layout.breadth <= page:
                break

    def _sizes(self, corridors: Mapping[int, float]) -> Sizes:
        nodes = {}
        for k, lines in self.blocks.items():
            w, h = room(lines)
            if self.texts.shown.is_end(k):
                nodes[k] = (h + 1.5, w) if self.down else (w + 1.5, h)
            else:
                nodes[k] = (h + 2.2, w + 3.0) if self.down else (w + 3.0, h + 2.2)
        labels = {}
        for k, lines in self.labels.items():
            w, h = room(lines)
            labels[k] = (h + 0.6, w + 1.2) if self.down else (w + 2.0, h + 0.4)
        return Sizes(nodes, labels, gap=self.gap, lead=1.6, corridors=corridors)

    @property
    def size(self) -> tuple[float, float]:
        """Width and height (mm)."""
        it: TreeLayout = self.layout
        return (it.breadth, it.length) if self.down else (it.length, it.breadth)

    # ---- places -------------------------------------------------------------------
    def at(self, along: float, across: float) -> tuple[float, float]:
        """Return the place in the picture, upwards from the upper left corner (mm)."""
        return (across, -along) if self.down else (along, -across)

    def spot(self, k: int) -> tuple[float, float]:
        """Return the place of a node: the middle of its block, the beginning of an end's."""
        it = self.layout
        inside = 0.0 if it.view.is_end(k) and k != it.view.root else it.sizes.nodes[k][0] / 2
        return self.at(it.start(k) + inside, it.across[k])

    # ---- text ---------------------------------------------------------------------
    def write(self) -> list[str]:
        """Return the lines of the picture."""
        shown = self.texts.shown
        lines = [r"\begin{istgame}[font=\footnotesize,baseline=(current bounding box.north)]"]
        if not self.down:
            lines.append(r"\setistgrowdirection{east}")
        if shown.is_end(shown.root):
            x, y = self.spot(0)
            text = stack(self.blocks[0])
            lines += [rf"\istrooto(n0)({_mm(x)},{_mm(y)})[draw=none]{{{text}}}", r"\endist"]
        for k in shown.nodes:
            if shown.children[k]:
                lines += self._subtree(k)
        return [*lines, *map(self._link, self.links), r"\end{istgame}"]

    def _subtree(self, k: int) -> list[str]:
        it, shown, game = self.layout, self.texts.shown, self.texts.game
        s = game.sets[game.nodes[k].set]
        x, y = self.spot(k)
        style = (
            "tree chance"
            if s.player is None
            else (f"tree move,tree player {_number(game, s.player)}")
        )
        if s.player is not None and len(s.nodes) > 1:
            style += ",tree set"
        place = f"{_mm(x)},{_mm(y)}"
        if k != shown.root:
            node = game.nodes[k]
            place = f"n{node.parent}-{node.move + 1}"
        lines = [rf"\istrooto(n{k})({place})[{style}]{{{stack(self.blocks[k])}}}"]
        for c in shown.children[k]:
            to_x, to_y = self.spot(c)
            far = abs(to_y - y) if self.down else abs(to_x - x)
            aside = f"xshift={_mm(to_x - x)}" if self.down else f"yshift={_mm(to_y - y)}"
            knee_x, knee_y = self.at(it.label_start(c), it.across[c])
            if self.down:
                half = room(self.labels[c])[1] / 2
                knee = f"yshift={_mm(knee_y - half - to_y)}"
                pos = "tree label"
            else:
                knee = f"xshift={_mm(knee_x - to_x)}"
                pos = "tree label,anchor=west,xshift=1mm"
            text = rf"\istb<level distance={_mm(far)},sibling distance=0mm,{aside}>"
            text += f"[tree knee={{{knee}}},{self.texts.line(c)}]"
            text += f"{{{stack(self.labels[c])}}}[{pos}]"
            if shown.is_end(c):
                text += f"{{{stack(self.blocks[c])}}}"
            lines.append(text)
        return [*lines, r"\endist"]

    def _link(self, link: Link) -> str:
        it, game = self.layout, self.texts.game
        a, b = sorted((link.first, link.second), key=lambda k: it.across[k])
        player = game.sets[game.nodes[a].set].player or ""
        style = f"tree set,draw=treeplayer{_number(game, player)}"
        if link.track is None:
            bend = "" if it.view.levels[a] == it.view.levels[b] else ",bend right=50"
            return rf"\xtInfoset[{style}{bend}](n{a})(n{b}){{}}"
        track = track_at(it, link)
        inset = [min(it.sizes.nodes[k][1] * 0.3, 3.0) for k in (a, b)]
        places = [
            (it.start(a) + 1.0, it.across[a] + inset[0]),
            (track, it.across[a] + inset[0]),
            (track, it.across[b] - inset[1]),
            (it.start(b) + 1.0, it.across[b] - inset[1]),
        ]
        path = " -- ".join(f"({_mm(x)},{_mm(y)})" for x, y in (self.at(*p) for p in places))
        return (
            r"\begin{pgfonlayer}{background}"
            rf"\draw[{style},rounded corners=1mm] {path};\end{{pgfonlayer}}"
        )


def _number(game: ExtensiveGame, player: str) -> int:
    return game.players.index(player) + 1


def _coloured(i: int, text: str) -> str:
    return rf"\textcolor{{treeplayer{i + 1}}}{{{text}}}"


def _wrapped(text: str, width: int) -> list[str]:
    return textwrap.wrap(plain(text), width, break_long_words=True)


def stack(lines: Sequence[tuple[str, float]]) -> str:
    """Return lines of text as one piece of LaTeX."""
    # A bracket after \\ would be read as its optional argument.
    text = r"\\".join(f"{{}}{t}" if t.startswith(("[", "*")) else t for t, _ in lines)
    return rf"\shortstack{{{text}}}" if len(lines) > 1 else text


def room(lines: Sequence[tuple[str, float]]) -> tuple[float, float]:
    """Return about how wide and how high lines of text are (mm)."""
    wide = max((w for _, w in lines), default=0.0)
    tall = sum(1.5 * _LINE if r"\frac" in t else _LINE for t, _ in lines)
    return wide * _LETTER, max(tall, _LINE)


def _mm(value: float) -> str:
    return f"{value:.1f}mm"
