"""Case distinctions: ``min``, ``max``, ``abs`` and ``if`` as what they are in each of their cases.

The cases of one function exclude each other and leave nothing out, ties included, so that
in each of them it is one of its operands exactly.

>>> for conditions, value in options(Expression.parse("max(a, b)")):
...     print(value, "where", *(f"{e} {sign} 0" for e, sign in conditions))
a where a - b >= 0
b where a - b < 0
>>> [str(value) for _, value in options(Expression.parse("a if a < b < c else c"))]
['a', 'c', 'c']
"""

from __future__ import annotations

import math
from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from deterrence.algebra.expressions import Expression
from deterrence.algebra.literals import Literal
from deterrence.algebra.polynomials import Algebra, under_root
from deterrence.algebra.rings import RingElement, coefficients, occurring, substitute
from deterrence.algebra.sign_formulas import (
    SignAt,
    SignFormula,
    all_of,
    any_of,
    literal,
    of_literal,
)

#: Comparisons with zero that hold together.
Comparisons = tuple[tuple[Expression, str], ...]
#: Conditions in plain polynomials, and a polynomial that stands for another one there.
PlainCase = tuple[tuple[Literal, ...], RingElement]
#: A polynomial over another one.
_Quotient = tuple[RingElement, RingElement]

_NEGATED = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!=", "!=": "=="}


def is_distinction(e: Expression) -> bool:
    """Say whether an expression is one of several others, depending on comparisons."""
    return e.op == "if" or (e.op == "call" and e.args[0] in ("min", "max", "abs"))


def options(e: Expression) -> list[tuple[Comparisons, Expression]]:
    """Return the cases of a ``min``, ``max``, ``abs`` or ``if``, and its value in each."""
    if e.op == "if":
        test, yes, no = e.args
        return [(path, yes if truth else no) for path, truth in _paths(test, {})]
    kind, *parts = e.args
    if kind == "abs":
        return [(((parts[0], ">="),), parts[0]), (((parts[0], "<"),), -parts[0])]
    weak = ">=" if kind == "max" else "<="
    found = []
    for i, part in enumerate(parts):
        # Among equals the first one counts; differences are written the same way round.
        earlier = [(other - part, _NEGATED[weak]) for other in parts[:i]]
        later = [(part - other, weak) for other in parts[i + 1 :]]
        found.append(((*earlier, *later), part))
    return found


def _paths(
    test: Expression, known: Mapping[tuple[Expression, str], bool]
) -> list[tuple[Comparisons, bool]]:
    """Return the ways in which the comparisons of a test decide it."""
    truth, undecided = _truth(test, known)
    if truth is not None:
        path = tuple((e, sign if holds else _NEGATED[sign]) for (e, sign), holds in known.items())
        return [(path, truth)]
    assert undecided is not None
    return [found for holds in (True, False) for found in _paths(test, {**known, undecided: holds})]


def _truth(
    test: Expression, known: Mapping[tuple[Expression, str], bool]
) -> tuple[bool | None, tuple[Expression, str] | None]:
    """Return whether a test holds where that is known, else a comparison that is missing."""
    if test.op == "not":
        truth, missing = _truth(test.args[0], known)
        return (None if truth is None else not truth), missing
    if test.op in ("and", "or"):
        decisive = test.op == "or"
        answers = [_truth(child, known) for child in test.children]
    else:
        decisive = False
        pairs = zip(test.args[1:], test.args[0], test.args[2:], strict=False)
        keys = [(left - right, sign) for left, sign, right in pairs]
        answers = [(known.get(key), key) for key in keys]
    if any(truth is decisive for truth, _ in answers):
        return decisive, None
    missing = next((key for truth, key in answers if truth is None), None)
    return (None, missing) if missing is not None else (not decisive, None)


