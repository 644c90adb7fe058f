r"""Solving the system of a pattern: equations first, then what the inequalities leave.

Equations go by substitution: one that is linear in an unknown, with a coefficient whose
sign is known, gives that unknown.  What is left falls into parts that share no unknown.
A part that is linear is a polytope, found exactly with all its corners; a part of one
unknown is a list of points and intervals; others are handed on
(:mod:`deterrence.algebra.systems`).

>>> p, q = {(0,): Fraction(2), (): Fraction(-1)}, {(0,): Fraction(1)}
>>> [piece.resolved for piece in pieces([p], [], [q], [])]
[((0, {(): Fraction(1, 1)}, {(): Fraction(2, 1)}),)]
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from deterrence.algebra.partitions import Partition
from deterrence.algebra.sparse_polynomials import (
    Poly,
    constant,
    is_affine,
    plus,
    powers,
    proportional,
    replaced,
    times,
    value_at,
    variables_of,
)

#: Alternatives that one pattern may split into.
MAX_SPLITS = 400
#: Pairs of bounds that putting one unknown out may make.
MAX_PAIRS = 60

_ZERO, _ONE = Fraction(0), Fraction(1)


@dataclass(frozen=True)
class ReducedSystem:
    """A system whose equations are used up as far as that goes.

    ``resolved`` has ``(unknown, top, bottom)`` in the order in which they were put out:
    each is ``top / bottom`` in terms of those after it and of the free ones.  ``free`` are
    the unknowns that are left.
    """

    resolved: tuple[tuple[int, Poly, Poly], ...] = ()
    equations: tuple[Poly, ...] = ()
    weak: tuple[Poly, ...] = ()
    strict: tuple[Poly, ...] = ()
    free: frozenset[int] = frozenset()
    groups: tuple[tuple[int, ...], ...] = ()


def pieces(
    equations: Sequence[Poly],
    weak: Sequence[Poly],
    strict: Sequence[Poly],
    groups: Sequence[Sequence[int]],
    last: frozenset[int] = frozenset(),
) -> Iterator[ReducedSystem]:
    """Yield the alternatives that a system falls into, none of them plainly impossible.

    ``last`` are unknowns that are put out only where no other will do.
    """
    every = frozenset(variables_of([*equations, *weak, *strict])) | {v for g in groups for v in g}
    start = ReducedSystem(
        (), tuple(equations), tuple(weak), tuple(strict), every, tuple(map(tuple, groups))
    )
    stack = [start]
    count = 0
    while stack and count < MAX_SPLITS:
        here = _tidy(stack.pop())
        if here is None:
            continue
        step = _step(here, last)
        if step is None:
            step = _projected(here, last)
        if step is None:
            count += 1
            yield here
        else:
            stack += step


def _tidy(piece: ReducedSystem) -> ReducedSystem | None:
    """Drop positive factors and what is settled; ``None`` where something cannot hold."""
    strict: list[Poly] = []
    for p in piece.strict:
        if not any(c > 0 for c in p.values()):
            return None  # all unknowns are at least 0
        if set(p) != {()} and not any(proportional(p, q) for q in strict):
            strict.append(p)
    positive = _positive(strict)
    equations = []
    for p in piece.equations:
        p = _without_factor(p, positive)
        if not p:
            continue
        if set(p) == {()} or _is_negative(p, positive):
            return None
        if _is_negative({m: -c for m, c in p.items()}, positive):
            return None
        equations.append(p)
    weak: list[Poly] = []
    for p in piece.weak:
        p = _without_factor(p, positive)
        if all(c > 0 for c in p.values()):
            continue  # all unknowns are at least 0
        if set(p) == {()} or _is_negative(p, positive):
            return None
        if all(c < 0 for c in p.values()):
            equations.append(p)  # it cannot be positive, so it vanishes
            continue
        if any(proportional(p, q) for q in (*strict, *weak)):
            continue
        weak.append(p)
    return replace(piece, equations=tuple(equations), weak=tuple(weak), strict=tuple(strict))


def _positive(strict: Sequence[Poly]) -> set[int]:
    """Return the unknowns that are known to be positive."""
    return {m[0] for p in strict for m in p if len(p) == 1 and len(set(m)) == 1 and p[m] > 0}


def _without_factor(p: Poly, positive: set[int]) -> Poly:
    """Divide by the positive unknowns that every monomial has."""
    if not p:
        return p
    common = None
    for m in p:
        counts = {v: m.count(v) for v in set(m) & positive}
        if common is None:
            common = counts
        else:
            common = {v: min(n, counts.get(v, 0)) for v, n in common.items()}
        if not any(common.values()):
            return p
    result: Poly = {}
    for m, c in p.items():
        rest = list(m)
        for v, n in (common or {}).items():
            for _ in range(n):
                rest.remove(v)
        result[tuple(rest)] = c
    return result


def _is_negative(p: Poly, positive: set[int]) -> bool:
    """Whether a polynomial is negative everywhere."""
    return any(set(m) <= positive for m in p) and all(c < 0 for c in p.values())


def _sign(p: Poly, strict: Sequence[Poly]) -> int:
    """Return the sign of a polynomial where it is plain: 1, -1, or 0 for unknown."""
    if not p:
        return 0
    positive = _positive(strict)
    if any(set(m) <= positive for m in p):
        if all(c > 0 for c in p.values()):
            return 1
        if all(c < 0 for c in p.values()):
            return -1
    for q in strict:
        if proportional(p, q):
            return 1
        if proportional({m: -c for m, c in p.items()}, q):
            return -1
    return 0


def _step(piece: ReducedSystem, last: frozenset[int]) -> list[ReducedSystem] | None:
    """Use one equation; ``None`` where none can be used."""
    best: tuple[int, int, int, Poly, Poly] | None = None
    for n, p in enumerate(piece.equations):
        positive = _positive(piece.strict)
        if all(c > 0 for c in p.values()) or all(c < 0 for c in p.values()):
            return _vanishing(piece, n, positive)
        for v in sorted(variables_of([p])):
            parts = powers(p, v)
            if len(parts) != 2:
                continue
            sign = _sign(parts[1], piece.strict)
            if not sign:
                continue
            rank = len(parts[0]) * len(parts[1]) + 10**3 * (v in last)
            if set(parts[1]) != {()}:
                rank += 10**6
            if best is None or rank < best[0]:
                factor = Fraction(sign)
                top = {m: -c * factor for m, c in parts[0].items()}
                best = (rank, n, v, top, {m: c * factor for m, c in parts[1].items()})
    if best is not None:
        _, n, v, top, bottom = best
        return [_resolved(piece, n, v, top, bottom)]
    return _belief_split(piece)


def _resolved(piece: ReducedSystem, n: int, v: int, top: Poly, bottom: Poly) -> ReducedSystem:
    """Put an unknown out by the ``n``-th equation: it is ``top / bottom``, ``bottom > 0``."""
    others = [p for k, p in enumerate(piece.equations) if k != n]
    return replace(
        piece,
        resolved=(*piece.resolved, (v, top, bottom)),
        equations=tuple(replaced(p, v, top, bottom) for p in others),
        weak=(*(replaced(p, v, top, bottom) for p in piece.weak), top),
        strict=tuple(replaced(p, v, top, bottom) for p in piece.strict),
        free=piece.free - {v},
    )


def _vanishing(piece: ReducedSystem, n: int, positive: set[int]) -> list[ReducedSystem]:
    """A sum of terms of one sign is 0: every term is, and so one of its unknowns."""
    first = min(piece.equations[n], key=len)
    rest = tuple(p for k, p in enumerate(piece.equations) if k != n)
    found = []
    for v in sorted(set(first) - positive):
        left = {m: c for m, c in piece.equations[n].items() if v not in m}
        kept = replace(piece, equations=(*rest, left, {(v,): _ONE}))
        found.append(_resolved(kept, len(kept.equations) - 1, v, {}, constant(1)))
    return found


def _belief_split(piece: ReducedSystem) -> list[ReducedSystem] | None:
    """A free belief in one inequality that is not linear: the best node will do."""
    for group in piece.groups:
        inside = set(group) & piece.free
        if not inside or len(inside) != len(group):
            continue
        if any(variables_of([p]) & inside for p in (*piece.equations, *piece.strict)):
            continue
        used = [p for p in piece.weak if variables_of([p]) & inside]
        others = [p for p in used if not _is_simplex(p, inside)]
        if len(others) != 1 or is_affine(others[0]):
            continue
        kept = tuple(p for p in piece.weak if p not in used)
        found = []
        for chosen in (*sorted(inside), None):
            now = replace(
                piece, weak=(*kept, others[0]), groups=tuple(g for g in piece.groups if g != group)
            )
            for v in sorted(inside):
                number = constant(1) if v == chosen else {}
                last = len(now.equations)
                now = replace(now, equations=(*now.equations, {(v,): _ONE}))
                now = _resolved(now, last, v, number, constant(1))
            found.append(now)
        return found
    return None


def _projected(piece: ReducedSystem, moves: frozenset[int]) -> list[ReducedSystem] | None:
    """Put out an unknown that is no move and on which no move depends (Fourier and Motzkin).

    It only has to exist: each lower bound has to lie below each upper one.  Where the sign
    of a coefficient is open, each sign is a case of its own.  Where all is linear this is
    done only if it does not make many more inequalities.
    """
    seen = set(moves)
    for v, top, bottom in piece.resolved:
        if v in seen:
            seen |= variables_of([top, bottom])
    used = variables_of(piece.equations)
    for v in sorted(piece.free - seen - used):
        rows = [(p, False) for p in piece.weak] + [(p, True) for p in piece.strict]
        mine = [(p, strict) for p, strict in rows if v in variables_of([p])]
        if any(len(powers(p, v)) > 2 for p, _ in mine):
            continue
        split = next((q for p, _ in mine if not _sign(q := powers(p, v)[1], piece.strict)), None)
        if split is not None:
            other = {m: -c for m, c in split.items()}
            return [
                replace(piece, strict=(*piece.strict, split)),
                replace(piece, strict=(*piece.strict, other)),
                replace(piece, equations=(*piece.equations, split)),
            ]
        low: list[tuple[Poly, bool]] = [({(v,): _ONE}, False)]
        high: list[tuple[Poly, bool]] = []
        for p, strict in mine:
            (low if _sign(powers(p, v)[1], piece.strict) > 0 else high).append((p, strict))
        straight = all(is_affine(p) for p, _ in mine)
        if len(low) * len(high) > (len(low) + len(high) + 1 if straight else MAX_PAIRS):
            continue
        weak = [p for p in piece.weak if v not in variables_of([p])]
        sharp = [p for p in piece.strict if v not in variables_of([p])]
        for (p, one), (q, two) in itertools.product(low, high):
            (a, b), (c, d) = powers(p, v), powers(q, v)
            # a + b v >= 0 and c + d v >= 0 with b > 0 > d: c b - a d >= 0.
            gap = plus(times(c, b), times(a, d), -_ONE)
            (sharp if one or two else weak).append(gap)
        groups = tuple(tuple(g for g in group if g != v) for group in piece.groups)
        return [
            replace(
                piece, weak=tuple(weak), strict=tuple(sharp), free=piece.free - {v}, groups=groups
            )
        ]
    return None


def _is_simplex(p: Poly, inside: set[int]) -> bool:
    """Whether an inequality only says that weights are at least 0 or sum to at most 1."""
    return variables_of([p]) <= inside and is_affine(p)


def parts(piece: ReducedSystem) -> list[tuple[frozenset[int], list[Poly], list[Poly], list[Poly]]]:
    """Return the unknowns that conditions connect: equations, weak and strict ones of each."""
    links = Partition(sorted(piece.free))
    for p in (*piece.equations, *piece.weak, *piece.strict):
        links.join(*sorted(variables_of([p])))

    def within(unknowns: list[int], polys: Sequence[Poly]) -> list[Poly]:
        return [p for p in polys if not variables_of([p]).isdisjoint(unknowns)]

    return [
        (frozenset(c), within(c, piece.equations), within(c, piece.weak), within(c, piece.strict))
        for c in links.classes()
    ]


def settle(resolved: Sequence[tuple[int, Poly, Poly]], point: dict[int, Fraction]) -> None:
    """Work out the unknowns that were put out, in place, given those that are free."""
    for v, top, bottom in reversed(resolved):
        if not variables_of([top, bottom]) <= point.keys():
            continue  # a belief that hangs on one that only has to exist
        below = value_at(bottom, point)
        if below == 0:
            raise ZeroDivisionError(v)
        point[v] = value_at(top, point) / below
