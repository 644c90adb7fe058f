r"""Zero-sum game trees: the value and all optimal behaviour, by linear programming.

A player's *realisation plan* :math:`x` gives each of her own histories (sequences)
the product of her probabilities on it: :math:`Ex = e`, :math:`x \ge 0` says that
the empty history has 1 and that each information set passes on what it gets.
With :math:`A` the payoffs over pairs of sequences, what she can secure is

.. math:: \max_{x, v} v_0 \quad\text{with}\quad Ex = e,\; x \ge 0,\; F^\top v \le A^\top x,

a linear programme of the size of the tree, where the strategic form may be
exponential (Romanovskii 1962; von Stengel 1996, Games and Economic Behavior 14,
theorem 3.4).  It is solved in floats and proven over the rationals by its dual
(:mod:`deterrence.algebra.linear_programmes`).

>>> from deterrence.game.tree.extensive import ExtensiveGame
>>> from deterrence.game.tree.nodes import Decision, Leaf
>>> pennies = {a: Decision("B", "b", {b: Leaf(f"{a}{b}") for b in "ht"}) for a in "ht"}
>>> game = ExtensiveGame.from_tree(("A", "B"), Decision("A", "a", pennies),
...     {"hh": (3, -3), "tt": (1, -1), "ht": (0, 0), "th": (0, 0)})
>>> found = optimal_plans(game)
>>> found.value, {s: [str(p) for p in mix] for s, mix in found.behaviour["A"].items()}
(Fraction(3, 4), {'a': ['1/4', '3/4']})
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from deterrence.algebra.hulls import contains
from deterrence.algebra.linear_programmes import maximise_certified
from deterrence.algebra.numbers import format_exact
from deterrence.algebra.polytopes import vertices
from deterrence.errors import UsageError
from deterrence.game.tree.extensive import ExtensiveGame
from deterrence.game.tree.plans import chance_only, path_payoffs
from deterrence.game.tree.play import reach
from deterrence.game.tree.recall import OwnHistories
from deterrence.limits.deadline import Deadline
from deterrence.solvers.task import spread

_ZERO, _ONE = Fraction(0), Fraction(1)

OwnBehaviour = dict[str, tuple[Fraction, ...]]
#: A row of a linear programme by column, 0 where nothing stands.
SparseRow = dict[int, Any]

#: Sequences and levels of a player up to which all optimal plans are listed.
MAX_VARIABLES = 60
#: Pairs of rays that each player's list of optimal plans may cost.
MAX_WORK = 200_000


#: One player's behaviour, and the sets that her own moves exclude.
OptimalPlan = tuple[OwnBehaviour, tuple[str, ...]]


@dataclass(frozen=True)
class Optimal:
    """The first player's value, and optimal behaviour by player.

    ``plans`` has the extreme optimal behaviours of each player; any mixture of
    them, done as one mixed strategy, is optimal, and every pair of optimal
    strategies is an equilibrium.  ``complete`` says that none is missing.
    """

    value: Fraction
    plans: Mapping[str, tuple[OptimalPlan, ...]]
    complete: bool

    @property
    def behaviour(self) -> dict[str, OwnBehaviour]:
        """The first optimal behaviour of each player."""
        return {player: parts[0][0] for player, parts in self.plans.items()}


def optimal_plans(game: ExtensiveGame, deadline: Deadline | None = None) -> Optimal:
    """Return the value of a zero-sum (or constant-sum) tree and the optimal behaviour.

    Raises :class:`UsageError` for other games, naming two ends of the tree, and
    for imperfect recall; :class:`IncompleteError` if the time runs out.
    """
    game.need_perfect_recall("optimal behaviour in a zero-sum tree")
    first, second = _two_players(game)
    need_constant(game)
    limit = deadline or Deadline()
    mine, theirs = game.own_histories(first), game.own_histories(second)
    payoffs = sequence_payoffs(game, first, mine, theirs)
    side = _PlayerProgramme(payoffs, mine, theirs)
    goal, a_ub, b_ub, a_eq, b_eq = side.programme()
    best = maximise_certified(goal, a_ub, b_ub, a_eq, b_eq, limit)
    turned = {(j, i): -u for (i, j), u in payoffs.items()}
    other = _PlayerProgramme(turned, theirs, mine)
    plan, reply = best.x[: side.n], best.dual[: other.n]
    # Complementary slackness: what no optimal plan contains, because something is better.
    spare = [-sum((u * best.x[k] for k, u in row.items()), _ZERO) for row in a_ub]
    worse = [_ZERO] * side.n
    for row, w in zip([*a_ub, *a_eq], best.dual, strict=True):
        for k, u in row.items():
            if k < side.n:
                worse[k] += u * w
    found = {}
    complete = True
    for player, own, seat, value, one, losses, against in (
        (first, mine, side, best.value, plan, worse, reply),
        (second, theirs, other, -best.value, reply, spare, plan),
    ):
        extreme = seat.optimal(value, losses, against, limit)
        if extreme is None:
            complete, extreme = False, [one]
        found[player] = tuple(behaviour_of(game, player, own, x) for x in extreme)
    return Optimal(best.value, found, complete)


class _PlayerProgramme:
    """One player's linear programme: variables are her plan ``x``, then the levels ``v``."""

    def __init__(
        self, payoffs: Mapping[tuple[int, int], Fraction], own: OwnHistories, other: OwnHistories
    ) -> None:
        self.n = len(own.before)
        self.e_rows, self.f_rows = constraints(own), constraints(other)
        self.m = len(self.f_rows)
        # Row j: what the levels promise below the other's sequence j is at most what x gives.
        self.gains: list[SparseRow] = [{} for _ in other.before]
        for (i, j), u in payoffs.items():
            if u:
                self.gains[j][i] = -u
        self.levels: list[SparseRow] = [{} for _ in other.before]
        for r, row in enumerate(self.f_rows):
            for j, sign in row.items():
                self.levels[j][r] = Fraction(sign)
        self.source = [_ONE] + [_ZERO] * (len(self.e_rows) - 1)

    def programme(
        self,
    ) -> tuple[list[Fraction], list[SparseRow], list[Fraction], list[SparseRow], list[Fraction]]:
        """Return goal and constraints, each level split into two parts that are not negative."""
        n, m = self.n, self.m
        a_ub = [
            {**g, **{n + r: u for r, u in v.items()}, **{n + m + r: -u for r, u in v.items()}}
            for g, v in zip(self.gains, self.levels, strict=True)
        ]
        a_eq = [{k: Fraction(u) for k, u in row.items()} for row in self.e_rows]
        goal = [_ZERO] * (n + 2 * m)
        goal[n], goal[n + m] = _ONE, -_ONE
        return goal, a_ub, [_ZERO] * len(a_ub), a_eq, self.source

    def optimal(
        self,
        value: Fraction,
        losses: Sequence[Fraction],
        against: Sequence[Fraction],
        deadline: Deadline,
    ) -> list[tuple[Fraction, ...]] | None:
        """Return the extreme optimal plans; ``None`` if there are too many.

        ``losses`` are above 0 at sequences that are in no optimal plan; at sequences of the
        other player with a chance above 0 in ``against``, the constraints are tight.
        """
        usable = [i for i in range(self.n) if not losses[i]]
        if len(usable) + self.m > MAX_VARIABLES:
            return None
        # Levels lie above -shift: each is at most the sum of all gains, and v_0 is the value.
        size = sum((abs(u) for row in self.gains for u in row.values()), abs(value) + 1)
        shift = size * (self.m + 1)
        place = {i: k for k, i in enumerate(usable)}
        width = len(usable) + self.m

        def dense(row: SparseRow, levels: SparseRow) -> list[Fraction]:
            full = [_ZERO] * width
            for i, u in row.items():
                if i in place:
                    full[place[i]] = Fraction(u)
            for r, level in levels.items():
                full[len(usable) + r] = Fraction(level)
            return full

        a_eq = [dense(row, {}) for row in self.e_rows] + [dense({}, {0: _ONE})]
        b_eq = [*self.source, value + shift]
        a_ub: list[list[Fraction]] = []
        b_ub: list[Fraction] = []
        for g, v, weight in zip(self.gains, self.levels, against, strict=True):
            rows, bounds = (a_eq, b_eq) if weight else (a_ub, b_ub)
            rows.append(dense(g, v))
            bounds.append(shift * sum(v.values(), _ZERO))
        corners = vertices(a_eq, b_eq, a_ub, b_ub, deadline, MAX_WORK)
        if corners is None:
            return None
        plans = dict.fromkeys(corner[: len(usable)] for corner in corners)
        return _extreme([spread(plan, usable, self.n) for plan in plans])


