"""Two parameters: which equilibria exist where, with exact boundaries."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from deterrence.figures.drawing.drawn_game import (
    begin,
    drawn,
    need_model,
    need_two_players,
    where_words,
)
from deterrence.figures.drawing.key_samples import filled, mark, together, written
from deterrence.figures.drawing.name_places import FINE, Room, fits_of
from deterrence.figures.drawing.on_axes import boxed, point, round_ticks
from deterrence.figures.drawing.page import COLUMN, EDGE, KeyEntry, KeySample, Page
from deterrence.figures.drawing.style import (
    FILLS,
    INK,
    OUTSIDE,
    PAPER,
    SMALL,
    FillStyle,
    Look,
    letter,
    nth,
)
from deterrence.figures.facts.equilibrium_curves import is_pure
from deterrence.figures.facts.plane_areas import Area
from deterrence.figures.facts.plane_survey import TIME_LIMIT, PlaneMap, PlaneSurvey, survey_plane
from deterrence.figures.facts.tree_supports import UNREACHED
from deterrence.figures.options import Figure, GivenRange, GivenValues
from deterrence.figures.texts import (
    axis_label,
    figure_number,
    formula,
    joined,
    safe,
    symbol,
    title_of,
)

if TYPE_CHECKING:
    from deterrence.modelfile.model import SymbolicModel

#: Widths (mm) to which names in areas are broken, tried in this order.
_WIDTHS = (48.0, 36.0, 28.0, 21.0, 15.0, 11.5)
#: Equations of boundaries that are told below the figure, and their greatest length.
_EQUATIONS, _LONG = 4, 60
_BASE: Look = {"marker": "*", "mfc": INK, "mec": PAPER}


@drawn
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
    time_limit: float = TIME_LIMIT,
    width: float = COLUMN,
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
    or not within the time (96, or 20 for games with more than 36 cells); the figure says so.
    ``time_limit``: seconds for the closed forms.
    ``width``: width of the figure in millimetres.
    ``title``: what stands above, in place of the model's title.

    Raises :class:`UsageError` for names and values that do not fit.
    """
    model = need_model(model, "regimes")
    if model.tree is None:
        need_two_players(model, "regimes")
    given: dict[str, Any] = {"scenario": scenario, "values": values, "ranges": ranges}
    survey = PlaneSurvey(model, x, y, conclusion=conclusion, time_limit=time_limit, **given)
    found = survey_plane(survey, points)
    page = begin(width, title, model.title, scenario, values)
    height = min(width - 2 * EDGE - 14.0, 80.0) * 0.86
    ax = page.axes(height, above=0.6)
    (a, b), (c, d) = found.xrange, found.yrange
    ax.set_xlim(float(a), float(b))
    ax.set_ylim(float(c), float(d))
    round_ticks(ax.xaxis)
    round_ticks(ax.yaxis)
    order = _order(found)
    styles = {key: _style(found.areas[key], k) for k, key in enumerate(order)}
    _fill(ax, found, styles)
    _walls(ax, found)
    if found.base is not None:
        at = map(float, found.base)
        point(ax, *at, **_BASE, ms=9, mew=0.9, zorder=6, gid="base")
    page.settle(ax, axis_label(found.x), axis_label(found.y), right=1.0)
    letters = _write_names(page, ax, found, order, styles)
    page.key(_key(found, order, styles, letters))
    told = _equations(model, found)
    if told:
        page.note(f"{'Boundaries' if len(told) > 1 else 'Boundary'}: {', '.join(told)}.")
    for message in found.messages:
        page.note(safe(message))
    return page.finish(describe(model, found, order, scenario, values))


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
def area_words(area: Area, most: int = 3) -> str:
    """Return the name of an area, or else its equilibria in short."""
    if not area.valid:
        return "outside the model's assumptions"
    return area.name or supports_words(area, most)


def supports_words(area: Area, most: int = 3) -> str:
    """Say which equilibria there are: pure ones by their actions, mixed ones by their number."""
    if any(area.results):
        counts = [(n, word) for n, word in zip(area.results, ("pure", "mixed"), strict=True) if n]
        told = joined([f"{n} {word}" for n, word in counts])
        return f"{told} result{'s' if sum(area.results) > 1 else ''}"
    pure = [s for s in area.supports if is_pure(s)]
    mixed = len(area.supports) - len(pure)
    parts = [", ".join(a[0] for a in s if a != (UNREACHED,)) for s in pure]
    if len(pure) > most:
        parts = [f"{len(pure)} pure"]
    if mixed:
        parts.append("mixed" if mixed == 1 else f"{mixed} mixed")
    return " | ".join(parts)


