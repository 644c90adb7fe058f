"""Order of numbers that know how to compare themselves with others."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from fractions import Fraction
from typing import Any

#: The comparisons by their signs.
COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}


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


class Number(Ordered):
    """Arithmetic with floats, which gives floats, and what follows from sums and products.

    A kind of number has ``_plus``, ``_by`` (None for what it cannot be joined with),
    ``__neg__``, ``__float__`` and ``inverse``.
    """

    __slots__ = ()

    def _plus(self, other: Any) -> Any:
        raise NotImplementedError

    def _by(self, other: Any) -> Any:
        raise NotImplementedError

    def inverse(self) -> Any:
        """Return 1 divided by the number."""
        raise NotImplementedError

    def __float__(self) -> float:
        raise NotImplementedError

    def __neg__(self) -> Any:
        raise NotImplementedError

    def __add__(self, other: Any) -> Any:
        found = float(self) + other if isinstance(other, float) else self._plus(other)
        return NotImplemented if found is None else found

    __radd__ = __add__

    def __sub__(self, other: Any) -> Any:
        return self + (-other)

    def __rsub__(self, other: Any) -> Any:
        return (-self) + other

    def __mul__(self, other: Any) -> Any:
        found = float(self) * other if isinstance(other, float) else self._by(other)
        return NotImplemented if found is None else found

    __rmul__ = __mul__

    def __rtruediv__(self, other: Any) -> Any:
        return self.inverse() * other

    def __pow__(self, exponent: Any) -> Any:
        if isinstance(exponent, Fraction) and exponent.denominator == 1:
            exponent = exponent.numerator
        if not isinstance(exponent, int):
            return float(self) ** float(exponent)
        base = self if exponent >= 0 else self.inverse()
        return math.prod([base] * abs(exponent), start=Fraction(1))

    def _compared(self, other: Any) -> int | None:
        if isinstance(other, float):
            if not math.isfinite(other):
                return -1 if other > 0 else 1
            other = Fraction(other)
        return self._order(other)

    def _order(self, other: Any) -> int | None:
        """Return the sign of the difference from a number that is no float, None if unknown."""
        raise NotImplementedError
