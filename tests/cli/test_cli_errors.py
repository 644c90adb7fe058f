"""Errors: the exit code of their kind, what was typed, the nearest right name, no traceback."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

MODEL = "asymmetric-bipolarity"
Run = Callable[..., Result]


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["solv", MODEL], 2, ["solv", "did you mean 'solve'?"]),
        (["--nope"], 2, ["--nope"]),
        (["solve"], 2, ["GAME"]),
        (["solve", "asymetric-bipolarity"], 2, ["did you mean 'asymmetric-bipolarity'?"]),
        (["solve", "nowhere.yaml"], 2, ["nowhere.yaml"]),
        (["solve", "nowhere.nfg"], 2, ["nowhere.nfg"]),
        (["solve", MODEL, "--set", "k_Q=1"], 2, ["--set k_Q=1", "did you mean 'k_R'?"]),
        (["solve", MODEL, "--set", "k_R"], 2, ["--set k_R", "name=value"]),
        (["solve", MODEL, "--set", "k_R=abc"], 2, ["--set k_R=abc", "1/3"]),
        (["solve", MODEL, "--set", "k_R=1/0"], 2, ["--set k_R=1/0", "zero"]),
        (["solve", MODEL, "--set", "k_R=nan"], 2, ["--set k_R=nan"]),
        (["solve", MODEL, "--set", "k_R=1", "--set", "k_R=2"], 2, ["k_R is set twice"]),
        (["solve", MODEL, "--set", "rho=3/2"], 2, ["0 <= rho <= 1", "rho = 3/2"]),
        (["solve", MODEL, "--scenario", "vital"], 2, ["--scenario vital", "'vital-stake'"]),
        (["solve", MODEL, "--rungs", "3"], 2, ["--rungs 3", MODEL]),
        (["solve", "escalation-ladder", "--rungs", "0"], 2, ["--rungs 0"]),
        (["solve", "crisis-ladder", "--first", "Nato"], 2, ["--first Nato", "did you mean 'NATO'"]),
        (["regimes", "chicken", "--first", "A"], 2, ["--first A", "climbed in turn"]),
        (["brief", "escalation-ladder", "--first", "NATO"], 2, ["climbed in turn"]),
        (["solve", MODEL, "--solver", "exat"], 2, ["exat", "nashpy-vertex"]),
        (["solve", MODEL, "--solver", "correlated-lp"], 2, ["correlated-lp", "auto"]),
        (["solve", MODEL, "--concept", "zero-sum"], 2, []),
        (["solve", MODEL, "--objective", "max war"], 2, ["objective"]),
        (["solve", MODEL, "--concept", "correlated", "--objective", "max wra"], 2, ["'war'"]),
        (["solve", MODEL, "--time-limit", "0"], 2, ["--time-limit", "above 0"]),
        (["solve", MODEL, "--time-limit", "soon"], 2, ["soon"]),
        (["solve", MODEL, "--output", "no/such/folder/x"], 2, ["no/such/folder"]),
        (["solve", MODEL, "--output", "."], 2, ["folder"]),
        (["solve", "."], 3, ["folder"]),
        (["models", "chicken"], 2, ["deterrence models show chicken"]),
        (["models", "lst"], 2, ["did you mean 'list'?"]),
        (["models", "show", "chiken"], 2, ["did you mean 'chicken'?"]),
        (["models", "copy", "chiken"], 2, ["did you mean 'chicken'?"]),
        (["models", "check"], 2, ["FILE"]),
        (["completion", "tcsh"], 2, ["bash"]),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_wrong_call_is_told_what_is_right(
    run: Run, arguments: list[str], code: int, words: list[str]
) -> None:
    result = run(*arguments)
    assert result.exit_code == code, result.output
    assert result.stdout == ""
    assert "Traceback" not in result.stderr
    for word in words:
        assert word in result.stderr


def test_a_parameter_of_a_game_file_is_refused(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "pd.nfg"
    path.write_text('NFG 1 R "" { "A" "B" } { 2 2 } 3 3 5 0 0 5 1 1')
    for option in (["--set", "a=1"], ["--scenario", "x"], ["--rungs", "2"]):
        result = run("solve", str(path), *option)
        assert result.exit_code == 2
        assert option[0] in result.stderr
    result = run("show", str(path), "--symbolic")
    assert result.exit_code == 2
    assert "--symbolic" in result.stderr


def test_every_fault_of_a_file_is_listed_with_its_place(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "bad.yaml"
    path.write_text(
        "title: T\nform: strategic\nplayers: [A]\nactions: {A: [x]}\ngaem: [[1]]\nsumary: S\n"
    )
    result = run("solve", str(path))
    assert result.exit_code == 3
    assert f"{path}:5:1: " in result.stderr
    assert f"{path}:6:1: " in result.stderr
    assert "did you mean 'game'?" in result.stderr


def test_a_fault_of_the_program_is_one_line_and_debug_shows_the_rest(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("the wheel came off\nmore")

    monkeypatch.setattr("deterrence.cli.solve.load_game", broken)
    result = run("solve", MODEL)
    assert result.exit_code == 1
    assert "RuntimeError: the wheel came off" in result.stderr
    assert "--debug" in result.stderr
    assert "Traceback" not in result.output
    assert isinstance(run("--debug", "solve", MODEL).exception, RuntimeError)
    monkeypatch.setenv("DETERRENCE_DEBUG", "1")
    assert isinstance(run("solve", MODEL).exception, RuntimeError)
    monkeypatch.setenv("DETERRENCE_DEBUG", "0")
    assert run("solve", MODEL).exit_code == 1


def test_a_steering_character_in_an_argument_never_reaches_the_terminal(run: Run) -> None:
    result = run("solve", MODEL, "--set", "\x1b[31mred=1")
    assert result.exit_code == 2
    assert "\x1b" not in result.output


def test_a_value_outside_its_range_is_a_warning(run: Run) -> None:
    result = run("solve", MODEL, "--set", "g_R=7", "--solver", "exact")
    assert result.exit_code == 0
    assert "Warning: g_R = 7 is outside its range, 1/2 to 5" in result.stderr
    assert "Warning" not in result.stdout
