"""One ``solve`` for matrices, trees and models, and the other verbs on what is no model."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from brink import BRINK

from deterrence import (
    ExtensiveGame,
    Solution,
    StrategicGame,
    TreeSolution,
    UnsupportedError,
    UsageError,
    explain,
    figures,
    load_model,
    plot,
    read_efg,
    regimes,
    robustness,
    solve,
    statics,
    write_efg,
)

CHICKEN = StrategicGame.from_matrices([[0, -1], [1, -10]], [[0, 1], [-1, -10]])
PENNIES = StrategicGame.from_matrices([[1, -1], [-1, 1]], [[-1, 1], [1, -1]])
MODEL = load_model(BRINK)
TREE = load_model("unilateral-deterrence")  # types are private information
PLAIN = load_model("rudimentary-deterrence")


def tree_of(model: Any) -> ExtensiveGame:
    game = model.at()
    assert isinstance(game, ExtensiveGame)
    return game


def test_a_matrix() -> None:
    solution = solve(CHICKEN)
    assert isinstance(solution, Solution)
    mixed = solution.equilibria[2].profile
    assert mixed["Row"]["r1"] == Fraction(9, 10)  # (10 - 1)/(10 - 1 + 1)
    assert solve(CHICKEN, "pure").solver == solve(CHICKEN, solver="pure").solver == "pure"
    assert [e.payoffs for e in solve(PENNIES, concept="zero-sum")] == [{"Row": 0, "Column": 0}]
    assert solve(CHICKEN, concept="correlated").concept == "correlated"


def test_a_tree() -> None:
    for game in (tree_of(TREE), read_efg(write_efg(tree_of(TREE)))):
        solution = solve(game)
        assert isinstance(solution, TreeSolution)
        assert solution.concept == "pbe"  # information is imperfect
    assert solve(tree_of(TREE), concept="nash", time_limit=60).concept == "nash"
    perfect = load_model("crisis-ladder").with_rungs(2)
    assert solve(tree_of(perfect)).concept == "spe"


def test_a_model_is_its_game_at_the_values() -> None:
    war = [e.measures["war"] for e in solve(MODEL, k_R="15/2")]
    assert war == [0, 0, Fraction(12, 77)]
    assert war == [e.measures["war"] for e in solve(MODEL.strategic_at(k_R="15/2"))]
    assert MODEL.solve(concept="correlated", objective="min war").concept == "correlated"
    of_model, of_tree = PLAIN.solve(concept="sequential"), solve(tree_of(PLAIN))
    assert (of_model.concept, of_tree.concept) == ("sequential", PLAIN.solve().concept)


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (lambda: solve(3), "takes a model, a matrix or a game tree, not int"),
        (lambda: solve(MODEL.symbolic()), "symbolic payoffs"),
        (lambda: solve(CHICKEN, k_R=1), "has numbers and no parameters, .* no value of k_R"),
        (lambda: solve(CHICKEN, scenario="x"), "no value of scenario"),
        (lambda: solve(CHICKEN, tme_limit=1), "no option 'tme_limit' .did you mean 'time_limit'"),
        (lambda: solve(CHICKEN, concept="pbe"), "no game tree: the concept 'pbe' is for trees"),
        (lambda: solve(MODEL, concept="nahs"), "no concept called 'nahs' .did you mean 'nash'"),
        (lambda: solve(MODEL, "exakt"), "no solver called 'exakt' .did you mean 'exact'"),
        (lambda: solve(TREE, "exakt"), "no solver called 'exakt' .did you mean 'exact'"),
        (lambda: solve(TREE, concept="correlated"), "no concept called 'correlated' for game"),
        (lambda: solve(TREE, objective="min war"), "not for game trees"),
        (lambda: solve(TREE, time_limit=0), "the time limit is 0"),
        (lambda: solve(MODEL, time_limit="soon"), "the time limit is 'soon'"),
        (lambda: regimes("chicken"), r"regimes\(\) takes a model, not str .load_model"),
        (lambda: statics(CHICKEN), r"statics\(\) takes a model, not StrategicGame"),
        (lambda: explain(CHICKEN), r"explain\(\) takes a model, not StrategicGame"),
        (lambda: robustness("chicken", "war == 0"), r"robustness\(\) takes a model, not str"),
        (lambda: robustness(CHICKEN, a=1), "has numbers and no parameters"),
        (lambda: robustness(CHICKEN, unit={"a": 1}), "no standard deviations"),
        (lambda: robustness(MODEL), "which conclusion"),
        (lambda: robustness(MODEL, "war == 0", units="payoff"), "add payoffs=True"),
        (lambda: robustness(TREE, payoffs=True), "is a game tree"),
        (lambda: plot(MODEL, "payofs"), "no figure called 'payofs' .did you mean 'payoffs'"),
        (lambda: plot(MODEL, "sweep"), "needs parameter"),
        (lambda: plot(MODEL, "sweep", "k_R", depth=2), "depth has no meaning for a sweep"),
        (lambda: plot(MODEL, "regimes", "k_R", "k_N", "g_R"), "only x and y, not 'g_R'"),
        (lambda: plot(MODEL, "payoffs", "k_R"), "nothing that has to be named, not 'k_R'"),
        (lambda: plot(MODEL, "tornado", "war", measure="war"), "measure is given twice"),
        (lambda: plot(CHICKEN, "tree"), "drawn by payoffs and best-response"),
        (lambda: plot(CHICKEN, "payoffs", k_R=1), "no value of k_R"),
        (lambda: plot(3, "payoffs"), "does not show this int"),
    ],
)
def test_what_does_not_fit_is_said(ask: Any, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        ask()


def test_a_trees_solver_is_its_own() -> None:
    with pytest.raises(UnsupportedError, match="takes matrices"):
        solve(TREE, "nashpy-vertex")


def test_the_payoffs_of_a_matrix_may_be_wrong() -> None:
    hunt = StrategicGame.from_matrices([[3, 0], [1, 1]], [[3, 1], [0, 1]])
    stays = "prob(Row, r1) == 1 and prob(Column, c1) == 1"
    # (3, 3) against a deviation to 1: both payoffs may be wrong by (3 - 1)/2.
    assert robustness(hunt, stays, quantifier="some").some.upper.low == 1
    assert robustness(hunt, stays, quantifier="some", units="range").some.upper.low == Fraction(
        1, 3
    )
    same = robustness(load_model("chicken"), payoffs=True, time_limit=20)
    assert same.units == "payoff"


def test_plot_draws_models_games_and_results() -> None:
    pytest.importorskip("matplotlib")
    swept = plot(MODEL, "sweep", "k_R", measure=["war", "payoff(Russia)"], low=6, high="19/2")
    assert "goes from 6 to 9.5" in swept.description
    assert "Game tree" in plot(tree_of(PLAIN), "tree", equilibrium=7).description
    assert "Payoff matrix" in plot(CHICKEN, "payoffs").description
    result = MODEL.robustness("war == 0", quantifier="every", over=["c_R"])
    assert plot(result, "robustness").description == figures.robustness(result).description
