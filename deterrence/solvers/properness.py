"""Whether one exact equilibrium is perfect (Selten 1975) or proper (Myerson 1978).

With two players perfect is the same as undominated (van Damme 1991, Theorem 3.2.2); with
more, undominated is necessary and strict is sufficient, and the rest is not decided.

Proper is decided for two players.  In the limit of mistakes that become ever rarer each
player's actions have an order of magnitude (Blume, Brandenburger and Dekel 1991): an ordered
partition into levels, of which the first is the support.  Let ``P(L)`` be the cone of the
opponent's weights against which all actions of one level of ``L`` earn the same, and those of
an earlier level no less than those of a later one.  The equilibrium is proper if and only if
there are partitions ``L`` and ``M`` of both players' actions such that each strategy is in the
cone of the other's partition, and every union of first levels of ``M`` is the support of a
point of ``P(L)``, and the other way round.  (Mistakes are a positive combination, with
weights of any order of magnitude, of rays of ``P(L)``; rays are not negative, so that no two
cancel.  Conversely the points of the growing supports, each times a higher power of a small
number, add up to the mistakes.)

>>> from deterrence.game.strategic import StrategicGame
>>> game = StrategicGame.from_matrices([[1, 0], [0, 0]], [[1, 0], [0, 0]])
>>> is_proper(game, ((1, 0), (1, 0))), is_proper(game, ((0, 1), (0, 1)))
(True, False)
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from deterrence.algebra.linear import maximise
from deterrence.errors import UnsupportedError
from deterrence.limits import work
from deterrence.solvers.refinements import Judge

if TYPE_CHECKING:
    from deterrence.game.strategic import StrategicGame
    from deterrence.solvers.solution import Solution
    from deterrence.solvers.task import PayoffMatrix, Strategies

#: What ``solve --judge`` decides.
DECIDED = ("perfect", "proper")
#: Actions of a player up to which proper is decided.
MAX_ACTIONS = 8
#: Linear programmes, and pairs of partitions, that one equilibrium may take.
MAX_PROGRAMMES, MAX_PAIRS = 5_000, 300_000
#: Cells up to which either is decided.
MAX_CELLS = 1_000
#: Work seconds for all equilibria of a solution.
SECONDS = 4.0
#: Work seconds of one linear programme, per entry, and of one pair of partitions.
_ENTRY, _PAIR = 2e-6, 5e-6

Levels = tuple[tuple[int, ...], ...]


def is_perfect(game: StrategicGame, strategies: Strategies) -> bool | None:
    """Return whether an equilibrium is trembling-hand perfect; None where it is not decided."""
    if len(game.payoffs[0]) > MAX_CELLS:
        return None
    judge = Judge(game)
    supports = [tuple(k for k, p in enumerate(s) if p) for s in strategies]
    if any(judge.is_dominated(i, support) for i, support in enumerate(supports)):
        return False
    if len(game.players) <= 2:
        return True
    profile = game.by_label(strategies)
    strict = all(len(game.best_responses(player, profile)) == 1 for player in game.players)
    return True if strict else None


def is_proper(game: StrategicGame, strategies: Strategies) -> bool | None:
    """Return whether an equilibrium is proper; None where it is not decided.

    Not decided are games of three and more players, unless the equilibrium is strict or
    dominated, and games beyond the limits of this module.
    """
    perfect = is_perfect(game, strategies)
    if len(game.players) != 2 or not perfect:
        return perfect
    if max(game.shape) > MAX_ACTIONS:
        return None
    first, second = game.players
    a = game.matrix(first)
    b = [list(column) for column in zip(*game.matrix(second), strict=True)]
    x, y = strategies
    cones = _Cones(a), _Cones(b)
    try:
        pairs = itertools.product(_partitions(a, x, y), list(_partitions(b, y, x)))
        for count, (own, other) in enumerate(pairs):
            if count >= MAX_PAIRS:
                return None
            work.spend(_PAIR)
            if cones[0].has(own, other) and cones[1].has(other, own):
                return True
            if cones[0].programmes + cones[1].programmes > MAX_PROGRAMMES:
                return None
    except _TooManyError:
        return None
    return False


class _TooManyError(Exception):
    """There are too many ordered partitions."""


def _partitions(table: PayoffMatrix, own: Sequence[Any], opponent: Sequence[Any]) -> list[Levels]:
    """Return the partitions whose cone has the opponent's strategy, the support first."""
    earned = [sum(u * p for u, p in zip(row, opponent, strict=True)) for row in table]
    support = tuple(k for k, p in enumerate(own) if p)
    classes = [
        tuple(k for k, u in enumerate(earned) if u == value and k not in support)
        for value in sorted(set(earned), reverse=True)
    ]
    result: list[Levels] = []
    for parts in itertools.product(*(list(_ordered(c)) for c in classes)):
        result.append((support, *itertools.chain.from_iterable(parts)))
        if len(result) > MAX_PAIRS:
            raise _TooManyError
    return result


