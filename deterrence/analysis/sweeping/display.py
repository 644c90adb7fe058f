"""A sweep's summary as plain text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from deterrence.algebra.numbers import format_decimal
from deterrence.analysis.points.selection import RULES
from deterrence.analysis.sweeping.summary import FIRST, SweepStretch, SweepSummary
from deterrence.words.markup import WIDTH, plain
from deterrence.words.shown import shows

if TYPE_CHECKING:
    from deterrence.analysis.sweeping.axes import SweepAxis
    from deterrence.analysis.sweeping.plan import SweepPlan


_ENGINES = {"compiled": "with floats", "exact": "exactly"}


def summary_text(summary: SweepSummary) -> str:
    """Return the summary of a sweep as it is printed."""
    plan = summary.plan
    inside = summary.points - summary.outside
    lines = [
        f"Sweep of {plain(plan.model.title or plan.model.name)}: {summary.points:,} points",
        *(f"  {_axis_text(axis, plan)}" for axis in plan.design.axes),
        *_elsewhere(plan),
        "",
    ]
    if summary.outside:
        lines.append(
            f"Outside the model's assumptions, and not solved: {_share(summary.outside, summary)}"
        )
    solved = [f"{n:,} {_ENGINES[k]}" for k, n in summary.engines.items() if k in _ENGINES]
    lines.append(f"Solved: {', '.join(solved) or 'none'}")
    if inside:
        lines.append(f"Extreme equilibria per point: {_histogram(summary.equilibria, inside)}")
    if summary.continuum:
        lines.append(f"A continuum of equilibria: {_share(summary.continuum, summary)}")
    if plan.layout.selects:
        lines += _selected(summary, inside)
    lines += ["", *_measures(summary)]
    if summary.stretches:
        lines += ["", *_stretches(summary)]
    if summary.output:
        lines += ["", f"Written to {plain(summary.output)}"]
    return "\n".join(lines).replace("\n\n\n", "\n\n")


def _axis_text(axis: SweepAxis, plan: SweepPlan) -> str:
    title = plan.model.parameters[axis.name].title
    what = f"{axis.name} ({plain(title)})" if title else axis.name
    if axis.kind == "list":
        shown = ", ".join(map(str, axis.values[:6])) + (", ..." if axis.count > 6 else "")
        return f"{what}: {shown}" + (f", {axis.count:,} values" if axis.count > 6 else "")
    text = f"{what}: {axis.start} to {axis.stop}"
    if axis.count:
        text += f", {axis.count:,} values"
    return text + (" in equal ratios" if axis.kind == "log" else "")


def _elsewhere(plan: SweepPlan) -> list[str]:
    design = plan.design
    found = []
    if design.seed is not None:
        found.append(f"  design: {design.name}, seed {design.seed}")
    rest = [f"{n} = {v}" for n, v in plan.fixed.items()]
    if plan.scenario:
        rest.append(f"others as in the scenario {plan.scenario}")
    elif len(plan.design.names) + len(plan.fixed) < len(plan.model.parameters):
        rest.append("others at their defaults" if rest else "all else at its default")
    if rest:
        found.append(f"  {', '.join(rest)}")
    return found


def _share(points: int, summary: SweepSummary) -> str:
    return f"{points:,} point{'s' * (points != 1)} ({_percent(points, summary.points)})"


def _percent(part: int, whole: int) -> str:
    """Return a share that never rounds to nothing or to everything.

    >>> _percent(0, 7), _percent(7, 7), _percent(1, 10**6), _percent(999999, 10**6)
    ('0%', '100%', '<0.1%', '>99.9%')
    """
    if part in (0, whole):
        return "100%" if part else "0%"
    share = 100 * part / whole
    if share < 0.1:
        return "<0.1%"
    return ">99.9%" if share > 99.9 else f"{share:.1f}%"


def _histogram(counts: Mapping[int, int], whole: int) -> str:
    shown = [f"{k} at {_percent(n, whole)}" for k, n in list(counts.items())[:6]]
    if len(counts) > 6:
        shown.append(f"... up to {max(counts)}")
    return ", ".join(shown)


def _selected(summary: SweepSummary, inside: int) -> list[str]:
    plan = summary.plan
    by = f" by {plan.by}" if plan.by else ""
    none = summary.selected.get(0, 0)
    one = summary.selected.get(1, 0)
    several = sum(summary.selected.values()) - none - one
    return [
        f"Selected: {plan.select}{by}, {RULES[plan.select]}",
        f"  one equilibrium at {one:,} points ({_percent(one, inside or 1)}), "
        f"none at {none:,}, several at {several:,}",
    ]


def _measures(summary: SweepSummary) -> list[str]:
    rows = [["", "lowest", "highest", "0 in every", "> 0 in some", "> 0 in every"]]
    rows += [
        [
            m.name,
            _number(m.lowest),
            _number(m.highest),
            _percent(m.never, m.points or 1),
            _percent(m.points - m.never, m.points or 1) if m.lowest >= 0 else "-",
            _percent(m.always, m.points or 1),
        ]
        for m in summary.measures
    ]
    if len(rows) == 1:
        return []
    if summary.plan.layout.selects:
        over = "Over the equilibria that are kept (shares of points that have one)"
    else:
        over = "Over all points and equilibria (shares of points)"
    return [over, *_table(rows)]


def _number(value: float) -> str:
    return format_decimal(value) if value == value else "-"


def _stretches(summary: SweepSummary) -> list[str]:
    """Return the tables along an axis: as many as it takes for lines of ordinary length."""
    plan = summary.plan
    heads = ["from", "to", "points", "equilibria", "sets"]
    if plan.layout.selects:
        heads.append("kept")
    rows = [heads, *(_stretch_row(s, plan.layout.selects) for s in summary.stretches)]
    lines = [f"Along {plan.design.names[0]}"]
    labels = [label for _, label in plan.layout.bounded]
    cells = {
        label: [label, *(_range_text(s, label) for s in summary.stretches)] for label in labels
    }
    while True:
        taken: list[str] = []
        while labels and (not taken or _fits(rows, [*taken, labels[0]], cells)):
            taken.append(labels.pop(0))
        table = _table([[*row, *(cells[m][k] for m in taken)] for k, row in enumerate(rows)])
        if summary.left_out:
            table.insert(1 + FIRST, f"  ... {summary.left_out:,} stretches not shown ...")
        lines += table
        if not labels:
            break
        lines.append("")
    if any(stretch.continuum for stretch in summary.stretches):
        lines.append("  * a set that is a continuum; its extreme equilibria are counted")
    return lines


def _fits(rows: list[list[str]], labels: list[str], cells: Mapping[str, list[str]]) -> bool:
    columns = [*zip(*rows, strict=True), *(cells[label] for label in labels)]
    return sum(2 + max(map(len, column)) for column in columns) <= WIDTH


def _stretch_row(stretch: SweepStretch, selects: bool) -> list[str]:
    row = [f"{stretch.start:.6g}", f"{stretch.stop:.6g}", f"{stretch.points:,}"]
    if not stretch.valid:
        return [*row, "outside", "", *([""] if selects else [])]
    row += [str(stretch.equilibria), f"{stretch.components}{'*' * stretch.continuum}"]
    return [*row, str(stretch.selected)] if selects else row


def _range_text(stretch: SweepStretch, label: str) -> str:
    low, high = stretch.measures[label]
    if not stretch.valid:
        return ""
    ends = _number(low), _number(high)
    return ends[0] if ends[0] == ends[1] else " to ".join(ends)


def _table(rows: list[list[str]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        ("  " + "  ".join(text.ljust(w) for text, w in zip(row, widths, strict=True))).rstrip()
        for row in rows
    ]


shows(SweepSummary, text=summary_text)
