"""The payoff matrix: outcomes, payoffs, best replies and pure equilibria.

A best reply is bold and underlined; a cell in which both payoffs are best replies is a
pure equilibrium (Nash 1950) and has a heavy frame.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from deterrence.errors import UsageError
from deterrence.figures.drawing.drawn_game import (
    DrawnGame,
    begin,
    drawn,
    need_two_players,
    subject,
)
from deterrence.figures.drawing.headings import Heading
from deterrence.figures.drawing.key_samples import filled, written
from deterrence.figures.drawing.page import COLUMN, EDGE, WIDEST, KeyEntry, Page
from deterrence.figures.drawing.style import FAINT, GREY, INK, PALE, SMALL, Look
from deterrence.figures.facts.equilibrium_labels import label_of
from deterrence.figures.options import Figure, GivenValues
from deterrence.figures.texts import MINUS, exact_number, figure_number, formula, is_rounded, safe
from deterrence.game.matrix_display import best_replies
from deterrence.game.pattern_names import names_of
from deterrence.words.sentences import listed

if TYPE_CHECKING:
    from deterrence.game.strategic import StrategicGame
    from deterrence.modelfile.model import SymbolicModel

#: Blank around the contents of a cell, and size of payoffs.
_PAD, _BIG = 1.2, 8.0
_FRAME: Look = {"edgecolor": INK, "joinstyle": "miter"}
#: Outcomes of a lottery that are named in a cell.
_MOST = 2
#: Significant digits of rounded payoffs.
_DIGITS = 4
#: Lines of a text from which it makes the matrix no clearer, and numbers that the key tells.
_LINES, _TOLD = 4, 8


@dataclass(frozen=True)
class _Content:
    """What stands in one cell: lines of the outcome, payoffs, marks."""

    outcome: tuple[str, ...]
    payoffs: tuple[str, str]
    best: tuple[bool, ...]


@dataclass(frozen=True)
class _Manner:
    """How much is written in the cells, and whether actions are called by their titles."""

    outcomes: bool
    titles: bool = False
    rounded: bool = False
    stacked: bool = False


#: Ways to fill the cells, the fullest first; the first that fits the width is taken.
_MANNERS = (
    *(
        _Manner(outcomes, titles, rounded)
        for outcomes in (True, False)
        for titles, rounded in ((True, False), (False, False), (False, True))
    ),
    _Manner(False, rounded=True, stacked=True),
)


@drawn
def payoffs(
    model: SymbolicModel | StrategicGame,
    *,
    scenario: str | None = None,
    values: GivenValues | None = None,
    formulas: bool = False,
    width: float = COLUMN,
    title: str | None = None,
) -> Figure:
    """Return the payoff matrix with best replies and pure equilibria marked.

    Outcomes are left out where they do not fit.

    ``scenario``: the scenario whose values are used.
    ``values``: values of parameters, in place of defaults and the scenario's.
    ``formulas``: payoffs are written as formulas; best replies are those at the values all
    the same.
    ``width``: width of the figure in millimetres.
    ``title``: what stands above, in place of what is shown.

    Raises :class:`UsageError` for other than two players, and where even the payoffs do
    not fit the width.
    """
    it = subject(model, scenario, values)
    need_two_players(it.game, "payoffs")
    page = begin(
        width, title, Heading.plain("Payoffs and best replies"), it.title, scenario, values
    )
    for manner in _MANNERS:
        if not manner.outcomes or it.game.outcomes is not None:
            layout = _Layout(page, it, formulas, manner)
            if layout.fits:
                break
    else:
        raise UsageError(
            f"the matrix of {it.game.name} does not fit {width:g} mm",
            remedy=f"give a width of {layout.least + 2:.0f} mm or more"
            if layout.least + 2 <= WIDEST
            else "it is too large for a figure; `deterrence show` lists it",
        )
    layout.draw()
    page.key(_key(layout, stacked=layout.manner.stacked))
    if it.game.outcomes is not None and not layout.manner.outcomes:
        page.note("Outcomes are left out: there is no room for their titles.")
    payoffs_of = [u for row in it.game.payoffs for u in row]
    cut = layout.manner.rounded and any(_rounded(u) != figure_number(u) for u in payoffs_of)
    if not formulas and (cut or any(map(is_rounded, payoffs_of))):
        page.note("Payoffs are rounded.")
    mixed = _mixed_words(it.game, figure_number)
    if mixed:
        page.note(safe(mixed))
    return page.finish(describe(it))


class _Layout:
    """Columns and rows of the matrix, in mm."""

    def __init__(self, page: Page, it: DrawnGame, formulas: bool, manner: _Manner) -> None:
        self.page, self.it, self.game, self.manner = page, it, it.game, manner
        self.contents = _contents(it, formulas, manner)
        rows, columns = self.actions = [
            [game_action(self.game, player, a, titles=manner.titles) for a in own]
            for player, own in zip(self.game.players, self.game.actions, strict=True)
        ]
        self.columns = len(columns)
        room = page.width - 2 * EDGE
        step = page.height_of(1)
        self.side = step + 1.0  # the row player's name, upright
        self.pad = 0.8 if manner.stacked else _PAD
        #: Whether the heads of columns are turned, so that cells need not be as wide.
        self.turned = manner.stacked
        cell = self._least_cell()
        if not self.turned:
            cell = max(cell, *(self._word(a) for a in columns))
        self.heads = min(
            max(page.size_of(safe(a), SMALL)[0] for a in rows) + 2 * _PAD,
            max(room * 0.24, max(self._word(a) for a in rows)),
        )
        #: Least width of the figure.
        self.least = self.side + self.heads + self.columns * cell + 2 * EDGE
        self.cell = min((room - self.side - self.heads) / self.columns, 46.0)
        self.fits = self.cell >= cell - 1e-9
        if self.fits and manner.outcomes:
            self.fits = max(len(self._lines(c)) for c in self.contents) <= _LINES
        if self.fits and manner.titles:
            self.fits = all(
                len(page.wrap(safe(a), wide - 2 * _PAD)) <= _LINES
                for own, wide in ((rows, self.heads), (columns, self.cell))
                for a in own
            )

    def _lines(self, content: _Content) -> list[str]:
        """Return the lines of a cell's outcome."""
        room = self.cell - 2 * _PAD
        return [x for line in content.outcome for x in self.page.wrap(line, room)]

    def _word(self, text: str) -> float:
        """Return the width of a label's longest part that stays whole."""
        parts = safe(text).replace("_", "_ ").replace("-", "- ").split()
        return max(self.page.size_of(p)[0] for p in parts) + 2 * _PAD

    def _least_cell(self) -> float:
        widest = 0.0
        for content in self.contents:
            a, b = (self.page.size_of(p, _BIG, "bold")[0] for p in content.payoffs)
            widest = max(widest, max(a, b) if self.manner.stacked else a + b + 3.2)
            for line in content.outcome:
                widest = max(widest, *(self.page.size_of(w)[0] for w in line.split()))
        return widest + 2 * self.pad

    def draw(self) -> None:
        """Draw the matrix below what is there."""
        page, game = self.page, self.game
        step = page.height_of(1)
        x0 = EDGE + self.side + self.heads
        # Heads of columns.
        middle = x0 + self.columns * self.cell / 2
        page.y = page.lines([safe(game.players[1])], middle, page.y, align="center", weight="bold")
        top = page.y = self._column_heads(x0, step)
        # Rows.
        broken = [self._lines(c) for c in self.contents]
        frames = []
        for i, action in enumerate(self.actions[0]):
            row = range(i * self.columns, (i + 1) * self.columns)
            names = page.wrap(safe(action), self.heads - 2 * _PAD)
            outcome = max(len(broken[k]) for k in row)
            payoff = page.height_of(2 if self.manner.stacked else 1, _BIG)
            height = max(outcome * step + payoff + (0.6 if outcome else 0.0), len(names) * step)
            height += 2 * _PAD
            page.lines(names, x0 - _PAD, page.y + (height - len(names) * step) / 2, align="right")
            for j, k in enumerate(row):
                x = x0 + j * self.cell
                equilibrium = all(self.contents[k].best)
                fill: Look = {"facecolor": PALE if equilibrium else "none", "edgecolor": FAINT}
                page.rectangle(x, page.y, self.cell, height, **fill, lw=0.6, zorder=0.5)
                if equilibrium:
                    frames.append((x, page.y, self.cell, height))
                free = (outcome - len(broken[k])) * step / 2
                page.lines(broken[k], x + self.cell / 2, page.y + _PAD + free, align="center")
                self._payoffs(self.contents[k], x, page.y + height - _PAD)
            page.y += height
        for x, y, w, h in frames:
            box = (x + 0.35, y + 0.35, w - 0.7, h - 0.7)
            page.rectangle(*box, **_FRAME, fill=False, lw=1.9, zorder=3, gid="equilibrium")
        middle = (top + page.y) / 2
        upright: Look = {"align": "center", "valign": "center", "rotation": 90}
        page.text(safe(game.players[0]), EDGE + self.side / 2, middle, weight="bold", **upright)
        page.y += 2.2

    def _column_heads(self, x0: float, step: float) -> float:
        """Write the column player's actions; return where they end."""
        page, labels = self.page, self.actions[1]
        if self.turned and any(self._word(a) > self.cell for a in labels):
            high = max(page.size_of(safe(a))[0] for a in labels)
            turned: Look = {"align": "center", "valign": "bottom", "rotation": 90}
            for j, a in enumerate(labels):
                page.text(safe(a), x0 + (j + 0.5) * self.cell, page.y + high + 1.4, **turned)
            return page.y + high + 2.2
        heads = [page.wrap(safe(a), self.cell - 2 * _PAD) for a in labels]
        tall = max(map(len, heads))
        for j, lines in enumerate(heads):
            x = x0 + (j + 0.5) * self.cell
            page.lines(lines, x, page.y + (tall - len(lines)) * step, align="center")
        return page.y + tall * step + 0.8

    def _payoffs(self, content: _Content, x: float, bottom: float) -> None:
        """Write both payoffs: the row player's to the left, or lower left where they are stacked.

        The second way is Schelling's (1960, The Strategy of Conflict).
        """
        page = self.page
        line = page.height_of(1, _BIG)
        base = bottom - 0.24 * line
        weights = ["bold" if b else "normal" for b in content.best]
        sizes = [page.size_of(p, _BIG, w)[0] for p, w in zip(content.payoffs, weights, strict=True)]
        comma = page.size_of(",", _BIG)[0]
        if self.manner.stacked:
            right = x + self.cell - self.pad - sizes[1]
            places = [(x + self.pad, base), (right, base - line)]
        else:
            start = x + (self.cell - sum(sizes) - comma - 1.0) / 2
            places = [(start, base), (start + sizes[0] + comma + 1.0, base)]
            page.text(",", start + sizes[0], base, size=_BIG)
        for k, (text, (left, y)) in enumerate(zip(content.payoffs, places, strict=True)):
            gid = f"payoff-{k}{'-best' if content.best[k] else ''}"
            page.text(text, left, y, size=_BIG, weight=weights[k], gid=gid)
            if content.best[k]:
                page.line([left, left + sizes[k]], [y + 0.65, y + 0.65], color=INK, lw=0.9)


