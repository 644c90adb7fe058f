"""Sobol' indices: which share of a measure's variance each uncertain parameter explains.

First-order and total index of each input, with their bootstrap intervals (Sobol' 2001;
Saltelli and others 2010).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from deterrence.errors import DeterrenceError, UsageError
from deterrence.figures.drawing.bar_rows import MOST, BarRow, BarRows, bar_sample, group_name
from deterrence.figures.drawing.drawn_game import begin, drawn
from deterrence.figures.drawing.headings import Heading
from deterrence.figures.drawing.key_samples import stroke
from deterrence.figures.drawing.on_axes import point
from deterrence.figures.drawing.page import COLUMN, KeyEntry, Page
from deterrence.figures.drawing.style import FILLS, INK, LINES, FillStyle, Look
from deterrence.figures.kinds.tornado_bars import analysed, quantity_words
from deterrence.figures.options import Figure, GivenValues, ShownBound
from deterrence.figures.texts import safe
from deterrence.words.sentences import capital

if TYPE_CHECKING:
    from deterrence.analysis.uncertainty.results import (
        Estimate,
        Quantity,
        Sensitivity,
        SobolIndices,
    )
    from deterrence.modelfile.model import SymbolicModel

_TOTAL = FillStyle(FILLS[0].tint, "/////", LINES[0].colour)
_FIRST = FillStyle(LINES[0].colour, "", LINES[0].colour)
#: Where the axis ends: an interval that goes on far beyond is cut, with an arrow.
_LEFT, _RIGHT, _CUT = 0.0, 1.0, 0.02


@drawn
def sobol(
    model: SymbolicModel | Sensitivity,
    measure: str | None = None,
    *,
    conclusion: str | None = None,
    bound: ShownBound | None = None,
    scenario: str | None = None,
    values: GivenValues | None = None,
    over: Sequence[str] = (),
    samples: int | None = None,
    seed: int = 0,
    width: float = COLUMN,
    title: str | None = None,
) -> Figure:
    """Return first-order and total Sobol' indices of a measure or conclusion, with intervals.

    ``model`` may be the result of ``model.sensitivity(...)``, too.

    ``measure``: the name of a measure (the model's first by default), or a conclusion.
    ``conclusion``: a statement such as ``"war == 0"``, in place of a measure.
    ``bound``: ``upper`` or ``lower``, the largest or smallest value over the equilibria; by
    default both are drawn where both vary.
    ``scenario``: the scenario whose values are used.
    ``values``: values of parameters, in place of defaults and the scenario's.
    ``over``: the parameters that move, all uncertain ones by default.
    ``samples``: base samples, a power of two.
    ``seed``: of the sample.
    ``width``: width of the figure in millimetres.
    ``title``: what stands above, in place of what is shown.

    Raises :class:`UsageError` for what the analysis does not know, and
    :class:`DeterrenceError` where there are no indices.
    """
    if bound not in (None, "upper", "lower"):
        raise UsageError(f"no bound is called {bound!r}", remedy="upper or lower")
    options: dict[str, Any] = {"scenario": scenario, "fixed": values or {}, "over": over}
    if samples is not None:
        options["samples"] = samples
    result, chosen = analysed(model, "sobol", measure, conclusion, seed=seed, **options)
    if result.sobol is None:
        raise UsageError("the analysis has no Sobol' indices", remedy="ask for its method sobol")
    if result.sobol.refused:
        raise DeterrenceError(f"there are no Sobol' indices: {result.sobol.refused}")
    about = [i for i in result.sobol.indices if i.quantity.name == chosen.name]
    panels = [i for i in about if bound in (None, i.bound) and not i.constant]
    if not panels:
        raise DeterrenceError(f"{chosen.name} does not vary: there is no variance to explain")
    panels.sort(key=lambda i: i.bound != "upper")
    varying = panels
    if len(panels) == 2 and _same(panels):
        panels = panels[:1]
    shown = Heading.plain(f"Which guesses explain the {quantity_words(chosen)}")
    page = begin(width, title, shown, result.title, scenario, values)
    for indices in panels:
        _panel(page, result, indices, both=len(panels) < len(varying))
    page.key(_key(result.level))
    for message in result.shortfalls:
        page.note(safe(message))
    description = describe(result, chosen, panels)
    figure = page.finish(description, incomplete=bool(result.shortfalls))
    figure.warnings = tuple(result.shortfalls)
    return figure


def _same(panels: Sequence[SobolIndices]) -> bool:
    """Say whether two pictures would be the same."""

    def drawn_bars(indices: SobolIndices) -> list[float]:
        estimates = (*indices.first, *indices.total)
        return [x for e in estimates for x in (e.value, e.low, e.high)]

    first, second = map(drawn_bars, panels)
    return len(first) == len(second) and all(
        abs(a - b) <= 1e-6 or a != a for a, b in zip(first, second, strict=True)
    )


def _panel(page: Page, result: Sensitivity, indices: SobolIndices, *, both: bool) -> None:
    inputs = {i.name: i for i in result.inputs}
    order = indices.order[:MOST]
    q = indices.quantity
    subject = capital(q.phrase or q.title or q.name)
    bound = q.bound_words(indices.bound)
    if both and q.kind == "conclusion":
        bound = "in every and in some equilibrium"
    elif both:
        bound = "smallest and largest over the equilibria"
    page.block(safe(f"{subject}, {bound}"), gap=0.6)
    rows = BarRows(page, [BarRow(group_name(indices.inputs[g], inputs)) for g in order], least=6.2)
    ax = rows.ax
    for k, g in enumerate(order):
        for shift, style, estimate, kind in (
            (-0.19, _FIRST, indices.first[g], "first"),
            (0.19, _TOTAL, indices.total[g], "total"),
        ):
            end = min(max(estimate.value, _LEFT), _RIGHT)
            rows.bar(k + shift, end, 0.34, style, f"index-{kind}")
            _interval(ax, k + shift, estimate)
    ax.set_xlim(_LEFT, _RIGHT)
    rows.zero()
    rows.grid()
    rows.settle("Share of the variance")
    rest = len(indices.order) - len(order)
    if rest:
        page.note(f"{rest} more inputs have smaller total indices.")


def _interval(ax: Any, y: float, e: Estimate) -> None:
    """Draw an interval; an arrow where it goes on beyond the axis."""
    low, high = max(e.low, _LEFT), min(e.high, _RIGHT)
    if not low <= high:  # nan, or wholly outside
        return
    ax.plot([low, high], [y, y], color=INK, lw=0.9, zorder=4, solid_capstyle="butt", gid="interval")
    far = ((low, e.low < _LEFT - _CUT, "<"), (high, e.high > _RIGHT + _CUT, ">"))
    for end, cut, marker in far:
        style: Look = {"marker": marker, "ms": 3.0} if cut else {"marker": "|", "ms": 4.0}
        point(ax, end, y, mew=0.9, color=INK, zorder=4, **style)


def _key(level: float) -> list[KeyEntry]:
    interval = stroke(1.0, color=INK, lw=0.9, marker="|", ms=4.0, mew=0.9)
    return [
        KeyEntry(bar_sample(_FIRST), "first order: alone"),
        KeyEntry(bar_sample(_TOTAL), "total: with interactions"),
        KeyEntry(interval, f"{100 * level:g} % interval"),
    ]


def describe(result: Sensitivity, q: Quantity, panels: Sequence[SobolIndices]) -> str:
    """Say in a paragraph what the bars show."""
    parts = [
        f"{result.title}: Sobol' indices of the {quantity_words(q)}, from {result.samples} base "
        "samples."
    ]
    for indices in panels:
        told = [
            f"{indices.inputs[g]} first order {_estimate_words(indices.first[g])}, "
            f"total {_estimate_words(indices.total[g])}"
            for g in indices.order
        ]
        parts.append(f"{capital(q.bound_words(indices.bound))}: {'; '.join(told)}.")
    return " ".join([*parts, *result.shortfalls])


def _estimate_words(e: Estimate) -> str:
    return f"{e.value:.3g} ({e.low:.3g} to {e.high:.3g})"