@dataclass(frozen=True, eq=False)
class Case:
    """One case of several distinctions of an algebra.

    ``conditions`` hold in it, and nowhere else; ``values`` say what the distinctions, by the
    places of their variables, are there, as quotients without such variables.  ``is_open``
    says that the case may be more than a boundary.
    """

    algebra: Algebra
    conditions: tuple[Literal, ...]
    values: Mapping[int, _Quotient]
    is_open: bool = True

    def fraction(self, p: RingElement, q: RingElement) -> _Quotient:
        """Return a quotient with the distinctions settled, in lowest terms."""
        for k, (top, bottom) in self.values.items():
            above, below = (max((m[k] for m in poly), default=0) for poly in (p, q))
            p, q = (substitute(poly, k, top, bottom) for poly in (p, q))
            shift = int(above) - int(below)
            if shift and bottom != 1:
                p, q = (p, q * bottom**shift) if shift > 0 else (p * bottom**-shift, q)
        return self.algebra.lowest(p, q)

    def of(self, e: Expression) -> _Quotient:
        """Return an expression with the distinctions settled, as a quotient."""
        return self.fraction(*self.algebra.fraction(e))

    def compared(self, e: Expression, sign: str) -> SignFormula:
        """Return where ``e sign 0`` holds in this case."""
        p, q = self.of(e)
        return literal(p if q.is_ground else p * q, sign)

    def vanishes(self, poly: RingElement) -> bool:
        """Say whether a polynomial, of this or a larger ring, is zero all over the case."""
        ring = poly.ring
        places = {n: k for k, n in enumerate(map(str, ring.symbols))}
        for k, (top, bottom) in self.values.items():
            place = places[self.algebra.names[k]]
            poly = substitute(poly, place, top.set_ring(ring), bottom.set_ring(ring))
        return not poly


