"""``deterrence regimes``: for which parameter values each equilibrium exists."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from deterrence.cli.keeping import kept
from deterrence.cli.options import (
    ParameterName,
    command,
    game_arguments,
    long_options,
    option,
    told_options,
)
from deterrence.cli.output import ResultChoice, check_folder, recording, warn, write_folder
from deterrence.cli.progress import Progress
from deterrence.cli.source import GameChoice, load_symbolic
from deterrence.errors import IncompleteError, UnsupportedError
from deterrence.game.refinement_names import REFINEMENTS
from deterrence.limits import work

if TYPE_CHECKING:
    from deterrence.modelfile.model import SymbolicModel
    from deterrence.symbolic.regime_analysis import RegimeAnalysis

T = TypeVar("T")
_EPILOG = (
    "GAME is the name of a model that ships, a model file, or - for standard input. "
    "`proven` rests on exact algebra and an SMT solver; what was not decided in time is "
    "`unknown`, and the exit code is then 4."
)
#: Work seconds for conclusions together.
_CONCLUSIONS = 30.0


@command(epilog=_EPILOG)
@game_arguments
@click.option(
    "--in", "isolate", type=ParameterName(), metavar="PARAM",
    help="Solve linear conditions for this parameter: k_R > c + l_R.",
)  # fmt: skip
@click.option("--expand", is_flag=True, help="Put the formulas of derived parameters in.")
@option("measure", "measures", multiple=True, show_default="every probability of outcomes")
@option("conclusion", "statements", multiple=True)
@click.option(
    "--threshold", "thresholds", type=ParameterName(), multiple=True, metavar="PARAM",
    help="Where the equilibria change as this parameter moves, the others at their values. "
    "May be repeated.",
)  # fmt: skip
@click.option(
    "--refine", type=click.Choice(list(REFINEMENTS)),
    help="Tell only of the equilibria that pass this, where they do.",
)  # fmt: skip
@click.option(
    "--refinements", "judged", is_flag=True,
    help="Say of every equilibrium when it passes each refinement.",
)  # fmt: skip
@click.option("--statics", is_flag=True, help="Which way results move with each parameter.")
@click.option(
    "--boundaries/--no-boundaries", default=None,
    help="Tell what happens where regimes meet (default: if the regimes are proven).",
)  # fmt: skip
@click.option(
    "--proofs", type=click.Path(), metavar="DIR",
    help="Write the proofs, too, into a new or empty folder: scripts that any SMT solver can run.",
)  # fmt: skip
@long_options()
@told_options()
@kept("proofs")
def regimes(
    game: GameChoice,
    isolate: str | None,
    expand: bool,
    measures: tuple[str, ...],
    statements: tuple[str, ...],
    thresholds: tuple[str, ...],
    refine: str | None,
    judged: bool,
    statics: bool,
    boundaries: bool | None,
    proofs: str | None,
    time_limit: float | None,
    quiet: bool,
    result: ResultChoice,
) -> int:
    """Say for all values at once what is possible in GAME, and when.

    The answer fits on a screen: results, each with its condition, and what follows; --full
    has the equilibria behind them in closed form. Of a --measure it is asked when it is 0.
    Parameters stay symbols, except those that --set fixes. A scenario fixes none: it is
    placed in the map, and its values are used for --threshold.
    """
    from deterrence.statements import read_measures, usual_questions

    result.check(game.name)
    if refine:
        _check_refined(boundaries, thresholds, judged, proofs)
        boundaries = False
    check_folder(proofs)
    model, values = load_symbolic(game, (isolate, *thresholds))
    read_measures(model, measures)
    wanted = (*measures, *statements) or usual_questions(model)
    from deterrence import symbolic
    from deterrence.symbolic.along.boundaries import find_boundaries
    from deterrence.symbolic.along.statics import comparative_statics
    from deterrence.symbolic.along.thresholds import find_thresholds
    from deterrence.symbolic.display.report import Extras, RegimesAnswer

    with Progress(quiet, limit=time_limit, stage="deriving"):
        analysis = symbolic.regimes(
            model, expand=expand, fixed=values, isolate=isolate or "",
            boundaries=boundaries is not False or refine is not None, refine=refine or "",
        )  # fmt: skip
        if boundaries is None:  # a map with holes, or none, has no list of boundaries either
            boundaries = analysis.cover == "proven" and bool(analysis.regimes)
        found = []
        doubts = []
        for name in thresholds:
            try:
                found.append(find_thresholds(model, name, game.scenario, values))
            except IncompleteError as error:
                doubts.append(f"no thresholds of {name}: {error.what}")
        conclusions, more = _conclusions(
            analysis, wanted, isolate, every=bool(measures or statements)
        )
        walls = _in_time(find_boundaries, analysis, "boundaries", doubts) if boundaries else None
        signs = _in_time(comparative_statics, analysis, "statics", doubts) if statics else None
        extras = Extras(
            conclusions=conclusions,
            boundaries=walls,
            thresholds=tuple(found),
            statics=signs,
            refinements=symbolic.refinements(analysis) if judged else None,
            point=_point(model, game.scenario, values),
            asked=bool(measures or statements),
        )
        if proofs is not None:
            from deterrence.symbolic.proofs import proof_files

            try:
                write_folder(proofs, proof_files(analysis, conclusions))
            except UnsupportedError as error:
                doubts.append(error.what)
    warn((*doubts, *more))
    recording().left_open = bool(more)
    result.show(RegimesAnswer(analysis, extras), model)
    return _verdict(analysis, result) or (4 if doubts else 0)


def _check_refined(
    boundaries: bool | None, thresholds: tuple[str, ...], judged: bool, proofs: str | None
) -> None:
    """Raise :class:`UsageError` for what is about all equilibria, not those that pass alone."""
    from deterrence.errors import UsageError

    asked = {"--boundaries": boundaries, "--threshold": thresholds, "--refinements": judged,
             "--proofs": proofs}  # fmt: skip
    for name, given in asked.items():
        if given:
            raise UsageError(
                f"{name} is about all equilibria, --refine about those that pass",
                remedy="ask twice",
            )


def _in_time(
    find: Callable[[RegimeAnalysis], T], analysis: RegimeAnalysis, what: str, doubts: list[str]
) -> T | None:
    """Return what is found of an analysis; None, and a doubt, where a hard limit breaks it off."""
    from deterrence.limits.alarm import OutOfTimeError

    try:
        return find(analysis)
    except OutOfTimeError:
        doubts.append(f"the time limit was over before the {what} were found")
        return None


def _conclusions(
    analysis: RegimeAnalysis,
    wanted: tuple[str, ...],
    isolate: str | None,
    *,
    every: bool,
) -> tuple[tuple[Any, ...], tuple[str, ...]]:
    """Return the conclusions, and doubts; with ``every`` false, as many as the budget allows."""
    from deterrence.symbolic.conclusions import conclude

    end = work.now() + _CONCLUSIONS
    found: list[Any] = []
    for k, statement in enumerate(wanted):
        if not every and k and work.over(end):
            return tuple(found), (f"no time was left for conclusions on {', '.join(wanted[k:])}",)
        left = max(0.2, work.left(end) / (len(wanted) - k))
        found.append(conclude(analysis, statement, isolate=isolate or "", effort=left))
    return tuple(found), ()


def _point(model: SymbolicModel, scenario: str | None, values: dict[str, Any]) -> Any:
    from deterrence.modelfile.condition_words import cut

    if scenario is None:
        return None
    title = model.scenario(scenario).title or scenario
    return f"The scenario '{cut(title, 50)}'", model.values(scenario, values=values)


def _verdict(analysis: RegimeAnalysis, result: ResultChoice) -> int:
    """Return the exit code; say on standard error what the output does not say first."""
    if analysis.cover == analysis.disjoint == "proven":
        return 0
    if not result.is_read_at_once:
        from deterrence.symbolic.display.words import cover_words

        warn((cover_words(analysis), *analysis.messages))
    return 4
