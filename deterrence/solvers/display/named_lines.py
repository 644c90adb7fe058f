"""Blocks of plain text: names in a column of their own, what is said of each beside them.

>>> print(*named_lines([("Payoffs", ["A 1, B 2"]), ("Note", ["one", "two"])], 9), sep="\\n")
  Payoffs  A 1, B 2
  Note     one
           two
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from deterrence.words.markup import both, flow, plain, text_width

#: Widest column of names; longer ones get a line of their own.
_NAMES = 20

#: A row of a block: its name, and its lines.
NamedLines = tuple[str, list[str]]


def name_width(names: Iterable[str]) -> int:
    """Return how wide the column of these names is, with its indent of two."""
    return 2 + min(_NAMES, max(map(text_width, names)))


def named_lines(rows: Iterable[NamedLines], left: int, indent: str = "  ") -> Iterator[str]:
    """Yield the lines of rows, the names in a column that is ``left`` wide with its indent."""
    for name, body in rows:
        head = indent + name
        if text_width(head) > left:
            yield head
            head = ""
        for line in body:
            yield f"{head}{' ' * (left - text_width(head))}  {line}".rstrip()
            head = ""


def numbered(numbers: Mapping[str, Any], room: int) -> list[str]:
    """Return labels with their numbers, one after the other, in lines."""
    return flow([f"{plain(label)} {both(value)}" for label, value in numbers.items()], room)
