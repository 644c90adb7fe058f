r"""Proofs about signs of polynomials, by an SMT solver, with samples as scouts.

A *literal* is a polynomial and a sign condition.  A conjunction of literals is
*impossible* under the assumptions if z3 (nonlinear real arithmetic, Jovanovic
and de Moura 2012) finds its satisfiability refuted: that is a proof.  Samples
are asked first: a point that satisfies the conjunction is an exact witness.
What z3 cannot decide in its time is ``unknown`` and is reported as that.

>>> from deterrence.algebra.expressions import Expression
>>> prover = Prover(Algebra(["a", "b"]), [Expression.parse("a > b"), Expression.parse("b > 0")])
>>> a, b = prover.algebra.ring.gens
>>> prover.decide([Literal(a + b, "<=")]).verdict
'impossible'
>>> prover.implied([Literal(b - 1, ">")], Literal(a - 1, ">"))
True
"""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any
from typing import Literal as Choice

from deterrence.algebra.coordinates import Coordinates
from deterrence.algebra.expressions import Expression
from deterrence.algebra.literals import Literal
from deterrence.algebra.polynomials import Algebra
from deterrence.algebra.rings import RingElement, occurring
from deterrence.limits import work
from deterrence.proving.certificates import Refuter
from deterrence.proving.sample_points import SamplePoints
from deterrence.proving.samples import comparisons, single_bounds
from deterrence.proving.solver_language import Z3, SolverLanguage

#: Efforts of the solver, in units that z3 counts itself: of a question, of a first look, of a
#: look at a part of a contradiction, of one at the sign of a variable, of a quick question.
EFFORT = 6_000_000
_SHORT, _PART, _GLANCE, _QUICK = 1_000_000, 1_000_000, 500_000, 150_000


@dataclass(frozen=True, eq=False)
class SignDecision:
    """``possible`` comes with a witness, ``impossible`` is proven, ``unknown`` is neither."""

    verdict: Choice["possible", "impossible", "unknown"]
    witness: Mapping[str, Fraction] | None = None

    @property
    def settled(self) -> bool:
        """Whether it is one or the other."""
        return self.verdict != "unknown"


