"""The one verb for strategic games: from a game with numbers to its certified equilibria.

>>> from deterrence.game.strategic import StrategicGame
>>> len(solve(StrategicGame.from_matrices([[1, 0], [0, 1]], [[1, 0], [0, 1]])))
3
"""

from __future__ import annotations

import math
import time
from dataclasses import replace
from typing import cast

from deterrence.errors import UnsupportedError, UsageError
from deterrence.game.strategic import StrategicGame
from deterrence.limits.alarm import kept_limit
from deterrence.limits.deadline import Deadline, interruptible
from deterrence.solvers.finish import as_floats, finish
from deterrence.solvers.solution import Concept, Solution
from deterrence.solvers.strategic.registry import SOLVERS, SolverInfo, chosen
from deterrence.solvers.task import Task

#: Work seconds of a search.
EFFORT = 60.0


def usual(
    game: StrategicGame, solver: str, concept: str | None, objective: str | None
) -> tuple[str, str | None]:
    """Return the concept and the objective, the game's own where none is asked for.

    A solver that is asked for by name is taken to be asked for Nash equilibria.
    """
    if concept is None:
        concept = (game.default_concept if solver == "auto" else "") or "nash"
    if objective is None and concept == game.default_concept:
        objective = game.default_objective or None
    return concept, objective


def solve(
    game: StrategicGame,
    solver: str = "auto",
    *,
    concept: str = "nash",
    time_limit: float | None = None,
    effort: float = EFFORT,
    objective: str | None = None,
) -> Solution:
    """Return the equilibria of a game whose payoffs are numbers.

    ``solver`` is a key of ``SOLVERS``, ``concept`` of ``CONCEPTS``
    (:mod:`deterrence.solvers.strategic.registry`); ``auto`` takes the concept's own
    solver.  ``effort`` is in work seconds (:mod:`deterrence.limits.work`),
    ``time_limit`` in seconds of the wall, a hard stop; where it is more than ``effort``, the
    search may work so long.
    ``objective`` is for correlated equilibria only, such as ``"min war"``.

    When the effort is spent, at the time limit and at Ctrl-C, what was found is returned with
    status ``partial`` (or ``none``).  Raises :class:`UsageError` for names and values
    that do not fit, :class:`UnsupportedError` for what the solver cannot do.
    """
    start = time.perf_counter()
    if not isinstance(game, StrategicGame):
        raise UsageError(
            f"solve() takes a game, not {type(game).__name__}",
            remedy="give a game in strategic form, with numbers for payoffs",
        )
    info = chosen(solver, concept)
    _check(game, info, concept, time_limit, objective)

    task = Task(
        game=game if game.is_exact else game.to_exact(),
        solver=info.name,
        concept=cast("Concept", concept),
        deadline=Deadline(max(effort, time_limit or 0)),
        objective=objective,
    )
    with kept_limit(time_limit), interruptible(task.deadline):
        solution = finish(task, info.load()(task))
        if not game.is_exact:
            solution = as_floats(solution, game)
    messages = (*game.remarks, *solution.messages)
    return replace(solution, messages=messages, seconds=time.perf_counter() - start)


def check_time_limit(time_limit: object) -> None:
    """Raise :class:`UsageError` unless a time limit is a positive number of seconds or None."""
    if time_limit is not None and (
        isinstance(time_limit, bool)
        or not isinstance(time_limit, int | float)
        or not math.isfinite(time_limit)
        or time_limit <= 0
    ):
        raise UsageError(
            f"the time limit is {time_limit!r}", remedy="give a positive number of seconds"
        )


def _check(
    game: StrategicGame,
    info: SolverInfo,
    concept: str,
    time_limit: float | None,
    objective: str | None,
) -> None:
    check_time_limit(time_limit)
    if objective is not None and concept != "correlated":
        raise UsageError(
            f"concept {concept!r} takes no objective", remedy="an objective is for 'correlated'"
        )
    game.need_values("")
    count = len(game.players)
    if info.players is not None and count > info.players:
        able = [
            s.name for s in SOLVERS.values() if concept in s.concepts and s.players is None
        ] or ["pure"]
        raise UnsupportedError(
            f"solver {info.name!r} takes games of two players; {game.name} has {count}",
            remedy=f"use solver {able[0]!r}: {SOLVERS[able[0]].title}",
        )
    if info.players == 2 and count < 2:
        raise UnsupportedError(
            f"solver {info.name!r} takes games of two players; {game.name} has one",
            remedy="use solver 'pure', which finds the player's best actions",
        )
