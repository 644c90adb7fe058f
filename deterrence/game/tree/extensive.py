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

from deterrence.game.strategic import StrategicGame
from deterrence.game.tree import plans, play
from deterrence.game.tree.game_tree import GameTree
from deterrence.words.shown import Shown


class ExtensiveGame(GameTree, Shown):
    """A finite game in extensive form: a :class:`GameTree`, and what happens when it is played.

    Most are built by :meth:`from_tree` or read from a file.  A notebook shows the tree as
    text; the figure ``tree`` draws it.

    >>> from deterrence import Decision, ExtensiveGame, Leaf
    >>> game = ExtensiveGame.from_tree(
    ...     ("A", "B"),
    ...     Decision("A", "start", {"wait": Leaf("peace"), "go": Decision("B", "reply", {
    ...         "yield": Leaf("gain"), "fight": Leaf("war")})}),
    ...     {"peace": (0, 1), "gain": (1, 0), "war": (-1, -1)})
    >>> print(game.strategic_form().actions)
    (('wait', 'go'), ('yield', 'fight'))
    >>> from deterrence import solve
    >>> print(solve(game)[0].profile)
    A: at start go; B: at reply yield
    """

    expected_payoffs = play.expected_payoffs
    outcome_distribution = play.outcome_distribution
    measure_values = play.measure_values
    regret = play.regret

    def strategic_form(self, *, reduced: bool = True) -> StrategicGame:
        """Return the (reduced) strategic form; see :func:`deterrence.game.tree.plans.strategic`."""
        return plans.strategic(self, reduced=reduced)
