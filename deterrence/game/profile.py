"""Mixed profiles, addressed by label: who plays what with which probability.

>>> p = Profile({"Russia": {"restrain": "4/7", "escalate": "3/7"}, "NATO": {"restrain": 1}})
>>> p["Russia"]["escalate"]
Fraction(3, 7)
>>> p.support("NATO")
('restrain',)
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterator, Mapping
from typing import Any, TypeVar

from deterrence.algebra.numbers import format_both, is_symbolic, to_number
from deterrence.errors import UsageError, did_you_mean
from deterrence.words.saved import saves, written

_OWN = Mapping[str, Mapping[str, Any]]
#: What a player does: a mixed strategy, or behaviour by information set.
Own = TypeVar("Own")


def is_distribution(chances: Collection[Any]) -> bool:
    """Say whether numbers are not negative and sum to 1 (within 1e-9 for floats)."""
    total = sum(chances)
    slack = 1e-9 if isinstance(total, float) else 0
    return abs(total - 1) <= slack and all(p >= -slack for p in chances)


def need_distribution(chances: Mapping[str, Any], whose: str) -> None:
    """Raise :class:`UsageError` unless probabilities by action are a distribution."""
    if not is_distribution(chances.values()):
        raise UsageError(
            f"the probabilities {whose} are not a distribution: {dict(chances)}",
            remedy="they must not be negative, and sum to 1",
        )


def mixture_text(mix: Mapping[str, Any]) -> str:
    """Write the actions that are played, each with its probability unless it is certain."""
    played = {action: p for action, p in mix.items() if p != 0}
    return ", ".join(a if p == 1 else f"{a} {format_both(p)}" for a, p in played.items())


class ByPlayer(Mapping[str, Own]):
    """What every player does, by player; compared by what is played."""

    __slots__ = ("_own",)

    def __init__(self, own: Mapping[str, Own]) -> None:
        self._own = own

    def __getitem__(self, player: str) -> Own:
        try:
            return self._own[player]
        except KeyError:
            raise UsageError(
                f"no player called {player!r}", remedy=did_you_mean(player, self._own)
            ) from None

    def __contains__(self, player: object) -> bool:
        return player in self._own

    def __iter__(self) -> Iterator[str]:
        return iter(self._own)

    def __len__(self) -> int:
        return len(self._own)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, ByPlayer) or type(other) is not type(self):
            return NotImplemented
        return self._played() == other._played()

    def __hash__(self) -> int:
        return hash(frozenset(self._played().items()))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self})"

    def _played(self) -> dict[Hashable, frozenset[tuple[str, Any]]]:
        """Return the actions with positive probabilities, by where they are taken."""
        return {
            where: frozenset((a, p) for a, p in mix.items() if p != 0)
            for where, mix in self._mixtures()
        }

    def _mixtures(self) -> Iterator[tuple[Hashable, Mapping[str, Any]]]:
        """Yield every mixture, with where it is played."""
        raise NotImplementedError


class Profile(ByPlayer[Mapping[str, Any]]):
    """One mixed strategy per player: ``{player: {action: probability}}``.

    Probabilities are rationals, floats or sympy expressions.  Actions that are
    not named have probability 0.  Raises :class:`UsageError` where numbers are
    negative or do not sum to 1 (exactly for rationals, within 1e-9 for floats).

    >>> from deterrence import Profile
    >>> profile = Profile({'A': {'wait': '4/7', 'go': '3/7'}, 'B': {'wait': 1}})
    >>> print(profile)
    A: wait 4/7 (0.5714), go 3/7 (0.4286); B: wait
    >>> profile['A']['go'], profile.support('B'), profile.is_pure
    (Fraction(3, 7), ('wait',), False)
    """

    __slots__ = ()

    def __init__(self, strategies: Mapping[str, Mapping[str, Any]]) -> None:
        super().__init__(
            {
                player: {action: to_number(p) for action, p in strategy.items()}
                for player, strategy in strategies.items()
            }
        )
        for player, strategy in self.items():
            if not any(is_symbolic(p) for p in strategy.values()):
                need_distribution(strategy, f"of {player}")

    @classmethod
    def pure(cls, choice: Mapping[str, str]) -> Profile:
        """Return the profile in which every player plays one action for certain."""
        return cls({player: {action: 1} for player, action in choice.items()})

    def __str__(self) -> str:
        return "; ".join(f"{player}: {mixture_text(s)}" for player, s in self.items())

    def _mixtures(self) -> Iterator[tuple[str, Mapping[str, Any]]]:
        return iter(self.items())

    def support(self, player: str) -> tuple[str, ...]:
        """Return the actions that ``player`` plays with positive probability."""
        return tuple(action for action, p in self[player].items() if p != 0)

    @property
    def is_pure(self) -> bool:
        """Whether every player plays one action for certain."""
        return all(len(self.support(player)) == 1 for player in self)

    @property
    def is_exact(self) -> bool:
        """Whether every probability is a rational number."""
        return not any(
            isinstance(p, float) or is_symbolic(p) for s in self.values() for p in s.values()
        )


saves(Profile, lambda p: written(dict(p)), lambda r, told, where: Profile(r.read(_OWN, told)))
