"""Probabilities of chance at their ends: where 0 and 1 may stay, and where they are left out.

A move of chance with probability 0 leads to nodes that are never reached.  Where every
information set below has one node, or chance lies on the way to all of its nodes, nothing is
special about that.  Elsewhere the belief is no longer what Bayes' rule makes of the chance, but
free: there are other equilibria at the end than beside it, and the end is a case of its own.
"""

from __future__ import annotations

from collections.abc import Sequence

from deterrence.algebra.expressions import Expression
from deterrence.algebra.literals import Literal
from deterrence.algebra.rings import RingElement, without_divisor
from deterrence.game.tree.extensive import ExtensiveGame
from deterrence.proving.prover import Prover
from deterrence.symbolic.parameter_space import solved_for
from deterrence.symbolic.trees.problem import TreeProblem
from deterrence.words.sentences import listed


def chances_assumed(
    problem: TreeProblem, prover: Prover
) -> tuple[list[Expression], list[Expression]]:
    """Return what has to be assumed of chances, and equations that it excludes.

    The equations can hold by the model's assumptions: ends that are left out.

    ``prover`` knows the model's own assumptions.  Chances that matter to beliefs are positive,
    the others not negative.
    """
    zero = Expression.number(0)
    decisive = decisive_chances(problem.game)
    assumed: dict[Expression, None] = {}
    opened: dict[Expression, None] = {}
    for s, ps in problem.draws.items():
        for p in ps:
            if p.is_ground:
                continue
            whole: RingElement = without_divisor(p.clear_denoms()[1].set_ring(problem.algebra.ring))
            written = problem.algebra.expression(whole)
            positive = Expression("compare", ("<",), zero, written)
            if prover.decide([Literal(whole, "==")]).verdict == "impossible":
                assumed[positive] = None
            elif s in decisive:
                assumed[positive] = None
                left, right = solved_for(written, zero) or (None, zero)
                name = written if left is None else Expression.name(left)
                opened[Expression("compare", ("==",), name, right)] = None
            elif prover.decide([Literal(whole, "<")]).verdict != "impossible":
                assumed[Expression("compare", ("<=",), zero, written)] = None
    return list(assumed), list(opened)


def decisive_chances(game: ExtensiveGame) -> set[int]:
    """Return the moves of chance that tell nodes of an information set apart."""
    roots = set(game.subgame_roots)
    found: set[int] = set()
    for where in game.sets:
        if where.is_chance or len(where.nodes) < 2:
            continue
        ways: list[set[tuple[int, int]]] = []
        for node in where.nodes:
            way: set[tuple[int, int]] = set()
            while node and node not in roots:
                parent = game.nodes[node].parent
                if game.sets[game.nodes[parent].set].is_chance:
                    way.add((game.nodes[parent].set, game.nodes[node].move))
                node = parent
            ways.append(way)
        every = set[tuple[int, int]]().union(*ways)
        found |= {s for s, move in every if not all((s, move) in way for way in ways)}
    return found


def end_messages(opened: Sequence[Expression]) -> list[str]:
    """Say which ends are left out, and why."""
    if not opened:
        return []
    where = listed(map(str, opened), "or")
    return [
        f"where {where} a move of chance never comes, so that what is believed after it is free: "
        "such ends are left out here, and are cases of their own"
    ]
