"""The one visible list of solvers of strategic games, and what each declares that it can do.

A solver is a function from a :class:`~deterrence.solvers.task.Task` to a
:class:`~deterrence.solvers.task.Draft`; :mod:`deterrence.solvers.strategic.solve` calls it.

>>> chosen("auto", "zero-sum").name
'zero-sum-lp'
"""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from typing import cast

from deterrence.errors import UnsupportedError, UsageError, nearest_of
from deterrence.solvers.solution import Concept
from deterrence.solvers.task import Solver


@dataclass(frozen=True)
class SolverInfo:
    """What a solver declares that it can do.

    ``function`` is ``"module:name"``, imported when it is first used:
    the command line lists solvers without loading them.
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

    def load(self) -> Solver:
        """Import and return the solver's function."""
        module, name = self.function.split(":")
        return cast("Solver", getattr(importlib.import_module(module), name))


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
            "all equilibria, exactly, of large games some; by support for more than two players",
            "deterrence.solvers.strategic.auto:solve_auto",
            players=None,
            exact=True,
            complete=True,
        ),
        SolverInfo(
            "exact",
            "all extreme equilibria, by exact enumeration",
            "deterrence.solvers.strategic.enumeration:solve_exact",
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
            "lemke-howson",
            "some equilibria, at least one: the paths of Lemke and Howson from every label",
            "deterrence.solvers.strategic.lemke_howson:solve_lemke_howson",
            exact=True,
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


def chosen(solver: str, concept: str) -> SolverInfo:
    """Return the entry of a solver, for ``auto`` the concept's own.

    Raises :class:`UsageError` for unknown names, :class:`UnsupportedError` for a solver
    that does not do the concept.
    """
    for what, name, known in (("concept", concept, CONCEPTS), ("solver", solver, SOLVERS)):
        if name not in known:
            raise UsageError(f"no {what} called {name!r}", remedy=nearest_of(str(name), known))
    own = CONCEPTS[concept].solver
    info = SOLVERS[own if solver == "auto" else solver]
    if concept not in info.concepts:
        raise UnsupportedError(
            f"solver {solver!r} does not do concept {concept!r}",
            remedy=f"use solver {own!r}, or concept {info.concepts[0]!r}",
        )
    return info
