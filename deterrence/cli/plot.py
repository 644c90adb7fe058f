"""``deterrence plot``: draw a figure of a model into a PNG, SVG or PDF file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, get_args

import click

from deterrence.cli.options import Assignment, game_arguments, warn
from deterrence.cli.output import check_output, emit, write_file
from deterrence.errors import ExpressionError, UsageError
from deterrence.figures import FIGURES
from deterrence.solvers.tree_solution import TreeConcept

if TYPE_CHECKING:
    from deterrence.game.strategic import StrategicGame
    from deterrence.game.tree.extensive import ExtensiveGame
    from deterrence.modelfile.model import SymbolicModel

#: Options that only some kinds have.
_ONLY: dict[str, tuple[str, ...]] = {
    "--parameter": ("sweep", "regimes"),
    "--measure": ("sweep", "tornado", "sobol"),
    "--conclusion": ("regimes", "tornado", "sobol", "robustness"),
    "--formulas": ("payoffs", "tree"),
    "--bound": ("sobol",),
    "--samples": ("sobol",),
    "--seed": ("sobol",),
    "--time-limit": ("regimes", "robustness", "tree"),
    "--concept": ("tree",),
    "--equilibrium": ("tree",),
    "--direction": ("tree",),
    "--depth": ("tree",),
}
_LIST = "\n".join(f"  {kind:<14} {told}" for kind, (_, told) in FIGURES.items())
_EPILOG = f"""\b
KIND is one of
{_LIST}

GAME is the name of a model that ships, a model file, or - for standard input;
best-response and payoffs draw .nfg files, too, tree draws .efg files. A sweep takes
-p k_R, a map of regimes -p k_R -p k_N; with a range, -p k_R=0:10, else the
parameter's bounds."""


