"""``deterrence compare``: scenarios, values or two games side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from deterrence.cli.keeping import kept
from deterrence.cli.options import (
    Assignment,
    GameName,
    command,
    long_options,
    number_arguments,
    told_options,
)
from deterrence.cli.output import ResultChoice, warn, write_file
from deterrence.cli.progress import Progress
from deterrence.cli.source import GameChoice, load_either, read_assignments

if TYPE_CHECKING:
    from deterrence.analysis.comparing.cases import Comparison

_EPILOG = (
    "GAME and OTHER are names of models that ship, model files, files of games, or - for standard "
    "input. Every case is solved exactly; what was not decided in time is marked `open`, and the "
    "exit code is then 4."
)


@command(epilog=_EPILOG)
@number_arguments
@click.argument("other", type=GameName(), required=False)
@click.option(
    "--scenarios", is_flag=False, flag_value="", metavar="[NAMES]",
    help="Compare the defaults with these scenarios, with commas between them; alone: all.",
)  # fmt: skip
@click.option(
    "--against", "against", type=Assignment(), multiple=True, metavar="NAME=VALUE",
    help="Set a parameter in the second case only. May be repeated.",
)  # fmt: skip
@click.option(
    "--figure", type=click.Path(), metavar="FILE",
    help="Draw the measures into a .png, .svg or .pdf file, too.",
)  # fmt: skip
@long_options()
@told_options("csv")
@kept("figure")
def compare(
    game: GameChoice,
    other: str | None,
    scenarios: str | None,
    against: tuple[str, ...],
    figure: str | None,
    time_limit: float | None,
    quiet: bool,
    result: ResultChoice,
) -> int:
    """Put results, measures, regimes and what flips them side by side.

    Of GAME and its scenarios (all, unless --scenarios names some), of GAME at its values and at
    those that --against changes, or of GAME and OTHER. What --set gives holds in every case
    that has the parameter.
    """
    from deterrence.errors import UsageError
    from deterrence.modelfile.model import SymbolicModel
    from deterrence.report.compare import compare as compared

    result.check(game.name, figure)
    suffix = _check_figure(figure)
    first: Any = load_either(game.name, game.rationalise)
    bare = GameChoice(game.name, (), game.scenario, game.rungs, game.first)
    if isinstance(first, SymbolicModel):
        first, _ = bare.of_model(first)
        warn(map(str, first.warnings))
    else:
        bare.of_file()
        warn(first.remarks)
    second: Any = None
    if other is not None:
        if other == game.name == "-":
            raise UsageError("standard input is read once", remedy="name a file")
        second = load_either(other, game.rationalise)
        if isinstance(second, SymbolicModel):
            warn(map(str, second.warnings))
        else:
            warn(second.remarks)
    game.check_numbers(first, second)
    values = _assigned(game.assignments, [g for g in (first, second) if g is not None])
    changed = second if second is not None else first
    theirs = read_assignments(against, _need(changed, "--against"), "--against") if against else {}
    named = None if scenarios is None else [n.strip() for n in scenarios.split(",") if n.strip()]
    if second is not None and named is not None:
        raise UsageError("--scenarios is about one model", remedy="leave OTHER out")
    with Progress(quiet, limit=time_limit, stage="comparing"):
        found = compared(
            first, second, scenarios=named or None, scenario=game.scenario, values=values,
            against=theirs, time_limit=time_limit,
        )  # fmt: skip
    if figure is not None:
        _draw(found, figure, suffix)
    result.show(found)
    return 0 if found.complete else 4


def _need(game: Any, option: str) -> Any:
    from deterrence.errors import UsageError
    from deterrence.modelfile.model import SymbolicModel

    if not isinstance(game, SymbolicModel):
        raise UsageError(f"{option}: {game.name} has numbers, no parameters to set")
    return game


def _assigned(texts: tuple[str, ...], games: list[Any]) -> dict[str, Any]:
    """Read ``name=value`` texts, each by a game that has the parameter."""
    from deterrence.modelfile.model import SymbolicModel

    models = [g for g in games if isinstance(g, SymbolicModel)]
    found: dict[str, Any] = {}
    for text in texts:
        name = text.partition("=")[0].strip()
        of = next((m for m in models if name in m.parameters), None)
        found |= read_assignments((text,), of or _need(games[0], f"--set {text[:60]}"))
    return found


def _check_figure(figure: str | None) -> str:
    """Return the kind of file of a figure; refuse now what cannot be drawn later."""
    if figure is None:
        return ""
    from deterrence.figures.drawing import files
    from deterrence.surroundings import load_matplotlib_apart

    suffix = files.check_suffix(figure)
    load_matplotlib_apart()
    files.need_matplotlib()
    return suffix


def _draw(found: Comparison, figure: str, suffix: str) -> None:
    from deterrence import figures
    from deterrence.figures.drawing import files

    drawn = figures.compare(found)
    warn(drawn.warnings)
    write_file(figure, files.to_bytes(drawn, suffix))