class CaseTable:
    """The signs of polynomials with distinctions and roots in them, by those of plain ones.

    Plain polynomials are in parameters alone.  The signs are valid where what stands under a
    root is not negative, which ``defined`` says.

    >>> algebra = Algebra(["a", "b"], [Expression.parse("sqrt(a)")])
    >>> a, b, root = algebra.ring.gens
    >>> signs = {a: 1, b: 1, a - b**2: -1}
    >>> str(CaseTable(algebra).at(root - b, lambda p: signs[p] if p in signs else -signs[-p]))
    'a - b**2'
    """

    def __init__(self, algebra: Algebra) -> None:
        self.algebra = algebra
        self._stands_for = dict(enumerate(algebra.atoms, len(algebra.parameters)))
        self._roots = {k: u for k, e in self._stands_for.items() if (u := under_root(e))}
        self._known: dict[RingElement, list[PlainCase]] = {}
        #: What is neither a distinction nor a root, such as ``exp(a)``.
        self.unsettled = [
            e for k, e in self._stands_for.items() if k not in self._roots and not is_distinction(e)
        ]

    @property
    def complete(self) -> bool:
        """Whether all variables that are no parameters are distinctions or square roots."""
        return not self.unsettled

    @cached_property
    def defined(self) -> SignFormula:
        """Where everything has a value: roots, and what distinctions compare.

        What stands in a branch of an ``if`` need not have one everywhere.
        """
        branches = {
            n for e in self.algebra.atoms if e.op == "if" for b in e.args[1:] for n in b.walk()
        }
        formulas = []
        for e in self.algebra.atoms.keys() - branches:
            compared = e.args[0].walk() if e.op == "if" else (e,)
            operands = [c for n in compared for c in n.children if not c.is_boolean]
            quotients = [self.algebra.fraction(c) for c in operands]
            formulas += [literal(q, "!=") for _, q in quotients]
            if under_root(e) is not None:
                p, q = quotients[0]
                formulas.append(literal(p if q.is_ground else p * q, ">="))
        return self.formula(all_of(formulas))

    def of(self, poly: RingElement) -> list[PlainCase]:
        """Return cases that leave nothing out: what holds, and what has the sign there."""
        if not self._stands_for:
            return [((), poly)]
        if poly not in self._known:
            self._known[poly] = self._expanded(poly)
        return self._known[poly]

    def _expanded(self, poly: RingElement) -> list[PlainCase]:
        inside = [k for k in occurring(poly) if k in self._stands_for]
        outermost = max(inside, default=None)
        if outermost is None:
            return [((), poly)]
        if outermost in self._roots:
            ways = self._without_root(poly, outermost)
        elif is_distinction(self._stands_for[outermost]):
            ways = self._without_distinction(poly, outermost)
        else:
            return [((), poly)]
        return [
            (conditions, own)
            for comparisons, rest in ways
            for given in self._all(comparisons)
            for further, own in self.of(rest)
            if (conditions := _agreeing((*given, *further))) is not None
        ]

    def _without_distinction(
        self, poly: RingElement, k: int
    ) -> list[tuple[list[SignFormula], RingElement]]:
        algebra, found = self.algebra, []
        for comparisons, value in options(self._stands_for[k]):
            conditions = []
            for e, sign in comparisons:
                p, q = algebra.fraction(e)
                conditions.append(literal(p if q.is_ground else p * q, sign))
            here = Case(algebra, (), {k: algebra.fraction(value)})
            p, q = here.fraction(poly, algebra.ring.one)
            found.append((conditions, p if q.is_ground else p * q))
        return found

    def _without_root(
        self, poly: RingElement, k: int
    ) -> list[tuple[list[SignFormula], RingElement]]:
        """Tell the cases of ``a + b*s`` for a root ``s`` of ``u = top/bottom`` apart by squares."""
        top, bottom = self.algebra.fraction(self._roots[k])
        a, b = square_root_parts(poly, k, top, bottom)
        inner = top if bottom.is_ground else top * bottom
        scale = bottom if bottom.is_ground else bottom**2
        difference = a**2 * scale - b**2 * inner
        return [
            ([literal(a, ">"), literal(b, ">=")], a),
            ([literal(a, "=="), literal(b, ">=")], b * inner),
            ([literal(a, "<"), literal(b, "<=")], a),
            ([literal(a, ">="), literal(b, "<")], difference),
            ([literal(a, "<"), literal(b, ">")], -difference),
        ]

    def _all(self, formulas: Sequence[SignFormula]) -> list[tuple[Literal, ...]]:
        """Return the ways in which conditions hold together, in plain polynomials."""
        found: list[tuple[Literal, ...]] = [()]
        for formula in formulas:
            if formula.constant is False:
                return []
            if formula.constant is True:
                continue
            lit = formula.parts[0]
            ways = []
            for conditions, own in self.of(lit.poly):
                plain = literal(own, lit.sign)
                if plain.constant is None:
                    ways.append((*conditions, plain.parts[0]))
                elif plain.constant:
                    ways.append(conditions)
            found = [
                both
                for before in found
                for way in ways
                if (both := _agreeing((*before, *way))) is not None
            ]
        return found

    def polys(self, poly: RingElement) -> list[RingElement]:
        """Return the polynomials that decide a polynomial's sign."""
        return [p for given, own in self.of(poly) for p in (own, *(lit.poly for lit in given))]

    def at(self, poly: RingElement, sign: SignAt) -> RingElement:
        """Return what has a polynomial's sign where plain polynomials have the given signs."""
        if not self._stands_for:
            return poly
        for conditions, own in self.of(poly):
            if all(lit.holds(sign(lit.poly)) for lit in conditions):
                return own
        raise AssertionError("the cases of a distinction leave nothing out")

    def signs(self, sign: SignAt) -> SignAt:
        """Return the signs of all polynomials, given those of plain ones."""
        return sign if not self._stands_for else lambda poly: sign(self.at(poly, sign))

    def formula(self, formula: SignFormula) -> SignFormula:
        """Return a formula in plain polynomials that holds exactly where this one does."""
        if not self._stands_for:
            return formula
        if formula.op != "literal":
            join = all_of if formula.op == "and" else any_of
            return join(self.formula(part) for part in formula.parts)
        lit = formula.parts[0]
        return any_of(
            all_of([*map(of_literal, conditions), literal(own, lit.sign)])
            for conditions, own in self.of(lit.poly)
        )


