"""Which parameters become symbols, what is put in for the others, and polygons of shares."""

from __future__ import annotations

import itertools
from fractions import Fraction

import pytest

from deterrence.algebra.expressions import Expression
from deterrence.algebra.polynomials import Algebra
from deterrence.errors import UsageError
from deterrence.modelfile import read_model
from deterrence.symbolic import exact_volumes as exact
from deterrence.symbolic.matrices.problem import problem_of
from deterrence.symbolic.parameter_space import closure, divisors, known_values, plainly_true
from deterrence.symbolic.results import as_data

parse = Expression.parse

MODEL = read_model("""\
title: Small
form: strategic
players: [R, C]
actions: {R: [up, down], C: [left, right]}
parameters:
  a: {default: 3}
  b: {default: 2}
  c: {default: 7}
  d: {formula: a + b}
  unused: {default: 1}
assumptions: ["c == a + 2*b", a > b, b > 0, unused > 0]
outcomes:
  x: {title: X, payoffs: {R: a, C: d}}
  y: {title: Y, payoffs: {R: c/b, C: 0}}
game:
  up: {left: x, right: y}
  down: {left: y, right: x}
""")


def test_an_assumed_equation_is_solved_for_a_parameter_that_goes() -> None:
    known, equations = known_values(MODEL)
    assert {n: str(e) for n, e in known.items()} == {"c": "a + 2*b"}
    assert list(map(str, equations)) == ["c == a + 2*b"]
    expanded, _ = known_values(MODEL, expand=True, fixed={"b": 2})
    assert expanded["d"] == parse("a + 2")
    assert expanded["b"] == Expression.number(2)


def test_the_symbols_of_a_matrix() -> None:
    problem = problem_of(MODEL)
    assert problem.symbols == ("a", "b", "d")
    assert list(map(str, problem.assumptions)) == ["a > b", "b > 0"]
    assert problem.defaults == {"a": 3, "b": 2, "d": 5}
    (divisor,) = problem.nonzero
    assert str(divisor) == "b"
    point = {"a": Fraction(3), "b": Fraction(2), "d": Fraction(5)}
    for polys, payoffs in ((problem.row, problem.payoffs[0]), (problem.column, problem.payoffs[1])):
        flat = [Fraction(problem.algebra.evaluate(p, point)) for row in polys for p in row]
        true = [Fraction(u.evaluate(point)) for u in payoffs]
        ratios = {p / u for p, u in zip(flat, true, strict=True) if u}
        assert len(ratios) == 1  # one positive factor for all
        assert ratios.pop() > 0
    assert problem.cell_keys()[0][0] == problem.cell_keys()[1][1]
    assert problem.cell_keys()[0][0] != problem.cell_keys()[0][1]


def test_assumptions_bring_in_what_they_tie() -> None:
    assumptions = [parse("a > b"), parse("b > c"), parse("e > f")]
    used, kept = closure({"a"}, assumptions)
    assert used == {"a", "b", "c"}
    assert kept == assumptions[:2]


@pytest.mark.parametrize(
    ("text", "known"), [("1 < 2", True), ("a >= a", True), ("a > b", False), ("a > a", False)]
)
def test_plain_truths_go(text: str, known: bool) -> None:
    assert plainly_true(parse(text)) is known


def test_a_plain_contradiction_is_an_error() -> None:
    with pytest.raises(UsageError, match="contradict"):
        plainly_true(parse("2 < 1"))


def test_divisors_are_the_factors_of_denominators() -> None:
    algebra = Algebra(["a", "b"])
    found = divisors(algebra, [parse("1/(a*b)"), parse("b/(a**2 - b**2)"), parse("a + b")])
    a, b = algebra.ring.gens
    assert {p if p.LC > 0 else -p for p in found} == {a, b, a - b, a + b}


def test_results_as_plain_data() -> None:
    nested = {"R": {"up": parse("a/b"), "down": Fraction(1, 2)}, "C": ("left",), "none": None}
    assert as_data(nested) == {"R": {"up": "a/b", "down": "1/2"}, "C": ["left"], "none": None}


# ---- polygons --------------------------------------------------------------------------
SQUARE = [tuple(map(Fraction, p)) for p in ((0, 0), (4, 0), (4, 4), (0, 4))]


@pytest.mark.parametrize("form", [(1, -1, 0), (1, 1, -3), (2, 1, -8), (1, 0, -1), (0, 1, 9)])
def test_a_cut_keeps_the_area_and_the_sides(form: tuple[int, int, int]) -> None:
    a, b, c = map(Fraction, form)
    parts = exact._cut(SQUARE, (a, b, c))
    assert sum(map(exact._area, parts)) == 16
    for part in parts:
        assert len({(a * x + b * y + c > 0) for x, y in part if a * x + b * y + c != 0}) == 1
        x, y = exact._centre(part)
        assert a * x + b * y + c != 0


def test_areas_count_cells_of_a_grid() -> None:
    """Cut a square of 8 x 8 cells by lines along the grid: areas are numbers of cells."""
    polygons = [SQUARE]
    for form in ((1, 0, -1), (0, 2, -3), (1, 0, -3)):
        polygons = [part for p in polygons for part in exact._cut(p, tuple(map(Fraction, form)))]
    areas = sorted(map(exact._area, polygons))
    widths, heights = (1, 2, 1), (Fraction(3, 2), Fraction(5, 2))
    assert areas == sorted(w * h for w, h in itertools.product(widths, heights))


def test_groups_share_no_symbols() -> None:
    lines = [parse(t) for t in ("a - b", "c - 1", "b - d", "e - f", "f")]
    assert sorted(map(sorted, exact._groups(lines))) == [["a", "b", "d"], ["c"], ["e", "f"]]
