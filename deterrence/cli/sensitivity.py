"""``deterrence sensitivity``: which uncertain parameter matters, how likely each outcome is."""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from deterrence.cli.options import (
    ParameterName,
    format_option,
    game_arguments,
    output_option,
    warn,
)
from deterrence.cli.output import check_output, deliver
from deterrence.cli.source import load_symbolic

if TYPE_CHECKING:
    from deterrence.analysis.uncertainty.results import Sensitivity

_EPILOG = (
    "Uncertain are the parameters with a distribution in the model file, and those with two "
    "bounds (uniform between them). Where a game has several equilibria, bounds over all of "
    "them are told. A sample that is too small is called so, and the exit code is then 4."
)
_METHODS = ("all", "probabilities", "sobol", "tornado", "morris", "regional")


@click.command(epilog=_EPILOG)
@game_arguments
@click.option(
    "--measure", "measures", multiple=True, metavar="NAME",
    help="Ask about this measure. May be repeated; default: every measure.",
)  # fmt: skip
@click.option(
    "--conclusion", "conclusions", multiple=True, metavar="TEXT",
    help="Ask how likely a statement such as 'war <= 1/10' is. May be repeated; default: "
    "that each measure is 0.",
)  # fmt: skip
@click.option(
    "--only", type=ParameterName(), multiple=True, metavar="PARAM",
    help="Let only this parameter vary. May be repeated.",
)  # fmt: skip
@click.option(
    "--method", "methods", type=click.Choice(_METHODS), multiple=True, default=("all",),
    show_default="all", help="Only a part of the analysis. May be repeated.",
)  # fmt: skip
@click.option(
    "--samples", type=int, default=None, metavar="N",
    help="Base samples, a power of two.  [default: 16384]",
)  # fmt: skip
@click.option("--seed", type=int, default=0, show_default=True, metavar="N", help="Of the sample.")
@click.option("--second-order", is_flag=True, help="What pairs of parameters do together.")
@click.option(
    "--resamples", type=int, default=1000, show_default=True, metavar="N",
    help="Bootstrap resamples for the intervals of Sobol' indices.",
)  # fmt: skip
@click.option(
    "--level", type=float, default=0.95, show_default=True, metavar="P",
    help="Of the confidence intervals.",
)  # fmt: skip
@format_option("text", "json")
@output_option
def sensitivity(
    game: str,
    assignments: tuple[str, ...],
    scenario: str | None,
    rungs: int | None,
    measures: tuple[str, ...],
    conclusions: tuple[str, ...],
    only: tuple[str, ...],
    methods: tuple[str, ...],
    samples: int | None,
    seed: int,
    second_order: bool,
    resamples: int,
    level: float,
    form: str,
    output: str | None,
) -> int:
    """Say which uncertain parameter of GAME matters most, and how likely each outcome is.

    Parameters that --set fixes do not vary. A scenario is the base case and fixes none.
    """
    check_output(output)
    model, values = load_symbolic(game, assignments, scenario, rungs, only)
    warn(tuple(str(fault) for fault in model.warnings))
    from deterrence.analysis.uncertainty.analyse import SAMPLES, analyse

    with progress_line() as progress:
        answer = analyse(
            model,
            measures=measures or None,
            conclusions=conclusions,
            samples=SAMPLES if samples is None else samples,
            seed=seed,
            fixed=values,
            scenario=scenario,
            only=only,
            method=methods,
            second_order=second_order,
            resamples=resamples,
            level=level,
            progress=progress,
        )
    deliver(render(answer, form), output, form)
    return _verdict(answer, form, output)


def render(answer: Sensitivity, form: str) -> str:
    """Return the analysis in one of the formats."""
    return json.dumps(answer.to_dict(), indent=2) if form == "json" else str(answer)


@contextlib.contextmanager
def progress_line() -> Iterator[Any]:
    """Show on a terminal's standard error how much is done; yields what is to be called."""
    if sys.stderr is None or not sys.stderr.isatty():
        yield None
        return
    shown = -1

    def show(done: int, total: int) -> None:
        nonlocal shown
        percent = 100 * done // total
        if percent != shown:
            shown = percent
            click.echo(f"\r{percent:3d}% of {total} games", nl=False, err=True)

    try:
        yield show
    finally:
        if shown >= 0:
            click.echo("\r" + " " * 40 + "\r", nl=False, err=True)


def _verdict(answer: Sensitivity, form: str, output: str | None) -> int:
    """Return the exit code; say on standard error what the output does not say first."""
    if answer.interrupted:
        warn(answer.shortfalls)
        return 130
    if answer.enough:
        return 0
    if form != "text" or output not in (None, "-"):
        warn(answer.shortfalls)
    return 4
