"""Which solution concept a tree is solved by, unless one is asked for.

Where everybody always knows all that happened, subgame perfection says it all;
elsewhere it takes beliefs, and perfect Bayesian equilibrium.

>>> from deterrence.game.tree.extensive import ExtensiveGame
>>> from deterrence.game.tree.nodes import Decision, Leaf
>>> tree = Decision("A", "choice", {"left": Leaf("good"), "right": Leaf("bad")})
>>> default_concept(ExtensiveGame.from_tree("A", tree, {"good": (1,), "bad": (0,)}))
'spe'
"""

from __future__ import annotations

from deterrence.game.tree.extensive import ExtensiveGame
from deterrence.solvers.tree_solution import TreeConcept


def default_concept(game: ExtensiveGame) -> TreeConcept:
    """Return ``spe`` for trees with perfect information, ``pbe`` for others."""
    return "spe" if game.is_perfect_information else "pbe"
