"""Certified linear programmes and vertex enumeration against independent witnesses."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from fractions import Fraction

import pytest
import sympy
from effort import at_most
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from deterrence.algebra import linear_programmes as lp
from deterrence.algebra import polytopes
from deterrence.algebra.linear import maximise
from deterrence.algebra.linear_programmes import maximise_certified
from deterrence.algebra.polytopes import vertices
from deterrence.errors import IncompleteError
from deterrence.limits import work
from deterrence.limits.deadline import Deadline

entries = st.integers(-4, 4)


def dot(a: Sequence, b: Sequence) -> Fraction:
    return sum((x * y for x, y in zip(a, b, strict=True)), Fraction(0))


@st.composite
def programmes(draw: st.DrawFn) -> tuple:
    n, m = draw(st.integers(1, 5)), draw(st.integers(1, 5))
    rows = [draw(st.lists(entries, min_size=n, max_size=n)) for _ in range(m)]
    rhs = draw(st.lists(st.integers(-2, 6), min_size=m, max_size=m))
    c = draw(st.lists(entries, min_size=n, max_size=n))
    equalities = draw(st.booleans())
    a_eq, b_eq = ([[1] * n], [draw(st.integers(1, 3))]) if equalities else ([], [])
    return c, rows, rhs, a_eq, b_eq


@given(programmes())
@settings(max_examples=150)
def test_agrees_with_scipy_and_proves_itself(programme: tuple) -> None:
    c, rows, rhs, a_eq, b_eq = programme
    result = maximise_certified(c, rows, rhs, a_eq, b_eq)
    witness = linprog([-x for x in c], rows, rhs, a_eq or None, b_eq or None, method="highs-ipm")
    if result.status != "optimal":
        assert witness.status != 0
        # HiGHS confuses infeasible with unbounded now and then; whether any point is
        # feasible it tells reliably when there is nothing to maximise.
        nothing = linprog([0] * len(c), rows, rhs, a_eq or None, b_eq or None, method="highs-ds")
        assert result.status == ("unbounded" if nothing.status == 0 else "infeasible")
        return
    assert witness.status == 0
    assert float(result.value) == pytest.approx(-witness.fun, abs=1e-7)
    x, y = result.x, result.dual
    assert min(x) >= 0
    assert all(dot(r, x) <= b for r, b in zip(rows, rhs, strict=True))
    assert all(dot(r, x) == b for r, b in zip(a_eq, b_eq, strict=True))
    assert all(w >= 0 for w in y[: len(rows)])
    everything = [*rows, *a_eq]
    assert all(
        dot(y, column) >= u for column, u in zip(zip(*everything, strict=True), c, strict=True)
    )
    assert result.value == dot(y, [*rhs, *b_eq])


def test_usually_needs_no_exact_simplex(monkeypatch: pytest.MonkeyPatch) -> None:
    """Otherwise large games would be slow and nobody would notice."""

    def forbidden(*_: object) -> None:
        raise AssertionError("the polishing failed")

    monkeypatch.setattr(lp, "maximise", forbidden)
    result = maximise_certified([3, 2, 1], [[1, 1, 1], [2, "1/3", 0]], [10, 7], [[1, 0, -1]], [1])
    assert result.status == "optimal"


def test_falls_back_on_the_exact_simplex(monkeypatch: pytest.MonkeyPatch) -> None:
    programme = [3, 2, 1], [[1, 1, 1], [2, 1, 0]], [10, 7]
    monkeypatch.setattr(lp, "_polished", lambda *_: None)
    assert maximise_certified(*programme).value == maximise(*programme).value


def test_numbers_beyond_floats() -> None:
    huge = Fraction(10) ** 400
    result = maximise_certified([huge, 1], [[1, huge], [1, 0]], [huge, 1])
    assert result.value == maximise([huge, 1], [[1, huge], [1, 0]], [huge, 1]).value


def test_the_deadline_holds_in_the_fallback(monkeypatch: pytest.MonkeyPatch) -> None:
    def forever(*_: object) -> None:
        while True:
            work.spend(0.01)

    monkeypatch.setattr(lp, "_polished", lambda *_: None)
    monkeypatch.setattr(lp, "maximise", forever)
    with at_most(3), pytest.raises(IncompleteError, match="limit was reached"):
        maximise_certified([1], [[1]], [1], deadline=Deadline(0.3))


@pytest.mark.parametrize(
    ("x", "y", "accepted"),
    [
        ([1, 0], [1], True),
        ([0, 1], [1], False),  # the row is exceeded
        ([-1, 1], [1], False),  # x is negative
        ([1, 0], [2], False),  # the values differ
        ([0, 0], [0], False),  # the dual gives less than c
        ([0, 0], [-1], False),  # the dual is negative
    ],
)
def test_the_certificate_is_checked(x: list[int], y: list[int], accepted: bool) -> None:
    """max x1 subject to x1 + 2 x2 <= 1."""
    x, y = [Fraction(p) for p in x], [Fraction(w) for w in y]
    assert (
        lp._checked(lp._WholeProgramme([1, 0], [{0: 1, 1: 2}], [1], 1), x, y) is not None
    ) == accepted


def test_a_dual_that_fits_only_in_value_is_refused() -> None:
    """max x1 + x2 subject to x1 <= 1 has no bound, whatever the values say."""
    programme = lp._WholeProgramme([1, 1], [{0: 1}], [1], 1)
    assert lp._checked(programme, [Fraction(1), Fraction(0)], [Fraction(1)]) is None


# ---- vertices -----------------------------------------------------------------------------------
def witness_vertices(rows: list[list[int]], rhs: list[int], n: int) -> set[tuple]:
    """Solve every choice of n - 1 tight inequalities on the simplex, with sympy's LU."""
    constraints = [([-int(i == k) for i in range(n)], 0) for k in range(n)]
    constraints += list(zip(rows, rhs, strict=True))
    found = set()
    for chosen in itertools.combinations(constraints, n - 1):
        matrix = sympy.Matrix([[1] * n, *(row for row, _ in chosen)])
        if matrix.det() == 0:
            continue
        point = matrix.LUsolve(sympy.Matrix([1, *(b for _, b in chosen)]))
        values = tuple(Fraction(int(v.p), int(v.q)) for v in point)
        if all(dot(row, values) <= b for row, b in constraints):
            found.add(values)
    return found


