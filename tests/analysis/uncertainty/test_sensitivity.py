"""The whole analysis against models whose answers are known in closed form."""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np
import pytest
from brink import BRINK
from sensitivity_models import threshold

from deterrence import load_model
from deterrence.analysis.uncertainty.analyse import analyse as sensitivity
from deterrence.analysis.uncertainty.results import Estimate, Sensitivity
from deterrence.errors import UsageError

MODEL = BRINK
#: With these values k = c + 4 on both sides, so that four parameters decide.
NUCLEAR = {"rho": "1/25", "N_R": 100, "N_N": 100}


def holds(e: Estimate, truth: float, slack: float = 2.0) -> bool:
    """Say whether the truth lies within ``slack`` half widths of an estimate."""
    return abs(e.value - truth) <= slack * max(e.high - e.value, e.value - e.low)


# ---- the threshold model --------------------------------------------------------------
def test_threshold_model_in_closed_form() -> None:
    """War iff s > c with s ~ U(0, 1), c ~ U(0, 2), so f = 1[s > c] has mean 1/4, V = 3/16.

    E[f | s] = s/2 has variance 1/48: S_s = 1/9.  E[f | c] = max(1 - c, 0) has second
    moment 1/6, hence variance 1/6 - 1/16 = 5/48: S_c = 5/9.  With two inputs
    T_s = 1 - S_c = 4/9, T_c = 1 - S_s = 8/9 and S_sc = 1 - 1/9 - 5/9 = 1/3.
    """
    answer = sensitivity(threshold(), samples=1 << 13, second_order=True)
    assert answer.enough
    p = answer.probabilities
    assert p is not None
    assert holds(p.of("war").upper, 1 / 4)
    assert holds(p.of("war == 0").lower, 3 / 4)
    assert p.of("war").lower == p.of("war").upper
    for bound in ("lower", "upper"):
        for name in ("war", "war == 0"):
            found = answer.sobol_of(name, bound)
            assert found.inputs == ("stake", "cost")
            assert [e.value for e in found.first] == pytest.approx([1 / 9, 5 / 9], abs=0.01)
            assert [e.value for e in found.total] == pytest.approx([4 / 9, 8 / 9], abs=0.01)
            assert found.second[0, 1].value == pytest.approx(1 / 3, abs=0.02)
            assert all(holds(e, t) for e, t in zip(found.first, [1 / 9, 5 / 9], strict=True))
            assert found.order == (1, 0)
            assert found.variance == pytest.approx(3 / 16, rel=0.01)


def test_regional_distance_in_closed_form() -> None:
    """With s, c ~ U(0, 1): P(s <= x | s > c) = x^2, P(s <= x | s < c) = 2x - x^2; they are
    2x - 2x^2 apart, at most 1/2, and no peace needs a higher stake and a lower cost."""
    answer = sensitivity(threshold(cost="bounds: [0, 1]"), samples=4096, method="regional")
    found = answer.regional_of("war == 0", "lower")
    assert found.holds + found.fails == 4096
    assert [t.distance for t in found.tests] == pytest.approx([0.5, 0.5], abs=0.01)
    by_name = {t.input: t for t in found.tests}
    assert by_name["stake"].median_holds < by_name["stake"].median_fails
    assert by_name["cost"].median_holds > by_name["cost"].median_fails
    assert all(t.adjusted < 1e-6 for t in found.tests)
    few = sensitivity(threshold(cost="bounds: [0, 1]"), samples=64, method="regional")
    for t in few.regional_of("war == 0").tests:  # two inputs, in every and in some equilibrium
        assert 0 < t.p_value < 0.1
        assert t.adjusted == pytest.approx(4 * t.p_value)


