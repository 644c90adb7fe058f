"""`deterrence models`: the list, a model's text, faults for editors, copies, the schema."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest
from checkout import ROOT
from click.testing import Result

MODELS = ROOT / "models"
Run = Callable[..., Result]


@pytest.fixture
def in_tmp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def names() -> list[str]:
    return sorted(path.stem for path in MODELS.glob("*.yaml"))


def test_plain_models_is_the_list_of_all(run: Run) -> None:
    listed = run("models").stdout
    assert listed == run("models", "list").stdout
    lines = listed.splitlines()[1:]
    assert [line.split()[0] for line in lines if line[0] != " "] == names()
    entries = json.loads(run("models", "list", "--format", "json").stdout)["models"]
    assert [entry["name"] for entry in entries] == names()
    assert all(entry["title"] and entry["form"] for entry in entries)


def test_some_models_and_models_about_something(run: Run) -> None:
    listed = run("models", "list", "--theme", "S3", "--level", "1", "--collection", "classics")
    assert "chicken" in listed.stdout
    assert "inspection" not in listed.stdout
    nothing = run("models", "list", "--theme", "S99")
    assert nothing.exit_code == 2
    assert "themes: " in nothing.stderr
    found = json.loads(run("models", "search", "hawk-dove", "--format", "json").stdout)
    assert found["models"][0]["name"] == "chicken"
    assert "Chicken (Hawk-Dove)" in run("models", "search", "hawk", "dove").stdout
    assert run("models", "search", "xyzzy").exit_code == 2
    assert run("models", "search").exit_code == 2


@pytest.mark.parametrize("name", names())
def test_show_says_everything_about_every_parameter(run: Run, name: str) -> None:
    from deterrence import load_model

    text = " ".join(run("models", "show", name).stdout.split())
    model = load_model(name)
    ranked = {n for order in model.orders.values() for n in order.parameters.values()}
    # Beside the outcome that each is worth; of options the statements stand there.
    assert model.options is not None or all(f"({name})" in text for name in ranked)
    for p in (p for n, p in model.parameters.items() if n not in ranked):
        value = p.default if p.formula is None else p.formula
        assert f"{p.name} = {value}: {' '.join(p.title.split())}" in text
        assert p.range_text in text
        assert " ".join(p.source.split()) in text
    # An outcome of a tree that is worth different things to different types has one name.
    groups = model.tree.groups if model.tree is not None else {}
    # The states of options are told by their names, and by what is feasible.
    known = model.outcomes if model.options is None else ()
    outcomes = [groups.get(label, label) for label in known]
    for name_told in (*outcomes, *model.scenarios, *(m.name for m in model.measures)):
        assert name_told in text
    said = {c for order in model.orders.values() for c in order.conditions}
    for assumption in model.assumptions:
        assert str(assumption) in text or str(assumption) in said
    answer = json.loads(run("models", "show", name, "--format", "json").stdout)
    assert list(answer["parameters"]) == list(model.parameters)


def test_check_lists_all_faults_of_all_files(run: Run, tmp_path: Path) -> None:
    good = tmp_path / "good.yaml"
    good.write_bytes((MODELS / "chicken.yaml").read_bytes())
    bad = tmp_path / "bad.yaml"
    bad.write_text(
        "title: T\nform: strategic\nplayers: [A]\nactions: {A: [x]}\ngaem: [[1]]\nsumary: S\n"
    )
    game = tmp_path / "bad.nfg"
    game.write_text('NFG 1 R "x" { "A" "B" } { 2 2 }\n1 2 oops')
    missing = tmp_path / "missing.yaml"

    result = run("models", "check", str(good), str(bad), str(game), str(missing))
    assert result.exit_code == 3
    lines = result.stdout.splitlines()
    assert f"{good}: fine" in lines
    assert sum(line.startswith(f"{bad}:") for line in lines) == 2
    assert f"{bad}:5:1: " in result.stdout
    assert any(line.startswith(f"{game}:2:") for line in lines)
    assert any(line.startswith(f"{missing}:1:1: there is no file") for line in lines)

    answer = json.loads(run("models", "check", "--format", "json", str(good), str(bad)).stdout)
    assert [f["valid"] for f in answer["files"]] == [True, False]
    assert {fault["line"] for fault in answer["files"][1]["faults"]} == {5, 6}

    assert run("models", "check", str(good)).exit_code == 0
    assert run("models", "check", str(missing)).exit_code == 2
    assert run("models", "check", "chicken").exit_code == 0


def test_copy_gives_the_same_bytes_and_never_overwrites(run: Run, tmp_path: Path) -> None:
    original = (MODELS / "chicken.yaml").read_bytes()
    mine = tmp_path / "mine.yaml"
    assert run("models", "copy", "chicken", str(mine)).exit_code == 0
    assert mine.read_bytes() == original
    mine.write_text("my work")
    refused = run("models", "copy", "chicken", str(mine))
    assert refused.exit_code == 2
    assert "--force" in refused.stderr
    assert mine.read_text() == "my work"
    assert run("models", "copy", "chicken", str(mine), "--force").exit_code == 0
    assert mine.read_bytes() == original
    assert run("models", "copy", "chicken", str(tmp_path)).exit_code == 0
    assert (tmp_path / "chicken.yaml").read_bytes() == original
    assert run("models", "copy", "chicken", "-").stdout.encode() == original


def test_copy_without_a_destination_writes_here(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run("models", "copy", "chicken").exit_code == 0
    assert run("models", "check", "chicken.yaml").exit_code == 0


def test_the_schema_is_a_json_schema(run: Run) -> None:
    schema = json.loads(run("models", "schema").stdout)
    assert "properties" in schema
    assert "parameters" in schema["properties"]


def test_a_game_file_is_not_a_model(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "pd.nfg"
    path.write_text('NFG 1 R "" { "A" "B" } { 2 2 } 3 3 5 0 0 5 1 1')
    result = run("models", "show", str(path))
    assert result.exit_code == 2
    assert f"deterrence show {path}" in result.stderr


# ---- a model of one's own -------------------------------------------------------------------
SIDES = {
    "default": None,
    "own": "Russia,NATO",
    "blanks": "The regional pole, An alliance",
    "Cyrillic": "Россия,Союз",
}


@pytest.mark.parametrize("players", SIDES.values(), ids=SIDES)
@pytest.mark.parametrize("form", ["matrix", "tree", "ladder"])
def test_new_writes_a_model_that_checks_solves_and_has_regimes(
    run: Run, in_tmp: Path, form: str, players: str | None
) -> None:
    named = [] if players is None else ["--players", players]
    result = run("models", "new", "my-crisis", "--form", form, *named)
    assert result.exit_code == 0, result.stderr
    assert not result.stdout
    checked = run("models", "check", "my-crisis.yaml")
    assert (checked.exit_code, checked.stdout) == (0, "my-crisis.yaml: fine\n")
    commands = re.findall("^  deterrence (.+)$", result.stderr, re.MULTILINE)
    assert len(commands) == 3
    for command in commands:
        tried = run(*shlex.split(command))
        assert tried.exit_code == 0, (command, tried.stderr)
        assert not tried.stderr.count("Warning")
    if players is not None:
        for name in players.split(","):
            assert name.strip() in run("models", "show", "my-crisis.yaml").stdout


def test_new_never_replaces_a_file_unasked(run: Run, in_tmp: Path) -> None:
    Path("mine.yaml").write_text("mine")
    result = run("models", "new", "mine")
    assert result.exit_code == 2
    assert "--force" in result.stderr
    assert Path("mine.yaml").read_text() == "mine"
    assert run("models", "new", "mine", "--force").exit_code == 0
    assert "title: Mine" in Path("mine.yaml").read_text()
    assert run("models", "new", "mine.yaml", "-o", "a b.yaml").exit_code == 0
    assert Path("a b.yaml").read_text() == Path("mine.yaml").read_text()


def test_new_for_standard_output_says_nothing_else(run: Run, in_tmp: Path) -> None:
    result = run("models", "new", "x", "-o", "-", "--form", "tree")
    assert result.exit_code == 0
    assert result.stdout.startswith("# ")
    assert not result.stderr
    assert not list(in_tmp.iterdir())


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["a/b"], "as in my-crisis"),
        (["-o", "x.yaml", "--", "-x"], "as in my-crisis"),
        (["x", "--players", "A"], "two to 4 players, and here there is 1"),
        (["x", "--form", "ladder", "--players", "A,B,C"], "two players, and here there are 3"),
        (["x", "--players", "A,,B"], "cannot be the player"),
        (["x", "--form", "matrx"], "matrix"),
        (["x", "-o", "no/such/folder.yaml"], "no folder"),
    ],
)
def test_new_says_what_cannot_be(run: Run, in_tmp: Path, arguments: list[str], words: str) -> None:
    result = run("models", "new", *arguments)
    assert result.exit_code == 2
    assert words in result.stderr
    assert not list(in_tmp.iterdir())
