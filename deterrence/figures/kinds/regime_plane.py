"""Two parameters: which equilibria exist where, with exact boundaries."""

from __future__ import annotations

import string
from collections.abc import Hashable, Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from deterrence.figures.drawing.drawn_game import (
    begin,
    drawn,
    need_model,
    where_words,
)
from deterrence.figures.drawing.headings import Heading
from deterrence.figures.drawing.key_samples import filled, mark, together, written
from deterrence.figures.drawing.name_places import FINE, Room, fits_of
from deterrence.figures.drawing.on_axes import log_axis, point, round_ticks
from deterrence.figures.drawing.page import COLUMN, EDGE, KeyEntry, KeySample, Page, axes_height
from deterrence.figures.drawing.style import (
    FILLS,
    INK,
    OUTSIDE,
    PAPER,
    SMALL,
    FillStyle,
    Look,
    nth,
    numeral,
)
from deterrence.figures.facts.plane_areas import Area
from deterrence.figures.facts.plane_survey import EFFORT, PlaneMap, PlaneSurvey, survey_plane
from deterrence.figures.options import Figure, GivenRange, GivenValues
from deterrence.figures.texts import (
    axis_label,
    equation,
    exact_number,
    exact_or_near,
    formula,
    safe,
    statement_words,
    symbol,
    title_of,
)
from deterrence.words.sentences import capital, listed

if TYPE_CHECKING:
    from deterrence.modelfile.model import SymbolicModel

#: Widths (mm) to which names in areas are broken, tried in this order.
_WIDTHS = (48.0, 36.0, 28.0, 21.0, 15.0, 11.5)
#: Results of an area that are told, numbers of equilibria per result, and lines in an area.
MOST_RESULTS, _NUMBERS, _LINES = 4, 4, 8
#: Equations of boundaries that are told below the figure, and their greatest length.
_EQUATIONS, _LONG = 4, 60
_BASE: Look = {"marker": "*", "mfc": INK, "mec": PAPER}
_CASE: Look = {"marker": "o", "mfc": PAPER, "mec": INK}


def regimes(
    model: SymbolicModel,
    x: str,
    y: str,
    *,
    scenario: str | None = None,
    values: GivenValues | None = None,
    ranges: Mapping[str, GivenRange] | None = None,
    conclusion: str | None = None,
    points: int | None = None,
    log: Sequence[str] = (),
    time_limit: float | None = None,
    width: float = COLUMN,
    height: float | None = None,
    title: str | None = None,
) -> Figure:
    """Return a map of two parameters: which equilibria exist where.

    All other parameters stand at their defaults, changed by ``scenario`` and ``values``.

    ``x``: the parameter on the axis to the right.
    ``y``: the parameter on the axis upwards.
    ``scenario``: the scenario whose values are used.
    ``values``: values of parameters, in place of defaults and the scenario's.
    ``ranges``: ``(low, high)`` by parameter, its bounds by default.
    ``conclusion``: a statement such as ``"war == 0"``; the map shows where it holds in
    every, in some and in no equilibrium.
    ``points``: along either side, ``points`` are solved where the regimes have no closed form,
    or not within the limit (96, or 20 for games with more than 36 cells); the figure says so.
    ``log``: the parameters whose axes are logarithmic.
    ``time_limit``: seconds for the closed forms.
    ``width``: width of the figure in millimetres.
    ``height``: height of what the axes enclose, in millimetres.
    ``title``: what stands above, in place of the model's title.

    Raises :class:`UsageError` for names and values that do not fit.
    """
    return plane_figure(
        model,
        x,
        y,
        scenario=scenario,
        values=values,
        ranges=ranges,
        conclusion=conclusion,
        points=points,
        log=log,
        time_limit=time_limit,
        width=width,
        height=height,
        title=title,
    )


