"""Exact numbers: what a person writes is the number that is meant.

``0.1`` is one tenth, not the nearest binary fraction; ``1/3`` is one third.
Python floats stay floats (they come from sweeps and from float solvers, and
say so); everything written as text, and every ``int``, ``Decimal`` or
``Fraction``, becomes a :class:`fractions.Fraction`.

>>> exact("0.1") + exact("1/5")
Fraction(3, 10)
>>> format_exact(exact("6/14"))
'3/7'
"""

from __future__ import annotations

import math
import re
from decimal import Decimal
from fractions import Fraction
from typing import Any

from deterrence.algebra.algebraic_numbers import Algebraic
from deterrence.algebra.enclosures import Enclosure
from deterrence.errors import ExpressionError

#: Longest number that is read, in characters.
MAX_DIGITS = 300
#: Largest power of ten that is read, as in ``1e300``.
MAX_EXPONENT = 400

#: Of a longer text it is not asked what was meant.
_SPOKEN = 40

_NUMBER = re.compile(
    r"(?P<sign>[+-]?)(?P<whole>[0-9]*)(?:\.(?P<part>[0-9]*))?(?:[eE](?P<exp>[+-]?[0-9]{1,6}))?",
    re.ASCII,
)


def _decimal(text: str) -> Fraction:
    match = _NUMBER.fullmatch(text)
    if match is None or not (match["whole"] or match["part"]):
        raise ExpressionError(
            f"{text[:40]!r} is not a number",
            expected="a number such as 3, 0.25, 1e-3 or 1/3",
        )
    exponent = int(match["exp"] or 0)
    if abs(exponent) > MAX_EXPONENT:
        raise ExpressionError(
            f"the number {text[:40]!r} is too large or too small",
            expected=f"a power of ten between -{MAX_EXPONENT} and {MAX_EXPONENT}",
        )
    part = match["part"] or ""
    digits = int((match["whole"] or "0") + part)
    exponent -= len(part)
    value = Fraction(digits) * Fraction(10) ** exponent
    return -value if match["sign"] == "-" else value


def parse_number(text: str) -> Fraction:
    """Read a whole number, decimal or fraction exactly.

    Accepts ``3``, ``-0.25``, ``1e-3`` and ``p/q``, with blanks around.
    Raises :class:`ExpressionError` for anything else, for a zero denominator
    and for numbers beyond :data:`MAX_DIGITS` or :data:`MAX_EXPONENT`.

    >>> parse_number(" 1e-3 "), parse_number("-2/6")
    (Fraction(1, 1000), Fraction(-1, 3))
    """
    try:
        return _parse(text)
    except ExpressionError as error:
        hint = number_hint(text)
        raise ExpressionError(error.what, expected=error.expected, remedy=hint) from None


def number_hint(text: str) -> str:
    """Say how a number is written here that was meant by ``text``, if that is clear.

    >>> number_hint("0,5"), number_hint("40%"), number_hint("1 000 000"), number_hint("many")
    ('write 0.5, with a point', 'write 0.4 or 2/5', 'write 1000000', '')
    """
    text = text.strip().replace("\N{MINUS SIGN}", "-")
    if len(text) > _SPOKEN:
        return ""
    try:
        if text.endswith("%"):
            share = _parse(text[:-1].strip().replace(",", ".")) / 100
            decimal = format(Decimal(share.numerator) / Decimal(share.denominator), "f")
            choices = dict.fromkeys([decimal, str(share)] if exact(decimal) == share else [share])
            return "write " + " or ".join(map(str, choices))
        text = re.sub(r"(?<=[0-9])[ _'\u00a0\u2009\u202f](?=[0-9])", "", text)
        if text.count(",") == 1:
            _parse(pointed := text.replace(",", "."))
            whole = f"{text.replace(',', '')}, or " if re.search(r"[1-9],[0-9]{3}$", text) else ""
            return f"write {whole}{pointed}, with a point"
        for separator in ",.":
            text = text.replace(separator, "") if text.count(separator) > 1 else text
        _parse(text)
        return f"write {text}"
    except (ExpressionError, ArithmeticError):
        return ""


def _parse(text: str) -> Fraction:
    text = text.strip()
    if len(text) > MAX_DIGITS:
        raise ExpressionError(
            f"the number {text[:20]}... has {len(text)} characters",
            expected=f"at most {MAX_DIGITS}",
        )
    numerator, slash, denominator = text.partition("/")
    value = _decimal(numerator.strip())
    if slash:
        divisor = _decimal(denominator.strip())
        if not divisor:
            raise ExpressionError(
                f"{text!r} divides by zero", expected="a denominator other than 0"
            )
        value /= divisor
    return value


