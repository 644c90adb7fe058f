"""Where along one parameter the model's named regimes begin and end, exactly.

A named regime is a list of conditions, and these may change where no equilibrium does:
peace can become risk-dominant while both equilibria of a Stag Hunt stay.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from deterrence.errors import ExpressionError
from deterrence.statements import comparisons

if TYPE_CHECKING:
    from deterrence.algebra.expressions import Expression
    from deterrence.modelfile.model import SymbolicModel


@dataclass(frozen=True)
class NamedStretch:
    """A part of the range with one name, ``""`` where the model has none."""

    low: float
    high: float
    name: str


def name_at(model: SymbolicModel, values: Mapping[str, Any]) -> str:
    """Return the first named regime whose conditions hold at the values."""
    for regime in model.named_regimes:
        try:
            if all(e.evaluate(values) for e in regime.when):
                return regime.name
        except ExpressionError:
            continue
    return ""


def expanded(
    model: SymbolicModel, free: tuple[str, ...], given: Mapping[str, Any], base: Mapping[str, Any]
) -> dict[str, Any]:
    """Return what every parameter is where ``free`` ones stay symbols: a number or a formula."""
    known: dict[str, Any] = {
        n: base[n] for n, p in model.parameters.items() if n not in free and p.formula is None
    }
    known |= {n: base[n] for n in given if n not in free}
    for n in model.derived:
        formula = model.parameters[n].formula
        if n not in free and n not in known and formula is not None:
            known[n] = formula.substitute(known)
    return known


def compared(e: Expression) -> list[Expression]:
    """Return the differences ``left - right`` of all comparisons in a condition."""
    return [left - right for left, _, right in comparisons(e)]


def cuts(
    model: SymbolicModel, parameter: str, given: Mapping[str, Any], base: Mapping[str, Any]
) -> list[float] | None:
    """Return where a condition of a named regime or an assumption changes its truth.

    None where the conditions are no quotients of polynomials in the parameter.
    """
    from deterrence.algebra.polynomials import Algebra
    from deterrence.algebra.roots import isolate

    known = expanded(model, (parameter,), given, base)
    conditions = [e for r in model.named_regimes for e in r.when]
    differences = [d.substitute(known) for e in conditions for d in compared(e)]
    try:
        algebra = Algebra([parameter], differences)
        if algebra.atoms:
            return None
        tables = {
            tuple(int(f.get((k,), 0)) for k in range(f.degree(), -1, -1))
            for d in differences
            for p in algebra.fraction(d)
            if p
            for f, _ in algebra.factors(p)[1]
        }
    except (ExpressionError, ZeroDivisionError):
        return None
    return [root.decimal for root in isolate(sorted(tables))]


def between(a: float, b: float) -> Fraction:
    """Return a rational strictly inside."""
    return (Fraction(a) + Fraction(b)) / 2
