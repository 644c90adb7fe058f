"""Boolean combinations of signs of polynomials.

They mean what they say at every point, boundaries included.  Where boundaries do not
matter, :meth:`SignFormula.strict` leaves them out, and :meth:`SignFormula.opposite` is
the negation that stays strict.

>>> from deterrence.algebra.polynomials import Algebra
>>> x, y = Algebra(["x", "y"]).ring.gens
>>> f = any_of([literal(x, ">"), all_of([literal(x, "=="), literal(y, ">=")])])
>>> signs = {x: 0, y: 1}
>>> f.holds(signs.__getitem__), f.negated().holds(signs.__getitem__)
(True, False)
>>> [lit.sign for lit in f.opposite().literals()]
['<', '!=', '<']
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from typing import Literal as Choice

from deterrence.algebra.expressions import Expression
from deterrence.algebra.literals import TURNED, Literal
from deterrence.algebra.polynomials import Algebra
from deterrence.algebra.rings import RingElement

_Value = TypeVar("_Value")

#: The sign (-1, 0 or 1) of a polynomial at some point.
SignAt = Callable[[RingElement], int]
#: The signs that a polynomial can have somewhere, such as ``{0, 1}``.
Possible = Callable[[RingElement], frozenset[int]]


class Memo(Generic[_Value]):
    """A function of polynomials, worked out once for each object.

    Polynomials are looked up by identity, since their hashes collide; they are kept.
    """

    def __init__(self, compute: Callable[[RingElement], _Value]) -> None:
        self._compute = compute
        self._known: dict[int, tuple[RingElement, _Value]] = {}

    def __call__(self, poly: RingElement) -> _Value:
        """Return the function's value."""
        entry = self._known.get(id(poly))
        if entry is None:
            entry = self._known[id(poly)] = poly, self._compute(poly)
        return entry[1]


@dataclass(frozen=True, eq=False)
class SignFormula:
    """A literal, or a conjunction or disjunction of formulas (no parts: true, or false)."""

    op: Choice["literal", "and", "or"]
    parts: tuple[Any, ...]

    @property
    def constant(self) -> bool | None:
        """True or False for the formula that always, or never, holds; else None."""
        return self.op == "and" if self.op != "literal" and not self.parts else None

    def negated(self) -> SignFormula:
        """Return the formula that holds exactly where this one does not."""
        if self.op == "literal":
            return SignFormula("literal", (self.parts[0].negated(),))
        return SignFormula(
            "or" if self.op == "and" else "and", tuple(p.negated() for p in self.parts)
        )

    def strict(self) -> SignFormula:
        """Return the formula whose literals have no boundaries: the same off the boundaries."""
        if self.op == "literal":
            return SignFormula("literal", (self.parts[0].strict(),))
        return SignFormula(self.op, tuple(p.strict() for p in self.parts))

    def opposite(self) -> SignFormula:
        """Return the strict formula that holds, off the boundaries, where this one does not."""
        return self.negated().strict()

    def holds(self, sign: SignAt) -> bool:
        """Say whether the formula holds at a point with these signs."""
        if self.op == "literal":
            return bool(self.parts[0].holds(sign(self.parts[0].poly)))
        test = all if self.op == "and" else any
        return test(part.holds(sign) for part in self.parts)

    def within(self, possible: Possible) -> SignFormula:
        """Return a shorter formula that is the same wherever these signs are the possible ones."""
        if self.op == "literal":
            lit = self.parts[0]
            answers = {lit.holds(s) for s in possible(lit.poly)}
            return self if len(answers) != 1 else constant(answers.pop())
        join = all_of if self.op == "and" else any_of
        kept = []
        decisive = self.op == "or"
        for part in self.parts:
            short = part.within(possible)
            if short.constant is decisive:
                return constant(decisive)
            kept.append(short)
        return join(kept)

    def implicant(self, sign: SignAt, prefer: Callable[[Literal], Any]) -> list[Literal] | None:
        """Return literals that hold at a point and together make the formula true, else None.

        Of the parts of a disjunction the one with the smallest sum of ``prefer``
        over its literals is taken.
        """
        if self.op == "literal":
            return [self.parts[0]] if self.holds(sign) else None
        found: list[list[Literal]] = []
        for part in self.parts:
            inner = part.implicant(sign, prefer)
            if inner is not None:
                found.append(inner)
            elif self.op == "and":
                return None
        if self.op == "and":
            return list(dict.fromkeys(lit for inner in found for lit in inner))
        return min(found, key=lambda inner: sum(map(prefer, inner)), default=None)

    def literals(self) -> Iterator[Literal]:
        """Yield every literal."""
        if self.op == "literal":
            yield self.parts[0]
        else:
            for part in self.parts:
                yield from part.literals()


TRUE = SignFormula("and", ())
FALSE = SignFormula("or", ())


def constant(value: bool) -> SignFormula:
    """Return the formula that always, or never, holds."""
    return TRUE if value else FALSE


def of_literal(lit: Literal) -> SignFormula:
    """Return a literal, as it is, as a formula."""
    return SignFormula("literal", (lit,))


def of_region(region: Iterable[Iterable[Literal]]) -> SignFormula:
    """Return a disjunction of conjunctions of literals."""
    return any_of(all_of(map(of_literal, term)) for term in region)


def literal(poly: RingElement, sign: str) -> SignFormula:
    """Return ``poly sign 0``, decided where the polynomial is a number.

    The leading coefficient is made positive, so that opposite conditions are about
    one polynomial.
    """
    if poly and poly.LC < 0:
        poly, sign = -poly, TURNED[sign]
    lit = Literal(poly, sign)
    return constant(lit.holds(int(poly.LC))) if poly.is_ground else of_literal(lit)


def _joined(op: Choice["and", "or"], parts: Iterable[SignFormula]) -> SignFormula:
    decisive = op == "or"
    flat: list[SignFormula] = []
    for part in parts:
        if part.constant is decisive:
            return constant(decisive)
        flat.extend(part.parts if part.op == op else [part])
    if not flat:
        return constant(not decisive)
    return flat[0] if len(flat) == 1 else SignFormula(op, tuple(flat))


def all_of(parts: Iterable[SignFormula]) -> SignFormula:
    """Return the conjunction."""
    return _joined("and", parts)


def any_of(parts: Iterable[SignFormula]) -> SignFormula:
    """Return the disjunction."""
    return _joined("or", parts)


def of_expression(algebra: Algebra, e: Expression) -> SignFormula:
    """Return a boolean expression in parameters as a formula; divisors must not vanish."""
    if e.op in ("and", "or"):
        join = all_of if e.op == "and" else any_of
        return join(of_expression(algebra, c) for c in e.children)
    if e.op == "not":
        return of_expression(algebra, e.args[0]).negated()
    parts = []
    for left, sign, right in zip(e.args[1:], e.args[0], e.args[2:], strict=False):
        p, q = algebra.fraction(left - right)
        parts.append(literal(p if q.is_ground else p * q, sign))
        parts.append(literal(q, "!="))
    return all_of(parts)
