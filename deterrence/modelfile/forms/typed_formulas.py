"""Formulas that depend on private information: one per type of a player.

In a file stands a formula, ``{own type: formula}``, or ``{player: {type: formula}}``
where another player's type matters; each may stand inside another.

>>> from deterrence.algebra.expressions import Expression
>>> hard, soft = Expression.parse("a"), Expression.parse("b")
>>> war = Typed("Challenger", {"hard": Typed(hard), "soft": Typed(soft)})
>>> str(war.at({"Challenger": "soft"})), war.players
('b', ('Challenger',))
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from deterrence.algebra.expressions import Expression
from deterrence.errors import shorten
from deterrence.modelfile.faults import listing
from deterrence.modelfile.file_context import FileContext
from deterrence.modelfile.schema.fields import kind
from deterrence.modelfile.yaml.entries import EntryPath

Types = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Typed:
    """A formula (``value``), or what it is for each type of the player ``value``."""

    value: Expression | str
    cases: Mapping[str, Typed] | None = None

    def at(self, types: Mapping[str, str]) -> Expression:
        """Return the formula for one type of each player."""
        here = self
        while here.cases is not None:
            here = here.cases[types[str(here.value)]]
        assert isinstance(here.value, Expression)
        return here.value

    @property
    def players(self) -> tuple[str, ...]:
        """The players on whose types the formula depends."""
        if self.cases is None:
            return ()
        inside = [p for case in self.cases.values() for p in case.players]
        return tuple(dict.fromkeys([str(self.value), *inside]))


def read_typed(
    context: FileContext, path: EntryPath, raw: Any, types: Types, own: str = ""
) -> Typed | None:
    """Return a formula or formulas per type; ``None`` where there is a fault.

    ``own`` is the player whose payoff it is: her types need not be named as hers.
    """
    return _TypedReader(context, types, own).read(path, raw, {})


class _TypedReader:
    def __init__(self, context: FileContext, types: Types, own: str) -> None:
        self.context, self.types, self.own = context, types, own

    def read(self, path: EntryPath, raw: Any, known: Mapping[str, str]) -> Typed | None:
        if isinstance(raw, str):
            e = self.context.formula(path, raw)
            if e is None:
                return None
            self.context.defined.append((path, e))
            return Typed(e)
        faults = self.context.faults
        if not isinstance(raw, dict):
            faults.add(path, f"{kind(raw)} stands here", "a formula", shift=0)
            return None
        players = [p for p in raw if p in self.types]
        if not players and self.own in self.types:
            return self._cases(path, raw, self.own, known)
        if len(players) == 1 == len(raw) and isinstance(raw[players[0]], dict):
            return self._cases((*path, players[0]), raw[players[0]], players[0], known)
        if not self.context.types_known:
            for key, inside in raw.items():  # look for other faults only
                self.read((*path, key), inside, known)
            return None
        if not self.types:
            wanted, remedy = "a formula", "only where there are `types` may it differ by type"
        else:
            wanted = "a formula, or {player: {type: formula}}"
            remedy = f"players with types: {listing(self.types)}"
        faults.add(path, "a mapping stands here", wanted, remedy, shift=0)
        return None

    def _cases(
        self, path: EntryPath, raw: Mapping[str, Any], player: str, known: Mapping[str, str]
    ) -> Typed | None:
        faults = self.context.faults
        if player in known:
            what = f"the type of {player} is known here already: {known[player]}"
            faults.add(path, what, key=True)
            return None
        types = self.types[player]
        unknown = [t for t in raw if t not in types]
        for word in unknown:
            faults.unknown((*path, word), f"type of {player}", word, types, key=True)
        missing = [t for t in types if t not in raw and not faults.is_broken((*path, t))]
        if len(missing) > len(unknown):
            what = f"no entry for {listing(missing)} of {shorten(player)}"
            faults.add(path, what, "an entry for every type", key=True)
        cases = {t: self.read((*path, t), raw[t], {**known, player: t}) for t in types if t in raw}
        kept = {t: case for t, case in cases.items() if case is not None}
        return Typed(player, kept) if len(kept) == len(types) else None


def variants(types: Types, players: Sequence[str]) -> Iterator[dict[str, str]]:
    """Yield every combination of types of some players, the last one's varying fastest."""
    import itertools

    for combination in itertools.product(*(types[p] for p in players)):
        yield dict(zip(players, combination, strict=True))


def rest_of(others: Sequence[Typed], types: Types) -> Typed:
    """Return what probabilities leave to 1, for every combination of the types they depend on."""
    players = tuple(dict.fromkeys(p for t in others for p in t.players))

    def build(left: Sequence[str], known: Mapping[str, str]) -> Typed:
        if not left:
            remainder = Expression.number(1)
            for t in others:
                remainder = remainder - t.at(known)
            return Typed(remainder)
        player, *after = left
        return Typed(player, {t: build(after, {**known, player: t}) for t in types[player]})

    return build(players, {})
