r"""From patterns to sets of profiles: points, polytopes with their corners, curved sets.

Perfect Bayesian equilibria of one pattern, their borders included, form families: the
limit of equilibria with beliefs is one again (all three conditions are closed), so the
corners of a family are equilibria although they may play fewer actions.
"""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from deterrence.algebra.hulls import contains
from deterrence.algebra.linear import maximise
from deterrence.algebra.sparse_polynomials import is_affine, ratio_text, value_at, variables_of
from deterrence.game.tree.play import history_text
from deterrence.limits import work
from deterrence.limits.deadline import Deadline
from deterrence.solvers.beliefs.consistency import (
    MAX_BASES,
    bases,
    free_beliefs,
    parametrised,
)
from deterrence.solvers.beliefs.elimination import ReducedSystem, pieces, settle
from deterrence.solvers.beliefs.part_solutions import (
    PartSolutions,
    PartSolver,
    UnknownValues,
    middle_of,
    unknown_name,
)
from deterrence.solvers.beliefs.pattern_conditions import PatternBuilder, State
from deterrence.solvers.beliefs.pattern_system import SystemBuilder
from deterrence.solvers.beliefs.tree_facts import TreeFacts

#: Probabilities of the actions, by information set.
Behaviours = dict[int, tuple[Any, ...]]

#: Corners of one family that are worked out.
MAX_CORNERS = 64
#: Work seconds of one order of mistakes, besides those of its equations.
_BASE = 1e-3

_ZERO, _ONE = Fraction(0), Fraction(1)


#: Realisation weights by (information set, action).
MoveWeights = dict[tuple[int, int], Any]


@dataclass(frozen=True, eq=False)
class ProfileFamily:
    """Profiles that belong together: all combinations of points of its ``hulls``.

    A hull is a polytope in the realisation weights that vary with it, by its corners;
    the others are those of ``inside``.  ``texts`` say what else holds where the hulls do
    not say it all (``whole`` is false then).
    """

    supports: Mapping[int, tuple[int, ...]]
    corners: tuple[Behaviours, ...]
    count: int
    inside: Behaviours
    hulls: tuple[tuple[MoveWeights, ...], ...] = ()
    weights: MoveWeights = field(default_factory=dict)
    texts: tuple[str, ...] = ()
    whole: bool = True

    @property
    def is_point(self) -> bool:
        """Whether it is a single profile."""
        return self.count == 1 and self.whole


