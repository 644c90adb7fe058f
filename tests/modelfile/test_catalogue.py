"""Where models come from, and what looking them up costs."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

import pytest
from checkout import ROOT, with_package

from deterrence.errors import InvalidFileError, UsageError
from deterrence.modelfile import catalogue
from deterrence.modelfile.catalogue import (
    check_file,
    list_models,
    load_model,
    model_names,
    model_source,
    read_model,
    search_models,
)
from deterrence.modelfile.themes import THEMES

GOOD = "title: T\nform: strategic\nplayers: [A]\nactions: {A: [x]}\ngame: [[1]]\n"


def test_every_file_is_a_model() -> None:
    files = {path.stem for path in (ROOT / "models").glob("*.yaml")}
    assert set(model_names()) == files
    assert list(model_names()) == sorted(files)
    assert {"asymmetric-bipolarity", "escalation-ladder", "chicken"} <= files


def test_the_cheap_list_says_what_the_files_say() -> None:
    for entry in list_models():
        model = load_model(entry.name)
        said = (model.name, model.title, model.form, model.level, model.themes, model.collections)
        assert entry == said


@pytest.mark.parametrize(
    ("head", "title"),
    [
        ("title: Plain words (1959)\nform: strategic\n", "Plain words (1959)"),
        ("form: strategic\ntitle: Last\n", "Last"),
        ("title: 'Quoted: text'\nform: strategic\n", "Quoted: text"),
        ("title: Over\n  two lines\nform: strategic\n", "Over two lines"),
        ("title: >\n  Folded\n  text\nform: strategic\n", "Folded text"),
        ("title: With # a comment\nform: strategic # of game\n", "With"),
        ("# first\n\ntitle:   Blanks   \nform: strategic\n", "Blanks"),
        ("{title: In braces, form: strategic}\n", "In braces"),
    ],
)
def test_title_and_form_are_found_however_they_are_written(head: str, title: str) -> None:
    text = head + ("" if head.startswith("{") else "players: [A]\n")
    assert catalogue._head(text.encode(), "text")[:3] == ("text", title, "strategic")


def test_some_of_the_list() -> None:
    chicken = next(entry for entry in list_models() if entry.name == "chicken")
    assert chicken.fits()
    assert chicken.fits(theme="S3", level=1, form="strategic", collection="classics")
    assert chicken.fits(theme="worst case nuclear")  # words of S3
    for wrong in ({"theme": "S5"}, {"level": 2}, {"form": "ladder"}, {"collection": "alliances"}):
        assert not chicken.fits(**wrong)  # type: ignore[arg-type]
    assert not chicken.fits(theme="nonsense")


def test_searching_ranks_titles_first_and_takes_every_word() -> None:
    assert search_models("chicken")[0].entry.name == "chicken"
    assert search_models("STAG hunt")[0].entry.name == "stag-hunt"
    hits = search_models("hawk-dove nature")
    assert [hit.entry.name for hit in hits] == ["chicken"]
    assert "Nature 246" in hits[0].line
    assert search_models("collision course")[0].line.startswith("Two states")
    assert search_models("xyzzy") == search_models("chicken xyzzy") == search_models(" ") == ()


def test_themes_of_the_models_that_ship_are_known() -> None:
    for entry in list_models():
        assert set(entry.themes) <= THEMES.keys(), entry.name
        assert set(load_model(entry.name).see_also) <= {*model_names()}, entry.name


def test_models_without_a_fault() -> None:
    for name in model_names():
        assert check_file(name) == []


def test_names_and_paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "my-crisis.yaml"
    path.write_text(GOOD, encoding="utf-8")
    for way in (path, str(path)):
        model = load_model(way)
        assert (model.name, model.path) == ("my-crisis", str(path))
    monkeypatch.chdir(tmp_path)
    assert load_model("my-crisis.yaml").name == "my-crisis"
    (tmp_path / "no-ending").write_text(GOOD, encoding="utf-8")
    assert load_model("no-ending").name == "no-ending"
    # A file does not hide a model that ships.
    (tmp_path / "chicken").write_text(GOOD, encoding="utf-8")
    assert load_model("chicken").title != "T"
    assert load_model("./chicken").title == "T"
    assert load_model(Path("chicken")).title == "T"


def test_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    class Stdin:
        buffer = io.BytesIO(GOOD.encode())

    monkeypatch.setattr(sys, "stdin", Stdin())
    model = load_model("-")
    assert (model.name, model.path) == ("stdin", "")


def test_what_is_not_there() -> None:
    with pytest.raises(UsageError, match=r"did you mean 'chicken'.*deterrence models list"):
        load_model("chiken")
    for name in ("", "nothing at all", "x" * 500, "a\0b", "..", "models"):
        with pytest.raises((UsageError, InvalidFileError)):
            load_model(name)
    with pytest.raises(UsageError, match="there is no file"):
        load_model("nowhere/chicken.yaml")
    with pytest.raises(UsageError):
        model_source("../setup")


def test_the_source_is_the_file() -> None:
    assert model_source("chicken") == (ROOT / "models" / "chicken.yaml").read_bytes()


def test_faults_name_their_file(tmp_path: Path) -> None:
    path = tmp_path / "bad.yaml"
    path.write_text(GOOD + "x: 1\n", encoding="utf-8")
    with pytest.raises(InvalidFileError) as caught:
        load_model(path)
    assert caught.value.source == str(path)
    assert str(caught.value).startswith(f"{path}: 1 fault\n  line 6, column 1")
    assert [fault.line for fault in check_file(path)] == [6]
    with pytest.raises(InvalidFileError, match="text: 1 fault"):
        read_model(GOOD + "x: 1\n")


def cpu_seconds(code: str) -> float:
    probe = f"import os\n{code}\nt = os.times(); print(t.user + t.system)"
    runs = [
        subprocess.run(
            [sys.executable, "-c", probe],
            env=with_package(),
            capture_output=True,
            text=True,
            check=True,
        )
        for _ in range(3)
    ]
    return min(float(run.stdout) for run in runs)


def test_looking_up_is_quick() -> None:
    # Processor time of whole processes, start of Python included.
    assert cpu_seconds("from deterrence.modelfile import list_models; list_models()") < 0.3
    load = "from deterrence.modelfile import load_model; load_model('asymmetric-bipolarity').at()"
    assert cpu_seconds(load) < 0.5


def test_the_catalogue_needs_neither_yaml_nor_pydantic() -> None:
    code = (
        "import sys; from deterrence.modelfile import list_models; list_models();"
        "print({'yaml', 'pydantic', 'numpy', 'sympy'} & set(sys.modules))"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert result.stdout.strip() == "set()"
