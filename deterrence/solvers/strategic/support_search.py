r"""Which supports can carry an equilibrium: enumeration with pruning.

A support profile names, for every player, the actions that are played with positive
probability.  Small and balanced ones come first; an action that another one strictly
beats against everything the others may still play cannot be in a support (conditional
dominance: Porter, Nudelman & Shoham 2008, Games and Economic Behavior 63).  When all
supports are chosen, every choice of the others in them happens, so an action that is
nowhere better and somewhere worse than another is out as well.

>>> pennies = Payoffs((2, 2), ((1, -1, -1, 1), (-1, 1, 1, -1)))
>>> list(supports(pennies))
[((0, 1), (0, 1))]
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

#: Actions per player; who plays what with positive probability.
JointSupport = tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class Payoffs:
    """Whole-number payoffs: ``values[i]`` cell by cell, the last player's action fastest."""

    shape: tuple[int, ...]
    values: tuple[tuple[int, ...], ...]

    @cached_property
    def steps(self) -> tuple[int, ...]:
        """How far apart two neighbouring actions of each player lie in the list of cells."""
        return tuple(math.prod(self.shape[k + 1 :]) for k in range(len(self.shape)))

    def others(self, player: int, support: JointSupport) -> list[int]:
        """Return the numbers of the cells in a support in which the player has action 0."""
        ranges = [
            [0] if k == player else [a * step for a in actions]
            for k, (actions, step) in enumerate(zip(support, self.steps, strict=True))
        ]
        return [sum(choice) for choice in itertools.product(*ranges)]

    def row(self, player: int, action: int, others: Sequence[int]) -> list[int]:
        """Return what an action pays against each choice of the others."""
        offset, values = action * self.steps[player], self.values[player]
        return [values[n + offset] for n in others]


class Pruning:
    """Conditional dominance in one game; what has been worked out is kept."""

    def __init__(self, payoffs: Payoffs, allowed: JointSupport) -> None:
        self.payoffs, self.allowed = payoffs, allowed
        self._known: dict[tuple[int, JointSupport, bool], frozenset[int]] = {}

    def beaten(self, player: int, support: JointSupport) -> frozenset[int]:
        """Return the actions that another one strictly beats while the others stay in theirs."""
        return self._found(player, support, strictly=True)

    def worse(self, player: int, support: JointSupport) -> frozenset[int]:
        """Return the actions that are nowhere better and somewhere worse than another one."""
        return self._found(player, support, strictly=False)

    def _found(self, player: int, support: JointSupport, *, strictly: bool) -> frozenset[int]:
        key = (player, (*support[:player], (), *support[player + 1 :]), strictly)
        if key not in self._known:
            self._known[key] = self._find(player, support, strictly=strictly)
        return self._known[key]

    def _find(self, player: int, support: JointSupport, *, strictly: bool) -> frozenset[int]:
        others = self.payoffs.others(player, support)
        actions = self.allowed[player]
        rows = {a: self.payoffs.row(player, a, others) for a in actions}
        found = set()
        for a in actions:
            for b in actions:
                if a == b:
                    continue
                pairs = zip(rows[a], rows[b], strict=True)
                if strictly:
                    out = all(x < y for x, y in pairs)
                else:
                    out = all(x <= y for x, y in pairs) and rows[a] != rows[b]
                if out:
                    found.add(a)
                    break
        return frozenset(found)


def sizes(allowed: JointSupport) -> list[tuple[int, ...]]:
    """Return the numbers of actions in supports: few first, then balanced ones first."""
    every = itertools.product(*(range(1, len(a) + 1) for a in allowed))
    return sorted(every, key=lambda s: (sum(s), max(s) - min(s), s))


def supports(payoffs: Payoffs, allowed: JointSupport | None = None) -> Iterator[JointSupport]:
    """Yield every support profile that is not ruled out by dominance."""
    full = allowed or tuple(tuple(range(n)) for n in payoffs.shape)
    pruning = Pruning(payoffs, full)
    for size in sizes(full):
        yield from _of_size(pruning, size, full, 0)


def _of_size(
    pruning: Pruning, size: tuple[int, ...], domains: JointSupport, depth: int
) -> Iterator[JointSupport]:
    """Choose the supports of the players from ``depth`` on; ``domains`` is what is left."""
    count = len(size)
    if depth == count:
        if not any(
            pruning.worse(player, domains) & set(domains[player]) for player in range(count)
        ):
            yield domains
        return
    for chosen in itertools.combinations(domains[depth], size[depth]):
        narrowed = _narrowed(pruning, (*domains[:depth], chosen, *domains[depth + 1 :]), depth)
        if narrowed is not None and all(
            len(narrowed[k]) >= size[k] for k in range(depth + 1, count)
        ):
            yield from _of_size(pruning, size, narrowed, depth + 1)


def _narrowed(pruning: Pruning, domains: JointSupport, depth: int) -> JointSupport | None:
    """Return the domains without beaten actions; ``None`` if a chosen one is beaten."""
    changed = True
    while changed:
        changed = False
        for player in range(len(domains)):
            beaten = pruning.beaten(player, domains) & set(domains[player])
            if not beaten:
                continue
            if player <= depth:
                return None
            kept = tuple(a for a in domains[player] if a not in beaten)
            if not kept:
                return None
            domains = (*domains[:player], kept, *domains[player + 1 :])
            changed = True
    return domains
