"""Models for users: those that ship, files, and texts.

>>> load_model("chicken").title
'Chicken (Hawk-Dove)'
"""

from __future__ import annotations

import os

from deterrence.face.model import Model
from deterrence.modelfile import catalogue


def load_model(name_or_path: str | os.PathLike[str]) -> Model:
    """Return a model: the name of one that ships, the path of a file, or ``-`` for standard input.

    A text with a path separator or one of the endings ``.yaml`` and ``.yml`` is a
    path; any other text is first a name, then the path of a file that exists.
    Raises :class:`UsageError` for an unknown name and :class:`InvalidFileError`
    with all faults of an invalid file.

    >>> from deterrence import load_model
    >>> load_model("asymmetric-bipolarity").players
    ('Russia', 'NATO')
    """
    return Model.of(catalogue.load_model(name_or_path))


def read_model(data: str | bytes, name: str = "model") -> Model:
    """Return the model in a text; ``name`` is what it will be called.

    Raises :class:`InvalidFileError` with all faults, each with line and column.

    >>> from deterrence import read_model
    >>> text = '''
    ... title: Who blinks
    ... form: strategic
    ... source: invented
    ... players: {A: One, B: Other}
    ... actions: {A: {wait: Wait, go: Go}, B: {wait: Wait, go: Go}}
    ... game:
    ...   wait: {wait: {payoffs: {A: 0, B: 0}}, go: {payoffs: {A: -1, B: 1}}}
    ...   go: {wait: {payoffs: {A: 1, B: -1}}, go: {payoffs: {A: -5, B: -5}}}
    ... '''
    >>> len(read_model(text, "blink").solve())
    3
    """
    return Model.of(catalogue.read_model(data, name))
