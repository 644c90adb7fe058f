"""A game tree as a document: its lines in text, a picture of the package istgame in LaTeX.

>>> from deterrence.game.tree.extensive import ExtensiveGame
>>> from deterrence.game.tree.nodes import Decision, Leaf
>>> print(ExtensiveGame.from_tree(("A", "B"), Decision("A", "entry", {
...     "out": Leaf("status quo"), "in": Leaf("war")}),
...     {"status quo": (0, 2), "war": (-1, "-1/3")}))
game
====
<BLANKLINE>
A at entry
  out: status quo (0, 2)
  in: war (-1, -1/3)
<BLANKLINE>
Payoffs in the order A, B. 3 nodes, 2 of them ends; perfect information; 1
subgame.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping

from deterrence.game.tree.drawing.istgame import MAX_NODES, tree_latex
from deterrence.game.tree.extensive import ExtensiveGame
from deterrence.game.tree.text import MAX_SHOWN, kind_of_game, recall_notes, tree_lines
from deterrence.words.blocks import Block, Bullets, Document, Figure, Heading, Paragraph
from deterrence.words.shown import shows

#: Nodes that a screen has room for.
_SCREEN = 28


def tree_figure(
    game: ExtensiveGame,
    *,
    symbols: Mapping[str, str] | None = None,
    titles: Mapping[str, str] | None = None,
    most: int = MAX_SHOWN,
) -> Figure:
    """Return the moves, ``most`` nodes of them; LaTeX draws trees that fit a page.

    ``symbols`` maps parameters to their LaTeX, ``titles`` outcomes to what they are called.
    """
    drawn = functools.partial(tree_latex, game, symbols=symbols, titles=titles)
    title = game.title or game.name
    return Figure(
        "",
        f"The game tree of {title}: {kind_of_game(game)}.",
        tree_lines(game, most),
        drawn if len(game.nodes) <= MAX_NODES else None,
    )


def tree_notes(game: ExtensiveGame) -> list[Block]:
    """Return what a reader of a tree must know besides."""
    told = f"Payoffs in the order {', '.join(game.players)}. {kind_of_game(game)}."
    faults = tuple((note,) for note in recall_notes(game))
    return [Paragraph((told,)), *([Bullets(faults)] if faults else [])]


def tree_document(game: ExtensiveGame, full: bool) -> Document:
    """Return the tree as a document, on a screen or in full."""
    title = game.title or game.name
    figure = tree_figure(game, titles=game.naming.titles, most=MAX_SHOWN if full else _SCREEN)
    return Document(title, (Heading(title, 1), figure, *tree_notes(game)))


shows(ExtensiveGame, tree_document)
