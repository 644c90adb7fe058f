"""Game trees in which three players or more move together: complete, and certified."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Sequence
from fractions import Fraction

import pytest

from deterrence.algebra.algebraic_numbers import Algebraic
from deterrence.game.strategic import StrategicGame
from deterrence.game.tree.extensive import ExtensiveGame
from deterrence.game.tree.nodes import Chance, Decision, Leaf, NestedTree
from deterrence.solvers import solve, solve_tree

F = Fraction
PLAYERS = ("A", "B", "C")
NAU_5 = ((0, 0, 2), (1, 1, 0), (0, 3, 0), (0, 0, 0), (3, 0, 0), (0, 0, 0), (0, 0, 0), (0, 0, 3))


def together(name: str) -> NestedTree:
    """Three players choose 0 or 1, none seeing the others; leaves are called name + choices."""
    third = {
        f"{i}{j}": Decision("C", f"{name} C", {f"{k}": Leaf(f"{name}{i}{j}{k}") for k in (0, 1)})
        for i in (0, 1)
        for j in (0, 1)
    }
    second = {
        str(i): Decision("B", f"{name} B", {str(j): third[f"{i}{j}"] for j in (0, 1)})
        for i in (0, 1)
    }
    return Decision("A", f"{name} A", second)


def payoffs(name: str, cells: Sequence[Sequence[int]]) -> dict[str, tuple[int, ...]]:
    choices = itertools.product((0, 1), repeat=3)
    return {f"{name}{i}{j}{k}": tuple(cell) for (i, j, k), cell in zip(choices, cells, strict=True)}


def threshold(benefit: int, cost: int) -> list[list[int]]:
    return [
        [(benefit if sum(joins) >= 2 else 0) - cost * j for j in joins]
        for joins in itertools.product((0, 1), repeat=3)
    ]


@pytest.mark.parametrize(("benefit", "cost"), [(9, 4), (9, 2), (8, 5)])
def test_simultaneous_moves_as_a_tree_have_the_equilibria_of_the_matrix(
    benefit: int, cost: int
) -> None:
    cells = threshold(benefit, cost)
    game = ExtensiveGame.from_tree(PLAYERS, together("s"), payoffs("s", cells))
    matrix = StrategicGame(PLAYERS, (("0", "1"),) * 3, tuple(zip(*cells, strict=True)))
    expected = {tuple(tuple(s.values()) for s in e.profile.values()) for e in solve(matrix)}
    for concept in ("nash", "spe"):
        solution = solve_tree(game, concept)
        assert solution.status == "complete"
        found = {
            tuple(tuple(mix.values()) for own in e.profile.values() for mix in own.values())
            for e in solution
        }
        assert found == expected
        assert {e.regret for e in solution} == {0}


def test_a_curve_of_equilibria_is_told_by_formulas() -> None:
    game = ExtensiveGame.from_tree(PLAYERS, together("s"), payoffs("s", NAU_5))
    solution = solve_tree(game, "nash")
    assert solution.status == "complete"
    (family,) = [f for f in solution.families if f.formulas]
    (curve,) = family.formulas
    assert family.is_continuum
    assert len(family.pieces) == 2  # two segments that hang on its ends
    assert curve.dimension == 1
    for t in (F(0), F(1, 7), F(2, 3), F(1)):
        profile = {
            player: {
                where: {a: at(text, t) for a, text in mix.items()} for where, mix in own.items()
            }
            for player, own in curve.behaviour.items()
        }
        assert set(game.regret(profile).values()) == {0}
    text = solution.document(full=True).text()
    assert "3*t/(t + 2)" in text
    json.dumps(solution.to_dict())


def at(text: str, t: Fraction) -> Fraction:
    return F(eval(re.sub(r"\d+", r"F(\g<0>)", text).replace("^", "**"), {"F": F, "t": t}))


def test_an_outside_option_before_a_game_with_irrational_values() -> None:
    """In the symmetric mixed equilibrium A gets (7 - 3 sqrt 5)/2 = 0.146: then A stays out."""
    tree = Decision("A", "entry", {"out": Leaf("out"), "in": together("s")})
    outcomes = payoffs("s", threshold(9, 2)) | {"out": (1, 0, 0)}
    solution = solve_tree(ExtensiveGame.from_tree(PLAYERS, tree, outcomes), "spe")
    assert (solution.status, solution.count) == ("complete", 9)
    irrational = [e for e in solution if isinstance(e.profile["A"]["s A"]["0"], Algebraic)]
    assert {e.profile["A"]["entry"]["out"] for e in irrational} == {0, 1}
    for e in irrational:
        stays_out = e.profile["A"]["entry"]["out"] == 1
        joins = e.profile["A"]["s A"]["1"]
        assert stays_out == (joins < F(1, 2))
    assert {e.regret for e in solution} == {0}


def test_irrational_values_of_different_fields_are_added_up() -> None:
    """sqrt 5 in one subgame and sqrt 21 in the other: 9 times 9 equilibria."""
    tree = Chance({"left": ("1/2", together("s")), "right": ("1/2", together("r"))})
    outcomes = payoffs("s", threshold(9, 2)) | payoffs("r", threshold(7, 2))
    solution = solve_tree(ExtensiveGame.from_tree(PLAYERS, tree, outcomes), "spe")
    assert (solution.status, solution.count) == ("complete", 81)
    assert {e.regret for e in solution} == {0}
    worth = {e.payoffs["A"] for e in solution if isinstance(e.payoffs["A"], Algebraic)}
    assert 4 in {len(u.minimal.polynomial) - 1 for u in worth}


def test_a_continuum_in_a_subgame_is_followed_up_at_its_corners() -> None:
    tree = Decision("A", "entry", {"out": Leaf("out"), "in": together("s")})
    outcomes = payoffs("s", NAU_5) | {"out": (F(1, 2), 0, 0)}
    solution = solve_tree(ExtensiveGame.from_tree(PLAYERS, tree, outcomes), "spe")
    assert solution.status == "partial"
    assert any("only its corners" in m for m in solution.messages)
    assert {e.regret for e in solution} == {0}


def test_moves_together_after_an_irrational_value_are_left_out_aloud() -> None:
    """A and B choose together whether the game with irrational values is played at all."""
    moves = {
        i: Decision("B", "B first", {"x": together(f"{i}x"), "y": Leaf(f"{i}y")}) for i in "uv"
    }
    tree = Decision("A", "A first", moves)
    outcomes: dict[str, tuple[object, ...]] = {"uy": (1, 0, 0), "vy": (0, 1, 0)}
    for i in "uv":
        outcomes |= payoffs(f"{i}x", threshold(9, 2))

    solution = solve_tree(ExtensiveGame.from_tree(PLAYERS, tree, outcomes), "spe")
    assert solution.status == "partial"
    assert any("irrational" in m for m in solution.messages)
