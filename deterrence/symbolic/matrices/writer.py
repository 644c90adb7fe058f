"""Pairs of vertices written as equilibria in the words of the model."""

from __future__ import annotations

import itertools
import operator
from collections.abc import Mapping

from deterrence.algebra.expressions import Expression, total
from deterrence.symbolic.matrices.search import Dominated, VertexPair
from deterrence.symbolic.matrices.solved import SolvedMatrix
from deterrence.symbolic.results import DominanceStep, SymbolicEquilibrium
from deterrence.symbolic.writer import Writer

#: Terms of a product of both sides' weights up to which closed forms are multiplied out.
_EXPANDED = 100
_ARITHMETIC = {
    "add": operator.add,
    "sub": operator.sub,
    "mul": operator.mul,
    "div": operator.truediv,
    "pow": operator.pow,
}


class MatrixWriter(Writer[VertexPair]):
    """Writes the equilibria of one solved matrix."""

    internal: SolvedMatrix

    def equilibrium(
        self, number: int, pair: VertexPair, *, boundary: bool = False, outside: bool = False
    ) -> SymbolicEquilibrium:
        """Return a pair with its closed forms."""
        problem = self.internal.problem
        sides = (
            self.internal.closed.strategy(pair.row),
            self.internal.closed.strategy(pair.column),
        )
        zero = Expression.number(0)
        branches = (*pair.branches, *pair.extra)
        witness = next((b.decision.witness for b in branches if b.decision.witness), None)
        decided = any(b.decision.verdict == "possible" for b in pair.branches)
        profile = {
            p: {label: self.text(s[k], witness) if k in s else zero for k, label in enumerate(a)}
            for p, a, s in zip(problem.players, problem.actions, sides, strict=True)
        }
        large = len(pair.row.total) * len(pair.column.total) > _EXPANDED
        if large or self.internal.prover.expired:
            payoffs, outcomes = self._composed(profile)
            measures = self._answers(payoffs, outcomes, profile)
        else:
            payoffs, outcomes, measures = self.forms(pair, witness)
        return SymbolicEquilibrium(
            id=number,
            support={
                p: tuple(a[k] for k in sorted(s))
                for p, a, s in zip(problem.players, problem.actions, sides, strict=True)
            },
            profile=profile,
            payoffs=payoffs,
            outcomes=outcomes,
            measures=measures,
            conditions=self.branches(branches),
            proof=self.proof(decided),
            witness=witness,
            family=-1 if boundary or outside else self.family_of[id(pair)],
            boundary=boundary,
        )

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
            plain = {"add", "sub", "mul", "div", "pow"}
            return _ARITHMETIC[e.op](*parts) if e.op in plain else Expression(e.op, *parts)

        return {m.name: answer(m.expression) for m in self.internal.problem.measures}

    def step(self, step: Dominated) -> DominanceStep:
        """Return a step of iterated dominance with its labels."""
        actions = self.internal.problem.actions[step.player]
        return DominanceStep(
            self.internal.problem.players[step.player], actions[step.action], actions[step.by]
        )
