"""What people write in their first model file, and what they meant: the words for it.

Each function here looks at something that the schema refuses, and says what would have
been right, if that is clear.

>>> written_out(("parameters", "s"), "4")
'write s: {default: 4, title: what it means}'
>>> form_of({"title": "T", "tree": {}})
'extensive'
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from deterrence.algebra.expressions import Expression
from deterrence.algebra.numbers import number_hint, parse_number
from deterrence.errors import ExpressionError, shorten
from deterrence.modelfile.yaml.entries import EntryPath, EntryTree

#: The section that only one form has -> the form, and what a file of that form tells.
FORMS = {
    "game": ("strategic", "everybody chooses at once, and `game` is the table"),
    "tree": ("extensive", "move by move, and `tree` tells how"),
    "ladder": ("ladder", "two sides climb, and `ladder` has the rungs"),
    "options": ("options", "each has `options`, taken or not, and may move at any time"),
}


def form_of(root: Mapping[str, Any]) -> str:
    """Return the form that a file's sections show, or ``""``."""
    found = (form for key, (form, _) in FORMS.items() if key in root)
    return next(found, "")


def form_hint(root: Mapping[str, Any]) -> tuple[str, str]:
    """Return what is expected as ``form``, and the remedy where it is missing."""
    expected = "form: strategic, form: extensive, form: ladder or form: options"
    for key, (form, _) in FORMS.items():
        if key in root:
            return expected, f"there is a {key}, so write form: {form}"
    return expected, "; ".join(f"{form}: {told}" for form, told in FORMS.values())


# ---- a value where a mapping belongs --------------------------------------------------------
def written_out(path: EntryPath, value: Any) -> str:
    """Say how an entry is written in full of which somebody gave the value only."""
    if len(path) != 2 or not isinstance(value, str | list):
        return ""
    section, name = str(path[0]), shorten(str(path[1]))
    if section == "parameters" and isinstance(value, str):
        return _parameter(name, value)
    if section == "measures" and isinstance(value, str):
        if "(" in value and _is_formula(value):
            return f"write {name}: {{expression: {_quoted(value)}}}"
        return f"write {name}: [{shorten(value)}] for the probability of an outcome"
    if section == "outcomes" and isinstance(value, list):
        items = ", ".join(str(item) for item in value)
        return shorten(f"write {name}: {{payoffs: [{items}]}}", 80)
    return ""


def _parameter(name: str, value: str) -> str:
    try:
        parse_number(value)
    except ExpressionError:
        if hint := number_hint(value):
            number = hint.removeprefix("write ").split(",")[0].split(" or ")[0]
            return f"write {name}: {{default: {number}, title: what it means}}"
        if _is_formula(value):
            return f"write {name}: {{formula: {_quoted(value)}, title: what it means}}"
        return f"write {name}: {{default: a number, title: what it means}}"
    return f"write {name}: {{default: {value}, title: what it means}}"


def _is_formula(text: str) -> bool:
    try:
        return not Expression.parse(text, queries=True).is_boolean
    except ExpressionError:
        return False


def _quoted(text: str) -> str:
    text = shorten(text)
    return f'"{text}"' if set(text) & set(",:#{}[]") else text


# ---- an entry that a comma has torn apart ---------------------------------------------------
@dataclass(frozen=True)
class TornEntry:
    """Pieces of one value, between braces, where a comma in it ended the entry."""

    path: EntryPath
    pieces: tuple[EntryPath, ...]
    what: str
    expected: str
    remedy: str


def torn_entry(tree: EntryTree, path: EntryPath) -> TornEntry | None:
    """Return what an entry without a value is the rest of, ``None`` where it has no value.

    >>> from deterrence.modelfile.yaml.entries import read_tree
    >>> tree = read_tree("s: {title: stake, of A, default: 4,5}")
    >>> torn_entry(tree, ("s", "of A")).remedy, torn_entry(tree, ("s", "5")).remedy
    ('put quotes around it: title: "stake, of A"', 'write default: 4.5, with a point')
    """
    if not path or not _without_colon(tree, path):
        return None
    above, keys = path[:-1], list(tree.at(path[:-1]))
    first = last = keys.index(path[-1])
    while first and _without_colon(tree, (*above, keys[first])):
        first -= 1
    while last + 1 < len(keys) and _without_colon(tree, (*above, keys[last + 1])):
        last += 1
    words = keys[first : last + 1]
    pieces = tuple((*above, word) for word in words)
    if _without_colon(tree, pieces[0]):  # nothing stands before: labels in the wrong brackets
        listed = shorten(", ".join(words), 60)
        what = "there is no value, and no colon"
        remedy = f"for a list, write [{listed}]" if last + 1 == len(keys) else "give each a value"
        return TornEntry(path, pieces, what, "{key: value, ...}", remedy)
    key, value = words[0], tree.at(pieces[0])
    if not isinstance(value, str):
        return None
    text = ", ".join([value, *words[1:]])
    place = pieces[1]
    if len(words) == 2 and words[1][:1].isdigit() and value[-1:].isdigit():
        hint = number_hint(f"{value},{words[1]}")
        if hint or not _has_blank(tree, pieces[0], value, place):
            point = f"write {key}: {value}.{words[1]}, with a point"
            return TornEntry(place, pieces, "a comma stands in a number", "a decimal point", point)
    if any(")" in word or "]" in word for word in words[1:]):
        remedy = "inside { } or [ ], put quotes around a formula that has commas"
        return TornEntry(place, pieces, "there is no value", "a value", remedy)
    remedy = shorten(f'put quotes around it: {key}: "{text}"', 80)
    what = f"the comma before this ends {shorten(value)!r}"
    return TornEntry(place, pieces, what, "text without commas", remedy)


def _without_colon(tree: EntryTree, path: EntryPath) -> bool:
    """Say whether a key stands between braces and nothing follows it, not even a colon."""
    if tree.at(path) is not None or path not in tree.keys or not isinstance(path[-1], str):
        return False
    line, column = tree.keys[path]
    return tree.values[path] == (line, column + len(path[-1]))


def _has_blank(tree: EntryTree, path: EntryPath, value: str, after: EntryPath) -> bool:
    line, column = tree.values[path]
    return tree.keys[after] != (line, column + len(value) + 1)
