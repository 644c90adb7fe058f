r"""Exact irrational numbers: elements of a real number field :math:`\mathbb{Q}(\theta)`.

Games of three players and more may have irrational equilibria although all payoffs
are rational (Nash 1951, Annals of Mathematics 54, section 6).  Such a probability is
kept as a polynomial in a real root :math:`\theta` of an irreducible polynomial, with an
interval of rationals that holds no other root of it.  Sums, products and quotients stay
in the field; a number is 0 only if all its coefficients are, so zero is decided exactly,
and signs are read off intervals that are narrowed until they exclude 0.

>>> from deterrence.algebra.roots import isolate
>>> root_of_2 = generator(Field(isolate([(1, 0, -2)])[1]))
>>> print((root_of_2 - 1) / 3, float(root_of_2))
(sqrt(2) - 1)/3 1.4142135623730951
>>> root_of_2 * root_of_2, root_of_2 > Fraction(7, 5)
(Fraction(2, 1), True)
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from deterrence.algebra.linear import first_relation
from deterrence.algebra.number_fields import Field, joined
from deterrence.algebra.ordering import Number
from deterrence.algebra.roots import Root, isolate
from deterrence.algebra.univariate import Coefficients, bounds, inverse, product, sign, value, whole

_ZERO, _ONE = Fraction(0), Fraction(1)


class Algebraic(Number):
    """An irrational real algebraic number; rational results come out as ``Fraction``.

    The probabilities of one equilibrium share a field; sums and products of numbers of
    different fields lie in a larger one (:mod:`deterrence.algebra.number_fields`).
    """

    __slots__ = ("_minimal", "coefficients", "field")

    def __init__(self, field: Field, coefficients: tuple[Fraction, ...]) -> None:
        self.field, self.coefficients = field, coefficients
        self._minimal: Root | None = None

    # ---- arithmetic ---------------------------------------------------------
    def _foreign(self, other: Any) -> bool:
        return isinstance(other, Algebraic) and self.field != other.field

    def _together(self, other: Algebraic) -> tuple[Any, Any]:
        """Return both numbers in one field."""
        field, x, y = joined(self.field, other.field)
        return (
            value(reversed(self.coefficients), element(field, x)),
            value(reversed(other.coefficients), element(field, y)),
        )

    def _other(self, other: Any) -> tuple[Fraction, ...] | None:
        if isinstance(other, Algebraic):
            return other.coefficients
        if isinstance(other, int | Fraction):
            return (Fraction(other),)
        return None

    def _plus(self, other: Any) -> Any:
        if self._foreign(other):
            one, two = self._together(other)
            return one + two
        theirs = self._other(other)
        if theirs is None:
            return None
        size = max(len(self.coefficients), len(theirs))
        mine = [*self.coefficients, *[_ZERO] * (size - len(self.coefficients))]
        for k, c in enumerate(theirs):
            mine[k] += c
        return element(self.field, mine)

    def __neg__(self) -> Algebraic:
        return Algebraic(self.field, tuple(-c for c in self.coefficients))

    def __pos__(self) -> Algebraic:
        return self

    def _by(self, other: Any) -> Any:
        if self._foreign(other):
            one, two = self._together(other)
            return one * two
        theirs = self._other(other)
        return None if theirs is None else element(self.field, product(self.coefficients, theirs))

    def inverse(self) -> Any:
        """Return 1 divided by the number."""
        return element(self.field, inverse(self.coefficients[::-1], self.field.polynomial)[::-1])

    def __truediv__(self, other: Any) -> Any:
        if isinstance(other, float):
            return float(self) / other
        if isinstance(other, int | Fraction):
            return self * (_ONE / other)
        if isinstance(other, Algebraic):
            return self * other.inverse()
        return NotImplemented

    # ---- order --------------------------------------------------------------
    def interval(self, width: Fraction | None = None) -> tuple[Fraction, Fraction]:
        """Return rationals between which the number lies, at most ``width`` apart if given."""
        while True:
            root = self.field.root
            low, high = bounds(self.coefficients[::-1], root.low, root.high)
            if width is None or high - low <= width:
                return low, high
            self.field.narrow()

    def sign(self) -> int:
        """Return -1 or 1: the number is irrational."""
        while True:
            low, high = self.interval()
            if low > 0 or high < 0:
                return 1 if low > 0 else -1
            self.field.narrow()

    def _order(self, other: Any) -> int | None:
        if self._foreign(other):
            if self.minimal.polynomial == other.minimal.polynomial and (
                self.minimal.number == other.minimal.number
            ):
                return 0
            while True:
                a, b = self.interval(), other.interval()
                if a[1] < b[0] or a[0] > b[1]:
                    return -1 if a[1] < b[0] else 1
                self.field.narrow()
                other.field.narrow()
        if not isinstance(other, int | Fraction | Algebraic):
            return None
        difference = self - other
        if isinstance(difference, Algebraic):
            return difference.sign()
        return sign(difference)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Algebraic):
            return self._compared(other) == 0
        return False if isinstance(other, int | float | Fraction) else NotImplemented

    def __bool__(self) -> bool:
        return True

    def __abs__(self) -> Algebraic:
        return self if self.sign() > 0 else -self

    def __hash__(self) -> int:
        return hash((self.minimal.polynomial, self.minimal.number))

    # ---- what it is ---------------------------------------------------------
    @property
    def minimal(self) -> Root:
        """The number as a root of its own irreducible polynomial, with an isolating interval."""
        if self._minimal is None:
            self._minimal = self._own_root()
        return self._minimal

    def _own_root(self) -> Root:
        if self.coefficients == (_ZERO, _ONE):
            return self.field.root
        roots = isolate([self._own_polynomial()])
        while True:
            low, high = self.interval()
            inside = [r for r in roots if not (r.high < low or r.low > high)]
            if len(inside) == 1:
                return inside[0]
            self.field.narrow()
            roots = [r.refined() for r in roots]

    def _own_polynomial(self) -> Coefficients:
        """Return the first linear relation between the powers of the number, primitive."""
        d = self.field.degree
        powers: list[list[Fraction]] = [[_ONE]]
        for _ in range(d):
            powers.append(self.field.reduced(product(powers[-1], list(self.coefficients))))
        relation = first_relation([[*p, *[_ZERO] * (d - len(p))] for p in powers])
        assert relation is not None  # d + 1 vectors of a space of dimension d
        return whole(relation[::-1])

    def __float__(self) -> float:
        low, high = self.interval()
        while high - low > max(abs(low), abs(high)) / 2**60 if low > 0 or high < 0 else True:
            self.field.narrow()
            low, high = self.interval()
        return float((low + high) / 2)

    def closed_form(self) -> str:
        """Return the number in square roots where it is quadratic, else an empty text."""
        if len(self.minimal.polynomial) != 3:
            return ""
        a, b, c = self.minimal.polynomial
        inside = b * b - 4 * a * c
        square = 1
        for k in range(2, math.isqrt(inside) + 1):
            if k > 1000:
                break
            while inside % (k * k) == 0:
                inside //= k * k
                square *= k
        # (-b +- square*sqrt(inside)) / 2a, the upper root for + where a > 0
        plus = (self.minimal.number == 1) == (a > 0)
        top, factor, bottom = -b, square if plus else -square, 2 * a
        if bottom < 0:
            top, factor, bottom = -top, -factor, -bottom
        divisor = math.gcd(top, factor, bottom)
        top, factor, bottom = top // divisor, factor // divisor, bottom // divisor
        root = f"sqrt({inside})" if abs(factor) == 1 else f"{abs(factor)}*sqrt({inside})"
        if factor > 0:
            text = f"{root} {'+' if top > 0 else '-'} {abs(top)}" if top else root
        else:
            text = f"{top} - {root}" if top else f"-{root}"
        if bottom == 1:
            return text
        return f"({text})/{bottom}" if top else f"{text}/{bottom}"

    def polynomial_text(self) -> str:
        """Return the number's irreducible polynomial, such as ``x^3 - 2x + 1``."""
        return polynomial_text(self.minimal.polynomial)

    def enclosure(self, digits: int = 10) -> tuple[Fraction, Fraction]:
        """Return decimal fractions just below and above, with ``digits`` places, apart by one."""
        scale = 10**digits
        while True:
            low, high = self.interval(Fraction(1, 10 * scale))
            if math.floor(low * scale) == math.floor(high * scale):
                below = math.floor(low * scale)
                return Fraction(below, scale), Fraction(below + 1, scale)
            self.field.narrow()

    def __str__(self) -> str:
        closed = self.closed_form()
        if closed:
            return closed
        root = self.minimal
        return f"root {root.number + 1} of {self.polynomial_text()}"

    def __repr__(self) -> str:
        return f"Algebraic({self})"

    def plain_data(self) -> Any:
        """Return what JSON holds: text in square roots, or polynomial, interval and decimal."""
        closed = self.closed_form()
        if closed:
            return closed
        low, high = self.enclosure(12)
        return {
            "root_of": polynomial_text(self.minimal.polynomial, times="*"),
            "interval": [str(low), str(high)],
            "decimal": float(self),
        }


def element(field: Field, coefficients: Sequence[Fraction]) -> Any:
    """Return ``c0 + c1*root + c2*root**2 ...``: a ``Fraction`` where it is rational."""
    reduced = field.reduced(list(coefficients))
    if len(reduced) <= 1:
        return reduced[0] if reduced else _ZERO
    return Algebraic(field, tuple(reduced))


def generator(field: Field) -> Any:
    """Return the root that generates a field, as a number."""
    return element(field, (_ZERO, _ONE))


def polynomial_text(polynomial: Coefficients, name: str = "x", times: str = "") -> str:
    """Write a polynomial, highest power first.

    >>> polynomial_text((2, 0, -1, 3))
    '2x^3 - x + 3'
    """
    parts: list[str] = []
    degree = len(polynomial) - 1
    for k, c in enumerate(polynomial):
        if not c:
            continue
        power = degree - k
        letter = "" if power == 0 else name if power == 1 else f"{name}^{power}"
        size = str(abs(c)) if abs(c) != 1 or not letter else ""
        sign = (" - " if c < 0 else " + ") if parts else ("-" if c < 0 else "")
        parts.append(f"{sign}{size}{times if size and letter else ''}{letter}")
    return "".join(parts)
