"""The kernel's bounds on rounding errors, for both modules of loops, against exact arithmetic.

What floats say is believed only beyond these bounds, so each is held from below: the true
value, wherever the operands' own bounds leave it, is never farther away than the result's
bound says.  Bounds are floats as well and may be too small by their own rounding, which
``MARGIN`` is for.
"""

from __future__ import annotations

import itertools
import math
import random
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from deterrence.analysis.points.kernel.bounds import (
    FLOOR,
    MARGIN,
    ROUNDING,
    comparison,
    fine_limit,
    limit_node,
)
from deterrence.analysis.points.kernel.graph import UNIT, Graph, slack
from deterrence.analysis.points.kernel.induction import CODES, WIDTH, Induction
from deterrence.analysis.points.kernel.loops import loops
from deterrence.analysis.points.kernel.program import GraphProgram, Machine
from deterrence.analysis.points.kernel.structure import Limit
from deterrence.game.tree.extensive import ExtensiveGame
from deterrence.game.tree.nodes import Chance, Decision, Leaf

LANES = 512


@pytest.fixture(params=["numpy", "numba"])
def kernel(request: pytest.FixtureRequest) -> Any:
    """Either module of loops."""
    if request.param == "numba":
        pytest.importorskip("numba")
    return loops(request.param == "numba")


def induced(kernel: Any, op: str, operands: tuple[int, ...], registers: Any) -> Any:
    """Run one instruction of backward induction on copies of registers; the last row is `near`."""
    found = np.vstack([registers, np.zeros(registers.shape[1])])
    code = np.array([[CODES[op], *operands, *(0,) * (WIDTH - len(operands))]], dtype=np.int32)
    kernel.induce(code, found, len(found) - 1, 0, registers.shape[1])
    return found


def numbers(seed: int) -> Any:
    """Return rows of floats of many sizes: values in even rows, error bounds in odd ones.

    Bounds are 0, about as large as one rounding, or much larger; some are large enough for
    their products to count.
    """
    rng = np.random.default_rng(seed)
    values = rng.uniform(-2, 2, (3, LANES)) * 2.0 ** rng.integers(-30, 30, (3, LANES))
    sizes = rng.choice([0.0, UNIT, 1e-9, 0.25], (3, LANES))
    found = np.empty((6, LANES))
    found[::2], found[1::2] = values, np.abs(values) * sizes
    return found


def corners(registers: Any, lane: int, pairs: int) -> Any:
    """Yield the operands' true values at the ends of what their bounds allow."""
    exact = [[Fraction(float(x)) for x in registers[2 * k : 2 * k + 2, lane]] for k in range(pairs)]
    for signs in itertools.product((-1, 1), repeat=pairs):
        yield [value + sign * bound for sign, (value, bound) in zip(signs, exact, strict=True)]


# ---- sums and products of backward induction -----------------------------------------------


def test_a_sum_is_within_its_bound(kernel: Any) -> None:
    registers = numbers(1)
    found = induced(kernel, "add", (4, 5, 0, 1, 2, 3), registers)
    assert found[4].tolist() == (registers[0] + registers[2]).tolist()
    needed = 0
    for lane in range(LANES):
        value, bound = (Fraction(float(x)) for x in found[4:6, lane])
        for a, b in corners(registers, lane, 2):
            assert abs(a + b - value) <= bound * Fraction(MARGIN)
            # Not by the operands' bounds alone.
            needed += abs(a + b - value) > Fraction(float(registers[1, lane] + registers[3, lane]))
    assert needed > 100


def test_a_product_is_within_its_bound(kernel: Any) -> None:
    registers = numbers(2)
    found = induced(kernel, "draw", (4, 5, 0, 1, 2, 3), registers)
    assert found[4].tolist() == (registers[0] * registers[2]).tolist()
    for lane in range(LANES):
        value, bound = (Fraction(float(x)) for x in found[4:6, lane])
        for p, v in corners(registers, lane, 2):
            assert abs(p * v - value) <= bound * Fraction(MARGIN)


