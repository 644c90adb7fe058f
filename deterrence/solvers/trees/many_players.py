"""Stages of a tree in which three players or more move: their equilibria, completely.

The stage's reduced strategic form is solved support by support
(:mod:`~deterrence.solvers.strategic.many_players`).  Infinite sets become corners and pieces where
they are products of polytopes, one per player; others are told by formulas for the
behaviour (:class:`~deterrence.solvers.tree_solution.TreePiece`).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from deterrence.game.strategic import StrategicGame
from deterrence.game.tree.extensive import ExtensiveGame
from deterrence.game.tree.plans import plans
from deterrence.limits.deadline import Deadline
from deterrence.solvers.strategic.many_players import Found, search
from deterrence.solvers.strategic.support_sets import ClosedSet, JoinedSets
from deterrence.solvers.strategic.support_system import unknown
from deterrence.solvers.task import Strategies
from deterrence.solvers.tree_solution import TreePiece
from deterrence.solvers.trees.corners import Corners
from deterrence.solvers.trees.families import Corner


@dataclass(frozen=True)
class Connected:
    """A connected set of equilibria of a stage: corners, pieces of them, pieces by formulas."""

    corners: list[Corner]
    pieces: tuple[tuple[int, ...], ...]
    told: tuple[TreePiece, ...] = ()


@dataclass(frozen=True)
class StageEquilibria:
    """The equilibria of a stage; ``lacking`` says what is missing, if anything."""

    sets: list[Connected]
    lacking: tuple[str, ...] = ()


def solve_stage(
    game: ExtensiveGame, part: ExtensiveGame, form: StrategicGame, deadline: Deadline
) -> StageEquilibria:
    """Return all equilibria of a stage (``part`` of ``game``) with strategic form ``form``."""
    found = Found()
    search(form, deadline, found)
    lacking = []
    if not found.finished:
        lacking.append("the limit was reached")
    if found.open_supports:
        lacking.append(f"{len(found.open_supports)} supports could not be decided")
    corner = Corners(game, part, form)

    def made(strategies: Strategies) -> Corner:
        return corner(dict(zip(form.players, strategies, strict=True)))

    groups = JoinedSets.of(found.sets, found.points, deadline.grace())
    if not groups.complete:
        lacking.append("not all corners of infinite sets are listed")
    sets = []
    inside: set[Strategies] = set()
    for numbers, members in groups.joined:
        inside |= set(members)
        sets.append(_connected(part, form, groups, numbers, members, made))
    lonely = [p for p in dict.fromkeys(found.points) if p not in inside]
    sets = [*(Connected([made(p)], ()) for p in lonely), *sets]
    return StageEquilibria(sets, tuple(lacking))


def _connected(
    part: ExtensiveGame,
    form: StrategicGame,
    groups: JoinedSets,
    numbers: Sequence[int],
    members: Sequence[Strategies],
    made: Any,
) -> Connected:
    corners: list[Corner] = []
    place: dict[Any, int] = {}
    where: dict[Strategies, int] = {}
    for m in members:
        c = made(m)
        key = (tuple(c.moves.items()), c.open_sets)
        if key not in place:  # mixed strategies that do the same are one behaviour
            place[key] = len(corners)
            corners.append(c)
        where[m] = place[key]
    pieces, told = [], []
    for k in numbers:
        s = groups.sets[k]
        if is_product(s):
            pieces.append(tuple(sorted({where[c] for c in groups.corners[k]})))
        else:
            told.append(tree_piece(part, form, s))
    return Connected(corners, tuple(dict.fromkeys(pieces)), tuple(told))


def is_product(s: ClosedSet) -> bool:
    """Say whether a set is the product of one polytope per player, in mixed strategies."""
    c = s.continuum
    if c.relations:
        return False
    owner = {unknown(i, a): i for i, actions in enumerate(s.support) for a in actions}

    def owners(terms: Mapping[tuple[int, ...], int]) -> set[int] | None:
        if any(sum(powers) > 1 for powers in terms):
            return None
        return {owner[c.free[k]] for powers in terms for k, e in enumerate(powers) if e}

    for name, ratio in c.formulas.items():
        top = owners(ratio.numerator)
        if not ratio.is_polynomial or top is None or not top <= {owner[name]}:
            return False
    for terms, _ in c.bounds:
        sides = owners(terms)
        if sides is None or len(sides) > 1:
            return False
    return True


def tree_piece(part: ExtensiveGame, form: StrategicGame, s: ClosedSet) -> TreePiece:
    """Return a set as formulas for the behaviour at every information set."""
    from deterrence.algebra.systems.results import Ratio
    from deterrence.algebra.systems.ring import make_ring, read, whole_terms
    from deterrence.solvers.strategic.support_sets import piece_letters

    c = s.continuum
    letters, conditions, equations = piece_letters(c)
    ring = make_ring(len(letters))
    every = range(len(letters))

    def element(terms: Mapping[tuple[int, ...], int]) -> Any:
        return read(terms, letters, ring)

    free = {}
    behaviour: dict[str, dict[str, dict[str, str]]] = {}
    for i, player in enumerate(form.players):
        own = part.own_sets(player)
        if not own:
            continue
        listed = plans(part, player)
        weights: dict[int, tuple[Any, Any]] = {}
        for a in s.support[i]:
            name = unknown(i, a)
            if len(s.support[i]) == 1:
                weights[a] = ring.one, ring.one
            elif name in c.formulas:
                ratio = c.formulas[name]
                weights[a] = element(ratio.numerator), element(ratio.denominator)
            else:
                k = c.free.index(name)
                weights[a] = ring.gens[k], ring.one
                free[letters[k]] = (player, form.actions[i][a])
        behaviour[player] = {}
        for k, number in enumerate(own):
            here = part.sets[number]
            reaching = [a for a in weights if listed[a][k] is not None]
            if not reaching:
                continue
            total = _sum(ring, [weights[a] for a in reaching])
            texts = {}
            for move, label in enumerate(here.actions):
                top = _sum(ring, [weights[a] for a in reaching if listed[a][k] == move])
                a, b = top[0] * total[1], top[1] * total[0]
                if not a:
                    continue
                common = a.gcd(b)
                a, b = _whole(a.quo(common), b.quo(common))
                texts[label] = str(Ratio(letters, whole_terms(a, every), whole_terms(b, every)))
            behaviour[player][here.label] = texts
    return TreePiece(free, behaviour, (*equations, *conditions), c.dimension)


def _sum(ring: Any, ratios: Sequence[tuple[Any, Any]]) -> tuple[Any, Any]:
    top, bottom = ring.zero, ring.one
    for a, b in ratios:
        top, bottom = top * b + a * bottom, bottom * b
    return top, bottom


def _whole(top: Any, bottom: Any) -> tuple[Any, Any]:
    """Return the same ratio with whole, coprime coefficients."""
    numbers = [*top.coeffs(), *bottom.coeffs()]
    scale = math.lcm(*(int(x.denominator) for x in numbers))
    divisor = math.gcd(*(int(x.numerator) * scale // int(x.denominator) for x in numbers))
    if bottom.LC < 0:
        divisor = -divisor
    factor = bottom.ring.domain(scale) / bottom.ring.domain(divisor)
    return top.mul_ground(factor), bottom.mul_ground(factor)
