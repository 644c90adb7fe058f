"""Whatever expression is printed can be read again, and is the same expression."""

from __future__ import annotations

import operator
import unicodedata
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deterrence import load_model
from deterrence.algebra.expressions import Expression
from deterrence.errors import ExpressionError

ARITHMETIC: tuple[Callable[[Any, Any], Any], ...] = (
    operator.add,
    operator.sub,
    operator.mul,
    operator.truediv,
    operator.pow,
)
SIGNS = st.sampled_from(["<", "<=", ">", ">=", "==", "!="])
NAMES = ("a", "b", "k_R", "e1", "P", "prob", "payoff")
LABELS = ("war", "if", "True", "None", "Köln", "не воевать", "戦争", 'a "b"', "it's", "a\\b", "x y")


@st.composite
def numbers(draw: st.DrawFn, depth: int = 4) -> Expression:
    """A formula, built as arithmetic builds it."""
    kind = draw(st.integers(0, 8 if depth else 3))
    if kind == 0:
        return Expression.number(draw(st.integers(-5, 5)))
    if kind == 1:
        return Expression.number(draw(st.fractions(-3, 3, max_denominator=4)))
    if kind == 2:
        return Expression.name(draw(st.sampled_from(NAMES)))
    if kind == 3:
        label = st.sampled_from(LABELS) | st.text(min_size=1, max_size=5)
        name, count = draw(st.sampled_from([("P", 1), ("payoff", 1), ("prob", 2)]))
        words = [unicodedata.normalize("NFC", draw(label)) for _ in range(count)]
        return Expression("query", name, *words)
    first = draw(numbers(depth - 1))
    if kind == 4:
        return -first
    if kind == 5:
        return Expression("call", draw(st.sampled_from(["abs", "sqrt", "exp", "log"])), first)
    second = draw(numbers(depth - 1))
    if kind == 6:
        return Expression("call", draw(st.sampled_from(["min", "max"])), first, second)
    if kind == 7:
        return Expression("if", draw(truths(depth - 1)), first, second)
    try:
        return draw(st.sampled_from(ARITHMETIC))(first, second)  # type: ignore[no-any-return]
    except ExpressionError:  # a division by zero, or a number without end
        return first


@st.composite
def truths(draw: st.DrawFn, depth: int = 4) -> Expression:
    """A condition."""
    kind = draw(st.integers(0, 3 if depth > 0 else 1))
    if kind < 2:
        parts = [draw(numbers(max(0, depth - 1))) for _ in range(kind + 2)]
        return Expression("compare", tuple(draw(SIGNS) for _ in parts[1:]), *parts)
    first = draw(truths(depth - 1))
    if kind == 2:
        return Expression("not", first)
    return Expression(draw(st.sampled_from(["and", "or"])), first, draw(truths(depth - 1)))


@given(numbers() | truths())
def test_what_is_printed_parses_back(e: Expression) -> None:
    assert Expression.parse(str(e), queries=True) == e, str(e)


def texts(value: Any) -> Iterator[str]:
    """Yield the formulas of an analysis as JSON: what stands under keys that hold some."""
    holding = {"payoffs", "profile", "outcomes", "measures", "conditions", "assumptions"}
    holding |= {"witness", "behaviour", "beliefs", "derivative"}
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _leaves(inner) if key in holding else texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from texts(inner)


def _leaves(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _leaves(inner)


@pytest.mark.parametrize(
    "name",
    ["asymmetric-bipolarity", "chicken", "rudimentary-deterrence", "inspection", "brinkmanship"],
)
def test_formulas_of_an_analysis_parse_back(name: str) -> None:
    found = set(texts(load_model(name).regimes(time_limit=20).to_dict()))
    assert len(found) > 5
    for text in found:
        e = Expression.parse(text, queries=True)
        assert Expression.parse(str(e), queries=True) == e
        assert str(e) == text
