"""The results at one point: equilibria that lead to the same distribution over outcomes are one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from deterrence.game.pattern_names import PatternNames, result_name
from deterrence.modelfile.model import SymbolicModel
from deterrence.solvers.solution import Solution
from deterrence.solvers.tree_solution import TreeSolution


@dataclass(frozen=True)
class ResultHere:
    """One result at a point: its outcomes with their probabilities, and what leads to it.

    ``patterns`` are the numbers and names of the equilibria; ``chances`` go from the most
    likely outcome down, by label.
    """

    name: str
    chances: Mapping[str, Any]
    patterns: tuple[tuple[int | None, str], ...]
    measures: Mapping[str, tuple[Any, Any]]

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


def results_here(
    model: SymbolicModel, solution: Solution | TreeSolution, names: PatternNames
) -> ResultsHere:
    """Group the equilibria of a solution by their results."""
    groups: dict[tuple[tuple[str, Any], ...], list[Any]] = {}
    for e in solution.equilibria:
        chances = {label: p for label, p in e.outcomes.items() if p != 0}
        groups.setdefault(tuple(sorted(chances.items())), []).append(e)
    titles, known = model.titles, outcome_order(model)
    found = []
    for chances_of, members in groups.items():
        chances = dict(sorted(chances_of, key=lambda pair: -pair[1]))
        patterns = [names.pattern(e.profile) for e in members]
        found.append(
            ResultHere(
                name=result_name(list(chances), titles, known=known),
                chances=chances,
                patterns=tuple(dict.fromkeys((names.number(p), names.name(p)) for p in patterns)),
                measures=_ranges(members),
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
    affine = all(m.is_affine for m in model.measures)
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


def outcome_order(model: SymbolicModel) -> list[str]:
    """Return the labels of outcomes, those of one name once, in the order of the file."""
    groups = {} if model.tree is None else model.tree.groups
    return list(dict.fromkeys(groups.get(o, o) for o in model.outcomes))


def _ranges(equilibria: Sequence[Any]) -> dict[str, tuple[Any, Any]]:
    """Return the least and the greatest value of each measure that is a number everywhere."""
    found: dict[str, tuple[Any, Any]] = {}
    for name in equilibria[0].measures if equilibria else ():
        values = [e.measures[name] for e in equilibria]
        if all(v is not None for v in values):
            found[name] = min(values), max(values)
    return found
