"""What a sweep says of a point is what the exact solver says of it, ties included."""

from __future__ import annotations

import dataclasses
import random
import subprocess
import sys
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from brink import BRINK
from checkout import ROOT

from deterrence import load_model, solve
from deterrence.analysis.sweeping.plan import make_plan
from deterrence.analysis.sweeping.run import summarise
from deterrence.errors import UsageError

xr = pytest.importorskip("xarray")


def check_point(model: Any, here: Any, values: dict[str, Fraction], **more: Any) -> int:
    """Compare one point of a dataset with the exact solver; return the number of equilibria."""
    game = model.at(check=False, **more, **values)
    solution = solve(game, solver="exact")
    assert solution.status == "complete"
    count = len(solution.equilibria)
    assert here["count"].item() == count
    assert here["components"].item() == len(solution.components)
    assert here["continuum"].item() == (count > len(solution.components))
    assert here["complete"].item()
    assert here["valid"].item()
    there = here.isel(equilibrium=slice(0, count))
    assert np.isnan(here.isel(equilibrium=slice(count, None)).war).all()
    profiles = [
        np.concatenate([there[f"probability_{p}"].values[e] for p in model.players])
        for e in range(count)
    ]
    component: dict[int, int] = {}
    for e in solution:
        exact = [
            float(e.profile[p][a])
            for p, actions in zip(model.players, model.actions, strict=True)
            for a in actions
        ]
        distance = [np.abs(profile - exact).max() for profile in profiles]
        k = int(np.argmin(distance))
        assert distance[k] < 1e-12
        assert (
            component.setdefault(e.component, there.component.values[k])
            == (there.component.values[k])
        )
        for name, value in e.measures.items():
            assert there[name].values[k] == pytest.approx(float(value), rel=1e-12, abs=1e-13)
        for player, value in e.payoffs.items():
            found = there[f"payoff_{player}"].values[k]
            assert found == pytest.approx(float(value), rel=1e-12, abs=1e-12)
    for name in e.measures:
        every = [float(e.measures[name]) for e in solution]
        assert here[f"{name}_low"].item() == pytest.approx(min(every), rel=1e-12, abs=1e-13)
        assert here[f"{name}_high"].item() == pytest.approx(max(every), rel=1e-12, abs=1e-13)
    return count


def test_a_grid_full_of_ties() -> None:
    """k_R = l_R and k_N = l_N on a row and a column, at thirds, which no float is."""
    model = load_model(BRINK)
    losses = {"l_R": Fraction(16, 3), "l_N": Fraction(10, 3)}
    data = model.sweep({"k_R": "4:6:7", "k_N": "2:4:7"}, values=losses)
    counts = [
        check_point(
            model,
            data.isel(k_R=i, k_N=j),
            {"k_R": 4 + Fraction(i, 3), "k_N": 2 + Fraction(j, 3), **losses},
        )
        for i in range(7)
        for j in range(7)
    ]
    assert data.sizes["equilibrium"] == max(counts)
    assert {1, 2, 3} <= set(counts)
    assert int(data.continuum.sum()) == 13  # a row and a column that cross


def test_a_scenario_and_fixed_values() -> None:
    model = load_model(BRINK)
    data = model.sweep({"c_R": [0, 1, "5/2"]}, scenario="vital-stake", values={"l_N": "7/2"})
    for i, c_R in enumerate([0, 1, Fraction(5, 2)]):
        values = {"c_R": Fraction(c_R), "l_N": Fraction(7, 2)}
        check_point(model, data.isel(c_R=i), values, scenario="vital-stake")


def test_a_ladder_on_a_sample_of_its_grid() -> None:
    model = load_model("escalation-ladder").with_rungs(2)
    data = model.sweep({"c_R": "0:4:21", "rho": "0:1/10:11"})
    generator = random.Random(3)
    for _ in range(12):
        i, j = generator.randrange(21), generator.randrange(11)
        values = {"c_R": Fraction(i, 5), "rho": Fraction(j, 100)}
        check_point(model, data.isel(c_R=i, rho=j), values)


def test_a_sample_is_solved_at_its_floats() -> None:
    model = load_model(BRINK)
    data = model.sweep({"k_R": "4:6", "k_N": "2:4"}, design="sobol", points=16, seed=2)
    for i in range(16):
        here = data.isel(sample=i)
        check_point(model, here, {n: Fraction(here[n].item()) for n in ("k_R", "k_N")})


def test_what_varies_needs_no_default() -> None:
    model = load_model(BRINK)
    l_R = dataclasses.replace(model.parameters["l_R"], default=None)
    bare = model.replace(parameters={**model.parameters, "l_R": l_R})
    data = bare.sweep({"l_R": "3:8:11"})
    assert np.array_equal(data.war_high, model.sweep({"l_R": "3:8:11"}).war_high)
    with pytest.raises(UsageError, match="l_R has no default"):
        bare.sweep({"c_R": "3:8:11"})


