"""Conditions that compare something with a formula that has a name in the model's file.

A polynomial has, up to a factor whose sign is known, the sign of ``x - d`` for a parameter ``x``
and a definition ``d``, or of the difference of two definitions: then that comparison says the
same, boundaries included, and readers know what ``d`` is.

>>> from deterrence.algebra.polynomials import Algebra
>>> algebra = Algebra(["a", "b", "x"])
>>> named = NamedSides(algebra, [Expression.parse("1/(1/a + 1/b)")], ())
>>> f = algebra.fraction(Expression.parse("a*b - a*x - b*x"))[0]
>>> print(named(f, ">", lambda factor: 1))
x < 1/(1/a + 1/b)
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property

from deterrence.algebra.expressions import Expression
from deterrence.algebra.literals import TURNED
from deterrence.algebra.polynomials import Algebra
from deterrence.algebra.rings import RingElement
from deterrence.errors import ExpressionError

#: Definitions up to which they are compared with each other.
_MOST_PAIRED = 12

#: Both sides of a comparison, the product of denominators whose sign it needs, and whether the
#: polynomial is the difference of the sides turned round.
Compared = tuple[Expression, Expression, RingElement, bool]


class NamedSides:
    """Finds the comparison with a definition that says the same as a polynomial's sign.

    Names of ``preferred`` are compared before others.
    """

    def __init__(
        self, algebra: Algebra, definitions: Iterable[Expression], preferred: Sequence[str]
    ) -> None:
        self.algebra, self._preferred = algebra, preferred
        self._definitions = [d for d in definitions if d.op not in ("name", "number") and d.names]

    def __call__(
        self,
        poly: RingElement,
        sign: str,
        sign_of: Callable[[RingElement], int],
        isolate: str = "",
    ) -> Expression | None:
        """Return the comparison for ``poly sign 0``, None where there is none.

        ``sign_of`` returns the sign of a polynomial that is fixed and never 0, else 0; with
        ``isolate`` only comparisons of that parameter are taken.
        """
        if not self._definitions:
            return None
        constant, factors = self.algebra.factors(poly)
        for f, power in factors:
            if power % 2 == 0:
                continue
            for left, right, below, turned in self._known.get(f, ()):
                if isolate and left != Expression.name(isolate):
                    continue
                rest = [(g, n) for g, n in factors if g != f] + [(below, 1)]
                signs = [sign_of(g) ** n for g, n in rest]
                if not all(signs):
                    continue
                flip = (constant < 0) ^ turned ^ (signs.count(-1) % 2 == 1)
                return Expression("compare", (TURNED[sign] if flip else sign,), left, right)
        return None

    @cached_property
    def _known(self) -> dict[RingElement, list[Compared]]:
        """The comparisons by the primitive polynomial that decides each of them."""
        found: dict[RingElement, list[Compared]] = {}
        for left, right, top, below in self._differences():
            _, poly = top.primitive()
            turned = poly.LC < 0
            found.setdefault(-poly if turned else poly, []).append((left, right, below, turned))
        return found

    def _differences(self) -> Iterator[tuple[Expression, Expression, RingElement, RingElement]]:
        """Yield two sides, and numerator and denominator of their difference."""
        algebra, quotients = self.algebra, []
        for d in self._definitions:
            try:
                quotients.append((d, *algebra.lowest(*algebra.fraction(d))))
            except (ExpressionError, KeyError):
                continue  # it has names or functions that the game does not have
        first = [n for n in self._preferred if n in algebra.parameters]
        names = dict.fromkeys((*first, *algebra.parameters))
        for (d, p, q), name in itertools.product(quotients, names):
            if name not in d.names:
                x = algebra.fraction(Expression.name(name))[0]
                yield Expression.name(name), d, x * q - p, q
        if len(quotients) <= _MOST_PAIRED:
            for (d, p, q), (e, r, s) in itertools.combinations(quotients, 2):
                if top := p * s - r * q:
                    yield d, e, top, q * s
