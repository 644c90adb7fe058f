r"""Signs that a model's assumptions fix: fewer strategies to look at.

Two kinds are used: an assumption itself (:math:`T > R` says that :math:`T - R` is
positive), and sums whose terms all have one sign because parameters have one
(:math:`v + l` with :math:`v, l > 0`).  Only strict signs count, and only points where
the assumptions hold are ever reported, so what is left out could not exist.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from deterrence.algebra.expressions import Expression
from deterrence.analysis.points.kernel.field import ResidueField, Residues, negative
from deterrence.analysis.points.kernel.formulas import (
    FormulaReader,
    NodeMonomial,
    NodePolynomial,
    combine,
)
from deterrence.modelfile.parameter_values import signs


class Facts:
    """What is known of signs at all points where the ``assumptions`` hold."""

    def __init__(self, formulas: FormulaReader, assumptions: Iterable[Expression]) -> None:
        assumptions = list(assumptions)
        known: Mapping[str, Mapping[str, bool]] = signs(assumptions)
        #: Input node -> (sign, whether it may be 0).
        self._atoms: dict[int, tuple[int, bool]] = {}
        for name, node in formulas.inputs.items():
            facts = known.get(name, {})
            for word, sign, weak in (
                ("positive", 1, False),
                ("nonnegative", 1, True),
                ("negative", -1, False),
                ("nonpositive", -1, True),
            ):
                if facts.get(word):
                    self._atoms.setdefault(node, (sign, weak))
        self._differences: dict[Residues, int] = {}
        field = ResidueField(formulas.graph)
        todo = assumptions
        while todo:
            e = todo.pop()
            if e.op == "and":
                todo.extend(e.children)
            if e.op != "compare":
                continue
            operators, *parts = e.args
            for sign, left, right in zip(operators, parts, parts[1:], strict=False):
                if sign in ("<", ">"):
                    p = combine(formulas.polynomial(left), formulas.polynomial(right), -1)
                    residues = field.value(formulas.emit(p))
                    self._differences[residues] = 1 if sign == ">" else -1
                    self._differences[negative(residues)] = -1 if sign == ">" else 1

    def sign(self, p: NodePolynomial, residues: Residues) -> int:
        """Return 1 or -1 where the polynomial's sign is fixed, 0 where it is not known."""
        if residues in self._differences:
            return self._differences[residues]
        found = {self._monomial(m, c > 0) for m, c in p.items()}
        directions = {sign for sign, _ in found}
        if len(directions) != 1 or all(weak for _, weak in found):
            return 0
        return directions.pop()

    def _monomial(self, monomial: NodeMonomial, positive: bool) -> tuple[int, bool]:
        sign, maybe_zero = 1 if positive else -1, False
        for atom, power in monomial:
            direction, weak = self._atoms.get(atom, (0, True))
            if power % 2:
                sign *= direction
            maybe_zero |= weak
        return sign, maybe_zero
