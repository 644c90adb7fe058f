"""Files are written whole or not at all, and keep their links and permissions."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest
from click.testing import Result

from deterrence.cli import output
from deterrence.cli.output import deliver, write_file
from deterrence.errors import DeterrenceError, UsageError
from deterrence.modelfile.catalogue import model_source

Run = Callable[..., Result]
Process = Callable[..., "CompletedProcess[str]"]
pytestmark = pytest.mark.skipif(os.name == "nt", reason="permissions of POSIX")


def test_a_failure_leaves_the_old_file_and_no_litter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "kept.txt"
    path.write_text("old")

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(output.os, "replace", fail)
    with pytest.raises(DeterrenceError, match="No space left"):
        write_file(str(path), b"new")
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_link_stays_a_link_and_permissions_stay(tmp_path: Path) -> None:
    path = tmp_path / "real.txt"
    path.write_text("old")
    path.chmod(0o640)
    link = tmp_path / "link.txt"
    link.symlink_to(path)
    deliver("new", str(link))
    assert link.is_symlink()
    assert path.read_text() == "new\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_a_new_file_has_the_usual_permissions(tmp_path: Path) -> None:
    usual, mine = tmp_path / "usual", tmp_path / "mine"
    usual.write_text("")
    write_file(str(mine), b"")
    assert mine.stat().st_mode == usual.stat().st_mode


def test_a_device_is_written_to_not_replaced() -> None:
    write_file(os.devnull, b"x")
    assert stat.S_ISCHR(os.stat(os.devnull).st_mode)


@pytest.mark.parametrize("name", ["no/such/folder/x", ".", "nul\0byte"])
def test_a_hopeless_name_is_refused_before_the_work(name: str) -> None:
    with pytest.raises(UsageError):
        output.check_output(name)


# ---- what is there already --------------------------------------------------------------------

WRITING = [
    ("solve", "GAME"),
    ("show", "GAME"),
    ("regimes", "GAME", "--no-boundaries"),
    ("explain", "GAME"),
    ("robustness", "GAME", "--conclusion", "war == 0"),
    ("sensitivity", "GAME", "--samples", "64", "--method", "tornado"),
    ("levers", "GAME", "--player", "A", "--conclusion", "war == 0"),
]


@pytest.mark.parametrize("arguments", WRITING, ids=lambda a: a[0])
def test_nothing_is_overwritten_without_force_and_the_input_never(
    run: Run, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    game, linked, hard, other = (tmp_path / n for n in ("g.yaml", "link", "hard", "other"))
    game.write_bytes(model_source("chicken"))
    linked.symlink_to(game)
    hard.hardlink_to(game)
    other.write_text("mine", encoding="utf-8")
    typed = [str(game) if a == "GAME" else a for a in arguments]
    refused = run(*typed, "-o", str(other))
    assert refused.exit_code == 2
    assert "exists" in refused.stderr
    assert "--force" in refused.stderr
    assert other.read_text("utf-8") == "mine"
    for target in (game, linked, hard):
        own = run(*typed, "-o", str(target), "--force")
        assert own.exit_code == 2
        assert "is what the game is read from" in own.stderr
        assert game.read_bytes() == model_source("chicken")


def test_force_replaces_and_keeps_links(run: Run, tmp_path: Path) -> None:
    other, linked, dangling = (tmp_path / n for n in ("other", "link", "dangling"))
    other.write_text("mine", encoding="utf-8")
    linked.symlink_to(other)
    dangling.symlink_to(tmp_path / "nowhere")
    assert run("show", "chicken", "-o", str(dangling)).exit_code == 2
    assert run("show", "chicken", "-o", str(linked)).exit_code == 2
    assert run("show", "chicken", "-o", str(linked), "--force").exit_code == 0
    assert linked.is_symlink()
    assert "Chicken" in other.read_text("utf-8")


@pytest.mark.skipif(os.name == "nt", reason="devices of POSIX")
def test_a_device_is_no_file_that_exists(run: Run) -> None:
    assert run("show", "chicken", "-o", os.devnull).exit_code == 0


def test_standard_input_that_is_a_file_is_an_input_too(process: Process, tmp_path: Path) -> None:
    game = tmp_path / "g.yaml"
    game.write_bytes(model_source("chicken"))
    with game.open("rb") as file:
        result = process("show", "-", "-o", str(game), "--force", stdin=file)
    assert result.returncode == 2
    assert "is what the game is read from" in result.stderr
    assert game.read_bytes() == model_source("chicken")


def test_two_results_do_not_go_into_one_file(run: Run, tmp_path: Path) -> None:
    file, linked = tmp_path / "a", tmp_path / "b"
    linked.symlink_to(file)
    for other in (file, linked):
        result = run(
            "robustness",
            "chicken",
            "--conclusion",
            "war == 0",
            "-o",
            str(file),
            "--certificate",
            str(other),
            "--force",
        )
        assert result.exit_code == 2
        assert "cannot go into one file" in result.stderr
    assert not file.exists()
