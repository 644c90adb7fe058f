"""Spreadsheets, read as tables of a two-player game: ``.xlsx`` and ``.ods``.

Cells are read as they are stored, formulas by the result that the file keeps; nothing is
evaluated.  A number of an ``.xlsx`` file is a float and means its shortest decimal; ``.ods``
files say their decimals.  ``.xlsx`` files take openpyxl, the extra ``spreadsheet``; ``.ods``
files take nothing.  Limits count bytes, parts and cells, before and while a file is unpacked.
"""

from __future__ import annotations

import io
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any, NoReturn
from xml.etree import ElementTree

from deterrence.errors import Fault, InvalidFileError, UnsupportedError, shorten
from deterrence.game.strategic import StrategicGame
from deterrence.modelfile.exchange.csv_tables import MAX_VALUES
from deterrence.modelfile.exchange.gambit import MAX_BYTES
from deterrence.modelfile.exchange.tables import Cell, Grid, cell, read_table

#: Parts of a file, its bytes once they are unpacked, and its sheets.
MAX_PARTS, MAX_UNPACKED, MAX_SHEETS = 1000, 64 * 2**20, 100
#: Sheets by their names.
Sheets = dict[str, Grid]

_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_DATE = "write fractions such as 1/2 as text, with a ' before them; programs take them for dates"


def read_xlsx(
    data: bytes, name: str = "game", *, source: str | None = None, rationalise: bool = False
) -> StrategicGame:
    """Read a two-player game from the bytes of an ``.xlsx`` file.

    Raises :class:`InvalidFileError`, with sheet and cell, for what is no table of a game, and
    :class:`UnsupportedError` where openpyxl is not installed.
    """
    return _read(_Xlsx(data, source or name), name, rationalise)


def read_ods(
    data: bytes, name: str = "game", *, source: str | None = None, rationalise: bool = False
) -> StrategicGame:
    """Read a two-player game from the bytes of an ``.ods`` file.

    Raises :class:`InvalidFileError`, with sheet and cell, for what is no table of a game.
    """
    return _read(_Ods(data, source or name), name, rationalise)


def _read(file: _Spreadsheet, name: str, rationalise: bool) -> StrategicGame:
    sheets = file.sheets()
    return read_table(
        list(sheets.values()), name, file.source, names=list(sheets), rationalise=rationalise
    )


class _Spreadsheet:
    """A file of several parts, packed; counts what is taken out of it."""

    def __init__(self, data: bytes, source: str) -> None:
        self.source, self.count = source, 0
        if len(data) > MAX_BYTES:
            self.fail(f"the file has {len(data):,} bytes", f"at most {MAX_BYTES:,}")
        self.data = io.BytesIO(data)
        try:
            self.packed = zipfile.ZipFile(self.data)
            parts = self.packed.infolist()
            size = sum(part.file_size for part in parts)
            if len(parts) > MAX_PARTS or size > MAX_UNPACKED:
                what = f"{len(parts):,} parts, unpacked {size:,} bytes"
                self.fail(what, f"at most {MAX_PARTS:,} parts and {MAX_UNPACKED:,} bytes")
            for part in parts:
                if (
                    part.filename.endswith((".xml", ".rels"))
                    and b"<!" in (text := self.packed.read(part).replace(b"<!--", b""))
                    and any(word in text for word in (b"<!DOCTYPE", b"<!ENTITY"))
                ):
                    self.fail("a document type of its own", "a plain spreadsheet")
        except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, ValueError,
                OSError, EOFError) as error:  # fmt: skip
            self.damaged(error)

    def sheets(self) -> Sheets:
        """Return all cells, by sheet."""
        raise NotImplementedError

    def fail(self, what: str, expected: str = "", remedy: str = "", key: str = "") -> NoReturn:
        fault = Fault(what, None, None, key, expected, remedy)
        raise InvalidFileError(self.source, [fault])

    def damaged(self, error: Exception) -> NoReturn:
        what = f"the file is damaged, or is no spreadsheet: {shorten(str(error), 80)}"
        self.fail(what, "an .xlsx or .ods file", "save it again in a spreadsheet program")

    def counted(self, count: int, sheet: str) -> None:
        """Count cells, empty ones before others too; refuse where there are too many."""
        self.count += count
        if self.count > MAX_VALUES:
            self.fail("too many cells", f"at most {MAX_VALUES:,}", key=shorten(sheet))

    def cell(self, text: str, sheet: str, row: int, column: int) -> Cell:
        return cell(text, key=f"{shorten(sheet, 40)}!{_letters(column)}{row}")

    def no_date(self, sheet: str, row: int, column: int) -> NoReturn:
        key = self.cell("", sheet, row, column).key
        self.fail("a date or a time stands here", "a number or text", _DATE, key)


