"""Comma-separated values, and their like: from text to cells, and to a two-player game.

Values are separated by tabs, semicolons or commas: by tabs where there are any, else by
whichever of the others the text has (Excel's first line ``sep=;`` says it); where it has both,
by the one that makes a game.  Quotation marks and brackets keep a separator inside a value.

>>> game = read_csv('"A | B";"stay, wait";go\\nstay;0,5;-1\\ngo;1;-2,25')
>>> game.players, game.actions[1], game.matrix("A")[1]
(('A', 'B'), ('stay, wait', 'go'), [Fraction(1, 1), Fraction(-9, 4)])
"""

from __future__ import annotations

import re
from functools import cache

from deterrence.errors import Fault, InvalidFileError
from deterrence.game.strategic import StrategicGame
from deterrence.modelfile.exchange.gambit import decode
from deterrence.modelfile.exchange.tables import Grid, cell, read_table

#: Values of a file, empty ones included.
MAX_VALUES = 1_100_000

_SEP = re.compile(r"sep=([,;\t])[ \t]*(?:\n|\Z)")


def read_csv(
    text: str | bytes, name: str = "game", *, source: str | None = None, rationalise: bool = False
) -> StrategicGame:
    """Read a two-player game from comma-separated values, or from tabs or semicolons.

    The layouts are those of :mod:`deterrence.modelfile.exchange.tables`; payoffs are exact
    rationals.  ``source`` is what to call the file in error messages; ``rationalise`` reads
    0.6666666666666666 as 2/3.  Raises :class:`InvalidFileError`, with line and column, for what
    is no such table, and for what may be read in two ways.
    """
    source = source or name
    whole = decode(text, source).replace("\r\n", "\n").replace("\r", "\n")
    told = _SEP.match(whole)
    marks = told[1] if told else _marks(whole)
    found: list[tuple[str, StrategicGame]] = []
    first: InvalidFileError | None = None
    for mark in marks:
        try:
            rows = _cells(whole, mark, source, told.end() if told else 0)
            found.append((mark, read_table([rows], name, source, rationalise=rationalise)))
        except InvalidFileError as error:
            first = first or error
    if len(found) == 1:
        return found[0][1]
    if first is not None and not found:
        raise first
    fault = Fault(
        "the values may be separated by ; or by ,",
        1,
        expected="one separator, and values that hold the other in quotation marks",
        remedy="or begin the file with a line sep=; or sep=,",
    )
    raise InvalidFileError(source, [fault])


def _marks(text: str) -> str:
    """Return the separators to try: those that stand outside quotation marks and brackets."""
    bare = re.sub(r'"(?:[^"]|"")*"|\([^()\n"]*\)|\[[^][\n"]*\]', "", text)
    if "\t" in bare:
        return "\t"
    return "".join(mark for mark in ";," if mark in bare) or ","


@cache
def _value(mark: str) -> re.Pattern[str]:
    """Return what a value is: quoted, in brackets, or all up to the separator."""
    return re.compile(
        r'[ ]*+(?:"(?P<quoted>(?:[^"]|"")*+)"|(?P<bracket>\([^()\n"]*\)|\[[^][\n"]*\]))[^\S\n\t]*+'
        rf"(?=[{mark}\n]|\Z)|(?P<bare>[^{mark}\n]*+)"
    )


def _cells(text: str, mark: str, source: str, start: int) -> Grid:
    """Return the rows of cells of a text."""
    if text.count(mark) + text.count("\n") >= MAX_VALUES:
        fault = Fault("too many values", 1, expected=f"at most {MAX_VALUES:,}")
        raise InvalidFileError(source, [fault])
    value = _value(mark)
    rows: Grid = [[]]
    line, column0, position = 1 + text.count("\n", 0, start), start, start
    while True:
        match = value.match(text, position)
        assert match is not None  # the last alternative matches everywhere
        quoted = match["quoted"]
        found = match["bracket"] or match["bare"] or ""
        column = match.start() - column0 + 1
        if quoted is None and found.lstrip().startswith('"'):
            what = "a quotation that does not end, or goes on after its end"
            fault = Fault(what, line, column, expected='a closing ", and then a separator')
            raise InvalidFileError(source, [fault])
        shown = found if quoted is None else quoted.replace('""', '"')
        rows[-1].append(cell(shown, line, column))
        breaks = match[0].count("\n")
        if breaks:
            line += breaks
            column0 = text.rfind("\n", 0, match.end()) + 1
        position = match.end()
        if position >= len(text):
            return rows
        if text[position] == "\n":
            line, column0 = line + 1, position + 1
            rows.append([])
        position += 1