def test_an_input_without_effect_separates_nothing() -> None:
    model = threshold(other="{default: 1, bounds: [0, 1]}", gain="(stake - cost)*(1 + other)")
    answer = sensitivity(model, samples=1024)
    assert answer.input("other").varies
    found = {t.input: t for t in answer.regional_of("war == 0").tests}
    assert found["other"].adjusted > 0.5
    assert found["other"].distance < 0.05
    indices = answer.sobol_of("war")
    assert indices.total[2] == Estimate(0.0, 0.0, 0.0)
    effects = {e.input: e for e in answer.morris_of("war").effects}
    assert effects["other"].mu_star.value == effects["other"].sigma == 0
    bars = {b.input: b.swing for b in answer.tornado_of("war").bars}
    assert bars == {"stake": 1.0, "cost": 1.0, "other": 0.0}


def test_dependent_inputs_through_a_gaussian_copula() -> None:
    """s ~ N(0, 1) and c ~ N(1, 1) with normal correlation r have s - c ~ N(-1, 2 - 2r)."""
    rank = 0.6
    model = threshold(
        "distribution: {name: norm}",
        "distribution: {name: norm, loc: 1}",
        more=f"correlations: [{{between: [stake, cost], value: {rank}}}]",
    )
    answer = sensitivity(model, samples=1 << 13, method=["probabilities", "sobol", "tornado"])
    r = 2 * math.sin(math.pi * rank / 6)
    truth = 0.5 * math.erfc(1 / math.sqrt(2 - 2 * r) / math.sqrt(2))
    assert answer.probabilities is not None
    assert holds(answer.probabilities.of("war").upper, truth)
    # Each has its shares: f = 1[s > c] with s | c and c | s normal again.
    from scipy import stats

    z = stats.norm.ppf((np.arange(100_000) + 0.5) / 100_000)
    sd = math.sqrt(1 - r * r)
    given = {
        "stake": stats.norm.cdf((z - 1 - r * z) / sd),
        "cost": stats.norm.sf((z + 1 - r * z) / sd),
    }
    variance = truth * (1 - truth)
    found = answer.sobol_of("war")
    assert found.inputs == ("stake", "cost")
    for k, name in enumerate(found.inputs):
        other = given["cost" if name == "stake" else "stake"]
        assert found.first[k].value == pytest.approx(given[name].var() / variance, abs=0.02)
        assert found.total[k].value == pytest.approx(
            (other * (1 - other)).mean() / variance, abs=0.02
        )
    assert any("depend on each other: stake, cost" in note for note in answer.notes)
    assert any("ignores correlations" in note for note in answer.notes)
    assert answer.to_dict()["correlations"] == [{"between": ["stake", "cost"], "value": "3/5"}]


def test_correlated_inputs_beside_an_independent_one() -> None:
    """War iff z = s - c + o > 0, all standard normal, with s and c correlated by r < 0.

    E[f | x] for x normal has the second moment 1/4 + asin(w)/(2 pi), w the squared
    (multiple) correlation of x with z, and V = 1/4: the closed index is 2 asin(w)/pi.  S is
    that of one input, 1 - T that of the others; Var(z | c, o) = Var(s | c) = 1 - r^2.
    """
    model = threshold(
        "distribution: {name: norm}",
        "distribution: {name: norm}",
        other="{default: 0, distribution: {name: norm}}",
        gain="stake - cost + other",
        more="correlations: [{between: [cost, stake], value: -1/2}]",
    )
    answer = sensitivity(model, samples=1 << 13, method="sobol", measures=["war"])
    found = answer.sobol_of("war")
    assert found.inputs == ("stake", "cost", "other")
    r = -2 * math.sin(math.pi / 12)
    var_z = 3 - 2 * r

    def closed(w: float) -> float:
        return 2 / math.pi * math.asin(w)

    s_one, s_other = closed((1 - r) ** 2 / var_z), closed(1 / var_z)
    t_one, t_other = 1 - closed(1 - (1 - r**2) / var_z), 1 - closed(1 - 1 / var_z)
    assert [e.value for e in found.first] == pytest.approx([s_one, s_one, s_other], abs=0.02)
    assert [e.value for e in found.total] == pytest.approx([t_one, t_one, t_other], abs=0.02)
    assert any("depend on each other: stake, cost" in note for note in answer.notes)


