r"""Plans for a whole tree: strategies, the (reduced) strategic form, and Kuhn's theorem.

A pure strategy chooses an action at each of a player's information sets; a
*reduced* strategy says nothing about sets that its own earlier choices exclude,
which is written ``*``.  With perfect recall, mixed strategies and behaviour
strategies can do the same (Kuhn 1953, "Extensive games and the problem of
information", theorem 4): :func:`to_behaviour` and :func:`to_mixed` go from one to
the other.

>>> from deterrence.game.tree.extensive import ExtensiveGame
>>> from deterrence.game.tree.nodes import Decision, Leaf
>>> game = ExtensiveGame.from_tree(("A", "B"), Decision("A", "first", {
...     "stop": Leaf("s"),
...     "go": Decision("B", "reply", {"stop": Leaf("t"),
...         "go": Decision("A", "again", {"left": Leaf("l"), "right": Leaf("r")})})}),
...     {"s": (1, 1), "t": (0, 3), "l": (2, 2), "r": (3, 0)})
>>> strategic(game).actions[0]
('stop, *', 'go, left', 'go, right')
>>> strategic(game, reduced=False).actions[0]
('stop, left', 'stop, right', 'go, left', 'go, right')
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from deterrence.algebra.expressions import Expression
from deterrence.errors import UsageError
from deterrence.game.strategic import Lottery, StrategicGame
from deterrence.game.tree.behaviour import BehaviourProfile
from deterrence.game.tree.game_tree import GameTree
from deterrence.game.tree.play import leaf_name, moves_of, reach

#: An action position per own information set; ``None``: never reached by this plan.
ActionPlan = tuple[int | None, ...]

#: Limits on a strategic form: strategies of a player, cells, and (leaf, cell) pairs.
MAX_STRATEGIES = 5_000
MAX_CELLS = 250_000
MAX_WORK = 5_000_000

_ZERO, _ONE = Fraction(0), Fraction(1)


def strategy_count(game: GameTree, player: str, *, reduced: bool = True) -> int:
    """Return how many (reduced) pure strategies a player has, without listing them.

    Without perfect recall the reduced ones are not counted apart.
    """
    own = game.own_sets(player)
    if not reduced or any(f.player == player for f in game.recall_faults):
        return math.prod(len(game.sets[s].actions) for s in own)
    histories = game.own_histories(player)
    # Below a history: every set that may follow gets one of its actions, and what follows it.
    counts = [1] * len(histories.before)
    groups: list[dict[int, int]] = [{} for _ in counts]
    for k in range(len(counts) - 1, -1, -1):
        counts[k] = math.prod(groups[k].values())
        if k:
            above, s = groups[histories.before[k]], histories.moves[k][0]
            above[s] = above.get(s, 0) + counts[k]
    return counts[0]


def plans(game: GameTree, player: str, *, reduced: bool = True) -> list[ActionPlan]:
    """Return a player's (reduced) pure strategies, the first set's action varying slowest.

    Raises :class:`UsageError` above :data:`MAX_STRATEGIES`.
    """
    own = game.own_sets(player)
    count = strategy_count(game, player, reduced=reduced)
    if count > MAX_STRATEGIES:
        raise UsageError(
            f"{player} has {_big(count)} strategies in {game.name}, too many for a strategic form",
            remedy=f"at most {MAX_STRATEGIES:,}{_without(game)}",
        )
    sizes = [range(len(game.sets[s].actions)) for s in own]
    if not reduced:
        return list(itertools.product(*sizes))
    if any(f.player == player for f in game.recall_faults):
        every = itertools.product(*sizes)
        return list(dict.fromkeys(_reduce(game, player, own, plan) for plan in every))
    histories = game.own_histories(player)
    place = {s: k for k, s in enumerate(own)}
    # The last own move before a set says it all: its set was reached if it has an action.
    lasts = [histories.moves[histories.at[game.sets[s].nodes[0]]] for s in own]
    found: list[tuple[int | None, ...]] = [()]
    for size, (before, action) in zip(sizes, lasts, strict=True):
        k = place.get(before)
        found = [
            (*plan, choice)
            for plan in found
            for choice in (size if k is None or plan[k] == action else (None,))
        ]
    return found


def _reduce(game: GameTree, player: str, own: Sequence[int], plan: ActionPlan) -> ActionPlan:
    """Strike out what a full plan says about sets that it never reaches itself."""
    chosen = dict(zip(own, plan, strict=True))
    alive = [False] * len(game.nodes)
    alive[0] = True
    reached = set()
    for k, node in enumerate(game.nodes):
        if not alive[k] or node.set < 0:
            continue
        mine = game.sets[node.set].player == player
        if mine:
            reached.add(node.set)
        for move, child in enumerate(node.children):
            alive[child] = not mine or chosen[node.set] == move
    return tuple(chosen[s] if s in reached else None for s in own)


def plan_labels(game: GameTree, player: str, listed: Sequence[ActionPlan]) -> tuple[str, ...]:
    """Return a label for each plan: its actions in the order of the sets, ``*`` for none.

    Where two plans would read alike, the information sets are named too.
    """
    sets = [game.sets[s] for s in game.own_sets(player)]
    if not sets:
        return ("-",)
    for named in (False, True):
        labels = [
            ", ".join(
                (f"{s.label}: " if named else "") + ("*" if a is None else s.actions[a])
                for s, a in zip(sets, plan, strict=True)
            )
            for plan in listed
        ]
        if len(set(labels)) == len(labels):
            return tuple(labels)
    return tuple(f"{label} ({k})" for k, label in enumerate(labels, 1))


def strategic(game: GameTree, *, reduced: bool = True) -> StrategicGame:
    """Return the strategic form, the reduced one unless told otherwise.

    The actions are the plans of :func:`plans`, in that order, labelled by
    :func:`plan_labels`; cells carry the lottery over the outcomes at the leaves.
    :class:`~deterrence.algebra.expressions.Expression` payoffs become sympy's.
    Raises :class:`UsageError` where the form would be too large.
    """
    cells = math.prod(strategy_count(game, p, reduced=reduced) for p in game.players)
    if cells > MAX_CELLS:
        raise UsageError(
            f"the strategic form of {game.name} would have {_big(cells)} cells",
            remedy=f"at most {MAX_CELLS:,}{_without(game)}",
        )
    listed = [plans(game, p, reduced=reduced) for p in game.players]
    shape = [len(x) for x in listed]
    cells = math.prod(shape)
    strides = [math.prod(shape[i + 1 :]) for i in range(len(shape))]
    allowing = [
        _allowing(game, p, plan_list) for p, plan_list in zip(game.players, listed, strict=True)
    ]
    chance = reach(game, chance_only(game))
    payoffs: list[list[Any]] = [[_ZERO] * cells for _ in game.players]
    lotteries: list[dict[str, Any]] = [{} for _ in range(cells)]
    work = 0
    totals = path_payoffs(game)
    for leaf in game.leaves:
        p = chance[leaf]
        if p == 0:
            continue
        ways = [a[leaf] for a in allowing]
        work += math.prod(len(w) for w in ways)
        if work > MAX_WORK:
            raise UsageError(
                f"the strategic form of {game.name} takes too long to fill in",
                remedy=f"a smaller tree{_without(game)}",
            )
        name = leaf_name(game, leaf)
        gains = [p * u for u in totals[leaf]]
        for cell in itertools.product(*ways):
            where = sum(k * step for k, step in zip(cell, strides, strict=True))
            for i, gain in enumerate(gains):
                payoffs[i][where] = payoffs[i][where] + gain
            lottery = lotteries[where]
            lottery[name] = lottery[name] + p if name in lottery else p
    outcomes: tuple[Lottery, ...] = tuple(
        tuple((name, _plain(p)) for name, p in lottery.items()) for lottery in lotteries
    )
    return StrategicGame(
        players=game.players,
        actions=tuple(plan_labels(game, p, x) for p, x in zip(game.players, listed, strict=True)),
        payoffs=tuple(tuple(map(_plain, u)) for u in payoffs),
        outcomes=outcomes,
        name=game.name,
        title=game.title,
        values=game.values,
        remarks=game.remarks,
    )


def _plain(value: Any) -> Any:
    return value.to_sympy() if isinstance(value, Expression) else value


def _without(game: GameTree) -> str:
    """Name what needs no strategic form, where there is such a thing."""
    remembered = "; subgame-perfect equilibria need no strategic form"
    return remembered if game.is_perfect_recall else ""


def _big(count: int) -> str:
    return f"{count:,}" if count < 10**12 else f"about 10^{len(str(count)) - 1}"


def chance_only(game: GameTree) -> list[Sequence[Any] | None]:
    """Return moves under which a node's probability is that of chance's moves alone."""
    return [s.chances if s.is_chance else [_ONE] * len(s.actions) for s in game.sets]


def path_payoffs(game: GameTree) -> list[tuple[Any, ...]]:
    """Return what everybody has been paid up to each node."""
    nothing: tuple[Any, ...] = (_ZERO,) * len(game.players)
    totals: list[tuple[Any, ...]] = []
    for node in game.nodes:
        before = totals[node.parent] if node.parent >= 0 else nothing
        if node.outcome is not None:
            paid = game.outcomes[node.outcome]
            before = tuple(a + b for a, b in zip(before, paid, strict=True))
        totals.append(before)
    return totals


def _allowing(game: GameTree, player: str, listed: Sequence[ActionPlan]) -> list[list[int]]:
    """Return, for each node, the numbers of the plans that do not exclude it."""
    place = {s: k for k, s in enumerate(game.own_sets(player))}
    histories = game.own_histories(player)
    by_history: list[list[int]] = [list(range(len(listed)))]
    for before, (s, action) in zip(histories.before[1:], histories.moves[1:], strict=True):
        k = place[s]
        by_history.append([n for n in by_history[before] if listed[n][k] == action])
    return [by_history[h] for h in histories.at]


# ---- Kuhn's theorem ----------------------------------------------------------------------
def to_behaviour(
    game: GameTree,
    player: str,
    weights: Sequence[Any],
    *,
    reduced: bool = True,
) -> tuple[dict[str, dict[str, Any]], tuple[str, ...]]:
    """Return a behaviour strategy that does the same as a mixed strategy, and what it leaves open.

    ``weights`` are the probabilities of the :func:`plans`, in their order.  At
    information sets that the strategy itself never lets the play reach, what it
    does is of no consequence: there all actions get the same probability, and the
    labels of those sets are returned beside.  Raises :class:`UsageError` without
    perfect recall, where there may be no such behaviour strategy.
    """
    game.need_perfect_recall("a behaviour strategy that does the same as a mixed one")
    listed = plans(game, player, reduced=reduced)
    allowing = _allowing(game, player, listed)
    behaviour: dict[str, dict[str, Any]] = {}
    open_sets = []
    for k, number in enumerate(game.own_sets(player)):
        s = game.sets[number]
        node = s.nodes[0] if s.nodes else 0
        here = [n for n in allowing[node] if weights[n] != 0] if s.nodes else []
        total = sum((weights[n] for n in here), _ZERO)
        if not here:
            open_sets.append(s.label)
            behaviour[s.label] = {a: Fraction(1, len(s.actions)) for a in s.actions}
            continue
        behaviour[s.label] = {
            a: sum((weights[n] for n in here if listed[n][k] == move), _ZERO) / total
            for move, a in enumerate(s.actions)
        }
    return behaviour, tuple(open_sets)


def to_mixed(game: GameTree, player: str, behaviour: Mapping[str, Mapping[str, Any]]) -> list[Any]:
    """Return the probabilities of the reduced :func:`plans` that do the same as a behaviour.

    A plan's probability is the product of those of its actions.  Raises
    :class:`UsageError` without perfect recall.
    """
    game.need_perfect_recall("a mixed strategy that does the same as a behaviour strategy")
    moves = moves_of(game, BehaviourProfile({player: behaviour}))
    own = game.own_sets(player)
    result = []
    for plan in plans(game, player):
        chance: Any = _ONE
        for s, action in zip(own, plan, strict=True):
            if action is not None and chance != 0:
                mix = moves[s]
                if mix is None:
                    raise UsageError(
                        f"the behaviour does not say what {player} does at {game.sets[s].label!r}"
                    )
                chance = chance * mix[action]
        result.append(chance)
    return result
