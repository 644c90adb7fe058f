"""Systems of polynomials: points, continua, completeness; and algebraic numbers."""

from __future__ import annotations

import math
import random
from fractions import Fraction

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from deterrence.algebra.algebraic_numbers import Algebraic, generator
from deterrence.algebra.number_fields import DifferentFields, Field
from deterrence.algebra.roots import isolate
from deterrence.algebra.systems import solve_system
from deterrence.errors import UsageError
from deterrence.limits.deadline import Deadline

F = Fraction


def values(point: object) -> list[object]:
    return list(point.values())  # type: ignore[attr-defined]


# ---- algebraic numbers ---------------------------------------------------------------------
def root_of(*polynomial: int, number: int = -1) -> object:
    return generator(Field(isolate([polynomial])[number]))


def test_arithmetic_in_a_field_against_floats() -> None:
    x = root_of(1, 0, -1, -1)  # the plastic number
    f = float(x)
    assert f == pytest.approx(1.324717957244746, abs=1e-15)
    assert x**3 - x - 1 == 0
    assert float((x + 1) / (2 * x - 3)) == pytest.approx((f + 1) / (2 * f - 3), rel=1e-14)
    assert (1 / x) * x == 1
    assert x**-2 == x.inverse() ** 2
    assert x > F(13, 10)
    assert not x > F(14, 10)
    assert abs(-x) == x
    assert max(x, F(1)) == x


def test_numbers_of_different_fields_compare_and_mix() -> None:
    two, eight, three = root_of(1, 0, -2), root_of(1, 0, -8), root_of(1, 0, -3)
    assert 2 * two == eight
    assert hash(2 * two) == hash(eight)
    assert two < three < eight
    both = two + three
    assert (both * both - 5) ** 2 == 24
    assert two * three == root_of(1, 0, -6)
    assert (two + three) - three == two
    cubic = root_of(1, 0, 0, -2)
    assert float(cubic / three) == pytest.approx(2 ** (1 / 3) / 3**0.5, rel=1e-14)
    large = root_of(1, 0, 0, 0, 0, 0, 0, -2)
    with pytest.raises(DifferentFields):
        large + root_of(1, 0, 0, 0, 0, 0, 0, -3)


@pytest.mark.parametrize(
    ("polynomial", "number", "text"),
    [
        ((1, 3, -2), 1, "(sqrt(17) - 3)/2"),
        ((1, 3, -2), 0, "(-3 - sqrt(17))/2"),
        ((2, 0, -1), 1, "sqrt(2)/2"),
        ((1, 0, -12), 0, "-2*sqrt(3)"),
        ((1, 0, -1, -1), 0, "root 1 of x^3 - x - 1"),
    ],
)
def test_how_numbers_print(polynomial: tuple[int, ...], number: int, text: str) -> None:
    x = root_of(*polynomial, number=number)
    assert str(x) == text
    if "root" not in text:
        exact = text.replace("sqrt", "math.sqrt")
        assert float(x) == pytest.approx(eval(exact, {"math": math}), rel=1e-14)


@given(st.lists(st.integers(-9, 9), min_size=3, max_size=3), st.integers(-5, 5))
def test_the_minimal_polynomial_vanishes(coefficients: list[int], shift: int) -> None:
    x = root_of(1, 0, 0, -2)
    a, b, c = coefficients
    y = a + b * x + c * x * x + shift
    assume(isinstance(y, Algebraic))
    total: object = F(0)
    for coefficient in y.minimal.polynomial:
        total = total * y + coefficient
    assert total == 0
    low, high = y.enclosure(15)
    assert low < y < high
    assert high - low == F(1, 10**15)


