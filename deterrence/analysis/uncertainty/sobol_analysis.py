r"""Sobol' indices of a model: the design, the games at its points, and what can go wrong.

Inputs that a correlation or an assumption ties together have indices of their own, too
(Kucherenko, Tarantola and Annoni 2012, Computer Physics Communications 183):

- first order, :math:`\mathrm{Var}(E[Y | X_k]) / V`: the share of the variance that would go if
  the input were known, what it tells of the others included
  (:mod:`deterrence.analysis.uncertainty.first_order`);
- total, :math:`E[\mathrm{Var}(Y | X_{-k})] / V`: the share that would stay if all others were
  known.  The input is redrawn given the others
  (:mod:`deterrence.analysis.uncertainty.given_others`), and Jansen's estimator stays as it is.

Among independent inputs the total is never the smaller of the two; among dependent ones it may
be, since the others tell of the input, too.  The second order is for independent inputs.
Base points at which an input cannot be redrawn, or of which a mixture breaks an assumption
because no point of the first sample showed that it can be broken, are dropped and counted; where
they are more than :data:`MOST_DROPPED` of all, there are no indices.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from deterrence.analysis.uncertainty.dependent_inputs import bound_inputs, draw_within, find_groups
from deterrence.analysis.uncertainty.estimates import (
    BOUNDS,
    Bound,
    Estimate,
    InputGroup,
    Quantity,
)
from deterrence.analysis.uncertainty.first_order import first_order
from deterrence.analysis.uncertainty.given_others import GivenOthers
from deterrence.analysis.uncertainty.probabilities import REPLICATES, SampledNets
from deterrence.analysis.uncertainty.results import Sobol, SobolIndices
from deterrence.analysis.uncertainty.sobol_estimators import (
    SaltelliCube,
    SobolEstimates,
    saltelli_cube,
    sobol_many,
)
from deterrence.errors import IncompleteError, UsageError

if TYPE_CHECKING:
    from deterrence.algebra.expressions import Expression
    from deterrence.analysis.uncertainty.evaluator import Evaluator
    from deterrence.analysis.uncertainty.inputs import Uncertainty

MOST_DROPPED = 0.01
#: Bytes that the values of all matrices may take.
_MEMORY = 1 << 30


def evaluations(groups: int, samples: int, second: bool) -> int:
    """Return how many games a design solves."""
    return samples * (2 + groups * (2 if second else 1))


def check_memory(groups: int, samples: int, quantities: int, second: bool) -> None:
    """Raise :class:`UsageError` for a design whose values would not fit."""
    size = evaluations(groups, samples, second) * quantities * len(BOUNDS) * 8
    if size > _MEMORY:
        raise UsageError(
            f"the values of {samples} samples would take {size / 2**30:.1f} GiB",
            remedy="ask for fewer samples, measures or parameters (--over), "
            "or leave --second-order out",
        )


def sobol(
    evaluator: Evaluator,
    sample: SampledNets,
    samples: int,
    *,
    second: bool,
    resamples: int,
    level: float,
    seed: int,
) -> Sobol:
    """Return the Sobol' indices of both bounds of every quantity of the evaluator.

    ``sample`` are the points that the probabilities rest on, with at least these quantities
    first; the first-order indices of dependent inputs come from it.
    """
    import numpy as np

    uncertainty = evaluator.uncertainty
    groups = find_groups(uncertainty, [a for a, _ in sample.broken])
    names = uncertainty.names
    check_memory(len(names), samples, len(evaluator.quantities), second)
    try:
        cube, pair = _draw(uncertainty, groups, [a for a, _ in sample.broken], samples, seed)
    except IncompleteError as error:
        return Sobol(groups, samples, resamples, 0, 0, (), str(error))
    tied = {names.index(n) for group in groups if len(group.names) > 1 for n in group.names}
    count = 2 + len(names) * (2 if second else 1)
    values = np.empty((count, 2 * len(evaluator.quantities), samples))
    valid = np.ones(samples, dtype=bool)
    for k, (points, fine) in enumerate(_matrices(uncertainty, cube, pair, tied, second, seed)):
        found = evaluator.at(points)
        valid &= found.valid & fine
        values[k, 0::2] = found.lower.T
        values[k, 1::2] = found.upper.T
    dropped = samples - int(valid.sum())
    if dropped > MOST_DROPPED * samples:
        why = f"{dropped} of {samples} base points have mixtures that break an assumption"
        return Sobol(groups, samples, resamples, 0, 0, (), why)
    design = _Design(evaluator.quantities, names, tied, sample, second, resamples, level, seed)
    return Sobol(
        groups,
        samples,
        resamples,
        evaluations(len(names), samples, second),
        dropped,
        _indices(design, values, valid),
    )


@dataclass(frozen=True, eq=False)
class _Design:
    """What indices are wanted of what; ``tied`` are the positions of dependent inputs."""

    quantities: Sequence[Quantity]
    names: tuple[str, ...]
    tied: set[int]
    sample: SampledNets
    second: bool
    resamples: int
    level: float
    seed: int

    def first_of_tied(self, k: int, part: float) -> dict[tuple[int, Bound], Estimate]:
        """Return first-order indices of an input, from the first ``part`` of every net."""
        import numpy as np

        sample = self.sample
        early = sample.place < part * sample.drawn / REPLICATES
        count = len(self.quantities)
        outputs = np.concatenate(
            [getattr(sample.outputs, bound)[early, :count] for bound in BOUNDS], axis=1
        )
        found = first_order(sample.points[early, k], outputs, sample.net[early], self.level)
        keys = [(q, bound) for bound in BOUNDS for q in range(count)]
        return dict(zip(keys, found, strict=True))


def _draw(
    uncertainty: Uncertainty,
    groups: Sequence[InputGroup],
    broken: Sequence[Expression],
    samples: int,
    seed: int,
) -> tuple[SaltelliCube, SaltelliCube]:
    """Return both samples of the unit cube, and as values that keep the assumptions.

    Groups that an assumption binds, beyond an order that is drawn as such, are drawn within it.
    """
    import numpy as np

    cube = saltelli_cube(len(uncertainty.names), samples, seed)
    a, b = uncertainty.values(cube.a), uncertainty.values(cube.b)
    rng = np.random.default_rng([seed, 5])
    for group in groups:
        binding = [c for c in broken if bound_inputs(uncertainty, c) & set(group.names)]
        if binding:
            where = [uncertainty.names.index(n) for n in group.names]
            both = draw_within(uncertainty, group, binding, 2 * samples, rng)
            a[:, where], b[:, where] = both[:samples], both[samples:]
    return cube, SaltelliCube(a, b)


def _matrices(
    uncertainty: Uncertainty,
    cube: SaltelliCube,
    pair: SaltelliCube,
    tied: set[int],
    second: bool,
    seed: int,
) -> Iterator[tuple[Any, Any]]:
    """Yield the points of every mixture, and where they could be had.

    An independent input is taken from the other sample, a dependent one redrawn at the quantile
    that the other sample's coordinate in the unit cube gives.
    """
    import numpy as np

    rng = np.random.default_rng([seed, 6])
    given = GivenOthers(uncertainty)
    fine = np.ones(len(pair.a), dtype=bool)
    yield pair.a, fine
    yield pair.b, fine
    swapped = SaltelliCube(pair.b, pair.a), SaltelliCube(cube.b, cube.a)
    for values, shares in ((pair, cube), swapped)[: 2 if second else 1]:
        for k, mixed in enumerate(values.mixtures()):
            if k in tied:
                yield given.redraw(values.a, k, shares.b[:, k], rng)
            else:
                yield mixed, fine


def _indices(design: _Design, values: Any, valid: Any) -> tuple[SobolIndices, ...]:
    d = len(design.names)
    second = design.second
    samples = values.shape[2]
    if not valid.all():
        values = values[:, :, valid]

    def estimated(part: int, resamples: int) -> list[SobolEstimates]:
        kept = int(valid[:part].sum())
        cut = values[:, :, :kept]
        mixed = cut[2 : 2 + d].swapaxes(0, 1)
        swapped = cut[2 + d :].swapaxes(0, 1) if second else None
        return sobol_many(
            cut[0], cut[1], mixed, swapped,
            resamples=resamples, level=design.level, seed=design.seed,
        )  # fmt: skip

    found = estimated(samples, design.resamples)
    earlier = [(part, estimated(part, 0)) for part in (samples // 4, samples // 2)]
    tied = {k: [design.first_of_tied(k, part) for part in (0.25, 0.5, 1)] for k in design.tied}
    free = [k for k in range(d) if k not in design.tied]
    pairs = [(i, j) for i in free for j in free if i < j] if second else []
    result = []
    outputs = [(q, bound) for q in range(len(design.quantities)) for bound in BOUNDS]
    for at, key in enumerate(outputs):
        e = found[at]
        constant = e.variance == 0
        first = list(_estimates(e.first, e.first_low, e.first_high))
        history = [(n, list(_floats(h[at].first)), _floats(h[at].total)) for n, h in earlier]
        for k, stages in tied.items():
            first[k] = stages[-1][key]
            for stage, (_, told, _) in zip(stages, history, strict=False):
                told[k] = stage[key].value
        result.append(
            SobolIndices(
                design.quantities[key[0]],
                key[1],
                design.names,
                () if constant else tuple(first),
                () if constant else _estimates(e.total, e.total_low, e.total_high),
                {}
                if constant
                else {
                    (i, j): Estimate(
                        float(e.second[i, j]), float(e.second_low[i, j]), float(e.second_high[i, j])
                    )
                    for i, j in pairs
                },
                e.mean,
                e.variance,
                tuple((n, tuple(told), total) for n, told, total in history),
            )
        )
    return tuple(result)


def _estimates(values: Any, lows: Any, highs: Any) -> tuple[Estimate, ...]:
    rows = zip(values, lows, highs, strict=True)
    return tuple(Estimate(float(v), float(low), float(high)) for v, low, high in rows)


def _floats(values: Any) -> tuple[float, ...]:
    return tuple(float(v) for v in values)
