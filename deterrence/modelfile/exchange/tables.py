"""Matrices as people write them in tables: from cells of text to a two-player game.

Three layouts are read, with or without labels of rows and columns:

* cells with two payoffs, ``3, -1`` or ``3; -1``, also in brackets;
* two tables of numbers, the row player's payoffs first, below one another with an empty line
  between, or on two sheets;
* one table of numbers: a zero-sum game, which the game's ``remarks`` say.

Where both rows and columns have labels, the corner may name the players, ``Row \\ Column``; of
two tables each corner, or a line above, may name the player whose payoffs they are.  A table
with two payoffs in a cell may have a line with the two players' names above its labels.
Numbers are read exactly; text is never evaluated.

>>> rows = [["", "wait", "go"], ["wait", "0, 0", "-1, 1"], ["go", "1, -1", "-5, -5"]]
>>> game = read_table([grid(rows)], "duel", "text")
>>> game.actions[1], game.matrix("Row")[1]
(('wait', 'go'), [Fraction(1, 1), Fraction(-5, 1)])
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import NoReturn

from deterrence.errors import Fault, InvalidFileError, shorten
from deterrence.game.strategic import StrategicGame
from deterrence.modelfile.exchange.gambit import CONTROL, MAX_LABEL, distinct
from deterrence.modelfile.exchange.near_fractions import NumberWords

#: Payoffs of one game.
MAX_NUMBERS = 1_000_000
PLAYERS = ("Row", "Column")
ZERO_SUM = (
    "the file has one table of numbers, which was read as a zero-sum game: {1} gets the opposite "
    "of what {0} gets"
)
LAYOUTS = (
    "a table of cells like '3, -1', or two tables of numbers with an empty line between, the row "
    "player's payoffs first"
)

_NUMBER = r"[+-]?(?:[0-9]+[.,]?[0-9]*|[.,][0-9]+)(?:[eE][+-]?[0-9]+)?(?:/[0-9]+)?"
_PLAIN = re.compile(_NUMBER, re.ASCII)
_PAIRS = {
    mark: re.compile(
        rf"(?P<open>[(\[])?\s*(?P<row>{_NUMBER})\s*{mark}\s*(?P<column>{_NUMBER})\s*"
        r"(?(open)[)\]])",
        re.ASCII,
    )
    for mark in (";", ",")
}
#: What programs write for a number that there is none of.
_NO_NUMBER = re.compile(
    r"[+-]?(?:nan|inf|infinity)|#(?:N/A|DIV/0!|VALUE!|REF!|NAME\?|NUM!|NULL!|Err:[0-9]+)",
    re.ASCII | re.IGNORECASE,
)
_PAYOFFS = re.compile(r"^payoffs?(?: of| for| to)?:? +", re.IGNORECASE)
_COMMA = re.compile(r"[+-]?([0-9]*),([0-9]+)(?:[eE].*)?", re.ASCII)


@dataclass(frozen=True)
class Cell:
    """A cell: its text, blanks taken off, and where it stands."""

    text: str
    line: int | None = None
    column: int | None = None
    key: str = ""
    #: Whether this stands for what a row that ends too early lacks after it.
    after: bool = False

    @property
    def is_number(self) -> bool:
        """Whether this looks like one number."""
        return _PLAIN.fullmatch(self.text) is not None

    @property
    def is_pair(self) -> bool:
        """Whether this looks like two numbers."""
        return any(pair.fullmatch(self.text) for pair in _PAIRS.values())

    @property
    def is_text(self) -> bool:
        """Whether this is a label, if it is not a mistake."""
        return bool(self.text) and not (self.is_number or self.is_pair)


Grid = list[list[Cell]]


@dataclass
class Table:
    """Rows of cells that belong together, with what stands above them."""

    rows: Grid
    title: str = ""


def cell(text: str, line: int | None = None, column: int | None = None, key: str = "") -> Cell:
    """Return a cell; the signs that word processors put for a minus and a blank are these."""
    plain = unicodedata.normalize("NFC", " ".join(text.split()))
    if plain[:1] in "\u2212\u2013" or "\u2212" in plain:
        plain = re.sub("[\u2212\u2013](?=[0-9.,])", "-", plain)
    return Cell(plain, line, column, key)


def grid(rows: Sequence[Sequence[str]]) -> Grid:
    """Return texts as cells, with their lines and positions."""
    return [[cell(x, i, j) for j, x in enumerate(row, 1)] for i, row in enumerate(rows, 1)]


def read_table(
    sheets: Sequence[Grid],
    name: str,
    source: str,
    *,
    names: Sequence[str] = (),
    rationalise: bool = False,
) -> StrategicGame:
    """Return the game in the cells of a file with one sheet or more; ``names`` are the sheets'.

    Raises :class:`InvalidFileError` that says where it is for what is no such table.
    """
    return _TableReader(source, rationalise).game(sheets, name, names)


class _TableReader:
    """Reads the cells of one file."""

    def __init__(self, source: str, rationalise: bool) -> None:
        self.source = source
        self.numbers = NumberWords(rationalise)
        self.comma = False

    def fail(
        self, what: str, expected: str = "", remedy: str = "", at: Cell | None = None
    ) -> NoReturn:
        place = at or Cell("", 1)
        fault = Fault(what, place.line, place.column, place.key, expected, remedy)
        raise InvalidFileError(self.source, [fault])

    def game(self, sheets: Sequence[Grid], name: str, names: Sequence[str]) -> StrategicGame:
        filled = [k for k, sheet in enumerate(sheets) if any(c.text for row in sheet for c in row)]
        if not filled:
            self.fail("there is nothing in the file", LAYOUTS)
        if len(filled) > 2:
            listed = ", ".join(shorten(names[k]) for k in filled[:5])
            self.fail(
                f"{len(filled)} sheets hold something: {listed}",
                "one sheet, or two: the row player's payoffs and the column player's",
                "save the sheets that are meant in a file of their own",
            )
        for k in filled:
            self.check(sheets[k])
        found = [_tables(sheets[k]) for k in filled]
        if len(found) == 2:
            for tables in found:
                if len(tables) > 1:
                    what = f"{len(tables)} tables on one of two sheets"
                    self.fail(what, "one table on each", at=tables[1].rows[0][0])
            titles = [names[k] for k in filled]
            # Sheet1, Tabelle1 and Feuil1 name nobody.
            if not any(t[-1:].isdigit() for t in titles):
                for tables, title in zip(found, titles, strict=True):
                    tables[0].title = tables[0].title or title
        tables = [t for on_sheet in found for t in on_sheet]
        if len(tables) > 2:
            self.fail(f"{len(tables)} tables", LAYOUTS, at=tables[2].rows[0][0])
        for table in tables:
            _take_title(table)
        self.comma = self.decimal_commas(tables)
        return self.pairs(tables[0], name) if self.has_pairs(tables) else self.plain(tables, name)

    def check(self, sheet: Grid) -> None:
        """Refuse what is no text, and what stands for no number."""
        for one in (c for row in sheet for c in row):
            if CONTROL.search(one.text):
                self.fail("a control character", "plain text", at=one)
            if _NO_NUMBER.fullmatch(one.text):
                self.fail(f"{shorten(one.text)!r} is not a number", "a finite number", at=one)

    # ---- what kind of cells -----------------------------------------------------------------
    def has_pairs(self, tables: Sequence[Table]) -> bool:
        """Say whether cells hold two payoffs; ``1,5`` does not say it itself."""
        cells = [c for t in tables for row in t.rows for c in row]
        pairs = [c for c in cells if c.is_pair]
        open_ = [c for c in pairs if c.is_number]
        if len(open_) < len(pairs):
            return True
        if not open_:
            return False
        if self.comma or any(c.is_number for c in cells if not c.is_pair):
            return False
        self.fail(
            f"{shorten(open_[0].text)!r} may be a number with a decimal comma, or two payoffs",
            "numbers that say which",
            f"write {open_[0].text.replace(',', '.')}, or ({open_[0].text.replace(',', ', ')})",
            at=open_[0],
        )

    def decimal_commas(self, tables: Sequence[Table]) -> bool:
        """Say whether the file shows that a comma in a number is a decimal one."""
        cells = [c for t in tables for row in t.rows for c in row]
        words = [w for c in cells for w in _numbers(c)]
        commas = [m for w in words if (m := _COMMA.fullmatch(w))]
        if not commas or any("." in w for w in words):
            return False
        # Of 1,000 nobody knows, and 1,5 may be two payoffs; numbers without a comma, and pairs
        # with a semicolon, say that it is not.
        single = any(
            (c.is_number and not c.is_pair) or (c.is_pair and ";" in c.text) for c in cells
        )
        return single and any(len(m[2]) != 3 or m[1] in ("", "0") for m in commas)

    def number(self, word: str, at: Cell) -> Fraction:
        if "," in word:
            if not self.comma:
                self.fail(
                    f"{shorten(word)!r} may have a decimal comma, or one between thousands",
                    "a decimal point, and nothing between thousands",
                    at=at,
                )
            word = word.replace(",", ".")
        try:
            return self.numbers.read(word)
        except ValueError as error:
            what, expected = error.args
            self.fail(what, expected, at=at)

    def payoff(self, one: Cell) -> Fraction:
        if not one.is_number:
            self.refuse(one, "a number such as 3, -0.25 or 1/3")
        return self.number(one.text, one)

    def refuse(self, one: Cell, expected: str) -> NoReturn:
        if not one.text:
            remedy = "a formula needs its result stored in the file" if one.key else ""
            what = "the row ends here" if one.after else "nothing stands here"
            self.fail(what, expected, remedy, at=one)
        self.fail(f"{shorten(one.text)!r} stands here", expected, at=one)

    def two(self, one: Cell) -> tuple[Fraction, Fraction]:
        mark = ";" if ";" in one.text else ","
        match = _PAIRS[mark].fullmatch(one.text)
        if match is None:
            self.refuse(one, "two payoffs such as 3, -1")
        return self.number(match["row"], one), self.number(match["column"], one)

    # ---- the layouts ------------------------------------------------------------------------
    def pairs(self, table: Table, name: str) -> StrategicGame:
        rows = table.rows
        players = PLAYERS
        named = [c.text for c in rows[0] if c.text]
        if len(rows) > 2 and len(named) == 2 and not any(c.is_pair for c in rows[0] + rows[1]):
            players, rows = (named[0], named[1]), rows[1:]
        actions, cells, corner = self.parts(rows)
        both = [[self.two(c) for c in row] for row in cells]
        row, column = ([[p[k] for p in line] for line in both] for k in (0, 1))
        return self.made(row, column, actions, _split(corner) or players, name, table.title)

    def plain(self, tables: Sequence[Table], name: str) -> StrategicGame:
        actions, cells, corner = self.parts(tables[0].rows)
        row = [[self.payoff(c) for c in line] for line in cells]
        if len(tables) == 1:
            players = _split(corner) or PLAYERS
            remark = ZERO_SUM.format(*players)
            minus = [[-x for x in line] for line in row]
            return self.made(row, minus, actions, players, name, tables[0].title, remark)
        others, more, other = self.parts(tables[1].rows)
        column = [[self.payoff(c) for c in line] for line in more]
        sizes = [(len(m), len(m[0])) for m in (row, column)]
        if sizes[0] != sizes[1]:
            texts = [f"{m} x {n}" for m, n in sizes]
            what = f"the first table has {texts[0]} payoffs, the second {texts[1]}"
            self.fail(what, "two tables of one size", at=tables[1].rows[0][0])
        for mine, theirs in zip(actions, others, strict=True):
            for a, b in zip(mine, theirs, strict=False):
                if a.text != b.text:
                    what = f"{shorten(b.text)!r} where the first table has {shorten(a.text)!r}"
                    self.fail(what, "the same labels in both tables", at=b)
        kept = (actions[0] or others[0], actions[1] or others[1])
        split = _split(corner) or _split(other)
        one, two = (
            _PAYOFFS.sub("", t) for t in (corner or tables[0].title, other or tables[1].title)
        )
        players = split or ((one, two) if one and two and one != two else PLAYERS)
        title = tables[0].title if not tables[1].title or split else ""
        return self.made(row, column, kept, players, name, title)

    def parts(self, rows: Grid) -> tuple[tuple[list[Cell], list[Cell]], Grid, str]:
        """Return the labels of rows and columns, if any, the cells, and the text in the corner."""
        width = max(len(row) for row in rows)
        for row in rows:
            last = row[-1]
            # Cells at the end may be missing where they are empty.
            row += [replace(last, text="", after=True)] * (width - len(row))

        corner, top = rows[0][0], rows[0][1:]
        left = [row[0] for row in rows[1:]]
        texts = [bool(line) and all(c.is_text for c in line) for line in (left, top)]
        labels = list(texts)
        if not corner.text or _split(corner.text):  # labels may be numbers, counted up
            labels = [
                known or _counts(line) for known, line in zip(texts, (left, top), strict=True)
            ]
        if all(labels) and (not corner.text or corner.is_text):
            return (left, top), [row[1:] for row in rows[1:]], corner.text
        if not corner.text:
            self.refuse(corner, "a payoff, or an empty corner between labels")
        if corner.is_text and (texts[1] or not top):
            if not left:
                self.refuse(corner, LAYOUTS)
            return ([], rows[0]), rows[1:], ""
        if corner.is_text and (texts[0] or not left):
            return ([row[0] for row in rows], []), [row[1:] for row in rows], ""
        return ([], []), rows, ""

    def made(
        self,
        row: list[list[Fraction]],
        column: list[list[Fraction]],
        actions: tuple[Sequence[Cell], Sequence[Cell]],
        players: tuple[str, str],
        name: str,
        title: str,
        *remarks: str,
    ) -> StrategicGame:
        counts = len(row), len(row[0])
        if 2 * counts[0] * counts[1] > MAX_NUMBERS:
            what = f"a table of {counts[0]:,} x {counts[1]:,} cells"
            self.fail(what, f"at most {MAX_NUMBERS:,} payoffs")
        for one in (c for own in actions for c in own):
            if len(one.text) > MAX_LABEL:
                self.fail(f"a label of {len(one.text)} characters", f"at most {MAX_LABEL}", at=one)
        labels = [
            distinct([c.text for c in own], "{}")
            if own
            else tuple(f"{letter}{k + 1}" for k in range(count))
            for own, count, letter in zip(actions, counts, "rc", strict=True)
        ]
        if players[0] == players[1] or max(map(len, players)) > MAX_LABEL:
            what = f"the players are called {shorten(players[0])!r} and {shorten(players[1])!r}"
            self.fail(what, f"two names of at most {MAX_LABEL} characters")
        return StrategicGame.from_matrices(
            row, column, players=players, actions=labels, name=name
        ).replace(title=title[:MAX_LABEL], remarks=(*remarks, *self.numbers.remarks()))


def _counts(line: Sequence[Cell]) -> bool:
    """Say whether labels count up from 0 or 1."""
    texts = [c.text for c in line]
    return any(texts == [str(k + first) for k in range(len(texts))] for first in (0, 1)) and bool(
        texts
    )


def _tables(sheet: Grid) -> list[Table]:
    """Return the parts of a sheet between empty lines; a lone text is the title of what follows."""
    found: list[Table] = []
    title = ""
    for rows in _blocks(sheet):
        texts = [c for row in rows for c in row if c.text]
        if len(texts) == 1 and texts[0].is_text:
            title = title or texts[0].text
            continue
        found.append(Table(rows, title))
        title = ""
    return found or [Table(rows) for rows in _blocks(sheet)][:1]


def _blocks(sheet: Grid) -> Iterator[Grid]:
    """Yield what stands between empty lines, empty cells around it left out."""
    block: Grid = []
    for row in [*sheet, []]:
        if any(c.text for c in row):
            block.append(row)
        elif block:
            first = min(next(k for k, c in enumerate(r) if c.text) for r in block)
            last = max(max(k for k, c in enumerate(r) if c.text) for r in block)
            yield [r[first : last + 1] for r in block]
            block = []


def _take_title(table: Table) -> None:
    """Take a line with one text above a table of two columns or more for its title."""
    first, rest = table.rows[0], table.rows[1:]
    texts = [c for c in first if c.text]
    alone = len(texts) == 1 and bool(first[0].text) and texts[0].is_text
    if alone and any(c.text for row in rest for c in row[1:]):
        table.rows, table.title = rest, table.title or texts[0].text


def _split(corner: str) -> tuple[str, str] | None:
    """Return the players that a corner names, as in ``Russia \\ NATO``."""
    parts = re.split(r"\s*[\\|]\s*|\s+/\s+", corner)
    return (parts[0], parts[1]) if len(parts) == 2 and all(parts) else None


def _numbers(one: Cell) -> list[str]:
    """Return the numbers that a cell seems to hold."""
    if one.is_number:
        return [one.text]
    match = next((m for p in _PAIRS.values() if (m := p.fullmatch(one.text))), None)
    return [] if match is None else [match["row"], match["column"]]
