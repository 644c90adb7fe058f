"""Translation of literals and conditions into formulas of the SMT solver.

Polynomials enter the solver in coordinates of its own, see
:class:`deterrence.algebra.coordinates.Coordinates`; its models come back as exact values.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Any

from deterrence.algebra.coordinates import Coordinates
from deterrence.algebra.expressions import Expression
from deterrence.algebra.literals import Literal
from deterrence.algebra.polynomials import Algebra
from deterrence.algebra.rings import RingElement
from deterrence.limits import work
from deterrence.surroundings import load_z3

#: A formula, a term, a solver or a model of z3, which has no types of its own.
Z3 = Any

#: Work seconds of a question to the solver besides what it counts itself.
_CALL = 0.0005
#: How many times longer than usual a question may take, in seconds of the wall.
_PATIENCE = 2


class SolverLanguage:
    """Terms and formulas over an algebra's names, in a context of z3 of their own.

    ``scales`` are groups of names (by number) that may all be multiplied by any positive
    number, each with a positive member that may then be fixed at 1.
    """

    def __init__(
        self,
        algebra: Algebra,
        coordinates: Coordinates,
        scales: Sequence[tuple[list[int], int]] = (),
    ) -> None:
        self.algebra, self.coordinates = algebra, coordinates
        self.z3: Z3 = load_z3()
        self._context = self.z3.Context()
        self._variables = [self.z3.Real(n, self._context) for n in algebra.names]
        self.scales = list(scales)
        self._terms: dict[Any, Z3] = {}
        #: What z3 counted in this context so far.
        self._used = 0

    def solver(self, effort: int) -> Z3:
        """Return a new solver of nonlinear real arithmetic that gives up after some effort.

        ``effort`` is in units that z3 counts itself.
        """
        solver = self.z3.SolverFor("QF_NRA", ctx=self._context)
        solver.set("rlimit", effort)
        # What z3 counts stands still in some steps of its algebra.
        patience = _PATIENCE * (1 + effort / work.Z3_UNITS)
        solver.set("timeout", max(1, int(1000 * min(patience, work.wall_left()))))
        return solver

    def check(self, solver: Z3) -> Z3:
        """Return a solver's answer, and count the work that it took."""
        answer = solver.check()
        numbers = solver.statistics()
        keys = numbers.keys()  # to go through the numbers themselves gives pairs
        used = self._used
        if "rlimit count" in keys:
            used = int(numbers.get_key_value("rlimit count"))
        if answer == self.z3.unknown and solver.reason_unknown() in ("timeout", "canceled"):
            work.spend(_PATIENCE)
        work.spend(_CALL + (used - self._used) / work.Z3_UNITS)
        self._used = used
        return answer

    def term(self, poly: RingElement) -> Z3:
        """Return a polynomial as a z3 term."""
        if poly not in self._terms:
            self._terms[poly] = self.plain(self.coordinates.inside(poly))
        return self._terms[poly]

    def plain(self, poly: RingElement) -> Z3:
        """Return a polynomial in the solver's variables as a z3 term."""
        z3, ctx = self.z3, self._context
        parts = []
        for powers, coefficient in poly.terms():
            factors = [z3.RealVal(int(coefficient), ctx)]
            for v, power in zip(self._variables, powers, strict=False):
                factors += [v] * int(power)
            parts.append(z3.Product(factors) if len(factors) > 1 else factors[0])
        return z3.Sum([*parts, z3.RealVal(0, ctx)]) if len(parts) != 1 else parts[0]

    def fixed(self, literals: Iterable[Literal]) -> list[Z3]:
        """Return the equations that fix one member of every group of free scale."""
        chosen = []
        for group, pivot in self.scales:
            if all(_is_homogeneous(lit.poly, group) for lit in literals):
                chosen.append(self._variables[pivot] == 1)
        return chosen

    def parts(self, literals: Iterable[Literal]) -> list[list[Literal]]:
        """Split literals by the group of free scale (the player) that they are about.

        One side's contradictions are far easier to find without the other's.
        """
        found: list[list[Literal]] = [[] for _ in self.scales]
        for literal in literals:
            touched = [
                any(powers[k] for powers in literal.poly for k in group) for group, _ in self.scales
            ]
            if sum(touched) == 1:
                found[touched.index(True)].append(literal)
        return [part for part in found if part]

    def literal(self, literal: Literal) -> Z3:
        """Return a literal as a z3 formula."""
        t = self.term(literal.poly)
        return {
            ">": lambda: t > 0,
            ">=": lambda: t >= 0,
            "<": lambda: t < 0,
            "<=": lambda: t <= 0,
            "==": lambda: t == 0,
            "!=": lambda: t != 0,
        }[literal.sign]()

    def disjunction(self, literals: Iterable[Literal]) -> Z3:
        """Return a disjunction of literals as a z3 formula."""
        return self.z3.Or([self.literal(lit) for lit in literals])

    def formula(self, e: Expression) -> Z3:
        """Return a boolean expression as a z3 formula."""
        z3 = self.z3
        if e.op == "and":
            return z3.And([self.formula(c) for c in e.children])
        if e.op == "or":
            return z3.Or([self.formula(c) for c in e.children])
        if e.op == "not":
            return z3.Not(self.formula(e.args[0]))
        parts = []
        for left, sign, right in zip(e.args[1:], e.args[0], e.args[2:], strict=False):
            p, q = self.algebra.fraction(left - right)
            product = p * q if not q.is_ground else p
            parts.append(self.literal(Literal(product, sign)))
            if not q.is_ground:
                parts.append(self.literal(Literal(q, "!=")))
        return z3.And(parts)

    def opposite(self, e: Expression) -> Z3:
        """Return, as a z3 formula, that a condition fails and not merely by a tie."""
        if e.op in ("and", "or"):
            parts = [self.opposite(c) for c in e.children]
            return self.z3.Or(parts) if e.op == "and" else self.z3.And(parts)
        if e.op == "not":
            return self.formula(e.args[0])
        turned = {">": "<", ">=": "<", "<": ">", "<=": ">", "==": "!=", "!=": "=="}
        pairs = zip(e.args[1:], e.args[0], e.args[2:], strict=False)
        return self.z3.Or(
            [self.formula(Expression("compare", (turned[s],), a, b)) for a, s, b in pairs]
        )

    def values(self, model: Z3) -> list[Fraction]:
        """Return a model's values of the algebra's names, irrational ones to 20 digits."""
        z3 = self.z3
        inner = []
        for variable in self._variables:
            value = model.eval(variable, model_completion=True)
            if z3.is_algebraic_value(value):
                value = value.approx(20)
            inner.append(Fraction(value.numerator_as_long(), value.denominator_as_long()))
        return self.coordinates.outside(inner)


def _is_homogeneous(poly: RingElement, group: Sequence[int]) -> bool:
    """Say whether all terms have the same degree in the variables of a group."""
    return len({sum(powers[k] for k in group) for powers in poly}) <= 1
