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

from deterrence.game.profile import ByPlayer, mixture_text, need_distribution
from deterrence.game.tree.nodes import is_formula, keep_number
from deterrence.words.saved import saves, written

#: ``{information set: {action: probability}}``.
BehaviourStrategy = Mapping[str, Mapping[str, Any]]
_OWN = Mapping[str, BehaviourStrategy]


class BehaviourProfile(ByPlayer[BehaviourStrategy]):
    """``{player: {information set: {action: probability}}}``.

    Actions that are not named have probability 0.  Raises :class:`UsageError`
    where numbers are negative or do not sum to 1 (exactly for rationals, within
    1e-9 for floats).

    >>> from deterrence import BehaviourProfile
    >>> profile = BehaviourProfile({'B': {'reply': {'fight': '1/4', 'yield': '3/4'}}})
    >>> print(profile)
    B: at reply fight 1/4 (0.25), yield 3/4 (0.75)
    >>> profile['B']['reply']['fight']
    Fraction(1, 4)
    """

    __slots__ = ()

    def __init__(self, behaviour: Mapping[str, BehaviourStrategy]) -> None:
        super().__init__(
            {
                player: {
                    where: {action: keep_number(p) for action, p in mix.items()}
                    for where, mix in own.items()
                }
                for player, own in behaviour.items()
            }
        )
        for (_, where), mix in self._mixtures():
            if not any(map(is_formula, mix.values())):
                need_distribution(mix, f"at {where!r}")

    def __str__(self) -> str:
        mixtures = self._mixtures()
        return "; ".join(f"{who}: at {where} {mixture_text(m)}" for (who, where), m in mixtures)

    def _mixtures(self) -> Iterator[tuple[tuple[str, str], Mapping[str, Any]]]:
        for player, own in self.items():
            for where, mix in own.items():
                yield (player, where), mix

    @property
    def is_pure(self) -> bool:
        """Whether everybody takes one action for certain everywhere."""
        return all(sum(p != 0 for p in mix.values()) == 1 for _, mix in self._mixtures())


saves(
    BehaviourProfile,
    lambda p: written(dict(p)),
    lambda r, told, where: BehaviourProfile(r.read(_OWN, told)),
)
