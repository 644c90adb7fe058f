"""Long polynomials written in quantities in which they are short.

The solver's coordinates (see :mod:`deterrence.algebra.coordinates`) also serve
the reader: ``V_R = v_R + D_R`` is what Russia stands to win over general war.

>>> from deterrence.algebra.polynomials import Algebra
>>> from deterrence.algebra.coordinates import Coordinates
>>> algebra = Algebra(["v", "l", "D", "rho"])
>>> read = lambda text: algebra.fraction(Expression.parse(text))[0]
>>> payoffs = [read("v*(1-rho) - rho*D"), read("-l*(1-rho) - rho*D"), read("-D")]
>>> change = Coordinates(algebra.ring, [3], [[0, 1, 2]], [2], [payoffs])
>>> shorter = Shorter(algebra, change)
>>> print(shorter(Expression.parse("(v + l + D)*(v*(1-rho) - rho*D + D)")))
s*(v + D)*(v + l + D)
>>> print(*shorter.meanings.items())
('s', Expression('1 - rho'))
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from deterrence.algebra.expressions import Expression
from deterrence.errors import DeterrenceError

if TYPE_CHECKING:
    from deterrence.algebra.coordinates import Coordinates
    from deterrence.algebra.polynomials import Algebra

#: Terms from which a polynomial is worth another writing, and how much shorter that must be.
_LONG, _GAIN = 6, 0.7


class Shorter:
    """Rewrites polynomials in a change of coordinates; ``meanings`` explains the new names."""

    def __init__(self, algebra: Algebra, coordinates: Coordinates) -> None:
        self.algebra, self.coordinates = algebra, coordinates
        self.meanings: dict[str, Expression] = {}
        self._names: dict[str, Expression] = {}
        if not algebra.is_exact or algebra.atoms:
            return
        ring = algebra.ring
        values = list(ring.gens)
        for k in coordinates.turned:
            values[k] = 1 - values[k]
        for k, sign, j in coordinates.shears:
            values[k] = values[k] - sign * values[j]
        taken = set(algebra.names)
        for k, value in enumerate(values):
            if value == ring.gens[k]:
                continue
            old = algebra.names[k]
            wished = "s" if k in coordinates.turned else old[:1].upper() + old[1:]
            options = (wished, *(f"U_{n}" for n in range(1, len(taken) + 2)))
            new = next(name for name in options if name not in taken)
            taken.add(new)
            self._names[old] = Expression.name(new)
            self.meanings[new] = algebra.expression(value)

    def __call__(self, e: Expression) -> Expression | None:
        """Return a polynomial in the new quantities, or None where that gains little."""
        if not self.meanings:
            return None
        try:
            top, bottom = self.algebra.fraction(e)
        except (DeterrenceError, KeyError):
            return None
        if not bottom.is_ground or len(top) < _LONG:
            return None
        inside = self.coordinates.inside(top)
        if len(inside) > _GAIN * len(top):
            return None
        return self.algebra.expression(inside).substitute(self._names)
