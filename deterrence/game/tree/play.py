r"""What happens in a game tree under a behaviour profile, and who would rather deviate.

The probability of a node is the product of the probabilities on its path.  The
best reply of a player with perfect recall is found backwards over her own
histories: with :math:`w(x)` the probability of node :math:`x` but for her own
moves,

.. math:: V(\sigma) = \sum_{x: \sigma(x) = \sigma} w(x)\, u(x)
          + \sum_{h: \sigma(h) = \sigma} \max_{a} V(\sigma\, h a),

where :math:`\sigma(x)` is her own history at :math:`x` (the sequence form, von
Stengel 1996, Games and Economic Behavior 14).  Nothing here recurses along the
tree, and all is as exact as the numbers are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from deterrence.errors import UsageError, position_of
from deterrence.game.tree.behaviour import BehaviourProfile
from deterrence.game.tree.game_tree import GameTree
from deterrence.game.tree.stages import stage_game, stages

#: Probabilities of the actions of each information set; ``None`` where a profile says nothing.
Moves = list[Sequence[Any] | None]

_ZERO = Fraction(0)
_ONE = Fraction(1)


def moves_of(game: GameTree, profile: Mapping[str, Any]) -> Moves:
    """Return the probabilities of all actions, chance's too, set by set.

    Raises :class:`UsageError` for labels that the game does not have.
    """
    if not isinstance(profile, BehaviourProfile):
        profile = BehaviourProfile(profile)
    moves: Moves = [s.chances if s.is_chance else None for s in game.sets]
    for player, behaviour in profile.items():
        game.player_index(player)
        for where, mix in behaviour.items():
            number = game.set_index(where)
            s = game.sets[number]
            if s.player != player:
                raise UsageError(
                    f"{player} does not move at {where!r}",
                    remedy=f"{s.player or 'chance'} does",
                )
            for action in mix:
                position_of(action, s.actions, f"there is no action {action!r} at {where!r}")
            moves[number] = [mix.get(a, _ZERO) for a in s.actions]
    return moves


def reach(game: GameTree, moves: Moves, *, but: str | None = None) -> list[Any]:
    """Return the probability of every node, the moves of the player ``but`` left out.

    Raises :class:`UsageError` where the profile says nothing and should.
    """
    chance: list[Any] = [_ZERO] * len(game.nodes)
    chance[0] = _ONE
    for k, node in enumerate(game.nodes):
        here = chance[k]
        if node.set < 0 or (isinstance(here, Fraction) and not here):
            continue
        s = game.sets[node.set]
        if but is not None and s.player == but:
            for child in node.children:
                chance[child] = here
            continue
        mix = moves[node.set]
        if mix is None:
            raise UsageError(
                f"the profile does not say what {s.player} does at {s.label!r}",
                remedy="give the probabilities of the actions there",
            )
        for child, p in zip(node.children, mix, strict=True):
            # With formulas `== 0` is a comparison of forms, which is all that is wanted.
            chance[child] = _ZERO if p == 0 else p if here == 1 else here * p
    return chance


def expected_payoffs(game: GameTree, profile: Mapping[str, Any]) -> dict[str, Any]:
    """Return every player's expected payoff; what is paid on the way counts."""
    return dict(zip(game.players, _sums(game, reach(game, moves_of(game, profile))), strict=True))


def _sums(game: GameTree, chance: Sequence[Any]) -> list[Any]:
    weights: dict[str, Any] = {}
    for node, p in zip(game.nodes, chance, strict=True):
        if node.outcome is not None and p != 0:
            weights[node.outcome] = weights[node.outcome] + p if node.outcome in weights else p
    totals: list[Any] = [_ZERO] * len(game.players)
    for label, p in weights.items():
        for i, u in enumerate(game.outcomes[label]):
            if u != 0:
                totals[i] = totals[i] + p * u
    return totals


