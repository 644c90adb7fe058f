"""Sheets to fill in: a row per question, three columns per expert; as CSV for every spreadsheet.

>>> from deterrence.modelfile.catalogue import load_model
>>> model = load_model("chicken")
>>> sheet = write_sheet(model, [Expert("Anna")])
>>> sheet.splitlines()[0]
'kind,name,player,title,unit,least,most,now,Anna low,Anna likely,Anna high'
>>> filled = sheet.replace("0,5,1,,,", "0,5,1,1,2,4")
>>> [(e.name, *map(str, e.judged[Subject("T_A")])) for e in read_sheet(model, filled.encode(), "s")]
[('Anna', '1', '2', '4')]
"""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Sequence

from deterrence.errors import Fault, InvalidFileError, UsageError, did_you_mean, shorten
from deterrence.modelfile.elicitation.questions import (
    MARKS,
    Expert,
    Judgement,
    Question,
    Subject,
    number_text,
    questions,
)
from deterrence.modelfile.file_bytes import MAX_FAULTS, decode
from deterrence.modelfile.model import SymbolicModel
from deterrence.words.markup import csv_text

#: Experts in one sheet, and in all.
MAX_EXPERTS = 50
MAX_NAME = 60
KINDS = ("parameter", "outcome")
#: What every sheet begins with; only the first three are read again.
COLUMNS = ("kind", "name", "player", "title", "unit", "least", "most", "now")
_READ = ", ".join(COLUMNS[:3])
_REMEDY = "`deterrence elicit MODEL --sheet` writes an empty sheet"


def checked_name(name: str) -> str:
    """Return an expert's name, or raise :class:`UsageError`."""
    found = unicodedata.normalize("NFC", name.strip())
    if not found or not found.isprintable() or len(found) > MAX_NAME:
        raise UsageError(
            f"{shorten(name)!r} is no name of an expert",
            remedy=f"give printable text of at most {MAX_NAME} characters",
        )
    return found


