"""Rules of the sources of the shipped trees, worked out by hand and held against the solver.

Everything expected here is arithmetic on the parameters, written from the cited
sources; no code is shared with the solvers.  Points lie on the thresholds, too.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from fractions import Fraction

import pytest

from deterrence.modelfile.catalogue import load_model
from deterrence.solvers import solve_tree

F = Fraction


def solved(name: str, concept: str, **values: Fraction) -> list:
    solution = solve_tree(load_model(name).at(**values), concept)
    assert solution.status == "complete"
    assert solution.equilibria
    return list(solution.equilibria)


def results(name: str, concept: str, **values: Fraction) -> set[frozenset]:
    """Return the distributions over outcomes of all (extreme) equilibria."""
    found = solved(name, concept, **values)
    return {frozenset((o, p) for o, p in e.outcomes.items() if p) for e in found}


def surely(outcome: str) -> frozenset:
    return frozenset({(outcome, 1)})


def draws(seed: str, count: int) -> Iterator[random.Random]:
    rng = random.Random(seed)
    for _ in range(count):
        yield rng


# ---- brinkmanship: who owns the last bearable step ---------------------------------
def test_the_owner_of_the_last_bearable_step_has_its_way() -> None:
    """Powell 1990: the rule is told without any tree, for all orders of risks and resolve."""
    risks = [F(1, 10), F(3, 20), F(1, 5), F(6, 25)]
    between = [F(1, 20), F(1, 8), F(7, 40), F(11, 50), F(1, 2)]
    seen = set()
    for resolve in itertools.product(between, repeat=2):
        bearable = [k for k in range(4) if risks[k] < resolve[k % 2]]
        begins = bool(bearable) and max(bearable) % 2 == 0
        found = results(
            "brinkmanship",
            "spe",
            R_C=resolve[0],
            R_D=resolve[1],
            **{f"r_{k}": r for k, r in enumerate(risks)},
        )
        way = frozenset({("disaster", risks[0]), ("challenger_prevails", 1 - risks[0])})
        assert found == {way if begins else surely("defender_prevails")}
        seen.add(begins)
    assert seen == {True, False}


def test_at_a_step_that_is_just_bearable_either_side_may_have_its_way() -> None:
    """A tie is a family: both neighbouring regions' results are there."""
    found = results("brinkmanship", "spe", R_D=F(6, 25))
    assert {
        surely("defender_prevails"),
        frozenset({("disaster", F(1, 10)), ("challenger_prevails", F(9, 10))}),
    } <= found


# ---- a crisis among three: backward induction on paper -----------------------------
def tripartite(v: dict[str, Fraction]) -> str:
    """Return the outcome by the rules of the source, for payoffs without ties."""
    alone = "realignment" if v["z"] < v["e"] else "protege_gives_in_late"
    worth = {  # to challenger, protege, defender
        "status_quo": (0, 0, 0),
        "protege_concedes": (1, -1, -1),
        "challenger_backs_down": (-v["c"], 0, 0),
        "conflict": (v["x"], -v["f_P"], -v["f_D"]),
        "protege_gives_in_late": (1, -v["e"], -1),
        "realignment": (1, -v["z"], -v["z_D"]),
    }
    supported = "conflict" if v["x"] > -v["c"] else "challenger_backs_down"
    held = max((supported, alone), key=lambda o: worth[o][2])
    answered = max((held, "protege_concedes"), key=lambda o: worth[o][1])
    return max((answered, "status_quo"), key=lambda o: worth[o][0])


def test_the_crisis_among_three_ends_as_the_rules_say() -> None:
    seen = set()
    for rng in draws("tripartite", 150):
        values = {
            "x": F(rng.randint(-1999, 998), 1000) + F(1, 7001),
            "c": F(rng.randint(1, 2000), 1000),
            "f_P": F(rng.randint(1, 2000), 1000) + F(1, 7003),
            "e": 1 + F(rng.randint(1, 1000), 1000),
            "z": F(rng.randint(1, 2500), 1000) + F(1, 7013),
            "f_D": F(rng.randint(1, 3000), 1000) + F(1, 7019),
            "z_D": 1 + F(rng.randint(1, 1500), 1000),
        }
        expected = tripartite(values)
        assert results("tripartite-crisis", "spe", **values) == {surely(expected)}, values
        seen.add(expected)
    assert seen == {"status_quo", "protege_concedes", "conflict", "realignment"}


