"""Subgame-perfect and Nash equilibria of trees: theorems, known answers, brute force."""

from __future__ import annotations

import random
from dataclasses import replace
from fractions import Fraction

import pytest
from effort import at_most
from game_trees import (
    at_once,
    driver,
    entry,
    horse,
    is_perfect,
    ladder,
    pure_profiles,
    random_tree,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from deterrence.errors import UsageError
from deterrence.game.strategic import StrategicGame
from deterrence.game.tree.behaviour import BehaviourProfile
from deterrence.game.tree.extensive import ExtensiveGame
from deterrence.game.tree.nodes import Chance, Decision, Leaf
from deterrence.game.tree.plans import strategic, to_mixed
from deterrence.solvers import solve, solve_tree
from deterrence.solvers.trees.backward_induction import BackwardInduction

HALF = Fraction(1, 2)
seeds = st.integers(0, 10**6)


def profiles(solution) -> set[BehaviourProfile]:
    return {e.profile for e in solution}


# ---- known answers ----------------------------------------------------------------------
def test_entry_deterrence() -> None:
    solution = solve_tree(entry())
    (e,) = solution
    assert solution.status == "complete"
    assert str(e.profile) == "Challenger: at entry in; Defender: at reply yield"
    assert (e.outcomes, e.regret) == ({"loss": 1}, 0)
    # Nash knows the empty threat, too: any probability of fighting of at least one half.
    nash = solve_tree(entry(), "nash")
    assert [len(f.members) for f in nash.families] == [1, 2]
    fight = [e.profile["Defender"]["reply"]["fight"] for e in nash]
    assert sorted(fight) == [0, HALF, 1]


def test_a_tie_of_the_defender_is_a_family() -> None:
    solution = solve_tree(entry(fight=0))
    assert solution.status == "complete"
    assert [f.conditions for f in solution.families] == [
        ("P(fight at reply) >= 1/2",),
        ("P(fight at reply) <= 1/2",),
        ("P(fight at reply) = 1/2",),
    ]
    assert solution.families[2].ties == {"Challenger": {"entry": ("out", "in")}}
    corners = {
        (e.profile["Challenger"]["entry"]["in"], e.profile["Defender"]["reply"]["fight"])
        for e in solution
    }
    assert corners == {(0, 1), (0, HALF), (1, HALF), (1, 0)}
    # Every subgame-perfect equilibrium is there: p of fighting fixes whether entry pays.
    for p in (Fraction(k, 8) for k in range(9)):
        for q in (0, Fraction(1, 3), 1):
            profile = {
                "Challenger": {"entry": {"in": q, "out": 1 - q}},
                "Defender": {"reply": {"fight": p, "yield": 1 - p}},
            }
            listed = (p >= HALF and q == 0) or (p <= HALF and q == 1) or p == HALF
            assert is_perfect(entry(fight=0), profile) == listed


def test_a_tie_that_nobody_else_minds_is_one_family_without_conditions() -> None:
    game = entry(fight=0)
    game = game.replace(outcomes={"status quo": (0, 2), "war": (1, 0), "loss": (1, 0)})
    solution = solve_tree(game)
    (family,) = solution.families
    assert family.ties == {"Defender": {"reply": ("fight", "yield")}}
    assert (family.conditions, family.corners) == ((), 2)


def test_ties_of_a_long_ladder_are_a_product_not_a_list() -> None:
    game = ladder(44, stop=lambda k: (0, 0), end=(0, 0))
    solution = solve_tree(game)
    (family,) = solution.families
    assert (solution.status, family.corners) == ("complete", 2**44)
    assert sum(map(len, family.ties.values())) == 44


def test_selten_1975_the_horse_has_two_segments_of_equilibria() -> None:
    """(C, c, L with at most 1/4), and (D, c with at least 1/3, L); Selten 1975, section 6."""
    for concept in ("spe", "nash"):
        solution = solve_tree(horse(), concept)
        assert solution.status == "complete"
        ends = [
            {
                tuple(p for b in e.profile.values() for m in b.values() for p in m.values())[::2]
                for e in (solution.equilibria[k] for k in family.members)
            }
            for family in solution.families
        ]
        assert {len(f.pieces) for f in solution.families} == {1}
        quarter, most = Fraction(1, 4), Fraction(2, 3)
        segments = [{(0, 0, 0), (0, 0, quarter)}, {(1, 0, 1), (1, most, 1)}]  # P(D), P(d), P(L)
        assert all(s in ends for s in segments)
        assert len(ends) == 2


def test_outside_option_with_battle_of_the_sexes() -> None:
    """Three equilibria of the subgame, so three subgame-perfect ones."""
    battle = {f"{i}": Decision("B", "b", {f"{j}": Leaf(f"{i}{j}") for j in "xy"}) for i in "xy"}
    tree = Decision("A", "start", {"out": Leaf("out"), "in": Decision("A", "a", battle)})
    outcomes = {"xx": (3, 1), "xy": (0, 0), "yx": (0, 0), "yy": (1, 3), "out": (2, 2)}
    solution = solve_tree(ExtensiveGame.from_tree(("A", "B"), tree, outcomes))
    assert (solution.status, len(solution)) == ("complete", 3)
    found = {
        (e.profile["A"]["start"]["in"], e.profile["A"]["a"]["x"], e.profile["B"]["b"]["x"])
        for e in solution
    }
    assert found == {(1, 1, 1), (0, 0, 0), (0, Fraction(3, 4), Fraction(1, 4))}


def test_matching_pennies_after_a_chance_move() -> None:
    pennies = {i: Decision("B", "b", {j: Leaf(f"{i}{j}") for j in "ht"}) for i in "ht"}
    tree = Chance({"play": ("1/3", Decision("A", "a", pennies)), "rest": ("2/3", Leaf())})
    outcomes = {"hh": (1, -1), "tt": (1, -1), "ht": (-1, 1), "th": (-1, 1)}
    (e,) = solve_tree(ExtensiveGame.from_tree(("A", "B"), tree, outcomes))
    assert e.profile["A"]["a"] == e.profile["B"]["b"] == {"h": HALF, "t": HALF}


def test_payoffs_beyond_32_bits() -> None:
    big = 10**15
    game = at_once([[0, -big], [3 * big, -8 * big]], [[0, 3 * big], [-big, -8 * big]])
    solution = solve_tree(game, "nash")
    assert (solution.status, len(solution)) == ("complete", 3)
    assert all(e.regret == 0 for e in solution)


def test_the_absent_minded_driver_is_refused_not_solved_wrongly() -> None:
    """Her best behaviour is in test_forgetful.py."""
    with pytest.raises(UsageError, match="absent-minded at 'junction'"):
        solve_tree(driver(), "spe")


def test_a_continuum_with_different_payoffs_is_reported() -> None:
    """The subgame's equilibria are a segment along which the first mover's payoff changes."""
    below = {i: Decision("B", "b", {j: Leaf(f"{i}{j}") for j in "lr"}) for i in ("u", "d")}
    tree = Decision("A", "start", {"out": Leaf("out"), "in": Decision("A", "a", below)})
    outcomes = {"ul": (3, 0), "ur": (1, 0), "dl": (0, 0), "dr": (0, 0), "out": (2, 0)}
    solution = solve_tree(ExtensiveGame.from_tree(("A", "B"), tree, outcomes))
    assert solution.status == "partial"
    assert any("continuum" in m for m in solution.messages)
    assert all(e.regret == 0 for e in solution)


def test_games_with_nothing_to_decide() -> None:
    over = ExtensiveGame.from_tree(("A", "B"), Leaf("end"), {"end": (1, 2)})
    lot = Chance({"x": ("1/3", Leaf("end")), "y": ("2/3", Chance({"z": (1, Leaf())}))})
    drawn = ExtensiveGame.from_tree(("A", "B"), lot, {"end": (1, 2)})
    for concept in ("spe", "nash"):
        for game, payoff in ((over, 1), (drawn, Fraction(1, 3))):
            (e,) = solve_tree(game, concept)
            assert (e.payoffs["A"], e.regret) == (payoff, 0)
    (e,) = solve_tree(over.replace(outcomes={"end": (1, -1)}), "zero-sum")
    assert e.payoffs == {"A": 1, "B": -1}


def test_one_player_alone() -> None:
    tree = Decision("A", "s", {"x": Leaf("good"), "y": Leaf("good"), "z": Leaf("bad")})
    game = ExtensiveGame.from_tree(("A", "B"), tree, {"good": (2, 0), "bad": (1, 5)})
    for concept in ("spe", "nash"):
        (family,) = solve_tree(game, concept).families
        assert family.corners == 2


def test_floats_are_solved_as_the_fractions_they_are() -> None:
    game = entry().replace(outcomes={"status quo": (0, 2.0), "war": (-0.1, 0.5), "loss": (1, 0)})
    solution = solve_tree(game)
    assert solution.equilibria[0].payoffs == {"Challenger": 0, "Defender": 2}
    assert any("floats" in m for m in solution.messages)


def test_usage() -> None:
    with pytest.raises(UsageError, match="no concept called 'nahs'"):
        solve_tree(entry(), "nahs")
    with pytest.raises(UsageError, match="has formulas"):
        solve_tree(
            entry().replace(outcomes={"status quo": (0, _x()), "war": (0, 0), "loss": (0, 0)})
        )


def _x():
    from deterrence.algebra.expressions import Expression

    return Expression.parse("x")


# ---- against brute force ----------------------------------------------------------------
@given(seeds)
@settings(max_examples=60)
def test_every_pure_spe_and_no_other(seed: int) -> None:
    game = random_tree(random.Random(seed), players=3, depth=3, high=2)
    if sum(len(s.actions) > 1 for s in game.sets if not s.is_chance) > 8:
        return
    solution = solve_tree(game)
    assert all(e.regret == 0 and is_perfect(game, e.profile) for e in solution)
    if any(f.corners > len(f.members) for f in solution.families) or "listed" in str(
        solution.messages
    ):
        return
    ours = {p for p in profiles(solution) if p.is_pure}
    theirs = {BehaviourProfile(p) for p in pure_profiles(game) if is_perfect(game, p)}
    assert ours == theirs


@given(seeds)
@settings(max_examples=40)
def test_what_lies_between_the_corners_is_subgame_perfect(seed: int) -> None:
    rng = random.Random(seed)
    game = random_tree(rng, players=2, depth=3, high=1)
    solution = solve_tree(game)
    for family in solution.families:
        if len(family.members) < 2:
            continue
        corners = [solution.equilibria[k].profile for k in family.members]
        weights = [rng.randint(1, 5) for _ in corners]
        between = {
            player: {
                s: {
                    a: sum(
                        Fraction(w, sum(weights)) * c[player][s].get(a, 0)
                        for w, c in zip(weights, corners, strict=True)
                    )
                    for a in own
                }
                for s, own in corners[0][player].items()
            }
            for player in game.players
        }
        assert is_perfect(game, between)


@given(seeds)
@settings(max_examples=40)
def test_imperfect_information_against_the_strategic_form(seed: int) -> None:
    """Each equilibrium is certified in the strategic form; SPEs are among the Nash equilibria."""
    game = random_tree(random.Random(seed), depth=3, merge=True, high=4)
    form = strategic(game)
    if max(form.shape) > 12:
        return
    nash, spe = solve_tree(game, "nash", time_limit=20), solve_tree(game, time_limit=20)
    assert nash.status == "complete"
    for e in (*nash, *spe):
        mixed = {
            p: dict(zip(labels, to_mixed(game, p, e.profile[p]), strict=True))
            for p, labels in zip(game.players, form.actions, strict=True)
        }
        assert set(form.regret(mixed).values()) == {0}
        assert form.expected_payoffs(mixed) == e.payoffs
    if len(form.players) == 2 and min(form.shape) > 1:
        matrix = solve(form, solver="exact")
        assert {tuple(e.payoffs.values()) for e in matrix} == {
            tuple(e.payoffs.values()) for e in nash
        }
    assert len(spe) >= 1


@given(seeds)
@settings(max_examples=30)
def test_labels_and_units_do_not_matter(seed: int) -> None:
    rng = random.Random(seed)
    game = random_tree(rng, depth=3, merge=True, high=4)
    if max(strategic(game).shape) > 10:
        return
    scale = [Fraction(rng.randint(1, 9), rng.randint(1, 9)) for _ in game.players]
    other = game.replace(
        players=tuple(f"player {p}" for p in game.players),
        sets=tuple(
            replace(
                s,
                label=f"set {s.label}",
                player=None if s.player is None else f"player {s.player}",
                actions=tuple(f"move {a}" for a in s.actions),
            )
            for s in game.sets
        ),
        outcomes={
            k: tuple(u * c for u, c in zip(payoffs, scale, strict=True))
            for k, payoffs in game.outcomes.items()
        },
    )
    for concept in ("spe", "nash"):
        one, two = solve_tree(game, concept), solve_tree(other, concept)
        assert (one.status, len(one), len(one.families)) == (
            two.status,
            len(two),
            len(two.families),
        )
        renamed = {
            BehaviourProfile(
                {
                    f"player {p}": {
                        f"set {s}": {f"move {a}": q for a, q in mix.items()}
                        for s, mix in own.items()
                    }
                    for p, own in e.profile.items()
                }
            )
            for e in one
        }
        assert renamed == profiles(two)


def test_simultaneous_moves_are_the_matrix_game() -> None:
    rng = random.Random(3)
    for _ in range(10):
        a, b = ([[rng.randint(-5, 5) for _ in range(3)] for _ in range(3)] for _ in range(2))
        tree = solve_tree(at_once(a, b), "nash")
        matrix = solve(StrategicGame.from_matrices(a, b), solver="exact")
        strategies = {
            tuple(tuple(m.values()) for own in e.profile.values() for m in own.values())
            for e in tree
        }
        assert strategies == {tuple(tuple(m.values()) for m in e.profile.values()) for e in matrix}


# ---- size -------------------------------------------------------------------------------
def test_44_rungs_take_well_under_a_second() -> None:
    game = ladder(44, stop=lambda k: (k * k % 17, k * 5 % 13))
    with at_most(1):
        solution = solve_tree(game)
    assert all(e.regret == 0 for e in solution)
    assert solution.equilibria


def test_a_thousand_moves_deep() -> None:
    solution = solve_tree(ladder(1000, stop=lambda k: (k, k), end=(0, 0)))
    (e,) = solution
    assert (solution.status, e.regret) == ("complete", 0)
    # The last mover stops at 1000 rather than fall to 0; everybody before climbs to there.
    assert e.outcomes == {"stop 1000": 1}


def test_the_time_limit_holds_in_a_degenerate_strategic_form(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A vertex of this game has so many bases that the clock must be looked at in between."""
    game = ladder(60, stop=lambda k: (k * k % 17, k * 5 % 13))
    easily = solve_tree(game, "nash")
    assert [e.regret for e in easily] == [0]
    assert easily.status == "partial"
    monkeypatch.setattr(BackwardInduction, "easy", lambda *args: None)
    with at_most(15):  # about 2 s on a quiet machine
        solution = solve_tree(game, "nash", effort=1.0)
    assert solution.status != "complete"
    assert any("limit was reached" in m for m in solution.messages)
    assert all(e.regret == 0 for e in solution)


@pytest.mark.parametrize(
    ("outside", "told"),
    [
        (
            ("1/4", "1/2", "3/4"),
            {"P(up at B) <= 3/4", "P(up at B) >= 3/4", "P(up at B) = 3/4"},
        ),
        # Two ties side by side: what one of them has to satisfy implies what both have.
        (("1/2", "1/2", "1/8"), {"P(up at B) <= 1/2", "P(up at B) >= 1/2", "P(up at B) = 1/2"}),
    ],
)
def test_conditions_that_others_imply_are_left_out(outside, told) -> None:
    entered = Decision("B", "B", {"up": Leaf("up"), "down": Leaf("down")})
    moves = {f"out{k}": Leaf(f"out{k}") for k in range(3)}
    outcomes = {f"out{k}": (Fraction(u), Fraction(0)) for k, u in enumerate(outside)}
    game = ExtensiveGame.from_tree(
        ("A", "B"),
        Decision("A", "A", {**moves, "enter": entered}),
        {**outcomes, "up": (Fraction(1), HALF), "down": (Fraction(0), HALF)},
    )
    solution = solve_tree(game, "spe")
    assert {c for f in solution.families for c in f.conditions} == told
    assert all(len(f.conditions) <= 1 for f in solution.families)
