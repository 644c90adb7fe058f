r"""Trees with imperfect information at many points: solved once in formulas, then evaluated.

The symbolic analysis (:mod:`deterrence.symbolic.trees`) says for which parameters each
equilibrium exists, and what it leads to, as signs and quotients of polynomials.  They
are compiled; a point is believed where every sign that matters is beyond the bound
on its rounding error.  On and near boundaries, where further equilibria exist, the point
goes to :mod:`~deterrence.analysis.points.exact`: so also wherever a polynomial vanishes
on which an equilibrium depends that exists on a boundary only.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from deterrence.algebra.expressions import Expression
from deterrence.algebra.literals import Literal
from deterrence.analysis.points.block import COMPILED, KINDS, OUTSIDE, filler
from deterrence.analysis.points.kernel.bounds import bits_of
from deterrence.analysis.points.kernel.chunked import ChunkedAnswers
from deterrence.analysis.points.kernel.conditions import Conditions
from deterrence.analysis.points.kernel.formulas import FormulaReader, NodePolynomial
from deterrence.analysis.points.kernel.graph import Graph, guards
from deterrence.analysis.points.kernel.loops import loops
from deterrence.analysis.points.kernel.program import GraphProgram, Machine, lanes_for, reachable
from deterrence.analysis.points.kernel.reading import assumptions_of, reader_of
from deterrence.analysis.points.kernel.table import BlockTable
from deterrence.analysis.points.question import Asked, PointQuestion
from deterrence.errors import UnsupportedError
from deterrence.modelfile.freed import freed
from deterrence.symbolic.families import FoundFamily
from deterrence.symbolic.quotients import OpenFormError
from deterrence.symbolic.trees.analysis import analyse_tree
from deterrence.symbolic.trees.closed_forms import Assessment
from deterrence.symbolic.trees.solved import SolvedTree

if TYPE_CHECKING:
    from deterrence.analysis.points.arrays import Columns, Truths

#: Seconds for the analysis, and for the equilibria of boundaries.
TIME_LIMIT, BOUNDARIES = 60.0, 20.0
#: Formulas above this many instructions are no quicker than the exact solver.
MAX_PROGRAM = 200_000


class OpenError(Exception):
    """The symbolic analysis does not say everything that is needed."""


@dataclass(frozen=True, eq=False)
class Unit:
    """Equilibria with one result: where one exists (a truth node), and what is asked of it.

    ``answers`` are nodes; without them the result depends on what is left open.  ``members`` are
    the equilibria, each with a truth node, and whether it leaves a mixture open: such a one is a
    continuum, and so are two at one point.
    """

    exists: int
    answers: Mapping[Asked, int] | None
    members: tuple[tuple[int, bool], ...]


class SymbolicAnswers(ChunkedAnswers):
    """Closed forms; see :class:`~deterrence.analysis.points.solver.Answers`.

    Raises :class:`OpenError` where the analysis is not proven complete in its time.
    """

    def __init__(self, question: PointQuestion, *, compiled: bool) -> None:
        self.question, self.loops = question, loops(compiled)
        self.internal, walls = _analysed(question)
        self.graph = graph = Graph()
        formulas = reader_of(question, graph, FormulaReader)
        self._formulas = formulas
        algebra = self.internal.problem.algebra
        self._truths: dict[Literal, int] = {}
        assumed = assumptions_of(question, formulas)
        units = [u for family in self.internal.families for u in self._units(family)]
        # A sign that is open on a wall is enough to send the point to the exact solver.
        self.walls = [
            graph.compare("!=", formulas.node(algebra.expression(p))) for p in dict.fromkeys(walls)
        ]
        checks = self._distributions(formulas)
        self.units = units
        watched = [
            set(reachable(graph, list(u.answers.values()))) if u.answers else set() for u in units
        ]
        every = guards(graph)
        self.guards = [[g for g in every if graph.args[g][0] in nodes] for nodes in watched]
        self.conditions = Conditions(graph, assumed, [*checks, *self.walls])
        wanted = list(self.conditions.wanted)
        wanted += [n for u in units for n in (u.exists, *(m for m, _ in u.members))]
        wanted += [n for u in units for n in (u.answers or {}).values()]
        wanted += every
        self.program = GraphProgram(graph, wanted)
        if self.program.length > MAX_PROGRAM:
            raise OpenError
        order = max((sum(m) for literal in self._truths for m in literal.poly), default=1)
        self.conditions.place(self.program, bits_of(order))
        self.movers = {}
        self.lanes = lanes_for(self.program.size, 32_000_000, 4096 if compiled else 8192)
        self.machine = Machine(self.program, self.lanes, compiled=compiled)

    def _distributions(self, formulas: FormulaReader) -> list[int]:
        """Return truth nodes: chances are positive, as the analysis takes them to be."""
        zero = Expression.number(0)
        found = [
            formulas.node(Expression("compare", (">",), Expression.of(p), zero))
            for s in self.internal.problem.game.sets
            for p in s.chances
        ]
        return [n for n in dict.fromkeys(found) if n != self.graph.one]

    # ---- families ---------------------------------------------------------
    def _units(self, family: FoundFamily[Assessment]) -> list[Unit]:
        """Return a family as one unit where its members have the same answers, else each."""
        answers = [self._answers(pair) for pair in family.pairs]
        first = answers[0]
        members = tuple(
            (self._somewhere([b.open_literals for b in pair.branches]), _mixes_freely(pair))
            for pair in family.pairs
        )
        if first is not None and all(a == first for a in answers):
            return [Unit(self._somewhere(family.region), first, members)]
        return [Unit(m[0], own, (m,)) for m, own in zip(members, answers, strict=True)]

    def _somewhere(self, region: Iterable[Iterable[Literal]]) -> int:
        graph = self.graph
        terms = []
        for branch in region:
            parts = list(dict.fromkeys(self._holds(literal) for literal in branch))
            terms.append(
                graph.one
                if not parts
                else parts[0]
                if len(parts) == 1
                else graph.host("and", *parts)
            )
        return terms[0] if len(terms) == 1 else graph.host("or", *terms)

    def _holds(self, literal: Literal) -> int:
        if literal not in self._truths:
            algebra = self.internal.problem.algebra
            node = self._formulas.node(algebra.expression(literal.poly))
            self._truths[literal] = self.graph.compare(literal.sign, node)
        return self._truths[literal]

    def _answers(self, pair: Assessment) -> dict[Asked, int] | None:
        """Return the nodes of everything that is asked, None where the analysis leaves it open."""
        closed = self.internal.closed
        algebra = self.internal.problem.algebra
        base = self._formulas

        def query(*asked: str) -> NodePolynomial:
            top, bottom = closed.query(pair, *asked)
            return reader.polynomial(algebra.quotient(top, bottom))

        reader = FormulaReader(self.graph, base.constants, base.inputs, base.formulas, query)
        asked: dict[Asked, Expression] = {
            ("payoffs", p): Expression("query", "payoff", p) for p in self.question.model.players
        }
        asked |= self.question.asked
        try:
            return {name: reader.node(e) for name, e in asked.items()}
        except OpenFormError:
            return None

    # ---- points -----------------------------------------------------------
    def _chunk(self, table: BlockTable, start: int, count: int, inputs: Columns) -> Truths:
        import numpy as np

        machine, rows = self.machine, self.program.rows
        registers = machine.registers
        used = {name: x for name, x in inputs.items() if name in self.program.inputs}
        machine.run(used, count)
        outside, near = self.conditions.judge(self.loops, registers, count)
        exists = np.zeros((len(self.units), count), dtype=bool)
        for k, unit in enumerate(self.units):
            truth = registers[rows[unit.exists], :count]
            exists[k] = truth == 1.0
            near |= np.isnan(truth)
            if unit.answers is None:
                near |= exists[k]
            elif self.guards[k]:
                defined = np.logical_and.reduce(
                    [registers[rows[g], :count] == 1.0 for g in self.guards[k]]
                )
                near |= exists[k] & ~defined
        near &= ~outside
        exists &= ~(outside | near)
        counts = exists.sum(axis=0, dtype=np.int32)
        near |= (counts == 0) & ~outside  # every game has an equilibrium
        here = slice(start, start + count)
        table.widen(int(counts.max(initial=0)), start)
        table.valid[here], table.count[here] = ~outside, counts
        table.engine[here] = np.where(outside, OUTSIDE, COMPILED)
        table.component[here] = -1
        table.continuum[here] = False
        for kind in KINDS:
            for target in table.kinds[kind].values():
                target[here] = filler(kind)
        slots = np.cumsum(exists, axis=0) - 1
        for k, unit in enumerate(self.units):
            lanes = np.flatnonzero(exists[k])
            if not len(lanes) or unit.answers is None:
                continue
            slot = slots[k, lanes]
            table.component[start + lanes, slot] = slot
            held = np.array([registers[rows[node], :count][lanes] for node, _ in unit.members])
            weights = np.array([2 if mixes else 1 for _, mixes in unit.members])
            near[lanes[np.isnan(held).any(axis=0)]] = True
            table.continuum[start + lanes[weights @ (held == 1.0) > 1]] = True
            for (kind, name), node in unit.answers.items():
                values = registers[rows[node], :count][lanes]
                if kind == "truths":
                    near[lanes[np.isnan(values)]] = True
                    values = values == 1.0
                else:
                    near[lanes[~np.isfinite(values)]] = True
                table.kinds[kind][name][start + lanes, slot] = values
        return near


def _mixes_freely(pair: Assessment) -> bool:
    """Say whether an equilibrium leaves a mixture open (beliefs alone make no continuum)."""
    return any(name.startswith("_q") for name in pair.free)


def _analysed(question: PointQuestion) -> tuple[SolvedTree, list[Any]]:
    """Return the analysis with everything fixed that does not vary, and its knife-edges.

    Raises :class:`OpenError` where it is not proven complete.
    """
    model, base = question.model, question.base
    given = {*question.fixed}
    if question.scenario:
        given |= set(model.scenario(question.scenario).values)
    moving = freed(model, question.varying, {n: Fraction(base[n]) for n in question.varying})
    fixed = {
        n: v
        for n, v in base.items()
        if n not in question.varying and (n not in moving.derived or n in given)
    }
    if not all(isinstance(v, Fraction) for v in fixed.values()):
        raise OpenError
    try:
        analysis = analyse_tree(
            moving.replace(known_results=()),
            expand=True,
            fixed=fixed,
            effort=TIME_LIMIT,
            boundaries=False,
        )
    except UnsupportedError:
        raise OpenError from None
    internal = analysis.internal
    if analysis.concept != question.concept or analysis.cover != "proven":
        raise OpenError
    if not internal.problem.algebra.is_exact or internal.problem.algebra.atoms:
        raise OpenError
    if not internal.search.find_boundaries(BOUNDARIES):
        raise OpenError
    walls = [p for a in internal.search.boundary for p in a.equations]
    lower = internal.closed.unknowns.lower
    return internal, [lower(p) for p in walls]
