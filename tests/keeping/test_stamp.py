"""The stamp of an answer changes with the program and its libraries."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from deterrence.keeping import stamp as module
from deterrence.keeping.stamp import LIBRARIES, stamp


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Put a small program in place of the package, read a while after it was written."""
    (tmp_path / "package" / "below").mkdir(parents=True)
    (tmp_path / "models").mkdir()
    (tmp_path / "package" / "below" / "code.py").write_text("x = 1\n")
    (tmp_path / "models" / "m.yaml").write_text("title: T\n")
    monkeypatch.setattr(module, "PACKAGE", str(tmp_path / "package"))
    monkeypatch.setattr(module, "models_folder", lambda: tmp_path / "models")
    monkeypatch.setattr(module, "STARTED", os.stat(tmp_path).st_mtime + 1000)
    return tmp_path


@pytest.mark.parametrize("name", ["package/below/code.py", "models/m.yaml"])
def test_a_changed_file_changes_it_even_with_its_old_size_and_time(
    program: Path, name: str
) -> None:
    before, file = stamp(), program / name
    status = file.stat()
    file.write_bytes(file.read_bytes().swapcase())
    os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert before is not None
    assert stamp() not in (None, before)


def test_new_and_lost_files_change_it(program: Path) -> None:
    first = stamp()
    more = program / "package" / "more.py"
    more.write_text("")
    second = stamp()
    more.unlink()
    assert second != first == stamp()


@pytest.mark.parametrize("library", LIBRARIES)
def test_another_version_of_a_library_changes_it(
    program: Path, monkeypatch: pytest.MonkeyPatch, library: str
) -> None:
    before = stamp()
    known = vars(module)["installed"]
    monkeypatch.setattr(module, "installed", lambda n: "other" if n == library else known(n))
    assert stamp() != before


def test_a_program_that_changed_since_it_was_started_has_none(
    program: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "STARTED", os.stat(program / "models" / "m.yaml").st_mtime)
    assert stamp() is None


def test_a_program_that_lies_in_no_folder_has_none(
    program: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "PACKAGE", str(program / "archive.zip" / "deterrence"))
    assert stamp() is None
