"""Pairs of vertices with one result: for all parameter values the same distribution over cells.

Cells with equal outcomes and payoffs count as one.  Distributions are told apart by their
value at one random point of a finite field, and found equal by cross-multiplication.
"""

from __future__ import annotations

import random
from collections.abc import Hashable, Sequence
from typing import Any

from deterrence.algebra.rings import RingElement
from deterrence.proving.conditions import Simplifier
from deterrence.symbolic.families import FoundFamily, family_of
from deterrence.symbolic.matrices.search import VertexPair

_PRIME = (1 << 61) - 1


def group(
    pairs: Sequence[VertexPair],
    cell_keys: Sequence[Sequence[Hashable]],
    names: Sequence[str],
    simplifier: Simplifier,
) -> list[FoundFamily[VertexPair]]:
    """Group pairs by their result; ``cell_keys[i][j]`` is hashable, equal for equal cells."""
    rng = random.Random(_PRIME)
    point = {name: rng.randrange(1, _PRIME) for name in names}
    buckets: dict[Hashable, list[list[VertexPair]]] = {}
    for pair in pairs:
        key = _fingerprint(pair, cell_keys, names, point)
        for bucket in buckets.setdefault(key, []):
            if _same_result(bucket[0], pair, cell_keys):
                bucket.append(pair)
                break
        else:
            buckets[key].append([pair])
    return [family_of(b, simplifier) for same in buckets.values() for b in same]


def _evaluate(poly: RingElement, names: Sequence[str], point: dict[str, int]) -> int:
    total = 0
    for powers, coefficient in poly.terms():
        term = int(coefficient) % _PRIME
        for name, power in zip(names, powers, strict=False):
            if power:
                term = term * pow(point[name], int(power), _PRIME) % _PRIME
        total += term
    return total % _PRIME


def _fingerprint(
    pair: VertexPair,
    cell_keys: Sequence[Sequence[Hashable]],
    names: Sequence[str],
    point: dict[str, int],
) -> frozenset[tuple[Hashable, int]]:
    """Return the distribution over cells at one random point of a finite field."""
    rows = [_evaluate(w, names, point) for w in pair.row.weights]
    columns = [_evaluate(w, names, point) for w in pair.column.weights]
    scale = pow(sum(rows) * sum(columns), -1, _PRIME)
    found = _distribution(pair, rows, columns, cell_keys)
    return frozenset((key, weight * scale % _PRIME) for key, weight in found.items())


def _distribution(
    pair: VertexPair,
    rows: Sequence[Any],
    columns: Sequence[Any],
    keys: Sequence[Sequence[Hashable]],
) -> dict[Hashable, Any]:
    """Return the sum, for every key, of the products of both sides' weights."""
    result: dict[Hashable, Any] = {}
    for w, i in zip(rows, pair.row.support, strict=True):
        for u, j in zip(columns, pair.column.support, strict=True):
            result[keys[i][j]] = result.get(keys[i][j], 0) + w * u
    return result


def _same_result(a: VertexPair, b: VertexPair, cell_keys: Sequence[Sequence[Hashable]]) -> bool:
    """Check by cross-multiplication that two pairs lead to the same distribution."""
    first, second = (_distribution(p, p.row.weights, p.column.weights, cell_keys) for p in (a, b))
    p, q = a.row.total * a.column.total, b.row.total * b.column.total
    return first.keys() == second.keys() and all(first[k] * q == second[k] * p for k in first)
