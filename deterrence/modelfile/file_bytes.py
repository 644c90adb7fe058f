"""Read a stranger's file: never more than the limit, never a folder, never without end.

The checks that need no parser live here: size, encoding, characters.  What they
let through is UTF-8 text without control characters, tabs or stray line breaks,
so that the lines counted by the parser are the lines that an editor shows.
"""

from __future__ import annotations

import os
import re
import select
import stat
import sys
import time
from pathlib import Path

from deterrence.errors import Fault, InvalidFileError, UsageError, did_you_mean

#: Largest file that is read, in bytes.
MAX_BYTES = 256 * 1024
#: How long to wait for somebody to open the other end of a named pipe, in seconds.
PIPE_PATIENCE = 0.5
#: At most so many faults of one file are listed.
MAX_FAULTS = 50

# Everything printable except what reorders text on the screen (U+202A..E, U+2066..9),
# the line and paragraph separators (which YAML takes for line breaks and editors do
# not) and the byte order mark.
_FORBIDDEN = re.compile(
    "[^\n\x20-\x7e\xa0-\u2027\u202f-\u2065\u206a-\ud7ff\ue000-\ufefe\uff00-\ufffd"
    "\U00010000-\U0010ffff]"
)
_BOMS = (
    (b"\xff\xfe\x00\x00", "UTF-32"),
    (b"\x00\x00\xfe\xff", "UTF-32"),
    (b"\xff\xfe", "UTF-16"),
    (b"\xfe\xff", "UTF-16"),
)


def read_bytes(path: str | os.PathLike[str]) -> bytes:
    """Return the bytes of a file, a pipe or (for ``-``) standard input.

    At most :data:`MAX_BYTES` + 1 bytes are read.  Raises :class:`UsageError`
    where there is no such file, :class:`InvalidFileError` for a folder, a file
    that may not be read or is too large, and a named pipe that nobody writes to.
    """
    name = os.fspath(path)
    if name == "-":
        return _within_limit(sys.stdin.buffer.read(MAX_BYTES + 1), "standard input")
    try:
        status = os.stat(name)
        if stat.S_ISDIR(status.st_mode):
            raise _whole(name, "this is a folder", "a file", "name a file inside it")
        if stat.S_ISREG(status.st_mode) and status.st_size > MAX_BYTES:
            raise _too_large(name, f"{status.st_size} bytes")
        if stat.S_ISFIFO(status.st_mode):
            return _within_limit(_read_pipe(name), name)
        with open(name, "rb") as file:
            return _within_limit(file.read(MAX_BYTES + 1), name)
    except FileNotFoundError:
        raise UsageError(f"there is no file {name!r}", remedy=_neighbours(name)) from None
    except ValueError:
        raise UsageError(f"{name!r} is not the name of a file") from None
    except OSError as error:
        what = f"the file cannot be read: {error.strerror or error}"
        raise _whole(name, what, "a readable file") from None


def decode(data: bytes, source: str) -> str:
    """Return the text of a file, with line ends ``\\n`` and no byte order mark.

    Raises :class:`InvalidFileError` for other encodings than UTF-8, for control
    characters and for an empty file; each fault has its line.
    """
    if not data.strip():
        raise _whole(source, "the file is empty", "a model", "see `deterrence models copy`")
    _within_limit(data, source)
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            raise _whole(source, f"the file is encoded in {encoding}", "UTF-8", "save it as UTF-8")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start]
        line = before.count(b"\n") + 1
        column = len(before[before.rfind(b"\n") + 1 :].decode("utf-8", "replace")) + 1
        what = f"the byte 0x{data[error.start]:02X} is not UTF-8"
        fault = Fault(what, line, column, expected="UTF-8 text", remedy="save the file as UTF-8")
        raise InvalidFileError(source, [fault]) from None
    text = text.replace("\r\n", "\n")
    faults = []
    for match in _FORBIDDEN.finditer(text):
        start = match.start()
        line = text.count("\n", 0, start) + 1
        faults.append(_character(match[0], line, start - text.rfind("\n", 0, start)))
        if len(faults) == MAX_FAULTS:
            break
    if faults:
        raise InvalidFileError(source, faults)
    return text


def forbidden(text: str) -> str | None:
    """Return the first character that may not occur in a file, or ``None``."""
    match = _FORBIDDEN.search(text)
    return match[0] if match else None


def _character(char: str, line: int, column: int) -> Fault:
    if char == "\t":
        return Fault("a tab", line, column, expected="blanks", remedy="replace tabs by blanks")
    if char == "\r":
        what, remedy = "a carriage return inside a line", "save with ordinary line ends"
    elif char == "\0":
        what, remedy = "a NUL byte", "is this a text file?"
    else:
        what, remedy = f"the character U+{ord(char):04X} is not allowed", "remove it"
    return Fault(what, line, column, expected="printable text", remedy=remedy)


def _whole(source: str, what: str, expected: str = "", remedy: str = "") -> InvalidFileError:
    return InvalidFileError(source, [Fault(what, 1, expected=expected, remedy=remedy)])


def _too_large(source: str, size: str) -> InvalidFileError:
    limit = f"at most {MAX_BYTES // 1024} KiB"
    return _whole(source, f"the file is too large: {size}", limit, "is this a model file?")


def _within_limit(data: bytes, source: str) -> bytes:
    if len(data) > MAX_BYTES:
        raise _too_large(source, f"more than {MAX_BYTES} bytes")
    return data


def _read_pipe(name: str) -> bytes:
    # A plain open() of a named pipe waits for a writer for ever.
    pipe = os.open(name, os.O_RDONLY | os.O_NONBLOCK)
    chunks: list[bytes] = []
    size, met_writer, start = 0, False, time.monotonic()
    try:
        while size <= MAX_BYTES:
            try:
                chunk = os.read(pipe, MAX_BYTES + 1 - size)
            except BlockingIOError:
                met_writer = True
                select.select([pipe], [], [])
                continue
            if chunk:
                met_writer = True
                chunks.append(chunk)
                size += len(chunk)
            elif met_writer:
                break
            elif time.monotonic() - start > PIPE_PATIENCE:
                raise _whole(name, "nobody writes to this pipe", "a file, or a pipe with a writer")
            else:
                time.sleep(0.01)
    finally:
        os.close(pipe)
    return b"".join(chunks)


def _neighbours(name: str) -> str:
    path = Path(name)
    try:
        names = sorted(p.name for p in path.parent.iterdir())[:1000]
    except OSError:
        return ""
    return did_you_mean(path.name, names)