@drawn
def plane_figure(
    model: SymbolicModel,
    x: str,
    y: str,
    *,
    scenario: str | None = None,
    values: GivenValues | None = None,
    ranges: Mapping[str, GivenRange] | None = None,
    conclusion: str | None = None,
    points: int | None = None,
    log: Sequence[str] = (),
    time_limit: float | None = None,
    width: float = COLUMN,
    title: str | None = None,
    height: float | None = None,
    cases: Mapping[str, tuple[Any, Any]] | None = None,
    effort: float = EFFORT,
) -> Figure:
    """Return the map of :func:`regimes` with more points on it.

    ``cases`` are places, by what stands in the key for them; each gets a letter.  ``effort`` is
    the work that closed forms may take.
    """
    model = need_model(model, "regimes")
    given: dict[str, Any] = {"scenario": scenario, "values": values, "ranges": ranges, "log": log}
    given |= {"conclusion": conclusion, "time_limit": time_limit, "effort": effort}
    survey = PlaneSurvey(model, x, y, **given)
    found = survey_plane(survey, points)
    page = begin(width, title, _title(model, found, conclusion), model.title, scenario, values)
    usual = min(width - 2 * EDGE - 14.0, 80.0) * 0.86
    ax = page.axes(axes_height(height, usual), above=0.6)
    (a, b), (c, d) = found.xrange, found.yrange
    for axis, is_log in zip((ax.xaxis, ax.yaxis), found.log, strict=True):
        if is_log:
            log_axis(axis)
        else:
            round_ticks(axis)
    ax.set_xlim(float(a), float(b))
    ax.set_ylim(float(c), float(d))
    order = _order(found)
    styles = {key: _style(found.areas[key], k) for k, key in enumerate(order)}
    _fill(ax, found, styles)
    _walls(ax, found)
    if found.base is not None:
        at = map(float, found.base)
        point(ax, *at, **_BASE, ms=9, mew=0.9, zorder=6, gid="base")
    letters = dict(zip(string.ascii_uppercase, (cases or {}).items(), strict=False))
    for name, (_, place) in letters.items():
        px, py = map(float, place)
        point(ax, px, py, **_CASE, ms=8.5, mew=0.8, zorder=7)
        ax.text(
            px, py, name, size=SMALL - 1, ha="center", va="center_baseline", color=INK, zorder=8
        )
    page.settle(ax, axis_label(found.x), axis_label(found.y), right=1.0)
    taken = [place for _, place in letters.values()]
    names = _write_names(page, ax, found, order, styles, taken)
    page.key([*_key(found, order, styles, names), *_cases_key(letters)])
    told = _equations(model, found)
    if told:
        page.note(f"{'Boundaries' if len(told) > 1 else 'Boundary'}: {', '.join(told)}.")
    for message in found.messages:
        page.note(safe(message))
    return page.finish(describe(model, found, order, scenario, values))


def _title(model: SymbolicModel, found: PlaneMap, conclusion: str | None) -> Heading:
    """Return what the map shows, as mathtext and in plain words."""
    what = "Possible results"
    if conclusion is not None:
        what = f"Where equilibria have {statement_words(conclusion, model.measures)}"
    return Heading.of(what, "over", (found.x, found.y))


def _order(found: PlaneMap) -> list[Hashable]:
    """Return the areas' labels, the largest first, what is outside last."""
    sizes = found.plane.sizes()
    return sorted(
        sizes, key=lambda key: (not found.areas[key].valid, -round(sizes[key], 9), str(key))
    )


def _style(area: Area, k: int) -> FillStyle:
    if not area.valid:
        return OUTSIDE
    return nth(FILLS, k)  # type: ignore[no-any-return]


def _fill(ax: Any, found: PlaneMap, styles: Mapping[Hashable, FillStyle]) -> None:
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    for key, outlines in found.plane.areas().items():
        codes: list[Any] = []
        points: list[tuple[float, float]] = []
        for outline in outlines:
            points += [*outline, outline[0]]
            codes += [Path.MOVETO, *[Path.LINETO] * (len(outline) - 1), Path.CLOSEPOLY]
        path = Path(points, codes)
        ax.add_patch(PathPatch(path, **styles[key].patch, lw=0, zorder=0.5, gid="area"))


