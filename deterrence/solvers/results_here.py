"""The results at one point: equilibria that lead to the same distribution over outcomes are one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from deterrence.solvers.solution import Solution
from deterrence.solvers.tree_solution import TreeSolution


@dataclass(frozen=True)
class ResultHere:
    """One result at a point: its outcomes with their probabilities, and what leads to it.

    ``patterns`` are the numbers and names of the equilibria, ``members`` their places in the
    solution; ``chances`` go from the most likely outcome down, by label.  ``called`` is the name
    that no other result here has; ``measures`` and ``payoffs`` are least and greatest values.
    """

    name: str
    chances: Mapping[str, Any]
    patterns: tuple[tuple[int | None, str], ...]
    measures: Mapping[str, tuple[Any, Any]]
    members: tuple[int, ...] = ()
    called: str = ""
    payoffs: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)

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
    everything: Sequence[Any] = solution.equilibria
    found = []
    for group in solution.results:
        members = [everything[k] for k in group.members]
        named = [solution.identities[k] for k in group.members]
        found.append(
            ResultHere(
                name=group.name,
                chances=group.chances,
                patterns=tuple(dict.fromkeys((i.number, i.name) for i in named)),
                measures=_ranges(members),
                members=group.members,
                called=group.called,
                payoffs={p: _range([e.payoffs[p] for e in members]) for p in game.players},
            )
        )
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


def _ranges(equilibria: Sequence[Any]) -> dict[str, tuple[Any, Any]]:
    """Return the least and the greatest value of each measure that is a number everywhere."""
    found: dict[str, tuple[Any, Any]] = {}
    for name in equilibria[0].measures if equilibria else ():
        values = [e.measures[name] for e in equilibria]
        if all(v is not None for v in values):
            found[name] = _range(values)
    return found


def _range(values: Sequence[Any]) -> tuple[Any, Any]:
    return min(values), max(values)
