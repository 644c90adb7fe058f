"""``deterrence sweep``: solve a model at many parameter values, into a file."""

from __future__ import annotations

import json
import sys
import time
from typing import TYPE_CHECKING, Any

import click

from deterrence.analysis.points.selection import RULES
from deterrence.analysis.sweeping.designs import DESIGNS
from deterrence.cli.options import (
    Assignment,
    LabelName,
    format_option,
    game_arguments,
    warn,
)
from deterrence.cli.output import emit
from deterrence.cli.source import load_symbolic

if TYPE_CHECKING:
    from deterrence.analysis.sweeping.plan import SweepPlan
    from deterrence.analysis.sweeping.summary import SweepSummary
    from deterrence.modelfile.model import SymbolicModel

_EPILOG = (
    "An axis is c=0:10:1000 (1000 values from 0 to 10), c=log:0.1:10:200 (in equal ratios), "
    "c=step:0:10:1/4 or c=1,2,5/2; several make a grid, the first varying slowest. With "
    "--design, c=0:10 is a range to fill. An end that is left out is the parameter's bound. "
    "Without -o only the summary is printed."
)


@click.command(epilog=_EPILOG)
@game_arguments
@click.option(
    "-p", "--parameter", "axes", type=Assignment(), multiple=True, metavar="NAME=AXIS",
    help="Vary a parameter, as in c_R=0:10:1000. May be repeated.",
)  # fmt: skip
@click.option(
    "--measure", "measures", multiple=True, metavar="NAME",
    help="Store this measure. May be repeated; default: every measure.",
)  # fmt: skip
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
@click.option("--points", type=int, metavar="N", help="Number of points, unless on a grid.")
@click.option("--seed", type=int, default=0, show_default=True, help="Seed of a design.")
@click.option(
    "-o", "--output", type=click.Path(), metavar="FILE",
    help="Write a file that ends in .nc, .zarr, .parquet or .csv.",
)  # fmt: skip
@click.option("-j", "--jobs", type=int, default=1, metavar="N", help="Processes to work with.")
@click.option("--cluster", metavar="ADDRESS", help="Work on a dask.distributed scheduler.")
@click.option("--resume", is_flag=True, help="Go on with an unfinished output.")
@click.option("--force", is_flag=True, help="Replace an output, finished or not.")
@click.option("-q", "--quiet", is_flag=True, help="Do not tell of the progress.")
@format_option("text", "json")
def sweep(
    game: str,
    assignments: tuple[str, ...],
    scenario: str | None,
    rungs: int | None,
    axes: tuple[str, ...],
    measures: tuple[str, ...],
    select: str,
    by: str | None,
    design: str,
    points: int | None,
    seed: int,
    output: str | None,
    jobs: int,
    cluster: str | None,
    resume: bool,
    force: bool,
    quiet: bool,
    form: str,
) -> int:
    """Solve GAME at many parameter values: all equilibria at each, and what they bring.

    Measures are stored for every equilibrium, with their bounds over equilibria at every
    point. --select bounds stores the bounds alone, other rules only the equilibria that
    they keep.
    """
    from deterrence.analysis.sweeping.plan import make_plan
    from deterrence.analysis.sweeping.run import check_target
    from deterrence.errors import UsageError

    if output is not None:
        check_target(output)
    elif resume or force:
        raise UsageError(
            f"--{'resume' if resume else 'force'} is about a file", remedy="name one with -o"
        )
    model, values = load_symbolic(game, assignments, scenario, rungs)
    warn(tuple(str(fault) for fault in model.warnings))
    plan = make_plan(
        model, _axes(model, axes), design=design, points=points, seed=seed, fixed=values,
        scenario=scenario, measures=measures or None, select=select, by=by,
    )  # fmt: skip
    warn(tuple(_beyond(plan)))
    reporter = Reporter(quiet)
    try:
        summary = _run(plan, output, jobs, cluster, resume, force, reporter)
    except KeyboardInterrupt:
        reporter.end()
        click.echo("Error: interrupted", err=True)
        if output is not None:
            from deterrence.words.markup import plain

            kept = f"finished blocks are kept in {output}.parts"
            click.echo(plain(f"Hint: {kept}; the same command with --resume goes on"), err=True)
        return 130
    finally:
        reporter.end()
    warn(summary.doubts)
    emit(json.dumps(summary.to_dict(), indent=2) if form == "json" else str(summary))
    return 0 if summary.complete else 4


