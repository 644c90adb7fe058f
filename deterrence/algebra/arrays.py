"""Expressions on columns of floats: quick looks, never proofs.

>>> import numpy as np
>>> from deterrence.algebra.expressions import Expression
>>> truth(Expression.parse("a < 2*b"), {"a": np.array([1.0, 3.0]), "b": 1.0}).tolist()
[True, False]
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from deterrence.algebra.expressions import Expression


def truth(e: Expression, columns: Mapping[str, Any]) -> Any:
    """Evaluate an expression on numpy columns (floats)."""
    import numpy as np

    def value(part: Expression) -> Any:
        if part.op == "name":
            return columns[part.args[0]]
        return applied(part, [value(child) for child in part.children])

    with np.errstate(all="ignore"):
        return value(e)


def applied(e: Expression, parts: Sequence[Any]) -> Any:
    """Return the values of an expression that is no name, given those of its operands."""
    import numpy as np

    if e.op == "number":
        return float(e.args[0])
    if e.op == "compare":
        signs = {"<": np.less, "<=": np.less_equal, ">": np.greater, ">=": np.greater_equal}
        signs |= {"==": np.equal, "!=": np.not_equal}
        pairs = zip(e.args[0], parts, parts[1:], strict=False)
        return functools.reduce(np.logical_and, [signs[s](a, b) for s, a, b in pairs])
    many = {"and": np.logical_and, "or": np.logical_or, "min": np.minimum, "max": np.maximum}
    operation = e.args[0] if e.op == "call" else e.op
    if operation in many:
        return functools.reduce(many[operation], parts)
    table: dict[str, Callable[..., Any]] = {"add": np.add, "sub": np.subtract, "mul": np.multiply}
    table |= {
        "div": np.divide,
        "pow": np.power,
        "neg": np.negative,
        "not": np.logical_not,
        "if": np.where,
    }
    table |= {"sqrt": np.sqrt, "exp": np.exp, "log": np.log, "abs": np.abs}
    return table[operation](*parts)
