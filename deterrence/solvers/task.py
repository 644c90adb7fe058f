"""What every solver is given, and what it hands over to be finished.

A strategy is a tuple of probabilities in the order of the player's actions; a
profile of strategies is a tuple with one strategy per player.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING

from deterrence.game.strategic import StrategicGame
from deterrence.limits.deadline import Deadline
from deterrence.solvers.solution import Concept

if TYPE_CHECKING:
    from deterrence.solvers.strategic.support_sets import Groups

Strategy = tuple[Fraction, ...]
Strategies = tuple[Strategy, ...]
Matrix = list[list[Fraction]]


@dataclass(frozen=True)
class Task:
    """A game with exact payoffs, and how it is to be solved."""

    game: StrategicGame
    solver: str
    concept: Concept = "nash"
    deadline: Deadline = field(default_factory=Deadline)
    objective: str | None = None

    def matrices(self) -> tuple[Matrix, Matrix]:
        """Return the payoff matrices of both players, rows x columns."""
        first, second = self.game.players
        return self.game.matrix(first), self.game.matrix(second)


@dataclass
class Draft:
    """Certified equilibria as bare numbers, on their way to a ``Solution``.

    ``found`` maps each profile of strategies to the solvers that found it.
    ``complete`` says that no extreme equilibrium is missing, with proof.
    """

    found: dict[Strategies, tuple[str, ...]] = field(default_factory=dict)
    complete: bool = False
    interrupted: bool = False
    messages: list[str] = field(default_factory=list)
    value: Fraction | None = None
    #: Games of three players or more: the infinite sets of equilibria, if there are any.
    groups: Groups | None = None

    def add(self, profiles: Iterable[Strategies], solver: str) -> int:
        """Record what ``solver`` found; return how many profiles are new."""
        before = len(self.found)
        for profile in profiles:
            known = self.found.get(profile, ())
            if solver not in known:
                self.found[profile] = (*known, solver)
        return len(self.found) - before
