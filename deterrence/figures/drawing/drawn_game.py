"""What the functions that draw figures have in common: their settings, and their subject."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ParamSpec

from deterrence.errors import UsageError
from deterrence.figures.drawing.files import add_warnings, missing_glyphs, settings
from deterrence.figures.drawing.headings import Heading
from deterrence.figures.drawing.page import Page
from deterrence.figures.options import Figure
from deterrence.words.sentences import listed

if TYPE_CHECKING:
    from deterrence.game.strategic import StrategicGame
    from deterrence.modelfile.model import SymbolicModel

P = ParamSpec("P")


def drawn(function: Callable[P, Figure]) -> Callable[P, Figure]:
    """Let a function draw under the package's own settings of matplotlib."""

    @functools.wraps(function)
    def draw(*args: P.args, **options: P.kwargs) -> Figure:
        with settings(), missing_glyphs() as told:
            figure = function(*args, **options)
        add_warnings(figure, told)
        return figure

    return draw


@dataclass(frozen=True)
class DrawnGame:
    """The game to draw, with its numbers, and the model that it came from, if any."""

    game: StrategicGame
    model: SymbolicModel | None

    @property
    def title(self) -> str:
        """What the game is called."""
        return self.game.title or self.game.name


def subject(
    model: SymbolicModel | StrategicGame,
    scenario: str | None = None,
    values: Mapping[str, Any] | None = None,
) -> DrawnGame:
    """Return the game of a model at its values, or a game as it stands."""
    from deterrence.game.strategic import StrategicGame

    if isinstance(model, StrategicGame):
        return DrawnGame(model.to_exact(), None)
    return DrawnGame(model.strategic_at(scenario, **dict(values or {})).to_exact(), model)


def need_model(model: Any, kind: str) -> SymbolicModel:
    """Return the model; a game that has numbers only raises :class:`UsageError`."""
    from deterrence.modelfile.model import SymbolicModel

    if not isinstance(model, SymbolicModel):
        raise UsageError(
            f"a {kind} figure needs a model with parameters, and {model.name} has numbers only",
            remedy="`payoffs` and `best-response` draw games without parameters",
        )
    return model


def need_two_players(game: Any, kind: str) -> None:
    """Raise :class:`UsageError` for other than two players."""
    if len(game.players) != 2:
        raise UsageError(
            f"a {kind} figure is for two players, and {game.name} has {len(game.players)}"
        )


def begin(
    width: float,
    title: str | None,
    shown: Heading,
    game: str,
    scenario: str | None = None,
    values: Mapping[str, Any] | None = None,
) -> Page:
    """Begin a figure with what it shows, or with a title in its place.

    Below stand the title of the game and the way in which values differ from the defaults.
    """
    page = Page(width)
    where = where_words(scenario, values)
    told = ", ".join(filter(None, (game, where)))
    page.heading(shown if title is None else Heading.plain(title), told)
    return page


def where_words(scenario: str | None, values: Mapping[str, Any] | None) -> str:
    """Say in which way the values differ from the defaults, ``""`` if in none."""
    parts = [f"scenario {scenario}"] if scenario else []
    parts += [f"{n} = {v}" for n, v in (values or {}).items()]
    return f"at {listed(parts)}" if parts else ""
