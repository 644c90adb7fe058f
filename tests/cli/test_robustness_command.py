"""`deterrence robustness` and `deterrence levers`: formats, options, faults, exit codes."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
import z3
from brink import BRINK
from click.testing import Result

from deterrence.modelfile.catalogue import model_source

MODEL = BRINK
Run = Callable[..., Result]
HUNT = 'NFG 1 R "Hunt" { "A" "B" } { { "stag" "hare" } { "stag" "hare" } } "" 4 4 3 0 0 3 2 2'


def flat(result: Result) -> str:
    """Return the text of a result on one line."""
    return " ".join(result.stdout.split())


def test_text_says_how_far_where_to_and_that_it_is_proven(run: Run) -> None:
    result = run("robustness", "chicken", "--conclusion", "war == 0")
    assert result.exit_code == 0, result.stderr
    told = flat(result)
    assert "'No war in every equilibrium' does not hold at these values." in told
    assert (
        "If every guess may be off by 10 % of its range, it can come to hold; nothing smaller does "
        "it. [proven]" in told
    )
    assert "no change within the declared ranges makes it stop holding. [proven]" in told
    assert "#2 A: Restrain oneself; B: Stand firm yes" in told
    row = next(line for line in result.stdout.splitlines() if "at or below 0" in line)
    assert row.split()[-5:] == ["at", "or", "below", "0", "20"]


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
    told = flat(result)
    assert (
        "yielding (l_R) may be off by 31 % of its range, 'no war in every equilibrium' can" in told
    )
    assert "Russia's loss from yielding (l_R) 15 9 -31" in told


def test_a_game_of_numbers_from_a_file_and_from_standard_input(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "hunt.nfg"
    file.write_text(HUNT)
    result = run("robustness", str(file))
    assert result.exit_code == 0, result.stderr
    assert "If every payoff may be off by 0.5, 'the same actions in" in flat(result)
    piped = run("robustness", "-", input=HUNT)
    assert piped.stdout == result.stdout
    stays = "prob(A, hare) == 1 and prob(B, hare) == 1"
    result = run("robustness", str(file), "--conclusion", stays, "--some", "--norm", "sum")
    assert "If the payoffs may be off by just over 2 in all" in flat(result)
    refused = run("robustness", str(file), "--set", "x=1")
    assert refused.exit_code == 2


def test_payoffs_of_a_model_one_by_one(run: Run) -> None:
    result = run("robustness", "chicken", "--payoffs", "--units", "range")
    assert result.exit_code == 0, result.stderr
    # Half a unit of a range of 11.
    assert "off by 4.5 % of its player's range of payoffs" in flat(result)


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
    assert "[open]" in result.stdout


def test_levers_tell_the_cheapest_change(run: Run) -> None:
    result = run("levers", MODEL, "--player", "NATO", "--conclusion", "war == 0")
    assert result.exit_code == 0, result.stderr
    told = flat(result)
    assert (
        "war (c_R) from 5 to just below 1. It costs 0.2; nothing cheaper does it. [proven]" in told
    )
    assert "NATO yields #3 Russia: escalate; NATO: restrain" in told
    assert "Russia cannot be deterred" in result.stdout
    dear = run("levers", MODEL, "--player", "NATO", "--conclusion", "war", "--cost", "c_R=3")
    assert "It costs 0.6;" in flat(dear)


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


@pytest.mark.parametrize(
    ("more", "words"),
    [("", "controlled_by: A"), ("no_levers: {A: it only waits}\n", "of c: it only waits")],
)
def test_who_controls_nothing_is_told_why(run: Run, tmp_path: Path, more: str, words: str) -> None:
    source = re.sub(r", controlled_by: A\b", "", model_source("chicken").decode())
    (tmp_path / "c.yaml").write_text(source + more, encoding="utf-8")
    file = str(tmp_path / "c.yaml")
    result = run("levers", file, "--player", "A", "--conclusion", "war == 0")
    assert result.exit_code == 2
    assert words in result.stderr
