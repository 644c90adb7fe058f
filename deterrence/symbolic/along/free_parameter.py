"""One free parameter on its range: what thresholds of matrices and trees have in common."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from deterrence.algebra.along_lines import LinePlace
from deterrence.algebra.expressions import Expression
from deterrence.algebra.roots import Root
from deterrence.errors import UsageError
from deterrence.modelfile.model import SymbolicModel
from deterrence.symbolic.along.threshold_results import (
    PointEquilibrium,
    Threshold,
    Thresholds,
    ThresholdStretch,
)

#: Width of the interval that a threshold is told in.
_NARROW = Fraction(1, 10**12)


@dataclass(frozen=True, eq=False)
class FreeParameter:
    """One parameter of a model, all others at values.

    ``fixed`` are the values of all others, ``numbers`` the same with a value for the
    parameter itself.
    """

    model: SymbolicModel
    parameter: str
    numbers: Mapping[str, Fraction]
    fixed: Mapping[str, Fraction]

    @property
    def bounds(self) -> tuple[Fraction | None, Fraction | None]:
        """The lower and the upper bound of the parameter."""
        p = self.model.parameters[self.parameter]
        return p.lower, p.upper

    def holds(self, point: Fraction) -> bool:
        """Say whether a value is within the parameter's bounds."""
        low, high = self.bounds
        return (low is None or point >= low) and (high is None or point <= high)

    def threshold(
        self,
        root: Root,
        equilibria: tuple[int, ...],
        regime: str | None,
        *,
        result_changes: bool,
        equations: Sequence[Expression],
        formula: Expression | None,
    ) -> Threshold:
        """Return a root as a threshold, without its text.

        ``equations`` hold there, the shortest first; ``formula`` is that one, solved.
        """
        low, high = self.bounds
        narrow = root.narrowed(_NARROW)
        return Threshold(
            value=root.rational,
            root=str(root),
            polynomial=root.polynomial,
            interval=(narrow.low, narrow.high),
            decimal=root.decimal,
            within_bounds=(low is None or narrow.high >= low)
            and (high is None or narrow.low <= high),
            equilibria=equilibria,
            regime=regime,
            result_changes=result_changes,
            condition=equations[0] if equations else None,
            formula=formula,
            also=tuple(equations[1:]),
        )

    def stretch(
        self,
        cells: Sequence[LinePlace],
        equilibria: tuple[int, ...],
        regime: Callable[[LinePlace], str | None],
        check: Callable[[Fraction], bool],
    ) -> ThresholdStretch:
        """Return neighbouring cells with the same equilibria; a witness is within the bounds.

        ``regime`` names what holds at a cell, ``check`` asks the exact solver at a point.
        """
        low, high = cells[0].low, cells[-1].high
        inside = [cell for cell in cells if self.holds(cell.point)]
        cell = (inside or cells)[0]
        return ThresholdStretch(
            lower=None if low is None else low.decimal,
            upper=None if high is None else high.decimal,
            witness=cell.point,
            equilibria=equilibria,
            regime=regime(cell),
            within_bounds=bool(inside),
            checked=check(cell.point),
        )

    def nowhere(self) -> UsageError:
        """Return the error for a range on which the assumptions hold nowhere."""
        return UsageError(
            f"no value of {self.parameter} keeps the assumptions of {self.model.name} "
            "at these values",
            remedy="choose other values",
        )

    def unmoved(self) -> UsageError:
        """Return the error for a parameter that does not matter."""
        return UsageError(
            f"{self.parameter} changes nothing in {self.model.name} at these values",
            remedy="free another parameter, or unset the derived one that it acts through",
        )

    def answer(
        self,
        thresholds: Sequence[Threshold],
        stretches: Sequence[ThresholdStretch | None],
        equilibria: Sequence[PointEquilibrium],
        messages: tuple[str, ...] = (),
    ) -> Thresholds:
        """Return the whole answer."""
        return Thresholds(
            model=self.model.name,
            parameter=self.parameter,
            title=self.model.parameters[self.parameter].title,
            values=dict(self.fixed),
            thresholds=tuple(thresholds),
            stretches=tuple(stretches),
            equilibria=tuple(equilibria),
            messages=messages,
        )
