"""One parameter moves: a measure in every equilibrium, its bounds, and exact thresholds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from deterrence.figures.drawing.above_axes import AboveAxes
from deterrence.figures.drawing.drawn_game import (
    begin,
    drawn,
    need_model,
    need_two_players,
    where_words,
)
from deterrence.figures.drawing.key_samples import filled, stroke, upright
from deterrence.figures.drawing.on_axes import (
    boxed,
    point,
    quarter_ticks,
    round_ticks,
    short_ticks,
)
from deterrence.figures.drawing.page import COLUMN, KeyEntry, KeySample, Page
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
    letter,
)
from deterrence.figures.facts.curve_tracing import trace
from deterrence.figures.facts.equilibrium_curves import (
    ActionSupport,
    EquilibriumBranch,
    Span,
    Trace,
    is_pure,
)
from deterrence.figures.facts.tree_supports import UNREACHED
from deterrence.figures.options import Drawable, Figure, GivenValues
from deterrence.figures.texts import (
    axis_label,
    exact_or_near,
    figure_number,
    joined,
    played,
    safe,
    symbol,
    title_of,
)

if TYPE_CHECKING:
    from deterrence.modelfile.model import SymbolicModel

#: Supports up to which each has its own style and letter.
MANY = 8
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
    width: float = COLUMN,
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
    ``width``: width of the figure in millimetres.
    ``title``: what stands above, in place of the model's title.

    Raises :class:`UsageError` for names and values that do not fit.
    """
    model = need_model(model, "sweep")
    if model.tree is None:
        need_two_players(model, "sweep")
    asked = [measure] if isinstance(measure, str) else list(measure)
    line = trace(
        model, parameter, asked, scenario=scenario, values=values, low=low, high=high, points=points
    )
    page = begin(width, title, model.title, scenario, values)
    styles = _styles(line)
    above = AboveAxes(page, line)
    count = len(line.questions)
    height = min(70.0, max(38.0, width * 0.5)) if count == 1 else min(45.0, max(28.0, width * 0.3))
    panels = []
    for m, question in enumerate(line.questions):
        ax = page.axes(height, above=above.height if m == 0 else 0.5)
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
        panel.write_letters()
    page.key([*_key(line, styles), *above.key()])
    if above.crowded:
        told = [exact_or_near(t.value, t.decimal) for t in line.thresholds]
        page.note(f"Thresholds of {symbol(line.parameter)}: {joined(told)}.")
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


@dataclass(frozen=True)
class _Style:
    """The style of a support, and the letter that names it (``""``: none)."""

    line: LineStyle
    letter: str


def _styles(line: Trace) -> dict[ActionSupport, _Style]:
    supports = line.supports
    if len(supports) > MANY:
        return {s: _Style(_PURE if is_pure(s) else _MIXED, "") for s in supports}
    return {s: _Style(LINES[k], letter(k)) for k, s in enumerate(supports)}


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
        round_ticks(ax.xaxis, 7)
        for side in ("top", "right"):
            ax.spines[side].set_visible(False)

    def _limits(self) -> None:
        ys = [y for s in self.line.stretches for b in s.branches for y in b.ys[self.m]]
        if self.line.questions[self.m].chance and max(ys, default=1.0) > 0.5:
            self.ax.set_ylim(-0.04, 1.04)
            quarter_ticks(self.ax.yaxis)
            return
        low, high = min(ys, default=0.0), max(ys, default=1.0)
        if self.line.questions[self.m].chance:
            low = 0.0
        short_ticks(self.ax.yaxis)
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
        widths = _WIDE if self.styles[branch.support].letter else _DENSE
        more: Look = {"lw": widths[branch.is_pure], "zorder": 4, "clip_on": False, "gid": "branch"}
        for k, style in enumerate(styles):
            dashes = style.dashes if n == 1 else (3.0 * k, (3.0, 3.0 * (n - 1)))
            self.ax.plot(branch.xs, branch.ys[self.m], color=style.colour, ls=dashes, **more)

    # ---- letters -------------------------------------------------------------------
    def write_letters(self) -> None:
        """Name every curve where it is farthest from the others and from other letters."""
        import numpy as np

        sx, sy = self.page.data_scale(self.ax)
        placed: list[tuple[float, float, float]] = []  # and half a width (mm)
        marks = [m.decimal for m in self.line.thresholds]
        if self.line.base is not None:
            marks.append(float(self.line.base))
        for span in self.line.stretches:
            groups = self._groups(span)
            for group in groups:
                names = sorted({self.styles[b.support].letter for b in group} - {""})
                if not names or (span.high - span.low) / sx < 6.0:
                    continue
                text = ", ".join(names)
                reach = self.page.size_of(text, SMALL, "bold")[0] / 2 + 1.2
                best, place = -1.0, None
                for t in np.linspace(0.06, 0.94, 45):
                    x = span.low + t * (span.high - span.low)
                    if (x - span.low) / sx < reach or (span.high - x) / sx < reach:
                        continue
                    y = float(np.interp(x, group[0].xs, group[0].ys[self.m]))
                    others = [
                        abs(float(np.interp(x, g[0].xs, g[0].ys[self.m])) - y) / sy
                        for g in groups
                        if g is not group
                    ]
                    if any(
                        abs(x - a) / sx < reach + half and abs(y - b) / sy < 3.2
                        for a, b, half in placed
                    ):
                        continue
                    others += [abs(x - k) / sx - reach + 2.0 for k in marks]
                    room = min([*others, 6.0]) - 2.0 * abs(t - 0.5)
                    if room > best:
                        best, place = room, (float(x), y)
                if place is None:
                    continue
                placed.append((*place, reach))
                box: Look = {"fc": PAPER, "alpha": 0.9}
                style: Look = {"va": "center_baseline", "weight": "bold", "zorder": 7}
                boxed(self.ax, *place, text, pad=0.12, box=box, clip_on=False, **style)


