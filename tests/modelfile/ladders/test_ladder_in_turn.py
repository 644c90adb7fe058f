"""Ladders climbed in turn: against backward induction by hand, and the parity rule."""

from __future__ import annotations

import random
import time
from fractions import Fraction
from typing import Any

import pytest

from deterrence.errors import InvalidFileError, UsageError
from deterrence.modelfile.catalogue import load_model, read_model
from deterrence.modelfile.ladders.sequential import movers
from deterrence.modelfile.model import SymbolicModel
from deterrence.solvers import solve_tree

F = Fraction
SIDES = ("Russia", "NATO")


def text_of(rungs: str, **more: str) -> str:
    parts = {
        "moves": "sequential",
        "prize": "{Russia: v_R, NATO: v_N}",
        "loss": "{Russia: l_R, NATO: l_N}",
        "cost": "{Russia: c_R*k, NATO: c_N}",
        "general_war": "{Russia: D_R, NATO: D_N}",
        **more,
    }
    names = ["v_R", "v_N", "l_R", "l_N", "c_R", "c_N", "D_R", "D_N", "r", "s"]
    ladder = "".join(f"  {key}: {value}\n" for key, value in parts.items())
    parameters = "".join(f"  {n}: {{default: {i + 1}/20}}\n" for i, n in enumerate(names))
    return (
        f"title: T\nform: ladder\nplayers: [Russia, NATO]\nladder:\n  rungs: {rungs}\n{ladder}"
        f"parameters:\n{parameters}"
    )


def by_hand(
    top: int,
    turns: list[int],
    stakes: dict[str, Any],
    cost: Any,
    hazard: Any,
    behaviour: list[Fraction] | None = None,
):
    """Work the ladder out from its definition, from the top down.

    Returns what each side gets, the probabilities of ends, and whether each rung is climbed
    from; ``behaviour`` gives probabilities of climbing, otherwise the better is chosen.
    ``stakes`` has v, l, D by side; ``cost(side, k)`` and ``hazard(k)`` are those of rung k.
    """
    value = None
    ends: dict[str, Fraction] = {}
    climbs: list[Fraction] = []
    for k in range(top - 1, -1, -1):
        mover = turns[k]
        if k == 0:
            stop, stopped = [F(0), F(0)], {"status quo": F(1)}
        else:
            winner = turns[k - 1]
            stop = [F(0), F(0)]
            stop[winner], stop[1 - winner] = stakes["v"][winner], -stakes["l"][1 - winner]
            stopped = {f"{SIDES[winner]} at {k}": F(1)}
        war = [-stakes["D"][0], -stakes["D"][1]]
        if k + 1 == top:
            go, gone = list(war), {"general war": F(1)}
        else:
            rho = hazard(k + 1)
            go = [rho * w + (1 - rho) * u for w, u in zip(war, value, strict=True)]
            gone = {e: (1 - rho) * p for e, p in ends.items()}
            if rho:
                gone[f"slip at {k + 1}"] = rho
        go[mover] -= cost(mover, k + 1)
        p = behaviour[k] if behaviour is not None else F(int(go[mover] > stop[mover]))
        climbs.insert(0, p)
        value = [(1 - p) * a + p * b for a, b in zip(stop, go, strict=True)]
        ends = {
            e: q
            for e in [*stopped, *gone]
            if (q := (1 - p) * stopped.get(e, F(0)) + p * gone.get(e, F(0)))
        }
    return value, ends, climbs


def stakes_of(values: dict[str, Fraction]) -> dict[str, list[Fraction]]:
    return {x: [values[f"{x}_R"], values[f"{x}_N"]] for x in ("v", "l", "D")}


def numbers(rng: random.Random) -> dict[str, Fraction]:
    values = {n: F(rng.randint(1, 60), 7) for n in ("v_R", "v_N", "l_R", "l_N", "c_R", "c_N")}
    damage = {n: F(rng.randint(60, 999)) for n in ("D_R", "D_N")}
    return values | damage | {"r": F(rng.randint(0, 5), 11), "s": F(1, 7)}


def end_names(model: SymbolicModel) -> dict[str, str]:
    """Outcome -> how the definition above calls it."""
    labels = [r.label for r in model.ladder.rungs]
    names = {"status_quo" if labels[0] == "status_quo" else labels[0]: "status quo"}
    names["general_war"] = "general war"
    for k, label in enumerate(labels):
        names |= {f"{side}_prevails_{label}": f"{side} at {k}" for side in SIDES}
        names[f"slip_{label}"] = f"slip at {k}"
    return names


