"""Closed forms of pairs of vertices: strategies, payoffs, outcomes and measures."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from deterrence.algebra.expressions import Expression
from deterrence.symbolic.matrices.problem import MatrixProblem
from deterrence.symbolic.matrices.search import VertexPair
from deterrence.symbolic.matrices.vertices import SymbolicVertex
from deterrence.symbolic.quotients import Quotient, Quotients


class MatrixClosedForms:
    """Closed forms of pairs, each worked out once."""

    def __init__(self, problem: MatrixProblem) -> None:
        self.problem = problem
        self.quotients = Quotients(problem.algebra)
        self._chances = [
            tuple(
                (label, self.quotients.make(*problem.algebra.fraction(c))) for label, c in lottery
            )
            for lottery in problem.lotteries
        ]
        self._payoffs = [
            [self.quotients.make(*problem.algebra.fraction(u)) for u in row]
            for row in problem.payoffs
        ]
        #: The pair that was asked about last, with its outcomes.
        self._latest: tuple[VertexPair, Mapping[str, Quotient]] | None = None

    def strategy(self, vertex: SymbolicVertex) -> dict[int, Quotient]:
        """Return the probability of each supported action."""
        total = vertex.total
        return {
            a: self.quotients.make(w, total)
            for a, w in zip(vertex.support, vertex.weights, strict=True)
        }

    def behaviour(
        self, pair: VertexPair, write: Callable[[Quotient], Expression]
    ) -> tuple[dict[str, tuple[str, ...]], dict[str, dict[str, Expression]]]:
        """Return the actions that are played, and every action's probability as a formula."""
        problem, zero = self.problem, Expression.number(0)
        sides = (self.strategy(pair.row), self.strategy(pair.column))
        everyone = list(zip(problem.players, problem.actions, sides, strict=True))
        support = {p: tuple(a[k] for k in sorted(s)) for p, a, s in everyone}
        profile = {
            p: {label: write(s[k]) if k in s else zero for k, label in enumerate(a)}
            for p, a, s in everyone
        }
        return support, profile

    def payoff(self, pair: VertexPair, player: int) -> Quotient:
        """Return a player's payoff: that of any supported action against the other's strategy."""
        q, width = self.quotients, self.problem.shape[1]
        other = pair.column if player == 0 else pair.row
        mine = (pair.row if player == 0 else pair.column).support[0]
        terms = []
        for action, chance in self.strategy(other).items():
            cell = mine * width + action if player == 0 else action * width + mine
            terms.append(q.multiply(chance, self._payoffs[player][cell]))
        return q.total(terms)

    def outcomes(self, pair: VertexPair) -> dict[str, Quotient]:
        """Return the probability of every outcome that can happen."""
        q, width = self.quotients, self.problem.shape[1]
        rows, columns = self.strategy(pair.row), self.strategy(pair.column)
        terms: dict[str, list[Quotient]] = {}
        for i, x in rows.items():
            # Columns with the same lottery share one term: their probabilities are added first.
            by_lottery: dict[Any, list[Quotient]] = {}
            for j, y in columns.items():
                by_lottery.setdefault(self._chances[i * width + j], []).append(y)
            for lottery, chances in by_lottery.items():
                weight = q.multiply(x, q.total(chances))
                for label, chance in lottery:
                    terms.setdefault(label, []).append(q.multiply(weight, chance))
        return {label: q.total(parts) for label, parts in terms.items()}

    def query(self, pair: VertexPair, kind: str, *labels: str) -> Quotient:
        """Return the closed form of a query of measures: ``P``, ``payoff`` or ``prob``."""
        problem, zero = self.problem, self.quotients.zero
        if kind == "P":
            if self._latest is None or self._latest[0] is not pair:
                self._latest = pair, self.outcomes(pair)
            return self._latest[1].get(labels[0], zero)
        player = problem.players.index(labels[0])
        if kind == "payoff":
            return self.payoff(pair, player)
        strategy = self.strategy((pair.row, pair.column)[player])
        return strategy.get(problem.actions[player].index(labels[1]), zero)

    def form(self, pair: VertexPair, e: Expression) -> Quotient | None:
        """Return an expression with queries in closed form, None where it is no quotient."""
        return self.quotients.evaluate(e, functools.partial(self.query, pair))

    def measures(
        self, pair: VertexPair, outcomes: Mapping[str, Quotient] | None = None
    ) -> dict[str, Quotient | None]:
        """Return every measure; None where it is no quotient of polynomials."""
        if outcomes is not None:
            self._latest = pair, outcomes
        return {m.name: self.form(pair, m.expression) for m in self.problem.measures}

    def probabilities(self, pair: VertexPair) -> Iterator[tuple[tuple[str, ...], Quotient]]:
        """Yield the probability of every action by player and action."""
        sides = (self.strategy(pair.row), self.strategy(pair.column))
        for player, actions, side in zip(
            self.problem.players, self.problem.actions, sides, strict=True
        ):
            for k, action in enumerate(actions):
                yield (player, action), side.get(k, self.quotients.zero)
