"""Results in files: ``save`` writes one as JSON, ``load`` brings it back, equal to what it was."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from deterrence.errors import DeterrenceError, UsageError
from deterrence.face.model import Model
from deterrence.face.reading import KINDS, refuse, restored
from deterrence.modelfile.model import SymbolicModel
from deterrence.modelfile.restoring import read_saved_model
from deterrence.words.saved import saves

if TYPE_CHECKING:
    from deterrence.face.reading import SavedResult

#: Largest file of a result that is read, in bytes.
MAX_BYTES = 64 * 1024 * 1024


def save(result: SavedResult, path: str | os.PathLike[str]) -> None:
    """Write a result to a JSON file, which :func:`load` reads; an existing file is replaced.

    The file is what ``--format json`` prints: the JSON contract, and in ``rest`` what else is
    needed to restore the result, its model among it.  Raises :class:`DeterrenceError` where
    the system does not let it write.

    >>> import tempfile
    >>> from deterrence import load, load_model, save
    >>> solution = load_model("chicken").solve()
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save(solution, f"{folder}/chicken.json")
    ...     load(f"{folder}/chicken.json") == solution
    True
    """
    if type(result).__name__ not in KINDS:
        raise UsageError(
            f"a {type(result).__name__} is not saved as JSON",
            remedy=f"these are: {', '.join(KINDS)}",
        )
    text = json.dumps(result.to_dict(), indent=2, allow_nan=False)
    try:
        Path(path).write_text(f"{text}\n", encoding="utf-8")
    except OSError as error:
        name = os.fspath(path)
        raise DeterrenceError(f"{name!r} cannot be written: {error.strerror or error}") from None


def load(source: str | os.PathLike[str] | Mapping[str, Any]) -> SavedResult:
    """Return a result from its JSON: a path, or the mapping that ``to_dict()`` gave.

    The result equals the one that was saved, with the same fields and the same ``to_dict()``.
    An analysis holds its model, and goes on from there: ``conclusions`` and the like first
    analyse the model again.

    Nothing in the file is evaluated; the model in it is checked as a file is.  Raises
    :class:`UsageError` where there is no such file, and :class:`InvalidFileError` for what is
    no saved result, is damaged, or comes from a later version.

    >>> from deterrence import load, load_model
    >>> analysis = load_model("asymmetric-bipolarity").regimes()
    >>> again = load(analysis.to_dict())
    >>> again == analysis, again.regimes[0].name
    (True, 'The divide holds')
    >>> load({"kind": "Solutoin"})
    Traceback (most recent call last):
        ...
    deterrence.errors.InvalidFileError: result: 1 fault
      at kind: 'Solutoin' is no kind of result (did you mean 'Solution'?)
    """
    if isinstance(source, Mapping):
        return restored(dict(source), "result")
    if not isinstance(source, str | os.PathLike):
        raise UsageError(
            f"a result is loaded from a path or a mapping, not from {type(source).__name__}",
            remedy="load(PATH), or load(result.to_dict())",
        )
    name = os.fspath(source)
    return restored(_read(name), name)


def _read(name: str) -> dict[str, Any]:
    try:
        with open(name, "rb") as file:
            data = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise UsageError(f"there is no file {name!r}") from None
    except (OSError, ValueError) as error:
        refuse(name, f"the file cannot be read: {getattr(error, 'strerror', '') or error}")
    if len(data) > MAX_BYTES:
        refuse(name, "the file is too large", f"at most {MAX_BYTES // 1024**2} MiB")
    try:
        found = json.loads(data, parse_constant=_no_constant)
    except RecursionError:
        refuse(name, "the entries are nested too deeply")
    except ValueError as error:
        refuse(name, f"this is no JSON: {error}", "a result that was saved")
    if not isinstance(found, dict):
        refuse(name, "this is no saved result", "an object with a kind")
    return found


def _no_constant(text: str) -> NoReturn:
    raise ValueError(f"{text} is no number of JSON")


saves(
    SymbolicModel, read=lambda reader, told, where: Model.of(read_saved_model(reader, told, where))
)