# ---- finite sets ------------------------------------------------------------------------------
def test_known_intersections() -> None:
    from sympy.abc import x, y, z

    circle = solve_system(("x", "y"), [x**2 + y**2 - 1, x - y])
    both = [[str(v) for v in values(p)] for p in circle.points]
    assert both == [["-sqrt(2)/2"] * 2, ["sqrt(2)/2"] * 2]
    tangent = solve_system(("x", "y"), [x**2 + y**2 - 1, y - 1])
    assert [values(p) for p in tangent.points] == [[0, 1]]
    nothing = solve_system(("x", "y"), [x**2 + y**2 - 1, y - 2])
    assert nothing.is_empty
    # Katsura's system with three unknowns: four complex solutions of degree 4.
    katsura = [x + 2 * y + 2 * z - 1, x**2 + 2 * y**2 + 2 * z**2 - x, 2 * x * y + 2 * y * z - y]
    found = solve_system(("x", "y", "z"), katsura)
    assert (found.complete, len(found.points)) == (True, 4)
    for p in found.points:
        assert p["x"] + 2 * p["y"] + 2 * p["z"] == 1
        assert 2 * p["x"] * p["y"] + 2 * p["y"] * p["z"] == p["y"]


def test_multiple_and_clustered_solutions_are_found_once() -> None:
    from sympy.abc import x, y

    double = solve_system(("x", "y"), [(x - 1) ** 2 * (y - 2), (y - 2) ** 3, x * (x - 1)])
    assert [values(p) for p in double.points] == [[0, 2], [1, 2]]
    tiny = F(1, 10**30)
    close = solve_system(("x",), [(x**2 - 2) * (x**2 - 2 - tiny)], above=[x])
    assert len(close.points) == 2


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(*[st.integers(-4, 4)] * 3), min_size=1, max_size=3, unique=True))
def test_points_put_into_a_system_come_out_of_it(points: list[tuple[int, int, int]]) -> None:
    """The ideal of finitely many points, from interpolation in one coordinate."""
    from sympy import interpolate
    from sympy.abc import x, y, z

    assume(len({p[0] for p in points}) == len(points))
    product = 1
    for p in points:
        product = product * (x - p[0])
    second = interpolate([(p[0], p[1]) for p in points], x)
    third = interpolate([(p[0], p[2]) for p in points], x)
    found = solve_system(("x", "y", "z"), [product, y - second, z - third + (y - second) * x])
    assert found.complete
    assert not found.continua
    assert {tuple(values(p)) for p in found.points} == set(points)


@pytest.mark.parametrize("seed", range(5))
def test_generic_bilinear_systems_against_floats(seed: int) -> None:
    """Three unknowns, pairwise bilinear: two solutions or none, by the quadratic formula."""
    pick = random.Random(seed)
    a, b, c = ([pick.randint(-9, 9) for _ in range(4)] for _ in range(3))

    def equation(k: list[int], i: int, j: int) -> dict[tuple[int, ...], int]:
        def at(*on: int) -> tuple[int, ...]:
            return tuple(int(n in on) for n in range(3))

        return {at(): k[0], at(i): k[1], at(j): k[2], at(i, j): k[3]}

    found = solve_system("xyz", [equation(a, 0, 1), equation(b, 1, 2), equation(c, 2, 0)])

    def mobius(k: list[int], u: float) -> float:
        return -(k[0] + k[1] * u) / (k[2] + k[3] * u)

    # x = M(x) with M the product of three Moebius maps: fixed points of a 2x2 matrix.
    import numpy as np

    matrix = np.eye(2)
    for k in (a, b, c):
        matrix = np.array([[-k[1], -k[0]], [k[3], k[2]]]) @ matrix
    (p, q), (r, s) = matrix
    roots = [u.real for u in np.roots([r, s - p, -q]) if abs(u.imag) < 1e-9]
    assert found.complete
    assert sorted(float(p["x"]) for p in found.points) == pytest.approx(sorted(roots))
    for point in found.points:
        x = float(point["x"])
        assert float(point["y"]) == pytest.approx(mobius(a, x))


