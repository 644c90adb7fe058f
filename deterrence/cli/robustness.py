"""``deterrence robustness``: how wrong the guesses may be before a conclusion flips."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from deterrence.cli.keeping import kept
from deterrence.cli.options import (
    command,
    long_options,
    number_arguments,
    option,
    options,
    told_options,
)
from deterrence.cli.output import ResultChoice, warn, write_file
from deterrence.cli.progress import Progress
from deterrence.cli.source import GameChoice, read_assignments

if TYPE_CHECKING:
    from deterrence.analysis.robust.results import Norm, SmallestChange
    from deterrence.face.flipping import Units
    from deterrence.modelfile.model import SymbolicModel

_EPILOG = (
    "GAME is the name of a model that ships, a model file, a .nfg file or a table, or - for "
    "standard input. Numbers are exact, and proven by an SMT solver; where the time runs out the "
    "answer is a proven lower and a found upper bound, and the exit code is 4."
)


@command(epilog=_EPILOG)
@number_arguments
@options("conclusion", "every", "some")
@options("units")
@click.option(
    "--unit", "own", multiple=True, metavar="NAME=NUMBER",
    help="The unit of one parameter. May be repeated.",
)  # fmt: skip
@option("norm", default="max")
@option("over", multiple=True)
@click.option(
    "--payoffs",
    is_flag=True,
    help="Let every payoff move on its own (always so for files of numbers).",
)
@options("within_bounds", "certificate")
@long_options()
@told_options("csv")
@kept("certificate")
def robustness(
    game: GameChoice,
    conclusion: str | None,
    every: bool,
    some: bool,
    units: Units | None,
    own: tuple[str, ...],
    norm: Norm,
    over: tuple[str, ...],
    payoffs: bool,
    within_bounds: bool,
    certificate: str | None,
    time_limit: float | None,
    quiet: bool,
    result: ResultChoice,
) -> int:
    """Find the smallest change of the parameters that flips a conclusion about GAME.

    Both are asked, whether it holds in every and whether in some equilibrium, unless
    --every or --some asks for one. With --payoffs the conclusion may be left out: that the
    same supports are equilibria. Parameters that --set fixes stay fixed, unless --over names
    them: then they start there. Assumptions of the model hold throughout.
    """
    from deterrence.errors import UsageError
    from deterrence.face import flipping
    from deterrence.game.strategic import StrategicGame
    from deterrence.modelfile.model import SymbolicModel

    result.check(game.name, certificate)
    loaded = game.load()
    if not isinstance(loaded, SymbolicModel | StrategicGame):
        raise UsageError(
            f"{game.name} has numbers, no parameters that could be wrong",
            remedy=f"`deterrence show {game.name} --format nfg` writes a matrix, of which every "
            "payoff can move",
        )
    if isinstance(loaded, SymbolicModel):
        loaded.need_game()
    if payoffs and isinstance(loaded, SymbolicModel) and loaded.tree is not None:
        raise UsageError(
            "--payoffs is for matrices; in a tree, the parameters move",
            remedy="leave it out, and state a --conclusion",
        )
    if payoffs or isinstance(loaded, StrategicGame):
        payoffs = True
        if units == "sd" or own:
            raise UsageError(
                "payoffs have no standard deviations or units of their own",
                remedy="use --units payoff, or --units range for each player's range",
            )
    elif conclusion is None:
        model = game.shaped(loaded)
        raise UsageError("which conclusion?", remedy=_which(model))
    elif units == "payoff":
        raise UsageError("--units payoff measures payoffs", remedy="add --payoffs")
    values: dict[str, Any] = {}
    unit: dict[str, Any] = {}
    if isinstance(loaded, StrategicGame):
        warn(loaded.remarks)
        if game.assignments or game.scenario or game.rungs or game.first:
            raise UsageError(
                f"{game.name} has numbers, no parameters to set",
                remedy="leave --set and its like out",
            )
    else:
        loaded = game.shaped(loaded)
        warn(map(str, loaded.warnings))
        values = read_assignments(game.assignments, loaded)
        unit = read_numbers("--unit", own, loaded.parameters)
    with Progress(quiet, limit=time_limit, stage="searching"):
        answer = flipping.robustness(
            loaded, conclusion or None if payoffs else conclusion,
            quantifier=None if every == some else "every" if every else "some",
            payoffs=payoffs, units=units, unit=unit, norm=norm, over=over,
            within_bounds=within_bounds, time_limit=time_limit, scenario=game.scenario,
            values=values,
        )  # fmt: skip
    result.show(answer, loaded if isinstance(loaded, SymbolicModel) else None)
    if certificate is not None:
        write_certificate(certificate, answer.answers)
    return 0 if answer.complete else 4


def _which(model: SymbolicModel) -> str:
    from deterrence.statements import which

    return which(model, "--conclusion ") + ("" if model.tree is not None else "; or --payoffs")


def read_numbers(option: str, texts: Sequence[str], known: Any) -> dict[str, Any]:
    """Read ``name=number`` texts of an option, exactly."""
    from deterrence.algebra.numbers import parse_number
    from deterrence.errors import ExpressionError, UsageError, did_you_mean

    found: dict[str, Any] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        name = name.strip()
        if not equals:
            raise UsageError(f"{option} {text[:60]}: no number", remedy="write it as name=number")
        if name not in known:
            raise UsageError(
                f"{option} {text[:60]}: no parameter {name[:60]!r}",
                remedy=did_you_mean(name, known) or f"parameters: {', '.join(known)}",
            )
        try:
            found[name] = parse_number(value)
        except ExpressionError as error:
            raise UsageError(f"{option} {text[:60]}: {error.what}", remedy=error.remedy) from None
    return found


def write_certificate(name: str, answers: Sequence[SmallestChange]) -> None:
    """Write the certificates of all answers into one file, one after the other."""
    texts = [a.certificate.smtlib for a in answers if a.certificate is not None]
    if not texts:
        warn((f"nothing is proven, so {name} is not written",))
        return
    write_file(name, "(reset)\n".join(texts).encode())
