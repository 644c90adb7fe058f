"""The ring of a model's parameters: round trips, factors, lowest terms; against sympy."""

from __future__ import annotations

import math
from fractions import Fraction

import sympy
from hypothesis import assume, given
from hypothesis import strategies as st

from deterrence.algebra import factoring
from deterrence.algebra.coordinates import Coordinates
from deterrence.algebra.expressions import Expression
from deterrence.algebra.factoring import factored, reduced
from deterrence.algebra.polynomials import Algebra, common_denominator
from deterrence.algebra.sparse_polynomials import (
    constant,
    plus,
    powers,
    proportional,
    put_in,
    replaced,
    times,
    value_at,
    variable,
)
from deterrence.algebra.terms import evaluated, terms_text

NAMES = ("a", "b", "c")
numbers = st.builds(Fraction, st.integers(-5, 5), st.integers(1, 3))
points = st.fixed_dictionaries(dict.fromkeys(NAMES, numbers))
terms = st.dictionaries(
    st.tuples(*[st.integers(0, 2)] * 3), st.integers(-4, 4).filter(bool), min_size=1, max_size=5
)


def element(algebra: Algebra, table: dict):
    return algebra.ring.from_dict({m: algebra.ring.domain(c) for m, c in table.items()})


@given(terms, points)
def test_what_is_written_reads_back(table: dict, point: dict) -> None:
    algebra = Algebra(NAMES)
    p = element(algebra, table)
    written = algebra.expression(p)
    assert algebra.fraction(Expression.parse(str(written))) == (p, algebra.ring.one)
    assert written.evaluate(point) == algebra.evaluate(p, point)
    assert evaluated(NAMES, table.items(), point) == algebra.evaluate(p, point)
    text = terms_text(NAMES, table).replace("^", "**")
    assert Expression.parse(text).evaluate(point) == algebra.evaluate(p, point)


@given(terms, terms)
def test_factors_multiply_back_and_are_sympys(one: dict, two: dict) -> None:
    algebra = Algebra(NAMES)
    p = element(algebra, one) * element(algebra, two)
    number, parts = algebra.factors(p)
    product = algebra.ring(number)
    for f, k in parts:
        assert f.LC > 0
        product *= f**k
    assert product == p
    theirs = sympy.factor_list(p.as_expr())[1]
    assert sorted(k for _, k in parts) == sorted(k for _, k in theirs)
    known = algebra.product(element(algebra, one), element(algebra, two))
    assert dict(algebra.factors(known)[1]) == dict(parts)


@given(terms, terms)
def test_factors_are_those_of_sympy(one: dict, two: dict) -> None:
    algebra = Algebra(NAMES)
    p = element(algebra, one) * element(algebra, two)
    number, parts = factored(p)
    expected, others = p.factor_list()
    assert number == expected
    assert dict(parts) == {f: int(k) for f, k in others}


@given(terms, terms, terms)
def test_common_divisors_are_those_of_sympy(one: dict, two: dict, three: dict) -> None:
    algebra = Algebra(NAMES)
    p, q, c = (element(algebra, t) for t in (one, two, three))
    common, rest = reduced([p * c, q * c])
    assert common == (p * c).gcd(q * c)
    assert [common * r for r in rest] == [p * c, q * c]


@given(terms, terms, terms)
def test_lowest_terms(one: dict, two: dict, shared: dict) -> None:
    algebra = Algebra(NAMES)
    p, q, c = (element(algebra, t) for t in (one, two, shared))
    top, bottom = algebra.lowest(p * c, q * c)
    assert top * q == p * bottom
    assert bottom.LC > 0
    assert top.gcd(bottom).is_ground
    assert math.gcd(int(top.content()), int(bottom.content())) == 1
    assert common_denominator([(p, q), (p, c)]).rem([q]) == 0


@given(terms, points)
def test_quotients_are_written_positive_at_a_point(table: dict, point: dict) -> None:
    algebra = Algebra(NAMES)
    p, q = element(algebra, table), element(algebra, {(1, 0, 0): 1, (0, 1, 0): -1})
    assume(point["a"] != point["b"])
    expected = algebra.evaluate(p, point) / algebra.evaluate(q, point)
    assert algebra.quotient(p, q).evaluate(point) == expected
    assert algebra.quotient(p, q, point).evaluate(point) == expected
    assert algebra.over_positive(p, q, point).evaluate(point) == expected


