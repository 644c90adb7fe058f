"""Tornado, Sobol' and robustness bars: they are the numbers of the analysis, drawn."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from brink import BRINK
from figure_checks import assert_legible, by_gid, words_in

from deterrence import figures, load_model
from deterrence.analysis.uncertainty.results import Estimate
from deterrence.errors import DeterrenceError, UsageError

BIPOLARITY = load_model(BRINK)


@pytest.fixture(scope="module")
def sensitivity() -> Any:
    return BIPOLARITY.sensitivity(
        measures=["war"], over=["l_R", "l_N", "g_R"], samples=512, method=["sobol", "tornado"]
    )


@pytest.fixture(scope="module")
def robust() -> Any:
    return BIPOLARITY.robustness("war == 0", scenario="vital-stake")


# ---- tornado -----------------------------------------------------------------------
@pytest.mark.parametrize("width", [60, 183])
def test_tornado_bars_are_the_swings(sensitivity: Any, width: float) -> None:
    figure = figures.tornado(sensitivity, "war", width=width)
    assert_legible(figure)
    found = {t.bound: t for t in sensitivity.tornado if t.quantity.name == "war"}
    bars = by_gid(figure, "bar-upper")
    drawn = [(b.get_x(), b.get_x() + b.get_width()) for b in bars]
    expected = [(b.smallest, b.largest) for b in found["upper"].bars if b.swing > 0]
    assert [x for pair in drawn for x in pair] == pytest.approx(
        [x for pair in expected for x in pair]
    )
    assert [b.get_y() for b in bars] == sorted(b.get_y() for b in bars)


def test_tornado_swings_agree_with_the_games_themselves() -> None:
    """Both ends of the bar of l_N, from the equilibria at the values."""
    figure = figures.tornado(BIPOLARITY, "war", over=["g_N"])
    (bar,) = by_gid(figure, "bar-upper")

    def war(g: Fraction) -> Fraction:  # of the mixed equilibrium, the largest
        v = {**BIPOLARITY.values(), "g_N": g}
        return (g / (g + v["k_N"] - v["l_N"])) * (v["g_R"] / (v["g_R"] + v["k_R"] - v["l_R"]))

    low, high = BIPOLARITY.parameters["g_N"].lower, BIPOLARITY.parameters["g_N"].upper
    assert bar.get_x() == pytest.approx(float(war(low)))
    assert bar.get_x() + bar.get_width() == pytest.approx(float(war(high)))
    assert "Smallest over the equilibria: 0 throughout." in words_in(figure)


def test_both_bounds_are_told_apart_without_colour(sensitivity: Any) -> None:
    figure = figures.tornado(load_model("first-strike"), "war")
    kinds = {b.get_hatch() for gid in ("bar-upper", "bar-lower") for b in by_gid(figure, gid)}
    assert kinds
    for bound in ("upper", "lower"):
        for bar in by_gid(figure, f"bar-{bound}"):
            assert bool(bar.get_hatch()) == (bound == "lower")


def test_a_tornado_without_bars_is_an_error() -> None:
    with pytest.raises(DeterrenceError, match="no tornado to draw"):
        figures.tornado(load_model("deadlock"))
    with pytest.raises(UsageError, match="does not know 'crisis'"):
        figures.tornado(BIPOLARITY.sensitivity(measures=["war"], method="tornado"), "crisis")


# ---- Sobol' ------------------------------------------------------------------------
@pytest.mark.parametrize("width", [60, 89])
def test_sobol_bars_and_intervals_are_the_indices(sensitivity: Any, width: float) -> None:
    figure = figures.sobol(sensitivity, "war", bound="upper", width=width)
    assert_legible(figure)
    indices = sensitivity.sobol.of("war", "upper")
    for kind, estimates in (("first", indices.first), ("total", indices.total)):
        drawn = [b.get_width() for b in by_gid(figure, f"index-{kind}")]
        assert drawn == pytest.approx([max(estimates[k].value, 0) for k in indices.order])
    intervals = [tuple(line.get_xdata()) for line in by_gid(figure, "interval")]
    expected = [
        (max(e.low, 0), min(e.high, 1))
        for k in indices.order
        for e in (indices.first[k], indices.total[k])
    ]
    assert [x for p in intervals for x in p] == pytest.approx([x for p in expected for x in p])


def test_an_interval_beyond_the_axis_is_cut_with_an_arrow(sensitivity: Any) -> None:
    indices = sensitivity.sobol.of("war", "upper")
    wide = replace(indices, total=tuple(Estimate(0.5, -3.0, 7.0) for _ in indices.total))
    changed = replace(sensitivity, sobol=replace(sensitivity.sobol, indices=(wide,)))
    figure = figures.sobol(changed, "war")
    (ax,) = figure.axes
    low, high = ax.get_xlim()
    markers = [line.get_marker() for line in ax.lines]
    assert (low, high) == (0, 1)
    assert markers.count(">") == len(indices.inputs)
    assert markers.count("<") >= len(indices.inputs)
    for line in by_gid(figure, "interval"):
        assert low <= min(line.get_xdata())
        assert max(line.get_xdata()) <= high
    assert "(-3 to 7)" in figure.description


def test_shortfalls_are_in_the_figure_and_in_its_warnings() -> None:
    result = BIPOLARITY.sensitivity(measures=["war"], samples=64, method="sobol")
    assert result.shortfalls
    figure = figures.sobol(result, "war", bound="upper")
    assert figure.warnings == result.shortfalls
    assert figure.incomplete
    assert "too small" in words_in(figure)


def test_no_indices_no_figure(sensitivity: Any) -> None:
    with pytest.raises(DeterrenceError, match="does not vary"):
        figures.sobol(load_model("deadlock"), samples=512)
    with pytest.raises(UsageError, match="no bound is called"):
        figures.sobol(sensitivity, "war", bound="middle")
    refused = replace(sensitivity, sobol=replace(sensitivity.sobol, refused="they depend"))
    with pytest.raises(DeterrenceError, match="they depend"):
        figures.sobol(refused, "war")


# ---- robustness --------------------------------------------------------------------
@pytest.mark.parametrize("width", [60, 183])
def test_robustness_bars_end_where_the_conclusion_flips(robust: Any, width: float) -> None:
    figure = figures.robustness(robust, width=width)
    assert_legible(figure)
    ends = [abs(line.get_xdata()[0]) for line in by_gid(figure, "flip")]
    expected = [a.distance.decimal for answer in robust.answers for a in answer.alone if a.distance]
    assert sorted(ends) == pytest.approx(sorted(expected))
    words = words_in(figure).split()
    for answer in robust.answers:
        for alone in answer.alone:
            if alone.threshold is not None and alone.threshold.rational is not None:
                value = alone.threshold.rational
                text = str(value) if value.denominator == 1 else f"{float(value):g}"
                assert text in words


def test_values_beside_the_bars_do_flip_the_conclusion(robust: Any) -> None:
    """At 1/1000 beyond each value the exact solver says otherwise than at the base case."""
    from deterrence import solve

    every = robust.every
    assert every.before is True
    for alone in every.alone:
        if alone.threshold is None:
            continue
        beyond = alone.threshold.rational + Fraction(alone.direction, 1000)
        game = BIPOLARITY.at("vital-stake", **{alone.parameter: beyond})
        assert any(e.measures["war"] for e in solve(game, solver="exact").equilibria)


def test_what_is_not_proven_is_incomplete(robust: Any) -> None:
    assert not figures.robustness(robust).incomplete
    every = replace(robust.every, certainty="bounds")
    figure = figures.robustness(replace(robust, answers=(every,)))
    assert figure.incomplete
    assert "at least" in words_in(figure)


def test_the_joint_radius_is_a_band(robust: Any) -> None:
    figure = figures.robustness(robust)
    bands = by_gid(figure, "radius")
    radii = [a.lower.decimal for a in robust.answers]
    assert [b.get_width() / 2 for b in bands] == pytest.approx(radii)
    assert "(proven)" in words_in(figure)


def test_nothing_flips_is_said() -> None:
    figure = figures.robustness(load_model("stag-hunt"), "peace > 0")
    assert_legible(figure)
    assert "No parameter alone flips it" in words_in(figure)
    assert "No joint change within the limits flips it (proven)" in words_in(figure)
