"""Names for what comes from sympy's polynomial rings, which carry no types, and what they lack.

>>> from sympy import ZZ, ring
>>> R, x, y = ring("x, y", ZZ)
>>> isinstance((x - y) ** 2, type(x)), R.gens
(True, (x, y))
>>> coefficients(x*y + 2*x - 1, 0)
{1: y + 2, 0: -1}
>>> substitute(x**2 + y, 0, R(1), y + 1)
y**3 + 2*y**2 + y + 1
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

#: A ``sympy.polys.rings.PolyRing``.
Ring = Any
#: A ``sympy.polys.rings.PolyElement``.
RingElement = Any


def occurring(p: RingElement) -> set[int]:
    """Return the positions of the variables that occur."""
    return {k for powers in p for k, e in enumerate(powers) if e}


def coefficients(p: RingElement, k: int) -> dict[int, RingElement]:
    """Return the coefficients of the powers of variable ``k``."""
    parts: dict[int, dict[tuple[int, ...], Any]] = {}
    for m, c in p.terms():
        parts.setdefault(m[k], {})[(*m[:k], 0, *m[k + 1 :])] = c
    return {e: p.ring.from_dict(terms) for e, terms in parts.items()}


def linear(p: RingElement, k: int) -> tuple[RingElement, RingElement] | None:
    """Return ``(a, b)`` of ``a*x + b``, None where variable ``k`` occurs otherwise, or not."""
    parts = coefficients(p, k)
    return (parts[1], parts.get(0, p.ring.zero)) if max(parts, default=0) == 1 else None


def substitute(p: RingElement, k: int, top: RingElement, bottom: RingElement) -> RingElement:
    """Return ``p`` at variable ``k`` = ``top/bottom``, times ``bottom`` to the power of ``k``."""
    parts = coefficients(p, k)
    degree = max(parts, default=0)
    if degree == 0:
        return p
    result = p.ring.zero
    for e, c in parts.items():
        for factor, times in ((top, e), (bottom, degree - e)):
            if times:  # sympy refuses 0**0
                c *= factor**times
        result += c
    return result


def without_divisor(p: RingElement) -> RingElement:
    """Return a polynomial with whole coefficients over their greatest common divisor."""
    return p.primitive()[1] if p else p


def dense(table: Mapping[int, Any]) -> tuple[Any, ...]:
    """Return coefficients by their powers as a row, the highest power first.

    >>> dense({0: -2, 2: 1})
    (1, 0, -2)
    """
    return tuple(table.get(k, 0) for k in range(max(table, default=0), -1, -1))
