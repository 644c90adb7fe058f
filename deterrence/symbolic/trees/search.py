"""All symbolic equilibria of a tree: patterns solved, conditions decided.

Each pattern that exists for an open set of parameters comes with a witness; the
others are proven impossible, exist on boundaries only, or stay undecided and are
said to be.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from deterrence.algebra.literals import Literal
from deterrence.algebra.rings import RingElement
from deterrence.limits import work
from deterrence.proving.conditions import Clause, Simplifier
from deterrence.proving.prover import SignDecision
from deterrence.symbolic.found import ExistenceBranch
from deterrence.symbolic.trees.closed_forms import Assessment
from deterrence.symbolic.trees.elimination import PatternSolver, SolvedPattern
from deterrence.symbolic.trees.equations import UnsolvedError
from deterrence.symbolic.trees.images import Images
from deterrence.symbolic.trees.patterns import Pattern, Patterns

#: Knife-edge equilibria that are kept.
MAX_BOUNDARY = 60
#: Equilibria with one path up to which all are looked for, where that path is an equilibrium
#: path for all assumed values.
MAX_SAME_PATH = 12


@dataclass
class TreeSearch:
    """The search, and what was decided on the way; see :meth:`run`."""

    patterns: Patterns
    elimination: PatternSolver
    simplifier: Simplifier
    assessments: list[Assessment] = field(default_factory=list)
    boundary: list[Assessment] = field(default_factory=list)
    #: Patterns that could not be solved or decided, with the reason.
    undecided: list[tuple[Pattern, str]] = field(default_factory=list)

    @property
    def truncated(self) -> bool:
        """Whether the time ran out before all patterns were looked at."""
        return self.patterns.truncated

    def run(self) -> TreeSearch:
        """Find all equilibria that exist on open sets of parameters."""
        images = Images(self.patterns.symmetry)
        for pattern in self.patterns.search():
            known, open_before = len(self.assessments), len(self.undecided)
            try:
                self._decide(pattern, self.elimination.solve(pattern))
            except UnsolvedError as error:
                self.undecided.append((pattern, str(error)))
            self._saturate(pattern)
            for found in self.assessments[known:]:
                self.assessments += images.of(found)
            self._exchange_undecided(open_before)
        always = self.patterns.saturated
        self.undecided = [
            u for u in self.undecided if self.patterns.path(u[0].supports) not in always
        ]
        self._tidy()
        return self

    def _exchange_undecided(self, start: int) -> None:
        """Add the patterns that are alike to undecided ones."""
        symmetry = self.patterns.symmetry
        for pattern, why in self.undecided[start:]:
            for exchange in symmetry.exchanges(pattern.supports):
                supports = symmetry.pattern(pattern.supports, exchange)
                self.undecided.append((replace(pattern, supports=supports), why))

    def _saturate(self, pattern: Pattern) -> None:
        """Stop looking for further equilibria with a path that is one for all assumed values."""
        path = self.patterns.path(pattern.supports)
        if path is None or path in self.patterns.saturated:
            return
        same = [a for a in self.assessments if self.patterns.path(a.supports) == path]
        if len(same) >= MAX_SAME_PATH and any(not b.conditions for a in same for b in a.branches):
            self.patterns.saturated.add(path)

    def find_boundaries(self, seconds: float) -> bool:
        """Look for equilibria that need an equation between parameters; False if not to the end."""
        until, looked = work.now() + seconds, True
        # What is cut short from here on are boundaries: the list of patterns stays whole.
        self.patterns.knife_edges, whole = True, not self.patterns.truncated
        images = Images(self.patterns.symmetry)
        try:
            for pattern in self.patterns.search():
                if work.over(until) or len(self.boundary) >= MAX_BOUNDARY:
                    return False
                try:
                    ways = self.elimination.solve(pattern, knife_edges=True)
                except UnsolvedError:
                    looked = False
                    continue
                thin = (w if w.equations else self._thinned(w) for w in ways)
                known = len(self.boundary)
                self._decide(pattern, [w for w in thin if w is not None])
                for found in self.boundary[known:]:
                    self.boundary += images.of(found)
        finally:
            self.patterns.knife_edges = False
            cut, self.patterns.truncated = self.patterns.truncated, not whole
        return looked and not cut

    def _decide(self, pattern: Pattern, ways: Sequence[SolvedPattern]) -> None:
        """Keep the ways of a pattern that are possible, those with the same values together."""
        kept: dict[Any, list[tuple[ExistenceBranch, SolvedPattern]]] = {}
        for way in ways:
            found = self._branch(way)
            if found is None:
                continue
            if found.decision.verdict == "unknown" and way.equations:
                continue
            if found.decision.verdict == "unknown":
                self.undecided.append((pattern, "whether its conditions can hold is undecided"))
                continue
            key = tuple(sorted(way.values.items(), key=lambda v: v[0])), way.free, way.roots
            kept.setdefault(key, []).append((found, way))
        for same in kept.values():
            branches = self._apart(same)
            first = branches[0][1]
            assessment = Assessment(
                pattern.supports,
                pattern.beliefs,
                first.values,
                first.free,
                branches,
                roots=first.roots,
                branches=tuple(self._merged([b for b, _ in branches])),
                equations=first.equations,
            )
            if not first.equations:
                self.assessments.append(assessment)
            else:
                self._add_boundary(assessment)

    def _add_boundary(self, found: Assessment) -> None:
        """Keep an assessment that needs equations, as far as it is none that is known."""
        for known in self.assessments:
            if known.identity == found.identity:
                for branch, way in found.ways:
                    known.ways.append((branch, way))
                    present = (*known.branches, *known.extra)
                    if not any(self._within(branch, other) for other in present):
                        known.extra.append(branch)
                return
        others = [a for a in (*self.assessments, *self.boundary) if _is_alike(a, found)]
        apart = [b for b in found.branches if not any(self._coincides(b, found, o) for o in others)]
        if apart:
            self.boundary.append(replace(found, branches=tuple(apart)))

    def _coincides(self, branch: ExistenceBranch, found: Assessment, other: Assessment) -> bool:
        """Say whether another assessment is proven to exist on a branch, and to be the same."""
        given = [c[0] for c in branch.conditions if len(c) == 1]
        for name, (top, bottom) in found.values.items():
            theirs = other.values[name]
            gap = top * theirs[1] - theirs[0] * bottom
            if not gap:
                continue
            if self.elimination.unknowns.unknowns_in(gap):
                return False
            literal = Literal(self.elimination.unknowns.lower(gap), "!=")
            decision = self.simplifier.prover.decide([*given, literal], quick=True)
            if decision.verdict != "impossible":
                return False
        return any(self._within(branch, b) for b in (*other.branches, *other.extra))

    def _branch(self, way: SolvedPattern) -> ExistenceBranch | None:
        lower = self.elimination.unknowns.lower
        literals = [Literal(lower(lit.poly), lit.sign) for lit in way.literals]
        literals += [Literal(lower(e), "==") for e in way.equations]
        conditions = self.simplifier.conjunction(literals)
        if conditions is None:
            return None
        conditions = self._factored(conditions)
        if conditions is None:
            return None
        decision = self._verdict(conditions, strict=not way.equations)
        if decision.verdict == "impossible":
            return None
        return ExistenceBranch(tuple(self.simplifier.irredundant(conditions)), decision)

    def _thinned(self, way: SolvedPattern) -> SolvedPattern | None:
        """Return a way, whose inequalities hold with equality only, with the equations.

        None for one that exists on an open set, or nowhere.
        """
        lower = self.elimination.unknowns.lower
        literals = [Literal(lower(lit.poly), lit.sign) for lit in way.literals]
        conditions = self.simplifier.conjunction(literals)
        conditions = None if conditions is None else self._factored(conditions)
        if conditions is None or self._verdict(conditions, strict=True).verdict != "impossible":
            return None
        if self._verdict(conditions, strict=False).verdict != "possible":
            return None
        singles = [c[0] for c in conditions if len(c) == 1]
        ring, prover = self.elimination.unknowns.algebra.ring, self.simplifier.prover
        equations = tuple(
            lit.poly.set_ring(ring)
            for lit in singles
            if lit.sign in (">=", "<=")
            and prover.decide([*singles, lit.strict()], quick=True).verdict == "impossible"
        )
        return replace(way, equations=equations) if equations else None

    def _factored(self, conditions: Sequence[Clause]) -> list[Clause] | None:
        """Drop factors whose sign the other conditions fix: ``(k - l)*(k + g - l) > 0``.

        None where that makes a contradiction plain.
        """
        prover = self.simplifier.prover
        result = list(conditions)
        for k, condition in enumerate(result):
            if len(condition) != 1 or condition[0].sign in ("==", "!="):
                continue
            poly, sign = condition[0].poly, condition[0].sign
            factors = prover.algebra.factors(poly)[1]
            if len(factors) < 2:
                continue
            others = [c[0] for j, c in enumerate(result) if j != k and len(c) == 1]
            for f, power in factors:
                turn = next((t for t in (">", "<") if self._signed(others, f, t)), None)
                if turn is not None:
                    poly = poly.exquo(f**power) * (-1 if turn == "<" and power % 2 else 1)
            short = Literal(poly, sign)
            if poly.is_ground and not short.holds(int(poly.LC)):
                return None
            result[k] = (short,)
        return [c for c in dict.fromkeys(result) if not c[0].poly.is_ground]

    def _signed(self, given: Sequence[Literal], factor: RingElement, sign: str) -> bool:
        """Say whether conditions are proven to fix the strict sign of a factor."""
        prover = self.simplifier.prover
        other = Literal(factor, "<=" if sign == ">" else ">=")
        return not prover.samples_where([*given, other]).any() and prover.implied(
            given, Literal(factor, sign)
        )

    def _verdict(self, conditions: Sequence[Clause], *, strict: bool) -> SignDecision:
        """Decide whether conditions can hold: off the boundaries, or with their equations."""
        prover = self.simplifier.prover
        if strict:
            return prover.decide([c[-1].strict() for c in conditions if c[-1].sign != "!="])
        singles = [c[0] for c in conditions if len(c) == 1]
        formulas = [prover.language.disjunction(c) for c in conditions if len(c) > 1]
        return prover.decide(singles, formulas)

    def _apart(
        self, found: list[tuple[ExistenceBranch, SolvedPattern]]
    ) -> list[tuple[ExistenceBranch, SolvedPattern]]:
        """Drop branches that lie within another one."""
        kept = list(found)
        for one in sorted(found, key=lambda f: -len(f[0].conditions)):
            others = [f for f in kept if f is not one]
            if any(self._within(one[0], other[0]) for other in others):
                kept = others
        return kept

    def _within(self, inner: ExistenceBranch, outer: ExistenceBranch) -> bool:
        prover = self.simplifier.prover
        given = [c[0] for c in inner.conditions if len(c) == 1]
        return all(
            c in inner.conditions
            or prover.decide([*given, *(lit.negated() for lit in c)], quick=True).verdict
            == "impossible"
            for c in outer.conditions
        )

    def _merged(self, branches: list[ExistenceBranch]) -> list[ExistenceBranch]:
        """Drop case distinctions that do not matter: the other case has what is missing.

        A condition ``f > 0`` of one branch goes if, where ``f < 0``, its other conditions
        imply those of a branch with ``f < 0``.
        """
        kept = list(branches)
        for k, one in enumerate(branches):
            for condition in one.conditions:
                lit = condition[-1]
                if len(condition) != 1 or lit.sign not in (">", "<"):
                    continue
                beside = (Literal(lit.poly, "<" if lit.sign == ">" else ">"),)
                rest = tuple(c for c in kept[k].conditions if c != condition)
                without = replace(kept[k], conditions=rest)
                there = replace(kept[k], conditions=(*rest, beside))
                if any(
                    beside in other.conditions and self._within(there, other)
                    for other in branches
                    if other is not one
                ):
                    kept[k] = without
        found: list[ExistenceBranch] = []
        for one in sorted(kept, key=lambda b: len(b.conditions)):
            if not any(self._within(one, other) for other in found):
                found.append(one)
        return found

    def _tidy(self) -> None:
        """Join assessments that are one, and put the plain ones first."""
        joined: dict[Any, Assessment] = {}
        for a in self.assessments:
            old = joined.get(a.identity)
            joined[a.identity] = (
                a
                if old is None
                else replace(old, branches=(*old.branches, *a.branches), ways=[*old.ways, *a.ways])
            )
        self.assessments = list(joined.values())


def _is_alike(a: Assessment, b: Assessment) -> bool:
    """Say whether two assessments play and believe the same in the same unknowns."""
    same = (a.supports, a.beliefs, a.free) == (b.supports, b.beliefs, b.free)
    return same and a.values.keys() == b.values.keys()
