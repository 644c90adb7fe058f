"""What a solver answers: equilibria with their certificates, and how complete the answer is.

>>> Solution.__dataclass_fields__["status"].type
'Status'
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, is_dataclass, replace
from fractions import Fraction
from typing import Any, Literal

from deterrence.algebra.algebraic_numbers import Algebraic
from deterrence.algebra.enclosures import Enclosure
from deterrence.game.lookup import Equilibria, called
from deterrence.game.profile import Profile
from deterrence.game.strategic import StrategicGame
from deterrence.solvers.csv_rows import solution_csv
from deterrence.solvers.identities import Named, OutcomeGroup
from deterrence.words.frames import Framed, Rows, columns, equilibrium_columns
from deterrence.words.saved import Saved, restorable
from deterrence.words.shown import Shown

Status = Literal["complete", "partial", "none"]
Concept = Literal["nash", "correlated", "zero-sum"]


@dataclass(frozen=True, repr=False)
class Equilibrium(Shown, Saved):
    """One equilibrium, with everything needed to check it.

    ``regret`` is the largest gain that any player could make by deviating,
    recomputed from the payoffs: 0 exactly where payoffs are exact.
    ``found_by`` names the solvers that found it, ``refinements`` those it passes.
    For correlated equilibria ``profile`` holds the marginals and ``cells`` the
    joint distribution.

    >>> from deterrence import load_model
    >>> solution = load_model("chicken").solve()
    >>> mixed = solution[2]
    >>> print(mixed.profile)
    A: restrain 9/10 (0.9), stand_firm 1/10 (0.1); B: restrain 9/10 (0.9), stand_firm 1/10 (0.1)
    >>> mixed.payoffs["A"], mixed.measures["war"], mixed.regret
    (Fraction(-1, 10), Fraction(1, 100), Fraction(0, 1))
    """

    profile: Profile
    payoffs: Mapping[str, Any]
    outcomes: Mapping[str, Any]
    measures: Mapping[str, Any]
    regret: Any
    component: int = 0
    refinements: tuple[str, ...] = ()
    found_by: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    #: For correlated equilibria: cell ("a, b") -> probability.  Empty otherwise.
    cells: Mapping[str, Any] = field(default_factory=dict)
    label: str = ""

    def with_(self, **changes: Any) -> Equilibrium:
        """Return a copy with some fields changed."""
        return replace(self, **changes)


@dataclass(frozen=True)
class EquilibriumSet:
    """A set of equilibria of a game of three players or more, told by formulas.

    ``free`` maps the letters in the formulas to the probability that each stands for,
    ``(player, action)``.  ``strategies`` hold a formula per action that is played
    somewhere in the set.  ``conditions`` are equations and inequalities in the letters,
    ``members`` index equilibria at its ends or corners.
    """

    free: Mapping[str, tuple[str, str]]
    strategies: Mapping[str, Mapping[str, str]]
    conditions: tuple[str, ...]
    dimension: int
    members: tuple[int, ...] = ()


@dataclass(frozen=True)
class Component:
    """A connected set of equilibria of a (degenerate) game.

    ``members`` index the solution's equilibria, ``extreme_points`` lists each
    player's extreme strategies in it, ``subsets`` the maximal Nash subsets
    (each the product of the convex hulls of one set of strategies per player,
    given as indices into ``extreme_points``).  With more than two players the set
    is told by its ``pieces`` instead.  ``dimension`` is 0 for an isolated
    equilibrium.

    >>> from deterrence import load_model
    >>> solution = load_model("chicken").solve()
    >>> only = solution.components[2]
    >>> only.members, only.dimension
    ((2,), 0)
    """

    members: tuple[int, ...]
    extreme_points: Mapping[str, tuple[Mapping[str, Any], ...]]
    subsets: tuple[Mapping[str, tuple[int, ...]], ...]
    dimension: int = 0
    pieces: tuple[EquilibriumSet, ...] = ()


@dataclass(frozen=True, repr=False)
class Solution(Equilibria[Equilibrium], Named, Framed, Shown, Saved):
    """The answer to "which equilibria does this game have?".

    ``status`` is ``complete`` only where it is proven that no extreme
    equilibrium is missing; ``partial`` where there may be more; ``none`` where
    nothing was found before the limit.  ``seconds`` is wall time.

    >>> from deterrence import load_model
    >>> solution = load_model("chicken").solve()
    >>> solution.status, len(solution)
    ('complete', 3)
    >>> print(solution["#2"].profile)
    A: restrain; B: stand_firm
    >>> [str(e.measures["war"]) for e in solution[1:]]
    ['0', '1/100']
    >>> solution.to_frame()["payoff(A)"].tolist()
    [-1.0, 1.0, -0.1]
    """

    game: StrategicGame
    solver: str
    status: Status
    equilibria: tuple[Equilibrium, ...]
    components: tuple[Component, ...] = ()
    messages: tuple[str, ...] = ()
    seconds: float = field(default=0.0, compare=False)
    concept: Concept = "nash"
    #: Zero-sum games: the first player's value of the game.
    value: Fraction | float | None = None
    #: Whether Ctrl-C ended the search; what was found until then is kept.
    interrupted: bool = False

    def to_csv(self) -> str:
        """Return tidy data: one row per number, see :mod:`deterrence.solvers.csv_rows`."""
        places = [str(e.component + 1) for e in self.equilibria]
        return solution_csv(self, self.concept, self.status, self.value, places.__getitem__)

    def _tables(self) -> Mapping[str, Callable[[], Rows]]:
        return {"equilibria": self._rows}

    def _rows(self) -> Rows:
        game = self.game
        for k, (e, own) in enumerate(zip(self.equilibria, self.identities, strict=True)):
            whole = {
                player: {a: e.profile[player].get(a, Fraction(0)) for a in actions}
                for player, actions in zip(game.players, game.actions, strict=True)
            }
            yield {
                "equilibrium": k,
                "number": "" if own.number is None else own.label,
                "name": own.name,
                "result": own.result,
                **equilibrium_columns(whole, e.payoffs, e.outcomes, e.measures),
                **columns(e, "regret", "component", "refinements"),
            }

    def _called(self) -> Sequence[frozenset[str]]:
        labels = [own.label for own in self.identities]
        patterns = [self.names.pattern(e.profile) for e in self.equilibria]
        return called(self.names, patterns, labels)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON contract (schema 1): exact numbers as strings, floats as numbers."""
        game = self.game
        result: dict[str, Any] = {
            "schema": 1,
            "game": game.name,
            "form": "strategic",
            "players": list(game.players),
            "actions": {p: list(a) for p, a in zip(game.players, game.actions, strict=True)},
            "values": plain_data(game.values),
            "concept": self.concept,
            "solver": self.solver,
            "status": self.status,
            "equilibria": [
                {**named.plain_data(), **_fields(e, "notes", "cells", "label")}
                for named, e in zip(self.identities, self.equilibria, strict=True)
            ],
            "results": results_data(self.results),
            "components": [_fields(c, "pieces") for c in self.components],
            "messages": list(self.messages),
            "seconds": round(self.seconds, 6),
        }
        if self.value is not None:
            result["value"] = plain_data(self.value)
        return restorable(self, result)


