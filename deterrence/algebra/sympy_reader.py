"""Formulas of sympy as formulas of this package: converted part by part, never evaluated.

>>> import sympy
>>> g, k, l = sympy.symbols("g k l")
>>> str(from_sympy(g / (g + k - l))), str(from_sympy(sympy.sqrt(k) / 2))
('g/(g + k - l)', 'sqrt(k)/2')
>>> from_sympy(sympy.sin(k))
Traceback (most recent call last):
    ...
deterrence.errors.ExpressionError: sympy's sin is no part of a formula here (numbers, names, \
+ - * / **, comparisons, and, or, not, min, max, abs, sqrt, exp, log, Piecewise)
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from functools import reduce
from typing import Any

from deterrence.algebra.expression_reader import FILE_LIMITS
from deterrence.algebra.expressions import Expression, joined, total
from deterrence.algebra.numbers import parse_number
from deterrence.errors import ExpressionError

_LANGUAGE = (
    "numbers, names, + - * / **, comparisons, and, or, not, min, max, abs, sqrt, exp, log, "
    "Piecewise"
)
_SIGNS = {
    "StrictLessThan": "<",
    "LessThan": "<=",
    "StrictGreaterThan": ">",
    "GreaterThan": ">=",
    "Equality": "==",
    "Unequality": "!=",
}
_FUNCTIONS = {"Min": "min", "Max": "max", "Abs": "abs", "exp": "exp", "log": "log"}
_CONNECTIVES = {"And": "and", "Or": "or", "Not": "not"}


def is_sympy(value: object) -> bool:
    """Say whether a value is an object of sympy, without importing sympy."""
    return any(kind.__module__.partition(".")[0] == "sympy" for kind in type(value).__mro__)


def from_sympy(value: Any) -> Expression:
    """Return a sympy expression or condition as a formula.

    Raises :class:`ExpressionError` for functions that formulas do not have, for constants
    such as pi, and for what is too large or too deep to be read from a file.
    """
    most = FILE_LIMITS.terms
    if sum(1 for _ in zip(_walk(value), range(most + 1), strict=False)) > most:
        raise ExpressionError("the sympy expression is too long", expected=f"at most {most} parts")
    return _read(value, 0)


def signs_of(symbols: Iterable[Any]) -> list[Expression]:
    """Return what sympy assumes of the signs of symbols, as conditions.

    >>> import sympy
    >>> [str(e) for e in signs_of(sympy.symbols("k l", positive=True))]
    ['k > 0', 'l > 0']
    """
    found = []
    zero = Expression.number(0)
    for symbol in symbols:
        known = {
            ">": symbol.is_positive,
            "<": symbol.is_negative,
            ">=": symbol.is_nonnegative,
            "<=": symbol.is_nonpositive,
        }
        sign = next((sign for sign, holds in known.items() if holds), "")
        if sign:
            found.append(Expression("compare", (sign,), Expression.name(symbol.name), zero))
    return found


def _walk(value: Any) -> Iterable[Any]:
    stack = [value]
    while stack:
        node = stack.pop()
        yield node
        stack.extend(node.args)


def _read(value: Any, depth: int) -> Expression:
    if depth > FILE_LIMITS.depth:
        raise ExpressionError(
            "the sympy expression is nested too deeply",
            expected=f"at most {FILE_LIMITS.depth} levels",
        )
    kind = type(value).__name__

    def inner(parts: Sequence[Any]) -> list[Expression]:
        return [_read(part, depth + 1) for part in parts]

    if value.is_Rational:
        return Expression.number(Fraction(int(value.p), int(value.q)))
    if value.is_Float:
        return Expression.number(parse_number(str(value)))
    if value.is_Symbol:
        return Expression.parse(value.name) if value.name.isidentifier() else _no_name(value)
    if value.is_Add:
        return total(inner(value.as_ordered_terms()))
    if value.is_Mul:
        return _product(value, depth)
    if kind == "Exp1":
        return Expression("call", "exp", Expression.number(1))
    if value.is_Pow:
        base, exponent = value.args
        return _power(base, exponent, depth)
    if kind in _FUNCTIONS:
        return Expression("call", _FUNCTIONS[kind], *inner(value.args))
    if kind in _SIGNS:
        return Expression("compare", (_SIGNS[kind],), *inner(value.args))
    if kind in _CONNECTIVES:
        return (
            joined(_CONNECTIVES[kind], inner(value.args))
            if kind != "Not"
            else (Expression("not", *inner(value.args)))
        )
    if kind == "Piecewise":
        return _cases(value, depth)
    if kind in ("BooleanTrue", "BooleanFalse"):
        raise ExpressionError(
            f"sympy has worked this condition out already: it is {value}",
            remedy="write it as text, such as 'k > 0'",
        )
    raise ExpressionError(f"sympy's {kind} is no part of a formula here", remedy=_LANGUAGE)


def _no_name(value: Any) -> Expression:
    raise ExpressionError(
        f"the sympy symbol {value.name[:40]!r} has no name that a parameter can have",
        expected="letters, digits and _, such as k_R",
    )


def _product(value: Any, depth: int) -> Expression:
    above, below = [], []
    for factor in value.as_ordered_factors():
        exponent = factor.exp if factor.is_Pow else None
        if factor.is_Rational:
            above += [Expression.number(int(factor.p))] if factor.p != 1 else []
            below += [Expression.number(int(factor.q))] if factor.q != 1 else []
        elif exponent is not None and exponent.is_Rational and exponent < 0:
            below.append(_power(factor.base, -exponent, depth + 1))
        else:
            above.append(_read(factor, depth + 1))
    one = Expression.number(1)
    top, bottom = (reduce(lambda a, b: a * b, part, one) for part in (above, below))
    return top / bottom


def _power(base: Any, exponent: Any, depth: int) -> Expression:
    if exponent.is_Rational and exponent < 0:
        return Expression.number(1) / _power(base, -exponent, depth + 1)
    below = _read(base, depth + 1)
    if exponent.is_Rational and exponent.p == 1 and exponent.q == 2:
        return Expression("call", "sqrt", below)
    return below ** _read(exponent, depth + 1)


def _cases(value: Any, depth: int) -> Expression:
    *cases, (last, otherwise) = [pair.args for pair in value.args]
    if otherwise != True:  # noqa: E712 (sympy's own truth)
        raise ExpressionError(
            "the Piecewise says nothing of the rest", remedy="end it with (formula, True)"
        )
    result = _read(last, depth + 1)
    for formula, condition in reversed(cases):
        result = Expression("if", _read(condition, depth + 1), _read(formula, depth + 1), result)
    return result