@given(st.data())
@settings(max_examples=60)
def test_vertices_of_cut_simplices(data: st.DataObject) -> None:
    n = data.draw(st.integers(1, 4))
    count = data.draw(st.integers(0, 4))
    rows = [data.draw(st.lists(st.integers(-2, 2), min_size=n, max_size=n)) for _ in range(count)]
    rhs = data.draw(st.lists(st.integers(-1, 2), min_size=count, max_size=count))
    found = vertices([[1] * n], [1], rows, rhs)
    assert found is not None
    assert len(set(found)) == len(found)
    assert set(found) == witness_vertices(rows, rhs, n)


@pytest.mark.parametrize("d", [1, 2, 3, 4, 5])
def test_a_cube_has_two_to_the_d_vertices(d: int) -> None:
    """x in [0, 1]^d, each with its slack: a polytope that is not simplicial."""
    a_eq = [[int(k in (i, d + i)) for k in range(2 * d)] for i in range(d)]
    found = vertices(a_eq, [1] * d)
    assert found is not None
    assert sorted(v[:d] for v in found) == list(itertools.product((0, 1), repeat=d))


def test_a_cross_polytope_is_degenerate_at_every_vertex() -> None:
    """|x|_1 <= 1, moved to [0, 2]^3: eight facets, four of them at each of six vertices."""
    rows = [list(signs) for signs in itertools.product((-1, 1), repeat=3)]
    rhs = [1 + sum(row) for row in rows]
    found = vertices([[1, 1, 1, 1]], [10], [[*row, 0] for row in rows], rhs)
    expected = {tuple(1 + s * (i == k) for i in range(3)) for k in range(3) for s in (-1, 1)}
    assert found is not None
    assert {v[:3] for v in found} == expected


@pytest.mark.parametrize("n", [2, 3, 4])
def test_the_vertices_of_the_birkhoff_polytope_are_the_permutations(n: int) -> None:
    """Birkhoff 1946: doubly stochastic matrices; far more facets meet than the dimension needs."""
    rows = [[int(k // n == i) for k in range(n * n)] for i in range(n)]
    columns = [[int(k % n == j) for k in range(n * n)] for j in range(n)]
    found = vertices([*rows, *columns], [1] * (2 * n))
    assert found is not None
    expected = [
        tuple(int(p[k // n] == k % n) for k in range(n * n))
        for p in itertools.permutations(range(n))
    ]
    assert found == sorted(expected)


def test_an_empty_polytope_has_none_and_time_limits_say_so() -> None:
    assert vertices([[1, 1], [1, 1]], [1, 2]) == []
    assert vertices([[1, 1]], [1], [[1, 1]], ["1/2"]) == []
    past = Deadline()
    past.interrupt()
    rows = [list(r) for r in itertools.product((0, 1, 2), repeat=4)]
    assert vertices([[1] * 4], [1], rows, [1] * len(rows), past) is None


def test_too_many_rays_are_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    cube = [[int(k in (i, 5 + i)) for k in range(10)] for i in range(5)]
    monkeypatch.setattr(polytopes, "MAX_RAYS", 12)
    assert vertices(cube, [1] * 5) is None
