"""``deterrence explain``: the derivation of an equilibrium, as on the board."""

from __future__ import annotations

import click

from deterrence.cli.keeping import kept
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
from deterrence.errors import UsageError


@command()
@game_arguments
@option("equilibrium")
@click.option(
    "--result",
    "named",
    metavar="NAME",
    help="Derive the result or equilibrium of this name, or number (#9).",
)
@click.option("--general", is_flag=True, help="Derive with symbols alone, at no values.")
@long_options()
@told_options()
@kept()
def explain(
    game: GameChoice,
    equilibrium: int | None,
    named: str | None,
    general: bool,
    time_limit: float | None,
    quiet: bool,
    result: ResultChoice,
) -> int:
    """Derive an equilibrium of GAME step by step.

    One that exists at the values (the defaults, --scenario, --set), of the first result that
    is possible there; every other result gets a line. Who is indifferent between what, the
    equation and its solution, why no deviation pays, and where each condition comes from, with
    numbers beside the symbols. --full derives one equilibrium of every result.
    """
    result.check(game.name)
    model, values = load_symbolic(game)
    if general and (values or game.scenario):
        raise UsageError(
            "--general has no values", remedy="leave --set and --scenario out, or --general"
        )
    if values or game.scenario:
        model.values(game.scenario, values=values)  # a fault in them is found before the search
    from deterrence import symbolic
    from deterrence.face import deriving

    with Progress(quiet, limit=time_limit, stage="deriving"):
        analysis = symbolic.regimes(model)
    whole = result.full or result.form == "json" or result.output not in (None, "-")
    found = deriving.explain(
        analysis,
        equilibrium,
        result=named,
        general=general,
        everything=whole or equilibrium is not None,
        scenario=game.scenario,
        values=values,
    )
    result.show(found, model)
    if analysis.cover == analysis.disjoint == "proven":
        return 0
    warn(["the analysis is not complete, so there may be more equilibria."])
    return 4