def _write_names(
    page: Page,
    ax: Any,
    found: PlaneMap,
    order: Sequence[Hashable],
    styles: Mapping[Hashable, FillStyle],
) -> dict[Hashable, str]:
    """Write names where they fit, and letters where only these do; return all letters."""
    _, _, w, h = page.rectangle_of(ax)
    (x0, x1), (y0, y1) = ax.get_xlim(), ax.get_ylim()
    number = {key: k for k, key in enumerate(order)}
    room = Room(_raster(found, number, w, h), w, h)
    if found.base is not None:
        bx, by = float(found.base[0]), float(found.base[1])
        room.block((bx - x0) / (x1 - x0) * w, (by - y0) / (y1 - y0) * h, 4.5, 4.5)
    letters: dict[Hashable, str] = {}
    short = len(order) <= 7
    for key in order:
        area = found.areas[key]
        if not area.valid:
            continue
        options = fits_of(page, safe(area_words(area)), _WIDTHS) if short else []
        name = letter(len(letters))
        done = False
        for lines in [*options, [name]]:
            bold = lines == [name]
            weight = "bold" if bold else "normal"
            widest = max(page.size_of(x, SMALL, weight)[0] for x in lines)
            tall = page.height_of(len(lines))
            place = room.place(number[key], widest + 2.4, tall + 1.8)
            if place is None:
                continue
            room.block(*place, widest + 3.0, tall + 2.4)
            at = x0 + place[0] / w * (x1 - x0), y0 + place[1] / h * (y1 - y0)
            box: Look = {"fc": styles[key].tint}
            style: Look = {"va": "center", "zorder": 7, "weight": weight, "linespacing": 1.22}
            boxed(ax, *at, "\n".join(lines), pad=0.18, box=box, **style)
            done = not bold
            break
        if not done:
            letters[key] = name
    return letters


def _raster(found: PlaneMap, number: Mapping[Hashable, int], w: float, h: float) -> Any:
    """Return which area every square belongs to, an array up x right; -1 at boundaries."""
    import numpy as np

    rows, columns = int(h * FINE), int(w * FINE)
    (a, b), (c, d) = ((float(p), float(q)) for p, q in (found.xrange, found.yrange))
    raster = np.full((rows, columns), -1, dtype=int)
    ys = c + (d - c) * (np.arange(rows) + 0.5) / rows
    for slab in found.plane.slabs:
        xs = np.array([col.x for col in slab.columns])
        heights = np.array([col.heights for col in slab.columns])
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
    letters: Mapping[Hashable, str],
) -> list[KeyEntry]:
    def sample(style: FillStyle, name: str) -> KeySample:
        whole = filled(**style.patch, lw=0, zorder=0)
        if not name:
            return whole
        middle = filled(2.5, facecolor=style.tint, edgecolor="none", zorder=1)
        return together(whole, middle, written(name, weight="bold"))

    entries = [
        KeyEntry(sample(styles[key], letters.get(key, "")), safe(area_words(found.areas[key])))
        for key in order
        if key in letters or not found.areas[key].valid
    ]
    if found.base is not None:
        told = ", ".join(
            f"{symbol(p)} = {figure_number(v)}"
            for p, v in zip((found.x, found.y), found.base, strict=True)
        )
        here = all(
            low <= v <= high
            for v, (low, high) in zip(found.base, (found.xrange, found.yrange), strict=True)
        )
        star = mark(**_BASE, ms=7, mew=0.5)
        entries.append(KeyEntry(star, f"base case{'' if here else ' (outside)'}: {told}"))
    return entries


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
    return [formula(e, model) for e in all_ones]


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
        f"{model.title}: which equilibria exist as {title_of(found.x)} goes from "
        f"{figure_number(found.xrange[0])} to {figure_number(found.xrange[1])} and "
        f"{title_of(found.y)} from {figure_number(found.yrange[0])} to "
        f"{figure_number(found.yrange[1])}{', other parameters ' + where if where else ''}."
    ]
    sizes = found.plane.sizes()
    whole = sum(sizes.values())
    for key in order:
        area = found.areas[key]
        share = 100 * sizes[key] / whole
        told = area_words(area, most=6)
        if area.name and (area.supports or any(area.results)):
            told += f" (equilibria: {supports_words(area, most=6)})"
        parts.append(f"{told}: {share:.3g} % of the map.")
    equations = [str(e).replace("==", "=") for e in equations_of(found)]
    if equations and all(len(e) <= 120 for e in equations):
        many = "Boundaries" if len(equations) > 1 else "Boundary"
        parts.append(f"{many}: {joined(equations)}.")
    if found.base is not None:
        parts.append(
            f"The base case is {found.x.name} = {figure_number(found.base[0])}, "
            f"{found.y.name} = {figure_number(found.base[1])}."
        )
    parts += found.messages
    return " ".join(parts)