@pytest.mark.parametrize("rungs", [2, 3, 4, 7, 10])
@pytest.mark.parametrize("first", SIDES)
def test_backward_induction_by_hand(rungs: int, first: str) -> None:
    model = read_model(text_of(str(rungs), first=first, hazard="r/k"))
    turns = [(k + SIDES.index(first)) % 2 for k in range(rungs - 1)]
    rng = random.Random(f"{rungs} {first}")
    names = end_names(model)
    names["rung_0"] = "status quo"
    for _ in range(6):
        values = numbers(rng)
        game = model.at(**values)

        def cost(side: int, k: int, values: dict[str, Fraction] = values) -> Fraction:
            return values["c_N"] if side else values["c_R"] * k

        def hazard(k: int, values: dict[str, Fraction] = values) -> Fraction:
            return values["r"] / k

        value, ends, climbs = by_hand(rungs - 1, turns, stakes_of(values), cost, hazard)
        [e] = solve_tree(game, "spe").equilibria
        assert [e.payoffs[p] for p in SIDES] == value
        assert {names[o]: p for o, p in e.outcomes.items()} == ends
        for k, p in enumerate(climbs):
            assert e.profile[SIDES[turns[k]]][f"rung_{k}"].get("climb", 0) == p
        # The same for behaviour that is not rational, with the measures.
        mix = [F(rng.randint(0, 4), 4) for _ in climbs]
        value, ends, _ = by_hand(rungs - 1, turns, stakes_of(values), cost, hazard, mix)
        profile: dict[str, dict[str, Any]] = {p: {} for p in SIDES}
        for k, p in enumerate(mix):
            profile[SIDES[turns[k]]][f"rung_{k}"] = {"climb": p, "stop": 1 - p}
        assert [*game.expected_payoffs(profile).values()] == value
        measures = game.measure_values(profile)
        level = {"status quo": 0, "general war": rungs - 1}

        def rung(end: str, level: dict[str, int] = level) -> int:
            return level.get(
                end, rungs - 1 if "slip" in end else int(end.split()[-1] if " at " in end else 0)
            )

        slips = sum((p for e, p in ends.items() if "slip" in e), F(0))
        war = ends.get("general war", F(0))
        assert measures["general_war"] == war + slips
        assert measures["deliberate_war"] == war
        assert measures["inadvertent_war"] == slips
        assert measures["crisis"] == 1 - ends.get("status quo", F(0))
        assert measures["expected_rung"] == sum(rung(e) * p for e, p in ends.items())
        for side in SIDES:
            won = sum((p for e, p in ends.items() if e.startswith(side)), F(0))
            assert measures[f"{side}_prevails"] == won


@pytest.mark.parametrize("top", range(2, 13))
def test_only_the_parity_of_the_lowest_prohibitive_rung_matters(top: int) -> None:
    """Without losses and hazards: rung 1 if k* is odd, rung 0 if it is even."""
    model = read_model(
        text_of(str(top + 1), loss="{Russia: 0, NATO: 0}", cost="{Russia: c_R*k*k, NATO: c_N*k}")
    )
    rng = random.Random(top)
    for _ in range(12):
        values = numbers(rng) | {"c_R": F(rng.randint(1, 40), 9), "c_N": F(rng.randint(1, 40), 9)}
        cost = [
            values["c_N"] * (k + 1) if k % 2 else values["c_R"] * (k + 1) ** 2 for k in range(top)
        ]
        prize = [values["v_N"] if k % 2 else values["v_R"] for k in range(top)]
        lowest = min([k for k in range(top) if cost[k] > prize[k]] + [top - 1])
        [e] = solve_tree(model.at(**values), "spe").equilibria
        assert e.measures["expected_rung"] == lowest % 2
        for k in range(lowest + 1):
            climbs = e.profile[SIDES[k % 2]][f"rung_{k}"].get("climb", 0)
            assert climbs == (lowest - k) % 2


