"""A matrix whose payoffs distinguish cases, solved case by case.

That is needed where a polynomial that decides about a strategy vanishes all over a case, see
:mod:`deterrence.proving.distinctions`: there an equilibrium that looks like one of a boundary
exists on an open set.  In each case payoffs are polynomials again; the cases exclude each
other, so equilibria with the same formulas are one, which exists in any of its cases.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any

from deterrence.algebra.cases import Case
from deterrence.algebra.rings import RingElement
from deterrence.errors import UsageError
from deterrence.proving.conditions import Simplifier
from deterrence.proving.distinctions import Distinctions
from deterrence.proving.prover import Prover
from deterrence.symbolic.case_branches import in_case, merged
from deterrence.symbolic.found import ExistenceBranch
from deterrence.symbolic.matrices.problem import MatrixProblem
from deterrence.symbolic.matrices.search import VertexPair, VertexSearch
from deterrence.symbolic.matrices.vertices import SymbolicVertex


class CaseSearch:
    """The search of a whole game and, where they are needed, those of its cases.

    ``limit`` is that of :meth:`VertexSearch.boundary_pairs`, 0 for none.
    """

    def __init__(
        self,
        problem: MatrixProblem,
        known: Distinctions,
        prover_for: Callable[[MatrixProblem], Prover],
        limit: int,
    ) -> None:
        simplifier = known.simplifier
        self.problem, self.simplifier, self._prover_for = problem, simplifier, prover_for
        self.whole = VertexSearch(problem.row, problem.column, simplifier.prover, simplifier).run()
        self.known = known
        first = _polys([self.whole]) if problem.algebra.atoms else []
        self.cases = self._split(self.known.among(first))
        self.pairs: list[VertexPair] = [] if self.cases else self.whole.pairs
        self.boundary: list[VertexPair] = []
        self.note = ""
        if self.cases:
            self._join(limit)
            # What looks impossible off the boundaries need not be.
            self.whole.sides = (self.whole.candidates[0], self.whole.candidates[1])

    def _split(self, chosen: frozenset[int]) -> list[tuple[Case, VertexSearch]]:
        while chosen:
            cases = self.known.cases(chosen)
            if cases is None:
                self.known.unresolved = True
                return []
            found = [(case, s) for case in cases if (s := self._search(case)) is not None]
            further = self.known.among(_polys(s for case, s in found if case.is_open))
            if further <= chosen:
                return found
            chosen |= further
        return []

    def _search(self, case: Case) -> VertexSearch | None:
        part = self.problem.in_case(case)
        try:
            prover = self._prover_for(part)
        except UsageError:
            return None  # the case contradicts the assumptions
        simplifier = Simplifier(prover, self.simplifier.leading)
        return VertexSearch(part.row, part.column, prover, simplifier).run()

    @property
    def truncated(self) -> bool:
        """Whether the time ran out before all strategies were formed."""
        return any(s.truncated for s in self._searches)

    @property
    def undecided(self) -> int:
        """How many pairs are undecided."""
        return sum(len(s.undecided) for s in self._searches)

    @property
    def complete(self) -> bool:
        """Whether all equilibria of open sets are known."""
        return not (self.truncated or self.undecided or self.known.unresolved)

    @property
    def _searches(self) -> list[VertexSearch]:
        return [s for _, s in self.cases] or [self.whole]

    # ---- together ----------------------------------------------------------------------
    def _join(self, limit: int) -> None:
        """Put the equilibria of all cases together, those of boundaries if a limit is given."""
        found: dict[tuple[Any, ...], tuple[VertexPair, list[ExistenceBranch]]] = {}
        open_pairs = set()
        for case, search in self.cases:
            pairs, note = search.boundary_pairs(limit) if limit else ([], "")
            self.note = self.note or note
            if case.is_open:
                open_pairs |= {pair.identity for pair in search.pairs}
            for pair in (*search.pairs, *pairs):
                _, branches = found.setdefault(pair.identity, (pair, []))
                branches += in_case((*pair.branches, *pair.extra), case, self.simplifier)
        cases = [case for case, _ in self.cases]
        for identity, (part, branches) in found.items():
            pair = self._anywhere(part)
            free, tied = merged(branches, cases, self.simplifier)
            if identity in open_pairs and free:
                self.pairs.append(replace(pair, branches=tuple(free), extra=tied))
            elif limit:
                self.boundary.append(replace(pair, branches=(*free, *tied), extra=[]))

    def _anywhere(self, pair: VertexPair) -> VertexPair:
        """Return a pair found in a case with the shortfalls of replies as they are anywhere."""
        problem = self.problem
        transposed = list(zip(*problem.row, strict=True))
        return replace(
            pair,
            row=_with_gaps(pair.row, problem.column),
            column=_with_gaps(pair.column, transposed),
        )

    def boundary_pairs(self, limit: int) -> tuple[list[VertexPair], str]:
        """Return the pairs of boundaries; see :meth:`VertexSearch.boundary_pairs`."""
        return (self.boundary, self.note) if self.cases else self.whole.boundary_pairs(limit)

    def undecided_pairs(self) -> list[VertexPair]:
        """Return the pairs of which it is not known whether they exist anywhere."""
        if not self.cases:
            return self.whole.undecided_pairs()
        known = {p.identity for p in self.pairs}
        return [
            replace(pair, branches=tuple(in_case(pair.branches, case, self.simplifier)))
            for case, search in self.cases
            for pair in search.undecided_pairs()
            if pair.identity not in known
        ]


def _with_gaps(vertex: SymbolicVertex, payoffs: Sequence[Sequence[RingElement]]) -> SymbolicVertex:
    """Return a strategy with shortfalls against other payoffs ``[own action][reply]``."""
    weights, first = list(zip(vertex.weights, vertex.support, strict=True)), vertex.tight[0]
    gaps = [
        (j, sum((w * (payoffs[i][first] - payoffs[i][j]) for w, i in weights), gap.ring.zero))
        for j, gap in vertex.gaps
    ]
    return replace(vertex, gaps=tuple(gaps))


def _polys(searches: Iterable[VertexSearch]) -> list[RingElement]:
    """Return all polynomials that decide about strategies."""
    sides: Sequence[Any] = [side for s in searches for side in s.candidates]
    return list(dict.fromkeys(p for side in sides for v in side for p in v.polynomials))
