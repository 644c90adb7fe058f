"""Large trees: something easy is found, certified, and nothing more is claimed."""

from __future__ import annotations

import random
from fractions import Fraction
from typing import Any

import pytest
from card_trees import inspection, inspection_value, kuhn, leduc, pennies
from effort import at_most
from game_trees import random_tree

from deterrence.game.tree.extensive import ExtensiveGame
from deterrence.game.tree.nodes import Chance, Decision, Leaf
from deterrence.game.tree.plans import strategic, to_mixed
from deterrence.game.tree.play import subgame_regret
from deterrence.limits.deadline import Deadline
from deterrence.solvers import solve_tree
from deterrence.solvers.trees import backward_induction, easy, sequence_path
from deterrence.solvers.trees.easy import one_subgame_perfect


def by_label(game: ExtensiveGame, moves: dict[str, Any]) -> dict[str, dict[str, dict[str, Any]]]:
    return {
        player: {
            game.sets[s].label: dict(
                zip(game.sets[s].actions, moves[game.sets[s].label], strict=True)
            )
            for s in game.own_sets(player)
        }
        for player in game.players
    }


def matrix_regret(game: ExtensiveGame, behaviour: dict[str, Any]) -> set:
    """Return what deviations gain in the strategic form, which the solvers here never build."""
    form = strategic(game)
    mixed = {
        player: dict(zip(labels, to_mixed(game, player, behaviour[player]), strict=True))
        for player, labels in zip(form.players, form.actions, strict=True)
    }
    return set(form.regret(mixed).values())


def general(seed: int) -> ExtensiveGame:
    rng = random.Random(seed)
    return random_tree(rng, depth=3, merge=True, high=rng.choice([1, 2, 5, 100]))


@pytest.mark.parametrize("floats", [True, False])
def test_one_subgame_perfect_equilibrium_of_any_tree(
    floats: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sequence_path, "EXACT_SIZE", 0 if floats else 10**6)
    monkeypatch.setattr(easy, "_optimal", lambda *args: None)
    if floats:
        monkeypatch.setattr(sequence_path, "EXACT_WORK", 0)
    for seed in range(60):
        game = general(seed)
        moves = one_subgame_perfect(game, Deadline())
        assert moves is not None
        behaviour = by_label(game, moves)
        assert set(subgame_regret(game, behaviour).values()) <= {0}
        assert matrix_regret(game, behaviour) == {0}


