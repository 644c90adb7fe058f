"""The smallest change: found from above, proven from below.

From above: exact walks along single parameters and along the corners of the ball
towards which conditions give way fastest, then descents from every point that the
solver finds inside the ball.  From below: the solver is asked whether any smaller
change does it; ``unsat`` is the proof.  Where the time runs out, the largest ball
that was proven clear is the lower bound.
"""

from __future__ import annotations

import itertools
import math
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from deterrence.algebra.literals import Literal
from deterrence.algebra.roots import Root, compare, exact_number, less
from deterrence.algebra.sign_formulas import any_of
from deterrence.analysis.robust.ball_proofs import BallProof, BallProver
from deterrence.analysis.robust.certificates import certificate
from deterrence.analysis.robust.line_walks import Flip, LineWalker
from deterrence.analysis.robust.question import TimeUp
from deterrence.analysis.robust.results import Certificate
from deterrence.analysis.robust.smaller_changes import descend
from deterrence.analysis.robust.sought import SoughtStatus
from deterrence.limits import work

#: Pairs up to which the certificate holds every condition, also those that no sign
#: within the ball leaves open.
_FULL = 400
#: Corners of the ball that are walked to.
_CORNERS = 40
_ROUNDS = 60
#: Bounds: the first ball is this part of what is known to do it, the next ones grow by
#: this factor, until no more than this part is open.
_FIRST, _GROWTH, _NEARLY = 256, 4, Fraction(1, 2000)
#: Shares of the time for walks to corners, and for walks and descents together.
_WALKS, _DESCENTS = 0.25, 0.6
#: The share for one question on the way down.
_ONE = 0.3
#: For whether the smallest size itself does it, on which only "just over" hangs: a share, and work
#: seconds at most.
_ATTAINING, _MOST_ATTAINING = 0.08, 2.5
_SLACK = Fraction(1, 10**6)
#: Work seconds for the certificate with every condition; else the shorter one stays.
_WRITING = 10.0
_WITNESS = 5.0  # work seconds for a rational witness where the walk ended at an irrational point


