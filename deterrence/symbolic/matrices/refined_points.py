"""Which equilibria pass a refinement at one point, by the solver of values."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from deterrence.game.strategic import StrategicGame
from deterrence.solvers.refinements import Judge, payoff_dominant
from deterrence.symbolic.matrices.problem import MatrixProblem
from deterrence.symbolic.parameter_points import ParameterPoint

#: The actions that are played, with their probabilities.
MixtureAt = tuple[tuple[int, Fraction], ...]


def passing_at(
    problem: MatrixProblem,
    point: ParameterPoint,
    found: Sequence[tuple[MixtureAt, MixtureAt]],
    name: str,
) -> list[tuple[MixtureAt, MixtureAt]]:
    """Return those of all extreme equilibria at a point that pass a refinement.

    Payoffs times positive factors pass the same.
    """
    first, second = (
        [[point.value(u) for u in row] for row in side] for side in (problem.row, problem.column)
    )
    game = StrategicGame.from_matrices(
        first, second, players=problem.players, actions=problem.actions
    )
    profiles = [
        tuple(
            tuple(dict(mix).get(k, Fraction(0)) for k in range(len(actions)))
            for mix, actions in zip(pair, problem.actions, strict=True)
        )
        for pair in found
    ]
    payoffs = [game.expected_payoffs(game.by_label(strategies)) for strategies in profiles]
    if name == "payoff-dominant":
        best = payoff_dominant(payoffs)
        return [] if best is None else [found[best]]
    judge, name = Judge(game), "undominated" if name == "perfect" else name
    return [
        pair
        for pair, strategies, worth in zip(found, profiles, payoffs, strict=True)
        if name in judge.passed(strategies, worth)
    ]
