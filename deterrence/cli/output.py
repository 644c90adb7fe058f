"""Writing results: to standard output, quietly if its reader has gone, or to a file at once."""

from __future__ import annotations

import contextlib
import json
import os
import stat
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import click

from deterrence.errors import DeterrenceError, UsageError

if TYPE_CHECKING:
    from deterrence.modelfile.model import SymbolicModel
    from deterrence.words.blocks import Document

#: Formats that say themselves how they are encoded, or that only know UTF-8.
_UTF8 = ("html", "latex", "markdown")


@dataclass
class Record:
    """What a command told while it was recorded, and of which model files."""

    texts: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    digests: list[str] = field(default_factory=list)
    left_open: bool = False


_RECORD: ContextVar[Record | None] = ContextVar("record", default=None)


@contextlib.contextmanager
def recorded() -> Iterator[Record]:
    """Record what is told in a block, besides telling it."""
    record = Record()
    token = _RECORD.set(record)
    try:
        yield record
    finally:
        _RECORD.reset(token)


def recording() -> Record:
    """Return the record that is taken; one that nobody reads where none is."""
    return _RECORD.get() or Record()


class Answer(Protocol):
    """What an analysis returns."""

    def to_dict(self) -> dict[str, Any]:
        """Return the answer as plain data."""


class Told(Answer, Protocol):
    """An answer that tells itself, too (:class:`~deterrence.words.shown.Shown`)."""

    def document(self, *, full: bool = False) -> Document:
        """Return what the answer says."""


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


def as_json(answer: Answer) -> str:
    """Return an answer in the format of ``--format json``."""
    return json.dumps(answer.to_dict(), indent=2)


def warn(texts: Iterable[str]) -> None:
    """Write doubts to standard error."""
    from deterrence.words.markup import plain

    for text in texts:
        recording().warnings.append(text)
        click.echo(f"Warning: {plain(text)}", err=True)


@dataclass(frozen=True)
class ResultChoice:
    """What was asked of a result: its format, how much of it, and into which file it goes."""

    form: str
    output: str | None
    force: bool
    full: bool = False
    standalone: bool = False

    def check(self, game: str, *others: str | None) -> None:
        """Raise :class:`UsageError` now where a file cannot be written, see :func:`check_output`.

        ``others`` are files that are written besides.
        """
        check_outputs(self.output, *others, force=self.force, game=game)

    def show(self, answer: Told, model: SymbolicModel | None = None) -> None:
        """Write an answer in the format that was asked for.

        A file gets all of it, standard output what fits on a screen unless --full was given.
        ``model`` is what was asked about, where the answer does not hold it: a page of HTML
        tells its story, too.
        """
        if self.form == "json":
            text = as_json(answer)
        elif self.form == "csv":
            text = answer.to_csv()  # type: ignore[attr-defined]  # those that have the format
        else:
            from deterrence.words.renderers import rendered

            full = self.full or self.output not in (None, "-")
            document = answer.document(full=full)
            if self.form == "html":
                from deterrence.face.pages import page_document

                document = page_document(document, answer, model)
            whole = self.standalone or self.form == "html"
            text = rendered(document, self.form, standalone=whole)
        self.deliver(text)

    def deliver(self, text: str) -> None:
        """Write the result."""
        recording().texts.append(text)
        deliver(text, self.output, self.form)

    @property
    def is_read_at_once(self) -> bool:
        """Whether the result is text on standard output, which says itself what is lacking."""
        return self.form == "text" and self.output in (None, "-")


def check_output(output: str | None, *, force: bool = False, game: str = "") -> None:
    """Raise :class:`UsageError` now, not after a long computation, for a file not to be written.

    That is a hopeless name, a file that exists unless ``force`` is given, and, even then,
    the file that ``game``, the argument GAME, is read from.  A pipe or a device is written to.
    """
    if output is None or output == "-":
        return
    path = Path(output)
    if not output or "\0" in output:
        raise UsageError(f"{output!r} is not the name of a file")
    if path.is_dir():
        raise UsageError(f"{output!r} is a folder", remedy="name a file")
    if not path.parent.is_dir():
        raise UsageError(f"there is no folder {str(path.parent)!r} to write {path.name!r} in")
    spare_input(output, game)
    if not force and os.path.lexists(path) and (path.is_file() or not path.exists()):
        raise UsageError(f"{output!r} exists", remedy="name another file, or add --force")


def check_outputs(*outputs: str | None, force: bool, game: str) -> None:
    """Do as :func:`check_output` for several files, which have to be several."""
    for output in outputs:
        check_output(output, force=force, game=game)
    files = [os.path.realpath(output) for output in outputs if output not in (None, "-")]
    if len(set(files)) < len(files):
        raise UsageError(f"two results cannot go into one file, {files[0]!r}")


def check_folder(name: str | None) -> None:
    """Raise :class:`UsageError` unless a folder is empty or can be made."""
    if name is None:
        return
    path = Path(name)
    if not name or "\0" in name:
        raise UsageError(f"{name!r} is not the name of a folder")
    if os.path.lexists(path):
        if not path.is_dir():
            raise UsageError(f"{name!r} is no folder", remedy="name another one")
        if any(path.iterdir()):
            raise UsageError(f"{name!r} is not empty", remedy="name a new folder, or empty it")
    elif not path.parent.is_dir():
        raise UsageError(f"there is no folder {str(path.parent)!r} to make {path.name!r} in")


def write_folder(name: str, files: Mapping[str, str]) -> None:
    """Write files into a folder that is new or empty; raise as :func:`write_file` does."""
    check_folder(name)
    try:
        Path(name).mkdir(exist_ok=True)
    except OSError as error:
        raise DeterrenceError(f"{name!r} cannot be made: {error.strerror or error}") from None
    for file, text in files.items():
        write_file(str(Path(name) / file), text.encode())


def spare_input(output: str, game: str) -> None:
    """Raise :class:`UsageError` where writing ``output`` would destroy what GAME is read from.

    Whatever the names: links are followed, and standard input may be a file.
    """
    own = False
    with contextlib.suppress(OSError, ValueError):  # no file, or standard input is closed
        read = os.fstat(0) if game == "-" else os.stat(game)
        own = stat.S_ISREG(read.st_mode) and os.path.samestat(read, os.stat(output))
        if game != "-" and os.path.isdir(output):
            own = Path(output).resolve() in Path(game).resolve().parents
    if own:
        raise UsageError(
            f"{output!r} is what the game is read from, and would be lost",
            remedy="name another file",
        )


def check_side_file(path: Path) -> None:
    """Raise :class:`UsageError` where a file beside an output is there and not ours to replace.

    Ours is a description of a table that names the version of this program.
    """
    if not os.path.lexists(path):
        return
    try:
        ours = path.is_file() and "deterrence_version" in json.loads(path.read_bytes())["notes"][0]
    except (OSError, ValueError, LookupError, TypeError, RecursionError):
        ours = False
    if not ours:
        raise UsageError(
            f"{str(path)!r} is in the way, and this program did not write it",
            remedy="move it away, or name another output",
        )


def free_name(stem: str, suffix: str) -> str:
    """Return a name of a file that is not there yet: ``stem.png``, ``stem-2.png`` and so on."""
    name, count = f"{stem}{suffix}", 1
    while os.path.lexists(name):
        count += 1
        name = f"{stem}-{count}{suffix}"
    return name


def write_file(name: str, data: bytes) -> None:
    """Write a whole file or nothing: readers never see half of it.

    Raises :class:`UsageError` for a folder, :class:`DeterrenceError` where
    writing fails; an existing file is then untouched.
    """
    check_output(name, force=True)
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