@dataclass
class SmallestChangeSearch:
    """One search: the best flip so far, the proven lower bound, and the certificate."""

    sought: SoughtStatus
    deadline: float
    best: Flip | None = None
    lower: Root | None = field(default_factory=lambda: exact_number(0))
    #: Whether it is proven that nothing smaller than ``best`` (or nothing at all) does it.
    proven: bool = False
    attained: bool | None = None
    certificate: Certificate | None = None
    messages: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.question, self.space = self.sought.question, self.sought.space
        self.walker, self.prover = LineWalker(self.sought), BallProver(self.sought)
        self.alone: list[tuple[int, int, Flip | None]] = []
        self.started, self.wall_started = work.now(), time.monotonic()
        self._proof: BallProof | None = None

    # ---- from above --------------------------------------------------------------------
    def run(self) -> SmallestChangeSearch:
        """Find the smallest change, or the best bounds in the time."""
        self.question.deadline = self.deadline
        try:
            self._walk_axes()
            if self.space.norm == "max":
                self._walk_corners()
            self._close()
            if self.proven and self.best is not None:
                self._tidy()
                self._attain()
            if self.proven:
                self._certify()
        except TimeUp:
            self.messages.append("the limit was reached")
        finally:
            self.question.deadline = None
        return self

    def _close(self) -> None:
        """Go down from point to point of the solver until there is none, or bound the size."""
        for _ in range(_ROUNDS):
            if self._spent() > _DESCENTS:
                break
            proof = self.prove(
                self.best.size if self.best else None,
                seconds=max(0.05, _ONE * self._whole()),
            )
            if proof.answer == "unsat":
                self._settle(proof)
                return
            if proof.answer != "sat" or proof.change is None or not self._improve(proof.change):
                break
        self._bound()

    def _settle(self, proof: BallProof) -> None:
        """Note that nothing smaller than the best flip (or nothing at all) does it."""
        self.proven = True
        self.lower = self.best.size if self.best else None
        self._proof = proof

    def _keep(self, flip: Flip | None) -> bool:
        if flip is not None and (self.best is None or less(flip.size, self.best.size)):
            self.best = flip
            return True
        return False

    def _walk_axes(self) -> None:
        n = len(self.space.axes)
        zero = [Fraction(0)] * n
        for k, axis in enumerate(self.space.axes):
            for direction in (-1, 1):
                slope = list(zero)
                slope[k] = Fraction(direction)
                flip = self.walker.first(zero, slope, Fraction(0), axis.room(direction))
                self.alone.append((k, direction, flip))
                self._keep(flip)

    def _walk_corners(self) -> None:
        """Walk to the corners of the ball where some condition gives way fastest."""
        n = len(self.space.axes)
        seen = set()
        for poly in self.walker.polys:
            terms = self.space.taylor(poly)
            base = terms.get((0,) * n, 0)
            slopes = [terms.get(tuple(int(i == k) for i in range(n)), 0) for k in range(n)]
            for turn in (1, -1) if base == 0 else (-1 if base > 0 else 1,):
                corner = tuple(turn * ((c > 0) - (c < 0)) for c in slopes)
                if sum(map(abs, corner)) > 1:
                    seen.add(corner)
            if len(seen) >= _CORNERS:
                break
        for corner in sorted(seen):
            if self._spent() > _WALKS:
                return
            self._keep(self._corner(corner))

    def _corner(self, corner: Sequence[int]) -> Flip | None:
        """Walk from the base to a corner of growing balls; parameters stop at their limits."""
        n = len(corner)
        ends = [self.space.axes[k].room(s) if s else Fraction(0) for k, s in enumerate(corner)]
        stops = sorted({e for e in ends if e is not None and e > 0})
        limit = self.best.size.high if self.best else None
        for low, high in itertools.pairwise([Fraction(0), *stops, None]):
            assert low is not None
            if limit is not None and low > limit:
                return None
            moving = [s != 0 and (e is None or e > low) for s, e in zip(corner, ends, strict=True)]
            if not any(moving):
                return None
            origin = [
                Fraction(0) if m or e is None else s * e
                for s, e, m in zip(corner, ends, moving, strict=True)
            ]
            slope = [Fraction(corner[k] if moving[k] else 0) for k in range(n)]
            end = high if limit is None else limit if high is None else min(high, limit)
            flip = self.walker.first(origin, slope, low, end)
            if flip is not None:
                return flip
        return None

    def _improve(self, change: list[Fraction]) -> bool:
        """Go down from a change that the solver found; say whether that is progress."""
        if not self.sought.at(change):
            self.messages.append("the solver's point could not be confirmed exactly")
            return False
        cell = self._cell(change)
        return self._keep(descend(self.walker, cell, change))

    def _cell(self, change: Sequence[Fraction]) -> list[Literal]:
        """Return literals that hold at a change and guarantee the wanted status."""
        radius = self.best.size.high if self.best else None
        possible = self.space.signs(self.space.box(radius))
        one, parts = self.question.status(self.sought.quantifier, self.sought.wanted, possible)
        here = self.sought.signs(change)
        base = self.sought.signs([Fraction(0)] * len(change))

        def cost(lit: Literal) -> int:
            return 0 if lit.holds(base(lit.poly)) else 1

        assumed = self.question.assumed.within(possible)
        whole = [any_of(parts)] if one else parts
        found: dict[Literal, None] = {}
        for part in (assumed, *whole):
            found.update(dict.fromkeys(part.implicant(here, cost) or ()))
        return list(found)

    # ---- from below --------------------------------------------------------------------
    def _spent(self) -> float:
        """Return the part of the time that is over."""
        spent = (work.now() - self.started) / max(1e-9, self.deadline - self.started)
        # With a hard limit of the wall, the part of that if it is more.
        left = work.wall_left()
        waited = time.monotonic() - self.wall_started
        return spent if math.isinf(left) else max(spent, waited / max(1e-9, waited + left))

    def _whole(self) -> float:
        """Return the work seconds that the search has, or the seconds of the wall if fewer."""
        wall = time.monotonic() - self.wall_started + work.wall_left()
        return min(self.deadline - self.started, wall)

    def _late(self) -> bool:
        return work.over(self.deadline)

    def _seconds(self, share: float = 0.5) -> float:
        return max(0.05, share * min(work.left(self.deadline), work.wall_left()))

    def prove(
        self,
        radius: Root | None,
        *,
        strict: bool = True,
        seconds: float | None = None,
        full: bool = False,
        cuts: bool = True,
    ) -> BallProof:
        """Ask whether any change smaller than (or, not strict, up to) the radius does it."""
        limit = self._seconds() if seconds is None else seconds
        return self.prover.prove(radius, limit, strict=strict, full=full, cuts=cuts)

    def _bound(self) -> None:
        """Prove the largest ball clear that the time allows, from small ones up."""
        room = (e for k in range(len(self.space.axes)) for e in self.space.room(k) if e)
        top = self.best.size.low if self.best else max(map(abs, room), default=Fraction(1))
        clear, reached = Fraction(0), top
        radius = top / _FIRST
        while reached - clear > _NEARLY * reached and not self._late():
            radius = radius.limit_denominator(10**9)
            proof = self.prove(exact_number(radius), seconds=self._seconds(0.3))
            if proof.answer == "unsat":
                clear = radius
                self.lower = exact_number(clear)
                self._certified(clear, proof)
                radius = min(radius * _GROWTH, (clear + reached) / 2)
                continue
            if proof.answer == "sat" and proof.change is not None and self._improve(proof.change):
                assert self.best is not None
                radius = min(radius, self.best.size.low)
            reached = radius
            radius = (clear + reached) / 2 if clear else reached / _GROWTH
            if reached <= top / 10**9:
                break
        if self.best is not None and clear and reached == self.best.size.low and not self._late():
            proof = self.prove(self.best.size, seconds=self._seconds(0.8))
            if proof.answer == "unsat":
                self._settle(proof)

    def _certified(self, radius: Fraction, proof: BallProof) -> None:
        self.certificate = certificate(self.sought, exact_number(radius), proof, False, True)

    # ---- tidying up ----------------------------------------------------------------------
    def _tidy(self) -> None:
        """Leave parameters where they are that need not move."""
        assert self.best is not None
        for k in range(len(self.space.axes)):
            flip = self.best
            if not (flip.origin[k] or flip.slope[k]) or self._late():
                continue
            origin, slope = list(flip.origin), list(flip.slope)
            origin[k] = slope[k] = Fraction(0)
            if not any(origin) and not any(slope):
                continue
            end = flip.t.high + _SLACK
            found = self.walker.first(origin, slope, Fraction(0), end)
            if found is not None and compare(found.size, self.best.size) == 0:
                self.best = found

    def _attain(self) -> None:
        """Find out whether a change of exactly the smallest size does it."""
        assert self.best is not None
        self.attained = True if self.best.attained else None
        if self.attained is None:
            # Uncut: where the ball touches, at one point, smaller boxes are no easier.
            seconds = min(self._seconds(0.4), _ATTAINING * self._whole(), _MOST_ATTAINING)
            proof = self.prove(self.best.size, strict=False, seconds=seconds, cuts=False)
            self.attained = {"sat": True, "unsat": False}.get(proof.answer)

    def witness(self) -> list[Fraction] | None:
        """Return an exact change that does it, of the smallest size or very near to it."""
        assert self.best is not None
        if self.best.witness is not None:
            return list(self.best.witness)
        reach = self.best.size.narrowed(_SLACK / 4).high + _SLACK / 2
        proof = self.prove(exact_number(reach), strict=False, seconds=_WITNESS)
        if proof.change is not None and self.sought.at(proof.change):
            return proof.change
        return None

    # ---- the certificate -----------------------------------------------------------------
    def _certify(self) -> None:
        """Write the proof down as text, with every condition where that is not too much."""
        assert self._proof is not None
        radius = self.best.size if self.best else None
        full = self.question.pairs <= _FULL
        if full:
            proof = self.prove(radius, full=True, seconds=min(_WRITING, self._seconds(0.3)))
            full = proof.answer == "unsat"
        self.certificate = certificate(
            self.sought, radius, proof if full else self._proof, full, True
        )
