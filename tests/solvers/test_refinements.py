"""Refinements against theorems, textbook games and definitions spelled out again."""

from __future__ import annotations

import itertools
import random
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from deterrence.game.strategic import StrategicGame
from deterrence.solvers import Equilibrium, solve
from deterrence.solvers.refinements import REFINEMENTS, Judge

Matrix = list[list[int]]
AB = (("C", "D"), ("C", "D"))


def game_of(a: Matrix, b: Matrix) -> StrategicGame:
    return StrategicGame.from_matrices(a, b)


@st.composite
def matrices(draw: st.DrawFn, top: int = 3) -> tuple[Matrix, Matrix]:
    m, n = draw(st.integers(1, 3)), draw(st.integers(1, 3))
    shape = st.lists(st.lists(st.integers(0, top), min_size=n, max_size=n), min_size=m, max_size=m)
    return draw(shape), draw(shape)


def strategies(e: Equilibrium) -> list[list[Fraction]]:
    return [list(e.profile[player].values()) for player in e.profile]


def gains_from_dominance(table: np.ndarray, own: list[Fraction]) -> float:
    """The most that a rival strategy adds over all cells while losing in none (float LP)."""
    mine = np.array([float(p) for p in own]) @ table
    result = linprog(-table.sum(axis=1), -table.T, -mine, [[1] * len(table)], [1])
    return float(-result.fun - mine.sum())


@given(matrices())
@settings(max_examples=80)
def test_each_refinement_is_what_its_definition_says(game: tuple[Matrix, Matrix]) -> None:
    a, b = map(np.array, game)
    solution = solve(game_of(*game), "exact")
    for e in solution:
        x, y = strategies(e)
        row, column = a @ [float(p) for p in y], [float(p) for p in x] @ b
        tied = [int(np.isclose(u, u.max()).sum()) for u in (row, column)]
        used = [sum(p > 0 for p in s) for s in (x, y)]
        passed = set(e.refinements)
        assert passed <= set(REFINEMENTS)
        assert ("strict" in passed) == (tied == [1, 1])
        assert ("quasi-strict" in passed) == (tied == used)
        dominated = [gains_from_dominance(a, x) > 1e-7, gains_from_dominance(b.T, y) > 1e-7]
        assert ("undominated" in passed) == (not any(dominated))
        reached = np.array([float(e.payoffs["Row"]), float(e.payoffs["Column"])])
        cells = np.stack([a.ravel(), b.ravel()])
        lottery = linprog(-cells.sum(axis=0), -cells, -reached, [[1] * a.size], [1])
        better = -lottery.fun - reached.sum() > 1e-7
        assert ("pareto-efficient" in passed) == (not better)
        assert bool(e.notes) == any(
            (cell >= reached - 1e-9).all() and (cell > reached + 1e-9).any() for cell in cells.T
        )


@given(matrices(top=5))
@settings(max_examples=100)
def test_theorems(game: tuple[Matrix, Matrix]) -> None:
    solution = solve(game_of(*game), "exact")
    every = [set(e.refinements) for e in solution]
    for e, passed in zip(solution, every, strict=True):
        if "strict" in passed:
            assert {"quasi-strict", "undominated"} <= passed
            assert e.profile.is_pure
        if "risk-dominant" in passed:
            assert "strict" in passed
        if "pareto-efficient" in passed:
            assert not e.notes
    assert any("undominated" in p for p in every), "Selten 1975: a perfect equilibrium exists"
    assert any("quasi-strict" in p for p in every) or any(
        c.dimension for c in solution.components
    ), "Norde 1999: a quasi-strict one exists (perhaps inside a continuum)"
    assert sum("payoff-dominant" in p for p in every) <= 1
    assert sum("risk-dominant" in p for p in every) <= 1


@given(matrices(), st.integers(1, 4), st.fractions(-3, 3, max_denominator=4), st.randoms())
@settings(max_examples=60)
def test_invariant_under_relabelling_and_affine_changes(
    game: tuple[Matrix, Matrix], factor: int, shift: Fraction, rng: random.Random
) -> None:
    """No refinement compares the payoffs of different players."""
    a, b = game
    p, q = rng.sample(range(len(a)), len(a)), rng.sample(range(len(a[0])), len(a[0]))
    moved = StrategicGame.from_matrices(
        [[factor * a[i][j] + shift for j in q] for i in p],
        [[b[i][j] for j in q] for i in p],
        actions=([f"r{i + 1}" for i in p], [f"c{j + 1}" for j in q]),
    )

    def summary(g: StrategicGame) -> dict:
        return {e.profile: (e.refinements, bool(e.notes)) for e in solve(g, "exact")}

    assert summary(moved) == summary(game_of(a, b))


