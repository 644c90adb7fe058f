"""Stacks of numeric games against exact enumeration, and against what theory says."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from points_games import assert_identical, assert_same

from deterrence.analysis.points.block import COMPILED, EXACT, PointBlock
from deterrence.analysis.points.kernel.stack import PLAYERS, solve_stack
from deterrence.errors import UsageError
from deterrence.solvers.strategic.enumeration import enumerate_extreme


def exact_sets(a: Any, b: Any) -> list[set[Any]]:
    """Return all extreme equilibria of every game, as sets of pairs of rational strategies."""
    found = []
    for rows, columns in zip(a.tolist(), b.tolist(), strict=True):
        left, right = ([[Fraction(x) for x in line] for line in u] for u in (rows, columns))
        e = enumerate_extreme(left, right)
        assert e.complete
        found.append({(e.rows[i], e.columns[j]) for i, j in e.pairs})
    return found


def check(block: PointBlock, a: Any, b: Any) -> None:
    """Check a block against the exact enumeration, and payoffs and regrets from the matrices."""
    scale = max(1.0, float(np.abs(a).max()), float(np.abs(b).max()))
    for g, expected in enumerate(exact_sets(a, b)):
        count = int(block.count[g])
        assert count == len(expected)
        rest = {tuple(map(float, (*x, *y))) for x, y in expected}
        for e in range(count):
            x, y = (block.probabilities[p][g, e] for p in PLAYERS)
            near = min(rest, key=lambda r: np.abs(np.array(r) - [*x, *y]).max())
            assert np.abs(np.array(near) - [*x, *y]).max() < 1e-9
            rest.remove(near)
            for player, u in zip(PLAYERS, (a[g], b[g]), strict=True):
                assert abs(block.payoffs[player][g, e] - x @ u @ y) <= 1e-12 * scale
        assert np.isnan(block.probabilities["Row"][g, count:]).all()
        assert (block.component[g, count:] == -1).all()
        assert (block.component[g, :count] >= 0).all()


@st.composite
def integer_stacks(draw: st.DrawFn) -> tuple[Any, Any]:
    """Stacks of small games with payoffs 0..3: most are degenerate."""
    m, n = draw(st.integers(1, 4)), draw(st.integers(1, 4))
    seed = draw(st.integers(0, 2**32 - 1))
    top = draw(st.sampled_from([1, 2, 3]))
    rng = np.random.default_rng(seed)
    shape = (6 if m * n <= 9 else 2, m, n)
    return rng.integers(0, top + 1, shape), rng.integers(0, top + 1, shape)


@settings(max_examples=60)
@given(integer_stacks())
def test_degenerate_integer_games(games: tuple[Any, Any]) -> None:
    check(solve_stack(*games, compiled=False), *games)


@settings(max_examples=25)
@given(integer_stacks())
def test_numba_and_numpy_agree_to_the_bit(games: tuple[Any, Any]) -> None:
    pytest.importorskip("numba")
    assert_identical(solve_stack(*games, compiled=True), solve_stack(*games, compiled=False))


@pytest.mark.parametrize("size", [(2, 2), (3, 3), (4, 4), (2, 5), (5, 5)])
@pytest.mark.parametrize("compiled", [False, True])
def test_random_games_are_done_in_floats(size: tuple[int, int], compiled: bool) -> None:
    if compiled:
        pytest.importorskip("numba")
    rng = np.random.default_rng(8)
    a, b = rng.normal(size=(2, 40, *size))
    block = solve_stack(a, b, compiled=compiled)
    check(block, a, b)
    assert (block.engine == COMPILED).all()
    # Games without ties have an odd number of equilibria (Wilson 1971), all isolated.
    assert (block.count % 2 == 1).all()
    assert not block.continuum.any()


def badly_scaled(kind: str, rng: Any) -> tuple[Any, Any]:
    if kind == "offset":  # payoffs that differ by 1 to 9, on an offset of 1e9
        a, b = rng.integers(0, 9, (2, 30, 3, 3)) + 1e9
        return a, b
    a, b = rng.normal(size=(2, 30, 3, 3))
    if kind == "rows":  # 1e8 beside 1e-3
        a[:, 0] *= 1e8
        b *= 1e-3
    elif kind == "one":
        a[:, 0, 0] = 1e8
        b[:, 1, 2] = 1e8
    else:  # ties but for the last bit
        a, b = np.round(a), np.round(b)
        a[:, 0, 0] = np.nextafter(a[:, 0, 0], 9)
        b[:, 1, 1] = np.nextafter(b[:, 1, 1], -9)
    return a, b


@pytest.mark.parametrize("kind", ["offset", "rows", "one", "nearly tied"])
def test_badly_scaled_games_are_right(kind: str) -> None:
    a, b = badly_scaled(kind, np.random.default_rng(4))
    check(solve_stack(a, b, compiled=False), a, b)


def test_ties_are_solved_exactly_and_say_so() -> None:
    # The column player does not care: every reply is best, a continuum of equilibria.
    block = solve_stack([[[1, 0], [0, 1]]], [[[5, 5], [5, 5]]])
    assert block.engine.tolist() == [EXACT]
    assert block.continuum.tolist() == [True]
    assert block.complete.tolist() == [True]


@settings(max_examples=30)
@given(integer_stacks(), st.permutations(range(4)), st.permutations(range(4)))
def test_renaming_actions_renames_equilibria(
    games: tuple[Any, Any], rows: list[int], columns: list[int]
) -> None:
    a, b = games
    p = [k for k in rows if k < a.shape[1]]
    q = [k for k in columns if k < a.shape[2]]
    block = solve_stack(a, b, compiled=False)
    renamed = solve_stack(a[:, p][:, :, q], b[:, p][:, :, q], compiled=False)
    np.testing.assert_array_equal(block.count, renamed.count)
    np.testing.assert_array_equal(block.component.max(axis=1), renamed.component.max(axis=1))
    for g in range(len(a)):
        assert strategies(block, g, p, q) == strategies(renamed, g, None, None)


def strategies(block: PointBlock, g: int, p: Any, q: Any) -> set[tuple[float, ...]]:
    found = set()
    for e in range(block.count[g]):
        x, y = (block.probabilities[player][g, e] for player in PLAYERS)
        x, y = (x if p is None else x[p]), (y if q is None else y[q])
        found.add(tuple(np.round([*x, *y], 9) + 0.0))
    return found


@settings(max_examples=30)
@given(integer_stacks(), st.integers(1, 5), st.integers(-3, 3), st.integers(1, 5))
def test_scaling_and_shifting_payoffs_changes_no_equilibrium(
    games: tuple[Any, Any], factor: int, shift: int, other: int
) -> None:
    a, b = games
    block = solve_stack(a, b, compiled=False)
    changed = solve_stack(a * factor + shift, b * other - shift, compiled=False)
    for player, u, c, s in (("Row", a, factor, shift), ("Column", b, other, -shift)):
        del u
        np.testing.assert_allclose(
            changed.probabilities[player], block.probabilities[player], atol=1e-12
        )
        np.testing.assert_allclose(changed.payoffs[player], block.payoffs[player] * c + s)
    np.testing.assert_array_equal(changed.component, block.component)


def test_a_game_does_not_depend_on_its_stack() -> None:
    rng = np.random.default_rng(1)
    a, b = rng.normal(size=(2, 300, 3, 3))
    a[::7] = np.round(a[::7])
    whole = solve_stack(a, b, compiled=False)
    part = solve_stack(a[13:45], b[13:45], compiled=False)
    width = part.component.shape[1]
    assert part.engine.tolist() == whole.engine[13:45].tolist()
    for player in PLAYERS:
        mine, theirs = part.probabilities[player], whole.probabilities[player][13:45, :width]
        assert mine.tobytes() == np.ascontiguousarray(theirs).tobytes()


def test_large_games_are_solved_exactly() -> None:
    rng = np.random.default_rng(1)
    a, b = rng.integers(0, 9, (2, 1, 9, 9))
    block = solve_stack(a, b, compiled=False)
    assert block.engine.tolist() == [EXACT]
    check(block, a, b)


def test_empty_stacks_and_single_cells() -> None:
    empty = solve_stack(np.zeros((0, 2, 2)), np.zeros((0, 2, 2)))
    assert empty.component.shape == (0, 0)
    assert_same(empty, empty)
    single = solve_stack([[[7.5]]], [[[-1.0]]])
    assert single.count.tolist() == [1]
    assert single.payoffs["Row"].tolist() == [[7.5]]


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ([[1, 2]], [[1, 2]]),
        (np.zeros((2, 2, 2)), np.zeros((2, 2, 3))),
        (np.zeros((1, 0, 2)), np.zeros((1, 0, 2))),
        ([[[np.nan]]], [[[1.0]]]),
        ([[[1.0]]], [[[np.inf]]]),
    ],
)
def test_what_is_no_stack_is_refused(row: Any, column: Any) -> None:
    with pytest.raises(UsageError):
        solve_stack(row, column)
