"""Tornado and Morris screening against exact solutions, closed forms and SALib."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from brink import BRINK
from sensitivity_models import threshold

from deterrence import load_model, solve
from deterrence.analysis.uncertainty.analyse import analyse as sensitivity
from deterrence.analysis.uncertainty.one_at_a_time import (
    LEVELS,
    STEPS,
    elementary_effects,
    morris_design,
)

MODEL = BRINK


# ---- tornado ------------------------------------------------------------------------------
def exact_bounds(**values: Any) -> tuple[float, float]:
    found = [e.measures["war"] for e in solve(load_model(MODEL).at(**values), solver="exact")]
    return float(min(found)), float(max(found))


def test_every_bar_against_the_exact_solver_at_each_of_its_points() -> None:
    names = ["l_N", "c_R", "g_R"]
    answer = sensitivity(load_model(MODEL), measures=["war"], over=names, method="tornado")
    model = load_model(MODEL)
    assert answer.tornado_of("war", "lower").base == exact_bounds()[0]
    for k, bound in enumerate(("lower", "upper")):
        tornado = answer.tornado_of("war", bound)
        assert tornado.base == pytest.approx(exact_bounds()[k])
        assert [b.swing for b in tornado.bars] == sorted(b.swing for b in tornado.bars)[::-1]
        for bar in tornado.bars:
            p = model.parameters[bar.input]
            assert (bar.low, bar.high) == (p.lower, p.upper)
            assert p.lower is not None
            assert p.upper is not None
            step = (p.upper - p.lower) / (STEPS - 1)
            values = [exact_bounds(**{bar.input: p.lower + step * j})[k] for j in range(STEPS)]
            assert bar.at_low == pytest.approx(values[0])
            assert bar.at_high == pytest.approx(values[-1])
            assert bar.smallest == pytest.approx(min(values))
            assert bar.largest == pytest.approx(max(values))


def test_a_peak_between_the_ends_is_not_overlooked() -> None:
    """War iff cost^2 < stake^2 at stake 1/2, cost from -1 to 1: peace at both ends."""
    model = threshold(cost="bounds: [-1, 1]", gain="stake**2 - cost**2")
    (bar,) = sensitivity(model, over=["cost"], method="tornado").tornado_of("war").bars
    assert (bar.at_low, bar.at_high, bar.smallest, bar.largest) == (0, 0, 0, 1)
    assert bar.swing == 1
    assert bar.hidden
    (bar,) = sensitivity(threshold(), over=["cost"], method="tornado").tornado_of("war").bars
    assert not bar.hidden


def test_ends_are_as_far_as_the_assumptions_allow() -> None:
    """Stake 1/2: cost goes from 0 up to, but not including, 1."""
    model = threshold(assumptions=("cost + stake < 3/2",))
    (bar,) = sensitivity(model, over=["cost"], method="tornado").tornado_of("war").bars
    assert (bar.low, bar.high, bar.open_low, bar.open_high) == (0, 1, False, True)
    assert (bar.at_low, bar.at_high) == (1.0, 0.0)
    assert (bar.smallest, bar.largest) == (0.0, 1.0)


def test_bounds_that_touch_an_assumption_are_open() -> None:
    model = threshold(assumptions=("0 < stake < 1", "0 < cost < 2"))
    answer = sensitivity(model, samples=256, measures=["war"], method=["tornado", "probabilities"])
    for bar in answer.tornado_of("war").bars:
        assert bar.open_low
        assert bar.open_high
        assert bar.at_low is not None
        assert bar.at_high is not None
    assert answer.probabilities is not None
    assert answer.probabilities.excluded == 0
    assert answer.probabilities.kept == 1
    assert "excluded" not in answer.document(full=True).text()


def test_a_base_case_on_an_open_bound_is_looked_at_just_inside() -> None:
    model = threshold(cost="bounds: [1/4, 2]", other="{default: 0}", assumptions=("cost > other",))
    fixed = {"other": "1/4"}
    answer = sensitivity(model, fixed=fixed, method="tornado", measures=["war"])
    assert answer.tornado_of("war").base == 1.0
    assert not any("no tornado" in note for note in answer.notes)


def test_an_end_that_only_a_bent_assumption_forbids_is_left_out() -> None:
    model = threshold(assumptions=("cost**2 < 1",))
    (bar,) = sensitivity(model, over=["cost"], method="tornado").tornado_of("war").bars
    assert (bar.at_low, bar.at_high) == (1.0, None)
    assert (
        "excluded" in sensitivity(model, over=["cost"], method="tornado").document(full=True).text()
    )


def test_exact_ties_are_seen_at_exact_points() -> None:
    """With gain 3s - c, s = 1/3 and c = 1 attack and hold tie: war is possible, and so is peace.

    Three times the float nearest to 1/3 is less than 1.
    """
    model = threshold(cost="bounds: [1, 2]", base=("1/3", "1"), gain="3*stake - cost")
    answer = sensitivity(model, method="tornado")
    assert answer.tornado_of("war", "lower").base == 0
    assert answer.tornado_of("war", "upper").base == 1
    assert answer.tornado_of("war == 0", "lower").base == 0
    assert answer.tornado_of("war == 0", "upper").base == 1


# ---- Morris -------------------------------------------------------------------------------
def test_a_trajectory_moves_every_input_once_and_stays_inside() -> None:
    cube, order, steps = morris_design(5, 200, seed=3)
    moves = np.diff(cube, axis=1)
    assert (np.count_nonzero(moves, axis=2) == 1).all()
    assert (np.sort(order, axis=1) == np.arange(5)).all()
    np.testing.assert_allclose(moves.sum(axis=2), steps)
    assert set(np.unique(np.abs(steps))) == {0.5}
    assert set(np.unique(cube)) <= {(k + 0.5) / LEVELS for k in range(LEVELS)}
    # Every level is as likely as any other, so that the tails are not overdone.
    counts = np.unique(cube[:, 0], return_counts=True)[1]
    assert counts.min() > 0.7 * counts.mean()


def effects_of(f: Any, d: int, r: int) -> Any:
    cube, order, steps = morris_design(d, r, seed=3)
    values = f(cube.reshape(-1, d)).reshape(r, d + 1)
    return elementary_effects(values, order, steps)


def test_effects_of_a_linear_function_are_its_slopes() -> None:
    effects = effects_of(lambda x: 3 * x[:, 0] - 2 * x[:, 1] + 7, 3, 20)
    np.testing.assert_allclose(effects, np.tile([3.0, -2.0, 0.0], (20, 1)), atol=1e-12)


def test_effects_of_a_product() -> None:
    """f = x y: the effect of x is y, uniform on the levels: mean 1/2, variance (1 - 1/64)/12."""
    effects = effects_of(lambda x: x[:, 0] * x[:, 1], 2, 20_000)
    np.testing.assert_allclose(effects.mean(axis=0), 0.5, atol=0.01)
    np.testing.assert_allclose(effects.var(axis=0), (1 - 1 / 64) / 12, rtol=0.02)


def test_salib_finds_the_same_effects() -> None:
    morris = pytest.importorskip("SALib.analyze.morris")
    d, r = 4, 30

    def f(x: Any) -> Any:
        return np.sin(3 * x[:, 0]) + x[:, 1] * x[:, 2] + (x[:, 3] > 0.5)

    cube, order, steps = morris_design(d, r, seed=3)
    flat = cube.reshape(-1, d)
    problem = {"num_vars": d, "names": list("abcd"), "bounds": [[0, 1]] * d}
    theirs = morris.analyze(problem, flat, f(flat), num_levels=LEVELS, seed=1)
    # It divides by its own step, p / (2(p - 1)), whatever the sample's was.
    scale = LEVELS / (2 * (LEVELS - 1)) / 0.5
    ours = elementary_effects(f(flat).reshape(r, d + 1), order, steps)
    np.testing.assert_allclose(ours.mean(axis=0), np.array(theirs["mu"]) * scale, rtol=1e-9)
    np.testing.assert_allclose(
        np.abs(ours).mean(axis=0), np.array(theirs["mu_star"]) * scale, rtol=1e-9
    )
    np.testing.assert_allclose(
        ours.std(axis=0, ddof=1), np.array(theirs["sigma"]) * scale, atol=1e-12
    )


def test_screening_of_the_threshold_model_by_enumeration() -> None:
    """War iff s > c, both on 8 levels and stepping by half: count the flips."""
    levels = [Fraction(2 * k + 1, 16) for k in range(8)]
    half = Fraction(1, 2)

    def share(flips: Any) -> float:
        pairs = [(x, y) for x in levels if x < half for y in levels]
        return sum(2 * (flips(x, y) != flips(x + half, y)) for x, y in pairs) / len(pairs)

    of_stake = share(lambda s, c: s > 2 * c)
    of_cost = share(lambda c, s: s > 2 * c)
    answer = sensitivity(threshold(), samples=1 << 14, method="morris", measures=["war"])
    found = {e.input: e for e in answer.morris_of("war").effects}
    for name, truth, sign in (("stake", of_stake, 1), ("cost", of_cost, -1)):
        e = found[name]
        assert abs(e.mu_star.value - truth) < 2 * e.mu_star.width / 2
        assert e.mu == pytest.approx(sign * e.mu_star.value)  # one way only
        assert e.sigma == pytest.approx(math.sqrt(2 * truth - truth**2), rel=0.1)


def test_screening_keeps_to_the_assumptions() -> None:
    """Every trajectory stays within cost < 2*stake, a step being half of what is left."""
    model = threshold(assumptions=("cost < 2*stake",))
    answer = sensitivity(model, samples=1024, method="morris", measures=["war"])
    assert answer.engines["outside"] == 0
    for e in answer.morris_of("war").effects:
        assert e.count == 64
        assert math.isfinite(e.mu_star.value)