def test_a_product_that_is_added_is_within_its_bound(kernel: Any) -> None:
    registers = numbers(3)
    found = induced(kernel, "draw_more", (4, 5, 0, 1, 2, 3), registers)
    part = registers[0] * registers[2]
    assert found[4].tolist() == (registers[4] + part).tolist()
    for lane in range(LANES):
        value, bound = (Fraction(float(x)) for x in found[4:6, lane])
        for p, v, before in corners(registers, lane, 3):
            assert abs(before + p * v - value) <= bound * Fraction(MARGIN)


def test_both_roundings_of_a_product_that_is_added_count(kernel: Any) -> None:
    """A product that cancels what it is added to, and one that is lost beside it."""
    x = 1.0 + 2.0**-30
    rows = [[x, x], [0.0, 0.0], [x, 1 / 3], [0.0, 0.0], [-(x * x), 2.0**40], [0.0, 0.0]]
    found = induced(kernel, "draw_more", (4, 5, 0, 1, 2, 3), np.array(rows))
    for lane in range(2):
        p, v, before = (Fraction(rows[k][lane]) for k in (0, 2, 4))
        error = abs(before + p * v - Fraction(float(found[4, lane])))
        assert 0 < error <= Fraction(float(found[5, lane]))


@pytest.mark.parametrize("op", ["add", "draw", "draw_more"])
def test_bounds_are_not_much_larger_than_needed(kernel: Any, op: str) -> None:
    """Too large a bound costs speed only; twice what can happen is the most there is."""
    registers = numbers(4)
    bound = induced(kernel, op, (4, 5, 0, 1, 2, 3), registers)[5]
    for lane in range(LANES):
        a, b, c = (Fraction(float(x)) for x in registers[::2, lane])
        worst = Fraction(0)
        for p, v, before in corners(registers, lane, 3):
            true = {
                "add": p + v - a - b,
                "draw": p * v - a * b,
                "draw_more": before + p * v - c - a * b,
            }[op]
            worst = max(worst, abs(true))
        parts = {"add": [a + b], "draw": [a * b], "draw_more": [a * b, c + a * b]}[op]
        roundings = sum(abs(x) for x in parts) * Fraction(UNIT)
        assert Fraction(float(bound[lane])) <= 2 * (worst + roundings)


# ---- comparisons of backward induction ------------------------------------------------------


def surely(gap: float, limit: float, sign: int = 1) -> bool:
    """Say whether two moves are told apart, as the module of backward induction has it."""
    return gap > MARGIN * (limit + sign * ROUNDING * gap) + FLOOR


