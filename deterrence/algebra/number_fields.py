r"""Two number fields in one: the primitive element theorem at work.

For real roots :math:`\alpha, \beta` of irreducible polynomials of degrees :math:`m, n`,
:math:`\mathbb{Q}(\alpha, \beta) = \mathbb{Q}(\gamma)` with :math:`\gamma = \alpha + k\beta`
for all but finitely many whole :math:`k` (van der Waerden, Algebra I, section 6.10).  The
powers of :math:`x + ky` in :math:`\mathbb{Q}[x, y]/(p(x), q(y))`, of dimension
:math:`mn`, give the polynomial of :math:`\gamma` and both generators in powers of it.

>>> from deterrence.algebra.roots import isolate
>>> root_of_2, root_of_3 = (Field(isolate([(1, 0, -n)])[1]).generator for n in (2, 3))
>>> print((root_of_2 + root_of_3) ** 2, (root_of_2 * root_of_3) ** 2)
2*sqrt(6) + 5 6
"""

from __future__ import annotations

import math
from fractions import Fraction
from functools import lru_cache
from typing import Any

from deterrence.algebra.algebraic_numbers import DifferentFields, Field
from deterrence.algebra.roots import isolate

#: Largest product of the degrees of two fields that are joined.
MAX_DEGREE = 36

_ZERO, _ONE = Fraction(0), Fraction(1)

Vector = list[Fraction]


def joined(one: Field, two: Field) -> tuple[Any, Any]:
    """Return the generators of two fields as numbers of one field.

    Raises :class:`DifferentFields` above :data:`MAX_DEGREE`.
    """
    return _joined(_Key(one), _Key(two))


class _Key:
    """A field as a key: the same root of the same polynomial is the same field."""

    def __init__(self, field: Field) -> None:
        self.field = field

    def __hash__(self) -> int:
        return hash((self.field.polynomial, self.field.number))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and self.field.same(other.field)


@lru_cache(maxsize=256)
def _joined(first: _Key, second: _Key) -> tuple[Any, Any]:
    one, two = first.field, second.field
    m, n = one.degree, two.degree
    if m * n > MAX_DEGREE:
        raise DifferentFields(
            f"a number field of degree {m} and one of degree {n} are too large together"
        )
    k = 0
    while True:
        k += 1
        powers = _powers(one, two, k)
        relation = _relation(powers)
        if len(relation) == m * n + 1:
            break
    alpha, beta = one.generator, two.generator
    factors = _factors(relation)
    while True:
        (a, b), (c, d) = alpha.interval(), beta.interval()
        low, high = a + k * c, b + k * d
        roots = [r for r in isolate(factors) if not (r.high < low or r.low > high)]
        narrow = [r.narrowed((high - low) / 4 or Fraction(1)) for r in roots]
        inside = [r for r in narrow if not (r.high < low or r.low > high)]
        if len(inside) == 1:
            break
        one.narrow()
        two.narrow()
    field = Field(inside[0])
    x = [_ZERO] * (m * n)
    y = [_ZERO] * (m * n)
    x[n] = _ONE  # x^1 y^0: the basis is x^i y^j at place i*n + j
    y[1] = _ONE
    return field.element(_weights(powers, x)), field.element(_weights(powers, y))


def _powers(one: Field, two: Field, k: int) -> list[Vector]:
    """Return the powers of ``x + k*y``, from the 0th to the one of the full dimension."""
    m, n = one.degree, two.degree
    vector = [_ONE, *[_ZERO] * (m * n - 1)]
    result = []
    for _ in range(m * n + 1):
        result.append(vector)
        new = [_ZERO] * (m * n)
        for i in range(m):
            for j in range(n):
                c = vector[i * n + j]
                if not c:
                    continue
                if i + 1 < m:
                    new[(i + 1) * n + j] += c
                else:
                    for e in range(m):
                        new[e * n + j] -= c * Fraction(one.polynomial[m - e], one.polynomial[0])
                if j + 1 < n:
                    new[i * n + j + 1] += k * c
                else:
                    for e in range(n):
                        factor = Fraction(two.polynomial[n - e], two.polynomial[0])
                        new[i * n + e] -= k * c * factor
        vector = new
    return result


def _relation(powers: list[Vector]) -> Vector:
    """Return the first linear relation between the powers, lowest first, the last weight 1."""
    for count in range(1, len(powers)):
        weights = _solve(powers[:count], powers[count])
        if weights is not None:
            return [*(-w for w in weights), _ONE]
    raise AssertionError("more vectors than dimensions are dependent")


def _weights(powers: list[Vector], vector: Vector) -> Vector:
    weights = _solve(powers[:-1], vector)
    assert weights is not None
    return weights


def _solve(columns: list[Vector], target: Vector) -> Vector | None:
    """Return the weights with which the columns sum to the target, if there are any."""
    rows = [[*(c[i] for c in columns), t] for i, t in enumerate(target)]
    width = len(columns)
    where = []
    at = 0
    for column in range(width):
        found = next((r for r in range(at, len(rows)) if rows[r][column]), None)
        if found is None:
            return None
        rows[at], rows[found] = rows[found], rows[at]
        lead = rows[at][column]
        rows[at] = [v / lead for v in rows[at]]
        for r in range(len(rows)):
            factor = rows[r][column]
            if r != at and factor:
                rows[r] = [a - factor * b for a, b in zip(rows[r], rows[at], strict=True)]
        where.append(at)
        at += 1
    if any(row[width] for row in rows[at:]):
        return None
    return [rows[r][width] for r in where]


def _factors(polynomial: Vector) -> list[tuple[int, ...]]:
    import sympy

    scale = math.lcm(*(c.denominator for c in polynomial))
    whole = [int(c * scale) for c in reversed(polynomial)]
    _, factors = sympy.Poly(whole, sympy.Symbol("x")).factor_list()
    return [tuple(int(c) for c in f.all_coeffs()) for f, _ in factors]
