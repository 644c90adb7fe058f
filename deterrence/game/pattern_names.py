"""One number and one name per equilibrium, and one name per result, whatever the values.

An equilibrium is called by its *pattern*: which actions are played with positive
probability, per player in a matrix, per information set in a tree.  Number and name are
functions of the pattern alone, never of a position in a list, so whoever knows an
equilibrium knows its name, and a name means the same at all parameter values.  A list of
some equilibria has gaps in its numbers.

*Numbers* count all patterns of the game, from 1, in one order: patterns in which nobody
mixes first, in the order of the cells of the matrix (the last player's action varies
fastest), then those with one action more in all, and so on; among these by the numbers of
actions used, first player first, and then by the actions.  In a tree the information sets
take the place of the players, in the order of the file.  Numbers exist up to
:data:`MAX_PATTERNS`; beyond that there is the name alone.

*Names* say what is done, in words that need no grammar: ``Russia: restrain; NATO:
escalate``.  Of a tree the name tells the play; what is done where the play does not come
follows after ``unplayed:`` in the full name.

>>> names = PatternNames.of_matrix(
...     ("Russia", "NATO"), (("restrain", "escalate"), ("restrain", "escalate")))
>>> pure = names.pattern({"Russia": ["restrain"], "NATO": ["escalate"]})
>>> names.number(pure), names.name(pure)
(2, 'Russia: restrain; NATO: escalate')
>>> mixed = names.pattern({"Russia": ["escalate", "restrain"], "NATO": ["restrain", "escalate"]})
>>> names.number(mixed), names.name(mixed)
(9, 'both mix')
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Any

from deterrence.errors import UsageError
from deterrence.game.naming import PublishedName
from deterrence.game.strategic import StrategicGame
from deterrence.game.tree.game_tree import GameTree

#: Numbers are given where there are fewer patterns than this.
MAX_PATTERNS = 1000
#: Longest title of an action in a name; the label stands for a longer one.
MAX_TITLE = 24
#: Longest name of an equilibrium that a lottery is called by.
MAX_CALLED = 44
#: Outcomes that the name of an uncertain result lists.
_LISTED = 4
#: What is done where the play comes to no move of a player.
_NOBODY = "nobody moves"

#: Per place, the positions of the actions that are played, in order.
PatternKey = tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class Place:
    """Where something is decided: a player of a matrix, or an information set of a tree."""

    player: str
    actions: tuple[str, ...]
    where: str = ""

    @property
    def words(self) -> str:
        """The player, and the information set where there are several."""
        return f"{self.player} at {self.where}" if self.where else self.player


@dataclass(frozen=True, eq=False)
class PatternNames:
    """The numbers and names of all patterns of one game.

    ``titles`` are titles of actions by player; ``published`` are names that the literature
    has.  ``tree`` is the game tree, None for a matrix.
    """

    places: tuple[Place, ...]
    titles: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    tree: GameTree | None = None
    published: tuple[PublishedName, ...] = ()

    @classmethod
    def of_matrix(
        cls,
        players: Sequence[str],
        actions: Sequence[Sequence[str]],
        titles: Mapping[str, Mapping[str, str]] | None = None,
        published: Sequence[PublishedName] = (),
    ) -> PatternNames:
        """Return the names for a game in strategic form."""
        places = tuple(Place(p, tuple(a)) for p, a in zip(players, actions, strict=True))
        return cls(places, titles or {}, published=tuple(published))

    @classmethod
    def of_tree(
        cls,
        tree: GameTree,
        titles: Mapping[str, Mapping[str, str]] | None = None,
        published: Sequence[PublishedName] = (),
    ) -> PatternNames:
        """Return the names for a game tree."""
        places = tuple(
            Place(str(s.player), s.actions, s.label) for s in tree.sets if not s.is_chance
        )
        return cls(places, titles or {}, tree, tuple(published))

    # ---- patterns ----------------------------------------------------------------------
    def pattern(self, support: Mapping[str, Any]) -> PatternKey:
        """Return the pattern of a support, or of a profile with probabilities.

        ``{player: actions}``, or for trees ``{player: {information set: actions}}``; where
        probabilities are given by action, those above 0 count.  What is not said of a place
        counts as all of its actions.  Raises :class:`UsageError` for unknown actions.
        """
        found = []
        for place in self.places:
            own = support.get(place.player) if place.player in support else None
            if place.where and own is not None:
                own = own.get(place.where)
            found.append(self._used(place, own))
        return tuple(found)

    def _used(self, place: Place, given: Any) -> tuple[int, ...]:
        if given is None:
            return tuple(range(len(place.actions)))
        if isinstance(given, Mapping):
            given = [action for action, chance in given.items() if _plays(chance)]
        given = set(given)
        unknown = given - {*place.actions}
        if unknown or not given:
            what = f"no action {min(unknown)!r}" if unknown else "no action is played"
            raise UsageError(f"{what} at {place.words}")
        return tuple(k for k, action in enumerate(place.actions) if action in given)

    @cached_property
    def count(self) -> int:
        """How many patterns the game has."""
        return math.prod(2 ** len(p.actions) - 1 for p in self.places)

    @cached_property
    def _numbers(self) -> dict[PatternKey, int]:
        if self.count >= MAX_PATTERNS:
            return {}
        return {pattern: k for k, pattern in enumerate(self.patterns(), 1)}

    def patterns(self) -> Iterator[PatternKey]:
        """Yield all patterns in the order of their numbers."""
        choices = [
            [c for size in range(1, n + 1) for c in itertools.combinations(range(n), size)]
            for n in (len(p.actions) for p in self.places)
        ]

        def rank(pattern: PatternKey) -> tuple[int, tuple[int, ...], PatternKey]:
            sizes = tuple(map(len, pattern))
            return sum(sizes), sizes, pattern

        yield from sorted(itertools.product(*choices), key=rank)

    def number(self, pattern: PatternKey) -> int | None:
        """Return the number of a pattern, None where there are too many patterns."""
        return self._numbers.get(pattern)

    # ---- names -------------------------------------------------------------------------
    def name(self, pattern: PatternKey) -> str:
        """Return the name: that of the literature, or else what is done."""
        return self.published_name(pattern) or self.play(pattern)

    def full_name(self, pattern: PatternKey) -> str:
        """Return a name that no other pattern has: what is done, everywhere."""
        played = self.reached(pattern)
        told = "; ".join(self._texts(pattern, played)) or _NOBODY
        rest = [k for k in range(len(self.places)) if k not in played]
        if rest:
            told += f" (unplayed: {'; '.join(self._texts(pattern, rest))})"
        return told

    def play(self, pattern: PatternKey) -> str:
        """Return what is done where the play can come."""
        if self.tree is None and len(self.places) > 1:
            mixing = [k for k, used in enumerate(pattern) if len(used) > 1]
            if len(mixing) == len(self.places) and all(
                len(used) == len(p.actions) for used, p in zip(pattern, self.places, strict=True)
            ):
                return "both mix" if len(mixing) == 2 else "all mix"
        return "; ".join(self._texts(pattern, self.reached(pattern))) or _NOBODY

    def published_name(self, pattern: PatternKey) -> str:
        """Return the literature's name of a pattern, ``""`` where the model knows none."""
        used = {
            (p.player, p.where): frozenset(p.actions[k] for k in chosen)
            for p, chosen in zip(self.places, pattern, strict=True)
        }
        for known in self.published:
            if any(all(used.get(w) == a for w, a in b.items()) for b in known.behaviours):
                return known.name
        return ""

    def _texts(self, pattern: PatternKey, where: Iterable[int]) -> list[str]:
        """Tell what is done at places, places of one player with the same move together."""
        told = []
        for k in where:
            place, used = self.places[k], pattern[k]
            words = [self.action(place.player, place.actions[a]) for a in used]
            if len(words) == 1:
                told.append(f"{place.words}: {words[0]}")
            else:
                # Plans for several information sets hold commas themselves.
                words = [f"'{w}'" if ", " in w else w for w in words]
                told.append(f"{place.words} mixes ({', '.join(words)})")
        return told

    def action(self, player: str, action: str) -> str:
        """Return the title of an action where all of the player's have short ones."""
        return self._short_titles.get(player, {}).get(action, action)

    @cached_property
    def _short_titles(self) -> dict[str, Mapping[str, str]]:
        """The titles of actions of the players all of whose actions have short ones."""
        labels: dict[str, set[str]] = {}
        for place in self.places:
            labels.setdefault(place.player, set()).update(place.actions)
        found = {}
        for player, actions in labels.items():
            own = self.titles.get(player, {})
            titles = [own.get(a, "") for a in actions]
            if all(0 < len(t) <= MAX_TITLE for t in titles) and len(set(titles)) == len(actions):
                found[player] = own
        return found

    def reached(self, pattern: PatternKey) -> list[int]:
        """Return the places that the play can come to, in the order of the file."""
        if self.tree is None:
            return list(range(len(self.places)))
        tree = self.tree
        number = {p.where: k for k, p in enumerate(self.places)}
        reached: set[int] = set()
        alive = [False] * len(tree.nodes)
        alive[0] = True
        for k, node in enumerate(tree.nodes):
            if not alive[k] or node.set < 0:
                continue
            place = number.get(tree.sets[node.set].label)
            if place is not None:
                reached.add(place)
            for move, child in enumerate(node.children):
                alive[child] = place is None or move in pattern[place]
        return sorted(reached)

    # ---- several with one pattern ----------------------------------------------------------
    def labels(self, profiles: Sequence[Mapping[str, Any]]) -> list[str]:
        """Return ``#9`` or the like per profile; profiles of one pattern get letters.

        The letters go by the probabilities, in the order of the places and their actions, so
        they do not depend on the order of the list.  Empty where there are no numbers.

        >>> names = PatternNames.of_matrix(("A", "B"), (("x", "y"), ("x",)))
        >>> names.labels([{"A": {"x": 1, "y": 2}, "B": {"x": 3}}, {"A": {"x": 1}, "B": {"x": 1}},
        ...               {"A": {"x": 2, "y": 1}, "B": {"x": 3}}])
        ['#3a', '#1', '#3b']
        """
        numbers = [self.number(self.pattern(p)) for p in profiles]
        letters = self.letters(profiles)
        return [
            "" if number is None else f"#{number}{letter}"
            for number, letter in zip(numbers, letters, strict=True)
        ]

    def letters(self, profiles: Sequence[Mapping[str, Any]]) -> list[str]:
        """Return the letter per profile; empty where no other one has its pattern."""
        patterns = [self.pattern(p) for p in profiles]
        groups: dict[PatternKey, dict[tuple[Any, ...], None]] = {}
        vectors = [self._vector(p) for p in profiles]
        for pattern, vector in zip(patterns, vectors, strict=True):
            groups.setdefault(pattern, {})[vector] = None
        letters = {
            pattern: {v: _letter(k) for k, v in enumerate(sorted(same))}
            for pattern, same in groups.items()
            if len(same) > 1
        }
        return [letters.get(p, {}).get(v, "") for p, v in zip(patterns, vectors, strict=True)]

    def _vector(self, profile: Mapping[str, Any]) -> tuple[Any, ...]:
        """Return all probabilities in the order of the places."""
        numbers: list[Any] = []
        for place in self.places:
            own = profile[place.player][place.where] if place.where else profile[place.player]
            numbers += [own.get(action, Fraction(0)) for action in place.actions]
        return tuple(numbers)


