"""``deterrence explain``: the derivation of an equilibrium, as on the board."""

from __future__ import annotations

from deterrence.cli.options import (
    command,
    game_arguments,
    long_options,
    option,
    result_options,
)
from deterrence.cli.output import ResultChoice, as_json, warn
from deterrence.cli.progress import Progress
from deterrence.cli.source import GameChoice, load_symbolic


@command()
@game_arguments
@option("equilibrium")
@long_options()
@result_options("text", "json", "latex", "html")
def explain(
    game: GameChoice,
    equilibrium: int | None,
    time_limit: float,
    quiet: bool,
    result: ResultChoice,
) -> int:
    """Derive the equilibria of GAME step by step.

    Who is indifferent between what, the equation and its solution, why no deviation
    pays, and where each condition comes from. With --set or --scenario the numbers stand
    beside the symbols. Equilibria have the numbers of `deterrence regimes`.
    """
    result.check(game.name)
    model, values = load_symbolic(game)
    numbers = model.values(game.scenario, **values) if values or game.scenario else None
    from deterrence import symbolic
    from deterrence.symbolic.board.explain import explain as explained
    from deterrence.words import blocks as document
    from deterrence.words import renderers as pages

    with Progress(quiet, limit=time_limit, stage="deriving"):
        analysis = symbolic.regimes(model, time_limit=time_limit)
    found = explained(analysis, equilibrium, numbers)
    form = result.form
    if form == "json":
        text = as_json(found)
    elif form == "latex":
        text = pages.latex_page(pages.as_latex(found.blocks(), found.symbols))
    elif form == "html":
        from deterrence.words.markup import html_page

        text = html_page(found.title, pages.as_html(found.blocks(), found.symbols))
    else:
        text = document.as_text(found.blocks())
    result.deliver(text)
    if analysis.cover == analysis.disjoint == "proven":
        return 0
    warn(["the analysis is not complete, so there may be more equilibria."])
    return 4
