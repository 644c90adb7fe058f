r"""Roots of quadratic equations between unknowns: where they lie, and signs at them, exactly.

Three players who mix make each other indifferent by equations that are linear in each of two
probabilities; put into each other they leave one equation :math:`A q^2 + B q + C = 0`.  A root
is told by the direction in which the polynomial passes zero (Thom's encoding): of a polynomial
:math:`f` and of :math:`-f`, the root at which it rises is looked at.  It lies between 0 and 1 in
one of three ways:

- *crossing*: :math:`f(0) < 0 < f(1)`, whatever the sign of :math:`A`, 0 included;
- *upper*: :math:`A > 0`, :math:`f(0) \ge 0`, :math:`f(1) > 0`, the vertex between 0 and 1, and
  :math:`D = B^2 - 4AC \ge 0`: the larger root, a double one included;
- *lower*: :math:`A < 0`, :math:`f(0) < 0`, :math:`f(1) \le 0`, the vertex between 0 and 1, and
  :math:`D > 0`: the smaller root.

What else has to hold is a sign of :math:`L = n_0 + n_1 q`, and that follows from the signs of
:math:`\rho = A n_0^2 - B n_0 n_1 + C n_1^2` (the resultant), :math:`\delta = B n_1 - 2 A n_0`,
:math:`n_0`, :math:`n_1` and :math:`n_0 + n_1`: conditions on the parameters alone.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any
from typing import Literal as Choice

from deterrence.algebra.literals import TURNED, Literal
from deterrence.algebra.rings import RingElement, coefficients, without_divisor
from deterrence.limits import work
from deterrence.symbolic.trees.equations import EliminationState, EquationSolver, UnsolvedError
from deterrence.symbolic.trees.roots import RisingRoot

#: Degree in the parameters up to which conditions are followed: questions about higher ones are
#: hardly ever answered.
MAX_DEGREE = 4
#: Work seconds of looking at one way in which a condition may hold.
_STEP = 1e-3
#: How a root lies between 0 and 1.
Place = Choice["crossing", "upper", "lower"]
#: Conjunctions of which one has to hold.
_Ways = list[list[Literal]]
#: Signs of factors at the root, 1 or -1.
_Signs = Mapping[RingElement, int]


class QuadraticSolver:
    """Follows up equations of which none is linear in an unknown."""

    def __init__(self, solver: EquationSolver) -> None:
        self.solver, self.unknowns = solver, solver.unknowns
        self.prover = solver.simplifier.prover
        self._impossible: dict[frozenset[Literal], bool] = {}

    def followed(self, state: EliminationState) -> list[EliminationState]:
        """Return the states after solving a quadratic equation for a probability.

        Raises :class:`UnsolvedError` where no equation is one in a single unknown.
        """
        options = []
        for e in state.equations:
            free = self.solver.free(e)
            if len(free) == 1 and min(free).startswith("_q"):
                k = self._place(min(free))
                options.append((max(powers[k] for powers in e), len(e), min(free), e))
        if not options:
            raise UnsolvedError("an equation is not linear in any unknown")
        degree, _, name, e = min(options, key=lambda option: option[:3])
        if degree > 2:
            raise UnsolvedError(f"an equation has degree {degree} in a probability")
        k = self._place(name)
        if any(name in self.solver.free(q) for q in state.equations if q is not e):
            slope = coefficients(e, k)[2]
            rest = (_remainder(q, e, k)[0] for q in state.equations if q is not e)
            literals = (*state.literals, Literal(slope, "!="))
            return [replace(state, equations=(e, *filter(None, rest)), literals=literals)]
        bound = [lit.poly for lit in state.linking]
        bound += [p for r in state.ranges for v, _ in (*r.lower, *r.upper) for p in v]
        if any(name in self.solver.free(p) for p in bound):
            raise UnsolvedError("what is open depends on a root of a quadratic equation")
        found: list[EliminationState] = []
        for turned in (e, -e):
            root = _Root(self, RisingRoot(name, turned), k)
            found += root.states(state, tuple(q for q in state.equations if q is not e))
        return found

    def _place(self, name: str) -> int:
        return self.unknowns.algebra.names.index(name)

    def open_part(
        self, given: Sequence[Literal], more: Sequence[Literal]
    ) -> tuple[Literal, ...] | None:
        """Return what conditions ask for beyond the given ones; None where they cannot hold."""
        work.spend(_STEP)
        left = []
        for literal in more:
            short = self.solver.reduced(literal)
            if short is False:
                return None
            if isinstance(short, Literal) and short not in given:
                if max(map(sum, short.poly.monoms())) > MAX_DEGREE:
                    raise UnsolvedError("a condition on a root of a quadratic is of high degree")
                left.append(short)
        if not left:
            return ()
        if self._refuted(given, left, 2):
            return None
        return tuple(lit for lit in left if not self._refuted(given, [lit.negated()], 1))

    def _refuted(self, given: Sequence[Literal], more: Sequence[Literal], most: int) -> bool:
        """Say whether conditions are proven impossible together with at most so many given ones.

        Questions about few polynomials are answered at once, or not at all.
        """
        if self.prover.samples_where([*given, *more]).any():
            return False
        for size in range(most + 1):
            for some in itertools.combinations(given, size):
                asked = frozenset((*some, *more))
                if asked not in self._impossible:
                    self._impossible[asked] = (
                        not self.prover.samples_where(asked).any()
                        and self.prover.decide(asked, quick=True).verdict == "impossible"
                    )
                if self._impossible[asked]:
                    return True
        return False


class _Root:
    """One root, and the signs of polynomials at it."""

    def __init__(self, solver: QuadraticSolver, root: RisingRoot, k: int) -> None:
        self.solver, self.root, self.k = solver, root, k
        parts = coefficients(root.poly, k)
        zero = root.poly.ring.zero
        self.a, self.b, self.c = (parts.get(e, zero) for e in (2, 1, 0))
        self._ways: dict[tuple[RingElement, str, Place], _Ways] = {}

    def states(
        self, state: EliminationState, equations: tuple[RingElement, ...]
    ) -> list[EliminationState]:
        """Return the states in which the unknown is this root."""
        name = self.root.name
        inside = {lit for lit in state.literals if name in self.solver.solver.free(lit.poly)}
        kept = tuple(lit for lit in state.literals if lit not in inside)
        given = [lit for lit in kept if not self.solver.solver.free(lit.poly)]
        order = {"!=": 0, ">": 1, "<": 1}
        tasks = sorted(inside, key=lambda lit: (order.get(lit.sign, 2), len(lit.poly), str(lit)))
        unknown = root_of = self.root.poly.ring.gens[self.k]
        known = {unknown: 1, root_of - 1: -1}
        found = []
        for place, where in places(self.a, self.b, self.c):
            start = self.solver.open_part(given, [Literal(p, sign) for p, sign in where])
            if start is None:
                continue
            for literals in self._cases(tasks, place, known, (*given, *start)):
                found.append(
                    replace(
                        state,
                        equations=equations,
                        literals=tuple(dict.fromkeys((*kept, *literals))),
                        names=tuple(n for n in state.names if n != name),
                        waiting=tuple(n for n in state.waiting if n != name),
                        roots=(*state.roots, self.root),
                    )
                )
        return found

    def _cases(
        self, tasks: Sequence[Literal], place: Place, known: _Signs, given: tuple[Literal, ...]
    ) -> Iterator[tuple[Literal, ...]]:
        """Yield conditions on the parameters under which all literals hold at the root."""
        if not tasks:
            yield given
            return
        first, *rest = tasks
        options: list[tuple[tuple[Literal, ...], _Signs]] = []
        for more, signs in self._alternatives(first, place, known):
            left = self.solver.open_part(given, more)
            if left is None:
                continue
            if not left:  # it holds anyhow
                options = [(left, signs)]
                break
            options.append((left, signs))
        for left, signs in options:
            yield from self._cases(rest, place, {**known, **signs}, (*given, *left))

    def _alternatives(
        self, literal: Literal, place: Place, known: _Signs
    ) -> Iterator[tuple[list[Literal], _Signs]]:
        """Yield the ways for a literal to hold: conditions, and signs of factors at the root."""
        algebra = self.solver.unknowns.algebra
        constant, factors = algebra.factors(literal.poly)
        sign = literal.sign
        turn = 1 if constant > 0 else -1
        if sign in ("<", "<="):
            turn, sign = -turn, TURNED[sign]
        outer = literal.poly.ring.one
        open_factors: list[tuple[RingElement, int]] = []
        for f, power in factors:
            if self.root.name not in self.solver.solver.free(f):
                outer = outer * f**power
            elif f in known:
                turn *= known[f] if power % 2 else 1
            else:
                open_factors.append((f, power))
        weak = sign == ">="
        if weak and (len(open_factors) > 1 or any(power % 2 == 0 for _, power in open_factors)):
            raise UnsolvedError("a weak inequality at a root has several factors")
        for choice in itertools.product((1, -1), repeat=len(open_factors)):
            value = turn
            for (_, power), s in zip(open_factors, choice, strict=True):
                value *= s if power % 2 else 1
            rest = [Literal(outer if sign == "!=" else outer * value, sign)]
            ways = [
                self._signed(f if s > 0 else -f, sign if weak else ">", place)
                for (f, _), s in zip(open_factors, choice, strict=True)
            ]
            signs = {} if weak else {f: s for (f, _), s in zip(open_factors, choice, strict=True)}
            for parts in itertools.product(*ways):
                yield [*rest, *itertools.chain.from_iterable(parts)], signs

    def _signed(self, poly: RingElement, sign: str, place: Place) -> _Ways:
        """Return the ways for ``poly`` to be positive, or at least 0, at the root."""
        key = poly, sign, place
        if key not in self._ways:
            self._ways[key] = self._found(poly, sign, place)
        return self._ways[key]

    def _found(self, poly: RingElement, sign: str, place: Place) -> _Ways:
        short, times = _remainder(poly, self.root.poly, self.k)
        if times % 2:
            short, times = short * self.a, times + 1
        always = [Literal(self.a, "!=")] if times and place == "crossing" else []
        if not short:
            return [always] if sign == ">=" else []
        parts = coefficients(short, self.k)
        n0, n1 = (parts.get(e, poly.ring.zero) for e in (0, 1))
        if any(map(self.solver.solver.free, (n0, n1))):
            raise UnsolvedError("a condition at a root has a further unknown")
        return [
            [*always, *(Literal(without_divisor(p), s) for p, s in way)]
            for way in ways_at_root(place, (self.a, self.b, self.c), (n0, n1), sign)
        ]


def places(a: Any, b: Any, c: Any) -> list[tuple[Place, list[tuple[Any, str]]]]:
    """Return how a root of ``a*q**2 + b*q + c`` at which it rises may lie between 0 and 1.

    Each way comes with its conditions: polynomials or numbers, and their signs.

    >>> [place for place, where in places(1, 0, -1/4)
    ...  if all(Literal(p, sign).holds(p) for p, sign in where)]
    ['crossing']
    """
    end, vertex, inside = a + b + c, 2 * a + b, b * b - 4 * a * c
    upper = [(a, ">"), (c, ">="), (end, ">"), (b, "<"), (vertex, ">"), (inside, ">=")]
    lower = [(a, "<"), (c, "<"), (end, "<="), (b, ">"), (vertex, "<"), (inside, ">")]
    return [("crossing", [(c, "<"), (end, ">")]), ("upper", upper), ("lower", lower)]


def ways_at_root(
    place: Place, quadratic: tuple[Any, Any, Any], line: tuple[Any, Any], sign: str
) -> list[list[tuple[Any, str]]]:
    """Return the ways for ``n0 + n1*q`` to be positive, or at least 0, at a root that lies so.

    ``quadratic`` is ``(a, b, c)``, ``line`` is ``(n0, n1)``, ``sign`` is ``>`` or ``>=``.  What is
    said is exact, ties included.
    """
    (a, b, c), (n0, n1), less = quadratic, line, TURNED[sign]
    rho, delta = a * n0 * n0 - b * n0 * n1 + c * n1 * n1, b * n1 - 2 * a * n0
    if place == "crossing":
        end = n0 + n1
        return [[(n0, sign), (end, sign)], [(end, sign), (rho, less)], [(n0, sign), (rho, sign)]]
    if place == "upper":
        return [
            [(delta, less), (n1, ">=")],
            [(delta, less), (rho, sign)],
            [(n1, sign), (rho, less)],
        ]
    return [
        [(delta, sign), (n1, "<=")],
        [(delta, sign), (rho, less)],
        [(n1, less), (rho, sign)],
    ]


def _remainder(poly: RingElement, by: RingElement, k: int) -> tuple[RingElement, int]:
    """Return ``poly`` times a power of the leading coefficient modulo a quadratic, and the power.

    Both are polynomials in variable ``k``; the remainder is linear in it.
    """
    lead = coefficients(by, k)[2]
    x, times = poly.ring.gens[k], 0
    while True:
        parts = coefficients(poly, k)
        degree = max(parts, default=0)
        if degree < 2:
            return poly, times
        poly = poly * lead - parts[degree] * x ** (degree - 2) * by
        times += 1
