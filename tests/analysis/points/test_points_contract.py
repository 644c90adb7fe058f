"""What a block of points promises: order, padding, undefined measures, exactness, errors."""

from __future__ import annotations

import itertools
import math
import pickle
import sys
from fractions import Fraction

import numpy as np
import pytest
from brink import BRINK
from hypothesis import given
from hypothesis import strategies as st
from points_games import assert_same, columns_of, grid_points, solve_exactly, use

from deterrence.algebra.expressions import Expression
from deterrence.analysis.points.block import COMPILED, EXACT, OUTSIDE
from deterrence.analysis.points.exact import ordered_equilibria
from deterrence.analysis.points.kernel.loops import numba_pays
from deterrence.analysis.points.solver import PointSolver
from deterrence.errors import DeterrenceError, UsageError
from deterrence.game.measures import Measure
from deterrence.modelfile.catalogue import load_model
from deterrence.modelfile.model import SymbolicModel


def measured(model: SymbolicModel, **formulas: str) -> SymbolicModel:
    more = [Measure(n, Expression.parse(e, queries=True)) for n, e in formulas.items()]
    return model.replace(measures=(*model.measures, *more))


def bipolarity(**formulas: str) -> SymbolicModel:
    return measured(load_model(BRINK), **formulas)


def test_closed_form_of_chicken() -> None:
    solver = PointSolver(bipolarity(), ["k_R", "k_N"], statements=["war > 0"])
    k_r, k_n = np.array([6.5, 8.0, 30.0]), np.array([9.0, 4.25, 11.0])
    block = solver.solve({"k_R": k_r, "k_N": k_n})
    # Defaults: g_R = 3, g_N = 2, l_R = 5, l_N = 3; escalation is mixed with g/(g + k - l).
    russia, nato = 2 / (2 + k_n - 3), 3 / (3 + k_r - 5)
    assert block.count.tolist() == [3, 3, 3]
    assert (block.engine == COMPILED).all()
    np.testing.assert_allclose(block.probabilities["Russia"][:, 2, 1], russia, rtol=1e-14)
    np.testing.assert_allclose(block.probabilities["NATO"][:, 2, 1], nato, rtol=1e-14)
    np.testing.assert_allclose(block.measures["war"][:, 2], russia * nato, rtol=1e-14)
    np.testing.assert_allclose(block.payoffs["Russia"][:, 2], -5 * nato, rtol=1e-13)
    # What cannot happen is exactly 0, and so is decided.
    assert (block.measures["war"][:, :2] == 0.0).all()
    assert block.truths["war > 0"].tolist() == [[False, False, True]] * 3


def test_ties_between_decimals_that_floats_cannot_hold() -> None:
    # k_R = l_R at 0.1 + 0.2 = 0.3: an exact tie whose floats differ.
    model = bipolarity()
    solver = PointSolver(model, ["c_R", "l_R"], {"rho": "1/500", "N_R": 100})
    point = {"c_R": Fraction(1, 10), "l_R": Fraction(3, 10)}
    columns = {"c_R": np.array([0.1]), "l_R": np.array([0.3])}
    block = solver.solve(columns, lambda i: point)
    assert block.engine.tolist() == [EXACT]
    assert block.continuum.tolist() == [True]
    assert_same(block, solve_exactly(solver, columns, lambda i: point))


def test_points_near_a_tie_are_not_taken_for_ties() -> None:
    solver = PointSolver(bipolarity(), ["k_R"])
    shifts = np.array([-1e-6, -1e-12, -1e-15, 0.0, 1e-15, 1e-12, 1e-6])
    columns = {"k_R": 5 + shifts}  # l_R = 5
    assert_same(solver.solve(columns), solve_exactly(solver, columns, None))


def test_undefined_measures_are_nan_and_nothing_else_is() -> None:
    model = bipolarity(
        share="P(direct_war)/(1 - P(frozen_divide) - P(nato_yields) - P(russia_yields))",
        guarded="0 if P(direct_war) == 0 else P(nato_yields)/P(direct_war)",
        surprise="log(P(direct_war))",
        ratio="c_R/(k_R - 8)",
    )
    solver = PointSolver(model, ["k_R"])
    columns = {"k_R": np.array([3.0, 7.5, 8.0])}
    block = solver.solve(columns)
    assert_same(block, solve_exactly(solver, columns, None))
    assert block.count.tolist() == [1, 3, 3]
    nan = np.isnan(block.measures["share"])
    assert nan.tolist() == [[True, True, True], [True, True, False], [True, True, False]]
    assert np.isnan(block.measures["ratio"]).tolist() == [
        [False, True, True],
        [False] * 3,
        [True] * 3,
    ]
    assert block.measures["guarded"][1, :2].tolist() == [0.0, 0.0]
    assert np.isfinite(block.payoffs["Russia"][block.exists]).all()


def test_functions_in_payoffs_and_measures(monkeypatch: pytest.MonkeyPatch) -> None:
    model = bipolarity(
        mood="exp(-P(direct_war)) + sqrt(k_R) - min(P(direct_war), prob(NATO, escalate))",
        power="(g_R + 1)**(1/3) * abs(payoff(Russia))",
    )
    outcome = model.outcomes["nato_yields"]
    changed = {
        **outcome.payoffs,
        "Russia": Expression.parse("max(g_R, sqrt(g_R) + 1/7) - (0 if k_R > 12 else log(1 + rho))"),
    }
    worth = type(outcome)(outcome.label, changed, outcome.title, outcome.description)
    model = model.replace(outcomes={**model.outcomes, "nato_yields": worth})
    solver = PointSolver(
        model,
        ["g_R", "k_R", "rho"],
        statements=["mood >= 2", "max(war, crisis) > 1/5 or power < 3"],
    )
    points = grid_points(model, solver.question.varying, 80, 1, [7, 100])
    columns = columns_of(solver.question.varying, points)
    expected = solve_exactly(solver, columns, None)
    for engine in ("numpy", "numba"):
        use(monkeypatch, engine)
        block = solver.solve(columns)
        assert_same(block, expected)
    assert (block.engine == COMPILED).sum() > 60


