"""``solve --certificate``, ``regimes --proofs`` and ``verify``: files, words and exit codes."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

Run = Callable[..., Result]


@pytest.fixture
def certificate(run: Run, tmp_path: Path) -> Path:
    path = tmp_path / "chicken.json"
    done = run("solve", "chicken", "--set", "S_A=-1/3", "--certificate", str(path))
    assert done.exit_code == 0
    return path


def test_a_certificate_is_accepted_and_said_to_be_complete(run: Run, certificate: Path) -> None:
    done = run("verify", str(certificate), "--of", "chicken")
    assert done.exit_code == 0
    assert done.output.startswith("Accepted: everything that was checked is right.\n")
    assert "no extreme equilibrium is\n  missing" in done.output
    assert "the game is chicken at the file's values" in done.output
    assert max(map(len, done.output.splitlines())) <= 80


def test_a_certificate_with_an_equilibrium_removed_is_rejected(run: Run, certificate: Path) -> None:
    told = json.loads(certificate.read_text())
    del told["equilibria"][1]
    certificate.write_text(json.dumps(told))
    done = run("verify", str(certificate))
    assert done.exit_code == 5
    assert done.output.startswith("Rejected: 1 thing is wrong.\n")
    assert "missing: A:\n  stand_firm; B: restrain" in done.output
    assert "Checked:" not in done.output
    told = json.loads(run("verify", str(certificate), "--format", "json").output)
    assert told["accepted"] is False
    assert "is missing" in told["failures"][0]["what"]


def test_another_game_is_told_apart(run: Run, certificate: Path) -> None:
    done = run("verify", str(certificate), "--of", "stag-hunt")
    assert done.exit_code == 5
    assert "it is not stag-hunt at the file's values" in done.output


@pytest.mark.parametrize("form", ["html", "latex", "markdown"])
def test_the_verdict_in_other_formats(run: Run, certificate: Path, form: str) -> None:
    done = run("verify", str(certificate), "--format", form)
    assert done.exit_code == 0
    assert "Accepted" in done.output


def test_files_that_are_there_are_not_replaced(run: Run, certificate: Path) -> None:
    again = run("solve", "chicken", "--certificate", str(certificate))
    assert again.exit_code == 2
    assert "exists" in again.stderr
    assert run("solve", "chicken", "--certificate", str(certificate), "--force").exit_code == 0


def test_correlated_equilibria_have_no_certificate(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "c.json"
    done = run("solve", "chicken", "--concept", "correlated", "--certificate", str(path))
    assert done.exit_code == 2
    assert "without a mediator" in done.stderr
    assert not path.exists()


def test_what_is_no_certificate(run: Run, tmp_path: Path) -> None:
    assert run("verify", str(tmp_path / "nothing")).exit_code == 2
    path = tmp_path / "x.json"
    path.write_text("{}")
    done = run("verify", str(path))
    assert done.exit_code == 3
    assert "no certificate" in done.stderr
    assert "Traceback" not in done.output + done.stderr


def test_proofs_go_into_a_new_folder_only(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "proofs"
    assert run("regimes", "inspection", "--proofs", str(folder), "-q").exit_code == 0
    done = run("verify", str(folder), "--of", "inspection")
    assert done.exit_code == 0, done.output
    assert "z3 finds each unsatisfiable" in done.output
    assert "no parameter fixed" in done.output
    again = run("regimes", "inspection", "--proofs", str(folder), "-q")
    assert again.exit_code == 2
    assert "is not empty" in again.stderr
    (folder / "cover-001.smt2").unlink()
    done = run("verify", str(folder))
    assert done.exit_code == 5
    assert "cover-001: the script is missing" in done.output


MODEL = """\
title: A game with a function that no script has
form: strategic
players: [A, B]
actions: {A: [up, down], B: [left, right]}
parameters:
  a: {default: 1, bounds: [0, 2]}
outcomes:
  one: {payoffs: {A: exp(a), B: 1}}
  two: {payoffs: {A: 0, B: 0}}
  three: {payoffs: {A: 1, B: 1}}
game:
  up: {left: one, right: two}
  down: {left: two, right: three}
"""


def test_proofs_that_cannot_be_written_cost_no_answer(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "model.yaml"
    path.write_text(MODEL)
    done = run("regimes", str(path), "--proofs", str(tmp_path / "proofs"))
    assert done.exit_code == 4
    assert "results are possible" in done.output
    assert "exp, log or powers occur" in done.stderr
    assert not (tmp_path / "proofs").exists()


def test_bad_folders(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("")
    for name, said in ((str(file), "is no folder"), (str(tmp_path / "a" / "b"), "there is no")):
        done = run("regimes", "inspection", "--proofs", name)
        assert done.exit_code == 2
        assert said in done.stderr
