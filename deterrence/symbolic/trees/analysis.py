"""The symbolic analysis of a model with a tree, from its file to its regimes.

Under perfect information the equilibria are the subgame-perfect ones; otherwise
perfect Bayesian, see :mod:`deterrence.symbolic.trees.patterns` for what that asks.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

from deterrence.algebra.expressions import Expression
from deterrence.algebra.literals import Literal
from deterrence.game.tree.extensive import ExtensiveGame
from deterrence.game.tree.play import history_text
from deterrence.modelfile.model import SymbolicModel
from deterrence.proving.conditions import Simplifier
from deterrence.proving.prover import Prover
from deterrence.symbolic import families as grouping
from deterrence.symbolic.closed_forms import Quotient
from deterrence.symbolic.matrices.analysis import TIME_LIMIT, Writer, prover_of
from deterrence.symbolic.regime_map import RegimeMap
from deterrence.symbolic.results import DominanceStep
from deterrence.symbolic.trees.closed_forms import Assessment, OpenFormError, TreeClosedForms
from deterrence.symbolic.trees.dominance import undominated
from deterrence.symbolic.trees.elimination import Elimination, Solved
from deterrence.symbolic.trees.known_results import compare
from deterrence.symbolic.trees.patterns import Patterns
from deterrence.symbolic.trees.problem import TreeProblem, tree_problem
from deterrence.symbolic.trees.results import Freedom, SymbolicAssessment, TreeAnalysis
from deterrence.symbolic.trees.search import TreeSearch
from deterrence.symbolic.trees.unknowns import Unknowns

#: The part of the time for finding equilibria; the rest is for the map.
_SEARCHING = 0.8
#: Cases of one equilibrium for which the ranges of what is open are told.
_CASES = 4
#: The part of the time for equilibria that exist on boundaries only.
_BOUNDARIES = 0.1
#: Seconds for one question about a part of a pattern, while patterns are sorted out.
_GLANCE = 0.3


@dataclass
class TreeInternal:
    """The parts behind an analysis; names as for matrices wherever a thing exists there."""

    model: SymbolicModel
    problem: TreeProblem
    search: TreeSearch
    prover: Prover
    simplifier: Simplifier
    families: list[grouping.Family]
    map: Any
    pairs: list[Assessment]
    closed: TreeClosedForms
    concept: str
    others: list[Assessment] = field(default_factory=list)


def analyse_tree(
    model: SymbolicModel,
    *,
    expand: bool = False,
    fixed: Mapping[str, Any] | None = None,
    time_limit: float = TIME_LIMIT,
    isolate: str = "",
    boundaries: bool = True,
) -> TreeAnalysis:
    """Solve a model with a tree symbolically: equilibria, families and regimes.

    Arguments and errors are those of :func:`deterrence.symbolic.matrices.analysis.analyse`;
    any number of players.  Raises :class:`UsageError` where a player forgets.
    """
    start = time.monotonic()
    problem = tree_problem(model, expand=expand, fixed=fixed)
    deadline = start + time_limit * _SEARCHING
    problem = problem.with_assumptions(_chances_positive(problem))
    prover = prover_of(problem, deadline)
    simplifier = Simplifier(prover, leading=model.derived, preferred=_chance_symbols(problem))
    actions, removed = undominated(problem, simplifier)
    unknowns = Unknowns(problem, actions)
    wide = Simplifier(unknowns.prover(timeout=_GLANCE, deadline=deadline))
    patterns = Patterns(unknowns, wide)
    search = TreeSearch(patterns, Elimination(patterns), simplifier)
    search.run()
    closed = TreeClosedForms(problem, unknowns, patterns)
    found = _families(search.assessments, closed, simplifier)
    pairs = [a for family in found for a in family.pairs]
    perfect = problem.game.is_perfect_information
    internal = TreeInternal(
        model, problem, search, prover, simplifier, found, None, pairs, closed,
        "spe" if perfect else "pbe", others=search.boundary,
    )  # fmt: skip
    prover.deadline = start + time_limit
    writer = TreeWriter(internal, isolate)
    equilibria = [writer.assessment(k, a) for k, a in enumerate(pairs)]
    regimes = writer.regimes()
    regime_map = internal.map
    looked = True
    if boundaries:
        left = min(_BOUNDARIES * time_limit, start + time_limit - time.monotonic())
        looked = left > 0 and search.find_boundaries(left)
        equilibria += [
            writer.assessment(len(pairs) + k, a, boundary=True)
            for k, a in enumerate(search.boundary)
        ]
    messages = list(_messages(search, regime_map, problem))
    if not looked:
        messages.append("equilibria that exist on boundaries only are not all listed")
    complete = not (search.truncated or search.undecided or regime_map.unknown)
    return TreeAnalysis(
        model=model.name,
        title=model.title,
        players=problem.players,  # type: ignore[arg-type]
        symbols=problem.symbols,
        assumptions=(*problem.equations, *problem.assumptions),
        equilibria=tuple(equilibria),
        families=tuple(writer.family(k, f) for k, f in enumerate(found)),
        regimes=tuple(regimes),
        cover="proven" if complete else "unknown",
        disjoint="proven" if all(r.proof == "proven" for r in regimes) else "unknown",
        dominated=tuple(
            DominanceStep(
                f"{problem.game.sets[s.set].player} at {problem.game.sets[s.set].label}",
                problem.game.sets[s.set].actions[s.action],
                problem.game.sets[s.set].actions[s.by],
            )
            for s in removed
        ),
        messages=tuple(messages),
        seconds=time.monotonic() - start,
        internal=internal,
        concept=internal.concept,
        published=compare(internal),
    )


def _messages(search: TreeSearch, regime_map: RegimeMap, problem: TreeProblem) -> list[str]:
    messages = []
    if not problem.algebra.is_exact:
        messages.append("exp, log or powers occur: impossibility is proven, witnesses are sampled")
    if search.truncated:
        messages.append("the time ran out before all patterns were looked at: some are missing")
    if search.undecided:
        reasons = ", ".join(sorted({why for _, why in search.undecided}))
        messages.append(f"{len(search.undecided)} patterns are undecided ({reasons})")
    if search.patterns.skipped:
        messages.append(
            "some outcomes are equilibrium outcomes for all assumed values: further equilibria "
            "with the same play, which differ off its path only, are not listed"
        )
    if regime_map.unknown:
        messages.append(f"{len(regime_map.unknown)} combinations of equilibria are undecided")
    return messages


def _chances_positive(problem: TreeProblem) -> list[Expression]:
    """Return that chances are positive, as far as they are formulas."""
    zero = Expression.number(0)
    found: dict[Expression, None] = {}
    for ps in problem.draws.values():
        for p in ps:
            if not p.is_ground:
                whole = p.clear_denoms()[1].set_ring(problem.algebra.ring)
                whole = whole.quo_ground(abs(int(whole.content())))
                written = problem.algebra.expression(whole)
                found[Expression("compare", ("<",), zero, written)] = None
    return list(found)


def _chance_symbols(problem: TreeProblem) -> tuple[str, ...]:
    """Return the parameters in chances: conditions are about them, where they can be."""
    used = {n for ps in problem.draws.values() for p in ps for n in _names(problem, p)}
    return tuple(n for n in problem.symbols if n in used)


def _names(problem: TreeProblem, poly: Any) -> set[str]:
    names = problem.algebra.names
    return {names[k] for powers in poly for k, e in enumerate(powers) if e}


def _families(
    assessments: list[Assessment], closed: TreeClosedForms, simplifier: Simplifier
) -> list[grouping.Family]:
    """Group equilibria by what happens in them; the simplest first."""
    buckets: dict[Any, list[Assessment]] = {}
    for a in assessments:
        buckets.setdefault(closed.results(a), []).append(a)

    def size(a: Assessment) -> tuple[Any, ...]:
        return sum(len(s) for s in a.supports.values()), sorted(a.supports.items())

    ordered = [sorted(group, key=size) for group in buckets.values()]
    ordered.sort(key=lambda group: size(group[0]))
    return [grouping.family_of(group, simplifier) for group in ordered]


def told_in_order(game: ExtensiveGame) -> list[int]:
    """Return the information sets and chance moves as a story has them: early ones first."""
    depth = [0] * len(game.nodes)
    for k, node in enumerate(game.nodes):
        if k:
            depth[k] = depth[node.parent] + 1
    return sorted(range(len(game.sets)), key=lambda s: (depth[game.sets[s].nodes[0]], s))


def inside(unknowns: Unknowns, witness: Mapping[str, Any]) -> dict[str, Any]:
    """Return a point well inside: the witness, and small chances for the unknowns."""
    return {**witness, **dict.fromkeys(unknowns.names, Fraction(1, 16))}


class TreeWriter(Writer):
    """Writes assessments as results in the words of the model."""

    def assessment(self, number: int, a: Assessment, *, boundary: bool = False) -> Any:
        """Return an assessment with its closed forms."""
        problem, closed = self.problem, self.internal.closed
        game = problem.game
        branches = (*a.branches, *a.extra)
        witness = next((b.decision.witness for b in branches if b.decision.witness), None)
        decided = any(b.decision.verdict == "possible" for b in branches)
        names = self._symbols(a)
        support: dict[str, dict[str, tuple[str, ...]]] = {p: {} for p in problem.players}
        profile: dict[str, dict[str, dict[str, Expression]]] = {p: {} for p in problem.players}
        for s in told_in_order(game):
            where = game.sets[s]
            if where.player is None:
                continue
            mix = closed.mix(a, s)
            support[where.player][where.label] = tuple(where.actions[k] for k in a.supports[s])
            profile[where.player][where.label] = {
                label: self._written(q, names, witness)
                for label, q in zip(where.actions, mix, strict=True)
            }
        payoffs, outcomes, measures = self._forms(a, witness)
        return SymbolicAssessment(
            id=number,
            support=support,  # type: ignore[arg-type]
            profile=profile,  # type: ignore[arg-type]
            payoffs=payoffs,
            outcomes=outcomes,
            measures=measures,
            conditions=self.branches(branches),
            proof=self.proof(decided),
            witness=witness,
            family=-1 if boundary else self.family_of[id(a)],
            boundary=boundary,
            beliefs=self._beliefs(a, names, witness),
            freedoms=self._freedoms(a, names, witness),
        )

    def _forms(self, a: Assessment, witness: Any) -> tuple[Any, Any, Any]:
        closed = self.internal.closed
        try:
            payoffs = {
                p: self.text(closed.payoff(a, k), witness)
                for k, p in enumerate(self.problem.players)
            }
            outcomes = {o: self.text(q, witness) for o, q in closed.outcomes(a).items()}
        except OpenFormError:
            return {}, {}, dict.fromkeys((m.name for m in self.problem.measures), None)
        measures = {
            m: None if q is None else self.text(q, witness) for m, q in closed.measures(a).items()
        }
        return payoffs, outcomes, measures

    # ---- what is open ------------------------------------------------------------------
    def _symbols(self, a: Assessment) -> dict[str, str]:
        """Return readable symbols for the unknowns that stay free."""
        taken = set(self.problem.algebra.names)
        names: dict[str, str] = {}
        for name in a.free:
            stem = "q" if name.startswith("_q") else "mu"
            k = 1
            while f"{stem}{k}" in taken:
                k += 1
            names[name] = f"{stem}{k}"
            taken.add(names[name])
        return names

    def _written(self, q: Quotient, names: Mapping[str, str], witness: Any) -> Expression:
        closed = self.internal.closed
        low = closed.lowered(q)
        if low is not None:
            return self.text(low, witness)
        point = None if witness is None else inside(closed.unknowns, witness)
        e: Expression = closed.wide.expression(q, point)
        return e.substitute({old: Expression.name(new) for old, new in names.items()})

    def _beliefs(
        self, a: Assessment, names: Mapping[str, str], witness: Any
    ) -> dict[str, dict[str, Expression]]:
        closed, game = self.internal.closed, self.problem.game
        found: dict[str, dict[str, Expression]] = {}
        for s in told_in_order(game):
            if s not in closed.patterns.open:
                continue
            where = game.sets[s]
            told = len(where.nodes) > 1 and closed.patterns.is_informed(s)
            belief = closed.belief(a, s) if told else None
            if belief is not None:
                found[where.label] = {
                    history_text(game, node): self._written(q, names, witness)
                    for node, q in zip(where.nodes, belief, strict=True)
                }
        return found

    def _freedoms(
        self, a: Assessment, names: Mapping[str, str], witness: Any
    ) -> tuple[Freedom, ...]:
        """Return the ranges of what is open, case by case where cases are distinguished."""
        found: dict[tuple[str, ...], Freedom] = {}
        for branch, way in a.ways[:_CASES]:
            ranges = {r.name: r for r in way.ranges}
            where: tuple[Expression, ...] = ()
            if len(a.ways) > 1:
                rest = [set(other.conditions) for other, _ in a.ways]
                shown = (c for c in branch.conditions if not all(c in o for o in rest))
                simplifier = self.internal.simplifier
                where = tuple(simplifier.written(c, self.isolate) for c in shown)
            for name, symbol in names.items():
                lower: tuple[Expression, ...] = (Expression.number(0),)
                upper: tuple[Expression, ...] = (Expression.number(1),)
                if name in ranges:
                    lower, upper = (
                        tuple(self._written(q, names, witness) for q in ends)
                        for ends in self._tightest(way, ranges[name])
                    )
                key = (symbol, *map(str, lower), "", *map(str, upper))
                found.setdefault(key, Freedom(symbol, self._meaning(name), lower, upper, where))
        symbols = [f.symbol for f in found.values()]
        return tuple(
            f if symbols.count(f.symbol) > 1 else replace(f, where=()) for f in found.values()
        )

    def _tightest(self, way: Solved, found: Any) -> tuple[list[Quotient], list[Quotient]]:
        """Return the ends of a range, those proven to be no tighter than another left out."""
        result = []
        for ends, turn in ((found.lower, 1), (found.upper, -1)):
            kept = list(dict.fromkeys(q for q, _ in ends))
            for q in list(kept):
                others = [o for o in kept if o is not q]
                if any(self._beyond(way, q, o, turn) for o in others):
                    kept = others
            result.append(kept)
        return result[0], result[1]

    def _beyond(self, way: Solved, a: Quotient, b: Quotient, turn: int) -> bool:
        """Say whether it is proven that ``turn*a <= turn*b`` wherever the pattern exists."""
        wide = self.internal.search.elimination.prover
        gap = (a[0] * b[1] - b[0] * a[1]) * turn
        if not gap:
            return True
        given = [lit for lit in (*way.literals, *way.linking) if lit.sign != "!="]
        question = [*given, Literal(gap, ">")]
        if wide.expired or wide.samples_where(question).any():
            return False
        return bool(wide.decide(question, quick=True).verdict == "impossible")

    def _meaning(self, name: str) -> str:
        game = self.problem.game
        kind, s, k = name[1], *map(int, name[2:].split("_"))
        where = game.sets[s]
        if kind == "q":
            return f"probability of {where.actions[k]} at {where.label}"
        return f"belief at {where.label} in {history_text(game, where.nodes[k])}"
