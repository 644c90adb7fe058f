"""A sensitivity analysis in words and tables, the answer first.

>>> from deterrence.analysis.uncertainty.estimates import Estimate
>>> share = Estimate(0.62, 0.61, 0.63)
>>> quantity = Quantity("war == 0", "conclusion", phrase="No war")
>>> print(holds_text(Expectation(quantity, share, share), 0.95)[:36])
No war holds with probability 0.62 (
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from deterrence.analysis.uncertainty.estimates import BOUNDS, Quantity, short
from deterrence.analysis.uncertainty.importance_text import decisive, importance
from deterrence.analysis.uncertainty.paragraphs import (
    ROWS,
    Passage,
    as_html,
    as_text,
    interval,
    number_text,
    subject,
    value_text,
)
from deterrence.analysis.uncertainty.results import (
    Expectation,
    Probabilities,
    Sensitivity,
    Tornado,
)
from deterrence.errors import shorten
from deterrence.words.markup import WIDTH
from deterrence.words.shown import shows

#: Characters of the name of an outcome in a table.
_LONGEST = 26


def sensitivity_text(answer: Sensitivity, width: int = WIDTH) -> str:
    """Return the analysis as plain text, laid out for a terminal."""
    return as_text(pieces(answer), width)


def sensitivity_html(answer: Sensitivity) -> str:
    """Return the analysis as a piece of HTML, for notebooks."""
    return as_html(pieces(answer))


# ---- the parts ----------------------------------------------------------------------
def pieces(answer: Sensitivity) -> Iterator[Passage]:
    """Yield the analysis piece by piece."""
    yield Passage("head", f"{answer.title}: what the uncertain parameters decide")
    for text in answer.shortfalls:
        yield Passage("text", f"Warning: {text}")
    yield from _in_short(answer)
    yield from _inputs(answer)
    if answer.probabilities is not None:
        yield from _probabilities(answer, answer.probabilities)
    if answer.sobol is not None or answer.morris or answer.regional:
        yield from importance(answer)
    if answer.tornado:
        yield from _tornado(answer)
    yield from _method(answer)


def _in_short(answer: Sensitivity) -> Iterator[Passage]:
    """Yield what somebody who reads no tables must know."""
    if answer.probabilities is not None:
        for e in answer.probabilities.entries:
            if e.quantity.kind == "conclusion":
                yield Passage("item", holds_text(e, answer.level))
    yield from decisive(answer)


def _inputs(answer: Sensitivity) -> Iterator[Passage]:
    yield Passage("head", "Uncertain parameters")
    rows = [
        (i.name, f"{i.text} (base {short(i.base)})", f"{i.title}, {i.unit}" if i.unit else i.title)
        for i in answer.varying
    ]
    yield Passage("explained", rows=tuple(rows))
    fixed = [i for i in answer.inputs if i.kind == "fixed"]
    for why in dict.fromkeys(i.why for i in fixed):
        held = ", ".join(f"{i.name} = {short(i.base)}" for i in fixed if i.why == why)
        yield Passage("text", f"Fixed ({why}): {held}.")
    derived = [f"{i.name} {i.text}" for i in answer.inputs if i.kind == "derived"]
    if derived:
        yield Passage("text", f"Derived from the others: {', '.join(derived)}.")
    if answer.correlations:
        told = [f"{c.between[0]} and {c.between[1]} {short(c.value)}" for c in answer.correlations]
        yield Passage("text", f"Rank correlations: {', '.join(told)}.")
    if answer.scenario:
        yield Passage(
            "text",
            f"The scenario {answer.scenario} is the base case; it fixes no uncertain parameter.",
        )


def _probabilities(answer: Sensitivity, p: Probabilities) -> Iterator[Passage]:
    yield Passage("head", "How likely")
    if p.several > 0:
        yield Passage(
            "text",
            f"{p.several:.1%} of the points have several equilibria. None of them is chosen: "
            "the columns tell the smallest and the largest value over all of them.",
        )
    if p.continuum > 0:
        yield Passage(
            "text",
            f"At {p.continuum:.1%} of the points some equilibria form a continuum. The bounds are "
            "over its extreme points, where probabilities and means are least and greatest.",
        )
    for kind, head in (("outcome", "probability of"), ("measure", "mean of")):
        rows = [
            (_name(e.quantity), *_bounds(e))
            for e in p.entries
            if e.quantity.kind == kind
        ]  # fmt: skip
        if rows:
            ends = f"{100 * answer.level:g}% interval"
            yield Passage("table", rows=((head, "smallest", ends, "largest", ends), *rows))


def _settling(p: Probabilities) -> Iterator[Passage]:
    """Yield what a quarter and a half of the points say of the conclusions."""
    stages = [*(entries for _, entries in p.history), p.entries]
    for k, e in enumerate(p.entries):
        if e.quantity.kind != "conclusion":
            continue
        told = [
            f"{', '.join(number_text(getattr(s[k], b).value, True) for s in stages)} "
            f"{e.quantity.bound_words(b)}"
            for b in BOUNDS
        ]
        yield Passage(
            "item",
            f"From a quarter, a half and all of the points, {e.quantity.name} comes out with "
            f"probability {' and '.join(told)}.",
        )


def holds_text(e: Expectation, level: float) -> str:
    """Say how likely a conclusion is."""
    name = e.quantity.phrase or e.quantity.name
    low, high = (number_text(bound.value, chance=True) for bound in (e.lower, e.upper))
    sure = f"{100 * level:g}% interval {interval(e.lower, chance=True)}"
    if e.lower == e.upper:
        return f"{name} holds with probability {low} ({sure}), whichever equilibrium is played."
    return (
        f"{name} holds in every equilibrium with probability {low} ({sure}), in some equilibrium "
        f"with probability {high} ({interval(e.upper, chance=True)})."
    )


def _bounds(e: Expectation) -> Iterator[str]:
    chance = e.quantity.chance
    for bound in (e.lower, e.upper):
        yield number_text(bound.value, chance)
        yield interval(bound, chance)


def _name(q: Quantity) -> str:
    title = q.title if q.kind == "outcome" and len(q.title) <= _LONGEST else ""
    return title or shorten(q.name, _LONGEST)


# ---- tornado ------------------------------------------------------------------------
def _tornado(answer: Sensitivity) -> Iterator[Passage]:
    yield Passage("head", "One at a time, from the base case")
    for quantity in answer.quantities:
        low, high = (answer.tornado_of(quantity.name, b) for b in BOUNDS)
        merged = (low.base, low.bars) == (high.base, high.bars)
        for t in (low,) if merged else (low, high):
            yield from _tornado_of(t, merged)


def _tornado_of(t: Tornado, merged: bool) -> Iterator[Passage]:
    q = t.quantity
    head = f"{subject(q, t.bound, merged)}: {value_text(q, t.base)} in the base case"
    moving = [bar for bar in t.bars if bar.swing > 0]
    if not moving:
        yield Passage("text", f"{head}; no single parameter changes that.")
        return
    yield Passage("text", f"{head}.")
    swing = "flips" if q.kind == "conclusion" else "swing"
    rows: list[Sequence[str]] = [("parameter", "low", "high", "at low", "at high", swing)]
    for bar in moving[:ROWS]:
        size = "yes" if q.kind == "conclusion" else short(bar.swing)
        rows.append(
            (
                bar.input, short(bar.low), short(bar.high), _end(q, bar.at_low),
                _end(q, bar.at_high), size + (" (on the way)" if bar.hidden else ""),
            )
        )  # fmt: skip
    yield Passage("table", rows=tuple(tuple(r) for r in rows))
    still = len(t.bars) - len(moving)
    if still:
        names = ", ".join(bar.input for bar in t.bars if bar.swing == 0)
        yield Passage("text", f"Without effect: {names}.")


def _end(q: Quantity, value: float | None) -> str:
    return "not allowed" if value is None else value_text(q, value)


# ---- method -------------------------------------------------------------------------
def _method(answer: Sensitivity) -> Iterator[Passage]:
    yield Passage("head", "How this was found")
    p, s = answer.probabilities, answer.sobol
    if p is not None:
        yield Passage(
            "item",
            f"Probabilities: {p.samples} points in {p.replicates} scrambled Sobol' nets; "
            "intervals from the spread between the nets.",
        )
        yield from _settling(p)
    if s is not None and s.indices:
        yield Passage(
            "item",
            f"Sobol' indices: {s.samples} base points, {s.evaluations} games; intervals of "
            f"{100 * answer.level:g}% from {s.resamples} bootstrap resamples.",
        )
    if answer.tornado:
        yield Passage(
            "item",
            "One at a time: from one bound to the other, or from the 5% to the 95% quantile of "
            "a distribution; `on the way` marks values beyond those at the two ends.",
        )
    for text in answer.notes:
        yield Passage("item", text)
    engines: dict[str, Any] = {k: v for k, v in answer.engines.items() if v}
    told = {"compiled": "in floats", "exact": "exactly", "outside": "left out"}
    counts = ", ".join(f"{v} {told.get(k, k)}" for k, v in engines.items())
    yield Passage("item", f"Games solved: {counts}. Seed {answer.seed}.")


shows(Sensitivity, text=sensitivity_text, html=sensitivity_html)