def game_action(game: StrategicGame, player: str, label: str, *, titles: bool) -> str:
    """Return what an action is called: its title, if titles are wanted, or its label."""
    return game.naming.action(player, label) if titles else label


def _rounded(value: Any) -> str:
    """Write a number with few digits."""
    text = figure_number(value)
    return text if len(text) <= _DIGITS + 1 else f"{float(value):.{_DIGITS}g}".replace("-", MINUS)


def _contents(it: DrawnGame, formulas: bool, manner: _Manner) -> list[_Content]:
    game = it.game
    write: Callable[[Any], str] = _rounded if manner.rounded else figure_number
    rows: Any = game.payoffs
    if formulas:
        if it.model is None:
            raise UsageError(f"{game.name} has numbers, no formulas", remedy="leave formulas out")
        rows, write = it.model.payoff_expressions(), partial(formula, model=it.model)
    shown = ((write(u), write(v)) for u, v in zip(*rows, strict=True))
    lines: Any = itertools.repeat(())
    if manner.outcomes and game.outcomes is not None:
        lines = (_lottery(lottery, game.titles) for lottery in game.outcomes)
    return [_Content(*cell) for cell in zip(lines, shown, best_replies(game), strict=False)]


def _numbers(game: StrategicGame) -> dict[int, str]:
    """Return the numbers of the pure equilibria by cell, as far as there are some."""
    names = names_of(game)
    found = {}
    for k, (cell, best) in enumerate(zip(game.cells(), best_replies(game), strict=True)):
        if all(best):
            number = names.number(tuple((c,) for c in cell))
            found[k] = "" if number is None else f"#{number}"
    return found


