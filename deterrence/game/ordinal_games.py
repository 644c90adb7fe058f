"""The strict ordinal 2x2 games: each side ranks four ends from 4, the best, to 1.

There are 576 of them with labels on actions and players; 144 where the labels of actions make
no difference, and 78 where it makes none either who is called the first (Rapoport and Guyer
1966, General Systems 11:203-214); 726 where ends may be tied (Guyer and Hamburger 1968; Fraser
and Kilgour 1988, Theory and Decision 24(2):99-117).

Each action gets a label that says what it is: C is the action of yours that the other side
needs for what it likes best, D your other one.  Then every class of the 144 is one pair of
orders, out of 12 for each side, over T (I play D against C), R (C against C), S (C against D)
and P (D against D).  Where both have the same order the game is symmetric; an asymmetric game is
named after the two symmetric ones whose orders meet in it, as in Bruns 2015, Games
6(4):495-520, after Robinson and Goforth 2005, The Topology of the 2x2 Games.

>>> game = OrdinalGame.of("T>R>P>S", "T>R>S>P")
>>> game.name, game.also, game.equilibria
("Prisoner's Dilemma x Chicken", ('Called Bluff',), (('D', 'C'),))
>>> len(everything()), len({g.turned for g in everything()})
(144, 78)
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from deterrence.errors import UsageError, did_you_mean, shorten

#: The twelve orders, the best first, and what the symmetric games with them are called.
PATTERNS: dict[str, tuple[str, ...]] = {
    "TRSP": ("Chicken",),
    "TSRP": ("Battle", "Leader"),
    "TSPR": ("Hero",),
    "TPSR": ("Compromise",),
    "TPRS": ("Deadlock",),
    "TRPS": ("Prisoner's Dilemma",),
    "RTPS": ("Stag Hunt",),
    "RPTS": ("Assurance",),
    "RPST": ("Coordination",),
    "RSPT": ("Peace",),
    "RSTP": ("Harmony",),
    "RTSP": ("Concord",),
}
#: Asymmetric games that have a name of their own: Snyder and Diesing 1977.
OWN_NAMES = {("TRPS", "TRSP"): "Called Bluff"}
#: What else people say, and what does not tell anything.
_ALIASES = {"battle of the sexes": "battle", "hunt": "stag hunt", "pd": "prisoner's dilemma"}
ACTIONS = ("C", "D")
CELLS = tuple(itertools.product(ACTIONS, ACTIONS))
#: What a cell is for its row player; for the column player, T and S change places.
_LETTERS = dict(zip(CELLS, "RSTP", strict=True))
_TURNED = str.maketrans("TS", "ST")
#: Other labels for one's own actions, and for those of the other side.
_OWN, _OTHERS = str.maketrans("TRSP", "RTPS"), str.maketrans("TRSP", "PSRT")

Cell = tuple[str, str]


@dataclass(frozen=True)
class OrdinalGame:
    """One of the 144 classes: the orders of the row and of the column player, the best first."""

    row: str
    column: str

    @classmethod
    def of(cls, row: str, column: str) -> OrdinalGame:
        """Return the class of a game from two orders, as in ``T>R>S>P``, with any labels."""
        first, second = read_order(row), read_order(column)
        if first[0] in "SP":  # the best of the row player is against what is called D
            first, second = first.translate(_OTHERS), second.translate(_OWN)
        if second[0] in "SP":
            first, second = first.translate(_OWN), second.translate(_OTHERS)
        return cls(first, second)

    @classmethod
    def of_ranks(cls, row: str, column: str) -> OrdinalGame:
        """Return the class of a game from two matrices of ranks, written row by row.

        >>> OrdinalGame.of_ranks("3142", "3412").name
        "Prisoner's Dilemma"
        """
        first = "".join(_LETTERS[cell] for cell in _ranked(row))
        second = "".join(_LETTERS[cell].translate(_TURNED) for cell in _ranked(column))
        return cls.of(first, second)

    def rank(self, side: int, cell: Cell) -> int:
        """Return how a side (0 or 1) ranks a cell: 4 is the best."""
        letter = _LETTERS[cell] if side == 0 else _LETTERS[cell].translate(_TURNED)
        return 4 - (self.row, self.column)[side].index(letter)

    def ranks(self, cell: Cell) -> tuple[int, int]:
        """Return both ranks of a cell."""
        return self.rank(0, cell), self.rank(1, cell)

    # ---- names ---------------------------------------------------------------------------
    @property
    def symmetric(self) -> bool:
        """Whether both sides have the same order."""
        return self.row == self.column

    @property
    def name(self) -> str:
        """The name of the symmetric game, or of the two whose orders meet."""
        first, second = PATTERNS[self.row][0], PATTERNS[self.column][0]
        return first if self.symmetric else f"{first} x {second}"

    @property
    def also(self) -> tuple[str, ...]:
        """Other names."""
        if self.symmetric:
            return PATTERNS[self.row][1:]
        pairs = ((self.row, self.column), (self.column, self.row))
        return tuple(OWN_NAMES[pair] for pair in pairs if pair in OWN_NAMES)

    @property
    def turned(self) -> OrdinalGame:
        """The same game for both ways to call the players: the one that comes first."""
        return min(self, self.exchanged, key=lambda game: (game.row, game.column))

    @property
    def exchanged(self) -> OrdinalGame:
        """The game with the players exchanged."""
        return OrdinalGame(self.column, self.row)

    # ---- what is true of it --------------------------------------------------------------
    @property
    def equilibria(self) -> tuple[Cell, ...]:
        """The pure equilibria."""
        return tuple(
            cell
            for cell in CELLS
            if all(self.rank(k, cell) > self.rank(k, _deviation(cell, k)) for k in (0, 1))
        )

    @property
    def mixed(self) -> bool:
        """Whether there is an equilibrium in which both mix."""
        return len(self.equilibria) != 1

    @property
    def inferior(self) -> dict[Cell, Cell]:
        """The pure equilibria that are worse for both than another cell, with that cell."""
        found = {}
        for cell in self.equilibria:
            better = [
                other
                for other in CELLS
                if all(a > b for a, b in zip(self.ranks(other), self.ranks(cell), strict=True))
            ]
            if better:
                found[cell] = max(better, key=lambda other: sum(self.ranks(other)))
        return found

    def dominant(self, side: int) -> str:
        """Return the action that is better for a side whatever the other does, ``""`` for none."""
        for action in ACTIONS:
            own = [cell for cell in CELLS if cell[side] == action]
            if all(self.rank(side, cell) > self.rank(side, _deviation(cell, side)) for cell in own):
                return action
        return ""

    def maximin(self, side: int) -> tuple[str, int]:
        """Return the action whose worst end is best for a side, and the rank of that end."""
        worst = {a: min(self.rank(side, c) for c in CELLS if c[side] == a) for a in ACTIONS}
        best = max(ACTIONS, key=lambda action: worst[action])
        return best, worst[best]

    @property
    def no_conflict(self) -> bool:
        """Whether one cell is the best for both."""
        return any(self.ranks(cell) == (4, 4) for cell in CELLS)

    @property
    def labelled(self) -> tuple[int, int]:
        """How many of the 576 games are this one: with the players as they are, and exchanged."""
        return 4, 4 if self.symmetric else 8


def everything() -> list[OrdinalGame]:
    """Return the 144 classes."""
    return [OrdinalGame(a, b) for a, b in itertools.product(PATTERNS, PATTERNS)]


def named(text: str) -> OrdinalGame:
    """Return a game by its name: ``chicken``, ``Called Bluff``, ``deadlock x chicken``.

    >>> named("stag hunt against chicken").name
    'Stag Hunt x Chicken'
    """
    plain = _plain(text)
    own = {_plain(name): pair for pair, name in OWN_NAMES.items()}
    if plain in own:
        return OrdinalGame(*own[plain])
    known = {_plain(n): order for order, names in PATTERNS.items() for n in names}
    known |= {_plain(a): known[_plain(b)] for a, b in _ALIASES.items()}
    parts = plain.replace(" against ", " x ").split(" x ")
    for part in parts:
        if part not in known:
            names = [n for given in PATTERNS.values() for n in given]
            raise UsageError(
                f"no strict ordinal 2x2 game is called {shorten(part)!r} here",
                remedy=did_you_mean(part, [*known, *own])
                or f"names: {', '.join(names)}; or two "
                "of them with x between, as in 'deadlock x chicken'",
            )
    if len(parts) > 2:
        raise UsageError("more than two names stand here", remedy="one for each side")
    return OrdinalGame(known[parts[0]], known[parts[-1]])


@lru_cache(maxsize=1)
def with_ties() -> int:
    """Return the number of classes where ends may be tied: 726.

    Two games are the same where labels of actions, or who is called the first, make the
    difference; counted one by one among the 75 x 75 pairs of orders.
    """
    orders = sorted({_levels(ranks) for ranks in itertools.product(range(4), repeat=4)})
    changes = list(_relabellings())
    return len(
        {min(change(pair) for change in changes) for pair in itertools.product(orders, orders)}
    )


Ranks = tuple[int, ...]


def _relabellings() -> Iterator[Callable[[tuple[Ranks, Ranks]], tuple[Ranks, Ranks]]]:
    """Yield what leaves a game the same: matrices are written row by row."""
    for rows, columns, turn in itertools.product((False, True), repeat=3):
        places = [2 * (i ^ rows) + (j ^ columns) for i in (0, 1) for j in (0, 1)]

        def change(
            pair: tuple[Ranks, Ranks], places: Sequence[int] = places, turn: bool = turn
        ) -> tuple[Ranks, Ranks]:
            first, second = (tuple(matrix[k] for k in places) for matrix in pair)
            return (_transposed(second), _transposed(first)) if turn else (first, second)

        yield change


def _transposed(matrix: Ranks) -> Ranks:
    return matrix[0], matrix[2], matrix[1], matrix[3]


def _levels(numbers: Sequence[int]) -> Ranks:
    """Return numbers as ranks from 0 without gaps."""
    levels = sorted(set(numbers))
    return tuple(levels.index(x) for x in numbers)


def _deviation(cell: Cell, side: int) -> Cell:
    """Return the cell where one side does the other thing."""
    other = {"C": "D", "D": "C"}
    return (other[cell[0]], cell[1]) if side == 0 else (cell[0], other[cell[1]])


def _plain(text: str) -> str:
    return " ".join(text.lower().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'").split())


def read_order(text: str) -> str:
    """Return an order such as ``T>R>S>P`` as its letters."""
    letters = "".join(text.upper().replace(">", " ").split())
    if sorted(letters) != sorted("TRSP"):
        raise UsageError(
            f"{shorten(text)!r} is no strict order of T, R, S and P",
            remedy="the best first, as in T>R>S>P: T I alone play D, R both C, S I alone C, P both "
            "D; a game with ties is written as a model file with `order`",
        )
    return letters


def _ranked(text: str) -> list[Cell]:
    """Return the cells from best to worst, from ranks written row by row."""
    digits = [c for c in text if c not in " ,;/|"]
    if sorted(digits) != ["1", "2", "3", "4"]:
        raise UsageError(
            f"{shorten(text)!r} is no matrix of ranks",
            remedy="the ranks 1 to 4 row by row, 4 the best, as in 3142",
        )
    return sorted(CELLS, key=lambda cell: -int(digits[CELLS.index(cell)]))
