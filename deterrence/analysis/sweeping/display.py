"""A sweep's summary as a document: how often what happens, then where along the axis."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from deterrence.algebra.numbers import format_decimal
from deterrence.analysis.points.selection import CHANGED, RULES
from deterrence.analysis.sweeping.summary import FIRST, MeasureRange, SweepStretch, SweepSummary
from deterrence.analysis.told_results import short_words
from deterrence.modelfile.condition_words import cut, short_title
from deterrence.statements import is_chance
from deterrence.words.blocks import Block, Bullets, Document, Heading, Inline, Paragraph, Table
from deterrence.words.fitting import MAX_LINES, fitted
from deterrence.words.markup import GLUE
from deterrence.words.shown import shows

if TYPE_CHECKING:
    from deterrence.analysis.sweeping.axes import SweepAxis
    from deterrence.analysis.sweeping.plan import SweepPlan


_ENGINES = {"compiled": "with floats", "exact": "exactly"}
#: Longest title, and measures of which the answer speaks.
_TITLE, _MEASURES = 60, 2


@dataclass(frozen=True)
class _Detail:
    """How many measures and stretches are told (None: all), and results of one stretch."""

    measures: int | None
    stretches: int | None
    results: int | None
    full: bool = False


_FULL = _Detail(None, None, None, full=True)
#: From the fullest to the tersest that a screen may hold.
_SCREEN = (
    _Detail(None, None, None),
    _Detail(6, 12, 4),
    _Detail(5, 8, 4),
    _Detail(4, 6, 3),
    _Detail(3, 5, 2),
    _Detail(2, 3, 1),
    _Detail(1, 2, 1),
)


def summary_document(summary: SweepSummary, full: bool) -> Document:
    """Return the summary of a sweep as a document."""
    plan = summary.plan
    swept = ", ".join(plan.design.names)
    title = f"{cut(plan.model.title or plan.model.name, _TITLE)}: swept over {cut(swept, _TITLE)}"
    write: Callable[[_Detail], list[Block]] = _Summary(summary, title).blocks
    blocks = write(_FULL) if full else fitted(write, _SCREEN, MAX_LINES)
    return Document(title, tuple(blocks))


class _Summary:
    """Writes the document of one summary."""

    def __init__(self, summary: SweepSummary, title: str) -> None:
        self.summary, self.plan, self.title = summary, summary.plan, title
        self.inside = summary.points - summary.outside
        self.chances = {m.name for m in self.plan.model.measures if is_chance(m.expression)}

    def blocks(self, detail: _Detail) -> list[Block]:
        """Return the document with one amount of detail."""
        summary = self.summary
        told: list[Block] = [Heading(self.title, 1)]
        told += [Paragraph((text,)) for text in self.answer()]
        told += self.stretches(detail)
        told += self.measures(detail)
        told.append(Bullets(tuple((text,) for text in self.how())))
        if summary.output:
            told.append(Paragraph((f"Written to {summary.output}",)))
        return told

    # ---- the answer ------------------------------------------------------------------------
    def answer(self) -> Iterator[str]:
        """Say how often the most important measures are 0, and how large they get."""
        summary = self.summary
        if not self.inside:
            yield "No point of the sweep keeps the model's assumptions."
            return
        if not summary.measures or not any(m.points for m in summary.measures):
            yield "At no point is there an equilibrium that is kept."
            return
        for m in self.ordered()[:_MEASURES]:
            yield self.sentence(m)

    def ordered(self) -> list[MeasureRange]:
        """Return the measures, probabilities of what is to be avoided first."""
        senses = {m.name: m.sense for m in self.plan.model.measures}
        order = {"avoid": 0, "want": 1, "": 2}

        def rank(m: MeasureRange) -> tuple[bool, int]:
            return m.name not in self.chances, order[senses.get(m.name, "")]

        return sorted(self.summary.measures, key=rank)

    def sentence(self, m: MeasureRange) -> str:
        bare = m.name if m.name.startswith("payoff of ") else f"measure {m.name}"
        what = f"The {short_title(m.title, _TITLE)}" if m.title else f"The {bare}"
        ends = _number(m.lowest), _number(m.highest)
        between = f"is {ends[0]}" if ends[0] == ends[1] else f"lies between {ends[0]} and {ends[1]}"
        kept = " that is kept" if self.plan.layout.selects else ""
        if not m.points:
            return f"{what} has no value anywhere."
        some = m.points - m.never
        if m.name not in self.chances:
            return f"{what} {between}."
        if m.never == m.points:
            return f"{what} is 0 in every equilibrium{kept} at all {m.points:,} points."
        if m.always == m.points:
            told = f"{what} is above 0 in every equilibrium{kept} at all {m.points:,} points"
            return f"{told}; it {between}."
        parts = []
        if m.never:
            parts.append(f"0 in every equilibrium{kept} at {_percent(m.never, m.points)}")
        if m.always:
            parts.append(f"above 0 in every equilibrium{kept} at {_percent(m.always, m.points)}")
        if some > m.always:
            share = _percent(some - m.always, m.points)
            parts.append(f"above 0 in some and 0 in others at {share}")
        return f"{what} is {_listed(parts)} of the {m.points:,} points; it {between}."

    # ---- along one axis ----------------------------------------------------------------------
    def stretches(self, detail: _Detail) -> Iterator[Block]:
        """Yield what can happen where along the axis."""
        summary = self.summary
        if not summary.stretches:
            return
        axis = self.plan.design.axes[0]
        main = [self.label(m) for m in self.ordered() if m.points][:1]
        shown, left = self.chosen(detail)
        named = any(s.results for s in summary.stretches)
        heads = ["from", "to", "points"]
        heads += [] if named else ["equilibria"]
        heads += [*main]
        heads += ["what can happen (equilibria)"] if named else []
        rows: list[tuple[Inline, ...]] = []
        for k, stretch in enumerate(shown):
            if k == left[0] and left[1]:
                rows.append(((f"... {left[1]:,} stretches not shown ...",),))
            row: list[str] = [
                f"{stretch.start:.6g}",
                f"{stretch.stop:.6g}",
                f"{stretch.points:,}",
            ]
            row += [] if named else [str(stretch.equilibria) if stretch.valid else ""]
            row += [_range_text(stretch, label) for label in main]
            row += [self.what(stretch, detail)] if named else []
            rows.append(tuple((text,) for text in row))
        if left[1] and left[0] >= len(shown):
            rows.append(((f"... {left[1]:,} stretches not shown ...",),))
        title = self.plan.model.parameters[axis.name].title
        what = f"{short_title(title, _TITLE)} ({axis.name})" if title else axis.name
        yield Table(tuple(heads), tuple(rows), frozenset({0, 1, 2}), (f"Along {what}:",))
        if detail.full:
            yield from self.all_measures(shown)

    def chosen(self, detail: _Detail) -> tuple[Sequence[SweepStretch], tuple[int, int]]:
        """Return the stretches to show, and before which one how many are left out."""
        found, before = self.summary.stretches, self.summary.left_out
        most = detail.stretches
        if most is None or len(found) <= most:
            return found, (min(FIRST, len(found)), before)
        first = most - most // 3
        last = found[len(found) - most // 3 :] if most // 3 else ()
        kept = (*found[:first], *last)
        return kept, (first, before + len(found) - len(kept))

    def what(self, stretch: SweepStretch, detail: _Detail) -> str:
        if not stretch.valid:
            return "outside the assumptions"
        if stretch.results is None:
            return "not worked out"
        told = [short_words(r) for r in stretch.results[: detail.results]]
        more = len(stretch.results) - len(told)
        return "; ".join(told) + (f"; {more} more" if more else "")

    def all_measures(self, shown: Sequence[SweepStretch]) -> Iterator[Block]:
        """Yield every measure on every stretch, with the numbers of equilibria."""
        labels = [label for _, label in self.plan.layout.bounded]
        heads = ["from", "to", "equilibria", "sets"]
        heads += ["kept"] if self.plan.layout.selects else []
        rows: list[tuple[Inline, ...]] = []
        for s in shown:
            row = [f"{s.start:.6g}", f"{s.stop:.6g}"]
            row += (
                [str(s.equilibria), f"{s.components}{'*' * s.continuum}"] if s.valid else ["", ""]
            )
            row += [str(s.selected)] if self.plan.layout.selects else []
            rows.append(tuple((text,) for text in [*row, *(_range_text(s, m) for m in labels)]))
        yield Table(
            (*heads, *labels), tuple(rows), frozenset({0, 1}), ("All measures along the axis:",)
        )
        if any(s.continuum for s in shown):
            yield Paragraph(("* a set that is a continuum; its extreme equilibria are counted",))

    # ---- all points ---------------------------------------------------------------------------
    def label(self, m: MeasureRange) -> str:
        """Return the name of a measure's arrays."""
        labels = [label for _, label in self.plan.layout.bounded]
        return labels[self.summary.measures.index(m)]

    def measures(self, detail: _Detail) -> Iterator[Block]:
        """Yield the measures over all points as a table."""
        ordered = self.ordered()
        if not ordered:
            return
        rows: list[tuple[Inline, ...]] = [
            tuple(
                (text,)
                for text in (
                    f"{short_title(m.title, _TITLE)} ({m.name})" if m.title else m.name,
                    _number(m.lowest),
                    _number(m.highest),
                    _percent(m.never, m.points or 1),
                    _percent(m.points - m.never, m.points or 1) if m.lowest >= 0 else "-",
                    _percent(m.always, m.points or 1),
                )
            )
            for m in ordered[: detail.measures]
        ]
        if len(rows) < len(ordered):
            rows.append(((f"... and {len(ordered) - len(rows)} more: `--full` tells them",),))
        kept = "that are kept " if self.plan.layout.selects else ""
        yield Table(
            ("Measure", "lowest", "highest", "0 in every", "> 0 in some", "> 0 in every"),
            tuple(rows),
            frozenset(range(1, 6)),
            (f"Over all points and equilibria {kept}(shares of points):",),
        )

    # ---- what was swept, and how ---------------------------------------------------------------
    def how(self) -> Iterator[str]:
        summary, plan = self.summary, self.plan
        axes = [_axis_text(axis, plan) for axis in plan.design.axes]
        yield f"Swept: {'; '.join([*axes, *_elsewhere(plan)])}."
        if summary.outside:
            yield (
                "Outside the model's assumptions, and not solved: "
                f"{_share(summary.outside, summary)}."
            )
        solved = [f"{n:,} {_ENGINES[k]}" for k, n in summary.engines.items() if k in _ENGINES]
        told = f"Solved: {', '.join(solved) or 'none'}"
        if self.inside:
            told += f"; extreme equilibria per point: {_histogram(summary.equilibria, self.inside)}"
        yield f"{told}."
        if summary.continuum:
            yield f"A continuum of equilibria: {_share(summary.continuum, summary)}."
        if plan.layout.selects:
            yield self.selected()
        if len(plan.design.axes) == 1:
            name = plan.design.axes[0].name
            yield f"The exact values where the answer changes: `regimes --threshold {name}`."

    def selected(self) -> str:
        summary, plan = self.summary, self.plan
        by = f" by {plan.by}" if plan.by else ""
        none = summary.selected.get(0, 0)
        one = summary.selected.get(1, 0)
        several = sum(summary.selected.values()) - none - one
        return (
            f"Selected: {plan.select}{by}, {RULES[plan.select]}: one equilibrium at {one:,} points "
            f"({_percent(one, self.inside or 1)}), none at {none:,}, several at {several:,}."
            + (f" {CHANGED[plan.select]}." if plan.select in CHANGED else "")
        )


