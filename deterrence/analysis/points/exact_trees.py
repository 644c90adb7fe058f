"""All equilibria of a tree at one point, over the rationals.

The corners of every family of equilibria are looked at, so that whatever is affine in
the outcomes takes its bounds among them.  Those that lead to the same outcomes, with the
same answers to all that is asked, count as one: they differ in what is done where
the play does not come.  Where a family has more corners than are
listed, and its ties may show in the outcomes, or the solver's answer is partial, the
point is not ``complete``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from deterrence.algebra.partitions import Partition
from deterrence.analysis.points.answer import Equilibria, PointAnswer, by_kind, told
from deterrence.analysis.points.question import Asked, PointQuestion
from deterrence.game.tree.play import action_chance, moves_of, reach
from deterrence.solvers import solve_tree

if TYPE_CHECKING:
    from deterrence.game.tree.extensive import ExtensiveGame
    from deterrence.solvers.tree_solution import TreeEquilibrium, TreeFamily, TreeSolution


def tree_answer_at(question: PointQuestion, values: Mapping[str, Any]) -> PointAnswer:
    """Return the exact answer where all parameters have these values."""
    game: Any = question.model.at(check=False, **values)
    game = game.replace(measures=())
    solution = solve_tree(game, question.concept)
    if solution.interrupted:  # one of many games: the whole analysis is to stop
        raise KeyboardInterrupt
    asked = question.asked
    found: dict[Any, _TreeResult] = {}
    components = _components(solution)
    for e, component in zip(solution.equilibria, components, strict=True):
        answers = {("payoffs", p): u for p, u in e.payoffs.items()}
        answers |= told(asked, values, _queries(game, e))
        key = frozenset(e.outcomes.items()), tuple(str(x) for x in answers.values())
        profile = tuple(
            tuple(e.profile[s.player][s.label].get(a, Fraction(0)) for a in s.actions)
            for s in game.sets
            if not s.is_chance
        )
        if key in found:
            found[key].join(profile)
        else:
            found[key] = _TreeResult(answers, component, profile)
    results = list(found.values())
    listed = all(
        f.corners == len(f.members) or _is_one_result(game, solution, f) for f in solution.families
    )
    return PointAnswer(
        Equilibria(
            tuple(r.profile for r in results),
            tuple(r.component for r in results),
            listed and solution.status == "complete",
            continuum=any(f.is_continuum for f in solution.families),
        ),
        **by_kind([r.answers for r in results], question.names),
    )


def _is_one_result(game: ExtensiveGame, solution: TreeSolution, family: TreeFamily) -> bool:
    """Say whether no tie of a family is ever on the path: then all of it has one result."""
    if not family.members or not family.ties:
        return False
    profile = solution.equilibria[family.members[0]].profile
    chance = reach(game, moves_of(game, profile))
    tied = {label for own in family.ties.values() for label in own}
    return not any(chance[k] for s in game.sets if s.label in tied for k in s.nodes)


@dataclass
class _TreeResult:
    """Equilibria with the same outcomes; ``profile`` is ``nan`` where they differ."""

    answers: dict[Asked, Any]
    component: int
    profile: tuple[tuple[Any, ...], ...]

    def join(self, other: tuple[tuple[Any, ...], ...]) -> None:
        """Take in one more."""
        self.profile = tuple(
            mine if mine == theirs else (float("nan"),) * len(mine)
            for mine, theirs in zip(self.profile, other, strict=True)
        )


def _queries(game: ExtensiveGame, e: TreeEquilibrium) -> Callable[..., Any]:
    """Return what answers an expression's queries about an equilibrium."""

    def ask(kind: str, *labels: str) -> Any:
        if kind == "P":
            return e.outcomes.get(labels[0], Fraction(0))
        if kind == "payoff":
            return e.payoffs[labels[0]]
        return action_chance(game, e.profile, labels[0], labels[1])

    return ask


def _components(solution: TreeSolution) -> tuple[int, ...]:
    """Number the sets of equilibria: families that share a corner hang together."""
    links = Partition(range(len(solution.equilibria)))
    for family in solution.families:
        links.join(*family.members)
    number = {k: n for n, group in enumerate(links.classes()) for k in group}
    return tuple(number[k] for k in range(len(solution.equilibria)))
