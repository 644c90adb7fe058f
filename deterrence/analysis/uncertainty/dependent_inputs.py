r"""Which inputs depend on each other, and samples of those that an assumption ties together.

Correlated inputs depend on each other, and so do inputs that an assumption such as ``T > R``
binds: where their ranges overlap, the points that keep it fill no box.  But sets of inputs that
no correlation and no assumption links to the rest are independent of each other, also under the
condition that the assumptions hold; so such a group is drawn by itself.

>>> from deterrence.algebra.expressions import Expression
>>> import numpy as np
>>> order = Expression.parse("a > b + 1")
>>> truth_on(order, {"a": np.array([1.0, 3.0]), "b": 1.0}).tolist()
[False, True]
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from deterrence.algebra.expressions import Expression
from deterrence.algebra.partitions import Partition
from deterrence.analysis.uncertainty.estimates import InputGroup
from deterrence.errors import ExpressionError, IncompleteError

if TYPE_CHECKING:
    from deterrence.analysis.uncertainty.inputs import Uncertainty

#: Draws per wanted point after which an assumption counts as too rarely kept.
MAX_DRAWS = 2000
_CHUNK = 1 << 14


# ---- conditions on many points at once ----------------------------------------------
def truth_on(condition: Expression, columns: Mapping[str, Any]) -> Any:
    """Return where a condition holds; where a number in it is undefined, it does not."""
    import numpy as np

    with np.errstate(all="ignore"):
        return _value(condition, columns)


def value_on(formula: Expression, columns: Mapping[str, Any]) -> Any:
    """Return a formula's values as floats, ``nan`` where it is undefined."""
    import numpy as np

    with np.errstate(all="ignore"):
        return _value(formula, columns)


def _value(e: Expression, columns: Mapping[str, Any]) -> Any:
    import numpy as np

    if e.op == "number":
        return float(e.args[0])
    if e.op == "name":
        return columns[e.args[0]]
    parts = [_value(child, columns) for child in e.children]
    if e.op == "compare":
        table = {
            "<": np.less, "<=": np.less_equal, ">": np.greater, ">=": np.greater_equal,
            "==": np.equal, "!=": np.not_equal,
        }  # fmt: skip
        links = zip(e.args[0], parts, parts[1:], strict=False)
        truths = [table[sign](left, right) for sign, left, right in links]
        return np.logical_and.reduce(np.broadcast_arrays(*truths))
    if e.op in ("and", "or"):
        return getattr(np, f"logical_{e.op}").reduce(np.broadcast_arrays(*parts))
    if e.op == "if":
        return np.where(parts[0], parts[1], parts[2])
    operations: dict[str, Callable[..., Any]] = {
        "add": np.add, "sub": np.subtract, "mul": np.multiply, "div": np.divide,
        "pow": np.float_power, "neg": np.negative, "not": np.logical_not,
    }  # fmt: skip
    if e.op in operations:
        return operations[e.op](*parts)
    if e.op == "call":
        if e.args[0] in ("min", "max"):
            smallest = np.minimum if e.args[0] == "min" else np.maximum
            return smallest.reduce(np.broadcast_arrays(*parts))
        return getattr(np, e.args[0])(*parts)
    raise ExpressionError(f"'{e}' needs an equilibrium to be evaluated at")


def columns_of(uncertainty: Uncertainty, points: Any) -> dict[str, Any]:
    """Return every parameter's values at points (n x d); those that do not vary are numbers."""
    model = uncertainty.model
    columns: dict[str, Any] = {i.name: float(i.base) for i in uncertainty.inputs}
    columns |= {name: points[:, k] for k, name in enumerate(uncertainty.names)}
    for name in model.derived:
        formula = model.parameters[name].formula
        if formula is not None and uncertainty.input(name).kind == "derived":
            columns[name] = value_on(formula, columns)
    return columns


# ---- groups -------------------------------------------------------------------------
def find_groups(uncertainty: Uncertainty, broken: Sequence[Expression]) -> tuple[InputGroup, ...]:
    """Return the groups of inputs that depend on each other, in the order of the inputs.

    ``broken`` are the assumptions that some points break; of the others only an order that
    points are drawn in binds.
    """
    links = [(set(c.between), "correlation") for c in uncertainty.correlations]
    links += [(bound_inputs(uncertainty, a), "assumption") for a in broken]
    if uncertainty.ordered is not None:
        links += [(set(edge), "assumption") for edge in uncertainty.ordered.edges]
    groups = Partition(uncertainty.names)
    for names, _ in links:
        groups.join(*names)
    found = []
    for group in groups.classes():
        reasons = {reason for names, reason in links if not names.isdisjoint(group)}
        found.append(InputGroup(tuple(group), " and ".join(sorted(reasons))))
    return tuple(found)


def bound_inputs(uncertainty: Uncertainty, assumption: Expression) -> set[str]:
    """Return the uncertain inputs in an assumption, those in formulas included."""
    return uncertainty.expanded(assumption.names) & set(uncertainty.names)


def draw_within(
    uncertainty: Uncertainty,
    group: InputGroup,
    assumptions: Sequence[Expression],
    count: int,
    rng: Any,
) -> Any:
    """Return ``count`` independent values of a group (count x members) that keep assumptions.

    By rejection.  Raises :class:`IncompleteError` where hardly a point keeps them.
    """
    import numpy as np

    where = [uncertainty.names.index(name) for name in group.names]
    kept = np.empty((count, len(where)))
    have = drawn = 0
    for size in _sizes(count):
        cube = np.full((size, len(uncertainty.names)), 0.5)
        cube[:, where] = rng.random((size, len(where)))
        points = uncertainty.values(cube)
        columns = columns_of(uncertainty, points)
        fine = np.ones(size, dtype=bool)
        for assumption in assumptions:
            fine &= truth_on(assumption, columns)
        good = points[fine][: count - have][:, where]
        kept[have : have + len(good)] = good
        have += len(good)
        drawn += size
        if have == count:
            return kept
        if drawn > MAX_DRAWS * count:
            break
    raise IncompleteError(
        f"only {have} of {drawn} draws of {group.label} keep the assumptions",
        remedy="bring their bounds nearer to the assumptions",
    )


def _sizes(count: int) -> Iterator[int]:
    while True:
        yield min(_CHUNK, max(256, 2 * count))
