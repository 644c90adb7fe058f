"""Random small trees: nothing wrong, nothing missing, and the concepts nested as they should be."""

from __future__ import annotations

import itertools
import random
from fractions import Fraction as F

import pytest
from belief_trees import beer_quiche
from belief_witness import consistent, supported
from game_trees import pure_profiles, random_tree
from hypothesis import given, settings
from hypothesis import strategies as st

from deterrence.game.tree.behaviour import BehaviourProfile
from deterrence.game.tree.extensive import ExtensiveGame
from deterrence.game.tree.nodes import Chance, Decision, Leaf
from deterrence.game.tree.play import regret, subgame_regret
from deterrence.solvers import solve_tree
from deterrence.solvers.beliefs import verify_assessment

CONCEPTS = ("weak-pbe", "pbe", "sequential")


def small_tree(rng: random.Random, depth=(3, 3, 4)) -> ExtensiveGame:
    while True:
        game = random_tree(
            rng,
            players=rng.choice([2, 2, 3]),
            depth=rng.choice(depth),
            merge=True,
            high=rng.choice([1, 3, 9]),
        )
        if 0 < sum(not s.is_chance for s in game.sets) <= 7:
            return game


def two_sided(rng: random.Random, high: int = 6) -> ExtensiveGame:
    """A sender with two types, a receiver who sees the message, the sender's last word."""
    outcomes = {}

    def leaf(label: str) -> Leaf:
        outcomes[label] = (rng.randint(0, high), rng.randint(0, high))
        return Leaf(label)

    branches = {}
    for kind, p in (("t", F(1, 3)), ("u", F(2, 3))):
        moves = {"quit": leaf(f"{kind} quit")}
        for m in ("m", "n"):
            last = Decision(
                "S", f"last {kind} {m}", {k: leaf(f"{kind} {m} {k}") for k in ("x", "y")}
            )
            moves[m] = Decision("R", f"after {m}", {"stop": leaf(f"{kind} {m} stop"), "go": last})
        branches[kind] = (p, Decision("S", f"first {kind}", moves))
    return ExtensiveGame.from_tree(("S", "R"), Chance(branches, "type"), outcomes)


def listed_in_full(solution) -> bool:
    return all(len(f.members) == f.corners for f in solution.families)


def compare_pure(game: ExtensiveGame, concept: str, test) -> int:
    """Compare the pure equilibria with all pure profiles that pass a test by definition."""
    solution = solve_tree(game, concept)
    assert solution.status == "complete"
    assert solution.equilibria
    ours = {e.profile for e in solution if e.profile.is_pure}
    count = 0
    for plan in pure_profiles(game):
        profile = BehaviourProfile(plan)
        right = max(regret(game, profile).values()) == 0 and test(game, plan)
        count += right
        if profile in ours:
            assert right, profile
        elif listed_in_full(solution):
            assert not right, profile
    return count


@pytest.mark.parametrize("concept", ["weak-pbe", "pbe"])
@pytest.mark.parametrize("seed", range(25))
def test_pure_equilibria_are_all_that_some_belief_supports(seed: int, concept: str) -> None:
    game = small_tree(random.Random(seed))
    compare_pure(game, concept, lambda g, p: supported(g, p, concept))


@pytest.mark.parametrize("seed", range(8))
def test_pure_equilibria_with_private_information(seed: int) -> None:
    game = two_sided(random.Random(seed))
    for concept in ("weak-pbe", "pbe"):
        compare_pure(game, concept, lambda g, p, c=concept: supported(g, p, c))


def relay(rng: random.Random, high: int = 4) -> ExtensiveGame:
    """A type, an informed signal that the receiver judges twice, a go-between who knows nothing.

    Departures of the go-between are no news, and what was believed is carried past them.
    """
    outcomes = {}

    def leaf(label: str) -> Leaf:
        outcomes[label] = tuple(rng.randint(0, high) for _ in range(3))
        return Leaf(label)

    def judged(kind: str, m: str) -> Decision:
        late = Decision("R", "late", {k: leaf(f"{kind} {m} {k}") for k in ("x", "y")})
        between = Decision("W", "between", {"pass": leaf(f"{kind} {m} pass"), "send": late})
        return Decision("R", "early", {"end": leaf(f"{kind} {m} end"), "ask": between})

    branches = {}
    for kind, p in (("t", F(1, 3)), ("u", F(2, 3))):
        moves = {"quit": leaf(f"{kind} quit"), "m": judged(kind, "m")}
        branches[kind] = (p, Decision("S", f"first {kind}", moves))
    return ExtensiveGame.from_tree(("S", "R", "W"), Chance(branches, "type"), outcomes)