def _key(line: Trace, styles: Mapping[ActionSupport, _Style]) -> list[KeyEntry]:
    entries = []
    if len(line.supports) > MANY:
        count = sum(map(is_pure, line.supports))
        for n, pure, words in ((count, True, "pure"), (len(line.supports) - count, False, "mixed")):
            if n:
                sample = _curve_sample(_Style(_PURE if pure else _MIXED, ""), pure)
                entries.append(KeyEntry(sample, f"{words} equilibria ({n} supports)"))
    else:
        for s in line.supports:
            uses = {p: a for p, a in zip(line.players, s, strict=True) if a != (UNREACHED,)}
            text = f"{safe(played(uses))}{'' if is_pure(s) else ' (mixed)'}"
            entries.append(KeyEntry(_curve_sample(styles[s], is_pure(s)), text))
    if any(len(s.branches) > 1 for s in line.stretches):
        entries.append(KeyEntry(filled(**_BOUNDS), "bounds over all equilibria"))
    if line.base is not None and line.low <= line.base <= line.high:
        told = f"base value, {symbol(line.parameter)} = {figure_number(line.base)}"
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
    look: Look = {"color": style.line.colour, "ls": style.line.dashes, "lw": _WIDE[pure]}
    if not style.letter:
        return stroke(**look)

    def sample(page: Page, x: float, y: float, w: float, h: float) -> None:
        page.line([x, x + w - 3.6], [y, y], **look)
        page.text(style.letter, x + w - 1.4, page.baseline(y), weight="bold", align="center")

    return sample


def _base_sample(page: Page, x: float, y: float, w: float, h: float) -> None:
    page.line([x + w / 2] * 2, [y - h / 2, y + h / 2], **_BASE)
    page.line([x + w / 2], [y - h / 2 + 0.6], color=INK, marker="v", ms=4, ls="")


def describe(
    model: SymbolicModel, line: Trace, scenario: str | None, values: Mapping[str, Any] | None
) -> str:
    """Say in a paragraph what the figure shows."""
    questions = joined([q.text for q in line.questions])
    parts = [
        f"{model.title}: {questions} in every equilibrium as {title_of(line.parameter)} goes from "
        f"{figure_number(line.low)} to {figure_number(line.high)}"
    ]
    where = where_words(scenario, values)
    parts[0] += f", other parameters {where}." if where else "."
    if line.thresholds:
        told = [exact_or_near(t.value, t.decimal) for t in line.thresholds]
        many = "thresholds are" if len(told) > 1 else "threshold is"
        how = "exact" if line.exact else "approximate"
        parts.append(f"The {how} {many} {joined(told)}.")
    elif line.exact:
        parts.append("There is no threshold in this range.")
    for span in line.stretches:
        place = f"From {figure_number(span.low)} to {figure_number(span.high)}"
        if not span.branches:
            parts.append(f"{place} the model's assumptions do not hold.")
            continue
        ranges = []
        for m, q in enumerate(line.questions):
            ys = [y for b in span.branches for y in b.ys[m]]
            low, high = figure_number(min(ys)), figure_number(max(ys))
            ranges.append(f"{q.text} is {low}" if low == high else f"{q.text} is {low} to {high}")
        n = len(span.branches)
        parts.append(
            f"{place} there {'are' if n > 1 else 'is'} {n} "
            f"equilibri{'a' if n > 1 else 'um'}, and {joined(ranges)}."
        )
    parts += [
        f"From {figure_number(s.low)} to {figure_number(s.high)}: {s.name}."
        for s in line.stages
        if s.name
    ]
    if line.base is not None:
        parts.append(f"The base value is {figure_number(line.base)}.")
    return " ".join(parts)
