"""Faults that the library once had, each with the right value, worked out by hand."""

from __future__ import annotations

import random
from fractions import Fraction
from typing import Any

import pytest

from deterrence import load_model, solve

F = Fraction


def found(name: str, measure: str, **values: Any) -> set[Fraction | float]:
    """Return what a measure is in the equilibria at values."""
    solution = solve(load_model(name), values=values)
    assert solution.status == "complete"
    return {e.measures[measure] for e in solution.equilibria}


# ---- preventive war: with offers of any size ---------------------------------------------
def test_an_offer_between_the_balance_and_everything_keeps_the_peace() -> None:
    """With two offers, p_1 and 1, it was called war; anything from .58 to .78 is taken and paid."""
    assert found("preventive-war", "war", p_1="1/2", p_2="3/10", s="3/10") == {0}


def offers(v: dict[str, Fraction]) -> tuple[Fraction, Fraction]:
    """The least offer of today that is taken, and the most that is made rather than war."""
    war = v["p_1"] * (1 + v["delta"]) - v["c_D"], (1 - v["p_1"]) * (1 + v["delta"]) - v["c_R"]
    return war[0] - v["delta"] * v["s"], 1 + v["delta"] * (1 - v["s"]) - war[1]


def test_war_comes_exactly_where_no_offer_of_any_size_would_keep_the_peace() -> None:
    rng = random.Random("offers")
    seen = set()
    for turn in range(30):
        p_2, p_1 = sorted(F(rng.randint(1, 99), 100) for _ in range(2))
        v = {"p_1": p_1, "p_2": p_2 - F(1, 200), "delta": F(rng.randint(1, 10), 10)}
        v |= {c: F(rng.randint(1, 60), 200) for c in ("c_D", "c_R")}
        # The ends are the cases of the source: tomorrow's offer is made by one side.
        v["s"] = v["p_2"] - v["c_D"] + F((0, 2, 1)[turn % 3], 2) * (v["c_D"] + v["c_R"])
        least, most = offers(v)
        assert least < most
        if least in (1, v["p_1"]):
            continue
        war = least > 1
        assert found("preventive-war", "war", **v) == {int(war)}, v
        # What is offered lies between the two, and within today's prize.
        for given in found("preventive-war", "concession", **v):
            assert war or given == 0 or least < v["p_1"] + F(given) < min(most, 1), v
        seen.add((war, turn % 3))
    assert len(seen) == 6


@pytest.mark.parametrize(("b", "threshold"), [(0, F(26, 100)), (1, F(44, 100))])
def test_the_thresholds_of_both_protocols(b: int, threshold: Fraction) -> None:
    """With p_1 = 3/4, delta = 9/10, c = 1/10: delta*(p_1 - p_2) against 1 - p_1 + .01 or + .19."""
    for off, war in ((-F(1, 1000), 0), (F(1, 1000), 1)):
        p_2 = F(3, 4) - (threshold + off) / F(9, 10)
        assert found("preventive-war", "war", p_2=p_2, b=b) == {war}


# ---- power and risk -----------------------------------------------------------------------
@pytest.mark.parametrize(
    ("rho", "d", "force", "disaster"),
    [("1", 2, F(1, 4), F(1, 4)), ("3/2", 1, F(1, 4), F(3, 8)), ("4", 2, 0, 0), ("1/2", 9, 0, 0)],
)
def test_no_case_of_the_trade_off_is_excluded(
    rho: str, d: int, force: Fraction, disaster: Fraction
) -> None:
    """The best level is (4 - rho*d)/(8*rho): 1/4, 5/24, less than 0, and less than 0."""
    assert found("power-and-risk", "force", rho=rho, d=d) == {force}
    assert found("power-and-risk", "disaster", rho=rho, d=d) == {disaster}


# ---- reassurance --------------------------------------------------------------------------
@pytest.mark.parametrize(("r_t", "r_u"), [(F(3, 2), F(3, 4)), (F(5, 4), F(1, 4))])
def test_a_first_step_reassures_in_the_window_for_each_worth_of_cooperation(
    r_t: Fraction, r_u: Fraction
) -> None:
    """The window of alpha with T = 1, P = 0, S = -1/2 and t = 3/10 (upper end at most 1)."""
    t, s = F(3, 10), F(1, 2)
    low = t / (t + t * (1 - r_u) + (1 - t) * s)
    high = min(t * r_t / (t + (1 - t) * s), F(1))
    assert low < 1
    tiny = F(1, 1000)
    for alpha in (low - tiny, low + tiny, high - tiny, high + tiny):
        if alpha < 1:
            values = {"alpha": alpha, "g_t": r_t - 1, "g_u": 1 - r_u}
            taken = any(map(tells, solve(load_model("reassurance"), values=values).equilibria))
            assert taken == (low <= alpha <= high), alpha


def tells(equilibrium: Any) -> bool:
    """Say whether trustworthy sides take both steps, and the others not even the first."""
    steps = [("first (trustworthy)", "cooperate"), ("first (untrustworthy)", "defect")]
    steps.append(("second (trustworthy)", "cooperate"))
    return all(
        equilibrium.profile[side][f"{side} {where}"][what] == 1
        for side in "AB"
        for where, what in steps
    )


# ---- stag hunt and inspection -------------------------------------------------------------
def test_the_regimes_of_the_stag_hunt_are_those_of_the_trust_thresholds() -> None:
    model = load_model("stag-hunt")
    rng = random.Random("trust")
    seen = set()
    for _ in range(30):
        v: dict[str, Any] = {}
        for i in "AB":
            low = sorted(F(rng.randint(-300, 300), 100) for _ in range(4))
            v |= dict(zip((f"S_{i}", f"P_{i}", f"T_{i}", f"R_{i}"), low, strict=True))
        if any(len({v[f"{x}_{i}"] for x in "SPTR"}) < 4 for i in "AB"):
            continue
        values = model.values(values=v)
        trust = sum(
            (v[f"P_{i}"] - v[f"S_{i}"]) / (v[f"R_{i}"] - v[f"T_{i}"] + v[f"P_{i}"] - v[f"S_{i}"])
            for i in "AB"
        )
        holds = [all(c.evaluate(values) for c in r.when) for r in model.named_regimes]
        assert holds == [trust < 1, trust > 1]
        seen.add(trust < 1)
    assert seen == {True, False}


def test_sanctions_change_inspections_and_costs_change_violations() -> None:
    for b in (1, 8, 16):
        assert found("inspection", "violation", b=b) == {F(1, 4)}
        assert found("inspection", "inspection", b=b) == {F(2, 2 + b)}
    for e in (F(1, 2), 1, 2):
        assert found("inspection", "violation", e=e) == {F(e) / (F(e) + 3)}
        assert found("inspection", "inspection", e=e) == {F(1, 5)}
