"""Chunks of equilibria written into one padded block."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from deterrence.analysis.points.kernel.game import Chunk, Game, PerCell
    from deterrence.analysis.points.solver import Block

#: Fields of a block that hold one number, or truth value, per equilibrium and name.
KINDS = ("payoffs", "outcomes", "measures", "truths")

_NAN = float("nan")


class Table:
    """The arrays of a block (:class:`~deterrence.analysis.points.solver.Block`) in the making.

    They are as wide as the most equilibria so far.  Rows are written once, chunk
    after chunk, padding included.  ``names`` lists what each of :data:`KINDS` holds.
    """

    def __init__(
        self, n: int, players: Sequence[str], sizes: Sequence[int], names: Mapping[str, Any]
    ) -> None:
        import numpy as np

        _keep_freed_memory()
        self.n, self.width, self.players = n, 0, tuple(players)
        self.valid = np.ones(n, dtype=bool)
        self.count = np.zeros(n, dtype=np.int32)
        self.complete = np.ones(n, dtype=bool)
        self.engine = np.zeros(n, dtype=np.uint8)
        self.continuum = np.zeros(n, dtype=bool)
        self.component = np.empty((n, 0), dtype=np.int32)
        self.probabilities = [np.empty((n, 0, size)) for size in sizes]
        self.kinds: dict[str, dict[str, Any]] = {
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
        self.probabilities = [_wider(p, width, done, _NAN) for p in self.probabilities]
        for kind, arrays in self.kinds.items():
            for name in arrays:
                arrays[name] = _wider(arrays[name], width, done, _filler(kind))

    def add(
        self,
        start: int,
        chunk: Chunk,
        game: Game,
        inputs: Mapping[str, Any],
        linear: Mapping[tuple[str, str], PerCell],
    ) -> list[Any]:
        """Write a chunk's equilibria from row ``start`` on; return the strategies written.

        ``linear`` are the quantities given per cell.  Lanes whose answers stay open
        get flagged; what is written for them is no answer.
        """
        import numpy as np

        from deterrence.analysis.points.solver import COMPILED, OUTSIDE

        loops, count = game.loops, len(chunk.counts)
        here = slice(start, start + count)
        self.widen(int(chunk.counts.max(initial=0)), start)
        place = chunk.places(self.width)
        loose = np.zeros(count)
        strategies = [p[here] for p in self.probabilities]
        shares = []
        for target, table, vertex in zip(
            strategies, game.tables, (game.first, game.second), strict=True
        ):
            target[:] = np.nan
            flat = target.reshape(-1, target.shape[2])
            shares.append(np.empty((target.shape[2], len(chunk.lane))))
            loops.strategies(
                flat, chunk.lane, place, chunk.starts, vertex, game.registers,
                table.strategy_tables, shares[-1], loose,
            )  # fmt: skip
        game.check_accuracy(inputs, chunk, loose)
        for (kind, name), q in linear.items():
            target = self.kinds[kind][name][here]
            target[:] = np.nan
            loops.expect(
                target.reshape(-1), chunk.lane, place, chunk.starts, game.lookup, *shares,
                game.registers, q.registers, q.known, chunk.flagged,
            )  # fmt: skip
        game.components(chunk, place, self.component[here], self.continuum[here])
        self.count[here] = chunk.counts
        np.logical_not(chunk.outside, out=self.valid[here])
        self.engine[here] = np.where(chunk.outside, OUTSIDE, COMPILED)
        return strategies

    def write(
        self, start: int, chunk: Chunk, game: Game, kind: str, name: str, column: Any
    ) -> None:
        """Write a chunk's answers to one more question."""
        target = self.kinds[kind][name][start : start + len(chunk.counts)]
        target[:] = _filler(kind)
        game.loops.write(target.reshape(-1), chunk.places(self.width), column)

    def put(self, points: Any, small: Block) -> None:
        """Take over the answers of another block at some points."""
        self.widen(small.component.shape[1], self.n)
        self.valid[points], self.count[points] = small.valid, small.count
        self.complete[points], self.engine[points] = small.complete, small.engine
        self.continuum[points] = small.continuum
        self.component[points] = _wider(small.component, self.width, len(points), -1)
        for mine, player in zip(self.probabilities, self.players, strict=True):
            mine[points] = _wider(small.probabilities[player], self.width, len(points), _NAN)
        for kind, arrays in self.kinds.items():
            for name, column in getattr(small, kind).items():
                arrays[name][points] = _wider(column, self.width, len(points), _filler(kind))

    def block(self) -> Block:
        """Return the finished block."""
        from deterrence.analysis.points.solver import Block

        most = int(self.count.max(initial=0))
        if most < self.width:  # the widest points turned out to have fewer, solved exactly
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


def _filler(kind: str) -> Any:
    return False if kind == "truths" else _NAN


def _wider(array: Any, width: int, done: int, filler: Any) -> Any:
    import numpy as np

    n, old, *more = array.shape
    result = np.empty((n, width, *more), dtype=array.dtype)
    result[:done, :old] = array[:done]
    result[:done, old:] = filler
    return result
