"""Sobol' indices of a model: the design, the games at its points, and what can go wrong.

Groups of dependent inputs are varied as one (see
:mod:`deterrence.analysis.uncertainty.dependent_inputs`); for a group that an assumption
binds, both samples are drawn within the assumption, by rejection.  Base points of
which a mixture still breaks an assumption, because no point of the first sample
showed that it can be broken, are dropped and counted; where they are more than
:data:`MOST_DROPPED` of all, there are no indices.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from deterrence.analysis.uncertainty.dependent_inputs import bound_inputs, draw_within, find_groups
from deterrence.analysis.uncertainty.estimates import (
    BOUNDS,
    Bound,
    Estimate,
    InputGroup,
    Quantity,
)
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
    broken: Sequence[Expression],
    samples: int,
    *,
    second: bool,
    resamples: int,
    level: float,
    seed: int,
) -> Sobol:
    """Return the Sobol' indices of both bounds of every quantity of the evaluator."""
    import numpy as np

    uncertainty = evaluator.uncertainty
    groups = find_groups(uncertainty, broken)
    check_memory(len(groups), samples, len(evaluator.quantities), second)
    answer = Sobol(groups, samples, resamples if resamples else 0, 0, 0, ())
    if len(groups) < 2 and groups[0].reason:
        return _refused(
            answer, "all uncertain parameters depend on each other, so that none has a share"
        )
    try:
        pair = _draw(uncertainty, groups, broken, samples, seed)
    except IncompleteError as error:
        return _refused(answer, str(error))
    positions = [[uncertainty.names.index(n) for n in g.names] for g in groups]
    count = 2 + len(groups) * (2 if second else 1)
    values = np.empty((count, 2 * len(evaluator.quantities), samples))
    valid = np.ones(samples, dtype=bool)
    for k, points in enumerate(_matrices(pair, positions, second)):
        found = evaluator.at(points)
        valid &= found.valid
        values[k, 0::2] = found.lower.T
        values[k, 1::2] = found.upper.T
    dropped = samples - int(valid.sum())
    if dropped > MOST_DROPPED * samples:
        return _refused(
            answer, f"{dropped} of {samples} base points have mixtures that break an assumption"
        )
    outputs = [(q, bound) for q in evaluator.quantities for bound in BOUNDS]
    return Sobol(
        groups,
        samples,
        resamples,
        evaluations(len(groups), samples, second),
        dropped,
        _indices(outputs, groups, values, valid, second, resamples, level, seed),
    )


def _refused(answer: Sobol, why: str) -> Sobol:
    return Sobol(answer.groups, answer.samples, answer.resamples, 0, 0, (), why)


def _draw(
    uncertainty: Uncertainty,
    groups: Sequence[InputGroup],
    broken: Sequence[Expression],
    samples: int,
    seed: int,
) -> SaltelliCube:
    """Return both samples as parameter values; bound groups are drawn within their assumptions."""
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
    return SaltelliCube(a, b)


def _matrices(
    pair: SaltelliCube, positions: Sequence[Sequence[int]], second: bool
) -> Iterator[Any]:
    yield pair.a
    yield pair.b
    yield from pair.mixtures(positions)
    if second:
        yield from SaltelliCube(pair.b, pair.a).mixtures(positions)


def _indices(
    outputs: Sequence[tuple[Quantity, Bound]],
    groups: Sequence[InputGroup],
    values: Any,
    valid: Any,
    second: bool,
    resamples: int,
    level: float,
    seed: int,
) -> tuple[SobolIndices, ...]:
    d = len(groups)
    samples = values.shape[2]
    if not valid.all():
        values = values[:, :, valid]

    def estimated(part: int, resamples: int) -> list[SobolEstimates]:
        kept = int(valid[:part].sum())
        cut = values[:, :, :kept]
        mixed = cut[2 : 2 + d].swapaxes(0, 1)
        swapped = cut[2 + d :].swapaxes(0, 1) if second else None
        return sobol_many(
            cut[0], cut[1], mixed, swapped, resamples=resamples, level=level, seed=seed
        )

    found = estimated(samples, resamples)
    earlier = [(part, estimated(part, 0)) for part in (samples // 4, samples // 2)]
    result = []
    for k, (quantity, bound) in enumerate(outputs):
        e = found[k]
        constant = e.variance == 0
        pairs = [(i, j) for i in range(d) for j in range(i + 1, d)] if second else []
        result.append(
            SobolIndices(
                quantity,
                bound,
                tuple(g.label for g in groups),
                () if constant else _estimates(e.first, e.first_low, e.first_high),
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
                tuple((n, _floats(h[k].first), _floats(h[k].total)) for n, h in earlier),
            )
        )
    return tuple(result)


def _estimates(values: Any, lows: Any, highs: Any) -> tuple[Estimate, ...]:
    rows = zip(values, lows, highs, strict=True)
    return tuple(Estimate(float(v), float(low), float(high)) for v, low, high in rows)


def _floats(values: Any) -> tuple[float, ...]:
    return tuple(float(v) for v in values)