def _walls(ax: Any, found: PlaneMap) -> None:
    """Draw the boundaries: full where the equilibria change, dotted where the name alone does."""
    ends: Look = {"solid_capstyle": "round", "solid_joinstyle": "round"}
    for piece in (*found.plane.boundaries(), *found.plane.upright()):
        strong = _is_strong(found, piece.between)
        style: Look = {"lw": 1.1, "ls": "-"} if strong else {"lw": 0.9, "ls": (0, (1, 1.6))}
        ax.plot(piece.xs, piece.ys, color=INK, zorder=2, gid="boundary", **style, **ends)


def _is_strong(found: PlaneMap, between: tuple[Hashable, Hashable]) -> bool:
    first, second = (found.areas[key] for key in between)
    if not (first.valid and second.valid):
        return True
    if isinstance(first.key, tuple) and isinstance(second.key, tuple) and found.exact:
        return bool(first.key[0] != second.key[0])
    return True


# ---- names ------------------------------------------------------------------------
def area_words(area: Area) -> str:
    """Return the name of an area and its results, with the numbers of the equilibria."""
    if not area.valid:
        return "outside the model's assumptions"
    told = results_words(area, numbered=True)
    if not area.name or not told or told.startswith(f"{area.name} ("):
        return told or area.name
    return f"{area.name}: {told}"


def results_words(area: Area, *, numbered: bool, most: int = MOST_RESULTS) -> str:
    """Say which results an area has, with the numbers of the equilibria that lead there."""
    groups: dict[str, list[int]] = {}
    for result in area.results:
        groups.setdefault(result.name, []).extend(result.label.numbers)
    told = []
    for name, numbers in groups.items():
        listed = ", ".join(f"#{n}" for n in numbers[:_NUMBERS]) if numbered else ""
        more = ", …" if listed and len(numbers) > _NUMBERS else ""
        told.append(f"{name} ({listed}{more})" if listed else name)
    if len(told) > most:
        told = [*told[: most - 1], f"{len(told) - most + 1} more results"]
    return either(told)


def either(words: Sequence[str]) -> str:
    """Join what may happen; one of these does."""
    return f"{'; '.join(words[:-1])} or {words[-1]}" if len(words) > 1 else "".join(words)


def _numbers_words(area: Area) -> str:
    """Return the numbers of the equilibria of an area, ``""`` where there are none or many."""
    numbers = [n for result in area.results for n in result.label.numbers]
    known = all(result.label.numbers for result in area.results)
    return ", ".join(f"#{n}" for n in numbers) if known and len(numbers) <= _NUMBERS else ""


#: Lines that may name an area: what it is called, and what may happen there.
_Lines = tuple[list[str], list[str]]


def _says_all(area: Area) -> bool:
    """Whether the name of an area is that of its only result."""
    return {result.name for result in area.results} == {area.name}


def _ways(page: Page, area: Area, short: bool) -> list[_Lines]:
    """Return the texts that may name an area, the fullest first."""
    if not short:
        return []
    results, numbers = results_words(area, numbered=True), _numbers_words(area)
    rest = [results, f"({numbers})" if numbers else ""]
    if _says_all(area):
        del rest[0]
    texts = [(area.name, text) for text in dict.fromkeys([*filter(None, rest), ""])]
    if not area.name:
        texts = [("", results), ("", results_words(area, numbered=False))]
    found: list[_Lines] = []
    for name, text in texts:
        names = fits_of(page, safe(name), _WIDTHS, "bold")
        others = fits_of(page, safe(text), _WIDTHS)
        if (name and not names) or (text and not others):
            continue
        names, others = names or [[]], others or [[]]
        for k in range(max(len(names), len(others))):
            lines = (names[min(k, len(names) - 1)], others[min(k, len(others) - 1)])
            if lines not in found and 0 < sum(map(len, lines)) <= _LINES:
                found.append(lines)
    return found


