"""What is asked, question by question: what every method says of the parameters for one.

A question is a bound of a quantity, or both where the same is said of both.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from deterrence.analysis.uncertainty.estimates import BOUNDS, Bound, Quantity, short
from deterrence.analysis.uncertainty.results import (
    MorrisScreening,
    Regional,
    Sensitivity,
    SobolIndices,
    Tornado,
)
from deterrence.analysis.uncertainty.wording import index_text

#: Significance below which a regional test tells something (5 %, after Bonferroni).
SIGNIFICANT = 0.05


@dataclass(frozen=True, eq=False)
class Asked:
    """One question, and what there is on it; ``bound`` is ``None`` where both are the same."""

    quantity: Quantity
    bound: Bound | None
    indices: SobolIndices | None
    tornado: Tornado | None
    morris: MorrisScreening | None
    regional: Regional | None

    @property
    def varies(self) -> bool:
        """Whether anything changes the answer."""
        if self.indices is not None:
            return not self.indices.constant
        moved = self.tornado is not None and any(bar.swing > 0 for bar in self.tornado.bars)
        screened = self.morris is not None and any(e.mu_star.value > 0 for e in self.morris.effects)
        return moved or screened or bool(self.regional is not None and self.regional.tests)

    @cached_property
    def what(self) -> str:
        """Which method the ``column`` is from: ``share``, ``swing``, ``mu*``, ``KS`` or none."""
        if self.indices is not None and not self.indices.constant:
            return "share"
        if self.tornado is not None and any(bar.swing > 0 for bar in self.tornado.bars):
            return "swing"
        if self.morris is not None and any(e.mu_star.value > 0 for e in self.morris.effects):
            return "mu*"
        return "KS" if self.regional is not None and self.regional.tests else ""

    @cached_property
    def weight(self) -> Mapping[str, float]:
        """How much each parameter matters, in the unit of the ``column``."""
        if self.what == "share":
            assert self.indices is not None
            pairs = enumerate(self.indices.inputs)
            return {name: self.indices.weight(k).value for k, name in pairs}
        if self.what == "swing":
            assert self.tornado is not None
            return {bar.input: bar.swing for bar in self.tornado.bars}
        if self.what == "mu*":
            assert self.morris is not None
            return {e.input: e.mu_star.value for e in self.morris.effects}
        tests = () if self.regional is None else self.regional.tests
        return {t.input: t.distance for t in tests}

    @cached_property
    def column(self) -> Mapping[str, str]:
        """One cell on each parameter, from the method that says most."""
        if self.what == "share":
            assert self.indices is not None
            pairs = enumerate(self.indices.inputs)
            return {name: index_text(self.indices.weight(k)) for k, name in pairs}
        if self.what == "swing" and self.quantity.kind == "conclusion":
            return {name: "flips" if w > 0 else "-" for name, w in self.weight.items()}
        return {name: short(w) for name, w in self.weight.items()}


def asked_of(answer: Sensitivity) -> list[Asked]:
    """Return both bounds of every quantity, conclusions first."""
    order = sorted(answer.quantities, key=lambda q: q.kind != "conclusion")
    return [_asked(answer, q, bound) for q in order for bound in BOUNDS]


def merged(asked: Sequence[Asked]) -> list[Asked]:
    """Return questions with both bounds of a quantity as one where their columns are alike."""
    found: list[Asked] = []
    for a in asked:
        before = found[-1] if found else None
        if before is not None and before.quantity == a.quantity and _data(before) == _data(a):
            found[-1] = replace(a, bound=None)
        else:
            found.append(a)
    return found


def _asked(answer: Sensitivity, quantity: Quantity, bound: Bound) -> Asked:
    name = quantity.name
    indices = None
    if answer.sobol is not None and answer.sobol.indices:
        indices = answer.sobol_of(name, bound)
    regional = answer.regional and quantity.kind == "conclusion"
    return Asked(
        quantity,
        bound,
        indices,
        answer.tornado_of(name, bound) if answer.tornado else None,
        answer.morris_of(name, bound) if answer.morris else None,
        answer.regional_of(name, bound) if regional else None,
    )


def _data(a: Asked) -> tuple[object, ...]:
    """Return what the column rests on."""
    if a.indices is not None:
        return _digits(a.indices)
    return a.what, tuple(a.column.items())


def _digits(indices: SobolIndices) -> tuple[str, ...]:
    """Return indices without the last digits, in which alike outputs may differ by rounding."""
    found = (*indices.first, *indices.total)
    return (f"{indices.mean:.9g}", *(f"{v:.9f}" for e in found for v in (e.value, e.low, e.high)))
