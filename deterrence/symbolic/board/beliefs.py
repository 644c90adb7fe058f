"""What is believed at an information set, as a derivation writes it: by Bayes' rule, or open."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal as Choice

from deterrence.algebra.expressions import Expression, total
from deterrence.algebra.rings import RingElement
from deterrence.symbolic.quotients import Quotient
from deterrence.symbolic.trees.closed_forms import Assessment, TreeClosedForms

#: Where a belief comes from: one node only, chance alone, Bayes' rule, nowhere (free), and a
#: belief that the equilibrium does not say, as nothing depends on it.
BeliefKind = Choice["certain", "prior", "bayes", "free", "unsaid"]

_ONE = Expression.number(1)
_ZERO = Expression.number(0)


@dataclass(frozen=True, eq=False)
class SetBelief:
    """The belief at one information set.

    ``chances`` are what derivations write for the nodes, in their order: symbols where the
    belief depends on what others do; ``exact`` the same as quotients, without such symbols.
    ``symbols`` are the unknowns that ``chances`` brought in, each with the fraction of Bayes'
    rule where that is written (``fractions``) and what it is (``values``).
    """

    kind: BeliefKind
    chances: tuple[Expression, ...]
    exact: tuple[Quotient, ...]
    symbols: tuple[str, ...] = ()
    fractions: tuple[Expression | None, ...] = ()
    values: tuple[Quotient, ...] = ()


class Beliefs:
    """The beliefs of one assessment; ``write`` makes an expression of a quotient."""

    def __init__(
        self, closed: TreeClosedForms, a: Assessment, write: Callable[[Quotient], Expression]
    ) -> None:
        self.closed, self.a, self.write = closed, a, write
        self.game, self.patterns = closed.problem.game, closed.patterns
        self.unknowns = closed.unknowns

    def mixture(self, s: int) -> tuple[Expression, ...]:
        """Return the probability of every action of a set or a chance move, as it is written."""
        where = self.game.sets[s]
        if where.is_chance:
            return tuple(map(Expression.of, where.chances))
        *free, last = self.a.supports[s]
        names = {k: Expression.name(self.unknowns.played[s][k]) for k in free}
        rest = _ONE - total(names.values()) if names else _ONE
        return tuple(names.get(k, rest if k == last else _ZERO) for k in range(len(where.actions)))

    def at(self, s: int) -> SetBelief:
        """Return the belief at a set."""
        where = self.game.sets[s]
        wide = self.closed.wide
        if len(where.nodes) == 1:
            return SetBelief("certain", (_ONE,), (wide.one,))
        weights = self.patterns.weights(s, dict(self.a.supports), dict(self.a.beliefs))
        if isinstance(weights, int):
            return SetBelief("unsaid", (), ())
        exact = tuple(self._over(w, sum(weights, self.unknowns.ring.zero)) for w in weights)
        shown = tuple(map(self.write, exact))
        if s in self.a.beliefs:
            names = tuple(dict.fromkeys(n for e in shown for n in sorted(e.names)))
            return SetBelief("free", shown, exact, names)
        if self.closed.problem.is_table or not self.patterns.is_informed(s):
            return SetBelief("prior", shown, exact)
        if not any(self.unknowns.unknowns_in(p) for q in exact for p in q):
            return SetBelief("bayes", shown, exact)
        possible = [k for k, w in enumerate(weights) if w]
        names = tuple(self.unknowns.believed[s][k] for k in possible[:-1])
        symbols = dict(zip(possible[:-1], map(Expression.name, names), strict=True))
        rest = _ONE - total(symbols.values())
        chances = tuple(
            symbols.get(k, rest if k == possible[-1] else _ZERO) for k in range(len(weights))
        )
        written = self._fractions(s, possible)
        fractions = tuple(
            e if e is not None and self._same(e, exact[k]) else None
            for k, e in zip(possible[:-1], written, strict=False)
        )
        values = tuple(exact[k] for k in possible[:-1])
        return SetBelief("bayes", chances, exact, names, fractions, values)

    def _same(self, e: Expression, q: Quotient) -> bool:
        return self.closed.wide.make(*self.unknowns.algebra.fraction(e)) == q

    def _fractions(self, s: int, possible: Sequence[int]) -> list[Expression | None]:
        """Return the nodes' probabilities as products over their sum, as Bayes' rule has them.

        Moves of the set's own player, and what all of the nodes share, are left out.
        """
        where = self.game.sets[s]
        found: list[Counter[Expression]] = []
        for k in possible:
            factors: Counter[Expression] = Counter()
            node = where.nodes[k]
            while node:
                parent = self.game.nodes[node].parent
                t, move = self.game.nodes[parent].set, self.game.nodes[node].move
                chance = self.mixture(t)[move]
                if self.game.sets[t].player != where.player and chance != _ONE:
                    factors[chance] += 1
                node = parent
            found.append(factors)
        shared = found[0].copy()
        for factors in found[1:]:
            shared &= factors
        products = []
        for factors in found:
            rest = list((factors - shared).elements())[::-1]
            products.append(math.prod(rest[1:], start=rest[0]) if rest else _ONE)
        whole = total(products)
        return [p / whole for p in products]

    def _over(self, top: RingElement, bottom: RingElement) -> Quotient:
        scale, whole = top.clear_denoms()
        below, rest = bottom.clear_denoms()
        ring = self.unknowns.algebra.ring
        result: Quotient = self.closed.wide.make(
            whole.set_ring(ring) * int(below), rest.set_ring(ring) * int(scale)
        )
        return result
