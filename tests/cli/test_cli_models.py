"""`deterrence models`: the list, a model's text, faults for editors, copies, the schema."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

MODELS = Path(__file__).parents[2] / "models"
Run = Callable[..., Result]


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


@pytest.mark.parametrize("name", names())
def test_show_says_everything_about_every_parameter(run: Run, name: str) -> None:
    from deterrence import load_model

    text = " ".join(run("models", "show", name).stdout.split())
    model = load_model(name)
    for p in model.parameters.values():
        value = p.default if p.formula is None else p.formula
        assert f"{p.name} = {value}: {' '.join(p.title.split())}" in text
        assert p.range_text in text
        assert " ".join(p.source.split()) in text
    # An outcome of a tree that is worth different things to different types has one name.
    groups = model.tree.groups if model.tree is not None else {}
    outcomes = [groups.get(label, label) for label in model.outcomes]
    for known in (*outcomes, *model.scenarios, *(m.name for m in model.measures)):
        assert known in text
    for assumption in model.assumptions:
        assert str(assumption) in text
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
