"""What varies and how: spreads, the copula, groups of inputs, conditions on arrays."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from brink import BRINK
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from sensitivity_models import threshold

from deterrence import load_model
from deterrence.algebra.expressions import Expression
from deterrence.analysis.uncertainty.dependent_inputs import (
    bound_inputs,
    columns_of,
    draw_within,
    find_groups,
    truth_on,
    value_on,
)
from deterrence.analysis.uncertainty.inputs import Uncertainty, copula_matrix
from deterrence.errors import ExpressionError, IncompleteError, UsageError
from deterrence.game.parameters import Correlation
from deterrence.modelfile.loader import read_model
from deterrence.modelfile.schema import distributions

BIPOLAR = BRINK


# ---- what varies ------------------------------------------------------------------------
def test_bounds_are_uniform_distributions_count_first_and_formulas_follow() -> None:
    found = Uncertainty(load_model(BIPOLAR))
    assert found.names == ("g_R", "g_N", "l_R", "l_N", "c_R", "c_N", "rho", "N_R", "N_N")
    assert found.input("g_R").text == "uniform from 1/2 to 5"
    assert (found.input("g_R").low, found.input("g_R").high) == (Fraction(1, 2), 5)
    assert found.input("k_R").kind == "derived"
    low, high = found.values(np.array([[0.0] * 9, [1.0] * 9]))
    np.testing.assert_allclose(low, [0.5, 0.5, 0.5, 0.5, 0, 0, 0, 10, 10], atol=1e-8)
    np.testing.assert_allclose(high[:6], [5, 5, 20, 20, 20, 20], rtol=1e-8)
    # The file says beta(1, 24), whose distribution function is 1 - (1 - x)^24.
    risk = found.input("rho")
    assert (risk.kind, risk.text) == ("distribution", "beta(a 1, b 24)")
    assert risk.low == pytest.approx(1 - 0.95 ** (1 / 24))
    assert risk.high == pytest.approx(1 - 0.05 ** (1 / 24))


def test_what_does_not_matter_any_more_stays_fixed() -> None:
    """With k_R set, Russia's costs are in no payoff: varying them would only dilute a sample."""
    found = Uncertainty(load_model(BIPOLAR), {"k_R": 9})
    assert set(found.names) == {"g_R", "g_N", "l_R", "l_N", "c_N", "rho", "N_N"}
    assert found.input("c_R").why == "nothing that is asked depends on it"
    assert found.input("k_R").why == "set"
    asked = [Expression.parse("c_R > 3")]
    assert "c_R" in Uncertainty(load_model(BIPOLAR), {"k_R": 9}, asked=asked).names


def test_a_derived_parameter_can_be_let_free() -> None:
    found = Uncertainty(load_model(BIPOLAR), over=["k_R", "l_R"])
    assert found.names == ("l_R", "k_R")
    assert found.input("k_R").kind == "uniform"
    assert found.input("c_R").why == "not among those asked for"
    columns = columns_of(found, np.array([[3.0, 7.0]]))
    assert columns["k_R"] == 7
    assert columns["k_N"] == 8  # still by its formula


def test_the_scenario_is_the_base_case_and_fixes_nothing() -> None:
    model = load_model(BIPOLAR)
    plain, placed = Uncertainty(model), Uncertainty(model, scenario="vital-stake")
    assert plain.names == placed.names
    changed = model.scenarios["vital-stake"].values
    for name in placed.names:
        wanted = changed.get(name, model.parameters[name].default)
        assert placed.input(name).base == wanted


def test_no_bounds_no_default() -> None:
    model = threshold(
        "distribution: {name: norm, loc: 2}", other="{distribution: {name: expon, scale: 3}}"
    )
    text = Uncertainty(model, asked=[Expression.parse("other > 0")])
    assert text.input("other").base == Fraction(3 * math.log(2)).limit_denominator(10**5) or (
        float(text.input("other").base) == pytest.approx(3 * math.log(2), rel=1e-5)
    )
    assert text.input("stake").low == pytest.approx(2 - 1.6448536)
    assert text.input("stake").high == pytest.approx(2 + 1.6448536)
    assert text.input("stake").text == "norm(loc 2)"


