"""A conflict as polynomials: what each state is worth to whom, over one ring, and what is assumed.

Parameters that are fixed are numbers, derived ones symbols of their own, as in ``regimes``.

>>> from deterrence import load_model
>>> from deterrence.graph_model.conflict import conflict_of
>>> problem = problem_of_conflict(conflict_of(load_model("chicken")))
>>> [str(u) for u in problem.payoffs[0]], problem.symbols[:2]
(['R_A', 'S_A', 'T_A', 'P_A'], ('T_A', 'R_A'))
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from deterrence.algebra.expressions import Expression
from deterrence.algebra.polynomials import Algebra
from deterrence.graph_model.conflict import Conflict
from deterrence.proving.conditions import Simplifier
from deterrence.symbolic.definitions import defined
from deterrence.symbolic.parameter_space import (
    GameProblem,
    cleared,
    divisors,
    known_values,
    parameter_space,
    prover_of,
)
from deterrence.symbolic.scales import scales_of

#: Worths of a player up to which the solver's coordinates are chosen by their differences.
_MAX_COMPARED = 60


def problem_of_conflict(conflict: Conflict, values: Mapping[str, Any] | None = None) -> GameProblem:
    """Return the polynomials of a conflict; ``values`` puts numbers in for some parameters."""
    model = conflict.model
    known, equations = known_values(model, fixed=values)
    table = [[u.substitute(known) for u in row] for row in _payoffs(conflict)]
    flat = [u for row in table for u in row]
    space = parameter_space(model, known, equations, flat, values)
    algebra = Algebra(space.symbols, [*flat, *space.assumptions])
    return GameProblem(
        **vars(space),
        players=conflict.players,
        actions=model.actions,
        algebra=algebra,
        payoffs=tuple(map(tuple, table)),
        lotteries=(),
        chances=(),
        nonzero=divisors(algebra, flat),
    )


def _payoffs(conflict: Conflict) -> Sequence[Sequence[Expression]]:
    """Return the payoffs with derived parameters as symbols."""
    form = conflict.model.options
    if form is not None:
        return [form.payoffs(i) for i in range(len(conflict.players))]
    return conflict.model.payoff_expressions()


def simplifier_of(conflict: Conflict, problem: GameProblem, deadline: float) -> Simplifier:
    """Return what knows the signs that the assumptions fix, and writes conditions.

    Raises :class:`deterrence.errors.UsageError` for assumptions that contradict each other.
    """
    fraction = problem.algebra.fraction
    kinds = [dict.fromkeys(fraction(u) for u in own) for own in problem.payoffs]
    rows = [cleared([*own])[0] for own in kinds]
    few = rows if max(map(len, rows)) <= _MAX_COMPARED else ()
    return Simplifier(
        prover_of(problem, deadline, scales=scales_of(problem, rows), payoffs=few),
        leading=conflict.model.derived,
        definitions=defined(problem, conflict.model),
    )
