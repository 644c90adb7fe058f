"""A tree whose payoffs distinguish cases, solved case by case where that is needed.

The search is watched: where it meets a polynomial that vanishes all over a case, see
:mod:`deterrence.proving.distinctions`, it starts again in each case of the distinctions in that
polynomial, where payoffs are polynomials again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from deterrence.algebra.cases import Case
from deterrence.algebra.rings import RingElement
from deterrence.errors import UsageError
from deterrence.proving.conditions import Simplifier
from deterrence.proving.distinctions import Distinctions
from deterrence.proving.prover import Prover
from deterrence.symbolic.case_branches import in_case, merged
from deterrence.symbolic.trees.closed_forms import Assessment
from deterrence.symbolic.trees.elimination import PatternSolver
from deterrence.symbolic.trees.patterns import Patterns
from deterrence.symbolic.trees.problem import TreeProblem
from deterrence.symbolic.trees.search import TreeSearch
from deterrence.symbolic.trees.unknowns import TreeUnknowns

#: Returns what decides about the parameters of a problem.
SimplifierFor = Callable[[TreeProblem], Simplifier]
#: Returns what decides about parameters and unknowns together.
WideFor = Callable[[TreeUnknowns], Prover]


@dataclass
class SplitTreeSearch(TreeSearch):
    """The searches of all cases as one."""

    parts: list[tuple[Case, TreeSearch]] = field(default_factory=list)

    @property
    def truncated(self) -> bool:
        """Whether the time ran out before all patterns were looked at."""
        return any(part.truncated for _, part in self.parts)

    def run(self) -> SplitTreeSearch:
        """Put the equilibria of all cases together."""
        self.undecided = [u for _, part in self.parts for u in part.undecided]
        self.patterns.skipped = sum(part.patterns.skipped for _, part in self.parts)
        groups: dict[Any, list[Assessment]] = {}
        free = set()
        for case, part in self.parts:
            for a in (*part.assessments, *part.boundary):
                if case.is_open and not a.equations:
                    free.add(a.identity)
                groups.setdefault(a.identity, []).append(self._placed(a, case))
        self.assessments = [self._together(same) for key, same in groups.items() if key in free]
        self.boundary = [self._together(same) for key, same in groups.items() if key not in free]
        return self

    def find_boundaries(self, seconds: float) -> bool:
        """Look for equilibria that need an equation in every case; False if not to the end.

        Equilibria that are known already keep their conditions and get further ones.
        """
        parts = [part for _, part in self.parts if not part.boundary]
        done = [part.find_boundaries(seconds / len(parts)) for part in parts]
        known = {a.identity: a for a in self.assessments}
        self.run()
        for k, a in enumerate(self.assessments):
            old = known.get(a.identity)
            if old is not None:
                old.extra[:] = [*a.extra, *(b for b in a.branches if b not in old.branches)]
                self.assessments[k] = old
        return all(done)

    def _placed(self, a: Assessment, case: Case) -> Assessment:
        """Return an equilibrium of a case with the conditions of that case."""
        ways = [(in_case([branch], case, self.simplifier)[0], way) for branch, way in a.ways]
        branches = in_case(a.branches, case, self.simplifier)
        return replace(a, branches=tuple(branches), ways=ways, extra=[])

    def _together(self, same: list[Assessment]) -> Assessment:
        """Return equilibria with the same formulas as one."""
        cases = [case for case, _ in self.parts]
        free, tied = merged([b for a in same for b in a.branches], cases, self.simplifier)
        ways = [way for a in same for way in a.ways]
        branches, extra = (free, tied) if free else (tied, [])
        return replace(same[0], branches=tuple(branches), ways=ways, extra=extra)


class CaseTreeSearch:
    """The search of a whole tree, or those of its cases where they are needed.

    ``seconds`` (of work) are for boundaries, which are looked for here where cases are needed.
    """

    def __init__(
        self,
        problem: TreeProblem,
        actions: list[tuple[int, ...]],
        known: Distinctions,
        simplifier_for: SimplifierFor,
        wide_for: WideFor,
        seconds: float,
    ) -> None:
        self.actions, self._simplifier_for, self._wide_for = actions, simplifier_for, wide_for
        self.known, simplifier = known, known.simplifier
        self._met: frozenset[int] = frozenset()
        #: Whether boundaries were looked at to the end, None where they were not looked for.
        self.looked: bool | None = None
        self.search = self._run(problem, simplifier)
        while self._met:
            chosen = self._met
            cases = self.known.cases(chosen)
            if cases is None:
                self.known.unresolved = True
                break
            parts = []
            for case in cases:
                part = problem.in_case(case)
                try:
                    own = simplifier_for(part)
                except UsageError:
                    continue  # the case contradicts the assumptions
                parts.append((case, self._run(part, own)))
            if self._met == chosen:
                whole = self.search
                self.search = SplitTreeSearch(
                    whole.patterns, whole.elimination, simplifier, parts=parts
                )
                if seconds > 0:
                    self.looked = self.search.find_boundaries(seconds)
                else:
                    self.search.run()
                break

    def _run(self, problem: TreeProblem, simplifier: Simplifier) -> TreeSearch:
        unknowns = TreeUnknowns(problem, self.actions)
        wide = Simplifier(self._wide_for(unknowns))
        patterns = Patterns(unknowns, wide)
        search = TreeSearch(patterns, PatternSolver(patterns), simplifier)
        if not problem.algebra.atoms:
            return search.run()
        provers = (simplifier.prover, wide.prover)
        for prover in provers:
            prover.watch = self._watch
        search.run()
        for prover in provers:
            prover.watch = None
        return search

    def _watch(self, poly: RingElement) -> None:
        self._met |= self.known.in_the_way(poly)