def _lottery(lottery: Sequence[tuple[str, Any]], titles: Mapping[str, str]) -> tuple[str, ...]:
    chances = [(safe(titles.get(o) or o), p) for o, p in lottery if p]
    if len(chances) == 1:
        return (chances[0][0],)
    chances.sort(key=lambda pair: -pair[1])
    lines = [f"{name} {figure_number(p)}" for name, p in chances[:_MOST]]
    more = len(chances) - _MOST
    return (*lines, f"or {more} more") if more > 0 else tuple(lines)


def _key(layout: _Layout, *, stacked: bool) -> list[KeyEntry]:
    game = layout.game

    def best(page: Page, x: float, y: float, w: float, h: float) -> None:
        base = page.baseline(y)
        size = page.size_of("2", SMALL, "bold")[0]
        page.text("2", x + w / 2, base, weight="bold", align="center")
        page.line([x + w / 2 - size / 2, x + w / 2 + size / 2], [base + 0.6] * 2, color=INK, lw=0.9)

    def lower_and_upper(page: Page, x: float, y: float, w: float, h: float) -> None:
        page.rectangle(x + 1, y - h / 2, w - 2, h, fill=False, edgecolor=FAINT, lw=0.5)
        page.line([x + 1.6, x + 3], [y + h / 4] * 2, color=GREY, lw=1.2)
        page.line([x + w - 3, x + w - 1.6], [y - h / 4] * 2, color=GREY, lw=1.2)

    first, second = (safe(p) for p in game.players)
    pair = KeyEntry(written("u, v", colour=GREY), f"payoffs of {first}, {second}")
    if stacked:
        pair = KeyEntry(lower_and_upper, f"payoffs: {first} lower left, {second} upper right")
    entries = [pair, KeyEntry(best, "best reply")]
    numbers = _numbers(game)
    if numbers:
        frame = filled(0.5, facecolor=PALE, **_FRAME, lw=1.5)
        told = f"pure equilibri{'a' if len(numbers) > 1 else 'um'}"
        known = list(filter(None, numbers.values()))
        if known and len(known) <= _TOLD:
            told += f" {listed(known)}{', row by row' if len(known) > 1 else ''}"
        entries.append(KeyEntry(frame, told))
    return entries