def _extreme(points: list[tuple[Fraction, ...]]) -> list[tuple[Fraction, ...]]:
    """Return the points that are no mixture of the others."""
    kept = [dict(enumerate(point)) for point in points]
    for point in list(kept):
        rest = [p for p in kept if p is not point]
        if rest and contains(rest, point):
            kept = rest
    return [tuple(point.values()) for point in kept]


def _two_players(game: ExtensiveGame) -> tuple[str, str]:
    if len(game.players) != 2:
        raise UsageError(
            f"{game.name} has {len(game.players)} players; a zero-sum tree has two",
            remedy="solve it for its Nash equilibria: concept 'nash'",
        )
    first, second = game.players
    return first, second


def need_constant(game: ExtensiveGame) -> None:
    """Raise :class:`UsageError` unless the payoffs sum to the same at every end."""
    totals = path_payoffs(game)
    seen: tuple[int, Fraction] | None = None
    for leaf in game.leaves:
        total = sum(totals[leaf], _ZERO)
        if seen is None:
            seen = (leaf, total)
        elif total != seen[1]:
            raise UsageError(
                f"{game.name} is not zero-sum: the payoffs sum to {format_exact(seen[1])} at the "
                f"end of ({', '.join(game.history(seen[0])[-4:])}) but to {format_exact(total)} "
                f"at that of ({', '.join(game.history(leaf)[-4:])})",
                remedy="solve it for its Nash equilibria: concept 'nash'",
            )


