"""Spreadsheets: what they hold, what is refused, and files made to harm."""

from __future__ import annotations

import builtins
import contextlib
import datetime
import io
import zipfile
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

import pytest

from deterrence.errors import InvalidFileError, UnsupportedError
from deterrence.game.strategic import StrategicGame
from deterrence.modelfile.exchange.spreadsheets import read_ods, read_xlsx

F = Fraction
Rows = Sequence[Sequence[Any]]
DUEL = [["", "wait", "go"], ["wait", "0, 0", "-1; 1"], ["go", "(1, -1)", "-5, -5"]]
TABLES = [[0.1, 2], [3, -0.25], [], [1, 2.5], [1e-3, 4]]


def xlsx(sheets: dict[str, Rows]) -> bytes:
    openpyxl = pytest.importorskip("openpyxl", reason="the extra 'spreadsheet' is not installed")
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def packed(parts: dict[str, str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, text in parts.items():
            file.writestr(name, text)
    return out.getvalue()


def ods_of(body: str, head: str = "") -> bytes:
    names = " ".join(
        f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{long}:1.0"'
        for short, long in (("o", "office"), ("t", "table"), ("x", "text"))
    )
    inside = f"<o:body><o:spreadsheet>{body}</o:spreadsheet></o:body>"
    text = f'<?xml version="1.0"?>{head}<o:document-content {names}>{inside}</o:document-content>'
    return packed({"content.xml": text})


def ods(sheets: dict[str, Rows]) -> bytes:
    def one(x: Any) -> str:
        if x == "":
            return "<t:table-cell/>"
        if isinstance(x, datetime.date):
            return f'<t:table-cell o:value-type="date" o:date-value="{x}"/>'
        if isinstance(x, str):
            return f'<t:table-cell o:value-type="string"><x:p>{x}</x:p></t:table-cell>'
        return f'<t:table-cell o:value-type="float" o:value="{x}"><x:p>?</x:p></t:table-cell>'

    return ods_of(
        "".join(
            f'<t:table t:name="{name}">'
            + "".join(f"<t:table-row>{''.join(map(one, row))}</t:table-row>" for row in rows)
            + '<t:table-row t:number-rows-repeated="1048000">'
            '<t:table-cell t:number-columns-repeated="16384"/></t:table-row></t:table>'
            for name, rows in sheets.items()
        )
    )


FORMATS = pytest.mark.parametrize(
    ("made", "read"), [(xlsx, read_xlsx), (ods, read_ods)], ids=["xlsx", "ods"]
)
Made = Callable[[dict[str, Rows]], bytes]
Read = Callable[[bytes], StrategicGame]


def refused(read: Read, data: bytes) -> str:
    with pytest.raises(InvalidFileError) as caught:
        read(data)
    (fault,) = caught.value.faults
    return str(fault)


@FORMATS
def test_cells_with_two_payoffs(made: Made, read: Read) -> None:
    game = read(made({"Sheet1": DUEL}))
    assert game.actions == (("wait", "go"),) * 2
    assert game.matrix("Row") == [[0, -1], [1, -5]]
    assert game.matrix("Column") == [[0, 1], [-1, -5]]


@FORMATS
def test_two_tables_of_numbers_are_exact(made: Made, read: Read) -> None:
    game = read(made({"Sheet1": TABLES}))
    assert game.matrix("Row") == [[F(1, 10), 2], [3, F(-1, 4)]]
    assert game.matrix("Column") == [[1, F(5, 2)], [F(1, 1000), 4]]


@FORMATS
def test_two_sheets_name_the_players_where_they_have_names(made: Made, read: Read) -> None:
    game = read(made({"Russia": TABLES[:2], "NATO": TABLES[3:], "empty": []}))
    assert (game.players, game.matrix("NATO")[0][1]) == (("Russia", "NATO"), F(5, 2))
    assert read(made({"Sheet1": [[1]], "Sheet2": [[2]]})).players == ("Row", "Column")


@FORMATS
def test_floats_that_look_like_fractions_are_pointed_out(made: Made, read: Read) -> None:
    data = made({"Sheet1": [[1 / 3, 2]]})
    assert "0.3333333333333333 looks like 1/3" in read(data).remarks[1]
    assert read(data, rationalise=True).matrix("Row") == [[F(1, 3), 2]]  # type: ignore[call-arg]


@FORMATS
@pytest.mark.parametrize(
    ("sheets", "words"),
    [
        ({"S": []}, "there is nothing in the file"),
        ({"S": [[1, "x"], [2, 3]]}, "at S!B1: 'x' stands here"),
        ({"S": [["", "a"], ["b", "nan"]]}, "at S!B2: 'nan' is not a number"),
        ({"S": [[1, 2], [3, "#DIV/0!"]]}, "at S!B2: '#DIV/0!' is not a number"),
        ({"S": [[1, 2], [datetime.date(2026, 1, 2), 3]]}, "at S!A2: a date or a time"),
        ({"S": [[1, 2], ["", 3]]}, "at S!A2: nothing stands here"),
        ({"A": [[1]], "B": [[1]], "C": [[1]]}, "3 sheets hold something: A, B, C"),
        ({"A": [[1], [], [2]], "B": [[1]]}, "2 tables on one of two sheets"),
    ],
)
def test_faults_name_sheet_and_cell(
    made: Made, read: Read, sheets: dict[str, Rows], words: str
) -> None:
    assert words in refused(read, made(sheets))


def test_formulas_count_by_their_stored_result() -> None:
    """openpyxl writes none, so there is nothing; nothing is evaluated."""
    words = refused(read_xlsx, xlsx({"S": [["=1+1", 2], [3, 4]]}))
    assert "at S!A1: nothing stands here" in words
    assert "formula" in words


def test_text_with_signs_of_a_formula_is_text() -> None:
    assert read_ods(ods({"S": [["=wait", "@go"], [1, 2]]})).actions[1] == ("=wait", "@go")


# ---- made to harm ------------------------------------------------------------------------
@FORMATS
@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "is no spreadsheet"),
        (b"1,2\n3,4\n", "is no spreadsheet"),
        (b"PK\x03\x04 and nothing more", "is no spreadsheet"),
        (packed({"nothing.txt": "here"}), "is no spreadsheet"),
        (packed({"content.xml": "0" * (70 * 2**20)}), "unpacked 73,400,320 bytes"),
        (packed({f"{k}.xml": "" for k in range(1001)}), "1,001 parts"),
        (packed({"content.xml": "<a", "[Content_Types].xml": "<a"}), "is no spreadsheet"),
        (b"\0" * (16 * 2**20 + 1), "at most 16,777,216"),
    ],
    ids=["empty", "csv", "cut", "other", "bomb", "parts", "xml", "large"],
)
def test_what_is_no_spreadsheet(made: Made, read: Read, data: bytes, words: str) -> None:
    assert words in refused(read, data)


