"""A strict ordinal 2x2 game as a model file.

>>> from deterrence.game.ordinal_games import named
>>> from deterrence.modelfile.loader import read_model
>>> model = read_model(text_of_game(named("chicken"), "Chicken"))
>>> print(model.title, "-", model.orders["Row"], "-", len(model.warnings))
Chicken - dc > cc > cd > dd - 0
"""

from __future__ import annotations

import json

from deterrence.game.ordinal_games import CELLS, OrdinalGame

_TITLES = {"cc": "Both play C", "cd": "Column alone plays D", "dc": "Row alone plays D"}


def text_of_game(game: OrdinalGame, title: str) -> str:
    """Return the text of a model file with the game's orders and nothing else."""
    labels = {cell: "".join(cell).lower() for cell in CELLS}
    orders = [
        [labels[cell] for cell in sorted(CELLS, key=lambda cell, k=k: -game.rank(k, cell))]  # type: ignore[misc]
        for k in (0, 1)
    ]
    outcomes = "\n".join(f"  {o}: {_TITLES.get(o, 'Both play D')}" for o in labels.values())
    return f"""\
# A strict ordinal 2x2 game. Give players, actions and outcomes the names of your crisis.
title: {json.dumps(title)}
form: strategic
players: [Row, Column]
actions:
  Row: [C, D]
  Column: [C, D]
outcomes:
{outcomes}

# The best first. There are no payoffs.
order:
  Row: [{", ".join(orders[0])}]
  Column: [{", ".join(orders[1])}]

game:
  C: {{C: cc, D: cd}}
  D: {{C: dc, D: dd}}
"""
