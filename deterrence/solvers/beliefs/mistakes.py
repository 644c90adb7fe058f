"""Which mistakes lead where: what consistent beliefs are made of.

>>> one = {1: (((0, 1),), Fraction(1, 2)), 2: (((0, 2),), Fraction(1, 2))}
>>> alike(one, {7: (((0, 2),), Fraction(1)), 8: (((0, 1),), Fraction(1))})
{1: 8, 2: 7}
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

from deterrence.solvers.beliefs.tree_facts import OwnMove, TreeFacts

_ONE = Fraction(1)


#: By node: the mistakes that lead there, and the chance of all else on the way.
Origins = dict[int, tuple[tuple[OwnMove, ...], Any]]


def origins(facts: TreeFacts, h: int, chance_of: Callable[[int], Any]) -> Origins:
    """Return, by node of a set, the others' mistakes that lead there and the rest of the chance.

    ``chance_of`` gives the probability of the players' move that leads to a node; moves with
    probability 0 are mistakes, events of chance too.  Mistakes that lead to all nodes are
    left out.
    """
    game, me = facts.game, facts.mover[h]
    paths: list[list[OwnMove]] = []
    factors = []
    for x in game.sets[h].nodes:
        mistakes: list[OwnMove] = []
        factor: Any = _ONE
        k = x
        while k > 0:
            node = game.nodes[k]
            s = game.nodes[node.parent].set
            if game.sets[s].is_chance or facts.mover[s] != me:
                drawn = game.sets[s].is_chance
                p = game.sets[s].chances[node.move] if drawn else chance_of(k)
                if p == 0:
                    mistakes.append((s, node.move))
                else:
                    factor = factor * p
            k = node.parent
        paths.append(mistakes)
        factors.append(factor)
    ways = (tuple(sorted(path)) for path in without_common(paths))
    return dict(zip(game.sets[h].nodes, zip(ways, factors, strict=True), strict=True))


def without_common(paths: Sequence[Sequence[OwnMove]]) -> list[list[OwnMove]]:
    """Return lists of mistakes without those that all have in common."""
    left = [list(path) for path in paths]
    for m in paths[0]:
        if all(m in path for path in left):
            for path in left:
                path.remove(m)
    return left


def matching(
    paths: Sequence[tuple[OwnMove, ...]], others: Sequence[tuple[OwnMove, ...]]
) -> list[int] | None:
    """Return where each list of mistakes stands among others, if both have the same ones once."""
    if len(set(paths)) < len(paths) or sorted(paths) != sorted(others):
        return None
    return [others.index(path) for path in paths]


def alike(one: Origins, other: Origins) -> dict[int, int] | None:
    """Return which node goes with which where two sets' beliefs have to be the same."""
    places = matching([path for path, _ in one.values()], [path for path, _ in other.values()])
    if places is None:
        return None
    nodes, ways = list(other), list(other.values())
    ratios = {p / ways[k][1] for (_, p), k in zip(one.values(), places, strict=True)}
    pairs = zip(one, places, strict=True)
    return {x: nodes[k] for x, k in pairs} if len(ratios) == 1 else None
