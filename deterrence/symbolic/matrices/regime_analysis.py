"""The whole answer for a two-player game: what a symbolic analysis says, and says at a point."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from deterrence.game.strategic import StrategicGame
from deterrence.symbolic.matrices.evaluation import ExactProfile, families_hold, profiles_at
from deterrence.symbolic.matrices.solved import SolvedMatrix
from deterrence.symbolic.parameter_points import ParameterPoint
from deterrence.symbolic.regime_analysis import RegimeAnalysis
from deterrence.symbolic.results import SymbolicEquilibrium
from deterrence.words.saved import UNSAVED


@dataclass(frozen=True, eq=False, repr=False)
class MatrixAnalysis(RegimeAnalysis):
    """The symbolic analysis of a two-player game in matrix form."""

    internal: SolvedMatrix = field(kw_only=True, repr=False, compare=False, metadata=UNSAVED)

    def at(self, values: Mapping[str, Any]) -> list[ExactProfile]:
        """Return all extreme equilibria at a point, exactly, with every action's probability.

        Arguments and errors are those of :meth:`RegimeAnalysis.at`; raises
        :class:`DeterrenceError`, too, where the analysis had too little time.
        """
        return profiles_at(self.internal, ParameterPoint(self.internal, values))

    def families_at(self, values: Mapping[str, Any]) -> frozenset[int] | None:
        """Return the families that exist at a point, None on a boundary.

        A point is on a boundary, too, if its equilibria are not those of the families.
        """
        point = ParameterPoint(self.internal, values)
        families = point.families()
        return families if families_hold(self.internal, point, sorted(families)) else None

    def solved_at(
        self, here: Sequence[SymbolicEquilibrium], values: Mapping[str, Fraction]
    ) -> tuple[tuple[int, ...], bool]:
        """Return the dimensions of the sets of equilibria at a point; see the base class."""
        from deterrence.solvers import solve

        problem = self.internal.problem
        game = StrategicGame(
            players=problem.players,
            actions=problem.actions,
            payoffs=tuple(tuple(u.evaluate(values) for u in row) for row in problem.payoffs),
        )
        solution = solve(game, solver="exact")
        expected = {
            self._key(
                {p: {a: e.evaluate(values) for a, e in s.items()} for p, s in q.profile.items()}
            )
            for q in here
        }
        actual = {self._key(e.profile) for e in solution.equilibria}
        return tuple(c.dimension for c in solution.components), expected == actual

    def _key(self, profile: Mapping[str, Mapping[str, Any]]) -> tuple[tuple[Fraction, ...], ...]:
        problem = self.internal.problem
        return tuple(
            tuple(Fraction(profile[p][a]) for a in actions)
            for p, actions in zip(problem.players, problem.actions, strict=True)
        )