def _write_names(
    page: Page,
    ax: Any,
    found: PlaneMap,
    order: Sequence[Hashable],
    styles: Mapping[Hashable, FillStyle],
    taken: Sequence[tuple[Any, Any]] = (),
) -> dict[Hashable, str]:
    """Write what areas are where that fits, else a numeral; return those that the key tells."""
    _, _, w, h = page.rectangle_of(ax)
    number = {key: k for k, key in enumerate(order)}
    room = Room(_raster(found, number, w, h), w, h)
    if found.base is not None:
        taken = [found.base, *taken]
    for place in taken:
        room.block(*page.place(ax, float(place[0]), float(place[1])), 4.5, 4.5)
    told: dict[Hashable, str] = {}
    short = len(order) <= 7
    for key in order:
        area = found.areas[key]
        if not area.valid:
            continue
        name = numeral(sum(map(bool, told.values())))
        told[key] = name
        for lines in [*_ways(page, area, short), ([name], [])]:
            if not _written(page, ax, room, number[key], lines, styles[key].tint):
                continue
            if lines[0] != [name]:
                # What leaves the results out is told in full in the key.
                told[key] = ""
                if not area.results or (lines[1] and "".join(lines[1])[0] != "("):
                    del told[key]
            break
    return told


def _written(page: Page, ax: Any, room: Room, area: int, lines: _Lines, tint: str) -> bool:
    """Write lines into an area, the first ones bold, if there is room for them."""
    sizes = [
        page.size_of(x, SMALL, weight)[0]
        for part, weight in zip(lines, ("bold", "normal"), strict=True)
        for x in part
    ]
    wide, tall = max(sizes), page.height_of(len(sizes))
    place = room.place(area, wide + 2.4, tall + 1.8)
    if place is None:
        return False
    room.block(*place, wide + 3.0, tall + 2.4)
    left, upper, _, h = page.rectangle_of(ax)
    x, top = left + place[0], upper + h - place[1] - tall / 2
    box: Look = {"facecolor": tint, "edgecolor": "none", "zorder": 6}
    page.rectangle(x - wide / 2 - 0.8, top - 0.5, wide + 1.6, tall + 1.0, **box)
    for part, weight in zip(lines, ("bold", "normal"), strict=True):
        top = page.lines(part, x, top, align="center", weight=weight, zorder=7)
    return True


def _raster(found: PlaneMap, number: Mapping[Hashable, int], w: float, h: float) -> Any:
    """Return which area every square belongs to, an array up x right; -1 at boundaries."""
    import numpy as np

    rows, columns = int(h * FINE), int(w * FINE)
    right, up = found.scales
    (a, b), (c, d) = (
        (scale(float(p)), scale(float(q)))
        for scale, (p, q) in zip(found.scales, (found.xrange, found.yrange), strict=True)
    )
    raster = np.full((rows, columns), -1, dtype=int)
    ys = c + (d - c) * (np.arange(rows) + 0.5) / rows
    for slab in found.plane.slabs:
        xs = np.array([right(col.x) for col in slab.columns])
        heights = np.array([list(map(up, col.heights)) for col in slab.columns])
        first = int(np.ceil((xs[0] - a) / (b - a) * columns - 0.5))
        last = int(np.floor((xs[-1] - a) / (b - a) * columns - 0.5))
        for j in range(max(first, 0), min(last, columns - 1) + 1):
            x = a + (b - a) * (j + 0.5) / columns
            edges = [float(np.interp(x, xs, heights[:, k])) for k in range(1, heights.shape[1] - 1)]
            cell = np.searchsorted(np.array(edges), ys)
            raster[:, j] = [number[slab.labels[k]] for k in cell]
    return raster


def _key(
    found: PlaneMap,
    order: Sequence[Hashable],
    styles: Mapping[Hashable, FillStyle],
    names: Mapping[Hashable, str],
) -> list[KeyEntry]:
    def sample(style: FillStyle, name: str) -> KeySample:
        whole = filled(**style.patch, lw=0, zorder=0)
        if not name:
            return whole
        middle = filled(2.0, facecolor=style.tint, edgecolor="none", zorder=1)
        return together(whole, middle, written(name, weight="bold"))

    entries = [
        KeyEntry(sample(styles[key], names.get(key, "")), safe(area_words(found.areas[key])))
        for key in order
        if key in names or not found.areas[key].valid
    ]
    if found.base is not None:
        told = ", ".join(
            equation(symbol(p), exact_or_near(v if isinstance(v, Fraction) else None, float(v)))
            for p, v in zip((found.x, found.y), found.base, strict=True)
        )
        here = all(
            low <= v <= high
            for v, (low, high) in zip(found.base, (found.xrange, found.yrange), strict=True)
        )
        star = mark(**_BASE, ms=7, mew=0.5)
        entries.append(KeyEntry(star, f"base case{'' if here else ' (outside)'}: {told}"))
    return entries


