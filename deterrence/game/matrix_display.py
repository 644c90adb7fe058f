r"""A strategic game's payoffs as a document, with the best replies marked.

A *best reply* is an action that gives its player the most against the others'
actions in that cell; a cell in which everybody's payoff is marked is a pure
Nash equilibrium (Nash 1950).  How the table is laid out is for
:mod:`deterrence.words.payoff_table`.

>>> from deterrence.game.strategic import StrategicGame
>>> print(StrategicGame.from_matrices([[0, -3], [2, -8]], [[0, 2], [-3, -8]]))
game
====
<BLANKLINE>
     Column
Row  c1       c2
r1   0, 0     -3*, 2*
r2   2*, -3*  -8, -8
<BLANKLINE>
Each cell: payoff of Row, payoff of Column. A star marks a best reply; a cell
with every payoff starred is a pure equilibrium.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from deterrence.game.strategic import Lottery, StrategicGame
from deterrence.words.blocks import Document, Heading, Matrix
from deterrence.words.fitting import on_screen
from deterrence.words.markup import plain, short, text_width
from deterrence.words.payoff_table import PayoffCell, PayoffTable, is_formula
from deterrence.words.shown import shows

#: Longest title that stands in a matrix cell; longer ones give way to their labels.
MAX_TITLE = 24
#: Outcomes of one cell's lottery that are named in a matrix cell.
MAX_LOTTERY = 2

#: One list of payoffs per player, cell by cell: formulas to be shown in place of numbers.
PayoffFormulas = Sequence[Sequence[Any]]


def best_replies(game: StrategicGame) -> list[tuple[bool, ...]]:
    """Return, cell by cell, whether each player's action is a best reply to the others'.

    A game with symbolic payoffs has no marks, as they cannot be compared.
    """
    cells = list(game.cells())
    if game.is_symbolic:
        return [(False,) * len(game.players)] * len(cells)
    marks = []
    for i, payoffs in enumerate(game.payoffs):
        best: dict[tuple[int, ...], Any] = {}
        for cell, u in zip(cells, payoffs, strict=True):
            others = (*cell[:i], *cell[i + 1 :])
            if others not in best or u > best[others]:
                best[others] = u
        pairs = zip(cells, payoffs, strict=True)
        marks.append([u == best[(*cell[:i], *cell[i + 1 :])] for cell, u in pairs])
    return list(zip(*marks, strict=True))


def outcome_names(game: StrategicGame) -> dict[str, str]:
    """Return how each outcome is written: by its title, unless titles are long or alike."""
    if game.outcomes is None:
        return {}
    labels = list(dict.fromkeys(label for lottery in game.outcomes for label, _ in lottery))
    titles = [plain(game.titles.get(label) or label) for label in labels]
    if max(map(text_width, titles), default=0) > MAX_TITLE or len(set(titles)) < len(titles):
        titles = [plain(label) for label in labels]
    return dict(zip(labels, titles, strict=True))


def _lottery_lines(lottery: Lottery, names: Mapping[str, str], most: int | None) -> tuple[str, ...]:
    chances = [(names[label], p) for label, p in lottery if p != 0]
    if len(chances) == 1 and chances[0][1] == 1:
        return (chances[0][0],)
    if most is not None and len(chances) > most:
        if not any(is_formula(p) for _, p in chances):
            chances.sort(key=lambda pair: -pair[1])
        shown = [f"{name} {short(p)}" for name, p in chances[: most - 1]]
        return (*shown, f"or {len(chances) - most + 1} others")
    return tuple(f"{name} {short(p)}" for name, p in chances)


def payoff_table(game: StrategicGame, formulas: PayoffFormulas | None = None) -> PayoffTable:
    """Return what stands in the game's cells.

    ``formulas`` (one list per player, cell by cell) are shown in place of the
    numbers; best replies are marked at the numbers all the same.
    """
    names = outcome_names(game)
    shown = game.payoffs if formulas is None else formulas
    lotteries: Sequence[Lottery] = game.outcomes or [()] * len(game.payoffs[0])
    cells = tuple(
        PayoffCell(
            choice,
            _lottery_lines(lottery, names, None),
            _lottery_lines(lottery, names, MAX_LOTTERY),
            payoffs,
            best,
        )
        for choice, lottery, payoffs, best in zip(
            game.cells(), lotteries, zip(*shown, strict=True), best_replies(game), strict=True
        )
    )
    return PayoffTable("", game.players, game.actions, cells, game.outcomes is not None)


def game_document(game: StrategicGame, full: bool) -> Document:
    """Return the game as a document: its matrix, on a screen or in full."""
    title = game.title or game.name
    shown = Document(title, (Heading(title, 1), Matrix(payoff_table(game))))
    return shown if full else on_screen(shown)


shows(StrategicGame, game_document)
