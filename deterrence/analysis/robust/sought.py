"""What a search looks for: a status of a statement, somewhere in a space of changes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from deterrence.algebra.sign_formulas import SignAt
from deterrence.analysis.robust.change_space import ChangeSpace
from deterrence.analysis.robust.question import Question, combined
from deterrence.analysis.robust.results import Quantifier


@dataclass(frozen=True, eq=False)
class SoughtStatus:
    """Changes after which "it holds in every (some) equilibrium" is ``wanted``, true or false."""

    question: Question[Any]
    space: ChangeSpace
    quantifier: Quantifier
    wanted: bool

    def met(self, truths: Iterable[bool]) -> bool:
        """Say whether these truths, one per equilibrium, are the wanted status."""
        return combined(self.quantifier, truths) == self.wanted

    def signs(self, change: Sequence[Fraction]) -> SignAt:
        """Return the signs of polynomials after a change, exactly."""
        return self.question.signs_at(self.space.point(change))

    def at(self, change: Sequence[Fraction]) -> bool:
        """Say whether a change keeps the assumptions and has the wanted status, exactly."""
        sign = self.signs(change)
        if not self.space.allows(change) or not self.question.assumed.holds(sign):
            return False
        return self.question.holds(self.quantifier, sign, self.wanted) == self.wanted
