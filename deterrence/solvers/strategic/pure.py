"""The solver ``pure``: all pure equilibria of a game with any number of players, exactly."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from deterrence.game.strategic import StrategicGame
from deterrence.limits import work
from deterrence.limits.alarm import by_hand
from deterrence.solvers.task import Draft, Strategies, Task, undominated

_CHECK_EVERY = 4096
#: Work seconds per cell and player.
_CELL = 1e-6


def solve_pure(task: Task) -> Draft:
    """List every pure equilibrium.

    Complete only where strict dominance leaves a single cell, so that there can
    be no mixed equilibrium beside it; partial (or none) otherwise.
    """
    game = task.game
    ones = (1,) * len(game.players)
    draft = Draft()
    try:
        done = search(game, task, draft, task.solver)
    except KeyboardInterrupt as stop:
        done, draft.interrupted = False, by_hand(stop)
    if not done:
        draft.interrupted = draft.interrupted or task.deadline.interrupted
        why = "interrupted" if draft.interrupted else "the limit was reached"
        draft.messages.append(f"{why}: there may be more pure equilibria")
    elif (left := undominated(game, task.deadline)) is not None and left.shape == ones:
        draft.complete = True
        draft.messages.append("strict dominance leaves one cell: there is no other equilibrium")
    else:
        count = len(draft.found)
        draft.messages.append(
            f"{count or 'no'} pure equilibri{'um' if count == 1 else 'a'}, proven; "
            f"mixed equilibria are not searched for"
        )
    return draft


def search(game: StrategicGame, task: Task, draft: Draft, solver: str) -> bool:
    """Add each cell in which nobody gains by deviating; False if the limit is reached."""
    best: list[dict[tuple[int, ...], Any]] = [{} for _ in game.players]
    for number, cell in enumerate(game.cells()):
        if number % _CHECK_EVERY == 0 and _over(task):
            return False
        for i, payoffs in enumerate(game.payoffs):
            rest = cell[:i] + cell[i + 1 :]
            known = best[i].get(rest)
            if known is None or payoffs[number] > known:
                best[i][rest] = payoffs[number]
    for number, cell in enumerate(game.cells()):
        if number % _CHECK_EVERY == 0 and _over(task):
            return False
        if all(
            payoffs[number] == best[i][cell[:i] + cell[i + 1 :]]
            for i, payoffs in enumerate(game.payoffs)
        ):
            draft.add([_strategies(game, cell)], solver)
    return True


def _over(task: Task) -> bool:
    """Count the work at the next cells; say whether there is to be no more."""
    work.spend(_CELL * _CHECK_EVERY * len(task.game.players))
    return task.deadline.expired()


def _strategies(game: StrategicGame, cell: tuple[int, ...]) -> Strategies:
    return tuple(
        tuple(Fraction(int(k == chosen)) for k in range(size))
        for size, chosen in zip(game.shape, cell, strict=True)
    )
