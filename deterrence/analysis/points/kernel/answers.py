"""The answers about a matrix: one game, or smaller ones where parameters are 0."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING

from deterrence.analysis.points.exact import settled
from deterrence.analysis.points.kernel.chunked import ChunkedAnswers
from deterrence.analysis.points.kernel.facts import Facts
from deterrence.analysis.points.kernel.field import SingularError
from deterrence.analysis.points.kernel.formulas import FormulaReader, NodePolynomial
from deterrence.analysis.points.kernel.game import Game
from deterrence.analysis.points.kernel.graph import Graph
from deterrence.analysis.points.kernel.questions import MatrixQuestions
from deterrence.analysis.points.kernel.reading import assumptions_of, distributions, reader_of
from deterrence.analysis.points.kernel.structure import TooLargeError, sides_of
from deterrence.analysis.points.kernel.table import BlockTable
from deterrence.analysis.points.question import PointQuestion
from deterrence.errors import ExpressionError

if TYPE_CHECKING:
    from deterrence.analysis.points.arrays import Columns, Integers, Truths
    from deterrence.analysis.points.block import ExactPoint, PointBlock


class MatrixAnswers(ChunkedAnswers):
    """Programs for a model's matrix; one of :class:`~deterrence.analysis.points.solver.Answers`.

    Raises :class:`~.field.SingularError`, :class:`~.structure.TooLargeError` or
    :class:`~deterrence.errors.ExpressionError` where a model does not fit.
    """

    def __init__(self, question: PointQuestion, *, compiled: bool) -> None:
        self.question, self.compiled = question, compiled
        model = question.model
        graph = Graph()
        reader = reader_of(question, graph, FormulaReader)
        width = len(model.actions[1])
        payoffs: list[list[list[NodePolynomial]]] = []
        for flat in model.payoff_expressions():
            row = [reader.polynomial(e) for e in flat]
            payoffs.append([row[i : i + width] for i in range(0, len(row), width)])
        assumptions = assumptions_of(question, reader)
        lotteries = dict.fromkeys(cell.lottery for cell in model.cells if cell.lottery)
        checks = distributions(reader, ([p for _, p in lottery] for lottery in lotteries))
        facts = Facts(reader, model.assumptions)
        sides = sides_of(reader, payoffs[0], payoffs[1], sign=facts.sign)
        self.asking = MatrixQuestions(question, graph, reader, payoffs)
        self.game = Game(
            graph, sides, assumptions, checks, self.asking.cell_nodes, compiled=compiled
        )
        self.asking.prepare(self.game)
        self.movers, self.lanes = question.movers, self.game.lanes
        self._smaller: dict[tuple[str, ...], MatrixAnswers | None] = {}

    def _chunk(self, table: BlockTable, start: int, count: int, inputs: Columns) -> Truths:
        game, asking = self.game, self.asking
        chunk = game.solve(inputs, count)
        strategies = table.add(start, chunk, game, inputs, asking.linear)
        for (kind, name), column in asking.ask(chunk, strategies, inputs).items():
            values = column == 1.0 if kind == "truths" else column
            table.write(start, chunk, game, kind, name, values)
        return chunk.flagged

    def _settled(
        self, columns: Columns, exact: ExactPoint | None, points: Integers
    ) -> Iterator[tuple[Integers, PointBlock]]:
        """Yield flagged points and their answers, some at a time.

        Where varying parameters are 0, the ties may be those of a smaller model; whatever
        that model leaves open, and every other point, is solved exactly.
        """
        import numpy as np

        varying = self.question.varying
        patterns = np.zeros(len(points), dtype=np.int64)
        for k, name in enumerate(varying[:60]):
            patterns |= (columns[name][points] == 0.0).astype(np.int64) << k
        for pattern in np.unique(patterns).tolist():
            some = points[patterns == pattern]
            names = tuple(n for k, n in enumerate(varying[:60]) if pattern >> k & 1)
            smaller = self._where_zero(names) if names else None
            if smaller is None:
                yield some, settled(self.question, columns, exact, some.tolist())
                continue
            part = {name: columns[name][some] for name in smaller.question.varying}

            def inner(i: int, some: Integers = some) -> Mapping[str, Fraction]:
                assert exact is not None
                return exact(int(some[i]))

            yield some, smaller.solve(part, exact and inner, len(some))

    def _where_zero(self, names: tuple[str, ...]) -> MatrixAnswers | None:
        """Return what answers where some varying parameters are 0, made once."""
        if names not in self._smaller:
            question = self.question.where_zero(names)
            self._smaller[names] = (
                None if question is None else matrix_answers(question, compiled=self.compiled)
            )
        return self._smaller[names]


def matrix_answers(question: PointQuestion, *, compiled: bool) -> MatrixAnswers | None:
    """Return the programs for a model's matrix, None where only exact arithmetic does."""
    try:
        return MatrixAnswers(question, compiled=compiled)
    except (SingularError, TooLargeError, ExpressionError):
        return None
