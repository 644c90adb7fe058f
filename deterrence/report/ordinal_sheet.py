"""What is known of a strict ordinal 2x2 game, and lists of them.

>>> from deterrence.game.ordinal_games import named
>>> print(OrdinalSheet(named("called bluff")))  # doctest: +ELLIPSIS
Prisoner's Dilemma x Chicken (Called Bluff)
===========================================
<BLANKLINE>
Whatever the numbers, as long as the orders hold, there is one equilibrium: Row
plays D and Column plays C. [proven]
...
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from deterrence.game.matrix_display import payoff_table
from deterrence.game.ordinal_games import (
    ACTIONS,
    CELLS,
    PATTERNS,
    Cell,
    OrdinalGame,
    everything,
    with_ties,
)
from deterrence.game.stability_notions import names
from deterrence.game.strategic import StrategicGame
from deterrence.graph_model.ordinal import how_many, stable_cells
from deterrence.words.blocks import (
    Block,
    Document,
    Entries,
    Heading,
    Inline,
    Matrix,
    Paragraph,
    Table,
)
from deterrence.words.fitting import on_screen
from deterrence.words.sentences import listed
from deterrence.words.shown import Shown, shows

PLAYERS = ("Row", "Column")
_COUNTS = ("no", "one", "two")
_SOURCES = (
    "Classes: Rapoport and Guyer 1966, General Systems 11:203-214. Names: Robinson and Goforth "
    "2005, The Topology of the 2x2 Games; Bruns 2015, Games 6(4):495-520; Called Bluff: Snyder "
    "and Diesing 1977, Conflict Among Nations."
)


@dataclass(frozen=True, repr=False)
class OrdinalSheet(Shown):
    """One of the 144 games: ranks, equilibria, dominance, maximin, and its class.

    ``given`` are the orders that were asked about, where labels of actions are other ones there.
    """

    game: OrdinalGame
    given: tuple[str, str] | None = None

    @property
    def title(self) -> str:
        """The game's names."""
        also = self.game.also
        return f"{self.game.name} ({', '.join(also)})" if also else self.game.name

    def to_dict(self) -> dict[str, Any]:
        """Return all of it as plain data (schema 1)."""
        stable = {
            notion: [list(cell) for cell in cells]
            for notion, (cells,) in stable_cells([self.game]).items()
        }
        return {"schema": 1, **game_dict(self.game), "stable": stable}


