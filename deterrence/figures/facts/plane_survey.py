"""What the plane of two parameters is cut into: which answers hold where, and the walls between.

Two ways lead there.  From the symbolic regimes of the model with all other parameters at
their values: the walls are their polynomials, so boundaries are exact.  Or, where there
are no such closed forms (or not in time), from the equilibria at the points of a grid.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from deterrence.algebra.expressions import Expression
from deterrence.errors import DeterrenceError, ExpressionError, UnsupportedError, UsageError
from deterrence.figures.facts.axis_ranges import (
    AxisScale,
    check_log,
    check_moves,
    has_value,
    scale_of,
    shown_range,
    spaced,
    supports_at,
)
from deterrence.figures.facts.equilibrium_curves import is_pure
from deterrence.figures.facts.named_stretches import compared, expanded, name_at
from deterrence.figures.facts.plane_areas import (
    Area,
    AreaResult,
    AreaRule,
    result_of,
    result_order,
    verdict_words,
)
from deterrence.figures.facts.plane_cuts import Mosaic, PlaneColumn, Slab, cut
from deterrence.limits import work
from deterrence.modelfile.freed import freed

if TYPE_CHECKING:
    from deterrence.figures.facts.equilibrium_curves import ActionSupport
    from deterrence.game.parameters import Parameter
    from deterrence.modelfile.model import SymbolicModel
    from deterrence.symbolic.conclusion_results import Conclusion
    from deterrence.symbolic.regime_analysis import RegimeAnalysis

#: Work seconds for the symbolic analysis; points along either side of a grid, and of larger games.
EFFORT, GRID, COARSE = 30.0, 96, 20
#: Most points along a side.
MOST_POINTS = 1000
#: Cells of a game from which the symbolic analysis would take too long for a figure.
MAX_CELLS = 36


@dataclass(frozen=True)
class PlaneMap:
    """The plane, its areas by label, and where walls stand.

    ``equations`` has one equation per wall that parts two areas, as expressions equal to
    0; ``exact`` says that walls are exact.
    """

    x: Parameter
    y: Parameter
    xrange: tuple[Fraction, Fraction]
    yrange: tuple[Fraction, Fraction]
    base: tuple[Any, Any] | None
    plane: Mosaic
    areas: Mapping[Hashable, Area]
    equations: Mapping[int, Expression]
    exact: bool
    messages: tuple[str, ...] = ()
    #: Whether the axes are logarithmic.
    log: tuple[bool, bool] = (False, False)

    @property
    def scales(self) -> tuple[AxisScale, AxisScale]:
        """Where values stand on the axes."""
        return scale_of(self.log[0]), scale_of(self.log[1])


class PlaneSurvey:
    """One plane being worked out."""

    def __init__(
        self,
        model: SymbolicModel,
        x: str,
        y: str,
        *,
        scenario: str | None = None,
        values: Mapping[str, Any] | None = None,
        ranges: Mapping[str, tuple[Any, Any]] | None = None,
        conclusion: str | None = None,
        time_limit: float | None = None,
        log: Sequence[str] = (),
        effort: float = EFFORT,
    ) -> None:
        self.effort = effort
        if x == y:
            raise UsageError(f"{x} is on both axes", remedy="name two parameters")
        self.full = model
        self.parameters = model.parameter(x), model.parameter(y)
        self.free = (x, y)
        self.given = dict(values or {})
        for name in self.free:
            check_moves(name, self.given, "on an axis")
        self.scenario, self.conclusion, self.time_limit = scenario, conclusion, time_limit
        self._results: dict[ActionSupport, AreaResult] = {}
        # What sources claim of the whole model is not looked at here.
        self.model = freed(model, self.free).replace(known_results=())
        open_ones = [n for n in self.free if not has_value(model, n, scenario)]
        extra = {n: model.parameters[n].lower or Fraction(1) for n in open_ones}
        self.values = model.values(scenario, values={**self.given, **extra}, check=False)
        self.base = None if open_ones else (self.values[x], self.values[y])
        asked = dict(ranges or {})
        self.box = tuple(
            shown_range(p, asked.get(p.name, (None, None)), _around(Fraction(self.values[p.name])))
            for p in self.parameters
        )
        unknown = [n for n in log if n not in self.free]
        if unknown:
            raise UsageError(f"{unknown[0]} is on no axis", remedy=f"name {x} or {y}")
        self.log = (x in log, y in log)
        for p, ends in zip(self.parameters, self.box, strict=True):
            check_log(p, p.name in log, ends)
        direct = {*self.given, *(model.scenario(scenario).values if scenario else ())}
        self.fixed = {
            n: v
            for n, v in self.values.items()
            if n not in self.free and (n not in self.model.derived or n in direct)
        }

    # ---- from regimes ------------------------------------------------------------
    def exact(self) -> PlaneMap:
        """Return the territory from the symbolic regimes.

        Raises :class:`UnsupportedError` where they are not known completely, or their walls
        are no polynomials.
        """
        from deterrence.symbolic import regimes

        if len(self.model.cells) > MAX_CELLS:
            raise UnsupportedError(f"{self.model.name} has {len(self.model.cells)} cells")
        with work.hard_limit(self.time_limit):
            analysis = regimes(
                self.model, expand=True, fixed=self.fixed, boundaries=False, effort=self.effort
            )
        internal = analysis.internal
        if internal.search.truncated or internal.map.unknown or analysis.cover != "proven":
            raise UnsupportedError("the symbolic analysis is not complete")
        concluded = self._concluded(analysis)
        walls, algebra = self._walls(analysis, concluded)
        shown = (concluded, self.conclusion, self.full)
        rule = AreaRule(analysis, self.free, self._named_conditions(), *shown)
        xrange, yrange = ((float(low), float(high)) for low, high in self.box)
        scales = scale_of(self.log[0]), scale_of(self.log[1])
        plane = cut(walls, xrange, yrange, rule.labels, known=self._marks(walls), scales=scales)
        labels = dict.fromkeys(label for slab in plane.slabs for label in slab.labels)
        areas = {label: rule.area(label) for label in labels}
        used = {b.wall for b in plane.boundaries()}
        for piece in plane.upright():
            used |= {k for k, wall in enumerate(walls) if _stands_at(wall, piece.xs[0])}
        equations = {k: algebra.expression(walls[k]) for k in sorted(used)}
        return self._territory(plane, areas, equations, exact=True, messages=())

    def _named_conditions(self) -> list[tuple[str, list[Expression]]]:
        """Return the conditions of the model's named regimes, in the two parameters."""
        known = expanded(self.model, self.free, self.given, self.values)
        return [(r.name, [e.substitute(known) for e in r.when]) for r in self.model.named_regimes]

    def _concluded(self, analysis: RegimeAnalysis) -> Conclusion | None:
        if self.conclusion is None:
            return None
        from deterrence.symbolic.conclusions import conclude

        with work.hard_limit(self.time_limit):
            found = conclude(analysis, self.conclusion, effort=self.effort)
        if "unknown" in (found.every_proof, found.some_proof):
            raise UnsupportedError("the conclusion is not decided everywhere")
        return found

    def _walls(
        self, analysis: RegimeAnalysis, concluded: Conclusion | None
    ) -> tuple[list[Any], Any]:
        """Return the irreducible polynomials in the two parameters that may part areas."""
        from deterrence.algebra.cases import CaseTable
        from deterrence.algebra.polynomials import Algebra

        algebra = analysis.internal.problem.algebra
        polys = analysis.internal.map.polys
        factors = dict.fromkeys(f for p in polys for f, _ in algebra.factors(p)[1])
        edges = [algebra.expression(f) for f in factors]
        if concluded is not None:
            terms = [e for t in (*concluded.every, *concluded.some) for e in t]
        else:
            terms = [e for _, when in self._named_conditions() for e in when]
        edges += [d for e in (*analysis.assumptions, *terms) for d in compared(e)]
        own = Algebra(self.free, edges)
        table = CaseTable(own)
        if not table.complete:
            raise UnsupportedError("the boundaries are no polynomials")
        try:
            parts = [p for e in edges for q in own.fraction(e) for p in table.polys(q)]
        except ExpressionError as error:
            raise UnsupportedError(error.what) from None
        plain = Algebra(self.free)
        parts = [p.set_ring(plain.ring) for p in parts]
        walls = dict.fromkeys(f for p in parts if p for f, _ in plain.factors(p)[1])
        return list(walls), plain

    def _marks(self, walls: Sequence[Any]) -> list[float]:
        """Return where walls stand upright."""
        from deterrence.algebra.roots import isolate

        tables = {_coefficients(wall) for wall in walls if _is_upright(wall)}
        return [r.decimal for r in isolate(sorted(tables))]

    # ---- from points ---------------------------------------------------------------
    def grid(self, points: int = GRID, why: str = "") -> PlaneMap:
        """Return the territory from the equilibria at a grid of points."""
        import numpy as np

        from deterrence.analysis.points.solver import PointSolver

        if not 2 <= points <= MOST_POINTS:
            raise UsageError(
                f"{points} x {points} points in a figure", remedy=f"ask for 2 to {MOST_POINTS}"
            )
        x, y = self.free
        statements = (self.conclusion,) if self.conclusion else ()
        asked: dict[str, Any] = {"measures": (), "statements": statements}
        solver = PointSolver(self.full, [x, y], self.given, scenario=self.scenario, **asked)
        edges = [
            spaced(float(low), float(high), 2 * points + 1, log)
            if log
            else [low + (high - low) * k / (2 * points) for k in range(2 * points + 1)]
            for (low, high), log in zip(self.box, self.log, strict=True)
        ]
        xs, ys = ([Fraction(v) for v in ends[1::2]] for ends in edges)
        pairs = [(p, q) for p in xs for q in ys]
        columns = dict(zip((x, y), np.array(pairs, dtype=float).T.copy(), strict=True))
        block = solver.solve(columns, exact=lambda i: {x: pairs[i][0], y: pairs[i][1]})
        labels: list[Hashable] = []
        areas: dict[Hashable, Area] = {}
        for i, pair in enumerate(pairs):
            label, area = self._at_grid(solver, block, i, pair)
            labels.append(label)
            areas.setdefault(label, area)
        slabs = []
        for k in range(points):
            row = labels[k * points : (k + 1) * points]
            sides = [[float(v) for v in ends[::2]] for ends in edges]
            slabs.append(_square_slab(row, sides[0][k : k + 2], sides[1]))
        low, high = self.box[1]
        plane = Mosaic(tuple(slabs), float(high - low))
        told = (f"Solved at {points} x {points} points, as {why}.",) if why else ()
        return self._territory(plane, areas, {}, exact=False, messages=told)

    def _at_grid(self, solver: Any, block: Any, i: int, pair: Any) -> tuple[Hashable, Area]:
        if not block.valid[i]:
            return False, Area(False, "", valid=False)
        if self.conclusion is not None:
            here = block.truths[self.conclusion][i, : int(block.count[i])]
            verdict = "every" if here.all() else "some" if here.any() else "no"
            return verdict, Area(
                verdict, verdict_words(self.full, self.conclusion, verdict), valid=True
            )
        supports = supports_at(self.full, block, i)
        name = ""
        if self.full.named_regimes:
            name = name_at(self.full, solver.values_at(dict(zip(self.free, pair, strict=True))))
        found = tuple(sorted({self._result(s) for s in supports}, key=result_order))
        return (name, found), Area((name, found), name, valid=True, results=found)

    def _result(self, support: ActionSupport) -> AreaResult:
        """Return the result of an equilibrium at a point of the grid."""
        if support not in self._results:
            used = dict(zip(self.full.players, support, strict=True))
            possible: list[str] = []
            if is_pure(support):
                place = 0
                for (action,), actions in zip(support, self.full.actions, strict=True):
                    place = place * len(actions) + actions.index(action)
                zero = Expression.number(0)
                possible = [
                    o for o, p in self.full.cells[place].lottery if Expression.of(p) != zero
                ]
            told = result_of(self.full, [used], possible)
            self._results[support] = told
        return self._results[support]

    def _territory(
        self,
        plane: Mosaic,
        areas: Mapping[Hashable, Area],
        equations: Mapping[int, Expression],
        *,
        exact: bool,
        messages: tuple[str, ...],
    ) -> PlaneMap:
        if not any(a.valid for a in areas.values()):
            raise DeterrenceError(
                f"no values of {self.free[0]} and {self.free[1]} in these ranges keep the "
                f"assumptions of {self.model.name}",
                remedy="choose other ranges, or other values for the rest",
            )
        (x, y), (xrange, yrange) = self.parameters, self.box
        found = (plane, areas, equations, exact, messages, self.log)
        return PlaneMap(x, y, xrange, yrange, self.base, *found)


