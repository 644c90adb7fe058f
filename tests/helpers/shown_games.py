"""How a matrix is shown in each language, by itself."""

from __future__ import annotations

from collections.abc import Mapping

from deterrence.game.matrix_display import PayoffFormulas, payoff_table
from deterrence.game.strategic import StrategicGame
from deterrence.words.blocks import Matrix, as_text
from deterrence.words.renderers import as_html, as_latex


def game_text(
    game: StrategicGame, formulas: PayoffFormulas | None = None, *, legend: bool = True
) -> str:
    return as_text([Matrix(payoff_table(game, formulas), legend)])


def game_html(game: StrategicGame) -> str:
    return as_html([Matrix(payoff_table(game))])


def game_latex(
    game: StrategicGame,
    formulas: PayoffFormulas | None = None,
    *,
    symbols: Mapping[str, str] | None = None,
) -> str:
    return as_latex([Matrix(payoff_table(game, formulas))], symbols)
