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
    The equilibria in which nobody plays a weakly dominated strategy, by a mixture either;
    with two players these are the normal-form perfect ones (van Damme 1991, Theorem 3.2.2).
    Decided exactly at every point.
``pareto-undominated``
    The equilibria that no other one improves on for one player at no cost to the others
    (Pareto), among the extreme equilibria.
``worst``, ``best``
    The equilibria with the largest, the smallest value of a measure; where they are
    chosen by a player, with that player's smallest, largest payoff.

>>> import numpy as np
>>> from deterrence.modelfile.catalogue import load_model
>>> from deterrence.analysis.points.solver import PointSolver
>>> block = PointSolver(load_model("stag-hunt"), []).solve({})
>>> kept = keep(block, "payoff-dominant")
>>> kept.sum(axis=1).tolist(), block.payoffs["A"][kept].tolist()
([1], [4.0])
"""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from deterrence.analysis.points.answer import PointAnswer
from deterrence.analysis.points.exact import profile_of
from deterrence.errors import ExpressionError, UsageError, did_you_mean

if TYPE_CHECKING:
    from deterrence.analysis.points.arrays import Floats, Integers, Truths
    from deterrence.analysis.points.block import PointBlock
    from deterrence.game.strategic import StrategicGame

#: Every way to report equilibria: what it does.
RULES: dict[str, str] = {
    "all": "all equilibria",
    "bounds": "only the bounds over all equilibria",
    "payoff-dominant": "the equilibrium that gives every player more than any other one",
    "risk-dominant": "of two strict equilibria of a 2x2 game, the less risky one",
    "undominated": "equilibria in which nobody plays a weakly dominated strategy",
    "pareto-undominated": "equilibria that no other one is better than for all players",
    "worst": "equilibria with the largest value of a measure (or a player's least payoff)",
    "best": "equilibria with the smallest value of a measure (or a player's largest payoff)",
}
#: What is said of a rule whose name meant something else before.
CHANGED = {
    "undominated": "Undominated is about weak dominance, as everywhere; the rule of that name "
    "before, which compared the equilibria's payoffs, is pareto-undominated",
}
#: Rules that need to know by which measure or player.
BY = ("worst", "best")
#: Values nearer to each other than this share of the largest one are compared exactly.
_NEAR = 1e-11

#: Pairs of equilibria that are compared at once.
_PAIRS = 1 << 21

#: Returns the game at point number ``i`` of a block, with exact payoffs; for a tree, its answer.
Exactly = Callable[[int], "StrategicGame | PointAnswer | None"]


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


def no_risk_dominance(where: str = "") -> UsageError:
    """Return the error for games in which risk dominance has no meaning here."""
    return UsageError(
        f"risk dominance is defined here for 2x2 games only{where}",
        remedy="choose payoff-dominant, pareto-undominated, worst or best",
    )


def no_strategies() -> UsageError:
    """Return the error for trees, whose strategies are not compared at many points."""
    return UsageError(
        "undominated is about strategies, which are compared for games in matrix form only",
        remedy="choose pareto-undominated, payoff-dominant, worst or best; or write the tree's "
        "strategic form out as a matrix",
    )


def bounds(values: Floats, kept: Truths) -> tuple[Floats, Floats]:
    """Return the least and largest of the ``kept`` values at every point, ``nan`` where none is.

    An equilibrium in which a measure has no value (``nan``: a share of what never happens)
    does not count.
    ``values`` and ``kept`` have the shape (points, equilibria).  An equilibrium in the
    interior of a connected set lies between its extreme points, so for measures that are
    affine in the outcomes' probabilities and in payoffs these are bounds over all equilibria.

    >>> import numpy as np
    >>> bounds(np.array([[1.0, 3.0], [2.0, np.nan]]), np.array([[True, True], [False, False]]))
    (array([ 1., nan]), array([ 3., nan]))
    """
    import numpy as np

    low = np.full(len(values), np.nan)
    high = low.copy()
    # One equilibrium after the other: rows are short and columns long.
    for e in range(values.shape[1]):
        column = np.where(kept[:, e], values[:, e], np.nan)
        np.fmin(low, column, out=low)
        np.fmax(high, column, out=high)
    return low, high


def keep(
    block: PointBlock,
    rule: str,
    by: str | None = None,
    exactly: Exactly | None = None,
    ranks: Mapping[str, Integers] | None = None,
    zeros: Collection[str] = (),
) -> Truths:
    """Return which equilibria a rule keeps, as booleans of shape (points, equilibria).

    ``exactly(i)`` returns the exact game at point ``i``; it is asked for where numbers that
    matter are too near to each other for floats.  Without it, such numbers count as equal.
    ``ranks[name]`` orders the cells of the game by a measure's (or player's) exact values,
    where these are the same at all points: pure equilibria are then compared by them.
    ``zeros`` names measures that are 0 only where they are exactly so, as a sum of
    probabilities is: no rounding makes it 0.
    """
    import numpy as np

    if rule in ("all", "bounds"):
        return block.exists
    if rule == "risk-dominant":
        return _risk_dominant(block, exactly)
    if rule == "undominated":
        return _undominated(block, exactly)
    n, w = block.component.shape
    step = max(1, _PAIRS // (w * w + 1))
    if n <= step:
        return _keep(block, rule, by, exactly, ranks or {}, zeros)
    found = []
    for start in range(0, n, step):
        shifted = None if exactly is None else functools.partial(_shifted, exactly, start)
        piece = _piece(block, slice(start, start + step))
        found.append(_keep(piece, rule, by, shifted, ranks or {}, zeros))
    return np.concatenate(found)


def _shifted(exactly: Exactly, start: int, i: int) -> StrategicGame | PointAnswer | None:
    return exactly(start + i)


def _piece(block: PointBlock, rows: slice) -> PointBlock:
    """Return some points of a block."""
    fields: dict[str, Any] = {
        field.name: {key: array[rows] for key, array in value.items()}
        if isinstance(value, Mapping)
        else value[rows]
        for field in dataclasses.fields(block)
        for value in (getattr(block, field.name),)
    }
    return type(block)(**fields)


def _keep(
    block: PointBlock,
    rule: str,
    by: str | None,
    exactly: Exactly | None,
    ranks: Mapping[str, Integers],
    zeros: Collection[str],
) -> Truths:
    import numpy as np

    if rule in BY:
        assert by is not None
        values = {by: block.measures[by] if by in block.measures else block.payoffs[by]}
    else:
        values = dict(block.payoffs)
    compared = _Compared(block, values, ranks, zeros)
    largest = (rule == "worst") == (by in block.measures)
    if rule == "payoff-dominant":
        kept, doubtful = compared.above_all_others()
    elif rule == "pareto-undominated":
        kept, doubtful = compared.below_none()
    else:
        kept, doubtful = compared.at_the_end(largest)
    if exactly is not None:
        for i in np.flatnonzero(doubtful):
            columns = _exact_numbers(exactly(int(i)), block, int(i), list(values))
            if columns[0]:
                kept[i, : len(columns[0])] = _kept(rule, columns, largest)
    return kept


def _exact_numbers(
    game: StrategicGame | PointAnswer | None, block: PointBlock, i: int, names: Sequence[str]
) -> list[list[Any]]:
    """Return some measures and payoffs in the equilibria of a point, in the order of the block.

    There are none where the block knows another number of equilibria.
    """
    if game is None:
        return [[] for _ in names]
    if isinstance(game, PointAnswer):
        if len(game.profiles) != block.count[i]:
            return [[] for _ in names]
        return [list({**game.payoffs, **game.measures}[name]) for name in names]
    point = _Exactly(game, block, i)
    return [point.numbers(name) for name in names]


def _kept(rule: str, columns: Sequence[Sequence[Any]], largest: bool) -> list[bool]:
    """Return which equilibria a rule keeps, by exact numbers of each."""
    if rule in BY:
        (numbers,) = columns
        there = [v for v in numbers if v == v]
        end = (max(there) if largest else min(there)) if there else None
        return [v == end for v in numbers]
    rows = list(zip(*columns, strict=True))
    return [
        _above_all(row, others) if rule == "payoff-dominant" else _below_none(row, others)
        for e, row in enumerate(rows)
        for others in ([*rows[:e], *rows[e + 1 :]],)
    ]


class _Compared:
    """All pairs of equilibria of every point, compared by some numbers each.

    ``above[v, i, e, f]`` says that at point ``i`` number ``v`` of equilibrium ``e`` is clearly
    above that of ``f``; where neither is clearly above the other the two are too near.
    """

    def __init__(
        self,
        block: PointBlock,
        values: Mapping[str, Floats],
        ranks: Mapping[str, Integers],
        zeros: Collection[str],
    ) -> None:
        import numpy as np

        exists = block.exists
        for numbers in values.values():  # what has no value is not compared
            exists = exists & ~np.isnan(numbers)
        self.exists = exists
        #: Pairs of two equilibria.
        self.pairs = exists[:, :, None] & exists[:, None, :]
        self.pairs &= ~np.eye(exists.shape[1], dtype=bool)
        above, settled = [], []
        for name, numbers in values.items():
            scale = np.max(np.abs(numbers), axis=1, where=exists, initial=0.0)
            with np.errstate(invalid="ignore"):
                difference = numbers[:, :, None] - numbers[:, None, :]
                higher = (difference > _NEAR * scale[:, None, None]) & self.pairs
            known, exact_higher = _ranked(block, ranks.get(name))
            higher = np.where(known, exact_higher & self.pairs, higher)
            if name in zeros:
                nothing = numbers == 0
                known = known | nothing[:, :, None] | nothing[:, None, :]
                higher = higher | (nothing[:, None, :] & ~nothing[:, :, None] & self.pairs)
            above.append(higher)
            settled.append(np.broadcast_to(known, higher.shape))
        self.above: Any = np.stack(above)
        self.below: Any = self.above.swapaxes(2, 3)
        self.near: Any = ~(self.above | self.below | np.stack(settled)) & self.pairs

    def above_all_others(self) -> tuple[Truths, Truths]:
        """Return which equilibria have larger numbers than all others, and doubtful points."""
        surely = self.above.all(axis=0)
        refuted = self.below.any(axis=0).any(axis=2)
        kept = self.exists & (surely | ~self.pairs).all(axis=2)
        return kept, (self.exists & ~kept & ~refuted).any(axis=1)

    def below_none(self) -> tuple[Truths, Truths]:
        """Return which equilibria no other one improves on, and doubtful points."""
        better_somewhere = self.above.any(axis=0)
        beaten = (~better_somewhere & self.below.any(axis=0)).any(axis=2)
        surely = self.below.all(axis=0).any(axis=2)
        perhaps = (~better_somewhere & self.near.any(axis=0) & self.pairs).any(axis=2)
        return self.exists & ~beaten, (self.exists & ~surely & perhaps).any(axis=1)

    def at_the_end(self, largest: bool) -> tuple[Truths, Truths]:
        """Return which equilibria have the largest (smallest) number, and doubtful points."""
        beaten = (self.below if largest else self.above)[0].any(axis=2)
        kept = self.exists & ~beaten
        close = self.near[0] & kept[:, :, None] & kept[:, None, :]
        return kept, close.any(axis=(1, 2))


def _ranked(block: PointBlock, ranks: Integers | None) -> tuple[Truths, Truths]:
    """Return which pairs are of pure equilibria whose order is known, and which are above."""
    import numpy as np

    if ranks is None:
        return np.zeros((), dtype=bool), np.zeros((), dtype=bool)
    first, second = block.probabilities.values()
    pure = (first.max(axis=2, initial=0) == 1) & (second.max(axis=2, initial=0) == 1)
    with np.errstate(invalid="ignore"):
        rank = ranks[np.argmax(first, axis=2), np.argmax(second, axis=2)]
    return pure[:, :, None] & pure[:, None, :], rank[:, :, None] > rank[:, None, :]


class _Exactly:
    """The extreme equilibria of one point's exact game, in the order of the block."""

    def __init__(self, game: StrategicGame, block: PointBlock, i: int) -> None:
        import numpy as np

        from deterrence.solvers.strategic.enumeration import enumerate_extreme

        self.game = game
        first, second = game.players
        found = enumerate_extreme(game.matrix(first), game.matrix(second))
        pairs = [(found.rows[r], found.columns[c]) for r, c in found.pairs]
        #: Empty where the block knows another number of equilibria.
        self.profiles = []
        if len(pairs) != block.count[i]:
            return
        here = np.concatenate([p[i, : len(pairs)] for p in block.probabilities.values()], axis=1)
        there = np.array([[*map(float, x), *map(float, y)] for x, y in pairs])
        distances = np.abs(here[:, None] - there[None]).max(axis=2)
        for row in distances:
            nearest = int(np.argmin(row))
            self.profiles.append(pairs[nearest])
            distances[:, nearest] = np.inf  # taken

    def numbers(self, name: str) -> list[Any]:
        """Return a measure or a player's payoff in every equilibrium, ``nan`` if it has none."""
        # Measures that nobody asked for may have no value.
        wanted = tuple(m for m in self.game.measures if m.name == name)
        game, found = self.game.replace(measures=wanted), []
        for strategies in self.profiles:
            profile = profile_of(game, strategies)
            if not wanted:
                found.append(game.expected_payoffs(profile)[name])
                continue
            try:
                values = game.measure_values(game.cell_probabilities(profile), profile)
                found.append(values[name])
            except ExpressionError:
                found.append(float("nan"))
        return found