def survey_plane(survey: PlaneSurvey, points: int | None = None) -> PlaneMap:
    """Return the territory, exact where that can be."""
    try:
        return survey.exact()
    except UnsupportedError as error:
        if survey.full.tree is not None:
            raise UsageError(
                f"{survey.full.name} has no exact map: {error.what}",
                remedy="give a longer --time-limit, or `deterrence sweep` over both parameters",
            ) from None
        if points is None:
            points = GRID if len(survey.model.cells) <= MAX_CELLS else COARSE
        return survey.grid(points, why=error.what)


def _around(here: Fraction) -> tuple[Fraction, Fraction]:
    """Return a range around a parameter's value."""
    size = abs(here) or Fraction(1)
    return here - size, here + size


def _is_upright(wall: Any) -> bool:
    """Say whether a polynomial is one without y."""
    return bool(wall.degree(wall.ring.gens[1]) <= 0)


def _coefficients(wall: Any) -> tuple[int, ...]:
    """Return the coefficients in x of a polynomial without y, highest first."""
    table = {int(i): int(c) for (i, _), c in wall.terms()}
    return tuple(table.get(k, 0) for k in range(max(table), -1, -1))


def _stands_at(wall: Any, x: float) -> bool:
    """Say whether a polynomial without y is zero at x."""
    from deterrence.algebra.roots import isolate

    if not _is_upright(wall):
        return False
    roots = isolate([_coefficients(wall)])
    return any(abs(r.decimal - x) <= 1e-6 * max(1.0, abs(x)) for r in roots)


def _square_slab(row: Sequence[Hashable], sides: Sequence[float], ends: Sequence[float]) -> Slab:
    """Return one column of squares as a slab, equal neighbours joined.

    ``sides`` are its left and its right end, ``ends`` those of the squares from bottom to top.
    """
    heights, labels = [ends[0]], [row[0]]
    for j in range(1, len(row)):
        if row[j] != labels[-1]:
            heights.append(ends[j])
            labels.append(row[j])
    heights.append(ends[-1])
    walls = (-1,) * (len(labels) - 1)
    return Slab(tuple(PlaneColumn(x, tuple(heights), tuple(labels), walls) for x in sides))
