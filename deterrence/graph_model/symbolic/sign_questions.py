"""Which signs, zero included, polynomials can have together: questions with proofs.

A formula over signs is handed to a boolean solver first, where each polynomial has one of three
signs.  The signs that it finds are asked of the prover; what is impossible becomes a lemma, as
general as can be proven quickly, that excludes all its like (lazy satisfiability modulo
theories).  Samples, and the witnesses that were found, are asked before anything else.
:class:`deterrence.proving.sign_patterns.SignTheory` does the same off the boundaries.

>>> from deterrence.algebra.expressions import Expression
>>> from deterrence.algebra.polynomials import Algebra
>>> assumed = [Expression.parse("a > 0"), Expression.parse("b > 0")]
>>> asked = SignQuestions(Simplifier(Prover(Algebra(["a", "b"]), assumed)))
>>> a, b = asked.algebra.ring.gens
>>> one = asked.algebra.ring.one
>>> asked.compared(a - b, one, ">=") == asked.circuits.negated(asked.compared(b - a, one, ">"))
True
>>> asked.decide([asked.compared(a - b, one, ">"), asked.compared(b - 2*a, one, ">=")]).verdict
'impossible'
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from deterrence.algebra.literals import Literal
from deterrence.algebra.rings import RingElement, occurring, substitute
from deterrence.graph_model.symbolic.circuits import (
    ANY,
    COMPARED,
    FALSE,
    NEGATIVE,
    POSITIVE,
    TRUE,
    ZERO,
    Circuits,
    SignTerm,
    allowed,
    comparison,
)
from deterrence.limits import work
from deterrence.proving.conditions import Simplifier
from deterrence.proving.prover import Prover, SignDecision
from deterrence.proving.solver_language import Z3
from deterrence.surroundings import load_z3

#: Work seconds of a question to the boolean solver.
_ASKING = 2e-4
_NEAR = 1e-9  # floats of this size may be zeros


@dataclass(frozen=True, eq=False)
class SignAnswer:
    """Whether formulas can hold together, and where.

    ``possible`` comes with the column of a point, or, where none could be written down, with
    signs that are possible together and imply the formulas (``term``); ``impossible`` with the
    variables of those literals that were needed to refute.
    """

    verdict: str
    column: int = -1
    term: SignTerm | None = None
    needed: frozenset[int] = frozenset()


class SignQuestions:
    """Decides formulas over the signs of polynomials under the assumptions of a prover."""

    def __init__(self, simplifier: Simplifier) -> None:
        self.simplifier = simplifier
        self.prover: Prover = simplifier.prover
        self.algebra = self.prover.algebra
        self.circuits = Circuits()
        #: The irreducible polynomials that are variables.
        self.polys: list[RingElement] = []
        self._variable: dict[RingElement, int] = {}
        self._signs: dict[tuple[RingElement, RingElement], tuple[int, int, int]] = {}
        self._samples = self.prover.points.shape[1]
        self._witnesses: list[Mapping[str, Any]] = []
        self._columns: dict[int, tuple[int, tuple[int, int, int]]] = {}
        self._z3: Z3 = load_z3()
        self._context = self._z3.Context()
        self._solver = self._z3.SimpleSolver(ctx=self._context)
        self._literals: dict[tuple[int, int], Z3] = {}
        self._defined: dict[int, Z3] = {}
        self._fresh = 0

    # ---- formulas ----------------------------------------------------------------------
    def compared(self, top: RingElement, bottom: RingElement, sign: str) -> int:
        """Return the formula that a quotient compares with zero; divisors do not vanish."""
        key = top, bottom
        if key not in self._signs:
            self._signs[key] = self._of_factors(top, bottom)
        chosen = COMPARED[sign]
        pairs = zip((NEGATIVE, ZERO, POSITIVE), self._signs[key], strict=True)
        return self.circuits.any_of([node for own, node in pairs if own & chosen])

    def _of_factors(self, top: RingElement, bottom: RingElement) -> tuple[int, int, int]:
        """Return the formulas that a quotient is negative, zero, positive."""
        if not top:
            return FALSE, TRUE, FALSE
        constant, factors = self.algebra.factors(top)
        more, below = self.algebra.factors(bottom)
        found = (FALSE, FALSE, TRUE) if constant * more > 0 else (TRUE, FALSE, FALSE)
        for f, power in (*factors, *below):
            found = self._product(found, self._signs_of(f), power)
        return found

    def _product(
        self, left: tuple[int, int, int], right: tuple[int, int, int], power: int
    ) -> tuple[int, int, int]:
        all_of, any_of = self.circuits.all_of, self.circuits.any_of
        (minus, zero, plus), (down, none, up) = left, right
        if power % 2 == 0:
            down, up = FALSE, any_of([down, up])
        return (
            any_of([all_of([plus, down]), all_of([minus, up])]),
            any_of([zero, none]),
            any_of([all_of([plus, up]), all_of([minus, down])]),
        )

    def _signs_of(self, poly: RingElement) -> tuple[int, int, int]:
        """Return the formulas that an irreducible polynomial is negative, zero, positive.

        A sum that vanishes only where some parameters do, such as ``a + b*c`` with none of them
        negative, is told by these.
        """
        circuits, v = self.circuits, self.variable(poly)
        literal = circuits.literal
        known = {s: literal(v, s) for s in (NEGATIVE, ZERO, POSITIVE)}
        if len(poly) > 1 and known[ZERO] != FALSE and FALSE in known.values():
            ring = poly.ring
            zeros, rest = [], poly
            for k in sorted(occurring(poly)):
                x = ring.gens[k]
                own = self.simplifier.sign(x)
                if (
                    own is not None
                    and own[1]
                    and self.prover.implied([Literal(poly, "==")], Literal(x, "=="))
                ):
                    zeros.append(literal(self.variable(x), ZERO))
                    rest = substitute(rest, k, ring.zero, ring.one)
            if zeros and not rest:
                known[ZERO] = circuits.all_of(zeros)
                side = NEGATIVE if known[POSITIVE] == FALSE else POSITIVE
                known[side] = circuits.negated(known[ZERO])
        return known[NEGATIVE], known[ZERO], known[POSITIVE]

    def variable(self, poly: RingElement) -> int:
        """Return the variable for an irreducible polynomial."""
        if poly not in self._variable:
            known = self.simplifier.sign(poly)
            possible = ANY
            if known is not None:
                possible = (POSITIVE if known[0] > 0 else NEGATIVE) | (ZERO if known[1] else 0)
            if poly in self.prover.nonzero:
                possible &= ~ZERO
            self._variable[poly] = v = self.circuits.variable(possible)
            self.polys.append(poly)
            up, down = (self._z3.Bool(f"{s}{v}", self._context) for s in "ud")
            own = {POSITIVE: up, NEGATIVE: down}
            self._solver.add(self._z3.Not(self._z3.And(up, down)))
            for sign in (POSITIVE, NEGATIVE):
                self._literals[v, sign] = own[sign]
                self._literals[v, ANY & ~sign] = self._z3.Not(own[sign])
            self._literals[v, ZERO] = self._named(
                self._z3.And(self._z3.Not(up), self._z3.Not(down))
            )
            self._literals[v, ANY & ~ZERO] = self._named(self._z3.Or(up, down))
            if possible != ANY:
                self._solver.add(self._literals[v, possible])
        return self._variable[poly]

    def literals(self, term: SignTerm) -> list[Literal]:
        """Return literals of variables as those of polynomials."""
        possible = self.circuits.possible
        return [Literal(self.polys[v], comparison(own, possible[v])) for v, own in term.items()]

    # ---- samples -----------------------------------------------------------------------
    def bits(self, node: int) -> int:
        """Return the known points at which a formula holds, as the bits of a number."""
        return self.circuits.bits(node, self.column, self._everywhere)

    def term_bits(self, term: SignTerm) -> int:
        """Return the known points at which literals hold."""
        found = self._everywhere
        for v, own in term.items():
            found &= allowed(self.column(v), own)
        return found

    @property
    def _everywhere(self) -> int:
        count: int = self._samples + len(self._witnesses)
        return (1 << count) - 1

    def column(self, v: int) -> tuple[int, int, int]:
        """Return the known points at which a variable is negative, zero, positive."""
        count, found = self._columns.get(v, (-1, (0, 0, 0)))
        if count < 0:
            import numpy as np

            values = self.prover.values(self.polys[v])[: self._samples].copy()
            for k in np.flatnonzero(np.abs(values) < _NEAR):
                point = self.algebra.complete(self.prover.point(int(k)))
                values[k] = self._sign_at(self.polys[v], point)

            def packed(mask: Any) -> int:
                return int.from_bytes(np.packbits(mask, bitorder="little").tobytes(), "little")

            count, found = 0, (packed(values < 0), packed(values == 0), packed(values > 0))
        while count < len(self._witnesses):
            place = 1 + self._sign_at(self.polys[v], self._witnesses[count])
            bit = 1 << (self._samples + count)
            found = tuple(c | bit if k == place else c for k, c in enumerate(found))  # type: ignore[assignment]
            count += 1
        self._columns[v] = count, found
        return found

    def _sign_at(self, poly: RingElement, point: Mapping[str, Any]) -> int:
        """Return a polynomial's sign at a point, 0 where floats cannot tell."""
        value = self.algebra.evaluate(poly, point)
        near = not isinstance(value, Fraction | int) and abs(value) < _NEAR
        return 0 if near or value == 0 else 1 if value > 0 else -1

    def signs_at(self, column: int, variables: frozenset[int]) -> dict[int, int]:
        """Return the signs that variables have at a known point."""
        found = {}
        for v in variables:
            for own, bits in zip((NEGATIVE, ZERO, POSITIVE), self.column(v), strict=True):
                if bits >> column & 1:
                    found[v] = own
        return found

    # ---- questions ---------------------------------------------------------------------
    def decide(self, nodes: Sequence[int], term: SignTerm | None = None) -> SignAnswer:
        """Decide whether formulas, and literals, can hold together."""
        term = dict(term or {})
        if FALSE in nodes:
            return SignAnswer("impossible")
        points = self.term_bits(term)
        for node in nodes:
            points &= self.bits(node)
        if points:
            return SignAnswer("possible", _lowest(points))
        return self._searched([n for n in nodes if n != TRUE], term)

    def _searched(self, nodes: Sequence[int], term: dict[int, int]) -> SignAnswer:
        z3 = self._z3
        literals = {v: self._literal(v, own) for v, own in term.items()}
        assumed = [*map(self._define, nodes), *literals.values()]
        blocked: Z3 = None
        support = frozenset(term).union(*map(self.circuits.support, nodes))
        while True:
            work.spend(_ASKING)
            if self.prover.expired:
                return SignAnswer("unknown")
            if self._solver.check(assumed) == z3.unsat:
                numbers = {b.get_id() for b in self._solver.unsat_core()}
                if blocked is not None:
                    return SignAnswer("unknown")
                needed = frozenset(v for v, b in literals.items() if b.get_id() in numbers)
                return SignAnswer("impossible", needed=needed)
            model = self._solver.model()
            signs = {v: self._sign(model, v) for v in support}
            found = dict(term)
            for v, own in self.circuits.implicant(nodes, signs).items():
                found[v] = found.get(v, ANY) & own
            points = self.term_bits(found)
            if points:
                return SignAnswer("possible", _lowest(points))
            decision = self._possible(found)
            if decision.verdict == "possible":
                if decision.witness is None:
                    return SignAnswer("possible", term=found)
                self._witnesses.append(self.algebra.complete(decision.witness))
                return SignAnswer("possible", self._samples + len(self._witnesses) - 1)
            if decision.verdict == "unknown":
                if blocked is None:
                    blocked = self._named(None)
                    assumed.append(blocked)
                self._solver.add(z3.Implies(blocked, self._excluded(found)))

    def _possible(self, term: SignTerm) -> SignDecision:
        """Ask the prover whether signs go together, and learn where they do not."""
        literals = self.literals(term)
        decision = self.prover.decide(literals)
        if decision.verdict == "impossible":
            by_literal = dict(zip(literals, term, strict=True))
            whole = frozenset(literals)
            core = min((c for c in self.prover.cores if c <= whole), key=len, default=whole)
            self._learn({by_literal[lit]: term[by_literal[lit]] for lit in core})
        return decision

    def _learn(self, core: dict[int, int]) -> None:
        """Exclude signs that do not go together, and as many of their like as is quickly proven."""
        for v in list(core):
            for more in (ZERO, NEGATIVE, POSITIVE):
                if more & core[v] or not more & self.circuits.possible[v]:
                    continue
                wider = {**core, v: core[v] | more}
                if wider[v] == self.circuits.possible[v]:
                    del wider[v]
                if not wider or self.term_bits(wider):
                    continue
                if self.prover.decide(self.literals(wider), quick=True).verdict == "impossible":
                    core = wider
                    if v not in core:
                        break
        self._solver.add(self._excluded(core))

    # ---- the boolean solver ------------------------------------------------------------
    def _literal(self, v: int, signs: int) -> Z3:
        possible = self.circuits.possible[v]
        own = COMPARED[comparison(signs, possible)]
        return self._literals[v, own]

    def _excluded(self, term: SignTerm) -> Z3:
        z3 = self._z3
        return z3.Or([z3.Not(self._literal(v, own)) for v, own in term.items()])

    def _named(self, formula: Z3) -> Z3:
        """Return a new boolean variable that is the same as a formula, if there is one."""
        self._fresh += 1
        name = self._z3.Bool(f"n{self._fresh}", self._context)
        if formula is not None:
            self._solver.add(name == formula)
        return name

    def _define(self, node: int) -> Z3:
        """Return a boolean that implies a formula."""
        if node not in self._defined:
            kind, *rest = self.circuits.part(node)
            if kind == "literal":
                self._defined[node] = self._literal(*rest)
            else:
                z3 = self._z3
                inner = [self._define(n) for n in rest]
                name = self._named(None)
                whole = z3.And(inner) if kind == "and" else z3.Or(inner)
                self._solver.add(z3.Implies(name, whole))
                self._defined[node] = name
        return self._defined[node]

    def _sign(self, model: Z3, v: int) -> int:
        z3 = self._z3
        for sign in (POSITIVE, NEGATIVE):
            if z3.is_true(model.eval(self._literals[v, sign], model_completion=True)):
                return sign
        return ZERO


def _lowest(bits: int) -> int:
    return (bits & -bits).bit_length() - 1