@click.command(epilog=_EPILOG)
@click.argument("kind", type=click.Choice(tuple(FIGURES)), metavar="KIND")
@game_arguments
@click.option(
    "-p", "--parameter", "axes", type=Assignment(), multiple=True, metavar="NAME[=LOW:HIGH]",
    help="What an axis shows. Once for sweep, twice for regimes.",
)  # fmt: skip
@click.option(
    "--measure", "measures", multiple=True, metavar="TEXT",
    help="A measure; for sweep also 'payoff(NATO)', 'prob(NATO, escalate)' or 'P(OUTCOME)', "
    "and more than one.",
)  # fmt: skip
@click.option(
    "--conclusion", metavar="TEXT",
    help="A statement such as 'war == 0'; a map shows where it holds in every, some and no "
    "equilibrium.",
)  # fmt: skip
@click.option("--formulas", is_flag=True, help="Write payoffs as formulas.")
@click.option(
    "--equilibrium", type=int, metavar="N", help="Draw the tree's equilibrium number N into it."
)
@click.option(
    "--concept", type=click.Choice(get_args(TreeConcept)),
    help="Of which concept the tree's equilibria are; as for `deterrence solve`, and if left "
    "out the same as there.",
)  # fmt: skip
@click.option("--direction", type=click.Choice(("down", "right")), help="How a tree grows.")
@click.option("--depth", type=int, metavar="N", help="Fold up what follows N moves of a tree.")
@click.option("--bound", type=click.Choice(("upper", "lower")), help="Only this bound.")
@click.option("--samples", type=int, metavar="N", help="Base samples, a power of two.")
@click.option("--seed", type=int, metavar="N", help="Of the sample.")
@click.option(
    "--time-limit", type=click.FloatRange(min=0, min_open=True), metavar="SECONDS",
    help="Stop the symbolic analysis then, and solve a grid of points instead. For a tree: "
    "stop looking for equilibria.",
)  # fmt: skip
@click.option(
    "-o", "--output", type=click.Path(), metavar="FILE", help="A file ending in .png, .svg or .pdf."
)
@click.option(
    "--width", type=float, metavar="MM",
    help="Width of the figure; 89, a column of a journal, unless a tree needs more.",
)  # fmt: skip
@click.option("--dpi", type=float, default=300.0, show_default=True, help="Of PNG files.")
@click.option("--title", metavar="TEXT", help="In place of the model's title.")
@click.option("--describe", is_flag=True, help="Print what the figure shows, in a paragraph.")
def plot(
    kind: str,
    game: str,
    assignments: tuple[str, ...],
    scenario: str | None,
    rungs: int | None,
    axes: tuple[str, ...],
    measures: tuple[str, ...],
    conclusion: str | None,
    formulas: bool,
    equilibrium: int | None,
    concept: str | None,
    direction: str | None,
    depth: int | None,
    bound: str | None,
    samples: int | None,
    seed: int | None,
    time_limit: float | None,
    output: str | None,
    width: float | None,
    dpi: float,
    title: str | None,
    describe: bool,
) -> int:
    """Draw a figure of GAME, of publication quality.

    Titles, labels and units are the model's. Files hold no dates: the same command writes
    the same bytes. The description is in SVG and PDF files, for screen readers. The exit
    code is 4 where what is shown is not proven, or rests on too small a sample.
    """
    _check_options(kind, {
        "--parameter": axes, "--measure": measures, "--conclusion": conclusion,
        "--formulas": formulas, "--bound": bound, "--samples": samples, "--seed": seed,
        "--time-limit": time_limit, "--concept": concept, "--equilibrium": equilibrium,
        "--direction": direction, "--depth": depth,
    })  # fmt: skip
    suffix = _check_file(output, describe)
    from deterrence import figures
    from deterrence.figures.drawing import files
    from deterrence.surroundings import load_matplotlib_apart

    load_matplotlib_apart()
    files.need_matplotlib()
    files.check_dpi(dpi)
    model, values = _load(kind, game, assignments, scenario, rungs)
    if kind == "tree" and equilibrium is not None and concept is None:
        concept = _usual_concept(model)
    options: dict[str, Any] = {"title": title} | ({} if width is None else {"width": width})
    if values or scenario:
        options |= {"scenario": scenario, "values": values}
    draw: Callable[..., Any] = getattr(figures, kind.replace("-", "_"))
    extra = _extra(kind, axes, measures, conclusion, time_limit)
    if formulas:
        extra["formulas"] = True
    for name, value in {
        "bound": bound, "samples": samples, "seed": seed, "concept": concept,
        "equilibrium": equilibrium, "direction": direction, "depth": depth,
    }.items():  # fmt: skip
        if value is not None:
            extra[name] = value
    figure = draw(model, **extra, **options)
    if output is not None:
        data = files.to_bytes(figure, suffix, dpi)
        write_file(output, data)
    warn(figure.warnings)
    if describe:
        emit(figure.description)
    return 4 if figure.incomplete else 0


def _check_options(kind: str, given: Mapping[str, Any]) -> None:
    for option, value in given.items():
        kinds = _ONLY[option]
        if value not in (None, (), False) and kind not in kinds:
            raise UsageError(
                f"{option} has no meaning for a {kind} figure",
                remedy=f"it is for {' and '.join(kinds)}; leave it out",
            )
    if kind in ("tornado", "sobol") and given["--measure"] and given["--conclusion"]:
        raise UsageError("--measure and --conclusion together", remedy="ask for one of them")
    if kind in ("tornado", "sobol") and len(given["--measure"]) > 1:
        raise UsageError(f"a {kind} figure shows one measure", remedy="give --measure once")


def _check_file(output: str | None, describe: bool) -> str:
    """Return the kind of file; refuse hopeless names now, not after a long computation."""
    from deterrence.figures.drawing.files import check_suffix

    if output is None:
        if not describe:
            raise UsageError(
                "where should the figure go?", remedy="-o FILE, ending in .png, .svg or .pdf"
            )
        return ""
    if output == "-":
        raise UsageError("a figure cannot go to standard output", remedy="-o FILE.svg")
    suffix = check_suffix(output)
    check_output(output)
    return suffix


