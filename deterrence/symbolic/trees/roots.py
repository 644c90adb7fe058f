"""Probabilities that are roots of quadratic equations, in closed form with square roots."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from deterrence.algebra.algebraic_numbers import generator
from deterrence.algebra.expressions import ARITHMETIC, Expression
from deterrence.algebra.number_fields import Field
from deterrence.algebra.polynomials import Algebra
from deterrence.algebra.rings import RingElement, coefficients
from deterrence.algebra.roots import isolate
from deterrence.proving.conditions import Simplifier
from deterrence.symbolic.quotients import Quotient, Quotients, Surd


@dataclass(frozen=True)
class RisingRoot:
    """The root of ``poly``, a quadratic in the unknown ``name``, at which it rises."""

    name: str
    poly: RingElement


def rising_root_at(a: Fraction, b: Fraction, c: Fraction) -> Any:
    """Return the root of ``a*x**2 + b*x + c`` at which it rises, exactly.

    An irrational one is an :class:`~deterrence.algebra.algebraic_numbers.Algebraic`; a linear
    polynomial has its one root.

    >>> print(rising_root_at(Fraction(1), Fraction(0), Fraction(-2)))
    sqrt(2)
    >>> rising_root_at(Fraction(-1), Fraction(3), Fraction(-2))
    Fraction(1, 1)
    """
    if not a:
        return -c / b
    root = _square_root(b * b - 4 * a * c)
    return (root - b) / (2 * a)


def exactly(e: Expression, values: Mapping[str, Fraction]) -> Any:
    """Return the value of a closed form, square roots as algebraic numbers.

    >>> print(exactly(Expression.parse("(a - sqrt(a))/2"), {"a": Fraction(3)}))
    (3 - sqrt(3))/2
    """
    if e.op == "call" and e.args[0] == "sqrt":
        return _square_root(Fraction(exactly(e.args[1], values)))
    if e.op in ("add", "sub", "mul", "div"):
        one, other = (exactly(part, values) for part in e.args)
        return ARITHMETIC[e.op](one, other)
    if e.op == "neg":
        return -exactly(e.args[0], values)
    if e.op == "pow":
        return exactly(e.args[0], values) ** int(e.args[1].evaluate(values))
    return e.evaluate(values)


def _square_root(x: Fraction) -> Any:
    whole = x.numerator * x.denominator
    root = math.isqrt(whole)
    if root * root == whole:
        return Fraction(root, x.denominator)
    return generator(Field(isolate([(1, 0, -whole)])[1])) / x.denominator


class RootQuotients(Quotients):
    """Arithmetic with quotients in which square roots occur, each form unique.

    ``squares`` has the square of each variable that stands for a root, by its place.  No
    numerator has a square of a root, and no denominator a root.
    """

    def __init__(self, algebra: Algebra, squares: Mapping[int, RingElement]) -> None:
        super().__init__(algebra)
        self.squares = dict(squares)

    def make(self, p: RingElement, q: RingElement) -> Quotient:
        """Return ``p/q`` in lowest terms, roots below made rational."""
        p, q = self._folded(p), self._folded(q)
        for k, square in self.squares.items():
            parts = coefficients(q, k)
            if 1 in parts:
                root, rest = self.algebra.ring.gens[k], parts.get(0, self.algebra.ring.zero)
                p = self._folded(p * (rest - parts[1] * root))
                q = self._folded(rest**2 - parts[1] ** 2 * square)
        return self.algebra.lowest(p, q)

    def _folded(self, p: RingElement) -> RingElement:
        """Return a polynomial with the squares of roots put in."""
        for k, square in self.squares.items():
            if p and max(powers[k] for powers in p) > 1:
                root = self.algebra.ring.gens[k]
                p = sum(
                    (
                        c * square ** (e // 2) * (root if e % 2 else 1)
                        for e, c in coefficients(p, k).items()
                    ),
                    self.algebra.ring.zero,
                )
        return p


class ClosedRoots:
    """The roots of one equilibrium in closed form, over a ring with their square roots.

    ``lower`` takes polynomials without unknowns to the ring of the parameters; the ``simplifier``
    knows signs there.
    """

    def __init__(
        self,
        roots: Sequence[RisingRoot],
        unknowns: Algebra,
        lower: Callable[[RingElement], RingElement],
        simplifier: Simplifier,
    ) -> None:
        self.base = base = simplifier.prover.algebra
        self.unknowns, self.lower = unknowns, lower
        found: list[tuple[RisingRoot, RingElement, RingElement, RingElement, RingElement]] = []
        for root in roots:
            parts = coefficients(root.poly, unknowns.names.index(root.name))
            zero = root.poly.ring.zero
            a, b, c = (lower(parts.get(e, zero)) for e in (2, 1, 0))
            outer, inner = _square_part(b**2 - 4 * a * c, simplifier)
            found.append((root, a, b, outer, inner))
        written = {inner: Expression("call", "sqrt", base.expression(inner)) for *_, inner in found}
        self.algebra = Algebra(base.parameters, [*base.atoms, *written.values()])
        self.ring = self.algebra.ring
        names = self.algebra.names
        places = {p: names.index(self.algebra.atoms[e].name) for p, e in written.items()}
        self.quotients = RootQuotients(
            self.algebra, {k: p.set_ring(self.ring) for p, k in places.items()}
        )
        self.values: dict[str, Quotient] = {}
        for root, a, b, outer, inner in found:
            top = outer.set_ring(self.ring) * self.ring.gens[places[inner]] - b.set_ring(self.ring)
            self.values[root.name] = self.quotients.make(top, 2 * a.set_ring(self.ring))

    def quotient(self, q: Quotient) -> Quotient:
        """Return a quotient in parameters and roots (as unknowns) in closed form."""
        return self.quotients.divide(self._polynomial(q[0]), self._polynomial(q[1]))

    def surd(self, q: Quotient) -> Surd | None:
        """Return a closed form by its parts, None where it has several square roots."""
        inside = [k for k in self.quotients.squares if any(powers[k] for powers in q[0])]
        if len(inside) > 1:
            return None
        ring = self.base.ring
        zero = self.ring.zero
        parts = coefficients(q[0], inside[0]) if inside else {0: q[0]}
        square = self.quotients.squares[inside[0]] if inside else zero
        found = (parts.get(0, zero), parts.get(1, zero), square, q[1])
        return Surd(*(p.set_ring(ring) for p in found))

    def _polynomial(self, p: RingElement) -> Quotient:
        names = self.unknowns.names
        places = [k for k, n in enumerate(names) if n in self.values]
        parts: dict[tuple[int, ...], dict[tuple[int, ...], Any]] = {}
        for powers, c in p.terms():
            rest = tuple(0 if k in places else e for k, e in enumerate(powers))
            parts.setdefault(tuple(powers[k] for k in places), {})[rest] = c
        terms = []
        for exponents, inner in parts.items():
            poly = self.lower(p.ring.from_dict(inner)).set_ring(self.ring)
            term = self.quotients.make(poly, self.ring.one)
            for k, e in zip(places, exponents, strict=True):
                for _ in range(e):
                    term = self.quotients.multiply(term, self.values[names[k]])
            terms.append(term)
        return self.quotients.total(terms)


def _square_part(p: RingElement, simplifier: Simplifier) -> tuple[RingElement, RingElement]:
    """Return ``(k, d)`` of ``p = k**2 * d``, ``k`` proven positive and as much as can be."""
    constant, factors = simplifier.prover.algebra.factors(p)
    outer, inner = p.ring.one, p.ring.one
    for f, power in factors:
        known = simplifier.sign(f)
        if known is None:
            inner = inner * f**power
            continue
        outer = outer * (f * known[0]) ** (power // 2)
        inner = inner * f ** (power % 2)
    root = max(k for k in range(1, math.isqrt(abs(constant)) + 1) if constant % (k * k) == 0)
    return outer * root, inner * (constant // (root * root))
