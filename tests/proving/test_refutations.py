"""Refutations by sums of products: every identity is multiplied out by other means."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import ZZ, ring

from deterrence import load_model, solve
from deterrence.algebra.coordinates import Coordinates
from deterrence.proving.certificates import Identity, Positive, refute

RING, A, B, C, D, S = ring("a,b,c,d,s", ZZ)
LOW, HIGH = Positive(S, True), Positive(1 - S, True)


def expanded(identity: Identity) -> Any:
    """Return the sum of an identity, by sympy's general expansion."""
    total = sympy.Integer(0)
    for weight, product in identity.terms:
        total += weight * sympy.Mul(*(factor.poly.as_expr() for factor in product))
    return sympy.expand(total)


def positives(*polys: Any) -> list[Positive]:
    signs = [Positive(x, True) for x in (A, B, C, D)]
    return [*signs, *(Positive(p, True, k) for k, p in enumerate(polys))]


def test_a_chain_of_products_is_refuted() -> None:
    """a < c and b < d and all positive rule out ab > cd."""
    found = refute(positives(C - A, D - B, A * B - C * D))
    assert found is not None
    assert expanded(found) == 0
    assert all(weight > 0 for weight, _ in found.terms)
    assert found.sources == {0, 1, 2}


def test_variables_between_0_and_1_are_used() -> None:
    """With 0 < s < 1, a < s*c and b < d rule out ab > cd."""
    signs = positives(S * C - A, D - B, A * B - C * D)
    found = refute([*signs, LOW, HIGH], [(4, LOW, HIGH)])
    assert found is not None
    assert expanded(found) == 0


@pytest.mark.parametrize("drop", [0, 1, 2])
def test_what_can_be_is_not_refuted(drop: int) -> None:
    polys = [C - A, D - B, A * B - C * D]
    del polys[drop]
    assert refute(positives(*polys)) is None


def test_weak_signs_alone_are_no_contradiction() -> None:
    weak = [Positive(A * B, False, "x"), Positive(-A * B, False, "y"), Positive(A, True)]
    assert refute(weak) is None


def test_a_false_identity_is_seen() -> None:
    wrong = Identity(((1, (Positive(A, True),)), (1, (Positive(-B, True),))))
    assert not wrong.check()
    negative = Identity(((1, (Positive(A, True),)), (-1, (Positive(A, True),))))
    assert not negative.check()
    weak = Identity(((1, (Positive(A, False),)), (1, (Positive(-A, False),))))
    assert not weak.check()


coefficients = st.integers(-3, 3)


@st.composite
def polynomials(draw: st.DrawFn) -> Any:
    names = [A, B, C, D, S, RING.one]
    pairs = [x * y for k, x in enumerate(names) for y in names[k:]]
    return sum((draw(coefficients) * p for p in pairs), RING.zero)


@settings(max_examples=60, deadline=None)
@given(st.lists(polynomials(), min_size=2, max_size=4), st.lists(st.integers(1, 7), min_size=5))
def test_what_holds_at_a_point_is_never_refuted(polys: list[Any], point: list[int]) -> None:
    values = [*(Fraction(v) for v in point[:4]), Fraction(1, 1 + point[4])]
    signed = []
    for p in polys:
        value = sum(
            int(c) * Fraction(sympy.prod(v**e for v, e in zip(values, powers, strict=True)))
            for powers, c in p.terms()
        )
        if value:
            signed.append(p if value > 0 else -p)
    found = refute([*positives(*signed), LOW, HIGH], [(4, LOW, HIGH)])
    assert found is None


@settings(max_examples=40, deadline=None)
@given(polynomials(), st.lists(st.integers(-5, 5), min_size=5, max_size=5))
def test_a_change_of_coordinates_keeps_values(poly: Any, inner: list[int]) -> None:
    examples = [[A - S * B, (1 - S) * (A + C) - S * B, C + A - B, D - C * S]]
    change = Coordinates(RING, turned=[4], blocks=[[0, 1, 2, 3]], fixed=[3], examples=examples)
    outer = change.outside(inner)
    symbols = sympy.symbols("a,b,c,d,s")
    before = poly.as_expr().subs(dict(zip(symbols, outer, strict=True)))
    after = change.inside(poly).as_expr().subs(dict(zip(symbols, inner, strict=True)))
    assert before == after


@pytest.mark.slow
@pytest.mark.everything
def test_the_ladder_of_three_rungs_is_proven() -> None:
    """4x4 actions, nine symbols, degree 3 in the hazard: the map covers, exactly once."""
    model = load_model("escalation-ladder").with_rungs(3)
    analysis = model.regimes(boundaries=False, time_limit=300)
    assert (analysis.cover, analysis.disjoint) == ("proven", "proven")
    names = analysis.symbols
    prover = analysis.internal.prover
    for column in range(40):
        values = prover.point(column)
        where = [
            r
            for r in analysis.regimes
            if any(all(c.evaluate(values) for c in term) for term in r.terms)
        ]
        exact = solve(model.at(**{n: values[n] for n in names}), solver="exact")
        expected = {tuple(str(e.profile[p]) for p in analysis.players) for e in exact}
        assert len(where) == 1, values
        found = analysis.at(values)
        assert len(found) == len(expected)
