"""Ordered inputs: draws without rejection, one redrawn given the others, indices one by one."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from deterrence.algebra.expressions import Expression
from deterrence.analysis.uncertainty.analyse import analyse
from deterrence.analysis.uncertainty.first_order import first_order
from deterrence.analysis.uncertainty.given_others import GivenOthers
from deterrence.analysis.uncertainty.inputs import Uncertainty
from deterrence.analysis.uncertainty.orders import OrderedUniforms, forest, ordered_by
from deterrence.modelfile.catalogue import load_model
from deterrence.modelfile.loader import read_model
from deterrence.modelfile.model import SymbolicModel

RNG = np.random.default_rng(11)
SUM = """
title: A sum
form: strategic
players: [A, B]
actions: {{A: [x, y], B: [x, y]}}
parameters:
{parameters}
assumptions: [{assumptions}]
outcomes: {{o: {{payoffs: {{A: 1, B: 1}}}}, n: {{payoffs: {{A: 0, B: 0}}}}}}
game: {{x: {{x: o, y: n}}, y: {{x: n, y: n}}}}
measures: {{total: {{worth: {{o: {worth}, n: {worth}}}}}}}
"""


def sum_of(names: str, worth: str, *assumptions: str) -> SymbolicModel:
    """A model whose measure is a formula of its parameters, whatever is played."""
    rows = [
        f"  {n}: {{default: {(k + 1) / (len(names) + 1)}, bounds: [0, 1]}}"
        for k, n in enumerate(names)
    ]
    # What is paid does not depend on them; that they are asked about suffices.
    text = SUM.format(parameters="\n".join(rows), assumptions=", ".join(assumptions), worth=worth)
    return read_model(text, "sum")


# ---- draws ------------------------------------------------------------------------------
@pytest.mark.parametrize("count", [2, 3, 6])
def test_a_chain_of_alike_uniforms_gives_order_statistics(count: int) -> None:
    names = [f"x{k}" for k in range(count)]
    chain = OrderedUniforms(dict.fromkeys(names, (0.0, 1.0)), list(itertools.pairwise(names)))
    assert chain.share == pytest.approx(1 / math.factorial(count))
    drawn = chain.draw({n: RNG.random(4000) for n in names})
    for k, n in enumerate(names):
        assert stats.kstest(drawn[n], stats.beta(k + 1, count - k).cdf).pvalue > 1e-3


RANGE = st.tuples(st.integers(-4, 4), st.integers(1, 6)).map(lambda t: (t[0], t[0] + t[1]))


@settings(max_examples=40, deadline=None)
@given(st.lists(RANGE, min_size=2, max_size=5), st.data())
def test_draws_are_those_that_rejection_would_keep(
    ranges: list[tuple[int, int]], data: st.DataObject
) -> None:
    names = [f"x{k}" for k in range(len(ranges))]
    box = {n: (float(a), float(b)) for n, (a, b) in zip(names, ranges, strict=True)}
    # A random tree, its edges in random directions.
    edges = []
    for k in range(1, len(names)):
        pair = names[data.draw(st.integers(0, k - 1))], names[k]
        edges.append(pair if data.draw(st.booleans()) else pair[::-1])
    rng = np.random.default_rng(5)
    ordered = OrderedUniforms(box, edges)
    points = {n: rng.uniform(*box[n], 60_000) for n in names}
    kept = np.all([points[a] < points[b] for a, b in edges], axis=0)
    assert ordered.share == pytest.approx(kept.mean(), abs=5 * math.sqrt(0.25 / 60_000) + 1e-9)
    if kept.sum() < 300:
        return
    drawn = ordered.draw({n: rng.random(20_000) for n in names})
    for a, b in edges:
        assert (drawn[a] <= drawn[b]).all()
    for n in names:
        assert box[n][0] <= drawn[n].min() <= drawn[n].max() <= box[n][1]
        assert stats.ks_2samp(drawn[n], points[n][kept]).pvalue > 1e-6
    for a, b in itertools.combinations(names, 2):
        mine, theirs = drawn[a] * drawn[b], points[a][kept] * points[b][kept]
        error = math.hypot(mine.std() / 20_000**0.5, theirs.std() / kept.sum() ** 0.5)
        assert abs(mine.mean() - theirs.mean()) < 6 * error + 1e-9


def test_a_cycle_loses_what_binds_least_and_what_follows() -> None:
    box = {"a": (0.0, 1.0), "b": (0.0, 1.0), "c": (0.0, 1.0), "d": (0.5, 9.0)}
    edges = [("a", "b"), ("b", "c"), ("a", "c"), ("a", "d"), ("d", "c")]
    kept = forest(edges, box)
    assert ("a", "c") not in kept  # follows
    assert len(kept) == 3
    assert ("a", "d") not in kept  # nearly always so
    assert forest([("a", "b")], {"a": (0.0, 1.0), "b": (1.0, 2.0)}) == []


def test_assumptions_are_read_as_order_and_as_ends() -> None:
    parse = Expression.parse
    box = {"a": (0.0, 4.0), "b": (0.0, 4.0), "c": (0.0, 4.0)}
    found = ordered_by([parse("a > b and b >= k"), parse("a + c > 1")], box, {"k": 1})
    assert found is not None
    assert found.edges == (("b", "a"),)
    assert found.ranges == {"a": (0.0, 4.0), "b": (1.0, 4.0)}
    assert found.share == pytest.approx(9 / 32)  # the triangle 1 < b < a < 4 in the square
    assert ordered_by([parse("a > 0"), parse("a + c > 1")], box, {}) is None
    assert ordered_by([parse("a > 5")], box, {}) is None


def test_shipped_orders_lose_no_sample() -> None:
    for name in ("brinkmanship", "unilateral-deterrence", "chicken", "deadlock"):
        uncertainty = Uncertainty(load_model(name))
        answer = analyse(load_model(name), samples=256, method="probabilities")
        assert answer.probabilities is not None
        assert answer.probabilities.excluded == 0, name
        assert answer.probabilities.kept < 0.3
        assert uncertainty.ordered is not None


# ---- one input given the others ---------------------------------------------------------
def test_an_input_redrawn_in_a_chain_is_uniform_between_its_neighbours() -> None:
    model = sum_of("abc", "a + b + c", "a < b", "b < c")
    others = GivenOthers(Uncertainty(model, asked=[Expression.parse("a + b + c")]))
    point = np.repeat([[0.2, 0.5, 0.6]], 4000, axis=0)
    low, high = others.ends(point, 1)
    assert (low[0], high[0]) == pytest.approx((0.2, 0.6))
    moved, fine = others.redraw(point, 1, RNG.random(4000), RNG)
    assert fine.all()
    assert (moved[:, [0, 2]] == point[:, [0, 2]]).all()
    assert stats.kstest((moved[:, 1] - 0.2) / 0.4, "uniform").pvalue > 1e-3
    assert others.share(point, 1)[0] == pytest.approx(0.75)


def test_an_input_under_a_bent_assumption_is_redrawn_by_rejection() -> None:
    """a^2 + b^2 < 1 at b = 0.6: a is uniform below 0.8."""
    model = sum_of("ab", "a + b", "a**2 + b**2 < 1")
    others = GivenOthers(Uncertainty(model, asked=[Expression.parse("a + b")]))
    point = np.repeat([[0.1, 0.6]], 4000, axis=0)
    moved, fine = others.redraw(point, 0, RNG.random(4000), RNG)
    assert fine.all()
    assert stats.kstest(moved[:, 0] / 0.8, "uniform").pvalue > 1e-3


def test_redrawing_keeps_the_joint_distribution() -> None:
    """What a Gibbs step must do, through a copula and a linear assumption at once."""
    text = """
