"""The symbolic analysis of a model, from its file to its regimes.

>>> from deterrence.modelfile.catalogue import load_model
>>> answer = analyse(load_model("asymmetric-bipolarity"))
>>> mixed = answer.equilibria[3]
>>> print(mixed.profile["NATO"]["escalate"], "iff", " and ".join(map(str, mixed.conditions)))
g_R/(g_R + k_R - l_R) iff k_N > l_N and k_R > l_R
>>> answer.cover, len(answer.regimes)
('proven', 4)
"""

from __future__ import annotations

import functools
import itertools
import operator
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from deterrence.algebra.expressions import Expression, total
from deterrence.errors import UsageError
from deterrence.modelfile.model import SymbolicModel
from deterrence.proving.conditions import Simplifier
from deterrence.proving.prover import Prover
from deterrence.symbolic import families as grouping
from deterrence.symbolic.closed_forms import Quotient, Quotients
from deterrence.symbolic.matrices.problem import Problem, problem_of
from deterrence.symbolic.matrices.search import Branch, Pair, Search
from deterrence.symbolic.matrices.vertices import Vertex
from deterrence.symbolic.regime_map import Cell, RegimeMap
from deterrence.symbolic.results import (
    DominanceStep,
    Family,
    Proof,
    Regime,
    RegimeAnalysis,
    SymbolicEquilibrium,
)
from deterrence.symbolic.volumes import shares

#: Seconds for the whole analysis, and for one question to the solver.
TIME_LIMIT = 60.0
QUERY_LIMIT = 1.0
#: The part of the time for questions; the rest is for writing down the answers.
_SEARCHING = 0.95
#: Pairs of vertices up to which equilibria that need an equation are listed, too.
MAX_BOUNDARY_PAIRS = 700
#: Undecided equilibria that are listed with closed forms.
MAX_DOUBTFUL = 60


#: Terms of a product of both sides' weights up to which closed forms are multiplied out.
_EXPANDED = 100
_ARITHMETIC = {
    "add": operator.add,
    "sub": operator.sub,
    "mul": operator.mul,
    "div": operator.truediv,
    "pow": operator.pow,
}


@dataclass
class Internal:
    """The parts behind an analysis, for conclusions, statics, thresholds and derivations."""

    model: SymbolicModel
    problem: Problem
    search: Search
    prover: Prover
    simplifier: Simplifier
    families: list[grouping.Family]
    map: Any  # a RegimeMap, once it is made
    pairs: list[Pair]
    closed: ClosedForms
    #: Pairs of the equilibria that come after those of ``pairs``: of boundaries, and undecided.
    others: list[Pair] = field(default_factory=list)


