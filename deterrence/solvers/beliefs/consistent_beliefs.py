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

from deterrence.algebra.sparse_polynomials import Poly, is_affine, plus, value_at
from deterrence.limits.deadline import Deadline
from deterrence.solvers.beliefs.belief_sets import Belief, BeliefCase, corners_of, interval_of
from deterrence.solvers.beliefs.consistency import (
    MAX_BASES,
    BeliefWeights,
    Origin,
    bases,
    parametrised,
)
from deterrence.solvers.beliefs.part_solutions import middle_of
from deterrence.solvers.beliefs.tree_facts import OwnMove, TreeFacts

_ZERO, _ONE = Fraction(0), Fraction(1)


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
        self.worth = self._worth()
        self.settled: dict[int, Belief] = {}
        #: Open beliefs; those that the same mistakes lead to stand behind the first.
        self.leaders: list[list[Origin]] = []
        self.followers: dict[int, list[tuple[int, list[tuple[int, int, Any]]]]] = {}
        for h in facts.decisions:
            self._place(h)

    def _worth(self) -> list[list[Any]]:
        """Return what every node is worth to everybody under the profile."""
        game = self.facts.game
        worth: list[list[Any]] = [[] for _ in game.nodes]
        nothing = (_ZERO,) * len(game.players)
        for k in range(len(game.nodes) - 1, -1, -1):
            node = game.nodes[k]
            total: list[Any] = list(
                nothing if node.outcome is None else game.outcomes[node.outcome]
            )
            if node.set >= 0:
                s = game.sets[node.set]
                mix = s.chances if s.is_chance else self.moves[node.set]
                for p, child in zip(mix, node.children, strict=True):
                    if p != 0:
                        total = [t + p * u for t, u in zip(total, worth[child], strict=True)]
            worth[k] = total
        return worth

    def origins(self, h: int) -> list[Origin]:
        """Return how each node of a set is reached, mistakes common to all left out."""
        game, me = self.facts.game, self.facts.mover[h]
        found: list[tuple[int, list[OwnMove], Any]] = []
        for x in game.sets[h].nodes:
            mistakes: list[OwnMove] = []
            factor: Any = _ONE
            k = x
            while k > 0:
                node = game.nodes[k]
                s = game.nodes[node.parent].set
                k = node.parent
                if not game.sets[s].is_chance and self.facts.mover[s] == me:
                    continue
                mix = game.sets[s].chances if game.sets[s].is_chance else self.moves[s]
                if mix[node.move] == 0:
                    mistakes.append((s, node.move))
                else:
                    factor = factor * mix[node.move]
            found.append((x, mistakes, factor))
        for step in list(found[0][1]):
            if all(step in mistakes for _, mistakes, _ in found):
                for _, mistakes, _ in found:
                    mistakes.remove(step)
        return [Origin((h, x), tuple(sorted(m)), p) for x, m, p in found]

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
            theirs = [o.mistakes for o in leader]
            if len(set(paths)) == len(paths) and sorted(paths) == sorted(theirs):
                matched = []
                for o in ways:
                    k = theirs.index(o.mistakes)
                    matched.append((o.tag[1], k, o.factor / leader[k].factor))
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
            middle = middle_of(points)
            for h, forms in by_set.items():
                kept: dict[Any, Belief] = {}
                for point in points:
                    belief = _shares(forms, point)
                    if belief is not None:
                        kept.setdefault(tuple(belief.values()), belief)
                corners[h] = tuple(kept.values())
                inside[h] = _shares(forms, middle) or corners[h][0]
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
            solve = corners_of if rational else _one
            found = solve(unknowns, equations, weak, strict)
            if any(all(not value_at(p, c) > 0 for c in found) for p in strict):
                return []
            return [found] if found else []
        if not rational:
            self.gaps.append("consistent beliefs at irrational probabilities are not worked out")
            return []
        from deterrence.algebra.systems import solve_system

        names = tuple(f"t{v}" for v in unknowns)

        def terms(polys: Sequence[Poly]) -> list[dict[tuple[int, ...], Fraction]]:
            return [{tuple(m.count(v) for v in unknowns): c for m, c in p.items()} for p in polys]

        found_ = solve_system(
            names,
            terms(equations),
            at_least=terms(weak),
            above=terms(strict),
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


def _one(
    unknowns: list[int], equations: list[Poly], weak: list[Poly], strict: list[Poly]
) -> list[dict[int, Any]]:
    return interval_of(unknowns[0], equations, weak, strict)


def _sum(gap: Mapping[int, Any], belief: Mapping[int, Any]) -> Any:
    return sum((w * belief[x] for x, w in gap.items()), _ZERO)


def _combined(gap: Mapping[int, Any], forms: Mapping[int, Poly]) -> Poly:
    total: Poly = {}
    for x, w in gap.items():
        if w != 0:
            total = plus(total, forms[x], w)
    return total


def _shares(forms: Mapping[int, Poly], point: Mapping[int, Any]) -> Belief | None:
    weights = {x: value_at(p, point) for x, p in forms.items()}
    total: Any = sum(weights.values())
    return None if total == 0 else {x: w / total for x, w in weights.items()}
