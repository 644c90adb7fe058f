"""Conditions that the literature states, found without hints.

Sources: Russell 1959 and Schelling 1966 (Chicken), Snyder and Diesing 1977
(pairings of preference types), Rapoport and Guyer 1966 (2x2 games), Avenhaus,
Von Stengel and Zamir 2002 (inspection), Jervis 1978 (the stag hunt's trust
threshold).
"""

from __future__ import annotations

import itertools
import random
from fractions import Fraction

import pytest
from brink import BRINK

from deterrence import load_model, read_model
from deterrence.algebra.expressions import Expression

TWO_BY_TWO = """
title: Any two-by-two game
form: strategic
source: Rapoport and Guyer 1966
players: {A: The first, B: The second}
actions: {A: {C: Cooperate, D: Defect}, B: {C: Cooperate, D: Defect}}
parameters:
  T1: {title: T}
  R1: {title: R}
  S1: {title: S}
  P1: {title: P}
  T2: {title: T}
  R2: {title: R}
  S2: {title: S}
  P2: {title: P}
%s
game:
  C: {C: {payoffs: {A: R1, B: R2}}, D: {payoffs: {A: S1, B: T2}}}
  D: {C: {payoffs: {A: T1, B: S2}}, D: {payoffs: {A: P1, B: P2}}}
"""
ORDERS = {"PD": "TRPS", "CH": "TRSP", "SH": "RTPS", "DL": "TPRS"}
# Row by row: what the two sides do, first letter the first side's; m is the mixed equilibrium.
TABLE = {
    ("PD", "PD"): "DD",
    ("PD", "CH"): "DC",
    ("PD", "SH"): "DD",
    ("PD", "DL"): "DD",
    ("CH", "PD"): "CD",
    ("CH", "CH"): "CD DC m",
    ("CH", "SH"): "m",
    ("CH", "DL"): "CD",
    ("SH", "PD"): "DD",
    ("SH", "CH"): "m",
    ("SH", "SH"): "CC DD m",
    ("SH", "DL"): "DD",
    ("DL", "PD"): "DD",
    ("DL", "CH"): "DC",
    ("DL", "SH"): "DD",
    ("DL", "DL"): "DD",
}


def pattern(supports) -> str:
    one, other = supports.values()
    return f"{one[0]}{other[0]}" if len(one) == len(other) == 1 else "m"


def same(text: str, expected: str, names: str) -> bool:
    """Say whether two formulas agree at many random points (an identity test)."""
    rng = random.Random(text)
    for _ in range(20):
        values = {n: Fraction(rng.randint(1, 10**6), rng.randint(1, 999)) for n in names.split()}
        if Expression.parse(text).evaluate(values) != Expression.parse(expected).evaluate(values):
            return False
    return True


@pytest.mark.parametrize(("first", "second"), list(TABLE))
def test_the_sixteen_pairings_of_snyder_and_diesing(first, second) -> None:
    chains = [
        " > ".join(letter + str(k) for letter in ORDERS[kind])
        for k, kind in ((1, first), (2, second))
    ]
    text = TWO_BY_TWO % ("assumptions:\n" + "\n".join(f"  - {c}" for c in chains))
    answer = read_model(text).regimes()
    always = [e for e in answer.equilibria if not e.boundary]
    assert all(e.conditions == () and e.proof == "proven" for e in always)
    assert not any(e.boundary for e in answer.equilibria)
    assert sorted(pattern(e.support) for e in always) == sorted(TABLE[first, second].split())
    assert len(answer.regimes) == 1
    assert answer.cover == answer.disjoint == "proven"


