r"""Sobol' indices from a sample, with bootstrap intervals as one matrix product.

For independent inputs the variance of :math:`f` splits into parts that single
inputs, pairs and so on explain (Sobol' 1993).  From two independent samples
:math:`A`, :math:`B` and the mixtures :math:`A_B^i` (``A`` with input ``i`` of
``B``):

- first order, :math:`S_i = \overline{f(B)\,(f(A_B^i) - f(A))} / V`
  (Saltelli et al. 2010, Computer Physics Communications 181, table 2, b);
- total, :math:`T_i = \overline{(f(A) - f(A_B^i))^2} / 2V` (Jansen 1999; table 2, f);
- second order, :math:`S_{ij} = \overline{f(B_A^i) f(A_B^j) - f(A) f(B)} / V - S_i - S_j`
  (Saltelli 2002, Computer Physics Communications 145).

:math:`V` is the variance over both samples, whose mean is taken off first.  A
bootstrap resample of the rows (Archer, Saltelli and Sobol' 1997) changes only
weights in these means, so all resamples together are *weights times moments*: a
matrix of counts (resamples x rows) times one of products (rows x moments).
Points of a quasi-random net are more even than independent ones; the intervals
then tend to be too wide rather than too narrow.

>>> import numpy as np
>>> design = saltelli_cube(2, 1024, seed=1)
>>> f = lambda x: x[:, 0] + 2 * x[:, 1]
>>> mixed = np.array([[f(m) for m in design.mixtures()]])
>>> (found,) = sobol_many(f(design.a)[None], f(design.b)[None], mixed)
>>> [round(float(s), 2) for s in found.first], [round(float(s), 2) for s in found.total]
([0.2, 0.8], [0.2, 0.8])
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

#: Floats that one batch of moments or of weights may hold (32 MiB).
_BATCH = 1 << 22


@dataclass(frozen=True, eq=False)
class SaltelliCube:
    """Two independent samples ``a`` and ``b`` of the unit cube (n x d each)."""

    a: Any
    b: Any

    def mixtures(self, groups: Sequence[Sequence[int]] | None = None) -> Iterator[Any]:
        """Yield ``a`` with the columns of each group (default: each column) taken from ``b``."""
        for group in groups if groups is not None else [[k] for k in range(self.a.shape[1])]:
            mixed = self.a.copy()
            mixed[:, list(group)] = self.b[:, list(group)]
            yield mixed


def saltelli_cube(dimension: int, samples: int, seed: int) -> SaltelliCube:
    """Return both samples from one scrambled Sobol' net of ``2 * dimension`` columns."""
    import numpy as np
    from scipy.stats import qmc

    rng = np.random.default_rng([seed, 2])
    net = qmc.Sobol(2 * dimension, scramble=True, bits=64, seed=rng).random(samples)
    return SaltelliCube(net[:, :dimension], net[:, dimension:])


@dataclass(frozen=True, eq=False)
class SobolEstimates:
    """Indices of one output: ``first`` and ``total`` (d), ``second`` (d x d, upper triangle).

    ``*_low`` and ``*_high`` are the ends of the intervals, ``nan`` without
    resampling; ``second`` is ``None`` where it was not asked for.  All are 0 where
    ``variance`` is 0.
    """

    mean: float
    variance: float
    first: Any
    total: Any
    second: Any
    first_low: Any
    first_high: Any
    total_low: Any
    total_high: Any
    second_low: Any
    second_high: Any


