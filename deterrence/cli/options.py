"""The one place of the options: each is spelt, typed and explained once, for every command.

A command says which of :data:`OPTIONS` it has, and what is its own: whether one may be
repeated, and what is taken where it is left out.

>>> from deterrence.cli.options import command, option
>>> @command(removed={"--only": "--over"})
... @option("over", multiple=True)
... def count(over: tuple[str, ...]) -> None:
...     print(len(over))
>>> count(["--over", "k_R", "--over", "k_N"], standalone_mode=False)
2
>>> count(["--only", "k_R"], standalone_mode=False)
Traceback (most recent call last):
click.exceptions.UsageError: --only is now --over
"""

from __future__ import annotations

import functools
import math
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar, cast

import click

from deterrence.cli.output import ResultChoice
from deterrence.cli.source import GameChoice, load_either

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from deterrence.modelfile.model import SymbolicModel

    Text = click.ParamType[str]
    Choice = click.Choice[str]
else:
    Text, Choice = click.ParamType, click.Choice  # not subscriptable in click 8.1

F = TypeVar("F", bound=Callable[..., Any])


def _items(found: list[tuple[str, str]], incomplete: str) -> list[CompletionItem]:
    from click.shell_completion import CompletionItem

    return [CompletionItem(v, help=h or None) for v, h in found if v.startswith(incomplete)]


class EquilibriumNumber(Text):
    """The number of an equilibrium as it is printed: 9 or #9, in a picture of one also 9b."""

    name = "number"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return a whole number; with a letter, which tells those at given values apart, text."""
        found = re.fullmatch(r"#?(\d{1,9})([a-z]*)", str(value).strip())
        if found is None:
            self.fail(f"{value!r} is not the number of an equilibrium, such as 9 or #9", param, ctx)
        if not found[2]:
            return int(found[1])
        if ctx is not None and ctx.command.name != "tree":
            self.fail(f"{value!r} has a letter, which only `plot tree` knows", param, ctx)
        return found[1] + found[2]

    def __repr__(self) -> str:
        return "NUMBER"


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


class ParameterName(Text):
    """The name of a parameter of the model."""

    name = "parameter"

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """Return what the model that stands on the command line has of this kind."""
        model = _model_typed(ctx)
        return [] if model is None else _items(self.known(model), incomplete)

    def known(self, model: SymbolicModel) -> list[tuple[str, str]]:
        """Return what may be typed of a model, with titles."""
        return [(name, p.title) for name, p in model.parameters.items()]


class Assignment(ParameterName):
    """A value for a parameter, ``name=value``."""

    name = "name=value"

    def known(self, model: SymbolicModel) -> list[tuple[str, str]]:
        """Return the beginnings of assignments."""
        return [(f"{name}=", title) for name, title in super().known(model)]


class LabelName(Text):
    """A label of the model; an accent may be typed in either way, as in files."""

    name = "label"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the label as the loader would read it."""
        return unicodedata.normalize("NFC", value)


class ScenarioName(LabelName, ParameterName):
    """The name of a scenario of the model."""

    name = "name"

    def known(self, model: SymbolicModel) -> list[tuple[str, str]]:
        """Return the scenarios of a model, with titles."""
        return [(name, s.title) for name, s in model.scenarios.items()]


class PlayerName(LabelName, ParameterName):
    """The name of a player of the model."""

    name = "player"

    def known(self, model: SymbolicModel) -> list[tuple[str, str]]:
        """Return the players of a model, with titles."""
        return [(name, model.player_titles.get(name, "")) for name in model.players]


class Seconds(Text):
    """A time: a positive and finite number of seconds."""

    name = "seconds"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the number."""
        found: float = click.FLOAT.convert(value, param, ctx)
        if not 0 < found < math.inf:
            self.fail(f"{value} is no time; give a number of seconds above 0", param, ctx)
        return found


class Format(Choice):
    """How a result is written; a format that had another name says so."""

    removed: Mapping[str, str] = {"table": "text"}

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the format."""
        new = self.removed.get(value)
        if new in self.choices:
            raise click.UsageError(f"--format {value} is now --format {new}", ctx)
        return super().convert(value, param, ctx)


