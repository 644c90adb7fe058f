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
from dataclasses import replace
from fractions import Fraction
from typing import Any

from deterrence.algebra.along_lines import LinePlace, inside
from deterrence.algebra.cases import CaseTable
from deterrence.algebra.derivatives import derivative
from deterrence.algebra.expressions import Expression
from deterrence.algebra.literals import Literal
from deterrence.algebra.polynomials import Algebra
from deterrence.algebra.rings import RingElement, dense
from deterrence.algebra.roots import Root, isolate
from deterrence.algebra.univariate import Coefficients, sign
from deterrence.errors import ExpressionError, IncompleteError, UnsupportedError, UsageError
from deterrence.game.pattern_names import called, result_name
from deterrence.proving.samples import comparisons
from deterrence.symbolic.along.free_parameter import FreeParameter
from deterrence.symbolic.along.threshold_results import (
    PointEquilibrium,
    Threshold,
    Thresholds,
    ThresholdStretch,
    results_told,
)
from deterrence.symbolic.regime_map import holding
from deterrence.symbolic.results import SymbolicEquilibrium
from deterrence.symbolic.trees.analysis import analyse_table, analyse_tree
from deterrence.symbolic.trees.exact_check import same_outcomes, solution_at
from deterrence.symbolic.trees.regime_analysis import TreeAnalysis
from deterrence.symbolic.trees.table_analysis import TableAnalysis

#: Seconds for the analysis along the line, and for that with all parameters as symbols.
EFFORT, FORMULAS = 30.0, 20.0


def tree_thresholds(free: FreeParameter, *, formulas: bool) -> Thresholds:
    """Return where the equilibria of a tree, or of a table of many players, change.

    Equilibria with the same outcomes are one, whatever is done where the play
    does not come.  Raises as :func:`deterrence.symbolic.along.thresholds.find_thresholds`.
    """
    model, parameter = free.model, free.parameter
    analyse = analyse_table if model.tree is None else analyse_tree
    analysis = analyse(
        model.replace(known_results=()),
        expand=True,
        fixed=free.fixed,
        effort=EFFORT,
        boundaries=False,
    )
    if analysis.cover != "proven":
        raise IncompleteError(
            f"the equilibria of {model.name} are not proven complete along {parameter}",
            remedy="use `deterrence sweep` over the parameter",
        )
    if parameter not in analysis.symbols:
        raise free.unmoved()
    if not CaseTable(analysis.internal.problem.algebra).complete:
        raise UnsupportedError(
            f"the payoffs of {model.name} are no quotients of polynomials in {parameter}",
            remedy="use `deterrence sweep` over the parameter",
        )
    return _TreeThresholds(free, analysis).run(formulas)


