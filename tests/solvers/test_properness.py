"""Perfect and proper equilibria against textbook games and sequences of mistakes in fractions."""

from __future__ import annotations

import itertools
from fractions import Fraction as F
from pathlib import Path

from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from deterrence.cli.program import program
from deterrence.game.strategic import StrategicGame
from deterrence.solvers import solve
from deterrence.solvers.properness import is_perfect, is_proper, refined

Matrix = list[list[int]]
MYERSON = [[1, 0, -9], [0, 0, -7], [-9, -7, -7]]  # Myerson 1978, section 2; symmetric


def pure(k: int, n: int) -> tuple[F, ...]:
    return tuple(F(i == k) for i in range(n))


def test_myersons_game_has_two_perfect_equilibria_and_one_proper() -> None:
    game = StrategicGame.from_matrices(MYERSON, MYERSON)
    cells = [(pure(k, 3), pure(k, 3)) for k in range(3)]
    assert [is_perfect(game, c) for c in cells] == [True, True, False]
    assert [is_proper(game, c) for c in cells] == [True, False, False]


def test_strict_equilibria_and_full_mixtures_are_proper() -> None:
    for a, b in (([[4, 0], [3, 3]], [[4, 3], [0, 3]]), ([[0, -1], [1, -9]], [[0, 1], [-1, -9]])):
        solution = solve(StrategicGame.from_matrices(a, b), "exact")
        assert len(solution) == 3
        for e in refined(solution, "proper"):
            assert "proper" in e.refinements


def test_the_case_from_the_field() -> None:
    game = StrategicGame.from_matrices([[1, 0], [0, 0]], [[1, 0], [0, 0]])
    for name in ("perfect", "proper"):
        best, other = refined(solve(game, "exact"), name)
        assert name in best.refinements
        assert name not in other.refinements
        assert f"not {name}" in other.notes


def test_three_players_are_decided_only_where_it_is_easy() -> None:
    cells = list(itertools.product((0, 1), repeat=3))
    same = {c: (F(c[0] == c[1] == c[2]),) * 3 for c in cells}
    game = StrategicGame(
        players=("A", "B", "C"),
        actions=(("l", "r"),) * 3,
        payoffs=tuple(tuple(same[c][i] for c in cells) for i in range(3)),
    )
    assert is_proper(game, (pure(0, 2),) * 3) is True
    assert is_proper(game, (pure(0, 2), pure(1, 2), (F(1, 2), F(1, 2)))) is None


def test_too_large_is_not_decided_and_said() -> None:
    game = StrategicGame.from_matrices([[0] * 9], [[0] * 9])
    assert is_proper(game, (pure(0, 1), pure(0, 9))) is None
    solution = refined(solve(game, "exact"), "proper")
    assert all("proper: not decided" in e.notes for e in solution)
    assert any("not decided for 9 of 9" in m for m in solution.messages)
    assert any("not for those between" in m for m in solution.messages)


def test_the_command_line(tmp_path: Path) -> None:
    path = tmp_path / "c13.nfg"
    path.write_text('NFG 1 R "c13" { "Row" "Col" } { 2 2 }\n\n1 1 0 0 0 0 0 0\n')
    run = CliRunner()
    result = run.invoke(program, ["solve", str(path), "--judge", "proper", "-q"])
    assert result.exit_code == 0
    assert "pareto-efficient, proper." in result.stdout
    assert "Not proper." in result.stdout
    result = run.invoke(program, ["solve", "unilateral-deterrence", "--judge", "perfect", "-q"])
    assert result.exit_code == 2
    assert "for matrices, not for game trees" in result.output


small = st.lists(st.integers(0, 2), min_size=6, max_size=6)


def epsilon_proper(a: Matrix, b: Matrix, x: list[F], y: list[F], eps: F) -> bool:
    """Myerson's definition: whatever earns less has at most eps times the weight."""
    us = [sum(u * q for u, q in zip(row, y, strict=True)) for row in a]
    vs = [sum(b[i][j] * p for i, p in enumerate(x)) for j in range(len(y))]
    return all(
        w[i] <= eps * w[j]
        for w, u in ((x, us), (y, vs))
        for i, j in itertools.permutations(range(len(w)), 2)
        if u[i] < u[j]
    )


def mistakes(limit: tuple[F, ...], eps: F) -> list[list[F]]:
    """Mixed strategies near the limit: powers of eps, times a few factors, on what is unused."""
    unused = [k for k, p in enumerate(limit) if not p]
    used = [k for k, p in enumerate(limit) if p]
    result = []
    sizes = [f * eps**n for n in (2, 4, 6) for f in (F(1, 2), F(1), F(2))]
    for weights in itertools.product(sizes, repeat=len(unused)):
        point = list(limit)
        for k, w in zip(unused, weights, strict=True):
            point[k] = w
        point[used[0]] -= sum(weights)
        result.append(point)
    return result


@given(small, small)
@settings(max_examples=40, deadline=None)
def test_two_by_three_games_against_mistakes_in_fractions(p: list[int], q: list[int]) -> None:
    a, b = [p[:3], p[3:]], [q[:3], q[3:]]
    game = StrategicGame.from_matrices(a, b)
    solution, some = solve(game, "exact"), False
    for e in solution:
        x, y = (tuple(s.values()) for s in e.profile.values())
        verdict = is_proper(game, (x, y))
        some = some or verdict is True
        assert not verdict or is_perfect(game, (x, y))
        if len({*x, *y} - {F(0), F(1)}):
            continue
        eps = F(1, 1000)
        witness = any(
            epsilon_proper(a, b, near_x, near_y, eps)
            for near_x, near_y in itertools.product(mistakes(x, eps), mistakes(y, eps))
        )
        assert verdict is witness
    # Every game has one (Myerson 1978), which is listed where no equilibria lie in between.
    assert some or any(len(c.members) > 1 for c in solution.components)
