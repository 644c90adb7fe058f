"""A tree cut where its subgames begin: one stage per subgame, the smaller ones as leaves.

>>> from deterrence.game.tree.extensive import ExtensiveGame
>>> from deterrence.game.tree.nodes import Decision, Leaf
>>> game = ExtensiveGame.from_tree(("A", "B"), Decision("A", "first", {
...     "stop": Leaf("s"), "go": Decision("B", "reply", {"left": Leaf("l"), "right": Leaf("r")})}),
...     {"s": (1, 1), "l": (0, 3), "r": (2, 2)})
>>> [(stage.root, stage.nodes, stage.ends) for stage in stages(game)]
[(2, (2,), (3, 4)), (0, (0,), (1, 2))]
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from deterrence.game.tree.game_tree import GameTree
from deterrence.game.tree.nodes import Node

G = TypeVar("G", bound=GameTree)


@dataclass(frozen=True)
class Stage:
    """The part of a subgame that lies in no smaller one.

    ``nodes`` are its moves; ``ends`` are where it ends, leaves of the game and
    roots of smaller subgames; both in the order of the tree.
    """

    root: int
    nodes: tuple[int, ...]
    ends: tuple[int, ...]


def stages(game: GameTree, roots: Sequence[int] | None = None) -> list[Stage]:
    """Return the stages, each after all that follow it.

    ``roots`` are the subgames to cut at; all of them unless told otherwise.
    """
    cut = set(game.subgame_roots if roots is None else roots)
    owner = [0] * len(game.nodes)
    nodes: dict[int, list[int]] = {root: [] for root in cut}
    ends: dict[int, list[int]] = {root: [] for root in cut}
    for k, node in enumerate(game.nodes):
        above = owner[node.parent] if k else 0
        owner[k] = k if k in cut else above
        if node.set >= 0:
            nodes[owner[k]].append(k)
        if k and (node.set < 0 or k in cut):
            ends[above].append(k)
    return [Stage(r, tuple(nodes[r]), tuple(ends[r])) for r in sorted(cut, reverse=True)]


def stage_game(game: G, stage: Stage, payoffs: Mapping[int, Sequence[Any]]) -> G:
    """Return a stage as a game of its own; ``payoffs`` is what its ends are worth to everybody.

    Information sets keep their labels.  What is paid at the stage's own moves
    counts; each end has an outcome that is called by the number of its node.
    """
    order = sorted((*stage.nodes, *stage.ends))
    number = {k: n for n, k in enumerate(order)}
    ends = set(stage.ends)
    sets: dict[int, int] = {}
    nodes = []
    for k in order:
        node = game.nodes[k]
        parent = number[node.parent] if k != stage.root else -1
        move = node.move if k != stage.root else 0
        if k in ends:
            nodes.append(Node(-1, _end(k), parent, move))
            continue
        where = sets.setdefault(node.set, len(sets))
        children = tuple(number[c] for c in node.children)
        nodes.append(Node(where, node.outcome, parent, move, children))
    paid = {game.nodes[k].outcome for k in stage.nodes}
    outcomes = {label: game.outcomes[label] for label in paid if label is not None}
    outcomes |= {_end(k): tuple(payoffs[k]) for k in stage.ends}
    return game.replace(
        nodes=tuple(nodes), sets=tuple(game.sets[s] for s in sets), outcomes=outcomes
    )


def _end(node: int) -> str:
    # A label that no file can hold, so that no outcome of the game has it already.
    return f"\n{node}"
