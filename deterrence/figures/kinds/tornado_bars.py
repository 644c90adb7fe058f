"""Tornado: what each uncertain parameter does to a measure when it moves alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

from deterrence.errors import DeterrenceError, UsageError, did_you_mean
from deterrence.figures.drawing.bar_rows import MOST, BarRows, bar_sample, parameter_row
from deterrence.figures.drawing.drawn_game import begin, drawn, need_model
from deterrence.figures.drawing.headings import Heading
from deterrence.figures.drawing.key_samples import mark, upright
from deterrence.figures.drawing.on_axes import point
from deterrence.figures.drawing.page import COLUMN, KeyEntry
from deterrence.figures.drawing.style import FILLS, INK, LINES, PAPER, FillStyle, Look
from deterrence.figures.options import Figure, GivenValues
from deterrence.figures.options import ShownBound as Bound
from deterrence.figures.texts import figure_number, safe, symbol_of
from deterrence.words.sentences import capital, listed

if TYPE_CHECKING:
    from deterrence.analysis.uncertainty.results import (
        Quantity,
        Sensitivity,
        Tornado,
        TornadoBar,
    )
    from deterrence.modelfile.model import SymbolicModel

#: The two bounds: the smallest over the equilibria is drawn below the largest.
_FILL: dict[Bound, FillStyle] = {
    "upper": FillStyle("#8fbfdf", "", LINES[0].colour),
    "lower": FillStyle(FILLS[1].tint, "/////", LINES[1].colour),
}
#: Marks of the ends of a parameter's range.
_END: Look = {"ms": 4.2, "mec": INK, "mew": 0.6}
_LOW: Look = {"marker": "<", "mfc": PAPER, **_END}
_HIGH: Look = {"marker": ">", "mfc": INK, **_END}


@drawn
def tornado(
    model: SymbolicModel | Sensitivity,
    measure: str | None = None,
    *,
    conclusion: str | None = None,
    scenario: str | None = None,
    values: GivenValues | None = None,
    over: Sequence[str] = (),
    width: float = COLUMN,
    title: str | None = None,
) -> Figure:
    """Return the tornado of a measure or a conclusion.

    Each parameter moves alone over its range while the others stay at the base case; bars
    span all values on the way.  Both bounds over the equilibria are drawn where they differ.
    ``model`` may be the result of ``model.sensitivity(...)``, too.

    ``measure``: the name of a measure (the model's first by default), or a conclusion.
    ``conclusion``: a statement such as ``"war == 0"``, in place of a measure.
    ``scenario``: the scenario whose values are used.
    ``values``: values of parameters, in place of defaults and the scenario's.
    ``over``: the parameters that move, all uncertain ones by default.
    ``width``: width of the figure in millimetres.
    ``title``: what stands above, in place of what is shown.

    Raises :class:`UsageError` for what the analysis does not know.
    """
    result, chosen = analysed(
        model, "tornado", measure, conclusion, scenario=scenario, fixed=values or {}, over=over
    )
    found: dict[Any, Tornado] = {
        t.bound: t for t in result.tornado if t.quantity.name == chosen.name
    }
    if not found:
        raise UsageError("the analysis has no tornado", remedy="ask for its method tornado")
    inputs = {i.name: i for i in result.inputs}
    shown = Heading.plain(f"What moves the {quantity_words(chosen)}")
    page = begin(width, title, shown, result.title, scenario, values)
    bounds = _bounds(found)
    order, still = _order(found, bounds)
    if not order:
        raise DeterrenceError(
            f"no parameter alone moves {chosen.name} away from "
            f"{figure_number(found[bounds[0]].base)}: there is no tornado to draw"
        )
    names = [
        parameter_row(
            i.title, i.name, i.symbol, f"{figure_number(i.low)} to {figure_number(i.high)}"
        )
        for i in map(inputs.__getitem__, order[:MOST])
    ]
    rows = BarRows(page, names, least=3.6 + 2.4 * len(bounds))
    _draw(rows, found, bounds, order[:MOST], chance=chosen.chance)
    rows.settle(quantity_label(chosen))
    page.key(_key(chosen, found, bounds))
    constant = _constant_words(chosen, found, bounds)
    for words in constant:
        page.note(safe(words))

    def symbols_of(names: Sequence[str]) -> str:
        return listed([symbol_of(n, inputs[n].symbol if n in inputs else "") for n in names])

    without = [f"Without effect on their own: {listed(still)}."] if still else []
    if order[MOST:]:
        page.note(f"Not shown, as they do less: {symbols_of(order[MOST:])}.")
    if still:
        page.note(f"Without effect on their own: {symbols_of(still)}.")
    told = [describe(result, chosen, found, bounds, order), *constant, *without]
    return page.finish(" ".join(told))


def analysed(
    model: SymbolicModel | Sensitivity,
    method: Literal["tornado", "sobol"],
    measure: str | None,
    conclusion: str | None,
    **options: Any,
) -> tuple[Sensitivity, Quantity]:
    """Return the analysis of one measure or conclusion, or the one that is there, and which.

    The model's first measure by default; both a measure and a conclusion, and unknown
    names raise :class:`UsageError`.
    """
    from deterrence.analysis.uncertainty.analyse import analyse
    from deterrence.analysis.uncertainty.results import Sensitivity

    if measure is not None and conclusion is not None:
        raise UsageError("a measure and a conclusion together", remedy="ask for one of them")
    name = conclusion if measure is None else measure
    if isinstance(model, Sensitivity):
        return model, _pick(model, name)
    names = [m.name for m in need_model(model, method).measures]
    if name is None and not names:
        raise UsageError(
            f"{model.name} has no measures", remedy="ask about a conclusion on payoffs"
        )
    quantity = names[0] if name is None else name
    asked: dict[str, Any] = {"measures": [quantity]}
    if quantity not in names:
        asked = {"measures": [], "conclusions": [quantity]}
    result = analyse(model, method=method, **asked, **options)
    return result, _pick(result, name)


def _pick(result: Sensitivity, name: str | None) -> Quantity:
    known = {q.name: q for q in result.quantities if q.kind != "outcome"}
    if name is None:
        return next(iter(known.values()))
    if name not in known:
        same = [q for q in known.values() if q.name.replace(" ", "") == name.replace(" ", "")]
        if same:
            return same[0]
        raise UsageError(
            f"the analysis does not know {name[:60]!r}",
            remedy=did_you_mean(name, known) or f"it knows {listed(list(known))}",
        )
    return known[name]


def quantity_words(q: Quantity) -> str:
    """Return what a figure is about, within a sentence."""
    if q.kind == "conclusion":
        return f"conclusion “{q.phrase or q.name}”"
    return q.title or q.name


def quantity_label(q: Quantity) -> str:
    """Return the label of an axis that shows a measure, or whether a conclusion holds."""
    if q.kind == "conclusion":
        return safe(f"{q.phrase or q.name}: 1 holds, 0 fails")
    unit = f" ({q.unit})" if q.unit else ""
    return safe(f"{capital(q.title or q.name)}{unit}")


def _bounds(found: Mapping[Any, Tornado]) -> tuple[Bound, ...]:
    """Return the bounds to draw: both, or one where they are the same, or one is still."""

    def picture(t: Tornado) -> Any:
        return {(b.input, b.smallest, b.largest, b.at_low, b.at_high) for b in t.bars}, t.base

    there = [b for b in _FILL if b in found]
    moving = [b for b in there if not _still(found[b])]
    if len(there) == 2 and picture(found["upper"]) == picture(found["lower"]):
        return (there[0],)
    return tuple(moving) or (there[0],)


def _still(t: Tornado) -> bool:
    """Say whether nothing moves a quantity away from its base value."""
    return not any(bar.swing > 0 for bar in t.bars)


def _order(found: Mapping[Any, Tornado], bounds: Sequence[Bound]) -> tuple[list[str], list[str]]:
    """Return the inputs by their largest swing, and those without any."""
    swings: dict[str, float] = {}
    for bound in bounds:
        for bar in found[bound].bars:
            swings[bar.input] = max(swings.get(bar.input, 0.0), bar.swing)
    order = sorted((n for n, s in swings.items() if s > 0), key=lambda n: -swings[n])
    return order, [n for n, s in swings.items() if not s > 0]


def _draw(
    rows: BarRows,
    found: Mapping[Any, Tornado],
    bounds: Sequence[Bound],
    order: Sequence[str],
    *,
    chance: bool,
) -> None:
    ax = rows.ax
    height = 0.66 / len(bounds)
    for b, bound in enumerate(bounds):
        bars = {bar.input: bar for bar in found[bound].bars}
        for k, name in enumerate(order):
            if name not in bars:
                continue
            bar: TornadoBar = bars[name]
            y = k - 0.33 + (b + 0.5) * height
            size = height * 0.86
            rows.bar(y, bar.largest, size, _FILL[bound], f"bar-{bound}", begin=bar.smallest)
            for value, style in ((bar.at_low, _LOW), (bar.at_high, _HIGH)):
                if value is not None:
                    point(ax, value, y, zorder=5, **style)
        dashes = "-" if b == 0 else (0, (4, 2))
        ax.axvline(found[bound].base, color=INK, lw=0.9, zorder=3, ls=dashes)
    ax.margins(x=0.04)
    if chance:
        low, high = ax.get_xlim()
        ax.set_xlim(max(low, 0.0), min(high, 1.0))
    rows.grid()


def _key(q: Quantity, found: Mapping[Any, Tornado], bounds: Sequence[Bound]) -> list[KeyEntry]:
    entries = [KeyEntry(bar_sample(_FILL[b]), q.bound_words(b)) for b in bounds]
    entries += [
        KeyEntry(mark(**_LOW), "parameter at its lower end"),
        KeyEntry(mark(**_HIGH), "at its upper end"),
    ]
    told: dict[float, int] = {}
    for k, b in enumerate(bounds):
        told.setdefault(found[b].base, k)
    for value, k in told.items():
        base = upright(color=INK, lw=0.9, ls=(0, (2.5, 1.2)) if k else "-")
        entries.append(KeyEntry(base, f"base case, {figure_number(value)}"))
    return entries


def _constant_words(
    q: Quantity, found: Mapping[Any, Tornado], bounds: Sequence[Bound]
) -> list[str]:
    """Say which bound does not move, where the other one does."""
    return [
        f"{capital(q.bound_words(bound))}: {figure_number(t.base)} throughout."
        for bound, t in found.items()
        if bound not in bounds and _still(t)
    ]


def describe(
    result: Sensitivity,
    q: Quantity,
    found: Mapping[Any, Tornado],
    bounds: Sequence[Bound],
    order: Sequence[str],
) -> str:
    """Say in a paragraph what the tornado shows."""
    parts = [
        f"{result.title}: what each uncertain parameter alone does to the {quantity_words(q)} "
        "while the others stay at the base case."
    ]
    for bound in bounds:
        bars = {bar.input: bar for bar in found[bound].bars}
        told = [
            f"{n} ({figure_number(bars[n].low)} to {figure_number(bars[n].high)}): "
            f"{figure_number(bars[n].smallest)} to {figure_number(bars[n].largest)}"
            for n in order
            if n in bars and bars[n].swing > 0
        ]
        words = f"{capital(q.bound_words(bound))}, base {figure_number(found[bound].base)}"
        parts.append(f"{words}: {'; '.join(told)}.")
    return " ".join(parts)
