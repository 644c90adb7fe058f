r"""Families of equilibria of a subgame, and how a move before it makes new ones.

A *tie* leaves the mixing probabilities :math:`y` at an information set free.
What the subgame is worth to each player is an affine function of them, so where
a move before it compares actions, the ties are cut by linear inequalities:

* action :math:`a` alone is best on a polytope of ties,
* a set of actions is best where their values are equal, a lower-dimensional one.

A family is one such polytope; families that are worth the same to everybody
stand for each other (a *choice*), so that ties that concern nobody else do not
multiply.  Cells contained in others are dropped.

>>> loss, war = Worth(Fraction(-1)), Worth(Fraction(1))
>>> entry = mixed([loss, war], 3, (0, 1))  # the other side mixes at set 3
>>> for actions, rows in best_sets([Worth(Fraction(0)), entry], {3: (0, 1)}, ()):
...     print(actions, len(rows))
(0,) 1
(1,) 1
(0, 1) 1
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from deterrence.algebra.linear import maximise
from deterrence.algebra.partitions import Partition
from deterrence.algebra.polytopes import vertices
from deterrence.limits.deadline import Deadline
from deterrence.solvers.task import Mix
from deterrence.solvers.tree_solution import TreePiece

#: Actions at one move each of which may be best, depending on ties below.
MAX_TIED = 8

#: A mixing probability: (information set, position of the action).
Var = tuple[int, int]

_ZERO, _ONE = Fraction(0), Fraction(1)


class TooMany(Exception):
    """More families than are worth listing."""


@dataclass(frozen=True)
class Worth:
    """``const + sum of terms``: what something is worth, given the mixing probabilities.

    A term is a product of mixing probabilities, each of them at most once.
    """

    const: Fraction
    terms: Mapping[tuple[Var, ...], Fraction] = field(default_factory=dict)

    def plus(self, other: Worth, factor: Fraction = _ONE) -> Worth:
        """Return this plus ``factor`` times the other."""
        if not other.terms:
            return Worth(self.const + factor * other.const, self.terms)
        terms = dict(self.terms)
        for v, c in other.terms.items():
            terms[v] = terms.get(v, _ZERO) + factor * c
        return Worth(self.const + factor * other.const, {v: c for v, c in terms.items() if c})

    def times(self, v: Var) -> Worth:
        """Return the product with one more mixing probability."""
        terms = {(*key, v): c for key, c in self.terms.items()}
        return Worth(_ZERO, {**terms, (v,): self.const} if self.const else terms)

    @property
    def is_affine(self) -> bool:
        """Whether no term is a product of two mixing probabilities."""
        return all(len(key) == 1 for key in self.terms)

    def at(self, corner: Mapping[Var, Fraction]) -> Fraction:
        """Return the value at given mixing probabilities."""
        return self.const + sum(
            (c * math.prod(corner[v] for v in key) for key, c in self.terms.items()), _ZERO
        )


@dataclass(frozen=True)
class TieCondition:
    """``terms <= bound``, or ``=``; made from a comparison of two affine functions."""

    terms: tuple[tuple[Var, Fraction], ...]
    bound: Fraction
    equal: bool = False


@dataclass(frozen=True, eq=False)
class SubgameFamily:
    """A set of equilibria of a subgame.

    ``moves`` are fixed mixtures by information set, ``ties`` the positions of the
    actions that may be mixed, ``rows`` conditions on them and on ties below.
    ``parts`` are families of the smaller subgames; of ``choice`` any one will do.
    ``corners`` span a set of equilibria of this stage in mixed strategies, made of
    ``pieces`` (maximal Nash subsets), which are lists of corners, and of pieces that
    ``formulas`` tell.
    ``worth`` is what it is worth to each player; ``live`` are the ties that this or
    the ``rows`` depend on.
    """

    worth: tuple[Worth, ...]
    moves: Mapping[int, Mix] = field(default_factory=dict)
    open_sets: tuple[int, ...] = ()
    ties: Mapping[int, tuple[int, ...]] = field(default_factory=dict)
    rows: tuple[TieCondition, ...] = ()
    live: Mapping[int, tuple[int, ...]] = field(default_factory=dict)
    parts: tuple[SubgameFamily, ...] = ()
    choice: tuple[SubgameFamily, ...] = ()
    corners: tuple[Corner, ...] = ()
    pieces: tuple[tuple[int, ...], ...] = ()
    formulas: tuple[TreePiece, ...] = ()
    count: int = 1

    @property
    def constants(self) -> tuple[Fraction, ...] | None:
        """What it is worth to each player, if no tie matters to anybody."""
        return None if any(w.terms for w in self.worth) else tuple(w.const for w in self.worth)

    @property
    def is_empty(self) -> bool:
        """Whether it says nothing about any information set."""
        return not (self.moves or self.ties or self.parts or self.choice or self.corners)


@dataclass(frozen=True)
class Corner:
    """One corner of a set of equilibria of a stage."""

    moves: Mapping[int, Mix]
    open_sets: tuple[int, ...]
    worth: tuple[Fraction, ...]


def leaf(worth: Sequence[Fraction]) -> SubgameFamily:
    """Return the one family of a play's end."""
    return SubgameFamily(tuple(Worth(w) for w in worth))


