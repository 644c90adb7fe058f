"""Closed forms of an equilibrium: strategies, payoffs, outcomes and measures as quotients.

A *quotient* is a pair of polynomials in lowest terms, denominator positive in
its leading coefficient, so equal functions are equal pairs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from deterrence.algebra.expressions import Expression
from deterrence.algebra.polynomials import Algebra
from deterrence.algebra.rings import RingElement
from deterrence.errors import ExpressionError

Quotient = tuple[RingElement, RingElement]


class Quotients:
    """Arithmetic with quotients of one algebra."""

    def __init__(self, algebra: Algebra) -> None:
        self.algebra = algebra
        self.zero: Quotient = (algebra.ring.zero, algebra.ring.one)
        self.one: Quotient = (algebra.ring.one, algebra.ring.one)

    def make(self, p: RingElement, q: RingElement) -> Quotient:
        """Return ``p/q`` in lowest terms."""
        return self.algebra.lowest(p, q)

    def add(self, a: Quotient, b: Quotient) -> Quotient:
        """Return the sum."""
        if a[1] == b[1]:
            return self.make(a[0] + b[0], a[1])
        return self.make(a[0] * b[1] + b[0] * a[1], self.algebra.product(a[1], b[1]))

    def subtract(self, a: Quotient, b: Quotient) -> Quotient:
        """Return the difference."""
        return self.add(a, (-b[0], b[1]))

    def multiply(self, a: Quotient, b: Quotient) -> Quotient:
        """Return the product."""
        if not a[0] or not b[0]:
            return self.zero
        product = self.algebra.product
        return self.make(product(a[0], b[0]), product(a[1], b[1]))

    def divide(self, a: Quotient, b: Quotient) -> Quotient:
        """Return the quotient; raises :class:`ExpressionError` for a divisor that is 0."""
        if not b[0]:
            raise ExpressionError("division by zero in a closed form")
        return self.make(a[0] * b[1], a[1] * b[0])

    def total(self, terms: Sequence[Quotient]) -> Quotient:
        """Return the sum of many, over one common denominator where they share it."""
        by_denominator: dict[Any, Any] = {}
        for p, q in terms:
            by_denominator[q] = by_denominator[q] + p if q in by_denominator else p
        result = self.zero
        for q, p in by_denominator.items():
            result = self.add(result, self.make(p, q))
        return result

    def evaluate(
        self, e: Expression, query: Callable[..., Quotient] | None = None
    ) -> Quotient | None:
        """Return an expression's closed form, None where it is no quotient."""
        if e in self.algebra.atoms or not any(n.op == "query" for n in e.walk()):
            return self.make(*self.algebra.fraction(e))
        if e.op == "query":
            return query(*e.args) if query is not None else None
        if e.op == "neg":
            inner = self.evaluate(e.args[0], query)
            return None if inner is None else (-inner[0], inner[1])
        if e.op == "pow" and e.args[1].op == "number" and e.args[1].args[0].denominator == 1:
            inner = self.evaluate(e.args[0], query)
            n = int(e.args[1].args[0])
            if inner is None:
                return None
            p, q = inner if n >= 0 else (inner[1], inner[0])
            return self.make(p ** abs(n), q ** abs(n))
        if e.op in ("add", "sub", "mul", "div"):
            a, b = self.evaluate(e.args[0], query), self.evaluate(e.args[1], query)
            if a is None or b is None:
                return None
            table = {"add": self.add, "sub": self.subtract}
            table |= {"mul": self.multiply, "div": self.divide}
            return table[e.op](a, b)
        return None

    def expression(self, a: Quotient, point: Mapping[str, Any] | None = None) -> Expression:
        """Return a quotient as an expression of model files, factors positive at ``point``."""
        return self.algebra.quotient(*a, point)


@dataclass(frozen=True)
class Surd:
    """``(rational + factor*sqrt(square)) / bottom``, of polynomials in the parameters alone."""

    rational: RingElement
    factor: RingElement
    square: RingElement
    bottom: RingElement


class OpenFormError(Exception):
    """A form depends on what the equilibrium leaves open."""
