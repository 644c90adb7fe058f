"""Behaviour profiles: what each player does at each information set, by label.

>>> p = BehaviourProfile({"Defender": {"reply": {"fight": "1/4", "yield": "3/4"}}})
>>> p["Defender"]["reply"]["yield"]
Fraction(3, 4)
>>> print(p)
Defender: at reply fight 1/4 (0.25), yield 3/4 (0.75)
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from deterrence.algebra.numbers import format_both
from deterrence.errors import UsageError, did_you_mean
from deterrence.game.tree.nodes import is_formula, keep_number

#: ``{information set: {action: probability}}``.
BehaviourStrategy = Mapping[str, Mapping[str, Any]]


class BehaviourProfile(Mapping[str, BehaviourStrategy]):
    """``{player: {information set: {action: probability}}}``.

    Actions that are not named have probability 0.  Raises :class:`UsageError`
    where numbers are negative or do not sum to 1 (exactly for rationals, within
    1e-9 for floats).
    """

    __slots__ = ("_behaviour",)

    def __init__(self, behaviour: Mapping[str, BehaviourStrategy]) -> None:
        self._behaviour = {
            player: {
                where: {action: keep_number(p) for action, p in mix.items()}
                for where, mix in own.items()
            }
            for player, own in behaviour.items()
        }
        for own in self._behaviour.values():
            for where, mix in own.items():
                _check(where, mix)

    def __getitem__(self, player: str) -> BehaviourStrategy:
        try:
            return self._behaviour[player]
        except KeyError:
            raise UsageError(
                f"no player called {player!r}", remedy=did_you_mean(player, self._behaviour)
            ) from None

    def __contains__(self, player: object) -> bool:
        return player in self._behaviour

    def __iter__(self) -> Iterator[str]:
        return iter(self._behaviour)

    def __len__(self) -> int:
        return len(self._behaviour)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, BehaviourProfile):
            return NotImplemented
        return self._played() == other._played()

    def __hash__(self) -> int:
        return hash(frozenset(self._played().items()))

    def __repr__(self) -> str:
        return f"BehaviourProfile({self})"

    def __str__(self) -> str:
        parts = []
        for player, own in self._behaviour.items():
            for where, mix in own.items():
                played = [
                    action if p == 1 else f"{action} {format_both(p)}"
                    for action, p in mix.items()
                    if p != 0
                ]
                parts.append(f"{player}: at {where} {', '.join(played)}")
        return "; ".join(parts)

    def _played(self) -> dict[tuple[str, str], frozenset[tuple[str, Any]]]:
        return {
            (player, where): frozenset((a, p) for a, p in mix.items() if p != 0)
            for player, own in self._behaviour.items()
            for where, mix in own.items()
        }

    @property
    def is_pure(self) -> bool:
        """Whether everybody takes one action for certain everywhere."""
        return all(
            sum(p != 0 for p in mix.values()) == 1
            for own in self._behaviour.values()
            for mix in own.values()
        )


def _check(where: str, mix: Mapping[str, Any]) -> None:
    if any(is_formula(p) for p in mix.values()):
        return
    total = sum(mix.values())
    slack = 1e-9 if isinstance(total, float) else 0
    if abs(total - 1) > slack or any(p < -slack for p in mix.values()):
        raise UsageError(
            f"the probabilities at {where!r} are not a distribution: {dict(mix)}",
            remedy="they must not be negative, and sum to 1",
        )
