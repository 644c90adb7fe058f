"""The one verb ``solve``: its registry, its errors, the default solver, and what it hands over."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from fractions import Fraction
from typing import Any

import pytest
from checkout import ROOT
from hypothesis import given, settings
from hypothesis import strategies as st

from deterrence.algebra.expressions import Expression
from deterrence.errors import UnsupportedError, UsageError
from deterrence.game.measures import Measure
from deterrence.game.strategic import StrategicGame
from deterrence.solvers import CONCEPTS, SOLVERS, Solution, solve
from deterrence.solvers.strategic import auto

NASH = [name for name, info in SOLVERS.items() if "nash" in info.concepts]


def game_of(a: Any, b: Any, **more: Any) -> StrategicGame:
    return StrategicGame.from_matrices(a, b, **more)


def random_game(m: int, n: int, top: int, seed: int) -> StrategicGame:
    rng = random.Random(seed)
    return game_of(*([[rng.randint(0, top) for _ in range(n)] for _ in range(m)] for _ in "ab"))


CHICKEN = game_of([[0, -1], [1, -10]], [[0, 1], [-1, -10]])
PENNIES = game_of([[1, -1], [-1, 1]], [[-1, 1], [1, -1]])
#: name -> game and how many extreme equilibria, pure equilibria and components it has
PROBLEMS: dict[str, tuple[StrategicGame, int, int, int]] = {
    "Chicken": (CHICKEN, 3, 2, 3),
    "Prisoner's Dilemma": (game_of([[3, 0], [5, 1]], [[3, 5], [0, 1]]), 1, 1, 1),
    "Matching Pennies": (PENNIES, 1, 0, 1),
    "a continuum": (game_of([[3, 0], [5, 0]], [[3, 5], [0, 0]]), 3, 3, 1),
    "a constant game": (game_of([[1, 1], [1, 1]], [[2, 2], [2, 2]]), 4, 4, 1),
    "one action each": (game_of([[1]], [[2]]), 1, 1, 1),
    "one row": (game_of([[1, 5, 3]], [[2, 0, 2]]), 2, 2, 1),
    "Selten's perfection": (game_of([[1, 0], [0, 0]], [[1, 0], [0, 0]]), 2, 2, 2),
}
NOT_ZERO_SUM = ("Chicken", "Prisoner's Dilemma", "a continuum", "one row", "Selten's perfection")


@pytest.mark.parametrize("name", SOLVERS)
def test_every_entry_of_the_registry_loads(name: str) -> None:
    info = SOLVERS[name]
    assert info.name == name
    assert callable(info.load())
    assert set(info.concepts) <= set(CONCEPTS)
    assert info.title


def test_every_concept_has_a_solver_that_does_it() -> None:
    for name, info in CONCEPTS.items():
        assert info.name == name
        assert name in SOLVERS[info.solver].concepts


@pytest.mark.parametrize("solver", NASH)
@pytest.mark.parametrize("problem", PROBLEMS)
def test_solvers_by_problems(solver: str, problem: str) -> None:
    game, extreme, pure, components = PROBLEMS[problem]
    if solver == "zero-sum-lp" and problem in NOT_ZERO_SUM:
        with pytest.raises(UsageError, match="not zero-sum"):
            solve(game, solver)
        return
    solution = solve(game, solver)
    assert solution.solver == solver
    assert {e.regret for e in solution} <= {0}
    for e in solution:
        assert set(game.regret(e.profile).values()) == {0}
        assert sum(e.outcomes.values()) == 1
        assert dict(e.payoffs) == game.expected_payoffs(e.profile)
        assert solver in e.found_by or solver == "auto"
    if solution.status == "complete":
        assert len(solution) == extreme
        assert len(solution.components) == components
        assert sorted(m for c in solution.components for m in c.members) == list(range(extreme))
    elif solver == "pure":
        assert len(solution) == pure
    else:
        assert 1 <= len(solution) <= extreme
    if solver in ("auto", "exact"):
        assert solution.status == "complete"
    if not SOLVERS[solver].complete and solver != "pure":
        assert solution.status == "partial"


def test_the_order_is_the_one_a_reader_expects() -> None:
    game = game_of([[2, 0, 0], [0, 2, 0], [0, 0, 2]], [[2, 0, 0], [0, 2, 0], [0, 0, 2]])
    supports = [e.profile.support("Row") for e in solve(game, "exact")]
    assert supports == [
        ("r1",),
        ("r2",),
        ("r3",),
        ("r1", "r2"),
        ("r1", "r3"),
        ("r2", "r3"),
        ("r1", "r2", "r3"),
    ]


def test_a_component_lists_its_corners_by_label() -> None:
    (component,) = solve(PROBLEMS["a continuum"][0], "exact").components
    assert component.dimension == 1
    rows = component.extreme_points["Row"]
    assert {tuple(r.values()) for r in rows} == {(1, 0), (0, 1)}
    sizes = sorted(tuple(map(len, s.values())) for s in component.subsets)
    assert sizes == [(1, 2), (2, 1)]
    (square,) = solve(PROBLEMS["a constant game"][0], "exact").components
    assert square.dimension == 2


# ---- what the caller may get wrong --------------------------------------------------------------
def test_errors_name_what_would_work() -> None:
    three = StrategicGame(("A", "B", "C"), (("x", "y"),) * 3, ((0,) * 8,) * 3)
    with pytest.raises(UsageError, match="did you mean 'exact'"):
        solve(CHICKEN, "exat")
    with pytest.raises(UsageError, match="did you mean 'correlated'"):
        solve(CHICKEN, concept="corelated")
    with pytest.raises(UnsupportedError, match="use solver 'correlated-lp'"):
        solve(CHICKEN, "exact", concept="correlated")
    with pytest.raises(UnsupportedError, match="use solver 'auto'"):
        solve(three, "exact")
    with pytest.raises(UnsupportedError, match="has one"):
        solve(StrategicGame(("A",), (("x", "y"),), ((0, 1),)), "exact")
    with pytest.raises(UsageError, match="takes a game"):
        solve("chicken")  # type: ignore[arg-type]


@pytest.mark.parametrize("limit", [0, -1, float("nan"), float("inf"), True, "5"])
def test_a_time_limit_is_a_positive_number(limit: Any) -> None:
    with pytest.raises(UsageError, match="time limit"):
        solve(CHICKEN, time_limit=limit)


def test_symbols_need_values_first() -> None:
    import sympy

    with pytest.raises(UsageError, match="symbolic payoffs"):
        solve(game_of([[sympy.Symbol("k"), 0]], [[0, 0]]))


# ---- the default solver -------------------------------------------------------------------------
@given(st.integers(0, 10**6), st.integers(1, 4), st.integers(1, 4), st.sampled_from([1, 3, 99]))
@settings(max_examples=40)
def test_auto_is_complete_and_names_its_sources(seed: int, m: int, n: int, top: int) -> None:
    game = random_game(m, n, top, seed)
    solution, witness = solve(game), solve(game, "exact")
    assert solution.status == "complete"
    assert [e.profile for e in solution] == [e.profile for e in witness]
    for e in solution:
        assert "exact" in e.found_by
        assert "nashpy-vertex" in e.found_by
    text = " ".join(solution.messages)
    assert f"exact enumeration proves the list of {len(solution)} complete" in text
    missed = sum("nashpy-support" not in e.found_by for e in solution)
    assert (f"nashpy-support missed {missed}" in text) == (missed > 0)


def test_auto_leaves_payoffs_far_apart_to_exact_arithmetic() -> None:
    game = game_of([[0, "-1e30"], [1, -10]], [[0, 1], [-1, -10]])
    solution = solve(game)
    assert solution.status == "complete"
    assert {e.found_by for e in solution} == {("exact",)}
    assert any("too far apart" in message for message in solution.messages)


def test_auto_does_not_hide_a_disagreement(monkeypatch: pytest.MonkeyPatch) -> None:
    """If the exact enumeration lost an equilibrium, the cross-check would say so."""

    def lossy(draft: Any, task: Any) -> None:
        draft.complete = True

    monkeypatch.setattr(auto, "enumerate_into", lossy)
    solution = solve(CHICKEN)
    assert solution.status == "partial"
    assert len(solution) == 3
    assert any("please report" in message for message in solution.messages)


#: Says "found" once, when the first equilibrium has been recorded and the search goes on.
INTERRUPTED = """
import random, sys
from deterrence.game.strategic import StrategicGame
from deterrence.solvers import solve
from deterrence.solvers.strategic import enumeration, nashpy_solvers

