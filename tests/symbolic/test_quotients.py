"""Arithmetic of quotients against exact evaluation at random points."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest

from deterrence.algebra.expressions import Expression
from deterrence.algebra.polynomials import Algebra
from deterrence.errors import ExpressionError
from deterrence.symbolic.quotients import Quotients

parse = Expression.parse
ALGEBRA = Algebra(["a", "b", "c"])
Q = Quotients(ALGEBRA)
FORMS = [parse(t) for t in ("a", "b/a", "(a - c)/(b + c)", "-c/(a*b)", "1/2", "0", "a/(a + 1)")]


def number(quotient, point) -> Fraction:
    top, bottom = (ALGEBRA.evaluate(p, point) for p in quotient)
    return Fraction(top) / Fraction(bottom)


def points(count: int = 5):
    chosen = random.Random(3)
    return [{n: Fraction(chosen.randint(1, 40), 7) for n in "abc"} for _ in range(count)]


@pytest.mark.parametrize("first", FORMS)
@pytest.mark.parametrize("second", FORMS)
def test_arithmetic(first: Expression, second: Expression) -> None:
    x, y = (Q.make(*ALGEBRA.fraction(e)) for e in (first, second))
    for point in points():
        u, v = first.evaluate(point), second.evaluate(point)
        assert number(Q.add(x, y), point) == u + v
        assert number(Q.subtract(x, y), point) == u - v
        assert number(Q.multiply(x, y), point) == u * v
        assert number(Q.total([x, y, x]), point) == u + v + u
        if v:
            assert number(Q.divide(x, y), point) == u / v


def test_equal_functions_are_equal_pairs() -> None:
    a, b = (Q.make(*ALGEBRA.fraction(parse(t))) for t in ("(a**2 - b**2)/(a - b)", "a + b"))
    assert a == b
    assert Q.subtract(a, b) == Q.zero
    assert Q.make(*ALGEBRA.fraction(parse("a/(-b)"))) == Q.make(*ALGEBRA.fraction(parse("-a/b")))


def test_division_by_zero_is_an_error() -> None:
    with pytest.raises(ExpressionError, match="division by zero"):
        Q.divide(Q.one, Q.zero)


QUERIES = {"war": parse("a/(a + b)"), "peace": parse("b/(a + b)")}


@pytest.mark.parametrize(
    "text",
    [
        "P(war) + P(peace)",
        "2*P(war) - c*P(peace)",
        "P(war)/P(peace)",
        "P(war)**2",
        "P(war)**-1",
        "-P(peace)",
        "a*b",
        "(P(war) - c)**3/(1 + P(peace))",
    ],
)
def test_measures_with_queries(text: str) -> None:
    e = Expression.parse(text, queries=True)
    asked = Q.evaluate(e, lambda kind, label: Q.make(*ALGEBRA.fraction(QUERIES[label])))
    assert asked is not None
    plain = text
    for label, formula in QUERIES.items():
        plain = plain.replace(f"P({label})", f"({formula})")
    for point in points():
        assert number(asked, point) == parse(plain).evaluate(point)
        assert Q.expression(asked, point).evaluate(point) == parse(plain).evaluate(point)


@pytest.mark.parametrize("text", ["max(P(war), 1/2)", "abs(P(war))", "P(war)**(1/2)"])
def test_what_is_no_quotient_has_no_form(text: str) -> None:
    e = Expression.parse(text, queries=True)
    assert Q.evaluate(e, lambda *query: Q.one) is None
    assert Q.evaluate(Expression.parse("P(war)", queries=True)) is None