def _mixed_words(game: StrategicGame, number: Callable[[Any], str]) -> str:
    """Say how many equilibria in mixed strategies there are besides the framed cells."""
    from deterrence.solvers import solve

    if game.shape[0] * game.shape[1] > 64:
        return ""
    found = solve(game, solver="exact")
    mixed = [e for e in found.equilibria if any(len(_used(s)) > 1 for s in e.profile.values())]
    if not mixed or found.status != "complete":
        return ""
    if len(mixed) > 1 or game.shape != (2, 2):
        what = "equilibrium" if len(mixed) == 1 else "equilibria"
        return f"Besides, {len(mixed)} {what} in mixed strategies."
    parts = []
    for player, strategy in mixed[0].profile.items():
        used = _used(strategy)
        told = [f"{game.naming.action(player, a)} {number(strategy[a])}" for a in used]
        parts.append(f"{player}: {listed(told) if len(used) > 1 else used[0]}")
    called = label_of(names_of(game), [mixed[0].profile]).words
    return f"Besides, {called}: {'; '.join(parts)}."


def _used(strategy: Mapping[str, Any]) -> list[str]:
    return [a for a, p in strategy.items() if p]


def describe(it: DrawnGame) -> str:
    """Say in a paragraph what the matrix shows."""
    game = it.game
    first, second = game.players
    shape = " by ".join(map(str, game.shape))
    names = names_of(game)
    pure = [
        f"{label_of(names, [cell_support(game, c)]).words} (payoffs "
        f"{exact_number(game.payoffs[0][k])} and {exact_number(game.payoffs[1][k])})"
        for k, (c, best) in enumerate(zip(game.cells(), best_replies(game), strict=True))
        if all(best)
    ]
    found = f"Pure equilibria: {'; '.join(pure)}." if pure else "There is no pure equilibrium."
    text = f"Payoff matrix of {it.title}, {shape}, {first} in rows and {second} in columns. {found}"
    mixed = _mixed_words(game, exact_number)
    return f"{text} {mixed}" if mixed else text


def cell_support(game: StrategicGame, cell: Sequence[int]) -> dict[str, tuple[str, ...]]:
    """Return the actions that lead to a cell, by player."""
    sides = zip(game.players, game.actions, cell, strict=True)
    return {player: (actions[k],) for player, actions, k in sides}
