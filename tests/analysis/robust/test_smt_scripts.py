"""The text of questions, read back by z3 and held against exact values."""

from __future__ import annotations

from fractions import Fraction

import pytest
import z3

from deterrence.algebra.polynomials import Algebra
from deterrence.algebra.roots import exact_number, isolate
from deterrence.algebra.sign_formulas import FALSE, TRUE, all_of, any_of, literal
from deterrence.analysis.robust.change_space import ChangeSpace
from deterrence.analysis.robust.results import MovingParameter
from deterrence.analysis.robust.smt_scripts import SmtScript, number, symbol

ALGEBRA = Algebra(["a", "b"])
A, B = ALGEBRA.ring.gens
AXES = [
    MovingParameter("a", Fraction(3), Fraction(2), Fraction(1), Fraction(9)),
    MovingParameter("b", Fraction(1), Fraction(1, 2)),
]


def script(norm: str = "max") -> SmtScript:
    return SmtScript(ChangeSpace(ALGEBRA, AXES, norm))  # type: ignore[arg-type]


def answer(s: SmtScript, formulas: list, radius: object, *, strict: bool = True):
    lines = [
        *s.head(formulas, radius),
        *s.limits(),
        *s.ball(radius, strict),
        *(f"(assert {s.formula(f)})" for f in formulas),
    ]
    return s.ask(lines, 10.0)


@pytest.mark.parametrize(
    ("x", "text"),
    [(Fraction(0), "0.0"), (5, "5.0"), (Fraction(1, 3), "(/ 1 3)"), (-2, "(- 2.0)")],
)
def test_numbers(x: object, text: str) -> None:
    assert number(x) == text  # type: ignore[arg-type]


def test_symbols_hold_any_characters() -> None:
    assert symbol("a|b\\c") == "|a_b_c|"


def test_constants_and_nested_formulas() -> None:
    s = script()
    assert (s.formula(TRUE), s.formula(FALSE)) == ("true", "false")
    f = any_of([all_of([literal(A, ">"), literal(B, "!=")]), literal(A - B, "==")])
    text = s.formula(f)
    assert text.startswith("(or (and (> |a| 0.0) (not (= |b| 0.0)))")
    assert text.count("(") == text.count(")")


@pytest.mark.parametrize(
    ("norm", "radius", "strict", "expected"),
    [
        # a = b: from (3, 1) with steps 2 and 1/2; max: 2t + t/2 = 2, so t = 4/5.
        ("max", Fraction(4, 5), True, "unsat"),
        ("max", Fraction(4, 5), False, "sat"),
        ("max", Fraction(81, 100), True, "sat"),
        # sum: a alone down by 2, one unit; but a may go no lower than 1: just so.
        ("sum", Fraction(1), True, "unsat"),
        ("sum", Fraction(1), False, "sat"),
    ],
)
def test_the_ball_is_what_it_should_be(norm, radius, strict, expected) -> None:
    reply = answer(script(norm), [literal(A - B, "==")], exact_number(radius), strict=strict)
    assert reply.answer == expected
    if expected == "sat":
        assert reply.point is not None
        assert reply.point["a"] == reply.point["b"]


def test_limits_hold() -> None:
    assert answer(script(), [literal(A - 9, ">")], None).answer == "unsat"
    assert answer(script(), [literal(A - 9, "==")], None).answer == "sat"


def test_an_irrational_radius_is_pinned_down() -> None:
    root = isolate([(1, 0, -2)])[1]
    far = literal(A - 3, "==")
    b = literal(B**2 * 4 - 8 * B + 4 - 2, ">=")  # |b - 1| >= sqrt(1/2): t >= sqrt(2)
    assert answer(script(), [far, b], root).answer == "unsat"
    assert answer(script(), [far, b], exact_number(Fraction(3, 2))).answer == "sat"


def test_long_polynomials_are_written_once() -> None:
    s = script()
    poly = A**2 * B - 5 * A + 2 * B**3
    f = any_of([literal(poly, ">"), all_of([literal(poly, "=="), literal(A, ">")])])
    lines = s.head([f])
    assert sum("define-fun" in line for line in lines) == 1
    assert lines[0] == "(set-logic QF_NRA)"
    assert s.formula(f).count("|polynomial 1|") == 2
    solver = z3.Solver()
    solver.from_string("\n".join([*lines[1:], f"(assert {s.formula(f)})"]))
    assert solver.check() == z3.sat


def test_linear_questions_are_asked_as_such() -> None:
    assert script().head([literal(A - B, ">")])[0] == "(set-logic QF_LRA)"
