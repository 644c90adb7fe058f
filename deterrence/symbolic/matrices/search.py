"""The search for symbolic equilibria of a two-player game with polynomial payoffs.

Every extreme equilibrium, at any parameter point, is a pair of vertices (see
:mod:`vertices`) whose supports are best replies to each other.  Pairs that need
no equation between parameters exist on open sets of parameter space; pairs that
need one exist on its boundary only.  Each pair's conditions are decided under
the assumptions: a witness, or a proof that there is none.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from deterrence.algebra.factoring import reduced
from deterrence.algebra.literals import Literal
from deterrence.algebra.rings import Ring, RingElement
from deterrence.limits import work
from deterrence.proving.conditions import Clause, Simplifier
from deterrence.proving.prover import Prover, SignDecision
from deterrence.proving.solver_language import Z3
from deterrence.symbolic.found import ExistenceBranch, FoundEquilibrium
from deterrence.symbolic.matrices.vertices import SymbolicVertex, vertices

#: The part of the time left that may go into ruling strategies of one side out.
_SORTING = 0.2
#: Share of the time left after the search in which conditions are made shorter.
_TIDYING = 0.25


@dataclass(frozen=True)
class Dominated:
    """A step of iterated strict dominance that holds for all assumed values."""

    player: int
    action: int
    by: int


@dataclass(frozen=True, eq=False)
class VertexPair(FoundEquilibrium):
    """A symbolic extreme equilibrium: a vertex of each side, and when it exists."""

    row: SymbolicVertex
    column: SymbolicVertex

    @property
    def identity(self) -> tuple[Any, ...]:
        """What makes two pairs the same strategies for all parameter values."""
        return self.row.support, self.row.weights, self.column.support, self.column.weights


@dataclass
class VertexSearch:
    """All pairs, and what was decided on the way."""

    row_payoffs: list[list[RingElement]]
    column_payoffs: list[list[RingElement]]
    prover: Prover
    simplifier: Simplifier
    dominated: list[Dominated] = field(default_factory=list)
    pairs: list[VertexPair] = field(default_factory=list)
    undecided: list[tuple[SymbolicVertex, SymbolicVertex]] = field(default_factory=list)
    decided: int = 0
    candidates: list[list[SymbolicVertex]] = field(default_factory=list)
    #: What a vertex (by its ``id``) implies about payoffs, for the solver.
    _lemmas: dict[int, list[Z3]] = field(default_factory=dict)
    #: The time ran out while strategies were formed, so that ``candidates`` are not all.
    truncated: bool = False

    def run(self) -> VertexSearch:
        """Find all pairs that exist on open sets."""
        rows = list(range(len(self.row_payoffs)))
        columns = list(range(len(self.row_payoffs[0])))
        self._eliminate(rows, columns)
        self.rows, self.columns = rows, columns
        ring = self.prover.algebra.ring
        sides = (
            self._side(ring, [self.column_payoffs[i] for i in rows], rows, columns),
            self._side(
                ring,
                [[self.row_payoffs[i][j] for i in range(len(self.row_payoffs))] for j in columns],
                columns,
                rows,
            ),
        )
        self.sides = sides
        found: dict[tuple[Any, ...], VertexPair] = {}
        for alpha in sides[0]:
            for beta in sides[1]:
                if not (set(beta.support) <= alpha.replies and set(alpha.support) <= beta.replies):
                    continue
                if self.prover.expired:
                    self.undecided.append((alpha, beta))
                    continue
                pair = self._pair(alpha, beta)
                if pair is not None:
                    _collect(found, pair)
        self.pairs = list(found.values())
        self._tidy()
        return self

    def _tidy(self) -> None:
        """Drop redundant conditions, while a share of the remaining time lasts.

        This is for readers only: what is decided comes first.
        """
        until = None
        if self.prover.deadline is not None:
            until = work.now() + _TIDYING * work.left(self.prover.deadline)
        for k, pair in enumerate(self.pairs):
            if until is not None and work.over(until):
                return
            self.pairs[k] = replace(
                pair,
                branches=tuple(
                    replace(b, conditions=tuple(self.simplifier.irredundant(b.conditions)))
                    for b in pair.branches
                ),
            )

    def undecided_pairs(self) -> list[VertexPair]:
        """Return the pairs of which it is not known whether they exist anywhere.

        Their conditions are exact all the same, so that a point can be tested.
        """
        known = {p.identity for p in self.pairs}
        found = []
        for alpha, beta in self.undecided:
            branches = []
            for literals in self._choices([alpha, beta]):
                conditions = self._conditions(literals, alpha.commons, beta.commons)
                if conditions is not None:
                    branches.append(ExistenceBranch(tuple(conditions), SignDecision("unknown")))
            pair = VertexPair(alpha, beta, branches=tuple(branches))
            if branches and pair.identity not in known:
                known.add(pair.identity)
                found.append(pair)
        return found

    # ---- boundaries ----------------------------------------------------------------
    def boundary_pairs(self, limit: int) -> tuple[list[VertexPair], str]:
        """Return the pairs that exist only where equations between parameters hold.

        Pairs that exist elsewhere too get such branches as ``extra``.  Gives up,
        with a message, where there are more than ``limit`` combinations.
        """
        sides = [self._unfiltered(0), self._unfiltered(1)]
        combinations = len(sides[0]) * len(sides[1])
        if combinations > limit:
            return [], (
                f"equilibria that exist on boundaries only are not listed ({combinations} "
                "combinations); the closed forms at a point include them"
            )
        known = {p.identity: p for p in self.pairs}
        found: dict[tuple[Any, ...], VertexPair] = {}
        for alpha in sides[0]:
            for beta in sides[1]:
                if self.prover.expired:
                    return list(found.values()), "boundaries were not searched to the end"
                pair = self._boundary_pair(alpha, beta)
                if pair is None:
                    continue
                if pair.identity in known:
                    self._extend(known[pair.identity], pair.branches)
                    continue
                apart = self._apart(pair, [*self.pairs, *found.values()])
                if apart:
                    _collect(found, replace(pair, branches=apart))
        return list(found.values()), ""

    def _apart(self, pair: VertexPair, others: Sequence[VertexPair]) -> tuple[ExistenceBranch, ...]:
        """Return the branches on which a pair is not proven to be one of the others."""
        alike = [
            (other, gaps)
            for other in others
            if pair.identity != other.identity and (gaps := _differences(pair, other)) is not None
        ]
        return tuple(
            b for b in pair.branches if not any(self._coincides(b, *other) for other in alike)
        )

    def _coincides(
        self, branch: ExistenceBranch, other: VertexPair, gaps: Sequence[RingElement]
    ) -> bool:
        """Say whether another pair is proven to exist on a branch, no gap between them open."""
        if any(self._may_hold(branch, Literal(gap, "!=")) for gap in gaps):
            return False
        return any(self._contained(branch, b) for b in (*other.branches, *other.extra))

    def _may_hold(self, branch: ExistenceBranch, literal: Literal) -> bool:
        """Say whether a literal is not proven to fail on a branch."""
        witness = branch.decision.witness
        if witness is not None and self.prover.satisfies_all(witness, [(literal,)]):
            return True
        verdict = self._decide([*branch.conditions, (literal,)], quick=True).verdict
        return verdict != "impossible"

    def _extend(self, pair: VertexPair, branches: Sequence[ExistenceBranch]) -> None:
        """Add the branches that those of the pair do not contain yet."""
        for branch in branches:
            present = [*pair.branches, *pair.extra]
            if not any(self._contained(branch, other) for other in present):
                pair.extra.append(branch)

    def _contained(self, inner: ExistenceBranch, outer: ExistenceBranch) -> bool:
        """Say whether a branch is proven to lie within another, boundaries included."""
        missing = [c for c in outer.conditions if c not in inner.conditions]
        return all(
            self._decide([*inner.conditions, *((lit.negated(),) for lit in condition)]).verdict
            == "impossible"
            for condition in missing
        )

    def _unfiltered(self, side: int) -> list[SymbolicVertex]:
        """Return the vertices of a side that are possible, boundaries included."""
        return [v for v in self.candidates[side] if self.prover.expired or self._is_possible(v)]

    def _is_possible(self, vertex: SymbolicVertex) -> bool:
        return any(
            self._weak(self._literals(vertex, sign), vertex.commons) is not None
            for sign in self._signs(vertex)
        )

    def _weak(
        self, literals: list[Literal], *commons: tuple[RingElement, ...]
    ) -> list[Clause] | None:
        """Return the conditions of a conjunction, None if impossible (at a first look)."""
        conditions = self._conditions(literals, *commons)
        if conditions is None:
            return None
        decision = self._decide(conditions, quick=True)
        return None if decision.verdict == "impossible" else conditions

    def _decide(self, conditions: Iterable[Clause], quick: bool = False) -> SignDecision:
        """Decide whether conditions, boundaries included, can hold together."""
        literals = [c[0] for c in conditions if len(c) == 1]
        others = [c for c in conditions if len(c) > 1]
        if not others:
            return self.prover.decide(literals, quick=quick)
        decision = self.prover.decide(literals, quick=quick)
        if decision.verdict == "impossible":
            return decision
        witness = decision.witness
        if witness is not None and self.prover.satisfies_all(witness, others):
            return decision
        formulas = [self.prover.language.disjunction(c) for c in others]
        return self.prover.decide(literals, formulas, quick=quick)

    def _boundary_pair(self, alpha: SymbolicVertex, beta: SymbolicVertex) -> VertexPair | None:
        equations = [g for j, g in alpha.gaps if j in beta.support and g]
        equations += [g for i, g in beta.gaps if i in alpha.support and g]
        if any(g.is_ground for g in equations):
            return None
        branches = []
        for choice in self._choices([alpha, beta]):
            literals = [Literal(g, "==") for g in equations]
            literals += [
                lit for lit in choice if lit.poly not in equations or lit.sign not in (">=", "<=")
            ]
            conditions = self._weak(literals, alpha.commons, beta.commons)
            if conditions is None:
                continue
            decision = self._decide(conditions)
            if decision.verdict != "impossible":
                tidy = self.simplifier.irredundant(conditions)
                branches.append(ExistenceBranch(tuple(tidy), decision))
        if not branches:
            return None
        return VertexPair(alpha, beta, branches=tuple(branches), equations=tuple(equations))

    # ---- dominance -----------------------------------------------------------------
    def _eliminate(self, rows: list[int], columns: list[int]) -> None:
        changed = True
        while changed:
            changed = False
            for player, mine, theirs in ((0, rows, columns), (1, columns, rows)):
                for action, rival in itertools.permutations(mine, 2):
                    if all(self._always_better(player, rival, action, other) for other in theirs):
                        mine.remove(action)
                        self.dominated.append(Dominated(player, action, rival))
                        changed = True
                        break

    def _always_better(self, player: int, rival: int, action: int, other: int) -> bool:
        if player == 0:
            gain = self.row_payoffs[rival][other] - self.row_payoffs[action][other]
        else:
            gain = self.column_payoffs[other][rival] - self.column_payoffs[other][action]
        if not gain:
            return False
        if (self.prover.values(gain) <= 0).any():
            return False
        parts = self.simplifier.condition(Literal(gain, ">"))
        return parts == []

    # ---- vertices ------------------------------------------------------------------
    def _side(
        self, ring: Ring, payoffs: list[list[RingElement]], own: list[int], replies: list[int]
    ) -> list[SymbolicVertex]:
        found, every = [], []
        limit = self.prover.deadline
        if limit is not None:
            limit -= (1 - _SORTING) * work.left(limit)
        for vertex in vertices(ring, payoffs, replies, self._stop):
            renamed = replace(vertex, support=tuple(own[i] for i in vertex.support))
            every.append(renamed)
            earned = [payoffs[i] for i in vertex.support]
            self._lemmas[id(renamed)] = self._undominated(earned, vertex.tight, replies)
            # Sorting strategies out saves pairs, but the pairs are what is asked for.
            late = limit is not None and work.over(limit)
            if late or any(self._branches([renamed], quick=True)):
                found.append(renamed)
        self.candidates.append(every)
        return found

    def _undominated(
        self, earned: Sequence[Sequence[RingElement]], tight: Sequence[int], replies: Sequence[int]
    ) -> list[Z3]:
        """Return that no reply dominates a tight one where the support alone is played.

        ``earned[i][j]`` is what reply ``j`` earns against the support's action ``i``.  These
        formulas follow from the vertex's conditions and are of the payoffs' degree: most
        vertices that are impossible are refuted by them at once.
        """
        language, found = self.prover.language, []
        z3 = language.z3
        for j in tight:
            for other in replies:
                gains = [row[other] - row[j] for row in earned]
                terms = [language.term(gain) for gain in gains if gain]
                if other == j or not terms:
                    continue
                ties = z3.And([t == 0 for t in terms])
                found.append(z3.Or([ties, *(t < 0 for t in terms)]))
                if other in tight:
                    found.append(z3.Or([ties, *(t > 0 for t in terms)]))
        return found

    def _stop(self) -> bool:
        self.truncated |= self.prover.expired
        return self.truncated

    def _literals(self, vertex: SymbolicVertex, sigma: int) -> list[Literal]:
        positive, weak = (">", ">=") if sigma > 0 else ("<", "<=")
        literals = [Literal(w, positive) for w in vertex.weights]
        literals += [Literal(gap, weak) for _, gap in vertex.gaps if gap]
        return literals

    def _conditions(
        self, literals: list[Literal], *commons: tuple[RingElement, ...]
    ) -> list[Clause] | None:
        """Return the conditions of literals, and that the equations determine the strategies."""
        result = self.simplifier.conjunction(literals)
        for factors in commons:
            if not factors or result is None:
                continue
            shared, rest = reduced(factors)
            one_of = [self.simplifier.condition(Literal(shared, "!=")) or []] if shared else []
            result += [c for parts in one_of for c in parts if c not in result]
            if not any(f.is_ground for f in rest):
                result.append(tuple(Literal(f, "!=") for f in rest))
        return result

    def _signs(self, vertex: SymbolicVertex) -> Iterator[int]:
        for sigma in (1, -1):
            sign = ">" if sigma > 0 else "<"
            if all(self.simplifier.condition(Literal(w, sign)) is not None for w in vertex.weights):
                yield sigma

    def _choices(self, pair: Sequence[SymbolicVertex]) -> list[list[Literal]]:
        """Return the literals of vertices for every choice of the signs of their weights."""
        choices: list[list[Literal]] = [[]]
        for vertex in pair:
            choices = [
                [*before, *self._literals(vertex, sigma)]
                for before in choices
                for sigma in self._signs(vertex)
            ]
        return choices

    def _branches(
        self, pair: Sequence[SymbolicVertex], quick: bool = False
    ) -> Iterator[ExistenceBranch]:
        """Yield the sign branches of one vertex, or of a pair, that are not impossible.

        ``quick`` gives up early: a single vertex that stays open is decided with its partners.
        """
        commons = [vertex.commons for vertex in pair]
        lemmas = [lemma for vertex in pair for lemma in self._lemmas[id(vertex)]]
        for literals in self._choices(pair):
            conditions = self._conditions(literals, *commons)
            self.decided += 1
            if conditions is None or any(c[-1].sign == "==" for c in conditions):
                continue  # impossible, or possible on a boundary only
            strict = [c[-1].strict() for c in conditions if len(c) == 1 or c[-1].sign != "!="]
            decision = self.prover.decide(strict, lemmas=lemmas, quick=quick)
            if decision.witness is not None and not self.prover.satisfies_all(
                decision.witness, conditions
            ):
                decision = self._decide(conditions)  # a coincidence at the witness
            if decision.verdict != "impossible":
                yield ExistenceBranch(tuple(conditions), decision)

    def _pair(self, alpha: SymbolicVertex, beta: SymbolicVertex) -> VertexPair | None:
        branches = list(self._branches([alpha, beta]))
        if not branches:
            return None
        if all(b.decision.verdict == "unknown" for b in branches):
            self.undecided.append((alpha, beta))
            return None
        return VertexPair(alpha, beta, branches=tuple(branches))


def _differences(a: VertexPair, b: VertexPair) -> list[RingElement] | None:
    """Return what vanishes where two pairs are the same strategies; None where supports differ."""
    gaps = []
    for mine, theirs in ((a.row, b.row), (a.column, b.column)):
        if mine.support != theirs.support:
            return None
        for x, y in zip(mine.weights, theirs.weights, strict=True):
            gaps.append(x * theirs.total - y * mine.total)
    return [gap for gap in dict.fromkeys(gaps) if gap]


def _collect(found: dict[tuple[Any, ...], VertexPair], pair: VertexPair) -> None:
    """Add a pair, with its branches to those of the same pair where that is there already."""
    old = found.get(pair.identity)
    found[pair.identity] = (
        pair if old is None else replace(old, branches=_united(old.branches, pair.branches))
    )


def _united(
    old: Sequence[ExistenceBranch], new: Sequence[ExistenceBranch]
) -> tuple[ExistenceBranch, ...]:
    """Return the branches of both, without those that another one plainly contains."""
    kept = list(old)
    for branch in new:
        mine = set(branch.conditions)
        if any(set(b.conditions) <= mine for b in kept):
            continue
        kept = [b for b in kept if not mine <= set(b.conditions)]
        kept.append(branch)
    return tuple(kept)