def _cases_key(letters: Mapping[str, tuple[str, tuple[Any, Any]]]) -> list[KeyEntry]:
    def sample(name: str) -> KeySample:
        return together(mark(**_CASE, ms=8.5, mew=0.8), written(name, size=SMALL - 1))

    return [KeyEntry(sample(name), safe(told)) for name, (told, _) in letters.items()]


# ---- words ------------------------------------------------------------------------
def equations_of(found: PlaneMap) -> list[Any]:
    """Return the boundaries' equations, as comparisons with positive terms on both sides."""
    return [_balanced(e) for _, e in sorted(found.equations.items())]


def _balanced(e: Any) -> Any:
    """Write ``a - b = 0`` as ``a = b``, and ``2*x - 3 = 0`` as ``x = 3/2``."""
    from deterrence.algebra.expressions import Expression

    if len(e.names) == 1:
        (name,) = e.names
        at = [e.evaluate({name: Fraction(k)}) for k in range(3)]
        slope = at[1] - at[0]
        if slope and at[2] - at[1] == slope:
            root = Expression.number(-at[0] / slope)
            return Expression("compare", ("==",), Expression.name(name), root)
    left, right = Expression.number(0), Expression.number(0)
    terms: list[tuple[Any, bool]] = [(e, True)]
    flat: list[tuple[Any, bool]] = []
    while terms:
        node, plus = terms.pop()
        if node.op in ("add", "sub"):
            terms.append((node.args[1], plus == (node.op == "add")))
            terms.append((node.args[0], plus))
        else:
            flat.append((node, plus))
    for node, plus in flat:
        negative = node.op == "neg" or (node.op == "number" and node.args[0] < 0)
        value = -node if negative else node
        if plus != negative:
            left = left + value
        else:
            right = right + value
    return Expression("compare", ("==",), left, right)


def _equations(model: SymbolicModel, found: PlaneMap) -> list[str]:
    """Return the equations that are short enough to be told below the figure."""
    all_ones = equations_of(found)
    if len(all_ones) > _EQUATIONS or any(len(str(e)) > _LONG for e in all_ones):
        return []
    return [_equation(e, model) for e in all_ones]


def _equation(e: Any, model: SymbolicModel) -> str:
    """Return a boundary as mathtext; where one parameter has a value, this is a decimal."""
    _, left, right = e.args
    if left.op == "name" and right.op == "number":
        told = exact_or_near(right.args[0], float(right.args[0]))
        return equation(symbol(model.parameters[left.args[0]]), told)
    return formula(e, model)


def describe(
    model: SymbolicModel,
    found: PlaneMap,
    order: Sequence[Hashable],
    scenario: str | None,
    values: Mapping[str, Any] | None,
) -> str:
    """Say in a paragraph what the map shows."""
    where = where_words(scenario, values)
    parts = [
        f"{model.title}: which results are possible as {title_of(found.x)} goes from "
        f"{exact_number(found.xrange[0])} to {exact_number(found.xrange[1])} and "
        f"{title_of(found.y)} from {exact_number(found.yrange[0])} to "
        f"{exact_number(found.yrange[1])}{', other parameters ' + where if where else ''}."
    ]
    sizes = found.plane.sizes()
    whole = sum(sizes.values())
    for key in order:
        share = 100 * sizes[key] / whole
        parts.append(f"{capital(area_words(found.areas[key]))}: {share:.3g} % of the map.")
    equations = [str(e).replace("==", "=") for e in equations_of(found)]
    if equations and all(len(e) <= 120 for e in equations):
        many = "Boundaries" if len(equations) > 1 else "Boundary"
        parts.append(f"{many}: {listed(equations)}.")
    if found.base is not None:
        parts.append(
            f"The base case is {found.x.name} = {exact_number(found.base[0])}, "
            f"{found.y.name} = {exact_number(found.base[1])}."
        )
    parts += found.messages
    return " ".join(parts)
