"""Two blocs are treated alike: exchange the names, and nothing else of a model has changed.

A mirror is a pair of files, or a file and itself, with the words to exchange.  A new one goes
into ``MIRRORS``; what is checked is payoffs, equilibria, conditions, and what the file says.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import pytest
from known_points import points_of

import deterrence
from deterrence.algebra.expressions import Expression
from deterrence.modelfile.catalogue import load_model
from deterrence.modelfile.model import SymbolicModel
from deterrence.solvers import solve, solve_tree


@dataclass(frozen=True)
class Mirror:
    """Two files and the names to exchange: words anywhere, letters after an underscore."""

    one: str
    other: str
    words: tuple[tuple[str, str], ...] = (("Russia", "NATO"), ("russia", "nato"))
    letters: tuple[str, str] = ("R", "N")
    #: Points at which both are solved.
    points: int = 6
    #: Whether conditions are derived, too, which takes seconds.
    derived: bool = True

    def rename(self, text: str) -> str:
        """Return a text with the two sides exchanged.

        >>> Mirror("a", "a").rename("russia_yields if k_Rr < N_N")
        'nato_yields if k_Nr < N_R'
        """
        swap = {a: b for pair in self.words for a, b in (pair, pair[::-1])}
        first, second = self.letters
        swap |= {f"_{first}": f"_{second}", f"_{second}": f"_{first}"}
        found = "|".join(w for pair in self.words for w in pair)
        return re.sub(rf"{found}|_[{first}{second}](?=[a-z]?\b)", lambda m: swap[m[0]], text)

    def all(self, found: Any) -> Any:
        """Exchange the names in whatever is made of mappings, sets, sequences and texts."""
        if isinstance(found, Mapping):
            return {self.all(k): self.all(v) for k, v in found.items()}
        if isinstance(found, list | tuple | frozenset | set):
            return type(found)(map(self.all, found))
        return self.rename(str(found)) if isinstance(found, str | Expression) else found


#: Deeds of the two sides on one rung.
DEEDS = (("forces", "signal"), ("force", "arms"), ("cyber", "sanctions"))
MIRRORS = [
    *(
        Mirror(name, name)
        for name in (
            "asymmetric-bipolarity",
            "bipolarity-postures",
            "bipolarity-reply",
            "bipolarity-private",
        )
    ),
    Mirror(
        "escalation-postures",
        "escalation-postures-mirrored",
        words=(*Mirror.words, *DEEDS),
        derived=False,
    ),
    Mirror("escalation-staircase", "escalation-staircase-mirrored", derived=False),
]


def title_of(mirror: Mirror) -> str:
    return mirror.one if mirror.one == mirror.other else f"{mirror.one}, {mirror.other}"


every = pytest.mark.parametrize("mirror", MIRRORS, ids=title_of)


def both(mirror: Mirror) -> tuple[SymbolicModel, SymbolicModel]:
    return load_model(mirror.one), load_model(mirror.other)


def plain(strategy: Mapping[str, Any]) -> Any:
    """Return a strategy, or one per information set, as a set of what has a chance."""
    return frozenset(
        (label, plain(p) if isinstance(p, Mapping) else p)
        for label, p in strategy.items()
        if p != 0
    )


def solved(model: SymbolicModel, point: Mapping[str, Any]) -> list[Any]:
    """Return who does what in each equilibrium, and what it comes to."""
    game = model.at(**point)
    if model.tree is None:
        found = solve(game, "exact").equilibria
    else:
        found = solve_tree(game, model.default_concept).equilibria
    return [
        (
            {player: plain(e.profile[player]) for player in model.players},
            dict(e.payoffs),
            {outcome: p for outcome, p in e.outcomes.items() if p != 0},
        )
        for e in found
    ]


def formulas(model: SymbolicModel, point: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    values = model.values(**point)
    return {
        o: {player: Expression.of(f).evaluate(values) for player, f in outcome.payoffs.items()}
        for o, outcome in model.outcomes.items()
    }


@every
def test_payoffs_are_mirrored_at_exchanged_values(mirror: Mirror) -> None:
    one, other = both(mirror)
    assert len(set(one.players)) == 2
    for point in points_of(one, mirror.points):
        here, there = mirror.all(formulas(one, point)), formulas(other, mirror.all(point))
        # A type of one side stands before the other's in labels: compare as a collection.
        assert Counter(map(str, map(sorted_of, here.values()))) == Counter(
            map(str, map(sorted_of, there.values()))
        )


def sorted_of(payoffs: Mapping[str, Any]) -> list[tuple[str, Any]]:
    return sorted(payoffs.items())


@every
def test_equilibria_are_mirrored_at_exchanged_values(mirror: Mirror) -> None:
    one, other = both(mirror)
    for point in points_of(one, mirror.points):
        here, there = mirror.all(solved(one, point)), solved(other, mirror.all(point))
        assert len(here) == len(there)
        assert all(e in there for e in here), point


@every
def test_conditions_are_mirrored(mirror: Mirror) -> None:
    """Of what the files name and claim, and of what is derived from them."""
    one, other = both(mirror)
    assert mirror.all(claims(one)) == claims(other)
    if mirror.derived:
        assert mirror.all(derived(mirror.one)) == derived(mirror.other)


def claims(model: SymbolicModel) -> set[Any]:
    """Return the assumptions, the conditions of regimes and those of known results."""
    lists = [
        model.assumptions,
        *(r.when for r in model.named_regimes),
        *(k.exists for k in model.known_results if k.exists is not None),
    ]
    return {frozenset(parts(list(map(str, conditions)))) for conditions in lists}


def parts(conditions: list[str]) -> list[Any]:
    """Take conditions apart at ``or`` and ``and``, whose order says nothing."""
    return [
        frozenset(frozenset(term.split(" and ")) for term in c.split(" or ")) if " or " in c else c
        for c in conditions
    ]


def derived(name: str) -> set[Any]:
    return {
        frozenset(frozenset(map(str, term)) for term in result.terms)
        for result in deterrence.load_model(name).regimes(boundaries=False).results
    }


def said(model: SymbolicModel) -> dict[str, Any]:
    return {
        name: (p.title, p.controlled_by or "", p.lower, p.upper, str(p.formula or ""), p.unit)
        for name, p in model.parameters.items()
    }


@every
def test_what_a_file_says_of_one_side_it_says_of_the_other(mirror: Mirror) -> None:
    one, other = both(mirror)
    assert mirror.all(list(one.players)) in (list(other.players), list(other.players)[::-1])
    assert mirror.all(said(one)) == said(other)
    # A scenario moves the same as another scenario does for the other side.
    moved = Counter(frozenset(s.values) for s in one.scenarios.values())
    theirs = Counter(frozenset(s.values) for s in other.scenarios.values())
    assert Counter(mirror.all(keys) for keys in moved.elements()) == theirs
    names = [r.name for r in one.named_regimes], [r.name for r in other.named_regimes]
    assert sorted(map(mirror.rename, names[0])) == sorted(names[1])


def test_a_side_that_is_treated_differently_is_found_out() -> None:
    [mirror] = [m for m in MIRRORS if m.one == "asymmetric-bipolarity"]
    model = load_model(mirror.one)
    yields = model.outcomes["nato_yields"]
    payoffs = {**yields.payoffs, "NATO": Expression.parse("-2*l_N")}
    outcomes = {**model.outcomes, "nato_yields": replace(yields, payoffs=payoffs)}
    biased = model.replace(outcomes=outcomes)
    [point] = points_of(model, 1)
    here, there = mirror.all(formulas(biased, point)), formulas(biased, mirror.all(point))
    assert here != there
    fewer = model.replace(named_regimes=model.named_regimes[:-4])
    assert mirror.all(claims(fewer)) != claims(fewer)