class _Xlsx(_Spreadsheet):
    """An Excel file, through openpyxl."""

    def sheets(self) -> Sheets:
        try:
            import openpyxl
        except ImportError:
            raise UnsupportedError(
                f"{self.source}: .xlsx files need openpyxl, which is not installed",
                remedy="pip install 'deterrence[spreadsheet]', or save the table as .csv or .ods",
            ) from None
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # of drawings and the like, which are not read
                book = openpyxl.load_workbook(self.data, read_only=True, data_only=True)
                if len(book.worksheets) > MAX_SHEETS:
                    self.fail(f"{len(book.worksheets)} sheets", f"at most {MAX_SHEETS}")
                return {sheet.title: list(self.rows(sheet)) for sheet in book.worksheets}
        except InvalidFileError:
            raise
        except Exception as error:  # whatever a stranger's file makes openpyxl say
            self.damaged(error)

    def rows(self, sheet: Any) -> Iterator[list[Cell]]:
        sheet.reset_dimensions()  # what the file says of its size need not be true
        for i, row in enumerate(sheet.iter_rows(), 1):
            self.counted(1 + len(row), sheet.title)
            cells = []
            for j, one in enumerate(row, 1):
                value = one.value
                if hasattr(value, "isoformat") or type(value).__name__ == "timedelta":
                    self.no_date(sheet.title, i, j)
                text = "" if value is None else repr(value) if _is_number(value) else str(value)
                cells.append(self.cell(text, sheet.title, i, j))
            yield cells


class _Ods(_Spreadsheet):
    """An OpenDocument spreadsheet."""

    def sheets(self) -> Sheets:
        found: Sheets = {}
        try:
            with self.packed.open("content.xml") as content:
                name, row = "", 0
                for event, element in ElementTree.iterparse(content, ("start", "end")):
                    if element.tag == f"{_TABLE}table" and event == "start":
                        name, row = element.get(f"{_TABLE}name", ""), 0
                        found[name] = []
                        if len(found) > MAX_SHEETS:
                            self.fail("too many sheets", f"at most {MAX_SHEETS}")
                    elif element.tag == f"{_TABLE}table-row" and event == "end":
                        times = _repeated(element, "rows")
                        row = self.row(element, found[name], name, row, times)
                        element.clear()
        except (KeyError, ElementTree.ParseError, ValueError, zipfile.BadZipFile) as error:
            self.damaged(error)
        return found

    def row(self, element: Any, rows: Grid, sheet: str, before: int, times: int) -> int:
        """Add a row, as often as it stands there; return the number of the last."""
        texts: list[str] = []
        empty = 0
        for one in element:
            if one.tag not in (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"):
                continue
            kind = one.get(f"{_OFFICE}value-type", "")
            if kind in ("date", "time"):
                self.no_date(sheet, before + 1, len(texts) + empty + 1)
            text = one.get(f"{_OFFICE}value") if kind in _NUMBERS else None
            if text is None:
                text = " ".join("".join(p.itertext()) for p in one.findall(f"{_TEXT}p")).strip()
            count = _repeated(one, "columns")
            if not text:
                empty += count
                continue
            self.counted((empty + count) * times, sheet)
            texts += [""] * empty + [text] * count
            empty = 0
        self.counted(1, sheet)
        # Of empty rows in a row, one tells what many do.
        for k in range(before, before + (times if texts else 1)):
            rows.append([self.cell(t, sheet, k + 1, j) for j, t in enumerate(texts, 1)])
        return before + times


_NUMBERS = ("float", "percentage", "currency")


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _repeated(element: Any, what: str) -> int:
    """Return how often a row or a cell stands there; a ``ValueError`` for what is no number."""
    return max(1, int(element.get(f"{_TABLE}number-{what}-repeated", "1")[:9]))


def _letters(column: int) -> str:
    """Return a column as spreadsheets call it.

    >>> _letters(1), _letters(28)
    ('A', 'AB')
    """
    text = ""
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text
