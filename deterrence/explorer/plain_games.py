"""Games of numbers, from Gambit's files or from tables, as models that a page can show.

Of a matrix every payoff becomes a guess; a tree stays as it is, for there would be too many.

>>> from deterrence.game.strategic import StrategicGame
>>> game = StrategicGame.from_matrices([[3, 0], [1, 1]], [[3, 1], [0, 1]], name="hunt")
>>> model_of_game(game).parameters["u_Row_r1_c1"].range_text
'0 to 6'
"""

from __future__ import annotations

from dataclasses import replace

from deterrence.analysis.robust.payoffs_as_parameters import payoff_ranges, payoffs_of_game
from deterrence.game.strategic import StrategicGame
from deterrence.game.tree.extensive import ExtensiveGame
from deterrence.modelfile.model import SymbolicModel


def model_of_game(game: StrategicGame | ExtensiveGame) -> SymbolicModel:
    """Return a game as a model; the payoffs of a matrix may move by their player's range.

    Raises :class:`UnsupportedError` for a matrix with payoffs that are no rational numbers.
    """
    if isinstance(game, ExtensiveGame):
        return _of_tree(game)
    model = payoffs_of_game(game)
    ranges = payoff_ranges(model)
    parameters = {}
    for name, p in model.parameters.items():
        assert p.default is not None
        low, high = p.default - ranges[name], p.default + ranges[name]
        parameters[name] = replace(p, lower=low, upper=high, source="the game's file")
    return model.replace(parameters=parameters)


def _of_tree(game: ExtensiveGame) -> SymbolicModel:
    return SymbolicModel(
        name=game.name,
        title=game.title,
        form="extensive",
        players=game.players,
        actions=(),
        parameters={},
        outcomes={},
        cells=(),
        tree=game.to_exact(),
        measures=game.measures,
        default_concept=game.default_concept,
    )
