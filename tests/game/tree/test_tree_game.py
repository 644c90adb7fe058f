"""The tree itself: labels, recall, subgames, payoffs, strategies."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest
from game_trees import at_once, driver, entry, horse, ladder, random_tree, value
from hypothesis import given, settings
from hypothesis import strategies as st

from deterrence.algebra.expressions import Expression
from deterrence.errors import UsageError
from deterrence.game.tree.behaviour import BehaviourProfile
from deterrence.game.tree.extensive import ExtensiveGame
from deterrence.game.tree.nodes import Chance, Decision, Leaf
from deterrence.game.tree.plans import plans, strategic, strategy_count, to_behaviour, to_mixed
from deterrence.game.tree.play import best_reply, paid_on_the_way, subgame_regret

ONE = Fraction(1)
seeds = st.integers(0, 10**6)


def mix(rng: random.Random, actions):
    weights = [rng.randint(0, 3) for _ in actions]
    if not any(weights):
        weights[0] = 1
    return {a: Fraction(w, sum(weights)) for a, w in zip(actions, weights, strict=True)}


def random_profile(rng: random.Random, game: ExtensiveGame) -> BehaviourProfile:
    profile: dict = {p: {} for p in game.players}
    for s in game.sets:
        if s.player is not None:
            profile[s.player][s.label] = mix(rng, s.actions)
    return BehaviourProfile(profile)


# ---- structure --------------------------------------------------------------------------
def test_nodes_are_in_prefix_order_and_addressed_by_their_history() -> None:
    game = horse()
    for k in range(len(game.nodes)):
        assert game.node_at(game.history(k)) == k
    assert game.sizes[0] == len(game.nodes)
    with pytest.raises(UsageError, match="no move 'x'"):
        game.node_at(["x"])


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda g: g.replace(players=("Challenger", "Challenger")), "occurs twice"),
        (lambda g: g.replace(players=("Challenger", "Other")), "no player called 'Defender'"),
        (lambda g: g.replace(outcomes={"war": (0, 0)}), "no outcome called 'status quo'"),
        (lambda g: g.replace(outcomes={"war": (0,)}), "1 payoffs for 2 players"),
        (lambda g: g.expected_payoffs({"Nobody": {}}), "no player called"),
        (lambda g: g.expected_payoffs({"Challenger": {"entri": {"in": 1}}}), "mean 'entry'"),
        (lambda g: g.expected_payoffs({"Challenger": {"reply": {"in": 1}}}), "does not move"),
        (lambda g: g.expected_payoffs({"Challenger": {"entry": {"inn": 1}}}), "mean 'in'"),
        (lambda g: g.expected_payoffs({"Challenger": {"entry": {"in": 1}}}), "does not say what"),
        (lambda g: g.expected_payoffs({"Challenger": {"entry": {"in": 2}}}), "not a distribution"),
        (lambda g: g.subgame(1), "no subgame begins"),
        (lambda g: g.own_sets("Nobody"), "no player called"),
    ],
)
def test_what_does_not_fit_is_named(change, words) -> None:
    with pytest.raises(UsageError, match=words):
        change(entry())


def test_chances_must_be_a_distribution() -> None:
    for chances in (("1/2", "1/3"), (2, -1)):
        tree = Chance({"a": (chances[0], Leaf()), "b": (chances[1], Leaf())})
        with pytest.raises(UsageError, match="not a distribution"):
            ExtensiveGame.from_tree(("A",), tree, {})


def test_one_information_set_has_one_list_of_actions() -> None:
    tree = Decision("A", "s", {"x": Decision("A", "s", {"y": Leaf()}), "y": Leaf()})
    with pytest.raises(UsageError, match="'s' occurs with different"):
        ExtensiveGame.from_tree(("A",), tree, {})


def test_formulas_stay_formulas() -> None:
    p = Expression.parse("p")
    tree = Chance({"war": (p, Leaf("war")), "peace": (1 - p, Leaf("peace"))})
    game = ExtensiveGame.from_tree(("A",), tree, {"war": (Expression.parse("-k"),), "peace": (0,)})
    assert game.is_symbolic
    (expected,) = game.expected_payoffs({}).values()
    at = {"p": Fraction(1, 3), "k": Fraction(6)}
    assert expected.evaluate(at) == -2
    with pytest.raises(UsageError, match="formulas"):
        game.regret({})
    assert strategic(game).is_symbolic


# ---- recall and subgames ----------------------------------------------------------------
def test_the_absent_minded_driver_is_flagged_with_both_histories() -> None:
    (fault,) = driver().recall_faults
    assert (fault.player, fault.information_set, fault.absent_minded) == (
        "Driver",
        "junction",
        True,
    )
    assert (fault.first, fault.second) == ((), ("on",))
    with pytest.raises(UsageError, match=r"absent-minded at 'junction'"):
        driver().regret({"Driver": {"junction": {"on": 1}}})
    # What the driver gets needs no recall: exit with 1/3 gives 4 p (1 - p) + (1 - p)^2.
    game = driver().expected_payoffs({"Driver": {"junction": {"exit": "1/3", "on": "2/3"}}})
    assert game == {"Driver": Fraction(4, 3)}


def test_who_forgets_his_own_move_is_flagged() -> None:
    later = {"l": Leaf(), "r": Leaf()}
    tree = Decision("A", "s", {"x": Decision("A", "t", later), "y": Decision("A", "t", later)})
    (fault,) = ExtensiveGame.from_tree(("A",), tree, {}).recall_faults
    assert not fault.absent_minded
    assert (fault.first, fault.second) == (("x",), ("y",))
    assert "forgotten something at 't'" in str(fault)


def test_what_another_player_did_may_be_unknown() -> None:
    assert horse().is_perfect_recall
    assert not horse().is_perfect_information


def test_subgames() -> None:
    assert entry().subgame_roots == (0, 2)
    assert horse().subgame_roots == (0,)
    assert len(ladder(44).subgame_roots) == 44
    part = entry().subgame(2)
    assert [part.nodes[k].outcome for k in part.leaves] == ["war", "loss"]
    assert part.regret({"Defender": {"reply": {"fight": 1}}})["Defender"] == 1


@given(seeds)
@settings(max_examples=40)
def test_subgames_by_definition(seed: int) -> None:
    game = random_tree(random.Random(seed), merge=True)
    for k, node in enumerate(game.nodes):
        inside = set(range(k, k + game.sizes[k]))
        whole = all(
            set(s.nodes) <= inside or not set(s.nodes) & inside
            for s in game.sets
            if not s.is_chance
        )
        assert (k in game.subgame_roots) == (whole and node.set >= 0)


# ---- payoffs ----------------------------------------------------------------------------
def test_costs_on_the_way_add_up() -> None:
    tree = Decision("A", "s", {"go": Leaf("end", "x"), "stop": Leaf()}, outcome="cost")
    game = ExtensiveGame.from_tree(("A", "B"), tree, {"cost": {"A": -1}, "end": (5, 2)})
    profile = {"A": {"s": {"go": "1/2", "stop": "1/2"}}}
    assert game.expected_payoffs(profile) == {"A": Fraction(3, 2), "B": Fraction(1)}
    assert game.outcome_distribution(profile) == {"end": Fraction(1, 2), "(stop)": Fraction(1, 2)}
    assert paid_on_the_way(game, profile) == {"cost": 1}
    assert strategic(game).payoffs == ((4, -1), (2, 0))


@given(seeds)
@settings(max_examples=40)
def test_expected_payoffs_by_recursion(seed: int) -> None:
    rng = random.Random(seed)
    game = random_tree(rng, players=3, merge=True)
    profile = random_profile(rng, game)
    assert tuple(game.expected_payoffs(profile).values()) == value(game, 0, profile)
    assert sum(game.outcome_distribution(profile).values()) == 1


@given(seeds)
@settings(max_examples=30)
def test_regret_in_the_tree_is_regret_in_its_strategic_form(seed: int) -> None:
    rng = random.Random(seed)
    game = random_tree(rng, merge=True)
    profile = random_profile(rng, game)
    form = strategic(game)
    mixed = {
        p: dict(zip(labels, to_mixed(game, p, profile[p]), strict=True))
        for p, labels in zip(game.players, form.actions, strict=True)
    }
    assert form.expected_payoffs(mixed) == game.expected_payoffs(profile)
    assert form.regret(mixed) == game.regret(profile)
    # In each subgame on its own, too.
    for root, gain in subgame_regret(game, profile).items():
        part = game.subgame(root)
        inside = {s.label for s in part.sets}
        own = {p: {w: m for w, m in b.items() if w in inside} for p, b in profile.items()}
        assert gain == max(part.regret(own).values())


def test_the_best_reply_names_all_best_actions() -> None:
    game = entry(fight=0)
    reply = best_reply(game, "Defender", {"Challenger": {"entry": {"in": 1}}})
    assert (reply.value, reply.actions) == (0, {1: (0, 1)})


# ---- strategies and Kuhn's theorem ------------------------------------------------------
@given(seeds)
@settings(max_examples=40)
def test_reduced_strategies_are_the_full_ones_without_what_they_exclude(seed: int) -> None:
    game = random_tree(random.Random(seed), merge=True)
    full, reduced = strategic(game, reduced=False), strategic(game)
    for player in game.players:
        assert strategy_count(game, player) == len(plans(game, player))
        assert strategy_count(game, player, reduced=False) == len(
            plans(game, player, reduced=False)
        )
    vectors = [set(zip(*g.payoffs, strict=True)) for g in (full, reduced)]
    assert vectors[0] == vectors[1]


@given(seeds)
@settings(max_examples=40)
def test_mixed_and_behaviour_strategies_do_the_same(seed: int) -> None:
    """Kuhn 1953: there and back gives the same probabilities of all outcomes."""
    rng = random.Random(seed)
    game = random_tree(rng, merge=True)
    form = strategic(game)
    mixed = {p: mix(rng, labels) for p, labels in zip(game.players, form.actions, strict=True)}
    behaviour = {p: to_behaviour(game, p, list(mixed[p].values()))[0] for p in game.players}
    assert game.expected_payoffs(behaviour) == form.expected_payoffs(mixed)
    chances = form.outcome_distribution(form.cell_probabilities(mixed))
    assert game.outcome_distribution(behaviour) == {k: v for k, v in chances.items() if v}


def test_what_a_strategy_excludes_is_named() -> None:
    tree = Decision("A", "s", {"x": Leaf(), "y": Decision("A", "t", {"l": Leaf(), "r": Leaf()})})
    game = ExtensiveGame.from_tree(("A",), tree, {})
    behaviour, unsaid = to_behaviour(game, "A", [ONE, 0, 0])
    assert unsaid == ("t",)
    assert behaviour["s"] == {"x": 1, "y": 0}


def test_imperfect_recall_has_a_strategic_form_but_no_conversion() -> None:
    assert strategic(driver()).payoffs == ((0, 1),)
    with pytest.raises(UsageError, match="perfect recall"):
        to_behaviour(driver(), "Driver", [ONE, 0])


def test_a_strategic_form_that_is_too_large_is_refused_at_once() -> None:
    tree = Leaf()
    for k in range(60):
        tree = Chance(
            {"a": ("1/2", Decision("A", f"s{k}", {"x": Leaf(), "y": Leaf()})), "b": ("1/2", tree)}
        )
    game = ExtensiveGame.from_tree(("A",), tree, {})
    assert strategy_count(game, "A") == 2**60
    with pytest.raises(UsageError, match=r"about 10\^18 cells"):
        strategic(game)


def test_at_once_is_the_matrix() -> None:
    a, b = [[1, 2, 3], [4, 5, 6]], [[6, 5, 4], [3, 2, 1]]
    form = strategic(at_once(a, b))
    assert (form.matrix("Row"), form.matrix("Column")) == (a, b)
    assert form.actions == (("r0", "r1"), ("c0", "c1", "c2"))


def test_a_tree_deeper_than_pythons_stack() -> None:
    game = ladder(5000)
    assert len(game.nodes) == 10_001
    assert game.is_perfect_recall
    climb = {p: {s.label: {"climb": ONE} for s in game.sets if s.player == p} for p in game.players}
    assert game.expected_payoffs(climb) == {"A": -100, "B": -100}
    assert game.regret(climb)["A"] == 5100


def test_thousands_of_recall_faults_cost_nothing_until_they_are_read() -> None:
    tree = Leaf()
    for k in range(6000):
        tree = Decision("A", f"s{k % 3000}", {"x": tree, "y": Leaf()})
    game = ExtensiveGame.from_tree(("A",), tree, {})
    assert len(game.recall_faults) == 3000
    assert all(f.absent_minded for f in game.recall_faults)
    text = game.document(full=True).text()
    assert 2000 < len(text.splitlines()) < 2100
    assert "at 2,995 more information sets" in " ".join(text.split())
    assert len(str(game).splitlines()) < 50
