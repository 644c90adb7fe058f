"""Game trees at many parameter points, and one large tree: this package and pygambit.

``make bench`` runs it.  This package starts from formulas over parameters and ends with a
block of equilibria, payoffs and measures included, every tie and every comparison within
rounding settled exactly.  pygambit is given a tree with numbers for nothing; it has no
backward induction, and of what it has the enumeration of pure equilibria of agents comes
nearest, which takes small trees only.  Times are taken in turn, round after round, so
that a busy machine slows all alike.
"""

from __future__ import annotations

import statistics
import time
from fractions import Fraction
from typing import Any

import pytest
from conftest import NOTES

numpy = pytest.importorskip("numpy")

ROUNDS = 5
MILLION = 1_000_000
RUNGS = 44
LINES = NOTES.setdefault("game trees at many points", [])


def ladder(rungs: int, risk: bool = False) -> Any:
    """Return a ladder of Kahn's length: concede, or pay a step and climb, perhaps at a risk."""
    from deterrence.algebra.expressions import Expression
    from deterrence.game.measures import Measure
    from deterrence.game.parameters import Outcome, Parameter
    from deterrence.game.tree.extensive import ExtensiveGame
    from deterrence.game.tree.nodes import Chance, Decision, Leaf
    from deterrence.modelfile.model import SymbolicModel

    parse = Expression.parse
    tree: Any = Leaf("top")
    for k in reversed(range(rungs)):
        me, other = ("A", "B") if k % 2 == 0 else ("B", "A")
        if risk:
            p = parse(f"r * {k + 1} / {rungs}")
            tree = Chance({"war": (p, Leaf("war")), "calm": (parse("1") - p, tree)}, f"risk {k}")
        tree = Decision(
            me, f"rung {k}", {"concede": Leaf(f"{other} wins"), "climb": tree},
            outcome=f"step {other}" if k else None,
        )  # fmt: skip
    outcomes = {
        "A wins": ("v_A", "-s_B"), "B wins": ("-s_A", "v_B"), "top": ("-D", "-D"),
        "war": ("-D", "-D"), "step A": ("-c", "0"), "step B": ("0", "-c"),
    }  # fmt: skip
    formulas = {k: tuple(parse(u) for u in us) for k, us in outcomes.items()}
    game = ExtensiveGame.from_tree(("A", "B"), tree, formulas, name="ladder")
    defaults = {"v_A": 5, "v_B": 4, "s_A": 3, "s_B": 2, "D": 100, "c": "1/10", "r": "1/20"}
    measures = tuple(Measure.probability(n.replace(" ", "_"), (n,)) for n in ("A wins", "B wins"))
    return SymbolicModel(
        name="ladder", title="ladder", form="extensive", players=("A", "B"), actions=(),
        parameters={n: Parameter(n, default=Fraction(x)) for n, x in defaults.items()},
        outcomes={
            k: Outcome(k, dict(zip(("A", "B"), us, strict=True))) for k, us in formulas.items()
        },
        cells=(), measures=measures, tree=game.replace(measures=measures),
    )  # fmt: skip


def block_of(model: Any, points: int) -> tuple[Any, dict[str, Any]]:
    from deterrence.analysis.points.solver import PointSolver

    rng = numpy.random.default_rng(0)
    names = ["s_A", "s_B", "c", "D"]
    high = {"s_A": 10, "s_B": 10, "c": 1, "D": 200}
    solver = PointSolver(model, names)
    return solver, {n: rng.uniform(0, high[n], points) for n in names}


@pytest.mark.parametrize("risk", [False, True], ids=["plain", "with risks"])
def test_a_million_points_of_44_rungs(risk: bool) -> None:
    pytest.importorskip("numba")
    solver, columns = block_of(ladder(RUNGS, risk), MILLION)
    step = 1 << 16
    solver.solve({n: x[:step] for n, x in columns.items()})
    solver._points = MILLION  # compiled code from the first block on
    solver.solve({n: x[:step] for n, x in columns.items()})
    times = []
    exact = 0
    for _ in range(ROUNDS):
        start, exact = time.perf_counter(), 0
        for k in range(0, MILLION, step):
            block = solver.solve({n: x[k : k + step] for n, x in columns.items()})
            exact += int((block.engine == 2).sum())
        times.append(time.perf_counter() - start)
    LINES.append(
        f"{RUNGS} rungs {'with risks' if risk else 'plain':<11} 10^6 points, one core: "
        f"{statistics.median(times):.2f} s (best {min(times):.2f} s), {exact} of them exactly"
    )


def test_one_ladder_exactly(benchmark: Any) -> None:
    from deterrence.solvers import solve_tree

    game = ladder(RUNGS, risk=True).at()
    solution = benchmark(solve_tree, game)
    assert solution.status == "complete"
    assert len(solution) == 1


def test_beside_pygambit() -> None:
    """A ladder of 6 rungs: one point exactly, by enumeration of agent strategies there."""
    gambit = pytest.importorskip("pygambit")
    import io

    from deterrence.modelfile.exchange.efg import write_efg
    from deterrence.solvers import solve_tree

    model = ladder(6)
    game = model.at()
    text = write_efg(game)
    theirs = gambit.read_efg(io.BytesIO(text.encode()))
    solver, columns = block_of(model, 1 << 14)
    solver.solve(columns)
    ratios, single = [], []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        found = gambit.nash.enumpure_agent_solve(theirs)
        peer = time.perf_counter() - start
        start = time.perf_counter()
        mine = solve_tree(game)
        one = time.perf_counter() - start
        start = time.perf_counter()
        solver.solve(columns)
        many = (time.perf_counter() - start) / (1 << 14)
        single.append(peer / one)
        ratios.append(peer / many)
    # Every subgame-perfect equilibrium is one of agents, each with one information set.
    assert len(mine) == 1
    assert len(found.equilibria) >= 1
    LINES.append(
        f"6 rungs, one point: pygambit's enumeration of pure agent equilibria takes "
        f"{statistics.median(single):.2f} x the exact solver's time, "
        f"{statistics.median(ratios):.0f} x that of a point of a sweep"
    )


def test_private_information_at_a_million_points() -> None:
    from deterrence.analysis.points.solver import PointSolver
    from deterrence.modelfile.catalogue import load_model

    solver = PointSolver(load_model("unilateral-deterrence"), ["p_Ch", "p_Def"])
    rng = numpy.random.default_rng(1)
    columns = {n: rng.uniform(0, 1, MILLION) for n in ("p_Ch", "p_Def")}
    start = time.perf_counter()
    solver.solve({n: x[:100] for n, x in columns.items()})
    first = time.perf_counter() - start
    step, times = 1 << 16, []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        for k in range(0, MILLION, step):
            solver.solve({n: x[k : k + step] for n, x in columns.items()})
        times.append(time.perf_counter() - start)
    LINES.append(
        f"unilateral deterrence, private information: {first:.2f} s in formulas once, then "
        f"10^6 points in {statistics.median(times):.2f} s"
    )
