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
from deterrence.figures.drawing.bar_rows import MOST, BarRows, bar_sample, parameter_row
from deterrence.figures.drawing.drawn_game import begin, drawn, need_model
from deterrence.figures.drawing.headings import Heading
from deterrence.figures.drawing.key_samples import together
from deterrence.figures.drawing.on_axes import boxed, point
from deterrence.figures.drawing.page import COLUMN, GAP, KeyEntry, Page
from deterrence.figures.drawing.style import FILLS, GREY, INK, LINES, PAPER, FillStyle, Look
from deterrence.figures.options import Figure, GivenValues
from deterrence.figures.texts import (
    exact_number,
    exact_or_near,
    exact_words,
    figure_number,
    safe,
    statement_words,
    symbol_of,
)
from deterrence.statements import is_chance
from deterrence.words.sentences import capital, listed

if TYPE_CHECKING:
    from deterrence.algebra.roots import Root
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
#: The mark at the end of a bar, and the joint radius with its edges.
_END: Look = {"color": INK, "lw": 1.8}
_BAND = "#fdf0d5"
_RADIUS: Look = {"color": LINES[5].colour, "lw": 1.0, "ls": (0, (3, 1.5))}
#: What sizes of changes are measured in: in a sentence, and on an axis.
_UNITS = {
    "range": ("of the ranges", "share of its range"),
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
    ``title``: what stands above, in place of what is shown.

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
        changes: dict[str, Any] = {"units": units, "norm": norm, "over": over, "unit": unit}
        changes |= {"within_bounds": within_bounds, "quantifier": quantifier}
        if time_limit is not None:
            changes["time_limit"] = time_limit
        result = robust.robustness(
            model, conclusion, values=dict(values or {}), scenario=scenario, **changes
        )
    words = statement_words(result.statement, getattr(model, "measures", ()))
    shown = Heading.plain(f"How far off guesses may be: {words}")
    page = begin(width, title, shown, result.title, scenario, values)
    if not any(a.alone for a in result.answers):
        raise DeterrenceError(f"no parameter of {result.model} may move: there is nothing to draw")
    known = {} if isinstance(model, Robustness) else model.parameters
    signs = {p.name: p.symbol for p in known.values()}
    kinds: set[str] = set()
    panels: dict[Any, list[SmallestChange]] = {}
    for answer in result.answers:
        panels.setdefault(_picture(answer), []).append(answer)
    for answers in panels.values():
        kinds |= _panel(page, result, answers, signs, words)
    page.key(_key(kinds))
    for message in result.messages:
        page.note(safe(capital(message)))
    return page.finish(describe(result, words), incomplete=not result.complete)


def _picture(answer: SmallestChange) -> Any:
    """Return what is drawn of an answer: answers that look the same share a panel."""
    bars = [(a.parameter, a.direction, _reach(a), a.distance is None) for a in answer.alone]
    ends = [None if end is None else end.decimal for end in (answer.lower, answer.upper)]
    return tuple(bars), tuple(ends), answer.certainty, answer.before


def _statement(answers: Sequence[SmallestChange], words: str) -> str:
    """Say what is true at the base case."""
    every = any(a.quantifier == "every" for a in answers)
    some = any(a.quantifier == "some" for a in answers)
    if answers[0].before:
        listed = [w for w, told in (("in every", every), ("in some", some)) if told]
        return f"{words} {' and '.join(listed)} equilibrium"
    if every and not some:
        return f"not every equilibrium has {words}"
    return f"no equilibrium has {words}"


def _reach(alone: Alone) -> float | None:
    """Return how far a parameter moves until the status changes or it may go no further."""
    if alone.distance is not None:
        return float(alone.distance.decimal)
    return None if alone.room is None else float(alone.room)


def _panel(
    page: Page,
    result: Robustness,
    answers: Sequence[SmallestChange],
    signs: Mapping[str, str],
    words: str,
) -> set[str]:
    """Draw answers that look the same; return the kinds of marks that were used."""
    answer = answers[0]
    page.block(safe(f"At the base case: {_statement(answers, words)}"), gap=0.2)
    page.block(safe(f"{_joint_words(result, answer)}."), colour=GREY, gap=0.6)
    sides: dict[str, dict[int, Alone]] = {}
    for alone in answer.alone:
        sides.setdefault(alone.parameter, {})[alone.direction] = alone

    def nearest(name: str) -> float:
        return min(_distances(sides[name]), default=float("inf"))

    flipping = sorted((n for n in sides if nearest(n) < float("inf")), key=nearest)
    order = flipping[:MOST]
    if not order:
        page.note("No parameter alone flips it within the limits.")
        page.y += GAP
        return set()
    kinds = _rows(page, result, answer, {n: sides[n] for n in order}, signs)
    rest = [n for n in sides if n not in order]
    if rest:
        idle = listed([symbol_of(n, signs.get(n, "")) for n in rest])
        page.note(f"No flip within the limits by {idle} alone.")
        page.y += GAP
    return kinds


def _distances(sides: Mapping[int, Alone]) -> list[float]:
    """Return how far a parameter moves until the conclusion flips, where it does."""
    return [a.distance.decimal for a in sides.values() if a.distance is not None]


def _rows(
    page: Page,
    result: Robustness,
    answer: SmallestChange,
    sides: Mapping[str, Mapping[int, Alone]],
    signs: Mapping[str, str],
) -> set[str]:
    """Draw the rows of the parameters that flip a conclusion alone."""
    finite = [d for s in sides.values() for d in _distances(s)]
    rooms = [r for s in sides.values() for a in s.values() if (r := _reach(a)) is not None]
    most = max([*finite, *rooms], default=1.0)
    if answer.upper is not None:
        most = max(most, answer.upper.decimal)
    limit = (max(finite) * 1.6 if finite and most > 4 * max(finite) else most) or 1.0
    ones = [next(iter(s.values())) for s in sides.values()]
    names = [
        parameter_row(
            a.title, a.parameter, signs.get(a.parameter, ""), f"base {figure_number(a.base)}"
        )
        for a in ones
    ]
    rows = BarRows(page, names, least=5.8)
    ax = rows.ax
    kinds: set[str] = set()
    for k, both in enumerate(sides.values()):
        for direction, alone in sorted(both.items()):
            kinds |= _bar(rows, k, direction, alone, limit)
    kinds |= _radius(ax, answer)
    ax.set_xlim(-1.3 * limit, 1.3 * limit)
    rows.zero()
    _, unit = _UNITS.get(result.units, ("", result.units))
    rows.settle(f"Change of the parameter alone ({safe(unit)})")
    _values(rows, sides, limit)
    return kinds


def _joint_words(result: Robustness, answer: SmallestChange) -> str:
    """Say how large the smallest joint change is, and how far that is proven."""
    unit, _ = _UNITS.get(result.units, (result.units, ""))
    if answer.impossible:
        return "No joint change within the limits flips it (proven)"
    known = answer.lower if answer.lower is not None else answer.upper
    if known is None:
        return "No joint change that flips it was found"

    def size(root: Root) -> str:
        if result.units == "range":
            return f"{figure_number(float(f'{100 * root.decimal:.3g}'))} %"
        return exact_or_near(root.rational, root.decimal)

    if answer.certainty == "proven":
        return f"Joint radius {size(known)} {unit} (proven)"
    if answer.lower is None:
        return f"The smallest joint change found is {size(known)} {unit}; nothing is proven"
    found = "none found" if answer.upper is None else size(answer.upper)
    return f"Joint radius at least {size(known)} {unit} (proven); smallest change found: {found}"


def _bar(rows: BarRows, k: int, direction: int, alone: Alone, limit: float) -> set[str]:
    reach = _reach(alone)
    end = direction * min(limit if reach is None else reach, limit)
    if alone.distance is not None:
        rows.bar(k, end, 0.5, _FLIPS, "flips")
        ends = [k - 0.36, k + 0.36]
        butt: Look = {"solid_capstyle": "butt"}
        rows.ax.plot([end, end], ends, **_END, **butt, zorder=4, gid="flip")
        return {"flips"}
    rows.bar(k, end, 0.5, _STAYS, "stays")
    if reach is None or reach > limit:
        arrow = "<" if direction < 0 else ">"
        point(rows.ax, end, k, marker=arrow, ms=4, color=GREY, zorder=4)
        return {"stays", "on"}
    return {"stays"}


def _radius(ax: Any, answer: SmallestChange) -> set[str]:
    """Draw the joint radius, as far as it is proven."""
    if answer.lower is None or answer.lower.decimal <= 0:
        return set()
    radius = answer.lower.decimal
    ax.axvspan(-radius, radius, facecolor=_BAND, lw=0, zorder=0.4, gid="radius")
    for x in (-radius, radius):
        ax.axvline(x, **_RADIUS, zorder=1.5)
    return {"radius"}


def _values(rows: BarRows, sides: Mapping[str, Mapping[int, Alone]], limit: float) -> None:
    """Write the value at which the conclusion flips beside the end of each bar."""
    sx, _ = rows.page.data_scale(rows.ax)
    left, right = rows.ax.get_xlim()
    box: Look = {"fc": PAPER, "alpha": 0.85}
    for k, both in enumerate(sides.values()):
        for direction, alone in both.items():
            if alone.threshold is None or alone.distance is None:
                continue
            text = exact_or_near(alone.threshold.rational, alone.threshold.decimal)
            size = rows.page.size_of(text)[0] * sx
            end = direction * min(alone.distance.decimal, limit)
            x = end + direction * 0.9 * sx
            if not left < x + direction * size < right:
                x = end - direction * (0.9 * sx + size)
            align: Look = {"ha": "left" if direction > 0 else "right", "va": "center_baseline"}
            boxed(rows.ax, x, k, text, pad=0.1, box=box, zorder=6, **align)


def _key(kinds: set[str]) -> list[KeyEntry]:
    def end(page: Page, x: float, y: float, w: float, h: float) -> None:
        page.line([x + w - 1.0] * 2, [y - h / 2, y + h / 2], **_END)

    def band(page: Page, x: float, y: float, w: float, h: float) -> None:
        page.rectangle(x + 0.5, y - h / 2, w - 1, h, facecolor=_BAND, edgecolor="none")
        for at in (x + 0.5, x + w - 0.5):
            page.line([at, at], [y - h / 2, y + h / 2], **_RADIUS)

    flips, stays = (bar_sample(style, 0.7, more=0.5) for style in (_FLIPS, _STAYS))
    entries = []
    if "flips" in kinds:
        entries.append(KeyEntry(together(flips, end), "flips at the value beside the mark"))
    if "stays" in kinds:
        more = "; an arrow: without end" if "on" in kinds else ""
        entries.append(KeyEntry(stays, f"no flip within the limits{more}"))
    if "radius" in kinds:
        text = "joint radius: no smaller change of all together flips it"
        entries.append(KeyEntry(band, text))
    return entries


def describe(result: Robustness, words: str) -> str:
    """Say in a paragraph what the bars show."""
    unit, _ = _UNITS.get(result.units, (result.units, ""))
    parts = [f"{result.title}: how far each parameter alone may move before a conclusion flips."]
    for answer in result.answers:
        parts.append(f"At the base case: {_statement([answer], words)}.")
        told = []
        for alone in answer.alone:
            if alone.threshold is not None and alone.distance is not None:
                way = "up" if alone.direction > 0 else "down"
                value = exact_words(alone.threshold.rational, alone.threshold.decimal)
                told.append(
                    f"{alone.parameter} {way} from {exact_number(alone.base)} to {value} "
                    f"({figure_number(alone.distance.decimal)} {unit})"
                )
        parts.append(
            f"It flips with {'; '.join(told)}." if told else "No parameter alone flips it."
        )
        parts.append(f"{_joint_words(result, answer)}.")
    return " ".join(parts)
