"""Thresholds against brute-force grids of exact solutions, and against published formulas."""

from __future__ import annotations

import itertools
import random
from fractions import Fraction

import pytest
import sympy
from brink import BRINK
from hypothesis import given
from hypothesis import strategies as st

from deterrence import load_model
from deterrence.algebra.expressions import Expression
from deterrence.algebra.roots import isolate, simplest_between
from deterrence.errors import UnsupportedError, UsageError
from deterrence.solvers import solve
from deterrence.symbolic.along.thresholds import find_thresholds


# ---- the literature ----------------------------------------------------------------
def test_the_nuclear_risk_that_deters_each_side():
    """rho* = (l - c)/N for each side."""
    found = load_model(BRINK).thresholds("rho", c_R=1, l_N=10)
    rows = [(t.value, str(t.formula)) for t in found.thresholds]
    assert rows == [
        (Fraction(5 - 1, 100), "(l_R - c_R)/N_R"),
        (Fraction(10 - 4, 100), "(l_N - c_N)/N_N"),
    ]
    assert [s.regime for s in found.stretches] == [
        "Direct war",
        "NATO cannot be deterred",
        "Mutual deterrence (Chicken)",
    ]
    assert [len(s.equilibria) for s in found.stretches] == [1, 1, 3]
    assert all(s.checked for s in found.stretches)
    assert all(t.within_bounds and t.result_changes for t in found.thresholds)


def test_a_base_parameter_acts_through_a_derived_one():
    (t,) = load_model(BRINK).thresholds("c_R", rho="1/50").thresholds
    assert (t.value, str(t.formula)) == (3, "l_R - rho*N_R")


def test_a_derived_parameter_can_be_free_itself():
    model = load_model(BRINK)
    (t,) = model.thresholds("k_R", scenario="vital-stake").thresholds
    assert (t.value, str(t.formula)) == (15, "l_R")
    # At the threshold the mixed equilibrium has become the end of a segment.
    found = model.thresholds("k_R")
    below, above = found.stretches
    (t,) = found.thresholds
    assert (len(below.equilibria), len(t.equilibria), len(above.equilibria)) == (1, 3, 3)
    ends = [found.equilibria[i] for i in t.equilibria if i not in above.equilibria]
    assert [e.support["NATO"] for e in ends] == [("escalate",)]
    assert str(ends[0].profile["Russia"]["escalate"]) == "2/7"


def test_the_tolerance_of_accidents():
    """Waiting survives iff eps <= f/(f + s - m)."""
    found = load_model("first-strike").thresholds("eps", f_A=1, s_A=12)
    tolerance = {
        side: Expression.parse(f"f_{side}/(f_{side} + s_{side} - m_{side})") for side in "AB"
    }
    values = found.values
    expected = sorted(e.evaluate(values) for e in tolerance.values())
    assert found.thresholds[0].value == expected[0] == Fraction(1, 7)
    assert {str(t.formula) for t in found.thresholds} <= {str(e) for e in tolerance.values()}


def test_chicken_ends_where_yielding_is_as_bad_as_the_collision():
    found = load_model("chicken").thresholds("P_A")
    (t,) = found.thresholds
    assert t.value == -1
    assert str(t.formula) == "S_A"
    assert found.stretches[1] is None  # the assumptions say S_A >= P_A


# ---- grids -------------------------------------------------------------------------
CASES = [
    (BRINK, "rho", {}),
    (BRINK, "rho", {"c_R": 1, "l_N": 10}),
    (BRINK, "l_N", {"l_R": 15}),
    ("crisis-pairs", "R_A", {}),
    ("crisis-pairs", "P_B", {"S_A": 0}),
    ("first-strike", "eps", {"s_A": 60}),
    ("inspection", "e", {}),
    ("inspection", "a", {}),
]


def strategies(solution):
    return {
        tuple((a, p) for player in e.profile for a, p in e.profile[player].items())
        for e in solution.equilibria
    }


def evaluated(e, parameter, x):
    return tuple((a, p.evaluate({parameter: x})) for s in e.profile.values() for a, p in s.items())


def game(model, parameter, x, values):
    return solve(model.at(check=False, **values, **{parameter: x}), solver="exact")


@pytest.mark.parametrize(("name", "parameter", "values"), CASES)
def test_the_equilibria_listed_are_those_of_the_exact_solver(name, parameter, values):
    """On a grid through the bounds, on every threshold, and close to it on both sides."""
    model = load_model(name)
    found = find_thresholds(model, parameter, values=values, formulas=False)
    p = model.parameters[parameter]
    grid = [p.lower + (p.upper - p.lower) * Fraction(k, 41) for k in range(42)]
    for t in found.thresholds:
        assert t.value is not None
        grid += [t.value, t.value + Fraction(1, 10**9), t.value - Fraction(1, 10**9)]
    checked = 0
    for x in grid:
        try:
            model.at(**values, **{parameter: x})
        except UsageError:
            continue  # breaks an assumption
        at = [t for t in found.thresholds if t.value == x]
        ids = at[0].equilibria if at else stretch_at(found, x).equilibria
        mine = {evaluated(found.equilibria[i], parameter, x) for i in ids}
        assert mine == strategies(game(model, parameter, x, values)), x
        assert len(mine) == len(ids)
        checked += 1
    assert checked > 5


def stretch_at(found, x):
    return found.stretches[sum(t.decimal < x for t in found.thresholds)]


