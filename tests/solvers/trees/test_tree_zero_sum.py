"""Zero-sum trees by the sequence form: the value of the strategic form, certified in the tree."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest
from game_trees import at_once, driver, entry, random_tree

from deterrence.errors import UsageError
from deterrence.game.tree.extensive import ExtensiveGame
from deterrence.game.tree.nodes import Chance, Decision, Leaf
from deterrence.game.tree.plans import strategic
from deterrence.solvers import solve, solve_tree


def poker() -> ExtensiveGame:
    """One card, one bet (Reiley, Urbancic and Walker 2008): the bluff is one third."""
    hands = {}
    for card in ("king", "queen"):
        reply = Decision("Bob", "reply", {"call": Leaf(f"{card} called"), "fold": Leaf("win")})
        hands[card] = ("1/2", Decision("Alice", card, {"bet": reply, "fold": Leaf("lose")}))
    outcomes = {
        "king called": (2, -2),
        "queen called": (-2, 2),
        "win": (1, -1),
        "lose": (-1, 1),
    }
    return ExtensiveGame.from_tree(("Alice", "Bob"), Chance(hands), outcomes)


def test_one_card_poker() -> None:
    solution = solve_tree(poker(), "zero-sum")
    (e,) = solution
    assert (solution.status, solution.value, e.regret) == ("complete", Fraction(1, 3), 0)
    assert e.profile["Alice"]["king"] == {"bet": 1, "fold": 0}
    assert e.profile["Alice"]["queen"]["bet"] == Fraction(1, 3)
    assert e.profile["Bob"]["reply"]["call"] == Fraction(2, 3)


def zero_sum(game: ExtensiveGame) -> ExtensiveGame:
    return game.replace(outcomes={k: (u, 1 - u) for k, (u, _) in game.outcomes.items()})


@pytest.mark.parametrize("seed", range(25))
def test_the_value_and_the_optimal_payoffs_are_those_of_the_matrix(seed: int) -> None:
    rng = random.Random(seed)
    game = random_tree(rng, depth=3, merge=True, high=5)
    # Payoffs to the second player are what the first one loses, path by path.
    game = game.replace(outcomes={k: (u, -u) for k, (u, _) in game.outcomes.items()})
    solution = solve_tree(game, "zero-sum")
    assert all(e.regret == 0 for e in solution)
    assert {e.payoffs[game.players[0]] for e in solution} == {solution.value}
    form = strategic(game)
    assert solution.value == solve(form, concept="zero-sum").value
    assert solution.status == "complete"
    # The equilibria of the tree are those of its strategic form.
    nash = solve_tree(game, "nash")
    reached = [
        {tuple(sorted(e.outcomes.items())) for e in s if not e.open_sets} for s in (nash, solution)
    ]
    assert reached[1] <= reached[0] or nash.status != "complete"


def test_a_tree_whose_strategic_form_is_exponential() -> None:
    """Each is dealt one of ten cards; 2^10 strategies each, but 21 sequences."""
    cards = range(10)
    deals = {}
    for a in cards:
        for b in cards:
            sign = "tie" if a == b else "more" if a > b else "less"
            reply = Decision("Bob", f"Bob {b}", {"call": Leaf(sign), "fold": Leaf("win")})
            move = Decision("Alice", f"Alice {a}", {"bet": reply, "fold": Leaf("lose")})
            deals[f"{a} {b}"] = (Fraction(1, 100), move)
    outcomes = {"tie": (0, 0), "more": (2, -2), "less": (-2, 2), "win": (1, -1), "lose": (-1, 1)}
    game = ExtensiveGame.from_tree(("Alice", "Bob"), Chance(deals), outcomes)
    solution = solve_tree(game, "zero-sum", time_limit=5)
    assert solution.equilibria
    for e in solution:
        assert (e.regret, e.payoffs["Alice"]) == (0, solution.value)
    with pytest.raises(UsageError, match="cells"):
        strategic(game)


def test_what_is_not_zero_sum_is_refused_with_two_ends() -> None:
    with pytest.raises(UsageError, match=r"sum to 2 at the end of \(out\) but to -2"):
        solve_tree(entry(), "zero-sum")
    with pytest.raises(UsageError, match="absent-minded"):
        solve_tree(driver(), "zero-sum")


def test_constant_sum_is_fine() -> None:
    solution = solve_tree(zero_sum(at_once([[3, 0], [0, 1]], [[0, 0], [0, 0]])), "zero-sum")
    assert solution.value == Fraction(3, 4)
    assert solution.equilibria[0].payoffs == {"Row": Fraction(3, 4), "Column": Fraction(1, 4)}
