"""The strict ordinal 2x2 games, against a brute force that shares nothing with them."""

from __future__ import annotations

import itertools
import random
from collections import Counter

import numpy as np
import pytest

import deterrence
from deterrence.errors import UsageError
from deterrence.game.ordinal_games import (
    CELLS,
    OrdinalGame,
    everything,
    named,
    with_ties,
)
from deterrence.modelfile.catalogue import load_model, read_model
from deterrence.modelfile.ordinal_file import text_of_game

Bimatrix = tuple[np.ndarray, np.ndarray]


# ---- the witness: arrays that are flipped and transposed ------------------------------------
def orbit(game: Bimatrix, *, turn: bool) -> set[tuple[int, ...]]:
    """Return a game under all labels, as tuples."""
    found = set()
    for rows, columns in itertools.product((1, -1), repeat=2):
        a, b = (m[::rows, ::columns] for m in game)
        found.add((*a.ravel().tolist(), *b.ravel().tolist()))
        if turn:
            found.add((*b.T.ravel().tolist(), *a.T.ravel().tolist()))
    return found


def stable(game: Bimatrix) -> int:
    """Return the number of pure equilibria, by best replies."""
    a, b = game
    return int(((a == a.max(axis=0)) & (b == b.max(axis=1, keepdims=True))).sum())


def labelled() -> list[Bimatrix]:
    ranks = [np.array(p).reshape(2, 2) for p in itertools.permutations((1, 2, 3, 4))]
    return list(itertools.product(ranks, ranks))


def classes(games: list[Bimatrix], *, turn: bool) -> dict[tuple[int, ...], Bimatrix]:
    return {min(orbit(game, turn=turn)): game for game in games}


def arrays(game: OrdinalGame) -> Bimatrix:
    first, second = (np.array([game.rank(k, cell) for cell in CELLS]).reshape(2, 2) for k in (0, 1))
    return first, second


def test_the_atlas_by_brute_force() -> None:
    games = labelled()
    assert Counter(map(stable, games)) == {0: 72, 1: 432, 2: 72}
    relabelled, turned = classes(games, turn=False), classes(games, turn=True)
    assert Counter(map(stable, relabelled.values())) == {0: 18, 1: 108, 2: 18}
    assert Counter(map(stable, turned.values())) == {0: 9, 1: 57, 2: 12}
    sizes = Counter(len(orbit(game, turn=True)) for game in turned.values())
    assert sizes == {4: 12, 8: 66}
    own = everything()
    assert {min(orbit(arrays(g), turn=False)) for g in own} == set(relabelled)
    assert {min(orbit(arrays(g.turned), turn=True)) for g in own} == set(turned)
    assert len({g.turned for g in own}) == 78
    for game in own:
        assert len(game.equilibria) == stable(arrays(game))
        assert game.labelled == tuple(len(orbit(arrays(game), turn=t)) for t in (False, True))
    assert sum(g.no_conflict for g in {g.turned for g in own}) == 21
    assert sum(g.symmetric for g in own) == 12


def test_games_with_ties_by_burnside() -> None:
    """726 classes: games that each change of labels leaves as they are, averaged."""
    orders = [
        np.array(r).reshape(2, 2)
        for r in itertools.product(range(4), repeat=4)
        if set(r) == set(range(len(set(r))))
    ]
    assert len(orders) == 75
    fixed = 0
    for rows, columns, turn in itertools.product((1, -1), (1, -1), (False, True)):
        for a in orders:
            if turn:  # b has to be the changed a, and a the changed b
                b = a[::rows, ::columns].T
                fixed += np.array_equal(b[::rows, ::columns].T, a)
            elif np.array_equal(a[::rows, ::columns], a):
                fixed += sum(np.array_equal(b[::rows, ::columns], b) for b in orders)
    assert divmod(fixed, 8) == (726, 0)
    assert with_ties() == 726


def test_facts_by_brute_force() -> None:
    for game in everything():
        a, b = arrays(game)
        for side, own in ((0, a), (1, b.T)):
            better = "".join("CD"[k] for k in (0, 1) if (own[k] > own[1 - k]).all())
            assert game.dominant(side) == better
            worst = own.min(axis=1)
            assert game.maximin(side) == ("CD"[int(worst.argmax())], worst.max())
        for cell in game.equilibria:
            here = game.ranks(cell)
            above = ((a > here[0]) & (b > here[1])).any()
            assert (cell in game.inferior) == above


def test_every_labelled_game_is_found_under_all_its_labels() -> None:
    rng = random.Random(3)
    for a, b in rng.sample(labelled(), 60):
        game = OrdinalGame.of_ranks(*("".join(map(str, m.ravel())) for m in (a, b)))
        assert min(orbit(arrays(game), turn=False)) == min(orbit((a, b), turn=False))


# ---- names ----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("name", "row", "column"),
    [  # payoff matrices as textbooks write them: both C first, or both at the first action
        ("prisoner's dilemma", "3142", "3412"),
        ("chicken", "3241", "3421"),
        ("stag hunt", "4132", "4312"),
        ("deadlock", "2143", "2413"),
        ("leader", "2341", "2431"),
        ("hero", "2431", "2341"),
        ("harmony", "4321", "4231"),
        ("called bluff", "3142", "3421"),
    ],
)
def test_names_are_those_of_the_textbooks(name: str, row: str, column: str) -> None:
    assert OrdinalGame.of_ranks(row, column) == named(name)


def test_the_symmetric_games_are_two_rings_of_swaps() -> None:
    """Each differs from the next by a swap of two neighbours, as in the topology."""
    names = ["chicken", "battle", "hero", "compromise", "deadlock", "prisoner's dilemma"]
    others = ["stag hunt", "assurance", "coordination", "peace", "harmony", "concord"]
    for ring in (names, others):
        orders = [named(n).row for n in ring]
        for a, b in zip(orders, [*orders[1:], orders[0]], strict=True):
            places = [k for k in range(4) if a[k] != b[k]]
            assert len(places) == 2
            assert places[1] - places[0] == 1
    assert {g.row for g in everything() if g.symmetric} == {named(n).row for n in names + others}


@pytest.mark.parametrize("name", ["chicken", "deadlock", "prisoners-dilemma", "stag-hunt"])
def test_shipped_models_are_the_games_of_their_names(name: str) -> None:
    game = load_model(name).strategic_at()
    ranks = []
    for payoffs in game.payoffs:
        order = sorted(payoffs)
        ranks.append("".join(str(order.index(x) + 1) for x in payoffs))
    wanted = name.replace("prisoners-", "prisoner's ").replace("-", " ")
    assert OrdinalGame.of_ranks(*ranks) == named(wanted)


@pytest.mark.parametrize("text", ["chiken", "chicken x", "chicken x hero x hero", "", "x"])
def test_unknown_names_are_refused(text: str) -> None:
    with pytest.raises(UsageError):
        named(text)


# ---- files ----------------------------------------------------------------------------------
@pytest.mark.parametrize("game", random.Random(4).sample(everything(), 12), ids=lambda g: g.name)
def test_a_game_as_a_file_has_the_same_equilibria(game: OrdinalGame) -> None:
    model = read_model(text_of_game(game, game.name))
    assert not model.warnings
    solution = deterrence.solve(model)
    found = {
        cell
        for cell in CELLS
        if any(
            all(e.profile[p][a] == 1 for p, a in zip(("Row", "Column"), cell, strict=True))
            for e in solution.equilibria
        )
    }
    assert found == set(game.equilibria)
    assert len(solution.equilibria) == {0: 1, 1: 1, 2: 3}[len(game.equilibria)]