@dataclass(frozen=True, repr=False)
class OrdinalList(Shown):
    """Some of the 78 games, each by the orders of its sides."""

    title: str
    told: str
    games: tuple[OrdinalGame, ...]
    #: By notion of stability, how many of the 78 games, and of those of conflict, have a cell that
    #: is stable for both.
    stable: Mapping[str, tuple[int, int]] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return the games as plain data (schema 1)."""
        counts = {
            notion: {"games": every, "games of conflict": of_conflict}
            for notion, (every, of_conflict) in self.stable.items()
        }
        told = {"stable": counts} if counts else {}
        return {"schema": 1, "games": [game_dict(game) for game in self.games], **told}


def game_dict(game: OrdinalGame) -> dict[str, Any]:
    """Return what is known of a game as plain data."""
    with_labels, exchanged = game.labelled
    return {
        "name": game.name,
        "also": list(game.also),
        "orders": [_order(game.row), _order(game.column)],
        "ranks": {", ".join(cell): list(game.ranks(cell)) for cell in CELLS},
        "equilibria": [list(cell) for cell in game.equilibria],
        "mixed": game.mixed,
        "dominant": [game.dominant(k) or None for k in (0, 1)],
        "inferior": [
            {"equilibrium": list(cell), "better": list(other)}
            for cell, other in game.inferior.items()
        ],
        "maximin": [dict(zip(("action", "rank"), game.maximin(k), strict=True)) for k in (0, 1)],
        "symmetric": game.symmetric,
        "no_conflict": game.no_conflict,
        "labelled": {"players as they are": with_labels, "players exchanged too": exchanged},
    }


def overview() -> OrdinalList:
    """Return the twelve symmetric games, and how many there are in all."""
    games = {game.turned for game in everything()}
    counts = Counter(len(game.equilibria) for game in games)
    told = (
        f"There are 576 strict ordinal 2x2 games with labels, {len(everything())} where labels of "
        f"actions make no difference, and {len(games)} where it makes none either who is called "
        f"the first: {counts[0]} of these have no pure equilibrium, {counts[1]} have one, "
        f"{counts[2]} have two, and {sum(game.no_conflict for game in games)} are without conflict "
        f"(one cell is the best for both). With ties there are {with_ties()}. {len(PATTERNS)} are "
        "symmetric, and each of the others is a pair of their orders:"
    )
    apart = [game for game in games if not game.no_conflict]
    every, of_conflict = how_many([*games]), how_many(apart)
    return OrdinalList(
        "Strict ordinal 2x2 games",
        told,
        tuple(OrdinalGame(order, order) for order in PATTERNS),
        {notion: (every[notion], of_conflict[notion]) for notion in every},
    )


def with_equilibria(count: int) -> OrdinalList:
    """Return those of the 78 games that have so many pure equilibria."""
    place = list(PATTERNS).index
    found: dict[OrdinalGame, OrdinalGame] = {}
    for game in everything():
        if len(game.equilibria) == count:
            found.setdefault(game.turned, game)
    games = sorted(found.values(), key=lambda g: (not g.symmetric, place(g.row), place(g.column)))
    which = f"{_COUNTS[count]} pure equilibri{'um' if count == 1 else 'a'}"
    told = (
        f"{len(games)} of the 78 strict ordinal 2x2 games have {which}, whatever the numbers, as "
        "long as the orders hold. [proven]"
    )
    return OrdinalList(f"Games with {which}", told, tuple(games))


def _order(letters: str) -> str:
    return " > ".join(letters)


def _both(cell: Cell) -> str:
    return " and ".join(f"{p} plays {a}" for p, a in zip(PLAYERS, cell, strict=True))


def _cell(game: OrdinalGame, cell: Cell) -> str:
    return f"({cell[0]}, {cell[1]}), ranks {game.rank(0, cell)} and {game.rank(1, cell)}"


def _answer(game: OrdinalGame) -> str:
    cells = [_both(cell) for cell in game.equilibria]
    if not cells:
        found = "there is one equilibrium, and in it both mix"
    elif len(cells) == 1:
        found = f"there is one equilibrium: {cells[0]}"
    else:
        found = f"there are two equilibria without chance, {'; or '.join(cells)}, and a third in "
        found += "which both mix"
    return f"Whatever the numbers, as long as the orders hold, {found}. [proven]"


def _stable(game: OrdinalGame) -> Iterator[str]:
    """Yield which cells are stable for both players, and by which notions."""
    found = {notion: cells for notion, (cells,) in stable_cells([game]).items()}
    for cell in CELLS:
        by = [notion for notion, cells in found.items() if cell in cells]
        if by:
            told = "every notion" if len(by) == len(found) else names(by)
            yield f"({cell[0]}, {cell[1]}) by {told}"


def sheet_document(sheet: OrdinalSheet, full: bool) -> Document:
    """Return what is known of a game as a document."""
    game = sheet.game
    ranks = [[[game.rank(k, (a, b)) for b in ACTIONS] for a in ACTIONS] for k in (0, 1)]
    matrix = StrategicGame.from_matrices(*ranks, players=PLAYERS, actions=(ACTIONS, ACTIONS))
    rows: list[tuple[str, tuple[Inline, ...]]] = []
    for k, player in enumerate(PLAYERS):
        order = (game.row, game.column)[k]
        action, rank = game.maximin(k)
        dominant = game.dominant(k)
        better = f"{dominant} is better whatever the other does" if dominant else (
            "neither action is better whatever the other does"
        )  # fmt: skip
        secure = f"{action} secures most: rank {rank} at least"
        lines = (f"{_order(order)}, as in {PATTERNS[order][0]}", better, secure)
        rows.append((player, tuple((line,) for line in lines)))
    for cell, other in game.inferior.items():
        told = f"({cell[0]}, {cell[1]}) is worse for both than {_cell(game, other)}"
        rows.append(("Inferior", ((told,),)))
    rows.append(("Stable", tuple((line,) for line in _stable(game))))
    labelled, exchanged = game.labelled
    kind = ["symmetric"] if game.symmetric else []
    kind += ["without conflict: one cell is the best for both"] if game.no_conflict else []
    size = f"{labelled} of the 576 labelled games are this one, {exchanged} with the players "
    size += "exchanged, too"
    rows.append(("Class", ((f"{size}{'; ' if kind else ''}{'; '.join(kind)}",),)))
    legend = "C is the action of yours that the other side needs for what it likes best, D your "
    legend += "other one. T: I alone play D; R: both C; S: I alone play C; P: both D."
    rows.append(("Letters", ((legend,),)))
    if sheet.given is not None and sheet.given != (game.row, game.column):
        told = " and ".join(f"{p} {_order(o)}" for p, o in zip(PLAYERS, sheet.given, strict=True))
        rows.append(("As given", ((f"{told}: the same game with other labels",),)))
    rows += [("Sources", ((_SOURCES,),))] if full else []
    blocks = (
        Heading(sheet.title, 1),
        Paragraph((_answer(game),)),
        Matrix(payoff_table(matrix)),
        Entries((), tuple(rows)),
    )
    return Document(sheet.title, blocks)


def list_document(found: OrdinalList, full: bool) -> Document:
    """Return a list of games as a document."""
    rows: Sequence[tuple[Inline, ...]] = [
        (
            (game.name if not game.also else f"{game.name} ({', '.join(game.also)})",),
            (" ".join(game.row),),
            (" ".join(game.column),),
            (listed("".join(cell) for cell in game.equilibria) or "both mix",),
        )
        for game in found.games
    ]
    heads = ("Game", "Row", "Column", "Equilibria")
    how = "Orders, the best first; DC: Row plays D, Column plays C. `--name NAME` tells of a game."
    blocks: list[Block] = [
        Heading(found.title, 1),
        Paragraph((found.told,)),
        Table(heads, tuple(rows)),
        Paragraph((how,)),
    ]
    if found.stable:
        stable = ((names([n]), f"{a}", f"{b}") for n, (a, b) in found.stable.items())
        blocks += [
            Paragraph(("How many games have a cell that is stable for both, by notion:",)),
            Table(
                ("Stable by", "of the 78", "of the 57 of conflict"),
                tuple(tuple((cell,) for cell in row) for row in stable),
            ),
        ]
    blocks += [Paragraph((_SOURCES,))] if full else []
    shown = Document(found.title, tuple(blocks))
    return shown if full else on_screen(shown)


shows(OrdinalSheet, sheet_document)
shows(OrdinalList, list_document)