def test_atoms_have_the_facts_that_pin_them_down() -> None:
    texts = ["sqrt(a)", "max(a, b)", "abs(a - b)", "exp(a)"]
    algebra = Algebra(NAMES, [Expression.parse(t) for t in texts])
    assert not algebra.is_exact
    assert Algebra(NAMES, [Expression.parse(t) for t in texts[:3]]).is_exact
    point = {"a": Fraction(4), "b": Fraction(9), "c": Fraction(0)}
    exact = Algebra(NAMES, [Expression.parse(t) for t in texts[:3]])
    full = exact.complete(point)
    assert all(fact.evaluate(full) for fact in exact.facts())
    p, _ = exact.fraction(Expression.parse("max(a, b) - sqrt(a)"))
    assert exact.evaluate(p, full) == 7
    assert str(exact.expression(p)) in ("max(a, b) - sqrt(a)", "-(sqrt(a) - max(a, b))")


@given(terms, points)
def test_coordinates_change_back(table: dict, point: dict) -> None:
    algebra = Algebra(NAMES)
    p = element(algebra, table)
    change = Coordinates(algebra.ring, turned=[2], blocks=[[0, 1]], fixed=[1])
    change._apply((0, 1, 1))
    inner = [point[n] for n in NAMES]
    outer = change.outside(inner)
    values = dict(zip(NAMES, outer, strict=True))
    assert algebra.evaluate(change.inside(p), point) == algebra.evaluate(p, values)


def test_of_a_polynomial_of_too_many_terms_only_variables_are_taken_out(monkeypatch) -> None:
    monkeypatch.setattr(factoring, "_TERMS", 1)
    algebra = Algebra(NAMES)
    a, b, c = algebra.ring.gens
    rest = (a + b) ** 2 * (a * c + 1)
    assert factored(-2 * a * rest) == (-2, [(a, 1), (rest, 1)])


# ---- plain dictionaries ------------------------------------------------------------
sparse = st.dictionaries(
    st.lists(st.integers(0, 2), max_size=3).map(lambda v: tuple(sorted(v))),
    numbers.filter(bool),
    max_size=4,
)
places = st.fixed_dictionaries(dict.fromkeys(range(3), numbers))


@given(sparse, sparse, places)
def test_sparse_arithmetic_by_values(p: dict, q: dict, point: dict) -> None:
    x, y = value_at(p, point), value_at(q, point)
    assert value_at(plus(p, q, Fraction(-2)), point) == x - 2 * y
    assert value_at(times(p, q), point) == x * y
    assert all(plus(p, q).values())
    assert plus(p, p, Fraction(-1)) == {}
    some = {0: point[0], 2: point[2]}
    assert value_at(put_in(p, some), point) == x
    parts = powers(p, 1)
    assert sum(value_at(c, point) * point[1] ** k for k, c in enumerate(parts)) == x


@given(sparse, places, numbers.filter(bool))
def test_sparse_substitution(p: dict, point: dict, bottom: Fraction) -> None:
    top = plus(variable(2), constant(1))
    got = value_at(replaced(p, 1, top, constant(bottom)), point)
    moved = {**point, 1: (point[2] + 1) / bottom}
    assert got == value_at(p, moved) * bottom ** (len(powers(p, 1)) - 1)


@given(sparse, numbers)
def test_sparse_proportion(p: dict, factor: Fraction) -> None:
    q = {m: c * factor for m, c in p.items() if factor}
    assert proportional(p, q) is (bool(p) and factor > 0)


def test_large_coefficients_that_flint_gives_up_on_are_factored() -> None:
    algebra = Algebra(["v", "w"])
    _, w = algebra.ring.gens
    parts = (49 * w - 75, 50024237151 * w + 3658999545050)
    assert algebra.factors(-50 * parts[0] * parts[1]) == (-50, tuple((f, 1) for f in parts))