def test_assumptions_condition_the_probabilities_and_the_indices() -> None:
    """s, c ~ U(0, 1) given c < 2s: P(c < 2s) = 3/4, and war (s > c) has then 2/3.

    War iff also o < 1/2 with o ~ U(0, 1) independent: f = g h, p = 2/3, q = 1/2, so that
    V = pq(1 - pq) = 2/9, S_o = p^2 q(1-q)/V = 1/2, T_o = p q(1-q)/V = 3/4.  With P the
    chance of s > c given one of the two, S = q^2 Var P/V and T = q E[P(1 - P)]/V for P given
    the other.
    """
    model = threshold(
        cost="bounds: [0, 1]",
        other="{default: 1/4, bounds: [0, 1]}",
        gain="stake - cost if other < 1/2 else -1",
        assumptions=("cost < 2*stake",),
    )
    answer = sensitivity(model, samples=1 << 13, measures=["war"])
    p = answer.probabilities
    assert p is not None
    assert p.valid / p.samples == pytest.approx(3 / 4, abs=0.005)
    assert p.broken == {"cost < 2*stake": p.excluded}
    assert holds(p.of("war").upper, 1 / 3)
    assert any("break an assumption and are left out" in note for note in answer.notes)
    found = answer.sobol_of("war")
    assert found.inputs == ("stake", "cost", "other")
    x = (np.arange(100_000) + 0.5) / 100_000
    given = {"stake": np.where(x < 0.5, 0.5, x), "cost": (1 - x) / (1 - x / 2)}
    density = {"stake": np.minimum(1, 2 * x) / 0.75, "cost": (1 - x / 2) / 0.75}
    for k, (name, rest) in enumerate((("stake", "cost"), ("cost", "stake"))):
        alone = (given[name] ** 2 * density[name]).mean() - (2 / 3) ** 2
        left = (given[rest] * (1 - given[rest]) * density[rest]).mean()
        assert found.first[k].value == pytest.approx(alone / 4 / (2 / 9), abs=0.03)
        assert found.total[k].value == pytest.approx(left / 2 / (2 / 9), abs=0.03)
    assert found.first[2].value == pytest.approx(1 / 2, abs=0.03)
    assert found.total[2].value == pytest.approx(3 / 4, abs=0.03)
    assert answer.sobol is not None
    assert answer.sobol.dropped == 0
    assert answer.sobol.groups[0].reason == "assumption"


def test_a_rare_assumption_gets_more_points() -> None:
    """1 point in 32 keeps c > 31/32; the nets are extended until enough do."""
    rare = "cost > 31/32 or cost == 1/4"
    model = threshold(cost="bounds: [0, 1]", assumptions=(rare,))
    answer = sensitivity(model, samples=512, method=["probabilities", "sobol"], measures=["war"])
    p = answer.probabilities
    assert p is not None
    assert p.samples == 32 * 512
    assert p.valid == pytest.approx(512, abs=40)
    assert holds(p.of("war").upper, 1 / 64, slack=3)
    assert answer.sobol is not None
    assert not answer.sobol.refused
    assert [g.reason for g in answer.sobol.groups] == ["", "assumption"]
    assert any("So few samples keep the assumptions" in note for note in answer.notes)


def test_an_input_that_only_an_assumption_ties_to_the_game_counts() -> None:
    """o < s with o, s ~ U(0, 1) gives s the density 2s, so that P(s > c) = E[s/2] = 1/3."""
    model = threshold(other="{default: 1/8, bounds: [0, 1]}", assumptions=("other < stake",))
    answer = sensitivity(model, samples=1 << 12, method="probabilities")
    assert answer.probabilities is not None
    assert holds(answer.probabilities.of("war").upper, 1 / 3)


def test_no_sample_keeps_the_assumptions() -> None:
    model = threshold(assumptions=("cost == 1/4",))
    with pytest.raises(
        UsageError, match=r"none of 64 samples .* break 'cost == 1/4'.*bounds of cost"
    ):
        sensitivity(model, samples=64)


