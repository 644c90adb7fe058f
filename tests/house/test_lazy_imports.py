"""Start-up stays fast: heavy libraries are imported where they are used, not before."""

from __future__ import annotations

import subprocess
import sys

import pytest
from checkout import ROOT, with_package

HEAVY = (
    "matplotlib",
    "nashpy",
    "networkx",
    "numba",
    "numpy",
    "pandas",
    "rich",
    "scipy",
    "sympy",
    "z3",
)
#: What stands near the top of every script; the modules of deterrence.game are added below.
CORE = ("deterrence", "deterrence.errors", "deterrence.solvers", "deterrence.modelfile")

PROBE = """
import sys
{action}
print(*sorted({{name.split(".")[0] for name in sys.modules}}))
"""


def loaded_by(action: str) -> set[str]:
    """Run ``action`` in a fresh interpreter and return the top-level modules it loads."""
    result = subprocess.run(
        [sys.executable, "-c", PROBE.format(action=action)],
        cwd=ROOT,
        env=with_package(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    return set(result.stdout.splitlines()[-1].split())


def game_modules() -> list[str]:
    return [f"deterrence.game.{path.stem}" for path in (ROOT / "deterrence/game").glob("[!_]*.py")]


def test_the_probe_sees_a_heavy_import() -> None:
    assert "numpy" in loaded_by("import numpy")


@pytest.mark.parametrize("module", [*CORE, *sorted(game_modules())])
def test_importing_the_package_is_light(module: str) -> None:
    assert loaded_by(f"import {module}").isdisjoint({*HEAVY, "pydantic", "yaml", "click"})


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["solve", "--help"]])
def test_help_is_light(arguments: list[str]) -> None:
    action = f"""
from deterrence.cli import main
sys.argv = ["deterrence", *{arguments!r}]
try:
    main()
except SystemExit as end:
    assert not end.code, end.code
"""
    assert loaded_by(action).isdisjoint({*HEAVY, "pydantic", "yaml"})


def test_solving_exactly_needs_no_float_library() -> None:
    action = """
from deterrence import load_model, solve
solve(load_model("asymmetric-bipolarity").at(), solver="exact")
"""
    assert loaded_by(action).isdisjoint(set(HEAVY) - {"networkx", "rich"})
