"""What is said of the stability of states: by whom, under which notion, and why.

States go by their numbers, from 1, as they are typed and printed.

>>> from deterrence import load_model
>>> found = load_model("chicken").stability()
>>> found.equilibria("nash"), found.equilibria("gmr")
((2, 3), (1, 2, 3))
>>> found.stable("gmr", "A")
(1, 2, 3)
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from deterrence.analysis.plain_data import PlainData
from deterrence.errors import UsageError, did_you_mean
from deterrence.graph_model.doubts import Doubts
from deterrence.graph_model.result_parts import (
    Account,
    CoalitionResult,
    Goal,
    GradedAnswer,
    Horizon,
    LocalReason,
    NotionCondition,
    NotionRegime,
    ToldInverse,
    WaysFrom,
)
from deterrence.words.frames import Framed, Rows
from deterrence.words.markup import csv_text
from deterrence.words.saved import restorable
from deterrence.words.shown import Shown

#: From the worst to the best that can be said of a state.
_ORDER = ("no", "sometimes", "yes")


@dataclass(frozen=True, repr=False)
class RankedState(PlainData):
    """A state: its number and names, what happens there, and how each player ranks it.

    ``ranks`` count from 1 for the worst; ties share a rank.  ``outcome`` is what happens there at
    the values, ``sure`` for certain, or else the likeliest outcomes with their probabilities;
    ``""`` where nothing is known but payoffs.

    >>> from deterrence import load_model
    >>> state = load_model("chicken").stability(conditions=False).state(2)
    >>> state.title, dict(state.ranks)
    ('A yields', {'A': 2, 'B': 4})
    """

    told = ("number", "label", "title", "outcome", "sure", "ranks")
    number: int
    label: str
    title: str
    outcome: str
    sure: bool
    ranks: Mapping[str, int]


@dataclass(frozen=True, repr=False)
class NotionResult(PlainData):
    """Which states are stable under one notion: for each player, and for all (``equilibria``).

    Where ties leave open what a player would do, ``stable`` are the states that are stable
    however ties are broken, and ``sometimes`` those that are so with some ways to break them.

    >>> from deterrence import load_model
    >>> found = load_model("chicken").stability(conditions=False).notion("nm")
    >>> found.words, found.equilibria, found.stable["A"]
    ('nobody would move, looking ahead without end (non-myopic)', (1,), (1, 3))
    """

    told = ("concept", "name", "words", "equilibria", "stable", "sometimes", "note")
    concept: str
    name: str
    words: str
    stable: Mapping[str, tuple[int, ...]]
    sometimes: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    note: str = ""

    @property
    def equilibria(self) -> tuple[int, ...]:
        """The states that are stable for every player."""
        first, *others = map(set, self.stable.values())
        return tuple(sorted(first.intersection(*others)))

    @property
    def perhaps(self) -> tuple[int, ...]:
        """The states that are stable for every player with some way to break ties, not all."""
        if not self.sometimes:
            return ()
        first, *others = ({*self.stable[p], *self.sometimes.get(p, ())} for p in self.stable)
        return tuple(sorted(first.intersection(*others).difference(self.equilibria)))

    def by_state(self, numbers: Iterable[int]) -> dict[str, list[str]]:
        """Return for each player, state by state, whether it is stable: yes, sometimes or no.

        >>> NotionResult("l2", "L2", "", {"A": (1,)}, {"A": (3,)}).by_state([1, 2, 3])
        {'A': ['yes', 'no', 'sometimes']}
        """
        order = [*numbers]
        found = {}
        for player, own in self.stable.items():
            status = dict.fromkeys(self.sometimes.get(player, ()), "sometimes")
            status |= dict.fromkeys(own, "yes")
            found[player] = [status.get(number, "no") for number in order]
        return found


@dataclass(frozen=True, repr=False)
class Stability(Framed, Shown, PlainData):
    """The stability of all states of a conflict at its values, and of those in question, why.

    ``focus`` are the states in question, and ``why`` says what made them so: ``asked``,
    ``status quo``, ``wanted`` (what the model wants is most likely there) or ``equilibria``.
    ``exact``: the payoffs that were compared are exact.

    >>> from deterrence import load_model
    >>> found = load_model("prisoners-dilemma").stability()
    >>> {n.name: n.equilibria for n in found.notions if n.concept in ("nash", "seq")}
    {'Nash': (4,), 'SEQ': (1, 4)}
    """

    schema = 1
    told = (
        "schema", "model", "title", "players", "scenario", "scenario_title", "proviso", "given",
        "values", "focus", "why", "notions", "accounts", "conditions", "ahead", "sides",
        "coalitions", "improvement", "sanctions", "start", "goals", "inverse", "regimes",
        "regimes_complete", "doubts", "graded", "local", "size", "states", "exact",
        "messages",
    )  # fmt: skip
    model: str
    title: str
    players: tuple[str, ...]
    states: tuple[RankedState, ...]
    notions: tuple[NotionResult, ...]
    focus: tuple[int, ...]
    why: str
    accounts: tuple[Account, ...] = ()
    conditions: tuple[NotionCondition, ...] = ()
    ahead: tuple[Horizon, ...] = ()
    sides: tuple[str, ...] = ()
    coalitions: tuple[CoalitionResult, ...] = ()
    improvement: str = ""
    sanctions: str = ""
    start: WaysFrom | None = None
    goals: tuple[Goal, ...] = ()
    inverse: tuple[ToldInverse, ...] = ()
    regimes: tuple[NotionRegime, ...] = ()
    regimes_complete: bool = True
    doubts: Doubts | None = None
    graded: tuple[GradedAnswer, ...] = ()
    local: tuple[LocalReason, ...] = ()
    size: int = 0
    scenario: str | None = None
    scenario_title: str = ""
    proviso: str = ""
    given: tuple[str, ...] = ()
    values: Mapping[str, Any] = field(default_factory=dict)
    exact: bool = True
    messages: tuple[str, ...] = ()
    seconds: float = field(default=0.0, compare=False)

    # ---- questions ---------------------------------------------------------------------------
    def notion(self, concept: str) -> NotionResult:
        """Return what was found under a notion; an unknown one raises :class:`UsageError`."""
        for one in self.notions:
            if one.concept == concept:
                return one
        known = [n.concept for n in self.notions]
        raise UsageError(
            f"nothing was asked about the notion {concept[:40]!r}",
            remedy=did_you_mean(concept, known) or f"notions: {', '.join(known)}",
        )

    def equilibria(self, concept: str) -> tuple[int, ...]:
        """Return the states that are stable for every player under a notion."""
        return self.notion(concept).equilibria

    def stable(self, concept: str, player: str) -> tuple[int, ...]:
        """Return the states that are stable for a player under a notion."""
        own = self.notion(concept).stable
        if player not in own:
            raise UsageError(
                f"{self.model} has no player {player[:60]!r}",
                remedy=did_you_mean(player, own) or f"players: {', '.join(own)}",
            )
        return own[player]

    def state(self, number: int) -> RankedState:
        """Return a state by its number."""
        place = self._places.get(number)
        if place is None:
            raise UsageError(
                f"there is no state {number}", remedy=f"a number from 1 to {self.size}"
            )
        return self.states[place]

    @cached_property
    def _places(self) -> dict[int, int]:
        return {s.number: k for k, s in enumerate(self.states)}

    @property
    def complete(self) -> bool:
        """Whether nothing was left open."""
        proofs = {c.proof for c in self.conditions} | {r.proof for r in self.regimes}
        return proofs <= {"proven"} and self.regimes_complete

    # ---- data --------------------------------------------------------------------------------
    def _tables(self) -> Mapping[str, Callable[[], Rows]]:
        return {"states": self._rows}

    def _rows(self) -> Rows:
        told = {n.concept: n.by_state(s.number for s in self.states) for n in self.notions}
        for k, s in enumerate(self.states):
            row: dict[str, Any] = {"number": s.number, "label": s.label, "title": s.title}
            row |= {f"rank({p})": rank for p, rank in s.ranks.items()}
            for concept, own in told.items():
                here = {p: column[k] for p, column in own.items()}
                row[concept] = min(here.values(), key=_ORDER.index)
                row |= {f"{concept}({p})": status for p, status in here.items()}
            yield row

    def to_csv(self) -> str:
        """Return a row per state as CSV: ranks, and per notion for all and for each player."""
        out = io.StringIO()
        rows = [*self._rows()]
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow([csv_text(name) for name in rows[0]])
        for row in rows:
            writer.writerow([csv_text(v) if isinstance(v, str) else v for v in row.values()])
        return out.getvalue()

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON contract (schema 1)."""
        return restorable(self, {**super().to_dict(), "seconds": round(self.seconds, 4)})
