"""Tables of payoffs from plain values: layout, marks, and what gives way when there is no room."""

from __future__ import annotations

import re
from fractions import Fraction as F

import pytest

from deterrence.algebra.expressions import Expression
from deterrence.words.markup import text_width
from deterrence.words.payoff_table import (
    PayoffCell,
    PayoffTable,
    table_html,
    table_latex,
    table_text,
)


def table(
    *payoffs: tuple[object, ...], outcomes: tuple[tuple[str, ...], ...] = (), marked: bool = False
) -> PayoffTable:
    """Two players with two actions each; the first one's second action is long."""
    actions = (("stay", "go on"), ("left", "right"))
    named = outcomes or ((),) * 4
    cells = tuple(
        PayoffCell((k // 2, k % 2), named[k], named[k][:1], u, (marked, False))
        for k, u in enumerate(payoffs)
    )
    return PayoffTable("Game", ("Row", "Column"), actions, cells, bool(outcomes))


NUMBERS = ((F(1), F(2)), (F(-1, 2), F(0)), (F(5), F(1, 3)), (F(0), F(10)))


def test_a_matrix_is_aligned() -> None:
    assert table_text(table(*NUMBERS), legend=False).splitlines() == [
        "       Column",
        "Row    left    right",
        "stay   1, 2    -0.5, 0",
        "go on  5, 1/3  0, 10",
    ]


def test_columns_that_do_not_fit_go_below_each_other() -> None:
    lines = table_text(table(*NUMBERS), width=18, legend=False).splitlines()
    assert max(map(text_width, lines)) <= 18
    assert [line.split() for line in lines if "left" in line or "right" in line] == [
        ["Row", "left"],
        ["Row", "right"],
    ]


def test_cells_are_listed_where_no_column_fits() -> None:
    lines = table_text(table(*NUMBERS), width=12, legend=False).splitlines()
    assert lines[0] == "Row stay,"
    assert [line.split()[-1] for line in lines if line.startswith("  Column")] == [
        "2",
        "0",
        "1/3",
        "10",
    ]


def test_the_matrix_has_the_brief_outcome_and_the_list_all_of_it() -> None:
    shown = table(*NUMBERS, outcomes=(("war 1/2", "peace 1/2"),) * 4)
    assert "peace" not in table_text(shown, legend=False)
    assert table_text(shown, width=12, legend=False).count("peace 1/2") == 4
    assert table_html(shown).count("peace 1/2") == 4
    assert table_latex(shown).count("peace 1/2") == 4


@pytest.mark.parametrize(("marked", "stars"), [(True, 4), (False, 0)])
def test_marks_and_the_legend_that_explains_them(marked: bool, stars: int) -> None:
    shown = table(*NUMBERS, marked=marked)
    assert table_text(shown, legend=False).count("*") == stars
    assert ("star" in table_text(shown)) == marked
    assert table_html(shown).count("</u>*") == stars
    assert table_latex(shown).count(r"\underline") == stars


def test_long_formulas_make_a_list_in_latex() -> None:
    a, b = Expression.parse("a"), Expression.parse("a + b + c + d + e + f + g + h")
    short, long = table(*[(a, a)] * 4), table(*[(a, b)] * 4)
    assert r"\multicolumn" in table_latex(short)
    assert r"\multicolumn" not in table_latex(long)
    assert table_latex(long).count(r"\\") == 5
    assert r"\rho" in table_latex(short, {"a": r"\rho"})


def test_three_players_are_listed() -> None:
    cells = tuple(PayoffCell((k, 0, 0), (), (), (k, -k, 0), (False,) * 3) for k in range(2))
    shown = PayoffTable("", ("A", "B", "C"), (("x", "y"), ("u",), ("v",)), cells)
    row = ["y", "u", "v", "1", "-1", "0"]
    assert table_text(shown, legend=False).splitlines()[2].split() == row
    assert re.findall(r"<td[^>]*>([^<]*)</td>", table_html(shown))[6:] == row


def test_labels_are_escaped() -> None:
    cell = PayoffCell((0, 0), ("<o>",), ("<o>",), (1, 2), (False, False))
    shown = PayoffTable("<t>", ("<p>", "q&"), (("a_1",), ("[x]",)), (cell,), True)
    assert not re.search(r"<[topq]>", table_html(shown))
    assert r"a\_1" in table_latex(shown)
    assert "{}[x]" not in table_latex(shown).splitlines()[1]