@pytest.mark.parametrize(("name", "parameter", "values"), CASES)
def test_at_every_threshold_something_changes(name, parameter, values):
    """The supports found by the exact solver differ below, at or above."""
    model = load_model(name)
    found = find_thresholds(model, parameter, values=values, formulas=False)
    for t in found.thresholds:
        seen = set()
        for x in (t.value - Fraction(1, 10**9), t.value, t.value + Fraction(1, 10**9)):
            solution = game(model, parameter, x, values)
            seen.add(
                frozenset(
                    tuple(e.profile.support(p) for p in model.players) for e in solution.equilibria
                )
            )
        assert len(seen) > 1


def irrational_model():
    """Chicken whose costs of war grow with the square of a risk: thresholds at roots of 2, 3."""
    model = load_model(BRINK)
    squared = {
        n: model.parameters[n].__class__(
            **{**vars(model.parameters[n]), "formula": Expression.parse(f"rho**2*N_{n[-1]}")}
        )
        for n in ("k_R", "k_N")
    }
    return model.replace(parameters={**model.parameters, **squared})


def test_irrational_thresholds_are_algebraic_numbers():
    model = irrational_model()
    values = {"l_R": 2, "N_R": 100, "l_N": 3, "N_N": 100}
    found = find_thresholds(model, "rho", values=values)
    assert [t.value for t in found.thresholds] == [None, None]
    x = sympy.Symbol("x")
    exact = [sympy.sqrt(2) / 10, sympy.sqrt(3) / 10]
    for t, number in zip(found.thresholds, exact, strict=True):
        assert sympy.Poly(t.polynomial, x).as_expr().subs(x, number) == 0
        assert t.interval[0] < number < t.interval[1]
        assert abs(t.decimal - float(number)) < 1e-15
        assert sympy.sympify(t.root).evalf(30) - number.evalf(30) < 1e-25
        formula = t.formula.to_sympy({n: sympy.Rational(str(v)) for n, v in found.values.items()})
        assert sympy.simplify(formula - number) == 0
    # At the first, Russia is indifferent; nothing but NATO's dominant escalation is left of it.
    assert [len(t.equilibria) for t in found.thresholds] == [2, 3]
    assert [s.regime for s in found.stretches] == [
        "Direct war",
        "NATO cannot be deterred",
        "Mutual deterrence (Chicken)",
    ]
    assert all(s.checked for s in found.stretches)


def test_a_ladder_of_five_rungs_is_solved_along_its_hazard():
    model = load_model("escalation-ladder")
    found = find_thresholds(model, "rho", formulas=False)
    assert all(s.checked for s in found.stretches if s is not None)
    rng = random.Random(2)
    for _ in range(6):
        x = Fraction(rng.randint(1, 499), 1000)
        ids = stretch_at(found, x).equilibria
        mine = {evaluated(found.equilibria[i], "rho", x) for i in ids}
        assert mine == strategies(game(model, "rho", x, {}))


# ---- faults ------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("parameter", "values", "hint"),
    [
        ("roh", {}, "rho"),
        ("rho", {"rho": 1}, "free parameter"),
        ("rho", {"l_R": -1}, "assumption"),
        ("c_R", {"k_R": 3}, "changes nothing"),
    ],
)
def test_faults_are_usage_errors(parameter, values, hint):
    with pytest.raises(UsageError, match=hint):
        find_thresholds(load_model(BRINK), parameter, values=values)


def test_payoffs_that_are_not_polynomial_are_unsupported():
    model = load_model(BRINK)
    k = model.parameters["k_R"]
    formula = Expression.parse("c_R + exp(rho)*N_R")
    odd = model.replace(
        parameters={**model.parameters, "k_R": k.__class__(**{**vars(k), "formula": formula})}
    )
    with pytest.raises(UnsupportedError):
        find_thresholds(odd, "rho")


def test_measures_without_a_closed_form_are_left_out():
    found = load_model("prisoners-dilemma").thresholds("S_A")
    assert any("left out" in m for m in found.messages)
    assert all(s is None or s.checked for s in found.stretches)


def test_plain_data():
    data = load_model("chicken").thresholds("P_A").to_dict()
    assert data["schema"] == 1
    assert data["thresholds"][0]["value"] == "-1"
    assert data["stretches"][1] is None


# ---- roots -------------------------------------------------------------------------
@given(
    st.lists(st.integers(-9, 9), min_size=3, max_size=6),
    st.lists(st.integers(-9, 9), min_size=2, max_size=5),
)
def test_roots_are_those_of_sympy_in_order(first, second):
    x = sympy.Symbol("x")
    product = sympy.Poly(first, x) * sympy.Poly(second, x)
    if product.degree() < 1:
        return
    factors = [tuple(int(c) for c in f.all_coeffs()) for f, _ in product.factor_list()[1]]
    mine = isolate(factors)
    assert len(mine) == product.count_roots()
    for root in mine:
        assert sympy.Poly(root.polynomial, x).count_roots(root.low, root.high) == 1
        assert product.count_roots(root.low, root.high) == 1
        assert float(root.low) <= root.decimal <= float(root.high)
        assert abs(float(root.to_sympy()) - root.decimal) <= 1e-12 * max(1, abs(root.decimal))
    assert all(a.high < b.low for a, b in itertools.pairwise(mine))


@given(st.fractions(), st.fractions())
def test_the_simplest_fraction_between_two(a, b):
    if a == b:
        return
    low, high = min(a, b), max(a, b)
    x = simplest_between(low, high)
    assert low < x < high
    # No fraction with a smaller denominator lies between.
    for q in range(1, min(x.denominator, 60)):
        assert (low * q).__floor__() + 1 >= high * q