@pytest.mark.parametrize("seed", range(12))
def test_pure_equilibria_with_a_go_between_who_knows_nothing(seed: int) -> None:
    game = relay(random.Random(seed))
    for concept in ("weak-pbe", "pbe"):
        compare_pure(game, concept, lambda g, p, c=concept: supported(g, p, c))
    compare_pure(game, "sequential", consistent)


@pytest.mark.parametrize("seed", range(6))
def test_pure_sequential_equilibria_are_all_that_some_mistakes_support(seed: int) -> None:
    """Orders up to 2 for every mistake, their weights left to z3."""
    game = two_sided(random.Random(100 + seed), high=3)
    assert compare_pure(game, "sequential", consistent) >= 0


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6))
def test_sequential_pbe_subgame_perfect_nash(seed: int) -> None:
    game = small_tree(random.Random(seed))
    found = {c: solve_tree(game, c) for c in CONCEPTS}
    for concept, solution in found.items():
        assert solution.status == "complete"
        assert solution.equilibria, concept  # there always is a sequential equilibrium
        for e in solution:
            assert e.regret == 0
            assert max(regret(game, e.profile).values()) == 0
            if concept != "weak-pbe":
                assert max(subgame_regret(game, e.profile).values()) == 0
    pure = {c: {e.profile for e in s if e.profile.is_pure} for c, s in found.items()}
    if all(listed_in_full(s) for s in found.values()):
        assert pure["sequential"] <= pure["pbe"] <= pure["weak-pbe"]


def inside(belief):
    """One belief within ranges: the first node as likely as can be, and so on."""
    left, chosen = F(1), {}
    lows = {k: v[0] if isinstance(v, tuple) else v for k, v in belief.items()}
    rest = sum(lows.values())
    for node, value in belief.items():
        rest -= lows[node]
        most = value[1] if isinstance(value, tuple) else value
        chosen[node] = min(most, left - rest)
        left -= chosen[node]
    return chosen


@pytest.mark.parametrize("concept", CONCEPTS)
def test_both_ends_of_every_range_are_believed_and_nothing_beyond(concept: str) -> None:
    game = beer_quiche()
    for e in solve_tree(game, concept):
        for label, belief in e.beliefs.items():
            (one, first), (two, _) = belief.items()
            if not isinstance(first, tuple):
                continue
            for p, right in ((first[0], True), (first[1], True), (first[1] + F(1, 100), False)):
                beliefs = {**e.beliefs, label: {one: p, two: 1 - p}}
                report = verify_assessment(game, e.profile, beliefs)
                assert report.is_pbe is right


@pytest.mark.parametrize("seed", range(10))
def test_the_beliefs_told_pass_the_check_by_definition(seed: int) -> None:
    game = two_sided(random.Random(seed))
    for e in solve_tree(game, "pbe"):
        if all(len(b) <= 2 for b in e.beliefs.values()):
            beliefs = {label: inside(b) for label, b in e.beliefs.items()}
            assert verify_assessment(game, e.profile, beliefs).is_weak_pbe


def test_mixed_profiles_between_the_corners_of_a_family_are_equilibria() -> None:
    """A family is what its ties and conditions say, here on a grid."""
    solution = solve_tree(beer_quiche(), "pbe")
    (family,) = [f for f in solution.families if "after arm" in f.ties["Rival"]]
    assert family.conditions == ("P(attack at after arm) >= 1/2",)
    e = solution.equilibria[family.members[0]]
    game = beer_quiche()
    for attack in (F(k, 8) for k in range(9)):
        mix = {"attack": attack, "refrain": 1 - attack}
        profile = {p: dict(own) for p, own in e.profile.items()}
        profile["Rival"]["after arm"] = mix
        right = any(
            verify_assessment(
                game, profile, {"after arm": {"State strong, arm": q, "State weak, arm": 1 - q}}
            ).is_pbe
            for q in (F(0), F(1, 2), F(1))
        )
        assert right is (attack >= F(1, 2))


def test_names_with_commas_do_not_confuse() -> None:
    labels = ["a, b", "a", "b"]
    moves = {
        label: Decision("B", "reply", {"x": Leaf(f"{k} x"), "y": Leaf(f"{k} y")})
        for k, label in enumerate(labels)
    }
    outcomes = {
        f"{k} {r}": (int(r == "x"), int((r == "x") == (k == 0)))
        for k, r in itertools.product(range(3), "xy")
    }
    game = ExtensiveGame.from_tree(("A", "B"), Decision("A", "first", moves), outcomes)
    for concept in CONCEPTS:
        assert solve_tree(game, concept).status == "complete"
