"""When an equilibrium of a two-player game passes a refinement, as conditions on the parameters.

The definitions are those of :mod:`deterrence.solvers.refinements`, which decides them at
values.  A formula says where an equilibrium passes, *given that it exists*, exactly: on ties,
too.
"""

from __future__ import annotations

import functools

from deterrence.algebra.expressions import Expression
from deterrence.algebra.literals import Literal
from deterrence.algebra.rings import RingElement
from deterrence.algebra.sign_formulas import (
    FALSE,
    SignFormula,
    all_of,
    any_of,
    of_region,
)
from deterrence.algebra.sign_formulas import literal as signed
from deterrence.symbolic.dominance_signs import Signs
from deterrence.symbolic.matrices.search import VertexPair
from deterrence.symbolic.matrices.solved import SolvedMatrix
from deterrence.symbolic.matrices.undominated import BestReplies, best_replies
from deterrence.symbolic.quotients import Quotient

#: Equilibria up to which they are compared with each other on ties, too, and families off them.
MOST_COMPARED, MOST_FAMILIES = 8, 24


class PairFormulas:
    """Formulas for the equilibria of one solved game, what they share worked out once."""

    def __init__(self, internal: SolvedMatrix) -> None:
        self.internal, self.problem = internal, internal.problem
        self.sign = Signs(internal.simplifier)
        self._payoffs: dict[int, tuple[Quotient, ...]] = {}

    def formula(self, name: str, pair: VertexPair) -> SignFormula | None:
        """Return where a pair passes a refinement, given that it exists; None if too long."""
        if name in ("undominated", "perfect"):
            return self._undominated(pair)
        if name == "payoff-dominant":
            return self._payoff_dominant(pair)
        return self._risk_dominant(pair) if name == "risk-dominant" else self._strict(pair)

    # ---- dominance -----------------------------------------------------------------------
    @functools.cached_property
    def _replies(self) -> tuple[BestReplies, BestReplies]:
        ring = self.problem.algebra.ring
        columns = list(zip(*self.problem.column, strict=True))
        return best_replies(ring, self.problem.row), best_replies(ring, columns)

    @property
    def is_too_large(self) -> bool:
        """Whether conditions for being undominated are sufficient only."""
        return not all(replies.complete for replies in self._replies)

    def _undominated(self, pair: VertexPair) -> SignFormula:
        rows, columns = pair.row.support, pair.column.support
        first = self._replies[0].undominated(rows, columns, self.sign)
        return all_of([first, self._replies[1].undominated(columns, rows, self.sign)])

    # ---- strict equilibria ---------------------------------------------------------------
    def _losses(self, i: int, j: int) -> tuple[list[RingElement], list[RingElement]]:
        """Return what each player loses by every deviation from a cell."""
        row, column = self.problem.row, self.problem.column
        return (
            [row[i][j] - other[j] for k, other in enumerate(row) if k != i],
            [column[i][j] - other for k, other in enumerate(column[i]) if k != j],
        )

    def _strict(self, pair: VertexPair) -> SignFormula:
        if len(pair.row.support) + len(pair.column.support) > 2:
            return FALSE
        losses = self._losses(pair.row.support[0], pair.column.support[0])
        return all_of(self.sign(loss, ">") for own in losses for loss in own)

    def _risk_dominant(self, pair: VertexPair) -> SignFormula:
        """The opposite cell is strict, and this one's product of losses larger.

        None of its own losses is negative, since it is an equilibrium: so it is strict, too.
        """
        if self.problem.shape != (2, 2) or len(pair.row.support) + len(pair.column.support) > 2:
            return FALSE
        i, j = pair.row.support[0], pair.column.support[0]
        (first,), (second,) = self._losses(i, j)
        (one,), (other,) = self._losses(1 - i, 1 - j)
        larger = self.sign(first * second - one * other, ">")
        return all_of([self.sign(one, ">"), self.sign(other, ">"), larger])

    def losses_compared(self, pair: VertexPair, lit: Literal) -> Expression | None:
        """Return a literal as a comparison of products of losses where it is one, else None."""
        if self.problem.shape != (2, 2) or len(pair.row.support) + len(pair.column.support) > 2:
            return None
        i, j = pair.row.support[0], pair.column.support[0]
        (first,), (second,) = self._losses(i, j)
        (one,), (other,) = self._losses(1 - i, 1 - j)
        difference, algebra = first * second - one * other, self.problem.algebra
        if lit.sign not in (">", "<") or lit.poly not in (difference, -difference):
            return None
        positive = [Literal(loss, ">") for loss in (first, second, one, other)]
        witness = self.internal.prover.decide(positive).witness
        sides = (first * second, one * other)
        mine, theirs = (algebra.quotient(side, algebra.ring.one, witness) for side in sides)
        return Expression("compare", (">",), mine, theirs)

    # ---- payoff dominance ----------------------------------------------------------------
    def _payoff_dominant(self, pair: VertexPair) -> SignFormula | None:
        """There is another equilibrium, and none is better for anybody or equal for all."""
        exists, worse = [], []
        rivals = self._rivals(pair)
        if rivals is None:
            return None
        for other, there in rivals:
            apart = all_of([there, self._same(pair, other).negated()])
            if apart.constant is False:
                continue
            exists.append(apart)
            worse.append(any_of([apart.negated(), self._better(pair, other)]))
        return all_of([any_of(exists), *worse])

    @property
    def compares_on_ties(self) -> bool:
        """Whether there are few enough equilibria to compare them on ties, too."""
        return len(self.internal.pairs) + len(self.internal.others) <= MOST_COMPARED

    def _rivals(self, pair: VertexPair) -> list[tuple[VertexPair, SignFormula]] | None:
        """Return other equilibria, and where each exists; families, off ties, where many."""
        pairs, others = self.internal.pairs, self.internal.others
        if self.compares_on_ties:
            return [(p, self._exists(p)) for p in (*pairs, *others) if p is not pair]
        families = self.internal.families
        if pair.equations or len(families) > MOST_FAMILIES:
            return None
        mine = next((f for f in families if any(p is pair for p in f.pairs)), None)
        found = [(f.pairs[0], of_region(f.region)) for f in families if f is not mine]
        twins = mine.pairs if mine is not None else ()
        return [*((p, self._exists(p)) for p in twins if p is not pair), *found]

    def _exists(self, pair: VertexPair) -> SignFormula:
        return any_of(
            all_of(any_of(signed(lit.poly, lit.sign) for lit in clause) for clause in b.conditions)
            for b in (*pair.branches, *pair.extra)
        )

    def _same(self, pair: VertexPair, other: VertexPair) -> SignFormula:
        """Return where two pairs are the same strategies, given that both exist."""
        equal = []
        for one, two in ((pair.row, other.row), (pair.column, other.column)):
            if one.support != two.support:
                return FALSE
            for a, b in zip(one.weights, two.weights, strict=True):
                equal.append(self.sign(a * two.total - b * one.total, "=="))
        return all_of(equal)

    def _better(self, pair: VertexPair, other: VertexPair) -> SignFormula:
        """Return where nobody gets less than in another equilibrium, and somebody more."""
        q = self.internal.closed.quotients
        gains = [
            q.subtract(a, b) for a, b in zip(self._payoff(pair), self._payoff(other), strict=True)
        ]
        products = [top if bottom.is_ground else top * bottom for top, bottom in gains]
        return all_of(
            [
                *(self.sign(p, ">=") for p in products),
                any_of(self.sign(p, ">") for p in products),
            ]
        )

    def _payoff(self, pair: VertexPair) -> tuple[Quotient, ...]:
        if id(pair) not in self._payoffs:
            closed = self.internal.closed
            self._payoffs[id(pair)] = (closed.payoff(pair, 0), closed.payoff(pair, 1))
        return self._payoffs[id(pair)]
