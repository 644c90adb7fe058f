r"""Equations between unknowns, solved one by one and put into what else has to hold.

Every indifference equation is linear in each unknown (every play passes an information set
once): an equation :math:`A u + B = 0` gives :math:`u = -B/A`, and the cases where :math:`A`
vanishes are followed up.  What is left are inequalities in the other unknowns and the
parameters.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from deterrence.algebra.factoring import reduced
from deterrence.algebra.literals import Literal
from deterrence.algebra.rings import RingElement, linear, substitute, without_divisor
from deterrence.limits import work
from deterrence.proving.conditions import Simplifier
from deterrence.symbolic.quotients import Quotient
from deterrence.symbolic.trees.roots import RisingRoot
from deterrence.symbolic.trees.unknowns import TreeUnknowns

#: Work seconds of a step.
_STEP = 1e-3
#: Cases that are followed at once.
MAX_CASES = 12
#: Work seconds of a product of terms, and products up to which a value is put in.
_PRODUCT, _MOST_PRODUCTS = 2e-6, 20_000


@dataclass(frozen=True)
class Range:
    """What an unknown that stays free may be: between the largest low and the smallest high end.

    Ends are quotients with positive denominators, and whether they are excluded;
    they may contain unknowns that were eliminated later.
    """

    name: str
    lower: tuple[tuple[Quotient, bool], ...]
    upper: tuple[tuple[Quotient, bool], ...]


@dataclass(frozen=True)
class EliminationState:
    """A case: equations and inequalities still to be dealt with, and the unknowns so far."""

    equations: tuple[RingElement, ...]
    literals: tuple[Literal, ...]
    values: dict[str, Quotient]
    #: Unknowns without a value yet; ``waiting`` those not eliminated yet.
    names: tuple[str, ...]
    waiting: tuple[str, ...]
    on_parameters: tuple[RingElement, ...] = ()
    linking: tuple[Literal, ...] = ()
    ranges: tuple[Range, ...] = ()
    #: Unknowns that are roots of quadratics; ``values`` may be in terms of them.
    roots: tuple[RisingRoot, ...] = ()


@dataclass(frozen=True, eq=False)
class Substitution:
    """``slope*name + rest = 0`` solved for a name, the variable in place ``k``, to be put in."""

    name: str
    k: int
    slope: RingElement
    rest: RingElement

    def _homogeneous(self, poly: RingElement) -> RingElement:
        degree = self._degree(poly)
        products = sum(
            len(self.rest) ** powers[self.k] * len(self.slope) ** (degree - powers[self.k])
            for powers in poly
        )
        work.spend(_PRODUCT * products)
        if products > _MOST_PRODUCTS:
            raise UnsolvedError("an unknown's value makes a condition too long")
        return substitute(poly, self.k, -self.rest, self.slope)

    def _degree(self, poly: RingElement) -> int:
        return max((int(powers[self.k]) for powers in poly), default=0)

    def literal(self, literal: Literal) -> Literal:
        """Return a literal with the value put in, its sign kept."""
        degree = self._degree(literal.poly)
        if not degree:
            return literal
        poly = self._homogeneous(literal.poly)
        if degree % 2 and literal.sign not in ("==", "!="):
            poly = poly * self.slope
        return Literal(without_divisor(poly), literal.sign)

    def equation(self, poly: RingElement) -> RingElement:
        """Return the left side of an equation with the value put in."""
        return without_divisor(self._homogeneous(poly)) if self._degree(poly) else poly

    def quotient(self, value: Quotient) -> Quotient:
        """Return a quotient with the value put in, in lowest terms."""
        degrees = [self._degree(p) for p in value]
        degree = max(degrees)
        if not degree:
            return value
        top, bottom = (
            self._homogeneous(p) * self.slope ** (degree - d)
            for p, d in zip(value, degrees, strict=True)
        )
        return oriented(*reduced([top, bottom])[1])

    def range(self, found: Range) -> Range:
        """Return a range with the value put in for an unknown in its ends."""
        lower, upper = (
            tuple((self.quotient(v), strict) for v, strict in ends)
            for ends in (found.lower, found.upper)
        )
        return Range(found.name, lower, upper)


class UnsolvedError(Exception):
    """A pattern whose conditions are not of a form that elimination takes."""


class NotLinearError(UnsolvedError):
    """A state with equations of which none is linear in an unknown."""

    def __init__(self, state: EliminationState) -> None:
        super().__init__("an equation is not linear in any unknown")
        self.state = state


class EquationSolver:
    """Solves equations over a ring of parameters and unknowns."""

    def __init__(self, unknowns: TreeUnknowns, simplifier: Simplifier) -> None:
        self.unknowns, self.simplifier = unknowns, simplifier
        self._reduced: dict[Literal, Literal | bool] = {}

    def free(self, poly: RingElement) -> set[str]:
        """Return the unknowns in a polynomial."""
        return self.unknowns.unknowns_in(poly)

    def reduced(self, literal: Literal) -> Literal | bool:
        """Return a literal without factors of known sign; True or False where that decides it."""
        if literal not in self._reduced:
            self._reduced[literal] = reduce_literal(self.simplifier, literal)
        return self._reduced[literal]

    def extended(
        self,
        cases: Sequence[EliminationState],
        literals: Sequence[Literal],
        ranges: Mapping[str, Sequence[Literal]],
        *,
        knife_edges: bool,
    ) -> list[EliminationState]:
        """Return cases, all equations solved, with further literals put in.

        ``ranges`` say of each unknown what it has to satisfy as a probability.  Cases that are
        seen to be impossible are left out, and, unless ``knife_edges``, those that need an
        equation between parameters.  Raises :class:`UnsolvedError` where equations are not
        linear, or cases too many.
        """
        found: list[EliminationState] = []
        stack = [self._with(case, literals) for case in reversed(cases)]
        while stack:
            state = stack.pop()
            if state.on_parameters and not knife_edges:
                continue
            if state.equations:
                for after in self.step(state):
                    own = [q for n in after.values.keys() - state.values.keys() for q in ranges[n]]
                    stack.append(self._with(after, own))
                continue
            short = self._all_reduced(state.literals)
            if short is None:
                continue
            ties = tuple(lit.poly for lit in short if lit.sign == "==")
            kept = tuple(lit for lit in short if lit.sign != "==")
            state = replace(state, literals=kept, equations=ties)
            if ties:
                stack.append(state)
                continue
            found.append(state)
            if len(found) + len(stack) > MAX_CASES:
                raise UnsolvedError("too many cases")
        return found

    def _with(self, case: EliminationState, literals: Sequence[Literal]) -> EliminationState:
        """Return a case with further literals, the unknowns' values put in."""
        added = list(literals)
        for name, (top, bottom) in case.values.items():
            value = Substitution(name, self._place(name), bottom, -top)
            added = [
                Literal(value.equation(lit.poly), "==") if lit.sign == "==" else value.literal(lit)
                for lit in added
            ]
        equations = tuple(lit.poly for lit in added if lit.sign == "==")
        rest = tuple(lit for lit in added if lit.sign != "==")
        return replace(
            case,
            equations=(*case.equations, *equations),
            literals=tuple(dict.fromkeys((*case.literals, *rest))),
        )

    def _all_reduced(self, literals: Sequence[Literal]) -> list[Literal] | None:
        """Return what is open of literals; None where one never holds."""
        result: dict[Literal, None] = {}
        for literal in literals:
            short = self.reduced(literal)
            if short is False:
                return None
            if isinstance(short, Literal):
                result[short] = None
        return list(result)

    # ---- equations ------------------------------------------------------------------------
    def step(self, state: EliminationState) -> list[EliminationState]:
        """Return the states that follow when the easiest equation is dealt with.

        Raises :class:`NotLinearError` where no equation is linear in any unknown.
        """
        work.spend(_STEP)
        rest: list[tuple[RingElement, ...]] = []
        for e in state.equations:
            factors = self._open_factors(e)
            if factors is None:
                continue
            if not factors:
                return []
            rest.append(factors)
        split = next((f for f in rest if len(f) > 1), None)
        if split is not None:
            others = tuple(math.prod(f[1:], start=f[0]) for f in rest if f is not split)
            return [replace(state, equations=(factor, *others)) for factor in split]
        equations = [f[0] for f in rest]
        bare = tuple(e for e in equations if not self.free(e))
        if bare:
            left = tuple(e for e in equations if self.free(e))
            return [replace(state, equations=left, on_parameters=(*state.on_parameters, *bare))]
        if not equations:
            return [replace(state, equations=())]
        choice = self._choice(equations)
        if choice is None:
            raise NotLinearError(replace(state, equations=tuple(dict.fromkeys(equations))))
        e, value = choice
        return self._followed(state, [q for q in equations if q is not e], value)

    def _followed(
        self, state: EliminationState, others: list[RingElement], value: Substitution
    ) -> list[EliminationState]:
        """Return the states after solving ``slope*name + rest = 0`` for a name."""
        found = []
        name, slope, rest = value.name, value.slope, value.rest
        short = self.reduced(Literal(slope, "!="))
        if isinstance(short, Literal) and self.free(slope):
            both = (slope, rest, *others)
            found.append(replace(state, equations=both))
        if short is False:
            return [replace(state, equations=(rest, *others))]
        literals = [value.literal(lit) for lit in state.literals]
        if isinstance(short, Literal):
            literals.append(short)
        values = {n: value.quotient(v) for n, v in state.values.items()}
        values[name] = oriented(-rest, slope)
        found.append(
            replace(
                state,
                equations=tuple(map(value.equation, others)),
                literals=tuple(dict.fromkeys(literals)),
                values=values,
                names=tuple(n for n in state.names if n != name),
                waiting=tuple(n for n in state.waiting if n != name),
                linking=tuple(dict.fromkeys(map(value.literal, state.linking))),
                ranges=tuple(map(value.range, state.ranges)),
            )
        )
        return found

    def _choice(self, equations: Sequence[RingElement]) -> tuple[RingElement, Substitution] | None:
        """Return the equation and the unknown that are easiest to solve, as what follows."""
        options = []
        for e in equations:
            for name in sorted(self.free(e)):
                split = self.linear(e, name)
                if split is None:
                    continue
                slope, rest = split
                short = self.reduced(Literal(slope, "!="))
                hard = bool(self.free(slope)) and short is not True
                key = (hard, short is not True, len(slope) + len(rest), name)
                options.append((key, e, Substitution(name, self._place(name), slope, rest)))
        if not options:
            return None
        _, e, value = min(options, key=lambda option: option[0])
        return e, value

    def _place(self, name: str) -> int:
        return self.unknowns.algebra.names.index(name)

    def linear(self, poly: RingElement, name: str) -> tuple[RingElement, RingElement] | None:
        """Return ``(a, b)`` of ``a*name + b``, None where the name occurs otherwise."""
        return linear(poly, self._place(name))

    def _open_factors(self, poly: RingElement) -> tuple[RingElement, ...] | None:
        """Return the factors of an equation that can vanish; None where it always holds."""
        if not poly:
            return None
        found = []
        for f, _ in self.unknowns.algebra.factors(poly)[1]:
            known = self.simplifier.sign(f)
            if known is None or known[1]:
                found.append(f)
        return tuple(found)


