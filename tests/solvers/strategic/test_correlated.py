"""Correlated equilibria: Aumann's example in closed form, Nash as a special case, obedience."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction
from typing import Any

import pytest
from effort import at_most
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from deterrence.algebra.expressions import Expression
from deterrence.errors import UsageError
from deterrence.game.measures import Measure
from deterrence.game.strategic import StrategicGame
from deterrence.solvers import Equilibrium, solve
from deterrence.solvers.finish import largest_gain


def chicken(t: Any = 7, r: Any = 6, s: Any = 2, p: Any = 0, **more: Any) -> StrategicGame:
    game = StrategicGame.from_matrices(
        [[r, s], [t, p]], [[r, t], [s, p]], players=("A", "B"), actions=(("C", "D"), ("C", "D"))
    )
    return game.replace(**more)


def formula(name: str, text: str) -> Measure:
    return Measure(name, Expression.parse(text, queries=True))


def largest_disobedience(game: StrategicGame, e: Equilibrium) -> Any:
    """The definition once more, through labels and payoff() alone."""
    worst = Fraction(0)
    for player, actions in zip(game.players, game.actions, strict=True):
        for told, done in itertools.product(actions, repeat=2):
            gain = Fraction(0)
            for labels, p in e.cells.items():
                choice = dict(zip(game.players, labels.split(", "), strict=True))
                if choice[player] == told:
                    change = game.payoff(player, {**choice, player: done})
                    gain += p * (change - game.payoff(player, choice))
            worst = max(worst, gain)
    return worst


@st.composite
def games(draw: st.DrawFn) -> StrategicGame:
    shape = draw(st.lists(st.integers(1, 3), min_size=2, max_size=3))
    cells = math.prod(shape)
    payoffs = [draw(st.lists(st.integers(0, 6), min_size=cells, max_size=cells)) for _ in shape]
    return StrategicGame(
        players=tuple(f"P{i}" for i in range(len(shape))),
        actions=tuple(tuple(f"a{k}" for k in range(n)) for n in shape),
        payoffs=tuple(map(tuple, payoffs)),
    )


@given(games(), st.sampled_from(["max welfare", "min welfare", "max payoff(P0)", "min payoff(P1)"]))
@settings(max_examples=80)
def test_obedient_and_as_good_as_scipy_says(game: StrategicGame, objective: str) -> None:
    solution = solve(game, concept="correlated", objective=objective)
    (e,) = solution.equilibria
    assert solution.status == "complete"
    assert sum(e.cells.values()) == 1
    assert e.regret == largest_disobedience(game, e) == 0

    cells = list(itertools.product(*(range(n) for n in game.shape)))
    rows = []
    for i, n in enumerate(game.shape):
        for told, done in itertools.permutations(range(n), 2):
            row = []
            for k, cell in enumerate(cells):
                other = game.cell_number([done if j == i else c for j, c in enumerate(cell)])
                gain = game.payoffs[i][other] - game.payoffs[i][k]
                row.append(float(gain) if cell[i] == told else 0.0)
            rows.append(row)
    direction, what = objective.split(" ")
    worth = (
        [float(sum(us)) for us in zip(*game.payoffs, strict=True)]
        if what == "welfare"
        else [float(u) for u in game.payoffs[int(what[8])]]
    )
    sign = -1 if direction == "max" else 1
    best = linprog(
        [sign * w for w in worth], rows or None, [0] * len(rows) or None, [[1] * len(cells)], [1]
    )
    reached = sum(e.payoffs.values()) if what == "welfare" else e.payoffs[what[7:-1]]
    assert float(reached) == pytest.approx(sign * best.fun, abs=1e-7)


@given(games())
@settings(max_examples=60)
def test_no_nash_equilibrium_beats_the_mediator(game: StrategicGame) -> None:
    if len(game.players) != 2:
        return
    best, worst = (
        sum(solve(game, concept="correlated", objective=o).equilibria[0].payoffs.values())
        for o in ("max welfare", "min welfare")
    )
    for e in solve(game, "exact"):
        assert worst <= sum(e.payoffs.values()) <= best


@given(st.lists(st.integers(0, 20), min_size=4, max_size=4, unique=True))
def test_the_best_symmetric_device_without_a_crash(numbers: list[int]) -> None:
    """Aumann 1974 in closed form, wherever T > R > S > P and 2R > T + S."""
    p, s, r, t = sorted(numbers)
    if 2 * r <= t + s:
        return
    e = solve(chicken(t, r, s, p), concept="correlated", objective="max welfare").equilibria[0]
    whole = 2 * (t - r) + s - p
    both, each = Fraction(s - p, whole), Fraction(t - r, whole)
    assert sum(e.payoffs.values()) == 2 * both * r + 2 * each * (t + s)
    if (t - r) * (t + s - 2 * p) != 0:
        assert e.cells.get("D, D", 0) == 0


def test_aumanns_numbers() -> None:
    e = solve(chicken(), concept="correlated").equilibria[0]
    assert dict(e.payoffs) == {"A": Fraction(21, 4), "B": Fraction(21, 4)}
    assert dict(e.cells) == {
        "C, C": Fraction(1, 2),
        "C, D": Fraction(1, 4),
        "D, C": Fraction(1, 4),
    }
    assert dict(e.profile["A"]) == {"C": Fraction(3, 4), "D": Fraction(1, 4)}
    assert e.label == "max welfare"


def test_by_default_the_best_and_the_worst_of_every_affine_measure() -> None:
    crash = formula("crash", "P('D, D')")
    odds = formula("odds", "P('D, D')/P('C, C')")
    game = chicken(measures=(crash, formula("gap", "payoff(A) - payoff(B)"), odds))
    solution = solve(game, concept="correlated")
    assert [e.label for e in solution] == [
        "max welfare",
        "max crash",
        "min crash",
        "max gap",
        "min gap",
    ]
    by_label = {e.label: e for e in solution}
    assert by_label["min crash"].measures["crash"] == 0
    assert by_label["max crash"].measures["crash"] >= Fraction(1, 9)  # the mixed equilibrium's
    assert by_label["max gap"].measures["gap"] == 5
    assert by_label["min gap"].measures["gap"] == -5
    assert any("'odds' is not affine" in message for message in solution.messages)
    assert any("'odds' is undefined at an equilibrium" in m for m in solution.messages)
    assert "odds" not in by_label["max gap"].measures
    assert all(e.regret == largest_disobedience(game, e) == 0 for e in solution)


def test_any_affine_formula_is_an_objective() -> None:
    game = chicken(values={"w": Fraction(3)})
    e = solve(game, concept="correlated", objective="max payoff(A) - w*P('D, D')").equilibria[0]
    assert e.payoffs["A"] == 7


@pytest.mark.parametrize(
    ("objective", "message"),
    [
        ("most welfare", "'max' or 'min'"),
        ("max", "'max' or 'min'"),
        ("", "'max' or 'min'"),
        ("max welfar", "did you mean 'welfare'"),
        ("max cash", "did you mean 'crash'"),
        ("max payoff(Z)", "no player called 'Z'"),
        ("max P(peace)", "no outcome called 'peace'"),
        ("max P('C, C')*P('D, D')", "not affine"),
        ("max prob(A, C)", "not affine"),
        ("min odds", "not affine"),
        ("max 1/0", "division by zero"),
        ("max 1 < 2", "has no value"),
        ("max __import__('os')", "no objective"),
    ],
)
def test_objectives_that_do_not_fit(objective: str, message: str) -> None:
    game = chicken(measures=(formula("crash", "P('D, D')"), formula("odds", "P('D, D')/P('C, C')")))
    with pytest.raises(UsageError, match=message):
        solve(game, concept="correlated", objective=objective)


def test_an_objective_is_for_correlated_equilibria_only() -> None:
    with pytest.raises(UsageError, match="takes no objective"):
        solve(chicken(), objective="max welfare")


def test_the_time_limit_holds_and_says_what_is_missing() -> None:
    import random

    rng = random.Random(1)
    a, b = ([[rng.randint(0, 999) for _ in range(25)] for _ in range(25)] for _ in "ab")
    game = StrategicGame.from_matrices(a, b)
    with at_most(4):
        solution = solve(game, concept="correlated", objective="min welfare", time_limit=0.5)
    assert solution.status == "none"
    assert "limit was reached before: min welfare" in solution.messages[0]


def test_the_certificate_can_fail() -> None:
    """Told D in (D, D), A would rather play C: it gains 2 each time."""
    assert largest_gain(chicken(), [0, 0, 0, Fraction(1)]) == 2
    assert largest_gain(chicken(), [Fraction(1), 0, 0, 0]) == 1
    assert largest_gain(chicken(), [Fraction(1, 2), Fraction(1, 4), Fraction(1, 4), 0]) == 0
