"""``deterrence plot``: a subcommand for every figure, made from the signature of its function.

A figure needs no line here: its function's keyword parameters are its options, the
parameters without a default are what its axes show (``-p``), and its first parameter says
which games it draws.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from deterrence.cli.options import (
    Command,
    game_arguments,
    number_arguments,
    options,
    stacked,
)
from deterrence.cli.output import check_output, emit, free_name, warn, write_file
from deterrence.cli.program import LazyGroup
from deterrence.cli.progress import Progress
from deterrence.cli.signatures import help_of, options_of, parameters_of
from deterrence.cli.source import GameChoice, load_matrix, load_symbolic, load_tree, read_number
from deterrence.errors import UsageError
from deterrence.figures import FIGURES

if TYPE_CHECKING:
    from fractions import Fraction

    from deterrence.game.strategic import StrategicGame
    from deterrence.game.tree.extensive import ExtensiveGame
    from deterrence.modelfile.model import SymbolicModel

#: How many points a parameter takes that is named without values.
POINTS = 101
#: Parameters of figures that -p, --set and --scenario give.
_GIVEN = ("scenario", "values", "ranges", "low", "high", "points", "log")
_EPILOG = (
    "GAME is the name of a model that ships, a model file{files}, or - for standard input. "
    "{axes}The file ends in .png, .svg or .pdf; without -o it is a .png called after the game "
    "and the figure, which replaces no other."
)
_AXES = (
    "Of -p, a name alone is the parameter's whole range; -p k_R=0:10 is a part of it, and "
    "-p k_R=0:10:200 says how many points are solved where there is no closed form; "
    "-p k_R=log:0.1:10 makes a logarithmic axis. "
)
#: Files with numbers, by the class of game that a figure draws.
_FILES = (
    ("Gambit .nfg file, a table (.csv, .xlsx, .ods)", "StrategicGame"),
    ("Gambit .efg file", "ExtensiveGame"),
)
Draw = Callable[..., Any]


class FigureCommand(Command):
    """The command of one figure."""

    def unknown(self, spelling: str) -> str:
        """Say which figures have an option that this one has not."""
        known = super().unknown(spelling)
        kinds = [k for k in FIGURES if k != self.name and spelling in _spellings(figure(k))]
        if known or not kinds:
            return known
        return f"{spelling} has no meaning for a {self.name} figure; it is for {_listed(kinds)}"


class Figures(LazyGroup):
    """The figures; a figure's options may stand before its name, too."""

    entries = FIGURES
    what = "figure"

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a figure's function and make its command."""
        return figure(cmd_name) if cmd_name in FIGURES else None

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the arguments with the name of the figure in front."""
        kind = next((a for a in args if a in FIGURES), None)
        options_first = args and args[0].startswith("-") and args[0] not in ctx.help_option_names
        if kind is not None and options_first:
            args.remove(kind)
            args.insert(0, kind)
        return super().parse_args(ctx, args)


@click.group(cls=Figures, subcommand_metavar="FIGURE GAME ...")
def plot() -> None:
    """Draw a figure of a game, of publication quality.

    Titles, labels and units are the model's. Files hold no dates: the same command writes
    the same bytes. The description is in SVG and PDF files, for screen readers. The exit
    code is 4 where what is shown is not proven, or rests on too small a sample.

    \b
    deterrence plot sweep asymmetric-bipolarity -p k_R -o sweep.svg
    deterrence plot sweep --help                      its options
    """


def figure(kind: str) -> click.Command:
    """Return the command that draws a kind of figure."""
    from deterrence import figures

    return command_from(kind, getattr(figures, kind.replace("-", "_")))


def command_from(kind: str, draw: Draw) -> click.Command:
    """Make a command of a function that draws: its options are what the function takes."""
    parameters = parameters_of(draw)
    subject, *rest = parameters.values()
    names = [p.name for p in rest if p.default is p.empty]
    games = str(subject.annotation)

    def run(
        game: GameChoice,
        output: str | None, force: bool, dpi: float, describe: bool, slide: bool,
        quiet: bool = False,
        axes: tuple[str, ...] = (), **asked: Any,
    ) -> int:  # fmt: skip
        suffix = _check_file(output, force, game.name)
        chosen = _chosen(parameters, asked)
        chosen |= _along(kind, names, parameters, axes)
        from deterrence.figures.drawing import files
        from deterrence.figures.drawing.page import LARGE
        from deterrence.surroundings import load_matplotlib_apart

        load_matplotlib_apart()
        files.need_matplotlib()
        files.check_dpi(dpi)
        if slide:
            chosen = {k: v for k, v in LARGE.items() if k in parameters} | chosen
        model, values = _load(games, game, any_form=kind == "moves")
        if values or game.scenario:
            chosen |= {"scenario": game.scenario, "values": values}
        if chosen.get("equilibrium") is not None:
            chosen.setdefault("concept", _usual_concept(model))
        with Progress(quiet, limit=chosen.get("time_limit"), stage="drawing"):
            drawn = draw(model, **chosen)
        if slide:
            drawn.for_slide()
        if output is not None or not describe:
            stem = re.sub(r"[^\w.-]+", "-", model.name)
            name = output or free_name(f"{stem}-{kind}", f".{suffix}")
            write_file(name, files.to_bytes(drawn, suffix, dpi))
            if output is None:
                emit(f"Written to {name}")
        warn(drawn.warnings)
        if describe:
            emit(drawn.description)
        return 4 if drawn.incomplete else 0

    also = "".join(f", a {file}" for file, name in _FILES if name in games)
    own = options_of(draw, leave=(*_GIVEN, "quantifier"))
    extra = ["axes"] if names else []
    extra += ["every", "some"] if "quantifier" in parameters else []
    extra += ["conclusion"] if _takes_conclusions(parameters) else []
    extra += ["quiet"] if "time_limit" in parameters else []
    takes_numbers = "StrategicGame" in games or "ExtensiveGame" in games
    arguments = number_arguments if takes_numbers else game_arguments
    run = stacked(arguments, options(*extra, "output", "force", "dpi", "slide", "describe"))(run)
    made = click.command(
        kind, cls=FigureCommand, help=_help(draw),
        epilog=_EPILOG.format(files=also, axes=_AXES if names else ""),
    )(run)  # fmt: skip
    place = next(k for k, p in enumerate(made.params) if p.name == "first") + 1 + bool(names)
    made.params[place:place] = own
    return made


def _help(draw: Draw) -> str:
    told = help_of(draw, leave=_GIVEN)
    return re.sub(r"^Returns? ", "Draw ", told)


def _takes_conclusions(parameters: Mapping[str, Any]) -> bool:
    """Say whether a figure of one measure takes a conclusion in the measure's place."""
    measure = parameters.get("measure")
    return measure is not None and measure.default is None and "conclusion" not in parameters


