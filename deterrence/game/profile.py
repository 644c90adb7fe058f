"""Mixed profiles, addressed by label: who plays what with which probability.

>>> p = Profile({"Russia": {"restrain": "4/7", "escalate": "3/7"}, "NATO": {"restrain": 1}})
>>> p["Russia"]["escalate"]
Fraction(3, 7)
>>> p.support("NATO")
('restrain',)
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from deterrence.algebra.numbers import format_both, is_symbolic, to_number
from deterrence.errors import UsageError, did_you_mean


class Profile(Mapping[str, Mapping[str, Any]]):
    """One mixed strategy per player: ``{player: {action: probability}}``.

    Probabilities are rationals, floats or sympy expressions.  Actions that are
    not named have probability 0.  Raises :class:`UsageError` where numbers are
    negative or do not sum to 1 (exactly for rationals, within 1e-9 for floats).
    """

    __slots__ = ("_strategies",)

    def __init__(self, strategies: Mapping[str, Mapping[str, Any]]) -> None:
        self._strategies = {
            player: {action: to_number(p) for action, p in strategy.items()}
            for player, strategy in strategies.items()
        }
        for player, strategy in self._strategies.items():
            if any(is_symbolic(p) for p in strategy.values()):
                continue
            total = sum(strategy.values())
            slack = 1e-9 if isinstance(total, float) else 0
            if abs(total - 1) > slack or any(p < -slack for p in strategy.values()):
                raise UsageError(
                    f"the probabilities of {player} are not a distribution: {strategy}",
                    remedy="they must not be negative, and sum to 1",
                )

    @classmethod
    def pure(cls, choice: Mapping[str, str]) -> Profile:
        """Return the profile in which every player plays one action for certain."""
        return cls({player: {action: 1} for player, action in choice.items()})

    def __getitem__(self, player: str) -> Mapping[str, Any]:
        try:
            return self._strategies[player]
        except KeyError:
            raise UsageError(
                f"no player called {player!r}", remedy=did_you_mean(player, self._strategies)
            ) from None

    def __contains__(self, player: object) -> bool:
        return player in self._strategies

    def __iter__(self) -> Iterator[str]:
        return iter(self._strategies)

    def __len__(self) -> int:
        return len(self._strategies)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Profile):
            return NotImplemented
        return self._nonzero() == other._nonzero()

    def __hash__(self) -> int:
        items = self._nonzero().items()
        return hash(frozenset((player, frozenset(s.items())) for player, s in items))

    def __repr__(self) -> str:
        return f"Profile({self})"

    def __str__(self) -> str:
        parts = []
        for player, strategy in self._nonzero().items():
            mix = ", ".join(
                action if p == 1 else f"{action} {format_both(p)}" for action, p in strategy.items()
            )
            parts.append(f"{player}: {mix}")
        return "; ".join(parts)

    def _nonzero(self) -> dict[str, dict[str, Any]]:
        return {
            player: {action: p for action, p in strategy.items() if p != 0}
            for player, strategy in self._strategies.items()
        }

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
