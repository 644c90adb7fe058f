"""Coordinates for the solver in which the polynomials are short.

Utilities are measured from an arbitrary zero, so the same payoffs can be long
in one set of parameters and short in another: measured from general war,
``-(1 - rho)*l - rho*D`` is ``s*L - D`` with ``s = 1 - rho`` and ``L = D - l``.
Questions about short polynomials are answered sooner.  The change of
coordinates is invertible, so every answer holds for the parameters, too.

>>> from deterrence.algebra.expressions import Expression
>>> from deterrence.algebra.polynomials import Algebra
>>> algebra = Algebra(["l", "D", "rho"])
>>> u, v = (algebra.fraction(Expression.parse(t))[0] for t in ("-(1-rho)*l - rho*D", "-l"))
>>> short = Coordinates(algebra.ring, turned=[2], blocks=[[0, 1]], fixed=[1], examples=[[u, v]])
>>> len(u), len(short.inside(u - v))
(3, 2)
>>> short.outside([2, 5, 3])
[7, 5, -2]
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

from deterrence.algebra.rings import Ring, RingElement, occurring

#: Polynomials of all differences up to which a change of coordinates is looked for.
_MAX_EXAMPLES = 600


class Coordinates:
    """An invertible change of variables of a polynomial ring.

    Variables in ``turned`` become 1 minus themselves.  Within each of the
    ``blocks`` (index lists), a variable that is not in ``fixed`` may have
    another one of its block added or subtracted, where this shortens the
    differences within ``examples`` (lists of polynomials that are compared with
    each other, such as a player's payoffs against one action).
    """

    def __init__(
        self,
        ring: Ring,
        turned: Sequence[int] = (),
        blocks: Sequence[Sequence[int]] = (),
        fixed: Sequence[int] = (),
        examples: Sequence[Sequence[RingElement]] = (),
    ) -> None:
        self.ring = ring
        self.turned = tuple(turned)
        #: (k, sign, j): variable k is its new self plus sign times variable j.
        self.shears: list[tuple[int, int, int]] = []
        self._images: dict[int, Any] = {k: 1 - ring.gens[k] for k in self.turned}
        known = {
            self.inside(p - q) for group in examples for p, q in itertools.combinations(group, 2)
        }
        known.discard(ring.zero)
        moves = [
            (k, sign, j)
            for block in blocks
            for k in block
            for j in block
            if k != j and k not in fixed
            for sign in (1, -1)
        ]
        if moves and len(known) <= _MAX_EXAMPLES:
            self._shorten(list(known), moves)

    def _shorten(self, known: list[RingElement], moves: Sequence[tuple[int, int, int]]) -> None:
        """Take the move that shortens most, again and again."""
        best = _length(known)
        while True:
            options = []
            for move in moves:
                changed = [_sheared(p, self.ring, move) for p in known]
                options.append((_length(changed), move, changed))
            size, move, changed = min(options, key=lambda option: option[:2])
            if size >= best:
                return
            best, known = size, changed
            self._apply(move)

    def _apply(self, move: tuple[int, int, int]) -> None:
        self.shears.append(move)
        k = move[0]
        self._images.setdefault(k, self.ring.gens[k])
        self._images = {n: _sheared(image, self.ring, move) for n, image in self._images.items()}

    def inside(self, poly: RingElement) -> RingElement:
        """Return a polynomial in the parameters as one in the solver's variables."""
        here = occurring(poly)
        pairs = [(self.ring.gens[k], image) for k, image in self._images.items() if k in here]
        return poly.compose(pairs) if pairs else poly

    def outside(self, values: Sequence[Any]) -> list[Any]:
        """Return the parameters' values, given those of the solver's variables."""
        result = list(values)
        for k, sign, j in reversed(self.shears):
            result[k] += sign * result[j]
        for k in self.turned:
            result[k] = 1 - result[k]
        return result


def _length(polys: Sequence[RingElement]) -> int:
    """Return the number of terms of all products of two: conditions are minors."""
    return sum(len(p) ** 2 for p in polys)


def _sheared(poly: RingElement, ring: Ring, move: tuple[int, int, int]) -> RingElement:
    k, sign, j = move
    if not any(powers[k] for powers in poly):
        return poly
    return poly.compose(ring.gens[k], ring.gens[k] + sign * ring.gens[j])
