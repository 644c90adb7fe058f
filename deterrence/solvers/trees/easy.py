"""What is easy to find in a tree whose strategic form is too large to be solved as a whole.

In a two-player tree with constant sum: optimal behaviour by linear programming, all of it
where that is not much (:mod:`.sequence_form`).  In others one equilibrium: from the last
subgames to the first, at each move a best action, and where two players move without
seeing each other, the end of Lemke's path (:mod:`.sequence_path`); where more do, a
perfect Bayesian equilibrium near a guess (:mod:`deterrence.solvers.beliefs.guess`).  What is
put together is subgame perfect (Selten 1965).

>>> from deterrence.game.tree.extensive import ExtensiveGame
>>> from deterrence.game.tree.nodes import Decision, Leaf
>>> entry = ExtensiveGame.from_tree(("Challenger", "Defender"),
...     Decision("Challenger", "entry", {"out": Leaf("status quo"), "in": Decision(
...         "Defender", "reply", {"fight": Leaf("war"), "yield": Leaf("loss")})}),
...     {"status quo": (0, 2), "war": (-1, -1), "loss": (1, 0)})
>>> found = one_subgame_perfect(entry, Deadline())
>>> {s: [str(p) for p in mix] for s, mix in found.items()}
{'reply': ['0', '1'], 'entry': ['0', '1']}
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from deterrence.errors import IncompleteError, UsageError
from deterrence.game.tree.extensive import ExtensiveGame
from deterrence.game.tree.play import best_reply, expected_payoffs
from deterrence.game.tree.stages import stage_game, stages
from deterrence.limits.deadline import Deadline
from deterrence.solvers.task import Mix
from deterrence.solvers.trees.sequence_form import Optimal, need_constant, optimal_plans
from deterrence.solvers.trees.sequence_path import path_end

#: Mixtures by information set, and the sets that their players' own moves exclude.
Play = tuple[dict[str, Mix], tuple[str, ...]]


@dataclass(frozen=True)
class Easy:
    """Equilibria that were easy to find; ``value`` and perhaps all of them with constant sum."""

    plays: list[Play]
    complete: bool = False
    value: Fraction | None = None


def easy_equilibria(game: ExtensiveGame, deadline: Deadline) -> Easy:
    """Return what is easy to find, which may be nothing."""
    best = _optimal(game, deadline)
    if best is None:
        one = one_subgame_perfect(game, deadline)
        return Easy([] if one is None else [_opened(game, one)])
    plays = []
    for pair in itertools.product(*best.plans.values()):
        behaviour = {s: mix for own, _ in pair for s, mix in own.items()}
        plays.append((behaviour, tuple(s for _, unsaid in pair for s in unsaid)))
    return Easy(plays, best.complete, best.value)


def _opened(game: ExtensiveGame, moves: dict[str, Mix]) -> Play:
    """Return mixtures, all actions alike where the player's own moves exclude that it matters."""
    kept, open_sets = dict(moves), []
    for player in game.players:
        own = game.own_histories(player)
        played = [True] * len(own.before)
        for k in range(1, len(own.before)):
            at, action = own.moves[k]
            played[k] = played[own.before[k]] and moves[game.sets[at].label][action] > 0
        for number in game.own_sets(player):
            s = game.sets[number]
            if s.nodes and not played[own.at[s.nodes[0]]]:
                open_sets.append(s.label)
                kept[s.label] = (Fraction(1, len(s.actions)),) * len(s.actions)
    return kept, tuple(open_sets)


def _optimal(game: ExtensiveGame, deadline: Deadline) -> Optimal | None:
    """Return optimal behaviour if the game has two players and a constant sum."""
    if len(game.players) != 2:
        return None
    try:
        need_constant(game)
        return optimal_plans(game, deadline)
    except (UsageError, IncompleteError):
        return None


def one_subgame_perfect(game: ExtensiveGame, deadline: Deadline) -> dict[str, Mix] | None:
    """Return one subgame-perfect equilibrium as mixtures by information set.

    ``None`` where nothing is found: a path is too long, or a guess wrong.
    """
    worth: dict[int, tuple[Fraction, ...]] = {k: tuple(game.paid(k)) for k in game.leaves}
    moves: dict[str, Mix] = {}
    for stage in stages(game):
        root = game.sets[game.nodes[stage.root].set]
        if len(stage.nodes) == 1 and not root.is_chance:
            me = game.player_index(root.player or "")
            after = [worth.pop(k) for k in stage.ends]
            best = max(range(len(after)), key=lambda a: after[a][me])
            moves[root.label] = pure(best, len(after))
            paid = zip(game.paid(stage.root), after[best], strict=True)
            worth[stage.root] = tuple(u + v for u, v in paid)
            continue
        part = stage_game(game, stage, {k: worth.pop(k) for k in stage.ends})
        own = _stage_equilibrium(part, deadline)
        if own is None:
            return None
        moves |= own
        profile = {
            player: {
                part.sets[s].label: dict(
                    zip(part.sets[s].actions, own[part.sets[s].label], strict=True)
                )
                for s in part.own_sets(player)
            }
            for player in part.players
        }
        worth[stage.root] = tuple(expected_payoffs(part, profile).values())
    return moves


def pure(action: int, size: int) -> Mix:
    """Return the mixture that is one of ``size`` actions."""
    return tuple(Fraction(int(k == action)) for k in range(size))


def _stage_equilibrium(part: ExtensiveGame, deadline: Deadline) -> dict[str, Mix] | None:
    movers: Sequence[str] = [player for player in part.players if part.own_sets(player)]
    if len(movers) > 2:
        from deterrence.solvers.beliefs.solve import one_assessment

        return one_assessment(part, deadline)
    if len(movers) < 2:
        best = {s: a[0] for p in movers for s, a in best_reply(part, p, {}).actions.items()}
        return {part.sets[s].label: pure(a, len(part.sets[s].actions)) for s, a in best.items()}
    optimal = _optimal(part, deadline)
    plans = optimal.plans if optimal is not None else None
    found = (
        {player: own[0] for player, own in plans.items()}
        if plans is not None
        else path_end(part, movers, deadline)
    )
    if found is None:
        return None
    return {s: mix for behaviour, _ in found.values() for s, mix in behaviour.items()}
