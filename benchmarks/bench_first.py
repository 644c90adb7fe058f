"""One equilibrium of a large game, or the value of poker: this package and its peers.

``make bench`` runs it.  Every library is given the payoffs as plain whole numbers.  This package
answers with exact equilibria, certified from the payoffs, as many as were easy to find; the
others with one, in floats.
"""

from __future__ import annotations

import random
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "helpers"))

Matrix = list[list[int]]
SIZES = (20, 50, 100)


def game(size: int) -> tuple[Matrix, Matrix]:
    dice = random.Random(size)
    first, second = (
        [[dice.randint(-100, 100) for _ in range(size)] for _ in range(size)] for _ in "ab"
    )
    return first, second


def ours(solver: str) -> Callable[[Matrix, Matrix], Any]:
    from deterrence import StrategicGame, solve

    return lambda a, b: solve(StrategicGame.from_matrices(a, b), solver=solver)[0]


def nashpy() -> Callable[[Matrix, Matrix], Any]:
    library = pytest.importorskip("nashpy")

    def run(a: Matrix, b: Matrix) -> Any:
        shifted = [[[x + 101 for x in row] for row in matrix] for matrix in (a, b)]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it divides by zero in its ratio tests
            return library.Game(*shifted).lemke_howson(initial_dropped_label=0)

    return run


def quantecon() -> Callable[[Matrix, Matrix], Any]:
    library = pytest.importorskip("quantecon.game_theory")
    numpy = pytest.importorskip("numpy")

    def run(a: Matrix, b: Matrix) -> Any:
        row, column = numpy.array(a, dtype=float), numpy.array(b, dtype=float)
        players = [library.Player(row), library.Player(column.T)]
        return library.lemke_howson(library.NormalFormGame(players))

    return run


def gambit() -> Callable[[Matrix, Matrix], Any]:
    library = pytest.importorskip("pygambit")
    numpy = pytest.importorskip("numpy")

    def run(a: Matrix, b: Matrix) -> Any:
        made = library.Game.from_arrays(numpy.array(a), numpy.array(b))
        return library.nash.lcp_solve(made, rational=False, stop_after=1).equilibria[0]

    return run


LIBRARIES: dict[str, Callable[[], Callable[[Matrix, Matrix], Any]]] = {
    "deterrence auto": lambda: ours("auto"),
    "nashpy lemke-howson": nashpy,
    "quantecon lemke-howson": quantecon,
    "gambit lcp": gambit,
}


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("library", LIBRARIES)
def test_first_equilibrium(benchmark: Any, size: int, library: str) -> None:
    if library.startswith("nashpy") and size > 20:
        pytest.skip("nashpy's path overflows or does not end in larger games")
    run = LIBRARIES[library]()
    benchmark.group = f"first equilibrium, {size}x{size}"
    benchmark.pedantic(run, args=game(size), rounds=3, warmup_rounds=1)


@pytest.mark.parametrize("name", ["kuhn", "leduc"])
def test_poker(benchmark: Any, name: str) -> None:
    import card_trees

    from deterrence.solvers import solve_tree

    tree = getattr(card_trees, name)()
    benchmark.group = "value of poker"
    benchmark.pedantic(lambda: solve_tree(tree, "zero-sum").value, rounds=3, warmup_rounds=1)