def test_the_base_case_breaks_an_assumption() -> None:
    model = threshold(assumptions=("cost < stake",), other="{default: 0}")
    answer = sensitivity(model, samples=256, fixed={"stake": "1/8"}, method="tornado")
    assert answer.tornado == ()
    assert any("no tornado" in note for note in answer.notes)


# ---- several equilibria -----------------------------------------------------------------
#: P(l < k) for k = c + 4, c ~ U(0, 20), l ~ U(1/2, 20): l > c + 4 has the area 16^2/2.
DETERRED = 1 - 128 / (20 * 19.5)


def test_bounds_over_equilibria_in_closed_form() -> None:
    """Chicken: a side is deterred iff k > l.  Both: three equilibria, war only in the mixed
    one.  One: no war, for sure.  None: war, for sure.  So no war holds in every
    equilibrium iff exactly one is deterred, and in some iff at least one is.
    """
    q = DETERRED
    answer = sensitivity(
        load_model(MODEL), fixed=NUCLEAR, measures=["war"], samples=1 << 13, method="probabilities"
    )
    p = answer.probabilities
    assert p is not None
    assert holds(p.of("war == 0").lower, 2 * q * (1 - q))
    assert holds(p.of("war == 0").upper, 1 - (1 - q) ** 2)
    assert p.several == pytest.approx(q**2, abs=0.01)
    assert holds(p.of("direct_war").lower, (1 - q) ** 2)
    assert p.of("war").lower == p.of("direct_war").lower
    assert p.of("frozen_divide").lower.value == 0
    # The mixed equilibrium makes the bounds of war differ.
    assert p.of("war").upper.low > p.of("war").lower.high


def test_sobol_indices_of_a_bound_in_closed_form() -> None:
    """No war in every equilibrium is the exclusive or of D_R = 1[k_R > l_R] and D_N.

    With P(D) = q each, E[xor | l_R] = D(l_R)(1 - q) + (1 - D(l_R)) q is (1 - 2q) times
    D(l_R) = P(D_R | l_R) plus a constant, so S = (1 - 2q)^2 Var P(D_R | l_R) / V with
    V = m(1 - m), m = 2q(1 - q).  The total index of l_R is the mean over c_R and the other
    side of the variance over l_R, which for an exclusive or is E[P(1 - P)] / V with
    P = P(D_R | c_R), for any value of the other side.
    """
    q = DETERRED
    m = 2 * q * (1 - q)
    v = m * (1 - m)
    grid = (np.arange(200_000) + 0.5) / 200_000
    losses = 0.5 + 19.5 * grid
    given_loss = 1 - np.clip(losses - 4, 0, 20) / 20
    given_cost = (np.clip(20 * grid + 4, 0.5, 20) - 0.5) / 19.5
    first = {
        "l": (1 - 2 * q) ** 2 * given_loss.var() / v,
        "c": (1 - 2 * q) ** 2 * given_cost.var() / v,
    }
    total = {
        "l": (given_cost * (1 - given_cost)).mean() / v,
        "c": (given_loss * (1 - given_loss)).mean() / v,
    }
    # In some equilibrium: D_R or D_N, whose complement is a product.
    v_or = (1 - q) ** 2 * (1 - (1 - q) ** 2)
    first_or = {
        "l": (1 - q) ** 2 * given_loss.var() / v_or,
        "c": (1 - q) ** 2 * given_cost.var() / v_or,
    }
    total_or = {
        "l": (1 - q) * (given_cost * (1 - given_cost)).mean() / v_or,
        "c": (1 - q) * (given_loss * (1 - given_loss)).mean() / v_or,
    }
    answer = sensitivity(
        load_model(MODEL), fixed=NUCLEAR, measures=["war"], samples=1 << 14, method="sobol"
    )
    for bound, alone, together in (("lower", first, total), ("upper", first_or, total_or)):
        found = answer.sobol_of("war == 0", bound)
        for k, name in enumerate(found.inputs):
            kind = name[0] if name[0] in "lc" else ""
            truth = together.get(kind, 0)
            assert found.first[k].value == pytest.approx(alone.get(kind, 0), abs=0.02), name
            assert found.total[k].value == pytest.approx(truth, abs=0.02), name
            assert [h[2][k] for h in found.history] == pytest.approx([truth] * 2, abs=0.04)