def _load(
    kind: str, game: str, assignments: tuple[str, ...], scenario: str | None, rungs: int | None
) -> tuple[SymbolicModel | StrategicGame | ExtensiveGame, dict[str, Any]]:
    from deterrence.cli.source import (
        load_source,
        load_symbolic,
        load_tree,
        read_assignments,
    )

    if kind == "tree":
        return load_tree(game, assignments, scenario, rungs)
    if kind in ("best-response", "payoffs"):
        source = load_source(game, assignments, scenario, rungs)
        warn(source.warnings)
        if source.model is None:
            return source.game, {}
        return source.model, read_assignments(assignments, source.model)
    model, values = load_symbolic(game, assignments, scenario, rungs)
    warn(tuple(str(fault) for fault in model.warnings))
    return model, values


def _usual_concept(game: Any) -> str | None:
    """Return the concept of `deterrence solve`, by which equilibria are numbered there."""
    from deterrence.game.tree.extensive import ExtensiveGame

    return "nash" if isinstance(game, ExtensiveGame) else None


def _extra(
    kind: str,
    axes: tuple[str, ...],
    measures: tuple[str, ...],
    conclusion: str | None,
    time_limit: float | None,
) -> dict[str, Any]:
    """Return the arguments that a kind of figure takes besides the common ones."""
    if kind == "tree":
        return {} if time_limit is None else {"time_limit": time_limit}
    if kind == "sweep":
        name, low, high, points = _axes(kind, axes, 1)[0]
        extra = {"parameter": name, "measure": list(measures), "low": low, "high": high}
        return extra if points is None else {**extra, "points": points}
    if kind == "regimes":
        pair = _axes(kind, axes, 2)
        ranges = {name: (low, high) for name, low, high, _ in pair}
        extra = {"x": pair[0][0], "y": pair[1][0], "ranges": ranges, "conclusion": conclusion}
        points = max((p for *_, p in pair if p is not None), default=None)
        if points is not None:
            extra["points"] = points
    elif kind in ("tornado", "sobol"):
        asked = measures[0] if measures else conclusion
        return {} if asked is None else {"measure": asked}
    elif kind == "robustness":
        extra = {} if conclusion is None else {"conclusion": conclusion}
    else:
        return {}
    return extra if time_limit is None else {**extra, "time_limit": time_limit}


def _axes(kind: str, axes: tuple[str, ...], number: int) -> list[tuple[str, Any, Any, int | None]]:
    """Read ``name``, ``name=low:high`` and ``name=low:high:points``."""
    if len(axes) != number:
        example = "-p k_R" if number == 1 else "-p k_R -p k_N"
        many = "one parameter" if number == 1 else "two parameters"
        raise UsageError(
            f"a {kind} figure needs {many}, not {len(axes)}", remedy=f"as in {example}"
        )
    return [_axis(text) for text in axes]


def _axis(text: str) -> tuple[str, Any, Any, int | None]:
    from deterrence.algebra.numbers import parse_number

    name, equals, rest = text.partition("=")
    name = name.strip()
    if not equals:
        return name, None, None, None
    parts = rest.split(":")
    if len(parts) not in (2, 3):
        raise UsageError(f"-p {text[:60]}: no range", remedy="write it as name=low:high")
    try:
        low, high = (parse_number(p) if p.strip() else None for p in parts[:2])
        points = parse_number(parts[2]) if len(parts) == 3 else None
    except ExpressionError as error:
        raise UsageError(
            f"-p {text[:60]}: {error.what}",
            remedy=f"give {error.expected}" if error.expected else error.remedy,
        ) from None
    if points is not None and points.denominator != 1:
        raise UsageError(f"-p {text[:60]}: {parts[2]} points", remedy="give a whole number")
    return name, low, high, None if points is None else int(points)
