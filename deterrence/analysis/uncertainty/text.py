"""A sensitivity analysis in words and tables, as plain text and as HTML from one source.

>>> from deterrence.analysis.uncertainty.values import Estimate
>>> index_text(Estimate(0.4213, 0.401, 0.45)), interval(Estimate(0.42, 0.4, 0.45))
('0.42 +-0.02', '0.4 to 0.45')
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
    MorrisScreening,
    Probabilities,
    Quantity,
    Regional,
    Sensitivity,
    SobolIndices,
    Tornado,
    short,
)
from deterrence.game.markup import (
    HTML_LINE,
    HTML_NOTE,
    HTML_TABLE,
    WIDTH,
    columns,
    explained,
    html_text,
    plain,
    wrap,
)

#: Rows of a table of parameters before the rest is only counted.
ROWS = 12
#: Width of an interval beyond which a share says nothing.
_USELESS = 1.0
_SIGNIFICANT = 0.05


@dataclass(frozen=True)
class Piece:
    """A heading, a paragraph, a sentence of a list, or a table (its first row is the head).

    ``left`` is the number of columns that hold words and are aligned to the left.  In
    a table of the kind ``explained`` the last of three columns may be long.
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
        elif piece.kind == "explained":
            lines += explained([(a, b, c) for a, b, c in piece.rows], width)
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
        if piece.kind in ("table", "explained"):
            parts.append(_html_table(piece))
        elif piece.kind == "head":
            parts.append(f"<h3>{html_text(piece.text)}</h3>")
        else:
            parts.append(f'<p style="{HTML_NOTE}">{html_text(piece.text)}</p>')
    return "".join(parts)


def _html_table(piece: Piece) -> str:
    rows = []
    left = 3 if piece.kind == "explained" else piece.left
    for k, row in enumerate(piece.rows):
        tag = "td" if k or piece.kind == "explained" else "th"
        cells = []
        for j, cell in enumerate(row):
            style = f"{HTML_LINE};text-align:{'left' if j < left else 'right'}"
            cells.append(f'<{tag} style="{style}">{html_text(cell)}</{tag}>')
        rows.append(f"<tr>{''.join(cells)}</tr>")
    return f'<table style="{HTML_TABLE}">{"".join(rows)}</table>'


# ---- numbers ------------------------------------------------------------------------
def index_text(e: Estimate) -> str:
    """Write an index with half the width of its interval."""
    return f"{e.value:.2f}" if math.isnan(e.width) else f"{e.value:.2f} +-{e.width / 2:.2f}"


