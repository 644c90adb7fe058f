"""What sweeps and maps of regimes show of the equilibria of game trees.

The support of an equilibrium of a tree lists the actions that are used at each
information set that a play comes to: equilibria that differ elsewhere have one curve.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from deterrence.algebra.expressions import Expression
from deterrence.figures.facts.equilibrium_curves import ActionSupport
from deterrence.game.tree.extensive import ExtensiveGame
from deterrence.game.tree.play import leaf_name

if TYPE_CHECKING:
    from deterrence.figures.facts.plotted_quantities import PlottedQuantity

#: In place of an action where no play comes.
UNREACHED = "\N{EN DASH}"
#: What stands for a probability that an equilibrium leaves open: equilibria of one family
#: lead to the same outcomes, whatever it is.
_OPEN = Fraction(1, 2)


def support_of(game: ExtensiveGame, support: Mapping[str, Any]) -> ActionSupport:
    """Return the actions used at each information set, in the order of the tree.

    Where no play comes, equilibria of one family may do different things; there stands
    :data:`UNREACHED`.
    """
    reached = _reached(game, support)
    come = {game.nodes[k].set for k in reached}
    return tuple(
        tuple(support[s.player][s.label]) if k in come else (UNREACHED,)
        for k, s in enumerate(game.sets)
        if s.player is not None
    )


def _reached(game: ExtensiveGame, support: Mapping[str, Any]) -> set[int]:
    """Return the nodes that the play can come to."""
    reached = {0}
    for k, node in enumerate(game.nodes[1:], 1):
        s = game.sets[game.nodes[node.parent].set]
        action = s.actions[node.move]
        if node.parent in reached and (s.is_chance or action in support[s.player or ""][s.label]):
            reached.add(k)
    return reached


def outcomes_of(game: ExtensiveGame, support: Mapping[str, Any]) -> list[str]:
    """Return the names of the outcomes that are possible in an equilibrium, each once."""
    found = [leaf_name(game, k) for k in _reached(game, support) if game.nodes[k].set < 0]
    return list(dict.fromkeys(found))


def answers(
    game: ExtensiveGame,
    profile: Mapping[str, Any],
    questions: Sequence[PlottedQuantity],
    parameter: str,
    x: Fraction,
) -> list[float]:
    """Return the answers to questions at one value of a parameter, from an exact profile."""

    def number(e: Expression) -> Any:
        values = dict.fromkeys(e.names, _OPEN)
        return e.evaluate({**values, parameter: x})

    at_x = {
        player: {s: {a: number(e) for a, e in mix.items()} for s, mix in own.items()}
        for player, own in profile.items()
    }
    measures = tuple(q.measure for q in questions)
    found = game.replace(measures=measures).measure_values(at_x)
    return [float(found[m.name]) for m in measures]
