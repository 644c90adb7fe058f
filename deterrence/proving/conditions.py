"""Conditions of existence: simplified as a person would write them, exact on the boundaries.

A *condition* is a disjunction of literals, nearly always of one.  Factors with
a fixed sign are dropped.  Where a dropped factor can vanish, a weak condition
``f*r >= 0`` becomes ``r >= 0 or f == 0`` and a strict one ``f*r > 0`` brings
``f != 0`` along, so that nothing changes on boundaries.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

from deterrence.algebra.expressions import Expression, joined
from deterrence.algebra.literals import TURNED, Literal, literal_mask
from deterrence.algebra.rings import RingElement, linear, occurring
from deterrence.limits import work
from deterrence.proving.named_sides import NamedSides
from deterrence.proving.prover import Prover

#: A disjunction of literals; the last one is the main one, which rules off the boundaries.
Clause = tuple[Literal, ...]

#: Questions about one polynomial that may stay open before it counts as hard.
_PATIENCE = 2
#: Terms of a polynomial beyond which it is not solved for a name that nobody asked for.
_LONG = 12
#: Characters by which the other side may be longer where it is solved for a share of one.
_SHARE = 4


class Simplifier:
    """Knows the signs that the assumptions fix, and simplifies by them."""

    def __init__(
        self,
        prover: Prover,
        leading: Iterable[str] = (),
        preferred: Sequence[str] = (),
        definitions: Iterable[Expression] = (),
    ) -> None:
        self.prover = prover
        #: Comparisons with formulas that have a name.
        self._named = NamedSides(prover.algebra, definitions, preferred)
        #: Names that conditions are solved for where no other is asked for.
        self.preferred = tuple(preferred)
        #: Names that conditions are about, to be written on the left where others are not.
        self.leading = frozenset(leading)
        self._signs: dict[RingElement, tuple[int, bool] | None] = {}
        self._failures: dict[RingElement, int] = {}
        self._written: dict[tuple[Literal, str], Expression] = {}

    def sign(self, factor: RingElement) -> tuple[int, bool] | None:
        """Return ``(sign, can it vanish)`` if the assumptions fix the factor's sign, else None."""
        if factor.is_ground:
            return (1 if factor.LC > 0 else -1), False
        if factor not in self._signs:
            if not work.wall_left():  # what is found is written down, as plainly as may be
                return None
            self._signs[factor] = self.prover.fixed_sign(factor)
        elif self.prover.watch is not None:
            self.prover.watch(factor)
        return self._signs[factor]

    def condition(self, literal: Literal) -> list[Clause] | None:
        """Return the conditions equivalent to a literal, ``[]`` if always true, None if never."""
        poly, sign = literal.poly, literal.sign
        if not poly:
            return [] if literal.holds(0) else None
        constant, factors = self.prover.algebra.factors(poly)
        flip = constant < 0
        open_part: list[RingElement] = []
        squares: list[RingElement] = []
        vanishing: list[RingElement] = []
        for f, power in factors:
            if f in self.prover.nonzero and (power % 2 == 0 or sign in ("==", "!=")):
                continue
            known = self.sign(f)
            if known is None:
                (open_part if power % 2 else squares).append(f)
                continue
            if known[0] < 0 and power % 2:
                flip = not flip
            if known[1]:
                vanishing.append(f)
        if sign in ("==", "!="):
            parts = [Literal(f, sign) for f in self._zeros((*vanishing, *squares, *open_part))]
            if sign == "!=":
                return [(p,) for p in parts]
            return [tuple(parts)] if parts else None
        if flip:
            sign = TURNED[sign]
        zeros = self._zeros((*vanishing, *squares))
        product = math.prod(open_part, start=self.prover.algebra.ring.one)
        main = Literal(product, sign)
        if sign in (">", "<"):
            extra: list[Clause] = [(Literal(f, "!="),) for f in zeros]
            if product.is_ground:
                return extra if main.holds(1) else None
            return [*extra, (main,)]
        if product.is_ground and main.holds(1):
            return []
        boundary = tuple(Literal(f, "==") for f in zeros)
        if product.is_ground:
            return [boundary] if boundary else None
        return [(*boundary, main)]

    def _zeros(self, factors: Iterable[RingElement]) -> list[RingElement]:
        """Return the polynomials that can vanish and do where one of the factors does."""
        found: dict[RingElement, None] = {}
        for factor in factors:
            plain = self.prover.algebra.vanishing(factor)
            for f in plain if plain != [factor] else ():
                known = self.sign(f)
                if known is None or known[1]:
                    found[f] = None
            if plain == [factor]:
                found[factor] = None
        return list(found)

    def conjunction(self, literals: Iterable[Literal]) -> list[Clause] | None:
        """Return the simplified conditions of a conjunction, None if one can never hold."""
        result: list[Clause] = []
        for literal in literals:
            parts = self.condition(literal)
            if parts is None:
                return None
            result += [p for p in parts if p not in result]
        return result

    def irredundant(self, conditions: Sequence[Clause]) -> list[Clause]:
        """Drop every condition that the others are proven to imply; complicated ones first.

        What is at least and at most the same becomes an equation.
        """
        kept = _equations(conditions)
        for condition in sorted(kept, key=self.complexity, reverse=True):
            rest = [c for c in kept if c != condition]
            negated = [literal.negated() for literal in condition]
            if self.refutable(rest, negated):
                continue
            singles = [c[0] for c in rest if len(c) == 1]
            hardest = max((lit.poly for lit in (*singles, *negated)), key=len)
            if self._failures.get(hardest, 0) >= _PATIENCE:
                continue
            verdict = self.prover.decide([*singles, *negated], quick=True).verdict
            if verdict == "impossible":
                kept = rest
            elif verdict == "unknown":
                self._failures[hardest] = self._failures.get(hardest, 0) + 1
        return kept

    def refutable(self, conditions: Sequence[Clause], literals: Sequence[Literal]) -> bool:
        """Say whether a sample satisfies all the conditions and the literals."""
        mask = self.prover.samples_where(literals)
        for condition in conditions:
            mask = mask & self.mask(condition)
        return bool(mask.any())

    def mask(self, condition: Clause) -> Any:
        """Return the samples where a condition holds."""
        result = literal_mask(condition[0], self.prover.values(condition[0].poly))
        for literal in condition[1:]:
            result = result | literal_mask(literal, self.prover.values(literal.poly))
        return result

    def complexity(self, condition: Clause) -> tuple[int, int, str]:
        """Order conditions from the simplest to the most complicated."""
        polys = [literal.poly for literal in condition]
        top = max((sum(m) for p in polys for m in p), default=0)
        return sum(len(p) for p in polys), top, str(polys)

    # ---- for people ----------------------------------------------------------------
    def written(self, condition: Clause, isolate: str = "") -> Expression:
        """Return a condition as a boolean expression in the syntax of model files."""
        return joined("or", [self.literal(literal, isolate) for literal in reversed(condition)])

    def literal(self, literal: Literal, isolate: str = "") -> Expression:
        """Write a literal as it is read best.

        It is a comparison with one of the definitions, if it is equivalent to one; else it is
        solved for ``isolate`` or for a preferred name where that is possible, or, if names are
        multiplied in it, for the one that leaves the shortest other side; what
        cannot be solved, or is a plain sum, has positive terms only on both sides.
        """
        key = literal, isolate
        if key not in self._written:
            self._written[key] = self._readable(literal, isolate)
        return self._written[key]

    def write_as(self, literal: Literal, written: Expression) -> None:
        """Have a strict literal written in this way, ``left > right``, and its opposite alike."""
        _, left, right = written.args
        self._written[literal, ""] = written
        self._written[literal.opposite(), ""] = Expression("compare", (">",), right, left)

    def _readable(self, literal: Literal, isolate: str) -> Expression:
        algebra = self.prover.algebra
        poly, sign = literal.poly, literal.sign
        factors = algebra.factors(poly)[1]
        zero = Expression.number(0)
        named = self._named(poly, sign, self._fixed, isolate)
        if named is not None:
            return named
        for name in [isolate] if isolate else self.preferred:
            written = self._isolated(poly, sign, name) if name in algebra.names else None
            if written is not None:
                return written
        solved = None if isolate or not work.wall_left() else self._solved(poly, sign)
        if solved is not None:
            return solved
        if len(factors) > 1 or factors[0][1] > 1:
            return Expression("compare", (sign,), algebra.expression(poly), zero)
        left, right = algebra.sides(poly)
        names = [side.names & self.leading for side in (left, right)]
        turn = sign in ("<", "<=") and right != zero
        if bool(names[0]) != bool(names[1]):
            turn = bool(names[1])
        elif bool(left.names) != bool(right.names):
            turn = bool(right.names)  # c < 5, not 5 > c
        if turn:
            left, right = right, left
            sign = TURNED[sign]
        return Expression("compare", (sign,), left, right)

    def _fixed(self, factor: RingElement) -> int:
        """Return the sign of a polynomial that is fixed and cannot vanish, else 0."""
        known = self.sign(factor)
        return 0 if known is None or known[1] else known[0]

    def _solved(self, poly: RingElement, sign: str) -> Expression | None:
        """Solve for the name that leaves the shortest side, where names are multiplied.

        A share of one, such as a probability, may leave a side that is a little longer.
        """
        if len(poly) > _LONG or all(sum(powers) <= 1 for powers in poly.monoms()):
            return None
        names = [self.prover.algebra.names[k] for k in occurring(poly)]
        names = [n for n in names if n in self.prover.algebra.parameters]
        found = [e for e in (self._isolated(poly, sign, n) for n in names) if e is not None]
        ranges = self.prover.ranges
        return min(
            found,
            key=lambda e: len(str(e.args[2])) - _SHARE * (ranges.get(e.args[1].args[0]) == (0, 1)),
            default=None,
        )

    def _inside_function(self, poly: RingElement, name: str) -> bool:
        """Say whether a name also occurs where a polynomial has a function, such as ``max``."""
        algebra = self.prover.algebra
        names = {algebra.names[k] for k in occurring(poly)}
        return any(a.name in names and name in e.names for e, a in algebra.atoms.items())

    def _isolated(self, poly: RingElement, sign: str, name: str) -> Expression | None:
        """Write ``name < expression`` if the polynomial is linear in it with a known sign."""
        algebra = self.prover.algebra
        parts = linear(poly, algebra.names.index(name))
        if parts is None or self._inside_function(poly, name):
            return None
        slope, rest = parts
        constant, factors = algebra.factors(slope)
        known = [(self.sign(f), power) for f, power in factors]
        if any(s is None or s[1] for s, _ in known):
            return None
        if math.prod((s[0] ** power for s, power in known if s), start=constant) < 0:
            sign = TURNED[sign]
        top, bottom = algebra.lowest(-rest, slope)
        point = self.prover.point(0) if self.prover.points.shape[1] else None
        if point is None or all(self.sign(f) for f, _ in algebra.factors(top)[1]):
            value = algebra.quotient(top, bottom, point)
        else:
            value = algebra.over_positive(top, bottom, point)
        return Expression("compare", (sign,), Expression.name(name), value)


def _equations(conditions: Sequence[Clause]) -> list[Clause]:
    """Return conditions with an equation for what is at least and at most the same."""
    plain = {c[0] for c in conditions if len(c) == 1}
    result: dict[Clause, None] = {}
    for c in conditions:
        both = (
            len(c) == 1
            and c[0].sign in (">=", "<=")
            and any(
                turned in plain
                for turned in (
                    Literal(c[0].poly, TURNED[c[0].sign]),
                    Literal(-c[0].poly, c[0].sign),
                )
            )
        )
        result[(Literal(c[0].poly, "=="),) if both else c] = None
    found = list(result)
    return [
        c
        for k, c in enumerate(found)
        if not (c[0].sign == "==" and (Literal(-c[0].poly, "=="),) in found[:k])
    ]
