"""Typeset formulas mean what they say: LaTeX and MathML are read back and computed."""

from __future__ import annotations

import html
import re
from fractions import Fraction
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deterrence.algebra.expressions import Expression
from deterrence.errors import ExpressionError
from deterrence.words.typeset import expression_html, expression_latex

VALUES = {"a": Fraction(3, 2), "b": Fraction(-2), "c": Fraction(7, 5)}


def _combined(op: str, left: Expression, right: Expression) -> Expression:
    try:
        return {"+": left + right, "-": left - right, "*": left * right, "/": None}.get(op) or (
            left / right
        )
    except ExpressionError:
        return left


formulas = st.recursive(
    st.one_of(
        st.sampled_from(sorted(VALUES)).map(Expression.name),
        st.fractions(-5, 5, max_denominator=4).map(Expression.number),
    ),
    lambda inner: st.one_of(
        st.builds(_combined, st.sampled_from("+-*/"), inner, inner),
        st.builds(lambda e: -e, inner),
        st.builds(lambda e: e**2, inner),
    ),
    max_leaves=12,
)


class Reader:
    """The reading of a typeset formula that schools teach; tokens may hold lists of tokens."""

    def __init__(self, tokens: list[Any]) -> None:
        self.tokens = tokens

    def peek(self) -> Any:
        return self.tokens[0] if self.tokens else None

    def sum(self) -> Fraction:
        total = self.product()
        while self.peek() in ("+", "-"):
            sign = self.tokens.pop(0)
            right = self.product()
            total = total + right if sign == "+" else total - right
        return total

    def product(self) -> Fraction:
        if self.peek() == "-":
            self.tokens.pop(0)
            return -self.product()
        value = self.power()
        while self.tokens and self.peek() not in ("+", "-", ")"):
            if self.peek() == "*":
                self.tokens.pop(0)
            value *= self.power()
        return value

    def power(self) -> Fraction:
        token = self.tokens.pop(0)
        if token == "(":
            value = self.sum()
            assert self.tokens.pop(0) == ")"
        elif isinstance(token, tuple):
            kind, one, two = token
            value, other = Reader(one).sum(), Reader(two).sum()
            value = value / other if kind == "frac" else value**other
        else:
            value = VALUES[token] if token in VALUES else Fraction(token)
        if self.peek() == "^":
            self.tokens.pop(0)
            value **= Reader(self.tokens.pop(0)).sum()
        return value


def computed(tokens: list[Any]) -> Fraction:
    reader = Reader(tokens)
    value = reader.sum()
    assert not reader.tokens
    return value


def latex_tokens(text: str) -> list[Any]:
    flat = re.findall(r"\\[a-z]+|[0-9]+|[a-z]|[-+(){}^]", text)

    def group() -> list[Any]:
        found: list[Any] = []
        while flat and (token := flat.pop(0)) != "}":
            if token == r"\frac":
                flat.pop(0)
                top = group()
                flat.pop(0)
                found.append(("frac", top, group()))
            elif token == "^":
                flat.pop(0)
                found += ["^", group()]
            elif token not in (r"\left", r"\right"):
                found.append("*" if token == r"\cdot" else token)
        return found

    return group()


def mathml_tokens(node: ElementTree.Element) -> list[Any]:
    if node.tag in ("mi", "mn", "mo"):
        text = node.text or ""
        return [{"\u2212": "-", "\u22c5": "*", "\u2062": "*"}.get(text, text)]
    if node.tag in ("mfrac", "msup"):
        one, two = (mathml_tokens(child) for child in node)
        return [(node.tag.removeprefix("m"), one, two)]
    return [token for child in node for token in mathml_tokens(child)]


@given(formulas)
def test_what_is_typeset_has_the_value_of_the_formula(e: Expression) -> None:
    try:
        value = e.evaluate(VALUES)
    except ExpressionError:
        return
    assert computed(latex_tokens(expression_latex(e))) == value
    root = ElementTree.fromstring(html.unescape(expression_html(e)))
    assert computed(mathml_tokens(root)) == value


def test_the_witness_knows_precedence() -> None:
    assert computed(latex_tokens(r"2 a^{2} - \frac{1}{2} \left(b + 1\right)")) == 5
    assert computed(latex_tokens(r"-a b")) == 3


@pytest.mark.parametrize(
    ("text", "latex"),
    [
        ("a > b and c > 0 or b > 0", r"a > b\ \mbox{and}\ c > 0\ \mbox{or}\ b > 0"),
        ("not (a > b)", r"\mbox{not }\left(a > b\right)"),
        ("a <= b < c", r"a \le b < c"),
        ("sqrt(abs(a))", r"\sqrt{\left|a\right|}"),
        ("max(a, b)", r"\max\left(a, b\right)"),
    ],
)
def test_conditions_and_functions(text: str, latex: str) -> None:
    assert expression_latex(Expression.parse(text)) == latex


def test_symbols_are_used_in_both_languages() -> None:
    e = Expression.parse("k_R")
    assert expression_latex(e, {"k_R": r"\kappa_R"}) == r"\kappa_R"
    assert "<msub><mi>\u03ba</mi><mi>R</mi></msub>" in expression_html(e, {"k_R": r"\kappa_R"})
