r"""Who remembers what: own histories, and where perfect recall fails.

A player's own history at a node is the list of her information sets and actions
on the way there (in sequence form: her *sequence*, von Stengel 1996, Games and
Economic Behavior 14).  She has perfect recall if all nodes of each of her
information sets have one own history (Kuhn 1953; Selten 1975, p. 27).

>>> from deterrence.game.tree.extensive import ExtensiveGame
>>> from deterrence.game.tree.nodes import Decision, Leaf
>>> driver = ExtensiveGame.from_tree(("Driver",), Decision("Driver", "junction", {
...     "exit": Leaf("a"),
...     "go on": Decision("Driver", "junction", {"exit": Leaf("b"), "go on": Leaf("c")})}),
...     {"a": (0,), "b": (4,), "c": (1,)})
>>> print(driver.recall_faults[0])
Driver is absent-minded at 'junction': the start and 'go on' lie on one path
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from deterrence.errors import shorten
from deterrence.game.tree.nodes import InformationSet, Node, history


@dataclass(frozen=True)
class RecallFault:
    """An information set at which its player has forgotten something, at two of its nodes."""

    player: str
    information_set: str
    nodes: tuple[int, int]
    absent_minded: bool
    #: The history of one node, and of the other, at which the player should know that it is
    #: another.
    first: tuple[str, ...] = field(repr=False, compare=False)
    second: tuple[str, ...] = field(repr=False, compare=False)

    def __str__(self) -> str:
        one, two = _written(self.first), _written(self.second)
        if self.absent_minded:
            return (
                f"{self.player} is absent-minded at {self.information_set!r}: "
                f"{one} and {two} lie on one path"
            )
        return (
            f"{self.player} has forgotten something at {self.information_set!r}, "
            f"which does not tell {one} from {two}"
        )


def _written(history: tuple[str, ...]) -> str:
    if not history:
        return "the start"
    end = shorten(", ".join(history[-6:]), 200)
    return repr(f"..., {end}" if len(history) > 6 else end)


@dataclass(frozen=True)
class OwnHistories:
    """All own histories of one player, numbered; 0 is the empty one.

    History ``k > 0`` is ``before[k]`` followed by the action ``moves[k]``, a
    pair (information set, position of the action); ``at[node]`` is the own
    history before a node.  Numbers grow along the tree.
    """

    before: tuple[int, ...]
    moves: tuple[tuple[int, int], ...]
    at: tuple[int, ...]

    @classmethod
    def of(cls, nodes: Sequence[Node], sets: Sequence[InformationSet], player: str) -> OwnHistories:
        """Return the own histories of ``player``."""
        before, moves = [-1], [(-1, -1)]
        known: dict[tuple[int, int, int], int] = {}
        at = [0] * len(nodes)
        mine = [s.player == player for s in sets]
        for k, node in enumerate(nodes):
            if not k:
                continue
            own = at[node.parent]
            s = nodes[node.parent].set
            if mine[s]:
                key = (own, s, node.move)
                if key not in known:
                    known[key] = len(before)
                    before.append(own)
                    moves.append((s, node.move))
                own = known[key]
            at[k] = own
        return cls(tuple(before), tuple(moves), tuple(at))

    def steps(self, history: int) -> list[tuple[int, int]]:
        """Return the (information set, action) pairs of an own history, first to last."""
        found = []
        while history:
            found.append(self.moves[history])
            history = self.before[history]
        return found[::-1]


def recall_faults(
    nodes: Sequence[Node],
    sets: Sequence[InformationSet],
    sizes: Sequence[int],
    own_histories: Callable[[str], OwnHistories],
) -> tuple[RecallFault, ...]:
    """Return every information set at which its player has not perfect recall.

    ``sizes`` says how many nodes each node's subtree has, ``own_histories`` what a
    player did and knew before each node.
    """
    faults = []
    for s in sets:
        if s.player is None or len(s.nodes) < 2:
            continue
        own = own_histories(s.player)
        # One node per own history: two of them are the fault.
        seen: dict[int, int] = {}
        for node in s.nodes:
            seen.setdefault(own.at[node], node)
        if len(seen) < 2:
            continue
        first, second = list(seen.values())[:2]
        absent = _on_one_path(s.nodes, sizes)
        if absent is not None:
            first, second = absent
        told = history(nodes, sets, first), history(nodes, sets, second)
        faults.append(RecallFault(s.player, s.label, (first, second), absent is not None, *told))
    return tuple(faults)


def _on_one_path(members: Sequence[int], sizes: Sequence[int]) -> tuple[int, int] | None:
    """Return two of some nodes, in the order of the tree, of which the second follows the first."""
    # In prefix order a node's followers come right after it.
    open_until = -1
    above = -1
    for node in members:
        if node < open_until:
            return above, node
        above, open_until = node, node + sizes[node]
    return None
