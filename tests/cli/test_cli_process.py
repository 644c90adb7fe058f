"""The command as a process: pipes, Ctrl-C, full disks, what it imports, what it prints."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from checkout import with_package

MODEL = "asymmetric-bipolarity"
Process = Callable[..., "subprocess.CompletedProcess[str]"]
HEAVY = {"matplotlib", "nashpy", "networkx", "numba", "numpy", "pandas", "rich", "scipy", "sympy"}


def imported(process: Process, *arguments: str) -> set[str]:
    """Return the top-level modules that a command loads, as Python itself reports them."""
    result = process(*arguments, env={"PYTHONPROFILEIMPORTTIME": "1"})
    assert result.returncode == 0, result.stderr
    lines = re.findall(r"^import time:.*\| +(\S+)$", result.stderr, flags=re.MULTILINE)
    return {name.split(".")[0] for name in lines}


def test_the_probe_sees_what_is_loaded(process: Process) -> None:
    assert {"click", "yaml"} <= imported(process, "solve", MODEL, "--solver", "exact")


@pytest.mark.parametrize(
    ("arguments", "more"),
    [
        (["--help"], {"yaml", "pydantic"}),
        (["--version"], {"yaml", "pydantic"}),
        (["completion", "zsh"], {"yaml", "pydantic"}),
        (["models", "list"], {"yaml", "pydantic"}),
        (["solve", "--help"], {"yaml", "pydantic"}),
        (["show", "--help"], {"yaml", "pydantic"}),
        (["solve", MODEL, "--solver", "exact"], set()),
        (["solve", MODEL, "--solver", "exact", "--format", "csv"], set()),
        (["solve", MODEL, "--solver", "exact", "--format", "markdown"], set()),
        (["show", MODEL], set()),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_nothing_heavy_is_loaded(process: Process, arguments: list[str], more: set[str]) -> None:
    assert imported(process, *arguments).isdisjoint(HEAVY | more)


def test_help_loads_click_and_nothing_of_ours_but_the_program(process: Process) -> None:
    result = process("--help", env={"PYTHONPROFILEIMPORTTIME": "1"})
    ours = set(re.findall(r"\| +(deterrence\S*)$", result.stderr, flags=re.MULTILINE))
    assert ours <= {
        "deterrence",
        "deterrence.cli",
        "deterrence.cli.program",
        "deterrence.__main__",
        "deterrence.surroundings",
    }
    for name in ("models", "show", "solve", "completion"):
        assert re.search(rf"^  {name} +\S", result.stdout, flags=re.MULTILINE)


def test_every_command_that_help_lists_can_be_loaded() -> None:
    import click

    from deterrence.cli.program import COMMANDS, program

    context = click.Context(program)
    for name, (_, text) in COMMANDS.items():
        command = program.get_command(context, name)
        assert command is not None
        assert command.name == name
        assert text.endswith(".")


def test_no_command_prints_help_and_is_fine(process: Process) -> None:
    result = process()
    assert result.returncode == 0
    assert result.stdout.startswith("Usage: deterrence")


def test_the_version_is_that_of_the_package(process: Process) -> None:
    import deterrence

    assert process("--version").stdout == f"deterrence {deterrence.__version__}\n"


def writing_to(output: Any, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command with its output going to a file or a pipe."""
    return subprocess.run(
        [sys.executable, "-m", "deterrence", *arguments],
        env=with_package(),
        stdout=output,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.mark.parametrize(
    "arguments",
    [
        ["--help"],
        ["models"],
        ["models", "show", MODEL],
        ["show", MODEL],
        ["solve", MODEL, "--solver", "exact"],
        ["solve", MODEL, "--solver", "exact", "--format", "json"],
    ],
    ids=" ".join,
)
def test_a_closed_pipe_is_quiet(arguments: list[str]) -> None:
    read, write = os.pipe()
    os.close(read)
    result = writing_to(write, *arguments)
    os.close(write)
    assert result.stderr == ""
    assert result.returncode == 0


def test_a_closed_pipe_does_not_hide_an_incomplete_answer() -> None:
    read, write = os.pipe()
    os.close(read)
    result = writing_to(write, "solve", MODEL, "--solver", "nashpy-support")
    os.close(write)
    assert result.returncode == 4


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
@pytest.mark.parametrize("arguments", [["--help"], ["solve", MODEL, "--solver", "exact"]])
def test_a_full_disk_is_an_error_without_a_traceback(arguments: list[str]) -> None:
    with open("/dev/full", "w") as full:
        result = writing_to(full, *arguments)
    assert result.returncode == 1
    assert "No space left" in result.stderr
    assert "Traceback" not in result.stderr
    assert "Exception ignored" not in result.stderr


# A real SIGINT in a real process, sent once the enumeration has begun.
INTERRUPTED = """
import os, signal, threading
from deterrence.solvers.strategic import enumeration
original = enumeration.enumerate_extreme
def interrupted(*arguments):
    threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT)).start()
    return original(*arguments)
enumeration.enumerate_extreme = interrupted
from deterrence.cli import main
main()
"""


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
@pytest.mark.parametrize("form", ["text", "json"])
def test_ctrl_c_prints_what_was_found_and_exits_with_130(tmp_path: Path, form: str) -> None:
    # A coordination game of this size has 2**18 - 1 equilibria: more than can be found in time.
    n = 18
    cells = [(9, 9) if i == j else (0, 0) for j in range(n) for i in range(n)]
    game = tmp_path / "long.nfg"
    game.write_text(
        f'NFG 1 R "long" {{ "A" "B" }} {{ {n} {n} }} ' + " ".join(f"{a} {b}" for a, b in cells)
    )
    result = subprocess.run(
        [
            sys.executable,
            "-c",
            INTERRUPTED,
            "solve",
            str(game),
            "--solver",
            "exact",
            "--format",
            form,
        ],
        env=with_package(),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert result.returncode == 130, result.stderr
    assert "Interrupted: " in result.stderr
    assert "Traceback" not in result.stderr
    told = " ".join(result.stdout.split())
    assert ("as far as was found" if form == "text" else '"status": "partial"') in told
    assert "regret" in result.stdout


WAITING = """
import sys
from deterrence.cli import main
from deterrence.modelfile.exchange import game_files
original = game_files.read_standard_input
def announced(*given):
    print("up", file=sys.stderr, flush=True)
    return original(*given)
game_files.read_standard_input = announced
main()
"""


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_ctrl_c_while_waiting_for_input_exits_with_130() -> None:
    waiting = subprocess.Popen(
        [sys.executable, "-c", WAITING, "solve", "-"],
        env=with_package(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert waiting.stderr is not None
    assert waiting.stderr.readline() == "up\n"
    waiting.send_signal(signal.SIGINT)
    out, err = waiting.communicate(timeout=60)
    assert waiting.returncode == 130
    assert out == ""
    assert "Traceback" not in err


@pytest.mark.parametrize(
    "arguments",
    [
        ["models"],
        ["models", "show", MODEL],
        ["show", MODEL],
        ["show", "escalation-ladder"],
        ["solve", MODEL, "--solver", "exact"],
        ["solve", "escalation-ladder", "--solver", "exact"],
        ["solve", MODEL, "--concept", "correlated"],
        ["--help"],
        ["solve", "--help"],
    ],
    ids=" ".join,
)
def test_piped_text_fits_80_columns_and_has_no_colours(
    process: Process, arguments: list[str]
) -> None:
    result = process(*arguments, env={"FORCE_COLOR": "1", "COLUMNS": "200"})
    assert result.returncode == 0, result.stderr
    assert "\x1b" not in result.stdout
    assert max(len(line) for line in result.stdout.splitlines()) <= 80
    # Nobody reads numbers of fifteen digits.
    assert not re.search(r"\d\.\d{7}", result.stdout)


def test_an_ascii_terminal_is_no_reason_to_fail(process: Process, tmp_path: Path) -> None:
    game = tmp_path / "umlaut.nfg"
    game.write_text('NFG 1 R "Übermut" { "Ä" "B" } { 2 2 } 3 3 5 0 0 5 1 1', encoding="utf-8")
    result = process("solve", str(game), "--solver", "exact", env={"PYTHONIOENCODING": "ascii"})
    assert result.returncode == 0, result.stderr
    assert "bermut" in result.stdout