@pytest.mark.parametrize("concept", ["nash", "spe"])
def test_what_is_easy_is_among_all_equilibria(
    concept: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for seed in range(40):
        game = general(seed)
        every = solve_tree(game, concept)
        with monkeypatch.context() as patch:
            patch.setattr(backward_induction, "MAX_STAGE_CELLS", 0)
            found = solve_tree(game, concept)
        assert found.equilibria
        for e in found:
            assert e.regret == 0
            assert matrix_regret(game, {p: e.profile[p] for p in game.players}) == {0}
        if every.status == "complete" and not any(f.is_continuum for f in every.families):
            assert {e.profile for e in found} <= {e.profile for e in every}


def test_kuhn_poker() -> None:
    """Kuhn 1950: worth -1/18; the first player bluffs with at most 1/3."""
    with at_most(2):
        solution = solve_tree(kuhn(), "nash")
    assert (solution.status, solution.value) == ("complete", Fraction(-1, 18))
    bluffs = {e.profile["A"]["A 0"]["bet"] for e in solution}
    assert bluffs == {0, Fraction(1, 3)}
    for e in solution:
        assert (e.regret, e.payoffs["A"]) == (0, Fraction(-1, 18))
        assert matrix_regret(kuhn(), {p: e.profile[p] for p in "AB"}) == {0}
        assert e.profile["B"]["B 0 b"]["call"] == 0
        assert e.profile["B"]["B 1 b"]["call"] == Fraction(1, 3)


@pytest.mark.parametrize(
    ("periods", "inspections"),
    [(1, 1), (2, 1), (4, 2), (6, 3), pytest.param(10, 3, marks=pytest.mark.everything)],
)
def test_dreshers_inspections(periods: int, inspections: int) -> None:
    game = inspection(periods, inspections)
    with at_most(8):
        solution = solve_tree(game, "zero-sum")
    assert solution.value == inspection_value(periods, inspections)
    for e in solution:
        assert (e.regret, e.payoffs["A"]) == (0, solution.value)


@pytest.mark.parametrize("rounds", [2, 3, 4])
def test_repeated_pennies_are_worth_nothing_to_anybody(rounds: int) -> None:
    with at_most(4):
        solution = solve_tree(pennies(rounds), "nash")
    assert solution.equilibria
    assert all(e.regret == 0 and e.payoffs["A"] == 0 for e in solution)
    if rounds > 2:
        assert solution.value == 0
        assert "the value is proven; not all optimal strategies are listed" in solution.messages


def test_leduc_poker_is_solved_exactly() -> None:
    with at_most(10):
        solution = solve_tree(leduc(), "nash")
    (e,) = solution
    assert e.regret == 0
    assert e.payoffs["A"] == solution.value
    assert solution.value is not None
    assert round(float(solution.value), 4) == -0.0856
    assert solution.status == "partial"


def repeated_dilemma(rounds: int) -> ExtensiveGame:
    """The dilemma again and again: the one subgame-perfect equilibrium always defects."""
    pay = {"cc": (2, 2), "cd": (0, 3), "dc": (3, 0), "dd": (1, 1)}
    outcomes: dict[str, tuple[int, int]] = {}

    def stage(left: int, sums: tuple[int, int], told: str) -> Any:
        if not left:
            outcomes[str(sums)] = sums
            return Leaf(str(sums))

        def reply(mine: str) -> Decision:
            after = {}
            for theirs in "cd":
                gain = pay[mine + theirs]
                now = (sums[0] + gain[0], sums[1] + gain[1])
                after[theirs] = stage(left - 1, now, told + mine + theirs)
            return Decision("B", f"B {told}", after)

        return Decision("A", f"A {told}", {mine: reply(mine) for mine in "cd"})

    tree = stage(rounds, (0, 0), "")
    return ExtensiveGame.from_tree(("A", "B"), tree, outcomes, name="dilemma")


def test_in_a_large_tree_the_first_equilibrium_is_subgame_perfect() -> None:
    with at_most(3):
        solution = solve_tree(repeated_dilemma(4), "nash")
    (e,) = solution
    assert e.regret == 0
    assert solution.status == "partial"
    assert solution.messages == ("one equilibrium was looked for; there may be other equilibria",)
    assert solution.value is None
    assert e.payoffs == {"A": 4, "B": 4}
    for own in e.profile.values():
        assert all(mix["d"] == 1 or label in e.open_sets for label, mix in own.items())


def test_a_large_subgame_says_where_it_was_not_searched() -> None:
    part = repeated_dilemma(3)
    tree = {"in": (Fraction(1, 2), _nested(part)), "out": (Fraction(1, 2), Leaf("(0, 0)"))}
    outcomes = {**part.outcomes, "(0, 0)": (0, 0)}
    first = Decision("A", "first", {"stay": Leaf("(0, 0)"), "go": Chance(tree)})
    game = ExtensiveGame.from_tree(("A", "B"), first, outcomes)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(backward_induction, "MAX_STAGE_CELLS", 0)
        solution = solve_tree(game, "spe")
    assert solution.equilibria
    assert any("other equilibria in the subgame after" in m for m in solution.messages)
    assert all(e.regret == 0 for e in solution)


def _nested(game: ExtensiveGame, node: int = 0) -> Any:
    """Return a tree as it is told; nodes of one information set stay together."""
    here = game.nodes[node]
    if here.set < 0:
        return Leaf(here.outcome)
    s = game.sets[here.set]
    moves = {a: _nested(game, k) for a, k in zip(s.actions, here.children, strict=True)}
    return Decision(str(s.player), s.label, moves)


def test_a_path_too_long_is_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sequence_path, "EXACT_WORK", 0)
    monkeypatch.setattr(sequence_path, "FLOAT_WORK", 0)
    assert one_subgame_perfect(repeated_dilemma(1), Deadline()) is None


def test_out_of_time_is_said() -> None:
    solution = solve_tree(pennies(4), "nash", time_limit=1e-6)
    assert solution.status == "none"
    assert solution.messages == ("the limit was reached in the subgame at the start",)
