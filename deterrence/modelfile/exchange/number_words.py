"""Numbers as text files have them: 3, -0.25, 1e-3 or 1/3, read exactly.

>>> read_number("1e-3"), read_number("+2/6")
(Fraction(1, 1000), Fraction(1, 3))
"""

from __future__ import annotations

import re
from fractions import Fraction

from deterrence.errors import shorten

#: Limits on one number.
MAX_DIGITS = 2500
MAX_EXPONENT = 400

_NUMBER = re.compile(
    r"(?P<whole>[+-]?[0-9]+)(?:/(?P<over>[0-9]+))?"
    r"|(?P<decimal>[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+))(?:[eE](?P<exponent>[+-]?[0-9]{1,4}))?",
    re.ASCII,
)


def read_number(word: str) -> Fraction:
    """Read a number exactly; a ``ValueError`` says what is wrong and what was expected."""
    if len(word) > MAX_DIGITS:
        raise ValueError(f"a number of {len(word)} characters", f"at most {MAX_DIGITS}")
    match = _NUMBER.fullmatch(word)
    if match is None:
        raise ValueError(
            f"{shorten(word)!r} is not a number", "a number such as 3, -0.25, 1e-3 or 1/3"
        )
    if match["whole"] is not None:
        over = int(match["over"] or 1)
        if not over:
            raise ValueError(f"{shorten(word)!r} divides by zero", "a denominator other than 0")
        return Fraction(int(match["whole"]), over)
    exponent = int(match["exponent"] or 0)
    if abs(exponent) > MAX_EXPONENT:
        raise ValueError(
            f"{shorten(word)!r} is too large or too small",
            f"a power of ten between -{MAX_EXPONENT} and {MAX_EXPONENT}",
        )
    before, _, after = match["decimal"].partition(".")
    digits, exponent = int(before + after), exponent - len(after)
    return Fraction(digits * 10**exponent) if exponent >= 0 else Fraction(digits, 10**-exponent)
