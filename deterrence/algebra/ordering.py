"""Order of numbers that know how to compare themselves with others."""

from __future__ import annotations

from typing import Any


class Ordered:
    """The four comparisons, from ``_compared``: the sign of the difference, None if unknown.

    >>> class Grade(Ordered):
    ...     def __init__(self, level):
    ...         self.level = level
    ...     def _compared(self, other):
    ...         return self.level - other.level
    >>> Grade(1) < Grade(2), Grade(2) <= Grade(1)
    (True, False)
    """

    __slots__ = ()

    def _compared(self, other: Any) -> int | None:
        raise NotImplementedError

    def __lt__(self, other: Any) -> bool:
        c = self._compared(other)
        return NotImplemented if c is None else c < 0

    def __le__(self, other: Any) -> bool:
        c = self._compared(other)
        return NotImplemented if c is None else c <= 0

    def __gt__(self, other: Any) -> bool:
        c = self._compared(other)
        return NotImplemented if c is None else c > 0

    def __ge__(self, other: Any) -> bool:
        c = self._compared(other)
        return NotImplemented if c is None else c >= 0