def sobol_many(
    f_a: Any,
    f_b: Any,
    f_ab: Any,
    f_ba: Any = None,
    *,
    resamples: int = 0,
    level: float = 0.95,
    seed: int = 0,
) -> list[SobolEstimates]:
    """Return the indices of several outputs over the same resamples of the rows.

    Shapes: (outputs, n) for ``f_a`` and ``f_b``, (outputs, d, n) for the mixtures:
    ``f_ab[k, i]`` are the values at ``A`` with input ``i`` of ``B``, ``f_ba[k, i]`` those at
    ``B`` with input ``i`` of ``A``; with ``f_ba`` there are second-order indices.
    ``resamples`` bootstrap resamples give percentile intervals of the given ``level``.
    """
    count, d, n = f_ab.shape
    pairs = 0 if f_ba is None else d * (d - 1) // 2
    size = max(1, _BATCH // max(1, n * (2 + 2 * d + pairs)))
    result: list[SobolEstimates] = []
    for start in range(0, count, size):
        part = slice(start, start + size)
        swapped = None if f_ba is None else f_ba[part]
        result += _batch(f_a[part], f_b[part], f_ab[part], swapped, resamples, level, seed)
    return result


def _batch(
    f_a: Any, f_b: Any, f_ab: Any, f_ba: Any, resamples: int, level: float, seed: int
) -> list[SobolEstimates]:
    import numpy as np

    count, d, n = f_ab.shape
    second = f_ba is not None
    means = (f_a.mean(axis=1) + f_b.mean(axis=1)) / 2
    moments = np.concatenate(
        [
            _moments(f_a[k], f_b[k], f_ab[k], f_ba[k] if second else None, means[k])
            for k in range(count)
        ]
    )
    width = len(moments) // count
    point = moments.mean(axis=1)
    drawn = np.empty((resamples, len(moments)))
    for rows, weights in _weights(resamples, n, seed):
        np.matmul(weights, moments.T, out=drawn[rows])
    drawn /= n
    tail = 100 * (1 - level) / 2
    result = []
    for k in range(count):
        part = slice(k * width, (k + 1) * width)
        estimate = _from_moments(point[None, part], d, second)
        if resamples:
            ends = [
                None if s is None else np.percentile(s, [tail, 100 - tail], axis=0)
                for s in _from_moments(drawn[:, part], d, second)
            ]
        else:
            ends = [None if s is None else np.full((2, *s.shape[1:]), np.nan) for s in estimate]
        first, total, both = (None if s is None else s[0] for s in estimate)
        variance = float(point[part][1] / 2 - (point[part][0] / 2) ** 2)
        one, two, three = ((None, None) if e is None else (e[0], e[1]) for e in ends)
        result.append(
            SobolEstimates(
                float(means[k]), max(0.0, variance), first, total, both, *one, *two, *three
            )
        )
    return result


def _moments(f_a: Any, f_b: Any, f_ab: Any, f_ba: Any, mean: float) -> Any:
    """Return the products whose means make the indices, one row each (moments x n)."""
    import numpy as np

    a, b, mixed = f_a - mean, f_b - mean, f_ab - mean
    d, n = mixed.shape
    second = f_ba is not None
    rows = np.empty((2 + 2 * d + (d * (d - 1) // 2 if second else 0), n))
    rows[0] = a + b
    rows[1] = a * a + b * b
    np.multiply(mixed - a, b, out=rows[2 : 2 + d])
    np.square(a - mixed, out=rows[2 + d : 2 + 2 * d])
    if second:
        swapped = f_ba - mean
        product = a * b
        at = 2 + 2 * d
        for i in range(d - 1):
            rows[at : at + d - 1 - i] = swapped[i] * mixed[i + 1 :] - product
            at += d - 1 - i
    return rows


def _from_moments(means: Any, d: int, second: bool) -> tuple[Any, Any, Any]:
    """Return first, total and second order from mean products (sets x moments)."""
    import numpy as np

    variance = means[:, 1] / 2 - (means[:, 0] / 2) ** 2
    # Rounding leaves some 1e-17 of the second moment where the output is constant.
    flat = variance <= 1e-14 * means[:, 1]
    scale = np.where(flat, 0.0, 1 / np.where(flat, 1.0, variance))[:, None]
    first = means[:, 2 : 2 + d] * scale
    total = means[:, 2 + d : 2 + 2 * d] * scale / 2
    if not second:
        return first, total, None
    i, j = np.triu_indices(d, 1)
    both = np.full((len(means), d, d), np.nan)
    both[:, i, j] = means[:, 2 + 2 * d :] * scale - first[:, i] - first[:, j]
    return first, total, both


def _weights(resamples: int, n: int, seed: int) -> Iterator[tuple[slice, Any]]:
    """Yield how often each row occurs in each resample, as many resamples at a time as fit."""
    import numpy as np

    rng = np.random.default_rng([seed, 3])
    size = max(1, _BATCH // n)
    for start in range(0, resamples, size):
        count = min(size, resamples - start)
        weights = np.empty((count, n))
        for k in range(count):
            weights[k] = np.bincount(rng.integers(0, n, n), minlength=n)
        yield slice(start, start + count), weights
