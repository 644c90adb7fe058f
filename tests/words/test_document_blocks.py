"""Tables, callouts, figures and lines in every language; documents that fit on a screen."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deterrence.algebra.expressions import Expression
from deterrence.words.blocks import (
    Block,
    Bullets,
    Callout,
    Document,
    Entries,
    Figure,
    Heading,
    Lines,
    Mark,
    Paragraph,
    Table,
    as_text,
)
from deterrence.words.fitting import MAX_LINES, fitted, lines_of, shortened
from deterrence.words.renderers import rendered

RATIO = Expression.parse("g/(g + k)")
TABLE = Table(
    ("Parameter", "Threshold", "What it is"),
    (
        (("Russia",),),
        (("k_R",), (RATIO,), ("cost of war " * 12,)),
        (("l_R",), ("4",), ("<b>loss</b>",)),
    ),
    frozenset({1}),
    ("Thresholds of ", RATIO),
)
EVERY: tuple[Block, ...] = (
    Heading("One & all", 1),
    TABLE,
    Callout("Open", ("whether ", RATIO, " is reached")),
    Figure('<svg xmlns="http://www.w3.org/2000/svg"></svg>', "Four <regions>"),
    Lines(("root", "  ├─ hold", "  └─ 50% & more")),
)


def test_a_table_keeps_to_the_width_and_loses_no_word() -> None:
    text = as_text([TABLE])
    assert max(map(len, text.splitlines())) <= 80
    assert text.count("cost of war") + text.count("cost of\n") >= 1
    assert len(re.findall(r"\bcost\b", text)) == 12
    assert "g/(g + k)" in text


@pytest.mark.parametrize("width", [30, 40, 60, 80])
def test_many_columns_become_several_tables_with_the_first_column(width: int) -> None:
    heads = ("name", *(f"column {k}" for k in range(12)))
    rows = tuple((("row",), *((f"{k}.5",) for k in range(12))) for _ in range(2))
    text = as_text([Table(heads, rows, frozenset(range(1, 13)))], width)
    assert max(map(len, text.splitlines())) <= width
    for k in range(12):
        assert text.count(f"column {k}\n") + len(re.findall(rf"column {k}(?!\d)", text)) >= 1
        assert len(re.findall(rf"(?<!\d){k}\.5", text)) == 2


@pytest.mark.parametrize("form", ["text", "html", "latex", "markdown"])
def test_every_block_is_written_in_every_language_and_safely(form: str) -> None:
    text = rendered(Document("All", EVERY), form)
    assert "Russia" in text
    assert "whether" in text
    if form == "html":
        assert "<b>" not in text
        assert 'id="one-all"' in text
        assert 'aria-label="Four &lt;regions&gt;"' in text
    if form == "markdown":
        assert "<b>" not in text.replace("`", "")
        assert "| --- | --: | --- |" in text
    if form == "latex":
        assert r"50\%~\&~more" in text
        assert text.count(r"\begin{tabular}") == text.count(r"\end{tabular}") == 1
    if form == "text":
        assert "  └─ 50% & more" in text


def test_standalone_documents_are_whole() -> None:
    assert rendered(Document("All", EVERY), "html", standalone=True).startswith("<!doctype html>")
    assert r"\begin{document}" in rendered(Document("All", EVERY), "latex", standalone=True)


def test_the_fullest_document_that_fits_is_taken() -> None:
    def write(size: int) -> list[Block]:
        return [Bullets(tuple((f"item {k}",) for k in range(size)))]

    assert lines_of(fitted(write, (100, 30, 10))) == 30
    assert lines_of(fitted(write, (100, 90))) == MAX_LINES


@given(
    st.lists(st.integers(0, 200), min_size=1, max_size=5),
    st.integers(8, MAX_LINES),
    st.sampled_from(["bullets", "table", "entries"]),
)
def test_shortened_documents_fit_and_say_what_is_left_out(
    sizes: list[int], most: int, kind: str
) -> None:
    blocks: list[Block] = []
    for size in sizes:
        items = tuple((f"line {k}",) for k in range(size))
        if kind == "bullets":
            blocks.append(Bullets(items))
        elif kind == "table":
            blocks.append(Table(("a", "b"), tuple((i, i) for i in items)))
        else:
            blocks.append(Entries((), tuple((f"n{k}", (i,)) for k, i in enumerate(items))))
    short = shortened(blocks, most)
    assert lines_of(short) <= most
    if lines_of(blocks) <= most:
        assert short == blocks
    else:
        assert "--full" in as_text(short)


def test_a_paragraph_too_many_is_dropped_and_that_is_said() -> None:
    blocks = [Paragraph((f"paragraph {k}",)) for k in range(50)]
    short = shortened(blocks)
    assert lines_of(short) <= MAX_LINES
    assert short[0] == blocks[0]
    assert "--full" in as_text(short[-1:])


@pytest.mark.parametrize("form", ["text", "html", "latex", "markdown"])
def test_a_mark_and_a_caption_are_in_every_language(form: str) -> None:
    mark = Mark.of("proven")
    shown = Figure("", "Four regions", caption=("What is <where>. ", mark))
    told = rendered(Document("A page", (shown, Paragraph(("So it is. ", mark)))), form)
    assert told.count("proven") == 2
    assert "Four regions" in told
    assert "What is" in told
    assert "<where>" not in told or form == "text"
