"""All points of a block: chunk by chunk in floats, then exactly where floats cannot tell."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from deterrence.analysis.points.exact import settled
from deterrence.analysis.points.kernel.table import BlockTable, in_chunks
from deterrence.analysis.points.question import PointQuestion

if TYPE_CHECKING:
    from deterrence.analysis.points.arrays import Columns, Integers, Truths
    from deterrence.analysis.points.block import ExactPoint, PointBlock


class ChunkedAnswers(ABC):
    """Answers in floats, of which some points are flagged.

    One of :class:`~deterrence.analysis.points.solver.Answers`.  ``movers`` are those whose
    behaviour is told, with their numbers of actions; ``lanes`` points make a chunk.
    """

    question: PointQuestion
    movers: Mapping[str, int]
    lanes: int

    def solve(self, columns: Columns, exact: ExactPoint | None, n: int) -> PointBlock:
        """Return the equilibria at ``n`` points."""
        table = BlockTable(n, self.movers, self.question.names)

        def chunk_at(start: int, count: int) -> Truths:
            varying = self.question.varying
            inputs = {name: columns[name][start : start + count] for name in varying}
            return self._chunk(table, start, count, inputs)

        flagged = in_chunks(n, self.lanes, chunk_at)
        if len(flagged):
            for points, block in self._settled(columns, exact, flagged):
                table.put(points, block)
        return table.block()

    @abstractmethod
    def _chunk(self, table: BlockTable, start: int, count: int, inputs: Columns) -> Truths:
        """Solve a chunk, write it down, and return which points need exact arithmetic."""

    def _settled(
        self, columns: Columns, exact: ExactPoint | None, points: Integers
    ) -> Iterator[tuple[Integers, PointBlock]]:
        """Yield flagged points and their answers, some at a time."""
        yield points, settled(self.question, columns, exact, points.tolist())
