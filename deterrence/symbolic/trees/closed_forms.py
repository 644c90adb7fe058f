"""Closed forms of an equilibrium of a tree: behaviour, beliefs, payoffs, outcomes, measures.

The forms are quotients in the parameters.  Where an equilibrium leaves something
open that matters for a form (a free mixture on the path), that form has unknowns
in it, as :meth:`TreeClosedForms.open_query` tells it, and :meth:`TreeClosedForms.query`
has no answer in the parameters alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from deterrence.algebra.expressions import Expression
from deterrence.algebra.rings import RingElement
from deterrence.game.tree.play import leaf_name
from deterrence.proving.conditions import Simplifier
from deterrence.symbolic.found import ExistenceBranch, FoundEquilibrium
from deterrence.symbolic.quotients import OpenFormError, Quotient, Quotients
from deterrence.symbolic.trees.elimination import SolvedPattern
from deterrence.symbolic.trees.patterns import Patterns
from deterrence.symbolic.trees.problem import TreeProblem
from deterrence.symbolic.trees.roots import ClosedRoots, RisingRoot
from deterrence.symbolic.trees.unknowns import TreeUnknowns


@dataclass(frozen=True, eq=False)
class Assessment(FoundEquilibrium):
    """A symbolic equilibrium of a tree: what is played, what is believed, and when it exists.

    ``supports`` say which actions are played at every information set, ``beliefs``
    which nodes are thought possible where the belief is free; ``values`` are the
    unknowns in closed form, perhaps in terms of ``roots``; ``ways`` are the ways to solve its
    pattern, each with its own conditions, which may be more than needed.
    """

    supports: Mapping[int, tuple[int, ...]]
    beliefs: Mapping[int, tuple[int, ...]]
    values: Mapping[str, Quotient]
    free: tuple[str, ...]
    ways: list[tuple[ExistenceBranch, SolvedPattern]]
    roots: tuple[RisingRoot, ...] = ()

    @property
    def identity(self) -> tuple[Any, ...]:
        """What makes two assessments the same for all parameter values."""
        return (
            tuple(sorted(self.supports.items())),
            tuple(sorted(self.beliefs.items())),
            tuple(sorted((n, v) for n, v in self.values.items())),
            self.roots,
        )


class TreeClosedForms:
    """Closed forms of assessments, each worked out once.

    ``roots`` are those of one assessment, whose closed forms then are in the parameters and in
    square roots; without them, what depends on roots has none, as if they were left open.
    """

    def __init__(
        self,
        problem: TreeProblem,
        unknowns: TreeUnknowns,
        patterns: Patterns,
        simplifier: Simplifier,
        roots: ClosedRoots | None = None,
    ) -> None:
        self.problem, self.unknowns, self.patterns = problem, unknowns, patterns
        self.simplifier, self.roots = simplifier, roots
        #: Arithmetic with quotients in the parameters, and the square roots of ``roots``.
        self.quotients = Quotients(problem.algebra) if roots is None else roots.quotients
        self._with_roots: dict[tuple[RisingRoot, ...], TreeClosedForms] = {}
        self.wide = Quotients(unknowns.algebra)
        game = problem.game
        self._paid = {
            label: [self._lifted(u) for u in us]
            for label, us in game.outcomes.items()
            if any(n.outcome == label for n in game.nodes)
        }
        self._reach: dict[Assessment, list[Quotient]] = {}
        self._outcomes: dict[Assessment, dict[str, Quotient]] = {}

    def with_roots(self, a: Assessment) -> TreeClosedForms:
        """Return what gives an assessment's closed forms with its square roots in them."""
        if not a.roots:
            return self
        if a.roots not in self._with_roots:
            u = self.unknowns
            roots = ClosedRoots(a.roots, u.algebra, u.lower, self.simplifier)
            self._with_roots[a.roots] = TreeClosedForms(
                self.problem, u, self.patterns, self.simplifier, roots
            )
        return self._with_roots[a.roots]

    # ---- with unknowns -----------------------------------------------------------------
    def _lifted(self, e: Expression) -> Quotient:
        p, q = self.problem.algebra.fraction(e)
        lift = self.unknowns.lift
        ring = self.unknowns.algebra.ring
        return self.wide.make(*(lift(x).set_ring(ring) for x in (p, q)))

    def quotient(self, a: Assessment, poly: RingElement) -> Quotient:
        """Return a polynomial in the unknowns (rational coefficients), their values put in."""
        if not poly:
            return self.wide.zero
        denominator, whole = poly.clear_denoms()
        ring = self.unknowns.algebra.ring
        names = self.unknowns.algebra.names
        inside = {n for n in self.unknowns.unknowns_in(poly) if n in a.values}
        if not inside:
            return self.wide.make(whole.set_ring(ring), ring(int(denominator)))
        terms = []
        for powers, c in whole.terms():
            rest = tuple(0 if names[k] in inside else e for k, e in enumerate(powers))
            term = self.wide.make(ring.from_dict({rest: int(c)}), ring(int(denominator)))
            for k, e in enumerate(powers):
                if e and names[k] in inside:
                    for _ in range(e):
                        term = self.wide.multiply(term, a.values[names[k]])
            terms.append(term)
        return self.wide.total(terms)

    def mix(self, a: Assessment, s: int) -> list[Quotient]:
        """Return the probability of every action of an information set or chance move."""
        if self.problem.game.sets[s].is_chance:
            return [self.quotient(a, p) for p in self.unknowns.chances[s]]
        return [self.quotient(a, p) for p in self.unknowns.mixture(s, a.supports[s])]

    def reach(self, a: Assessment) -> list[Quotient]:
        """Return the probability of every node."""
        if a not in self._reach:
            game = self.problem.game
            chance = [self.wide.zero] * len(game.nodes)
            chance[0] = self.wide.one
            mixes: dict[int, list[Quotient]] = {}
            for k, node in enumerate(game.nodes):
                if node.set < 0 or not chance[k][0]:
                    continue
                if node.set not in mixes:
                    mixes[node.set] = self.mix(a, node.set)
                for child, p in zip(node.children, mixes[node.set], strict=True):
                    chance[child] = self.wide.multiply(chance[k], p)
            self._reach[a] = chance
        return self._reach[a]

    def results(self, a: Assessment) -> frozenset[tuple[str, Quotient]]:
        """Return the probability of every outcome as it is paid: equal for equal results."""
        game = self.problem.game
        ends = {
            k: node.outcome or leaf_name(game, k)
            for k, node in enumerate(game.nodes)
            if node.outcome is not None or node.set < 0
        }
        forms, totals = self.with_roots(a), self._totals(a, ends)
        closed = {name: forms.lowered(q) or q for name, q in totals.items()}
        return frozenset((name, q) for name, q in closed.items() if q[0])

    def _totals(self, a: Assessment, names: Mapping[int, str]) -> dict[str, Quotient]:
        """Return the probability of every name, given those of nodes, where it is not zero."""
        chance = self.reach(a)
        terms: dict[str, list[Quotient]] = {}
        for k, name in names.items():
            if chance[k][0]:
                terms.setdefault(name, []).append(chance[k])
        totals = {name: self.wide.total(parts) for name, parts in terms.items()}
        return {name: q for name, q in totals.items() if q[0]}

    def belief(self, a: Assessment, s: int) -> list[Quotient] | None:
        """Return the probability of every node of a set, None where the equilibrium says nothing.

        Free beliefs have unknowns in them.
        """
        weights = self.patterns.weights(s, dict(a.supports), dict(a.beliefs))
        if isinstance(weights, int):
            return None
        parts = [self.quotient(a, w) for w in weights]
        total = self.wide.total(parts)
        return [self.wide.divide(p, total) for p in parts] if total[0] else None

    # ---- in parameters and what is open ------------------------------------------------
    def open_outcomes(self, a: Assessment) -> dict[str, Quotient]:
        """Return the probability of every outcome that can happen, by its public name."""
        if a not in self._outcomes:
            game = self.problem.game
            self._outcomes[a] = self._totals(a, {k: leaf_name(game, k) for k in game.leaves})
        return dict(self._outcomes[a])

    def open_payoff(self, a: Assessment, player: int) -> Quotient:
        """Return a player's expected payoff."""
        nodes = enumerate(self.problem.game.nodes)
        paid = {k: node.outcome for k, node in nodes if node.outcome is not None}
        parts = [
            self.wide.multiply(q, self._paid[label][player])
            for label, q in self._totals(a, paid).items()
        ]
        return self.wide.total(parts)

    def open_frequency(self, a: Assessment, player: str, action: str) -> Quotient:
        """Return how often a play has a move of this name by this player."""
        game, chance = self.problem.game, self.reach(a)
        terms = []
        for k, node in enumerate(game.nodes):
            if node.parent >= 0 and chance[k][0]:
                s = game.sets[game.nodes[node.parent].set]
                if s.player == player and s.actions[node.move] == action:
                    terms.append(chance[k])
        return self.wide.total(terms)

    def open_query(self, a: Assessment, kind: str, *labels: str) -> Quotient:
        """Return the closed form of a query of measures: ``P``, ``payoff`` or ``prob``."""
        if kind == "P":
            return self.open_outcomes(a).get(labels[0], self.wide.zero)
        if kind == "payoff":
            return self.open_payoff(a, self.problem.players.index(labels[0]))
        return self.open_frequency(a, labels[0], labels[1])

    def open_form(self, a: Assessment, e: Expression) -> Quotient | None:
        """Return an expression with queries in closed form, None where it is no quotient."""
        return self.wide.evaluate(e, lambda *query: self.open_query(a, *query))

    # ---- in parameters alone -----------------------------------------------------------
    def lowered(self, q: Quotient) -> Quotient | None:
        """Return a quotient without unknowns but roots in closed form, None where it has others."""
        inside = self.unknowns.unknowns_in(q[0]) | self.unknowns.unknowns_in(q[1])
        if self.roots is not None and inside <= self.roots.values.keys():
            return self.roots.quotient(q)
        return None if inside else (self.unknowns.lower(q[0]), self.unknowns.lower(q[1]))

    def outcomes(self, a: Assessment) -> dict[str, Quotient]:
        """Return the probability of every outcome that can happen, by its public name.

        Raises :class:`OpenFormError` where it depends on what is left open.
        """
        return {name: self._closed(q) for name, q in self.open_outcomes(a).items()}

    def payoff(self, a: Assessment, player: int) -> Quotient:
        """Return a player's expected payoff."""
        return self._closed(self.open_payoff(a, player))

    def query(self, a: Assessment, kind: str, *labels: str) -> Quotient:
        """Return the closed form of a query of measures: ``P``, ``payoff`` or ``prob``."""
        if kind == "P":
            return self.outcomes(a).get(labels[0], self.quotients.zero)
        return self._closed(self.open_query(a, kind, *labels))

    def form(self, a: Assessment, e: Expression) -> Quotient | None:
        """Return an expression with queries in closed form.

        None where it is no quotient, or depends on what is open.
        """
        try:
            return self.quotients.evaluate(e, lambda *query: self.query(a, *query))
        except OpenFormError:
            return None

    def measures(
        self, a: Assessment, outcomes: Mapping[str, Quotient] | None = None
    ) -> dict[str, Quotient | None]:
        """Return every measure; None where it is no quotient, or depends on what is open."""
        return {m.name: self.form(a, m.expression) for m in self.problem.measures}

    def probabilities(self, a: Assessment) -> Iterator[tuple[tuple[str, ...], Quotient]]:
        """Yield the probability of every action by player, information set (in trees) and action.

        Free mixtures are left out.
        """
        for player in self.problem.players:
            for s, where in enumerate(self.problem.game.sets):
                mix = [self.lowered(q) for q in self.mix(a, s)] if where.player == player else []
                known = [q for q in mix if q is not None]
                if known and len(known) == len(mix):
                    for action, q in zip(where.actions, known, strict=True):
                        place = () if self.problem.is_table else (where.label,)
                        yield (player, *place, action), q

    def _closed(self, q: Quotient) -> Quotient:
        low = self.lowered(q)
        if low is None:
            raise OpenFormError
        return low
