"""``deterrence elicit``: sheets out and in, questions in a terminal, and what goes on from it."""

from __future__ import annotations

import csv
import os
import select
import shlex
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import click
import pytest
from checkout import with_package
from click.testing import Result

from deterrence import load_model
from deterrence.cli import elicit as command
from deterrence.modelfile.catalogue import model_source

Run = Callable[..., Result]
SAID = {
    "l_R": ["3", "6", "12", "4", "9", "15"],
    "c_R": ["2", "4", "8", "1", "3", "9"],
    "rho": ["0", "0.02", "0.1", "", "", ""],
}


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def fill(run: Run, said: Mapping[str, list[str]], model: str = "asymmetric-bipolarity") -> None:
    result = run("elicit", model, "--sheet", "--expert", "Anna", "--expert", "Bo", "-o", "s.csv")
    assert result.exit_code == 0, result.output
    with open("s.csv", encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    for row in rows:
        if row[1] in said and not row[2]:
            row[8:] = said[row[1]]
    with open("s.csv", "w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)


def test_from_a_sheet_to_sensitivity_and_robustness(run: Run) -> None:
    fill(run, SAID)
    made = run(
        "elicit", "asymmetric-bipolarity", "--from", "s.csv", "--weight", "Bo=2", "-o", "m.yaml"
    )  # fmt: skip
    assert made.exit_code == 0, made.output
    assert "m.yaml: 3 parameters judged, 3 with a distribution; next, try" in made.stderr
    model = load_model("m.yaml")
    assert str(model.scenario("elicited").values["l_R"]) == "8"
    assert "(Anna, weight 1, Bo, weight 2)" in model.scenario("elicited").source
    assert run("models", "check", "m.yaml").stdout == "m.yaml: fine\n"
    # What was proposed runs.
    for line in made.stderr.splitlines()[-2:]:
        _, *typed = shlex.split(line)
        more = ["--samples", "256", "-q"] if typed[0] == "sensitivity" else ["-q"]
        result = run(*typed, *more)
        assert result.exit_code == 0, result.output
        assert "divide" in result.stdout.lower()


def test_a_sheet_on_standard_output_and_a_model_on_it(run: Run) -> None:
    sheet = run("elicit", "chicken", "--sheet", "--expert", "Anna")
    assert sheet.stdout.startswith("kind,name,player,title,unit,least,most,now,Anna low,")
    filled = sheet.stdout.replace("0,5,1,,,", "0,5,1,1,2,4", 1)
    result = run("elicit", "chicken", "--from", "-", input=filled)
    assert result.exit_code == 0, result.output
    Path("m.yaml").write_text(result.stdout, encoding="utf-8")
    assert load_model("m.yaml").scenario("elicited").values == {"T_A": 2}


def test_a_bad_sheet_is_an_invalid_file(run: Run) -> None:
    fill(run, {"l_R": ["12", "6", "3", "", "x", ""]})
    result = run("elicit", "asymmetric-bipolarity", "--from", "s.csv", "-o", "m.yaml")
    assert result.exit_code == 3
    assert "s.csv:4:10: l_R, Anna: low 12, likely 6 and high 3 are out of order" in result.stderr
    assert "s.csv:4:13: l_R, Bo: likely: 'x' is not a number" in result.stderr
    assert not Path("m.yaml").exists()


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ([], "there is no terminal to ask questions in"),
        (["--sheet", "--from", "s.csv"], "do one of the two"),
        (["--from", "s.csv", "--expert", "A"], "--expert has no meaning with --from"),
        (["--sheet", "--weight", "A=1"], "--weight has no meaning without --from"),
        (["--expert", "A", "--expert", "B"], "one expert is asked in a terminal"),
        (["--sheet", "--expert", "A", "--expert", "A"], "an expert is named twice"),
        (["--sheet", "--expert", " "], "is no name of an expert"),
        (["--from", "none.csv"], "there is no file 'none.csv'"),
        (["--from", "s.csv", "--weight", "Anna"], "--weight Anna: no number"),
        (["--from", "s.csv", "--weight", "Anna=x"], "'x' is not a number"),
        (["--from", "s.csv", "--weight", "Anna=1", "--weight", "Anna=2"], "has two weights"),
        (["--from", "s.csv", "--weight", "C=1"], "no expert is called 'C'"),
        (["--from", "s.csv", "-o", "s.csv"], "'s.csv' exists"),
        (["--from", "s.csv", "-o", "s.csv", "--force"], "would be lost"),
        (["--from", "s.csv", "--from", "s.csv"], "two experts of s.csv are called 'Anna'"),
        (["--from", "-", "--from", "-"], "standard input can be read once"),
    ],
)
def test_what_does_not_fit_is_said(run: Run, typed: list[str], told: str) -> None:
    fill(run, SAID)
    result = run("elicit", "asymmetric-bipolarity", *typed)
    assert result.exit_code == 2, result.output
    assert told in result.stderr


