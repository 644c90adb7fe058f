r"""From patterns to sets of profiles: points, polytopes with their corners, curved sets.

Perfect Bayesian equilibria of one pattern, their borders included, form families: the
limit of equilibria with beliefs is one again (all three conditions are closed), so the
corners of a family are equilibria although they may play fewer actions.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from deterrence.game.linear import maximise
from deterrence.solvers.assessments.algebra import Algebra, PatternSystem
from deterrence.solvers.assessments.elimination import Piece, parts, pieces, settle
from deterrence.solvers.assessments.frame import Frame
from deterrence.solvers.assessments.polys import Poly, is_affine, value_at
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


@dataclass(frozen=True, eq=False)
class ProfileFamily:
    """Profiles that belong together; the first corner is inside where there is a continuum."""

    supports: Mapping[int, tuple[int, ...]]
    corners: tuple[Behaviours, ...]
    count: int
    inside: Behaviours
    texts: tuple[str, ...] = ()
    #: Realisation weights of the corners, part by part, to tell what a polytope contains.
    hulls: tuple[tuple[dict[tuple[int, int], Any], ...], ...] = ()
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
        algebra = Algebra(self.frame, self.builder, state)
        system = algebra.system()
        for piece in pieces(system.equations, system.weak, system.strict, system.groups):
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
        curved: list[tuple[frozenset[int], list[Poly], list[Poly], list[Poly]]] = []
        for part in parts(piece):
            unknowns, equations, weak, strict = part
            if equations or not all(map(is_affine, (*weak, *strict))):
                curved.append(part)
                continue
            polytope = self.polytope(sorted(unknowns), weak, strict, system)
            if polytope is None:
                return None
            found.append([polytope])
        if curved:
            # Together, so that irrational solutions lie in one number field.
            joint = (
                sorted(set().union(*(p[0] for p in curved))),
                *([q for p in curved for q in p[k]] for k in (1, 2, 3)),
            )
            alternatives = self.curved(*joint, system)  # type: ignore[arg-type]
            if not alternatives:
                return None
            found.append(alternatives)
        return found

    def polytope(
        self, unknowns: list[int], weak: list[Poly], strict: list[Poly], system: PatternSystem
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
        moves = [v for v in unknowns if system.unknowns.is_move(v)]
        if not moves:
            return Part((_middle(points),))
        if len(moves) < len(unknowns):
            points = _projected(points, moves)
        return Part(tuple(points))

    def curved(
        self,
        unknowns: list[int],
        equations: list[Poly],
        weak: list[Poly],
        strict: list[Poly],
        system: PatternSystem,
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
            sample = dict(zip(unknowns, (c.sample[n] for n in names), strict=True))
            moves = [n for v, n in zip(unknowns, names, strict=True) if system.unknowns.is_move(v)]
            varying = [n for n in moves if n in c.free or n in c.formulas and any(
                any(e) for e in c.formulas[n].numerator)]  # fmt: skip
            if not varying:
                alternatives.append(Part((sample,)))
                continue
            texts = [f"{n} = {r}" for n, r in c.formulas.items() if n in varying]
            alternatives.append(Part((sample,), False, (*texts, *c.equations, *c.conditions)))
        return alternatives

    def unknown_name(self, v: int, system: PatternSystem) -> str:
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
        try:
            settle(piece.resolved, middle)
        except ZeroDivisionError:
            return None
        inside = self.behaviours(algebra, middle, None)
        if inside is None:
            return None
        whole = all(part.whole for part in choice)
        count = math.prod(len(part.corners) for part in choice)
        corners: dict[Any, Behaviours] = {}
        for combination in itertools.islice(
            itertools.product(*(part.corners for part in choice)), MAX_CORNERS
        ):
            point: Point = {}
            for corner in combination:
                point |= corner
            try:
                settle(piece.resolved, point)
            except ZeroDivisionError:
                whole = False
                continue
            moves = self.behaviours(algebra, point, inside)
            if moves is None:
                whole = False
                continue
            corners.setdefault(tuple(moves.items()), moves)
        if count <= MAX_CORNERS:
            count = len(corners)
        texts = tuple(self.readable(t, algebra) for part in choice for t in part.texts)
        if not whole:
            count = max(count, 2)
        listed = tuple(corners.values()) or (inside,)
        hull = tuple(self.weights(moves, state) for moves in listed)
        return ProfileFamily(state.supports, listed, count, inside, texts, (hull,), whole)

    def readable(self, text: str, algebra: Algebra) -> str:
        """Put names of probabilities for those of unknowns."""
        import re

        def name(match: re.Match[str]) -> str:
            kind, h, k = match[1], int(match[2]), int(match[3])
            game = self.frame.game
            s = game.sets[h]
            if kind == "r":
                return f"P({s.actions[k]} at {s.label})"
            from deterrence.game.tree_play import history_text

            return f"P({history_text(game, k)})"

        return re.sub(r"\b([rnV])_(\d+)_(\d+)\b", name, text)

    def behaviours(
        self, algebra: Algebra, point: Point, inside: Behaviours | None
    ) -> Behaviours | None:
        """Return the probabilities of all actions at a point of a system.

        Where a weight vanishes at the border, so does that of what comes before, and
        the mixture is that of ``inside`` (the limit along the straight way from there).
        """
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

    def weights(self, moves: Behaviours, state: State) -> dict[tuple[int, int], Any]:
        """Return the realisation weights of all actions that a pattern plays."""
        result: dict[tuple[int, int], Any] = {}
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
        if not big.whole or len(big.corners) != big.count:
            return False
        for h, mix in moves.items():
            if any(p and a not in big.supports[h] for a, p in enumerate(mix)):
                return False
        target = self.weights(moves, state)
        if not all(isinstance(p, Fraction) for p in target.values()):
            return moves in big.corners
        rows = [[corner[key] for corner in big.hulls[0]] for key in target]
        if not all(isinstance(p, Fraction) for row in rows for p in row):
            return moves in big.corners
        rows.append([_ONE] * len(big.corners))
        found = maximise([_ZERO] * len(big.corners), (), (), rows, [*target.values(), _ONE])
        return found.status == "optimal"


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
