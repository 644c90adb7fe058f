"""All points of a block: chunk by chunk in floats, then exactly where floats cannot tell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from deterrence.analysis.points.kernel.table import Table

if TYPE_CHECKING:
    from deterrence.analysis.points.kernel.programs import Batch
    from deterrence.analysis.points.solver import Block, ExactPoint, PointSolver


def solve_compiled(
    solver: PointSolver, batch: Batch, columns: Mapping[str, Any], exact: ExactPoint | None, n: int
) -> Block:
    """Solve all points; see :meth:`PointSolver.solve`."""
    import numpy as np

    model, game, questions = solver.model, batch.game, batch.questions
    names = {
        "payoffs": model.players,
        "outcomes": solver.outcomes,
        "measures": [m.name for m in solver.measures],
        "truths": [text for text, _ in solver.statements],
    }
    table = Table(n, model.players, game.sizes, names)
    flagged = [np.zeros(0, dtype=np.int64)]
    for start in range(0, n, game.lanes):
        count = min(game.lanes, n - start)
        inputs = {name: columns[name][start : start + count] for name in solver.varying}
        chunk = game.solve(inputs, count)
        strategies = table.add(start, chunk, game, inputs, questions.linear)
        for (kind, name), column in questions.ask(chunk, strategies, inputs).items():
            values = column == 1.0 if kind == "truths" else column
            table.write(start, chunk, game, kind, name, values)
        flagged.append(start + np.flatnonzero(chunk.flagged))
    for points, block in _settled(solver, columns, exact, np.concatenate(flagged)):
        table.put(points, block)
    return table.block()


def _settled(
    solver: PointSolver, columns: Mapping[str, Any], exact: ExactPoint | None, points: Any
) -> Iterator[tuple[Any, Block]]:
    """Yield flagged points and their answers, some at a time.

    Where varying parameters are 0, the ties may be those of a smaller model; whatever
    that model leaves open, and every other point, is solved exactly.
    """
    import numpy as np

    from deterrence.analysis.points.exact import answers_at, gather

    if not len(points):
        return
    patterns = np.zeros(len(points), dtype=np.int64)
    for k, name in enumerate(solver.varying[:60]):
        patterns |= (columns[name][points] == 0.0).astype(np.int64) << k
    for pattern in np.unique(patterns).tolist():
        some = points[patterns == pattern]
        names = tuple(n for k, n in enumerate(solver.varying[:60]) if pattern >> k & 1)
        smaller = solver._where_zero(names) if names else None
        batch = smaller._batch(len(some)) if smaller else None
        if smaller is None or batch is None:
            yield some, gather(solver, answers_at(solver, columns, exact, some.tolist()))
            continue
        part = {name: columns[name][some] for name in smaller.varying}

        def inner(i: int, some: Any = some) -> Mapping[str, Fraction]:
            assert exact is not None
            return exact(int(some[i]))

        yield some, solve_compiled(smaller, batch, part, exact and inner, len(some))
