r"""One block of a sweep: its points solved, and the numbers that are stored of them.

>>> from deterrence.modelfile.catalogue import load_model
>>> from deterrence.analysis.sweeping.plan import make_plan
>>> plan = make_plan(load_model("asymmetric-bipolarity"), {"k_R": "4,5,6"}, select="bounds")
>>> found = BlockSolver(plan).solve(0)
>>> found["count"].tolist(), found["deterrence_high"].tolist()
([1, 1, 3], [0.0, 0.0, 1.0])
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING

from deterrence.analysis.points.exact import answer_at
from deterrence.analysis.points.selection import bounds, keep
from deterrence.analysis.sweeping.plan import SweepPlan
from deterrence.analysis.sweeping.ranks import ranks_of
from deterrence.errors import DeterrenceError, UsageError, shorten
from deterrence.statements import is_chance

if TYPE_CHECKING:
    from deterrence.analysis.points.answer import PointAnswer
    from deterrence.analysis.points.arrays import Integers, Truths, Values
    from deterrence.analysis.points.block import PointBlock
    from deterrence.analysis.points.solver import PointSolver
    from deterrence.analysis.sweeping.layout import BlockArrays, SweepLayout
    from deterrence.game.strategic import StrategicGame
    from deterrence.modelfile.model import SymbolicModel


class BlockSolver:
    """Solves blocks of a plan, one after the other.  It is for one thread."""

    def __init__(self, plan: SweepPlan) -> None:
        self.plan, self.solver = plan, plan.solver()
        #: The order of the cells by what ``worst`` and ``best`` go by, if it never changes.
        self.ranks: dict[str, Integers] = {}
        if plan.by is not None:
            base = self.solver.question.base
            ranks = ranks_of(plan.model, base, plan.moving, plan.by)
            if ranks is not None:
                self.ranks[plan.by] = ranks
        #: The measures that are sums of probabilities: no rounding makes them 0.
        self.zeros = frozenset(m.name for m in plan.model.measures if is_chance(m.expression))

    def solve(self, number: int) -> BlockArrays:
        """Solve a block and return its arrays, see :mod:`.layout`.

        Raises :class:`UsageError` that names a point where a model has no game.
        """
        plan, solver = self.plan, self.solver
        start, stop = plan.points_of(number)
        grid = plan.design.seed is None

        columns = plan.design.columns(start, stop)

        def exactly(i: int) -> StrategicGame | PointAnswer | None:
            if plan.model.tree is not None:
                return answer_at(solver.question, place(i))
            return plan.model.strategic_at(check=False, **solver.values_at(place(i)))

        def place(i: int) -> Mapping[str, Fraction]:
            if grid:
                return plan.design.exact(start + i)
            return {name: Fraction(float(column[i])) for name, column in columns.items()}

        try:
            # The floats of a sample are its exact values, which a solver takes them for.
            block = solver.solve(columns, place if grid else None)
        except DeterrenceError as error:
            raise _located(error, plan.model, solver, place, stop - start) from None
        kept = keep(block, plan.select, plan.by, exactly, self.ranks, self.zeros)
        return _arrays(plan.layout, block, kept, plan.select)


def _located(
    error: DeterrenceError,
    model: SymbolicModel,
    solver: PointSolver,
    place: Callable[[int], Mapping[str, Fraction]],
    points: int,
) -> DeterrenceError:
    """Return an error that says at which point of a block it comes up."""
    for i in range(points):
        try:
            values = solver.values_at(place(i))
            if all(assumption.evaluate(values) for assumption in model.assumptions):
                model.at(check=False, **values)
        except DeterrenceError as here:
            at = ", ".join(f"{n} = {shorten(str(v), 30)}" for n, v in place(i).items())
            return UsageError(
                f"at {at}: {here.what}",
                remedy="choose axes without this point, or add an assumption that rules it out",
            )
    return error


def _arrays(layout: SweepLayout, block: PointBlock, kept: Truths, select: str) -> BlockArrays:
    import numpy as np

    names = layout.names
    found: dict[str, Values] = {
        names["count", ""]: block.count.astype(np.int32),
        names["components", ""]: (block.component.max(axis=1, initial=-1) + 1).astype(np.int32),
        names["continuum", ""]: block.continuum,
        names["complete", ""]: block.complete,
        names["valid", ""]: block.valid,
        names["engine", ""]: block.engine.astype(np.int8),
    }
    selected = kept.sum(axis=1, dtype=np.int32)
    if layout.selects:
        found[names["selected", ""]] = selected
    values = {"measure": block.measures, "payoff": block.payoffs}
    for kind, label in layout.bounded:
        low, high = bounds(values[kind][label], kept)
        found[names[f"{kind} low", label]], found[names[f"{kind} high", label]] = low, high
    if select == "bounds":
        return found
    width = int(selected.max(initial=0))
    # The kept equilibria move to the front, in their order.  Where all are, they are there.
    order = None if select == "all" else np.argsort(~kept, axis=1, kind="stable")[:, :width]
    there = None if order is None else np.take_along_axis(kept, order, axis=1)

    def packed(array: Values, fill: float) -> Values:
        if order is None or there is None:
            return array[:, :width]
        more = (slice(None), slice(None), *(None,) * (array.ndim - 2))
        taken = np.take_along_axis(array, order[more], axis=1)
        return np.where(there[more], taken, fill)

    found[names["component", ""]] = packed(block.component, -1).astype(np.int32)
    for kind, arrays in {**values, "probability": block.probabilities}.items():
        for label, array in arrays.items():
            found[names[kind, label]] = packed(array, np.nan)
    return found