def _above_all(row: Sequence[Any], others: Sequence[Sequence[Any]]) -> bool:
    return all(u > v for other in others for u, v in zip(row, other, strict=True))


def _below_none(row: Sequence[Any], others: Sequence[Sequence[Any]]) -> bool:
    return not any(
        tuple(other) != tuple(row) and all(u <= v for u, v in zip(row, other, strict=True))
        for other in others
    )


def _undominated(block: PointBlock, exactly: Exactly | None) -> Truths:
    """Keep the equilibria in which nobody plays a weakly dominated strategy.

    A best reply to something that rules nothing out is undominated; all else is decided by
    the exact payoffs.
    """
    import numpy as np

    from deterrence.solvers.refinements import Judge

    kept = block.exists.copy()
    played = [p > 0 for p in block.probabilities.values()]
    full = [p.all(axis=2) for p in played]
    doubtful = [kept & ~other for other in reversed(full)]
    for i in np.flatnonzero((doubtful[0] | doubtful[1]).any(axis=1)):
        game: Any = exactly(int(i)) if exactly is not None else None
        if game is None:
            raise ValueError("weak dominance is decided by exact payoffs alone")
        judge = Judge(game)
        for e in np.flatnonzero(kept[i]):
            kept[i, e] = not any(
                doubtful[k][i, e]
                and judge.is_dominated(k, tuple(map(int, np.flatnonzero(played[k][i, e]))))
                for k in (0, 1)
            )
    return kept


def _risk_dominant(block: PointBlock, exactly: Exactly | None) -> Truths:
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
        raise no_risk_dominance()
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
    if exactly is not None:
        for i in np.flatnonzero(candidates & ~settled):
            game: Any = exactly(int(i))
            at_a, at_b = (
                _nash_product(game, cell)
                for cell in ((row[i], column[i]), (1 - row[i], 1 - column[i]))
            )
            if at_a != at_b:
                kept[i, a[i] if at_a > at_b else b[i]] = True
    return kept


def _nash_product(game: StrategicGame, cell: tuple[int, int]) -> Any:
    """Return the product of the players' losses from deviating from a cell of a 2x2 game."""
    i, j = map(int, cell)
    first, second = (game.matrix(player) for player in game.players)
    return (first[i][j] - first[1 - i][j]) * (second[i][j] - second[i][1 - j])
