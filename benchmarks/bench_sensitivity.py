"""Sobol' indices and their bootstrap intervals: this package beside scipy and SALib.

``python -m pytest benchmarks/bench_sensitivity.py --benchmark-only`` runs it.  All get
the same values of the g-function at 8 parameters and 2^14 base samples, so that only
the estimators are timed.  scipy's bootstrap (100 resamples, bias-corrected) takes half a
minute.  The last group is the whole analysis of a model, games included.

These are timings, not tests: nothing fails because a machine is slow.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

DIMENSION, SAMPLES = 8, 1 << 14
COEFFICIENTS = np.arange(DIMENSION)


def g_function(cube: Any) -> Any:
    return np.prod((np.abs(4 * cube - 2) + COEFFICIENTS) / (1 + COEFFICIENTS), axis=1)


@pytest.fixture(scope="module")
def values() -> tuple[Any, Any, Any, Any]:
    from deterrence.analysis.uncertainty.sobol_estimators import SaltelliCube, saltelli_cube

    cube = saltelli_cube(DIMENSION, SAMPLES, seed=1)
    swapped = SaltelliCube(cube.b, cube.a)
    return (
        g_function(cube.a),
        g_function(cube.b),
        np.array([g_function(x) for x in cube.mixtures()]),
        np.array([g_function(x) for x in swapped.mixtures()]),
    )


@pytest.mark.parametrize("resamples", [0, 100, 1000])
@pytest.mark.parametrize("second", [False, True], ids=["first+total", "second order too"])
def test_ours(benchmark: Any, values: Any, second: bool, resamples: int) -> None:
    from deterrence.analysis.uncertainty.sobol_estimators import sobol_estimates

    f_a, f_b, f_ab, f_ba = values
    benchmark.group = f"{resamples} resamples"
    benchmark.pedantic(
        lambda: sobol_estimates(f_a, f_b, f_ab, f_ba if second else None, resamples=resamples),
        rounds=5,
        warmup_rounds=1,
    )


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("resamples", [0, 100])
def test_scipy(benchmark: Any, values: Any, resamples: int) -> None:
    from scipy.stats import sobol_indices

    f_a, f_b, f_ab, _ = values
    benchmark.group = f"{resamples} resamples"

    def run() -> None:
        found = sobol_indices(
            func={"f_A": f_a[None], "f_B": f_b[None], "f_AB": f_ab[:, None]}, n=SAMPLES
        )
        if resamples:
            found.bootstrap(n_resamples=resamples)

    benchmark.pedantic(run, rounds=1 if resamples else 5)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("resamples", [100])
@pytest.mark.parametrize("second", [False, True], ids=["first+total", "second order too"])
def test_salib(benchmark: Any, values: Any, second: bool, resamples: int) -> None:
    sobol = pytest.importorskip("SALib.analyze.sobol")
    f_a, f_b, f_ab, f_ba = values
    blocks = [f_a[None], f_ab, f_ba, f_b[None]] if second else [f_a[None], f_ab, f_b[None]]
    y = np.concatenate(blocks).T.ravel()
    names = [f"x{k}" for k in range(DIMENSION)]
    problem = {"num_vars": DIMENSION, "names": names, "bounds": [[0, 1]] * DIMENSION}
    benchmark.group = f"{resamples} resamples"
    benchmark.pedantic(
        lambda: sobol.analyze(problem, y, calc_second_order=second, num_resamples=resamples),
        rounds=3,
    )


def test_a_whole_analysis(benchmark: Any) -> None:
    from deterrence import load_model

    model = load_model("asymmetric-bipolarity")
    benchmark.group = "a whole analysis, 9 parameters, 2^14 base samples"
    benchmark.pedantic(lambda: model.sensitivity(measures=["war"]), rounds=3, warmup_rounds=1)
