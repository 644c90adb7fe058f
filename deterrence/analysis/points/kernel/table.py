"""Chunks of equilibria written into one padded block."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from deterrence.analysis.points.block import COMPILED, KINDS, OUTSIDE, PointBlock, filler
from deterrence.analysis.points.question import Asked

if TYPE_CHECKING:
    from deterrence.analysis.points.arrays import Columns, Floats, Integers, Truths, Values
    from deterrence.analysis.points.kernel.game import Chunk, Game, PerCell

_NAN = float("nan")


class BlockTable:
    """The arrays of a block (:class:`~deterrence.analysis.points.block.PointBlock`) in the making.

    They are as wide as the most equilibria so far.  Rows are written once, chunk
    after chunk, padding included.  ``movers`` are those whose behaviour is told, with their
    numbers of actions; ``names`` lists what each of
    :data:`~deterrence.analysis.points.block.KINDS` holds.
    """

    def __init__(
        self, n: int, movers: Mapping[str, int], names: Mapping[str, Sequence[str]]
    ) -> None:
        import numpy as np

        _keep_freed_memory()
        self.n, self.width = n, 0
        self.valid = np.ones(n, dtype=bool)
        self.count = np.zeros(n, dtype=np.int32)
        self.complete = np.ones(n, dtype=bool)
        self.engine = np.zeros(n, dtype=np.uint8)
        self.continuum = np.zeros(n, dtype=bool)
        self.component = np.empty((n, 0), dtype=np.int32)
        self.probabilities = {who: np.empty((n, 0, size)) for who, size in movers.items()}
        self.kinds: dict[str, dict[str, Values]] = {
            kind: {
                name: np.empty((n, 0), dtype=bool if kind == "truths" else float)
                for name in names.get(kind, ())
            }
            for kind in KINDS
        }

    def widen(self, width: int, done: int) -> None:
        """Make room for points with more equilibria; ``done`` rows are written already."""
        if width <= self.width:
            return
        self.width = width
        self.component = _wider(self.component, width, done, -1)
        self.probabilities = {
            who: _wider(p, width, done, _NAN) for who, p in self.probabilities.items()
        }
        for kind, arrays in self.kinds.items():
            for name in arrays:
                arrays[name] = _wider(arrays[name], width, done, filler(kind))

    def add(
        self,
        start: int,
        chunk: Chunk,
        game: Game,
        inputs: Columns,
        linear: Mapping[Asked, PerCell],
    ) -> list[Floats]:
        """Write a chunk's equilibria from row ``start`` on; return the strategies written.

        ``linear`` are the quantities given per cell.  Lanes whose answers stay open
        get flagged; what is written for them is no answer.
        """
        import numpy as np

        loops, count = game.loops, len(chunk.counts)
        here = slice(start, start + count)
        self.widen(int(chunk.counts.max(initial=0)), start)
        place = chunk.places(self.width)
        loose = np.zeros(count)
        strategies = [p[here] for p in self.probabilities.values()]
        shares = []
        for target, table, vertex in zip(
            strategies, game.tables, (game.first, game.second), strict=True
        ):
            target[:] = np.nan
            flat = target.reshape(-1, target.shape[2])
            shares.append(np.empty((target.shape[2], len(chunk.lane))))
            loops.strategies(
                flat,
                chunk.lane,
                place,
                chunk.starts,
                vertex,
                game.registers,
                table.strategy_tables,
                shares[-1],
                loose,
            )
        game.check_accuracy(inputs, chunk, loose)
        for (kind, name), q in linear.items():
            assert q.registers is not None
            assert q.known is not None
            target = self.kinds[kind][name][here]
            target[:] = np.nan
            loops.expect(
                target.reshape(-1),
                chunk.lane,
                place,
                chunk.starts,
                game.lookup,
                shares[0],
                shares[1],
                game.registers,
                q.registers,
                q.known,
                chunk.flagged,
            )
        game.components(chunk, place, self.component[here], self.continuum[here])
        self.count[here] = chunk.counts
        np.logical_not(chunk.outside, out=self.valid[here])
        self.engine[here] = np.where(chunk.outside, OUTSIDE, COMPILED)
        return strategies

    def write(
        self, start: int, chunk: Chunk, game: Game, kind: str, name: str, column: Values
    ) -> None:
        """Write a chunk's answers to one more question."""
        target = self.kinds[kind][name][start : start + len(chunk.counts)]
        target[:] = filler(kind)
        game.loops.write(target.reshape(-1), chunk.places(self.width), column)

    def put(self, points: Integers, small: PointBlock) -> None:
        """Take over the answers of another block at some points."""
        self.widen(small.component.shape[1], self.n)
        self.valid[points], self.count[points] = small.valid, small.count
        self.complete[points], self.engine[points] = small.complete, small.engine
        self.continuum[points] = small.continuum
        self.component[points] = _wider(small.component, self.width, len(points), -1)
        for who, mine in self.probabilities.items():
            mine[points] = _wider(small.probabilities[who], self.width, len(points), _NAN)
        for kind, arrays in self.kinds.items():
            for name, column in getattr(small, kind).items():
                arrays[name][points] = _wider(column, self.width, len(points), filler(kind))

    def block(self) -> PointBlock:
        """Return the finished block."""
        most = int(self.count.max(initial=0))
        if most < self.width:  # the widest points turned out to have fewer, solved exactly
            self.component = self.component[:, :most].copy()
            self.probabilities = {who: p[:, :most].copy() for who, p in self.probabilities.items()}
            for arrays in self.kinds.values():
                for name in arrays:
                    arrays[name] = arrays[name][:, :most].copy()
        return PointBlock(
            valid=self.valid,
            count=self.count,
            complete=self.complete,
            engine=self.engine,
            component=self.component,
            continuum=self.continuum,
            probabilities=self.probabilities,
            **self.kinds,
        )


@cache
def _keep_freed_memory() -> None:
    """Let the C library keep the memory of one block for the next.

    Fresh pages from the system cost several times what it takes to fill them.  glibc
    maps arrays, and gives memory back, beyond thresholds that follow the largest
    mapped array freed so far, up to 32 MB.  So free one of nearly that size, never touched.
    """
    import numpy as np

    np.empty(31 << 20, dtype=np.uint8)


def in_chunks(n: int, lanes: int, work: Callable[[int, int], Truths]) -> Integers:
    """Work on ``n`` points, at most ``lanes`` at a time; return the numbers of those flagged.

    ``work(start, count)`` returns which of the ``count`` points from ``start`` on are.
    """
    import numpy as np

    flagged = [np.zeros(0, dtype=np.int64)]
    for start in range(0, n, lanes):
        flagged.append(start + np.flatnonzero(work(start, min(lanes, n - start))))
    return np.concatenate(flagged)


def _wider(array: Any, width: int, done: int, filling: float) -> Any:
    import numpy as np

    n, old, *more = array.shape
    result = np.empty((n, width, *more), dtype=array.dtype)
    result[:done, :old] = array[:done]
    result[:done, old:] = filling
    return result
