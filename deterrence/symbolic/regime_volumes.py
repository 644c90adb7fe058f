"""How much of the box of bounds each regime takes.

Exact where the conditions fall into groups that share no symbols, each group
with one symbol, or with two in linear conditions (see
:mod:`deterrence.symbolic.exact_volumes`); the standard error is then 0.  Otherwise by a
randomised low-discrepancy sequence, with a standard error over independent
shifts that is never 0.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from deterrence.algebra.arrays import truth
from deterrence.algebra.literals import literal_mask
from deterrence.proving.prover import Prover
from deterrence.symbolic.definitions import Definitions
from deterrence.symbolic.exact_volumes import exact_shares
from deterrence.symbolic.regime_map import RegimeCell, RegimeMap

_POINTS = 4096
_SHIFTS = 8
_SEED = 7


def shares(
    prover: Prover,
    bounds: Mapping[str, tuple[Any, Any]],
    symbols: Sequence[str],
    regime_map: RegimeMap,
    cells: Sequence[RegimeCell],
    definitions: Definitions | None = None,
) -> list[tuple[float | None, float | None]]:
    """Return (share, standard error) per cell; (None, None) where a symbol has no bounds.

    The share is of the part of the box in which the assumptions hold; with ``definitions``, of
    the box of the ingredients of derived parameters.
    """
    import numpy as np

    assumptions = prover.assumptions
    if definitions is not None:
        inside = definitions.prover
        bounds, symbols, assumptions = inside.ranges, inside.algebra.parameters, inside.assumptions
    exact = exact_shares(prover, bounds, regime_map, cells) if definitions is None else None
    if exact is not None:
        return [(float(x), 0.0) for x in exact]
    if any(None in bounds.get(n, (None, None)) for n in symbols) or not symbols:
        return [(None, None)] * len(cells)
    low = np.array([float(bounds[n][0]) for n in symbols])
    high = np.array([float(bounds[n][1]) for n in symbols])
    rng = np.random.default_rng(_SEED)
    # Kronecker sequence with the generalised golden ratio (Roberts 2018), shifted at random.
    d = len(symbols)
    phi = 2.0
    for _ in range(30):
        phi = (1 + phi) ** (1 / (d + 1))
    steps = (np.arange(1, _POINTS + 1)[:, None] * phi ** -np.arange(1, d + 1)[None, :]) % 1.0
    results = []
    for _ in range(_SHIFTS):
        unit = (steps + rng.random(d)) % 1.0
        points = (low + unit * (high - low)).T
        columns = dict(zip(symbols, points, strict=True))
        good = np.ones(_POINTS, dtype=bool)
        for a in assumptions:
            good &= np.broadcast_to(truth(a, columns), good.shape)
        for name, formula in (definitions.formulas if definitions is not None else {}).items():
            columns[name] = np.broadcast_to(truth(formula, columns), good.shape)
        for e, atom in prover.algebra.atoms.items():
            columns[atom.name] = np.broadcast_to(truth(e, columns), (_POINTS,))
        table = np.array([columns[n] for n in prover.algebra.names])
        values = dict(
            zip(regime_map.polys, prover.algebra.compiled(regime_map.polys)(table), strict=True)
        )
        holds = np.array(
            [
                np.logical_or.reduce(
                    [
                        np.logical_and.reduce(
                            [literal_mask(part, values[part.poly]) for part in branch] or [good]
                        )
                        for branch in region
                    ]
                )
                for region in regime_map.regions
            ]
        )
        patterns = [
            np.logical_and.reduce(
                [good, *(holds[k] == (k in cell.members) for k in range(len(holds)))]
            )
            for cell in cells
        ]
        count = good.sum()
        results.append([p.sum() / count if count else np.nan for p in patterns])
    table = np.array(results)
    if np.isnan(table).any():
        return [(None, None)] * len(cells)
    mean = table.mean(axis=0)
    # Shares too small or too large to be seen to vary are still uncertain (rule of three).
    error = np.maximum(table.std(axis=0, ddof=1) / np.sqrt(_SHIFTS), 3 / (_POINTS * _SHIFTS))
    return [(float(m), float(e)) for m, e in zip(mean, error, strict=True)]
