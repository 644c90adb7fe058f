"""Comparison: the range of each measure over the equilibria, one row per case."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from deterrence.errors import DeterrenceError, UsageError, did_you_mean
from deterrence.figures.drawing.bar_rows import BarRow, BarRows, bar_sample
from deterrence.figures.drawing.drawn_game import begin, drawn, need_model
from deterrence.figures.drawing.headings import Heading
from deterrence.figures.drawing.key_samples import mark
from deterrence.figures.drawing.on_axes import boxed, point
from deterrence.figures.drawing.page import COLUMN, GAP, KeyEntry, Page
from deterrence.figures.drawing.style import INK, LINES, PAPER, FillStyle, Look
from deterrence.figures.options import Figure, GivenValues
from deterrence.figures.texts import exact_number, figure_number, safe
from deterrence.limits import work
from deterrence.statements import is_chance
from deterrence.words.sentences import capital

if TYPE_CHECKING:
    from deterrence.analysis.comparing.cases import ComparedCase, Comparison
    from deterrence.game.measures import Measure
    from deterrence.modelfile.model import SymbolicModel

_RANGE = FillStyle("#8fbfdf", "", LINES[0].colour)
_POINT: Look = {"marker": "D", "ms": 3.6, "color": INK}
#: Panels that are drawn, and rows of one; the rest is told in a note.
_MOST, _CASES = 4, 14
#: Work seconds for solving all cases.
EFFORT = 60.0


@drawn
def compare(
    model: SymbolicModel | Comparison,
    *,
    scenario: str | None = None,
    values: GivenValues | None = None,
    measure: str | Sequence[str] = (),
    time_limit: float | None = None,
    width: float = COLUMN,
    title: str | None = None,
) -> Figure:
    """Return the measures of a model's scenarios side by side, as ranges over equilibria.

    ``model`` may be the result of ``model.compare(...)``, too: two models, or other cases.

    ``scenario``: the scenario that the defaults are compared with; all by default.
    ``values``: values of parameters in all cases, in place of defaults and the scenarios'.
    ``measure``: the measures that are drawn; the first four by default.
    ``time_limit``: seconds for solving all cases.
    ``width``: width of the figure in millimetres.
    ``title``: what stands above, in place of what is shown.

    Raises :class:`UsageError` for a model without scenarios, and for unknown names.
    """
    from deterrence.analysis.comparing.cases import Comparison

    found = model if isinstance(model, Comparison) else _of(model, scenario, values, time_limit)
    wanted = [measure] if isinstance(measure, str) else list(measure)
    chosen = _measures(found, wanted)
    cases = found.cases[:_CASES]
    shown = Heading.plain("Ranges over the equilibria, case by case")
    own = None if isinstance(model, Comparison) else values
    page = begin(width, title, shown, found.title, None, own)
    kinds: set[str] = set()
    for one in chosen:
        kinds |= _panel(page, one, cases)
    # All panels end where the numbers of the widest one leave room.
    axes = page.figure.axes
    ends = min(x + w for x, _, w, _ in map(page.rectangle_of, axes))
    for ax in axes:
        x, y, _, h = page.rectangle_of(ax)
        page.move(ax, (x, y, ends - x, h))
    page.key(_key(kinds))
    if len(cases) < len(found.cases):
        page.note(f"{len(found.cases) - len(cases)} more cases are not drawn.")
    left = [m.name for m in found.measures if m not in chosen]
    if left and not wanted:
        page.note(safe(f"Not drawn: {', '.join(left)}"))
    sure = all(c.complete and not c.corners for c in cases)
    return page.finish(describe(found, chosen), incomplete=not sure)


def _of(
    model: SymbolicModel,
    scenario: str | None,
    values: Mapping[str, Any] | None,
    time_limit: float | None,
) -> Comparison:
    """Return the defaults and the scenarios of a model, solved."""
    import time

    from deterrence.analysis.comparing.cases import scenario_cases, solved_case, together

    started = time.monotonic()
    model = need_model(model, "compare")
    if not model.scenarios:
        raise UsageError(
            f"{model.name} has no scenarios to compare", remedy="compare two models, and draw that"
        )
    names = None if scenario is None else [scenario]
    asked = scenario_cases(model, names, dict(values or {}))
    each = EFFORT / len(asked)
    title = f"{model.title or model.name}: scenarios compared"
    with work.hard_limit(time_limit):
        solved = [solved_case(a, each) for a in asked]
    return together(title, asked, solved, started)


def _measures(found: Comparison, names: Sequence[str]) -> list[Measure]:
    """Return the measures to draw: those that some case has a value of."""
    known = {m.name: m for m in found.measures if any(m.name in c.ranges for c in found.cases)}
    for name in names:
        if name not in known:
            raise UsageError(
                f"no case has a measure {name[:60]!r}",
                remedy=did_you_mean(name, known) or f"measures: {', '.join(known) or 'none'}",
            )
    chosen = [known[n] for n in dict.fromkeys(names)] if names else list(known.values())[:_MOST]
    if not chosen:
        raise DeterrenceError("no case has a measure with a value: there is nothing to draw")
    return chosen


def _panel(page: Page, measure: Measure, cases: Sequence[ComparedCase]) -> set[str]:
    """Draw the ranges of one measure; return the kinds of marks that were used."""
    rows = BarRows(page, [BarRow(safe(capital(c.name))) for c in cases])
    ranges = [c.ranges.get(measure.name) for c in cases]
    ends = [float(x) for r in ranges if r is not None for x in r]
    chance = is_chance(measure.expression)
    low, high = (0.0, 1.0) if chance else (min([0.0, *ends]), max([0.0, *ends]))
    room = (high - low) or 1.0
    # The numbers stand to the right of what is drawn; an axis of probabilities ends at 1.
    left, right = (0.03 if low < 0 else 0.0), (0.0 if chance else 0.48)
    rows.ax.set_xlim(low - left * room, high + right * room)
    kinds: set[str] = set()
    box: Look = {"fc": PAPER, "alpha": 0.85}
    for k, found in enumerate(ranges):
        if found is None:
            continue
        first, last = (float(x) for x in found)
        if first == last:
            point(rows.ax, first, k, **_POINT, zorder=4, gid="value")
            kinds.add("value")
        else:
            rows.bar(k, last, 0.5, _RANGE, "range", begin=first)
            kinds.add("range")
        align: Look = {"ha": "left", "va": "center_baseline"}
        text = safe(_words(found))
        boxed(rows.ax, last + 0.05 * room, k, text, pad=0.1, box=box, zorder=6, **align)
    rows.grid()
    rows.settle(safe(capital(measure.title or measure.name)))
    ticks = [0.0, 0.25, 0.5, 0.75, 1.0] if chance else list(rows.ax.get_xticks())
    shown = [t for t in ticks if low <= t <= high]
    rows.ax.set_xticks(shown if chance or len(shown) <= 4 else shown[::2])
    page.y += GAP
    return kinds


def _words(ends: tuple[Any, Any], number: Callable[[Any], str] = figure_number) -> str:
    told = list(map(number, ends))
    return told[0] if ends[0] == ends[1] else f"{told[0]} to {told[1]}"


def _key(kinds: set[str]) -> list[KeyEntry]:
    entries = []
    if "range" in kinds:
        entries.append(KeyEntry(bar_sample(_RANGE), "from the least to the greatest value"))
    if "value" in kinds:
        entries.append(KeyEntry(mark(**_POINT), "the same in every equilibrium"))
    return entries


def describe(found: Comparison, measures: Sequence[Measure]) -> str:
    """Say in a paragraph what the rows show."""
    parts = [f"{found.title}: ranges over the equilibria."]
    for m in measures:
        told = [
            f"{c.label} {_words(c.ranges[m.name], exact_number)}"
            if m.name in c.ranges
            else f"{c.label} none"
            for c in found.cases
        ]
        parts.append(f"{capital(m.title or m.name)}: {'; '.join(told)}.")
    return " ".join(parts)
