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

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from deterrence.algebra.literals import Literal
from deterrence.proving.conditions import Simplifier
from deterrence.symbolic.found import FoundEquilibrium

E = TypeVar("E", bound=FoundEquilibrium)


@dataclass(frozen=True)
class FoundFamily(Generic[E]):
    """Equilibria with one result; ``region`` says where a member exists, off the boundaries.

    ``essential`` are those whose branches make up the region: every other one is proven redundant.
    """

    pairs: tuple[E, ...]
    region: tuple[tuple[Literal, ...], ...]
    essential: tuple[E, ...]


def family_of(pairs: Sequence[E], simplifier: Simplifier) -> FoundFamily[E]:
    """Return the family of equilibria with one result: where any of their branches holds."""
    branches = [(b.open_literals, pair) for pair in pairs for b in pair.branches]
    if len(branches) == 1:
        return FoundFamily(tuple(pairs), (branches[0][0],), tuple(pairs))
    kept = _cover(branches, simplifier)
    dropped = [k for k in range(len(branches)) if k not in kept]
    for k in dropped:
        if not _redundant(branches[k][0], [branches[i][0] for i in kept], simplifier):
            kept.append(k)
    essential = [branches[k][1] for k in sorted(kept)]
    return FoundFamily(
        tuple(pairs),
        tuple(branches[k][0] for k in sorted(kept)),
        tuple(dict.fromkeys(essential)),
    )


def _cover(branches: Sequence[tuple[tuple[Literal, ...], E]], simplifier: Simplifier) -> list[int]:
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
