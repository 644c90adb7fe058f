"""Sweep figures: curves are the exact solver's equilibria, thresholds are exact."""

from __future__ import annotations

import itertools
import re
from fractions import Fraction

import pytest
from brink import BRINK
from figure_checks import assert_legible, by_gid, words_in
from hypothesis import given
from hypothesis import strategies as st

from deterrence import figures, load_model
from deterrence.errors import DeterrenceError, UsageError
from deterrence.figures.drawing.above_axes import spread
from deterrence.figures.facts.curve_tracing import trace
from deterrence.solvers.strategic.enumeration import enumerate_extreme

BIPOLARITY = load_model(BRINK)


def solved(model, parameter: str, x: Fraction, measure: str) -> list[float]:
    """Return a measure in every extreme equilibrium, by the exact solver."""
    game = model.at(**{parameter: x}).to_exact()
    first, second = game.players
    found = enumerate_extreme(game.matrix(first), game.matrix(second))
    values = []
    for i, j in found.pairs:
        profile = {
            p: dict(zip(a, s, strict=True))
            for p, a, s in zip(
                game.players, game.actions, (found.rows[i], found.columns[j]), strict=True
            )
        }
        values.append(
            float(game.measure_values(game.cell_probabilities(profile), profile)[measure])
        )
    return sorted(values)


@pytest.mark.parametrize(
    ("name", "parameter", "measure"),
    [
        (BRINK, "k_R", "war"),
        (BRINK, "rho", "nuclear"),
        ("first-strike", "s_A", "war"),
        ("stag-hunt", "R_A", "basin_A"),
        pytest.param("escalation-ladder", "v_R", "expected_rung", marks=pytest.mark.slow),
    ],
)
def test_curves_are_the_equilibria_of_the_exact_solver(
    name: str, parameter: str, measure: str
) -> None:
    model = load_model(name)
    line = trace(model, parameter, [measure])
    assert line.exact
    for span in line.stretches:
        if not span.branches:
            continue
        for part in (Fraction(1, 5), Fraction(3, 5)):
            x = Fraction(span.low) + part * (Fraction(span.high) - Fraction(span.low))
            drawn = []
            for branch in span.branches:
                k = max(i for i, v in enumerate(branch.xs) if v <= x)
                t = (float(x) - branch.xs[k]) / (branch.xs[k + 1] - branch.xs[k])
                ys = branch.ys[0]
                drawn.append(ys[k] + t * (ys[k + 1] - ys[k]))
            # Between two points of a curve it is drawn straight.
            assert sorted(drawn) == pytest.approx(
                solved(model, parameter, x, measure), abs=2e-3, rel=5e-3
            )


@pytest.mark.parametrize("parameter", ["k_R", "l_N"])
def test_points_of_curves_are_exact(parameter: str) -> None:
    """The corners of a curve lie on the closed form of the mixed equilibrium."""
    line = trace(BIPOLARITY, parameter, ["war"])
    mixed = [b for s in line.stretches for b in s.branches if not b.is_pure]
    assert mixed
    values = {n: float(v) for n, v in BIPOLARITY.values().items()}
    for branch in mixed:
        for x, y in zip(branch.xs[1:-1], branch.ys[0][1:-1], strict=True):
            v = {**values, parameter: x}
            p = v["g_N"] / (v["g_N"] + v["k_N"] - v["l_N"])
            q = v["g_R"] / (v["g_R"] + v["k_R"] - v["l_R"])
            assert y == pytest.approx(p * q, rel=1e-6)


def test_thresholds_and_the_base_value_stand_where_they_are() -> None:
    figure = figures.sweep(load_model("first-strike"), "s_A", "war")
    drawn = [line.get_xdata()[0] for line in by_gid(figure, "threshold")]
    assert drawn == [6.0, 44.0]
    (base,) = by_gid(figure, "base")
    assert base.get_xdata()[0] == 10.0
    words = words_in(figure)
    assert "= 6" in words
    assert "= 44" in words
    assert "base value" in words


def test_the_continuum_at_a_threshold_is_drawn() -> None:
    """At k_R = 5 NATO escalates and Russia mixes up to 2/7: war goes up to 2/7."""
    figure = figures.sweep(BIPOLARITY, "k_R", "war")
    (segment,) = by_gid(figure, "continuum")
    assert list(segment.get_xdata()) == [5.0, 5.0]
    assert list(segment.get_ydata()) == pytest.approx([0, 2 / 7])


def test_the_band_spans_all_equilibria() -> None:
    figure = figures.sweep(BIPOLARITY, "k_R", "payoff(Russia)", low=6, high=12)
    (band,) = by_gid(figure, "bounds")
    ys = band.get_paths()[0].vertices[:, 1]
    expected = [
        u for x in (6, 12) for u in (3.0, -5.0)
    ]  # Russia prevails, or yields; the mixed equilibrium lies between
    assert min(ys) == min(expected)
    assert max(ys) == max(expected)


def test_names_of_regimes_change_where_their_conditions_do() -> None:
    """Peace becomes risk-dominant at R_A = 7, where no equilibrium appears or vanishes."""
    line = trace(load_model("stag-hunt"), "R_A", ["peace"])
    assert [(s.low, s.high, s.name) for s in line.stages] == [
        (3.0, 7.0, "The armed stand-off is risk-dominant"),
        (7.0, 10.0, "Peace is risk-dominant"),
    ]
    assert [m.value for m in line.thresholds] == [3]