def sequence_payoffs(
    game: ExtensiveGame, player: str, mine: OwnHistories, theirs: OwnHistories, less: int = 0
) -> dict[tuple[int, int], Fraction]:
    """Return a player's payoff, times chance, by pair of own histories at the ends.

    ``less`` is taken from all payoffs.
    """
    chance = reach(game, chance_only(game))
    totals = path_payoffs(game)
    me = game.player_index(player)
    result: dict[tuple[int, int], Fraction] = {}
    for leaf in game.leaves:
        key = (mine.at[leaf], theirs.at[leaf])
        result[key] = result.get(key, _ZERO) + chance[leaf] * (totals[leaf][me] - less)
    return result


def constraints(own: OwnHistories) -> list[dict[int, int]]:
    """Return the rows of :math:`E`: one for the empty history, one per information set."""
    rows: list[dict[int, int]] = [{0: 1}]
    place: dict[int, dict[int, int]] = {}
    for k in range(1, len(own.before)):
        s = own.moves[k][0]
        if s not in place:
            place[s] = {own.before[k]: -1}
            rows.append(place[s])
        place[s][k] = 1
    return rows


def behaviour_of(
    game: ExtensiveGame, player: str, own: OwnHistories, plan: Sequence[Fraction]
) -> OptimalPlan:
    """Return the behaviour of a realisation plan; where it does not come, all actions alike."""
    open_sets: list[str] = []
    weights: dict[int, list[Fraction]] = {
        s: [_ZERO] * len(game.sets[s].actions) for s in game.own_sets(player)
    }
    for k in range(1, len(own.before)):
        s, action = own.moves[k]
        weights[s][action] = plan[k]
    behaviour: OwnBehaviour = {}
    for s, mix in weights.items():
        total = sum(mix, _ZERO)
        label = game.sets[s].label
        if total:
            behaviour[label] = tuple(p / total for p in mix)
        else:
            open_sets.append(label)
            behaviour[label] = tuple(Fraction(1, len(mix)) for _ in mix)
    return behaviour, tuple(open_sets)
