"""One point of a parameter space, exactly: the values of polynomials, and what holds there."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from deterrence.algebra.numbers import exact
from deterrence.algebra.rings import RingElement
from deterrence.errors import ExpressionError, UsageError, did_you_mean
from deterrence.symbolic.found import ExistenceBranch
from deterrence.symbolic.regime_map import holding
from deterrence.symbolic.solved import SolvedGame


class ParameterPoint:
    """Exact values of polynomials at one point, each worked out once.

    Raises :class:`UsageError` for missing or unknown names, for what is no number and for
    values that break an assumption.
    """

    def __init__(self, internal: SolvedGame[Any], values: Mapping[str, Any]) -> None:
        self.algebra, self.map = internal.problem.algebra, internal.map
        given = _given(internal, values)
        _check(internal, given)
        full = self.algebra.complete({n: given[n] for n in internal.problem.symbols})
        self.values = {n: Fraction(v) for n, v in full.items()}
        self._known: dict[RingElement, Fraction] = {}

    def value(self, poly: RingElement) -> Fraction:
        """Return a polynomial's value."""
        if poly not in self._known:
            self._known[poly] = Fraction(self.algebra.evaluate(poly, self.values))
        return self._known[poly]

    def holds(self, branch: ExistenceBranch) -> bool:
        """Say whether all conditions of a branch hold here."""
        return all(any(lit.holds(self.value(lit.poly)) for lit in c) for c in branch.conditions)

    def is_on_wall(self) -> bool:
        """Say whether a polynomial that divides the map of regimes vanishes here."""
        return any(self.value(p) == 0 for p in self.map.polys)

    def families(self) -> frozenset[int]:
        """Return the families that exist here by the map of regimes, off the boundaries."""
        return holding(self.map.regions, self.value)


def _given(internal: SolvedGame[Any], values: Mapping[str, Any]) -> dict[str, Any]:
    model, symbols = internal.model, internal.problem.symbols
    for name in values:
        if name not in model.parameters:
            raise UsageError(
                f"{model.name} has no parameter {str(name)[:60]!r}",
                remedy=did_you_mean(str(name), model.parameters)
                or f"the symbols are {', '.join(symbols)}",
            )
    given: dict[str, Any] = {}
    for name, value in values.items():
        try:
            given[name] = exact(value)
        except (ExpressionError, TypeError, ValueError):
            raise UsageError(f"{name}: {str(value)[:60]!r} is not a number") from None
    for name in model.derived:
        formula = model.parameters[name].formula
        if name not in given and formula is not None and formula.names <= given.keys():
            given[name] = formula.evaluate(given)
    for name in symbols:
        if name not in given:
            raise UsageError(f"no value for {name}", remedy=f"give it, as in {name}=1")
    return given


def _check(internal: SolvedGame[Any], given: Mapping[str, Any]) -> None:
    model, problem = internal.model, internal.problem
    known = [a for a in model.assumptions if a.names <= given.keys()]
    for a in dict.fromkeys((*problem.equations, *problem.assumptions, *known)):
        if a.names <= given.keys() and not a.evaluate(given):
            at = ", ".join(f"{n} = {given[n]}" for n in sorted(a.names))
            raise UsageError(
                f"the values break the assumption '{a}' of {model.name}: {at}",
                remedy="choose values that keep it",
            )
