"""All equilibria of the same games: this package and its peers, where they are installed.

``make bench`` runs it.  Every library gets the games as plain integers and pays for
its own construction, as somebody who solves many games does; ``lrsnash`` pays for a
process and a file per game as well.  Payoffs are whole numbers from -10 to 10, so
that ties occur and all arithmetic can be exact.  "found" counts what a library
returned; floats among it are not judged here.

These are timings, not tests: nothing fails because a machine is slow.
"""

from __future__ import annotations

import random
import shutil
import subprocess
import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import OURS, RESULTS

Matrix = list[list[int]]
Game = tuple[Matrix, Matrix]
Library = Callable[[Game], int]

SIZES = (2, 3, 4, 5, 6, 8)
GAMES_PER_SIZE = 5
#: Libraries that take more than some seconds for one pass from this size on.
TOO_SLOW = {"nashpy support": 8, "nashpy vertex": 8}


def games(size: int) -> list[Game]:
    dice = random.Random(size)

    def matrix() -> Matrix:
        return [[dice.randint(-10, 10) for _ in range(size)] for _ in range(size)]

    return [(matrix(), matrix()) for _ in range(GAMES_PER_SIZE)]


def ours(solver: str) -> Library:
    from deterrence import StrategicGame, solve

    return lambda game: len(solve(StrategicGame.from_matrices(*game), solver=solver))


def nashpy(method: str) -> Library:
    library = pytest.importorskip("nashpy")

    def run(game: Game) -> int:
        # Vertex enumeration needs positive payoffs; a shift changes no equilibrium.
        shifted = [[[x + 11 for x in row] for row in matrix] for matrix in game]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it warns of degenerate games, which are meant here
            return len(list(getattr(library.Game(*shifted), method)()))

    return run


def quantecon(method: str) -> Library:
    library = pytest.importorskip("quantecon.game_theory")
    numpy = pytest.importorskip("numpy")

    def run(game: Game) -> int:
        row, column = (numpy.array(matrix, dtype=float) for matrix in game)
        players = [library.Player(row), library.Player(column.T)]
        return len(getattr(library, method)(library.NormalFormGame(players)))

    return run


def gambit(rational: bool) -> Library:
    library = pytest.importorskip("pygambit")

    def run(game: Game) -> int:
        import numpy

        made = library.Game.from_arrays(*(numpy.array(matrix) for matrix in game))
        return len(library.nash.enummixed_solve(made, rational=rational).equilibria)

    return run


def lrsnash() -> Library:
    program = shutil.which("lrsnash")
    if program is None:
        pytest.skip("lrsnash is not installed (Debian: lrslib)")

    def text(matrix: Matrix) -> str:
        return "\n".join(" ".join(map(str, row)) for row in matrix)

    def run(game: Game) -> int:
        size = len(game[0])
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "game"
            file.write_text(f"{size} {size}\n\n{text(game[0])}\n\n{text(game[1])}\n", "utf-8")
            printed = subprocess.run(
                [program, str(file)], capture_output=True, text=True, check=True, timeout=300
            ).stdout
        lines = printed.splitlines()
        (count,) = (s.rpartition(":")[2] for s in lines if "Number of equilibria found" in s)
        return int(count)

    return run


LIBRARIES: dict[str, Callable[[], Library]] = {
    OURS: lambda: ours("exact"),
    "deterrence auto": lambda: ours("auto"),
    "nashpy support": lambda: nashpy("support_enumeration"),
    "nashpy vertex": lambda: nashpy("vertex_enumeration"),
    "quantecon support": lambda: quantecon("support_enumeration"),
    "quantecon vertex": lambda: quantecon("vertex_enumeration"),
    "gambit rational": lambda: gambit(rational=True),
    "gambit float": lambda: gambit(rational=False),
    "lrsnash": lrsnash,
}


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("library", LIBRARIES)
def test_all_equilibria(benchmark: Any, size: int, library: str) -> None:
    if size >= TOO_SLOW.get(library, 100):
        pytest.skip(f"{library} takes too long for {size}x{size}")
    run = LIBRARIES[library]()
    stack = games(size)
    benchmark.group = f"{size}x{size}"

    def one_pass() -> int:
        return sum(run(game) for game in stack)

    found = benchmark.pedantic(one_pass, rounds=5, warmup_rounds=1)
    RESULTS[size, library] = (benchmark.stats.stats.median, found)
