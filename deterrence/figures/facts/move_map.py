"""What a figure of the graph of moves shows: states, lines between them, what is stable."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from deterrence.errors import UsageError
from deterrence.game.stability_notions import in_order, moves_of, notion
from deterrence.graph_model.concepts import CONCEPTS, stable
from deterrence.graph_model.conflict import Conflict, conflict_of
from deterrence.graph_model.look_ahead import LookAhead
from deterrence.graph_model.reach import path

if TYPE_CHECKING:
    from deterrence.modelfile.model import SymbolicModel

#: States beyond which only those in focus are drawn.
MOST = 40
#: Notions that look ahead and are told unasked, where there are two players.
AHEAD = ("l2", "nm")
#: What each notion implies, directly or not: those need not be told beside it.
IMPLIED = {
    "nash": ("sseq", "seq", "smr", "gmr"),
    "sseq": ("seq", "smr", "gmr"),
    "seq": ("gmr",),
    "smr": ("gmr",),
    "l2": ("seq", "gmr"),
    "l3": ("smr", "gmr"),
    "nm": ("gmr",),
}


@dataclass(frozen=True)
class MoveLine:
    """The moves of one player between two states: ``forth`` from ``a`` to ``b``, and ``back``.

    ``gains`` is 1 where ``b`` is better for the player, -1 where ``a`` is, 0 where neither.
    """

    player: int
    a: int
    b: int
    forth: bool
    back: bool
    gains: int

    @property
    def improves(self) -> bool:
        """Whether one of the two moves makes the player better off."""
        return (self.gains > 0 and self.forth) or (self.gains < 0 and self.back)


@dataclass(frozen=True, eq=False)
class MoveMap:
    """A conflict at values: its states, how players rank them, and which are equilibria.

    ``titles`` are those of outcomes that are certain, at these values, in one state alone, else
    empty.  ``stable`` has, by notion, whether each state is stable for every player; ``start``
    is the state in question, -1 for none; ``shape`` that of a table.
    """

    conflict: Conflict
    ranks: Any
    titles: tuple[str, ...]
    stable: Mapping[str, Any]
    concept: str
    start: int
    shape: tuple[int, ...]

    @property
    def players(self) -> tuple[str, ...]:
        """The players."""
        return self.conflict.players

    def actions(self, *, titles: bool) -> list[list[str]]:
        """Return what the actions of a table are called, player by player."""
        model = self.conflict.model
        return [
            [model.naming.action(player, a) if titles else a for a in own]
            for player, own in zip(self.players, model.actions, strict=True)
        ]

    def title(self, state: int) -> str:
        """Return what a state is called."""
        return self.titles[state] or self.conflict.states[state].title

    def name(self, state: int) -> str:
        """Return a state's number and title."""
        return f"#{self.conflict.states[state].number} {self.title(state)}"

    def short(self, state: int) -> str:
        """Return the same without what a table says by itself: which actions were chosen."""
        return f"#{self.conflict.states[state].number} {self.titles[state]}".rstrip()

    def notions(self, state: int) -> tuple[str, ...]:
        """Return the notions under which a state is an equilibrium."""
        return tuple(c for c in self.stable if self.stable[c][state])

    def strongest(self, state: int) -> tuple[str, ...]:
        """Return those of them that no other implies."""
        held = self.notions(state)
        return tuple(c for c in held if not any(c in IMPLIED.get(d, ()) for d in held))

    def is_equilibrium(self, state: int) -> bool:
        """Say whether a state is an equilibrium under the notion that is shown."""
        return bool(self.stable[self.concept][state])

    @cached_property
    def shown(self) -> tuple[int, ...]:
        """The states that are drawn: all, or those in focus where they are too many.

        In focus are the equilibria, the state in question, and the states on a shortest way
        from there to each equilibrium.
        """
        import numpy as np

        size = self.conflict.graph.size
        if size <= MOST:
            return tuple(range(size))
        found = np.flatnonzero(self.stable[self.concept]).tolist()
        begin = max(self.start, 0)
        kept = {begin, *found}
        everybody = range(len(self.players))
        for k in found if len(kept) <= MOST else ():
            goal = np.zeros(size, dtype=bool)
            goal[k] = True
            kept |= {state for _, state in path(self.conflict.graph, everybody, begin, goal)}
        if len(kept) > MOST:
            raise UsageError(
                f"{self.conflict.model.name} has {size:,} states, {len(found):,} of them stable "
                f"under {notion(self.concept).name}: more than the {MOST} that a figure shows",
                remedy="ask for a stronger notion (--concept nash); `deterrence stability` "
                "lists them all",
            )
        return tuple(sorted(kept))

    @cached_property
    def lines(self) -> tuple[MoveLine, ...]:
        """The moves between the states that are drawn, two that go to and fro as one line."""
        import numpy as np

        graph, kept = self.conflict.graph, np.zeros(self.conflict.graph.size, dtype=bool)
        kept[list(self.shown)] = True
        found = []
        for i, arcs in enumerate(graph.arcs):
            inside = kept[arcs.origins] & kept[arcs.ends]
            pairs = set(zip(arcs.origins[inside].tolist(), arcs.ends[inside].tolist(), strict=True))
            for a, b in sorted({(min(p), max(p)) for p in pairs}):
                gains = int(np.sign(self.ranks[i][b] - self.ranks[i][a]))
                found.append(MoveLine(i, a, b, (a, b) in pairs, (b, a) in pairs, gains))
        return tuple(found)