def exact(value: object) -> Fraction:
    """Return ``value`` as an exact rational.

    Text is read as a person means it; a float is taken as the binary fraction
    that it is.  Raises :class:`ExpressionError` for what is not a finite number.
    """
    if isinstance(value, Fraction):
        return value
    if isinstance(value, bool):
        raise ExpressionError(f"{value!r} is not a number", expected="a number")
    if isinstance(value, str):
        return parse_number(value)
    if isinstance(value, int):
        return Fraction(value)
    if isinstance(value, float | Decimal):
        if not math.isfinite(value):
            raise ExpressionError(f"{value!r} is not a finite number", expected="a finite number")
        return Fraction(value)
    as_fraction = getattr(value, "as_integer_ratio", None)  # numpy scalars, sympy Rational
    if as_fraction is not None:
        try:
            numerator, denominator = as_fraction()
        except (OverflowError, ValueError):  # infinity and nan
            raise ExpressionError(
                f"{value!r} is not a finite number", expected="a finite number"
            ) from None
        return Fraction(int(numerator), int(denominator))
    if getattr(value, "is_Rational", False):
        return Fraction(int(value.p), int(value.q))  # type: ignore[attr-defined]
    raise ExpressionError(
        f"{type(value).__name__} {str(value)[:40]!r} is not a number", expected="a number"
    )


def to_number(value: Any) -> Any:
    """Return ``value`` as the package keeps numbers.

    That is a ``Fraction``, an irrational number (``Algebraic``, ``Enclosure``), a float or a
    sympy expression.

    >>> to_number("0.5"), to_number(2), to_number(0.5)
    (Fraction(1, 2), Fraction(2, 1), 0.5)
    """
    if isinstance(value, Fraction | Algebraic | Enclosure):
        return value
    if isinstance(value, float):
        if not math.isfinite(value):
            raise ExpressionError(f"{value!r} is not a finite number", expected="a finite number")
        return float(value)
    if is_symbolic(value):
        return exact(value) if getattr(value, "is_Rational", False) else value
    if type(value).__module__ == "numpy":
        return to_number(value.item())
    return exact(value)


def is_symbolic(value: object) -> bool:
    """Say whether ``value`` is a sympy expression, without importing sympy."""
    return type(value).__module__.split(".")[0] == "sympy" or hasattr(value, "free_symbols")


def format_exact(value: Fraction) -> str:
    """Write a rational as ``p`` or ``p/q``, as the JSON contract has it."""
    return str(value)


def format_decimal(value: Any, digits: int = 4) -> str:
    """Write a number for people: at most ``digits`` significant decimals, no noise.

    >>> from fractions import Fraction
    >>> format_decimal(Fraction(3, 7)), format_decimal(Fraction(2)), format_decimal(-12345.678)
    ('0.4286', '2', '-12345.7')
    >>> format_decimal(Fraction(1, 10**9))
    '1e-09'
    """
    try:
        number = float(value)
    except OverflowError:
        sign = "-" if value < 0 else ""
        magnitude = len(str(abs(value.numerator) // value.denominator)) - 1
        return f"{sign}1e+{magnitude}"
    if number == 0:
        return "0" if value == 0 else "1e-324"
    if number == int(number) and abs(number) < 10**6:
        return str(int(number))
    if abs(number) < 1e-4 or abs(number) >= 1e6:
        return f"{number:.{digits}g}"
    places = digits if abs(number) < 1000 else 1
    return f"{number:.{places}f}".rstrip("0").rstrip(".")


def format_both(value: Any) -> str:
    """Write a number exactly and as a decimal beside it: ``3/7 (0.4286)``.

    Whole numbers and short terminating decimals need only one form; a fraction
    too long to read is shown as its decimal, marked with ``~``.

    >>> from fractions import Fraction
    >>> [format_both(Fraction(x)) for x in ("3/7", "2", "1/2")]
    ['3/7 (0.4286)', '2', '1/2 (0.5)']
    """
    if isinstance(value, Algebraic | Enclosure):
        closed = value.closed_form()
        decimal = format_decimal(value)
        return f"{closed} ({decimal})" if 0 < len(closed) <= 24 else f"~{decimal}"
    if not isinstance(value, Fraction):
        return format_decimal(value)
    if value.denominator == 1 and abs(value) < 10**9:
        return str(value)
    text = str(value)
    if len(text) > 24:
        return f"~{format_decimal(value)}"
    return f"{text} ({format_decimal(value)})"
