"""What the equilibria of one answer are called, and to which result each of them leads.

Equilibria with the same distribution over outcomes are one result.  Numbers and names are
those of :mod:`deterrence.game.pattern_names`; equilibria of one answer that share a pattern
have letters in the order of their probabilities.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from deterrence.game.pattern_names import PatternNames, names_of, result_name
from deterrence.game.strategic import StrategicGame
from deterrence.game.tree.game_tree import GameTree

#: Digits to which the probabilities of one result agree where they are floats.
_DIGITS = 9
#: Equilibria that are named to tell results of one name apart.
_NAMED = 3


@dataclass(frozen=True)
class OutcomeGroup:
    """Equilibria that lead to one result.

    ``chances`` go from the most likely outcome down, by label; ``members`` index the
    equilibria.  ``name`` says which outcomes are possible; ``called`` is the same, and where
    several results of the answer have that name, the equilibria that lead to this one.
    """

    name: str
    called: str
    chances: Mapping[str, Any]
    members: tuple[int, ...]


@dataclass(frozen=True)
class Identity:
    """What one equilibrium is called.

    ``number`` is None in games with too many patterns, and for correlated equilibria, which
    are called by their objectives; ``result`` is the name of its result.
    """

    number: int | None
    letter: str
    name: str
    result: str

    @property
    def label(self) -> str:
        """``#9a`` or the like; the name and the letter where there is no number."""
        if self.number is not None:
            return f"#{self.number}{self.letter}"
        return f"{self.name} ({self.letter})" if self.letter else self.name

    @property
    def words(self) -> str:
        """Number and name."""
        return self.label if self.number is None else f"{self.label} {self.name}"

    def plain_data(self) -> dict[str, Any]:
        """Return the fields; a part of every equilibrium's plain data."""
        return dict(vars(self))


class Named:
    """What the solutions of matrices and of trees share: names of equilibria, and results."""

    game: StrategicGame | GameTree
    equilibria: Sequence[Any]

    @cached_property
    def names(self) -> PatternNames:
        """The numbers and names of the patterns of the game's equilibria."""
        return names_of(self.game)

    @cached_property
    def _told(self) -> tuple[tuple[Identity, ...], tuple[OutcomeGroup, ...]]:
        return identities(self.game, self.names, self.equilibria)

    @property
    def identities(self) -> tuple[Identity, ...]:
        """What each equilibrium is called, in the order of the equilibria."""
        return self._told[0]

    @property
    def results(self) -> tuple[OutcomeGroup, ...]:
        """The results, in the order of the outcomes."""
        return self._told[1]


def identities(
    game: StrategicGame | GameTree, names: PatternNames, equilibria: Sequence[Any]
) -> tuple[tuple[Identity, ...], tuple[OutcomeGroup, ...]]:
    """Return what each equilibrium is called, and the results in the order of the outcomes."""
    own = [_own(names, e) for e in equilibria]
    profiles = {k: e.profile for k, e in enumerate(equilibria) if not getattr(e, "cells", ())}
    letters = dict(zip(profiles, names.letters(list(profiles.values())), strict=True))
    called = [
        Identity(number, letters.get(k, ""), name, "") for k, (number, name) in enumerate(own)
    ]
    groups = _groups(game, equilibria, [c.label for c in called])
    result = {k: g.called for g in groups for k in g.members}
    named = (Identity(c.number, c.letter, c.name, result[k]) for k, c in enumerate(called))
    return tuple(named), groups


def _own(names: PatternNames, e: Any) -> tuple[int | None, str]:
    if getattr(e, "cells", ()):
        return None, e.label or "correlated equilibrium"
    pattern = names.pattern(e.profile)
    return names.number(pattern), names.name(pattern)


def _groups(
    game: StrategicGame | GameTree, equilibria: Sequence[Any], labels: Sequence[str]
) -> tuple[OutcomeGroup, ...]:
    places: dict[tuple[tuple[str, Any], ...], list[int]] = {}
    for k, e in enumerate(equilibria):
        places.setdefault(tuple(sorted(map(_rounded, _possible(e)))), []).append(k)
    known = outcome_order(game)
    rank = {label: k for k, label in enumerate(known)}
    found = []
    for members in places.values():
        chances = dict(sorted(_possible(equilibria[members[0]]), key=lambda pair: -pair[1]))
        name = result_name(list(chances), game.titles, known=known)
        found.append(OutcomeGroup(name, name, chances, tuple(members)))
    found.sort(key=lambda g: (len(g.chances), [rank[o] for o in g.chances if o in rank]))
    uses = Counter(g.name for g in found)
    return tuple(
        g
        if uses[g.name] == 1
        else OutcomeGroup(g.name, f"{g.name} ({_few(g, labels)})", g.chances, g.members)
        for g in found
    )


def _few(group: OutcomeGroup, labels: Sequence[str]) -> str:
    told = list(dict.fromkeys(labels[k] for k in group.members))
    more = len(told) - _NAMED
    return ", ".join(told) if more <= 0 else f"{', '.join(told[:_NAMED])} and {more} more"


def _possible(e: Any) -> list[tuple[str, Any]]:
    """Return the outcomes that can happen; a float that is 0 but for rounding is none."""
    return [
        (label, p)
        for label, p in e.outcomes.items()
        if p != 0 and not (isinstance(p, float) and abs(p) < 10**-12)
    ]


def _rounded(pair: tuple[str, Any]) -> tuple[str, Any]:
    label, p = pair
    return label, round(p, _DIGITS) if isinstance(p, float) else p


def outcome_order(game: StrategicGame | GameTree) -> list[str]:
    """Return the labels of outcomes, those of one name once, in the order of the game."""
    if game.naming.outcomes:
        return list(game.naming.outcomes)
    if isinstance(game, GameTree):
        return list(dict.fromkeys(game.groups.get(o, o) for o in game.outcomes))
    if game.outcomes is None:
        return [", ".join(choice) for choice in itertools.product(*game.actions)]
    return list(dict.fromkeys(label for lottery in game.outcomes for label, _ in lottery))
