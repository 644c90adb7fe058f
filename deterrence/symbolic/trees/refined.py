"""A game tree restricted to the equilibria that nobody plays a weakly dominated strategy in.

Strategies are those of the reduced strategic form.  A behaviour that leaves a mixture open
stands for all of its values; where its full support is undominated, so is each part.
"""

from __future__ import annotations

import itertools
import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property

from deterrence.algebra.literals import Literal
from deterrence.algebra.rings import RingElement
from deterrence.algebra.sign_formulas import SignFormula, all_of
from deterrence.game.tree.plans import ActionPlan, plans, strategy_count
from deterrence.symbolic.dominance_signs import Signs
from deterrence.symbolic.matrices.undominated import TOO_MANY, BestReplies, best_replies
from deterrence.symbolic.parameter_space import EFFORT
from deterrence.symbolic.passing import PassingTerms
from deterrence.symbolic.refinements import Refinements
from deterrence.symbolic.refining import Refining, condition_of, refinements_of
from deterrence.symbolic.trees.closed_forms import Assessment
from deterrence.symbolic.trees.problem import TreeProblem
from deterrence.symbolic.trees.regime_analysis import TreeAnalysis
from deterrence.symbolic.trees.results import ClosedEnd
from deterrence.symbolic.trees.writer import TreeWriter

#: Cells of the reduced strategic form up to which it is written out.
MOST_CELLS = 4_000


def tree_refinements(analysis: TreeAnalysis, names: tuple[str, ...]) -> Refinements:
    """Return when each equilibrium of a tree is undominated."""
    return refinements_of(analysis, _Conditions(analysis), names)


def refined_tree(analysis: TreeAnalysis, name: str, isolate: str = "") -> TreeAnalysis:
    """Return the analysis of the undominated equilibria, wherever they are, ends included."""
    began, work = time.monotonic(), Refining(analysis, _Conditions(analysis), name)
    internal = analysis.internal.restricted(work.families, [*work.thin, *work.doubtful], name)
    internal.ends, told = [], []
    for (point, inner), end in zip(analysis.internal.ends, analysis.ends, strict=True):
        # All ends are listed here, those within ends, too.
        alone = replace(inner, ends=(), internal=replace(inner.internal, ends=[]))
        with alone.internal.prover.within(EFFORT / 4):
            own = refined_tree(alone, name, isolate)
        internal.ends.append((point, own))
        told.append(ClosedEnd(end.conditions, own.results, own.equilibria, own.cover))
    more = {"concept": analysis.concept, "ends": tuple(told)}
    return work.written(TreeWriter(internal, isolate), TreeAnalysis, began, more)


