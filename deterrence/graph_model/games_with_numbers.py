"""A game with numbers as a model without parameters, so that it can be looked at as a conflict.

>>> game = StrategicGame.from_matrices([[3, 1], [4, 2]], [[3, 4], [1, 2]], players=("A", "B"))
>>> as_model(game).cell_names()[:2]
['r1, c1', 'r1, c2']
"""

from __future__ import annotations

from deterrence.algebra.expressions import Expression
from deterrence.game.parameters import CellContent
from deterrence.game.strategic import StrategicGame
from deterrence.modelfile.model import SymbolicModel


def as_model(game: StrategicGame) -> SymbolicModel:
    """Return a game with the same players, actions and payoffs, as a model; floats as they are.

    Only the order of payoffs counts, so that outcomes are left out.  Raises
    :class:`UsageError` where a payoff is a formula.
    """
    exact = game.to_exact()
    cells = tuple(
        CellContent(
            payoffs={p: Expression.number(u) for p, u in zip(game.players, cell, strict=True)}
        )
        for cell in zip(*exact.payoffs, strict=True)
    )
    return SymbolicModel(
        name=game.name,
        title=game.title or game.name,
        form="strategic",
        players=game.players,
        actions=game.actions,
        parameters={},
        outcomes={},
        cells=cells,
        action_titles=game.naming.actions,
    )
