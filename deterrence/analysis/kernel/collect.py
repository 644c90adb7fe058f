"""Chunks of equilibria as one padded block."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from deterrence.analysis.kernel.batch import Batch
from deterrence.analysis.points import COMPILED, OUTSIDE, Block, ExactPoint

if TYPE_CHECKING:
    from deterrence.analysis.kernel.game import Chunk
    from deterrence.analysis.points import PointSolver


def solve_compiled(
    solver: PointSolver, batch: Batch, columns: Mapping[str, Any], exact: ExactPoint | None, n: int
) -> Block:
    """Solve all points; see :meth:`PointSolver.solve`."""
    import numpy as np

    from deterrence.analysis.exactly import answers_at, gather

    table = _Table(solver, n)
    flagged = [np.zeros(0, dtype=np.int64)]
    for start in range(0, n, batch.game.lanes):
        count = min(batch.game.lanes, n - start)
        inputs = {name: columns[name][start : start + count] for name in solver.varying}
        chunk = batch.game.solve(inputs, count)
        table.add(start, chunk, batch, inputs)
        flagged.append(start + np.flatnonzero(chunk.flagged))
    points = np.concatenate(flagged)
    if len(points):
        table.put(points, gather(solver, answers_at(solver, columns, exact, points.tolist())))
    return table.block()


class _Table:
    """The arrays of a block in the making, as wide as the most equilibria so far.

    Rows are written once, chunk after chunk, padding included.
    """

    def __init__(self, solver: PointSolver, n: int) -> None:
        import numpy as np

        model = solver.model
        self.n, self.width = n, 0
        self.players = model.players
        self.valid = np.ones(n, dtype=bool)
        self.count = np.zeros(n, dtype=np.int32)
        self.complete = np.ones(n, dtype=bool)
        self.engine = np.zeros(n, dtype=np.uint8)
        self.continuum = np.zeros(n, dtype=bool)
        self.component = np.empty((n, 0), dtype=np.int32)
        self.probabilities = [np.empty((n, 0, len(a))) for a in model.actions]

        def empty() -> Any:
            return np.empty((n, 0))

        self.kinds: dict[str, dict[str, Any]] = {
            "payoffs": {p: empty() for p in model.players},
            "outcomes": {o: empty() for o in solver.outcomes},
            "measures": {m.name: empty() for m in solver.measures},
            "truths": {t: np.empty((n, 0), dtype=bool) for t, _ in solver.statements},
        }

    def widen(self, width: int, done: int) -> None:
        """Make room for points with more equilibria; ``done`` rows are written already."""
        if width <= self.width:
            return
        self.width = width
        self.component = _wider(self.component, width, done, -1)
        self.probabilities = [_wider(p, width, done, float("nan")) for p in self.probabilities]
        for kind, arrays in self.kinds.items():
            for name in arrays:
                filler = False if kind == "truths" else float("nan")
                arrays[name] = _wider(arrays[name], width, done, filler)

    def add(self, start: int, chunk: Chunk, batch: Batch, inputs: Mapping[str, Any]) -> None:
        """Write a chunk's equilibria; lanes whose answers stay open get flagged."""
        import numpy as np

        game, questions = batch.game, batch.questions
        loops, count = game.loops, len(chunk.counts)
        here = slice(start, start + count)
        self.widen(int(chunk.counts.max(initial=0)), start)
        place = (chunk.lane, chunk.slot)
        loose = np.zeros(count)
        strategies = [p[here] for p in self.probabilities]
        shares = []
        for target, table, vertex in zip(
            strategies, game.tables, (game.first, game.second), strict=True
        ):
            target[:] = np.nan
            shares.append(np.empty((target.shape[2], len(chunk.lane))))
            loops.strategies(
                target, *place, chunk.starts, vertex, game.registers, table.strategy_tables,
                shares[-1], loose,
            )  # fmt: skip
        game.check_accuracy(inputs, chunk, loose)
        for (kind, name), q in questions.linear.items():
            target = self.kinds[kind][name][here]
            target[:] = np.nan
            loops.expect(
                target, *place, chunk.starts, game.lookup, *shares, game.registers,
                q.registers, q.known, chunk.flagged,
            )  # fmt: skip
        for (kind, name), column in questions.ask(chunk, strategies, inputs).items():
            target = self.kinds[kind][name][here]
            target[:] = False if kind == "truths" else np.nan
            loops.write(target, *place, column == 1.0 if kind == "truths" else column)
        game.components(chunk, self.component[here], self.continuum[here])
        self.count[here] = chunk.counts
        np.logical_not(chunk.outside, out=self.valid[here])
        self.engine[here] = np.where(chunk.outside, OUTSIDE, COMPILED)

    def put(self, points: Any, small: Block) -> None:
        """Take over the exact answers at some points."""
        self.widen(small.component.shape[1], self.n)
        self.valid[points], self.count[points] = small.valid, small.count
        self.complete[points], self.engine[points] = small.complete, small.engine
        self.continuum[points] = small.continuum
        self.component[points] = _wider(small.component, self.width, len(points), -1)
        nan = float("nan")
        for mine, player in zip(self.probabilities, self.players, strict=True):
            mine[points] = _wider(small.probabilities[player], self.width, len(points), nan)
        for kind, arrays in self.kinds.items():
            filler = False if kind == "truths" else nan
            for name, column in getattr(small, kind).items():
                arrays[name][points] = _wider(column, self.width, len(points), filler)

    def block(self) -> Block:
        """Return the finished block."""

        most = int(self.count.max(initial=0))
        if most < self.width:  # points that turned out to have fewer, solved exactly
            self.component = self.component[:, :most].copy()
            self.probabilities = [p[:, :most].copy() for p in self.probabilities]
            for arrays in self.kinds.values():
                for name in arrays:
                    arrays[name] = arrays[name][:, :most].copy()
        return Block(
            valid=self.valid,
            count=self.count,
            complete=self.complete,
            engine=self.engine,
            component=self.component,
            continuum=self.continuum,
            probabilities=dict(zip(self.players, self.probabilities, strict=True)),
            **{kind: dict(arrays) for kind, arrays in self.kinds.items()},
        )


def _wider(array: Any, width: int, done: int, filler: Any) -> Any:
    import numpy as np

    n, old, *more = array.shape
    result = np.empty((n, width, *more), dtype=array.dtype)
    result[:done, :old] = array[:done]
    result[:done, old:] = filler
    return result