def square_root_parts(
    poly: RingElement, k: int, top: RingElement, bottom: RingElement
) -> tuple[RingElement, RingElement]:
    """Return ``(a, b)`` of ``a + b*s``, a positive multiple of a polynomial in ``s``.

    ``s`` is variable ``k``, the square root of ``top/bottom``.
    """
    parts = coefficients(poly, k)
    most = max(parts, default=0) // 2
    most += most % 2  # an even power of the divisor has no sign
    halves = [poly.ring.zero, poly.ring.zero]
    for e, c in parts.items():
        for factor, times in ((top, e // 2), (bottom, most - e // 2)):
            if times:
                c *= factor**times
        halves[e % 2] += c
    return halves[0], halves[1]


def _agreeing(conditions: Sequence[Literal]) -> tuple[Literal, ...] | None:
    """Return conditions once each, None where two of them plainly contradict."""
    found = dict.fromkeys(conditions)
    return None if any(lit.negated() in found for lit in found) else tuple(found)


def cases_of(
    algebra: Algebra,
    chosen: Mapping[int, Expression],
    narrowed: Callable[[Case, Sequence[SignFormula]], tuple[Literal, ...] | None],
    most: float = math.inf,
) -> list[Case]:
    """Return the cases of distinctions, by the places of their variables, inner ones first.

    ``narrowed`` returns the conditions of a case with further ones, None where there are no
    such points.  Beyond ``most`` cases the answer is empty.
    """
    found = [Case(algebra, (), {})]
    for k, e in chosen.items():
        grown = []
        for case in found:
            for comparisons, value in options(e):
                conditions = narrowed(case, [case.compared(*c) for c in comparisons])
                if conditions is not None:
                    values = {**case.values, k: case.of(value)}
                    grown.append(Case(algebra, conditions, values))
        found = grown
        if len(found) > most:
            return []
    return found


def settled_truth(e: Expression, keep: Container[Expression] = ()) -> Expression:
    """Return a condition in which no distinction stands inside a comparison.

    Those to ``keep`` may.

    >>> str(settled_truth(Expression.parse("max(a, b) > c")))
    'a - b >= 0 and a > c or a - b < 0 and b > c'
    """
    if e.op in ("and", "or", "not"):
        return Expression(e.op, *(settled_truth(c, keep) for c in e.children))
    inner = next((n for n in _inside_out(e) if is_distinction(n) and n not in keep), None)
    if inner is None:
        return e
    if len(e.args[0]) > 1:
        pairs = zip(e.args[1:], e.args[0], e.args[2:], strict=False)
        return Expression(
            "and", *(settled_truth(Expression("compare", (s,), a, b), keep) for a, s, b in pairs)
        )
    parts = []
    for conditions, value in options(inner):
        zero = Expression.number(Fraction(0))
        holds = [Expression("compare", (sign,), d, zero) for d, sign in conditions]
        parts.append(Expression("and", *holds, settled_truth(replaced(e, inner, value), keep)))
    return Expression("or", *parts)


def _inside_out(e: Expression) -> Sequence[Expression]:
    """Return the parts of an expression, operands before what they are operands of."""
    return list(e.walk())[::-1]


def replaced(e: Expression, old: Expression, new: Expression) -> Expression:
    """Return an expression in which every occurrence of a part is another expression."""
    if e == old:
        return new
    if not any(n == old for n in e.walk()):
        return e
    args = [replaced(a, old, new) if isinstance(a, Expression) else a for a in e.args]
    if e.op == "neg":
        return -args[0]
    if e.op in ("add", "sub", "mul", "div", "pow"):
        return Expression.binary(e.op, *args)
    return Expression(e.op, *args)
