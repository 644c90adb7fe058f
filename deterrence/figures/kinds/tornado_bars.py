"""Tornado: what each uncertain parameter does to a measure when it moves alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from deterrence.errors import DeterrenceError, UsageError, did_you_mean
from deterrence.figures.drawing.bar_rows import MOST, BarRow, BarRows, parameter_name
from deterrence.figures.drawing.drawn_game import drawn, need_model, where_words
from deterrence.figures.drawing.page import COLUMN, KeyEntry, Page
from deterrence.figures.drawing.style import FILLS, INK, LINES, PAPER, FillStyle
from deterrence.figures.options import Figure, GivenValues
from deterrence.figures.texts import figure_number, joined, safe

if TYPE_CHECKING:
    from deterrence.analysis.uncertainty.results import (
        Input,
        Quantity,
        Sensitivity,
        Tornado,
        TornadoBar,
    )
    from deterrence.modelfile.model import SymbolicModel

#: The two bounds: the smallest over the equilibria is drawn below the largest.
_BOUNDS = ("upper", "lower")
_FILL: dict[str, FillStyle] = {
    "upper": FillStyle("#8fbfdf", "", LINES[0].colour),
    "lower": FillStyle(FILLS[1].tint, "/////", LINES[1].colour),
}


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
    ``title``: what stands above, in place of the model's title.

    Raises :class:`UsageError` for what the analysis does not know.
    """
    from deterrence.analysis.uncertainty.results import Sensitivity

    asked = one_of(measure, conclusion)
    if isinstance(model, Sensitivity):
        result = model
    else:
        result = analysed(
            need_model(model, "tornado"), asked, scenario=scenario, values=values, over=over,
            method="tornado",
        )  # fmt: skip
    chosen = pick(result, asked)
    found: dict[Any, Tornado] = {
        t.bound: t for t in result.tornado if t.quantity.name == chosen.name
    }
    if not found:
        raise UsageError("the analysis has no tornado", remedy="ask for its method tornado")
    inputs = {i.name: i for i in result.inputs}
    page = Page(width)
    heading = result.title if title is None else title
    page.heading(safe(heading), safe(where_words(scenario, values)))
    bounds = _bounds(found)
    order, still = _order(found, bounds)
    if not order:
        raise DeterrenceError(
            f"no parameter alone moves {chosen.name} away from "
            f"{figure_number(found[bounds[0]].base)}: there is no tornado to draw"
        )
    rows = BarRows(
        page, [_row(inputs[name]) for name in order[:MOST]], least=3.6 + 2.4 * len(bounds)
    )
    _draw(rows, found, bounds, order[:MOST])
    rows.settle(quantity_label(chosen))
    page.key(_key(chosen, found, bounds))
    for bound, t in found.items():
        if bound not in bounds and len(bounds) < len(found) and _still(t):
            words = chosen.bound_words(bound)
            page.note(safe(f"{words[:1].upper()}{words[1:]}: {figure_number(t.base)} throughout."))
    if order[MOST:] or still:
        page.note(_rest_words(order[MOST:], still))
    return page.finish(heading, describe(result, chosen, found, bounds, order, still))


def one_of(measure: str | None, conclusion: str | None) -> str | None:
    """Return what is asked about; both a measure and a conclusion raise :class:`UsageError`."""
    if measure is not None and conclusion is not None:
        raise UsageError("a measure and a conclusion together", remedy="ask for one of them")
    return conclusion if measure is None else measure


def analysed(model: SymbolicModel, quantity: str | None, **options: Any) -> Sensitivity:
    """Return the sensitivity analysis of one measure or conclusion (default: first measure)."""
    from deterrence.analysis.uncertainty.analyse import analyse

    values = options.pop("values", None)
    names = [m.name for m in model.measures]
    if quantity is None:
        if not names:
            raise UsageError(
                f"{model.name} has no measures", remedy="ask about a conclusion on payoffs"
            )
        quantity = names[0]
    asked: dict[str, Any] = {"measures": [quantity]} if quantity in names else {}
    if quantity not in names:
        asked = {"measures": [], "conclusions": [quantity]}
    return analyse(model, fixed=dict(values or {}), **asked, **options)


def pick(result: Sensitivity, name: str | None) -> Quantity:
    """Return what is asked about; an unknown name raises :class:`UsageError`."""
    known = {q.name: q for q in result.quantities if q.kind != "outcome"}
    if name is None:
        return next(iter(known.values()))
    if name not in known:
        same = [q for q in known.values() if q.name.replace(" ", "") == name.replace(" ", "")]
        if same:
            return same[0]
        raise UsageError(
            f"the analysis does not know {name[:60]!r}",
            remedy=did_you_mean(name, known) or f"it knows {joined(list(known))}",
        )
    return known[name]


def quantity_label(q: Quantity) -> str:
    """Return the label of an axis that shows a measure, or whether a conclusion holds."""
    if q.kind == "conclusion":
        return safe(f"{q.phrase or q.name}: 1 holds, 0 fails")
    title = q.title or q.name
    unit = f" ({q.unit})" if q.unit else ""
    return safe(f"{title[:1].upper()}{title[1:]}{unit}")


def _bounds(found: Mapping[Any, Tornado]) -> tuple[str, ...]:
    """Return the bounds to draw: both, or one where they are the same, or one is still."""

    def picture(t: Tornado) -> Any:
        return {(b.input, b.smallest, b.largest, b.at_low, b.at_high) for b in t.bars}, t.base

    there = [b for b in _BOUNDS if b in found]
    moving = [b for b in there if any(bar.swing > 0 for bar in found[b].bars)]
    if len(there) == 2 and picture(found["upper"]) == picture(found["lower"]):
        return (there[0],)
    return tuple(moving) or (there[0],)


