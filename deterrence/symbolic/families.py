"""Families: equilibria with the same result, and where at least one of them exists.

Deterrence games are often structurally degenerate: where one side backs down,
what the other side would have done further up the ladder does not show, so many
mixtures support the same result.  Extreme equilibria that lead to the same
distribution over cells (cells with equal outcomes and payoffs count as one) for
all parameter values form a *family*.  It exists where one of its members does;
members whose conditions are proven to imply those of others are redundant for
that question, and usually one remains: the strongest threat.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from deterrence.algebra.literals import Literal
from deterrence.proving.conditions import Simplifier
from deterrence.symbolic.matrices.search import Pair

_PRIME = (1 << 61) - 1


@dataclass(frozen=True)
class Family:
    """Pairs with one result; ``region`` says where a member exists, off the boundaries.

    ``essential`` are the pairs whose branches make up the region.  ``proven``
    says that every dropped branch was proven redundant.
    """

    pairs: tuple[Any, ...]
    region: tuple[tuple[Literal, ...], ...]
    essential: tuple[Any, ...]
    proven: bool = True


def group(
    pairs: Sequence[Pair],
    cell_keys: Sequence[Sequence[Any]],
    names: Sequence[str],
    simplifier: Simplifier,
) -> list[Family]:
    """Group pairs by their result; ``cell_keys[i][j]`` is hashable, equal for equal cells."""
    rng = random.Random(_PRIME)
    point = {name: rng.randrange(1, _PRIME) for name in names}
    buckets: dict[Any, list[list[Pair]]] = {}
    for pair in pairs:
        key = _fingerprint(pair, cell_keys, names, point)
        for bucket in buckets.setdefault(key, []):
            if _same_result(bucket[0], pair, cell_keys):
                bucket.append(pair)
                break
        else:
            buckets[key].append([pair])
    return [family_of(b, simplifier) for same in buckets.values() for b in same]


def _evaluate(poly: Any, names: Sequence[str], point: dict[str, int]) -> int:
    total = 0
    for powers, coefficient in poly.terms():
        term = int(coefficient) % _PRIME
        for name, power in zip(names, powers, strict=False):
            if power:
                term = term * pow(point[name], int(power), _PRIME) % _PRIME
        total += term
    return total % _PRIME


def _fingerprint(
    pair: Pair, cell_keys: Sequence[Sequence[Any]], names: Sequence[str], point: dict[str, int]
) -> frozenset[tuple[Any, int]]:
    """Return the distribution over cells at one random point of a finite field."""
    rows = [_evaluate(w, names, point) for w in pair.row.weights]
    columns = [_evaluate(w, names, point) for w in pair.column.weights]
    scale = pow(sum(rows) * sum(columns), -1, _PRIME)
    result: dict[Any, int] = {}
    for w, i in zip(rows, pair.row.support, strict=True):
        for u, j in zip(columns, pair.column.support, strict=True):
            key = cell_keys[i][j]
            result[key] = (result.get(key, 0) + w * u * scale) % _PRIME
    return frozenset(result.items())


def _numerators(pair: Pair, cell_keys: Sequence[Sequence[Any]]) -> dict[Any, Any]:
    """Return the cell distribution times the product of both totals."""
    result: dict[Any, Any] = {}
    for w, i in zip(pair.row.weights, pair.row.support, strict=True):
        for u, j in zip(pair.column.weights, pair.column.support, strict=True):
            key = cell_keys[i][j]
            result[key] = result[key] + w * u if key in result else w * u
    return result


def _same_result(a: Pair, b: Pair, cell_keys: Sequence[Sequence[Any]]) -> bool:
    """Check by cross-multiplication that two pairs lead to the same distribution."""
    first, second = _numerators(a, cell_keys), _numerators(b, cell_keys)
    p, q = a.row.total * a.column.total, b.row.total * b.column.total
    return first.keys() == second.keys() and all(first[k] * q == second[k] * p for k in first)


def family_of(pairs: list[Any], simplifier: Simplifier) -> Family:
    """Return the family of equilibria with one result: where any of their branches holds."""
    branches = [(b.open_literals, pair) for pair in pairs for b in pair.branches]
    if len(branches) == 1:
        return Family(tuple(pairs), (branches[0][0],), tuple(pairs))
    kept = _cover(branches, simplifier)
    dropped = [k for k in range(len(branches)) if k not in kept]
    proven = True
    for k in dropped:
        if not _redundant(branches[k][0], [branches[i][0] for i in kept], simplifier):
            kept.append(k)
    essential = [branches[k][1] for k in sorted(kept)]
    return Family(
        tuple(pairs),
        tuple(branches[k][0] for k in sorted(kept)),
        tuple(dict.fromkeys(essential)),
        proven,
    )


def _cover(branches: list[tuple[tuple[Literal, ...], Pair]], simplifier: Simplifier) -> list[int]:
    """Return few simple branches that cover all samples that any branch covers."""
    masks = [simplifier.prover.samples_where(literals) for literals, _ in branches]

    def size(k: int) -> tuple[int, int]:
        return sum(len(lit.poly) for lit in branches[k][0]), k

    kept = list(range(len(branches)))
    for k in sorted(kept, key=size, reverse=True):
        rest = [i for i in kept if i != k]
        alone = masks[k].copy()
        for i in rest:
            alone &= ~masks[i]
        if rest and not alone.any():
            kept = rest
    return kept


def _redundant(
    branch: tuple[Literal, ...], kept: list[tuple[Literal, ...]], simplifier: Simplifier
) -> bool:
    """Prove that a branch lies within the union of the kept ones (off the boundaries)."""
    choices: list[tuple[Literal, ...]] = [()]
    for other in kept:
        choices = [(*before, lit.opposite()) for before in choices for lit in other]
        if len(choices) > 64:
            return False
    return all(
        simplifier.prover.decide([*branch, *choice]).verdict == "impossible" for choice in choices
    )
