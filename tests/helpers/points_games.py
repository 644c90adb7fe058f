"""Points and comparisons for tests of many-point solving."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from deterrence.analysis.points import solver as points_module
from deterrence.analysis.points.block import ExactPoint, PointBlock
from deterrence.analysis.points.exact import ExactAnswers
from deterrence.analysis.points.solver import PointSolver
from deterrence.modelfile.model import SymbolicModel

KINDS = ("payoffs", "outcomes", "measures")


def grid_points(
    model: SymbolicModel, names: Sequence[str], count: int, seed: int, denominators: Sequence[int]
) -> list[dict[str, Fraction]]:
    """Return points on coarse grids between the parameters' bounds: ties are frequent there."""
    dice = random.Random(seed)
    found = []
    for _ in range(count):
        point = {}
        for name in names:
            parameter = model.parameters[name]
            low = Fraction(-5) if parameter.lower is None else parameter.lower
            high = Fraction(5) if parameter.upper is None else parameter.upper
            parts = dice.choice(denominators)
            point[name] = low + (high - low) * Fraction(dice.randint(0, parts), parts)
        found.append(point)
    return found


def columns_of(names: Sequence[str], points: Sequence[dict[str, Fraction]]) -> dict[str, Any]:
    return {name: np.array([float(p[name]) for p in points]) for name in names}


def solve_exactly(
    solver: PointSolver, columns: Mapping[str, Any], exact: ExactPoint | None
) -> PointBlock:
    """Solve every point over the rationals."""
    n = len(next(iter(columns.values()))) if columns else 1
    return ExactAnswers(solver.question).solve(columns, exact, n)


def assert_same(a: PointBlock, b: PointBlock, scale: float = 1.0) -> None:
    """Assert that two blocks say the same, floats up to rounding of numbers of size ``scale``."""
    for field in ("valid", "count", "complete", "component", "continuum"):
        np.testing.assert_array_equal(getattr(a, field), getattr(b, field), err_msg=field)
    for player, p in a.probabilities.items():
        np.testing.assert_allclose(p, b.probabilities[player], rtol=1e-9, atol=1e-9)
    for kind in KINDS:
        for name, column in getattr(a, kind).items():
            other = getattr(b, kind)[name]
            np.testing.assert_allclose(column, other, rtol=1e-9, atol=1e-9 * scale, err_msg=name)
    for text, truth in a.truths.items():
        np.testing.assert_array_equal(truth, b.truths[text], err_msg=text)


def assert_identical(a: PointBlock, b: PointBlock) -> None:
    """Assert that two blocks are the same to the last bit."""
    for field in ("valid", "count", "complete", "engine", "component", "continuum"):
        assert getattr(a, field).tobytes() == getattr(b, field).tobytes(), field
    for kind in ("probabilities", *KINDS, "truths"):
        for name, column in getattr(a, kind).items():
            assert column.tobytes() == getattr(b, kind)[name].tobytes(), (kind, name)


def use(monkeypatch: pytest.MonkeyPatch, engine: str) -> None:
    """Make the point solver use numba, or plain numpy."""
    if engine == "numba":
        pytest.importorskip("numba")
    monkeypatch.setattr(points_module, "numba_pays", lambda n: engine == "numba")
