"""Dominance and iterated elimination: textbook games, scipy's linear programmes, properties."""

from __future__ import annotations

import itertools
import random
from fractions import Fraction

import pytest
from effort import at_most
from hypothesis import given, settings
from hypothesis import strategies as st

from deterrence.errors import UsageError
from deterrence.game.dominance import (
    Domination,
    EliminationStep,
    _because,
    dominated_actions,
    iterated_elimination,
)
from deterrence.game.strategic import StrategicGame

HALF = Fraction(1, 2)


def two(row, column, actions=None, players=("Row", "Column")) -> StrategicGame:
    return StrategicGame.from_matrices(row, column, actions=actions, players=players)


def integer_game(seed: int, shape: tuple[int, ...], top: int) -> StrategicGame:
    """Return a random game with better and worse actions, so that dominance occurs."""
    rng = random.Random(seed)
    tilts = [[rng.choice((0, 0, top // 2, top)) for _ in range(size)] for size in shape]
    cells = list(itertools.product(*map(range, shape)))
    return StrategicGame(
        players=tuple(f"P{i}" for i in range(len(shape))),
        actions=tuple(tuple(f"a{k}" for k in range(size)) for size in shape),
        payoffs=tuple(
            tuple(rng.randint(0, top) + tilts[i][cell[i]] for cell in cells)
            for i in range(len(shape))
        ),
    )


games = st.builds(
    integer_game,
    st.integers(0, 10**6),
    st.sampled_from(
        [(2, 2), (3, 2), (3, 3), (4, 3), (2, 2, 2), (3, 2, 2), (4, 4), (3, 20), (4, 30)]
    ),
    st.sampled_from([1, 2, 4, 20]),
)


def gains(game: StrategicGame, player: str, action: str, by, left=None) -> list[Fraction]:
    """What the dominator gives more than the action, one number per choice of the others.

    Written with `payoff` alone, cell by cell, so that it shares no code with the module.
    """
    left = left or {p: list(a) for p, a in zip(game.players, game.actions, strict=True)}
    others = [p for p in game.players if p != player]
    result = []
    for choice in itertools.product(*(left[p] for p in others)):
        rest = dict(zip(others, choice, strict=True))
        mixed = sum(w * game.payoff(player, {**rest, player: b}) for b, w in by.items())
        result.append(mixed - game.payoff(player, {**rest, player: action}))
    return result


def dominates(differences: list[Fraction], strict: bool) -> bool:
    if strict:
        return all(d > 0 for d in differences)
    return all(d >= 0 for d in differences) and any(d > 0 for d in differences)


# ---- textbook games -------------------------------------------------------
def test_prisoners_dilemma_is_solved_in_one_round() -> None:
    trace = iterated_elimination(two([[3, 0], [5, 1]], [[3, 5], [0, 1]]))
    assert [(s.round, s.player, s.action, dict(s.by), s.strict) for s in trace.steps] == [
        (1, "Row", "r1", {"r2": 1}, True),
        (1, "Column", "c1", {"c2": 1}, True),
    ]
    assert trace.is_solvable
    assert trace.rounds == 1
    assert trace.reduced_game.actions == (("r2",), ("c2",))
    assert trace.reduced_game.payoffs == ((1,), (1,))


@pytest.mark.parametrize("mixed", [True, False])
def test_a_chain_of_eliminations_says_what_made_each_possible(mixed: bool) -> None:
    """Gibbons 1992, Game Theory for Applied Economists, figure 1.1.1: three rounds."""
    game = two(
        [[1, 1, 0], [0, 0, 2]],
        [[0, 2, 1], [3, 1, 0]],
        actions=(("Up", "Down"), ("Left", "Middle", "Right")),
    )
    trace = iterated_elimination(game, mixed=mixed)
    assert [(s.round, s.player, s.action, dict(s.by), s.because) for s in trace.steps] == [
        (1, "Column", "Right", {"Middle": 1}, ()),
        (2, "Row", "Down", {"Up": 1}, (("Column", "Right"),)),
        (3, "Column", "Left", {"Middle": 1}, (("Row", "Down"),)),
    ]
    assert trace.reduced_game.actions == (("Up",), ("Middle",))
    assert str(trace).splitlines() == [
        "Round 1: Column eliminates Right, because Middle is better against every remaining "
        "action.",
        "Round 2: Row eliminates Down, because Up is better against every remaining action; "
        "possible after Column eliminated Right.",
        "Round 3: Column eliminates Left, because Middle is better against every remaining "
        "action; possible after Row eliminated Down.",
        "What remains: Row: Up; Column: Middle.",
    ]


def test_only_a_mixture_dominates() -> None:
    game = two([[3, 0], [0, 3], [1, 1]], [[0, 0]] * 3)
    (found,) = dominated_actions(game, "Row")
    assert found == Domination("Row", "r3", {"r1": HALF, "r2": HALF}, strict=True)
    assert dominated_actions(game, "Row", mixed=False) == ()
    assert str(found) == "Row: r3 is strictly dominated by the mixture 1/2 r1 + 1/2 r2"


def test_an_exact_tie_with_a_mixture_is_no_dominance() -> None:
    """1/2, 1/2 gives exactly 3/2 everywhere: the third row is as good, not dominated."""
    game = two([[3, 0], [0, 3], ["3/2", "3/2"]], [[0, 0]] * 3)
    assert dominated_actions(game, "Row", strict=False) == ()
    nearly = two([[3, 0], [0, 3], ["3/2", Fraction(3, 2) - Fraction(1, 10**30)]], [[0, 0]] * 3)
    (found,) = dominated_actions(nearly, "Row")
    assert (found.action, found.strict) == ("r3", True)


def test_a_mixture_can_dominate_weakly_only() -> None:
    game = two([[2, 0, 1], [0, 2, 1], [1, 1, 0]], [[0] * 3] * 3)
    assert dominated_actions(game, "Row") == ()
    (found,) = dominated_actions(game, "Row", strict=False)
    assert found == Domination("Row", "r3", {"r1": HALF, "r2": HALF}, strict=False)
    assert "weakly dominated" in str(found)


def test_a_tie_for_the_best_reply_does_not_save_from_weak_dominance() -> None:
    game = two([[4, 0, 2], [0, 4, 2], [1, 1, 2]], [[0] * 3] * 3)
    assert dominated_actions(game, "Row") == ()
    (found,) = dominated_actions(game, "Row", strict=False)
    assert (found.action, set(found.by), found.strict) == ("r3", {"r1", "r2"}, False)
    assert dominates(gains(game, "Row", "r3", found.by), strict=False)


def test_the_dominator_shown_is_not_dominated_itself() -> None:
    """r2 dominates r1, but is dominated by a mixture; so the mixture is shown for both."""
    game = two([[0, 0], [1, 1], [3, 0], [0, 3]], [[0, 0]] * 4)
    first, second = dominated_actions(game, "Row")
    assert (first.action, second.action) == ("r1", "r2")
    assert set(first.by) == set(second.by) == {"r3", "r4"}
    (only,) = dominated_actions(game, "Row", mixed=False)
    assert (only.action, dict(only.by)) == ("r1", {"r2": 1})


def test_causes_that_later_ones_make_superfluous_are_dropped() -> None:
    """Action 1 beats action 0 but for two choices of the others, (1, 1) and (2, 1).

    Player 1's action 1 was eliminated first and removes the first obstacle; player 2's
    action 1, eliminated next, removes both.
    """
    bad = {(1, 1), (2, 1)}
    others = list(itertools.product(range(3), range(2)))
    rows = [dict.fromkeys(others, 0), {s: -1 if s in bad else 1 for s in others}]
    gone = {(1, 1): 1, (2, 1): 2, (1, 2): 3}
    assert _because(rows, (2, 3, 2), 0, 0, {1: Fraction(1)}, True, gone) == [(2, 1)]


def test_weak_elimination_is_simultaneous() -> None:
    """One at a time, the order would decide what is left of this game; both go at once."""
    game = two([[1, 1], [1, 0]], [[1, 1], [1, 0]])
    assert iterated_elimination(game).steps == ()
    trace = iterated_elimination(game, strict=False)
    assert [(s.round, s.player, s.action, s.strict) for s in trace.steps] == [
        (1, "Row", "r2", False),
        (1, "Column", "c2", False),
    ]
    assert "no worse against any remaining action" in str(trace)


def test_equal_actions_do_not_dominate_each_other() -> None:
    game = two([[1, 1], [1, 1]], [[0, 0], [0, 0]])
    assert iterated_elimination(game, strict=False).steps == ()
    assert str(iterated_elimination(game)) == "No action is strictly dominated."


def test_strict_dominance_is_reported_as_strict_among_weak_ones() -> None:
    game = two([[2, 2], [2, 1], [0, 0]], [[0, 0]] * 3)
    found = dominated_actions(game, "Row", strict=False)
    assert [(d.action, dict(d.by), d.strict) for d in found] == [
        ("r2", {"r1": 1}, False),
        ("r3", {"r1": 1}, True),
    ]


def test_three_players_with_a_chain() -> None:
    """The third player's action is good only while the first may play x, the second y."""
    players, actions = ("A", "B", "C"), (("x", "z"), ("y", "z"), ("risk", "safe"))
    payoffs: tuple[list[int], list[int], list[int]] = ([], [], [])
    for a, b, c in itertools.product(*actions):
        payoffs[0].append(0 if a == "x" else 1)
        payoffs[1].append(0 if b == "y" else 1)
        payoffs[2].append(5 if (a, b, c) == ("x", "y", "risk") else 1 if c == "safe" else 0)
    game = StrategicGame(players, actions, tuple(map(tuple, payoffs)))
    trace = iterated_elimination(game)
    *first, last = trace.steps
    assert {(s.player, s.action, s.round) for s in first} == {("A", "x", 1), ("B", "y", 1)}
    # Either elimination suffices by itself, so one of them is named, not both.
    assert (last.player, last.action, last.round) == ("C", "risk", 2)
    assert last.because in ((("A", "x"),), (("B", "y"),))


def test_outcomes_go_with_their_cells() -> None:
    one = Fraction(1)
    names = ("peace", "b_superior", "a_superior", "race")
    game = two([[3, 0], [5, 1]], [[3, 5], [0, 1]]).replace(
        outcomes=tuple(((n, one),) for n in names)
    )
    assert iterated_elimination(game).reduced_game.outcomes == ((("race", one),),)


def test_floats_count_as_the_fractions_they_are() -> None:
    game = two([[0.1 + 0.2, 0.0], [0.3, -1.0]], [[0, 0], [0, 0]])
    (found,) = dominated_actions(game, "Row")
    assert found.action == "r2"
    assert isinstance(iterated_elimination(game).reduced_game.payoffs[0][0], float)


def test_symbols_and_strangers_are_refused() -> None:
    sympy = pytest.importorskip("sympy")
    game = two([[sympy.Symbol("x"), 0], [0, 1]], [[0, 0], [0, 0]])
    with pytest.raises(UsageError, match="symbolic"):
        iterated_elimination(game)
    with pytest.raises(UsageError, match="symbolic"):
        dominated_actions(game, "Row")
    with pytest.raises(UsageError, match="no player"):
        dominated_actions(two([[1]], [[1]]), "Rwo")


# ---- certificates, on games of every shape --------------------------------
@given(games, st.booleans(), st.booleans())
@settings(max_examples=150)
def test_every_dominator_dominates_and_is_not_dominated(game, strict, mixed) -> None:
    for player in game.players:
        found = dominated_actions(game, player, strict=strict, mixed=mixed)
        doomed = {d.action for d in found}
        for d in found:
            assert sum(d.by.values()) == 1
            assert all(w > 0 for w in d.by.values())
            assert d.is_pure or mixed
            assert not doomed & set(d.by)
            assert d.strict or not strict
            assert dominates(gains(game, player, d.action, d.by), d.strict)


@given(games, st.booleans(), st.booleans())
@settings(max_examples=150)
def test_every_step_holds_in_its_round_and_needs_its_causes(game, strict, mixed) -> None:
    trace = iterated_elimination(game, strict=strict, mixed=mixed)
    left = {p: list(a) for p, a in zip(game.players, game.actions, strict=True)}
    rounds: dict[tuple[str, str], int] = {}
    for number, group in itertools.groupby(trace.steps, key=lambda s: s.round):
        now: list[EliminationStep] = list(group)
        for step in now:
            assert dominates(gains(game, step.player, step.action, step.by, left), step.strict)
            causes = list(step.because)
            assert all(rounds[c] < number for c in causes)
            assert all(player != step.player for player, _ in causes)
            # Possible in the whole game less the causes, impossible less all but one of them;
            # and so the last cause fell in the round before.
            assert _holds(game, step, causes)
            assert not any(_holds(game, step, [c for c in causes if c != d]) for d in causes)
            if number > 1 and (len(game.players) == 2 or causes):
                assert max(rounds[c] for c in causes) == number - 1
        for step in now:
            left[step.player].remove(step.action)
            rounds[step.player, step.action] = number
    assert trace.reduced_game.actions == tuple(tuple(left[p]) for p in game.players)
    for cell in itertools.product(*trace.reduced_game.actions):
        choice = dict(zip(game.players, cell, strict=True))
        for player in game.players:
            assert trace.reduced_game.payoff(player, choice) == game.payoff(player, choice)
    for player in game.players:
        assert not dominated_actions(trace.reduced_game, player, strict=strict, mixed=mixed)


def _holds(game, step: EliminationStep, causes) -> bool:
    left = {
        p: [k for k in a if (p, k) not in causes]
        for p, a in zip(game.players, game.actions, strict=True)
    }
    differences = gains(game, step.player, step.action, step.by, left)
    # Weak dominance needs a strict gain somewhere; it is there in the round itself.
    return all(d > 0 if step.strict else d >= 0 for d in differences)


@given(games, st.booleans())
@settings(max_examples=80)
def test_strict_elimination_does_not_depend_on_the_order(game, mixed) -> None:
    together = iterated_elimination(game, mixed=mixed).reduced_game
    rng = random.Random(7)
    one_by_one = game
    while True:
        found = [
            d for p in one_by_one.players for d in dominated_actions(one_by_one, p, mixed=mixed)
        ]
        if not found:
            break
        chosen = rng.choice(found)
        one_by_one = _without(one_by_one, chosen.player, chosen.action)
    assert one_by_one.actions == together.actions
    assert one_by_one.payoffs == together.payoffs


def _without(game: StrategicGame, player: str, action: str) -> StrategicGame:
    actions = tuple(
        tuple(k for k in a if (p, k) != (player, action))
        for p, a in zip(game.players, game.actions, strict=True)
    )
    payoffs = tuple(
        tuple(
            game.payoff(p, dict(zip(game.players, cell, strict=True)))
            for cell in itertools.product(*actions)
        )
        for p in game.players
    )
    return StrategicGame(game.players, actions, payoffs)


# ---- the witness: scipy's HiGHS, in floats on integer payoffs --------------
def _highs_dominated(game: StrategicGame, player: str, action: str, strict: bool) -> bool:
    import numpy as np
    from scipy.optimize import linprog

    me = game.players.index(player)
    u = np.moveaxis(np.array(game.payoffs[me], float).reshape(game.shape), me, 0)
    u = u.reshape(game.shape[me], -1)
    a = game.actions[me].index(action)
    rivals = [k for k in range(len(u)) if k != a]
    if not rivals:
        return False
    difference = (u[rivals] - u[a]).T
    if strict:
        c = np.r_[np.zeros(len(rivals)), -1]
        a_ub = np.c_[-difference, np.ones(len(difference))]
        a_eq, bounds = [[1] * len(rivals) + [0]], [(0, None)] * len(rivals) + [(None, None)]
    else:
        c, a_ub = -difference.sum(axis=0), -difference
        a_eq, bounds = [[1] * len(rivals)], [(0, None)] * len(rivals)
    result = linprog(c, a_ub, np.zeros(len(difference)), a_eq, [1], bounds, method="highs")
    return bool(result.status == 0 and -result.fun > 1e-7)


@pytest.mark.parametrize("strict", [True, False])
@pytest.mark.parametrize("shape", [(3, 3), (5, 4), (6, 20), (3, 3, 3), (4, 2, 2, 2)])
def test_the_same_actions_are_dominated_as_by_scipy(shape, strict) -> None:
    """Small whole payoffs: the gains of exact optima are far above the float tolerance."""
    pytest.importorskip("scipy")
    seen = 0
    for seed in range(25):
        game = integer_game(seed, shape, 3 if seed % 2 else 9)
        for player in game.players:
            mine = {d.action for d in dominated_actions(game, player, strict=strict)}
            me = game.players.index(player)
            theirs = {a for a in game.actions[me] if _highs_dominated(game, player, a, strict)}
            assert mine == theirs, (seed, player)
            seen += len(mine)
    assert seen > 10, "hardly a dominated action: the comparison would prove nothing"


@pytest.mark.parametrize("strict", [True, False])
def test_pure_dominance_agrees_with_a_plain_search(strict) -> None:
    seen = 0
    for seed in range(60):
        game = integer_game(seed, (4, 3) if seed % 2 else (3, 2, 2), 3)
        for player, actions in zip(game.players, game.actions, strict=True):
            plain = {
                a
                for a in actions
                if any(dominates(gains(game, player, a, {b: 1}), strict) for b in actions if b != a)
            }
            found = dominated_actions(game, player, strict=strict, mixed=False)
            assert {d.action for d in found} == plain
            seen += len(plain)
    assert seen > 20


def test_a_large_game_takes_no_time() -> None:

    with at_most(20):
        iterated_elimination(integer_game(3, (60, 60), 9), strict=False)
        iterated_elimination(integer_game(3, (4,) * 6, 9), strict=False)
