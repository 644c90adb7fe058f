"""Assessments of trees written as equilibria in the words of the model."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import partial
from typing import Any

from deterrence.algebra.expressions import Expression, joined
from deterrence.algebra.literals import Literal
from deterrence.algebra.rings import RingElement
from deterrence.game.tree.nodes import InformationSet
from deterrence.game.tree.play import history_text
from deterrence.proving.conditions import Clause
from deterrence.proving.shorter_conditions import shorter, terms_of
from deterrence.symbolic.quotients import Quotient
from deterrence.symbolic.results import SymbolicEquilibrium
from deterrence.symbolic.trees.closed_forms import Assessment, TreeClosedForms
from deterrence.symbolic.trees.elimination import SolvedPattern
from deterrence.symbolic.trees.equations import Range
from deterrence.symbolic.trees.open_bounds import Bound, OpenBounds
from deterrence.symbolic.trees.results import (
    FormBounds,
    Freedom,
    SymbolicAssessment,
    SymbolicMixture,
)
from deterrence.symbolic.trees.solved import SolvedTree
from deterrence.symbolic.trees.unknowns import inside, readable_symbols, told_in_order
from deterrence.symbolic.writer import Writer

#: Cases of one equilibrium for which the ranges of what is open are told.
_CASES = 8


class TreeWriter(Writer[Assessment]):
    """Writes the equilibria of one solved tree."""

    internal: SolvedTree

    kind: type[SymbolicEquilibrium] = SymbolicAssessment

    def __init__(self, internal: SolvedTree, isolate: str) -> None:
        super().__init__(internal, isolate)
        self._signs: dict[tuple[int, RingElement], tuple[int, bool] | None] = {}
        self._known_ends: dict[tuple[int, str], tuple[list[Quotient], list[Quotient]]] = {}

    def behaviour(self, a: Assessment, witness: Mapping[str, Fraction] | None) -> dict[str, Any]:
        """Return what is played and believed at every information set, and what is open."""
        problem, closed = self.internal.problem, self.internal.forms_of(a)
        game = problem.game
        names = readable_symbols(a.free, problem.algebra.names)
        support: dict[str, dict[str, tuple[str, ...]]] = {p: {} for p in problem.players}
        profile: dict[str, dict[str, dict[str, Expression]]] = {p: {} for p in problem.players}
        for s in told_in_order(game):
            where = game.sets[s]
            if where.player is None:
                continue
            mix = closed.mix(a, s)
            support[where.player][where.label] = tuple(where.actions[k] for k in a.supports[s])
            profile[where.player][where.label] = {
                label: self._written(q, names, witness, closed)
                for label, q in zip(where.actions, mix, strict=True)
            }
        return {
            "support": support,
            "profile": profile,
            "beliefs": self._beliefs(a, names, witness),
            "freedoms": self._freedoms(a, names, witness),
            "bounds": self._bounds(a, witness),
        }

    def forms(
        self, a: Assessment, witness: Mapping[str, Fraction] | None, profile: Mapping[str, Any]
    ) -> tuple[dict[str, Expression], dict[str, Expression], dict[str, Expression | None]]:
        """Return payoffs, outcomes and measures, in symbols of what is open where it matters."""
        closed, problem = self.internal.forms_of(a), self.internal.problem
        names = readable_symbols(a.free, problem.algebra.names)

        def text(q: Quotient) -> Expression:
            return self._written(q, names, witness, closed)

        measures = {m.name: closed.open_form(a, m.expression) for m in problem.measures}
        return (
            {p: text(closed.open_payoff(a, k)) for k, p in enumerate(problem.players)},
            {o: text(q) for o, q in closed.open_outcomes(a).items()},
            {m: None if q is None else text(q) for m, q in measures.items()},
        )

    # ---- two roots of one equation --------------------------------------------------------
    def told_apart(self, equilibria: Sequence[SymbolicEquilibrium]) -> list[SymbolicEquilibrium]:
        """Return the equilibria of open sets, two that have one pattern and equation told apart.

        Their names say in which a move is more likely.
        """
        found = list(equilibria)
        twins: dict[Any, list[int]] = {}
        for k, a in enumerate(self.internal.pairs):
            if len(a.roots) == 1:
                key = tuple(sorted(a.supports.items())), a.roots[0].name
                twins.setdefault(key, []).append(k)
        for one, other in (pair for pair in twins.values() if len(pair) == 2):
            words = self._compared(self.internal.pairs[one], self.internal.pairs[other])
            for k, told in zip((one, other), words, strict=True):
                found[k] = replace(found[k], name=f"{found[k].name} ({told})")
        return found

    def _compared(self, one: Assessment, other: Assessment) -> tuple[str, str]:
        """Say which of two equilibria has a move more often, where both or one of them exist."""
        closed, game = self.internal.closed, self.internal.problem.game
        prover = self.internal.prover
        for s in told_in_order(game):
            if len(one.supports.get(s, ())) < 2:
                continue
            where, k = game.sets[s], one.supports[s][0]
            signs = set()
            for a, turn in ((one, 1), (other, -1)):
                forms = closed.with_roots(a)
                low = forms.lowered(forms.mix(a, s)[k])
                parts = None if low is None or forms.roots is None else forms.roots.surd(low)
                for branch in a.branches:
                    gap = None if parts is None else parts.factor * parts.bottom * turn
                    known = gap and prover.fixed_sign(gap, branch.open_literals, weakly=True)
                    signs.add(known[0] if known else 0)
            if signs in ({1}, {-1}):
                place = "" if self.internal.problem.is_table else f" at {where.label}"
                move = f"{where.player}{place}: {where.actions[k]}"
                words = f"{move} more likely", f"{move} less likely"
                return words if signs == {1} else words[::-1]
        return "one root", "the other root"

    # ---- what is open ------------------------------------------------------------------
    def _written(
        self,
        q: Quotient,
        names: Mapping[str, str],
        witness: Mapping[str, Fraction] | None,
        closed: TreeClosedForms,
    ) -> Expression:
        low = closed.lowered(q)
        if low is not None:
            return self.text(low, witness, closed)
        point = None if witness is None else inside(closed.unknowns, witness)
        e = closed.wide.expression(q, point)
        return e.substitute({old: Expression.name(new) for old, new in names.items()})

    def _beliefs(
        self, a: Assessment, names: Mapping[str, str], witness: Mapping[str, Fraction] | None
    ) -> dict[str, dict[str, Expression]]:
        closed, game = self.internal.forms_of(a), self.internal.problem.game
        found: dict[str, dict[str, Expression]] = {}
        for s in told_in_order(game):
            if s not in closed.patterns.open:
                continue
            where = game.sets[s]
            told = len(where.nodes) > 1 and closed.patterns.is_informed(s)
            belief = closed.belief(a, s) if told else None
            if belief is not None:
                found[where.label] = {
                    history_text(game, node): self._written(q, names, witness, closed)
                    for node, q in zip(where.nodes, belief, strict=True)
                }
        return found

    def _freedoms(
        self, a: Assessment, names: Mapping[str, str], witness: Mapping[str, Fraction] | None
    ) -> tuple[Freedom, ...]:
        """Return the ranges of what is open, case by case where cases are distinguished."""
        closed = self.internal.forms_of(a)
        found: dict[tuple[str, ...], tuple[Freedom, list[list[Clause]]]] = {}
        for way, where in self._cases(a):
            for name, symbol in names.items():
                lower, upper = (
                    tuple(self._written(q, names, witness, closed) for q in ends)
                    for ends in self._ends(way, name)
                )
                key = (symbol, *map(str, lower), "", *map(str, upper))
                told = Freedom(symbol, self._meaning(name), lower, upper)
                found.setdefault(key, (told, []))[1].append(where)
        symbols = [f.symbol for f, _ in found.values()]
        return tuple(
            replace(f, where=self._where(cases)) if symbols.count(f.symbol) > 1 else f
            for f, cases in found.values()
        )

    def _bounds(
        self, a: Assessment, witness: Mapping[str, Fraction] | None
    ) -> tuple[FormBounds, ...]:
        """Return between which ends the forms lie that depend on what is open, case by case."""
        closed, problem = self.internal.forms_of(a), self.internal.problem
        asked = {m.name: closed.open_form(a, m.expression) for m in problem.measures}
        forms = [
            {p: closed.open_payoff(a, k) for k, p in enumerate(problem.players)},
            closed.open_outcomes(a),
            {name: q for name, q in asked.items() if q is not None},
        ]
        opened = [
            {name: q for name, q in group.items() if closed.lowered(q) is None} for group in forms
        ]
        if not any(opened):
            return ()
        bound = partial(self._bound, witness, closed)
        found: dict[str, tuple[FormBounds, list[list[Clause]]]] = {}
        for way, where in self._cases(a):
            seen = OpenBounds(
                closed.wide, a, way, partial(self._ends, way), partial(self._sign, way)
            )
            parts = [
                {
                    name: (bound(ends[0], 1), bound(ends[1], -1))
                    for name, q in group.items()
                    if (ends := seen.bounds(q)) is not None
                }
                for group in opened
            ]
            told = FormBounds(parts[0], parts[1], parts[2])
            found.setdefault(str(told.to_dict()), (told, []))[1].append(where)
        several = len(found) > 1
        return tuple(
            replace(told, where=self._where(cases)) if several else told
            for told, cases in found.values()
            if told.payoffs or told.outcomes or told.measures
        )

    def _bound(
        self,
        witness: Mapping[str, Fraction] | None,
        closed: TreeClosedForms,
        bound: Bound,
        turn: int,
    ) -> Expression:
        """Write an infimum (``turn`` 1) or a supremum (-1)."""
        inner, outer = ("max", "min") if turn > 0 else ("min", "max")
        groups = [
            _call(inner, [self._written(q, {}, witness, closed) for q in group]) for group in bound
        ]
        return _call(outer, groups)

    def _sign(self, way: SolvedPattern, poly: RingElement) -> int | None:
        """Return the sign of a polynomial where an assessment exists in one way, None if open."""
        unknowns, simplifier = self.internal.closed.unknowns, self.internal.simplifier
        if unknowns.unknowns_in(poly):
            return None
        constant, factors = simplifier.prover.algebra.factors(unknowns.lower(poly))
        sign = 1 if constant > 0 else -1
        for f, power in factors:
            known = simplifier.sign(f) or (None if power % 2 else (1, True))
            if known is None and not way.equations:
                key = id(way), f
                if key not in self._signs:
                    given = [Literal(unknowns.lower(lit.poly), lit.sign) for lit in way.literals]
                    self._signs[key] = simplifier.prover.fixed_sign(f, given, weakly=True)
                known = self._signs[key]
            if known is None:
                return None
            sign *= known[0] ** power
        return sign

    def _cases(self, a: Assessment) -> Iterator[tuple[SolvedPattern, list[Clause]]]:
        """Yield the ways for an assessment to exist, with what tells each from the others."""
        for branch, way in a.ways[:_CASES]:
            rest = [set(other.conditions) for other, _ in a.ways]
            yield way, [c for c in branch.conditions if not all(c in o for o in rest)]

    def _ends(self, way: SolvedPattern, name: str) -> tuple[list[Quotient], list[Quotient]]:
        """Return the ends of the range of what is open."""
        key = id(way), name
        if key not in self._known_ends:
            found = next((r for r in way.ranges if r.name == name), None)
            wide = self.internal.closed.wide
            ends = ([wide.zero], [wide.one]) if found is None else self._tightest(way, found)
            self._known_ends[key] = ends
        return self._known_ends[key]

    def _where(self, cases: Sequence[Sequence[Clause]]) -> tuple[Expression, ...]:
        """Write that one of several cases applies, as short as can be proven."""
        simplifier = self.internal.simplifier
        if len(cases) == 1:
            return tuple(simplifier.written(c, self.isolate) for c in cases[0])
        terms = shorter(simplifier.prover, terms_of(cases))
        written = [tuple(simplifier.literal(c, self.isolate) for c in term) for term in terms] or [
            tuple(simplifier.written(c, self.isolate) for c in case) for case in cases
        ]
        if not all(written):
            return ()
        if len(written) == 1:
            return written[0]
        return (Expression("or", *(joined("and", t) for t in written)),)

    def _tightest(self, way: SolvedPattern, found: Range) -> tuple[list[Quotient], list[Quotient]]:
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

    def _beyond(self, way: SolvedPattern, a: Quotient, b: Quotient, turn: int) -> bool:
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

    def _asked(self, name: str) -> tuple[InformationSet, int]:
        """Return the information set of an unknown, and the number of its action or node."""
        s, k = map(int, name[2:].split("_"))
        return self.internal.problem.game.sets[s], k

    def _meaning(self, name: str) -> str:
        where, k = self._asked(name)
        if name[1] == "q":
            return f"probability of {where.actions[k]} at {where.label}"
        node = history_text(self.internal.problem.game, where.nodes[k])
        return f"belief at {where.label} in {node}"


class TableWriter(TreeWriter):
    """Writes the equilibria of a game in strategic form that was solved as a tree."""

    kind: type[SymbolicEquilibrium] = SymbolicMixture

    def behaviour(self, a: Assessment, witness: Mapping[str, Fraction] | None) -> dict[str, Any]:
        """Return what every player plays, and what is open."""
        found = super().behaviour(a, witness)
        return {
            "support": {player: own[player] for player, own in found["support"].items()},
            "profile": {player: own[player] for player, own in found["profile"].items()},
            "freedoms": found["freedoms"],
            "bounds": found["bounds"],
        }

    def _meaning(self, name: str) -> str:
        where, k = self._asked(name)
        return f"probability that {where.player} plays {where.actions[k]}"


def _call(function: str, parts: Sequence[Expression]) -> Expression:
    """Return the least or the greatest of formulas; one alone is itself."""
    distinct = list(dict.fromkeys(parts))
    return distinct[0] if len(distinct) == 1 else Expression("call", function, *distinct)