def test_turns_go_on_from_who_has_the_move() -> None:
    rungs = "[a, b, c, d, e, f]"
    turns = {
        "": ["Russia", "NATO", "Russia", "NATO", "Russia"],
        "first": ["NATO", "Russia", "NATO", "Russia", "NATO"],
        "who": ["Russia", "Russia", "NATO", "NATO", "Russia"],
    }
    extra = {"": {}, "first": {"first": "NATO"}, "who": {"who": "{b: Russia, d: NATO}"}}
    for key, expected in turns.items():
        model = read_model(text_of(rungs, **extra[key]))
        assert list(movers(model.ladder)) == expected
        assert [s.player for s in model.tree.sets] == expected
    # The one who climbed last prevails, be it twice in a row.
    model = read_model(text_of(rungs, who="{b: Russia, d: NATO}"))
    assert [o for o in model.outcomes if "prevails" in o] == [
        "Russia_prevails_b",
        "Russia_prevails_c",
        "NATO_prevails_d",
        "NATO_prevails_e",
    ]


def test_stakes_costs_and_hazards_may_differ_by_rung() -> None:
    model = read_model(
        text_of(
            "\n    - a\n    - b: {title: B, cost: {Russia: 7}}\n    - c: {hazard: s}\n    - d",
            prize="{Russia: v_R + k, NATO: v_N*k}",
            loss="{Russia: l_R*k, NATO: l_N}",
        )
    )
    said = {label: [str(u) for u in o.payoffs.values()] for label, o in model.outcomes.items()}
    assert said == {
        "a": ["0", "0"],
        "climb_b": ["-7", "0"],
        "Russia_prevails_b": ["v_R + 1", "-l_N"],
        "climb_c": ["0", "-c_N"],
        "slip_c": ["-D_R", "-D_N"],
        "NATO_prevails_c": ["-l_R*2", "v_N*2"],
        "general_war": ["-D_R - c_R*3", "-D_N"],
    }
    assert [str(p) for s in model.tree.sets if s.is_chance for p in s.chances] == ["s", "1 - s"]


def test_a_ladder_can_have_other_numbers_of_rungs() -> None:
    model = load_model("crisis-ladder")
    assert model.ladder.top == 7
    short = model.with_rungs(3)
    assert [s.label for s in short.tree.sets] == ["status_quo", "hybrid", "sanctions"]
    assert short.known_results == ()
    assert model.with_rungs(7) is model
    long = model.with_rungs(99)
    assert len(long.tree.nodes) > 199
    assert solve_tree(long.at(), "spe").status == "complete"
    assert {"fighting", "nuclear", "expected_rung"} <= {m.name for m in short.measures}
    for n in (0, 100, "3", True):
        with pytest.raises(UsageError, match="cannot have"):
            model.with_rungs(n)
    turned = read_model(text_of("[a, b, c, d]", who="{c: NATO}")).with_rungs(2)
    assert turned.ladder.who == {}
    assert list(movers(turned.ladder)) == ["Russia", "NATO"]


def mirrored(values: dict[str, object]) -> dict[str, object]:
    """Exchange what is Russia's with what is NATO's."""
    swap = {"_R": "_N", "_N": "_R"}
    return {n[:-2] + swap.get(n[-2:], n[-2:]): v for n, v in values.items()}


@pytest.mark.parametrize("name", ["crisis-ladder", "kahn-ladder"])
def test_with_the_other_order_everything_is_mirrored(name: str) -> None:
    """Russia first at some values is NATO first at the values exchanged, names exchanged."""
    model = load_model(name)
    turned = model.with_first("NATO")
    assert model.with_first("Russia") is model
    assert turned.with_first("Russia").tree == model.tree
    assert set(movers(turned.ladder)[::2]) == {"NATO"}
    assert turned.known_results == turned.named_regimes == turned.exercises == ()
    rng = random.Random(name)
    sides = {"Russia": "NATO", "NATO": "Russia"}
    for _ in range(12):
        values = {n: p.default * F(rng.randint(40, 200), 101) for n, p in model.parameters.items()}
        here, there = model.at(check=False, **values), turned.at(check=False, **mirrored(values))
        (one,) = solve_tree(here, "spe").equilibria
        (other,) = solve_tree(there, "spe").equilibria
        assert one.payoffs == {sides[p]: u for p, u in other.payoffs.items()}
        (outcome,) = (o for o, p in one.outcomes.items() if p == max(one.outcomes.values()))
        for p, q in sides.items():
            if outcome.startswith(p):
                assert other.outcomes[outcome.replace(p, q, 1)] == one.outcomes[outcome]
        assert one.measures["Russia_prevails"] == other.measures["NATO_prevails"]
        assert one.measures["expected_rung"] == other.measures["expected_rung"]