def _axis_text(axis: SweepAxis, plan: SweepPlan) -> str:
    title = plan.model.parameters[axis.name].title
    what = f"{short_title(title, _TITLE)} ({axis.name})" if title else axis.name
    if axis.kind == "list":
        shown = ", ".join(map(format_decimal, axis.values[:6])) + (
            ", ..." if axis.count > 6 else ""
        )
        return f"{what}: {shown}" + (f", {axis.count:,} values" if axis.count > 6 else "")
    text = f"{what}: {format_decimal(axis.start)} to {format_decimal(axis.stop)}"
    if axis.count:
        text += f", {axis.count:,} values"
    return text + (" in equal ratios" if axis.kind == "log" else "")


def _elsewhere(plan: SweepPlan) -> list[str]:
    design = plan.design
    found = []
    if design.seed is not None:
        found.append(f"design: {design.name}, seed {design.seed}")
    rest = [f"{n} = {v}" for n, v in plan.fixed.items()]
    if plan.scenario:
        rest.append(f"others as in the scenario {plan.scenario}")
    elif len(plan.design.names) + len(plan.fixed) < len(plan.model.parameters):
        rest.append("others at their defaults" if rest else "all else at its default")
    if rest:
        found.append(", ".join(rest))
    return found


def _share(points: int, summary: SweepSummary) -> str:
    return f"{points:,} point{'s' * (points != 1)} ({_percent(points, summary.points)})"


