"""All extreme equilibria of a game with one free parameter, along its whole line.

Every extreme equilibrium is a pair of vertices (see
:mod:`deterrence.symbolic.matrices.vertices`) whose polynomials now have one variable.  Their
real roots cut the line into cells in which nothing changes; the equilibria of a
cell are read off from signs at one rational point, those at a root, rational or
not, from exact signs there.  Nothing is sampled and no solver is asked.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from deterrence.algebra.along_lines import LinePlace
from deterrence.algebra.cases import CaseTable
from deterrence.algebra.expressions import Expression
from deterrence.algebra.literals import Literal
from deterrence.algebra.rings import RingElement, dense
from deterrence.algebra.roots import Root, isolate, sign_at, simplest_between
from deterrence.algebra.univariate import Coefficients, sign, value
from deterrence.errors import UnsupportedError
from deterrence.statements import comparisons
from deterrence.symbolic.matrices.problem import MatrixProblem
from deterrence.symbolic.matrices.vertices import SymbolicVertex

#: A strategy as a function of the parameter: its support and its weights up to a factor.
StrategyForm = tuple[tuple[int, ...], tuple[RingElement, ...]]
#: An equilibrium as a pair of strategies.
StrategyPair = tuple[StrategyForm, StrategyForm]


@dataclass(frozen=True, eq=False)
class _Candidate:
    """A strategy of one side at a place: its formulas (all equal there) and its best replies."""

    support: tuple[int, ...]
    formulas: list[StrategyForm]
    replies: frozenset[int]


class ParameterLine:
    """The equilibria of a problem with one symbol, at every place of its line."""

    def __init__(self, problem: MatrixProblem) -> None:
        self.table = CaseTable(problem.algebra)
        if len(problem.symbols) != 1 or not self.table.complete:
            raise UnsupportedError(
                f"the payoffs of {problem.name} are no quotients of polynomials in one parameter",
                remedy="solve it at values instead",
            )
        self.problem, self.algebra = problem, problem.algebra
        self.name = problem.symbols[0]
        self.sides = problem.vertices()
        self._factors: dict[Coefficients, tuple[int, tuple[tuple[Coefficients, int], ...]]] = {}
        self._signs: dict[tuple[Coefficients, LinePlace], int] = {}
        self.undefined = [
            q
            for u in [*problem.payoffs[0], *problem.payoffs[1]]
            if not (q := self.algebra.fraction(u)[1]).is_ground
        ]
        self.places = self._places()

    # ---- cells and signs ---------------------------------------------------------------
    def coefficients(self, poly: RingElement) -> Coefficients:
        """Return the coefficients of a polynomial in the parameter, highest first."""
        return dense({sum(monomial): int(c) for monomial, c in poly.terms()})

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
        polys = [p for side in self.sides for v in side for p in v.polynomials]
        polys += self.undefined
        for assumption in self.problem.assumptions:
            polys += self._parts(assumption)
        polys += [lit.poly for lit in self.table.defined.literals()]
        polys = [own for p in polys for own in self.table.polys(p)]
        roots = isolate(f for p in polys if p for f, _ in self._factored(p)[1])
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
        return [p for left, _, right in comparisons(e) for p in self.algebra.fraction(left - right)]

    def sign(self, poly: RingElement, place: LinePlace) -> int:
        """Return the sign of a polynomial at a place, exactly."""
        poly = self.table.at(poly, lambda p: self.sign(p, place))
        if not poly:
            return 0
        total, factors = self._factored(poly)
        for factor, power in factors:
            key = factor, place
            if key not in self._signs:
                root = place.root
                self._signs[key] = (
                    sign(value(factor, place.point)) if root is None else sign_at(factor, root)
                )
            total *= self._signs[key] ** power
        return total

    def holds(self, e: Expression, place: LinePlace) -> bool:
        """Say whether a condition on the parameter holds at a place."""
        if e.op == "and":
            return all(self.holds(c, place) for c in e.children)
        if e.op == "or":
            return any(self.holds(c, place) for c in e.children)
        if e.op == "not":
            return not self.holds(e.args[0], place)
        for left, which, right in comparisons(e):
            p, q = self.algebra.fraction(left - right)
            below = self.sign(q, place)
            if not below or not Literal(p, which).holds(self.sign(p, place) * below):
                return False
        return True

    def assumed(self, place: LinePlace) -> bool:
        """Say whether the assumptions hold at a place and the payoffs are defined there."""
        if not self.table.defined.holds(lambda p: self.sign(p, place)):
            return False
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
            strategy = _normal(v)
            replies = None if strategy in seen else v.replies_at(lambda p: self.sign(p, place))
            if replies is None:
                continue
            seen.add(strategy)
            for other in found:
                if other.support == v.support and self._equal(
                    other.formulas[0][1], strategy[1], place
                ):
                    other.formulas.append(strategy)
                    break
            else:
                found.append(_Candidate(v.support, [strategy], replies))
        return found

    def _equal(self, a: Sequence[RingElement], b: Sequence[RingElement], place: LinePlace) -> bool:
        """Say whether two strategies with one support are the same at a root, or in a case."""
        if place.root is None:
            return bool(self.algebra.atoms) and not any(
                self.table.at(p * b[0] - a[0] * q, lambda r: self.sign(r, place))
                for p, q in zip(a, b, strict=True)
            )
        return all(not self.sign(p * b[0] - a[0] * q, place) for p, q in zip(a, b, strict=True))


def _normal(v: SymbolicVertex) -> StrategyForm:
    flip = v.weights[0].LC < 0
    return v.support, tuple(-w if flip else w for w in v.weights)
