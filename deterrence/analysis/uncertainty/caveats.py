"""What must be said of an answer: is the sample large enough, and what was left out.

A sample is called too small where an interval is wider than :data:`WIDEST`: of a
probability, or of a Sobol' index (the limit on indices after Sarrazin, Pianosi and
Wagener 2016, Environmental Modelling and Software 79).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from deterrence.analysis.uncertainty.estimates import BOUNDS, Quantity, short
from deterrence.analysis.uncertainty.regional_analysis import FEWEST
from deterrence.analysis.uncertainty.results import Sensitivity

if TYPE_CHECKING:
    from deterrence.analysis.uncertainty.inputs import Uncertainty

#: Widths of intervals beyond which a sample is called too small.
WIDEST = 0.1
#: Samples beyond which more of them are no remedy.
_REASONABLE = 1 << 18
#: Share of the points keeping the assumptions below which that is worth a warning.
_RARE = 0.1


def shortfalls(answer: Sensitivity, missing: Sequence[str], incomplete: int) -> tuple[str, ...]:
    """Return why the answer is not complete, in sentences; nothing where it is."""
    found = []
    if missing:
        end = "The time ran out" if answer.out_of_time else "Interrupted"
        found.append(f"{end} before these parts were done: {', '.join(missing)}.")
    if incomplete:
        found.append(
            f"At {incomplete} points equilibria may be missing, so that the bounds over the "
            "equilibria may be too narrow."
        )
    found += _too_small(answer)
    return tuple(found)


def _too_small(answer: Sensitivity) -> Iterator[str]:
    p = answer.probabilities
    if p is not None:
        widths = {
            f"{_told(e.quantity)} ({bound})": getattr(e, bound).width
            for e in p.entries
            for bound in BOUNDS
            if e.quantity.chance
        }
        yield from _verdict(answer, "the probabilities", widths)
    if answer.sobol is not None and answer.sobol.resamples:
        widths = {
            f"{_told(i.quantity)}, {i.quantity.bound_words(i.bound)}": max(
                e.width for e in (*i.first, *i.total)
            )
            for i in answer.sobol.indices
            if not i.constant
        }
        yield from _verdict(answer, "the Sobol' indices", widths)


def _told(quantity: Quantity) -> str:
    return quantity.phrase or quantity.name


def _verdict(answer: Sensitivity, what: str, widths: dict[str, float]) -> Iterator[str]:
    wide = {name: width for name, width in widths.items() if width > WIDEST}
    if not wide:
        return
    # Widths shrink like 1/sqrt(N); the next power of two above what that asks for.
    widest = max(wide.values())
    needed = 1 << math.ceil(math.log2(answer.samples * (widest / WIDEST) ** 2))
    remedy = (
        f"about {needed} samples would do"
        if needed <= _REASONABLE
        else "what is asked is too rare under these distributions to be explained by sampling"
    )
    yield (
        f"The sample is too small for {what} of {'; '.join(wide)}: an interval is "
        f"{short(widest)} wide, more than {short(WIDEST)}; {remedy}."
    )


def notes(answer: Sensitivity, uncertainty: Uncertainty, wanted: Sequence[str]) -> tuple[str, ...]:
    """Return what a reader must know of how the answer came about, in sentences."""
    return tuple(_notes(answer, uncertainty, wanted))


def _notes(answer: Sensitivity, uncertainty: Uncertainty, wanted: Sequence[str]) -> Iterator[str]:
    p = answer.probabilities
    if p is not None and p.excluded:
        share = p.excluded / p.samples
        yield (
            f"{p.excluded} of {p.samples} samples ({share:.1%}) break an assumption and are left "
            "out: all probabilities are conditional on the assumptions."
        )
        if p.valid < _RARE * p.samples:
            yield "So few samples keep the assumptions that the bounds do not suit the model."
    if answer.correlations:
        yield (
            "Correlated parameters are drawn through a Gaussian copula with the rank "
            "correlations of the model file."
        )
    for c in uncertainty.dropped:
        yield f"The correlation of {' and '.join(c.between)} is not used: one of them is fixed."
    if answer.sobol is not None:
        yield from _sobol_notes(answer)
    if "tornado" in wanted and not answer.tornado:
        yield "There is no tornado: the base case breaks an assumption of the model."
    if answer.correlations and (answer.tornado or answer.morris):
        yield "Tornado and screening move one parameter at a time and ignore correlations."
    for r in answer.regional:
        if not r.tests and r.holds and r.fails:
            yield (
                f"{r.quantity.name} {r.quantity.bound_words(r.bound)} holds at {r.holds} points "
                f"and fails at {r.fails}: fewer than {FEWEST} on one side, so that nothing can "
                "be compared."
            )


def _sobol_notes(answer: Sensitivity) -> Iterator[str]:
    found = answer.sobol
    assert found is not None
    if found.refused:
        yield (
            f"There are no Sobol' indices: {found.refused}. They need independent parameters; "
            "tornado, screening and regional tests do not."
        )
        return
    for group in found.groups:
        if not group.reason:
            continue
        if len(group.names) == 1:
            yield f"{group.label} is drawn within the assumptions that bind it."
        else:
            yield (
                f"{group.label} depend on each other ({group.reason}) and count as one in the "
                "Sobol' indices."
            )
    if found.dropped:
        yield (
            f"{found.dropped} of {found.samples} base points of the Sobol' indices break an "
            "assumption and are left out."
        )
