"""All equilibria at many parameter points: this package and its peers, side by side.

``make bench`` runs it.  The games are parametric; every library is asked for all
equilibria at points drawn from the parameters' ranges.  This package starts from the
symbols and ends with a block of equilibria, payoffs included.  Its peers are given
the payoff matrices for nothing and pay for the construction of their own game, as a
sweep would.  Times are taken in turn, round after round, so that a busy machine slows
all of them alike; the table shows medians of the rounds' ratios.

Peers' floats are not judged here: on random points of these games they find what
there is, except for the ladder, whose ties they do not handle.
"""

from __future__ import annotations

import random
import statistics
import time
import warnings
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest
from conftest import NOTES

numpy = pytest.importorskip("numpy")

ROUNDS = 7
#: Points that this package solves in one go, and all in all for the long run.
BLOCK = 16_384
MILLION = 1_000_000
#: Points per round for the others.
FEW = {"nashpy vertex": 4, "quantecon support": 200, "gambit float": 40}

LINES = NOTES.setdefault("time per point, symbols to all equilibria", [])


def generic_model(size: int) -> Any:
    """Return a game whose payoffs are sums of three of eight parameters, no two alike."""
    from deterrence.algebra.expressions import Expression
    from deterrence.game.parameters import CellContent, Parameter
    from deterrence.modelfile.model import SymbolicModel

    dice = random.Random(size)
    names = [f"p{k}" for k in range(8)]
    players = ("Row", "Column")

    def payoff() -> Expression:
        terms = (Expression.number(dice.randint(-9, 9)) * Expression.name(n)
                 for n in dice.sample(names, 3))  # fmt: skip
        return sum(terms, Expression.number(dice.randint(-9, 9)))

    return SymbolicModel(
        name=f"generic-{size}x{size}",
        title="A game without structure",
        form="strategic",
        players=players,
        actions=tuple(tuple(f"{p[0]}{k}" for k in range(size)) for p in players),
        parameters={
            n: Parameter(n, default=Fraction(1), lower=Fraction(-1), upper=Fraction(1))
            for n in names
        },
        outcomes={},
        cells=tuple(
            CellContent(payoffs={p: payoff() for p in players}) for _ in range(size * size)
        ),
    )


def models() -> dict[str, Callable[[], Any]]:
    from deterrence.modelfile.catalogue import load_model

    return {
        "bipolarity 2x2": lambda: load_model("asymmetric-bipolarity"),
        "ladder 4x4": lambda: load_model("escalation-ladder").with_rungs(3),
        "generic 3x3": lambda: generic_model(3),
        "generic 4x4": lambda: generic_model(4),
        "generic 5x5": lambda: generic_model(5),
    }


def columns_of(model: Any, count: int) -> dict[str, Any]:
    """Return random points between the parameters' bounds."""
    rng = numpy.random.default_rng(2026)
    free = [p for p in model.parameters.values() if p.formula is None]
    return {p.name: rng.uniform(float(p.lower), float(p.upper), count) for p in free}


def matrices(model: Any, columns: dict[str, Any], count: int) -> list[Any]:
    """Return the payoff matrices at the first points, as plain floats."""
    games = []
    for k in range(count):
        game = model.at(check=False, **{n: float(c[k]) for n, c in columns.items()})
        games.append([numpy.array(game.matrix(p), dtype=float) for p in game.players])
    return games


def nashpy(games: list[Any]) -> Callable[[], Any]:
    library = pytest.importorskip("nashpy")
    # Vertex enumeration needs positive payoffs; a shift changes no equilibrium.
    shifted = [(a - a.min() + 1, b - b.min() + 1) for a, b in games]

    def run() -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for a, b in shifted:
                list(library.Game(a, b).vertex_enumeration())

    return run


def quantecon(games: list[Any]) -> Callable[[], Any]:
    library = pytest.importorskip("quantecon.game_theory")

    def run() -> None:
        for a, b in games:
            players = [library.Player(a), library.Player(b.T)]
            library.support_enumeration(library.NormalFormGame(players))

    return run


def gambit(games: list[Any]) -> Callable[[], Any]:
    library = pytest.importorskip("pygambit")

    def run() -> None:
        for a, b in games:
            library.nash.enummixed_solve(library.Game.from_arrays(a, b), rational=False)

    return run


PEERS = {"nashpy vertex": nashpy, "quantecon support": quantecon, "gambit float": gambit}


def seconds(run: Callable[[], Any]) -> float:
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


@pytest.mark.parametrize("engine", ["numba", "numpy"])
@pytest.mark.parametrize("name", models())
def test_points(benchmark: Any, monkeypatch: Any, name: str, engine: str) -> None:
    from deterrence.analysis.points import solver as points

    if engine == "numba":
        pytest.importorskip("numba")
    monkeypatch.setattr(points, "numba_pays", lambda n: engine == "numba")
    model = models()[name]()
    columns = columns_of(model, BLOCK)
    solver = points.PointSolver(model, list(columns), measures=())
    ours = lambda: solver.solve(columns)  # noqa: E731
    benchmark.group = name
    benchmark.pedantic(ours, rounds=3, warmup_rounds=2)
    block = ours()
    peers = {}
    if engine == "numba":
        games = matrices(model, columns, max(FEW.values()))
        for peer, make in PEERS.items():
            run = make(games[: FEW[peer]])
            run()
            peers[peer] = run
    mine: list[float] = []
    ratios: dict[str, list[float]] = {peer: [] for peer in peers}
    for _ in range(ROUNDS):
        mine.append(min(seconds(ours) for _ in range(3)) / BLOCK)
        for peer, run in peers.items():
            ratios[peer].append(seconds(run) / FEW[peer] / mine[-1])
    text = ", ".join(f"{peer} {statistics.median(r):,.0f}x" for peer, r in ratios.items())
    benchmark.extra_info["ns per point"] = round(1e9 * statistics.median(mine))
    LINES.append(
        f"{name:<16}{engine:<7}{1e9 * statistics.median(mine):>8,.0f} ns (best "
        f"{1e9 * min(mine):,.0f}), {block.count.mean():.1f} equilibria; slower: {text or '-'}"
    )


@pytest.mark.parametrize("name", ["bipolarity 2x2", "ladder 4x4"])
def test_a_million_points(benchmark: Any, name: str) -> None:
    from deterrence.analysis.points.solver import PointSolver

    model = models()[name]()
    columns = columns_of(model, MILLION)
    solver = PointSolver(model, list(columns))
    exact = 0

    def run() -> None:
        nonlocal exact
        exact = 0
        for start in range(0, MILLION, BLOCK):
            part = {n: c[start : start + BLOCK] for n, c in columns.items()}
            exact += int((solver.solve(part).engine == 2).sum())

    benchmark.group = "a million points, with every measure"
    took = benchmark.pedantic(lambda: seconds(run), rounds=1, warmup_rounds=1)
    LINES.append(f"{name:<16}a million points, all measures: {took:.2f} s, {exact} solved exactly")