def test_identical_differences_do_not_go_to_the_exact_solver() -> None:
    statements = [
        "crisis == 1",
        "P(nato_yields) + P(russia_yields) + P(direct_war) == 1",
        "nuclear == rho*war",
        "war + k_R == war + c_R + rho*N_R",
    ]
    solver = PointSolver(bipolarity(), ["g_R", "k_R"], statements=statements)
    rng = np.random.default_rng(2)
    block = solver.solve({"g_R": rng.uniform(1, 5, 50), "k_R": rng.uniform(5.5, 30, 50)})
    assert (block.engine == COMPILED).all()
    # In the pure equilibria one side escalates; in the mixed one neither may.
    assert block.truths["crisis == 1"].tolist() == [[True, True, False]] * 50
    assert block.truths["nuclear == rho*war"].all()


def test_derived_parameters_follow_unless_they_are_set() -> None:
    model = load_model(BRINK)
    rho = np.array([0.02, 0.3])
    free = PointSolver(model, ["rho"]).solve({"rho": rho})
    fixed = PointSolver(model, ["rho"], {"k_R": 4}).solve({"rho": rho})
    assert free.count.tolist() == [3, 3]
    assert fixed.count.tolist() == [1, 1]
    scenario = PointSolver(model, ["rho"], scenario="vital-stake")
    assert_same(scenario.solve({"rho": rho}), solve_exactly(scenario, {"rho": rho}, None))


def test_nothing_varies() -> None:
    block = PointSolver(load_model("chicken"), []).solve({})
    assert block.count.tolist() == [3]


def test_no_points_at_all() -> None:
    solver = PointSolver(load_model("chicken"), ["T_A"])
    block = solver.solve({"T_A": np.zeros(0)})
    assert block.count.shape == (0,)
    assert block.component.shape == (0, 0)


def test_outside_points_are_empty() -> None:
    solver = PointSolver(load_model(BRINK), ["g_R"])
    block = solver.solve({"g_R": np.array([-1.0, 0.0, 1.0])})
    assert block.engine.tolist() == [OUTSIDE, OUTSIDE, COMPILED]
    assert block.valid.tolist() == [False, False, True]
    assert block.count[:2].tolist() == [0, 0]
    assert np.isnan(block.payoffs["Russia"][:2]).all()
    assert (block.component[:2] == -1).all()


def test_values_out_of_the_range_of_the_bounds_are_solved_exactly() -> None:
    solver = PointSolver(load_model(BRINK), ["g_R", "k_R"])
    columns = {"g_R": np.array([1e-30, 1e25, 3.0]), "k_R": np.array([8.0, 8.0, 1e-40])}
    block = solver.solve(columns)
    assert block.engine.tolist() == [EXACT] * 3
    assert_same(block, solve_exactly(solver, columns, None), scale=1e25)


def test_lotteries_that_are_none_are_refused() -> None:
    # eps is a probability; the model's assumptions usually keep it one.
    model = load_model("first-strike").replace(assumptions=())
    solver = PointSolver(model, ["eps"])
    with pytest.raises(UsageError, match="no distribution"):
        solver.solve({"eps": np.array([0.1, 1.5])})


def test_impossible_numbers_raise_our_errors_only() -> None:
    solver = PointSolver(load_model(BRINK), ["g_R"])
    for bad in (math.nan, math.inf):
        with pytest.raises((DeterrenceError, ValueError, OverflowError)):
            solver.solve({"g_R": np.array([1.0, bad])})


def test_solvers_travel_between_processes() -> None:
    solver = PointSolver(load_model("escalation-ladder").with_rungs(2), ["c_R"])
    columns = {"c_R": np.linspace(0, 5, 7)}
    before = solver.solve(columns)
    assert_same(pickle.loads(pickle.dumps(solver)).solve(columns), before)


@given(st.lists(st.integers(0, 3), min_size=18, max_size=18))
def test_order_depends_on_actions_only(entries: list[int]) -> None:
    rows = [entries[i : i + 3] for i in (0, 3, 6)]
    columns = [entries[i : i + 3] for i in (9, 12, 15)]
    found = ordered_equilibria(rows, columns)
    used = [tuple(tuple(k for k, p in enumerate(s) if p) for s in pair) for pair in found.profiles]
    keys = [(len(x) + len(y), x, y) for x, y in used]
    assert keys == sorted(keys)
    assert len(set(found.profiles)) == len(found.profiles)
    # Components are numbered in the order of their first member.
    firsts = list(dict.fromkeys(found.components))
    assert firsts == list(range(len(firsts)))
    for (a, b), (c, d) in itertools.combinations(zip(used, found.components, strict=True), 2):
        del a, c
        assert b >= 0
        assert d >= 0


def test_without_numba_the_answers_are_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "numba", None)
    assert not numba_pays(10**9)
    solver = PointSolver(load_model(BRINK), ["k_R"])
    columns = {"k_R": np.linspace(1, 20, 9)}
    assert_same(solver.solve(columns), solve_exactly(solver, columns, None))
