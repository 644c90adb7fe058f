"""From mixed strategies of a stage, or of a whole tree, to behaviour by information set."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from deterrence.game.strategic import StrategicGame
from deterrence.game.tree.extensive import ExtensiveGame
from deterrence.game.tree.plans import to_behaviour
from deterrence.solvers.task import Mix
from deterrence.solvers.trees.families import Corner

_ONE = Fraction(1)


class Corners:
    """Turns mixed strategies of a stage (``part``) into behaviour in the whole tree.

    ``form`` is the stage's reduced strategic form.  A strategy that occurs in many
    equilibria is converted once.
    """

    def __init__(self, game: ExtensiveGame, part: ExtensiveGame, form: StrategicGame) -> None:
        self.game, self.part, self.form = game, part, form
        self.known: dict[tuple[str, Mix], tuple[dict[int, Mix], list[int]]] = {}

    def __call__(self, weights: Mapping[str, Mix]) -> Corner:
        """Return the corner, given the weights of the strategies of those who move."""
        moves: dict[int, Mix] = {}
        open_sets: list[int] = []
        mixed_profile = {}
        for player, labels in zip(self.form.players, self.form.actions, strict=True):
            chosen = weights.get(player, (_ONE,))
            mixed_profile[player] = dict(zip(labels, chosen, strict=True))
            if self.part.own_sets(player):
                own, unsaid = self.behaviour(player, chosen)
                moves |= own
                open_sets += unsaid
        worth = tuple(self.form.expected_payoffs(mixed_profile).values())
        return Corner(dict(sorted(moves.items())), tuple(open_sets), worth)

    def behaviour(self, player: str, chosen: Mix) -> tuple[dict[int, Mix], list[int]]:
        """Return one player's behaviour, and the sets that her own moves exclude."""
        key = (player, tuple(chosen))
        if key not in self.known:
            behaviour, unsaid = to_behaviour(self.part, player, chosen)
            index = self.game.set_index
            self.known[key] = (
                {index(label): tuple(mix.values()) for label, mix in behaviour.items()},
                [index(label) for label in unsaid],
            )
        return self.known[key]
