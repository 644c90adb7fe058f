"""The parts of what is said of stability: reasons, conditions, coalitions, ways from a state.

States go by their numbers, from 1; moves by who makes them, in which words, and where they lead.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Literal

from deterrence.analysis.plain_data import PlainData
from deterrence.proving.covers import Alternatives


@dataclass(frozen=True, repr=False)
class Step(PlainData):
    """A move: who makes it, in which words, and to which state."""

    told = ("player", "move", "to")
    player: str
    move: str
    to: int


@dataclass(frozen=True, repr=False)
class ToldAnswer(PlainData):
    """A shortest sequence of moves of the others, to where a player is no better off than before.

    ``escape`` is the best move that the player has from there, None where there is none.
    """

    told = ("steps", "escape")
    steps: tuple[Step, ...]
    escape: Step | None = None


@dataclass(frozen=True, repr=False)
class ToldGain(PlainData):
    """A way to gain at first, and what the others could do about it.

    ``way`` is one move of a player, or moves of the members of a coalition.  ``answers`` has one
    per notion with sanctions by which there is any: ``sseq`` and ``seq`` by moves that each make
    their mover better off, ``sseq`` and ``smr`` to where there is no way on to anything better
    than what was left.
    """

    told = ("way", "answers")
    way: tuple[Step, ...]
    answers: Mapping[str, ToldAnswer] = field(default_factory=dict)

    @property
    def to(self) -> int:
        """The state where the gain is made."""
        return self.way[-1].to

    @property
    def strongest(self) -> str:
        """The most demanding notion by which there is an answer, ``""`` where there is none."""
        return next((k for k in ("sseq", "seq", "smr", "gmr") if k in self.answers), "")


@dataclass(frozen=True, repr=False)
class Account(PlainData):
    """Why a state is stable for a player, or a coalition, or is not: what would gain something.

    ``other`` is a player's best move where none gains, None where there is no move.
    """

    told = ("state", "members", "gains", "other")
    state: int
    members: tuple[str, ...]
    gains: tuple[ToldGain, ...]
    other: Step | None = None

    @property
    def who(self) -> str:
        """The player, or the members of the coalition."""
        return " and ".join(self.members)


@dataclass(frozen=True, repr=False)
class NotionCondition(PlainData):
    """For which parameters a state is stable under a notion, for a player or (None) for all.

    ``when`` is a disjunction of conjunctions; where the proof is ``unknown`` it is only
    sufficient.
    """

    told = ("state", "concept", "player", "when", "proof", "note")
    state: int
    concept: str
    player: str | None
    when: Alternatives
    proof: Literal["proven", "unknown", "sampled"]
    note: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return the condition as plain data, comparisons as text."""
        when = [[str(c) for c in term] for term in self.when]
        return {**super().to_dict(), "when": when}


@dataclass(frozen=True, repr=False)
class Horizon(PlainData):
    """Whether a state is stable for all who look one move ahead, two, and so on; and without end.

    Each is ``yes``, ``no``, or ``sometimes`` where that hangs on how ties are broken.  ``cycle``
    is how many of the last ``moves`` come back for ever, 0 where they are not told so far.
    """

    told = ("state", "moves", "without_end", "cycle")
    state: int
    moves: tuple[str, ...]
    without_end: str
    cycle: int


@dataclass(frozen=True, repr=False)
class CoalitionResult(PlainData):
    """Which states are stable for a coalition, by a notion for coalitions."""

    told = ("members", "concept", "stable")
    members: tuple[str, ...]
    concept: str
    stable: tuple[int, ...]

    @property
    def name(self) -> str:
        """The members joined by plus signs, as it is typed."""
        return "+".join(self.members)


@dataclass(frozen=True, repr=False)
class Reached(PlainData):
    """A state that can be reached: a shortest sequence of moves, and one of improvements.

    ``improvements`` is None where improvements alone do not lead there.
    """

    told = ("state", "moves", "improvements")
    state: int
    moves: tuple[Step, ...]
    improvements: tuple[Step, ...] | None = None


@dataclass(frozen=True, repr=False)
class WaysFrom(PlainData):
    """Where the conflict can go from a state; told are the states that some notion calls stable.

    ``by_moves`` and ``by_improvements`` count all states that can be reached, the first one among
    them.
    """

    told = ("state", "by_moves", "by_improvements", "reached")
    state: int
    by_moves: int
    by_improvements: int
    reached: tuple[Reached, ...]


@dataclass(frozen=True, repr=False)
class Goal(PlainData):
    """What somebody would like to see, and the states that are like that."""

    told = ("text", "states")
    text: str
    states: tuple[int, ...]


@dataclass(frozen=True, repr=False)
class ToldInverse(PlainData):
    """Which preferences of a player would make a state stable, all others given.

    ``smallest`` are the sets of states of which one must hold no state that is better (None where
    there are too many), ``share`` the share of the player's strict orders that do it.
    """

    told = ("state", "concept", "player", "condition", "smallest", "share")
    state: int
    concept: str
    player: str
    condition: str
    smallest: tuple[tuple[int, ...], ...] | None
    share: Fraction | None


@dataclass(frozen=True, repr=False)
class NotionRegime(PlainData):
    """Parameters for which the same states are equilibria, notion by notion.

    ``stable`` are the equilibria of each notion, ``sometimes`` those with some ways to break ties
    only; ``tie`` says that it takes an equation between parameters.  ``witness`` are values where
    it is so.
    """

    told = ("when", "proof", "tie", "stable", "sometimes", "witness")
    when: Alternatives
    proof: Literal["proven", "unknown", "sampled"]
    tie: bool
    stable: Mapping[str, tuple[int, ...]]
    sometimes: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    witness: Mapping[str, Fraction] | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the regime as plain data, comparisons as text."""
        when = [[str(c) for c in term] for term in self.when]
        return {**super().to_dict(), "when": when}


@dataclass(frozen=True, repr=False)
class LocalReason(PlainData):
    """Why one state of very many is stable for a player, or is not.

    ``improvements`` counts the states that the player would rather go to and can; ``unanswered``
    names, by notion, one of these to which the others have no answer.
    """

    told = ("state", "player", "improvements", "unanswered")
    state: int
    player: str
    improvements: int
    unanswered: Mapping[str, str]


@dataclass(frozen=True, repr=False)
class GradedAnswer(PlainData):
    """Which states are strongly stable: every improvement has a sanction that is much worse.

    Worse by ``margin``, in payoff, or in places of the order where only that is known.
    """

    told = ("concept", "margin", "equilibria", "strong")
    concept: str
    margin: Fraction
    strong: Mapping[str, tuple[int, ...]]

    @property
    def equilibria(self) -> tuple[int, ...]:
        """The states that are strongly stable for every player."""
        first, *others = map(set, self.strong.values())
        return tuple(sorted(first.intersection(*others)))