class _TreeThresholds:
    """The families that exist along the line."""

    def __init__(
        self,
        free: FreeParameter,
        analysis: TreeAnalysis | TableAnalysis,
    ) -> None:
        self.free = free
        self.analysis, self.internal = analysis, analysis.internal
        self.algebra = self.internal.problem.algebra
        self.table = CaseTable(self.algebra)

    def run(self, formulas: bool) -> Thresholds:
        """Return the whole answer."""
        roots = isolate(dict.fromkeys(c for p in self._polys() for c in self._factors(p)))
        ends: list[Root | None] = [None, *roots, None]
        cells = [
            LinePlace(None, inside(low, high), low, high) for low, high in itertools.pairwise(ends)
        ]
        found = [self._families(cell.point) for cell in cells]
        kept = [
            k
            for k in range(len(roots))
            if None not in (found[k], found[k + 1]) and found[k] != found[k + 1]
        ]
        if all(f is None for f in found):
            raise self.free.nowhere()
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
        return self.free.answer(
            thresholds,
            stretches,
            [self._equilibrium(k) for k in used],
            (
                "at a threshold, where two moves are equally good, there may be more equilibria "
                "than those on either side",
            ),
        )

    # ---- the line ----------------------------------------------------------------------
    def _polys(self) -> list[RingElement]:
        polys = list(self.internal.map.polys)
        for left, _, right in comparisons(self.internal.problem.assumptions):
            polys += list(self.algebra.fraction(left - right))
        polys += [f.poly for family in self.internal.families for b in family.region for f in b]
        polys += list(self.internal.problem.nonzero)
        settled = [own for p in polys for own in self.table.polys(p)]
        return [p for p in settled if p and not p.is_ground]

    def _factors(self, poly: RingElement) -> list[Coefficients]:
        factors = self.algebra.factors(poly)[1]
        return [dense({sum(powers): int(c) for powers, c in f.terms()}) for f, _ in factors]

    def _families(self, point: Fraction) -> frozenset[int] | None:
        """Return the families that exist at a point, None outside the assumptions."""
        values = {self.free.parameter: point}
        try:
            if not all(a.evaluate(values) for a in self.internal.problem.assumptions):
                return None
        except ExpressionError:
            return None
        full = {**dict.fromkeys(self.algebra.names, Fraction(0)), **values}
        return holding(
            (family.region for family in self.internal.families),
            self.table.signs(lambda poly: sign(self.algebra.evaluate(poly, full))),
        )

    def _stretch(
        self, part: Sequence[tuple[LinePlace, frozenset[int] | None]]
    ) -> ThresholdStretch | None:
        """Return a part of the line as a stretch; what lies outside the assumptions is left out."""
        cells = [cell for cell, families in part if families is not None]
        families = next((f for _, f in part if f is not None), None)
        if families is None:
            return None
        shown = [self._shown(k) for k in sorted(families)]

        def check(point: Fraction) -> bool:
            values = {self.free.parameter: point}
            return same_outcomes(solution_at(self.internal, values), shown, values)

        ids = tuple(sorted(families))
        return self.free.stretch(cells, ids, lambda cell: self._regime(cell.point), check)

    def _shown(self, family: int) -> SymbolicEquilibrium:
        number = self.analysis.families[family].members[0]
        return self.analysis.equilibria[number]

    def _equilibrium(self, family: int) -> PointEquilibrium:
        e, model = self._shown(family), self.free.model
        # Known results, which name equilibria, are left out of the analysis along the line.
        pattern = model.names.pattern(e.support)
        # Two roots of one equation are told apart by what the analysis calls them.
        name = e.name if self.internal.found(e.id).roots else model.names.name(pattern)
        chances = list(e.outcomes)
        members = self.analysis.families[family].members
        several = len(members) > 1
        titled = result_name(chances, model.titles, known=model.naming.outcomes)
        return PointEquilibrium(
            id=family,
            number=None if several else model.names.number(pattern),
            name="" if several else name,
            result=family,
            result_name=called(titled, chances, [name]) if chances else "open",
            support=e.support,
            profile=e.profile,
            payoffs=e.payoffs,
            measures=e.measures,
            supports=tuple(self.analysis.equilibria[k].support for k in members),
        )

    def _regime(self, point: Fraction) -> str | None:
        values: dict[str, Any] = {**self.free.fixed, self.free.parameter: point}
        for name in self.free.model.derived:
            formula = self.free.model.parameters[name].formula
            if name not in values and formula is not None:
                values[name] = formula.evaluate(values)
        for regime in self.free.model.named_regimes:
            if all(c.names <= set(values) and c.evaluate(values) for c in regime.when):
                return regime.name
        return None

    # ---- thresholds --------------------------------------------------------------------
    def _threshold(
        self,
        root: Root,
        below: ThresholdStretch | None,
        above: ThresholdStretch | None,
        behind: Sequence[tuple[Expression, Expression]],
    ) -> Threshold:
        sides = [s.equilibria if s else () for s in (below, above)]
        equations = self._equations(root, behind)
        formula = next((f for _, f in equations if f is not None), None)
        number = str(root) if root.rational is not None else f"{root.decimal:.6g} ({root})"
        told = [f"{where}: {self._told(s)}" for where, s in (("below", below), ("above", above))]
        equal = f" = {formula}" if formula is not None else ""
        threshold = self.free.threshold(
            root,
            tuple(sorted({k for ids in sides for k in ids})),
            self._regime(root.rational) if root.rational is not None else None,
            result_changes=below is not None and above is not None,
            equations=[c for c, _ in equations],
            formula=formula,
        )
        text = f"{self.free.parameter} = {number}{equal}; {'; '.join(told)}"
        return replace(threshold, text=text)

    def _told(self, stretch: ThresholdStretch | None) -> str:
        """Return what the equilibria of a stretch lead to, and the model's name for it."""
        if stretch is None:
            return "not within the assumptions"
        text = results_told(self._equilibrium(k) for k in stretch.equilibria)
        return f"{text} ({stretch.regime})" if stretch.regime else text

    def _behind(self) -> list[tuple[Expression, Expression]]:
        """Return the conditions of the game with all parameters as symbols, as equations."""
        try:
            analyse = analyse_table if self.free.model.tree is None else analyse_tree
            whole = analyse(
                self.free.model.replace(known_results=()), effort=FORMULAS, boundaries=False
            )
        except (UnsupportedError, UsageError):
            return []
        algebra = whole.internal.problem.algebra
        simplifier = whole.internal.simplifier
        table = CaseTable(algebra)
        walls = [own for f in whole.internal.map.walls() for own in table.polys(f) if own]
        factors = dict.fromkeys(f for p in walls for f, _ in algebra.factors(p)[1])
        return [
            (algebra.expression(f), simplifier.literal(Literal(f, "==")))
            for f in sorted(factors, key=len)
        ]

    def _equations(
        self, root: Root, behind: Sequence[tuple[Expression, Expression]]
    ) -> list[tuple[Expression, Expression | None]]:
        if root.rational is None:
            return []
        values = {**self.free.numbers, **self.free.fixed, self.free.parameter: root.rational}
        found = []
        for e, condition in behind:
            known = self.free.parameter in e.names and e.names <= values.keys()
            if known and e.evaluate(values) == 0:
                found.append((condition, _solved(e, self.free.parameter, values)))
        return found


def _solved(e: Expression, name: str, values: Mapping[str, Fraction]) -> Expression | None:
    """Return the parameter's value where a formula that is linear in it vanishes."""
    slope = derivative(e, name)
    if slope is None or name in slope.names:
        return None
    names = sorted(e.names | {name})
    algebra = Algebra(names, [e, slope])
    rest = e.substitute({name: Expression.number(0)})
    top, bottom = algebra.fraction(-rest / slope)
    found: Expression = algebra.quotient(*algebra.lowest(top, bottom), values)
    # A number says no more than the threshold itself does.
    return found if found.names and name not in found.names else None
