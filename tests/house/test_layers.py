"""The architecture is a contract: the layers in setup.cfg, checked by import-linter."""

from __future__ import annotations

import configparser
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from checkout import ROOT

LINT = "from importlinter.cli import lint_imports; import sys; sys.exit(lint_imports())"


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", LINT.replace("lint_imports()", "lint_imports(no_cache=True)")],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_contract_in_setup_cfg_is_kept() -> None:
    result = lint(ROOT)
    assert result.returncode == 0, result.stdout + result.stderr
    assert "3 kept, 0 broken" in result.stdout


@pytest.mark.parametrize(
    ("module", "text"),
    [
        ("game/newcomer.py", "def f():\n    from deterrence.solvers import solution\n"),
        ("homeless.py", ""),
        (
            "algebra/newcomer.py",
            "from typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n"
            "    from deterrence.algebra import newcomer_too\n",
        ),
    ],
    ids=["a lazy import upwards", "a module in no layer", "a circle for a type's sake"],
)
def test_the_contract_can_fail(tmp_path: Path, module: str, text: str) -> None:
    shutil.copytree(
        ROOT / "deterrence", tmp_path / "deterrence", ignore=shutil.ignore_patterns("__pycache__")
    )
    shutil.copy(ROOT / "setup.cfg", tmp_path)
    (tmp_path / "deterrence" / module).write_text(text, encoding="utf-8")
    too = tmp_path / "deterrence/algebra/newcomer_too.py"
    too.write_text("from deterrence.algebra import newcomer\n" if "too" in text else "", "utf-8")
    assert lint(tmp_path).returncode != 0


def test_the_layers_are_in_the_order_of_the_design() -> None:
    config = configparser.ConfigParser()
    config.read(ROOT / "setup.cfg", encoding="utf-8")
    layers = config["importlinter:contract:layers"]["layers"].split()
    built = [name for name in layers if name != "|" and not name.startswith("(")]
    lower = ["solvers", "statements", "modelfile", "game", "words", "algebra"]
    lowest = ["limits", "verifying", "keeping", "surroundings", "errors", "version"]
    middle = ["graph_model", "analysis", "symbolic", "proving"]
    highest = ["__main__", "cli", "mcp", "face", "explorer", "report", "figures"]
    assert built == [*highest, *middle, *lower, *lowest]
