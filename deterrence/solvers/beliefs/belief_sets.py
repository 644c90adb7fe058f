r"""All beliefs that support one profile: ranges, and the inequalities that bound them.

At given probabilities the conditions on a free belief are linear, and each free belief
has its own: a polytope, whose corners are found exactly.  Where a belief is carried on
from a free one to later sets, its range follows from the same corners.  What holds at
the border of a case (a later set that the belief before may or may not reach) is put
together from all cases.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from deterrence.algebra.sparse_polynomials import Poly, powers, put_in, value_at, variables_of
from deterrence.solvers.beliefs.part_solutions import (
    UnknownValues,
    leaves_none,
    middle_of,
    polytope_corners,
)
from deterrence.solvers.beliefs.pattern_conditions import Form, PatternBuilder, State, System
from deterrence.solvers.beliefs.pattern_system import SystemBuilder
from deterrence.solvers.beliefs.tree_facts import OwnMove, TreeFacts

_ZERO, _ONE = Fraction(0), Fraction(1)

#: The belief at a set: probability by node.
Belief = dict[int, Any]


@dataclass(frozen=True)
class BeliefCase:
    """One way to settle the beliefs: every set's belief, at the corners of what is free.

    ``corners`` maps an information set to the beliefs at the corners of its polytope;
    a belief that Bayes' rule settles has one.  ``inside`` is one belief that will do,
    taken from the middle.
    """

    corners: Mapping[int, tuple[Belief, ...]]
    inside: Mapping[int, Belief]
    #: Sets whose belief is free, and those to which a free one is carried on.
    free: tuple[int, ...]
    carried: Mapping[int, int] = field(default_factory=dict)


def belief_cases(
    facts: TreeFacts, builder: PatternBuilder, behaviours: Mapping[int, Sequence[Any]]
) -> list[BeliefCase]:
    """Return every way to support a profile with beliefs; none if it cannot be."""
    found = []
    for state in _settled(builder, behaviours):
        case = _Case(facts, builder, state, behaviours).solve()
        if case is not None:
            found.append(case)
    return found


def _settled(builder: PatternBuilder, behaviours: Mapping[int, Sequence[Any]]) -> Iterator[State]:
    supports = {h: tuple(a for a, p in enumerate(mix) if p != 0) for h, mix in behaviours.items()}
    if any(a not in builder.facts.allowed[h] for h, s in supports.items() for a in s):
        return
    stack = [State(supports=supports)]
    while stack:
        state = stack.pop()
        h = builder.ready(state)
        if h is None:
            yield state
        else:
            stack.extend(builder.settle(state, h))


class _Case:
    def __init__(
        self,
        facts: TreeFacts,
        builder: PatternBuilder,
        state: State,
        behaviours: Mapping[int, Sequence[Any]],
    ) -> None:
        self.facts, self.builder, self.state = facts, builder, state
        self.behaviours = behaviours
        self.algebra = SystemBuilder(facts, builder, state)
        system = self.algebra.system()
        self.point = self._moves(behaviours)
        self.equations = [put_in(p, self.point) for p in system.equations]
        self.weak = [put_in(p, self.point) for p in system.weak]
        self.strict = [put_in(p, self.point) for p in system.strict]

    def _moves(self, behaviours: Mapping[int, Sequence[Any]]) -> dict[int, Any]:
        """Return the realisation weights of a profile by the numbers of their unknowns."""
        weights = self.facts.realised(self.state.supports, behaviours)
        return {
            n: weights[name[1], name[2]]
            for n, name in enumerate(self.algebra.unknowns.names)
            if name[0] == "r"
        }

    def solve(self) -> BeliefCase | None:
        """Return the case, or ``None`` where it cannot be."""
        for kind, polys in enumerate((self.equations, self.weak, self.strict)):
            for p in polys:
                if set(p) <= {()}:
                    value = p.get((), _ZERO)
                    if (value != 0, value < 0, value <= 0)[kind]:
                        return None
        corners: dict[int, tuple[Belief, ...]] = {}
        inside: dict[int, Belief] = {}
        free = []
        points: dict[int, list[dict[int, Any]]] = {}
        for system in self.state.systems:
            if not system.is_free:
                continue
            points[system.number] = self.points(system)
            if not points[system.number]:
                return None
            h = self.facts.game.nodes[system.starts[0][0]].set
            if h not in free:
                free.append(h)
        carried = {}
        for h, number in self.state.source.items():
            system = self.state.systems[number]
            forms = self.node_weights(system, h)
            found = beliefs_at(forms, points.get(number, [{}]))
            if found is None:
                return None
            corners[h], inside[h] = found
            if system.is_free and h not in free:
                carried[h] = self.facts.game.nodes[system.starts[0][0]].set
        follow = Follower(self.facts, self.behaviours, self.builder.weak)
        for h in self.facts.in_tree_order:
            if h not in corners:
                corners[h], inside[h], above = follow.beliefs(h, corners, inside)
                if above is not None and len(corners[h]) > 1:
                    carried[h] = above
                elif len(corners[h]) > 1:
                    free.append(h)
        return BeliefCase(corners, inside, tuple(free), carried)

    def node_weights(self, system: System, h: int) -> dict[int, Poly]:
        """Return the weight of every node of a set by a system, in the unknown beliefs."""
        result: dict[int, Poly] = {}
        for x in self.facts.game.sets[h].nodes:
            found = self.builder.weight(self.state, system, x)
            if found is None:
                result[x] = {}
                continue
            factor, tag = found
            form: Form = {self.builder.key(self.state, system, tag, x): factor}
            result[x] = put_in(self.algebra.form(form), self.point)
        return result

    # ---- the polytope of one free belief ---------------------------------
    def unknowns(self, system: System) -> list[int]:
        """Return the unknowns of a free belief; auxiliary values come last."""
        names = self.algebra.unknowns.names
        h = self.facts.game.nodes[system.starts[0][0]].set
        own = [n for n, name in enumerate(names) if name[:2] == ("n", h)]
        return own + [n for n, name in enumerate(names) if name[:2] == ("V", system.number)]

    def constraints(self, system: System) -> tuple[list[Poly], list[Poly], list[Poly]]:
        used = set(self.unknowns(system))
        chosen = [
            [p for p in polys if variables_of([p]) & used]
            for polys in (self.equations, self.weak, self.strict)
        ]
        return chosen[0], chosen[1], chosen[2]

    def points(self, system: System) -> list[dict[int, Any]]:
        """Return the corners of what a free belief may be."""
        unknowns = self.unknowns(system)
        equations, weak, strict = self.constraints(system)
        if not unknowns:  # one node is left, for certain
            return [{}]
        at_least = [*weak, *strict]
        if all(isinstance(c, Fraction) for p in (*equations, *at_least) for c in p.values()):
            found = polytope_corners(unknowns, equations, at_least) or []
        else:
            found = interval_of(unknowns[0], equations, at_least) if len(unknowns) == 1 else []
        return [] if leaves_none(found, strict) else found


class Follower:
    """Beliefs at sets where one action is left: nothing depends on them, but they are told."""

    def __init__(
        self, facts: TreeFacts, behaviours: Mapping[int, Sequence[Any]], weak: bool
    ) -> None:
        self.facts, self.behaviours, self.weak = facts, behaviours, weak

    def path(
        self, start: int, y: int, own: int | None, ignored: frozenset[OwnMove] = frozenset()
    ) -> Any:
        """Return the probability of a path, the moves of one player and others left out."""
        game = self.facts.game
        total: Any = _ONE
        k = y
        while k != start:
            if k <= start:
                return _ZERO
            node = game.nodes[k]
            h = game.nodes[node.parent].set
            s = game.sets[h]
            if s.is_chance:
                total = total * s.chances[node.move]
            elif self.facts.mover[h] != own and (h, node.move) not in ignored:
                total = total * self.behaviours[h][node.move]
            if total == 0:
                return _ZERO
            k = node.parent
        return total

    def carry(
        self, belief: Belief, h: int, own: int | None, ignored: frozenset[OwnMove] = frozenset()
    ) -> Belief | None:
        """Return what a belief at earlier nodes becomes at ``h``."""
        weights: Belief = {}
        for y in self.facts.game.sets[h].nodes:
            weights[y] = sum(
                (p * self.path(x, y, own, ignored) for x, p in belief.items() if p != 0), _ZERO
            )
        return _normal(weights)

    def beliefs(
        self,
        h: int,
        corners: Mapping[int, tuple[Belief, ...]],
        inside: Mapping[int, Belief],
    ) -> tuple[tuple[Belief, ...], Belief, int | None]:
        """Return the corners of the belief at a set, one belief, and where it comes from."""
        game, me = self.facts.game, self.facts.mover[h]
        nodes = game.sets[h].nodes
        anything = tuple({y: _ONE if y == x else _ZERO for y in nodes} for x in nodes)
        level = {x: Fraction(1, len(nodes)) for x in nodes}
        nothing: frozenset[OwnMove] = frozenset()
        sources = [(0, nothing)]
        if not self.weak:
            sources += [(self.facts.root[h], nothing), (self.facts.root[h], self.facts.common[h])]
        for root, ignored in sources:
            settled = self.carry({root: _ONE}, h, None if self.weak else me, ignored)
            if settled is not None:
                return (settled,), settled, None
        above = self.facts.parent[h]
        if self.weak or above is None:
            return anything, level, None
        shared = self.facts.common[h]
        found = [self.carry(corner, h, me, shared) for corner in corners[above[0]]]
        one = self.carry(inside[above[0]], h, me, shared) or level
        kept = {tuple(b.values()): b for b in found if b is not None}
        if len(kept) < 1 or None in found:
            return anything, one, None
        return tuple(kept.values()), one, above[0]


def beliefs_at(
    forms: Mapping[int, Poly], points: Sequence[UnknownValues]
) -> tuple[tuple[Belief, ...], Belief] | None:
    """Return the beliefs at some points and at their mean, given the weights of the nodes."""

    def at(point: UnknownValues) -> Belief | None:
        return _normal({x: value_at(p, point) for x, p in forms.items()})

    different: dict[Any, Belief] = {}
    for point in points:
        if (belief := at(point)) is not None:
            different.setdefault(tuple(belief.values()), belief)
    if not different:
        return None
    found = tuple(different.values())
    return found, at(middle_of(points)) or found[0]


def interval_of(v: int, equations: list[Poly], at_least: list[Poly]) -> list[dict[int, Any]]:
    """Return the ends of the interval that conditions on one unknown leave, in any numbers."""
    low: Any = _ZERO
    high: Any = _ONE
    for p in (*equations, *({m: -c for m, c in q.items()} for q in equations), *at_least):
        c, *rest = powers(p, v)
        constant = c.get((), _ZERO)
        slope = rest[0].get((), _ZERO) if rest else _ZERO
        if slope == 0:
            if constant < 0:
                return []
        elif slope > 0:
            low = max(low, -constant / slope)
        else:
            high = min(high, -constant / slope)
    if low > high:
        return []
    return [{v: low}] if low == high else [{v: low}, {v: high}]


def _normal(weights: Belief) -> Belief | None:
    total: Any = sum(weights.values())
    if total == 0:
        return None
    return {x: w / total for x, w in weights.items()}
