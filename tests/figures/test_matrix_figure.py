"""Payoff matrices and ladder diagrams: marks are best replies and equilibria, numbers exact."""

from __future__ import annotations

import pytest
from brink import BRINK
from figure_checks import assert_legible, by_gid, words_in
from games_that_ship import MATRICES
from hypothesis import given, settings
from hypothesis import strategies as st

from deterrence import StrategicGame, figures, load_model, solve
from deterrence.errors import UsageError
from deterrence.figures.kinds.ladder_diagram import rungs_of

LADDER = load_model("escalation-ladder")


@pytest.mark.parametrize("name", MATRICES)
def test_every_model_has_a_legible_matrix(name: str) -> None:
    model = load_model(name)
    figure = figures.payoffs(model)
    assert_legible(figure)
    game = model.at().to_exact()
    first, second = game.players
    pure = {
        tuple(
            next(iter(s)) for s in ([a for a, p in e.profile[x].items() if p] for x in game.players)
        )
        for e in solve(game, solver="exact").equilibria
        if all(sum(map(bool, e.profile[x].values())) == 1 for x in game.players)
    }
    assert len(by_gid(figure, "equilibrium")) == len(pure)
    names = model.names
    for row, column in pure:
        pattern = names.pattern({first: [row], second: [column]})
        assert f"#{names.number(pattern)} {names.name(pattern)}" in figure.description


@settings(max_examples=15)
@given(
    st.lists(st.integers(-3, 3), min_size=12, max_size=12),
    st.lists(st.integers(-3, 3), min_size=12, max_size=12),
)
def test_marks_are_the_best_replies(row: list[int], column: list[int]) -> None:
    game = StrategicGame.from_matrices(
        [row[4 * i : 4 * i + 4] for i in range(3)], [column[4 * i : 4 * i + 4] for i in range(3)]
    )
    figure = figures.payoffs(game)
    best = sum(
        row[4 * i + j] == max(row[4 * k + j] for k in range(3)) for i in range(3) for j in range(4)
    )
    assert len(by_gid(figure, "payoff-0-best")) == best
    best = sum(
        column[4 * i + j] == max(column[4 * i : 4 * i + 4]) for i in range(3) for j in range(4)
    )
    marked = by_gid(figure, "payoff-1-best")
    assert len(marked) == best
    assert all(text.get_fontweight() == "bold" for text in marked)


def test_what_is_left_out_is_said() -> None:
    wide = figures.payoffs(load_model(BRINK))
    assert "Frozen divide" in words_in(wide)
    assert "left out" not in words_in(wide)
    assert "Escalate to direct confrontation 0.2857" in words_in(wide)
    assert "confrontation 0.2857 (2/7)" in wide.description
    narrow = figures.payoffs(LADDER)
    assert "Outcomes are left out" in words_in(narrow)
    assert "Payoffs are rounded" in words_in(narrow)
    assert "Russia lower left, NATO upper right" in words_in(narrow)
    with pytest.raises(UsageError, match="does not fit 60 mm"):
        figures.payoffs(LADDER, width=60)


def test_formulas_are_written_with_the_models_symbols() -> None:
    figure = figures.payoffs(load_model(BRINK), formulas=True)
    assert_legible(figure)
    assert "$g_R$" in words_in(figure)
    with pytest.raises(UsageError, match="no formulas"):
        figures.payoffs(StrategicGame.from_matrices([[0]], [[0]]), formulas=True)


def test_a_game_of_three_players_is_refused() -> None:
    game = StrategicGame(("A", "B", "C"), (("x",),) * 3, ((0,),) * 3)
    with pytest.raises(UsageError, match="two players"):
        figures.payoffs(game)


# ---- ladders -----------------------------------------------------------------------
@pytest.mark.parametrize(("rungs", "width"), [(1, 89), (4, 60), (9, 89), (4, 183)])
def test_ladders_are_legible(rungs: int, width: float) -> None:
    figure = figures.ladder(LADDER.with_rungs(rungs), width=width)
    assert_legible(figure)
    assert len(by_gid(figure, "rung")) == rungs + 1


def test_costs_hazards_and_choices_are_the_models() -> None:
    it = rungs_of(LADDER, None, {"c_R": 2, "rho": "1/10"})
    assert [str(c) for c in it.costs["Russia"]] == ["0", "2", "4", "6", "8"]
    assert [str(h) for h in it.hazards] == ["0"] + ["1/10"] * 4
    solution = solve(LADDER.at(c_R=2, rho="1/10"), solver="exact")
    assert len(it.climbs) == len(solution.equilibria)
    expected = {
        tuple(tuple(e.profile[p].get(a, 0) for a in LADDER.actions[0]) for p in LADDER.players)
        for e in solution.equilibria
    }
    assert {c.chances for c in it.climbs} == expected


def test_every_pure_equilibrium_comes_first_and_is_marked() -> None:
    figure = figures.ladder(LADDER, width=183)
    it = rungs_of(LADDER, None, None)
    pure = [c.is_pure for c in it.climbs]
    assert pure == sorted(pure, reverse=True)
    for side in (0, 1):
        marks = by_gid(figure, f"choice-{side}")
        assert len(marks) == sum(sum(map(bool, c.chances[side])) for c in it.climbs)
    assert "Shown are" not in words_in(figure)
    narrow = words_in(figures.ladder(LADDER))
    assert f"of {len(it.climbs)} extreme equilibria" in narrow


def test_no_ladder_no_diagram() -> None:
    with pytest.raises(UsageError, match="chicken is no ladder"):
        figures.ladder(load_model("chicken"))
    with pytest.raises(UsageError, match="numbers only"):
        figures.ladder(load_model("chicken").at())


def test_a_ladder_of_many_rungs_shows_what_was_found_in_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("deterrence.figures.kinds.ladder_diagram.SECONDS", 0.001)
    it = rungs_of(LADDER, None, None)
    assert not it.complete
    pure = {c.chances for c in it.climbs if c.is_pure}
    monkeypatch.undo()
    assert pure == {c.chances for c in rungs_of(LADDER, None, None).climbs if c.is_pure}
    monkeypatch.setattr("deterrence.figures.kinds.ladder_diagram.SECONDS", 0.001)
    figure = figures.ladder(LADDER)
    assert_legible(figure)
    assert "Not all mixed equilibria were found" in words_in(figure)
    assert "at least" in figure.description
