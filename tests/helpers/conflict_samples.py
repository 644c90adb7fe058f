"""Random conflicts of all kinds: tables and arbitrary graphs, with ties or without."""

from __future__ import annotations

import itertools
import random
from typing import Any

import numpy as np
from hypothesis import strategies as st
from stability_witness import Conflict, subsets

from deterrence.graph_model.graph import MoveGraph

KINDS = ("table", "sparse", "dense", "one way", "transitive", "common")


def random_moves(rng: random.Random, players: int, size: int, kind: str) -> list[list[set[int]]]:
    """Return moves by player and state: most graphs are intransitive and have dead ends."""
    density = {"sparse": 0.15, "dense": 0.5}.get(kind, rng.choice([0.15, 0.3]))
    moves: list[list[set[int]]] = [[set() for _ in range(size)] for _ in range(players)]
    for row in moves:
        for s, t in itertools.permutations(range(size), 2):
            if rng.random() < density and not (kind == "one way" and t < s):
                row[s].add(t)
    if kind == "common":  # several owners of one arc
        for s, t in itertools.permutations(range(size), 2):
            if any(t in row[s] for row in moves) and rng.random() < 0.5:
                for row in moves:
                    if rng.random() < 0.7:
                        row[s].add(t)
    if kind == "transitive":
        for row in moves:
            for via, s in itertools.product(range(size), repeat=2):
                if via in row[s]:
                    row[s] |= row[via] - {s}
    if rng.random() < 0.3:  # a state that nobody leaves
        end = rng.randrange(size)
        for row in moves:
            row[end].clear()
    return moves


def table_moves(shape: list[int]) -> list[list[set[int]]]:
    """Return the moves of a table: whoever moves changes her own action."""
    cells = list(itertools.product(*map(range, shape)))
    return [
        [
            {t for t, new in enumerate(cells) if old[:i] + old[i + 1 :] == new[:i] + new[i + 1 :]}
            - {s}
            for s, old in enumerate(cells)
        ]
        for i in range(len(shape))
    ]


def random_worth(rng: random.Random, players: int, size: int, ties: bool) -> list[list[int]]:
    """Return preferences: strict orders, or with some or many ties, any whole numbers."""
    if ties:
        top = rng.choice([2, 3, max(2, size // 2)])
        return [[rng.randrange(top) for _ in range(size)] for _ in range(players)]
    stretch, shift = rng.choice([(1, 0), (7, -20)])
    return [[stretch * r + shift for r in rng.sample(range(size), size)] for _ in range(players)]


def random_conflict(
    rng: random.Random, players: int, most: int, *, ties: bool | None = None, kind: str = ""
) -> Conflict:
    """Return a conflict of at most so many states, beside tables at most 12; half have ties."""
    kind = kind or rng.choice(KINDS if 2**players <= most else KINDS[1:])
    if kind == "table":
        shape = [2] * players
        for _ in range(4):
            i = rng.randrange(players)
            if np.prod(shape) // shape[i] * (shape[i] + 1) <= most:
                shape[i] += 1
        moves = table_moves(shape)
    else:
        moves = random_moves(rng, players, rng.randint(2, min(most, 12)), kind)
    size = len(moves[0])
    worth = random_worth(rng, players, size, rng.random() < 0.5 if ties is None else ties)
    return Conflict(tuple(tuple(map(frozenset, row)) for row in moves), tuple(map(tuple, worth)))


def engine(game: Conflict) -> tuple[MoveGraph, Any]:
    """Return the same conflict as the package has it: the graph, and the ranks."""
    graph = MoveGraph.of_lists([f"P{i}" for i in game.players], game.moves)
    return graph, np.array(game.worth)


def coalitions(game: Conflict) -> list[frozenset[int]]:
    """Return all coalitions, single players and the grand one included."""
    return subsets(game.players)


@st.composite
def conflicts(draw: st.DrawFn, players: int = 4, states: int = 6, fewest: int = 2) -> Conflict:
    """Draw any moves of ``fewest`` to ``players`` players, and any preferences."""
    n, size = draw(st.integers(fewest, players)), draw(st.integers(2, states))
    ends = st.frozensets(st.integers(0, size - 1))
    rows = draw(st.lists(st.lists(ends, min_size=size, max_size=size), min_size=n, max_size=n))
    moves = tuple(tuple(row - {s} for s, row in enumerate(own)) for own in rows)
    worth = st.lists(st.integers(0, size), min_size=size, max_size=size).map(tuple)
    order = st.permutations(range(size)).map(tuple)
    return Conflict(moves, tuple(draw(st.one_of(worth, order)) for _ in range(n)))


def relabelled(game: Conflict, players: list[int], states: list[int]) -> Conflict:
    """Return the conflict in which player i is called players[i], and state s states[s]."""
    moves: list[Any] = [None] * len(players)
    worth: list[Any] = [None] * len(players)
    for i, name in enumerate(players):
        row: list[Any] = [None] * len(states)
        value: list[Any] = [None] * len(states)
        for s, label in enumerate(states):
            row[label] = frozenset(states[t] for t in game.moves[i][s])
            value[label] = game.worth[i][s]
        moves[name], worth[name] = tuple(row), tuple(value)
    return Conflict(tuple(moves), tuple(worth))
