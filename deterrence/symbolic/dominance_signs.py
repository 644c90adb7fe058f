"""Signs of polynomials as formulas without the factors whose sign the assumptions fix."""

from __future__ import annotations

from deterrence.algebra.literals import Literal
from deterrence.algebra.rings import RingElement
from deterrence.algebra.sign_formulas import FALSE, SignFormula, all_of, any_of, constant, literal
from deterrence.proving.conditions import Simplifier


class Signs:
    """``signs(poly, ">=")`` as a formula, each worked out once."""

    def __init__(self, simplifier: Simplifier) -> None:
        self.simplifier = simplifier
        self._known: dict[tuple[RingElement, str], SignFormula] = {}

    def __call__(self, poly: RingElement, sign: str) -> SignFormula:
        """Return ``poly sign 0``."""
        if not poly:
            return constant(Literal(poly, sign).holds(0))
        key = poly, sign
        if key not in self._known:
            clauses = self.simplifier.condition(Literal(poly, sign))
            self._known[key] = (
                FALSE
                if clauses is None
                else all_of(any_of(literal(lit.poly, lit.sign) for lit in c) for c in clauses)
            )
        return self._known[key]
