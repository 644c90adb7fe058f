"""Trees with private information: closed forms at many points, robustness, thresholds.

The witness is the exact solver of assessments, which works with numbers and shares nothing
with the symbolic analysis, and the published table of the Unilateral Deterrence Game
(Zagare & Kilgour 2000, Perfect Deterrence, chapter 5).
"""

from __future__ import annotations

import random
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from points_games import columns_of, solve_exactly
from tree_sweep_models import chances, concession_ladder, entry, parse, tree_model

from deterrence import boundaries, load_model, statics
from deterrence.algebra.expressions import Expression
from deterrence.analysis.points.block import COMPILED, EXACT, OUTSIDE, PointBlock
from deterrence.analysis.points.solver import PointSolver
from deterrence.analysis.robust import levers, robustness
from deterrence.errors import UnsupportedError, UsageError
from deterrence.game.tree.nodes import Chance, Decision, Leaf
from deterrence.modelfile.model import SymbolicModel
from deterrence.statements import outcomes_of
from deterrence.symbolic import regimes
from deterrence.symbolic.conclusions import conclude


def udg() -> SymbolicModel:
    return load_model("unilateral-deterrence")


def results(block: PointBlock, i: int) -> set[tuple[Any, ...]]:
    """Return what the equilibria at a point lead to."""
    columns = [*block.outcomes.values(), *block.payoffs.values()]
    truths = list(block.truths.values())
    return {
        tuple(round(float(c[i, k]), 9) for c in columns) + tuple(bool(t[i, k]) for t in truths)
        for k in range(block.count[i])
    }


def signalling() -> SymbolicModel:
    """Return a challenger of unknown resolve who may arm, seen by the defender."""

    def reply(action: str, kind: str) -> Decision:
        return Decision(
            "D",
            f"after {action}",
            {"yield": Leaf(f"yield {action} {kind}"), "fight": Leaf(f"fight {action} {kind}")},
        )

    tree = Chance(
        {
            kind: (
                parse(p),
                Decision("C", kind, {a: reply(a, kind) for a in ("arm", "wait")}),
            )
            for kind, p in (("hard", "p"), ("soft", "1 - p"))
        },
        "resolve",
    )
    outcomes: dict[str, tuple[str, ...]] = {}
    groups = {}
    for kind in ("hard", "soft"):
        for action in ("arm", "wait"):
            cost = f"c_{kind}" if action == "arm" else "0"
            outcomes[f"yield {action} {kind}"] = (f"2 - {cost}", "0")
            war = "1" if kind == "hard" else "-1"
            outcomes[f"fight {action} {kind}"] = (
                f"{war} - {cost}",
                "-1" if kind == "hard" else "1",
            )
            groups[f"yield {action} {kind}"] = "yield"
            groups[f"fight {action} {kind}"] = "fight"
    return tree_model(
        "signalling",
        ("C", "D"),
        tree,
        outcomes,
        {"p": "1/3", "c_hard": "1/4", "c_soft": 2},
        bounds={"p": (0, 1), "c_hard": (0, 3), "c_soft": (0, 3)},
        assumptions=("0 < p < 1", "0 < c_hard < c_soft"),
        measures=chances("fight"),
        groups=groups,
    )


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("name", ["unilateral", "signalling"])
def test_closed_forms_are_what_the_exact_solver_finds(name: str, seed: int) -> None:
    dice = random.Random(seed)
    if name == "unilateral":
        model, names = udg(), [["p_Ch", "p_Def"], ["c_SQ", "p_Def"], ["d_DC", "p_Ch"]][seed]
        statements = ["war == 0", "war <= 1/10", "P(status_quo) > P(conflict)"]
    else:
        model, names = signalling(), [["p"], ["p", "c_soft"], ["c_hard", "c_soft", "p"]][seed]
        statements = ["fight == 0", "payoff(D) >= 0"]
    solver = PointSolver(model, names, outcomes=outcomes_of(model), statements=statements)
    points = []
    for _ in range(40):  # on a coarse grid, so that boundaries are met
        point = {}
        for n in names:
            low, high = model.parameters[n].lower, model.parameters[n].upper
            assert low is not None
            assert high is not None
            point[n] = low + (high - low) * Fraction(dice.randint(0, 12), 12)
        points.append(point)
    columns = columns_of(names, points)
    found = solver.solve(columns, points.__getitem__)
    expected = solve_exactly(solver, columns, points.__getitem__)
    assert (found.engine == COMPILED).any()
    np.testing.assert_array_equal(found.valid, expected.valid)
    np.testing.assert_array_equal(found.count, expected.count)
    for i in range(40):
        assert results(found, i) == results(expected, i), points[i]


