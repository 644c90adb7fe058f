r"""Decimals that look like fractions: 0.6666666666666666 for 2/3, and probabilities of 0.333.

A decimal with six significant digits or more is a *near-fraction* where a fraction with a
small denominator :math:`q`, other than the decimal itself, gives it when rounded or cut off
to its digits.  With :math:`k` digits after the point, :math:`q \le 1000` and
:math:`1000\,q^2 \le 10^k` are asked for, so that of random decimals fewer than one in a
thousand is one.  With fifteen digits or more, as floats print them, four units in the last
place of a float are allowed, too: 0.30000000000000004 is a near-fraction of 3/10.

Probabilities of a chance move that sum to 1 but for rounding are fractions together: the
simplest ones that give the decimals when rounded or cut off, if these sum to 1; else the
decimals are divided by their sum.

>>> near_fraction("0.6666666666666666"), near_fraction("-.3333333"), near_fraction("0.333")
(Fraction(2, 3), Fraction(-1, 3), None)
>>> [str(p) for p in completed(["0.166", "0.333", "0.5"])]
['1/6', '1/3', '1/2']
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction

from deterrence.algebra.roots import simplest_between
from deterrence.modelfile.exchange.number_words import read_number

#: Significant digits from which a decimal may be a near-fraction, and from which a float's noise.
MIN_DIGITS, FLOAT_DIGITS = 6, 15
#: Largest denominator, and how much coarser than chance the match has to be.
MAX_DENOMINATOR, RARE = 1000, 1000
#: Four units in the last place of a float are 2**-50 of it.
NOISE = 50
#: Probabilities with less than this, the point left out, are exact: 0.3, but not 0.33.
ROUNDED = 10
#: Digits after the point of probabilities that are simplified.
MAX_PLACES = 40
#: Different numbers of a file that are looked at where nobody asked for fractions.
LOOKED_AT = 10_000
#: Numbers and probabilities that a remark lists.
_LISTED = 3

_DECIMAL = re.compile(r"[+-]?([0-9]*)\.?([0-9]*)(?:[eE]([+-]?[0-9]{1,4}))?", re.ASCII)


class NumberWords:
    """Reads the numbers of one file: exactly, or near-fractions as fractions where asked."""

    def __init__(self, rationalise: bool = False) -> None:
        self.rationalise = rationalise
        self._known: dict[str, Fraction] = {}
        self._near: dict[str, Fraction] = {}
        self._chances: list[str] = []

    def read(self, word: str) -> Fraction:
        """Return the number that a word is; a ``ValueError`` as of :func:`read_number`."""
        value = self._known.get(word)
        if value is None:
            value = read_number(word)
            looked = len(self._known) < LOOKED_AT
            near = near_fraction(word) if looked or self.rationalise else None
            if near is not None:
                self._near.setdefault(word.lstrip("+-"), abs(near))
                value = near if self.rationalise else value
            if looked:
                self._known[word] = value
        return value

    def chances(self, words: Sequence[str]) -> list[Fraction]:
        """Return the probabilities of a chance move, fractions where asked and they sum to 1."""
        values = [read_number(word) for word in words]
        near = [near_fraction(word) for word in words]
        whole = [v if n is None else n for n, v in zip(near, values, strict=True)]
        if any(n is not None for n in near) and sum(whole) == 1:
            self._near |= {w: n for w, n in zip(words, near, strict=True) if n is not None}
            return whole if self.rationalise else values
        if self.rationalise and sum(values) != 1:
            found = completed(words)
            if found is not None:
                self._chances.append(f"the probabilities {few(words)} as {few(found)}")
                return found
        return values

    def remarks(self) -> tuple[str, ...]:
        """Say which numbers look like fractions, or which were read as such."""
        pairs = [f"{word} as {value}" for word, value in self._near.items()]
        if self.rationalise:
            pairs = [*self._chances, *pairs]
            return (f"read as fractions (--rationalise): {few(pairs, '; ')}",) if pairs else ()
        if not pairs:
            return ()
        word, value = next(iter(self._near.items()))
        more = len(pairs) - 1
        rest = f", and {more:,} other number{'s' * (more > 1)} like fractions" if more else ""
        it = "them so" if more else f"it as {value}"
        return (f"{word} looks like {value}{rest}; --rationalise reads {it}",)


def near_fraction(word: str) -> Fraction | None:
    """Return the fraction that a number's text is an approximation of, if it is of one."""
    written = _written(word)
    if written is None:
        return None
    digits, places = written
    count = len(str(digits))
    if count < MIN_DIGITS or places < 1:
        return None
    unit = 10**places
    # In units of the last digit, times 2**50: how far off a float may be.
    noise = max(1 << NOISE, digits) if count >= FLOAT_DIGITS else 1 << NOISE
    # Whatever is that close is a convergent of the continued fraction (Legendre).
    for p, q in _convergents(digits, unit):
        off = p * unit - digits * q  # in units of the last digit, times q
        if off == 0 or (RARE * q * q * noise) >> NOISE >= unit:
            return None
        near = abs(off) << NOISE <= q * noise if count >= FLOAT_DIGITS else -q < 2 * off < 2 * q
        if near:
            return Fraction(-p if word.startswith("-") else p, q)
    return None


def _convergents(n: int, d: int) -> Iterator[tuple[int, int]]:
    """Yield the convergents of n / d with a denominator of at most :data:`MAX_DENOMINATOR`."""
    p, q, before_p, before_q = 1, 0, 0, 1
    while d:
        whole, rest = divmod(n, d)
        p, q, before_p, before_q = whole * p + before_p, whole * q + before_q, p, q
        if q > MAX_DENOMINATOR:
            return
        yield p, q
        n, d = d, rest


def completed(words: Sequence[str]) -> list[Fraction] | None:
    """Return the probabilities that decimals, rounded or cut off, stand for; they sum to 1.

    None where the sum is further from 1 than rounding explains.
    """
    values = [read_number(word) for word in words]
    simplest: list[Fraction] = []
    slack = Fraction(0)
    for word, value in zip(words, values, strict=True):
        written = _written(word)
        if written is None or written[0] < ROUNDED or not 0 < written[1] <= MAX_PLACES:
            simplest.append(value)
            continue
        unit = Fraction(1, 10 ** written[1])
        slack += unit
        simplest.append(simplest_between(value - unit / 2, value + unit))
    if sum(simplest) == 1:
        return simplest
    total = sum(values, Fraction(0))
    return [v / total for v in values] if abs(total - 1) <= slack and total else None


def _written(word: str) -> tuple[int, int] | None:
    """Return a decimal's digits, as a number, and how many are after the point; None for others."""
    match = _DECIMAL.fullmatch(word)
    if match is None:
        return None
    return int(match[1] + match[2] or 0), len(match[2]) - int(match[3] or 0)


def few(items: Sequence[object], joint: str = ", ") -> str:
    """Return the first of some items, and how many more there are."""
    shown = [str(item) for item in items[:_LISTED]]
    more = len(items) - len(shown)
    return joint.join(shown) + (f" and {more:,} more" if more else "")
