"""What a tool is told: each argument is described, bounded and checked once, for all tools.

A language model writes these, or whoever wrote what it has read; what does not fit is an error
that says what is wrong, at which argument, what was expected, and what to do.

>>> read({"model": MODEL["model"]}, {"model": "chicken"})
{'model': 'chicken'}
>>> read({"model": MODEL["model"]}, {"modle": "chicken"})
Traceback (most recent call last):
    ...
deterrence.mcp.arguments.ArgumentError: there is no argument 'modle' (did you mean 'model'?)
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from deterrence.errors import DeterrenceError, did_you_mean, shorten
from deterrence.modelfile.file_bytes import MAX_BYTES

#: Longest name or statement, in characters, and most items of a list or of values.
MAX_TEXT, MAX_ITEMS = 2000, 200
#: Seconds that a call may take, unless it says so and at most.
TIME_LIMIT, MAX_TIME_LIMIT = 60.0, 300.0

Kind = Literal["text", "file", "texts", "values", "yes or no", "whole number", "seconds"]
_TYPES: dict[Kind, dict[str, Any]] = {
    "text": {"type": "string", "maxLength": MAX_TEXT},
    "file": {"type": "string", "maxLength": MAX_BYTES},
    "texts": {
        "type": "array",
        "items": {"type": "string", "maxLength": MAX_TEXT},
        "maxItems": MAX_ITEMS,
    },
    "values": {
        "type": "object",
        "additionalProperties": {"type": ["string", "number"]},
        "maxProperties": MAX_ITEMS,
    },
    "yes or no": {"type": "boolean"},
    "whole number": {"type": "integer", "minimum": 1, "maximum": 10**9},
    "seconds": {"type": "number", "exclusiveMinimum": 0, "maximum": MAX_TIME_LIMIT},
}
_EXPECTED: dict[Kind, str] = {
    "text": f"a text of at most {MAX_TEXT} characters",
    "file": f"the text of a model file, at most {MAX_BYTES // 1024} KiB",
    "texts": f"a list of at most {MAX_ITEMS} texts",
    "values": 'names of parameters with numbers, such as {"k_R": "1/3"}',
    "yes or no": "true or false",
    "whole number": "a whole number from 1 on",
    "seconds": f"seconds, above 0 and at most {MAX_TIME_LIMIT:g}",
}


class ArgumentError(DeterrenceError):
    """An argument that a tool was given does not fit; ``where`` is its name."""

    exit_code = 2

    def __init__(self, what: str, *, where: str = "", expected: str = "", remedy: str = "") -> None:
        super().__init__(what, remedy=remedy)
        self.where, self.expected = where, expected


@dataclass(frozen=True)
class Argument:
    """One argument of a tool; ``choices`` are all that a text may be."""

    kind: Kind
    about: str
    choices: Sequence[str] = ()
    required: bool = False

    def schema(self) -> dict[str, Any]:
        """Return what JSON Schema says of it."""
        more = {"enum": list(self.choices)} if self.choices else {}
        return {**_TYPES[self.kind], **more, "description": self.about}

    def read(self, name: str, value: Any) -> Any:
        """Return a value that fits; raise :class:`ArgumentError` for any other."""
        found = _FITS[self.kind](value)
        if found is None:
            raise ArgumentError(
                f"{shorten(repr(value), 60)} is not what {name} takes",
                where=name,
                expected=_EXPECTED[self.kind],
            )
        if self.choices and found not in self.choices:
            raise ArgumentError(
                f"{shorten(repr(found), 60)} is none of the choices of {name}",
                where=name,
                expected=f"one of {', '.join(self.choices)}",
                remedy=did_you_mean(found, self.choices),
            )
        return found


def _text(value: Any, most: int = MAX_TEXT) -> str | None:
    """Return a text, if it is short enough and can be written as UTF-8."""
    if not isinstance(value, str) or len(value) > most or "\0" in value:
        return None
    half = any("\ud800" <= character <= "\udfff" for character in value)
    return None if half else value


def _texts(value: Any) -> tuple[str, ...] | None:
    if not isinstance(value, list) or len(value) > MAX_ITEMS:
        return None
    texts = [t for t in map(_text, value) if t is not None]
    return tuple(texts) if len(texts) == len(value) else None


def _values(value: Any) -> dict[str, str] | None:
    """Return numbers as they were written: 0.1 is a tenth."""
    if not isinstance(value, dict) or len(value) > MAX_ITEMS:
        return None
    found = {}
    for name, number in value.items():
        told = str(number) if type(number) in (int, float) else number
        if _text(name) is None or _text(told) is None:
            return None
        found[name] = told
    return found


def _seconds(value: Any) -> float | None:
    fits = type(value) in (int, float) and math.isfinite(value) and 0 < value <= MAX_TIME_LIMIT
    return float(value) if fits else None


def _whole(value: Any) -> int | None:
    return value if type(value) is int and 1 <= value <= 10**9 else None


_FITS: dict[Kind, Any] = {
    "text": _text,
    "file": lambda value: _text(value, MAX_BYTES),
    "texts": _texts,
    "values": _values,
    "yes or no": lambda value: value if isinstance(value, bool) else None,
    "whole number": _whole,
    "seconds": _seconds,
}

#: The model that a tool is about, and how much is to be said.
MODEL = {
    "model": Argument(
        "text", "Name of a model that ships (see list_models); leave out if you give `text`."
    ),
    "text": Argument("file", "The text of a model file (YAML), in place of `model`."),
    "rungs": Argument("whole number", "Rungs above the status quo, for a ladder."),
    "first": Argument("text", "Who has the first move, for a ladder climbed in turn."),
}
VALUES = {
    "values": Argument(
        "values", 'Numbers for parameters, exact as text: {"k_R": "1/3"}; others keep defaults.'
    ),
    "scenario": Argument("text", "Take the values of this scenario of the model."),
}
MORE = {
    "full": Argument("yes or no", "Tell everything, not what fits on a screen."),
    "time_limit": Argument(
        "seconds", f"Stop then (default {TIME_LIMIT:g}); what was found or proven is told."
    ),
}


def schema(arguments: Mapping[str, Argument]) -> dict[str, Any]:
    """Return the JSON Schema of the arguments of a tool."""
    required = [name for name, argument in arguments.items() if argument.required]
    return {
        "type": "object",
        "properties": {name: argument.schema() for name, argument in arguments.items()},
        **({"required": required} if required else {}),
        "additionalProperties": False,
    }


def read(arguments: Mapping[str, Argument], told: Any) -> dict[str, Any]:
    """Return what a tool was told, each argument checked; null counts as left out."""
    if told is None:
        told = {}
    if not isinstance(told, dict):
        raise ArgumentError("the arguments are no object", expected="names with values")
    for name in told:
        if name not in arguments:
            raise ArgumentError(
                f"there is no argument {shorten(repr(name), 60)}",
                where=shorten(str(name), 60),
                expected=f"some of {', '.join(arguments)}" if arguments else "no arguments",
                remedy=did_you_mean(str(name), arguments),
            )
    given = {name: value for name, value in told.items() if value is not None}
    for name, argument in arguments.items():
        if argument.required and name not in given:
            raise ArgumentError(f"{name} is missing", where=name, expected=_EXPECTED[argument.kind])
    return {name: arguments[name].read(name, value) for name, value in given.items()}
