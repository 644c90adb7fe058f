"""What a sensitivity analysis says of the parameters: which of them matters, and for what.

>>> from deterrence import load_model
>>> model = load_model("asymmetric-bipolarity")
>>> answer = model.sensitivity(measures=["war"], over=["l_R", "g_R"], samples=256, method="sobol")
>>> [piece.text for piece in decisive(answer)]  # doctest: +NORMALIZE_WHITESPACE +ELLIPSIS
['Whether no war holds in every equilibrium depends most on l_R (total index ...); g_R
has no effect.']
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from deterrence.analysis.uncertainty.estimates import BOUNDS, Bound, Estimate, Quantity, short
from deterrence.analysis.uncertainty.paragraphs import ROWS, Passage, index_text, subject
from deterrence.analysis.uncertainty.results import (
    MorrisScreening,
    Regional,
    Sensitivity,
    SobolIndices,
)
from deterrence.statements import SUBJECTS

#: Width of an interval beyond which a share says nothing.
_USELESS = 1.0
_SIGNIFICANT = 0.05
#: Total indices below which a parameter has no effect worth telling, and from which it decides.
_NOTHING, _MUCH = 0.01, 0.2


def decisive(answer: Sensitivity) -> Iterator[Passage]:
    """Say in a sentence per conclusion which parameters decide it."""
    if answer.sobol is None:
        return
    told: list[tuple[str, tuple[Estimate, ...]]] = []
    for found in answer.sobol.indices:
        clear = not found.constant and max(e.width for e in found.total) <= _USELESS
        if found.quantity.kind != "conclusion" or not clear:
            continue
        if (found.quantity.name, found.total) in told:
            continue  # the same in every and in some equilibrium
        told.append((found.quantity.name, found.total))
        yield Passage("item", _decided(found))


def _decided(found: SobolIndices) -> str:
    much = [k for k in found.order if found.total[k].value >= _MUCH] or list(found.order[:1])
    none = [found.groups[k] for k in found.order if found.total[k].high < _NOTHING]
    shares = [f"{found.groups[k]} (total index {found.total[k].value:.2f})" for k in much[:1]]
    shares += [f"{found.groups[k]} ({found.total[k].value:.2f})" for k in much[1:]]
    name = found.quantity.phrase or found.quantity.name
    name = name.lower() if name.lower() in SUBJECTS else name
    text = f"Whether {name} holds {found.quantity.bound_words(found.bound)} depends most on "
    text += ", ".join(shares)
    if none:
        text += f"; {', '.join(none)} {'has' if len(none) == 1 else 'have'} no effect"
    return f"{text}."


def importance(answer: Sensitivity) -> Iterator[Passage]:
    """Yield, for every quantity, the table of what each method says of the parameters."""
    yield Passage("head", "Which parameter matters")
    if answer.sobol is not None and answer.sobol.indices:
        yield Passage(
            "item",
            "`alone` and `total`: share of the variance that a parameter explains by itself, "
            "and with its interactions (Sobol' indices); N/4 and N/2 show the total index from "
            "a part of the sample.",
        )
    if answer.morris:
        yield Passage(
            "item",
            "`mu*`: mean size of the change as the parameter moves over its range, at random "
            "places (Morris); a `sigma` as large means that it depends on the others.",
        )
    if any(r.tests for r in answer.regional):
        yield Passage(
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
                **{"N/4": f"{early:z.2f}", "N/2": f"{half:z.2f}"},
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

    def table(self) -> Passage:
        """Return the table, the most important parameters first."""
        order = sorted(self.members, key=lambda label: -self.weight.get(label, 0.0))
        rows = [("parameter", *self.heads)]
        for label in order[:ROWS]:
            for name in (label, *self.members[label]):
                indent = "" if name == label else "  "
                cells = self.cells.get(name, {})
                if cells or not indent:
                    rows.append((indent + name, *(cells.get(h, "") for h in self.heads)))
        return Passage("table", rows=tuple(rows))


def _importance_of(
    answer: Sensitivity, quantity: Quantity, bound: Bound, merged: bool
) -> Iterator[Passage]:
    found = _Importance(answer, quantity, bound)
    head = subject(quantity, bound, merged)
    if found.doubt:
        yield Passage("text", f"{head}: {found.doubt}.")
    if not found.heads:
        if not found.doubt:
            yield Passage("text", f"{head}: nothing in this sample changes it.")
        return
    if not found.doubt:
        yield Passage("text", f"{head}:")
    yield found.table()
    rest = len(found.members) - ROWS
    if rest > 0:
        yield Passage("text", f"{rest} more matter less; the JSON output has them.")
    yield from _pairs(answer, quantity, bound)


def _pairs(answer: Sensitivity, quantity: Quantity, bound: Bound) -> Iterator[Passage]:
    """Yield what pairs of parameters explain together, where that is more than nothing."""
    if answer.sobol is None or not answer.sobol.indices:
        return
    found = answer.sobol.of(quantity.name, bound)
    if not found.second:
        return
    clear = [(pair, e) for pair, e in found.second.items() if e.low > 0]
    clear.sort(key=lambda entry: -entry[1].value)
    if not clear:
        yield Passage("text", "No pair of parameters explains anything beyond doubt together.")
        return
    told = [f"{found.groups[i]} with {found.groups[j]} {index_text(e)}" for (i, j), e in clear[:6]]
    yield Passage("text", f"Only together (second order): {', '.join(told)}.")
