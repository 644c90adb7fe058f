"""Thresholds of a tree: where the equilibria change as one parameter moves.

The tree is solved in formulas with all other parameters at values; the real roots of
the conditions' polynomials, rational or algebraic, cut the line into stretches, and
each stretch is checked with the exact solver at a rational point of it.

>>> from deterrence import load_model
>>> found = load_model("unilateral-deterrence").thresholds("p_Def")
>>> [(str(t.value), str(t.formula)) for t in found.thresholds]
[('1/2', '(c_DC - c_SQ)/(c_DC - c_CD)'), ('2/3', '(c_DC - c_SQ)/(c_DC - c_DDh)')]
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, cast

from deterrence.algebra.derivatives import derivative
from deterrence.algebra.expressions import Expression
from deterrence.algebra.roots import Coefficients, Root, isolate, simplest_between
from deterrence.errors import ExpressionError, IncompleteError, UnsupportedError, UsageError
from deterrence.modelfile.model import SymbolicModel
from deterrence.proving.samples import comparisons
from deterrence.symbolic.along.threshold_results import (
    PointEquilibrium,
    Stretch,
    Threshold,
    Thresholds,
)
from deterrence.symbolic.trees.analysis import TreeInternal, analyse_tree
from deterrence.symbolic.trees.at_points import same_results
from deterrence.symbolic.trees.results import SymbolicAssessment, TreeAnalysis

#: Seconds for the analysis along the line, and for that with all parameters as symbols.
TIME_LIMIT, FORMULAS = 30.0, 20.0


#: An open interval between two roots, with a number in it.
Cell = tuple[Root | None, Root | None, Fraction]


@dataclass(frozen=True, eq=False)
class TreePointEquilibrium(PointEquilibrium):
    """An equilibrium of a tree along a line; ``support`` and ``profile`` go by information set."""

    def to_dict(self) -> dict[str, Any]:
        """Return the equilibrium as plain data."""
        profile: Any = self.profile
        support: Any = self.support
        return {
            "id": self.id,
            "result": self.result,
            "support": {
                p: {s: list(a) for s, a in own.items()} for p, own in support.items()
            },
            "profile": {
                p: {s: {a: str(e) for a, e in mix.items()} for s, mix in own.items()}
                for p, own in profile.items()
            },
            "payoffs": {p: str(e) for p, e in self.payoffs.items()},
            "measures": {m: None if e is None else str(e) for m, e in self.measures.items()},
        }  # fmt: skip


def tree_thresholds(
    model: SymbolicModel,
    parameter: str,
    numbers: Mapping[str, Fraction],
    fixed: Mapping[str, Fraction],
    *,
    formulas: bool,
) -> Thresholds:
    """Return where the equilibria of a tree change as ``parameter`` moves.

    ``fixed`` are the values of all others, ``numbers`` the same with a value for the
    parameter itself.  Equilibria with the same outcomes are one, whatever is done where the play
    does not come.  Raises as :func:`deterrence.symbolic.along.thresholds.find_thresholds`.
    """
    analysis = analyse_tree(
        model.replace(known_results=()), expand=True, fixed=fixed, time_limit=TIME_LIMIT,
        boundaries=False,
    )  # fmt: skip
    if analysis.cover != "proven":
        raise IncompleteError(
            f"the equilibria of {model.name} are not proven complete along {parameter}",
            remedy="use `deterrence sweep` over the parameter",
        )
    if parameter not in analysis.symbols:
        raise UsageError(
            f"{parameter} changes nothing in {model.name} at these values",
            remedy="free another parameter, or unset the derived one that it acts through",
        )
    if analysis.internal.problem.algebra.atoms:
        raise UnsupportedError(
            f"the payoffs of {model.name} are no quotients of polynomials in {parameter}",
            remedy="use `deterrence sweep` over the parameter",
        )
    return _Line(model, parameter, numbers, fixed, analysis).run(formulas)


class _Line:
    """The families that exist along the line."""

    def __init__(
        self,
        model: SymbolicModel,
        parameter: str,
        numbers: Mapping[str, Fraction],
        fixed: Mapping[str, Fraction],
        analysis: TreeAnalysis,
    ) -> None:
        self.model, self.parameter = model, parameter
        self.numbers, self.fixed = dict(numbers), dict(fixed)
        self.analysis = analysis
        self.internal: TreeInternal = analysis.internal
        self.algebra = self.internal.problem.algebra
        p = model.parameters[parameter]
        self.bounds = p.lower, p.upper

    def run(self, formulas: bool) -> Thresholds:
        """Return the whole answer."""
        roots = isolate(dict.fromkeys(c for p in self._polys() for c in self._factors(p)))
        ends: list[Root | None] = [None, *roots, None]
        cells = [
            (low, high, _inside(low, high)) for low, high in itertools.pairwise(ends)
        ]  # fmt: skip
        found = [self._families(point) for _, _, point in cells]
        kept = [
            k
            for k in range(len(roots))
            if None not in (found[k], found[k + 1]) and found[k] != found[k + 1]
        ]
        if all(f is None for f in found):
            raise UsageError(
                f"no value of {self.parameter} keeps the assumptions of {self.model.name} "
                "at these values",
                remedy="choose other values",
            )
        cuts = [-1, *kept, len(roots)]
        stretches = [
            self._stretch(list(zip(cells, found, strict=True))[a + 1 : b + 1])
            for a, b in itertools.pairwise(cuts)
        ]
        behind = self._behind() if formulas else []
        thresholds = [
            self._threshold(roots[k], stretches[i], stretches[i + 1], behind)
            for i, k in enumerate(kept)
        ]
        used = sorted({k for f in found if f for k in f})
        return Thresholds(
            model=self.model.name,
            parameter=self.parameter,
            title=self.model.parameters[self.parameter].title,
            values=self.fixed,
            thresholds=tuple(thresholds),
            stretches=tuple(stretches),
            equilibria=tuple(self._equilibrium(k) for k in used),
            messages=(
                "at a threshold, where two moves are equally good, there may be more equilibria "
                "than those on either side",
            ),
        )

    # ---- the line ----------------------------------------------------------------------
    def _polys(self) -> list[Any]:
        polys = list(self.internal.map.polys)
        for left, _, right in comparisons(self.internal.problem.assumptions):
            polys += list(self.algebra.fraction(left - right))
        polys += [f.poly for family in self.internal.families for b in family.region for f in b]
        polys += list(self.internal.problem.nonzero)
        return [p for p in polys if p and not p.is_ground]

    def _factors(self, poly: Any) -> list[Coefficients]:
        found = []
        for f, _ in self.algebra.factors(poly)[1]:
            table = {sum(powers): int(c) for powers, c in f.terms()}
            found.append(tuple(table.get(k, 0) for k in range(max(table), -1, -1)))
        return found

    def _families(self, point: Fraction) -> frozenset[int] | None:
        """Return the families that exist at a point, None outside the assumptions."""
        values = {self.parameter: point}
        try:
            if not all(a.evaluate(values) for a in self.internal.problem.assumptions):
                return None
        except ExpressionError:
            return None
        return frozenset(
            k
            for k, family in enumerate(self.internal.families)
            if any(
                all(lit.holds(self.algebra.evaluate(lit.poly, values)) for lit in branch)
                for branch in family.region
            )
        )

    def _stretch(self, part: Sequence[tuple[Cell, frozenset[int] | None]]) -> Stretch | None:
        """Return a part of the line as a stretch; what lies outside the assumptions is left out."""
        cells = [cell for cell, families in part if families is not None]
        families = next((f for _, f in part if f is not None), None)
        if families is None:
            return None
        low, high = cells[0][0], cells[-1][1]
        inside = [point for _, _, point in cells if self._within(point)]
        witness = (inside or [point for _, _, point in cells])[0]
        values = {self.parameter: witness}
        shown = [self._shown(k) for k in sorted(families)]
        return Stretch(
            lower=None if low is None else low.decimal,
            upper=None if high is None else high.decimal,
            witness=witness,
            equilibria=tuple(sorted(families)),
            regime=self._regime(witness),
            within_bounds=bool(inside),
            checked=same_results(self.analysis, shown, values),
        )

    def _within(self, point: Fraction) -> bool:
        low, high = self.bounds
        return (low is None or point >= low) and (high is None or point <= high)

    def _shown(self, family: int) -> SymbolicAssessment:
        number = self.analysis.families[family].members[0]
        return cast("SymbolicAssessment", self.analysis.equilibria[number])

    def _equilibrium(self, family: int) -> TreePointEquilibrium:
        e = self._shown(family)
        return TreePointEquilibrium(
            family, family, e.support, e.profile, e.payoffs, e.measures
        )  # fmt: skip

    def _regime(self, point: Fraction) -> str | None:
        values: dict[str, Any] = {**self.fixed, self.parameter: point}
        for name in self.model.derived:
            formula = self.model.parameters[name].formula
            if name not in values and formula is not None:
                values[name] = formula.evaluate(values)
        for regime in self.model.named_regimes:
            if all(c.names <= set(values) and c.evaluate(values) for c in regime.when):
                return regime.name
        return None

    # ---- thresholds --------------------------------------------------------------------
    def _threshold(
        self,
        root: Root,
        below: Stretch | None,
        above: Stretch | None,
        behind: Sequence[tuple[Any, Expression]],
    ) -> Threshold:
        narrow = root.narrowed(Fraction(1, 10**12))
        low, high = self.bounds
        sides = [s.equilibria if s else () for s in (below, above)]
        equations = self._equations(root, behind)
        formula = next((f for _, f in equations if f is not None), None)
        number = str(root) if root.rational is not None else f"{root.decimal:.6g} ({root})"
        told = [f"{where}: {self._told(s)}" for where, s in (("below", below), ("above", above))]
        equal = f" = {formula}" if formula is not None else ""
        return Threshold(
            value=root.rational,
            root=str(root),
            polynomial=root.polynomial,
            interval=(narrow.low, narrow.high),
            decimal=root.decimal,
            within_bounds=(low is None or narrow.high >= low)
            and (high is None or narrow.low <= high),
            equilibria=tuple(sorted({k for ids in sides for k in ids})),
            regime=self._regime(root.rational) if root.rational is not None else None,
            result_changes=below is not None and above is not None,
            condition=equations[0][0] if equations else None,
            formula=formula,
            also=tuple(c for c, _ in equations[1:]),
            text=f"{self.parameter} = {number}{equal}; {'; '.join(told)}",
        )

    def _told(self, stretch: Stretch | None) -> str:
        """Return what the equilibria of a stretch lead to: numbers here are no one else's."""
        if stretch is None:
            return "not within the assumptions"
        titles = self.internal.problem.titles
        results = [
            "/".join(titles.get(o) or o for o in self._shown(k).outcomes)
            for k in stretch.equilibria
        ]
        text = " or ".join(results)
        return f"{text} ({stretch.regime})" if stretch.regime else text

    def _behind(self) -> list[tuple[Any, Expression]]:
        """Return the conditions of the game with all parameters as symbols, as equations."""
        try:
            whole = analyse_tree(
                self.model.replace(known_results=()), time_limit=FORMULAS, boundaries=False
            )
        except (UnsupportedError, UsageError):
            return []
        algebra = whole.internal.problem.algebra
        simplifier = whole.internal.simplifier
        factors = dict.fromkeys(
            f for p in whole.internal.map.polys for f, _ in algebra.factors(p)[1]
        )
        from deterrence.algebra.literals import Literal

        return [
            (algebra.expression(f), simplifier.literal(Literal(f, "==")))
            for f in sorted(factors, key=len)
            if simplifier.sign(f) is None
        ]

    def _equations(
        self, root: Root, behind: Sequence[tuple[Any, Expression]]
    ) -> list[tuple[Expression, Expression | None]]:
        if root.rational is None:
            return []
        values = {**self.numbers, **self.fixed, self.parameter: root.rational}
        found = []
        for e, condition in behind:
            if self.parameter in e.names and e.names <= set(values) and e.evaluate(values) == 0:
                found.append((condition, _solved(e, self.parameter, values)))
        return found


def _solved(e: Expression, name: str, values: Mapping[str, Fraction]) -> Expression | None:
    """Return the parameter's value where a formula that is linear in it vanishes."""
    slope = derivative(e, name)
    if slope is None or name in slope.names:
        return None
    from deterrence.algebra.polynomials import Algebra

    names = sorted(e.names | {name})
    algebra = Algebra(names, [e, slope])
    rest = e.substitute({name: Expression.number(0)})
    top, bottom = algebra.fraction(-rest / slope)
    found: Expression = algebra.quotient(*algebra.lowest(top, bottom), values)
    # A number says no more than the threshold itself does.
    return found if found.names and name not in found.names else None


def _inside(low: Root | None, high: Root | None) -> Fraction:
    """Return a simple number between two roots."""
    if low is None and high is None:
        return Fraction(0)
    if low is None:
        assert high is not None
        return Fraction(high.low.__floor__() - 1)
    if high is None:
        return Fraction(low.high.__ceil__() + 1)
    while low.high >= high.low:
        low, high = (
            low.narrowed((low.high - low.low) / 4),
            high.narrowed((high.high - high.low) / 4),
        )
    a, b = low.high, high.low
    return simplest_between(a + (b - a) / 4, b - (b - a) / 4)
