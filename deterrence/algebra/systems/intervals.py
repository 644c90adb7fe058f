"""Where on a line given inequalities hold: intervals with exact ends, and single points.

>>> for piece in where([((1, 0), (1,), False), ((-1, 0, 2), (1,), True)]):  # x >= 0, 2 - x^2 > 0
...     print(piece.low, piece.high, piece.includes)
0 sqrt(2) (True, False)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from deterrence.algebra.algebraic_numbers import generator
from deterrence.algebra.number_fields import Field
from deterrence.algebra.roots import Root, isolate, simplest_between
from deterrence.algebra.univariate import Univariate, irreducible, value


@dataclass(frozen=True)
class SolutionInterval:
    """An interval, a ray, the line, or a point (``low == high``); ``None``: no end.

    ``sample`` is a number in it, a rational one unless it is a point.
    """

    low: Any
    high: Any
    includes: tuple[bool, bool]
    sample: Any


def where(conditions: Sequence[tuple[Univariate, Univariate, bool]]) -> list[SolutionInterval]:
    """Return the pieces on which ``top/bottom >= 0`` (strict: ``> 0``) for every condition.

    A condition is ``(top, bottom, strict)``.  Where a bottom is 0, it does not hold.
    """
    roots = isolate(
        factor for top, bottom, _ in conditions for p in (top, bottom) for factor in irreducible(p)
    )
    numbers = [_number(r) for r in roots]
    # Between neighbours: the intervals of the roots are disjoint, so their ends do.
    samples = []
    for k in range(len(roots) + 1):
        low = roots[k - 1].high if k else None
        high = roots[k].low if k < len(roots) else None
        samples.append(_between(low, high))
    inside = [_holds(conditions, s) for s in samples]
    at_root = [_holds(conditions, x) for x in numbers]
    pieces: list[SolutionInterval] = []
    start: tuple[Any, bool] | None = None
    sample: Any = None
    for k in range(len(samples)):
        if inside[k] and start is None:
            start = (numbers[k - 1], at_root[k - 1]) if k else (None, False)
            sample = samples[k]
        if k == len(numbers):
            break
        following = inside[k + 1]
        if start is not None and not (at_root[k] and following):
            pieces.append(SolutionInterval(start[0], numbers[k], (start[1], at_root[k]), sample))
            start = None
            if following:
                continue
        elif start is None and at_root[k] and not following:
            pieces.append(SolutionInterval(numbers[k], numbers[k], (True, True), numbers[k]))
    if start is not None:
        pieces.append(SolutionInterval(start[0], None, (start[1], False), sample))
    return pieces


def _between(low: Fraction | None, high: Fraction | None) -> Fraction:
    if low is not None and high is not None and low == high:
        return low  # ends that are no roots themselves
    return simplest_between(low, high)


def _number(root: Root) -> Any:
    return root.rational if root.rational is not None else generator(Field(root))


def _holds(conditions: Sequence[tuple[Univariate, Univariate, bool]], x: Any) -> bool:
    for top, bottom, strict in conditions:
        divisor = value(bottom, x)
        if divisor == 0:
            return False
        above = value(top, x)
        if above == 0:
            if strict:
                return False
        elif (above > 0) != (divisor > 0):
            return False
    return True
