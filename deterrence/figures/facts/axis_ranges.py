"""What the axes of parameters show: which parameters may move, from where to where.

>>> from deterrence.game.parameters import Parameter
>>> [str(x) for x in shown_range(Parameter("k", lower=1), (None, "5/2"), (0, 9))]
['1', '5/2']
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from deterrence.errors import UsageError

if TYPE_CHECKING:
    from deterrence.figures.facts.equilibrium_curves import ActionSupport
    from deterrence.game.parameters import Parameter
    from deterrence.modelfile.model import SymbolicModel


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
