r"""Polynomials as pairs of exponents and coefficients, evaluated and written out.

>>> p = {(2, 0): 1, (0, 1): -3}
>>> evaluated(("x", "y"), p.items(), {"x": Fraction(5), "y": Fraction(1, 3)})
Fraction(24, 1)
>>> terms_text(("x", "y"), p)
'x^2 - 3*y'
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any, TypeVar

#: A polynomial: exponents of the unknowns -> whole coefficient.
WholeTerms = Mapping[tuple[int, ...], int]

_Key = TypeVar("_Key")


def evaluated(
    keys: Sequence[_Key], terms: Iterable[tuple[Sequence[int], Any]], values: Mapping[_Key, Any]
) -> Any:
    """Return the value at any numbers: ``values[keys[k]]`` for the unknown of exponent ``k``.

    Unknowns that do not occur need no value.
    """
    total: Any = Fraction(0)
    powers: dict[tuple[int, int], Any] = {}
    for exponents, c in terms:
        term: Any = Fraction(int(c.numerator), int(c.denominator))
        for k, e in enumerate(exponents):
            if e:
                if (k, e) not in powers:
                    powers[k, e] = values[keys[k]] ** int(e)
                term = term * powers[k, e]
        total = total + term
    return total


def terms_text(names: tuple[str, ...], terms: WholeTerms) -> str:
    """Write a polynomial, the largest total power first, or a positive term where it is short."""
    parts: list[str] = []
    ordered = sorted(terms.items(), key=lambda t: (-sum(t[0]), [-e for e in t[0]]))
    if ordered and ordered[0][1] < 0 and len(ordered) < 4:  # 1 - t rather than -t + 1
        ordered.sort(key=lambda t: t[1] < 0)
    for powers, c in ordered:
        letters = [n if e == 1 else f"{n}^{e}" for n, e in zip(names, powers, strict=True) if e]
        size = [str(abs(c))] if abs(c) != 1 or not letters else []
        sign = (" - " if c < 0 else " + ") if parts else ("-" if c < 0 else "")
        parts.append(sign + "*".join(size + letters))
    return "".join(parts) or "0"