# ---- infinite sets and inequalities --------------------------------------------------------------
def test_a_line_is_cut_to_intervals_with_exact_ends() -> None:
    from sympy.abc import x, y

    found = solve_system(("x", "y"), [y - x**2], at_least=[2 - y, y - 1])
    assert [str(c) for c in found.continua] == [
        "y = x^2, x free with -sqrt(2) <= x <= -1",
        "y = x^2, x free with 1 <= x <= sqrt(2)",
    ]
    half_open = solve_system(("x", "y"), [y - x], at_least=[1 - y], above=[x])
    (c,) = half_open.continua
    assert (c.interval, c.includes) == ((0, 1), (False, True))
    assert c.contains({"x": F(1), "y": F(1)})
    assert not c.contains({"x": F(0), "y": F(0)})
    assert c.contains({"x": F(0), "y": F(0)}, closure=True)


def test_sets_without_interior_are_found_on_their_borders() -> None:
    from sympy.abc import x, y

    corner = solve_system(("x", "y"), [], at_least=[x, y, -x - y])
    assert [values(p) for p in corner.points] == [[0, 0]]
    assert not corner.continua
    edge = solve_system(("x", "y"), [], at_least=[x, -x, y, 1 - y])
    assert [(c.dimension, c.sample["x"]) for c in edge.continua] == [(1, 0)]
    assert solve_system(("x", "y"), [], at_least=[x, y], above=[-x - y]).is_empty


def test_points_inside_continua_are_not_listed_twice() -> None:
    from sympy.abc import x, y

    cross = solve_system(("x", "y"), [x * y], at_least=[x + 1, 1 - x, y + 1, 1 - y])
    assert not cross.points
    assert len(cross.continua) == 2
    mixed = solve_system(("x", "y"), [x * (x**2 + (y - 1) ** 2)], at_least=[y, 2 - y])
    assert [c.formulas["x"].at({"y": F(1)}) for c in mixed.continua if c.formulas] == [0]


def test_an_implicit_curve_is_reported_with_a_point_on_it() -> None:
    from sympy.abc import x, y

    found = solve_system(("x", "y"), [x**2 + y**3 - x**3 * y - 1], above=[x, y])
    (c,) = found.continua
    assert c.dimension == 1
    assert c.equations == ("x^3*y - y^3 - x^2 + 1 = 0",)
    p = c.sample
    assert p["x"] ** 2 + p["y"] ** 3 - p["x"] ** 3 * p["y"] == 1


def test_a_surface_of_two_free_unknowns() -> None:
    from sympy.abc import x, y, z

    found = solve_system(("x", "y", "z"), [z - x * y], at_least=[x, 1 - x, y, 1 - y, z])
    (c,) = found.continua
    assert (c.dimension, c.free, str(c.formulas["z"])) == (2, ("x", "y"), "x*y")
    assert c.conditions == ("x >= 0", "x <= 1", "y >= 0", "y <= 1")
    assert c.contains(c.sample)
    assert c.contains({"x": F(1), "y": F(1, 2), "z": F(1, 2)})
    assert not c.contains({"x": F(1), "y": F(2), "z": F(2)})


# ---- what the caller may get wrong, and time ---------------------------------------------------
def test_faults_are_named() -> None:
    from sympy import sin
    from sympy.abc import x, y

    with pytest.raises(UsageError, match="'y' is no unknown"):
        solve_system(("x",), [x + y])
    with pytest.raises(UsageError, match="no polynomial"):
        solve_system(("x",), [sin(x)])
    with pytest.raises(UsageError, match="different names"):
        solve_system(("x", "x"), [])
    with pytest.raises(UsageError, match="do not fit"):
        solve_system(("x",), [{(1, 2): 1}])


def test_no_unknowns_at_all() -> None:
    assert len(solve_system((), []).points) == 1
    assert solve_system((), [1]).is_empty
    assert solve_system((), [], above=[0]).is_empty


def test_the_deadline_leaves_an_incomplete_answer() -> None:
    pick = random.Random(1)
    names = tuple("abcde")
    equations = []
    for skip in range(5):
        terms = {}
        for number in range(32):
            on = tuple(number >> k & 1 for k in range(5))
            if not on[skip]:
                terms[on] = pick.randint(-99, 99)
        equations.append(terms)
    found = solve_system(names, equations, deadline=Deadline(0.5))
    assert not found.complete
    assert "limit was reached" in found.messages[0]