class _Conditions:
    """Where the equilibria of one tree are undominated."""

    def __init__(self, analysis: TreeAnalysis) -> None:
        self.internal = analysis.internal
        self.signs = Signs(self.internal.simplifier)

    @property
    def all_listed(self) -> bool:
        """Whether equilibria that differ off the path only are listed, too."""
        return self.internal.all_listed

    def passing(self, name: str, found: Assessment) -> PassingTerms:
        """Return where nobody's strategy is weakly dominated, given that the equilibrium exists."""
        where = condition_of(self.internal, found, self._formula(found), ties=True)
        partial = not all(form.complete for form in self._forms or ())
        mixing = {n for own in self.internal.closed.unknowns.played.values() for n in own}
        if (partial or mixing & set(found.free)) and () not in where.terms:
            return replace(where, proven=False)  # parts of what is open may pass
        return where

    def _formula(self, found: Assessment) -> SignFormula | None:
        if self._forms is None:
            return None
        played = [
            [k for k, plan in enumerate(own) if self._is_played(found, player, plan)]
            for player, own in enumerate(self._plans)
        ]
        parts = []
        for player, replies in enumerate(self._forms):
            others = [p for k, p in enumerate(played) if k != player]
            sizes = [len(own) for k, own in enumerate(self._plans) if k != player]
            cells = [_place(cell, sizes) for cell in itertools.product(*others)]
            parts.append(replies.undominated(played[player], cells, self.signs))
        return all_of(parts)

    def with_terms(self, found: Assessment, terms: Sequence[tuple[Literal, ...]]) -> Assessment:
        """Return the assessment with the terms in all of its ways."""
        ways = [
            (replace(b, conditions=(*b.conditions, *((lit,) for lit in term))), way)
            for b, way in found.ways
            for term in terms
        ]
        return replace(found, ways=ways)

    def messages(self, names: Sequence[str]) -> tuple[str, ...]:
        """Return what readers have to know of what is said."""
        if self._forms is None:
            return ("the reduced strategic form is too large to compare strategies in it",)
        if not all(replies.complete for replies in self._forms):
            return (f"in the reduced strategic form a player has {TOO_MANY}",)
        return ("undominated is meant of the strategies of the reduced strategic form",)

    # ---- the reduced strategic form --------------------------------------------------------
    @cached_property
    def _plans(self) -> list[list[ActionPlan]]:
        game = self.internal.problem.game
        return [plans(game, p) for p in game.players]

    @cached_property
    def _forms(self) -> list[BestReplies] | None:
        """The best replies of every player to beliefs over the others' plans."""
        problem = self.internal.problem
        game = problem.game
        if math.prod(strategy_count(game, p) for p in game.players) > MOST_CELLS:
            return None
        ring = problem.algebra.ring
        return [best_replies(ring, table) for table in strategic_tables(problem, self._plans)]

    def _is_played(self, found: Assessment, player: int, plan: ActionPlan) -> bool:
        game = self.internal.problem.game
        own = game.own_sets(game.players[player])
        return all(
            action is None or action in found.supports[s]
            for s, action in zip(own, plan, strict=True)
        )


def _place(cell: Sequence[int], sizes: Sequence[int]) -> int:
    """Return the number of a joint choice, the last one varying fastest."""
    place = 0
    for choice, size in zip(cell, sizes, strict=True):
        place = place * size + choice
    return place


def strategic_tables(
    problem: TreeProblem, listed: Sequence[Sequence[ActionPlan]]
) -> list[list[list[RingElement]]]:
    """Return what every player earns by own plan and joint plan of the others.

    Polynomials with whole coefficients: the payoffs times a positive factor of each player.
    """
    game, players = problem.game, range(len(problem.players))
    own_sets = [game.own_sets(p) for p in game.players]
    place: list[Mapping[int, int]] = [{s: k for k, s in enumerate(own)} for own in own_sets]
    ring = problem.paid[0][0].ring
    leaves = []
    for leaf in game.leaves:
        moves, chance, paid, node = {}, ring.one, [ring.zero] * len(problem.players), leaf
        while node >= 0:
            paid = [u + problem.paid[i][node] for i, u in enumerate(paid)]
            above = game.nodes[node].parent
            if above >= 0:
                s, move = game.nodes[above].set, game.nodes[node].move
                if s in problem.draws:
                    chance *= problem.draws[s][move]
                else:
                    moves[s] = move
            node = above
        allowing = [
            [
                k
                for k, plan in enumerate(listed[i])
                if all(plan[place[i][s]] == move for s, move in moves.items() if s in place[i])
            ]
            for i in players
        ]
        leaves.append((allowing, [chance * u for u in paid]))
    tables = []
    for i in players:
        sizes = [len(listed[k]) for k in players if k != i]
        table = [[ring.zero] * math.prod(sizes) for _ in listed[i]]
        for allowing, worth in leaves:
            others = [allowing[k] for k in players if k != i]
            for cell in itertools.product(*others):
                at = _place(cell, sizes)
                for own in allowing[i]:
                    table[own][at] = table[own][at] + worth[i]
        tables.append(_whole(problem, table))
    return tables


def _whole(problem: TreeProblem, table: list[list[RingElement]]) -> list[list[RingElement]]:
    """Return polynomials times one positive number, so that all coefficients are whole."""
    scale = math.lcm(*(int(u.clear_denoms()[0]) for row in table for u in row))
    ring = problem.algebra.ring
    return [[(u * scale).clear_denoms()[1].set_ring(ring) for u in row] for row in table]
