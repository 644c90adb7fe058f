"""Regime maps: boundaries are zeros of the polynomials, areas are what the exact solver finds."""

from __future__ import annotations

import itertools
from fractions import Fraction
from typing import Any

import pytest
from brink import BRINK
from figure_checks import assert_legible, by_gid, words_in
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy.polys.domains import ZZ
from sympy.polys.rings import ring

from deterrence import figures, load_model
from deterrence.errors import DeterrenceError, UsageError
from deterrence.figures.drawing.name_places import Room
from deterrence.figures.facts.plane_cuts import Mosaic, cut
from deterrence.figures.facts.plane_survey import PlaneSurvey, survey_plane
from deterrence.figures.kinds.regime_plane import equations_of
from deterrence.solvers.strategic.enumeration import enumerate_extreme

BIPOLARITY = load_model(BRINK)
LADDER = load_model("escalation-ladder")
PLANES = [
    (BRINK, "k_R", "k_N"),
    (BRINK, "rho", "l_R"),
    ("first-strike", "f_A", "s_A"),
    ("stag-hunt", "R_A", "T_A"),
    ("crisis-pairs", "T_A", "T_B"),
    pytest.param("escalation-ladder", "v_R", "c_R", marks=pytest.mark.slow),
]


def surveyed(name: str, x: str, y: str, **options: Any) -> Any:
    return survey_plane(PlaneSurvey(load_model(name), x, y, **options))


def supports_at(model: Any, values: dict[str, Any]) -> set[Any]:
    """Return the supports of all extreme equilibria, by the exact solver."""
    game = model.at(check=False, **values).to_exact()
    first, second = game.players
    found = enumerate_extreme(game.matrix(first), game.matrix(second))
    return {
        tuple(
            tuple(a for a, p in zip(actions, s, strict=True) if p)
            for actions, s in zip(game.actions, (found.rows[i], found.columns[j]), strict=True)
        )
        for i, j in found.pairs
    }


def results_at(model: Any, values: dict[str, Any]) -> int:
    """Return the number of different results: distributions over outcomes."""
    game = model.at(check=False, **values).to_exact()
    first, second = game.players
    found = enumerate_extreme(game.matrix(first), game.matrix(second))
    results = set()
    for i, j in found.pairs:
        cells = [p * q for p in found.rows[i] for q in found.columns[j]]
        chances = game.outcome_distribution(cells)
        results.add(frozenset((o, p) for o, p in chances.items() if p))
    return len(results)


@pytest.mark.parametrize(("name", "x", "y"), PLANES)
def test_every_cell_is_what_the_exact_solver_finds_in_it(name: str, x: str, y: str) -> None:
    model = load_model(name)
    found = surveyed(name, x, y)
    assert found.exact
    wide = float(found.xrange[1] - found.xrange[0])
    tall = float(found.yrange[1] - found.yrange[0])
    for slab in found.plane.slabs:
        for k, label in enumerate(slab.labels):
            if slab.extent(k) < 1e-4 * wide * tall:
                continue
            point = {n: Fraction(v) for n, v in zip((x, y), slab.inside(k), strict=True)}
            values = model.values(check=False, **point)
            area = found.areas[label]
            assert area.valid == all(a.evaluate(values) for a in model.assumptions)
            if not area.valid:
                continue
            told = [set(result.label.numbers) for result in area.results]
            here = {
                model.names.number(model.names.pattern(dict(zip(model.players, s, strict=True))))
                for s in supports_at(model, point)
            }
            # Of equilibria with one result some may exist in a part of the area only.
            assert here <= set.union(*told)
            assert all(numbers & here for numbers in told)
            assert len(area.results) == results_at(model, point)


@pytest.mark.parametrize(("name", "x", "y"), PLANES)
def test_points_of_boundaries_are_zeros_of_their_polynomials(name: str, x: str, y: str) -> None:
    found = surveyed(name, x, y)
    pieces = found.plane.boundaries()
    for piece in pieces:
        equation = found.equations[piece.wall]
        for px, py in zip(piece.xs[1:-1], piece.ys[1:-1], strict=True):
            point = {x: Fraction(px), y: Fraction(py)}
            # One step along y changes the value by this much for every unit.
            step = Fraction(1, 10**6)
            value = equation.evaluate(point)
            slope = (equation.evaluate({**point, y: point[y] + step}) - value) / step
            tall = found.yrange[1] - found.yrange[0]
            assert abs(value) <= abs(slope) * tall / 10**7


def test_straight_boundaries_of_a_known_map() -> None:
    """Deterrence fails where k_R < l_R = 5 and where k_N < l_N = 3."""
    figure = figures.regimes(BIPOLARITY, "k_R", "k_N")
    assert_legible(figure)
    lines = by_gid(figure, "boundary")
    upright = {x for line in lines for x in line.get_xdata() if len(set(line.get_xdata())) == 1}
    level = {y for line in lines for y in line.get_ydata() if len(set(line.get_ydata())) == 1}
    assert max(abs(x - 5) for x in upright) < 1e-9
    assert max(abs(y - 3) for y in level) < 1e-9
    words = words_in(figure)
    for name in ("Mutual deterrence (Chicken)", "NATO cannot be deterred", "Direct war"):
        assert name in words
    assert "k_R = 5 and k_N = 3" in figure.description
    (base,) = by_gid(figure, "base")
    assert (base.get_xdata()[0], base.get_ydata()[0]) == (9.0, 8.0)


