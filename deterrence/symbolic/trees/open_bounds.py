"""Between which ends payoffs, outcomes and measures lie where an equilibrium leaves something open.

A form that is affine in a free unknown is least and greatest at the ends of its range, so the
unknowns are put out one after the other, in the order in which elimination put them out: the
ends of one may name those that come later.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from deterrence.algebra.rings import RingElement, linear
from deterrence.symbolic.quotients import Quotient, Quotients
from deterrence.symbolic.trees.closed_forms import Assessment
from deterrence.symbolic.trees.elimination import SolvedPattern

#: Terms of a form above which no bounds are looked for.
_LONG = 60
#: Ends of the range of an unknown: of the lower ones the greatest counts, of the upper the least.
Ends = tuple[Sequence[Quotient], Sequence[Quotient]]
#: A bound: the least of the greatest of quotients (or, of an upper one, the other way round).
Bound = list[list[Quotient]]


class OpenBounds:
    """The bounds of forms in one way for an assessment to exist.

    ``ends`` are those of every free unknown's range, ``sign`` says the sign that a polynomial
    has wherever the assessment exists this way, or None.
    """

    def __init__(
        self,
        wide: Quotients,
        a: Assessment,
        way: SolvedPattern,
        ends: Callable[[str], Ends],
        sign: Callable[[RingElement], int | None],
    ) -> None:
        self.wide, self.sign = wide, sign
        eliminated = [r.name for r in way.ranges]
        self.order = [*eliminated, *(n for n in a.free if n not in eliminated)]
        self.ends = {n: ends(n) for n in self.order}
        self.place = {n: wide.algebra.names.index(n) for n in self.order}

    def bounds(self, form: Quotient) -> tuple[Bound, Bound] | None:
        """Return the infimum and the supremum of a form, None where they are not found."""
        low, high = self._end(form, self.order, 1), self._end(form, self.order, -1)
        return None if low is None or high is None else (low, high)

    def _involved(self, form: Quotient, names: Sequence[str]) -> list[str]:
        return [n for n in names if any(m[self.place[n]] for p in form for m in p.monoms())]

    def _end(self, form: Quotient, names: Sequence[str], turn: int) -> Bound | None:
        """Return the infimum (``turn`` 1) or the supremum (-1) over these unknowns."""
        involved = self._involved(form, names)
        if not involved:
            return [[form]]
        name, rest = involved[0], names[names.index(involved[0]) + 1 :]
        top, bottom = form
        slope = linear(top, self.place[name])
        if slope is None or self._involved((bottom, bottom), [name]) or len(top) > _LONG:
            return None
        known = (self.sign(slope[0]), self.sign(bottom))
        lower, upper = self.ends[name]
        if None not in known:
            rising = known[0] * known[1] * turn >= 0  # type: ignore[operator]
            found = [self._put(form, name, e) for e in (lower if rising else upper)]
            if len(found) == 1:
                return self._end(found[0], rest, turn)
            return None if any(self._involved(f, rest) for f in found) else [found]
        if len(lower) > 1 or len(upper) > 1:
            return None
        parts = [self._end(self._put(form, name, e), rest, turn) for e in (*lower, *upper)]
        return None if None in parts else [group for part in parts if part for group in part]

    def _put(self, form: Quotient, name: str, value: Quotient) -> Quotient:
        """Return a form, affine in an unknown, with a value put in."""
        split = linear(form[0], self.place[name])
        assert split is not None
        slope, rest = split
        return self.wide.make(slope * value[0] + rest * value[1], form[1] * value[1])