@FORMATS
def test_a_damaged_file_is_refused(made: Made, read: Read) -> None:
    data = made({"S": DUEL})
    for cut in range(10, len(data), max(1, len(data) // 40)):
        assert refused(read, data[:cut])
        torn = data[:cut] + b"\xff\x00\xff" + data[cut + 3 :]
        with contextlib.suppress(InvalidFileError):
            read(torn)


def test_entities_are_refused() -> None:
    laughs = '<!DOCTYPE a [<!ENTITY b "x"><!ENTITY c "&b;&b;&b;&b;">]>'
    words = refused(read_ods, ods_of("&c;", laughs))
    assert "a document type of its own" in words


def test_cells_that_are_repeated_without_end_are_refused() -> None:
    cell = '<t:table-cell o:value-type="float" o:value="1" t:number-columns-repeated="16000"/>'
    row = f'<t:table-row t:number-rows-repeated="1000000">{cell}</t:table-row>'
    assert "at S: too many cells" in refused(
        read_ods, ods_of(f'<t:table t:name="S">{row}</t:table>')
    )
    odd = cell.replace("16000", "many")
    assert "damaged" in refused(
        read_ods, ods_of(f"<t:table><t:table-row>{odd}</t:table-row></t:table>")
    )


def test_a_cell_far_away_is_counted_and_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A cell at the end of the sheet makes a million rows before it."""
    monkeypatch.setattr("deterrence.modelfile.exchange.spreadsheets.MAX_VALUES", 50_000)
    openpyxl = pytest.importorskip("openpyxl", reason="the extra 'spreadsheet' is not installed")
    book = openpyxl.Workbook()
    book.active.cell(1_048_576, 16_384, 1)
    out = io.BytesIO()
    book.save(out)
    assert "too many cells" in refused(read_xlsx, out.getvalue())


def test_without_openpyxl_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *rest: Any, **more: Any) -> Any:
        if name == "openpyxl":
            raise ImportError(name)
        return real(name, *rest, **more)

    data = xlsx({"S": DUEL})
    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(UnsupportedError, match=r"need openpyxl.*deterrence\[spreadsheet\]"):
        read_xlsx(data)
