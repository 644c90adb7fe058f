"""Verdicts, samples and translations against exact evaluation at points."""

from __future__ import annotations

import itertools
import random
from fractions import Fraction

import pytest

from deterrence.algebra.expressions import Expression
from deterrence.algebra.literals import Literal
from deterrence.algebra.polynomials import Algebra
from deterrence.limits import work
from deterrence.proving.prover import Prover
from deterrence.proving.sample_points import SamplePoints

parse = Expression.parse
ALGEBRA = Algebra(["x", "y", "p"])
ASSUMED = [parse("x > y"), parse("y > 0"), parse("0 < p < 1")]
X, Y, P = ALGEBRA.ring.gens
SIGNS = (">", ">=", "<", "<=", "==", "!=")
POINTS = [
    {"x": x, "y": y, "p": p}
    for x, y, p in itertools.product(
        map(Fraction, ("1/2", "1", "2", "5")),
        map(Fraction, ("1/4", "1", "3/2")),
        map(Fraction, ("1/4", "1/2", "3/4")),
    )
    if x > y
]


def some_poly(chosen: random.Random):
    forms = (X - 2 * Y, X * P - Y, X + Y - 3, Y - 1, X * Y - 2, 1 - 2 * P, X**2 - Y - 1)
    return chosen.choice(forms) * chosen.choice((1, -1)) + chosen.choice((0, 0, 1))


@pytest.mark.parametrize("seed", range(40))
def test_verdicts_agree_with_points(seed: int) -> None:
    chosen = random.Random(seed)
    prover = Prover(ALGEBRA, ASSUMED)
    literals = [Literal(some_poly(chosen), chosen.choice(SIGNS)) for _ in range(3)]
    decision = prover.decide(literals)

    def hold(point) -> bool:
        return all(lit.holds(ALGEBRA.evaluate(lit.poly, point)) for lit in literals)

    if any(map(hold, POINTS)):
        assert decision.verdict == "possible"
    if decision.verdict == "impossible":
        assert not any(map(hold, POINTS))
    else:
        assert decision.witness is None or hold(decision.witness)
        assert decision.witness is None or all(a.evaluate(decision.witness) for a in ASSUMED)
    assert prover.decide(literals) is decision or prover.decide(literals).verdict == "impossible"


def test_implication() -> None:
    prover = Prover(ALGEBRA, ASSUMED)
    assert prover.implied([Literal(Y - 1, ">")], Literal(X - 1, ">"))
    assert not prover.implied([Literal(X - 1, ">")], Literal(Y - 1, ">"))


def test_a_core_is_found_and_known_afterwards() -> None:
    prover = Prover(ALGEBRA, ASSUMED)
    wrong = [Literal(X - Y, "<"), Literal(P - 1, "<"), Literal(Y - 1, ">")]
    assert prover.decide(wrong).verdict == "impossible"
    assert frozenset([Literal(X - Y, "<")]) in prover.cores
    asked = prover.queries
    assert prover.decide([Literal(X - Y, "<"), Literal(Y - 7, ">")]).verdict == "impossible"
    assert prover.queries == asked


def test_after_the_deadline_nothing_is_proven() -> None:
    prover = Prover(ALGEBRA, ASSUMED)
    with prover.within(-1.0):
        assert prover.expired
        assert prover.decide([Literal(X - Y, "<")]).verdict == "unknown"
    assert not prover.expired
    assert Prover(ALGEBRA, ASSUMED, deadline=work.now() - 1).expired


def verdict(prover: Prover, formula, point) -> str:
    """Return what the solver says of a formula at a point."""
    solver = prover.language.solver(5_000_000)
    for g, v in zip((X, Y, P), point.values(), strict=True):
        solver.add(prover.language.literal(Literal(g * v.denominator - v.numerator, "==")))
    solver.add(formula)
    return str(solver.check())


PLAIN = ("x > 2*y", "x > 2*y and y < 1", "1/x < p < y", "x*p >= y or y/(x - y) > 1")


@pytest.mark.parametrize("text", [*PLAIN, "not (x >= 2 or p == 1/2)", "x/y != 2"])
def test_formulas_of_the_solver_say_what_the_condition_says(text: str) -> None:
    prover = Prover(ALGEBRA, ASSUMED)
    formula = prover.language.formula(parse(text))
    for point in POINTS:
        assert verdict(prover, formula, point) == (
            "sat" if parse(text).evaluate(point) else "unsat"
        ), point


@pytest.mark.parametrize("text", PLAIN)
def test_the_opposite_of_a_condition_fails_all_around(text: str) -> None:
    prover = Prover(ALGEBRA, ASSUMED)
    opposite = prover.language.opposite(parse(text))
    little = Fraction(1, 10**6)
    for point in POINTS:
        beside = [
            {n: v + k * little for (n, v), k in zip(point.items(), steps, strict=True)}
            for steps in itertools.product((-3, 0, 4), repeat=3)
        ]
        fails = not any(parse(text).evaluate(near) for near in beside)
        assert verdict(prover, opposite, point) == ("sat" if fails else "unsat"), point


def test_samples_keep_the_assumptions_and_begin_with_the_seeds() -> None:
    seed = {"x": Fraction(7, 3), "y": Fraction(1, 3), "p": Fraction(1, 7)}
    space = SamplePoints(ALGEBRA, ASSUMED, seeds=[seed], nonzero=[X - 2 * Y])
    assert space.point(0) == seed
    assert space.points.shape[1] > 1000
    for column in range(0, space.points.shape[1], 101):
        point = space.point(column)
        assert all(a.evaluate(point) for a in ASSUMED)
        assert point["x"] != 2 * point["y"]
    broken = {"x": Fraction(1), "y": Fraction(2), "p": Fraction(1, 2)}
    assert SamplePoints(ALGEBRA, ASSUMED, seeds=[broken]).point(0) != broken


def test_masks_and_exact_witnesses() -> None:
    space = SamplePoints(ALGEBRA, ASSUMED)
    literals = [Literal(X - 2 * Y, ">"), Literal(2 * P - 1, "<=")]
    mask = space.samples_where(literals)
    for column in range(0, mask.shape[0], 89):
        point = space.point(column)
        expected = point["x"] > 2 * point["y"] and point["p"] <= Fraction(1, 2)
        assert bool(mask[column]) == expected
    witness = space.exact_witness(literals, mask)
    assert witness is not None
    assert witness["x"] > 2 * witness["y"]
    assert space.exact_witness(literals, mask & False) is None


def test_irrational_values_near_zero_count_as_failures() -> None:
    root = parse("sqrt(x)")
    algebra = Algebra(["x"], [root])
    space = SamplePoints(algebra, [parse("x > 0")])
    gap = algebra.fraction(root - parse("x"))[0]
    assert space.satisfies({"x": Fraction(4)}, [Literal(gap, "<")])
    assert space.satisfies({"x": Fraction(1)}, [Literal(gap, "<=")])  # exact there
    assert not space.satisfies({"x": Fraction(-1)}, [Literal(gap, "<")])
    zero = algebra.fraction(root * root - parse("x"))[0]
    assert not any(
        space.satisfies({"x": Fraction(2)}, [Literal(zero, sign)])
        for sign in (">", ">=", "<", "<=")
    )
