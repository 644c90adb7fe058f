r"""What vanishes identically: the graph evaluated at random points of a big prime field.

A polynomial (or a quotient of two) that is not identically zero vanishes at a
random point of the field of :math:`p = 2^{61} - 1` elements with probability at
most its degree over :math:`p` (Schwartz 1980; Zippel 1979).  Two points are used, so
that a false zero has a probability below :math:`10^{-33}`.  Functions that
are no polynomials (``exp``, ``min`` ...) become new unknowns, one for each set of
arguments: what vanishes then vanishes for whatever function.

>>> from deterrence.analysis.points.kernel.graph import Graph
>>> g = Graph()
>>> a, b = g.input("a"), g.input("b")
>>> left = g.mul(g.add(a, b), g.sub(a, b))
>>> right = g.sub(g.mul(a, a), g.mul(b, b))
>>> ResidueField(g).value(g.sub(left, right))
(0, 0)
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from deterrence.analysis.points.kernel.graph import Graph

PRIME = (1 << 61) - 1

Residues = tuple[int, int]
ZERO: Residues = (0, 0)
ONE: Residues = (1, 1)


class SingularError(ArithmeticError):
    """A divisor that is zero for all values."""


def residue(value: Fraction) -> Residues:
    """Return a rational as an element of the field, for both points."""
    r = value.numerator % PRIME * pow(value.denominator, -1, PRIME) % PRIME
    return r, r


def inverse(a: Residues) -> Residues:
    """Return 1/a; raises :class:`SingularError` where there is none."""
    if not a[0] or not a[1]:
        raise SingularError("division by zero")
    return pow(a[0], -1, PRIME), pow(a[1], -1, PRIME)


def times(a: Residues, b: Residues) -> Residues:
    """Return the product."""
    return a[0] * b[0] % PRIME, a[1] * b[1] % PRIME


def plus(a: Residues, b: Residues, sign: int = 1) -> Residues:
    """Return a + sign * b."""
    return (a[0] + sign * b[0]) % PRIME, (a[1] + sign * b[1]) % PRIME


def negative(a: Residues) -> Residues:
    """Return -a."""
    return -a[0] % PRIME, -a[1] % PRIME


def chance(*key: Any) -> Residues:
    """Return two pseudo-random elements that depend on the key only."""
    dice = random.Random(repr(key))
    return dice.randrange(1, PRIME), dice.randrange(1, PRIME)


class ResidueField:
    """The nodes of a graph at two random points; ``given`` sets the values of some inputs."""

    def __init__(self, graph: Graph, given: Mapping[Any, Residues] | None = None) -> None:
        self.graph = graph
        self.given = dict(given or {})
        self._known: dict[int, Residues] = {}

    def value(self, n: int) -> Residues:
        """Return the node's values."""
        todo = [n]
        while todo:
            at = todo[-1]
            missing = [a for a in self.graph.args[at] if a not in self._known]
            if missing and at not in self._known:
                todo.extend(missing)
                continue
            todo.pop()
            if at not in self._known:
                self._known[at] = self._compute(at)
        return self._known[n]

    def _compute(self, n: int) -> Residues:
        op, data = self.graph.ops[n], self.graph.data[n]
        if op == "constant":
            return residue(Fraction(data))
        if op == "input":
            name = data[0] if isinstance(data, tuple) else data
            return self.given[name] if name in self.given else chance("input", name)
        parts = [self._known[a] for a in self.graph.args[n]]
        if op == "add":
            return plus(parts[0], parts[1])
        if op == "sub":
            return plus(parts[0], parts[1], -1)
        if op == "mul":
            return times(parts[0], parts[1])
        if op == "div":
            return times(parts[0], inverse(parts[1]))
        if op == "neg":
            return negative(parts[0])
        return chance(op, data, *parts)
