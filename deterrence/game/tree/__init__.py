"""Game trees: nodes, information sets, play, recall, plans, and behaviour by information set."""

# A game tree shows itself by what this module registers.
from deterrence.game.tree import tree_document as tree_document
