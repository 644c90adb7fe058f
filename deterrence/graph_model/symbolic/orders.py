"""All ways in which the players may rank the states, as far as the assumptions leave them.

How each player ranks the states is all that stability depends on.  An *order type* is a ranking
per player that some values of the parameters lead to; each has a witness.  They are found by
inserting one worth after the other into the rankings; what is impossible is proven, mostly by
lemmas that were learned before.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from deterrence.graph_model.symbolic.circuits import FALSE
from deterrence.graph_model.symbolic.conditions import StabilityConditions
from deterrence.limits import work

#: Questions, and order types, beyond which not all are looked for.
MAX_QUESTIONS, MAX_ORDERS = 5_000, 400
#: Work seconds of an order type.
_TYPE = 1e-3

#: One player's ranking: numbers of worths, the best first, equal ones together.
Chain = tuple[tuple[int, ...], ...]


@dataclass(frozen=True, eq=False)
class RankedStates:
    """An order type: a ranking per player, where it holds, and a point there."""

    chains: tuple[Chain, ...]
    node: int
    ranks: Any
    witness: Mapping[str, Fraction] | None

    @property
    def strict(self) -> bool:
        """Whether no two different worths are equal."""
        return all(len(group) == 1 for chain in self.chains for group in chain)


class Orders:
    """The order types of a conflict; ``complete`` says whether they are proven to be all.

    With ``ties`` those that need an equation between parameters are looked for, too.
    """

    def __init__(
        self, derived: StabilityConditions, *, ties: bool = False, most: int = MAX_ORDERS
    ) -> None:
        self.derived, self.ties, self._most = derived, ties, most
        self.complete = True
        self._questions = 0
        worths = derived.formulas.payoffs.worths
        items = [(i, k) for i, own in enumerate(worths) for k in range(len(own))]
        self.types: list[RankedStates] = []
        self._grow(items, ((),) * len(worths))

    def _grow(self, items: Sequence[tuple[int, int]], chains: tuple[Chain, ...]) -> None:
        """Find all order types that agree with rankings of some of the worths."""
        if not items:
            found, known = ranked(self.derived, chains)
            self.types += [found] if found is not None else []
            self.complete &= known
            return
        asked = self.derived.asked
        (player, kind), *rest = items
        for chain in self._inserted(player, chains[player], kind):
            grown = (*chains[:player], chain, *chains[player + 1 :])
            node = node_of(self.derived, grown)
            if node == FALSE:
                continue
            if (
                self._questions >= MAX_QUESTIONS
                or len(self.types) >= self._most
                or asked.prover.expired
            ):
                self.complete = False
                return
            self._questions += 1
            if asked.decide([node]).verdict != "impossible":
                self._grow(rest, grown)

    def _inserted(self, player: int, chain: Chain, kind: int) -> Iterator[Chain]:
        """Yield a ranking with one worth more, in all places that are not excluded at once."""
        compared = self.derived.formulas.payoffs.of_worths
        for k in range(len(chain) + 1):
            above, below = chain[:k], chain[k:]
            if (not above or compared(player, above[-1][0], kind, ">") != FALSE) and (
                not below or compared(player, kind, below[0][0], ">") != FALSE
            ):
                yield (*above, (kind,), *below)
        for k, group in enumerate(chain if self.ties else ()):
            if compared(player, kind, group[0], "==") != FALSE:
                yield (*chain[:k], (*group, kind), *chain[k + 1 :])


def node_of(derived: StabilityConditions, chains: Sequence[Chain]) -> int:
    """Return the formula that the players rank the worths in this way."""
    compared, found = derived.formulas.payoffs.of_worths, []
    for player, chain in enumerate(chains):
        for group in chain:
            found += [compared(player, a, b, "==") for a, b in itertools.pairwise(group)]
        leaders = [group[0] for group in chain]
        found += [compared(player, a, b, ">") for a, b in itertools.pairwise(leaders)]
    return derived.circuits.all_of(found)


def ranked(
    derived: StabilityConditions, chains: tuple[Chain, ...]
) -> tuple[RankedStates | None, bool]:
    """Return an order type with a witness, None where there is none, and whether that is known.

    Whether ingredients of derived parameters lead to ties is not asked.
    """
    work.spend(_TYPE)
    node = node_of(derived, chains)
    strict = all(len(group) == 1 for chain in chains for group in chain)
    possible, witness = derived.witness(node, reached=strict)
    if not possible:
        return None, possible is not None
    ranks = []
    for player, chain in enumerate(chains):
        rank = {k: len(chain) - 1 - place for place, group in enumerate(chain) for k in group}
        ranks.append([rank[k] for k in derived.formulas.payoffs.kinds[player]])
    return RankedStates(chains, node, np.array(ranks, dtype=np.int64), witness), True


def sampled(derived: StabilityConditions) -> Iterator[tuple[Chain, ...]]:
    """Yield rankings at samples, those at the most samples first: some of all off ties."""
    prover = derived.asked.prover
    worths = derived.formulas.payoffs.worths
    orders = [
        np.argsort([-prover.values(p) / prover.values(q) for p, q in own], axis=0, kind="stable")
        for own in worths
    ]
    rows, counts = np.unique(np.concatenate(orders).T, axis=0, return_counts=True)
    for row in rows[np.argsort(-counts, kind="stable")].tolist():
        places = iter(row)
        yield tuple(tuple((k,) for k in itertools.islice(places, len(own))) for own in worths)
