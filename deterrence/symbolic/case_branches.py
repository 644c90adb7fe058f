"""Conditions of equilibria found case by case, put together to conditions that hold anywhere."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from deterrence.algebra.cases import Case
from deterrence.algebra.literals import Literal
from deterrence.algebra.ordering import COMPARISONS
from deterrence.algebra.rings import RingElement
from deterrence.proving.conditions import Clause, Simplifier
from deterrence.proving.shorter_conditions import LiteralTerm, shorter, terms_of
from deterrence.symbolic.found import ExistenceBranch

#: Comparisons by the signs for which they hold.
_SIGNS = {
    frozenset(s for s in (-1, 0, 1) if holds(s, 0)): sign for sign, holds in COMPARISONS.items()
}


def in_case(
    branches: Iterable[ExistenceBranch], case: Case, simplifier: Simplifier
) -> list[ExistenceBranch]:
    """Return branches found in a case with its conditions, as far as they are needed."""
    own: tuple[Clause, ...] = tuple((lit,) for lit in case.conditions)
    found = []
    for b in branches:
        conditions = dict.fromkeys((*own, *b.conditions))
        found.append(replace(b, conditions=tuple(simplifier.irredundant([*conditions]))))
    return found


def merged(
    branches: Sequence[ExistenceBranch], cases: Iterable[Case], simplifier: Simplifier
) -> tuple[list[ExistenceBranch], list[ExistenceBranch]]:
    """Return few short branches that together are these, and those that need an equation.

    A condition of a case goes if, where it fails, what is left of its branch implies another
    branch; branches that lie within others go; then whatever is proven superfluous.
    """
    marks = {(lit,) for case in cases for lit in case.conditions}
    kept = list(branches)
    changed = len(kept) > 1
    while changed:
        changed = False
        for k, one in enumerate(kept):
            for condition in one.conditions:
                if condition not in marks:
                    continue
                rest = tuple(c for c in one.conditions if c != condition)
                beside = (*rest, (condition[0].negated(),))
                others = [b for b in kept if b is not one]
                if any(_within(beside, b.conditions, simplifier) for b in others):
                    one = kept[k] = replace(one, conditions=rest)
                    changed = True
    found: list[ExistenceBranch] = []
    for one in sorted(kept, key=lambda b: len(b.conditions)):
        if not any(_within(one.conditions, b.conditions, simplifier) for b in found):
            found.append(one)
    found = _shortened(found, simplifier)
    tied = [b for b in found if any(lit.sign == "==" for c in b.conditions for lit in c)]
    return [b for b in found if b not in tied], tied


def _shortened(branches: list[ExistenceBranch], simplifier: Simplifier) -> list[ExistenceBranch]:
    """Return the same as one disjunction of terms, without what is proven superfluous."""
    prover = simplifier.prover
    terms = [_plain(t) for t in terms_of(b.conditions for b in branches)]
    if not terms:
        return branches  # too many of them
    found = []
    for term in shorter(prover, terms):
        off = [lit.strict() for lit in term if lit.sign != "!="]
        found.append(ExistenceBranch(tuple((lit,) for lit in term), prover.decide(off)))
    return found


def _plain(term: LiteralTerm) -> LiteralTerm:
    """Return a conjunction with one literal for all that it says of a polynomial's sign."""
    signs: dict[RingElement, frozenset[int]] = {}
    for lit in term:
        own = frozenset(s for s in (-1, 0, 1) if lit.holds(s))
        signs[lit.poly] = signs.get(lit.poly, own) & own
    if not all(signs.values()):
        return term
    return tuple(Literal(p, _SIGNS[own]) for p, own in signs.items())


def _within(inner: Sequence[Clause], outer: Sequence[Clause], simplifier: Simplifier) -> bool:
    """Say whether conditions are proven to imply others."""
    given = [c[0] for c in inner if len(c) == 1]
    return all(
        c in inner
        or simplifier.prover.decide([*given, *(lit.negated() for lit in c)], quick=True).verdict
        == "impossible"
        for c in outer
    )
