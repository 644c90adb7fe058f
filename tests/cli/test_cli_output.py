"""Files are written whole or not at all, and keep their links and permissions."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from deterrence.cli import output
from deterrence.cli.output import deliver, write_file
from deterrence.errors import DeterrenceError, UsageError

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