def test_areas_are_the_exact_shares_of_the_regimes() -> None:
    """The areas of the drawing are those of exact rational arithmetic (regimes.areas)."""
    model = load_model("first-strike")
    fixed = {n: v for n, v in model.values().items() if n not in ("f_A", "s_A")}
    analysis = model.regimes(values=fixed, boundaries=False)
    expected = {r.name: r.share for r in analysis.regimes}
    found = surveyed("first-strike", "f_A", "s_A")
    sizes: dict[str, float] = {}
    for slab in found.plane.slabs:
        for k, label in enumerate(slab.labels):
            if found.areas[label].valid:
                name = found.areas[label].name
                sizes[name] = sizes.get(name, 0) + slab.extent(k)
    whole = sum(sizes.values())
    assert {n: s / whole for n, s in sizes.items()} == pytest.approx(expected, rel=1e-6)
    assert all(r.share_error == 0 for r in analysis.regimes)


def test_a_conclusion_divides_the_plane_as_its_closed_form_says() -> None:
    found = surveyed(BRINK, "k_R", "k_N", conclusion="war == 0")
    for slab in found.plane.slabs:
        for k, label in enumerate(slab.labels):
            k_r, k_n = slab.inside(k)
            expected = "no" if k_r < 5 and k_n < 3 else "some" if k_r > 5 and k_n > 3 else "every"
            assert label == expected


@pytest.mark.slow
def test_a_ladders_conclusion_has_the_boundary_of_the_conclusion() -> None:
    figure = figures.regimes(LADDER, "v_R", "c_R", conclusion="war == 0")
    assert_legible(figure)
    assert "no war in some equilibria" in words_in(figure)
    assert "no war in every equilibrium" in words_in(figure)
    model = LADDER
    for line in by_gid(figure, "boundary"):
        corners = zip(line.get_xdata(), line.get_ydata(), strict=True)
        for x, y in [(x, y) for x, y in corners if y > 0.05][1:-1:20]:
            verdicts = []
            for shift in (Fraction(-1, 50), Fraction(1, 50)):
                game = model.at(v_R=Fraction(x), c_R=Fraction(y) + shift).to_exact()
                war = []
                first, second = game.players
                solved = enumerate_extreme(game.matrix(first), game.matrix(second))
                for i, j in solved.pairs:
                    cells = [p * q for p in solved.rows[i] for q in solved.columns[j]]
                    war.append(game.measure_values(cells)["war"])
                verdicts.append(all(w == 0 for w in war))
            assert sorted(verdicts) == [False, True]


@pytest.mark.parametrize(("name", "x", "y"), PLANES[:-1])
@pytest.mark.parametrize("width", [60, 89])
def test_maps_are_legible(name: str, x: str, y: str, width: float) -> None:
    figure = figures.regimes(load_model(name), x, y, width=width)
    assert_legible(figure)
    hatches = [area.get_hatch() for area in by_gid(figure, "area")]
    assert len(set(hatches)) == len(hatches)  # told apart without colour


def test_a_grid_agrees_with_the_exact_map_and_says_what_it_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    exact = PlaneSurvey(BIPOLARITY, "k_R", "k_N").exact()
    grid = PlaneSurvey(BIPOLARITY, "k_R", "k_N").grid(13)
    assert not grid.exact
    names = {a.name for a in grid.areas.values()}
    assert names == {a.name for a in exact.areas.values()}
    for slab in grid.plane.slabs:
        middle = (slab.columns[0].x + slab.columns[1].x) / 2
        for low, high, label in zip(
            slab.columns[0].heights, slab.columns[0].heights[1:], slab.labels, strict=False
        ):
            for part in range(round((high - low) / (30 / 13))):
                y = low + (part + 0.5) * 30 / 13
                name = (
                    "Direct war"
                    if middle < 5 and y < 3
                    else "Russia cannot be deterred"
                    if middle < 5
                    else "NATO cannot be deterred"
                    if y < 3
                    else "Mutual deterrence (Chicken)"
                )
                assert grid.areas[label].name == name
    monkeypatch.setattr("deterrence.figures.facts.plane_survey.MAX_CELLS", 0)
    figure = figures.regimes(BIPOLARITY, "k_R", "k_N", points=12)
    assert_legible(figure)
    assert "Solved at 12 x 12 points" in words_in(figure)


# ---- the decomposition -------------------------------------------------------------
R, X, Y = ring("x,y", ZZ)
wall = st.tuples(*[st.integers(-3, 3)] * 6).map(
    lambda c: c[0] * X**2 + c[1] * X * Y + c[2] * Y**2 + c[3] * X + c[4] * Y + c[5]
)


