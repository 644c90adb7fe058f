"""Where on a line given inequalities hold: intervals with exact ends, and single points.

>>> for piece in where([((0, 1), (1,), False), ((2, 0, -1), (1,), True)]):  # x >= 0, 2 - x^2 > 0
...     print(piece.low, piece.high, piece.includes)
0 sqrt(2) (True, False)
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from deterrence.algebra.algebraic_numbers import generator
from deterrence.algebra.number_fields import Field
from deterrence.algebra.roots import Root, isolate, simplest_between

#: Coefficients, lowest power first.
Line = Sequence[Any]


@dataclass(frozen=True)
class Piece:
    """An interval, a ray, the line, or a point (``low == high``); ``None``: no end.

    ``sample`` is a number in it, a rational one unless it is a point.
    """

    low: Any
    high: Any
    includes: tuple[bool, bool]
    sample: Any


def where(conditions: Sequence[tuple[Line, Line, bool]]) -> list[Piece]:
    """Return the pieces on which ``top/bottom >= 0`` (strict: ``> 0``) for every condition.

    A condition is ``(top, bottom, strict)``.  Where a bottom is 0, it does not hold.
    """
    roots = isolate(
        factor for top, bottom, _ in conditions for p in (top, bottom) for factor in _factors(p)
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
    pieces: list[Piece] = []
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
            pieces.append(Piece(start[0], numbers[k], (start[1], at_root[k]), sample))
            start = None
            if following:
                continue
        elif start is None and at_root[k] and not following:
            pieces.append(Piece(numbers[k], numbers[k], (True, True), numbers[k]))
    if start is not None:
        pieces.append(Piece(start[0], None, (start[1], False), sample))
    return pieces


def _between(low: Fraction | None, high: Fraction | None) -> Fraction:
    if low is not None and high is not None and low == high:
        return low  # ends that are no roots themselves
    return simplest_between(low, high)


def _number(root: Root) -> Any:
    return root.rational if root.rational is not None else generator(Field(root))


def _value(p: Line, x: Any) -> Any:
    total: Any = Fraction(0)
    for c in reversed(p):
        total = total * x + c
    return total


def _holds(conditions: Sequence[tuple[Line, Line, bool]], x: Any) -> bool:
    for top, bottom, strict in conditions:
        divisor = _value(bottom, x)
        if divisor == 0:
            return False
        value = _value(top, x)
        if value == 0:
            if strict:
                return False
        elif (value > 0) != (divisor > 0):
            return False
    return True


def _factors(p: Line) -> list[tuple[int, ...]]:
    """Return the irreducible factors, highest power first."""
    import sympy

    fractions = [Fraction(c) for c in p]
    scale = math.lcm(*(c.denominator for c in fractions))
    whole = [int(c * scale) for c in reversed(fractions)]
    whole = list(itertools.dropwhile(lambda c: not c, whole))
    if len(whole) < 2:
        return []
    _, factors = sympy.Poly(whole, sympy.Symbol("x")).factor_list()
    return [tuple(int(c) for c in f.all_coeffs()) for f, _ in factors]
