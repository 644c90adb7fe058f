r"""Extensive games: trees with chance, information sets and costs paid on the way.

A play runs from the root to a leaf; what a player gets is the sum of the payoffs
of the outcomes that the play passes, at inner nodes and at the leaf.  Payoffs
and probabilities are exact rationals, floats or formulas; everything is
addressed by label.

>>> from deterrence.game.tree.nodes import Decision, Leaf
>>> game = ExtensiveGame.from_tree(("Challenger", "Defender"),
...     Decision("Challenger", "entry", {
...         "stay out": Leaf("status quo"),
...         "enter": Decision("Defender", "reply", {"fight": Leaf("war"), "yield": Leaf("loss")}),
...     }),
...     {"status quo": (0, 2), "war": (-1, -1), "loss": (1, 0)})
>>> game.expected_payoffs({"Challenger": {"entry": {"enter": 1}},
...                        "Defender": {"reply": {"fight": "1/4", "yield": "3/4"}}})
{'Challenger': Fraction(1, 2), 'Defender': Fraction(-1, 4)}
>>> game.strategic_form().matrix("Challenger")[1]
[Fraction(-1, 1), Fraction(1, 1)]
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from deterrence.game.strategic import StrategicGame
from deterrence.game.tree import plans, play
from deterrence.game.tree.game_tree import GameTree
from deterrence.words.shown import Shown


class ExtensiveGame(GameTree, Shown):
    """A finite game in extensive form: a :class:`GameTree`, and what happens when it is played.

    Most are built by :meth:`from_tree` or read from a file.  A notebook shows the tree as
    text; the figure ``tree`` draws it.
    """

    def expected_payoffs(self, profile: Mapping[str, Any]) -> dict[str, Any]:
        """Return every player's expected payoff under a behaviour profile."""
        return play.expected_payoffs(self, profile)

    def outcome_distribution(self, profile: Mapping[str, Any]) -> dict[str, Any]:
        """Return the probability of each outcome at the end of a play.

        Outcomes of one group count together.  A leaf without outcome is called by
        its history, in brackets.
        """
        return play.outcome_distribution(self, profile)

    def measure_values(self, profile: Mapping[str, Any]) -> dict[str, Any]:
        """Return every measure under a behaviour profile; see ``game.tree.play``."""
        return play.measure_values(self, profile)

    def regret(self, profile: Mapping[str, Any]) -> dict[str, Any]:
        """Return what each player could gain by the best deviation; all 0 at an equilibrium."""
        return play.regret(self, profile)

    def strategic_form(self, *, reduced: bool = True) -> StrategicGame:
        """Return the (reduced) strategic form; see :func:`deterrence.game.tree.plans.strategic`."""
        return plans.strategic(self, reduced=reduced)
