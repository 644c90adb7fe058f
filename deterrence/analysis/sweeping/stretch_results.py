"""What can happen on the stretches of a sweep along one axis: the results at their middles.

The middle of a stretch is one of its points, solved exactly, so what is said of it is called
as ``solve`` calls it there.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from deterrence.analysis.sweeping.plan import SweepPlan
from deterrence.analysis.sweeping.summary import SweepStretch, SweepSummary
from deterrence.analysis.told_results import ToldResult, told_results
from deterrence.errors import DeterrenceError
from deterrence.limits import work
from deterrence.solvers import solve, solve_tree

#: Work seconds for all stretches of a sweep together; those past it stay without results.
_SECONDS = 6.0


def with_results(summary: SweepSummary) -> SweepSummary:
    """Return a summary whose stretches know their results, as far as the limit allows.

    A sweep that keeps some of the equilibria only has none: they are results of all.
    """
    if not summary.stretches or summary.plan.layout.selects:
        return summary
    end = work.now() + _SECONDS
    stretches = tuple(replace(s, results=_results(summary.plan, s, end)) for s in summary.stretches)
    return replace(summary, stretches=stretches)


def _results(plan: SweepPlan, stretch: SweepStretch, end: float) -> tuple[ToldResult, ...] | None:
    left = work.left(end)
    if not stretch.valid or left <= 0:
        return None
    question = plan.solver().question
    values = question.values_at(plan.design.exact(stretch.first + stretch.points // 2))
    try:
        game: Any = question.model.at(check=False, **values)
        solution: Any
        if question.model.tree is None:
            solution = solve(game, effort=left)
        else:
            solution = solve_tree(game, question.concept, effort=left)
    except DeterrenceError:
        return None
    if solution.interrupted:
        raise KeyboardInterrupt
    return told_results(solution) if solution.status == "complete" else None