steps = []
def tell(needed):
    steps.append(0)
    if len(steps) == needed:
        print("found", flush=True)

partners, vector = enumeration._ResponsePolytope.partners, nashpy_solvers._vector
def telling_partners(self, labels):
    for vertex in partners(self, labels):
        yield vertex
        tell(1)
def telling_vector(values, size):
    tell(3)  # two for each equilibrium: at the third, the first one has been handed over
    return vector(values, size)
enumeration._ResponsePolytope.partners = telling_partners
nashpy_solvers._vector = telling_vector

rng = random.Random(5)
a, b = ([[rng.randint(0, 999) + 5000 * (i == j) for j in range(13)] for i in range(13)]
        for _ in "ab")
solution = solve(StrategicGame.from_matrices(a, b), sys.argv[1], time_limit=60)
print(solution.interrupted, solution.status, len(solution) > 0, {e.regret for e in solution} == {0})
"""


@pytest.mark.skipif(os.name == "nt", reason="needs POSIX signals")
@pytest.mark.parametrize("solver", ["auto", "exact", "nashpy-support"])
def test_ctrl_c_keeps_what_was_found(solver: str) -> None:
    """In a process of its own: Hypothesis hooks the garbage collector, which can swallow Ctrl-C."""
    with subprocess.Popen(
        [sys.executable, "-c", INTERRUPTED, solver],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "found\n"
            start = time.monotonic()
            process.send_signal(signal.SIGINT)
            output, errors = process.communicate(timeout=30)
        finally:
            process.kill()
    assert output == "True partial True True\n", errors
    assert time.monotonic() - start < 20


# ---- numbers ------------------------------------------------------------------------------------
def test_floats_are_solved_exactly_and_come_back_as_floats() -> None:
    game = game_of([[0.1, -0.3], [0.7, -1.1]], [[0.1, 0.7], [-0.3, -1.1]])
    for concept in ("nash", "correlated"):
        solution = solve(game, concept=concept)
        assert solution.game is game
        assert any("floats" in message for message in solution.messages)
        for e in solution:
            assert isinstance(e.regret, float)
            assert e.regret == 0
            numbers = [*e.payoffs.values(), *e.outcomes.values(), *e.cells.values()]
            assert all(isinstance(x, float) for x in [*numbers, *e.profile["Row"].values()])
    assert len(solve(game)) == 3
    zero = game_of([[0.5, -0.25]], [[-0.5, 0.25]])
    assert solve(zero, concept="zero-sum").value == -0.25


def test_a_measure_that_is_undefined_somewhere_does_not_sink_the_rest() -> None:
    def formula(name: str, text: str) -> Measure:
        return Measure(name, Expression.parse(text, queries=True))

    game = CHICKEN.replace(
        measures=(formula("odds", "P('r2, c2')/P('r1, c1')"), formula("war", "P('r2, c2')"))
    )
    solution = solve(game)
    assert [dict(e.measures) for e in solution] == [
        {"war": 0},
        {"war": 0},
        {"odds": Fraction(1, 81), "war": Fraction(1, 100)},
    ]
    assert sum("'odds' is undefined" in message for message in solution.messages) == 1


def test_the_answer_can_be_written_as_json() -> None:
    import json

    for solution in (solve(CHICKEN), solve(PENNIES, concept="zero-sum")):
        text = json.dumps(solution.to_dict(), allow_nan=False)
        assert json.loads(text)["status"] == "complete"


# ---- games of more players ----------------------------------------------------------------------
def cells(solution: Solution) -> set[tuple[str, ...]]:
    return {tuple(e.profile.support(p)[0] for p in solution.game.players) for e in solution}


def test_pure_equilibria_of_three_players() -> None:
    """At least two of three must join, and joining costs: nobody, or exactly two (M31's kind)."""
    labels = ("stay", "join")
    payoffs: list[list[int]] = [[], [], []]
    for k in range(8):
        joined = [(k >> (2 - i)) & 1 for i in range(3)]
        for i in range(3):
            payoffs[i].append(9 * (sum(joined) >= 2) - 4 * joined[i])
    game = StrategicGame(("A", "B", "C"), (labels,) * 3, tuple(map(tuple, payoffs)))
    solution = solve(game, "pure")
    assert solution.status == "partial", "mixed equilibria exist, and were not searched for"
    assert cells(solution) == {
        ("stay", "stay", "stay"),
        ("stay", "join", "join"),
        ("join", "stay", "join"),
        ("join", "join", "stay"),
    }
    assert {e.regret for e in solution} == {0}


@given(st.integers(0, 10**6))
@settings(max_examples=30)
def test_pure_equilibria_by_definition(seed: int) -> None:
    rng = random.Random(seed)
    shape = [rng.randint(1, 3) for _ in range(3)]
    size = shape[0] * shape[1] * shape[2]
    game = StrategicGame(
        ("A", "B", "C"),
        tuple(tuple(f"{k}" for k in range(n)) for n in shape),
        tuple(tuple(rng.randint(0, 3) for _ in range(size)) for _ in shape),
    )
    expected = set()
    for cell in game.cells():
        choice = {p: str(k) for p, k in zip(game.players, cell, strict=True)}
        if all(
            game.payoff(p, choice) >= game.payoff(p, {**choice, p: other})
            for p, labels in zip(game.players, game.actions, strict=True)
            for other in labels
        ):
            expected.add(tuple(choice.values()))
    assert cells(solve(game, "pure")) == expected


def test_pure_is_complete_where_dominance_solves_the_game() -> None:
    dilemma = PROBLEMS["Prisoner's Dilemma"][0]
    solution = solve(dilemma, "pure")
    assert solution.status == "complete"
    assert any("dominance" in message for message in solution.messages)
    assert solve(PENNIES, "pure").status == "none"


# ---- what is not imported -----------------------------------------------------------------------
@pytest.mark.parametrize(
    ("matrices", "allowed"),
    [
        ("[[0, -1], [1, -10]], [[0, 1], [-1, -10]]", set()),
        ("[[3, 0], [5, 0]], [[3, 5], [0, 0]]", {"networkx"}),
    ],
)
def test_the_exact_solver_needs_no_float_library(matrices: str, allowed: set[str]) -> None:
    code = (
        "import sys\n"
        "from deterrence.game.strategic import StrategicGame\n"
        "from deterrence.solvers import solve\n"
        f"assert solve(StrategicGame.from_matrices({matrices}), 'exact').status == 'complete'\n"
        "print(*{name.split('.')[0] for name in sys.modules})\n"
    )
    output = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    heavy = {"numpy", "scipy", "sympy", "nashpy", "networkx"} & set(output.split())
    assert heavy <= allowed
