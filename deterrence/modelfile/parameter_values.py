"""Put numbers in: overrides, derived parameters, and what assumptions say of signs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from deterrence.algebra.expressions import Expression
from deterrence.algebra.numbers import is_symbolic, to_number
from deterrence.errors import ExpressionError, UsageError
from deterrence.game.parameters import Parameter

#: What a caller may give as a number: text such as ``"1/3"`` is exact, a float stays a float.
Value = str | int | float | Fraction

_TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}


def joined(values: Mapping[str, Value] | None, overrides: Mapping[str, Value]) -> dict[str, Value]:
    """Return the values that a caller gave as a mapping and as keywords, together.

    Raises :class:`UsageError` where one name has two values, and for what is no mapping.

    >>> joined({"k_R": "15/2"}, {"l_N": 3})
    {'k_R': '15/2', 'l_N': 3}
    """
    if values is not None and not isinstance(values, Mapping):
        raise UsageError(
            f"values are names with numbers, not {str(values)[:40]!r}",
            remedy="write them as values={'k_R': '15/2'}, or as keywords: k_R='15/2'",
        )
    for name in overrides:
        if values and name in values:
            raise UsageError(
                f"{name} has two values: one in `values`, one as a keyword",
                remedy="give it once",
            )
    return {**(values or {}), **overrides}


def read_value(name: str, value: Any) -> Any:
    """Return a value that a caller gave: exact for text and whole numbers, floats as they are.

    Raises :class:`UsageError` for what is not a finite number.
    """
    try:
        number = to_number(value)
    except ExpressionError as error:
        raise UsageError(
            f"the value of {name} is not right: {error.what}",
            remedy=f"give {error.expected}" if error.expected else error.remedy,
        ) from None
    except (TypeError, ValueError, OverflowError):
        number = None
    if number is None or is_symbolic(number) or isinstance(number, complex):
        raise UsageError(
            f"the value of {name} is not a number: {str(value)[:40]!r}",
            remedy="give a number such as 3, 0.25 or 1/3",
        )
    return number


def derive(
    parameters: Mapping[str, Parameter], derived: Sequence[str], given: Mapping[str, Any]
) -> dict[str, Any]:
    """Return ``given`` with the derived parameters that it lacks computed.

    ``derived`` is in an order in which each needs only earlier ones.  Raises
    :class:`UsageError` where a formula has no value.
    """
    values = dict(given)
    for name in derived:
        formula = parameters[name].formula
        if name in values or formula is None:
            continue
        try:
            values[name] = formula.evaluate(values)
        except ExpressionError as error:
            raise UsageError(
                f"the parameter {name} has no value here: {error.what}", remedy=error.remedy
            ) from None
    return values


def one_sided(assumptions: Iterable[Expression]) -> list[tuple[str, str, Fraction]]:
    """Return the parts of assumptions that bound one parameter by a number: (name, sign, number).

    >>> one_sided([Expression.parse("0 <= rho < 1")])
    [('rho', '>=', Fraction(0, 1)), ('rho', '<', Fraction(1, 1))]
    """
    found = []
    stack = list(assumptions)[::-1]
    while stack:
        assumption = stack.pop()
        if assumption.op == "and":
            stack.extend(reversed(assumption.children))
        if assumption.op != "compare":
            continue
        operators, *parts = assumption.args
        for sign, left, right in zip(operators, parts, parts[1:], strict=False):
            if sign not in _TURNED:
                continue
            if left.op == "name" and right.op == "number":
                found.append((left.args[0], sign, right.args[0]))
            elif left.op == "number" and right.op == "name":
                found.append((right.args[0], _TURNED[sign], left.args[0]))
    return found


def signs(assumptions: Iterable[Expression]) -> dict[str, dict[str, bool]]:
    """Return sympy's assumptions for the parameters whose sign the model's assumptions fix.

    >>> signs([Expression.parse("0 <= rho < 1"), Expression.parse("v > 0")])
    {'rho': {'nonnegative': True}, 'v': {'positive': True}}
    """
    known: dict[str, dict[str, bool]] = {}
    for name, sign, number in one_sided(assumptions):
        facts = known.setdefault(name, {})
        if sign in (">", ">=") and number >= 0:
            strict = number > 0 or sign == ">"
            facts["positive" if strict else "nonnegative"] = True
        elif sign in ("<", "<=") and number <= 0:
            strict = number < 0 or sign == "<"
            facts["negative" if strict else "nonpositive"] = True
    # Assumptions that contradict each other say nothing; the loader reports them.
    return {
        name: facts
        for name, facts in known.items()
        if facts
        and not ({"positive", "nonpositive"} <= facts.keys())
        and not ({"negative", "nonnegative"} <= facts.keys())
        and not ({"negative", "positive"} <= facts.keys())
    }
