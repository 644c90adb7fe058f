"""``deterrence explain``: the derivation of an equilibrium, as on the board."""

from __future__ import annotations

import json

import click

from deterrence.cli.options import (
    command,
    format_option,
    game_arguments,
    long_options,
    option,
    output_options,
    warn,
)
from deterrence.cli.output import check_output, deliver
from deterrence.cli.progress import Progress
from deterrence.cli.source import load_symbolic


@command()
@game_arguments
@option("equilibrium")
@long_options()
@format_option("text", "json", "latex", "html")
@output_options
def explain(
    game: str,
    assignments: tuple[str, ...],
    scenario: str | None,
    rungs: int | None,
    equilibrium: int | None,
    time_limit: float,
    quiet: bool,
    form: str,
    output: str | None,
    force: bool,
) -> int:
    """Derive the equilibria of GAME step by step.

    Who is indifferent between what, the equation and its solution, why no deviation
    pays, and where each condition comes from. With --set or --scenario the numbers stand
    beside the symbols. Equilibria have the numbers of `deterrence regimes`.
    """
    check_output(output, force=force, game=game)
    model, values = load_symbolic(game, assignments, scenario, rungs)
    warn(tuple(str(fault) for fault in model.warnings))
    numbers = model.values(scenario, **values) if values or scenario else None
    from deterrence import symbolic
    from deterrence.symbolic.board.explain import explain as explained
    from deterrence.words import blocks as document
    from deterrence.words import renderers as pages

    with Progress(quiet, limit=time_limit, stage="deriving"):
        analysis = symbolic.regimes(model, time_limit=time_limit)
    found = explained(analysis, equilibrium, numbers)
    if form == "json":
        text = json.dumps(found.to_dict(), indent=2)
    elif form == "latex":
        text = pages.latex_page(pages.as_latex(found.blocks(), found.symbols))
    elif form == "html":
        from deterrence.words.markup import html_page

        text = html_page(found.title, pages.as_html(found.blocks(), found.symbols))
    else:
        text = document.as_text(found.blocks())
    deliver(text, output, form)
    if analysis.cover == analysis.disjoint == "proven":
        return 0
    click.echo("Warning: the analysis is not complete, so there may be more equilibria.", err=True)
    return 4
