"""Best-response diagrams: the lines are the correspondences, the marks are all equilibria."""

from __future__ import annotations

import itertools
from fractions import Fraction
from typing import Any

import pytest
from brink import BRINK
from figure_checks import assert_legible, by_gid, words_in
from hypothesis import given
from hypothesis import strategies as st

from deterrence import StrategicGame, figures, load_model, solve
from deterrence.errors import UsageError
from deterrence.figures.kinds.response_diagram import meetings, response

TWO_BY_TWO = (
    BRINK,
    "called-bluff",
    "chicken",
    "crisis-pairs",
    "deadlock",
    "first-strike",
    "inspection",
    "prisoners-dilemma",
    "stag-hunt",
)
small = st.integers(-3, 3).map(Fraction)
games = st.tuples(*[small] * 8).map(
    lambda u: StrategicGame.from_matrices([list(u[:2]), list(u[2:4])], [list(u[4:6]), list(u[6:])])
)


def best(game: StrategicGame, player: int, other: Fraction) -> set[Fraction]:
    """Return the pure best responses from the payoffs alone, as probabilities of action 2."""
    names = game.players
    mixed = dict(zip(game.actions[1 - player], (1 - other, other), strict=True))
    found = game.best_responses(names[player], {names[1 - player]: mixed})
    return {Fraction(game.actions[player].index(a)) for a in found}


def on_line(corners: Any, other: Fraction) -> set[Fraction]:
    """Return the ends of what a line through the corners shows at a place."""
    shown: set[Fraction] = set()
    for (a, p), (b, q) in itertools.pairwise(corners):
        if a <= other <= b:
            shown |= {p, q} if a == b else {p + (q - p) * (other - a) / (b - a)}
    return shown


@given(games, st.integers(0, 1), st.fractions(0, 1, max_denominator=20))
def test_a_line_is_what_the_payoffs_say(game: StrategicGame, player: int, other: Fraction) -> None:
    corners = response(game, player)
    expected = best(game, player, other)
    if corners is None:
        assert expected == {0, 1}
    else:
        assert on_line(corners, other) == expected


@given(games)
def test_the_marks_are_the_equilibria_of_the_exact_solver(game: StrategicGame) -> None:
    found = meetings(game)
    second = [a[1] for a in game.actions]
    for e in solve(game, solver="exact").equilibria:
        p, q = (e.profile[x].get(a, Fraction(0)) for x, a in zip(game.players, second, strict=True))
        assert any(m.row[0] <= p <= m.row[1] and m.column[0] <= q <= m.column[1] for m in found)
    for m in found:
        for p in {*m.row, sum(m.row) / 2}:
            for q in {*m.column, sum(m.column) / 2}:
                profile = {
                    x: dict(zip(a, (1 - s, s), strict=True))
                    for x, a, s in zip(game.players, game.actions, (p, q), strict=True)
                }
                assert set(game.regret(profile).values()) == {0}


@pytest.mark.parametrize("name", TWO_BY_TWO)
def test_every_model_is_drawn_legibly(name: str) -> None:
    model = load_model(name)
    figure = figures.best_response(model)
    assert_legible(figure)
    drawn = [
        (float(x[0]), float(y[0]))
        for x, y in (line.get_data() for line in by_gid(figure, "equilibrium"))
    ]
    game = model.at().to_exact()
    second = [a[1] for a in game.actions]
    expected = [
        tuple(float(e.profile[p].get(a, 0)) for p, a in zip(game.players, second, strict=True))
        for e in solve(game, solver="exact").equilibria
    ]
    assert sum(sorted(drawn), ()) == pytest.approx(sum(sorted(expected), ()))


def test_a_continuum_is_a_thick_segment() -> None:
    figure = figures.best_response(load_model(BRINK), values={"k_R": 5})
    segment, point = sorted(by_gid(figure, "equilibrium"), key=lambda line: -len(line.get_xdata()))
    assert list(segment.get_xdata()) == pytest.approx([0, 2 / 7])
    assert list(segment.get_ydata()) == [1, 1]
    assert (list(point.get_xdata()), list(point.get_ydata())) == ([1.0], [0.0])
    assert "any probability from 0 to 0.2857" in words_in(figure)
    assert "any probability from 0 to 0.2857 (2/7)" in figure.description


def test_a_game_where_everything_is_an_equilibrium_is_drawn() -> None:
    game = StrategicGame.from_matrices([[1, 1], [1, 1]], [[0, 0], [0, 0]], name="nothing matters")
    figure = figures.best_response(game)
    assert_legible(figure)
    assert figure.heading == "Best responses and equilibria"
    assert "nothing matters" in words_in(figure)
    (area,) = by_gid(figure, "equilibrium")
    assert (area.get_width(), area.get_height()) == (1, 1)


def test_lines_differ_in_more_than_colour() -> None:
    figure = figures.best_response(load_model("chicken"))
    first, second = by_gid(figure, "response-0")[0], by_gid(figure, "response-1")[0]
    assert first.get_linestyle() != second.get_linestyle()
    assert first.get_linewidth() > 2 * second.get_linewidth()


def test_other_sizes_are_refused() -> None:
    with pytest.raises(UsageError, match="5 x 5"):
        figures.best_response(load_model("escalation-ladder"))
