"""`deterrence robustness` and `deterrence levers`: formats, options, faults, exit codes."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import z3
from click.testing import Result

MODEL = "asymmetric-bipolarity"
Run = Callable[..., Result]
HUNT = 'NFG 1 R "Hunt" { "A" "B" } { { "stag" "hare" } { "stag" "hare" } } "" 4 4 3 0 0 3 2 2'


def test_text_says_how_far_where_to_and_that_it_is_proven(run: Run) -> None:
    result = run("robustness", "chicken", "--conclusion", "war == 0")
    assert result.exit_code == 0, result.stderr
    assert "war == 0 in every equilibrium: does not hold at the base point." in result.stdout
    assert "Size: 1/10 (0.1); a change of that size makes it hold." in result.stdout
    assert "Proven: nothing smaller makes it hold." in result.stdout
    assert "Proven: no change within the limits makes it fail." in result.stdout
    assert "T_A <= 0, from 1: 1/5 (0.2)" in result.stdout


def test_json_and_a_file(run: Run, tmp_path: Path) -> None:
    target = tmp_path / "answer.json"
    result = run(
        "robustness",
        MODEL,
        "--conclusion",
        "war",
        "--some",
        "--over",
        "c_R",
        "--over",
        "c_N",
        "--set",
        "l_R=7",
        "--format",
        "json",
        "-o",
        str(target),
    )
    assert result.exit_code == 0, result.stderr
    assert result.stdout == ""
    data = json.loads(target.read_text())
    assert data["schema"] == 1
    assert data["base"]["l_R"] == "7"
    (answer,) = data["answers"]
    assert answer["quantifier"] == "some"
    assert answer["statement"] == "war == 0"
    # By hand: k_R = 9 to 7 and k_N = 8 to 3 would need 5 of c_N, but c_N is 4: impossible.
    assert answer["impossible"] is True


def test_the_certificate_is_a_file_that_a_solver_refutes(run: Run, tmp_path: Path) -> None:
    target = tmp_path / "proof.smt2"
    result = run("robustness", "chicken", "--conclusion", "war == 0", "--certificate", str(target))
    assert result.exit_code == 0, result.stderr
    parts = target.read_text().split("(reset)")
    assert len(parts) == 2
    for part in parts:
        solver = z3.Solver(ctx=z3.Context())
        solver.from_string(part)
        assert solver.check() == z3.unsat


def test_a_scenario_is_the_base_and_may_move(run: Run) -> None:
    result = run(
        "robustness",
        MODEL,
        "--scenario",
        "vital-stake",
        "--conclusion",
        "war == 0",
        "--every",
        "--over",
        "l_R",
    )
    assert result.exit_code == 0, result.stderr
    assert "holds at the base point" in result.stdout
    assert "15 -> 9" in result.stdout


def test_a_game_of_numbers_from_a_file_and_from_standard_input(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "hunt.nfg"
    file.write_text(HUNT)
    result = run("robustness", str(file))
    assert result.exit_code == 0, result.stderr
    assert "same supports: holds at the base point." in result.stdout
    assert "Size: 1/2 (0.5)" in result.stdout
    piped = run("robustness", "-", input=HUNT)
    assert piped.stdout == result.stdout
    stays = "prob(A, hare) == 1 and prob(B, hare) == 1"
    result = run("robustness", str(file), "--conclusion", stays, "--some", "--norm", "sum")
    assert "Size: 2; changes only just larger make it fail." in result.stdout
    refused = run("robustness", str(file), "--set", "x=1")
    assert refused.exit_code == 2


def test_payoffs_of_a_model_one_by_one(run: Run) -> None:
    result = run("robustness", "chicken", "--payoffs", "--units", "range")
    assert result.exit_code == 0, result.stderr
    assert "Size: 1/22" in result.stdout  # half a unit of a range of 11


@pytest.mark.usefixtures("cpu_clock")
def test_time_that_runs_out_is_exit_code_4_and_nothing_is_lost(run: Run) -> None:
    result = run(
        "robustness",
        "escalation-ladder",
        "--conclusion",
        "war == 0",
        "--every",
        "--time-limit",
        "0.5",
    )
    assert result.exit_code == 4
    assert "Proven: no change of size below" in result.stdout


def test_levers_tell_the_cheapest_change(run: Run) -> None:
    result = run("levers", MODEL, "--player", "NATO", "--conclusion", "war == 0")
    assert result.exit_code == 0, result.stderr
    assert "Cost: 1/5 (0.2)" in result.stdout
    assert "c_R  5 -> 1" in result.stdout
    assert "Russia cannot be deterred" in result.stdout
    dear = run("levers", MODEL, "--player", "NATO", "--conclusion", "war", "--cost", "c_R=3")
    assert "Cost: 3/5 (0.6)" in dear.stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["robustness", MODEL], "which conclusion"),
        (["robustness", MODEL], "such as --conclusion 'war == 0'; measures: war, crisis, nuclear"),
        (["robustness", "reassurance"], "such as --conclusion 'trust == 0'; measures: trust"),
        (["levers", MODEL, "--conclusion", "war"], "add --player; players: Russia, NATO"),
        (["levers", MODEL, "--player", "NATO"], "such as --conclusion 'war == 0'; measures: war"),
        (["robustness", MODEL, "--conclusion", "wra == 0"], "did you mean"),
        (["robustness", MODEL, "--conclusion", "war =="], ""),
        (["robustness", MODEL, "--conclusion", "war", "--over", "c_X"], "c_X"),
        (["robustness", MODEL, "--conclusion", "war", "--unit", "c_R=0"], "positive"),
        (["robustness", MODEL, "--conclusion", "war", "--unit", "c_R"], "no number"),
        (["robustness", MODEL, "--conclusion", "war", "--units", "payoff"], "--payoffs"),
        (["robustness", MODEL, "--conclusion", "war", "--scenario", "no"], "scenario"),
        (["robustness", MODEL, "--conclusion", "war", "-o", "/no/such/folder/x"], "folder"),
        (["levers", "chicken", "--player", "A", "--conclusion", "war == 0"], "controlled_by: A"),
        (["levers", MODEL, "--player", "NTO", "--conclusion", "war == 0"], "did you mean"),
        (["levers", MODEL, "--player", "NTO", "--conclusion", "war"], "players: Russia, NATO"),
        (["levers", MODEL, "--player", "NATO", "--conclusion", "war", "--cost", "c_N=1"], "c_N"),
        (["levers", MODEL, "--player", "NATO", "--conclusion", "war", "--set", "c_R=4"], "--over"),
        (
            ["levers", MODEL, "--player", "NATO", "--conclusion", "war", "--every", "--some"],
            "exclude",
        ),
    ],
)
def test_faults_are_told_without_a_traceback(run: Run, arguments: list[str], words: str) -> None:
    result = run(*arguments)
    assert result.exit_code in (2, 3), result.output
    assert "Traceback" not in result.stderr
    assert words in result.stderr
