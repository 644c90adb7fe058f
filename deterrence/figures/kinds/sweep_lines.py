"""One parameter moves: a measure in every equilibrium, its bounds, and exact thresholds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from deterrence.errors import UsageError
from deterrence.figures.drawing.above_axes import AboveAxes
from deterrence.figures.drawing.drawn_game import (
    begin,
    drawn,
    need_model,
    need_two_players,
    where_words,
)
from deterrence.figures.drawing.headings import Heading
from deterrence.figures.drawing.key_samples import filled, stroke, upright
from deterrence.figures.drawing.on_axes import (
    boxed,
    log_axis,
    point,
    quarter_ticks,
    round_ticks,
    short_ticks,
)
from deterrence.figures.drawing.page import COLUMN, KeyEntry, KeySample, Page, axes_height
from deterrence.figures.drawing.style import (
    FAINT,
    INK,
    LINES,
    OUTSIDE,
    PALE,
    PAPER,
    SMALL,
    LineStyle,
    Look,
)
from deterrence.figures.facts.curve_tracing import trace
from deterrence.figures.facts.equilibrium_curves import (
    ActionSupport,
    EquilibriumBranch,
    Span,
    Trace,
    is_pure,
)
from deterrence.figures.options import Drawable, Figure, GivenValues
from deterrence.figures.texts import (
    axis_label,
    equation,
    exact_number,
    exact_or_near,
    exact_words,
    safe,
    symbol,
    title_of,
)
from deterrence.modelfile.condition_words import cut
from deterrence.words.sentences import listed

if TYPE_CHECKING:
    from deterrence.modelfile.model import SymbolicModel

#: Supports up to which each has its own style and line in the key.
MANY = 8
#: Thresholds that a note tells, and the longest name in a key.
_TOLD, _LONGEST = 12, 120
_PURE, _MIXED = LineStyle("#0072B2", "-"), LineStyle("#B34A00", (0, (3, 1.4)))
#: Widths of curves of mixed and of pure equilibria, and where there are many of them.
_WIDE, _DENSE = (1.4, 1.7), (0.8, 1.0)
#: Looks that curves and key share.
_BOUNDS: Look = {"facecolor": PALE, "edgecolor": "none"}
_BASE: Look = {"color": INK, "lw": 0.8}
_THRESHOLD: Look = {"color": FAINT, "lw": 0.7, "ls": (0, (3, 2))}
_CONTINUUM: Look = {"color": INK, "lw": 2.4, "alpha": 0.75}


@drawn
def sweep(
    model: SymbolicModel,
    parameter: str,
    measure: str | Sequence[str] = (),
    *,
    scenario: str | None = None,
    values: GivenValues | None = None,
    low: Drawable | None = None,
    high: Drawable | None = None,
    points: int | None = None,
    log: Sequence[str] = (),
    width: float = COLUMN,
    height: float | None = None,
    title: str | None = None,
) -> Figure:
    """Return a figure of a measure in all equilibria as one parameter moves.

    All other parameters stand at their defaults, changed by ``scenario`` and ``values``.
    Where there are closed forms, curves and thresholds are exact.

    ``parameter``: the parameter that moves.
    ``measure``: the name of a measure (the model's first by default), ``payoff(PLAYER)``,
    ``prob(PLAYER, ACTION)``, ``P(OUTCOME)`` or an expression of these; several make several
    panels.
    ``scenario``: the scenario whose values are used.
    ``values``: values of parameters, in place of defaults and the scenario's.
    ``low``: where the parameter begins, its lower bound by default.
    ``high``: where the parameter ends, its upper bound by default.
    ``points``: how many are solved where there are no closed forms (401, or 61 of games with
    more than 36 cells).
    ``log``: the parameter, where its axis is to be logarithmic.
    ``width``: width of the figure in millimetres.
    ``height``: height of what the axes enclose, in millimetres.
    ``title``: what stands above, in place of what is shown.

    Raises :class:`UsageError` for names and values that do not fit.
    """
    model = need_model(model, "sweep")
    if model.tree is None:
        need_two_players(model, "sweep")
    asked = list(dict.fromkeys([measure] if isinstance(measure, str) else measure))
    ends: dict[str, Any] = {"low": low, "high": high, "points": points}
    if unknown := [n for n in log if n != parameter]:
        raise UsageError(f"{unknown[0]} is on no axis", remedy=f"name {parameter}")
    ends["log"] = bool(log)
    line = trace(model, parameter, asked, scenario=scenario, values=values, **ends)
    page = begin(width, title, _title(line), model.title, scenario, values)
    styles = _styles(line)
    above = AboveAxes(page, line)
    count = len(line.questions)
    usual = min(70.0, max(38.0, width * 0.5)) if count == 1 else min(45.0, max(28.0, width * 0.3))
    key = [*_key(line, styles), *above.key()]
    # A key takes less than a quarter of the figure.
    usual = max(usual, 2.8 * page.key_size(key) / count - 12.0)
    each = axes_height(height, usual)
    panels = []
    for m, question in enumerate(line.questions):
        ax = page.axes(each, above=above.height if m == 0 else 1.6)
        panel = _Panel(page, ax, line, m, styles)
        panel.draw()
        last = m == count - 1
        if not last:
            ax.tick_params(labelbottom=False)
        page.settle(ax, axis_label(line.parameter) if last else "", question.label, right=1.0)
        panels.append(panel)
    _align(page, [p.ax for p in panels])
    above.write(panels[0].ax)
    for panel in panels:
        panel.write_marks()
    page.key(key)
    if above.crowded:
        told = [exact_or_near(t.value, t.decimal) for t in line.thresholds]
        shown = [*told[:_TOLD], f"{len(told) - _TOLD} more"] if len(told) > _TOLD + 1 else told
        page.note(f"Thresholds of {symbol(line.parameter)}: {listed(shown)}.")
    if not line.exact:
        page.note(
            f"Solved at {line.points} points: where equilibria change is known to within one step."
        )
    if model.tree is not None and line.thresholds:
        page.note("Equilibria that exist at a threshold only are not drawn.")
    return page.finish(describe(model, line, scenario, values))


def _align(page: Page, axes: Sequence[Any]) -> None:
    """Give all panels the same left and right edges."""
    rectangles = [page.rectangle_of(ax) for ax in axes]
    left = max(x for x, _, _, _ in rectangles)
    right = min(x + w for x, _, w, _ in rectangles)
    for ax, (_, y, _, h) in zip(axes, rectangles, strict=True):
        page.move(ax, (left, y, right - left, h))


def _title(line: Trace) -> Heading:
    """Return what the figure shows, as mathtext and in plain words."""
    if len(line.questions) > 2:
        what = f"{len(line.questions)} measures in every equilibrium"
    else:
        what = listed([q.words for q in line.questions])
    return Heading.of(what, "by", [line.parameter])


@dataclass(frozen=True)
class _Style:
    """The style of a support, and what stands at its curves (``""``: nothing)."""

    line: LineStyle
    mark: str
    dense: bool = False


def _styles(line: Trace) -> dict[ActionSupport, _Style]:
    supports = line.supports
    if len(supports) > MANY:
        return {
            s: _Style(_PURE if is_pure(s) else _MIXED, line.labels[s].mark, dense=True)
            for s in supports
        }
    return {s: _Style(LINES[k], line.labels[s].mark) for k, s in enumerate(supports)}


class _Panel:
    """One pair of axes."""

    def __init__(
        self, page: Page, ax: Any, line: Trace, m: int, styles: Mapping[ActionSupport, _Style]
    ) -> None:
        self.page, self.ax, self.line, self.m, self.styles = page, ax, line, m, styles

    # ---- lines -----------------------------------------------------------------
    def draw(self) -> None:
        """Draw everything whose place is in units of the axes."""
        ax, line = self.ax, self.line
        if line.log:
            log_axis(ax.xaxis)
        ax.set_xlim(float(line.low), float(line.high))
        self._limits()
        for span in line.stretches:
            if not span.branches:
                ax.axvspan(span.low, span.high, **OUTSIDE.patch, lw=0, zorder=0)
                continue
            self._band(span)
            for group in self._groups(span):
                self._curve(group)
        for mark in line.thresholds:
            ax.axvline(mark.decimal, **_THRESHOLD, zorder=1, gid="threshold")
            for ends in mark.segments[self.m] if mark.segments else ():
                style: Look = {**_CONTINUUM, "solid_capstyle": "butt", "zorder": 3}
                ax.plot([mark.decimal] * 2, ends, **style, gid="continuum")
        if line.base is not None and line.low <= line.base <= line.high:
            base, top = float(line.base), ax.get_xaxis_transform()
            ax.axvline(base, **_BASE, zorder=1, gid="base")
            if self.m == 0:  # one triangle is enough
                point(ax, base, 0.985, marker="v", ms=4.5, color=INK, zorder=6, transform=top)
        if not line.log:
            round_ticks(ax.xaxis, 7)
        for side in ("top", "right"):
            ax.spines[side].set_visible(False)

    def _limits(self) -> None:
        ys = [y for s in self.line.stretches for b in s.branches for y in b.ys[self.m]]
        if self.line.questions[self.m].chance and max(ys, default=1.0) > 0.5:
            self.ax.set_ylim(0.0, 1.0)
            quarter_ticks(self.ax.yaxis)
            return
        low, high = min(ys, default=0.0), max(ys, default=1.0)
        short_ticks(self.ax.yaxis)
        if self.line.questions[self.m].chance:
            self.ax.set_ylim(0.0, min(1.0, 1.08 * high) or 1.0)
            return
        pad = (high - low or abs(high) or 1.0) * 0.08
        self.ax.set_ylim(low - pad, high + pad)

    def _band(self, span: Span) -> None:
        """Fill from the smallest to the largest value over the equilibria."""
        import numpy as np

        grid = np.array(sorted({x for b in span.branches for x in b.xs}))
        rows = np.array([np.interp(grid, b.xs, b.ys[self.m]) for b in span.branches])
        low, high = rows.min(axis=0), rows.max(axis=0)
        if (high > low).any():
            self.ax.fill_between(grid, low, high, **_BOUNDS, lw=0, zorder=0.5, gid="bounds")

    def _groups(self, span: Span) -> list[list[EquilibriumBranch]]:
        """Return the branches of a stretch, those with the same curve together."""
        import numpy as np

        low, high = self.ax.get_ylim()
        groups: list[list[EquilibriumBranch]] = []
        for branch in span.branches:
            for group in groups:
                other = np.interp(branch.xs, group[0].xs, group[0].ys[self.m])
                if np.allclose(other, branch.ys[self.m], rtol=0, atol=1e-6 * (high - low)):
                    group.append(branch)
                    break
            else:
                groups.append([branch])
        return groups

    def _curve(self, group: Sequence[EquilibriumBranch]) -> None:
        """Draw one curve; equilibria that share it take turns along it."""
        styles = list(dict.fromkeys(self.styles[b.support].line for b in group))
        branch, n = group[0], len(styles)
        widths = _DENSE if self.styles[branch.support].dense else _WIDE
        more: Look = {"lw": widths[branch.is_pure], "zorder": 4, "clip_on": False, "gid": "branch"}
        for k, style in enumerate(styles):
            dashes = style.dashes if n == 1 else (3.0 * k, (3.0, 3.0 * (n - 1)))
            self.ax.plot(branch.xs, branch.ys[self.m], color=style.colour, ls=dashes, **more)

    # ---- numbers -------------------------------------------------------------------
    def write_marks(self) -> None:
        """Write numbers at every curve where it is farthest from the others and from other ones."""
        import numpy as np

        page, ax = self.page, self.ax
        placed: list[tuple[float, float, float]] = []  # place and half a width (mm)
        marks = [m.decimal for m in self.line.thresholds]
        if self.line.base is not None:
            marks.append(float(self.line.base))
        walls = [page.place(ax, x, 0.0)[0] for x in marks if self._is_shown(x)]
        top = page.rectangle_of(ax)[3]
        for span in self.line.stretches:
            groups = self._groups(span)
            left, right = (page.place(ax, x, 0.0)[0] for x in (span.low, span.high))
            curves = [page.places(ax, g[0].xs, g[0].ys[self.m]) for g in groups]
            for k, group in enumerate(groups):
                here = {b.support for b in group}
                marks_here = (s.mark for support, s in self.styles.items() if support in here)
                names = list(dict.fromkeys(filter(None, marks_here)))
                if not names or right - left < 6.0:
                    continue
                text = ", ".join(names)
                reach = page.size_of(text, SMALL, "bold")[0] / 2 + 1.2
                best, place = -1.0, None
                for t in np.linspace(0.06, 0.94, 45):
                    x = left + t * (right - left)
                    if x - left < reach or right - x < reach:
                        continue
                    ys = [float(np.interp(x, curve[0], curve[1])) for curve in curves]
                    y = ys[k]
                    if any(abs(x - a) < reach + half and abs(y - b) < 3.2 for a, b, half in placed):
                        continue
                    others = [abs(other - y) for j, other in enumerate(ys) if j != k]
                    others += [abs(x - wall) - reach + 2.0 for wall in walls]
                    room = min([*others, 6.0]) - 2.0 * abs(t - 0.5)
                    if room > best:
                        best, place = room, (float(x), y)
                if place is None:
                    continue
                placed.append((*place, reach))
                box: Look = {"fc": PAPER, "alpha": 0.9}
                style: Look = {"va": "center_baseline", "weight": "bold", "zorder": 7}
                # Whole above the axis, too.
                at = page.value(ax, place[0], min(max(place[1], 1.9), top - 1.9))
                boxed(ax, *at, text, pad=0.12, box=box, clip_on=False, **style)

    def _is_shown(self, x: float) -> bool:
        return float(self.line.low) <= x <= float(self.line.high)


def _key(line: Trace, styles: Mapping[ActionSupport, _Style]) -> list[KeyEntry]:
    entries = []
    if len(line.supports) > MANY:
        for pure, words in ((True, "pure"), (False, "mixed")):
            there = [s for s in line.supports if is_pure(s) == pure]
            if there:
                sample = _curve_sample(_Style(_PURE if pure else _MIXED, ""), pure)
                entries.append(KeyEntry(sample, f"{len(there)} {words} equilibria"))
    else:
        for s in line.supports:
            told = cut(safe(line.labels[s].words), _LONGEST)
            entries.append(KeyEntry(_curve_sample(styles[s], is_pure(s)), told))
    if any(len(s.branches) > 1 for s in line.stretches):
        entries.append(KeyEntry(filled(**_BOUNDS), "bounds over all equilibria"))
    if line.base is not None and line.low <= line.base <= line.high:
        base = exact_or_near(
            line.base if isinstance(line.base, Fraction) else None, float(line.base)
        )
        told = f"base value, {equation(symbol(line.parameter), base)}"
        entries.append(KeyEntry(_base_sample, told))
    if line.thresholds:
        entries.append(KeyEntry(upright(**_THRESHOLD), "threshold: the equilibria change"))
    if any(segments for mark in line.thresholds for segments in mark.segments):
        text = "continuum of equilibria at a threshold"
        entries.append(KeyEntry(upright(**_CONTINUUM), text))
    if any(not s.branches for s in line.stretches):
        text = "outside the model's assumptions"
        entries.append(KeyEntry(filled(**OUTSIDE.patch, lw=0), text))
    return entries


def _curve_sample(style: _Style, pure: bool) -> KeySample:
    return stroke(color=style.line.colour, ls=style.line.dashes, lw=_WIDE[pure])


def _base_sample(page: Page, x: float, y: float, w: float, h: float) -> None:
    page.line([x + w / 2] * 2, [y - h / 2, y + h / 2], **_BASE)
    page.line([x + w / 2], [y - h / 2 + 0.6], color=INK, marker="v", ms=4, ls="")


def describe(
    model: SymbolicModel, line: Trace, scenario: str | None, values: Mapping[str, Any] | None
) -> str:
    """Say in a paragraph what the figure shows."""
    questions = listed([q.words for q in line.questions])
    parts = [
        f"{model.title}: {questions} in every equilibrium as {title_of(line.parameter)} goes from "
        f"{exact_number(line.low)} to {exact_number(line.high)}"
    ]
    where = where_words(scenario, values)
    parts[0] += f", other parameters {where}." if where else "."
    if line.thresholds:
        told = [exact_words(t.value, t.decimal) for t in line.thresholds]
        many = "thresholds are" if len(told) > 1 else "threshold is"
        how = "exact" if line.exact else "approximate"
        parts.append(f"The {how} {many} {listed(told)}.")
    elif line.exact:
        parts.append("There is no threshold in this range.")
    for span in line.stretches:
        place = f"From {exact_number(span.low)} to {exact_number(span.high)}"
        if not span.branches:
            parts.append(f"{place} the model's assumptions do not hold.")
            continue
        ranges = []
        for m, q in enumerate(line.questions):
            ys = [y for b in span.branches for y in b.ys[m]]
            low, high = exact_number(min(ys)), exact_number(max(ys))
            ranges.append(f"{q.words} is {low}" if low == high else f"{q.words} is {low} to {high}")
        called = dict.fromkeys(line.labels[b.support].words for b in span.branches)
        what = "equilibria are" if len(called) > 1 else "equilibrium is"
        parts.append(f"{place} the {what} {'; '.join(called)}, and {listed(ranges)}.")
    parts += [
        f"From {exact_number(s.low)} to {exact_number(s.high)}: {s.name}."
        for s in line.stages
        if s.name
    ]
    if line.base is not None:
        parts.append(f"The base value is {exact_number(line.base)}.")
    return " ".join(parts)