class Prover(SamplePoints):
    """Decides conjunctions of literals under fixed assumptions.

    ``ranges`` are sensible ranges for samples; ``effort`` is what the solver spends on a
    question, ``glance`` what it spends on a first look (units of z3);
    ``deadline`` (work seconds, see :mod:`work`) makes all later queries unknown; ``nonzero``
    are polynomials that divide something, so that they are assumed not to vanish.

    ``scales`` are groups of parameters that the assumptions allow to be multiplied
    by any positive number, each with a positive member: questions about
    polynomials that are homogeneous in the group fix that member at 1.  ``payoffs``
    (lists of polynomials that are compared with each other) choose the solver's
    coordinates, see :class:`Coordinates`.  ``certificates`` looks for identities that
    refute (see :mod:`certificates`) where the solver does not answer at once.
    ``local`` are those of the assumptions that share no name with the others, except
    among each other: the solver is told of them where a question has their names.
    """

    def __init__(
        self,
        algebra: Algebra,
        assumptions: Sequence[Expression],
        ranges: Mapping[str, tuple[Any, Any]] | None = None,
        effort: int = EFFORT,
        glance: int = _SHORT,
        deadline: float | None = None,
        seeds: Sequence[Mapping[str, Any]] = (),
        nonzero: Sequence[RingElement] = (),
        scales: Sequence[tuple[frozenset[str], str]] = (),
        payoffs: Sequence[Sequence[RingElement]] = (),
        certificates: bool = True,
        local: Sequence[Expression] = (),
    ) -> None:
        super().__init__(algebra, assumptions, ranges, seeds, nonzero)
        self.effort, self.glance, self.deadline = effort, min(glance, effort), deadline
        self.queries = self.undecided = 0
        #: Is told of every polynomial that is asked about.
        self.watch: Callable[[RingElement], None] | None = None
        self._certify = certificates
        # A chance p enters the solver as 1 - p: hazards occur as powers of 1 - p.
        limits = single_bounds(assumptions)
        groups = [
            ([k for k, n in enumerate(algebra.names) if n in group], algebra.names.index(pivot))
            for group, pivot in scales
        ]
        self.coordinates = Coordinates(
            algebra.ring,
            turned=[k for k, n in enumerate(algebra.names) if limits.get(n) == (0, 1)],
            blocks=[group for group, _ in groups],
            fixed=[pivot for _, pivot in groups],
            examples=payoffs,
        )
        self.language = SolverLanguage(algebra, self.coordinates, groups)
        formula, literal = self.language.formula, self.language.literal
        apart = set(local)
        self._base = [formula(e) for e in (*assumptions, *algebra.facts()) if e not in apart]
        self._local = [(names, [formula(e) for e in group]) for names, group in _grouped(local)]
        self._without_poles = list(self._base)
        self._base += [literal(Literal(p, "!=")) for p in nonzero]
        self._cache: dict[frozenset[Literal], SignDecision] = {}
        #: Sets of literals that are known to be impossible, few and small.
        self.cores: list[frozenset[Literal]] = []
        self._refuter = Refuter(
            [
                (self.coordinates.inside(p if sign in (">", ">=") else -p), sign in (">", "<"))
                for left, sign, right in comparisons(assumptions)
                for p, q in [algebra.fraction(left - right)]
                if q.is_ground and sign in (">", ">=", "<", "<=")
            ],
            self.coordinates.turned,
            self._surely_positive,
        )
        self._refuted: dict[frozenset[Literal], frozenset[Literal] | None] = {}
        self._positive: dict[Any, bool] = {}

    @property
    def expired(self) -> bool:
        """Whether the work for the whole analysis is done."""
        return self.deadline is not None and work.over(self.deadline)

    def assumed_apart(self, poly: RingElement) -> bool:
        """Say whether the assumptions alone are proven to keep a polynomial from vanishing."""
        solver = self.language.solver(_GLANCE)
        solver.add(*self._without_poles, self.language.literal(Literal(poly, "==")))
        return bool(self.language.check(solver) == self.language.z3.unsat)

    @contextlib.contextmanager
    def within(self, seconds: float) -> Iterator[None]:
        """Give a new deadline for questions after the analysis."""
        before = self.deadline
        self.deadline = work.now() + seconds
        try:
            yield
        finally:
            self.deadline = before

    def decide(
        self,
        literals: Iterable[Literal],
        formulas: Sequence[Z3] = (),
        *,
        lemmas: Sequence[Z3] = (),
        quick: bool = False,
    ) -> SignDecision:
        """Decide whether the literals (and z3 ``formulas``) can hold together.

        ``lemmas`` are formulas that the literals imply: they say nothing new, but may spare the
        solver a long way.  ``quick`` only takes a first look, and may say ``unknown`` early.
        """
        chosen = []
        for literal in dict.fromkeys(literals):
            if self.watch is not None:
                self.watch(literal.poly)
            if not literal.poly.is_ground:
                chosen.append(literal)
            elif not literal.holds(int(literal.poly.LC)):
                return SignDecision("impossible")
        key = frozenset(chosen)
        if not formulas:
            if key in self._cache:
                return self._cache[key]
            if any(core <= key for core in self.cores):
                return SignDecision("impossible")
            witness = self.exact_witness(chosen, self.samples_where(chosen))
            if witness is not None:
                self._cache[key] = SignDecision("possible", witness)
                return self._cache[key]
        decision = self._staged(chosen, formulas, lemmas, quick)
        refuted = decision.verdict == "impossible"
        # What lemmas refute holds off the boundaries: it is no answer to other questions.
        if not formulas and not (lemmas and refuted) and not (quick and not decision.settled):
            self._cache[key] = decision
            if refuted and not any(c <= key for c in self.cores):
                self.cores.append(self._core(chosen))
        return decision

    def fixed_sign(
        self, poly: RingElement, given: Sequence[Literal] = (), *, weakly: bool = False
    ) -> tuple[int, bool] | None:
        """Return ``(sign, can it vanish)`` of a polynomial where literals hold, None if unknown.

        ``weakly`` does not ask whether it can vanish, and says that it can.
        """
        if self.watch is not None:
            self.watch(poly)
        values = self.values(poly)[self.samples_where(given)]
        if (values > 0).any() and (values < 0).any():
            return None
        for sign, weak, strict in ((1, "<", "<="), (-1, ">", ">=")):
            if (values * sign < 0).any():
                continue
            for other, vanishing in ((weak, True),) if weakly else ((strict, False), (weak, True)):
                if self.decide([*given, Literal(poly, other)]).verdict == "impossible":
                    return sign, vanishing
        return None

    def _staged(
        self,
        literals: list[Literal],
        formulas: Sequence[Z3],
        lemmas: Sequence[Z3],
        quick: bool,
    ) -> SignDecision:
        """Ask with a short limit, then for small contradictions within, then with patience."""
        glance = min(self.glance, _QUICK) if quick else self.glance
        decision = self._ask(literals, formulas, lemmas, effort=glance, count=False)
        if decision.verdict != "unknown":
            return decision
        if not formulas:
            witness = self._scouted(literals)
            if witness is not None:
                return SignDecision("possible", witness)
        if not formulas and self._certify:
            core = self._certified(literals)
            if core is not None:
                self.cores.append(core)
                return SignDecision("impossible")
        if quick:
            return decision
        for size in range(1, min(4, len(literals))):
            for subset in itertools.combinations(literals, size):
                if self.samples_where(subset).any():
                    continue
                part = self._ask(subset, (), effort=self.glance, count=False)
                if part.verdict == "impossible":
                    self.cores.append(frozenset(subset))
                    return part
        return self._ask(literals, formulas, lemmas)

    def _scouted(self, literals: Sequence[Literal]) -> dict[str, Fraction] | None:
        """Return a witness from samples far and wide, and from halves of samples put together."""
        if self.expired:
            return None
        groups = [[self.algebra.names[k] for k in g] for g, _ in self.language.scales]
        witness = self.far_witness(literals, groups)
        if witness is not None:
            self.add_point(witness)
        return witness

    def _certified(self, literals: Sequence[Literal]) -> frozenset[Literal] | None:
        """Return literals that are refuted by an identity, see :mod:`certificates`."""
        parts = self.language.parts(literals) if self.language.scales else [list(literals)]
        for part in parts:
            key = frozenset(part)
            if key not in self._refuted:
                self._refuted[key] = self._refute(part)
            if self._refuted[key] is not None:
                return self._refuted[key]
        return None

    def _refute(self, literals: Sequence[Literal]) -> frozenset[Literal] | None:
        inside = self.coordinates.inside
        signed = []
        for literal in literals:
            if literal.sign in ("==", "!="):
                continue
            poly = inside(literal.poly)
            positive = poly if literal.sign in (">", ">=") else -poly
            signed.append((positive, literal.sign in (">", "<"), literal))
        if not signed or not self.algebra.is_exact:
            return None
        found = self._refuter.refute(signed, self.deadline)
        return None if found is None else found[1]

    def _surely_positive(self, literals: Sequence[Literal], poly: RingElement) -> bool:
        """Say whether a polynomial in the solver's variables is proven positive, quickly."""
        key = frozenset(literals), poly
        if key not in self._positive:
            solver = self.language.solver(_GLANCE)
            solver.add(
                *self._base, *map(self.language.literal, literals), self.language.plain(poly) <= 0
            )
            self._positive[key] = self.language.check(solver) == self.language.z3.unsat
        return self._positive[key]

    def _core(self, literals: list[Literal]) -> frozenset[Literal]:
        """Shrink an impossible set: keep what samples say is needed, try small subsets only."""
        core = list(literals)
        for literal in sorted(literals, key=lambda lit: -len(lit.poly)):
            rest = [lit for lit in core if lit != literal]
            if len(core) <= 1 or self.samples_where(rest).any():
                continue
            if self._ask(rest, (), effort=_PART, count=False).verdict == "impossible":
                core = rest
        return frozenset(core)

    def _ask(
        self,
        literals: Sequence[Literal],
        formulas: Sequence[Z3],
        lemmas: Sequence[Z3] = (),
        effort: int | None = None,
        count: bool = True,
    ) -> SignDecision:
        z3 = self.language.z3
        limit = float(effort or self.effort)
        if self.deadline is not None:
            limit = min(limit, work.left(self.deadline) * work.Z3_UNITS)
            if limit <= 0:
                self.undecided += count
                return SignDecision("unknown")
        self.queries += 1
        solver = self.language.solver(max(1, int(limit)))
        solver.add(*self._base, *map(self.language.literal, literals), *formulas, *lemmas)
        left_out = self._left_out(literals) if not formulas else frozenset()
        for names, group in self._local:
            if not names <= left_out:
                solver.add(*group)
        if not formulas:
            solver.add(*self.language.fixed(literals))
        answer = self.language.check(solver)
        if answer == z3.unknown and "interrupt" in solver.reason_unknown():
            raise KeyboardInterrupt  # z3 takes Ctrl-C for itself
        if answer == z3.unsat:
            return SignDecision("impossible")
        if answer == z3.sat:
            witness = self._model(solver.model(), literals, left_out)
            if witness is not None:
                self.add_point(witness)
                return SignDecision("possible", witness)
            if self.algebra.is_exact:
                return SignDecision("possible", None)
        self.undecided += count
        return SignDecision("unknown")

    def _left_out(self, literals: Sequence[Literal]) -> frozenset[str]:
        """Return the names of local assumptions that do not matter to literals."""
        if not self._local:
            return frozenset()
        inside = {self.algebra.names[k] for lit in literals for k in occurring(lit.poly)}
        return frozenset(n for names, _ in self._local if not names & inside for n in names)

    def _model(
        self, model: Z3, literals: Sequence[Literal], left_out: frozenset[str]
    ) -> dict[str, Fraction] | None:
        """Return z3's model as rationals that satisfy the literals, if there are such nearby."""
        outer = zip(self.algebra.names, self.language.values(model), strict=True)
        values = {n: v for n, v in outer if n in self.algebra.parameters}
        if left_out and self.points.shape[1]:
            values |= {n: v for n, v in self.point(0).items() if n in left_out}
        try:
            if self.satisfies(values, literals):
                return self._rounder(values, literals)
        except (ArithmeticError, ValueError):
            return None
        return None

    def _rounder(
        self, values: dict[str, Fraction], literals: Sequence[Literal]
    ) -> dict[str, Fraction]:
        """Replace long fractions by short ones where the literals still hold."""
        for denominator in (1, 4, 16, 256, 10**6):
            short = {n: v.limit_denominator(denominator) for n, v in values.items()}
            if self.satisfies(short, literals):
                return short
        return values

    def witness_within(self, terms: Iterable[Sequence[Literal]]) -> Mapping[str, Fraction] | None:
        """Return a point within the sensible ranges at which one of several conjunctions holds."""
        inside = []
        for name, ends in self.ranges.items():
            for end, sign in zip(ends, (">=", "<="), strict=True):
                if end is not None and name in self.algebra.parameters:
                    e = Expression("compare", (sign,), Expression.name(name), Expression.of(end))
                    inside.append(self.language.formula(e))
        chosen = list(terms)
        for term in chosen:
            sample = self.exact_witness(term, self.samples_where(term))
            if sample is not None and self.is_within(sample):
                return sample
        for term, quick in ((t, quick) for quick in (True, False) for t in chosen):
            found = self.decide(term, inside, quick=quick).witness
            if found is not None and self.is_within(found):
                return found
        return None

    def implied(self, given: Sequence[Literal], literal: Literal) -> bool:
        """Say whether the literal is proven to follow from the given ones."""
        return self.decide([*given, literal.negated()]).verdict == "impossible"


def _grouped(local: Sequence[Expression]) -> list[tuple[frozenset[str], list[Expression]]]:
    """Return conditions in groups that share no names."""
    groups: list[tuple[frozenset[str], list[Expression]]] = []
    for e in local:
        names, joined = frozenset(e.names), [e]
        for group in [g for g in groups if g[0] & names]:
            groups.remove(group)
            names, joined = names | group[0], [*group[1], *joined]
        groups.append((names, joined))
    return groups