def test_points_and_closed_forms_agree(monkeypatch: pytest.MonkeyPatch) -> None:
    """The way without closed forms finds the same equilibria at its points."""
    exact = trace(BIPOLARITY, "k_R", ["war"], low=1, high=12)
    monkeypatch.setattr("deterrence.figures.facts.curve_tracing.MAX_CELLS", 0)
    found = trace(BIPOLARITY, "k_R", ["war"], low=1, high=12, points=22)
    assert not found.exact
    assert set(found.supports) == set(exact.supports)
    assert [len(s.branches) for s in found.stretches] == [1, 3]
    (mark,) = found.thresholds
    assert mark.value is None
    assert abs(mark.decimal - 5) <= Fraction(11, 21)
    for branch in found.stretches[-1].branches:
        for x, y in zip(branch.xs, branch.ys[0], strict=True):
            v = {**{n: float(v) for n, v in BIPOLARITY.values().items()}, "k_R": x}
            p = v["g_N"] / (v["g_N"] + v["k_N"] - v["l_N"])
            q = v["g_R"] / (v["g_R"] + v["k_R"] - v["l_R"])
            assert y == pytest.approx(0 if branch.is_pure else p * q)


def test_a_figure_from_points_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deterrence.figures.facts.curve_tracing.MAX_CELLS", 0)
    figure = figures.sweep(BIPOLARITY, "k_R", points=21)
    assert_legible(figure)
    assert "Solved at 21 points" in words_in(figure)
    assert "approximate threshold" in figure.description
    with pytest.raises(UsageError, match="1 points"):
        figures.sweep(BIPOLARITY, "k_R", points=1)


def test_several_measures_make_several_panels() -> None:
    figure = figures.sweep(BIPOLARITY, "l_R", ["war", "payoff(Russia)", "prob(NATO, escalate)"])
    assert_legible(figure)
    assert [ax.get_ylabel().replace("\n", " ") for ax in figure.axes] == [
        "Probability of direct war",
        "Payoff of Russia",
        "Probability of “Escalate to direct confrontation” by NATO",
    ]
    left = {round(ax.get_position().x0, 9) for ax in figure.axes}
    assert len(left) == 1


def test_labels_and_units_are_the_models() -> None:
    figure = figures.sweep(BIPOLARITY, "rho", "nuclear")
    label = figure.axes[0].get_xlabel().replace("\n", " ")
    assert label == r"Risk that direct war turns nuclear, $\rho$ (probability)"
    assert figure.axes[0].get_ylabel() == "Probability of nuclear use"


def test_branches_differ_in_more_than_colour() -> None:
    figure = figures.sweep(BIPOLARITY, "k_R", "payoff(Russia)", low=6, high=12)
    styles = {str(line._unscaled_dash_pattern) for line in by_gid(figure, "branch")}
    assert len(styles) == len(by_gid(figure, "branch")) == 3
    assert {"#2", "#3", "#9"} <= set(words_in(figure).split())


@pytest.mark.slow
def test_many_thresholds_are_listed_below() -> None:
    figure = figures.sweep(load_model("escalation-ladder"), "v_N")
    assert_legible(figure)
    assert "2.614" in words_in(figure)


@pytest.mark.parametrize(
    ("options", "what"),
    [
        ({"parameter": "k_X"}, "no parameter 'k_X'"),
        ({"measure": "wra"}, "no measure or parameter 'wra'"),
        ({"measure": "payoff(Nato)"}, "players: Russia, NATO"),
        ({"measure": "prob(NATO, fight)"}, "actions of NATO"),
        ({"measure": "P(peace)"}, "asks for 'peace'"),
        ({"measure": "war == 0"}, "true or false"),
        ({"low": 5, "high": 5}, "is empty"),
        ({"values": {"k_R": 3}}, "is what moves"),
        ({"width": 10}, "10 mm wide"),
        ({"width": float("nan")}, "mm wide"),
    ],
)
def test_what_does_not_fit_is_refused(options: dict, what: str) -> None:
    with pytest.raises(UsageError, match=re.escape(what)):
        figures.sweep(BIPOLARITY, **{"parameter": "k_R", **options})


def test_a_range_outside_the_assumptions_is_hatched() -> None:
    figure = figures.sweep(load_model("stag-hunt"), "R_A")
    assert "outside the model's assumptions" in words_in(figure)


@given(
    st.lists(st.tuples(st.floats(0, 80), st.floats(1, 8)), min_size=1, max_size=8).map(
        lambda pairs: sorted(pairs)
    )
)
def test_spread_labels_keep_apart_and_inside(pairs: list[tuple[float, float]]) -> None:
    centres, widths = [c for c, _ in pairs], [w for _, w in pairs]
    placed = spread(centres, widths, 0.0, 120.0, gap=1.0)
    edges = [(c - w / 2, c + w / 2) for c, w in zip(placed, widths, strict=True)]
    assert edges[0][0] >= -1e-9
    assert edges[-1][1] <= 120 + 1e-9
    assert all(b[0] - a[1] >= 1 - 1e-9 for a, b in itertools.pairwise(edges))


def test_nothing_to_show_is_said() -> None:
    with pytest.raises(DeterrenceError, match="keeps the assumptions"):
        figures.sweep(load_model("stag-hunt"), "R_A", low=0, high=2)
    with pytest.raises(UsageError, match="no measures"):
        figures.sweep(BIPOLARITY.replace(measures=()), "k_R")


@pytest.mark.parametrize(("low", "high"), [("1e-30", "3e-30"), ("1e6", "1e12"), ("5", "5.0001")])
def test_ranges_of_any_size_are_drawn(low: str, high: str) -> None:
    assert_legible(figures.sweep(BIPOLARITY, "k_R", low=low, high=high))
