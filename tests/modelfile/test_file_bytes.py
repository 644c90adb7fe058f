"""Files, folders, pipes and devices: never more than the limit, never without end."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from checkout import ROOT
from effort import at_most

from deterrence.errors import InvalidFileError, UsageError
from deterrence.modelfile.file_bytes import MAX_BYTES, decode, read_bytes

unix = pytest.mark.skipif(os.name != "posix", reason="named pipes and devices of Unix")


def test_a_file_comes_back_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(b"a: \xc3\xa9\r\n")
    assert read_bytes(path) == b"a: \xc3\xa9\r\n"


def test_the_limit_is_exact(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(b"#" * MAX_BYTES)
    assert len(read_bytes(path)) == MAX_BYTES
    path.write_bytes(b"#" * (MAX_BYTES + 1))
    with pytest.raises(InvalidFileError, match=f"{MAX_BYTES + 1} bytes"):
        read_bytes(path)


def test_a_large_file_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "sparse.yaml"
    with path.open("wb") as file:
        file.truncate(10**12)
    with at_most(0.5), pytest.raises(InvalidFileError, match="too large"):
        read_bytes(path)


def test_a_folder_is_a_fault_and_a_missing_file_is_usage(tmp_path: Path) -> None:
    with pytest.raises(InvalidFileError, match="this is a folder") as folder:
        read_bytes(tmp_path)
    assert folder.value.faults[0].line == 1
    (tmp_path / "crisis.yaml").write_text("a: b\n", encoding="utf-8")
    with pytest.raises(UsageError, match=r"did you mean 'crisis\.yaml'"):
        read_bytes(tmp_path / "crises.yaml")
    with pytest.raises(UsageError, match="not the name of a file"):
        read_bytes("a\0b.yaml")


@unix
def test_an_endless_device_is_read_up_to_the_limit() -> None:
    with pytest.raises(InvalidFileError, match="too large"):
        read_bytes("/dev/zero")


@unix
def test_a_pipe_without_a_writer_ends(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.yaml"
    os.mkfifo(pipe)
    start = time.perf_counter()
    with pytest.raises(InvalidFileError, match="nobody writes to this pipe"):
        read_bytes(pipe)
    assert time.perf_counter() - start < 1


@unix
def test_a_slow_pipe_is_waited_for(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.yaml"
    os.mkfifo(pipe)

    def write() -> None:
        with pipe.open("wb") as file:
            for piece in (b"a: ", b"b", b"\n"):
                time.sleep(0.3)
                file.write(piece)
                file.flush()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        assert read_bytes(pipe) == b"a: b\n"
    finally:
        writer.join()


@unix
def test_an_endless_pipe_is_read_up_to_the_limit(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.yaml"
    os.mkfifo(pipe)

    def write() -> None:
        with pipe.open("wb", buffering=0) as file:
            try:
                while True:
                    file.write(b"x" * 65_536)
            except BrokenPipeError:
                pass

    writer = threading.Thread(target=write)
    writer.start()
    try:
        with pytest.raises(InvalidFileError, match="too large"):
            read_bytes(pipe)
    finally:
        writer.join()


def test_standard_input() -> None:
    code = "from deterrence.modelfile.file_bytes import read_bytes; print(read_bytes('-'))"
    result = subprocess.run(
        [sys.executable, "-c", code], input=b"a: b\n", cwd=ROOT, capture_output=True, check=True
    )
    assert result.stdout.strip() == b"b'a: b\\n'"


@pytest.mark.parametrize(
    ("data", "line", "column"),
    [(b"a: b\nc: \xff\n", 2, 4), ("é: ".encode() + b"\xe9\n", 1, 4), (b"\n\n\x80", 3, 1)],
)
def test_a_wrong_byte_has_its_place(data: bytes, line: int, column: int) -> None:
    with pytest.raises(InvalidFileError, match="is not UTF-8") as caught:
        decode(data, "text")
    assert [(f.line, f.column) for f in caught.value.faults] == [(line, column)]


def test_all_forbidden_characters_are_listed() -> None:
    with pytest.raises(InvalidFileError) as caught:
        decode(b"a:\tb\n\x00\nc\r\n d\x1b e\rf\n", "text")
    places = [(f.line, f.column) for f in caught.value.faults]
    assert places == [(1, 3), (2, 1), (4, 3), (4, 6)]
