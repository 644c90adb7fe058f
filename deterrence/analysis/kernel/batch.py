"""A model's equilibria at many points: games in chunks, then what is asked of each equilibrium.

What the compiled arithmetic cannot decide, or has no values for, goes to exact
arithmetic point by point (:func:`deterrence.analysis.exactly.answer_at`).
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from deterrence.analysis.kernel.facts import Facts
from deterrence.analysis.kernel.field import Field, residue
from deterrence.analysis.kernel.formulas import Formulas, Polynomial, combine, multiply
from deterrence.analysis.kernel.game import Chunk, Game, guards, sides_of
from deterrence.analysis.kernel.graph import Graph
from deterrence.analysis.kernel.program import Machine, Program
from deterrence.game.expressions import Expression, total

if TYPE_CHECKING:
    from deterrence.analysis.points import PointSolver

_SNAPPED = {residue(Fraction(v)): float(v) for v in (0, 1)}


class Batch:
    """A point solver's programs; raises what :class:`Game` raises where a model does not fit."""

    def __init__(self, solver: PointSolver, *, compiled: bool) -> None:
        model = solver.model
        self.solver = solver
        self.names = solver.varying
        graph = Graph()
        formulas = _formulas(solver, graph)
        rows, columns = (len(a) for a in model.actions)
        cells = [(i, j) for i in range(rows) for j in range(columns)]
        payoffs: list[list[list[Polynomial]]] = [
            [[{}] * columns for _ in range(rows)] for _ in model.players
        ]
        for side, flat in enumerate(model.payoff_expressions()):
            for (i, j), e in zip(cells, flat, strict=True):
                payoffs[side][i][j] = formulas.polynomial(e)
        assumptions, checks = [], []
        for a in model.assumptions:
            parts = a.children if a.op == "and" else (a,)
            assumptions += [formulas.node(part) for part in parts]
        for lottery in {cell.lottery for cell in model.cells if cell.lottery}:
            for _, chance in lottery:
                checks.append(formulas.node(Expression("compare", (">=",), chance, _ZERO)))
            rest = formulas.polynomial(total(c for _, c in lottery) - Expression.number(1))
            if rest and Field(graph).value(formulas.emit(rest)) != (0, 0):
                checks.append(graph.zero)  # no distribution, so far as one can see
        facts = Facts(formulas, model.assumptions)
        sides = sides_of(formulas, payoffs[0], payoffs[1], sign=facts.sign)
        self.game = Game(graph, sides, assumptions, checks, compiled=compiled)
        self.questions = Questions(solver, self.game, compiled=compiled)

    def chunks(self, columns: Mapping[str, Any], n: int) -> Any:
        """Yield ``(start, chunk, answers)`` for all points, flagged lanes without entries."""
        step = self.game.lanes
        for start in range(0, n, step):
            count = min(step, n - start)
            inputs = {name: columns[name][start : start + count] for name in self.names}
            chunk = self.game.solve(inputs, count)
            answers = self.questions.ask(chunk, inputs)
            yield start, chunk, answers


_ZERO = Expression.number(0)


def _formulas(solver: PointSolver, graph: Graph, **options: Any) -> Any:
    """Return the reader of a model's expressions at the points of a solver."""
    model = solver.model
    given = {*solver.varying, *solver.fixed}
    open_names = set(solver.varying)
    formulas: dict[str, Expression] = {}
    for name in model.derived:
        formula = model.parameters[name].formula
        if name not in given and formula is not None and formula.names & open_names:
            formulas[name] = formula
            open_names.add(name)
    constants = {name: v for name, v in solver.base.items() if name not in open_names}
    inputs = {name: graph.input(name) for name in solver.varying}
    kind = options.pop("kind", Formulas)
    return kind(graph, constants, inputs, formulas, **options)


