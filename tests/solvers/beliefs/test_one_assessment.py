"""Large trees with beliefs: one equilibrium near a guess, certified, and no more is claimed."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest
from belief_witness import consistent, supported
from card_trees import kreps_wilson
from effort import at_most
from game_trees import random_tree

from deterrence.game.tree.extensive import ExtensiveGame
from deterrence.solvers import solve_tree
from deterrence.solvers.beliefs import guess, solve
from deterrence.solvers.beliefs.guess import likely_supports
from deterrence.solvers.tree_solution import TreeSolution

ONE = "one equilibrium was looked for; there may be other equilibria"


def small_tree(seed: int) -> ExtensiveGame:
    rng = random.Random(seed)
    while True:
        players = rng.choice([2, 3])
        game = random_tree(rng, players=players, depth=3, merge=True, high=rng.choice([1, 3, 9]))
        if 0 < sum(not s.is_chance for s in game.sets) <= 6:
            return game


@pytest.mark.parametrize("concept", ["pbe", "sequential"])
def test_what_is_found_near_a_guess_is_an_equilibrium(
    concept: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(solve, "GUESSED", 0.0)
    found = 0
    for seed in range(60):
        game = small_tree(seed)
        solution = solve_tree(game, concept)
        assert solution.equilibria
        if ONE not in solution.messages:
            continue
        found += 1
        assert solution.status == "partial"
        for e in solution:
            assert e.regret == 0
            assert supported(game, e.profile, "pbe")
            if concept == "sequential":
                assert consistent(game, e.profile)
    assert found >= 15


def test_a_wrong_guess_costs_time_only(monkeypatch: pytest.MonkeyPatch) -> None:
    game = kreps_wilson(2)
    whole = solve_tree(game, "pbe")
    monkeypatch.setattr(solve, "GUESSED", 0.0)
    monkeypatch.setattr(guess, "likely_supports", lambda game: {})
    assert {e.profile for e in solve_tree(game, "pbe")} == {e.profile for e in whole}
    assert whole.status == "complete"


def entry_chances(solution: TreeSolution, entrants: int) -> list[Fraction]:
    """Return how likely each entrant comes in where all before him have stayed out."""
    profile = solution.equilibria[0].profile
    return [profile[f"Entrant{k + 1}"][f"{k + 1} {'o' * k}"]["in"] for k in range(entrants)]


def test_three_entrants_as_kreps_and_wilson_have_it() -> None:
    """The k-th last stays out if the incumbent is strong with more than 1/2^k (1982, p. 261)."""
    with at_most(8):
        solution = solve_tree(kreps_wilson(3), "sequential")
    assert ONE in solution.messages
    assert entry_chances(solution, 3) == [0, 1, 1]  # 1/8 < 3/20 < 1/4
    e = solution.equilibria[0]
    assert e.regret == 0
    # Fought by the weak so often that a fight raises the doubt to 1/2, the next one's border.
    assert e.profile["Incumbent"]["weak o"]["fight"] == Fraction(3, 17)
    assert set(e.beliefs["3 of"].values()) == {Fraction(1, 2)}


def test_a_large_tree_of_many_players_has_a_nash_equilibrium() -> None:
    with at_most(8):
        solution = solve_tree(kreps_wilson(3), "nash")
    assert solution.messages == (ONE,)
    assert [e.regret for e in solution] == [0]


@pytest.mark.everything
def test_four_entrants() -> None:
    with at_most(60):
        solution = solve_tree(kreps_wilson(4), "sequential")
    assert entry_chances(solution, 4) == [0, 0, 1, 1]
    assert all(e.regret == 0 for e in solution)
    profile = solution.equilibria[0].profile
    assert profile["Incumbent"]["weak oo"]["fight"] == Fraction(3, 17)
    assert profile["Entrant4"]["4 oof"]["in"] == Fraction(1, 2)


def test_the_guess_follows_mistakes_to_the_end() -> None:
    supports = likely_supports(kreps_wilson(2))
    game = kreps_wilson(2)
    told = {game.sets[h].label: [game.sets[h].actions[a] for a in s] for h, s in supports.items()}
    assert told["1 "] == ["in"]
    assert told["weak "] == ["fight", "acquiesce"]
    assert told["2 f"] == ["out", "in"]
    assert told["strong "] == ["fight"]
