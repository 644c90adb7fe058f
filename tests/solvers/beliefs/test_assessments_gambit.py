"""Gambit as the witness: what it computes is among our families."""

from __future__ import annotations

import io
import random
from fractions import Fraction as F

import pytest
from belief_trees import beer_quiche, chain_store, rudimentary
from game_trees import horse, random_tree
from tree_models import unilateral_deterrence

from deterrence.algebra.linear import maximise
from deterrence.modelfile.exchange.efg import write_efg
from deterrence.solvers import solve_tree

gambit = pytest.importorskip("pygambit", reason="the extra 'gambit' is not installed")
pytestmark = pytest.mark.witness

GAMES = {
    "horse": horse,
    "beer-quiche": beer_quiche,
    "many weak": lambda: beer_quiche("2/5"),
    "rudimentary": rudimentary,
    "chain store": chain_store,
    "unilateral": lambda: unilateral_deterrence().at(),
    "attack": lambda: unilateral_deterrence().at(pC="4/5"),
    "separating": lambda: unilateral_deterrence().at(pD="3/5"),
}


def written(game):
    return gambit.read_efg(io.StringIO(write_efg(game)))


def behaviour_of(game, table, profile) -> dict[str, dict[str, float]]:
    """A profile of Gambit's by our labels."""
    found = {}
    for player in table.players:
        for infoset in player.infosets:
            s = game.information_set(infoset.label)
            probs = [profile[action] for action in infoset.actions]
            found[s.label] = dict(zip(s.actions, map(float, probs), strict=True))
    return found


def plain(e) -> dict[str, dict[str, F]]:
    return {label: dict(mix) for own in e.profile.values() for label, mix in own.items()}


def near(solution, wanted, slack: float) -> bool:
    """Say whether a family has a profile near the one wanted, corner by corner mixed.

    Where only one set varies the corners' mixtures are the family; otherwise the box.
    """
    for family in solution.families:
        corners = [plain(solution.equilibria[k]) for k in family.members]
        if all(
            min(c[h][a] for c in corners) - slack <= p <= max(c[h][a] for c in corners) + slack
            for h, mix in wanted.items()
            for a, p in mix.items()
        ):
            return True
    return False


@pytest.mark.parametrize("name", GAMES)
def test_the_limit_of_the_logit_equilibria_is_a_sequential_equilibrium(name: str) -> None:
    """McKelvey and Palfrey 1998, theorem 4: limits of agent quantal response are sequential."""
    game = GAMES[name]()
    table = written(game)
    found = gambit.nash.logit_solve(table, use_strategic=False, maxregret=1e-4)
    limit = behaviour_of(game, table, found.equilibria[0])
    for concept in ("weak-pbe", "pbe", "sequential"):
        solution = solve_tree(game, concept)
        assert solution.status == "complete"
        assert near(solution, limit, 0.02), concept


@pytest.mark.parametrize("seed", range(12))
def test_our_payoffs_are_mixtures_of_those_of_gambits_nash_equilibria(seed: int) -> None:
    """Two players: all Nash equilibria are mixtures of the extreme ones that Gambit lists."""
    rng = random.Random(500 + seed)
    game = random_tree(rng, depth=3, merge=True, high=9)
    while not all(game.own_sets(p) for p in game.players):
        game = random_tree(rng, depth=3, merge=True, high=9)
    table = written(game)
    found = gambit.nash.enummixed_solve(table, rational=True).equilibria
    theirs = [tuple(F(str(e.payoff(p))) for p in table.players) for e in found]
    for concept in ("weak-pbe", "pbe", "sequential"):
        solution = solve_tree(game, concept)
        assert solution.status == "complete"
        assert solution.equilibria
        for e in solution:
            assert mixes(tuple(e.payoffs.values()), theirs)


def mixes(point, points) -> bool:
    """Say whether a pair of payoffs is a mixture of others."""
    rows = [[p[k] for p in points] for k in range(len(point))]
    rows.append([F(1)] * len(points))
    return maximise([F(0)] * len(points), (), (), rows, [*point, F(1)]).status == "optimal"


def test_a_profile_that_is_no_equilibrium_is_not_near() -> None:
    """The check above can fail."""
    game = rudimentary("1/4")
    wanted = {"first": {"wait": 1.0, "attack": 0.0}}
    assert not near(solve_tree(game, "pbe"), wanted, 0.02)
