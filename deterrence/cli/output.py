"""Writing results: to standard output, quietly if its reader has gone, or to a file at once."""

from __future__ import annotations

import contextlib
import os
import stat
import sys
import tempfile
from pathlib import Path

from deterrence.errors import DeterrenceError, UsageError

#: Formats that say themselves how they are encoded, or that only know UTF-8.
_UTF8 = ("html", "latex")


def emit(text: str, form: str = "") -> None:
    """Write text and a line end to standard output, HTML and LaTeX as UTF-8 in every locale.

    A closed pipe is no error: whoever read it has what they wanted, and the exit
    code still says how the command went.
    """
    if sys.stdout is None:
        return
    whole = text if text.endswith("\n") else f"{text}\n"
    try:
        raw = getattr(sys.stdout, "buffer", None)
        if form in _UTF8 and raw is not None:
            sys.stdout.flush()
            raw.write(whole.encode("utf-8", "backslashreplace"))
        else:
            sys.stdout.write(whole)
        sys.stdout.flush()
    except BrokenPipeError:
        silence()
    except OSError as error:
        silence()
        raise DeterrenceError(f"standard output cannot be written: {error.strerror}") from None


def silence() -> None:
    """Point standard output nowhere, so that Python's last flush does not fail again."""
    with contextlib.suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


def deliver(text: str, output: str | None, form: str = "") -> None:
    """Write to the file ``output``, or to standard output for ``None`` and ``-``.

    ``form`` is the format, where that says how the text is to be encoded.
    """
    if output is None or output == "-":
        emit(text, form)
    else:
        write_file(output, (text if text.endswith("\n") else f"{text}\n").encode())


def check_output(output: str | None) -> None:
    """Raise :class:`UsageError` now, not after a long computation, for a hopeless file name."""
    if output is None or output == "-":
        return
    path = Path(output)
    if not output or "\0" in output:
        raise UsageError(f"{output!r} is not the name of a file")
    if path.is_dir():
        raise UsageError(f"{output!r} is a folder", remedy="name a file")
    if not path.parent.is_dir():
        raise UsageError(f"there is no folder {str(path.parent)!r} to write {path.name!r} in")


def write_file(name: str, data: bytes) -> None:
    """Write a whole file or nothing: readers never see half of it.

    Raises :class:`UsageError` for a folder, :class:`DeterrenceError` where
    writing fails; an existing file is then untouched.
    """
    check_output(name)
    path = Path(os.path.realpath(name))  # a link stays a link
    try:
        if path.exists() and not stat.S_ISREG(path.stat().st_mode):
            path.write_bytes(data)  # a pipe or a device
            return
        mode = stat.S_IMODE(path.stat().st_mode) if path.exists() else 0o666 & ~_umask()
        handle, draft = tempfile.mkstemp(prefix=f".{path.name[:50]}.", dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            os.chmod(draft, mode)
            os.replace(draft, path)
        except BaseException:
            with contextlib.suppress(OSError):
                os.unlink(draft)
            raise
    except BrokenPipeError:
        return
    except OSError as error:
        raise DeterrenceError(f"{name!r} cannot be written: {error.strerror or error}") from None


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