def write_sheet(model: SymbolicModel, experts: Sequence[Expert]) -> str:
    """Return a sheet with what experts have said so far; all else is empty.

    No spreadsheet takes a text of it for a formula.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    marks = [csv_text(f"{expert.name} {mark}") for expert in experts for mark in MARKS]
    writer.writerow([*COLUMNS, *marks])
    for q in questions(model):
        name, player = q.subject
        known = ["" if x is None else number_text(x) for x in (q.low, q.high, q.now)]
        texts = [csv_text(text) for text in (name, player, q.title, q.unit)]
        row = [KINDS[bool(player)], *texts, *known]
        for expert in experts:
            row += _cells(expert.judged.get(q.subject))
        writer.writerow(row)
    return out.getvalue()


def _cells(judgement: Judgement | None) -> list[str]:
    if judgement is None:
        return [""] * 3
    if not judgement.has_range:
        return ["", number_text(judgement.likely), ""]
    return [number_text(x) for x in judgement]


def read_sheet(model: SymbolicModel, data: bytes, source: str) -> list[Expert]:
    """Return what the experts of a sheet say.

    Raises :class:`InvalidFileError` with every fault, each with line and column (a number that
    counts cells).
    """
    return _SheetReader(model, source).read(data)


class _SheetReader:
    def __init__(self, model: SymbolicModel, source: str) -> None:
        self.source = source
        self.asked = {q.subject: q for q in questions(model)}
        self.model = model
        self.faults: list[Fault] = []
        self.columns: dict[str, int] = {}

    def fault(
        self, line: int, column: int | None, what: str, *,
        key: str = "", expected: str = "", remedy: str = "",
    ) -> None:  # fmt: skip
        self.faults.append(Fault(what, line, column, key, expected, remedy))
        if len(self.faults) >= MAX_FAULTS:
            self.stop()

    def stop(self) -> None:
        if self.faults:
            raise InvalidFileError(self.source, self.faults)

    def read(self, data: bytes) -> list[Expert]:
        text = decode(data, self.source) if data.strip() else ""
        if not text.strip():
            self.fault(1, None, "the file is empty", expected="a sheet", remedy=_REMEDY)
            self.stop()
        head = text.partition("\n")[0]
        mark = ";" if head.count(";") > head.count(",") else ","
        lines = csv.reader(io.StringIO(text, newline=""), delimiter=mark)
        rows: list[tuple[int, list[str]]] = []
        line = 1
        try:
            for row in lines:
                rows.append((line, [unicodedata.normalize("NFC", x.strip()) for x in row]))
                line = lines.line_num + 1
        except csv.Error as error:
            self.fault(line, None, f"this is no CSV: {error}", expected="a sheet", remedy=_REMEDY)
            self.stop()
        experts = self.header(*rows[0])
        self.stop()
        seen: dict[Subject, int] = {}
        for line, row in rows[1:]:
            if any(row):
                self.row(line, row, experts, seen)
        if not any(expert.judged for expert in experts) and not self.faults:
            what = "nobody has filled in anything"
            self.fault(1, None, what, expected="numbers in the columns of an expert")
        self.stop()
        return experts

    def header(self, line: int, cells: list[str]) -> list[Expert]:
        """Find the columns, and the experts that they belong to."""
        found: dict[str, list[int]] = {}
        for k, cell in enumerate(cells):
            for mark in MARKS:
                if cell.casefold().endswith(f" {mark}") or cell.casefold() == mark:
                    name = cell[: -len(mark)].strip()
                    name = next((n for n in _spellings(name)), name) or "expert"
                    places = found.setdefault(name, [-1, -1, -1])
                    if places[MARKS.index(mark)] >= 0:
                        what, remedy = f"a second column {shorten(cell)!r}", "name each expert once"
                        self.fault(line, k + 1, what, expected="one", remedy=remedy)
                    places[MARKS.index(mark)] = k
            if cell.casefold() in COLUMNS:
                self.columns.setdefault(cell.casefold(), k)
        for wanted in COLUMNS[:3]:
            if wanted not in self.columns:
                what, expected = f"there is no column {wanted!r}", f"the columns {_READ}"
                self.fault(line, None, what, expected=expected, remedy=_REMEDY)
        experts = []
        for name, places in found.items():
            for mark, k in zip(MARKS, places, strict=True):
                if k < 0:
                    what = f"{shorten(name)} has no column {mark!r}"
                    self.fault(line, None, what, expected=f"{shorten(name)} low, likely and high")
            try:
                experts.append(Expert(checked_name(name), source=self.source))
            except UsageError as error:
                self.fault(line, max(places) + 1, error.what, remedy=error.remedy)
        if not found:
            expected = "columns such as 'Anna low', 'Anna likely' and 'Anna high'"
            what = "no expert has a column"
            self.fault(line, None, what, expected=expected, remedy=_REMEDY)
        if len(found) > MAX_EXPERTS:
            what = f"{len(found)} experts"
            self.fault(line, None, what, expected=f"at most {MAX_EXPERTS}")
        self.marks = list(found.values())
        return experts

    def row(
        self, line: int, row: list[str], experts: list[Expert], seen: dict[Subject, int]
    ) -> None:
        """Read one line."""
        kind, name, player = (self.cell(row, self.columns[c]) for c in COLUMNS[:3])
        question = self.question(line, kind, name, player)
        if question is None:
            return
        if question.subject in seen:
            what = f"{name} stands in line {seen[question.subject]} already"
            self.fault(line, self.columns["name"] + 1, what, expected="one row for each")
            return
        seen[question.subject] = line
        for expert, places in zip(experts, self.marks, strict=True):
            cells = [self.cell(row, k) for k in places]
            if not any(cells):
                continue
            self.answer(line, question, expert, cells, places)

    def answer(
        self, line: int, question: Question, expert: Expert, cells: list[str], places: list[int]
    ) -> None:
        key = ", ".join(part for part in (*question.subject, expert.name) if part)
        for mark, cell, k in zip(MARKS, cells, places, strict=True):
            alone = mark != "likely" and cells[1] and not (cells[0] or cells[2])
            if not cell and not alone:
                self.fault(line, k + 1, f"{mark} is missing", key=key,
                           expected="low, likely and high, or likely alone")  # fmt: skip
                return
        given = [cell for cell in cells if cell]
        try:
            expert.judged[question.subject] = question.answer(given)
            expert.places[question.subject] = line, places[1] + 1
        except UsageError as error:
            spoken = dict(zip(MARKS, places, strict=True))
            at = spoken.get(error.what.split()[0].rstrip(":"), places[1])
            if "out of order" in error.what:
                at = places[1]
            self.fault(line, at + 1, error.what, key=key, remedy=error.remedy)

    def question(self, line: int, kind: str, name: str, player: str) -> Question | None:
        """Return what a row is about; a fault where it is nothing that is asked."""
        if kind.casefold() not in KINDS:
            self.fault(line, self.columns["kind"] + 1, f"{shorten(kind)!r} stands here",
                       expected=" or ".join(KINDS))  # fmt: skip
            return None
        want_player = kind.casefold() == "outcome"
        about = {s: q for s, q in self.asked.items() if bool(s.player) == want_player}
        for spelt in _spellings(name):
            for who in _spellings(player) if want_player else [""]:
                if (found := about.get(Subject(spelt, who))) is not None:
                    return found
        column = self.columns["name"] + 1
        what = f"no {kind.casefold()} is called {shorten(name)!r}"
        if want_player and any(s.name in _spellings(name) for s in about):
            column = self.columns["player"] + 1
            what = f"no player is called {shorten(player)!r}"
            hint = did_you_mean(player, self.model.players)
        elif name in self.model.parameters and not want_player:
            what, hint = f"{name} follows from a formula", "leave the row out"
        else:
            hint = did_you_mean(name, [s.name for s in about])
        self.fault(line, column, what, remedy=hint, expected=f"what {self.model.name} has")
        return None

    def cell(self, row: list[str], k: int) -> str:
        return row[k] if k < len(row) else ""


def _spellings(text: str) -> list[str]:
    """Return what a cell may stand for: a text whose apostrophe keeps it from being a formula."""
    bare = text[1:]
    return [bare, text] if text[:1] == "'" and csv_text(bare) == text else [text]
