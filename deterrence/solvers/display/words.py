"""What the displays of a solution say in words: status, certificate, refinements, continua."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from deterrence.algebra.enclosures import Enclosure
from deterrence.solvers.solution import Component, Equilibrium, EquilibriumSet, Solution
from deterrence.words.markup import both, plain

#: What each refinement means, in one line.
REFINEMENT_WORDS: dict[str, str] = {
    "strict": "every reply is the only best one",
    "quasi-strict": "everybody plays every best reply with positive probability",
    "undominated": "nobody's strategy is weakly dominated",
    "payoff-dominant": "everybody likes it at least as much as any other equilibrium",
    "risk-dominant": "of the two strict ones, the safer against doubt about the other side",
    "pareto-efficient": "no lottery over the cells is better for one and worse for nobody",
}

#: Characters up to which a continuum's extreme strategies are written out.
MAX_MIXTURE = 90

_NOUNS = {
    "nash": ("Nash equilibrium", "Nash equilibria"),
    "correlated": ("correlated equilibrium", "correlated equilibria"),
    "zero-sum": ("pair of optimal strategies", "pairs of optimal strategies"),
}


def continua(solution: Solution) -> list[tuple[int, Component]]:
    """Return the components that hold more than one equilibrium, with their positions."""
    return [(k, c) for k, c in enumerate(solution.components) if len(c.members) > 1 or c.pieces]


def headline(solution: Solution) -> str:
    """Say how many equilibria there are and whether these are all.

    An infinite set is counted by its extreme equilibria, and said to be one.
    """
    count = len(solution.equilibria)
    noun = _NOUNS[solution.concept][count != 1]
    infinite = len(continua(solution))
    if not count:
        return f"No {_NOUNS[solution.concept][0]} found ({solution.status})"
    if solution.concept == "correlated" and any(e.label for e in solution.equilibria):
        return f"Correlated equilibria for {count} objective{'s'[: count > 1]} ({solution.status})"
    if not infinite:
        return f"{count} {noun} ({solution.status})"
    if any(c.pieces for c in solution.components):
        return _headline_of_pieces(solution)
    sets = len(solution.components)
    kinds = f"{infinite} of them a continuum" if infinite == 1 else f"{infinite} of them continua"
    if sets == 1:
        return f"A continuum spanned by {count} extreme {noun} ({solution.status})"
    return f"{count} extreme {noun} in {sets} components, {kinds} ({solution.status})"


def _headline_of_pieces(solution: Solution) -> str:
    """Say how many components there are; ends and corners of curved sets are no extreme points."""
    one, many = _NOUNS[solution.concept]
    infinite = len(continua(solution))
    isolated = len(solution.components) - infinite
    parts = [f"{infinite} continu{'um' if infinite == 1 else 'a'} of {many}"]
    if isolated:
        parts.append(f"{isolated} isolated {one if isolated == 1 else many}")
    return f"{' and '.join(parts)} ({solution.status})"


def status_line(solution: Solution) -> str:
    """Say what the status means and what it rests on."""
    if solution.concept == "correlated":
        return {
            "complete": "complete: every objective has its proven optimum",
            "partial": "partial: not every objective was reached",
            "none": "none: no objective was reached",
        }[solution.status]
    if solution.status == "partial":
        return "partial: there may be more equilibria than these"
    if solution.status == "none":
        return "none found: that does not prove that there is none"
    if len(solution.game.players) > 2 and solution.solver in ("auto", "support"):
        return "complete: proven by solving every support exactly"
    if solution.solver in ("auto", "exact"):
        return "complete: proven by exact enumeration"
    return f"complete: proven by the solver {solution.solver}"


def certificate(e: Equilibrium) -> str:
    """Return the certificate of an equilibrium: its regret, how exact, and who found it."""
    what = "gain from disobeying" if e.cells else "regret"
    kind = "exact" if isinstance(e.regret, Fraction) else "in floats"
    if isinstance(e.regret, Enclosure):
        kind = "proven to within 1e-40"
    found = f"; found by {', '.join(e.found_by)}" if e.found_by else ""
    return f"{what} {both(e.regret)}, {kind}{found}"


def strategy_entries(strategy: Mapping[str, Any]) -> list[str]:
    """Return ``["escalate"]``, or one entry such as ``escalate 3/7 (0.4286)`` per action played."""
    played = [(plain(action), p) for action, p in strategy.items() if p != 0]
    if len(played) == 1:
        return [played[0][0]]
    return [f"{action} {both(p)}" for action, p in played]


def subset_entries(
    solution: Solution, component: Component, subset: Mapping[str, Sequence[int]]
) -> Iterator[str]:
    """Describe one Nash subset, player by player.

    Every combination of the mixtures named is an equilibrium (Millham 1974).
    Many or long strategies are named by equilibria in which they are played.
    """
    for player, chosen in subset.items():
        points = [component.extreme_points[player][k] for k in chosen]
        texts = [", ".join(strategy_entries(point)) for point in points]
        if len(texts) == 1:
            yield f"{plain(player)}: {texts[0]}"
        elif sum(map(len, texts)) <= MAX_MIXTURE:
            named = [f"[{text}]" for text in texts]
            yield f"{plain(player)}: any mixture of {', '.join(named[:-1])} and {named[-1]}"
        else:
            where = [_first_with(solution, component, player, point) for point in points]
            yield f"{plain(player)}: any mixture of the strategies in {listed(sorted(where))}"


def piece_entries(piece: EquilibriumSet) -> Iterator[str]:
    """Describe a set that is told by formulas, player by player."""
    for player, strategy in piece.strategies.items():
        played = {action: text for action, text in strategy.items() if text != "0"}
        if list(played.values()) == ["1"]:
            yield f"{plain(player)}: {plain(next(iter(played)))}"
        else:
            texts = [f"{plain(action)} {text}" for action, text in played.items()]
            yield f"{plain(player)}: {', '.join(texts)}"
    if piece.conditions:
        yield f"where {', '.join(piece.conditions)}"


def _first_with(
    solution: Solution, component: Component, player: str, point: Mapping[str, Any]
) -> int:
    played = {action: p for action, p in point.items() if p != 0}
    return next(
        k
        for k in component.members
        if played == {a: p for a, p in solution.equilibria[k].profile[player].items() if p != 0}
    )


def listed(numbers: Sequence[int]) -> str:
    """Write positions, counted from 1, as ``1, 2 and 5``."""
    texts = [str(n + 1) for n in numbers]
    return texts[0] if len(texts) == 1 else f"{', '.join(texts[:-1])} and {texts[-1]}"


def equilibrium_name(k: int, solution: Solution) -> str:
    """Return the heading of equilibrium ``k``: its number, or its objective."""
    e = solution.equilibria[k]
    return e.label or f"Equilibrium {k + 1} of {len(solution.equilibria)}"


def outcome_titles(solution: Solution, longest: int | None = None) -> Mapping[str, str]:
    """Return the titles of outcomes; two outcomes with one title keep their labels.

    A game without outcomes has its cells, written in brackets.  If a title has
    more than ``longest`` characters, all outcomes keep their labels.
    """
    titles = solution.game.titles
    labels = list(solution.equilibria[0].outcomes) if solution.equilibria else []
    if solution.game.outcomes is None:
        return {label: f"({label})" for label in labels}
    shown = [titles.get(label) or label for label in labels]
    if longest is not None and max(map(len, shown), default=0) > longest:
        shown = labels
    return {
        label: title if shown.count(title) == 1 else label
        for label, title in zip(labels, shown, strict=True)
    }
