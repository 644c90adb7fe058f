"""``deterrence show``: a game's payoffs as formulas and as numbers, before any solving."""

from __future__ import annotations

import click

from deterrence.cli.options import command, number_arguments, told_options
from deterrence.cli.output import ResultChoice, warn
from deterrence.cli.source import GameChoice, load_game
from deterrence.errors import UsageError
from deterrence.game.strategic import StrategicGame
from deterrence.game.tree.extensive import ExtensiveGame
from deterrence.modelfile.model import SymbolicModel


@command()
@number_arguments
@click.option(
    "--symbolic/--values",
    default=None,
    help="Show the payoffs as formulas only, or as numbers only.",
)
@click.option("--dominance", is_flag=True, help="Eliminate dominated actions, step by step.")
@told_options("nfg", "efg")
def show(
    game: GameChoice,
    symbolic: bool | None,
    dominance: bool,
    result: ResultChoice,
) -> None:
    """Show the payoffs of GAME: what each combination of actions leads to.

    Best replies are marked at the values used. GAME is the name of a model that ships,
    a model file, a Gambit .nfg or .efg file, a table of payoffs (.csv, .tsv, .xlsx, .ods), or -
    for standard input. Of a game tree the moves are shown; --format latex writes them for the
    package istgame, --format nfg the reduced strategic form, --format efg a Gambit file.
    """
    result.check(game.name)
    loaded = game.load()
    form = getattr(loaded, "options", None)
    if isinstance(loaded, SymbolicModel) and loaded.why_no_table and form is not None:
        if dominance or symbolic or result.form in ("nfg", "efg"):
            loaded.need_game()
        from deterrence.report.option_sheet import OptionSheet

        model, values = game.of_model(loaded)
        warn(map(str, model.warnings))
        numbers = model.values(game.scenario, values=values)
        result.show(OptionSheet(model, form, numbers), model)
        return
    source = load_game(game, loaded)
    warn(source.warnings)
    if symbolic and source.model is None:
        raise UsageError(f"--symbolic: {game.name} has numbers, no formulas", remedy="leave it out")
    if dominance and isinstance(source.game, ExtensiveGame):
        raise UsageError(
            "--dominance is not for game trees",
            remedy="--format nfg writes the tree's strategic form, for which it is",
        )
    if result.form == "efg" and isinstance(source.game, StrategicGame):
        raise UsageError(f"--format efg is for game trees; {game.name} is none", remedy="use nfg")
    if result.form in ("nfg", "efg"):
        warn(source.game.remarks)
        result.deliver(_gambit(source.game, result.form))
        return
    from deterrence.report.game_sheet import game_sheet

    sheet = game_sheet(
        source.game,
        source.model,
        symbolic=symbolic,
        dominance=dominance,
        origins=source.origins,
    )
    result.show(sheet, source.model)


def _gambit(game: StrategicGame | ExtensiveGame, form: str) -> str:
    """Return the game as a file of Gambit's."""
    if form == "efg":
        from deterrence.modelfile.exchange.efg import write_efg

        assert isinstance(game, ExtensiveGame)
        return write_efg(game)
    from deterrence.modelfile.exchange.nfg import write_nfg

    return write_nfg(game.strategic_form() if isinstance(game, ExtensiveGame) else game)
