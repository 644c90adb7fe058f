"""``deterrence sensitivity``: which uncertain parameter matters, how likely each outcome is."""

from __future__ import annotations

import click

from deterrence.cli.options import (
    command,
    game_arguments,
    long_options,
    option,
    told_options,
)
from deterrence.cli.output import ResultChoice, warn
from deterrence.cli.progress import Progress
from deterrence.cli.source import GameChoice, load_symbolic

_EPILOG = (
    "Uncertain are the parameters with a distribution in the model file, and those with two "
    "bounds (uniform between them), in the order that the assumptions demand. Where a game has "
    "several equilibria, bounds over all of them are told. What the sample does not settle is "
    "not claimed; if it was asked for by name (--measure, --conclusion, --method), the exit code "
    "is 4."
)
_METHODS = ("all", "probabilities", "sobol", "tornado", "morris", "regional")


@command(epilog=_EPILOG, removed={"--only": "--over", "--level": "--confidence"})
@game_arguments
@option("measure", "measures", multiple=True, show_default="every measure")
@option(
    "conclusion",
    "conclusions",
    multiple=True,
    show_default="that each measure is 0, or 1 where wanted",
)
@option("over", multiple=True)
@click.option(
    "--method", "methods", type=click.Choice(_METHODS), multiple=True, default=("all",),
    show_default="all", help="Only a part of the analysis. May be repeated.",
)  # fmt: skip
@option("samples", show_default="16384")
@option("seed", default=0, show_default=True)
@click.option("--second-order", is_flag=True, help="What pairs of parameters do together.")
@click.option(
    "--resamples", type=int, default=1000, show_default=True, metavar="N",
    help="Bootstrap resamples for the intervals of Sobol' indices.",
)  # fmt: skip
@click.option(
    "--confidence", type=float, default=0.95, show_default=True, metavar="P",
    help="Of the confidence intervals.",
)  # fmt: skip
@long_options()
@told_options("csv")
def sensitivity(
    game: GameChoice,
    measures: tuple[str, ...],
    conclusions: tuple[str, ...],
    over: tuple[str, ...],
    methods: tuple[str, ...],
    samples: int | None,
    seed: int,
    second_order: bool,
    resamples: int,
    confidence: float,
    time_limit: float | None,
    quiet: bool,
    result: ResultChoice,
) -> int:
    """Say which uncertain parameter of GAME matters most, and how likely each outcome is.

    Parameters that --set fixes do not vary. A scenario is the base case and fixes none.
    """
    result.check(game.name)
    model, values = load_symbolic(game, over)
    from deterrence.analysis.uncertainty.analyse import analyse

    with Progress(quiet, what="games") as progress:
        answer = analyse(
            model,
            measures=measures or None,
            conclusions=conclusions,
            samples=samples,
            seed=seed,
            fixed=values,
            scenario=game.scenario,
            over=over,
            method=methods,
            second_order=second_order,
            resamples=resamples,
            level=confidence,
            progress=progress.counted,
            time_limit=time_limit,
        )
    result.show(answer, model)
    if answer.enough:
        return 0
    if answer.interrupted or not result.is_read_at_once:
        warn(answer.shortfalls)
    return 130 if answer.interrupted and not answer.out_of_time else 4
