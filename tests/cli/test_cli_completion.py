"""Shell completion: scripts that shells accept, and the names that belong at each place."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from click.shell_completion import ShellComplete
from click.testing import Result

MODEL = "asymmetric-bipolarity"
Run = Callable[..., Result]


def complete(*arguments: str) -> list[str]:
    from deterrence.cli.program import program

    *before, incomplete = arguments
    shell = ShellComplete(program, {}, "deterrence", "_DETERRENCE_COMPLETE")
    return [item.value for item in shell.get_completions(before, incomplete)]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["sol"], ["solve"]),
        (["solve", "asymmetric-b"], [MODEL]),
        (["show", "pris"], ["prisoners-dilemma"]),
        (["models", "show", "dead"], ["deadlock"]),
        (["models", "copy", "dead"], ["deadlock"]),
        (["solve", MODEL, "--set", "k_"], ["k_R=", "k_N="]),
        (["solve", MODEL, "--set", "k_R=1", "--set", "rh"], ["rho="]),
        (["solve", MODEL, "--scenario", "ce"], ["ceasefire"]),
        (["solve", MODEL, "--solver", "nashpy-v"], ["nashpy-vertex"]),
        (["solve", MODEL, "--concept", "z"], ["zero-sum"]),
        (["solve", MODEL, "--format", "j"], ["json"]),
        (["solve", "no-such-model", "--set", ""], []),
        (["solve", "--set", "k"], []),
        (["completion", "z"], ["zsh"]),
        (["plot", "tor"], ["tornado"]),
        (["plot", "sweep", MODEL, "-p", "k_"], ["k_R=", "k_N="]),
        (["plot", "sobol", MODEL, "--over", "rh"], ["rho"]),
        (["levers", MODEL, "--conc"], ["--conclusion"]),
    ],
    ids=" ".join,
)
def test_what_belongs_there_is_offered(arguments: list[str], expected: list[str]) -> None:
    assert complete(*arguments) == expected


def test_all_parameters_of_the_users_own_file_are_offered(tmp_path: Path) -> None:
    from deterrence import load_model
    from deterrence.modelfile.catalogue import model_source

    path = tmp_path / "mine.yaml"
    path.write_bytes(model_source("chicken"))
    wanted = [f"{name}=" for name in load_model("chicken").parameters]
    assert complete("solve", str(path), "--set", "") == wanted


def test_a_path_is_left_to_the_shell() -> None:
    from deterrence.cli.program import program

    shell = ShellComplete(program, {}, "deterrence", "_DETERRENCE_COMPLETE")
    (item,) = shell.get_completions(["solve"], "./mod")
    assert item.type == "file"


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_is_one_that_the_shell_accepts(run: Run, shell: str) -> None:
    script = run("completion", shell).stdout
    assert "_DETERRENCE_COMPLETE" in script
    program = shutil.which(shell)
    if program is not None:
        result = subprocess.run(
            [program, "-n"], input=script, capture_output=True, text=True, check=False
        )
        assert result.returncode == 0, result.stderr


def test_bash_leaves_no_blank_after_an_equals_sign(run: Run) -> None:
    assert "[[ $value == *= ]] && compopt -o nospace" in run("completion", "bash").stdout
