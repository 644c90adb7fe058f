"""Zero-sum games: classic values, the exact enumerator as witness, speed."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable
from fractions import Fraction

import pytest
from effort import at_most
from hypothesis import given, settings
from hypothesis import strategies as st

from deterrence.errors import UsageError
from deterrence.game.strategic import StrategicGame
from deterrence.solvers import Solution, solve


def zero_sum(a: list[list[int]], constant: int = 0) -> StrategicGame:
    return StrategicGame.from_matrices(a, [[constant - u for u in row] for row in a])


def profiles(solution: Solution) -> set:
    return {e.profile for e in solution}


def allocations(forces: int, posts: int) -> list[tuple[int, ...]]:
    return [c for c in itertools.product(range(forces + 1), repeat=posts) if sum(c) == forces]


def blotto(
    a: int, b: int, posts: int, worth: Callable[[int, int], int]
) -> tuple[StrategicGame, Solution]:
    rows, columns = allocations(a, posts), allocations(b, posts)
    payoffs = [[sum(map(worth, x, y)) for y in columns] for x in rows]
    game = StrategicGame.from_matrices(
        payoffs,
        [[-u for u in row] for row in payoffs],
        actions=([str(x) for x in rows], [str(y) for y in columns]),
    )
    return game, solve(game, concept="zero-sum")


matrices = st.tuples(st.integers(1, 4), st.integers(1, 4), st.integers(1, 6)).flatmap(
    lambda size: st.lists(
        st.lists(st.integers(0, size[2]), min_size=size[1], max_size=size[1]),
        min_size=size[0],
        max_size=size[0],
    )
)


@given(matrices, st.sampled_from([0, 0, 3]))
@settings(max_examples=100)
def test_all_extreme_equilibria_as_the_exact_enumerator_has_them(
    a: list[list[int]], constant: int
) -> None:
    game = zero_sum(a, constant)
    solution, witness = solve(game, concept="zero-sum"), solve(game, "exact")
    assert solution.status == "complete"
    assert profiles(solution) == profiles(witness)
    assert {e.payoffs["Row"] for e in witness} == {solution.value}
    assert [c.dimension for c in solution.components] == [c.dimension for c in witness.components]
    assert len(solution.components) == 1, "optimal strategies are exchangeable"
    assert {e.regret for e in solution} == {0}


def test_matching_pennies_and_rock_paper_scissors() -> None:
    pennies = solve(zero_sum([[1, -1], [-1, 1]]), concept="zero-sum")
    assert pennies.value == 0
    assert str(pennies.equilibria[0].profile) == "Row: r1 1/2 (0.5), r2 1/2 (0.5); " + (
        "Column: c1 1/2 (0.5), c2 1/2 (0.5)"
    )
    roshambo = solve(zero_sum([[0, -1, 1], [1, 0, -1], [-1, 1, 0]]), concept="zero-sum")
    assert set(roshambo.equilibria[0].profile["Row"].values()) == {Fraction(1, 3)}


def test_colonel_blotto_four_against_three() -> None:
    """Gross and Wagner 1950: the winner of a post also captures the loser's regiments."""

    def worth(p: int, q: int) -> int:
        return (q + 1) * (p > q) - (p + 1) * (p < q)

    _, solution = blotto(4, 3, 2, worth)
    assert solution.value == Fraction(14, 9)
    assert solution.status == "complete"
    mine = [e.profile["Row"] for e in solution]
    assert all(s["(4, 0)"] == s["(0, 4)"] == Fraction(4, 9) for s in mine)
    assert all(s["(2, 2)"] == Fraction(1, 9) for s in mine)


@pytest.mark.parametrize(
    ("a", "b", "posts", "value"),
    [
        (6, 3, 3, "13/9"),
        (4, 3, 2, "1/2"),
        (5, 3, 2, "5/6"),
        pytest.param(5, 4, 3, "1/2", marks=pytest.mark.slow),
        pytest.param(6, 4, 3, "1", marks=pytest.mark.slow),
        pytest.param(7, 5, 3, "5/6", marks=pytest.mark.slow),
    ],
)
def test_discrete_blotto_values(a: int, b: int, posts: int, value: str) -> None:
    _, solution = blotto(a, b, posts, lambda p, q: (p > q) - (p < q))
    assert solution.value == Fraction(value)
    assert solution.status == "complete"


@given(matrices)
@settings(max_examples=40)
def test_the_value_changes_sign_with_the_roles(a: list[list[int]]) -> None:
    turned = [[-u for u in column] for column in zip(*a, strict=True)]
    first, second = (solve(zero_sum(m), concept="zero-sum") for m in (a, turned))
    assert first.value is not None
    assert second.value == -first.value
    assert len(first) == len(second)


def test_thirty_by_thirty_in_seconds() -> None:
    rng = random.Random(30)
    for top in (1, 10**6):
        a = [[rng.randint(0, top) for _ in range(30)] for _ in range(30)]
        with at_most(5):
            solution = solve(zero_sum(a), concept="zero-sum", time_limit=5)
        assert solution.status == "complete"
        assert {e.regret for e in solution} == {0}


def test_a_game_that_is_not_zero_sum_names_a_cell() -> None:
    game = StrategicGame.from_matrices([[1, 2], [3, 4]], [[-1, -2], [-3, 0]])
    with pytest.raises(UsageError, match=r"sum to 4 in \(r2, c2\)"):
        solve(game, concept="zero-sum")


def test_constant_sum_says_so() -> None:
    solution = solve(zero_sum([[1, -1], [-1, 1]], constant=10), concept="zero-sum")
    assert solution.value == 0
    assert any("sum to 10" in message for message in solution.messages)


def test_too_little_time_is_partial_or_none() -> None:
    _, solution = blotto(4, 3, 2, lambda p, q: (p > q) - (p < q))
    game = solution.game
    hurried = solve(game, concept="zero-sum", time_limit=1e-6)
    assert hurried.status == "none"
    assert hurried.value is None
    assert any("limit was reached" in message for message in hurried.messages)


def test_as_a_nash_solver() -> None:
    game = zero_sum([[3, 0], [0, 2]])
    assert profiles(solve(game, "zero-sum-lp")) == profiles(solve(game, "exact"))
