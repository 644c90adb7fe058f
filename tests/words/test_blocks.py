"""Documents of blocks: the same content in every rendering, lines within the width."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deterrence.algebra.expressions import Expression
from deterrence.words.blocks import (
    Bullets,
    Entries,
    Equation,
    Equations,
    Heading,
    Inline,
    Matrix,
    Paragraph,
    as_text,
    conjunction,
    disjunction,
    inline_text,
)
from deterrence.words.markup import GLUE
from deterrence.words.payoff_table import PayoffCell, PayoffTable, table_html, table_latex
from deterrence.words.renderers import as_html, as_latex

parse = Expression.parse
words = st.text(alphabet="abcdef", min_size=1, max_size=9)
inlines = st.lists(
    st.one_of(words, st.sampled_from(["a + b", "x/(y - z)", "p*q >= r"]).map(parse)),
    min_size=1,
    max_size=40,
)


@pytest.mark.parametrize(
    ("conditions", "text"),
    [
        ([], "always"),
        (["a > b"], "a > b"),
        (["a > b", "c > 0 and d > 0"], "a > b and c > 0 and d > 0"),
        (["a > b", "c > 0 or d > 0"], "a > b and (c > 0 or d > 0)"),
        (["c > 0 or d > 0"], "c > 0 or d > 0"),
        (["a > b or c > 0 and d > 0"], "a > b or (c > 0 and d > 0)"),
    ],
)
def test_conjunction(conditions: list[str], text: str) -> None:
    assert inline_text(conjunction([parse(c) for c in conditions], "always")) == text


def test_disjunction_says_what_is_meant_where_a_term_is_empty() -> None:
    one, two = parse("a > 0"), parse("b > 0")
    assert inline_text(disjunction([[one, two], [two]], "always")) == "(a > 0 and b > 0) or b > 0"
    assert inline_text(disjunction([[one, two]], "always")) == "a > 0 and b > 0"
    assert inline_text(disjunction([[one], []], "always")) == "always"


def spaced(parts: list[str | Expression]) -> Inline:
    return tuple(piece for part in parts for piece in (part, " "))


@given(inlines, st.integers(30, 90))
def test_prose_keeps_to_the_width_and_loses_nothing(
    parts: list[str | Expression], width: int
) -> None:
    text = as_text([Paragraph(spaced(parts))], width)
    assert text.split() == inline_text(spaced(parts)).split()
    lines = text.splitlines()
    assert all(len(line) <= width for line in lines)
    # A short formula stands on one line.
    for part in parts:
        assert any(str(part) in line for line in lines)


def test_a_glued_blank_is_a_blank_that_does_not_break() -> None:
    text = as_text([Paragraph((f"aaaa bbbb{GLUE}cccc",))], 10)
    assert text.splitlines() == ["aaaa", "bbbb cccc"]
    assert as_latex([Paragraph((f"a{GLUE}b",))]) == "a~b"
    assert "a&nbsp;b" in as_html([Paragraph((f"a{GLUE}b",))])


def test_a_formula_beyond_reason_is_described() -> None:
    long = parse(" + ".join(f"a{k}*b{k}" for k in range(60)))
    assert inline_text((long,)).startswith("[a polynomial with 60 terms")
    above = Expression("compare", (">=",), long, Expression.number(0))
    assert inline_text((above,)) == "[a polynomial with 60 terms] >= 0"


TABLE = PayoffTable(
    "T", ("A", "B"), (("x",), ("y",)), (PayoffCell((0, 0), (), (), (3, 4), (True, True)),)
)
PAGE = [
    Heading("A < B", 1),
    Paragraph(("If ", parse("a/b > 1"), " & more.")),
    Bullets((("one",), ("two ", parse("c")))),
    Entries(("Names",), (("k_R", (("first",), ("second",))), ("l", (("third",),)))),
    Equations((Equation(("v",), "==", (parse("a + b"),), ("by hand",)),)),
    Matrix(TABLE),
]


def test_text() -> None:
    assert as_text(PAGE).splitlines() == [
        *("A < B", "=====", ""),
        *("If a/b > 1 & more.", ""),
        *("- one", "- two c", ""),
        *("Names", "  k_R  first", "       second", "  l    third", ""),
        *("    v = a + b    (by hand)", ""),
        *("   B", "A  y", "x  3*, 4*", ""),
        "Each cell: payoff of A, payoff of B. A star marks a best reply; a cell with",
        "every payoff starred is a pure equilibrium.",
    ]


def test_html_is_well_formed_and_has_every_block() -> None:
    page = as_html(PAGE)
    named = re.sub(r"&(minus|nbsp|ge|le|ne);", " ", page)
    root = ElementTree.fromstring(named)
    assert root.find("h1").text == "A < B"
    assert [item.text for item in root.iter("li")] == ["one", "two "]
    assert len(list(root.iter("math"))) == 3
    assert table_html(TABLE) in page


def test_latex_has_every_block() -> None:
    page = as_latex(PAGE, {"a": r"\alpha"})
    assert r"\section*{A \textless{} B}" in page
    assert r"If $\frac{\alpha}{b} > 1$ \& more." in page
    assert page.count(r"\item ") == page.count(r"\item[") == 2
    assert r"\displaystyle \alpha + b" in page
    assert f"\\begin{{center}}\n{table_latex(TABLE)}\n\\end{{center}}" in page


def test_long_names_get_a_line_of_their_own() -> None:
    name = "a name of more than twenty-four letters"
    lines = as_text([Entries((), ((name, (("x",),)), ("b", (("y",),))))]).splitlines()
    assert lines == [name, " " * 26 + "x", "b" + " " * 25 + "y"]
