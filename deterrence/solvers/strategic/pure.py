"""The solver ``pure``: all pure equilibria of a game with any number of players, exactly."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from deterrence.game.strategic import StrategicGame
from deterrence.solvers.task import Draft, Strategies, Task, undominated

_CHECK_EVERY = 4096


def solve_pure(task: Task) -> Draft:
    """List every pure equilibrium.

    Complete only where strict dominance leaves a single cell, so that there can
    be no mixed equilibrium beside it; partial (or none) otherwise.
    """
    game = task.game
    ones = (1,) * len(game.players)
    draft = Draft()
    try:
        done = search(game, task, draft)
    except KeyboardInterrupt:
        done, draft.interrupted = False, True
    if not done:
        draft.interrupted = draft.interrupted or task.deadline.interrupted
        why = "interrupted" if draft.interrupted else "the time ran out"
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


def search(game: StrategicGame, task: Task, draft: Draft) -> bool:
    """Add each cell in which nobody gains by deviating; False if the time runs out."""
    best: list[dict[tuple[int, ...], Any]] = [{} for _ in game.players]
    for number, cell in enumerate(game.cells()):
        if number % _CHECK_EVERY == 0 and task.deadline.expired():
            return False
        for i, payoffs in enumerate(game.payoffs):
            rest = cell[:i] + cell[i + 1 :]
            known = best[i].get(rest)
            if known is None or payoffs[number] > known:
                best[i][rest] = payoffs[number]
    for number, cell in enumerate(game.cells()):
        if number % _CHECK_EVERY == 0 and task.deadline.expired():
            return False
        if all(
            payoffs[number] == best[i][cell[:i] + cell[i + 1 :]]
            for i, payoffs in enumerate(game.payoffs)
        ):
            draft.add([_strategies(game, cell)], task.solver)
    return True


def _strategies(game: StrategicGame, cell: tuple[int, ...]) -> Strategies:
    return tuple(
        tuple(Fraction(int(k == chosen)) for k in range(size))
        for size, chosen in zip(game.shape, cell, strict=True)
    )