class _Asking(Formulas):
    """Formulas about an equilibrium; compared differences that may vanish get a switch."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.switches: dict[int, int] = {}

    def keep(self, difference: Polynomial) -> int | None:
        if not difference:
            return None
        node = self.emit(difference)
        if node not in self.switches:
            self.switches[node] = self.graph.exact_input(f"keep {node}")
        return self.switches[node]


class Questions:
    """Payoffs, outcomes, measures and statements, for every equilibrium found."""

    def __init__(self, solver: PointSolver, game: Game, *, compiled: bool) -> None:
        import numpy as np

        model = solver.model
        self.solver, self.game = solver, game
        self.graph = graph = Graph()
        self.formulas = _formulas(solver, graph, kind=_Asking, query=self._query)
        self.cells = list(itertools.product(*(range(len(a)) for a in model.actions)))
        self.x = [graph.input(f"x {i}") for i in range(len(model.actions[0]))]
        self.y = [graph.input(f"y {j}") for j in range(len(model.actions[1]))]
        self._payoff_expressions = model.payoff_expressions()
        self._payoffs: dict[str, int] = {}
        self._chances: dict[str, int] = {}
        self.payoffs = {p: self.payoff(p) for p in model.players}
        self.outcomes = {label: self.chance(label) for label in solver.outcomes}
        self.measures = {m.name: self.formulas.node(m.expression) for m in solver.measures}
        self.truths = {text: self.formulas.node(e) for text, e in solver.statements}
        self.numbers = {**self.outcomes, **self.measures}
        self.guards = guards(graph)
        nodes = [*self.payoffs.values(), *self.numbers.values(), *self.truths.values()]
        self.program = Program(graph, [*nodes, *self.guards])
        size = 1_000_000 if compiled else 4_000_000
        lanes = max(64, min(2048 if compiled else 8192, size // (8 * self.program.size)))
        self.machine = Machine(self.program, lanes // 64 * 64, compiled=compiled)
        used = self.program.inputs
        self.params = [n for n in solver.varying if n in used]
        self.strategies = [
            [(f"{v} {k}", k) for k in range(len(nodes)) if f"{v} {k}" in used]
            for v, nodes in (("x", self.x), ("y", self.y))
        ]
        pairs = game.pairs
        self.snaps: dict[Any, Any] = {}
        self.keeps: dict[str, Any] = {}
        wanted = {n: f"keep {n}" for n in self.formulas.switches if f"keep {n}" in used}
        exact = {n: np.full(len(pairs), np.nan) for n in {*self.numbers.values()}}
        keeps = {name: np.ones(len(pairs)) for name in wanted.values()}
        for p, (i, j) in enumerate(pairs):
            field = self._field(i, j)
            for n, column in exact.items():
                column[p] = _SNAPPED.get(field.value(n), np.nan)
            for n, name in wanted.items():
                keeps[name][p] = float(field.value(n) != (0, 0))
        self.snaps = {n: c for n, c in exact.items() if not np.isnan(c).all()}
        self.keeps = keeps

    def _field(self, i: int, j: int) -> Field:
        """Return the graph in the field, at one pair of vertices."""
        v, w = self.game.vertices[0][i], self.game.vertices[1][j]
        given = {f"x {k}": (0, 0) for k in range(len(self.x))}
        given |= {f"y {k}": (0, 0) for k in range(len(self.y))}
        given |= {f"x {a}": r for a, r in zip(v.support, v.residues, strict=True)}
        given |= {f"y {a}": r for a, r in zip(w.support, w.residues, strict=True)}
        return Field(self.graph, given)

    # ---- queries ------------------------------------------------------
    def _query(self, kind: str, *labels: str) -> int:
        model = self.solver.model
        if kind == "P":
            return self.chance(labels[0])
        if kind == "payoff":
            return self.payoff(labels[0])
        side = model.players.index(labels[0])
        return (self.x, self.y)[side][model.actions[side].index(labels[1])]

    def payoff(self, player: str) -> int:
        """Return the node of a player's expected payoff."""
        if player not in self._payoffs:
            graph, side = self.graph, self.solver.model.players.index(player)
            width = len(self.y)
            flat = [self.formulas.node(e) for e in self._payoff_expressions[side]]
            value = graph.zero
            for i, x in enumerate(self.x):
                # Equal payoffs are multiplied once, by the sum of their chances.
                groups: dict[int, int] = {}
                for y, u in zip(self.y, flat[i * width : (i + 1) * width], strict=True):
                    groups[u] = graph.add(groups[u], y) if u in groups else y
                row = graph.zero
                for u, chance in groups.items():
                    row = graph.add(row, graph.mul(u, chance))
                value = graph.add(value, graph.mul(x, row))
            self._payoffs[player] = value
        return self._payoffs[player]

    def chance(self, label: str) -> int:
        """Return the node of an outcome's probability."""
        if label not in self._chances:
            model = self.solver.model
            p: Polynomial = {}
            for cell, name, (i, j) in zip(
                model.cells, model.cell_names(), self.cells, strict=True
            ):
                for outcome, weight in cell.lottery or ((name, Expression.number(1)),):
                    if outcome == label:
                        both = {tuple(sorted(((self.x[i], 1), (self.y[j], 1)))): Fraction(1)}
                        p = combine(p, multiply(both, self.formulas.polynomial(weight)))
            self._chances[label] = self.formulas.emit(p)
        return self._chances[label]

    # ---- answers ------------------------------------------------------
    def ask(self, chunk: Chunk, inputs: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return ``(kind, name) -> value per entry``; flag lanes whose answers are open.

        Entries of lanes that get flagged here are still listed.
        """
        import numpy as np

        total_ = len(chunk.lane)
        columns = {
            **{("payoffs", p): (n, np.empty(total_)) for p, n in self.payoffs.items()},
            **{("outcomes", o): (n, np.empty(total_)) for o, n in self.outcomes.items()},
            **{("measures", m): (n, np.empty(total_)) for m, n in self.measures.items()},
            **{("truths", t): (n, np.empty(total_)) for t, n in self.truths.items()},
        }
        step = self.machine.lanes
        for start in range(0, total_, step):
            here = slice(start, min(start + step, total_))
            lane, pair = chunk.lane[here], chunk.pair[here]
            given = {name: np.asarray(inputs[name])[lane] for name in self.params}
            for names, strategy in zip(self.strategies, chunk.strategies, strict=True):
                given |= {name: strategy[k, here] for name, k in names}
            given |= {name: keep[pair] for name, keep in self.keeps.items()}
            self.machine.run(given, len(lane))
            registers, rows = self.machine.registers, self.program.rows
            for n, column in columns.values():
                column[here] = registers[rows[n], : len(lane)]
            for n in self.guards:
                truth = registers[rows[n], : len(lane)]
                if not (truth == 1.0).all():
                    chunk.flagged[lane[truth != 1.0]] = True
        for kind_name, (n, column) in columns.items():
            if n in self.snaps and kind_name[0] in ("outcomes", "measures"):
                known = self.snaps[n][chunk.pair]
                np.copyto(column, known, where=~np.isnan(known))
            if not np.isfinite(column).all():
                chunk.flagged[chunk.lane[~np.isfinite(column)]] = True
        return {key: column for key, (_, column) in columns.items()}


def pattern_components(pairs: Sequence[tuple[int, int]]) -> tuple[tuple[int, ...], bool]:
    """Return the component of each pair, and whether one component holds several."""
    from deterrence.solvers.components import group_pairs

    number = {
        pair: k for k, group in enumerate(group_pairs(list(pairs))) for pair in group.pairs
    }
    order = {k: n for n, k in enumerate(dict.fromkeys(number[p] for p in pairs))}
    found = tuple(order[number[p]] for p in pairs)
    return found, len(set(found)) < len(found)