def leaf_name(game: GameTree, leaf: int) -> str:
    """Return the name of a leaf's outcome; without one, its history in brackets."""
    outcome = game.nodes[leaf].outcome
    if outcome is None:
        return f"({', '.join(game.history(leaf))})"
    return game.groups.get(outcome, outcome)


def history_text(game: GameTree, node: int) -> str:
    """Return the moves that lead to a node as the text by which answers address it.

    >>> from deterrence.game.tree.extensive import ExtensiveGame
    >>> from deterrence.game.tree.nodes import Decision, Leaf
    >>> reply = Decision("B", "second", {"x": Leaf()})
    >>> tree = Decision("A", "first", {"stay": Leaf(), "go": reply})
    >>> game = ExtensiveGame.from_tree("AB", tree, {})
    >>> history_text(game, 2), history_text(game, 3), history_text(game, 0)
    ('go', 'go, x', 'start')
    """
    return ", ".join(game.history(node)) or "start"


def outcome_distribution(game: GameTree, profile: Mapping[str, Any]) -> dict[str, Any]:
    """Return the probability of each outcome at the end of a play; impossible ones are left out.

    Outcomes of one group count together.  A leaf without outcome is called by
    its history, in brackets.
    """
    chance = reach(game, moves_of(game, profile))
    result: dict[str, Any] = {}
    for leaf in game.leaves:
        if chance[leaf] != 0:
            name = leaf_name(game, leaf)
            result[name] = result[name] + chance[leaf] if name in result else chance[leaf]
    return result


def action_chance(game: GameTree, profile: Mapping[str, Any], player: str, action: str) -> Any:
    """Return how often, on average, a play has the player take an action of this name.

    Where no play has it twice, this is the probability that it is taken.
    """
    return _taken(game, reach(game, moves_of(game, profile)), player, action)


def _taken(game: GameTree, chance: Sequence[Any], player: str, action: str) -> Any:
    total = _ZERO
    for node, p in zip(game.nodes, chance, strict=True):
        if node.parent >= 0 and p != 0:
            s = game.sets[game.nodes[node.parent].set]
            if s.player == player and s.actions[node.move] == action:
                total = total + p
    return total


def measure_values(game: GameTree, profile: Mapping[str, Any]) -> dict[str, Any]:
    """Return every measure of a game with numbers under a behaviour profile.

    ``P(outcome)`` is the probability of an outcome, or of a group of them;
    ``payoff(player)`` the expected payoff; ``prob(player, action)`` how often the
    play has that move (see :func:`action_chance`).
    """
    chance = reach(game, moves_of(game, profile))
    outcomes = outcome_distribution(game, profile) if game.measures else {}
    sums: dict[str, Any] = {}

    def answer(kind: str, *labels: str) -> Any:
        if kind == "P":
            return outcomes.get(labels[0], _ZERO)
        if kind == "payoff":
            if not sums:
                sums.update(zip(game.players, _sums(game, chance), strict=True))
            return sums[labels[0]]
        return _taken(game, chance, labels[0], labels[1])

    return {m.name: m.expression.evaluate(game.values, answer) for m in game.measures}


def paid_on_the_way(game: GameTree, profile: Mapping[str, Any]) -> dict[str, Any]:
    """Return how often each outcome at an inner node is passed, on average."""
    chance = reach(game, moves_of(game, profile))
    result: dict[str, Any] = {}
    for node, p in zip(game.nodes, chance, strict=True):
        if node.set >= 0 and node.outcome is not None and p != 0:
            result[node.outcome] = result.get(node.outcome, _ZERO) + p
    return result


@dataclass(frozen=True)
class BestReply:
    """The most that a player can get against a profile, and the best actions.

    ``actions`` maps each of the player's information sets to the positions of
    all best actions there, given what happens afterwards; where the others never
    let the play come, every action is best.
    """

    value: Any
    actions: Mapping[int, tuple[int, ...]]


def best_reply(game: GameTree, player: str, profile: Mapping[str, Any]) -> BestReply:
    """Return a player's best reply to what the others do (her own part is not read).

    Raises :class:`UsageError` for games with formulas, and where the player has
    not perfect recall.
    """
    return _best(game, player, moves_of(game, profile))


