"""``deterrence explore``: one HTML file in which a model's guesses are moved by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from deterrence.cli.keeping import keeps_parts
from deterrence.cli.options import command, long_options, number_arguments, options
from deterrence.cli.output import check_output, emit, free_name, warn, write_file
from deterrence.cli.progress import Progress
from deterrence.cli.source import GameChoice

if TYPE_CHECKING:
    from deterrence.modelfile.model import SymbolicModel

_EPILOG = (
    "GAME is the name of a model that ships, a model file, a Gambit .nfg or .efg file, a table of "
    "payoffs, or - for standard input. Without -o the page is called after the game, and replaces "
    "no other file. It opens from disk, in any browser of the last years, without a network. The "
    "exit code is 4 where points of its grid were not solved in time."
)


@command(epilog=_EPILOG)
@number_arguments
@long_options()
@options("output", "force")
@keeps_parts
def explore(
    game: GameChoice, time_limit: float | None, quiet: bool, output: str | None, force: bool
) -> int:
    """Write a page in which the guesses of GAME are moved by hand, and its answers follow.

    One file with everything in it: what happens and when, the map of regimes, what flips the
    answer first, derivations, and questions for a class. --scenario and --set say where it opens.
    """
    check_output(output, force=force, game=game.name)
    model, values, analysed = _explored(game)
    from deterrence.face.exploring import explored

    with Progress(quiet, limit=time_limit, stage="working out"):
        page = explored(
            model, game.scenario, values, game.words, analysed=analysed, time_limit=time_limit
        )
        text = page.html
    code = 0 if page.complete else 4
    if output == "-":
        emit(text, "html")
        return code
    name = output or (f"{model.name}.html" if force else free_name(model.name, ".html"))
    write_file(name, text.encode())
    click.echo(f"{name}: {len(text.encode()) / 1000:.0f} kB, opens in a browser")
    return code


def _explored(game: GameChoice) -> tuple[SymbolicModel, dict[str, Any], bool]:
    """Return the model that GAME names, the values that ``--set`` gives, and if it has formulas."""
    from deterrence.modelfile.model import SymbolicModel

    loaded = game.load()
    if isinstance(loaded, SymbolicModel):
        loaded.need_game()
        model, values = game.of_model(loaded)
        warn(map(str, model.warnings))
        return model, values, True
    from deterrence.explorer.plain_games import model_of_game

    game.of_file()
    warn(loaded.remarks)
    return model_of_game(loaded), {}, False
