"""All equilibria along one parameter as curves, cut at exact thresholds.

Between two thresholds the equilibria are known in closed form (see
:mod:`deterrence.symbolic.along.thresholds`), so a curve is its formula and not a guess between
points.  Where there are no closed forms, or too many cells, the parameter's range is
solved point by point instead (:class:`deterrence.analysis.points.solver.PointSolver`).

>>> from deterrence import load_model
>>> line = trace(load_model("asymmetric-bipolarity"), "k_R", ["war"])
>>> [str(t.value) for t in line.thresholds], [len(s.branches) for s in line.stretches]
(['6', '12'], [1, 3, 1])
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from deterrence.errors import (
    DeterrenceError,
    ExpressionError,
    IncompleteError,
    UnsupportedError,
    UsageError,
)
from deterrence.figures.facts.axis_ranges import (
    check_log,
    check_moves,
    has_value,
    scale_of,
    shown_range,
    spaced,
    supports_at,
)
from deterrence.figures.facts.equilibrium_curves import (
    ActionSupport,
    EquilibriumBranch,
    Mark,
    Span,
    Trace,
    thinned,
)
from deterrence.figures.facts.equilibrium_labels import EquilibriumLabel, certain_result, label_of
from deterrence.figures.facts.named_stretches import NamedStretch, between, cuts, name_at
from deterrence.figures.facts.plotted_quantities import PlottedQuantity, ask
from deterrence.figures.facts.tree_supports import answers, outcomes_of, support_of

if TYPE_CHECKING:
    from deterrence.game.parameters import Parameter
    from deterrence.game.strategic import StrategicGame
    from deterrence.modelfile.model import SymbolicModel
    from deterrence.symbolic.along.threshold_results import PointEquilibrium, Thresholds

#: Points of a curve over the whole range, and over a stretch at least.
POINTS, FEWEST = 160, 12
#: Points that are solved one by one where there are no closed forms; and of larger games.
GRID, COARSE = 401, 61
#: Cells of a game from which closed forms take too long for a figure.
MAX_CELLS = 36
#: Ends of stretches are approached up to this part of their length: formulas may end there.
_NEAR = 1e-7


def trace(
    model: SymbolicModel,
    parameter: str,
    measures: Sequence[str] = (),
    *,
    scenario: str | None = None,
    values: Mapping[str, Any] | None = None,
    low: Any = None,
    high: Any = None,
    points: int | None = None,
    log: bool = False,
) -> Trace:
    """Return all equilibria along a parameter, from ``low`` to ``high`` (its bounds by default).

    ``log`` spaces the points of curves for an axis of logarithms.

    ``measures`` are questions (see
    :mod:`deterrence.figures.facts.plotted_quantities`), the model's first measure by
    default.  Raises :class:`UsageError` for unknown names, empty ranges and
    fewer than two points.
    """
    p = model.parameter(parameter)
    given = dict(values or {})
    check_moves(parameter, given, "what moves")
    questions = tuple(ask(model, text) for text in measures or _first(model))
    base = _base(model, parameter, scenario, given)
    found = None
    if len(model.cells) <= MAX_CELLS:
        from deterrence.symbolic.along.thresholds import find_thresholds

        try:
            found = find_thresholds(model, parameter, scenario, given, formulas=False)
        except (UnsupportedError, IncompleteError) as error:
            if model.tree is not None:
                raise UsageError(
                    f"{model.name} has no closed forms along {parameter}: {error.what}",
                    remedy="`deterrence sweep` solves the tree at points",
                ) from None
    marks = [t.decimal for t in found.thresholds] if found else []
    ends = shown_range(p, (low, high), _around(base, marks))
    check_log(p, log, ends)
    work = _CurveTracer(model, p, scenario, given, questions, *ends, base, log)
    if found:
        return work.from_thresholds(found)
    return work.from_points(points_for(model) if points is None else points)


def points_for(model: SymbolicModel) -> int:
    """Return the number of points that a figure of a model takes its time for."""
    return GRID if len(model.cells) <= MAX_CELLS else COARSE


def _first(model: SymbolicModel) -> list[str]:
    if not model.measures:
        raise UsageError(
            f"{model.name} has no measures", remedy="ask for one, such as payoff(PLAYER)"
        )
    return [model.measures[0].name]


def _base(
    model: SymbolicModel, parameter: str, scenario: str | None, given: Mapping[str, Any]
) -> Fraction | float | None:
    if not has_value(model, parameter, scenario):
        return None
    value = model.values(scenario, check=False, **given)[parameter]
    return value if isinstance(value, Fraction | float) else Fraction(value)


def _around(base: Fraction | float | None, marks: Sequence[float]) -> tuple[Fraction, Fraction]:
    """Return a range around what matters: the base value, and the thresholds."""
    places = marks if base is None else (*marks, base)
    points = [Fraction(x).limit_denominator(1000) for x in places]
    first, last = min(points, default=Fraction(0)), max(points, default=Fraction(1))
    size = max(last - first, abs(first) / 2, abs(last) / 2) or Fraction(1)
    return first - size / 2, last + size / 2


class _CurveTracer:
    """The curves of one parameter."""

    def __init__(
        self,
        model: SymbolicModel,
        parameter: Parameter,
        scenario: str | None,
        given: Mapping[str, Any],
        questions: tuple[PlottedQuantity, ...],
        low: Fraction,
        high: Fraction,
        base: Any,
        log: bool,
    ) -> None:
        self.model, self.parameter, self.scenario, self.given = model, parameter, scenario, given
        self.questions, self.low, self.high, self.base = questions, low, high, base
        self.log = log
        self._games: dict[Any, Any] = {}
        self._members: dict[ActionSupport, list[Mapping[str, Any]]] = {}

    def game(self, x: Any) -> Any:
        if x not in self._games:
            given = {**self.given, self.parameter.name: x}
            self._games[x] = self.model.at(self.scenario, check=False, **given)
        return self._games[x]

    # ---- from closed forms -----------------------------------------------------
    def from_thresholds(self, found: Thresholds) -> Trace:
        """Return the curves from closed forms between exact thresholds."""
        by_id = {e.id: e for e in found.equilibria}
        ends = [None, *found.thresholds, None]
        spans = []
        for k, stretch in enumerate(found.stretches):
            left, right = ends[k], ends[k + 1]
            a = max(float(self.low), left.decimal if left else float("-inf"))
            b = min(float(self.high), right.decimal if right else float("inf"))
            if not a < b:
                continue
            here = () if stretch is None else stretch.equilibria
            spans.append(Span(a, b, tuple(self._branch(by_id[i], a, b) for i in here)))
        marks = [
            Mark(t.value, t.decimal, self._segments([by_id[i] for i in t.equilibria], t.value))
            for t in found.thresholds
            if self.low <= (t.decimal if t.value is None else t.value) <= self.high
        ]
        return self._trace(tuple(marks), tuple(spans), exact=True)

    def _trace(self, marks: tuple[Mark, ...], spans: tuple[Span, ...], *, exact: bool) -> Trace:
        if not any(s.branches for s in spans):
            raise DeterrenceError(
                f"no value of {self.parameter.name} from {self.low} to {self.high} keeps the "
                f"assumptions of {self.model.name}",
                remedy="choose another range",
            )
        seen = (self.parameter, self.low, self.high, self.base)
        stages = self._stages(spans)
        line = Trace(*seen, self.questions, marks, spans, exact, stages=stages, log=self.log)
        return replace(line, labels={s: self._label(s) for s in line.supports})

    def _label(self, support: ActionSupport) -> EquilibriumLabel:
        """Return what the equilibria with a support are called."""
        if self.model.tree is None:
            used = dict(zip(self.model.players, support, strict=True))
            return label_of(self.model.names, [used])
        tree = self.model.tree
        members = self._members[support]
        return label_of(
            self.model.names, members, certain_result(outcomes_of(tree, members[0]), tree.naming)
        )

    def _stages(self, spans: Sequence[Span]) -> tuple[NamedStretch, ...]:
        """Return where which named regime holds."""
        if not self.model.named_regimes:
            return ()
        name = self.parameter.name
        placeholder = {name: self.low} if self.base is None else {}
        base = self.model.values(self.scenario, values={**self.given, **placeholder}, check=False)
        places = cuts(self.model, name, self.given, base)
        if places is None:
            return ()
        stages: list[NamedStretch] = []
        for span in spans:
            ends = [span.low, *(x for x in places if span.low < x < span.high), span.high]
            for a, b in itertools.pairwise(ends):
                if not span.branches:
                    continue
                values = self.model.values(
                    self.scenario, check=False, **{**self.given, name: between(a, b)}
                )
                stage = NamedStretch(a, b, name_at(self.model, values))
                if stages and stages[-1].name == stage.name and stages[-1].high == a:
                    stage = NamedStretch(stages.pop().low, b, stage.name)
                stages.append(stage)
        return tuple(stages)

    def _branch(self, e: PointEquilibrium, a: float, b: float) -> EquilibriumBranch:
        share = (self._place(b) - self._place(a)) / (
            self._place(float(self.high)) - self._place(float(self.low))
        )
        count = max(FEWEST, round(POINTS * share))
        near = (b - a) * _NEAR
        xs = spaced(a + near, b - near, count, self.log)
        digits = 10 ** max(0, math.ceil(3 - math.log10(near)))
        rows = [self._answers(e, Fraction(round(x * digits), digits)) for x in xs]
        # Ends are where the curve leads to, not the last point that was asked for.
        xs[0], xs[-1] = a, b
        tree = self.model.tree
        support = (
            tuple(tuple(actions) for actions in e.support.values())
            if tree is None
            else support_of(tree, e.support)
        )
        if tree is not None:
            # Of equilibria with one result those that do the same where the play comes.
            same = [m for m in e.supports or (e.support,) if support_of(tree, m) == support]
            self._members.setdefault(support, []).extend(same)
        columns = tuple(tuple(column) for column in zip(*rows, strict=True))
        return thinned(EquilibriumBranch(support, tuple(xs), columns), self._place)

    def _place(self, x: float) -> float:
        """Return where a value stands on the axis."""
        return scale_of(self.log)(x)

    def _answers(self, e: PointEquilibrium, x: Fraction) -> list[float]:
        if self.model.tree is not None:
            return answers(self.game(x), e.profile, self.questions, self.parameter.name, x)
        # Exact until here: closed forms are quotients in which floats would cancel.
        profile = {
            player: {a: float(chance.evaluate({self.parameter.name: x})) for a, chance in s.items()}
            for player, s in e.profile.items()
        }
        return self._asked(self.game(x), profile)

    def _asked(self, game: StrategicGame, profile: Mapping[str, Mapping[str, Any]]) -> list[float]:
        measures = tuple(q.measure for q in self.questions)
        found = game.replace(measures=measures).measure_values(
            game.cell_probabilities(profile), profile
        )
        return [float(found[m.name]) for m in measures]

    def _segments(
        self, members: Sequence[PointEquilibrium], value: Fraction | None
    ) -> tuple[tuple[tuple[float, float], ...], ...]:
        """Return, per question, the ranges over the continua that appear at a threshold."""
        if value is None or self.model.tree is not None:
            return ()
        from deterrence.analysis.points.exact import answer_at
        from deterrence.analysis.points.solver import PointSolver

        solver = PointSolver(
            self.model, [self.parameter.name], self.given, scenario=self.scenario, measures=()
        )
        try:
            answer = answer_at(solver.question, {self.parameter.name: value})
            if answer is None:
                return ()
            game = self.game(value)
            groups: dict[int, list[list[float]]] = {}
            for pair, number in zip(answer.profiles, answer.components, strict=True):
                profile = {
                    p: dict(zip(actions, s, strict=True))
                    for p, actions, s in zip(game.players, game.actions, pair, strict=True)
                }
                groups.setdefault(number, []).append(self._asked(game, profile))
        except (ExpressionError, UsageError):
            return ()
        columns = [list(zip(*rows, strict=True)) for rows in groups.values()]
        ranges = [[(min(c), max(c)) for c in column] for column in columns]
        return tuple(
            tuple(r[m] for r in ranges if r[m][0] < r[m][1]) for m in range(len(self.questions))
        )

    # ---- from points -------------------------------------------------------------
    def from_points(self, points: int) -> Trace:
        """Return the curves through the equilibria at points, joined where supports agree."""
        import numpy as np

        from deterrence.analysis.points.solver import PointSolver

        if not 2 <= points <= 100_000:
            raise UsageError(f"{points} points in a figure", remedy="ask for 2 to 100000")
        name = self.parameter.name
        model = self.model.replace(measures=tuple(q.measure for q in self.questions))
        solver = PointSolver(model, [name], self.given, scenario=self.scenario)
        step = (self.high - self.low) / (points - 1)
        grid = [self.low + k * step for k in range(points)]
        if self.log:
            inner = spaced(float(self.low), float(self.high), points, log=True)[1:-1]
            grid = [self.low, *map(Fraction, inner), self.high]
        block = solver.solve(
            {name: np.array([float(x) for x in grid])}, exact=lambda i: {name: grid[i]}
        )
        runs: list[tuple[Any, list[int], list[dict[Any, list[float]]]]] = []
        for i in range(points):
            here = self._at_point(block, i)
            key = frozenset(here) if block.valid[i] else None
            if not runs or runs[-1][0] != key:
                runs.append((key, [], []))
            runs[-1][1].append(i)
            runs[-1][2].append(here)
        return self._joined(grid, runs)

    def _at_point(self, block: Any, i: int) -> dict[Any, list[float]]:
        """Return the answers at a point by support (and number, where a support occurs again)."""
        here: dict[Any, list[float]] = {}
        for e, support in enumerate(supports_at(self.model, block, i)):
            number = sum(1 for s, _ in here if s == support)
            here[support, number] = [
                float(block.measures[q.measure.name][i, e]) for q in self.questions
            ]
        return here

    def _joined(self, grid: Sequence[Fraction], runs: Sequence[Any]) -> Trace:
        """Return runs of points as stretches; a single point between two others is a tie there."""
        spans: list[Span] = []
        marks: list[Mark] = []
        low = float(grid[0])
        for k, (key, numbers, rows) in enumerate(runs):
            last = k == len(runs) - 1
            if len(numbers) == 1 and k > 0 and not last:
                continue
            if last:
                high = float(grid[-1])
            elif len(runs[k + 1][1]) == 1 and k + 2 < len(runs):
                value = grid[runs[k + 1][1][0]]
                high = float(value)
                marks.append(Mark(value, high))
            else:
                high = float(grid[numbers[-1]] + grid[numbers[-1] + 1]) / 2
                marks.append(Mark(None, high))
            branches = []
            for which in key or ():
                xs = tuple(float(grid[i]) for i in numbers)
                ys = tuple(zip(*(row[which] for row in rows), strict=True))
                branches.append(EquilibriumBranch(which[0], xs, ys))
            branches.sort(key=lambda branch: branch.support)
            spans.append(Span(low, high, tuple(branches)))
            low = high
        found = self._trace(tuple(marks), tuple(spans), exact=False)
        return replace(found, points=len(grid))
