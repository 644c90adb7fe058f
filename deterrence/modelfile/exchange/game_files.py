"""Files of games with numbers: which format a file has, and the game in it.

What begins like one of Gambit's files is one, whatever it is called; other formats go by the
ending.  Formats that are not read are named.

>>> kind_of("x.csv", b""), kind_of("-", b"NFG 1 R"), kind_of("model.yaml", b"title: T")
('csv', 'nfg', '')
>>> kind_of("x.agg", b"")
Traceback (most recent call last):
    ...
deterrence.errors.UnsupportedError: x.agg is an action graph game of Gambit's, a format that ...
"""

from __future__ import annotations

import os
import re
import stat
import sys
from pathlib import PurePath

from deterrence.errors import UnsupportedError, UsageError, shorten
from deterrence.game.strategic import StrategicGame
from deterrence.game.tree.extensive import ExtensiveGame
from deterrence.modelfile import file_bytes
from deterrence.modelfile.exchange import gambit

#: Formats by ending.
ENDINGS = {
    ".nfg": "nfg", ".efg": "efg", ".csv": "csv", ".tsv": "csv", ".tab": "csv",
    ".xlsx": "xlsx", ".xlsm": "xlsx", ".ods": "ods",
}  # fmt: skip
READ = "model files (.yaml, .yml), Gambit's .nfg and .efg, and tables: .csv, .tsv, .xlsx and .ods"
_TO_GAMBIT = "Gambit opens it and saves it as .nfg or .efg"
_TO_TABLE = "save it as .xlsx, .ods or .csv"
#: What is not read, by ending: what it is, and what to do.
UNREAD = {
    ".xml": ("an XML file, as Game Theory Explorer writes", "export it as .efg or .nfg"),
    ".gte": ("a file of Game Theory Explorer", "export it as .efg or .nfg"),
    ".gbt": ("a workbook of Gambit's", _TO_GAMBIT),
    ".agg": ("an action graph game of Gambit's", _TO_GAMBIT),
    ".bagg": ("a Bayesian action graph game of Gambit's", _TO_GAMBIT),
    ".gam": ("a payoff file of GameTracer or GAMUT", _TO_GAMBIT),
    ".game": ("a payoff file of another program", "write it as .nfg or .csv"),
    ".xls": ("an old Excel file", _TO_TABLE),
    ".xlsb": ("a binary Excel file", _TO_TABLE),
    ".numbers": ("a file of Apple Numbers", _TO_TABLE),
    ".gnumeric": ("a file of Gnumeric", _TO_TABLE),
    ".parquet": ("a Parquet file", _TO_TABLE),
    ".html": ("a web page", ""),
    ".htm": ("a web page", ""),
    ".docx": ("a Word file", "copy the table into a spreadsheet"),
    ".pdf": ("a PDF file", ""),
    ".tex": ("a LaTeX file", ""),
    ".py": ("a Python program", ""),
    ".ipynb": ("a Jupyter notebook", ""),
    ".png": ("a picture", ""),
    ".svg": ("a picture", ""),
    ".zip": ("a packed file", "unpack it"),
    ".gz": ("a packed file", "unpack it"),
}
_SNIFF = 4096


def kind_of(name: str, head: bytes) -> str:
    """Return the format of a file with a game, from its name and its first bytes.

    Empty for a model file.  Raises :class:`UnsupportedError` for a format that is not read.
    """
    plain = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    mark = plain[:3]
    if mark in (b"NFG", b"EFG"):
        return mark.decode().lower()
    ending = PurePath(name).suffix.lower()
    if ending in ENDINGS:
        return ENDINGS[ending]
    what, remedy = UNREAD.get(ending, ("", ""))
    if not what and plain[:1] == b"<":
        what, remedy = UNREAD[".xml"]
    if not what and head[:4] == b"PK\x03\x04":
        if b"content.xml" in head or b"opendocument.spreadsheet" in head:
            return "ods"
        if b"[Content_Types].xml" in head or b"xl/" in head:
            return "xlsx"
        what, remedy = UNREAD[".zip"]
    if what:
        called = "standard input" if name == "-" else shorten(name)
        raise UnsupportedError(
            f"{called} is {what}, a format that is not read; these are: {READ}", remedy=remedy
        )
    return "csv" if name == "-" and _is_table(plain) else ""


def _is_table(data: bytes) -> bool:
    """Say whether the first bytes of a text look like values between separators, not like YAML."""
    is_yaml = data[:1] in (b"{", b"[", b"-", b"#", b"%") or re.search(rb":(?:\s|$)", data)
    return not is_yaml and all(re.search(mark, data) for mark in (rb"[0-9]", rb"[,;\t]"))


def read_game(
    data: bytes, kind: str, name: str, *, source: str, rationalise: bool = False
) -> StrategicGame | ExtensiveGame:
    """Return the game in the bytes of a file of this kind (:func:`kind_of`).

    Raises :class:`InvalidFileError` for what is none.
    """
    # Each format is loaded where it occurs: most files are models.
    if kind == "efg":
        from deterrence.modelfile.exchange.efg import read_efg

        return read_efg(data, name, source=source, rationalise=rationalise)
    if kind == "nfg":
        from deterrence.modelfile.exchange.nfg import read_nfg

        return read_nfg(data, name, source=source, rationalise=rationalise)
    if kind == "csv":
        from deterrence.modelfile.exchange.csv_tables import read_csv

        return read_csv(data, name, source=source, rationalise=rationalise)
    from deterrence.modelfile.exchange.spreadsheets import read_ods, read_xlsx

    read = read_ods if kind == "ods" else read_xlsx
    return read(data, name, source=source, rationalise=rationalise)


def game_in_file(name: str, rationalise: bool = False) -> StrategicGame | ExtensiveGame | None:
    """Return the game in a file with numbers; None for a model file, or no file at all.

    Raises :class:`UsageError` for a file that cannot be read, or that has the ending of a game
    and does not exist, :class:`UnsupportedError` for a format that is not read, and
    :class:`InvalidFileError` for a file that is not right.
    """
    try:
        regular = stat.S_ISREG(os.stat(name).st_mode)
    except (OSError, ValueError):
        if PurePath(name).suffix.lower() in (*ENDINGS, *UNREAD):
            raise UsageError(f"there is no file {name!r}") from None
        return None
    if not regular:
        return None
    try:
        with open(name, "rb") as file:
            data = file.read(_SNIFF)
            kind = kind_of(name, data)
            if not kind:
                return None
            data += file.read(gambit.MAX_BYTES + 1 - len(data))
    except OSError as error:
        raise UsageError(f"{name!r} cannot be read: {error.strerror or error}") from None
    stem = PurePath(name).stem
    return read_game(data, kind, stem, source=name, rationalise=rationalise)


def read_standard_input(rationalise: bool = False) -> StrategicGame | ExtensiveGame | bytes:
    """Return the game with numbers on standard input, or the bytes of what seems to be a model.

    Reads up to the limit of what it seems to be.
    """
    if sys.stdin is None:
        raise UsageError("standard input is closed", remedy="name a model or a file")
    data = sys.stdin.buffer.read(file_bytes.MAX_BYTES + 1)
    kind = kind_of("-", data)
    if not kind:
        return data
    data += sys.stdin.buffer.read(max(0, gambit.MAX_BYTES + 1 - len(data)))
    return read_game(data, kind, "stdin", source="standard input", rationalise=rationalise)
