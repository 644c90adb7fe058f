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
    # c_R = g_R*(1 - r_N)/r_N - 4 = 2 and l_R - 4 = 8; rho = (l_N - c_N)/100 = 1/20.
    "main_job": [
        "At the usual values 3 results are possible",
        "them: Frozen divide, Direct war, or both mix",
        "(rho), if it were above 0.05 rather than 0.04.",
        "alone (c_R) the answer changes at 2 and 8.",
        "goes from 0.9072 to 0.165",
        "expected rung from 0.2006 to 1.8057",
        "Direct war                     k_N < l_N and k_R < l_R       yes",
        "g_R is Russia's gain",
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
        "  brink, equilibria: 3\n     deterrence 0 to 20/49 (0.4082); war 0 to 6/49 (0.1224);",
        "  mutual-vital-stake, equilibria: 1\n     deterrence 0; war 1; yields 0;",
    ],
    # In none where c_R < 2 or c_N < 1/3: 2*13 + 11 points.  In every one where c_R > 2,
    # c_N > 1/3, and c_R > 8 or c_N > 5: 10*7 + 4*5.  Ties at c_R = 2, c_R = 8 and c_N = 5.
    "sweep_costs": [
        "169 points, a continuum at 24",
        "in every equilibrium at 90 points, in some at 42, in none at 37.",
        "  c_R = 2   -      may    may    may    may    may    may",
        "  c_R = 4   -      may    may    holds  holds  holds  holds",
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
