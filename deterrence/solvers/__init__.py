"""Solvers: from a game with numbers to its equilibria, each with its certificate.

One verb, :func:`solve`; one visible list of solvers, :data:`SOLVERS`.  What a
solver can do is declared there, and asking for more is an error that names one
that can.

>>> from deterrence.game.strategic import StrategicGame
>>> chicken = StrategicGame.from_matrices([[0, -1], [1, -10]], [[0, 1], [-1, -10]])
>>> solution = solve(chicken, solver="exact")
>>> solution.status
'complete'
>>> for equilibrium in solution:
...     print(equilibrium.profile)
Row: r1; Column: c2
Row: r2; Column: c1
Row: r1 9/10 (0.9), r2 1/10 (0.1); Column: c1 9/10 (0.9), c2 1/10 (0.1)
"""

from __future__ import annotations

import importlib
import math
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import cast

from deterrence.errors import UnsupportedError, UsageError, did_you_mean
from deterrence.game.strategic import StrategicGame
from deterrence.solvers.solution import Component, Concept, Equilibrium, Solution, Status

__all__ = [
    "CONCEPTS",
    "SOLVERS",
    "Component",
    "Concept",
    "ConceptInfo",
    "Equilibrium",
    "Solution",
    "SolverInfo",
    "Status",
    "solve",
]


@dataclass(frozen=True)
class SolverInfo:
    """What a solver declares that it can do.

    ``function`` is ``"module:name"``, imported when it is first used.
    ``players`` is the largest number of players (``None``: any number).
    ``exact``: the equilibria are found without floats.  ``complete``: it can
    prove that it found all.
    """

    name: str
    title: str
    function: str
    concepts: tuple[Concept, ...] = ("nash",)
    players: int | None = 2
    forms: tuple[str, ...] = ("strategic",)
    exact: bool = False
    complete: bool = False

    def load(self) -> Callable[..., Solution]:
        """Import and return the solver's function."""
        module, name = self.function.split(":")
        return cast("Callable[..., Solution]", getattr(importlib.import_module(module), name))


@dataclass(frozen=True)
class ConceptInfo:
    """A solution concept, and the solver that ``auto`` stands for."""

    name: Concept
    title: str
    solver: str


SOLVERS: dict[str, SolverInfo] = {
    info.name: info
    for info in (
        SolverInfo(
            "auto",
            "all equilibria, exactly: by enumeration for two players, by support for more",
            "deterrence.solvers.strategic.auto:solve_auto",
            players=None,
            exact=True,
            complete=True,
        ),
        SolverInfo(
            "exact",
            "all extreme equilibria, by exact enumeration",
            "deterrence.solvers.strategic.exact:solve_exact",
            exact=True,
            complete=True,
        ),
        SolverInfo(
            "support",
            "all equilibria by support, for any number of players, irrational ones too",
            "deterrence.solvers.strategic.many_players:solve_many",
            players=None,
            exact=True,
            complete=True,
        ),
        SolverInfo(
            "nashpy-support",
            "nashpy's support enumeration, polished",
            "deterrence.solvers.strategic.nashpy_solvers:solve_nashpy",
        ),
        SolverInfo(
            "nashpy-vertex",
            "nashpy's vertex enumeration, polished",
            "deterrence.solvers.strategic.nashpy_solvers:solve_nashpy",
        ),
        SolverInfo(
            "nashpy-lemke-howson",
            "nashpy's Lemke-Howson algorithm from every label, polished",
            "deterrence.solvers.strategic.nashpy_solvers:solve_nashpy",
        ),
        SolverInfo(
            "pure",
            "all pure equilibria, for any number of players",
            "deterrence.solvers.strategic.pure:solve_pure",
            players=None,
            exact=True,
        ),
        SolverInfo(
            "zero-sum-lp",
            "value and all optimal strategies of a zero-sum game, by linear programming",
            "deterrence.solvers.strategic.zero_sum:solve_zero_sum",
            concepts=("zero-sum", "nash"),
            complete=True,
        ),
        SolverInfo(
            "correlated-lp",
            "best and worst correlated equilibria, by linear programming",
            "deterrence.solvers.strategic.correlated:solve_correlated",
            concepts=("correlated",),
            players=None,
            complete=True,
        ),
    )
}

CONCEPTS: dict[str, ConceptInfo] = {
    info.name: info
    for info in (
        ConceptInfo("nash", "Nash equilibrium", "auto"),
        ConceptInfo("zero-sum", "value and optimal strategies of a zero-sum game", "zero-sum-lp"),
        ConceptInfo("correlated", "correlated equilibrium", "correlated-lp"),
    )
}


def solve(
    game: StrategicGame,
    solver: str = "auto",
    *,
    concept: str = "nash",
    time_limit: float | None = None,
    objective: str | None = None,
) -> Solution:
    """Return the equilibria of a game whose payoffs are numbers.

    ``solver`` is a key of :data:`SOLVERS`, ``concept`` of :data:`CONCEPTS`;
    ``auto`` takes the concept's own solver.  ``time_limit`` is in seconds.
    ``objective`` is for correlated equilibria only, such as ``"min war"``.

    At the time limit and at Ctrl-C, what was found is returned with status
    ``partial`` (or ``none``).  Raises :class:`UsageError` for names and values
    that do not fit, :class:`UnsupportedError` for what the solver cannot do.
    """
    start = time.perf_counter()
    if not isinstance(game, StrategicGame):
        raise UsageError(
            f"solve() takes a game, not {type(game).__name__}",
            remedy="deterrence.solve() takes models and game trees, too",
        )
    info = _chosen(solver, concept)
    _check(game, info, concept, time_limit, objective)

    from deterrence.limits.deadline import Deadline, interruptible
    from deterrence.solvers.finish import as_floats
    from deterrence.solvers.task import Task

    task = Task(
        game=game if game.is_exact else game.to_exact(),
        solver=info.name,
        concept=cast("Concept", concept),
        deadline=Deadline(time_limit),
        objective=objective,
    )
    with interruptible(task.deadline):
        solution = info.load()(task)
        if not game.is_exact:
            solution = as_floats(solution, game)
    return replace(solution, seconds=time.perf_counter() - start)


def _chosen(solver: str, concept: str) -> SolverInfo:
    if concept not in CONCEPTS:
        raise UsageError(
            f"no concept called {concept!r}",
            remedy=did_you_mean(str(concept), CONCEPTS) or f"one of {', '.join(CONCEPTS)}",
        )
    if solver not in SOLVERS:
        raise UsageError(
            f"no solver called {solver!r}",
            remedy=did_you_mean(str(solver), SOLVERS) or f"one of {', '.join(SOLVERS)}",
        )
    own = CONCEPTS[concept].solver
    info = SOLVERS[own if solver == "auto" else solver]
    if concept not in info.concepts:
        raise UnsupportedError(
            f"solver {solver!r} does not do concept {concept!r}",
            remedy=f"use solver {own!r}, or concept {info.concepts[0]!r}",
        )
    return info


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
    if game.is_symbolic:
        raise UsageError(
            f"{game.name} has symbolic payoffs", remedy="give every parameter a value first"
        )
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
