"""Conditions written as comparisons with definitions say the same, at every point."""

from __future__ import annotations

import random
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deterrence import Model
from deterrence.algebra.expressions import Expression
from deterrence.algebra.literals import Literal
from deterrence.algebra.ordering import COMPARISONS
from deterrence.algebra.polynomials import Algebra
from deterrence.proving.conditions import Simplifier
from deterrence.proving.named_sides import NamedSides
from deterrence.proving.prover import Prover

parse = Expression.parse
DEFINITIONS = ["1/(1/a + 1/b)", "a/(a + b)", "(a - b)/(a + 2*b)", "a*b - 1", "a + b", "y/(1 + y)"]
FACTORS = ["1", "-2", "a", "b**2", "a + b", "-(a**2 + 1)", "x - 5", "y"]


@settings(max_examples=40)
@given(
    st.lists(st.sampled_from(DEFINITIONS), min_size=1, max_size=3, unique=True),
    st.sampled_from(["x", "y", "pair"]),
    st.sampled_from(FACTORS),
    st.sampled_from([">", ">=", "<", "<=", "==", "!="]),
    st.sampled_from([1, 3]),
    st.integers(0, 10**6),
)
def test_the_comparison_holds_where_the_polynomial_says(
    definitions: list[str], left: str, factor: str, sign: str, power: int, seed: int
) -> None:
    algebra = Algebra(["a", "b", "x", "y"])
    prover = Prover(algebra, [parse("a > 0"), parse("b > 0")])
    plain, simplifier = Simplifier(prover), Simplifier(prover, definitions=map(parse, definitions))
    one = definitions[-1] if left == "pair" else left
    top, bottom = algebra.lowest(*algebra.fraction(parse(f"({one}) - ({definitions[0]})")))
    poly = top**power * algebra.fraction(parse(factor))[0] * (1 if seed % 2 else -1)
    if not poly or poly.is_ground:
        return
    assert bottom
    literal = Literal(poly, sign)
    written = simplifier.literal(literal)
    rng = random.Random(seed)
    for _ in range(12):
        point = {n: Fraction(rng.randint(-9, 9), rng.randint(1, 4)) for n in "xy"}
        point |= {n: Fraction(rng.randint(1, 9), rng.randint(1, 4)) for n in "ab"}
        if rng.random() < 0.4 and left in "xy":
            point[left] = parse(definitions[0]).evaluate(point) if point["y"] != -1 else Fraction(0)
        try:
            found = written.evaluate(point)
        except Exception:  # a definition has a pole there
            assert point["y"] == -1
            continue
        truth = COMPARISONS[sign](algebra.evaluate(poly, algebra.complete(point)), 0)
        assert found == truth, (str(written), point)
        assert plain.literal(literal).evaluate(point) == truth


def test_a_sign_that_is_not_fixed_is_not_divided_away() -> None:
    algebra = Algebra(["a", "b", "x"])
    named = NamedSides(algebra, [parse("a/b")], ())
    poly = algebra.fraction(parse("x*b - a"))[0]
    assert named(poly, ">", lambda f: 0) is None
    assert str(named(poly, ">", lambda f: 1)) == "x > a/b"
    assert str(named(poly, ">", lambda f: -1)) == "x < a/b"
    open_sign = Simplifier(Prover(algebra, []), definitions=[parse("a/b")])
    assert str(open_sign.literal(Literal(poly, ">"))) == "a < b*x"
    fixed = Simplifier(Prover(algebra, [parse("b < 0")]), definitions=[parse("a/b")])
    assert str(fixed.literal(Literal(poly, ">"))) == "x < a/b"
    # A square of it is no comparison, and another name was asked for.
    assert named(poly**2, ">", lambda f: 1) is None
    assert named(poly, ">", lambda f: 1, "a") is None


def test_definitions_with_strange_names_or_functions_are_left_out() -> None:
    algebra = Algebra(["a", "x"])
    texts = ["q + 1", "min(a, 2)", "3", "x", "2*a"]
    named = NamedSides(algebra, map(parse, texts), ())
    assert str(named(algebra.fraction(parse("2*a - x"))[0], ">=", lambda f: 1)) == "x <= 2*a"


LADDER = """\
title: Three stages
form: strategic
players: [Russia, NATO]
actions:
  Russia: {hold: Hold, cyber: {title: Cyber, pays: -c}, force: {title: Force, pays: -2*c}}
  NATO: {none: Nothing, sanctions: {title: Sanctions, pays: -a}, arms: {title: Arms, pays: -2*a}}
parameters:
  g: {default: 10}
  l: {default: 40}
  c: {default: 5/2}
  a: {default: 3}
  b_R: {default: 4}
  b_N: {default: 4}
definitions: {a_2: 1/(1/l + 1/(l - b_N))}
assumptions: [g > 0, c > 0, a > 0, b_R > 0, b_N > 0, l > b_N, l > a]
outcomes:
  status_quo: {payoffs: [0, 0]}
  prevails: {payoffs: [g, -l]}
  information: {payoffs: [0, 0]}
  proxy: {payoffs: [-b_R, -b_N]}
game:
  hold: [status_quo, status_quo, status_quo]
  cyber: [prevails, information, information]
  force: [prevails, prevails, proxy]
"""


@pytest.fixture(scope="module")
def analysis() -> Any:
    return Model.from_text(LADDER).regimes()


def test_a_matrix_says_its_conditions_in_the_file_s_words(analysis: Any) -> None:
    assert analysis.cover == "proven"
    full = next(e for e in analysis if all(len(s) == 3 for s in e.support.values()))
    assert [str(c) for c in full.conditions] == ["a < 1/(1/l + 1/(l - b_N))", "g > 2*c"]
    text = analysis.document(full=True).text()
    assert "exists iff  a < a_2 and g > 2*c" in text
    assert "in symbols    a < a_2 and g > 2*c" in text
    assert text.count("1/(1/l + 1/(l - b_N))") == 1
    assert "A_1" not in text
    assert "a_2" in str(analysis)


def test_conditions_in_the_file_s_words_hold_where_the_equilibria_exist(analysis: Any) -> None:
    rng = random.Random(4)
    seen = set()
    for _ in range(40):
        point = {n: Fraction(rng.randint(1, 60), 7) for n in ("g", "c", "b_R", "b_N")}
        point["a"] = Fraction(rng.randint(1, 60), 11)
        point["l"] = max(point["a"], point["b_N"]) + Fraction(rng.randint(1, 60), 13)
        here = analysis.at(point)
        told = [e for e in analysis if all(c.evaluate(point) for c in e.conditions)]
        assert len(here) == len(told)
        seen |= {e.id for e in told}
    assert len(seen) >= 4
