r"""Where a statement holds in an equilibrium, as signs of polynomials in the parameters.

Nearly every measure is the mean of a number per cell, :math:`\sum_{ij} x_i y_j K_{ij}`:
probabilities of outcomes, expected payoffs and probabilities of actions are, and so is
their sum with parameters as weights.  With the weights :math:`w_i, u_j` of two
vertices, whose signs are equal on each side, the mean has the sign of
:math:`\sum_{ij} w_i u_j K_{ij}` times those of :math:`w` and :math:`u`.  A sum of
probabilities is 0 where each of its terms is.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from deterrence.algebra.expressions import Expression
from deterrence.algebra.literals import TURNED
from deterrence.algebra.polynomials import Algebra, common_denominator
from deterrence.algebra.sign_formulas import SignFormula, all_of, any_of, literal
from deterrence.errors import UnsupportedError
from deterrence.statements import comparisons, is_chance
from deterrence.symbolic.matrices.problem import MatrixProblem
from deterrence.symbolic.matrices.vertices import SymbolicVertex
from deterrence.symbolic.quotients import Quotient, Quotients

#: Terms up to which quotients are reduced: beyond that it costs more than it saves.
_SMALL = 200


class Plain(Quotients):
    """Quotients that are not reduced: equal divisors are kept equal, so that sums stay short."""

    def make(self, p: Any, q: Any) -> Quotient:
        """Return ``p/q`` as it is."""
        return (p, q) if p else self.zero

    def add(self, a: Quotient, b: Quotient) -> Quotient:
        """Return the sum over one divisor where both differ by a number only."""
        if not a[0] or not b[0]:
            return a if a[0] else b
        if a[1] == b[1]:
            return self.make(a[0] + b[0], a[1])
        (c, p), (d, q) = a[1].primitive(), b[1].primitive()
        if p == q:
            common = math.lcm(int(c), int(d))
            top = a[0] * (common // int(c)) + b[0] * (common // int(d))
            return self.make(top, p * common)
        return self.make(a[0] * b[1] + b[0] * a[1], a[1] * b[1])

    def multiply(self, a: Quotient, b: Quotient) -> Quotient:
        """Return the product."""
        return self.make(a[0] * b[0], a[1] * b[1])


class Truths:
    """The truth of one statement in pairs of vertices."""

    def __init__(self, problem: MatrixProblem, statement: Expression) -> None:
        from deterrence.symbolic.matrices.closed_forms import MatrixClosedForms

        self.problem, self.statement = problem, statement
        self.algebra = problem.algebra
        self._signs = [sign for _, sign, _ in comparisons(statement)]
        self._closed = MatrixClosedForms(problem)
        self._closed.quotients = Plain(self.algebra)
        self._tables = [self._table(m.expression) for m in problem.measures]

    def of(self, row: SymbolicVertex, column: SymbolicVertex) -> SignFormula:
        """Return where the statement holds, wherever the two vertices are an equilibrium."""
        atoms = [
            self._direct(k, row, column) if table is None else self._mean(table, k, row, column)
            for k, table in enumerate(self._tables)
        ]
        return assembled(self.statement, atoms)

    # ---- means of numbers per cell ---------------------------------------------------
    def _table(self, e: Expression) -> tuple[list[list[Any]], bool] | None:
        """Return the number per cell times a positive factor, and whether none is negative.

        None where the expression is no mean of numbers per cell.
        """
        values = self._cells(e)
        if values is None:
            return None
        m, n = self.problem.shape
        common = common_denominator(values)
        scale = self.algebra.ring.one if common.is_ground else common
        flat = [p * common.exquo(q) * scale for p, q in values]
        if common.is_ground and int(common.LC) < 0:
            flat = [-p for p in flat]
        return [flat[i * n : (i + 1) * n] for i in range(m)], is_chance(e)

    def _cells(self, e: Expression) -> list[Any] | None:
        """Return the value of an expression in every cell as quotients, None if not affine."""
        algebra, (m, n) = self.algebra, self.problem.shape
        if not any(node.op == "query" for node in e.walk()):
            return [algebra.fraction(e)] * (m * n)
        if e.op == "query":
            return self._query(*e.args)
        if e.op == "neg":
            inner = self._cells(e.args[0])
            return None if inner is None else [(-p, q) for p, q in inner]
        if e.op not in ("add", "sub", "mul", "div"):
            return None
        if e.op in ("mul", "div"):
            asking = [any(node.op == "query" for node in a.walk()) for a in e.args]
            if all(asking) or (e.op == "div" and asking[1]):
                return None
        a, b = self._cells(e.args[0]), self._cells(e.args[1])
        if a is None or b is None:
            return None
        found = []
        for (p, q), (r, s) in zip(a, b, strict=True):
            if e.op == "mul":
                found.append(algebra.lowest(p * r, q * s))
            elif e.op == "div":
                found.append(algebra.lowest(p * s, q * r))
            elif e.op == "add":
                found.append(algebra.lowest(p * s + r * q, q * s))
            else:
                found.append(algebra.lowest(p * s - r * q, q * s))
        return found

    def _query(self, kind: str, *labels: str) -> list[Any]:
        algebra, problem = self.algebra, self.problem
        _, n = problem.shape
        zero, one = algebra.ring.zero, algebra.ring.one
        if kind == "P":
            found = []
            for lottery in problem.lotteries:
                total = Expression.number(0)
                for label, chance in lottery:
                    total = total + chance if label == labels[0] else total
                found.append(algebra.fraction(total))
            return found
        player = problem.players.index(labels[0])
        if kind == "payoff":
            return [algebra.fraction(u) for u in problem.payoffs[player]]
        action = problem.actions[player].index(labels[1])
        return [
            (one if (k // n, k % n)[player] == action else zero, one)
            for k in range(len(problem.lotteries))
        ]

    def _mean(
        self,
        table: tuple[list[list[Any]], bool],
        k: int,
        row: SymbolicVertex,
        column: SymbolicVertex,
    ) -> SignFormula:
        values, chance = table
        sign = self._signs[k]
        cells = [values[i][j] for i in row.support for j in column.support]
        if all(c == cells[0] for c in cells):
            return literal(cells[0], sign)
        if all(c.is_ground for c in cells):
            numbers = [int(c.LC) if c else 0 for c in cells]
            one = self.algebra.ring.one
            # Every cell has a positive chance, so the mean is beyond the least and the largest.
            if min(numbers) >= 0:
                return literal(one, sign)
            if max(numbers) <= 0:
                return literal(-one, sign)
        if chance and sign in ("==", "<="):
            return all_of(literal(c, "==") for c in cells)
        if chance and sign in ("!=", ">"):
            return any_of(literal(c, "!=") for c in cells)
        total = self.algebra.ring.zero
        for w, i in zip(row.weights, row.support, strict=True):
            inner = self.algebra.ring.zero
            for u, j in zip(column.weights, column.support, strict=True):
                if values[i][j]:
                    inner = inner + u * values[i][j]
            if inner:
                total = total + w * inner
        if sign in ("==", "!="):
            return literal(total, sign)
        # The signs of both sides' weights: any one of them has it.
        for weight in (*min(((w,) for w in row.weights), key=lambda w: len(w[0])),
                       *min(((u,) for u in column.weights), key=lambda u: len(u[0]))):  # fmt: skip
            total = total * weight
        return literal(total, sign)

    # ---- anything else -----------------------------------------------------------------
    def _direct(self, k: int, row: SymbolicVertex, column: SymbolicVertex) -> SignFormula:
        from deterrence.symbolic.matrices.search import VertexPair

        closed, problem = self._closed, self.problem
        pair = VertexPair(row, column)
        outcomes: dict[str, Any] = {}

        def answer(kind: str, *labels: str) -> Any:
            if kind == "P":
                if not outcomes:
                    outcomes.update(closed.outcomes(pair))
                return outcomes.get(labels[0], closed.quotients.zero)
            player = problem.players.index(labels[0])
            if kind == "payoff":
                return closed.payoff(pair, player)
            strategy = closed.strategy((row, column)[player])
            return strategy.get(problem.actions[player].index(labels[1]), closed.quotients.zero)

        form = closed.quotients.evaluate(problem.measures[k].expression, answer)
        if form is None:
            raise UnsupportedError(
                f"'{self.statement}' is no quotient of polynomials in the parameters",
                remedy="state it without min, max, abs, sqrt, exp, log or if around queries",
            )
        return compared(self.algebra, form, self._signs[k])


def compared(algebra: Algebra, form: Quotient, sign: str) -> SignFormula:
    """Return ``top/bottom sign 0``; the divisor is not 0 where the pair is an equilibrium."""
    top, bottom = form
    if len(top) * len(bottom) <= _SMALL:
        top, bottom = algebra.lowest(top, bottom)
    if sign in ("==", "!="):
        return literal(top, sign)
    if len(bottom) > _SMALL:
        return literal(top * bottom, sign)
    constant, factors = algebra.factors(bottom)
    for factor, power in factors:
        if power % 2:
            top = top * factor
    return literal(top, sign if constant > 0 else TURNED[sign])


def assembled(e: Expression, atoms: Sequence[SignFormula]) -> SignFormula:
    """Put the comparisons, in reading order, back into a statement."""
    rest = list(atoms)

    def build(part: Expression) -> SignFormula:
        if part.op in ("and", "or"):
            join = all_of if part.op == "and" else any_of
            return join([build(c) for c in part.children])
        if part.op == "not":
            return build(part.args[0]).negated()
        return all_of([rest.pop(0) for _ in part.args[0]])

    return build(e)
