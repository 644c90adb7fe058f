"""Signs of polynomials: the atoms of every condition.

>>> from deterrence.algebra.expressions import Expression
>>> from deterrence.algebra.polynomials import Algebra
>>> p = Algebra(["a", "b"]).fraction(Expression.parse("a - b"))[0]
>>> Literal(p, ">=").negated().sign, Literal(p, ">=").opposite().sign
('<', '<')
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from deterrence.algebra.ordering import COMPARISONS
from deterrence.algebra.rings import RingElement

_NEGATED = {">": "<=", ">=": "<", "<": ">=", "<=": ">", "==": "!=", "!=": "=="}

#: The sign that ``-p`` has where ``p`` has a given one.
TURNED = {">": "<", ">=": "<=", "<": ">", "<=": ">=", "==": "==", "!=": "!="}


@dataclass(frozen=True)
class Literal:
    """``poly sign 0`` with sign one of ``> >= < <= == !=``."""

    poly: RingElement
    sign: str

    def negated(self) -> Literal:
        """Return the literal that holds exactly where this one does not."""
        return Literal(self.poly, _NEGATED[self.sign])

    def strict(self) -> Literal:
        """Return the literal without its boundary."""
        return Literal(self.poly, self.sign[0]) if self.sign in (">=", "<=") else self

    def opposite(self) -> Literal:
        """Return the strict literal on the other side of the boundary."""
        return self.negated().strict()

    def holds(self, value: Any) -> bool:
        """Say whether a value of the polynomial satisfies the sign."""
        return bool(COMPARISONS[self.sign](value, 0))


def literal_mask(literal: Literal, values: Any) -> Any:
    """Return where an array of values satisfies the literal."""
    return COMPARISONS[literal.sign](values, 0)
