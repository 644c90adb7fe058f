"""Real numbers known by an interval of rationals that is proven to hold them.

Where an equilibrium's probabilities have polynomials too large to be written down, they
are enclosed to fifty decimal places, and calculations carry the intervals along.  Two
numbers are told apart where their intervals are; where they overlap they count as equal,
which is right for ties that are proven otherwise, as those of an equilibrium's actions.

>>> x = Enclosure(Fraction(333, 1000), Fraction(334, 1000))
>>> print(3 * x, x > 0, x < Fraction(1, 3), 1 - x)
1.0005 True False 0.6665
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

from deterrence.algebra.ordering import Number


class Enclosure(Number):
    """A real number between two rationals."""

    __slots__ = ("high", "low")

    def __init__(self, low: Fraction, high: Fraction) -> None:
        self.low, self.high = low, high

    @property
    def middle(self) -> Fraction:
        """The middle of the interval."""
        return (self.low + self.high) / 2

    @staticmethod
    def _of(other: Any) -> Enclosure | None:
        if isinstance(other, Enclosure):
            return other
        if isinstance(other, int | Fraction):
            return Enclosure(Fraction(other), Fraction(other))
        return None

    # ---- arithmetic ---------------------------------------------------------
    def _plus(self, other: Any) -> Any:
        two = self._of(other)
        return None if two is None else Enclosure(self.low + two.low, self.high + two.high)

    def __neg__(self) -> Enclosure:
        return Enclosure(-self.high, -self.low)

    def _by(self, other: Any) -> Any:
        two = self._of(other)
        if two is None:
            return None
        ends = [a * b for a in (self.low, self.high) for b in (two.low, two.high)]
        return Enclosure(min(ends), max(ends))

    def inverse(self) -> Enclosure:
        """Return 1 divided by the number; ``ZeroDivisionError`` if it may be 0."""
        if self.low <= 0 <= self.high:
            raise ZeroDivisionError("a number that may be 0")
        return Enclosure(1 / self.high, 1 / self.low)

    def __truediv__(self, other: Any) -> Any:
        if isinstance(other, float):
            return float(self) / other
        two = self._of(other)
        return NotImplemented if two is None else self * two.inverse()

    def __abs__(self) -> Enclosure:
        if self.low >= 0:
            return self
        if self.high <= 0:
            return -self
        return Enclosure(Fraction(0), max(-self.low, self.high))

    # ---- order: overlapping intervals count as equal ------------------------
    def _order(self, other: Any) -> int | None:
        two = self._of(other)
        if two is None:
            return None
        return -1 if self.high < two.low else 1 if self.low > two.high else 0

    def __eq__(self, other: object) -> bool:
        c = self._compared(other)
        return NotImplemented if c is None else c == 0

    def __bool__(self) -> bool:
        return not self.low <= 0 <= self.high

    def __hash__(self) -> int:
        return hash(round(self.middle * 10**20))

    # ---- what it is ---------------------------------------------------------
    def __float__(self) -> float:
        return 0.0 if self.low <= 0 <= self.high else float(self.middle)

    def __str__(self) -> str:
        return str(float(self))

    def __repr__(self) -> str:
        return f"Enclosure({float(self)!r})"

    def closed_form(self) -> str:
        """Return an empty text: there is no closed form."""
        return ""

    def plain_data(self) -> Any:
        """Return what JSON holds: decimal fractions just below and above, and the float."""
        scale = 10**40
        low = Fraction(math.floor(self.low * scale), scale)
        high = Fraction(math.ceil(self.high * scale), scale)
        return {"interval": [str(low), str(high)], "decimal": float(self)}
