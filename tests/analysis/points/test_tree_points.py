"""Trees at many points: backward induction against plain recursion and the exact solver."""

from __future__ import annotations

import itertools
import pickle
import random
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from points_games import assert_identical, assert_same, columns_of, solve_exactly, use
from tree_sweep_models import (
    brink,
    concession_ladder,
    entry,
    parse,
    perfect_play,
    random_model,
    tree_model,
)

from deterrence.analysis.points.block import COMPILED, EXACT, OUTSIDE
from deterrence.analysis.points.solver import PointSolver
from deterrence.errors import DeterrenceError, UsageError
from deterrence.game.measures import Measure
from deterrence.game.tree.nodes import Chance, Decision, Leaf
from deterrence.modelfile.model import SymbolicModel
from deterrence.statements import outcomes_of


def solver_of(model: SymbolicModel, names: list[str], **options: object) -> PointSolver:
    return PointSolver(model, names, outcomes=outcomes_of(model), **options)  # type: ignore[arg-type]


@settings(max_examples=120, deadline=None)
@given(st.integers(0, 10**9))
def test_random_trees_at_points_with_and_without_ties(seed: int) -> None:
    dice = random.Random(seed)
    model = random_model(dice, dice.randint(1, 16))
    solver = solver_of(model, ["x", "y", "p"])
    columns = {
        "x": np.array([dice.randint(-6, 6) / 2 for _ in range(12)]),
        "y": np.array(
            [dice.choice([dice.gauss(0, 1), float(dice.randint(-2, 2))]) for _ in range(12)]
        ),
        "p": np.array([dice.randint(0, 8) / 8 for _ in range(12)]),
    }
    block = solver.solve(columns)
    for i in range(12):
        point = {name: Fraction(float(column[i])) for name, column in columns.items()}
        values = {**model.values(check=False), **point}
        expected = perfect_play(model, values)
        if expected is None:  # a tie somewhere in the tree
            assert block.engine[i] == EXACT
            continue
        assert block.count[i] == 1
        assert block.complete[i]
        assert not block.continuum[i]
        for player, u in expected["payoffs"].items():
            assert block.payoffs[player][i, 0] == pytest.approx(float(u), abs=1e-12)
        for outcome, column in block.outcomes.items():
            assert column[i, 0] == pytest.approx(float(expected["ends"].get(outcome, 0)), abs=1e-12)
        mixed = model.measures[-1].expression.evaluate(
            values,
            lambda kind, label, e=expected: (
                e["ends"].get(label, Fraction(0)) if kind == "P" else e["payoffs"][label]
            ),
        )
        assert block.measures["mixed"][i, 0] == pytest.approx(float(mixed), abs=1e-12)


@given(st.integers(0, 10**9))
def test_the_same_as_the_exact_solver_everywhere(seed: int) -> None:
    dice = random.Random(seed)
    model = random_model(dice, dice.randint(1, 9))
    first = outcomes_of(model)[0]
    statements = [
        f"P({first}) == 0",
        f"P({first}) > 1/4",
        "payoff(A) >= payoff(B)",
        "prob(A, a0) > 0",
    ]
    known = {a for s in model.tree.sets if s.player == "A" for a in s.actions}  # type: ignore[union-attr]
    solver = solver_of(
        model, ["x", "p"], behaviour=True, statements=statements[: 3 + ("a0" in known)]
    )
    points = [
        {"x": Fraction(dice.randint(-4, 4), 2), "p": Fraction(dice.randint(0, 6), 6)}
        for _ in range(10)
    ]
    columns = columns_of(["x", "p"], points)
    found = solver.solve(columns, points.__getitem__)
    assert_same(found, solve_exactly(solver, columns, points.__getitem__))


