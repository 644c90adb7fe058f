"""What may move, and in which units: ranges, standard deviations, prices.

>>> from deterrence.modelfile.catalogue import load_model
>>> model = load_model("chicken")
>>> found = axes_of(model, ["T_A"], model.values(), units="range")
>>> str(found[0].step), str(found[0].lower), str(found[0].upper)
('5', '0', '5')
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from deterrence.algebra.numbers import exact
from deterrence.analysis.robust.results import MovingParameter
from deterrence.errors import ExpressionError, UsageError
from deterrence.game.parameters import Parameter
from deterrence.modelfile.model import SymbolicModel

#: Digits to which irrational standard deviations are taken as units; the unit is then exact.
_DIGITS = 12
UNITS = ("range", "sd")


def movable(model: SymbolicModel, over: Sequence[str], given: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the names of the parameters that move: ``over``, or all that are free.

    Free are those that neither follow from others nor have a value ``given``.
    Raises :class:`UsageError` for names that the model does not have.
    """
    for name in over:
        model.parameter(name)
    if over:
        return tuple(dict.fromkeys(over))
    return tuple(n for n, p in model.parameters.items() if p.formula is None and n not in given)


def axes_of(
    model: SymbolicModel,
    names: Sequence[str],
    base: Mapping[str, Fraction],
    *,
    units: str = "range",
    own: Mapping[str, Any] | None = None,
    within_bounds: bool = True,
) -> list[MovingParameter]:
    """Return the axes of the named parameters.

    ``own`` gives a parameter's unit directly.  A base outside the bounds may move
    towards them, not further away.  Raises :class:`UsageError` where a parameter
    has no unit.
    """
    if units not in UNITS:
        raise UsageError(f"unknown units {units!r}", remedy=f"one of {', '.join(UNITS)}")
    chosen = {n: positive(n, v) for n, v in (own or {}).items()}
    axes, missing = [], []
    for name in names:
        p = model.parameters[name]
        step = chosen.get(name) or (_spread(p) if units == "sd" else _range(p))
        if step is None:
            missing.append(name)
            continue
        ends = (p.lower, p.upper) if within_bounds else (None, None)
        axes.append(
            MovingParameter(
                name=name,
                base=base[name],
                step=step,
                lower=None if ends[0] is None else min(ends[0], base[name]),
                upper=None if ends[1] is None else max(ends[1], base[name]),
                title=p.title,
                unit=p.unit,
            )
        )
    if missing:
        what = "range" if units == "range" else "distribution or range"
        raise UsageError(
            f"no {what} to measure changes by: {', '.join(missing)}",
            remedy=f"give one in the model file, fix the parameter (--set {missing[0]}=...), "
            f"or give its unit (--unit {missing[0]}=1)",
        )
    return axes


def _range(p: Parameter) -> Fraction | None:
    if p.lower is None or p.upper is None or p.upper <= p.lower:
        return None
    return p.upper - p.lower


def _spread(p: Parameter) -> Fraction | None:
    """Return the standard deviation; bounds alone count as a uniform distribution."""
    if p.distribution is None:
        width = _range(p)
        return None if width is None else _rounded(float(width) / 12**0.5)
    known = dict(p.distribution)
    name = str(known.pop("name"))
    if name == "norm":
        return Fraction(known.get("scale", 1))
    from scipy import stats

    spread = float(getattr(stats, name)(**{n: float(v) for n, v in known.items()}).std())
    if not 0 < spread < float("inf"):
        return None
    return _rounded(spread)


def _rounded(x: float) -> Fraction:
    return Fraction(f"{x:.{_DIGITS}g}")


def positive(name: str, value: Any) -> Fraction:
    """Return a unit or a price as an exact positive number, or raise :class:`UsageError`."""
    try:
        number = exact(value)
    except (ExpressionError, TypeError, ValueError):
        raise UsageError(f"{name}: {str(value)[:60]!r} is not a number") from None
    if number <= 0:
        raise UsageError(f"{name}: {value} is not positive", remedy="give a number above 0")
    return number