# ---- honesty ---------------------------------------------------------------------------
def test_a_small_sample_is_called_too_small() -> None:
    small = sensitivity(threshold(), samples=64, measures=["war"])
    assert not small.enough
    assert any("too small for the Sobol' indices" in text for text in small.shortfalls)
    assert any("samples would do" in text for text in small.shortfalls)
    # What it recommends is indeed enough.
    needed = int(small.shortfalls[-1].split("about ")[1].split()[0])
    assert sensitivity(threshold(), samples=needed, measures=["war"]).enough
    assert small.to_dict()["enough"] is False
    assert str(small).splitlines()[3].startswith("Not complete: The sample is too small")
    # Nobody asked for it by name: fewer claims, no failure.
    unasked = sensitivity(threshold(), samples=64)
    assert unasked.enough
    assert "does not tell which guess matters most" in unasked.undecided[0]
    assert "Which guess matters most" not in str(unasked)


def test_an_event_that_never_happened_is_not_called_impossible() -> None:
    model = threshold(cost="bounds: [2, 3]", base=("1/2", "5/2"))
    answer = sensitivity(model, samples=64, method="probabilities")
    assert answer.probabilities is not None
    never = answer.probabilities.of("war").upper
    # Clopper and Pearson: 1 - (alpha/2)^(1/n).
    assert never == Estimate(0.0, 0.0, pytest.approx(1 - 0.025 ** (1 / 64)))


@pytest.mark.parametrize("yes", [0, 1, 7, 49, 1999, 2000])
def test_rare_events_get_the_exact_binomial_interval(yes: int) -> None:
    from scipy.stats import binomtest

    from deterrence.analysis.uncertainty.probabilities import ratio_estimate

    found = ratio_estimate([yes, *[0] * 15], [125] * 16, 0.9, truth=True)
    exact = binomtest(yes, 2000).proportion_ci(0.9, method="exact")
    assert found.value == yes / 2000
    assert (found.low, found.high) == pytest.approx((exact.low, exact.high))


def test_nets_of_unequal_size_are_weighted() -> None:
    """A ratio of sums; equal nets without spread leave no interval."""
    from deterrence.analysis.uncertainty.probabilities import ratio_estimate

    even = ratio_estimate([10, 20, 30], [20, 40, 60], 0.95)
    assert (even.value, even.width) == (0.5, 0)
    one_off = ratio_estimate([10, 20, 36], [20, 40, 60], 0.95)
    # By hand: mean 66/120, residuals (10 - 11, 20 - 22, 36 - 33)/40, t with 2 degrees 4.302653.
    half = 4.302653 * math.sqrt((1 + 4 + 9) / 1600 / 6)
    assert (one_off.value, one_off.width / 2) == pytest.approx((0.55, half), rel=1e-6)


def test_intervals_of_probabilities_cover_what_they_promise() -> None:
    model = threshold()
    hits = 0
    for seed in range(60):
        answer = sensitivity(model, samples=128, seed=seed, method="probabilities", level=0.9)
        assert answer.probabilities is not None
        e = answer.probabilities.of("war").upper
        hits += e.low <= 0.25 <= e.high
    assert 46 <= hits <= 60  # 54 expected; fewer than 46 has a chance of 0.1 %


def test_quasi_random_nets_beat_random_points() -> None:
    answer = sensitivity(threshold(), samples=1 << 12, method="probabilities")
    assert answer.probabilities is not None
    half = answer.probabilities.of("war").upper.width / 2
    assert half < 0.5 * 1.96 * math.sqrt(3 / 16 / (1 << 12))