def test_points_outside_the_assumptions_are_not_solved() -> None:
    model = load_model(BRINK)
    data = model.sweep({"c_R": "-2:2:5"})
    assert data.valid.values.tolist() == [False, False, True, True, True]
    assert data["count"].values.tolist()[:2] == [0, 0]
    assert np.isnan(data.war_high.values[:2]).all()
    assert data.engine.values.tolist()[:2] == [0, 0]
    summary = summarise(make_plan(model, {"c_R": "-2:2:5"}))
    assert summary.outside == 2
    assert "Outside the model's assumptions, and not solved: 2 points (40.0 %)" in " ".join(
        str(summary).split()
    )


def test_a_derived_parameter_moves_unless_it_is_set() -> None:
    model = load_model(BRINK)
    moving = model.sweep({"c_R": "0:2:3"})
    held = model.sweep({"c_R": "0:2:3"}, values={"k_R": 9})
    assert moving["count"].values.tolist() == [1, 3, 3]  # k_R = 4, 5, 6 against l_R = 5
    assert held["count"].values.tolist() == [3, 3, 3]


def test_selection_is_what_the_rule_keeps_of_all() -> None:
    model = load_model(BRINK)
    axes = {"k_R": "3:8:11", "k_N": "2:6:9"}
    every = model.sweep(axes)
    worst = model.sweep(axes, select="worst", by="war")
    assert np.array_equal(worst.war_low, every.war_high)
    assert np.array_equal(worst.war_high, every.war_high)
    # Pure equilibria without war tie: all of them are kept, and counted.
    best = model.sweep(axes, select="best", by="war")
    ties = (every.war == every.war_low).sum("equilibrium")
    assert np.array_equal(best.selected, ties)
    assert int(best.selected.max()) == 2
    only = model.sweep(axes, select="bounds")
    assert "equilibrium" not in only.dims
    for name in ("war_low", "war_high", "crisis_low", "crisis_high", "count", "components"):
        assert np.array_equal(only[name], every[name])


def test_a_rule_that_keeps_none_leaves_a_hole_and_says_so() -> None:
    # Below k_R = 5 one equilibrium, above it each side yields in one and prefers the other.
    model = load_model(BRINK)
    axes = {"k_R": "3,4,6,7,8"}
    summary = summarise(make_plan(model, axes, select="payoff-dominant"))
    data = model.sweep(axes, select="payoff-dominant")
    assert data.selected.values.tolist() == [1, 1, 0, 0, 0]
    assert summary.selected == {0: 3, 1: 2}
    assert "one equilibrium at 2 points (40.0 %), none at 3, several at 0" in " ".join(
        str(summary).split()
    )
    hole = np.isnan(data.isel(equilibrium=0).payoff_NATO.values)
    assert hole.tolist() == [False, False, True, True, True]
    assert np.isnan(data.war_low.values).tolist() == hole.tolist()


ENGINE = """
import hashlib, sys
if sys.argv[1] == "numba":
    import numba
from deterrence import load_model
from deterrence.analysis.sweeping.blocks import BlockSolver
from deterrence.analysis.sweeping.plan import make_plan

for name, axes in (
    (BRINK, {"k_R": "3:8:41", "l_N": "1:9:97"}),
    ("escalation-ladder", {"v_R": "1:9:41", "rho": "0:1/10:11"}),
):
    plan = make_plan(load_model(name), axes)
    solver = BlockSolver(plan)
    for number in (0, plan.blocks - 1):
        for key, array in sorted(solver.solve(number).items()):
            print(name, number, key, hashlib.sha256(array.tobytes()).hexdigest())
print("numba" in sys.modules, file=sys.stderr)
""".replace("BRINK", repr(BRINK))


def test_compiled_and_plain_code_give_the_same_bits() -> None:
    """Which one solves a block depends on the process; the result must not."""
    pytest.importorskip("numba")
    found = [
        subprocess.run(
            [sys.executable, "-c", ENGINE, engine],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
        for engine in ("numba", "plain")
    ]
    assert [r.stderr.split()[-1] for r in found] == ["True", "False"]
    assert found[0].stdout == found[1].stdout


MEMORY = """
import sys
from deterrence import load_model
from deterrence.analysis.sweeping.plan import make_plan
from deterrence.analysis.sweeping.run import summarise, to_file

plan = make_plan(
    load_model(BRINK), {"c_R": f"0:10:{sys.argv[1]}", "l_N": "1:9:1000"},
    measures=["war"], select="bounds",
)
to_file(plan, sys.argv[2], force=True)
with open("/proc/self/status") as status:
    print(next(line for line in status if line.startswith("VmHWM")).split()[1])
""".replace("BRINK", repr(BRINK))


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs Linux to measure memory")
@pytest.mark.parametrize("suffix", [".nc", ".zarr", ".parquet"])
def test_memory_does_not_grow_with_the_number_of_points(suffix: str, tmp_path: Path) -> None:
    peaks = []
    for values in (1_100, 6_600):  # 1.1 and 6.6 million points, in blocks of one size
        printed = subprocess.run(
            [sys.executable, "-c", MEMORY, str(values), str(tmp_path / f"out{suffix}")],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        peaks.append(int(printed) / 1024)
    # 5.5 million points more of 22 bytes each are 121 MB, if anything were kept.  Arrow's
    # allocator keeps up to 25 MB for reuse: at 5.5, 11 and 22 million points the peak is one.
    assert peaks[1] < peaks[0] + 40
