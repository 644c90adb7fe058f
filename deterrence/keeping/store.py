"""The folder of kept answers: one JSON file each, with its whole question and a checksum.

An entry is read only where it is a plain file of one's own, not too large, and answers the very
question that is asked; whatever else lies there is as if it were not, and makes room for the
answer that is then worked out.  Nothing here raises an error about the folder: without one,
nothing is kept.

>>> import tempfile
>>> with tempfile.TemporaryDirectory() as place:
...     store = Store(place)
...     store.keep({"asked": "meaning"}, [42])
...     store.read({"asked": "meaning"}), store.read({"asked": "else"})
([42], None)
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import stat
import tempfile
import time
from collections.abc import Mapping
from fractions import Fraction
from typing import Any, NoReturn

from deterrence.errors import UsageError

#: Where the folder lies, or that there is to be none: a whole path, or ``off``.
VARIABLE = "DETERRENCE_CACHE"
_OFF = ("off", "no", "0", "false")
#: What entries are like; another number makes all old ones strangers.
SCHEMA = 1
#: Largest entry, and all of them together, in bytes; the least recently used go first, until so
#: large a share is left.
MAX_ENTRY, MAX_TOTAL, _LEFT = 32 * 1024**2, 256 * 1024**2, 0.75
#: Seconds after which what was begun to be written is given up.
_ABANDONED = 3600.0
_DRAFT = ".draft-"
_PLAIN = (str, int, float, Fraction, type(None))


class UnusableError(Exception):
    """The folder cannot be used, or an entry is none; seen outside of this module by nobody."""


def chosen_folder() -> str | None:
    """Return where answers are kept, None for nowhere.

    Raises :class:`UsageError` where the environment names a folder that depends on the
    current one: answers of strangers may lie there.
    """
    told = os.environ.get(VARIABLE, "").strip()
    if told.lower() in _OFF:
        return None
    if told:
        if not os.path.isabs(told) or "\0" in told:
            raise UsageError(
                f"{VARIABLE} is {told[:60]!r}, and has to be a whole path",
                remedy="name a folder from the root on, or `off`",
            )
        return told
    from platformdirs import user_cache_dir

    try:
        found = user_cache_dir("deterrence", appauthor=False)
    except (OSError, KeyError, RuntimeError):
        return None
    # Without a home, or with a strange one, there is no place, or it depends on where we are.
    at_home = os.path.isdir(os.path.expanduser("~"))
    return found if at_home and os.path.isabs(found) else None


def as_key(value: Any) -> Any:
    """Return the options of a question as JSON that tells their types, None for others.

    >>> as_key({"values": {"k_R": Fraction(1, 3)}, "full": True})
    {'values': {'k_R': 'Fraction 1/3'}, 'full': 'bool True'}
    """
    if isinstance(value, _PLAIN):
        return f"{type(value).__name__} {value}"
    if isinstance(value, Mapping) and all(isinstance(name, str) for name in value):
        told = {name: as_key(inner) for name, inner in value.items()}
        return None if None in told.values() else told
    if isinstance(value, tuple | list):
        parts = [as_key(inner) for inner in value]
        return None if None in parts else parts
    return None


class Store:
    """The answers in a folder; ``None`` is no folder, and keeps nothing.

    ``notes`` say what was found or could not be done, for who wants to know.
    """

    def __init__(self, folder: str | None) -> None:
        self.folder = None if folder is None else os.path.join(folder, f"answers-{SCHEMA}")
        self.notes: list[str] = []

    # ---- one entry ---------------------------------------------------------------------
    def read(self, key: Mapping[str, Any]) -> Any | None:
        """Return the answer that was kept for a question, None if there is none."""
        try:
            path = self._path(key)
            try:
                found = _opened(path, key)
            except UnusableError as error:
                self._note(f"an entry was damaged, and is worked out anew ({error})")
                with contextlib.suppress(OSError):
                    os.unlink(path)
                return None
        except FileNotFoundError:
            return None
        except (OSError, UnusableError) as error:
            self._note(f"nothing can be read from {self.folder}: {error}")
            return None
        self._note(f"answered from {self.folder}")
        return found

    def keep(self, key: Mapping[str, Any], answer: Any) -> None:
        """Keep an answer, which is plain data; what cannot be kept is not."""
        if self.folder is None:
            return
        try:
            payload = json.dumps(answer, separators=(",", ":"), allow_nan=False)
        except (TypeError, ValueError, RecursionError) as error:
            self._note(f"the answer cannot be kept: {error}")
            return
        whole = {"schema": SCHEMA, "key": key, "sha256": _digest(payload), "answer": payload}
        data = json.dumps(whole).encode()
        if len(data) > MAX_ENTRY:
            self._note("the answer is too large to be kept")
            return
        try:
            path = self._path(key, make=True)
            handle, draft = tempfile.mkstemp(prefix=_DRAFT, dir=self.folder)  # for the owner alone
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(data)
                os.replace(draft, path)
            except BaseException:
                with contextlib.suppress(OSError):
                    os.unlink(draft)
                raise
            self._make_room()
        except (OSError, UnusableError) as error:
            self._note(f"nothing can be kept in {self.folder}: {error}")
        else:
            self._note(f"kept in {self.folder}")

    # ---- all of them -------------------------------------------------------------------
    def entries(self) -> list[tuple[float, int, str]]:
        """Return when each file here was last used, its size and its path, the oldest first."""
        found = []
        with contextlib.suppress(OSError, UnusableError), os.scandir(self._own()) as files:
            for file in files:
                with contextlib.suppress(OSError):
                    status = file.stat(follow_symlinks=False)
                    if not stat.S_ISDIR(status.st_mode):
                        found.append((status.st_mtime, status.st_size, file.path))
        return sorted(found)

    def clear(self) -> int:
        """Remove all entries; return how many there were."""
        gone = 0
        for _, _, path in self.entries():
            with contextlib.suppress(OSError):
                os.unlink(path)
                gone += not os.path.basename(path).startswith(_DRAFT)
        return gone

    def _make_room(self) -> None:
        files = self.entries()
        total = sum(size for _, size, _ in files)
        limit = MAX_TOTAL if total <= MAX_TOTAL else _LEFT * MAX_TOTAL
        for used, size, path in files:
            left = os.path.basename(path).startswith(_DRAFT) and used < time.time() - _ABANDONED
            if left or total > limit:
                with contextlib.suppress(OSError):
                    os.unlink(path)
                total -= size

    # ---- the folder --------------------------------------------------------------------
    def _path(self, key: Mapping[str, Any], *, make: bool = False) -> str:
        name = _digest(json.dumps(key, sort_keys=True))
        return os.path.join(self._own(make=make), f"{name}.json")

    def _own(self, *, make: bool = False) -> str:
        """Return the folder, made where there was none; nobody else may write there."""
        if self.folder is None:
            raise UnusableError("there is no place for it")
        if make:
            os.makedirs(self.folder, mode=0o700, exist_ok=True)
        _refuse_strangers(os.lstat(self.folder), "it", folder=True)
        return self.folder

    def _note(self, text: str) -> None:
        if self.folder is not None:
            self.notes.append(text)


def _opened(path: str, key: Mapping[str, Any]) -> Any:
    """Return the answer in an entry; a read counts as a use."""
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    try:
        handle = os.open(path, flags | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0))
    except FileNotFoundError:
        raise
    except OSError as error:
        raise UnusableError(error.strerror or "it cannot be opened") from None
    with os.fdopen(handle, "rb") as file:
        status = os.fstat(handle)
        _refuse_strangers(status, "the entry")
        if status.st_size > MAX_ENTRY:
            raise UnusableError("it is too large")
        data = file.read(MAX_ENTRY + 1)
    try:
        whole = json.loads(data, parse_constant=_no_constant)
        same = whole["schema"] == SCHEMA and whole["key"] == json.loads(json.dumps(key))
        payload = whole["answer"]
        if not same or len(whole) != 4 or whole["sha256"] != _digest(payload):
            raise UnusableError("it does not hold what was written")
        found = json.loads(payload, parse_constant=_no_constant)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise UnusableError(f"this is no entry: {type(error).__name__}") from None
    with contextlib.suppress(OSError):
        os.utime(path)
    return found


def _refuse_strangers(status: os.stat_result, what: str, *, folder: bool = False) -> None:
    """Raise :class:`UnusableError` for what is no plain file or folder of one's own."""
    if not (stat.S_ISDIR if folder else stat.S_ISREG)(status.st_mode):
        raise UnusableError(f"{what} is no {'folder' if folder else 'file'}")
    if hasattr(os, "getuid") and (status.st_uid != os.getuid() or status.st_mode & 0o022):
        raise UnusableError(f"others can write {what}")


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _no_constant(text: str) -> NoReturn:
    raise ValueError(f"{text} is no number of JSON")
