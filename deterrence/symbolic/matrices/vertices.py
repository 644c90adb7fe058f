r"""Symbolic mixed strategies that can be part of an extreme equilibrium.

A strategy with support :math:`I` that makes the other side indifferent between
the actions in :math:`J`, with :math:`|I| = |J|`, solves the indifference
equations :math:`\sum_{i \in I} x_i (b_{ij} - b_{ij_0}) = 0`.  Their solution is,
up to a factor, the vector of signed minors :math:`n_i`: polynomials in the
parameters.  It is a strategy where all :math:`n_i` have one sign, and
:math:`J` are best replies where the *gaps*
:math:`g_j = \sum_i n_i (b_{ij_0} - b_{ij})` have that sign too or vanish
(Avis, Rosenberg, Savani and von Stengel 2010, Economic Theory 42, section 3).
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from deterrence.algebra.factoring import reduced
from deterrence.algebra.rings import Ring, RingElement


@dataclass(frozen=True)
class SymbolicVertex:
    """A symbolic strategy: ``weights[k]`` belongs to action ``support[k]``.

    ``gaps`` maps every reply outside ``tight`` to its shortfall against the
    tight ones, in the same scale as the weights.  ``commons`` are factors that
    were divided out of all weights, one for each set of equations that has this
    solution: the strategy is a vertex where one of them at least is not zero
    (everywhere if there are none).
    """

    support: tuple[int, ...]
    tight: tuple[int, ...]
    weights: tuple[RingElement, ...]
    gaps: tuple[tuple[int, RingElement], ...]
    commons: tuple[RingElement, ...] = ()

    @property
    def replies(self) -> frozenset[int]:
        """The replies that are tied with the tight ones for all parameter values."""
        return frozenset(self.tight) | {j for j, gap in self.gaps if not gap}

    @property
    def polynomials(self) -> tuple[RingElement, ...]:
        """All weights, common factors and shortfalls."""
        return (*self.weights, *self.commons, *(gap for _, gap in self.gaps))

    def replies_at(self, sign: Callable[[RingElement], int]) -> frozenset[int] | None:
        """Return the best replies where polynomials have these signs, None where it is no vertex.

        There all weights have one sign, a common factor is not zero, and no reply is better.
        """
        scales = {sign(w) for w in self.weights}
        if len(scales) != 1 or 0 in scales:
            return None
        if self.commons and not any(map(sign, self.commons)):
            return None
        scale = scales.pop()
        gaps = [(j, scale * sign(gap)) for j, gap in self.gaps]
        if any(gap < 0 for _, gap in gaps):
            return None
        return frozenset(self.tight) | {j for j, gap in gaps if not gap}

    @property
    def total(self) -> RingElement:
        """The sum of the weights, by which they are divided to give probabilities."""
        return sum(self.weights[1:], self.weights[0])


def vertices(
    ring: Ring,
    payoffs: Sequence[Sequence[RingElement]],
    replies: Sequence[int],
    stop: Callable[[], bool] = lambda: False,
    largest: int | None = None,
) -> list[SymbolicVertex]:
    """Return all symbolic vertices of one side, each once.

    ``payoffs[i][j]`` is what the *other* side earns with reply ``j`` against
    own action ``i``; ``replies`` are the replies that are not dominated.
    Supports whose equations never have a solution are left out.  ``stop`` is
    asked before each support; once it says yes, what was found is returned.  ``largest`` is
    the most actions that are mixed.
    """
    actions = range(len(payoffs))
    found: dict[object, SymbolicVertex] = {}
    minors = _Minors(ring, payoffs)
    for size in range(1, min(len(payoffs), len(replies), largest or len(payoffs)) + 1):
        for tight in itertools.combinations(replies, size):
            for support in itertools.combinations(actions, size):
                if stop():
                    return list(found.values())
                weights = minors.kernel(support, tight)
                if not all(weights) or not sum(weights[1:], weights[0]):
                    continue  # never positive together
                common, weights = reduced(weights)
                if weights[0].LC < 0:
                    common, weights = -common, [-w for w in weights]
                gaps = []
                for j in replies:
                    if j not in tight:
                        terms = (
                            w * (payoffs[i][tight[0]] - payoffs[i][j])
                            for w, i in zip(weights, support, strict=True)
                        )
                        gaps.append((j, sum(terms, ring.zero)))
                commons = () if common.is_ground else (common,)
                vertex = SymbolicVertex(support, tight, tuple(weights), tuple(gaps), commons)
                # The same strategy with the same ties, found from other equations.
                key = support, vertex.weights, vertex.replies
                found[key] = _joined(found[key], commons) if key in found else vertex
    return list(found.values())


def _joined(old: SymbolicVertex, commons: tuple[RingElement, ...]) -> SymbolicVertex:
    if not old.commons or not commons:
        return replace(old, commons=())
    return replace(old, commons=tuple(dict.fromkeys((*old.commons, *commons))))


class _Minors:
    """Signed maximal minors of the indifference equations, shared between supports."""

    def __init__(self, ring: Ring, payoffs: Sequence[Sequence[RingElement]]) -> None:
        self.ring, self.payoffs = ring, payoffs
        self._known: dict[tuple[tuple[int, ...], tuple[int, ...]], RingElement] = {}

    def kernel(self, support: tuple[int, ...], tight: tuple[int, ...]) -> list[RingElement]:
        """Return the vector orthogonal to all rows ``b[., j] - b[., tight[0]]``."""
        result = []
        for k in range(len(support)):
            rest = support[:k] + support[k + 1 :]
            minor = self.determinant(rest, tight)
            result.append(-minor if k % 2 else minor)
        return result

    def determinant(self, columns: tuple[int, ...], tight: tuple[int, ...]) -> RingElement:
        """Return the minor on the given actions and on the equations of ``tight[1:]``."""
        if len(tight) == 1:
            return self.ring.one
        key = columns, tight
        if key not in self._known:
            total = self.ring.zero
            last, first = tight[-1], tight[0]
            for k, i in enumerate(columns):
                entry = self.payoffs[i][last] - self.payoffs[i][first]
                if entry:
                    rest = columns[:k] + columns[k + 1 :]
                    term = entry * self.determinant(rest, tight[:-1])
                    odd = (k + len(columns) - 1) % 2
                    total = total - term if odd else total + term
            self._known[key] = total
        return self._known[key]
