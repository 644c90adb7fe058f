"""The one row reduction, against sympy's matrices."""

from __future__ import annotations

from fractions import Fraction

import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from deterrence.algebra.linear import (
    affine_dimension,
    first_relation,
    independent_columns,
    is_semidefinite,
    primitive,
    rank,
    reduced,
    solutions,
    solve_columns,
    solve_linear,
)

entries = st.one_of(
    st.integers(-3, 3),
    st.builds(Fraction, st.integers(-6, 6), st.integers(1, 5)),
)


@st.composite
def matrices(draw: st.DrawFn, rows: int = 5, columns: int = 5) -> list[list[Fraction]]:
    m, n = draw(st.integers(1, rows)), draw(st.integers(1, columns))
    matrix = [draw(st.lists(entries, min_size=n, max_size=n)) for _ in range(m)]
    if m > 1 and draw(st.booleans()):  # dependent rows are the hard ones
        matrix[-1] = [2 * a - b for a, b in zip(matrix[0], matrix[m // 2], strict=True)]
    return matrix


def theirs(matrix: list[list[Fraction]]) -> sympy.Matrix:
    return sympy.Matrix(
        [
            [sympy.Rational(Fraction(x).numerator, Fraction(x).denominator) for x in row]
            for row in matrix
        ]
    )


def ours(x: sympy.Rational) -> Fraction:
    return Fraction(int(x.p), int(x.q))


@given(matrices())
def test_the_reduced_echelon_form_is_sympys(matrix: list[list[Fraction]]) -> None:
    rows, pivots = reduced(matrix)
    expected, where = theirs(matrix).rref()
    assert pivots == list(where)
    for k, row in enumerate(rows):
        wanted = [ours(x) for x in expected.row(k)]
        lead = row[pivots[k]] if k < len(pivots) else 1
        assert [Fraction(x, lead) for x in row] == wanted
        assert all(isinstance(x, int) for x in row)


@given(matrices(), st.integers(0, 5))
def test_pivots_are_looked_for_in_the_first_columns_only(
    matrix: list[list[Fraction]], columns: int
) -> None:
    columns = min(columns, len(matrix[0]))
    rows, pivots = reduced(matrix, columns)
    left = [row[:columns] for row in matrix]
    assert pivots == (list(theirs(left).rref()[1]) if columns else [])
    assert not any(any(row[:columns]) for row in rows[len(pivots) :])
    # The rows span what they spanned before.
    assert rank([*matrix, *rows]) == rank(matrix) == rank(rows)


@given(matrices())
def test_rank_and_columns(matrix: list[list[Fraction]]) -> None:
    assert rank(matrix) == theirs(matrix).rank()
    chosen = independent_columns(matrix)
    assert rank([[row[k] for k in chosen] for row in matrix]) == len(chosen) == rank(matrix)


@given(matrices(), st.data())
def test_solutions_solve_and_the_null_space_is_whole(
    matrix: list[list[Fraction]], data: st.DataObject
) -> None:
    n = len(matrix[0])
    if data.draw(st.booleans()):
        x = data.draw(st.lists(entries, min_size=n, max_size=n))
        right = [sum(a * b for a, b in zip(row, x, strict=True)) for row in matrix]
    else:
        right = data.draw(st.lists(entries, min_size=len(matrix), max_size=len(matrix)))
    consistent = rank(matrix) == rank([[*row, b] for row, b in zip(matrix, right, strict=True)])
    found = solutions(matrix, right)
    unique = solve_linear(matrix, right)
    if not consistent:
        assert found is None
        assert unique is None
        return
    assert found is not None
    origin, *directions = found
    assert [sum(a * b for a, b in zip(row, origin, strict=True)) for row in matrix] == right
    for direction in directions:
        assert not any(sum(a * b for a, b in zip(row, direction, strict=True)) for row in matrix)
    assert len(directions) == n - rank(matrix)
    assert rank(directions) == len(directions)
    assert unique == (tuple(origin) if not directions else None)


@given(matrices(rows=4, columns=4))
def test_the_inverse_by_columns(matrix: list[list[Fraction]]) -> None:
    size = min(len(matrix), len(matrix[0]))
    square = [row[:size] for row in matrix[:size]]
    identity = [[int(j == k) for j in range(size)] for k in range(size)]
    columns = solve_columns(square, identity)
    if theirs(square).det() == 0:
        assert columns is None
    else:
        expected = theirs(square).inv()
        assert columns == [tuple(map(ours, expected.col(k))) for k in range(size)]


@given(matrices(rows=6, columns=4))
def test_the_first_relation_is_the_first(vectors: list[list[Fraction]]) -> None:
    relation = first_relation(vectors)
    if relation is None:
        assert rank(vectors) == len(vectors)
        return
    count = len(relation)
    assert relation[-1] == 1
    assert rank(vectors[: count - 1]) == count - 1
    for k in range(len(vectors[0])):
        assert sum(w * v[k] for w, v in zip(relation, vectors, strict=False)) == 0


@given(matrices(rows=6, columns=4))
def test_the_affine_dimension_ignores_where_the_points_are(points: list[list[Fraction]]) -> None:
    moved = [[x + 7 for x in p] for p in points]
    lifted = [[*p, Fraction(1)] for p in points]
    assert affine_dimension(points) == affine_dimension(moved) == rank(lifted) - 1


@given(matrices(rows=4, columns=4))
def test_gram_matrices_are_semidefinite(matrix: list[list[Fraction]]) -> None:
    gram = [[sum(a * b for a, b in zip(u, v, strict=True)) for v in matrix] for u in matrix]
    assert is_semidefinite(gram)
    gram[0][0] = -1 - gram[0][0]
    assert not is_semidefinite(gram)


def test_empty_and_degenerate() -> None:
    assert reduced([]) == ([], [])
    assert rank([]) == 0
    assert affine_dimension([]) == -1
    assert solve_linear([], []) is None
    assert solve_linear([[], []], [0, 0]) == ()
    assert solve_linear([[], []], [0, 1]) is None
    assert primitive([0, 0]) == [0, 0]
    assert primitive([-4, 6]) == [-2, 3]


def test_numbers_stay_short() -> None:
    """A Hilbert matrix: rows are kept without common divisors, and the answer is exact."""
    n = 12
    hilbert = [[Fraction(1, i + j + 1) for j in range(n)] for i in range(n)]
    assert solve_linear(hilbert, [sum(row) for row in hilbert]) == (1,) * n


@pytest.mark.parametrize("text", ["1/2", "0.25"])
def test_entries_may_be_texts(text: str) -> None:
    assert solve_linear([[text]], [1]) == (1 / Fraction(text),)  # type: ignore[list-item]
