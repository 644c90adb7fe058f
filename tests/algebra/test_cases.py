"""Distinctions and roots settled case by case, held against plain evaluation at points."""

from __future__ import annotations

import math
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from deterrence.algebra.cases import CaseTable, is_distinction, options, settled_truth
from deterrence.algebra.expressions import Expression
from deterrence.algebra.polynomials import Algebra
from deterrence.algebra.sign_formulas import literal

SIGNS = ("<", "<=", ">", ">=", "==", "!=")
NAMES = ("a", "b", "c")

plain = st.sampled_from(["a", "b", "c", "a - b", "1", "0", "2*a", "b - 1"])


@st.composite
def formulas(draw: st.DrawFn, depth: int = 2) -> str:
    """Draw a formula with distinctions in each other."""
    if depth == 0:
        return draw(plain)
    inner = formulas(depth - 1)
    kind = draw(st.sampled_from(["min", "max", "abs", "if", "both", "sum", "plain"]))
    if kind in ("min", "max"):
        return f"{kind}({draw(inner)}, {draw(inner)}, {draw(plain)})"
    if kind == "abs":
        return f"abs({draw(inner)})"
    if kind == "if":
        test = f"{draw(inner)} {draw(st.sampled_from(SIGNS))} {draw(plain)}"
        return f"({draw(plain)} if {test} else {draw(inner)})"
    if kind == "both":
        join = draw(st.sampled_from(["and", "or"]))
        return f"({draw(plain)} if not ({draw(plain)} < 1 {join} a <= b) else {draw(plain)})"
    return f"({draw(inner)}) - ({draw(plain)})" if kind == "sum" else draw(plain)


points = st.fixed_dictionaries(
    {n: st.sampled_from([Fraction(x, 2) for x in range(-4, 5)]) for n in NAMES}
)


@given(formulas(), st.sampled_from(SIGNS), st.lists(points, min_size=4, max_size=4))
@settings(max_examples=60)
def test_a_formula_without_distinctions_holds_where_the_one_with_them_does(
    text: str, sign: str, where: list[dict[str, Fraction]]
) -> None:
    e = Expression.parse(text)
    algebra = Algebra(NAMES, [e])
    table = CaseTable(algebra)
    poly, divisor = algebra.fraction(e)
    assert table.complete
    assert divisor.is_ground
    settled = table.formula(literal(poly, sign))
    assert all(k < len(NAMES) for lit in settled.literals() for k in _places(lit.poly))
    condition = Expression("compare", (sign,), e, Expression.number(0))
    told = settled_truth(condition)
    assert not any(map(is_distinction, told.walk()))
    for point in where:
        holds = condition.evaluate(point)
        values = [point[n] for n in NAMES] + [Fraction(0)] * len(algebra.atoms)

        def value(p, values=values):
            return sum(
                Fraction(int(c)) * math.prod(x**k for x, k in zip(values, m, strict=True))
                for m, c in p.terms()
            )

        assert settled.holds(value) == holds == told.evaluate(point), (text, sign, point)


def _places(poly) -> set[int]:
    return {k for powers in poly for k, e in enumerate(powers) if e}


@given(formulas(1), points)
@settings(max_examples=60)
def test_cases_exclude_each_other_and_leave_nothing_out(
    text: str, point: dict[str, Fraction]
) -> None:
    for e in Expression.parse(text).walk():
        if is_distinction(e):
            here = [
                value.evaluate(point)
                for conditions, value in options(e)
                if all(
                    Expression("compare", (s,), d, Expression.number(0)).evaluate(point)
                    for d, s in conditions
                )
            ]
            assert here == [e.evaluate(point)]


roots = st.sampled_from(
    [
        "sqrt(a**2*b**2) - c",
        "sqrt(a) - b",
        "b*sqrt(a) - c",
        "(b - c)*sqrt(a) + b",
        "sqrt(a)*sqrt(b) - c",
        "sqrt(a) + sqrt(b) - c",
        "max(sqrt(a), b) - c",
        "sqrt(a/b) - c",
        "a - sqrt(a)**3",
        "sqrt(max(a, b)) - abs(c)",
    ]
)
squares = st.fixed_dictionaries(
    {
        "a": st.sampled_from([Fraction(0), Fraction(1, 4), Fraction(1), Fraction(4)]),
        "b": st.sampled_from([Fraction(1, 9), Fraction(1), Fraction(9, 4)]),
        "c": st.sampled_from([Fraction(x, 2) for x in range(-3, 5)]),
    }
)


@given(roots, st.sampled_from(SIGNS), squares)
@settings(max_examples=150)
def test_signs_with_roots_are_those_of_plain_polynomials(
    text: str, sign: str, point: dict[str, Fraction]
) -> None:
    e = Expression.parse(text)
    algebra = Algebra(NAMES, [e])
    table = CaseTable(algebra)
    poly, _ = algebra.fraction(e)
    full = {**dict.fromkeys(algebra.names, Fraction(0)), **point}
    settled = table.formula(literal(poly, sign))
    value = e.evaluate(point)
    assert isinstance(value, Fraction)
    condition = Expression("compare", (sign,), Expression.number(value), Expression.number(0))
    assert settled.holds(lambda p: algebra.evaluate(p, full)) == condition.evaluate({})
    assert table.defined.holds(lambda p: algebra.evaluate(p, full))


def test_what_is_under_a_root_has_to_be_at_least_zero() -> None:
    algebra = Algebra(NAMES, [Expression.parse("sqrt(a - b)")])
    defined = CaseTable(algebra).defined
    values = dict.fromkeys(algebra.names, Fraction(0))
    for a, holds in ((1, True), (0, True), (-1, False)):
        point = {**values, "a": Fraction(a)}
        assert defined.holds(lambda p, point=point: algebra.evaluate(p, point)) is holds


def test_exponentials_are_not_settled() -> None:
    assert not CaseTable(Algebra(["a"], [Expression.parse("exp(a)")])).complete
