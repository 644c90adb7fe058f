"""Which replies are best together: the sets of actions that one belief makes all best.

``worth`` has for each action what it pays at every node that may have been reached.

>>> fight, talk, leave = [Fraction(3), Fraction(0)], [Fraction(0), Fraction(3)], [Fraction(1)] * 2
>>> best_together({0: fight, 1: talk, 2: leave})
[(0, 1)]
>>> best_at_one_belief({0: fight, 1: talk, 2: leave}, (2,))
False
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from fractions import Fraction

from deterrence.algebra.linear import maximise

_ZERO, _ONE = Fraction(0), Fraction(1)


def best_at_one_belief(worth: Mapping[int, Sequence[Fraction]], chosen: Sequence[int]) -> bool:
    """Say whether some actions are all best for one belief on the nodes."""
    first = worth[chosen[0]]
    gaps = {a: [p - q for p, q in zip(u, first, strict=True)] for a, u in worth.items()}
    worse = [gap for a, gap in gaps.items() if a not in chosen]
    sums = [*(gaps[a] for a in chosen[1:]), [_ONE] * len(first)]
    values = [*[_ZERO] * (len(sums) - 1), _ONE]
    nothing = [_ZERO] * len(first)
    return maximise(nothing, worse, [_ZERO] * len(worse), sums, values).status == "optimal"


def best_together(worth: Mapping[int, Sequence[Fraction]]) -> list[tuple[int, ...]]:
    """Return the largest sets of actions that are all best at one belief."""
    found: list[tuple[int, ...]] = []
    for size in range(len(worth), 0, -1):
        for chosen in itertools.combinations(worth, size):
            if not any(set(chosen) <= set(f) for f in found) and best_at_one_belief(worth, chosen):
                found.append(chosen)
    return found
