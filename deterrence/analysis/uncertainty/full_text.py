"""Every table of a sensitivity analysis, as blocks; tables that say the same are one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from deterrence.algebra.expressions import Expression
from deterrence.analysis.uncertainty.estimates import BOUNDS, Bound, Quantity, short
from deterrence.analysis.uncertainty.questions import SIGNIFICANT, Asked, asked_of
from deterrence.analysis.uncertainty.results import Expectation, Probabilities, Sensitivity
from deterrence.analysis.uncertainty.wording import (
    capital,
    guess,
    index_text,
    interval,
    listed,
    names,
    number_text,
    percent,
    question,
    said,
    together,
    value_text,
)
from deterrence.words.blocks import Block, Bullets, Heading, Inline, Paragraph, Table

#: A table without its caption.
Rows = tuple[tuple[str, ...], tuple[tuple[Inline, ...], ...]]


def full_blocks(answer: Sensitivity) -> Iterator[Block]:
    """Yield what the short document leaves out."""
    yield from _inputs(answer)
    if answer.probabilities is not None:
        yield from _probabilities(answer, answer.probabilities)
    asked = asked_of(answer)
    if answer.sobol is not None or answer.morris or answer.regional:
        yield from _importance(answer, asked)
    if answer.tornado:
        yield Heading("One at a time, from the base case")
        yield from _merged([(a, _tornado(a)) for a in asked], "no single parameter changes it")
    yield from _method(answer)


# ---- inputs -------------------------------------------------------------------------
def _inputs(answer: Sensitivity) -> Iterator[Block]:
    yield Heading("Uncertain parameters")
    rows = [(guess(i), (i.text,), (f"{short(i.base)} {i.unit}".rstrip(),)) for i in answer.varying]
    yield Table(("parameter", "distribution", "base case"), tuple(rows))
    fixed = [i for i in answer.inputs if i.kind == "fixed"]
    for why in dict.fromkeys(i.why for i in fixed):
        held = ", ".join(f"{i.name} = {short(i.base)}" for i in fixed if i.why == why)
        yield Paragraph((f"Fixed ({why}): {held}.",))
    derived = [f"{i.name} {i.text}" for i in answer.inputs if i.kind == "derived"]
    if derived:
        yield Paragraph((f"Derived from the others: {', '.join(derived)}.",))
    if answer.correlations:
        told = [f"{c.between[0]} and {c.between[1]} {short(c.value)}" for c in answer.correlations]
        yield Paragraph((f"Rank correlations: {', '.join(told)}.",))
    if answer.scenario:
        text = f"The scenario {answer.scenario} is the base case; it fixes no uncertain parameter."
        yield Paragraph((text,))


# ---- probabilities ------------------------------------------------------------------
def _probabilities(answer: Sensitivity, p: Probabilities) -> Iterator[Block]:
    yield Heading("How likely")
    if p.several > 0:
        yield Paragraph(
            (
                f"{percent(p.several)} of the points have several equilibria. None of them is "
                "chosen: the columns tell the smallest and the largest value over all of them. "
                "Of a conclusion these are that it holds in every, and in some, equilibrium.",
            )
        )
    if p.continuum > 0:
        yield Paragraph(
            (
                f"At {percent(p.continuum)} of the points some equilibria form a continuum. The "
                "bounds are over its extreme points, where probabilities and means are least and "
                "greatest.",
            )
        )
    kinds = (
        ("conclusion", "probability that"), ("measure", "mean of"), ("outcome", "probability of")
    )  # fmt: skip
    ends = f"{100 * answer.level:g}% interval"
    for kind, head in kinds:
        rows = tuple(
            ((said(e.quantity),), *((cell,) for cell in _bounds(e)))
            for e in p.entries
            if e.quantity.kind == kind
        )
        if rows:
            heads = (head, "smallest", ends, "largest", ends)
            yield Table(heads, rows, frozenset({1, 2, 3, 4}))


def _bounds(e: Expectation) -> Iterator[str]:
    chance = e.quantity.chance
    for bound in (e.lower, e.upper):
        yield number_text(bound.value, chance)
        yield interval(bound, chance)


# ---- importance ---------------------------------------------------------------------
def _importance(answer: Sensitivity, asked: Sequence[Asked]) -> Iterator[Block]:
    yield Heading("Which parameter matters")
    yield Bullets(tuple((text,) for text in _explained(answer)))
    yield from _merged([(a, _table(answer, a)) for a in asked], "nothing in this sample changes it")
    for a in asked:
        yield from _pairs(a)


def _explained(answer: Sensitivity) -> Iterator[str]:
    if answer.sobol is not None and answer.sobol.indices:
        yield (
            "`alone`: share of the variance that would go if the parameter were known; `total`: "
            "that would stay if all others were known (Sobol' indices). A wide interval is told "
            "as a range. N/4 and N/2 show the total from a part of the sample."
        )
    if answer.morris:
        yield (
            "`mu*`: mean size of the change as the parameter moves over its range, at random "
            "places (Morris); a `sigma` as large means that it depends on the others."
        )
    if any(r.tests for r in answer.regional):
        yield (
            "`KS`: distance, from 0 to 1, between the parameter's values where the conclusion "
            "holds and where it fails; `higher` where it holds at higher values, `n.s.` where "
            "the difference may be chance (5%, Bonferroni)."
        )


def _table(answer: Sensitivity, a: Asked) -> Rows | None:
    cells: dict[str, dict[str, str]] = {i.name: {} for i in answer.varying}
    heads: list[str] = []
    if a.indices is not None and not a.indices.constant:
        heads += ["alone", "total", "N/4", "N/2"]
        for k, name in enumerate(a.indices.inputs):
            early, half = (f"{total[k]:z.2f}" for _, _, total in a.indices.history)
            cells[name] |= {
                "alone": index_text(a.indices.first[k]),
                "total": index_text(a.indices.total[k]),
                "N/4": early,
                "N/2": half,
            }
    if a.morris is not None and any(e.mu_star.value > 0 for e in a.morris.effects):
        heads += ["mu*", "sigma"]
        for e in a.morris.effects:
            cells[e.input] |= {"mu*": short(e.mu_star.value), "sigma": short(e.sigma)}
    if a.regional is not None and a.regional.tests:
        heads.append("KS")
        for t in a.regional.tests:
            side = "higher" if t.median_holds > t.median_fails else "lower"
            told = side if t.adjusted < SIGNIFICANT else "n.s."
            cells[t.input]["KS"] = f"{t.distance:.2f} {told}"
    if not heads:
        return None
    order = sorted(cells, key=lambda name: -a.weight.get(name, 0.0))
    rows: list[tuple[Inline, ...]] = [
        ((Expression.name(n),), *((cells[n].get(h, ""),) for h in heads)) for n in order
    ]
    return ("parameter", *heads), tuple(rows)


def _pairs(a: Asked) -> Iterator[Block]:
    """Yield what pairs of parameters explain together, where that is more than nothing."""
    if a.indices is None or not a.indices.second:
        return
    clear = [(pair, e) for pair, e in a.indices.second.items() if e.low > 0]
    clear.sort(key=lambda entry: -entry[1].value)
    head = f"{capital(question(a.quantity, a.bound))}, only together (second order): "
    if not clear:
        yield Paragraph((f"{head}no pair beyond doubt.",))
        return
    told: list[Inline] = [
        (
            Expression.name(a.indices.inputs[i]), " with ", Expression.name(a.indices.inputs[j]),
            f" {index_text(e)}",
        )
        for (i, j), e in clear[:6]
    ]  # fmt: skip
    yield Paragraph((head, *listed(told, ", "), "."))


# ---- tornado ------------------------------------------------------------------------
def _tornado(a: Asked) -> Rows | None:
    t, q = a.tornado, a.quantity
    if t is None:
        return None
    moving = [bar for bar in t.bars if bar.swing > 0]
    if not moving:
        return None
    rows: list[tuple[Inline, ...]] = []
    for bar in moving:
        size = "yes" if q.kind == "conclusion" else short(bar.swing)
        low, high = (">" if bar.open_low else ""), ("<" if bar.open_high else "")
        rows.append(
            (
                (Expression.name(bar.input),),
                (f"{low}{short(bar.low)}",),
                (f"{high}{short(bar.high)}",),
                (_end(a, bar.at_low),),
                (_end(a, bar.at_high),),
                (size + (" (on the way)" if bar.hidden else ""),),
            )
        )
    still = [bar.input for bar in t.bars if bar.swing == 0]
    if still:
        rows.append((("Without effect: ", *names(still), "."),))
    swing = "flips" if q.kind == "conclusion" else "swing"
    base = f"base: {value_text(q, t.base)}"
    return (base, "low", "high", "at low", "at high", swing), tuple(rows)


def _end(a: Asked, value: float | None) -> str:
    return "excluded" if value is None else value_text(a.quantity, value)


# ---- alike tables -------------------------------------------------------------------
def _merged(tables: Sequence[tuple[Asked, Rows | None]], none: str) -> Iterator[Block]:
    """Yield tables with the questions that they answer, alike ones once."""
    groups: dict[Rows | None, list[Asked]] = {}
    for asked, table in tables:
        groups.setdefault(table, []).append(asked)
    still = groups.pop(None, [])
    for table, questions in groups.items():
        assert table is not None
        heads, rows = table
        caption = f"{capital(_of_what(questions))}:"
        yield Table(heads, rows, frozenset(range(1, len(heads))), (caption,))
    if still:
        yield Paragraph((f"{capital(_of_what(still))}: {none}.",))


def _of_what(questions: Sequence[Asked]) -> str:
    """Return questions as a list, both bounds of a quantity as one."""
    bounds: dict[Quantity, list[Bound | None]] = {}
    for a in questions:
        bounds.setdefault(a.quantity, []).append(a.bound)
    return together([(q, found[0] if len(found) == 1 else None) for q, found in bounds.items()])


# ---- method -------------------------------------------------------------------------
def _method(answer: Sensitivity) -> Iterator[Block]:
    yield Heading("How this was found")
    yield Bullets(tuple((text,) for text in _found(answer)))


def _found(answer: Sensitivity) -> Iterator[str]:
    p, s = answer.probabilities, answer.sobol
    if p is not None:
        yield (
            f"Probabilities: {p.samples} points in {p.replicates} scrambled Sobol' nets; "
            "intervals from the spread between the nets."
        )
        yield from _settling(p)
    if s is not None and s.indices:
        yield (
            f"Sobol' indices: {s.samples} base points, {s.evaluations} games; intervals of "
            f"{100 * answer.level:g}% from {s.resamples} bootstrap resamples, those of `alone` for "
            "dependent parameters from the spread between nets."
        )
    if answer.tornado:
        yield (
            "One at a time: from one bound to the other as far as the assumptions allow while all "
            "else stays, or from the 5% to the 95% quantile of a distribution; `on the way` marks "
            "values beyond those at the two ends, and an end with < or > is looked at just inside."
        )
    yield from answer.notes
    told = {"compiled": "in floats", "exact": "exactly", "outside": "left out"}
    counts = [f"{v} {told.get(k, k)}" for k, v in answer.engines.items() if v]
    yield f"Games solved: {', '.join(counts)}. Seed {answer.seed}."


def _settling(p: Probabilities) -> Iterator[str]:
    """Yield what a quarter and a half of the points say of the conclusions."""
    stages = [*(entries for _, entries in p.history), p.entries]
    for k, e in enumerate(p.entries):
        if e.quantity.kind != "conclusion" or e.lower.value == e.upper.value in (0, 1):
            continue
        told = [
            f"{', '.join(number_text(getattr(s[k], b).value, True) for s in stages)} "
            f"{e.quantity.bound_words(b)}"
            for b in BOUNDS
        ]
        yield (
            f"From a quarter, a half and all of the points, {e.quantity.name} comes out with "
            f"probability {' and '.join(told)}."
        )
