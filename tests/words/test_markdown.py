"""Markdown: every block, and labels that would be marks."""

from __future__ import annotations

import pytest
from markdown_it import MarkdownIt

from deterrence.algebra.expressions import Expression
from deterrence.words.blocks import (
    Bullets,
    Entries,
    Equation,
    Equations,
    Heading,
    Matrix,
    Paragraph,
)
from deterrence.words.markdown import as_markdown, code
from deterrence.words.payoff_table import PayoffCell, PayoffTable

A = Expression.parse("a > b*c")
NASTY = (
    "<b>x</b>", "[x](y)", "![x](y)", "*x*", "__x__", "`x`", "# x", "> x", "- x", "+ x", "1. x",
    "1) x", "https://example.org", "www.example.org", "a@b.example", "&lt;", "~~x~~", "| x | y |",
    "```", "---", "===", "    code", "\\", "$x$", "<!-- x", "a  \nb",
)  # fmt: skip


@pytest.mark.parametrize("text", NASTY)
def test_no_label_is_a_mark(text: str) -> None:
    blocks = [Paragraph((text,)), Bullets(((text,),)), Entries((), ((text, ((text,), (text,))),))]
    for block in blocks:
        html = MarkdownIt("gfm-like", {"linkify": False}).render(as_markdown([block]))
        for tag in ("<b>", "<a ", "<img", "<em>", "<code>", "<h1", "<h2", "<blockquote",
                    "<ol", "<s>", "<table", "<hr", "<pre"):  # fmt: skip
            assert tag not in html, html
    # A label that looks like a list item begins no list in a paragraph.
    assert "<ul" not in MarkdownIt().render(as_markdown([Paragraph((text,))]))


def test_every_block_has_its_form() -> None:
    cell = PayoffCell((0, 0), (), (), (1, 2), (True, True))
    table = PayoffTable("t", ("A", "B"), (("x",), ("y",)), (cell,))
    text = as_markdown([
        Heading("Title", 1), Heading("Part"), Paragraph(("If ", A, ".")), Bullets((("one",),)),
        Entries(("Names ", A), (("n", (("l",),)), ("m", (("a",), ("b",))))),
        Equations((Equation(("p",), "==", (A,), ("note",)),)), Matrix(table),
    ])  # fmt: skip
    html = MarkdownIt().render(text)
    for part in ("<h1>Title</h1>", "<h2>Part</h2>", "<code>a &gt; b*c</code>", "<li>one</li>",
                 "<strong>n</strong>: l", "<pre>", "1*, 2*"):  # fmt: skip
        assert part in html, text


def test_code_keeps_backticks() -> None:
    for text in ("`", "a``b", "``a", "x"):
        assert MarkdownIt().renderInline(code(text)) == f"<code>{text}</code>"
