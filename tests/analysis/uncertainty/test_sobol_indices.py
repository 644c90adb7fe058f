"""Sobol' indices against closed forms, scipy, SALib and a bootstrap written out by hand."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from deterrence.analysis.uncertainty.sobol_estimators import (
    SaltelliCube,
    SobolEstimates,
    saltelli_cube,
    sobol_many,
)

Function = Callable[[Any], Any]


def ishigami(cube: Any) -> Any:
    x = math.pi * (2 * cube - 1)
    return np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])


G_COEFFICIENTS = np.array([0.0, 1.0, 4.5, 9.0])


def g_function(cube: Any) -> Any:
    return np.prod((np.abs(4 * cube - 2) + G_COEFFICIENTS) / (1 + G_COEFFICIENTS), axis=1)


def values(f: Function, cube: SaltelliCube) -> tuple[Any, Any, Any, Any]:
    swapped = SaltelliCube(cube.b, cube.a)
    return (
        f(cube.a),
        f(cube.b),
        np.array([f(x) for x in cube.mixtures()]),
        np.array([f(x) for x in swapped.mixtures()]),
    )


def sobol_estimates(f_a: Any, f_b: Any, f_ab: Any, f_ba: Any = None, **options: Any) -> Any:
    """Return the indices of one output."""
    a, b, mixed = (np.asarray(f, dtype=float)[None] for f in (f_a, f_b, f_ab))
    swapped = None if f_ba is None else np.asarray(f_ba, dtype=float)[None]
    return sobol_many(a, b, mixed, swapped, **options)[0]


def estimate(f: Function, d: int, n: int, **options: Any) -> SobolEstimates:
    found: SobolEstimates = sobol_estimates(*values(f, saltelli_cube(d, n, seed=7)), **options)
    return found


def test_ishigami() -> None:
    """Closed form, a = 7, b = 1/10 (Ishigami and Homma 1990)."""
    a, b, pi = 7.0, 0.1, math.pi
    v1 = (1 + b * pi**4 / 5) ** 2 / 2
    v2 = a**2 / 8
    v13 = b**2 * pi**8 * (1 / 18 - 1 / 50)
    v = v1 + v2 + v13
    found = estimate(ishigami, 3, 1 << 14)
    assert found.variance == pytest.approx(v, rel=2e-3)
    assert found.mean == pytest.approx(a / 2, rel=2e-3)
    np.testing.assert_allclose(found.first, [v1 / v, v2 / v, 0], atol=5e-3)
    np.testing.assert_allclose(found.total, [(v1 + v13) / v, v2 / v, v13 / v], atol=5e-3)
    i, j = np.triu_indices(3, 1)
    np.testing.assert_allclose(found.second[i, j], [0, v13 / v, 0], atol=2e-2)
    assert np.isnan(found.second[j, i]).all()


def test_sobol_g_function() -> None:
    """Closed form: V_i = 1/3/(1 + a_i)^2 and V = prod(1 + V_i) - 1 (Saltelli and Sobol' 1995)."""
    v = 1 / 3 / (1 + G_COEFFICIENTS) ** 2
    whole = np.prod(1 + v)
    found = estimate(g_function, 4, 1 << 14)
    np.testing.assert_allclose(found.first, v / (whole - 1), atol=5e-3)
    np.testing.assert_allclose(found.total, v * whole / (1 + v) / (whole - 1), atol=5e-3)
    assert found.second[0, 1] == pytest.approx(v[0] * v[1] / (whole - 1), abs=1e-2)


@pytest.mark.parametrize(("f", "d"), [(ishigami, 3), (g_function, 4)])
def test_the_same_numbers_as_scipy(f: Function, d: int) -> None:
    from scipy.stats import sobol_indices

    f_a, f_b, f_ab, _ = values(f, saltelli_cube(d, 512, seed=3))
    theirs = sobol_indices(func={"f_A": f_a[None], "f_B": f_b[None], "f_AB": f_ab[:, None]}, n=512)
    ours = sobol_estimates(f_a, f_b, f_ab)
    np.testing.assert_allclose(ours.first, np.squeeze(theirs.first_order), rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(ours.total, np.squeeze(theirs.total_order), rtol=1e-10, atol=1e-12)


@pytest.mark.filterwarnings("ignore::FutureWarning")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize(("f", "d"), [(ishigami, 3), (g_function, 4)])
def test_salib_agrees_intervals_included(f: Function, d: int) -> None:
    sobol = pytest.importorskip("SALib.analyze.sobol")
    n = 2048
    f_a, f_b, f_ab, f_ba = values(f, saltelli_cube(d, n, seed=3))
    # SALib wants, row by row, A, every AB, every BA, B.
    y = np.concatenate([f_a[None], f_ab, f_ba, f_b[None]]).T.ravel()
    problem = {"num_vars": d, "names": [f"x{k}" for k in range(d)], "bounds": [[0, 1]] * d}
    theirs = sobol.analyze(problem, y, calc_second_order=True, num_resamples=400, seed=5)
    ours = sobol_estimates(f_a, f_b, f_ab, f_ba, resamples=400, seed=5)
    # It subtracts the mean of all values, we (as scipy) that of A and B.
    np.testing.assert_allclose(ours.first, theirs["S1"], atol=2e-3)
    np.testing.assert_allclose(ours.total, theirs["ST"], atol=2e-3)
    i, j = np.triu_indices(d, 1)
    np.testing.assert_allclose(ours.second[i, j], theirs["S2"][i, j], atol=4e-3)
    # Half widths: 400 resamples know a standard deviation to about 4 %.
    for low, high, half in (
        (ours.first_low, ours.first_high, theirs["S1_conf"]),
        (ours.total_low, ours.total_high, theirs["ST_conf"]),
    ):
        np.testing.assert_allclose((high - low) / 2, half, rtol=0.3)


def test_the_matrix_product_is_the_bootstrap() -> None:
    """Resample the rows one by one, with the textbook formulas, and compare the percentiles."""
    n, d, resamples = 128, 3, 50
    f_a, f_b, f_ab, f_ba = values(ishigami, saltelli_cube(d, n, seed=3))
    ours = sobol_estimates(f_a, f_b, f_ab, f_ba, resamples=resamples, level=0.9, seed=11)
    mean = np.concatenate([f_a, f_b]).mean()
    a, b, ab, ba = f_a - mean, f_b - mean, f_ab - mean, f_ba - mean
    rng = np.random.default_rng([11, 3])
    first, total, both = [], [], []
    for _ in range(resamples):
        rows = rng.integers(0, n, n)
        x, y, m, w = a[rows], b[rows], ab[:, rows], ba[:, rows]
        v = np.concatenate([x, y]).var()
        s = [(y * (m[i] - x)).mean() / v for i in range(d)]
        first.append(s)
        total.append([((x - m[i]) ** 2).mean() / 2 / v for i in range(d)])
        both.append((w[0] * m[2] - x * y).mean() / v - s[0] - s[2])
    for low, high, drawn in (
        (ours.first_low, ours.first_high, first),
        (ours.total_low, ours.total_high, total),
        (ours.second_low[0, 2], ours.second_high[0, 2], both),
    ):
        np.testing.assert_allclose([low, high], np.percentile(drawn, [5, 95], axis=0), rtol=1e-9)


def test_intervals_cover_what_they_promise() -> None:
    """Random instead of quasi-random points, for which the bootstrap is exact in the limit."""
    hits = 0
    for seed in range(60):
        rng = np.random.default_rng([seed, 99])
        cube = SaltelliCube(rng.random((256, 2)), rng.random((256, 2)))
        f_a, f_b, f_ab, _ = values(lambda x: x[:, 0] + 2 * x[:, 1], cube)
        found = sobol_estimates(f_a, f_b, f_ab, resamples=200, seed=seed)
        hits += found.total_low[1] <= 0.8 <= found.total_high[1]
    assert hits >= 51  # 57 expected; fewer than 51 has a chance of 0.1 %


@pytest.mark.parametrize("scale", [1e-6, 1.0, 1e6])
@pytest.mark.parametrize("shift", [0.0, 1e6])
def test_indices_do_not_depend_on_unit_and_origin(scale: float, shift: float) -> None:
    plain = estimate(ishigami, 3, 256, resamples=20)
    moved = estimate(lambda x: scale * (ishigami(x) + shift), 3, 256, resamples=20)
    np.testing.assert_allclose(moved.first, plain.first, atol=1e-6)
    np.testing.assert_allclose(moved.total_high, plain.total_high, rtol=1e-6)


@pytest.mark.parametrize("value", [0.0, 1.0, 0.1, 1e9 + 1 / 3])
def test_a_constant_has_no_variance_and_no_indices(value: float) -> None:
    found = estimate(lambda x: np.full(len(x), value), 2, 64, resamples=10)
    assert found.variance == 0
    assert found.first.tolist() == found.total.tolist() == [0.0, 0.0]
    assert found.mean == pytest.approx(value)


def test_many_outputs_at_once_are_the_same_as_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    from deterrence.analysis.uncertainty import sobol_estimators

    cube = saltelli_cube(3, 256, seed=3)
    one, two = values(ishigami, cube), values(lambda x: x.sum(axis=1), cube)
    stacked = [np.array(pair) for pair in zip(one, two, strict=True)]
    together = sobol_many(*stacked, resamples=30, seed=1)
    monkeypatch.setattr(sobol_estimators, "_BATCH", 256)  # one output and one resample at a time
    for found, alone in zip(together, (one, two), strict=True):
        single = sobol_estimates(*alone, resamples=30, seed=1)
        np.testing.assert_allclose(found.first, single.first, rtol=1e-12)
        np.testing.assert_allclose(found.total_low, single.total_low, rtol=1e-9)
        np.testing.assert_allclose(found.second_high, single.second_high, rtol=1e-9)


def test_groups_mix_all_their_columns() -> None:
    cube = saltelli_cube(3, 8, seed=1)
    first, second = cube.mixtures([[0, 2], [1]])
    np.testing.assert_array_equal(first, np.c_[cube.b[:, 0], cube.a[:, 1], cube.b[:, 2]])
    np.testing.assert_array_equal(second, np.c_[cube.a[:, 0], cube.b[:, 1], cube.a[:, 2]])