def test_a_game_with_numbers_has_nothing_to_ask(run: Run) -> None:
    Path("g.csv").write_text("1,0\n0,1\n", encoding="utf-8")
    result = run("elicit", "g.csv", "--sheet")
    assert result.exit_code == 2
    assert "g.csv has numbers" in result.stderr


# ---- in a terminal ------------------------------------------------------------------
def interviewed(
    run: Run, monkeypatch: pytest.MonkeyPatch, answers: str, *more: str, model: str = "chicken"
) -> Result:
    monkeypatch.setattr(command, "_is_terminal", lambda: True)
    return run("elicit", model, "--expert", "Anna", "-o", "m.yaml", *more, input=answers)


def test_questions_are_asked_and_answers_make_a_model(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    result = interviewed(run, monkeypatch, "?\n1 2\n9 9 9\n1 2 4\n\n-2\n" + "\n" * 20)
    assert result.exit_code == 0, result.output
    for told in (
        "1. A's worth of prevailing while B yields (temptation) (T_A), in utility, from 0 to 5",
        "would you be surprised",
        "2 numbers (give low, likely and high, or likely alone); once more",
        "low is 9, beyond the bounds",
        "16. Collision, for B: from 0 (worst end) to 100 (best end)",
        "m.csv: what was answered",
    ):
        assert told in result.stderr
    assert load_model("m.yaml").scenario("elicited").values == {"T_A": 2, "S_A": -2}
    again = run("elicit", "chicken", "--from", "m.csv")
    assert again.stdout == Path("m.yaml").read_text(encoding="utf-8")


def test_who_stops_loses_nothing(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    result = interviewed(run, monkeypatch, "1 2 4\n")  # and then the input ends
    assert result.exit_code == 4
    assert "deterrence elicit chicken --from m.csv -o m.yaml" in result.stderr
    assert not Path("m.yaml").exists()
    assert run("elicit", "chicken", "--from", "m.csv", "-o", "m.yaml").exit_code == 0
    assert load_model("m.yaml").scenario("elicited").values == {"T_A": 2}


def test_who_says_nothing_writes_nothing(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    assert interviewed(run, monkeypatch, "\n" * 20).exit_code == 0
    assert interviewed(run, monkeypatch, "").exit_code == 4
    assert list(Path().iterdir()) == []


def test_an_interrupt_keeps_the_answers(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter(["1 2 4"])

    def prompt(*_: object, **__: object) -> str:
        for answer in answers:
            return answer
        try:
            raise KeyboardInterrupt
        except KeyboardInterrupt:
            raise click.Abort from None

    monkeypatch.setattr(click, "prompt", prompt)
    assert interviewed(run, monkeypatch, "").exit_code == 130
    assert ",1,2,4" in Path("m.csv").read_text(encoding="utf-8")


def test_answers_that_contradict_each_other_are_kept(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    result = interviewed(run, monkeypatch, "1 2 4\n3 4 5\n" + "\n" * 20)
    assert result.exit_code == 3
    assert "Anna: the likely values break the assumption 'T_A >= R_A'" in result.stderr
    assert ",3,4,5" in Path("m.csv").read_text(encoding="utf-8")


def test_files_that_exist_are_not_asked_over(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("m.csv").write_text("mine", encoding="utf-8")
    result = interviewed(run, monkeypatch, "1 2 4\n")
    assert result.exit_code == 2
    assert "'m.csv' exists" in result.stderr
    Path("mine.csv").write_bytes(model_source("chicken"))
    assert interviewed(run, monkeypatch, "", "-o", "-").exit_code == 2


@pytest.mark.skipif(not hasattr(os, "openpty"), reason="no pseudo-terminals here")
def test_in_a_real_terminal(tmp_path: Path) -> None:
    ours, theirs = os.openpty()
    typed = [sys.executable, "-m", "deterrence", "elicit", "chicken", "-o", "m.yaml"]
    process = subprocess.Popen(
        typed, stdin=theirs, stdout=theirs, stderr=theirs, cwd=tmp_path, env=with_package()
    )
    os.close(theirs)
    os.write(ours, b"1 2 4\n\x04")
    shown, end = b"", time.monotonic() + 60
    while time.monotonic() < end and b"--from" not in shown:
        if select.select([ours], [], [], 1)[0]:
            try:
                shown += os.read(ours, 65536)
            except OSError:
                break
    assert process.wait(timeout=30) == 4, shown
    os.close(ours)
    assert b"1. A's worth of prevailing" in shown
    assert ",1,2,4" in (tmp_path / "m.csv").read_text(encoding="utf-8")
