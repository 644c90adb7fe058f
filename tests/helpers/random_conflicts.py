"""Small conflicts for property tests: any moves, few ranks (so that ties are common)."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import strategies as st

from deterrence.graph_model.graph import MoveGraph

Conflict = tuple[MoveGraph, Any]


@st.composite
def conflicts(draw: st.DrawFn, players: int = 3, states: int = 5, fewest: int = 1) -> Conflict:
    """Draw a graph of moves of ``fewest`` to ``players`` players, and ranks, ties everywhere."""
    n = draw(st.integers(fewest, players))
    size = draw(st.integers(2, states))
    ends = st.lists(st.integers(0, size - 1), max_size=3)
    moves = draw(st.lists(st.lists(ends, min_size=size, max_size=size), min_size=n, max_size=n))
    rank = st.integers(0, draw(st.sampled_from([1, 3, size])))
    row = st.lists(rank, min_size=size, max_size=size)
    ranks = draw(st.lists(row, min_size=n, max_size=n))
    return MoveGraph.of_lists([f"P{i}" for i in range(n)], moves), np.array(ranks)


@st.composite
def tables(draw: st.DrawFn, players: int = 2, strict: bool = False) -> Conflict:
    """Draw a table of two or three actions a player, all cells to be reached."""
    shape = draw(st.lists(st.integers(2, 3), min_size=players, max_size=players))
    size = int(np.prod(shape))
    row = st.permutations(range(size)) if strict else st.lists(st.integers(0, 4), min_size=size)
    ranks = [draw(row)[:size] for _ in range(players)]
    return MoveGraph.of_table([f"P{i}" for i in range(players)], shape), np.array(ranks)
