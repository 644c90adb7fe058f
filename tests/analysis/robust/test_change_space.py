"""The space of changes against its definitions, worked out by hand and by brute force."""

from __future__ import annotations

import itertools
import random
from fractions import Fraction

import pytest

from deterrence.algebra.polynomials import Algebra
from deterrence.algebra.roots import exact_number, isolate
from deterrence.analysis.robust.change_space import ChangeSpace, along
from deterrence.analysis.robust.results import MovingParameter

ALGEBRA = Algebra(["a", "b"])
A, B = ALGEBRA.ring.gens
AXES = [
    MovingParameter("b", Fraction(1), Fraction(1, 2), Fraction(0), None),
    MovingParameter("a", Fraction(3), Fraction(2), Fraction(1), Fraction(9)),
]
POLYS = [A - B, A * B - 3, A**2 * B - 5 * A + 2 * B**3, ALGEBRA.ring(7), ALGEBRA.ring(0)]


def space(norm: str = "max") -> ChangeSpace:
    return ChangeSpace(ALGEBRA, AXES, norm)  # type: ignore[arg-type]


def test_axes_are_in_the_order_of_the_algebra() -> None:
    assert space().names == ["a", "b"]


def test_points_and_changes_are_inverse_to_each_other() -> None:
    change = [Fraction(1, 2), Fraction(-1)]
    point = space().point(change)
    assert point == {"a": 4, "b": Fraction(1, 2)}
    assert space().change(point) == change


def test_sizes() -> None:
    change = [Fraction(1, 2), Fraction(-2)]
    assert space("max").size(change) == 2
    assert space("sum").size(change) == Fraction(5, 2)


def test_limits_are_in_units() -> None:
    assert space().room(0) == (-1, 3)
    assert space().room(1) == (-2, None)
    assert space().allows([Fraction(3), Fraction(-2)])
    assert not space().allows([Fraction(301, 100), Fraction(0)])
    assert not space().allows([Fraction(0), Fraction(-201, 100)])


def test_the_expansion_is_a_positive_multiple_of_the_polynomial() -> None:
    rng = random.Random(5)
    for poly in POLYS:
        terms = space().taylor(poly)
        factors = set()
        for _ in range(8):
            z = [Fraction(rng.randint(-9, 9), 7) for _ in range(2)]
            value = ALGEBRA.evaluate(poly, space().point(z))
            grown = sum(c * z[0] ** m[0] * z[1] ** m[1] for m, c in terms.items())
            assert (value > 0) == (grown > 0)
            assert (value < 0) == (grown < 0)
            if value:
                factors.add(Fraction(grown) / Fraction(value))
        assert len(factors) <= 1


@pytest.mark.parametrize("poly", POLYS, ids=str)
def test_signs_in_a_box_are_never_too_few(poly: object) -> None:
    rng = random.Random(11)
    for _ in range(40):
        box = [
            tuple(sorted((Fraction(rng.randint(-8, 8), 4), Fraction(rng.randint(-8, 8), 4))))
            for _ in range(2)
        ]
        possible = space().signs(box)(poly)
        steps = [[low + (high - low) * Fraction(k, 6) for k in range(7)] for low, high in box]
        for z in itertools.product(*steps):
            value = ALGEBRA.evaluate(poly, space().point(z))
            assert (value > 0) - (value < 0) in possible


def test_signs_are_sharp_where_the_box_is_small() -> None:
    tiny = space().box(Fraction(1, 1000))
    assert space().signs(tiny)(A - B) == {1}
    assert space().signs(tiny)(B - A) == {-1}
    assert 0 in space().signs(tiny)(A - 3 * B)


def test_boxes_and_their_distance() -> None:
    assert space().box(Fraction(2)) == [(-1, 2), (-2, 2)]
    assert space().box(None)[1][1] == float("inf")
    box = [(Fraction(1), Fraction(2)), (Fraction(-3), Fraction(-1, 2))]
    assert space("max").distance(box) == 1
    assert space("sum").distance(box) == Fraction(3, 2)


def test_sizes_on_a_line_are_exact_at_irrational_places() -> None:
    root = isolate([(1, 0, -2)])[1]  # the square root of 2
    assert abs(root.decimal - 2**0.5) < 1e-12
    line = [Fraction(0), Fraction(1)], [Fraction(1), Fraction(-1)]
    # Changes (t, 1 - t): the largest is t, the sum t + (t - 1).
    assert abs(space("max").size_on_line(*line, root).decimal - 2**0.5) < 1e-9
    assert abs(space("sum").size_on_line(*line, root).decimal - (2 * 2**0.5 - 1)) < 1e-9
    assert along(Fraction(2), Fraction(0), root).rational == 2
    assert along(Fraction(2), Fraction(3), exact_number(1)).rational == 5
