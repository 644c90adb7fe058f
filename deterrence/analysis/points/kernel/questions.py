r"""Payoffs, outcomes, measures and statements, for every equilibrium found.

Three ways, the quickest that does:

- A quantity that is linear in the probabilities of cells, as payoffs, outcomes and
  most measures are, has a value :math:`c_{ij}` per cell, computed once for all equilibria
  of a point; an equilibrium's is :math:`\sum_i x_i \sum_j y_j c_{ij}`.
- A statement about an equilibrium in pure strategies is one about a cell.
- Everything else is a program over the equilibria, with their probabilities as inputs.

Answers that are the same for all parameter values at a pair of vertices are found
in the field beforehand: what is exactly 0 or 1 is given as that, and a compared
difference that is identically zero is not left to rounding.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from deterrence.algebra.expressions import Expression
from deterrence.analysis.points.kernel.field import (
    ZERO,
    ResidueField,
    Residues,
    SingularError,
    plus,
    residue,
    times,
)
from deterrence.analysis.points.kernel.formulas import (
    FormulaReader,
    NodePolynomial,
    combine,
    multiply,
    variable,
)
from deterrence.analysis.points.kernel.game import Game, PerCell
from deterrence.analysis.points.kernel.graph import UNIT, Graph, guards
from deterrence.analysis.points.kernel.program import GraphProgram, Machine, lanes_for, reachable
from deterrence.analysis.points.kernel.reading import reader_of
from deterrence.analysis.points.question import Asked, PointQuestion

if TYPE_CHECKING:
    from deterrence.analysis.points.arrays import Columns, Floats, Integers, Truths
    from deterrence.analysis.points.kernel.game import Chunk
    from deterrence.analysis.points.kernel.structure import StructuralVertex

_SNAPPED = {residue(Fraction(v)): float(v) for v in (0, 1)}


class MatrixQuestions:
    """What is asked of each equilibrium of a solver's model."""

    def __init__(
        self,
        question: PointQuestion,
        graph: Graph,
        formulas: FormulaReader,
        payoffs: Sequence[Sequence[Sequence[NodePolynomial]]],
    ) -> None:
        model = question.model
        self.question, self.game_graph = question, graph
        self.formulas, self.payoffs = formulas, payoffs
        self.cells = list(itertools.product(*(range(len(a)) for a in model.actions)))
        self.linear: dict[Asked, PerCell] = {}
        self.pure: dict[str, PerCell] = {}
        self._readers = [self._reader(k) for k in range(len(self.cells))]
        for side, player in enumerate(model.players):
            rows = payoffs[side]
            nodes = [formulas.emit(rows[i][j]) for i, j in self.cells]
            self.linear["payoffs", player] = PerCell(nodes)
        self.other: dict[Asked, Expression] = {}
        for name, e in question.asked.items():
            truth = name[0] == "truths"
            found = self._per_cell(e) if truth or _is_linear(e) else None
            if truth and found is not None:
                self.pure[name[1]] = found
            if truth or found is None:
                self.other[name] = e
            else:
                self.linear[name] = found
        per_cell = (*self.linear.values(), *self.pure.values())
        self.cell_nodes = [n for quantity in per_cell for n in quantity.nodes]
        self.program: GraphProgram | None = None

    # ---- cells --------------------------------------------------------
    def _reader(self, k: int) -> FormulaReader:
        """Return a reader of expressions in which cell ``k`` has happened."""
        model, formulas = self.question.model, self.formulas
        i, j = self.cells[k]
        cell, name = model.cells[k], model.cell_names()[k]
        lottery = cell.lottery or ((name, Expression.number(1)),)

        def query(kind: str, *labels: str) -> NodePolynomial:
            if kind == "P":
                p: NodePolynomial = {}
                for label, chance in lottery:
                    if label == labels[0]:
                        p = combine(p, formulas.polynomial(chance))
                return p
            side = model.players.index(labels[0])
            if kind == "payoff":
                return self.payoffs[side][i][j]
            played = model.actions[side][(i, j)[side]] == labels[1]
            return {(): Fraction(1)} if played else {}

        return FormulaReader(
            formulas.graph, formulas.constants, formulas.inputs, formulas.formulas, query
        )

    def _per_cell(self, e: Expression) -> PerCell | None:
        """Return an expression's value in every cell, None where it may have none."""
        graph = self.game_graph
        before = len(graph.nonzero), len(graph.positive)
        nodes = [reader.node(e) for reader in self._readers]
        if (len(graph.nonzero), len(graph.positive)) != before:
            del graph.nonzero[before[0] :], graph.positive[before[1] :]
            return None
        return PerCell(nodes)

    # ---- structure ----------------------------------------------------
    def prepare(self, game: Game) -> None:
        """Find out what is so for all parameter values at each pair of vertices of the game."""
        import numpy as np

        self.game = game
        field = ResidueField(self.game_graph)
        for quantity in (*self.linear.values(), *self.pure.values()):
            quantity.registers = game.rows_of(quantity.nodes)
        for name, quantity in self.linear.items():
            quantity.known = np.full(len(game.pairs), -1.0)
            if name[0] == "payoffs":
                continue
            values = [field.value(n) for n in quantity.nodes]
            for p, (v, w) in enumerate(self._ends()):
                quantity.known[p] = _SNAPPED.get(self._mean(values, v, w), -1.0)
        if self.other:
            self._program()

    def _ends(self) -> list[tuple[StructuralVertex, StructuralVertex]]:
        first, second = self.game.vertices
        return [(first[i], second[j]) for i, j in self.game.pairs]

    def _mean(
        self, values: Sequence[Residues], v: StructuralVertex, w: StructuralVertex
    ) -> Residues:
        total, width = ZERO, self.cells[-1][1] + 1
        for i, x in zip(v.support, v.residues, strict=True):
            for j, y in zip(w.support, w.residues, strict=True):
                total = plus(total, times(times(x, y), values[i * width + j]))
        return total

    # ---- programs over equilibria -------------------------------------
    def _program(self) -> None:
        model = self.question.model
        self.graph = graph = Graph()
        self._asking = reader_of(self.question, graph, _Asking)
        self._asking.query = self._query
        self.x, self.y = (
            [graph.given(f"{letter} {k}", f"size of {letter} {k}") for k in range(len(a))]
            for letter, a in zip("xy", model.actions, strict=True)
        )
        self._nodes: dict[Asked, int] = {}
        self.answers = {name: self._asking.node(e) for name, e in self.other.items()}
        self.guards = guards(graph)
        self.program = GraphProgram(graph, [*self.answers.values(), *self.guards])
        lanes = lanes_for(self.program.size, 8_000_000, 8192)
        self.machine = Machine(self.program, lanes, compiled=self.game.compiled)
        #: Pure equilibria are asked here only what cells do not answer.
        self._all_entries = any(kind != "truths" for kind, _ in self.answers) or any(
            text not in self.pure for kind, text in self.answers if kind == "truths"
        )
        self._find_known(self.program.inputs)

    def _find_known(self, used: Mapping[str, int]) -> None:
        """Set ``known`` answers, differences to ``keep`` and divisors to watch, per pair."""
        import numpy as np

        graph, count = self.graph, len(self.game.pairs)
        switches = {n: s for n, s in self._asking.switches.items() if s in used}
        numbers = {n for name, n in self.answers.items() if name[0] != "truths"}
        self.known = {n: np.full(count, -1.0) for n in numbers}
        self.keeps = {name: np.ones(count) for name in switches.values()}
        self.watched = {n: np.ones(count, dtype=bool) for n in self.guards}
        # Only measures may lack a value, and only where no case distinction could save it.
        plain = {n for n in numbers if all(graph.ops[a] != "if" for a in reachable(graph, [n]))}
        others = [n for n in self.answers.values() if n not in plain]
        needed = set(reachable(graph, others))

        for p, (v, w) in enumerate(self._ends()):
            values = _Attempts(self._field(v, w))
            for n, column in self.known.items():
                missing = np.nan if n in plain else -1.0
                column[p] = values.find(n, lambda r: _SNAPPED.get(r, -1.0), missing)
            for n, name in switches.items():
                self.keeps[name][p] = values.find(n, lambda r: float(r != (0, 0)), 1.0)
            for n, watch in self.watched.items():
                divisor = graph.args[n][0]
                if divisor not in needed:
                    watch[p] = values.find(divisor, lambda r: float(r != (0, 0)), 1.0) == 1.0

    def _field(self, v: StructuralVertex, w: StructuralVertex) -> ResidueField:
        """Return the graph in the field, at one pair of vertices."""
        given = {f"x {k}": (0, 0) for k in range(len(self.x))}
        given |= {f"y {k}": (0, 0) for k in range(len(self.y))}
        given |= {f"x {a}": r for a, r in zip(v.support, v.residues, strict=True)}
        given |= {f"y {a}": r for a, r in zip(w.support, w.residues, strict=True)}
        return ResidueField(self.graph, given)

    def _query(self, kind: str, *labels: str) -> NodePolynomial:
        model = self.question.model
        if kind == "prob":
            side = model.players.index(labels[0])
            return variable((self.x, self.y)[side][model.actions[side].index(labels[1])])
        name = (kind, labels[0])
        if name not in self._nodes:
            asking = self._asking
            flat: list[NodePolynomial] = []
            if kind == "payoff":
                side = model.players.index(labels[0])
                flat = [asking.polynomial(e) for e in model.payoff_expressions()[side]]
            else:
                for cell, own in zip(model.cells, model.cell_names(), strict=True):
                    p: NodePolynomial = {}
                    for outcome, chance in cell.lottery or ((own, Expression.number(1)),):
                        if outcome == labels[0]:
                            p = combine(p, asking.polynomial(chance))
                    flat.append(p)
            value: NodePolynomial = {}
            for (i, j), p in zip(self.cells, flat, strict=True):
                both = multiply(variable(self.x[i]), variable(self.y[j]))
                value = combine(value, multiply(both, p))
            self._nodes[name] = asking.emit(value)
        node = self._nodes[name]
        return {} if node == self.graph.zero else variable(node)

    def ask(
        self, chunk: Chunk, strategies: Sequence[Floats], inputs: Columns
    ) -> dict[Asked, Floats]:
        """Return the answers per entry that cells do not give; flag lanes where they are open.

        ``strategies`` are the players' probabilities as written.
        """
        import numpy as np

        if self.program is None:
            return {}
        result = {name: np.empty(len(chunk.lane)) for name in self.answers}
        pairs = chunk.pair
        cell = self.game.lookup[0][pairs]
        mixed = cell < 0
        for (kind, name), column in result.items():
            if kind == "truths" and name in self.pure:
                registers = self.pure[name].registers
                assert registers is not None
                cells = registers.ravel()[np.maximum(cell, 0)]
                column[:] = self.game.registers[cells, chunk.lane]
        entries = np.arange(len(chunk.lane)) if self._all_entries else np.flatnonzero(mixed)
        step = self.machine.lanes
        for at in range(0, len(entries), step):
            some = entries[at : at + step]
            self._run(chunk, some, pairs[some], strategies, inputs, fine=False)
            open_ = self._take(result, some, pairs[some], mixed[some])
            if open_.any():
                # Each minor's own error bound may tell what the common one left open.
                again = some[open_]
                self._run(chunk, again, pairs[again], strategies, inputs, fine=True)
                open_ = self._take(result, again, pairs[again], mixed[again])
                chunk.flagged[chunk.lane[again[open_]]] = True
        for question, column in result.items():
            known = self.known.get(self.answers[question])
            fine = np.isfinite(column)
            if known is not None:
                values = known[pairs]
                np.copyto(column, values, where=values != -1)
                fine |= values != -1
            if not fine.all():
                chunk.flagged[chunk.lane[~fine]] = True
        return result

    def _take(
        self, result: Mapping[Asked, Floats], some: Integers, pair: Integers, mixed: Truths
    ) -> Truths:
        """Take over the answers of the last run; return which entries have open ones."""
        import numpy as np

        assert self.program is not None
        registers, rows = self.machine.registers, self.program.rows
        open_ = np.zeros(len(some), dtype=bool)
        for (kind, name), column in result.items():
            values = registers[rows[self.answers[kind, name]], : len(some)]
            if kind == "truths" and name in self.pure:
                values = np.where(mixed, values, column[some])
            if kind == "truths":
                open_ |= np.isnan(values)
            column[some] = values
        for n in self.guards:
            truth = registers[rows[n], : len(some)]
            if not (truth == 1.0).all():
                open_ |= (truth != 1.0) & self.watched[n][pair]
        return open_

    def _run(
        self,
        chunk: Chunk,
        some: Integers,
        pair: Integers,
        strategies: Sequence[Floats],
        inputs: Columns,
        *,
        fine: bool,
    ) -> None:
        import numpy as np

        assert self.program is not None
        lane, slot, used = chunk.lane[some], chunk.slot[some], self.program.inputs
        given = {n: np.asarray(inputs[n])[lane] for n in self.question.varying if n in used}
        game = self.game
        errors = game.fine_errors(inputs, lane, pair) if fine else game.errors(lane, pair)
        for letter, strategy, error in zip("xy", strategies, errors, strict=True):
            for k in range(strategy.shape[2]):
                if f"{letter} {k}" in used or f"size of {letter} {k}" in used:
                    p = strategy[lane, slot, k]
                    given[f"{letter} {k}"] = p
                    given[f"size of {letter} {k}"] = np.maximum(16.0 * p, 1.01 / UNIT * error[k])
        given |= {name: keep[pair] for name, keep in self.keeps.items()}
        self.machine.run(given, len(some))


@dataclass(frozen=True)
class _Attempts:
    """Values in a field, some of which do not exist."""

    field: ResidueField

    def find(self, n: int, read: Callable[[Residues], float], otherwise: float) -> float:
        """Return what is read from a node's value, something else where it has none."""
        try:
            return read(self.field.value(n))
        except SingularError:
            return otherwise


class _Asking(FormulaReader):
    """Formulas about an equilibrium; compared differences that may vanish get a switch."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.switches: dict[int, str] = {}

    def keep(self, difference: NodePolynomial) -> int | None:
        """Return the switch of a difference: 0 where it is known to be zero."""
        if not difference:
            return None
        node = self.emit(difference)
        self.switches[node] = f"keep {node}"
        return self.graph.exact_input(f"keep {node}")


def _is_linear(e: Expression) -> bool:
    """Say whether an expression is affine in the probabilities of cells."""
    return _degree(e) <= 1


def _degree(e: Expression) -> int:
    if e.op == "query":
        return 1
    degrees = [_degree(child) for child in e.children]
    if not any(degrees):
        return 0
    if e.op in ("add", "sub", "neg"):
        return max(degrees)
    if e.op == "mul":
        return sum(degrees)
    return degrees[0] if e.op == "div" and degrees[1] == 0 else 2