def test_only_what_can_vary() -> None:
    model = threshold(other="{default: 1}")
    with pytest.raises(UsageError, match=r"other cannot vary.*bounds or a distribution"):
        Uncertainty(model, over=["other"])
    model = threshold(other="{default: 1, bounds: [1, 1]}")
    assert Uncertainty(model).input("other").why == "its bounds leave only 1"


@pytest.mark.parametrize("name", distributions.SHAPES)
def test_every_distribution_is_drawn_as_scipy_draws_it(name: str) -> None:
    values = {"a": 1, "b": 2, "c": "1/2", "d": "3/4", "df": 4, "s": "1/2"}
    shapes = {k: values[k] for k in distributions.SHAPES[name]}
    arguments = ", ".join(f"{k}: {v}" for k, v in {**shapes, "loc": 1, "scale": 2}.items())
    model = threshold(f"distribution: {{name: {name}, {arguments}}}")
    found = Uncertainty(model, over=["stake"])
    shares = np.array([1e-9, 0.1, 0.5, 0.9, 1 - 1e-9])
    floats = {k: float(Fraction(v)) for k, v in shapes.items()}
    law = getattr(stats, name)(**floats, loc=1, scale=2)
    np.testing.assert_allclose(found.values(shares[:, None])[:, 0], law.ppf(shares), rtol=1e-6)
    # The corners of a net, 0 among them, stay finite.
    assert np.isfinite(found.values(np.array([[0.0], [1.0]]))).all()


# ---- the copula -------------------------------------------------------------------------
@pytest.mark.parametrize("rank", ["1/2", "-0.95", "1", "-1", "0.05"])
def test_samples_have_the_rank_correlation_asked_for(rank: str) -> None:
    """Spearman's correlation of a large sample, for marginals far from normal."""
    model = threshold(
        "distribution: {name: lognorm, s: 1}",
        "bounds: [0, 2]",
        more=f"correlations: [{{between: [cost, stake], value: {rank}}}]",
    )
    found = Uncertainty(model)
    net = stats.qmc.Sobol(2, seed=np.random.default_rng(5)).random(1 << 13)
    points = found.values(net)
    assert stats.spearmanr(points).statistic == pytest.approx(float(Fraction(rank)), abs=5e-3)
    # Each alone still has its own distribution.
    assert stats.kstest(points[:, 0], stats.lognorm(1).cdf).statistic < 2e-3
    assert stats.kstest(points[:, 1], stats.uniform(0, 2).cdf).statistic < 2e-3
    alone = found.values(net, alone=True)
    assert abs(stats.spearmanr(alone).statistic) < 5e-3


def test_uncorrelated_inputs_stay_as_they_are() -> None:
    model = threshold(
        other="{default: 0, bounds: [0, 1]}",
        gain="stake - cost + other",
        more="correlations: [{between: [cost, stake], value: 0.9}]",
    )
    found = Uncertainty(model)
    cube = np.random.default_rng(1).random((50, 3))
    np.testing.assert_allclose(found.values(cube)[:, 2], cube[:, 2], atol=1e-12)


def test_the_correlation_of_a_fixed_input_is_told_and_dropped() -> None:
    model = threshold(more="correlations: [{between: [cost, stake], value: 0.9}]")
    found = Uncertainty(model, {"cost": 1})
    assert found.correlations == ()
    assert [c.between for c in found.dropped] == [("cost", "stake")]


def test_pearson_of_the_normals() -> None:
    half = Correlation(("a", "b"), Fraction(1, 2))
    matrix = copula_matrix(("a", "b", "c"), [half])
    assert matrix[0, 1] == pytest.approx(2 * math.sin(math.pi / 12))
    assert matrix[2].tolist() == [0, 0, 1]


# ---- groups -----------------------------------------------------------------------------
FOUR = """
title: T
form: strategic
players: [A, B]
actions: {A: [x, y], B: [x, y]}
parameters:
  a: {default: 7/2, bounds: [0, 4]}
  b: {default: 2, bounds: [0, 4]}
  c: {default: 1, bounds: [0, 4]}
  d: {default: 1, bounds: [0, 4]}
  both: {formula: b + c}
assumptions: [a > both, d >= 0]
correlations: [{between: [c, d], value: 1/2}]
game: [[[a, 0], [0, both]], [[0, d], [1, 0]]]
"""


