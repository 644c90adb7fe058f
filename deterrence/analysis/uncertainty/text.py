"""A sensitivity analysis in words and tables, as plain text and as HTML from one source.

>>> from deterrence.analysis.uncertainty.results import Estimate
>>> give_or_take(Estimate(0.4213, 0.401, 0.45)), chance_text(0.00004)
('0.421 +-0.0245', '<0.001')
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from deterrence.analysis.uncertainty.results import (
    BOUNDS,
    Bound,
    Estimate,
    Expectation,
    Input,
    Probabilities,
    Quantity,
    Sensitivity,
    Tornado,
    short,
)
from deterrence.game.markup import (
    HTML_LINE,
    HTML_NOTE,
    HTML_TABLE,
    WIDTH,
    columns,
    html_text,
    plain,
    wrap,
)

#: Rows of a table of parameters before the rest is only counted.
ROWS = 12


@dataclass(frozen=True)
class Piece:
    """A heading, a paragraph, a sentence of a list, or a table (its first row is the head).

    ``left`` is the number of columns that hold words and are aligned to the left.
    """

    kind: str
    text: str = ""
    rows: tuple[tuple[str, ...], ...] = ()
    left: int = 1


def sensitivity_text(answer: Sensitivity, width: int = WIDTH) -> str:
    """Return the analysis as plain text, laid out for a terminal."""
    lines: list[str] = []
    before = ""
    for piece in pieces(answer):
        if before and not (piece.kind == before == "item"):
            lines.append("")
        if piece.kind == "table":
            rows = [[plain(cell) for cell in row] for row in piece.rows]
            right = range(piece.left, len(rows[0]))
            lines += [f"  {line}" for line in columns(rows, right=right)]
        elif piece.kind == "item":
            lines += wrap(piece.text, width, first="- ", rest="  ")
        elif piece.kind == "head":
            text = plain(piece.text)
            lines += [text, "-" * len(text)]
        else:
            lines += wrap(piece.text, width)
        before = piece.kind
    return "\n".join(lines)


def sensitivity_html(answer: Sensitivity) -> str:
    """Return the analysis as a piece of HTML, for notebooks."""
    parts = []
    for piece in pieces(answer):
        if piece.kind == "table":
            rows = []
            for k, row in enumerate(piece.rows):
                tag = "td" if k else "th"
                cells = "".join(
                    f'<{tag} style="{HTML_LINE};text-align:{"left" if j < piece.left else "right"}">'
                    f"{html_text(cell)}</{tag}>"
                    for j, cell in enumerate(row)
                )
                rows.append(f"<tr>{cells}</tr>")
            parts.append(f'<table style="{HTML_TABLE}">{"".join(rows)}</table>')
        elif piece.kind == "head":
            parts.append(f"<h3>{html_text(piece.text)}</h3>")
        else:
            parts.append(f'<p style="{HTML_NOTE}">{html_text(piece.text)}</p>')
    return "".join(parts)


# ---- numbers ------------------------------------------------------------------------
def give_or_take(e: Estimate) -> str:
    """Write an estimate with half the width of its interval."""
    return short(e.value) if math.isnan(e.width) else f"{short(e.value)} +-{short(e.width / 2)}"


def interval(e: Estimate) -> str:
    """Write the interval of an estimate."""
    return f"{short(e.low)} to {short(e.high)}"


def chance_text(p: float) -> str:
    """Write a p-value, ``<0.001`` where it is smaller."""
    return "<0.001" if p < 0.001 else short(p)


def _yes(quantity: Quantity, value: float | None) -> str:
    if quantity.kind != "conclusion" or value is None:
        return short(value)
    return "holds" if value > 0.5 else "fails"


# ---- the parts ----------------------------------------------------------------------
def pieces(answer: Sensitivity) -> Iterator[Piece]:
    """Yield the analysis piece by piece."""
    yield Piece("head", f"{answer.title}: what the uncertain parameters decide")
    for text in answer.shortfalls:
        yield Piece("text", f"Warning: {text}")
    yield from _inputs(answer)
    if answer.probabilities is not None:
        yield from _probabilities(answer, answer.probabilities)
    if answer.sobol is not None or answer.morris or answer.regional:
        yield from _importance(answer)
    if answer.tornado:
        yield from _tornado(answer)
    yield from _method(answer)


def _inputs(answer: Sensitivity) -> Iterator[Piece]:
    yield Piece("head", "Parameters")
    rows = [("uncertain", "spread", "base", "what it is")]
    rows += [(i.name, i.text, short(i.base), _described(i)) for i in answer.varying]
    yield Piece("table", rows=tuple(rows), left=4)
    held = [f"{i.name} = {short(i.base)} ({i.why})" for i in answer.inputs if i.kind == "fixed"]
    if held:
        yield Piece("text", f"Fixed: {'; '.join(held)}.")
    derived = [f"{i.name} {i.text}" for i in answer.inputs if i.kind == "derived"]
    if derived:
        yield Piece("text", f"Derived from the others: {', '.join(derived)}.")
    if answer.correlations:
        told = [f"{c.between[0]} and {c.between[1]} {short(c.value)}" for c in answer.correlations]
        yield Piece("text", f"Rank correlations: {', '.join(told)}.")
    if answer.scenario:
        yield Piece(
            "text",
            f"The scenario {answer.scenario} is the base case; it fixes no uncertain parameter.",
        )


def _described(i: Input) -> str:
    text = i.title if len(i.title) <= 34 else f"{i.title[:31]}..."
    return text


def _probabilities(answer: Sensitivity, p: Probabilities) -> Iterator[Piece]:
    yield Piece("head", "How likely")
    for e in p.entries:
        if e.quantity.kind == "conclusion":
            yield Piece("item", holds_text(e, answer.level))
    if p.several > 0:
        yield Piece(
            "text",
            f"{p.several:.1%} of the points have several equilibria. None of them is chosen: "
            "the columns tell the smallest and the largest value over all of them.",
        )
    for kind, head in (("outcome", "probability of"), ("measure", "mean of")):
        rows = [
            (_name(e.quantity), short(e.lower.value), interval(e.lower), short(e.upper.value),
             interval(e.upper))
            for e in p.entries
            if e.quantity.kind == kind
        ]  # fmt: skip
        if rows:
            ends = f"{answer.level:.0%} interval"
            yield Piece("table", rows=((head, "smallest", ends, "largest", ends), *rows))


def holds_text(e: Expectation, level: float) -> str:
    """Say how likely a conclusion is.

    >>> share = Estimate(0.62, 0.61, 0.63)
    >>> quantity = Quantity("war == 0", "conclusion", phrase="Deterrence (no war)")
    >>> print(holds_text(Expectation(quantity, share, share), 0.95))
    Deterrence (no war) holds with probability 0.62 (95% interval 0.61 to 0.63), whichever
    equilibrium is played.
    """
    subject = e.quantity.phrase or e.quantity.name
    if e.lower == e.upper:
        return (
            f"{subject} holds with probability {short(e.lower.value)} ({level:.0%} interval "
            f"{interval(e.lower)}), whichever equilibrium is played."
        )
    return (
        f"{subject} holds in every equilibrium with probability {short(e.lower.value)} "
        f"({level:.0%} interval {interval(e.lower)}), in some equilibrium with probability "
        f"{short(e.upper.value)} ({interval(e.upper)})."
    )


def _name(q: Quantity) -> str:
    title = q.title if len(q.title) <= 30 else ""
    if q.kind == "outcome" and title:
        return title
    return q.name


# ---- what matters -------------------------------------------------------------------
def _importance(answer: Sensitivity) -> Iterator[Piece]:
    yield Piece("head", "Which parameter matters")
    words = []
    if answer.sobol is not None and answer.sobol.indices:
        words.append(
            "`alone` and `total` are Sobol' indices: the share of the variance that a parameter "
            "explains by itself, and with its interactions; N/4 and N/2 show the total index "
            "from a part of the sample."
        )
    if answer.morris:
        words.append(
            "`mu*` is the mean size of the change as the parameter moves over its range, at "
            "random places (Morris); a `sigma` of that size or more means that it depends on "
            "the other parameters."
        )
    if answer.regional:
        words.append(
            "`KS` is the distance, from 0 to 1, between the values where the conclusion holds "
            "and where it fails; p is adjusted for the number of tests (Bonferroni)."
        )
    yield Piece("text", " ".join(words))
    for quantity in answer.quantities:
        merged = _same(answer, quantity)
        for bound in BOUNDS[:1] if merged else BOUNDS:
            yield from _importance_of(answer, quantity, bound, merged)


def _same(answer: Sensitivity, quantity: Quantity) -> bool:
    """Say whether both bounds of a quantity came out the same everywhere."""
    pairs = []
    if answer.sobol is not None and answer.sobol.indices:
        found = [answer.sobol.of(quantity.name, b) for b in BOUNDS]
        pairs.append([(i.first, i.total, i.mean) for i in found])
    if answer.morris:
        pairs.append([answer.morris_of(quantity.name, b).effects for b in BOUNDS])
    if answer.regional and quantity.kind == "conclusion":
        regions = [answer.regional_of(quantity.name, b) for b in BOUNDS]
        pairs.append([(r.holds, r.tests) for r in regions])
    return all(a == b for a, b in pairs)


def _importance_of(
    answer: Sensitivity, quantity: Quantity, bound: Bound, merged: bool
) -> Iterator[Piece]:
    cells: dict[str, dict[str, str]] = {}
    weight: dict[str, float] = {}
    heads: list[str] = []
    members: dict[str, tuple[str, ...]] = {i.name: () for i in answer.varying}
    varies = False
    if answer.sobol is not None and answer.sobol.indices:
        found = answer.sobol.of(quantity.name, bound)
        members = {g.label: g.names if len(g.names) > 1 else () for g in answer.sobol.groups}
        if not found.constant:
            varies = True
            heads += ["alone", "total", "N/4", "N/2"]
            for k, group in enumerate(found.groups):
                weight[group] = found.total[k].value
                cells[group] = {
                    "alone": give_or_take(found.first[k]),
                    "total": give_or_take(found.total[k]),
                    "N/4": short(round(found.history[0][2][k], 3)),
                    "N/2": short(round(found.history[1][2][k], 3)),
                }
    if answer.morris:
        screening = answer.morris_of(quantity.name, bound)
        if any(e.mu_star.value > 0 for e in screening.effects):
            varies = True
            heads += ["mu*", "sigma"]
            for e in screening.effects:
                weight.setdefault(e.input, e.mu_star.value)
                cells.setdefault(e.input, {}).update(
                    {"mu*": give_or_take(e.mu_star), "sigma": short(e.sigma)}
                )
    if answer.regional and quantity.kind == "conclusion":
        region = answer.regional_of(quantity.name, bound)
        if region.tests:
            varies = True
            heads += ["KS", "p", "holds"]
            for t in region.tests:
                weight.setdefault(t.input, t.distance)
                side = "higher" if t.median_holds > t.median_fails else "lower"
                cells.setdefault(t.input, {}).update(
                    {
                        "KS": short(t.distance),
                        "p": chance_text(t.adjusted),
                        "holds": side if t.adjusted < 0.05 else "",
                    }
                )
    subject = quantity.phrase or quantity.name
    where = "whichever equilibrium is played" if merged else quantity.bound_words(bound)
    if not varies:
        yield Piece("text", f"{subject}, {where}: nothing in this sample changes it.")
        return
    yield Piece("text", f"{subject}, {where}:")
    order = sorted(members, key=lambda label: -weight.get(label, 0.0))
    rows = [("parameter", *heads)]
    for label in order[:ROWS]:
        rows.append((label, *(cells.get(label, {}).get(h, "") for h in heads)))
        for name in members[label]:
            rows.append((f"  {name}", *(cells.get(name, {}).get(h, "") for h in heads)))
    yield Piece("table", rows=tuple(rows))
    if len(order) > ROWS:
        yield Piece("text", f"{len(order) - ROWS} more parameters matter less.")


# ---- tornado ------------------------------------------------------------------------
def _tornado(answer: Sensitivity) -> Iterator[Piece]:
    yield Piece("head", "One at a time, from the base case")
    for quantity in answer.quantities:
        low, high = (answer.tornado_of(quantity.name, b) for b in BOUNDS)
        merged = (low.base, low.bars) == (high.base, high.bars)
        for t in (low,) if merged else (low, high):
            yield from _tornado_of(t, merged)


def _tornado_of(t: Tornado, merged: bool) -> Iterator[Piece]:
    q = t.quantity
    where = "whichever equilibrium is played" if merged else q.bound_words(t.bound)
    head = f"{q.phrase or q.name}, {where}: {_yes(q, t.base)} in the base case"
    moving = [bar for bar in t.bars if bar.swing > 0]
    if not moving:
        yield Piece("text", f"{head}; no single parameter changes that.")
        return
    yield Piece("text", f"{head}.")
    swing = "flips" if q.kind == "conclusion" else "swing"
    rows: list[Sequence[str]] = [("parameter", "from", "to", "there", "and there", swing)]
    for bar in moving[:ROWS]:
        size = "yes" if q.kind == "conclusion" else short(bar.swing)
        rows.append(
            (
                bar.input, short(bar.low), short(bar.high), _end(q, bar.at_low),
                _end(q, bar.at_high), size + (" (on the way)" if bar.hidden else ""),
            )
        )  # fmt: skip
    yield Piece("table", rows=tuple(tuple(r) for r in rows))
    still = len(t.bars) - len(moving)
    if still:
        names = ", ".join(bar.input for bar in t.bars if bar.swing == 0)
        yield Piece("text", f"Without effect: {names}.")


def _end(q: Quantity, value: float | None) -> str:
    return "not allowed" if value is None else _yes(q, value)


# ---- method -------------------------------------------------------------------------
def _method(answer: Sensitivity) -> Iterator[Piece]:
    yield Piece("head", "How this was found")
    p, s = answer.probabilities, answer.sobol
    if p is not None:
        yield Piece(
            "item",
            f"Probabilities: {p.samples} points in {p.replicates} scrambled Sobol' nets; "
            "intervals from the spread between the nets.",
        )
    if s is not None and s.indices:
        yield Piece(
            "item",
            f"Sobol' indices: {s.samples} base points, {s.evaluations} games; intervals of "
            f"{answer.level:.0%} from {s.resamples} bootstrap resamples.",
        )
    if answer.tornado:
        yield Piece(
            "item",
            "One at a time: from one bound to the other, or from the 5% to the 95% quantile of "
            "a distribution; `on the way` marks values beyond those at the two ends.",
        )
    for text in answer.notes:
        yield Piece("item", text)
    engines: dict[str, Any] = {k: v for k, v in answer.engines.items() if v}
    told = {"compiled": "in floats", "exact": "exactly", "outside": "left out"}
    counts = ", ".join(f"{v} {told.get(k, k)}" for k, v in engines.items())
    yield Piece("item", f"Games solved: {counts}. Seed {answer.seed}.")
