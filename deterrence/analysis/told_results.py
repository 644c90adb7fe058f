"""Results at a point as an answer tells them: called, and numbered, as ``solve`` does.

>>> from deterrence.modelfile.catalogue import load_model
>>> from deterrence.solvers import solve
>>> found = told_results(solve(load_model("asymmetric-bipolarity").at()))
>>> [(result_words(r), equilibria_words(r)) for r in found][:2]
[('Frozen divide', '#1 Russia: Restrain; NATO: Restrain'), \
('Direct war', '#4 Russia: Escalate; NATO: Escalate')]
>>> short_words(found[2])
'both mix (#9)'
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from deterrence.algebra.numbers import format_decimal
from deterrence.analysis.plain_data import PlainData
from deterrence.modelfile.condition_words import cut
from deterrence.solvers.results_here import results_here

if TYPE_CHECKING:
    from deterrence.solvers.solution import Solution
    from deterrence.solvers.tree_solution import TreeSolution

#: Longest title of an outcome and longest result in words, and outcomes of a lottery told.
_TITLE, _RESULT, _OUTCOMES = 60, 120, 4
#: Longest name of an equilibrium that stands for the lottery to which it leads.
_SHORT_NAME = 44
#: Names of equilibria that are told of one result.
_NAMES = 3


@dataclass(frozen=True, repr=False)
class ToldResult(PlainData):
    """A result, and the equilibria that lead to it.

    ``chances`` are the probabilities of outcomes, by label, and ``outcomes`` their titles,
    from the most likely one down.  ``equilibria`` are numbers (None where the game has too
    many patterns) and names.  ``holds`` says whether a statement holds in them, None where
    there is none, or where that is not known or not the same in all.
    """

    told = ("name", "chances", "equilibria", "holds")
    name: str
    chances: Mapping[str, Any]
    outcomes: tuple[str, ...]
    equilibria: tuple[tuple[int | None, str], ...]
    holds: bool | None = None


def told_results(
    solution: Solution | TreeSolution,
    holds: Callable[[Sequence[Mapping[str, Any]]], bool | None] | None = None,
) -> tuple[ToldResult, ...]:
    """Return the results of a solution; ``holds`` is asked with the measures of its equilibria."""
    titles = solution.game.titles
    everything: Sequence[Any] = solution.equilibria
    return tuple(
        ToldResult(
            name=one.name,
            chances=one.chances,
            outcomes=tuple(titles.get(o) or o for o in one.chances),
            equilibria=one.patterns,
            holds=None if holds is None else holds([everything[k].measures for k in one.members]),
        )
        for one in results_here(solution).results
    )


def result_words(result: ToldResult) -> str:
    """Return a result, with its probabilities where chance has a part."""
    if len(result.chances) == 1:
        return cut(result.name, _RESULT)
    pairs = list(zip(result.outcomes, result.chances.values(), strict=True))
    told = [f"{cut(o, _TITLE)} ({format_decimal(p)})" for o, p in pairs[:_OUTCOMES]]
    more = len(pairs) - len(told)
    return "; ".join(told) + (f"; {more} more" if more else "")


def equilibria_words(result: ToldResult, most: int | None = _NAMES) -> str:
    """Return the numbers and names of a result's equilibria, equal names together."""
    numbers = _numbers(result)
    told = [
        f"{', '.join(found)} {cut(name, _RESULT)}".strip()
        for name, found in list(numbers.items())[:most]
    ]
    more = len(numbers) - len(told)
    return " | ".join(told) + (f" | {more} more" if more else "")


def short_words(result: ToldResult) -> str:
    """Return a result in a few words, with the numbers of its equilibria."""
    numbers = _numbers(result)
    told = cut(result.name, _RESULT)
    if len(result.chances) > 1 and len(numbers) == 1:
        (name,) = numbers
        told = name if len(name) <= _SHORT_NAME else told
    listed = [n for found in numbers.values() for n in found]
    kept = [*listed[:_NAMES], *(["..."] if len(listed) > _NAMES else [])]
    return f"{told} ({', '.join(kept)})" if listed else told


def _numbers(result: ToldResult) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for k, name in result.equilibria:
        found.setdefault(name, []).extend([] if k is None else [f"#{k}"])
    return found
