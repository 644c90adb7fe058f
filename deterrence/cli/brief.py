"""``deterrence brief``: one page in words, the answer first."""

from __future__ import annotations

from deterrence.cli.keeping import kept
from deterrence.cli.options import command, game_arguments, long_options, told_options
from deterrence.cli.output import ResultChoice
from deterrence.cli.progress import Progress
from deterrence.cli.source import GameChoice, load_symbolic
from deterrence.face.stability import stability

_EPILOG = (
    "GAME is the name of a model that ships, a model file, or - for standard input. What is "
    "marked `open` was not decided in time; the exit code is then 4."
)


@command(epilog=_EPILOG)
@game_arguments
@long_options()
@told_options()
@kept()
def brief(game: GameChoice, time_limit: float | None, quiet: bool, result: ResultChoice) -> int:
    """Say on one page, in words, what GAME comes to.

    What can happen, when each result is possible, what would change it first, which guesses
    matter, and what is not known. Of options that are no table it says which states are stable.
    """
    result.check(game.name)
    model, values = load_symbolic(game, any_form=True)
    if model.why_no_table:
        with Progress(quiet, limit=time_limit, stage="comparing"):
            found = stability(model, time_limit=time_limit, scenario=game.scenario, values=values)
        result.show(found, model)
        return 0 if found.complete else 4
    from deterrence.report import brief_page  # noqa: F401 (it writes the page)
    from deterrence.report.brief import brief as briefed

    with Progress(quiet, limit=time_limit, stage="working out"):
        page = briefed(model, game.scenario, values, time_limit, game.words)
    result.show(page, model)
    return 0 if page.complete else 4
