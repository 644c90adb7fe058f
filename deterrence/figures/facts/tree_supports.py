"""What sweeps and maps of regimes show of the equilibria of game trees.

The support of an equilibrium of a tree lists the actions that are used at each
information set that a play comes to.  Sets at which all equilibria in a figure do the same
are left out.

>>> varying([(("wait",), ("fight",)), (("push",), ("fight",))])
(0,)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from deterrence.algebra.expressions import Expression
from deterrence.figures.facts.equilibrium_curves import ActionSupport, Trace
from deterrence.game.tree.extensive import ExtensiveGame

if TYPE_CHECKING:
    from deterrence.figures.facts.plotted_quantities import PlottedQuantity

#: In place of an action where no play comes.
UNREACHED = "\N{EN DASH}"
#: What stands for a probability that an equilibrium leaves open: equilibria of one family
#: lead to the same outcomes, whatever it is.
_OPEN = Fraction(1, 2)


def set_labels(game: ExtensiveGame) -> tuple[str, ...]:
    """Return the labels of the players' information sets, in the order of the tree."""
    return tuple(s.label for s in game.sets if s.player is not None)


def support_of(game: ExtensiveGame, support: Mapping[str, Any]) -> ActionSupport:
    """Return the actions used at each information set, in the order of the tree.

    Where no play comes, equilibria of one family may do different things; there stands
    :data:`UNREACHED`.
    """
    reached = {0}
    for k, node in enumerate(game.nodes[1:], 1):
        s = game.sets[game.nodes[node.parent].set]
        action = s.actions[node.move]
        if node.parent in reached and (s.is_chance or action in support[s.player or ""][s.label]):
            reached.add(k)
    come = {game.nodes[k].set for k in reached}
    return tuple(
        tuple(support[s.player][s.label]) if k in come else (UNREACHED,)
        for k, s in enumerate(game.sets)
        if s.player is not None
    )


def varying(supports: Sequence[ActionSupport]) -> tuple[int, ...]:
    """Return the places at which supports differ; the first one where they are all the same."""
    count = len(supports[0]) if supports else 0
    return tuple(k for k in range(count) if len({s[k] for s in supports}) > 1) or (0,)


def picked(support: ActionSupport, places: Sequence[int]) -> ActionSupport:
    """Return the part of a support that lies at some places."""
    return tuple(support[k] for k in places)


def shortened(line: Trace) -> Trace:
    """Return a sweep whose supports tell only where equilibria differ."""
    places = varying(line.supports)
    spans = tuple(
        replace(
            span,
            branches=tuple(replace(b, support=picked(b.support, places)) for b in span.branches),
        )
        for span in line.stretches
    )
    players = tuple(line.players[k] for k in places)
    return replace(line, stretches=spans, players=players)


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