def test_compiled_and_plain_give_the_same_bits(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(5)
    n = 9001
    for model, columns in (
        (concession_ladder(44), {"s_N": rng.uniform(1, 10, n), "t": rng.uniform(0, 200, n)}),
        (brink(12), {"r": rng.uniform(0, 1, n), "w": rng.uniform(0, 20, n)}),
        (random_model(random.Random(1), 16), {"x": rng.normal(size=90), "y": rng.normal(size=90)}),
    ):
        blocks = []
        for compiled in (False, True):
            use(monkeypatch, compiled)
            solver = solver_of(model, list(columns), behaviour=len(model.tree.nodes) < 60)  # type: ignore[union-attr]
            blocks.append(solver.solve(columns))
        assert_identical(*blocks)


def test_a_tie_is_bounds_over_equilibria_never_a_choice() -> None:
    solver = solver_of(entry(), ["w"], statements=["war == 0", "payoff(Challenger) > 0"])
    block = solver.solve({"w": np.array([-1.0, 0.0, 1.0])})
    assert block.count.tolist() == [1, 3, 1]
    assert block.engine.tolist() == [COMPILED, EXACT, COMPILED]
    assert block.continuum.tolist() == [False, True, False]
    # The defender is indifferent: anything between war for certain, which keeps the
    # challenger out, and a war that comes half the time.
    assert np.nanmax(block.measures["war"][1]) == 0.5
    assert np.nanmin(block.measures["war"][1]) == 0
    assert sorted(block.measures["loss"][1]) == [0, 0.5, 1]
    assert block.truths["war == 0"][1].tolist().count(True) == 2


def kahn(rungs: int, stake: str = "v") -> SymbolicModel:
    """M18: stop, or pay ``c_k`` and climb; the last climber wins ``v``, the top is a disaster."""
    tree: Leaf | Decision = Leaf("catastrophe")
    for k in reversed(range(1, rungs + 1)):
        me, other = ("A", "B") if k % 2 else ("B", "A")
        here = Leaf(f"{other}_wins") if k > 1 else Leaf("status_quo")
        paid = f"climb_{k - 1}" if k > 1 else None
        tree = Decision(me, f"rung {k}", {"stop": here, "climb": tree}, outcome=paid)
    outcomes = {
        "status_quo": ("0", "0"),
        "A_wins": (stake, "0"),
        "B_wins": ("0", stake),
        "catastrophe": ("-D", "-D"),
    }
    for k in range(1, rungs):
        outcomes[f"climb_{k}"] = (f"-c_{k}", "0") if k % 2 else ("0", f"-c_{k}")
    costs = {f"c_{k}": 1 for k in range(1, rungs + 1)}
    return tree_model(
        f"kahn-{rungs}",
        ("A", "B"),
        tree,
        outcomes,
        {"v": 3, "D": 100, **costs},
        measures=tuple(Measure.probability(n, (n,)) for n in ("status_quo", "A_wins", "B_wins")),
    )


@pytest.mark.parametrize("rungs", [2, 3, 7, 12])
def test_only_the_parity_of_the_first_prohibitive_rung_matters(rungs: int) -> None:
    model = kahn(rungs)
    names = [f"c_{k}" for k in range(1, rungs + 1)]
    dice = random.Random(rungs)
    n = 400
    columns = {
        name: np.array([dice.choice([0.5, 1, 2, 3.5, 5]) for _ in range(n)]) for name in names
    }
    block = solver_of(model, names).solve(columns)
    for i in range(n):
        # Zagare 1992: k* is the first rung whose climber would pay more than the stake, at
        # the latest the last but one; the first player climbs iff it is even.
        costs = [columns[name][i] for name in names]
        first = min([k for k in range(1, rungs) if costs[k - 1] > 3] + [rungs])
        climbs = (first - 1) % 2 == 1
        assert block.engine[i] == COMPILED
        assert block.outcomes["A_wins"][i, 0] == float(climbs)
        assert block.outcomes["status_quo"][i, 0] == float(not climbs)


def test_a_cost_that_equals_the_stake_lets_several_outcomes_be() -> None:
    block = solver_of(kahn(2), ["c_1"]).solve({"c_1": np.array([2.0, 3.0, 4.0])})
    assert block.count.tolist()[0] == block.count.tolist()[2] == 1
    assert block.count[1] > 1
    assert block.engine[1] == EXACT
    assert {float(x) for x in block.outcomes["A_wins"][1] if x == x} == {0.0, 1.0}


def test_chance_with_risks_against_exact_play() -> None:
    model = brink(9)
    solver = solver_of(model, ["r", "w"], statements=["war == 0", "war > 1/10", "holds >= 1"])
    dice = random.Random(3)
    points = [
        {"r": Fraction(dice.randint(0, 20), 20), "w": Fraction(dice.randint(0, 60), 7)}
        for _ in range(150)
    ]
    columns = columns_of(["r", "w"], points)
    assert_same(
        solver.solve(columns, points.__getitem__),
        solve_exactly(solver, columns, points.__getitem__),
    )


def test_a_measure_without_a_value_is_nan_and_does_not_stop_anything() -> None:
    model = brink(3)
    block = solver_of(model, ["r"]).solve({"r": np.array([0.0, 0.25, 0.9])})
    never = (block.outcomes["war"][:, 0] == 0) & (block.outcomes["A_yields"][:, 0] == 0)
    assert never.any()
    assert np.isnan(block.measures["share"][never, 0]).all()
    assert np.isfinite(block.measures["share"][~never, 0]).all()
    assert (block.engine == COMPILED).all()


def test_points_outside_the_assumptions_are_not_solved() -> None:
    block = solver_of(brink(3), ["r"]).solve({"r": np.array([-0.25, 0.4, 1.25])})
    assert block.engine.tolist() == [OUTSIDE, COMPILED, OUTSIDE]
    assert block.valid.tolist() == [False, True, False]
    assert block.count.tolist() == [0, 1, 0]
    assert np.isnan(block.payoffs["A"][0]).all()


def test_chances_that_are_none_are_an_error() -> None:
    tree = Chance({"a": (parse("p"), Leaf("x")), "b": (parse("1/2"), Leaf("y"))}, "draw")
    model = tree_model("odd", ("A",), tree, {"x": ("1",), "y": ("0",)}, {"p": "1/2"})
    solver = solver_of(model, ["p"])
    assert solver.solve({"p": np.array([0.5])}).payoffs["A"].tolist() == [[0.5]]
    with pytest.raises(UsageError, match="not a distribution"):
        solver.solve({"p": np.array([0.75])})


def test_an_answer_does_not_depend_on_its_block() -> None:
    solver = solver_of(brink(5), ["r", "w"])
    rng = np.random.default_rng(0)
    columns = {"r": rng.uniform(0, 1, 20000), "w": rng.uniform(0, 20, 20000)}
    whole = solver.solve(columns)
    for start, stop in itertools.pairwise([0, 1, 9, 4097, 12000, 20000]):
        part = solver.solve({n: c[start:stop] for n, c in columns.items()})
        for player in "AB":
            np.testing.assert_array_equal(part.payoffs[player], whole.payoffs[player][start:stop])


def test_huge_payoffs_are_told_apart_or_solved_exactly() -> None:
    tree = Decision("A", "choice", {"left": Leaf("a"), "right": Leaf("b")})
    model = tree_model("huge", ("A",), tree, {"a": ("x",), "b": ("x + d",)}, {"x": 1, "d": 1})
    solver = solver_of(model, ["x", "d"])
    columns = {"x": np.array([2.0**40, 1e300, 1.0]), "d": np.array([2.0**-30, 1.0, 1e-300])}
    block = solver.solve(columns)
    assert block.outcomes["b"][:, 0].tolist() == [1.0, 1.0, 1.0]
    assert block.count.tolist() == [1, 1, 1]


def test_solvers_can_be_pickled_and_say_what_does_not_fit() -> None:
    solver = pickle.loads(pickle.dumps(solver_of(entry(), ["w"])))
    assert solver.solve({"w": np.array([2.0])}).measures["loss"].tolist() == [[0.0]]
    with pytest.raises(UsageError, match="no concept called 'pbx'"):
        PointSolver(entry(), ["w"], concept="pbx")
    with pytest.raises(UsageError, match="no outcome 'wra'"):
        PointSolver(entry(), ["w"], outcomes=["wra"])
    with pytest.raises(DeterrenceError, match="asks for 'fihgt'"):
        PointSolver(entry(), ["w"], statements=["prob(Defender, fihgt) == 1"])


def test_what_is_played_where_nothing_is_left_open() -> None:
    solver = solver_of(entry(), ["w"], behaviour=True)
    block = solver.solve({"w": np.array([-1.0, 0.0, 1.0])})
    assert block.probabilities["reply"][[0, 2], 0].tolist() == [[0.0, 1.0], [1.0, 0.0]]
    stays = np.flatnonzero(block.probabilities["entry"][1, :, 0] == 1)
    # Staying out goes with any mixture that is war often enough.
    assert np.isnan(block.probabilities["reply"][1, stays]).all()


def test_nash_equilibria_of_a_tree_can_be_asked_for() -> None:
    model = entry()
    found = PointSolver(model, ["w"], concept="nash").solve({"w": np.array([-1.0])})
    assert found.count.tolist() == [2]  # an empty threat keeps the challenger out
