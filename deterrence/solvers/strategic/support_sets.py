"""Infinite sets of equilibria, put together from those of their supports.

The solver of supports finds sets with all probabilities in the support positive.  The
set of all equilibria is closed, so the border of such a set consists of equilibria too:
a piece here is the closed set.  Pieces that lie in others are dropped, pieces and points
that touch are joined into components.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import Any

from deterrence.algebra.number_fields import DifferentFields
from deterrence.algebra.partitions import Partition
from deterrence.algebra.systems.results import Continuum, Ratio
from deterrence.algebra.terms import terms_text
from deterrence.game.strategic import StrategicGame
from deterrence.limits.deadline import Deadline
from deterrence.solvers.solution import Component, EquilibriumSet
from deterrence.solvers.strategic.support_search import JointSupport
from deterrence.solvers.strategic.support_system import filled, unknown
from deterrence.solvers.task import Strategies

#: Sets of borders that are looked at for the corners of one piece.
MAX_CORNER_SYSTEMS = 200

_ZERO, _ONE = Fraction(0), Fraction(1)


@dataclass(frozen=True, eq=False)
class ClosedSet:
    """A set of equilibria with formulas: one continuum of a support, and its border."""

    shape: tuple[int, ...]
    support: JointSupport
    continuum: Continuum

    def strategies(self, values: Mapping[str, Any]) -> Strategies | None:
        """Return the equilibrium at values of the free unknowns, ``None`` at a pole."""
        try:
            point = self.continuum.at(values)
        except ZeroDivisionError:
            return None
        return filled(self.shape, self.support, point)

    @cached_property
    def sample(self) -> Strategies:
        """An equilibrium inside."""
        return filled(self.shape, self.support, self.continuum.sample)

    def corners(self, deadline: Deadline) -> tuple[list[Strategies], bool]:
        """Return the ends of a curve, the corners of a larger set; and whether these are all."""
        c = self.continuum
        if c.interval is not None:
            ends = [self.strategies({c.free[0]: x}) for x in c.interval if x is not None]
            return [e for e in ends if e is not None], True
        from deterrence.algebra.systems import solve_system

        sides = [terms for terms, _ in c.bounds]
        systems = list(
            itertools.islice(itertools.combinations(sides, c.dimension), MAX_CORNER_SYSTEMS + 1)
        )
        found: dict[Strategies, None] = {}
        done = len(systems) <= MAX_CORNER_SYSTEMS
        for tight in systems[:MAX_CORNER_SYSTEMS]:
            if deadline.expired():
                return list(found), False
            solved = solve_system(c.free, [*c.relations, *tight], at_least=sides, deadline=deadline)
            done = done and solved.complete
            for point in solved.points:
                corner = self.strategies(point)
                if corner is not None and all(p >= 0 for row in corner for p in row):
                    found.setdefault(corner)
        return list(found), done

    def contains(self, strategies: Strategies) -> bool:
        """Say whether an equilibrium lies in the closed set."""
        point: dict[str, Any] = {}
        for player, (row, actions) in enumerate(zip(strategies, self.support, strict=True)):
            if any(p != 0 for a, p in enumerate(row) if a not in actions):
                return False
            if len(actions) > 1:
                point |= {unknown(player, a): row[a] for a in actions}
        try:
            return self.continuum.contains(point, closure=True)
        except DifferentFields:  # coordinates from different number fields
            return False

    def includes(self, other: ClosedSet) -> bool:
        """Say whether another set lies in this one, with certainty for curves.

        Formulas agree everywhere if they do at more places than their degrees allow.
        """
        if other is self or not all(
            set(a) <= set(b) for a, b in zip(other.support, self.support, strict=True)
        ):
            return False
        if not self.contains(other.sample):
            return False
        free = other.continuum.free
        if other.continuum.relations:
            return False
        for number in range(1, 40):
            values = {
                name: Fraction(number + 3 * k, 41 + number * (k + 1)) for k, name in enumerate(free)
            }
            place = other.strategies(values)
            if place is not None and not self._satisfies_formulas(place):
                return False
        return True

    def _satisfies_formulas(self, strategies: Strategies) -> bool:
        c = self.continuum
        loose = replace(c, bounds=(), interval=None)
        point = {
            unknown(player, a): strategies[player][a]
            for player, actions in enumerate(self.support)
            if len(actions) > 1
            for a in actions
        }
        return loose.contains(point, closure=True)

    def meets(self, other: ClosedSet, deadline: Deadline) -> bool:
        """Say whether two sets have an equilibrium in common."""
        from deterrence.algebra.systems import solve_system
        from deterrence.algebra.systems.ring import make_ring, read

        mine = _renamed(self.continuum, "a")
        theirs = _renamed(other.continuum, "b")
        names = (*mine.free, *theirs.free)
        ring = make_ring(len(names))
        equations = []
        for player, size in enumerate(self.shape):
            for action in range(size):
                a = _as_ratio(self, mine, player, action)
                b = _as_ratio(other, theirs, player, action)
                top_a, bottom_a = (read(_widened(t, mine.free, names), names, ring) for t in a)
                top_b, bottom_b = (read(_widened(t, theirs.free, names), names, ring) for t in b)
                equations.append(top_a * bottom_b - top_b * bottom_a)
        sides = []
        for c in (mine, theirs):
            sides += [_widened(t, c.free, names) for t, _ in c.bounds]
            equations += [read(_widened(t, c.free, names), names, ring) for t in c.relations]
        solved = solve_system(names, equations, at_least=sides, deadline=deadline)
        for place in (*solved.points, *(c.sample for c in solved.continua)):
            names_here = zip(self.continuum.free, mine.free, strict=True)
            common = self.strategies({old: place[new] for old, new in names_here})
            if common is not None and self.contains(common) and other.contains(common):
                return True
        return False


def _renamed(c: Continuum, letter: str) -> Continuum:
    names = tuple(f"{letter}{k}" for k in range(len(c.free)))
    formulas = {k: Ratio(names, r.numerator, r.denominator) for k, r in c.formulas.items()}
    return replace(c, free=names, formulas=formulas)


def _as_ratio(
    piece: ClosedSet, c: Continuum, player: int, action: int
) -> tuple[Mapping[tuple[int, ...], int], Mapping[tuple[int, ...], int]]:
    zero = (0,) * len(c.free)
    actions = piece.support[player]
    if action not in actions:
        return {}, {zero: 1}
    if len(actions) == 1:
        return {zero: 1}, {zero: 1}
    name = unknown(player, action)
    if name in c.formulas:
        return c.formulas[name].numerator, c.formulas[name].denominator
    k = piece.continuum.free.index(name)
    return {(*zero[:k], 1, *zero[k + 1 :]): 1}, {zero: 1}


def _widened(
    terms: Mapping[tuple[int, ...], int], own: Sequence[str], names: Sequence[str]
) -> dict[tuple[int, ...], int]:
    place = [names.index(n) for n in own]
    result = {}
    for powers, c in terms.items():
        wide = [0] * len(names)
        for k, e in zip(place, powers, strict=True):
            wide[k] = e
        result[tuple(wide)] = c
    return result


@dataclass(frozen=True)
class JoinedSets:
    """The closed sets that are no part of others, their corners, and what hangs together.

    ``joined`` lists the components: numbers of sets, and isolated equilibria in them.
    """

    sets: tuple[ClosedSet, ...]
    corners: tuple[tuple[Strategies, ...], ...]
    joined: tuple[tuple[tuple[int, ...], tuple[Strategies, ...]], ...]
    complete: bool = True

    @classmethod
    def of(
        cls, sets: Sequence[ClosedSet], points: Iterable[Strategies], deadline: Deadline
    ) -> JoinedSets:
        """Drop what lies in other sets, and join what touches."""
        kept: list[ClosedSet] = []
        for s in sorted(sets, key=lambda s: -s.continuum.dimension):
            if not any(t.includes(s) for t in kept):
                kept.append(s)
        corners: list[tuple[Strategies, ...]] = []
        complete = True
        for s in kept:
            found, done = s.corners(deadline)
            complete = complete and done
            corners.append(tuple(found or [s.sample]))
        links = Partition(range(len(kept)))
        inside: dict[Strategies, list[int]] = {}
        for point in dict.fromkeys([*points, *(c for cs in corners for c in cs)]):
            inside[point] = [k for k, s in enumerate(kept) if s.contains(point)]
            links.join(*inside[point])
        for j, k in itertools.combinations(range(len(kept)), 2):
            if links.root(j) == links.root(k):
                continue
            if deadline.expired():
                complete = False
                break
            if kept[j].meets(kept[k], deadline):
                links.join(k, j)
        joined = []
        for numbers in map(tuple, links.classes()):
            members = [p for p, where in inside.items() if set(where) & set(numbers)]
            members += [c for k in numbers for c in corners[k] if c not in members]
            joined.append((numbers, tuple(dict.fromkeys(members))))
        return cls(tuple(kept), tuple(corners), tuple(joined), complete)

    def components(self, game: StrategicGame, profiles: Sequence[Strategies]) -> list[Component]:
        """Return the components of a solution with these equilibria, in their order."""
        place = {strategies: k for k, strategies in enumerate(profiles)}
        result = []
        taken: set[int] = set()
        for numbers, members in self.joined:
            where = tuple(sorted(place[m] for m in members if m in place))
            if not where:
                continue
            taken |= set(where)
            pieces = tuple(
                _piece(game, self.sets[k], [place[c] for c in self.corners[k] if c in place])
                for k in numbers
            )
            result.append(_component(game, profiles, where, pieces))
        result += [
            _component(game, profiles, (k,), ()) for k in range(len(profiles)) if k not in taken
        ]
        return sorted(result, key=lambda c: c.members)


def _component(
    game: StrategicGame,
    profiles: Sequence[Strategies],
    members: tuple[int, ...],
    pieces: tuple[EquilibriumSet, ...],
) -> Component:
    return Component(
        members=members,
        extreme_points={
            player: tuple(
                dict(zip(labels, row, strict=True))
                for row in dict.fromkeys(profiles[m][i] for m in members)
            )
            for i, (player, labels) in enumerate(zip(game.players, game.actions, strict=True))
        },
        subsets=(),
        dimension=max((p.dimension for p in pieces), default=0),
        pieces=pieces,
    )


def piece_letters(c: Continuum) -> tuple[tuple[str, ...], list[str], list[str]]:
    """Return letters for the free unknowns, and the conditions and equations in them.

    The set with its border is meant, so every inequality is a weak one.
    """
    letters = ("t",) if len(c.free) == 1 else tuple(f"t{k}" for k in range(1, len(c.free) + 1))
    renames = dict(zip(c.free, letters, strict=True))
    conditions = []
    for text in c.conditions:
        text = re.sub(r"\bp\d+_\d+\b", lambda m: renames.get(m.group(), m.group()), text)
        conditions.append(re.sub(r"([<>])(?!=)", r"\1=", text))
    return letters, conditions, [f"{terms_text(letters, r)} = 0" for r in c.relations]


def _piece(game: StrategicGame, s: ClosedSet, members: Sequence[int]) -> EquilibriumSet:
    """Return a set in words: letters for what is free, formulas for the rest."""
    c = s.continuum
    letters, conditions, equations = piece_letters(c)
    where = {
        unknown(i, a): (game.players[i], game.actions[i][a])
        for i, actions in enumerate(s.support)
        for a in actions
    }
    strategies: dict[str, dict[str, str]] = {}
    for i, player in enumerate(game.players):
        strategies[player] = {}
        for a in s.support[i]:
            name = unknown(i, a)
            if len(s.support[i]) == 1:
                text = "1"
            elif name in c.formulas:
                ratio = c.formulas[name]
                text = str(Ratio(letters, ratio.numerator, ratio.denominator))
            else:
                text = letters[c.free.index(name)]
            strategies[player][game.actions[i][a]] = text
    return EquilibriumSet(
        free={letter: where[name] for name, letter in zip(c.free, letters, strict=True)},
        strategies=strategies,
        conditions=(*equations, *conditions),
        dimension=c.dimension,
        members=tuple(sorted(set(members))),
    )
