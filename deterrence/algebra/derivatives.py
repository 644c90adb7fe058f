"""Derivatives of expressions of model files.

>>> str(derivative(Expression.parse("a*b**2 + sqrt(a)"), "b"))
'a*(2*b)'
"""

from __future__ import annotations

from fractions import Fraction

from deterrence.algebra.expressions import Expression

_ZERO = Expression.number(0)


def derivative(e: Expression, name: str) -> Expression | None:
    """Return the derivative, None where there is no formula (min, max, abs, if)."""
    if name not in e.names:
        return _ZERO
    if e.op == "name":
        return Expression.number(1)
    if e.op == "call":
        return _call(e, name)
    if e.op not in ("add", "sub", "mul", "div", "pow", "neg"):
        return None
    u: Expression = e.args[0]
    du = derivative(u, name)
    if du is None:
        return None
    if e.op == "neg":
        return -du
    v: Expression = e.args[1]
    if e.op == "pow":
        if v.op != "number":
            return None
        slope: Expression = v * u ** (v.args[0] - 1) * du
        return slope
    dv = derivative(v, name)
    if dv is None:
        return None
    if e.op == "add":
        return du + dv
    if e.op == "sub":
        return du - dv
    if e.op == "mul":
        return du * v + u * dv
    return (du * v - u * dv) / v ** Expression.number(2)


def _call(e: Expression, name: str) -> Expression | None:
    function: str = e.args[0]
    inner: Expression = e.args[1]
    change = derivative(inner, name)
    if change is None or function not in ("sqrt", "exp", "log"):
        return None
    if function == "exp":
        return e * change
    if function == "log":
        return change / inner
    return Expression.number(Fraction(1, 2)) * change / e
