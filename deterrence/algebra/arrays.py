"""Expressions on columns of floats: quick looks, never proofs.

>>> import numpy as np
>>> from deterrence.algebra.expressions import Expression
>>> truth(Expression.parse("a < 2*b"), {"a": np.array([1.0, 3.0]), "b": 1.0}).tolist()
[True, False]
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any

from deterrence.algebra.expressions import Expression


def truth(e: Expression, columns: Mapping[str, Any]) -> Any:
    """Evaluate an expression on numpy columns (floats)."""
    import numpy as np

    with np.errstate(all="ignore"):
        return _truth(e, columns, np)


def _truth(e: Expression, columns: Mapping[str, Any], np: Any) -> Any:
    if e.op == "number":
        return float(e.args[0])
    if e.op == "name":
        return columns[e.args[0]]
    if e.op == "if":
        test, then, other = (_truth(a, columns, np) for a in e.args)
        return np.where(test, then, other)
    parts = [_truth(a, columns, np) for a in e.children]
    if e.op == "compare":
        table = {"<": np.less, "<=": np.less_equal, ">": np.greater, ">=": np.greater_equal}
        table |= {"==": np.equal, "!=": np.not_equal}
        pairs = zip(e.args[0], parts, parts[1:], strict=False)
        return functools.reduce(np.logical_and, [table[s](a, b) for s, a, b in pairs])
    if e.op == "call":
        unary = {"sqrt": np.sqrt, "exp": np.exp, "log": np.log, "abs": np.abs}
        if e.args[0] in unary:
            return unary[e.args[0]](parts[0])
        result = parts[0]
        for part in parts[1:]:
            result = np.minimum(result, part) if e.args[0] == "min" else np.maximum(result, part)
        return result
    table2 = {"add": np.add, "sub": np.subtract, "mul": np.multiply, "div": np.divide}
    table2 |= {"pow": np.power, "and": np.logical_and, "or": np.logical_or}
    if e.op in ("and", "or"):
        result = parts[0]
        for part in parts[1:]:
            result = table2[e.op](result, part)
        return result
    if e.op == "neg":
        return np.negative(parts[0])
    if e.op == "not":
        return np.logical_not(parts[0])
    return table2[e.op](*parts)