class FamilySolver:
    """Solves one pattern after another."""

    def __init__(self, facts: TreeFacts, builder: PatternBuilder, deadline: Deadline) -> None:
        self.facts, self.builder, self.deadline = facts, builder, deadline
        self.parts = PartSolver(deadline)

    @property
    def gaps(self) -> list[str]:
        """Why something may be missing."""
        return self.parts.gaps

    def families(self, state: State) -> Iterator[ProfileFamily]:
        """Yield the families of a complete pattern."""
        if not self.builder.consistent:
            yield from self.solutions(state, SystemBuilder(self.facts, self.builder, state))
            return
        beliefs = free_beliefs(self.builder, state)
        for number, base in enumerate(bases(beliefs, state.zeroed)):
            if number >= MAX_BASES or self.deadline.expired():
                self.parts.gaps.append("not all orders of mistakes were looked at")
                return
            work.spend(_BASE)
            weights = parametrised(beliefs, base, 0)
            yield from self.solutions(
                state, SystemBuilder(self.facts, self.builder, state, weights)
            )

    def solutions(self, state: State, algebra: SystemBuilder) -> Iterator[ProfileFamily]:
        """Yield the families of one system."""
        system = algebra.system()
        names = system.unknowns.names
        moves = frozenset(v for v in range(len(names)) if system.unknowns.is_move(v))
        for piece in pieces(system.equations, system.weak, system.strict, system.groups, moves):
            choices = self.parts.solved(piece, system)
            if choices is None:
                continue
            for choice in itertools.product(*choices):
                family = self.family(state, algebra, piece, choice)
                if family is not None:
                    yield family

    # ---- a family ----------------------------------------------------------
    def family(
        self,
        state: State,
        algebra: SystemBuilder,
        piece: ReducedSystem,
        choice: Sequence[PartSolutions],
    ) -> ProfileFamily | None:
        """Return the profiles that one choice of alternatives stands for."""
        middle: UnknownValues = {}
        for part in choice:
            middle |= middle_of(part.corners)
        inside = self.behaviours(algebra, piece, middle, None)
        if inside is None:
            return None
        whole = all(part.whole for part in choice)
        texts = [self.readable(t, state) for part in choice for t in part.texts]
        weights = self.weights(inside, state)
        several = [part for part in choice if len(part.corners) > 1]
        bent = self.bent(algebra, piece, several)
        texts += [self.readable(t, state) for t in bent]
        whole = whole and not bent
        groups = self.hulls(algebra, piece, middle, several, state, inside)
        listed = []
        for combination in itertools.islice(
            itertools.product(*(part.corners for part in several)), MAX_CORNERS
        ):
            point = dict(middle)
            for corner in combination:
                point |= corner
            moves = self.behaviours(algebra, piece, point, inside)
            if moves is not None:
                listed.append(moves)
        corners = {
            tuple(m.items()): m for moves in listed for m in self.limits(moves, listed, state)
        }
        count = math.prod(len(part.corners) for part in choice)
        if count <= MAX_CORNERS:
            count = len(corners)
        if not whole:
            count = max(count, 2)
        return ProfileFamily(
            supports=state.supports,
            corners=tuple(corners.values()) or (inside,),
            count=count,
            inside=inside,
            hulls=groups,
            weights=weights,
            texts=tuple(dict.fromkeys(texts)),
            whole=whole,
        )

    def unreached(self, moves: Behaviours, state: State) -> set[int]:
        """Return sets of a pattern where something is mixed after a weight that vanished."""
        weights = self.weights(moves, state)
        found = set()
        for h, actions in state.supports.items():
            above = self.facts.parent[h]
            if len(actions) > 1 and above is not None and weights.get(above) == 0:
                found.add(h)
        return found

    def limits(
        self, moves: Behaviours, listed: Sequence[Behaviours], state: State
    ) -> list[Behaviours]:
        """Return the corner itself, or where a weight vanished, the limits that it stands for.

        On the way to such a corner from another one the mixtures after the vanishing
        weight stay what they are there.
        """
        gone = self.unreached(moves, state)
        if not gone:
            return [moves]
        found = [
            {h: other[h] if h in gone else mix for h, mix in moves.items()}
            for other in listed
            if not self.unreached(other, state) & gone
        ]
        return found or [moves]

    def bent(
        self, algebra: SystemBuilder, piece: ReducedSystem, several: Sequence[PartSolutions]
    ) -> list[str]:
        """Return formulas of moves that are not linear in what varies."""
        places = [(part, v) for part in several for v in part.corners[0]]
        varying = {v for part, v in places if len({c[v] for c in part.corners}) > 1}
        known = algebra.unknowns.names
        names = [unknown_name(known, v) for v in range(len(known))]
        texts = []
        for v, top, bottom in reversed(piece.resolved):
            used = variables_of([top, bottom]) & varying
            if not used:
                continue
            varying.add(v)
            straight = is_affine(top) and set(bottom) <= {()}
            if not straight and algebra.unknowns.is_move(v):
                texts.append(f"{names[v]} = {ratio_text(top, bottom, names)}")
        return texts

    def hulls(
        self,
        algebra: SystemBuilder,
        piece: ReducedSystem,
        middle: UnknownValues,
        several: Sequence[PartSolutions],
        state: State,
        inside: Behaviours,
    ) -> tuple[tuple[MoveWeights, ...], ...]:
        """Return the polytopes of realisation weights that vary independently."""
        groups: list[tuple[set[tuple[int, int]], list[PartSolutions], list[MoveWeights]]] = []
        waiting = [[part] for part in several]
        while waiting:
            members = waiting.pop()
            points = []
            for combination in itertools.product(*(part.corners for part in members)):
                point = dict(middle)
                for corner in combination:
                    point |= corner
                moves = self.behaviours(algebra, piece, point, inside)
                if moves is not None:
                    points.append(self.weights(moves, state))
            keys = {k for k in points[0] if len({p[k] for p in points}) > 1} if points else set()
            if not keys:
                continue
            # Parts that move the same weight are no product; they are taken together.
            clash = next((g for g in groups if g[0] & keys), None)
            if clash is not None:
                groups.remove(clash)
                waiting.append([*members, *clash[1]])
                continue
            groups.append((keys, members, points))
        return tuple(
            tuple({k: p[k] for k in sorted(keys)} for p in points) for keys, _, points in groups
        )

    def readable(self, text: str, state: State) -> str:
        """Put names of probabilities for those of unknowns."""

        def name(match: re.Match[str]) -> str:
            kind, h, k = match[1], int(match[2]), int(match[3])
            if kind == "r":
                return self.facts.weight_name((h, k), state.supports, "*")
            if kind == "t":
                return f"t{h + 1}"
            return f"P({history_text(self.facts.game, k)})"

        return re.sub(r"\b([rnVt])_(\d+)_(\d+)\b", name, text)

    def behaviours(
        self,
        algebra: SystemBuilder,
        piece: ReducedSystem,
        point: UnknownValues,
        inside: Behaviours | None,
    ) -> Behaviours | None:
        """Return the probabilities of all actions at a point of a system.

        Where a weight vanishes at the border, so does that of what comes before, and
        the mixture is that of ``inside`` (the limit along the straight way from there).
        """
        point = dict(point)
        try:
            settle(piece.resolved, point)
        except ZeroDivisionError:
            return None
        result: Behaviours = {}
        game = self.facts.game
        for h in self.facts.decisions:
            actions = algebra.state.supports[h]
            mix: list[Any] = [_ZERO] * len(game.sets[h].actions)
            if len(actions) == 1:
                mix[actions[0]] = _ONE
            else:
                weights = {a: value_at(algebra.move(h, a), point) for a in actions}
                total: Any = sum(weights.values())
                if total == 0:
                    if inside is None:
                        return None
                    result[h] = inside[h]
                    continue
                for a, w in weights.items():
                    mix[a] = w / total
            result[h] = tuple(mix)
        return result

    def weights(self, moves: Behaviours, state: State) -> MoveWeights:
        """Return the realisation weights of all actions that a pattern plays."""
        return self.facts.realised(state.supports, moves)

    def holds(self, big: ProfileFamily, moves: Behaviours, state: State) -> bool:
        """Say whether a profile is in a family that its corners span."""
        if not big.whole:
            return moves in big.corners
        for h, mix in moves.items():
            if any(p and a not in big.supports[h] for a, p in enumerate(mix)):
                return False
        target = self.weights(moves, state)
        varying = {k for hull in big.hulls for k in hull[0]}
        if any(target[k] != p for k, p in big.weights.items() if k not in varying):
            return False
        if not all(contains(hull, target) for hull in big.hulls):
            return False
        gone = self.unreached(moves, state)
        return not gone or moves in big.corners or self.is_limit(big, moves, gone, state)

    def is_limit(self, big: ProfileFamily, moves: Behaviours, gone: set[int], state: State) -> bool:
        """Say whether mixtures after a vanished weight are those of some point of the family.

        From there the straight way to the profile keeps them, and the profile is its limit.
        """
        for hull in big.hulls:
            rows: list[list[Any]] = []
            goals: list[list[Any]] = []
            for h in gone & {k[0] for k in hull[0]}:
                above = self.facts.parent[h]
                if above is None:
                    return False
                bases = [c.get(above, big.weights.get(above, _ZERO)) for c in hull]
                goals.append(bases)
                for a in state.supports[h]:
                    own = [c.get((h, a), big.weights[h, a]) for c in hull]
                    rows.append([w - moves[h][a] * b for w, b in zip(own, bases, strict=True)])
            if not all(isinstance(x, Fraction) for row in rows for x in row):
                return False
            for goal in goals:
                result = maximise(
                    goal, (), (), [*rows, [_ONE] * len(hull)], [*([_ZERO] * len(rows)), _ONE]
                )
                if result.status != "optimal" or result.value <= 0:
                    return False
        moving = {k[0] for hull in big.hulls for k in hull[0]}
        return all(moves[h] == big.inside[h] for h in gone - moving)