def test_history_is_what_a_smaller_sample_would_have_said() -> None:
    whole = sensitivity(threshold(), samples=1024, method=["probabilities", "sobol"])
    for k, samples in enumerate((256, 512)):
        part = sensitivity(threshold(), samples=samples, method=["probabilities", "sobol"])
        assert whole.probabilities is not None
        assert part.probabilities is not None
        assert whole.probabilities.history[k] == (samples, part.probabilities.entries)
        told = whole.sobol_of("war").history[k]
        alone = part.sobol_of("war")
        assert told[0] == samples
        assert told[2] == pytest.approx([e.value for e in alone.total])


def test_the_seed_decides_everything() -> None:
    def run(seed: int) -> dict[str, Any]:
        found = sensitivity(threshold(), samples=256, seed=seed, second_order=True).to_dict()
        return {k: v for k, v in found.items() if k not in ("seconds", "seed")}

    assert run(3) == run(3)
    assert run(3) != run(4)


def test_block_size_does_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    from deterrence.analysis.uncertainty import evaluator

    whole = sensitivity(load_model(MODEL), samples=128, measures=["war"]).to_dict()
    monkeypatch.setattr(evaluator, "BLOCK", 37)
    parts = sensitivity(load_model(MODEL), samples=128, measures=["war"]).to_dict()
    assert {**whole, "seconds": 0} == {**parts, "seconds": 0}


def test_json_is_plain_and_finite() -> None:
    answer = sensitivity(load_model(MODEL), samples=64, second_order=True)
    text = json.dumps(answer.to_dict(), allow_nan=False)
    assert json.loads(text)["schema"] == 1


def test_interrupted_work_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    from deterrence.analysis.uncertainty import analyse

    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(analyse, "sobol", stop)
    answer = sensitivity(threshold(), samples=64)
    assert answer.interrupted
    assert not answer.enough
    assert answer.probabilities is not None
    assert answer.sobol is None
    assert "sobol, tornado, morris, regional" in answer.shortfalls[0]
    with pytest.raises(KeyboardInterrupt):
        sensitivity(threshold(), samples=64, method="sobol")


def test_incomplete_games_are_a_shortfall(monkeypatch: pytest.MonkeyPatch) -> None:
    import dataclasses

    from deterrence.analysis.points.solver import PointSolver

    real = PointSolver.solve

    def holes(self: PointSolver, *arguments: Any) -> Any:
        block = real(self, *arguments)
        return dataclasses.replace(block, complete=np.zeros_like(block.complete))

    monkeypatch.setattr(PointSolver, "solve", holes)
    answer = sensitivity(threshold(), samples=64, method="probabilities")
    assert any("equilibria may be missing" in text for text in answer.shortfalls)


def test_progress_reaches_its_total() -> None:
    calls: list[tuple[int, int]] = []
    sensitivity(threshold(), samples=64, progress=lambda done, total: calls.append((done, total)))
    assert calls[-1][0] == calls[-1][1]
    assert all(done <= total for done, total in calls)
    assert [done for done, _ in calls] == sorted(done for done, _ in calls)


# ---- faults ----------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"samples": 1000}, "such as 1024"),
        ({"samples": 0}, "such as 64"),
        ({"samples": -8}, "such as 64"),
        ({"samples": 10**30}, "such as 1048576"),
        ({"seed": -1}, "not negative"),
        ({"level": 1.0}, "no probability"),
        ({"level": float("nan")}, "no probability"),
        ({"resamples": -1}, "0 to 100000"),
        ({"method": "sobool"}, "did you mean 'sobol'?"),
        ({"measures": ["wra"]}, "did you mean 'war'?"),
        ({"conclusions": ["wor == 0"]}, "did you mean 'war'?"),
        ({"conclusions": ["P(wra) == 0"]}, "did you mean 'war'?"),
        ({"conclusions": ["payoff(Defendr) > 0"]}, "did you mean 'Defender'?"),
        ({"conclusions": ["prob(Defender, fihgt) > 0"]}, "did you mean 'fight'?"),
        ({"conclusions": ["prob(Defendr, fight) > 0"]}, "did you mean 'Defender'?"),
        ({"over": ["stakes"]}, "did you mean 'stake'?"),
        ({"over": ["stake"], "fixed": {"stake": 1}}, "do one of the two"),
        ({"fixed": {"stake": 1, "cost": 1}}, "nothing in threshold is uncertain"),
        ({"fixed": {"steak": 1}}, "no parameter 'steak'"),
        ({"scenario": "none"}, "no scenario"),
    ],
    ids=str,
)
def test_faults_name_the_remedy(options: dict[str, Any], told: str) -> None:
    with pytest.raises(UsageError) as caught:
        sensitivity(threshold(), **options)
    assert told in str(caught.value)


