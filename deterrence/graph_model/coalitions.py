"""Stability for coalitions: Nash, GMR, SMR and SEQ with several players who act together.

A coalition moves by legal sequences of moves of its members, nobody twice in a row.  It improves
by going to a state that is strictly better for **every** member (``joint``; Kilgour, Hipel, Fang
and Peng 2001; Inohara and Hipel 2008), or that is worse for none and better for some
(``pareto``).  The others sanction by legal sequences of theirs that end where the coalition has
no improvement over where it began.

- CNash: no improvement.
- CGMR: every improvement is sanctioned.
- CSMR: and the coalition has no way from the sanction, by moves of its members, to an
  improvement over where it began.
- CSEQ: as CGMR, by a sequence that the others want.  It has two published forms: every single
  move makes its mover better off (``individual``), or groups of the others improve in turn, each
  over where its turn begins and none twice in a row (``joint``: class coalitional improvements).

With one member these are the notions of that player, CSEQ in its individual form.  The joint form
of CSEQ does not imply CGMR in general: a member of two groups may move twice in a row.

>>> graph = MoveGraph.of_table(("A", "B"), (2, 2))
>>> dilemma = [[2, 0, 3, 1], [2, 3, 0, 1]]
>>> stable(graph, dilemma, "cnash", [0, 1]).tolist()  # both would leave the last for the first
[True, True, True, False]
>>> gains(graph, dilemma, "cnash", [0, 1], 3)
[Gain(to=0, way=((0, 1), (1, 0)), answer=(), turns=(), escapes=())]
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from deterrence.errors import IncompleteError, UsageError
from deterrence.graph_model.graph import MAX_MOVES, Arcs, MoveGraph, whole
from deterrence.graph_model.reach import (
    Move,
    joined,
    least,
    packed,
    path,
    reachable,
    unpacked,
    ways,
)

#: The notions for coalitions, each implied by those that stand before it but CSMR by CSEQ.
CONCEPTS = ("cnash", "cseq", "csmr", "cgmr")
#: When a coalition improves, and how the others may answer in CSEQ.
IMPROVEMENTS, SANCTIONS = ("joint", "pareto"), ("individual", "joint")
#: Players beyond whom not all coalitions are gone through: their number doubles with each.
MAX_PLAYERS = 12


def stable(
    graph: MoveGraph,
    ranks: Any,
    concept: str,
    members: Sequence[int],
    *,
    improvement: str = "joint",
    sanctions: str = "individual",
) -> Any:
    """Return whether each state is stable for a coalition.

    ``ranks`` are whole numbers, a row per player and a column per state; more is better.
    """
    return Coalitions(graph, ranks, improvement, sanctions).stable(concept, members)


def gains(
    graph: MoveGraph,
    ranks: Any,
    concept: str,
    members: Sequence[int],
    state: int,
    *,
    improvement: str = "joint",
    sanctions: str = "individual",
) -> list[Gain]:
    """Return every improvement of a coalition over a state, and a shortest answer, if any.

    The state is stable for the coalition exactly if all are deterred.  Only what can be reached
    from the state is looked at, so that one state of a large conflict can be asked for (but for the
    joint form of CSEQ, which needs what all groups of the others would do).

    >>> graph = MoveGraph.of_table(("A", "B"), (2, 2))
    >>> gains(graph, [[3, 2, 4, 1], [3, 4, 2, 1]], "csmr", [0], 0)
    [Gain(to=2, way=((0, 2),), answer=((1, 3),), turns=(((1,), 3),), escapes=(1,))]
    """
    return Coalitions(graph, ranks, improvement, sanctions).gains(concept, members, state)


@dataclass(frozen=True)
class Gain:
    """An improvement of a coalition, how it gets there, and what the others would do about it.

    ``way`` is a shortest legal sequence of its members, ``answer`` one of the others that leads
    to a sanction, ``()`` where none does.  ``turns`` are the groups of the others whose
    improvements make up the answer, with the states that they lead to; where each moves for
    herself, single players.  ``escapes`` are states that the coalition could still reach from the
    sanction, none of them an improvement (listed for CSMR).
    """

    to: int
    way: tuple[Move, ...]
    answer: tuple[Move, ...] = ()
    turns: tuple[tuple[tuple[int, ...], int], ...] = ()
    escapes: tuple[int, ...] = ()

    @property
    def deterred(self) -> bool:
        """Whether the others have an answer."""
        return bool(self.answer)


@dataclass(frozen=True, eq=False)
class Coalitions:
    """A conflict as its coalitions see it: what is worked out for one serves the next."""

    graph: MoveGraph
    ranks: Any
    improvement: str = "joint"
    sanctions: str = "individual"
    _improving: dict[tuple[int, ...], Arcs] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        """Refuse what is no improvement or sanction."""
        for given, known in ((self.improvement, IMPROVEMENTS), (self.sanctions, SANCTIONS)):
            if given not in known:
                raise UsageError(f"{given!r} is none of {', '.join(known)}")
        object.__setattr__(self, "ranks", whole(self.ranks))

    @cached_property
    def _single(self) -> MoveGraph:
        """The moves that make their mover better off."""
        return self.graph.improving(self.ranks)

    def stable(self, concept: str, members: Sequence[int]) -> Any:
        """Return whether each state is stable for a coalition."""
        members = _checked(self.graph, members)
        gain = self.improvements(members)
        if concept == "cnash":
            return np.diff(gain.starts) == 0
        keys, bars = self._measure(members)
        if concept == "csmr":
            unanswered = ~self._held(members, gain)
        else:
            worst = least(*self._answers(concept, members), keys)
            # The others can do nothing about it if the worst is an improvement all the same.
            unanswered = (worst[:, gain.ends] >= bars[:, gain.origins]).all(axis=0)
        found = np.ones(self.graph.size, dtype=bool)
        found[gain.origins[unanswered]] = False
        return found

    def improvements(self, members: Sequence[int]) -> Arcs:
        """Return the improvements of a coalition: from each state, the better ones it reaches."""
        members = tuple(members)
        if members not in self._improving:
            _limited(self.graph.size)
            if len(members) == 1:
                self._improving[members] = self._single.arcs[members[0]]
            else:
                mask = reachable(self.graph, members) & self._better(members)
                self._improving[members] = Arcs.of_mask(mask)
        return self._improving[members]

    def gains(self, concept: str, members: Sequence[int], state: int) -> list[Gain]:
        """Return every improvement of a coalition over a state, and a shortest answer, if any."""
        members = _checked(self.graph, members)
        better = self._better_than(members, state)
        found = ways(self.graph, members, state)
        good = ~better
        if concept == "csmr":  # and no way on to an improvement
            good &= joined(self.graph, members, better.astype(np.int64), np.maximum, 0) == 0
        listed = []
        for to in sorted(s for s in found.last if better[s]):
            gain = Gain(to, tuple(found.to(to)))
            if concept != "cnash":
                gain = self._answered(gain, concept, members, good)
            listed.append(gain)
        return listed

    def _answered(self, gain: Gain, concept: str, members: tuple[int, ...], good: Any) -> Gain:
        """Return an improvement with the answer of the others to it, if they have one."""
        graph, movers = self._answers(concept, members)
        answer = path(graph, movers, gain.to, good)
        if not answer:
            return gain
        groups: list[tuple[int, ...]] = [(j,) for j in range(len(self.graph.players))]
        if concept == "cseq" and self.sanctions == "joint":
            groups = _groups(self.graph.others(*members))
        turns = tuple((groups[j], s) for j, s in answer)
        moves: list[Move] = []
        here = gain.to
        for group, there in turns:
            moves += ways(self.graph, group, here, np.arange(self.graph.size) == there).to(there)
            here = there
        onwards: tuple[int, ...] = ()
        if concept == "csmr":
            onwards = tuple(sorted(set(ways(self.graph, members, here).last) - {here}))
        return Gain(gain.to, gain.way, tuple(moves), turns, onwards)

    def _answers(self, concept: str, members: Sequence[int]) -> tuple[MoveGraph, Sequence[int]]:
        """Return the moves with which the others may answer, and who makes them."""
        others = self.graph.others(*members)
        if concept != "cseq":
            return self.graph, others
        if self.sanctions == "individual":
            return self._single, others
        groups = _groups(others)
        arcs = tuple(self.improvements(group) for group in groups)
        names = tuple("+".join(self.graph.players[j] for j in group) for group in groups)
        return MoveGraph(names, self.graph.size, arcs), range(len(groups))

    # ---- what is better --------------------------------------------------------------------
    def _measure(self, members: Sequence[int]) -> tuple[Any, Any]:
        """Return keys and bars: y improves on s exactly if all keys of y reach the bars of s.

        The keys are the ranks of the members; where nobody worse and somebody better will do,
        their sum besides.
        """
        keys = self.ranks[list(members)]
        if self.improvement == "joint":
            return keys, keys + 1
        total = keys.sum(axis=0, keepdims=True)
        return np.concatenate([keys, total]), np.concatenate([keys, total + 1])

    def _better_than(self, members: Sequence[int], state: int) -> Any:
        """Return which states improve on one."""
        keys, bars = self._measure(members)
        return (keys >= bars[:, [state]]).all(axis=0)

    def _better(self, members: Sequence[int]) -> Any:
        """Return which states (columns) improve on which (rows)."""
        keys, bars = self._measure(members)
        found = np.ones((self.graph.size, self.graph.size), dtype=bool)
        for key, bar in zip(keys, bars, strict=True):
            found &= key[None, :] >= bar[:, None]
        return found

    def _held(self, members: Sequence[int], gain: Arcs) -> Any:
        """Return which improvements have a sanction that the coalition cannot escape."""
        size = self.graph.size
        better = self._better(members)
        bits = packed(better)
        # y is no sanction against leaving s (a row) if it is, or leads on to, an improvement.
        lost = bits | joined(self.graph, members, bits, np.bitwise_or, 0)
        answered = joined(self.graph, self.graph.others(*members), ~lost, np.bitwise_or, 0)
        return unpacked(answered, size)[gain.origins, gain.ends]


@dataclass(frozen=True, eq=False)
class EveryCoalition:
    """For every coalition whether each state is stable; coalitions by size, then by members."""

    stable: dict[tuple[int, ...], Any]

    @property
    def universal(self) -> Any:
        """Which states no coalition upsets: universally coalitionally stable."""
        return np.logical_and.reduce(list(self.stable.values()))

    def upset(self, state: int) -> list[tuple[int, ...]]:
        """Return the coalitions for which a state is not stable."""
        return [members for members, mask in self.stable.items() if not mask[state]]


def every_coalition(
    graph: MoveGraph,
    ranks: Any,
    concept: str,
    *,
    improvement: str = "joint",
    sanctions: str = "individual",
) -> EveryCoalition:
    """Return the stability of every state for every coalition of one player or more.

    >>> graph = MoveGraph.of_table(("A", "B"), (2, 2))
    >>> found = every_coalition(graph, [[2, 0, 3, 1], [2, 3, 0, 1]], "cseq")
    >>> found.universal.tolist(), found.upset(3)
    ([True, False, False, False], [(0, 1)])
    """
    n = len(graph.players)
    if n > MAX_PLAYERS:
        raise IncompleteError(
            f"{n} players form {2**n - 1:,} coalitions; all are gone through for up to "
            f"{MAX_PLAYERS} players",
            remedy="ask for one coalition by name",
        )
    all_of_them = Coalitions(graph, ranks, improvement, sanctions)
    return EveryCoalition({c: all_of_them.stable(concept, c) for c in _groups(range(n))})


def _groups(players: Sequence[int]) -> list[tuple[int, ...]]:
    """Return all groups of players, by size."""
    sizes = range(1, len(players) + 1)
    return [*itertools.chain(*(itertools.combinations(players, k) for k in sizes))]


def _checked(graph: MoveGraph, members: Sequence[int]) -> tuple[int, ...]:
    """Return the members of a coalition in order."""
    found = tuple(sorted(set(members)))
    if not found or found[0] < 0 or found[-1] >= len(graph.players):
        raise UsageError(
            f"{list(members)} is no coalition",
            remedy=f"one or more players, by numbers from 0 to {len(graph.players) - 1}",
        )
    return found


def _limited(size: int) -> None:
    """Refuse whole tables of pairs of states that would be too large."""
    if size**2 > MAX_MOVES:
        raise IncompleteError(
            f"{size:,} states are {size**2:,} pairs, more than the {MAX_MOVES:,} that are gone "
            "through for coalitions",
            remedy="ask for the stability of a state by name (--state), or make the model smaller",
        )
