"""A game tree as plain data, for the files that strangers check."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from deterrence.game.tree.extensive import ExtensiveGame


def plain_tree(game: ExtensiveGame, number: Callable[[Any], Any]) -> dict[str, Any]:
    """Return players, information sets and nodes; ``number`` writes chances and payoffs.

    Nodes stand in the tree's own order, children by their positions in it.
    """
    sets = [
        {"label": s.label, "player": s.player, "actions": list(s.actions)}
        | ({"chances": list(map(number, s.chances))} if s.is_chance else {})
        for s in game.sets
    ]
    nodes = []
    for node in game.nodes:
        told: dict[str, Any] = {}
        if node.set >= 0:
            told = {"set": node.set, "children": list(node.children)}
        if node.outcome is not None:
            told["outcome"] = node.outcome
            told["pays"] = list(map(number, game.outcomes[node.outcome]))
        nodes.append(told)
    return {"form": "extensive", "players": list(game.players), "sets": sets, "nodes": nodes}
