"""Ladders that are climbed in turn: marks are the moves of the subgame-perfect equilibria."""

from __future__ import annotations

import pytest
from figure_checks import assert_legible, by_gid, words_in

from deterrence import figures, load_model
from deterrence.figures.kinds.climbed_ladder import climbed_rungs
from deterrence.solvers import solve_tree

KAHN, CRISIS = load_model("kahn-ladder"), load_model("crisis-ladder")


@pytest.mark.parametrize("model", [KAHN, CRISIS], ids=lambda m: m.name)
@pytest.mark.parametrize("width", [60, 89, 183])
def test_every_rung_has_its_move(model, width: float) -> None:
    figure = figures.ladder(model, width=width)
    assert_legible(figure)
    (e,) = solve_tree(model.at(), "spe").equilibria
    climbing = [
        mix["climb"]
        for own in e.profile.values()
        for where, mix in own.items()
        if where in {r.label for r in model.ladder.rungs}
    ]
    assert len(by_gid(figure, "climbs")) == sum(p == 1 for p in climbing)
    assert len(by_gid(figure, "stops")) == sum(p == 0 for p in climbing)
    assert len(by_gid(figure, "rung")) == len(model.ladder.rungs)


def test_kahns_ladder_is_whole() -> None:
    figure = figures.ladder(KAHN)
    told = words_in(figure)
    titles = [rung.title for rung in KAHN.ladder.rungs]
    assert len(set(titles)) == 45
    assert all(title in told for title in titles)
    for group in ("Subcrisis maneuvering", "Exemplary central attacks", "Civilian central wars"):
        assert group in told
    assert figure.get_size_inches()[1] * 25.4 < 240


def test_costs_are_those_of_the_side_that_climbs() -> None:
    it = climbed_rungs(CRISIS, None, {"c_R": 3, "c_N": "1/2"})
    assert it.movers[:4] == ("Russia", "NATO", "Russia", "NATO")
    assert [str(c) for c in it.costs] == ["None", "3", "1", "9", "2", "15", "3", "None"]
    assert [str(h) for h in it.hazards[4:]] == ["1/50", "1/25", "1/4", "0"]


def test_the_course_goes_as_far_as_the_play() -> None:
    """Where Russia's prize is great and climbing is cheap to it, it climbs once."""
    model, values = CRISIS, {"c_R": "1/10", "v_R": 20, "l_N": 0, "v_N": "1/2", "c_N": 5}
    it = climbed_rungs(model, None, values)
    (e,) = solve_tree(model.at(**values), "spe").equilibria
    assert it.reached(0) == 1
    assert e.profile["Russia"]["status_quo"]["climb"] == it.chances[0][0] == 1
    figure = figures.ladder(model, values=values)
    assert "how far the play comes" in words_in(figure)
    assert "comes to rung 1" in figure.description


def test_many_equilibria_have_their_columns() -> None:
    """Where the prize is worth just the step, to climb and to stop are equally good."""
    ladder, values = CRISIS.with_rungs(2), {"v_R": "1/2", "c_R": "1/2"}
    it = climbed_rungs(ladder, None, values)
    assert len(it.chances) == 2
    assert {it.reached(0), it.reached(1)} == {0, 1}
    figure = figures.ladder(ladder, values=values)
    assert_legible(figure)
    assert all(label in words_in(figure) for label in it.labels)
    assert all(label in figure.description for label in it.labels)
