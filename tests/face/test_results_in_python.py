"""Solutions and analyses as sequences, results as tables, symbolic equilibria in sympy."""

from __future__ import annotations

import sys
from fractions import Fraction
from typing import Any

import pandas as pd
import pytest
import sympy
from brink import BRINK
from every_result import EVERY, result_of

from deterrence import UsageError, load, load_model, solve
from deterrence.game.strategic import StrategicGame

BIPOLARITY = load_model(BRINK)
SOLUTION = result_of(BRINK, "solve")
TREE = result_of("rudimentary-deterrence", "solve")
ANALYSIS = result_of(BRINK, "regimes")


# ---- sequences -----------------------------------------------------------------------------
@pytest.mark.parametrize("result", [SOLUTION, TREE, ANALYSIS, result_of(EVERY[-1][0], "regimes")])
def test_a_result_is_a_sequence_of_its_equilibria(result: Any) -> None:
    found = result.equilibria
    assert list(result) == list(found)
    assert (len(result), result[0], result[-1]) == (len(found), found[0], found[-1])
    assert result[1:] == found[1:]
    assert result[::-1] == found[::-1]
    assert found[0] in result
    assert "nothing" not in result
    with pytest.raises(IndexError):
        result[len(found)]


def test_equilibria_have_the_numbers_and_names_of_the_model() -> None:
    names = BIPOLARITY.names
    for e in SOLUTION:
        pattern = names.pattern(e.profile)
        assert SOLUTION[f"#{names.number(pattern)}"] is e
        assert SOLUTION[names.name(pattern)] is SOLUTION[names.full_name(pattern)] is e
    # The same name at other values, and with symbols.
    other = BIPOLARITY.solve(k_R="15/2")
    assert other["#9"].profile.support("NATO") == SOLUTION["both mix"].profile.support("NATO")
    assert ANALYSIS["#9"] is ANALYSIS["both mix"] is ANALYSIS[3]
    assert load(ANALYSIS.to_dict())["#9"] == ANALYSIS[3]
    bluff = load_model("unilateral-deterrence")
    published = bluff.regimes(boundaries=False)["The bluff equilibrium"]
    assert bluff.names.published_name(bluff.names.pattern(published.support))


def test_names_that_none_or_several_have() -> None:
    with pytest.raises(UsageError, match=r"no equilibrium is called '#4' here .there are #2, #3"):
        SOLUTION["#4"]
    with pytest.raises(UsageError, match=r"no equilibrium is called 'x' here .there are #2, #3"):
        SOLUTION["x"]
    both = solve(StrategicGame.from_matrices([[1, 1], [0, 0]], [[1, 1], [0, 0]]))
    pattern_of_two = [e for e in both if e.profile.is_pure]
    assert both["#1"] is pattern_of_two[0]
    # Two totally mixed equilibria share a pattern; letters tell them apart.
    cells = (
        (9, 8, 12),
        (0, 0, 0),
        (0, 0, 0),
        (3, 4, 6),
        (0, 0, 0),
        (3, 4, 6),
        (9, 8, 2),
        (0, 0, 0),
    )
    game = StrategicGame(("A", "B", "C"), (("0", "1"),) * 3, tuple(zip(*cells, strict=True)))
    nine = solve(game)
    with pytest.raises(
        UsageError, match=r"2 equilibria are called 'all mix' .by number: #27a, #27b\)"
    ):
        nine["all mix"]
    assert nine["#27a"] != nine["#27b"]


# ---- tables --------------------------------------------------------------------------------
@pytest.mark.parametrize(("name", "verb"), [pair for pair in EVERY if pair[1] != "explain"])
def test_every_result_is_a_table(name: str, verb: str) -> None:
    result = result_of(name, verb)
    for table in result._tables():
        frame = result.to_frame(table)
        exact = result.to_frame(table, exact=True)
        assert list(frame.columns) == list(exact.columns)
        assert len(frame) == len(list(result._tables()[table]()))
        # Every cell is a plain value: a number, text, or nothing.
        kinds = {type(value).__name__ for column in frame for value in frame[column].tolist()}
        assert kinds <= {"str", "int", "float", "bool", "NoneType"}
        assert frame.equals(load(result.to_dict()).to_frame(table))
    assert result.to_frame().equals(result.to_frame(next(iter(result._tables()))))


