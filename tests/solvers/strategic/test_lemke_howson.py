"""Lemke and Howson's paths: every one ends at an equilibrium, by definition and by witnesses."""

from __future__ import annotations

import itertools
import random
from fractions import Fraction

import pytest
from effort import at_most
from hypothesis import given, settings
from hypothesis import strategies as st

from deterrence.algebra.large_systems import solve_large
from deterrence.game.strategic import StrategicGame
from deterrence.limits.deadline import Deadline
from deterrence.solvers import solve
from deterrence.solvers.strategic import auto, lemke_howson
from deterrence.solvers.strategic.lemke_howson import paths
from deterrence.solvers.strategic.zero_sum import equivalent

Matrix = list[list[int]]


def random_pair(m: int, n: int, top: int, seed: int) -> tuple[Matrix, Matrix]:
    rng = random.Random(seed)
    a, b = ([[rng.randint(-top, top) for _ in range(n)] for _ in range(m)] for _ in "ab")
    return a, b


def gains(a: Matrix, b: Matrix, x: tuple[Fraction, ...], y: tuple[Fraction, ...]) -> list[Fraction]:
    """Return what each player gains by the best deviation, by definition."""
    assert sum(x) == sum(y) == 1
    assert min(*x, *y) >= 0
    mine = [sum(u * q for u, q in zip(row, y, strict=True)) for row in a]
    theirs = [sum(row[j] * p for row, p in zip(b, x, strict=True)) for j in range(len(y))]
    return [
        max(mine) - sum(u * p for u, p in zip(mine, x, strict=True)),
        max(theirs) - sum(u * q for u, q in zip(theirs, y, strict=True)),
    ]


def cramer(rows: list[list[Fraction]]) -> list[Fraction] | None:
    """Solve n equations in n unknowns, right-hand sides last, by plain elimination."""
    rows, n = [list(map(Fraction, row)) for row in rows], len(rows)
    for k in range(n):
        found = next((r for r in range(k, n) if rows[r][k]), None)
        if found is None:
            return None
        rows[k], rows[found] = rows[found], rows[k]
        rows[k] = [u / rows[k][k] for u in rows[k]]
        for r in range(n):
            if r != k:
                rows[r] = [u - rows[r][k] * w for u, w in zip(rows[r], rows[k], strict=True)]
    return [row[-1] for row in rows]


def by_supports(a: Matrix, b: Matrix) -> set:
    """Return the equilibria with supports of equal size whose equations have one solution."""
    found = set()
    for size in range(1, min(len(a), len(a[0])) + 1):
        for rows in itertools.combinations(range(len(a)), size):
            for columns in itertools.combinations(range(len(a[0])), size):
                x = cramer(
                    [[*(b[i][j] for i in rows), -1, 0] for j in columns] + [[1] * size + [0, 1]]
                )
                y = cramer(
                    [[*(a[i][j] for j in columns), -1, 0] for i in rows] + [[1] * size + [0, 1]]
                )
                if x is None or y is None or min(x[:-1]) < 0 or min(y[:-1]) < 0:
                    continue
                whole_x = tuple(x[rows.index(i)] if i in rows else 0 for i in range(len(a)))
                whole_y = tuple(
                    y[columns.index(j)] if j in columns else 0 for j in range(len(a[0]))
                )
                if not any(gains(a, b, whole_x, whole_y)):
                    found.add((whole_x, whole_y))
    return found


sizes = st.integers(1, 5)


@given(sizes, sizes, st.sampled_from([1, 2, 3, 50]), st.integers(0, 10**6), st.booleans())
@settings(max_examples=150)
def test_every_path_ends_at_an_equilibrium(m: int, n: int, top: int, seed: int, big: bool) -> None:
    a, b = random_pair(m, n, top, seed)
    with pytest.MonkeyPatch.context() as patch:
        if big:  # as if the game were large: floats find the basis
            patch.setattr(lemke_howson, "EXACT_CELLS", 0)
        found = paths(a, b, 10**9)
    assert found.ended == found.labels == m + n
    assert found.profiles
    for x, y in found.profiles:
        assert gains(a, b, x, y) == [0, 0]


@pytest.mark.parametrize("seed", range(8))
def test_in_generic_games_paths_lead_to_equilibria_of_the_brute_force(seed: int) -> None:
    a, b = random_pair(4, 4, 10**6, seed)
    every = by_supports(a, b)
    assert len(every) % 2 == 1, "nondegenerate: an odd number"
    assert set(paths(a, b, 10**9).profiles) <= every


def test_a_tie_in_every_cell_does_not_make_a_path_go_in_circles() -> None:
    found = paths([[0] * 6] * 6, [[1] * 6] * 6, 10**9)
    assert found.ended == 12


def test_floats_that_err_are_replaced_by_whole_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lemke_howson, "EXACT_CELLS", 0)
    monkeypatch.setattr(lemke_howson, "solve_large", lambda a, b: None)
    a, b = random_pair(3, 4, 5, 1)
    found = paths(a, b, 10**9)
    assert found.ended == 1
    assert gains(a, b, *found.profiles[0]) == [0, 0]


def test_payoffs_of_any_size() -> None:
    a, b = ([[Fraction(u) * 10**40 + 1 for u in row] for row in m] for m in random_pair(6, 6, 9, 3))
    assert gains(a, b, *paths(a, b, 1).profiles[0]) == [0, 0]


