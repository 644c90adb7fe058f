"""Symbolic vertices at numbers against a search over all supports and ties, by definition."""

from __future__ import annotations

import itertools
import math
import random
from fractions import Fraction

import pytest
import sympy
from sympy import ZZ, ring

from deterrence.symbolic.matrices.vertices import vertices


def by_definition(
    matrix: list[list[int]],
) -> set[tuple[tuple[tuple[int, Fraction], ...], frozenset[int]]]:
    """Return every mixture that ties as many best replies as it has actions, and its replies.

    ``matrix[i][j]`` is what the other side gets; the matrix is generic, so ties are exact.
    """
    found = set()
    m, n = len(matrix), len(matrix[0])
    for size in range(1, min(m, n) + 1):
        for support in itertools.combinations(range(m), size):
            for tight in itertools.combinations(range(n), size):
                rows = [[matrix[i][j] - matrix[i][tight[0]] for i in support] for j in tight[1:]]
                equations = sympy.Matrix([*rows, [1] * size])
                if equations.det() == 0:
                    continue
                right = sympy.Matrix([0] * (size - 1) + [1])
                x = [Fraction(int(v.p), int(v.q)) for v in equations.LUsolve(right)]
                if min(x) <= 0:
                    continue
                worth = [
                    sum((p * matrix[i][j] for p, i in zip(x, support, strict=True)), Fraction(0))
                    for j in range(n)
                ]
                if max(worth) == worth[tight[0]]:
                    replies = frozenset(j for j in range(n) if worth[j] == max(worth))
                    found.add((tuple(zip(support, x, strict=True)), replies))
    return found


def number(poly, values: list[int]) -> int:
    return sum(
        int(c) * math.prod(x**e for x, e in zip(values, powers, strict=True))
        for powers, c in poly.terms()
    )


def at_numbers(symbolic, values: list[int]):
    """Return the same from the symbolic vertices of a matrix with one symbol per entry."""
    found = set()
    for v in symbolic:
        weights = [number(w, values) for w in v.weights]
        gaps = {j: number(g, values) for j, g in v.gaps}
        sign = 1 if weights[0] > 0 else -1
        if any(w * sign <= 0 for w in weights) or any(g * sign < 0 for g in gaps.values()):
            continue
        total = sum(weights)
        mix = tuple((i, Fraction(w, total)) for i, w in zip(v.support, weights, strict=True))
        found.add((mix, frozenset(v.tight) | {j for j, g in gaps.items() if not g}))
    return found


@pytest.mark.parametrize(("m", "n"), [(2, 2), (2, 3), (3, 2), (3, 3)])
def test_generic_games(m: int, n: int) -> None:
    names = [f"u{i}{j}" for i in range(m) for j in range(n)]
    R, *symbols = ring(names, ZZ)
    symbolic = vertices(R, [symbols[i * n : (i + 1) * n] for i in range(m)], range(n))
    assert len({(v.support, v.tight) for v in symbolic}) == len(symbolic)
    chosen = random.Random(m * 10 + n)
    for _ in range(12):
        values = chosen.sample(range(-60, 60), m * n)
        matrix = [values[i * n : (i + 1) * n] for i in range(m)]
        assert at_numbers(symbolic, values) == by_definition(matrix)


def test_supports_without_a_solution_are_left_out() -> None:
    R, a, b = ring("a,b", ZZ)
    payoffs = [[a, a + 1], [b, b + 1]]  # the second reply is always better by as much
    assert {v.support for v in vertices(R, payoffs, range(2))} == {(0,), (1,)}


def test_common_factors_are_kept_apart() -> None:
    R, a, b = ring("a,b", ZZ)
    payoffs = [[a * b, R(0)], [R(0), 2 * a * b]]
    (mixed,) = [v for v in vertices(R, payoffs, range(2)) if len(v.support) == 2]
    assert {abs(int(w.LC)) for w in mixed.weights if w.is_ground} == {1, 2}
    assert mixed.commons in ((a * b,), (-a * b,))
    assert mixed.replies == {0, 1}


def test_replies_can_be_tied_for_all_values() -> None:
    R, a = ring("a", ZZ)
    pure = vertices(R, [[a, a, a - 1]], range(3))
    assert {v.replies for v in pure if v.tight == (0,)} == {frozenset({0, 1})}


def test_a_search_can_be_stopped() -> None:
    R, *u = ring("u0:9", ZZ)
    payoffs = [u[0:3], u[3:6], u[6:9]]
    asked = []

    def stop() -> bool:
        asked.append(0)
        return len(asked) > 4

    assert len(vertices(R, payoffs, range(3), stop)) <= 4
