"""Models from Python objects: written out as the text of a model file, and read like one.

So everything that a file may say can be said with dicts and lists, and everything that is
checked in a file is checked here, with the same words; faults name the entry, as there is no
line.  Formulas may be text, numbers, :class:`~deterrence.algebra.expressions.Expression` or
objects of sympy, which are converted part by part.

>>> text = text_of({"title": "Duel", "form": "strategic", "parameters": {"k": {"default": 0.1}}})
>>> print(text)
{
 "title": "Duel",
 "form": "strategic",
 "parameters": {
  "k": {
   "default": "0.1"
  }
 }
}
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

from deterrence.algebra.expressions import Expression
from deterrence.algebra.sympy_reader import from_sympy, is_sympy, signs_of
from deterrence.errors import DeterrenceError, ExpressionError, Fault, InvalidFileError, UsageError
from deterrence.modelfile.loader import read_model
from deterrence.modelfile.model import SymbolicModel
from deterrence.modelfile.yaml.entries import MAX_DEPTH, EntryPath, dotted

#: Where faults are said to be.
SOURCE = "model"


def from_dict(sections: Mapping[str, Any], name: str = "model") -> SymbolicModel:
    """Return the model that the sections of a model file make, given as dicts and lists.

    Raises :class:`InvalidFileError` with all faults, each with its entry.
    """
    if not isinstance(sections, Mapping):
        raise UsageError(
            f"a model is made of a mapping of sections, not of {type(sections).__name__}",
            remedy="Model.from_text(TEXT) reads text, load_model(PATH) a file",
        )
    try:
        return read_model(text_of(sections), name, source=SOURCE)
    except InvalidFileError as error:
        # Lines and columns are those of a text that nobody has seen.
        faults = [replace(fault, line=None, column=None) for fault in error.faults]
        raise InvalidFileError(error.source, faults) from None


def from_matrices(
    row: Sequence[Sequence[Any]],
    column: Sequence[Sequence[Any]],
    *,
    players: Sequence[str] = ("Row", "Column"),
    actions: Sequence[Sequence[str]] | None = None,
    parameters: Mapping[Any, Any] | Iterable[Any] | None = None,
    assumptions: Iterable[Any] = (),
    name: str = "model",
    title: str = "",
    **sections: Any,
) -> SymbolicModel:
    """Return the model of a two-player game with these payoff matrices (rows x columns).

    See :meth:`deterrence.face.model.Model.from_matrices`.
    """
    tables = [_table(what, given) for what, given in (("row", row), ("column", column))]
    sizes = [[len(line) for line in table] for table in tables]
    if sizes[0] != sizes[1] or len(set(sizes[0])) != 1 or not sizes[0][0]:
        raise UsageError("the two payoff matrices need the same shape, with no row shorter")
    if len(players) != 2:
        raise UsageError(f"two matrices are for two players, not {len(players)}")
    if actions is None:
        actions = (
            [f"r{i + 1}" for i in range(len(sizes[0]))],
            [f"c{j + 1}" for j in range(sizes[0][0])],
        )
    counts = [len(own) for own in actions]
    if counts != [len(sizes[0]), sizes[0][0]]:
        raise UsageError(
            f"the matrices have {len(sizes[0])} rows and {sizes[0][0]} columns, and the players "
            f"{' and '.join(map(str, counts))} actions"
        )
    payoffs = [[[_plain(x, ()) for x in line] for line in table] for table in tables]
    formulas = [x for table in payoffs for line in table for x in line]
    given = _symbols([*(x for table in tables for line in table for x in line), *_keys(parameters)])
    signs = signs_of(given)
    # What sympy knows of its symbols, such as k > 0, is True there, and said by the signs.
    told = [a for a in assumptions if not (signs and type(a).__name__ == "BooleanTrue")]
    written = [_plain(a, ("assumptions", k)) for k, a in enumerate(told)]
    known = _parameters(parameters, [*formulas, *written])
    added = [str(e) for e in signs if e.names <= known.keys() and str(e) not in written]
    cells = [
        [{"payoffs": dict(zip(players, pair, strict=True))} for pair in zip(*lines, strict=True)]
        for lines in zip(*payoffs, strict=True)
    ]
    rows, columns = actions
    whole = {
        "title": title or name,
        "form": "strategic",
        "players": list(players),
        "actions": dict(zip(players, map(list, actions), strict=True)),
        "parameters": known,
        "assumptions": [*written, *added],
        "game": {
            r: dict(zip(columns, line, strict=True)) for r, line in zip(rows, cells, strict=True)
        },
        **sections,
    }
    return from_dict({k: v for k, v in whole.items() if v not in ({}, [])}, name)


def text_of(sections: Mapping[str, Any]) -> str:
    """Return the sections as the text of a model file (JSON, which YAML includes)."""
    return json.dumps(_plain(sections, ()), ensure_ascii=False, indent=1)


def _plain(value: Any, path: EntryPath) -> Any:
    """Return a value as dicts, lists, text and None; numbers and formulas are text."""
    if len(path) > MAX_DEPTH:
        raise _fault(path, "the entries are nested too deeply", f"at most {MAX_DEPTH} levels")
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float | Decimal) and not math.isfinite(value):
        raise _fault(path, f"{value} is not a finite number", "a finite number")
    if isinstance(value, int | Fraction | Decimal | Expression):
        return str(value)
    if isinstance(value, float):
        return repr(float(value))
    if isinstance(value, Mapping):
        return {
            (key := _key(name, path)): _plain(inner, (*path, key)) for name, inner in value.items()
        }
    if isinstance(value, list | tuple):
        return [_plain(inner, (*path, k)) for k, inner in enumerate(value)]
    if is_sympy(value):
        if hasattr(value, "tolist"):  # a sympy matrix
            return _plain(value.tolist(), path)
        try:
            return str(from_sympy(value))
        except ExpressionError as error:
            raise _fault(path, error.what, error.expected, error.remedy) from None
    for method in ("tolist", "item"):  # numpy's arrays and numbers
        if hasattr(value, method):
            return _plain(getattr(value, method)(), path)
    what = f"a Python object of the type {type(value).__name__} stands here"
    raise _fault(path, what, "text, a number, a formula, a list or a dict")


def _key(name: Any, path: EntryPath) -> str:
    if isinstance(name, str):
        return name
    if getattr(name, "is_Symbol", False):
        return str(name.name)
    if isinstance(name, int) and not isinstance(name, bool):
        return str(name)
    raise _fault(path, f"the key {str(name)[:40]!r} is no text", "text")


def _fault(path: EntryPath, what: str, expected: str = "", remedy: str = "") -> InvalidFileError:
    return InvalidFileError(SOURCE, [Fault(what, None, None, dotted(path), expected, remedy)])


def _table(what: str, given: Any) -> list[list[Any]]:
    """Return a matrix as lists: of lists, of numpy, or of sympy."""
    rows = given.tolist() if hasattr(given, "tolist") else given
    if isinstance(rows, str) or not isinstance(rows, Iterable):
        raise UsageError(f"the {what} player's payoffs are no matrix: {str(given)[:40]!r}")
    table = []
    for line in rows:
        if isinstance(line, str) or not isinstance(line, Iterable):
            raise UsageError(f"the {what} player's payoffs are no matrix, but a single line")
        table.append(list(line))
    return table


def _keys(parameters: Any) -> list[Any]:
    return [] if parameters is None or isinstance(parameters, str) else list(parameters)


def _parameters(given: Any, formulas: Sequence[Any]) -> dict[str, Any]:
    """Return the section of parameters: as given, or all names that occur, in their order."""
    if given is None:
        names = _names(formulas)
        for name in names:
            if name.lower() in ("nan", "inf", "infinity"):
                raise _fault(("parameters", name), f"{name!r} is no number", "a finite number")
        return {name: {} for name in names}
    if isinstance(given, str):
        given = given.replace(",", " ").split()
    if not isinstance(given, Mapping):
        return {_key(name, ("parameters",)): {} for name in given}
    return {
        _key(name, ("parameters",)): {}
        if spec is None
        else spec
        if isinstance(spec, Mapping)
        else {"default": spec}
        for name, spec in given.items()
    }


def _names(formulas: Sequence[Any]) -> list[str]:
    """Return the names in formulas in the order in which they occur; what is none has none."""
    found: dict[str, None] = {}
    for text in formulas:
        try:
            e = Expression.parse(str(text))
        except DeterrenceError:
            continue  # the file's own checks say what is wrong
        found.update(dict.fromkeys(sorted(e.names, key=str(text).find)))
    return list(found)


def _symbols(values: Iterable[Any]) -> list[Any]:
    """Return the sympy symbols in values, in the order of their names."""
    found = {s for value in values if is_sympy(value) for s in value.free_symbols}
    return sorted(found, key=lambda s: str(s.name))