def test_the_first_move_is_of_ladders_in_turn_and_of_players() -> None:
    with pytest.raises(UsageError, match="climbed in turn"):
        load_model("escalation-ladder").with_first("Russia")
    with pytest.raises(UsageError, match="climbed in turn"):
        load_model("chicken").with_first("A")
    with pytest.raises(UsageError, match="no player 'Nato'"):
        load_model("crisis-ladder").with_first("Nato")
    short = load_model("crisis-ladder").with_first("NATO").with_rungs(3)
    assert [s.player for s in short.tree.sets] == ["NATO", "Russia", "NATO"]
    assert (short.first, short.rungs) == ("NATO", 3)
    # Whoever is said to move at the bottom has the first move no more, others stay.
    text = text_of("[a, b, c, d]", who="{a: NATO, c: NATO}")
    assert list(movers(read_model(text).ladder)) == ["NATO", "Russia", "NATO"]
    assert list(movers(read_model(text).with_first("Russia").ladder)) == ["Russia", "NATO", "NATO"]


def test_a_rung_is_called_by_the_deed_of_the_side_that_climbs_to_it() -> None:
    rungs = "\n    - a\n    - b: {title: B, titles: {Russia: Rb, NATO: Nb}}\n    - c: C\n    - d"
    model = read_model(text_of(rungs))
    assert model.set_titles["b"] == "Rb"
    assert model.with_first("NATO").set_titles["b"] == "Nb"
    assert model.outcomes["Russia_prevails_b"].title == "Russia prevails at: Rb"
    for wrong, told in (
        ("Nato: x", "unknown player 'Nato'"),
        ("NATO: [x]", "a list stands here"),
    ):
        with pytest.raises(InvalidFileError, match=told):
            read_model(text_of(rungs.replace("NATO: Nb", wrong)))


def test_kahn_s_ladder_has_44_rungs_in_seven_groups() -> None:
    model = load_model("kahn-ladder")
    groups: dict[str, int] = {}
    for rung in model.ladder.rungs[1:]:
        groups[rung.group] = groups.get(rung.group, 0) + 1
    assert list(groups.values()) == [3, 6, 11, 5, 6, 7, 6]
    assert model.ladder.top == 44
    firebreaks = [k for k, r in enumerate(model.ladder.rungs) if r.cost]
    assert firebreaks == [4, 10, 21, 26, 32, 39]
    assert "Traditional crises" in model.set_titles["rung_4"]
    start = time.process_time()
    assert solve_tree(model.at(), "spe").status == "complete"
    assert time.process_time() - start < 1


def test_a_simultaneous_ladder_stays_a_matrix() -> None:
    assert load_model("escalation-ladder").tree is None
    assert load_model("crisis-ladder").actions == ()


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"first": "Rusia"}, "unknown player 'Rusia' (did you mean 'Russia'?)"),
        ({"who": "{b: Nato}"}, "unknown player 'Nato' (did you mean 'NATO'?)"),
        ({"who": "{q: NATO}"}, "unknown rung below the top 'q'"),
        ({"who": "{d: NATO}"}, "unknown rung below the top 'd'"),
        ({"moves": "sequentialy"}, "'sequentialy' is not known here"),
        ({"moves": "simultaneous", "first": "NATO"}, "first belongs to ladders with moves in turn"),
        (
            {"moves": "simultaneous", "who": "{b: NATO}"},
            "who belongs to ladders with moves in turn",
        ),
        ({"moves": "simultaneous", "prize": "{Russia: k, NATO: 1}"}, "unknown name 'k'"),
        ({"prize": "{Russia: 1/(k - 2), NATO: 1}"}, "the prize at rung 2 has no value"),
        ({"general_war": "{Russia: k, NATO: 1}"}, "unknown name 'k'"),
        ({"hazard": "k"}, "the hazard of rung 2 is 2 at the defaults"),
    ],
)
def test_faults_of_a_ladder_in_turn(more: dict[str, str], expected: str) -> None:
    with pytest.raises(InvalidFileError) as caught:
        read_model(text_of("[a, b, c, d]", **more))
    [fault] = caught.value.faults
    assert expected in str(fault)