def signs(polys: list[Any], x: Any, y: Any) -> tuple[bool, ...]:
    return tuple(sum(int(c) * x**i * y**j for (i, j), c in p.terms()) > 0 for p in polys)


def decomposed(polys: list[Any]) -> Mosaic:
    return cut(
        polys,
        (-2.0, 2.0),
        (-2.0, 2.0),
        lambda xs, ys: [signs(polys, x, y) for x, y in zip(xs, ys, strict=True)],
        columns=48,
    )


@settings(max_examples=30)
@given(st.lists(wall, min_size=1, max_size=3), st.randoms(use_true_random=False))
def test_any_point_lies_in_the_cell_with_its_signs(polys: list[Any], random: Any) -> None:
    mosaic = decomposed([p for p in polys if p])
    kept = [p for p in polys if p]
    assert mosaic.slabs[0].columns[0].x == -2.0
    assert mosaic.slabs[-1].columns[-1].x == 2.0
    missed = 0
    for _ in range(40):
        x, y = random.uniform(-2, 2), random.uniform(-2, 2)
        slab = next(s for s in mosaic.slabs if s.columns[0].x <= x <= s.columns[-1].x)
        a, b = next((a, b) for a, b in itertools.pairwise(slab.columns) if a.x <= x <= b.x)
        t = (x - a.x) / (b.x - a.x)
        heights = [p + t * (q - p) for p, q in zip(a.heights, b.heights, strict=True)]
        cell = max(k for k, h in enumerate(heights[:-1]) if h <= y)
        here = signs(kept, x, y)
        around = [signs(kept, x + a, y + b) for a in (-0.05, 0, 0.05) for b in (-0.05, 0, 0.05)]
        if all(other == here for other in around):  # away from walls, which are drawn straight
            missed += here != slab.labels[cell]
    assert missed == 0


@settings(max_examples=30)
@given(st.lists(wall, min_size=1, max_size=3))
def test_cells_cover_the_plane_once(polys: list[Any]) -> None:
    mosaic = decomposed([p for p in polys if p])
    total = sum(s.extent(k) for s in mosaic.slabs for k in range(len(s.labels)))
    assert total == pytest.approx(16.0)


def test_crossings_are_found_to_the_last_digits() -> None:
    """A parabola and a line cross at x = -1 and x = 2."""
    mosaic = decomposed([Y - X**2 + 2, Y - X])
    ends = [s.columns[-1].x for s in mosaic.slabs[:-1]]
    assert any(abs(x + 1) < 1e-9 for x in ends)
    # The other crossing is the corner of the plane.
    circle = decomposed([X**2 + Y**2 - 1])
    assert [s.columns[-1].x for s in circle.slabs[:-1]] == pytest.approx([-1, 1], abs=1e-9)


def test_a_room_is_not_given_twice() -> None:
    import numpy as np

    labels = np.zeros((40, 60), dtype=int)
    labels[:, 30:] = 1
    room = Room(labels, 30.0, 20.0)
    first = room.place(0, 10.0, 6.0)
    assert first is not None
    room.block(*first, 10.0, 6.0)
    second = room.place(0, 10.0, 6.0)
    assert second is not None
    assert abs(first[0] - second[0]) >= 10 or abs(first[1] - second[1]) >= 6
    assert first[0] + 5 <= 15.5
    assert room.place(0, 16.0, 3.0) is None


def test_equations_have_positive_terms_on_both_sides() -> None:
    found = surveyed("first-strike", "f_A", "s_A")
    assert "6 + 19*f_A == s_A" in [str(e) for e in equations_of(found)]
    assert "f_A == 6" in [str(e) for e in equations_of(found)]


@pytest.mark.slow
def test_equations_in_one_parameter_are_solved_for_it() -> None:
    figure = figures.regimes(LADDER, "v_R", "v_N")
    assert "v_N = 75/49" in figure.description


@pytest.mark.parametrize(
    ("x", "y", "options", "what"),
    [
        ("k_R", "k_R", {}, "both axes"),
        ("k_R", "k_X", {}, "no parameter 'k_X'"),
        ("k_R", "k_N", {"values": {"k_N": 2}}, "on an axis"),
        ("k_R", "k_N", {"ranges": {"k_R": (5, 5)}}, "is empty"),
        ("k_R", "k_N", {"conclusion": "wra == 0"}, "wra"),
        ("k_R", "k_N", {"scenario": "peace"}, "no scenario"),
    ],
)
def test_what_does_not_fit_is_refused(x: str, y: str, options: dict, what: str) -> None:
    with pytest.raises(UsageError, match=what):
        figures.regimes(BIPOLARITY, x, y, **options)


def test_a_plane_outside_the_assumptions_is_an_error() -> None:
    with pytest.raises(DeterrenceError, match="keep the assumptions"):
        figures.regimes(
            load_model("stag-hunt"), "R_A", "T_A", ranges={"R_A": (0, 1), "T_A": (5, 6)}
        )