# ---- extended deterrence: the argmax -----------------------------------------------
def test_the_challenger_attacks_where_it_gains_most() -> None:
    seen = set()
    for rng in draws("extended", 40):
        v = {n: F(rng.randint(1, 999), 1000) for n in ("r_D", "r_P")}
        v |= {n: F(rng.randint(1, 999), 100) for n in ("b_P", "b_D", "m_P", "m_D")}
        gains = {
            "protege": (1 - v["r_D"]) * v["b_P"] - v["r_D"] * v["m_P"],
            "defender": (1 - v["r_P"]) * v["b_D"] - v["r_P"] * v["m_D"],
            "nobody": F(0),
        }
        (target,) = [t for t, gain in gains.items() if gain == max(gains.values())]
        (only,) = solved("extended-deterrence", "pbe", **v)
        (move,) = [a for a, p in only.profile["Challenger"]["start"].items() if p]
        assert move == ("wait" if target == "nobody" else f"attack {target}")
        seen.add(target)
    assert len(seen) == 3


# ---- power and risk: the nearest level on the grid ---------------------------------
def test_the_level_of_force_is_the_nearest_to_the_best_one() -> None:
    """Powell's reduced form is a parabola, so that a grid does not bias it (ties: both)."""
    levels = {"none": F(0), "quarter": F(1, 4), "half": F(1, 2), "most": F(3, 4), "all": F(1)}
    rho, d = F(1, 3), F(7, 5)
    for best in [*(F(k, 16) for k in range(1, 20)), F(3, 100), F(7, 5)]:
        w = rho * d / (1 - 2 * rho * best)
        assert (w - rho * d) / (2 * rho * w) == best
        distance = {a: abs(x - best) for a, x in levels.items()}
        near = {a for a, x in distance.items() if x == min(distance.values())}
        found = solved("power-and-risk", "spe", rho=rho, d=d, w=w)
        used = {a for e in found for a, p in e.profile["Challenger"]["force"].items() if p}
        assert used == near, best


# ---- stability and instability -----------------------------------------------------
def test_nuclear_risk_is_not_monotone_in_stability() -> None:
    """P(nuclear) rises with r up to each threshold, and falls there (Snyder's paradox)."""
    model = load_model("stability-instability")
    v = model.values()
    limits = [(v["w"] * x - v["c"]) / (v["w"] * x + v["N"]) for x in (v["v_c"], v["v_e"])]
    previous = None
    for r, share in (
        (limits[0] / 2, 1),
        (limits[0] * F(99, 100), 1),
        (limits[0] * F(101, 100), v["q"]),
        (limits[1] * F(99, 100), v["q"]),
        (limits[1] * F(101, 100), 0),
    ):
        (only,) = solved("stability-instability", "pbe", r=r)
        assert only.measures["nuclear"] == share * r
        assert only.measures["limited"] == share * (1 - r)
        if previous is not None and share == previous[1]:
            assert only.measures["nuclear"] >= previous[0]
        previous = (only.measures["nuclear"], share)
    at = {e.measures["nuclear"] for e in solved("stability-instability", "pbe", r=limits[0])}
    assert {limits[0], limits[0] * v["q"]} <= at


# ---- crisis bargaining: Fearon's limit ----------------------------------------------
def test_the_threshold_of_risky_demands_goes_to_fearons() -> None:
    """With sweeteners going to 0 it is (c_H - c_L)/(c_H + c_A), whatever the balance of power."""
    v = load_model("crisis-bargaining").values()
    limit = (v["c_H"] - v["c_L"]) / (v["c_H"] + v["c_A"])
    for p in (F(1, 5), F(3, 5)):
        for off, war in ((-F(1, 1000), True), (F(1, 1000), False)):
            q = limit + off
            (only,) = solved("crisis-bargaining", "pbe", q=q, p=p, e=F(1, 10**6))
            assert only.measures["war"] == (q if war else 0)


