"""Weak dominance by mixtures, by trying every corner: shares no code with the package."""

from __future__ import annotations

import itertools
from fractions import Fraction


def solution(rows: list[list[Fraction]], right: list[Fraction]) -> list[Fraction] | None:
    """Solve a square system over the fractions, None where it has no one solution."""
    size = len(rows)
    table = [[*map(Fraction, row), Fraction(b)] for row, b in zip(rows, right, strict=True)]
    for k in range(size):
        pivot = next((r for r in range(k, size) if table[r][k]), None)
        if pivot is None:
            return None
        table[k], table[pivot] = table[pivot], table[k]
        table[k] = [x / table[k][k] for x in table[k]]
        for r in range(size):
            if r != k and table[r][k]:
                table[r] = [x - table[r][k] * y for x, y in zip(table[r], table[k], strict=True)]
    return [row[-1] for row in table]


def is_dominated(payoffs: list[list[Fraction]], mine: tuple[Fraction, ...]) -> bool:
    """Try every corner of the set of mixtures that are nowhere worse; ``payoffs[own][other]``."""
    size, width = len(payoffs), len(payoffs[0])
    own = [sum(p * u[c] for p, u in zip(mine, payoffs, strict=True)) for c in range(width)]
    equations = [([Fraction(k == j) for k in range(size)], Fraction(0)) for j in range(size)]
    equations += [([u[c] for u in payoffs], own[c]) for c in range(width)]
    for chosen in itertools.combinations(equations, size - 1):
        rows = [[Fraction(1)] * size, *(row for row, _ in chosen)]
        found = solution(rows, [Fraction(1), *(b for _, b in chosen)])
        if found is None or min(found) < 0:
            continue
        worth = [sum(p * u[c] for p, u in zip(found, payoffs, strict=True)) for c in range(width)]
        if all(w >= o for w, o in zip(worth, own, strict=True)) and sum(worth) > sum(own):
            return True
    return False
