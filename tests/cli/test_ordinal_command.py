"""``models ordinal``, and ``models new --ordinal``."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from deterrence.modelfile.catalogue import load_model, read_model

Run = Callable[..., Result]


def test_the_command_finds_a_game_by_order_ranks_and_name(run: Run) -> None:
    by = [
        ("--order", "T>R>P>S", "--versus", "t r s p"),
        ("--row", "3142", "--column", "3421"),
        ("--row", "31/42", "--column", "34 21"),
        ("--name", "Called Bluff"),
        ("--name", "prisoner's dilemma x chicken"),
    ]
    found = [json.loads(run("models", "ordinal", *o, "--format", "json").stdout) for o in by]
    assert all(answer == found[0] for answer in found)
    assert found[0]["equilibria"] == [["D", "C"]]
    assert found[0]["maximin"][1] == {"action": "C", "rank": 2}
    text = " ".join(run("models", "ordinal", *by[0]).stdout.split())
    assert "Whatever the numbers, as long as the orders hold, there is one equilibrium" in text


def test_the_command_lists_games(run: Run) -> None:
    for count, size in ((0, 9), (1, 57), (2, 12)):
        answer = run("models", "ordinal", "--equilibria", str(count), "--format", "json")
        assert len(json.loads(answer.stdout)["games"]) == size
    text = " ".join(run("models", "ordinal", "--full").stdout.split())
    assert "With ties there are 726" in text
    assert "Rapoport and Guyer 1966" in text


def test_other_labels_are_said(run: Run) -> None:
    text = " ".join(run("models", "ordinal", "--order", "S>T>R>P").stdout.split())
    assert text.startswith("Hero ")
    assert "Row S > T > R > P and Column S > T > R > P: the same game with other labels" in text


def test_a_game_is_written_as_a_model_file(run: Run, tmp_path: Path) -> None:
    path = str(tmp_path / "hunt.yaml")
    assert run("models", "ordinal", "--name", "stag hunt", "-o", path).exit_code == 0
    assert run("models", "ordinal", "--name", "hero", "-o", path).exit_code == 2
    assert run("models", "ordinal", "--name", "hero", "-o", path, "--force").exit_code == 0
    told = " ".join(run("regimes", path).stdout.split())
    assert "Whatever the numbers, as long as the order holds, three results" in told


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--order", "T>R>S"], "no strict order of T, R, S and P"),
        (["--order", "T>R>S>S"], "no strict order of T, R, S and P"),
        (["--row", "1234"], "the order of one side is missing"),
        (["--versus", "T>R>S>P"], "the order of one side is missing"),
        (["--row", "1233", "--column", "1234"], "no matrix of ranks"),
        (["--name", "chicken", "--equilibria", "2"], "several ways"),
        (["--name", "game of life"], "is called"),
        (["-o", "list.yaml"], "a list of games is no model"),
    ],
)
def test_faults_of_the_command(run: Run, options: list[str], words: str) -> None:
    result = run("models", "ordinal", *options)
    assert result.exit_code == 2
    assert words in result.stderr


def test_a_first_ordinal_file(run: Run, tmp_path: Path) -> None:
    path = str(tmp_path / "first.yaml")
    assert run("models", "new", "first", "--ordinal", "--players", "Russia,NATO", "-o", path)
    model = load_model(path)
    assert not model.warnings
    assert model.proviso
    assert "russia_yields" in model.outcomes
    strange = run("models", "new", "x", "--ordinal", "--players", "\u00c4,1", "-o", "-").stdout
    assert list(read_model(strange).orders) == ["\u00c4", "1"]
    assert run("models", "new", "first", "--ordinal", "--form", "tree", "-o", path).exit_code == 2
    three = run("models", "new", "first", "--ordinal", "--players", "A,B,C", "-o", path)
    assert "an ordinal is for two players" in three.stderr


def test_a_list_fits_on_a_screen(run: Run) -> None:
    short = run("models", "ordinal", "--equilibria", "1").stdout.splitlines()
    assert len(short) <= 40
    assert any("`--full` tells them" in line for line in short)
    assert len(run("models", "ordinal", "--equilibria", "1", "--full").stdout.splitlines()) > 57
