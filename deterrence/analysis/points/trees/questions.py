"""What is asked of the equilibrium of a tree: outcomes, measures and statements.

How often an outcome or a move occurs is a column of backward induction
(:mod:`deterrence.analysis.points.kernel.induction`), and so is a measure that is a sum of
probabilities of outcomes.  Every other measure, and every statement, is a program over
columns, whose errors are known.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from deterrence.algebra.expressions import Expression
from deterrence.analysis.points.kernel.formulas import Formulas, Polynomial
from deterrence.analysis.points.kernel.graph import UNIT, Graph, guards
from deterrence.analysis.points.kernel.program import Machine, Program, reachable
from deterrence.analysis.points.kernel.programs import formulas_of
from deterrence.game.tree.play import leaf_name

if TYPE_CHECKING:
    from deterrence.analysis.points.kernel.induction import Induction
    from deterrence.analysis.points.solver import PointSolver

#: What a column counts: outcomes (``P``), or the moves of a player with a name (``prob``).
Key = tuple[str, Any]
#: ("measures", "war") and the like.
Name = tuple[str, str]


class Questions:
    """The columns that a solver's questions need, and the programs over them.

    ``columns[c][k]`` is the node of the graph (one or zero) for what column ``c``, after
    those of the payoffs, counts at node ``k`` of the tree.
    """

    def __init__(self, solver: PointSolver, graph: Graph, *, compiled: bool) -> None:
        self.solver = solver
        tree = solver.model.tree
        assert tree is not None
        self.players = tree.players
        self._keys: dict[Key, int] = {}
        #: Answers that are a column as it is.
        self.direct: dict[Name, int] = {}
        asked: dict[Name, Expression] = {
            ("outcomes", o): Expression("query", "P", o) for o in solver.outcomes
        }
        asked |= {("measures", m.name): m.expression for m in solver.measures}
        asked |= {("truths", text): e for text, e in solver.statements}
        self.other: dict[Name, Expression] = {}
        for name, e in asked.items():
            labels = _summed(e)
            if labels is not None:
                self.direct[name] = self._column(("P", labels))
            elif e.op == "query" and e.args[0] != "P" and name[0] == "measures":
                self.direct[name] = self._asked(*e.args)
            else:
                self.other[name] = e
        self._program = _Program(self, compiled=compiled) if self.other else None
        self.columns = [self._counted(graph, key) for key in self._keys]

    def _column(self, key: Key) -> int:
        return self._keys.setdefault(key, len(self._keys)) + len(self.players)

    def _asked(self, kind: str, *labels: str) -> int:
        """Return the column of a query."""
        if kind == "payoff":
            return self.players.index(labels[0])
        return self._column(("P", frozenset(labels)) if kind == "P" else ("prob", labels))

    def _counted(self, graph: Graph, key: Key) -> list[int]:
        """Return what a column counts at every node of the tree."""
        tree = self.solver.model.tree
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
        self, induction: Induction, inputs: Mapping[str, Any], count: int
    ) -> Iterator[tuple[str, str, Any, Any]]:
        """Yield kind, name, values and which of them floats leave open, for every question."""
        for (kind, name), column in self.direct.items():
            yield kind, name, induction.value(column, count), False
        if self._program is not None:
            yield from self._program.ask(induction, inputs, count)


class _Program:
    """Answers that are computed from columns."""

    def __init__(self, questions: Questions, *, compiled: bool) -> None:
        solver = questions.solver
        self.graph = graph = Graph()
        self.inputs: dict[int, str] = {}
        formulas: Formulas = formulas_of(solver, graph)

        def query(kind: str, *labels: str) -> Polynomial:
            column = questions._asked(kind, *labels)
            name = self.inputs.setdefault(column, f"column {column}")
            return {((graph.given(name, f"size of {name}"), 1),): Fraction(1)}

        formulas.query = query
        self.varying = solver.varying
        self.answers = {name: formulas.node(e) for name, e in questions.other.items()}
        self.guards = guards(graph)
        self.program = Program(graph, [*self.answers.values(), *self.guards])
        lanes = max(64, min(8192, 8_000_000 // (8 * self.program.size)))
        self.machine = Machine(self.program, lanes // 64 * 64, compiled=compiled)
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
        self, induction: Induction, inputs: Mapping[str, Any], count: int
    ) -> Iterator[tuple[str, str, Any, Any]]:
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