def _spellings(command: click.Command) -> set[str]:
    return {spelling for p in command.params for spelling in p.opts}


def _listed(words: Sequence[str]) -> str:
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]]))


def _chosen(parameters: Mapping[str, Any], asked: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was asked of a figure; what was not is left to the figure."""
    chosen = {name: value for name, value in asked.items() if value is not None and value != ()}
    if "measure" in chosen and "conclusion" in chosen:
        raise UsageError("--measure and --conclusion together", remedy="ask for one of them")
    if _takes_conclusions(parameters) and "conclusion" in chosen:
        chosen["measure"] = chosen.pop("conclusion")
    if "quantifier" in parameters:
        every, some = chosen.pop("every"), chosen.pop("some")
        if every != some:
            chosen["quantifier"] = "every" if every else "some"
    return chosen


def _along(
    kind: str, names: Sequence[str], parameters: Mapping[str, Any], texts: tuple[str, ...]
) -> dict[str, Any]:
    """Return what the axes show, their ranges and the number of points, from texts of -p."""
    if len(texts) != len(names):
        example = " ".join(f"-p {name}" for name in ("k_R", "k_N")[: len(names)])
        many = {1: "one parameter", 2: "two parameters"}.get(len(names), f"{len(names)} parameters")
        raise UsageError(
            f"a {kind} figure needs {many}, not {len(texts)}", remedy=f"as in {example}"
        )
    read = [_axis(text) for text in texts]
    found: dict[str, Any] = dict(zip(names, (axis.name for axis in read), strict=True))
    if "ranges" in parameters:
        found["ranges"] = {axis.name: (axis.low, axis.high) for axis in read}
    elif read and "low" in parameters:
        found["low"], found["high"] = read[0].low, read[0].high
    if logs := [axis.name for axis in read if axis.log]:
        found["log"] = logs
    points = max((axis.points for axis in read if axis.points is not None), default=None)
    if len(texts) == 1 and "=" not in texts[0]:
        points = POINTS
    if points is not None and "points" in parameters:
        found["points"] = points
    return found


@dataclass(frozen=True)
class _Axis:
    """What one axis shows, None where that is left to the figure."""

    name: str
    low: Fraction | None = None
    high: Fraction | None = None
    points: int | None = None
    log: bool = False


def _axis(text: str) -> _Axis:
    """Read ``name``, ``name=low:high``, ``name=low:high:points``, and these after ``log:``."""
    name, equals, rest = text.partition("=")
    name = name.strip()
    if not equals:
        return _Axis(name)
    parts = rest.split(":")
    log = parts[0].strip() == "log"
    if log:
        del parts[0]
    if len(parts) not in (2, 3):
        raise UsageError(
            f"-p {text[:60]}: no range", remedy="write it as name=low:high or name=log:low:high"
        )
    option = f"-p {text[:60]}"
    low, high = (read_number(p, option) if p.strip() else None for p in parts[:2])
    points = read_number(parts[2], option) if len(parts) == 3 else None
    if points is not None and points.denominator != 1:
        raise UsageError(f"-p {text[:60]}: {parts[2]} points", remedy="give a whole number")
    return _Axis(name, low, high, None if points is None else int(points), log)


def _check_file(output: str | None, force: bool, game: str) -> str:
    """Return the kind of file; refuse hopeless names now, not after a long computation."""
    from deterrence.figures.drawing.files import check_suffix

    if output is None:
        return "png"
    if output == "-":
        raise UsageError("a figure cannot go to standard output", remedy="-o FILE.svg")
    suffix = check_suffix(output)
    check_output(output, force=force, game=game)
    return suffix


def _load(
    games: str, game: GameChoice, any_form: bool
) -> tuple[SymbolicModel | StrategicGame | ExtensiveGame, Mapping[str, Any]]:
    """Return a game of those that a figure draws, by the names of their classes, and values."""
    if "ExtensiveGame" in games:
        tree, values = load_tree(game)
        warn(getattr(tree, "remarks", ()))
        return tree, values
    if "StrategicGame" in games:
        source = load_matrix(game)
        warn((*source.warnings, *source.game.remarks))
        return source.model or source.game, source.values
    return load_symbolic(game, any_form=any_form)


def _usual_concept(game: object) -> str | None:
    """Return the concept of `deterrence solve`, by which equilibria are numbered there."""
    from deterrence.game.tree.extensive import ExtensiveGame

    return "nash" if isinstance(game, ExtensiveGame) else None
