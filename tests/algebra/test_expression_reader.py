"""The reader of formulas: any kind of formula can be built, and what is written reads back."""

from __future__ import annotations

import contextlib
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deterrence.algebra.expression_reader import FUNCTIONS, QUERIES, RESERVED, read
from deterrence.algebra.expressions import Expression
from deterrence.errors import ExpressionError

VALUES = {"a": Fraction(3, 2), "b": Fraction(-2), "c": Fraction(7, 5)}


class Computed:
    """A kind of formula that is worked out as it is read."""

    def __init__(self, op: str, *args: Any) -> None:
        self.op, self.args = op, args
        values = [arg.value if isinstance(arg, Computed) else arg for arg in args]
        self.value: Any
        if op == "number":
            self.value = values[0]
        elif op == "call":
            self.value = {"min": min, "max": max, "abs": abs}[values[0]](*values[1:])
        elif op == "if":
            self.value = values[1] if values[0] else values[2]
        elif op == "compare":
            tests = {"<": "__lt__", "<=": "__le__", ">": "__gt__", ">=": "__ge__"}
            pairs = zip(values[0], values[1:], values[2:], strict=False)
            self.value = all(getattr(left, tests[sign])(right) for sign, left, right in pairs)

    @classmethod
    def number(cls, value: object) -> Computed:
        return cls("number", Fraction(value))

    @classmethod
    def name(cls, name: str) -> Computed:
        return cls.number(VALUES[name])

    @classmethod
    def binary(cls, op: str, left: Computed, right: Computed) -> Computed:
        a, b = left.value, right.value
        if op == "div" and b == 0:
            raise ExpressionError("division by zero")
        value = {"add": a + b, "sub": a - b, "mul": a * b}.get(op)
        if value is None:
            value = a / b if op == "div" else a**b
        return cls.number(value)

    def __neg__(self) -> Computed:
        return self.number(-self.value)

    @property
    def is_boolean(self) -> bool:
        return self.op == "compare"


texts = st.recursive(
    st.one_of(st.sampled_from(sorted(VALUES)), st.integers(0, 9).map(str)),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from("+-*/"), inner).map("({0[0]}{0[1]}{0[2]})".format),
        inner.map("-{}".format),
        st.tuples(inner, inner).map("max({0[0]}, {0[1]})".format),
        st.tuples(inner, inner, inner).map("({0[0]} if {0[1]} < {0[2]} else a)".format),
    ),
    max_leaves=10,
)


@given(texts)
def test_another_kind_of_formula_is_built_by_the_same_reader(text: str) -> None:
    try:
        value = read(text, Computed).value
    except ExpressionError:
        return
    assert Expression.parse(text).evaluate(VALUES) == value


@given(texts)
def test_what_is_written_reads_back(text: str) -> None:
    try:
        e = Expression.parse(text)
    except ExpressionError:
        return
    assert Expression.parse(str(e)) == e


@pytest.mark.parametrize(
    ("text", "column"),
    [("a + x", 5), ("  a + x", 7), ("a/(1 - 1)", 4), ("a < b + (c < 1)", 10), ("a\n + é", 6)],
)
def test_a_fault_has_its_column(text: str, column: int) -> None:
    with pytest.raises(ExpressionError) as caught:
        Expression.parse(text, VALUES)
    assert caught.value.column == column


def test_queries_are_words_only_where_they_are_allowed() -> None:
    assert str(Expression.parse("P(war) + 1", queries=True)) == "P(war) + 1"
    with pytest.raises(ExpressionError, match="not a function"):
        Expression.parse("P(war)")
    assert {*FUNCTIONS} < RESERVED
    assert not {*QUERIES} & RESERVED


def test_a_query_s_name_without_a_bracket_is_a_parameter() -> None:
    e = Expression.parse("P*P(war) + prob", ["P", "prob"], queries=True)
    assert e.names == {"P", "prob"}
    assert e.evaluate({"P": 2, "prob": 1}, query=lambda *_: Fraction(1, 2)) == 2
    with pytest.raises(ExpressionError, match=r"write P\(...\)"):
        Expression.parse("P + 1", ["a"], queries=True)


@pytest.mark.parametrize(
    ("text", "remedy"),
    [
        ("2s", "write 2*s"),
        ("-2 s", "write 2*s"),
        ("1e3x", "write 1e3*x"),
        ("2j", "write 2*j"),
        ("2(a + b)", "for a product, write 2*(a + b)"),
        ("(a + b) c", "write (...)*c"),
        ("s t", "write s*t"),
        ("s(1 - s)", "for a product, write s*(1 - s)"),
        ("P(1 - p)", "P(outcome) is asked in measures and conclusions only; for a product, write "
         "P*(1 - p)"),
        ("1 if a < b else 2 c", "write 2*c"),
        ("40%", "write 0.4 or 2/5"),
        ("40%*s", "write 0.4 or 2/5"),
        ("s*33,3 %", "write 0.333 or 333/1000"),
        ("s*0,5", "write 0.5, with a point"),
        ("a < 0,1", "write 0.1, with a point"),
        ("1_000*s", "write 1000"),
        ("s^2", "write ** for a power"),
        ("a = b", "write == for equality"),
        ("a % b", ""),
        ("a, b", ""),
    ],
)  # fmt: skip
def test_what_beginners_type_is_answered_with_what_to_write(text: str, remedy: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        Expression.parse(text)
    assert caught.value.remedy == remedy
    assert caught.value.column is not None


@given(texts, st.sampled_from(["2s", "s t", "40%", "0,5", "2(a)", "P()", "a b c", "'2s' % 3"]))
def test_a_hint_is_no_other_fault(text: str, wrong: str) -> None:
    for whole in (f"{text} + {wrong}", f"{wrong}*{text}", f"{text}{wrong}"):
        for queries in (False, True):
            with contextlib.suppress(ExpressionError):
                Expression.parse(whole, queries=queries)
