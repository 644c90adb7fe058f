"""Pairs of vertices written as equilibria in the words of the model."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from deterrence.algebra.expressions import ARITHMETIC, Expression, total
from deterrence.symbolic.matrices.search import Dominated, VertexPair
from deterrence.symbolic.matrices.solved import SolvedMatrix
from deterrence.symbolic.results import DominanceStep
from deterrence.symbolic.writer import Writer

#: Terms of a product of both sides' weights up to which closed forms are multiplied out.
_EXPANDED = 100


class MatrixWriter(Writer[VertexPair]):
    """Writes the equilibria of one solved matrix."""

    internal: SolvedMatrix

    def behaviour(self, pair: VertexPair, witness: Mapping[str, Fraction] | None) -> dict[str, Any]:
        """Return what is played, and how likely each action is."""
        support, profile = self.internal.closed.behaviour(pair, lambda q: self.text(q, witness))
        return {"support": support, "profile": profile}

    def forms(
        self, pair: VertexPair, witness: Mapping[str, Fraction] | None, profile: Mapping[str, Any]
    ) -> tuple[dict[str, Expression], dict[str, Expression], dict[str, Expression | None]]:
        """Return payoffs, outcomes and measures; composed where strategies are long."""
        large = len(pair.row.total) * len(pair.column.total) > _EXPANDED
        if not large and not self.internal.prover.expired:
            return super().forms(pair, witness, profile)
        payoffs, outcomes = self._composed(profile)
        return payoffs, outcomes, self._answers(payoffs, outcomes, profile)

    def _composed(
        self, profile: Mapping[str, Mapping[str, Expression]]
    ) -> tuple[dict[str, Expression], dict[str, Expression]]:
        """Return payoffs and outcomes as sums over cells: expanded they would be unreadable."""
        problem = self.internal.problem
        chances = [
            x * y
            for x, y in itertools.product(*(tuple(profile[p].values()) for p in problem.players))
        ]
        payoffs = {
            p: total(c * u for c, u in zip(chances, problem.payoffs[k], strict=True))
            for k, p in enumerate(problem.players)
        }
        outcomes: dict[str, Expression] = {}
        for chance, lottery in zip(chances, problem.lotteries, strict=True):
            for label, part in lottery:
                term = chance * part
                if term != Expression.number(0):
                    outcomes[label] = outcomes[label] + term if label in outcomes else term
        return payoffs, outcomes

    def _answers(
        self,
        payoffs: Mapping[str, Expression],
        outcomes: Mapping[str, Expression],
        profile: Mapping[str, Mapping[str, Expression]],
    ) -> dict[str, Expression | None]:
        """Return the measures with their queries replaced by closed forms."""

        def answer(e: Expression) -> Expression:
            if e.op == "query":
                kind, first, *rest = e.args
                if kind == "P":
                    return outcomes.get(first, Expression.number(0))
                return payoffs[first] if kind == "payoff" else profile[first][rest[0]]
            if e.op in ("name", "number"):
                return e
            parts = [answer(a) if isinstance(a, Expression) else a for a in e.args]
            return ARITHMETIC[e.op](*parts) if e.op in ARITHMETIC else Expression(e.op, *parts)

        return {m.name: answer(m.expression) for m in self.internal.problem.measures}

    def step(self, step: Dominated) -> DominanceStep:
        """Return a step of iterated dominance with its labels."""
        actions = self.internal.problem.actions[step.player]
        return DominanceStep(
            self.internal.problem.players[step.player], actions[step.action], actions[step.by]
        )
