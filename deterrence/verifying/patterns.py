"""Whether a list of equilibria with beliefs is complete, pattern by pattern.

A pattern says at each information set which actions are played.  Then mixtures and beliefs
are unknowns; that no action which is not played pays more at its set, given the belief, and
that beliefs follow, are polynomial conditions.  Every equilibrium satisfies them, so where z3
finds no solution that is not in the list, none is missing.  Infinite sets of equilibria stand in
the list by their corners: what lies between these, probability by probability, counts as
listed.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from deterrence.surroundings import load_z3
from deterrence.verifying.game_tree import Tree
from deterrence.verifying.supports import Effort, Undecided

#: Patterns that are looked at, and nodes of a tree.
MAX_PATTERNS, MAX_NODES = 1_000, 200

_ONE = Fraction(1)
#: The least and the greatest probability of each action, by set.
Box = Sequence[Sequence[tuple[Fraction, Fraction]]]
#: Probabilities of all actions by set, and beliefs by set and node.
Found = tuple[list[list[Fraction]], dict[int, dict[int, Fraction]]]


def missing_assessments(
    tree: Tree, roots: Sequence[int] | None, boxes: Sequence[Box]
) -> Iterator[Found | None]:
    """Yield what solves the conditions of a pattern and lies in no box; None if irrational.

    With ``roots``, those of the subgames, beliefs follow the others' moves in subgames, and
    are carried on.  Raises :class:`Undecided`.
    """
    sets = [h for h, s in enumerate(tree.sets) if s.player is not None and tree.members[h]]
    if len(tree.parent) > MAX_NODES:
        raise Undecided
    able = _able(tree, sets)
    choices = [
        [c for k in range(len(able[h])) for c in itertools.combinations(able[h], k + 1)]
        for h in sets
    ]
    if math.prod(map(len, choices)) > MAX_PATTERNS:
        raise Undecided
    effort = Effort()
    for chosen in itertools.product(*choices):
        pattern = dict(zip(sets, chosen, strict=True))
        yield from _Pattern(tree, roots, pattern).others(boxes, effort)


def _able(tree: Tree, sets: Sequence[int]) -> dict[int, list[int]]:
    """Return the actions at each set that no other beats at every node, whatever follows."""
    able = {h: list(range(len(tree.sets[h].actions))) for h in sets}
    changed = True
    while changed:
        changed = False
        least, most = _bounds(tree, able)
        for h in sets:
            me = tree.players.index(str(tree.sets[h].player))
            ends = [tree.children[x] for x in tree.members[h]]
            for a in list(able[h]):
                if any(
                    all(most[c[a]][me] < least[c[b]][me] for c in ends) for b in able[h] if b != a
                ):
                    able[h].remove(a)
                    changed = True
    return able


def _bounds(
    tree: Tree, able: Mapping[int, Sequence[int]]
) -> tuple[list[list[Fraction]], list[list[Fraction]]]:
    """Return the least and the most that each player can get from each node on."""
    found: tuple[list[list[Fraction]], list[list[Fraction]]] = (
        [[] for _ in tree.parent],
        [[] for _ in tree.parent],
    )
    for k in range(len(tree.parent) - 1, -1, -1):
        s = tree.set_of[k]
        for ends, extreme in zip(found, (min, max), strict=True):
            here = list(tree.pays[k] or [Fraction(0)] * len(tree.players))
            for i in range(len(here)):
                if s < 0:
                    continue
                if tree.sets[s].player is None:
                    here[i] += sum(
                        (p * ends[c][i] for p, c in
                         zip(tree.sets[s].chances, tree.children[k], strict=True)), Fraction(0)
                    )  # fmt: skip
                else:
                    here[i] += extreme(ends[tree.children[k][a]][i] for a in able[s])
            ends[k] = here
    return found


class _Pattern:
    """The equilibria in which certain actions are played, as a question to z3."""

    def __init__(
        self, tree: Tree, roots: Sequence[int] | None, pattern: Mapping[int, tuple[int, ...]]
    ) -> None:
        self.z3: Any = load_z3()
        self.context = self.z3.Context()
        self.tree, self.roots, self.pattern = tree, roots, pattern
        zero = self.number(Fraction(0))
        self.zero = zero
        self.moves: list[list[Any]] = []
        for h, s in enumerate(tree.sets):
            if s.player is None:
                self.moves.append([self.number(p) for p in s.chances])
                continue
            played = pattern.get(h, (0,))
            self.moves.append(
                [
                    zero if a not in played
                    else self.number(_ONE) if len(played) == 1
                    else self.z3.Real(f"x{h}_{a}", self.context)
                    for a in range(len(s.actions))
                ]
            )  # fmt: skip
        self.beliefs = {
            h: {
                x: self.number(_ONE) if len(tree.members[h]) == 1
                else self.z3.Real(f"b{h}_{x}", self.context)
                for x in tree.members[h]
            }
            for h in pattern
        }  # fmt: skip

    def number(self, x: Fraction) -> Any:
        return self.z3.Q(x.numerator, x.denominator, self.context)

    def total(self, parts: Sequence[Any]) -> Any:
        return self.z3.Sum([self.zero, *parts])

    def conditions(self) -> Iterator[Any]:
        """Yield what has to hold."""
        tree = self.tree
        worth = self.worths()
        for h, played in self.pattern.items():
            mix = self.moves[h]
            if len(played) > 1:
                yield self.total([mix[a] for a in played]) == 1
                yield from (mix[a] > 0 for a in played)
            belief = self.beliefs[h]
            if len(belief) > 1:
                yield self.total(list(belief.values())) == 1
                yield from (p >= 0 for p in belief.values())
                for weights in self.sources(h):
                    sum_of = self.total(list(weights.values()))
                    yield from (p * sum_of == weights[x] for x, p in belief.items())
            me = tree.players.index(str(tree.sets[h].player))
            gets = [
                self.total([p * worth[tree.children[x][a]][me] for x, p in belief.items()])
                for a in range(len(mix))
            ]
            best = gets[played[0]]
            yield from (u == best if a in played else u <= best for a, u in enumerate(gets))

    def worths(self) -> list[list[Any]]:
        """Return what each player gets from each node on."""
        tree = self.tree
        worth: list[list[Any]] = [[] for _ in tree.parent]
        for k in range(len(tree.parent) - 1, -1, -1):
            pays = tree.pays[k]
            here = [self.number(u) for u in pays or [Fraction(0)] * len(tree.players)]
            if tree.set_of[k] >= 0:
                mix = self.moves[tree.set_of[k]]
                for i in range(len(here)):
                    after = [p * worth[c][i] for p, c in zip(mix, tree.children[k], strict=True)]
                    here[i] = self.total([here[i], *after])
            worth[k] = here
        return worth

    def sources(self, h: int) -> Iterator[dict[int, Any]]:
        """Yield weights of a set's nodes to which its belief is proportional."""
        tree = self.tree
        nodes, player = tree.members[h], tree.sets[h].player
        nothing: frozenset[tuple[int, int]] = frozenset()
        yield {x: self.way(0, x, None, nothing) for x in nodes}
        if self.roots is None:
            return
        root = max(r for r in self.roots if set(nodes) <= tree.below(r))
        shared = tree.on_every_way(nodes, root)
        yield {x: self.way(root, x, player, shared) for x in nodes}
        above = tree.before(h)
        if above is not None:
            yield {
                x: self.total(
                    [p * self.way(y, x, player, shared) for y, p in self.beliefs[above].items()]
                )
                for x in nodes
            }

    def way(self, start: int, x: int, but: str | None, certain: frozenset[tuple[int, int]]) -> Any:
        """Return the chance of the way from a node to another, some moves counted as certain."""
        tree = self.tree
        factors = [self.number(_ONE)]
        while x != start:
            if x < start:
                return self.zero
            above, move = tree.parent[x], tree.move[x]
            s = tree.set_of[above]
            if not (tree.sets[s].player == but is not None or (s, move) in certain):
                factors.append(self.moves[s][move])
            x = above
        return self.z3.Product(factors)

    def outside(self, box: Box) -> Any:
        """Return that a solution lies outside of a box."""
        z3 = self.z3
        parts = [z3.BoolVal(False, self.context)]
        for h in self.pattern:
            for x, (low, high) in zip(self.moves[h], box[h], strict=True):
                parts += [x < self.number(low), x > self.number(high)]
        return z3.Or(parts)

    def others(self, boxes: Sequence[Box], effort: Effort) -> Iterator[Found | None]:
        """Yield a solution that lies in no box, if there is one."""
        z3 = self.z3
        solver = z3.SolverFor("QF_NRA", ctx=self.context)
        solver.add(*self.conditions(), *map(self.outside, boxes))
        if effort.answer(solver):
            model = solver.model()
            values = {
                x: model.eval(x, model_completion=True)
                for row in (*self.moves, *(b.values() for b in self.beliefs.values()))
                for x in row
            }
            if any(z3.is_algebraic_value(v) for v in values.values()):
                yield None
                return
            exact = {x: Fraction(v.as_fraction()) for x, v in values.items()}
            yield (
                [[exact[x] for x in row] for row in self.moves],
                {h: {x: exact[p] for x, p in b.items()} for h, b in self.beliefs.items()},
            )
