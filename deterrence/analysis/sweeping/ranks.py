"""Exact values of a measure in the cells of a game, where a sweep does not change them.

Two pure equilibria often agree on a measure for a reason: in both of them war has the
probability 0.  Comparing cells exactly, once, saves solving every such point exactly.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from deterrence.algebra.expressions import Expression
from deterrence.errors import DeterrenceError
from deterrence.game.profile import Profile

if TYPE_CHECKING:
    from deterrence.analysis.points.arrays import Integers
    from deterrence.modelfile.model import SymbolicModel


def ranks_of(
    model: SymbolicModel, base: Mapping[str, Any], moving: Collection[str], name: str
) -> Integers | None:
    """Return the rank of every cell by a measure or a player's payoff, shape (rows, columns).

    ``base`` are all parameters' values, ``moving`` the parameters that do not keep them.
    Returns None where the values depend on these, or where there are none.

    >>> from deterrence.modelfile.catalogue import load_model
    >>> model = load_model("asymmetric-bipolarity")
    >>> ranks_of(model, model.values(), ["c_R", "k_R"], "war").tolist()
    [[0, 2], [1, 3]]
    >>> ranks_of(model, model.values(), ["c_R", "k_R"], "Russia") is None
    True
    """
    import numpy as np

    if model.tree is not None:
        return None
    needed = [chance for cell in model.cells for _, chance in cell.lottery]
    measure = next((m for m in model.measures if m.name == name), None)
    if measure is None:
        needed += model.payoff_expressions()[model.players.index(name)]
    else:
        needed.append(measure.expression)
        for player in _players_asked(measure.expression):
            needed += model.payoff_expressions()[model.players.index(player)]
    if any(not e.names.isdisjoint(moving) for e in needed):
        return None
    try:
        game = model.strategic_at(check=False, **base)
        values = []
        for choice in itertools.product(*model.actions):
            profile = Profile.pure(dict(zip(model.players, choice, strict=True)))
            if measure is None:
                values.append(game.expected_payoffs(profile)[name])
            else:
                chances = game.cell_probabilities(profile)
                values.append(game.measure_values(chances, profile)[name])
    except DeterrenceError:
        return None
    if not all(isinstance(v, Fraction) for v in values):
        return None
    order = {v: k for k, v in enumerate(sorted(set(values)))}
    ranks = np.array([order[v] for v in values])
    return ranks.reshape([len(actions) for actions in model.actions])


def _players_asked(expression: Expression) -> set[str]:
    """Return the players whose payoffs a measure asks for."""
    return {e.args[1] for e in expression.walk() if e.op == "query" and e.args[0] == "payoff"}
