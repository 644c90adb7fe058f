"""Polynomials inside the solver: elements of a sympy ring over the rationals.

Here are the few operations that the solver needs beside sympy's own.

>>> ring = make_ring(2)
>>> x, y = ring.gens
>>> [str(f) for f in factors(x*y - x)]
['x0', 'x1 - 1']
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from deterrence.algebra.rings import Ring, RingElement, coefficients, occurring
from deterrence.algebra.systems.ideal import ORDER, fraction
from deterrence.algebra.terms import evaluated
from deterrence.errors import UsageError

#: Highest power and number of terms of a polynomial that is read.
MAX_POWER = 64
MAX_TERMS = 20_000


def make_ring(count: int) -> Ring:
    """Return the ring of polynomials in ``x0, x1, ...`` over the rationals."""
    from sympy import QQ
    from sympy.polys.rings import PolyRing

    return PolyRing([f"x{k}" for k in range(count)], QQ, ORDER)


def read(polynomial: Any, unknowns: Sequence[str], ring: Ring) -> Any:
    """Return what a caller means by a polynomial: a mapping, a number or a sympy expression.

    Raises :class:`UsageError` for anything else, and for other symbols.
    """
    from sympy import QQ

    if isinstance(polynomial, Mapping):
        terms = polynomial.items()
    elif isinstance(polynomial, int | Fraction):
        terms = [((0,) * len(unknowns), polynomial)]  # type: ignore[assignment]
    else:
        terms = _sympy_terms(polynomial, unknowns)
    result = {}
    for powers, c in terms:
        if len(powers) != len(unknowns) or max(powers, default=0) > MAX_POWER:
            raise UsageError(
                f"the powers {tuple(powers)} do not fit {len(unknowns)} unknowns",
                remedy=f"one power per unknown, at most {MAX_POWER}",
            )
        value = Fraction(c)
        if value:
            result[tuple(powers)] = QQ(value.numerator, value.denominator)
    if len(result) > MAX_TERMS:
        raise UsageError(f"a polynomial has more than {MAX_TERMS:,} terms")
    return ring.from_dict(result)


def _sympy_terms(expression: Any, unknowns: Sequence[str]) -> Any:
    import sympy

    symbols = {s.name: s for s in getattr(expression, "free_symbols", ())}
    strange = sorted(set(symbols) - set(unknowns))
    if strange:
        raise UsageError(f"{strange[0]!r} is no unknown", remedy=f"unknowns: {', '.join(unknowns)}")
    try:
        poly = sympy.Poly(
            expression, *[symbols.get(n, sympy.Symbol(n)) for n in unknowns], domain="QQ"
        )
    except sympy.PolynomialError as error:
        raise UsageError(f"{str(expression)[:60]} is no polynomial with rational coefficients") \
            from error  # fmt: skip
    return [
        (powers, Fraction(int(sympy.numer(c)), int(sympy.denom(c))))
        for powers, c in poly.terms()
        if c != 0
    ]


def primitive(p: RingElement) -> RingElement:
    """Return the polynomial times a number that makes its coefficients whole and coprime."""
    return primitive_together([p])[0]


def primitive_together(polys: Sequence[RingElement]) -> list[RingElement]:
    """Return the polynomials times one number that makes all coefficients whole and coprime.

    The leading coefficient of the last one is positive.

    >>> x, y = make_ring(2).gens
    >>> primitive_together([x / 2, -y / 3 + 1])
    [-3*x0, 2*x1 - 6]
    """
    numbers = [c for p in polys for c in p.coeffs()]
    if not numbers:
        return list(polys)
    domain = polys[0].ring.domain
    top = math.lcm(*(int(c.denominator) for c in numbers))
    bottom = math.gcd(*(int(c.numerator) for c in numbers))
    factor = domain(-top if polys[-1] and polys[-1].LC < 0 else top) / domain(bottom)
    return [p.mul_ground(factor) for p in polys]


def scaled(p: RingElement) -> RingElement:
    """Return the polynomial times a *positive* number that makes it whole and coprime."""
    q = primitive(p)
    return -q if p and p.LC < 0 else q


def whole_terms(p: RingElement, unknowns: Sequence[int]) -> dict[tuple[int, ...], int]:
    """Return a polynomial with whole coefficients as exponents of some unknowns -> number."""
    return {tuple(m[k] for k in unknowns): int(fraction(c)) for m, c in p.terms()}


def is_constant(p: RingElement) -> bool:
    """Say whether no unknown occurs."""
    return all(not any(m) for m in p.monoms())


def power_of(p: RingElement, k: int) -> int:
    """Return the highest power of unknown ``k``."""
    return max((m[k] for m in p.monoms()), default=0)


def factors(p: RingElement) -> list[RingElement]:
    """Return the distinct irreducible factors, primitive; none for a constant."""
    if is_constant(p):
        return []
    for k in sorted(occurring(p)):
        if power_of(p, k) == 1:
            parts = coefficients(p, k)
            common = parts[1].gcd(parts[0]) if 0 in parts else parts[1]
            if is_constant(common):
                return [primitive(p)]
            return _distinct([*factors(p.quo(common)), *factors(common)])
    _, found = p.factor_list()
    return _distinct([primitive(f) for f, _ in found])


def _distinct(items: Sequence[RingElement]) -> list[RingElement]:
    return list(dict.fromkeys(items))


def value_at(p: RingElement, values: Mapping[int, Any]) -> Any:
    """Return the value of a polynomial at numbers."""
    return evaluated(range(p.ring.ngens), p.terms(), values)
