r"""Bounds over all equilibria of a point, and named rules that select among them.

Nothing here chooses silently: a rule *keeps* equilibria.  It may keep none (no
equilibrium dominates) or several (ties), and both are for the caller to count.

``payoff-dominant``
    The equilibrium whose payoffs exceed those of every other one for all players
    (Harsanyi & Selten 1988, A General Theory of Equilibrium Selection, section 3.6).
``risk-dominant``
    In a 2x2 game with two strict equilibria, the one with the larger product of the
    players' losses from deviating (ibid., section 3.9); nowhere else is it defined here.
``undominated``
    The equilibria that no other one improves on for one player at no cost to the others
    (Pareto), among the extreme equilibria.
``worst``, ``best``
    The equilibria with the largest, the smallest value of a measure; where they are
    chosen by a player, with that player's smallest, largest payoff.

>>> import numpy as np
>>> from deterrence.modelfile.catalogue import load_model
>>> from deterrence.analysis.points import PointSolver
>>> block = PointSolver(load_model("stag-hunt"), []).solve({})
>>> kept = keep(block, "payoff-dominant")
>>> kept.sum(axis=1).tolist(), block.payoffs["A"][kept].tolist()
([1], [4.0])
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from deterrence.errors import UsageError, did_you_mean

if TYPE_CHECKING:
    from deterrence.analysis.exactly import PointAnswer
    from deterrence.analysis.points import Block

#: Every way to report equilibria: what it does.
RULES: dict[str, str] = {
    "all": "all equilibria",
    "bounds": "only the bounds over all equilibria",
    "payoff-dominant": "the equilibrium that gives every player more than any other one",
    "risk-dominant": "of two strict equilibria of a 2x2 game, the less risky one",
    "undominated": "equilibria that no other one is better than for all players",
    "worst": "equilibria with the largest value of a measure (or a player's least payoff)",
    "best": "equilibria with the smallest value of a measure (or a player's largest payoff)",
}
#: Rules that need to know by which measure or player.
BY = ("worst", "best")
#: Values nearer to each other than this share of the largest one are compared exactly.
_NEAR = 1e-11

#: Solves point number ``i`` of a block exactly.
Exactly = Callable[[int], "PointAnswer | None"]


def check_rule(rule: str, by: str | None, measures: Sequence[str], players: Sequence[str]) -> None:
    """Raise :class:`UsageError` for a rule that does not exist, or lacks what it needs."""
    if rule not in RULES:
        raise UsageError(
            f"there is no selection rule {rule[:40]!r}",
            remedy=did_you_mean(rule, RULES) or f"rules: {', '.join(RULES)}",
        )
    known = (*measures, *players)
    if rule in BY and by is None:
        raise UsageError(
            f"{rule} by which measure?",
            remedy=f"name one of {', '.join(known)}; a player stands for that player's payoff",
        )
    if rule not in BY and by is not None:
        raise UsageError(f"{rule} equilibria are selected by nothing", remedy="worst and best are")
    if by is not None and by not in known:
        raise UsageError(
            f"there is no measure or player {by[:60]!r}",
            remedy=did_you_mean(by, known) or f"measures and players: {', '.join(known)}",
        )


def bounds(values: Any, kept: Any) -> tuple[Any, Any]:
    """Return the least and largest of the ``kept`` values at every point, ``nan`` where none is.

    ``values`` and ``kept`` have the shape (points, equilibria).  An equilibrium in the
    interior of a connected set lies between its extreme points, so for measures that are
    affine in the outcomes' probabilities and in payoffs these are bounds over all equilibria.

    >>> import numpy as np
    >>> bounds(np.array([[1.0, 3.0], [2.0, np.nan]]), np.array([[True, True], [False, False]]))
    (array([ 1., nan]), array([ 3., nan]))
    """
    import numpy as np

    some = kept.any(axis=1)
    low = np.min(values, axis=1, where=kept, initial=np.inf)
    high = np.max(values, axis=1, where=kept, initial=-np.inf)
    return np.where(some, low, np.nan), np.where(some, high, np.nan)


def keep(block: Block, rule: str, by: str | None = None, exactly: Exactly | None = None) -> Any:
    """Return which equilibria a rule keeps, as booleans of shape (points, equilibria).

    ``exactly(i)`` solves point ``i`` over the rationals; it is asked where floats are too
    near to each other to be compared.  Without it, such floats count as equal.
    """
    exists = block.exists
    if rule in ("all", "bounds"):
        return exists
    if rule == "risk-dominant":
        return _risk_dominant(block, exactly)
    if rule in BY:
        assert by is not None
        sign, values = (1, block.measures[by]) if by in block.measures else (-1, block.payoffs[by])
        return _extreme(block, values, by, sign if rule == "worst" else -sign, exactly)
    return _dominant(block, rule, exactly)


def _compare(block: Block, values: Any) -> tuple[Any, Any]:
    """Return, for all pairs of equilibria, the sign of ``values[e] - values[f]``, and doubts.

    Shapes (points, e, f) and (points,).
    """
    import numpy as np

    exists = block.exists
    pairs = exists[:, :, None] & exists[:, None, :]
    with np.errstate(invalid="ignore"):
        difference = np.where(pairs, values[:, :, None] - values[:, None, :], 0.0)
    scale = np.max(np.abs(values), axis=1, where=exists, initial=0.0)
    near = np.abs(difference) <= _NEAR * scale[:, None, None]
    doubtful = (near & (difference != 0)).any(axis=(1, 2))
    return np.where(near, 0, np.sign(difference)).astype(np.int8), doubtful


def _signs(
    block: Block,
    values: Any,
    exactly: Exactly | None,
    column: Callable[[PointAnswer], Sequence[Any]],
) -> Any:
    signs, doubtful = _compare(block, values)
    if exactly is None:
        return signs
    import numpy as np

    for i in np.flatnonzero(doubtful):
        answer = exactly(int(i))
        if answer is None or len(answer.profiles) != block.count[i]:
            continue
        numbers = _in_block_order(block, int(i), answer, column(answer))
        for e, u in enumerate(numbers):
            for f, v in enumerate(numbers):
                signs[i, e, f] = (u > v) - (u < v)
    return signs


def _in_block_order(block: Block, i: int, answer: PointAnswer, numbers: Sequence[Any]) -> list[Any]:
    """Return exact numbers in the order in which the block lists the point's equilibria."""
    first, second = block.probabilities.values()
    left = list(range(len(numbers)))
    order = []
    for e in range(len(numbers)):
        mine = [*first[i, e], *second[i, e]]

        def far(k: int, mine: list[Any] = mine) -> float:
            theirs = [float(p) for strategy in answer.profiles[k] for p in strategy]
            return float(max(abs(p - q) for p, q in zip(mine, theirs, strict=True)))

        nearest = min(left, key=far)
        left.remove(nearest)
        order.append(numbers[nearest])
    return order


