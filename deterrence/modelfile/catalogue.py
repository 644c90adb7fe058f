"""Where models come from: those that ship with the package, files, standard input.

>>> "asymmetric-bipolarity" in model_names()
True
>>> load_model("asymmetric-bipolarity").players
('Russia', 'NATO')
"""

from __future__ import annotations

import itertools
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from deterrence.errors import Fault, InvalidFileError, UsageError, did_you_mean
from deterrence.modelfile.model import SymbolicModel

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

_ENDINGS = (".yaml", ".yml")
# A plain one-line value; everything else is left to the YAML parser.
_PLAIN = re.compile(r"(title|form): +([A-Za-z][^\n]*?) *")
#: Title and form stand at the top of a file that ships, within so many bytes.
_HEAD = 2000


class ModelEntry(NamedTuple):
    """A line of the catalogue.

    >>> from deterrence import list_models
    >>> entry = list_models()[0]
    >>> entry.name, entry.form
    ('alliance-support', 'extensive')
    """

    name: str
    title: str
    form: str


def models_folder() -> Traversable:
    """Return the folder of the models that ship.

    In an installation that is the package ``deterrence.models``; in a checkout
    that was not installed, the folder ``models`` beside the package.
    """
    from importlib.resources import files

    try:
        return files("deterrence.models")
    except ModuleNotFoundError:
        return Path(__file__).parents[2] / "models"


def model_names() -> tuple[str, ...]:
    """Return the names of the models that ship, sorted."""
    names = (entry.name for entry in models_folder().iterdir())
    return tuple(sorted(n.removesuffix(_ENDINGS[0]) for n in names if n.endswith(_ENDINGS[0])))


def list_models() -> tuple[ModelEntry, ...]:
    """Return name, title and form of every model that ships; reads no more than that.

    >>> from deterrence import list_models
    >>> 'chicken' in [entry.name for entry in list_models()]
    True
    """
    folder = models_folder()
    return tuple(
        ModelEntry(name, *_head(folder.joinpath(name + _ENDINGS[0]).read_bytes(), name))
        for name in model_names()
    )


def _head(data: bytes, name: str) -> tuple[str, str]:
    """Return title and form, without the YAML parser where they are simple lines."""
    lines = data[:_HEAD].decode("utf-8", "ignore").splitlines()
    found: dict[str, str] = {}
    for line, following in itertools.pairwise(lines):
        match = _PLAIN.fullmatch(line)
        # An indented next line would go on with the text.
        if match and not following.startswith(" ") and not {" #", ": "} & set(_pairs(match[2])):
            found.setdefault(match[1], match[2])
    if len(found) == 2:
        return found["title"], found["form"]
    from deterrence.modelfile.yaml.entries import read_tree

    root = read_tree(data, name).root
    return str(root["title"]).strip(), str(root["form"]).strip()


def _pairs(text: str) -> Iterator[str]:
    return map("".join, itertools.pairwise(text))


def model_source(name: str) -> bytes:
    """Return the file of a model that ships, as it is."""
    _known(name)
    return models_folder().joinpath(f"{name}.yaml").read_bytes()


def load_model(name_or_path: str | os.PathLike[str]) -> SymbolicModel:
    """Return a model: the name of one that ships, the path of a file, or ``-`` for standard input.

    A text with a path separator or one of the endings ``.yaml`` and ``.yml`` is a
    path; any other text is first a name, then the path of a file that exists.
    Raises :class:`UsageError` for an unknown name and :class:`InvalidFileError`
    with all faults of an invalid file.
    """
    from deterrence.modelfile.exchange.game_files import kind_of
    from deterrence.modelfile.file_bytes import read_bytes
    from deterrence.modelfile.loader import read_model as read

    text = os.fspath(name_or_path)
    if not isinstance(name_or_path, os.PathLike) and not _is_path(text):
        path = models_folder().joinpath(f"{text}.yaml")
        return read(path.read_bytes(), text, source=str(path)).replace(path=str(path))
    source = "standard input" if text == "-" else text
    name = "stdin" if text == "-" else Path(text).stem
    data = read_bytes(text)
    if kind_of("" if text == "-" else text, data):
        raise UsageError(
            f"{source} is a game with numbers, not a model",
            remedy="in Python load_game(PATH) reads it; the command line takes it as a file",
        )
    return read(data, name, source=source).replace(path="" if text == "-" else text)


def read_model(data: str | bytes, name: str = "model") -> SymbolicModel:
    """Return the model in a text.  Raises :class:`InvalidFileError` with all faults."""
    from deterrence.modelfile.loader import read_model as read

    return read(data, name)


def check_file(name_or_path: str | os.PathLike[str]) -> list[Fault]:
    """Return all faults of a model file, in the order of the file; none for a valid one.

    Raises :class:`UsageError` where there is no such file.

    >>> from deterrence import check_file
    >>> check_file('chicken')
    []
    """
    try:
        load_model(name_or_path)
    except InvalidFileError as error:
        return list(error.faults)
    return []


def _is_path(text: str) -> bool:
    """Say whether a text means a path and not a name; an unknown name is an error."""
    if text == "-" or text.endswith(_ENDINGS) or "/" in text or os.sep in text:
        return True
    if text in model_names():
        return False
    if text and "\0" not in text and os.path.exists(text):
        return True
    _known(text)
    return False


def _known(name: str) -> None:
    names = model_names()
    if name not in names:
        hint = did_you_mean(name, names)
        listed = "`deterrence models list` lists those that ship"
        raise UsageError(
            f"there is no model and no file called {name[:80]!r}",
            remedy=f"{hint} {listed}" if hint else listed,
        )
