"""``deterrence report``: a note, a memo or a full report, as HTML, PDF, Word or Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from deterrence.cli.keeping import keeps_parts
from deterrence.cli.options import (
    GameName,
    command,
    format_option,
    long_options,
    option,
    options,
    output_options,
)
from deterrence.cli.output import check_output, emit, write_file
from deterrence.cli.progress import Progress
from deterrence.cli.source import GameChoice, load_symbolic

if TYPE_CHECKING:
    from deterrence.report.memo import Length

_EPILOG = (
    "GAME is the name of a model that ships, a model file, or - for standard input. The file "
    "ends in .html, .pdf, .docx, .md, .tex or .txt; PDF and Word need the extra `report`. What "
    "is marked `open` was not decided; the exit code is then 4."
)


@command(epilog=_EPILOG)
@click.argument("game", type=GameName())
@options("assignments")
@option("scenario", "scenarios", multiple=True)
@options("rungs", "first")
@click.option(
    "--length", type=click.Choice(["note", "memo", "full"]), default="memo", show_default=True,
    help="A page, two pages, or everything with derivations and samples.",
)  # fmt: skip
@format_option("text", "html", "pdf", "docx", "markdown", "latex")
@output_options
@long_options()
@keeps_parts
def report(
    game: str,
    assignments: tuple[str, ...],
    scenarios: tuple[str, ...],
    rungs: int | None,
    first: str | None,
    length: Length,
    form: str,
    output: str | None,
    force: bool,
    time_limit: float | None,
    quiet: bool,
) -> int:
    """Write a report about GAME for people who have to decide.

    The bottom line with its range, key judgements in words, a map, what would change them,
    what each side can do, scenarios side by side, what is not known, and the assumptions with
    their sources; every statement says how certain it is. The report is about the first
    scenario that is named, and sets the defaults and the others beside it; where none is
    named, it is about the defaults, beside a few scenarios of the file.

    \b
    deterrence report asymmetric-bipolarity -o memo.pdf
    """
    from deterrence.errors import UsageError
    from deterrence.report.report_formats import BINARY, format_of, need

    check_output(output, force=force, game=game)
    source = click.get_current_context().get_parameter_source("form")
    if output not in (None, "-") and source is ParameterSource.DEFAULT:
        form = format_of(output)
    if form in BINARY and output in (None, "-"):
        raise UsageError(f"{form} cannot go to standard output", remedy=f"-o FILE.{form}")
    need(form)
    choice = GameChoice(game, assignments, scenarios[0] if scenarios else None, rungs, first)
    model, values = load_symbolic(choice)
    for name in scenarios:
        model.scenario(name)
    from deterrence.face.reporting import reported

    with Progress(quiet, limit=time_limit, stage="working out") as progress:

        def tell(stage: str) -> None:
            progress.stage = stage

        found = reported(model, length, scenarios or None, values, time_limit, choice.words, tell)
        tell("writing")
        data = found.to_bytes(form)
    if output is None or output == "-":
        emit(data.decode("utf-8"), form)
    else:
        write_file(output, data)
    return 0 if found.complete else 4
