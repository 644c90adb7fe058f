"""Which distinctions have to be made, and what is known of exponentials, logarithms and roots."""

from __future__ import annotations

import math
import random
from fractions import Fraction

import pytest

from deterrence.algebra.expressions import Expression
from deterrence.algebra.literals import Literal
from deterrence.algebra.polynomials import Algebra
from deterrence.proving.conditions import Simplifier
from deterrence.proving.distinctions import Distinctions
from deterrence.proving.prover import Prover

parse = Expression.parse


def _known(names: str, assumptions: list[str], *texts: str) -> tuple[Distinctions, list]:
    formulas, assumed = [parse(t) for t in texts], [parse(a) for a in assumptions]
    algebra = Algebra(names.split(), [*formulas, *assumed])
    known = Distinctions(Simplifier(Prover(algebra, assumed)))
    return known, [algebra.fraction(e)[0] for e in formulas]


@pytest.mark.parametrize(
    ("text", "assumptions", "in_the_way"),
    [
        ("max(a, b) - 1", [], False),
        ("max(a, b) - a", [], True),
        ("max(a, b) - a", ["b > a"], False),  # the case where it vanishes is assumed away
        ("max(a, b) - a", ["b >= a"], False),  # a boundary is left of it
        ("abs(a) - a", [], True),
        ("abs(a)*b - 1", [], False),
        ("max(abs(a), b) + a", [], True),
        ("(a if a > b else 1) - 1", [], True),
        ("(a if a == b else 1) - a", [], False),  # only where a is b
        ("min(a, b) + max(a, b) - a - b", [], True),
        ("(max(a, b) - a)*(max(a, b) - b)", [], True),
    ],
)
def test_a_distinction_is_in_the_way_where_a_polynomial_vanishes_all_over_a_case(
    text: str, assumptions: list[str], in_the_way: bool
) -> None:
    known, (poly,) = _known("a b", assumptions, text)
    assert bool(known.in_the_way(poly)) is in_the_way
    assert not known.unresolved


@pytest.mark.parametrize(
    ("text", "unresolved"),
    [
        ("sqrt(a) - b", False),
        ("sqrt(a)*sqrt(b) - a", False),
        ("sqrt(a) + sqrt(b) + sqrt(a + b) - 1", False),
        ("sqrt(a)*sqrt(b) - sqrt(a*b)", True),
        ("sqrt(4*a) - 2*sqrt(a)", True),
        ("sqrt(2*a) - sqrt(a)", False),
        ("sqrt(a**2) - a", True),
        ("sqrt(a)**2 - a", True),
        ("exp(a) - b", False),
        ("exp(a)*exp(b) - exp(a + b)", True),
        ("exp(a) + exp(b) - log(a)", False),
        ("log(a) + log(b) - log(a*b)", True),
        ("exp(a + 1) - 3*exp(a)", True),
    ],
)
def test_roots_and_exponentials_that_depend_on_each_other_are_said_to(
    text: str, unresolved: bool
) -> None:
    known, (poly,) = _known("a b", ["a > 0", "b > 0"], text)
    assert not known.in_the_way(poly)
    assert known.unresolved is unresolved


@pytest.mark.parametrize(
    ("assumptions", "statement"),
    [
        (["a > 0"], "log(1 + a) > 0"),
        (["a > 0"], "log(1 + a) < a"),
        (["0 < a < 1"], "log(a) < 0"),
        (["a > b"], "exp(a) > exp(b)"),
        (["a > b > 0"], "log(a) > log(b)"),
        ([], "exp(a) >= 1 + a"),
        (["a > 0"], "log(a) <= a - 1"),
        (["a > 0"], "exp(-a) < 1"),
        (["a > 0"], "exp(log(a)) == a"),
        (["a > 0", "b > 1"], "a*log(b) > 0"),
        (["a > b >= 0"], "sqrt(a) > sqrt(b)"),
        ([], "max(a, b) >= (a + b)/2"),
        (["a > 0"], "abs(b) < abs(b) + a"),
        ([], "abs(a + b) <= abs(a) + abs(b)"),
    ],
)
def test_what_is_true_of_functions_is_proven(assumptions: list[str], statement: str) -> None:
    assumed, e = [parse(a) for a in assumptions], parse(statement)
    algebra = Algebra(["a", "b"], [e, *assumed])
    top, bottom = algebra.fraction(e.args[1] - e.args[2])
    prover = Prover(algebra, assumed)
    literal = Literal(top * bottom, e.args[0][0])
    assert prover.decide([literal.negated()]).verdict == "impossible"
    assert prover.decide([literal]).verdict != "impossible"


@pytest.mark.parametrize("text", ["exp(a)", "log(a)", "exp(a)*exp(b)", "log(a) - log(b + 1)"])
def test_facts_hold_at_points(text: str) -> None:
    algebra = Algebra(["a", "b"], [parse(text)])
    rng = random.Random(1)
    points = [
        (1.0, 1.0),
        (0.5, 2.0),
        *((rng.uniform(0.1, 3), rng.uniform(0.1, 3)) for _ in "x" * 40),
    ]
    for a, b in points:
        values = {"a": a, "b": b}
        for e, atom in algebra.atoms.items():
            operand = e.args[1].evaluate(values)
            values[atom.name] = (math.exp if e.args[0] == "exp" else math.log)(operand)
        for fact in algebra.facts():
            assert fact.evaluate(values), (text, str(fact), values)


@pytest.mark.parametrize(
    ("text", "sign", "written"),
    [
        ("abs(a)", "!=", ["a != 0"]),
        ("abs(a)", "==", ["a == 0"]),
        ("abs(a)", ">", ["a != 0"]),
        ("abs(a)", "<=", ["a == 0"]),
        ("abs(a)", ">=", []),
        ("abs(a*b)", "!=", ["a != 0", "b != 0"]),
        ("abs(a - 1)*b", "!=", ["a != 1", "b != 0"]),
        ("sqrt(abs(a))", ">", ["a != 0"]),
    ],
)
def test_a_size_vanishes_where_its_operand_does(text: str, sign: str, written: list[str]) -> None:
    known, (poly,) = _known("a b", [], text)
    simplifier = known.simplifier
    found = simplifier.condition(Literal(poly, sign))
    assert found is not None
    assert sorted(str(simplifier.written(c)) for c in found) == written


def test_cases_of_a_model_are_those_that_the_assumptions_leave() -> None:
    known, (poly,) = _known("a b c", ["a > b"], "max(a, b, c)")
    cases = known.cases(known.all)
    assert cases is not None
    written = [sorted(str(known.simplifier.literal(lit)) for lit in c.conditions) for c in cases]
    assert written[0] == ["a >= c"]
    assert len(written) == 2
    assert "c > a" in written[1]
    point = {"a": Fraction(2), "b": Fraction(1), "c": Fraction(3)}
    full = known.algebra.complete(point)
    here = [
        case
        for case in cases
        if all(lit.holds(known.algebra.evaluate(lit.poly, full)) for lit in case.conditions)
    ]
    assert len(here) == 1
    top, bottom = here[0].fraction(poly, known.algebra.ring.one)
    assert (str(top), str(bottom)) == ("c", "1")
