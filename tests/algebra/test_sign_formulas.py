"""Formulas of signs against truth tables."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deterrence.algebra.expressions import Expression
from deterrence.algebra.literals import Literal, literal_mask
from deterrence.algebra.polynomials import Algebra
from deterrence.algebra.sign_formulas import (
    FALSE,
    TRUE,
    Memo,
    SignFormula,
    all_of,
    any_of,
    constant,
    literal,
    of_expression,
    of_literal,
    of_region,
)

ALGEBRA = Algebra(["x", "y", "z"])
X = ALGEBRA.ring.gens
SIGNS = [">", ">=", "<", "<=", "==", "!="]
TABLE = {">": {1}, ">=": {0, 1}, "<": {-1}, "<=": {-1, 0}, "==": {0}, "!=": {-1, 1}}

# Trees of ("literal", k, sign), ("and", ...), ("or", ...), judged here by their own rules.
trees = st.recursive(
    st.tuples(st.just("literal"), st.integers(0, 2), st.sampled_from(SIGNS)),
    lambda inner: st.builds(
        lambda op, parts: (op, *parts), st.sampled_from(["and", "or"]), st.lists(inner, max_size=3)
    ),
    max_leaves=8,
)


def built(tree: tuple) -> SignFormula:
    if tree[0] == "literal":
        return literal(X[tree[1]], tree[2])
    return (all_of if tree[0] == "and" else any_of)(built(t) for t in tree[1:])


def truth(tree: tuple, signs: tuple[int, ...]) -> bool:
    if tree[0] == "literal":
        return signs[tree[1]] in TABLE[tree[2]]
    return (all if tree[0] == "and" else any)(truth(t, signs) for t in tree[1:])


def at(signs: tuple[int, ...]):
    return dict(zip(X, signs, strict=True)).__getitem__


EVERYWHERE = list(itertools.product((-1, 0, 1), repeat=3))


@given(trees)
def test_a_formula_and_its_negation_mean_what_they_say(tree: tuple) -> None:
    formula = built(tree)
    for signs in EVERYWHERE:
        expected = truth(tree, signs)
        assert formula.holds(at(signs)) is expected
        assert formula.negated().holds(at(signs)) is not expected
    if formula.constant is not None:
        assert formula is constant(formula.constant)


@given(trees)
def test_strict_readings_agree_off_the_boundaries(tree: tuple) -> None:
    formula = built(tree)
    for signs in itertools.product((-1, 1), repeat=3):
        assert formula.strict().holds(at(signs)) is formula.holds(at(signs))
        assert formula.opposite().holds(at(signs)) is not formula.holds(at(signs))
    assert {lit.sign for lit in formula.strict().literals()} <= {">", "<", "==", "!="}


@given(trees, st.lists(st.sets(st.sampled_from([-1, 0, 1]), min_size=1), min_size=3, max_size=3))
def test_within_is_the_same_where_it_matters(tree: tuple, possible: list[set[int]]) -> None:
    formula = built(tree)
    known = {p: frozenset(s) for p, s in zip(X, possible, strict=True)}
    short = formula.within(known.__getitem__)
    for signs in itertools.product(*possible):
        assert short.holds(at(signs)) is formula.holds(at(signs))
    assert len(list(short.literals())) <= len(list(formula.literals()))


@given(trees)
def test_an_implicant_holds_and_implies(tree: tuple) -> None:
    formula = built(tree)
    for signs in EVERYWHERE:
        chosen = formula.implicant(at(signs), prefer=lambda lit: 1)
        assert (chosen is not None) is formula.holds(at(signs))
        if chosen is None:
            continue
        together = all_of(map(of_literal, chosen))
        assert together.holds(at(signs))
        for other in EVERYWHERE:
            assert not together.holds(at(other)) or formula.holds(at(other))


@pytest.mark.parametrize("sign", SIGNS)
def test_literals(sign: str) -> None:
    lit = Literal(X[0], sign)
    for v in (-2, 0, 3):
        expected = (v > 0) - (v < 0) in TABLE[sign]
        assert lit.holds(v) is expected
        assert lit.negated().holds(v) is not expected
        if v:
            assert lit.strict().holds(v) is expected
            assert lit.opposite().holds(v) is not expected
    np = pytest.importorskip("numpy")
    values = np.array([-2.0, 0.0, 3.0])
    assert literal_mask(lit, values).tolist() == [lit.holds(v) for v in values.tolist()]


def test_leading_coefficients_are_made_positive_and_numbers_decided() -> None:
    x, y, _ = X
    (turned,) = literal(y - x, ">=").literals()
    assert turned == Literal(x - y, "<=")
    assert literal(ALGEBRA.ring(-3), "<") is TRUE
    assert literal(ALGEBRA.ring(0), "!=") is FALSE
    (kept,) = of_literal(Literal(y - x, ">=")).literals()
    assert kept == Literal(y - x, ">=")


def test_constants_are_absorbed() -> None:
    x = literal(X[0], ">")
    assert all_of([x, TRUE]) is x
    assert any_of([x, TRUE]) is TRUE
    assert all_of([x, FALSE]) is FALSE
    assert all_of([]) is all_of([TRUE, TRUE]) is TRUE
    assert any_of([]) is any_of([FALSE]) is FALSE
    assert of_region([()]) is TRUE
    assert of_region([]) is FALSE


@pytest.mark.parametrize("text", ["x > y and not y == z", "x/y <= z or x < y < z", "1/x > 1/y"])
def test_expressions_become_formulas(text: str) -> None:
    e = Expression.parse(text)
    formula = of_expression(ALGEBRA, e)
    for point in itertools.product((-2, -1, 1, 3), repeat=3):
        values = ALGEBRA.complete(dict(zip("xyz", map(Expression.number, point), strict=True)))
        exact = {k: v.args[0] for k, v in values.items()}

        def sign(p: object, exact: dict = exact) -> int:
            v = ALGEBRA.evaluate(p, exact)
            return (v > 0) - (v < 0)

        assert formula.holds(sign) is e.evaluate(exact)


def test_a_memo_computes_once_for_each_object() -> None:
    seen: list[object] = []
    memo = Memo(lambda p: seen.append(p) or len(seen))
    assert memo(X[0]) == memo(X[0]) == 1
    assert memo(X[1]) == 2
    assert len(seen) == 2
