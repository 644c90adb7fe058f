r"""Sequential equilibria: beliefs that come from mistakes that become rare (Kreps and Wilson).

An assessment is consistent if it is the limit of profiles in which every action has a
positive probability.  For a pattern of behaviour let every action :math:`m` that is not
played be a mistake of some order :math:`K_m > 0` and weight :math:`t_m > 0`, so that its
probability vanishes like :math:`t_m \epsilon^{K_m}`.  A node has order
:math:`J(x) = \sum_m K_m` over the mistakes that lead there; at every information set the
belief is on nodes of least order, in proportion to

.. math:: \mu(x) \propto p(x) \prod_m t_m \prod_j r_j(x),

with chance's part :math:`p` and the players' realisation weights :math:`r_j` (Kreps and
Wilson 1982, Econometrica 50, lemmas A1 and A2).  Orders and weights do not depend on how
what is played is mixed.  So there are finitely many *bases* (which nodes have least
order), each decided by a linear programme; and for each base the beliefs are monomials,
free of each other where the exponents are linearly independent.

>>> orders_exist([[("a",), ("b",)]], [(0,)]), orders_exist([[("a",), ("a", "b")]], [(0, 1)])
(True, False)
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from deterrence.algebra.linear import independent_columns, maximise
from deterrence.algebra.linear import rank as rank_of
from deterrence.algebra.sparse_polynomials import Poly, constant, plus, times, variable
from deterrence.solvers.beliefs.mistakes import matching, without_common
from deterrence.solvers.beliefs.pattern_conditions import PatternBuilder, State, Tag
from deterrence.solvers.beliefs.tree_facts import OwnMove

_ZERO, _ONE = Fraction(0), Fraction(1)

#: Bases of one pattern that are looked at.
MAX_BASES = 2_000


@dataclass(frozen=True)
class Origin:
    """How a node of a free belief is reached: the mistakes on the way, and chance's part."""

    tag: Tag
    mistakes: tuple[OwnMove, ...]
    factor: Fraction


def free_beliefs(builder: PatternBuilder, state: State) -> list[list[Origin]]:
    """Return the free beliefs of a complete pattern, those that have to be the same once."""
    found: list[list[Origin]] = []
    known: set[Tag] = set()
    for system in state.systems:
        tags = [tag for _, tag in system.starts if tag is not None]
        if not tags or tags[0] in known:
            continue
        known |= set(tags)
        ways = builder.origins(state, tags[0][0])
        found.append([Origin(tag, *ways[tag[1]]) for tag in tags])
    return found


#: For each free belief, the positions of the nodes of least order.
Base = list[tuple[int, ...]]


def bases(beliefs: Sequence[Sequence[Origin]], zeroed: frozenset[Tag]) -> Iterator[Base]:
    """Yield which nodes (by position) of each free belief can have least order together.

    Where the beliefs of a base are free of each other its border belongs to it (limits of
    consistent beliefs are consistent), and smaller bases are left out.
    """
    able = [tuple(k for k, o in enumerate(belief) if o.tag not in zeroed) for belief in beliefs]
    if not all(able):
        return
    paths = [[o.mistakes for o in belief] for belief in beliefs]
    if orders_exist(paths, able) and is_free(beliefs, able):
        yield able
        return
    closed: list[Base] = []
    for base in sorted(_every(paths, able), key=lambda b: -sum(map(len, b))):
        if any(
            all(set(s) <= set(big) for s, big in zip(base, other, strict=True)) for other in closed
        ):
            continue
        if is_free(beliefs, base):
            closed.append(base)
        yield base


def _every(paths: Sequence[Sequence[Sequence[Any]]], able: Base) -> Iterator[Base]:
    stack: list[Base] = [[]]
    while stack:
        chosen = stack.pop()
        if len(chosen) == len(paths):
            yield chosen
            continue
        here = able[len(chosen)]
        for size in range(1, len(here) + 1):
            for support in itertools.combinations(here, size):
                new = [*chosen, support]
                if orders_exist(paths[: len(new)], new):
                    stack.append(new)


def is_free(beliefs: Sequence[Sequence[Origin]], base: Base) -> bool:
    """Say whether the beliefs of a base can be chosen one by one (those alike together)."""
    kept = [[b[k] for k in s] for b, s in zip(beliefs, base, strict=True) if len(s) > 1]
    names, ratios = _ratios(_classes(kept))
    return not ratios or (bool(names) and rank_of(ratios) == len(ratios))


def _ratios(classes: Sequence[Class]) -> tuple[list[OwnMove], list[list[Fraction]]]:
    """Return the mistakes, and their exponents in the ratios of weights of each class."""
    leaders = [c[0][0] for c in classes]
    names = sorted({m for belief in leaders for o in belief for m in o.mistakes})
    return names, [_exponents(o, belief[0], names) for belief in leaders for o in belief[1:]]


