"""``deterrence stability``: which states are stable, by which notion, for whom, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import click

from deterrence.cli.keeping import kept
from deterrence.cli.options import (
    ConceptName,
    LabelName,
    command,
    long_options,
    number_arguments,
    option,
    told_options,
)
from deterrence.cli.output import ResultChoice, warn
from deterrence.cli.progress import Progress
from deterrence.cli.source import GameChoice, load_symbolic
from deterrence.game.stability_notions import NOTIONS, read_notion

if TYPE_CHECKING:
    from deterrence.modelfile.model import SymbolicModel

_EPILOG = (
    "GAME is the name of a model that ships, a model file, a .nfg file or a table, or - for "
    "standard input. States are "
    "its cells, or the feasible combinations of its options. Notions: nash, sseq, seq, smr, gmr; "
    "l2, l3 and so on look so many moves ahead, nm without end; of "
    "tables of 2x2 theory-of-moves, theory-of-moves-one-sided, brams-wittman."
)


@command(epilog=_EPILOG)
@number_arguments
@option("state", "states", multiple=True)
@option("player", "players", multiple=True)
@click.option(
    "--start", type=LabelName(), metavar="STATE",
    help="Say where the conflict can go from this state, and by whose moves.",
)  # fmt: skip
@click.option(
    "--goal", "goals", multiple=True, metavar="TEXT",
    help="Say which stable states have this: an action, an outcome, or a statement about "
    "options. May be repeated.",
)  # fmt: skip
@click.option(
    "--inverse", is_flag=True, help="Say which preferences would make the states stable.",
)  # fmt: skip
@click.option(
    "--look-ahead", type=click.IntRange(1, 50), metavar="MOVES",
    help="Ask about those who look one move ahead, two, and so on up to so many.",
)  # fmt: skip
@click.option(
    "--sides", default="", metavar="A+B:C",
    help="Form two sides of more than two players, for what looks ahead.",
)  # fmt: skip
@click.option(
    "--coalition", "coalitions", multiple=True, metavar="A+B",
    help="Ask about these players together. May be repeated.",
)  # fmt: skip
@click.option("--coalitions", "every", is_flag=True, help="Ask about all coalitions.")
@click.option(
    "--improvement", type=click.Choice(["joint", "pareto"]), default="joint", show_default=True,
    help="A coalition gains if all of its members do, or some do and none loses.",
)  # fmt: skip
@click.option(
    "--sanctions", type=click.Choice(["individual", "joint"]), default="individual",
    show_default=True,
    help="In CSEQ the others answer by moves that each wants, or that groups of them want.",
)  # fmt: skip
@click.option(
    "--regimes", "in_regimes", is_flag=True,
    help="Say for which parameters which states are stable, by all notions together.",
)  # fmt: skip
@click.option(
    "--uncertain", is_flag=True,
    help="Say how likely states are stable, by the distributions of the parameters.",
)  # fmt: skip
@click.option(
    "--unknown", is_flag=True,
    help="Say what is stable as far as the assumptions settle who prefers what.",
)  # fmt: skip
@click.option(
    "--much-worse", metavar="NUMBER",
    help="Say what is strongly stable: by sanctions that are worse by so much.",
)  # fmt: skip
@click.option(
    "--fuzzy", type=float, multiple=True, metavar="THRESHOLD",
    help="Say what is fuzzy stable if players leave for what they prefer to this degree (0 to 1), "
    "by the distributions of the parameters. May be repeated, once for each player.",
)  # fmt: skip
@click.option(
    "--values", "at_values", is_flag=True, help="Only at the values, without conditions.",
)  # fmt: skip
@option("concept", "concepts", type=ConceptName((*NOTIONS, "l2", "l3"), read_notion), multiple=True)
@long_options()
@told_options("csv")
@kept()
def stability(
    game: GameChoice,
    states: tuple[str, ...],
    players: tuple[str, ...],
    start: str | None,
    goals: tuple[str, ...],
    inverse: bool,
    look_ahead: int | None,
    sides: str,
    coalitions: tuple[str, ...],
    every: bool,
    improvement: Literal["joint", "pareto"],
    sanctions: Literal["individual", "joint"],
    in_regimes: bool,
    uncertain: bool,
    unknown: bool,
    much_worse: str | None,
    fuzzy: tuple[float, ...],
    at_values: bool,
    concepts: tuple[str, ...],
    time_limit: float | None,
    quiet: bool,
    result: ResultChoice,
) -> int:
    """Say which states of GAME are stable, by which notion, for whom, and why.

    Each asks what a move would bring, what the others could answer, and whether they would
    want to. Told is what the model wants or where it stands, unless --state names others.
    """
    result.check(game.name)
    from deterrence.face import stability as verbs

    model, values = _loaded(game)

    with Progress(quiet, limit=time_limit, stage="comparing"):
        found = verbs.stability(
            model, concepts=concepts, states=states, players=players, start=start, goals=goals,
            inverse=inverse, look_ahead=look_ahead, sides=sides,
            coalitions=(*coalitions, *(["all"] if every else [])),
            improvement=improvement, sanctions=sanctions, conditions=not at_values,
            regimes=in_regimes, uncertain=uncertain, unknown=unknown,
            much_worse=much_worse, fuzzy=fuzzy,
            time_limit=time_limit, scenario=game.scenario, values=values,
        )  # fmt: skip
    result.show(found, model if model.text else None)
    return 0 if found.complete else 4


def _loaded(choice: GameChoice) -> tuple[SymbolicModel, dict[str, Any]]:
    """Return the model, or a game with numbers as one without parameters, and the values given."""
    from deterrence.game.strategic import StrategicGame

    loaded = choice.load()
    if not isinstance(loaded, StrategicGame):
        return load_symbolic(choice, any_form=True, loaded=loaded)
    from deterrence.graph_model.games_with_numbers import as_model

    choice.of_file()
    warn(loaded.remarks)
    return as_model(loaded), {}
