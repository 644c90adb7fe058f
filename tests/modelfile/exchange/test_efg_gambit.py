"""Gambit itself as the witness: the same file, the same tree, the same equilibria."""

from __future__ import annotations

import io
import random
from fractions import Fraction
from pathlib import Path

import pytest
from game_trees import random_tree

from deterrence.errors import InvalidFileError, UsageError
from deterrence.game.tree.extensive import ExtensiveGame
from deterrence.game.tree.plans import plans
from deterrence.modelfile.exchange.efg import read_efg, write_efg
from deterrence.solvers import solve_tree

gambit = pytest.importorskip("pygambit", reason="the extra 'gambit' is not installed")
pytestmark = pytest.mark.witness

CATALOGUE = sorted(Path(gambit.__file__).parent.rglob("*.efg"))


def payoffs_at(node, players) -> list[Fraction] | None:
    try:
        return [Fraction(str(node.outcome[p])) for p in players]
    except (KeyError, TypeError):  # no outcome there
        return None


def assert_the_same(text: str) -> ExtensiveGame:
    """Walk both trees side by side."""
    table, game = gambit.read_efg(io.StringIO(text)), read_efg(text)
    assert len(table.players) == len(game.players)
    assert bool(table.is_perfect_recall) == game.is_perfect_recall
    sets: dict[tuple, int] = {}
    stack = [(table.root, 0)]
    while stack:
        theirs, k = stack.pop()
        ours = game.nodes[k]
        assert len(theirs.children) == len(ours.children)
        paid = None if ours.outcome is None else list(game.outcomes[ours.outcome])
        assert payoffs_at(theirs, table.players) == paid
        if theirs.is_terminal:
            continue
        s, infoset = game.sets[ours.set], theirs.infoset
        key = (infoset.is_chance, infoset.player.label, infoset.number)
        assert sets.setdefault(key, ours.set) == ours.set
        assert infoset.is_chance == s.is_chance
        if s.is_chance:
            assert [Fraction(str(a.prob)) for a in infoset.actions] == list(s.chances)
        else:
            assert infoset.player.number == game.players.index(s.player)
        assert bool(theirs.is_subgame_root) == (k in game.subgame_roots)
        stack += zip(theirs.children, ours.children, strict=True)
    assert len(sets) == len(game.sets)
    return game


@pytest.mark.parametrize("path", CATALOGUE, ids=lambda p: f"{p.parent.name}-{p.stem}")
def test_gambits_own_trees_are_read_alike(path: Path) -> None:
    game = assert_the_same(path.read_text(encoding="utf-8"))
    again = assert_the_same(write_efg(game))
    assert (again.players, again.nodes, again.sets) == (game.players, game.nodes, game.sets)


@pytest.mark.parametrize("seed", range(20))
def test_random_trees_are_written_so_that_gambit_reads_them(seed: int) -> None:
    game = random_tree(random.Random(seed), players=3, depth=4, merge=True)
    assert_the_same(write_efg(game))
    table = gambit.read_efg(io.StringIO(write_efg(game)))
    for player, theirs in zip(game.players, table.players, strict=True):
        assert len(plans(game, player)) == len(theirs.strategies)


@pytest.mark.parametrize("seed", range(15))
def test_nash_equilibria_are_those_of_gambits_enumeration(seed: int) -> None:
    """Payoffs are small here, where Gambit's enumeration is sound."""
    rng = random.Random(100 + seed)
    game = random_tree(rng, depth=3, merge=True, high=9)
    while not all(game.own_sets(p) for p in game.players):  # Gambit wants a move of each
        game = random_tree(rng, depth=3, merge=True, high=9)
    table = gambit.read_efg(io.StringIO(write_efg(game)))
    found = gambit.nash.enummixed_solve(table, rational=True).equilibria
    theirs = {tuple(Fraction(str(e.payoff(p))) for p in table.players) for e in found}
    solution = solve_tree(game, "nash")
    assert solution.status == "complete"
    assert {tuple(e.payoffs.values()) for e in solution} == theirs


@pytest.mark.parametrize("path", CATALOGUE, ids=lambda p: f"{p.parent.name}-{p.stem}")
def test_nash_equilibria_of_gambits_own_trees(path: Path) -> None:
    game = read_efg(path.read_bytes())
    if not game.is_perfect_recall:
        with pytest.raises(UsageError, match="needs perfect recall"):
            solve_tree(game, "nash")
        return
    solution, perfect = solve_tree(game, "nash"), solve_tree(game, "spe")
    assert all(e.regret == 0 for e in (*solution, *perfect))
    assert perfect.equilibria
    table = gambit.read_efg(str(path))
    if len(game.players) > 2:
        assert solution.status == "complete"
        for pure in gambit.nash.enumpure_solve(table).equilibria:
            worth = tuple(Fraction(str(pure.payoff(p))) for p in table.players)
            assert worth in {tuple(e.payoffs.values()) for e in solution}
        return
    theirs = gambit.nash.enummixed_solve(table, rational=True).equilibria
    assert solution.status == "complete"
    assert {tuple(e.payoffs.values()) for e in solution} == {
        tuple(Fraction(str(e.payoff(p))) for p in table.players) for e in theirs
    }


@pytest.mark.parametrize(
    "body",
    [
        't "" 1',
        't "" 0 "o" { 1, 2 }',
        'p "" 1 1 0 t "" 0',
        'p "" 1 1 "s" { "x" "y" } 0 t "" 0',
        't "" 1 "o" { 1 }',
        'p "" 1 1 "s" { "x" } 0 p "" 1 1 "s" { "y" } 0 t "" 0',
        'c "" 1 "s" { "x" 1/2 "y" 1/3 } 0 t "" 0 t "" 0',
    ],
)
def test_what_gambit_refuses_we_refuse(body: str) -> None:
    text = 'EFG 2 R "t" { "A" "B" } ' + body
    with pytest.raises(ValueError, match=r"."):
        gambit.read_efg(io.StringIO(text))
    with pytest.raises(InvalidFileError):
        read_efg(text)