# ---- preventive war: both of the published thresholds -------------------------------
@pytest.mark.parametrize("captured", [0, 1])
def test_preventive_war_follows_the_speed_of_the_shift(captured: int) -> None:
    """Fearon's threshold where the rising side gains all of tomorrow's peace, and the other's."""
    delta, c_D, c_R, p_1 = F(4, 5), F(1, 10), F(3, 20), F(7, 10)
    extra = -delta * c_D if captured == 0 else delta * c_R
    threshold = (1 - p_1 + c_D + extra) / delta  # of the shift p_1 - p_2
    tiny = F(1, 10**6)
    for sign in (-1, 1):
        p_2 = p_1 - threshold - sign * F(1, 100)
        s = p_2 - c_D + tiny if captured == 0 else p_2 + c_R - tiny
        found = solved(
            "preventive-war", "spe", delta=delta, p_1=p_1, p_2=p_2, s=s, c_D=c_D, c_R=c_R
        )
        assert {e.measures["war"] for e in found} == {F(sign > 0)}


# ---- reputation ----------------------------------------------------------------------
@pytest.mark.parametrize("concept", ["pbe", "sequential"])
def test_a_weak_defender_resists_as_often_as_kreps_and_wilson_say(concept: str) -> None:
    for rng in draws("reputation", 12):
        b = F(rng.randint(100, 900), 1000)
        a = 1 + F(rng.randint(1, 900), 100)
        p = b * F(rng.randint(1, 999), 1000)
        if p == b * b:
            continue
        for e in solved("reputation-two", concept, p=p, b=b, a=a):
            resist = e.profile["Defender"]["reply 1 (weak)"]["resist"]
            assert p + (1 - p) * resist == p / b
            assert e.profile["C1"]["entry 1"]["stay out"] == (p > b * b)
            assert e.profile["C2"]["entry 2 after resisted"]["stay out"] == 1 / a


# ---- attribution ---------------------------------------------------------------------
def test_no_punishment_lowers_the_rate_of_attacks_below_its_floor() -> None:
    v = load_model("attribution").values()
    rho = v["w"] / (v["w"] + v["g"])
    floor = v["f"] * rho / (v["f"] * rho + v["d"] * (1 - rho))
    for L in (F(2), F(5), F(100)):
        (only,) = solved("attribution", "pbe", L=L)
        assert only.measures["attack"] == floor
        alarm = only.profile["Defender"]["alarm"]["retaliate"]
        assert alarm == v["x"] / ((v["d"] - v["f"]) * L)


# ---- mutual deterrence ----------------------------------------------------------------
def test_the_condition_of_restraint_is_the_inequality_of_the_source() -> None:
    """All 16 pure first stages, by the one inequality of chapter 4 (D is preferred to C)."""
    types = ("hard", "soft")
    seen = set()
    for rng in draws("mutual", 12):
        v = {}
        for side, names in (
            ("A", "a_DC a_SQ a_DDh a_CD a_DDs"),
            ("B", "b_CD b_SQ b_DDh b_DC b_DDs"),
        ):
            worths = sorted(rng.sample(range(-60, 60), 5), reverse=True)
            v |= dict(zip(names.split(), map(F, worths), strict=True))
            v[f"p_{side}"] = F(rng.randint(1, 99), 100)
        order = {
            "A": [v[n] for n in ("a_DC", "a_SQ", "a_DDh", "a_CD", "a_DDs", "p_B")],
            "B": [v[n] for n in ("b_CD", "b_SQ", "b_DDh", "b_DC", "b_DDs", "p_A")],
        }

        def gain(side: str, kind: str, other: tuple[int, int], order=order) -> Fraction:
            """Return what attacking gains a type, if hard and soft others attack as told."""
            best, quiet, hard, give_way, soft, p = order[side]
            conflict = hard if kind == "hard" else soft
            y_h, y_s = other
            total = (1 - p) * (1 - y_s) * (best - quiet) - p * (1 - y_h) * (quiet - conflict)
            attacked = p * y_h + (1 - p) * y_s
            return total - (attacked * (give_way - soft) if kind == "soft" else 0)

        expected = set()
        for moves in itertools.product((0, 1), repeat=4):
            a, b = moves[:2], moves[2:]
            fine = all(
                gain(side, kind, other) * (1 if own[k] else -1) >= 0
                for side, own, other in (("A", a, b), ("B", b, a))
                for k, kind in enumerate(types)
            )
            if fine:
                expected.add(moves)
        found = set()
        for e in solved("mutual-deterrence", "pbe", **v):
            rates = [
                e.profile[side][f"{side} first ({kind})"]["attack"]
                for side in "AB"
                for kind in types
            ]
            if all(r in (0, 1) for r in rates):
                found.add(tuple(map(int, rates)))
        assert found == expected, v
        seen |= expected
    assert len(seen) >= 4
