"""Parameters that measure one player's utility, and may all be multiplied by a number."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence

from deterrence.algebra.expressions import Expression
from deterrence.algebra.literals import TURNED
from deterrence.algebra.rings import RingElement
from deterrence.proving.samples import comparisons, single_bounds
from deterrence.symbolic.parameter_space import GameProblem

#: Parameters of one player's payoffs up to which a common scale is looked for.
_MAX_GRADED = 12


def scales_of(
    problem: GameProblem, payoffs: Iterable[Sequence[RingElement]]
) -> list[tuple[frozenset[str], str]]:
    """Return, per player, the parameters that measure the player's utility, and a positive one.

    Multiplying them all by a positive number changes neither how the player compares payoffs
    (polynomials, a row per player) nor whether the assumptions hold.  Players whose payoffs have
    no such scale, or whose scale has no member that is surely positive, are
    left out.
    """
    bounds = single_bounds(problem.assumptions)
    strict = {
        n
        for left, sign, right in comparisons(problem.assumptions)
        for n in (*_positive(left, sign, right), *_positive(right, TURNED[sign], left))
    }
    compared = [
        problem.algebra.fraction(left - right)
        for left, _, right in comparisons(problem.assumptions)
    ]
    plain = all(a.op in ("and", "compare") for a in problem.assumptions)
    if problem.algebra.atoms or not plain or not all(q.is_ground for _, q in compared):
        return []
    found = []
    for own in payoffs:
        monomials = {m for u in own for m in u}
        group = _grading(monomials, len(problem.symbols), [p for p, _ in compared])
        names = frozenset(problem.symbols[k] for k in group)
        pivots = sorted(n for n in names & strict if bounds.get(n, (None, None))[1] is None)
        if pivots:
            found.append((names, pivots[0]))
    return found


def _positive(left: Expression, sign: str, right: Expression) -> list[str]:
    """Return the name that a comparison says is positive."""
    zero = right.op == "number" and right.args[0] >= 0
    return [left.args[0]] if sign == ">" and left.op == "name" and zero else []


def _grading(
    monomials: set[tuple[int, ...]], size: int, others: Sequence[RingElement]
) -> list[int]:
    """Return the largest group in which the monomials have degree 1 and ``others`` one degree."""
    used = sorted({k for m in monomials for k, e in enumerate(m) if e})
    if not monomials or len(used) > _MAX_GRADED:
        return []
    for count in range(len(used), 0, -1):
        for group in itertools.combinations(used, count):
            if all(sum(m[k] for k in group) == 1 for m in monomials) and all(
                len({sum(m[k] for k in group) for m in p}) <= 1 for p in others
            ):
                return list(group)
    return []
