"""``deterrence levers``: the cheapest change by which a player gets what it wants."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from deterrence.cli.keeping import kept
from deterrence.cli.options import (
    command,
    game_arguments,
    long_options,
    option,
    options,
    told_options,
)
from deterrence.cli.output import ResultChoice
from deterrence.cli.progress import Progress
from deterrence.cli.robustness import read_numbers, write_certificate
from deterrence.cli.source import GameChoice, load_symbolic

if TYPE_CHECKING:
    from deterrence.analysis.robust.results import Norm

_EPILOG = (
    "GAME is the name of a model that ships, a model file, or - for standard input. Which "
    "player can change which parameter stands in the model file: `controlled_by: NATO`. Where "
    "the time runs out the answer is bounds, and the exit code is 4."
)


@command(epilog=_EPILOG, removed={"--want": "--conclusion"})
@game_arguments
@option("player")
@option("conclusion")
@options("every", "some")
@option("norm", default="sum")
@click.option(
    "--cost", "costs", multiple=True, metavar="NAME=NUMBER",
    help="What moving a parameter by its whole range costs. May be repeated; default: 1.",
)  # fmt: skip
@option("over", multiple=True)
@options("within_bounds", "certificate")
@long_options()
@told_options("csv")
@kept("certificate")
def levers(
    game: GameChoice,
    player: str | None,
    conclusion: str | None,
    every: bool,
    some: bool,
    norm: Norm,
    costs: tuple[str, ...],
    over: tuple[str, ...],
    within_bounds: bool,
    certificate: str | None,
    time_limit: float | None,
    quiet: bool,
    result: ResultChoice,
) -> int:
    """Find the cheapest change that PLAYER can make to bring a conclusion about.

    The conclusion is what PLAYER wants, in every equilibrium unless --some asks for less.
    Parameters that --set gives are fixed, unless --over names them.
    """
    from deterrence.analysis import robust
    from deterrence.errors import UsageError
    from deterrence.statements import listed, which

    result.check(game.name, certificate)
    if every and some:
        raise UsageError("--every and --some exclude each other", remedy="give one")
    model, values = load_symbolic(game, over)
    if player is None:
        owners = {p.controlled_by for p in model.parameters.values()}
        whose = [name for name in model.players if name in owners] or model.players
        raise UsageError("whose levers?", remedy=f"add --player; {listed('players', whose)}")
    if conclusion is None:
        raise UsageError("which conclusion?", remedy=which(model, "--conclusion "))
    dear = read_numbers("--cost", costs, model.parameters)
    with Progress(quiet, limit=time_limit, stage="searching"):
        answer = robust.levers(
            model, player, conclusion, quantifier="some" if some else "every", norm=norm,
            cost=dear, values=values, scenario=game.scenario, over=over,
            within_bounds=within_bounds, time_limit=time_limit,
        )  # fmt: skip
    result.show(answer, model)
    if certificate is not None:
        write_certificate(certificate, [answer.answer])
    return 0 if answer.complete else 4
