"""Numbers: what is written is what is meant.  Witness: Python's own Fraction and Decimal."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deterrence.algebra.numbers import (
    MAX_DIGITS,
    MAX_EXPONENT,
    exact,
    format_both,
    format_decimal,
    format_exact,
    is_symbolic,
    parse_number,
    to_number,
)
from deterrence.errors import ExpressionError


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0.1", Fraction(1, 10)),
        (" 3 ", Fraction(3)),
        ("-0.25", Fraction(-1, 4)),
        ("+2", Fraction(2)),
        (".5", Fraction(1, 2)),
        ("5.", Fraction(5)),
        ("1e-3", Fraction(1, 1000)),
        ("1.5E+2", Fraction(150)),
        ("1/3", Fraction(1, 3)),
        ("-2 / 6", Fraction(-1, 3)),
        ("0.1/0.3", Fraction(1, 3)),
        ("00012", Fraction(12)),
    ],
)
def test_numbers_are_read_exactly(text: str, value: Fraction) -> None:
    assert parse_number(text) == value
    assert exact(text) == value


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        ".",
        "-",
        "1/",
        "/2",
        "1/2/3",
        "1e",
        "e5",
        "0x10",
        "1_000",
        "1,5",
        "nan",
        "inf",
        "12:30",
        "1 2",
        "--1",
        "1/0",
        "0/0",
        "1/0.0",
        "٣",
        "½",
        "1e1.5",
        "1\x00",
        "1e1000000000",
    ],
)
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(ExpressionError):
        parse_number(text)


@pytest.mark.parametrize(
    "text",
    ["9" * (MAX_DIGITS + 1), f"1e{MAX_EXPONENT + 1}", f"1e-{MAX_EXPONENT + 1}", "1e999999"],
)
def test_numbers_beyond_the_limits_are_refused_at_once(text: str) -> None:
    with pytest.raises(ExpressionError, match=r"too large or too small|characters"):
        parse_number(text)


def test_the_limits_themselves_are_allowed() -> None:
    assert parse_number("9" * MAX_DIGITS) == int("9" * MAX_DIGITS)
    assert parse_number(f"1e{MAX_EXPONENT}") == 10**MAX_EXPONENT


@given(st.fractions())
def test_a_fraction_written_is_the_fraction_read(value: Fraction) -> None:
    assert parse_number(format_exact(value)) == value


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**20), max_value=10**20))
def test_a_decimal_written_is_the_decimal_read(value: Decimal) -> None:
    if abs(value.as_tuple().exponent) <= MAX_EXPONENT:
        assert parse_number(str(value)) == Fraction(value)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_floats_stay_what_they_are(value: float) -> None:
    assert to_number(value) == value
    assert isinstance(to_number(value), float)
    assert exact(value) == Fraction(value)


@pytest.mark.parametrize("value", [True, None, [], float("nan"), float("inf"), object(), 1j])
def test_exact_refuses_what_is_no_finite_number(value: object) -> None:
    with pytest.raises(ExpressionError):
        exact(value)


def test_numbers_of_other_libraries_are_understood() -> None:
    numpy, sympy = pytest.importorskip("numpy"), pytest.importorskip("sympy")
    assert to_number(numpy.int64(3)) == Fraction(3)
    assert isinstance(to_number(numpy.int64(3)), Fraction)
    assert isinstance(to_number(numpy.float64(0.5)), float)
    assert to_number(sympy.Rational(1, 3)) == Fraction(1, 3)
    x = sympy.Symbol("x")
    assert to_number(x + 1) == x + 1
    assert is_symbolic(x)
    assert not is_symbolic(Fraction(1))
    assert not is_symbolic(0.5)
    with pytest.raises(ExpressionError):
        exact(x)


@pytest.mark.parametrize(
    ("value", "decimal", "both"),
    [
        (Fraction(3, 7), "0.4286", "3/7 (0.4286)"),
        (Fraction(0), "0", "0"),
        (Fraction(-5), "-5", "-5"),
        (Fraction(1, 2), "0.5", "1/2 (0.5)"),
        (Fraction(2, 3), "0.6667", "2/3 (0.6667)"),
        (Fraction(1, 100000), "1e-05", "1/100000 (1e-05)"),
        (Fraction(10**12 + 1, 10**12), "1", "~1"),
        (Fraction(10**400), "1e+400", "~1e+400"),
        (Fraction(-(10**400)), "-1e+400", "~-1e+400"),
        (0.25, "0.25", "0.25"),
    ],
)
def test_numbers_are_written_for_people(value: object, decimal: str, both: str) -> None:
    assert format_decimal(value) == decimal
    assert format_both(value) == both


@given(st.fractions(min_value=-(10**6), max_value=10**6, max_denominator=10**9))
def test_the_decimal_beside_a_fraction_is_near_it(value: Fraction) -> None:
    shown = Fraction(format_decimal(value))
    assert abs(shown - value) <= max(Fraction(1, 10**3) * abs(value), Fraction(1, 10**4))
    assert (shown == 0) == (value == 0)
