"""Looking ahead a number of moves: limited-move stability L_h and non-myopic stability.

For two players (Kilgour 1984, 1985; Fang, Hipel and Kilgour 1993, chapter 4).  Who is to move with
h moves left compares staying, which ends all, with what each of her moves leads to when the other
moves next with h - 1 left, and moves only to what is strictly better.  A state is L_h stable for a
player who stays at it.  It is non-myopically stable if it is L_h stable for all h that are large
enough.

Ties.  With equals among the ends of moves, what a player does is not settled, and so neither is
what her opponent foresees (Rego and Vieira 2024).  Here every choice among equals counts, anew
wherever one is to choose: a state is *always* stable if it is whatever is chosen, *sometimes*
stable if it is for some choices.  Without ties both are the same.

Non-myopic.  What can come of h moves depends on what can come of h - 1 alone, so that the tables
of both players repeat sooner or later, with a period that need not be 1.  A state is always
(sometimes) non-myopically stable if it is always (sometimes) L_h stable in every table that
recurs.

>>> graph = MoveGraph.of_table(("A", "B"), (2, 2))
>>> chicken = [[2, 1, 3, 0], [2, 3, 1, 0]]
>>> always, sometimes = limited(graph, chicken, 2)
>>> always.tolist()
[[False, False, True, False], [False, True, False, False]]
>>> found = non_myopic(graph, chicken)
>>> found.always.all(axis=0).tolist(), found.start, found.period
([True, False, False, False], 3, 1)
>>> LookAhead.of(graph, chicken).line(2, 0, 3)  # A moves, and B is content
[(0, 1)]
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from deterrence.errors import IncompleteError, UsageError, did_you_mean, shorten
from deterrence.graph_model.graph import Arcs, MoveGraph, whole
from deterrence.graph_model.reach import FAR, Move, closure

#: What may come of a move, counted over all states and moves, beyond which one does not look.
MAX_WORK = 200_000_000
#: Pairs of a state and what may come of it that are held at a time.
CHUNK = 2_000_000


def results(graph: MoveGraph, ranks: Any, moves: int) -> tuple[Arcs, Arcs]:
    """Return, per player to move, the states that may come of each state, ``moves`` moves left.

    >>> graph = MoveGraph.of_table(("A", "B"), (2, 2))
    >>> results(graph, [[2, 1, 3, 0], [2, 3, 1, 0]], 1)[0].row(0).tolist()
    [2]
    """
    return LookAhead.of(graph, ranks, apart=True).table(moves)


def limited(graph: MoveGraph, ranks: Any, moves: int) -> tuple[Any, Any]:
    """Return whether each state is L_h stable for each player: always, and sometimes."""
    return LookAhead.of(graph, ranks).limited(moves)


def non_myopic(graph: MoveGraph, ranks: Any) -> NonMyopic:
    """Return whether each state is non-myopically stable for each player."""
    return LookAhead.of(graph, ranks).non_myopic()


@dataclass(frozen=True, eq=False)
class NonMyopic:
    """Non-myopic stability: two rows of states, and when the tables repeat.

    From ``start`` moves ahead on, the table for h is that for h + ``period`` (states that are worth
    the same to everybody are not told apart).
    """

    always: Any
    sometimes: Any
    start: int
    period: int


@dataclass(frozen=True, eq=False)
class LookAhead:
    """Two sides that look ahead, and what may come of it, by the number of moves left.

    What comes of a state is told by its kind: states that are worth the same to everybody are of
    one kind, for nobody's choices depend on which of them it is.  ``kinds`` has the kind of every
    state; ``ranks``, for each side, what each kind is worth, a row per member.  A side prefers
    what is better for all its members.
    """

    graph: MoveGraph
    kinds: Any
    ranks: tuple[Any, Any]
    _tables: list[tuple[Arcs, Arcs]] = field(default_factory=list, repr=False)
    _work: list[int] = field(default_factory=lambda: [0], repr=False)

    @classmethod
    def of(
        cls,
        graph: MoveGraph,
        ranks: Any,
        groups: Sequence[Sequence[int]] | None = None,
        *,
        apart: bool = False,
    ) -> LookAhead:
        """Return two players, or two sides of several, by the positions of their members.

        A side moves by legal sequences of moves of its members.  With ``apart`` every state is
        a kind of its own.

        >>> three = MoveGraph.of_table(("A", "B", "C"), (2, 2, 2))
        >>> pair = LookAhead.of(three, np.zeros((3, 8)), [[0, 1], [2]])
        >>> pair.graph.players, pair.graph.moves(0, 0).tolist(), int(pair.kinds.max())
        (('A+B', 'C'), [2, 4, 6], 0)
        """
        names = graph.players
        if groups is None:
            groups = [[k] for k in range(len(names))]
            if len(names) != 2:
                raise not_two(names)
        worth = whole(ranks)
        kinds = np.arange(graph.size)
        if not apart:
            worth, kinds = np.unique(worth, axis=1, return_inverse=True)
        arcs = []
        for group in groups:
            found = closure(graph, group)
            arcs.append(found.where(found.ends != found.origins))
        labels = tuple("+".join(names[j] for j in group) for group in groups)
        first, second = (worth[list(group)] for group in groups)
        return cls(MoveGraph(labels, graph.size, tuple(arcs)), kinds.ravel(), (first, second))

    def table(self, moves: int) -> tuple[Arcs, Arcs]:
        """Return, per side to move, the kinds that may come of each state."""
        if not self._tables:
            rest = Arcs(np.arange(self.graph.size + 1), self.kinds)
            self._tables.append((rest, rest))
        while len(self._tables) <= moves:
            first, second = self._tables[-1]
            self._tables.append((self._step(0, second), self._step(1, first)))
        return self._tables[moves]

    def limited(self, moves: int) -> tuple[Any, Any]:
        """Return whether each state is L_h stable for each side: always, and sometimes."""
        always, sometimes = [], []
        for found in self.table(moves):
            stays = np.zeros(self.graph.size, dtype=bool)
            stays[found.origins[self.kinds[found.origins] == found.ends]] = True
            sometimes.append(stays)
            always.append(stays & (np.diff(found.starts) == 1))
        return np.array(always), np.array(sometimes)

    def non_myopic(self) -> NonMyopic:
        """Return whether each state is non-myopically stable for each side.

        Raises :class:`IncompleteError` where the tables do not repeat within :data:`MAX_WORK`.
        """
        seen: dict[bytes, int] = {}
        for moves in itertools.count():
            tables = self.table(moves)
            key = b"".join(part.tobytes() for t in tables for part in (t.starts, t.ends))
            if key in seen:
                cycle = [self.limited(h) for h in range(seen[key], moves)]
                always, sometimes = (
                    np.logical_and.reduce(part) for part in zip(*cycle, strict=True)
                )
                return NonMyopic(always, sometimes, seen[key], moves - seen[key])
            seen[key] = moves
        raise AssertionError("the work ends it")

    def line(self, moves: int, side: int, state: int, kind: int | None = None) -> list[Move]:
        """Return moves that are foreseen when a side is to move at a state: ``[]`` if it stays.

        They end at ``kind``, one of those that may come of it; by default staying, if it may be,
        and else the first.
        """
        may = self.table(moves)[side].row(state).tolist()
        if kind is None:
            kind = self.kinds[state] if self.kinds[state] in may else may[0]
        elif kind not in may:
            raise UsageError(f"{kind} does not come of state {state} in {moves} moves")
        steps: list[Move] = []
        while self.kinds[state] != kind:
            moves, other = moves - 1, 1 - side
            leads = self.table(moves)[other]
            state = next(x for x in self.graph.moves(side, state).tolist() if kind in leads.row(x))
            steps.append((side, state))
            side = other
        return steps

    # ---- one move more -------------------------------------------------------------------
    def _step(self, side: int, after: Arcs) -> Arcs:
        """Return what may come of each state with one move more, from what may come after it.

        What each move leads to is chosen among equals by the other side: an end v may come of a
        state if it is better than staying and no move is sure to lead to better than v; one may
        stay if no move is sure to lead to better than that.
        """
        size, kinds = self.graph.size, self.ranks[side].shape[1]
        arcs, worth = self.graph.arcs[side], self.ranks[side]
        here = worth[:, self.kinds]
        sure = after.gather(worth, np.minimum, FAR)  # by member: at least that comes of a state
        offers = arcs.where((sure[:, arcs.ends] > here[:, arcs.origins]).all(axis=0))
        stays = np.flatnonzero(np.diff(offers.starts) == 0)
        codes = [stays * kinds + self.kinds[stays]]
        for origins, ends in self._unfolded(arcs, after):
            better = (worth[:, ends] > here[:, origins]).all(axis=0)
            codes.append(np.unique(origins[better] * kinds + ends[better]))
        origins, ends = np.divmod(np.sort(np.concatenate(codes)), kinds)
        kept = ~self._beaten(offers, sure, origins, worth[:, ends])
        starts = np.zeros(size + 1, dtype=np.int64)
        np.cumsum(np.bincount(origins[kept], minlength=size), out=starts[1:])
        return Arcs(starts, ends[kept])

    def _unfolded(self, arcs: Arcs, after: Arcs) -> Iterator[tuple[Any, Any]]:
        """Yield pairs of a state and what may come of a move from it, many states at a time."""
        counts = np.diff(after.starts)[arcs.ends]
        before = np.concatenate([[0], np.cumsum(counts)])  # pairs before each move
        whole = before[arcs.starts]  # pairs before each state
        self._spend(int(whole[-1]) + self.graph.size)
        cuts = np.searchsorted(whole, np.arange(0, whole[-1], CHUNK))
        for low, high in itertools.pairwise(np.unique([*cuts.tolist(), self.graph.size])):
            some = slice(arcs.starts[low], arcs.starts[high])
            n = counts[some]
            first = np.repeat(after.starts[arcs.ends[some]] - before[some] + before[some.start], n)
            yield np.repeat(arcs.origins[some], n), after.ends[first + np.arange(len(first))]

    def _beaten(self, offers: Arcs, sure: Any, origins: Any, values: Any) -> Any:
        """Return which values have a move, from the same origin, that is sure to lead to better."""
        if len(values) == 1:
            return offers.gather(sure[0], np.maximum, -FAR)[origins] > values[0]
        found = np.zeros(len(origins), dtype=bool)
        firsts = np.searchsorted(origins, np.arange(self.graph.size + 1))
        self._spend(int((np.diff(firsts) * np.diff(offers.starts)).sum()) // 8)  # much cheaper
        for state in offers.filled.tolist():
            here = slice(firsts[state], firsts[state + 1])
            moves = sure[:, offers.row(state)]
            found[here] = (moves[:, :, None] > values[:, None, here]).all(axis=0).any(axis=0)
        return found

    def _spend(self, work: int) -> None:
        self._work[0] += work
        if self._work[0] > MAX_WORK:
            raise IncompleteError(
                f"to look {len(self._tables)} moves ahead takes more than {MAX_WORK:,} looks at "
                "what may come of a move",
                remedy="look less far ahead (such as l2 or l3), or make the model smaller",
            )


# ---- two sides -------------------------------------------------------------------------------
def read_sides(text: str, players: Sequence[str]) -> list[list[int]]:
    """Return the two sides that are written ``A+B:C``, as positions of players.

    >>> read_sides("NATO + US : Russia", ["Russia", "US", "NATO"])
    [[1, 2], [0]]
    """
    groups = []
    for part in text.split(":"):
        group = []
        for name in (" ".join(p.split()) for p in part.split("+")):
            if name not in players:
                raise UsageError(
                    f"there is no player {shorten(name)!r} to stand on a side",
                    remedy=did_you_mean(name, players) or _example(players),
                )
            group.append(players.index(name))
        groups.append(sorted(group))
    named = sorted(k for group in groups for k in group)
    if len(groups) != 2 or named != list(range(len(players))):
        raise UsageError(
            f"{shorten(text)!r} are no two sides with every player on one of them",
            remedy=_example(players),
        )
    return groups


def not_two(players: Sequence[str]) -> UsageError:
    """Return the error for other than two players.

    >>> print(not_two(["A", "B", "C"]))
    looking ahead is defined for two who take turns, and there are 3 players (make two sides of \
them, such as --sides 'A+B:C')
    """
    return UsageError(
        f"looking ahead is defined for two who take turns, and there are {len(players)} players",
        remedy=_example(players) if len(players) > 2 else "ask for nash",
    )


def _example(players: Sequence[str]) -> str:
    return f"make two sides of them, such as --sides '{'+'.join(players[:-1])}:{players[-1]}'"