def _best(game: GameTree, player: str, moves: Moves) -> BestReply:
    me = game.player_index(player)
    for fault in game.recall_faults:
        if fault.player == player:
            game.need_perfect_recall("a best reply")
    game.need_values()
    own = game.own_histories(player)
    weights = reach(game, moves, but=player)
    value: list[Any] = [_ZERO] * len(own.before)
    for k, node in enumerate(game.nodes):
        if node.outcome is not None and weights[k]:
            value[own.at[k]] += weights[k] * game.outcomes[node.outcome][me]
    # With perfect recall an information set has one own history, and one group of followers.
    groups: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for k in range(1, len(own.before)):
        s, action = own.moves[k]
        groups.setdefault((own.before[k], s), []).append((action, k))
    best: dict[int, tuple[int, ...]] = {}
    for (before, s), followers in sorted(groups.items(), reverse=True):
        top = max(value[k] for _, k in followers)
        best[s] = tuple(action for action, k in followers if value[k] == top)
        value[before] += top
    return BestReply(value[0], best)


def regret(game: GameTree, profile: Mapping[str, Any]) -> dict[str, Any]:
    """Return what each player could gain by the best deviation from the profile.

    All 0 is the certificate of a Nash equilibrium.  Raises :class:`UsageError`
    for games with formulas or without perfect recall.
    """
    moves = moves_of(game, profile)
    reached = _sums(game, reach(game, moves))
    return {
        player: _best(game, player, moves).value - u
        for player, u in zip(game.players, reached, strict=True)
    }


def subgame_regret(game: GameTree, profile: Mapping[str, Any]) -> dict[int, Any]:
    """Return the largest regret in every subgame, by the node where it begins.

    All 0 is the certificate of a subgame-perfect equilibrium (Selten 1965).  Each
    stage of the tree is looked at once: what the smaller subgames are worth to a
    player, as played and at best, is known by then.
    """
    moves = moves_of(game, profile)
    played: dict[int, list[Any]] = {}
    best: dict[int, list[Any]] = {}
    for leaf in game.leaves:
        played[leaf] = best[leaf] = list(game.paid(leaf))
    for stage in stages(game):
        root = stage.root
        if len(stage.nodes) == 1:
            played[root], best[root] = _one_move(game, root, moves, played, best)
            continue
        part = stage_game(game, stage, played)
        own_moves = [moves[game.set_index(s.label)] for s in part.sets]
        played[root] = _sums(part, reach(part, own_moves))
        ends = stage_game(game, stage, best)
        movers = {s.player for s in part.sets}
        best[root] = [
            _best(ends, player, own_moves).value
            if player in movers
            else _sums(ends, reach(ends, own_moves))[i]
            for i, player in enumerate(game.players)
        ]
    return {
        root: max(b - u for b, u in zip(best[root], played[root], strict=True))
        for root in game.subgame_roots
    }


def _one_move(
    game: GameTree,
    node: int,
    moves: Moves,
    played: Mapping[int, Sequence[Any]],
    best: Mapping[int, Sequence[Any]],
) -> tuple[list[Any], list[Any]]:
    """Return what a single move is worth to everybody, as played and at best."""
    here = game.nodes[node]
    s = game.sets[here.set]
    mix = moves[here.set]
    if mix is None:
        raise UsageError(f"the profile does not say what {s.player} does at {s.label!r}")
    pairs = [(c, p) for c, p in zip(here.children, mix, strict=True) if p]
    as_played, at_best = list(game.paid(node)), list(game.paid(node))
    for i, player in enumerate(game.players):
        as_played[i] += sum(played[c][i] if p == 1 else p * played[c][i] for c, p in pairs)
        if player == s.player:
            at_best[i] += max(best[c][i] for c in here.children)
        else:
            at_best[i] += sum(best[c][i] if p == 1 else p * best[c][i] for c, p in pairs)
    return as_played, at_best