def test_a_2x2_game_depends_only_on_two_signs_per_side() -> None:
    answer = read_model(TWO_BY_TWO % "").regimes()
    assert answer.cover == answer.disjoint == "proven"
    signs = {frozenset({"T1", "R1"}), frozenset({"S1", "P1"})}
    signs |= {frozenset({"T2", "R2"}), frozenset({"S2", "P2"})}
    for statement in [*answer.regimes, *(e for e in answer.equilibria if not e.boundary)]:
        for condition in statement.conditions:
            for node in condition.walk():
                if node.op == "compare":
                    assert node.names in signs, str(condition)
    # All sixteen sign patterns, each with the equilibria that best replies give.
    seen = set()
    for t1, s1, t2, s2 in itertools.product((1, -1), repeat=4):
        values = {"R1": 0, "T1": t1, "P1": 0, "S1": s1, "R2": 0, "T2": t2, "P2": 0, "S2": s2}
        regime = answer.regime_at(values)
        assert regime is not None
        seen.add(regime.id)
        expected = set()
        if t1 < 0 and t2 < 0:
            expected.add("CC")
        if s1 > 0 and t2 > 0:
            expected.add("CD")
        if t1 > 0 and s2 > 0:
            expected.add("DC")
        if s1 < 0 and s2 < 0:
            expected.add("DD")
        if t1 * s1 > 0 and t2 * s2 > 0:
            expected.add("m")
        assert {pattern(answer.equilibria[k].support) for k in regime.equilibria} == expected
    assert seen == {r.id for r in answer.regimes}


def test_the_four_regimes_of_the_bipolarity_game() -> None:
    answer = load_model(BRINK).regimes()
    assert answer.cover == answer.disjoint == "proven"
    found = {r.name: {str(c) for c in r.conditions} for r in answer.regimes}
    assert found == {
        "Mutual deterrence (Chicken)": {"k_R > l_R", "k_N > l_N"},
        "Russia cannot be deterred": {"k_R < l_R", "k_N > l_N"},
        "NATO cannot be deterred": {"k_R > l_R", "k_N < l_N"},
        "Direct war": {"k_R < l_R", "k_N < l_N"},
    }
    mixed = next(e for e in answer.equilibria if len(e.support["NATO"]) == 2 and not e.boundary)
    assert str(mixed.profile["NATO"]["escalate"]) == "g_R/(g_R + k_R - l_R)"
    assert str(mixed.profile["Russia"]["escalate"]) == "g_N/(g_N + k_N - l_N)"


def test_mixed_chicken() -> None:
    answer = load_model("chicken").regimes()
    mixed = next(e for e in answer.equilibria if len(e.support["A"]) == 2 and not e.boundary)
    names = "T_A R_A S_A P_A T_B R_B S_B P_B"
    firm = str(mixed.profile["B"]["stand_firm"])
    assert same(firm, "(T_A - R_A)/(T_A - R_A + S_A - P_A)", names)
    firm = str(mixed.profile["A"]["stand_firm"])
    assert same(firm, "(T_B - R_B)/(T_B - R_B + S_B - P_B)", names)
    always = {pattern_of(e) for e in answer.equilibria if not e.boundary and not e.conditions}
    assert always == {("restrain", "stand_firm"), ("stand_firm", "restrain")}


def pattern_of(equilibrium) -> tuple[str, ...]:
    return tuple(s[0] for s in equilibrium.support.values())


def test_inspection_has_one_equilibrium_and_it_is_mixed() -> None:
    answer = load_model("inspection").regimes()
    (only,) = [e for e in answer.equilibria if not e.boundary]
    assert [len(s) for s in only.support.values()] == [2, 2]
    assert same(str(only.profile["Inspector"]["inspect"]), "d/(b + d)", "a b c d e")
    violate = str(only.profile["Inspectee"]["violate"])
    assert same(violate, "e/(e + c - a)", "a b c d e")
    assert all(c.args[0] == ("!=",) for c in only.conditions)  # but for ties, always


def test_the_trust_threshold_of_the_stag_hunt() -> None:
    answer = load_model("stag-hunt").regimes()
    pure = {pattern_of(e) for e in answer.equilibria if not e.boundary and not e.conditions}
    assert pure == {("restrain", "restrain"), ("arm", "arm")}
    mixed = next(e for e in answer.equilibria if len(e.support["A"]) == 2 and not e.boundary)
    names = "T_A R_A S_A P_A T_B R_B S_B P_B"
    threshold = str(mixed.profile["B"]["restrain"])
    assert same(threshold, "(P_A - S_A)/(R_A - T_A + P_A - S_A)", names)
    threshold = str(mixed.profile["A"]["restrain"])
    assert same(threshold, "(P_B - S_B)/(R_B - T_B + P_B - S_B)", names)
    assert len(answer.regimes) == 1


def test_a_name_is_given_only_where_it_holds_throughout() -> None:
    answer = load_model("stag-hunt").regimes()
    assert answer.regimes[0].name is None  # risk dominance cuts the one regime in two
