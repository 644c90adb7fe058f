"""The verb ``plot``: any of the figures of :mod:`deterrence.figures`, by its kind."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

from deterrence.errors import UsageError, did_you_mean, shorten
from deterrence.face.given import Given
from deterrence.modelfile.model import SymbolicModel
from deterrence.modelfile.parameter_values import Value

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from deterrence.analysis.comparing.cases import Comparison
    from deterrence.analysis.robust.results import Robustness
    from deterrence.analysis.uncertainty.results import Sensitivity
    from deterrence.figures.options import StableUnder
    from deterrence.game.strategic import StrategicGame
    from deterrence.game.tree.extensive import ExtensiveGame
    from deterrence.solvers.tree_solution import TreeConcept, TreeEquilibrium
    from deterrence.symbolic.results import SymbolicEquilibrium

    class DescribedFigure(Figure):
        """What a figure has beside what matplotlib gives it."""

        heading: str
        description: str
        warnings: tuple[str, ...]
        incomplete: bool
        key_share: float
        for_slide: Callable[[], None]


def plot(
    model: SymbolicModel | StrategicGame | ExtensiveGame | Sensitivity | Robustness | Comparison,
    /,
    kind: str,
    *about: str,
    measure: str | Sequence[str] | None = None,
    conclusion: str | None = None,
    low: Value | None = None,
    high: Value | None = None,
    ranges: Mapping[str, tuple[Value, Value]] | None = None,
    points: int | None = None,
    log: Iterable[str] | None = None,
    formulas: bool | None = None,
    bound: Literal["upper", "lower"] | None = None,
    over: Iterable[str] | None = None,
    quantifier: Literal["every", "some"] | None = None,
    units: Literal["range", "sd"] | None = None,
    unit: Mapping[str, Value] | None = None,
    norm: Literal["max", "sum"] | None = None,
    within_bounds: bool | None = None,
    samples: int | None = None,
    seed: int | None = None,
    concept: TreeConcept | StableUnder | None = None,
    state: int | str | None = None,
    equilibrium: int | str | TreeEquilibrium | SymbolicEquilibrium | None = None,
    direction: Literal["auto", "down", "right"] | None = None,
    depth: int | None = None,
    time_limit: float | None = None,
    width: float | None = None,
    height: float | None = None,
    title: str | None = None,
    scenario: str | None = None,
    values: Mapping[str, Value] | None = None,
    **overrides: Value,
) -> DescribedFigure:
    """Return a figure of a model, as a matplotlib ``Figure`` (needs the extra ``plot``).

    ``kind`` is a key of :data:`deterrence.figures.FIGURES`, and ``about`` says what it
    shows: ``plot(model, "sweep", "k_R", "war")`` a measure as one parameter moves,
    ``plot(model, "regimes", "k_R", "k_N")`` the regimes over two parameters, ``"tornado"``
    and ``"sobol"`` one measure or conclusion, ``"robustness"`` one conclusion; ``"payoffs"``,
    ``"best-response"``, ``"ladder"``, ``"moves"``, ``"tree"`` and ``"compare"`` need none.
    Each kind has only some of the options; the functions of :mod:`deterrence.figures` say which
    and what they mean.
    An option left out is as it is there.  ``width`` and ``height`` are in mm, ``time_limit`` in
    seconds.

    Parameters stand at their defaults, changed by ``scenario``, ``values`` and keywords.
    Games are drawn by ``payoffs``, ``best-response`` and ``tree``; a result of
    :func:`sensitivity` by ``tornado`` and ``sobol``, one of :func:`robustness` by
    ``robustness``, one of :func:`compare` by ``compare``.  The figure has, beside what
    matplotlib gives it, ``description``, a text alternative, ``warnings``, and ``incomplete``
    where what is shown is not proven.

    Raises :class:`UsageError` for what does not fit, :class:`DeterrenceError` where there is
    nothing to draw, or matplotlib is missing.

    >>> from deterrence import load_model, plot
    >>> figure = plot(load_model("chicken"), "best-response")
    >>> print(figure.description[:53])
    Best responses in Chicken (Hawk-Dove). Equilibria: #2
    """
    draw = _figure(kind)
    given = Given(plot, scenario, values, overrides, any_form=kind == "moves")
    own: dict[str, Any] = {}
    if isinstance(model, SymbolicModel):
        own = {"scenario": scenario, "values": given.numbers(model) or None}
    else:
        _check_drawable(model, kind)
        given.refuse("what is drawn has numbers and no parameters")
    own |= {
        "measure": measure, "conclusion": conclusion, "low": low, "high": high,
        "ranges": ranges, "points": points, "log": log, "formulas": formulas, "bound": bound,
        "over": over,
        "quantifier": quantifier, "units": units, "unit": unit, "norm": norm,
        "within_bounds": within_bounds,
        "samples": samples, "seed": seed, "concept": concept, "equilibrium": equilibrium,
        "state": state, "direction": direction, "depth": depth, "time_limit": time_limit,
        "width": width, "height": height, "title": title,
    }  # fmt: skip
    options = {name: value for name, value in own.items() if value is not None}
    _check_fit(draw, kind, about, options)
    figure: DescribedFigure = draw(model, *about, **options)
    return figure


def _figure(kind: str) -> Callable[..., Any]:
    """Return the function that draws a kind of figure."""
    from deterrence import figures

    if kind not in figures.FIGURES:
        raise UsageError(
            f"there is no figure called {shorten(str(kind))!r}",
            remedy=did_you_mean(str(kind), figures.FIGURES)
            or f"one of {', '.join(figures.FIGURES)}",
        )
    function: Callable[..., Any] = getattr(figures, kind.replace("-", "_"))
    return function


def _check_fit(
    draw: Callable[..., Any], kind: str, about: Sequence[str], options: Mapping[str, Any]
) -> None:
    """Raise :class:`UsageError` for options, or words, that a kind does not take."""
    parameters = list(inspect.signature(draw).parameters.values())[1:]
    known = [p.name for p in parameters if p.kind is not p.VAR_KEYWORD]
    for name in options:
        if name not in known:
            raise UsageError(
                f"{name} has no meaning for a {kind} figure",
                remedy=f"it takes {', '.join(known)}",
            )
    words = [p for p in parameters if p.kind is p.POSITIONAL_OR_KEYWORD]
    names = [p.name for p in words]
    if len(about) > len(words):
        takes = f"only {' and '.join(names)}" if names else "nothing that has to be named"
        raise UsageError(f"a {kind} figure shows {takes}, not {shorten(about[len(words)])!r}")
    for p in words[: len(about)]:
        if p.name in options:
            raise UsageError(f"{p.name} is given twice", remedy="give it once")
    missing = [p.name for p in words[len(about) :] if p.default is p.empty]
    if missing:
        raise UsageError(
            f"a {kind} figure needs {' and '.join(missing)}",
            remedy=f"write plot(model, {kind!r}, ...) with {', '.join(names)} in this order",
        )


def _check_drawable(model: object, kind: str) -> None:
    """Raise :class:`UsageError` for a thing that a kind of figure does not show."""
    from deterrence.analysis.comparing.cases import Comparison
    from deterrence.analysis.robust.results import Robustness
    from deterrence.analysis.uncertainty.results import Sensitivity
    from deterrence.game.strategic import StrategicGame
    from deterrence.game.tree.extensive import ExtensiveGame

    drawn: dict[type, tuple[str, ...]] = {
        StrategicGame: ("payoffs", "best-response"),
        ExtensiveGame: ("tree",),
        Sensitivity: ("tornado", "sobol"),
        Robustness: ("robustness",),
        Comparison: ("compare",),
    }
    kinds = [k for given, some in drawn.items() if isinstance(model, given) for k in some]
    if kind not in kinds:
        raise UsageError(
            f"a {kind} figure does not show this {type(model).__name__}",
            remedy=f"it is drawn by {' and '.join(kinds)}" if kinds else "give a model",
        )
