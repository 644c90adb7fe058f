"""The equations between parameters behind thresholds, solved for one parameter.

A threshold is a root of a polynomial of some vertex (a weight or a gap, see
:mod:`deterrence.symbolic.matrices.vertices`) at the values of the other parameters.  With all
parameters symbolic the same vertex has the same polynomial before the values are
put in: its irreducible factors that vanish at the root are the equations.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from deterrence.algebra.along_lines import LinePlace
from deterrence.algebra.cases import CaseTable
from deterrence.algebra.derivatives import derivative
from deterrence.algebra.expressions import Expression
from deterrence.algebra.polynomials import Algebra
from deterrence.algebra.rings import RingElement
from deterrence.algebra.roots import Root
from deterrence.errors import DeterrenceError
from deterrence.modelfile.model import SymbolicModel
from deterrence.symbolic.along.matrix_lines import ParameterLine
from deterrence.symbolic.matrices.problem import problem_of
from deterrence.symbolic.regime_analysis import RegimeAnalysis
from deterrence.symbolic.results import PlainResult

_NEAR = 1e-9
_ZERO = Expression.number(0)


@dataclass(frozen=True, eq=False)
class ParameterEquation(PlainResult):
    """``condition`` holds the parameter; ``solutions`` are for it, one or two, or none known."""

    condition: Expression
    solutions: tuple[Expression, ...]

    def solution_near(self, numbers: Mapping[str, Any], root: Root) -> Expression | None:
        """Return the solution that has the root's value (as floats, where it is irrational)."""
        for solution in self.solutions:
            try:
                number = solution.evaluate(numbers)
            except DeterrenceError:
                continue
            if number == root.rational or (
                isinstance(number, float)
                and abs(number - root.decimal) <= _NEAR * max(1.0, abs(root.decimal))
            ):
                return solution
        return None


class VertexEquations:
    """The symbolic vertices of a model, to be asked which equations hold at a root."""

    def __init__(
        self, model: SymbolicModel, parameter: str, numbers: Mapping[str, Any], *, expand: bool
    ) -> None:
        problem = problem_of(model, expand=expand)
        self.algebra, self.parameter = problem.algebra, parameter
        self.table = CaseTable(problem.algebra)
        self.others = {n: v for n, v in numbers.items() if n != parameter}
        self.vertices = problem.vertices()
        self._factors: dict[tuple[int, tuple[int, ...]], dict[RingElement, Expression]] = {}

    def behind(
        self, line: ParameterLine, place: LinePlace, moving: set[tuple[int, tuple[int, ...]]]
    ) -> list[ParameterEquation]:
        """Return the equations that hold at a root for strategies with the given supports.

        ``moving`` has pairs of side and support; the shortest equation comes first.
        """
        found: dict[RingElement, None] = {}
        for side, support in sorted(moving):
            for factor, here in self._of(side, support).items():
                if factor not in found and _vanishes(line, place, here):
                    found[factor] = None
        ordered = sorted(found, key=lambda f: (len(f), str(f)))
        return [
            ParameterEquation(
                written(self.algebra, f),
                solutions(self.algebra, self.algebra.expression(f), self.parameter),
            )
            for f in ordered
        ]

    def _of(self, side: int, support: tuple[int, ...]) -> dict[RingElement, Expression]:
        """Return the factors of a support's polynomials, and what they are at the values."""
        if (side, support) not in self._factors:
            polys = [p for v in self.vertices[side] if v.support == support for p in v.polynomials]
            polys = [own for p in polys for own in self.table.polys(p)]
            factors = dict.fromkeys(f for p in polys if p for f, _ in self.algebra.factors(p)[1])
            table = {f: self.algebra.expression(f) for f in factors}
            self._factors[side, support] = {
                f: e.substitute(self.others) for f, e in table.items() if self.parameter in e.names
            }
        return self._factors[side, support]


def written(algebra: Algebra, factor: RingElement) -> Expression:
    """Write ``factor == 0`` with positive terms on both sides."""
    return Expression("compare", ("==",), *algebra.sides(factor))


def _vanishes(line: ParameterLine, place: LinePlace, here: Expression) -> bool:
    try:
        top, _ = line.algebra.fraction(here)
    except DeterrenceError:
        return False
    return bool(top) and line.sign(top, place) == 0


def solutions(algebra: Algebra, e: Expression, parameter: str) -> tuple[Expression, ...]:
    """Return the solutions of ``e == 0`` for a parameter of degree one or two, else nothing.

    >>> for text in ("a*x - b", "a*x**2 - b", "x**2 - a*x + 1"):
    ...     print(*solutions(Algebra(["a", "b", "x"]), Expression.parse(text), "x"), sep=", ")
    b/a
    -sqrt(b/a), sqrt(b/a)
    (a - sqrt((2 + a)*(a - 2)))/2, (a + sqrt((2 + a)*(a - 2)))/2
    """

    def tidy(inner: Expression) -> Expression:
        return algebra.quotient(*algebra.fraction(inner))

    def root(inner: Expression) -> Expression:
        return Expression("call", "sqrt", tidy(inner))

    first = derivative(e, parameter)
    second = None if first is None else derivative(first, parameter)
    if first is None or second is None:
        return ()
    at_zero = {parameter: _ZERO}
    slope, rest, curve = first.substitute(at_zero), e.substitute(at_zero), tidy(second)
    if curve == _ZERO:
        return (tidy(-rest / tidy(slope)),)
    if parameter in curve.names:
        return ()
    a, b, c = tidy(curve / Expression.number(2)), tidy(slope), tidy(rest)
    if b == _ZERO:
        return -root(-c / a), root(-c / a)
    if algebra.fraction(a)[0].LC < 0:
        a, b, c = tidy(-a), tidy(-b), tidy(-c)
    spread, double = root(b * b - Expression.number(4) * a * c), tidy(Expression.number(2) * a)
    return tuple(
        (tidy(-b) - spread if low else tidy(-b) + spread) / double for low in (True, False)
    )


def symbolic_thresholds(analysis: RegimeAnalysis, parameter: str) -> tuple[ParameterEquation, ...]:
    """Return the equations between regimes that hold a parameter, solved for it.

    All other parameters stay symbolic.  Where the parameter acts through a derived
    one, the analysis has to be made with ``expand``.

    >>> from deterrence import load_model
    >>> answer = load_model("asymmetric-bipolarity").regimes(expand=True)
    >>> [str(e.solutions[0]) for e in symbolic_thresholds(answer, "c_R")]
    ['(g_R - g_R*v*a_N - rho*N_R*v*a_N)/(a_N*v)', 'l_R - rho*N_R']
    """
    internal = analysis.internal
    algebra = internal.problem.algebra
    forms = [(f, algebra.expression(f)) for f in internal.map.walls()]
    return tuple(
        ParameterEquation(written(algebra, f), solutions(algebra, e, parameter))
        for f, e in forms
        if parameter in e.names
    )
