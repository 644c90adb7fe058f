"""Float answers become exact equilibria, or nothing."""

from __future__ import annotations

import math
import random
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from deterrence.solvers.strategic.enumeration import enumerate_extreme
from deterrence.solvers.strategic.polish import is_equilibrium, polish

games = st.integers(1, 4).flatmap(
    lambda m: st.integers(1, 4).flatmap(
        lambda n: st.tuples(
            *(
                st.lists(
                    st.lists(st.integers(0, 5), min_size=n, max_size=n), min_size=m, max_size=m
                )
                for _ in range(2)
            )
        )
    )
)


@given(games, st.integers(0, 10**6))
@settings(max_examples=120)
def test_noise_on_an_equilibrium_is_removed(game: tuple, seed: int) -> None:
    a, b = game
    rng = random.Random(seed)
    found = enumerate_extreme(a, b)
    for i, j in found.pairs:
        x, y = found.rows[i], found.columns[j]
        noisy = [[float(p) + rng.uniform(-1e-11, 1e-11) for p in s] for s in (x, y)]
        assert polish(a, b, *noisy) == (x, y)


@given(games, st.data())
@settings(max_examples=120)
def test_anything_that_comes_back_is_an_extreme_equilibrium(
    game: tuple, data: st.DataObject
) -> None:
    a, b = game
    floats = st.one_of(st.floats(0, 1), st.sampled_from([0.0, 0.5, 1.0, 1 / 3, math.nan, 1e-10]))
    x = data.draw(st.lists(floats, min_size=len(a), max_size=len(a)))
    y = data.draw(st.lists(floats, min_size=len(a[0]), max_size=len(a[0])))
    result = polish(a, b, x, y)
    if result is not None:
        found = enumerate_extreme(a, b)
        assert result in {(found.rows[i], found.columns[j]) for i, j in found.pairs}


def test_a_point_inside_a_continuum_moves_to_one_of_its_ends() -> None:
    """Row is indifferent, Column strictly prefers the left: every x is an equilibrium."""
    a, b = [[1, 0], [1, 0]], [[1, 0], [1, 0]]
    result = polish(a, b, [0.3, 0.7], [1.0, 0.0])
    assert result is not None
    assert result[0] in {(1, 0), (0, 1)}


def test_wrong_shapes_and_nonsense_are_refused() -> None:
    a, b = [[1, 0], [0, 1]], [[1, 0], [0, 1]]
    assert polish(a, b, [1.0], [0.5, 0.5]) is None
    assert polish(a, b, [math.nan, 1.0], [0.5, 0.5]) is None
    assert polish(a, b, [math.inf, 1.0], [0.5, 0.5]) is None
    assert polish(a, b, [0.0, 0.0], [0.0, 0.0]) is None
    assert polish(a, b, [0.6, 0.4], [0.5, 0.5]) is None
    assert polish(a, b, [1.0, 0.0], [0.0, 1.0]) is None


def test_what_floats_cannot_tell_apart_is_decided_exactly() -> None:
    """The second row is better by 1e-14: in floats a tie, but no equilibrium plays the first."""
    better = 1 + Fraction(1, 10**14)
    a, b = [[1, 0], [better, 0]], [[1, 0], [1, 0]]
    assert polish(a, b, [1.0, 0.0], [1.0, 0.0]) is None
    assert polish(a, b, [0.5, 0.5], [1.0, 0.0]) is None
    assert polish(a, b, [0.0, 1.0], [1.0, 0.0]) == ((0, 1), (1, 0))


def test_is_equilibrium_is_exact() -> None:
    a, b = [[1, 0], [0, 1]], [[0, 1], [1, 0]]
    half = (Fraction(1, 2),) * 2
    assert is_equilibrium(a, b, half, half)
    close = Fraction(1, 2) + Fraction(1, 10**40), Fraction(1, 2) - Fraction(1, 10**40)
    assert not is_equilibrium(a, b, close, half)
    assert not is_equilibrium(a, b, (Fraction(2), Fraction(-1)), half)
