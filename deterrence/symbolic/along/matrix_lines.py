"""All extreme equilibria of a game with one free parameter, along its whole line.

Every extreme equilibrium is a pair of vertices (see
:mod:`deterrence.symbolic.matrices.vertices`) whose polynomials now have one variable.  Their
real roots cut the line into cells in which nothing changes; the equilibria of a
cell are read off from signs at one rational point, those at a root, rational or
not, from exact signs there.  Nothing is sampled and no solver is asked.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from deterrence.algebra.expressions import Expression
from deterrence.algebra.rings import RingElement
from deterrence.algebra.roots import Root, isolate, simplest_between
from deterrence.algebra.univariate import Coefficients, sign, value
from deterrence.errors import UnsupportedError
from deterrence.symbolic.matrices.problem import MatrixProblem
from deterrence.symbolic.matrices.vertices import SymbolicVertex, vertices

#: A strategy as a function of the parameter: its support and its weights up to a factor.
StrategyForm = tuple[tuple[int, ...], tuple[RingElement, ...]]
#: An equilibrium as a pair of strategies.
StrategyPair = tuple[StrategyForm, StrategyForm]


@dataclass(frozen=True, eq=False)
class LinePlace:
    """A cell of the line (``root`` is None) or a root.  ``point`` is a rational in the cell."""

    root: Root | None
    point: Fraction
    low: Root | None = None
    high: Root | None = None


@dataclass(frozen=True, eq=False)
class _Candidate:
    """A strategy of one side at a place: its formulas (all equal there) and its best replies."""

    support: tuple[int, ...]
    formulas: list[StrategyForm]
    replies: frozenset[int]


class ParameterLine:
    """The equilibria of a problem with one symbol, at every place of its line."""

    def __init__(self, problem: MatrixProblem) -> None:
        if len(problem.symbols) != 1 or problem.algebra.atoms:
            raise UnsupportedError(
                f"the payoffs of {problem.name} are no quotients of polynomials in one parameter",
                remedy="solve it at values instead",
            )
        self.problem, self.algebra = problem, problem.algebra
        self.name = problem.symbols[0]
        m, n = problem.shape
        ring = self.algebra.ring
        transposed = [[problem.row[i][j] for i in range(m)] for j in range(n)]
        self.sides = (
            vertices(ring, problem.column, range(n)),
            vertices(ring, transposed, range(m)),
        )
        self._factors: dict[Coefficients, tuple[int, tuple[tuple[Coefficients, int], ...]]] = {}
        self._signs: dict[tuple[Coefficients, int], int] = {}
        self.undefined = [
            q
            for u in [*problem.payoffs[0], *problem.payoffs[1]]
            if not (q := self.algebra.fraction(u)[1]).is_ground
        ]
        self.places = self._places()

    # ---- cells and signs ---------------------------------------------------------------
    def coefficients(self, poly: RingElement) -> Coefficients:
        """Return the coefficients of a polynomial in the parameter, highest first."""
        table = {sum(monomial): int(c) for monomial, c in poly.terms()}
        return tuple(table.get(k, 0) for k in range(max(table, default=0), -1, -1))

    def _factored(self, poly: RingElement) -> tuple[int, tuple[tuple[Coefficients, int], ...]]:
        """Return a constant's sign and the irreducible factors with their powers."""
        # Tuples are looked up in place of polynomials, whose hashes collide.
        key = self.coefficients(poly)
        if key not in self._factors:
            constant, factors = self.algebra.factors(poly)
            self._factors[key] = (
                sign(constant),
                tuple((self.coefficients(f), k) for f, k in factors),
            )
        return self._factors[key]

    def _places(self) -> list[LinePlace]:
        polys = [
            p
            for side in self.sides
            for v in side
            for p in (*v.weights, *v.commons, *(g for _, g in v.gaps))
        ]
        polys += self.undefined
        for assumption in self.problem.assumptions:
            polys += self._parts(assumption)
        factors = dict.fromkeys(f for p in polys if p for f, _ in self._factored(p)[1])
        roots = isolate(factors)
        self._cutting = set(factors)
        places: list[LinePlace] = []
        ends: list[Root | None] = [None, *roots, None]
        for low, high in itertools.pairwise(ends):
            places.append(LinePlace(None, self._inside(low, high), low, high))
            if high is not None:
                places.append(LinePlace(high, high.low))
        return places

    def _inside(self, low: Root | None, high: Root | None) -> Fraction:
        """Return a simple rational of a cell, within the bounds where the cell meets them."""
        a, b = low.high if low else None, high.low if high else None
        first, last = self.problem.bounds[self.name]
        inner_a = a if first is None or (a is not None and a >= first) else first
        inner_b = b if last is None or (b is not None and b <= last) else last
        if inner_a is None or inner_b is None or inner_a < inner_b:
            a, b = inner_a, inner_b
        return simplest_between(a, b)

    def _parts(self, e: Expression) -> list[RingElement]:
        """Return numerators and denominators of everything that a condition compares."""
        if e.op != "compare":
            return [p for child in e.children for p in self._parts(child)]
        pairs = zip(e.args[1:], e.args[2:], strict=False)
        return [p for left, right in pairs for p in self.algebra.fraction(left - right)]

    def sign(self, poly: RingElement, place: LinePlace) -> int:
        """Return the sign of a polynomial at a place, exactly."""
        if not poly:
            return 0
        total, factors = self._factored(poly)
        for factor, power in factors:
            key = factor, id(place)
            if key not in self._signs:
                self._signs[key] = self._factor_sign(factor, place)
            total *= self._signs[key] ** power
        return total

    def _factor_sign(self, factor: Coefficients, place: LinePlace) -> int:
        if place.root is None:
            return sign(value(factor, place.point))
        if place.root.polynomial == factor:
            return 0
        # The factor may be one of those that cut the line, or not (in a question from outside).
        root = place.root
        while factor not in self._cutting and root.rational is None and _has_root(factor, root):
            root = root.refined()
        return sign(value(factor, root.low))

    def holds(self, e: Expression, place: LinePlace) -> bool:
        """Say whether a condition on the parameter holds at a place."""
        if e.op == "and":
            return all(self.holds(c, place) for c in e.children)
        if e.op == "or":
            return any(self.holds(c, place) for c in e.children)
        if e.op == "not":
            return not self.holds(e.args[0], place)
        for left, which, right in zip(e.args[1:], e.args[0], e.args[2:], strict=False):
            p, q = self.algebra.fraction(left - right)
            below = self.sign(q, place)
            x = self.sign(p, place) * below
            if not below or not _COMPARE[which](x):
                return False
        return True

    def assumed(self, place: LinePlace) -> bool:
        """Say whether the assumptions hold at a place and the payoffs are defined there."""
        return all(self.holds(a, place) for a in self.problem.assumptions) and all(
            self.sign(q, place) for q in self.undefined
        )

    # ---- equilibria --------------------------------------------------------------------
    def equilibria(self, place: LinePlace) -> list[frozenset[StrategyPair]]:
        """Return the extreme equilibria at a place, each as all its formulas that agree there."""
        rows, columns = (self._strategies(side, place) for side in self.sides)
        return [
            frozenset((a, b) for a in x.formulas for b in y.formulas)
            for x in rows
            for y in columns
            if set(y.support) <= x.replies and set(x.support) <= y.replies
        ]

    def _strategies(self, side: Sequence[SymbolicVertex], place: LinePlace) -> list[_Candidate]:
        """Return the strategies of one side with their best replies; equal ones are one."""
        found: list[_Candidate] = []
        seen: set[StrategyForm] = set()
        for v in side:
            signs = {self.sign(w, place) for w in v.weights}
            strategy = _normal(v)
            if len(signs) != 1 or 0 in signs or strategy in seen:
                continue
            if v.commons and not any(self.sign(c, place) for c in v.commons):
                continue
            scale = signs.pop()
            gaps = {j: scale * self.sign(g, place) for j, g in v.gaps}
            if any(g < 0 for g in gaps.values()):
                continue
            seen.add(strategy)
            for other in found:
                if other.support == v.support and self._equal(
                    other.formulas[0][1], strategy[1], place
                ):
                    other.formulas.append(strategy)
                    break
            else:
                replies = frozenset(v.tight) | {j for j, g in gaps.items() if g == 0}
                found.append(_Candidate(v.support, [strategy], replies))
        return found

    def _equal(self, a: Sequence[RingElement], b: Sequence[RingElement], place: LinePlace) -> bool:
        """Say whether two strategies with one support are the same at a root."""
        if place.root is None:
            return False
        return all(not self.sign(p * b[0] - a[0] * q, place) for p, q in zip(a, b, strict=True))


def _normal(v: SymbolicVertex) -> StrategyForm:
    flip = v.weights[0].LC < 0
    return v.support, tuple(-w if flip else w for w in v.weights)


def _has_root(coefficients: Sequence[int], root: Root) -> bool:
    import sympy

    poly = sympy.Poly(coefficients, sympy.Symbol("x"))
    low, high = (sympy.Rational(x.numerator, x.denominator) for x in (root.low, root.high))
    return bool(poly.count_roots(low, high))


_COMPARE: Mapping[str, Any] = {
    "<": lambda x: x < 0,
    "<=": lambda x: x <= 0,
    ">": lambda x: x > 0,
    ">=": lambda x: x >= 0,
    "==": lambda x: x == 0,
    "!=": lambda x: x != 0,
}
