"""A game in strategic form as a tree: the players move one after the other, and unseen.

Whoever moves later does not know what was played before, so the perfect Bayesian equilibria of
this tree are the Nash equilibria of the game.  Every player has one information set, which has
the player's name; ends have the names of the model's outcomes, or of its cells.
"""

from __future__ import annotations

import itertools

from deterrence.algebra.expressions import Expression
from deterrence.errors import UnsupportedError
from deterrence.game.tree.extensive import ExtensiveGame
from deterrence.game.tree.nodes import Chance, Decision, Leaf, NestedTree
from deterrence.modelfile.model import SymbolicModel, with_pays

#: Cells up to which a game is looked at as a tree.
MAX_CELLS = 256


def simultaneous(model: SymbolicModel) -> ExtensiveGame:
    """Return the tree of a model in strategic form, with its formulas.

    Raises :class:`UnsupportedError` for more cells than :data:`MAX_CELLS`.
    """
    if len(model.cells) > MAX_CELLS:
        raise UnsupportedError(
            f"{model.name} has {len(model.cells)} cells; formulas are found for up to {MAX_CELLS} "
            "with more than two players",
            remedy="solve it at values instead",
        )
    names = model.cell_names()
    payoffs = {
        label: tuple(outcome.payoffs[p] for p in model.players)
        for label, outcome in model.outcomes.items()
    }
    groups: dict[str, str] = {}
    ends: dict[tuple[str, ...], NestedTree] = {}
    nothing = (Expression.number(0),) * len(model.players)
    paid = with_pays(model, [nothing] * len(model.cells), lambda e: e)
    for name, cell, choice, more in zip(
        names, model.cells, itertools.product(*model.actions), paid, strict=True
    ):
        leaves = {}
        for label, _ in cell.lottery:
            # An outcome is another one for the tree wherever actions pay something beside it.
            end = label if more == nothing else f"{label} ({name})"
            if end != label:
                groups[end] = label
                payoffs[end] = tuple(u + e for u, e in zip(payoffs[label], more, strict=True))
            leaves[label] = Leaf(end)
        if cell.payoffs is not None:
            own = (cell.payoffs[p] for p in model.players)
            payoffs[name] = tuple(u + e for u, e in zip(own, more, strict=True))
            ends[choice] = Leaf(name)
        elif len(leaves) == 1:
            ends[choice] = leaves[cell.lottery[0][0]]
        else:
            drawn = {label: (chance, leaves[label]) for label, chance in cell.lottery}
            ends[choice] = Chance(drawn, f"chance in ({name})")

    def grown(before: tuple[str, ...]) -> NestedTree:
        depth = len(before)
        if depth == len(model.players):
            return ends[before]
        moves = {a: grown((*before, a)) for a in model.actions[depth]}
        return Decision(model.players[depth], model.players[depth], moves)

    used = {e.outcome for e in ends.values() if isinstance(e, Leaf)}
    used |= {
        leaf.outcome
        for e in ends.values()
        if isinstance(e, Chance)
        for _, leaf in e.moves.values()
        if isinstance(leaf, Leaf)
    }
    kept: dict[str, tuple[Expression, ...]] = {o: us for o, us in payoffs.items() if o in used}
    tree = ExtensiveGame.from_tree(
        model.players, grown(()), kept, name=model.name, title=model.title
    )
    return tree.replace(groups=groups)
