"""Which decimals look like fractions, held against rounding with Python's decimals."""

from __future__ import annotations

import decimal
import itertools
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deterrence.errors import InvalidFileError
from deterrence.modelfile.exchange.efg import read_efg
from deterrence.modelfile.exchange.near_fractions import NumberWords, completed, near_fraction
from deterrence.modelfile.exchange.nfg import read_nfg

F = Fraction
THIRDS = 'EFG 2 R "t" { "A" }\nc "" 1 "" { "a" %s "b" %s "c" %s } 0\n' + "".join(
    f't "" {k} "" {{ {k} }}\n' for k in (1, 2, 3)
)


@pytest.mark.parametrize(
    ("word", "value"),
    [
        ("0.6666666666666666", F(2, 3)),
        ("-0.6666666666666666", F(-2, 3)),
        ("+.6666666666666667", F(2, 3)),
        ("6.666666666666666e-1", F(2, 3)),
        ("33.333333333333336", F(100, 3)),  # the float nearest to 100/3
        ("66666.6667", F(200000, 3)),
        ("0.142857", F(1, 7)),
        ("0.30000000000000004", F(3, 10)),  # 0.1 + 0.2 in floats
        ("0.1428571", F(1, 7)),
    ],
)
def test_what_looks_like_a_fraction(word: str, value: Fraction) -> None:
    assert near_fraction(word) == value


@pytest.mark.parametrize(
    "word",
    [
        "0.333", "0.66667", "0.5", "0.500000", "0.062500", "1/3", "3", "100000", "1e10", "1e-6",
        "0.123456", "1.000001", "0.999999", "0.3141593", "2.718281828459045", "nan", "", "1e-400",
        "0.0000001", "1.4142135623730951",
    ],
)  # fmt: skip
def test_what_does_not(word: str) -> None:
    assert near_fraction(word) is None


def by_rounding(word: str) -> Fraction | None:
    """Try every denominator; the decimals of the standard library do the rounding."""
    x = Decimal(word)
    places = -x.as_tuple().exponent
    unit = Decimal(1).scaleb(-places)
    for q in range(1, 1001):
        if 1000 * q * q > 10**places:
            return None
        for p in {int(x * q), int(x * q) + 1}:
            exact = Decimal(p) / Decimal(q)
            ways = (decimal.ROUND_HALF_EVEN, decimal.ROUND_DOWN)
            if F(p, q) != F(x) and x in [exact.quantize(unit, way) for way in ways]:
                return F(p, q)
    return None


@given(st.integers(1, 400), st.integers(1, 400), st.integers(5, 14), st.booleans())
def test_rounded_and_cut_off_fractions_are_found(p: int, q: int, places: int, cut: bool) -> None:
    unit = Decimal(1).scaleb(-places)
    way = decimal.ROUND_DOWN if cut else decimal.ROUND_HALF_EVEN
    word = str((Decimal(p) / Decimal(q)).quantize(unit, way))
    digits = len(word.replace(".", "").lstrip("0"))
    if 6 <= digits < 15 and "E" not in word:
        assert near_fraction(word) == by_rounding(word)
        meant = F(p, q)
        if 1000 * meant.denominator**2 <= 10**places and F(word) != meant:
            assert near_fraction(word) == meant


@given(st.integers(100_000, 99_999_999), st.integers(1, 8))
def test_random_decimals_are_judged_alike(digits: int, places: int) -> None:
    word = str(Decimal(digits).scaleb(-places))
    if "E" not in word:
        assert near_fraction(word) == by_rounding(word)


@given(st.integers(-500, 500), st.integers(1, 500))
def test_floats_of_fractions_are_found(p: int, q: int) -> None:
    word = repr(p / q)
    value = F(word)
    assert near_fraction(word) == (None if value == F(p, q) else F(p, q))


def test_few_random_decimals_look_like_fractions() -> None:
    words = [f"0.{k * 7919 % 10**6:06d}" for k in range(1, 10_000)]
    assert sum(near_fraction(w) is not None for w in words) < 10


# ---- probabilities ----------------------------------------------------------------------
@pytest.mark.parametrize(
    ("words", "fractions"),
    [
        ("0.333 0.333 0.333", "1/3 1/3 1/3"),
        ("0.33 0.33 0.33", "1/3 1/3 1/3"),
        ("0.166 0.333 0.5", "1/6 1/3 1/2"),
        ("0.1667 0.1667 0.1667 0.1667 0.1667 0.1667", "1/6 1/6 1/6 1/6 1/6 1/6"),
        ("0.5 0.25 0.12 0.12", "1/2 1/4 1/8 1/8"),
        ("1/3 0.67", "1/3 2/3"),
        ("0.414 0.292 0.293", "46/111 292/999 293/999"),  # divided by their sum
    ],
)
def test_rounded_probabilities_are_completed(words: str, fractions: str) -> None:
    found = completed(words.split())
    assert found == [F(x) for x in fractions.split()]
    assert sum(found) == 1