class ConceptName(Choice):
    """What counts as a solution, or as stable; each command has its own list.

    ``read`` takes what is typed where there is more than a list.
    """

    def __init__(self, choices: Sequence[str], read: Callable[[str], str] | None = None) -> None:
        super().__init__(choices)
        self.read = read

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str | None:
        """Return what stands for it in the help: the list, or a word where there is more."""
        return "NOTION" if self.read is not None else super().get_metavar(param, ctx)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the key of the concept."""
        if self.read is not None:
            return self.read(str(value))
        return super().convert(value, param, ctx)


class Command(click.Command):
    """A command that knows how its options were once spelt."""

    def __init__(self, *args: Any, removed: Mapping[str, str] | None = None, **more: Any) -> None:
        super().__init__(*args, **more)
        self.removed = dict(removed or {})

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the options; a removed spelling is an error that names the new one."""
        try:
            self._check_once(ctx, args)
            return super().parse_args(ctx, args)
        except click.NoSuchOption as error:
            reason = self.unknown(error.option_name)
            if not reason:
                raise
            raise click.UsageError(reason, ctx) from None

    def _check_once(self, ctx: click.Context, args: list[str]) -> None:
        """Raise an error where what is asked about is given twice, and only one would be taken."""
        *_, order = self.make_parser(ctx).parse_args(list(args))
        for one in order:
            single = isinstance(one, click.Option) and not one.multiple
            if single and one.name in ("measure", "conclusion") and order.count(one) > 1:
                raise click.UsageError(f"{one.opts[0]} is for one here, and given twice", ctx)

    def unknown(self, spelling: str) -> str:
        """Say why there is no such option, if there is more to say than that."""
        new = self.removed.get(spelling)
        return "" if new is None else f"{spelling} is now {new}"


def command(
    *, removed: Mapping[str, str] | None = None, epilog: str | None = None
) -> Callable[[Callable[..., Any]], Command]:
    """Make a command of a function; ``removed`` maps old spellings of options to the new ones."""
    return click.command(cls=Command, removed=removed, epilog=epilog)


