"""Derivations of equilibria of trees: what each mover compares, what makes him indifferent.

One equilibrium is told information set by information set: the belief there and
where it comes from, what every action is worth given what happens afterwards,
and what follows: an equation that fixes somebody's mixture, or an inequality that
is a condition of existence.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from deterrence.algebra.expressions import Expression
from deterrence.algebra.literals import Literal
from deterrence.algebra.rings import RingElement
from deterrence.errors import UsageError
from deterrence.game.tree.extensive import ExtensiveGame
from deterrence.game.tree.play import history_text
from deterrence.symbolic.derivations import Derivation, DerivationStep
from deterrence.symbolic.display.base_report import exists
from deterrence.symbolic.display.tree_report import freedom
from deterrence.symbolic.quotients import Quotient
from deterrence.symbolic.trees.regime_analysis import TreeAnalysis
from deterrence.symbolic.trees.unknowns import inside, readable_symbols, told_in_order
from deterrence.words.blocks import Equation, Inline, conjunction


def derive_tree(
    analysis: TreeAnalysis, equilibrium: int, values: Mapping[str, Any] | None = None
) -> Derivation:
    """Return the derivation of one equilibrium of a tree; ``values`` put numbers beside it.

    Raises :class:`UsageError` for an equilibrium that there is not.
    """
    if not 0 <= equilibrium < len(analysis.equilibria):
        raise UsageError(
            f"there is no equilibrium {equilibrium}",
            remedy=f"they are numbered 0 to {len(analysis.equilibria) - 1}",
        )
    return _TreeDerivation(analysis, equilibrium, values).derivation()


class _TreeDerivation:
    def __init__(
        self, analysis: TreeAnalysis, number: int, values: Mapping[str, Any] | None
    ) -> None:
        internal = analysis.internal
        self.analysis, self.number, self.values = analysis, number, values
        self.told = analysis.equilibria[number]
        self.a = internal.found(number)
        self.closed, self.simplifier = internal.closed, internal.simplifier
        self.game, self.patterns = internal.problem.game, internal.closed.patterns
        self.unknowns = internal.closed.unknowns
        self.symbols = self._symbols()
        #: Where factors are written positive: the witness, unknowns well inside.
        self.point: Mapping[str, Any] | None = None
        if self.told.witness is not None:
            self.point = inside(self.unknowns, self.told.witness)

    def _symbols(self) -> dict[str, str]:
        """Return a readable symbol for every unknown of the equilibrium."""
        names: list[str] = []
        for s in told_in_order(self.game):
            support, nodes = self.a.supports.get(s, ()), self.a.beliefs.get(s, ())
            names += [self.unknowns.played[s][k] for k in support[:-1]]
            names += [self.unknowns.believed[s][k] for k in nodes[:-1]]
        return readable_symbols(names, self.analysis.internal.problem.algebra.names)

    def derivation(self) -> Derivation:
        steps = [self._claim(), *self._notation()]
        for s in told_in_order(self.game):
            if s in self.patterns.open:
                steps.append(self._at(s))
        steps += [*self._solution(), self._conditions(), *self._numbers()]
        title = f"Equilibrium #{self.number}"
        return Derivation(title, self.told, tuple(steps))

    def _claim(self) -> DerivationStep:
        parts = []
        for s in told_in_order(self.game):
            if s not in self.patterns.open:
                continue
            where = self.game.sets[s]
            support = self.a.supports[s]
            labels = [where.actions[k] for k in support]
            verb = f"plays {labels[0]}" if len(labels) == 1 else f"mixes {' and '.join(labels)}"
            parts.append(f"{where.player} {verb} at {where.label}")
        text = "; ".join(parts) or "every move is settled by dominance"
        return DerivationStep("claim", (f"The claim: {text}.",))

    def _notation(self) -> Iterator[DerivationStep]:
        lines = []
        for name, symbol in self.symbols.items():
            s, k = map(int, name[2:].split("_"))
            where = self.game.sets[s]
            if name.startswith("_q"):
                told = f"for the probability that {where.player} plays {where.actions[k]}"
                lines.append((f"{symbol} {told} at {where.label}",))
            else:
                node = history_text(self.game, where.nodes[k])
                told = f"for the probability that {where.player} gives to ({node})"
                lines.append((f"{symbol} {told} at {where.label}",))
        if lines:
            yield DerivationStep("claim", ("Write " + "; ".join(line[0] for line in lines) + ".",))

    # ---- one information set -----------------------------------------------------------
    def _at(self, s: int) -> DerivationStep:
        where = self.game.sets[s]
        player = self.game.player_index(str(where.player))
        weights = self.patterns.weights(s, dict(self.a.supports), dict(self.a.beliefs))
        assert not isinstance(weights, int)  # beliefs at open sets are chosen
        worth = self._worth(s, player, weights)
        equations = tuple(
            Equation((f"{where.actions[k]} is worth",), "=", (self._form(q),))
            for k, q in worth.items()
        )
        support = self.a.supports[s]
        labels = tuple(where.actions[k] for k in support)
        return DerivationStep(
            "indifference" if len(support) > 1 else "deviation",
            (*self._belief(s, weights), " Then"),
            (str(where.player),),
            labels,
            equations,
            conclusion=self._follows(s, worth),
        )

    def _worth(self, s: int, player: int, weights: Sequence[RingElement]) -> dict[int, Quotient]:
        """Return what each action is worth, unknowns left in (up to the problem's scale)."""
        ring = self.unknowns.ring
        memo: dict[int, RingElement] = {}
        total = sum(weights, ring.zero)
        supports = dict(self.a.supports)
        paid = self._before(s, player)
        result = {}
        for k in self.patterns.actions[s]:
            value = ring.zero
            for node, w in zip(self.game.sets[s].nodes, weights, strict=True):
                if w:
                    child = self.game.nodes[node].children[k]
                    value = value + w * self.patterns.value(child, player, supports, memo)
            result[k] = self._over(value + paid * total, total)
        return result

    def _before(self, s: int, player: int) -> RingElement:
        """Return what was paid on the way to a set, where that is the same at all its nodes."""
        sums = set()
        for node in self.game.sets[s].nodes:
            total, k = self.unknowns.ring.zero, node
            while k >= 0:
                total = total + self.unknowns.payoffs[player][k]
                k = self.game.nodes[k].parent
            sums.add(total)
        return sums.pop() if len(sums) == 1 else self.unknowns.ring.zero

    def _over(self, top: RingElement, bottom: RingElement) -> Quotient:
        scale, whole = top.clear_denoms()
        below, rest = bottom.clear_denoms()
        ring = self.unknowns.algebra.ring
        result: Quotient = self.closed.wide.make(
            whole.set_ring(ring) * int(below), rest.set_ring(ring) * int(scale)
        )
        return result

    def _form(self, q: Quotient) -> Expression:
        written: Expression = self.closed.wide.expression(q, self.point)
        return written.substitute({n: Expression.name(v) for n, v in self.symbols.items()})

    def _belief(self, s: int, weights: Sequence[RingElement]) -> Inline:
        where = self.game.sets[s]
        start = f"{where.player} at {where.label}"
        if len(where.nodes) == 1 or not self.patterns.is_informed(s):
            return (
                (f"{start} has learnt nothing about the other side yet.",)
                if len(where.nodes) > 1
                else (f"{start} knows what has happened.",)
            )
        ring = self.unknowns.ring
        total = sum(weights, ring.zero)
        parts: list[str | Expression] = [f"{start} believes "]
        told = 0
        for node, w in zip(where.nodes, weights, strict=True):
            if w:
                parts += ["; " if told else "", f"({history_text(self.game, node)}) "]
                parts += ["with probability ", self._form(self._over(w, total))]
                told += 1
        free = s in self.a.beliefs
        parts.append(
            ": nothing that is played leads there, so the belief is open."
            if free
            else ", by Bayes' rule."
        )
        return tuple(parts)

    def _follows(self, s: int, worth: Mapping[int, Quotient]) -> Inline:
        where = self.game.sets[s]
        first, *others = self.a.supports[s]
        parts: list[str | Expression] = []
        if others:
            parts.append("What is played has to be worth the same: an equation. ")
        for k in worth:
            if k in self.a.supports[s]:
                continue
            parts += [f"{where.actions[first]} is at least as good as {where.actions[k]} iff "]
            parts += [*self._condition(worth[first], worth[k]), ". "]
        return (*parts[:-1], str(parts[-1]).rstrip()) if parts else ()

    def _condition(self, better: Quotient, worse: Quotient) -> Inline:
        """Return when one quotient is at least another, the unknowns' closed forms put in."""
        gap = self._put_in(self.closed.wide.subtract(better, worse))
        low = self.closed.lowered(gap)
        if low is None:
            zero = Expression.number(0)
            return (Expression("compare", (">=",), self._form(gap), zero),)
        if not low[0]:
            return ("always (they are equal)",)
        conditions = self.simplifier.conjunction([Literal(low[0] * low[1], ">=")])
        if conditions is None:
            return ("never",)
        written = [self.simplifier.written(c) for c in conditions]
        return conjunction(written, "always, given the assumptions")

    def _put_in(self, q: Quotient) -> Quotient:
        top, bottom = (self.closed.quotient(self.a, p.set_ring(self.unknowns.ring)) for p in q)
        result: Quotient = self.closed.wide.divide(top, bottom)
        return result

    # ---- what follows ------------------------------------------------------------------
    def _solution(self) -> Iterator[DerivationStep]:
        lines = []
        for name, symbol in self.symbols.items():
            if name in self.a.values:
                value = self._form(self.a.values[name])
                low = self.closed.lowered(self.a.values[name])
                if low is not None:
                    value = self.closed.quotients.expression(low, self.told.witness)
                lines.append(Equation((Expression.name(symbol),), "=", (value,)))
        if lines:
            yield DerivationStep("solution", ("Solving the equations:",), equations=tuple(lines))

    def _conditions(self) -> DerivationStep:
        extra: list[str | Expression] = []
        for f in getattr(self.told, "freedoms", ()):
            extra += [" Open is ", *freedom(f), "."]
        return DerivationStep(
            "condition",
            (
                "All inequalities together, each probability between 0 and 1: "
                "the equilibrium exists ",
                *(("iff ",) if self.told.conditions else ()),
                *exists(self.told),
                ".",
                *extra,
            ),
        )

    def _numbers(self) -> Iterator[DerivationStep]:
        if self.values is None:
            return
        found = [f for f in self.analysis.assessments_at(self.values) if f.id == self.number]
        if not found:
            yield DerivationStep("values", ("At the values given it does not exist.",))
            return
        lines = []
        for player, sets in found[0].profile.items():
            for label, mix in sets.items():
                for action, p in mix.items():
                    if 0 < p < 1:
                        lines.append(
                            Equation(
                                (f"{player} at {label}: {action}",), "=", (Expression.number(p),)
                            )
                        )
        model = self.analysis.internal.model
        game = model.at(check=False, **{n: self.values[n] for n in model.parameters})
        assert isinstance(game, ExtensiveGame)
        for name, p in game.outcome_distribution(found[0].profile).items():
            lines.append(Equation((f"P({name})",), "=", (Expression.number(p),)))
        yield DerivationStep("values", ("At the values given:",), equations=tuple(lines))
