"""Solution concepts for trees, and which one a tree is solved by unless one is asked for.

A model may name its own.  Otherwise, where everybody always knows all that happened,
subgame perfection says it all; elsewhere it takes beliefs, and perfect Bayesian
equilibrium.

>>> from deterrence.game.tree.extensive import ExtensiveGame
>>> from deterrence.game.tree.nodes import Decision, Leaf
>>> tree = Decision("A", "choice", {"left": Leaf("good"), "right": Leaf("bad")})
>>> default_concept(ExtensiveGame.from_tree("A", tree, {"good": (1,), "bad": (0,)}))
'spe'
"""

from __future__ import annotations

from typing import cast

from deterrence.game.tree.extensive import ExtensiveGame
from deterrence.solvers.tree_solution import TreeConcept

#: Concepts for trees, and what they are called.
CONCEPTS: dict[str, str] = {
    "nash": "Nash equilibrium in behaviour strategies",
    "spe": "subgame-perfect equilibrium",
    "zero-sum": "pair of optimal strategies of a zero-sum game",
    "weak-pbe": "weak perfect Bayesian equilibrium",
    "pbe": "perfect Bayesian equilibrium",
    "sequential": "sequential equilibrium",
}
#: Those that come with beliefs, see :mod:`deterrence.solvers.beliefs`.
WITH_BELIEFS = ("weak-pbe", "pbe", "sequential")


def default_concept(game: ExtensiveGame) -> TreeConcept:
    """Return the tree's own concept; else ``spe`` under perfect information, or ``pbe``.

    Where a player forgets there is only ``nash``.
    """
    if game.default_concept:
        return cast("TreeConcept", game.default_concept)
    if game.recall_faults:
        return "nash"
    return "spe" if game.is_perfect_information else "pbe"
