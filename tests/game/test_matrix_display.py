"""Matrices: best replies against brute force, labels escaped, every shape of game shown."""

from __future__ import annotations

import itertools
from fractions import Fraction
from html.parser import HTMLParser
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from shown_games import game_html, game_latex, game_text

from deterrence.game.matrix_display import best_replies
from deterrence.game.naming import Naming
from deterrence.game.strategic import StrategicGame

ONE = Fraction(1)


@st.composite
def games(draw: st.DrawFn) -> StrategicGame:
    """Small games of one to three players with many ties."""
    shape = draw(st.lists(st.integers(1, 3), min_size=1, max_size=3))
    cells = 1
    for size in shape:
        cells *= size
    numbers = st.integers(0, 2)
    payoffs = [draw(st.lists(numbers, min_size=cells, max_size=cells)) for _ in shape]
    return StrategicGame(
        players=tuple(f"P{i}" for i in range(len(shape))),
        actions=tuple(tuple(f"a{k}" for k in range(size)) for size in shape),
        payoffs=tuple(tuple(u) for u in payoffs),
    )


def payoff_at(game: StrategicGame, player: int, choice: tuple[int, ...]) -> Any:
    labels = {p: a[k] for p, a, k in zip(game.players, game.actions, choice, strict=True)}
    return game.payoff(game.players[player], labels)


@given(games())
def test_best_replies_are_those_of_the_definition(game: StrategicGame) -> None:
    cells = itertools.product(*(range(n) for n in game.shape))
    for choice, marks in zip(cells, best_replies(game), strict=True):
        for i, size in enumerate(game.shape):
            mine = payoff_at(game, i, choice)
            others = [payoff_at(game, i, (*choice[:i], k, *choice[i + 1 :])) for k in range(size)]
            assert marks[i] == all(mine >= u for u in others)


@given(games())
def test_every_rendering_marks_as_many_best_replies(game: StrategicGame) -> None:
    count = sum(mark for cell in best_replies(game) for mark in cell)
    assert game_text(game, legend=False).count("*") == count
    assert game_html(game).count("<u>") == count
    assert game_latex(game).count(r"\underline") == count


def chicken(**changes: Any) -> StrategicGame:
    game = StrategicGame.from_matrices(
        [[0, -3], [2, -8]],
        [[0, 2], [-3, -8]],
        players=("Russia", "NATO"),
        actions=(("restrain", "escalate"),) * 2,
    )
    return game.replace(**changes)


def test_the_text_of_a_game_with_outcomes() -> None:
    game = chicken(
        outcomes=(
            (("calm", ONE),),
            (("yield_R", ONE),),
            (("yield_N", ONE),),
            (("war", Fraction(24, 25)), ("nuclear", Fraction(1, 25))),
        ),
        naming=Naming(titles={"calm": "Frozen divide", "war": "Direct war"}),
    )
    assert (
        game_text(game, legend=False)
        == """\
          NATO
Russia    restrain       escalate
restrain  Frozen divide  yield_R
          0, 0           -3*, 2*

escalate  yield_N        Direct war 0.96
                         nuclear 0.04
          2*, -3*        -8, -8"""
    )


def test_long_titles_or_equal_titles_give_way_to_labels() -> None:
    lotteries = tuple(((label, ONE),) for label in "abcd")
    long = chicken(
        outcomes=lotteries, naming=Naming(titles={"a": "a title that is much too long for a cell"})
    )
    assert "much too long" not in game_text(long)
    twins = chicken(outcomes=lotteries, naming=Naming(titles={"a": "War", "b": "War"}))
    assert "War" not in game_text(twins)


def test_a_wide_matrix_is_cut_into_blocks_of_columns() -> None:
    labels = tuple(f"action_number_{k:02}" for k in range(12))
    game = StrategicGame.from_matrices(
        [list(range(12))] * 2, [list(range(12))] * 2, actions=(("up", "down"), labels)
    )
    text = game_text(game)
    assert max(map(len, text.splitlines())) <= 80
    for label in labels:
        assert text.count(label) == 1
    assert text.count("up") == text.count("down") > 1


def test_what_fits_no_matrix_is_listed_in_full() -> None:
    game = chicken(actions=(("r" * 60, "s" * 60), ("t" * 60, "u" * 60)))
    text = game_text(game)
    assert all(letter * 60 in text for letter in "rstu")
    assert "-3*" in text


def test_formulas_are_shown_and_marked_at_the_numbers() -> None:
    formulas = (("0", "-l_R", "g_R", "-k_R"), ("0", "g_N", "-l_N", "-k_N"))
    text = game_text(chicken(), formulas)
    assert "-l_R*, g_N*" in text
    assert "-k_R, -k_N" in text


def test_symbolic_payoffs_have_no_marks() -> None:
    import sympy

    k, a = sympy.symbols("k_R alpha")
    game = chicken(payoffs=((k, 0, 1, -k / a), (0, 0, 0, a**2)))
    text = game_text(game, legend=False)
    assert "*" not in text.replace("**", "")
    assert "starred" not in game_text(game)
    assert r"\underline" not in game_latex(game)
    assert r"\alpha^{2}" in game_latex(game)
    assert r"\rho" in game_latex(game, symbols={"alpha": r"\rho"})
    assert r"\input" not in game_latex(game, symbols={"alpha": r"\input{x}"})
    assert "<u>" not in game_html(game)


class Collector(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        self.text += data


def test_a_strangers_labels_are_inert_in_html() -> None:
    evil = '"><script>alert(1)</script><img src=x onerror=y>'
    game = chicken(
        players=(evil, "NATO"),
        actions=((evil, "b"), ("c", "d")),
        outcomes=(((evil, ONE),), (("x", ONE),), (("y", ONE),), (("z", ONE),)),
        title=evil,
    )
    seen = Collector()
    seen.feed(game_html(game))
    assert {"script", "img"}.isdisjoint(seen.tags)
    assert {"src", "onerror"}.isdisjoint(seen.attributes)
    assert evil in seen.text


def test_html_takes_the_pages_own_colours_and_heads_have_a_scope() -> None:
    page = game_html(chicken())
    assert "color:" not in page.replace("border-color:", "")
    assert "background" not in page
    assert page.count("<th ") == page.count('scope="')


def test_latex_escapes_labels() -> None:
    text = game_latex(chicken(actions=((r"a_1 & \b", "[x]"), ("50%", "#2"))))
    assert r"a\_1 \& \textbackslash{}b" in text
    assert "{}[x]" in text
    assert r"50\%" in text
    assert r"\#2" in text


def test_a_notebook_shows_the_same() -> None:
    game = chicken()
    html, latex, title = game._repr_html_(), game._repr_latex_(), game.title or game.name
    assert html is not None
    assert latex is not None
    assert game_html(game)[5:-6] in html
    assert game_latex(game) in latex
    assert str(game) == f"{title}\n{'=' * len(title)}\n\n{game_text(game)}"
    assert repr(game) == f"<StrategicGame: {title}>"
