"""The intuitive criterion and D1 on games whose answers are in the literature or by hand."""

from __future__ import annotations

from fractions import Fraction as F

import pytest
from belief_trees import beer_quiche, rudimentary
from game_trees import horse

from deterrence.game.tree.extensive import ExtensiveGame
from deterrence.game.tree.nodes import Chance, Decision, Leaf
from deterrence.solvers import solve_tree

NAMES = ("intuitive criterion", "D1")


def verdicts(solution, where: str, what: str):
    """The verdicts of the equilibria in which a set plays an action for certain."""
    found = []
    for e in solution:
        for own in e.profile.values():
            if own.get(where, {}).get(what) == 1:
                found.append(e.refinements)
    return found


def signalling(prior, payoffs, messages=("m", "n"), replies=("a", "b")) -> ExtensiveGame:
    """``payoffs[type, message, reply] = (sender, receiver)``."""
    branches = {}
    outcomes = {}
    for kind, p in prior.items():
        moves = {}
        for m in messages:
            ends = {}
            for r in replies:
                outcomes[f"{kind} {m} {r}"] = payoffs[kind, m, r]
                ends[r] = Leaf(f"{kind} {m} {r}")
            moves[m] = Decision("R", f"after {m}", ends)
        branches[kind] = (F(p), Decision("S", f"S ({kind})", moves))
    return ExtensiveGame.from_tree(("S", "R"), Chance(branches, "type"), outcomes, name="signals")


@pytest.mark.parametrize("concept", ["weak-pbe", "pbe", "sequential"])
def test_beer_and_quiche(concept: str) -> None:
    """Cho and Kreps 1987: both pool; only pooling on beer is intuitive."""
    solution = solve_tree(beer_quiche(), concept)
    assert solution.status == "complete"
    assert solution.count == 2
    for strong in verdicts(solution, "signal (strong)", "arm"):
        assert strong == dict.fromkeys(NAMES, "passes")
    parleying = verdicts(solution, "signal (strong)", "parley")
    assert parleying
    for verdict in parleying:
        assert verdict["intuitive criterion"] == (
            "fails: after arm, which never pays for State weak (at most 2 against 3), State strong "
            "gains once that is understood: at least 3 against 2"
        )
        assert verdict["D1"].startswith(
            "fails: after arm, State weak is less keen than State strong"
        )
    text = solution.document(full=True).text()
    assert "Intuitive criterion" in text
    assert "D1" in text


def test_when_the_weak_are_many_they_bluff_at_times_and_both_criteria_pass() -> None:
    (e,) = solve_tree(beer_quiche("2/5"), "pbe")
    assert e.refinements == dict.fromkeys(NAMES, "passes")
    assert e.profile["State"]["signal (weak)"] == {"arm": F(2, 3), "parley": F(1, 3)}


def spence(*, tie: bool = False) -> ExtensiveGame:
    """Education with three levels (after Spence 1973): D1 asks for the least that separates.

    A receiver who is sure of a high type pays 6, of a low one 0, and 3 in between; the
    level costs a low type 4 per step, a high one 1.
    """
    wages = {"low pay": 0, "middle pay": 3, "high pay": 6}
    ability = {"low": 0, "high": 6}
    cost = {"low": F(6) if tie else F(7), "high": F(1)}
    payoffs = {}
    for kind, worth in ability.items():
        for level in range(3):
            for wage, pay in wages.items():
                payoffs[kind, f"level {level}", wage] = (
                    pay - cost[kind] * level,
                    -((worth - pay) ** 2),
                )
    return signalling(
        {"low": F(1, 2), "high": F(1, 2)}, payoffs, [f"level {k}" for k in range(3)], list(wages)
    )


@pytest.mark.parametrize("tie", [False, True])
def test_the_least_cost_separation_alone_is_intuitive_with_two_types(tie: bool) -> None:
    """Cho and Kreps 1987, section V: the Riley outcome; at a tie the low type may not mind."""
    solution = solve_tree(spence(tie=tie), "pbe")
    assert solution.status == "complete"
    passing = [e for e in solution if e.refinements["D1"] == "passes"]
    assert passing
    for e in passing:
        sent = e.profile["S"]
        assert sent["S (high)"]["level 1"] == 1
        if not tie:
            assert sent["S (low)"]["level 0"] == 1
    too_much = verdicts(solution, "S (high)", "level 2")
    assert too_much
    for v in too_much:  # at the tie level 1 would not hurt the low type, so nothing is ruled out
        assert ("after level 1" in v["intuitive criterion"]) is not tie
        assert "after level 1" in v["D1"]
    pooled = [
        e
        for e in solution
        if e.profile["S"]["S (high)"]["level 0"] == e.profile["S"]["S (low)"]["level 0"] == 1
    ]
    assert pooled
    assert all(e.refinements["D1"] != "passes" for e in pooled)


def test_d1_can_discard_what_is_intuitive() -> None:
    """Both types may gain by the message, but one whenever the other does (Banks and Sobel)."""
    payoffs = {}
    for kind in ("keen", "cool"):
        for r in ("a", "b"):
            payoffs[kind, "m", r] = (0, 0)
    # Reply b is what a sender wants; the keen type already gains at a smaller share of it.
    payoffs |= {("keen", "n", "a"): (-1, 0), ("keen", "n", "b"): (3, 1)}
    payoffs |= {("cool", "n", "a"): (-1, 1), ("cool", "n", "b"): (1, 0)}
    solution = solve_tree(signalling({"keen": "1/2", "cool": "1/2"}, payoffs), "pbe")
    silent = [
        e
        for e in solution
        if e.profile["S"]["S (keen)"].get("m") == 1 and e.profile["S"]["S (cool)"].get("m") == 1
    ]
    assert silent
    for e in silent:
        assert e.refinements["intuitive criterion"] == "passes"
        assert e.refinements["D1"] == (
            "fails: after n, cool is less keen than keen, and no reply to keen keeps every type "
            "from sending it"
        )


def test_a_tie_at_the_equilibrium_payoff_does_not_rule_a_type_out() -> None:
    """With u* equal to the most that a message can bring, "never pays" does not hold."""
    game = beer_quiche()
    level = game.replace(outcomes=game.outcomes | {"weak arm refrain": (3, 0)})
    parleying = verdicts(solve_tree(level, "pbe"), "signal (strong)", "parley")
    assert parleying
    assert all(v["intuitive criterion"] == "passes" for v in parleying)


@pytest.mark.parametrize("game", [horse(), rudimentary()], ids=["horse", "rudimentary"])
def test_other_games_have_no_verdicts(game) -> None:
    assert all(e.refinements == {} for e in solve_tree(game, "pbe"))
