r"""Solving a pattern: mixing probabilities in closed form, then conditions on parameters alone.

The indifference equations of a pattern are solved one by one
(:mod:`deterrence.symbolic.trees.equations`).  Unknowns that no equation pins down (beliefs off
the path, free mixtures) are then eliminated from the inequalities by Fourier and Motzkin's
method, with case distinctions where the sign of a coefficient is open.  What is
left says for which parameters the pattern exists.

An equation that loses all its unknowns is a condition on the parameters that
holds on a boundary only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from deterrence.algebra.literals import Literal
from deterrence.algebra.rings import RingElement, without_divisor
from deterrence.symbolic.quotients import Quotient
from deterrence.symbolic.trees.equations import (
    EliminationState,
    NotLinearError,
    Range,
    UnsolvedError,
)
from deterrence.symbolic.trees.patterns import Pattern, Patterns
from deterrence.symbolic.trees.quadratics import QuadraticSolver
from deterrence.symbolic.trees.roots import RisingRoot

_NOT_LINEAR = "an inequality is not linear"
#: Branches of one pattern that are followed.
MAX_BRANCHES = 256
#: Inequalities of one branch above which elimination gives up.
MAX_LITERALS = 400


@dataclass(frozen=True, eq=False)
class SolvedPattern:
    """One way for a pattern to exist.

    ``values`` are the unknowns in closed form (numerator, denominator), perhaps in
    terms of ``free`` ones and of ``roots``; ``literals`` are conditions on the parameters alone,
    ``linking`` those on the free unknowns and parameters together.  ``equations``
    are parameter equations (not empty: a boundary).
    """

    values: dict[str, Quotient]
    free: tuple[str, ...]
    literals: tuple[Literal, ...]
    linking: tuple[Literal, ...]
    ranges: tuple[Range, ...] = ()
    equations: tuple[RingElement, ...] = ()
    roots: tuple[RisingRoot, ...] = ()


class PatternSolver:
    """Solves the patterns of a search, over its ring of parameters and unknowns."""

    def __init__(self, patterns: Patterns) -> None:
        self.patterns, self.unknowns = patterns, patterns.unknowns
        self.simplifier, self.prover = patterns.simplifier, patterns.prover
        self.equations = patterns.equations
        self.quadratics = QuadraticSolver(patterns.equations)
        self._count, self._knife_edges = 0, False

    def solve(self, pattern: Pattern, *, knife_edges: bool = False) -> list[SolvedPattern]:
        """Return all ways for a pattern to exist on an open set of parameters.

        With ``knife_edges``, also those that need an equation between parameters.
        Raises :class:`UnsolvedError`.
        """
        self._count, self._knife_edges = 0, knife_edges
        found = []
        names = pattern.unknowns
        stack = [EliminationState(pattern.equations, pattern.literals, {}, names, names)]
        while stack:
            self._tick()
            state = stack.pop()
            if state.on_parameters and not knife_edges:
                continue
            if state.equations:
                stack += self._stepped(state)
                continue
            literals = self._tidied(state)
            if literals is None:
                continue
            state = replace(state, literals=tuple(literals))
            ties = [lit for lit in literals if lit.sign == "==" and self._free(lit.poly)]
            if ties:
                kept = tuple(lit for lit in literals if lit not in ties)
                equations = tuple(lit.poly for lit in ties)
                stack.append(replace(state, equations=equations, literals=kept))
                continue
            if not state.ranges and not state.linking:
                linking = tuple(lit for lit in literals if self._free(lit.poly))
                state = replace(state, linking=linking)
            present = {n for lit in literals for n in self._free(lit.poly)}
            waiting = tuple(n for n in state.waiting if n in present)
            if waiting:
                stack += self._eliminated(replace(state, waiting=waiting))
                continue
            found.append(
                SolvedPattern(
                    state.values,
                    state.names,
                    state.literals,
                    state.linking,
                    state.ranges,
                    state.on_parameters,
                    state.roots,
                )
            )
        return found

    def _stepped(self, state: EliminationState) -> list[EliminationState]:
        """Return the states that follow when one equation is dealt with."""
        try:
            return self.equations.step(state)
        except NotLinearError as left:
            return self.quadratics.followed(left.state)

    def _free(self, poly: RingElement) -> set[str]:
        return self.unknowns.unknowns_in(poly)

    # ---- inequalities -----------------------------------------------------------------------
    def _tidied(self, state: EliminationState) -> list[Literal] | None:
        """Simplify literals without free unknowns; None where one never holds."""
        result: dict[Literal, None] = {}
        for literal in state.literals:
            if self._free(literal.poly) & set(state.waiting):
                # What is known of a free unknown is what these literals say.
                result[literal] = None
                continue
            short = self.equations.reduced(literal)
            if short is False:
                return None
            if isinstance(short, Literal):
                result[short] = None
        if len(result) > MAX_LITERALS:
            raise UnsolvedError("too many inequalities")
        return list(result)

    def _eliminated(self, state: EliminationState) -> list[EliminationState]:
        """Eliminate one unknown, or distinguish cases so that one can be."""
        literals = state.literals
        unknowns = [self._free(lit.poly) for lit in literals]
        options = []
        for name in state.waiting:
            own = [lit for lit, inside in zip(literals, unknowns, strict=True) if name in inside]
            options.append((len(own), name, own))
        problem = "no unknown can be eliminated"
        for _, name, own in sorted(options, key=lambda o: (o[0], o[1])):
            bounds = self._bounds(own, name, literals)
            if isinstance(bounds, str):
                problem = bounds
                continue
            if isinstance(bounds, tuple):  # the sign of a factor has to be known first
                if not bounds:
                    return []
                signs = (">", "<", "==") if self._free(bounds[0]) else (">", "<")
                cases = [Literal(bounds[0], sign) for sign in signs]
                tie = self._tied(state, bounds[0]) if len(signs) == 2 else []
                return [*(replace(state, literals=(*literals, c)) for c in cases), *tie]
            lower = [b for b in bounds if b[0] > 0]
            upper = [b for b in bounds if b[0] < 0]
            rest = [lit for lit in literals if lit not in own]
            for _, (ln, ld), ls in lower:
                for _, (un, ud), us in upper:
                    sign = ">" if ls or us else ">="
                    rest.append(Literal(without_divisor(un * ld - ln * ud), sign))
            found = Range(
                name,
                tuple((v, s) for _, v, s in lower),
                tuple((v, s) for _, v, s in upper),
            )
            return [
                replace(
                    state,
                    literals=tuple(dict.fromkeys(rest)),
                    waiting=tuple(n for n in state.waiting if n != name),
                    ranges=(*state.ranges, found),
                )
            ]
        raise UnsolvedError(problem)

    def _tied(self, state: EliminationState, factor: RingElement) -> list[EliminationState]:
        """Return what is left of a case where a factor of parameters alone vanishes.

        Inequalities are reduced by it, so that what it multiplied is gone.
        """
        known = self.simplifier.sign(factor)
        if not self._knife_edges or (known is not None and not known[1]):
            return []
        literals, linking = (self._modulo(factor, part) for part in (state.literals, state.linking))
        if literals is None or linking is None:
            return []
        on_parameters = (*state.on_parameters, factor)
        return [replace(state, literals=literals, linking=linking, on_parameters=on_parameters)]

    def _modulo(
        self, factor: RingElement, literals: Sequence[Literal]
    ) -> tuple[Literal, ...] | None:
        """Return literals where a factor vanishes, without its multiples; None if one fails."""
        ring, found = self.unknowns.ring, []
        for literal in literals:
            rest = literal.poly.set_ring(ring).rem(factor.set_ring(ring))
            if rest:
                found.append(Literal(self.unknowns.integer(rest), literal.sign))
            elif not literal.holds(0):
                return None
        return tuple(dict.fromkeys(found))

    def _bounds(
        self, own: Sequence[Literal], name: str, literals: Sequence[Literal]
    ) -> list[tuple[int, Quotient, bool]] | tuple[RingElement, ...] | str:
        """Return bounds on an unknown: (1 for lower, -1 for upper; quotient; strict).

        A tuple of one polynomial asks for its sign to be distinguished, an empty one says that
        the inequalities contradict each other; text says why the unknown cannot be eliminated.
        """
        found: list[tuple[int, Quotient, bool]] = []
        for literal in own:
            constant, factors = self.unknowns.algebra.factors(literal.poly)
            sign = literal.sign
            if sign == "!=":
                unsigned = [f for f, _ in factors if self._sign(f, literals) is None]
                if unsigned:
                    return (unsigned[0],)
                continue
            direction = 1 if constant > 0 else -1
            open_factors = []
            for f, power in factors:
                if name in self._free(f):
                    # Only what another inequality says of it may be used up here.
                    known = self._distinguished(f, [lit for lit in literals if lit != literal])
                    if known is None:
                        open_factors.append((f, power))
                    elif power % 2:
                        direction *= known
                    continue
                known = self._sign(f, literals)
                if known is None:
                    if power % 2:
                        return (f,)
                    continue
                direction *= known if power % 2 else 1
            if not open_factors:
                if Literal(literal.poly.ring(direction), sign).holds(direction):
                    continue
                return ()
            split = [self.equations.linear(f, name) for f, _ in open_factors]
            if len(open_factors) > 1 or open_factors[0][1] > 1:
                linear = [f for (f, _), parts in zip(open_factors, split, strict=True) if parts]
                return (linear[0],) if linear else _NOT_LINEAR
            if split[0] is None:
                return _NOT_LINEAR
            slope, rest = split[0]
            if slope.is_ground:
                known = 1 if slope.LC > 0 else -1
            else:
                known = self._product_sign(slope, literals)
                if known is None:
                    return next(
                        (f,)
                        for f, p in self.unknowns.algebra.factors(slope)[1]
                        if p % 2 and self._sign(f, literals) is None
                    )
            # direction * (slope*name + rest) sign 0, sign one of > >= < <=
            turned = direction * (1 if sign in (">", ">=") else -1)
            value = (-rest, slope) if known > 0 else (rest, -slope)
            found.append((turned * known, value, sign in (">", "<")))
        return found

    def _product_sign(self, poly: RingElement, literals: Sequence[Literal]) -> int | None:
        constant, factors = self.unknowns.algebra.factors(poly)
        result = 1 if constant > 0 else -1
        for f, power in factors:
            known = self._sign(f, literals)
            if known is None:
                if power % 2:
                    return None
                continue
            result *= known if power % 2 else 1
        return result

    def _sign(self, factor: RingElement, literals: Sequence[Literal]) -> int | None:
        """Return the sign of a factor that the assumptions, or a case distinguished, fix."""
        known = self.simplifier.sign(factor)
        if known is not None and not known[1]:
            return int(known[0])
        case = self._distinguished(factor, literals)
        if case is not None:
            return case
        # A factor that may vanish is a case of its own only where unknowns can make it.
        return int(known[0]) if known is not None and not self._free(factor) else None

    def _distinguished(self, factor: RingElement, literals: Sequence[Literal]) -> int | None:
        """Return the strict sign that one of the literals gives a factor, None without one."""
        for case in literals:
            if case.sign in (">", "<") and case.poly in (factor, -factor):
                return 1 if (case.sign == ">") == (case.poly == factor) else -1
        return None

    def _tick(self) -> None:
        self._count += 1
        if self._count > MAX_BRANCHES:
            raise UnsolvedError("too many cases")
        if self.prover.expired:
            raise UnsolvedError("the time ran out")