#: Every option that more than one command has: its spellings, and all that is said of it.
OPTIONS: dict[str, tuple[tuple[str, ...], dict[str, Any]]] = {
    "assignments": (("--set",), {
        "type": Assignment(), "multiple": True, "metavar": "NAME=VALUE",
        "help": "Set a parameter, exactly: --set k_R=1/3.",
    }),
    "scenario": (("--scenario",), {
        "type": ScenarioName(), "metavar": "NAME", "help": "Take a scenario's values.",
    }),
    "rungs": (("--rungs",), {
        "type": int, "metavar": "N", "help": "Rungs above the status quo, for a ladder.",
    }),
    "first": (("--first",), {
        "metavar": "PLAYER", "help": "Who has the first move, for a ladder climbed in turn.",
    }),
    "rationalise": (("--rationalise",), {
        "is_flag": True,
        "help": "Read decimals of a game file that look like fractions as fractions.",
    }),
    "axes": (("-p", "--parameter"), {
        "type": Assignment(), "multiple": True, "metavar": "NAME[=AXIS]",
        "help": "Vary a parameter, as in c_R=0:10:1000; a name alone is all of its "
        "range.",
    }),
    "measure": (("--measure",), {
        "type": LabelName(), "metavar": "NAME", "help": "Ask about this measure.",
    }),
    "conclusion": (("--conclusion",), {
        "metavar": "TEXT", "help": "Ask about a statement such as 'war <= 1/10'.",
    }),
    "every": (("--every",), {
        "is_flag": True, "help": "The conclusion is to hold in every equilibrium.",
    }),
    "some": (("--some",), {
        "is_flag": True, "help": "The conclusion is to hold in some equilibrium.",
    }),
    "over": (("--over",), {
        "type": ParameterName(), "metavar": "PARAM", "help": "Let only this parameter vary.",
    }),
    "within_bounds": (("--within-bounds/--beyond-bounds",), {
        "default": True, "show_default": True,
        "help": "Whether parameters keep to their bounds.",
    }),
    "units": (("--units",), {
        "type": Choice(["range", "sd", "payoff"]),
        "help": "Measure changes by ranges, standard deviations, or (payoffs) in units of payoff.",
    }),
    "norm": (("--norm",), {
        "type": Choice(["max", "sum"]), "show_default": True,
        "help": "Size of a change of several parameters: the largest part, or the sum.",
    }),
    "certificate": (("--certificate",), {
        "type": click.Path(), "metavar": "FILE",
        "help": "Write a proof for others to check: of `solve` JSON for `verify`; else SMT-LIB 2 "
        "text, and every answer of a solver must be unsat.",
    }),
    "concept": (("--concept",), {"help": "What counts as a solution, or as stable."}),
    "player": (("--player",), {
        "type": PlayerName(), "metavar": "PLAYER", "help": "Ask about this player.",
    }),
    "state": (("--state",), {
        "type": LabelName(), "metavar": "STATE",
        "help": "Ask about this state, by its number, label or title.",
    }),
    "equilibrium": (("--equilibrium",), {
        "type": EquilibriumNumber(), "metavar": "N",
        "help": "Only the equilibrium with this number.",
    }),
    "samples": (("--samples",), {
        "type": int, "metavar": "N",
        "help": "Number of samples; for Sobol' a power of two.",
    }),
    "seed": (("--seed",), {"type": int, "metavar": "N", "help": "Seed of the sample."}),
    "time_limit": (("--time-limit",), {
        "type": Seconds(), "metavar": "SECONDS",
        "help": "Stop then, with what was found or proven.",
    }),
    "quiet": (("-q", "--quiet"), {"is_flag": True, "help": "Do not tell of the progress."}),
    "no_cache": (("--no-cache",), {
        "is_flag": True, "help": "Work it out anew, and keep nothing (see `deterrence cache`).",
    }),
    "output": (("-o", "--output"), {
        "type": click.Path(), "metavar": "FILE", "help": "Write to a file, whole or not at all.",
    }),
    "force": (("--force",), {"is_flag": True, "help": "Replace a file that exists."}),
    "formulas": (("--formulas",), {"is_flag": True, "help": "Write payoffs as formulas."}),
    "width": (("--width",), {
        "type": float, "metavar": "MM", "help": "Width of the figure; 89 is a journal's column.",
    }),
    "height": (("--height",), {
        "type": float, "metavar": "MM", "help": "Height of what the axes enclose.",
    }),
    "slide": (("--slide",), {
        "is_flag": True, "help": "Draw for a slide: a sheet of 16 to 9, with large type.",
    }),
    "title": (("--title",), {"metavar": "TEXT", "help": "In place of the model's title."}),
    "dpi": (("--dpi",), {
        "type": float, "default": 300.0, "show_default": True, "metavar": "NUMBER",
        "help": "Dots per inch of a PNG file.",
    }),
    "describe": (("--describe",), {
        "is_flag": True, "help": "Print what the figure shows, in a paragraph.",
    }),
    "form": (("--format",), {"show_default": True, "help": "How to write the result."}),
    "full": (("--full",), {"is_flag": True, "help": "Tell everything, not what fits on a screen."}),
    "standalone": (("--standalone",), {
        "is_flag": True, "help": "Make LaTeX a whole document, not the body of one.",
    }),
}  # fmt: skip
_OWN = {"multiple", "default", "show_default", "required", "type"}


