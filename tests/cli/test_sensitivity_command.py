"""`deterrence sensitivity`: formats, options, faults, exit codes."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from brink import BRINK
from click.shell_completion import ShellComplete
from click.testing import Result

MODEL = BRINK
#: A part of the model that a small sample settles.
NUCLEAR = ("--set", "rho=1/25", "--set", "N_R=100", "--set", "N_N=100", "--measure", "war")
Run = Callable[..., Result]


def test_text_tells_the_answer_in_sentences(run: Run) -> None:
    result = run("sensitivity", MODEL, *NUCLEAR, "--samples", "8192")
    assert result.exit_code == 0, result.stderr
    flat = " ".join(result.stdout.split())
    assert "No war: in every equilibrium in 4" in flat
    assert "% of the declared ranges" in flat
    assert "none is chosen" in flat
    assert "Which guesses matter most for no war in every equilibrium" in flat
    assert "seed 0." in flat
    lines = result.stdout.splitlines()
    assert max(map(len, lines)) <= 80
    assert len(lines) <= 40
    assert result.stderr == ""
    whole = run("sensitivity", MODEL, *NUCLEAR, "--samples", "8192", "--full").stdout
    assert {"Which parameter matters", "One at a time, from the base case"} <= {*whole.splitlines()}
    assert max(map(len, whole.splitlines())) <= 80


@pytest.mark.parametrize(
    "name", ["brinkmanship", "chicken", "inspection", "rudimentary-deterrence", "crisis-ladder"]
)
def test_a_shipped_model_is_answered_on_a_screen(run: Run, name: str) -> None:
    result = run("sensitivity", name, "--samples", "2048", "-q")
    assert result.exit_code == 0, result.stdout
    lines = result.stdout.splitlines()
    assert len(lines) <= 40
    assert max(map(len, lines)) <= 80
    text = " ".join(result.stdout.split())
    assert "box of bounds" not in text
    assert "not allowed" not in text
    answer = "\n".join(lines[:10])
    assert "%" in answer or "always" in answer or "never" in answer


@pytest.mark.parametrize("form", ["html", "latex", "markdown", "csv"])
def test_every_format(run: Run, form: str) -> None:
    result = run("sensitivity", MODEL, *NUCLEAR, "--samples", "1024", "--format", form)
    assert result.exit_code == 4  # too small for what was asked by name
    assert "Estimate(" not in result.stdout
    assert ("l_R" if form == "csv" else "loss from yielding") in result.stdout
    if form == "csv":
        rows = list(csv.DictReader(io.StringIO(result.stdout)))
        assert {r["quantity"] for r in rows} == {"war", "war == 0"}
        assert {r["bound"] for r in rows} == {"lower", "upper"}
        assert {r["input"] for r in rows} == {"g_R", "g_N", "l_R", "l_N", "c_R", "c_N"}
        assert all(0 <= float(r["mean"]) <= 1 for r in rows)


def test_json_is_the_contract(run: Run) -> None:
    result = run("sensitivity", MODEL, *NUCLEAR, "--samples", "8192", "--format", "json")
    assert result.exit_code == 0, result.stderr
    answer = json.loads(result.stdout)
    assert answer["schema"] == 1
    assert answer["model"] == "brink"
    assert {
        "digest",
        "samples",
        "seed",
        "level",
        "enough",
        "shortfalls",
        "undecided",
        "notes",
        "inputs",
        "correlations",
        "probabilities",
        "sobol",
        "tornado",
        "morris",
        "regional",
        "engines",
        "seconds",
    } <= answer.keys()
    entries = {e["name"]: e for e in answer["probabilities"]["entries"]}
    assert entries["war == 0"]["kind"] == "conclusion"
    assert set(entries["war"]["upper"]) == {"value", "low", "high"}
    indices = answer["sobol"]["indices"][0]
    assert set(indices["total"]) == {"g_R", "g_N", "l_R", "l_N", "c_R", "c_N"}
    assert [h["samples"] for h in indices["history"]] == [2048, 4096]
    assert {i["kind"] for i in answer["inputs"]} == {"uniform", "fixed", "derived"}


def test_only_the_methods_asked_for(run: Run) -> None:
    result = run(
        "sensitivity",
        MODEL,
        "--method",
        "tornado",
        "--method",
        "morris",
        "--over",
        "l_R",
        "--over",
        "k_R",
        "--samples",
        "64",
        "--format",
        "json",
    )
    answer = json.loads(result.stdout)
    assert answer["probabilities"] is answer["sobol"] is None
    assert answer["regional"] == []
    assert {b["input"] for b in answer["tornado"][0]["bars"]} == {"l_R", "k_R"}
    assert answer["morris"]


def test_a_conclusion_of_ones_own_replaces_the_default_ones(run: Run) -> None:
    result = run(
        "sensitivity",
        MODEL,
        *NUCLEAR,
        "--conclusion",
        "war <= 1/10",
        "--conclusion",
        "payoff(NATO) > 0",
        "--samples",
        "64",
        "--method",
        "probabilities",
        "--format",
        "json",
    )
    entries = json.loads(result.stdout)["probabilities"]["entries"]
    found = [e["name"] for e in entries if e["kind"] == "conclusion"]
    assert found == ["war <= 1/10", "payoff(NATO) > 0"]


def test_second_order_level_and_seed(run: Run) -> None:
    def ask(*more: str) -> Any:
        result = run(
            "sensitivity",
            MODEL,
            *NUCLEAR,
            "--samples",
            "256",
            "--method",
            "sobol",
            "--format",
            "json",
            *more,
        )
        return json.loads(result.stdout)["sobol"]["indices"][0]

    plain, paired, other = ask(), ask("--second-order"), ask("--seed", "5")
    assert plain["second"] == []
    assert len(paired["second"]) == 15
    assert plain["total"] == paired["total"] != other["total"]
    wide, narrow = (ask("--confidence", p)["total"]["l_R"] for p in ("0.99", "0.5"))
    assert wide["high"] - wide["low"] > 2 * (narrow["high"] - narrow["low"])
    assert ask("--resamples", "0")["total"]["l_R"]["low"] is None


def test_a_small_sample_gives_exit_code_4(run: Run, tmp_path: Path) -> None:
    small = (*NUCLEAR, "--samples", "64")
    shown = run("sensitivity", MODEL, *small)
    assert shown.exit_code == 4
    assert "The sample is too small" in shown.stdout
    assert "samples would do" in " ".join(shown.stdout.split())
    data = run("sensitivity", MODEL, *small, "--format", "json")
    assert data.exit_code == 4
    assert json.loads(data.stdout)["enough"] is False
    assert "The sample is too small" in data.stderr
    target = tmp_path / "answer.txt"
    written = run("sensitivity", MODEL, *small, "-o", str(target))
    assert written.exit_code == 4
    assert written.stdout == ""
    assert "The sample is too small" in written.stderr
    assert "The sample is too small" in target.read_text(encoding="utf-8")


def test_ctrl_c_keeps_what_is_done(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    from deterrence.analysis.uncertainty import analyse

    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(analyse, "sobol", stop)
    result = run("sensitivity", MODEL, *NUCLEAR, "--samples", "64")
    assert result.exit_code == 130
    assert "No war: in every equilibrium" in result.stdout
    assert "Interrupted before these parts were done: sobol" in " ".join(result.stderr.split())


def test_a_scenario_is_the_base_case(run: Run) -> None:
    result = run(
        "sensitivity", MODEL, "--scenario", "vital-stake", "--method", "tornado", "--measure", "war"
    )
    assert result.exit_code == 0, result.stderr
    assert "base case vital-stake" in " ".join(result.stdout.split())


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([MODEL, "--measure", "wra"], "did you mean 'war'?"),
        ([MODEL, "--conclusion", "warr == 0"], "did you mean 'war'?"),
        ([MODEL, "--conclusion", "war =="], "war =="),
        ([MODEL, "--over", "l_Q"], "did you mean 'l_R'?"),
        ([MODEL, "--over", "l_R", "--set", "l_R=3"], "do one of the two"),
        ([MODEL, "--samples", "1000"], "such as 1024"),
        ([MODEL, "--samples", "1" + "0" * 30], "such as 1048576"),
        ([MODEL, "--samples", "many"], "many"),
        ([MODEL, "--confidence", "95"], "no probability"),
        ([MODEL, "--method", "sobool"], "sobool"),
        ([MODEL, "--seed", "-1"], "not negative"),
        ([MODEL, "--scenario", "vital"], "--scenario vital"),
        ([MODEL, "-o", "no/such/folder/x"], "there is no folder"),
        (["no-such-model"], "no model"),
    ],
    ids=lambda x: " ".join(x[1:])[:30] if isinstance(x, list) else "",
)
def test_faults_name_the_remedy(run: Run, arguments: list[str], told: str) -> None:
    result = run("sensitivity", *arguments)
    assert result.exit_code in (2, 3), (result.stdout, result.stderr)
    assert told in result.stderr
    assert "Traceback" not in result.stderr
    assert result.stdout == ""


def test_a_gambit_file_has_numbers_only(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "game.nfg"
    path.write_text('NFG 1 R "G" { "A" "B" } { 1 1 } 3 3', encoding="utf-8")
    result = run("sensitivity", str(path))
    assert result.exit_code == 2
    assert "has numbers, no formulas" in result.stderr


def test_a_pipe_hears_nothing_of_the_progress(run: Run) -> None:
    quiet = run("sensitivity", MODEL, *NUCLEAR, "--samples", "64", "--method", "regional")
    assert quiet.stderr == ""


def test_the_time_limit_keeps_the_parts_that_are_done(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    from deterrence.analysis.uncertainty import analyse

    part = analyse._Job.do

    def slow(job: Any, name: str) -> Any:
        if name == "morris":
            job.deadline = 0.0
        return part(job, name)

    arguments = ("sensitivity", MODEL, "--method", "tornado", "--method", "morris")
    arguments += ("--over", "l_R", "--samples", "64")
    with monkeypatch.context() as context:
        context.setattr(analyse._Job, "do", slow)
        result = run(*arguments)
    assert result.exit_code == 4
    said = " ".join(result.stderr.split())
    assert "The time ran out before these parts were done: morris" in said
    assert "l_R" in result.stdout
    nothing = run(*arguments, "--time-limit", "1e-9")
    assert nothing.exit_code == 4
    assert "the time ran out after" in nothing.stderr


def test_names_are_completed() -> None:
    from deterrence.cli.program import program

    shell = ShellComplete(program, {}, "deterrence", "_DETERRENCE_COMPLETE")

    def complete(*before: str, incomplete: str) -> list[str]:
        return [item.value for item in shell.get_completions(list(before), incomplete)]

    assert complete("sensitivity", MODEL, "--over", incomplete="rh") == ["rho"]
    assert complete("sensitivity", MODEL, "--method", incomplete="to") == ["tornado"]
