"""The pieces of every display: safe in each output language, never breaking a number."""

from __future__ import annotations

import html
import re
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deterrence.words.markup import (
    both,
    columns,
    csv_text,
    flow,
    html_text,
    latex_symbol,
    latex_text,
    number,
    plain,
    short,
    text_width,
    wrap,
)

fractions = st.fractions(max_denominator=10**30)


@given(st.text())
def test_plain_text_cannot_steer_a_terminal(text: str) -> None:
    assert plain(text).isprintable()
    assert len(plain(text)) == len(text)


@given(st.text())
def test_html_is_inert_and_reads_back(text: str) -> None:
    safe = html_text(text)
    assert not set(safe) & set("<>\"'")
    assert html.unescape(safe) == plain(text)


@given(st.text(alphabet=st.sampled_from('\\{}$&#^_%~<>|"ab\n'), max_size=20))
def test_latex_has_no_bare_special_character(text: str) -> None:
    rest = re.sub(r"\\(?:text[a-z]+\{\}|symbol\{34\}|[{}$&#_%])", "", latex_text(text))
    assert not set(rest) & set('\\{}$&#^_%~<>|"')


@pytest.mark.parametrize("symbol", [r"\rho", "k_R", r"\bar{c}_{DD+}", "x_1^2"])
def test_a_harmless_symbol_is_kept(symbol: str) -> None:
    assert latex_symbol("name", symbol) == symbol


@pytest.mark.parametrize(
    "symbol", [r"\input{passwd}", r"\write18{x}", "}{", "$x$", "a%", r"\def\x{}", "x\\", "{", "#1"]
)
def test_a_harmful_symbol_gives_way_to_the_name(symbol: str) -> None:
    assert latex_symbol("k_R", symbol) == "k_{R}"


def test_a_name_without_a_symbol_is_still_mathematics() -> None:
    assert latex_symbol("rho") == r"\rho"
    assert latex_symbol("c_war") == r"c_{\mathit{war}}"
    assert latex_symbol("bar") == r"\mathit{bar}"


@given(fractions)
def test_what_looks_exact_is_exact(value: Fraction) -> None:
    exact, decimal = number(value)
    if exact != "~":
        assert Fraction(exact) == value
    text = short(value)
    if not text.startswith("~"):
        assert Fraction(text) == value
    for rounded in (decimal, text.lstrip("~")):
        if rounded and "/" not in rounded:
            assert float(rounded) == pytest.approx(float(value), rel=1e-3, abs=6e-5)


def test_infinite_floats_have_a_text() -> None:
    assert both(float("inf")) == "inf"
    assert both(float("nan")) == "nan"


@given(st.lists(st.text(alphabet="ab/1(). ", min_size=1, max_size=30), min_size=1, max_size=8))
def test_flow_breaks_between_entries_only(entries: list[str]) -> None:
    lines = flow(entries, 40, first="> ", rest="  ")
    assert "".join(line[2:] for line in lines).replace(",", "").replace(" ", "") == "".join(
        entries
    ).replace(" ", "")
    for entry in entries:
        assert any(entry in line for line in lines)
    for line in lines:
        assert len(line) <= 40 or line.count(",") <= 1


@given(st.lists(fractions, min_size=1, max_size=12), st.integers(20, 60))
def test_prose_keeps_numbers_with_their_decimals(values: list[Fraction], width: int) -> None:
    text = "mixture of " + " and of ".join(f"act {both(v)}" for v in values)
    lines = wrap(text, width)
    assert " ".join(lines).split() == text.split()
    for value in values:
        assert any(f"act {both(value)}" in line for line in lines)


def test_columns_count_wide_and_combining_characters() -> None:
    assert text_width("日本") == 4
    assert text_width("e\u0301") == 1
    lines = columns([["日本", "x"], ["abcd", "y"]])
    assert lines == ["日本  x", "abcd  y"]


@given(st.text())
def test_a_text_cell_is_no_formula_and_has_no_direction(text: str) -> None:
    cell = csv_text(text)
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d"))
    assert not re.search("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\x00-\x08\x1b\x7f]", cell)


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\t=1", "\u202e=1"])
def test_what_would_be_a_formula_gets_an_apostrophe(text: str) -> None:
    assert csv_text(text) == "'" + text.lstrip("\u202e")


@pytest.mark.parametrize("text", ["hold", "a=b", "1/2", "Köln", "戦争", "'x"])
def test_other_text_cells_stay_as_they_are(text: str) -> None:
    assert csv_text(text) == text
