"""Which cells of strict ordinal 2x2 games are stable, by notion, and how many games have one.

All games are looked at in one graph, four states a game, so that most notions are asked once.
There are no ties, so that looking ahead is settled.  By the theory of moves a cell counts as
stable that is a nonmyopic equilibrium, with two-sidedness: play comes to it from some cell.

>>> from deterrence.game.ordinal_games import named
>>> found = stable_cells([named("chicken"), named("prisoner's dilemma")])
>>> ["".join(cell) for cell in found["seq"][0]], ["".join(cell) for cell in found["seq"][1]]
(['CD', 'DC'], ['CC', 'DD'])
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from deterrence.game.ordinal_games import CELLS, Cell, OrdinalGame
from deterrence.graph_model.concepts import CONCEPTS, stable
from deterrence.graph_model.graph import Arcs, MoveGraph
from deterrence.graph_model.look_ahead import LookAhead
from deterrence.graph_model.two_by_two import brams_wittman, theory_of_moves

#: Whoever moves changes its own action: of the cells CC, CD, DC and DD, by so many places.
_STEPS = (2, 1)


def stable_cells(games: Sequence[OrdinalGame]) -> dict[str, list[tuple[Cell, ...]]]:
    """Return, by notion, the cells of each game that are stable for both players."""
    cells = np.arange(len(CELLS) * len(games))
    arcs = tuple(Arcs.between(len(cells), cells, cells ^ step) for step in _STEPS)
    graph = MoveGraph(("Row", "Column"), len(cells), arcs)
    ranks = np.array([[game.rank(k, cell) for game in games for cell in CELLS] for k in (0, 1)])

    masks = {notion: stable(graph, ranks, notion).all(axis=0) for notion in CONCEPTS}
    ahead = LookAhead.of(graph, ranks)
    masks |= {f"l{moves}": ahead.limited(moves)[0].all(axis=0) for moves in (2, 3)}
    masks["nm"] = ahead.non_myopic().always.all(axis=0)
    tables = [ranks[:, first : first + len(CELLS)] for first in cells[:: len(CELLS)]]
    masks["brams-wittman"] = np.array([brams_wittman(t).stable.all(axis=0) for t in tables])
    masks["theory-of-moves"] = np.array([theory_of_moves(t).equilibria for t in tables])

    def named(mask: Any) -> list[tuple[Cell, ...]]:
        rows = mask.reshape(len(games), len(CELLS))
        return [tuple(CELLS[k] for k in row.nonzero()[0]) for row in rows]

    return {notion: named(mask) for notion, mask in masks.items()}


def how_many(games: Sequence[OrdinalGame]) -> dict[str, int]:
    """Return, by notion, how many of the games have a cell that is stable for both."""
    return {notion: sum(map(bool, cells)) for notion, cells in stable_cells(games).items()}