def reduce_literal(simplifier: Simplifier, literal: Literal) -> Literal | bool:
    """Return a literal without factors of known sign; True or False where that decides it.

    Factors that may vanish, but not change their sign, are kept (once or twice).
    """
    poly, sign = literal.poly, literal.sign
    if not poly:
        return literal.holds(0)
    constant, factors = simplifier.prover.algebra.factors(poly)
    flip = constant < 0
    product = poly.ring.one
    touching = False
    for f, power in factors:
        known = simplifier.sign(f)
        if known is not None and not known[1]:
            flip ^= known[0] < 0 and power % 2 == 1
            continue
        touching |= known is not None
        even = power % 2 == 0 and sign not in ("==", "!=")
        product = product * (f * f if even else f)
    if product.is_ground:
        return Literal(product, sign).holds(-1 if flip else 1)
    if flip and sign not in ("==", "!="):
        product = -product
    if touching and sign in (">=", "<="):
        # A product of factors that never change their sign is decided but for its zeros.
        constant, factors = simplifier.prover.algebra.factors(product)
        value = 1 if constant > 0 else -1
        signs = [(simplifier.sign(f), power) for f, power in factors]
        if all(known is not None for known, _ in signs):
            for known, power in signs:
                value *= known[0] if known is not None and power % 2 else 1
            return True if Literal(product, sign).holds(value) else Literal(product, "==")
    return Literal(product, sign)


def oriented(top: RingElement, bottom: RingElement) -> Quotient:
    """Return a quotient whose denominator has a positive leading coefficient."""
    return (-top, -bottom) if bottom.LC < 0 else (top, bottom)
