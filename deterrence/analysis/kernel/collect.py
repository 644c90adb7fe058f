"""All points of a block: chunk by chunk in floats, then exactly where floats cannot tell."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from deterrence.analysis.kernel.table import Table

if TYPE_CHECKING:
    from deterrence.analysis.kernel.batch import Batch
    from deterrence.analysis.points import Block, ExactPoint, PointSolver


def solve_compiled(
    solver: PointSolver, batch: Batch, columns: Mapping[str, Any], exact: ExactPoint | None, n: int
) -> Block:
    """Solve all points; see :meth:`PointSolver.solve`."""
    import numpy as np

    from deterrence.analysis.exactly import answers_at, gather

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
    points = np.concatenate(flagged)
    if len(points):
        table.put(points, gather(solver, answers_at(solver, columns, exact, points.tolist())))
    return table.block()
