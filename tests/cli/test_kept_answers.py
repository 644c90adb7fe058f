"""The same command prints the same again, at once, and never what is not right any more."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from checkout import with_package
from click.testing import Result

from deterrence import symbolic
from deterrence.cli import source
from deterrence.keeping import stamp as stamping
from deterrence.keeping.store import Store
from deterrence.modelfile.catalogue import model_source
from deterrence.report import brief as briefing

Run = Callable[..., Result]
#: Where a new answer shows that it is one.
SEEN: list[str] = []
regimes_command = importlib.import_module("deterrence.cli.regimes")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep answers in a folder of the test, and note what is worked out."""
    monkeypatch.setenv("DETERRENCE_CACHE", str(tmp_path / "kept"))
    monkeypatch.setattr(stamping, "stamp", lambda: "as it is")
    monkeypatch.chdir(tmp_path)
    SEEN.clear()
    for module, name in ((symbolic, "regimes"), (briefing, "brief")):
        monkeypatch.setattr(module, name, noted(name, getattr(module, name)))
    return tmp_path / "kept"


def noted(name: str, verb: Callable[..., object]) -> Callable[..., object]:
    def call(*args: object, **kwargs: object) -> object:
        SEEN.append(name)
        return verb(*args, **kwargs)

    return call


