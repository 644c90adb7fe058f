"""The report: two pages that say how sure they are, in six formats, whatever the file says."""

from __future__ import annotations

import io
import json
import re
import sys
import zipfile
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner
from games_that_ship import GAMES
from markdown_it import MarkdownIt

from deterrence import Model, load_model
from deterrence.algebra.numbers import format_decimal
from deterrence.cli.program import program
from deterrence.errors import UsageError
from deterrence.report.memo import Report
from deterrence.report.memo_page import CERTAINTIES
from deterrence.words.blocks import (
    Block,
    Bullets,
    Callout,
    Figure,
    Heading,
    Inline,
    Lines,
    Mark,
    Matrix,
    Paragraph,
    Table,
    inline_text,
)
from deterrence.words.typst import typst_page

SIX = ["asymmetric-bipolarity", "chicken", "ordinal-crisis", "rudimentary-deterrence", "tripwire"]
SIX += ["unilateral-deterrence"]
ALL = GAMES
FORMS = ("text", "html", "markdown", "latex", "pdf", "docx")
WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
ALONE = ("How to get this again",)


@lru_cache(maxsize=8)
def memo(name: str) -> Report:
    return load_model(name).report()


def pages(pdf: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", pdf))


def text_of(found: Report) -> str:
    return " ".join(str(found).split())


def said(blocks: tuple[Block, ...]) -> Iterator[Inline]:
    """Yield every statement of a report: what is neither the story nor how it was made."""
    section = ""
    for k, block in enumerate(blocks):
        if isinstance(block, Heading):
            section = block.text
        elif section in ALONE or isinstance(block, Lines | Matrix):
            continue
        elif isinstance(block, Paragraph):
            # The story stands below the bottom line, and is the file's.
            if not isinstance(blocks[k - 1], Callout):
                yield block.parts
        elif isinstance(block, Callout):
            yield block.parts
        elif isinstance(block, Bullets):
            yield from block.items
        elif isinstance(block, Table):
            yield block.caption
        else:
            assert isinstance(block, Figure)
            yield block.caption


def check(found: Report) -> None:
    """Hold a report against its own rules, and its numbers against the verbs'."""
    blocks = found.document().blocks
    for parts in said(blocks):
        marks = [p.word for p in parts if isinstance(p, Mark)]
        assert marks, inline_text(parts)
        assert set(marks) <= CERTAINTIES.keys()
        assert isinstance(parts[-1], Mark) or parts[-1] == " "
        if found.complete:
            assert "open" not in marks, inline_text(parts)
    whole = text_of(found)
    assert "forecast" not in whole.lower()
    assert "Bottom line:" in whole
    page = found.brief
    callout = next(b for b in blocks if isinstance(b, Callout))
    assert 2 <= sum(isinstance(p, Mark) for p in callout.parts) <= 3
    if page.main is not None and not page.model.orders and page.main.name in page.here.ranges:
        # Never one number without the range.
        low, high = page.here.ranges[page.main.name]
        line = inline_text(callout.parts)
        assert format_decimal(low) in line
        assert format_decimal(high) in line
        solved = page.model.solve(scenario=page.scenario, values=page.given)  # type: ignore[attr-defined]
        values = [e.measures[page.main.name] for e in solved]
        if page.here.complete:
            assert (min(values), max(values)) == (low, high)
    if page.flips is not None and page.flips.changes():
        size = page.to_dict()["flips"]["robustness"]["answers"]
        radii = [a["upper"]["decimal"] for a in size if a["upper"] is not None]
        told = re.findall(r"off by (?:just over )?(?:at most )?([0-9.e+-]+) %", whole)
        assert told
        assert any(abs(float(told[0]) / 100 - r) <= 0.06 * r for r in radii)
    for player in page.model.players:
        assert found.length == "note" or page.model.orders or player in whole


@pytest.mark.parametrize("name", SIX)
def test_a_memo_has_marks_and_the_numbers_of_the_verbs(name: str) -> None:
    check(memo(name))


@pytest.mark.parametrize("name", SIX)
def test_a_memo_is_two_pages_and_a_note_is_one(name: str) -> None:
    from dataclasses import replace

    pdf = memo(name).to_bytes("pdf")
    assert pages(pdf) <= 2
    assert b"pdfuaid:part" in pdf  # for screen readers
    assert pages(replace(memo(name), length="note").to_bytes("pdf")) == 1


@pytest.mark.everything
@pytest.mark.parametrize("name", sorted({*ALL} - {*SIX}))
def test_every_model_has_a_memo_of_two_pages(name: str) -> None:
    found = memo(name)
    check(found)
    assert pages(found.to_bytes("pdf")) <= 2


def test_scenarios_have_the_numbers_of_solve() -> None:
    model = load_model("rudimentary-deterrence")
    names = list(model.scenarios)[:2]
    found = model.report(scenarios=names)
    assert [c.label for c in found.cases] == ["defaults", *names]
    assert found.brief.scenario == names[0]
    whole = text_of(found)
    for case in found.cases:
        solved = model.solve(scenario=case.scenario)
        for name, ends in case.ranges.items():
            values = [e.measures[name] for e in solved]
            assert ends == (min(values), max(values))
        assert " ".join((case.title or "Default values").split())[:12] in whole
    command = next(b for b in found.document().blocks if isinstance(b, Lines)).lines[0]
    assert command.count("--scenario") == 2


def test_key_judgements_are_in_words_and_then_in_symbols() -> None:
    blocks = memo("asymmetric-bipolarity").document().blocks
    first = next(b for b in blocks if isinstance(b, Bullets)).items[0]
    told = inline_text(first)
    assert "reliability of Russia's answer to an attack is at least" in told
    assert told.index("reliability") < told.index("r_R >= ")


def test_an_order_is_told_as_one_and_what_needs_numbers_is_left_out() -> None:
    whole = text_of(memo("ordinal-crisis"))
    assert "Whatever the numbers, as long as the order holds" in whole
    assert "Left out: with an order and no numbers" in whole
    assert "Left out: what a lever moves is a number" in whole
    assert memo("ordinal-crisis").complete


def test_the_same_report_has_the_same_bytes() -> None:
    first, again = memo("tripwire"), load_model("tripwire").report()
    for form in FORMS:
        assert first.to_bytes(form) == again.to_bytes(form), form


@pytest.mark.parametrize("form", ["text", "html", "markdown", "latex"])
def test_no_character_is_lost(form: str) -> None:
    assert "?" not in memo("tripwire").to_bytes(form).decode().replace("<?xml", "")
    assert "?" not in typst_page(memo("tripwire").document())


def test_a_full_report_has_the_annexes() -> None:
    found = load_model("tripwire").report(length="full")
    heads = [b.text for b in found.document().blocks if isinstance(b, Heading)]
    for title in ("All conditions, and derivations", "What matters most, sampled", "Certificates"):
        assert title in heads
    whole = text_of(found)
    assert "drawn with the seed 0" in whole
    assert "[sampled]" in whole
    assert pages(found.to_bytes("pdf")) >= 3
    assert zipfile.is_zipfile(io.BytesIO(found.to_bytes("docx")))


def test_stability_is_told_in_a_memo_and_shown_in_a_full_report() -> None:
    from dataclasses import replace

    from deterrence.face.reporting import _moves
    from deterrence.report.annexes import _stability

    found = memo("chicken")
    assert "Looking one or two moves ahead, Status quo is not stable" in text_of(found)
    drawn = _moves(found)
    assert isinstance(drawn, Figure)
    assert "The state in question is #1 Status quo." in drawn.words
    blocks = [*_stability(replace(found, moves=drawn))]
    assert blocks[-1] is drawn
    table = next(b for b in blocks if isinstance(b, Table))
    assert table.heads[:5] == ("State", "A", "B", "Nash", "SSEQ")
    assert [*_stability(memo("tripwire"))] == []


# ---- strangers' files -------------------------------------------------------------------------
EVIL = [
    '#panic("x") #read("/etc/passwd")',
    "$y$ \\ $ #{1+1} @ref <lab> *b* _i_ `code`",
    "<script>alert(1)</script>&amp;",
    "[x](javascript:alert(1)) | a | ![i](data:,) # h",
    "\\input{x} %c ^^5c",
    'a "quoted" name [proven]',
]
HOSTILE = {
    "title": EVIL[0] + EVIL[5],
    "summary": f"Story {EVIL[1]}. More {EVIL[2]}.",
    "insight": EVIL[3],
    "source": EVIL[4] + EVIL[1],
    "form": "strategic",
    "players": ["A", "B"],
    "actions": {
        "A": {"stay": EVIL[1], "go": EVIL[2]},
        "B": {"stay": EVIL[3], "go": EVIL[4]},
    },
    "parameters": {
        "c": {
            "title": EVIL[0],
            "default": 3,
            "bounds": [0, 9],
            "unit": EVIL[2],
            "source": EVIL[3],
            "controlled_by": "A",
        },
        "d": {"title": EVIL[1], "default": 2, "bounds": [0, 9], "source": EVIL[5]},
    },
    "outcomes": {
        "peace": {"title": EVIL[3], "payoffs": {"A": 0, "B": 0}},
        "war": {"title": EVIL[2], "payoffs": {"A": "1 - c", "B": "1 - d"}},
    },
    "game": [["peace", "war"], ["war", "war"]],
    "measures": {"war": {"title": EVIL[4], "expression": "P(war)", "sense": "avoid"}},
    "scenarios": {"s": {"title": EVIL[2], "story": EVIL[0], "values": {"c": 1}}},
    "no_levers": {"B": EVIL[1]},
}


@pytest.fixture(scope="module")
def hostile() -> Report:
    return Model.from_dict(HOSTILE, "evil").report()


def test_no_text_of_a_file_is_typst(hostile: Report) -> None:
    source = typst_page(hostile.document())
    strings = r'"(?:[^"\\]|\\.)*"'
    code = re.sub(strings, '""', source)
    for word in ("panic", "read(", "/etc", "javascript", "alert", "1+1", "quoted", "Story"):
        assert word not in code
        assert word in source
    assert hostile.to_bytes("pdf").startswith(b"%PDF")


def test_no_text_of_a_file_is_html_or_markdown(hostile: Report) -> None:
    page = hostile.to_bytes("html").decode()
    assert "<script" not in page
    assert all(link.startswith("#") for link in re.findall(r'\b(?:href|src)="([^"]*)"', page))
    for token in (
        MarkdownIt("commonmark").enable("table").parse(hostile.to_bytes("markdown").decode())
    ):
        assert token.type not in ("html_block", "link_open")
        for child in token.children or ():
            assert child.type not in ("html_inline", "link_open", "image")


def test_no_text_of_a_file_is_more_than_text_in_word(hostile: Report) -> None:
    file = zipfile.ZipFile(io.BytesIO(hostile.to_bytes("docx")))
    for name in file.namelist():
        if name.endswith((".xml", ".rels")):
            ElementTree.fromstring(file.read(name))
    document = ElementTree.fromstring(file.read("word/document.xml"))
    kinds = {e.tag.removeprefix(WORD) for e in document.iter()}
    assert kinds.isdisjoint({"hyperlink", "fldSimple", "instrText", "altChunk", "object"})
    told = "".join(t.text or "" for t in document.iter(f"{WORD}t"))
    assert "#panic(" in told
    assert "<script>alert(1)</script>" in told


def test_a_mark_in_a_title_is_no_mark(hostile: Report) -> None:
    source = typst_page(hostile.document())
    assert source.count('_mark("proven")') == sum(
        isinstance(p, Mark) and p.word == "proven"
        for parts in said(hostile.document().blocks)
        for p in parts
    )


def test_word_has_real_headings_tables_and_alternative_texts() -> None:
    file = zipfile.ZipFile(io.BytesIO(memo("unilateral-deterrence").to_bytes("docx")))
    document = ElementTree.fromstring(file.read("word/document.xml"))
    styles = {e.get(f"{WORD}val") for e in document.iter(f"{WORD}pStyle")}
    assert {"Title", "Heading1", "ListBullet", "Caption"} <= styles
    assert len(list(document.iter(f"{WORD}tblHeader"))) == 3
    about = [e for e in document.iter() if e.tag.endswith("}docPr")]
    assert [("results are possible" in (e.get("descr") or "")) for e in about] == [True]
    assert any(e.tag.endswith("}oMath") for e in document.iter())
    core = file.read("docProps/core.xml").decode()
    assert "Unilateral deterrence" in core
    assert "2000-01-01" in core


# ---- other games --------------------------------------------------------------------------------
def test_three_players_without_measures_and_scenarios() -> None:
    cells = [0, 0, 0], [1, 0, 0], [0, 1, 0], ["c", "c", 1]
    model = Model.from_dict(
        {
            "title": "Three",
            "form": "strategic",
            "players": ["A", "B", "C"],
            "actions": {p: ["x", "y"] for p in "ABC"},
            "parameters": {"c": {"default": 2, "bounds": [0, 4]}},
            "game": [[list(cells[:2]), list(cells[2:])], [list(cells[1:3]), list(cells[:2])]],
        },
        "three",
    )
    found = model.report()
    whole = text_of(found)
    assert "payoffs are:" in whole
    assert "Not asked: the file has no measure" in whole
    assert "The file has no scenarios" in whole
    assert pages(found.to_bytes("pdf")) <= 2
    check(found)


# ---- the command -------------------------------------------------------------------------------
def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(program, ["report", *arguments])
    return result.exit_code, result.output


def test_the_suffix_is_the_format_and_nothing_is_overwritten(tmp_path: Path) -> None:
    name = str(tmp_path / "note.md")
    asked = ("tripwire", "--length", "note", "-o", name)
    assert run(*asked) == (0, "")
    assert Path(name).read_text(encoding="utf-8").startswith("# ")
    code, told = run(*asked)
    assert code == 2
    assert "--force" in told
    code, told = run("tripwire", "-o", str(tmp_path / "memo.odt"))
    assert code == 2
    assert "no kind of report" in told
    code, told = run("tripwire", "--format", "pdf")
    assert code == 2
    assert "standard output" in told


def test_what_was_kept_gives_the_same_report(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DETERRENCE_CACHE", str(tmp_path / "cache"))
    files = [tmp_path / f"{k}.md" for k in range(3)]
    for file, more in zip(files, [(), (), ("--no-cache",)], strict=True):
        assert run("tripwire", "-o", str(file), *more) == (0, "")
    assert list((tmp_path / "cache").rglob("*.json"))
    assert files[0].read_bytes() == files[1].read_bytes() == files[2].read_bytes()


@pytest.mark.parametrize(("form", "module"), [("pdf", "typst"), ("docx", "docx")])
def test_a_missing_library_is_told_before_the_work(
    form: str, module: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    code, told = run("tripwire", "-o", str(tmp_path / f"memo.{form}"))
    assert code == 1 or code == 2
    assert "pip install 'deterrence[report]'" in told
    with pytest.raises(UsageError, match="not installed"):
        memo("tripwire").to_bytes(form)


def test_what_is_open_is_said_and_never_stops_the_rest(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("deterrence.report.brief.EFFORT", 0.05)
    name = str(tmp_path / "memo.html")
    code, told = run("unilateral-deterrence", "-o", name)
    assert code == 4, told
    page = Path(name).read_text(encoding="utf-8")
    assert ">open<" in page
    assert "Assumptions and their sources" in page


def test_the_command_tells_names_that_do_not_fit() -> None:
    code, told = run("tripwire", "--scenario", "nothing")
    assert code == 2
    assert "nothing" in told
    with pytest.raises(UsageError):
        load_model("tripwire").report(length="long")  # type: ignore[arg-type]
    assert json.dumps(sorted(CERTAINTIES)) == json.dumps(
        ["assumption", "exact", "open", "proven", "sampled"]
    )