def _extreme(block: Block, values: Any, by: str, sign: int, exactly: Exactly | None) -> Any:
    def column(answer: PointAnswer) -> Sequence[Any]:
        return answer.measures[by] if by in answer.measures else answer.payoffs[by]

    signs = _signs(block, values, exactly, column)
    return block.exists & ~(signs * sign < 0).any(axis=2)


def _dominant(block: Block, rule: str, exactly: Exactly | None) -> Any:
    import numpy as np

    def payoffs_of(player: str) -> Callable[[PointAnswer], Sequence[Any]]:
        return lambda answer: answer.payoffs[player]

    signs = np.stack(
        [_signs(block, u, exactly, payoffs_of(player)) for player, u in block.payoffs.items()]
    )
    if rule == "payoff-dominant":
        better = (signs > 0).all(axis=0)
        w = better.shape[1]
        others = ~np.eye(w, dtype=bool)[None] & block.exists[:, None, :]
        return block.exists & (better | ~others).all(axis=2)
    beaten: Any = (signs <= 0).all(axis=0) & (signs < 0).any(axis=0)
    return block.exists & ~beaten.any(axis=2)


def _risk_dominant(block: Block, exactly: Exactly | None) -> Any:
    r"""Keep the risk-dominant one of two strict equilibria, and none elsewhere.

    With strict equilibria on a diagonal, let the losses from deviating be
    :math:`a_1, a_2` at A and :math:`b_1, b_2` at B.  In the mixed equilibrium the
    row player plays its action of A with probability :math:`p = b_2/(a_2 + b_2)` and the
    column player with :math:`q = b_1/(a_1 + b_1)`, so that :math:`a_1 a_2 > b_1 b_2` if
    and only if :math:`p + q < 1`.
    """
    import numpy as np

    kept = np.zeros_like(block.exists)
    first, second = block.probabilities.values()
    if first.shape[2] != 2 or second.shape[2] != 2:
        raise UsageError(
            "risk dominance is defined here for 2x2 games only",
            remedy="choose payoff-dominant, undominated, worst or best",
        )
    if first.shape[1] < 3:
        return kept
    # Two strict equilibria: two pure ones and a mixed one, each a set of its own.
    candidates = (block.count == 3) & ~block.continuum
    pure = ((first == 0) | (first == 1)).all(axis=2) & ((second == 0) | (second == 1)).all(axis=2)
    candidates &= pure[:, :3].sum(axis=1) == 2
    places = np.arange(len(candidates))
    mixed = np.argmin(pure[:, :3], axis=1)
    a = np.argmax(pure[:, :3], axis=1)
    b = 2 - np.argmax(pure[:, 2::-1], axis=1)
    row, column = np.argmax(first[places, a], axis=1), np.argmax(second[places, a], axis=1)
    p, q = first[places, mixed, row], second[places, mixed, column]
    with np.errstate(invalid="ignore"):
        excess = np.where(candidates, p + q - 1, 0.0)
    winner = np.where(excess < 0, a, b)
    settled = candidates & (np.abs(excess) > _NEAR)
    kept[places[settled], winner[settled]] = True
    for i in np.flatnonzero(candidates & ~settled) if exactly is not None else ():
        answer = exactly(int(i)) if exactly is not None else None
        if answer is None or len(answer.profiles) != 3:
            continue
        x, y = _in_block_order(block, int(i), answer, answer.profiles)[mixed[i]]
        exact_excess = x[row[i]] + y[column[i]] - 1
        if exact_excess:
            kept[i, a[i] if exact_excess < 0 else b[i]] = True
    return kept
