"""What must be said of an answer: is the sample large enough, and what was left out.

Nothing is claimed that the sample does not settle.  A probability comes with its interval, and
so does an index; what matters most is said only where the intervals tell it apart and are no
wider than :data:`~deterrence.analysis.uncertainty.estimates.WIDEST`.  Where they do not, that is
a *shortfall* if the user asked for it by name (a measure, a conclusion, a method), for then the
answer lacks what was asked; else it is told as *undecided*.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from deterrence.analysis.uncertainty.estimates import BOUNDS, WIDEST, Bound, Quantity, short
from deterrence.analysis.uncertainty.orders import chains
from deterrence.analysis.uncertainty.regional_analysis import FEWEST
from deterrence.analysis.uncertainty.results import Probabilities, Sensitivity
from deterrence.analysis.uncertainty.wording import percent, said, together

if TYPE_CHECKING:
    from deterrence.analysis.uncertainty.inputs import Uncertainty

#: Says whether a part of the analysis was asked for by name, for a quantity.
Demanded = Callable[[str, Quantity], bool]
#: Samples beyond which more of them are no remedy.
_REASONABLE = 1 << 18
#: Samples below which very wide intervals do not tell how many would do.
_TELLING = 1 << 12
#: Share of the points keeping the assumptions below which that is worth a warning.
_RARE = 0.1


def shortfalls(
    answer: Sensitivity, missing: Sequence[str], incomplete: int, demanded: Demanded
) -> tuple[str, ...]:
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
    found += _too_small(answer, demanded)
    return tuple(found)


def _too_small(answer: Sensitivity, demanded: Demanded) -> Iterator[str]:
    p = answer.probabilities
    if p is not None:
        widths = {
            f"{said(e.quantity)} ({bound})": getattr(e, bound).width
            for e in p.entries
            for bound in BOUNDS
            if e.quantity.chance and demanded("probabilities", e.quantity)
        }
        yield from _verdict(answer, "the probabilities", widths)
    if answer.sobol is not None and answer.sobol.resamples:
        widths = {
            f"{said(i.quantity)}, {i.quantity.bound_words(i.bound)}": max(
                e.width for e in (*i.first, *i.total)
            )
            for i in answer.sobol.indices
            if not i.constant and demanded("sobol", i.quantity)
        }
        yield from _verdict(answer, "the Sobol' indices", widths)


def undecided(answer: Sensitivity, demanded: Demanded) -> tuple[str, ...]:
    """Return what the sample does not tell and nobody asked for by name, in sentences."""
    if answer.sobol is None or not answer.sobol.resamples:
        return ()
    open_ones = [
        i
        for i in answer.sobol.indices
        if not i.constant and not i.settled and not demanded("sobol", i.quantity)
    ]
    if not open_ones:
        return ()
    told = {i.quantity.name.rpartition(" == ")[0] for i in open_ones}  # as conclusions
    bounds: dict[Quantity, list[Bound | None]] = {}
    for i in open_ones:
        if i.quantity.name not in told:
            bounds.setdefault(i.quantity, []).append(i.bound)
    what = together([(q, None if len(both) > 1 else both[0]) for q, both in bounds.items()])
    widest = max(i.weight(k).width for i in open_ones for k in i.leaders)
    return (
        f"The sample does not tell which guess matters most for {what}: {_remedy(answer, widest)}.",
    )


def _remedy(answer: Sensitivity, widest: float) -> str:
    """Say how many samples would do: widths shrink like one over the root of their number."""
    if not widest < math.inf:
        return "more samples are needed"
    if answer.samples < _TELLING and not widest <= 1:
        return "more samples are needed"
    needed = 1 << math.ceil(math.log2(answer.samples * (widest / WIDEST) ** 2))
    if needed <= _REASONABLE:
        return f"about {needed} samples would do"
    return "what is asked is too rare under these distributions to be explained by sampling"


def _verdict(answer: Sensitivity, what: str, widths: dict[str, float]) -> Iterator[str]:
    wide = {name: width for name, width in widths.items() if width > WIDEST}
    if not wide:
        return
    widest = max(wide.values())
    yield (
        f"The sample is too small for {what} of {'; '.join(wide)}: an interval is "
        f"{short(widest)} wide, more than {short(WIDEST)}; {_remedy(answer, widest)}."
    )


def notes(answer: Sensitivity, uncertainty: Uncertainty, done: Sequence[str]) -> tuple[str, ...]:
    """Return what a reader must know of how the answer came about, in sentences.

    ``done`` are the parts of the analysis that were done.
    """
    return tuple(_notes(answer, uncertainty, done))


def _notes(answer: Sensitivity, uncertainty: Uncertainty, done: Sequence[str]) -> Iterator[str]:
    p = answer.probabilities or Probabilities(0, 0, 0, 0.0, ())
    yield from drawing_notes(uncertainty, p.samples, p.valid, p.kept)
    if answer.sobol is not None:
        yield from _sobol_notes(answer)
    if "tornado" in done and not answer.tornado:
        yield "There is no tornado: the base case breaks an assumption of the model."
    if answer.correlations and answer.tornado:
        yield "The tornado moves one parameter at a time and ignores correlations."
    for r in answer.regional:
        if not r.tests and r.holds and r.fails:
            yield (
                f"{r.quantity.name} {r.quantity.bound_words(r.bound)} holds at {r.holds} points "
                f"and fails at {r.fails}: fewer than {FEWEST} on one side, so that nothing can "
                "be compared."
            )


def drawing_notes(uncertainty: Uncertainty, drawn: int, valid: int, kept: float) -> Iterator[str]:
    """Yield how points were drawn, in sentences, and what that leaves out.

    ``valid`` of ``drawn`` points keep the assumptions, which leave the share ``kept`` of the
    ranges.
    """
    if uncertainty.ordered is not None and uncertainty.ordered.edges:
        told = ", ".join(" < ".join(chain) for chain in chains(uncertainty.ordered.edges))
        yield f"Drawn in the order that the assumptions demand: {told}."
    if kept < 1:
        yield (
            f"The assumptions leave {percent(kept)} of the declared ranges; all that is told "
            "is about that part."
        )
    if valid < drawn:
        excluded = drawn - valid
        yield (
            f"{excluded} of {drawn} samples ({excluded / drawn:.1%}) break an assumption and are "
            "left out."
        )
        if valid < _RARE * drawn:
            yield "So few samples keep the assumptions that the bounds do not suit the model."
    if uncertainty.correlations:
        yield (
            "Correlated parameters are drawn through a Gaussian copula with the rank "
            "correlations of the model file."
        )
    for c in uncertainty.dropped:
        yield f"The correlation of {' and '.join(c.between)} is not used: one of them is fixed."


def _sobol_notes(answer: Sensitivity) -> Iterator[str]:
    found = answer.sobol
    assert found is not None
    if found.refused:
        yield f"There are no Sobol' indices: {found.refused}."
        return
    tied = [g for g in found.groups if len(g.names) > 1]
    if tied:
        told = "; ".join(", ".join(g.names) for g in tied)
        yield (
            f"These parameters depend on each other: {told}. What one tells of the others counts "
            "in its share `alone`, and its share `total` is what the others leave open."
        )
    if found.dropped:
        yield (
            f"{found.dropped} of {found.samples} base points of the Sobol' indices break an "
            "assumption and are left out."
        )
