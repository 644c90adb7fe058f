r"""From patterns to sets of profiles: points, polytopes with their corners, curved sets.

Perfect Bayesian equilibria of one pattern, their borders included, form families: the
limit of equilibria with beliefs is one again (all three conditions are closed), so the
corners of a family are equilibria although they may play fewer actions.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from deterrence.game.linear import maximise
from deterrence.solvers.assessments.algebra import Algebra, PatternSystem
from deterrence.solvers.assessments.consistency import (
    MAX_BASES,
    bases,
    free_beliefs,
    parametrised,
)
from deterrence.solvers.assessments.elimination import Piece, parts, pieces, settle
from deterrence.solvers.assessments.frame import Frame
from deterrence.solvers.assessments.hulls import contains
from deterrence.solvers.assessments.polys import Poly, is_affine, value_at, variables_of
from deterrence.solvers.assessments.systems import Builder, State
from deterrence.solvers.deadline import Deadline
from deterrence.solvers.polytope import vertices

#: Probabilities of the actions, by information set.
Behaviours = dict[int, tuple[Any, ...]]
Point = dict[int, Any]

#: Corners of one family that are worked out.
MAX_CORNERS = 64

_ZERO, _ONE = Fraction(0), Fraction(1)


@dataclass(frozen=True)
class Part:
    """The solutions of one part of a system: the corners of a polytope, or a sample.

    ``whole`` says that the corners span it; otherwise ``texts`` say what it is.
    """

    corners: tuple[Point, ...]
    whole: bool = True
    texts: tuple[str, ...] = ()


#: Realisation weights by (information set, action).
Weights = dict[tuple[int, int], Any]


@dataclass(frozen=True, eq=False)
class ProfileFamily:
    """Profiles that belong together: all combinations of points of its ``hulls``.

    A hull is a polytope in the realisation weights that vary with it, by its corners;
    the others are those of ``inside``.  ``texts`` say what else holds where the hulls do
    not say it all (``whole`` is false then).
    """

    supports: Mapping[int, tuple[int, ...]]
    corners: tuple[Behaviours, ...]
    count: int
    inside: Behaviours
    hulls: tuple[tuple[Weights, ...], ...] = ()
    weights: Weights = field(default_factory=dict)
    texts: tuple[str, ...] = ()
    whole: bool = True

    @property
    def is_point(self) -> bool:
        """Whether it is a single profile."""
        return self.count == 1 and self.whole


class Solver:
    """Solves one pattern after another."""

    def __init__(self, frame: Frame, builder: Builder, deadline: Deadline) -> None:
        self.frame, self.builder, self.deadline = frame, builder, deadline
        #: Why something may be missing.
        self.gaps: list[str] = []

    def families(self, state: State) -> Iterator[ProfileFamily]:
        """Yield the families of a complete pattern."""
        if not self.builder.consistent:
            yield from self.solutions(state, Algebra(self.frame, self.builder, state))
            return
        beliefs = free_beliefs(self.builder, state)
        for number, base in enumerate(bases(beliefs, state.zeroed)):
            if number >= MAX_BASES or self.deadline.expired():
                self.gaps.append("not all orders of mistakes were looked at")
                return
            weights = parametrised(beliefs, base, 0)
            yield from self.solutions(state, Algebra(self.frame, self.builder, state, weights))

    def solutions(self, state: State, algebra: Algebra) -> Iterator[ProfileFamily]:
        """Yield the families of one system."""
        system = algebra.system()
        names = system.unknowns.names
        moves = frozenset(v for v in range(len(names)) if system.unknowns.is_move(v))
        for piece in pieces(
            system.equations, system.weak, system.strict, system.groups, moves
        ):
            choices = self.solved(piece, system)
            if choices is None:
                continue
            for choice in itertools.product(*choices):
                family = self.family(state, algebra, piece, choice)
                if family is not None:
                    yield family

    # ---- parts -----------------------------------------------------------
    def solved(self, piece: Piece, system: PatternSystem) -> list[list[Part]] | None:
        """Return the alternatives of every part, ``None`` where one has no solution."""
        found: list[list[Part]] = []
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
            joint = (
                sorted(set().union(*(p[0] for p in curved))),
                *([q for p in curved for q in p[k]] for k in (1, 2, 3)),
            )
            alternatives = self.curved(*joint, system, visible)  # type: ignore[arg-type]
            if not alternatives:
                return None
            found.append(alternatives)
        return found

    def polytope(
        self, unknowns: list[int], weak: list[Poly], strict: list[Poly], visible: set[int]
    ) -> Part | None:
        """Return the part of a system that is linear, or ``None`` if it is empty."""
        place = {v: k for k, v in enumerate(unknowns)}
        rows, bounds = [], []
        for p in (*weak, *strict):
            row = [_ZERO] * len(unknowns)
            for m, c in p.items():
                if m:
                    row[place[m[0]]] -= c
            rows.append(row)
            bounds.append(p.get((), _ZERO))
        # A last unknown that is always 0 makes a row of equations, which `vertices` wants.
        found = vertices(
            [[_ZERO] * len(unknowns) + [_ONE]], [_ZERO],
            [[*row, _ZERO] for row in rows], bounds, self.deadline,
        )  # fmt: skip
        if found is None:
            self.gaps.append("the time ran out over the corners of a family")
            return None
        points = [dict(zip(unknowns, corner, strict=False)) for corner in found]
        if not points or any(all(value_at(p, c) <= 0 for c in points) for p in strict):
            return None
        seen = [v for v in unknowns if v in visible]
        if not seen:
            return Part((_middle(points),))
        if len(seen) < len(unknowns):
            points = _projected(points, seen)
        return Part(tuple(points))

    def curved(
        self,
        unknowns: list[int],
        equations: list[Poly],
        weak: list[Poly],
        strict: list[Poly],
        system: PatternSystem,
        visible: set[int],
    ) -> list[Part]:
        """Return the alternatives of a part that is not linear."""
        from deterrence.solvers.polynomial import solve_system

        names = tuple(self.unknown_name(v, system) for v in unknowns)
        place = {v: k for k, v in enumerate(unknowns)}

        def terms(p: Poly) -> dict[tuple[int, ...], Fraction]:
            result = {}
            for m, c in p.items():
                powers = [0] * len(unknowns)
                for v in m:
                    powers[place[v]] += 1
                result[tuple(powers)] = c
            return result

        signs = [{(v,): _ONE} for v in unknowns]
        found = solve_system(
            names,
            [terms(p) for p in equations],
            above=[terms(p) for p in strict],
            at_least=[terms(p) for p in (*weak, *signs)],
            deadline=self.deadline,
        )
        if not found.complete:
            self.gaps.extend(found.messages or ("a system of equations was not solved",))
        alternatives = []
        for point in found.points:
            alternatives.append(
                Part((dict(zip(unknowns, (point[n] for n in names), strict=True)),))
            )
        for c in found.continua:
            seen = [n for v, n in zip(unknowns, names, strict=True) if v in visible]
            varying = [n for n in seen if n in c.free or n in c.formulas and any(
                any(e) for e in c.formulas[n].numerator)]  # fmt: skip
            points = [c.sample]
            if varying and c.interval is not None:
                points = [p for end in c.interval if (p := _at(c, end)) is not None] or points
            corners = tuple(
                dict(zip(unknowns, (p[n] for n in names), strict=True)) for p in points
            )
            if not varying:
                alternatives.append(Part(corners[:1]))
                continue
            if len(corners) == 2 and all(_is_straight(c, n) for n in varying):
                alternatives.append(Part(corners))
                continue
            texts = [f"{n} = {c.formulas[n]}" for n in varying if n in c.formulas]
            alternatives.append(Part(corners, False, (*texts, *c.equations, *c.conditions)))
        return alternatives

    def unknown_name(self, v: int, system: PatternSystem | Algebra) -> str:
        kind, h, k = system.unknowns.names[v]
        return f"{kind}_{h}_{k}"

    # ---- a family ----------------------------------------------------------
    def family(
        self, state: State, algebra: Algebra, piece: Piece, choice: Sequence[Part]
    ) -> ProfileFamily | None:
        """Return the profiles that one choice of alternatives stands for."""
        middle: Point = {}
        for part in choice:
            middle |= _middle(part.corners)
        inside = self.behaviours(algebra, piece, middle, None)
        if inside is None:
            return None
        whole = all(part.whole for part in choice)
        texts = [self.readable(t, algebra) for part in choice for t in part.texts]
        weights = self.weights(inside, state)
        several = [part for part in choice if len(part.corners) > 1]
        bent = self.bent(algebra, piece, several)
        texts += [self.readable(t, algebra) for t in bent]
        whole = whole and not bent
        groups = self.hulls(algebra, piece, middle, several, state, inside)
        listed = []
        for combination in itertools.islice(
            itertools.product(*(part.corners for part in several)), MAX_CORNERS
        ):
            point = dict(middle)
            for corner in combination:
                point |= corner
            moves = self.behaviours(algebra, piece, point, inside)
            if moves is not None:
                listed.append(moves)
        corners = {tuple(m.items()): m for moves in listed for m in self.limits(moves, listed, state)}
        count = math.prod(len(part.corners) for part in choice)
        if count <= MAX_CORNERS:
            count = len(corners)
        if not whole:
            count = max(count, 2)
        return ProfileFamily(
            supports=state.supports,
            corners=tuple(corners.values()) or (inside,),
            count=count,
            inside=inside,
            hulls=groups,
            weights=weights,
            texts=tuple(dict.fromkeys(texts)),
            whole=whole,
        )

    def unreached(self, moves: Behaviours, state: State) -> set[int]:
        """Return sets of a pattern where something is mixed after a weight that vanished."""
        weights = self.weights(moves, state)
        found = set()
        for h, actions in state.supports.items():
            above = self.frame.parent[h]
            if len(actions) > 1 and above is not None and weights.get(above) == 0:
                found.add(h)
        return found

    def limits(
        self, moves: Behaviours, listed: Sequence[Behaviours], state: State
    ) -> list[Behaviours]:
        """Return the corner itself, or where a weight vanished, the limits that it stands for.

        On the way to such a corner from another one the mixtures after the vanishing
        weight stay what they are there.
        """
        gone = self.unreached(moves, state)
        if not gone:
            return [moves]
        found = [
            {h: other[h] if h in gone else mix for h, mix in moves.items()}
            for other in listed
            if not self.unreached(other, state) & gone
        ]
        return found or [moves]

    def bent(self, algebra: Algebra, piece: Piece, several: Sequence[Part]) -> list[str]:
        """Return formulas of moves that are not linear in what varies."""
        varying = {v for part in several for v in part.corners[0]
                   if len({c[v] for c in part.corners}) > 1}  # fmt: skip
        texts = []
        for v, top, bottom in reversed(piece.resolved):
            used = variables_of([top, bottom]) & varying
            if not used:
                continue
            varying.add(v)
            straight = is_affine(top) and set(bottom) <= {()}
            if not straight and algebra.unknowns.is_move(v):
                texts.append(f"{self.unknown_name(v, algebra)} = {self.ratio(top, bottom, algebra)}")
        return texts

    def ratio(self, top: Poly, bottom: Poly, algebra: Algebra) -> str:
        names = [self.unknown_name(v, algebra) for v in range(len(algebra.unknowns.names))]

        def text(p: Poly) -> str:
            parts = ""
            for m, c in p.items():
                size = [] if abs(c) == 1 and m else [str(abs(c))]
                joint = (" - " if c < 0 else " + ") if parts else ("-" if c < 0 else "")
                parts += joint + "*".join(size + [names[v] for v in m])
            return parts or "0"

        if set(bottom) <= {()}:
            return text({m: c / bottom[()] for m, c in top.items()})
        return f"({text(top)})/({text(bottom)})"

    def hulls(
        self,
        algebra: Algebra,
        piece: Piece,
        middle: Point,
        several: Sequence[Part],
        state: State,
        inside: Behaviours,
    ) -> tuple[tuple[Weights, ...], ...]:
        """Return the polytopes of realisation weights that vary independently."""
        groups: list[tuple[set[tuple[int, int]], list[Part], list[Weights]]] = []
        waiting = [[part] for part in several]
        while waiting:
            members = waiting.pop()
            points = []
            for combination in itertools.product(*(part.corners for part in members)):
                point = dict(middle)
                for corner in combination:
                    point |= corner
                moves = self.behaviours(algebra, piece, point, inside)
                if moves is not None:
                    points.append(self.weights(moves, state))
            keys = {k for k in points[0] if len({p[k] for p in points}) > 1} if points else set()
            if not keys:
                continue
            # Parts that move the same weight are no product; they are taken together.
            clash = next((g for g in groups if g[0] & keys), None)
            if clash is not None:
                groups.remove(clash)
                waiting.append([*members, *clash[1]])
                continue
            groups.append((keys, members, points))
        return tuple(
            tuple({k: p[k] for k in sorted(keys)} for p in points) for keys, _, points in groups
        )

    def readable(self, text: str, algebra: Algebra) -> str:
        """Put names of probabilities for those of unknowns."""
        import re

        def name(match: re.Match[str]) -> str:
            kind, h, k = match[1], int(match[2]), int(match[3])
            game = self.frame.game
            s = game.sets[h]
            if kind == "r":
                return f"P({s.actions[k]} at {s.label})"
            if kind == "t":
                return f"t{h + 1}"
            from deterrence.game.tree_play import history_text

            return f"P({history_text(game, k)})"

        return re.sub(r"\b([rnVt])_(\d+)_(\d+)\b", name, text)

    def behaviours(
        self, algebra: Algebra, piece: Piece, point: Point, inside: Behaviours | None
    ) -> Behaviours | None:
        """Return the probabilities of all actions at a point of a system.

        Where a weight vanishes at the border, so does that of what comes before, and
        the mixture is that of ``inside`` (the limit along the straight way from there).
        """
        point = dict(point)
        try:
            settle(piece.resolved, point)
        except ZeroDivisionError:
            return None
        result: Behaviours = {}
        game = self.frame.game
        for h in self.frame.decisions:
            actions = algebra.state.supports[h]
            mix: list[Any] = [_ZERO] * len(game.sets[h].actions)
            if len(actions) == 1:
                mix[actions[0]] = _ONE
            else:
                weights = {a: value_at(algebra.move(h, a), point) for a in actions}
                total: Any = sum(weights.values())
                if total == 0:
                    if inside is None:
                        return None
                    result[h] = inside[h]
                    continue
                for a, w in weights.items():
                    mix[a] = w / total
            result[h] = tuple(mix)
        return result

    def weights(self, moves: Behaviours, state: State) -> Weights:
        """Return the realisation weights of all actions that a pattern plays."""
        result: Weights = {}
        for h in sorted(moves, key=lambda k: self.frame.game.sets[k].nodes[0]):
            above = self.frame.parent[h]
            base = _ONE
            if above is not None and above[1] in state.supports[above[0]]:
                base = result[above]
            for a in state.supports[h]:
                result[h, a] = base * moves[h][a]
        return result

    def holds(self, big: ProfileFamily, moves: Behaviours, state: State) -> bool:
        """Say whether a profile is in a family that its corners span."""
        if not big.whole:
            return moves in big.corners
        for h, mix in moves.items():
            if any(p and a not in big.supports[h] for a, p in enumerate(mix)):
                return False
        target = self.weights(moves, state)
        varying = {k for hull in big.hulls for k in hull[0]}
        if any(target[k] != p for k, p in big.weights.items() if k not in varying):
            return False
        if not all(contains(hull, target) for hull in big.hulls):
            return False
        gone = self.unreached(moves, state)
        return not gone or moves in big.corners or self.is_limit(big, moves, gone, state)

    def is_limit(
        self, big: ProfileFamily, moves: Behaviours, gone: set[int], state: State
    ) -> bool:
        """Say whether mixtures after a vanished weight are those of some point of the family.

        From there the straight way to the profile keeps them, and the profile is its limit.
        """
        for hull in big.hulls:
            rows, goals = [], []
            for h in gone & {k[0] for k in hull[0]}:
                above = self.frame.parent[h]
                if above is None:
                    return False
                bases = [c.get(above, big.weights.get(above, _ZERO)) for c in hull]
                goals.append(bases)
                for a in state.supports[h]:
                    own = [c.get((h, a), big.weights[h, a]) for c in hull]
                    rows.append([w - moves[h][a] * b for w, b in zip(own, bases, strict=True)])
            if not all(isinstance(x, Fraction) for row in rows for x in row):
                return False
            for goal in goals:
                result = maximise(
                    goal, (), (), [*rows, [_ONE] * len(hull)], [*([_ZERO] * len(rows)), _ONE]
                )
                if result.status != "optimal" or result.value <= 0:
                    return False
        moving = {k[0] for hull in big.hulls for k in hull[0]}
        return all(moves[h] == big.inside[h] for h in gone - moving)


def _visible(piece: Piece, system: PatternSystem) -> set[int]:
    """Return the moves, and the unknowns on which moves depend that were put out."""
    visible = {v for v in range(len(system.unknowns.names)) if system.unknowns.is_move(v)}
    for v, top, bottom in piece.resolved:
        if v in visible:
            visible |= variables_of([top, bottom])
    return visible


def _is_straight(continuum: Any, name: str) -> bool:
    """Whether an unknown is linear in the one that is free."""
    ratio = continuum.formulas.get(name)
    return ratio is None or (ratio.is_polynomial and all(sum(e) <= 1 for e in ratio.numerator))


def _at(continuum: Any, end: Any) -> dict[str, Any] | None:
    try:
        return None if end is None else continuum.at({continuum.free[0]: end})
    except ZeroDivisionError:
        return None


def _middle(points: Sequence[Point]) -> Point:
    if len(points) == 1:
        return dict(points[0])
    return {v: sum((p[v] for p in points), _ZERO) / len(points) for v in points[0]}


def _projected(points: Sequence[Point], moves: Sequence[int]) -> list[Point]:
    """Return the corners of a polytope's image in some unknowns, each with a whole point."""
    kept: dict[tuple[Any, ...], list[Point]] = {}
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
        extreme.append(_middle(kept[shadow]))
    return extreme
