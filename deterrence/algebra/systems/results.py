"""What :func:`~deterrence.algebra.systems.solve_system` returns.

>>> from fractions import Fraction
>>> half = Ratio(("x",), {(1,): 1}, {(0,): 2})
>>> half.at({"x": Fraction(1, 2)}), str(half)
(Fraction(1, 4), 'x/2')
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from deterrence.algebra.terms import WholeTerms, evaluated, terms_text

#: The value of every unknown: a ``Fraction`` or an ``Algebraic`` number.
SolutionPoint = Mapping[str, Any]


@dataclass(frozen=True)
class Ratio:
    """A quotient of two polynomials with whole coefficients in the unknowns ``names``."""

    names: tuple[str, ...]
    numerator: WholeTerms
    denominator: WholeTerms

    def at(self, values: Mapping[str, Any]) -> Any:
        """Return the value; raises ``ZeroDivisionError`` where the denominator is 0."""
        bottom = evaluated(self.names, self.denominator.items(), values)
        if bottom == 0:
            raise ZeroDivisionError(f"{self} has no value here")
        return evaluated(self.names, self.numerator.items(), values) / bottom

    @property
    def is_polynomial(self) -> bool:
        """Whether the denominator is a number."""
        return all(not any(e) for e in self.denominator)

    def __str__(self) -> str:
        top = terms_text(self.names, self.numerator)
        bottom = terms_text(self.names, self.denominator)
        if bottom == "1":
            return top
        top = f"({top})" if len(self.numerator) > 1 else top
        many = len(self.denominator) > 1 or "*" in bottom
        return f"{top}/({bottom})" if many else f"{top}/{bottom}"


@dataclass(frozen=True)
class Continuum:
    """A set of solutions of positive dimension.

    ``free`` are unknowns that vary, ``formulas`` give every other unknown as a
    :class:`Ratio` in them.  ``equations`` (texts ``p = 0``) are left where the set has no
    such form; then ``free`` are all unknowns that they connect.  ``conditions`` are the
    inequalities that remain, as texts in the free unknowns, with everything that holds
    anyway left out.  For one free unknown ``interval`` says where it runs, and
    ``includes`` whether the ends belong to the set.  ``sample`` is a point of the set.
    """

    unknowns: tuple[str, ...]
    free: tuple[str, ...]
    formulas: Mapping[str, Ratio]
    dimension: int
    sample: SolutionPoint
    conditions: tuple[str, ...] = ()
    equations: tuple[str, ...] = ()
    interval: tuple[Any, Any] | None = None
    includes: tuple[bool, bool] = (True, True)
    #: The inequalities in full: polynomials in the free unknowns, and whether strict.
    bounds: tuple[tuple[WholeTerms, bool], ...] = field(default=(), repr=False)
    #: The left sides of ``equations``.
    relations: tuple[WholeTerms, ...] = field(default=(), repr=False)

    def at(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return every unknown at values of the free ones.

        Raises ``ZeroDivisionError`` where a formula has none.
        """
        return {
            name: values[name] if name in self.free else self.formulas[name].at(values)
            for name in self.unknowns
        }

    def contains(self, point: SolutionPoint, *, closure: bool = False) -> bool:
        """Say whether a point belongs to the set (with ``closure``: or to its border)."""
        for name, ratio in self.formulas.items():
            bottom = evaluated(self.free, ratio.denominator.items(), point)
            if bottom == 0 and not closure:
                return False
            if evaluated(self.free, ratio.numerator.items(), point) != point[name] * bottom:
                return False
        if any(evaluated(self.free, r.items(), point) != 0 for r in self.relations):
            return False
        if self.interval is not None:
            (low, high), x = self.interval, point[self.free[0]]
            inside = (low is None or low <= x) and (high is None or x <= high)
            if not inside or closure:
                return inside
            return (x != low or self.includes[0]) and (x != high or self.includes[1])
        for terms, strict in self.bounds:
            value = evaluated(self.free, terms.items(), point)
            if value < 0 or (value == 0 and strict and not closure):
                return False
        return True

    def __str__(self) -> str:
        parts = [
            f"{name} = {self.formulas[name]}" for name in self.unknowns if name in self.formulas
        ]
        parts += self.equations
        parts.append(f"{', '.join(self.free)} free")
        where = f" with {', '.join(self.conditions)}" if self.conditions else ""
        return f"{', '.join(parts)}{where}"


@dataclass(frozen=True)
class SolutionSet:
    """All real solutions of a system, as far as ``complete`` says so.

    ``messages`` say what is missing where something may be.
    """

    unknowns: tuple[str, ...]
    points: tuple[SolutionPoint, ...] = ()
    continua: tuple[Continuum, ...] = ()
    complete: bool = True
    messages: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether it is proven that there is no solution."""
        return self.complete and not self.points and not self.continua
