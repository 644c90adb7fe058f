"""Thresholds: where the equilibria change as one parameter moves, exactly and in order.

All other parameters have values.  Between two thresholds one list of equilibria,
in closed form in the free parameter, is valid throughout; at a threshold, which is
a rational or an algebraic number, the equilibria are known exactly, too.  Each
stretch is checked with the exact solver at a rational point of it.  The equation
behind a threshold is given, too, solved for the parameter with all others symbolic.

>>> from deterrence import load_model
>>> found = load_model("asymmetric-bipolarity").thresholds("rho")
>>> [(str(t.value), str(t.formula)) for t in found.thresholds]
[('1/100', '(g_R - g_R*v*a_N - c_R*v*a_N)/(N_R*a_N*v)'), ('1/20', '(l_N - c_N)/N_N')]
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

from deterrence.algebra.numbers import exact
from deterrence.errors import UsageError, did_you_mean
from deterrence.modelfile.freed import freed
from deterrence.modelfile.model import SymbolicModel
from deterrence.symbolic.along.free_parameter import FreeParameter
from deterrence.symbolic.along.matrix_thresholds import matrix_thresholds
from deterrence.symbolic.along.threshold_results import Thresholds
from deterrence.symbolic.along.tree_thresholds import tree_thresholds


def find_thresholds(
    model: SymbolicModel,
    parameter: str,
    scenario: str | None = None,
    values: Mapping[str, Any] | None = None,
    *,
    formulas: bool = True,
) -> Thresholds:
    """Return where the equilibria change as ``parameter`` moves, all others at values.

    The others have their defaults, changed by the scenario and by ``values``.
    ``formulas`` asks for the equations with all parameters symbolic, too.
    Raises :class:`UsageError` for unknown names, values that break the
    assumptions, and a parameter that does not matter; :class:`UnsupportedError`
    where payoffs are no quotients of polynomials in the parameter.
    """
    given = dict(values or {})
    numbers = _numbers(model, parameter, scenario, given)
    single, left_out = _plain(freed(model, [parameter]))
    direct = {n for n in given if n in single.derived}
    if scenario:
        direct |= {n for n in model.scenario(scenario).values if n in single.derived}
    fixed = {
        n: v
        for n, v in numbers.items()
        if n != parameter and (n not in single.derived or n in direct)
    }
    two = model.tree is None and len(model.players) == 2
    along = matrix_thresholds if two else tree_thresholds
    found = along(FreeParameter(single, parameter, numbers, fixed), formulas=formulas)
    return replace(found, messages=(*found.messages, *left_out))


def _numbers(
    model: SymbolicModel, parameter: str, scenario: str | None, given: dict[str, Any]
) -> dict[str, Fraction]:
    """Return the value of every parameter; that of the free one is a placeholder."""
    if parameter not in model.parameters:
        raise UsageError(
            f"{model.name} has no parameter {parameter[:60]!r}",
            remedy=did_you_mean(parameter, model.parameters),
        )
    if parameter in given:
        raise UsageError(
            f"{parameter} is the free parameter and has a value, too",
            remedy=f"leave {parameter} out of the values",
        )
    p = model.parameters[parameter]
    extra = {}
    if p.default is None and p.formula is None:
        extra[parameter] = p.lower if p.lower is not None else Fraction(1)
    numbers = model.values(scenario, values={**given, **extra}, check=False)
    result = {}
    for name, value in numbers.items():
        result[name] = value if isinstance(value, Fraction) else exact(repr(value))
    touched = {parameter}
    for name in model.derived:
        formula = model.parameters[name].formula
        if formula is not None and formula.names & touched:
            touched.add(name)
    for assumption in model.assumptions:
        if not assumption.names & touched and not assumption.evaluate(result):
            at = ", ".join(f"{n} = {result[n]}" for n in sorted(assumption.names))
            raise UsageError(
                f"the values break the assumption '{assumption}' of {model.name}: {at}",
                remedy="choose values that keep it",
            )
    return result


def _plain(model: SymbolicModel) -> tuple[SymbolicModel, tuple[str, ...]]:
    """Leave out measures that are no quotients of polynomials; say which."""
    odd = [
        m.name
        for m in model.measures
        if any(node.op in ("call", "if") for node in m.expression.walk())
    ]
    kept = tuple(m for m in model.measures if m.name not in odd)
    messages = tuple(f"the measure {name} is left out: it has no closed form here" for name in odd)
    return model.replace(measures=kept), messages
