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
from typing import NamedTuple

from deterrence.errors import Fault, InvalidFileError, UsageError, did_you_mean
from deterrence.modelfile.model import SymbolicModel
from deterrence.surroundings import models_folder

_ENDINGS = (".yaml", ".yml")
# A plain one-line value, or a list of plain words; everything else is left to the YAML parser.
_PLAIN = re.compile(r"(title|form|level): +([A-Za-z0-9][^\n]*?) *")
_WORDS = re.compile(r"(themes|collections): +\[([A-Za-z0-9_, -]*)\] *")
#: Title, form, level, themes and collections stand at the top of a file that ships, within so
#: many bytes.
_HEAD = 4000
#: Lines of a file that say what it is about.
_TOP = 16


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
    level: int = 0
    themes: tuple[str, ...] = ()
    collections: tuple[str, ...] = ()

    def fits(
        self, *, theme: str = "", level: int = 0, form: str = "", collection: str = ""
    ) -> bool:
        """Say whether it is of this form, level and collection, and about this theme.

        ``theme`` is a tag, or words of its description (:data:`~deterrence.modelfile.themes`).
        """
        from deterrence.modelfile.themes import matching_themes

        about = {theme, *matching_themes(theme)} & {*self.themes}
        return (
            (not theme or bool(about))
            and level in (0, self.level)
            and form in ("", self.form)
            and (not collection or collection in self.collections)
        )


def model_names() -> tuple[str, ...]:
    """Return the names of the models that ship, sorted."""
    names = (entry.name for entry in models_folder().iterdir())
    return tuple(sorted(n.removesuffix(_ENDINGS[0]) for n in names if n.endswith(_ENDINGS[0])))


def list_models() -> tuple[ModelEntry, ...]:
    """Return a line of the catalogue for every model that ships; reads the tops of the files.

    >>> from deterrence import list_models
    >>> 'chicken' in [entry.name for entry in list_models()]
    True
    """
    return tuple(_head(data, name) for name, data in _sources())


def _sources() -> Iterator[tuple[str, bytes]]:
    """Yield the name and the file of every model that ships, sorted."""
    folder = models_folder()
    for name in model_names():
        yield name, folder.joinpath(name + _ENDINGS[0]).read_bytes()


def _head(data: bytes, name: str) -> ModelEntry:
    """Return the line of the catalogue, without the YAML parser where a file is plain."""
    lines = data[:_HEAD].decode("utf-8", "ignore").splitlines()
    found: dict[str, str] = {}
    words: dict[str, tuple[str, ...]] = {}
    for line, following in itertools.pairwise(lines):
        match = _PLAIN.fullmatch(line)
        # An indented next line would go on with the text.
        if match and not following.startswith(" ") and not {" #", ": "} & set(_pairs(match[2])):
            found.setdefault(match[1], match[2])
        elif match := _WORDS.fullmatch(line):
            words.setdefault(match[1], tuple(match[2].replace(",", " ").split()))
    if "title" not in found or "form" not in found:
        from deterrence.modelfile.yaml.entries import read_tree

        root = read_tree(data, name).root
        found |= {key: str(root[key]).strip() for key in ("title", "form")}
    return ModelEntry(
        name,
        found["title"],
        found["form"],
        int(found.get("level", 0)),
        words.get("themes", ()),
        words.get("collections", ()),
    )


def _pairs(text: str) -> Iterator[str]:
    return map("".join, itertools.pairwise(text))


class Hit(NamedTuple):
    """A model that was searched for, and the line of its file that fits best."""

    entry: ModelEntry
    line: str


def search_models(words: str) -> tuple[Hit, ...]:
    """Return the models whose file or themes speak of all the words, the best first.

    A word in the name or the title counts more than one in the summary, the themes or the
    insight, and that more than one further below.  Upper and lower case are the same.

    >>> [hit.entry.name for hit in search_models("stag hunt")][:1]
    ['stag-hunt']
    """
    from deterrence.modelfile.themes import THEMES

    asked = words.casefold().split()
    found = []
    for name, data in _sources() if asked else ():
        entry, text = _head(data, name), data.decode()
        about = [f"about {THEMES[tag]} ({tag})" for tag in entry.themes if tag in THEMES]
        lines = [f"{entry.name}: {entry.title}", *about, *map(str.strip, text.splitlines())]
        low = [line.casefold() for line in lines]
        if not all(any(word in line for line in low) for word in asked):
            continue
        top = "\n".join(low[: len(about) + _TOP])
        score = sum(4 * (word in low[0]) + 2 * (word in top) + 1 for word in asked)
        best = max(range(len(low)), key=lambda k: (sum(word in low[k] for word in asked), -k))
        found.append((-score, entry.name, Hit(entry, "" if best == 0 else lines[best])))
    return tuple(hit for _, _, hit in sorted(found))


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