def names(game: StrategicGame) -> dict[tuple[str, ...], tuple[str, ...]]:
    return {
        tuple(e.profile.support(p)[0] for p in game.players): e.refinements
        for e in solve(game, "exact")
        if e.profile.is_pure
    }


def test_stag_hunt() -> None:
    """Harsanyi and Selten 1988: payoff dominance and risk dominance may disagree."""
    hunt = StrategicGame.from_matrices([[4, 0], [3, 3]], [[4, 3], [0, 3]], actions=AB)
    found = names(hunt)
    assert "payoff-dominant" in found["C", "C"]
    assert "risk-dominant" in found["D", "D"]
    assert "risk-dominant" not in found["C", "C"]
    assert "pareto-efficient" in found["C", "C"]


def test_a_tie_has_no_risk_dominant_equilibrium() -> None:
    battle = StrategicGame.from_matrices([[2, 0], [0, 1]], [[1, 0], [0, 2]], actions=AB)
    assert not any("risk-dominant" in passed for passed in names(battle).values())
    assert not any("payoff-dominant" in passed for passed in names(battle).values())


def test_risk_dominance_off_the_diagonal() -> None:
    chicken = StrategicGame.from_matrices([[0, -1], [3, -10]], [[0, 1], [-1, -10]], actions=AB)
    found = names(chicken)  # losses: (C, D) 9 * 1, (D, C) 3 * 9
    assert "risk-dominant" in found["D", "C"]
    assert "risk-dominant" not in found["C", "D"]


def test_the_prisoners_dilemma_names_what_it_misses() -> None:
    dilemma = StrategicGame.from_matrices([[3, 0], [5, 1]], [[3, 5], [0, 1]], actions=AB)
    (only,) = solve(dilemma, "exact").equilibria
    assert only.notes == ("Pareto-dominated by (C, C)",)
    assert only.refinements == ("strict", "quasi-strict", "undominated")


def test_dominated_only_by_a_mixture() -> None:
    """Half r1, half r2 beats r3 weakly; no pure action does (van Damme 1991, section 2.2)."""
    a = [[4, 0, 2], [0, 4, 2], [2, 1, 2]]
    judge = Judge(game_of(a, [[0] * 3] * 3))
    assert judge.is_dominated(0, (2,))
    assert not judge.is_dominated(0, (0,))
    assert not judge.is_dominated(0, (0, 1))
    assert judge.is_dominated(0, (0, 2))


def test_a_lottery_can_dominate_where_no_cell_does() -> None:
    a, b = [[6, 0, 0], [0, 0, 0], [0, 0, 2]], [[0, 0, 0], [0, 6, 0], [0, 0, 2]]
    game = game_of(a, b)
    e = next(
        e for e in solve(game, "exact") if e.profile.support("Row") == ("r3",) and e.profile.is_pure
    )
    assert "pareto-efficient" not in e.refinements  # half of each corner gives 3 > 2 to both
    assert e.notes == ()


def test_what_needs_all_equilibria_is_left_open_without_them() -> None:
    hunt = StrategicGame.from_matrices([[4, 0], [3, 3]], [[4, 3], [0, 3]], actions=AB)
    part = solve(hunt, "pure")
    assert part.status == "partial"
    assert not any("payoff-dominant" in e.refinements for e in part)
    assert any("payoff-dominant is not decided" in message for message in part.messages)


@pytest.mark.parametrize("orders", [list(itertools.permutations(range(4)))[::5]])
def test_ordinal_two_by_two_games_have_at_most_one_risk_dominant(orders: list) -> None:
    for r, c in itertools.product(orders, repeat=2):
        game = game_of([list(r[:2]), list(r[2:])], [list(c[:2]), list(c[2:])])
        found = solve(game, "exact")
        strict = [e for e in found if "strict" in e.refinements]
        if len(strict) < 2:
            assert not any("risk-dominant" in e.refinements for e in found)