def _percent(part: int, whole: int) -> str:
    """Return a share that never rounds to nothing or to everything.

    >>> parts = (0, 7), (7, 7), (1, 10**6), (999999, 10**6)
    >>> [_percent(*part).replace(GLUE, " ") for part in parts]
    ['0 %', '100 %', '<0.1 %', '>99.9 %']
    """
    if part in (0, whole):
        return f"{100 if part else 0}{GLUE}%"
    share = 100 * part / whole
    if share < 0.1:
        return f"<0.1{GLUE}%"
    return f">99.9{GLUE}%" if share > 99.9 else f"{share:.1f}{GLUE}%"


def _listed(parts: Sequence[str]) -> str:
    return " and ".join((", ".join(parts[:-1]), parts[-1])) if len(parts) > 1 else parts[0]


def _histogram(counts: Mapping[int, int], whole: int) -> str:
    shown = [f"{k} at {_percent(n, whole)}" for k, n in list(counts.items())[:6]]
    if len(counts) > 6:
        shown.append(f"... up to {max(counts)}")
    return ", ".join(shown)


def _number(value: float) -> str:
    return format_decimal(value) if value == value else "-"


def _range_text(stretch: SweepStretch, label: str) -> str:
    low, high = stretch.measures[label]
    if not stretch.valid:
        return ""
    ends = _number(low), _number(high)
    return ends[0] if ends[0] == ends[1] else " to ".join(ends)


shows(SweepSummary, summary_document)
