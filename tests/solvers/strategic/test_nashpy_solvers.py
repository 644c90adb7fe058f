"""nashpy's algorithms behind our wrappers: never wrong, never stuck, never a traceback."""

from __future__ import annotations

import random
import warnings
from fractions import Fraction

import pytest
from effort import at_most

from deterrence.game.strategic import StrategicGame
from deterrence.limits.deadline import Deadline
from deterrence.solvers import solve
from deterrence.solvers.strategic.enumeration import enumerate_extreme
from deterrence.solvers.strategic.nashpy_solvers import ALGORITHMS, search

NAMES = sorted(ALGORITHMS)
Matrix = list[list[Fraction]]


def random_games(m: int, n: int, top: int, count: int, seed: int) -> list[tuple[Matrix, Matrix]]:
    rng = random.Random(seed)
    return [
        tuple([[Fraction(rng.randint(0, top)) for _ in range(n)] for _ in range(m)] for _ in "ab")
        for _ in range(count)
    ]


def everything(a: Matrix, b: Matrix) -> set:
    found = enumerate_extreme(a, b)
    assert found.complete
    return {(found.rows[i], found.columns[j]) for i, j in found.pairs}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    ("m", "n", "top", "count"),
    [(2, 2, 3, 60), (3, 3, 3, 60), (2, 4, 2, 30), (3, 3, 100, 40), (6, 6, 1000, 3)],
)
def test_only_equilibria_and_no_noise(name: str, m: int, n: int, top: int, count: int) -> None:
    for a, b in random_games(m, n, top, count, seed=m * n + top):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            searched = search(name, a, b, Deadline(30))
        assert searched.finished
        assert not any("failed" in message for message in searched.messages)
        assert set(searched.profiles) <= everything(a, b)


@pytest.mark.parametrize("name", ["nashpy-support", "nashpy-vertex"])
def test_nothing_is_lost_in_generic_games(name: str) -> None:
    """Raw support enumeration lost most equilibria of games like these (6x6: nearly all)."""
    for a, b in [*random_games(3, 3, 10**6, 30, 1), *random_games(6, 6, 10**6, 2, 2)]:
        assert set(search(name, a, b, Deadline(60)).profiles) == everything(a, b)


def test_vertex_enumeration_loses_nothing_where_there_are_ties() -> None:
    """Raw vertex enumeration crashed or lost equilibria in about a third of such games."""
    for a, b in random_games(3, 3, 3, 60, 4):
        shifted = [[u - 2 for u in row] for row in a]
        assert set(search("nashpy-vertex", shifted, b, Deadline(30)).profiles) == everything(a, b)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("shape", [(1, 1), (1, 2), (2, 1), (1, 4), (4, 1)])
def test_players_with_one_action(name: str, shape: tuple[int, int]) -> None:
    for a, b in random_games(*shape, top=3, count=8, seed=sum(shape)):
        searched = search(name, a, b, Deadline(10))
        assert searched.profiles
        assert set(searched.profiles) <= everything(a, b)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "scale", [Fraction(10) ** 400, Fraction(1, 10**400), Fraction(1, 3), Fraction(0)]
)
def test_sizes_of_payoffs_do_not_matter(name: str, scale: Fraction) -> None:
    a = [[Fraction(3) * scale, Fraction(0)], [Fraction(5) * scale, scale]]
    b = [[Fraction(3) * scale, Fraction(5) * scale], [Fraction(0), scale]]
    searched = search(name, a, b, Deadline(10))
    assert searched.profiles
    assert set(searched.profiles) <= everything(a, b)


@pytest.mark.parametrize("name", NAMES)
def test_never_claims_to_be_complete(name: str) -> None:
    game = StrategicGame.from_matrices([[3, 0], [5, 1]], [[3, 5], [0, 1]])
    solution = solve(game, name)
    assert solution.status == "partial"
    assert [e.regret for e in solution] == [0]
    assert solution.equilibria[0].found_by == (name,)
    assert any("cannot prove" in message for message in solution.messages)


def test_a_time_limit_keeps_what_was_found() -> None:
    ((a, b),) = random_games(10, 10, 1000, 1, 3)
    for i in range(10):
        a[i][i] = b[i][i] = Fraction(2000)  # pure equilibria, which come first
    game = StrategicGame.from_matrices(a, b)
    with at_most(4):
        solution = solve(game, "nashpy-support", effort=1.0)
    assert solution.status == "partial"
    assert sum(e.profile.is_pure for e in solution) == 10
    assert any("reached its limit" in message for message in solution.messages)


def test_whatever_nashpy_raises_becomes_a_message(monkeypatch: pytest.MonkeyPatch) -> None:
    import nashpy.algorithms.vertex_enumeration as module

    def broken(*_: object) -> None:
        raise ValueError("QH6023 qhull is unhappy\nwith a long story")

    monkeypatch.setattr(module, "vertex_enumeration", broken)
    game = StrategicGame.from_matrices([[3, 0], [5, 1]], [[3, 5], [0, 1]])
    solution = solve(game, "nashpy-vertex")
    assert solution.status == "none"
    assert any("QH6023 qhull is unhappy" in m and "\n" not in m for m in solution.messages)


@pytest.mark.parametrize(
    "nonsense", [[0.5], [0.5, 0.25, 0.25], [float("nan")] * 2, [0.9, 0.1], "ab", None, False]
)
def test_a_wrong_answer_is_dropped(monkeypatch: pytest.MonkeyPatch, nonsense: object) -> None:
    import nashpy.algorithms.vertex_enumeration as module

    monkeypatch.setattr(
        module, "vertex_enumeration", lambda *_: iter([(nonsense, nonsense), ([0, 1], [0, 1])])
    )
    game = StrategicGame.from_matrices([[3, 0], [5, 1]], [[3, 5], [0, 1]])
    solution = solve(game, "nashpy-vertex")
    assert len(solution) == 1
    assert any("1 answer dropped" in message for message in solution.messages)