def test_the_published_table_at_random_points() -> None:
    model = udg()
    solver = PointSolver(model, ["p_Ch", "p_Def"], outcomes=outcomes_of(model))
    rng = np.random.default_rng(0)
    n = 5000
    p, q = rng.uniform(0, 1, n), rng.uniform(0, 1, n)
    block = solver.solve({"p_Ch": p, "p_Def": q})
    v = {name: float(x) for name, x in model.values().items()}
    c_1 = (v["c_DC"] - v["c_SQ"]) / (v["c_DC"] - v["c_CD"])
    c_2 = (v["c_DC"] - v["c_SQ"]) / (v["c_DC"] - v["c_DDh"])
    d_n = (v["d_CD"] - v["d_DC"]) / (v["d_CD"] - v["d_DDs"])
    war = block.outcomes["conflict"]
    high = np.nanmax(war, axis=1)
    bluffing = (q < c_1) & (p < d_n)
    attack = (q < c_1) & (p > d_n)
    separating = (q > c_1) & (q < c_2)
    expected = np.select([bluffing, attack, separating], [c_1 * p, p * q, p * q], 0.0)
    np.testing.assert_allclose(high, expected, atol=1e-12)
    assert (np.nanmin(war, axis=1) == 0).all()  # Steadfast or Certain deterrence
    assert (block.engine == COMPILED).all()
    assert block.complete.all()


def test_on_a_boundary_the_exact_solver_has_the_word() -> None:
    solver = PointSolver(udg(), ["p_Def"], measures=["war"])
    block = solver.solve(
        {"p_Def": np.array([0.25, 0.5, 0.6, 2 / 3, 0.0])},
        lambda i: {
            "p_Def": [Fraction(1, 4), Fraction(1, 2), Fraction(3, 5), Fraction(2, 3), Fraction(0)][
                i
            ]
        },
    )
    assert block.engine.tolist() == [COMPILED, EXACT, COMPILED, EXACT, OUTSIDE]
    assert block.count[1] == 3  # bluffing, its neighbour, and no challenge


def test_analyses_that_fit_nothing_say_so() -> None:
    with pytest.raises(UsageError, match="risk dominance"):
        udg().sweep({"p_Def": "0:1:3"}, select="risk-dominant")
    with pytest.raises(UnsupportedError, match="question about matrices"):
        robustness(udg(), "same supports")


# ---- robustness and levers -----------------------------------------------------------
def test_how_wrong_the_credibility_may_be() -> None:
    found = robustness(udg(), "war == 0", over=["p_Ch", "p_Def"])
    every, some = found.answers
    # Certain deterrence begins at (c_DC - c_SQ)/(c_DC - c_DDh) = 2/3; the base is 1/4.
    assert every.certainty == "proven"
    assert every.upper is not None
    assert every.upper.rational == Fraction(2, 3) - Fraction(1, 4)
    assert [m.parameter for m in every.moves] == ["p_Def"]
    assert every.regime == "Certain deterrence"
    assert some.upper is None
    assert some.certainty == "proven"
    assert any("boundary" in m for m in found.messages)


def test_nothing_smaller_flips_it_and_the_witness_does() -> None:
    model = udg()
    found = robustness(model, "war <= 1/4", quantifier="every").answers[0]
    assert found.before
    assert found.certainty == "proven"
    assert found.upper is not None
    names = [n for n, p in model.parameters.items() if p.lower is not None and p.upper is not None]
    base = model.values()
    dice = random.Random(4)
    radius = found.upper.low
    held = 0
    for _ in range(25):
        point = {
            n: base[n]
            + Fraction(dice.uniform(-1, 1)).limit_denominator(1000)
            * radius
            * (model.parameters[n].upper - model.parameters[n].lower)  # type: ignore[operator]
            for n in names
        }
        solver = PointSolver(model, names, statements=["war <= 1/4"])
        block = solve_exactly(
            solver, {n: np.array([float(x)]) for n, x in point.items()}, lambda i, p=point: p
        )
        if block.valid[0]:
            held += 1
            assert block.truths["war <= 1/4"][0, : block.count[0]].all()
    assert held > 5
    assert found.witness is not None
    solver = PointSolver(model, list(found.witness), statements=["war <= 1/4"])
    at = solve_exactly(
        solver,
        {n: np.array([float(x)]) for n, x in found.witness.items()},
        lambda i: found.witness,
    )
    assert not at.truths["war <= 1/4"][0, : at.count[0]].all()