def test_columns_of_equilibria_are_those_of_statements() -> None:
    frame = SOLUTION.to_frame(exact=True).set_index("number")
    mixed = frame.loc["#9"]
    assert mixed["prob(NATO, escalate)"] == Fraction(3, 7)
    assert mixed["payoff(Russia)"] == SOLUTION["#9"].payoffs["Russia"]
    assert mixed["P(direct_war)"] == mixed["war"] == Fraction(6, 49)
    assert SOLUTION.to_frame()["prob(Russia, escalate)"].dtype == float
    assert (SOLUTION.to_frame()["regret"] == 0).all()
    tree = TREE.to_frame()
    assert tree["prob(B, reply (hard), resist)"].tolist() == [1.0]
    beliefs = TREE.to_frame("beliefs").set_index("node")
    assert beliefs.loc["B hard", "low"] == beliefs.loc["B hard", "high"] == 0.25
    symbolic = ANALYSIS.to_frame()
    assert symbolic["prob(NATO, escalate)"][3] == "g_R/(g_R + k_R - l_R)"
    assert symbolic[["number", "name"]].values.tolist()[3] == ["#9", "both mix"]
    assert symbolic["conditions"][3] == "k_N > l_N and k_R > l_R"
    assert symbolic["P(direct_war)"][0] == "0"


def test_tables_that_there_are_not(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UsageError, match=r"a MatrixAnalysis has no table 'regime' .did you mean"):
        ANALYSIS.to_frame("regime")
    with pytest.raises(UsageError, match="tables: equilibria"):
        SOLUTION.to_frame("x")
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(UsageError, match=r"needs pandas, .*pip install 'deterrence\[data\]'"):
        SOLUTION.to_frame()


def test_open_beliefs_have_two_ends() -> None:
    frame = load_model("attribution").solve(concept="weak-pbe", time_limit=10).to_frame("beliefs")
    assert isinstance(frame, pd.DataFrame)
    assert (frame["low"] <= frame["high"]).all()


# ---- sympy ---------------------------------------------------------------------------------
def test_symbolic_equilibria_in_sympy() -> None:
    symbols = BIPOLARITY.symbols()
    mixed = ANALYSIS[3].to_sympy()
    chance = mixed["profile"]["NATO"]["escalate"]
    g, k, l_ = symbols["g_R"], symbols["k_R"], symbols["l_R"]
    assert sympy.simplify(chance - g / (g + k - l_)) == 0
    assert chance.free_symbols == {g, k, l_}  # the model's own symbols, with its assumptions
    assert set(mixed) == {"profile", "payoffs", "outcomes", "measures", "conditions"}
    assert sympy.Gt(k, l_) in mixed["conditions"]
    assert sympy.simplify(sum(mixed["outcomes"].values()) - 1) == 0
    # Numbers put in give what the exact solver gives.
    values = BIPOLARITY.values()
    there = ANALYSIS[3].to_sympy({n: sympy.Rational(str(v)) for n, v in values.items()})
    assert {a: Fraction(str(p)) for a, p in there["profile"]["NATO"].items()} == dict(
        SOLUTION["#9"].profile["NATO"]
    )
    assert there["conditions"] == [True, True]
    held = result_of("rudimentary-deterrence", "regimes")[0].to_sympy()
    assert set(held) == {"profile", "beliefs", "payoffs", "outcomes", "measures", "conditions"}
    assert held["profile"]["A"]["start"]["wait"] == 1
    model = load_model("rudimentary-deterrence")
    assert held["payoffs"]["A"] == model.symbols()["a_SQ"]


def test_restored_equilibria_have_the_same_symbols() -> None:
    again = load(ANALYSIS.to_dict())
    assert [e.to_sympy() for e in again] == [e.to_sympy() for e in ANALYSIS]
