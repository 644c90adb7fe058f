"""Robustness: how far each parameter alone may move before a conclusion flips.

A bar reaches from the base case, down to the left and up to the right, as far as nothing
changes; where it ends in a mark the conclusion flips, at the parameter's exact value that
stands there.  The band in the middle is the joint radius: no change of all parameters
together that is smaller flips the conclusion.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

from deterrence.errors import DeterrenceError
from deterrence.figures.drawing.bar_rows import MOST, BarRow, BarRows, parameter_name
from deterrence.figures.drawing.drawn_game import drawn, need_model, where_words
from deterrence.figures.drawing.page import COLUMN, GAP, KeyEntry, Page
from deterrence.figures.drawing.style import FILLS, GREY, INK, LINES, PAPER, FillStyle
from deterrence.figures.options import Figure, GivenValues
from deterrence.figures.texts import exact_or_near, figure_number, joined, safe
from deterrence.statements import is_chance

if TYPE_CHECKING:
    from deterrence.analysis.robust.results import (
        Alone,
        Norm,
        Quantifier,
        Robustness,
        SmallestChange,
    )
    from deterrence.modelfile.model import SymbolicModel

_FLIPS = FillStyle("#8fbfdf", "", LINES[0].colour)
_STAYS = FillStyle(FILLS[5].tint, "////", FILLS[5].ink)
#: What sizes of changes are measured in: in a sentence, and on an axis.
_UNITS = {
    "range": ("of the ranges", "1 = its whole range"),
    "sd": ("standard deviations", "1 = its standard deviation"),
    "payoff": ("payoff units", "payoff units"),
}


@drawn
def robustness(
    model: SymbolicModel | Robustness,
    conclusion: str | None = None,
    *,
    scenario: str | None = None,
    values: GivenValues | None = None,
    quantifier: Quantifier | None = None,
    units: Literal["range", "sd"] = "range",
    norm: Norm = "max",
    over: Sequence[str] = (),
    within_bounds: bool = True,
    unit: GivenValues | None = None,
    time_limit: float | None = None,
    width: float = COLUMN,
    title: str | None = None,
) -> Figure:
    """Return bars of how far each parameter alone may move, and the joint radius.

    ``model`` may be the result of ``model.robustness(...)``, too.

    ``conclusion``: a statement such as ``"war == 0"``; by default that the model's first
    measure that is a probability is 0.
    ``scenario``: the scenario whose values are used.
    ``values``: values of parameters, in place of defaults and the scenario's.
    ``quantifier``: ``every`` or ``some`` equilibrium; both by default.
    ``units``: what changes are measured in, ``range`` or ``sd`` (standard deviations).
    ``norm``: the size of a joint change, the largest (``max``) or the ``sum`` of its parts.
    ``over``: the parameters that move, all free ones by default.
    ``within_bounds``: whether parameters stay within their bounds.
    ``unit``: the unit of a parameter's change, in place of ``units``.
    ``time_limit``: seconds, after which bounds are drawn.
    ``width``: width of the figure in millimetres.
    ``title``: what stands above, in place of the model's title.

    Raises :class:`UsageError` as ``model.robustness`` does.
    """
    from deterrence.analysis import robust
    from deterrence.analysis.robust.results import Robustness

    if isinstance(model, Robustness):
        result = model
    else:
        model = need_model(model, "robustness")
        if conclusion is None:
            chances = (m.name for m in model.measures if is_chance(m.expression))
            conclusion = next((f"{name} == 0" for name in chances), "")
        result = robust.robustness(
            model, conclusion, quantifier=quantifier, units=units, norm=norm,
            values=dict(values or {}), scenario=scenario, over=over,
            within_bounds=within_bounds, unit=unit,
            **({} if time_limit is None else {"time_limit": time_limit}),
        )  # fmt: skip
    page = Page(width)
    heading = result.title if title is None else title
    page.heading(safe(heading), safe(where_words(scenario, values)))
    if not any(a.alone for a in result.answers):
        raise DeterrenceError(f"no parameter of {result.model} may move: there is nothing to draw")
    signs = {} if isinstance(model, Robustness) else _signs(model)
    kinds: set[str] = set()
    for answer in result.answers:
        kinds |= _panel(page, result, answer, signs)
    page.key(_key(kinds))
    for message in result.messages:
        page.note(safe(message))
    figure = page.finish(heading, describe(result))
    figure.incomplete = not result.complete
    return figure


def _statement(answer: SmallestChange) -> str:
    """Say what is true at the base case."""
    text = answer.statement.replace("==", "=")
    if answer.quantifier == "every":
        if answer.before:
            return f"{text} in every equilibrium"
        return f"not every equilibrium has {text}"
    return f"{text} in some equilibrium" if answer.before else f"no equilibrium has {text}"


def _reach(alone: Alone) -> float | None:
    """Return how far a parameter moves until the status changes or it may go no further."""
    if alone.distance is not None:
        return float(alone.distance.decimal)
    return None if alone.room is None else float(alone.room)


def _signs(model: SymbolicModel) -> dict[str, str]:
    return {p.name: p.symbol for p in model.parameters.values()}


def _panel(
    page: Page, result: Robustness, answer: SmallestChange, signs: Mapping[str, str]
) -> set[str]:
    """Draw one answer; return the kinds of marks that were used."""
    page.block(safe(f"At the base case: {_statement(answer)}"), gap=0.2)
    page.block(safe(f"{_joint_words(result, answer)}."), colour=GREY, gap=0.6)
    sides: dict[str, dict[int, Alone]] = {}
    for alone in answer.alone:
        sides.setdefault(alone.parameter, {})[alone.direction] = alone

    def nearest(name: str) -> float:
        found = [a.distance.decimal for a in sides[name].values() if a.distance is not None]
        return min(found, default=float("inf"))

    flipping = sorted((n for n in sides if nearest(n) < float("inf")), key=nearest)
    order = flipping[:MOST]
    if not order:
        page.note("No parameter alone flips it within the limits.")
        page.y += GAP
        return set()
    sides_shown = {n: sides[n] for n in order}
    kinds = _rows(page, result, answer, order, sides_shown, signs)
    rest = [n for n in sides if n not in order]
    if rest:
        page.note(f"No flip within the limits by {safe(joined(rest))} alone.")
        page.y += GAP
    return kinds


def _rows(
    page: Page,
    result: Robustness,
    answer: SmallestChange,
    order: Sequence[str],
    sides: Mapping[str, Mapping[int, Alone]],
    signs: Mapping[str, str],
) -> set[str]:
    """Draw the rows of the parameters that flip a conclusion alone."""
    finite = [
        a.distance.decimal for s in sides.values() for a in s.values() if a.distance is not None
    ]
    rooms = [r for s in sides.values() for a in s.values() if (r := _reach(a)) is not None]
    most = max([*finite, *rooms], default=1.0)
    if answer.upper is not None:
        most = max(most, answer.upper.decimal)
    limit = (max(finite) * 1.6 if finite and most > 4 * max(finite) else most) or 1.0
    rows = BarRows(page, [_row(sides[name], signs) for name in order], least=5.8)
    ax = rows.ax
    kinds: set[str] = set()
    for k, name in enumerate(order):
        for direction, alone in sorted(sides[name].items()):
            kinds |= _bar(ax, k, direction, alone, limit)
    kinds |= _radius(ax, answer)
    ax.set_xlim(-1.3 * limit, 1.3 * limit)
    rows.zero(0.0)
    _, unit = _UNITS.get(result.units, ("", result.units))
    rows.settle(f"Change of the parameter alone ({safe(unit)})")
    _values(page, rows, order, sides, limit)
    return kinds


def _row(sides: Mapping[int, Alone], signs: Mapping[str, str]) -> BarRow:
    one = next(iter(sides.values()))
    sign = parameter_name("", one.parameter, signs.get(one.parameter, ""))
    base = figure_number(one.base)
    if not one.title:
        return BarRow(sign, f"base {base}")
    return BarRow(safe(one.title[:1].upper() + one.title[1:]), f"{sign}: base {base}")


def _joint_words(result: Robustness, answer: SmallestChange) -> str:
    """Say how large the smallest joint change is, and how far that is proven."""
    unit, _ = _UNITS.get(result.units, (result.units, ""))
    if answer.impossible:
        return "No joint change within the limits flips it (proven)"
    known = answer.lower if answer.lower is not None else answer.upper
    if known is None:
        return "No joint change that flips it was found"
    size = exact_or_near(known.rational, known.decimal)
    if answer.certainty == "proven":
        return f"Joint radius {size} {unit} (proven)"
    if answer.lower is None:
        return f"The smallest joint change found is {size} {unit}; nothing is proven"
    upper = answer.upper
    found = "none found" if upper is None else exact_or_near(upper.rational, upper.decimal)
    return f"Joint radius at least {size} {unit} (proven); smallest change found: {found}"


def _bar(ax: Any, k: int, direction: int, alone: Alone, limit: float) -> set[str]:
    reach = _reach(alone)
    flips = alone.distance is not None
    style = _FLIPS if flips else _STAYS
    end = direction * min(limit if reach is None else reach, limit)
    ax.barh(
        k, end, height=0.5, facecolor=style.tint, edgecolor=style.ink, hatch=style.hatch, lw=0.6,
        zorder=2, gid="flips" if flips else "stays",
    )  # fmt: skip
    if flips:
        ax.plot(
            [end, end], [k - 0.36, k + 0.36], color=INK, lw=1.8, zorder=4, solid_capstyle="butt",
            gid="flip",
        )  # fmt: skip
        return {"flips"}
    if reach is None or reach > limit:
        ax.plot(
            [end], [k], marker="<" if direction < 0 else ">", ms=4, color=GREY, ls="", zorder=4,
            clip_on=False,
        )  # fmt: skip
        return {"stays", "on"}
    return {"stays"}


def _radius(ax: Any, answer: SmallestChange) -> set[str]:
    """Draw the joint radius, as far as it is proven."""
    if answer.lower is None or answer.lower.decimal <= 0:
        return set()
    radius = answer.lower.decimal
    ax.axvspan(-radius, radius, facecolor="#fdf0d5", lw=0, zorder=0.4, gid="radius")
    for x in (-radius, radius):
        ax.axvline(x, color=LINES[5].colour, lw=1.0, ls=(0, (3, 1.5)), zorder=1.5)
    return {"radius"}


def _values(
    page: Page,
    rows: BarRows,
    order: Sequence[str],
    sides: Mapping[str, Mapping[int, Alone]],
    limit: float,
) -> None:
    """Write the value at which the conclusion flips beside the end of each bar."""
    sx, _ = page.data_scale(rows.ax)
    left, right = rows.ax.get_xlim()
    for k, name in enumerate(order):
        for direction, alone in sides[name].items():
            if alone.threshold is None or alone.distance is None:
                continue
            text = exact_or_near(alone.threshold.rational, alone.threshold.decimal)
            size = page.size_of(text)[0] * sx
            end = direction * min(alone.distance.decimal, limit)
            x = end + direction * 0.9 * sx
            if not left < x + direction * size < right:
                x = end - direction * (0.9 * sx + size)
            rows.ax.text(
                x, k, text, ha="left" if direction > 0 else "right", va="center_baseline",
                zorder=6, color=INK,
                bbox={"boxstyle": "round,pad=0.1", "fc": PAPER, "ec": "none", "alpha": 0.85},
            )  # fmt: skip


def _key(kinds: set[str]) -> list[KeyEntry]:
    def bar(style: FillStyle, end: bool) -> Any:
        def sample(page: Page, x: float, y: float, w: float, h: float) -> None:
            page.rectangle(
                x + 0.5, y - h * 0.35, w - 1.5, h * 0.7, facecolor=style.tint,
                edgecolor=style.ink, hatch=style.hatch, lw=0.6,
            )  # fmt: skip
            if end:
                page.line([x + w - 1.0] * 2, [y - h / 2, y + h / 2], color=INK, lw=1.8)

        return sample

    def band(page: Page, x: float, y: float, w: float, h: float) -> None:
        page.rectangle(x + 0.5, y - h / 2, w - 1, h, facecolor="#fdf0d5", edgecolor="none")
        for at in (x + 0.5, x + w - 0.5):
            page.line(
                [at, at], [y - h / 2, y + h / 2], color=LINES[5].colour, lw=1.0, ls=(0, (3, 1.5))
            )

    entries = []
    if "flips" in kinds:
        entries.append(KeyEntry(bar(_FLIPS, True), "flips at the value beside the mark"))
    if "stays" in kinds:
        more = "; an arrow: without end" if "on" in kinds else ""
        entries.append(KeyEntry(bar(_STAYS, False), f"no flip within the limits{more}"))
    if "radius" in kinds:
        text = "joint radius: no smaller change of all together flips it"
        entries.append(KeyEntry(band, text))
    return entries


def describe(result: Robustness) -> str:
    """Say in a paragraph what the bars show."""
    unit, _ = _UNITS.get(result.units, (result.units, ""))
    parts = [f"{result.title}: how far each parameter alone may move before a conclusion flips."]
    for answer in result.answers:
        parts.append(f"At the base case: {_statement(answer)}.")
        told = []
        for alone in answer.alone:
            if alone.threshold is not None and alone.distance is not None:
                way = "up" if alone.direction > 0 else "down"
                value = exact_or_near(alone.threshold.rational, alone.threshold.decimal)
                told.append(
                    f"{alone.parameter} {way} from {figure_number(alone.base)} to {value} "
                    f"({figure_number(alone.distance.decimal)} {unit})"
                )
        parts.append(
            f"It flips with {'; '.join(told)}." if told else "No parameter alone flips it."
        )
        parts.append(f"{_joint_words(result, answer)}.")
    return " ".join(parts)
