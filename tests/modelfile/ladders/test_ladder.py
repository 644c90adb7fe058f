"""Ladders against M38: payoffs, outcomes and measures worked out from the definition."""

from __future__ import annotations

import itertools
from fractions import Fraction
from typing import Any

import pytest
import sympy

from deterrence.errors import UsageError
from deterrence.modelfile.catalogue import load_model, read_model
from deterrence.modelfile.ladders.ladder import slug
from deterrence.modelfile.model import SymbolicModel

F = Fraction
LADDER = load_model("escalation-ladder")
TWO = ("Russia", "NATO")


def text_of(rungs: str, **more: str) -> str:
    parts = {
        "prize": "{Russia: v_R, NATO: v_N}",
        "loss": "{Russia: l_R, NATO: l_N}",
        "general_war": "{Russia: D_R, NATO: D_N}",
        **more,
    }
    names = ["v_R", "v_N", "l_R", "l_N", "D_R", "D_N", "c", "r", "s"]
    ladder = "".join(f"  {key}: {value}\n" for key, value in parts.items())
    parameters = "".join(f"  {n}: {{default: {i + 1}/20}}\n" for i, n in enumerate(names))
    return (
        f"title: T\nform: ladder\nplayers: [Russia, NATO]\nladder:\n  rungs: {rungs}\n{ladder}"
        f"parameters:\n{parameters}"
    )


def m38(
    symbols: dict[str, Any], n: int, cost: Any, hazard: Any
) -> dict[tuple[int, int], list[Any]]:
    """The payoffs of MODELS card M38, cell by cell."""
    table = {}
    for a in itertools.product(range(n + 1), repeat=2):
        m = min(a)
        row = []
        for i, side in enumerate(("R", "N")):
            v, l, d = (symbols[f"{x}_{side}"] for x in "vlD")  # noqa: E741
            c = sum(cost(side, k) for k in range(1, m + 1))
            s = sympy.Integer(1)
            for k in range(1, m + 1):
                s *= 1 - hazard(k)
            mine, other = a[i], a[1 - i]
            if mine == other == n:
                row.append(-c - d)
            elif mine > other:
                row.append(s * v - c - (1 - s) * d)
            elif mine < other:
                row.append(-s * l - c - (1 - s) * d)
            else:
                row.append(-c - (1 - s) * d)
        table[a] = row
    return table


def assert_m38(model: SymbolicModel, cost: Any, hazard: Any) -> None:
    symbols = model.symbols()
    n = len(model.actions[0]) - 1
    expected = m38(symbols, n, lambda side, k: cost(symbols, side, k), lambda k: hazard(symbols, k))
    game = model.symbolic()
    for number, cell in enumerate(itertools.product(range(n + 1), repeat=2)):
        for i in range(2):
            assert sympy.expand(game.payoffs[i][number] - expected[cell][i]) == 0


@pytest.mark.parametrize("n", [1, 2, 4, 7])
def test_the_shipped_ladder_is_m38(n: int) -> None:
    assert_m38(
        LADDER.with_rungs(n),
        lambda s, side, k: s[f"c_{side}"] * k,
        lambda s, k: s["rho"],
    )


def test_costs_and_hazards_that_depend_on_the_rung() -> None:
    model = read_model(text_of("5", cost="{Russia: c*k**2 + s, NATO: 1/3}", hazard="r*k/10"))
    assert_m38(
        model,
        lambda s, side, k: s["c"] * k**2 + s["s"] if side == "R" else sympy.Rational(1, 3),
        lambda s, k: s["r"] * k / 10,
    )


def test_rungs_with_costs_and_hazards_of_their_own() -> None:
    rungs = "[peace, {sanctions: {cost: {NATO: s*k}, hazard: s}}, {raid: Raids}, war]"
    model = read_model(text_of(rungs, cost="{Russia: c, NATO: c*k}", hazard="r"))
    assert_m38(
        model,
        lambda s, side, k: s["c"] if side == "R" else (s["s"] * k if k == 1 else s["c"] * k),
        lambda s, k: s["s"] if k == 1 else s["r"],
    )
    assert model.action_titles["NATO"]["raid"] == "Raids"


def test_no_costs_and_no_hazard() -> None:
    model = read_model(text_of("3"))
    assert_m38(model, lambda s, side, k: 0, lambda s, k: 0)
    assert not any(label.startswith("slip_") for label in model.outcomes)
    assert all(len(cell.lottery) == 1 for cell in model.cells)


def test_formulas_stay_short() -> None:
    model = LADDER.with_rungs(6)
    assert str(model.outcomes["Russia_prevails_rung_4"].payoffs["NATO"]) == "-l_N - 10*c_N"
    [(_, chance), (_, slipping)] = model.cells[2 * 7 + 3].lottery
    assert str(chance) == "(1 - rho)**2"
    assert str(slipping) == "1 - (1 - rho)**2"


