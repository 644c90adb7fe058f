"""Factors and common divisors of polynomials with whole coefficients, by FLINT.

Polynomials are elements of a ``sympy.polys.rings.PolyRing`` over the integers, before and after;
FLINT (through python-flint) is tens of times faster than sympy at what is done here.

>>> from sympy import ZZ, ring
>>> R, x, y = ring("x, y", ZZ)
>>> factored(-6*x**2*y + 12*x*y**2)
(-6, [(y, 1), (x, 1), (x - 2*y, 1)])
>>> reduced([2*x**2 - 2*y**2, 4*x + 4*y])
(2*x + 2*y, [x - y, 2])
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, reduce
from typing import Any

from deterrence.algebra.rings import Ring, RingElement

#: Terms beyond which a polynomial is not factored: FLINT cannot be stopped.
_TERMS = 20_000


def factored(p: RingElement) -> tuple[int, list[tuple[RingElement, int]]]:
    """Return the constant, and the irreducible factors (leading coefficient positive) with powers.

    Of a polynomial of more than 20,000 terms only powers of variables are taken out.
    """
    q = _inside(p)
    if len(q) > _TERMS:
        constant, monomial, rest = _monomial(p)
        return constant, [*monomial, (rest, 1)]
    try:
        constant, parts = q.factor()
    except OverflowError:  # python-flint gives up on some large coefficients
        constant, parts = p.factor_list()
        return int(constant), [(f, int(power)) for f, power in parts]
    whole, found = int(constant), []
    for f, power in parts:
        factor = _outside(p.ring, f)
        if factor.LC < 0:
            factor, whole = -factor, whole * (-1) ** int(power)
        found.append((factor, int(power)))
    return whole, found


def reduced(polys: Sequence[RingElement]) -> tuple[RingElement, list[RingElement]]:
    """Return the greatest common divisor (leading coefficient positive), and what it leaves."""
    ring = polys[0].ring
    inner = [_inside(p) for p in polys]
    common = reduce(lambda a, b: a.gcd(b), inner)
    if common.is_one():
        return ring.one, list(polys)
    shared = _outside(ring, common)
    return shared, [_outside(ring, divmod(q, common)[0]) for q in inner]


def least_multiple(p: RingElement, q: RingElement) -> RingElement:
    """Return the least common multiple of two polynomials."""
    return p * reduced([p, q])[1][1]


def _monomial(p: RingElement) -> tuple[int, list[tuple[RingElement, int]], RingElement]:
    constant, rest = p.primitive()
    if rest.LC < 0:
        constant, rest = -constant, -rest
    lowest = [min(powers[k] for powers in rest) for k in range(p.ring.ngens)]
    parts = [(g, int(k)) for g, k in zip(p.ring.gens, lowest, strict=True) if k]
    return int(constant), parts, rest.exquo(p.ring({tuple(lowest): 1}))


@cache
def _context(count: int) -> Any:
    from flint import Ordering, fmpz_mpoly_ctx

    return fmpz_mpoly_ctx.get([f"x{k}" for k in range(count)], Ordering.lex)


def _inside(p: RingElement) -> Any:
    return _context(p.ring.ngens).from_dict({m: int(c) for m, c in p.terms()})


def _outside(ring: Ring, q: Any) -> RingElement:
    return ring.from_dict({tuple(map(int, m)): ring.domain(int(c)) for m, c in q.to_dict().items()})