def entries(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.json"))


def same(one: Result, other: Result) -> bool:
    return [one.exit_code, one.stdout, one.stderr] == [other.exit_code, other.stdout, other.stderr]


@pytest.mark.parametrize(
    "command",
    [
        ("regimes", "chicken", "--full", "--threshold", "P_A", "--set", "T_A=1/2"),
        ("regimes", "inspection", "--format", "json"),
        ("regimes", "chicken", "--format", "html"),
        ("explain", "chicken", "--format", "latex"),
        ("brief", "rudimentary-deterrence", "--format", "markdown"),
        ("robustness", "rudimentary-deterrence", "--conclusion", "war == 0"),
        ("levers", "tripwire", "--player", "Defender", "--conclusion", "war == 0", "--some"),
        ("compare", "rudimentary-deterrence", "tripwire"),
    ],
    ids=lambda command: " ".join(command[:4]),
)
def test_the_same_command_prints_the_same_at_once(
    run: Run, folder: Path, command: tuple[str, ...]
) -> None:
    first = run(*command)
    if first.exit_code == 2:
        pytest.fail(first.stderr)
    assert len(entries(folder)) == (first.exit_code == 0)
    worked_out = list(SEEN)
    again = run(*command)
    assert same(again, first)
    assert first.exit_code or worked_out == SEEN


def test_no_cache_works_it_out_and_keeps_nothing(run: Run, folder: Path) -> None:
    first = run("regimes", "chicken", "--no-cache")
    assert not entries(folder)
    run("regimes", "chicken")
    before = entries(folder)[0].stat().st_mtime_ns
    assert same(run("regimes", "chicken", "--no-cache"), first)
    assert SEEN == ["regimes"] * 3
    assert entries(folder)[0].stat().st_mtime_ns == before


def test_what_is_told_of_it_is_told_with_debug_alone(run: Run, folder: Path) -> None:
    assert run("regimes", "chicken").stderr == ""
    assert run("regimes", "chicken").stderr == ""
    assert run("--debug", "regimes", "chicken").stderr.startswith("Cache: answered from")
    entries(folder)[0].write_text("{")
    assert "damaged" in run("--debug", "regimes", "chicken").stderr


def test_a_changed_file_has_another_answer(run: Run, folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "own.yaml"
    text = model_source("chicken").decode()
    told = []
    for title in ("Chicken one", "Chicken two", "Chicken one"):
        file.write_text(text.replace("title: Chicken", f"title: {title}", 1))
        told.append(run("regimes", "own.yaml").stdout.splitlines()[0])
    assert told[0] == told[2] != told[1]
    assert SEEN == ["regimes"] * 2
    # The same text under another name is another question.
    file.rename(tmp_path / "other.yaml")
    assert run("regimes", "other.yaml").exit_code == 0
    assert SEEN == ["regimes"] * 3
    assert run("regimes", "own.yaml").exit_code == 2


def test_a_file_that_changes_meanwhile_is_not_kept(
    run: Run, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "own.yaml"
    text = model_source("chicken").decode()
    file.write_text(text)
    read = source.load_either

    def changed(*args: object) -> object:
        file.write_text(text.replace("title: Chicken", "title: Another", 1))
        return read(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(source, "load_either", changed)
    assert run("regimes", "own.yaml").stdout.startswith("Another")
    assert not entries(folder)


def test_a_file_of_the_name_of_a_model_goes_before(run: Run, folder: Path, tmp_path: Path) -> None:
    payoffs = run("robustness", "chicken", "--conclusion", "war == 0", "--every")
    assert len(entries(folder)) == 1
    (tmp_path / "chicken").write_text('NFG 1 R "T" { "A" "B" } { 1 2 }\n1 1 2 2\n')
    own = run("robustness", "chicken", "--conclusion", "war == 0", "--every")
    assert own.stdout != payoffs.stdout
    assert len(entries(folder)) == 1


def test_standard_input_and_files_written_besides_are_not_kept(
    run: Run, folder: Path, tmp_path: Path
) -> None:
    text = model_source("chicken")
    assert run("regimes", "-", input=text).exit_code == 0
    for k in (1, 2):
        assert run("regimes", "chicken", "--proofs", f"proofs{k}").exit_code == 0
        assert list((tmp_path / f"proofs{k}").iterdir())
    assert not entries(folder)


def test_what_is_left_open_is_not_kept(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(briefing.Brief, "complete", False)
    assert run("brief", "chicken").exit_code == 4
    monkeypatch.setattr(regimes_command, "_conclusions", lambda *_, **__: ((), ("no time",)))
    result = run("regimes", "chicken")
    assert (result.exit_code, result.stderr) == (0, "Warning: no time\n")
    assert not entries(folder)


def test_files_are_written_and_spared_as_ever(run: Run, folder: Path, tmp_path: Path) -> None:
    assert run("regimes", "chicken", "-o", "a.txt").exit_code == 0
    assert run("regimes", "chicken", "-o", "b.txt").exit_code == 0
    assert SEEN == ["regimes"]
    assert (tmp_path / "a.txt").read_bytes() == (tmp_path / "b.txt").read_bytes()
    refused = run("regimes", "chicken", "-o", "a.txt")
    assert (refused.exit_code, "exists" in refused.stderr) == (2, True)
    # A file gets all of it, standard output what fits on a screen.
    assert run("regimes", "chicken").stdout != (tmp_path / "a.txt").read_text()


def test_a_strange_answer_is_worked_out_anew(run: Run, folder: Path) -> None:
    first = run("regimes", "chicken")
    [path] = entries(folder)
    key = json.loads(path.read_text())["key"]
    strange = [[], {"text": 1, "warnings": []}, {"text": "x", "warnings": "x"}]
    for answer in strange:
        Store(str(folder)).keep(key, answer)
        assert same(run("regimes", "chicken"), first)


def test_a_folder_that_depends_on_the_current_one_is_an_error(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DETERRENCE_CACHE", "here")
    result = run("regimes", "chicken")
    assert (result.exit_code, "whole path" in result.stderr) == (2, True)
    assert run("regimes", "chicken", "--no-cache").exit_code == 0


def test_cache_tells_where_and_clears(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "0 answers kept" in run("cache").stdout
    run("regimes", "chicken")
    told = run("cache").stdout
    assert str(folder) in told
    assert "1 answer kept" in told
    assert "1 answer removed" in run("cache", "--clear").stdout
    assert not entries(folder)
    monkeypatch.setenv("DETERRENCE_CACHE", "off")
    assert run("cache").stdout == run("cache", "--clear").stdout == "Nothing is kept.\n"


def test_a_kept_answer_needs_nothing_heavy(folder: Path) -> None:
    """What makes it quick: no model is read, and no library that computes is imported."""
    code = (
        "import sys, deterrence.keeping.stamp as s; s.stamp = lambda: 'as it is'\n"
        "from deterrence.cli.program import program\n"
        "program(['regimes', 'chicken'], standalone_mode=False)\n"
        "heavy = {'sympy', 'z3', 'numpy', 'pydantic', 'yaml', 'flint'} & set(sys.modules)\n"
        "print(sorted(heavy), file=sys.stderr)\n"
    )
    first, again = (
        subprocess.run(
            [sys.executable, "-P", "-c", code], env=with_package(), text=True,
            capture_output=True, check=True, timeout=60,
        )
        for _ in range(2)
    )  # fmt: skip
    assert first.stdout == again.stdout != ""
    assert first.stderr != "[]\n"
    assert again.stderr == "[]\n"