@pytest.mark.parametrize("n", [1, 2, 4, 9, 99])
def test_any_number_of_rungs(n: int) -> None:
    model = LADDER.with_rungs(n)
    labels = model.actions[0]
    assert model.actions == (labels, labels)
    assert (len(labels), labels[0], labels[-1]) == (n + 1, "status_quo", "nuclear")
    game = model.at()
    assert game.is_exact
    assert game.outcomes is not None
    assert all(sum(p for _, p in lottery) == 1 for lottery in game.outcomes)
    assert set(model.outcomes) >= {label for lottery in game.outcomes for label, _ in lottery}
    assert not model.known_results or n == 4


def test_a_list_is_cut_below_its_top_and_extended_there() -> None:
    assert LADDER.with_rungs(2).actions[0] == ("status_quo", "hybrid", "nuclear")
    assert LADDER.with_rungs(6).actions[0] == (
        "status_quo",
        "hybrid",
        "assistance",
        "direct",
        "rung_4",
        "rung_5",
        "nuclear",
    )
    assert LADDER.with_rungs(4) is LADDER
    # There and back again; the named rungs that were cut do not come back.
    assert LADDER.with_rungs(2).with_rungs(4).actions[0][2:4] == ("rung_2", "rung_3")
    # The file's own measure goes with the rungs: P(*_direct) is 0 where there is no such rung.
    war = {m.name: m for m in LADDER.with_rungs(2).measures}["war"]
    assert str(war.expression) == "P(slip_hybrid) + P(general_war)"


@pytest.mark.parametrize("n", [0, -1, 100, 10**9, True, 2.0, "3", None])
def test_impossible_numbers_of_rungs(n: Any) -> None:
    with pytest.raises(UsageError, match="rungs above the status quo"):
        LADDER.with_rungs(n)


def test_other_models_have_no_rungs() -> None:
    with pytest.raises(UsageError, match="chicken has no rungs"):
        load_model("chicken").with_rungs(3)


def test_costs_on_single_rungs_cannot_be_extended() -> None:
    model = read_model(text_of("[a, {b: {cost: {Russia: 1, NATO: 1}}}, c]"))
    assert model.with_rungs(1).actions[0] == ("a", "c")
    with pytest.raises(UsageError, match="new rungs have no cost"):
        model.with_rungs(5)


# ---- measures ----------------------------------------------------------------
def measures_by_hand(n: int, values: dict[str, Fraction], a: int, b: int) -> dict[str, Fraction]:
    """What happens where Russia is ready for rung a and NATO for rung b, step by step."""
    stays = F(1)
    result = dict.fromkeys(
        [
            "general_war",
            "deliberate_war",
            "inadvertent_war",
            "crisis",
            "expected_rung",
            "Russia_prevails",
            "NATO_prevails",
            "stand_off",
        ],
        F(0),
    )
    m = min(a, b)
    if a == b == n:
        return {
            **result,
            "general_war": F(1),
            "deliberate_war": F(1),
            "crisis": F(1),
            "expected_rung": F(n),
        }
    for _ in range(m):
        slips = stays * values["rho"]
        result["inadvertent_war"] += slips
        result["expected_rung"] += slips * n
        stays -= slips
    result["general_war"] = result["inadvertent_war"]
    result["expected_rung"] += stays * m
    result["crisis"] = F(int((a, b) != (0, 0) and not (a == b == 0)))
    if a > b:
        result["Russia_prevails"] = stays
    elif b > a:
        result["NATO_prevails"] = stays
    elif m > 0:
        result["stand_off"] = stays
    return result


@pytest.mark.parametrize("n", [1, 4, 60])
def test_the_measures_that_every_ladder_has(n: int) -> None:
    model = LADDER.with_rungs(n)
    game, values = model.at(), model.values()
    labels = model.actions[0]
    picks = {0, 1, n // 2, n - 1, n}
    for a, b in itertools.product(picks, picks):
        profile = {"Russia": {labels[a]: F(1)}, "NATO": {labels[b]: F(1)}}
        found = game.measure_values(game.cell_probabilities(profile), profile)
        found.pop("war")
        assert found.pop("deterrence") == 1 - found["crisis"]
        assert found == measures_by_hand(n, values, a, b)


def test_a_measure_of_the_file_wins() -> None:
    text = text_of("3", hazard="r") + "measures: {crisis: [general_war], x: ['*_prevails_*']}\n"
    model = read_model(text)
    assert [m.name for m in model.measures].count("crisis") == 1
    assert str(model.measures[0].expression) == "P(general_war)"
    assert len(model.measures) == 9


def test_labels_become_names() -> None:
    text = (
        text_of("[status quo, '§ 5', war]", hazard="r")
        .replace("[Russia, NATO]", "[Russian Federation, Запад]")
        .replace("Russia:", "Russian Federation:")
        .replace("NATO:", "Запад:")
    )
    model = read_model(text)
    assert model.actions[0] == ("status quo", "§ 5", "war")
    assert "Russian_Federation_prevails_status_quo" in model.outcomes
    assert "player_2_prevails_n5" in model.outcomes
    assert slug("---", "x") == "x"


def test_the_specification_is_kept() -> None:
    spec = LADDER.ladder
    assert spec is not None
    assert (spec.players, spec.top) == (TWO, 4)
    assert str(spec.cost_of("NATO", 3)) == "c_N*3"
    assert str(spec.hazard_of(0)) == "0"