def _run(
    plan: SweepPlan, output: str | None, jobs: int, cluster: str | None, resume: bool, force: bool,
    reporter: Reporter,
) -> SweepSummary:  # fmt: skip
    from deterrence.analysis.sweeping.run import summarise, to_file

    if cluster is not None:
        import logging

        # What goes wrong there is reported as our own errors are.
        logging.getLogger("distributed").setLevel(logging.CRITICAL)
    if output is None:
        return summarise(plan, jobs=jobs, cluster=cluster, progress=reporter)
    return to_file(
        plan, output, jobs=jobs, cluster=cluster, resume=resume, force=force, progress=reporter
    )


def _axes(model: SymbolicModel, texts: tuple[str, ...]) -> dict[str, Any]:
    """Read ``name=axis`` texts; every error names the option as it was typed."""
    from deterrence.errors import UsageError, did_you_mean

    found: dict[str, Any] = {}
    for text in texts:
        name, equals, axis = text.partition("=")
        name = name.strip()
        option = f"-p {text[:60]}"
        if name not in model.parameters:
            raise UsageError(
                f"{option}: {model.name} has no parameter {name[:60]!r}",
                remedy=did_you_mean(name, model.parameters)
                or f"parameters: {', '.join(model.parameters) or 'none'}",
            )
        if not equals:
            raise UsageError(f"{option}: no values", remedy=f"write {name}=0:10:1000")
        if name in found:
            raise UsageError(f"{option}: {name} has two axes", remedy="give it one")
        found[name] = axis
    return found


def _beyond(plan: SweepPlan) -> list[str]:
    doubts = []
    for axis in plan.design.axes:
        parameter = plan.model.parameters[axis.name]
        if not (parameter.contains(axis.start) and parameter.contains(axis.stop)):
            doubts.append(f"{axis.name} leaves its range, {parameter.range_text}, in the sweep")
    return doubts


class Reporter:
    """Tells on standard error how far a sweep is and how long it will take.

    On a terminal one line is written over and over; elsewhere a line now and then, and
    none for a sweep that is soon done.
    """

    def __init__(self, quiet: bool) -> None:
        self.terminal = bool(sys.stderr and sys.stderr.isatty())
        self.quiet = quiet
        self.every = 0.2 if self.terminal else 10.0
        self.stage = ""
        self.start = self.told = time.monotonic()
        self.before = 0
        self.width = 0

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Tell, if it is time to."""
        now = time.monotonic()
        if stage != self.stage:
            self.stage, self.start, self.before = stage, now, done
        if self.quiet or now - self.told < self.every:
            return
        self.told = now
        text = f"{stage}: {done:,} of {total:,} points ({100 * done / total:.0f}%)"
        if done > self.before and done < total:
            left = (now - self.start) * (total - done) / (done - self.before)
            text += f", {duration(left)} left"
        if self.terminal:
            click.echo(f"\r{text.ljust(self.width)}", nl=False, err=True)
            self.width = max(self.width, len(text))
        else:
            click.echo(text, err=True)

    def end(self) -> None:
        """Clear the line."""
        if self.width:
            click.echo(f"\r{' ' * self.width}\r", nl=False, err=True)
            self.width = 0


def duration(seconds: float) -> str:
    """Return a time for people.

    >>> [duration(s) for s in (0.3, 75, 4000, 200000)]
    ['1 s', '1 min 15 s', '1 h 6 min', '2 d 8 h']
    """
    whole = max(1, round(seconds))
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    if whole < 86400:
        return f"{whole // 3600} h {whole % 3600 // 60} min"
    return f"{whole // 86400} d {round(whole % 86400 / 3600)} h"