def test_groups_are_linked_by_assumptions_formulas_and_correlations() -> None:
    model = read_model(FOUR)
    found = Uncertainty(model)
    tie, never = model.assumptions
    assert [g.names for g in find_groups(found, [])] == [("a",), ("b",), ("c", "d")]
    (whole,) = find_groups(found, [tie])
    assert whole.names == ("a", "b", "c", "d")
    assert whole.reason == "assumption and correlation"
    assert [g.reason for g in find_groups(found, [never])] == ["", "", "assumption and correlation"]
    assert [g.names for g in find_groups(Uncertainty(model, {"both": 1, "c": 0}), [tie])] == [
        ("a",),
        ("d",),
    ]


def test_draws_within_an_assumption_keep_it_and_are_uniform_there() -> None:
    """a > b on the square [0, 4]^2: a/4 has the distribution function x^2."""
    model = read_model(FOUR.replace("a > both", "a > b"))
    found = Uncertainty(model)
    group = find_groups(found, [model.assumptions[0]])[0]
    assert group.names == ("a", "b")
    drawn = draw_within(found, group, [model.assumptions[0]], 4000, np.random.default_rng(2))
    assert (drawn[:, 0] > drawn[:, 1]).all()
    assert stats.kstest(drawn[:, 0] / 4, lambda x: x**2).pvalue > 0.01
    assert stats.kstest(drawn[:, 1] / 4, lambda x: 2 * x - x**2).pvalue > 0.01


def test_an_assumption_that_is_hardly_ever_kept() -> None:
    model = read_model(FOUR.replace("a > both", "a == b or a > 2"))
    found = Uncertainty(model)
    with pytest.raises(IncompleteError, match="bring their bounds nearer"):
        draw_within(
            found,
            find_groups(found, [])[0],
            [Expression.parse("a == 1")],
            3,
            np.random.default_rng(2),
        )


# ---- conditions on arrays -----------------------------------------------------------------
FORMULAS = [
    "a + 2*b - c/4",
    "a*b**2",
    "-a",
    "max(a, b, 1)",
    "min(a, b)",
    "abs(a - b)",
    "exp(a/8)",
    "sqrt(a + 9)",
    "log(b + 9)",
    "a if a > b else c",
    "(a - b)/(c + 9)",
]
CONDITIONS = [
    "a < b",
    "a <= b < c",
    "a == b",
    "a != b",
    "not a > b",
    "a > b or b > c",
    "a > 0 and b > 0 and c > 0",
    "max(a, b) >= c",
]
NUMBER = st.integers(-8, 8)


@given(st.lists(st.tuples(NUMBER, NUMBER, NUMBER), min_size=1, max_size=5))
@pytest.mark.parametrize("text", [*FORMULAS, *CONDITIONS])
def test_arrays_give_what_expressions_give(text: str, points: list[tuple[int, int, int]]) -> None:
    e = Expression.parse(text)
    columns = {n: np.array([float(p[k]) for p in points]) for k, n in enumerate("abc")}
    ask = truth_on if text in CONDITIONS else value_on
    found = np.broadcast_to(ask(e, columns), (len(points),))
    for value, point in zip(found, points, strict=True):
        exact = e.evaluate(dict(zip("abc", map(Fraction, point), strict=True)))
        assert float(value) == pytest.approx(float(exact))


def test_undefined_is_not_true() -> None:
    zero = {"a": np.array([0.0, 1.0])}
    assert truth_on(Expression.parse("1/a - 1/a >= 0"), zero).tolist() == [False, True]
    with pytest.raises(ExpressionError, match="needs an equilibrium"):
        truth_on(Expression.parse("P(war) > 0", queries=True), zero)


def test_an_assumption_binds_inputs_through_derived_parameters_too() -> None:
    model = load_model(BRINK)
    found = Uncertainty(model)
    tie = Expression.parse("k_R > l_N")
    assert "k_R" in model.derived
    formula = model.parameters["k_R"].formula
    assert formula is not None
    assert bound_inputs(found, tie) == ({"l_N"} | formula.names) & set(found.names)