def either(families: Sequence[SubgameFamily]) -> list[SubgameFamily]:
    """Let families that are worth the same constants to everybody stand for each other."""
    groups: dict[tuple[Fraction, ...], list[SubgameFamily]] = {}
    result: list[SubgameFamily | tuple[Fraction, ...]] = []
    for f in families:
        key = f.constants
        if key is None:
            result.append(f)
        elif key in groups:
            groups[key].append(f)
        else:
            groups[key] = [f]
            result.append(key)
    merged = []
    for item in result:
        if isinstance(item, SubgameFamily):
            merged.append(item)
            continue
        group = groups[item]
        if len(group) == 1:
            merged.append(group[0])
        else:
            total = sum(f.count for f in group)
            merged.append(SubgameFamily(group[0].worth, choice=tuple(group), count=total))
    return merged


class Polytope:
    """Mixing probabilities at some ties, under conditions."""

    def __init__(self, ties: Mapping[int, tuple[int, ...]], rows: Iterable[TieCondition]) -> None:
        self.variables: list[Var] = [(s, a) for s, actions in ties.items() for a in actions]
        place = {v: k for k, v in enumerate(self.variables)}
        width = len(self.variables)
        self.a_eq: list[list[Fraction]] = []
        self.b_eq: list[Fraction] = []
        self.a_ub: list[list[Fraction]] = []
        self.b_ub: list[Fraction] = []
        for s, actions in ties.items():
            row = [_ZERO] * width
            for a in actions:
                row[place[s, a]] = _ONE
            self.a_eq.append(row)
            self.b_eq.append(_ONE)
        for r in rows:
            row = [_ZERO] * width
            for v, c in r.terms:
                row[place[v]] = c
            (self.a_eq if r.equal else self.a_ub).append(row)
            (self.b_eq if r.equal else self.b_ub).append(r.bound)

    def most(self, goal: Worth) -> Fraction | None:
        """Return the largest value of an affine function, ``None`` on the empty set."""
        c = [goal.terms.get((v,), _ZERO) for v in self.variables]
        if not self.variables:
            return goal.const
        found = maximise(c, self.a_ub, self.b_ub, self.a_eq, self.b_eq)
        return goal.const + found.value if found.status == "optimal" else None

    def span(self, goal: Worth) -> tuple[Fraction, Fraction]:
        """Return the smallest and the largest value of an affine function."""
        if not goal.terms:
            return goal.const, goal.const
        high, low = self.most(goal), self.most(Worth(_ZERO).plus(goal, -_ONE))
        return -(low or _ZERO), high or _ZERO

    def corner(self) -> dict[Var, Fraction]:
        """Return one corner.  Raises :class:`TooMany` where there is none."""
        c = [_ZERO] * len(self.variables)
        found = maximise(c, self.a_ub, self.b_ub, self.a_eq, self.b_eq)
        if found.status != "optimal":
            raise TooMany
        return dict(zip(self.variables, found.x, strict=True))

    def corners(self, deadline: Deadline | None = None) -> list[dict[Var, Fraction]]:
        """Return all corners.  Raises :class:`TooMany`, also where the deadline comes."""
        if not self.variables:
            return [{}]
        found = vertices(self.a_eq, self.b_eq, self.a_ub, self.b_ub, deadline)
        if found is None:
            raise TooMany
        return [dict(zip(self.variables, corner, strict=True)) for corner in found]


def linked(
    ties: Mapping[int, tuple[int, ...]], rows: Iterable[TieCondition]
) -> list[tuple[list[int], list[TieCondition]]]:
    """Return the ties that conditions connect, with those conditions."""
    rows = list(rows)
    links = Partition(ties)
    for row in rows:
        links.join(*(v[0] for v, _ in row.terms))
    return [
        (group, [r for r in rows if r.terms and r.terms[0][0][0] in group])
        for group in links.classes()
    ]


