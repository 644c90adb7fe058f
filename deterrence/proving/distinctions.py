"""Which case distinctions matter to a proof, and the cases that the assumptions leave.

Off the boundaries of a game nothing is supposed to vanish, and a polynomial in parameters
indeed vanishes on a boundary only.  With a variable for ``max(a, b)`` in it that is not so:
``max(a, b) - a`` is zero all over the case ``a >= b``.  Where such a polynomial turns up the
game has to be solved case by case; where none does, the variable may stand in formulas and
conditions as it is.  Roots are no distinctions: a polynomial in them and in parameters that is
zero on an open set is zero everywhere, as long as no product of what stands under them is a
square.  Nor are ``exp`` and ``log`` of what is independent.

>>> from deterrence.algebra.polynomials import Algebra
>>> from deterrence.proving.prover import Prover
>>> payoff = Expression.parse("max(a, b)")
>>> algebra = Algebra(["a", "b"], [payoff])
>>> a, b, largest = algebra.ring.gens
>>> known = Distinctions(Simplifier(Prover(algebra, [])))
>>> [sorted(known.in_the_way(p)) for p in (largest - 1, largest - a)]
[[], [2]]
>>> [str(case.vanishes(largest - a)) for case in known.cases(frozenset({2})) or ()]
['True', 'False']
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from functools import cached_property

from deterrence.algebra.cases import (
    Case,
    cases_of,
    is_distinction,
    options,
    square_root_parts,
)
from deterrence.algebra.expressions import Expression
from deterrence.algebra.linear import rank
from deterrence.algebra.literals import Literal
from deterrence.algebra.polynomials import under_root
from deterrence.algebra.rings import RingElement, coefficients, occurring, substitute
from deterrence.algebra.sign_formulas import SignFormula, literal
from deterrence.proving.conditions import Simplifier

#: Cases beyond which a game is not split.
MAX_CASES = 48
#: Options that are put into one polynomial.
_MAX_STEPS = 4096
#: Roots in one polynomial whose independence is looked at.
_MAX_ROOTS = 6


class Distinctions:
    """What the variables of an algebra stand for, and in which cases they are what.

    ``unresolved`` says that of some polynomial it is not known where it vanishes.
    """

    def __init__(self, simplifier: Simplifier) -> None:
        self.simplifier, self.prover = simplifier, simplifier.prover
        algebra = self.algebra = self.prover.algebra
        first = len(algebra.parameters)
        self._stands_for = dict(enumerate(algebra.atoms, first))
        place = {e: k for k, e in self._stands_for.items()}
        #: The variables inside each, itself included.
        self._inside = {
            k: frozenset(place[n] for n in e.walk() if n in place)
            for k, e in self._stands_for.items()
        }
        self._names = {algebra.names[k]: k for k in self._stands_for}
        self._cases: dict[frozenset[int], list[Case] | None] = {}
        self._seen: dict[RingElement, frozenset[int]] = {}
        self._independent: dict[tuple[frozenset[int], Case], bool] = {}
        self.unresolved = False
        self._left = 0

    @cached_property
    def all(self) -> frozenset[int]:
        """All distinctions."""
        return frozenset(k for k, e in self._stands_for.items() if is_distinction(e))

    @property
    def messages(self) -> list[str]:
        """What readers have to know of what was not resolved."""
        if not self.unresolved:
            return []
        return [
            "roots, exp or log depend on each other here, or cases are too many: where that makes "
            "something equal, equilibria may be listed twice, or as those of boundaries"
        ]

    def inside(self, polys: Iterable[RingElement]) -> frozenset[int]:
        """Return the distinctions that occur in polynomials of the algebra."""
        found = {k for p in polys for j in occurring(p) for k in self._inside.get(j, ())}
        return self.all & found

    # ---- what vanishes -----------------------------------------------------------------
    def in_the_way(self, poly: RingElement) -> frozenset[int]:
        """Return the distinctions that have to be made because a polynomial vanishes in a case.

        The polynomial may be of a larger ring, with further variables.
        """
        if not self._stands_for or not poly or poly.is_ground:
            return frozenset()
        if poly not in self._seen:
            self._seen[poly] = self._found(poly)
        return self._seen[poly]

    def among(self, polys: Iterable[RingElement]) -> frozenset[int]:
        """Return the distinctions that have to be made because of any of the polynomials."""
        return frozenset().union(*map(self.in_the_way, polys))

    def _found(self, poly: RingElement) -> frozenset[int]:
        names = [str(poly.ring.symbols[k]) for k in occurring(poly)]
        own = [self._names[n] for n in names if n in self._names]
        inside = frozenset().union(*(self._inside[k] for k in own))
        if not inside:
            return inside
        chosen = inside & self.all
        self._left = _MAX_STEPS
        path = self._vanishing(poly, {}, ()) if chosen else None
        if path is not None:
            return frozenset().union(*(self._inside[k] for k in path)) & self.all
        if self._left < 0:
            self.unresolved = True
        if inside - chosen:
            cases = self.cases(chosen)
            if not cases or not all(
                self._generic(inside, own, poly, case) for case in cases if case.is_open
            ):
                self.unresolved = True
        return frozenset()

    def _vanishing(
        self, poly: RingElement, known: Mapping[int, int], conditions: tuple[Literal, ...]
    ) -> Mapping[int, int] | None:
        """Return the choices of options with which a polynomial is zero in an open case."""
        if not poly:
            possible = self.prover.decide(conditions).verdict != "impossible"
            return known if possible else None
        names = (str(poly.ring.symbols[k]) for k in occurring(poly))
        inside = [k for n in names if (k := self._names.get(n)) in self.all]
        if not inside or self._left < 0:
            return None
        outermost = max(inside)
        place = [str(s) for s in poly.ring.symbols].index(self.algebra.names[outermost])
        for number, (comparisons, value) in enumerate(options(self._stands_for[outermost])):
            self._left -= 1
            top, bottom = (x.set_ring(poly.ring) for x in self.algebra.fraction(value))
            rest = substitute(poly, place, top, bottom)
            formulas = [self._compared(e, sign) for e, sign in comparisons]
            if any(f.constant is False or _is_equation(f) for f in formulas):
                continue
            further = [f.parts[0].strict() for f in formulas if f.constant is None]
            found = self._vanishing(rest, {**known, outermost: number}, (*conditions, *further))
            if found is not None:
                return found
        return None

    def _compared(self, e: Expression, sign: str) -> SignFormula:
        p, q = self.algebra.fraction(e)
        return literal(p if q.is_ground else p * q, sign)

    def _generic(
        self, inside: frozenset[int], own: Sequence[int], poly: RingElement, case: Case
    ) -> bool:
        """Say whether roots, exponentials and logarithms are known not to make it vanish."""
        others = inside - self.all
        if not others:
            return True
        roots = [k for k in others if under_root(self._stands_for[k]) is not None]
        rest = others - frozenset(roots)
        if any(self._inside[k] & others != {k} for k in others):
            return False  # one inside another
        key = others, case
        if key not in self._independent:
            self._independent[key] = self._roots_apart(roots, case) and self._others_apart(rest)
        if not self._independent[key]:
            return False
        return all(self._reduced_is_not_zero(poly, k, case) for k in roots if k in own)

    def _reduced_is_not_zero(self, poly: RingElement, root: int, case: Case) -> bool:
        """Say whether a polynomial is not a multiple of ``s**2 - u``, for a root ``s`` of ``u``."""
        k = [str(s) for s in poly.ring.symbols].index(self.algebra.names[root])
        if max(coefficients(poly, k), default=0) < 2:
            return True
        inner = under_root(self._stands_for[root])
        assert inner is not None
        top, bottom = (x.set_ring(poly.ring) for x in self.algebra.fraction(inner))
        halves = square_root_parts(poly, k, top, bottom)
        return any(half and not case.vanishes(half) for half in halves)

    def _roots_apart(self, roots: Sequence[int], case: Case) -> bool:
        """Say whether no product of what is under the roots is a square in a case."""
        if len(roots) > _MAX_ROOTS:
            return False
        forms = []
        for k in roots:
            inner = under_root(self._stands_for[k])
            assert inner is not None
            top, bottom = case.of(inner)
            forms.append(top * bottom)
        return not any(
            self._is_square(math.prod(some[1:], start=some[0]))
            for size in range(1, len(forms) + 1)
            for some in itertools.combinations(forms, size)
        )

    def _is_square(self, poly: RingElement) -> bool:
        if not poly:
            return True
        constant, factors = self.algebra.factors(poly)
        if any(power % 2 for _, power in factors):
            return False
        return constant > 0 and math.isqrt(constant) ** 2 == constant

    def _others_apart(self, others: frozenset[int]) -> bool:
        """Say whether exponentials and logarithms are independent (Ax 1971).

        They are where the arguments of exponentials are linearly independent but for
        constants, and those of logarithms multiplicatively.
        """
        if len(others) < 2:
            return True
        linear: list[dict[object, Fraction]] = []
        products: list[dict[object, Fraction]] = []
        for k in others:
            e = self._stands_for[k]
            if e.op != "call":
                return False
            p, q = self.algebra.fraction(e.args[1])
            if e.args[0] == "exp":
                if not q.is_ground:
                    return False
                terms = {m: Fraction(int(c), int(q.LC)) for m, c in p.terms() if any(m)}
                linear.append(dict(terms))
            else:
                powers: dict[object, Fraction] = {}
                for poly, sign in ((p, 1), (q, -1)):
                    for f, power in self.algebra.factors(poly)[1]:
                        powers[f] = powers.get(f, Fraction(0)) + sign * power
                products.append(powers)
        return all(map(_independent, (linear, products)))

    # ---- cases -------------------------------------------------------------------------
    def settled(self) -> Case | None:
        """Return what all distinctions are of which the assumptions leave one case, if any."""
        fixed = [
            own for k in self.all if len(self.cases(own := self._inside[k] & self.all) or ()) == 1
        ]
        cases = self.cases(frozenset().union(*fixed)) if fixed else None
        return cases[0] if cases and len(cases) == 1 else None

    def cases(self, chosen: frozenset[int]) -> list[Case] | None:
        """Return the cases of some distinctions that the assumptions leave, None if too many."""
        if chosen not in self._cases:
            self._cases[chosen] = self._enumerated(chosen)
        return self._cases[chosen]

    def _enumerated(self, chosen: frozenset[int]) -> list[Case] | None:
        table = {k: self._stands_for[k] for k in sorted(chosen)}
        found = cases_of(self.algebra, table, self._narrowed, MAX_CASES)
        return [
            Case(self.algebra, case.conditions, case.values, self._is_open(case)) for case in found
        ] or None

    def _narrowed(self, case: Case, further: Sequence[SignFormula]) -> tuple[Literal, ...] | None:
        """Return the conditions of a case with further ones, None where they contradict."""
        conditions = dict.fromkeys(case.conditions)
        for formula in further:
            if formula.constant is False:
                return None
            if formula.constant is True:
                continue
            lit = formula.parts[0]
            parts = self.simplifier.condition(lit)
            if parts is None:
                return None
            if parts:
                plain = len(parts) == 1 and len(parts[0]) == 1
                conditions[parts[0][0] if plain else lit] = None
        if self.prover.decide(conditions).verdict == "impossible":
            return None
        return tuple(conditions)

    def _is_open(self, case: Case) -> bool:
        if any(lit.sign == "==" for lit in case.conditions):
            return False
        strict = [lit.strict() for lit in case.conditions]
        return self.prover.decide(strict).verdict != "impossible"


def _is_equation(formula: SignFormula) -> bool:
    return formula.op == "literal" and formula.parts[0].sign == "=="


def _independent(rows: Sequence[dict[object, Fraction]]) -> bool:
    columns = list(dict.fromkeys(c for row in rows for c in row))
    matrix = [[row.get(c, Fraction(0)) for c in columns] for row in rows]
    return not rows or (bool(columns) and rank(matrix) == len(rows))


def written(case: Case) -> tuple[Expression, ...]:
    """Return the conditions of a case as expressions."""
    zero = Expression.number(0)
    return tuple(
        Expression("compare", (lit.sign,), case.algebra.expression(lit.poly), zero)
        for lit in case.conditions
    )
