"""How far an order of the outcomes decides a game, whatever the numbers are."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Literal

from deterrence.game.parameters import CellContent, OrdinalPreference
from deterrence.game.tree.extensive import ExtensiveGame

#: ``pure``: which equilibria there are in which nobody mixes.  ``all``: that, and no ties can
#: matter, so that there is nothing else that numbers could change but probabilities.
Decides = Literal["", "pure", "all"]


def matrix_decided(
    orders: Mapping[str, OrdinalPreference],
    players: Collection[str],
    shape: Sequence[int],
    cells: Sequence[CellContent],
) -> Decides:
    """Return what is decided in a matrix: its cells must be outcomes that everybody can compare.

    Then best replies to what is certain follow from the order.  In a 2x2 matrix with four
    different ends and no ties, nobody is ever indifferent but to a mixture.
    """
    ends = {cell.lottery[0][0] for cell in cells if len(cell.lottery) == 1}
    single = all(len(cell.lottery) == 1 for cell in cells)
    if not single or not _complete(orders, players, ends, strict=False):
        return ""
    apart = [*shape] == [2, 2] and len(ends) == 4
    return "all" if apart and _complete(orders, players, ends, strict=True) else "pure"


def tree_decided(
    orders: Mapping[str, OrdinalPreference], players: Collection[str], tree: ExtensiveGame
) -> Decides:
    """Return what is decided in a tree: backward induction, where nothing is left to chance.

    Everybody must always know all that happened, and the ends be different ones.
    """
    ends = [str(tree.nodes[leaf].outcome) for leaf in tree.leaves]
    known = len(tree.nodes) - len(ends) == len(tree.sets)
    paid = any(node.outcome is not None for node in tree.nodes if node.set >= 0)
    chance = any(s.is_chance for s in tree.sets)
    if not known or paid or chance or len({*ends}) < len(ends):
        return ""
    return "all" if _complete(orders, players, ends, strict=True) else ""


def _complete(
    orders: Mapping[str, OrdinalPreference],
    players: Collection[str],
    ends: Collection[str],
    *,
    strict: bool,
) -> bool:
    """Say whether everybody has one order with all ends in it, of different ones if ``strict``."""
    return {*orders} == {*players} and all(
        len(order.chains) == 1
        and {*ends} <= {end for tied in order.chains[0] for end in tied}
        and (not strict or all(len(tied) == 1 for tied in order.chains[0]))
        for order in orders.values()
    )
