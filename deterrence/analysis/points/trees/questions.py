"""What is asked of the equilibrium of a tree: outcomes, measures and statements.

How often an outcome or a move occurs is a column of backward induction
(:mod:`deterrence.analysis.points.kernel.induction`), and so is a measure that is a sum of
probabilities of outcomes.  Every other measure, and every statement, is a program over
columns, whose errors are known.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from deterrence.algebra.expressions import Expression
from deterrence.analysis.points.kernel.formulas import FormulaReader, NodePolynomial, variable
from deterrence.analysis.points.kernel.graph import UNIT, Graph, guards
from deterrence.analysis.points.kernel.program import GraphProgram, Machine, lanes_for, reachable
from deterrence.analysis.points.kernel.reading import reader_of
from deterrence.analysis.points.question import Asked, PointQuestion
from deterrence.game.tree.play import leaf_name

if TYPE_CHECKING:
    from deterrence.analysis.points.arrays import Columns, Truths, Values
    from deterrence.analysis.points.kernel.induction import Induction

#: What a column counts: outcomes (``P``), or the moves of a player with a name (``prob``).
ColumnKey = tuple[str, Any]


class TreeQuestions:
    """The columns that a solver's questions need, and the programs over them.

    ``columns[c][k]`` is the node of the graph (one or zero) for what column ``c``, after
    those of the payoffs, counts at node ``k`` of the tree.
    """

    def __init__(self, question: PointQuestion, graph: Graph, *, compiled: bool) -> None:
        self.question = question
        tree = question.model.tree
        assert tree is not None
        self.players = tree.players
        self._keys: dict[ColumnKey, int] = {}
        #: Answers that are a column as it is.
        self.direct: dict[Asked, int] = {}
        self.other: dict[Asked, Expression] = {}
        for name, e in question.asked.items():
            labels = _summed(e)
            if labels is not None:
                self.direct[name] = self._column(("P", labels))
            elif e.op == "query" and e.args[0] != "P" and name[0] == "measures":
                self.direct[name] = self._asked(*e.args)
            else:
                self.other[name] = e
        self._program = _ColumnProgram(self, compiled=compiled) if self.other else None
        self.columns = [self._counted(graph, key) for key in self._keys]

    def _column(self, key: ColumnKey) -> int:
        return self._keys.setdefault(key, len(self._keys)) + len(self.players)

    def _asked(self, kind: str, *labels: str) -> int:
        """Return the column of a query."""
        if kind == "payoff":
            return self.players.index(labels[0])
        return self._column(("P", frozenset(labels)) if kind == "P" else ("prob", labels))

    def _counted(self, graph: Graph, key: ColumnKey) -> list[int]:
        """Return what a column counts at every node of the tree."""
        tree = self.question.model.tree
        assert tree is not None
        kind, labels = key
        found = [graph.zero] * len(tree.nodes)
        for k, node in enumerate(tree.nodes):
            if kind == "P":
                counts = node.set < 0 and leaf_name(tree, k) in labels
            else:
                above = tree.sets[tree.nodes[node.parent].set] if k else None
                counts = above is not None and labels == (above.player, above.actions[node.move])
            if counts:
                found[k] = graph.one
        return found

    def ask(
        self, induction: Induction, inputs: Columns, count: int
    ) -> Iterator[tuple[str, str, Values, Truths | bool]]:
        """Yield kind, name, values and which of them floats leave open, for every question."""
        for (kind, name), column in self.direct.items():
            yield kind, name, induction.value(column, count), False
        if self._program is not None:
            yield from self._program.ask(induction, inputs, count)


class _ColumnProgram:
    """Answers that are computed from columns."""

    def __init__(self, questions: TreeQuestions, *, compiled: bool) -> None:
        question = questions.question
        self.graph = graph = Graph()
        self.inputs: dict[int, str] = {}
        formulas = reader_of(question, graph, FormulaReader)

        def query(kind: str, *labels: str) -> NodePolynomial:
            column = questions._asked(kind, *labels)
            name = self.inputs.setdefault(column, f"column {column}")
            return variable(graph.given(name, f"size of {name}"))

        formulas.query = query
        self.varying = question.varying
        self.answers = {name: formulas.node(e) for name, e in questions.other.items()}
        self.guards = guards(graph)
        self.program = GraphProgram(graph, [*self.answers.values(), *self.guards])
        lanes = lanes_for(self.program.size, 8_000_000, 8192)
        self.machine = Machine(self.program, lanes, compiled=compiled)
        needs = {name: set(reachable(graph, [n])) for name, n in self.answers.items()}
        #: Per answer: the guards of its divisors, and whether one that is 0 leaves it without
        #: a value (a case distinction might not need it).
        self.watched = {
            name: [g for g in self.guards if graph.args[g][0] in nodes]
            for name, nodes in needs.items()
        }
        self.plain = {
            name
            for name, nodes in needs.items()
            if name[0] != "truths" and all(graph.ops[n] != "if" for n in nodes)
        }

    def ask(
        self, induction: Induction, inputs: Columns, count: int
    ) -> Iterator[tuple[str, str, Values, Truths | bool]]:
        import numpy as np

        values = {name: np.empty(count) for name in self.answers}
        open_ = {name: np.zeros(count, dtype=bool) for name in self.answers}
        rows, registers = self.program.rows, self.machine.registers
        for start in range(0, count, self.machine.lanes):
            here = slice(start, min(count, start + self.machine.lanes))
            size = here.stop - start
            given = {n: inputs[n][here] for n in self.varying if n in self.program.inputs}
            for column, name in self.inputs.items():
                x = induction.value(column, count)[here]
                error = induction.error(column, count)[here]
                given[name] = x
                given[f"size of {name}"] = np.maximum(16.0 * np.abs(x), 1.01 / UNIT * error)
            given = {n: x for n, x in given.items() if n in self.program.inputs}
            self.machine.run(given, size)
            for asked, node in self.answers.items():
                found = registers[rows[node], :size].copy()
                doubtful = np.isnan(found) if asked[0] == "truths" else ~np.isfinite(found)
                none = np.zeros(size, dtype=bool)
                for g in self.watched[asked]:
                    truth = registers[rows[g], :size]
                    doubtful |= truth != 1.0
                    none |= truth == 0.0
                if asked in self.plain:
                    found[none] = np.nan
                    doubtful &= ~none
                values[asked][here] = found
                open_[asked][here] = doubtful
        for (kind, label), numbers in values.items():
            result = numbers == 1.0 if kind == "truths" else numbers
            yield kind, label, result, open_[kind, label]


def _summed(e: Expression) -> frozenset[str] | None:
    """Return the outcomes whose probabilities a measure adds up, None if it is anything else."""
    if e.op == "query" and e.args[0] == "P":
        return frozenset({e.args[1]})
    if e.op != "add":
        return None
    left, right = map(_summed, e.children)
    if left is None or right is None or left & right:
        return None
    return left | right
