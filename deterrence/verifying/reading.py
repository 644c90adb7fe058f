"""Reading what a stranger wrote: JSON within bounds, numbers as text, every entry with its place.

>>> entry = Entry({"players": ["A", "B"], "value": "-3/4"}, "")
>>> entry["players"].texts(), entry["value"].fraction()
(['A', 'B'], Fraction(-3, 4))
>>> entry["players"][0].fraction()
Traceback (most recent call last):
deterrence.verifying.reading.Malformed: players.0: 'A' is no fraction such as -3/4
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from deterrence.errors import Fault, InvalidFileError, shorten

#: Bounds on what is read: bytes of a file, digits of a number, letters of a label.
MAX_BYTES, MAX_DIGITS, MAX_TEXT = 64_000_000, 2_000, 2_000

_FRACTION = re.compile(rf"-?[0-9]{{1,{MAX_DIGITS}}}(/[0-9]{{1,{MAX_DIGITS}}})?")


class Malformed(Exception):
    """An entry that is missing, or not of the kind that it should be."""

    def __init__(self, where: str, what: str) -> None:
        super().__init__(f"{where}: {what}" if where else what)
        self.where, self.what = where, what


class Entry:
    """A part of a JSON document that knows where it stands."""

    __slots__ = ("value", "where")

    def __init__(self, value: Any, where: str) -> None:
        self.value, self.where = value, where

    def fault(self, what: str) -> Malformed:
        """Return the fault that the entry is not what it should be."""
        return Malformed(self.where, what)

    def _inside(self, key: object) -> str:
        return f"{self.where}.{key}" if self.where else str(key)

    def __getitem__(self, key: str | int) -> Entry:
        if isinstance(key, str) and not isinstance(self.value, dict):
            raise self.fault("an object was expected")
        if isinstance(key, int) and not isinstance(self.value, list):
            raise self.fault("a list was expected")
        try:
            return Entry(self.value[key], self._inside(key))
        except LookupError:
            raise self.fault(f"there is no entry {key!r}") from None

    def get(self, key: str) -> Entry | None:
        """Return an entry that may be missing."""
        there = isinstance(self.value, dict) and self.value.get(key) is not None
        return self[key] if there else None

    def __iter__(self) -> Iterator[Entry]:
        if not isinstance(self.value, list):
            raise self.fault("a list was expected")
        return (Entry(v, self._inside(k)) for k, v in enumerate(self.value))

    def __len__(self) -> int:
        if not isinstance(self.value, list | dict):
            raise self.fault("a list was expected")
        return len(self.value)

    def items(self) -> Iterator[tuple[str, Entry]]:
        """Yield the entries of an object."""
        if not isinstance(self.value, dict):
            raise self.fault("an object was expected")
        return ((k, Entry(v, self._inside(k))) for k, v in self.value.items())

    def text(self) -> str:
        """Return a text of bounded length."""
        if not isinstance(self.value, str) or len(self.value) > MAX_TEXT:
            raise self.fault(f"a text of at most {MAX_TEXT} letters was expected")
        return self.value

    def texts(self) -> list[str]:
        """Return a list of texts."""
        return [e.text() for e in self]

    def labels(self) -> list[str]:
        """Return a list of different texts, one at least."""
        found = self.texts()
        if not found or len(set(found)) < len(found):
            raise self.fault("a list of different names was expected")
        return found

    def flag(self) -> bool:
        """Return true or false."""
        if not isinstance(self.value, bool):
            raise self.fault("true or false was expected")
        return self.value

    def whole(self, below: int) -> int:
        """Return a whole number that is not negative and below a bound."""
        if type(self.value) is not int or not 0 <= self.value < below:
            raise self.fault(f"a whole number from 0 to {below - 1} was expected")
        return self.value

    def fraction(self) -> Fraction:
        """Return an exact number that is written as text."""
        if not isinstance(self.value, str) or not _FRACTION.fullmatch(self.value):
            raise self.fault(f"{shorten(repr(self.value))} is no fraction such as -3/4")
        try:
            return Fraction(self.value)
        except ZeroDivisionError:
            raise self.fault("a fraction over zero") from None

    def fractions(self) -> tuple[Fraction, ...]:
        """Return a list of exact numbers."""
        return tuple(e.fraction() for e in self)


def read_json(source: str, data: bytes, kinds: tuple[str, ...]) -> dict[str, Any]:
    """Return the JSON object in ``data`` whose entry ``certificate`` is one of ``kinds``.

    Floats, NaN, numbers of many digits and keys that occur twice are refused.  Raises
    :class:`InvalidFileError` for what is no such object.
    """

    def refuse(text: str) -> Any:
        raise ValueError(f"the number {shorten(text)} is not exact; numbers are texts here")

    def whole(text: str) -> int:
        return int(text) if len(text) <= 18 else refuse(text)

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            raise ValueError("a key occurs twice in an object")
        return found

    try:
        told = json.loads(
            data, parse_float=refuse, parse_int=whole, parse_constant=refuse,
            object_pairs_hook=unique,
        )  # fmt: skip
    except (ValueError, RecursionError) as error:
        what = "too many brackets" if isinstance(error, RecursionError) else str(error)
        raise InvalidFileError(source, [Fault(f"this is no certificate: {what}")]) from None
    if not isinstance(told, dict) or told.get("certificate") not in kinds:
        named = " or ".join(repr(k) for k in kinds)
        raise InvalidFileError(
            source,
            [Fault("this is no certificate", expected=f'an entry "certificate" that is {named}')],
        )
    if told.get("version") != 1:
        raise InvalidFileError(
            source,
            [Fault(f"version {shorten(repr(told.get('version')))} is not known", expected="1")],
        )
    return told