def test_levers_of_a_tree_with_perfect_information() -> None:
    model = entry()
    found = levers(model, "Defender", "loss == 0")
    # The defender must make war worth more than giving in: w from -1 to beyond 0, and the
    # range is 8; or make war cheap for the challenger, which does not keep it out.
    assert found.answer.certainty == "proven"
    assert found.answer.upper is not None
    assert found.answer.upper.rational == Fraction(1, 8)
    assert [m.parameter for m in found.answer.moves] == ["w"]


def test_the_ladder_whose_parity_decides() -> None:
    model = concession_ladder(3)
    # NATO at rung 3 concedes for s_N < t; so Russia climbs at 2, NATO concedes at 1.
    found = robustness(model, "nato_concedes == 1", over=["s_N", "t"], quantifier="every")
    answer = found.answers[0]
    assert answer.before
    assert answer.upper is not None
    assert answer.certainty == "proven"
    at = answer.witness
    assert at is not None
    block = solve_exactly(
        PointSolver(model, list(at), measures=["nato_concedes"]),
        {n: np.array([float(x)]) for n, x in at.items()},
        lambda i: at,
    )
    assert block.measures["nato_concedes"][0, 0] < 1


# ---- regimes: the verbs that go on from them -------------------------------------------
def test_thresholds_of_credibility_with_their_formulas() -> None:
    found = udg().thresholds("p_Def")
    assert [t.value for t in found.thresholds] == [Fraction(1, 2), Fraction(2, 3)]
    assert [str(t.formula) for t in found.thresholds] == [
        "(c_DC - c_SQ)/(c_DC - c_CD)",
        "(c_DC - c_SQ)/(c_DC - c_DDh)",
    ]
    assert [s.regime for s in found.stretches if s] == [
        "Bluff",
        "Separating",
        "Certain deterrence",
    ]
    assert all(s is not None and s.checked for s in found.stretches)
    assert found.to_dict()["equilibria"][0]["profile"]["Challenger"]["last (hard)"]["fight"] == "1"


def test_conclusions_about_a_tree_are_proven() -> None:
    analysis = regimes(udg(), boundaries=False)
    found = conclude(analysis, "war == 0")
    assert found.every_proof == found.some_proof == "proven"
    ((condition,),) = found.every
    at = {**udg().values(), "p_Def": Fraction(3, 5)}
    assert not condition.evaluate(at)
    assert condition.evaluate({**at, "p_Def": Fraction(7, 10)})
    assert found.some == ((),)  # always
    asked = conclude(analysis, "prob(Defender, concede) > 0")
    assert asked.every_proof == "proven"
    assert asked.every == ()
    with pytest.raises(UsageError, match="asks for 'conced'"):
        conclude(analysis, "prob(Defender, conced) > 0")


def test_which_way_results_move() -> None:
    analysis = regimes(udg(), boundaries=False)
    found = statics(analysis)
    (bluff,) = [e for e in analysis.equilibria if len(e.outcomes) == 4 and not e.boundary]
    # War in the bluffing equilibrium is p_Ch (c_DC - c_SQ)/(c_DC - c_CD).
    signs = found.of(bluff.id, "war")
    assert (signs["p_Ch"], signs["c_SQ"], signs["p_Def"]) == ("positive", "negative", "zero")
    mixing = found.of(bluff.id, "Defender", "reply (soft)", "concede")
    assert mixing["p_Def"] == "positive"
    assert mixing["d_DC"] == "zero"


