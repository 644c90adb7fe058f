"""Strategic games: payoffs, regret and outcomes against numpy and against plain sums."""

from __future__ import annotations

import itertools
import random
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deterrence.algebra.expressions import Expression
from deterrence.errors import UsageError
from deterrence.game.measures import Measure
from deterrence.game.profile import Profile
from deterrence.game.strategic import StrategicGame

ONE = Fraction(1)


def make(seed: int, shape: tuple[int, ...]) -> StrategicGame:
    rng = random.Random(seed)
    cells = list(itertools.product(*map(range, shape)))
    return StrategicGame(
        players=tuple(f"P{i}" for i in range(len(shape))),
        actions=tuple(tuple(f"p{i}a{k}" for k in range(n)) for i, n in enumerate(shape)),
        payoffs=tuple(
            tuple(Fraction(rng.randint(-9, 9), rng.randint(1, 5)) for _ in cells) for _ in shape
        ),
        outcomes=tuple(
            ((f"o{rng.randint(0, 2)}", Fraction(1, 3)), (f"q{rng.randint(0, 2)}", Fraction(2, 3)))
            for _ in cells
        ),
        measures=(Measure("m", Expression.parse("2*P(o0) - payoff(P0)/c", queries=True)),),
        values={"c": Fraction(7)},
    )


def mix(seed: int, game: StrategicGame) -> Profile:
    rng = random.Random(seed + 1)
    strategies = {}
    for player, actions in zip(game.players, game.actions, strict=True):
        weights = [rng.choice((0, 0, 1, 2, 3)) for _ in actions]
        weights[rng.randrange(len(weights))] += 1
        strategies[player] = {
            a: Fraction(w, sum(weights)) for a, w in zip(actions, weights, strict=True)
        }
    return Profile(strategies)


shapes = st.sampled_from([(1,), (4,), (2, 2), (2, 3), (1, 4), (3, 2, 2), (2, 2, 2, 2), (3, 1, 3)])
games = st.tuples(st.integers(0, 10**6), shapes)


@given(games)
@settings(max_examples=60)
def test_expected_payoffs_and_regret_are_numpys(drawn) -> None:
    """The witness contracts an array with one vector per player, in exact objects."""
    np = pytest.importorskip("numpy")
    game, profile = make(*drawn), mix(drawn[0], make(*drawn))
    vectors = [
        np.array([profile[p][a] for a in actions], dtype=object)
        for p, actions in zip(game.players, game.actions, strict=True)
    ]
    expected, regret = game.expected_payoffs(profile), game.regret(profile)
    for me, player in enumerate(game.players):
        tensor = np.array(game.payoffs[me], dtype=object).reshape(game.shape)
        tensor = np.moveaxis(tensor, me, 0)
        for vector in [v for i, v in enumerate(vectors) if i != me]:
            tensor = np.tensordot(tensor, vector, axes=(1, 0))
        reached = sum(x * y for x, y in zip(tensor, vectors[me], strict=True))
        assert expected[player] == reached
        assert regret[player] == max(tensor) - reached
        assert regret[player] >= 0
        by_action = game.action_payoffs(player, profile)
        assert list(by_action.values()) == list(tensor)
        best = {a for a, u in zip(game.actions[me], tensor, strict=True) if u == max(tensor)}
        assert set(game.best_responses(player, profile)) == best
        others = {p: profile[p] for p in game.players if p != player}
        assert game.action_payoffs(player, others) == by_action


@given(games)
@settings(max_examples=60)
def test_outcomes_and_measures_are_plain_sums(drawn) -> None:
    game, profile = make(*drawn), mix(drawn[0], make(*drawn))
    chances = game.cell_probabilities(profile)
    assert sum(chances) == 1
    reached: dict[str, Fraction] = {}
    worth = Fraction(0)
    for number, cell in enumerate(itertools.product(*game.actions)):
        chance = ONE
        for player, action in zip(game.players, cell, strict=True):
            chance *= profile[player][action]
        assert chances[number] == chance
        worth += chance * game.payoff("P0", dict(zip(game.players, cell, strict=True)))
        for label, weight in game.outcomes[number]:
            reached[label] = reached.get(label, 0) + chance * weight
    assert game.outcome_distribution(chances) == reached
    assert sum(reached.values()) == 1
    assert game.measure_values(chances) == {"m": 2 * reached.get("o0", 0) - worth / 7}


def test_cells_run_with_the_last_player_fastest() -> None:
    game = StrategicGame(
        ("A", "B", "C"), (("a", "b"), ("x", "y"), ("u", "v", "w")), (range(12),) * 3
    )
    assert game.payoff("A", {"A": "a", "B": "x", "C": "w"}) == 2
    assert game.payoff("B", {"A": "a", "B": "y", "C": "u"}) == 3
    assert game.payoff("C", {"A": "b", "B": "x", "C": "u"}) == 6
    assert [game.cell_number(cell) for cell in game.cells()] == list(range(12))
    assert game.shape == (2, 2, 3)