def names_of(game: StrategicGame | GameTree) -> PatternNames:
    """Return the names of a game's patterns, with the titles that its author gave.

    >>> game = StrategicGame.from_matrices([[1]], [[1]], players=("A", "B"))
    >>> names_of(game).count
    1
    """
    if isinstance(game, GameTree):
        return PatternNames.of_tree(game, game.naming.actions, game.naming.published)
    naming = game.naming
    return PatternNames.of_matrix(game.players, game.actions, naming.actions, naming.published)


def _plays(chance: Any) -> bool:
    """Say whether an action with this probability (a number or a formula) is played."""
    if getattr(chance, "op", "") == "number":
        chance = chance.args[0]
    return bool(chance != 0)


def _letter(k: int) -> str:
    """Return a, b, ..., z, aa, ab, ...

    >>> _letter(0), _letter(25), _letter(26)
    ('a', 'z', 'aa')
    """
    letters = ""
    k += 1
    while k:
        k, last = divmod(k - 1, 26)
        letters = chr(ord("a") + last) + letters
    return letters


# ---- results -------------------------------------------------------------------------------
def result_name(
    possible: Sequence[str],
    titles: Mapping[str, str],
    groups: Mapping[str, str] | None = None,
    known: Sequence[str] = (),
) -> str:
    """Return the name of a result: the outcomes that are possible, by their titles.

    >>> result_name(["war"], {"war": "Direct war"})
    'Direct war'
    >>> result_name(["war", "peace"], {"war": "Direct war"})
    'Either of: Direct war; peace'
    """
    order = {label: k for k, label in enumerate(known)}
    places = {label: k for k, label in enumerate(possible)}
    ordered = sorted(possible, key=lambda o: (order.get(o, len(order)), places[o]))
    words = list(dict.fromkeys(titles.get(o) or (groups or {}).get(o, o) for o in ordered))
    if len(words) == 1:
        return words[0]
    if len(words) > _LISTED + 1:
        words = [*words[:_LISTED], f"or one of {len(words) - _LISTED} others"]
    return f"{'Either' if len(words) == 2 else 'Any'} of: {'; '.join(words)}"


def called(name: str, possible: Sequence[str], equilibria: Iterable[str]) -> str:
    """Return what a result is called in prose: a lottery by the one equilibrium behind it.

    ``name`` is its :func:`result_name`, ``equilibria`` are the names of those that lead to it.

    >>> called("Either of: Direct war; peace", ["war", "peace"], ["both mix"])
    'both mix'
    """
    names = set(equilibria)
    if len(possible) > 1 and len(names) == 1 and len(min(names)) <= MAX_CALLED:
        return min(names)
    return name
