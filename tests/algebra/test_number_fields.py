"""Two number fields in one, against sympy's minimal polynomials and floats."""

from __future__ import annotations

import itertools

import pytest
import sympy

from deterrence.algebra.algebraic_numbers import generator
from deterrence.algebra.number_fields import MAX_DEGREE, DifferentFields, Field, joined
from deterrence.algebra.roots import isolate

X = sympy.Symbol("x")
#: Irreducible polynomials with the number of one of their real roots.
ROOTS = [((1, 0, -2), 1), ((1, 0, -3), 0), ((1, 0, 0, -2), 0), ((1, 0, -3, 1), 1)]


def field_of(polynomial: tuple[int, ...], number: int) -> Field:
    return Field(isolate([polynomial])[number])


def close_to(field: Field, powers: list[object]) -> float:
    root = float(generator(field))
    return sum(float(c) * root**k for k, c in enumerate(powers))


@pytest.mark.parametrize(("one", "two"), list(itertools.combinations(ROOTS, 2)))
def test_both_generators_lie_in_the_joined_field(one: object, two: object) -> None:
    fields = field_of(*one), field_of(*two)
    field, x, y = joined(*fields)
    assert close_to(field, x) == pytest.approx(float(generator(fields[0])))
    assert close_to(field, y) == pytest.approx(float(generator(fields[1])))
    total = generator(fields[0]) + generator(fields[1])
    roots = [sympy.Poly(p, X).real_roots()[number] for p, number in (one, two)]
    wanted = sympy.Poly(sympy.minimal_polynomial(sum(roots), X), X).all_coeffs()
    assert tuple(total.minimal.polynomial) in (tuple(wanted), tuple(-c for c in wanted))
    assert float(total) == pytest.approx(float(sum(roots)))


def test_a_field_within_the_other_adds_no_degree() -> None:
    field, _, _ = joined(field_of((1, 0, -2), 1), field_of((1, 0, -8), 1))
    assert field.degree == 2
    assert generator(field_of((1, 0, -8), 1)) == 2 * generator(field_of((1, 0, -2), 1))


def test_fields_that_are_too_large_together_are_refused() -> None:
    large = field_of((1, *[0] * 6, -2), 0)
    other = field_of((1, *[0] * 6, -3), 0)
    assert large.degree * other.degree > MAX_DEGREE
    with pytest.raises(DifferentFields, match="degree 7"):
        joined(large, other)


def test_narrowing_keeps_the_root() -> None:
    field = field_of((1, 0, -2), 1)
    width = field.root.high - field.root.low
    field.narrow()
    assert field.root.high - field.root.low <= width / 1000
    assert field.root.low**2 < 2 < field.root.high**2
