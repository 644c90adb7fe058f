"""A game tree as text: one line per node, the moves indented below their node.

>>> from deterrence.game.tree.extensive import ExtensiveGame
>>> from deterrence.game.tree.nodes import Decision, Leaf
>>> for line in tree_lines(ExtensiveGame.from_tree(("A", "B"), Decision("A", "entry", {
...         "out": Leaf("status quo"), "in": Leaf("war")}),
...         {"status quo": (0, 2), "war": (-1, "-1/3")})):
...     print(line)
A at entry
  out: status quo (0, 2)
  in: war (-1, -1/3)
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from deterrence.algebra.algebraic_numbers import Algebraic
from deterrence.algebra.expressions import Expression
from deterrence.algebra.numbers import format_decimal
from deterrence.game.tree.extensive import ExtensiveGame
from deterrence.words.markup import number, plain, short

#: Labels that readers of files and builders of trees put in where there are none.
_NUMBERED = re.compile(r"(?:chance|set|node)?\s*\d*|.+:\d+(?:_\d+)?")
#: Nodes that are written out; of larger trees the first ones.
MAX_SHOWN = 2_000
#: Information sets with imperfect recall that are explained.
MAX_FAULTS = 5
#: Deeper moves are not indented further, but their depth is named.
MAX_INDENT = 30


def tree_lines(game: ExtensiveGame, most: int = MAX_SHOWN) -> tuple[str, ...]:
    """Return one line per node, for the first ``most`` nodes, and how many are left out."""
    lines = list(itertools.islice(_lines(game), most))
    left = len(game.nodes) - len(lines)
    return (*lines, f"... and {left:,} more nodes") if left else tuple(lines)


def recall_notes(game: ExtensiveGame) -> list[str]:
    """Say where a player forgets what it knew or did, if anybody does."""
    notes = [f"Imperfect recall: {fault}." for fault in game.recall_faults[:MAX_FAULTS]]
    more = len(game.recall_faults) - MAX_FAULTS
    return notes + ([f"Imperfect recall at {more:,} more information sets."] if more > 0 else [])


def kind_of_game(game: ExtensiveGame) -> str:
    """Say how large a tree is and who knows what."""
    ends = len(game.leaves)
    subgames = len(game.subgame_roots)
    knows = (
        "perfect information"
        if game.is_perfect_information
        else "perfect recall, imperfect information"
        if game.is_perfect_recall
        else "imperfect recall"
    )
    return (
        f"{len(game.nodes):,} node{'s' if len(game.nodes) != 1 else ''}, {ends:,} of them ends; "
        f"{knows}; {subgames:,} subgame{'s' if subgames != 1 else ''}"
    )


def _lines(game: ExtensiveGame) -> Iterator[str]:
    depth = [0] * len(game.nodes)
    for k, node in enumerate(game.nodes):
        text = ""
        if k:
            depth[k] = depth[node.parent] + 1
            above = game.sets[game.nodes[node.parent].set]
            chance = f" [{number_text(above.chances[node.move])}]" if above.is_chance else ""
            text = f"{plain(above.actions[node.move])}{chance}: "
        indent = "  " * min(depth[k], MAX_INDENT)
        if depth[k] > MAX_INDENT:
            indent += f"({depth[k]}) "
        paid = ""
        if node.outcome is not None:
            payoffs = ", ".join(map(number_text, game.outcomes[node.outcome]))
            paid = f"{plain(node.outcome)} ({payoffs})"
        if node.set < 0:
            yield f"{indent}{text}{paid or 'nothing (0 for everybody)'}"
            continue
        s = game.sets[node.set]
        who = (
            f"{plain(s.player)} at {plain(s.label)}" if s.player else f"chance at {plain(s.label)}"
        )
        others = len(s.nodes) - 1
        if others and s.player:
            who += f", which does not tell {others + 1} nodes apart"
        if paid:
            who += f"; pays {paid}"
        yield f"{indent}{text}{who}"


def number_text(value: Any) -> str:
    """Write a payoff or a probability exactly; floats as short decimals."""
    return format_decimal(value, 6) if isinstance(value, float) else plain(value)


def probability_text(value: Any) -> str:
    """Write a probability shortly: simple fractions as such, others as decimals after ``~``.

    >>> from fractions import Fraction
    >>> [probability_text(Fraction(p)) for p in ("1/4", "3/7", "0.9", "1", "123/4567")]
    ['1/4', '3/7', '0.9', '1', '~0.0269']
    """
    if isinstance(value, Fraction) and value.denominator != 10:
        if value.denominator < 100:
            return str(value)
        if value.denominator not in (100, 1_000, 10_000):
            return f"~{format_decimal(value)}"
    return short_number(value)


def short_number(value: Any) -> str:
    """Write a number shortly, as ``short`` does; irrational ones in square roots or rounded."""
    if isinstance(value, Algebraic):
        exact, decimal = number(value)
        return exact if exact != "~" else f"~{decimal}"
    return short(value)


def as_formula(value: Any) -> Any:
    """Return an irrational number as the formula that it is, if that is short.

    >>> as_formula(Fraction(1, 2))
    Fraction(1, 2)
    """
    if isinstance(value, Algebraic):
        exact, _ = number(value)
        return value if exact == "~" else Expression.parse(exact)
    return value


def says_something(label: str, player: str | None) -> bool:
    """Say whether the label of an information set is more than a number or its player's name.

    >>> [says_something(x, "Red") for x in ("reply", "Red:2", "chance 1", "Red", "3")]
    [True, False, False, False, False]
    """
    return label != player and not _NUMBERED.fullmatch(label)


def tree_dict(game: ExtensiveGame) -> dict[str, Any]:
    """Return the tree as plain data for JSON (schema 1): nodes in prefix order."""

    def plain_number(value: Any) -> Any:
        return value if isinstance(value, float) else str(value)

    nodes = []
    for k, node in enumerate(game.nodes):
        entry: dict[str, Any] = {"node": k, "parent": node.parent if k else None}
        if k:
            entry["move"] = game.sets[game.nodes[node.parent].set].actions[node.move]
        entry["information_set"] = game.sets[node.set].label if node.set >= 0 else None
        entry["outcome"] = node.outcome
        if node.label:
            entry["label"] = node.label
        nodes.append(entry)
    sets: dict[str, Any] = {}
    for s in game.sets:
        sets[s.label] = {"player": s.player, "actions": list(s.actions), "nodes": list(s.nodes)}
        if s.is_chance:
            sets[s.label]["probabilities"] = [plain_number(p) for p in s.chances]
    return {
        "schema": 1,
        "game": game.name,
        "title": game.title,
        "form": "extensive",
        "players": list(game.players),
        "outcomes": {
            label: dict(zip(game.players, map(plain_number, payoffs), strict=True))
            for label, payoffs in game.outcomes.items()
        },
        "information_sets": sets,
        "nodes": nodes,
        "perfect_information": game.is_perfect_information,
        "perfect_recall": game.is_perfect_recall,
        "imperfect_recall": [f.information_set for f in game.recall_faults],
        "subgames": list(game.subgame_roots),
    }