def _ordered(members: tuple[int, ...]) -> Iterator[Levels]:
    """Yield the ordered partitions, the coarse ones first."""
    if not members:
        yield ()
    for size in range(len(members), 0, -1):
        for level in itertools.combinations(members, size):
            rest = tuple(k for k in members if k not in level)
            for later in _ordered(rest):
                yield (level, *later)


class _Cones:
    """The cones of one player's partitions: which sets are the support of a point of one."""

    def __init__(self, table: PayoffMatrix) -> None:
        self.table = table
        self.programmes = 0
        self._known: dict[tuple[Levels, frozenset[int]], bool] = {}

    def has(self, levels: Levels, opponent: Levels) -> bool:
        """Return whether each union of the opponent's first levels supports a point.

        The first is the support of the opponent's strategy, which is in the cone.
        """
        support = frozenset(opponent[0])
        for level in opponent[1:]:
            support |= frozenset(level)
            key = levels, support
            if key not in self._known:
                self._known[key] = self._supports(levels, sorted(support))
            if not self._known[key]:
                return False
        return True

    def _supports(self, levels: Levels, support: Sequence[int]) -> bool:
        """Return whether the cone has a point with this support: each weight is 1 or more."""
        self.programmes += 1
        heads = [level[0] for level in levels]
        same = [self._lead(lv[0], k, support) for lv in levels for k in lv[1:]]
        lead = [self._lead(a, b, support) for a, b in itertools.pairwise(heads)]
        work.spend(_ENTRY * (1 + len(same) + len(lead)) * (1 + len(support)))
        result = maximise(
            [0] * len(support),
            [[-u for u in row] for row in lead],
            [sum(row) for row in lead],
            same,
            [-sum(row) for row in same],
        )
        return result.status == "optimal"

    def _lead(self, a: int, b: int, support: Sequence[int]) -> list[Fraction]:
        return [Fraction(self.table[a][k] - self.table[b][k]) for k in support]


def refined(solution: Solution, name: str) -> Solution:
    """Return the solution with each equilibrium's verdict: among its refinements, or in a note.

    Raises :class:`UnsupportedError` for other concepts than Nash equilibria.
    """
    if solution.concept == "correlated":
        raise UnsupportedError(
            f"correlated equilibria are not judged as {name}",
            remedy="leave the refinement out, or ask for Nash equilibria",
        )
    decide = is_proper if name == "proper" else is_perfect
    game, judged, undecided = solution.game, [], 0
    end = work.now() + SECONDS
    for e in solution.equilibria:
        strategies = tuple(tuple(e.profile[player].values()) for player in game.players)
        exact = all(isinstance(p, Fraction | int) for s in strategies for p in s)
        exact = exact and all(isinstance(u, Fraction | int) for us in game.payoffs for u in us)
        verdict = decide(game, strategies) if exact and not work.over(end) else None
        undecided += verdict is None
        if verdict:
            judged.append(e.with_(refinements=(*e.refinements, name)))
        else:
            word = f"{name}: not decided" if verdict is None else f"not {name}"
            judged.append(e.with_(notes=(*e.notes, word)))
    messages = list(solution.messages)
    if undecided:
        messages.append(
            f"{name} is not decided for {undecided} of {len(judged)} equilibria: it is decided "
            f"within a budget, for exact games of up to {MAX_CELLS:,} cells and two players"
            + f" with up to {MAX_ACTIONS} actions each" * (name == "proper")
            + ", and with more players for strict and for dominated equilibria"
        )
    if any(len(c.members) > 1 for c in solution.components):
        messages.append(f"{name} is decided for the equilibria listed, not for those between them")
    return replace(solution, equilibria=tuple(judged), messages=tuple(messages))
