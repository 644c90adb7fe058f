"""The answer at many points: all equilibria of a block of points, as arrays.

>>> ENGINES[EXACT]
'exact'
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from deterrence.analysis.points.arrays import Floats, Integers, Truths

#: Exact values of the varying parameters at point number ``i`` of a block.
ExactPoint = Callable[[int], Mapping[str, Fraction]]

#: Values of :attr:`PointBlock.engine`, and their names.
OUTSIDE, COMPILED, EXACT = 0, 1, 2
ENGINES = ("outside", "compiled", "exact")

#: Fields of a block that hold one number, or truth value, per equilibrium and name.
KINDS = ("payoffs", "outcomes", "measures", "truths")


@dataclass(frozen=True, eq=False)
class PointBlock:
    """The equilibria at ``n`` points; ``w`` is the largest number of equilibria at one of them.

    Arrays are padded: ``nan`` (floats), ``-1`` (``component``) and ``False``
    (``truths``) where a point has fewer than ``w`` equilibria.  Equilibria are
    extreme ones; those of one connected set share their ``component`` number.  Of a
    tree, equilibria with the same outcomes and answers count as one: they differ in what
    is done where the play does not come.

    - ``valid`` (n): the assumptions hold there.  Elsewhere nothing is solved.
    - ``count`` (n): the number of extreme equilibria.
    - ``complete`` (n): no equilibrium is missing.
    - ``engine`` (n): :data:`OUTSIDE`, :data:`COMPILED` floats or :data:`EXACT` rationals.
    - ``component`` (n, w): number of the connected set, from 0.
    - ``continuum`` (n): some component holds more than one point.
    - ``probabilities[player]`` (n, w, actions), for trees ``probabilities[information set]``,
      if they were asked for, ``nan`` where more than one mixture will do;
      ``payoffs[player]`` (n, w);
      ``outcomes[label]`` (n, w); ``measures[name]`` (n, w), nan also where a measure has
      no value at an equilibrium; ``truths[statement]`` (n, w).
    """

    valid: Truths
    count: Integers
    complete: Truths
    engine: Integers
    component: Integers
    continuum: Truths
    probabilities: Mapping[str, Floats]
    payoffs: Mapping[str, Floats]
    outcomes: Mapping[str, Floats]
    measures: Mapping[str, Floats]
    truths: Mapping[str, Truths]

    @property
    def exists(self) -> Truths:
        """Which entries are equilibria, shape (n, w)."""
        return self.component >= 0


def filler(kind: str) -> float:
    """Return what stands where there is no equilibrium, by the kind of the numbers."""
    return False if kind == "truths" else float("nan")
