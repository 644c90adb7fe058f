"""Every shipped model at many points, ties included, against the exact solver."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np
import pytest
from brink import BRINK
from games_that_ship import MATRICES
from points_games import (
    assert_identical,
    assert_same,
    columns_of,
    grid_points,
    solve_exactly,
    use,
)

from deterrence.analysis.points.block import COMPILED, EXACT
from deterrence.analysis.points.solver import PointSolver
from deterrence.modelfile.catalogue import load_model
from deterrence.modelfile.model import SymbolicModel

LADDERS = {"escalation-ladder 1": 1, "escalation-ladder 2": 2, "escalation-ladder 3": 3}
MODELS = [*(n for n in MATRICES if n != "escalation-ladder"), *LADDERS]


def model_called(name: str) -> SymbolicModel:
    if name in LADDERS:
        return load_model("escalation-ladder").with_rungs(LADDERS[name])
    return load_model(name)


def asked(model: SymbolicModel, **options: Any) -> PointSolver:
    """Return a solver that varies every free parameter and asks every kind of question."""
    names = [p.name for p in model.parameters.values() if p.formula is None]
    first = model.measures[0].name
    statements = [
        f"{first} == 0",
        f"{first} <= 1/4",
        f"{first} > 1/3 and payoff('{model.players[0]}') >= 0",
        f"not (payoff('{model.players[0]}') < payoff('{model.players[1]}'))",
    ]
    outcomes = list(model.outcomes)[:2]
    return PointSolver(model, names, outcomes=outcomes, statements=statements, **options)


@pytest.mark.parametrize("engine", ["numpy", "numba"])
@pytest.mark.parametrize("name", MODELS)
def test_ties_on_coarse_grids(name: str, engine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    # Without assumptions most points count, the degenerate ones above all.
    model = model_called(name)
    if name not in LADDERS:
        model = model.replace(assumptions=())
    solver = asked(model)
    points = grid_points(
        model, solver.question.varying, 60 if name in LADDERS else 120, 7, [1, 2, 4, 10]
    )
    columns = columns_of(solver.question.varying, points)
    use(monkeypatch, engine)
    found = solver.solve(columns, lambda i: points[i])
    assert_same(found, solve_exactly(solver, columns, lambda i: points[i]))


@pytest.mark.parametrize("name", MODELS)
def test_assumptions_decide_who_is_outside(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    model = model_called(name)
    solver = asked(model)
    points = grid_points(model, solver.question.varying, 60, 11, [2, 3, 5])
    columns = columns_of(solver.question.varying, points)
    use(monkeypatch, "numpy")
    found = solver.solve(columns, lambda i: points[i])
    expected = [
        all(a.evaluate(model.values(check=False, **p)) for a in model.assumptions) for p in points
    ]
    assert found.valid.tolist() == expected
    assert (found.count > 0).tolist() == expected
    assert_same(found, solve_exactly(solver, columns, lambda i: points[i]))


@pytest.mark.parametrize("name", [BRINK, "first-strike", "escalation-ladder 3"])
def test_generic_points_need_no_exact_arithmetic(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = model_called(name)
    solver = asked(model)
    points = grid_points(model, solver.question.varying, 2000, 3, [10**6 + 3])
    use(monkeypatch, "numpy")
    block = solver.solve(columns_of(solver.question.varying, points), lambda i: points[i])
    assert (block.engine[block.valid] == COMPILED).mean() > 0.999
    assert (block.engine == EXACT).sum() <= 1


@pytest.mark.parametrize("name", [BRINK, "chicken", "escalation-ladder 2"])
def test_numba_and_numpy_give_the_same_bits(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    solver = asked(model_called(name))
    points = grid_points(solver.question.model, solver.question.varying, 700, 5, [10**6 + 3])
    columns = columns_of(solver.question.varying, points)
    use(monkeypatch, "numpy")
    plain = solver.solve(columns)
    use(monkeypatch, "numba")
    assert_identical(plain, solver.solve(columns))


def test_a_point_does_not_depend_on_its_block(monkeypatch: pytest.MonkeyPatch) -> None:
    solver = asked(model_called("escalation-ladder 2"))
    points = grid_points(solver.question.model, solver.question.varying, 200, 5, [3, 10**6 + 3])
    columns = columns_of(solver.question.varying, points)
    use(monkeypatch, "numpy")
    whole = solver.solve(columns, lambda i: points[i])
    for start, stop in ((0, 1), (3, 16), (16, 200)):
        part = {n: c[start:stop] for n, c in columns.items()}
        block = solver.solve(part, lambda i, start=start: points[start + i])
        width = block.component.shape[1]
        np.testing.assert_array_equal(block.count, whole.count[start:stop])
        for player, p in block.probabilities.items():
            assert p.tobytes() == whole.probabilities[player][start:stop, :width].tobytes()
        for name, m in block.measures.items():
            assert m.tobytes() == whole.measures[name][start:stop, :width].tobytes()


def test_zero_costs_and_hazards_do_not_need_exact_arithmetic(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Where a cost or the hazard is 0, payoffs tie on a whole slice of the grid.
    solver = PointSolver(model_called("escalation-ladder 2"), ["c_R", "c_N", "rho"])
    steps = [Fraction(0), Fraction(1, 7), Fraction(3, 7)]
    points = [dict(zip(solver.question.varying, p, strict=True)) for p in product(steps, repeat=3)]
    columns = columns_of(solver.question.varying, points)
    use(monkeypatch, "numpy")
    block = solver.solve(columns, lambda i: points[i])
    zero = np.array([0 in p.values() for p in points])
    assert (block.engine[zero] == COMPILED).mean() > 0.8
    assert block.continuum[zero].any()
    assert_same(block, solve_exactly(solver, columns, lambda i: points[i]))
