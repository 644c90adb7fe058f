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

_NEGATED = {">": "<=", ">=": "<", "<": ">=", "<=": ">", "==": "!=", "!=": "=="}


@dataclass(frozen=True)
class Literal:
    """``poly sign 0`` with sign one of ``> >= < <= == !=``."""

    poly: Any
    sign: str

    def negated(self) -> Literal:
        """Return the literal that holds exactly where this one does not."""
        return Literal(self.poly, _NEGATED[self.sign])

    def strict(self) -> Literal:
        """Return the literal without its boundary."""
        return Literal(self.poly, self.sign[0]) if self.sign in (">=", "<=") else self

    def opposite(self) -> Literal:
        """Return the strict literal on the other side of the boundary."""
        return self.strict().negated().strict()

    def holds(self, value: Any) -> bool:
        """Say whether a value of the polynomial satisfies the sign."""
        return bool(
            {
                ">": value > 0,
                ">=": value >= 0,
                "<": value < 0,
                "<=": value <= 0,
                "==": value == 0,
                "!=": value != 0,
            }[self.sign]
        )


def literal_mask(literal: Literal, values: Any) -> Any:
    """Return where an array of values satisfies the literal."""
    sign = literal.sign
    if sign == ">":
        return values > 0
    if sign == ">=":
        return values >= 0
    if sign == "<":
        return values < 0
    if sign == "<=":
        return values <= 0
    return values == 0 if sign == "==" else values != 0