def test_large_games_take_little_work() -> None:
    with at_most(4):
        for m, n, top in ((100, 100, 100), (100, 100, 2), (20, 20, 9)):
            a, b = random_pair(m, n, top, m)
            found = paths(a, b, 1)
            assert found.ended == 1, "one path is enough"
            assert gains(a, b, *found.profiles[0]) == [0, 0]


def test_the_time_limit_still_holds() -> None:
    a, b = random_pair(60, 60, 9, 1)
    limit = Deadline(60)
    limit.interrupt()
    assert paths(a, b, 1, limit).ended == 0


@given(st.integers(1, 7), st.integers(0, 3), st.integers(0, 10**6), st.booleans())
@settings(max_examples=100)
def test_large_systems_are_solved_as_elimination_solves_them(
    n: int, more: int, seed: int, solvable: bool
) -> None:
    rng = random.Random(seed)
    a = [[rng.randint(-3, 3) for _ in range(n)] for _ in range(n)]
    a += [[-2 * u for u in rng.choice(a)] for _ in range(more)]
    x = [rng.randint(-3, 3) for _ in range(n)]
    b = [sum(u * v for u, v in zip(row, x, strict=True)) + (not solvable) for row in a]
    found = solve_large(a, b)
    square = cramer([[*row, right] for row, right in zip(a[:n], b[:n], strict=True)])
    holds = square is not None and all(
        sum(u * v for u, v in zip(row, square, strict=True)) == right
        for row, right in zip(a, b, strict=True)
    )
    assert found == (tuple(square or ()) if holds else None)


# ---- the default order --------------------------------------------------------------------------
def game_of(a: Matrix, b: Matrix) -> StrategicGame:
    return StrategicGame.from_matrices(a, b)


@given(st.integers(1, 4), st.integers(1, 4), st.integers(1, 3), st.integers(0, 10**6))
@settings(max_examples=80)
def test_zero_sum_in_other_units_is_recognised(m: int, n: int, top: int, seed: int) -> None:
    rng = random.Random(seed)
    zero, rows = [[rng.randint(-top, top) for _ in range(n)] for _ in range(m)], range(m)
    row, column = ([rng.randint(-5, 5) for _ in range(k)] for k in (m, n))
    factor = Fraction(rng.randint(1, 5), rng.randint(1, 5))
    a = [[Fraction(u + c) for u, c in zip(zero[i], column, strict=True)] for i in rows]
    b = [[(row[i] - u) / factor for u in zero[i]] for i in rows]
    found = equivalent(a, b)
    assert found is not None
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(auto, "SURE_WORK", 0)
        solution = solve(game_of(a, b))
    witness = solve(game_of(a, b), "exact")
    assert solution.status == "complete"
    assert [e.profile for e in solution] == [e.profile for e in witness]
    assert (solution.value is None) == (found[1] is None)


def test_other_games_are_not_taken_for_zero_sum() -> None:
    pennies = [[1, -1], [-1, 1]], [[-1, 1], [1, -1]]
    assert equivalent(*pennies) is not None
    assert equivalent(pennies[0], pennies[0]) is None, "a common interest"
    assert equivalent(pennies[0], [[0, 0], [0, 0]]) is None
    assert equivalent([[0, 0], [0, 0]], pennies[0]) is None
    assert equivalent([[0, -1], [1, -10]], [[0, 1], [-1, -10]]) is None
    a, _ = random_pair(5, 5, 9, 1)
    minus = [[-u for u in row] for row in a]
    assert equivalent(a, minus) is not None
    minus[4][4] += 1
    assert equivalent(a, minus) is None


@given(st.integers(1, 4), st.integers(1, 4), st.sampled_from([1, 3, 99]), st.integers(0, 10**6))
@settings(max_examples=60)
def test_the_order_for_large_games_finds_nothing_but_equilibria(
    m: int, n: int, top: int, seed: int
) -> None:
    """On small games, where the enumeration knows them all; it must still be complete."""
    game = game_of(*random_pair(m, n, top, seed))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(auto, "SURE_WORK", 0)
        solution = solve(game)
        patch.setattr(auto, "enumerate_into", lambda *args: None)
        first = solve(game)
    witness = {e.profile for e in solve(game, "exact")}
    assert {e.profile for e in solution} == witness
    assert solution.status == "complete"
    assert first.equilibria
    assert {e.profile for e in first} <= witness


def test_large_games_answer_at_once_and_alike() -> None:
    game = game_of(*random_pair(18, 18, 9, 5))
    with at_most(4):
        solution = solve(game)
    assert solution.status == "partial"
    assert any("lemke-howson" in e.found_by for e in solution)
    assert {e.regret for e in solution} == {0}
    assert not any("payoff-dominant" in e.refinements for e in solution)
    text = " ".join(solution.messages)
    assert "there may be more equilibria" in text
    assert "time" not in text
    assert solve(game) == solution


def test_pure_equilibria_of_a_large_game_are_all_there() -> None:
    a, b = random_pair(32, 100, 1000, 7)
    for k in (3, 20, 31):
        a[k][2 * k] = b[k][2 * k] = 2000
    with at_most(6):
        solution = solve(game_of(a, b))
    pure = [e for e in solution if "pure" in e.found_by]
    best = [
        (i, j)
        for i, j in itertools.product(range(32), range(100))
        if a[i][j] == max(row[j] for row in a) and b[i][j] == max(b[i])
    ]
    assert len(best) >= 3
    played = [tuple(int(e.profile.support(p)[0][1:]) - 1 for p in ("Row", "Column")) for e in pure]
    assert sorted(played) == best