def close_calls() -> tuple[Any, Any, Any]:
    """Return values and bounds of two moves around the limit, down to the last bit."""
    values, limits, others = [], [], []
    for gap in (1.0, 3.0, 1.7e-20, 2.0**60 / 3):
        edge = gap / MARGIN
        for steps in range(-9, 10):
            limit = edge + steps * math.ulp(edge)
            for share in (0.0, 0.5, 1.0):
                values.append(gap)
                limits.append(share * limit)
                others.append(limit - share * limit)
    lanes = -(-len(values) // 8) * 8
    columns = (np.resize(np.array(x), lanes) for x in (values, limits, others))
    return tuple(columns)  # type: ignore[return-value]


@pytest.mark.parametrize("turned", [False, True])
def test_two_moves_are_told_apart_only_beyond_their_bounds(kernel: Any, turned: bool) -> None:
    gap, first, second = close_calls()
    nothing = np.zeros_like(gap)
    rows = (
        [nothing, nothing, first, gap, second]
        if not turned
        else [nothing, gap, first, nothing, second]
    )
    found = induced(kernel, "compare", (0, 1, 2, 3, 4), np.array(rows))
    expected = [not surely(*x) for x in zip(gap, first + second, strict=True)]
    assert (found[-1] != 0).tolist() == expected
    assert found[0].tolist() == [0.0 if turned else 1.0] * len(gap)
    # The calls are close enough to miss a rounding of the difference.
    assert expected != [not surely(*x, sign=-1) for x in zip(gap, first + second, strict=True)]
    assert expected != [not surely(*x, sign=0) for x in zip(gap, first + second, strict=True)]


def test_a_rival_is_ruled_out_only_beyond_the_bounds(kernel: Any) -> None:
    gap, first, second = close_calls()
    nothing = np.zeros_like(gap)
    chosen = np.where(np.arange(len(gap)) % 5 == 0, 2.0, 1.0)
    rows = np.array([chosen, nothing, nothing, gap, first, nothing, second])
    found = induced(kernel, "rival", (0, 2, 3, 4, 5, 6), rows)
    expected = [
        mine != 2.0 and not surely(*x) for mine, *x in zip(chosen, gap, first + second, strict=True)
    ]
    assert (found[-1] != 0).tolist() == expected
    assert any(expected)
    assert not all(expected)


@pytest.mark.parametrize("op", ["compare", "rival"])
def test_moves_are_near_where_there_is_no_number(kernel: Any, op: str) -> None:
    rows = np.zeros((7, 8))
    rows[3] = [math.nan, math.inf, math.nan, 1, FLOOR, FLOOR / 2, 0, 2 * FLOOR]
    rows[4 if op == "rival" else 2] = [0, math.inf, math.inf, math.nan, 0, 0, 0, 0]
    operands = (0, 1, 2, 3, 4) if op == "compare" else (0, 1, 3, 4, 5, 6)
    if op == "rival":
        rows[4], rows[5] = rows[4].copy(), 0
    found = induced(kernel, op, operands, rows)
    assert (found[-1] != 0).tolist() == [True] * 7 + [False]


def tree_value(k: Fraction, p: Fraction) -> Fraction:
    """Return what A gets in :func:`risky`: B yields where fighting costs something."""
    return p * (k / 3 - k * k / 7) + (1 - p) * -k


def risky(compiled: bool) -> Induction:
    """A game in which chance mixes payoffs that are rounded."""
    fight = Decision("B", "reply", {"fight": Leaf("war"), "yield": Leaf("gain")})
    half = Fraction(1, 2)  # what counts are the nodes below
    tree = Chance({"near": (half, fight), "far": (half, Leaf("loss"))})
    game = ExtensiveGame.from_tree("AB", tree, {"war": (0, 0), "gain": (0, 0), "loss": (0, 0)})
    g = Graph()
    k, p = g.input("k"), g.input("p")
    third, seventh = (g.constant(Fraction(1, n)) for n in (3, 7))
    gain = g.sub(g.mul(third, k), g.mul(seventh, g.mul(k, k)))
    worth = {"war": (g.one, g.neg(k)), "gain": (gain, g.zero), "loss": (g.neg(k), g.zero)}
    columns = [
        [g.zero if n.outcome is None else worth[n.outcome][i] for n in game.nodes] for i in range(2)
    ]
    chances = {s: [p, g.sub(g.one, p)] for s, own in enumerate(game.sets) if own.is_chance}
    return Induction(g, game, columns, chances, compiled=compiled)


@pytest.mark.parametrize("engine", ["numpy", "numba"])
def test_what_a_tree_is_worth_is_within_its_bound(engine: str) -> None:
    if engine == "numba":
        pytest.importorskip("numba")
    induction = risky(engine == "numba")
    dice = random.Random(5)
    exact = [
        (Fraction(dice.randint(1, 10**6), 10**4), Fraction(dice.randint(1, 999), 1000))
        for _ in range(400)
    ]
    columns = {name: np.array([float(x[i]) for x in exact]) for i, name in enumerate("kp")}
    induction.run(columns, len(exact))
    values, bounds = induction.value(0, len(exact)), induction.error(0, len(exact))
    off = 0
    for point, value, bound in zip(exact, values.tolist(), bounds.tolist(), strict=True):
        error = abs(Fraction(value) - tree_value(*point))
        off += error > 0
        assert error <= Fraction(bound) * Fraction(MARGIN)
        k = float(point[0])
        assert bound <= 40 * UNIT * (k + k * k)
    assert off > 300


# ---- signs ----------------------------------------------------------------------------------


def test_signs_are_doubtful_up_to_their_bounds(kernel: Any) -> None:
    just = math.nextafter(1.0, 2.0)
    values = np.array([1.0, -1.0, just, -just, 0.0, math.nan, math.inf, 0.5])
    registers = np.vstack([values, np.ones(8)])
    positive, doubtful = np.zeros((1, 8), dtype=np.uint8), np.zeros(8, dtype=np.uint8)
    one, two = np.array([0]), np.array([1])
    kernel.find_signs(registers, one, two, 0, 8, positive, doubtful)
    assert doubtful.tolist() == [1, 1, 0, 0, 1, 1, 0, 1]
    assert positive[0].tolist() == [1, 0, 1, 0, 0, 0, 1, 1]


def test_inputs_are_in_range_with_both_ends(kernel: Any) -> None:
    low, high = 2.0**-4, 2.0**4
    inputs = [low, -high, 0.0, math.nextafter(low, 0), math.nextafter(high, 99), math.nan, 1, -low]
    registers, flagged = np.array([inputs]), np.zeros(8, dtype=bool)
    kernel.check_range(registers, np.array([0]), 8, low, high, flagged)
    assert flagged.tolist() == [False, False, False, True, True, True, False, False]


HOLDS = {"<": "-", "<=": "-0", ">": "+", ">=": "+0", "==": "0", "!=": "-+"}


@pytest.mark.parametrize("sign", list(HOLDS))
def test_comparisons_are_open_up_to_their_bounds(kernel: Any, sign: str) -> None:
    graph = Graph()
    value, bound, true = comparison(graph, graph.compare(sign, graph.input("a")))
    assert (graph.ops[value], graph.ops[bound]) == ("input", "mul")
    just = math.nextafter(1.0, 2.0)
    # Values and bounds, and the sign that is known by them.
    cases = [
        (0.0, 0.0, "0"),
        (5e-324, 0.0, "+"),
        (0.0, 1.0, "?"),
        (1.0, 1.0, "?"),
        (-1.0, 1.0, "?"),
        (just, 1.0, "+"),
        (-just, 1.0, "-"),
        (math.nan, 1.0, "?"),
    ]
    registers = np.array([[x for x, _, _ in cases], [y for _, y, _ in cases]])
    no, unknown = np.zeros(8, dtype=bool), np.zeros(8, dtype=bool)
    kernel.judge(registers, np.array([[0, 1, true]]), 8, no, unknown)
    assert unknown.tolist() == [known == "?" for _, _, known in cases]
    assert no.tolist() == [known not in (*HOLDS[sign], "?") for _, _, known in cases]


@pytest.mark.parametrize("truth", [1.0, 0.0, math.nan])
def test_truths_that_are_no_comparison_are_judged(kernel: Any, truth: float) -> None:
    graph = Graph()
    node = graph.host("not", graph.compare(">", graph.input("a")))
    value, bound, true = comparison(graph, node)
    # The value and its bound, for a node that is 1, 0 or nan.
    assert graph.args[value][0] == node
    half, limit = graph.value(graph.args[value][1]), graph.value(bound)
    registers = np.full((2, 8), truth - float(half or 0))
    registers[1] = float(limit or 0)
    no, unknown = np.zeros(8, dtype=bool), np.zeros(8, dtype=bool)
    kernel.judge(registers, np.array([[0, 1, true]]), 8, no, unknown)
    assert (bool(no[0]), bool(unknown[0])) == (truth == 0.0, truth != truth)


# ---- probabilities --------------------------------------------------------------------------


def shares(seed: int) -> tuple[Any, Any]:
    """Return weights of one strategy with three actions, and bounds on their errors."""
    rng = np.random.default_rng(seed)
    weights = rng.uniform(0.1, 3, (3, 64)) * rng.choice([-1.0, 1.0], 64)
    return weights, np.abs(weights) * rng.choice([8 * UNIT, 1e-12, 1e-10], (3, 64))


#: One vertex with three weights: where its weights start, weights, bounds, actions.
STRATEGY = (np.array([0, 3]), np.array([0, 1, 2]), np.array([3, 4, 5]), np.array([2, 0, 1]))


def test_probabilities_are_within_their_bounds(kernel: Any) -> None:
    weights, limits = shares(6)
    registers = np.vstack([weights, limits])
    lane, vertex = np.arange(64), np.zeros(64, dtype=np.int64)
    bound = np.zeros((3, 64))
    kernel.errors(lane, vertex, registers, STRATEGY, bound)
    target, loose = np.zeros((64, 3)), np.zeros(64)
    spare = np.zeros((3, 64))
    starts = np.array([0, 64])
    kernel.strategies(target, lane, lane, starts, np.array([0]), registers, STRATEGY, spare, loose)
    for i in range(64):
        found = [[Fraction(abs(float(x))) for x in rows[:, i]] for rows in (weights, limits)]
        for signs in itertools.product((-1, 1), repeat=3):
            true = [w + s * e for w, s, e in zip(found[0], signs, found[1], strict=True)]
            for k, action in enumerate((2, 0, 1)):
                error = abs(true[k] / sum(true) - Fraction(float(target[i, action])))
                assert error <= Fraction(float(bound[action, i])) * Fraction(MARGIN)
                # The coarse bound is for the sum of all weights.
                assert error <= 2 * Fraction(float(loose[i])) * Fraction(MARGIN)
        total = float(np.abs(weights[:, i]).sum())
        assert loose[i] == pytest.approx(limits[:, i].sum() / total, rel=1e-13, abs=0)


def test_the_loosest_strategy_of_a_lane_counts(kernel: Any) -> None:
    """Of two equilibria at a lane the worse bound is kept, and none that is no number is lost."""
    registers = np.zeros((6, 8))
    registers[:3], registers[3:] = 1.0, 1e-12
    registers[3, 1] = math.nan
    lane = np.array([0, 1, 2, 0, 1, 2])
    tables = (np.array([0, 2, 3]), np.array([0, 1, 2]), np.array([3, 4, 5]), np.array([0, 1, 0]))
    loose = np.array([1e-13, 0, 1e-3, 0, 0, 0, 0, 0])
    kernel.strategies(
        np.zeros((6, 2)),
        lane,
        np.arange(6),
        np.array([0, 3, 6]),
        np.array([0, 1]),
        registers,
        tables,
        np.zeros((2, 6)),
        loose,
    )
    assert loose[0] == pytest.approx(1e-12, abs=0)
    assert math.isnan(loose[1])
    assert loose[2] == 1e-3


# ---- bounds as nodes ------------------------------------------------------------------------


@pytest.mark.parametrize("engine", ["numpy", "numba"])
def test_bounds_of_minors(engine: str) -> None:
    if engine == "numba":
        pytest.importorskip("numba")
    graph = Graph()
    a, b = graph.input("a"), graph.input("b")
    minor = graph.sub(graph.mul(a, a), graph.mul(b, b))
    fine = fine_limit(graph, minor)
    coarse = limit_node(graph, a, Limit(3, ((1, 2), (2, 5))))
    machine = Machine(GraphProgram(graph, [minor, fine, coarse]), 64, compiled=engine == "numba")
    x = np.array([3.0, 0.0, 0.5])
    _, own, side = machine.run({"a": x, "b": x}, 3)
    magnitude, k = graph.bound(minor)
    assert graph.ops[magnitude] == "add"
    assert k == 6  # inputs within two units each, a product and a difference
    assert own.tolist() == pytest.approx((slack(6) * 2 * x * x + FLOOR).tolist(), rel=1e-12, abs=0)
    assert side.tolist() == pytest.approx(
        (slack(3) * (2 * x + 5 * x * x) + FLOOR).tolist(), rel=1e-12, abs=0
    )
    assert own[1] == side[1] == FLOOR


@pytest.mark.parametrize("k", [1, 2, 5, 40])
def test_the_slack_of_some_roundings(k: int) -> None:
    """It covers ``k`` roundings in one direction and those of the bound, and is not twice that."""
    worst = (1 + Fraction(UNIT)) ** (k + 2) - 1
    assert worst <= Fraction(slack(k)) <= 6 * worst
    assert slack(k) == (1.125 * k + 4) * UNIT
