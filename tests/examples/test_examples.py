"""The example scripts run from any folder, and say what their text promises."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from checkout import ROOT, with_package

EXAMPLES = sorted((ROOT / "examples").glob("*.py"))


def printed_by(script: Path, folder: Path) -> str:
    result = subprocess.run(
        [sys.executable, "-W", "error", str(script)],
        cwd=folder,
        env=with_package(PYTHONUTF8="1"),
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=120,
    )
    assert result.returncode == 0, result.stderr
    assert not result.stderr
    return result.stdout


def test_every_example_has_a_check_below() -> None:
    assert {script.stem for script in EXAMPLES} == set(PROMISES)


#: What must be seen in the output: worked out by hand from the models' formulas.
PROMISES = {
    # Mixed, the probability of war is q_R*q_N, with q_N = g_R/(g_R + k_R - l_R) = 3/7 and
    # q_R = g_N/(g_N + k_N - l_N) = 2/7; at c_R = 1 and c_N = 0 it is 2/3 * 1.
    "main_job": [
        "At the usual values 3 results are possible",
        "direct\n  war of 0 to 0.1224 (6/49).",
        "war (c_R), if it were below 1 rather than 5.",
        "chosen: 0.67 at c_R = 1 and c_N = 0.",
        "both mix       k_N > l_N and k_R > l_R    yes",
        "Direct war     k_N <= l_N and k_R <= l_R  no",
        "Here k_N is NATO's expected cost of direct war",
        "Figure: results/bipolarity.png",
    ],
    # Below rho* Russia fights and NATO yields; at rho* a point and a segment; above, Chicken.
    "nuclear_threshold": [
        "rho* = 3/100",
        "rho =  1/50  components 1  (complete)",
        "rho = 3/100  components 2  (complete)",
        "rho =  1/25  components 3  (complete)",
    ],
    "scenarios": [
        "  defaults, equilibria: 3\n     war 0 to 6/49 (0.1224); crisis 29/49 (0.5918) to 1;",
        "  mutual-vital-stake, equilibria: 1\n     war 1; crisis 1; nuclear 1/25 (0.04)",
    ],
    # c_R + 4 < 7 and c_N + 4 < 6 on 6 x 4 points; at c_R = c_N = 4 war has probability
    # 2/(2 + 8 - 6) * 3/(3 + 8 - 7) = 3/8; c_R = 3 and c_N = 2 are ties (13 + 13 - 1 points).
    "sweep_costs": [
        "169 points, a continuum at 25",
        "war in every equilibrium: 24 points, up to c_R = 2.5 and c_N = 1.5",
        "  c_R = 4  0.00  0.00  0.75  0.50  0.38  0.30  0.25",
    ],
    # Against escort with probability q, port pays -q and escort 2 - 9q/2: equal at q = 4/7.
    "your_own_game": [
        "if both stay in port, East could gain 2 by deviating",
        "East: escort; West: port",
        "escort 4/7 (0.5714)",
    ],
}


@pytest.mark.parametrize("script", EXAMPLES, ids=[script.stem for script in EXAMPLES])
def test_the_example_prints_what_it_promises(script: Path, tmp_path: Path) -> None:
    printed = printed_by(script, tmp_path)
    for promise in PROMISES[script.stem]:
        assert promise in printed
