r"""Equations taken apart until each part is a finite set or a parametrised one.

A product that is 0 splits into its factors.  An equation :math:`c\,v + d = 0` that is
linear in an unknown :math:`v` gives :math:`v = -d/c` where :math:`c \ne 0`, and the
smaller system :math:`c = d = 0` elsewhere; so nothing is lost by dividing.  What has
finitely many complex solutions goes to :mod:`~deterrence.algebra.systems.ideal`.
The best responses in games are multilinear, so this ends in points and in sets with a
rational parametrisation almost always; an equation without an unknown that occurs
linearly stays as it is.

>>> from deterrence.algebra.systems.ring import make_ring
>>> ring = make_ring(2)
>>> x, y = ring.gens
>>> parts = list(explore(Subsystem((x*y - y, )), ring))
>>> [(sorted(part.solved), sorted(part.unknowns)) for part in parts]
[([(0, 1, 1)], [1]), ([(1, 0, 1)], [0])]
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from deterrence.algebra.rings import Ring, RingElement, coefficients, occurring, substitute
from deterrence.algebra.systems.ideal import basis, free_unknowns, real_points
from deterrence.algebra.systems.ring import factors, is_constant, power_of, primitive, value_at
from deterrence.limits import work

#: Parts into which one system may be taken apart.
MAX_BRANCHES = 2_000
#: Work seconds of a part, per term.
_BRANCH = 1e-4


class TooManyBranches(Exception):
    """The equations fall apart into more parts than are followed up."""


@dataclass(frozen=True)
class Subsystem:
    """Equations ``p = 0``, with what has been solved on the way to them.

    ``solved`` lists ``(unknown, numerator, denominator)``, each in unknowns that were
    not solved before; ``nonzero`` are polynomials that are not 0 here.
    """

    equations: tuple[RingElement, ...]
    solved: tuple[tuple[int, RingElement, RingElement], ...] = ()
    nonzero: tuple[RingElement, ...] = ()
    reduced: bool = False


@dataclass(frozen=True)
class SolvedPart:
    """A set of solutions: ``unknowns`` are free but for ``equations``."""

    unknowns: tuple[int, ...]
    solved: tuple[tuple[int, RingElement, RingElement], ...]
    equations: tuple[RingElement, ...] = ()


def explore(start: Subsystem, ring: Ring) -> Iterator[dict[int, Any] | SolvedPart]:
    """Yield the isolated real solutions of parts, as numbers, and the infinite parts.

    Isolated in a part is not isolated in the whole set: a point may lie in another part.
    Raises :class:`TooManyBranches`.
    """
    stack = [start]
    count = 0
    while stack:
        count += 1
        if count > MAX_BRANCHES:
            raise TooManyBranches
        branch = stack.pop()
        work.spend(_BRANCH * (1 + sum(map(len, branch.equations))))
        pieces = _simpler(branch)
        if pieces is not None:
            stack.extend(reversed(pieces))
            continue
        done = {k for k, _, _ in branch.solved}
        unknowns = tuple(k for k in range(ring.ngens) if k not in done)
        if not branch.equations:
            if unknowns:
                yield SolvedPart(unknowns, branch.solved)
            else:
                yield from _completed(branch, {})
            continue
        reduced = basis(branch.equations, ring)
        free = free_unknowns(reduced, unknowns)
        if not free:
            for point in real_points(reduced, ring, unknowns):
                yield from _completed(branch, point)
            continue
        if not branch.reduced:
            simple = tuple(primitive(p) for p in reduced)
            stack.append(replace(branch, equations=simple, reduced=True))
            continue
        choice = _linear(branch)
        if choice is None:
            yield SolvedPart(unknowns, branch.solved, branch.equations)
            continue
        p, k = choice
        parts = coefficients(p, k)
        c, d = parts[1], parts.get(0, ring.zero)
        rest = tuple(q for q in branch.equations if q is not p)
        # The smaller system last on the stack's way out: points in it may belong to the other.
        stack.append(Subsystem((*rest, c, d), branch.solved, branch.nonzero))
        stack.append(_with(replace(branch, equations=rest), k, -d, c))


def _simpler(branch: Subsystem) -> list[Subsystem] | None:
    """Return the branches that replace this one after one step; ``None``: there is no step."""
    if any(not q for q in branch.nonzero):
        return []
    equations: dict[Any, None] = {}
    known = {primitive(q) for q in branch.nonzero}
    changed = False
    for p in branch.equations:
        if not p:
            changed = True
            continue
        found = [f for f in factors(p) if f not in known]
        if not found:
            return []  # a number other than 0, or a product of what is not 0
        if len(found) > 1:
            rest = tuple(q for q in branch.equations if q is not p)
            return [replace(branch, equations=(*rest, f), reduced=False) for f in found]
        changed = changed or found[0] != p or found[0] in equations
        equations[found[0]] = None
    if changed:
        return [replace(branch, equations=tuple(equations))]
    plain = [(p, k) for p, k, slope in _linear_in(branch) if is_constant(slope)]
    if not plain:
        return None
    p, k = min(plain, key=lambda choice: len(choice[0]))
    parts = coefficients(p, k)
    rest = tuple(q for q in branch.equations if q is not p)
    top, bottom = -parts.get(0, p.ring.zero), parts[1]
    return [_with(replace(branch, equations=rest), k, top, bottom)]


def _with(branch: Subsystem, k: int, top: RingElement, bottom: RingElement) -> Subsystem:
    """Return the branch in which unknown ``k`` is ``top/bottom``."""
    nonzero = [substitute(q, k, top, bottom) for q in branch.nonzero]
    if not is_constant(bottom):
        nonzero += factors(bottom)
    return Subsystem(
        tuple(primitive(substitute(p, k, top, bottom)) for p in branch.equations),
        (*branch.solved, (k, top, bottom)),
        tuple(nonzero),
    )


def _linear_in(branch: Subsystem) -> Iterator[tuple[RingElement, int, RingElement]]:
    """Yield the equations with each unknown that they are linear in, and its coefficient."""
    for p in branch.equations:
        for k in sorted(occurring(p)):
            if power_of(p, k) == 1:
                yield p, k, coefficients(p, k)[1]


def _linear(branch: Subsystem) -> tuple[RingElement, int] | None:
    """Return the equation and the unknown in it that is solved for next."""
    options = _linear_in(branch)
    best = min(options, key=lambda found: (len(found[2]), len(found[0])), default=None)
    return None if best is None else best[:2]


def _completed(branch: Subsystem, point: dict[int, Any]) -> Iterator[dict[int, Any]]:
    """Yield the point with the unknowns that were solved before, unless a denominator is 0."""
    values = dict(point)
    for k, top, bottom in reversed(branch.solved):
        divisor = value_at(bottom, values)
        if divisor == 0:
            return
        values[k] = value_at(top, values) / divisor
    yield dict(sorted(values.items()))
