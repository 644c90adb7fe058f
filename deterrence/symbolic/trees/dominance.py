"""Actions that nobody takes who is sequentially rational, whatever he believes.

At an information set an action is out if another one is strictly better at each
of its nodes for all assumed parameter values, given what happens afterwards; that
is settled wherever only such choices follow.  Removing these actions again and
again is sound for every concept that asks for best replies at every information
set.
"""

from __future__ import annotations

from dataclasses import dataclass

from deterrence.algebra.rings import RingElement
from deterrence.proving.conditions import Simplifier
from deterrence.symbolic.trees.problem import TreeProblem


@dataclass(frozen=True)
class Removed:
    """An action of an information set that another one beats at every node."""

    set: int
    action: int
    by: int


def undominated(
    problem: TreeProblem, simplifier: Simplifier
) -> tuple[list[tuple[int, ...]], list[Removed]]:
    """Return the actions left at every set (all of chance's), and the steps that led there."""
    game = problem.game
    left = [tuple(range(len(s.actions))) for s in game.sets]
    steps: list[Removed] = []
    changed = True
    while changed:
        changed = False
        values = _settled(problem, left)
        for s in reversed(range(len(game.sets))):
            where = game.sets[s]
            if where.is_chance or len(left[s]) == 1:
                continue
            player = game.player_index(str(where.player))
            for action in left[s]:
                rival = _better(problem, simplifier, values, s, action, left[s], player)
                if rival is not None:
                    left[s] = tuple(a for a in left[s] if a != action)
                    steps.append(Removed(s, action, rival))
                    changed = True
                    break
            if changed:
                break
    return left, steps


def _settled(problem: TreeProblem, left: list[tuple[int, ...]]) -> list[list[RingElement] | None]:
    """Return what every player gets from each node on, None where that is not settled yet."""
    game = problem.game
    ring = problem.paid[0][0].ring
    values: list[list[RingElement] | None] = [None] * len(game.nodes)
    for k in reversed(range(len(game.nodes))):
        node = game.nodes[k]
        paid = [row[k] for row in problem.paid]
        if node.set < 0:
            values[k] = paid
            continue
        if game.sets[node.set].is_chance:
            weights = [
                (c, p) for c, p in zip(node.children, problem.draws[node.set], strict=True) if p
            ]
        elif len(left[node.set]) == 1:
            weights = [(node.children[left[node.set][0]], ring.one)]
        else:
            continue
        following = [(values[c], p) for c, p in weights]
        if all(v is not None for v, _ in following):
            values[k] = [
                u + sum((p * v[i] for v, p in following if v is not None), ring.zero)
                for i, u in enumerate(paid)
            ]
    return values


def _better(
    problem: TreeProblem,
    simplifier: Simplifier,
    values: list[list[RingElement] | None],
    s: int,
    action: int,
    rivals: tuple[int, ...],
    player: int,
) -> int | None:
    """Return an action that is strictly better at every node of the set, if there is one."""
    game = problem.game
    for rival in rivals:
        if rival == action:
            continue
        gains: list[RingElement] = []
        for k in game.sets[s].nodes:
            children = game.nodes[k].children
            mine, theirs = values[children[action]], values[children[rival]]
            if mine is None or theirs is None:
                break
            gains.append(theirs[player] - mine[player])
        else:
            if all(_positive(simplifier, g) for g in dict.fromkeys(gains)):
                return rival
    return None


def _positive(simplifier: Simplifier, gain: RingElement) -> bool:
    """Say whether a polynomial with rational coefficients is proven positive."""
    if not gain:
        return False
    algebra = simplifier.prover.algebra
    whole = gain.clear_denoms()[1].set_ring(algebra.ring)
    constant, factors = algebra.factors(whole)
    sign = 1 if constant > 0 else -1
    for f, power in factors:
        known = simplifier.sign(f)
        if known is None or known[1]:
            return False
        sign *= known[0] if power % 2 else 1
    return sign > 0
