r"""All consistent beliefs that support one profile as a sequential equilibrium.

At given probabilities every base (:mod:`.consistency`) leaves the weights of the mistakes
open.  Where they are free of each other the beliefs at sets that the same mistakes lead
to are one polytope; otherwise the conditions are polynomials in the weights, solved by
:mod:`deterrence.algebra.systems`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from deterrence.algebra.sparse_polynomials import Poly, is_affine, plus
from deterrence.limits import work
from deterrence.limits.deadline import Deadline
from deterrence.solvers.beliefs.belief_sets import Belief, BeliefCase, beliefs_at, interval_of
from deterrence.solvers.beliefs.consistency import (
    MAX_BASES,
    BeliefWeights,
    Origin,
    bases,
    parametrised,
)
from deterrence.solvers.beliefs.mistakes import matching, origins
from deterrence.solvers.beliefs.part_solutions import exponents, leaves_none, polytope_corners
from deterrence.solvers.beliefs.tree_facts import TreeFacts

_ZERO, _ONE = Fraction(0), Fraction(1)
#: Work seconds of one order of mistakes, besides those of its equations.
_BASE = 1e-3


def consistent_cases(
    facts: TreeFacts, moves: Mapping[int, Sequence[Any]], deadline: Deadline
) -> tuple[list[BeliefCase], list[str]]:
    """Return every way to support a profile with consistent beliefs, and what is left open."""
    work = _Profile(facts, moves, deadline)
    return work.cases(), work.gaps


class _Profile:
    def __init__(
        self, facts: TreeFacts, moves: Mapping[int, Sequence[Any]], deadline: Deadline
    ) -> None:
        self.facts, self.moves, self.deadline = facts, moves, deadline
        self.gaps: list[str] = []
        self.worth = facts.worth_under(moves)
        self.settled: dict[int, Belief] = {}
        #: Open beliefs; those that the same mistakes lead to stand behind the first.
        self.leaders: list[list[Origin]] = []
        self.followers: dict[int, list[tuple[int, list[tuple[int, int, Any]]]]] = {}
        for h in facts.decisions:
            self._place(h)

    def origins(self, h: int) -> list[Origin]:
        """Return how each node of a set is reached, mistakes common to all left out."""
        ways = origins(self.facts, h, self.chance_of)
        return [Origin((h, x), mistakes, factor) for x, (mistakes, factor) in ways.items()]

    def chance_of(self, k: int) -> Any:
        """Return the probability of the players' move that leads to a node."""
        node = self.facts.game.nodes[k]
        return self.moves[self.facts.game.nodes[node.parent].set][node.move]

    def _place(self, h: int) -> None:
        """Settle the belief at a set, or find those that it has to agree with."""
        ways = self.origins(h)
        sure = [o for o in ways if not o.mistakes]
        if sure or len(ways) == 1:
            total: Any = sum(o.factor for o in sure) if sure else ways[0].factor
            self.settled[h] = {
                o.tag[1]: o.factor / total if o in sure or len(ways) == 1 else _ZERO for o in ways
            }
            return
        paths = [o.mistakes for o in ways]
        for n, leader in enumerate(self.leaders):
            places = matching(paths, [o.mistakes for o in leader])
            if places is not None:
                pairs = zip(ways, places, strict=True)
                matched = [(o.tag[1], k, o.factor / leader[k].factor) for o, k in pairs]
                self.followers[n].append((h, matched))
                return
        self.followers[len(self.leaders)] = [(h, [(o.tag[1], k, _ONE) for k, o in enumerate(ways)])]
        self.leaders.append(ways)

    # ---- conditions ----------------------------------------------------------
    def gains(self, h: int) -> tuple[list[dict[int, Any]], list[dict[int, Any]]]:
        """Return what has to vanish, and what must not be negative: weights by node."""
        game, i = self.facts.game, self.facts.mover[h]
        mix = self.moves[h]
        played = [a for a, p in enumerate(mix) if p != 0]
        equal: list[dict[int, Any]] = []
        least: list[dict[int, Any]] = []
        for b in range(len(mix)):
            if b == played[0]:
                continue
            gap = {}
            for x in game.sets[h].nodes:
                children = game.nodes[x].children
                gap[x] = self.worth[children[played[0]]][i] - self.worth[children[b]][i]
            (equal if b in played else least).append(gap)
        return equal, least

    def cases(self) -> list[BeliefCase]:
        """Return the cases of all bases."""
        for h, belief in self.settled.items():
            equal, least = self.gains(h)
            if any(_sum(gap, belief) != 0 for gap in equal):
                return []
            if any(_sum(gap, belief) < 0 for gap in least):
                return []
        found = []
        for number, base in enumerate(bases(self.leaders, frozenset())):
            if number >= MAX_BASES or self.deadline.expired():
                self.gaps.append("not all orders of mistakes were looked at")
                break
            work.spend(_BASE)
            found += self.in_base(base)
        return found

    def in_base(self, base: Sequence[tuple[int, ...]]) -> list[BeliefCase]:
        """Return the beliefs that one base leaves."""
        weights = parametrised(self.leaders, base, 0)
        shares = {  # by leader: the weight of each of its nodes
            n: [weights.weights[o.tag] for o in leader] for n, leader in enumerate(self.leaders)
        }
        equations: list[Poly] = []
        weak: list[Poly] = []
        by_set: dict[int, dict[int, Poly]] = {}
        for n, members in self.followers.items():
            for h, matched in members:
                by_set[h] = {
                    x: {m: c * ratio for m, c in shares[n][k].items()} for x, k, ratio in matched
                }
                equal, least = self.gains(h)
                equations += [_combined(gap, by_set[h]) for gap in equal]
                weak += [_combined(gap, by_set[h]) for gap in least]
        for p in equations:
            if set(p) == {()}:
                return []
        for p in weak:
            if set(p) == {()} and p[()] < 0:
                return []
        equations = [p for p in equations if p]
        weak = [p for p in weak if set(p) - {()}]
        result = []
        for points in self.solutions(weights, equations, weak):
            corners: dict[int, tuple[Belief, ...]] = {
                h: (belief,) for h, belief in self.settled.items()
            }
            inside = dict(self.settled)
            for h, forms in by_set.items():
                told = beliefs_at(forms, points)
                assert told is not None, "some node has a weight above 0"
                corners[h], inside[h] = told
            result.append(BeliefCase(corners, inside, tuple(by_set)))
        return result

    def solutions(
        self, weights: BeliefWeights, equations: list[Poly], weak: list[Poly]
    ) -> list[list[dict[int, Any]]]:
        """Return sets of solutions by their corners (or a sample)."""
        unknowns = list(range(weights.unknowns))
        if not unknowns:
            return [[{}]]
        strict = [] if weights.closed else weights.positive
        weak = [*weak, *(weights.positive if weights.closed else ())]
        every = [*equations, *weak, *strict]
        rational = all(isinstance(c, Fraction) for p in every for c in p.values())
        if all(map(is_affine, every)) and (rational or len(unknowns) == 1):
            if rational:
                found = polytope_corners(unknowns, equations, [*weak, *strict]) or []
            else:
                found = interval_of(unknowns[0], equations, [*weak, *strict])
            return [found] if found and not leaves_none(found, strict) else []
        if not rational:
            self.gaps.append("consistent beliefs at irrational probabilities are not worked out")
            return []
        from deterrence.algebra.systems import solve_system

        names = tuple(f"t{v}" for v in unknowns)
        found_ = solve_system(
            names,
            exponents(equations, unknowns),
            at_least=exponents(weak, unknowns),
            above=exponents(strict, unknowns),
            deadline=self.deadline,
        )
        self.gaps.extend(found_.messages)
        result = [[dict(zip(unknowns, p.values(), strict=True))] for p in found_.points]
        for c in found_.continua:
            points = [c.sample]
            if c.interval is not None and None not in c.interval:
                points += [c.at({c.free[0]: end}) for end in c.interval]
            elif c.interval is None:
                self.gaps.append("of some open beliefs only examples are told")
            result.append([{v: p[n] for v, n in zip(unknowns, names, strict=True)} for p in points])
        return result


def _sum(gap: Mapping[int, Any], belief: Mapping[int, Any]) -> Any:
    return sum((w * belief[x] for x, w in gap.items()), _ZERO)


def _combined(gap: Mapping[int, Any], forms: Mapping[int, Poly]) -> Poly:
    total: Poly = {}
    for x, w in gap.items():
        if w != 0:
            total = plus(total, forms[x], w)
    return total
