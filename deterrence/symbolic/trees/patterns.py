r"""Behaviour patterns: which actions are played where, and what has to hold for that.

At an information set of player :math:`i` with weights :math:`w(x)` on its nodes
(the belief, up to a factor), the actions that are played are equally good and no
other is better:

.. math:: \sum_x w(x)\,(u_i(x, a) - u_i(x, b)) \ge 0.

Where the moves of chance and of the others reach the set, :math:`w` is the
probability that they do: one's own departures carry no news about others, and nor
does a move that lies on the way to every node of the set, made at one information
set, as whoever made it could not tell the nodes apart.  Elsewhere the belief is free,
and where it is settled at a set it is carried on by the same rule (pre-consistency,
Hendon, Jacobsen and Sloth 1996, Games and Economic Behavior 12, who show that single
deviations are all that has to be looked at then).  All this applies from the smallest
subgame on that holds the set.

Patterns are built set by set; one whose conditions so far cannot hold together
is dropped with all that it begins.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from deterrence.algebra.literals import Literal
from deterrence.algebra.rings import RingElement
from deterrence.limits import work
from deterrence.proving.conditions import Simplifier
from deterrence.symbolic.trees.equations import (
    EliminationState,
    EquationSolver,
    UnsolvedError,
)
from deterrence.symbolic.trees.symmetry import SupportSet, Symmetry, alike
from deterrence.symbolic.trees.unknowns import TreeUnknowns

#: Work seconds of looking at one way to go on with a pattern.
_STEP = 1e-3
#: What is played where the play comes: pairs of an information set and its support.
PlayPath = frozenset[tuple[int, SupportSet]]


@dataclass(frozen=True, eq=False)
class Pattern:
    """What is played at every information set, and the conditions (in parameters and unknowns).

    ``beliefs`` are the nodes thought possible at sets whose belief is free; a
    belief that may lie on the border of its simplex has all nodes.  ``equations``
    have to vanish; ``literals`` hold; ``unknowns`` are those that occur.
    """

    supports: dict[int, SupportSet]
    beliefs: dict[int, SupportSet]
    equations: tuple[RingElement, ...]
    literals: tuple[Literal, ...]
    unknowns: tuple[str, ...]


@dataclass
class _PartialPattern:
    supports: dict[int, SupportSet] = field(default_factory=dict)
    beliefs: dict[int, SupportSet] = field(default_factory=dict)
    literals: list[Literal] = field(default_factory=list)
    #: What the literals come to once equations are solved; None where that was given up.
    cases: list[EliminationState] | None = None


class Patterns:
    """The search for all patterns of a tree that are not proven impossible."""

    def __init__(self, unknowns: TreeUnknowns, simplifier: Simplifier) -> None:
        self.unknowns, self.simplifier = unknowns, simplifier
        self.problem = unknowns.problem
        self.game = self.problem.game
        self.prover = simplifier.prover
        self.actions = unknowns.actions
        self.open = [
            s
            for s, where in enumerate(self.game.sets)
            if not where.is_chance and len(self.actions[s]) > 1
        ]
        self.settled = {
            s: self.actions[s]
            for s, where in enumerate(self.game.sets)
            if not where.is_chance and len(self.actions[s]) == 1
        }
        #: Whether the time ran out before all patterns were looked at.
        self.truncated = False
        #: Plays of which enough equilibria are known: pure paths that are equilibrium paths
        #: for all assumed values, see :meth:`path`.
        self.saturated: set[PlayPath] = set()
        #: Patterns that were not looked at because their path is saturated.
        self.skipped = 0
        #: Whether patterns that need an equation between parameters are looked for, too.
        self.knife_edges = False
        self.equations = EquationSolver(unknowns, simplifier)
        self.symmetry = Symmetry(alike(self.problem, self.actions), unknowns)
        self._ranges: dict[tuple[bool, int, SupportSet], list[Literal]] = {}

    # ---- where sets lie ------------------------------------------------------------
    @cached_property
    def _innermost(self) -> list[int]:
        """The root of the smallest subgame that holds each node."""
        roots = set(self.game.subgame_roots)
        result = [0] * len(self.game.nodes)
        for k, node in enumerate(self.game.nodes):
            result[k] = k if k in roots else result[node.parent] if k else 0
        return result

    def _path(self, start: int, end: int) -> list[int]:
        """Return the nodes strictly after ``start`` down to ``end``."""
        path = []
        while end != start:
            path.append(end)
            end = self.game.nodes[end].parent
        return path[::-1]

    @cached_property
    def _before(self) -> dict[int, int | None]:
        """The player's last set before each of his sets, in the same subgame."""
        result: dict[int, int | None] = {}
        for s, where in enumerate(self.game.sets):
            if where.is_chance:
                continue
            first = where.nodes[0]
            found = None
            k = first
            while k != self._innermost[first]:
                k = self.game.nodes[k].parent
                if self.game.sets[self.game.nodes[k].set].player == where.player:
                    found = self.game.nodes[k].set
                    break
            result[s] = found
        return result

    @cached_property
    def _common(self) -> dict[int, frozenset[tuple[int, int]]]:
        """Moves on the way to every node of each set: they tell nothing about it."""
        result = {}
        for s, where in enumerate(self.game.sets):
            if where.is_chance:
                continue
            moves = [
                {
                    (self.game.nodes[self.game.nodes[j].parent].set, self.game.nodes[j].move)
                    for j in self._path(self._innermost[k], k)
                }
                for k in where.nodes
            ]
            result[s] = frozenset(set.intersection(*moves) if moves else set())
        return result

    @cached_property
    def _has_later(self) -> set[int]:
        """Sets after which their player moves again, in the same subgame, at an open set."""
        return {b for s in self.open if (b := self._before[s]) is not None}

    @cached_property
    def _needs(self) -> dict[int, frozenset[int]]:
        """The open sets that the conditions at each open set depend on."""
        result = {}
        chosen = set(self.open)
        for s in self.open:
            where = self.game.sets[s]
            needed = {s}
            for k in where.nodes:
                for j in self._path(self._innermost[k], k):
                    t = self.game.nodes[self.game.nodes[j].parent].set
                    if (t, self.game.nodes[j].move) not in self._common[s]:
                        needed.add(t)
                inside = self.game.nodes[k : k + self.game.sizes[k]]
                needed |= {n.set for n in inside if n.set >= 0}
            result[s] = frozenset(needed & chosen)
        return result

    @cached_property
    def order(self) -> list[int]:
        """The open sets in the order in which they are chosen: conditions early."""
        order: list[int] = []
        waiting = set(self.open)
        while waiting:
            s = min(waiting, key=lambda t: (self._growth(t, set(order), waiting), -t))
            missing = self._needs[s] - set(order)
            order += sorted(missing, key=lambda t: (t == s, -t))
            waiting -= {t for t in waiting if self._needs[t] <= set(order)}
        return order

    def _growth(self, s: int, chosen: set[int], waiting: set[int]) -> float:
        """Return by how much the number of patterns grows until the conditions at a set are known.

        Conditions are taken to leave one or two of the supports of their set.
        """
        missing = self._needs[s] - chosen
        grown = 1.0
        for t in missing:
            grown *= 2 ** len(self.actions[t]) - 1
        for t in waiting:
            if self._needs[t] <= chosen | missing:
                grown *= 1.5 / (2 ** len(self.actions[t]) - 1)
        return grown

    def is_informed(self, s: int) -> bool:
        """Say whether others may have moved before a set, so that its belief is no prior."""
        where = self.game.sets[s]
        movers = {
            self.game.sets[self.game.nodes[self.game.nodes[j].parent].set].player
            for k in where.nodes
            for j in self._path(self._innermost[k], k)
        }
        return bool(movers - {None, where.player})

    # ---- the search ------------------------------------------------------------------
    def search(self) -> Iterator[Pattern]:
        """Yield every pattern whose conditions are not proven impossible at a first look."""
        order = self.order
        due: list[list[int]] = [[] for _ in order]
        for s in self.open:
            due[max(order.index(t) for t in self._needs[s])].append(s)
        start = _PartialPattern(dict(self.settled))
        start.cases = [EliminationState((), (), {}, (), ())]
        yield from self._extend(0, start, due)

    def _extend(
        self, depth: int, state: _PartialPattern, due: list[list[int]]
    ) -> Iterator[Pattern]:
        if self.prover.expired:
            self.truncated = True
            return
        if self.saturated and self.path(state.supports) in self.saturated:
            self.skipped += 1
            return
        if depth == len(self.order):
            yield self._pattern(state)
            return
        s = self.order[depth]
        for support in _supports(self.actions[s]):
            state.supports[s] = support
            if not self.symmetry.is_first(state.supports, s):
                continue
            yield from self._checked(depth, state, due, list(due[depth]))
        del state.supports[s]

    def _checked(
        self, depth: int, state: _PartialPattern, due: list[list[int]], waiting: list[int]
    ) -> Iterator[Pattern]:
        """Add the conditions of the sets that are waiting, in every way that beliefs allow."""
        if not waiting:
            yield from self._extend(depth + 1, state, due)
            return
        s, rest = waiting[0], waiting[1:]
        for beliefs, literals in self._alternatives(s, state):
            work.spend(_STEP)
            added = self._added(literals)
            if added is None:
                continue
            kept, known, cases = len(state.literals), dict(state.beliefs), state.cases
            new = [lit for lit in added if lit not in state.literals]
            state.literals += new
            state.beliefs = beliefs
            if not new or self._goes_on(state, new):
                yield from self._checked(depth, state, due, rest)
            del state.literals[kept:]
            state.beliefs, state.cases = known, cases

    def _goes_on(self, state: _PartialPattern, new: Sequence[Literal]) -> bool:
        """Say whether a pattern may still hold with new literals; bring its cases up to date."""
        if state.cases is not None:
            try:
                state.cases = self.equations.extended(
                    state.cases, new, self._of_unknowns(state), knife_edges=self.knife_edges
                )
            except UnsolvedError:
                state.cases = None
        if state.cases is None:
            return self._possible(state.literals)
        state.cases = [case for case in state.cases if self._possible(_all_of(case))]
        return bool(state.cases)

    def _of_unknowns(self, state: _PartialPattern) -> dict[str, list[Literal]]:
        """Return what every unknown of a pattern has to satisfy as a probability."""
        found: dict[str, list[Literal]] = {}
        for s, support in state.supports.items():
            if len(support) > 1:
                own = self._range(s, support, belief=False)
                found.update((self.unknowns.played[s][a], own) for a in support[:-1])
        for s, support in state.beliefs.items():
            if len(support) > 1:
                own = self._range(s, support, belief=True)
                found.update((self.unknowns.believed[s][k], own) for k in support[:-1])
        return found

    def _range(self, s: int, support: SupportSet, *, belief: bool) -> list[Literal]:
        """Return that the probabilities of a set's moves, or nodes, are some."""
        key = belief, s, support
        if key not in self._ranges:
            chances = (self.unknowns.belief if belief else self.unknowns.mixture)(s, support)
            sign = ">=" if belief and s not in self._has_later else ">"
            self._ranges[key] = [Literal(self.unknowns.integer(chances[k]), sign) for k in support]
        return self._ranges[key]

    def path(self, supports: Mapping[int, SupportSet]) -> PlayPath | None:
        """Return the play of a pattern; None where it is mixed or not known yet."""
        reached = [False] * len(self.game.nodes)
        reached[0] = True
        found = set()
        for k, node in enumerate(self.game.nodes):
            if not reached[k] or node.set < 0:
                continue
            if self.game.sets[node.set].is_chance:
                mix = self.unknowns.chances[node.set]
                for child, p in zip(node.children, mix, strict=True):
                    reached[child] = bool(p)
                continue
            support = supports.get(node.set, ())
            if len(support) != 1:
                return None
            found.add((node.set, support))
            reached[node.children[support[0]]] = True
        return frozenset(found)

    def _possible(self, literals: Sequence[Literal]) -> bool:
        return self.prover.decide(literals, quick=True).verdict != "impossible"

    def _added(self, literals: Sequence[Literal]) -> list[Literal] | None:
        """Return literals without the parts whose sign is known, None if one never holds."""
        result = []
        for literal in literals:
            short = self.equations.reduced(literal)
            if short is False:
                return None
            if isinstance(short, Literal):
                if short.sign == "==" and not self._may_vanish(short.poly):
                    return None
                result.append(short)
        return result

    def _may_vanish(self, poly: RingElement) -> bool:
        """Say whether an equation can hold without one between parameters alone."""
        return self.knife_edges or bool(self.unknowns.unknowns_in(poly))

    def _pattern(self, state: _PartialPattern) -> Pattern:
        literals = list(state.literals)
        names: dict[str, None] = {}
        for s, support in state.supports.items():
            if len(support) > 1:
                literals += self._range(s, support, belief=False)
                names.update((self.unknowns.played[s][a], None) for a in support[:-1])
        for s, support in state.beliefs.items():
            if len(support) > 1:
                literals += self._range(s, support, belief=True)
                names.update((self.unknowns.believed[s][k], None) for k in support[:-1])
        equations = [lit.poly for lit in literals if lit.sign == "=="]
        return Pattern(
            dict(state.supports),
            dict(state.beliefs),
            self.symmetry.differences(state.supports, equations),
            tuple(lit for lit in literals if lit.sign != "=="),
            tuple(names),
        )

    # ---- conditions ------------------------------------------------------------------
    def _alternatives(
        self, s: int, state: _PartialPattern
    ) -> Iterator[tuple[dict[int, SupportSet], list[Literal]]]:
        """Yield, for every choice of free beliefs that matters, the conditions at a set."""
        waiting = [dict(state.beliefs)]
        while waiting:
            beliefs = waiting.pop()
            weights = self.weights(s, state.supports, beliefs)
            if isinstance(weights, int):  # the belief at this set is free, and not chosen yet
                nodes = range(len(self.game.sets[weights].nodes))
                choices = _supports(tuple(nodes)) if weights in self._has_later else [tuple(nodes)]
                waiting += [{**beliefs, weights: c} for c in reversed(list(choices))]
                continue
            yield beliefs, self._conditions(s, weights, state.supports)

    def weights(
        self, s: int, supports: dict[int, SupportSet], beliefs: dict[int, SupportSet]
    ) -> list[RingElement] | int:
        """Return the weights of a set's nodes, or the set whose free belief has to be chosen."""
        where = self.game.sets[s]
        one = self.unknowns.ring.one
        before = self._before[s]
        start: dict[int, RingElement] = {}
        if before is not None:
            earlier = self.weights(before, supports, beliefs)
            if isinstance(earlier, int):
                return earlier
            start = dict(zip(self.game.sets[before].nodes, earlier, strict=True))
        result = []
        for k in where.nodes:
            above, weight = self._origin(k, start), one
            weight = start.get(above, one)
            for j in self._path(above, k):
                if not weight:
                    break
                t, move = self.game.nodes[self.game.nodes[j].parent].set, self.game.nodes[j].move
                if (t, move) not in self._common[s]:
                    weight = weight * self._mix(t, supports)[move]
            result.append(weight)
        if any(result):
            return result
        if s not in beliefs:
            return s
        return self.unknowns.belief(s, beliefs[s])

    def _origin(self, node: int, start: dict[int, RingElement]) -> int:
        """Return the node from which a node's weight is counted."""
        root = self._innermost[node]
        while node != root:
            node = self.game.nodes[node].parent
            if node in start:
                return node
        return root

    def _mix(self, s: int, supports: dict[int, SupportSet]) -> Sequence[RingElement]:
        if self.game.sets[s].is_chance:
            return self.unknowns.chances[s]
        return self.unknowns.mixture(s, supports[s])

    def _conditions(
        self, s: int, weights: Sequence[RingElement], supports: dict[int, SupportSet]
    ) -> list[Literal]:
        where = self.game.sets[s]
        player = self.game.player_index(str(where.player))
        zero = self.unknowns.ring.zero
        worth = dict.fromkeys(self.actions[s], zero)
        memo: dict[int, RingElement] = {}
        for k, w in zip(where.nodes, weights, strict=True):
            if w:
                for a in self.actions[s]:
                    child = self.game.nodes[k].children[a]
                    worth[a] = worth[a] + w * self.value(child, player, supports, memo)
        first, *others = supports[s]
        literals = [Literal(self.unknowns.integer(worth[a] - worth[first]), "==") for a in others]
        literals += [
            Literal(self.unknowns.integer(worth[first] - worth[a]), ">=")
            for a in self.actions[s]
            if a not in supports[s]
        ]
        return literals

    def value(
        self, node: int, player: int, supports: dict[int, SupportSet], memo: dict[int, RingElement]
    ) -> RingElement:
        """Return what a player gets from a node on (backwards over its subtree, no recursion)."""
        if node in memo:
            return memo[node]
        nodes = self.game.nodes
        for k in reversed(range(node, node + self.game.sizes[node])):
            here = nodes[k]
            total = self.unknowns.payoffs[player][k]
            if here.set >= 0:
                for child, p in zip(here.children, self._mix(here.set, supports), strict=True):
                    if p:
                        total = total + (memo[child] if p == 1 else p * memo[child])
            memo[k] = total
        return memo[node]


def _all_of(case: EliminationState) -> list[Literal]:
    return [*case.literals, *(Literal(e, "==") for e in case.on_parameters)]


def _supports(actions: SupportSet) -> Iterator[SupportSet]:
    """Yield all non-empty sets of actions, small ones first."""
    for size in range(1, len(actions) + 1):
        yield from itertools.combinations(actions, size)
