r"""Stacks of two-player games given as numbers: all equilibria of each.

>>> import numpy as np
>>> row = np.array([[[0, -3], [2, -8]], [[3, 0], [5, 1]]])
>>> column = np.array([[[0, 2], [-3, -8]], [[3, 5], [0, 1]]])
>>> block = solve_stack(row, column)
>>> block.count.tolist(), block.probabilities["Row"][0, 2].round(4).tolist()
([3, 1], [0.7143, 0.2857])
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING

from deterrence.analysis.points.answer import PointAnswer, block_of
from deterrence.analysis.points.exact import ordered_equilibria
from deterrence.analysis.points.kernel.formulas import FormulaReader, NodePolynomial, variable
from deterrence.analysis.points.kernel.game import Game, PerCell
from deterrence.analysis.points.kernel.graph import Graph
from deterrence.analysis.points.kernel.loops import numba_pays
from deterrence.analysis.points.kernel.structure import TooLargeError, sides_of
from deterrence.analysis.points.kernel.table import BlockTable, in_chunks
from deterrence.analysis.points.question import Asked
from deterrence.errors import UsageError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from deterrence.analysis.points.arrays import Columns, Floats, Truths
    from deterrence.analysis.points.block import PointBlock

PLAYERS = ("Row", "Column")


def solve_stack(row: ArrayLike, column: ArrayLike, *, compiled: bool | None = None) -> PointBlock:
    """Return all extreme equilibria of every game of a stack.

    ``row`` and ``column`` hold the players' payoffs, shape (games, rows, columns);
    floats count as the binary fractions that they are.  Players of the block are
    ``Row`` and ``Column``.  Games with ties are solved exactly.  ``compiled`` chooses
    numba or plain numpy (default: numba where it is installed and pays); the
    answers are the same.  Raises :class:`UsageError` for shapes that do not fit, for
    payoffs that are not finite, and where numba is asked for in a folder that would
    configure it.
    """
    import numpy as np

    a, b = np.asarray(row, dtype=float), np.asarray(column, dtype=float)
    if a.ndim != 3 or a.shape != b.shape or not a.shape[1] or not a.shape[2]:
        raise UsageError(
            f"payoffs of shapes {a.shape} and {b.shape} are no stack of games",
            remedy="give two arrays of the same shape (games, rows, columns)",
        )
    if not (np.isfinite(a).all() and np.isfinite(b).all()):
        raise UsageError("a payoff is not a finite number", remedy="check the payoffs")
    n, rows, columns = a.shape
    table = BlockTable(n, dict(zip(PLAYERS, (rows, columns), strict=True)), {"payoffs": PLAYERS})
    found = _kernel(rows, columns, numba_pays(n) if compiled is None else compiled)

    def chunk_at(start: int, count: int) -> Truths:
        assert found is not None
        game, payoffs = found
        inputs: Columns = {
            f"{letter} {k}": values
            for letter, u in zip("ab", (a, b), strict=True)
            # One contiguous row per cell.
            for k, values in enumerate(
                np.ascontiguousarray(u[start : start + count].reshape(count, -1).T)
            )
        }
        chunk = game.solve(inputs, count)
        table.add(start, chunk, game, inputs, payoffs)
        return chunk.flagged

    points = np.arange(n) if found is None else in_chunks(n, found[0].lanes, chunk_at)
    if len(points):
        table.put(points, _exactly(a[points], b[points]))
    return table.block()


@lru_cache(maxsize=64)
def _kernel(rows: int, columns: int, compiled: bool) -> tuple[Game, dict[Asked, PerCell]] | None:
    """Return the programs for games of one size, None where they would be too long."""
    import numpy as np

    graph = Graph(inputs_rounded=False)
    formulas = FormulaReader(graph, {}, {}, {})

    def payoffs(letter: str) -> list[list[NodePolynomial]]:
        nodes = [graph.input(f"{letter} {k}") for k in range(rows * columns)]
        atoms = [variable(n) for n in nodes]
        return [atoms[i : i + columns] for i in range(0, len(atoms), columns)]

    a, b = payoffs("a"), payoffs("b")
    cells = [[formulas.emit(p) for line in u for p in line] for u in (a, b)]
    try:
        sides = sides_of(formulas, a, b)
    except TooLargeError:
        return None
    game = Game(graph, sides, wanted=[n for u in cells for n in u], compiled=compiled)
    known = np.full(len(game.pairs), -1.0)
    quantities: dict[Asked, PerCell] = {}
    for player, nodes in zip(PLAYERS, cells, strict=True):
        quantities["payoffs", player] = PerCell(nodes, game.rows_of(nodes), known)
    return game, quantities


def _exactly(a: Floats, b: Floats) -> PointBlock:
    """Solve games one by one over the rationals."""
    answers = []
    for left, right in zip(a.tolist(), b.tolist(), strict=True):
        rows, columns = ([[Fraction(x) for x in line] for line in u] for u in (left, right))
        found = ordered_equilibria(rows, columns)
        payoffs = {
            player: [_mean(u, *profile) for profile in found.profiles]
            for player, u in zip(PLAYERS, (rows, columns), strict=True)
        }
        answers.append(PointAnswer(found, payoffs))
    movers = dict(zip(PLAYERS, a.shape[1:], strict=True))
    return block_of(answers, movers, {"payoffs": PLAYERS})


def _mean(
    u: Sequence[Sequence[Fraction]], x: Sequence[Fraction], y: Sequence[Fraction]
) -> Fraction:
    terms = (
        p * q * value
        for p, line in zip(x, u, strict=True)
        for q, value in zip(y, line, strict=True)
    )
    return sum(terms, Fraction(0))
