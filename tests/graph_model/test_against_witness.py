"""Every notion, state by state and coalition by coalition, against brute force on random graphs.

The witness (``tests/helpers/stability_witness.py``) follows every sequence from the definitions.
``CHECK_ALL=1`` runs thousands of graphs more.
"""

from __future__ import annotations

import random

import numpy as np
import pytest
import stability_witness as witness
from conflict_samples import coalitions, engine, random_conflict

from deterrence.graph_model.concepts import stable, temptations
from deterrence.graph_model.reach import closure

#: Blocks of graphs by their seed: the first with every run, the others with all tests.
BLOCKS = [0, *(pytest.param(n, marks=pytest.mark.everything) for n in range(1, 41))]


def conflicts(block: int, count: int, players: int, most: int) -> list[witness.Conflict]:
    rng = random.Random(f"{block} {players}")
    return [random_conflict(rng, players, most) for _ in range(count)]


#: (players, most states, graphs in a block).
SIZES = [(2, 9, 40), (3, 12, 30), (4, 16, 10), (5, 32, 8), (6, 64, 3)]


@pytest.mark.parametrize("block", BLOCKS)
@pytest.mark.parametrize(("players", "most", "count"), SIZES)
def test_single_players(block: int, players: int, most: int, count: int) -> None:
    for game in conflicts(block, count, players, most):
        graph, ranks = engine(game)
        for concept in witness.CONCEPTS:
            want = [
                [witness.stable(game, concept, i, s) for s in game.states] for i in game.players
            ]
            assert stable(graph, ranks, concept).tolist() == want, (concept, game)


@pytest.mark.parametrize("block", BLOCKS)
@pytest.mark.parametrize(("players", "most", "count"), SIZES)
def test_what_a_group_reaches(block: int, players: int, most: int, count: int) -> None:
    for game in conflicts(block, count // 3, players, most):
        graph, ranks = engine(game)
        better = graph.improving(ranks)
        for group in coalitions(game):
            all_moves, gains = closure(graph, sorted(group)), closure(better, sorted(group))
            for s in game.states:
                assert set(all_moves.row(s).tolist()) == witness.reachable(game, group, s)
                want = witness.improving_reachable(game, group, s)
                assert set(gains.row(s).tolist()) == want, (group, s, game)


@pytest.mark.parametrize("block", BLOCKS)
def test_an_answer_is_legal_and_sanctions(block: int) -> None:
    """Temptations are the improvements; an answer is a legal sequence that ends in a sanction."""
    for game in conflicts(block, 15, 3, 7):
        graph, ranks = engine(game)
        for concept in witness.CONCEPTS:
            for i in game.players:
                for s in game.states:
                    found = temptations(graph, ranks, concept, i, s)
                    assert {t.to for t in found} == witness.improvements(game, i, s)
                    deterred = all(t.deterred for t in found)
                    assert deterred == witness.stable(game, concept, i, s)
                    for t in found:
                        check_answer(game, concept, i, s, t.to, t.answer)


def check_answer(
    game: witness.Conflict,
    concept: str,
    player: int,
    state: int,
    to: int,
    answer: tuple[tuple[int, int], ...],
) -> None:
    here, last = to, None
    for mover, there in answer:
        assert mover not in (player, last)
        assert there in game.moves[mover][here]
        if concept in ("seq", "sseq"):
            assert game.better(mover, there, here)
        here, last = there, mover
    if answer:
        assert not game.better(player, here, state)
        if concept in ("smr", "sseq"):
            assert not any(game.better(player, z, state) for z in game.moves[player][here])


def test_the_graphs_are_of_all_kinds() -> None:
    """The sample has ties, common moves, dead ends, and players whose moves do not add up."""
    games = [g for players, most, count in SIZES for g in conflicts(0, count, players, most)]
    tied = [g for g in games if any(len(set(row)) < len(row) for row in g.worth)]
    common = [
        g
        for g in games
        if any(
            len({i for i in g.players if g.moves[i][s] & g.moves[j][s]}) > 1
            for s in g.states
            for j in g.players
        )
    ]
    ends = [g for g in games if any(not any(row[s] for row in g.moves) for s in g.states)]
    intransitive = [
        g
        for g in games
        if any(
            g.moves[i][t] - {s} - g.moves[i][s]
            for i in g.players
            for s in g.states
            for t in g.moves[i][s]
        )
    ]
    assert min(len(tied), len(games) - len(tied)) > len(games) / 3
    assert min(map(len, (common, ends, intransitive))) > len(games) / 5
    assert np.mean([len(g.moves[0]) for g in games]) > 4