class ClosedForms:
    """Closed forms of pairs, each worked out once."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.quotients = Quotients(problem.algebra)
        self._chances = [
            tuple(
                (label, self.quotients.make(*problem.algebra.fraction(c))) for label, c in lottery
            )
            for lottery in problem.lotteries
        ]
        self._payoffs = [
            [self.quotients.make(*problem.algebra.fraction(u)) for u in row]
            for row in problem.payoffs
        ]
        #: The pair that was asked about last, with its outcomes.
        self._latest: tuple[Pair, Mapping[str, Quotient]] | None = None

    def strategy(self, vertex: Vertex) -> dict[int, Quotient]:
        """Return the probability of each supported action."""
        total = vertex.total
        return {
            a: self.quotients.make(w, total)
            for a, w in zip(vertex.support, vertex.weights, strict=True)
        }

    def payoff(self, pair: Pair, player: int) -> Quotient:
        """Return a player's payoff: that of any supported action against the other's strategy."""
        q, width = self.quotients, self.problem.shape[1]
        other = pair.column if player == 0 else pair.row
        mine = (pair.row if player == 0 else pair.column).support[0]
        terms = []
        for action, chance in self.strategy(other).items():
            cell = mine * width + action if player == 0 else action * width + mine
            terms.append(q.multiply(chance, self._payoffs[player][cell]))
        return q.total(terms)

    def outcomes(self, pair: Pair) -> dict[str, Quotient]:
        """Return the probability of every outcome that can happen."""
        q, width = self.quotients, self.problem.shape[1]
        rows, columns = self.strategy(pair.row), self.strategy(pair.column)
        terms: dict[str, list[Quotient]] = {}
        for i, x in rows.items():
            # Columns with the same lottery share one term: their probabilities are added first.
            by_lottery: dict[Any, list[Quotient]] = {}
            for j, y in columns.items():
                by_lottery.setdefault(self._chances[i * width + j], []).append(y)
            for lottery, chances in by_lottery.items():
                weight = q.multiply(x, q.total(chances))
                for label, chance in lottery:
                    terms.setdefault(label, []).append(q.multiply(weight, chance))
        return {label: q.total(parts) for label, parts in terms.items()}

    def query(self, pair: Pair, kind: str, *labels: str) -> Quotient:
        """Return the closed form of a query of measures: ``P``, ``payoff`` or ``prob``."""
        problem, zero = self.problem, self.quotients.zero
        if kind == "P":
            if self._latest is None or self._latest[0] is not pair:
                self._latest = pair, self.outcomes(pair)
            return self._latest[1].get(labels[0], zero)
        player = problem.players.index(labels[0])
        if kind == "payoff":
            return self.payoff(pair, player)
        strategy = self.strategy((pair.row, pair.column)[player])
        return strategy.get(problem.actions[player].index(labels[1]), zero)

    def measures(self, pair: Pair, outcomes: Mapping[str, Quotient]) -> dict[str, Quotient | None]:
        """Return every measure; None where it is no quotient of polynomials."""
        self._latest = pair, outcomes
        evaluate = self.quotients.evaluate
        return {
            m.name: evaluate(m.expression, functools.partial(self.query, pair))
            for m in self.problem.measures
        }


def analyse(
    model: SymbolicModel,
    *,
    expand: bool = False,
    fixed: Mapping[str, Any] | None = None,
    time_limit: float = TIME_LIMIT,
    isolate: str = "",
    boundaries: bool = True,
) -> RegimeAnalysis:
    """Solve a two-player model symbolically: equilibria, families and regimes.

    ``expand`` puts the formulas of derived parameters in; ``fixed`` fixes some
    parameters at numbers; ``isolate`` names a parameter that linear conditions
    are solved for.  What is not decided within ``time_limit`` seconds is
    reported as unknown.  Raises :class:`UnsupportedError` for other than two
    players, :class:`UsageError` for assumptions that contradict each other.
    """
    start = time.monotonic()
    problem = problem_of(model, expand=expand, fixed=fixed)
    prover = prover_of(
        problem,
        start + time_limit * _SEARCHING,
        scales=problem.scales(),
        payoffs=[*zip(*problem.row, strict=True), *problem.column],
    )
    simplifier = Simplifier(prover, leading=model.derived)
    search = Search(problem.row, problem.column, prover, simplifier).run()
    found = grouping.group(search.pairs, problem.cell_keys(), problem.algebra.names, simplifier)
    found.sort(key=_reading_order)
    pairs = [pair for family in found for pair in family.pairs]
    closed = ClosedForms(problem)
    internal = Internal(model, problem, search, prover, simplifier, found, None, pairs, closed)
    writer = Writer(internal, isolate)
    messages: list[str] = []
    extra: list[Pair] = []
    if boundaries:
        extra, note = search.boundary_pairs(MAX_BOUNDARY_PAIRS)
        messages += [note] if note else []
    equilibria = [writer.equilibrium(k, pair) for k, pair in enumerate(pairs)]
    equilibria += [
        writer.equilibrium(len(pairs) + k, pair, boundary=True) for k, pair in enumerate(extra)
    ]
    doubtful = search.undecided_pairs()
    internal.others = [*extra, *doubtful[:MAX_DOUBTFUL]]
    equilibria += [
        writer.equilibrium(len(equilibria) + k, pair, outside=True)
        for k, pair in enumerate(doubtful[:MAX_DOUBTFUL])
    ]
    regimes = writer.regimes()
    regime_map = internal.map
    if not problem.algebra.is_exact:
        messages.append("exp, log or powers occur: impossibility is proven, witnesses are sampled")
    if search.truncated:
        messages.append("the time ran out before all strategies were formed: some are missing")
    if search.undecided:
        listed = min(len(doubtful), MAX_DOUBTFUL)
        messages.append(
            f"{len(search.undecided)} pairs of supports are undecided within the time; "
            f"{listed} are listed as equilibria whose existence is unknown"
        )
    if regime_map.unknown:
        messages.append(f"{len(regime_map.unknown)} combinations of equilibria are undecided")
    branching = _branches_in_payoffs(problem)
    if branching:
        messages.append(
            "min, max, abs, sqrt or if occur: equilibria that need such a function to take one of "
            "its values are listed among those of boundaries, and regimes do not tell them apart"
        )
    complete = not (search.truncated or search.undecided or regime_map.unknown or branching)
    return RegimeAnalysis(
        model=model.name,
        title=model.title,
        players=problem.players,
        symbols=problem.symbols,
        assumptions=(*problem.equations, *problem.assumptions),
        equilibria=tuple(equilibria),
        families=tuple(writer.family(k, f) for k, f in enumerate(found)),
        regimes=tuple(regimes),
        cover="proven" if complete else "unknown",
        disjoint="proven" if all(r.proof == "proven" for r in regimes) else "unknown",
        dominated=tuple(writer.step(s) for s in search.dominated),
        messages=tuple(messages),
        seconds=time.monotonic() - start,
        internal=internal,
    )


def prover_of(problem: Any, deadline: float, **options: Any) -> Prover:
    """Return the prover of a problem, of a matrix or a tree.

    Raises :class:`UsageError` for assumptions that contradict each other.
    """
    prover = Prover(
        problem.algebra,
        problem.assumptions,
        problem.bounds,
        timeout=QUERY_LIMIT,
        deadline=deadline,
        seeds=[problem.defaults] if set(problem.defaults) >= set(problem.symbols) else (),
        nonzero=problem.nonzero,
        **options,
    )
    if prover.decide([]).verdict == "impossible":
        raise UsageError(
            f"no parameter values satisfy all the assumptions of {problem.name}",
            remedy="drop or change one of them",
        )
    return prover


def _reading_order(family: grouping.Family) -> tuple[Any, ...]:
    pair = min(family.essential, key=lambda p: len(p.row.support) + len(p.column.support))
    size = len(pair.row.support) + len(pair.column.support)
    return size, pair.row.support, pair.column.support


class Writer:
    """Writes internal objects as results in the words of the model."""

    internal: Any
    problem: Any

    def __init__(self, internal: Any, isolate: str) -> None:
        self.internal, self.isolate = internal, isolate
        self.problem, self.closed = internal.problem, internal.closed
        self.position = {id(pair): k for k, pair in enumerate(internal.pairs)}
        self.family_of = {id(pair): k for k, f in enumerate(internal.families) for pair in f.pairs}

    def text(self, q: Quotient, point: Mapping[str, Any] | None) -> Expression:
        """Return a quotient as an expression, its factors positive at a point."""
        written: Expression = self.closed.quotients.expression(q, point)
        return written

    def equilibrium(
        self, number: int, pair: Pair, *, boundary: bool = False, outside: bool = False
    ) -> SymbolicEquilibrium:
        """Return a pair with its closed forms."""
        problem = self.problem
        sides = (self.closed.strategy(pair.row), self.closed.strategy(pair.column))
        zero = Expression.number(0)
        branches = (*pair.branches, *pair.extra)
        witness = next((b.decision.witness for b in branches if b.decision.witness), None)
        decided = any(b.decision.verdict == "possible" for b in pair.branches)
        profile = {
            p: {label: self.text(s[k], witness) if k in s else zero for k, label in enumerate(a)}
            for p, a, s in zip(problem.players, problem.actions, sides, strict=True)
        }
        large = len(pair.row.total) * len(pair.column.total) > _EXPANDED
        if large or self.internal.prover.expired:
            payoffs, outcomes = self._composed(profile)
            measures = self._answers(payoffs, outcomes, profile)
        else:
            payoffs = {
                p: self.text(self.closed.payoff(pair, k), witness)
                for k, p in enumerate(problem.players)
            }
            chances = self.closed.outcomes(pair)
            outcomes = {o: self.text(q, witness) for o, q in chances.items() if q[0]}
            measures = {
                m: None if q is None else self.text(q, witness)
                for m, q in self.closed.measures(pair, chances).items()
            }
        return SymbolicEquilibrium(
            id=number,
            support={
                p: tuple(a[k] for k in sorted(s))
                for p, a, s in zip(problem.players, problem.actions, sides, strict=True)
            },
            profile=profile,
            payoffs=payoffs,
            outcomes=outcomes,
            measures=measures,
            conditions=self.branches(branches),
            proof=self.proof(decided),
            witness=witness,
            family=-1 if boundary or outside else self.family_of[id(pair)],
            boundary=boundary,
        )

    def proof(self, decided: bool) -> Proof:
        """Say how far it is certain that an equilibrium exists somewhere."""
        if not decided:
            return "unknown"
        return "proven" if self.problem.algebra.is_exact else "sampled"

    def _composed(
        self, profile: Mapping[str, Mapping[str, Expression]]
    ) -> tuple[dict[str, Expression], dict[str, Expression]]:
        """Return payoffs and outcomes as sums over cells: expanded they would be unreadable."""
        problem = self.problem
        chances = [
            x * y
            for x, y in itertools.product(*(tuple(profile[p].values()) for p in problem.players))
        ]
        payoffs = {
            p: total(c * u for c, u in zip(chances, problem.payoffs[k], strict=True))
            for k, p in enumerate(problem.players)
        }
        outcomes: dict[str, Expression] = {}
        for chance, lottery in zip(chances, problem.lotteries, strict=True):
            for label, part in lottery:
                term = chance * part
                if term != Expression.number(0):
                    outcomes[label] = outcomes[label] + term if label in outcomes else term
        return payoffs, outcomes

    def _answers(
        self,
        payoffs: Mapping[str, Expression],
        outcomes: Mapping[str, Expression],
        profile: Mapping[str, Mapping[str, Expression]],
    ) -> dict[str, Expression | None]:
        """Return the measures with their queries replaced by closed forms."""

        def answer(e: Expression) -> Expression:
            if e.op == "query":
                kind, first, *rest = e.args
                if kind == "P":
                    return outcomes.get(first, Expression.number(0))
                return payoffs[first] if kind == "payoff" else profile[first][rest[0]]
            if e.op in ("name", "number"):
                return e
            parts = [answer(a) if isinstance(a, Expression) else a for a in e.args]
            plain = {"add", "sub", "mul", "div", "pow"}
            return _ARITHMETIC[e.op](*parts) if e.op in plain else Expression(e.op, *parts)

        return {m.name: answer(m.expression) for m in self.problem.measures}

    def branches(self, branches: Sequence[Branch]) -> tuple[Expression, ...]:
        """Write branches as a list of conditions that hold together."""
        simplifier = self.internal.simplifier
        terms = [tuple(simplifier.written(c, self.isolate) for c in b.conditions) for b in branches]
        if len(terms) == 1:
            return terms[0]
        if any(not t for t in terms):
            return ()
        shared = [c for c in terms[0] if all(c in t for t in terms)]
        rest = [[c for c in t if c not in shared] for t in terms]
        if any(not t for t in rest):
            return tuple(shared)
        parts = [t[0] if len(t) == 1 else Expression("and", *t) for t in rest]
        return (*shared, Expression("or", *parts))

    def terms(self, region: Iterable[Sequence[Any]]) -> tuple[tuple[Expression, ...], ...]:
        """Write a region as a disjunction of conjunctions."""
        simplifier = self.internal.simplifier
        return tuple(
            tuple(simplifier.literal(lit, self.isolate) for lit in term) for term in region
        )

    def family(self, number: int, family: grouping.Family) -> Family:
        """Return a family in the words of the model."""
        return Family(
            number,
            tuple(self.position[id(p)] for p in family.pairs),
            tuple(self.position[id(p)] for p in family.essential),
            self.terms(family.region),
        )

    def regimes(self) -> list[Regime]:
        """Make the map of the families, and return its cells as regimes."""
        internal, problem = self.internal, self.problem
        prover, simplifier, found = internal.prover, internal.simplifier, internal.families
        regime_map = RegimeMap(prover, simplifier, [f.region for f in found]).run()
        internal.map = regime_map
        cells = sorted(regime_map.cells.values(), key=lambda c: (len(c.members), sorted(c.members)))
        for cell in cells:
            regime_map.describe(cell)
            regime_map.exclude(cell, inner_ties(cell, found, simplifier))
        parts = shares(prover, problem.bounds, problem.symbols, regime_map, cells)
        return [
            self.regime(k, cell, part)
            for k, (cell, part) in enumerate(zip(cells, parts, strict=True))
        ]

    def regime(self, number: int, cell: Cell, share: tuple[float | None, float | None]) -> Regime:
        """Return a cell of the map as a regime."""
        internal = self.internal
        members = sorted(cell.members)
        name, description = self._named(cell)
        return Regime(
            id=number,
            name=name,
            terms=self.terms(cell.conditions),
            families=tuple(members),
            equilibria=tuple(
                self.position[id(p)] for k in members for p in internal.families[k].pairs
            ),
            witness=cell.witness,
            share=share[0],
            share_error=share[1],
            proof="proven",
            description=description,
            definition=() if cell.simplified else self._definition(cell),
        )

    def _definition(self, cell: Cell) -> tuple[Expression, ...]:
        """Write a regime as what it is: some families exist, the others do not (off ties)."""
        simplifier, found = self.internal.simplifier, []
        for k, family in enumerate(self.internal.families):
            if k in cell.members:
                terms = [
                    [simplifier.literal(part, self.isolate) for part in t] for t in family.region
                ]
                if all(terms):
                    found.append(joined("or", [joined("and", t) for t in terms]))
                continue
            for term in family.region:
                parts = [simplifier.literal(part.opposite(), self.isolate) for part in term]
                found.append(joined("or", parts))
        return tuple(dict.fromkeys(found))

    def _named(self, cell: Cell) -> tuple[str | None, str]:
        """Return the model's name for a regime: one whose conditions hold all over it, off ties."""
        prover = self.internal.prover
        for regime in self.internal.model.named_regimes:
            when = [c.substitute(self.problem.replaced) for c in regime.when]
            if not all(c.names <= set(self.problem.symbols) for c in when):
                continue
            if not all(c.evaluate(cell.witness) for c in when):
                continue
            when = [c for c in when if c.names]
            if not when:
                return regime.name, regime.description
            other = prover.opposite(Expression("and", *when))
            if cell.conditions and all(
                prover.decide(term, [other]).verdict == "impossible" for term in cell.conditions
            ):
                return regime.name, regime.description
        return None, ""

    def step(self, step: Any) -> DominanceStep:
        """Return a step of iterated dominance with its labels."""
        actions = self.problem.actions[step.player]
        return DominanceStep(
            self.problem.players[step.player], actions[step.action], actions[step.by]
        )


def _branches_in_payoffs(problem: Problem) -> bool:
    """Say whether a payoff or chance has a function that is one of several polynomials."""
    used = [u for row in problem.payoffs for u in row]
    used += [chance for lottery in problem.lotteries for _, chance in lottery]
    kinds = {"min", "max", "abs", "sqrt"}
    return any(
        n.op == "if" or (n.op == "call" and n.args[0] in kinds) for u in used for n in u.walk()
    )


def inner_ties(cell: Cell, found: Sequence[grouping.Family], simplifier: Simplifier) -> list[Any]:
    """Return the polynomials without a fixed sign that must not vanish for a cell's families."""
    literals = [
        literal
        for k in cell.members
        for pair in found[k].essential
        for branch in pair.branches
        for condition in branch.conditions
        for literal in condition
    ]
    return [
        literal.poly
        for literal in dict.fromkeys(literals)
        if literal.sign == "!=" and simplifier.sign(literal.poly) is None
    ]


def joined(op: str, parts: Sequence[Expression]) -> Expression:
    """Return parts joined by ``and`` or ``or``; one part alone."""
    return parts[0] if len(parts) == 1 else Expression(op, *parts)
