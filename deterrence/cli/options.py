"""Options and arguments that commands share, with their shell completion."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from deterrence.modelfile.model import SymbolicModel

    Text = click.ParamType[str]
else:
    Text = click.ParamType  # not subscriptable in click 8.1

F = TypeVar("F", bound=Callable[..., Any])


def _items(found: list[tuple[str, str]], incomplete: str) -> list[CompletionItem]:
    from click.shell_completion import CompletionItem

    return [CompletionItem(v, help=h or None) for v, h in found if v.startswith(incomplete)]


class ModelName(Text):
    """The name of a model that ships with the package."""

    name = "model"

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """Return the names that begin as typed."""
        from deterrence.modelfile.catalogue import model_names

        return _items([(name, "") for name in model_names()], incomplete)


class GameName(ModelName):
    """The name of a model that ships, the path of a file, or ``-``."""

    name = "game"

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """Return the names that begin as typed, or leave it to the shell to complete a path."""
        from click.shell_completion import CompletionItem

        names = super().shell_complete(ctx, param, incomplete)
        return names or [CompletionItem(incomplete, type="file")]


def _model_typed(ctx: click.Context) -> SymbolicModel | None:
    """Return the model that the half-typed command line names, if it can be read."""
    from deterrence.cli.source import load_either
    from deterrence.modelfile.model import SymbolicModel

    # While an option still lacks its value, click leaves the arguments where they are.
    name = ctx.params.get("game") or next((a for a in ctx.args if not a.startswith("-")), None)
    if not name or name == "-":
        return None
    try:
        model = load_either(name)
    except Exception:  # a completion must never get in the way of typing
        return None
    return model if isinstance(model, SymbolicModel) else None


class Assignment(Text):
    """A value for a parameter, ``name=value``."""

    name = "name=value"

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """Return the parameters of the model that stands on the command line."""
        model = _model_typed(ctx)
        if model is None:
            return []
        found = [(f"{name}=", p.title) for name, p in model.parameters.items()]
        return _items(found, incomplete)


class ParameterName(Text):
    """The name of a parameter of the model."""

    name = "parameter"

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """Return the parameters of the model that stands on the command line."""
        model = _model_typed(ctx)
        found = [] if model is None else [(n, p.title) for n, p in model.parameters.items()]
        return _items(found, incomplete)


class LabelName(Text):
    """A label of the model; an accent may be typed in either way, as in files."""

    name = "label"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the label as the loader would read it."""
        return unicodedata.normalize("NFC", value)


class ScenarioName(LabelName):
    """The name of a scenario of the model."""

    name = "name"

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """Return the scenarios of the model that stands on the command line."""
        model = _model_typed(ctx)
        found = [] if model is None else [(n, s.title) for n, s in model.scenarios.items()]
        return _items(found, incomplete)


def game_arguments(command: F) -> F:
    """Give a command the argument GAME and the options that choose its values."""
    for decorate in (
        click.option(
            "--rungs", type=int, metavar="N", help="Rungs above the status quo, for a ladder."
        ),
        click.option(
            "--scenario", type=ScenarioName(), metavar="NAME", help="Take a scenario's values."
        ),
        click.option(
            "--set",
            "assignments",
            type=Assignment(),
            multiple=True,
            metavar="NAME=VALUE",
            help="Set a parameter, exactly: --set k_R=1/3. May be repeated.",
        ),
        click.argument("game", type=GameName()),
    ):
        command = decorate(command)
    return command


def output_option(command: F) -> F:
    """Give a command the option ``--output``."""
    decorate = click.option(
        "-o",
        "--output",
        type=click.Path(),
        metavar="FILE",
        help="Write to a file, whole or not at all.",
    )
    return decorate(command)


def format_option(*formats: str) -> Callable[[F], F]:
    """Give a command the option ``--format``; the first format is the default."""

    def decorate(command: F) -> F:
        option = click.option(
            "--format",
            "form",
            type=click.Choice(formats),
            default=formats[0],
            show_default=True,
            help="How to write the result.",
        )
        return option(command)

    return decorate


def time_limit_option(help: str) -> Callable[[F], F]:
    """Give a command the option ``--time-limit``, of one minute."""
    return click.option(
        "--time-limit",
        type=click.FloatRange(min=0, min_open=True),
        default=60.0,
        show_default="60",
        metavar="SECONDS",
        help=help,
    )


def within_bounds_option(command: F) -> F:
    """Give a command the option ``--within-bounds``."""
    decorate = click.option(
        "--within-bounds/--beyond-bounds",
        default=True,
        show_default=True,
        help="Whether parameters keep to their bounds.",
    )
    return decorate(command)


def warn(texts: tuple[str, ...]) -> None:
    """Write doubts to standard error."""
    from deterrence.words.markup import plain

    for text in texts:
        click.echo(f"Warning: {plain(text)}", err=True)
