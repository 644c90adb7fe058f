"""From below: is a ball of changes clear, or does a change in it have the wanted status?

The whole ball is asked about first.  Where the solver does not answer in its time,
the ball is cut into boxes (branch and bound): in a small box most conditions have
one sign throughout, which interval arithmetic tells, and little is left to ask.
In a box on one side of the base the size is linear, too.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from deterrence.algebra.roots import Root
from deterrence.algebra.sign_formulas import SignFormula, any_of
from deterrence.analysis.robust.change_space import Box
from deterrence.analysis.robust.question import TimeUp
from deterrence.analysis.robust.smt_scripts import SmtScript, SmtVerdict
from deterrence.analysis.robust.sought import SoughtStatus
from deterrence.limits import work

#: Literals up to which formulas go into one question, and beyond which nothing is asked.
_CHUNK = 400
_MOST = 20_000
#: The part of the time for the whole ball, and seconds for one box.
_WHOLE, _BOX = 0.3, 1.0


def _any_sign(poly: Any) -> frozenset[int]:
    """Return all signs, for formulas that leave nothing out."""
    return frozenset({-1, 0, 1})


@dataclass(frozen=True, eq=False)
class BallProof:
    """What is known of one ball: clear (``unsat``), a change in it that does it, or nothing.

    ``texts`` are the questions that were answered ``unsat``, ``boxes`` how many parts
    the ball was cut into.
    """

    answer: SmtVerdict
    change: list[Fraction] | None = None
    texts: tuple[str, ...] = ()
    boxes: int = 1


class BallProver:
    """Asks about balls whether they are clear of the status that is sought."""

    def __init__(self, sought: SoughtStatus) -> None:
        self.sought, self.question, self.space = sought, sought.question, sought.space
        self.script = SmtScript(self.space)

    def prove(
        self,
        radius: Root | None,
        seconds: float,
        *,
        strict: bool = True,
        full: bool = False,
        cuts: bool = True,
    ) -> BallProof:
        """Ask whether any change smaller than (or, not strict, up to) the radius does it.

        None asks about all changes within the limits.  ``full`` keeps conditions
        whose sign is the same in the whole ball, and cuts nothing, as without ``cuts``.
        """
        end = work.now() + seconds
        before = self.question.deadline
        self.question.deadline = end if before is None else min(before, end)
        try:
            box = self.space.box(None if radius is None else radius.high)
            if full:
                return self._ask(radius, strict, box, seconds, full=True)
            proof = self._ask(radius, strict, box, _WHOLE * seconds if cuts else seconds)
            if (
                cuts
                and proof.answer == "unknown"
                and all(isinstance(e, Fraction) for ends in box for e in ends)
            ):
                proof = self._split(radius, strict, box, end)
        except TimeUp:
            proof = BallProof("unknown")
        finally:
            self.question.deadline = before
        return proof

    def _split(self, radius: Root | None, strict: bool, whole: Box, end: float) -> BallProof:
        boxes, count = [whole], 0
        texts: list[str] = []
        while boxes:
            box = boxes.pop()
            if radius is not None and self.space.distance(box) > radius.high:
                continue
            left = work.left(end)
            if left <= 0:
                return BallProof("unknown")
            proof = self._ask(radius, strict, box, min(_BOX, left), cut=True)
            if proof.answer == "unsat":
                texts += proof.texts
                count += 1
            elif proof.answer == "sat":
                return proof
            else:
                boxes += self._halves(box)
        return BallProof("unsat", None, tuple(texts), count)

    def _halves(self, box: Box) -> list[Box]:
        """Cut a box in two: where the base lies, or else in the middle of its longest side."""
        occurring = self._occurring(box)
        sides = [(k, *box[k]) for k in occurring if box[k][0] < box[k][1]]
        if not sides:
            raise TimeUp  # nothing is left to cut, and no answer came
        around = [side for side in sides if side[1] < 0 < side[2]]
        if self.space.norm == "max":
            around = []
        k, low, high = max(around or sides, key=lambda side: side[2] - side[1])
        middle = Fraction(0) if around else (low + high) / 2
        halves = []
        for part in ((low, middle), (middle, high)):
            half = list(box)
            half[k] = part
            halves.append(half)
        return halves

    def _occurring(self, box: Box) -> list[int]:
        """Return the axes that occur in what is left to ask in a box."""
        found: set[int] = set()
        for formulas in self._questions(box):
            for f in formulas:
                for lit in f.literals():
                    found |= {k for m in self.space.taylor(lit.poly) for k, e in enumerate(m) if e}
        return sorted(found)

    def _ask(
        self,
        radius: Root | None,
        strict: bool,
        box: Box,
        seconds: float,
        *,
        full: bool = False,
        cut: bool = False,
    ) -> BallProof:
        questions = self._questions(box, full=full)
        texts = []
        if sum(1 for fs in questions for f in fs for _ in f.literals()) > _MOST:
            return BallProof("unknown")
        for formulas in questions:
            lines = [
                *self.script.head(formulas, radius),
                *self.script.limits(),
                *self.script.ball(radius, strict, box if cut else None),
                *(self.script.box(box) if cut else ()),
                *(f"(assert {self.script.formula(f)})" for f in formulas),
            ]
            reply = self.script.ask(lines, seconds)
            if reply.answer != "unsat":
                change = None if reply.point is None else self.space.change(reply.point)
                return BallProof(reply.answer, change)
            texts.append("\n".join((*lines, "(check-sat)")))
        return BallProof("unsat", None, tuple(texts))

    def _questions(self, box: Box, *, full: bool = False) -> list[list[SignFormula]]:
        """Return what would have to hold for a change in the box to do it, case by case."""
        possible = _any_sign if full else self.space.signs(box)
        assumed = self.question.assumed.within(possible)
        one, parts = self.question.status(self.sought.quantifier, self.sought.wanted, possible)
        if assumed.constant is False or (one and not parts):
            return []
        if not one:
            if any(p.constant is False for p in parts):
                return []
            return [[assumed, *parts]]
        chunks: list[list[SignFormula]] = [[]]
        weight = 0
        for part in parts:
            size = sum(1 for _ in part.literals())
            if chunks[-1] and weight + size > _CHUNK:
                chunks.append([])
                weight = 0
            chunks[-1].append(part)
            weight += size
        return [[assumed, any_of(chunk)] for chunk in chunks]