def test_a_design_beyond_memory_is_refused_at_once() -> None:
    with pytest.raises(UsageError, match="GiB"):
        sensitivity(load_model(MODEL), samples=1 << 20, second_order=True)


def test_the_result_shows_itself() -> None:
    answer = sensitivity(load_model(MODEL), samples=64, measures=["war"])
    assert isinstance(answer, Sensitivity)
    html = answer._repr_html_()
    assert html.count("<table") == html.count("</table>") == 1
    assert "No war" in html
    assert repr(answer).startswith("<Sensitivity: Asymmetric Russia-NATO bipolarity")
    whole = answer.document(full=True).text()
    assert "One at a time, from the base case" in whole
    assert max(map(len, whole.splitlines())) <= 80
    for line in str(answer).splitlines():
        assert len(line) <= 80, line
    with pytest.raises(KeyError):
        answer.sobol_of("peace")
    with pytest.raises(KeyError):
        answer.input("peace")


def test_one_text_is_one_name_and_a_bare_measure_means_that_it_is_0() -> None:
    answer = sensitivity(
        threshold(), measures="war", conclusions="war", over="cost", samples=64, method="tornado"
    )
    assert [(q.name, q.kind) for q in answer.quantities] == [
        ("war", "measure"),
        ("war == 0", "conclusion"),
    ]


def test_a_continuum_of_equilibria_is_told() -> None:
    """Where the attack does not pay, whatever the defender would do is in equilibrium."""
    model = threshold()
    idle = model.replace(outcomes={**model.outcomes, "no_fight": model.outcomes["peace"]})
    answer = sensitivity(idle, samples=256, method="probabilities")
    p = answer.probabilities
    assert p is not None
    assert p.continuum > 0.5
    assert "form a continuum" in answer.document(full=True).text()


def test_distributions_beyond_floats_and_irrelevant_inputs() -> None:
    wild = threshold("distribution: {name: lognorm, s: 1000}")
    with pytest.raises(UsageError, match="stake reaches beyond the largest float"):
        sensitivity(wild, samples=64)
    idle = threshold(other="{default: 1, bounds: [0, 1]}")
    with pytest.raises(UsageError, match="nothing that is asked depends on other"):
        sensitivity(idle, over="other", samples=64)


def test_a_model_without_measures() -> None:
    model = threshold().replace(measures=())
    assert sensitivity(model, samples=64, method="probabilities").probabilities is not None
    with pytest.raises(UsageError, match="nothing is asked of threshold"):
        sensitivity(model, samples=64)


def test_what_one_wants_is_asked_for_as_certain_and_needs_no_exact_games() -> None:
    """Perfect information: one pure equilibrium at each point, so the mean is the share."""
    answer = sensitivity(
        load_model("asymmetric-escalation-known"), samples=64, method="probabilities"
    )
    assert answer.engines["exact"] == 0
    p = answer.probabilities
    assert p is not None
    conclusions = [e.quantity.name for e in p.entries if e.quantity.kind == "conclusion"]
    assert conclusions == ["limited == 0", "all_out == 0", "concession == 0", "deterrence == 1"]
    assert p.of("deterrence == 1").lower.value == p.of("deterrence").lower.value > 0.5