def option(name: str, into: str = "", **own: Any) -> Callable[[F], F]:
    """Give a command one of :data:`OPTIONS`.

    ``into`` is the argument of the command's function, if it is not called ``name``.
    ``own`` is what may differ from command to command: ``multiple``, ``default``,
    ``show_default``, ``required``, and ``type`` for the choices that a command has.
    """
    spellings, settings = OPTIONS[name]
    unknown = own.keys() - _OWN
    if unknown or (own.get("type") is not None and settings.get("type") is not None):
        raise TypeError(f"--{name}: {', '.join(unknown) or 'type'} is said in OPTIONS")
    if name == "concept":
        own.setdefault("type", ConceptName(concepts()))
    merged = {**settings, **own}
    if merged.get("multiple"):
        merged["help"] = f"{merged['help']} May be repeated."
    return click.option(*spellings, into or name, **merged)


def options(*names: str) -> Callable[[F], F]:
    """Give a command several of :data:`OPTIONS`, in this order and as they are."""
    return stacked(*(option(name) for name in names))


def stacked(*decorators: Callable[[F], F]) -> Callable[[F], F]:
    """Return one decorator that does what several do, the first of them uppermost."""

    def decorate(function: F) -> F:
        for one in reversed(decorators):
            function = one(function)
        return function

    return decorate


def concepts() -> list[str]:
    """Return the concepts of matrices and of game trees, each once."""
    from typing import get_args

    from deterrence.solvers import CONCEPTS
    from deterrence.solvers.tree_solution import TreeConcept

    return [*dict.fromkeys((*CONCEPTS, *get_args(TreeConcept)))]


def gathered(into: str, kind: Callable[..., Any], names: Sequence[str]) -> Callable[[F], F]:
    """Hand some arguments to a command's function as one value: they are what ``kind`` takes."""

    def decorate(function: F) -> F:
        @functools.wraps(function)
        def run(**arguments: Any) -> Any:
            made = kind(*(arguments.pop(name) for name in names))
            return function(**{into: made}, **arguments)

        return cast("F", run)

    return decorate


def _arguments(*names: str) -> Callable[[F], F]:
    """Give a command the argument GAME and some options, as one ``game``."""
    return stacked(
        click.argument("game", type=GameName()),
        options(*names),
        gathered("game", GameChoice, ("game", *names)),
    )


#: The argument GAME and the options that choose its values, as one ``game``.
game_arguments = _arguments("assignments", "scenario", "rungs", "first")
#: The same for commands that take files of numbers, too.
number_arguments = _arguments("assignments", "scenario", "rungs", "first", "rationalise")


#: Into which file the result goes.
output_options = options("output", "force")


def long_options() -> Callable[[F], F]:
    """Give a command that may run long a time limit, which is kept, and the choice to be quiet."""
    return stacked(options("time_limit", "quiet"), _limited)


def _limited(function: F) -> F:
    @functools.wraps(function)
    def run(*, time_limit: float | None, **arguments: Any) -> Any:
        from deterrence.limits.alarm import kept_limit

        with kept_limit(time_limit):
            return function(time_limit=time_limit, **arguments)

    return cast("F", run)


def format_option(*formats: str) -> Callable[[F], F]:
    """Give a command the option ``--format``; the first format is the default."""
    return option("form", type=Format(formats), default=formats[0])


#: The formats of a result that tells itself.
FORMATS = ("text", "html", "latex", "markdown", "json")


def told_options(*more: str) -> Callable[[F], F]:
    """Give a command the options of a result that tells itself, as one ``result``.

    It is written by :meth:`ResultChoice.show`; ``more`` are formats beside :data:`FORMATS`.
    """
    return stacked(
        format_option(*FORMATS, *more),
        options("full", "standalone"),
        output_options,
        gathered("result", ResultChoice, ("form", "output", "force", "full", "standalone")),
    )