def interval(e: Estimate) -> str:
    """Write the interval of an estimate."""
    return f"{short(e.low)} to {short(e.high)}"


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
    yield Piece("head", "Uncertain parameters")
    rows = [
        (i.name, f"{i.text} (base {short(i.base)})", f"{i.title}, {i.unit}" if i.unit else i.title)
        for i in answer.varying
    ]
    yield Piece("explained", rows=tuple(rows))
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
    >>> print(holds_text(Expectation(quantity, share, share), 0.95)[:49])
    Deterrence (no war) holds with probability 0.62 (
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
    if answer.sobol is not None and answer.sobol.indices:
        yield Piece(
            "item",
            "`alone` and `total`: share of the variance that a parameter explains by itself, "
            "and with its interactions (Sobol' indices); N/4 and N/2 show the total index from "
            "a part of the sample.",
        )
    if answer.morris:
        yield Piece(
            "item",
            "`mu*`: mean size of the change as the parameter moves over its range, at random "
            "places (Morris); a `sigma` as large means that it depends on the others.",
        )
    if any(r.tests for r in answer.regional):
        yield Piece(
            "item",
            "`KS`: distance, from 0 to 1, between the parameter's values where the conclusion "
            "holds and where it fails; `higher` where it holds at higher values, `n.s.` where "
            "the difference may be chance (5%, Bonferroni).",
        )
    for quantity in answer.quantities:
        merged = _same(answer, quantity)
        for bound in BOUNDS[:1] if merged else BOUNDS:
            yield from _importance_of(answer, quantity, bound, merged)


def _same(answer: Sensitivity, quantity: Quantity) -> bool:
    """Say whether both bounds of a quantity came out the same everywhere."""
    pairs: list[list[Any]] = []
    if answer.sobol is not None and answer.sobol.indices:
        found = [answer.sobol.of(quantity.name, b) for b in BOUNDS]
        pairs.append([(i.first, i.total, i.mean) for i in found])
    if answer.morris:
        pairs.append([answer.morris_of(quantity.name, b).effects for b in BOUNDS])
    if answer.regional and quantity.kind == "conclusion":
        regions = [answer.regional_of(quantity.name, b) for b in BOUNDS]
        pairs.append([(r.holds, r.tests) for r in regions])
    return all(a == b for a, b in pairs)


class _Importance:
    """One table: what every method says of the parameters, for one bound of one quantity."""

    def __init__(self, answer: Sensitivity, quantity: Quantity, bound: Bound) -> None:
        self.heads: list[str] = []
        self.cells: dict[str, dict[str, str]] = {}
        self.weight: dict[str, float] = {}
        self.members: dict[str, tuple[str, ...]] = {i.name: () for i in answer.varying}
        self.doubt = ""
        if answer.sobol is not None and answer.sobol.indices:
            self._sobol(answer.sobol.of(quantity.name, bound))
            self.members = {
                g.label: g.names if len(g.names) > 1 else () for g in answer.sobol.groups
            }
        region = None
        if answer.regional and quantity.kind == "conclusion":
            region = answer.regional_of(quantity.name, bound)
        if answer.morris:
            crowded = bool(self.heads) and region is not None and bool(region.tests)
            self._morris(answer.morris_of(quantity.name, bound), sigma=not crowded)
        if region is not None:
            self._regional(region)

    def _put(self, label: str, weight: float, **cells: str) -> None:
        self.weight.setdefault(label, weight)
        self.cells.setdefault(label, {}).update(cells)

    def _sobol(self, found: SobolIndices) -> None:
        if found.constant:
            return
        widest = max(e.width for e in (*found.first, *found.total))
        if widest > _USELESS:
            self.doubt = (
                "it varies at so few points that its Sobol' indices are not told "
                f"(an interval is {short(widest)} wide)"
            )
            return
        self.heads += ["alone", "total", "N/4", "N/2"]
        for k, group in enumerate(found.groups):
            early, half = (total[k] for _, _, total in found.history)
            self._put(
                group,
                found.total[k].value,
                alone=index_text(found.first[k]),
                total=index_text(found.total[k]),
                **{"N/4": f"{early:.2f}", "N/2": f"{half:.2f}"},
            )

    def _morris(self, screening: MorrisScreening, *, sigma: bool) -> None:
        if not any(e.mu_star.value > 0 for e in screening.effects):
            return
        self.heads += ["mu*", "sigma"] if sigma else ["mu*"]
        for e in screening.effects:
            cells = {"mu*": short(e.mu_star.value), "sigma": short(e.sigma)}
            self._put(e.input, e.mu_star.value, **cells)

    def _regional(self, region: Regional) -> None:
        if not region.tests:
            return
        self.heads.append("KS")
        for t in region.tests:
            side = "higher" if t.median_holds > t.median_fails else "lower"
            told = side if t.adjusted < _SIGNIFICANT else "n.s."
            self._put(t.input, t.distance, KS=f"{t.distance:.2f} {told:<6}")

    def table(self) -> Piece:
        """Return the table, the most important parameters first."""
        order = sorted(self.members, key=lambda label: -self.weight.get(label, 0.0))
        rows = [("parameter", *self.heads)]
        for label in order[:ROWS]:
            for name in (label, *self.members[label]):
                indent = "" if name == label else "  "
                cells = self.cells.get(name, {})
                rows.append((indent + name, *(cells.get(h, "") for h in self.heads)))
        return Piece("table", rows=tuple(rows))


def _importance_of(
    answer: Sensitivity, quantity: Quantity, bound: Bound, merged: bool
) -> Iterator[Piece]:
    found = _Importance(answer, quantity, bound)
    subject = _subject(quantity, bound, merged)
    if found.doubt:
        yield Piece("text", f"{subject}: {found.doubt}.")
    if not found.heads:
        if not found.doubt:
            yield Piece("text", f"{subject}: nothing in this sample changes it.")
        return
    if not found.doubt:
        yield Piece("text", f"{subject}:")
    yield found.table()
    rest = len(found.members) - ROWS
    if rest > 0:
        yield Piece("text", f"{rest} more matter less; the JSON output has them.")
    yield from _pairs(answer, quantity, bound)


def _pairs(answer: Sensitivity, quantity: Quantity, bound: Bound) -> Iterator[Piece]:
    """Yield what pairs of parameters explain together, where that is more than nothing."""
    if answer.sobol is None or not answer.sobol.indices:
        return
    found = answer.sobol.of(quantity.name, bound)
    if not found.second:
        return
    clear = [(pair, e) for pair, e in found.second.items() if e.low > 0]
    clear.sort(key=lambda entry: -entry[1].value)
    if not clear:
        yield Piece("text", "No pair of parameters explains anything beyond doubt together.")
        return
    told = [f"{found.groups[i]} with {found.groups[j]} {index_text(e)}" for (i, j), e in clear[:6]]
    yield Piece("text", f"Only together (second order): {', '.join(told)}.")


def _subject(quantity: Quantity, bound: Bound, merged: bool) -> str:
    where = "whichever equilibrium is played" if merged else quantity.bound_words(bound)
    name = quantity.phrase or quantity.name
    if quantity.kind == "measure" and quantity.title:
        name = f"{quantity.name} ({quantity.title})"
    return f"{name}, {where}"


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
    head = f"{_subject(q, t.bound, merged)}: {_yes(q, t.base)} in the base case"
    moving = [bar for bar in t.bars if bar.swing > 0]
    if not moving:
        yield Piece("text", f"{head}; no single parameter changes that.")
        return
    yield Piece("text", f"{head}.")
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
