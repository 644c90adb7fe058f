r"""When a mixed strategy with some support is undominated: exact, on ties too.

A strategy is weakly dominated by no mixed strategy if and only if it is a best reply to a
belief that gives every choice of the other side a positive probability (van Damme 1991,
Stability and Perfection of Nash Equilibria, Lemma 3.2.1), so that its support decides.  The
beliefs to which all actions in the support are best replies are a polytope whose corners are
corners of the best-reply diagram, which are symbolic vertices
(:mod:`deterrence.symbolic.matrices.vertices`); there is a positive belief among them if and only
if for every choice of the other side one of these corners uses it.

Actions between which a player never sees a difference count as one, and so do choices of the
other side that make the same differences.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from deterrence.algebra.rings import Ring, RingElement
from deterrence.algebra.sign_formulas import TRUE, SignFormula, all_of, any_of
from deterrence.symbolic.matrices.vertices import SymbolicVertex, vertices

#: Corners of a player's best-reply diagram up to which all are formed.
MOST_CORNERS = 1_000
#: What is said where there are more.
TOO_MANY = (
    "so many strategies that an equilibrium is shown to be undominated by simple beliefs only"
)

#: Returns ``poly sign 0`` as a formula.
Signed = Callable[[RingElement, str], SignFormula]


@dataclass(frozen=True, eq=False)
class BestReplies:
    """A player's best replies to every belief: the corners of the diagram.

    ``own[i]`` and ``other[j]`` say which class an action, or a choice of the other side, is
    in; ``other[j]`` is None where the choice makes no difference to the player.  Where there
    are more than :data:`MOST_CORNERS` corners, those are there that mix the fewest choices, and
    not ``complete``.
    """

    own: tuple[int, ...]
    other: tuple[int | None, ...]
    corners: tuple[SymbolicVertex, ...]
    complete: bool = True

    def undominated(
        self, support: Iterable[int], played: Iterable[int], signed: Signed
    ) -> SignFormula:
        """Return where a strategy with this support is undominated.

        Without all corners this is sufficient, and there may be more.
        ``played`` are choices of the other side to which the strategy is a best reply where
        it matters: they need no corner.
        """
        if len(set(self.own)) == 1:
            return TRUE
        classes = {self.own[i] for i in support}
        used = {self.other[j] for j in played} | {None}
        return all_of(
            any_of(
                self._corner(corner, classes, signed)
                for corner in self.corners
                if choice in corner.support
            )
            for choice in dict.fromkeys(c for c in self.other if c not in used)
        )

    def _corner(self, corner: SymbolicVertex, classes: set[int], signed: Signed) -> SignFormula:
        """Return where a corner is a belief to which all of these classes are best replies.

        Where a common factor of its weights vanishes it is no corner, but still such a belief.
        """
        ways = []
        for positive in (True, False):
            weights = [signed(w, ">" if positive else "<") for w in corner.weights]
            gaps = [
                signed(gap, "==" if j in classes else ">=" if positive else "<=")
                for j, gap in corner.gaps
            ]
            ways.append(all_of([*weights, *gaps]))
        return any_of(ways)


def best_replies(ring: Ring, payoffs: Sequence[Sequence[RingElement]]) -> BestReplies:
    """Return the best replies of a player who earns ``payoffs[i][j]``: own action, other's choice.

    Only differences between own actions matter.
    """
    first = payoffs[0]
    rows = [tuple(u - v for u, v in zip(row, first, strict=True)) for row in payoffs]
    own = _classes(rows)
    rows = list(dict.fromkeys(rows))
    columns = list(zip(*rows, strict=True))
    named = _classes(columns)
    nothing = tuple(ring.zero for _ in rows)
    seen = [c for c in dict.fromkeys(columns) if c != nothing]
    place = {number: k for k, number in enumerate(named[columns.index(c)] for c in seen)}
    other = tuple(place.get(number) for number in named)
    size, number, most = 0, 0, min(len(rows), len(seen))
    while size < most:
        number += math.comb(len(rows), size + 1) * math.comb(len(seen), size + 1)
        if number > MOST_CORNERS:
            break
        size += 1
    corners = tuple(vertices(ring, seen, range(len(rows)), largest=size)) if size else ()
    return BestReplies(own, other, corners, size == most)


def _classes(rows: Sequence[tuple[RingElement, ...]]) -> tuple[int, ...]:
    number = {row: k for k, row in enumerate(dict.fromkeys(rows))}
    return tuple(number[row] for row in rows)
