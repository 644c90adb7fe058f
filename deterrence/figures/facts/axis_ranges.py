"""What the axes of parameters show: which parameters may move, from where to where.

>>> from deterrence.game.parameters import Parameter
>>> [str(x) for x in shown_range(Parameter("k", lower=1), (None, "5/2"), (0, 9))]
['1', '5/2']
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from deterrence.errors import UsageError

if TYPE_CHECKING:
    from deterrence.figures.facts.equilibrium_curves import ActionSupport
    from deterrence.game.parameters import Parameter
    from deterrence.modelfile.model import SymbolicModel

#: Where a value stands on an axis.
AxisScale = Callable[[float], float]


def check_moves(name: str, given: Mapping[str, Any], role: str) -> None:
    """Raise :class:`UsageError` for a parameter that moves and has a value, too."""
    if name in given:
        raise UsageError(f"{name} is {role}, and it has a value, too", remedy=f"leave {name} out")


def has_value(model: SymbolicModel, name: str, scenario: str | None) -> bool:
    """Say whether a parameter has a value without being given one."""
    p = model.parameters[name]
    stated = scenario is not None and name in model.scenario(scenario).values
    return p.default is not None or p.formula is not None or stated


def shown_range(
    p: Parameter, asked: tuple[Any, Any], otherwise: tuple[Any, Any]
) -> tuple[Fraction, Fraction]:
    """Return the range that is shown: as asked, else the bounds, else the ``otherwise``."""
    from deterrence.algebra.numbers import exact

    low, high = (None if end is None else exact(end) for end in asked)
    a, b = (
        next(x for x in ends if x is not None)
        for ends in zip((low, high), (p.lower, p.upper), otherwise, strict=True)
    )
    if not a < b:
        raise UsageError(
            f"the range of {p.name} from {a} to {b} is empty", remedy="give a lower end first"
        )
    return Fraction(a), Fraction(b)


def check_log(p: Parameter, log: bool, ends: tuple[Fraction, Fraction]) -> None:
    """Raise :class:`UsageError` where an axis of logarithms would not begin above 0."""
    if log and ends[0] <= 0:
        raise UsageError(
            f"the logarithmic axis of {p.name} begins at {ends[0]}",
            remedy=f"give a range above 0, such as log:1/100:{max(ends[1], Fraction(1))}",
        )


def scale_of(log: bool) -> AxisScale:
    """Return where values stand on an axis."""
    return math.log if log else float


def spaced(low: float, high: float, count: int, log: bool) -> list[float]:
    """Return values at equal distances on a linear axis, or on one of logarithms.

    >>> spaced(1.0, 4.0, 3, False), spaced(1.0, 4.0, 3, True)
    ([1.0, 2.5, 4.0], [1.0, 2.0, 4.0])
    """
    shares = [k / (count - 1) for k in range(count)]
    if log:
        return [low, *(low * (high / low) ** t for t in shares[1:-1]), high]
    return [low + (high - low) * t for t in shares]


def supports_at(model: SymbolicModel, block: Any, i: int) -> list[ActionSupport]:
    """Return the supports of the equilibria at the point number ``i`` of a solved block."""
    return [
        tuple(
            tuple(
                a for a, p in zip(actions, block.probabilities[player][i, e], strict=True) if p > 0
            )
            for player, actions in zip(model.players, model.actions, strict=True)
        )
        for e in range(int(block.count[i]))
    ]
