"""The first place along a line of changes where a statement's status is the wanted one.

Exact: the line is cut at the real roots of every polynomial that matters, and the
status is decided from signs, in open cells and at roots alike.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from deterrence.algebra.along_lines import LinePlace, StraightLine, inside
from deterrence.algebra.roots import Root, compare, exact_number, simplest_between
from deterrence.analysis.robust.sought import SoughtStatus
from deterrence.errors import UnsupportedError

#: How far beyond a threshold its witness lies, at most (in the line's parameter).
NEAR = Fraction(1, 10**6)
_NARROW = Fraction(1, 10**12)  # width of the intervals that irrational numbers are kept with
#: Polynomials that change sign on a piece of a line above which it is cut, and how often.
_MANY = 40
_DEEPEST = 12


@dataclass(frozen=True, eq=False)
class Flip:
    """A place with the wanted status: changes ``origin + slope * t`` at and beyond ``t``.

    ``attained``: the status is the wanted one at ``t`` itself.  ``witness`` is an exact
    change with the wanted status, at ``t`` or beyond it by at most :data:`NEAR`, and
    ``size`` the size of the change at ``t``.
    """

    origin: tuple[Fraction, ...]
    slope: tuple[Fraction, ...]
    t: Root
    size: Root
    attained: bool
    witness: tuple[Fraction, ...] | None


class LineWalker:
    """Walks along lines to the status that is sought."""

    def __init__(self, sought: SoughtStatus) -> None:
        self.sought, self.question, self.space = sought, sought.question, sought.space
        if not self.question.exact:
            raise UnsupportedError("lines are walked for polynomial games only")
        self.polys = list(dict.fromkeys(p for p in self.question.polys() if not p.is_ground))

    def first(
        self,
        origin: Sequence[Fraction],
        slope: Sequence[Fraction],
        low: Fraction,
        high: Fraction | None,
    ) -> Flip | None:
        """Return the first place from ``low`` on (to ``high``) with the wanted status.

        The line is cut into pieces until few polynomials can change sign on one.
        """
        line = StraightLine(self.question.algebra.parameters, self.space.line(origin, slope))
        found = self._inside(line, LinePlace(exact_number(low), low), None)
        pieces = [(low, high, 0)] if high is None or low < high else []
        while pieces and found is None:
            self.question.tick()
            a, b, depth = pieces.pop()
            among, polys = None, self.polys
            if b is not None:
                possible = line.possible(a, b)
                among = self.question.possible(possible)
                polys = self.question.open_polys(among, possible)
            if b is not None and depth < _DEEPEST and len(polys) > _MANY:
                middle = simplest_between(a + (b - a) / 3, b - (b - a) / 3)
                pieces += [(middle, b, depth + 1), (a, middle, depth + 1)]
                continue
            stop = None if b is None else exact_number(b)
            places = line.places(polys, exact_number(a), stop)
            if stop is not None:
                places.append(LinePlace(stop, stop.low))
            parts = (self._inside(line, place, among) for place in places)
            found = next((part for part in parts if part is not None), None)
        return None if found is None else self._flip(origin, slope, found)

    def _inside(self, line: StraightLine, place: LinePlace, among: Any) -> LinePlace | None:
        """Return the first part of a place that has the wanted status."""

        def sign(poly: Any) -> int:
            return line.sign(poly, place)

        if not self.question.assumed.holds(sign):
            return None
        truths = self.question.truths(sign, self.sought.wanted, among)
        parts = [place]
        if place.root is None:
            cutting = [lit.poly for truth in truths for lit in truth.literals()]
            parts = line.places(cutting, place.low, place.high)
        for part in parts:
            here = functools.partial(_sign_at, line, part)
            if self.sought.met(t.holds(here) for t in truths):
                return part
        return None

    def _flip(
        self, origin: Sequence[Fraction], slope: Sequence[Fraction], place: LinePlace
    ) -> Flip:
        t = place.root or place.low
        assert t is not None  # cells begin at the start or at a root
        t = t.narrowed(_NARROW)
        attained = place.root is not None
        near = _just_beyond(t)
        at: Fraction | None = t.rational
        if not attained:
            end = near if place.high is None or compare(near, place.high) < 0 else place.high
            at = inside(t, end)
        elif at is None:
            # No rational point is the threshold; mostly the status stays beyond it.
            beyond = inside(t, near)
            change = [o + s * beyond for o, s in zip(origin, slope, strict=True)]
            at = beyond if self.sought.at(change) else None
        return Flip(
            tuple(origin),
            tuple(slope),
            t,
            self.space.size_on_line(origin, slope, t).narrowed(_NARROW),
            attained,
            None if at is None else tuple(o + s * at for o, s in zip(origin, slope, strict=True)),
        )


def _sign_at(line: StraightLine, place: LinePlace, poly: Any) -> int:
    return line.sign(poly, place)


def _just_beyond(t: Root) -> Root:
    narrow = t.narrowed(NEAR / 4)
    return exact_number(narrow.high + NEAR / 2)