def compare(less: Worth, more: Worth, *, equal: bool = False) -> TieCondition:
    """Return the condition ``less <= more``, or ``less = more``, of affine values."""
    gap = less.plus(more, -_ONE)
    return TieCondition(tuple((v, c) for (v,), c in gap.terms.items()), -gap.const, equal)


def joined(
    families: Iterable[SubgameFamily],
) -> tuple[dict[int, tuple[int, ...]], tuple[TieCondition, ...]]:
    """Return the ties that matter and the conditions of several families together."""
    live: dict[int, tuple[int, ...]] = {}
    rows: list[TieCondition] = []
    for f in families:
        if f.constants is None:
            live |= f.live
            rows += f.rows
    return live, tuple(rows)


def mixed(values: Sequence[Worth], s: int, chosen: Sequence[int]) -> Worth:
    """Return what a mixture at set ``s`` over some actions is worth to one player."""
    first = values[0]
    if all(v == first for v in values):
        return first
    total = Worth(_ZERO)
    for v, action in zip(values, chosen, strict=True):
        total = total.plus(v.times((s, action)))
    return total


def best_sets(
    values: Sequence[Worth], live: Mapping[int, tuple[int, ...]], rows: Sequence[TieCondition]
) -> Iterator[tuple[tuple[int, ...], tuple[TieCondition, ...]]]:
    """Yield the sets of actions that can be the best ones, and the conditions for that.

    A set is left out where a larger one is best on the whole of its polytope.
    Raises :class:`TooMany` for more than :data:`MAX_TIED` actions that can be best.
    """
    if not any(v.terms for v in values):
        top = max(v.const for v in values)
        yield tuple(k for k, v in enumerate(values) if v.const == top), ()
        return
    cell = Polytope(live, rows)
    spans = {
        (j, k): cell.span(w.plus(v, -_ONE))
        for j, w in enumerate(values)
        for k, v in enumerate(values)
        if j < k
    }
    spans |= {(k, j): (-high, -low) for (j, k), (low, high) in spans.items()}
    everything = range(len(values))
    single = [k for k in everything if all(spans[j, k][0] <= 0 for j in everything if j != k)]
    if len(single) > MAX_TIED:
        raise TooMany
    for size in range(1, len(single) + 1):
        for chosen in itertools.combinations(single, size):
            first = chosen[0]
            # What holds anyway is no condition.
            conditions = [
                compare(values[k], values[first], equal=True)
                for k in chosen[1:]
                if any(spans[k, first])
            ] + [
                compare(values[j], values[first])
                for j in everything
                if j not in chosen and spans[j, first][1] > 0
            ]
            part = Polytope(live, (*rows, *conditions)) if conditions else cell
            if len(conditions) > 1 and part.most(Worth(_ZERO)) is None:
                continue
            others = [k for k in single if k not in chosen]
            if any(part.most(values[first].plus(values[k], -_ONE)) == 0 for k in others):
                continue
            yield chosen, tuple(conditions)


def settled(f: SubgameFamily) -> SubgameFamily:
    """Return the family with constants for what cannot vary under its conditions."""
    if f.constants is not None or not f.rows:
        return f
    cell = Polytope(f.live, f.rows)
    worth = []
    for w in f.worth:
        low, high = cell.span(w) if w.terms and w.is_affine else (_ZERO, _ONE)
        worth.append(Worth(low) if low == high else w)
    return replace(f, worth=tuple(worth))


def split(
    f: SubgameFamily, most: int, deadline: Deadline | None = None
) -> tuple[list[SubgameFamily], bool]:
    """Return corners of a family's polytope, each worth constants, and whether these are all.

    What no condition connects is free of each other, so that the corners are counted before
    ``most`` of them are listed.
    """
    lists: list[list[dict[Var, Fraction]]] = []
    complete = True
    for group, rows in linked(f.live, f.rows):
        part = Polytope({s: f.live[s] for s in group}, rows)
        try:
            lists.append([part.corner()] if most == 1 else part.corners(deadline))
        except TooMany:
            lists.append([part.corner()])
            complete = False
    complete = complete and most > 1 and math.prod(map(len, lists)) <= most
    result = []
    for choice in itertools.islice(itertools.product(*lists), most):
        corner = {v: p for part in choice for v, p in part.items()}
        fixed = tuple(TieCondition(((v, _ONE),), p, equal=True) for v, p in corner.items())
        result.append(
            SubgameFamily(
                tuple(Worth(w.at(corner)) for w in f.worth),
                rows=fixed,
                live=f.live,
                parts=(f,),
                count=f.count,
            )
        )
    return result, complete


def count_of(parts: Iterable[SubgameFamily]) -> int:
    """Return how many families a combination of families stands for."""
    return math.prod(p.count for p in parts)