def test_matrices_go_in_and_come_out() -> None:
    row, column = [[1, 2, 3], [4, 5, 6]], [["1/2", 0.5, -1], [0, 0, 0]]
    game = StrategicGame.from_matrices(row, column)
    assert game.matrix("Row") == row
    assert game.matrix("Column") == [[Fraction(1, 2), 0.5, -1], [0, 0, 0]]
    assert game.actions == (("r1", "r2"), ("c1", "c2", "c3"))
    assert not game.is_exact
    assert game.to_exact().is_exact
    assert game.to_exact().matrix("Column")[0][1] == Fraction(1, 2)


def test_probabilities_of_actions_come_from_the_profile_or_the_cells() -> None:
    game = StrategicGame.from_matrices([[0, 0], [0, 0]], [[0, 0], [0, 0]]).replace(
        measures=(Measure("m", Expression.parse("prob(Row, r2)", queries=True)),)
    )
    correlated = [Fraction(1, 2), 0, Fraction(1, 8), Fraction(3, 8)]
    assert game.measure_values(correlated) == {"m": Fraction(1, 2)}
    profile = Profile({"Row": {"r1": "2/3", "r2": "1/3"}, "Column": {"c1": 1}})
    assert game.measure_values(game.cell_probabilities(profile), profile) == {"m": Fraction(1, 3)}


def test_cells_are_the_outcomes_of_a_game_without_any() -> None:
    game = StrategicGame.from_matrices([[0, 0]], [[0, 0]])
    assert game.cell_outcomes() == ((("r1, c1", ONE),), (("r1, c2", ONE),))


def test_an_equilibrium_of_chicken_has_no_regret_and_a_bad_profile_has() -> None:
    game = StrategicGame.from_matrices([[0, -1], [1, -10]], [[0, 1], [-1, -10]])
    mixed = Profile({"Row": {"r1": "9/10", "r2": "1/10"}, "Column": {"c1": "9/10", "c2": "1/10"}})
    assert game.regret(mixed) == {"Row": 0, "Column": 0}
    assert game.regret(Profile.pure({"Row": "r2", "Column": "c2"})) == {"Row": 9, "Column": 9}


def test_symbolic_games_can_be_averaged_but_not_compared() -> None:
    sympy = pytest.importorskip("sympy")
    x, q = sympy.symbols("x q")
    game = StrategicGame.from_matrices([[x, 0], [0, 1]], [[0, 0], [0, 0]]).replace(
        measures=(Measure("m", Expression.parse("2*P('r1, c1')", queries=True)),)
    )
    assert game.is_symbolic
    assert not game.is_exact
    profile = Profile({"Row": {"r1": q, "r2": 1 - q}, "Column": {"c1": 1}})
    assert sympy.expand(game.expected_payoffs(profile)["Row"] - q * x) == 0
    assert sympy.expand(game.measure_values(game.cell_probabilities(profile))["m"] - 2 * q) == 0
    for question in (game.regret, lambda p: game.best_responses("Row", p)):
        with pytest.raises(UsageError, match="symbolic"):
            question(profile)
    with pytest.raises(UsageError, match="symbolic"):
        game.to_exact()


@pytest.mark.parametrize(
    ("players", "actions", "payoffs", "message"),
    [
        ((), (), (), "at least one player"),
        (("A",), (("x",),), (), "one list"),
        (("A",), ((),), ((),), "at least one action"),
        (("A",), (("x", "x"),), ((1, 2),), "'x' occurs twice"),
        (("A", "A"), (("x",), ("y",)), ((1,), (1,)), "'A' occurs twice"),
        (("A",), (("x", "y"),), ((1,),), "1 payoffs for 2 cells"),
    ],
)
def test_shapes_that_do_not_fit_are_refused(players, actions, payoffs, message) -> None:
    with pytest.raises(UsageError, match=message):
        StrategicGame(players, actions, payoffs)


def test_outcomes_and_matrices_must_fit_too() -> None:
    with pytest.raises(UsageError, match="outcomes"):
        StrategicGame(("A",), (("x", "y"),), ((1, 2),), outcomes=((("a", ONE),),))
    for row, column in [([[1, 2]], [[1]]), ([[1], [2]], [[1]]), ([[1, 2], [3]], [[1, 2], [3]])]:
        with pytest.raises(UsageError, match="shape"):
            StrategicGame.from_matrices(row, column)
    with pytest.raises(UsageError, match="a matrix needs two"):
        make(1, (2, 2, 2)).matrix("P0")


def test_unknown_labels_get_a_hint() -> None:
    game = StrategicGame.from_matrices(
        [[1]], [[1]], players=("Russia", "NATO"), actions=(("hold",), ("go",))
    )
    with pytest.raises(UsageError, match="did you mean 'Russia'"):
        game.payoff("Rusia", {"Russia": "hold", "NATO": "go"})
    with pytest.raises(UsageError, match="did you mean 'hold'"):
        game.regret({"Russia": {"hodl": 1}, "NATO": {"go": 1}})


def test_replace_checks_again() -> None:
    game = make(2, (2, 2))
    assert game.replace(name="other").name == "other"
    with pytest.raises(UsageError):
        game.replace(actions=(("x",), ("y",)))
