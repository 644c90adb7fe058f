r"""Backward induction in trees of perfect information, at many points at once.

A player at the end of the game takes the best of what is left; knowing that, the
player before does the same, and so on to the root (Zermelo 1913; Kuhn 1953).  Payoffs
are arrays over points, the tree is the same at all of them.

An escalation ladder of two rungs: the first player quits or climbs, then the second.

>>> import numpy as np
>>> tree = Tree.ladder(2)
>>> tree.player, tree.children
((0, 1), ((2, 1), (3, 4)))
>>> # Leaves: first quits, second quits, war; points: war costs 1 or 5.
>>> payoffs = np.array([[[0, 0], [2, -2], [-1, -1]], [[0, 0], [2, -2], [-5, -5]]])
>>> found = backward_induction(tree, payoffs)
>>> found.choice.tolist(), found.leaf.tolist(), found.tied.tolist()
([[0, 1], [1, 0]], [0, 1], [False, False])
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from deterrence.errors import UsageError

#: Points that are worked on together.
_CHUNK = 2048


@dataclass(frozen=True)
class Tree:
    """A tree of perfect information without chance.

    Decision nodes are ``0 .. d-1``, node 0 the root; leaves follow as ``d, d+1, ...``.
    ``player[k]`` moves at node ``k`` and chooses among ``children[k]``, whose numbers
    are larger than ``k``.  Raises :class:`UsageError` for anything else.
    """

    player: tuple[int, ...]
    children: tuple[tuple[int, ...], ...]

    def __post_init__(self) -> None:
        d = len(self.player)
        reached = sorted(c for below in self.children for c in below)
        fits = len(self.children) == d and all(self.children) and min(self.player, default=0) >= 0
        grows = all(c > k for k, below in enumerate(self.children) for c in below)
        if not d or not fits or not grows or reached != list(range(1, len(reached) + 1)):
            raise UsageError(
                "these nodes are no tree",
                remedy="number decisions from the root down, then the leaves, each reached once",
            )

    @property
    def leaves(self) -> int:
        """The number of leaves."""
        return 1 + sum(map(len, self.children)) - len(self.player)

    @classmethod
    def ladder(cls, rungs: int) -> Tree:
        """Return the ladder on which two players in turn quit (choice 0) or climb (choice 1).

        Leaf ``k`` is where the player at rung ``k`` quits, the last leaf the top.
        """
        if rungs < 1:
            raise UsageError("a ladder needs at least one rung")
        children = [(rungs + k, k + 1) for k in range(rungs - 1)]
        children.append((2 * rungs - 1, 2 * rungs))
        return cls(tuple(k % 2 for k in range(rungs)), tuple(children))


@dataclass(frozen=True, eq=False)
class Induction:
    """What backward induction finds at n points.

    - ``choice`` (n, decisions): which child is taken; the first of the best ones.
    - ``leaf`` (n): the leaf that is reached, from 0.
    - ``payoffs`` (n, players) of that leaf.
    - ``tied`` (n): somewhere two choices are equally good, or nearer than ``margin``:
      there may be other subgame-perfect equilibria, and exact payoffs should decide.
    """

    choice: Any
    leaf: Any
    payoffs: Any
    tied: Any


def backward_induction(tree: Tree, payoffs: Any, margin: Any = 0.0) -> Induction:
    """Return the subgame-perfect play at every point.

    ``payoffs`` has shape (n, leaves, players), or (leaves, players) for one point.
    ``margin`` (a number, or one per point) is what payoffs may be off by, together:
    differences up to it count as ties.  Points with a payoff that is no number are
    tied.  Where ``tied`` is false the equilibrium found is the only subgame-perfect one.
    """
    import numpy as np

    from deterrence.analysis.kernel.program import loops
    from deterrence.analysis.points import numba_pays

    values = np.asarray(payoffs, dtype=float)
    if values.ndim == 2:
        values = values[None]
    players = max(tree.player) + 1
    if values.ndim != 3 or values.shape[1] != tree.leaves or values.shape[2] < players:
        raise UsageError(
            f"payoffs of shape {np.shape(payoffs)} do not fit the tree",
            remedy=f"give (points, {tree.leaves} leaves, at least {players} players)",
        )
    n, d = len(values), len(tree.player)
    slack = np.broadcast_to(np.asarray(margin, dtype=float), (n,))
    result = Induction(
        choice=np.empty((n, d), dtype=np.int32),
        leaf=np.empty(n, dtype=np.int32),
        payoffs=np.empty((n, values.shape[2])),
        tied=np.empty(n, dtype=bool),
    )
    take = loops(numba_pays(n)).take_better
    for start in range(0, n, _CHUNK):
        here = slice(start, start + _CHUNK)
        _induce(tree, values[here], slack[here], result, here, take)
    return result


def _induce(
    tree: Tree, values: Any, slack: Any, result: Induction, here: slice, take: Callable[..., None]
) -> None:
    """Fill in the result for some points, few enough to stay in the cache."""
    import numpy as np

    n, d = len(values), len(tree.player)
    choice = np.zeros((d, n), dtype=np.int32)
    tied = np.isnan(values.reshape(n, -1).sum(axis=1))
    # One contiguous row per player: worth[node] has shape (players, n).
    leaves = np.ascontiguousarray(values.reshape(n, -1).T).reshape(tree.leaves, -1, n)
    worth: dict[int, Any] = {d + k: row for k, row in enumerate(leaves)}
    reached = {d + k: np.full(n, k, dtype=np.int32) for k in range(tree.leaves)}
    near = np.empty(n, dtype=bool)
    for k in reversed(range(d)):
        first, *others = tree.children[k]
        # Every node has one parent, so its values can be overwritten by those of the best child.
        best, leaf = worth.pop(first), reached.pop(first)
        near[:] = False
        for number, child in enumerate(others, start=1):
            rival, end = worth.pop(child), reached.pop(child)
            take(tree.player[k], best, rival, leaf, end, choice[k], number, slack, near)
        tied |= near
        worth[k], reached[k] = best, leaf
    result.choice[here] = choice.T
    result.leaf[here] = reached[0]
    result.payoffs[here] = worth[0].T
    result.tied[here] = tied


def payoffs_of(leaves: Sequence[Sequence[Any]]) -> Any:
    """Return payoffs for :func:`backward_induction` from one array per leaf and player.

    >>> payoffs_of([[0.0, [1.0, 2.0]], [[3.0, 4.0], 5.0]]).shape
    (2, 2, 2)
    """
    import numpy as np

    flat = np.broadcast_arrays(*(np.asarray(u, dtype=float) for leaf in leaves for u in leaf))
    stacked = np.stack([np.atleast_1d(u) for u in flat], axis=-1)
    return stacked.reshape(len(stacked), len(leaves), -1)
