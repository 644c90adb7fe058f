"""Thresholds: where the equilibria change as one parameter moves, exactly and in order.

All other parameters have values.  Between two thresholds one list of equilibria,
in closed form in the free parameter, is valid throughout; at a threshold, which is
a rational or an algebraic number, the equilibria are known exactly, too.  Each
stretch is checked with the exact solver at a rational point of it.  The equation
behind a threshold is given, too, solved for the parameter with all others symbolic.

>>> from deterrence import load_model
>>> found = load_model("asymmetric-bipolarity").thresholds("rho")
>>> [(str(t.value), str(t.formula)) for t in found.thresholds]
[('0', '(l_R - c_R)/N_R')]
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from deterrence.algebra.expressions import Expression
from deterrence.algebra.numbers import exact
from deterrence.errors import UsageError, did_you_mean
from deterrence.modelfile.model import SymbolicModel
from deterrence.symbolic.along.equations import Equations
from deterrence.symbolic.along.matrix_lines import Identity, Line, Place
from deterrence.symbolic.along.threshold_results import (
    PointEquilibrium,
    Stretch,
    Threshold,
    Thresholds,
)
from deterrence.symbolic.matrices.problem import Problem, problem_of

__all__ = ["PointEquilibrium", "Stretch", "Threshold", "Thresholds", "find_thresholds"]

#: Equilibria on both sides of a threshold up to which its text lists them all.
_MANY = 8


def find_thresholds(
    model: SymbolicModel,
    parameter: str,
    scenario: str | None = None,
    values: Mapping[str, Any] | None = None,
    *,
    formulas: bool = True,
) -> Thresholds:
    """Return where the equilibria change as ``parameter`` moves, all others at values.

    The others have their defaults, changed by the scenario and by ``values``.
    ``formulas`` asks for the equations with all parameters symbolic, too.
    Raises :class:`UsageError` for unknown names, values that break the
    assumptions, and a parameter that does not matter; :class:`UnsupportedError`
    where payoffs are no quotients of polynomials in the parameter.
    """
    given = dict(values or {})
    numbers = _numbers(model, parameter, scenario, given)
    single, left_out = _plain(_freed(model, parameter))
    direct = {n for n in given if n in single.derived}
    if scenario:
        direct |= {n for n in model.scenario(scenario).values if n in single.derived}
    fixed = {
        n: v
        for n, v in numbers.items()
        if n != parameter and (n not in single.derived or n in direct)
    }
    if model.tree is not None:
        from deterrence.symbolic.along.tree_thresholds import tree_thresholds

        found = tree_thresholds(single, parameter, numbers, fixed, formulas=formulas)
        return replace(found, messages=(*found.messages, *left_out))
    problem = problem_of(single, expand=True, fixed=fixed)
    if parameter not in problem.symbols:
        raise UsageError(
            f"{parameter} changes nothing in {model.name} at these values",
            remedy="free another parameter, or unset the derived one that it acts through",
        )
    answer = _Work(model, single, parameter, numbers, fixed, problem).run(formulas)
    return replace(answer, messages=left_out)


def _numbers(
    model: SymbolicModel, parameter: str, scenario: str | None, given: dict[str, Any]
) -> dict[str, Fraction]:
    """Return the value of every parameter; that of the free one is a placeholder."""
    if parameter not in model.parameters:
        raise UsageError(
            f"{model.name} has no parameter {parameter[:60]!r}",
            remedy=did_you_mean(parameter, model.parameters),
        )
    if parameter in given:
        raise UsageError(
            f"{parameter} is the free parameter and has a value, too",
            remedy=f"leave {parameter} out of the values",
        )
    p = model.parameters[parameter]
    extra = {}
    if p.default is None and p.formula is None:
        extra[parameter] = p.lower if p.lower is not None else Fraction(1)
    numbers = model.values(scenario, values={**given, **extra}, check=False)
    result = {}
    for name, value in numbers.items():
        result[name] = value if isinstance(value, Fraction) else exact(repr(value))
    touched = {parameter}
    for name in model.derived:
        formula = model.parameters[name].formula
        if formula is not None and formula.names & touched:
            touched.add(name)
    for assumption in model.assumptions:
        if not assumption.names & touched and not assumption.evaluate(result):
            at = ", ".join(f"{n} = {result[n]}" for n in sorted(assumption.names))
            raise UsageError(
                f"the values break the assumption '{assumption}' of {model.name}: {at}",
                remedy="choose values that keep it",
            )
    return result


def _plain(model: SymbolicModel) -> tuple[SymbolicModel, tuple[str, ...]]:
    """Leave out measures that are no quotients of polynomials; say which."""
    odd = [
        m.name
        for m in model.measures
        if any(node.op in ("call", "if") for node in m.expression.walk())
    ]
    kept = tuple(m for m in model.measures if m.name not in odd)
    messages = tuple(f"the measure {name} is left out: it has no closed form here" for name in odd)
    return model.replace(measures=kept), messages


def _freed(model: SymbolicModel, parameter: str) -> SymbolicModel:
    """Return the model in which a derived parameter has no formula any more."""
    p = model.parameters[parameter]
    if p.formula is None:
        return model
    return model.replace(
        parameters={**model.parameters, parameter: replace(p, formula=None)},
        derived=tuple(n for n in model.derived if n != parameter),
    )


class _Work:
    """One question, from the line of its cells to words."""

    def __init__(
        self,
        model: SymbolicModel,
        single: SymbolicModel,
        parameter: str,
        numbers: dict[str, Fraction],
        fixed: dict[str, Fraction],
        problem: Problem,
    ) -> None:
        from deterrence.symbolic.matrices.analysis import ClosedForms

        self.model, self.single, self.parameter = model, single, parameter
        self.numbers, self.fixed, self.problem = numbers, fixed, problem
        self.line = Line(problem)
        self.closed = ClosedForms(problem)
        self.known: dict[Identity, PointEquilibrium] = {}
        self.results: dict[Any, int] = {}
        p = model.parameters[parameter]
        self.bounds = p.lower, p.upper

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
            raise UsageError(
                f"no value of {self.parameter} keeps the assumptions of {self.model.name} "
                "at these values",
                remedy="choose other values",
            )
        rules = None
        if formulas:
            acting = any(self.parameter in f.names for f in self._derived().values())
            rules = Equations(self.single, self.parameter, self.numbers, expand=acting)
        thresholds = [
            self._threshold(places[k], found[k - 1 : k + 2], stretches[i : i + 2], rules)
            for i, k in enumerate(kept)
        ]
        return Thresholds(
            model=self.model.name,
            parameter=self.parameter,
            title=self.model.parameters[self.parameter].title,
            values=dict(self.fixed),
            thresholds=tuple(thresholds),
            stretches=tuple(stretches),
            equilibria=tuple(sorted(self.known.values(), key=lambda e: e.id)),
        )

    # ---- pieces ------------------------------------------------------------------------
    def _stretch(
        self, places: Sequence[Place], found: Sequence[Any], first: int, last: int
    ) -> Stretch | None:
        cells = [k for k in range(first, last) if places[k].root is None and found[k] is not None]
        if not cells:
            return None
        low, high = places[cells[0]].low, places[cells[-1]].high
        inside = [k for k in cells if self._meets_bounds(places[k])]
        place = places[(inside or cells)[0]]
        ids = self._ids(found[cells[0]], ())
        return Stretch(
            lower=None if low is None else low.decimal,
            upper=None if high is None else high.decimal,
            witness=place.point,
            equilibria=ids,
            regime=self._regime(place),
            within_bounds=bool(inside),
            checked=self._check(place.point, ids),
        )

    def _meets_bounds(self, place: Place) -> bool:
        low, high = self.bounds
        return (low is None or place.point >= low) and (high is None or place.point <= high)

    def _threshold(
        self,
        place: Place,
        around: Sequence[list[frozenset[Identity]] | None],
        stretches: Sequence[Stretch | None],
        rules: Equations | None,
    ) -> Threshold:
        root = place.root
        assert root is not None
        below, above = stretches
        near = (below.equilibria if below else ()) + (above.equilibria if above else ())
        ids = self._ids(around[1] or [], near)
        sets = [s.equilibria if s else () for s in (below, above)]
        results = {frozenset(self._result(i) for i in s) for s in (*sets, ids) if s}
        behind = rules.behind(self.line, place, _moving(around)) if rules else []
        low, high = self.bounds
        narrow = root.narrowed(Fraction(1, 10**12))
        threshold = Threshold(
            value=root.rational,
            root=str(root),
            polynomial=root.polynomial,
            interval=(narrow.low, narrow.high),
            decimal=root.decimal,
            within_bounds=(low is None or narrow.high >= low)
            and (high is None or narrow.low <= high),
            equilibria=ids,
            regime=self._regime(place),
            result_changes=len(results) > 1,
            condition=behind[0].condition if behind else None,
            formula=behind[0].solution_near(self.numbers, root) if behind else None,
            also=tuple(e.condition for e in behind[1:]),
        )
        return replace(threshold, text=self._words(threshold, below, above))

    def _words(self, t: Threshold, below: Stretch | None, above: Stretch | None) -> str:
        number = t.root if t.value is not None else f"{t.decimal:.6g} ({t.root})"
        text = f"{self.parameter} = {number}"
        if t.formula is not None:
            text += f" = {t.formula}"
        low = below.equilibria if below else ()
        high = above.equilibria if above else ()
        if below and above and len(low) + len(high) > _MANY:
            gone, new = sorted(set(low) - set(high)), sorted(set(high) - set(low))
            only = sorted(set(t.equilibria) - set(low) - set(high))
            told = [(gone, "only below"), (only, "only at it"), (new, "only above")]
            return f"{text}; " + "; ".join(f"{w}: {_listed(ids)}" for ids, w in told if ids)
        parts = []
        for where, ids, name in (
            ("below", low, below.regime if below else None),
            ("at", t.equilibria, t.regime),
            ("above", high, above.regime if above else None),
        ):
            listed = _listed(ids) if ids else "not within the assumptions"
            parts.append(f"{where}: {listed}" + (f" ({name})" if name else ""))
        return f"{text}; " + "; ".join(parts)

    # ---- equilibria --------------------------------------------------------------------
    def _ids(self, found: Sequence[frozenset[Identity]], near: Sequence[int]) -> tuple[int, ...]:
        """Return the ids of equilibria; at a root, one of a neighbour where the formulas agree."""
        names = {identity: e.id for identity, e in self.known.items()}
        ids = []
        for formulas in found:
            old = sorted(names[f] for f in formulas if f in names)
            chosen = next((i for i in old if i in near), old[0] if old else None)
            ids.append(self._new(formulas) if chosen is None else chosen)
        return tuple(sorted(ids))

    def _new(self, formulas: frozenset[Identity]) -> int:
        identity = min(formulas, key=lambda f: sum(len(w) for side in f for w in side[1]))
        self.known[identity] = self._equilibrium(len(self.known), identity)
        return self.known[identity].id

    def _result(self, number: int) -> int:
        return next(e.result for e in self.known.values() if e.id == number)

    def _equilibrium(self, number: int, identity: Identity) -> PointEquilibrium:
        from deterrence.symbolic.matrices.search import Pair
        from deterrence.symbolic.matrices.vertices import Vertex

        problem = self.problem
        row, column = (Vertex(s, (), w, ()) for s, w in identity)
        pair = Pair(row, column, ())
        outcomes = self.closed.outcomes(pair)
        payoffs = [self.closed.payoff(pair, k) for k in range(2)]
        key = (*payoffs, frozenset((o, q) for o, q in outcomes.items() if q[0]))
        write = self.closed.quotients.expression
        sides = (self.closed.strategy(row), self.closed.strategy(column))
        everyone = list(zip(problem.players, problem.actions, sides, strict=True))
        zero = Expression.number(0)
        return PointEquilibrium(
            id=number,
            result=self.results.setdefault(key, len(self.results)),
            support={p: tuple(a[k] for k in sorted(s)) for p, a, s in everyone},
            profile={
                p: {label: write(s[k]) if k in s else zero for k, label in enumerate(a)}
                for p, a, s in everyone
            },
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

        values: dict[str, Any] = {**self.fixed, self.parameter: point}
        solution = solve(self.single.strategic_at(check=False, **values), solver="exact")
        by_id = {e.id: e for e in self.known.values()}
        mine = {
            tuple(
                e.evaluate({self.parameter: point})
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
        return mine == theirs and len(ids) == len(solution.equilibria)

    def _regime(self, place: Place) -> str | None:
        """Return the model's name for what holds at a place, if it has one."""
        known = {**self.fixed, **self._derived()}
        for regime in self.model.named_regimes:
            conditions = [c.substitute(known) for c in regime.when]
            if all(c.names <= {self.parameter} for c in conditions) and all(
                self.line.holds(c, place) for c in conditions
            ):
                return regime.name
        return None

    def _derived(self) -> dict[str, Expression]:
        """Return the derived parameters that are not set as functions of the free one."""
        known: dict[str, Any] = {**self.fixed}
        for name in self.single.derived:
            formula = self.single.parameters[name].formula
            if name not in known and formula is not None:
                known[name] = formula.substitute(known)
        return {n: e for n, e in known.items() if n not in self.fixed}


def _listed(ids: Sequence[int]) -> str:
    return ", ".join(f"#{i}" for i in ids)


def _moving(around: Sequence[list[frozenset[Identity]] | None]) -> set[tuple[int, Any]]:
    """Return the sides and supports of the strategies that do not exist all around a root."""
    places = [{f for e in found for f in e} for found in around if found is not None]
    common = set.intersection(*places) if places else set()
    moving = {f for found in places for f in found if f not in common}
    return {(side, identity[side][0]) for identity in moving for side in (0, 1)}


def _changes(below: Any, at: Any, above: Any) -> bool:
    """Say whether the equilibria differ around a root; None means outside the assumptions."""
    if at is None:
        # A hole of undefined payoffs, or of the assumptions: a threshold only between two cells.
        return below is not None and above is not None
    sides = [s for s in (below, above) if s is not None]
    if len(sides) == 2 and set(below) != set(above):
        return True
    for side in sides:
        here = {f for formulas in side for f in formulas}
        if len(side) != len(at) or not all(formulas & here for formulas in at):
            return True
    return False