def orders_exist(
    paths: Sequence[Sequence[Sequence[Any]]], supports: Sequence[tuple[int, ...]]
) -> bool:
    """Say whether orders of mistakes exist that make just these nodes the likeliest ones.

    ``paths`` lists, for each belief, the mistakes that lead to each node.
    """
    names: dict[Any, int] = {}
    for belief in paths:
        for mistakes in belief:
            for m in mistakes:
                names.setdefault(m, len(names))
    if not names:
        return all(len(s) == len(b) for s, b in zip(supports, paths, strict=True))

    def order(mistakes: Sequence[Any]) -> list[Fraction]:
        row = [_ZERO] * len(names)
        for m in mistakes:
            row[names[m]] += _ONE
        return row

    equal: list[list[Fraction]] = []
    less: list[list[Fraction]] = []
    for belief, support in zip(paths, supports, strict=True):
        first = order(belief[support[0]])
        for k, mistakes in enumerate(belief):
            if k == support[0]:
                continue
            gap = [a - b for a, b in zip(first, order(mistakes), strict=True)]
            (equal if k in support else less).append(gap)
    # Orders are at least 1, and so are the gaps: everything can be scaled up.
    below = [-_ONE - sum(gap, _ZERO) for gap in less]
    level = [-sum(gap, _ZERO) for gap in equal]
    return maximise([_ZERO] * len(names), less, below, equal, level).status == "optimal"


@dataclass(frozen=True)
class BeliefWeights:
    """The weights of free beliefs in one base: polynomials in new unknowns.

    ``unknowns`` counts them; they lie between 0 and 1, and those of each group sum to at
    most 1.  ``positive`` have to be more than 0, or at least 0 where the base is ``closed``.
    """

    weights: dict[Tag, Poly]
    unknowns: int
    groups: list[list[int]]
    positive: list[Poly]
    closed: bool = False


def parametrised(
    beliefs: Sequence[Sequence[Origin]], base: Sequence[tuple[int, ...]], first: int
) -> BeliefWeights:
    """Return the weights of all nodes in a base; new unknowns are numbered from ``first``."""
    weights: dict[Tag, Poly] = {}
    kept = []
    for belief, support in zip(beliefs, base, strict=True):
        for k, origin in enumerate(belief):
            if k not in support:
                weights[origin.tag] = {}
        inside = [belief[k] for k in support]
        if len(inside) == 1:
            weights[inside[0].tag] = constant(1)
        else:
            kept.append(inside)
    classes = _classes(kept)
    names, ratios = _ratios(classes)
    if not ratios:
        return BeliefWeights(weights, 0, [], [])
    rank = rank_of(ratios) if names else 0
    if rank == len(ratios):
        return _simplices(classes, weights, first)
    return _monomials(kept, names, ratios, weights, first)


#: A class: the belief that leads it, and for the others which of its nodes goes with which.
Class = list[tuple[list[Origin], list[int]]]


def _classes(beliefs: Sequence[list[Origin]]) -> list[Class]:
    """Group beliefs whose nodes are reached by the same mistakes."""
    classes: list[Class] = []
    for belief in beliefs:
        paths = _stripped(belief)
        for group in classes:
            places = matching(paths, _stripped(group[0][0]))
            if places is not None:
                group.append((belief, places))
                break
        else:
            classes.append([(belief, list(range(len(belief))))])
    return classes


def _stripped(belief: Sequence[Origin]) -> list[tuple[OwnMove, ...]]:
    """Return the mistakes to each node without those that all have in common."""
    return [tuple(x) for x in without_common([o.mistakes for o in belief])]


def _exponents(o: Origin, base: Origin, names: Sequence[OwnMove]) -> list[Fraction]:
    return [Fraction(o.mistakes.count(m) - base.mistakes.count(m)) for m in names]


def _simplices(classes: Sequence[Class], weights: dict[Tag, Poly], first: int) -> BeliefWeights:
    """Beliefs that are free of each other: one simplex per class."""
    groups, positive = [], []
    number = first
    for group in classes:
        leader = group[0][0]
        own, left = [], constant(1)
        shares: list[Poly] = []
        for _ in leader[:-1]:
            own.append(number)
            shares.append(variable(number))
            left = plus(left, variable(number), -_ONE)
            number += 1
        shares.append(left)
        groups.append(own)
        positive += shares
        for belief, matched in group:
            for origin, k in zip(belief, matched, strict=True):
                ratio = origin.factor / leader[k].factor
                weights[origin.tag] = {m: c * ratio for m, c in shares[k].items()}
    return BeliefWeights(weights, number - first, groups, positive, closed=True)


def _monomials(
    beliefs: Sequence[Sequence[Origin]],
    names: Sequence[OwnMove],
    ratios: Sequence[Sequence[Fraction]],
    weights: dict[Tag, Poly],
    first: int,
) -> BeliefWeights:
    """Beliefs that hang together: products of the mistakes' weights.

    Mistakes beyond the rank of the exponents get weight 1, which loses nothing; the
    others get :math:`t = s / (1 - s)`, cleared of fractions.
    """
    number = {names[k]: first + n for n, k in enumerate(independent_columns(ratios))}
    for belief in beliefs:
        lists = _stripped(belief)
        top = {m: max(x.count(m) for x in lists) for m in number}
        for origin, mistakes in zip(belief, lists, strict=True):
            weight = constant(origin.factor)
            for m, v in number.items():
                here = mistakes.count(m)
                for _ in range(here):
                    weight = times(weight, variable(v))
                for _ in range(top[m] - here):
                    weight = times(weight, plus(constant(1), variable(v), -_ONE))
            weights[origin.tag] = weight
    unknowns = list(number.values())
    positive = [variable(v) for v in unknowns]
    positive += [plus(constant(1), variable(v), -_ONE) for v in unknowns]
    return BeliefWeights(weights, len(unknowns), [[v] for v in unknowns], positive)