title: T
form: strategic
players: [A, B]
actions: {A: [x, y], B: [x, y]}
parameters:
  a: {default: 1, distribution: {name: expon}}
  b: {default: 2, bounds: [0, 4]}
  c: {default: 1/2, bounds: [0, 2]}
assumptions: [a + c < 3]
correlations: [{between: [a, b], value: 0.7}]
game: [[[a, 0], [0, b]], [[0, c], [1, 0]]]
"""
    uncertainty = Uncertainty(read_model(text, "t"))
    rng = np.random.default_rng(3)
    points = uncertainty.values(rng.random((40_000, 3)))
    points = points[points[:, 0] + points[:, 2] < 3]
    others = GivenOthers(uncertainty)
    for k in range(3):
        moved, fine = others.redraw(points, k, rng.random(len(points)), rng)
        assert fine.all()
        assert (moved[:, 0] + moved[:, 2] <= 3 + 1e-9).all()
        assert stats.ks_2samp(moved[:, k], points[:, k]).pvalue > 1e-3
        found, truth = (np.corrcoef(stats.rankdata(x, axis=0).T) for x in (moved, points))
        np.testing.assert_allclose(found, truth, atol=0.02)
        # It is drawn anew: given the others, nothing of the old value is left.
        mean = np.corrcoef(moved[:, k], points[:, k])[0, 1]
        assert mean < 0.7


# ---- indices ----------------------------------------------------------------------------
def test_indices_of_a_sum_of_ordered_uniforms_in_closed_form() -> None:
    """a < b on the unit square: V(a + b) = 1/6.

    E[a + b | a] = (1 + 3a)/2 and E[a + b | b] = 3b/2, with Var a = Var b = 1/18, so that
    S = 9/4 / 18 * 6 = 3/4 for each.  a | b is uniform on (0, b): T = E[b^2]/12 * 6 = 1/4.
    """
    answer = analyse(sum_of("ab", "a + b", "a < b"), samples=1 << 12, method="sobol")
    found = answer.sobol_of("total")
    assert found.inputs == ("a", "b")
    for e in found.first:
        assert e.value == pytest.approx(3 / 4, abs=0.01)
        assert e.low < 3 / 4 < e.high
    for e in found.total:
        assert e.value == pytest.approx(1 / 4, abs=0.01)


def test_indices_of_a_chain_with_weights_in_closed_form() -> None:
    """y = w.u for order statistics u of n uniforms, beside an independent input.

    E[u_j | u_i] is linear in u_i, so that S_i = Cov(y, u_i)^2/(Var u_i Var y); u_i given the
    others is uniform between its neighbours, so that T_i = w_i^2 E[gap^2]/12/Var y with
    E[gap^2] = 2*3/((n + 1)(n + 2)) for the sum of two spacings.
    """
    weights = np.array([1.0, -2.0, 3.0])
    n = len(weights)
    k = np.arange(1, n + 1)
    low, high = np.minimum.outer(k, k), np.maximum.outer(k, k)
    cov = low * (n + 1 - high) / ((n + 1) ** 2 * (n + 2))
    var = weights @ cov @ weights + 1 / 12
    first = (cov @ weights) ** 2 / np.diag(cov) / var
    total = weights**2 * 6 / ((n + 1) * (n + 2)) / 12 / var
    model = sum_of("abcd", "a - 2*b + 3*c + d", "a < b", "b < c")
    answer = analyse(model, samples=1 << 13, method="sobol", second_order=True)
    found = answer.sobol_of("total")
    assert [e.value for e in found.first] == pytest.approx([*first, 1 / 12 / var], abs=0.015)
    assert [e.value for e in found.total] == pytest.approx([*total, 1 / 12 / var], abs=0.015)
    assert found.second == {}  # for independent inputs only
    assert found.leaders == (2,)
    assert answer.sobol is not None
    assert [g.names for g in answer.sobol.groups] == [("a", "b", "c"), ("d",)]


def test_intervals_of_first_order_indices_cover_what_they_promise() -> None:
    hits = 0
    model = sum_of("ab", "a + b", "a < b")
    for seed in range(40):
        answer = analyse(model, samples=1024, seed=seed, method="sobol", level=0.9, resamples=0)
        e = answer.sobol_of("total").first[0]
        hits += e.low <= 0.75 <= e.high
    assert hits >= 29  # 36 expected; fewer than 29 has a chance of 0.1 %


@pytest.mark.parametrize("net_size", [64, 256])
def test_a_jump_that_is_smoothed_stays_within_the_interval(net_size: int) -> None:
    """Y = 1[x > 0.37]: S = 1; and y beside it, of which nothing depends: S = 0."""
    for seed in range(10):
        nets = [
            stats.qmc.Sobol(2, seed=np.random.default_rng([seed, r])).random(net_size)
            for r in range(16)
        ]
        points, net = np.concatenate(nets), np.repeat(np.arange(16), net_size)
        jump = (points[:, :1] > 0.37).astype(float)
        (own,) = first_order(points[:, 0], jump, net, 0.95)
        (other,) = first_order(points[:, 1], jump, net, 0.95)
        assert own.low < 1 < own.high
        assert own.settled == (net_size == 256)
        assert abs(other.value) < 0.05


def test_a_constant_output_has_no_first_order_index() -> None:
    x = RNG.random(512)
    found = first_order(x, np.ones((512, 1)), np.arange(512) % 16, 0.95)
    assert math.isnan(found[0].value)


def test_two_inputs_that_cannot_be_told_apart_are_not_ranked() -> None:
    answer = analyse(sum_of("ab", "a + b"), samples=4096)
    found = answer.sobol_of("total")
    assert set(found.leading) == {"a", "b"}
    assert found.settled
    assert "too near each other to be ranked" in " ".join(str(answer).split())
    lone = analyse(sum_of("ab", "a + 5*b"), samples=4096)
    assert lone.sobol_of("total").leading == ("b",)
    assert "Which guess matters most" in str(lone)