def test_what_happens_where_regimes_meet() -> None:
    model = udg()
    fixed = {n: x for n, x in model.values().items() if n not in ("p_Ch", "p_Def")}
    analysis = model.regimes(values=fixed)
    found = boundaries(analysis)
    walls = {str(b.condition) for b in found.boundaries if len(b.regimes) == 2}
    assert walls == {"p_Def == 1/2", "p_Def == 2/3", "p_Ch == 2/3"}
    assert found.proof == "proven"
    for b in found.boundaries:
        assert b.components >= 1
        assert len(b.dimensions) == b.components


def test_statements_are_evaluated_as_expressions_say() -> None:
    statement = Expression.parse("war == 0 or P(status_quo) >= 1/2", queries=True)
    solver = PointSolver(udg(), ["p_Ch"], statements=[statement])
    block = solver.solve({"p_Ch": np.array([0.1, 0.5])})
    (truths,) = block.truths.values()
    assert truths[0, : block.count[0]].all()


def random_private(dice: random.Random) -> SymbolicModel:
    """Return a small tree in which somebody does not know something, payoffs linear in ``x``."""
    labels: dict[str, tuple[str, ...]] = {}

    def leaf() -> Leaf:
        name = f"o{len(labels)}"
        labels[name] = (
            f"{dice.randint(-4, 4)} + {dice.randint(-2, 2)}*x",
            f"{dice.randint(-4, 4)} + {dice.randint(-2, 2)}*x",
        )
        return Leaf(name)

    def by_type(after: Any) -> Chance:
        return Chance({k: (parse(p), after(k)) for k, p in (("t", "p"), ("u", "1 - p"))}, "type")

    def reply(place: str) -> Decision:
        return Decision("R", place, {"l": leaf(), "r": leaf()})

    kind = dice.choice(["signal", "at once", "screen"])
    tree: Any
    if kind == "signal":
        tree = by_type(
            lambda k: Decision(
                "S", k, {a: reply(f"after {a}") if dice.random() < 0.8 else leaf() for a in "ab"}
            )
        )
    elif kind == "at once":
        tree = Decision("S", "first", {"out": leaf(), "a": reply("then"), "b": reply("then")})
    else:
        tree = by_type(
            lambda k: Decision(
                "R",
                "offer",
                {"l": Decision("S", f"answer {k}", {"y": leaf(), "n": leaf()}), "r": leaf()},
            )
        )
    return tree_model(
        "private", ("S", "R"), tree, labels, {"x": 0, "p": "1/3"}, assumptions=("0 < p < 1",)
    )


@pytest.mark.parametrize(
    "seed", [0, 1, 2, *(pytest.param(s, marks=pytest.mark.slow) for s in range(3, 40))]
)
def test_random_trees_with_private_information(seed: int) -> None:
    dice = random.Random(seed)
    model = random_private(dice)
    solver = PointSolver(model, ["x", "p"], outcomes=outcomes_of(model))
    points = [  # ties are frequent at the first ones
        {"x": Fraction(dice.randint(-12, 12), 4), "p": Fraction(dice.randint(1, 11), 12)}
        for _ in range(6)
    ]
    points += [
        {"x": Fraction(dice.randint(-999, 999), 333), "p": Fraction(dice.randint(1, 998), 999)}
        for _ in range(6)
    ]
    columns = columns_of(["x", "p"], points)
    found = solver.solve(columns, points.__getitem__)
    expected = solve_exactly(solver, columns, points.__getitem__)
    for i in np.flatnonzero(expected.complete):
        assert results(found, i) == results(expected, i), points[i]


@pytest.mark.parametrize(
    ("name", "parameter", "percents", "continuum"),
    [
        # Off the play the candidate accepts or declines, by how ready the outsider is.
        ("enlargement", "q", (10, 40, 80), [False, False, False]),
        # Any resistance of a soft defender will do that keeps every challenger out.
        ("unilateral-deterrence", "p_Def", (90, 95), [True, True]),
    ],
)
def test_equilibria_with_one_result_are_a_continuum_where_they_exist_together(
    name: str, parameter: str, percents: tuple[int, ...], continuum: list[bool]
) -> None:
    solver = PointSolver(load_model(name), [parameter])
    points = [{parameter: Fraction(x, 100)} for x in percents]
    block = solver.solve(columns_of([parameter], points))
    assert block.count.tolist() == [1] * len(points)
    assert set(block.engine.tolist()) == {COMPILED}
    assert block.continuum.tolist() == continuum
