"""The unknowns of an equilibrium of a tree: what is played, and what is believed.

At an information set with actions ``a1 .. ak`` the unknowns are the probabilities
of all but the last; at an information set whose belief is free, the probability
of all nodes but the last.  A *support* turns them into polynomials: what is not
played has probability 0, and the last action played has the rest.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from functools import reduce
from typing import Any

from deterrence.algebra.expressions import Expression
from deterrence.algebra.polynomials import Algebra
from deterrence.algebra.rings import RingElement, occurring, without_divisor
from deterrence.game.tree.extensive import ExtensiveGame
from deterrence.proving.prover import Prover
from deterrence.symbolic.trees.problem import TreeProblem, rational_ring

_ZERO, _ONE = Expression.number(0), Expression.number(1)


class TreeUnknowns:
    """The ring of parameters and unknowns, and a prover that knows what probabilities are.

    ``actions[s]`` are the actions of information set ``s`` that are not dominated;
    sets with one such action, and sets of chance, have no unknowns.
    """

    def __init__(self, problem: TreeProblem, actions: Sequence[Sequence[int]]) -> None:
        game = problem.game
        self.problem = problem
        self.actions = [tuple(a) for a in actions]
        self.played: dict[int, dict[int, str]] = {}
        self.believed: dict[int, dict[int, str]] = {}
        conditions: list[Expression] = []
        for s, where in enumerate(game.sets):
            if where.is_chance:
                continue
            if len(self.actions[s]) > 1:
                names = {a: f"_q{s}_{a}" for a in self.actions[s][:-1]}
                self.played[s] = names
                conditions += _simplex(list(names.values()), "<")
            if len(where.nodes) > 1:
                names = {k: f"_b{s}_{k}" for k in range(len(where.nodes) - 1)}
                self.believed[s] = names
                conditions += _simplex(list(names.values()), "<=")
        self.names = [
            n
            for group in (self.played, self.believed)
            for own in group.values()
            for n in own.values()
        ]
        self._unknown = frozenset(self.names)
        self.algebra = Algebra([*problem.symbols, *self.names], [*problem.algebra.atoms])
        self.ring = rational_ring(self.algebra)
        self._generator = dict(zip(self.algebra.names, self.ring.gens, strict=False))
        self.conditions = tuple(conditions)
        self.payoffs = [[self.lift(p) for p in row] for row in problem.paid]
        self.chances = {s: [self.lift(p) for p in ps] for s, ps in problem.draws.items()}

    def prover(self, **options: Any) -> Prover:
        """Return a prover over parameters and unknowns together."""
        ranges = dict(self.problem.bounds) | dict.fromkeys(self.names, (0, 1))
        nonzero = [self.integer(self.lift(p)) for p in self.problem.nonzero]
        return Prover(
            self.algebra,
            (*self.problem.assumptions, *self.conditions),
            ranges,
            nonzero=nonzero,
            certificates=False,
            local=self.conditions,
            **options,
        )

    # ---- between the rings -------------------------------------------------------------
    def lift(self, p: RingElement) -> RingElement:
        """Return a polynomial in the parameters as one in parameters and unknowns."""
        return p.set_ring(self.ring)

    def lower(self, p: RingElement) -> RingElement:
        """Return a polynomial without unknowns, whole coefficients, in the parameters' ring."""
        return p.set_ring(self.problem.algebra.ring)

    def integer(self, p: RingElement) -> RingElement:
        """Return the polynomial times a positive number: whole coefficients without divisor."""
        return without_divisor(p.clear_denoms()[1].set_ring(self.algebra.ring))

    def unknowns_in(self, p: RingElement) -> set[str]:
        """Return the unknowns that occur in a polynomial."""
        names = self.algebra.names
        return {names[k] for k in occurring(p)} & self._unknown

    def generator(self, name: str) -> RingElement:
        """Return an unknown as a polynomial."""
        return self._generator[name]

    # ---- supports --------------------------------------------------------------------
    def mixture(self, s: int, support: Sequence[int]) -> list[RingElement]:
        """Return the probability of every action of a set, given which are played."""
        size = len(self.problem.game.sets[s].actions)
        return self._chances(size, self.played.get(s, {}), support)

    def belief(self, s: int, support: Sequence[int]) -> list[RingElement]:
        """Return the belief over the nodes of a set, given which are thought possible."""
        size = len(self.problem.game.sets[s].nodes)
        return self._chances(size, self.believed.get(s, {}), support)

    def _chances(
        self, size: int, names: Mapping[int, str], support: Sequence[int]
    ) -> list[RingElement]:
        """Return probabilities that are 0 off a support, the last one what the others leave."""
        *free, last = support
        result = [self.ring.zero] * size
        for k in free:
            result[k] = self.generator(names[k])
        result[last] = self.ring.one - sum((result[k] for k in free), self.ring.zero)
        return result


def _simplex(names: Sequence[str], sign: str) -> list[Expression]:
    """Return that probabilities are none too many: each at least 0, all together at most 1."""
    variables = [Expression.name(n) for n in names]
    found = [Expression("compare", (sign,), _ZERO, v) for v in variables]
    total = reduce(lambda a, b: a + b, variables)
    return [*found, Expression("compare", (sign,), total, _ONE)]


def told_in_order(game: ExtensiveGame) -> list[int]:
    """Return the information sets and chance moves as a story has them: early ones first."""
    depth = [0] * len(game.nodes)
    for k, node in enumerate(game.nodes):
        if k:
            depth[k] = depth[node.parent] + 1
    return sorted(range(len(game.sets)), key=lambda s: (depth[game.sets[s].nodes[0]], s))


def inside(unknowns: TreeUnknowns, witness: Mapping[str, Any]) -> dict[str, Any]:
    """Return a point well inside: the witness, and small chances for the unknowns."""
    return {**witness, **dict.fromkeys(unknowns.names, Fraction(1, 16))}


def readable_symbols(unknowns: Iterable[str], taken: Iterable[str]) -> dict[str, str]:
    """Return symbols for people: ``q1, q2, ...`` for mixtures and ``mu1, mu2, ...`` for beliefs.

    >>> readable_symbols(["_q0_1", "_b2_0", "_q3_0"], ["q1"])
    {'_q0_1': 'q2', '_b2_0': 'mu1', '_q3_0': 'q3'}
    """
    used, found = set(taken), {}
    for name in unknowns:
        stem = "q" if name.startswith("_q") else "mu"
        found[name] = next(s for k in itertools.count(1) if (s := f"{stem}{k}") not in used)
        used.add(found[name])
    return found
