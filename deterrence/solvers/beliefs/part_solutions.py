r"""The parts of a pattern's system, solved: polytopes by their corners, points, curved sets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from deterrence.algebra.linear import maximise
from deterrence.algebra.polytopes import vertices
from deterrence.algebra.sparse_polynomials import Poly, is_affine, value_at, variables_of
from deterrence.limits.deadline import Deadline
from deterrence.solvers.beliefs.elimination import ReducedSystem, parts
from deterrence.solvers.beliefs.pattern_system import PatternSystem

#: Numbers for some unknowns.
UnknownValues = dict[int, Any]

_ZERO, _ONE = Fraction(0), Fraction(1)


@dataclass(frozen=True)
class PartSolutions:
    """The solutions of one part of a system: the corners of a polytope, or a sample.

    ``whole`` says that the corners span it; otherwise ``texts`` say what it is.
    """

    corners: tuple[UnknownValues, ...]
    whole: bool = True
    texts: tuple[str, ...] = ()


class PartSolver:
    """Solves the parts of systems one after another; ``gaps`` say what may be missing."""

    def __init__(self, deadline: Deadline) -> None:
        self.deadline = deadline
        self.gaps: list[str] = []

    def solved(
        self, piece: ReducedSystem, system: PatternSystem
    ) -> list[list[PartSolutions]] | None:
        """Return the alternatives of every part, ``None`` where one has no solution."""
        found: list[list[PartSolutions]] = []
        visible = _visible(piece, system)
        curved: list[tuple[frozenset[int], list[Poly], list[Poly], list[Poly]]] = []
        for part in parts(piece):
            unknowns, equations, weak, strict = part
            if equations or not all(map(is_affine, (*weak, *strict))):
                curved.append(part)
                continue
            polytope = self.polytope(sorted(unknowns), weak, strict, visible)
            if polytope is None:
                return None
            found.append([polytope])
        if curved:
            # Together, so that irrational solutions lie in one number field.
            alternatives = self.curved(
                sorted(v for p in curved for v in p[0]),
                [q for p in curved for q in p[1]],
                [q for p in curved for q in p[2]],
                [q for p in curved for q in p[3]],
                system,
                visible,
            )
            if not alternatives:
                return None
            found.append(alternatives)
        return found

    def polytope(
        self, unknowns: list[int], weak: list[Poly], strict: list[Poly], visible: set[int]
    ) -> PartSolutions | None:
        """Return the part of a system that is linear, or ``None`` if it is empty."""
        seen = [v for v in unknowns if v in visible]
        if not seen:  # they only have to exist
            point = inner_point(unknowns, weak, strict)
            return None if point is None else PartSolutions((point,))
        points = polytope_corners(unknowns, [], [*weak, *strict], self.deadline)
        if points is None:
            self.gaps.append("the limit was reached at the corners of a family")
            return None
        if not points or leaves_none(points, strict):
            return None
        if len(seen) < len(unknowns):
            points = _projected(points, seen)
        return PartSolutions(tuple(points))

    def curved(
        self,
        unknowns: list[int],
        equations: list[Poly],
        weak: list[Poly],
        strict: list[Poly],
        system: PatternSystem,
        visible: set[int],
    ) -> list[PartSolutions]:
        """Return the alternatives of a part that is not linear."""
        from deterrence.algebra.systems import solve_system
        from deterrence.algebra.systems.solve import MAX_UNKNOWNS

        if len(unknowns) > MAX_UNKNOWNS:
            self.gaps.append(f"a system in {len(unknowns)} unknowns was not solved")
            return []
        names = tuple(unknown_name(system.unknowns.names, v) for v in unknowns)
        signs: list[Poly] = [{(v,): _ONE} for v in unknowns]
        found = solve_system(
            names,
            exponents(equations, unknowns),
            above=exponents(strict, unknowns),
            at_least=exponents([*weak, *signs], unknowns),
            deadline=self.deadline,
        )
        if not found.complete:
            self.gaps.extend(found.messages or ("a system of equations was not solved",))
        alternatives = []
        for point in found.points:
            alternatives.append(
                PartSolutions((dict(zip(unknowns, (point[n] for n in names), strict=True)),))
            )
        for c in found.continua:
            seen = [n for v, n in zip(unknowns, names, strict=True) if v in visible]
            varying = [n for n in seen if n in c.free or _varies(c, n)]
            points = [c.sample]
            if varying and c.interval is not None:
                points = [p for end in c.interval if (p := _at(c, end)) is not None] or points
            corners = tuple(dict(zip(unknowns, (p[n] for n in names), strict=True)) for p in points)
            if not varying:
                alternatives.append(PartSolutions(corners[:1]))
                continue
            if len(corners) == 2 and all(_is_straight(c, n) for n in varying):
                alternatives.append(PartSolutions(corners))
                continue
            texts = [f"{n} = {c.formulas[n]}" for n in varying if n in c.formulas]
            alternatives.append(
                PartSolutions(corners, False, (*texts, *c.equations, *c.conditions))
            )
        return alternatives


def _below(
    polys: Sequence[Poly], place: dict[int, int]
) -> tuple[list[list[Fraction]], list[Fraction]]:
    """Return linear conditions ``p >= 0`` as rows ``-p <= bound``."""
    rows, bounds = [], []
    for p in polys:
        row = [_ZERO] * len(place)
        for m, c in p.items():
            if m:
                row[place[m[0]]] -= c
        rows.append(row)
        bounds.append(p.get((), _ZERO))
    return rows, bounds


def polytope_corners(
    unknowns: Sequence[int],
    equations: Sequence[Poly],
    at_least: Sequence[Poly],
    deadline: Deadline | None = None,
) -> list[UnknownValues] | None:
    """Return the corners of a polytope in unknowns that are at least 0; ``None``: no time."""
    place = {v: k for k, v in enumerate(unknowns)}
    equal, values = _below(equations, place)
    rows, bounds = _below(at_least, place)
    # A last unknown that is always 0 makes a row of equations, which `vertices` wants.
    level = [*([*row, _ZERO] for row in equal), [_ZERO] * len(unknowns) + [_ONE]]
    below = [[*row, _ZERO] for row in rows]
    found = vertices(level, [*values, _ZERO], below, bounds, deadline)
    if found is None:
        return None
    return [dict(zip(unknowns, corner, strict=False)) for corner in found]


def leaves_none(corners: Sequence[UnknownValues], strict: Sequence[Poly]) -> bool:
    """Say whether some linear ``p > 0`` holds nowhere in a polytope."""
    return any(all(value_at(p, c) <= 0 for c in corners) for p in strict)


def exponents(
    polys: Sequence[Poly], unknowns: Sequence[int]
) -> list[dict[tuple[int, ...], Fraction]]:
    """Return polynomials by the exponents of the unknowns."""
    return [{tuple(m.count(v) for v in unknowns): c for m, c in p.items()} for p in polys]


def inner_point(
    unknowns: Sequence[int], weak: Sequence[Poly], strict: Sequence[Poly]
) -> UnknownValues | None:
    """Return a point with linear ``weak >= 0`` and ``strict > 0``, if there is one."""
    place = {v: k for k, v in enumerate(unknowns)}
    rows, bounds = _below([*weak, *strict], place)
    # One more unknown, at most 1: the room that every strict condition leaves.
    lines = [[*row, _ONE if k >= len(weak) else _ZERO] for k, row in enumerate(rows)]
    lines.append([_ZERO] * len(unknowns) + [_ONE])
    goal = [_ZERO] * len(unknowns) + [_ONE]
    best = maximise(goal, lines, [*bounds, _ONE])
    if best.status != "optimal" or best.value <= 0:
        return None
    return dict(zip(unknowns, best.x, strict=False))


def _visible(piece: ReducedSystem, system: PatternSystem) -> set[int]:
    """Return the moves, and the unknowns on which moves depend that were put out."""
    visible = {v for v in range(len(system.unknowns.names)) if system.unknowns.is_move(v)}
    for v, top, bottom in piece.resolved:
        if v in visible:
            visible |= variables_of([top, bottom])
    return visible


def _varies(continuum: Any, name: str) -> bool:
    """Whether an unknown with a formula is no constant."""
    ratio = continuum.formulas.get(name)
    return ratio is not None and any(map(any, ratio.numerator))


def _is_straight(continuum: Any, name: str) -> bool:
    """Whether an unknown is linear in the one that is free."""
    ratio = continuum.formulas.get(name)
    return ratio is None or (ratio.is_polynomial and all(sum(e) <= 1 for e in ratio.numerator))


def _at(continuum: Any, end: Any) -> dict[str, Any] | None:
    try:
        return None if end is None else continuum.at({continuum.free[0]: end})
    except ZeroDivisionError:
        return None


def middle_of(points: Sequence[UnknownValues]) -> UnknownValues:
    """Return the mean of some points."""
    if len(points) == 1:
        return dict(points[0])
    return {v: sum((p[v] for p in points), _ZERO) / len(points) for v in points[0]}


def _projected(points: Sequence[UnknownValues], moves: Sequence[int]) -> list[UnknownValues]:
    """Return the corners of a polytope's image in some unknowns, each with a whole point."""
    kept: dict[tuple[Any, ...], list[UnknownValues]] = {}
    for p in points:
        kept.setdefault(tuple(p[v] for v in moves), []).append(p)
    shadows = list(kept)
    extreme = []
    for k, shadow in enumerate(shadows):
        others = [s for n, s in enumerate(shadows) if n != k]
        if others:
            rows = [[s[v] for s in others] for v in range(len(moves))]
            rows.append([_ONE] * len(others))
            weights = maximise([_ZERO] * len(others), (), (), rows, [*shadow, _ONE])
            if weights.status == "optimal":
                continue
        extreme.append(middle_of(kept[shadow]))
    return extreme


def unknown_name(names: Sequence[tuple[str, int, int]], v: int) -> str:
    """Return the name under which an unknown is handed on."""
    kind, h, k = names[v]
    return f"{kind}_{h}_{k}"
