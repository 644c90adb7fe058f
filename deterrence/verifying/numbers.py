r"""Exact numbers: fractions, and polynomials in one real root of a polynomial over them.

The root is given by the polynomial and an interval that holds no other root of it, which
Sturm's theorem proves.  The polynomial need not be irreducible: whether an element is zero
is decided by the common divisor of both polynomials.

>>> root = Root((-2, 0, 1), Fraction(1), Fraction(2))  # the square root of 2
>>> x = Element(root, (Fraction(0), Fraction(1)))
>>> sign(x * x - 2), sign(3 * x - 4), sign(x - Fraction(3, 2))
(0, 1, -1)
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from deterrence.verifying.reading import Entry
from deterrence.verifying.verdict import Verdict

#: Bounds on the degree of a root's polynomial, and on how often its interval is halved.
MAX_DEGREE, _HALVINGS = 48, 20_000

Poly = list[Fraction]


class Root:
    """A real root of a polynomial (coefficients from the lowest), alone in an interval."""

    def __init__(self, polynomial: Sequence[int], low: Fraction, high: Fraction) -> None:
        self.poly = [Fraction(c) for c in polynomial]
        self.low, self.high = low, high
        if len(self.poly) < 2 or not self.poly[-1] or low > high:
            raise ValueError("no polynomial with a root")
        at = _value(self.poly, low)
        if low == high:
            if at:
                raise ValueError("no root lies there")
        elif not at or not _value(self.poly, high) or _roots(self.poly, low, high) != 1:
            raise ValueError("the interval does not hold exactly one root inside")

    def halve(self) -> None:
        """Make the interval half as wide."""
        middle = (self.low + self.high) / 2
        here = _value(self.poly, middle)
        if not here:
            self.low = self.high = middle
        elif _roots(self.poly, self.low, middle) == 1:
            self.high = middle
        else:
            self.low = middle

    def sign_of(self, poly: Poly) -> int:
        """Return the sign of a polynomial at the root."""
        rest = _remainder(poly, self.poly)
        if not rest:
            return 0
        if self.low < self.high and len(rest) > 1:
            common = _gcd(rest, self.poly)
            if len(common) > 1 and _roots(common, self.low, self.high) == 1:
                return 0
        for _ in range(_HALVINGS):
            low, high = _range(rest, self.low, self.high)
            if low > 0 or high < 0 or low == high:
                return (low > 0) - (high < 0)
            self.halve()
        raise ValueError("a sign takes too long to find")


class Element:
    """A polynomial in a root."""

    __slots__ = ("poly", "root")

    def __init__(self, root: Root, poly: Sequence[Fraction]) -> None:
        self.root = root
        self.poly = _remainder(list(poly), root.poly)

    def _of(self, other: Any) -> Poly:
        return other.poly if isinstance(other, Element) else [Fraction(other)]

    def __add__(self, other: Any) -> Element:
        theirs = self._of(other)
        size = max(len(self.poly), len(theirs))
        padded = ([*p, *[Fraction(0)] * (size - len(p))] for p in (self.poly, theirs))
        return Element(self.root, [a + b for a, b in zip(*padded, strict=True)])

    __radd__ = __add__

    def __neg__(self) -> Element:
        return Element(self.root, [-c for c in self.poly])

    def __sub__(self, other: Any) -> Element:
        return self.__add__(-other)

    def __rsub__(self, other: Any) -> Element:
        return (-self).__add__(other)

    def __mul__(self, other: Any) -> Element:
        return Element(self.root, _product(self.poly, self._of(other)))

    __rmul__ = __mul__

    def __str__(self) -> str:
        for _ in range(200):
            low, high = _range(self.poly or [Fraction(0)], self.root.low, self.root.high)
            if high - low < Fraction(1, 10**8):
                break
            self.root.halve()
        middle = (low + high) / 2
        return f"about {float(middle):.6g}" if abs(middle) < 10**300 else "a huge number"


#: A fraction or a polynomial in a root.
Number = Any


def sign(x: Number) -> int:
    """Return -1, 0 or 1."""
    if isinstance(x, Element):
        return x.root.sign_of(x.poly)
    return int(x > 0) - int(x < 0)


def largest(numbers: Sequence[Number]) -> Number:
    """Return the largest of some numbers."""
    best = numbers[0]
    for x in numbers[1:]:
        if sign(x - best) > 0:
            best = x
    return best


class Numbers:
    """Reads numbers of one equilibrium: fractions, and polynomials in its root, if it has one."""

    def __init__(self, root: Entry | None) -> None:
        self.root: Root | None = None
        if root is not None:
            polynomial = [c.fraction() for c in root["polynomial"]]
            if len(polynomial) > MAX_DEGREE + 1 or any(c.denominator != 1 for c in polynomial):
                raise root.fault(f"whole coefficients, at most {MAX_DEGREE + 1}, were expected")
            ends = root["interval"].fractions()
            if len(ends) != 2:
                raise root["interval"].fault("two ends were expected")
            try:
                self.root = Root([int(c) for c in polynomial], *ends)
            except ValueError as error:
                raise root.fault(str(error)) from None

    def read(self, entry: Entry) -> Number:
        """Return the number in an entry."""
        if isinstance(entry.value, dict) and self.root is not None:
            return Element(self.root, entry["in_root"].fractions())
        return entry.fraction()

    def table(self, entry: Entry, keys: Sequence[str]) -> dict[str, Number]:
        """Return numbers by name; only and all of ``keys`` may occur."""
        known = set(keys)
        found = {}
        for key, value in entry.items():
            if key not in known:
                raise entry.fault(f"{key!r} is not known here")
            found[key] = self.read(value)
        for key in keys:
            if key not in found:
                raise entry.fault(f"{key!r} is missing")
        return found


def check_distribution(where: str, mix: Mapping[str, Number], verdict: Verdict) -> None:
    """Check that probabilities are not negative and sum to 1."""
    for action, p in mix.items():
        if sign(p) < 0:
            verdict.reject(where, f"the probability of {action} is negative: {p}")
    total: Number = sum(mix.values(), Fraction(0))
    if sign(total - 1):
        verdict.reject(where, f"the probabilities sum to {total}, not to 1")


# ---- polynomials: coefficients from the lowest, no zero at the end -----------------
def _trimmed(p: Poly) -> Poly:
    while p and not p[-1]:
        p.pop()
    return p


def _value(p: Poly, x: Fraction) -> Fraction:
    total = Fraction(0)
    for c in reversed(p):
        total = total * x + c
    return total


def _range(p: Poly, low: Fraction, high: Fraction) -> tuple[Fraction, Fraction]:
    """Return bounds of a polynomial on an interval."""
    a = b = Fraction(0)
    for c in reversed(p):
        ends = (a * low, a * high, b * low, b * high)
        a, b = min(ends) + c, max(ends) + c
    return a, b


def _product(p: Poly, q: Poly) -> Poly:
    if not p or not q:
        return []
    result = [Fraction(0)] * (len(p) + len(q) - 1)
    for i, a in enumerate(p):
        for j, b in enumerate(q):
            result[i + j] += a * b
    return result


def _remainder(p: Poly, q: Poly) -> Poly:
    rest = _trimmed(list(p))
    while len(rest) >= len(q):
        factor, shift = rest[-1] / q[-1], len(rest) - len(q)
        for k, c in enumerate(q):
            rest[shift + k] -= factor * c
        _trimmed(rest)
    return rest


def _gcd(p: Poly, q: Poly) -> Poly:
    while q:
        p, q = q, _monic(_remainder(p, q))
    return p


def _monic(p: Poly) -> Poly:
    """Return a positive multiple of a polynomial with small coefficients."""
    return [c / abs(p[-1]) for c in p]


def _roots(p: Poly, low: Fraction, high: Fraction) -> int:
    """Return how many different roots lie in an interval whose ends are none (Sturm)."""
    chain = [p, [c * k for k, c in enumerate(p)][1:]]
    while len(chain[-1]) > 1:
        rest = _remainder(chain[-2], chain[-1])
        if not rest:
            break
        chain.append(_monic([-c for c in rest]))
    return _changes(chain, low) - _changes(chain, high)


def _changes(chain: list[Poly], x: Fraction) -> int:
    signs = [v > 0 for p in chain if (v := _value(p, x))]
    return sum(a != b for a, b in itertools.pairwise(signs))
