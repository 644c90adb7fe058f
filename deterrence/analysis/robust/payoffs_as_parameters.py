"""Every payoff as a parameter of its own: how wrong may the numbers of a game be.

In a model a payoff belongs to an outcome, so that cells with one outcome stay
equal; in a game of plain numbers (a ``.nfg`` file) every cell has its own.

>>> from deterrence.game.strategic import StrategicGame
>>> game = StrategicGame.from_matrices([[3, 0], [1, 1]], [[3, 1], [0, 1]], name="hunt")
>>> model = payoffs_of_game(game)
>>> list(model.parameters)[:2], str(model.parameters["u_Row_r1_c1"].default)
(['u_Row_r1_c1', 'u_Column_r1_c1'], '3')
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from deterrence.algebra.expressions import Expression, total
from deterrence.algebra.numbers import exact
from deterrence.errors import UnsupportedError
from deterrence.game.measures import Measure
from deterrence.game.parameters import CellContent, Outcome, Parameter
from deterrence.game.strategic import StrategicGame
from deterrence.modelfile.model import SymbolicModel


def payoffs_of_model(
    model: SymbolicModel, values: Mapping[str, Any] | None = None, scenario: str | None = None
) -> SymbolicModel:
    """Return the model in which every payoff is a parameter, and all else has its value."""
    numbers = {n: _number(v) for n, v in model.values(scenario, **dict(values or {})).items()}
    names = _ParameterNames()
    parameters: dict[str, Parameter] = {}

    def parameter(player: str, place: str, e: Expression, title: str) -> Expression:
        name = names.new("u", player, place)
        about = f"{player}'s payoff from {title or place}"
        parameters[name] = Parameter(name, about, _number(e.evaluate(numbers)), unit="utility")
        return Expression.name(name)

    used = {label for cell in model.cells for label, _ in cell.lottery}
    outcomes = {
        label: Outcome(
            label,
            {p: parameter(p, label, outcome.payoffs[p], outcome.title) for p in model.players}
            if label in used
            else {p: Expression.number(0) for p in model.players},
            outcome.title,
            outcome.description,
        )
        for label, outcome in model.outcomes.items()
    }
    cells = [
        CellContent(
            tuple(
                (label, Expression.number(_number(c.evaluate(numbers))))
                for label, c in cell.lottery
            ),
            None
            if cell.payoffs is None
            else {p: parameter(p, name, e, name) for p, e in cell.payoffs.items()},
        )
        for cell, name in zip(model.cells, model.cell_names(), strict=True)
    ]  # fmt: skip
    pays = {
        player: {
            action: {
                who: parameter(who, f"{player} {action}", e, titles.get(action) or action)
                for who, e in paid.items()
            }
            for action, paid in own.items()
        }
        for player, own in model.pays.items()
        for titles in [model.action_titles.get(player, {})]
    }
    return model.replace(
        parameters=parameters, outcomes=outcomes, cells=tuple(cells), pays=pays, assumptions=(),
        measures=tuple(m.bind(numbers) for m in model.measures), scenarios={}, known_results=(),
        named_regimes=(), derived=(), ladder=None,
    )  # fmt: skip


def payoffs_of_game(game: StrategicGame) -> SymbolicModel:
    """Return a game of numbers as a model in which every payoff is a parameter.

    Outcomes with a name become measures of that name.
    """
    if not game.is_exact:
        raise UnsupportedError(
            f"{game.name} has payoffs that are no rational numbers",
            remedy="give them as whole numbers, decimals or fractions",
        )
    names = _ParameterNames()
    parameters: dict[str, Parameter] = {}
    cells = []
    where: dict[str, list[str]] = {}
    for k, choice in enumerate(_choices(game)):
        label = ", ".join(choice)
        payoffs = {}
        for player, column in zip(game.players, game.payoffs, strict=True):
            name = names.new("u", player, *choice)
            parameters[name] = Parameter(
                name, f"{player}'s payoff from ({label})", column[k], unit="utility"
            )
            payoffs[player] = Expression.name(name)
        cells.append(CellContent(payoffs=payoffs))
        for outcome, chance in game.outcomes[k] if game.outcomes else ():
            if chance == 1:
                where.setdefault(outcome, []).append(label)
    measures = tuple(
        Measure(o, total(Expression("query", "P", cell) for cell in where[o]))
        for o in where
        if o.isidentifier()
    )
    return SymbolicModel(
        name=game.name,
        title=game.title,
        form="strategic",
        players=game.players,
        actions=game.actions,
        parameters=parameters,
        outcomes={},
        cells=tuple(cells),
        measures=measures,
    )


def payoff_ranges(model: SymbolicModel) -> dict[str, Fraction]:
    """Return, per payoff parameter, the range of that player's payoffs (1 where it is 0)."""
    owners: dict[str, str] = {}
    for player, row in zip(model.players, model.payoff_expressions(), strict=True):
        owners.update({n: player for u in row for n in u.names})
    ranges: dict[str, Fraction] = {}
    for player in model.players:
        mine = [
            p.default
            for n, p in model.parameters.items()
            if owners.get(n) == player and p.default is not None
        ]
        width = max(mine) - min(mine) if mine else Fraction(0)
        ranges.update({n: width or Fraction(1) for n, o in owners.items() if o == player})
    return ranges


class _ParameterNames:
    """Names for parameters: letters, digits and underscores, each once."""

    def __init__(self) -> None:
        self._used: set[str] = set()

    def new(self, *parts: str) -> str:
        name = "_".join(re.sub(r"\W+", "_", part).strip("_") or "_" for part in parts)
        k = 2
        unique = name
        while unique in self._used:
            unique, k = f"{name}_{k}", k + 1
        self._used.add(unique)
        return unique


def _choices(game: StrategicGame) -> list[tuple[str, ...]]:
    return list(itertools.product(*game.actions))


def _number(value: Any) -> Fraction:
    return value if isinstance(value, Fraction) else exact(repr(value))