def _still(t: Tornado) -> bool:
    """Say whether nothing moves a quantity away from its base value."""
    return not any(bar.swing > 0 for bar in t.bars)


def _order(found: Mapping[Any, Tornado], bounds: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return the inputs by their largest swing, and those without any."""
    swings: dict[str, float] = {}
    for bound in bounds:
        for bar in found[bound].bars:
            swings[bar.input] = max(swings.get(bar.input, 0.0), bar.swing)
    order = sorted((n for n, s in swings.items() if s > 0), key=lambda n: -swings[n])
    return order, [n for n, s in swings.items() if not s > 0]


def _row(i: Input) -> BarRow:
    low, high = figure_number(i.low), figure_number(i.high)
    sign = parameter_name("", i.name, i.symbol)
    if not i.title:
        return BarRow(sign, f"{low} to {high}")
    return BarRow(safe(i.title[:1].upper() + i.title[1:]), f"{sign}: {low} to {high}")


def _draw(
    rows: BarRows, found: Mapping[Any, Tornado], bounds: Sequence[str], order: Sequence[str]
) -> None:
    ax = rows.ax
    height = 0.66 / len(bounds)
    for b, bound in enumerate(bounds):
        style = _FILL[bound]
        bars = {bar.input: bar for bar in found[bound].bars}
        for k, name in enumerate(order):
            if name not in bars:
                continue
            bar: TornadoBar = bars[name]
            y = k - 0.33 + (b + 0.5) * height
            ax.barh(
                y, bar.largest - bar.smallest, left=bar.smallest, height=height * 0.86,
                facecolor=style.tint, edgecolor=style.ink, hatch=style.hatch, lw=0.6, zorder=2,
                gid=f"bar-{bound}",
            )  # fmt: skip
            for value, marker, fill in ((bar.at_low, "<", PAPER), (bar.at_high, ">", INK)):
                if value is not None:
                    ax.plot(
                        [value], [y], marker=marker, ms=4.2, mfc=fill, mec=INK, mew=0.6, ls="",
                        zorder=5, clip_on=False,
                    )  # fmt: skip
        ax.axvline(
            found[bound].base, color=INK, lw=0.9, zorder=3, ls="-" if b == 0 else (0, (4, 2))
        )
    ax.margins(x=0.04)
    rows.grid()


def _key(q: Quantity, found: Mapping[Any, Tornado], bounds: Sequence[str]) -> list[KeyEntry]:
    def bar(bound: str) -> Any:
        def sample(page: Page, x: float, y: float, w: float, h: float) -> None:
            style = _FILL[bound]
            page.rectangle(
                x + 0.5, y - h * 0.4, w - 1, h * 0.8, facecolor=style.tint, edgecolor=style.ink,
                hatch=style.hatch, lw=0.6,
            )  # fmt: skip

        return sample

    def end(marker: str, fill: str) -> Any:
        def sample(page: Page, x: float, y: float, w: float, h: float) -> None:
            page.line([x + w / 2], [y], marker=marker, ms=4.2, mfc=fill, mec=INK, mew=0.6, ls="")

        return sample

    def base(dashed: bool) -> Any:
        def sample(page: Page, x: float, y: float, w: float, h: float) -> None:
            page.line(
                [x + w / 2] * 2, [y - h / 2, y + h / 2], color=INK, lw=0.9,
                ls=(0, (2.5, 1.2)) if dashed else "-",
            )  # fmt: skip

        return sample

    entries = [KeyEntry(bar(b), q.bound_words(b)) for b in bounds]  # type: ignore[arg-type]
    entries += [
        KeyEntry(end("<", PAPER), "parameter at its lower end"),
        KeyEntry(end(">", INK), "at its upper end"),
    ]
    told: dict[float, int] = {}
    for k, b in enumerate(bounds):
        told.setdefault(found[b].base, k)
    return entries + [
        KeyEntry(base(k > 0), f"base case, {figure_number(value)}") for value, k in told.items()
    ]


def _rest_words(small: Sequence[str], still: Sequence[str]) -> str:
    parts = []
    if small:
        parts.append(f"Not shown, as they do less: {safe(joined(list(small)))}.")
    if still:
        parts.append(f"Without effect on their own: {safe(joined(list(still)))}.")
    return " ".join(parts)


def describe(
    result: Sensitivity,
    q: Quantity,
    found: Mapping[Any, Tornado],
    bounds: Sequence[str],
    order: Sequence[str],
    still: Sequence[str],
) -> str:
    """Say in a paragraph what the tornado shows."""
    parts = [
        f"{result.title}: what each uncertain parameter alone does to {q.name} while the others "
        "stay at the base case."
    ]
    for bound in bounds:
        bars = {bar.input: bar for bar in found[bound].bars}
        told = [
            f"{n} ({figure_number(bars[n].low)} to {figure_number(bars[n].high)}): "
            f"{figure_number(bars[n].smallest)} to {figure_number(bars[n].largest)}"
            for n in order
            if n in bars and bars[n].swing > 0
        ]
        words = q.bound_words(bound)  # type: ignore[arg-type]
        parts.append(
            f"{words[:1].upper()}{words[1:]}, base {figure_number(found[bound].base)}: "
            f"{'; '.join(told)}."
        )
    for other, t in found.items():
        if other not in bounds and _still(t):
            words = q.bound_words(other)
            parts.append(f"{words[:1].upper()}{words[1:]}: {figure_number(t.base)} throughout.")
    if still:
        parts.append(f"Without effect on their own: {joined(list(still))}.")
    return " ".join(parts)
