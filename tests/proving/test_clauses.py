"""Simplified conditions against the literals that they stand for, at every point of a grid."""

from __future__ import annotations

import itertools
import random
from fractions import Fraction

import pytest

from deterrence.algebra.expressions import Expression
from deterrence.algebra.literals import Literal
from deterrence.algebra.polynomials import Algebra
from deterrence.proving.conditions import Simplifier
from deterrence.proving.prover import Prover

parse = Expression.parse
ALGEBRA = Algebra(["a", "b", "s"])
ASSUMED = [parse("a > 0"), parse("b >= 0"), parse("0 <= s <= 1")]
SIMPLIFIER = Simplifier(Prover(ALGEBRA, ASSUMED))
A, B, S = ALGEBRA.ring.gens
#: Of one sign, of one sign or zero, always zero nowhere, and open.
FACTORS = (A, B, -B, S, 1 - S, A + B, A - B, A - 2 * S, B - 1, A**2 + 1)
SIGNS = (">", ">=", "<", "<=", "==", "!=")
#: Points that keep the assumptions, those on their boundaries included.
GRID = [
    dict(zip("abs", point, strict=True))
    for point in itertools.product(
        (Fraction(1, 2), Fraction(1), Fraction(2)),
        (Fraction(0), Fraction(1, 2), Fraction(1), Fraction(2)),
        (Fraction(0), Fraction(1, 4), Fraction(1, 2), Fraction(1)),
    )
]


def holds(literal: Literal, point: dict[str, Fraction]) -> bool:
    return literal.holds(ALGEBRA.evaluate(literal.poly, point))


def all_hold(clauses, point: dict[str, Fraction]) -> bool:
    """Evaluate a conjunction of disjunctions; None can never hold."""
    return clauses is not None and all(any(holds(lit, point) for lit in c) for c in clauses)


def product(seed: int):
    chosen = random.Random(seed)
    poly = ALGEBRA.ring.one * chosen.choice((1, -1, 3))
    for _ in range(chosen.randint(1, 3)):
        poly = poly * chosen.choice(FACTORS)
    return poly


@pytest.mark.parametrize("sign", SIGNS)
def test_a_condition_is_its_literal_on_boundaries_too(sign: str) -> None:
    for seed in range(60):
        literal = Literal(product(seed), sign)
        clauses = SIMPLIFIER.condition(literal)
        for point in GRID:
            assert all_hold(clauses, point) == holds(literal, point), (literal, point)


def test_a_condition_that_never_or_always_holds() -> None:
    assert SIMPLIFIER.condition(Literal(A * (A + B), "<")) is None
    assert SIMPLIFIER.condition(Literal(A * (A + B), ">")) == []
    assert SIMPLIFIER.condition(Literal(ALGEBRA.ring.zero, ">=")) == []
    assert SIMPLIFIER.condition(Literal(ALGEBRA.ring.zero, ">")) is None


@pytest.mark.parametrize(
    ("factor", "sign"),
    [
        (A, (1, False)),
        (B, (1, True)),
        (-B, (-1, True)),
        (1 - S, (1, True)),
        (A - B, None),
        (A**2 + 1, (1, False)),
        (ALGEBRA.ring(-3), (-1, False)),
    ],
)
def test_the_sign_that_the_assumptions_fix(factor, sign) -> None:
    assert SIMPLIFIER.sign(factor) == sign


def test_conjunctions_lose_only_what_the_rest_implies() -> None:
    for seed in range(40):
        chosen = random.Random(seed)
        literals = [Literal(product(10 * seed + k), chosen.choice(SIGNS)) for k in range(3)]
        clauses = SIMPLIFIER.conjunction(literals)
        short = None if clauses is None else SIMPLIFIER.irredundant(clauses)
        for point in GRID:
            assert all_hold(short, point) == all(holds(lit, point) for lit in literals)


def test_an_implied_condition_goes() -> None:
    weak, strong = (Literal(B - 1, ">"),), (Literal(B - 2, ">"),)
    assert SIMPLIFIER.irredundant([weak, strong]) == [strong]


@pytest.mark.parametrize("isolate", ["", "a", "b", "s"])
def test_what_is_written_says_the_same(isolate: str) -> None:
    for seed in range(40):
        literal = Literal(product(seed), SIGNS[seed % 6])
        for clause in SIMPLIFIER.condition(literal) or []:
            written = SIMPLIFIER.written(clause, isolate)
            for point in GRID:
                assert written.evaluate(point) == any(holds(lit, point) for lit in clause)


@pytest.mark.parametrize(
    ("poly", "sign", "isolate", "text"),
    [
        (A - B, ">", "", "a > b"),
        (A - B, "<=", "", "b >= a"),
        (B - 1, "<", "", "b < 1"),
        (A * S - B, ">=", "s", "s >= b/a"),
        (B * S - A, ">", "s", "b*s > a"),  # b may vanish
        (1 - A * S, ">", "s", "s < 1/a"),
    ],
)
def test_how_it_is_written(poly, sign: str, isolate: str, text: str) -> None:
    assert str(SIMPLIFIER.literal(Literal(poly, sign), isolate)) == text
