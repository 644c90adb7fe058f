"""``deterrence sweep``: solve a model at many parameter values, into a file."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from deterrence.analysis.points.selection import RULES
from deterrence.analysis.sweeping.designs import DESIGNS
from deterrence.cli.options import (
    FORMATS,
    LabelName,
    command,
    format_option,
    game_arguments,
    long_options,
    option,
    options,
    output_options,
)
from deterrence.cli.output import ResultChoice, check_side_file, spare_input, warn
from deterrence.cli.progress import Progress
from deterrence.cli.source import GameChoice, check_parameter, load_symbolic
from deterrence.limits.alarm import by_hand

if TYPE_CHECKING:
    from deterrence.analysis.sweeping.plan import SweepPlan
    from deterrence.analysis.sweeping.summary import SweepSummary
    from deterrence.modelfile.model import SymbolicModel

#: How many values a parameter takes that is named without values.
VALUES = 101
_EPILOG = (
    "An axis is c=0:10:1000 (1000 values from 0 to 10), c=log:0.1:10:200 (in equal ratios), "
    "c=step:0:10:1/4 or c=1,2,5/2; several make a grid, the first varying slowest. With "
    "--design, c=0:10 is a range to fill. An end that is left out is the parameter's bound; a "
    f"name alone is all of its range, in {VALUES} values. The output ends in .nc, .zarr, .parquet "
    "or .csv; without one only the summary is printed. Finished blocks of an output are kept "
    "when the time is over, or on Ctrl-C, and --resume goes on with them."
)


@command(epilog=_EPILOG, removed={"--points": "--samples"})
@game_arguments
@options("axes")
@option("measure", "measures", multiple=True, show_default="every measure")
@click.option(
    "--select", type=click.Choice(list(RULES)), default="all", show_default=True,
    help="Which equilibria to store.",
)  # fmt: skip
@click.option(
    "--by", type=LabelName(), metavar="NAME",
    help="The measure (or player) that worst and best go by.",
)  # fmt: skip
@click.option(
    "--design", type=click.Choice(DESIGNS), default="grid", show_default=True,
    help="How points fill the axes.",
)  # fmt: skip
@options("samples")
@option("seed", default=0, show_default=True)
@output_options
@click.option("--resume", is_flag=True, help="Go on with an unfinished output.")
@click.option("-j", "--jobs", type=int, default=1, metavar="N", help="Processes to work with.")
@click.option("--cluster", metavar="ADDRESS", help="Work on a dask.distributed scheduler.")
@long_options()
@format_option(*FORMATS, "csv")
@options("full", "standalone")
def sweep(
    game: GameChoice,
    axes: tuple[str, ...],
    measures: tuple[str, ...],
    select: str,
    by: str | None,
    design: str,
    samples: int | None,
    seed: int,
    output: str | None,
    force: bool,
    resume: bool,
    jobs: int,
    cluster: str | None,
    time_limit: float | None,
    quiet: bool,
    form: str,
    full: bool,
    standalone: bool,
) -> int:
    """Solve GAME at many parameter values: all equilibria at each, and what they bring.

    Measures are stored for every equilibrium, with their bounds over equilibria at every
    point. --select bounds stores the bounds alone, other rules only the equilibria that
    they keep.
    """
    from deterrence.analysis.sweeping.plan import make_plan
    from deterrence.analysis.sweeping.run import check_target
    from deterrence.errors import IncompleteError, UsageError

    if output is not None:
        spare_input(output, game.name)
        target = Path(os.path.realpath(check_target(output)))  # a link stays a link
        if target.suffix == ".csv":
            check_side_file(target.with_name(f"{target.name}-metadata.json"))
        if resume and not force and _finished(target):
            from deterrence.words.markup import plain

            told = f"{output} is finished: there is nothing to resume; --force sweeps anew"
            click.echo(plain(told), err=True)
            return 0
    elif resume or force:
        raise UsageError(
            f"--{'resume' if resume else 'force'} is about a file", remedy="name one with -o"
        )
    model, values = load_symbolic(game)
    plan = make_plan(
        model, _axes(model, axes, design), design=design, points=samples, seed=seed, fixed=values,
        scenario=game.scenario, measures=measures or None, select=select, by=by,
    )  # fmt: skip
    warn(_beyond(plan))
    progress = Progress(quiet)
    try:
        with progress:
            summary = _run(plan, output, jobs, cluster, resume, force, progress, time_limit)
    except KeyboardInterrupt as stop:
        asked = by_hand(stop)
        click.echo(f"Error: {'interrupted' if asked else 'the time limit is over'}", err=True)
        if output is not None:
            from deterrence.words.markup import plain

            kept = f"finished blocks are kept in {output}.parts"
            click.echo(plain(f"Hint: {kept}; the same command with --resume goes on"), err=True)
        return 130 if asked else IncompleteError.exit_code
    warn(summary.doubts)
    ResultChoice(form, None, False, full, standalone).show(summary, model)
    return 0 if summary.complete else 4


def _run(
    plan: SweepPlan, output: str | None, jobs: int, cluster: str | None, resume: bool, force: bool,
    progress: Progress, time_limit: float | None,
) -> SweepSummary:  # fmt: skip
    from deterrence.analysis.sweeping.run import summarise, to_file

    if cluster is not None:
        import logging

        # What goes wrong there is reported as our own errors are.
        logging.getLogger("distributed").setLevel(logging.CRITICAL)
    if output is None:
        return summarise(plan, jobs=jobs, cluster=cluster, progress=progress, time_limit=time_limit)
    return to_file(
        plan, output, jobs=jobs, cluster=cluster, resume=resume, force=force, progress=progress,
        time_limit=time_limit,
    )  # fmt: skip


def _finished(output: Path) -> bool:
    """Say whether an output is there, whole: nothing unfinished is kept beside it."""
    return output.exists() and not output.with_name(f"{output.name}.parts").exists()


def _axes(model: SymbolicModel, texts: tuple[str, ...], design: str) -> dict[str, Any]:
    """Read ``name=axis`` texts; every error names the option as it was typed.

    A name alone is the whole range of the parameter: in :data:`VALUES` values on a grid.
    """
    from deterrence.errors import UsageError

    found: dict[str, Any] = {}
    for text in texts:
        name, equals, axis = text.partition("=")
        name = name.strip()
        typed = f"-p {text[:60]}"
        check_parameter(model, name, typed)
        if not equals:
            axis = f"::{VALUES}" if design == "grid" else ":"
        elif not axis.strip():
            raise UsageError(f"{typed}: no values", remedy=f"write {name}=0:10:1000")
        if name in found:
            raise UsageError(f"{typed}: {name} has two axes", remedy="give it one")
        found[name] = axis
    return found


def _beyond(plan: SweepPlan) -> list[str]:
    doubts = []
    for axis in plan.design.axes:
        parameter = plan.model.parameters[axis.name]
        if not (parameter.contains(axis.start) and parameter.contains(axis.stop)):
            doubts.append(f"{axis.name} leaves its range, {parameter.range_text}, in the sweep")
    return doubts