def move_map(
    model: SymbolicModel,
    concept: str,
    state: str | int | None = None,
    scenario: str | None = None,
    values: Mapping[str, Any] | None = None,
) -> MoveMap:
    """Return what a figure of a model's moves shows at values.

    >>> from deterrence import load_model
    >>> it = move_map(load_model("chicken"), "seq")
    >>> [it.notions(k) for k in (0, 3)], it.strongest(1)
    ([('smr', 'gmr', 'nm'), ()], ('nash',))
    """
    conflict = conflict_of(model)
    ranks = conflict.ranks(values, scenario)
    found = _found(conflict, ranks, concept)
    here = conflict.status_quo if state is None else conflict.state(str(state))
    start = -1 if here is None else here
    # The states of an option form are in another order than the cells that it may have.
    shape = () if model.options is not None else tuple(len(a) for a in model.actions)
    told = [title if sure else "" for title, sure in conflict.happens(values, scenario)]
    titles = tuple(title if told.count(title) == 1 else "" for title in told)
    return MoveMap(conflict, ranks, titles, found, concept, start, shape)


def _found(conflict: Conflict, ranks: Any, concept: str) -> dict[str, Any]:
    """Return by notion, that asked for among them, whether each state is stable for all."""
    found = {c: stable(conflict.graph, ranks, c).all(axis=0) for c in CONCEPTS}
    two = len(conflict.players) == 2 and conflict.graph.size <= MOST
    ahead = in_order(c for c in (*(AHEAD if two else ()), concept) if c not in found)
    sight = LookAhead.of(conflict.graph, ranks) if ahead else None
    for key in ahead:
        assert sight is not None
        count = moves_of(key)
        always = sight.non_myopic().always if count is None else sight.limited(count)[0]
        found[key] = always.all(axis=0)
    return found


def layers(it: MoveMap) -> list[list[int]]:
    """Return the drawn states by the number of moves from the state in question.

    Within a layer they are ordered so that few lines cross (barycentres; Sugiyama, Tagawa and
    Toda 1981).  States that cannot be reached come last.
    """
    near: dict[int, set[int]] = {k: set() for k in it.shown}
    ways: dict[int, set[int]] = {k: set() for k in it.shown}
    for line in it.lines:
        near[line.a].add(line.b)
        near[line.b].add(line.a)
        ways[line.a] |= {line.b} if line.forth else set()
        ways[line.b] |= {line.a} if line.back else set()
    begin = it.start if it.start >= 0 else it.shown[0]
    left = [k for k in it.shown if k != begin]
    found = [[begin]]
    while left:
        reached = [k for k in left if any(k in ways[j] for j in found[-1])] or left
        found.append(reached)
        left = [k for k in left if k not in reached]
    return _ordered(found, near)


def _ordered(rows: list[list[int]], near: Mapping[int, set[int]]) -> list[list[int]]:
    """Order the states of each layer by where their neighbours stand, several times."""
    best, least = rows, _crossings(rows, near)
    for turn in range(8):
        rows = [list(row) for row in rows]
        for k in range(1, len(rows)) if turn % 2 == 0 else range(len(rows) - 2, -1, -1):
            place = _places(rows)
            middle = {}
            for state in rows[k]:
                there = [place[j] for j in near[state] if j not in rows[k]]
                middle[state] = sum(there) / len(there) if there else place[state]
            rows[k] = [s for _, s in sorted((middle[s], s) for s in rows[k])]
        crossings = _crossings(rows, near)
        if crossings < least:
            best, least = rows, crossings
    return best


def _places(rows: Sequence[Sequence[int]]) -> dict[int, float]:
    """Return where states stand in their layers, from 0 to 1."""
    return {s: (k + 1) / (len(row) + 1) for row in rows for k, s in enumerate(row)}


def _crossings(rows: Sequence[Sequence[int]], near: Mapping[int, set[int]]) -> int:
    """Count the pairs of lines between neighbouring layers that cross."""
    place = _places(rows)
    count = 0
    for upper, lower in itertools.pairwise(rows):
        ends = [(place[a], place[b]) for a in upper for b in near[a] if b in lower]
        count += sum((a - c) * (b - d) < 0 for k, (a, b) in enumerate(ends) for c, d in ends[:k])
    return count