def results_data(results: Sequence[OutcomeGroup]) -> list[dict[str, Any]]:
    """Return results as plain data; ``equilibria`` index the list of equilibria."""
    return [
        {
            "name": r.called,
            "outcomes": plain_data(r.chances),
            "equilibria": list(r.members),
        }
        for r in results
    ]


def status_of(complete: bool, equilibria: Sequence[object]) -> Status:
    """Return ``complete`` only where that is proven, ``none`` where nothing was found."""
    return "complete" if complete else "partial" if equilibria else "none"


def _fields(item: Equilibrium | Component, *rare: str) -> dict[str, Any]:
    """Return the fields as plain data; those that are rare only where there is something."""
    kept = {name: value for name, value in vars(item).items() if value or name not in rare}
    return {name: plain_data(value) for name, value in kept.items()}


def plain_data(value: Any) -> Any:
    """Return a value as JSON can hold it: fractions as text, labels as keys.

    An irrational number is text in square roots, such as ``(sqrt(17) - 3)/2``, or else an
    object with its polynomial (``root_of``, where that is known), an ``interval`` and a
    ``decimal``.
    """
    if isinstance(value, Fraction):
        return str(value)
    if isinstance(value, Mapping):
        return {str(k): plain_data(v) for k, v in value.items()}
    if isinstance(value, tuple | list):
        return [plain_data(v) for v in value]
    if isinstance(value, Algebraic | Enclosure):
        return value.plain_data()
    if is_dataclass(value):
        return plain_data(vars(value))
    return value
