"""Backward induction over many points against a recursion over rationals, and by hand."""

from __future__ import annotations

import itertools
import random
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from points_games import use

from deterrence.analysis.kernel.trees import Tree, backward_induction, payoffs_of
from deterrence.errors import UsageError


def random_tree(dice: random.Random, decisions: int) -> Tree:
    """Return a random tree with two or three children per decision."""
    below: list[list[int]] = [[] for _ in range(decisions)]
    for node in range(1, decisions):
        below[dice.choice([k for k in range(node) if len(below[k]) < 3])].append(node)
    leaf = decisions
    for children in below:
        while len(children) < 2:
            children.append(leaf)
            leaf += 1
        dice.shuffle(children)
    players = tuple(dice.randint(0, 1) for _ in range(decisions))
    return Tree(players, tuple(map(tuple, below)))


def perfect_profiles(tree: Tree, payoffs: list[list[Fraction]]) -> list[tuple[int, ...]]:
    """Return all subgame-perfect equilibria in pure strategies, by trying every profile."""
    d = len(tree.player)

    def value(node: int, profile: tuple[int, ...]) -> list[Fraction]:
        if node >= d:
            return payoffs[node - d]
        return value(tree.children[node][profile[node]], profile)

    def perfect(profile: tuple[int, ...]) -> bool:
        # The one-shot deviation principle.
        return all(
            value(child, profile)[tree.player[k]] <= value(k, profile)[tree.player[k]]
            for k in range(d)
            for child in tree.children[k]
        )

    choices = itertools.product(*(range(len(c)) for c in tree.children))
    return [profile for profile in choices if perfect(profile)]


@given(st.integers(0, 10**9))
def test_all_profiles_of_small_trees(seed: int) -> None:
    dice = random.Random(seed)
    tree = random_tree(dice, dice.randint(1, 5))
    top = dice.choice([3, 9, 1000])
    games = [[[dice.randint(0, top) for _ in "ab"] for _ in range(tree.leaves)] for _ in range(5)]
    found = backward_induction(tree, np.array(games))
    for g, payoffs in enumerate(games):
        perfect = perfect_profiles(tree, [[Fraction(u) for u in leaf] for leaf in payoffs])
        assert tuple(found.choice[g]) in perfect
        if not found.tied[g]:
            assert perfect == [tuple(found.choice[g])]
        assert found.payoffs[g].tolist() == payoffs[found.leaf[g]]
        # A tie among best replies is what makes a second equilibrium.
        if len(perfect) > 1:
            assert found.tied[g]


def test_a_long_ladder_by_hand() -> None:
    # Whoever quits at rung k loses 1 + k/100, the other gains 1 - k/100; the top is worse.
    tree = Tree.ladder(44)
    leaves: list[Any] = []
    for k in range(44):
        quits = [-1 - k / 100, 1 - k / 100]
        leaves.append(quits if k % 2 == 0 else quits[::-1])
    found = backward_induction(tree, payoffs_of([*leaves, [np.array([-9.0, 9.0]), -9.0]]))
    # At the last rung the second player prefers quitting to the top, so the first climbs,
    # so the second quits as early as it can: on its first rung.
    assert found.leaf.tolist() == [1, 1]
    assert found.choice[0].tolist() == [1, 0] * 22
    assert found.payoffs[0].tolist() == [0.99, -1.01]
    assert not found.tied.any()


@pytest.mark.parametrize("engine", ["numpy", "numba"])
def test_chunks_and_engines_do_not_show(engine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, engine)
    tree = random_tree(random.Random(3), 6)
    payoffs = np.random.default_rng(3).integers(0, 4, (5000, tree.leaves, 2))
    whole, part = backward_induction(tree, payoffs), backward_induction(tree, payoffs[2000:2100])
    for field in ("choice", "leaf", "payoffs", "tied"):
        np.testing.assert_array_equal(getattr(whole, field)[2000:2100], getattr(part, field))
    use(monkeypatch, "numpy")
    plain = backward_induction(tree, payoffs)
    for field in ("choice", "leaf", "payoffs", "tied"):
        assert getattr(whole, field).tobytes() == getattr(plain, field).tobytes()


def test_margins_make_ties_and_bad_numbers_do_too() -> None:
    tree = Tree.ladder(1)
    payoffs = np.array([[[0.0], [1e-9]], [[0.0], [1.0]], [[0.0], [np.nan]]])
    assert backward_induction(tree, payoffs).tied.tolist() == [False, False, True]
    assert backward_induction(tree, payoffs, 1e-6).tied.tolist() == [True, False, True]


def test_a_better_choice_settles_an_earlier_tie() -> None:
    tree = Tree((0,), ((1, 2, 3),))
    payoffs = np.array([[[0.0], [0.0], [1.0]], [[0.0], [1.0], [1.0]]])
    found = backward_induction(tree, payoffs)
    assert found.tied.tolist() == [False, True]
    assert found.choice[:, 0].tolist() == [2, 1]


@pytest.mark.parametrize(
    ("player", "children"),
    [
        ((), ()),
        ((0,), ()),
        ((0,), ((),)),
        ((0, 1), ((1, 2), (0, 3))),
        ((0, 1), ((1, 2), (2, 3))),
        ((-1,), ((1, 2),)),
    ],
)
def test_what_is_no_tree_is_refused(player: Any, children: Any) -> None:
    with pytest.raises(UsageError):
        Tree(player, children)


def test_payoffs_that_do_not_fit_are_refused() -> None:
    with pytest.raises(UsageError):
        backward_induction(Tree.ladder(2), np.zeros((5, 2, 2)))
    with pytest.raises(UsageError):
        Tree.ladder(0)
