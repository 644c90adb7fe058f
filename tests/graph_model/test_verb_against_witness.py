"""What the verb says of random files, all questions together, against brute force."""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import pytest
import stability_witness as witness
from conflict_samples import coalitions, random_worth, table_moves
from option_samples import forms, places

from deterrence import Model
from deterrence.graph_model.results import Stability

BLOCKS = [0, *(pytest.param(n, marks=pytest.mark.everything) for n in range(1, 21))]
KEYS = {"cnash", "cseq", "csmr", "cgmr"}


def tables(block: int, count: int) -> list[tuple[witness.Conflict, Model]]:
    """Return tables with numbers, half of them with ties."""
    rng = random.Random(f"tables {block}")
    found = []
    for _ in range(count):
        shape = [rng.choice([2, 2, 3]) for _ in range(rng.choice([2, 2, 3]))]
        size = math.prod(shape)
        worth = random_worth(rng, len(shape), size, rng.random() < 0.5)
        cells = iter(range(size))
        players = [f"P{i}" for i in range(len(shape))]

        def below(depth: int, shape: Any = shape, cells: Any = cells, worth: Any = worth) -> Any:
            if depth == len(shape):
                k = next(cells)
                return {"payoffs": [row[k] for row in worth]}
            return {f"m{depth}{k}": below(depth + 1) for k in range(shape[depth])}

        file = {
            "title": "Random",
            "form": "strategic",
            "players": players,
            "actions": {p: [f"m{i}{k}" for k in range(shape[i])] for i, p in enumerate(players)},
            "game": below(0),
        }
        moves = tuple(tuple(map(frozenset, own)) for own in table_moves(shape))
        game = witness.Conflict(moves, tuple(map(tuple, worth)))
        found.append((game, Model.from_dict(file)))
    return found


@pytest.mark.parametrize("block", BLOCKS)
@pytest.mark.filterwarnings("ignore")
def test_all_questions_together(block: int) -> None:
    rng = random.Random(f"verb {block}")
    from deterrence.graph_model.conflict import conflict_of

    asked: list[tuple[witness.Conflict, Any, list[int]]] = [
        (game, model, [*game.states]) for game, model in tables(block, 3)
    ]
    for form, model, _ in forms(block, 6):
        game = form.conflict()
        if len(game.states) <= 24:
            asked.append((game, model, places(form, conflict_of(model))))
    for game, model, at in asked:
        check(rng, game, model, at)


def check(rng: random.Random, game: witness.Conflict, model: Any, at: Sequence[int]) -> None:
    """Ask the verb; ``at`` is where it has the witness's states."""
    named = [f"P{i}" for i in game.players]
    number = [k + 1 for k in at]
    focal = rng.sample(list(game.states), min(2, len(game.states)))
    improvement, sanctions = rng.choice(["joint", "pareto"]), rng.choice(["individual", "joint"])
    order = rng.sample(list(game.players), len(named))
    cut = rng.randrange(1, len(named))
    groups = [sorted(order[:cut]), sorted(order[cut:])]
    sides = ":".join("+".join(named[i] for i in group) for group in groups)
    start = rng.choice(list(game.states))
    found = model.stability(
        concepts=[*witness.CONCEPTS, "nm"],
        states=[str(number[s]) for s in focal],
        look_ahead=3,
        sides=sides if len(named) > 2 else "",
        coalitions="all",
        improvement=improvement,
        sanctions=sanctions,
        start=number[start],
        inverse=True,
        conditions=False,
    )
    for concept in witness.CONCEPTS:
        for i, name in enumerate(named):
            want = {number[s] for s in game.states if witness.stable(game, concept, i, s)}
            assert set(found.stable(concept, name)) == want, (concept, name)
    pair = witness.two_sides(game, groups if len(named) > 2 else [[0], [1]])
    check_look_ahead(found, pair, number)
    for one in found.coalitions:
        group = [named.index(p) for p in one.members]
        want = {
            number[s]
            for s in game.states
            if witness.coalition_stable(game, one.concept, group, s, improvement, sanctions)
        }
        assert set(one.stable) == want, (one.concept, group, improvement, sanctions)
    asked = {(c.members, c.concept) for c in found.coalitions}
    pairs = [tuple(named[i] for i in sorted(g)) for g in coalitions(game) if len(g) > 1]
    assert asked == {*itertools.product(pairs, KEYS)}
    check_start(found, game, start, number)
    check_inverse(found, game, named, number)
    check_accounts(found, game, named, number)


def check_look_ahead(found: Stability, pair: witness.Conflict, number: Sequence[int]) -> None:
    always, sometimes, _, _ = witness.non_myopic(pair)
    for key in ("l1", "l2", "l3", "nm"):
        told = found.notion(key)
        for i, (side, stable) in enumerate(told.stable.items()):
            both = [
                (always[i][s], sometimes[i][s])
                if key == "nm"
                else witness.limited(pair, int(key[1:]), i, s)
                for s in pair.states
            ]
            assert set(stable) == {number[s] for s, (a, _) in enumerate(both) if a}
            perhaps = {number[s] for s, (a, b) in enumerate(both) if b and not a}
            assert set(told.sometimes.get(side, ())) == perhaps, (key, side)


def check_start(
    found: Stability, game: witness.Conflict, start: int, number: Sequence[int]
) -> None:
    told = found.start
    assert told is not None
    moves = witness.fewest_moves(game, start, improving=False)
    gains = witness.fewest_moves(game, start, improving=True)
    assert (told.by_moves, told.by_improvements) == (len(moves), len(gains))
    for one in told.reached:
        s = number.index(one.state)
        assert len(one.moves) == moves[s]
        assert (None if one.improvements is None else len(one.improvements)) == gains.get(s)


def check_inverse(
    found: Stability, game: witness.Conflict, named: Sequence[str], number: Sequence[int]
) -> None:
    assert found.inverse
    for one in found.inverse:
        s, i = number.index(one.state), named.index(one.player)
        if len(game.states) > 9:
            continue
        assert one.smallest is not None
        largest = witness.admissible_sets(game, one.concept, i, s)
        everything = set(game.states) - {s}
        told = {frozenset(number.index(k) for k in own) for own in one.smallest or ()}
        assert told == {frozenset(everything - own) for own in largest}, (one, game)
        if len(game.states) <= 5:
            orders = witness.admissible_orders(game, one.concept, i, s)
            assert one.share == Fraction(len(orders), math.factorial(len(game.states)))


def check_accounts(
    found: Stability, game: witness.Conflict, named: Sequence[str], number: Sequence[int]
) -> None:
    """Reasons: every gain is told, with an answer by exactly the notions by which there is one."""
    alone = [a for a in found.accounts if len(a.members) == 1]
    assert alone
    for account in alone:
        s, i = number.index(account.state), named.index(account.members[0])
        assert {g.to for g in account.gains} == {
            number[x] for x in witness.improvements(game, i, s)
        }
        for gain in account.gains:
            x = number.index(gain.to)
            want = {c for c in witness.CONCEPTS if witness.answered(game, c, i, s, x)}
            assert set(gain.answers) == want, (account, gain)
