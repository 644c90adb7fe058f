"""Which mistakes lead where: what consistent beliefs are made of.

>>> one = {1: (((0, 1),), Fraction(1, 2)), 2: (((0, 2),), Fraction(1, 2))}
>>> alike(one, {7: (((0, 2),), Fraction(1)), 8: (((0, 1),), Fraction(1))})
{1: 8, 2: 7}
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from deterrence.solvers.beliefs.tree_facts import OwnMove, TreeFacts

_ONE = Fraction(1)


#: By node: the mistakes that lead there, and chance's part.
Origins = dict[int, tuple[tuple[OwnMove, ...], Fraction]]


def origins(facts: TreeFacts, h: int, is_open: Callable[[int], bool]) -> Origins:
    """Return, by node of a set, the others' mistakes that lead there and chance's part.

    ``is_open`` says whether the move that leads to a node is made; all others are mistakes.
    Mistakes that lead to all nodes are left out.  Events of chance with probability 0
    count as mistakes.
    """
    game, me = facts.game, facts.mover[h]
    found: dict[int, tuple[list[OwnMove], Fraction]] = {}
    for x in game.sets[h].nodes:
        mistakes: list[OwnMove] = []
        factor, k = _ONE, x
        while k > 0:
            node = game.nodes[k]
            s = game.nodes[node.parent].set
            if game.sets[s].is_chance:
                p = game.sets[s].chances[node.move]
                if p:
                    factor *= p
                else:
                    mistakes.append((s, node.move))
            elif facts.mover[s] != me and not is_open(k):
                mistakes.append((s, node.move))
            k = node.parent
        found[x] = mistakes, factor
    first = next(iter(found.values()))[0]
    for step in list(first):
        if all(step in mistakes for mistakes, _ in found.values()):
            for mistakes, _ in found.values():
                mistakes.remove(step)
    return {x: (tuple(sorted(mistakes)), factor) for x, (mistakes, factor) in found.items()}


def alike(one: Origins, other: Origins) -> dict[int, int] | None:
    """Return which node goes with which where two sets' beliefs have to be the same."""
    if len(one) != len(other):
        return None
    left = {mistakes: (y, p) for y, (mistakes, p) in other.items()}
    if len(left) < len(other) or len({m for m, _ in one.values()}) < len(one):
        return None
    matched, ratios = {}, set()
    for x, (mistakes, p) in one.items():
        if mistakes not in left:
            return None
        y, q = left[mistakes]
        matched[x] = y
        ratios.add(p / q)
    return matched if len(ratios) == 1 else None
