"""Thresholds of two-player games: where the pairs of vertices change as one parameter moves."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from deterrence.algebra.along_lines import LinePlace
from deterrence.algebra.expressions import Expression
from deterrence.game.pattern_names import called, result_name
from deterrence.symbolic.along.free_parameter import FreeParameter
from deterrence.symbolic.along.matrix_lines import ParameterLine, StrategyPair
from deterrence.symbolic.along.threshold_equations import VertexEquations
from deterrence.symbolic.along.threshold_results import (
    PointEquilibrium,
    Threshold,
    Thresholds,
    ThresholdStretch,
    results_told,
)
from deterrence.symbolic.matrices.closed_forms import MatrixClosedForms
from deterrence.symbolic.matrices.problem import problem_of
from deterrence.symbolic.matrices.search import VertexPair
from deterrence.symbolic.matrices.vertices import SymbolicVertex

#: Equilibria at a place, each as all its formulas that agree there; None outside the assumptions.
EquilibriaThere = list[frozenset[StrategyPair]] | None

#: Equilibria on both sides of a threshold up to which its text lists them all.
_MANY = 8
#: Decimal places to which probabilities with roots in them are compared.
_PLACES = 9


def matrix_thresholds(free: FreeParameter, *, formulas: bool) -> Thresholds:
    """Return where the equilibria of a two-player game change as one parameter moves.

    Raises as :func:`deterrence.symbolic.along.thresholds.find_thresholds`.
    """
    return _MatrixThresholds(free).run(formulas)


class _MatrixThresholds:
    """One question, from the line of its cells to words."""

    def __init__(
        self,
        free: FreeParameter,
    ) -> None:
        self.free = free
        self.problem = problem_of(free.model, expand=True, fixed=free.fixed)
        if free.parameter not in self.problem.symbols:
            raise free.unmoved()
        self.line = ParameterLine(self.problem)
        self.closed = MatrixClosedForms(self.problem)
        self.known: dict[StrategyPair, PointEquilibrium] = {}
        self.results: dict[object, int] = {}

    def run(self, formulas: bool) -> Thresholds:
        """Return the whole answer."""
        places = self.line.places
        found = [
            self.line.equilibria(place) if self.line.assumed(place) else None for place in places
        ]
        kept = [
            k for k in range(1, len(places), 2) if _changes(found[k - 1], found[k], found[k + 1])
        ]
        # Cells between two kept roots are one stretch; any of them tells its equilibria.
        cuts = [-1, *kept, len(places)]
        stretches = [self._stretch(places, found, a + 1, b) for a, b in itertools.pairwise(cuts)]
        if not any(stretches) and not any(found[k] for k in kept):
            raise self.free.nowhere()
        rules = None
        if formulas:
            acting = any(self.free.parameter in f.names for f in self._derived().values())
            rules = VertexEquations(
                self.free.model, self.free.parameter, self.free.numbers, expand=acting
            )
        thresholds = [
            self._threshold(places[k], found[k - 1 : k + 2], stretches[i : i + 2], rules)
            for i, k in enumerate(kept)
        ]
        return self.free.answer(
            thresholds, stretches, sorted(self.known.values(), key=lambda e: e.id)
        )

    # ---- pieces ------------------------------------------------------------------------
    def _stretch(
        self, places: Sequence[LinePlace], found: Sequence[EquilibriaThere], first: int, last: int
    ) -> ThresholdStretch | None:
        cells = [k for k in range(first, last) if places[k].root is None and found[k] is not None]
        if not cells:
            return None
        ids = self._ids(found[cells[0]] or [], ())
        return self.free.stretch(
            [places[k] for k in cells], ids, self._regime, lambda point: self._check(point, ids)
        )

    def _threshold(
        self,
        place: LinePlace,
        around: Sequence[EquilibriaThere],
        stretches: Sequence[ThresholdStretch | None],
        rules: VertexEquations | None,
    ) -> Threshold:
        root = place.root
        assert root is not None
        below, above = stretches
        near = (below.equilibria if below else ()) + (above.equilibria if above else ())
        ids = self._ids(around[1] or [], near)
        sets = [s.equilibria if s else () for s in (below, above)]
        results = {frozenset(self._result(i) for i in s) for s in (*sets, ids) if s}
        behind = rules.behind(self.line, place, _moving(around)) if rules else []
        threshold = self.free.threshold(
            root,
            ids,
            self._regime(place),
            result_changes=len(results) > 1,
            equations=[e.condition for e in behind],
            formula=behind[0].solution_near(self.free.numbers, root) if behind else None,
        )
        return replace(threshold, text=self._words(threshold, below, above))

    def _words(
        self, t: Threshold, below: ThresholdStretch | None, above: ThresholdStretch | None
    ) -> str:
        number = t.root if t.value is not None else f"{t.decimal:.6g} ({t.root})"
        text = f"{self.free.parameter} = {number}"
        if t.formula is not None:
            text += f" = {t.formula}"
        low = below.equilibria if below else ()
        high = above.equilibria if above else ()
        if below and above and len(low) + len(high) > _MANY:
            gone, new = sorted(set(low) - set(high)), sorted(set(high) - set(low))
            only = sorted(set(t.equilibria) - set(low) - set(high))
            told = [(gone, "only below"), (only, "only at it"), (new, "only above")]
            return f"{text}; " + "; ".join(f"{w}: {self._told(ids)}" for ids, w in told if ids)
        parts = []
        for where, ids, name in (
            ("below", low, below.regime if below else None),
            ("at", t.equilibria, t.regime),
            ("above", high, above.regime if above else None),
        ):
            listed = self._told(ids) if ids else "not within the assumptions"
            parts.append(f"{where}: {listed}" + (f" ({name})" if name else ""))
        return f"{text}; " + "; ".join(parts)

    def _told(self, ids: Sequence[int]) -> str:
        by_id = {e.id: e for e in self.known.values()}
        return results_told(by_id[i] for i in ids)

    # ---- equilibria --------------------------------------------------------------------
    def _ids(
        self, found: Sequence[frozenset[StrategyPair]], near: Sequence[int]
    ) -> tuple[int, ...]:
        """Return the ids of equilibria; at a root, one of a neighbour where the formulas agree."""
        names = {identity: e.id for identity, e in self.known.items()}
        ids = []
        for formulas in found:
            old = sorted(names[f] for f in formulas if f in names)
            chosen = next((i for i in old if i in near), old[0] if old else None)
            ids.append(self._new(formulas) if chosen is None else chosen)
        return tuple(sorted(ids))

    def _new(self, formulas: frozenset[StrategyPair]) -> int:
        identity = min(formulas, key=lambda f: sum(len(w) for side in f for w in side[1]))
        self.known[identity] = self._equilibrium(len(self.known), identity)
        return self.known[identity].id

    def _result(self, number: int) -> int:
        return next(e.result for e in self.known.values() if e.id == number)

    def _equilibrium(self, number: int, identity: StrategyPair) -> PointEquilibrium:
        problem = self.problem
        row, column = (SymbolicVertex(s, (), w, ()) for s, w in identity)
        pair = VertexPair(row, column)
        outcomes = self.closed.outcomes(pair)
        payoffs = [self.closed.payoff(pair, k) for k in range(2)]
        key = (*payoffs, frozenset((o, q) for o, q in outcomes.items() if q[0]))
        write = self.closed.quotients.expression
        support, profile = self.closed.behaviour(pair, write)
        model, chances = self.free.model, [o for o, q in outcomes.items() if q[0]]
        pattern = model.names.pattern(support)
        name = model.names.name(pattern)
        return PointEquilibrium(
            id=number,
            number=model.names.number(pattern),
            name=name,
            result_name=called(
                result_name(chances, model.titles, known=model.naming.outcomes), chances, [name]
            ),
            result=self.results.setdefault(key, len(self.results)),
            support=support,
            profile=profile,
            payoffs={p: write(q) for p, q in zip(problem.players, payoffs, strict=True)},
            measures={
                m: None if q is None else write(q)
                for m, q in self.closed.measures(pair, outcomes).items()
            },
        )

    # ---- checks and names --------------------------------------------------------------
    def _check(self, point: Fraction, ids: Sequence[int]) -> bool:
        """Say whether the exact solver finds these equilibria, and no others, at a point."""
        from deterrence.solvers import solve

        values: dict[str, Any] = {**self.free.fixed, self.free.parameter: point}
        solution = solve(self.free.model.strategic_at(check=False, **values), solver="exact")
        by_id = {e.id: e for e in self.known.values()}
        mine = {
            tuple(
                e.evaluate({self.free.parameter: point})
                for s in by_id[i].profile.values()
                for e in s.values()
            )
            for i in ids
        }
        theirs = {
            tuple(
                Fraction(e.profile[p][a])
                for p, actions in zip(self.problem.players, self.problem.actions, strict=True)
                for a in actions
            )
            for e in solution.equilibria
        }
        if any(isinstance(x, float) for e in mine for x in e):  # roots at a rational point
            return _rounded(mine) == _rounded(theirs) and len(ids) == len(solution.equilibria)
        return mine == theirs and len(ids) == len(solution.equilibria)

    def _regime(self, place: LinePlace) -> str | None:
        """Return the model's name for what holds at a place, if it has one."""
        known = {**self.free.fixed, **self._derived()}
        for regime in self.free.model.named_regimes:
            conditions = [c.substitute(known) for c in regime.when]
            if all(c.names <= {self.free.parameter} for c in conditions) and all(
                self.line.holds(c, place) for c in conditions
            ):
                return regime.name
        return None

    def _derived(self) -> dict[str, Expression]:
        """Return the derived parameters that are not set as functions of the free one."""
        known: dict[str, Any] = {**self.free.fixed}
        for name in self.free.model.derived:
            formula = self.free.model.parameters[name].formula
            if name not in known and formula is not None:
                known[name] = formula.substitute(known)
        return {n: e for n, e in known.items() if n not in self.free.fixed}


def _rounded(profiles: Iterable[tuple[Any, ...]]) -> set[tuple[float, ...]]:
    return {tuple(round(float(x), _PLACES) for x in e) for e in profiles}


def _moving(around: Sequence[EquilibriaThere]) -> set[tuple[int, tuple[int, ...]]]:
    """Return the sides and supports of the strategies that do not exist all around a root."""
    places = [{f for e in found for f in e} for found in around if found is not None]
    common = set.intersection(*places) if places else set()
    moving = {f for found in places for f in found if f not in common}
    return {(side, identity[side][0]) for identity in moving for side in (0, 1)}


def _changes(below: EquilibriaThere, at: EquilibriaThere, above: EquilibriaThere) -> bool:
    """Say whether the equilibria differ around a root; None means outside the assumptions."""
    if at is None:
        # A hole of undefined payoffs, or of the assumptions: a threshold only between two cells.
        return below is not None and above is not None
    sides = [s for s in (below, above) if s is not None]
    if len(sides) == 2 and set(sides[0]) != set(sides[1]):
        return True
    for side in sides:
        here = {f for formulas in side for f in formulas}
        if len(side) != len(at) or not all(formulas & here for formulas in at):
            return True
    return False