@pytest.mark.parametrize("words", ["0.3 0.3 0.3", "0.3 0.333 0.333", "1 1", "0 0", "0.5 0.25"])
def test_what_rounding_does_not_explain_is_left(words: str) -> None:
    assert completed(words.split()) is None


@given(st.lists(st.integers(1, 9), min_size=2, max_size=6), st.integers(2, 6))
def test_completed_probabilities_sum_to_one_and_are_near(weights: list[int], places: int) -> None:
    total = sum(weights)
    words = [f"{w / total:.{places}f}" for w in weights]
    found = completed(words)
    if all(len(w.replace(".", "").lstrip("0")) > 1 for w in words):
        assert found is not None
        assert sum(found) == 1
        assert min(found) >= 0
        limit = (len(words) + 1) * F(1, 10**places)
        assert all(abs(x - F(w)) <= limit for x, w in zip(found, words, strict=True))


def test_chances_are_accepted_on_request_with_a_remark() -> None:
    text = THIRDS % ("0.333", "0.333", "0.333")
    with pytest.raises(InvalidFileError, match=r"--rationalise reads 1/3, 1/3, 1/3"):
        read_efg(text)
    game = read_efg(text, rationalise=True)
    assert game.sets[0].chances == (F(1, 3),) * 3
    (remark,) = game.remarks
    assert "0.333, 0.333, 0.333 as 1/3, 1/3, 1/3" in remark


def test_chances_that_sum_to_one_as_they_stand_are_kept() -> None:
    game = read_efg(THIRDS % ("0.33", "0.33", "0.34"), rationalise=True)
    assert game.sets[0].chances == (F(33, 100), F(33, 100), F(34, 100))
    assert game.remarks == ()
    near = read_efg(THIRDS % ("0.3333333", "0.3333333", "0.3333334"), rationalise=True)
    # 0.3333334 is no rounded third, so these are left alone.
    assert near.sets[0].chances[2] == F("0.3333334")
    both = read_efg(THIRDS % ("0.333333", "0.166667", "0.500000"), rationalise=True)
    assert both.sets[0].chances == (F(1, 3), F(1, 6), F(1, 2))
    literal = read_efg(THIRDS % ("0.333333", "0.166667", "0.500000"))
    assert literal.sets[0].chances[0] == F("0.333333")
    assert "0.333333 looks like 1/3" in literal.remarks[0]


@pytest.mark.parametrize("words", [("0.3", "0.3", "0.3"), ("0.5", "0.6", "0"), ("0", "0", "0")])
def test_chances_that_are_wrong_are_refused_on_request_too(words: tuple[str, str, str]) -> None:
    for rationalise in (False, True):
        with pytest.raises(InvalidFileError) as caught:
            read_efg(THIRDS % words, rationalise=rationalise)
        assert "--rationalise" not in str(caught.value)


# ---- payoffs ----------------------------------------------------------------------------
def test_payoffs_are_literal_unless_asked_and_pointed_out() -> None:
    text = 'NFG 1 R "t" { "A" "B" } { 2 1 } 0.6666666666666666 -0.6666666666666666 0.25 0'
    game = read_nfg(text)
    assert game.payoffs[0][0] == F("0.6666666666666666")
    assert game.remarks == ("0.6666666666666666 looks like 2/3; --rationalise reads it as 2/3",)
    asked = read_nfg(text, rationalise=True)
    assert asked.payoffs == ((F(2, 3), F(1, 4)), (F(-2, 3), F(0)))
    assert asked.remarks == ("read as fractions (--rationalise): 0.6666666666666666 as 2/3",)
    assert read_nfg('NFG 1 R "t" { "A" } { 2 } 0.25 1/3').remarks == ()


def test_many_near_fractions_are_one_remark() -> None:
    words = NumberWords(rationalise=True)
    for k in range(1, 200):
        assert words.read(repr(k / 211)) == F(k, 211)
    (remark,) = words.remarks()
    assert remark.endswith("and 196 more")
    assert len(remark) < 200


def test_hostile_numbers_are_quick() -> None:
    """Digits and powers without end: nothing here recurses or divides for long."""
    long = [
        "0." + "3" * 2400,
        "3" * 2400 + ".1",
        "1e-400",
        "1" * 14 + "e400",
        "0." + "0" * 2000 + "1",
    ]
    for word, sign in itertools.product(long, ("", "-")):
        near_fraction(sign + word)
    assert near_fraction(long[0]) == F(1, 3)
    completed(["0." + "3" * 2400] * 3)
