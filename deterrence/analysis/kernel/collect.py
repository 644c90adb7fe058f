"""Chunks of equilibria as one padded block."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from deterrence.analysis.kernel.batch import Batch, pattern_components
from deterrence.analysis.points import COMPILED, EXACT, OUTSIDE, Block, ExactPoint

if TYPE_CHECKING:
    from deterrence.analysis.points import PointSolver


def solve_compiled(
    solver: PointSolver, batch: Batch, columns: Mapping[str, Any], exact: ExactPoint | None, n: int
) -> Block:
    """Solve all points; see :meth:`PointSolver.solve`."""
    import numpy as np

    from deterrence.analysis.exactly import answers_at, gather

    table = _Table(solver, n)
    components = _Components(batch.game.pairs)
    flagged = []
    for start, chunk, answers in batch.chunks(columns, n):
        count = len(chunk.flagged)
        flagged.append(start + np.flatnonzero(chunk.flagged))
        solved = ~(chunk.flagged | chunk.outside)
        table.engine[start : start + count] = np.where(solved, COMPILED, OUTSIDE)
        table.valid[start : start + count] = ~chunk.outside
        counts = np.where(solved, chunk.counts, 0)
        table.count[start : start + count] = counts
        table.widen(int(counts.max(initial=0)))
        if not solved.all():
            keep = solved[chunk.lane]
            chunk.lane, chunk.pair, chunk.slot = (
                a[keep] for a in (chunk.lane, chunk.pair, chunk.slot)
            )
            chunk.strategies = (chunk.strategies[0][:, keep], chunk.strategies[1][:, keep])
            answers = {key: column[keep] for key, column in answers.items()}
        if not len(chunk.lane):
            continue
        place = (start + chunk.lane.astype(np.int64), chunk.slot)
        component, continuum = components.find(chunk, counts)
        table.component[place] = component
        table.continuum[start : start + count] = continuum
        for side, strategy in zip(table.probabilities, chunk.strategies, strict=True):
            side[place] = strategy.T
        for (kind, name), column in answers.items():
            table.kinds[kind][name][place] = column
    points = np.concatenate(flagged) if flagged else np.zeros(0, dtype=np.int64)
    if len(points):
        small = gather(solver, answers_at(solver, columns, exact, points.tolist()))
        table.put(points, small)
    return table.block()


class _Table:
    """The arrays of a block in the making, as wide as the most equilibria so far."""

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
        self.component = np.full((n, 0), -1, dtype=np.int32)
        self.probabilities = [np.full((n, 0, len(a)), np.nan) for a in model.actions]

        def empty() -> Any:
            return np.full((n, 0), np.nan)

        self.kinds: dict[str, dict[str, Any]] = {
            "payoffs": {p: empty() for p in model.players},
            "outcomes": {o: empty() for o in solver.outcomes},
            "measures": {m.name: empty() for m in solver.measures},
            "truths": {t: np.zeros((n, 0), dtype=bool) for t, _ in solver.statements},
        }

    def widen(self, width: int) -> None:
        """Make room for points with more equilibria."""
        if width <= self.width:
            return
        self.width = width
        self.component = _wider(self.component, width, -1)
        self.probabilities = [_wider(p, width, float("nan")) for p in self.probabilities]
        for kind, arrays in self.kinds.items():
            for name in arrays:
                filler = False if kind == "truths" else float("nan")
                arrays[name] = _wider(arrays[name], width, filler)

    def put(self, points: Any, small: Block) -> None:
        """Take over the exact answers at some points."""
        self.widen(small.component.shape[1])
        here = slice(0, small.component.shape[1])
        self.valid[points], self.count[points] = small.valid, small.count
        self.complete[points], self.engine[points] = small.complete, small.engine
        self.continuum[points] = small.continuum
        self.component[points, here] = small.component
        for mine, player in zip(self.probabilities, self.players, strict=True):
            mine[points, here] = small.probabilities[player]
        for kind, arrays in self.kinds.items():
            for name, column in getattr(small, kind).items():
                arrays[name][points, here] = column

    def block(self) -> Block:
        """Return the finished block."""
        import numpy as np

        assert ((self.engine == EXACT) | (self.engine == COMPILED) == self.valid).all()
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


def _wider(array: Any, width: int, filler: Any) -> Any:
    import numpy as np

    n, old, *more = array.shape
    result = np.full((n, width, *more), filler, dtype=array.dtype)
    result[:, :old] = array
    return result


class _Components:
    """Which equilibria of a point are connected; remembered for each set of pairs."""

    def __init__(self, pairs: Sequence[tuple[int, int]]) -> None:
        self.pairs = pairs
        rows, columns = ([p[k] for p in pairs] for k in (0, 1))
        #: No two pairs ever share a strategy: all equilibria are isolated.
        self.isolated = len(set(rows)) == len(rows) and len(set(columns)) == len(columns)
        self._known: dict[bytes, tuple[tuple[int, ...], bool]] = {}

    def find(self, chunk: Any, counts: Any) -> tuple[Any, Any]:
        """Return the component of every entry, and per lane whether there is a continuum."""
        import numpy as np

        continuum = np.zeros(len(counts), dtype=bool)
        if self.isolated:
            return chunk.slot, continuum
        table = np.full((len(counts), int(counts.max())), -1, dtype=np.int32)
        table[chunk.lane, chunk.slot] = chunk.pair
        result = np.zeros_like(table)
        rows = np.ascontiguousarray(table).view(np.dtype((np.void, 4 * table.shape[1])))[:, 0]
        patterns, inverse = np.unique(rows, return_inverse=True)
        for k, pattern in enumerate(patterns):
            key = pattern.tobytes()
            present = np.frombuffer(key, dtype=np.int32)
            present = present[present >= 0]
            known = self._known.get(present.tobytes())
            if known is None:
                known = pattern_components([self.pairs[p] for p in present])
                self._known[present.tobytes()] = known
            here = inverse == k
            result[here, : len(present)] = known[0]
            continuum[here] = known[1]
        return result[chunk.lane, chunk.slot], continuum
