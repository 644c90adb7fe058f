"""``deterrence levers``: the cheapest change by which a player gets what it wants."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from deterrence.cli.options import (
    LabelName,
    ParameterName,
    format_option,
    game_arguments,
    output_option,
    time_limit_option,
    warn,
    within_bounds_option,
)
from deterrence.cli.output import check_output, deliver
from deterrence.cli.robustness import read_numbers, write_certificate
from deterrence.cli.source import load_symbolic

if TYPE_CHECKING:
    from deterrence.analysis.robust.results import Norm

_EPILOG = (
    "GAME is the name of a model that ships, a model file, or - for standard input. Which "
    "player can change which parameter stands in the model file: `controlled_by: NATO`. Where "
    "the time runs out the answer is bounds, and the exit code is 4."
)


@click.command(epilog=_EPILOG)
@game_arguments
@click.option("--player", type=LabelName(), required=True, metavar="PLAYER", help="Whose levers.")
@click.option("--want", required=True, metavar="TEXT", help="What it wants: 'war == 0'.")
@click.option("--every", is_flag=True, help="It is to hold in every equilibrium (the default).")
@click.option("--some", is_flag=True, help="It is to hold in some equilibrium.")
@click.option(
    "--norm", type=click.Choice(["sum", "max"]), default="sum", show_default=True,
    help="Cost of a change: the sum of its parts, or the largest.",
)  # fmt: skip
@click.option(
    "--cost", "costs", multiple=True, metavar="NAME=NUMBER",
    help="What moving a parameter by its whole range costs. May be repeated; default: 1.",
)  # fmt: skip
@click.option(
    "--over", type=ParameterName(), multiple=True, metavar="PARAM",
    help="Move these parameters only. May be repeated.",
)  # fmt: skip
@within_bounds_option
@time_limit_option("Stop then, with bounds.")
@click.option(
    "--certificate", type=click.Path(), metavar="FILE",
    help="Write the proof that nothing is cheaper as SMT-LIB 2 text.",
)  # fmt: skip
@format_option("text", "json")
@output_option
def levers(
    game: str,
    assignments: tuple[str, ...],
    scenario: str | None,
    rungs: int | None,
    player: str,
    want: str,
    every: bool,
    some: bool,
    norm: Norm,
    costs: tuple[str, ...],
    over: tuple[str, ...],
    within_bounds: bool,
    time_limit: float,
    certificate: str | None,
    form: str,
    output: str | None,
) -> int:
    """Find the cheapest change that PLAYER can make to bring a conclusion about.

    Parameters that --set gives are fixed, unless --over names them.
    """
    from deterrence.analysis import robust
    from deterrence.errors import UsageError

    check_output(output)
    check_output(certificate)
    if every and some:
        raise UsageError("--every and --some exclude each other", remedy="give one")
    model, values = load_symbolic(game, assignments, scenario, rungs, over)
    warn(tuple(str(fault) for fault in model.warnings))
    answer = robust.levers(
        model, player, want, quantifier="some" if some else "every", norm=norm,
        cost=read_numbers("--cost", costs, model.parameters), values=values, scenario=scenario,
        over=over, within_bounds=within_bounds, time_limit=time_limit,
    )  # fmt: skip
    deliver(json.dumps(answer.to_dict(), indent=2) if form == "json" else str(answer), output)
    if certificate is not None:
        write_certificate(certificate, [answer.answer])
    return 0 if answer.complete else 4
