"""The interface of the solvers of strategic games: what each is given, what it hands over.

A solver is a function ``Task -> Draft`` (:data:`Solver`); what is in the draft is labelled,
certified and judged by :mod:`deterrence.solvers.finish`, the same for all of them.

A strategy is a tuple of probabilities in the order of the player's actions; a
profile of strategies is a tuple with one strategy per player.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Protocol

from deterrence.algebra.linear import integer_row
from deterrence.game.dominance import iterated_elimination
from deterrence.game.strategic import StrategicGame
from deterrence.limits.bounded import collect
from deterrence.limits.deadline import Deadline
from deterrence.solvers.solution import Component, Concept

#: Work seconds for the elimination of dominated actions.
DOMINANCE_SECONDS = 5.0
#: A mixed strategy: the probabilities of the actions in their order.
Mix = tuple[Fraction, ...]
Strategies = tuple[Mix, ...]
#: One player's payoffs, rows x columns.
PayoffMatrix = list[list[Fraction]]


@dataclass(frozen=True)
class Task:
    """A game with exact payoffs, and how it is to be solved."""

    game: StrategicGame
    solver: str
    concept: Concept = "nash"
    deadline: Deadline = field(default_factory=Deadline)
    objective: str | None = None

    def matrices(self) -> tuple[PayoffMatrix, PayoffMatrix]:
        """Return the payoff matrices of both players, rows x columns."""
        first, second = self.game.players
        return self.game.matrix(first), self.game.matrix(second)


class InfiniteSets(Protocol):
    """Infinite sets of equilibria that a solver found, told by formulas."""

    def components(self, game: StrategicGame, profiles: Sequence[Strategies]) -> list[Component]:
        """Return the components of a solution with these equilibria, in their order."""


@dataclass(frozen=True)
class Advice:
    """A mediator's advice: the chance of each cell, and what it is the best for."""

    label: str
    chances: tuple[Fraction, ...]


@dataclass
class Draft:
    """Equilibria as bare numbers, on their way to a ``Solution``.

    ``found`` maps each profile of strategies to the solvers that found it.
    ``complete`` says that no extreme equilibrium is missing, with proof.
    """

    found: dict[Strategies, tuple[str, ...]] = field(default_factory=dict)
    complete: bool = False
    interrupted: bool = False
    messages: list[str] = field(default_factory=list)
    value: Fraction | None = None
    #: Games of three players or more: the infinite sets of equilibria, if there are any.
    infinite: InfiniteSets | None = None
    #: Correlated equilibria, in place of ``found``.
    advice: list[Advice] = field(default_factory=list)

    def add(self, profiles: Iterable[Strategies], solver: str) -> int:
        """Record what ``solver`` found; return how many profiles are new."""
        before = len(self.found)
        for profile in profiles:
            known = self.found.get(profile, ())
            if solver not in known:
                self.found[profile] = (*known, solver)
        return len(self.found) - before


Solver = Callable[[Task], Draft]


def spread(weights: Iterable[Any], support: Iterable[int], size: int) -> Mix:
    """Return a whole strategy: these weights on the actions of a support, 0 elsewhere."""
    full = [Fraction(0)] * size
    for action, p in zip(support, weights, strict=True):
        full[action] = p
    return tuple(full)


def smallest_integers(payoffs: Sequence[Any]) -> list[int]:
    """Return the same preferences in whole numbers from 0 on, as small as they can be."""
    row, _ = integer_row(payoffs)
    low = min(row)
    divisor = math.gcd(*(x - low for x in row)) or 1
    return [(x - low) // divisor for x in row]


def undominated(game: StrategicGame, deadline: Deadline) -> StrategicGame | None:
    """Return what iterated strict dominance leaves; ``None`` where it is too much work."""
    limit = deadline.within(DOMINANCE_SECONDS)
    done = collect(lambda: iter([iterated_elimination(game).reduced_game]), limit)
    if done.error is not None:
        raise done.error
    return done.items[0] if done.items else None
