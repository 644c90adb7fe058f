"""Pools of experts: moments against samples of the mixture, and fits that keep their support."""

from __future__ import annotations

from fractions import Fraction as F

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from deterrence.modelfile.elicitation.pooling import pert, pool
from deterrence.modelfile.elicitation.questions import Judgement

SAMPLES = 400_000
PANELS = [
    [(F(1), Judgement(F(0), F(2), F(10)))],
    [(F(1), Judgement(F(0), F(0), F(1))), (F(1), Judgement(F(0), F(1), F(1)))],
    [(F(2), Judgement(F(3), F(6), F(12))), (F(1), Judgement(F(4), F(9), F(15)))],
    [(F(1), Judgement(F(-5), F(-4), F(-1))), (F(1), Judgement(F(-2), F(-2), F(-2)))],
    [(F(k), Judgement(F(k), F(k + 1), F(3 * k + 5))) for k in range(1, 6)],
    [(F(1), Judgement(F(0), F(1), F(2))), (F(1), Judgement(F(20), F(21), F(22)))],
]


def drawn(rng: np.random.Generator, j: Judgement) -> np.ndarray:
    """Draw from the PERT beta by its textbook shapes, 1 + 4 (likely - low)/(high - low)."""
    low, likely, high = map(float, j)
    if low == high:
        return np.full(SAMPLES, low)
    a, b = 1 + 4 * (likely - low) / (high - low), 1 + 4 * (high - likely) / (high - low)
    return low + (high - low) * rng.beta(a, b, SAMPLES)


@pytest.mark.parametrize("panel", PANELS, ids=lambda panel: f"{len(panel)} experts")
def test_moments_are_those_of_a_sample_of_the_mixture(panel: list[tuple[F, Judgement]]) -> None:
    rng = np.random.default_rng(7)
    weights = np.array([float(w) for w, _ in panel])
    who = rng.choice(len(panel), SAMPLES, p=weights / weights.sum())
    sample = np.choose(who, [drawn(rng, j) for _, j in panel])
    found = pool(panel)
    spread = sample.std()
    assert abs(float(found.mean) - sample.mean()) < 5 * spread / SAMPLES**0.5
    fourth = ((sample - sample.mean()) ** 4).mean()
    error = ((fourth - spread**4) / SAMPLES) ** 0.5
    assert abs(float(found.variance) - spread**2) < 5 * error
    assert found.low <= sample.min()
    assert sample.max() <= found.high


judged = st.lists(
    st.fractions(-100, 100, max_denominator=20), min_size=3, max_size=3
).map(lambda xs: Judgement(*sorted(xs)))  # fmt: skip
weight = st.fractions(F(1, 10), 10, max_denominator=10)


@settings(max_examples=100)
@given(st.lists(st.tuples(weight, judged), min_size=1, max_size=5))
def test_the_beta_has_the_moments_and_the_range_of_the_mixture(
    panel: list[tuple[F, Judgement]],
) -> None:
    found = pool(panel)
    assert found.low <= found.value <= found.high
    if not any(j.has_range for _, j in panel):
        assert found.shapes is None
        return
    assert found.shapes is not None
    a, b = found.shapes
    assert a > 0
    assert b > 0
    width = found.high - found.low
    # The moments of a beta, exactly.
    assert found.low + width * a / (a + b) == found.mean
    assert width**2 * a * b / ((a + b) ** 2 * (a + b + 1)) == found.variance


def test_one_expert_is_his_own_pert_beta() -> None:
    found = pool([(F(3), Judgement(F(2), F(5), F(11)))])
    assert found.shapes == (1 + 4 * F(3, 9), 1 + 4 * F(6, 9))
    assert pert(Judgement(F(2), F(5), F(11)))[0] == F(2 + 20 + 11, 6)
    a, b = map(float, found.shapes)
    law = stats.beta(a, b, loc=2, scale=9)
    assert law.support() == (2, 11)
    assert law.mean() == pytest.approx(float(found.mean), rel=1e-12)
    assert law.var() == pytest.approx(float(found.variance), rel=1e-12)
    # The likeliest value of the beta is the one that was given.
    assert 2 + 9 * (a - 1) / (a + b - 2) == pytest.approx(5, rel=1e-12)


def test_weights_count_by_their_shares_only() -> None:
    panel = PANELS[2]
    assert pool(panel) == pool([(7 * w, j) for w, j in panel])
    assert pool(panel) != pool([(F(1), j) for _, j in panel])
