"""The results at one point: equilibria that lead to the same distribution over outcomes are one."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from deterrence.game.pattern_names import result_name
from deterrence.game.strategic import StrategicGame
from deterrence.game.tree.game_tree import GameTree
from deterrence.solvers.solution import Solution
from deterrence.solvers.tree_solution import TreeSolution


@dataclass(frozen=True)
class ResultHere:
    """One result at a point: its outcomes with their probabilities, and what leads to it.

    ``patterns`` are the numbers and names of the equilibria, ``members`` their places in the
    solution; ``chances`` go from the most likely outcome down, by label.
    """

    name: str
    chances: Mapping[str, Any]
    patterns: tuple[tuple[int | None, str], ...]
    measures: Mapping[str, tuple[Any, Any]]
    members: tuple[int, ...] = ()

    @property
    def certain(self) -> bool:
        """Whether one outcome happens for certain."""
        return len(self.chances) == 1


@dataclass(frozen=True)
class ResultsHere:
    """All results at a point.

    ``ranges`` are the least and the greatest value of each measure over the equilibria that
    were found, ``complete`` whether none is missing, ``connected`` whether some of them hang
    together in a set.  ``corners``: the ranges are those of the ends of such sets only, and
    it is not proven that they hold inside.
    """

    results: tuple[ResultHere, ...]
    ranges: Mapping[str, tuple[Any, Any]]
    equilibria: int
    complete: bool
    continua: int
    corners: bool
    concept: str


def results_here(solution: Solution | TreeSolution) -> ResultsHere:
    """Group the equilibria of a solution by their results, in the order of the outcomes."""
    game = solution.game
    names = solution.names
    groups: dict[tuple[tuple[str, Any], ...], list[Any]] = {}
    everything: Sequence[Any] = solution.equilibria
    for k, e in enumerate(everything):
        chances = {label: p for label, p in e.outcomes.items() if p != 0}
        groups.setdefault(tuple(sorted(chances.items())), []).append(k)
    titles, known = game.titles, outcome_order(game)
    found = []
    for chances_of, places in groups.items():
        members = [everything[k] for k in places]
        chances = dict(sorted(chances_of, key=lambda pair: -pair[1]))
        patterns = [names.pattern(e.profile) for e in members]
        found.append(
            ResultHere(
                name=result_name(list(chances), titles, known=known),
                chances=chances,
                patterns=tuple(dict.fromkeys((names.number(p), names.name(p)) for p in patterns)),
                measures=_ranges(members),
                members=tuple(places),
            )
        )
    found.sort(key=lambda r: (len(r.chances), [known.index(o) for o in r.chances if o in known]))
    if isinstance(solution, TreeSolution):
        continua = sum(f.is_continuum for f in solution.families)
        sets = [f.members for f in solution.families if f.is_continuum]
        open_inside = any(f.formulas for f in solution.families)
    else:
        continua = sum(c.dimension > 0 for c in solution.components)
        sets = [c.members for c in solution.components if c.dimension > 0]
        open_inside = any(c.pieces for c in solution.components)
    affine = all(m.is_affine for m in game.measures)
    varies = any(
        solution.equilibria[k].measures != solution.equilibria[members[0]].measures
        for members in sets
        for k in members
    )
    return ResultsHere(
        results=tuple(found),
        ranges=_ranges(solution.equilibria),
        equilibria=len(solution.equilibria),
        complete=solution.status == "complete",
        continua=continua,
        corners=bool(sets) and varies and (open_inside or not affine),
        concept=solution.concept,
    )


def outcome_order(game: StrategicGame | GameTree) -> list[str]:
    """Return the labels of outcomes, those of one name once, in the order of the game."""
    if game.naming.outcomes:
        return list(game.naming.outcomes)
    if isinstance(game, GameTree):
        return list(dict.fromkeys(game.groups.get(o, o) for o in game.outcomes))
    if game.outcomes is None:
        return [", ".join(choice) for choice in itertools.product(*game.actions)]
    return list(dict.fromkeys(label for lottery in game.outcomes for label, _ in lottery))


def _ranges(equilibria: Sequence[Any]) -> dict[str, tuple[Any, Any]]:
    """Return the least and the greatest value of each measure that is a number everywhere."""
    found: dict[str, tuple[Any, Any]] = {}
    for name in equilibria[0].measures if equilibria else ():
        values = [e.measures[name] for e in equilibria]
        if all(v is not None for v in values):
            found[name] = min(values), max(values)
    return found
