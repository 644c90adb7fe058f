"""Error bounds, identities and machines of the compiled arithmetic, against rationals."""

from __future__ import annotations

import itertools
import random
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deterrence.algebra.expressions import Expression
from deterrence.analysis.points.kernel.field import ResidueField
from deterrence.analysis.points.kernel.formulas import FormulaReader
from deterrence.analysis.points.kernel.graph import Graph, slack
from deterrence.analysis.points.kernel.program import GraphProgram, Machine
from deterrence.analysis.points.kernel.structure import StructuralSide, pairs_of

NAMES = ("a", "b", "c")


def random_expression(dice: random.Random, depth: int) -> Expression:
    if depth == 0 or dice.random() < 0.15:
        if dice.random() < 0.6:
            return Expression.name(dice.choice(NAMES))
        return Expression.number(Fraction(dice.randint(-9, 9), dice.randint(1, 9)))
    kind = dice.choice(["+", "-", "*", "*", "/", "neg", "pow", "min", "max", "abs", "if"])
    left = random_expression(dice, depth - 1)
    right = random_expression(dice, depth - 1)
    if kind == "neg":
        return -left
    if kind == "pow":
        return left ** dice.randint(0, 3)
    if kind in ("min", "max"):
        return Expression("call", kind, left, right)
    if kind == "abs":
        return Expression("call", kind, left)
    if kind == "if":
        return Expression("if", Expression("compare", ("<",), left, right), right, left)
    if kind == "/":  # a divisor that is never 0
        return left / (right * right + Fraction(1, 3))
    return {"+": left + right, "-": left - right, "*": left * right}[kind]


@settings(max_examples=150)
@given(st.integers(0, 10**9))
def test_errors_stay_within_their_bounds(seed: int) -> None:
    dice = random.Random(seed)
    e = random_expression(dice, 5)
    # Values whose nearest floats are off, and some that cancel.
    points = [
        {n: Fraction(dice.randint(-99, 99), dice.choice([7, 10, 1000])) for n in NAMES}
        for _ in range(8)
    ]
    graph = Graph()
    formulas = FormulaReader(graph, {}, {n: graph.input(n) for n in NAMES}, {})
    node = formulas.node(e)
    magnitude, k = graph.bound(node)
    machine = Machine(GraphProgram(graph, [node, magnitude]), 8, compiled=False)
    columns = {n: np.array([float(p[n]) for p in points]) for n in NAMES}
    rows = dict(zip((node, magnitude), machine.run(columns, 8), strict=False))
    value = rows[node]
    size = rows.get(magnitude, value)
    for i, point in enumerate(points):
        if np.isnan(value[i]) or np.isinf(size[i]):
            continue  # a comparison that floats leave open
        exact = Fraction(e.evaluate(point))
        bound = Fraction(slack(k)) * Fraction(float(size[i]))
        assert abs(Fraction(float(value[i])) - exact) <= bound
        assert abs(exact) <= Fraction(float(size[i])) * (1 + Fraction(1, 2**30))


@settings(max_examples=60)
@given(st.integers(0, 10**9))
def test_machines_give_the_same_bits(seed: int) -> None:
    pytest.importorskip("numba")
    dice = random.Random(seed)
    graph = Graph()
    formulas = FormulaReader(graph, {}, {n: graph.input(n) for n in NAMES}, {})
    nodes = [formulas.node(random_expression(dice, 5)) for _ in range(4)]
    nodes += [graph.bound(n)[0] for n in nodes]
    program = GraphProgram(graph, nodes)
    rng = np.random.default_rng(seed)
    columns = {n: rng.normal(size=37) * 10.0 ** rng.integers(-9, 9) for n in NAMES}
    plain = Machine(program, 64, compiled=False).run(columns, 37)
    fast = Machine(program, 64, compiled=True).run(columns, 37)
    for x, y in zip(plain, fast, strict=True):
        np.testing.assert_array_equal(x, y)
        assert np.signbit(x).tolist() == np.signbit(y).tolist()


@settings(max_examples=60)
@given(st.integers(0, 10**9))
def test_normal_forms_and_the_field_know_identities(seed: int) -> None:
    dice = random.Random(seed)
    graph = Graph()
    formulas = FormulaReader(graph, {}, {n: graph.input(n) for n in NAMES}, {})
    x, y = (random_expression(dice, 3) for _ in range(2))
    difference = (x + y) * (x - y) - (x * x - y * y)
    field = ResidueField(graph)
    assert field.value(formulas.node(difference)) == (0, 0)
    other = x + Fraction(1, 10**6) - x
    assert field.value(formulas.node(other)) != (0, 0)


def determinant(matrix: list[list[Fraction]]) -> Fraction:
    """Return a determinant as the sum over all permutations (Leibniz)."""
    n, total = len(matrix), Fraction(0)
    for order in itertools.permutations(range(n)):
        sign = (-1) ** sum(order[i] > order[j] for i in range(n) for j in range(i + 1, n))
        product = Fraction(sign)
        for i, j in enumerate(order):
            product *= matrix[i][j]
        total += product
    return total


@pytest.mark.parametrize("seed", range(4))
def test_minors_are_determinants(seed: int) -> None:
    dice = random.Random(seed)
    # Payoffs from few values, so that many differences and minors vanish identically.
    graph = Graph()
    inputs = {n: graph.input(n) for n in NAMES}
    formulas = FormulaReader(graph, {}, inputs, {})
    choices = [*(Expression.name(n) for n in NAMES), Expression.number(0), Expression.number(2)]
    payoffs = [[dice.choice(choices) for _ in range(4)] for _ in range(4)]
    side = StructuralSide(formulas, [[formulas.polynomial(e) for e in row] for row in payoffs])
    point = {n: Fraction(dice.randint(1, 50), 8) for n in NAMES}
    columns = {n: np.array([float(v)]) for n, v in point.items()}
    values = [[e.evaluate(point) for e in row] for row in payoffs]
    for size in (1, 2, 3):
        for support in itertools.combinations(range(4), size):
            for replies in itertools.combinations(range(4), size + 1):
                matrix = [
                    [values[i][r] - values[i][replies[0]] for r in replies[1:]] for i in support
                ]
                expected = determinant(matrix)
                minor = side.minor(support, replies)
                if minor is None:
                    assert expected == 0
                    continue
                node, sign = minor
                machine = Machine(GraphProgram(graph, [node]), 8, compiled=False)
                (row,) = machine.run({n: columns[n] for n in machine.program.inputs}, 1)
                assert sign * Fraction(float(row[0])) == expected  # eighths: nothing is rounded


def test_generic_games_have_one_pair_per_pair_of_supports() -> None:
    graph = Graph()
    formulas = FormulaReader(graph, {}, {}, {})

    def cells(letter: str) -> Any:
        return [
            [{((graph.input(f"{letter}{i}{j}"), 1),): Fraction(1)} for j in range(3)]
            for i in range(3)
        ]

    rows, columns = StructuralSide(formulas, cells("p")), StructuralSide(formulas, cells("q"))
    # 9 + 9 + 1 pairs of supports of equal size; each vertex belongs to one pair.
    assert len(rows.vertices) == len(columns.vertices) == 19
    pairs = pairs_of(rows.vertices, columns.vertices)
    assert len(pairs) == 19
    assert len({i for i, _ in pairs}) == len({j for _, j in pairs}) == 19
